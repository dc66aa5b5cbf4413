#include "deployment_options.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "output.hpp"

namespace cli {

namespace {

namespace flags = incuse::flags;

const char* const changes = "Changes of the network";
const char* const deployment = deployment_group;
const char* const unlisted = "Flags that help does not list";
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

/// Whether a flag takes a list of layers.
bool takes_layers(const std::string& flag) {
  return std::any_of(std::begin(flags::layers), std::end(flags::layers), [&](const flags::Layers& row) {
    return flags::is_one_of(flag, row.names) || flag == row.name_with_list;
  });
}

/// Digits and commas: a list, possible or not, and no file.
bool looks_like_list(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789,") == std::string::npos;
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

/// An address of words on a bus.
CLI::Validator possible_address() {
  return CLI::Validator(
      [](const std::string& text) {
        std::uint64_t address = 0;
        const bool read = !text.empty() && text[0] != '-' && CLI::detail::lexical_cast(text, address);
        const bool possible = read && address <= 0xffff'ffff && address % 4 == 0;
        return possible ? std::string() : "'" + text + "' is no multiple of 4 up to 0xfffffffc";
      },
      "");
}

/// The values that a row of the vendor's flags takes.
CLI::Validator possible_values(const flags::Value& value) {
  return CLI::Validator(
      [&value](const std::string& text) {
        return is_possible(value, text) ? std::string() : "'" + text + "' is not " + words_of(value);
      },
      "");
}

/// A flag that is only there to be taken, or to be refused with a reason; help does not list it. `given` gets its
/// value.
template <class Row>
void add_unlisted(CLI::App& verb, const Row& row, const std::function<void(const std::string&)>& given) {
  if (verb.get_option_no_throw(std::string(row.names).substr(0, std::string(row.names).find(','))) != nullptr) return;
  const bool has_value = row.value.form != flags::Value::Form::none;
  CLI::Option* option = has_value ? verb.add_option_function<std::string>(row.names, given)
                                  : verb.add_flag_callback(row.names, [given] { given({}); });
  if (has_value) option->check(possible_values(row.value))->type_name(row.value.name);
  option->group(unlisted);
}

/// In the vendor's tool the number of words alone means nothing, and the step alone eight words.
void complete_synthesis(std::vector<std::string>& words) {
  const auto find = [&](const std::string& flag) {
    return std::find_if(words.begin(), words.end(),
                        [&](const std::string& word) { return word == flag || word.rfind(flag + '=', 0) == 0; });
  };
  // If the value of the flag is missing, no word may be added behind it, which would be taken for the value, and none
  // be left out.
  if (!words.empty() && (words.back() == "--synthesize-input" || words.back() == "--synthesize-words")) return;
  const bool steps = find("--synthesize-input") != words.end();
  const auto number = find("--synthesize-words");
  if (steps && number == words.end() && find("--synthesized-words") == words.end())
    words.insert(words.end(), {"--synthesized-words", "8"});
  if (steps || number == words.end()) return;
  const bool value_behind = *number == "--synthesize-words";
  const std::string value = value_behind ? *(number + 1) : number->substr(number->find('=') + 1);
  if (flags::number_in(value) < 0) return;  // refused as what it is
  words.erase(number, value_behind ? number + 2 : number + 1);
  say(stderr,
      "note: --synthesize-words has no effect without --synthesize-input, as in the vendor's tool; "
      "--synthesized-words " +
          value + " makes the input from so many words");
}

/// Puts the name of a flag that was typed in the place of its first one, wherever that is a whole word.
void replace_flag(const std::string& own, const std::string& flag, std::string& message) {
  const auto in_flag = [](char c) { return c == '-' || c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = message.find(own); own != flag && at != std::string::npos; at = message.find(own, at)) {
    const bool whole = at + own.size() == message.size() || !in_flag(message[at + own.size()]);
    if (whole) message.replace(at, own.size(), flag);
    at += whole ? flag.size() : own.size();
  }
}

/// "check, import and export have": the verbs that have a flag; empty if none does.
std::string verbs_with(const CLI::App& program, const std::string& flag) {
  std::vector<std::string> verbs;
  for (const CLI::App* verb : program.get_subcommands({}))
    if (verb->get_option_no_throw(flag) != nullptr) verbs.push_back(verb->get_name());
  std::string words;
  for (std::size_t i = 0; i < verbs.size(); ++i)
    words += (i == 0 ? "" : i + 1 == verbs.size() ? " and " : ", ") + verbs[i];
  return words.empty() ? words : words + (verbs.size() == 1 ? " has" : " have");
}

/// All names of a verb's flags.
std::vector<std::string> names_of(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

}  // namespace

void add_vendor_flags(CLI::App& verb) {
  const auto take = [](const std::string&) {};
  for (const flags::Neutral& row : flags::neutral) add_unlisted(verb, row, take);
  for (const flags::Refused& row : flags::refused)
    add_unlisted(verb, row, [&row, exports = verb.get_name() == "export"](const std::string& value) {
      if ((!exports && row.for_export_only) || changes_nothing(row, value)) return;
      throw CLI::ValidationError("there is no " + std::string(row.names).substr(0, std::string(row.names).find(',')) +
                                 ": " + row.meaning);
    });
  for (const flags::Renamed& row : flags::renamed) add_unlisted(verb, row, take);
}

std::vector<std::string> pasted(int count, const char* const* words) {
  std::vector<std::string> result;
  for (int i = 1; i < count; ++i) {
    const std::string config = "--config-file", given = words[i];
    if (given == config && i + 1 < count && !result.empty()) {
      result.insert(result.begin() + 1, words[++i]);
      continue;
    }
    if (given.rfind(config + '=', 0) == 0 && !result.empty()) {
      result.insert(result.begin() + 1, given.substr(config.size() + 1));
      continue;
    }
    const bool list = i + 1 < count && looks_like_list(words[i + 1]);
    std::string word = words[i];
    for (const flags::Layers& row : flags::layers)
      if (list && word == row.name_with_list) word = row.names;
    const std::size_t equals = given.find('=');
    if (takes_layers(given.substr(0, equals))) {
      // The vendor's tool separates members of a list by blanks: "14 16" is 14,16.
      if (equals == std::string::npos && list) {
        result.push_back(word);
        word = words[++i];
      }
      const bool begins = equals != std::string::npos || word != given;
      for (; begins && i + 1 < count && looks_like_list(words[i + 1]); ++i) word.append(",").append(words[i + 1]);
    }
    result.push_back(word);
  }
  complete_synthesis(result);
  return result;
}

std::string with_typed_names(const CLI::App& program, const std::vector<std::string>& typed, std::string message) {
  for (const CLI::App* verb : program.get_subcommands())
    for (const std::string& word : typed) {
      const std::string flag = word.substr(0, word.find('='));
      const CLI::Option* option = flag.rfind("--", 0) == 0 ? verb->get_option_no_throw(flag) : nullptr;
      if (option != nullptr) replace_flag("--" + option->get_lnames().front(), flag, message);
    }
  // Where one name of the vendor's stands for all layers and for a list of them, the list has a second name here.
  for (const flags::Layers& row : flags::layers)
    for (std::size_t i = 0; i + 1 < typed.size(); ++i)
      if (typed[i] == row.name_with_list && looks_like_list(typed[i + 1])) replace_flag(row.names, typed[i], message);
  return message;
}

void refuse_contradictions(const CLI::App& program, const std::vector<std::string>& typed) {
  const std::string no = "--no-";
  const auto is_typed = [&](const std::string& flag) {
    return std::find(typed.begin(), typed.end(), flag) != typed.end();
  };
  const auto counts = [](const std::string& flag) { return flags::row_of(flag, flags::neutral) == nullptr; };
  for (const CLI::App* verb : program.get_subcommands())
    for (const std::string& flag : typed) {
      if (flag.rfind(no, 0) != 0) continue;
      const std::string other = "--" + flag.substr(no.size());
      const CLI::Option* option = verb->get_option_no_throw(other);
      const bool alone = option != nullptr && option->get_expected_max() == 0;
      if (alone && is_typed(other) && (counts(flag) || counts(other)))
        throw UsageError(other + " and " + flag + " contradict each other: leave one of them out");
    }
}

namespace {

/// "; did you mean '--pll'?", or what is least unlike a flag that nothing is near to: "; the nearest is '--fifo'".
std::string nearest_flag(const std::string& flag, const std::vector<std::string>& names) {
  const std::string near =
      incuse::detail::nearest_word(flag, names, [](const std::string& name) { return std::string_view(name); });
  if (!near.empty() || names.empty()) return near;
  const auto least = std::min_element(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return incuse::detail::edit_distance(flag, a) < incuse::detail::edit_distance(flag, b);
  });
  return "; the nearest is '" + *least + "'";
}

}  // namespace

namespace {

/// What a word means that has no flag in front, if the verb takes no further one.
std::string further_word(const CLI::App& verb, const std::string& word) {
  const CLI::Option* description = verb.get_option_no_throw("description");
  if (description == nullptr || description->count() == 0) return "'" + word + "' is one word too many";
  const std::string first = description->as<std::string>();
  if (first == word) return "the description '" + word + "' is given twice";
  return "the description is given twice, as '" + first + "' and as '" + word +
         "': what is no description needs a flag in front of it";
}

/// What is said of an option that is given more often than once, or "".
std::string given_twice(const std::string& message) {
  const std::size_t end = message.find(": At Most 1 required but received ");
  if (end == std::string::npos) return {};
  return message.substr(0, end) + " is given more than once: it takes one value";
}

}  // namespace

std::vector<std::string> mistakes(const CLI::App& program, const std::string& message) {
  std::vector<std::string> lines;
  for (const CLI::App* verb : program.get_subcommands())
    for (const std::string& word : verb->remaining()) {
      if (word.size() < 2 || word[0] != '-') continue;
      const std::string flag = word.substr(0, word.find('='));
      const std::string others = verbs_with(program, flag);
      if (others.empty())
        lines.push_back("there is no flag " + flag + nearest_flag(flag, names_of(*verb)));
      else
        lines.push_back(verb->get_name() + " has no flag " + flag + "; " + others + " it");
    }
  if (!lines.empty()) return lines;
  const std::string twice = given_twice(message);
  if (!twice.empty()) return {twice};
  for (const CLI::App* verb : program.get_subcommands())
    for (const std::string& word : verb->remaining()) lines.push_back(further_word(*verb, word));
  const bool too_many = message.find("not expected") != std::string::npos;
  return too_many && !lines.empty() ? lines : std::vector<std::string>{message};
}

void leave_out_of_help(CLI::App& verb, bool all_but_those_that_matter_first) {
  for (CLI::Option* option : verb.get_options())
    if (option->get_group() == unlisted || (all_but_those_that_matter_first && option->get_group() != "Options"))
      option->group("");
}

void add_flags(CLI::App& verb, incuse::FlagSettings& settings, FlagUses& uses) {
  const auto add = [&uses](CLI::Option* option, const char* group) {
    uses.max7800x_only(option->group(group));
    return option;
  };
  for (const flags::Layers& row : flags::layers)
    add(verb.add_option_function<std::string>(
            row.names, [&settings, &row](const std::string& text) { settings.*row.member = *layers_in(text); },
            row.meaning),
        changes)
        ->check(CLI::Validator(
            [](const std::string& text) { return layers_in(text) ? "" : "'" + text + "' is no list of layers"; }, ""))
        ->type_name("0,1,...");
  for (const flags::Switch& row : flags::switches)
    add(verb.add_flag_callback(
            row.names, [&settings, &row] { settings.*row.member = row.value; }, row.meaning),
        group_of(row.type));
  for (const flags::Path& row : flags::paths)
    add(verb.add_flag_callback(
            row.names, [&settings, &row] { settings.input_path = row.path; }, row.meaning),
        deployment);
  for (const flags::Number& row : flags::numbers)
    add(verb.add_option(row.names, settings.*row.member, row.meaning), group_of(row.type))
        ->check(possible_values(row))
        ->type_name("NUMBER");
  for (const flags::Address& row : flags::addresses)
    add(verb.add_option(row.names, settings.*row.member, row.meaning), deployment)
        ->check(possible_address())
        ->type_name("ADDRESS");
  for (const flags::FeatureFlag& row : flags::feature_flags)
    add(verb.add_flag_callback(
            row.names, [&settings, &row] { settings.features |= bit_of(row.feature); }, row.meaning),
        other_chips);
}

}  // namespace cli
