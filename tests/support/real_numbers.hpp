// Constant real numbers for tests, which depend on nothing but a seed.
#pragma once

#include <cstdint>

namespace incuse::test {

/// Numbers around `offset`, at most `scale` away from it.
template <int Count>
struct Numbers {
  float values[Count]{};
  constexpr explicit Numbers(unsigned seed, float scale = 1.0f, float offset = 0.0f) {
    std::uint32_t state = seed;
    for (float& value : values) {
      state = state * 1664525u + 1013904223u;
      value = offset + scale * (static_cast<float>(state >> 16) / 32768.0f - 1.0f);
    }
  }
};

}  // namespace incuse::test
