// Rules about planned networks: what is needed at once, and where it lies. See rules.hpp.
#pragma once

#include <incuse/k210/rules/subjects.hpp>

namespace incuse {

INCUSE_KPU_RULE(WholePlan, live_maps, error, "the maps that are needed at once do not fit into AI RAM",
                "pool earlier, or use fewer channels or outputs", "kpu 3, 4") {
  if (at.needed_lines > at.device.ram_lines) blame({at.needed_lines, "lines"}, at.device.ram_lines);
}

INCUSE_KPU_RULE(WholePlan, no_gap, error, "no gap of AI RAM is large enough for a map",
                "change the order of the layers, or end branches earlier", "kpu 4") {
  if (at.needed_lines > at.device.ram_lines) return;
  for (int i = 0; i < at.size; ++i)
    if (at.maps[i].needed() && !at.maps[i].placed()) return blame({at.maps[i].lines, "lines"});
}

INCUSE_KPU_RULE(WorkingMemory, main_memory, error, "the tensors of the processor do not fit into its memory",
                "use smaller maps, or fewer layers of the processor", "kpu 1") {
  const long long most = at.device.general_bytes;
  if (at.needed_bytes > most || !at.complete) blame({at.needed_bytes, "bytes"}, {most, "bytes"});
}

}  // namespace incuse

namespace incuse::k210 {

/// About the maps in AI RAM.
inline constexpr CheckedRule<WholePlan> plan_rules[] = {
    INCUSE_RULE_ROW(live_maps),
    INCUSE_RULE_ROW(no_gap),
};

/// About the tensors in main memory.
inline constexpr CheckedRule<WorkingMemory> memory_rules[] = {
    INCUSE_RULE_ROW(main_memory),
};

}  // namespace incuse::k210
