// expect-clang: \[binary_mixture\] weights of 1 bit mean -1 and \+1 in all layers of a network, or in none of them; give the other layers binary weights, too, or more bits
// expect-clang14: facts::network.*facts::on<.*max78002>
// expect-gcc: weights of 1 bit mean -1 and \+1 in all layers of a network, or in none of them; give the other layers binary weights, too, or more bits
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, binary>, Conv2d<4, kernel<3>, pad<1>, bits<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
