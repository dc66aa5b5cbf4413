// Whether the numbers of a network are such that planning it makes sense. Where they are not, rules that need no plan
// report why.
#pragma once

#include <incuse/core/shape.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

namespace detail {

/// Sizes with which the planner's arithmetic does not overflow. No chip has larger ones.
constexpr bool is_countable(int size) { return size > 0 && size <= 1 << 14; }
constexpr bool is_countable(Extent e) { return is_countable(e.height) && is_countable(e.width); }
constexpr bool is_countable(Shape s) { return is_countable(s.channels) && is_countable(s.extent()); }
constexpr bool is_countable(const Layer& layer) {
  return is_countable(layer.in) && is_countable(layer.pooled) && is_countable(layer.out) &&
         is_countable(layer.kernel) && is_countable(layer.dilation) && is_countable(layer.pool) &&
         is_countable(layer.pool_stride);
}

/// True if a tensor's sizes are in the range in which the planner's arithmetic is sound.
constexpr bool plannable(Shape s, const Device& device, int least = 1) {
  return within(s.channels, 1, device.max_channels) && within(s.height, least, 4 * device.max_dimension) &&
         within(s.width, least, 4 * device.max_dimension) && s.all_pixels() <= device.max_frame;
}

/// The same for all numbers of layer `index`, and whether its sources exist.
constexpr bool plannable(const Layer& l, int index, bool has_buffer, const Device& device) {
  for (int source : l.sources)
    if (source == rolling_buffer ? !has_buffer : !within(source, network_input, index - 1)) return false;
  const bool numbers = within(l.kernel, 1, 16) && within(l.padding, 0, 16) && within(l.stride, 1, 16) &&
                       within(l.pool, 1, 64) && within(l.pool_stride, 1, 64) && within(l.pool_dilation, 1, 64) &&
                       within(l.dilation, 1, 4096) && within(l.operands, 1, max_operands) &&
                       within(l.output_padding, 0, 16) && within(l.output_shift, -64, 64) &&
                       within(l.placement.read_gap, 0, 255) && within(l.placement.write_gap, 0, device.max_write_gap) &&
                       within(l.crop_top, 0, 1 << 14) && within(l.crop_bottom, 0, 1 << 14);
  const bool depthwise = device.convolution_groups && l.groups == l.in.channels && l.groups == l.out.channels;
  const bool bits = l.weight_bits == 1 || l.weight_bits == 2 || l.weight_bits == 4 || l.weight_bits == 8;
  const long long passes = (1LL * l.in.channels + all_processors - 1) / all_processors;
  const bool frame = l.in.all_pixels() * passes <= device.max_frame;
  if (!(numbers && bits && (l.groups == 1 || (depthwise && !l.flatten)) && frame && plannable(l.in, device) &&
        plannable(l.pooled, device) && plannable(l.out, device, device.vendor_least_output)))
    return false;
  // Weights up to twice what the chip holds are planned, so that a rule can report how many columns they need.
  const long long taps = l.flatten ? l.pooled.all_pixels() : l.kernel.all_pixels();
  return !l.weighted() || passes * (l.out.channels / l.groups) * taps * l.weight_bits <=
                              2LL * bits_per_column * device.first_processor_columns;
}

}  // namespace detail

/// True if the numbers of a network are such that planning it makes sense; otherwise the rules without a plan explain.
template <int N>
constexpr bool plannable(const Graph<N>& graph, const Device& device) {
  if (graph.size < 1 || graph.size > device.max_layers || !detail::plannable(Shape{graph.input}, device)) return false;
  if (graph.buffer.exists() && !detail::plannable(graph.buffer.shape(), device)) return false;
  for (int i = 0; i < graph.size; ++i)
    if (!detail::plannable(graph[i], i, graph.buffer.exists(), device)) return false;
  return true;
}

}  // namespace incuse::max7800x
