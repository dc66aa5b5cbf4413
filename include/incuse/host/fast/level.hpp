// The instruction sets that the fast executor has kernels for, and which of them this machine has.
#pragma once

#include <incuse/core/language.hpp>

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace incuse::host::fast {

/// What kernels are made of. Each level of a processor with AVX includes those before it.
enum class Level : unsigned char {
  portable,     ///< plain C++
  avx2,         ///< products of 16-bit numbers
  avx_vnni,     ///< dot products of bytes, 256 bits at once
  avx512_vnni,  ///< the same with 512 bits
  amx,          ///< products of tiles of bytes
  neon_dot,     ///< dot products of bytes on Arm's 64-bit processors
};
inline constexpr Level all_levels[] = {Level::portable,    Level::avx2, Level::avx_vnni,
                                       Level::avx512_vnni, Level::amx,  Level::neon_dot};

constexpr const char* name_of(Level level) {
  switch (level) {
    case Level::avx2:
      return "avx2";
    case Level::avx_vnni:
      return "avx-vnni";
    case Level::avx512_vnni:
      return "avx512-vnni";
    case Level::amx:
      return "amx";
    case Level::neon_dot:
      return "neon-dot";
    case Level::portable:
      break;
  }
  return "portable";
}

#if defined(__x86_64__)

namespace detail {

/// Register `index` (eax, ebx, ecx, edx) of cpuid leaf 7; 0 where there is no such leaf.
inline unsigned features(unsigned subleaf, int index) {
  unsigned words[4]{};
  if (__get_cpuid_count(7, subleaf, &words[0], &words[1], &words[2], &words[3]) == 0) return 0;
  return words[index];
}

inline bool has_avx512_vnni() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vnni") != 0;
}

/// Linux lets a process use the tiles' registers only if it has asked.
inline bool tiles_are_permitted() {
#if defined(__linux__) && defined(SYS_arch_prctl)
  constexpr long request = 0x1023, tile_data = 18;
  static const bool granted = syscall(SYS_arch_prctl, request, tile_data) == 0;
  return granted;
#else
  return false;
#endif
}

}  // namespace detail

/// True if this processor, and its operating system, can run the kernels of a level.
inline bool is_supported(Level level) {
  switch (level) {
    case Level::portable:
      break;
    case Level::neon_dot:
      return false;
    case Level::avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case Level::avx_vnni:
      return __builtin_cpu_supports("avx2") != 0 && (detail::features(1, 0) >> 4 & 1) != 0;
    case Level::avx512_vnni:
      return detail::has_avx512_vnni();
    case Level::amx:
      return detail::has_avx512_vnni() && (detail::features(0, 3) >> 24 & 3) == 3 && detail::tiles_are_permitted();
  }
  return true;
}

#elif defined(__aarch64__) && defined(__linux__)

/// True if this processor can run the kernels of a level.
inline bool is_supported(Level level) {
  constexpr unsigned long dot_products = 1ul << 20;  // HWCAP_ASIMDDP
  return level == Level::portable || (level == Level::neon_dot && (getauxval(AT_HWCAP) & dot_products) != 0);
}

#else

/// Other processors have the portable kernels only.
inline bool is_supported(Level level) { return level == Level::portable; }

#endif

/// The fastest level that this machine has.
inline Level best_level() {
  Level best = Level::portable;
  for (Level level : all_levels)
    if (is_supported(level)) best = level;
  return best;
}

}  // namespace incuse::host::fast
