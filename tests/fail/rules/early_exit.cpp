// expect-clang: \[early_exit\] the chip cannot end an inference early; deploy FirstStage<Net> and SecondStage<Net> \(model/stages.hpp\), and let the program decide between them
// expect-clang14: facts::layer<1>.*facts::on<.*max78000>
// expect-gcc: layer 1: the chip cannot end an inference early; deploy FirstStage
// expect-clang19: layer 1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 1, 1>, Conv2d<4, kernel<1>>, EarlyExit<any_at_least<40>, Linear<10>>, Linear<10>> {};

constexpr auto& image = Refused<Net>::image;
