// expect-clang: \[pad_byte\] the value of the padding is no signed byte; give pad_value<> a whole number of that range, or the network real parameters \(real_layers\)
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::needs<200>.*facts::has<-128, 127>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(first\): the value of the padding is no signed byte: needs 200, K210 has -128 to 127; give pad_value<> a whole number of that range, or the network real parameters \(real_layers\)
// expect-clang19: layer 0 \(first\): needs 200, K210 has -128 to 127
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<3>, pad<1>, pad_value<200>, as<"first">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
