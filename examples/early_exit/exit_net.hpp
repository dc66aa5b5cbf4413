// The network of examples/fashion_mnist with an early exit behind its first convolution, which takes two thirds of the
// time: easy pictures are classified from its output alone.
#pragma once

#include <incuse/incuse.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include "exit_parameters.hpp"

namespace fashion {

// clang-format off
struct EarlyFashionNet : Network<
    Input<1, 28, 28>,
    Conv2d<60, kernel<3>, pad<1>, ReLU, bias>,
    EarlyExit<any_at_least<sure_from>, MaxPool2d<7>, Flatten, Linear<10>>,
    Fused<MaxPool2d<2>, Conv2d<60, kernel<3>, pad<2>, ReLU, bias>>,
    Fused<MaxPool2d<2>, Conv2d<56, kernel<3>, pad<1>, ReLU, bias>>,
    Fused<AvgPool2d<2>, Conv2d<12, kernel<3>, pad<1>, ReLU, bias>>,
    Flatten,
    Linear<10, wide, bias>> {};
// clang-format on

}  // namespace fashion
