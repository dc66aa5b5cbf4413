#include <incuse/host/fast/proof.hpp>
#include <incuse/report/canvas.hpp>

#include "loaded_network.hpp"
#include "parts.hpp"

namespace cli {

namespace {

/// All zeros at first: only what a network uses takes memory.
template <const incuse::max7800x::Device& Part>
constinit incuse::host::ProvingChip<Part> proving_chip;

/// What the proof has found, and what to do about it.
std::string proof_sentence(const std::string& problem, bool vendor_stream) {
  const std::string advice = vendor_stream
                                 ? "this is how the vendor's tool lays tables; leave --vendor-stream out, or the proof "
                                   "with --no-proof"
                                 : "this is a fault of Incuse: please report it; another placement may be free of it";
  return "the tables do not compute what the network does: " + problem + "; " + advice;
}

/// A planned network with the shifts of its parameters. `bind` would note more, which the plan does not know of.
Graph with_shifts(Graph graph, incuse::Parameters parameters) {
  for (int i = 0; i < graph.size; ++i)
    if (incuse::Layer& layer = graph[i]; layer.weighted() && !layer.inserted && layer.output_shift == 0)
      layer.output_shift = parameters_of(graph, parameters, i).output_shift;
  return graph;
}

/// Says that with some inputs the chip leaves the order of the layers, which is not compared.
void add_unproved(LoadedNetwork& network) {
  const std::string sentence =
      "with " + std::to_string(network.unproved_inputs) + " of " +
      incuse::report::counted(network.proved_inputs + network.unproved_inputs, "random input") +
      " a snoop unit finds its word, and the chip leaves the order of the layers: what it computes then is not proved";
  network.messages.push_back(
      {incuse::Severity::warning, message_text(network, incuse::Severity::warning, -1, sentence, "proof"), -1});
}

}  // namespace

void prove(const Request& request, LoadedNetwork& network) {
  if (request.no_proof || !network.ok() || network.proved_inputs + network.unproved_inputs > 0) return;
  const auto& [graph, options, plan, fits] = network.planned;
  incuse::host::RandomParameters random;
  if (!network.has_weights) random = incuse::host::random_parameters(graph, 1, network.device->max_shift);
  const incuse::Parameters parameters = network.has_weights ? network.parameters() : random.view();
  const Graph shifted = with_shifts(graph, parameters);
  const incuse::host::DeployedNetwork<Graph::capacity> deployed{shifted, plan, *network.device, options, parameters};
  incuse::host::Proof proof;
  Parts::with(*network.device, [&]<const incuse::max7800x::Device & Part>() {
    proof = incuse::host::fast::prove(deployed, proving_chip<Part>);
  });
  network.proved_inputs = proof.compared();
  network.unproved_inputs = proof.left_out;
  if (proof.left_out > 0) add_unproved(network);
  if (!proof.ok()) add_proof_error(network, proof.layer, proof.problem);
}

void add_proof_error(LoadedNetwork& network, int layer, const std::string& problem) {
  const auto& [graph, options, plan, fits] = network.planned;
  if (layer >= 0 && graph[layer].author_layer >= 0) layer = graph[layer].author_layer;
  const std::string who = layer < 0 ? "" : layer_text(network.graph, layer) + ": ";
  const std::string sentence = who + proof_sentence(problem, options.vendor_stream);
  network.messages.push_back(
      {incuse::Severity::error, message_text(network, incuse::Severity::error, layer, sentence, "proof"), layer});
}

}  // namespace cli
