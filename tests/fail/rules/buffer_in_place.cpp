// expect-clang: \[buffer_in_place\] a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on the command line --overlap-data
// expect-clang14: facts::layer<1>.*facts::name<'m', 'o', 'v', 'e'>.*facts::on<.*max78000>
// expect-gcc: layer 1 \(move\): a shift of the rolling buffer writes over what it reads; allow it with the option overlap_data, on the command line --overlap-data
// expect-clang19: layer 1 \(move\)
// errors: 1
#include <support/rolling_network.hpp>

using namespace incuse;

struct Net : Network<rolling::Image, rolling::Buffer, rolling::First,
                     ShiftBuffer<1, as<"move">, place<processors<0xff00>>>, rolling::Insert, rolling::Reader> {};

constexpr auto& image = Refused<Net>::image;
