// Writes protocol buffers: fields of a message, one behind the other. Source: protobuf.dev, "Encoding".
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace incuse::detail {

class ProtobufWriter {
 public:
  ProtobufWriter& number(unsigned field, std::int64_t value) {
    varint(field << 3);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  ProtobufWriter& real(unsigned field, float value) {
    varint(field << 3 | 5);
    return packed(value);
  }
  ProtobufWriter& real(unsigned field, double value) {
    varint(field << 3 | 1);
    return packed(value);
  }
  /// A number alone: a repeated field of numbers is the content of these.
  ProtobufWriter& packed(float value) { return little(std::bit_cast<std::uint32_t>(value), 4); }
  ProtobufWriter& packed(double value) { return little(std::bit_cast<std::uint64_t>(value), 8); }
  /// Text, raw bytes, or a message.
  ProtobufWriter& content(unsigned field, std::string_view content) {
    varint(field << 3 | 2);
    varint(content.size());
    bytes_ += content;
    return *this;
  }
  ProtobufWriter& content(unsigned field, const ProtobufWriter& message) { return content(field, message.bytes_); }

  const std::string& bytes() const { return bytes_; }

 private:
  ProtobufWriter& little(std::uint64_t bits, int bytes) {
    for (int i = 0; i < bytes; ++i) bytes_ += static_cast<char>(bits >> 8 * i & 0xff);
    return *this;
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_{};
};

}  // namespace incuse::detail
