#include <cstdio>
#include <filesystem>
#include <memory>

#include <incuse/k210/planning.hpp>
#include <incuse/report/kpu_plan_text.hpp>
#include <incuse/report/kpu_svg.hpp>
#include <incuse/report/memory_text.hpp>
#include <incuse/report/plan_svg.hpp>
#include <incuse/report/plan_text.hpp>

#include "content.hpp"
#include "onnx.hpp"
#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

/// The plan of a model of another framework for the K210.
ExitCode plan_k210(const Request& request, const std::string& format) {
  namespace k210 = incuse::k210;
  const incuse::import::onnx::K210Network model = onnx_k210_network(request);
  const std::string begin = request.description + ": error: ";
  for (const incuse::import::onnx::Refusal& refusal : model.refusals) say(stderr, begin + refusal.text());
  using Checked = k210::CheckedPlan<decltype(model.graph)::capacity>;
  const auto checked = std::make_unique<const Checked>(k210::checked_plan(model.graph, incuse::k210_kpu));
  const auto& [plan, found] = *checked;
  for (const incuse::Finding& finding : found)
    if (finding.rule->severity == incuse::Severity::error)
      say(stderr, begin + string_of(incuse::sentence_of(finding, incuse::k210_kpu.name)));
  if (!model.ok() || !found.ok()) return ExitCode::findings;
  const std::string name = std::filesystem::path(request.description).filename().string();
  write_result(request, format == "svg"
                            ? incuse::report::kpu_svg(incuse::report::drawn_network(name, plan, incuse::k210_kpu))
                            : incuse::report::kpu_plan_text(plan, incuse::k210_kpu, request.kpu_supply()));
  return ExitCode::success;
}

}  // namespace

std::string format_of(const Request& request) {
  if (!request.format.empty()) return request.format;
  const std::string ending = incuse::detail::lower_case(std::filesystem::path(request.output).extension().string());
  for (const char* picture : {".png", ".jpg", ".jpeg", ".gif", ".pdf", ".eps", ".ps"})
    if (ending == picture) throw UsageError("pictures are svg, not '" + ending.substr(1) + "'");
  return ending == ".svg" || ending == ".csv" ? ending.substr(1) : "text";
}

ExitCode plan(const Request& request) {
  const std::string format = format_of(request);
  if (format == "csv") throw UsageError("csv needs --compare");
  if (is_model(request) && is_device(request.device, incuse::k210_kpu.name)) return plan_k210(request, format);
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
    result = incuse::report::plan_text(name, graph, plan, *network.device, options, request.supply()) + '\n' +
             incuse::report::memory_text(graph, plan, *network.device, options);
  write_result(request, result);
  return ExitCode::success;
}

}  // namespace cli
