// expect-clang: \[buffer_overwritten\] a tensor shares memory with the rolling buffer; give one of them another offset, or other processors
// expect-clang14: facts::layer<3>.*facts::name<'o', 'v', 'e', 'r'>.*facts::part<'b', 'u', 'f', 'f', 'e', 'r'>.*facts::needs<24584, 24595>.*facts::has<24576, 24595>.*facts::on<.*max78000>
// expect-gcc: layer 3 \(over\): a tensor shares memory with the rolling buffer \(buffer\): needs 24584 to 24595, the buffer has 24576 to 24595; give one of them another offset, or other processors
// expect-clang19: layer 3 \(over\) \(buffer\): needs 24584 to 24595, the buffer has 24576 to 24595
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First, rolling::Shift, rolling::Insert,
                     Conv1d<4, kernel<3>, from<"buffer">, as<"over">,
                            place<processors<0xff00>, output_processors<0xf00>, out_offset<0x6008>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
