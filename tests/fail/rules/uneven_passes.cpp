// expect-clang: \[uneven_passes\] weights without a zero need passes of equally many channels
// expect-clang14: facts::layer<1>.*facts::name<'s', 'u', 'm'>.*facts::needs<66>.*facts::has<72>.*facts::on<.*max78002>
// expect-gcc: layer 1 \(sum\): weights without a zero need passes of equally many channels: processors without a channel in the last one read what lies in their lanes: needs 66, the next multiple has 72
// expect-clang19: layer 1 \(sum\): needs 66, the next multiple has 72
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<66, kernel<1>, binary>, Conv2d<4, kernel<1>, binary, as<"sum">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
