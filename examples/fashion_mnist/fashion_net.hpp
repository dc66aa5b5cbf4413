// A small convolutional network for Fashion-MNIST: 28 x 28 grey pictures of clothes, ten classes.
// examples/train_fashion trains it.
#pragma once

#include <incuse/incuse.hpp>

namespace fashion {

using namespace incuse;

// clang-format off
struct FashionNet : Network<
    Input<1, 28, 28>,
    Conv2d<60, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU, bias, as<"conv2">>>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU, bias, as<"conv3">>>,
    Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU, bias, as<"conv4">>>,
    Flatten,
    Linear<10, wide, bias, as<"fc">>> {};
// clang-format on

inline constexpr int classes = 10;
inline constexpr const char* class_names[classes] = {"T-shirt", "Trouser", "Pullover", "Dress", "Coat",
                                                     "Sandal",  "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

/// The network reads (v / 255 - 0.5) * 256, rounded and clipped to a signed byte, for a pixel v of 0…255. That is
/// v - 128 + v / 255, whose last term rounds to 1 from v = 128 on; the tie itself does not occur.
constexpr int network_value(int pixel) {
  const int value = pixel - 128 + (pixel >= 128 ? 1 : 0);
  return value > 127 ? 127 : value;
}

}  // namespace fashion
