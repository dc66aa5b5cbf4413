#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <incuse/export/cpp_network.hpp>
#include <incuse/export/cpp_real_parameters.hpp>
#include <incuse/import/onnx/k210_parameters.hpp>

#include "header.hpp"
#include "onnx.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "ranges.hpp"
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
  return k210_errors(request.description, network.graph);
}

/// Writes the header and the picture; the table goes where the header does not.
void write_with_losses(const Request& request, const std::string& header,
                       const std::vector<incuse::import::RangeLoss>& losses) {
  std::vector<OutputFile> files = loss_picture(request.description, request.ranges, losses);
  if (!request.output.empty()) files.push_back({request.output, header});
  if (!files.empty()) write_files(files, inputs_of(request));
  if (request.output.empty()) write_result(request, header);
  if (!losses.empty()) std::fputs(loss_table(losses).c_str(), request.output.empty() ? stderr : stdout);
}

std::string header_text(const Request& request, const std::string& network, const onnx::K210Parameters& parameters) {
  return real_header_text(
      "Made by `incuse import` from " + std::filesystem::path(request.description).filename().string(), request.name,
      incuse::cpp::using_declarations(network, "Net") + '\n' + network + '\n' +
          incuse::cpp::real_parameters_struct("parameters", parameters.layers, parameters.input) +
          "\nusing Chip = incuse::Deployment<Net, incuse::k210_kpu, parameters>;\n\n");
}

}  // namespace

ExitCode import_k210_header(const Request& request) {
  const onnx::K210Network network = onnx_k210_network(request);
  std::vector<std::string> errors = errors_of(request, network);
  if (!errors.empty()) return print_errors(errors);
  onnx::K210Parameters parameters = onnx::k210_parameters(network);
  expect_range_options(request.ranges);
  if (request.input.empty()) expect_no_range_options(request.ranges);
  std::vector<incuse::import::RangeLoss> losses;
  if (!request.input.empty())
    losses = observe_inputs(request.input, request.description, network.graph, request.ranges, parameters);
  if (!parameters.unknown.empty())
    throw UsageError(request.description + ": the model does not know the ranges of its tensors (" +
                     incuse::printable(parameters.unknown.front()) +
                     "): give typical inputs with --input, real numbers, channels first");
  const incuse::cpp::NetworkSource source = incuse::cpp::network_struct("Net", network.graph);
  for (const std::string& error : source.errors) errors.push_back(request.description + ": error: " + error);
  if (!errors.empty()) return print_errors(errors);
  const std::string header = header_text(request, source.text, parameters);
  for (const std::string& note : network.lowered.notes) say(stderr, request.description + ": note: " + note);
  write_with_losses(request, header, losses);
  return ExitCode::success;
}

}  // namespace cli
