// expect-clang: \[streaming_passthrough\] a layer without weights cannot stream on this chip; fuse it with the convolution behind it, or stream fewer layers
// expect-clang14: facts::layer<1>.*facts::name<'p', 'o', 'o', 'l'>.*facts::on<.*max78002>
// expect-gcc: layer 1 \(pool\): a layer without weights cannot stream on this chip; fuse it with the convolution behind it, or stream fewer layers
// expect-clang19: layer 1 \(pool\)
// errors: 1
#include <support/refused.hpp>

using namespace incuse;

struct Net : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, streaming, as<"first">>,
                     MaxPool2d<2, streaming, as<"pool">>, Conv2d<4, kernel<3>, pad<1>>> {};

constexpr auto& image = RefusedOn<max78002, Net, max7800x::fifo_input>::image;
