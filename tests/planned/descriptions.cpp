// The accepted networks of the reference tables, written as descriptions and read again: their tables stay the same.
// Placed by hand, as they are, and by the planner.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/description.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/model/unplaced.hpp>

#include <conformance/case_runner.hpp>
#include <support/one_in.hpp>

namespace test_planned_descriptions {

using conformance::AcceptedCase;
using conformance::Graph;
using conformance::Subject;

namespace {

const std::string golden_folder = INCUSE_GOLDEN_DIR;

std::vector<conformance::CaseEntry> accepted_cases() {
  std::vector<conformance::CaseEntry> accepted;
  long number = 0;
  for (const char* family : {"/max7800x", "/ai84"})
    for (const conformance::CaseEntry& entry : conformance::find_cases(golden_folder + family))
      if (entry.accepted && !incuse::test::left_out(number++)) accepted.push_back(entry);
  REQUIRE_MESSAGE(!accepted.empty(), "there are reference tables, but no accepted case among them");
  return accepted;
}

/// Shapes of the parameters of all layers with weights.
std::vector<incuse::LayerTensors> tensors_of(const Subject& subject) {
  std::vector<incuse::LayerTensors> tensors;
  for (const incuse::LayerParameters& layer : subject.parameters.layers) {
    const incuse::Tensor& weight = layer.weight;
    tensors.push_back({std::vector<int>(weight.dimensions, weight.dimensions + weight.rank),
                       static_cast<int>(layer.bias.count),
                       {},
                       {}});
  }
  return tensors;
}

/// All that is made of a planned network, and the outputs of all layers.
struct Tables {
  std::vector<std::string> registers{};
  std::vector<std::uint32_t> weights{};
  std::array<std::vector<std::uint8_t>, incuse::max7800x::groups> biases{};
  std::vector<std::vector<std::uint32_t>> input{};  // behind its address
  conformance::LayerOutputs outputs{};
};

Tables tables_of(const Subject& subject) {
  Tables tables;
  for (const conformance::ReferenceWrite& write : conformance::register_writes(subject))
    tables.registers.push_back(write.function + write.operation + std::to_string(write.address) + ' ' +
                               std::to_string(write.value) + ' ' + std::to_string(write.mask));
  tables.weights = conformance::weight_stream(subject);
  tables.biases = conformance::bias_memories(subject);
  for (const conformance::InputRegion& region : conformance::input_regions(subject)) {
    tables.input.push_back({region.address});
    tables.input.back().insert(tables.input.back().end(), region.words.begin(), region.words.end());
  }
  tables.outputs = conformance::run_reference(subject);
  return tables;
}

/// What two networks do not have in common; empty: nothing.
std::string difference(const Tables& a, const Tables& b) {
  if (a.outputs.size() != b.outputs.size()) return "the numbers of layers";
  if (a.registers != b.registers) return "the registers";
  if (a.weights != b.weights) return "the weights";
  if (a.biases != b.biases) return "the biases";
  if (a.input != b.input) return "the inputs";
  return a.outputs == b.outputs ? "" : "the outputs";
}

/// Replaces a network by the one that a description says, with the same parameters. Returns what is wrong with it.
std::string replace(Subject& subject, const std::string& text, incuse::DescribedGraph& described) {
  const incuse::NetworkDescription description = incuse::parse_description(text, "written.yaml", subject.device);
  described = graph_from(description, tensors_of(subject), subject.graph.input, subject.device);
  for (const incuse::Problem& problem : described.problems)
    if (problem.severity == incuse::Severity::error) return problem.text();
  Graph graph = incuse::bind(described.graph, subject.parameters.parameters(),
                             subject.device.vendor_allocation == incuse::max7800x::VendorAllocation::stack);
  // The flag that stores equal weights for every layer is no part of a description.
  for (int i = 0; i < graph.size && i < subject.graph.size; ++i)
    graph[i].same_weights_as = subject.graph[i].same_weights_as;
  subject.graph = graph;
  subject.plan = conformance::plan_of(subject.graph, subject.device, subject.options);
  return {};
}

/// Writes a network as a description, reads it again and compares. Empty: all is well.
std::string round_trip(Subject& subject) {
  const incuse::DescriptionText written = incuse::description_text(subject.graph, subject.plan);
  if (!written.ok()) return "not written: " + written.errors.front();
  const Tables before = tables_of(subject);
  incuse::DescribedGraph names;
  const std::string problem = replace(subject, written.text, names);
  if (!problem.empty()) return "not read: " + problem + "\n" + written.text;
  const std::string found = difference(before, tables_of(subject));
  return found.empty() ? "" : found + " differ\n" + written.text;
}

/// The first error of a network; empty: none.
std::string error_of(const Subject& subject) {
  for (const conformance::CheckFinding& finding : conformance::check(subject))
    if (finding.error) return finding.rule + ": " + finding.sentence;
  return {};
}

bool has_inserted_weights(const Graph& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].inserted && graph[i].weighted()) return true;
  return false;
}

}  // namespace

TEST_CASE("descriptions of networks that are placed by hand") {
  int tried = 0;
  for (const conformance::CaseEntry& entry : accepted_cases()) {
    const std::string name = entry.device + " " + entry.name;
    CAPTURE(name);
    AcceptedCase loaded = conformance::load_accepted(entry, true);
    if (!loaded.not_supported.empty()) continue;
    ++tried;
    CHECK(round_trip(loaded.subject) == "");
  }
  MESSAGE(tried, " networks");
  CHECK(tried > 0);
}

TEST_CASE("descriptions of networks that the planner places") {
  int tried = 0;
  for (const conformance::CaseEntry& entry : accepted_cases()) {
    const std::string name = entry.device + " " + entry.name;
    CAPTURE(name);
    AcceptedCase loaded = conformance::load_accepted(entry, true);
    Subject& subject = loaded.subject;
    if (!loaded.not_supported.empty() || subject.options.first_layer != 0) continue;
    const auto planned =
        incuse::max7800x::arrange_and_plan(incuse::without_placement(subject.graph), subject.device, subject.options);
    subject.graph = planned.graph;
    subject.options = planned.options;
    subject.plan = planned.plan;
    // What does not fit, and copies by convolutions, no description has.
    if (!planned.fits || error_of(subject) != "" || has_inserted_weights(subject.graph)) continue;
    // Descriptions place by hand: there, only this option allows that a layer writes over its own input.
    subject.options.overlap_data = subject.options.overlap_data || planned.plan.in_place;
    if (subject.options.processors_per_pass != incuse::max7800x::all_processors) continue;
    ++tried;
    CHECK(round_trip(subject) == "");
    CHECK(error_of(subject) == "");
  }
  MESSAGE(tried, " networks");
  CHECK(tried > 0);
}
}  // namespace test_planned_descriptions
