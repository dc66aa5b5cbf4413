// A network as the verbs need it: read, bound to its parameters, planned and checked.
#pragma once

#include <string>
#include <vector>

#include <incuse/core/finding.hpp>
#include <incuse/import/description_graph.hpp>
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
  incuse::TrainedLayers trained{};
  bool has_weights = false;                               ///< else channels are assumed, and there are no parameters
  incuse::DescribedGraph described{};                     ///< owns the names in `graph`
  std::vector<incuse::LayerParameters> parameter_list{};  ///< points into `trained`
  Graph graph{};                                          ///< bound to its parameters; empty if there are errors
  PlannedNetwork planned{};          ///< as the chip executes it: with copies and the planner's options
  std::vector<std::string> notes{};  ///< what had to be assumed
  std::vector<Message> messages{};   ///< layer by layer; of each in the order of the file, then of the rules

  incuse::Parameters parameters() const { return {parameter_list.data(), static_cast<int>(parameter_list.size())}; }
  int count(incuse::Severity severity) const;
  bool ok() const { return count(incuse::Severity::error) == 0; }
};

/// Reads everything that the request names, plans and checks. Throws UsageError if a file cannot be read or the size of
/// the input is not known. With `for_deployment`, what only a deployment in C++ refuses is an error, else a warning.
LoadedNetwork load(const Request& request, bool for_deployment = false);

/// "net.yaml:12:5: warning: layer 3 (conv3): ... [rule]".
std::string finding_text(const LoadedNetwork& network, const incuse::Finding& finding, incuse::Severity severity);
std::string finding_text(const LoadedNetwork& network, const incuse::Finding& finding);

/// "layer 3 (conv3)".
std::string layer_text(const Graph& graph, int index);

/// Names of the devices, for the help text.
std::vector<std::string> device_names();

}  // namespace cli
