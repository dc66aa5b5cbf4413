// Random numbers that depend on nothing but what they are asked for: the same run gives the same numbers on any number
// of threads, and a run that is resumed goes on with those of its epoch.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace incuse::train {

/// A stream of random numbers for one purpose: SplitMix64.
class RandomStream {
 public:
  /// One of independent streams: of a seed, an epoch and a sample, or what else three numbers tell apart.
  explicit RandomStream(std::uint64_t seed, std::uint64_t epoch = 0, std::uint64_t index = 0) : state_(seed) {
    state_ = next() ^ epoch;
    state_ = next() ^ index;
  }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
  }
  /// 0 … count - 1; `count` is positive, and below 2^32.
  int below(int count) { return static_cast<int>((next() >> 32) * static_cast<std::uint64_t>(count) >> 32); }
  /// 0 … 1, without 1.
  double real() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  /// Of the normal distribution with mean 0 and deviation 1.
  double normal() { return std::sqrt(-2 * std::log(1 - real())) * std::cos(6.283185307179586 * real()); }

 private:
  std::uint64_t state_;
};

/// 0 … count - 1 in random order.
inline std::vector<std::size_t> shuffled(std::size_t count, RandomStream random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  return order;
}

}  // namespace incuse::train
