// expect-clang: \[single_step\] layers that run one by one run as a whole and in their order; do not stream, leave the next layer out, or do not ask for single steps
// expect-clang14: facts::layer<0>.*facts::name<'a'>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(a\): layers that run one by one run as a whole and in their order \(next_layer\); do not stream, leave the next layer out, or do not ask for single steps
// expect-clang19: layer 0 \(a\) \(next_layer\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, as<"a">, place<next_layer<2>>>,
                     Conv2d<4, kernel<3>, pad<1>>, Conv2d<4, kernel<3>, pad<1>, from<"a">>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::with<max7800x::Feature::single_steps>>::image;
