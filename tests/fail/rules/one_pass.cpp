// expect-clang: \[one_pass\] the channels do not fit into the one pass that this chip has; leave the option processors_per_pass out, or use fewer channels
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<16>.*facts::has<4>.*facts::on<.*ai84>
// expect-gcc: layer 0 \(conv1\): the channels do not fit into the one pass that this chip has: needs 16, the option has 4; leave
// expect-clang19: layer 0 \(conv1\): needs 16, the option has 4
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<16, 8, 8>, Conv2d<16, kernel<3>, pad<1>, as<"conv1">>> {};

constexpr auto& image = RefusedOn<ai84, Net, max7800x::processors_per_pass<4>>::image;
