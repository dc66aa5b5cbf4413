// expect-clang: \[layer_memory\] input and output of a layer do not fit into AI RAM together; use a smaller map or fewer channels, or pool in the same layer
// expect-clang14: facts::layer<0>.*facts::name<'c'>.*facts::needs<33280>.*facts::has<32768>.*facts::on<.*k210_kpu>
// expect-gcc: layer 0 \(c\): input and output of a layer do not fit into AI RAM together: needs 33280 lines, K210 has 32768; use a smaller map or fewer channels, or pool in the same layer
// expect-clang19: layer 0 \(c\): needs 33280 lines, K210 has 32768
// errors: 1
#include <support/refused_by_kpu.hpp>

using namespace incuse;

struct Net : Network<Input<1, 128, 256>, Conv2d<64, kernel<1>, as<"c">>> {};

constexpr auto& image = RefusedByKpu<Net>::image;
