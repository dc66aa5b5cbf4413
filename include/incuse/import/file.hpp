// Whole files, read at once, and their names in messages. POSIX.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace incuse {

/// Largest file that is read, unless a reader has a limit of its own.
inline constexpr std::size_t most_file_bytes = std::size_t{64} << 20;
/// How long a reader waits for the next bytes of a FIFO, a terminal or another file that is not a regular one.
inline constexpr int most_silent_seconds = 5;

namespace detail {

/// Whether a character of UTF-8 shows nothing of its own, but changes how those around it are shown: direction, width,
/// line breaks. Unicode calls them format characters and separators of lines and paragraphs.
constexpr bool is_invisible(std::string_view character) {
  std::uint32_t code = static_cast<unsigned char>(character[0]) & (0xffu >> (character.size() + 1));
  for (const char next : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(next) & 0x3fu);
  constexpr std::uint32_t ranges[][2] = {{0xad, 0xad},     {0x600, 0x605},   {0x61c, 0x61c},   {0x6dd, 0x6dd},
                                         {0x70f, 0x70f},   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
                                         {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
  for (const auto& [first, last] : ranges)
    if (code >= first && code <= last) return true;
  return false;
}

/// Bytes of the UTF-8 character that a text begins with; 0 if it begins with none, or with one that is not shown.
inline std::size_t printable_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= ' ' && byte(0) != 0x7f ? 1 : 0;
  const std::size_t count = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < count) return 0;
  for (std::size_t i = 1; i < count; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  // U+0080 to U+009F are control characters; overlong forms and surrogates are invalid.
  const bool control = byte(0) == 0xc2 && byte(1) < 0xa0;
  const bool none = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xed && byte(1) > 0x9f) ||
                    (byte(0) == 0xf0 && byte(1) < 0x90) || (byte(0) == 0xf4 && byte(1) > 0x8f);
  return control || none || is_invisible(text.substr(0, count)) ? 0 : count;
}

}  // namespace detail

/// A file's name, or other text from outside, for a message of one line: control and format characters and invalid
/// UTF-8 become escapes, "a\nb\x1b".
inline std::string printable(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  while (!text.empty()) {
    const std::size_t count = detail::printable_bytes(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (count > 0)
      shown += text.substr(0, count);
    else if (byte == '\n' || byte == '\t' || byte == '\r')
      shown.append("\\").append(1, byte == '\n' ? 'n' : byte == '\t' ? 't' : 'r');
    else
      shown.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    text.remove_prefix(count > 0 ? count : 1);
  }
  return shown;
}

namespace detail {

/// "64 MiB", "1000 bytes".
inline std::string size_text(std::size_t bytes) {
  if (bytes % (1 << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  if (bytes % (1 << 10) == 0) return std::to_string(bytes >> 10) + " KiB";
  return std::to_string(bytes) + " bytes";
}

/// An open file, read to its end.
class FileReader {
 public:
  FileReader(const char* path, std::size_t limit)
      : limit_(limit), descriptor_(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {}
  ~FileReader() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  /// Empty, or why the file cannot be read.
  std::string read(std::string& bytes) {
    struct stat facts {};
    if (descriptor_ < 0 || fstat(descriptor_, &facts) != 0) return because("cannot be opened");
    if (S_ISDIR(facts.st_mode)) return "is a folder, not a file";
    const bool regular = S_ISREG(facts.st_mode);
    if (regular && static_cast<std::size_t>(facts.st_size) > limit_) return too_large();
    if (regular) bytes.reserve(static_cast<std::size_t>(facts.st_size));
    while (true) {
      if (!regular && !something_comes())
        return "nothing has come out of it for " + std::to_string(most_silent_seconds) + " seconds";
      const ssize_t count = ::read(descriptor_, block_, sizeof block_);
      if (count == 0) return {};
      if (count < 0 && errno != EINTR && errno != EAGAIN) return because("cannot be read");
      if (count > 0) bytes.append(block_, static_cast<std::size_t>(count));
      if (bytes.size() > limit_) return too_large();
    }
  }

 private:
  static std::string because(const char* what) { return std::string(what) + ": " + std::strerror(errno); }
  std::string too_large() const { return "is larger than " + size_text(limit_) + ", the most that is read"; }
  /// Whether there are bytes, or the end, within the time.
  bool something_comes() const {
    pollfd wanted{descriptor_, POLLIN, 0};
    int ready = 0;
    do ready = poll(&wanted, 1, 1000 * most_silent_seconds);
    while (ready < 0 && errno == EINTR);
    return ready != 0;
  }

  std::size_t limit_;
  int descriptor_;
  char block_[1 << 16];
};

}  // namespace detail

/// All bytes of a file, at most `limit`; false, with a reason that begins with the file's name in `error`, if it cannot
/// be read. Reading a FIFO or a terminal fails if no bytes arrive for most_silent_seconds.
inline bool read_file(const std::string& path, std::string& bytes, std::string& error,
                      std::size_t limit = most_file_bytes) {
  bytes.clear();
  const std::string reason = detail::FileReader(path.c_str(), limit).read(bytes);
  if (reason.empty()) return true;
  bytes.clear();
  error = printable(path) + ": " + reason;
  return false;
}

/// How readers of files get their bytes: read_file, or another function with its meaning, which may keep what can be
/// read only once.
using ReadFile = bool (*)(const std::string& path, std::string& bytes, std::string& error, std::size_t limit);

}  // namespace incuse
