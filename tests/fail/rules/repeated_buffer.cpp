// expect-clang: \[repeated_buffer\] layers that run once more shift the rolling buffer once more; do not repeat the layers
// expect-clang14: facts::layer<1>.*facts::name<'m', 'o', 'v', 'e'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(move\): layers that run once more shift the rolling buffer once more: needs 2, MAX78000 has 1; do not repeat the layers
// expect-clang19: layer 1 \(move\): needs 2, MAX78000 has 1
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net
    : Network<rolling::Image, rolling::Buffer, rolling::First, ShiftBuffer<1, as<"move">, place<processors<0xff00>>>,
              Conv2d<8, kernel<3>, buffer_insert<1>, as<"new">, place<processors<0xf0>, in_offset<0x1000>>>,
              rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data, repetitions<2>>::image;
