// expect-clang: \[missing_bias\] the layer has the option bias, but the parameters have none for it; leave out the option, or export the bias
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::needs<1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): the layer has the option bias, but the parameters have none for it: needs 1; leave out the option, or export the bias
// expect-clang19: layer 0 \(conv1\): needs 1
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, bias, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02", 1, 2, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
