// expect-clang: \[batch_norm\] this chip has no batch norm; fold it into weights and bias before they are quantised, as the training framework does, and leave BatchNorm2d out
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(c\): this chip has no batch norm; fold it into weights and bias before they are quantised
// expect-clang19: layer 0 \(c\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<1, kernel<1>, BatchNorm2d, ReLU, as<"c">>> {};

constexpr auto& image = Refused<Net>::image;
