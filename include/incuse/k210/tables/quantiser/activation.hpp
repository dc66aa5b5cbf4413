// Activation functions as the pieces of the KPU's table. See quantiser.hpp.
#pragma once

#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/tables/quantiser/ranges.hpp>

namespace incuse::k210 {

inline constexpr int samples = 1024;         ///< points at which an activation function is evaluated
inline constexpr int pieces = segments - 1;  ///< of an activation table: segment 0 is for values below the first piece

/// An activation function at equally spaced points.
struct Samples {
  float x[samples]{};
  float y[samples]{};
};

/// Fills in x: equally spaced from the real number of code 0 to that of code 255, with both ends clamped.
constexpr void place_samples(const CodeScale& input, Range clamp, Samples& result) {
  const float low = detail::clamped(input.real(0), clamp), high = detail::clamped(input.real(highest_code), clamp);
  const float step = (high - low) / (samples - 1);
  for (int i = 0; i < samples; ++i) result.x[i] = low + rounded(static_cast<float>(i) * step);
}

/// Fills in x, and y with the values of a function from float to float.
template <class Function>
constexpr void sample(const CodeScale& input, Range clamp, const Function& function, Samples& result) {
  place_samples(input, clamp, result);
  for (int i = 0; i < samples; ++i) result.y[i] = function(result.x[i]);
}

/// Straight pieces of a function. Piece i starts at `start_[i]` with `value_[i]`; they are merged pair by pair.
class Pieces {
 public:
  constexpr explicit Pieces(const Samples& function) {
    for (int i = 0; i < count; ++i) {
      start_[i] = function.x[i];
      value_[i] = function.y[i];
      slope_[i] = (function.y[i + 1] - function.y[i]) / (function.x[i + 1] - function.x[i]);
      next_[i] = i + 1;
      previous_[i] = i - 1;
    }
    start_[count] = function.x[count];
    for (int i = 0; i + 1 < count; ++i) least_[leaves + i] = bend(i, i + 1);
    for (int i = count - 1; i < leaves; ++i) least_[leaves + i] = float_infinity;
    for (int node = leaves - 1; node > 0; --node) least_[node] = least_below(node);
  }

  /// Merges the first pair of neighbours whose slopes differ least.
  constexpr void merge() {
    int node = 1;
    while (node < leaves) node = 2 * node + (least_[2 * node + 1] < least_[2 * node] ? 1 : 0);
    const int i = node - leaves, j = next_[i], after = next_[j];
    const float stop = start_[after];
    const float end = rounded(rounded(stop - start_[j]) * slope_[j]) + value_[j];
    slope_[i] = (end - value_[i]) / (stop - start_[i]);
    next_[i] = after;
    previous_[after] = i;
    set_bend(j, float_infinity);
    set_bend(i, after == count ? float_infinity : bend(i, after));
    if (i > 0) set_bend(previous_[i], bend(previous_[i], i));
  }

  /// Calls `piece(start, slope, value)` from left to right.
  template <class Piece>
  constexpr void for_each(Piece&& piece) const {
    for (int i = 0; i != count; i = next_[i]) piece(start_[i], slope_[i], value_[i]);
  }

  static constexpr int count = samples - 1;

 private:
  static constexpr int leaves = samples;

  /// Difference of the slopes of neighbours.
  constexpr float bend(int i, int next) const { return INCUSE_MAGNITUDE(slope_[i] - slope_[next]); }
  constexpr float least_below(int node) const {
    const float first = least_[2 * node], second = least_[2 * node + 1];
    return second < first ? second : first;
  }
  constexpr void set_bend(int i, float value) {
    int node = leaves + i;
    least_[node] = value;
    while (node > 1) {
      node /= 2;
      const float first = least_[2 * node], second = least_[2 * node + 1];
      const float least = second < first ? second : first;
      if (least_[node] == least) return;  // the nodes above it do not change either
      least_[node] = least;
    }
  }

  float start_[samples]{}, value_[count]{}, slope_[count]{};
  int next_[count]{}, previous_[samples]{};
  float least_[2 * leaves]{};  ///< tree of bends: a node is the smaller one of its children 2n, 2n + 1; leaf i: piece i
};

/// The activation table of a sampled function. `input_scale` is units of the table's input per real unit, `output` the
/// codes of its results.
constexpr ActivationTable activation_of(const Samples& function, double input_scale, const CodeScale& output,
                                        const QuantiserStyle& style = {}) {
  Pieces fitted(function);
  for (int left = Pieces::count; left > pieces; --left) fitted.merge();
  const auto a = static_cast<float>(input_scale);
  const float unit = detail::narrowed(static_cast<double>(a) / static_cast<double>(output.scale));
  ActivationTable table{};
  int next = 1;
  fitted.for_each([&](float start, float slope, float value) {
    const Multiplier m = multiplier_of(detail::narrowed(static_cast<double>(slope) / static_cast<double>(unit)), 16,
                                       style.most_table_shift);
    // The field holds 32767 at most: a multiplier that is rounded up to 32768 would turn negative.
    const auto mul = static_cast<int>(m.mul < 32767 ? m.mul : 32767);
    const float code = rounded(value * output.scale) + static_cast<float>(output.zero_point);
    const float begin = detail::narrowed(static_cast<double>(start) * static_cast<double>(a));
    table.segments[next++] = {detail::nearest(begin), mul, m.shift, clip_to_code(detail::nearest(code))};
  });
  table.segments[0] = {first_start, 0, 0, style.vendor ? 0 : table.segments[1].bias};
  return table;
}

namespace detail {

/// Clamps a function to its output's range: the start value of a segment is a code, and cannot lie outside of it.
constexpr void clip(Samples& function, const CodeScale& output) {
  const Range all{output.real(0), output.real(highest_code)};
  for (float& y : function.y) y = clamped(y, all);
}

constexpr bool is_finite(const Samples& function) {
  for (float y : function.y)
    if (!is_finite(y)) return false;
  return true;
}

constexpr bool holds_fields(const ActivationTable& table) {
  for (const Segment& s : table.segments)
    if (!activation::start.holds(s.start) || !activation::mul.holds(s.mul) || !activation::shift.holds(s.shift))
      return false;
  return true;
}

}  // namespace detail

}  // namespace incuse::k210
