// Kernels for processors with dot products of bytes in vectors of 256 bits (AVX-VNNI). Elements are unsigned bytes,
// weights signed ones; a vector holds the sums of 8 output channels.
#pragma once

#include <utility>

#include <immintrin.h>

#include <incuse/host/fast/avx2.hpp>
#include <incuse/host/fast/operands.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/rows.hpp>

namespace incuse::host::fast::avx_vnni {

#define INCUSE_FAST_TARGET __attribute__((target("avx2,avxvnni")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

struct Dot : avx2::EightSums {
  using Element = std::uint8_t;
  using Weight = std::int8_t;
  static constexpr int word = 4, output_bytes = 1;

  INCUSE_FAST_INLINE static void add(Sums& sums, Words x, Words w) { sums = _mm256_dpbusd_avx_epi32(sums, x, w); }
  template <int used>
  INCUSE_FAST_INLINE static void finish(const Finish& rule, const Sums* sums, int channels, std::byte* to) {
    avx2::finish_any(rule, sums[0], sums[used - 1], channels, to, {true, -128});
  }
  template <int used>
  INCUSE_FAST_INLINE static void finish_usual(const Finish& rule, const Sums* sums, int, std::byte* to) {
    avx2::finish_usual(rule, sums[0], sums[used - 1], to, {true, -128});
  }
};

#include <incuse/host/fast/dot_loop.hpp>

INCUSE_FAST_TARGET inline void prepare(const Preparation& job) { fast::prepare<std::uint8_t>(job); }

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx_vnni
