#include "deployment_options.hpp"

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace cli {

namespace {

namespace flags = incuse::flags;

const char* const changes = "Changes of the network";
const char* const deployment = "Options of the deployment";
const char* const other_chips = "Features that only some chips of the family have";

const char* group_of(const char* type) { return *type == '\0' ? changes : deployment; }

/// "0,2" as numbers; nothing if it is no such list.
std::optional<std::vector<int>> layers_in(const std::string& text) {
  std::vector<int> layers;
  for (const std::string& word : CLI::detail::split(text, ',')) {
    int layer = -1;
    if (!CLI::detail::lexical_cast(word, layer) || layer < 0 || layer > 127) return std::nullopt;
    layers.push_back(layer);
  }
  return layers;
}

CLI::Validator possible_values(const flags::Number& row) {
  const char* between = row.step == 1 ? " to " : " or ";
  const std::string words = std::to_string(row.least) + between + std::to_string(row.most);
  const auto check = [&row, words](const std::string& text) {
    int value = 0;
    const bool read = CLI::detail::lexical_cast(text, value);
    const bool possible = read && value >= row.least && value <= row.most && (value - row.least) % row.step == 0;
    return possible ? std::string() : "'" + text + "' is not " + words;
  };
  return CLI::Validator(check, words);
}

}  // namespace

void add_flags(CLI::App& verb, incuse::FlagSettings& settings) {
  for (const flags::Layers& row : flags::layers)
    verb.add_option_function<std::string>(
            row.names, [&settings, &row](const std::string& text) { settings.*row.member = *layers_in(text); },
            row.meaning)
        ->check(CLI::Validator(
            [](const std::string& text) { return layers_in(text) ? "" : "'" + text + "' is no list of layers"; }, ""))
        ->type_name("0,1,...")
        ->group(changes);
  for (const flags::Switch& row : flags::switches)
    verb.add_flag_callback(
            row.names, [&settings, &row] { settings.*row.member = row.value; }, row.meaning)
        ->group(group_of(row.type));
  for (const flags::Path& row : flags::paths)
    verb.add_flag_callback(
            row.names, [&settings, &row] { settings.input_path = row.path; }, row.meaning)
        ->group(deployment);
  for (const flags::Number& row : flags::numbers) {
    verb.add_option(row.names, settings.*row.member, row.meaning)
        ->check(possible_values(row))
        ->type_name("NUMBER")
        ->group(group_of(row.type));
  }
  for (const flags::FeatureFlag& row : flags::feature_flags)
    verb.add_flag_callback(
            row.names, [&settings, &row] { settings.features |= bit_of(row.feature); }, row.meaning)
        ->group(other_chips);
}

}  // namespace cli
