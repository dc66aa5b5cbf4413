// Rules about the tensors that a layer reads. See rules.hpp.
#pragma once

#include <incuse/max7800x/plan/gathering.hpp>
#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, source_order, error, "a layer reads its own output or a later one's",
            "let it read earlier layers only", "checks I16") {
  for (int source : at.layer.sources)
    if (!at.source_exists(source)) return blame(source, at.index - 1, "the network before it");
}

INCUSE_RULE(OneLayer, concatenated_channels, error, "a concatenated tensor does not fit behind those in front of it",
            "let the tensors have 64 channels together, each counted in fours, or fill a pass each",
            "memory 1; placement 4") {
  if (at.layer.elementwise != Elementwise::none || at.layer.sources.size < 2 || !at.shaped()) return;
  const Passes reads = passes_of(at.layer.in.channels, at.network.options.processors_per_pass);
  int before = 0, aligned = 0;
  for (int source : at.layer.sources) {
    const Shape shape = at.source(source);
    if (shape.extent() != at.source(at.layer.sources[0]).extent()) return;  // joined along the pixels, not the channels
    const int room = reads.count == 1 ? all_processors - aligned : reads.channels - before % reads.channels;
    if (!channel_member(shape.channels, before, aligned, reads).possible)
      return blame({shape.channels, "channels"}, {room, "channels"}, "the pass");
    before += shape.channels;
    aligned += round_up(shape.channels, processors_per_instance);
  }
}

INCUSE_RULE(OneLayer, concatenated_sizes, error, "concatenated tensors differ in size",
            "bring them to one size, or say with view<> of which image they are the pixels, one behind the other",
            "checks I17; arithmetic 1; placement 4") {
  if (const Shape other = at.unlike_source(); other.channels > 0)
    blame(at.source(at.layer.sources[0]), other, "another one");
}

INCUSE_RULE(OneLayer, operand_shapes, error, "tensors that are combined element by element differ in shape",
            "bring the operands to one shape", "checks I1, I17, Q10") {
  if (at.layer.elementwise == Elementwise::none) return;
  const Shape first = at.layer.sources.empty() ? Shape{} : at.source(at.layer.sources[0]);
  for (int source : at.layer.sources) {
    const Shape other = at.source(source);
    if (first.channels > 0 && other.channels > 0 && other != first) return blame(first, other, "another operand");
  }
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> source_rules[] = {
    INCUSE_RULE_ROW(source_order),
    INCUSE_RULE_ROW(concatenated_channels),
    INCUSE_RULE_ROW(concatenated_sizes),
    INCUSE_RULE_ROW(operand_shapes),
};

}  // namespace incuse::max7800x
