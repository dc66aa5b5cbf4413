// Kernels for processors with AVX2. Elements and weights are 16-bit numbers, of which pairs are multiplied and added
// exactly; a vector holds the sums of 8 output channels.
#pragma once

#include <cstring>

#include <immintrin.h>

#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>

namespace incuse::host::fast::avx2 {

#define INCUSE_FAST_TARGET __attribute__((target("avx2")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

inline constexpr int lanes = 8;

INCUSE_FAST_INLINE __m256i broadcast(const std::int16_t* x) {
  int word;
  std::memcpy(&word, x, sizeof word);
  return _mm256_set1_epi32(word);
}

INCUSE_FAST_INLINE void add_dot(__m256i& sums, __m256i x, __m256i w) {
  sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, w));
}

/// Turns sums into outputs, and stores the first `channels` of them.
INCUSE_FAST_INLINE void finish(const Finish& rule, __m256i sums, int channels, std::int16_t* to) {
  __m256i values = _mm256_sra_epi32(sums, _mm_cvtsi32_si128(rule.right));
  if (rule.left != 0)
    values =
        _mm256_sll_epi32(_mm256_max_epi32(_mm256_min_epi32(values, _mm256_set1_epi32(255)), _mm256_set1_epi32(-256)),
                         _mm_cvtsi32_si128(rule.left));
  if (rule.relu) values = _mm256_max_epi32(values, _mm256_setzero_si256());
  if (rule.magnitude) values = _mm256_abs_epi32(values);
  values = _mm256_max_epi32(_mm256_min_epi32(values, _mm256_set1_epi32(127)), _mm256_set1_epi32(-128));
  const __m128i packed = _mm_packs_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
  if (channels >= lanes) return _mm_storeu_si128(reinterpret_cast<__m128i*>(to), packed);
  std::int16_t some[lanes];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(some), packed);
  for (int c = 0; c < channels; ++c) to[c] = some[c];
}
INCUSE_FAST_INLINE void finish(const Finish&, __m256i sums, int channels, std::int32_t* to) {
  if (channels >= lanes) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums);
  std::int32_t some[lanes];
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(some), sums);
  for (int c = 0; c < channels; ++c) to[c] = some[c];
}

/// The weights of a block of output channels.
struct Block {
  const std::int16_t* weights;
  const std::int32_t* starts;
  int channels;
};

/// A tile of outputs: `pixels` neighbours in a row, `vectors` vectors of channels.
template <int pixels, int vectors, class Out>
INCUSE_FAST_TARGET __attribute__((noinline)) void run_tile(const Convolution& job, const Block& block,
                                                           const std::int16_t* in, Out* out) {
  const std::ptrdiff_t step = job.piece.in_column;
  const std::int16_t* w = block.weights;
  __m256i sums[pixels][vectors];
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      sums[p][v] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block.starts + v * lanes));
  for (int run = 0; run < job.piece.runs; ++run) {
    const std::int16_t* x = in + job.runs[run];
    for (int word = job.piece.words; word > 0; --word, x += 2, w += vectors * 16) {
      __m256i weights[vectors];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) weights[v] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(w + v * 16));
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) {
        const __m256i value = broadcast(x + p * step);
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) add_dot(sums[p][v], value, weights[v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v)
      finish(job.finish, sums[p][v], block.channels - v * lanes, out + p * job.piece.out_column + v * lanes);
}

/// A row of outputs, in tiles of 6 pixels or as many as are left.
template <int vectors, class Out>
INCUSE_FAST_TARGET void run_row(const Convolution& job, const Block& block, const std::int16_t* in, Out* out) {
  for (int left = job.piece.columns; left > 0;) {
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
    run_row<vectors>(job, block, static_cast<const std::int16_t*>(job.in) + y * job.piece.in_row,
                     out + y * job.piece.out_row);
}

template <class Out>
INCUSE_FAST_TARGET inline void run_blocks(const Convolution& job) {
  constexpr int most = 2 * lanes;
  const std::ptrdiff_t elements = 2LL * lanes * job.piece.runs * job.piece.words;  // of a vector's weights
  for (int first = 0; first < job.piece.channels; first += most) {
    const int channels = min_of(most, job.piece.channels - first);
    const Block block{static_cast<const std::int16_t*>(job.weights) + first / lanes * elements, job.starts + first,
                      channels};
    Out* const out = static_cast<Out*>(job.out) + first;
    if (channels > lanes)
      run_block<2>(job, block, out);
    else
      run_block<1>(job, block, out);
  }
}

/// Runs a piece of a convolution.
INCUSE_FAST_TARGET inline void convolve(const Convolution& job) {
  if (job.finish.wide) return run_blocks<std::int32_t>(job);
  run_blocks<std::int16_t>(job);
}

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::int16_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx2
