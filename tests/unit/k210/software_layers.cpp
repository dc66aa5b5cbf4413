#include <cmath>
#include <cstdint>

#include <doctest/doctest.h>

#include <incuse/k210/cpu/software_layers.hpp>

namespace test_software_layers {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// An array that a layer filled at compile time.
template <class Value, int N>
struct Filled {
  Value values[N]{};

  friend constexpr bool operator==(const Filled&, const Filled&) = default;
};

/// The output of layer(out).
template <class Value, int N, class Layer>
constexpr Filled<Value, N> filled(const Layer& layer) {
  Filled<Value, N> result;
  layer(result.values);
  return result;
}

constexpr float reals[] = {-1.0f, 0.24f, 0.25f, 1000.0f};
constexpr std::uint8_t codes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};

}  // namespace

static_assert(round_to_byte(0.5f) == 1 && round_to_byte(254.5f) == 255 && round_to_byte(-3.0f) == 0);
static_assert(round_to_byte(__builtin_nanf("")) == 0);

// Codes of 0.5 units, 0 for -1.
static_assert(filled<std::uint8_t, 4>([](auto* out) {
                quantize(reals, 4, {0.5f, -1.0f}, out);
              }) == Filled<std::uint8_t, 4>{{0, 2, 3, 255}});
static_assert(filled<float, 3>([](auto* out) {
                dequantize(codes, 3, {0.5f, -1.0f}, out);
              }) == Filled<float, 3>{{-1.0f, -0.5f, 0.0f}});

// Equal shifts are applied to the sum, others one by one: the halves are lost or not.
static_assert(quantized_sum(1, {0, 1, 1}, 1, {0, 1, 1}, {}) == 1);
static_assert(quantized_sum(1, {0, 1, 1}, 2, {0, 2, 2}, {}) == 1);
static_assert(quantized_sum(1, {0, 1, 1}, 3, {0, 1, 1}, {5, 1, 1}) == 6);
static_assert(quantized_sum(255, {}, 255, {}, {}) == 255);
static_assert(quantized_sum(0, {-100, 1, 0}, 0, {}, {}) == 0);

static_assert(filled<std::uint8_t, 4>([](auto* out) {
                max_pool(codes, {1, 3, 3}, {1, 2, 2}, {{2, 2}, {2, 2}, {1, 1}}, out);
              }) == Filled<std::uint8_t, 4>{{0, 2, 6, 8}});
static_assert(filled<std::uint8_t, 4>([](auto* out) {
                max_pool(codes, {1, 3, 3}, {1, 2, 2}, {{2, 2}, {2, 2}}, out);
              }) == Filled<std::uint8_t, 4>{{4, 5, 7, 8}});

// The mean counts pixels of the image only.
constexpr float image[] = {1, 2, 3, 4};
static_assert(filled<float, 1>([](auto* out) {
                average_pool(image, {1, 2, 2}, {1, 1, 1}, {{3, 3}, {1, 1}}, out);
              }) == Filled<float, 1>{{2.5f}});
static_assert(filled<float, 2>([](auto* out) { global_average_pool(image, 2, 2, out); }) ==
              Filled<float, 2>{{1.5f, 3.5f}});

static_assert(filled<std::uint8_t, 6>([](auto* out) {
                resize_nearest(codes, {1, 1, 2}, {2, 3}, out);
              }) == Filled<std::uint8_t, 6>{{0, 0, 1, 0, 0, 1}});
static_assert(filled<std::uint8_t, 4>([](auto* out) {
                flatten(codes, {2, 1, 2}, out);
              }) == Filled<std::uint8_t, 4>{{0, 2, 1, 3}});

constexpr float weights[] = {1, 1, -1, -1}, bias[] = {0.5f, 1.0f};
static_assert(filled<float, 2>([](auto* out) { fully_connected(image, 2, weights, bias, 2, {.lowest = 0}, out); }) ==
              Filled<float, 2>{{3.5f, 0.0f}});

// First pixels of 4x4 maps: four channels side by side in every line, 16 bytes apart.
static_assert(filled<std::uint8_t, 512>([](auto* out) { add_padding(codes, 6, out); }).values[16] == 1);
static_assert(filled<std::uint8_t, 512>([](auto* out) { add_padding(codes, 6, out); }).values[256 + 16] == 5);

TEST_CASE("softmax sums to one; values far below zero vanish, as they do in the SDK") {
  float out[3];
  const float usual[] = {1.0f, 2.0f, 3.0f};
  softmax(usual, 3, out);
  CHECK(out[0] + out[1] + out[2] == doctest::Approx(1.0));
  CHECK(out[2] / out[1] == doctest::Approx(std::exp(1.0)));
  const float low[] = {-200.0f, -201.0f, -202.0f};
  softmax(low, 3, out);
  CHECK(std::isnan(out[0]));
}

TEST_CASE("normalized vectors have length one, and zeros stay zeros") {
  float out[2];
  const float vector[] = {3.0f, 4.0f}, zeros[] = {0.0f, 0.0f};
  l2_normalize(vector, 2, out);
  CHECK(out[0] == doctest::Approx(0.6));
  CHECK(out[1] == doctest::Approx(0.8));
  l2_normalize(zeros, 2, out);
  CHECK(out[0] == 0.0f);
}

}  // namespace test_software_layers
