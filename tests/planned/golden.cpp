// The accepted networks of the reference tables, placed by hand and by the planner: executed in planned memory, and
// counted.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/planned_memory.hpp>
#include <incuse/max7800x/verify.hpp>
#include <incuse/report/placement_comparison.hpp>

#include <conformance/case_runner.hpp>
#include <support/one_in.hpp>

namespace test_planned_golden {

using conformance::AcceptedCase;
using conformance::Graph;
using conformance::LayerOutputs;
using conformance::Plan;
using conformance::Subject;

namespace {

const std::string golden_folder = INCUSE_GOLDEN_DIR;

struct NamedCase {
  std::string name;
  AcceptedCase loaded;
};

/// All accepted networks that can be planned.
std::vector<NamedCase> load_cases(bool vendor_stream) {
  std::vector<NamedCase> list;
  for (const conformance::CaseEntry& entry : conformance::find_cases(golden_folder + "/max7800x")) {
    if (!entry.accepted || entry.device != "max78000") continue;
    AcceptedCase loaded = conformance::load_accepted(entry, vendor_stream);
    if (loaded.not_supported.empty())
      list.push_back({entry.name, std::move(loaded)});
    else
      MESSAGE("not planned: ", entry.name, ": ", loaded.not_supported.front());
  }
  REQUIRE_MESSAGE(!list.empty(), "there are reference tables, but no accepted case among them");
  return list;
}

const std::vector<NamedCase>& cases() {
  static const std::vector<NamedCase> all = load_cases(false);
  return all;
}

using incuse::max7800x::rules::divided_source;

std::string text_of(const incuse::host::MemoryFault& fault) {
  return "layer " + std::to_string(fault.layer) + " " + fault.text;
}

/// Runs a network in planned memory. Returns what went wrong; empty if the outputs are the expected ones.
std::string run_planned(const Graph& graph, const Plan& plan, const Subject& subject,
                        const incuse::max7800x::Options& options, const std::vector<std::vector<int>>& expected) {
  incuse::host::PlannedExecutor executor(graph, plan, subject.device, subject.parameters.parameters(), options);
  if (!executor.run(subject.input.data()).none()) return text_of(executor.fault());
  std::size_t next = 0;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].output && (next == expected.size() || executor.output_of(i) != expected[next++]))
      return "layer " + std::to_string(i) + " has another output";
  return next == expected.size() ? "" : "outputs are missing";
}

std::vector<std::vector<int>> expected_outputs(const Subject& subject) {
  const LayerOutputs all = conformance::run_reference(subject);
  std::vector<std::vector<int>> outputs;
  for (int i = 0; i < subject.graph.size; ++i)
    if (subject.graph[i].output) outputs.push_back(all[static_cast<std::size_t>(i)]);
  return outputs;
}

bool has_narrow_weights(const Graph& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].weighted() && graph[i].weight_bits < 8) return true;
  return false;
}

}  // namespace

TEST_CASE("placements by hand, executed in planned memory") {
  // In these cases a layer reads what is in its place by the layout of another tensor (placement sheet, section 9).
  const std::set<std::string> wrong = {"mut-ai85-fire2-cifar10-inoff", "mut-multilayer-eltwise-inoffs",
                                       "mut-pooling3x3s2-passadd"};
  std::set<std::string> found;
  for (const NamedCase& own : cases()) {
    const std::string& name = own.name;
    CAPTURE(name);
    const Subject& subject = own.loaded.subject;
    const std::string problem =
        run_planned(subject.graph, subject.plan, subject, subject.options, expected_outputs(subject));
    if (!problem.empty()) found.insert(name);
    const incuse::Findings proof = verify(subject.graph, subject.plan, subject.device, subject.options);
    CHECK(proof.ok() == problem.empty());
    const bool divided = proof.contains(divided_source);
    if (wrong.count(name) == 0 && !divided) CHECK(problem == "");
    if (divided) CHECK(problem.find("needs channel") != std::string::npos);
  }
  for (const std::string& name : wrong) CHECK_MESSAGE(found.count(name) == 1, name);
}

TEST_CASE("figures of what the authors have placed") {
  std::map<std::string, std::string> expected;
  std::ifstream in(golden_folder + "/max7800x-placement-baseline.csv");
  for (std::string line; std::getline(in, line);) expected[line.substr(0, line.find(','))] = line;
  REQUIRE(expected.size() > 1);
  for (const NamedCase& own : load_cases(true)) {  // the columns that the vendor's stream takes
    const std::string& name = own.name;
    CAPTURE(name);
    const Subject& subject = own.loaded.subject;
    if (expected.count(name) == 0) continue;
    const std::vector<int> line = conformance::split_numbers(expected[name].substr(name.size()));
    REQUIRE(line.size() == 6);
    const auto figures =
        incuse::report::placement_figures(subject.graph, subject.plan, subject.device, subject.options);
    CHECK(figures.layers == line[0]);
    CHECK(figures.copies == line[1]);
    CHECK(figures.peak_bytes == line[2]);
    // The table does not count columns that narrow weights fill beyond what is reserved for them ...
    CHECK(figures.columns >= line[3]);
    if (!has_narrow_weights(subject.graph)) CHECK(figures.columns == line[3]);
    CHECK(figures.cycles == line[4]);
    // ... nor inputs that are loaded into all groups, nor passes beyond those that the channels need.
    const incuse::max7800x::Options& options = subject.options;
    CHECK(figures.live_bytes >= line[5]);
    if (!options.fans_out() && options.processors_per_pass == incuse::max7800x::all_processors)
      CHECK(figures.live_bytes == line[5]);
    CHECK(incuse::report::least_peak_bytes(subject.graph, subject.plan.input_format, options.overlap_data,
                                           subject.device, options) <= figures.peak_bytes);
    CHECK(incuse::report::least_columns(subject.graph, options) <= figures.columns);
  }
}

TEST_CASE("placements by the planner, executed in planned memory") {
  long number = 0;
  for (const NamedCase& own : cases()) {
    if (incuse::test::left_out(number++)) continue;
    const std::string& name = own.name;
    CAPTURE(name);
    const Subject& subject = own.loaded.subject;
    incuse::max7800x::PlannedNetwork<Graph::capacity> planned;
    const incuse::report::PlacementComparison compared =
        incuse::report::compare_placement(name, subject.graph, subject.plan, subject.device, subject.options, planned);
    if (verify(subject.graph, subject.plan, subject.device, subject.options).contains(divided_source)) {
      // No placement helps.
      CHECK(compared.problem != "");
      continue;
    }
    CHECK(compared.problem == "");
    if (!compared.has_plan()) continue;
    CHECK(compared.least_peak_bytes <= compared.planned.peak_bytes);
    CHECK(compared.least_columns <= compared.planned.columns);
    CHECK(run_planned(planned.graph, planned.plan, subject, planned.options, expected_outputs(subject)) == "");
  }
}
}  // namespace test_planned_golden
