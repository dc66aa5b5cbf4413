// Layers that follow the buffer are not blamed for where it lies.
// expect-clang: \[buffer_alignment\] the rolling buffer does not begin with a word of the data memory; give it an offset that is a multiple of 4
// expect-clang14: facts::network.*facts::needs<24578>.*facts::has<4>.*facts::on<.*max78000>
// expect-gcc: the rolling buffer does not begin with a word of the data memory: needs 24578 bytes, a word has 4 bytes; give it an offset that is a multiple of 4; the nearest offset below: 24578 -> 24576
// expect-clang19: the network: needs 24578 bytes, a word has 4 bytes; the nearest offset below: 24578 -> 24576
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x6002>>>, rolling::First,
                     rolling::Shift, rolling::Insert, rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
