#include <incuse/host/fast/executor.hpp>

#include "stages.hpp"

namespace conformance {

namespace fast = incuse::host::fast;

namespace {

std::string difference_at(const Subject& subject, const LayerOutputs& outputs, fast::Level level) {
  const fast::PackedNetwork packed(simulated_graph(subject), subject.parameters.parameters(),
                                   {subject.device, subject.options}, level);
  fast::Executor executor(packed);
  if (!executor.ready()) return executor.problem();
  executor.set_input(subject.input.data());
  executor.run();
  for (int i = 0; i < subject.graph.size; ++i) {
    const std::vector<int>& expected = outputs[static_cast<std::size_t>(i)];
    if (!subject.simulates(i)) continue;
    const std::vector<int> actual = executor.output_of(i);
    for (std::size_t n = 0; n < expected.size(); ++n)
      if (actual[n] != expected[n])
        return "layer " + std::to_string(i) + ", element " + std::to_string(n) + ": " + std::to_string(actual[n]) +
               " instead of " + std::to_string(expected[n]);
  }
  return "";
}

}  // namespace

std::string difference_of_fast(const Subject& subject, const LayerOutputs& outputs) {
  // One case of the AI84 has a layer with an empty output: no executor takes it.
  for (int i = 0; i < subject.graph.size; ++i)
    if (subject.graph[i].out.elements() == 0) return "";
  for (fast::Level level : fast::all_levels) {
    if (!fast::is_supported(level)) continue;
    const std::string found = difference_at(subject, outputs, level);
    if (!found.empty()) return std::string(fast::name_of(level)) + ": " + found;
  }
  return "";
}

}  // namespace conformance
