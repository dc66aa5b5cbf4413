// Kernels for Arm's 64-bit processors with dot products of bytes (an option of Armv8.2, part of Armv8.4). Elements are
// unsigned bytes, of which kernels take off 128, weights signed ones; a vector holds the sums of 4 output channels.
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

/// Four elements, less 128, four times.
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

INCUSE_FAST_INLINE void finish_vector(const Finish& rule, int32x4_t sums, int channels, std::byte* to, int vector) {
  const int left = channels - vector * lanes;
  if (left <= 0) return;
  if (!rule.wide) return finish(rule, sums, left, reinterpret_cast<std::uint8_t*>(to) + vector * lanes);
  std::memcpy(reinterpret_cast<std::int32_t*>(to) + vector * lanes, &sums,
              sizeof(std::int32_t) * static_cast<std::size_t>(min_of(left, lanes)));
}

/// sums of one pixel += its products with a word of every vector.
template <int... v>
INCUSE_FAST_INLINE void add_pixel(int32x4_t* sums, const std::uint8_t* x, const int8x16_t* weights,
                                  std::integer_sequence<int, v...>) {
  const int8x16_t value = broadcast(x);
  ((sums[v] = vdotq_s32(sums[v], value, weights[v])), ...);
}

struct Kernel {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  static constexpr int lanes = neon_dot::lanes, vectors = 4, word = 4;

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
    const std::ptrdiff_t out_step = job.piece.out_column * (job.finish.wide ? 4 : 1);
    const Weight* w = block.weights;
    int32x4_t sums[sizeof...(i)] = {vld1q_s32(block.starts + i % used * lanes)...};
    for (int run = 0; run < job.piece.runs; ++run) {
      const Element* x = in + job.runs[run];
      for (int left = job.piece.words; left > 0; --left, x += word, w += used * lanes * word) {
        const int8x16_t weights[used] = {vld1q_s8(w + v * lanes * word)...};
        (add_pixel(sums + p * used, x + p * step, weights, each_vector), ...);
      }
    }
    (finish_vector(job.finish, sums[i], block.channels, out + i / used * out_step, i % used), ...);
  }
};

/// Runs a piece of a convolution.
inline void convolve(const Convolution& job) { Rows<Kernel>::run(job); }

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::uint8_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::neon_dot

#endif
