#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[snoop_address\] a unit for conditional execution looks at no word of the data memories: it never finds what it looks for; give it the pointer of a data word in the register A1
// expect-clang14: facts::network.*facts::on<.*max78002>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

struct looking : max7800x::snoop<0x7fff, 0, 0x7f49baec, 0, 0, 0, 0x82022005, 0x3000, 0, 0, 0, 0,
                                 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0> {};
constexpr auto& image = RefusedOn<max78002, Net, looking>::image;
