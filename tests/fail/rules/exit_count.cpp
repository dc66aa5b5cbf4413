// expect-clang: \[exit_count\] more early exits than the chip has units that look for them; leave some out
// expect-clang14: facts::network.*facts::needs<3>.*facts::has<2>.*facts::on<.*max78002>
// expect-gcc: more early exits than the chip has units that look for them: needs 3, MAX78002 has 2; leave some out
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<at_least<0, 1>, Linear<4>>, EarlyExit<at_least<0, 2>, Linear<4>>,
                     EarlyExit<at_least<0, 3>, Linear<4>>, Linear<10>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
