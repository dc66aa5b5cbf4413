#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <incuse/export/cpp_network.hpp>
#include <incuse/export/cpp_real_parameters.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/import/k210_losses.hpp>
#include <incuse/import/onnx/k210_parameters.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/report/quantising_svg.hpp>
#include <incuse/report/table.hpp>

#include "onnx.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "verbs.hpp"

namespace cli {

namespace onnx = incuse::import::onnx;

namespace {

/// What keeps a model from being a network of the chip: nodes that have no layer, or the chip's rules.
std::vector<std::string> errors_of(const Request& request, const onnx::K210Network& network) {
  std::vector<std::string> errors;
  const std::string begin = request.description + ": error: ";
  for (const onnx::Refusal& refusal : network.refusals) errors.push_back(begin + refusal.text());
  if (!network.ok()) return errors;
  using Plan = incuse::k210::Plan<onnx::K210Network::most_layers>;
  const auto plan = std::make_unique<const Plan>(incuse::k210::plan_if_possible(network.graph, incuse::k210_kpu));
  for (const incuse::Finding& finding : incuse::k210::check(network.graph, *plan, incuse::k210_kpu))
    if (finding.rule->severity == incuse::Severity::error)
      errors.push_back(begin + string_of(incuse::sentence_of(finding, incuse::k210_kpu.name)));
  return errors;
}

incuse::import::RangeChoice range_choice_of(const Request& request) {
  incuse::import::RangeChoice choice;
  for (const incuse::import::RangeMethodName& row : incuse::import::range_methods)
    if (request.ranges == row.name) choice.method = row.method;
  if (request.percentile > 0) choice.percentile = request.percentile;
  return choice;
}

/// Runs the network in real numbers on the inputs that the request names, and takes ranges of what comes up. Returns
/// what codes lose of every tensor.
std::vector<incuse::import::RangeLoss> observe(const Request& request, const onnx::K210Network& network,
                                               onnx::K210Parameters& parameters) {
  const incuse::import::NamedTensors named = incuse::import::read_tensors(request.input);
  if (!named.ok()) throw UsageError(named.error);
  const auto each = static_cast<std::size_t>(network.graph.input.elements());
  std::vector<const float*> inputs;
  for (const incuse::NamedTensor& tensor : named.tensors) {
    if (tensor.values.empty() || tensor.values.size() % each != 0)
      throw UsageError(request.input + ": an array has " + std::to_string(tensor.values.size()) +
                       " values, but the network reads " + std::to_string(each));
    for (std::size_t at = 0; at < tensor.values.size(); at += each) inputs.push_back(tensor.values.data() + at);
  }
  incuse::host::RealExecutor executor(network.graph, parameters.layers.data(),
                                      static_cast<int>(parameters.layers.size()));
  if (!executor.ready()) throw UsageError(request.description + ": " + executor.problem());
  observe_ranges(executor, network.graph, inputs, range_choice_of(request), parameters);
  return range_losses(executor, network.graph, inputs, parameters);
}

std::string loss_table(const std::vector<incuse::import::RangeLoss>& losses) {
  using incuse::report::fixed;
  incuse::report::Table table("lrrrrr");
  table.add({"tensor", "from", "to", "dB", "% saturated", "% zero"});
  for (const incuse::import::RangeLoss& loss : losses) {
    const double decibels = loss.signal_to_noise();
    const auto share = [&](double part) { return fixed(100 * loss.share(part), 2); };
    table.add({incuse::printable(loss.name), fixed(static_cast<double>(loss.range.low), 3),
               fixed(static_cast<double>(loss.range.high), 3), std::isinf(decibels) ? "exact" : fixed(decibels, 1),
               share(loss.saturated), share(loss.zeros)});
  }
  return table.text();
}

std::string loss_picture(const Request& request, const std::vector<incuse::import::RangeLoss>& losses) {
  std::vector<incuse::report::QuantisingLoss> rows;
  for (const incuse::import::RangeLoss& loss : losses)
    rows.push_back(
        {incuse::printable(loss.name), 0, loss.signal_to_noise(), loss.share(loss.saturated), loss.share(loss.zeros)});
  return incuse::report::quantising_svg(rows, "Tensors of " + incuse::printable(request.description));
}

/// Writes the header and the picture; the table goes where the header does not.
void write_with_losses(const Request& request, const std::string& header,
                       const std::vector<incuse::import::RangeLoss>& losses) {
  std::vector<OutputFile> files;
  if (!request.output.empty()) files.push_back({request.output, header});
  if (!request.report.empty()) files.push_back({request.report, loss_picture(request, losses)});
  if (!files.empty()) write_files(files, inputs_of(request));
  if (request.output.empty()) write_result(request, header);
  if (!losses.empty()) std::fputs(loss_table(losses).c_str(), request.output.empty() ? stderr : stdout);
}

std::string header_text(const Request& request, const std::string& network, const onnx::K210Parameters& parameters) {
  std::string file;
  for (char c : std::filesystem::path(request.description).filename().string())
    file += c >= ' ' && c <= '~' && c != '\\' && c != '?' ? c : '_';
  return "// Made by `incuse import` from " + file +
         "; do not edit. Weights are real numbers, and quantised while this compiles.\n"
         "// clang-format off\n"
         "#pragma once\n\n"
         "#ifndef INCUSE_SINGLE_HEADER\n"
         "#include <incuse/incuse.hpp>\n"
         "#include <incuse/k210/deployment.hpp>\n"
         "#include <incuse/model/activations.hpp>\n"
         "#include <incuse/model/software.hpp>\n"
         "#endif\n\n"
         "namespace " +
         request.name + " {\n\n" + incuse::cpp::using_declarations(network, "Net") + '\n' + network + '\n' +
         incuse::cpp::real_parameters_struct("parameters", parameters.layers, parameters.input) +
         "\nusing Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;\n\n}  // namespace " + request.name +
         '\n';
}

}  // namespace

void add_range_options(CLI::App& import, Request& request) {
  const std::string group = "K210: ranges of tensors, by typical inputs";
  std::vector<std::string> names;
  for (const incuse::import::RangeMethodName& row : incuse::import::range_methods) names.emplace_back(row.name);
  CLI::Option* ranges =
      import
          .add_option("--ranges", request.ranges,
                      "min-max: all values, as without it; percentile: all but the outermost ones; kl: with the least\n"
                      "Kullback-Leibler divergence of the codes from the values")
          ->check(CLI::IsMember(names).description(""))
          ->type_name("NAME")
          ->group(group);
  import
      .add_option("--percentile", request.percentile, "How many percent of the values --ranges percentile keeps: 99.9")
      ->check(CLI::Range(50.0, 100.0).description(""))
      ->needs(ranges)
      ->type_name("NUMBER")
      ->group(group);
  import
      .add_option("--report", request.report,
                  "Picture of what codes lose of every tensor, to be written (.svg); the table is printed")
      ->type_name("FILE")
      ->group(group);
}

void expect_no_range_options(const Request& request) {
  if (!request.ranges.empty() || !request.report.empty())
    throw UsageError(
        std::string(request.ranges.empty() ? "--report" : "--ranges") +
        " is for headers with real numbers, for the K210: of ONNX and TensorFlow Lite models, with --device "
        "k210 and --input");
}

ExitCode import_k210_header(const Request& request) {
  const onnx::K210Network network = onnx_k210_network(request);
  std::vector<std::string> errors = errors_of(request, network);
  if (!errors.empty()) return print_errors(errors);
  onnx::K210Parameters parameters = onnx::k210_parameters(network);
  if (request.percentile > 0 && request.ranges != "percentile")
    throw UsageError("--percentile goes with --ranges percentile");
  if (request.input.empty()) expect_no_range_options(request);
  std::vector<incuse::import::RangeLoss> losses;
  if (!request.input.empty()) losses = observe(request, network, parameters);
  if (!parameters.unknown.empty())
    throw UsageError(request.description + ": the model does not know the ranges of its tensors (" +
                     incuse::printable(parameters.unknown.front()) +
                     "): give typical inputs with --input, real numbers, channels first");
  std::vector<incuse::cpp::FunctionName> functions = incuse::cpp::library_functions();
  functions.push_back({incuse::activations::leaky_relu<1, 10>, "LeakyReLU<1, 10>"});
  const incuse::cpp::NetworkSource source = incuse::cpp::network_struct("Net", network.graph, functions);
  for (const std::string& error : source.errors) errors.push_back(request.description + ": error: " + error);
  if (!errors.empty()) return print_errors(errors);
  const std::string header = header_text(request, source.text, parameters);
  for (const std::string& note : network.lowered.notes) say(stderr, request.description + ": note: " + note);
  write_with_losses(request, header, losses);
  return ExitCode::success;
}

}  // namespace cli
