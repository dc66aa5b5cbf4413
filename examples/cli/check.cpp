#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/latency.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/report/plan_text.hpp>
#include <incuse/report/table.hpp>

#include "content.hpp"
#include "onnx.hpp"
#include "output.hpp"
#include "parts.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

std::string counted(int count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

incuse::Latency latency_of(const LoadedNetwork& network) {
  return incuse::max7800x::cycles_of(network.planned.graph, network.planned.plan, *network.device,
                                     network.planned.options);
}

std::string share(long long used, long long available) {
  return incuse::report::grouped(used) + " of " + incuse::report::grouped(available);
}

/// The verdict on a network with its warnings counted: "fits, 1 warning".
std::string verdict(int errors, int warnings) {
  std::string text = errors > 0 ? "no: " + counted(errors, "error") : "fits";
  return warnings > 0 ? text + ", " + counted(warnings, "warning") : text;
}

/// What one part says: a row of the table, and lines of errors and warnings.
struct PartAnswer {
  std::string part{};
  std::vector<std::string> row{};
  std::vector<std::string> errors{}, warnings{};
  std::string time{};
  std::string gaps{};  ///< why figures of the row are not known; empty: they are
  bool fits = false;
};
const char* const not_known = "-";
const char* const no_shapes = "-: not known, because errors keep the shapes of layers from being known";
const char* const no_processors =
    "-: not known, because layers have no processors; add --place, which leaves the placement to Incuse";
const char* const no_plan = "-: not known, because the network cannot be planned";

/// Why the shapes of a network are not known.
const char* shapes_gap(const LoadedNetwork& network) {
  for (const incuse::Problem& problem : network.description.problems)
    if (problem.rule == incuse::description_rules::RuleId("Y8")) return no_processors;
  return no_shapes;
}

bool has_shapes(const Graph& graph) {
  bool all = graph.size > 0;
  for (int i = 0; i < graph.size; ++i) all = all && graph[i].in.exists() && graph[i].out.exists();
  return all;
}

/// Bytes of weights and of biases as the layers have them, wherever a plan would put them.
incuse::max7800x::MemoryUse needed_by_layers(const Graph& graph) {
  incuse::max7800x::MemoryUse use;
  for (int i = 0; i < graph.size; ++i) {
    const incuse::Layer& layer = graph[i];
    const long long weights = 1LL * layer.out.channels * layer.weight_in_channels() * layer.kernel.area();
    if (layer.has_weights()) use.weight_bytes += static_cast<int>(weights * layer.weight_bits / 8);
    if (layer.bias) use.bias_bytes += layer.out.channels;
  }
  return use;
}

/// Layers, weights, bias, data and time of a network, as far as they are known: also of one that is refused.
void add_headroom(const LoadedNetwork& network, const incuse::report::Supply& supply, PartAnswer& answer) {
  const auto& [graph, options, plan, fits] = network.planned;
  if (!has_shapes(graph)) {
    const auto written = static_cast<long long>(network.description.written_layers);
    const long long all = options.repetitions * std::max<long long>(written, network.graph.size);
    answer.row.push_back(all > 0 ? share(all, network.device->max_layers) : not_known);
    answer.row.insert(answer.row.end(), 4, not_known);
    answer.gaps = shapes_gap(network);
    return;
  }
  const bool planned = plan.size == graph.size && plan.groups != 0;
  const bool placed = planned && (plan.fits_data_memory || incuse::max7800x::gives_offsets(graph));
  const Graph none;
  incuse::max7800x::MemoryUse use =
      incuse::max7800x::memory_use(planned ? graph : none, plan, *network.device, options);
  if (!planned) {
    const incuse::max7800x::MemoryUse needed = needed_by_layers(graph);
    use.weight_bytes = needed.weight_bytes;
    use.bias_bytes = needed.bias_bytes;
  }
  const int layers = planned ? plan.hardware_layers() : graph.size;
  for (const std::string& cell :
       {share(1LL * options.repetitions * layers, network.device->max_layers),
        share(use.weight_bytes, use.weight_capacity), share(use.bias_bytes, use.bias_capacity),
        placed ? share(use.data_bytes, use.data_capacity) : not_known,
        planned ? incuse::report::time_text(latency_of(network), supply) : not_known})
    answer.row.push_back(cell);
  if (!planned) answer.gaps = no_plan;
  if (planned && !placed) answer.gaps = "-: not known, because not all tensors have a place";
}

/// Adds an error or a warning, once.
void add_line(incuse::Severity severity, const std::string& line, PartAnswer& answer) {
  if (severity == incuse::Severity::notice) return;
  std::vector<std::string>& lines = severity == incuse::Severity::error ? answer.errors : answer.warnings;
  if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
}

/// Adds what has been found about a network.
void add_messages(const LoadedNetwork& network, PartAnswer& answer) {
  for (const Message& message : network.messages) add_line(message.severity, message.text, answer);
}

PartAnswer answer_of(const Request& request, const LoadedNetwork& network) {
  PartAnswer answer{string_of(network.device->name)};
  add_messages(network, answer);
  answer.fits = network.ok();
  answer.row = {answer.part, verdict(network.count(incuse::Severity::error), network.count(incuse::Severity::warning))};
  add_headroom(network, request.supply(), answer);
  return answer;
}

/// What the K210 says of a network without placement: its weights lie in main memory, its maps in AI RAM. Errors of the
/// files count, too.
PartAnswer kpu_answer(const LoadedNetwork& network, const Graph& graph, const incuse::report::Supply& supply) {
  namespace k210 = incuse::k210;
  const k210::Device& device = incuse::k210_kpu;
  PartAnswer answer{string_of(device.name)};
  add_messages(network, answer);
  const auto finish = [&](int more_errors = 0) {
    const auto count = [](const std::vector<std::string>& lines) { return static_cast<int>(lines.size()); };
    answer.fits = answer.errors.empty() && graph.size > 0;
    answer.row = {answer.part, verdict(count(answer.errors) + more_errors, count(answer.warnings))};
  };
  finish();
  if (graph.size == 0) {
    answer.row.insert(answer.row.end(), 5, not_known);
    answer.gaps = shapes_gap(network);
    return answer;
  }
  const auto checked = std::make_unique<const k210::CheckedPlan<Graph::capacity>>(k210::checked_plan(graph, device));
  const auto& [plan, found] = *checked;
  for (const incuse::Finding& finding : found) {
    const std::string sentence = string_of(incuse::sentence_of(finding, device.name));
    add_line(finding.rule->severity,
             message_text(network, finding.rule->severity, finding.layer, sentence, string_of(finding.rule->id)),
             answer);
  }
  finish(found.dropped_errors);
  long long weights = 0;
  for (int i = 0; i < graph.size; ++i)
    if (const incuse::Layer& layer = graph[i]; layer.has_weights())
      weights += 1LL * layer.out.channels * layer.weight_in_channels() * layer.kernel.area();
  answer.time = incuse::report::time_text(k210::least_cycles_of(plan.graph, device), supply);
  const auto bytes = [](int lines) { return 1LL * lines * k210::line_bytes; };
  const bool planned = plan.graph.size > 0;
  if (!planned) answer.time.clear();
  for (const std::string& cell :
       {incuse::report::grouped(graph.size), incuse::report::grouped(weights), std::string("no limit"),
        planned ? share(bytes(plan.needed_lines), bytes(device.ram_lines)) : not_known,
        planned ? answer.time : not_known})
    answer.row.push_back(cell);
  if (!planned) answer.gaps = no_plan;
  return answer;
}

/// What the K210 says of an ONNX model, which becomes layers of its own there.
PartAnswer onnx_kpu_answer(const Request& request) {
  const incuse::import::onnx::K210Network model = onnx_k210_network(request);
  LoadedNetwork named;
  named.description.file = request.description;
  PartAnswer answer = kpu_answer(named, model.graph, request.kpu_supply());
  if (model.ok()) return answer;
  for (const incuse::import::onnx::Refusal& refusal : model.refusals)
    answer.errors.push_back(request.description + ": error: " + refusal.text());
  answer.row = {answer.part, verdict(static_cast<int>(answer.errors.size()), 0)};
  answer.row.insert(answer.row.end(), 5, not_known);
  answer.gaps = no_shapes;
  return answer;
}

/// The verdict of the K210 on an ONNX model alone.
ExitCode check_onnx_k210(const Request& request) {
  const PartAnswer answer = onnx_kpu_answer(request);
  for (const std::string& line : answer.errors) say(stdout, line);
  for (const std::string& line : answer.warnings) say(stdout, line);
  say(stdout, request.description + (answer.fits ? ": fits " : ": does not fit ") + answer.part +
                  (answer.fits ? request.asks_for_time() ? "; time: " + answer.time : ""
                               : ": " + counted(static_cast<int>(answer.errors.size()), "error")));
  return answer.fits ? ExitCode::success : ExitCode::findings;
}

/// Says why figures are not known, once for all parts of which that is true.
void print_gaps(const std::vector<PartAnswer>& answers) {
  std::vector<std::string> said;
  for (const PartAnswer& answer : answers) {
    if (answer.gaps.empty() || std::find(said.begin(), said.end(), answer.gaps) != said.end()) continue;
    std::string parts;
    for (const PartAnswer& other : answers)
      if (other.gaps == answer.gaps) parts += (parts.empty() ? "" : ", ") + other.part;
    say(stdout, parts + ": " + answer.gaps);
    said.push_back(answer.gaps);
  }
}

/// Prints the first lines about each part. Lines that are the same for all parts are printed once, in front.
void print_reasons(const std::vector<PartAnswer>& answers, std::vector<std::string> PartAnswer::*lines) {
  constexpr std::size_t most = 3;
  std::vector<std::string> common;
  for (const std::string& line : answers.front().*lines)
    if (std::all_of(answers.begin(), answers.end(), [&](const PartAnswer& answer) {
          return std::find((answer.*lines).begin(), (answer.*lines).end(), line) != (answer.*lines).end();
        }))
      common.push_back(line);
  for (const std::string& line : common) say(stdout, line);
  for (const PartAnswer& answer : answers) {
    std::size_t number = 0;
    for (const std::string& line : answer.*lines)
      if (std::find(common.begin(), common.end(), line) == common.end() && ++number <= most)
        say(stdout, answer.part + ": " + line);
    if (number > most) say(stdout, answer.part + ": " + std::to_string(number - most) + " more");
  }
}

/// The verdicts of all parts as a table, and the first reasons of those that refuse.
ExitCode check_all(Request request) {
  std::vector<PartAnswer> answers;
  std::vector<std::string> notes;
  for (const auto* device : Parts::all) {
    request.device = string_of(device->name);
    LoadedNetwork network = load(request);
    prove(request, network);
    answers.push_back(answer_of(request, network));
    notes = network.notes;
  }
  if (is_model(request)) {
    answers.push_back(onnx_kpu_answer(request));
  } else {
    const LoadedNetwork network = load_for_kpu(request);
    answers.push_back(kpu_answer(network, network.graph, request.kpu_supply()));
  }
  incuse::report::Table table("llrrrrr");
  table.add({"part", "verdict", "layers", "weights, bytes", "bias, bytes", "data, bytes", "time"});
  for (const PartAnswer& answer : answers) table.add(answer.row);
  for (const std::string& note : notes) say(stdout, request.description + ": note: " + note);
  std::printf("%s", table.text().c_str());
  print_gaps(answers);
  print_reasons(answers, &PartAnswer::errors);
  print_reasons(answers, &PartAnswer::warnings);
  const bool any = std::any_of(answers.begin(), answers.end(), [](const PartAnswer& answer) { return answer.fits; });
  return any ? ExitCode::success : ExitCode::findings;
}

}  // namespace

ExitCode check(const Request& request) {
  if (request.device == "all") return check_all(request);
  if (is_model(request) && is_device(request.device, incuse::k210_kpu.name)) return check_onnx_k210(request);
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
    if (request.asks_for_time()) summary += ", " + incuse::report::time_text(latency_of(network), request.supply());
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
