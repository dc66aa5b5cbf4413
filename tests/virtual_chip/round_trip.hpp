// The round trip: the tables of a planned network, carried into a virtual chip, give the reference executor's answer.
// For every test that has a network to try; it neither prints nor asserts.
#pragma once

#include <string>
#include <vector>

#include <incuse/host/accelerator.hpp>
#include <incuse/host/run.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

namespace incuse::test {

/// What the chip complains about; empty: nothing.
template <class Chip>
std::string complaint(const max7800x::Device& device, const Chip& chip) {
  if (chip.report().ok()) return {};
  const max7800x::ChipSentence text = sentence(device, chip.report().first);
  return "the chip reports " + std::to_string(chip.report().errors) +
         " errors; the first: " + std::string(text.characters, static_cast<std::size_t>(text.size));
}

/// First difference between what was computed and what lies in the memories: "layer 2, channel 0, row 1, column 3:
/// expected 5, actual 7". Empty: none.
template <int N, class Chip>
std::string difference_in_layer(const host::DeployedNetwork<N>& network, int layer, const std::vector<int>& expected,
                                Chip& chip) {
  const max7800x::TensorLayout layout = max7800x::output_layout(network.graph, network.plan, layer);
  const std::vector<int> actual =
      host::read_tensor(network.device, layout, [&](std::uint32_t address) { return chip.read(address); });
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    const int at = static_cast<int>(i), pixels = layout.shape.pixels(), width = layout.shape.width;
    return "layer " + std::to_string(layer) + ", channel " + std::to_string(at / pixels) + ", row " +
           std::to_string(at % pixels / width) + ", column " + std::to_string(at % width) + ": expected " +
           std::to_string(expected[i]) + ", actual " + std::to_string(actual[i]);
  }
  return {};
}

/// The first layer whose output is not the executor's when the inference ends with it; the number of layers if there is
/// none. Layers that stream do not end one by one, so that they are passed over.
template <int N, class Chip>
int first_wrong_layer(const host::DeployedNetwork<N>& network, const std::vector<int>& input, Chip& chip) {
  host::Executor executor(network.graph, network.parameters, network.options);
  executor.set_input(input.data());
  executor.run();
  for (int layer = 0; layer < network.graph.size; ++layer) {
    if (network.graph[layer].streaming) continue;
    chip.power_cycle();
    chip.complete_after(100);
    if (!host::load_accelerator(network, chip) || !host::run_accelerator(network, input.data(), chip, layer) ||
        !difference_in_layer(network, layer, executor.output_of(layer), chip).empty())
      return layer;
  }
  return network.graph.size;
}

/// Runs a planned network on a chip that has just been switched on, and compares all outputs of the network.
/// `input` is in C x H x W order; an inference lasts for `duration` accesses of the bus. Empty: all is well.
template <int N, class Chip>
std::string round_trip(const host::DeployedNetwork<N>& network, const std::vector<int>& input, Chip& chip,
                       int duration = 100) {
  host::Executor executor(network.graph, network.parameters, network.options);
  if (!executor.ready())
    return "the executor refuses the network: " +
           std::string(executor.reason().reason.data, static_cast<std::size_t>(executor.reason().reason.size));
  executor.set_input(input.data());
  executor.run();

  chip.power_cycle();
  chip.complete_after(duration);
  const bool answers = host::load_accelerator(network, chip) && host::run_accelerator(network, input.data(), chip);
  if (std::string found = complaint(network.device, chip); !found.empty()) return found;
  if (!answers) return "the chip does not answer as it has to";
  for (int layer = 0; layer < network.graph.size; ++layer) {
    if (!network.graph[layer].output) continue;
    std::string found = difference_in_layer(network, layer, executor.output_of(layer), chip);
    if (!found.empty()) return found;
  }
  return complaint(network.device, chip);
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
