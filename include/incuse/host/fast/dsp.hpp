// Products of signed bytes on processors without vectors, four at a time. Arm's DSP instructions multiply two pairs of
// 16-bit numbers at once; without them, bytes are multiplied one by one.
#pragma once

#include <cstdint>

#include <incuse/core/language.hpp>

namespace incuse::host::fast::small_tensors {

#if defined(__ARM_FEATURE_DSP)

/// Four bytes as two pairs of 16-bit numbers: the first and the third, the second and the fourth.
struct Word {
  std::uint32_t even, odd;
};

__attribute__((always_inline)) inline Word load(const std::int8_t* from) {
  std::uint32_t bytes, even, odd;
  __builtin_memcpy(&bytes, from, sizeof bytes);
  asm("sxtb16 %0, %1" : "=r"(even) : "r"(bytes));
  asm("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(bytes));
  return {even, odd};
}

/// sum += the products of four bytes.
__attribute__((always_inline)) inline void add_products(std::int32_t& sum, Word x, Word w) {
  asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x.even), "r"(w.even));
  asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x.odd), "r"(w.odd));
}

#else

struct Word {
  std::int32_t a, b, c, d;
};

__attribute__((always_inline)) inline Word load(const std::int8_t* from) {
  return {from[0], from[1], from[2], from[3]};
}

__attribute__((always_inline)) inline void add_products(std::int32_t& sum, Word x, Word w) {
  sum += x.a * w.a;
  sum += x.b * w.b;
  sum += x.c * w.c;
  sum += x.d * w.d;
}

#endif

}  // namespace incuse::host::fast::small_tensors
