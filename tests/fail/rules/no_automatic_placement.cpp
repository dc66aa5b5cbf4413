// expect-clang: \[no_automatic_placement\] this network cannot be placed automatically; place its layers by hand, with place<>
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: this network cannot be placed automatically; place its layers by hand, with place<>
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

// Both tensors are placed by hand on the same processors, so the concatenation of eight channels has four.
struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, as<"a">, place<output_processors<0xf>>>,
                     Conv2d<4, kernel<1>, from<"input">, as<"b">, place<output_processors<0xf>>>,
                     Conv2d<4, kernel<1>, from<"a", "b">, as<"first">, place<processors<0xff>>>> {};

constexpr auto& image = Refused<Net>::image;
