// expect-clang: \[buffer_rest\] the chip leaves the old values in the rows that a shift vacates, and something reads them; insert at least as many rows behind the shift, before the buffer is read or shifted again
// expect-clang14: facts::layer<1>.*facts::name<'b', 'y', '_', 't', 'w', 'o'>.*facts::needs<2>.*facts::has<1>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(by_two\): the chip leaves the old values in the rows that a shift vacates, and something reads them: needs 2 rows, what is inserted has 1 rows; insert at least as many rows behind the shift, before the buffer is read or shifted again
// expect-clang19: layer 1 \(by_two\): needs 2 rows, what is inserted has 1 rows
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First,
                     ShiftBuffer<2, as<"by_two">, place<processors<0xff00>>>, rolling::Insert, rolling::Reader> {};

constexpr auto& image = Refused<Net, overlap_data>::image;
