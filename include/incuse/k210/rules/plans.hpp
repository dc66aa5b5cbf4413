// Rules about planned networks: what is needed at once, and where it lies. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

// Of the maps in AI RAM.
INCUSE_RULE_LIST(k210, plan_rules, WholePlan)

namespace incuse {

INCUSE_KPU_RULE(plan_rules, live_maps, error, "the maps that are needed at once do not fit into AI RAM",
                "pool earlier, or use fewer channels or outputs", "kpu 3, 4") {
  if (at.needed_lines > at.device.ram_lines) blame({at.needed_lines, "lines"}, at.device.ram_lines);
}

INCUSE_KPU_RULE(plan_rules, no_gap, error, "no gap of AI RAM is large enough for a map",
                "change the order of the layers, or end branches earlier", "kpu 4") {
  if (at.needed_lines > at.device.ram_lines) return;
  for (int i = 0; i < at.size; ++i)
    if (at.maps[i].needed() && !at.maps[i].placed()) return blame({at.maps[i].lines, "lines"});
}

}  // namespace incuse

INCUSE_RULE_TABLE(k210, plan_rules)

// Of the tensors in main memory.
INCUSE_RULE_LIST(k210, memory_rules, WorkingMemory)

namespace incuse {

INCUSE_KPU_RULE(memory_rules, main_memory, error, "the tensors of the processor do not fit into its memory",
                "use smaller maps, or fewer layers of the processor", "kpu 1") {
  const long long most = at.device.general_bytes;
  if (at.needed_bytes > most || !at.complete) blame({at.needed_bytes, "bytes"}, {most, "bytes"});
}

}  // namespace incuse

INCUSE_RULE_TABLE(k210, memory_rules)
