// A small data set, and a network that learns it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/incuse.hpp>
#include <incuse/train/dataset.hpp>
#include <incuse/train/random.hpp>

namespace incuse::test {

// clang-format off
struct Small : Network<Input<1, 8, 8>,
    Conv2d<6, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>,
        Conv2d<6, kernel<3>, pad<1>, ReLU, bias, as<"conv2">>>,
    Flatten, Linear<3, wide, bias, as<"fc">>> {};
// clang-format on

/// Noise with a bright bar: across, down, or none. The label says which.
class Bars : public train::Dataset {
 public:
  Bars(std::size_t count, std::uint64_t seed) : count_(count), seed_(seed) {}
  std::size_t size() const override { return count_; }
  Shape shape() const override { return {1, 8, 8}; }
  int label(std::size_t index) const override { return static_cast<int>(index % 3); }
  void read(std::size_t index, std::int8_t* values) const override {
    train::RandomStream random(seed_, 0, index);
    for (int i = 0; i < 64; ++i) values[i] = static_cast<std::int8_t>(random.below(100) - 100);
    const int at = random.below(8);
    for (int i = 0; i < 8 && label(index) < 2; ++i)
      values[label(index) == 0 ? at * 8 + i : i * 8 + at] = static_cast<std::int8_t>(20 + random.below(80));
  }

 private:
  std::size_t count_;
  std::uint64_t seed_;
};

}  // namespace incuse::test
