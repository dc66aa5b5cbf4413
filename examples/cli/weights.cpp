// The verb weights: parameters of a network type.
#include <cstdio>
#include <filesystem>
#include <string>

#include <yaml-cpp/yaml.h>

#include <incuse/export/cpp_real_parameters.hpp>
#include <incuse/export/cpp_source.hpp>
#include <incuse/import/network_text.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/import/weight_layers.hpp>
#include <incuse/k210/device.hpp>

#include "calibrate.hpp"
#include "choices.hpp"
#include "header.hpp"
#include "loaded_network.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "quantize.hpp"
#include "ranges.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

namespace files = incuse::import;

files::LoadOptions load_options(const CheckpointRequest& request) {
  files::LoadOptions options;
  options.matching = request.matching == "names"   ? files::Matching::names
                     : request.matching == "order" ? files::Matching::order
                                                   : files::Matching::automatic;
  options.batch_norm_epsilon = request.epsilon.value_or(files::default_batch_norm_epsilon);
  options.batch_norms = norm_pairs(request);
  if (request.division != 0)
    options.batch_norm_division =
        request.division == 4 ? files::BatchNormDivision::by_4 : files::BatchNormDivision::by_1;
  options.tolerate_extra = request.tolerate_extra;
  return options;
}

/// Whether a text is a network description: it names its architecture.
bool is_description(const std::string& text) {
  try {
    const YAML::Node document = YAML::Load(text);
    return document.IsMap() && document["arch"];
  } catch (const YAML::Exception&) {
    return false;
  }
}

/// Whether a text is a network type for the K210, layer by layer: it names the chip.
bool is_network_text(const std::string& text) {
  try {
    const YAML::Node document = YAML::Load(text);
    return document.IsMap() && document["device"] && document["layers"];
  } catch (const YAML::Exception&) {
    return false;
  }
}

/// Refuses what a network description needs, of a file that has it: the layers of a type.
void expect_no_description_options(const CheckpointRequest& request, bool no_device) {
  std::vector<std::string> lines;
  const auto refuse = [&](const char* flag) {
    lines.push_back(std::string(flag) + " goes with a network description, and " + request.network +
                    " tells the layers of a type: leave " + flag + " out");
  };
  if (!request.input_shape.empty()) refuse("--input-shape");
  if (no_device && !request.device.empty()) refuse("--device");
  if (!lines.empty()) throw UsageError(lines);
}

/// The layers that the request names; what owns their names is kept.
struct NamedLayers {
  incuse::DescribedGraph described{};
  incuse::WeightLayers layers{};

  const Graph& graph() const { return described.graph.size > 0 ? described.graph : layers.graph; }
};

NamedLayers read_layers(const CheckpointRequest& request, const std::string& text, const files::NamedTensors& source,
                        const files::LoadOptions& options) {
  NamedLayers read;
  const bool for_k210 = is_device(request.device, incuse::k210_kpu.name);
  if (is_description(text)) {
    if (for_k210) throw UsageError(description_for_k210());
    read.described = read_network(request, source, options).described;
    return read;
  }
  read.layers = incuse::parse_weight_layers(text, request.network);
  expect_no_description_options(request, !for_k210);
  if (!read.layers.ok()) throw UsageError(read.layers.errors);
  if (for_k210)
    throw UsageError(request.network +
                     ": it tells layers with weights alone, and ranges take all of them: for the K210 give what "
                     "network_text(graph_of<Net>()) writes (docs/k210.md)");
  return read;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string origin_of(const CheckpointRequest& request) {
  return "Made by `incuse weights` from " + file_name(request.network) + " and " + file_name(request.input);
}

/// The header with parameters in signed bytes, for the MAX7800x family.
ExitCode write_bytes(const CheckpointRequest& request, const std::string& text, const files::NamedTensors& source,
                     const files::LoadOptions& options) {
  if (!request.typical.empty())
    throw UsageError("--input is for network types for the K210, as network_text writes them (docs/k210.md)");
  expect_no_range_options(request.ranges);
  const NamedLayers layers = read_layers(request, text, source, options);
  const files::LoadedLayers loaded = files::load(layers.graph(), source, options);
  const files::StoredParameters stored = files::quantise(layers.graph(), loaded);
  for (const std::string& note : stored.notes()) say(stderr, "note: " + note);
  for (const std::string& error : stored.errors()) say(stderr, error);
  if (!stored.ok()) return ExitCode::findings;
  expect_batch_norms(request, loaded.batch_norms);
  const std::string body =
      incuse::cpp::parameters_struct("parameters", stored.parameters(), incuse::cpp::weight_widths(layers.graph())) +
      '\n';
  write_files({{request.output, header_text(origin_of(request), request.name, body)}}, inputs_of(request));
  return ExitCode::success;
}

/// What the request's text of a network for the K210 says. Throws UsageError.
incuse::NetworkText read_k210_network(const CheckpointRequest& request, const std::string& text) {
  if (!request.device.empty() && !is_device(request.device, incuse::k210_kpu.name))
    throw UsageError(request.network + ": it is a network type for the K210: leave out --device");
  expect_no_description_options(request, false);
  if (request.typical.empty())
    throw UsageError(request.network +
                     ": the ranges of its tensors are not known: give typical inputs with --input, real numbers, "
                     "channels first");
  expect_range_options(request.ranges);
  incuse::NetworkText network = incuse::parse_network_text(text, request.network);
  if (!network.ok()) throw UsageError(network.errors);
  return network;
}

/// The header with parameters in real numbers, and ranges of typical inputs, for the K210.
ExitCode write_reals(const CheckpointRequest& request, const std::string& text, const files::NamedTensors& source,
                     const files::LoadOptions& options) {
  const incuse::NetworkText network = read_k210_network(request, text);
  const std::vector<std::string> errors = k210_errors(request.network, network.graph);
  if (!errors.empty()) return print_errors(errors);
  const files::LoadedLayers loaded = files::load(network.graph, source, options);
  for (const std::string& note : loaded.notes) say(stderr, "note: " + note);
  if (!loaded.ok()) return print_errors(loaded.errors);
  expect_batch_norms(request, loaded.batch_norms);
  files::K210Parameters parameters = files::k210_parameters(network.graph, loaded);
  const auto losses = observe_inputs(request.typical, request.network, network.graph, request.ranges, parameters);
  std::vector<OutputFile> written = loss_picture(request.network, request.ranges, losses);
  const std::string body =
      incuse::cpp::real_parameters_struct("parameters", parameters.layers, parameters.input) + '\n';
  written.push_back({request.output, real_header_text(origin_of(request), request.name, body)});
  write_files(written, inputs_of(request));
  std::fputs(loss_table(losses).c_str(), stdout);
  return ExitCode::success;
}

}  // namespace

void add_weights_options(CLI::App& verb, CheckpointRequest& request) {
  verb.add_option("layers", request.network,
                  "The layers of a network type, as weight_layers_text(graph_of<Net>()) writes them, for the K210\n"
                  "network_text(graph_of<Net>()), or a network description (YAML)")
      ->type_name("FILE")
      ->required();
  verb.add_option("tensors", request.input,
                  "Tensors by name: a checkpoint of PyTorch (.pth.tar, .pt), .npz, .npy, or a folder of .npy")
      ->type_name("FILE")
      ->required();
  verb.add_option("--name", request.name, "Namespace of what the header defines")->type_name("NAME")->required();
  verb.add_option("-o,--output", request.output, "Header to write")->type_name("FILE")->required();
  one_of(verb.add_option("--matching", request.matching,
                         "How layers find their tensors: by names, in order, or by names if one fits, else in order"),
         {"automatic", "names", "order"})
      ->capture_default_str();
  verb.add_flag("--tolerate-extra", request.tolerate_extra, "Tensors without a layer are noted, and no errors");
  add_batch_norm_options(verb, request);
  verb.add_option("--input-shape", request.input_shape, "Size of a description's input: CxHxW or CxL")
      ->type_name("SHAPE");
  listing(verb.add_option("--device", request.device, "Chip that a description is for"), device_names());
  verb.add_option("--input", request.typical,
                  "For the K210: typical inputs (.npy) in real numbers, channels first, or a folder of such arrays;\n"
                  "they tell the ranges of tensors")
      ->type_name("FILE");
  add_range_options(verb, request.ranges, "Options");
}

ExitCode weights(const CheckpointRequest& request) {
  expect_namespace_name(request.name);
  const files::NamedTensors source = files::read_tensors(request.input);
  if (!source.ok()) throw UsageError(source.error);
  const files::LoadOptions options = load_options(request);
  std::string text, error;
  if (!incuse::read_file(request.network, text, error)) throw UsageError(error);
  return is_network_text(text) ? write_reals(request, text, source, options)
                               : write_bytes(request, text, source, options);
}

}  // namespace cli
