// Options of a deployment and changes of a described network as flags of a command line: one table for the program and
// for other readers of such flags. A flag has the name of the C++ type with the same meaning, with dashes; the names
// that the vendor's tool has for it are accepted, too. Spec: max7800x-network-description, section 7.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/import/description.hpp>
#include <incuse/import/flag_values.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/registers/layer_registers.hpp>

namespace incuse {

/// Changes of a described network.
struct NetworkChanges {
  int output_width = 0;   ///< of the last layer; 0: as described
  int input_offset = -1;  ///< -1: as described
  int stop_after = -1;    ///< last layer; -1: all
  bool no_bias = false;   ///< no layer has a bias
  bool ignore_activation = false;
  bool ignore_streaming = false;
  bool separate_weights = false;           ///< equal weights are stored for every layer
  std::vector<int> layers_without_bias{};  ///< numbers of layers
  std::vector<int> streaming_layers{};     ///< layers that stream, whatever the description says

  bool drops_bias(int layer) const { return no_bias || contains(layers_without_bias, layer); }
  static bool contains(const std::vector<int>& layers, int layer) {
    return std::find(layers.begin(), layers.end(), layer) != layers.end();
  }
};

/// Everything that flags can set.
struct FlagSettings : max7800x::Options, NetworkChanges {
  std::uint32_t apb_base = 0;  ///< address of the peripheral bus; 0: the device's
};

namespace flags {

/// A flag without a value. In this and the following tables, `names` are separated by commas, and `type` is the C++
/// type with the same meaning; it is empty if the flag changes the network.
struct Switch {
  bool FlagSettings::*member;
  bool value;  ///< that the flag sets
  const char* type;
  const char* names;
  const char* meaning;
};
inline constexpr Switch switches[] = {
    {&FlagSettings::average_pool_rounding, true, "average_pool_rounding", "--average-pool-rounding,--avg-pool-rounding",
     "Average pooling rounds instead of truncating"},
    {&FlagSettings::overlap_data, true, "overlap_data", "--overlap-data",
     "A layer may write over its input, at a safe distance"},
    {&FlagSettings::any_bias_group, true, "any_bias_group", "--any-bias-group,--ignore-bias-groups",
     "With --vendor-stream, biases may lie in groups that no layer uses otherwise"},
    {&FlagSettings::express_weights, false, "plain_weights", "--plain-weights,--no-mexpress",
     "Load kernels as four words each instead of packed"},
    {&FlagSettings::simple_1bit, true, "simple_1bit", "--simple-1bit,--simple1b",
     "1-bit weights in the chip's other encoding"},
    {&FlagSettings::mlator_unload, true, "mlator_unload", "--mlator-unload,--mlator",
     "Read 8-bit outputs through the byte swapper"},
    {&FlagSettings::write_zero_registers, true, "write_zero_registers", "--write-zero-registers",
     "Also write registers whose value is 0"},
    {&FlagSettings::exact_write_order, true, "exact_write_order", "--exact-write-order",
     "The driver writes registers in the order of the tables"},
    {&FlagSettings::verify_writes, true, "verify_writes", "--verify-writes", "Read every register back"},
    {&FlagSettings::clear_memories, true, "clear_memories", "--clear-memories,--zero-sram", "Clear all memories first"},
    {&FlagSettings::clear_unused_layers, true, "clear_unused_layers", "--clear-unused-layers,--zero-unused",
     "Write zeros to the registers of the layers that the network does not use; with --vendor-stream to those that the "
     "vendor's tool clears, which is an error (cleared_layer) where they are used"},
    {&FlagSettings::vendor_stream, true, "vendor_stream", "--vendor-stream",
     "Weights and biases where the vendor's tool lays them, also where the chip looks elsewhere"},
    {&FlagSettings::external_ready, true, "external_ready", "--external-ready,--ext-rdy",
     "Wait for an external signal"},
    {&FlagSettings::no_pipeline, true, "no_pipeline", "--no-pipeline", "Do not compute in stages, on chips that can"},
    {&FlagSettings::ignore_limits, true, "ignore_limits", "--ignore-limits,--ignore-hw-limits",
     "Go beyond limits that the chip may not keep"},
    {&FlagSettings::power_down_unused, true, "power_down_unused", "--power-down-unused,--powerdown",
     "Switch off the groups that are not used"},
    {&FlagSettings::runs_on_risc_v, true, "runs_on_risc_v",
     "--runs-on-risc-v,--riscv,--riscv-debug,--riscv-exclusive,--riscv-flash,--riscv-cache",
     "The program runs on the RISC-V core; the other one's program starts it, its debugger or its memory"},
    {&FlagSettings::deep_sleep, true, "deep_sleep", "--deep-sleep,--deepsleep",
     "The other core sleeps deeply meanwhile"},
    {&FlagSettings::no_bias, true, "", "--no-bias", "Leave all biases out"},
    {&FlagSettings::ignore_activation, true, "", "--ignore-activation", "Leave all activations out"},
    {&FlagSettings::ignore_streaming, true, "", "--ignore-streaming", "No layer streams"},
    {&FlagSettings::separate_weights, true, "", "--separate-weights,--no-deduplicate-weights",
     "Store equal weights for every layer"},
};

/// The largest number that any part of the family has for something. Flags take numbers up to it, whichever part is
/// chosen: what the chosen part does not have, a rule reports, with the part's number.
template <class Amount>
constexpr int most_of_parts(Amount of) {
  int most = 0;
  for (const max7800x::Device* part : max7800x::Devices::all) most = std::max(most, static_cast<int>(of(*part)));
  return most;
}
/// The same for the highest value of a field.
constexpr int highest_of_parts(const max7800x::Field& field) {
  return most_of_parts([&](const max7800x::Device& part) { return field.on(part).highest(); });
}
inline constexpr int layers_of_parts = most_of_parts([](const max7800x::Device& part) { return part.max_layers; });

/// A flag with a number from `least` to `most`.
struct Number {
  int FlagSettings::*member;
  int least, most;
  const char* type;
  const char* names;
  const char* meaning;
  int step = 1;  ///< from one possible value to the next
};
inline constexpr Number numbers[] = {
    {&FlagSettings::stream_start_margin, 0, 8192, "stream_start_margin", "--stream-start-margin,--increase-start",
     "Words that a streaming layer waits for beyond what it needs"},
    {&FlagSettings::stream_delta1_margin, 0, 8192, "stream_delta1_margin", "--stream-delta1-margin,--increase-delta1",
     "The same between columns"},
    {&FlagSettings::stream_delta2_margin, 0, 8192, "stream_delta2_margin", "--stream-delta2-margin,--increase-delta2",
     "The same between rows"},
    {&FlagSettings::stream_start_override, 0, highest_of_parts(max7800x::registers::StreamStart::start),
     "stream_start_override", "--stream-start-override,--override-start",
     "Words that the first layer behind a FIFO waits for"},
    {&FlagSettings::stream_delta1_override, 0, highest_of_parts(max7800x::registers::StreamDelta::delta1),
     "stream_delta1_override", "--stream-delta1-override,--override-delta1", "The same between columns, if it streams"},
    {&FlagSettings::stream_delta2_override, 0, highest_of_parts(max7800x::registers::StreamDelta::delta2),
     "stream_delta2_override", "--stream-delta2-override,--override-delta2", "The same between rows, if it streams"},
    {&FlagSettings::stream_rollover_override, 0, highest_of_parts(max7800x::registers::Rollover::frame),
     "stream_rollover_override", "--stream-rollover-override,--override-rollover",
     "Words of the buffer that it streams from"},
    {&FlagSettings::first_weight_column, 0,
     most_of_parts([](const max7800x::Device& part) { return part.first_processor_columns; }), "first_weight_column",
     "--first-weight-column,--weight-start", "Leave the weight memory below free"},
    {&FlagSettings::processors_per_pass, 1, max7800x::all_processors, "processors_per_pass",
     "--processors-per-pass,--max-proc", "Split channels into passes of at most so many"},
    {&FlagSettings::repetitions, 1, layers_of_parts, "repetitions", "--repetitions,--repeat-layers",
     "Run all layers several times"},
    {&FlagSettings::first_layer, 0, layers_of_parts - 1, "first_layer", "--first-layer,--start-layer",
     "Number of the first layer"},
    {&FlagSettings::ready_selection, 0, 3, "ready_selection", "--ready-selection,--ready-sel",
     "Wait states of the accelerator"},
    {&FlagSettings::fifo_ready_selection, 0, 3, "fifo_ready_selection", "--fifo-ready-selection,--ready-sel-fifo",
     "Wait states of its FIFOs"},
    {&FlagSettings::always_on_ready_selection, 0, 3, "always_on_ready_selection",
     "--always-on-ready-selection,--ready-sel-aon", "Wait states of the registers that are always on"},
    {&FlagSettings::synthesized_words, 0, 1 << 20, "synthesized_words", "--synthesized-words,--synthesize-words",
     "The program makes the input of a FIFO from so many words"},
    {&FlagSettings::synthesized_step, 0, 0x7fff'ffff, "synthesized_step", "--synthesized-step,--synthesize-input",
     "What each repetition of these words adds to them"},
    {&FlagSettings::output_width, 8, 32, "", "--output-width", "Bits of the last layer's output: 8 or 32", 24},
    {&FlagSettings::stop_after, 0, layers_of_parts - 1, "", "--stop-after", "Make this layer the last one"},
    {&FlagSettings::input_offset, 0,
     most_of_parts([](const max7800x::Device& part) { return part.max_out_offset - 1; }), "", "--input-offset",
     "Offset of the input in the data memories, in bytes"},
};

/// Lists of layers. The vendor's tool has one name for all layers and for a list of them.
struct Layers {
  std::vector<int> FlagSettings::*member;
  const char* names;
  const char* name_with_list;
  const char* meaning;
};
inline constexpr Layers layers[] = {
    {&FlagSettings::layers_without_bias, "--no-bias-in", "--no-bias", "Leave the biases of these layers out"},
    {&FlagSettings::streaming_layers, "--streaming-layers", "", "Let these layers stream"},
};

/// A flag that selects how the input reaches the accelerator.
struct Path {
  max7800x::InputPath path;
  const char* type;
  const char* names;
  const char* meaning;
};
inline constexpr Path paths[] = {
    {max7800x::InputPath::fifo, "fifo_input", "--fifo,--fifo-input", "The input comes through the FIFOs ..."},
    {max7800x::InputPath::fast_fifo, "fast_fifo_input", "--fast-fifo,--fast-fifo-input",
     "... through the fast FIFO ..."},
    {max7800x::InputPath::quad_fast_fifo, "quad_fast_fifo_input", "--fast-fifo-quad,--quad-fast-fifo",
     "... through the fast FIFO, to all four groups"},
};

/// A flag with an address. It changes the device: `type` is the function that does so in C++.
struct Address {
  std::uint32_t FlagSettings::*member;
  const char* type;
  const char* names;
  const char* meaning;
};
inline constexpr Address addresses[] = {
    {&FlagSettings::apb_base, "with_apb_base", "--apb-base",
     "Address of the peripheral bus, for the addresses of exported C, imported headers and memory dumps"},
};

/// A flag for a feature that only some chips of the family have.
struct FeatureFlag {
  max7800x::Feature feature;
  const char* type;
  const char* names;
  const char* meaning;
};
inline constexpr FeatureFlag feature_flags[] = {
    {max7800x::Feature::pipeline, "pipeline", "--pipeline", "Compute in stages"},
    {max7800x::Feature::pll, "pll", "--pll", "Run from the PLL"},
    {max7800x::Feature::full_speed, "full_speed", "--full-speed,--max-speed", "Load weights at full speed"},
    {max7800x::Feature::parallel_outputs, "parallel_outputs", "--parallel-outputs,--calcx4",
     "Compute four output channels at a time"},
    {max7800x::Feature::read_ahead, "read_ahead", "--read-ahead", "Read the next input while computing"},
    {max7800x::Feature::linked_layers, "linked_layers", "--linked-layers,--link-layer", "Layers name their successor"},
    {max7800x::Feature::single_steps, "single_steps", "--single-steps,--one-shot", "Stop after every layer"},
    {max7800x::Feature::early_start, "early_start", "--early-start,--fifo-go",
     "Start before the first word is in the FIFO"},
    {max7800x::Feature::snooping, "snooping", "--snooping,--snoop-loop", "Execute layers conditionally"},
};

/// A flag of the vendor's tool that has no effect here. It is accepted, with its value if it has one, so that existing
/// scripts work; `meaning` says what to use instead, or why nothing is needed.
struct Neutral {
  const char* names;
  Value value;
  const char* meaning;
  unsigned asked = 0;  ///< max7800x::Feature bits: what the flag asks for, and only some parts have
};
inline constexpr Neutral neutral[] = {
    {"--embedded-code,-e", none, "C for the chip is what export writes"},
    {"--ai85", none, "--device names the part"},
    {"--display-checkpoint", none, "import shows what a checkpoint holds"},
    {"--board-name", text("NAME"), "exported C names no board: the project's makefile does"},
    {"--compact-data", none, "the input is loaded in a loop always"},
    {"--no-compact-data", none, "the input is loaded in a loop always"},
    {"--compact-weights", none, "weights are loaded in a loop always"},
    {"--mexpress", none, "weights are loaded packed, but for plain_weights", bit_of(max7800x::Feature::express)},
    {"--new-kernel-loader", none, "weights have one loader"},
    {"--old-kernel-loader", none, "weights have one loader"},
    {"--no-greedy-kernel", none, "columns are searched for as long as there is hope"},
    {"--legacy-kernels", none, "columns are searched for as long as there is hope"},
    {"--kernel-format", text("TEXT"), "no kernels are printed"},
    {"--softmax", none,
     "exported C has softmax.c where the last layer gives a 32-bit value per class; in C++ max7800x::softmax"},
    {"--fc-layer", none, "in C++ max7800x::run of a SoftwareLinear computes a linear layer behind the network"},
    {"--boost", pin, "exported cnn.c has cnn_boost_enable() and cnn_boost_disable(); in C++ the board does it"},
    {"--timer", number("NUMBER", 0, 5),
     "exported C measures where CNN_INFERENCE_TIMER names a timer: -DCNN_INFERENCE_TIMER=MXC_TMR0"},
    {"--no-timer", none, "no timer measures unless CNN_INFERENCE_TIMER names one"},
    {"--energy", none, "measure around a loop of load_input() and start(); plan tells the cycles"},
    {"--forever", none, "call start() again: the driver's done state leads back to it"},
    {"--no-wfi", none, "in C++ the board decides how to wait: NoBoard asks again and again"},
    {"--switch-delay", number("MS", 0, most_number), "a board of one's own waits in power_on()"},
    {"--debugwait", number("SECONDS", 0, most_number), "exported main.c does not wait for a debugger"},
    {"--no-kat", none, "leave main.c of an exported project out"},
    {"--unload", none, "outputs can be unloaded always"},
    {"--no-unload", none, "who does not call cnn_unload() does not unload"},
    {"--max-verify-length,--max-checklines", count, "exported main.c checks the whole output"},
    {"--verify-kernels", none, "verify_weights() does it, and exported main.c calls it"},
    {"--mlator-noverify", none, "outputs are read one way"},
    {"--unroll-mlator", unrolled, "the compiler unrolls loops"},
    {"--unroll-8bit", unrolled, "the compiler unrolls loops"},
    {"--unroll-wide", unrolled, "the compiler unrolls loops"},
    {"--fixed-input", none, "give such an input with --input"},
    {"--init-tram", none, "the accelerator writes its row caches before it reads them; clear_memories clears them too"},
    {"--no-fifo-wait", none, "a word is pushed when the FIFO has room"},
    {"--slow-load", count, "a word is pushed when the FIFO has room"},
    {"--input-split", number("NUMBER", 1, 1024), "the input is loaded in one piece, with the same result"},
    {"--stop-start", none, "stop() and resume() do it"},
    {"--no-pll,--apb", none, "in C++ the board sets the clock"},
    {"--balance-speed", none, "weights are loaded at the usual speed but for full_speed"},
    {"--clock-divider", clock_divider, "exported C hands it to cnn_enable(); in C++ the board sets the clock"},
    {"--clock-trim", trims, "the start-up code trims clocks"},
    {"--no-riscv-flash", none, "the linker places tables"},
    {"--no-riscv-cache", none, "the start-up code switches caches"},
    {"--ignore-bn", none, "batch norm has to be folded before the weights are quantized"},
    {"--allow-streaming", none, "a first layer that streams reads a FIFO"},
    {"--no-error-stop", none, "all errors are listed always, and stay errors"},
    {"--no-warn-zero", none, "an output of zeros gets a warning"},
    {"--ignore-energy-warning", none, "no hints at energy are given; plan tells the cycles"},
    {"--ignore-mlator-warning", none, "that hint is a notice, which no exit code counts"},
    {"--yamllint", text("NAME"), "descriptions are checked always"},
    {"--overwrite", none, "files are written anew always"},
    {"--c-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--api-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--weight-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--sample-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--sample-output-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--result-filename", text("NAME"), "exported files have the usual names; --prefix sets them apart"},
    {"--sample-numpy-filename,--result-numpy", text("NAME"), "run --output writes the output as an array"},
    {"--define", text("TEXT"), "the project's makefile defines macros"},
    {"--define-default-arm", text("TEXT"), "the project's makefile defines macros"},
    {"--define-default-riscv", text("TEXT"), "the project's makefile defines macros"},
    {"--eclipse-includes", text("TEXT"), "no project files are written"},
    {"--eclipse-variables", text("TEXT"), "no project files are written"},
    {"--eclipse-openocd-args", text("TEXT"), "no project files are written"},
    {"--verbose,-v", none, "plan tells layers, memories and cycles"},
    {"--log,-L", none, "redirect the output"},
    {"--no-log", none, "nothing is logged"},
    {"--log-filename", text("NAME"), "redirect the output"},
    {"--log-intermediate", none, "run --layer shows a layer's output"},
    {"--log-pooling", none, "run --layer shows a layer's output"},
    {"--short-log,--log-last-only,--verbose-all", none, "nothing is logged"},
    {"--no-progress", none, "no progress is shown"},
    {"--debug,-D", none, "compare-dump finds the first value that differs"},
    {"--debug-computation", none, "compare-dump finds the first value that differs"},
    {"--debug-latency", none, "plan tells the cycles of every layer"},
    {"--debug-snoop", none, "exported main.c does not check what the snoop units have counted"},
    {"--debug-new-streaming", none, "that of other chips"},
    {"--autogen", text("FOLDER"), "simulations of the circuit are not written"},
    {"--autogen_list", text("NAME"), "simulations of the circuit are not written"},
    {"--queue-name", text("NAME"), "simulations of the circuit are not written"},
    {"--runtest-filename", text("NAME"), "simulations of the circuit are not written"},
    {"--timeout", count, "simulations of the circuit are not written"},
    {"--result-output", none, "simulations of the circuit are not written"},
    {"--top-level", text("NAME"), "simulations of the circuit are not written"},
    {"--input-filename", text("NAME"), "simulations of the circuit are not written"},
    {"--output-filename", text("NAME"), "simulations of the circuit are not written"},
    {"--output-config-filename,--output-data-filename,--output-weights-filename,--output-bias-filename", text("NAME"),
     "simulations of the circuit are not written"},
    {"--output-pass-filename", text("NAME"), "simulations of the circuit are not written"},
    {"--legacy-test", none, "simulations of the circuit are not written"},
    {"--pretend-zero-sram", none,
     "simulations of the circuit are not written; clear_memories clears those of the chip"},
    {"--input-csv", text("FILE"), "a camera is not simulated: --input gives the picture"},
    {"--input-csv-format", camera_format, "a camera is not simulated: --input gives the picture"},
    {"--input-csv-retrace", count, "a camera is not simulated: --input gives the picture"},
    {"--input-csv-period", count, "a camera is not simulated: --input gives the picture"},
    {"--input-pix-clk", count, "a camera is not simulated: --input gives the picture"},
    {"--input-sync", none, "a camera is not simulated: --input gives the picture"},
    {"--input-fifo", none, "a camera is not simulated: --input gives the picture"},
    {"--no-version-check", none, "nothing is looked up"},
    {"--version-check-interval", number("HOURS", 0, most_number), "nothing is looked up"},
    {"--upstream", text("NAME"), "nothing is looked up"},
};

/// The first feature that a part lacks and a flag without effect asks for; nullptr: it asks for none.
constexpr const max7800x::FeatureName* missing_feature(const Neutral& row, const max7800x::Device& device) {
  for (const max7800x::FeatureName& feature : max7800x::feature_names)
    if ((row.asked & bit_of(feature.key)) != 0 && !device.has(feature.key)) return &feature;
  return nullptr;
}

/// A flag of the vendor's tool that would change the result, and is refused: `meaning` says what to do instead.
struct Refused {
  const char* names;
  Value value;  ///< if a number: the least one changes nothing, and is accepted
  const char* meaning;
  bool for_export_only = false;  ///< the flag only changes what export writes: all other verbs accept it
};
inline constexpr Refused refused[] = {
    {"--skip-yaml-layers", count, "leave the layers out of the description"},
    {"--skip-checkpoint-layers", count, "leave the layers out of the checkpoint, or give --weights"},
    {"--reshape-inputs", none, "in_dim and in_channels reshape what a layer reads"},
    {"--weight-input", text("FILE"), "--weights names the files"},
    {"--bias-input", text("FILE"), "--bias names the files"},
    {"--rtl,--rtl-sim", none, "simulations of the circuit are not written: compare-dump has a virtual chip", true},
    {"--rtl-preload", none, "simulations of the circuit are not written: compare-dump has a virtual chip", true},
    {"--rtl-preload-weights", none, "simulations of the circuit are not written: compare-dump has a virtual chip",
     true},
    {"--test-bist", none, "no memory is cleared for a test of its self-test: clear_memories clears all of them", true},
};

/// Whether a refused flag has the value that it has where it is not given.
constexpr bool changes_nothing(const Refused& row, std::string_view value) {
  return row.value.form == Value::Form::number && number_in(value) == row.value.least;
}

/// Flags of the program itself that have another name in the vendor's tool.
struct Renamed {
  const char* names;
  Value value;
  const char* meaning;
};
inline constexpr Renamed renamed[] = {
    {"--config-file", text("FILE"), "the description, which may also stand without a flag"},
    {"--checkpoint,--checkpoint-file", text("FILE"), "weights, biases, shifts and widths"},
    {"--input,--sample-input", text("FILE"), "the input, or a sample of it"},
    {"--device", text("NAME"), "the chip: its name, that of its die or the number of either, such as 85"},
    {"--prefix", text("NAME"),
     "begins all names of exported C; with --test-dir the folder's name, as in the vendor's tool; else without effect"},
    {"--test-dir", text("FOLDER"), "export writes into a folder in it that --prefix names; else without effect"},
};

/// Whether a flag is one of the names of a row.
constexpr bool is_one_of(std::string_view flag, std::string_view names) {
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    if (names.substr(0, comma) == flag) return true;
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
  }
  return false;
}

/// The row that a flag names; nullptr if there is none.
template <class Table>
constexpr auto row_of(std::string_view flag, const Table& table) -> decltype(&table[0]) {
  for (const auto& row : table)
    if (is_one_of(flag, row.names)) return &row;
  return nullptr;
}

}  // namespace flags

/// Fills in a default: with a step but no number of words, synthesized input is made from 8 words.
inline void complete(FlagSettings& settings) {
  if (settings.synthesized_step != 0 && settings.synthesized_words == 0) settings.synthesized_words = 8;
}

/// Makes a layer the last one. Its output stays where it was: if it has no output processors of its own, on the
/// processors of the layer that came next.
inline void stop_after(DescribedLayer& layer, const NetworkDescription& description) {
  const auto next = static_cast<std::size_t>(layer.next);
  Placement& placement = layer.layer.placement;
  if (layer.next >= 0 && next < description.layers.size() && placement.output_processors == 0)
    placement.output_processors = description.layers[next].layer.placement.processors;
  layer.next = DescribedLayer::stop;
}

/// Leaves out the layers in front of layer `first`, which keeps its number in the hardware (option first_layer). If one
/// of the remaining layers refers to one that was left out, the description is not complete any more.
inline void start_at(int first, NetworkDescription& description) {
  const int count = static_cast<int>(description.layers.size());
  if (first <= 0 || first >= count) return;
  description.layers.erase(description.layers.begin(), description.layers.begin() + first);
  for (DescribedLayer& layer : description.layers) {
    for (int* reference : {&layer.next, &layer.simulated_next, &layer.weight_source, &layer.next_on_hit})
      if (*reference >= 0) *reference -= first;
    for (int& source : layer.sources) {
      if (source < 0) continue;
      source -= first;
      if (source < 0) description.complete = false;
    }
  }
}

/// Changes a description before a graph is made of it. Layers that the changes name have to exist.
inline void apply(const NetworkChanges& changes, NetworkDescription& description) {
  for (std::size_t i = 0; i < description.layers.size(); ++i) {
    DescribedLayer& layer = description.layers[i];
    const int number = static_cast<int>(i);
    if (number == changes.stop_after) stop_after(layer, description);
    if (changes.ignore_streaming) layer.layer.streaming = false;
    if (changes.ignore_activation) layer.layer.activation = Activation::none;
    if (NetworkChanges::contains(changes.streaming_layers, number)) layer.layer.streaming = true;
  }
}

/// Changes a graph that is made of a description.
template <int N>
void apply(const NetworkChanges& changes, Graph<N>& graph) {
  if (graph.size == 0) return;
  if (changes.output_width != 0) graph[graph.size - 1].wide = changes.output_width == 32;
  if (changes.input_offset >= 0) graph.input_offset = changes.input_offset;
}

/// Changes a graph that is bound to its parameters.
template <int N>
void apply_to_bound(const NetworkChanges& changes, Graph<N>& graph) {
  for (int i = 0; i < graph.size && changes.separate_weights; ++i) graph[i].same_weights_as = -1;
}

/// The device with the addresses that the flags ask for.
inline max7800x::Device device_with(const FlagSettings& settings, const max7800x::Device& device) {
  return settings.apb_base == 0 ? device : max7800x::with_apb_base(device, settings.apb_base);
}

/// The options that differ from the defaults as types, each preceded by a comma: ", max7800x::fifo_input".
inline std::string option_types(const FlagSettings& settings) {
  const FlagSettings usual{};
  std::string text;
  const auto add = [&](const std::string& type) { text.append(", incuse::max7800x::").append(type); };
  for (const flags::Switch& row : flags::switches)
    if (*row.type != '\0' && settings.*row.member == row.value) add(row.type);
  for (const flags::Path& row : flags::paths)
    if (settings.input_path == row.path) add(row.type);
  for (const flags::FeatureFlag& row : flags::feature_flags)
    if ((settings.features & bit_of(row.feature)) != 0)
      add(std::string("with<incuse::max7800x::Feature::") + row.type + '>');
  for (const flags::Number& row : flags::numbers)
    if (*row.type != '\0' && settings.*row.member != usual.*row.member)
      add(std::string(row.type) + '<' + std::to_string(settings.*row.member) + '>');
  if (settings.snoop.used) {
    std::string values;
    for (std::uint32_t value : settings.snoop.values) values += (values.empty() ? "" : ", ") + std::to_string(value);
    add("snoop<" + values + '>');
  }
  return text;
}

namespace detail {

/// The name of a flag in the vendor's tool: the first one that is not the option's own, or else that.
inline std::string vendor_flag(std::string_view names, const std::string& type) {
  std::string own = "--" + type;
  std::replace(own.begin(), own.end(), '_', '-');
  for (std::string_view rest = names; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) != own) return std::string(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return own;
}

}  // namespace detail

/// The flags with which the vendor's tool does what the options say, each preceded by a blank: " --fifo". Changes of
/// the network are not among them, but for those that a description cannot say.
inline std::string vendor_flags(const FlagSettings& settings) {
  const FlagSettings usual{};
  std::string text;
  const auto add = [&](const char* names, const std::string& type, const std::string& value = {}) {
    text += ' ' + detail::vendor_flag(names, type) + (value.empty() ? "" : " " + value);
  };
  const auto in_description = [](bool FlagSettings::*member) {
    return member == &FlagSettings::ignore_activation || member == &FlagSettings::ignore_streaming;
  };
  for (const flags::Switch& row : flags::switches)
    if (settings.*row.member == row.value && !in_description(row.member)) add(row.names, row.type);
  for (const flags::Path& row : flags::paths)
    if (settings.input_path == row.path) add(row.names, row.type);
  for (const flags::FeatureFlag& row : flags::feature_flags)
    if ((settings.features & bit_of(row.feature)) != 0) add(row.names, row.type);
  for (const flags::Number& row : flags::numbers)
    if (*row.type != '\0' && settings.*row.member != usual.*row.member)
      add(row.names, row.type, std::to_string(settings.*row.member));
  if (!settings.layers_without_bias.empty()) text += " --no-bias";
  for (const int layer : settings.layers_without_bias) text += ' ' + std::to_string(layer);
  return text;
}

}  // namespace incuse
