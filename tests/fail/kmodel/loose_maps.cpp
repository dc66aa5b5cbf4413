// expect-clang: \[loose_maps\] firmware writes the first pixels of padded maps only, but the layer reads others too; let 1x1 convolutions without pooling follow AddPadding<>, and then RemovePadding<>
// expect-clang14: facts::layer<4>.*facts::on<.*k210_kpu>
// expect-gcc: layer 4: firmware writes the first pixels of padded maps only, but the layer reads others too
// expect-clang19: layer 4
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<8, 1, 1, real>, Linear<4, on_cpu>, Quantize<>, AddPadding<>, Conv2d<4, kernel<1>>,
                     Conv2d<4, kernel<3>, pad<1>>, RemovePadding<>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
