// What the readers of YAML files share: problems with their place in the file, and YAML's scalars as the vendor's tools
// understand them (YAML 1.1: hexadecimal and octal numbers, underscores in numbers, yes and no).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/core/finding.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/nearest_word.hpp>

namespace incuse {

namespace detail {

inline std::string severity_word(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "notice";
}

/// A number as YAML 1.1 writes it: 12, -5, 0x1F, 0b101, 017 (octal), with underscores between the digits.
inline std::optional<std::uint64_t> yaml_magnitude(std::string_view digits) {
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0' && digits[1] == 'x') {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 2 && digits[0] == '0' && digits[1] == 'b') {
    base = 2;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  bool any = false;
  for (char c : digits) {
    if (c == '_') continue;
    int digit = 99;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit >= base) return std::nullopt;
    const auto wide_base = static_cast<std::uint64_t>(base);
    if (value > (~std::uint64_t{0} - static_cast<std::uint64_t>(digit)) / wide_base) return std::nullopt;
    value = value * wide_base + static_cast<std::uint64_t>(digit);
    any = true;
  }
  return any && digits[0] != '_' ? std::optional(value) : std::nullopt;
}

inline bool quoted(const YAML::Node& node) { return node.Tag() == "!"; }

/// The scalar as a number where only a number can stand; nothing if it is not a number, or a magnitude above 2^62. In
/// quotes only decimal digits without a leading zero are a number: "010" is 8 in YAML, but 10 to a tool that converts
/// the text.
inline std::optional<long long> yaml_number(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  std::string_view text = node.Scalar();
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const bool plain =
      text.find_first_not_of("0123456789") == std::string_view::npos && (text.size() < 2 || text[0] != '0');
  if (quoted(node) && !plain) return std::nullopt;
  const auto magnitude = yaml_magnitude(text);
  if (!magnitude || *magnitude > std::uint64_t{1} << 62) return std::nullopt;
  const auto value = static_cast<long long>(*magnitude);
  return negative ? -value : value;
}

/// The scalar as a number where a name can stand as well: in quotes it is a name.
inline std::optional<long long> yaml_integer(const YAML::Node& node) {
  return quoted(node) ? std::nullopt : yaml_number(node);
}

/// The scalar as a truth value: true, false, yes, no, on, off in any case, 1 or 0; other numbers say something else. In
/// quotes only what means true is accepted: the vendor's tool takes every text in quotes as true.
inline std::optional<bool> yaml_boolean(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  const std::string word = lower_case(node.Scalar());
  if (word == "true" || word == "yes" || word == "on") return true;
  const auto number = yaml_number(node);
  if (number == 1) return true;
  if (quoted(node) || number.value_or(0) != 0) return std::nullopt;
  if (number || word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

/// Whether a scalar can name something: it is not empty and fits into a line.
inline bool is_word(const YAML::Node& node) {
  return node.IsScalar() && !node.Scalar().empty() && printable(node.Scalar()) == node.Scalar();
}

/// What a message calls a value: its text in quotes, or its kind.
inline std::string shown(const YAML::Node& node) {
  if (node.IsSequence()) return node.size() == 0 ? "an empty list" : "a list of " + std::to_string(node.size());
  if (node.IsMap()) return "a mapping";
  if (!node.IsScalar()) return "nothing";
  std::string text;
  for (char c : node.Scalar().substr(0, 60)) text += c >= ' ' && c <= '~' ? c : '?';
  return "'" + text + "'";
}

/// Whether a file has more than one document: text after a line `---` or `...` that follows other text. Checked before
/// yaml-cpp reads the file: its function for several documents (0.7) does not terminate on some broken ones.
inline bool several_documents(std::string_view file) {
  bool content = false, ended = false;
  while (!file.empty()) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(line.size() < file.size() ? line.size() + 1 : line.size());
    const std::string_view marker = line.substr(0, 3);
    const bool marks = (marker == "---" || marker == "...") && (line.size() == 3 || line[3] == ' ' || line[3] == '\r');
    const std::string_view rest = marks ? line.substr(3) : line;
    const std::size_t first = rest.find_first_not_of(" \t\r");
    const bool says_something =
        first != std::string_view::npos && rest[first] != '#' && (content || rest[first] != '%');
    if (content && marks && marker == "---") return true;
    if (ended && says_something) return true;
    ended = ended || (content && marks);
    content = content || says_something;
  }
  return false;
}

/// The most text that is read as YAML: yaml-cpp takes seconds for a few megabytes. Lines of comments do not count.
inline constexpr std::size_t most_yaml_bytes = std::size_t{1} << 20;

/// The text with lines that hold only a comment made empty. Lines keep their numbers.
inline std::string without_comments(std::string_view text) {
  std::string rest;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string_view::npos && line[first] != '#') rest += line;
    text.remove_prefix(line.size());
    if (text.empty()) break;
    rest += '\n';
    text.remove_prefix(1);
  }
  return rest;
}

/// Why a file cannot be YAML; empty if it can. A file that begins with a byte-order mark of UTF-16 or UTF-32 (ff fe or
/// fe ff) is accepted; in others, control characters are errors.
inline std::string no_text(std::string_view text) {
  if (text.empty()) return "the file is empty";
  const std::string_view mark = text.substr(0, 2);
  if (mark == "\xff\xfe" || mark == "\xfe\xff") return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= ' ' || byte == '\n' || byte == '\t' || byte == '\r') continue;
    char code[8];
    std::snprintf(code, sizeof code, "0x%02x", static_cast<unsigned>(byte));
    return "this is no text: byte " + std::to_string(i) + " is " + code;
  }
  return {};
}

}  // namespace detail

/// Something that is wrong, or doubtful, in a file that was read.
struct Problem {
  std::string rule{};  ///< id of the violated rule: max7800x-checks
  Severity severity = Severity::error;
  std::string file{};
  int line = 0;    ///< from 1 on; 0: the file as a whole
  int column = 0;  ///< from 1 on
  std::string message{};
  int layer = -1;  ///< number in the file of the layer that it is about; -1: none

  /// "net.yaml:12:5: error: unknown key 'colour' ... [Y5]".
  std::string text() const {
    return place_text() + ": " + detail::severity_word(severity) + ": " + message + " [" + rule + "]";
  }
  /// "net.yaml:12:5".
  std::string place_text() const {
    return line > 0 ? file + ":" + std::to_string(line) + ":" + std::to_string(column) : file;
  }
};

/// Whether a list of problems has no error.
inline bool no_errors(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems)
    if (problem.severity == Severity::error) return false;
  return true;
}

/// A place in a file, from 1 on; 0 is the file as a whole.
struct Place {
  int line = 0;
  int column = 0;
};

/// Where a node begins; line 0 if that is not known.
inline Place place_of(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

}  // namespace incuse
