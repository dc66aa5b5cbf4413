#include <cstdio>
#include <filesystem>

#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_svg.hpp>
#include <incuse/report/plan_text.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

std::string format_of(const Request& request) {
  if (!request.format.empty()) return request.format;
  const std::string ending = incuse::detail::lower_case(std::filesystem::path(request.output).extension().string());
  for (const char* picture : {".png", ".jpg", ".jpeg", ".gif", ".pdf", ".eps", ".ps"})
    if (ending == picture) throw UsageError("pictures of plans are svg, not '" + ending.substr(1) + "'");
  return ending == ".svg" || ending == ".csv" ? ending.substr(1) : "text";
}

ExitCode plan(const Request& request) {
  const std::string format = format_of(request);
  if (format == "csv") throw UsageError("csv needs --compare");
  const LoadedNetwork network = load(request);
  print_errors(network, stderr);
  if (!network.ok()) {
    say(stderr, network.description.file + ": no plan: the network does not fit");
    return ExitCode::findings;
  }
  for (const std::string& note : network.notes) say(stderr, "note: " + note);
  const std::string name =
      network.description.arch + " (" + std::filesystem::path(network.description.file).filename().string() + ")";
  const auto& [graph, options, plan, fits] = network.planned;
  std::string result;
  if (format == "svg")
    result = incuse::report::plan_svg(name, graph, plan, *network.device, options);
  else
    result = incuse::report::plan_text(name, graph, plan, *network.device, {request.megahertz, request.watts}) + '\n' +
             incuse::report::memory_text(graph, plan, *network.device, options);
  write_result(request, result);
  return ExitCode::success;
}

}  // namespace cli
