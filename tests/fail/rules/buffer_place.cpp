// expect-clang: \[buffer_place\] the layer writes elsewhere than its rows of the rolling buffer lie; let a shift write at the buffer.s offset and other layers behind the rows that stay, without gaps, on the buffer.s processors
// expect-clang14: facts::layer<2>.*facts::name<'n', 'e', 'w'>.*facts::part<'o', 'f', 'f', 's', 'e', 't'>.*facts::needs<24592>.*facts::has<24576>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(new\): the layer writes elsewhere than its rows of the rolling buffer lie \(offset\): needs 24592, the layer has 24576; let a shift write at the buffer.+s offset and other layers behind the rows that stay, without gaps, on the buffer.+s processors
// expect-clang19: layer 2 \(new\) \(offset\): needs 24592, the layer has 24576
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First, rolling::Shift,
                     Conv2d<8, kernel<3>, buffer_insert<1>, as<"new">,
                            place<processors<0xf0>, in_offset<0x1000>, out_offset<0x6000>>>,
                     rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
