// The round trip: the tables of a planned network, carried into a virtual chip, give the reference executor's answer.
// For every test that has a network to try; it neither prints nor asserts.
#pragma once

#include <string>
#include <vector>

#include <incuse/host/proof.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

namespace incuse::test {

/// What the chip complains about; empty: nothing.
template <class Chip>
std::string complaint(const max7800x::Device& device, const Chip& chip) {
  if (chip.report().ok()) return {};
  const max7800x::ChipSentence text = sentence(device, chip.report().first);
  return "the chip reports " + std::to_string(chip.report().errors) + " errors; the first: " + string_of(text);
}

/// The first layer whose output is not the executor's when the inference ends with it; the number of layers if there is
/// none.
template <int N, class Chip>
int first_wrong_layer(const host::DeployedNetwork<N>& network, const std::vector<int>& input, Chip& chip) {
  host::Executor executor(network.graph, network.parameters, {network.device, network.options});
  executor.set_input(input.data());
  executor.run();
  chip.power_cycle();
  chip.complete_after(100);
  if (!host::load_accelerator(network, chip)) return 0;
  const auto found = host::compare_step_by_step(network, executor, input.data(), chip);
  const host::LayerComparison* first = host::first_difference(found);
  return first != nullptr ? first->layer : static_cast<int>(found.size());
}

/// Runs a planned network on a chip that has just been switched on, and compares what is left of all layers. `input` is
/// in C x H x W order; an inference lasts for `duration` accesses of the bus. Empty: all is well.
template <int N, class Chip>
std::string round_trip(const host::DeployedNetwork<N>& network, const std::vector<int>& input, Chip& chip,
                       int duration = 100) {
  return text_of(host::prove(network, chip, {input}, duration));
}

/// The same for a network that is still to be arranged and planned; `graph` is inferred and bound. Nothing but the plan
/// is asked: the caller has checked it against the rules.
template <int N, class Chip>
std::string round_trip(const Graph<N>& graph, const max7800x::Device& device, const max7800x::Options& options,
                       Parameters parameters, const std::vector<int>& input, Chip& chip, int duration = 100) {
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(graph, device, options);
  return round_trip(
      host::DeployedNetwork<max7800x::most_layers>{planned.graph, planned.plan, device, planned.options, parameters},
      input, chip, duration);
}

}  // namespace incuse::test
