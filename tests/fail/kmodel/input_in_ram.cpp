// expect-clang: \[input_in_ram\] firmware puts an input that the KPU reads into AI RAM only; let the layer of the processor read what a layer of the KPU makes of the input
// expect-clang14: facts::layer<1>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1: firmware puts an input that the KPU reads into AI RAM only \(add codes\)
// expect-clang19: layer 1 \(add codes\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Residual<Conv2d<3, kernel<3>, pad<1>>, on_cpu>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
