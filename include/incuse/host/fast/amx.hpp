// Kernels for processors with tiles (AMX) of bytes: a tile holds 16 pixels' or 16 channels' words, or 16 x 16 sums. The
// pieces that tiles do not suit run with AVX-512.
#pragma once

#include <immintrin.h>

#include <incuse/host/fast/avx512_vnni.hpp>
#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast::amx {

#define INCUSE_FAST_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,amx-tile,amx-int8")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

inline constexpr int side = 16;       ///< rows of a tile
inline constexpr int run_bytes = 64;  ///< of a tile's row
inline constexpr int tile_bytes = 1024;

/// The shapes of the tiles as the processor reads them: all tiles have all their rows and columns.
struct Shapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14]{};
  std::uint16_t row_bytes[16]{run_bytes, run_bytes, run_bytes, run_bytes, run_bytes, run_bytes, run_bytes, run_bytes};
  std::uint8_t rows[16]{side, side, side, side, side, side, side, side};
};
static_assert(sizeof(Shapes) == 64);
inline constexpr Shapes shapes{};

INCUSE_FAST_TARGET inline void configure() { _tile_loadconfig(&shapes); }
INCUSE_FAST_TARGET inline void release() { _tile_release(); }

/// How the pixels of a piece are walked: in rows of their own, or along the map with what lies between its rows.
struct Walk {
  int rows, columns;  ///< rows of `columns` pixels …
  int pitch = 0;      ///< … or, if not 0, one row in which every output row has so many pixels

  int tiles_of_row() const { return ceil_div(columns, side); }
  int tiles() const { return rows * tiles_of_row(); }
};

inline Walk walk_of(const Piece& piece) {
  const Walk by_rows{piece.rows, piece.columns};
  if (piece.rows == 1 || piece.in_row % piece.in_column != 0) return by_rows;
  const int pitch = static_cast<int>(piece.in_row / piece.in_column);
  const Walk along_map{1, (piece.rows - 1) * pitch + piece.columns, pitch};
  return along_map.tiles() < by_rows.tiles() ? along_map : by_rows;
}

/// A tile's first pixel, and how many of its pixels are walked.
struct Spot {
  int row, column, pixels;
};

inline Spot spot_of(const Walk& walk, int tile) {
  const int row = tile / walk.tiles_of_row(), column = tile % walk.tiles_of_row() * side;
  return {row, column, min_of(side, walk.columns - column)};
}

/// Stores the outputs of neighbouring pixels. The sums of a pixel's first 16 channels are a row of `low`, those of the
/// next ones a row of `high`.
INCUSE_FAST_INLINE void finish_pixels(const Convolution& job, const std::int32_t* low, const std::int32_t* high,
                                      int count, int channels, std::byte* out) {
  const std::ptrdiff_t step = job.piece.out_column * (job.finish.wide ? 4 : 1);
  const auto row = [](const std::int32_t* sums, int i) { return sums + i * side; };
  int i = 0;
  for (; !job.finish.wide && i + 2 <= count; i += 2) {  // two pixels fill a vector
    const __m512i bytes =
        avx512_vnni::outputs_of(job.finish, _mm512_load_si512(row(low, i)), _mm512_load_si512(row(high, i)),
                                _mm512_load_si512(row(low, i + 1)), _mm512_load_si512(row(high, i + 1)));
    auto* const to = reinterpret_cast<std::uint8_t*>(out + i * step);
    avx512_vnni::store_bytes<2>(bytes, channels, to);
    avx512_vnni::store_bytes<2>(avx512_vnni::second_half(bytes), channels, to + step);
  }
  for (; i < count; ++i) {
    const __m512i sums[2] = {_mm512_load_si512(row(low, i)), _mm512_load_si512(row(high, i))};
    avx512_vnni::finish_pixel<2>(job.finish, sums, channels, out + i * step);
  }
}

/// Stores the outputs of a tile of pixels, whose sums for 32 channels lie in two tiles.
INCUSE_FAST_INLINE void finish_tile(const Convolution& job, const Walk& walk, const Spot& spot, const std::int32_t* low,
                                    const std::int32_t* high, int channels, std::byte* out) {
  const Piece& piece = job.piece;
  const int bytes = job.finish.wide ? 4 : 1;
  for (int i = 0; i < spot.pixels;) {
    int y = spot.row, x = spot.column + i, next = spot.pixels;
    if (walk.pitch != 0) {
      y = x / walk.pitch;
      x %= walk.pitch;
      next = min_of(next, i + walk.pitch - x);
    }
    if (x < piece.columns)
      finish_pixels(job, low + i * side, high + i * side, min_of(next - i, piece.columns - x), channels,
                    out + (y * piece.out_row + x * piece.out_column) * bytes);
    i = next;
  }
}

/// Two tiles of pixels, or the same one twice, with two tiles of channels from `channel` on.
INCUSE_FAST_TARGET inline void run_tiles(const Convolution& job, const Walk& walk, int first, int second, int channel) {
  const Piece& piece = job.piece;
  const Spot spots[] = {spot_of(walk, first), spot_of(walk, second)};
  const auto* const in = static_cast<const std::uint8_t*>(job.in);
  const std::uint8_t* const in0 = in + spots[0].row * piece.in_row + spots[0].column * piece.in_column;
  const std::uint8_t* const in1 = in + spots[1].row * piece.in_row + spots[1].column * piece.in_column;
  const std::ptrdiff_t step = piece.in_column;
  const int chunks = piece.words / side;
  const auto* w = static_cast<const std::int8_t*>(job.weights) + 4LL * channel * piece.runs * piece.words;
  _tile_loadd(0, job.starts + channel, 0);
  _tile_loadd(1, job.starts + channel + side, 0);
  _tile_loadd(2, job.starts + channel, 0);
  _tile_loadd(3, job.starts + channel + side, 0);
  for (int run = 0; run < piece.runs; ++run) {
    const std::ptrdiff_t at = job.runs[run];
    for (int chunk = 0; chunk < chunks; ++chunk, w += 2 * tile_bytes) {
      _tile_loadd(4, in0 + at + chunk * run_bytes, step);
      _tile_loadd(6, w, run_bytes);
      _tile_dpbusd(0, 4, 6);
      _tile_loadd(7, w + tile_bytes, run_bytes);
      _tile_dpbusd(1, 4, 7);
      _tile_loadd(5, in1 + at + chunk * run_bytes, step);
      _tile_dpbusd(2, 5, 6);
      _tile_dpbusd(3, 5, 7);
    }
  }
  alignas(64) std::int32_t sums[4][side * side];
  _tile_stored(0, sums[0], 4 * side);
  _tile_stored(1, sums[1], 4 * side);
  _tile_stored(2, sums[2], 4 * side);
  _tile_stored(3, sums[3], 4 * side);
  const int channels = piece.channels - channel;
  std::byte* const out = static_cast<std::byte*>(job.out) + channel * (job.finish.wide ? 4 : 1);
  finish_tile(job, walk, spots[0], sums[0], sums[1], channels, out);
  if (first != second) finish_tile(job, walk, spots[1], sums[2], sums[3], channels, out);
}

/// Runs a piece of a convolution whose weights are packed for tiles.
INCUSE_FAST_TARGET inline void convolve(const Convolution& job) {
  asm volatile("" ::: "memory");  // the tiles' loads do not say what they read
  const Walk walk = walk_of(job.piece);
  const int tiles = walk.tiles();
  for (int channel = 0; channel < job.piece.channels; channel += 2 * side)
    for (int tile = 0; tile < tiles; tile += 2) run_tiles(job, walk, tile, min_of(tile + 1, tiles - 1), channel);
}

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::amx
