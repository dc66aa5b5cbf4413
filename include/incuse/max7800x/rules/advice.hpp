// What would help against a broken rule, with figures. An advice is only worked out where its rule is broken.
#pragma once

#include <initializer_list>

#include <incuse/max7800x/plan/streaming.hpp>
#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse::max7800x::advice {

// Values --------------------------------------------------------------------------------------------------------------

/// The nearest value that is allowed.
constexpr Advice nearest(Text what, long long value, long long least, long long most) {
  return {.change = what, .from = value, .to = value < least ? least : value > most ? most : value};
}
constexpr Advice nearest(Text what, Extent value, int least, int most) {
  const auto clamped = [&](int v) { return v < least ? least : v > most ? most : v; };
  return {.change = what, .from = value, .to = Extent{clamped(value.height), clamped(value.width)}};
}

/// The rows or columns of an image that registers can count, padding included, for this layer and those behind it; none
/// for other registers, and for a layer whose image the hardware reads in another shape.
constexpr Advice size_that_counts(const PlacedLayer& at) {
  const bool rows = at.overflow.layer_register == LayerRegister::rows;
  const bool columns = at.overflow.layer_register == LayerRegister::columns;
  if ((!rows && !columns) || folds_rows(at.layer) || at.layer.flatten) return {};
  if (at.device.window_counts == WindowCounts::last_window) return {};  // what overflows is a distance
  const int own = rows ? at.layer.in.height : at.layer.in.width;
  const int each = at.layer.one_dimensional() ? at.device.column_rows : 1;
  long long most = at.overflow.value;  // that a register is to count, here or behind
  for (int i = at.index + 1; i < at.network.size; ++i) {
    const Layer& layer = at.network.layers[i];
    const bool usual = within(layer.padding, 0, at.device.max_padding) && within(layer.kernel, 1, longest_kernel_1d);
    if (layer.flatten || layer.one_dimensional() || !usual) continue;
    const Extent padding = hardware_padding(layer);
    const long long times = layer.op == Operator::conv_transpose2d ? 2 : 1;
    const long long counted =
        rows ? times * layer.in.height - 1 + 2 * padding.height : times * layer.in.width - 1 + 2 * padding.width;
    if (counted > most) most = counted;
  }
  const long long to = own - (most - at.overflow.highest) * each;
  if (to < 1) return {};
  return {.change = rows ? Text("rows of the input") : Text("columns of the input"), .from = own, .to = to};
}

/// The size of a part, if `value` is divided into as few equal parts of at most `most` as possible.
constexpr Advice equal_parts(Text what, long long value, long long most) {
  if (value <= most) return {};
  const long long parts = (value + most - 1) / most;
  return {.change = what, .from = value, .to = (value + parts - 1) / parts};
}

/// How many kernels of `most` taps, one behind the other, reach as far as a longer one.
constexpr Advice chain_of_kernels(Text what, const Quantity& kernel, int taps, int most) {
  if (taps <= most) return {};
  return {.change = what, .from = kernel, .to = {(taps - 1LL + most - 2) / (most - 1), "kernels"}};
}

/// The largest dilation with which a Conv1d still runs in one dimension.
constexpr Advice smaller_dilation(const Layer& layer) {
  if (layer.kernel.height < 2) return {};
  return nearest("a smaller dilation", layer.dilation.height, 1, max_of(1, 8 / (layer.kernel.height - 1)));
}

/// The largest dilation that a chip can run: a Conv1d over rows of so many values (device 5), whose length and padding
/// some parts count in one field (registers 3.2).
constexpr int largest_dilation(const Device& device) {
  const int countable = (1 << device.fields.count_width) - 1;
  const int counted_padding = device.window_counts == WindowCounts::padded_size ? 1 : -1;
  return min_of(device.max_dimension - 1, countable - counted_padding);
}

/// The nearest dilation with which a Conv1d fits its input and the chip.
constexpr Advice nearest_dilation(const OneLayer& at) {
  const Layer& layer = at.layer;
  const int gaps = max_of(2, layer.kernel.height) - 1, length = layer.pooled.height;
  int most = largest_dilation(at.device);
  if (at.shaped() && length > 1) most = min_of(most, max_of(1, (length - 1) / gaps));
  if (layer.kernel.height > 3 || layer.padding.height > 0 || layer.pools()) most = min_of(most, max_of(1, 8 / gaps));
  return nearest("the nearest dilation", layer.dilation.height, 1, layer.kernel.height > 1 ? most : 1);
}

/// The number nearest to `value` that divides `whole`.
constexpr Advice nearest_divisor(Text what, int value, int whole) {
  for (int away = 1; away < whole; ++away)
    for (int divisor : {value - away, value + away})
      if (divisor > 0 && divisor <= whole && whole % divisor == 0) return {.change = what, .from = value, .to = divisor};
  return {};
}

/// Layers that turn values into a map, or a map into values, on a chip that has them.
constexpr Advice other_shape(const OneLayer& at) {
  const Device& device = at.device;
  if (at.layer.in.width > 1 && device.has(Feature::one_by_one) && device.has(Feature::transposed))
    return {.change = "maps made of values by 1x1 Conv2d and ConvTranspose2d"};
  if (at.layer.in.pixels() == 1 && device.has(Feature::linear))
    return {.change = "values made of maps by Flatten and Linear"};
  return {};
}

/// The smallest window with which pooling in front makes an image so small.
constexpr Advice pooling_in_front(const Device& device, Extent image, long long most_pixels) {
  for (int window = 2; window <= device.max_pool; ++window) {
    if ((device.pool_sizes >> window & 1) == 0) continue;
    const Extent left{image.height / window, image.width / window};
    if (left.all_pixels() <= most_pixels && left.exists())
      return {.change = "pooling in front", .from = image, .to = left};
  }
  return {};
}

/// Rows or columns that a tensor can have for this layer and all behind it: some of them make it larger, and registers
/// count the images of some parts with their padding.
constexpr int most_rows(const OneLayer& at) {
  const Device& device = at.device;
  int padding = 0, grown = 0;
  for (int i = at.index; i < at.network.size; ++i) {
    const Layer& layer = at.network.layers[i];
    const bool folded = layer.one_dimensional() && device.folds_columns();  // whole rows of values are counted
    const bool usual = within(layer.padding, 0, device.max_padding) && within(layer.kernel, 1, longest_kernel_1d);
    if (folded || !layer.weighted() || !usual) continue;
    const bool doubles = layer.op == Operator::conv_transpose2d;  // and pads what it has doubled
    const int most = max_of(layer.padding.height, layer.padding.width);
    padding = max_of(padding, doubles ? layer.kernel.height : most);
    if (!doubles) grown += max_of(0, 2 * most - layer.kernel.height + 1);
  }
  const int countable = (1 << device.fields.count_width) - 2 * padding;
  const bool padded = device.window_counts == WindowCounts::padded_size;
  return max_of(1, (padded ? min_of(device.max_dimension, countable) : device.max_dimension) - grown);
}

/// The image divided by the least whole number with which a chip can count its sizes and its values, but large enough
/// for the layer; none if there is no such image. What is one-dimensional stays so, and is whole rows where the chip
/// reads it in rows.
constexpr Advice smaller_image(const OneLayer& at, Shape image) {
  const int most = most_rows(at);
  const long long frame = (at.device.max_frame - 1) / (at.passes() > 0 ? at.passes() : 1);
  int times = static_cast<int>((max_of(image.height, image.width) + most - 1LL) / most);
  const Layer& l = at.layer;
  const Extent windows = image == l.in ? least_pooled(l) : Extent{1, 1};
  const auto part = [&](int size, int windows_needed, int window, int stride, int dilation) {
    const int least = bounded((windows_needed - 1LL) * stride + (window - 1LL) * dilation + 1);
    return max_of(size / times, max_of(1, min_of(size, least)));
  };
  const auto smaller = [&] {
    return Extent{part(image.height, windows.height, l.pool.height, l.pool_stride.height, l.pool_dilation.height),
                  part(image.width, windows.width, l.pool.width, l.pool_stride.width, l.pool_dilation.width)};
  };
  while (smaller().all_pixels() > frame && times < most) ++times;
  Extent to = smaller();
  if (max_of(to.height, to.width) > most) return {};  // the layer needs more
  if (at.layer.one_dimensional()) to.height = max_of(1, to.height / at.device.column_rows) * at.device.column_rows;
  return {.change = "a smaller image", .from = image.extent(), .to = to};
}

/// The smallest kernel that goes with a padding, which has to be smaller than the kernel.
constexpr Extent kernel_around(Extent padding) { return {padding.height + 1, padding.width + 1}; }

/// The nearest padding that a kernel allows; where the chip lays the values of a Conv1d out in rows, whole rows.
constexpr Advice padding_inside(const OneLayer& at, Extent padding, Extent kernel) {
  const bool rows = at.layer.one_dimensional();
  int most = max_of(0, min_of(kernel.height, rows ? kernel.height : kernel.width) - 1);
  if (rows && at.device.folds_columns()) most = most / at.device.column_rows * at.device.column_rows;
  return nearest("the nearest padding", padding, 0, most);
}

/// The nearest window or stride among the sizes that a chip has, one bit each, and at most `most`: square in two
/// dimensions, and no longer than the given one. Where other layers read the output, none that would leave holes in it.
/// None if that changes nothing.
constexpr Advice nearest_size(const OneLayer& at, Text what, unsigned sizes, Extent value, int most) {
  int size = max_of(1, min_of(max_of(value.height, value.width), most));
  bool is_read = false;
  for (int i = at.index + 1; i < at.network.size; ++i)
    is_read = is_read || at.network.layers[i].sources.contains(at.index);
  while (size > 1 && ((sizes >> size & 1) == 0 || (is_read && size == at.device.pool_with_holes))) --size;
  const Extent nearest{size, at.two_dimensional() ? size : 1};
  if (nearest == value) return {};
  return {.change = what, .from = value, .to = nearest};
}

/// The image that pooling windows lie in, and how many of them the layer needs, on the axis on which that is less.
struct PooledAxis {
  int size = most_size;
  int windows = 1;
};
constexpr PooledAxis pooled_axis(const OneLayer& at) {
  if (!at.has_input()) return {};
  const Extent windows = least_pooled(at.layer, 1);
  const PooledAxis rows{at.layer.in.height, windows.height}, columns{at.layer.in.width, windows.width};
  if (at.layer.one_dimensional()) return rows;
  return 1LL * rows.size * columns.windows < 1LL * columns.size * rows.windows ? rows : columns;
}

/// The nearest pooling window that the chip has, dilation included, and that the image holds as often as the layer
/// needs it; none if only a window of one pixel is left. A stride that is the window, as it is by default, changes with
/// it.
constexpr Advice nearest_window(const OneLayer& at) {
  const Extent window = at.layer.pool, stride = at.layer.pool_stride, given = at.layer.pool_dilation;
  const auto [size, windows] = pooled_axis(at);
  const bool together = stride == window;
  const bool dilates =
      at.device.pool_dilation && within(given, 1, at.device.max_pool);  // else pool_dilation reports it
  const int dilation = dilates ? max_of(given.height, given.width) : 1;
  const int step = max_of(1, max_of(stride.height, stride.width));
  const int inside = (at.device.max_pool - 1) / dilation + 1;
  const long long held = together ? (size + dilation - 1LL) / (windows - 1LL + dilation)
                                  : floor_div(size - (windows - 1LL) * step - 1, 1LL * dilation) + 1;
  const unsigned sizes = at.device.pool_sizes & (together ? at.device.pool_strides : ~0u);
  const Advice advice = nearest_size(at, together ? Text("the nearest window and stride") : Text("the nearest window"),
                                     sizes, window, min_of(inside, bounded(held)));
  return advice.to.count > 0 && advice.to.values[0] < 2 ? Advice{} : advice;
}

/// The nearest stride that the chip has and with which the image holds as many windows as the layer needs.
constexpr Advice nearest_stride(const OneLayer& at) {
  const auto [size, windows] = pooled_axis(at);
  const int window = max_of(at.layer.pool.height, at.layer.pool.width);
  const bool alone = !at.device.pools_one_axis && !at.layer.pools();  // of such layers pool_stride_alone allows none
  const int room = alone ? 1 : windows > 1 ? bounded((1LL * size - window) / (windows - 1)) : at.device.max_pool_stride;
  return nearest_size(at, "the nearest stride", at.device.pool_strides, at.layer.pool_stride,
                      min_of(at.device.max_pool_stride, room));
}

/// The largest dilation with which a pooling window stays inside the chip's, and inside its image.
constexpr Advice smaller_pool_dilation(const OneLayer& at) {
  const int window = max_of(at.layer.pool.height, at.layer.pool.width);
  const auto [size, windows] = pooled_axis(at);
  const int step = max_of(1, max_of(at.layer.pool_stride.height, at.layer.pool_stride.width));
  const int span = min_of(at.device.max_pool, bounded(size - (windows - 1LL) * step));
  const int most = window < 2 || !at.device.pool_dilation ? 1 : max_of(1, (span - 1) / (window - 1));
  return nearest("the nearest pool dilation", at.layer.pool_dilation, 1, most);
}

// Layers --------------------------------------------------------------------------------------------------------------

/// The only layer that reads a layer's output; -1: none, or several do.
constexpr int only_reader(const WholeNetwork& network, int source) {
  int reader = -1;
  for (int i = source + 1; i < network.size; ++i) {
    if (!network.layers[i].sources.contains(source)) continue;
    if (reader >= 0) return -1;
    reader = i;
  }
  return reader;
}

/// True if a layer only pools, and the convolution that reads it can do so itself.
constexpr bool pools_for_reader(const WholeNetwork& network, int index) {
  const Layer& pooling = network.layers[index];
  const int reader = only_reader(network, index);
  const bool only_pools = pooling.op == Operator::none && pooling.pools() && pooling.operands == 1 && !pooling.output;
  if (!only_pools || pooling.writes_buffer() || reader < 0) return false;
  const Layer& behind = network.layers[reader];
  const bool convolves = behind.op == Operator::conv2d ||
                         (behind.op == Operator::conv1d && !network.device.folds_columns() && !folds_rows(behind));
  return convolves && behind.operands == 1 && behind.sources.size == 1 && !behind.pools_or_strides() &&
         !behind.flatten && !behind.crops() && behind.in_extent == Extent{0, 0};
}

/// Layers that are left if convolutions pool themselves.
constexpr Advice fused_pooling(const WholeNetwork& network) {
  int saved = 0;
  for (int i = 0; i < network.size; ++i) saved += pools_for_reader(network, i) ? 1 : 0;
  if (saved == 0) return {};
  return {.change = "pooling fused with the convolution behind it",
          .from = network.arranged_size,
          .to = {network.arranged_size - saved, "layers"}};
}

// Processor maps ------------------------------------------------------------------------------------------------------

/// The first `count` processors of a map; all of them, if there are fewer.
constexpr ProcessorMap first_of(ProcessorMap map, int count) {
  ProcessorMap chosen = 0;
  for (int p = 0; p < all_processors && count > 0; ++p)
    if ((map >> p & 1) != 0) chosen |= ProcessorMap{1} << p, --count;
  return chosen;
}

/// A map of `count` processors, as much like the given one as possible: surplus ones are left out at the end, missing
/// ones added behind it, then in front of it.
constexpr Advice processors_like(ProcessorMap given, int count, ProcessorMap allowed = ~ProcessorMap{0}) {
  ProcessorMap map = first_of(given & allowed, count);
  const int begin = map == 0 ? 0 : last_bit(map) + 1;
  for (int i = 0; i < all_processors && bit_count(map) < count; ++i) {
    const ProcessorMap next = ProcessorMap{1} << (begin + i) % all_processors;
    if ((allowed & next) != 0) map |= next;
  }
  if (bit_count(map) != count || map == given) return {};
  return {.change = "processors", .from = Quantity::map(given), .to = Quantity::map(map)};
}

/// Output processors of a layer without weights: in every group as many as it reads from, side by side from the start
/// of a block.
constexpr Advice packed_processors(const LayerPlan& placed) {
  ProcessorMap map = 0;
  for (int g = 0; g < groups; ++g) {
    const unsigned in = group_part(placed.processors, g), out = group_part(placed.output_processors, g);
    const int count = bit_count(in);
    const int wanted = out == 0 ? 0 : min_of(first_bit(out), processors_per_group - count);
    const int first = wanted / processors_per_instance * processors_per_instance;
    map |= ((ProcessorMap{1} << count) - 1) << (processors_per_group * g + first);
  }
  return {.change = "output processors", .from = Quantity::map(placed.output_processors), .to = Quantity::map(map)};
}

// Memories ------------------------------------------------------------------------------------------------------------

/// True if a layer's weights share processors with those of `at`.
constexpr bool competes(const PlacedLayer& at, int layer) {
  const LayerPlan& other = at.plan.layers[layer];
  return other.kernels.owned && (other.processors & at.placed.processors) != 0;
}

/// Columns of the weight memory that a layer needs with weights of `bits` bits; 0: with the width that it has.
constexpr int columns_with(const PlacedLayer& at, int layer, int bits = 0) {
  const int own_bits = at.network.layers[layer].weight_bits, length = at.plan.layers[layer].kernels.length;
  return round_up(bits == 0 ? length : ceil_div(length * bits, own_bits), 4);
}

/// Whether a layer gets narrower weights by following an advice.
constexpr bool narrowed_by(const Advice& advice, int layer, int own_bits, int bits) {
  if (own_bits <= bits) return false;
  return advice.all_layers || layer == advice.layer || advice.further_layers.contains(layer);
}

/// Columns that the option first_weight_column keeps free.
constexpr long long columns_kept_free(const WholeNetwork& network) {
  return round_up(network.options.first_weight_column, 4);
}

/// Columns that the fullest of the processors of `at` needs for all layers, with weights of `bits` in those that the
/// advice names, and for those that are kept free. The fullest one is the first of some layer's map, if maps have no
/// holes.
constexpr long long columns_needed(const PlacedLayer& at, const Advice& advice = {}, int bits = 0) {
  long long most = 0;
  ProcessorMap seen = 0;
  for (int i = 0; i < at.network.size; ++i) {
    if (!competes(at, i)) continue;
    const ProcessorMap first = ProcessorMap{1} << first_bit(at.plan.layers[i].processors & at.placed.processors);
    if ((seen & first) != 0) continue;
    seen |= first;
    long long sum = 0;
    for (int k = 0; k < at.network.size; ++k) {
      if (!competes(at, k) || (at.plan.layers[k].processors & first) == 0) continue;
      sum += columns_with(at, k, narrowed_by(advice, k, at.network.layers[k].weight_bits, bits) ? bits : 0);
    }
    if (sum > most) most = sum;
  }
  return columns_kept_free(at.network) + most;
}

/// Weights of `bits` bits in the layers that save most, until all fit or more than an advice can name would be needed.
constexpr Advice narrowest_few(const PlacedLayer& at, Advice advice, int bits) {
  for (long long left = advice.from.values[0]; left > at.device.weight_columns;) {
    int best = -1, most = 0;
    for (int i = 0; i < at.network.size; ++i) {
      const int own_bits = at.network.layers[i].weight_bits;
      if (!competes(at, i) || own_bits <= bits || narrowed_by(advice, i, own_bits, bits)) continue;
      const int saved = columns_with(at, i) - columns_with(at, i, bits);
      if (saved > most) best = i, most = saved;
    }
    if (best < 0 || advice.further_layers.dropped > 0) break;
    if (advice.layer >= 0)
      advice.further_layers.push(best);
    else
      advice.layer = best, advice.layer_name = at.network.layers[best].name;
    left = columns_needed(at, advice, bits);
    advice.to = {left, "columns"};
  }
  return advice;
}

/// A lower first column, if that frees enough. `needed`: columns that are needed now, with those in front of the first
/// one, which are kept free.
constexpr Advice lower_first_column(const WholeNetwork& network, long long needed) {
  const long long kept = columns_kept_free(network), left = (kept - (needed - network.device.weight_columns)) / 4 * 4;
  if (kept == 0 || needed - kept > network.device.weight_columns) return {};
  return {.change = "a lower first_weight_column, on the command line --weight-start",
          .from = network.options.first_weight_column,
          .to = left};
}

/// The change to weights of 1, 2 or 4 bits.
constexpr Text weights_of(int bits) {
  return bits == 1 ? Text("1-bit weights") : bits == 2 ? Text("2-bit weights") : Text("4-bit weights");
}

/// Narrower weights for all that share processors with `at` to fit: with as many bits as possible, in as few layers as
/// are needed if an advice can name them, else in all; none if even 1 bit does not help, or the chip has 8 bits only.
/// `columns`: what they need now.
constexpr Advice narrower_weights(const PlacedLayer& at, long long columns) {
  if (!at.device.has(Feature::narrow_weights)) return {};
  for (int bits = 4; bits > 0; bits /= 2) {
    const Advice start{.change = weights_of(bits), .from = columns};
    const Advice few = narrowest_few(at, start, bits);
    const bool helps = few.to.count > 0 && few.to.values[0] <= at.device.weight_columns;
    if (helps && few.further_layers.dropped == 0) return few;
    Advice all = start;
    all.all_layers = true;
    all.to = {columns_needed(at, all, bits), "columns"};
    if (all.to.values[0] <= at.device.weight_columns) return all;
  }
  return {};
}

/// Advice to leave the bias out of the layer with most output channels among those whose biases lie in the group of
/// `at`; the figures are values in that group.
constexpr Advice fewer_biases(const PlacedLayer& at, long long needed) {
  int largest = at.index;
  for (int i = 0; i < at.network.size; ++i) {
    const bool competes = at.plan.layers[i].bias_group == at.placed.bias_group && at.plan.layers[i].bias_offset >= 0;
    if (competes && at.network.layers[i].out.channels > at.network.layers[largest].out.channels) largest = i;
  }
  const Layer& layer = at.network.layers[largest];
  return {"no bias", largest, layer.name, needed, {needed - layer.out.channels, "values"}};
}

/// An offset so low that the tensor ends with its memory instance.
constexpr Advice lower_offset(Text what, long long offset, long long end, long long capacity) {
  const long long lowered = (offset - (end - capacity)) / 4 * 4;
  if (end - offset > capacity || lowered < 0) return {};
  return {.change = what,
          .from = Quantity::map(static_cast<ProcessorMap>(offset)),
          .to = Quantity::map(static_cast<ProcessorMap>(lowered))};
}

/// The nearest offset at which an output lies inside its memory instance.
constexpr Advice nearest_output_offset(const PlacedLayer& at) {
  const long long bytes = at.output_end() - at.placed.out_offset, room = at.device.instance_bytes - bytes;
  return nearest("the nearest offset", at.placed.out_offset, 0, room > 0 ? room / 4 * 4 : 0);
}

/// The nearest offset of an output that shares no RAM block with the layer's input; none if there is no such offset.
constexpr Advice other_block(const PlacedLayer& at) {
  const long long block = at.device.data_block_bytes, bytes = at.output_end() - at.placed.out_offset;
  const long long behind = (at.input_end() - 1) / block * block + block;
  const long long in_front = (at.placed.in_offset / block * block - bytes) / 4 * 4;
  if (behind + bytes <= at.device.instance_bytes)
    return nearest("the nearest offset", at.placed.out_offset, behind, behind);
  if (in_front < 0) return {};
  return nearest("the nearest offset", at.placed.out_offset, in_front, in_front);
}

/// For an input that its instances cannot hold: a lower offset, the other order, or a FIFO in front of a layer that
/// streams and keeps some rows only.
constexpr Advice smaller_input(const PlacedLayer& at) {
  const long long capacity = at.device.instance_bytes, bytes = at.input_end() - at.placed.in_offset;
  if (bytes <= capacity) return lower_offset("a lower input offset", at.placed.in_offset, at.input_end(), capacity);
  const bool simple = at.index == 0 && at.layer.weighted() && at.layer.operands == 1 && at.placed.in.count == 1 &&
                      at.layer.in.channels <= instances && !at.reads_channels_first();
  if (!simple) return {};
  const long long in_chw = at.layer.in.pixels();
  if (in_chw <= capacity) return {.change = "CHW order", .from = bytes, .to = {in_chw, "bytes"}};
  Layer streaming = at.layer;
  streaming.streaming = true;
  const long long ring =
      4LL * (detail::first_layer_counts({streaming, 1, false, false, false}, at.device, {}).rollover + 1);
  if (ring > capacity) return {};
  return {.change = "the options fifo_input and streaming", .from = bytes, .to = {ring, "bytes"}};
}

/// For an output that its instances cannot hold: a lower offset, 8 bits, pooling, or fewer channels.
constexpr Advice smaller_output(const PlacedLayer& at) {
  const Layer& layer = at.layer;
  const long long capacity = at.device.instance_bytes, bytes = at.output_end() - at.placed.out_offset;
  if (bytes <= capacity) return lower_offset("a lower output offset", at.placed.out_offset, at.output_end(), capacity);
  if (layer.wide && bytes / 4 <= capacity) return {.change = "8-bit output", .from = bytes, .to = {bytes / 4, "bytes"}};
  const long long each = bytes / layer.out.pixels();
  if (!at.layer.pools() && !folds_rows(at.layer)) {
    const Text changes[] = {"2x2 pooling in front", "3x3 pooling in front", "4x4 pooling in front"};
    const int scale = layer.op == Operator::conv_transpose2d ? 2 : 1;
    for (int window = 2; window <= 4; ++window) {
      const int columns = layer.one_dimensional() ? 1 : layer.pooled.width / window;
      const Extent left{layer.out.height + scale * (layer.pooled.height / window - layer.pooled.height),
                        layer.out.width + scale * (columns - layer.pooled.width)};
      const long long pooled = each * left.height * left.width;
      if (left.exists() && pooled <= capacity)
        return {.change = layer.one_dimensional() ? Text("pooling in front") : changes[window - 2],
                .from = bytes,
                .to = {pooled, "bytes"}};
    }
  }
  const long long passes = capacity / (each / at.placed.out.count * layer.out.pixels());
  if (passes < 1 || passes >= at.placed.out.count) return {};
  return {.change = "fewer output channels",
          .from = layer.out.channels,
          .to = passes * at.network.options.processors_per_pass};
}

}  // namespace incuse::max7800x::advice
