// Layers of the K210's processor that combine values, or reduce them: real numbers and codes, each operation rounded as
// nncase's runtime does it. Source: kmodel sheet (k210-kmodel), section 2.
#pragma once

#include <cstdint>

#include <incuse/core/elementary.hpp>
#include <incuse/k210/cpu/software_layers.hpp>

namespace incuse::k210 {

/// a (operation) b, of real numbers. A comparison with NaN yields `a`.
constexpr float paired(Pairing pairing, float a, float b) {
  switch (pairing) {
    case Pairing::add:
      return a + b;
    case Pairing::subtract:
      return a - b;
    case Pairing::multiply:
      return rounded(a * b);
    case Pairing::divide:
      return a / b;
    case Pairing::min:
      return b < a ? b : a;
    case Pairing::max:
      break;
  }
  return a < b ? b : a;
}

/// The same of whole numbers. Divisions round halves of positive numbers up; a division by zero, for which nncase has
/// no answer, gives 0.
constexpr std::int64_t paired(Pairing pairing, std::int64_t a, std::int64_t b) {
  switch (pairing) {
    case Pairing::add:
      return a + b;
    case Pairing::subtract:
      return a - b;
    case Pairing::multiply:
      return a * b;
    case Pairing::divide:
      return b == 0 ? 0 : (a + b / 2) / b;
    case Pairing::min:
      return b < a ? b : a;
    case Pairing::max:
      break;
  }
  return a < b ? b : a;
}

/// Wrapped to 32 bits, like an int of nncase's runtime.
constexpr std::int64_t wrapped(std::int64_t value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(value)));
}
/// value * multiplier / 2^shift, halves up.
constexpr std::int64_t scaled(std::int64_t value, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t product = value * multiplier;
  return shift == 0 ? product : (product + (std::int64_t{1} << (shift - 1))) >> shift;
}
/// The code of a whole number: scaled, with the offset of the scale.
constexpr std::uint8_t code_of(std::int64_t value, const IntegerScale& scale) {
  const std::int64_t product = wrapped(scaled(value, scale.multiplier, scale.shift));
  return static_cast<std::uint8_t>(clip_to_code(wrapped(product + scale.offset)));
}

/// a (operation) b, of codes: operands are scaled to whole numbers, and the result to a code.
constexpr std::uint8_t paired_codes(Pairing pairing, std::uint8_t a, const IntegerScale& a_scale, std::uint8_t b,
                                    const IntegerScale& b_scale, const IntegerScale& out_scale) {
  const std::int64_t x = scaled(std::int64_t{a} + a_scale.offset, a_scale.multiplier, a_scale.shift);
  const std::int64_t y = scaled(std::int64_t{b} + b_scale.offset, b_scale.multiplier, b_scale.shift);
  return code_of(wrapped(paired(pairing, wrapped(x), wrapped(y))), out_scale);
}

/// Calls take(index in a, index in b) for every value of two tensors combined, in order.
template <class Take>
constexpr void for_each_pair(Shape a, Shape b, Shape out, Take take) {
  const auto index = [](Shape shape, int c, int y, int x) {
    return ((shape.channels == 1 ? 0 : c) * shape.height + (shape.height == 1 ? 0 : y)) * shape.width +
           (shape.width == 1 ? 0 : x);
  };
  for (int c = 0; c < out.channels; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) take(index(a, c, y, x), index(b, c, y, x));
}

/// What a reduction of real numbers begins with.
constexpr float reduction_start(Reduction reduction) {
  const float most = 3.40282347e+38f;
  return reduction == Reduction::min ? most : reduction == Reduction::max ? -most : 0.0f;
}
/// The next value of a reduction.
constexpr float reduced(Reduction reduction, float value, float next) {
  if (reduction == Reduction::min) return paired(Pairing::min, value, next);
  if (reduction == Reduction::max) return paired(Pairing::max, value, next);
  return value + next;
}

/// Reduces the dimensions in which the output has size 1. A mean is the sum times 1 / count, as a float.
constexpr void reduce(const float* in, Shape in_shape, Shape out_shape, Reduction reduction, float* out) {
  const int count = out_shape.elements();
  for (int i = 0; i < count; ++i) out[i] = reduction_start(reduction);
  for_each_pair(in_shape, out_shape, in_shape,
                [&](int from, int to) { out[to] = reduced(reduction, out[to], in[from]); });
  if (reduction != Reduction::mean) return;
  const float share = static_cast<float>(count) / static_cast<float>(in_shape.elements());
  for (int i = 0; i < count; ++i) out[i] *= share;
}

}  // namespace incuse::k210
