#pragma GCC diagnostic error "-Wdeprecated-declarations"
// expect: \[parallel_kernel\] the option to compute four output channels at a time has no effect: only 3x3 kernels, neither in groups nor flattened, are known to use it; leave it out
// expect-clang14: facts::layer<0>.*facts::name<'o', 'n', 'e'>.*facts::needs<1, 1>.*facts::has<3, 3>.*facts::on<.*max78002>
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<8, 6, 6>, Conv2d<8, kernel<1>, place<parallel_outputs>, as<"one">>> {};

constexpr auto& image = RefusedOn<max78002, Net>::image;
