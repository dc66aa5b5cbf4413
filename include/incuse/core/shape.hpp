// Sizes of tensors and windows.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse {

/// Height and width of a window, a stride, a padding. One-dimensional layers use the height; their width is 1 (of a
/// padding 0).
struct Extent {
  int height = 1;
  int width = 1;

  constexpr int area() const { return height * width; }
  constexpr long long all_pixels() const { return 1LL * height * width; }  ///< for sizes whose product is no int
  /// True if both are 1 or more.
  constexpr bool exists() const { return height > 0 && width > 0; }
  friend constexpr bool operator==(Extent, Extent) = default;
};

/// Channels x height x width, PyTorch's order without the batch. One-dimensional data has width 1.
struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  constexpr Extent extent() const { return {height, width}; }
  constexpr int pixels() const { return height * width; }
  constexpr int elements() const { return channels * height * width; }
  constexpr long long all_pixels() const { return 1LL * height * width; }       ///< for sizes whose product is no int
  constexpr long long all_elements() const { return channels * all_pixels(); }  ///< likewise
  /// True if all sizes are 1 or more: an input that is not given, or the result of a faulty layer, may have others.
  constexpr bool exists() const { return channels > 0 && height > 0 && width > 0; }
  friend constexpr bool operator==(Shape, Shape) = default;
};

/// True if least <= value <= most.
constexpr bool within(long long value, long long least, long long most) { return value >= least && value <= most; }
/// The same for both height and width.
constexpr bool within(Extent e, int least, int most) {
  return within(e.height, least, most) && within(e.width, least, most);
}

}  // namespace incuse
