// Literals and names in C++ source.
#pragma once

#include <cctype>
#include <cstddef>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/core/text.hpp>
#include <incuse/export/c_names.hpp>

namespace incuse::cpp {

/// The characters of a string literal that stand for one byte. Octal escapes end after three digits, whatever follows.
inline std::string escaped(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  // A question mark could begin a trigraph.
  if (code >= ' ' && code <= '~' && code != '"' && code != '\\' && code != '?') return std::string(1, byte);
  char text[8];
  std::snprintf(text, sizeof text, "\\%03o", static_cast<unsigned>(code));
  return text;
}

/// A string literal in quotes, on one line.
inline std::string quoted_literal(std::string_view bytes) {
  std::string text = "\"";
  for (char byte : bytes) text += escaped(byte);
  return text + '"';
}

/// A string literal over several lines of at most 118 characters, each after a line break and the indentation.
inline std::string literal(std::string_view bytes, const std::string& indent) {
  constexpr std::size_t line_length = 116;
  std::string text, line;
  const auto finish_line = [&] {
    text += '\n';
    text += indent;
    text += '"';
    text += line;
    text += '"';
    line.clear();
  };
  for (char byte : bytes) {
    const std::string next = escaped(byte);
    if (line.size() + next.size() + indent.size() > line_length) finish_line();
    line += next;
  }
  finish_line();
  return text;
}

/// Bytes of the longest literal: MSVC accepts 65,535 with the zero at its end.
inline constexpr std::size_t longest_literal = 65528;

/// The definition of a constant array of bytes, `static constexpr` or what else stands in front of it aside. `type` is
/// one of the three types of char. An array that is longer than a literal may be is one from several; what its values
/// are called is returned in `values`, if that is wanted.
inline std::string byte_array(const std::string& type, const std::string& name, std::string_view bytes,
                              const std::string& indent, std::string* values = nullptr) {
  if (values != nullptr) *values = name;
  if (bytes.size() <= longest_literal) return type + ' ' + name + "[] =" + literal(bytes, indent) + ";\n";
  if (values != nullptr) *values += ".values";
  std::string text = "auto " + name + " = incuse::joined<" + type + ">(";
  for (std::size_t at = 0; at < bytes.size(); at += longest_literal)
    text += literal(bytes.substr(at, longest_literal), indent) + (at + longest_literal < bytes.size() ? "," : ");\n");
  return text;
}

/// Whether a word can name something in C++ (keywords aside).
inline bool is_identifier(std::string_view word) {
  if (word.empty() || std::isdigit(static_cast<unsigned char>(word[0])) != 0) return false;
  for (char c : word)
    if (c != '_' && std::isalnum(static_cast<unsigned char>(c)) == 0) return false;
  return word.find("__") == std::string_view::npos && word[0] != '_';
}

namespace detail {

/// Namespaces of Incuse: behind `using namespace incuse` another one of that name would be ambiguous.
inline constexpr std::string_view own_namespaces[] = {
    "activations", "c_source", "cpp",  "description_rules", "detail",   "facts",    "firmware", "flags",
    "host",        "incuse",   "k210", "kpu_c_source",      "language", "max7800x", "option",   "parameter",
    "report",      "train"};

template <std::size_t N>
constexpr bool is_listed(std::string_view word, const std::string_view (&list)[N]) {
  for (const std::string_view other : list)
    if (word == other) return true;
  return false;
}

}  // namespace detail

/// The single headers that have what every model needs, the smallest first.
inline constexpr const char* single_headers[] = {"incuse.hpp", "incuse_max7800x.hpp", "incuse_k210.hpp",
                                                 "incuse_host.hpp"};
/// Those that have what models of the K210 need.
inline constexpr const char* single_headers_of_k210[] = {"incuse_k210.hpp", "incuse_host.hpp"};

/// What a written header includes: `headers` of include/incuse, or the first of the single headers that the compiler
/// finds, if one has been included already or there are no others. Behind one that is included by its path: nothing.
template <std::size_t N>
std::string include_lines(const std::vector<std::string>& headers, const char* const (&singles)[N]) {
  std::string lines = "#if !defined INCUSE_SINGLE_HEADER && __has_include(<incuse/incuse.hpp>)\n";
  for (const std::string& header : headers) lines += "#include <incuse/" + header + ">\n";
  for (const char* single : singles)
    lines.append("#elif __has_include(<").append(single).append(">)\n#include <").append(single).append(">\n");
  return lines + "#endif\n";
}

/// Whether a word can name a namespace of a network: it may not be a keyword, also of the GNU modes, a name of the
/// C library or a namespace of the standard library or of Incuse, a macro of compilers in their GNU modes, or end in _t
/// like a type of C.
inline bool is_namespace_name(std::string_view word) {
  constexpr std::string_view taken[] = {
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
      "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
      "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
      "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
      "import", "inline", "int", "long", "module", "mutable", "namespace", "new", "noexcept", "not", "not_eq",
      "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast",
      "requires", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "struct", "switch",
      "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "typeof", "union",
      "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
      // Existing namespaces, functions and macros.
      "main", "posix", "std", "i386", "linux", "unix"};
  if (detail::is_listed(word, taken) || detail::is_listed(word, detail::own_namespaces)) return false;
  if (is_c_library_name(word)) return false;
  // Others begin so, or have capitals only, as macros of all libraries do.
  for (const std::string_view begin : {"AF_", "Dl_", "L_", "M_", "P_", "PF_", "PRI", "SCN", "TCP_", "si_"})
    if (word.substr(0, begin.size()) == begin) return false;
  bool has_small_letter = false;
  for (char c : word) has_small_letter = has_small_letter || (c >= 'a' && c <= 'z');
  if (!has_small_letter) return false;
  const bool type = word.size() > 2 && word.substr(word.size() - 2) == "_t";
  return is_identifier(word) && !type;
}

/// The names of a source outside of its comments and literals, each once, in the order of the alphabet; without those
/// that stand behind `::`, which mean something in another scope only.
inline std::set<std::string> names_in(std::string_view source) {
  const auto in_word = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::set<std::string> names;
  for (std::size_t at = 0; at < source.size();) {
    std::size_t end = at + 1;
    if (source.substr(at, 2) == "//") {
      end = source.find('\n', at);
    } else if (source[at] == '"') {
      while (end < source.size() && source[end] != '"') end += source[end] == '\\' ? 2 : 1;
      ++end;
    } else if (in_word(source[at])) {
      while (end < source.size() && in_word(source[end])) ++end;
      const bool qualified = at >= 2 && source.substr(at - 2, 2) == "::";
      if (!qualified && std::isdigit(static_cast<unsigned char>(source[at])) == 0)
        names.insert(std::string(source.substr(at, end - at)));
    }
    at = end < source.size() ? end : source.size();
  }
  return names;
}

/// A using-declaration for each of Incuse's names in the struct of a network: in front of it they make its words mean
/// Incuse's in any namespace, whatever that is called.
inline std::string using_declarations(std::string_view network_struct, const std::string& struct_name) {
  std::string lines;
  for (const std::string& name : names_in(network_struct))
    if (name != "struct" && name != struct_name) lines += "using incuse::" + name + ";\n";
  return lines;
}

/// A name that is like the given text and can be followed by "_weight": "block_conv2" for "block.conv2".
inline std::string identifier_like(std::string_view text) {
  std::string name;
  for (char c : text) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (fits)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) name.insert(0, "layer");
  return name;
}

namespace detail {

inline std::string_view view(Text text) { return {text.data, static_cast<std::size_t>(text.size)}; }

}  // namespace detail

}  // namespace incuse::cpp
