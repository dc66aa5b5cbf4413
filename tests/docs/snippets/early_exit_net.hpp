// The network that the snippets of early exits deploy, and its parameters.
#pragma once

#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

// clang-format off
struct Net : Network<
    Input<2, 4, 4>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    EarlyExit<any_at_least<45>, Flatten, Linear<10>>,
    Flatten,
    Linear<10, wide>> {};
// clang-format on
struct parameters {
  static constexpr signed char first[144]{1}, values[1280]{1};
  static constexpr LayerParameters layers[] = {
      {.weight = {first, 8, 2, 3, 3}}, {.weight = {values, 10, 128}}, {.weight = {values, 10, 128}}};
};

}  // namespace
