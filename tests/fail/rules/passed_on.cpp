// Channels that a layer makes are its error, not one of the layer that reads them; two other mistakes are
// found beside it.
// expect-gcc: \[unknown_option\] layer 1: this layer does not take this option \(ReLU in MaxPool2d\); leave it out
// expect-gcc: \[channels\] layer 2: a layer has too many input or output channels, or none: needs 2000, MAX78000 has 1024
// expect-gcc: \[padding_range\] layer 3 \(last\): padding is 0, 1 or 2: needs 3x3, MAX78000 has 2
// expect-clang: \[unknown_option\]
// expect-clang: \[channels\]
// expect-clang: \[padding_range\]
// errors: 3
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<3, 16, 16>, Conv2d<16, kernel<3>, pad<1>>, MaxPool2d<2, ReLU>,
                     Conv2d<2000, kernel<3>, pad<1>>, Conv2d<8, kernel<3>, pad<3>, as<"last">>> {};

static_assert(require_fits<Net, max78000>::value);
