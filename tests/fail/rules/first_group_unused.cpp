// expect-clang: \[first_group_unused\] no layer uses processors 0 to 15; move a layer there
// expect-clang14: facts::network.*facts::on<.*max78000>
// expect-gcc: no layer uses processors 0 to 15; move a layer there
// expect-clang19: the network
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>,
                     Conv2d<4, kernel<3>, pad<1>,
                            place<processors<0x70000>, output_processors<0xf0000>, in_offset<0>, out_offset<0x1000>>>> {
};

constexpr auto& image = Refused<Net>::image;
