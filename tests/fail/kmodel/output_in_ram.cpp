// expect-clang: \[output_in_ram\] firmware hands outputs out of main memory, but this one is in AI RAM only; let what the layer reads be the output
// expect-clang14: facts::layer<2>.*facts::on<.*k210_kpu>
// expect-gcc: layer 2: firmware hands outputs out of main memory, but this one is in AI RAM only
// expect-clang19: layer 2
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, MaxPool2d<2, on_cpu>, Upload<>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
