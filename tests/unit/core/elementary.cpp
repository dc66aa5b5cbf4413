#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>

#include <doctest/doctest.h>

#include <incuse/core/elementary.hpp>

namespace test_elementary {

using namespace incuse;

static_assert(exponential(0.0f) == 1.0f);
static_assert(exponential(1.0f) == 2.71828182845904523536f);
static_assert(square_root(2.0f) == 1.41421356237309504880f);
static_assert(square_root(0.0f) == 0.0f);
static_assert(round_half_up(2.5f) == 3 && round_half_up(2.4999998f) == 2 && round_half_up(0.0f) == 0);

TEST_CASE("functions round like the exact value does") {
  int wrong = 0;
  for (std::uint64_t bits = 0; bits < 1ull << 32; bits += 999'983) {
    const auto low = static_cast<std::uint32_t>(bits);
    float x = 0;
    std::memcpy(&x, &low, sizeof x);
    if (std::isnan(x)) continue;
    wrong += exponential(x) != static_cast<float>(std::exp(static_cast<double>(x)));
    if (x >= 0) wrong += square_root(x) != std::sqrt(x);
  }
  CHECK(wrong == 0);
  CHECK(std::isnan(exponential(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("powers round right between the numbers of the sweep, too: an error of 10^-11 shows") {
  int wrong = 0;
  for (std::uint32_t bits = 0x3e800000; bits < 0x42b00000; bits += 97)  // 0.25 to 88
    for (const std::uint32_t sign : {0u, 0x80000000u}) {
      const std::uint32_t number = bits | sign;
      float x = 0;
      std::memcpy(&x, &number, sizeof x);
      wrong += exponential(x) != static_cast<float>(std::exp(static_cast<double>(x)));
    }
  CHECK(wrong == 0);
}

TEST_CASE("a product is rounded before it takes part in a sum") {
  // volatile, so that the sum is computed at run time: only there a compiler may contract it to a fused multiply-add.
  volatile float a = 1.0f + 0x1p-12f, c = -1.0f - 0x1p-11f;
  const float x = a, y = c;
  CHECK(rounded(x * x) + y == 0.0f);
  float many[64], sums[64];
  for (float& value : many) value = x;
  for (int i = 0; i < 64; ++i) sums[i] = rounded(many[i] * many[i]) + y;
  for (float sum : sums) CHECK(sum == 0.0f);
}

}  // namespace test_elementary
