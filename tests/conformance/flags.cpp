#include "flags.hpp"

#include "reference_case.hpp"

namespace conformance {

namespace {

/// Flags that change how the generated program runs, but none of its tables: clocks, loops over the output, a second
/// processor that the same code runs on, comparisons after each write.
const std::set<std::string> without_effect = {"--no-pipeline", "--no-pll", "--stop-start", "--verify-writes",
                                              "--riscv",       "--no-fifo-wait"};
const std::set<std::string> without_effect_with_value = {"--boost", "--clock-divider", "--unroll-8bit", "--unroll-wide",
                                                         "--unroll-mlator"};

}  // namespace

Settings settings_of(const std::vector<std::string>& flags) {
  Settings settings;
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
    } else if (flag == "--avg-pool-rounding") {
      settings.options.average_pool_rounding = true;
    } else if (flag == "--no-mexpress") {
      settings.options.express_weights = false;
    } else if (flag == "--write-zero-registers") {
      settings.options.write_zero_registers = true;
    } else if (flag == "--output-width") {
      settings.output_width = static_cast<int>(number_in(value()));
    } else if (flag == "--input-offset") {
      settings.input_offset = static_cast<int>(number_in(value()));
    } else if (flag == "--stop-after") {
      settings.stop_after = static_cast<int>(number_in(value()));
    } else if (flag == "--no-bias") {
      settings.no_bias = true;
      if (has_value)
        for (int layer : split_numbers(value())) settings.layers_without_bias.insert(layer);
    } else if (flag == "--no-deduplicate-weights") {
      settings.share_weights = false;
    } else if (flag == "--overlap-data") {
      settings.options.overlap_data = true;
    } else if (flag == "--fifo") {
      settings.options.input_path = incuse::max7800x::InputPath::fifo;
    } else if (flag == "--fast-fifo") {
      settings.options.input_path = incuse::max7800x::InputPath::fast_fifo;
    } else if (flag == "--increase-start") {
      settings.options.stream_start_margin = static_cast<int>(number_in(value()));
    } else if (flag == "--increase-delta1") {
      settings.options.stream_delta1_margin = static_cast<int>(number_in(value()));
    } else if (flag == "--increase-delta2") {
      settings.options.stream_delta2_margin = static_cast<int>(number_in(value()));
    } else if (flag == "--ignore-streaming") {
      settings.ignore_streaming = true;
    } else if (flag == "--streaming-layers") {
      for (int layer : split_numbers(value())) settings.streaming_layers.insert(layer);
    } else if (flag == "--ignore-bias-groups") {
      settings.bias_groups_free = true;
    } else if (flag == "--mlator") {
      settings.compare_unload = false;  // the output is read through another port
    } else if (flag == "--input-split") {
      value();
      settings.compare_input = false;  // the input is loaded piece by piece, not from a table
    } else {
      if (flag == "--fast-fifo-quad") settings.options.input_path = incuse::max7800x::InputPath::fast_fifo;
      settings.not_supported.push_back("flag " + flag + " is not supported yet");
      if (has_value) value();
    }
  }
  const std::set<std::string> given(flags.begin(), flags.end());
  if (given.count("--fast-fifo") > 0 && given.count("--riscv") == 0)
    settings.not_supported.push_back("the choice of the processor that runs the program is not supported yet");
  return settings;
}

}  // namespace conformance
