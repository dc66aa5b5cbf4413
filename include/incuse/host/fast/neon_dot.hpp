// Kernels for Arm's 64-bit processors with dot products of bytes (an option of Armv8.2, part of Armv8.4). Elements are
// unsigned bytes, from which kernels subtract 128; weights are signed ones; a vector holds the sums of 4 output
// channels.
#pragma once

#if defined(__aarch64__)  // empty elsewhere: every header compiles alone, for every processor

#include <cstring>
#include <utility>

#include <arm_neon.h>

#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/rows.hpp>

namespace incuse::host::fast::neon_dot {

#define INCUSE_FAST_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

inline constexpr int lanes = 4;

/// The four elements at `x`, 128 subtracted from each, repeated in all four parts of a vector.
INCUSE_FAST_INLINE int8x16_t broadcast(const std::uint8_t* x) {
  std::int32_t word;
  std::memcpy(&word, x, sizeof word);
  return veorq_s8(vreinterpretq_s8_s32(vdupq_n_s32(word)), vdupq_n_s8(-128));
}

/// Four sums as bytes in the low half of a vector of 16-bit numbers.
INCUSE_FAST_INLINE int16x4_t narrowed(const Finish& rule, int32x4_t sums) {
  int32x4_t values = vshlq_s32(sums, vdupq_n_s32(-rule.right));
  if (rule.left != 0)
    values = vshlq_s32(vmaxq_s32(vminq_s32(values, vdupq_n_s32(255)), vdupq_n_s32(-256)), vdupq_n_s32(rule.left));
  return vqmovn_s32(values);
}

/// Turns the sums of a vector of one pixel into outputs, and stores the first `channels` of them.
INCUSE_FAST_INLINE void finish(const Finish& rule, int32x4_t sums, int channels, std::uint8_t* to) {
  const int16x4_t values = narrowed(rule, sums);
  int8x8_t bytes = vqmovn_s16(vcombine_s16(values, values));
  if (rule.relu) bytes = vmax_s8(bytes, vdup_n_s8(0));
  if (rule.magnitude) bytes = vqabs_s8(bytes);
  bytes = veor_s8(bytes, vdup_n_s8(-128));
  std::memcpy(to, &bytes, static_cast<std::size_t>(min_of(channels, lanes)));
}

/// Turns the sums of vector number `vector` of a pixel into outputs, or stores them as they are.
INCUSE_FAST_INLINE void finish_vector(const Finish& rule, int32x4_t sums, int channels, std::byte* to, int vector) {
  const int left = channels - vector * lanes;
  if (left <= 0) return;
  if (!rule.wide) return finish(rule, sums, left, reinterpret_cast<std::uint8_t*>(to) + vector * lanes);
  std::memcpy(reinterpret_cast<std::int32_t*>(to) + vector * lanes, &sums,
              sizeof(std::int32_t) * static_cast<std::size_t>(min_of(left, lanes)));
}

/// The same for the vectors of a pixel.
template <int... v>
INCUSE_FAST_INLINE void finish_vectors(const Finish& rule, const int32x4_t* sums, int channels, std::byte* to,
                                       std::integer_sequence<int, v...>) {
  (finish_vector(rule, sums[v], channels, to, v), ...);
}

struct Dot {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  using Sums = int32x4_t;
  using Words = int8x16_t;
  static constexpr int lanes = neon_dot::lanes, vectors = 4, word = 4, output_bytes = 1;

  INCUSE_FAST_INLINE static Sums zero() { return vdupq_n_s32(0); }
  INCUSE_FAST_INLINE static Sums sums_at(const std::int32_t* from) { return vld1q_s32(from); }
  INCUSE_FAST_INLINE static Sums plus(Sums a, Sums b) { return vaddq_s32(a, b); }
  INCUSE_FAST_INLINE static Words weights_at(const Weight* from) { return vld1q_s8(from); }
  INCUSE_FAST_INLINE static Words broadcast(const Element* x) { return neon_dot::broadcast(x); }
  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) { sums = vdotq_s32(sums, x, w); }
  template <int used>
  INCUSE_FAST_INLINE static void finish(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    finish_vectors(rule, sums, channels, to, std::make_integer_sequence<int, used>{});
  }
  template <int used>
  INCUSE_FAST_INLINE static void finish_usual(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    finish<used>(rule, sums, channels, to);
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

}  // namespace incuse::host::fast::neon_dot

#endif
