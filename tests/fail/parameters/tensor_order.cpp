// expect-clang: \[tensor_order\] the weights of a ConvTranspose2d have the shape of PyTorch's order, \[in\]\[out\]\[height\]\[width\]; say so: Tensor\(...\).in_pytorch_order\(\); or export them as \[out\]\[in\], both axes of the kernels turned
// expect-gcc: layer 0 \(up\): the weights of a ConvTranspose2d have the shape of PyTorch.*\(weight\): needs 1x2x3x3, the tensor has 2x1x3x3; say so: Tensor
// expect-clang14: facts::layer<0>.*facts::name<'u', 'p'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::needs<1, 2, 3, 3>.*facts::has<2, 1, 3, 3>.*facts::on<.*max78000>
// expect-clang19: layer 0 \(up\) \(weight\): needs 1x2x3x3, the tensor has 2x1x3x3
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, ConvTranspose2d<1, kernel<3>, pad<1>, as<"up">>> {};

struct Trained {
  static constexpr char weights[18]{1};
  static constexpr LayerParameters layers[]{{"up", {weights, 2, 1, 3, 3}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
