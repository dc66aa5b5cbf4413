// Protocol buffers as bytes: the fields of one message, one after the other. Messages inside are bytes to it, so that
// nothing is recursive, and memory is what the caller keeps.
// Source: protobuf.dev, "Encoding".
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace incuse::import::onnx {

/// One field: its number, and a number or bytes, as its kind says.
struct WireField {
  enum Kind : unsigned char { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

  std::uint32_t number = 0;
  Kind kind = varint;
  std::uint64_t value = 0;     ///< of varint, fixed64 and fixed32
  std::string_view content{};  ///< of bytes

  std::int64_t integer() const { return static_cast<std::int64_t>(value); }
  float real() const {
    const auto word = static_cast<std::uint32_t>(value);
    float result = 0;
    std::memcpy(&result, &word, sizeof result);
    return result;
  }
};

/// Reads the fields of a message. After the last one, or at the first that is damaged, `next` is false; `damaged` tells
/// which.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  bool next(WireField& field) {
    std::uint64_t tag = 0;
    if (rest_.empty() || damaged_) return false;
    if (!varint(tag) || tag >> 3 == 0 || tag >> 32 != 0) return damage();
    field = {};
    field.number = static_cast<std::uint32_t>(tag >> 3);
    field.kind = static_cast<WireField::Kind>(tag & 7);
    switch (field.kind) {
      case WireField::varint:
        return varint(field.value) || damage();
      case WireField::fixed64:
        return fixed(8, field.value) || damage();
      case WireField::fixed32:
        return fixed(4, field.value) || damage();
      case WireField::bytes:
        return delimited(field.content) || damage();
    }
    return damage();  // groups, which the format does not have
  }
  /// One number of a packed list.
  bool next_packed_varint(std::int64_t& value) {
    std::uint64_t bits = 0;
    if (rest_.empty() || damaged_) return false;
    if (!varint(bits)) return damage();
    value = static_cast<std::int64_t>(bits);
    return true;
  }
  /// The next number of `size` bytes, 1 to 8, in little-endian order.
  bool next_fixed(std::size_t size, std::uint64_t& value) {
    if (rest_.empty() || damaged_) return false;
    return fixed(size, value) || damage();
  }
  bool damaged() const { return damaged_; }

 private:
  bool damage() {
    damaged_ = true;
    return false;
  }
  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_[0]);
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool fixed(std::size_t size, std::uint64_t& value) {
    if (rest_.size() < size) return false;
    value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << 8 * i;
    rest_.remove_prefix(size);
    return true;
  }
  bool delimited(std::string_view& content) {
    std::uint64_t size = 0;
    if (!varint(size) || size > rest_.size()) return false;
    content = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(content.size());
    return true;
  }

  std::string_view rest_;
  bool damaged_ = false;
};

}  // namespace incuse::import::onnx
