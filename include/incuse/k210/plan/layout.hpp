// Layout of maps in AI RAM: which byte holds which pixel. Source: KPU sheet, section 4.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/core/shape.hpp>
#include <incuse/k210/device.hpp>

namespace incuse::k210 {

/// How rows of one width lie in lines: narrow maps have the rows of several channels side by side.
struct RowLayout {
  int groups;  ///< channels side by side
  int lines;   ///< per row

  constexpr int pitch() const { return line_bytes / groups; }  ///< bytes from one channel of a line to the next
  friend constexpr bool operator==(RowLayout, RowLayout) = default;
};

/// Rows of up to 16 pixels: 4 channels side by side; up to 32: 2 channels; wider ones: one channel on one or more
/// lines.
constexpr RowLayout rows_of(int width) {
  if (width <= line_bytes / 4) return {4, 1};
  if (width <= line_bytes / 2) return {2, 1};
  return {1, ceil_div(width, line_bytes)};
}

/// A map of C x H x W bytes in AI RAM.
struct MapLayout {
  Shape shape{};
  RowLayout rows{1, 1};

  constexpr MapLayout() = default;
  constexpr explicit MapLayout(Shape s) : shape(s), rows(rows_of(s.width)) {}

  /// Lines of one block: of the channels whose rows share lines. Also the value of the fields channel_switch_addr.
  constexpr int block_lines() const { return rows.lines * shape.height; }
  constexpr int blocks() const { return ceil_div(shape.channels, rows.groups); }
  constexpr int lines() const { return block_lines() * blocks(); }
  constexpr int bytes() const { return lines() * line_bytes; }
  /// Byte of the first pixel of a row, from the map's first line on. The row's other pixels follow.
  constexpr int row_offset(int channel, int y) const {
    return (channel / rows.groups * block_lines() + y * rows.lines) * line_bytes + channel % rows.groups * rows.pitch();
  }
  constexpr int offset(int channel, int y, int x) const { return row_offset(channel, y) + x; }
};

/// Copies a map, planar and without gaps, into AI RAM. Bytes that hold no pixel are left alone.
template <class Byte>
constexpr void pack(const MapLayout& map, const Byte* planar, Byte* ram) {
  for (int c = 0; c < map.shape.channels; ++c)
    for (int y = 0; y < map.shape.height; ++y) {
      Byte* row = ram + map.row_offset(c, y);
      for (int x = 0; x < map.shape.width; ++x) row[x] = *planar++;
    }
}

/// Copies a map out of AI RAM.
template <class Byte>
constexpr void unpack(const MapLayout& map, const Byte* ram, Byte* planar) {
  for (int c = 0; c < map.shape.channels; ++c)
    for (int y = 0; y < map.shape.height; ++y) {
      const Byte* row = ram + map.row_offset(c, y);
      for (int x = 0; x < map.shape.width; ++x) *planar++ = row[x];
    }
}

}  // namespace incuse::k210
