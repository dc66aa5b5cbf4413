// Spaces of networks as files: descriptions (YAML) with names in place of numbers, and the key `search`, which lists
// the values of each name. Programs that include this header link yaml-cpp.
#pragma once

#include <cctype>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/train/space.hpp>

namespace incuse::train {

/// A space of descriptions, or the first thing that is wrong with the file.
struct SpaceFile {
  std::vector<Choice> choices{};
  /// The description of a member, for values of the choices.
  std::function<std::string(const std::vector<int>& values)> description{};
  std::string error{};  ///< empty if all is well: "space.yaml:3:1: ..."

  bool ok() const { return error.empty(); }
};

namespace detail {

/// Letters, digits and _, but no digit in front.
inline bool is_choice_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name.front())) return false;
  for (const char c : name)
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  return true;
}

/// `$name` or `2 * $name` in a file.
struct NamedNumber {
  int factor = 1;
  std::string name{};
};

/// A scalar as a named number; nothing if it is something else.
inline std::optional<NamedNumber> named_number(const std::string& text) {
  const std::size_t sign = text.find('$');
  if (sign == std::string::npos || !is_choice_name(std::string_view(text).substr(sign + 1))) return std::nullopt;
  NamedNumber number{1, text.substr(sign + 1)};
  std::string front;
  for (const char c : text.substr(0, sign))
    if (c != ' ') front += c;
  if (front.empty()) return number;
  const std::size_t digits = front.size() - 1;
  if (front.back() != '*' || digits < 1 || digits > 4) return std::nullopt;
  if (front.find_first_not_of("0123456789") != digits) return std::nullopt;
  number.factor = std::stoi(front);
  return number;
}

/// Makes the description of one member.
class DescriptionOfMember {
 public:
  DescriptionOfMember(const std::vector<Choice>& choices, const std::vector<int>& values) {
    for (std::size_t i = 0; i < choices.size(); ++i) values_[choices[i].name] = values[i];
  }

  std::string text(const YAML::Node& root) {
    YAML::Node result(YAML::NodeType::Map);
    for (const auto& entry : root) {
      const std::string key = entry.first.Scalar();
      if (key == "search") continue;
      if (key != "layers") {
        result[key] = with_numbers(entry.second);
        continue;
      }
      YAML::Node layers(YAML::NodeType::Sequence);
      add_layers(entry.second, layers);
      result[key] = layers;
    }
    YAML::Emitter emitter;
    write(result, emitter);
    return std::string(emitter.c_str()) + '\n';
  }

 private:
  /// Layers are not repeated beyond this number, which is more than any part has: the planner refuses the network.
  static constexpr std::size_t most_layers = 1000;

  int value(const NamedNumber& number) const { return number.factor * values_.at(number.name); }

  /// As yaml-cpp does, but for quotes, which stay.
  static void write(const YAML::Node& node, YAML::Emitter& emitter) {
    if (node.IsSequence()) {
      emitter << YAML::BeginSeq;
      for (const YAML::Node& item : node) write(item, emitter);
      emitter << YAML::EndSeq;
    } else if (node.IsMap()) {
      emitter << YAML::BeginMap;
      for (const auto& entry : node) {
        emitter << YAML::Key << entry.first.Scalar() << YAML::Value;
        write(entry.second, emitter);
      }
      emitter << YAML::EndMap;
    } else if (node.IsScalar()) {
      if (incuse::detail::quoted(node)) emitter << YAML::DoubleQuoted;
      emitter << node.Scalar();
    } else {
      emitter << YAML::Null;
    }
  }

  YAML::Node with_numbers(const YAML::Node& node) const {
    if (node.IsSequence()) {
      YAML::Node list(YAML::NodeType::Sequence);
      for (const YAML::Node& item : node) list.push_back(with_numbers(item));
      return list;
    }
    if (node.IsMap()) {
      YAML::Node map(YAML::NodeType::Map);
      for (const auto& entry : node) map[entry.first.Scalar()] = with_numbers(entry.second);
      return map;
    }
    if (!node.IsScalar()) return YAML::Clone(node);
    const std::optional<NamedNumber> number = named_number(node.Scalar());
    return number ? YAML::Node(value(*number)) : YAML::Clone(node);
  }

  void add_layers(const YAML::Node& layers, YAML::Node& result) {
    for (const YAML::Node& layer : layers) {
      if (!layer["repeat"]) {
        result.push_back(renamed(with_numbers(layer)));
        continue;
      }
      const long long times = incuse::detail::yaml_number(with_numbers(layer["repeat"])).value_or(0);
      for (long long i = 0; i < times && result.size() <= most_layers; ++i) add_layers(layer["layers"], result);
    }
  }
  /// A name that was there already gets a number; layers that read it read the last layer with the name.
  YAML::Node renamed(const YAML::Node& written) {
    YAML::Node layer = written;  // the same node
    if (const YAML::Node sources = written["in_sequences"]; sources && sources.IsSequence()) {
      YAML::Node list(YAML::NodeType::Sequence);
      for (const YAML::Node& source : sources) list.push_back(last_of(source));
      layer["in_sequences"] = list;
    } else if (sources) {
      layer["in_sequences"] = last_of(sources);
    }
    const YAML::Node name = written["name"];
    if (!name || !name.IsScalar()) return layer;
    const std::string& own = name.Scalar();
    const int count = ++counts_[own];
    last_[own] = count == 1 ? own : own + '_' + std::to_string(count);
    layer["name"] = last_[own];
    return layer;
  }
  YAML::Node last_of(const YAML::Node& source) const {
    const auto found = source.IsScalar() ? last_.find(source.Scalar()) : last_.end();
    return found == last_.end() ? YAML::Clone(source) : YAML::Node(found->second);
  }

  std::map<std::string, int> values_{};
  std::map<std::string, int> counts_{};        ///< how often a name was there
  std::map<std::string, std::string> last_{};  ///< what it is called where it was there last
};

class SpaceReader {
 public:
  explicit SpaceReader(std::string file) : file_(std::move(file)) {}

  SpaceFile read(const std::string& text) {
    if (const std::string reason = incuse::detail::no_text(text); !reason.empty()) return refused({}, reason);
    if (text.size() > incuse::detail::most_yaml_bytes) return refused({}, "this is too large for a space");
    try {
      const YAML::Node root = YAML::Load(text);
      read_root(root);
      if (result_.ok())
        result_.description = [root, choices = result_.choices](const std::vector<int>& values) {
          return DescriptionOfMember(choices, values).text(root);
        };
    } catch (const YAML::Exception& problem) {
      return refused({problem.mark.line + 1, problem.mark.column + 1}, problem.msg);
    }
    return std::move(result_);
  }

 private:
  SpaceFile refused(Place place, const std::string& reason) {
    const std::string at = place.line > 0 ? ':' + std::to_string(place.line) + ':' + std::to_string(place.column) : "";
    return {{}, {}, printable(file_) + at + ": " + reason};
  }
  void refuse(const YAML::Node& node, const std::string& reason) {
    if (result_.ok()) result_ = refused(place_of(node), reason);
  }

  void read_root(const YAML::Node& root) {
    if (!root.IsMap()) return refuse(root, "a description is a mapping with the key layers");
    const YAML::Node choices = root["search"], layers = root["layers"];
    if (!choices || !choices.IsMap() || choices.size() == 0)
      return refuse(root, "the key search says what differs: a mapping of names to lists of numbers");
    for (const auto& entry : choices) read_choice(entry.first, entry.second);
    if (!layers || !layers.IsSequence()) return refuse(root, "the key layers lists the layers");
    for (const auto& entry : root)
      if (!entry.first.IsScalar())
        refuse(entry.first, "keys are words");
      else if (entry.first.Scalar() != "search" && entry.first.Scalar() != "layers")
        check_numbers(entry.second);
    check_layers(layers);
    for (const auto& entry : choices)
      if (entry.first.IsScalar() && used_.count(entry.first.Scalar()) == 0)
        refuse(entry.first, "nothing uses $" + printable(entry.first.Scalar()));
  }
  void read_choice(const YAML::Node& name, const YAML::Node& list) {
    if (!name.IsScalar() || !is_choice_name(name.Scalar()))
      return refuse(name, incuse::detail::shown(name) + " is no name: letters, digits and _");
    Choice choice{name.Scalar(), {}};
    if (!list.IsSequence() || list.size() == 0) return refuse(list, "$" + choice.name + " has a list of numbers");
    for (const YAML::Node& item : list) {
      const auto number = incuse::detail::yaml_number(item);
      if (!number || *number < 0 || *number > 65536)
        return refuse(item, incuse::detail::shown(item) + " is no number from 0 to 65536");
      for (const int other : choice.values)
        if (other == *number) return refuse(item, incuse::detail::shown(item) + " is there already");
      choice.values.push_back(static_cast<int>(*number));
    }
    for (const Choice& other : result_.choices)
      if (other.name == choice.name) return refuse(name, "'" + choice.name + "' is there already");
    result_.choices.push_back(std::move(choice));
  }

  void check_layers(const YAML::Node& layers) {
    for (const YAML::Node& layer : layers) {
      if (!layer.IsMap()) return refuse(layer, "a layer is a mapping");
      if (!layer["repeat"]) {
        check_numbers(layer);
        continue;
      }
      const YAML::Node repeat = layer["repeat"], repeated = layer["layers"];
      if (layer.size() != 2 || !repeated || !repeated.IsSequence())
        return refuse(layer, "what is repeated has the keys repeat and layers, and no others");
      const auto times = incuse::detail::yaml_number(repeat);
      const bool named = repeat.IsScalar() && named_number(repeat.Scalar());
      if (!named && !(times && *times >= 0 && *times <= 1000))
        return refuse(repeat, incuse::detail::shown(repeat) + " is no number of repetitions");
      check_numbers(repeat);
      check_layers(repeated);
    }
  }
  /// Every $ belongs to a name of a choice.
  void check_numbers(const YAML::Node& node) {
    if (node.IsSequence()) {
      for (const YAML::Node& item : node) check_numbers(item);
    } else if (node.IsMap()) {
      for (const auto& entry : node) {
        if (!entry.first.IsScalar()) return refuse(entry.first, "keys are words");
        check_numbers(entry.second);
      }
    } else if (node.IsScalar() && node.Scalar().find('$') != std::string::npos) {
      check_number(node);
    }
  }
  void check_number(const YAML::Node& node) {
    const std::optional<NamedNumber> number = named_number(node.Scalar());
    if (!number) return refuse(node, incuse::detail::shown(node) + " is neither $name nor 2 * $name");
    for (const Choice& choice : result_.choices)
      if (choice.name == number->name) {
        used_.insert(choice.name);
        return;
      }
    refuse(node, "search has no '" + printable(number->name) + "'");
  }

  std::string file_;
  SpaceFile result_{};
  std::set<std::string> used_{};
};

}  // namespace detail

/// Reads the text of a space. `file` is its name, for the error.
inline SpaceFile parse_space(const std::string& text, const std::string& file) {
  return detail::SpaceReader(file).read(text);
}

/// Reads a space from a file.
inline SpaceFile read_space(const std::string& path) {
  std::string text, error;
  if (!read_file(path, text, error)) return {{}, {}, error};
  return parse_space(text, path);
}

}  // namespace incuse::train
