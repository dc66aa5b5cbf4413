// expect-clang: \[chw_flatten\] a map in CHW order cannot be flattened: of every four pixels of a channel only the first would be read; use an HWC input
// expect-clang14: facts::layer<0>.*facts::name<'f', 'c'>.*facts::needs<4, 4>.*facts::has<1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(fc\): a map in CHW order cannot be flattened: of every four pixels of a channel only the first would be read: needs 4x4, MAX78000 has 1x1; use an HWC input
// expect-clang19: layer 0 \(fc\): needs 4x4, MAX78000 has 1x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net
    : Network<
          Input<4, 4, 4, chw>, Flatten,
          Linear<2, as<"fc">, place<processors<0x1111>, output_processors<0x3>, in_offset<0>, out_offset<0x1000>>>> {};

constexpr auto& image = Refused<Net>::image;
