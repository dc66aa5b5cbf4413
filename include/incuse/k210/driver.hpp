// The driver: runs a deployment on the KPU, over any bus.
//
//     using Chip = Deployment<Net, k210_kpu, parameters>;
//     MyBus bus;                                     // the chip's memory, or a virtual KPU
//     KpuDriver<Chip, MyBus> kpu(bus);
//     auto ready = kpu.init();
//     // The picture: signed bytes, C x H x W; the logits: the last layer's output.
//     if (ready.load_input(picture).run(logits) == RunResult::done) …
//
// A network with layers that run on the CPU needs working memory, which is part of the driver: give it static storage.
//
// Source: KPU sheet, sections 1 and 5. One layer is in flight at a time, as in the vendor's runtimes.
#pragma once

#include <incuse/core/language.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <incuse/core/signed_bytes.hpp>
#include <incuse/k210/cpu/cpu_run.hpp>
#include <incuse/k210/deployment.hpp>

namespace incuse::k210 {

/// An uncached address, as the KPU and DMA need it. Only a bus makes one, so that a CPU pointer, which is a cached
/// address, cannot be passed by mistake.
struct BusAddress {
  std::uint32_t value = 0;
};

/// Access to the KPU. `store` and `load` copy bytes to and from AI RAM (uncached addresses); `address_of` is the bus
/// address of a constant table. `start_receiving` prepares for the output FIFO's bytes (DMA, in units of 8 bytes), and
/// `finish_receiving` waits for the last of them, and sees to it that the processor's cache does not hide them: false
/// if they do not come. A bus may also have wait_for_interrupt(), which sleeps until the KPU's interrupt or any other
/// one; without it the driver polls.
template <class Bus>
concept KpuBus = requires(Bus& bus, std::uint32_t address, std::uint64_t word, const std::uint8_t* from,
                          std::uint8_t* to, const void* table, int count) {
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
template <const Device& Part, class Receiver>
struct MemoryMappedKpu : Receiver {
  static void write(std::uint32_t address, std::uint64_t word) { *place<volatile std::uint64_t>(address) = word; }
  static std::uint64_t read(std::uint32_t address) { return *place<volatile const std::uint64_t>(address); }
  static void store(std::uint32_t address, const std::uint8_t* from, int count) {
    auto* to = place<volatile std::uint8_t>(address);
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }
  static void load(std::uint32_t address, std::uint8_t* to, int count) {
    auto* from = place<volatile const std::uint8_t>(address);
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }
  static BusAddress address_of(const void* table) {
    return {Part.uncached(static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(table)))};
  }

 private:
  template <class Word>
  static Word* place(std::uint32_t address) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): registers have fixed addresses
    return reinterpret_cast<Word*>(static_cast<std::uintptr_t>(address));
  }
};

/// How a run has ended.
enum class RunResult : unsigned char {
  done,
  no_answer,  ///< a layer did not end in time: the KPU hangs, or its clock is off
  no_output,  ///< the last layer ended, but its output did not arrive
  no_input,   ///< nothing was done: the input has been used up by a run, or another one was loaded since
};

/// The type of an array or pointer that a program hands over: its elements, and how many of them an array has. A
/// pointer does not tell, and is trusted.
template <class Values>
struct Given {
  using Plain = std::remove_reference_t<Values>;
  static constexpr bool is_array = std::is_array_v<Plain>;
  using Pointer = std::decay_t<Plain>;
  static_assert(std::is_pointer_v<Pointer>, "give an array, or a pointer to its first element");
  using Value = std::remove_pointer_t<Pointer>;

  /// Whether `count` elements fit.
  static constexpr bool has_room_for(int count) {
    return !is_array || std::extent_v<Plain> >= static_cast<std::size_t>(count);
  }
  /// Whether there are exactly `count` elements.
  static constexpr bool has(int count) { return !is_array || std::extent_v<Plain> == static_cast<std::size_t>(count); }
};

/// `Chip` is a Deployment on a K210. `Polls`: how often the interrupt status is read before a layer counts as hung.
/// What may be called when is a matter of types: `init` gives a KPU that takes an input, loading gives one that can be
/// run once, since an inference writes over its input. Leave `Valid` out: its default makes compilers show the errors
/// of the deployment first, before those of code that uses it.
template <class Chip, KpuBus Bus, long Polls = 100'000'000, bool Valid = Chip::is_valid>
class KpuDriver {
 public:
  class Ready;
  class Loaded;

  explicit KpuDriver(Bus& bus) : bus_(bus) {}

  /// Masks all interrupts but the end of a layer, clears them, and selects the width of the weights.
  [[nodiscard]] Ready init() {
    write(chip.offset.interrupt_clear, all_interrupts);
    write(chip.offset.fifo_threshold, 10 | 1 << 4);
    write(chip.offset.eight_bit_mode, Chip::image.eight_bit_weights ? 1 : 0);
    write(chip.offset.interrupt_mask, all_interrupts & ~calc_done);
    return Ready(*this);
  }

  /// A KPU that takes an input; any number of them, one after the other.
  class Ready {
   public:
    /// Codes C x H x W, unchanged: for example a picture of unsigned bytes, if the range of the network's input is
    /// theirs. An array, or a pointer to its first element.
    template <class Codes>
    [[nodiscard]] Loaded load_codes(Codes&& codes) {
      expect_input<Codes>();
      static_assert(Chip::image.input.element == Element::code, "the network reads real numbers: give it float");
      static_assert(std::is_same_v<std::remove_const_t<typename Given<Codes>::Value>, std::uint8_t>,
                    "codes are unsigned bytes, std::uint8_t; signed bytes go to load_input");
      driver_.load_rows([&](int at) { return codes + at; });
      return Loaded(driver_);
    }

    /// Signed bytes C x H x W, of any signed integer type, of which the low 8 bits count; real numbers for a network
    /// whose input is real. An array, or a pointer to its first element.
    template <class Values>
    [[nodiscard]] Loaded load_input(Values&& values) {
      expect_input<Values>();
      using Value = std::remove_const_t<typename Given<Values>::Value>;
      if constexpr (Chip::image.input.element == Element::real) {
        static_assert(std::is_same_v<Value, float>, "the network reads real numbers: give it float");
        if constexpr (std::is_same_v<Value, float>)
          copy(&values[0], Chip::image.input.layout.shape.elements(), driver_.reals(Chip::image.input));
      } else {
        static_assert(!std::is_floating_point_v<Value>, "the network reads codes: quantise in front of it");
        static_assert(std::is_floating_point_v<Value> || holds_signed_bytes<Value>,
                      INCUSE_SIGNED_BYTES_WANTED "; codes, 0 to 255, go to load_codes");
        load_bytes(&values[0]);
      }
      return Loaded(driver_);
    }

   private:
    friend KpuDriver;
    explicit Ready(KpuDriver& driver) : driver_(driver) {}

    template <class Values>
    static constexpr void expect_input() {
      static_assert(Given<Values>::has(Chip::image.input.layout.shape.elements()), "an input of another size");
    }
    template <class Byte>
    void load_bytes(const Byte* values) {
      constexpr int width = Chip::image.input.layout.shape.width;
      std::uint8_t row[width];
      driver_.load_rows([&](int at) {
        for (int x = 0; x < width; ++x)
          row[x] = static_cast<std::uint8_t>(signed_byte(values[at + x]) + Chip::image.input.scale.zero_point);
        return row;
      });
    }
    KpuDriver& driver_;
  };

  /// A KPU that has its input. It cannot be copied, and its input is good for one run: a second one, or one after
  /// another input was loaded, ends with RunResult::no_input and touches nothing.
  class [[nodiscard]] Loaded {
   public:
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;

    /// Runs all layers. `output`, an array or a pointer, receives the last layer's output, C x H x W: as codes into
    /// unsigned bytes, as signed bytes into signed ones; as real numbers into float if the last layer makes such. What
    /// the KPU makes comes in units of 8 codes: there has to be room for all of the last one.
    template <class Output>
    RunResult run(Output&& output) && {
      return std::move(*this).run(output, [](int) {});
    }
    /// The same, and calls `after(step)` after every layer of the KPU: `unload_step` reads its output.
    template <class Output, class After>
    RunResult run(Output&& output, After&& after) && {
      using Value = typename Given<Output>::Value;
      constexpr bool real = last.element == Element::real;
      static_assert(Given<Output>::has_room_for(last_room), "the output does not fit into the array");
      static_assert(!real || std::is_same_v<Value, float>, "the last layer makes real numbers: give it float");
      static_assert(real || std::is_same_v<Value, std::uint8_t> || std::is_same_v<Value, std::int8_t>,
                    "the last layer makes codes: give it std::uint8_t for them, or std::int8_t for signed bytes; real "
                    "numbers take Dequantize<> at the end of the network");
      if (!driver_.use_up(load_)) return RunResult::no_input;
      return driver_.run_into(&output[0], after);
    }

   private:
    friend Ready;
    explicit Loaded(KpuDriver& driver) : driver_(driver), load_(++driver.load_) {
      driver.computed_ = 0;
      driver.complete_ = false;
    }
    KpuDriver& driver_;
    std::uint32_t load_;  ///< which of the driver's loads made it
  };

  /// Any output out of AI RAM or the working memory, C x H x W, into an array or to a pointer: codes into unsigned
  /// bytes, signed bytes into signed ones, real numbers into float. The last one has index output_count - 1. False if
  /// no run has ended since an input was loaded, or the output is of another kind, or does not fit into the array.
  template <class Output>
  bool unload(int index, Output&& output) {
    return complete_ && Given<Output>::has_room_for(Chip::image.outputs[index].layout.shape.elements()) &&
           unload_to(index, &output[0]);
  }

  /// The output of a layer of the KPU, C x H x W, as long as no later one has overwritten it. Returns how many codes; 0
  /// if they do not fit into the array, or the layer has not run since an input was loaded.
  template <class Codes>
  int unload_step(int step, Codes&& codes) {
    if (step < 0 || step >= computed_) return 0;
    const LayerArguments arguments = decode(Chip::image.steps[step].words);
    MapImage map;
    map.layout = MapLayout(layer_of(arguments, 1).out());
    map.line = static_cast<int>(arguments.image_dst_addr);
    const Shape shape = map.layout.shape;
    if (!Given<Codes>::has_room_for(shape.elements())) return 0;
    for_each_row(map, [&](int at, std::uint32_t address) { bus_.load(address, codes + at, shape.width); });
    return shape.elements();
  }

  /// Bytes of a map in AI RAM; called by layers that run on the CPU.
  void store(int line, int offset, const std::uint8_t* codes, int count) {
    bus_.store(chip.ram + static_cast<std::uint32_t>(line * line_bytes + offset), codes, count);
  }

 private:
  static constexpr const Device& chip = Chip::device;
  static constexpr std::uint64_t all_interrupts = calc_done | layer_cfg_almost_empty | layer_cfg_almost_full;

  static constexpr bool has_cpu_steps = Chip::image.cpu_step_count > 0;
  static constexpr const MapImage& last = Chip::image.last_output();
  /// Elements that a run writes to its output: the KPU's in units of 8 codes.
  static constexpr int last_room = last.element == Element::code && Chip::image.ends_on_kpu()
                                       ? (last.layout.shape.elements() + 7) / 8 * 8
                                       : last.layout.shape.elements();

  static constexpr LayerWords ends_with_interrupt = [] {
    LayerArguments arguments;
    arguments.int_en = 1;
    return encode(arguments);
  }();

  unsigned char* memory() { return memory_; }
  float* reals(const MapImage& map) { return reinterpret_cast<float*>(memory() + map.main_byte); }

  template <class Value>
  static void copy(const Value* from, int count, Value* to) {
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }

  /// Fills the input, wherever the network reads it. `row(at)` yields the codes of a row from pixel `at` on.
  template <class Row>
  void load_rows(Row&& row) {
    const MapImage& map = Chip::image.input;
    const int width = map.layout.shape.width;
    if (map.in_ram()) for_each_row(map, [&](int at, std::uint32_t address) { bus_.store(address, row(at), width); });
    if (map.in_main())
      for (int at = 0; at < map.layout.shape.elements(); at += width)
        copy(row(at), width, memory() + map.main_byte + at);
  }

  /// Uses the input of a load up. False if it was used up before.
  bool use_up(std::uint32_t load) {
    if (load != load_) return false;
    ++load_;
    return true;
  }

  bool unload_to(int index, std::uint8_t* codes) {
    const MapImage& map = Chip::image.outputs[index];
    if (map.element != Element::code) return false;
    if (map.in_ram())
      for_each_row(map, [&](int at, std::uint32_t address) { bus_.load(address, codes + at, map.layout.shape.width); });
    else
      copy(memory() + map.main_byte, map.layout.shape.elements(), codes);
    return true;
  }
  bool unload_to(int index, std::int8_t* values) {
    if (!unload_to(index, reinterpret_cast<std::uint8_t*>(values))) return false;
    become_signed(Chip::image.outputs[index], values);
    return true;
  }
  bool unload_to(int index, float* values) {
    const MapImage& map = Chip::image.outputs[index];
    if (map.element != Element::real) return false;
    copy(reals(map), map.layout.shape.elements(), values);
    return true;
  }

  template <class After>
  RunResult run_into(std::uint8_t* output, After&& after) {
    return run_codes(output, after);
  }
  template <class After>
  RunResult run_into(std::int8_t* output, After&& after) {
    const RunResult result = run_codes(reinterpret_cast<std::uint8_t*>(output), after);
    if (result == RunResult::done) become_signed(last, output);
    return result;
  }
  template <class After>
  RunResult run_into(float* output, After&& after) {
    const RunResult result = run_all(nullptr, after);
    if (result == RunResult::done) unload_to(Chip::image.output_count - 1, output);
    return result;
  }
  /// After a wrong type of output, which a static_assert has already reported.
  template <class Value, class After>
  RunResult run_into(Value*, After&&) {
    return RunResult::no_output;
  }

  /// Runs all layers; `output` receives the codes that the last one makes.
  template <class After>
  RunResult run_codes(std::uint8_t* output, After&& after) {
    const RunResult result = run_all(output, after);
    if (result == RunResult::done && !Chip::image.ends_on_kpu()) unload_to(Chip::image.output_count - 1, output);
    return result;
  }

  /// Runs all layers; `output` receives what the last one makes, if that is the KPU's.
  template <class After>
  RunResult run_all(std::uint8_t* output, After&& after) {
    for (int i = 0, cpu = 0; i <= Chip::image.step_count; ++i) {
      if constexpr (has_cpu_steps)
        for (; cpu < Chip::image.cpu_step_count && Chip::image.cpu_steps[cpu].before == i; ++cpu)
          run_on_cpu<Chip::image>(Chip::image.cpu_steps[cpu], memory(), *this);
      if (i == Chip::image.step_count) break;
      const RunResult result = run_step(i, output);
      if (result != RunResult::done) return result;
      computed_ = i + 1;
      after(i);
    }
    complete_ = true;
    return RunResult::done;
  }

  /// Runs a layer of the KPU. Its output is received where the processor reads it; the network's last one by `output`.
  RunResult run_step(int index, std::uint8_t* output) {
    const StepImage& step = Chip::image.steps[index];
    const bool is_last = Chip::image.ends_on_kpu() && index + 1 == Chip::image.step_count;
    const bool receives = is_last || step.main_byte != not_placed;
    if (receives) bus_.start_receiving(is_last ? output : memory() + step.main_byte, step.elements);
    start(step);
    if (!wait()) return RunResult::no_answer;
    return !receives || bus_.finish_receiving() ? RunResult::done : RunResult::no_output;
  }

  /// Calls `row(index of its first pixel, address)` for every row of a map.
  template <class Row>
  static void for_each_row(const MapImage& map, Row&& row) {
    const Shape shape = map.layout.shape;
    const std::uint32_t base = chip.ram + static_cast<std::uint32_t>(map.line * line_bytes);
    int at = 0;
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y, at += shape.width)
        row(at, base + static_cast<std::uint32_t>(map.layout.row_offset(c, y)));
  }

  static void become_signed(const MapImage& map, std::int8_t* values) {
    for (int i = 0; i < map.layout.shape.elements(); ++i)
      values[i] = static_cast<std::int8_t>(static_cast<std::uint8_t>(values[i]) - map.scale.zero_point);
  }

  void write(std::uint32_t offset, std::uint64_t value) { bus_.write(chip.registers + offset, value); }

  void start(const StepImage& step) {
    LayerWords words = with_addresses(step.words, bus_.address_of(step.batch_norm).value,
                                      bus_.address_of(step.weights).value, bus_.address_of(step.activation).value);
    words.words[0] |= ends_with_interrupt.words[0];
    for (int i = 0; i < fifo_words; ++i) write(chip.offset.layer_argument_fifo, words.words[i]);
  }
  bool is_done() { return (bus_.read(chip.registers + chip.offset.interrupt_status) & calc_done) != 0; }
  /// Sleeps between two looks where the bus can wait for the KPU's interrupt; polls where it cannot.
  bool wait() {
    long looks = 0;
    while (!is_done()) {
      if (++looks == Polls) return false;
      if constexpr (requires { bus_.wait_for_interrupt(); }) bus_.wait_for_interrupt();
    }
    write(chip.offset.interrupt_clear, all_interrupts);
    return true;
  }

  Bus& bus_;
  std::uint32_t load_ = 0;  ///< counts inputs, and runs that used one up
  int computed_ = 0;        ///< layers of the KPU that have run since an input was loaded
  bool complete_ = false;   ///< all layers have
  alignas(line_bytes) unsigned char memory_[at_least_one(Chip::image.main_bytes)];
};

/// The driver of a deployment that is not valid, whose errors say why: it does nothing, and adds no error of its own.
template <class Chip, KpuBus Bus, long Polls>
class KpuDriver<Chip, Bus, Polls, false> {
 public:
  struct [[nodiscard]] Loaded {
    Loaded() = default;
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;
    template <class Output, class... After>
    RunResult run(Output&&, After&&...) && {
      return RunResult::no_answer;
    }
  };
  struct Ready {
    template <class Values>
    Loaded load_codes(Values&&) {
      return {};
    }
    template <class Values>
    Loaded load_input(Values&&) {
      return {};
    }
  };

  explicit KpuDriver(Bus&) {}
  [[nodiscard]] Ready init() { return {}; }
  template <class Values>
  bool unload(int, Values&&) {
    return false;
  }
  template <class Codes>
  int unload_step(int, Codes&&) {
    return 0;
  }
};

}  // namespace incuse::k210
