#include <cstdio>
#include <filesystem>

#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_svg.hpp>
#include <incuse/report/plan_text.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

ExitCode plan(const Request& request) {
  if (request.format == "csv") throw UsageError("--format csv needs --compare");
  const LoadedNetwork network = load(request);
  print_errors(network, stderr);
  if (!network.ok()) {
    std::fprintf(stderr, "%s: no plan: the network does not fit\n", network.description.file.c_str());
    return ExitCode::findings;
  }
  for (const std::string& note : network.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
  const std::string name =
      network.description.arch + " (" + std::filesystem::path(network.description.file).filename().string() + ")";
  const auto& [graph, options, plan, fits] = network.planned;
  std::string result;
  if (request.format == "svg")
    result = incuse::report::plan_svg(name, graph, plan, *network.device, options);
  else
    result = incuse::report::plan_text(name, graph, plan, *network.device) + '\n' +
             incuse::report::memory_text(graph, plan, *network.device, options);
  write_result(request.output, result);
  return ExitCode::success;
}

}  // namespace cli
