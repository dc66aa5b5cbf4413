// With the option strict a warning is an error; the MAX7800x's options are none here.
// expect-gcc: \[other_placement\] layer 0 \(c\): processors, offsets and streaming mean nothing to the KPU; leave place<> and streaming out
// expect-gcc: \[no_option\] this is no option of a deployment \(fifo_input\)
// expect-clang: \[other_placement\] processors, offsets and streaming mean nothing to the KPU; leave place<> and streaming out
// expect-clang: \[no_option\] this is no option of a deployment
// expect-clang14: facts::layer<0>.*facts::name<'c'>
// expect-clang19: layer 0 \(c\)
// errors: 2
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming, as<"c">>> {};

static_assert(RefusedByKpu<Net>::is_valid);
static_assert(!Deployment<Net, k210_kpu, test::AnyParameters<Net>, k210::strict, max7800x::fifo_input>::is_valid);
