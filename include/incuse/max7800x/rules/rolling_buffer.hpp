// Rules about the rolling buffer and the layers that use it. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, buffer_missing, error, "the layer writes to a rolling buffer that the network does not have",
            "add the buffer, in a description data_buffer", "network-description 1") {
  if (at.layer.writes_buffer() && !at.network.buffer.exists()) blame();
}

INCUSE_RULE(OneLayer, buffer_first, error, "the network's first layer reads the rolling buffer instead of the input",
            "put a layer that reads the input in front of it", "arithmetic 7") {
  if (at.index == 0 && at.layer.reads_buffer()) blame();
}

INCUSE_RULE(OneLayer, buffer_reader, error, "the rolling buffer is read as a whole, and not by a layer that streams",
            "let the layer read the buffer alone, and not stream", "arithmetic 7") {
  const bool alone = at.layer.sources.size == 1 && at.layer.operands == 1;
  if (at.index > 0 && at.layer.reads_buffer() && (!alone || at.layer.streaming)) blame();
}

INCUSE_RULE(OneLayer, buffer_shift, error, "a layer that shifts the rolling buffer does nothing else",
            "shift in a pass-through layer of its own, which reads the buffer", "checks I28; arithmetic 7") {
  const Layer& l = at.layer;
  if (l.buffer_shift == 0) return;
  const bool copies = !l.weighted() && !l.pools_or_strides() && !at.combines();
  const bool moves =
      l.sources.size == 1 && l.sources[0] == rolling_buffer && l.buffer_insert == 0 && l.crop_bottom == 0;
  if (!copies || !moves) blame();
}

INCUSE_RULE(OneLayer, buffer_shift_rows, error, "a shift moves at least one row of the rolling buffer, and keeps one",
            "shift by fewer rows, or leave the shift out", "checks Y26") {
  const int rows = at.network.buffer.rows;
  if (at.layer.buffer_shift != 0 && at.network.buffer.exists() && !within(at.layer.buffer_shift, 1, rows - 1))
    blame({at.layer.buffer_shift + 1LL, "rows"}, {rows, "rows"}, "the buffer");
}

INCUSE_RULE(OneLayer, buffer_insert_rows, error, "the output does not have the size of the rows that it replaces",
            "insert as many rows of the buffer's channels as the layer's output has pixels", "arithmetic 7") {
  const KeptRows& kept = at.network.buffer;
  const Layer& l = at.layer;
  if (l.buffer_insert == 0 || l.buffer_shift != 0 || !kept.exists() || !at.shaped()) return;
  if (!within(l.buffer_insert, 1, kept.rows))
    return blame({l.buffer_insert, "rows"}, {kept.rows, "rows"}, "the buffer");
  if (l.wide) return blame(32, 8);
  if (const Shape rows{kept.channels, l.buffer_insert, 1}; l.out != rows) blame(rows, l.out, "the output");
}

namespace max7800x {

/// True if the planner would have to place a rolling buffer that layers read, and none writes to.
constexpr bool lacks_planned_writer(const WholeNetwork& at) {
  if (!at.buffer.exists() || at.placed_by_hand) return false;
  bool read = false;
  for (int i = 0; i < at.size; ++i) {
    if (at.layers[i].writes_buffer()) return false;
    read = read || at.layers[i].reads_buffer();
  }
  return read;
}

}  // namespace max7800x

INCUSE_WARNING(WholeNetwork, buffer_writer, "no layer writes to the rolling buffer: its rows are always zero",
               "insert rows with buffer_insert, or leave the buffer out", "arithmetic 7") {
  if (!at.buffer.exists() || lacks_planned_writer(at)) return;
  for (int i = 0; i < at.size; ++i)  // buffer_rest reports shifts that nothing follows
    if (at.layers[i].writes_buffer()) return;
  blame();
}

INCUSE_RULE(WholeNetwork, unwritten_buffer, error,
            "a rolling buffer that no layer writes to is placed by hand only: its rows are always zero",
            "insert rows with buffer_insert, or leave out the buffer and the layers that read it", "placement 10") {
  if (lacks_planned_writer(at)) blame();
}

// What the registers cannot say.

INCUSE_RULE(OneLayer, buffer_rest, error,
            "the chip leaves the old values in the rows that a shift vacates, and something reads them",
            "insert at least as many rows behind the shift, before the buffer is read or shifted again",
            "arithmetic 7") {
  const bool moves = within(at.layer.buffer_shift, 1, at.network.buffer.rows - 1);
  if (!moves || at.layer.buffer_insert != 0 || at.index == 0) return;
  int inserted = 0;
  for (int step = 1; step <= at.network.size && inserted == 0; ++step) {
    const Layer& next = at.network.layers[(at.index + step) % at.network.size];
    bool reads = next.buffer_shift != 0;
    for (int source : next.sources) reads = reads || source == rolling_buffer;
    if (reads) break;
    inserted = next.buffer_insert;
  }
  if (inserted < at.layer.buffer_shift) blame({at.layer.buffer_shift, "rows"}, {inserted, "rows"}, "what is inserted");
}

INCUSE_RULE(OneLayer, repeated_buffer, error, "layers that run once more shift the rolling buffer once more",
            "do not repeat the layers", "registers 2") {
  if (!at.layer.writes_buffer()) return;
  for (int i = 0; i < at.index; ++i)
    if (at.network.layers[i].writes_buffer()) return;  // reported for that layer
  blame_repeating(at.device, at.network.options, blame);
}

INCUSE_RULE(WholePlan, buffer_memory, error, "the rolling buffer does not fit into its data memory instances",
            "use fewer rows or channels, a lower offset, and one processor per channel of a pass", "placement 5, 6") {
  if (!at.network.buffer.exists() || at.buffer.processors == 0) return;
  const int given = bit_count(at.buffer.processors);
  if (given != at.buffer.passes.channels)
    return blame({at.buffer.passes.channels, "processors"}, {given, "processors"}, "the map");
  const long long end = at.buffer.offset + 4LL * at.network.buffer.rows * at.buffer.passes.count;
  if (at.buffer.offset < 0 || end > at.device.instance_bytes)
    blame({end, "bytes"}, {at.device.instance_bytes, "bytes"});
}

INCUSE_RULE(WholePlan, buffer_alignment, error, "the rolling buffer does not begin with a word of the data memory",
            "give it an offset that is a multiple of 4", "placement 5; memory 1") {
  if (!at.network.buffer.exists() || at.buffer.processors == 0 || at.found.contains(rules::buffer_memory)) return;
  const int odd = at.buffer.offset;
  if (odd % 4 != 0)
    blame({odd, "bytes"}, {4, "bytes"}, "a word",
          Advice{.change = "the nearest offset below", .from = odd, .to = odd & ~3});
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> buffer_rules[] = {
    INCUSE_RULE_ROW(buffer_missing),    INCUSE_RULE_ROW(buffer_first),
    INCUSE_RULE_ROW(buffer_reader),     INCUSE_RULE_ROW_ABOUT(buffer_shift, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW(buffer_shift_rows), INCUSE_RULE_ROW(buffer_insert_rows),
};

}  // namespace incuse::max7800x
