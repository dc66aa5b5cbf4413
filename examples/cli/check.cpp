#include <cstdio>
#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/report/plan_text.hpp>
#include <incuse/report/table.hpp>

#include "output.hpp"
#include "parts.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

std::string counted(int count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

incuse::max7800x::Latency latency_of(const LoadedNetwork& network) {
  return incuse::max7800x::cycles_of(network.planned.graph, network.planned.plan, *network.device);
}

std::string share(long long used, long long available) {
  return incuse::report::grouped(used) + " of " + incuse::report::grouped(available);
}

/// A row for one part: what the network takes of it, or what is wrong first.
std::vector<std::string> row_of(const Request& request, const LoadedNetwork& network) {
  const std::string name = string_of(network.device->name);
  if (!network.ok()) return {name, "no: " + counted(network.count(incuse::Severity::error), "error")};
  const auto& [graph, options, plan, fits] = network.planned;
  const incuse::max7800x::MemoryUse use = incuse::max7800x::memory_use(graph, plan, *network.device, options);
  return {name,
          "fits",
          share(graph.size, network.device->max_layers),
          share(use.weight_bytes, use.weight_capacity),
          share(use.bias_bytes, use.bias_capacity),
          share(use.data_bytes, use.data_capacity),
          incuse::report::time_text(latency_of(network), {request.megahertz, request.watts})};
}

/// Adds the first errors of a network, a line each.
void add_reasons(const LoadedNetwork& network, std::vector<std::string>& lines) {
  constexpr int most = 3;
  int number = 0;
  for (const Message& message : network.messages)
    if (message.severity == incuse::Severity::error && number++ < most)
      lines.push_back(string_of(network.device->name) + ": " + message.text);
}

/// The verdicts of all parts as a table, and the first reasons of those that refuse.
ExitCode check_all(Request request) {
  incuse::report::Table table("llrrrrr");
  table.add({"part", "verdict", "layers", "weights, bytes", "bias", "data, bytes", "time"});
  std::vector<std::string> notes, reasons;
  bool any = false;
  for (const auto* device : Parts::all) {
    request.device = string_of(device->name);
    LoadedNetwork network = load(request);
    prove(request, network);
    table.add(row_of(request, network));
    add_reasons(network, reasons);
    notes = network.notes;
    any = any || network.ok();
  }
  for (const std::string& note : notes) say(stdout, request.description + ": note: " + note);
  std::printf("%s", table.text().c_str());
  for (const std::string& reason : reasons) say(stdout, reason);
  return any ? ExitCode::success : ExitCode::findings;
}

}  // namespace

ExitCode check(const Request& request) {
  if (request.device == "all") return check_all(request);
  LoadedNetwork network = load(request);
  prove(request, network);
  print_messages(network, stdout);
  const int errors = network.count(incuse::Severity::error), warnings = network.count(incuse::Severity::warning);
  const int notices = network.count(incuse::Severity::notice);
  const std::string device = string_of(network.device->name);
  std::string summary = network.description.file + ": ";
  if (errors > 0) {
    summary += "does not fit " + device + ": " + counted(errors, "error");
  } else {
    const incuse::max7800x::MemoryUse use =
        incuse::max7800x::memory_use(network.planned.graph, network.planned.plan, *network.device);
    using incuse::report::grouped;
    summary += "fits " + device + ": " + counted(network.planned.graph.size, "layer") + ", weights " +
               grouped(use.weight_bytes) + " of " + grouped(use.weight_capacity) + " bytes, bias " +
               grouped(use.bias_bytes) + " of " + grouped(use.bias_capacity) + ", data " + grouped(use.data_bytes) +
               " of " + grouped(use.data_capacity) + " in the fullest instance";
    if (request.watts > 0)
      summary += ", " + incuse::report::time_text(latency_of(network), {request.megahertz, request.watts});
    if (network.proved_inputs > 0)
      summary += "; tables proved with " + counted(network.proved_inputs, "random input") +
                 (network.has_weights ? "" : " and random weights");
  }
  if (warnings > 0) summary += (errors > 0 ? ", " : "; ") + counted(warnings, "warning");
  if (notices > 0) summary += (errors + warnings > 0 ? ", " : "; ") + counted(notices, "notice");
  say(stdout, summary);
  return errors > 0 ? ExitCode::findings : ExitCode::success;
}

}  // namespace cli
