// expect: \[no_automatic_placement\] this network cannot be placed automatically; place its layers by hand, with place<>
// expect: facts::network.*facts::on<.*max78000>
// expect-gcc: this network cannot be placed automatically; place its layers by hand, with place<>
// errors: 1
#include "../any_parameters.hpp"

using namespace incuse;

// Either the first tensor lies in front of the second one or behind it.
struct Net
    : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"a">>, Conv2d<4, kernel<1>, as<"b">>,
              Conv2d<4, kernel<1>, from<"a", "b">, as<"first">>, Conv2d<4, kernel<1>, from<"b", "a">, as<"second">>> {};

constexpr auto& image = Refused<Net>::image;
