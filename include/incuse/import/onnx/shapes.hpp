// Arithmetic of shapes as ONNX defines it: axes, broadcasting, Reshape, Slice and the like. Nothing here fails: where a
// shape makes no sense, the result is empty. Source: the operators' definitions of ONNX 1.12.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <incuse/import/onnx/model.hpp>
#include <incuse/import/onnx/read.hpp>

namespace incuse::import::onnx {

/// The shape, if all sizes are 1 or more and no more elements than a chip could hold.
inline std::optional<Dimensions> checked_shape(Dimensions shape) {
  std::size_t count = 1;
  if (shape.size() > most_rank) return std::nullopt;
  for (std::int64_t size : shape) {
    if (size < 1 || size > static_cast<std::int64_t>(most_elements)) return std::nullopt;
    count *= static_cast<std::size_t>(size);
    if (count > most_elements) return std::nullopt;
  }
  return shape;
}

/// "1x3x32x32"; "()" for a scalar.
inline std::string text_of(const Dimensions& shape) {
  std::string text;
  for (std::int64_t size : shape) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text.empty() ? "()" : text;
}

/// An axis counted from the front; empty if there is none.
inline std::optional<std::size_t> normal_axis(std::int64_t axis, std::size_t rank) {
  const auto most = static_cast<std::int64_t>(rank);
  if (axis < -most || axis >= most) return std::nullopt;
  return static_cast<std::size_t>(axis < 0 ? axis + most : axis);
}

/// Whole numbers of a constant. Values that no integer of 64 bits has become the nearest.
inline Dimensions integers_of(const Tensor& tensor) {
  Dimensions list;
  for (double value : tensor.values) {
    constexpr double most = 9007199254740992.0;  // 2^53
    list.push_back(std::isnan(value) ? 0 : static_cast<std::int64_t>(std::clamp(value, -most, most)));
  }
  return list;
}

/// Numpy's broadcasting of two shapes.
inline std::optional<Dimensions> broadcast(const Dimensions& a, const Dimensions& b) {
  Dimensions shape(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return std::nullopt;
    shape[shape.size() - 1 - i] = x == 1 ? y : x;
  }
  return checked_shape(shape);
}

/// The shape that Reshape makes: 0 keeps a size (unless `zeros_are_sizes`), one -1 is what is left.
inline std::optional<Dimensions> reshaped(const Dimensions& from, Dimensions to, bool zeros_are_sizes) {
  std::int64_t known = 1, open = -1;
  if (to.size() > most_rank) return std::nullopt;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == 0 && !zeros_are_sizes && i < from.size()) to[i] = from[i];
    if (to[i] == -1 && open >= 0) return std::nullopt;
    if (to[i] == -1) open = static_cast<std::int64_t>(i);
    if (to[i] != -1 && (to[i] < 1 || to[i] > static_cast<std::int64_t>(most_elements))) return std::nullopt;
    known *= to[i] == -1 ? 1 : to[i];
    if (known > static_cast<std::int64_t>(most_elements)) return std::nullopt;
  }
  const auto count = static_cast<std::int64_t>(elements_of(from));
  if (open >= 0) to[static_cast<std::size_t>(open)] = count / known;
  std::optional<Dimensions> shape = checked_shape(to);
  if (!shape || static_cast<std::int64_t>(elements_of(*shape)) != count) return std::nullopt;
  return shape;
}

/// Without the given axes, which have size 1; without all axes of size 1 if `axes` is empty.
inline std::optional<Dimensions> squeezed(const Dimensions& from, const Dimensions& axes) {
  std::vector<bool> drops(from.size(), false);
  for (std::int64_t axis : axes) {
    const auto at = normal_axis(axis, from.size());
    if (!at || from[*at] != 1) return std::nullopt;
    drops[*at] = true;
  }
  Dimensions shape;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (axes.empty() ? from[i] != 1 : !drops[i]) shape.push_back(from[i]);
  return shape;
}

/// With axes of size 1 at the given places of the result.
inline std::optional<Dimensions> unsqueezed(const Dimensions& from, const Dimensions& axes) {
  const std::size_t rank = from.size() + axes.size();
  if (rank > most_rank) return std::nullopt;
  Dimensions shape(rank, 0);
  for (std::int64_t axis : axes) {
    const auto at = normal_axis(axis, rank);
    if (!at || shape[*at] == 1) return std::nullopt;
    shape[*at] = 1;
  }
  std::size_t next = 0;
  for (std::int64_t& size : shape)
    if (size == 0) size = from[next++];
  return shape;
}

/// The axes up to `axis` and those from it on, each as one.
inline std::optional<Dimensions> flattened(const Dimensions& from, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(from.size());
  if (axis < -rank || axis > rank) return std::nullopt;
  Dimensions shape{1, 1};
  const std::int64_t border = axis < 0 ? axis + rank : axis;
  for (std::int64_t i = 0; i < rank; ++i) shape[i < border ? 0 : 1] *= from[static_cast<std::size_t>(i)];
  return shape;
}

/// One axis of Slice: the first index, how many, and from one to the next.
struct SlicedAxis {
  std::int64_t first = 0, count = 0, step = 1;
};

/// What Slice takes of an axis of `size` elements.
inline SlicedAxis sliced_axis(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (step == 0 || step > size || step < -size) step = step < 0 ? -size : std::max<std::int64_t>(size, 1);
  if (start < 0) start += size;
  if (end < 0) end += size;
  const bool forward = step > 0;
  start = std::clamp<std::int64_t>(start, 0, forward ? size : size - 1);
  end = std::clamp<std::int64_t>(end, forward ? 0 : -1, size);
  const std::int64_t way = forward ? end - start : start - end, stride = forward ? step : -step;
  return {start, way <= 0 ? 0 : (way + stride - 1) / stride, step};
}

/// Places in a tensor of `shape` that a position walks through, in C order; `next` is false behind the last.
class Position {
 public:
  explicit Position(const Dimensions& shape) : shape_(shape), at_(shape.size(), 0) {}

  std::int64_t operator[](std::size_t axis) const { return at_[axis]; }
  bool next() {
    for (std::size_t i = shape_.size(); i-- > 0;) {
      if (++at_[i] < shape_[i]) return true;
      at_[i] = 0;
    }
    return false;
  }

 private:
  const Dimensions& shape_;
  Dimensions at_;
};

/// Elements from one index of each axis to the next; axes of size 1 stand still if `broadcasts`.
inline Dimensions strides_of(const Dimensions& shape, bool broadcasts = false) {
  Dimensions strides(shape.size(), 1);
  std::int64_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = broadcasts && shape[i] == 1 ? 0 : stride;
    stride *= shape[i];
  }
  return strides;
}

}  // namespace incuse::import::onnx
