// What the loaders of the vendor do with the tables: turns a weight stream back into the contents of weight memories.
// Written from the formats' description alone (max7800x-memory, sections 5.5 and 5.6).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace memory {

using Column = std::array<int, 9>;
using Columns = std::map<std::pair<int, int>, Column>;  ///< (processor, column) -> bytes k[0] to k[8]
using Stream = std::vector<std::uint32_t>;

/// Contents of all weight memories after loading; nothing if the stream is malformed: a wrong length or address, a
/// column loaded twice, padding that is not zero, a run that could have continued the one before.
inline std::optional<Columns> load(const Stream& stream, bool express) {
  Columns columns;
  std::size_t at = 0;
  int last_processor = -1, next_column = -1;
  while (at < stream.size() && stream[at] != 0) {
    if (at + 2 > stream.size()) return {};
    const std::uint32_t address = stream[at], words = stream[at + 1];
    at += 2;
    if (at + words > stream.size()) return {};
    const std::uint32_t relative = address - 0x5018'0000;
    const int group = static_cast<int>(relative / 0x40'0000);
    const int processor = 16 * group + static_cast<int>(relative % 0x40'0000 / 0x4000);
    const std::uint32_t column_stride = express ? 4 : 16;
    const std::uint32_t within = relative % 0x4000;
    if (group > 3 || relative % 0x40'0000 >= 16 * 0x4000 || within % column_stride != 0) return {};
    int column = static_cast<int>(within / column_stride);
    if (processor < last_processor || (processor == last_processor && column <= next_column)) return {};
    const auto put = [&](const Column& bytes) { return columns.insert({{processor, column++}, bytes}).second; };
    if (express) {
      const int count = static_cast<int>(4 * words / 9);
      if ((9 * static_cast<std::uint32_t>(count) + 3) / 4 != words) return {};
      for (int c = 0; c < count; ++c) {
        Column bytes{};
        for (int i = 0; i < 9; ++i) {
          const auto n = static_cast<std::size_t>(9 * c + i);
          bytes[static_cast<std::size_t>(i)] = static_cast<int>(stream[at + n / 4] >> 8 * (3 - n % 4) & 0xff);
        }
        if (!put(bytes)) return {};
      }
      for (std::size_t n = static_cast<std::size_t>(9 * count); n < 4 * words; ++n)
        if ((stream[at + n / 4] >> 8 * (3 - n % 4) & 0xff) != 0) return {};
    } else {
      if (words % 4 != 0) return {};
      for (std::size_t n = at; n < at + words; n += 4) {
        if ((stream[n] & 0xffff'ff00) != 0 || stream[n + 3] != 0) return {};
        Column bytes{static_cast<int>(stream[n])};
        for (std::size_t i = 0; i < 8; ++i)
          bytes[i + 1] = static_cast<int>(stream[n + 1 + i / 4] >> 8 * (3 - i % 4) & 0xff);
        if (!put(bytes)) return {};
      }
    }
    last_processor = processor;
    next_column = column;
    at += words;
  }
  if (at + 1 != stream.size()) return {};  // exactly one zero at the end
  return columns;
}

/// The usual reflected CRC-32 over words in little-endian byte order.
inline std::uint32_t crc32(const Stream& words) {
  std::uint32_t crc = ~0u;
  for (std::uint32_t word : words)
    for (int i = 0; i < 4; ++i) {
      crc ^= word >> 8 * i & 0xff;
      for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb8'8320u : 0u);
    }
  return ~crc;
}

}  // namespace memory
