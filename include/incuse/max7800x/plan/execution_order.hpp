// In which order layers are executed: one behind the other, unless placement by hand says otherwise. Spec:
// max7800x-registers, section 3.1; max7800x-datapath, section 8.
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// The layer that a layer names as the next one, in any case or on a hit; Placement::not_given: none.
constexpr int named_next(const Layer& layer) {
  return layer.placement.next != Placement::not_given ? layer.placement.next : layer.placement.next_on_hit;
}

/// The layer that is executed behind layer `index`. With the option snoop the data
/// decide whether the chip jumps: no jump is followed here.
constexpr int executed_behind(const Layer* layers, int index, const Options& options) {
  const bool in_order = options.asks_for(Feature::linked_layers) || options.snoop.used;
  const int next = named_next(layers[index]);
  return in_order || next <= index ? index + 1 : next;
}

/// The layer that jumps over layer `index`, which is not executed then; -1: none.
constexpr int skipped_by(const Layer* layers, int index, const Options& options) {
  int first = 0;  // layer that names a next one
  while (first < index && layers[first].placement.next == Placement::not_given &&
         layers[first].placement.next_on_hit == Placement::not_given)
    ++first;
  int last = -1, executed = first;
  for (; executed < index; executed = executed_behind(layers, executed, options)) last = executed;
  return executed > index ? last : -1;
}
constexpr bool is_skipped(const Layer* layers, int index, const Options& options) {
  return skipped_by(layers, index, options) >= 0;
}

/// How often an inference executes layer `index`: with the option snoop, where the data decide, as often as it would
/// without a jump.
constexpr int times_executed(const Layer* layers, int index, const Options& options) {
  return is_skipped(layers, index, options) ? 0 : options.repetitions;
}

}  // namespace incuse::max7800x
