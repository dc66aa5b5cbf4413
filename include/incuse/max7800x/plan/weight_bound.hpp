// Whether the weights of a network can fit at all, before anything is placed: what the weight memories have to hold at
// least, wherever the planner puts it.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/passes.hpp>

namespace incuse::max7800x {

namespace detail {

/// Weights that lie in some processors side by side, in each of them as many columns.
struct WeightBlock {
  int width = 0;    ///< processors
  int columns = 0;  ///< at least
};

/// What the fullest processor holds at least, wherever blocks lie that share no column. Blocks at least as wide as one
/// that takes more than half of all processors share those in the middle. Of the others, one that is wider than what
/// lies on either side of these reaches into them; and one that does not fit between their ends covers one of the ends.
constexpr long long least_fullest(const WeightBlock* blocks, int count, int width) {
  const int beside = all_processors - width, middle = width - beside;
  long long shared = 0, largest = 0, at_ends = 0;
  for (int i = 0; i < count; ++i) {
    const WeightBlock& block = blocks[i];
    if (block.width >= width) {
      shared += block.columns;
    } else if (block.width > beside) {
      if (block.columns > largest) largest = block.columns;
      if (block.width >= middle - 1) at_ends += block.columns;
    }
  }
  const long long at_one_end = (at_ends + 1) / 2;
  return shared + (largest > at_one_end ? largest : at_one_end);
}

/// Columns that a layer's weights fill at least in each processor: no position without a channel, and no gap.
constexpr int least_columns(const Layer& layer, int in_passes) {
  const long long kernels = 1LL * layer.out.channels * in_passes * (layer.flatten ? layer.pooled.pixels() : 1);
  const long long bytes = (kernels + 8 / layer.weight_bits - 1) / (8 / layer.weight_bits) * layer.kernel.area();
  return static_cast<int>((bytes + bytes_per_kernel - 1) / bytes_per_kernel);
}

/// True if a layer's processors are surely neighbours, as many as a pass has channels, and more than one: the first
/// processors of groups have more columns on some parts. The network's input may have gaps. See `may_leave_gaps`.
constexpr bool reads_neighbours(const Layer& layer) {
  return layer.sources.size == 1 && layer.sources[0] >= 0 && layer.operands == 1 && layer.in_channels == 0 &&
         layer.groups == 1 && layer.in.channels > 1;
}

/// True if a layer may let others, too, read processors that are no neighbours: it concatenates tensors, or its own
/// ones are chosen by hand.
constexpr bool may_leave_gaps(const Layer& layer) {
  const bool concatenates = layer.elementwise == Elementwise::none && layer.sources.size > 1;
  return concatenates || layer.placement.processors != 0 || layer.placement.output_processors != 0;
}

}  // namespace detail

/// False if the weights are more than the part's memory, whatever the placement: all of them together, or those that
/// surely share a processor.
template <int N>
constexpr bool can_hold_weights(const Graph<N>& graph, const Device& device, const Options& options) {
  detail::WeightBlock blocks[at_least_one(N)]{};
  int count = 0;
  long long bits = 0;
  bool gaps = graph.buffer.exists() || options.vendor_stream;  // the latter counts columns in another way
  for (int i = 0; i < graph.size; ++i) {
    const Layer layer = hardware_layer(graph, i);
    gaps = gaps || detail::may_leave_gaps(layer);
    if (!layer.has_weights() || layer.same_weights_as >= 0) continue;
    bits += static_cast<long long>(layer.weight_in_channels()) * layer.out.channels * layer.kernel.area() *
            layer.weight_bits;
    if (!detail::reads_neighbours(layer)) continue;
    const Passes in = passes_of(layer.in.channels, options.processors_per_pass);
    blocks[count++] = {in.channels, detail::least_columns(layer, in.count)};
  }
  if (bits > 8LL * device.weight_bytes) return false;
  if (gaps) return true;
  const int free = device.weight_columns - round_up(options.first_weight_column, 4);
  int last = 0;  // width that was looked at last
  for (int i = 0; i < count; ++i) {
    const int width = blocks[i].width;
    if (2 * width <= all_processors || width == last) continue;
    if (detail::least_fullest(blocks, count, width) > free) return false;
    last = width;
  }
  return true;
}

}  // namespace incuse::max7800x
