#include <cstdio>
#include <filesystem>

#include <incuse/export/cpp_source.hpp>
#include <incuse/k210/device.hpp>

#include "content.hpp"
#include "deployment_options.hpp"
#include "header.hpp"
#include "output.hpp"
#include "ranges.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

std::string device_variable(const incuse::max7800x::Device& device) {
  return incuse::detail::lower_case(string_of(device.name));
}

/// The files that a header is made from.
std::string sources_text(const Request& request) {
  const auto file_name = [](const std::string& path) { return std::filesystem::path(path).filename().string(); };
  const std::string network = file_name(request.description);
  if (is_model(request)) return network;
  if (!request.checkpoint.empty()) return network + " and " + file_name(request.checkpoint);
  if (request.weights.size() == 1) {
    const std::filesystem::path path = request.weights[0];
    return network + " and " + (path.has_filename() ? path : path.parent_path()).filename().string();
  }
  return network + " and " + std::to_string(request.weights.size()) + " files of weights";
}

std::string imported_header(const Request& request, const LoadedNetwork& network, const std::string& network_type) {
  const incuse::Parameters parameters = network.parameters();
  std::string body =
      incuse::cpp::using_declarations(network_type, "Net") + '\n' + network_type + '\n' +
      incuse::cpp::parameters_struct("parameters", parameters, incuse::cpp::weight_widths(network.described.graph)) +
      '\n';
  std::string device = "incuse::" + device_variable(*network.device);
  if (network.options.apb_base != 0) {
    char address[16];
    std::snprintf(address, sizeof address, "0x%08x", static_cast<unsigned>(network.options.apb_base));
    body += "inline constexpr incuse::max7800x::Device device = incuse::max7800x::with_apb_base(" + device + ", " +
            address + ");\n";
    device = "device";
  }
  body += "using Chip = incuse::Deployment<Net, " + device + ", parameters" + option_types(network.options) + ">;\n\n";
  return header_text(network.description.arch + ": made by `incuse import` from " + sources_text(request), request.name,
                     body);
}

}  // namespace

void expect_namespace_name(const std::string& name) {
  if (!incuse::cpp::is_namespace_name(name))
    throw UsageError(
        "--name needs a word that can name a C++ namespace, neither a keyword nor a name of the C library nor a "
        "namespace of Incuse nor like a macro (capitals only), not '" +
        name + "'");
}

ExitCode import_header(const Request& request) {
  expect_namespace_name(request.name);
  if (is_model(request) && is_device(request.device, incuse::k210_kpu.name)) return import_k210_header(request);
  expect_no_range_options(request.ranges);
  LoadedNetwork network = load(request);
  if (network.has_weights) prove(request, network);
  print_errors(network, stderr);
  if (!network.has_weights && network.ok()) throw UsageError("a header needs weights: give --weights or --checkpoint");
  if (!network.ok()) {
    say(stderr, network.description.file + ": no header: the network does not fit");
    return ExitCode::findings;
  }
  // As described, not as bound: binding looks at the values, which the compiler does again. Shifts stand with the
  // parameters.
  auto graph = network.described.graph;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].weighted()) graph[i].output_shift = 0;
  const incuse::cpp::NetworkSource source = incuse::cpp::network_struct("Net", graph);
  if (!source.ok()) {
    for (const std::string& error : source.errors) say(stderr, network.description.file + ": error: " + error);
    say(stderr, network.description.file + ": no header was written");
    return ExitCode::findings;
  }
  write_result(request, imported_header(request, network, source.text));
  return ExitCode::success;
}

}  // namespace cli
