// expect-clang: \[cpu_window\] the processor does not pool like this; leave out dilation, and same_padding of a mean
// expect-clang14: facts::layer<0>.*facts::name<'p', 'o', 'o', 'l'>.*facts::needs<3, 3>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(pool\): the processor does not pool like this: needs 3x3; leave out dilation, and same_padding of a mean
// expect-clang19: layer 0 \(pool\): needs 3x3
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, MaxPool2d<3, dilation<2>, on_cpu, as<"pool">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
