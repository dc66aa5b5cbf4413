// expect-clang: \[operand_shapes\] tensors that are combined element by element differ in shape; bring the operands to one shape
// expect-clang14: facts::layer<2>.*facts::name<'s', 'u', 'm'>.*facts::needs<4, 8, 8>.*facts::has<4, 4, 4>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(sum\): tensors that are combined element by element differ in shape: needs 4x8x8, another operand has 4x4x4; bring the operands to one shape
// expect-clang19: layer 2 \(sum\): needs 4x8x8, another operand has 4x4x4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"a">>, MaxPool2d<2, as<"b">>, Add<from<"a", "b">, as<"sum">>> {};

constexpr auto& image = Refused<Net>::image;
