// softmax.c, for networks that classify. See max7800x_c_source.hpp.
#pragma once

namespace incuse::c_source::detail {

/// The same arithmetic as `max7800x::softmax`.
inline constexpr const char* softmax_text = R"(
/* Softmax to the base 2, in integers. Written by Incuse. */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out);
void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t *p_out);
#ifdef __cplusplus
}
#endif

/* A value stands for 2 to the power of itself, rounded, and relative to 16 below the greatest value. */
void softmax_q17p14_q15(const int32_t *vec_in, const uint16_t dim_vec, int16_t *p_out)
{
  int64_t base = INT32_MIN;
  uint32_t sum = 0;
  uint16_t i;

  for (i = 0; i < dim_vec; i++)
    if (vec_in[i] > base) base = vec_in[i];
  base -= (int64_t)16 << 14;
  for (i = 0; i < dim_vec; i++)
    if (vec_in[i] > base) sum += 1u << ((8192 + vec_in[i] - base) >> 14);

  for (i = 0; i < dim_vec; i++) {
    p_out[i] = 0;
    if (vec_in[i] > base) {
      /* The sum is 2^16 at least, the exponent 16 at most. */
      const uint32_t share = (uint32_t)(((uint64_t)1 << 32) / sum) >> (17 - ((8192 + vec_in[i] - base) >> 14));
      p_out[i] = (int16_t)(share > 32767u ? 32767u : share);
    }
  }
}

void softmax_shift_q17p14_q15(int32_t *vec_in, const uint16_t dim_vec, uint8_t in_shift, int16_t *p_out)
{
  uint16_t i;
  for (i = 0; i < dim_vec; i++) vec_in[i] = (int32_t)((uint32_t)vec_in[i] << in_shift);
  softmax_q17p14_q15(vec_in, dim_vec, p_out);
}
)";

}  // namespace incuse::c_source::detail
