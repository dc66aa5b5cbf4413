// What the numbers of an advice mean in a network: follows them.
#pragma once

#include <vector>

#include <incuse/hosted/strings.hpp>

#include "broken_network.hpp"

namespace incuse::test::broken {

inline Extent extent_of(const Quantity& q) {
  return {static_cast<int>(q.values[0]), static_cast<int>(q.values[q.count > 1 ? 1 : 0])};
}
inline int number_of(const Quantity& q) { return static_cast<int>(q.values[0]); }

/// A number of an advice, and what it means in a network.
struct Advised {
  const char* change;
  void (*follow)(Broken&, Layer&, const Finding&);
};
inline const std::vector<Advised> advised = {
    {"the nearest padding", [](Broken&, Layer& l, const Finding& f) { l.padding = extent_of(f.advice.to); }},
    {"the nearest stride", [](Broken&, Layer& l, const Finding& f) { l.pool_stride = extent_of(f.advice.to); }},
    {"the stride", [](Broken&, Layer& l, const Finding& f) { l.pool_stride = extent_of(f.advice.to); }},
    {"the nearest pool dilation",
     [](Broken&, Layer& l, const Finding& f) { l.pool_dilation = extent_of(f.advice.to); }},
    {"the nearest window", [](Broken&, Layer& l, const Finding& f) { l.pool = extent_of(f.advice.to); }},
    {"the nearest window and stride",
     [](Broken&, Layer& l, const Finding& f) { l.pool = l.pool_stride = extent_of(f.advice.to); }},
    {"a smaller image",
     [](Broken& b, Layer&, const Finding& f) {
       b.graph.input.height = extent_of(f.advice.to).height;
       b.graph.input.width = extent_of(f.advice.to).width;
     }},
    {"rows of the input", [](Broken& b, Layer&, const Finding& f) { b.graph.input.height = number_of(f.advice.to); }},
    {"columns of the input", [](Broken& b, Layer&, const Finding& f) { b.graph.input.width = number_of(f.advice.to); }},
    {"groups", [](Broken&, Layer& l, const Finding& f) { l.groups = number_of(f.advice.to); }},
    {"a smaller dilation", [](Broken&, Layer& l, const Finding& f) { l.dilation.height = number_of(f.advice.to); }},
    {"the nearest dilation", [](Broken&, Layer& l, const Finding& f) { l.dilation.height = number_of(f.advice.to); }},
    {"the nearest width", [](Broken&, Layer& l, const Finding& f) { l.weight_bits = number_of(f.advice.to); }},
    {"the nearest output shift", [](Broken&, Layer& l, const Finding& f) { l.output_shift = number_of(f.advice.to); }},
    {"the nearest gap", [](Broken&, Layer& l, const Finding& f) { l.placement.write_gap = number_of(f.advice.to); }},
    {"4-bit weights", [](Broken&, Layer& l, const Finding&) { l.weight_bits = 4; }},
    {"no bias", [](Broken&, Layer& l, const Finding&) { l.bias = false; }},
    {"repetitions", [](Broken& b, Layer&, const Finding& f) { b.options.repetitions = number_of(f.advice.to); }},
    {"synthesized_words",
     [](Broken& b, Layer&, const Finding& f) { b.options.synthesized_words = number_of(f.advice.to); }},
    {"the nearest offset",
     [](Broken&, Layer& l, const Finding& f) {
       (*f.rule == rules::input_offset ? l.placement.in_offset : l.placement.out_offset) = number_of(f.advice.to);
     }},
    {"processors",
     [](Broken&, Layer& l, const Finding& f) {
       const bool output = *f.rule == rules::output_processors;
       (output ? l.placement.output_processors : l.placement.processors) =
           static_cast<ProcessorMap>(f.advice.to.values[0]);
     }},
    {"output processors",
     [](Broken&, Layer& l, const Finding& f) {
       l.placement.output_processors = static_cast<ProcessorMap>(f.advice.to.values[0]);
     }},
    {"in_offset",
     [](Broken&, Layer& l, const Finding& f) { l.placement.in_offset = static_cast<int>(f.advice.to.values[0]); }},
};

/// Does in the network what a finding advises; false if that is no single number in it.
inline bool follow(const Finding& finding, Broken& broken) {
  const int layer = finding.advice.layer >= 0 ? finding.advice.layer : finding.layer;
  for (const Advised& row : advised) {
    if (string_of(finding.advice.change) != row.change) continue;
    row.follow(broken, broken.graph[layer < 0 ? 0 : layer], finding);
    for (int further : finding.advice.further_layers) row.follow(broken, broken.graph[further], finding);
    return true;
  }
  return false;
}

}  // namespace incuse::test::broken
