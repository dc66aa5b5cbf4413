// Constant real numbers for tests, which depend on nothing but a seed.
#pragma once

#include "random.hpp"

namespace incuse::test {

/// Numbers around `offset`, at most `scale` away from it.
template <int Count>
struct Numbers {
  float values[Count]{};
  constexpr explicit Numbers(unsigned seed, float scale = 1.0f, float offset = 0.0f) {
    Random random(seed);
    for (float& value : values) value = offset + scale * static_cast<float>(random.real(-1, 1));
  }
};

}  // namespace incuse::test
