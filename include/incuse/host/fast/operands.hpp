// What a layer does before its operator: it pools and combines its operands, pixel by pixel, and writes the result to
// where the operator reads it. A layer without an operator writes its output this way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

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
inline constexpr int zero_of = std::is_unsigned_v<Element> ? 128 : 0;

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

// Side by side --------------------------------------------------------------------------------------------------------

// The same for maps whose pixels lie side by side, in loops of fixed length, which compilers turn into vectors.

/// to[n] = the largest of from[n + distance] for so many distances.
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

/// The windows of a layer that pools; windows of one pixel of one that does not, or that picks a pixel.
struct Windows {
  Extent size{1, 1}, stride{1, 1}, dilation{1, 1};
  int first_column = 0;
  bool average = false;

  int pixels() const { return size.area(); }
  int last_row(int y) const { return y * stride.height + (size.height - 1) * dilation.height; }
  int last_column(int x) const { return x * stride.width + first_column + (size.width - 1) * dilation.width; }
};

inline Windows windows_of(const Layer& layer) {
  Windows own;
  if (!subsamples(layer)) return own;
  const Extent dilation = ByteArithmetic::pooling_dilation(layer);
  own.stride = layer.pool_stride;
  if (layer.pooling == Pooling::pick) {
    own.first_column = layer.pool_column * dilation.width;
  } else {
    own.size = layer.pool;
    own.dilation = dilation;
    own.average = layer.pooling == Pooling::average;
  }
  return own;
}

/// How a mean is rounded: what is added to the magnitude of a sum before it is divided, whose rest is dropped.
struct MeanRule {
  int count = 1;
  int if_positive = 0, if_negative = 0;
};

/// See ByteArithmetic::mean.
inline MeanRule mean_rule(const ByteArithmetic& arithmetic, const Layer& layer) {
  const int count = layer.pool.area();
  if (arithmetic.means == Means::down) return {count, 0, count - 1};
  const bool rounds = max7800x::average_rounds(layer, arithmetic.means == Means::half_away);
  return {count, rounds ? count / 2 : 0, rounds ? count / 2 : 0};
}

/// Numbers of eight neighbouring channels, in a vector that every processor with vectors has.
using Eight = short __attribute__((vector_size(16)));
template <class Element>
using EightElements __attribute__((vector_size(8 * sizeof(Element)))) = Element;

/// `count` elements, and any numbers behind them.
template <class Element>
inline Eight load_eight(const Element* from, int count) {
  EightElements<Element> elements{};
  if (count == 8)
    std::memcpy(&elements, from, sizeof elements);
  else
    for (int n = 0; n < count; ++n) elements[n] = from[n];
  return __builtin_convertvector(elements, Eight) - static_cast<short>(zero_of<Element>);
}
template <class Element>
inline void store_eight(Eight values, int count, Element* to) {
  const auto elements = __builtin_convertvector(values + static_cast<short>(zero_of<Element>), EightElements<Element>);
  if (count == 8) {
    std::memcpy(to, &elements, sizeof elements);
    return;
  }
  for (int n = 0; n < count; ++n) to[n] = elements[n];
}
inline Eight smaller(Eight a, Eight b) { return a < b ? a : b; }
inline Eight larger(Eight a, Eight b) { return a > b ? a : b; }
inline Eight clipped(Eight values) {
  const Eight lowest = Eight{} - short{128}, highest = Eight{} + short{127};
  return smaller(larger(values, lowest), highest);
}
inline Eight combined(Eight a, Eight b, Elementwise operation) {
  if (operation == Elementwise::add) return a + b;
  if (operation == Elementwise::sub) return a - b;
  if (operation == Elementwise::bitwise_or) return a | b;
  if (operation == Elementwise::bitwise_xor) return a ^ b;
  return a;
}

/// The means of windows with these sums. Numbers below 2^24 are divided as real numbers, for which there are vectors:
/// no quotient is rounded up to the next integer.
inline Eight means_of(const MeanRule& rule, Eight sums) {
  const float count = static_cast<float>(rule.count);
  short all[8];
  std::memcpy(all, &sums, sizeof all);
  for (short& sum : all) {
    const int dividend = sum < 0 ? rule.if_negative - sum : rule.if_positive + sum;
    const int quotient = static_cast<int>(static_cast<float>(dividend) / count);
    sum = static_cast<short>(sum < 0 ? -quotient : quotient);
  }
  std::memcpy(&sums, all, sizeof all);
  return sums;
}

/// The same for single numbers.
template <Elementwise operation>
constexpr short combined(short a, short b) {
  if constexpr (operation == Elementwise::add) return static_cast<short>(a + b);
  if constexpr (operation == Elementwise::sub) return static_cast<short>(a - b);
  if constexpr (operation == Elementwise::bitwise_or) return static_cast<short>(a | b);
  if constexpr (operation == Elementwise::bitwise_xor) return static_cast<short>(a ^ b);
  return a;
}

/// to[n] = a[n] and b[n] combined and clipped, in blocks of 16, of which compilers make vectors without a detour
/// through longer ones; returns how many numbers these are.
template <Elementwise operation, class Element>
int combine_blocks(const Element* __restrict a, const Element* __restrict b, int length, Element* __restrict to) {
  constexpr int block = 16;
  int done = 0;
  for (; done + block <= length; done += block, a += block, b += block, to += block)
    for (int n = 0; n < block; ++n) {
      short value =
          combined<operation>(static_cast<short>(a[n] - zero_of<Element>), static_cast<short>(b[n] - zero_of<Element>));
      value = value < short{-128} ? short{-128} : value;
      value = value > short{127} ? short{127} : value;
      to[n] = static_cast<Element>(value + zero_of<Element>);
    }
  return done;
}
template <class Element>
int combine_blocks(const Element* a, const Element* b, int length, Elementwise operation, Element* to) {
  if (operation == Elementwise::add) return combine_blocks<Elementwise::add>(a, b, length, to);
  if (operation == Elementwise::sub) return combine_blocks<Elementwise::sub>(a, b, length, to);
  if (operation == Elementwise::bitwise_or) return combine_blocks<Elementwise::bitwise_or>(a, b, length, to);
  if (operation == Elementwise::bitwise_xor) return combine_blocks<Elementwise::bitwise_xor>(a, b, length, to);
  return 0;
}

/// The operands of a layer at a pixel of the prepared map.
template <class Element>
struct OperandPixel {
  static constexpr int most_reads = 256;  ///< pixels under the windows of all operands: 16 bits hold their sums

  const Layer& layer;
  MeanRule mean;
  Windows windows;
  int operands;
  const Element* first[max_operands];    ///< the first pixel of the window in every operand
  std::ptrdiff_t distances[most_reads];  ///< [operand][pixel of the window], from the first one

  /// Channels c to c + count - 1, of at most eight.
  struct Channels {
    int c, count;
  };

  Eight load(int operand, int i, Channels some) const {
    return load_eight(first[operand] + distances[operand * windows.pixels() + i] + some.c, some.count);
  }
  /// What pixel `i` of a window is pooled of: an operand, or all of them combined.
  Eight read(int operand, int i, Channels some) const {
    Eight values = load(operand, i, some);
    if (operands == 1 || layer.pool_first) return values;
    for (int o = 1; o < operands; ++o) values = combined(values, load(o, i, some), layer.elementwise);
    return clipped(values);
  }
  Eight pooled(int operand, Channels some) const {
    Eight values = read(operand, 0, some);
    const int pixels = windows.pixels();
    if (!windows.average) {
      for (int i = 1; i < pixels; ++i) values = larger(values, read(operand, i, some));
      return values;
    }
    for (int i = 1; i < pixels; ++i) values += read(operand, i, some);
    return means_of(mean, values);
  }
  void prepare(Channels some, Element* to) const {
    Eight values = pooled(0, some);
    if (operands > 1 && layer.pool_first) {
      for (int o = 1; o < operands; ++o) values = combined(values, pooled(o, some), layer.elementwise);
      values = clipped(values);
    }
    store_eight(values, some.count, to + some.c);
  }
  [[gnu::noinline]] void prepare_any(int channels, Element* to) const {
    int c = 0;
    if (operands == 2 && windows.pixels() == 1) c = combine_blocks(first[0], first[1], channels, layer.elementwise, to);
    for (; c < channels; c += 8) prepare({c, min_of(channels - c, 8)}, to);
  }
  INCUSE_FAST_INLINE void prepare_all(int channels, Element* to) const {
    if (operands == 1 && !windows.average) return largest(first[0], distances, windows.pixels(), channels, to);
    prepare_any(channels, to);
  }
};

/// Distances of the pixels of a window from the first one. Beyond the map a mean repeats the border; a maximum, which
/// ignores what lies there, takes the first pixel once more.
inline void set_distances(const Windows& windows, const Slice& slice, Extent map, int top, int left,
                          std::ptrdiff_t* distances) {
  for (int i = 0; i < windows.size.height; ++i)
    for (int j = 0; j < windows.size.width; ++j) {
      int y = i * windows.dilation.height, x = j * windows.dilation.width;
      const bool beyond = top + y >= map.height || left + x >= map.width;
      if (beyond && !windows.average) y = x = 0;
      if (beyond && windows.average) {
        y = min_of(y, map.height - 1 - top);
        x = min_of(x, map.width - 1 - left);
      }
      *distances++ = y * slice.row + x * slice.column;
    }
}

/// True if the loops above prepare a layer: it keeps the width of its operands' maps.
inline bool takes_vectors(const Preparation& job) {
  const Layer& layer = job.layer;
  if (layer.software != Software::none) return false;
  if (windows_of(layer).pixels() * layer.operands > OperandPixel<std::int16_t>::most_reads) return false;
  for (int s = 0; s < job.slice_count; ++s)
    if (job.slices[s].width != layer.in.width) return false;
  return true;
}

/// True if the rows of operands and of the result are runs of channels without a gap, which are combined one by one.
inline bool joins_pixels(const Preparation& job, const Slice* slices, int operands) {
  bool joins = !subsamples(job.layer) && job.out_column == slices[0].channels;
  for (int o = 0; o < operands; ++o) joins = joins && slices[o].column == slices[o].channels;
  return joins;
}

/// Prepares so many operands, whose channels are written from `out` on.
template <class Element>
INCUSE_FAST_INLINE void prepare_vectors(const Preparation& job, const Slice* slices, int operands, Element* out) {
  OperandPixel<Element> pixel{job.layer, mean_rule(job.arithmetic, job.layer), windows_of(job.layer), operands, {}, {}};
  const Windows& windows = pixel.windows;
  const Extent map = job.layer.in.extent();
  const int reads = windows.pixels();
  const bool joins = joins_pixels(job, slices, operands);
  const int columns = joins ? 1 : job.out_shape.width,
            channels = slices[0].channels * (joins ? job.out_shape.width : 1);
  bool whole = false;  // `distances` holds those of a window that lies within the map
  for (int y = 0; y < job.out_shape.height; ++y)
    for (int x = 0; x < columns; ++x) {
      const int top = y * windows.stride.height, left = x * windows.stride.width + windows.first_column;
      const bool inside = windows.last_row(y) < map.height && windows.last_column(x) < map.width;
      for (int o = 0; o < operands; ++o) {
        std::ptrdiff_t* const distances = pixel.distances + o * reads;
        if (!inside || !whole) set_distances(windows, slices[o], map, top, left, distances);
        pixel.first[o] = static_cast<const Element*>(slices[o].first) + top * slices[o].row + left * slices[o].column;
      }
      whole = inside;
      pixel.prepare_all(channels, out + y * job.out_row + x * job.out_column);
    }
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

/// Prepares the operands of a layer; tensors and the result consist of such elements. Loops are made of the
/// instructions that the caller is compiled for.
template <class Element>
INCUSE_FAST_INLINE void prepare(const Preparation& job) {
  Element* out = static_cast<Element*>(job.out);
  if (detail::copies(job)) {
    for (int s = 0; s < job.slice_count; out += job.slices[s++].channels) detail::copy_slice(job, job.slices[s], out);
    return;
  }
  if constexpr (sizeof(Element) < 4)
    if (detail::takes_vectors(job)) {
      const int together = job.layer.operands == 1 ? 1 : job.slice_count;
      for (int s = 0; s < job.slice_count; out += job.slices[s].channels, s += together)
        detail::prepare_vectors(job, job.slices + s, together, out);
      return;
    }
  detail::prepare_any<Element>(job);
}

#undef INCUSE_FAST_INLINE

}  // namespace incuse::host::fast
