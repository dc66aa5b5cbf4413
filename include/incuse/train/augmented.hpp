// Samples changed at random, and the boxes of what is in them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <incuse/core/shape.hpp>
#include <incuse/host/boxes.hpp>
#include <incuse/train/augmentation.hpp>
#include <incuse/train/random.hpp>

namespace incuse::train {

namespace detail {

/// Where a row or column of a changed sample is taken from: `first` + i * `size` / `extent`.
struct Taken {
  int first = 0;
  int size = 0;  ///< rows that are stretched to the whole extent
  int extent = 0;

  int source(int i) const { return first + (size == extent ? i : i * size / extent); }
  /// Where a place comes to lie; both in parts of the extent.
  float moved(float place) const {
    return (place * static_cast<float>(extent) - static_cast<float>(first)) / static_cast<float>(size);
  }
};

inline Taken taken(int extent, const Augmentation& how, RandomStream& random) {
  Taken result{0, extent, extent};
  if (how.crop > 0) {
    result.size = std::max(1, extent - random.below(how.crop + 1));
    result.first = random.below(extent - result.size + 1);
  }
  if (how.shift > 0) result.first += random.below(2 * how.shift + 1) - how.shift;
  return result;
}

/// How one sample is changed.
struct Change {
  bool mirrored = false;
  Taken rows{}, columns{};
  double gain = 1;
};

inline Change change_of(Shape shape, const Augmentation& how, RandomStream& random) {
  Change change;
  change.mirrored = how.flip && shape.width > 1 && random.below(2) == 1;
  change.rows = taken(shape.height, how, random);
  change.columns = {0, shape.width, shape.width};
  if (shape.width > 1) change.columns = taken(shape.width, how, random);
  if (how.gain > 0) change.gain = 1 - how.gain + 2 * how.gain * random.real();
  return change;
}

}  // namespace detail

/// Writes a sample as training reads it, in units of 1.0: values / 128, changed by what `random` says. One-dimensional
/// samples have a width of 1: their rows are moved, not mirrored.
inline void augment(const std::int8_t* sample, Shape shape, const Augmentation& how, RandomStream random, float* out) {
  const auto [mirrored, rows, columns, gain] = detail::change_of(shape, how, random);
  for (int c = 0; c < shape.channels; ++c)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) {
        const int row = rows.source(y), own = columns.source(x), column = mirrored ? shape.width - 1 - own : own;
        const bool inside = row >= 0 && row < shape.height && column >= 0 && column < shape.width;
        double value = inside ? sample[(c * shape.height + row) * shape.width + column] : how.fill;
        if (how.gain > 0) value *= gain;
        if (how.noise > 0) value += how.noise * random.normal();
        if (how.gain > 0 || how.noise > 0) value = std::clamp(std::round(value), -128.0, 127.0);
        *out++ = static_cast<float>(value / 128);
      }
}

/// The boxes of the same sample, for the same `random`: they are cut at the picture's borders, and those of which less
/// than a quarter is left are gone.
inline std::vector<host::LabelledBox> augmented_boxes(const std::vector<host::LabelledBox>& boxes, Shape shape,
                                                      const Augmentation& how, RandomStream random) {
  constexpr float least_left = 0.25F;
  const detail::Change change = detail::change_of(shape, how, random);
  std::vector<host::LabelledBox> result;
  for (const auto& [box, label] : boxes) {
    const float left = change.mirrored ? 1 - box.right() : box.left;
    const float x1 = change.columns.moved(left), x2 = change.columns.moved(left + box.width);
    const float y1 = change.rows.moved(box.top), y2 = change.rows.moved(box.bottom());
    const auto inside = [](float place) { return std::clamp(place, 0.0F, 1.0F); };
    const host::Box cut{inside(x1), inside(y1), inside(x2) - inside(x1), inside(y2) - inside(y1)};
    if (cut.area() > 0 && cut.area() >= least_left * (x2 - x1) * (y2 - y1)) result.push_back({cut, label});
  }
  return result;
}

}  // namespace incuse::train
