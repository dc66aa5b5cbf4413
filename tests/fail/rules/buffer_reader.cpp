// expect-clang: \[buffer_reader\] the rolling buffer is read as a whole, and not by a layer that streams; let the layer read the buffer alone, and not stream
// expect-clang14: facts::layer<3>.*facts::name<'t', 'w', 'i', 'c', 'e'>.*facts::on<.*max78000>
// expect-gcc: layer 3 \(twice\): the rolling buffer is read as a whole, and not by a layer that streams; let the layer read the buffer alone, and not stream
// expect-clang19: layer 3 \(twice\)
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First, rolling::Shift, rolling::Insert,
                     Conv1d<4, kernel<1>, from<"buffer", "buffer">, as<"twice">,
                            place<processors<0xffff00>, in_offset<0x6000>, out_offset<0x2000>>>> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
