#include "deployment_options.hpp"

#include <CLI/CLI.hpp>

namespace cli {

namespace {

using incuse::max7800x::InputPath;
using incuse::max7800x::Options;

/// Flags are called like the types, with dashes; the vendor tool's names are understood too.
struct Switch {
  bool Options::*member;
  bool value;  ///< that the flag sets
  const char* type;
  const char* flags;
  const char* meaning;
};
constexpr Switch switches[] = {
    {&Options::average_pool_rounding, true, "average_pool_rounding", "--average-pool-rounding,--avg-pool-rounding",
     "Average pooling rounds instead of truncating"},
    {&Options::overlap_data, true, "overlap_data", "--overlap-data",
     "A layer may write over its input, at a safe distance"},
    {&Options::express_weights, false, "plain_weights", "--plain-weights,--no-mexpress",
     "Load kernels as four words each instead of packed"},
    {&Options::simple_1bit, true, "simple_1bit", "--simple-1bit,--simple1b",
     "1-bit weights in the chip's other encoding"},
    {&Options::write_zero_registers, true, "write_zero_registers", "--write-zero-registers",
     "Also write registers whose value is 0"},
    {&Options::verify_writes, true, "verify_writes", "--verify-writes", "Read every register back"},
    {&Options::exact_write_order, true, "exact_write_order", "--exact-write-order",
     "The driver writes registers in the vendor's order"},
    {&Options::clear_memories, true, "clear_memories", "--clear-memories,--zero-sram", "Clear all memories first"},
    {&Options::clear_last_layer, true, "clear_last_layer", "--clear-last-layer,--zero-unused",
     "Write zeros to the last layer's registers"},
    {&Options::external_ready, true, "external_ready", "--external-ready,--ext-rdy", "Wait for an external signal"},
    {&Options::power_down_unused, true, "power_down_unused", "--power-down-unused,--powerdown",
     "Switch off the groups that are not used"},
    {&Options::runs_on_risc_v, true, "runs_on_risc_v", "--runs-on-risc-v,--riscv",
     "The program runs on the RISC-V core"},
    {&Options::deep_sleep, true, "deep_sleep", "--deep-sleep,--deepsleep", "The other core sleeps deeply meanwhile"},
};

struct Number {
  int Options::*member;
  int least, most;
  const char* type;
  const char* flags;
  const char* meaning;
};
constexpr Number numbers[] = {
    {&Options::stream_start_margin, 0, 8192, "stream_start_margin", "--stream-start-margin,--increase-start",
     "Words that a streaming layer waits for beyond what it needs"},
    {&Options::stream_delta1_margin, 0, 8192, "stream_delta1_margin", "--stream-delta1-margin,--increase-delta1",
     "The same between columns"},
    {&Options::stream_delta2_margin, 0, 8192, "stream_delta2_margin", "--stream-delta2-margin,--increase-delta2",
     "The same between rows"},
    {&Options::first_weight_column, 0, 4096, "first_weight_column", "--first-weight-column,--weight-start",
     "Leave the weight memory below free"},
    {&Options::processors_per_pass, 1, 64, "processors_per_pass", "--processors-per-pass,--max-proc",
     "Split channels into passes of at most so many"},
    {&Options::repetitions, 1, 32, "repetitions", "--repetitions,--repeat-layers", "Run all layers several times"},
    {&Options::first_layer, 0, 127, "first_layer", "--first-layer,--start-layer", "Number of the first layer"},
    {&Options::ready_selection, 0, 3, "ready_selection", "--ready-selection,--ready-sel",
     "Wait states of the accelerator"},
    {&Options::fifo_ready_selection, 0, 3, "fifo_ready_selection", "--fifo-ready-selection,--ready-sel-fifo",
     "Wait states of its FIFOs"},
    {&Options::always_on_ready_selection, 0, 3, "always_on_ready_selection",
     "--always-on-ready-selection,--ready-sel-aon", "Wait states of the registers that are always on"},
};

struct Path {
  InputPath path;
  const char* type;
  const char* flags;
  const char* meaning;
};
constexpr Path paths[] = {
    {InputPath::fifo, "fifo_input", "--fifo", "The input comes through the FIFOs ..."},
    {InputPath::fast_fifo, "fast_fifo_input", "--fast-fifo", "... through the fast FIFO ..."},
    {InputPath::quad_fast_fifo, "quad_fast_fifo_input", "--quad-fast-fifo,--fast-fifo-quad",
     "... through the fast FIFO, to all four groups"},
};

}  // namespace

void add_deployment_options(CLI::App& verb, Options& options) {
  const std::string group = "Options of the deployment";
  for (const Switch& row : switches)
    verb.add_flag_callback(
            row.flags, [&options, &row] { options.*row.member = row.value; }, row.meaning)
        ->group(group);
  for (const Path& row : paths)
    verb.add_flag_callback(
            row.flags, [&options, &row] { options.input_path = row.path; }, row.meaning)
        ->group(group);
  for (const Number& row : numbers) {
    const std::string range = std::to_string(row.least) + " to " + std::to_string(row.most);
    verb.add_option(row.flags, options.*row.member, row.meaning)
        ->check(CLI::Range(row.least, row.most).description(range))
        ->type_name("NUMBER")
        ->group(group);
  }
}

std::string option_types(const Options& options) {
  const Options usual{};
  std::string text;
  const auto add = [&](const std::string& type) { text.append(", max7800x::").append(type); };
  for (const Switch& row : switches)
    if (options.*row.member == row.value) add(row.type);
  for (const Path& row : paths)
    if (options.input_path == row.path) add(row.type);
  for (const Number& row : numbers)
    if (options.*row.member != usual.*row.member)
      add(std::string(row.type) + '<' + std::to_string(options.*row.member) + '>');
  return text;
}

}  // namespace cli
