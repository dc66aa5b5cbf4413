#include <cstdio>
#include <filesystem>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/run.hpp>
#include <incuse/report/placement_comparison.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

/// Whether the planner's network computes in planned memory what the author's network computes; empty if it does.
std::string difference(const LoadedNetwork& network, const PlannedNetwork& planned) {
  incuse::host::Executor reference(network.graph, network.parameters(), {*network.device, network.options});
  if (!reference.ready()) return "the network cannot run";
  std::vector<int> input;  // looks random
  for (int i = 0; i < network.graph.input.elements(); ++i)
    input.push_back(static_cast<int>(static_cast<unsigned>(i) * 2654435761u >> 24) - 128);
  reference.set_input(input.data());
  reference.run();
  incuse::host::PlannedExecutor executor(planned.graph, planned.plan, *network.device, network.parameters(),
                                         planned.options);
  if (!executor.run(input.data()).none())
    return "layer " + std::to_string(executor.fault().layer) + " " + executor.fault().text;
  const auto outputs = output_layers(network.graph), own = output_layers(planned.graph);
  for (int i = 0; i < outputs.size; ++i)
    if (executor.output_of(own[i]) != reference.output_of(outputs[i]))
      return "the output of " + layer_text(network.graph, outputs[i]);
  return {};
}

}  // namespace

ExitCode compare(const Request& request) {
  const std::string format = format_of(request);
  if (format == "svg") throw UsageError("--compare prints text or csv");
  const LoadedNetwork network = load(request);
  print_errors(network, stderr);
  if (!network.ok()) {
    say(stderr, network.description.file + ": nothing to compare with: the network does not fit");
    return ExitCode::findings;
  }
  for (const std::string& note : network.notes) say(stderr, "note: " + note);
  const std::string name = std::filesystem::path(network.description.file).filename().string();
  PlannedNetwork planned;
  const incuse::report::PlacementComparison row = incuse::report::compare_placement(
      name, network.graph, network.planned.plan, *network.device, network.options, planned);
  std::string result = incuse::report::comparison_csv({row});
  if (format == "text") {
    result = incuse::report::comparison_text({row});
    if (row.has_plan())
      result += '\n' + incuse::report::plan_text(name + ", placed by Incuse", planned.graph, planned.plan,
                                                 *network.device, planned.options, request.supply());
  }
  write_result(request, result);
  if (!row.has_plan()) return ExitCode::findings;
  if (!network.has_weights) return ExitCode::success;
  const std::string found = difference(network, planned);
  say(stderr, name + ": run in planned memory: " + (found.empty() ? "all outputs are equal" : "differs: " + found));
  return found.empty() ? ExitCode::success : ExitCode::findings;
}

}  // namespace cli
