// expect-clang: \[value_range\] a weight does not fit the layer's weight bits; quantize the weights to this width, or give the layer more bits
// expect-clang14: facts::layer<0>.*facts::name<'c', 'o', 'n', 'v', '1'>.*facts::part<'w', 'e', 'i', 'g', 'h', 't'>.*facts::at<0>.*facts::needs<8>.*facts::has<-8, 7>.*facts::on<.*max78000>
// expect-gcc: layer 0 \(conv1\): a weight does not fit the layer.+s weight bits \(weight 0\): needs 8, the layer has -8 to 7; quantize the weights to this width, or give the layer more bits
// expect-clang19: layer 0 \(conv1\) \(weight 0\): needs 8, the layer has -8 to 7
// errors: 1
#include <incuse/incuse.hpp>

using namespace incuse;

struct Net : Network<Input<2, 4, 4>, Conv2d<1, kernel<1>, bits<4>, as<"conv1">>> {};

struct Trained {
  static constexpr LayerParameters layers[]{{"conv1", {"\x08\x01", 1, 2, 1, 1}}};
};

constexpr auto& image = Deployment<Net, max78000, Trained>::image;
