// A network of the K210 as a picture: what lies in AI RAM and in main memory while each step runs, and how many bytes
// of weights each step loads.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <incuse/report/canvas.hpp>
#include <incuse/report/cycles_svg.hpp>
#include <incuse/report/drawn_k210.hpp>

namespace incuse::report {

namespace detail {

inline void draw_kpu_memory(Canvas& canvas, const std::string& id, const std::string& heading,
                            const std::vector<Band>& bands, long long lines, int steps) {
  if (bands.empty()) return;
  double highest = 1;
  for (const Band& band : bands) highest = std::max(highest, band.end);
  const auto end = static_cast<long long>(std::ceil(highest));
  canvas.begin(id, heading,
               "step after step from left to right, lines of 64 bytes from the bottom up: 0 to " + grouped(end - 1) +
                   " of " + grouped(lines));
  draw_bands(canvas, bands, end, steps);
}

inline void draw_kpu_memories(Canvas& canvas, const DrawnKpuNetwork& drawn) {
  const int steps = std::max(1, static_cast<int>(drawn.network.layers.size()));
  draw_kpu_memory(canvas, "memory-over-time", "AI RAM over time", drawn.ai_ram, k210_kpu.ram_lines, steps);
  draw_kpu_memory(canvas, "main-memory", "Main memory over time", drawn.main, k210_kpu.general_bytes / k210::line_bytes,
                  steps);
  if (drawn.weights.empty()) return;
  canvas.begin("weight-memory", "Weights", "bytes that each step reads from main memory");
  draw_bars(canvas, drawn.weights);
}

/// The legend: every step's colour, operation and shape.
inline void draw_kpu_steps(Canvas& canvas, const DrawnNetwork& network) {
  canvas.begin("layers", "Steps", "each colour stands for a step and the map that it writes");
  const auto line = [&](int tensor, const std::string& title, const std::string& shape, const std::string& steps) {
    canvas.svg.stands_for(tensor);
    canvas.svg.box({Canvas::margin, canvas.y - 10, 12, 12}, tensor_colour(tensor - 1));
    canvas.svg.text(Canvas::margin + 20, canvas.y, title);
    canvas.svg.text(Canvas::margin + 140, canvas.y, shape);
    for (const std::string& words : lines_of(steps, Canvas::width - 2 * Canvas::margin - 260, 12)) {
      canvas.svg.text(Canvas::margin + 260, canvas.y, words, 12, "start", Canvas::grey);
      canvas.y += 18;
    }
    canvas.svg.stands_for(Svg::no_tensor);
  };
  if (!network.sources.empty()) line(0, "input", network.sources.front().shape, "");
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    line(static_cast<int>(i) + 1, network.layers[i].title, network.layers[i].shape, network.layers[i].steps);
  canvas.y += 22;
}

}  // namespace detail

/// The network as an SVG file.
inline std::string kpu_svg(const DrawnKpuNetwork& drawn) {
  Canvas canvas(Canvas::Kind::file);
  canvas.title(drawn.network.name,
               drawn.network.chip + ", " + counted(static_cast<long long>(drawn.network.layers.size()), "step"));
  detail::draw_kpu_steps(canvas, drawn.network);
  detail::draw_kpu_memories(canvas, drawn);
  return canvas.file();
}

/// The same as sections of a page, with the cycles that each layer of the KPU takes at least.
inline std::vector<Picture> kpu_pictures(const DrawnKpuNetwork& drawn) {
  Canvas canvas(Canvas::Kind::page);
  detail::draw_kpu_memories(canvas, drawn);
  if (!drawn.cycles.empty()) detail::draw_cycles(canvas, drawn.cycles, drawn.latency, drawn.supply);
  return canvas.pictures();
}

}  // namespace incuse::report
