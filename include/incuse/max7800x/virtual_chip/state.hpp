// Registers and memories of a virtual chip: plain data of a fixed size, as the chip holds them.
// Source: datapath page (max7800x-datapath), section 1.
#pragma once

#include <cstdint>

#include <incuse/max7800x/virtual_chip/errors.hpp>

namespace incuse::max7800x {

/// One bit for each of `Count` things.
template <int Count>
struct Marks {
  std::uint32_t words[(Count + 31) / 32]{};

  constexpr bool operator[](int i) const { return (words[i / 32] >> i % 32 & 1u) != 0; }
  constexpr void set(int i, bool mark = true) {
    const std::uint32_t bit = 1u << i % 32;
    words[i / 32] = mark ? words[i / 32] | bit : words[i / 32] & ~bit;
  }
  constexpr void clear() {
    for (std::uint32_t& word : words) word = 0;
  }
};

/// A pointer of the hardware counts words through all instances, which lie further apart than they have words on some
/// parts.
struct DataPlace {
  long long instance = 0;
  long long word = 0;
};
constexpr DataPlace data_place_of(const Device& device, long long pointer) {
  const long long size = 1LL << device.instance_pointer_shift;
  return {pointer / size, pointer % size};
}

/// What a chip remembers. After power-up everything is 0 and no memory has been written.
template <const Device& Chip>
struct ChipState {
  static constexpr int data_words = instances * Chip.data.entries;
  static constexpr int weight_columns = all_processors * Chip.weights.entries;
  static constexpr int biases = groups * Chip.bias.entries;

  // The largest memory comes first: members behind it lie elsewhere on another part, so that no function has the same
  // instructions for two parts. GCC 12 makes one function of such two at -O3, and then warns that one part's chip is
  // smaller than the other's.
  Marks<weight_columns> weights_loaded;
  std::uint8_t weights[weight_columns][bytes_per_kernel];  ///< processor after processor
  bool weights_cleared[groups];                            ///< by the built-in test, which does not count as loaded

  std::uint32_t data[data_words];  ///< instance after instance: the index is the chip's own word pointer
  Marks<data_words> data_written;
  Marks<data_words> data_doubtful;  ///< computed from words that were never written
  std::uint32_t first_doubt;        ///< address of the first such word; 0: none
  std::int8_t bias[biases];
  Marks<biases> bias_written;

  std::uint32_t layer_registers[groups][max7800x::layer_registers][Chip.max_layers];
  std::uint32_t group_registers[groups][max7800x::group_registers];
  std::uint32_t snoop[groups][snoop_registers];
  std::uint32_t fifo_control;
  std::uint32_t fast_fifo_control;
  std::uint32_t fast_fifo_interrupts;
  std::uint32_t always_on_control;

  constexpr std::uint32_t layer_register(int group, LayerRegister r, int layer) const {
    return layer_registers[group][static_cast<int>(r)][layer];
  }
  constexpr std::uint32_t group_register(int group, GroupRegister r) const {
    return group_registers[group][static_cast<int>(r)];
  }

  constexpr void clear() {
    for (auto& group : layer_registers)
      for (auto& layers : group)
        for (std::uint32_t& word : layers) word = 0;
    for (auto& group : group_registers)
      for (std::uint32_t& word : group) word = 0;
    for (auto& group : snoop)
      for (std::uint32_t& word : group) word = 0;
    fifo_control = fast_fifo_control = fast_fifo_interrupts = always_on_control = 0;
    for (const MemoryTest& test : Chip.memory_tests)
      for (int g = 0; g < groups; ++g) clear_memory(test.key, g);
    data_written.clear();
    data_doubtful.clear();
    first_doubt = 0;
    weights_loaded.clear();
    for (bool& cleared : weights_cleared) cleared = false;
    bias_written.clear();
  }
  constexpr void write_data(int index, std::uint32_t word) {
    data[index] = word;
    data_written.set(index);
    data_doubtful.set(index, false);
  }
  constexpr void write_column(int index, const std::uint8_t* bytes) {
    for (int i = 0; i < bytes_per_kernel; ++i) weights[index][i] = bytes[i];
    weights_loaded.set(index);
  }
  constexpr void write_bias(int index, std::int8_t value) {
    bias[index] = value;
    bias_written.set(index);
  }
  constexpr void unload_column(int index) {
    for (std::uint8_t& byte : weights[index]) byte = 0;
    weights_loaded.set(index, false);
  }
  /// The built-in test that clears the registers of a group's layers.
  constexpr void clear_registers(int group) {
    for (auto& layers : layer_registers[group])
      for (std::uint32_t& word : layers) word = 0;
    for (std::uint32_t& word : snoop[group]) word = 0;
  }
  /// What the built-in test leaves in a group: zeros. What a row cache holds before a layer runs does not matter.
  constexpr void clear_memory(MemoryKind kind, int group) {
    if (kind == MemoryKind::data)
      for (int i = 0; i < data_words / groups; ++i) write_data(group * (data_words / groups) + i, 0);
    if (kind == MemoryKind::weights) {
      for (int i = 0; i < weight_columns / groups; ++i) unload_column(group * (weight_columns / groups) + i);
      weights_cleared[group] = true;
    }
    if (kind == MemoryKind::bias)
      for (int i = 0; i < biases / groups; ++i) write_bias(group * (biases / groups) + i, 0);
  }
};

}  // namespace incuse::max7800x
