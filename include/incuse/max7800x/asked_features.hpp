// Features of a chip that options and layers ask for.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// Features that the options ask for, by name or otherwise, one bit each.
constexpr unsigned features_asked_for(const Options& options) {
  unsigned asked = options.features;
  const auto ask = [&](bool wanted, Feature feature) { asked |= wanted ? bit_of(feature) : 0; };
  ask(options.uses_fifo(), Feature::fifo);
  ask(options.mlator_unload, Feature::byte_swapper);
  ask(options.clear_memories, Feature::memory_tests);
  ask(options.average_pool_rounding, Feature::pool_rounding);
  ask(options.simple_1bit, Feature::simple_1bit);
  ask(options.power_down_unused, Feature::power_down);
  ask(options.external_ready, Feature::external_ready);
  ask(options.runs_on_risc_v, Feature::risc_v);
  return asked;
}

/// The same of a layer.
constexpr unsigned features_asked_for(const Layer& layer) {
  unsigned asked = 0;
  const auto ask = [&](bool wanted, Feature feature) { asked |= wanted ? bit_of(feature) : 0; };
  const bool combines = layer.elementwise != Elementwise::none;
  ask(combines, Feature::elementwise);
  ask(!layer.weighted() && !combines, Feature::passthrough);
  ask(layer.op == Operator::linear, Feature::linear);
  ask(layer.op == Operator::conv2d && layer.kernel == Extent{1, 1}, Feature::one_by_one);
  ask(layer.op == Operator::conv_transpose2d, Feature::transposed);
  ask(layer.dilation != Extent{1, 1}, Feature::dilation);
  ask(layer.weighted() && layer.weight_bits < 8, Feature::narrow_weights);
  ask(layer.wide, Feature::wide_output);
  ask(layer.activation == Activation::abs, Feature::absolute);
  return asked;
}

}  // namespace incuse::max7800x
