#include "flags.hpp"

#include <algorithm>

#include "reference_case.hpp"

namespace conformance {

namespace flags = incuse::flags;

namespace {

/// The row of a flag with a list of layers.
const flags::Layers* layers_of(const std::string& flag, bool has_value) {
  for (const flags::Layers& row : flags::layers)
    if (flags::is_one_of(flag, row.names) || (has_value && flag == row.name_with_list)) return &row;
  return nullptr;
}

}  // namespace

Settings settings_of(const std::vector<std::string>& flags_of_case) {
  Settings settings;
  incuse::FlagSettings& options = settings.options;
  options.vendor_stream = true;  // it is the vendor's tables that ours are compared with
  for (std::size_t i = 0; i < flags_of_case.size(); ++i) {
    const std::string& flag = flags_of_case[i];
    settings.pauses = settings.pauses || flag == "--stop-start" || flag == "--one-shot";
    const bool has_value = i + 1 < flags_of_case.size() && flags_of_case[i + 1].rfind("--", 0) != 0;
    const auto value = [&]() -> std::string {
      if (!has_value) throw DamagedCase("flag " + flag + " has no value");
      return flags_of_case[++i];
    };
    if (flag == "--max-verify-length" || flag == "--max-checklines") {
      settings.verify_length = static_cast<int>(number_in(value()));
    } else if (flag == "--input-split") {
      value();
      settings.compare_input = false;  // the input is loaded piece by piece, not from a table
    } else if (const flags::Neutral* neutral = flags::row_of(flag, flags::neutral)) {
      if (neutral->value.form != flags::Value::Form::none) value();
    } else if (const flags::Layers* layers = layers_of(flag, has_value)) {
      options.*layers->member = split_numbers(value());
    } else if (const flags::Switch* row = flags::row_of(flag, flags::switches)) {
      options.*row->member = row->value;
    } else if (const flags::Number* number = flags::row_of(flag, flags::numbers)) {
      options.*number->member = static_cast<int>(number_in(value()));
    } else if (const flags::Path* path = flags::row_of(flag, flags::paths)) {
      options.input_path = std::max(options.input_path, path->path);
    } else if (const flags::FeatureFlag* feature = flags::row_of(flag, flags::feature_flags)) {
      options.features |= bit_of(feature->feature);
    } else {
      settings.not_supported.push_back("flag " + flag + " is not supported yet");
      if (has_value) value();
    }
  }
  if (options.synthesized_step == 0) options.synthesized_words = 0;  // the number alone has no effect
  complete(options);
  return settings;
}

}  // namespace conformance
