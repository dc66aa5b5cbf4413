// The network that train_fashion trains.
#pragma once

#include <incuse/incuse.hpp>

namespace examples {

using namespace incuse;

// clang-format off
struct ClothesNet : Network<
    Input<1, 28, 28>,
    Conv2d<60, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU, bias, as<"conv2">>>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU, bias, as<"conv3">>>,
    Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU, bias, as<"conv4">>>,
    Flatten,
    Linear<10, wide, bias, as<"fc">>> {};
// clang-format on

}  // namespace examples
