// Networks that several tests speak of.
#pragma once

#include <incuse/model/network.hpp>

namespace incuse::test {

// clang-format off
/// The network of the Fashion-MNIST example; `Last` are further options of its last layer.
template <class... Last>
struct FashionNetWith : Network<
    Input<1, 28, 28>,
    Conv2d<60, kernel<3>, pad<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU>>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU>>,
    Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU>>,
    Flatten,
    Linear<10, wide, Last...>> {};
using FashionNet = FashionNetWith<>;

/// The vendor's MNIST network with its placement by hand (max7800x-examples, example 1).
struct Example1 : Network<
    Input<1, 28, 28, chw>,
    Conv2d<60, kernel<3>, pad<1>, ReLU, place<processors<1>, out_offset<0x2000>>>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU, place<processors<0xfffffffffffffff0>, out_offset<0>>>>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU, place<processors<0xfffffffffffffff0>, out_offset<0x2000>>>>,
    Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU, place<processors<0x0ffffffffffffff0>, out_offset<0>>>>,
    Flatten,
    Linear<10, wide, bias, place<processors<0xfff>, out_offset<0x1000>>>> {};

/// A tensor goes around, whose copy cannot stay in its group: beside the sum's operands there is no room.
template <int Channels, int Side, int Kernel = 3>
struct GoesAround : Network<
    Input<3, Side, Side>,
    Conv2d<Channels, kernel<1>>,
    Residual<Conv2d<Channels, kernel<Kernel>, pad<Kernel / 2>, ReLU>, Conv2d<Channels, kernel<1>>>,
    Fused<MaxPool2d<2>, Conv2d<4, kernel<1>>>> {};

/// Two tensors that are concatenated in both orders: neither has one place for all its readers.
struct BothOrders : Network<
    Input<4, 8, 8>,
    Conv2d<8, kernel<3>, pad<1>, as<"a">>,
    Conv2d<12, kernel<3>, pad<1>, as<"b">>,
    Conv2d<8, kernel<1>, from<"a", "b">, as<"there">>,
    Conv2d<8, kernel<1>, from<"b", "a">, as<"back">>,
    Conv2d<4, kernel<1>, from<"there", "back">>> {};

/// Weight columns nearly everywhere, in pieces so long and so narrow that they fit in few orders.
struct FullOfWeights : Network<
    Input<64, 32, 32>,
    Conv2d<16, kernel<3>, pad<1>, ReLU>,
    Conv2d<20, kernel<3>, pad<1>, ReLU>,
    Conv2d<20, kernel<3>, pad<1>, ReLU>,
    Conv2d<20, kernel<3>, pad<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<20, kernel<3>, pad<1>, ReLU>>,
    Conv2d<20, kernel<3>, pad<1>, ReLU>,
    Conv2d<44, kernel<3>, pad<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<48, kernel<3>, pad<1>, ReLU>>,
    Conv2d<48, kernel<3>, pad<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<96, kernel<3>, pad<1>, ReLU>>,
    Fused<MaxPool2d<2>, Conv2d<512, kernel<1>, ReLU>>,
    Conv2d<128, kernel<1>, ReLU>,
    Fused<MaxPool2d<2>, Conv2d<128, kernel<3>, pad<1>, ReLU>>,
    Conv2d<100, kernel<1>, wide>> {};
// clang-format on

}  // namespace incuse::test
