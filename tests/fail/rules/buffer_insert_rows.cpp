// expect-clang: \[buffer_insert_rows\] the output does not have the size of the rows that it replaces; insert as many rows of the buffer.s channels as the layer.s output has pixels
// expect-clang14: facts::layer<2>.*facts::name<'n', 'e', 'w'>.*facts::needs<8, 2, 1>.*facts::has<8, 1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 2 \(new\): the output does not have the size of the rows that it replaces: needs 8x2x1, the output has 8x1x1; insert as many rows of the buffer.+s channels as the layer.+s output has pixels
// expect-clang19: layer 2 \(new\): needs 8x2x1, the output has 8x1x1
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First, rolling::Shift,
                     Conv2d<8, kernel<3>, buffer_insert<2>, as<"new">, place<processors<0xf0>, in_offset<0x1000>>>,
                     rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
