// The networks that the fast executor is measured on.
#pragma once

#include <incuse/model/branches.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/modules.hpp>
#include <incuse/model/network.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>

namespace bench {

using namespace incuse;

// clang-format off
/// Key words in a spectrum of a second.
struct KeywordNet : Network<
    Input<64, 128>,
    Conv1d<48, kernel<1>, bias, ReLU>,
    Conv1d<48, kernel<3>, pad<1>, bias, ReLU>,
    Fused<MaxPool1d<2>, Conv1d<48, kernel<3>, pad<1>, bias, ReLU>>,
    Conv1d<48, kernel<3>, pad<1>, bias, ReLU>,
    Conv1d<64, kernel<3>, pad<1>, bias, ReLU>,
    Fused<MaxPool1d<2>, Conv1d<64, kernel<3>, pad<1>, bias, ReLU>>,
    Conv1d<64, kernel<1>, bias, ReLU>,
    Fused<AvgPool1d<4>, Conv1d<32, kernel<1>, bias, ReLU>>,
    Flatten,
    Linear<21, wide>> {};

/// Objects in colour pictures, with skips.
struct ResidualNet : Network<
    Input<3, 32, 32>,
    Conv2d<16, kernel<3>, pad<1>, bias, ReLU>,
    Residual<Conv2d<16, kernel<3>, pad<1>, bias, ReLU>, Conv2d<16, kernel<3>, pad<1>, bias>>,
    Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, pad<1>, bias, ReLU>>,
    Residual<Conv2d<32, kernel<3>, pad<1>, bias, ReLU>, Conv2d<32, kernel<3>, pad<1>, bias>>,
    Fused<MaxPool2d<2>, Conv2d<64, kernel<3>, pad<1>, bias, ReLU>>,
    Residual<Conv2d<64, kernel<3>, pad<1>, bias, ReLU>, Conv2d<64, kernel<3>, pad<1>, bias>>,
    Fused<AvgPool2d<8>, Conv2d<32, kernel<1>, bias, ReLU>>,
    Flatten,
    Linear<10, wide>> {};

/// Boxes in a camera's picture, as a K210 finds them.
struct DetectorNet : Network<
    Input<3, 96, 128>,
    Conv2d<16, kernel<3>, pad<1>, bias, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, pad<1>, bias, ReLU>>,
    Fused<MaxPool2d<2>, Conv2d<64, kernel<3>, pad<1>, bias, ReLU>>,
    Fused<MaxPool2d<2>, Conv2d<128, kernel<3>, pad<1>, bias, ReLU>>,
    Fused<MaxPool2d<2>, Conv2d<128, kernel<3>, pad<1>, bias, ReLU>>,
    Conv2d<30, kernel<1>, bias>> {};
// clang-format on

}  // namespace bench
