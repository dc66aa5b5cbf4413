// Boxes in pictures, and how the output of a detector says them: the types of detection.hpp and of data sets.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse::host {

/// A box in parts of the picture's width and height: 0 is the left or upper border, 1 the right or lower one. Boxes may
/// reach beyond the picture.
struct Box {
  float left = 0, top = 0, width = 0, height = 0;

  constexpr float area() const { return width * height; }
  constexpr float right() const { return left + width; }
  constexpr float bottom() const { return top + height; }
  friend constexpr bool operator==(const Box&, const Box&) = default;
};

/// Something that is in a picture.
struct LabelledBox {
  Box box{};
  int label = 0;  ///< number of the class, from 0
  friend constexpr bool operator==(const LabelledBox&, const LabelledBox&) = default;
};

/// Width and height of a typical box.
struct Anchor {
  float width = 0, height = 0;
};

/// The output of a YOLO detector: anchors x (x, y, width, height, sureness, classes) x rows x columns, numbers as the
/// last convolution yields them. `anchors` outlives it.
struct RegionLayer {
  const Anchor* anchors = nullptr;
  int anchor_count = 0;
  int classes = 0;
  int rows = 0, columns = 0;
  float unit_width = 1, unit_height = 1;  ///< an anchor of 1 x 1 has this size, in parts of the picture
  bool exclusive = true;  ///< classes exclude each other (softmax): a box has one; else each has a sigmoid of its own

  constexpr int values_per_box() const { return 5 + classes; }
  /// Numbers of the whole output.
  constexpr int values() const { return anchor_count * values_per_box() * rows * columns; }
};

/// YOLO version 2: anchors in cells, classes that exclude each other.
template <int N>
constexpr RegionLayer yolo2(const Anchor (&anchors)[N], int classes, int rows, int columns) {
  return {anchors, N, classes, rows, columns, 1 / static_cast<float>(columns), 1 / static_cast<float>(rows), true};
}

/// YOLO version 3: anchors in pixels of a picture of `width` x `height`, classes by sigmoids.
template <int N>
constexpr RegionLayer yolo3(const Anchor (&anchors)[N], int classes, int rows, int columns, int width, int height) {
  return {anchors, N, classes, rows, columns, 1 / static_cast<float>(width), 1 / static_cast<float>(height), false};
}

}  // namespace incuse::host
