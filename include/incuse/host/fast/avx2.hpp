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

/// Four bytes at `x`, eight times.
INCUSE_FAST_INLINE __m256i broadcast_word(const void* x) {
  int word;
  std::memcpy(&word, x, sizeof word);
  return _mm256_set1_epi32(word);
}

/// sums shifted as `rule` says.
INCUSE_FAST_INLINE __m256i shifted(const Finish& rule, __m256i sums) {
  if (rule.left == 0) return _mm256_sra_epi32(sums, _mm_cvtsi32_si128(rule.right));
  const __m256i low = _mm256_max_epi32(sums, _mm256_set1_epi32(-256));
  return _mm256_sll_epi32(_mm256_min_epi32(low, _mm256_set1_epi32(255)), _mm_cvtsi32_si128(rule.left));
}

/// Turns the sums of 16 channels into outputs. Packing takes four numbers of both vectors in turn.
INCUSE_FAST_INLINE __m256i outputs_of(const Finish& rule, __m256i low, __m256i high) {
  __m256i values = _mm256_packs_epi32(shifted(rule, low), shifted(rule, high));
  values = _mm256_max_epi16(values, _mm256_set1_epi16(rule.relu ? 0 : -128));
  if (rule.magnitude) values = _mm256_abs_epi16(values);
  values = _mm256_min_epi16(values, _mm256_set1_epi16(127));
  return _mm256_permute4x64_epi64(values, 0b11'01'10'00);
}

/// Stores the first of `size` bytes, which may be more than a vector has.
INCUSE_FAST_TARGET __attribute__((noinline)) inline void store_some(__m256i bytes, int size, std::byte* to) {
  alignas(32) std::byte all[32];
  _mm256_store_si256(reinterpret_cast<__m256i*>(all), bytes);
  std::memcpy(to, all, static_cast<std::size_t>(size < 32 ? size : 32));
}
INCUSE_FAST_INLINE void store_first(__m256i bytes, int size, std::byte* to) {
  if (size >= 32) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes);
  if (size > 0) store_some(bytes, size, to);
}

/// Stores the first `channels` of the sums of so many vectors as they are.
template <int... v>
INCUSE_FAST_INLINE void store_sums(const __m256i* sums, int channels, std::byte* to, std::integer_sequence<int, v...>) {
  (store_first(sums[v], (channels - v * lanes) * 4, to + v * lanes * 4), ...);
}

struct Dot {
  using Element = std::int16_t;
  using Weight = std::int16_t;
  using Sums = __m256i;
  using Words = __m256i;
  static constexpr int lanes = avx2::lanes, vectors = 2, word = 2;

  INCUSE_FAST_INLINE static Sums zero() { return _mm256_setzero_si256(); }
  INCUSE_FAST_INLINE static Sums sums_at(const std::int32_t* from) { return load(from); }
  INCUSE_FAST_INLINE static Sums plus(Sums a, Sums b) { return _mm256_add_epi32(a, b); }
  INCUSE_FAST_INLINE static Words weights_at(const Weight* from) { return load(from); }
  INCUSE_FAST_INLINE static Words broadcast(const Element* x) { return broadcast_word(x); }
  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) {
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, w));
  }
  template <int used>
  INCUSE_FAST_INLINE static void finish(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    if (rule.wide) return store_sums(sums, channels, to, std::make_integer_sequence<int, used>{});
    constexpr int most = used * avx2::lanes;
    store_first(outputs_of(rule, sums[0], sums[used - 1]), 2 * min_of(channels, most), to);
  }
};

#include <incuse/host/fast/dot_loop.hpp>

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::int16_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx2
