// Whether a network fits a part of the MAX7800x family, by planner and rules, and what it costs there.
#pragma once

#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/latency.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/model/parameter_rules.hpp>
#include <incuse/model/parameters.hpp>
#include <incuse/train/network.hpp>

namespace incuse::train {

/// What a planned network takes of its part.
struct Costs {
  long long cycles = 0;    ///< of the accelerator's clock, for an inference
  bool estimated = false;  ///< layers stream, or the vendor has no model of the part's time
  int weight_bytes = 0;
  int weight_capacity = 0;  ///< bytes of the part's weight memory
  int data_bytes = 0;       ///< of the fullest data memory instance
};

/// The verdict on a network.
struct Fitting {
  std::string refusal{};  ///< the first rule that is broken, as a sentence; empty: the network fits
  Costs costs{};          ///< of a network that fits

  bool fits() const { return refusal.empty(); }
};

namespace detail {

/// The first error as a sentence; empty if there is none.
inline std::string first_error(const Findings& findings, const max7800x::Device& device) {
  for (const Finding& finding : findings)
    if (finding.rule->severity == Severity::error) return string_of(sentence_of(finding, device.name));
  return {};
}

template <int N>
Fitting planned_fitting(const Graph<N>& graph, const max7800x::Device& device, const max7800x::Options& options) {
  const max7800x::PlannedNetwork<N> planned = max7800x::arrange_and_plan<N>(graph, device, options);
  Fitting result;
  result.refusal = first_error(max7800x::inspect(planned.graph, planned.plan, device, planned.options), device);
  if (!result.fits()) return result;
  const Latency latency = max7800x::cycles_of(planned.graph, planned.plan, device);
  const max7800x::MemoryUse use = max7800x::memory_use(planned.graph, planned.plan, device, planned.options);
  result.costs = {latency.total, latency.estimated, use.weight_bytes, use.weight_capacity, use.data_bytes};
  return result;
}

/// The graph of a network that is not too long for any part.
inline std::string length_problem(const Network& network) {
  if (network.size() <= max7800x::most_layers) return {};
  return "the network has " + std::to_string(network.size()) + " layers, and no part more than " +
         std::to_string(max7800x::most_layers);
}

}  // namespace detail

/// Plans a network and applies the rules that a deployment has to pass. What follows from trained values (shifts,
/// biases of zeros, equal weights) is not known.
inline Fitting fitting_of(const Network& network, const max7800x::Device& device,
                          const max7800x::Options& options = {}) {
  if (std::string problem = detail::length_problem(network); !problem.empty()) return {std::move(problem), {}};
  return detail::planned_fitting(graph_of_network(network), device, options);
}

/// The same with trained parameters: the verdict of a deployment.
inline Fitting fitting_of(const Network& network, Parameters trained, const max7800x::Device& device,
                          const max7800x::Options& options = {}) {
  if (std::string problem = detail::length_problem(network); !problem.empty()) return {std::move(problem), {}};
  const auto graph = graph_of_network(network);
  if (std::string problem = detail::first_error(check_parameters(graph, trained), device); !problem.empty())
    return {std::move(problem), {}};
  return detail::planned_fitting(bind(graph, trained), device, options);
}

}  // namespace incuse::train
