// Reading of a description's values: each key's value as a number, a word, a pair or a map, and the problems that are
// found on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/described_network.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/import/description_words.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>

namespace incuse::detail {

using description_rules::RuleId;

/// Thrown when a file has more problems than are collected.
struct TooManyProblems {};

/// Collects problems of one file.
class ProblemList {
 public:
  ProblemList(const std::string& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}
  void report(RuleId rule, Place place, std::string message) {
    if (problems_.size() == most_problems) throw TooManyProblems();
    add(rule, place, std::move(message));
  }
  void report(RuleId rule, const DescribedLayer& layer, std::string message) {
    report(rule, layer.place, std::move(message));
    problems_.back().layer = layer.sequence;
  }

  std::size_t size() const { return problems_.size(); }
  /// Adds a last problem in place of those that are not collected.
  void say_more() { add("Y1", Place{}, "there is more that is wrong"); }
  /// Assigns the problems from index `first` on to a layer.
  void blame(const DescribedLayer& layer, std::size_t first) {
    for (std::size_t i = first; i < problems_.size(); ++i) problems_[i].layer = layer.sequence;
  }

 private:
  static constexpr std::size_t most_problems = 500;

  /// The severity is that of the rule's row.
  void add(RuleId id, Place place, std::string message) {
    const Rule& rule = id.rule();
    problems_.push_back({string_of(rule.id), rule.severity, file_, place.line, place.column, std::move(message)});
  }

  const std::string& file_;
  std::vector<Problem>& problems_;
};

/// Larger sizes are possible on no chip; with smaller ones later arithmetic cannot overflow.
inline constexpr int most_description_size = 32767;

/// A reference to a layer as given in the file: a sequence number or a name, resolved when all layers are known.
struct LayerReference {
  const char* key = "";
  Place place{};
  std::string name{};  ///< lower case; empty: a number
  long long sequence = 0;
};

/// The value of a key: reads it as a number, a word, a pair, and says what is wrong with it.
struct KeyValue {
  const char* key;
  RuleId rule;  ///< for bad values
  YAML::Node node;
  ProblemList& problems;
  bool inside = false;  ///< the key of a layer that is not the last one

  Place place() const { return place_of(node); }
  void wrong(const std::string& expected) const {
    problems.report(rule, place(), "'" + std::string(key) + "' must be " + expected + ", not " + shown(node));
  }
  /// A name, of a layer or of the data buffer: a word that no reference takes for anything else.
  std::optional<std::string> name() const {
    if (!is_word(node)) {
      wrong("a word");
      return std::nullopt;
    }
    const std::string word = lower_case(node.Scalar());
    const bool is_number = yaml_integer(node).has_value();
    if (word != "stop" && word != "input" && !is_number) return node.Scalar();
    problems.report(RuleId("Y25"), place(),
                    "'" + word + "' " + (is_number ? "is a number" : "is reserved") + " and cannot be a name");
    return std::nullopt;
  }
  std::optional<int> number(long long least, long long most) const { return number_of(node, least, most); }
  std::optional<int> number_of(const YAML::Node& scalar, long long least, long long most) const {
    const auto value = yaml_number(scalar);
    if (value && *value >= least && *value <= most) return static_cast<int>(*value);
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    if (node.IsSequence())
      problems.report(rule, place_of(scalar),
                      "'" + std::string(key) + "' takes numbers from " + range + ", not " + shown(scalar));
    else
      wrong("a number from " + range);
    return std::nullopt;
  }
  std::optional<bool> truth() const {
    const auto value = yaml_boolean(node);
    if (!value)
      wrong(quoted(node) ? "true or false without quotes: the vendor's tool takes every text in quotes as true"
                         : "true or false");
    return value;
  }
  /// A number for both dimensions, or a list of one for each.
  std::optional<Extent> extent(long long least, long long most, bool same_width) const {
    if (!node.IsSequence()) {
      const auto size = number(least, most);
      if (!size) return std::nullopt;
      return Extent{*size, same_width ? *size : 1};
    }
    if (node.size() < 1 || node.size() > 2) {
      wrong("a number or a list of 2 numbers");
      return std::nullopt;
    }
    const auto height = number_of(node[0], least, most);
    if (!height) return std::nullopt;
    if (node.size() == 1) return Extent{*height, 1};
    const auto width = number_of(node[1], least, most);
    if (!width) return std::nullopt;
    return Extent{*height, *width};
  }
  /// A processor map: a number, or a string of hexadecimal digits with dots and underscores anywhere.
  std::optional<ProcessorMap> processors(bool dots_allowed) const {
    std::optional<std::uint64_t> map;
    if (node.IsScalar() && !quoted(node)) map = yaml_magnitude(node.Scalar());
    if (!map && dots_allowed && node.IsScalar()) {
      std::string digits;
      for (char c : node.Scalar())
        if (c != '.' && c != '_') digits += c;
      if (digits.size() < 2 || digits[0] != '0' || (digits[1] != 'x' && digits[1] != 'X')) digits = "0x" + digits;
      digits[1] = 'x';
      map = yaml_magnitude(digits);
    }
    if (map && *map != 0) return map;
    wrong("a map of processors, a number from 1 to 0xffffffffffffffff");
    return std::nullopt;
  }
  /// A layer that the value, or a member of it, refers to.
  std::optional<LayerReference> layer(const YAML::Node& scalar) const {
    LayerReference reference{key, place_of(scalar)};
    if (const auto number = yaml_integer(scalar)) {
      reference.sequence = *number;
    } else if (scalar.IsScalar() && !scalar.Scalar().empty()) {
      reference.name = lower_case(scalar.Scalar());
    } else {
      wrong("the number or the name of a layer");
      return std::nullopt;
    }
    return reference;
  }
  /// One of the words of a table, in any case; the table's entries have a `word`. `known` lists them for the message.
  template <class Table>
  auto one_of(const Table& table, const char* known) const -> decltype(&table[0]) {
    const std::string word = node.IsScalar() ? lower_case(node.Scalar()) : "";
    for (const auto& entry : table)
      if (entry.word == word) return &entry;
    std::string hint;
    const std::string normal = normal_spelling(word);
    for (const ElsewhereWord& other : elsewhere_words)
      if (other.word == normal && other.key != key)
        hint = std::string(": ") + (inside ? other.advice.inside : other.advice.at_the_end);
    if (hint.empty() && node.IsScalar()) hint = nearest_word(word, table, [](const auto& entry) { return entry.word; });
    problems.report(rule, place(),
                    "unknown value " + shown(node) + " for '" + std::string(key) + "'" + hint +
                        (hint.empty() || hint.back() != '?' ? "; there is: " : " There is: ") + known);
    return nullptr;
  }
};

}  // namespace incuse::detail
