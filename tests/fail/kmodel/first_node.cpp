// expect-clang: \[first_node\] firmware runs kmodels that begin with a layer of the KPU or a Linear of real numbers; let the program compute the first layers
// expect-clang14: facts::layer<0>.*facts::name<'w', 'i', 'n', 'd', 'o', 'w', 's'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(windows\): firmware runs kmodels that begin with a layer of the KPU or a Linear of real numbers \(max pool\)
// expect-clang19: layer 0 \(windows\) \(max pool\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, MaxPool2d<2, on_cpu, as<"windows">>, Upload<>, Conv2d<4, kernel<3>, pad<1>>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
