// Kernels for processors with AVX-512 and its dot products of bytes (VNNI). Elements are unsigned bytes, weights signed
// ones; a vector holds the sums of 16 output channels.
#pragma once

#include <cstring>
#include <utility>

#include <immintrin.h>

#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/rows.hpp>

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

/// The first `channels` of 64 bytes.
INCUSE_FAST_INLINE __mmask64 mask_of(int channels) {
  return channels >= 64 ? ~__mmask64{0} : (__mmask64{1} << channels) - 1;
}

/// sums shifted as `rule` says. (Intrinsics with a mask, since GCC 12 warns of those without: bug 105593.)
INCUSE_FAST_INLINE __m512i shifted(const Finish& rule, __m512i sums) {
  const __mmask16 all = 0xffff;
  if (rule.left == 0) return _mm512_maskz_sra_epi32(all, sums, _mm_cvtsi32_si128(rule.right));
  const __m512i low = _mm512_maskz_max_epi32(all, sums, _mm512_set1_epi32(-256));
  return _mm512_maskz_sll_epi32(all, _mm512_maskz_min_epi32(all, low, _mm512_set1_epi32(255)),
                                _mm_cvtsi32_si128(rule.left));
}

/// Packs four vectors and restores their order: the instructions take four bytes of every vector in turn.
INCUSE_FAST_INLINE __m512i packed(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = _mm512_packs_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
  return _mm512_maskz_permutexvar_epi32(0xffff, order, bytes);
}

/// Turns four vectors of sums into outputs, in order.
INCUSE_FAST_INLINE __m512i outputs_of(const Finish& rule, __m512i a, __m512i b, __m512i c, __m512i d) {
  __m512i bytes = packed(shifted(rule, a), shifted(rule, b), shifted(rule, c), shifted(rule, d));
  if (rule.relu) bytes = _mm512_max_epi8(bytes, _mm512_setzero_si512());
  if (rule.magnitude) bytes = _mm512_min_epu8(_mm512_abs_epi8(bytes), _mm512_set1_epi8(127));
  return _mm512_xor_si512(bytes, _mm512_set1_epi8(-128));
}
INCUSE_FAST_INLINE __m512i simple_outputs_of(const Finish& rule, __m512i a, __m512i b, __m512i c, __m512i d) {
  const __mmask16 all = 0xffff;
  const __m128i right = _mm_cvtsi32_si128(rule.right);
  const __m512i bytes = packed(_mm512_maskz_sra_epi32(all, a, right), _mm512_maskz_sra_epi32(all, b, right),
                               _mm512_maskz_sra_epi32(all, c, right), _mm512_maskz_sra_epi32(all, d, right));
  return _mm512_xor_si512(_mm512_max_epi8(bytes, _mm512_set1_epi8(rule.relu ? 0 : -128)), _mm512_set1_epi8(-128));
}

/// The first half and the first quarter of a vector, and the second half. (The functions for it make GCC 12 warn.)
INCUSE_FAST_INLINE __m256i first_half(__m512i all) { return __builtin_shufflevector(all, all, 0, 1, 2, 3); }
INCUSE_FAST_INLINE __m128i first_quarter(__m512i all) { return __builtin_shufflevector(all, all, 0, 1); }
INCUSE_FAST_INLINE __m512i second_half(__m512i all) { return _mm512_maskz_shuffle_i64x2(0xff, all, all, 0xee); }

/// Stores the first `channels` bytes of the vectors.
template <int vectors>
INCUSE_FAST_INLINE void store_bytes(__m512i bytes, int channels, std::uint8_t* to) {
  if constexpr (vectors == 1)
    _mm_mask_storeu_epi8(to, static_cast<__mmask16>(mask_of(channels)), first_quarter(bytes));
  else if constexpr (vectors == 2)
    _mm256_mask_storeu_epi8(to, static_cast<__mmask32>(mask_of(channels)), first_half(bytes));
  else
    _mm512_mask_storeu_epi8(to, mask_of(channels), bytes);
}

INCUSE_FAST_INLINE void store_sums(__m512i sums, int channels, std::byte* to) {
  _mm512_mask_storeu_epi32(to, static_cast<__mmask16>(mask_of(max_of(channels, 0)) & 0xffff), sums);
}

/// Stores the outputs of a pixel, whatever they are: of the first `channels` of 64 sums.
INCUSE_FAST_TARGET __attribute__((noinline)) inline void finish_any(const Finish& rule, __m512i a, __m512i b, __m512i c,
                                                                    __m512i d, int channels, std::byte* to) {
  if (!rule.wide) return store_bytes<4>(outputs_of(rule, a, b, c, d), channels, reinterpret_cast<std::uint8_t*>(to));
  store_sums(a, channels, to);
  store_sums(b, channels - lanes, to + 4 * lanes);
  store_sums(c, channels - 2 * lanes, to + 8 * lanes);
  store_sums(d, channels - 3 * lanes, to + 12 * lanes);
}

/// Stores the outputs of a pixel from up to 4 vectors of sums.
template <int vectors>
INCUSE_FAST_INLINE void finish_usual(const Finish& rule, const __m512i* sums, int channels, std::byte* to) {
  const __m512i b = sums[vectors > 1 ? 1 : 0], c = sums[vectors > 2 ? 2 : 0], d = sums[vectors > 3 ? 3 : 0];
  store_bytes<vectors>(simple_outputs_of(rule, sums[0], b, c, d), channels, reinterpret_cast<std::uint8_t*>(to));
}
template <int vectors>
INCUSE_FAST_INLINE void finish_pixel(const Finish& rule, const __m512i* sums, int channels, std::byte* to) {
  if (rule.is_simple()) return finish_usual<vectors>(rule, sums, channels, to);
  const __m512i b = sums[vectors > 1 ? 1 : 0], c = sums[vectors > 2 ? 2 : 0], d = sums[vectors > 3 ? 3 : 0];
  finish_any(rule, sums[0], b, c, d, min_of(channels, vectors * lanes), to);
}

struct Dot {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  using Sums = __m512i;
  using Words = __m512i;
  static constexpr int lanes = avx512_vnni::lanes, vectors = 4, word = 4, output_bytes = 1;

  INCUSE_FAST_INLINE static Sums zero() { return _mm512_setzero_si512(); }
  INCUSE_FAST_INLINE static Sums sums_at(const std::int32_t* from) { return _mm512_loadu_si512(from); }
  INCUSE_FAST_INLINE static Sums plus(Sums a, Sums b) { return _mm512_add_epi32(a, b); }
  INCUSE_FAST_INLINE static Words weights_at(const Weight* from) { return _mm512_loadu_si512(from); }
  INCUSE_FAST_INLINE static Words broadcast(const Element* x) { return avx512_vnni::broadcast(x); }
  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) { add_dot(sums, x, w); }
  template <int used>
  INCUSE_FAST_INLINE static void finish(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    finish_pixel<used>(rule, sums, channels, to);
  }
  template <int used>
  INCUSE_FAST_INLINE static void finish_usual(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    avx512_vnni::finish_usual<used>(rule, sums, channels, to);
  }
  template <int used>
  INCUSE_FAST_INLINE static bool is_usual(const Finish& rule, int) {
    return rule.is_simple();
  }
};

#include <incuse/host/fast/dot_loop.hpp>

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::uint8_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx512_vnni
