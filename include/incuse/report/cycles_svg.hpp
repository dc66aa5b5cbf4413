// Cycles and energy of every layer as bars, of whichever family.
#pragma once

#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/time_text.hpp>

namespace incuse::report::detail {

inline void draw_cycles(Canvas& canvas, const std::vector<Bar>& bars, const Latency& latency, const Supply& supply,
                        long long start = 0) {
  canvas.begin("cycles", supply.watts > 0 ? "Cycles and energy" : "Cycles",
               "of each layer; together " + time_text(latency, supply) +
                   (start > 0 ? ", " + grouped(start) + " of them to start" : "") +
                   (supply.watts > 0 ? "" : "; energy: say the power with --watts"));
  draw_bars(canvas, bars);
}

}  // namespace incuse::report::detail
