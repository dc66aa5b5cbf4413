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
  int rows, columns;  ///< of tiles' first pixels: rows of `columns` pixels …
  int pitch = 0;      ///< … or, if not 0, one row in which every output row has so many pixels
};

inline Walk walk_of(const Piece& piece) {
  const int by_rows = piece.rows * ceil_div(piece.columns, side);
  if (piece.rows == 1 || piece.in_row % piece.in_column != 0) return {piece.rows, piece.columns};
  const int pitch = static_cast<int>(piece.in_row / piece.in_column);
  const int all = (piece.rows - 1) * pitch + piece.columns;
  return ceil_div(all, side) < by_rows ? Walk{1, all, pitch} : Walk{piece.rows, piece.columns};
}

/// Stores the pixels of a tile that are outputs, from pixel `first` of row `row` on.
template <class Out>
INCUSE_FAST_INLINE void finish_tile(const Convolution& job, const Walk& walk, int row, int first,
                                    const std::int32_t* sums, int channels, Out* out) {
  const Piece& piece = job.piece;
  int y = walk.pitch == 0 ? row : first / walk.pitch, x = walk.pitch == 0 ? first : first % walk.pitch;
  for (int i = 0; i < side && first + i < walk.columns; ++i, ++x) {
    if (walk.pitch != 0 && x == walk.pitch) {
      x = 0;
      ++y;
    }
    if (x >= piece.columns) continue;
    avx512_vnni::finish(job.finish, _mm512_load_si512(sums + i * side), channels,
                        out + y * piece.out_row + x * piece.out_column);
  }
}

/// Two tiles of pixels, from pixel `first` of row `row` on, with two tiles of channels.
template <class Out>
INCUSE_FAST_TARGET inline void run_tiles(const Convolution& job, const Walk& walk, int row, int first, int channel) {
  const Piece& piece = job.piece;
  const auto* const in = static_cast<const std::uint8_t*>(job.in) + row * piece.in_row + first * piece.in_column;
  const bool two = first + side < walk.columns;
  const std::ptrdiff_t step = piece.in_column, next = two ? side * step : 0;
  const int chunks = piece.words / side;
  const auto* w = static_cast<const std::int8_t*>(job.weights) + 4LL * channel * piece.runs * piece.words;
  _tile_loadd(0, job.starts + channel, 0);
  _tile_loadd(1, job.starts + channel + side, 0);
  _tile_loadd(2, job.starts + channel, 0);
  _tile_loadd(3, job.starts + channel + side, 0);
  for (int run = 0; run < piece.runs; ++run) {
    const std::uint8_t* x = in + job.runs[run];
    for (int chunk = 0; chunk < chunks; ++chunk, x += run_bytes, w += 2 * tile_bytes) {
      _tile_loadd(4, x, step);
      _tile_loadd(6, w, run_bytes);
      _tile_dpbusd(0, 4, 6);
      _tile_loadd(7, w + tile_bytes, run_bytes);
      _tile_dpbusd(1, 4, 7);
      _tile_loadd(5, x + next, step);
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
  Out* const out = static_cast<Out*>(job.out) + channel;
  for (int i = 0; i < (two ? 4 : 2); ++i) {
    if (channels <= i % 2 * side) continue;
    finish_tile(job, walk, row, first + i / 2 * side, sums[i], channels - i % 2 * side, out + i % 2 * side);
  }
}

template <class Out>
INCUSE_FAST_TARGET inline void run_piece(const Convolution& job) {
  const Walk walk = walk_of(job.piece);
  for (int channel = 0; channel < job.piece.channels; channel += 2 * side)
    for (int row = 0; row < walk.rows; ++row)
      for (int first = 0; first < walk.columns; first += 2 * side) run_tiles<Out>(job, walk, row, first, channel);
}

/// Runs a piece of a convolution whose weights are packed for tiles.
INCUSE_FAST_TARGET inline void convolve(const Convolution& job) {
  asm volatile("" ::: "memory");  // the tiles' loads do not say what they read
  if (job.finish.wide) return run_piece<std::int32_t>(job);
  run_piece<std::uint8_t>(job);
}

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::amx
