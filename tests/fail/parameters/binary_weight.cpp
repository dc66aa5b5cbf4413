// expect-clang: \[binary_weight\] a weight of a layer with binary weights is neither -1 nor 1; quantize the weights to these two, or give the layer 2 bits or more
// expect-gcc: layer 0 \(signs\): a weight of a layer with binary weights is neither -1 nor 1 \(weight 2\): needs -1 or 1, the tensor has 0; quantize
// expect-clang14: facts::layer<0>.*facts::name<'s', 'i', 'g', 'n', 's'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::at<2>.*facts::needs<-1>.*facts::has<0>
// expect-clang19: layer 0 \(signs\) \(weight 2\): needs -1 or 1, the tensor has 0
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<2, binary, kernel<1>, as<"signs">>> {};

struct Trained {
  static constexpr signed char w[4]{1, -1, 0, 1};
  static constexpr LayerParameters layers[]{{.weight = {w, 2, 2, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78002, Trained>::image;
