#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[snoop_mode\] a unit for conditional execution is asked for what no public source explains: it is taken to compare one word; compare one word: 0x82022003 in C1 stops on a hit, 0x82022005 jumps, with 0x3000 in C2
// expect-clang14: facts::network.*facts::on<.*max78002>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>>> {};

struct looking : max7800x::snoop<0x201001, 0, 0x7f49baec, 0, 0, 0, 0x82022007, 0x3000, 0, 0, 0, 0,
                                 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0> {};
constexpr auto& image = RefusedOn<max78002, Net, looking>::image;
