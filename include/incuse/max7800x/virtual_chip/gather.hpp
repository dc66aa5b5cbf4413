// What a processor sees of its input: one byte lane of one data memory instance, folded and pooled.
// Source: datapath page (max7800x-datapath), section 4.
#pragma once

#include <cstdint>

#include <incuse/core/shape.hpp>
#include <incuse/max7800x/rounding.hpp>
#include <incuse/max7800x/virtual_chip/decode.hpp>

namespace incuse::max7800x {

/// Size of a plane of the gathered input. Transposed convolutions read values with zeros between them, and a row and a
/// column of zeros at the end.
constexpr Extent plane_extent(const LayerSettings& s) {
  const int spread = s.transposed ? 2 : 1;
  return {spread * s.pooled_height, spread * s.pooled_width};
}

namespace detail {

/// Folds the operands, `value(operand)`, into one.
template <class Value>
constexpr int fold_operands(const LayerSettings& s, Value&& value) {
  using enum LayerSettings::Function;
  int result = value(0);
  for (int i = 1; i < s.operands; ++i) {
    const int operand = value(i);
    if (s.function == subtract) result -= operand;
    if (s.function == add) result += operand;
    if (s.function == bitwise_or) result |= operand;
    if (s.function == bitwise_xor) result ^= operand;
  }
  return clip_to_byte(result);
}

/// Pools the window, `value(y, x)`, that belongs to a pixel of the pooled plane.
template <class Value>
constexpr int pool_window(const LayerSettings& s, bool rounding, int y, int x, Value&& value) {
  int largest = lowest_value, sum = 0;
  for (int i = 0; i < s.pool_height; ++i)
    for (int j = 0; j < s.pool_width; ++j) {
      const int v = value(y * s.stride + i * s.dilation_height, x * s.stride + j * s.dilation_width);
      largest = max_of(largest, v);
      sum += v;
    }
  return s.averages ? average(sum, s.pool_height * s.pool_width, rounding && s.width > 1) : largest;
}

}  // namespace detail

/// Where a value of the input lies: the word behind the read pointer, and the byte of it.
struct BytePlace {
  int word;
  int byte;
};

constexpr BytePlace byte_place(const LayerSettings& s, int lane, int pass, int operand, int y, int x) {
  const int pixel = y * s.width + x;
  if (s.channels_first) return {pixel / 4, pixel % 4};
  return {(pixel * s.passes + pass) * s.operands * s.read_step + operand, lane};
}

/// Writes the plane of one input pass from the values `read(operand, y, x)`.
template <class Read>
constexpr void gather_plane(const LayerSettings& s, Read&& read, bool rounding, unsigned char* plane) {
  const bool pool_first = s.pool_first || s.operands == 1;
  const auto value = [&](int y, int x) {
    if (s.operands == 1 && s.pool_height * s.pool_width == 1) return read(0, y * s.stride, x * s.stride);
    if (!pool_first)
      return detail::pool_window(s, rounding, y, x, [&](int in_y, int in_x) {
        return detail::fold_operands(s, [&](int operand) { return read(operand, in_y, in_x); });
      });
    return detail::fold_operands(s, [&](int operand) {
      return detail::pool_window(s, rounding, y, x, [&](int in_y, int in_x) { return read(operand, in_y, in_x); });
    });
  };
  const Extent size = plane_extent(s);
  const int spread = s.transposed ? 2 : 1;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const bool is_value = y % spread == 0 && x % spread == 0;
      *plane++ = static_cast<unsigned char>(is_value ? value(y / spread, x / spread) : 0);
    }
}

}  // namespace incuse::max7800x
