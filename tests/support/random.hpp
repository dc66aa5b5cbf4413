// Random numbers, the same for the same seed everywhere: with every standard library, at compile time too.
#pragma once

#include <cstddef>
#include <cstdint>

namespace incuse::test {

/// SplitMix64: seeds that lie side by side give sequences that have nothing in common.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t bits() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
  }
  constexpr std::uint32_t word() { return static_cast<std::uint32_t>(bits() >> 32); }
  constexpr std::uint8_t byte() { return static_cast<std::uint8_t>(bits() >> 56); }

  constexpr int below(int end) { return static_cast<int>(bits() % static_cast<std::uint64_t>(end)); }
  constexpr int between(int first, int last) { return first + below(last - first + 1); }
  /// A number of so many bits, with sign.
  constexpr int signed_bits(int bits) { return below(1 << bits) - (1 << (bits - 1)); }
  constexpr bool one_in(int times) { return below(times) == 0; }
  /// A real number from `low` to `high`, without `high` itself.
  constexpr double real(double low, double high) {
    return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
  }

  template <class Value, std::size_t N>
  constexpr const Value& one_of(const Value (&values)[N]) {
    return values[below(static_cast<int>(N))];
  }
  template <class Container>
  constexpr const auto& one_of(const Container& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace incuse::test
