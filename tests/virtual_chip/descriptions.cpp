// Descriptions whose weights the vendor's tool lays elsewhere than the chip reads them: by hand, and placed by the
// planner, the tables of Incuse give the reference executor's answer.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/random_parameters.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/description.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/incuse.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/round_trip.hpp>

namespace test_descriptions {

using namespace incuse;

namespace {

using max7800x::InputPath;
using Chip = max7800x::VirtualChip<max78000, 4 << 20>;

Chip& chip() {
  static const auto one = std::make_unique<Chip>();
  return *one;
}

/// One layer, and the shape of its weights.
struct Described {
  std::string layer;
  Shape input;
  std::vector<int> weights;
  bool bias = false;
};

Graph<max7800x::most_layers> graph_of_description(const Described& described, PlacementKeys keys) {
  const std::string text = "arch: t\ndataset: t\nlayers:\n- {" + described.layer + "}\n";
  const LayerTensors tensors{described.weights, described.bias ? described.weights[0] : 0, {}, {}};
  const DescribedGraph graph =
      graph_from(parse_description(text, "net.yaml", max78000, keys), {tensors}, described.input, max78000);
  for (const Problem& problem : graph.problems)
    if (problem.severity == Severity::error) FAIL(problem.text());
  return graph.graph;
}

std::string answer_of(const Graph<max7800x::most_layers>& graph, const max7800x::Options& options) {
  const host::RandomParameters parameters = host::random_parameters(graph);
  const auto planned = max7800x::arrange_and_plan(bind(graph, parameters.view()), max78000, options);
  for (const Finding& finding : max7800x::inspect(planned.graph, planned.plan, max78000, planned.options)) {
    const Sentence text = sentence_of(finding, max78000.name);
    if (finding.rule->severity == Severity::error) return string_of(text);
  }
  return test::round_trip(host::DeployedNetwork<max7800x::most_layers>{planned.graph, planned.plan, max78000,
                                                                       planned.options, parameters.view()},
                          host::random_input(graph), chip());
}

/// By hand and by the planner. Empty: all is well.
void check_answers(const Described& described, const max7800x::Options& options = {}) {
  CAPTURE(described.layer);
  CHECK(answer_of(graph_of_description(described, PlacementKeys::needed), options) == "");
  CHECK(answer_of(without_placement(graph_of_description(described, PlacementKeys::optional)), options) == "");
}

max7800x::Options through(InputPath path) {
  max7800x::Options options;
  options.input_path = path;
  options.runs_on_risc_v = options.uses_fast_fifo();
  return options;
}

}  // namespace

TEST_CASE("narrow weights whose last input pass is not full") {
  for (const char* bits : {"1", "2", "4", "8"}) {
    const std::string rest =
        std::string(", quantization: ") + bits +
        ", activate: None, processors: 0xfffffffffffff, output_processors: 0xf, out_offset: 0x2000";
    check_answers({"op: Conv2d, kernel_size: 3x3, pad: 1" + rest, {100, 6, 6}, {4, 100, 3, 3}});
    check_answers({"op: Conv2d, kernel_size: 1x1, pad: 0" + rest, {100, 6, 6}, {4, 100, 1, 1}});
    check_answers({"op: Conv1d, kernel_size: 3, pad: 0" + rest, {100, 16, 1}, {4, 100, 3}});
    check_answers({"op: Linear" + rest, {100, 1, 1}, {4, 100}});
    check_answers({"op: Linear, flatten: true" + rest, {100, 2, 3}, {4, 600}});
  }
}

TEST_CASE("output maps with holes and kernels that do not fill columns") {
  const std::string rest = ", activate: None, processors: 0xf, out_offset: 0x2000, output_processors: ";
  for (bool bias : {false, true}) {
    check_answers({"op: Linear" + rest + "0x33", {4, 1, 1}, {4, 4}, bias});
    check_answers(
        {"op: Conv2d, kernel_size: 3x3, pad: 1, quantization: 4" + rest + "0x5", {4, 5, 5}, {2, 4, 3, 3}, bias});
    check_answers({"op: Conv2d, kernel_size: 1x1, pad: 0" + rest + "0xf000f", {4, 5, 5}, {8, 4, 1, 1}, bias});
    check_answers(
        {"op: Conv1d, kernel_size: 5, pad: 2, quantization: 2" + rest + "0x1111", {4, 9, 1}, {4, 4, 5}, bias});
    check_answers({"op: Linear, flatten: true, quantization: 1" + rest + "0x1b", {4, 2, 2}, {4, 16}, bias});
  }
}

TEST_CASE("output maps that start inside a block") {
  for (const char* bits : {"1", "2", "4", "8"}) {
    const std::string rest =
        std::string(", quantization: ") + bits + ", activate: None, processors: 0xf, out_offset: 0x2000";
    check_answers(
        {"op: Conv2d, kernel_size: 3x3, pad: 1, output_processors: 0x7e" + rest, {4, 5, 5}, {6, 4, 3, 3}, true});
    check_answers({"op: Linear, flatten: true, output_processors: 0x38" + rest, {4, 2, 2}, {3, 16}, true});
    check_answers({"op: Linear, output_processors: 0x3ffffffffc" + rest, {4, 1, 1}, {68, 4}, true});
  }
}

TEST_CASE("groups that take turns") {
  for (const char* bits : {"1", "2", "4", "8"})
    for (int outputs : {1, 2, 3, 5, 9, 14, 16, 20}) {
      char map[40];
      std::snprintf(map, sizeof map, "0x%x", (1u << outputs) - 1);
      const std::string rest = std::string(", quantization: ") + bits +
                               ", processors: 0x7, data_format: HWC, out_offset: 0x2000" +
                               ", output_processors: " + map;
      const max7800x::Options quad = through(InputPath::quad_fast_fifo);
      check_answers({"op: Conv2d, kernel_size: 1x1, pad: 0" + rest, {3, 5, 5}, {outputs, 3, 1, 1}, true}, quad);
      check_answers({"op: Conv2d, kernel_size: 3x3, pad: 1" + rest, {3, 5, 5}, {outputs, 3, 3, 3}, true}, quad);
      check_answers(
          {"op: Conv2d, kernel_size: 3x3, pad: 1, streaming: true" + rest, {3, 9, 9}, {outputs, 3, 3, 3}, true}, quad);
      check_answers({"op: Conv1d, kernel_size: 5, pad: 2" + rest, {3, 20, 1}, {outputs, 3, 5}, true}, quad);
    }
}

TEST_CASE("a CHW input that the first layer flattens is refused by hand, and placed otherwise by the planner") {
  const Described flat{
      "op: Linear, flatten: true, data_format: CHW, activate: None, processors: 0x1111, "
      "output_processors: 0x3, out_offset: 0x2000",
      {4, 4, 4},
      {2, 64}};
  CHECK(answer_of(graph_of_description(flat, PlacementKeys::needed), {}).find("cannot be flattened") !=
        std::string::npos);
  CHECK(answer_of(without_placement(graph_of_description(flat, PlacementKeys::optional)), {}) == "");
}

}  // namespace test_descriptions
