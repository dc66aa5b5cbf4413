// The tail of KPU layers with AVX-512: eight channels at once.
#pragma once

#include <immintrin.h>

#include <incuse/host/fast/kpu_tail.hpp>

namespace incuse::host::fast::avx512_vnni {

#define INCUSE_FAST_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INCUSE_FAST_INLINE INCUSE_FAST_TARGET __attribute__((always_inline)) inline

/// Sixteen numbers of the activation table.
struct Table {
  __m512i low, high;
};
INCUSE_FAST_INLINE Table table_of(const long long* numbers) {
  return {_mm512_loadu_si512(numbers), _mm512_loadu_si512(numbers + 8)};
}
INCUSE_FAST_INLINE __m512i look_up(const Table& table, __m512i index) {
  return _mm512_permutex2var_epi64(table.low, index, table.high);
}
INCUSE_FAST_INLINE __m512i shift_right(__m512i values, __m512i counts) {
  return _mm512_maskz_srav_epi64(0xff, values, counts);
}
/// Eight sums with 64 bits each; not more than `count` are read.
INCUSE_FAST_INLINE __m512i widened(const std::int32_t* sums, __mmask8 some) {
  return _mm512_maskz_cvtepi32_epi64(0xff, _mm256_maskz_loadu_epi32(some, sums));
}

/// What is the same for all pixels of a layer.
struct TailTables {
  Table thresholds, starts, muls, shifts, halves, biases;
  __m512i arg_x, shr_x, pixel_weight, always_odd;
};
INCUSE_FAST_INLINE TailTables tables_of(const KpuTail& tail) {
  return {table_of(tail.thresholds),
          table_of(tail.starts),
          table_of(tail.muls),
          table_of(tail.shifts),
          table_of(tail.halves),
          table_of(tail.biases),
          _mm512_set1_epi64(tail.arg_x),
          _mm512_set1_epi64(tail.shr_x),
          _mm512_set1_epi64(tail.pixel_weight),
          _mm512_set1_epi64(tail.older ? 1 : 0)};
}

/// The sums of eight channels from channel `o` on, in front of the batch normalisation.
INCUSE_FAST_INLINE __m512i sums_of(const KpuTail& tail, const TailTables& tables, const KpuSums& sums, int o,
                                   __mmask8 some) {
  const __m512i under =
      tail.own_pixels ? widened(sums.pixels + o, some) : _mm512_set1_epi64(static_cast<long long>(*sums.pixels));
  __m512i sum = widened(sums.products + o, some);
  if (sums.high != nullptr) sum = _mm512_add_epi64(sum, _mm512_maskz_slli_epi64(0xff, widened(sums.high + o, some), 8));
  sum = _mm512_add_epi64(sum, _mm512_mullo_epi64(tables.pixel_weight, under));
  sum = _mm512_add_epi64(sum, shift_right(_mm512_mullo_epi64(tables.arg_x, under), tables.shr_x));
  return _mm512_add_epi64(sum, _mm512_loadu_si512(tail.constants.data() + o));
}

/// The batch normalisation of eight sums.
INCUSE_FAST_INLINE __m512i normalised(const KpuTail& tail, __m512i sum, int o) {
  __m512i value = _mm512_mullo_epi64(sum, _mm512_loadu_si512(tail.norm_muls.data() + o));
  value = shift_right(value, _mm512_loadu_si512(tail.norm_shifts.data() + o));
  return _mm512_add_epi64(value, _mm512_loadu_si512(tail.norm_adds.data() + o));
}

/// The activation of eight values: the segment that each lies in, its line, and the rounding of the result.
INCUSE_FAST_INLINE __m512i activated(const TailTables& tables, __m512i value) {
  const __m512i one = _mm512_set1_epi64(1), most = _mm512_set1_epi64(k210::highest_code);
  __m512i segment = _mm512_setzero_si512();
  for (int half = k210::segments / 2; half > 0; half /= 2) {
    const __m512i next = _mm512_add_epi64(segment, _mm512_set1_epi64(half));
    segment = _mm512_mask_mov_epi64(segment, _mm512_cmpgt_epi64_mask(value, look_up(tables.thresholds, next)), next);
  }
  const __m512i product =
      _mm512_mullo_epi64(_mm512_sub_epi64(value, look_up(tables.starts, segment)), look_up(tables.muls, segment));
  const __m512i shift = look_up(tables.shifts, segment), whole = shift_right(product, shift);
  const __m512i rest = _mm512_sub_epi64(product, _mm512_maskz_sllv_epi64(0xff, whole, shift));
  const __m512i odd = _mm512_or_si512(_mm512_and_si512(whole, one), tables.always_odd);
  const __mmask8 moves = _mm512_cmpgt_epi64_mask(_mm512_add_epi64(rest, odd), look_up(tables.halves, segment));
  const __mmask8 negative = _mm512_movepi64_mask(product);
  __m512i code = _mm512_mask_add_epi64(whole, static_cast<__mmask8>(moves & ~negative), whole, one);
  code = _mm512_mask_sub_epi64(code, static_cast<__mmask8>(moves & negative), code, one);
  code = _mm512_add_epi64(code, look_up(tables.biases, segment));
  return _mm512_maskz_min_epi64(0xff, _mm512_maskz_max_epi64(0xff, code, _mm512_setzero_si512()), most);
}

/// See KpuTail::codes, for many pixels: the sums of a pixel are `step` numbers, its codes `out_step`.
INCUSE_FAST_TARGET inline bool kpu_codes(const KpuTail& tail, KpuSums sums, std::ptrdiff_t step, int pixels,
                                         std::uint8_t* out, std::ptrdiff_t out_step) {
  const TailTables tables = tables_of(tail);
  const __m512i lowest = _mm512_set1_epi64(-(1LL << (tail.value_bits - 1)));
  __m512i excess = _mm512_setzero_si512();
  for (int p = 0; p < pixels; ++p) {
    for (int o = 0; o < tail.channels; o += KpuTail::together) {
      const int left = tail.channels - o;
      const auto some = static_cast<__mmask8>(left >= KpuTail::together ? 0xff : (1 << left) - 1);
      const __m512i sum = sums_of(tail, tables, sums, o, some), value = normalised(tail, sum, o);
      const __m512i beyond = _mm512_or_si512(_mm512_sub_epi64(sum, lowest), _mm512_sub_epi64(value, lowest));
      excess = _mm512_mask_or_epi64(excess, some, excess, beyond);
      _mm512_mask_cvtepi64_storeu_epi8(out + o, some, activated(tables, value));
    }
    sums.products += step;
    sums.pixels += step;
    if (sums.high != nullptr) sums.high += step;
    out += out_step;
  }
  const __m512i bits = _mm512_set1_epi64(~((1LL << tail.value_bits) - 1));
  return _mm512_test_epi64_mask(excess, bits) == 0;
}

#undef INCUSE_FAST_INLINE
#undef INCUSE_FAST_TARGET

}  // namespace incuse::host::fast::avx512_vnni
