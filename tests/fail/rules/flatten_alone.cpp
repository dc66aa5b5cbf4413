// expect-clang: \[flatten_alone\] a layer that flattens needs weights and neither pools nor streams; pool in a layer in front
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(fc\): a layer that flattens needs weights and neither pools nor streams; pool in a layer in front
// expect-clang19: layer 0 \(fc\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

// A window of one pixel, with a stride, pools too.
struct Net : Network<Input<4, 4, 4>, Flatten, Fused<MaxPool2d<1, stride<2>>, Linear<4, as<"fc">>>> {};

constexpr auto& image = Refused<Net>::image;
