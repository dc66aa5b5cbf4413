// Memory that was read from a device: a list of words with their addresses, as debuggers print it, or raw bytes.
// The formats are described in docs/debugging.md.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <incuse/import/file.hpp>

namespace incuse {

/// Words of 32 bits by their addresses, which are multiples of 4.
class MemoryDump {
 public:
  // Dumps are mostly in ascending order: then a word is appended without a search.
  void set(std::uint32_t address, std::uint32_t word) { words_.insert_or_assign(words_.end(), address, word); }
  /// Adds a word. False if the dump has another word at this address.
  bool add(std::uint32_t address, std::uint32_t word) {
    return words_.try_emplace(words_.end(), address, word)->second == word;
  }
  std::optional<std::uint32_t> word(std::uint32_t address) const {
    const auto found = words_.find(address);
    return found == words_.end() ? std::nullopt : std::optional(found->second);
  }
  bool empty() const { return words_.empty(); }
  const std::map<std::uint32_t, std::uint32_t>& words() const { return words_; }

 private:
  std::map<std::uint32_t, std::uint32_t> words_{};
};

namespace detail {

/// Reads a text dump character by character, up to the first error.
class DumpReader {
 public:
  DumpReader(std::string_view text, MemoryDump& dump) : text_(text), dump_(dump) {}

  /// Returns the error, "line 3, column 13: ..."; empty if there is none.
  std::string read() {
    for (; error_.empty() && at_ < text_.size(); next_line()) read_line();
    return error_;
  }

 private:
  std::string_view text_;
  MemoryDump& dump_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  std::string error_{};

  char current() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  bool at_end_of_line() const { return current() == '\n' || current() == '#'; }
  void skip_blanks() {
    while (current() == ' ' || current() == '\t' || current() == '\r') ++at_;
  }
  void next_line() {
    const std::size_t end = text_.find('\n', at_);
    at_ = line_start_ = end == std::string_view::npos ? text_.size() : end + 1;
    ++line_;
  }
  void fail(std::size_t where, const std::string& what) {
    error_ = "line " + std::to_string(line_) + ", column " + std::to_string(where - line_start_ + 1) + ": " + what;
  }

  /// For messages: a file may hold anything.
  static std::string quoted(std::string_view found) {
    if (found.empty()) return "nothing";
    constexpr std::size_t most = 20;
    std::string text(found.substr(0, most));
    for (char& c : text)
      if (c < ' ' || c > '~') c = '?';
    return "'" + text + (found.size() > most ? "..." : "") + "'";
  }

  static bool ends_number(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':' || c == '#'; }

  /// A hexadecimal number of 1 to 8 digits, or of exactly 8; "0x" may precede it.
  std::optional<std::uint32_t> read_number(const char* what, bool exactly_8) {
    const std::size_t start = at_;
    while (at_ < text_.size() && !ends_number(text_[at_])) ++at_;
    std::string_view digits = text_.substr(start, at_ - start);
    if (digits.substr(0, 2) == "0x" || digits.substr(0, 2) == "0X") digits.remove_prefix(2);
    std::uint32_t value = 0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool is_number = status == std::errc() && end == digits.data() + digits.size() && digits.size() <= 8;
    if (is_number && (!exactly_8 || digits.size() == 8)) return value;
    fail(start, std::string("expected ") + what + ", found " + quoted(text_.substr(start, at_ - start)));
    return std::nullopt;
  }

  /// ADDRESS: WORD WORD ...
  void read_line() {
    skip_blanks();
    if (at_end_of_line()) return;
    const std::size_t start = at_;
    const std::optional<std::uint32_t> address = read_number("an address in hexadecimal digits", false);
    if (!address) return;
    if (*address % 4 != 0) return fail(start, "the address is not a multiple of 4");
    skip_blanks();
    if (current() != ':') return fail(at_, "expected ':' behind the address");
    ++at_;
    skip_blanks();
    if (at_end_of_line()) return fail(at_, "expected at least one word behind the address");
    for (std::uint32_t place = *address; !at_end_of_line(); place += 4, skip_blanks())
      if (!read_word(place)) return;
  }

  bool read_word(std::uint32_t address) {
    const std::size_t start = at_;
    const std::optional<std::uint32_t> word = read_number("a word of 8 hexadecimal digits", true);
    if (!word) return false;
    if (dump_.add(address, *word)) return true;
    fail(start, "another word was given for the same address before");
    return false;
  }
};

}  // namespace detail

/// Adds the words of a text dump. Returns the first error, with line and column; empty if there is none.
inline std::string parse_text_dump(std::string_view text, MemoryDump& dump) {
  return detail::DumpReader(text, dump).read();
}

/// Adds raw memory that starts at `address`: little-endian words. Returns the error; empty if there is none.
inline std::string parse_binary_dump(std::string_view bytes, std::uint32_t address, MemoryDump& dump) {
  if (address % 4 != 0) return "the address of the first byte is not a multiple of 4";
  if (bytes.size() % 4 != 0)
    return "the file is cut off: its last word has " + std::to_string(bytes.size() % 4) + " of 4 bytes";
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t word = 0;
    for (std::size_t b = 4; b-- > 0;) word = word << 8 | static_cast<unsigned char>(bytes[i + b]);
    dump.set(address + static_cast<std::uint32_t>(i), word);
  }
  return {};
}

/// Adds a file: raw memory if the address of its first byte is given, else text. Returns the error, which begins with
/// the file's name; empty if there is none.
inline std::string read_dump(const std::string& path, std::optional<std::uint32_t> address, MemoryDump& dump) {
  std::string content, error;
  if (!read_file(path, content, error)) return error;
  if (content.empty())
    error = "the file is empty";
  else
    error = address ? parse_binary_dump(content, *address, dump) : parse_text_dump(content, dump);
  return error.empty() ? "" : printable(path) + ": " + error;
}

/// The dump as text: up to 8 words a line.
inline std::string text_of(const MemoryDump& dump) {
  std::string text;
  std::uint32_t expected = 0;
  char digits[16];
  for (const auto& [address, word] : dump.words()) {
    if (text.empty() || address != expected || address % 32 == 0) {
      std::snprintf(digits, sizeof digits, "%s0x%08x:", text.empty() ? "" : "\n", static_cast<unsigned>(address));
      text += digits;
    }
    std::snprintf(digits, sizeof digits, " %08x", static_cast<unsigned>(word));
    text += digits;
    expected = address + 4;
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace incuse
