#include <cstdio>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/report/table.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

std::string counted(int count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

ExitCode check(const Request& request) {
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
