#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[buffer_writer\] no layer writes to the rolling buffer: its rows are always zero; insert rows with buffer_insert, or leave the buffer out
// expect-clang14: facts::network.*facts::on<.*max78000>
// errors: 1
#include <incuse/incuse.hpp>

#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First, rolling::Reader> {};

constexpr auto& image = Refused<Net>::image;
