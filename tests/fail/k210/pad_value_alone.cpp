// expect-clang: \[pad_value_alone\] the padding has a value, but the layer has no padding; leave pad_value<> out, or use kernel<3> with pad<1>
// expect-clang14: facts::layer<0>.*facts::name<'f', 'i', 'r', 's', 't'>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(first\): the padding has a value, but the layer has no padding; leave pad_value<> out, or use kernel<3> with pad<1>
// expect-clang19: layer 0 \(first\)
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<4, kernel<1>, pad_value<3>, as<"first">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
