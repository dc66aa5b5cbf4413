// expect-clang: \[real_function\] signed bytes know no other activation function than ReLU; give the network real parameters \(real_layers\), or use ReLU
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): signed bytes know no other activation function than ReLU; give the network real parameters \(real_layers\), or use ReLU
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused_by_kpu.hpp>

#include <incuse/model/activations.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, Sigmoid, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
