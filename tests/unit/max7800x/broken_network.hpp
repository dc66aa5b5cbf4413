// A network that breaks a rule of the MAX7800x, and networks to start from.
#pragma once

#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/layers.hpp>

namespace incuse::test::broken {

using namespace incuse::max7800x;
using Net = Graph<40>;

/// A network that breaks a rule, and what is said about it.
struct Broken {
  const Rule* rule;
  Net graph;
  std::string sentence;
  Options options{};
  void (*tamper)(Plan<40>&) = nullptr;  ///< damages the plan
  const Device* device = &max78000;
};

inline Findings findings_of(const Broken& broken) {
  const Net graph = infer(broken.graph);
  Plan<40> plan = plan_if_possible(graph, *broken.device, broken.options);
  if (broken.tamper != nullptr) broken.tamper(plan);
  return inspect(graph, plan, *broken.device, broken.options);
}

inline std::string name_of(const Rule& rule) { return string_of(rule.id); }

inline std::string sentence(const Finding& finding, const Device& device = max78000) {
  const Sentence words = sentence_of(finding, device.name);
  return string_of(words);
}

inline constexpr Shape rgb{3, 8, 8};

inline Net plain() { return network(rgb, {conv2d(4), conv2d(4)}); }
inline Net times(int count, const Layer& layer) {
  Net net;
  net.input = rgb;
  while (net.size < count) net[net.size++] = layer;
  return net;
}
inline Net in_chw(Net net) {
  net.input_format = DataFormat::chw;
  return net;
}
inline Net concatenation_of_sizes() {
  return network(rgb, {conv2d(4), reading(conv2d(4, 3, 0), {0}), reading(conv2d(8, 1, 0), {0, 1})});
}

/// Rows of a rolling buffer are moved, added and read.
inline Net keeping_rows() {
  const Layer move = changed(reading({}, {rolling_buffer}), [](Layer& l) { l.buffer_shift = 1; });
  const Layer row = changed(reading(conv2d(8, 3, 0), {0}), [](Layer& l) { l.buffer_insert = 1; });
  const Layer look = reading(conv1d(4, 3), {rolling_buffer});
  Net net;
  net.input = {4, 3, 3};
  net.buffer = {"rows", 8, 5, 0xff00, 0x6000};
  for (const Layer& layer : {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000), placed(move, 0xff00, 0xff00, 0x6004, 0x6000),
                             placed(row, 0xf0, 0xff00, 0x1000, 0x6010), placed(look, 0xff00, 0xf, 0x6000, 0x2000)})
    net[net.size++] = layer;
  return net;
}

/// The same without its placement, changed.
inline Net unplaced_rows(void (*change)(Net&)) {
  Net net = without_placement(keeping_rows());
  change(net);
  return net;
}

inline Options fifo(InputPath path = InputPath::fifo) {
  Options options;
  options.input_path = path;
  options.runs_on_risc_v = true;
  return options;
}

}  // namespace incuse::test::broken
