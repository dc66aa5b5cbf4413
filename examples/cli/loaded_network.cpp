#include "loaded_network.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/checkpoint_layers.hpp>
#include <incuse/import/file.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/max7800x/notices.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/parameter_rules.hpp>
#include <incuse/model/unplaced.hpp>

#include "content.hpp"
#include "input_shape.hpp"
#include "kept_files.hpp"
#include "onnx.hpp"
#include "output.hpp"
#include "parts.hpp"

namespace cli {

std::string description_for_k210() {
  return "descriptions are for the MAX7800x family: for the K210 give a kmodel, or an ONNX or TensorFlow Lite model "
         "with typical inputs (incuse import model.onnx --device k210 --input), or write the network as a type in C++: "
         "incuse weights brings tensors by name into it (docs/k210.md)";
}

const incuse::max7800x::Device& device_of(const std::string& name) {
  for (const auto* device : Parts::all)
    if (name.empty() || is_device(name, device->name) || is_device(name, device->die)) return *device;
  if (is_device(name, incuse::k210_kpu.name)) throw UsageError(description_for_k210());
  if (incuse::detail::lower_case(name) == "all")
    throw UsageError("only check answers for all chips: 'incuse check --device all' says which take the network");
  std::string known;
  for (const std::string& own : device_names()) known += (known.empty() ? "" : ", ") + own;
  throw UsageError("unknown device '" + name + "'; there are: " + known);
}

namespace {

using incuse::Severity;
using incuse::description_rules::RuleId;

incuse::NetworkDescription read_description(const Request& request, const incuse::max7800x::Device& device) {
  return incuse::parse_description(request.content, request.description, device,
                                   request.place ? incuse::PlacementKeys::optional : incuse::PlacementKeys::needed);
}

bool has_weighted_layers(const incuse::NetworkDescription& description) {
  return std::any_of(description.layers.begin(), description.layers.end(),
                     [](const incuse::DescribedLayer& layer) { return layer.owns_weights(); });
}

/// Weights and biases from wherever the request says; nothing if it names none, and there have to be some.
std::optional<incuse::TrainedLayers> read_trained(const Request& request, const incuse::NetworkDescription& description,
                                                  const incuse::max7800x::Device& device) {
  if (!request.checkpoint.empty()) {
    std::string bytes, error;
    if (!read_kept(request.checkpoint, bytes, error, incuse::most_checkpoint_bytes)) throw UsageError(error);
    return incuse::trained_from_checkpoint(request.checkpoint, incuse::parse_checkpoint(std::move(bytes)), description,
                                           device);
  }
  if (request.weights.empty())
    return has_weighted_layers(description) ? std::nullopt : std::optional(incuse::TrainedLayers{});
  std::error_code no_folder;
  if (request.weights.size() == 1 && std::filesystem::is_directory(request.weights[0], no_folder)) {
    if (!request.biases.empty()) throw UsageError("--bias goes with files: a folder of weights has its own biases");
    return incuse::trained_from_folder(request.weights[0], description, read_kept);
  }
  return incuse::trained_from_npy(request.weights, request.biases, description, read_kept);
}

int popcount_or(incuse::ProcessorMap map, int otherwise) { return map != 0 ? incuse::bit_count(map) : otherwise; }

/// Output channels of a layer as far as the description tells: as many as there are processors for them.
int assumed_channels(const incuse::NetworkDescription& description, std::size_t index) {
  const incuse::DescribedLayer& layer = description.layers[index];
  if (layer.out_channels > 0) return layer.out_channels;
  if (layer.layer.groups > 1) return layer.layer.groups;
  if (layer.layer.placement.output_processors != 0) return incuse::bit_count(layer.layer.placement.output_processors);
  if (index + 1 < description.layers.size())
    return popcount_or(description.layers[index + 1].layer.placement.processors, 1);
  return popcount_or(description.output_map, 1);
}

/// Shapes of weights that would fit the description.
std::vector<incuse::LayerTensors> assumed_tensors(const LoadedNetwork& network, incuse::Shape input) {
  std::vector<incuse::LayerTensors> tensors;
  for (std::size_t i = 0; i < network.description.layers.size(); ++i) {
    const incuse::DescribedLayer& layer = network.description.layers[i];
    if (!layer.owns_weights()) continue;
    const incuse::Extent kernel = layer.layer.kernel;
    std::vector<int> shape{assumed_channels(network.description, i), 0};
    if (layer.layer.op == incuse::Operator::conv1d) shape.push_back(kernel.height);
    if (incuse::detail::weight_rank(layer.layer.op) == 4) shape.insert(shape.end(), {kernel.height, kernel.width});
    tensors.push_back({shape, 0, {}, {}});
  }
  // A first pass tells how many channels arrive.
  const incuse::DescribedGraph first = graph_from(network.description, tensors, input, *network.device);
  for (int i = 0; i < first.graph.size; ++i) {
    const int tensor = first.tensor_of_layer[static_cast<std::size_t>(i)];
    if (tensor >= 0) tensors[static_cast<std::size_t>(tensor)].weight_shape[1] = first.graph[i].weight_in_channels();
  }
  return tensors;
}

/// Index of the layer that a problem is about; -1: none.
int layer_of(const incuse::Problem& problem, const incuse::NetworkDescription& description) {
  for (std::size_t i = 0; problem.layer >= 0 && i < description.layers.size(); ++i)
    if (description.layers[i].sequence == problem.layer) return static_cast<int>(i);
  return -1;
}

void add_problems(LoadedNetwork& network, const std::vector<incuse::Problem>& problems) {
  for (const incuse::Problem& problem : problems)
    network.messages.push_back({problem.severity, problem.text(), layer_of(problem, network.description)});
}

/// A layer that is wrong makes those behind it wrong: causes come before what follows from them.
void sort_messages(LoadedNetwork& network) {
  std::stable_sort(network.messages.begin(), network.messages.end(),
                   [](const Message& a, const Message& b) { return a.layer < b.layer; });
}

void add_findings(LoadedNetwork& network, const incuse::Findings& findings) {
  for (const incuse::Finding& finding : findings) {
    if (said_already(finding, network.description, network.described.problems)) continue;
    network.messages.push_back({finding.rule->severity, finding_text(network, finding), finding.layer});
  }
  if (findings.dropped > 0) {
    const Severity severity = findings.dropped_errors > 0 ? Severity::error : Severity::notice;
    network.messages.push_back({severity,
                                network.description.file + ": " + incuse::detail::severity_word(severity) + ": and " +
                                    std::to_string(findings.dropped) + " more findings",
                                incuse::max7800x::most_layers});
  }
}

/// Leaves out the biases that the flags say.
void drop_biases(const incuse::NetworkChanges& changes, LoadedNetwork& network) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < network.description.layers.size(); ++i) {
    if (!network.description.layers[i].owns_weights() || next >= network.trained.layers.size()) continue;
    if (changes.drops_bias(static_cast<int>(i))) network.trained.layers[next].bias.clear();
    ++next;
  }
}

/// The part as the graph of a description needs to know it: with --place the order of the layers is Incuse's, and one
/// that the part does not have does not count.
incuse::max7800x::Device reading_device(const Request& request, incuse::max7800x::Device device) {
  device.any_next_layer = device.any_next_layer || request.place;
  return device;
}

/// Leaves the placement to the planner, but for the layers that a flag says to stream.
void unplace(const Request& request, LoadedNetwork& network) {
  Graph& graph = network.described.graph;
  const std::vector<int>& streaming = request.options.streaming_layers;
  const auto tell = [&](Severity severity, int layer, const char* sentence) {
    network.messages.push_back({severity, message_text(network, severity, layer, sentence, "N1"), layer});
  };
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].streaming && !incuse::NetworkChanges::contains(streaming, i))
      tell(Severity::notice, i,
           "'streaming' does not count with --place, which chooses the layers that stream; --streaming-layers names "
           "others");
  // If the given order is refused (rule I7), that is said already: no notice that --place ignores it.
  const std::vector<incuse::Problem>& problems = network.described.problems;
  const bool refused = std::any_of(problems.begin(), problems.end(),
                                   [](const incuse::Problem& problem) { return problem.rule == RuleId("I7"); });
  for (int i = 0; i < graph.size && !refused; ++i)
    if (graph[i].placement.next != incuse::Placement::not_given ||
        graph[i].placement.next_on_hit != incuse::Placement::not_given)
      tell(Severity::warning, i,
           "'next_sequence' and 'snoop_sequence' do not count with --place, which executes layers in their order");
  if (network.description.snoop.used && !refused)
    tell(Severity::warning, -1, "'snoop' does not count with --place, which executes layers in their order");
  graph = without_placement(graph);
  for (std::size_t i = 0; i < network.description.layers.size(); ++i) {
    incuse::DescribedLayer& layer = network.description.layers[i];
    if (layer.simulated_next == layer.next) layer.simulated_next = static_cast<int>(i) + 1;
  }
  for (int i : streaming)
    if (i < graph.size) graph[i].streaming = true;
}

/// The graph of an ONNX model, which has its weights and shapes.
void build_onnx_graph(const Request& request, LoadedNetwork& network, incuse::import::onnx::Max7800xNetwork model) {
  network.has_weights = true;
  network.trained = std::move(model.trained);
  drop_biases(request.options, network);
  network.described = graph_from(network.description, tensors_of(network.trained), model.input, *network.device);
  unplace(request, network);
  apply(request.options, network.described.graph);
}

/// The graph of a description, with weights or with what can be assumed about them.
void build_graph(const Request& request, LoadedNetwork& network) {
  const std::optional<incuse::TrainedLayers> trained = read_trained(request, network.description, *network.device);
  network.has_weights = trained.has_value();
  std::vector<incuse::LayerTensors> tensors;
  if (trained) {
    network.trained = *trained;
    if (network.trained.unreadable) throw UsageError(network.trained.errors);
    for (const std::string& error : network.trained.errors) network.messages.push_back({Severity::error, error});
    if (!network.trained.ok()) return;
    drop_biases(request.options, network);
    tensors = tensors_of(network.trained);
  }
  const incuse::Shape input = input_shape(request, network.description, tensors, network.notes);
  if (!trained) {
    for (const incuse::DescribedLayer& layer : network.description.layers)
      if (!layer.layer.placement.given() && layer.out_channels == 0)
        throw UsageError("a layer without processors says nothing about channels: give --weights or --checkpoint");
    network.notes.push_back(
        "no weights given: every layer is taken to have 8-bit weights, no bias and as many output channels as there "
        "are processors for them, where the description says nothing else (--weights or --checkpoint tell)");
    tensors = assumed_tensors(network, input);
  }
  network.described = graph_from(network.description, tensors, input, reading_device(request, *network.device));
  if (request.place) unplace(request, network);
  apply(request.options, network.described.graph);
}

/// A file that is no description at all has no findings.
void refuse_unreadable(const incuse::NetworkDescription& description) {
  const incuse::Problem& first = description.problems.empty() ? incuse::Problem{} : description.problems.front();
  if (first.rule == RuleId("Y1")) throw UsageError(first.place_text() + ": " + first.message);
}

/// Refuses layers that a flag names and the description, which has `layers`, does not have.
void expect_layers(const std::string& flag, const std::vector<int>& numbers, int layers) {
  for (const int number : numbers)
    if (number >= layers) throw UsageError(flag + " needs numbers of layers, 0 to " + std::to_string(layers - 1));
}

/// Whether the order that a description gives comes to a layer.
bool is_reached(int layer, const incuse::NetworkDescription& description) {
  int at = 0;
  while (at < layer && at != incuse::DescribedLayer::stop) {
    const int next = description.layers[static_cast<std::size_t>(at)].next;
    if (next <= at) break;
    at = next;
  }
  return at == layer;
}

/// Changes the description as the flags say.
void change(const Request& request, incuse::NetworkDescription& description) {
  const int layers = static_cast<int>(description.layers.size()), last = request.options.stop_after;
  if (last >= layers) throw UsageError("--stop-after needs the number of a layer, 0 to " + std::to_string(layers - 1));
  if (last >= 0 && !is_reached(last, description))
    throw UsageError("--stop-after: 'next_sequence' passes layer " + std::to_string(last) + " by, or stops before it");
  expect_layers("--streaming-layers", request.options.streaming_layers, layers);
  expect_layers("--no-bias-in", request.options.layers_without_bias, layers);
  apply(request.options, description);
}

}  // namespace

int LoadedNetwork::count(Severity severity) const {
  return static_cast<int>(std::count_if(messages.begin(), messages.end(),
                                        [&](const Message& message) { return message.severity == severity; }));
}

std::string message_text(const LoadedNetwork& network, Severity severity, int layer, const std::string& sentence,
                         const std::string& rule) {
  incuse::Place place;
  if (layer >= 0 && layer < static_cast<int>(network.description.layers.size()))
    place = network.description.layers[static_cast<std::size_t>(layer)].place;
  return incuse::Problem{rule, severity, network.description.file, place.line, place.column, sentence}.text();
}

std::string finding_text(const LoadedNetwork& network, const incuse::Finding& finding) {
  return message_text(network, finding.rule->severity, finding.layer,
                      string_of(incuse::sentence_of(finding, network.device->name).text()),
                      string_of(finding.rule->id));
}

bool can_run(const LoadedNetwork& network) {
  print_errors(network, stderr);
  if (!network.has_weights && network.ok())
    throw UsageError("nothing can run without weights: give --weights or --checkpoint");
  if (!network.ok()) say(stderr, network.description.file + ": not run: the network does not fit");
  return network.ok();
}

std::string layer_text(const Graph& graph, int index) {
  const std::string name = string_of(graph[index].name);
  return "layer " + std::to_string(index) + (name.empty() ? "" : " (" + name + ")");
}

int layer_argument(const Graph& graph, const std::string& wanted, const std::string& option) {
  if (wanted.empty()) return graph.size - 1;
  for (int i = 0; i < graph.size; ++i)
    if (wanted == std::to_string(i) || wanted == string_of(graph[i].name)) return i;
  throw UsageError("there is no layer '" + wanted + "': " + option + " takes a name or a number from 0 to " +
                   std::to_string(graph.size - 1));
}

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  for (const auto* device : Parts::all) names.push_back(incuse::detail::lower_case(string_of(device->name)));
  names.push_back(incuse::detail::lower_case(string_of(incuse::k210_kpu.name)));
  return names;
}

bool is_device(const std::string& given, incuse::Text name) {
  const std::string whole = incuse::detail::lower_case(string_of(name)), own = incuse::detail::lower_case(given);
  const std::size_t letters = whole.find_first_of("0123456789");
  return own == whole || (letters != std::string::npos && !own.empty() && own == whole.substr(letters));
}

namespace {

/// Notices, but for what the proof has said of the same gap.
incuse::Findings notices(const LoadedNetwork& network, const incuse::Findings& inspected) {
  namespace rules = incuse::max7800x::rules;
  const auto said = [&](int layer) {
    return std::any_of(inspected.begin(), inspected.end(), [&](const incuse::Finding& finding) {
      return finding.layer == layer && *finding.rule == rules::read_gap;
    });
  };
  incuse::Findings rest;
  for (const incuse::Finding& finding : incuse::max7800x::notices(network.graph, *network.device, network.options))
    if (!(*finding.rule == rules::gap_in_front && said(finding.layer))) rest.push(finding);
  return rest;
}

/// Reads the description, or the model that takes its place.
std::optional<incuse::import::onnx::Max7800xNetwork> read_network(const Request& request, LoadedNetwork& network) {
  if (!is_model(request)) {
    network.description = read_description(request, *network.device);
    return std::nullopt;
  }
  incuse::import::onnx::Max7800xNetwork model = onnx_network(request, *network.device);
  network.description = model.description;
  network.notes = onnx_notes(model);
  for (const std::string& sentence : onnx_errors(request, model, *network.device))
    network.messages.push_back({Severity::error, request.description + ": error: " + sentence});
  return model;
}

/// What becomes of an ONNX or TensorFlow Lite model for the K210, and with which verbs.
std::string model_for_k210(const Request& request) {
  return request.description +
         ": for the K210 a model is checked, planned, reported and imported, and not yet run: its numbers follow from "
         "typical inputs. 'incuse import " +
         request.description +
         " --device k210 --input inputs.npy --name net --output net.hpp' writes a type that runs on the virtual K210 "
         "and "
         "in firmware; kmodel_of<net::Chip>() makes a kmodel of it, which 'incuse run' takes (docs/k210.md)";
}

/// The network with its messages in the order in which they were found.
LoadedNetwork load_unsorted(const Request& request) {
  LoadedNetwork network;
  if (is_model(request) && is_device(request.device, incuse::k210_kpu.name)) throw UsageError(model_for_k210(request));
  network.device = &device_of(request.device);
  std::optional<incuse::import::onnx::Max7800xNetwork> model = read_network(request, network);
  network.options = request.options;
  if (!request.place) network.options.snoop = network.description.snoop;
  namespace max7800x = incuse::max7800x;
  refuse_unreadable(network.description);
  if (!network.description.complete) {
    add_problems(network, network.description.problems);
    add_findings(network, max7800x::check_options(*network.device, network.options));
    return network;
  }
  change(request, network.description);
  if (model)
    build_onnx_graph(request, network, std::move(*model));
  else
    build_graph(request, network);
  // Problems of the description are among those of the graph.
  add_problems(network, network.described.problems.empty() ? network.description.problems : network.described.problems);
  const bool readable = network.ok() && network.described.weights_fit;
  if (network.described.graph.size == 0) {
    add_findings(network, max7800x::check_options(*network.device, network.options));
    return network;
  }

  // What the rules have to say is said together with what is wrong with the files.
  network.graph = network.described.graph;
  incuse::Findings of_parameters;
  if (network.has_weights && readable) {
    network.parameter_list = parameters_of(network.described, network.trained);
    of_parameters = incuse::check_parameters(network.graph, network.parameters());
    const bool stacks = network.device->vendor_allocation == max7800x::VendorAllocation::stack;
    network.graph = incuse::bind(network.graph, network.parameters(), stacks && network.options.vendor_stream);
    apply_to_bound(network.options, network.graph);
  }
  network.planned = max7800x::arrange_and_plan(network.graph, *network.device, network.options);
  const auto& [graph, options, plan, fits] = network.planned;
  const incuse::Findings inspected = max7800x::inspect(graph, plan, *network.device, options);
  add_findings(network, incuse::joined_findings(of_parameters, inspected, max7800x::rules_about_sources,
                                                max7800x::rules_about_maps));
  add_findings(network, notices(network, inspected));
  add_findings(network, max7800x::notices_of_placement(graph, plan, *network.device, options));
  return network;
}

}  // namespace

LoadedNetwork load(const Request& request) {
  LoadedNetwork network = load_unsorted(request);
  if (network.options.vendor_stream) prove(request, network);
  sort_messages(network);
  return network;
}

namespace {

/// What a description may say for the K210: all that one for the family may, as rules of the K210 judge it.
constexpr incuse::max7800x::Device any_part = [] {
  incuse::max7800x::Device device = incuse::max78002;
  device.name = "a description for the K210";
  device.max_layers = incuse::max7800x::most_layers;
  device.features = incuse::max7800x::all_features;
  return device;
}();

/// Drops what is said of places, which the K210 chooses itself.
std::vector<incuse::Problem> without_places(const std::vector<incuse::Problem>& problems) {
  std::vector<incuse::Problem> others;
  for (const incuse::Problem& problem : problems) {
    const bool about_places = problem.rule == RuleId("Y8") || problem.rule == RuleId("Y9") ||
                              problem.rule == RuleId("Y13") || problem.rule == RuleId("L9") ||
                              problem.rule == RuleId("H29") || problem.severity == Severity::notice;
    if (!about_places) others.push_back(problem);
  }
  return others;
}

}  // namespace

LoadedNetwork load_for_kpu(const Request& request) {
  LoadedNetwork network;
  network.device = &any_part;
  const bool has_weights = !request.checkpoint.empty() || !request.weights.empty();  // then places tell no channels
  const bool needs_places = !request.place && !has_weights;
  network.description =
      incuse::parse_description(request.content, request.description, any_part,
                                needs_places ? incuse::PlacementKeys::for_channels : incuse::PlacementKeys::optional);
  refuse_unreadable(network.description);
  if (network.description.complete) {
    change(request, network.description);
    build_graph(request, network);
  }
  const incuse::DescribedGraph& described = network.described;
  bool jumps = network.description.snoop.used;
  for (int i = 0; i < described.graph.size; ++i) {
    const incuse::Placement& placed = described.graph[i].placement;
    jumps = jumps || placed.next != incuse::Placement::not_given || placed.next_on_hit != incuse::Placement::not_given;
  }
  if (jumps)
    network.messages.push_back(
        {Severity::warning, message_text(network, Severity::warning, -1,
                                         "'next_sequence', 'snoop_sequence' and 'snoop' do not count for the K210, "
                                         "which executes layers in their order",
                                         "N1")});
  const auto& problems = described.problems.empty() ? network.description.problems : described.problems;
  // Places do not count, unless they keep the description from being read at all.
  add_problems(network, described.graph.size > 0 ? without_places(problems) : problems);
  network.graph = described.graph;
  if (network.graph.size > 0 && network.has_weights && network.ok() && described.weights_fit) {
    network.parameter_list = parameters_of(described, network.trained);
    network.graph = incuse::bind(network.graph, network.parameters());
  }
  network.graph = incuse::infer(without_placement(network.graph));
  sort_messages(network);
  return network;
}

}  // namespace cli
