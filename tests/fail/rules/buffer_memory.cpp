// expect-clang: \[buffer_memory\] the rolling buffer does not fit into its data memory instances; use fewer rows or channels, a lower offset, and one processor per channel of a pass
// expect-clang14: facts::network.*facts::needs<32772>.*facts::has<32768>.*facts::on<.*max78000>
// expect-gcc: the rolling buffer does not fit into its data memory instances: needs 32772 bytes, MAX78000 has 32768 bytes; use fewer rows or channels, a lower offset, and one processor per channel of a pass
// expect-clang19: the network: needs 32772 bytes, MAX78000 has 32768 bytes
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, RollingBuffer<8, 5, place<processors<0xff00>, out_offset<0x7ff0>>>, rolling::First,
                     rolling::Shift, rolling::Insert, rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
