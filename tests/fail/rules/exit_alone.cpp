// expect-clang: \[exit_alone\] a network with an early exit runs once, layer after layer; leave this out, or deploy FirstStage<Net>
// expect-clang14: facts::network.*facts::on<.*max78002>
// expect-gcc: a network with an early exit runs once, layer after layer \(repetitions\); leave this out
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, EarlyExit<any_at_least<40>, Linear<5>>, Linear<10>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::repetitions<2>>::image;
