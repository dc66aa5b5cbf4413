// expect-clang: \[inserted_zeros\] the hardware runs the layer with a larger kernel, filled up with zeros, which its weights cannot say
// expect-clang14: facts::layer<0>.*facts::name<'l', 'i', 'n', 'e'>.*facts::needs<3, 1>.*facts::on<.*max78002>
// expect-gcc: layer 0 \(line\): the hardware runs the layer with a larger kernel, filled up with zeros, which its weights cannot say: needs 3x1; use weights of 2 bits or more
// expect-clang19: layer 0 \(line\): needs 3x1
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<4, 24>, Conv1d<4, kernel<3>, dilation<4>, binary, as<"line">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
