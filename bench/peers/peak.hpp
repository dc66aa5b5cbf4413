// What the multipliers of a level can do: the products of a loop that does nothing else.
#pragma once

#include <incuse/host/fast/level.hpp>

namespace bench {

/// Products that `peak_loop` computes in one round.
inline double peak_products(incuse::host::fast::Level level) {
  using incuse::host::fast::Level;
  return level == Level::amx ? 4 * 16384 : level == Level::avx512_vnni ? 16 * 64 : 8 * 32;
}

#if defined(__x86_64__)

#define INCUSE_BENCH_SUM(n) "vpdpbusd %%zmm31, %%zmm30, %%zmm" #n "\n"
#define INCUSE_BENCH_SUM_256(n) "%{vex%} vpdpbusd %%ymm15, %%ymm14, %%ymm" #n "\n"
// Of bytes; 16-bit numbers are multiplied with two instructions for half as many products.
#define INCUSE_BENCH_SUM_BYTES(n) \
  "vpmaddubsw %%ymm15, %%ymm14, %%ymm13\nvpmaddwd %%ymm12, %%ymm13, %%ymm13\nvpaddd %%ymm13, %%ymm" #n ", %%ymm" #n "\n"

__attribute__((target("avx512f,avx512vnni"))) inline void peak_avx512(long rounds) {
  for (; rounds > 0; --rounds)
    asm volatile(INCUSE_BENCH_SUM(0) INCUSE_BENCH_SUM(1) INCUSE_BENCH_SUM(2) INCUSE_BENCH_SUM(3) INCUSE_BENCH_SUM(4)
                     INCUSE_BENCH_SUM(5) INCUSE_BENCH_SUM(6) INCUSE_BENCH_SUM(7) INCUSE_BENCH_SUM(8)
                         INCUSE_BENCH_SUM(9) INCUSE_BENCH_SUM(10) INCUSE_BENCH_SUM(11) INCUSE_BENCH_SUM(12)
                             INCUSE_BENCH_SUM(13) INCUSE_BENCH_SUM(14) INCUSE_BENCH_SUM(15)::
                                 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                                   "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
__attribute__((target("avx2"))) inline void peak_avx_vnni(long rounds) {
  for (; rounds > 0; --rounds)
    asm volatile(INCUSE_BENCH_SUM_256(0) INCUSE_BENCH_SUM_256(1) INCUSE_BENCH_SUM_256(2) INCUSE_BENCH_SUM_256(3)
                     INCUSE_BENCH_SUM_256(4) INCUSE_BENCH_SUM_256(5) INCUSE_BENCH_SUM_256(6) INCUSE_BENCH_SUM_256(7)::
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}
__attribute__((target("avx2"))) inline void peak_avx2(long rounds) {
  for (; rounds > 0; --rounds)
    asm volatile(INCUSE_BENCH_SUM_BYTES(0) INCUSE_BENCH_SUM_BYTES(1) INCUSE_BENCH_SUM_BYTES(2) INCUSE_BENCH_SUM_BYTES(3)
                     INCUSE_BENCH_SUM_BYTES(4) INCUSE_BENCH_SUM_BYTES(5) INCUSE_BENCH_SUM_BYTES(6) INCUSE_BENCH_SUM_BYTES(7)::
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm13");
}
inline void peak_amx(long rounds) {
  for (; rounds > 0; --rounds)
    asm volatile("tdpbusd %%tmm6, %%tmm4, %%tmm0\ntdpbusd %%tmm7, %%tmm4, %%tmm1\n"
                 "tdpbusd %%tmm6, %%tmm5, %%tmm2\ntdpbusd %%tmm7, %%tmm5, %%tmm3\n" ::);
}

#undef INCUSE_BENCH_SUM
#undef INCUSE_BENCH_SUM_256
#undef INCUSE_BENCH_SUM_BYTES

#endif

/// Does nothing at a level whose peak is not known.
inline void peak_loop([[maybe_unused]] incuse::host::fast::Level level, [[maybe_unused]] long rounds) {
#if defined(__x86_64__)
  using incuse::host::fast::Level;
  if (level == Level::avx2) peak_avx2(rounds);
  if (level == Level::avx_vnni) peak_avx_vnni(rounds);
  if (level == Level::avx512_vnni) peak_avx512(rounds);
  if (level == Level::amx) peak_amx(rounds);
#endif
}

}  // namespace bench
