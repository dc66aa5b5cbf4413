// Facts of the K210's KPU as data: sizes, limits, addresses and register offsets.
// Source of every figure: KPU sheet (k210-kpu), sections 1 and 3, unless a comment says otherwise.
#pragma once

#include <cstdint>

#include <incuse/core/text.hpp>

namespace incuse::k210 {

inline constexpr int line_bytes = 64;     ///< AI RAM is addressed in lines
inline constexpr int fifo_words = 12;     ///< 64-bit words that describe a layer
inline constexpr int segments = 16;       ///< of the activation table
inline constexpr int highest_code = 255;  ///< pixels are unsigned bytes

/// Offsets of the registers, all of 64 bits.
struct RegisterMap {
  std::uint32_t layer_argument_fifo;
  std::uint32_t interrupt_status;
  std::uint32_t interrupt_raw;
  std::uint32_t interrupt_mask;
  std::uint32_t interrupt_clear;
  std::uint32_t fifo_threshold;
  std::uint32_t fifo_data_out;
  std::uint32_t fifo_ctrl;
  std::uint32_t eight_bit_mode;
};

/// Bits of interrupt_status, interrupt_raw, interrupt_mask (1: masked) and interrupt_clear.
inline constexpr std::uint64_t calc_done = 1, layer_cfg_almost_empty = 2, layer_cfg_almost_full = 4;

/// Where the tables of a layer have to begin, in bytes (kmodel sheet, section 1).
struct Alignments {
  int weights;
  int batch_norm;
  int activation;
};

/// The properties of one chip. Code depends on these values only, never on the name of the chip.
struct Device {
  Text name;

  // Limits of layers (section 3).
  int max_channels;  ///< in or out
  int min_width, max_width;
  int min_height, max_height;
  int min_output;         ///< rows or columns of an output
  int max_loads;          ///< weight loads of a layer
  int load_bytes;         ///< of one load of 8-bit weights; 16-bit weights: twice as many
  int max_channel_bytes;  ///< of an output channel that is streamed out
  int value_bits;         ///< signed: accumulator and batch-norm result
  int max_shift;          ///< magnitude of the total output shift in a network of signed bytes
  bool depthwise_pools;   ///< the KPU can pool after a depth-wise convolution

  // Memories (section 1).
  int ram_lines;
  std::uint32_t ram;            ///< AI RAM, uncached
  std::uint32_t memory;         ///< all RAM, uncached: the view of the KPU and of DMA
  std::uint32_t cached_memory;  ///< the processors' usual view of the same bytes
  int general_bytes;            ///< of the other RAM: program, tables, working memory
  int buffer_bytes;             ///< on-chip buffer of the weights
  Alignments alignment;

  // Speed (section 8; docs/latency.md names public sources).
  int windows_per_clock;  ///< the most that are multiplied in a clock, with one input channel each: 9 products or 1
  double megahertz;       ///< the KPU's usual clock

  // Registers and connections (section 1).
  std::uint32_t registers;
  RegisterMap offset;
  int interrupt;  ///< line of the interrupt controller

  constexpr int ram_bytes() const { return ram_lines * line_bytes; }
  /// The uncached address of a byte whose cached or uncached address is given.
  constexpr std::uint32_t uncached(std::uint32_t address) const {
    return address >= cached_memory ? address - (cached_memory - memory) : address;
  }
};

/// Bytes that a part has for weights, in main memory: parts are compared by it.
constexpr long long weight_room(const Device& device) { return device.general_bytes; }

}  // namespace incuse::k210

namespace incuse {

/// Kendryte K210.
inline constexpr k210::Device k210_kpu{
    .name = "K210",
    .max_channels = 1024,
    .min_width = 4,
    .max_width = 512,
    .min_height = 4,
    .max_height = 256,
    .min_output = 4,
    .max_loads = 64,
    .load_bytes = 30 * 1024,
    .max_channel_bytes = 65536,
    .value_bits = 36,
    .max_shift = 15,
    .depthwise_pools = false,
    .ram_lines = 32768,
    .ram = 0x4060'0000,
    .memory = 0x4000'0000,
    .cached_memory = 0x8000'0000,
    .general_bytes = 6 << 20,
    .buffer_bytes = 73728,
    .alignment = {.weights = 128, .batch_norm = 128, .activation = 256},
    .windows_per_clock = 64,
    .megahertz = 400,
    .registers = 0x4080'0000,
    .offset = {.layer_argument_fifo = 0x00,
               .interrupt_status = 0x08,
               .interrupt_raw = 0x10,
               .interrupt_mask = 0x18,
               .interrupt_clear = 0x20,
               .fifo_threshold = 0x28,
               .fifo_data_out = 0x30,
               .fifo_ctrl = 0x38,
               .eight_bit_mode = 0x40},
    .interrupt = 25,
};

}  // namespace incuse
