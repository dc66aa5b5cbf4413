// Features of a chip that options and layers ask for.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// Features that the options ask for, by name or otherwise, one bit each.
constexpr unsigned features_asked_for(const Options& options) {
  unsigned asked = options.features;
  if (options.uses_fifo()) asked |= bit_of(Feature::fifo);
  if (options.mlator_unload) asked |= bit_of(Feature::byte_swapper);
  if (options.clear_memories) asked |= bit_of(Feature::memory_tests);
  if (options.average_pool_rounding) asked |= bit_of(Feature::pool_rounding);
  if (options.simple_1bit) asked |= bit_of(Feature::simple_1bit);
  if (options.power_down_unused) asked |= bit_of(Feature::power_down);
  if (options.external_ready) asked |= bit_of(Feature::external_ready);
  if (options.runs_on_risc_v || options.deep_sleep) asked |= bit_of(Feature::risc_v);
  if (options.synthesized_words != 0) asked |= bit_of(Feature::fifo);
  if (options.snoop.used) asked |= bit_of(Feature::snooping);
  return asked;
}

/// Features that a layer asks for, one bit each; none for the layers of an early exit, which rule early_exit is about.
constexpr unsigned features_asked_for(const Layer& layer) {
  if (layer.tests()) return 0;
  const bool combines = layer.elementwise != Elementwise::none;
  unsigned asked = 0;
  if (combines) asked |= bit_of(Feature::elementwise);
  if ((!layer.weighted() && !combines) || layer.buffer_shift != 0) asked |= bit_of(Feature::passthrough);
  if (layer.op == Operator::linear) asked |= bit_of(Feature::linear);
  if (layer.op == Operator::conv2d && layer.kernel == Extent{1, 1}) asked |= bit_of(Feature::one_by_one);
  if (layer.op == Operator::conv_transpose2d) asked |= bit_of(Feature::transposed);
  if (layer.dilation != Extent{1, 1}) asked |= bit_of(Feature::dilation);
  if (layer.weighted() && layer.weight_bits < 8) asked |= bit_of(Feature::narrow_weights);
  if (layer.wide) asked |= bit_of(Feature::wide_output);
  if (layer.activation == Activation::abs) asked |= bit_of(Feature::absolute);
  const Placement& hand = layer.placement;
  if (hand.parallel_outputs) asked |= bit_of(Feature::parallel_outputs);
  if (hand.read_ahead || hand.no_tcalc) asked |= bit_of(Feature::read_ahead);
  if (hand.read_gap != 0) asked |= bit_of(Feature::read_gap);
  if (hand.next != Placement::not_given) asked |= bit_of(Feature::linked_layers);
  if (hand.next_on_hit != Placement::not_given) asked |= bit_of(Feature::snooping);
  return asked;
}

}  // namespace incuse::max7800x
