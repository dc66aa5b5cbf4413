// Runs a planned network on an accelerator behind a bus: a virtual chip, or a real one at the end of a debugger. What
// the driver does for a deployment, this does for networks that are read at run time.
#pragma once

#include <cstdint>
#include <vector>

#include <incuse/host/runnable.hpp>
#include <incuse/hosted/regions.hpp>
#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/tables/bias.hpp>
#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/max7800x/tables/weights.hpp>

namespace incuse::host {

/// A network, and how it is deployed. All parts are referred to, and have to outlive this struct.
template <int N>
struct DeployedNetwork {
  const Graph<N>& graph;  ///< bound to its parameters
  const max7800x::Plan<N>& plan;
  const max7800x::Device& device;
  const max7800x::Options& options;
  Parameters parameters;
};

/// A Deployment as a value: host::deployed<Chip>().
template <class Chip>
constexpr DeployedNetwork<Chip::graph.capacity> deployed() {
  return {Chip::graph, Chip::plan, Chip::device, Chip::options, Chip::parameters};
}

namespace detail {

/// Reads until the bits of `mask` are `value`; false if that takes too long.
template <max7800x::AcceleratorBus Bus>
bool wait_for(Bus& bus, std::uint32_t address, std::uint32_t mask, std::uint32_t value) {
  constexpr int patience = 1'000'000;
  for (int i = 0; i < patience; ++i)
    if ((bus.read(address) & mask) == value) return true;
  return false;
}

/// False if the accelerator does not answer as it has to.
template <max7800x::AcceleratorBus Bus>
bool carry_out(Bus& bus, const max7800x::RegisterWrite& access) {
  using max7800x::Access;
  switch (access.access) {
    case Access::write:
      bus.write(access.address, access.value);
      break;
    case Access::set_bits:
      bus.write(access.address, bus.read(access.address) | access.value);
      break;
    case Access::keep_bits:
      bus.write(access.address, bus.read(access.address) & access.value);
      break;
    case Access::wait:
      return wait_for(bus, access.address, access.mask, access.value);
    case Access::check:
      return (bus.read(access.address) & access.mask) == access.value;
  }
  return true;
}

/// Writes the records of a weight stream to the bus. A record: address, number of words, words; address 0 ends the
/// stream.
template <max7800x::AcceleratorBus Bus>
struct WeightLoader {
  Bus& bus;
  bool express;
  std::uint32_t address = 0;
  std::uint32_t left = 0;
  bool counts = false;  ///< the next word is a record's length

  void operator()(std::uint32_t word) {
    if (counts) {
      left = word;
      counts = false;
    } else if (left > 0) {
      bus.write(address, word);
      address += 4;
      --left;
    } else {
      address = word;
      counts = word != 0;
      if (counts && express) bus.write_byte(address | 1, 1);
    }
  }
};

/// What initialisation writes to the layer count register: all layers.
template <int N>
std::uint32_t initial_layer_count(const DeployedNetwork<N>& network) {
  const auto& [graph, plan, device, options, parameters] = network;
  const std::uint32_t address = device.group_register(plan.first_group(), max7800x::GroupRegister::layer_count);
  std::uint32_t value = 0;
  max7800x::emit_init(graph, plan, device, options, [&](const max7800x::RegisterWrite& access) {
    if (access.access == max7800x::Access::write && access.address == address) value = access.value;
  });
  return value;
}

}  // namespace detail

/// The first reason why a network cannot be loaded: loading does not check whether the parameters fit.
template <int N>
Obstacle obstacle(const DeployedNetwork<N>& network) {
  return obstacle(network.graph, network.parameters);
}

/// Fills the rolling buffer with zeros. `load_accelerator` and, unless told otherwise, `run_accelerator` do it.
template <int N, max7800x::AcceleratorBus Bus>
void clear_buffer(const DeployedNetwork<N>& network, Bus& bus) {
  KeptRegions zeros;
  max7800x::emit_cleared_buffer(network.graph, network.plan, network.device, zeros);
  for (const Region& region : zeros.regions)
    for (std::size_t i = 0; i < region.words.size(); ++i)
      bus.write(region.address + 4 * static_cast<std::uint32_t>(i), region.words[i]);
}

/// Initialises the accelerator, loads weights and biases, configures the layers and clears the rolling buffer. False if
/// it does not answer as it has to, or, before anything is written, if there is an `obstacle`.
template <int N, max7800x::AcceleratorBus Bus>
bool load_accelerator(const DeployedNetwork<N>& network, Bus& bus) {
  const auto& [graph, plan, device, options, parameters] = network;
  bool ok = obstacle(network).none();
  if (!ok) return false;
  const auto carry_out = [&](const max7800x::RegisterWrite& access) { ok = ok && detail::carry_out(bus, access); };
  max7800x::emit_init(graph, plan, device, options, carry_out);
  max7800x::emit_weights(graph, plan, device, parameters, options,
                         detail::WeightLoader<Bus>{bus, max7800x::loads_packed(device, options)});
  for (int g = 0; g < max7800x::groups; ++g) {
    std::uint32_t address = device.bias.address(g);
    max7800x::emit_bias(graph, plan, parameters, g, [&](std::uint8_t value) {
      bus.write(address, value);
      address += 4;
    });
  }
  max7800x::emit_configure(graph, plan, device, options, carry_out);
  if (ok) clear_buffer(network, bus);
  return ok;
}

/// What becomes of the rows that earlier runs have left in the rolling buffer.
enum class BufferRows : unsigned char {
  cleared,  ///< zeros take their place, as before the first run
  kept,     ///< the run goes on with them, as the next one of a program does
};

/// Runs the loaded network once: `values` is the input in C x H x W order. `last_layer` is the last layer that runs;
/// -1: all of them. False if the accelerator never completes.
template <int N, max7800x::AcceleratorBus Bus>
bool run_accelerator(const DeployedNetwork<N>& network, const int* values, Bus& bus, int last_layer = -1,
                     BufferRows rows = BufferRows::cleared) {
  const auto& [graph, plan, device, options, parameters] = network;
  const max7800x::TensorLayout layout = max7800x::input_layout(graph, plan);
  const auto value = [&](int i) { return values[i]; };
  KeptRegions input;
  if (options.uses_fifo())
    max7800x::emit_fifo_input(layout, device, options, value, input);
  else
    max7800x::emit_input(layout, device, value, input);

  if (rows == BufferRows::cleared) clear_buffer(network, bus);
  const std::uint32_t layers = last_layer < 0 ? detail::initial_layer_count(network)
                                              : max7800x::layer_count_word(plan, device, plan.number_of(last_layer));
  for (int g = 0; g < max7800x::groups; ++g)
    if (plan.uses_group(g)) bus.write(device.group_register(g, max7800x::GroupRegister::layer_count), layers);
  if (!options.uses_fifo())
    for (const Region& region : input.regions)
      for (std::size_t i = 0; i < region.words.size(); ++i)
        bus.write(region.address + 4 * static_cast<std::uint32_t>(i), region.words[i]);

  bool ok = true;
  const auto carry_out = [&](const max7800x::RegisterWrite& access) { ok = ok && detail::carry_out(bus, access); };
  max7800x::emit_start(graph, plan, device, options, carry_out);
  if (options.uses_fifo())  // one word of every FIFO in turn; all have the same number
    for (std::size_t i = 0; i < input.regions.front().words.size(); ++i)
      for (const Region& region : input.regions) bus.write(region.address, region.words[i]);

  const std::uint32_t complete = max7800x::control::complete.mask(device);
  const std::uint32_t control = device.group_register(plan.first_group(), max7800x::GroupRegister::control);
  const int last = last_layer < 0 ? graph.size - 1 : last_layer;
  for (int left = max7800x::further_steps(plan, device, options, last); left >= 0; --left) {
    ok = ok && detail::wait_for(bus, control, complete, complete);
    max7800x::emit_interrupt(graph, plan, device, options, carry_out);
    if (left > 0) carry_out(max7800x::continue_write(plan, device));
  }
  return ok;
}

/// Reads a tensor, in C x H x W order. `word_at(address)` gives the word at an aligned address.
template <class WordAt>
std::vector<int> read_tensor(const max7800x::Device& device, const max7800x::TensorLayout& layout, WordAt&& word_at) {
  const int pixels = layout.shape.pixels();
  std::vector<int> values;
  values.reserve(static_cast<std::size_t>(layout.shape.elements()));
  for (int channel = 0; channel < layout.shape.channels; ++channel)
    for (int pixel = 0; pixel < pixels; ++pixel) {
      const std::uint32_t address = max7800x::element_address(device, layout, channel, pixel);
      const std::uint32_t word = word_at(address & ~3u);
      values.push_back(layout.wide ? static_cast<int>(word) : static_cast<std::int8_t>(word >> 8 * (address % 4)));
    }
  return values;
}

}  // namespace incuse::host
