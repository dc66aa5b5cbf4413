// The network that train_keywords trains.
#pragma once

#include <incuse/incuse.hpp>

namespace examples {

using namespace incuse;

// A second of sound, 16,384 values, folded into 128 channels of 128 as the vendor does.
// clang-format off
struct KeywordNet : Network<
    Input<128, 128>,
    Conv1d<64, kernel<1>, ReLU, bias, as<"features">>,
    Conv1d<48, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool1d<2>, Conv1d<48, kernel<3>, pad<1>, ReLU, bias, as<"conv2">>>,
    Fused<MaxPool1d<2>, Conv1d<64, kernel<3>, pad<1>, ReLU, bias, as<"conv3">>>,
    Fused<MaxPool1d<2>, Conv1d<64, kernel<3>, pad<1>, ReLU, bias, as<"conv4">>>,
    Fused<MaxPool1d<4>, Conv1d<32, kernel<1>, ReLU, bias, as<"conv5">>>,
    Flatten,
    Linear<10, wide, bias, as<"fc">>> {};
// clang-format on

}  // namespace examples
