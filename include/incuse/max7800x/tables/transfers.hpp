// What the driver moves over a bus: words, the records of the weight memories, the values of a tensor.
#pragma once

#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/bus.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/plan/layout.hpp>

namespace incuse::max7800x::detail {

/// Copies words to neighbouring addresses, two reads before two writes: processors read pairs at once.
template <int Count, AcceleratorBus Bus>
INCUSE_ALWAYS_INLINE inline void copy_block(Bus& bus, std::uint32_t address, const std::uint32_t* words) {
  if constexpr (Count > 2) {
    copy_block<Count / 2>(bus, address, words);
    copy_block<Count / 2>(bus, address + 2 * Count, words + Count / 2);
  } else {
    const std::uint32_t first = words[0], second = words[1];
    bus.write(address, first);
    bus.write(address + 4, second);
  }
}

/// Copies words to neighbouring addresses. Unrolled, since a loop costs more than the copying; returns what follows.
template <AcceleratorBus Bus>
inline const std::uint32_t* copy_words(Bus& bus, std::uint32_t address, const std::uint32_t* words,
                                       std::uint32_t count) {
  for (; count >= 16; count -= 16, address += 64, words += 16) copy_block<16>(bus, address, words);
  for (; count >= 4; count -= 4, address += 16, words += 4) copy_block<4>(bus, address, words);
  for (; count != 0; --count, address += 4) bus.write(address, *words++);
  return words;
}

/// Records of address, number of words, words; an address of 0 ends them. In express records a column counts 4 bytes in
/// the address, not 16, and a byte of 1 written to address + 1 starts the loader there.
template <bool Express, AcceleratorBus Bus>
INCUSE_NOINLINE void load_weight_records(Bus& bus, const std::uint32_t* record) {
  while (*record != 0) {
    const std::uint32_t address = *record++;
    const std::uint32_t count = *record++;
    if constexpr (Express) bus.write_byte(address | 1, 1);
    record = copy_words(bus, address, record, count);
  }
}

/// Whether one column of a weight memory holds the bytes of a packed column, given as a byte stream from its word
/// `words` and byte `first` on, most significant byte first.
template <AcceleratorBus Bus>
bool holds_column(Bus& bus, std::uint32_t address, const std::uint32_t* words, std::uint32_t first) {
  const auto byte = [&](std::uint32_t i) { return words[(first + i) / 4] >> 8 * (3 - (first + i) % 4) & 0xff; };
  const auto word = [&](std::uint32_t i) { return byte(i) << 24 | byte(i + 1) << 16 | byte(i + 2) << 8 | byte(i + 3); };
  return bus.read(address) == byte(0) && bus.read(address + 4) == word(1) && bus.read(address + 8) == word(5) &&
         bus.read(address + 12) == 0;
}

template <bool Express, AcceleratorBus Bus>
bool verify_weight_records(Bus& bus, const std::uint32_t* record, std::uint32_t span) {
  while (*record != 0) {
    const std::uint32_t address = *record++;
    const std::uint32_t count = *record++;
    if constexpr (Express) {
      const std::uint32_t plain = (address & ~(span - 1)) | (address & (span - 1)) << 2;
      for (std::uint32_t column = 0; column < 4 * count / bytes_per_kernel; ++column)
        if (!holds_column(bus, plain + 16 * column, record, bytes_per_kernel * column)) return false;
    } else {
      for (std::uint32_t i = 0; i < count; ++i)
        if (bus.read(address + 4 * i) != record[i]) return false;
    }
    record += count;
  }
  return true;
}

/// Reads a tensor: `store(element, value)`, elements counted in C x H x W order. Each word is read once.
template <AcceleratorBus Bus, class Store>
void read_tensor(Bus& bus, const Device& device, const TensorLayout& layout, Store&& store) {
  const int pixels = layout.shape.pixels();
  for (int pass = 0; pass < layout.passes.count; ++pass) {
    int channel = pass * layout.passes.channels;
    const int end = min_of(layout.shape.channels, channel + layout.passes.channels);
    for_each_block(layout.processors, [&](int block) {
      const auto map = static_cast<unsigned>(layout.processors >> block & 0xf);
      for (int pixel = 0; pixel < pixels; ++pixel) {
        const std::uint32_t address = device.data_address(block, layout.offset + 4 * layout.word_index(pixel, pass));
        std::uint32_t word = 0;
        if (!layout.wide) word = bus.read(address);
        int at = channel;
        for (int lane = 0; lane < processors_per_instance; ++lane) {
          if ((map >> lane & 1) == 0 || at >= end) continue;
          const auto number = static_cast<std::uint32_t>(lane);
          const std::int32_t value = layout.wide ? static_cast<std::int32_t>(bus.read(address + 4 * number))
                                                 : static_cast<std::int8_t>(word >> 8 * number);
          store(at++ * pixels + pixel, value);
        }
      }
      channel += bit_count(map);
    });
  }
}

/// A sink of `emit_input` that writes to a bus.
template <AcceleratorBus Bus>
struct InputWriter {
  Bus& bus;
  std::uint32_t address = 0;

  void region(std::uint32_t first, int) { address = first; }
  void word(std::uint32_t value) {
    bus.write(address, value);
    address += 4;
  }
};

}  // namespace incuse::max7800x::detail
