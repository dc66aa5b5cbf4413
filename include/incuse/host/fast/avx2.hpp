// Kernels for processors with AVX2. Elements and weights are 16-bit numbers, of which pairs are multiplied and added
// exactly; a vector holds the sums of 8 output channels.
#pragma once

#include <cstring>
#include <utility>

#include <immintrin.h>

#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/rows.hpp>

namespace incuse::host::fast::avx2 {

#define INCUSE_FAST_TARGET __attribute__((target("avx2")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

inline constexpr int lanes = 8;

INCUSE_FAST_INLINE __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

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

/// sums of one pixel += its products with a word of every vector.
template <int... v>
INCUSE_FAST_INLINE void add_pixel(__m256i* sums, const std::int16_t* x, const __m256i* weights,
                                  std::integer_sequence<int, v...>) {
  const __m256i value = broadcast(x);
  (add_dot(sums[v], value, weights[v]), ...);
}

INCUSE_FAST_INLINE void finish_vector(const Finish& rule, __m256i sums, int channels, std::byte* to, int vector) {
  if (channels <= vector * lanes) return;
  if (rule.wide)
    return finish(rule, sums, channels - vector * lanes, reinterpret_cast<std::int32_t*>(to) + vector * lanes);
  finish(rule, sums, channels - vector * lanes, reinterpret_cast<std::int16_t*>(to) + vector * lanes);
}

/// True if `finish_pixel` takes both vectors of a pixel at once: most layers.
INCUSE_FAST_INLINE bool finishes_pixels(const Finish& rule, int channels) {
  return !rule.wide && !rule.magnitude && rule.left == 0 && channels >= 2 * lanes;
}

/// Turns the 16 sums of a pixel into outputs. Packing takes four numbers of both vectors in turn.
INCUSE_FAST_INLINE void finish_pixel(const Finish& rule, __m256i low, __m256i high, std::byte* to) {
  const __m128i shift = _mm_cvtsi32_si128(rule.right);
  __m256i values = _mm256_packs_epi32(_mm256_sra_epi32(low, shift), _mm256_sra_epi32(high, shift));
  values = _mm256_max_epi16(values, _mm256_set1_epi16(rule.relu ? 0 : -128));
  values = _mm256_min_epi16(values, _mm256_set1_epi16(127));
  values = _mm256_permute4x64_epi64(values, 0b11'01'10'00);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
}

struct Kernel {
  using Element = std::int16_t;
  using Weight = std::int16_t;
  static constexpr int lanes = avx2::lanes, vectors = 2, word = 2;

  template <int pixels, int used>
  INCUSE_FAST_TARGET __attribute__((noinline)) static void tile(const Convolution& job, const Block<Weight>& block,
                                                                const Element* in, std::byte* out) {
    compute<used>(job, block, in, out, std::make_integer_sequence<int, pixels * used>{},
                  std::make_integer_sequence<int, pixels>{}, std::make_integer_sequence<int, used>{});
  }

 private:
  /// Sum i is that of pixel i / used and vector i % used.
  template <int used, int... i, int... p, int... v>
  INCUSE_FAST_INLINE static void compute(const Convolution& job, const Block<Weight>& block, const Element* in,
                                         std::byte* out, std::integer_sequence<int, i...>,
                                         std::integer_sequence<int, p...>,
                                         std::integer_sequence<int, v...> each_vector) {
    const std::ptrdiff_t step = job.piece.in_column;
    const std::ptrdiff_t out_step = job.piece.out_column * static_cast<int>(job.finish.wide ? 4 : sizeof(Element));
    const Weight* w = block.weights;
    __m256i sums[sizeof...(i)] = {load(block.starts + i % used * lanes)...};
    for (int run = 0; run < job.piece.runs; ++run) {
      const Element* x = in + job.runs[run];
      for (int left = job.piece.words; left > 0; --left, x += word, w += used * lanes * word) {
        const __m256i weights[used] = {load(w + v * lanes * word)...};
        (add_pixel(sums + p * used, x + p * step, weights, each_vector), ...);
      }
    }
    if constexpr (used == 2)
      if (finishes_pixels(job.finish, block.channels))
        return (finish_pixel(job.finish, sums[2 * p], sums[2 * p + 1], out + p * out_step), ...);
    (finish_vector(job.finish, sums[i], block.channels, out + i / used * out_step, i % used), ...);
  }
};

/// Runs a piece of a convolution.
inline void convolve(const Convolution& job) { Rows<Kernel>::run(job); }

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::int16_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx2
