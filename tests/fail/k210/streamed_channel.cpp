// expect-clang: \[streamed_channel\] an output channel is too large for the output FIFO; pool the output, or use a smaller input
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<76800>.*facts::has<65536>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): an output channel is too large for the output FIFO: needs 76800 bytes, K210 has 65536; pool the output, or use a smaller input
// expect-clang19: layer 0 \(c\): needs 76800 bytes, K210 has 65536
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 240, 320>, Conv2d<1, kernel<3>, pad<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
