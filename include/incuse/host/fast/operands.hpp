// What a layer does before its operator: it pools and combines its operands, pixel by pixel, and writes the result to
// where the operator reads it. A layer without an operator writes its output this way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <incuse/host/reference.hpp>

namespace incuse::host::fast {

/// Some channels of a tensor.
struct Slice {
  const void* first = nullptr;  ///< the first of these channels in pixel (0, 0)
  std::ptrdiff_t row = 0;       ///< elements from row to row
  std::ptrdiff_t column = 0;    ///< elements from pixel to pixel
  int width = 0;                ///< pixels of a row
  int channels = 0;
};

/// Everything that is needed to prepare the operands of a layer. Either there is one operand, which may consist of
/// several slices, or every slice is an operand.
struct Preparation {
  const Layer& layer;
  const ByteArithmetic& arithmetic;
  const Slice* slices;
  int slice_count;
  void* out;  ///< pixel (0, 0) of what is written
  std::ptrdiff_t out_row, out_column;
  Shape out_shape;
};

namespace detail {

/// The element that means 0.
template <class Element>
inline constexpr int zero_of = sizeof(Element) == 1 ? 128 : 0;

/// Values of neighbouring channels: of `count` of them, and zeros.
struct Values {
  static constexpr int most = 16;

  int items[most];
  int count;
};

/// values = the combination of values and others.
inline void combine(Values& values, const Values& others, Elementwise operation) {
  for (int n = 0; n < Values::most; ++n)
    values.items[n] = ByteArithmetic::combine(values.items[n], others.items[n], operation);
}
inline void clip(Values& values) {
  for (int& value : values.items) value = ByteArithmetic::combined(value);
}

/// Reads what a preparation combines and pools. Functions are not inlined into each other: they are made for every type
/// of element, and most of their time goes to loops.
template <class Element>
struct OperandReader {
  const Preparation& job;
  int c;      ///< the first channel
  int count;  ///< of channels

  /// Channels of a slice at a pixel.
  [[gnu::noinline]] void load(const Slice& slice, int y, int x, Values& values) const {
    const int width = job.layer.in.width;
    std::ptrdiff_t pixel = y * slice.row + x * slice.column;
    if (slice.width != width) {
      const int index = y * width + x;
      pixel = index / slice.width * slice.row + index % slice.width * slice.column;
    }
    const Element* from = static_cast<const Element*>(slice.first) + pixel + c;
    Element some[Values::most]{};
    values.count = count;
    if (count == Values::most)
      std::memcpy(some, from, sizeof some);
    else
      for (int n = 0; n < count; ++n) some[n] = from[n];
    for (int n = 0; n < Values::most; ++n) values.items[n] = some[n] - zero_of<Element>;
  }

  /// What windows are pooled of: an operand, or all of them combined.
  void read(int operand, int y, int x, Values& values) const {
    if (job.layer.operands == 1 || job.layer.pool_first) return load(job.slices[operand], y, x, values);
    load(job.slices[0], y, x, values);
    for (int i = 1; i < job.slice_count; ++i) {
      Values next;
      load(job.slices[i], y, x, next);
      combine(values, next, job.layer.elementwise);
    }
    clip(values);
  }

  /// The mean or the maximum of a window; a mean repeats the border, a maximum ignores what lies beyond it.
  [[gnu::noinline]] void pool_window(int operand, int top, int left, Values& values) const {
    const Layer& layer = job.layer;
    const Extent dilation = ByteArithmetic::pooling_dilation(layer);
    const bool average = layer.pooling == Pooling::average;
    read(operand, top, left, values);
    for (int i = 0; i < layer.pool.height; ++i)
      for (int j = i == 0 ? 1 : 0; j < layer.pool.width; ++j) {
        int y = top + i * dilation.height, x = left + j * dilation.width;
        if (!average && (y >= layer.in.height || x >= layer.in.width)) continue;
        y = min_of(y, layer.in.height - 1);
        x = min_of(x, layer.in.width - 1);
        Values next;
        read(operand, y, x, next);
        for (int n = 0; n < Values::most; ++n)
          values.items[n] = average ? values.items[n] + next.items[n] : max_of(values.items[n], next.items[n]);
      }
    for (int n = 0; average && n < count; ++n) values.items[n] = job.arithmetic.mean(layer, values.items[n]);
  }

  /// One pooled pixel of an operand.
  [[gnu::noinline]] void pooled(int operand, int y, int x, Values& values) const {
    const Layer& layer = job.layer;
    if (!subsamples(layer)) return read(operand, y, x, values);
    const int top = y * layer.pool_stride.height, left = x * layer.pool_stride.width;
    if (layer.pooling != Pooling::pick) return pool_window(operand, top, left, values);
    read(operand, top, left + layer.pool_column * ByteArithmetic::pooling_dilation(layer).width, values);
  }

  /// One pixel of the prepared map.
  void prepared(int operand, int y, int x, Values& values) const {
    pooled(operand, y, x, values);
    if (job.layer.operands == 1 || !job.layer.pool_first) return;
    for (int i = 1; i < job.slice_count; ++i) {
      Values next;
      pooled(i, y, x, next);
      combine(values, next, job.layer.elementwise);
    }
    clip(values);
  }
};

template <class Element>
void store(const Values& values, Element* to) {
  Element some[Values::most];
  for (int n = 0; n < Values::most; ++n) some[n] = static_cast<Element>(values.items[n] + zero_of<Element>);
  if (values.count == Values::most) {
    std::memcpy(to, some, sizeof some);
    return;
  }
  for (int n = 0; n < values.count; ++n) to[n] = some[n];
}

/// Prepares one pixel's channels of a slice in chunks.
template <class Element>
void prepare_channels(const Preparation& job, int slice, int y, int x, Element* to) {
  const int channels = job.slices[slice].channels;
  for (int c = 0; c < channels; c += Values::most) {
    Values values;
    OperandReader<Element>{job, c, min_of(Values::most, channels - c)}.prepared(slice, y, x, values);
    store(values, to + c);
  }
}

/// Row (or column) of the prepared map that row (or column) `index` of the output is taken from: the same one, but for
/// layers that run on the CPU and change the size of a map, such as a nearest-neighbour Upsample.
inline int moved_from(const Layer& layer, int index, int in_size, int out_size) {
  return layer.software == Software::none || in_size == out_size ? index
                                                                 : k210::nearest_source(index, in_size, out_size);
}

/// Any preparation.
template <class Element>
[[gnu::noinline]] void prepare_any(const Preparation& job) {
  const Layer& layer = job.layer;
  const int slices = layer.operands == 1 ? job.slice_count : 1;
  for (int y = 0; y < job.out_shape.height; ++y)
    for (int x = 0; x < job.out_shape.width; ++x) {
      Element* to = static_cast<Element*>(job.out) + y * job.out_row + x * job.out_column;
      if (layer.software == Software::add_padding && (y > 0 || x > 0)) {
        for (int c = 0; c < job.out_shape.channels; ++c) to[c] = static_cast<Element>(zero_of<Element> - 128);
        continue;
      }
      const int from_y = moved_from(layer, y, layer.pooled.height, job.out_shape.height);
      const int from_x = moved_from(layer, x, layer.pooled.width, job.out_shape.width);
      for (int s = 0; s < slices; ++s) {
        prepare_channels<Element>(job, s, from_y, from_x, to);
        to += job.slices[s].channels;
      }
    }
}

#define INCUSE_FAST_INLINE __attribute__((always_inline)) inline

/// to[n] = the largest of from[n], from[n + step], … of `count` such rows.
template <class Element, int block>
INCUSE_FAST_INLINE void largest_block(const Element* from, const std::ptrdiff_t* distances, int count, Element* to) {
  Element best[block];
  std::memcpy(best, from + distances[0], sizeof best);
  for (int i = 1; i < count; ++i) {
    Element next[block];
    std::memcpy(next, from + distances[i], sizeof next);
    for (int n = 0; n < block; ++n) best[n] = best[n] > next[n] ? best[n] : next[n];
  }
  std::memcpy(to, best, sizeof best);
}

/// The same for any number of elements, in blocks of which the last may overlap the one before it.
template <class Element>
INCUSE_FAST_INLINE void largest(const Element* from, const std::ptrdiff_t* distances, int count, int length,
                                Element* to) {
  constexpr int block = 32;
  int n = 0;
  for (; n + block <= length; n += block) largest_block<Element, block>(from + n, distances, count, to + n);
  if (n == length) return;
  if (n > 0) return largest_block<Element, block>(from + length - block, distances, count, to + length - block);
  for (; n + 8 <= length; n += 8) largest_block<Element, 8>(from + n, distances, count, to + n);
  for (; n < length; ++n) largest_block<Element, 1>(from + n, distances, count, to + n);
}

inline constexpr int most_window = 64;  ///< pixels of a window that the loops for a maximum take

/// True for the maximum of windows within the map: of single operands, and of maps that keep their width.
inline bool takes_maximum(const Preparation& job) {
  const Layer& layer = job.layer;
  const Extent dilation = ByteArithmetic::pooling_dilation(layer);
  if (layer.operands != 1 || layer.pooling != Pooling::max || layer.software != Software::none) return false;
  if (!subsamples(layer) || layer.pool.area() > most_window) return false;
  if ((layer.pooled.height - 1) * layer.pool_stride.height + (layer.pool.height - 1) * dilation.height >=
          layer.in.height ||
      (layer.pooled.width - 1) * layer.pool_stride.width + (layer.pool.width - 1) * dilation.width >= layer.in.width)
    return false;
  for (int s = 0; s < job.slice_count; ++s)
    if (job.slices[s].width != layer.in.width) return false;
  return true;
}

/// Maximum pooling of one slice, whose channels are written from `out` on.
template <class Element>
INCUSE_FAST_INLINE void pool_slice(const Preparation& job, const Slice& slice, Element* out) {
  const Layer& layer = job.layer;
  const Extent dilation = ByteArithmetic::pooling_dilation(layer);
  std::ptrdiff_t distances[most_window];
  int count = 0;
  for (int i = 0; i < layer.pool.height; ++i)
    for (int j = 0; j < layer.pool.width; ++j)
      distances[count++] = i * dilation.height * slice.row + j * dilation.width * slice.column;
  const Element* const first = static_cast<const Element*>(slice.first);
  for (int y = 0; y < job.out_shape.height; ++y)
    for (int x = 0; x < job.out_shape.width; ++x)
      largest(first + y * layer.pool_stride.height * slice.row + x * layer.pool_stride.width * slice.column, distances,
              count, slice.channels, out + y * job.out_row + x * job.out_column);
}

/// True if pixels are only copied.
inline bool copies(const Preparation& job) {
  if (job.layer.operands != 1 || subsamples(job.layer) || job.layer.software != Software::none) return false;
  for (int s = 0; s < job.slice_count; ++s)
    if (job.slices[s].width != job.layer.in.width) return false;
  return true;
}

/// Copies a slice to `out`.
template <class Element>
INCUSE_FAST_INLINE void copy_slice(const Preparation& job, const Slice& slice, Element* out) {
  const Element* const first = static_cast<const Element*>(slice.first);
  const bool whole_rows = slice.column == slice.channels && job.out_column == slice.channels;
  const int pieces = whole_rows ? 1 : job.out_shape.width;
  const std::size_t length = static_cast<std::size_t>(slice.channels) * sizeof(Element) *
                             static_cast<std::size_t>(whole_rows ? job.out_shape.width : 1);
  for (int y = 0; y < job.out_shape.height; ++y)
    for (int x = 0; x < pieces; ++x)
      std::memcpy(out + y * job.out_row + x * job.out_column, first + y * slice.row + x * slice.column, length);
}

}  // namespace detail

/// Prepares the operands of a layer; tensors and the result consist of such elements. The loops for maxima are made of
/// the instructions that the caller is compiled for.
template <class Element>
INCUSE_FAST_INLINE void prepare(const Preparation& job) {
  const bool pools = detail::takes_maximum(job);
  if (!pools && !detail::copies(job)) return detail::prepare_any<Element>(job);
  Element* out = static_cast<Element*>(job.out);
  for (int s = 0; s < job.slice_count; ++s) {
    if (pools)
      detail::pool_slice(job, job.slices[s], out);
    else
      detail::copy_slice(job, job.slices[s], out);
    out += job.slices[s].channels;
  }
}

#undef INCUSE_FAST_INLINE

}  // namespace incuse::host::fast
