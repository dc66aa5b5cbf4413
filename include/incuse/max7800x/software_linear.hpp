// A linear layer behind the network that the processor runs, for parts without linear layers, and its softmax.
// Spec: max7800x-ai84, section 7. Weights and bias are signed bytes, the input is what `unload` delivers; results are
// 16-bit numbers with 7 fraction bits.
#pragma once

#include <cstdint>

#include <incuse/max7800x/rounding.hpp>
#include <incuse/max7800x/statistics.hpp>

namespace incuse::max7800x {

/// Sizes of a linear layer of the processor.
struct SoftwareLinear {
  int inputs = 0;
  int outputs = 0;
  bool bias = false;

  /// What it computes, as the vendor counts it.
  constexpr Operations operations() const { return {.multiply_accumulate = 1LL * inputs * outputs}; }
};

/// One output: the sum divided by 128, halves rounded up, clipped to 16 bits.
constexpr int scale_to_halfword(long long sum) { return clip((sum + 64) >> 7, -32768, 32767); }

/// Calls `store(output, value)` for every output. `weight(i)`: [out][in]; `bias(i)`: [out], not called without a bias;
/// `input(i)`: in C x H x W order.
template <class Weight, class Bias, class Input, class Store>
constexpr void run(const SoftwareLinear& layer, Weight&& weight, Bias&& bias, Input&& input, Store&& store) {
  for (int o = 0; o < layer.outputs; ++o) {
    long long sum = layer.bias ? bias(o) : 0;
    for (int i = 0; i < layer.inputs; ++i) sum += 1LL * weight(o * layer.inputs + i) * input(i);
    store(o, scale_to_halfword(sum));
  }
}

/// The weights in the order that routines for pairs of 16-bit products read: four rows at a time, of these four columns
/// at a time, then the columns that are left; the rows that are left stay as they are. `sink(index)`: of the weight
/// in [out][in] order that comes next.
template <class Sink>
constexpr void for_each_interleaved(const SoftwareLinear& layer, Sink&& sink) {
  struct Place {
    std::uint8_t row, column;
  };
  constexpr Place order[] = {{0, 0}, {1, 0}, {0, 2}, {1, 2}, {2, 0}, {3, 0}, {2, 2}, {3, 2},
                             {0, 1}, {1, 1}, {0, 3}, {1, 3}, {2, 1}, {3, 1}, {2, 3}, {3, 3}};
  const int whole_rows = layer.outputs / 4 * 4, whole_columns = layer.inputs / 4 * 4;
  for (int row = 0; row < whole_rows; row += 4) {
    for (int column = 0; column < whole_columns; column += 4)
      for (const Place& place : order) sink((row + place.row) * layer.inputs + column + place.column);
    for (int column = whole_columns; column < layer.inputs; ++column)
      for (int i = 0; i < 4; ++i) sink((row + i) * layer.inputs + column);
  }
  for (int i = whole_rows * layer.inputs; i < layer.outputs * layer.inputs; ++i) sink(i);
}

/// Base-2 softmax of such results: Q15 (0…32767).
constexpr void softmax_of_halfwords(const int* values, int count, int* result) {
  constexpr int fraction_bits = 7, one = 1 << fraction_bits;
  int base = -32768;
  for (int i = 0; i < count; ++i) base = max_of(base, values[i]);
  base -= 16 * one;  // exponents below are 0…16
  long long sum = 0;
  for (int i = 0; i < count; ++i)
    if (values[i] > base) sum += 1LL << min_of((one / 2 - 1 + values[i] - base) >> fraction_bits, 31);
  for (int i = 0; i < count; ++i) {
    result[i] = 0;
    if (values[i] <= base) continue;
    const int shift = clip(17 + ((one / 2 - 1 + base - values[i]) >> fraction_bits), 0, 31);
    result[i] = clip(((1LL << 32) / sum) >> shift, 0, 32767);
  }
}

}  // namespace incuse::max7800x
