// expect-clang: \[pool_in_passes\] pooling without a convolution handles the channels of one pass only; fuse the pooling with the convolution behind it, or pool to 1x1
// expect-clang14: facts::layer<0>.*facts::name<'h', 'a', 'l', 'f'>.*facts::needs<128>.*facts::has<64>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(half\): pooling without a convolution handles the channels of one pass only: needs 128, MAX78000 has 64; fuse the pooling with the convolution behind it, or pool to 1x1
// expect-clang19: layer 0 \(half\): needs 128, MAX78000 has 64
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<128, 8, 8>, MaxPool2d<2, as<"half">>> {};

constexpr auto& image = Refused<Net>::image;
