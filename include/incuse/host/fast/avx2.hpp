// Kernels for processors with AVX2; a vector holds the sums of 8 output channels. Elements and weights are 16-bit
// numbers, of which pairs are multiplied and added exactly, or, in `plain_form`, bytes.
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

/// The four bytes at `x`, repeated in all eight parts of a vector.
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

/// Turns the sums of 16 channels into outputs. The instruction that packs them takes four numbers of
/// one vector, then four of the other.
INCUSE_FAST_INLINE __m256i outputs_of(const Finish& rule, __m256i low, __m256i high) {
  __m256i values = _mm256_packs_epi32(shifted(rule, low), shifted(rule, high));
  values = _mm256_max_epi16(values, _mm256_set1_epi16(rule.relu ? 0 : -128));
  if (rule.magnitude) values = _mm256_abs_epi16(values);
  values = _mm256_min_epi16(values, _mm256_set1_epi16(127));
  return _mm256_permute4x64_epi64(values, 0b11'01'10'00);
}

/// Stores the first `count` bytes of `part`, which then begins with the bytes behind them.
template <int count>
INCUSE_FAST_INLINE void store_part(__m128i& part, std::byte*& to) {
  std::memcpy(to, &part, count);
  to += count;
  part = _mm_bsrli_si128(part, count);
}
/// Stores the first `size` bytes, of at most 31.
INCUSE_FAST_TARGET __attribute__((noinline)) inline void store_some(__m256i bytes, int size, std::byte* to) {
  __m128i part = _mm256_castsi256_si128(bytes);
  if ((size & 16) != 0) {
    store_part<16>(part, to);
    part = _mm256_extracti128_si256(bytes, 1);
  }
  if ((size & 8) != 0) store_part<8>(part, to);
  if ((size & 4) != 0) store_part<4>(part, to);
  if ((size & 2) != 0) store_part<2>(part, to);
  if ((size & 1) != 0) store_part<1>(part, to);
}
INCUSE_FAST_INLINE void store_first(__m256i bytes, int size, std::byte* to) {
  if (size >= 32) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes);
  if (size > 0) store_some(bytes, size, to);
}

/// How outputs are stored: as 16-bit numbers, or as bytes, each combined with `flip` by exclusive or.
struct Outputs {
  bool bytes;
  char flip;
};

INCUSE_FAST_INLINE __m128i bytes_of(__m256i values, Outputs kind) {
  const __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
  return _mm_xor_si128(packed, _mm_set1_epi8(kind.flip));
}

/// Stores the outputs of a pixel, whatever they are, from sums; if a pixel has only 8, they are there twice.
INCUSE_FAST_INLINE void finish_any(const Finish& rule, __m256i low, __m256i high, int channels, std::byte* to,
                                   Outputs kind) {
  if (rule.wide) {
    store_first(low, channels * 4, to);
    return store_first(high, (channels - lanes) * 4, to + 4 * lanes);
  }
  const __m256i values = outputs_of(rule, low, high);
  if (!kind.bytes) return store_first(values, 2 * channels, to);
  store_first(_mm256_castsi128_si256(bytes_of(values, kind)), channels, to);
}

/// Stores 16 outputs that are only shifted right and clipped.
INCUSE_FAST_INLINE void finish_usual(const Finish& rule, __m256i low, __m256i high, std::byte* to, Outputs kind) {
  const __m128i right = _mm_cvtsi32_si128(rule.right);
  __m256i values = _mm256_packs_epi32(_mm256_sra_epi32(low, right), _mm256_sra_epi32(high, right));
  values = _mm256_max_epi16(values, _mm256_set1_epi16(rule.relu ? 0 : -128));
  values = _mm256_permute4x64_epi64(_mm256_min_epi16(values, _mm256_set1_epi16(127)), 0b11'01'10'00);
  if (kind.bytes) return _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes_of(values, kind));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
}

/// What dot products for 8 channels at once have in common.
struct EightSums {
  using Sums = __m256i;
  using Words = __m256i;
  static constexpr int lanes = avx2::lanes, vectors = 2;

  INCUSE_FAST_INLINE static Sums zero() { return _mm256_setzero_si256(); }
  INCUSE_FAST_INLINE static Sums sums_at(const std::int32_t* from) { return load(from); }
  INCUSE_FAST_INLINE static Sums plus(Sums a, Sums b) { return _mm256_add_epi32(a, b); }
  INCUSE_FAST_INLINE static Words weights_at(const void* from) { return load(from); }
  INCUSE_FAST_INLINE static Words broadcast(const void* x) { return broadcast_word(x); }
  template <int used>
  INCUSE_FAST_INLINE static bool is_usual(const Finish& rule, int channels) {
    return used == vectors && channels == vectors * lanes && rule.is_simple();
  }
};

/// The same where outputs are 16-bit numbers, or bytes for `plain_form`.
struct EightSumsOfLayers : EightSums {
  static constexpr int output_bytes = 2;

  template <int used>
  INCUSE_FAST_INLINE static void finish(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    finish_any(rule, sums[0], sums[used - 1], channels, to, {rule.plain, 0});
  }
  template <int used>
  INCUSE_FAST_INLINE static void finish_usual(const Finish& rule, const Sums* sums, int, std::byte* to) {
    avx2::finish_usual(rule, sums[0], sums[used - 1], to, {rule.plain, 0});
  }
};

struct Dot : EightSumsOfLayers {
  using Element = std::int16_t;
  using Weight = std::int16_t;
  static constexpr int word = 2;

  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) {
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, w));
  }
};

#include <incuse/host/fast/dot_loop.hpp>

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::int16_t>(job); }

/// For `plain_form`.
namespace plain {

struct Dot : EightSumsOfLayers {
  using Element = std::int8_t;
  using Weight = std::int8_t;
  static constexpr int word = 4;

  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) {
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)));
  }
};

#include <incuse/host/fast/dot_loop.hpp>  // NOLINT(readability-duplicate-include): once for each product

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::int8_t>(job); }

}  // namespace plain

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx2
