// A network for the K210 with an activation function, a residual sum and layers of the processor, and data that it
// learns.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <incuse/incuse.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>
#include <incuse/train/dataset.hpp>
#include <incuse/train/random.hpp>

namespace incuse::test {

// clang-format off
struct StripeNet : Network<Input<1, 16, 16>,
    Conv2d<8, kernel<3>, pad<1>, LeakyReLU<1, 10>, bias, as<"conv1">>,
    MaxPool2d<2>,
    DepthwiseConv2d<kernel<3>, pad<1>, ReLU6, bias, as<"depthwise">>,
    Conv2d<8, kernel<1>, ReLU, bias, as<"pointwise">>,
    Residual<Conv2d<8, kernel<3>, pad<1>, bias, as<"branch">>, on_cpu>,
    Dequantize<>, GlobalAvgPool2d<>,
    Linear<4, bias, on_cpu, as<"fc">>, Softmax<>> {};
// clang-format on

/// Stripes in noise: across, down, and along both diagonals. The label says which.
class Stripes : public train::Dataset {
 public:
  Stripes(std::size_t count, std::uint64_t seed) : count_(count), seed_(seed) {}
  std::size_t size() const override { return count_; }
  Shape shape() const override { return {1, 16, 16}; }
  int label(std::size_t index) const override { return static_cast<int>(index % 4); }
  void read(std::size_t index, std::int8_t* values) const override {
    constexpr int down[] = {1, 0, 1, 1}, across[] = {0, 1, 1, -1};
    train::RandomStream random(seed_, 0, index);
    const int own = label(index);
    const double phase = 6.3 * random.real(), pace = 0.8 + 0.5 * random.real(), strength = 30 + 40 * random.real();
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16; ++x) {
        const double wave = std::sin(phase + pace * (down[own] * y + across[own] * x));
        *values++ = static_cast<std::int8_t>(std::lround(strength * wave + 50 * (random.real() - 0.5)));
      }
  }

 private:
  std::size_t count_;
  std::uint64_t seed_;
};

}  // namespace incuse::test
