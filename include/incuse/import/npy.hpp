// Arrays in NumPy's file format (.npy, versions 1.0 and 2.0): trained parameters and test pictures come as such files.
// Format: NumPy documentation, "numpy.lib.format".
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/import/file.hpp>

namespace incuse {

/// Element types of .npy files that are read and written: signed bytes to 64-bit integers, unsigned bytes, and real
/// numbers of 16, 32 and 64 bits, which only NpyTensor can hold.
enum class NpyType : unsigned char { i1, u1, i2, i4, i8, f2, f4, f8 };

/// An array with its values in C order (last index fastest).
struct NpyArray {
  NpyType type = NpyType::i1;  ///< type of the elements in the file
  std::vector<int> shape{};    ///< one size per dimension; none: a single value
  std::vector<std::int64_t> values{};
};

/// An array of any type, with the bytes of its elements as in the file: little-endian, in C order.
struct NpyTensor {
  NpyType type = NpyType::u1;
  std::vector<int> shape{};
  std::vector<std::uint8_t> bytes{};
  std::string error{};  ///< empty if all is well; else there is no tensor

  bool ok() const { return error.empty(); }
};

/// An array, or the reason why there is none.
struct NpyResult {
  NpyArray array{};
  std::string error{};  ///< empty if all is well

  bool ok() const { return error.empty(); }
};

namespace detail {

struct NpyTypeName {
  NpyType type;
  std::string_view name;
  int bytes;
};

inline constexpr NpyTypeName npy_types[] = {
    {NpyType::i1, "|i1", 1}, {NpyType::u1, "|u1", 1}, {NpyType::i2, "<i2", 2}, {NpyType::i4, "<i4", 4},
    {NpyType::i8, "<i8", 8}, {NpyType::f2, "<f2", 2}, {NpyType::f4, "<f4", 4}, {NpyType::f8, "<f8", 8},
};

inline constexpr std::string_view npy_magic = "\x93NUMPY";
inline constexpr std::size_t npy_most_dimensions = 8;

inline const NpyTypeName& npy_type(NpyType type) {
  for (const NpyTypeName& known : npy_types)
    if (known.type == type) return known;
  return npy_types[0];
}

/// Reads the header, a Python dictionary literal: {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }.
class NpyHeader {
 public:
  explicit NpyHeader(std::string_view text, bool floats = false) : text_(text), floats_(floats) {}

  /// Fills in type and shape; false, with a reason in `error`, if that is not possible.
  bool read(NpyArray& array, std::string& error) {
    bool described = false, ordered = false, shaped = false;
    if (!take('{')) return fail(error, "the header is not a dictionary");
    while (!take('}')) {
      std::string_view key;
      if (!string(key) || !take(':')) return fail(error, "the header is damaged");
      if (key == "descr" && !described) {
        described = true;
        if (!read_type(array, error)) return false;
      } else if (key == "fortran_order" && !ordered) {
        ordered = true;
        if (word("True")) return fail(error, "the array is in Fortran order; save it with numpy.ascontiguousarray");
        if (!word("False")) return fail(error, "'fortran_order' is neither True nor False");
      } else if (key == "shape" && !shaped) {
        shaped = true;
        if (!read_shape(array, error)) return false;
      } else {
        return fail(error, "the header has an unexpected key '" + printable(key) + "'");
      }
      if (!take(',') && peek() != '}') return fail(error, "the header is damaged");
    }
    if (!described) return fail(error, "the header has no 'descr'");
    if (!ordered) return fail(error, "the header has no 'fortran_order'");
    if (!shaped) return fail(error, "the header has no 'shape'");
    if (peek() != '\0') return fail(error, "the header has text behind the dictionary");
    return true;
  }

 private:
  static bool fail(std::string& error, std::string reason) {
    error = std::move(reason);
    return false;
  }
  /// Text from the file for a message: no control characters, not endless.
  static std::string printable(std::string_view text) {
    std::string shown;
    for (char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' ? c : '?';
    return shown;
  }
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) {
    peek();
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  bool string(std::string_view& out) {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return false;
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return false;
    out = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return true;
  }
  bool read_type(NpyArray& array, std::string& error) {
    std::string_view name;
    if (!string(name)) return fail(error, "'descr' is not the name of a simple type");
    for (const NpyTypeName& known : npy_types)
      if (known.name == name && (floats_ || known.type < NpyType::f2)) {
        array.type = known.type;
        return true;
      }
    return fail(error, "elements of type '" + printable(name) + "' are not supported (|i1, |u1, <i2, <i4" +
                           (floats_ ? ", <i8, <f2, <f4 and <f8 are)" : " and <i8 are)"));
  }
  bool read_shape(NpyArray& array, std::string& error) {
    if (!take('(')) return fail(error, "'shape' is not a tuple");
    while (!take(')')) {
      int size = 0;
      if (!number(size)) return fail(error, "'shape' has a size that is not a number from 0 to 2147483647");
      if (array.shape.size() == npy_most_dimensions) return fail(error, "the array has more than 8 dimensions");
      array.shape.push_back(size);
      if (!take(',') && peek() != ')') return fail(error, "'shape' is damaged");
    }
    return true;
  }
  bool number(int& out) {
    if (peek() < '0' || peek() > '9') return false;
    std::int64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = value * 10 + (text_[at_] - '0');
      if (value > std::numeric_limits<int>::max()) return false;
    }
    out = static_cast<int>(value);
    return true;
  }

  std::string_view text_;
  bool floats_;
  std::size_t at_ = 0;
};

/// Little-endian two's complement (or an unsigned byte) from the file.
inline std::int64_t npy_value(const char* bytes, const NpyTypeName& type) {
  std::uint64_t bits = 0;
  for (int i = 0; i < type.bytes; ++i)
    bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << 8 * i;
  const int unused = 64 - 8 * type.bytes;
  if (type.type == NpyType::u1) return static_cast<std::int64_t>(bits);
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

/// The head of the array that a file begins with, and where its data is.
struct NpyHead {
  NpyArray array{};  ///< without values
  std::size_t start = 0, count = 0;
  std::string error{};

  std::size_t value_bytes() const { return static_cast<std::size_t>(npy_type(array.type).bytes); }
  std::size_t end() const { return start + count * value_bytes(); }
};

/// Checks the magic string, the version, the header, and that there are as many bytes as the shape asks for.
inline NpyHead parse_npy_head(std::string_view file, bool floats) {
  const auto refuse = [](std::string reason) { return NpyHead{{}, 0, 0, std::move(reason)}; };
  if (file.size() < npy_magic.size() + 2 || file.substr(0, npy_magic.size()) != npy_magic)
    return refuse("this is not a .npy file");
  const int version = static_cast<unsigned char>(file[npy_magic.size()]);
  if (version != 1 && version != 2)
    return refuse("version " + std::to_string(version) + " of the format is not supported (1 and 2 are)");
  const std::size_t length_at = npy_magic.size() + 2, length_bytes = version == 1 ? 2 : 4;
  if (file.size() < length_at + length_bytes) return refuse("the file ends in its header");
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length |= static_cast<std::size_t>(static_cast<unsigned char>(file[length_at + i])) << 8 * i;
  const std::size_t header_at = length_at + length_bytes;
  if (length > file.size() - header_at) return refuse("the file ends in its header");
  NpyHead head;
  std::string reason;
  if (!NpyHeader(file.substr(header_at, length), floats).read(head.array, reason)) return refuse(reason);

  const std::string_view data = file.substr(header_at + length);
  const std::size_t available = data.size() / head.value_bytes();
  std::size_t count = 1;
  for (int size : head.array.shape)
    if (size == 0) count = 0;
  for (int size : head.array.shape) {
    // No product can overflow: both factors are checked against what the file can hold.
    if (count > 0 && count > available / static_cast<std::size_t>(size)) count = available + 1;
    if (count > available) break;
    count *= static_cast<std::size_t>(size);
  }
  if (count > available)
    return refuse("the file ends too early: its shape needs more than its " + std::to_string(data.size()) +
                  " bytes of data");
  head.start = header_at + length;
  head.count = count;
  return head;
}

/// Reads the array that `file` begins with, and sets `end` to the first byte after it.
inline NpyResult parse_first_npy(std::string_view file, std::size_t& end) {
  NpyHead head = parse_npy_head(file, false);
  if (!head.error.empty()) return {{}, head.error};
  const NpyTypeName& type = npy_type(head.array.type);
  head.array.values.reserve(head.count);
  for (std::size_t i = 0; i < head.count; ++i)
    head.array.values.push_back(npy_value(file.data() + head.start + i * head.value_bytes(), type));
  end = head.end();
  return {std::move(head.array), {}};
}

/// The header of a file (version 1.0): everything before the data.
inline std::string npy_header(NpyType element, const std::vector<int>& shape) {
  std::string header = "{'descr': '" + std::string(npy_type(element).name) + "', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) header += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  header += shape.size() == 1 ? ",), }" : "), }";
  const std::size_t before = npy_magic.size() + 4;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';
  std::string file(npy_magic);
  file += '\1';
  file += '\0';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header;
}

/// The error of a file that is longer than its shape asks for.
inline std::string npy_rest_error(std::size_t needed, std::size_t rest) {
  return "the file has " + std::to_string(needed + rest) + " bytes of data, but its shape needs " +
         std::to_string(needed);
}

}  // namespace detail

/// Reads an array from the bytes of a .npy file, which must hold nothing else.
inline NpyResult parse_npy(std::string_view file) {
  std::size_t end = 0;
  NpyResult result = detail::parse_first_npy(file, end);
  if (!result.ok() || end == file.size()) return result;
  const std::size_t needed =
      result.array.values.size() * static_cast<std::size_t>(detail::npy_type(result.array.type).bytes);
  result.array = {};
  result.error = detail::npy_rest_error(needed, file.size() - end);
  return result;
}

/// Reads a tensor of any type, floats among them, from the bytes of a .npy file, which must hold nothing else.
inline NpyTensor parse_npy_tensor(std::string_view file) {
  const detail::NpyHead head = detail::parse_npy_head(file, true);
  if (!head.error.empty()) return {NpyType::u1, {}, {}, head.error};
  if (head.end() != file.size())
    return {NpyType::u1, {}, {}, detail::npy_rest_error(head.end() - head.start, file.size() - head.end())};
  const std::string_view data = file.substr(head.start);
  return {head.array.type, head.array.shape, {data.begin(), data.end()}, {}};
}

/// Reads a tensor from a .npy file. The error begins with the file's name.
inline NpyTensor read_npy_tensor(const std::string& path) {
  NpyTensor result;
  std::string bytes;
  if (!read_file(path, bytes, result.error)) return result;
  result = parse_npy_tensor(bytes);
  if (!result.ok()) result.error = printable(path) + ": " + result.error;
  return result;
}

/// Reads a .npy file. The error begins with the file's name.
inline NpyResult read_npy(const std::string& path, ReadFile read = read_file) {
  NpyResult result;
  std::string bytes;
  if (!read(path, bytes, result.error, most_file_bytes)) return result;
  result = parse_npy(bytes);
  if (!result.ok()) result.error = printable(path) + ": " + result.error;
  return result;
}

/// Several arrays, or the reason why there are none.
struct NpyListResult {
  std::vector<NpyArray> arrays{};
  std::string error{};  ///< empty if all is well

  bool ok() const { return error.empty(); }
};

/// Reads one array after another from the bytes of one file, as repeated calls of numpy.save leave them there.
inline NpyListResult parse_npy_list(std::string_view file) {
  NpyListResult result;
  do {
    std::size_t end = 0;
    NpyResult next = detail::parse_first_npy(file, end);
    if (!next.ok()) return {{}, "array " + std::to_string(result.arrays.size()) + ": " + next.error};
    result.arrays.push_back(std::move(next.array));
    file.remove_prefix(end);
  } while (!file.empty());
  return result;
}

/// Reads a file of one array after another. The error begins with the file's name.
inline NpyListResult read_npy_list(const std::string& path, ReadFile read = read_file) {
  NpyListResult result;
  std::string bytes;
  if (!read(path, bytes, result.error, most_file_bytes)) return result;
  result = parse_npy_list(bytes);
  if (!result.ok()) result.error = printable(path) + ": " + result.error;
  return result;
}

/// The bytes of a .npy file (version 1.0) that holds the array. Values must fit the array's type, and their number its
/// shape; what does not fit is cut to the type.
inline std::string npy_bytes(const NpyArray& array) {
  std::string file = detail::npy_header(array.type, array.shape);
  const detail::NpyTypeName& type = detail::npy_type(array.type);
  for (std::int64_t value : array.values)
    for (int i = 0; i < type.bytes; ++i) file += static_cast<char>(static_cast<std::uint64_t>(value) >> 8 * i & 0xff);
  return file;
}

/// The same for a tensor.
inline std::string npy_bytes(const NpyTensor& tensor) {
  return detail::npy_header(tensor.type, tensor.shape) + std::string(tensor.bytes.begin(), tensor.bytes.end());
}

/// Writes a .npy file; false if that fails.
inline bool write_npy(const std::string& path, const NpyArray& array) {
  const std::string bytes = npy_bytes(array);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(out.flush());
}

}  // namespace incuse
