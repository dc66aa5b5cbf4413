// expect-clang: \[missing_weights\] the parameters have no weights for this layer; give one entry per weighted layer, in the order of the layers
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<1, 2, 1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the parameters have no weights for this layer: needs 1x2x1x1; give one entry per weighted layer, in the order of the layers
// expect-clang19: layer 0 \(conv1\): needs 1x2x1x1
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
