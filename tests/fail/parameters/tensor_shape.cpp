// expect-clang: \[tensor_shape\] a tensor has another shape than its layer; correct the layer, or export the parameters anew
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::needs<1, 2, 1, 1>.*facts::has<2, 1, 1, 1>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a tensor has another shape than its layer \(weight\): needs 1x2x1x1, the tensor has 2x1x1x1; correct the layer, or export the parameters anew
// expect-clang19: layer 0 \(conv1\) \(weight\): needs 1x2x1x1, the tensor has 2x1x1x1
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02", 2, 1, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
