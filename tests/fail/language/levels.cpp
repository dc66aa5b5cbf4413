// Errors of three levels: an option, a kernel, shapes. None hides another.
// expect-gcc: \[unknown_option\] layer 1: this layer does not take this option \(ReLU in MaxPool2d\); leave it out
// expect-gcc: \[kernel_size\] layer 2: a Conv2d kernel has to be 1x1 or 3x3: needs 5x5, MAX78000 has 3x3
// expect-gcc: \[operand_shapes\] layer 4 \(s\): tensors that are combined .*: needs 16x32x32, another operand has 8x16x16
// expect-clang: \[unknown_option\]
// expect-clang: \[kernel_size\]
// expect-clang: \[operand_shapes\]
// errors: 3
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>, as<"a">>, MaxPool2d<2, ReLU>,
              Conv2d<16, kernel<5>, pad<2>>, Conv2d<8, kernel<3>, pad<1>, as<"b">>, Add<from<"a", "b">, as<"s">>> {};

constexpr auto& image = Refused<Net>::image;
