#include "k210_replay.hpp"

#include <memory>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/virtual_chip.hpp>

#include "k210_table.hpp"

namespace conformance::k210 {

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr std::uint32_t tables_address = k210_kpu.memory + 0x1'0000;  ///< anywhere in general memory

/// Main memory with a layer's tables behind each other, aligned for the hardware.
struct TableMemory {
  std::vector<std::uint8_t> bytes{};

  template <class Values>
  std::uint32_t add(const Values& values, int value_bytes) {
    bytes.resize((bytes.size() + 255) / 256 * 256);
    const auto address = tables_address + static_cast<std::uint32_t>(bytes.size());
    for (const auto value : values)
      for (int i = 0; i < value_bytes; ++i) bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * i)));
    return address;
  }
  MemoryBlock block() const { return {tables_address, bytes.data(), static_cast<std::uint32_t>(bytes.size())}; }
};

using Kpu = VirtualKpu<k210_kpu, MemoryBlock>;

/// One KPU for all cases: it is large.
struct Machine {
  MemoryBlock memory{};
  KpuStorage<k210_kpu> storage{};
  Kpu kpu{memory, storage};
};

Machine& machine() {
  static const std::unique_ptr<Machine> only = std::make_unique<Machine>();
  return *only;
}

/// Rows of a map as software writes them: the bytes of pixels and no others.
void store_map(Kpu& kpu, const std::vector<std::uint8_t>& planar, Shape shape, int line) {
  const MapLayout map(shape);
  const std::uint8_t* pixels = planar.data();
  for (int c = 0; c < shape.channels; ++c)
    for (int y = 0; y < shape.height; ++y, pixels += shape.width)
      kpu.store(k210_kpu.ram + static_cast<std::uint32_t>(line * line_bytes + map.row_offset(c, y)), pixels,
                shape.width);
}

/// The case's words with what a driver fills in: addresses, and the output to the FIFO.
LayerWords words_for(const Unit& unit, TableMemory& tables) {
  LayerArguments a = decode(unit.words);
  a.para_start_addr = tables.add(unit.weight_bytes, 1);
  a.bwsx_base_addr = tables.add(unit.batch_norm_words, 8);
  a.active_addr = tables.add(unit.activation_bytes, 1);
  a.int_en = 1;
  const bool fits_fifo = unit.layer.out().pixels() <= k210_kpu.max_channel_bytes;
  a.send_data_out = fits_fifo;
  return encode(a);
}

std::vector<std::uint8_t> drain(Kpu& kpu, int count) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < count; i += 8) {
    const std::uint64_t word = kpu.read(k210_kpu.registers + k210_kpu.offset.fifo_data_out);
    for (int b = 0; b < 8 && i + b < count; ++b) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * b)));
  }
  return bytes;
}

}  // namespace

std::string replay(const Unit& unit, std::uint32_t crc_before, std::uint32_t crc_after) {
  Kpu& kpu = machine().kpu;
  kpu.power_cycle();
  const auto ram_crc = [&] { return crc_of(kpu.ram(), static_cast<std::size_t>(k210_kpu.ram_bytes())); };
  store_map(kpu, unit.input, unit.layer.in, unit.addresses.src_line);
  if (ram_crc() != crc_before) return "AI RAM with the input differs";

  TableMemory tables;
  const LayerWords words = words_for(unit, tables);
  machine().memory = tables.block();
  kpu.write(k210_kpu.registers + k210_kpu.offset.eight_bit_mode, unit.layer.weight_bytes == 1);
  for (std::uint64_t word : words.words) kpu.write(k210_kpu.registers + k210_kpu.offset.layer_argument_fifo, word);
  const auto refusal = [&]() -> std::string {
    const auto sentence = sentence_of(kpu.report());
    return kpu.report().ok() ? "" : string_of(sentence);
  };
  if (!kpu.report().ok()) return refusal();
  if (kpu.layers_run() != 1 || !kpu.interrupt_pending()) return "the layer did not run";
  if (ram_crc() != crc_after) return "AI RAM with the output differs";
  if (decode(words).send_data_out != 0 && drain(kpu, unit.layer.out().elements()) != unit.output)
    return "the output FIFO delivers another output";
  return refusal();
}

}  // namespace conformance::k210
