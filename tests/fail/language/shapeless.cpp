// What reads a layer whose size is not known is not blamed for it.
// expect: \[unknown_option\]
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 32, 32>, Conv2d<16, kernel<3>, pad<1>, as<"a">>, MaxPool2d<3, stride<1>, pad<1>, as<"p">>,
                     Add<from<"a", "p">>> {};

constexpr auto& image = Refused<Net>::image;
