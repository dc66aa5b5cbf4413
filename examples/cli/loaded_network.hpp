// A network as the verbs need it: read, bound to its parameters, planned and checked.
#pragma once

#include <string>
#include <vector>

#include <incuse/core/finding.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/import/flags.hpp>
#include <incuse/import/trained.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/model/parameters.hpp>

#include "request.hpp"

namespace cli {

using Graph = incuse::Graph<incuse::max7800x::most_layers>;
using PlannedNetwork = incuse::max7800x::PlannedNetwork<incuse::max7800x::most_layers>;

/// One thing that is wrong or doubtful, as a line for people.
struct Message {
  incuse::Severity severity = incuse::Severity::error;
  std::string text{};
  int layer = -1;  ///< that it is about; -1: the network or its files
};

struct LoadedNetwork {
  const incuse::max7800x::Device* device = nullptr;
  incuse::NetworkDescription description{};
  incuse::FlagSettings options{};  ///< of the flags, and what the description says of the deployment
  incuse::TrainedLayers trained{};
  bool has_weights = false;                               ///< else channels are assumed, and there are no parameters
  incuse::DescribedGraph described{};                     ///< owns the names in `graph`
  std::vector<incuse::LayerParameters> parameter_list{};  ///< points into `trained`
  Graph graph{};                                          ///< bound to its parameters, if these fit; else as described
  int proved_inputs = 0;    ///< with which a virtual chip computes from the tables what the network does
  int unproved_inputs = 0;  ///< with which it leaves the order of the layers, by a snoop unit's word
  PlannedNetwork planned{};          ///< as the chip executes it: with copies and the planner's options
  std::vector<std::string> notes{};  ///< what had to be assumed
  std::vector<Message> messages{};   ///< layer by layer; of each in the order of the file, then of the rules

  incuse::Parameters parameters() const { return {parameter_list.data(), static_cast<int>(parameter_list.size())}; }
  int count(incuse::Severity severity) const;
  bool ok() const { return count(incuse::Severity::error) == 0; }
};

/// Reads everything that the request names, plans and checks: one verdict for all verbs, and that of a deployment in
/// C++. With the vendor's tables, which may compute something else than the network, the proof is a part of it. Throws
/// UsageError if a file cannot be read or the size of the input is not known.
LoadedNetwork load(const Request& request);

/// Reads a description for the K210: what is wrong with the file itself or with its weights, but nothing that is about
/// another part or about places. Its graph is planned and checked by nobody. Throws UsageError like `load`.
LoadedNetwork load_for_kpu(const Request& request);

/// Tries the tables of a network without errors on a virtual chip, unless the request says not to or that is done; with
/// random weights where there are none. An error is added to the messages if they compute something else than the
/// network does.
void prove(const Request& request, LoadedNetwork& network);

/// Whether a network can run on an input. If not, prints why; throws UsageError where only weights are missing.
bool can_run(const LoadedNetwork& network);

/// Adds the error that a network's tables do not do on a virtual chip what the network does. `layer` is one of the
/// planned network, which runs or is compared; -1: no layer in particular.
void add_proof_error(LoadedNetwork& network, int layer, const std::string& problem);

/// "net.yaml:12:5: warning: layer 3 (conv3): ... [rule]".
std::string message_text(const LoadedNetwork& network, incuse::Severity severity, int layer,
                         const std::string& sentence, const std::string& rule);
std::string finding_text(const LoadedNetwork& network, const incuse::Finding& finding);

/// "layer 3 (conv3)".
std::string layer_text(const Graph& graph, int index);
/// Index of the layer that an option names, by number or name; the last one if it names none. Throws UsageError.
int layer_argument(const Graph& graph, const std::string& wanted, const std::string& option);

/// The chip with a name that was given; of none the default. Throws UsageError.
const incuse::max7800x::Device& device_of(const std::string& name);
/// Names of the chips for --device.
std::vector<std::string> device_names();
/// Whether a name that was given is that of a chip or of its die; letters in front of the number may be left out.
bool is_device(const std::string& given, incuse::Text name);
/// Why no description is taken for the K210, and what is.
std::string description_for_k210();

}  // namespace cli
