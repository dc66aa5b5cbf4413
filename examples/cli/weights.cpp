// The verb weights: parameters of a network type.
#include <cstdio>
#include <filesystem>
#include <string>

#include <yaml-cpp/yaml.h>

#include <incuse/export/cpp_source.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/import/weight_layers.hpp>
#include <incuse/k210/device.hpp>

#include "calibrate.hpp"
#include "header.hpp"
#include "loaded_network.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "quantize.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

namespace files = incuse::import;

files::LoadOptions load_options(const CheckpointRequest& request) {
  files::LoadOptions options;
  options.matching = request.matching == "names"   ? files::Matching::names
                     : request.matching == "order" ? files::Matching::order
                                                   : files::Matching::automatic;
  options.batch_norm_epsilon = request.epsilon;
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

/// The layers that the request names; what owns their names is kept.
struct NamedLayers {
  incuse::DescribedGraph described{};
  incuse::WeightLayers layers{};

  const Graph& graph() const { return described.graph.size > 0 ? described.graph : layers.graph; }
};

NamedLayers read_layers(const CheckpointRequest& request, const files::NamedTensors& source,
                        const files::LoadOptions& options) {
  std::string text, error;
  if (!incuse::read_file(request.network, text, error)) throw UsageError(error);
  NamedLayers read;
  if (is_device(request.device, incuse::k210_kpu.name)) throw UsageError(description_for_k210());
  if (is_description(text)) {
    read.described = read_network(request, source, options).described;
    return read;
  }
  read.layers = incuse::parse_weight_layers(text, request.network);
  if (!read.layers.ok()) throw UsageError(read.layers.errors);
  return read;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace

void add_weights_options(CLI::App& verb, CheckpointRequest& request) {
  verb.add_option("layers", request.network,
                  "The layers of a network type, as weight_layers_text(graph_of<Net>()) writes them, or a network\n"
                  "description (YAML)")
      ->type_name("FILE")
      ->required();
  verb.add_option("tensors", request.input,
                  "Tensors by name: a checkpoint of PyTorch (.pth.tar, .pt), .npz, .npy, or a folder of .npy")
      ->type_name("FILE")
      ->required();
  verb.add_option("--name", request.name, "Namespace of what the header defines")->type_name("NAME")->required();
  verb.add_option("-o,--output", request.output, "Header to write")->type_name("FILE")->required();
  verb.add_option("--matching", request.matching,
                  "How layers find their tensors: by names, in order, or by names if one fits, else in order")
      ->capture_default_str()
      ->check(CLI::IsMember({"automatic", "names", "order"}).description(""))
      ->type_name("WAY");
  verb.add_flag("--tolerate-extra", request.tolerate_extra, "Tensors without a layer are noted, and no errors");
  verb.add_option("--batch-norm-epsilon", request.epsilon, "eps of the batch norm modules")
      ->capture_default_str()
      ->check(from_0)
      ->type_name("NUMBER");
  verb.add_option("--batch-norm-division", request.division,
                  "Divide by 1 or by 4 behind a batch norm; else by 4 in the vendor's modules (conv1.op, conv1.bn)")
      ->check(CLI::IsMember({1, 4}).description(""))
      ->type_name("NUMBER");
  verb.add_option("--input-shape", request.input_shape, "Size of a description's input: CxHxW or CxL")
      ->type_name("SHAPE");
  verb.add_option("--device", request.device, "Chip that a description is for")->type_name("NAME");
}

ExitCode weights(const CheckpointRequest& request) {
  expect_namespace_name(request.name);
  const files::NamedTensors source = files::read_tensors(request.input);
  if (!source.ok()) throw UsageError(source.error);
  const files::LoadOptions options = load_options(request);
  const NamedLayers layers = read_layers(request, source, options);
  const files::StoredParameters stored = files::quantise(layers.graph(), files::load(layers.graph(), source, options));
  for (const std::string& note : stored.notes()) say(stderr, "note: " + note);
  for (const std::string& error : stored.errors()) say(stderr, error);
  if (!stored.ok()) return ExitCode::findings;
  const std::string body =
      incuse::cpp::parameters_struct("parameters", stored.parameters(), incuse::cpp::weight_widths(layers.graph())) +
      '\n';
  write_files({{request.output, header_text("Made by `incuse weights` from " + file_name(request.network) + " and " +
                                                file_name(request.input),
                                            request.name, body)}},
              inputs_of(request));
  return ExitCode::success;
}

}  // namespace cli
