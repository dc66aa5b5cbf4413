// expect-clang: \[connected_function\] firmware has no other function behind a Linear than ReLU and ReLU6; use one of them, or put Logistic<> behind the layer instead of Sigmoid
// expect-clang14: facts::layer<0>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0: firmware has no other function behind a Linear than ReLU and ReLU6
// expect-clang19: layer 0
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/export/kmodel_network.hpp>
#include <incuse/model/software.hpp>

using namespace incuse;

struct Net : Network<Input<8, 1, 1, real>, Linear<3, on_cpu, Sigmoid>> {};

const auto bytes = kmodel_of<RefusedByKpu<Net>>();
