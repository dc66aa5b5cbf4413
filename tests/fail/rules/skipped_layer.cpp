// expect-clang: \[skipped_layer\] a layer in front jumps over this one, which is not executed: what it would write is needed
// expect-clang14: facts::layer<1>.*facts::name<'b'>.*facts::part<'c'>.*facts::on<.*max78002>
// expect-gcc: layer 1 \(b\): a layer in front jumps over this one, which is not executed: what it would write is needed \(c\); let all readers read layers that are executed
// expect-clang19: layer 1 \(b\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 8, 8>, Conv2d<4, kernel<3>, pad<1>, place<next_layer<2>>>,
                     Conv2d<4, kernel<3>, pad<1>, as<"b">>, Conv2d<4, kernel<3>, pad<1>, as<"c">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
