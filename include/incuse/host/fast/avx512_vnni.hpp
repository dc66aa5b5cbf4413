// Kernels for processors with AVX-512 and its dot products of bytes (VNNI). Elements are unsigned bytes, weights signed
// ones; a vector holds the sums of 16 output channels.
#pragma once

#include <cstring>
#include <utility>

#include <immintrin.h>

#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast::avx512_vnni {

#define INCUSE_FAST_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

inline constexpr int lanes = 16;

/// sums += the dot products of four bytes in every lane. An instruction by name: GCC 12 copies registers around the
/// intrinsic function of the same meaning.
INCUSE_FAST_INLINE void add_dot(__m512i& sums, __m512i x, __m512i w) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(x), "v"(w));
}

INCUSE_FAST_INLINE __m512i broadcast(const std::uint8_t* x) {
  int word;
  std::memcpy(&word, x, sizeof word);
  return _mm512_set1_epi32(word);
}

/// The lanes of so many channels.
INCUSE_FAST_INLINE __mmask16 mask_of(int channels) {
  return static_cast<__mmask16>(channels >= lanes ? 0xffff : (1 << channels) - 1);
}

/// Turns sums into outputs, and stores the first `channels` of them. (The functions for some lanes, since GCC 12 warns
/// of those for all: bug 105593.)
INCUSE_FAST_INLINE void finish(const Finish& rule, __m512i sums, int channels, std::uint8_t* to) {
  const __mmask16 all = 0xffff;
  __m512i values = _mm512_maskz_sra_epi32(all, sums, _mm_cvtsi32_si128(rule.right));
  if (rule.left != 0) {
    values = _mm512_maskz_min_epi32(all, values, _mm512_set1_epi32(255));
    values = _mm512_maskz_max_epi32(all, values, _mm512_set1_epi32(-256));
    values = _mm512_maskz_sll_epi32(all, values, _mm_cvtsi32_si128(rule.left));
  }
  if (rule.relu) values = _mm512_maskz_max_epi32(all, values, _mm512_setzero_si512());
  if (rule.magnitude) values = _mm512_maskz_abs_epi32(all, values);
  const __m128i bytes = _mm_xor_si128(_mm512_maskz_cvtsepi32_epi8(all, values), _mm_set1_epi8(-128));
  if (channels >= lanes)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  else
    _mm_mask_storeu_epi8(to, mask_of(channels), bytes);
}
INCUSE_FAST_INLINE void finish(const Finish&, __m512i sums, int channels, std::int32_t* to) {
  _mm512_mask_storeu_epi32(to, mask_of(channels), sums);
}

/// The weights of a block of output channels.
struct Block {
  const std::int8_t* weights;
  const std::int32_t* starts;
  int channels;
};

/// A tile of outputs: `pixels` neighbours in a row, `vectors` vectors of channels. Pixel i / vectors, vector i %
/// vectors.
template <int pixels, int vectors, class Out, int... i, int... p, int... v>
INCUSE_FAST_INLINE void tile(const Convolution& job, const Block& block, const std::uint8_t* in, Out* out,
                             std::integer_sequence<int, i...>, std::integer_sequence<int, p...>,
                             std::integer_sequence<int, v...>) {
  const std::ptrdiff_t step = job.piece.in_column;
  const std::int8_t* w = block.weights;
  __m512i sums[pixels * vectors] = {_mm512_loadu_si512(block.starts + i % vectors * lanes)...};
  for (int run = 0; run < job.piece.runs; ++run) {
    const std::uint8_t* x = in + job.runs[run];
    for (int word = job.piece.words; word > 0; --word, x += 4, w += vectors * 64) {
      const __m512i weights[vectors] = {_mm512_loadu_si512(w + v * 64)...};
      const __m512i values[pixels] = {broadcast(x + p * step)...};
      (add_dot(sums[i], values[i / vectors], weights[i % vectors]), ...);
    }
  }
  (finish(job.finish, sums[i], block.channels - i % vectors * lanes,
          out + i / vectors * job.piece.out_column + i % vectors * lanes),
   ...);
}

template <int pixels, int vectors, class Out>
INCUSE_FAST_TARGET __attribute__((noinline)) void run_tile(const Convolution& job, const Block& block,
                                                           const std::uint8_t* in, Out* out) {
  tile<pixels, vectors>(job, block, in, out, std::make_integer_sequence<int, pixels * vectors>{},
                        std::make_integer_sequence<int, pixels>{}, std::make_integer_sequence<int, vectors>{});
}

/// A row of outputs, in tiles of 6 pixels or as many as are left.
template <int vectors, class Out>
INCUSE_FAST_TARGET void run_row(const Convolution& job, const Block& block, const std::uint8_t* in, Out* out) {
  int left = job.piece.columns;
  while (left > 0) {
    const int count = left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    if (count == 6)
      run_tile<6, vectors>(job, block, in, out);
    else if (count == 4)
      run_tile<4, vectors>(job, block, in, out);
    else if (count == 2)
      run_tile<2, vectors>(job, block, in, out);
    else
      run_tile<1, vectors>(job, block, in, out);
    in += count * job.piece.in_column;
    out += count * job.piece.out_column;
    left -= count;
  }
}

template <int vectors, class Out>
INCUSE_FAST_TARGET void run_block(const Convolution& job, const Block& block, Out* out) {
  for (int y = 0; y < job.piece.rows; ++y)
    run_row<vectors>(job, block, static_cast<const std::uint8_t*>(job.in) + y * job.piece.in_row,
                     out + y * job.piece.out_row);
}

template <class Out>
INCUSE_FAST_TARGET inline void run_blocks(const Convolution& job) {
  constexpr int most = 4 * lanes;
  const std::ptrdiff_t bytes = 64LL * job.piece.runs * job.piece.words;  // of a vector's weights
  for (int first = 0; first < job.piece.channels; first += most) {
    const int channels = min_of(most, job.piece.channels - first);
    const Block block{static_cast<const std::int8_t*>(job.weights) + first / lanes * bytes, job.starts + first,
                      channels};
    Out* const out = static_cast<Out*>(job.out) + first;
    if (channels > 3 * lanes)
      run_block<4>(job, block, out);
    else if (channels > 2 * lanes)
      run_block<3>(job, block, out);
    else if (channels > lanes)
      run_block<2>(job, block, out);
    else
      run_block<1>(job, block, out);
  }
}

/// Runs a piece of a convolution.
INCUSE_FAST_TARGET inline void convolve(const Convolution& job) {
  if (job.finish.wide) return run_blocks<std::int32_t>(job);
  run_blocks<std::uint8_t>(job);
}

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::uint8_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx512_vnni
