// What small examples share: an inference on a virtual accelerator by the driver, compared with the executor.
#pragma once

#include <cstddef>
#include <cstdio>
#include <utility>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

namespace examples {

using namespace incuse;

/// Values of the last layer's output.
template <class Chip>
inline constexpr int output_size = Chip::graph.last().out.elements();

/// Switches the accelerator on, loads the network, runs it on one input, and switches it off. A program that runs one
/// network all the time would keep `done` and load the next input from there. Nothing is returned if the virtual chip
/// has something to complain about.
template <class Chip, class VirtualChip>
std::vector<int> infer(VirtualChip& bus, const std::vector<signed char>& input) {
  auto ready =
      max7800x::accelerator<Chip>(bus, max7800x::NoBoard{}).enable().init().load_weights().load_bias().configure();
  auto done = std::move(ready).load_input(input.data()).start().wait();
  int values[output_size<Chip>];
  done.unload(values);
  [[maybe_unused]] const auto off = std::move(done).disable();
  if (!bus.report().ok()) return {};
  bus.power_cycle();
  return {std::begin(values), std::end(values)};
}

/// What the executor says, which knows nothing of registers and memories.
template <class Net, class TrainedValues>
std::vector<int> expected(const std::vector<signed char>& input) {
  host::Executor executor(graph_of<Net>(), parameters_in<TrainedValues>());
  executor.set_input(input.data());
  executor.run();
  return executor.output_of(graph_of<Net>().size - 1);
}

/// Says whether the two agree.
inline bool agree(const std::vector<int>& from_chip, const std::vector<int>& from_executor) {
  if (from_chip == from_executor) return true;
  std::printf("The accelerator differs from the executor.\n");
  return false;
}

}  // namespace examples
