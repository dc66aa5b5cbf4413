// Zip files whose entries are not compressed, as PyTorch and NumPy read them. The same entries give the same bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace incuse {

namespace detail {

/// A checksum of 32 bits, from the lowest bit of each byte on; `Polynomial` has its bits in that order.
template <std::uint32_t Polynomial>
std::uint32_t reflected_crc(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      made[i] = i;
      for (int bit = 0; bit < 8; ++bit) made[i] = made[i] >> 1 ^ ((made[i] & 1) != 0 ? Polynomial : 0U);
    }
    return made;
  }();
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ crc >> 8;
  return ~crc;
}
/// The checksum of zip files, CRC-32.
inline std::uint32_t crc32(std::string_view bytes) { return reflected_crc<0xedb88320>(bytes); }

inline void append_little(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xff);
}

}  // namespace detail

/// Collects entries. All of them together have less than 4 GiB.
class ZipWriter {
 public:
  /// Data begin at multiples of 64 bytes, as PyTorch's do: they can be mapped into memory.
  void add(const std::string& name, std::string_view data) {
    const std::size_t at = file_.size(), behind = at + 30 + name.size() + 4;
    const std::size_t padding = (64 - behind % 64) % 64;
    std::string facts;
    const std::uint32_t crc = detail::crc32(data);
    detail::append_little(facts, 20, 2);    // version that is needed: 2.0
    detail::append_little(facts, 0, 4);     // no flags, stored
    detail::append_little(facts, 0, 2);     // midnight …
    detail::append_little(facts, 0x21, 2);  // … of the first of January 1980
    detail::append_little(facts, crc, 4);
    detail::append_little(facts, data.size(), 4);
    detail::append_little(facts, data.size(), 4);
    detail::append_little(facts, name.size(), 2);
    file_ += "PK\3\4" + facts;
    detail::append_little(file_, 4 + padding, 2);
    file_ += name + "FB";  // PyTorch's mark of a field of padding
    detail::append_little(file_, padding, 2);
    file_.append(padding, 'Z');
    file_ += data;

    directory_ += std::string("PK\1\2") + '\x14' + '\0' + facts;
    directory_.append(2 + 2 + 2 + 2 + 4, '\0');  // no field, no comment, first disk, no attributes
    detail::append_little(directory_, at, 4);
    directory_ += name;
    ++count_;
  }

  /// The whole file.
  std::string bytes() const {
    std::string end = "PK\5\6";
    detail::append_little(end, 0, 4);
    detail::append_little(end, count_, 2);
    detail::append_little(end, count_, 2);
    detail::append_little(end, directory_.size(), 4);
    detail::append_little(end, file_.size(), 4);
    detail::append_little(end, 0, 2);
    return file_ + directory_ + end;
  }

 private:
  std::string file_{}, directory_{};
  std::size_t count_ = 0;
};

}  // namespace incuse
