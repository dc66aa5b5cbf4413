// The least and greatest accumulators and batch-norm results that a layer can have with its weights, for any pixels.
// Source: KPU sheet, sections 3 (36 bits) and 7.
#pragma once

#include <incuse/k210/arithmetic.hpp>

namespace incuse::k210 {

/// The integers from `low` to `high`, both included.
struct Interval {
  long long low = 0;
  long long high = 0;

  constexpr void add(const Interval& other) {
    low = other.low < low ? other.low : low;
    high = other.high > high ? other.high : high;
  }
  constexpr bool fits(int bits) const { return k210::fits(low, bits) && k210::fits(high, bits); }
  /// The end that is further away from 0.
  constexpr long long furthest() const { return -low > high ? low : high; }
};

/// Bounds of the values of an output channel, or of all channels of a layer.
struct ValueBounds {
  Interval accumulator{};
  Interval normalised{};

  constexpr void add(const ValueBounds& other) {
    accumulator.add(other.accumulator);
    normalised.add(other.normalised);
  }
};

/// `weights[i]` yields the codes of the channel. Since x * w + (arg_x * x >> shr_x) grows with every x or falls with
/// it, the ends are reached by pixels of 0 and 255. `normalised` is only filled in if the sums fit `value_bits`.
template <class Weights>
constexpr ValueBounds bounds_of(const KpuLayer& layer, const Weights& weights, const BatchNorm& entry, int value_bits) {
  long long low = 0, high = 0, weight_sum = 0;
  for (int i = 0; i < layer.channel_weights(); ++i) {
    const long long weight = weights[i];
    weight_sum += weight;
    const long long slope = (weight << layer.shr_x) + layer.arg_x;  // of 2^shr_x times the sum
    (slope < 0 ? low : high) += slope * highest_code;
  }
  const long long constant = (layer.arg_w * weight_sum >> layer.shr_w) + layer.arg_add * layer.sum_channels();
  const Interval sums{(low >> layer.shr_x) + constant, (high >> layer.shr_x) + constant};
  if (!sums.fits(value_bits)) return {sums, {}};
  const long long a = normalise(sums.low, entry), b = normalise(sums.high, entry);
  return {sums, a < b ? Interval{a, b} : Interval{b, a}};
}

/// `weights(o)` yields the codes of output channel o, `entries(o)` its BatchNorm.
template <class Weights, class Entries>
constexpr ValueBounds layer_bounds(const KpuLayer& layer, const Weights& weights, const Entries& entries,
                                   int value_bits) {
  ValueBounds bounds = bounds_of(layer, weights(0), entries(0), value_bits);
  for (int o = 1; o < layer.out_channels; ++o) bounds.add(bounds_of(layer, weights(o), entries(o), value_bits));
  return bounds;
}

}  // namespace incuse::k210
