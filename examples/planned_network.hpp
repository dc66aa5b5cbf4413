// What the examples of planning share: a network type without any placement, planned while it is compiled, shown as
// text and as a picture, and run with weights that are made up.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>
#include <incuse/report/drawn_max7800x.hpp>
#include <incuse/report/graph_svg.hpp>
#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_svg.hpp>
#include <incuse/report/plan_text.hpp>

#include "arguments.hpp"

namespace examples {

using namespace incuse;

/// Weights and biases for every layer, the same in every run: evenly spread, and so large that the outputs of a layer
/// are about as large as its inputs.
class MadeUpParameters {
 public:
  template <int N>
  explicit MadeUpParameters(const Graph<N>& graph) {
    std::mt19937 random(2026);
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].weighted()) continue;
      const int inputs = graph[i].weight_in_channels() * graph[i].kernel.area();
      const int largest = std::max(1, static_cast<int>(220 / std::sqrt(inputs)));
      LayerParameters own;
      own.weight = tensor(parameter::weight_shape(graph[i]), largest, random);
      if (graph[i].bias) own.bias = tensor(graph[i].out.channels, 8, random);
      layers_.push_back(own);
    }
  }
  Parameters parameters() const { return {layers_.data(), static_cast<int>(layers_.size())}; }

 private:
  Tensor tensor(const Quantity& shape, int largest, std::mt19937& random) {
    Tensor result = parameter::tensor_of(nullptr, shape);
    bytes_.emplace_back();
    for (long long i = 0; i < result.count; ++i)
      bytes_.back().push_back(
          static_cast<char>(static_cast<int>(random() % (2u * static_cast<unsigned>(largest) + 1)) - largest));
    result.bytes = bytes_.back().data();
    return result;
  }

  std::vector<std::vector<char>> bytes_{};
  std::vector<LayerParameters> layers_{};
};

/// Runs the network as its author wrote it, and as it is planned in a model of the chip's memories. Returns whether
/// the outputs agree, and prints them.
template <class Net, class Planned>
bool run_twice(const Planned& planned) {
  constexpr const auto& graph = graph_of<Net>();
  const MadeUpParameters made_up(graph);
  std::vector<int> input;
  for (int i = 0; i < graph.input.elements(); ++i)
    input.push_back(static_cast<int>(static_cast<unsigned>(i) * 2654435761u >> 24) - 128);

  host::Executor reference(graph, made_up.parameters());
  reference.set_input(input.data());
  reference.run();
  const std::vector<int> expected = reference.output_of(graph.size - 1);
  std::printf("Output for an input that is made up like the weights\n ");
  for (int value : expected) std::printf(" %d", value);
  std::puts("");

  host::PlannedExecutor memory(planned.graph, planned.plan, max78000, made_up.parameters(), planned.options);
  if (!memory.run(input.data()).none()) {
    std::printf("In planned memory layer %d %s\n", memory.fault().layer, memory.fault().text.c_str());
    return false;
  }
  const bool equal = memory.output_of(planned.graph.size - 1) == expected;
  std::printf("Run in planned memory: the output %s\n", equal ? "is the same" : "differs");
  return equal;
}

/// Shows the plan of a network on the MAX78000: text on the standard output, and a picture if its file is named, of which
/// NAME.graph.svg shows the layers and how they hang together.
template <class Net>
int show_plan(const std::string& name, int argc, char** argv) {
  static_assert(require_fits<Net, max78000>::value);
  expect_arguments(argc, argv, 1, (std::string(argv[0]) + " [PICTURE.svg]").c_str());
  const std::string picture = argc > 1 ? argv[1] : ".svg";
  if (picture.size() < 4 || picture.substr(picture.size() - 4) != ".svg") {
    std::fprintf(stderr, "%s: the picture is written as SVG, and is called so: PICTURE.svg\n", argv[1]);
    return 2;
  }
  constexpr const auto& planned = max7800x::CompiledPlan<graph_of<Net>(), max78000, max7800x::default_options>::result;
  std::printf("%s\n%s\n", report::plan_text(name, planned.graph, planned.plan, max78000).c_str(),
              report::memory_text(planned.graph, planned.plan, max78000, planned.options).c_str());
  if (argc > 1) {
    std::ofstream file(argv[1]);
    const bool graph = picture.size() > 10 && picture.substr(picture.size() - 10) == ".graph.svg";
    file << (graph ? report::graph_svg(report::drawn_network(name, planned.graph, max78000))
                   : report::plan_svg(name, planned.graph, planned.plan, max78000, planned.options));
    if (!file.flush()) {
      std::fprintf(stderr, "%s: cannot be written\n", argv[1]);
      return 2;
    }
    std::printf("The picture is %s\n", argv[1]);
  }
  return run_twice<Net>(planned) ? 0 : 1;
}

}  // namespace examples
