// A virtual chip: nothing but registers and memories behind a bus. It decodes what is written to it and computes from
// that alone; it knows no graph, no plan and no emitter, so it can prove any of them wrong.
// Source: datapath page (max7800x-datapath); its section numbers stand beside the functions.
//
//     static VirtualChip<max78000> chip;   // about 2 MB; no heap, no exceptions: it runs on firmware too
//     chip.write(address, value);          // registers, weights, biases, data, FIFOs
//     while (!chip.interrupt_pending()) …  // an inference is over as soon as it has its input
//     chip.read(address);
//     chip.report();                       // what a real chip would not have done as meant
//
// It is strict where a chip is silent: an address where nothing lies, memory that is read before it was written, bits
// without a meaning, an inference that cannot run. The first such error is kept with its address, all are counted; what
// makes no sense at all has no effect, and a read of nothing gives 0.
#pragma once

#include <cstdint>

#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/virtual_chip/inference.hpp>

namespace incuse::max7800x {

/// `ScratchBytes`: room for the tensors of one layer, and for the frames that arrive through FIFOs or are handed from
/// one streaming layer to the next. 1 MiB is enough where nothing streams, except for large transposed convolutions. If
/// it is not enough, the report has the problem `no_scratch`.
template <const Device& Chip, int ScratchBytes = 1 << 20>
class VirtualChip {
 public:
  /// A write of 32 bits.
  void write(std::uint32_t address, std::uint32_t value) {
    proceed();
    if (address % 4 != 0) return fail(address, ChipProblem::unaligned);
    if (write_memory(address, value)) return;  // most accesses: registers are looked for last
    const RegisterAt found = register_at(Chip, address);
    if (found.description != nullptr) return write_register(found, address, value);
    if (address - Chip.fifo_base < fifo_registers) return write_fifo(address, value);
    if (address - Chip.fast_fifo_base < fifo_registers) return write_fast_fifo(address, value);
    fail(address, ChipProblem::nothing_to_write);
  }

  /// A write of 8 bits: 1, written to a weight memory's address with bit 0 set, starts express loading there.
  void write_byte(std::uint32_t address, std::uint8_t value) {
    proceed();
    const MemoryPlace place = weight_place(Chip, address);
    if (!place.found() || address % 4 != 1 || value != 1) return fail(address, ChipProblem::byte_write, value);
    if (!express(place.unit)) return fail(address, ChipProblem::express_not_enabled);
    // The address counts words here, not columns of 16 bytes.
    const std::uint32_t offset = (address - 1 - Chip.weights.base) % Chip.weights.unit_stride;
    stream_ = {.started = true, .processor = place.unit, .column = static_cast<int>(offset / 4)};
    if (stream_.column >= Chip.columns_of(place.unit)) return fail(address, ChipProblem::express_too_long);
  }

  /// A read of 32 bits.
  std::uint32_t read(std::uint32_t address) {
    proceed();
    if (address % 4 != 0) return failed_read(address, ChipProblem::unaligned);
    std::uint32_t value = 0;
    if (read_memory(address, value)) return value;
    if (const RegisterAt found = register_at(Chip, address); found.description != nullptr) return *at(found);
    if (address == Chip.fast_fifo_interrupts()) return state_.fast_fifo_interrupts;
    const bool is_status = address == Chip.fifo_status() || address == Chip.fast_fifo_status();
    if (!is_status) fail(address, ChipProblem::nothing_to_read);
    return 0;  // a FIFO is never full here
  }

  /// The accelerator's interrupt: an inference is complete, and its flag has not been cleared in every group.
  bool interrupt_pending() const {
    for (int g = 0; g < groups; ++g)
      if (control::complete.of(control_of(g), Chip) != 0) return true;
    return false;
  }

  /// Number of the layer that the last inference has ended with; -1: none has run.
  int last_layer() const { return behind_last_layer_ - 1; }
  /// Whether a snoop unit has found its word in the last inference, and changed the order: a jump, or an early end.
  bool snoop_led() const { return snoop_led_; }

  /// What was wrong so far.
  const ChipReport& report() const { return report_; }
  void forget_errors() { report_ = {}; }

  /// From now on an inference is complete only after so many further accesses of the bus, as it takes time on a chip.
  /// 0, the default: at once.
  void complete_after(int accesses) { delay_ = accesses; }
  /// Time passes without an access, as when the processor sleeps until there is an interrupt.
  void pass_time(int accesses = 1) {
    for (int i = 0; i < accesses; ++i) proceed();
  }

  /// Everything is 0 and unwritten again.
  void power_cycle() {
    state_.clear();
    report_ = {};
    stream_ = {};
    behind_last_layer_ = 0;
    snoop_led_ = false;
    phase_ = Phase::idle;
  }

 private:
  enum class Phase : unsigned char { idle, running, paused, between_layers };
  static constexpr std::uint32_t fifo_registers = 0x100;  ///< bytes

  /// Express loading in progress: bytes follow each other, nine to a column (section 1).
  struct ExpressStream {
    bool started = false;
    int processor = 0;
    int column = 0;
    int byte = 0;
    std::uint32_t next = 0;  ///< address of the next word; 0: any in this processor's memory
    std::uint8_t bytes[bytes_per_kernel]{};
  };

  // Errors ------------------------------------------------------------------------------------------------------------

  void fail(std::uint32_t address, ChipProblem problem, std::uint32_t value = 0) {
    report_.add({.problem = problem, .address = address, .value = value});
  }
  std::uint32_t failed_read(std::uint32_t address, ChipProblem problem) {
    fail(address, problem);
    return 0;
  }

  // Registers ---------------------------------------------------------------------------------------------------------

  std::uint32_t control_of(int group) const { return state_.group_register(group, GroupRegister::control); }
  bool express(int processor) const {
    return control::express.of(control_of(processor / processors_per_group), Chip) != 0;
  }

  static bool names(const RegisterAt& found, GroupRegister r) {
    return found.group >= 0 && found.layer < 0 && found.group_register == r;
  }

  /// The stored word of a register that `register_at` has found.
  std::uint32_t* at(const RegisterAt& found) {
    if (found.layer >= 0)
      return &state_.layer_registers[found.group][static_cast<int>(found.layer_register)][found.layer];
    if (names(found, GroupRegister::snoop)) return &state_.snoop[found.group][found.number];
    if (found.group >= 0) return &state_.group_registers[found.group][static_cast<int>(found.group_register)];
    if (found.description == &fifo_control_description) return &state_.fifo_control;
    if (found.description == &fast_fifo_control_description) return &state_.fast_fifo_control;
    return &state_.always_on_control;
  }

  void write_register(const RegisterAt& found, std::uint32_t address, std::uint32_t value) {
    if (const std::uint32_t unknown = value & ~found.description->known_bits(Chip); unknown != 0)
      fail(address, ChipProblem::unknown_bits, unknown);
    const bool is_control = names(found, GroupRegister::control);
    if (!is_control && phase_ == Phase::running) fail(address, ChipProblem::busy);
    if (!is_control) phase_ = Phase::idle;  // what was paused cannot be continued
    const std::uint32_t before = *at(found);
    *at(found) = value;
    if (is_control) enable(found.group, address, before);
    if (names(found, GroupRegister::sram_test)) test_memories(found.group);
  }

  /// The leader's enable bit starts, pauses and continues. In single steps it stays set between layers: any write goes
  /// on that does not just clear the flag of the layer in front.
  void enable(int group, std::uint32_t address, std::uint32_t before) {
    if (control::master_group.of(control_of(group), Chip) != leader)
      fail(address, ChipProblem::master_group, control::master_group.of(control_of(group), Chip));
    const bool was = control::enable.of(before, Chip) != 0, is = control::enable.of(control_of(group), Chip) != 0;
    const bool goes_on = phase_ == Phase::between_layers && is && control::complete.of(before, Chip) == 0;
    if (group != leader || (was == is && !goes_on)) return;
    if (!is) phase_ = phase_ == Phase::running ? Phase::paused : Phase::idle;
    if (!is) return;
    if (goes_on) remaining_ = delay_;
    if (!goes_on && phase_ != Phase::paused) start();
    phase_ = Phase::running;
    proceed();
  }

  /// The built-in test clears memories (device sheet, section 3.3), and reports at once that it has done so.
  void test_memories(int group) {
    std::uint32_t& word = state_.group_registers[group][static_cast<int>(GroupRegister::sram_test)];
    const std::uint32_t started = word;
    for (const MemoryTest& test : Chip.memory_tests) {
      if ((started & test.start) != test.start) continue;
      state_.clear_memory(test.key, group);
      word |= test.done;
    }
    constexpr RegisterTest clears = Chip.register_test;
    if (clears.start == 0 || (started & clears.start) != clears.start) return;
    state_.clear_registers(group);
    if (started == clears.start_with_bias) state_.clear_memory(MemoryKind::bias, group);
    word |= clears.done;
  }

  // Memories ----------------------------------------------------------------------------------------------------------

  /// Whether the address lies in a memory.
  bool write_memory(std::uint32_t address, std::uint32_t value) {
    if (const MemoryPlace data = data_place(Chip, address); data.found()) {
      if (usable(address)) state_.write_data(data.unit * Chip.data.entries + data.entry, value);
      return true;
    }
    if (const MemoryPlace weights = weight_place(Chip, address); weights.found()) {
      if (!usable(address)) return true;
      if (express(weights.unit))
        stream_weights(weights.unit, address, value);
      else
        write_column(weights, static_cast<int>(address / 4 % 4), value);
      return true;
    }
    if (const MemoryPlace bias = bias_place(Chip, address); bias.found()) {
      if (usable(address))
        state_.write_bias(bias.unit * Chip.bias.entries + bias.entry, static_cast<std::int8_t>(value));
      return true;
    }
    return row_cache_place(Chip, address).found();  // what it holds before a layer does not matter
  }

  /// Whether the address lies in a memory that can be read.
  bool read_memory(std::uint32_t address, std::uint32_t& value) {
    bool written = true;
    if (const MemoryPlace data = data_place(Chip, address); data.found()) {
      const int index = data.unit * Chip.data.entries + data.entry;
      written = state_.data_written[index];
      value = state_.data[index];
      if (state_.data_doubtful[index]) fail(address, ChipProblem::doubtful, state_.first_doubt);
    } else if (const MemoryPlace weights = weight_place(Chip, address); weights.found()) {
      const int index = weights.unit * Chip.weights.entries + weights.entry;
      written = state_.weights_loaded[index] || state_.weights_cleared[weights.unit / processors_per_group];
      value = column_word(state_.weights[index], static_cast<int>(address / 4 % 4));
    } else if (const MemoryPlace bias = bias_place(Chip, address); bias.found()) {
      const int index = bias.unit * Chip.bias.entries + bias.entry;
      written = state_.bias_written[index];
      value = static_cast<std::uint8_t>(state_.bias[index]);
    } else {
      return false;
    }
    if (usable(address) && !written) fail(address, ChipProblem::never_written);
    return true;
  }

  /// Memories belong to the accelerator while it runs.
  bool usable(std::uint32_t address) {
    if (phase_ != Phase::running) return true;
    fail(address, ChipProblem::busy);
    return false;
  }

  /// Plain loading: four words for a column; the last one stores it (memory sheet, section 5.5).
  void write_column(MemoryPlace place, int word, std::uint32_t value) {
    if (word == 0) stream_.bytes[0] = static_cast<std::uint8_t>(value);
    if (word == 1 || word == 2)
      for (int i = 0; i < 4; ++i) stream_.bytes[4 * word - 3 + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    if (word == 3) state_.write_column(place.unit * Chip.weights.entries + place.entry, stream_.bytes);
  }

  static std::uint32_t column_word(const std::uint8_t* bytes, int word) {
    if (word == 0) return bytes[0];
    std::uint32_t value = 0;
    for (int i = 0; word < 3 && i < 4; ++i) value = value << 8 | bytes[4 * word - 3 + i];
    return value;
  }

  void stream_weights(int processor, std::uint32_t address, std::uint32_t value) {
    if (!stream_.started || processor != stream_.processor) return fail(address, ChipProblem::express_not_started);
    if (stream_.next != 0 && address != stream_.next) return fail(address, ChipProblem::express_interrupted);
    stream_.next = address + 4;
    for (int shift = 24; shift >= 0; shift -= 8) {
      stream_.bytes[stream_.byte++] = static_cast<std::uint8_t>(value >> shift);
      if (stream_.byte < bytes_per_kernel) continue;
      stream_.byte = 0;
      if (stream_.column >= Chip.columns_of(processor)) return fail(address, ChipProblem::express_too_long);
      state_.write_column(processor * Chip.weights.entries + stream_.column++, stream_.bytes);
    }
  }

  // FIFOs -------------------------------------------------------------------------------------------------------------

  void write_fifo(std::uint32_t address, std::uint32_t value) {
    for (int fifo = 0; fifo < groups; ++fifo)
      if (address == Chip.fifo_data(fifo)) return push(address, fifo, value);
    fail(address, ChipProblem::nothing_to_write);
  }

  void write_fast_fifo(std::uint32_t address, std::uint32_t value) {
    if (address == Chip.fast_fifo_data()) return push(address, fast_fifo, value);
    const bool enables = address == Chip.fast_fifo_interrupts();
    if (enables) state_.fast_fifo_interrupts = value;  // they are not needed
    if (!enables && address != Chip.fast_fifo_interrupts() + 4) fail(address, ChipProblem::nothing_to_write);
  }

  /// A FIFO feeds the first instance of the group with its number.
  void push(std::uint32_t address, int fifo, std::uint32_t value) {
    if (phase_ != Phase::running || fifo_words_left_[fifo] == 0) return fail(address, ChipProblem::fifo_not_awaited);
    const int group = fifo == fast_fifo ? leader : fifo;
    frame_.words[group * instances_per_group][frame_.count - fifo_words_left_[fifo]--] = value;
    proceed();
  }

  // Inference ---------------------------------------------------------------------------------------------------------

  /// Gets ready to compute, or to receive a frame through FIFOs first.
  void start() {
    remaining_ = delay_;
    next_layer_ = -1;
    scratch_.clear();
    for (int& left : fifo_words_left_) left = 0;
    from_fifo_ = control::external_sync.of(control_of(leader), Chip) != 0;
    startable_ = Inference(state_, scratch_, report_).can_start() && (!from_fifo_ || expect_frame());
  }

  /// Makes room for a frame. All groups that fan out see the one that the fast FIFO delivers.
  bool expect_frame() {
    const std::uint32_t size_address = Chip.group_register(leader, GroupRegister::input_frame_size);
    frame_ = {};
    frame_.first = static_cast<int>(
        registers::ReadPointer::pointer.of(state_.layer_register(leader, LayerRegister::read_pointer, 0), Chip));
    frame_.count = static_cast<int>(
        input_frame_size::words.of(state_.group_register(leader, GroupRegister::input_frame_size), Chip));
    if (frame_.count == 0) return failed_start(size_address, ChipProblem::no_frame);
    const bool fast = control::fast_fifo.of(control_of(leader), Chip) != 0;
    const std::uint32_t enabled = fast ? 1u : fifo_control::enable.of(state_.fifo_control, Chip);
    if (enabled == 0) return failed_start(Chip.fifo_base, ChipProblem::no_fifo);
    for (int g = 0; g < groups; ++g) {
      if ((enabled >> g & 1u) == 0) continue;
      std::uint32_t* words = scratch_.take_low(frame_.count);
      if (words == nullptr) return failed_start(size_address, ChipProblem::no_scratch);
      frame_.words[g * instances_per_group] = words;
      fifo_words_left_[fast ? fast_fifo : g] = frame_.count;
    }
    if (fast && control::fan_out.of(control_of(leader), Chip) != 0)
      for (int g = 1; g < groups; ++g) frame_.words[g * instances_per_group] = frame_.words[0];
    return true;
  }

  bool failed_start(std::uint32_t address, ChipProblem problem) {
    fail(address, problem);
    return false;
  }

  bool frame_is_complete() const {
    for (int left : fifo_words_left_)
      if (left > 0) return false;
    return true;
  }

  /// One access's worth of time. An inference that cannot run ends, too: no program waits for it forever.
  void proceed() {
    if (phase_ != Phase::running || (startable_ && !frame_is_complete()) || remaining_-- > 0) return;
    phase_ = Phase::idle;
    if (startable_) run_layers();
    for (int g = 0; g < groups; ++g)
      if (control::enable.of(control_of(g), Chip) != 0)
        state_.group_registers[g][static_cast<int>(GroupRegister::control)] |= control::complete.mask(Chip);
  }

  /// All layers, or in single steps the next one.
  void run_layers() {
    const bool one = control::single_steps.of(control_of(leader), Chip) != 0;
    Inference inference(state_, scratch_, report_);
    const bool begins = next_layer_ < 0;
    const int first = begins ? inference.first_layer() : next_layer_;
    behind_last_layer_ = 1 + inference.run(begins && from_fifo_ ? &frame_ : nullptr, first, one);
    next_layer_ = inference.next();
    snoop_led_ = (!begins && snoop_led_) || inference.snoop_led();
    if (next_layer_ >= 0) phase_ = Phase::between_layers;
  }

  Scratch<ScratchBytes / 4> scratch_{};  // first, for the reason that ChipState gives for its first member
  ChipState<Chip> state_{};
  ChipReport report_{};
  ExpressStream stream_{};
  Phase phase_ = Phase::idle;
  int delay_ = 0;
  int remaining_ = 0;
  int behind_last_layer_ = 0;  ///< last_layer() + 1: all members are 0 at first, so a static chip needs no initial data
  int next_layer_ = 0;         ///< in single steps; -1: the inference is complete, or has not begun
  bool startable_ = false;
  bool snoop_led_ = false;
  bool from_fifo_ = false;
  Frame frame_{};
  static constexpr int fast_fifo = groups;  ///< behind the standard ones
  int fifo_words_left_[groups + 1]{};       ///< that a frame still needs
};

}  // namespace incuse::max7800x
