// The driver: runs a deployment on the KPU, over any bus.
//
//     using Chip = Deployment<Net, k210_kpu, parameters>;
//     MyBus bus;                                     // the chip's memory, or a virtual KPU
//     KpuDriver<Chip, MyBus> kpu(bus);
//     kpu.init();
//     kpu.load_input(picture);                       // signed bytes, C x H x W
//     if (kpu.run(logits) == KpuState::done) …       // the last layer's output
//
// Source: KPU sheet, sections 1 and 5. One layer is in flight at a time, as in the vendor's runtimes.
#pragma once

#include <concepts>
#include <cstdint>

#include <incuse/k210/deployment.hpp>

namespace incuse::k210 {

/// An address that the KPU and DMA can be given: of the uncached view. It is only made by a bus, so that a processor's
/// own address, which is a cached one, cannot take its place.
struct BusAddress {
  std::uint32_t value = 0;
};

/// Ways to the KPU. `store` and `load` copy bytes to and from AI RAM (uncached addresses); `address_of` is the bus
/// address of a constant table. `start_receiving` prepares for the output FIFO's bytes (DMA, in units of 8 bytes), and
/// `finish_receiving` waits for the last of them: false if they do not come.
template <class B>
concept KpuBus = requires(B& bus, std::uint32_t address, std::uint64_t word, const std::uint8_t* from, std::uint8_t* to,
                          const void* table, int count) {
  bus.write(address, word);
  { bus.read(address) } -> std::same_as<std::uint64_t>;
  bus.store(address, from, count);
  bus.load(address, to, count);
  { bus.address_of(table) } -> std::same_as<BusAddress>;
  bus.start_receiving(to, count);
  { bus.finish_receiving() } -> std::same_as<bool>;
};

/// The chip's own memory, for programs that run on it. `Receiver` has start_receiving and finish_receiving: DMA is
/// shared with other peripherals, so the program says how it is used.
template <const Device& Chip, class Receiver>
struct MemoryMappedKpu : Receiver {
  static void write(std::uint32_t address, std::uint64_t word) {
    *reinterpret_cast<volatile std::uint64_t*>(static_cast<std::uintptr_t>(address)) = word;
  }
  static std::uint64_t read(std::uint32_t address) {
    return *reinterpret_cast<volatile const std::uint64_t*>(static_cast<std::uintptr_t>(address));
  }
  static void store(std::uint32_t address, const std::uint8_t* from, int count) {
    auto* to = reinterpret_cast<volatile std::uint8_t*>(static_cast<std::uintptr_t>(address));
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }
  static void load(std::uint32_t address, std::uint8_t* to, int count) {
    auto* from = reinterpret_cast<volatile const std::uint8_t*>(static_cast<std::uintptr_t>(address));
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }
  static BusAddress address_of(const void* table) {
    return {Chip.uncached(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(table)))};
  }
};

enum class KpuState : unsigned char {
  done,
  no_answer,  ///< a layer did not end in time: the KPU hangs, or its clock is off
  no_output,  ///< the last layer ended, but its output did not arrive
};

/// `Net` is a Deployment on a K210. `Polls`: how often the interrupt status is read before a layer counts as hung.
template <class Net, KpuBus Bus, long Polls = 100'000'000>
class KpuDriver {
 public:
  explicit KpuDriver(Bus& bus) : bus_(bus) {}

  /// Masks all interrupts but the end of a layer, clears them, and selects the width of the weights.
  void init() {
    write(chip.offset.interrupt_clear, all_interrupts);
    write(chip.offset.fifo_threshold, 10 | 1 << 4);
    write(chip.offset.eight_bit_mode, Net::image.eight_bit_weights ? 1 : 0);
    write(chip.offset.interrupt_mask, all_interrupts & ~calc_done);
  }

  /// Signed bytes C x H x W, as the network type has them.
  template <class Byte>
  void load_input(const Byte* values) {
    const MapImage& map = Net::image.input;
    const Shape shape = map.layout.shape;
    std::uint8_t row[chip.max_width];
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y, values += shape.width) {
        for (int x = 0; x < shape.width; ++x)
          row[x] = static_cast<std::uint8_t>(static_cast<int>(values[x]) + map.zero_point);
        bus_.store(row_address(map, c, y), row, shape.width);
      }
  }

  /// Runs all layers. `output` receives the last layer's output, as signed bytes C x H x W; it has room for a multiple
  /// of 8 of them.
  KpuState run(std::int8_t* output) {
    auto* bytes = reinterpret_cast<std::uint8_t*>(output);
    constexpr const MapImage& last = Net::image.outputs[Net::image.output_count - 1];
    constexpr int count = last.layout.shape.elements();
    for (int i = 0; i < Net::image.step_count; ++i) {
      if (i + 1 == Net::image.step_count) bus_.start_receiving(bytes, count);
      start(Net::image.steps[i]);
      if (!wait()) return KpuState::no_answer;
    }
    if (!bus_.finish_receiving()) return KpuState::no_output;
    for (int i = 0; i < count; ++i) output[i] = static_cast<std::int8_t>(bytes[i] - last.zero_point);
    return KpuState::done;
  }

  /// Any output of the network, out of AI RAM, as signed bytes C x H x W. The last one has index output_count - 1.
  void unload(int index, std::int8_t* values) {
    const MapImage& map = Net::image.outputs[index];
    const Shape shape = map.layout.shape;
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y, values += shape.width) {
        auto* row = reinterpret_cast<std::uint8_t*>(values);
        bus_.load(row_address(map, c, y), row, shape.width);
        for (int x = 0; x < shape.width; ++x) values[x] = static_cast<std::int8_t>(row[x] - map.zero_point);
      }
  }

 private:
  static constexpr const Device& chip = Net::device;
  static constexpr std::uint64_t all_interrupts = calc_done | layer_cfg_almost_empty | layer_cfg_almost_full;

  static constexpr LayerWords ends_with_interrupt = [] {
    LayerArguments arguments;
    arguments.int_en = 1;
    return encode(arguments);
  }();

  static std::uint32_t row_address(const MapImage& map, int channel, int y) {
    return chip.ram + static_cast<std::uint32_t>(map.line * line_bytes + map.layout.row_offset(channel, y));
  }

  void write(std::uint32_t offset, std::uint64_t value) { bus_.write(chip.registers + offset, value); }

  void start(const StepImage& step) {
    LayerWords words = with_addresses(step.words, bus_.address_of(step.batch_norm).value,
                                      bus_.address_of(step.weights).value, bus_.address_of(step.activation).value);
    words.words[0] |= ends_with_interrupt.words[0];
    for (int i = 0; i < fifo_words; ++i) write(chip.offset.layer_argument_fifo, words.words[i]);
  }
  bool wait() {
    for (long i = 0; i < Polls; ++i) {
      if ((bus_.read(chip.registers + chip.offset.interrupt_status) & calc_done) == 0) continue;
      write(chip.offset.interrupt_clear, all_interrupts);
      return true;
    }
    return false;
  }

  Bus& bus_;
};

}  // namespace incuse::k210
