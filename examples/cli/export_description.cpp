#include <string>
#include <vector>

#include <incuse/export/description.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/model/parameter_rules.hpp>

#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

using incuse::DescribedLayer;
using incuse::DescribedLayerFacts;

/// The layer of the description that a planned layer is; -1: an inserted one.
int author_of(const Graph& planned, int index) {
  if (planned[index].inserted) return -1;
  return planned[index].author_layer >= 0 ? planned[index].author_layer : index;
}

/// The planned layer that layer `author` of the description has become; -1: none.
int planned_layer(const Graph& planned, int author) {
  for (int i = 0; i < planned.size; ++i)
    if (author_of(planned, i) == author) return i;
  return -1;
}

/// What the description says of a planned layer beside the graph.
DescribedLayerFacts facts_of(const Request& request, const LoadedNetwork& network, int index) {
  const Graph& planned = network.planned.graph;
  const int author = author_of(planned, index);
  if (author < 0) return {};
  const DescribedLayer& own = network.description.layers[static_cast<std::size_t>(author)];
  DescribedLayerFacts facts;
  facts.trained_bits = !own.weight_bits_given;
  facts.trained_shift = !own.output_shift_given;
  if (own.weight_source >= 0) facts.weight_source = planned_layer(planned, own.weight_source);
  if (!request.place && own.simulated_next != own.next)
    facts.simulated_next = own.simulated_next >= 0 ? planned_layer(planned, own.simulated_next) : DescribedLayer::stop;
  return facts;
}

/// The options of the network as the vendor's tool is told them.
std::string flags_text(const Request& request, const LoadedNetwork& network) {
  incuse::FlagSettings settings = network.options;
  static_cast<incuse::max7800x::Options&>(settings) = network.planned.options;
  settings.vendor_stream = request.options.vendor_stream;
  settings.overlap_data = settings.overlap_data || network.planned.plan.in_place;
  return vendor_flags(settings);
}

incuse::DescriptionFacts facts_of(const Request& request, const LoadedNetwork& network) {
  incuse::DescriptionFacts facts;
  facts.arch = network.description.arch;
  if (!network.description.dataset.empty()) facts.dataset = network.description.dataset;  // models have none
  facts.bias = network.description.bias;
  facts.weights = network.description.weights;
  facts.snoop = network.planned.options.snoop;
  if (!request.place) facts.unload = network.description.unload;
  for (int i = 0; i < network.planned.graph.size; ++i) facts.layers.push_back(facts_of(request, network, i));
  const std::string flags = flags_text(request, network);
  facts.comments = {"Written by incuse, for " + string_of(network.device->name) + "."};
  if (!flags.empty()) facts.comments.push_back("Flags that belong to it:" + flags);
  return facts;
}

/// Shapes of the weights of a planned network, as its description has them.
std::vector<incuse::LayerTensors> tensors_of(const Graph& planned, const incuse::NetworkDescription& description) {
  std::vector<incuse::LayerTensors> tensors;
  for (int i = 0; i < planned.size && i < static_cast<int>(description.layers.size()); ++i) {
    if (!description.layers[static_cast<std::size_t>(i)].owns_weights()) continue;
    incuse::LayerTensors own;
    const incuse::Quantity shape = incuse::parameter::weight_shape(planned[i]);
    for (int k = 0; k < shape.count; ++k) own.weight_shape.push_back(static_cast<int>(shape.values[k]));
    own.bias_values = planned[i].bias ? planned[i].out.channels : 0;
    own.weight_bits = planned[i].weight_bits;
    own.output_shift = planned[i].output_shift;
    tensors.push_back(own);
  }
  return tensors;
}

/// What is wrong with a description that has been written: the planner may do what nobody can by hand.
std::vector<std::string> errors_in(const std::string& text, const LoadedNetwork& network) {
  const Graph& planned = network.planned.graph;
  const incuse::max7800x::Device& device = *network.device;
  const incuse::NetworkDescription description = incuse::parse_description(text, "the description", device);
  const incuse::DescribedGraph read = graph_from(description, tensors_of(planned, description), planned.input, device);
  std::vector<std::string> errors;
  for (const incuse::Problem& problem : read.problems)
    if (problem.severity == incuse::Severity::error) errors.push_back(problem.text());
  if (!errors.empty() || read.graph.size != planned.size) return errors;
  Graph graph = read.graph;
  for (int i = 0; i < graph.size; ++i) static_cast<incuse::SharedParameters&>(graph[i]) = planned[i];
  incuse::max7800x::Options options = network.planned.options;
  options.overlap_data = options.overlap_data || network.planned.plan.in_place;
  const auto plan = incuse::max7800x::plan_if_possible(graph, device, options);
  for (const incuse::Finding& finding : incuse::max7800x::inspect(graph, plan, device, options))
    if (finding.rule->severity == incuse::Severity::error) errors.push_back(finding_text(network, finding));
  return errors;
}

}  // namespace

ExitCode export_description(const Request& given) {
  if (given.options.first_layer != 0)
    throw UsageError("--first-layer has no place in a description: it would need layers in front of the first one");
  Request request = given;
  request.options.vendor_stream = true;  // the file is for the vendor's tool, which lays weights so
  const LoadedNetwork network = load(request);
  print_errors(network, stderr);
  if (!network.ok()) {
    say(stderr, network.description.file + ": no description: the network does not fit");
    return ExitCode::findings;
  }
  const incuse::DescriptionText written =
      incuse::description_text(network.planned.graph, network.planned.plan, facts_of(given, network));
  for (const std::string& error : written.errors) say(stderr, network.description.file + ": error: " + error);
  if (!written.ok()) return ExitCode::findings;
  const std::vector<std::string> wrong = errors_in(written.text, network);
  for (const std::string& error : wrong) say(stderr, error);
  if (!wrong.empty()) {
    say(stderr, network.description.file + ": no description: nobody may place the network by hand as it is planned");
    return ExitCode::findings;
  }
  write_result(given, written.text);
  return ExitCode::success;
}

}  // namespace cli
