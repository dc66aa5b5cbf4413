#include "flags.hpp"

#include <map>

#include "reference_case.hpp"

namespace conformance {

using incuse::max7800x::Feature;
using incuse::max7800x::InputPath;

namespace {

/// Flags that change how the generated program runs, but none of its tables: clocks, loops over the output, a second
/// processor that the same code runs on.
const std::set<std::string> without_effect = {"--no-pipeline", "--no-pll", "--stop-start", "--no-fifo-wait"};
const std::set<std::string> without_effect_with_value = {"--boost", "--clock-divider", "--unroll-8bit", "--unroll-wide",
                                                         "--unroll-mlator"};

}  // namespace

Settings settings_of(const std::vector<std::string>& flags) {
  Settings settings;
  incuse::max7800x::Options& options = settings.options;
  const std::map<std::string, bool*> switches = {
      {"--avg-pool-rounding", &options.average_pool_rounding},
      {"--write-zero-registers", &options.write_zero_registers},
      {"--riscv", &options.runs_on_risc_v},
      {"--deepsleep", &options.deep_sleep},
      {"--verify-writes", &options.verify_writes},
      {"--zero-sram", &options.clear_memories},
      {"--zero-unused", &options.clear_last_layer},
      {"--simple1b", &options.simple_1bit},
      {"--ext-rdy", &options.external_ready},
      {"--powerdown", &options.power_down_unused},
      {"--overlap-data", &options.overlap_data},
      {"--mlator", &options.mlator_unload},
      {"--ignore-streaming", &settings.ignore_streaming},
      {"--ignore-activation", &settings.ignore_activation},
      {"--ignore-bias-groups", &settings.bias_groups_free},
  };
  const std::map<std::string, int*> numbers = {
      {"--ready-sel", &options.ready_selection},
      {"--ready-sel-fifo", &options.fifo_ready_selection},
      {"--ready-sel-aon", &options.always_on_ready_selection},
      {"--start-layer", &options.first_layer},
      {"--repeat-layers", &options.repetitions},
      {"--weight-start", &options.first_weight_column},
      {"--max-proc", &options.processors_per_pass},
      {"--increase-start", &options.stream_start_margin},
      {"--increase-delta1", &options.stream_delta1_margin},
      {"--increase-delta2", &options.stream_delta2_margin},
      {"--output-width", &settings.output_width},
      {"--synthesize-words", &options.synthesized_words},
      {"--input-offset", &settings.input_offset},
      {"--stop-after", &settings.stop_after},
  };
  const std::map<std::string, InputPath> paths = {{"--fifo", InputPath::fifo},
                                                  {"--fast-fifo", InputPath::fast_fifo},
                                                  {"--fast-fifo-quad", InputPath::quad_fast_fifo}};
  const std::map<std::string, Feature> features = {
      {"--pipeline", Feature::pipeline},     {"--pll", Feature::pll},
      {"--max-speed", Feature::full_speed},  {"--calcx4", Feature::parallel_outputs},
      {"--read-ahead", Feature::read_ahead}, {"--link-layer", Feature::linked_layers},
      {"--one-shot", Feature::single_steps}, {"--fifo-go", Feature::early_start},
      {"--snoop-loop", Feature::snooping},
  };
  bool synthesizes = false;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const std::string& flag = flags[i];
    const bool has_value = i + 1 < flags.size() && flags[i + 1].rfind("--", 0) != 0;
    const auto value = [&]() -> std::string {
      if (!has_value) throw DamagedCase("flag " + flag + " has no value");
      return flags[++i];
    };
    if (without_effect.count(flag) > 0) continue;
    if (without_effect_with_value.count(flag) > 0) {
      value();
    } else if (switches.count(flag) > 0) {
      *switches.at(flag) = true;
    } else if (numbers.count(flag) > 0) {
      *numbers.at(flag) = static_cast<int>(number_in(value()));
    } else if (paths.count(flag) > 0) {
      options.input_path = paths.at(flag);
    } else if (features.count(flag) > 0) {
      options.features |= bit_of(features.at(flag));
    } else if (flag == "--no-mexpress") {
      options.express_weights = false;
    } else if (flag == "--no-bias") {
      settings.no_bias = true;
      if (has_value)
        for (int layer : split_numbers(value())) settings.layers_without_bias.insert(layer);
    } else if (flag == "--no-deduplicate-weights") {
      settings.share_weights = false;
    } else if (flag == "--streaming-layers") {
      for (int layer : split_numbers(value())) settings.streaming_layers.insert(layer);
    } else if (flag == "--synthesize-input") {
      value();  // what is added to the words from time to time
      if (options.synthesized_words == 0) options.synthesized_words = 8;
      synthesizes = true;
    } else if (flag == "--input-split") {
      value();
      settings.compare_input = false;  // the input is loaded piece by piece, not from a table
    } else {
      settings.not_supported.push_back("flag " + flag + " is not supported yet");
      if (has_value) value();
    }
  }
  if (!synthesizes) options.synthesized_words = 0;
  if (synthesizes && options.uses_fifo()) settings.not_supported.push_back("synthesized input is not supported yet");
  return settings;
}

}  // namespace conformance
