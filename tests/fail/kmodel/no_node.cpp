// expect-clang: \[no_node\] kmodels of version 3 have no node for the layer; let the program compute it behind the model, or use layers that have one
// expect-clang14: facts::layer<1>.*facts::name<'m', 'i', 'x', 'e', 'd'>.*facts::part<'m', 'o', 'v', 'e', ' ', 'c', 'o', 'd', 'e', 's'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 1 \(mixed\): kmodels of version 3 have no node for the layer \(move codes\); let the program compute it behind the model, or use layers that have one
// expect-clang19: layer 1 \(mixed\) \(move codes\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>>, ChannelShuffle<2, as<"mixed">>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
