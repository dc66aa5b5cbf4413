// Layers of the K210's processor that move values without changing them: one loop for all orders, and one that adds a
// border. Tensors are planar: channels x height x width.
#pragma once

#include <incuse/model/shapes.hpp>

namespace incuse::k210 {

/// A way through a tensor that yields the values of another one: six loops, the last one innermost.
struct Walk {
  static constexpr int loops = 6;
  int start = 0;  ///< index of the first value
  int counts[loops]{1, 1, 1, 1, 1, 1};
  int steps[loops]{};  ///< distance between the values of a loop

  constexpr void set(int loop, int count, int step) {
    counts[loop] = count;
    steps[loop] = step;
  }
  friend constexpr bool operator==(const Walk&, const Walk&) = default;
};

/// True for layers that a walk describes.
constexpr bool is_move(Software kind) {
  return kind == Software::transpose || kind == Software::reshape || kind == Software::slice ||
         kind == Software::channel_shuffle || kind == Software::space_to_depth || kind == Software::depth_to_space;
}

namespace detail {

/// Values from one index of a dimension to the next.
constexpr int step_of_dimension(Shape shape, int dimension) {
  return dimension == 0 ? shape.pixels() : dimension == 1 ? shape.width : 1;
}

/// Pixels of blocks become channels.
constexpr Walk space_walk(Shape in, int block, bool channels_first) {
  Walk walk;
  const int channel_loop = channels_first ? 0 : 2, row_loop = channels_first ? 1 : 0;
  walk.set(channel_loop, in.channels, in.pixels());
  walk.set(row_loop, block, in.width);
  walk.set(row_loop + 1, block, 1);
  walk.set(3, in.height / block, block * in.width);
  walk.set(4, in.width / block, block);
  return walk;
}

/// Channels become pixels of blocks.
constexpr Walk depth_walk(Shape in, int block, bool channels_first) {
  const int channels = in.channels / block / block;
  const int channel_step = channels_first ? block * block : 1, pixel_step = channels_first ? 1 : channels;
  Walk walk;
  walk.set(0, channels, channel_step * in.pixels());
  walk.set(1, in.height, in.width);
  walk.set(2, block, block * pixel_step * in.pixels());
  walk.set(3, in.width, 1);
  walk.set(4, block, pixel_step * in.pixels());
  return walk;
}

}  // namespace detail

/// The walk of a layer that breaks no rule, through its input of shape `in`.
constexpr Walk walk_of(const SoftwareOptions& with, Software kind, Shape in) {
  Walk walk;
  switch (kind) {
    case Software::transpose:
      for (int d = 0; d < tensor_dimensions; ++d)
        walk.set(d, size_of_dimension(in, with.order[d]), detail::step_of_dimension(in, with.order[d]));
      break;
    case Software::slice:
      for (int d = 0; d < tensor_dimensions; ++d) {
        const Part3 part = whole_part(with.parts[d], size_of_dimension(in, d));
        const int step = detail::step_of_dimension(in, d);
        walk.start += part.begin * step;
        walk.set(d, part_size(part), part.step * step);
      }
      break;
    case Software::channel_shuffle:
      walk.set(0, in.channels / with.block, in.pixels());
      walk.set(1, with.block, in.channels / with.block * in.pixels());
      walk.set(2, in.pixels(), 1);
      break;
    case Software::space_to_depth:
      return detail::space_walk(in, with.block, with.channels_first);
    case Software::depth_to_space:
      return detail::depth_walk(in, with.block, with.channels_first);
    default:
      walk.set(0, in.elements(), 1);
      break;
  }
  return walk;
}

/// Calls take(index of a value) for every value of a walk, in order.
template <class Take>
constexpr void follow(const Walk& walk, Take take) {
  int index[Walk::loops]{};
  int at = walk.start;
  for (int loop = 0; loop >= 0;) {
    take(at);
    for (loop = Walk::loops - 1; loop >= 0; --loop) {
      at += walk.steps[loop];
      if (++index[loop] < walk.counts[loop]) break;
      at -= walk.steps[loop] * walk.counts[loop];
      index[loop] = 0;
    }
  }
}

/// Copies the values of a walk to `out`, one behind the other.
template <class Value>
constexpr void move_values(const Value* in, const Walk& walk, Value* out) {
  follow(walk, [&](int index) { *out++ = in[index]; });
}

/// Calls take(index of a value, or -1 for an added one) for every value of a tensor to which `before` values are added
/// in front of each dimension, or from which they are cut off, and others behind it.
template <class Take>
constexpr void for_each_padded(Shape in, Shape out, const int (&before)[tensor_dimensions], Take take) {
  for (int c = -before[0]; c < out.channels - before[0]; ++c)
    for (int y = -before[1]; y < out.height - before[1]; ++y)
      for (int x = -before[2]; x < out.width - before[2]; ++x) {
        const bool inside = c >= 0 && c < in.channels && y >= 0 && y < in.height && x >= 0 && x < in.width;
        take(inside ? (c * in.height + y) * in.width + x : -1);
      }
}

/// The same, as a copy.
template <class Value>
constexpr void pad_values(const Value* in, Shape in_shape, Shape out_shape, const int (&before)[tensor_dimensions],
                          Value added, Value* out) {
  for_each_padded(in_shape, out_shape, before, [&](int index) { *out++ = index < 0 ? added : in[index]; });
}

}  // namespace incuse::k210
