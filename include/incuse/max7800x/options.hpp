// Options of a deployment: what the chip is told beyond the network itself.
#pragma once

#include <cstdint>
#include <type_traits>

#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/feature.hpp>

namespace incuse::max7800x {

/// How the input reaches the accelerator: written to the data memories before the start, or pushed through FIFOs.
/// The quad fast FIFO delivers every word to all four groups, which share the first layer's output channels.
enum class InputPath : unsigned char { data_memory, fifo, fast_fifo, quad_fast_fifo };

/// What the two units that look at the data memories look for, and what they do then: their registers in the order of
/// their addresses, 12 for each.
struct Snoop {
  static constexpr int registers = snoop_registers;

  bool used = false;
  std::uint32_t values[registers]{};
};

/// Default of options that replace a computed number: it is not replaced.
inline constexpr int as_needed = -1;

/// Typed counterpart of the vendor tool's flags. Source: max7800x-network-description, section 7.
struct Options {
  bool average_pool_rounding = false;  ///< round half away from zero instead of truncating
  bool express_weights = true;         ///< load 9-byte kernels packed, instead of four words each
  bool write_zero_registers = false;   ///< also write registers whose value is 0
  bool verify_writes = false;          ///< read every register back after it is written
  bool exact_write_order = false;      ///< the driver writes registers in the vendor's order; see register_stream.hpp
  bool clear_memories = false;         ///< test and clear all memories before anything is loaded
  bool clear_unused_layers = false;    ///< write zeros to the registers of the layers behind the last one
  bool vendor_stream = false;          ///< weights, biases and input where the vendor's tool lays them, right or not
  bool simple_1bit = false;            ///< 1-bit weights in the chip's other encoding; results are not specified
  bool external_ready = false;         ///< the accelerator waits for an external signal
  bool power_down_unused = false;      ///< switch off the groups that are not used
  bool overlap_data = false;    ///< a layer's output may overwrite its input, at a safe distance behind what it reads
  bool runs_on_risc_v = false;  ///< the program runs on the RISC-V core: only that one reaches the fast FIFO
  bool deep_sleep = false;      ///< the other core sleeps deeply meanwhile
  unsigned features = 0;        ///< asked for, one bit each; see `bit_of`
  bool ignore_limits = false;   ///< the author knows of limits that some chips may not keep
  bool no_pipeline = false;     ///< do not compute in stages, on chips that can
  Snoop snoop{};
  int first_layer = 0;                ///< number of the hardware's first layer
  int ready_selection = 0;            ///< wait states of the accelerator, 0 to 3 …
  int fifo_ready_selection = 0;       ///< … of its FIFOs …
  int always_on_ready_selection = 0;  ///< … and of the registers that are always on
  int repetitions = 1;                ///< run all layers several times, with layer registers for each time
  int first_weight_column = 0;        ///< leave the weight memory below free
  int processors_per_pass = 64;       ///< split channels into passes of at most so many
  InputPath input_path = InputPath::data_memory;
  bool strict = false;           ///< warnings are errors
  bool accept_warnings = false;  ///< the author knows of the warnings: the compiler does not repeat them
  bool any_bias_group = false;   ///< with vendor_stream: biases may lie in groups that no layer uses otherwise
  int synthesized_words = 0;     ///< the FIFO's input is so many words, repeated by the program; 0: it is not repeated
  int synthesized_step = 0;      ///< what each repetition adds to the words of the one before
  bool mlator_unload = false;    ///< read 8-bit outputs through the byte swapper ("MLATOR")
  int stream_start_margin = 2;   ///< words that a streaming layer waits for beyond what it needs
  int stream_delta1_margin = 0;  ///< the same between columns …
  int stream_delta2_margin = 0;  ///< … and rows
  int stream_start_override = as_needed;     ///< words that a first layer behind a FIFO waits for …
  int stream_delta1_override = as_needed;    ///< … the same between columns …
  int stream_delta2_override = as_needed;    ///< … and rows, if it streams …
  int stream_rollover_override = as_needed;  ///< … and words of the buffer that it streams from

  constexpr bool asks_for(Feature feature) const { return (features & bit_of(feature)) != 0; }
  constexpr bool uses_fifo() const { return input_path != InputPath::data_memory; }
  constexpr bool uses_fast_fifo() const {
    return input_path == InputPath::fast_fifo || input_path == InputPath::quad_fast_fifo;
  }
  /// All four groups read the same input, and compute the first layer's output channels in turn.
  constexpr bool fans_out() const { return input_path == InputPath::quad_fast_fifo; }
};

/// True if weights are loaded packed: the part has the loader for it, and the options do not say otherwise.
constexpr bool loads_packed(const Device& device, const Options& options) {
  return options.express_weights && device.has(Feature::express);
}

/// True if the layers may run again on the same input: with repetitions, or where snooping leads from the last layer
/// back to the first one, as often as a unit finds its word (max7800x-registers, 4; max7800x-datapath, 8).
constexpr bool runs_again(const Device& device, const Options& options) {
  return options.repetitions > 1 || (device.has(Feature::snooping) && options.asks_for(Feature::snooping));
}

/// The same as types, for `Deployment<Net, max78000, parameters, average_pool_rounding>`.
/// Each sets the member of Options that it is named after. Two options whose `sets` are the same type contradict or
/// repeat each other.
#define INCUSE_SWITCH_OF(name, kind)                                       \
  struct name {                                                            \
    using sets = struct kind;                                              \
    static constexpr void apply(Options& options) { options.name = true; } \
  };
#define INCUSE_SWITCH(name) INCUSE_SWITCH_OF(name, name)
INCUSE_SWITCH(average_pool_rounding)
INCUSE_SWITCH(write_zero_registers)
INCUSE_SWITCH(runs_on_risc_v)
INCUSE_SWITCH(deep_sleep)
INCUSE_SWITCH(verify_writes)
INCUSE_SWITCH(exact_write_order)
INCUSE_SWITCH(clear_memories)
INCUSE_SWITCH(clear_unused_layers)
INCUSE_SWITCH(vendor_stream)
INCUSE_SWITCH(simple_1bit)
INCUSE_SWITCH(external_ready)
INCUSE_SWITCH(no_pipeline)
INCUSE_SWITCH(ignore_limits)
INCUSE_SWITCH(power_down_unused)
INCUSE_SWITCH(overlap_data)
INCUSE_SWITCH(mlator_unload)
INCUSE_SWITCH(any_bias_group)
INCUSE_SWITCH_OF(accept_warnings, what_becomes_of_warnings)
INCUSE_SWITCH_OF(strict, what_becomes_of_warnings)
#undef INCUSE_SWITCH
#undef INCUSE_SWITCH_OF

/// The same for members that are numbers: repetitions<2>.
#define INCUSE_NUMBER(name)                                                 \
  template <int Value>                                                      \
  struct name {                                                             \
    using sets = struct name##_number;                                      \
    static constexpr void apply(Options& options) { options.name = Value; } \
  };
INCUSE_NUMBER(first_layer)
INCUSE_NUMBER(ready_selection)
INCUSE_NUMBER(fifo_ready_selection)
INCUSE_NUMBER(always_on_ready_selection)
INCUSE_NUMBER(repetitions)
INCUSE_NUMBER(first_weight_column)
INCUSE_NUMBER(processors_per_pass)
INCUSE_NUMBER(synthesized_words)
INCUSE_NUMBER(synthesized_step)
INCUSE_NUMBER(stream_start_margin)
INCUSE_NUMBER(stream_delta1_margin)
INCUSE_NUMBER(stream_delta2_margin)
INCUSE_NUMBER(stream_start_override)
INCUSE_NUMBER(stream_delta1_override)
INCUSE_NUMBER(stream_delta2_override)
INCUSE_NUMBER(stream_rollover_override)
#undef INCUSE_NUMBER

/// Asks for features of the chip: with<Feature::pipeline>. An error if the chip does not have them.
template <Feature... Wanted>
struct with {
  static constexpr void apply(Options& options) { options.features |= (0u | ... | bit_of(Wanted)); }
};
/// Registers of the units for conditional execution, see `Snoop`.
template <std::uint32_t... Values>
struct snoop {
  using sets = struct snoop_registers_given;
  static_assert(sizeof...(Values) == Snoop::registers, "two units have 24 registers");
  static constexpr void apply(Options& options) { options.snoop = {true, {Values...}}; }
};
/// Loads every 9-byte weight column as four 32-bit words, instead of packed (`Options::express_weights` is false).
struct plain_weights {
  using sets = plain_weights;
  static constexpr void apply(Options& options) { options.express_weights = false; }
};
/// How the input reaches the accelerator; below, the paths through FIFOs by name.
template <InputPath Path>
struct input_through {
  using sets = InputPath;
  static constexpr void apply(Options& options) { options.input_path = Path; }
};
/// Through standard FIFOs: at most 16 channels in HWC order, or 4 in CHW order.
struct fifo_input : input_through<InputPath::fifo> {};
/// Through the fast FIFO, which only the RISC-V core reaches: at most 4 channels in HWC order, or 1 in CHW order.
struct fast_fifo_input : input_through<InputPath::fast_fifo> {};
/// Through the fast FIFO to all four groups at once, which share the first layer's output channels.
struct quad_fast_fifo_input : input_through<InputPath::quad_fast_fifo> {};

/// Types that are options of a deployment.
template <class Type>
concept is_option = requires(Options& options) {
  Type::apply(options);
};

namespace detail {

/// Whether two options say something about the same thing.
template <class Option, class Other>
constexpr bool set_the_same() {
  if constexpr (std::is_same_v<Option, Other>)
    return true;
  else if constexpr (requires {
                       typename Option::sets;
                       typename Other::sets;
                     })
    return std::is_same_v<typename Option::sets, typename Other::sets>;
  else
    return false;
}

/// Whether some options are all known, and set different things.
template <class... Types>
inline constexpr bool options_agree = true;
template <class First, class... Rest>
inline constexpr bool options_agree<First, Rest...> =
    is_option<First> && (true && ... && !set_the_same<First, Rest>()) && options_agree<Rest...>;

template <class First, class... Rest>
constexpr void apply_options(Options& options) {
  if constexpr (sizeof...(Rest) > 0) apply_options<Rest...>(options);
  if constexpr (is_option<First>) First::apply(options);
}

}  // namespace detail

/// The Options value of a list of option types; others are left out. Of several that set the same, the first one wins.
template <class... Types>
constexpr Options options_of() {
  Options options;
  if constexpr (sizeof...(Types) > 0) detail::apply_options<Types...>(options);
  return options;
}

}  // namespace incuse::max7800x
