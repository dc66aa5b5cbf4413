// A network in the manner of a U-Net: down to an eighth of the picture and up again, for segmentation. What is
// measured here does not depend on the values of its weights, so those are drawn when the benchmark runs.
#pragma once

#include <incuse/incuse.hpp>

namespace net {

using namespace incuse;

// clang-format off
struct Net : Network<
    Input<48, 64, 64>,
    Conv2d<64, kernel<1>, ReLU, bias>,
    Conv2d<64, kernel<1>, ReLU, bias>,
    Conv2d<32, kernel<1>, ReLU, bias>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<28, kernel<3>, pad<1>, ReLU, bias>>,
    Conv2d<28, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU, bias>>,
    Conv2d<56, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<112, kernel<3>, pad<1>, ReLU, bias>>,
    ConvTranspose2d<56, kernel<3>, pad<1>, bias>,
    Conv2d<112, kernel<3>, pad<1>, ReLU, bias>,
    ConvTranspose2d<28, kernel<3>, pad<1>, bias>,
    Conv2d<56, kernel<3>, pad<1>, ReLU, bias>,
    ConvTranspose2d<8, kernel<3>, pad<1>, bias>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<48, kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<64, kernel<1>, ReLU, bias>,
    Conv2d<64, kernel<1>, bias>> {};
// clang-format on

}  // namespace net
