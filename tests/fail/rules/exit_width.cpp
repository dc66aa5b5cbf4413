// expect-clang: \[exit_width\] an early exit tests signed bytes, not a 32-bit output; leave out the option wide
// expect-clang14: facts::layer<0>.*facts::needs<32>.*facts::has<8>.*facts::on<.*max78002>
// expect-gcc: layer 0: an early exit tests signed bytes, not a 32-bit output: needs 32, MAX78002 has 8; leave out
// expect-clang19: layer 0: needs 32, MAX78002 has 8
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<any_at_least<40>, Linear<5, wide>>, Linear<10>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
