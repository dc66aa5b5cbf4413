// Narrow weights that share bytes, joined to these bytes: a layer of 1, 2 or 4 bits becomes one of 8 bits with as many
// kernels as there are sets of kernels that share bytes, and is then written like any other. Kernels of neighbouring
// channels are neighbours, so that eight of their values are joined in a step. Source: datapath page
// (max7800x-datapath), section 5.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/max7800x/tables/packing.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::max7800x::detail {

/// True if the weights of a layer can be joined. Those of a flattened map share bytes with their neighbours instead.
constexpr bool joins(const KernelShape& shape) { return shape.bits < 8 && packs(shape) && !shape.flattens(); }

/// Kernels of a processor that share bytes: `per_byte` of them, one pass behind the other.
constexpr int joined_sets(const KernelShape& shape) {
  return ceil_div(shape.out_channels * shape.in_passes, shape.per_byte);
}

/// The layer of bytes: [sets][channels of an input pass, rounded up to eight][taps].
constexpr KernelShape joined_shape(const KernelShape& shape) {
  KernelShape joined = shape;
  joined.bits = 8;
  joined.per_byte = 1;
  joined.binary = false;
  joined.out_channels = joined_sets(shape);
  joined.in_channels = round_up(shape.in_per_pass, 8);
  joined.in_passes = 1;
  return joined;
}

/// Its values: a multiple of 8.
constexpr int joined_values(const KernelShape& shape, const TapMap& taps) {
  return joined_sets(shape) * round_up(shape.in_per_pass, 8) * taps.source_taps;
}

// A macro, not a function: compilers take longer for a call than for joining.
#define INCUSE_MASKED(i, mask) (values[at + i] & mask)

/// Joins the sets that are complete, where all input passes are and channels come in whole words. Returns how many.
template <class Values, class Joined>
constexpr int join_whole_sets(const KernelShape& shape, const TapMap& taps, const Values& values, Joined& joined) {
  const bool whole = shape.in_channels == shape.in_passes * shape.in_per_pass && shape.in_per_pass % 8 == 0;
  if (!whole || shape.binary) return 0;
  const int row = shape.in_per_pass * taps.source_taps / 8;
  const int sets = shape.out_channels * shape.in_passes / shape.per_byte;
  const int next = (shape.per_byte - 1) * row, row2 = 2 * row, row3 = 3 * row;
  const int row4 = 4 * row, row5 = 5 * row, row6 = 6 * row, row7 = 7 * row;
  const Word64 mask = eight_times((1 << shape.bits) - 1);
  // All bits of a weight of one bit are equal: each is taken where it goes.
  const Word64 bit1 = mask << 1, bit2 = mask << 2, bit3 = mask << 3, bit4 = mask << 4, bit5 = mask << 5,
               bit6 = mask << 6, bit7 = mask << 7;
  int at = 0, to = 0;
  for (int set = 0; set < sets; ++set, at += next) {
    const int end = to + row;
    if (shape.bits == 4)
      for (; to < end; ++to, ++at) joined[to] = (values[at] & mask) | INCUSE_MASKED(row, mask) << 4;
    else if (shape.bits == 2)
      for (; to < end; ++to, ++at)
        joined[to] = (values[at] & mask) | INCUSE_MASKED(row, mask) << 2 | INCUSE_MASKED(row2, mask) << 4 |
                     INCUSE_MASKED(row3, mask) << 6;
    else
      for (; to < end; ++to, ++at)
        joined[to] = (values[at] & mask) | INCUSE_MASKED(row, bit1) | INCUSE_MASKED(row2, bit2) |
                     INCUSE_MASKED(row3, bit3) | INCUSE_MASKED(row4, bit4) | INCUSE_MASKED(row5, bit5) |
                     INCUSE_MASKED(row6, bit6) | INCUSE_MASKED(row7, bit7);
  }
  return sets;
}
#undef INCUSE_MASKED

/// Joins one kernel of all processors: `kernel` counts the outputs, and in each of them the input passes.
template <class Values, class Joined>
constexpr void join_kernel(const KernelShape& shape, const TapMap& taps, const Values& values, int kernel,
                           Joined& joined) {
  const int output = kernel / shape.in_passes, first = kernel % shape.in_passes * shape.in_per_pass;
  const int source = (output * shape.in_channels + first) * taps.source_taps;
  const int count = min_of(shape.in_per_pass, shape.in_channels - first) * taps.source_taps;
  const int shift = 8 * (source & 7), lane = kernel % shape.per_byte * shape.bits;
  const Word64 mask = eight_times((1 << shape.bits) - 1);
  int to = kernel / shape.per_byte * (round_up(shape.in_per_pass, 8) * taps.source_taps / 8);
  for (int i = 0; i < count; i += 8, ++to) {
    Word64 own = values[(source + i) >> 3] >> shift | values[((source + i) >> 3) + 1] << 1 << (63 - shift);
    if (count - i < 8) own &= (Word64{1} << 8 * (count - i)) - 1;
    if (shape.binary) own &= own >> 7;
    joined[to] |= (own & mask) << lane;
  }
}

/// Joins all kernels of a layer, both in words of eight values. `joined` must be filled with zeros; an array takes
/// compilers less than a pointer.
template <class Values, class Joined>
constexpr void join_layer(const KernelShape& shape, const TapMap& taps, const Values& values, Joined& joined) {
  int kernel = join_whole_sets(shape, taps, values, joined) * shape.per_byte;
  for (; kernel < shape.out_channels * shape.in_passes; ++kernel) join_kernel(shape, taps, values, kernel, joined);
}

/// What each byte of packed values of `bits` bits is with a byte for each value.
struct SpreadBytes {
  Word64 of[256]{};

  constexpr explicit SpreadBytes(int bits) {
    for (Word64 byte = 0; byte < 256; ++byte) of[byte] = incuse::detail::spread(byte, bits);
  }
};

/// True if `join_packed` can join a layer: the array has the layer's codes, all input passes are whole, and the
/// channels of each come in whole words.
constexpr bool joins_packed(const KernelShape& shape, const Tensor& weights) {
  return weights.is_packed() && weights.packed_bits == shape.bits && weights.packed_binary == shape.binary &&
         shape.in_channels == shape.in_passes * shape.in_per_pass && shape.in_per_pass % 8 == 0;
}

// Eight values of the kernel `lane` kernels behind the first one of a set, which begin with byte `at`.
#define INCUSE_BYTE(i) table.of[packed[i]]
#define INCUSE_LANE1(lane) INCUSE_BYTE(at + (lane)*row) << (lane)
#define INCUSE_LANE2(lane) (INCUSE_BYTE(at + (lane)*row) | INCUSE_BYTE(at + (lane)*row + 1) << 32) << 2 * (lane)
#define INCUSE_LANE4(lane)                                                                                          \
  (INCUSE_BYTE(at + (lane)*row) | INCUSE_BYTE(at + (lane)*row + 1) << 16 | INCUSE_BYTE(at + (lane)*row + 2) << 32 | \
   INCUSE_BYTE(at + (lane)*row + 3) << 48)                                                                          \
      << 4 * (lane)

/// Joins a layer whose weights are packed already: their codes only change places. `packed`: their bytes, an array
/// of unsigned char.
template <class Packed, class Joined>
constexpr void join_packed(const KernelShape& shape, const TapMap& taps, const Packed& packed, Joined& joined) {
  const int bits = shape.bits, kernels = shape.out_channels * shape.in_passes;
  const int words = shape.in_per_pass * taps.source_taps / 8, row = words * bits;  // of a kernel, and its bytes
  const SpreadBytes table(bits);
  int to = 0, at = 0, kernel = 0;
  for (const int next = row * (shape.per_byte - 1); kernel + shape.per_byte <= kernels; kernel += shape.per_byte) {
    const int end = to + words;
    if (bits == 1)
      for (; to < end; ++to, ++at)
        joined[to] = INCUSE_LANE1(0) | INCUSE_LANE1(1) | INCUSE_LANE1(2) | INCUSE_LANE1(3) | INCUSE_LANE1(4) |
                     INCUSE_LANE1(5) | INCUSE_LANE1(6) | INCUSE_LANE1(7);
    else if (bits == 2)
      for (; to < end; ++to, at += 2)
        joined[to] = INCUSE_LANE2(0) | INCUSE_LANE2(1) | INCUSE_LANE2(2) | INCUSE_LANE2(3);
    else
      for (; to < end; ++to, at += 4) joined[to] = INCUSE_LANE4(0) | INCUSE_LANE4(1);
    at += next;
  }
  for (int lane = 0; kernel < kernels; ++kernel, ++lane)  // the last set is not complete
    for (int i = 0; i < words; ++i, at += bits)
      joined[to + i] |= (bits == 1 ? INCUSE_LANE1(0) : bits == 2 ? INCUSE_LANE2(0) : INCUSE_LANE4(0)) << bits * lane;
}
#undef INCUSE_LANE4
#undef INCUSE_LANE2
#undef INCUSE_LANE1
#undef INCUSE_BYTE

/// Joined values, as signed bytes and as words of eight with two words of zeros behind them.
template <std::size_t Count>
struct JoinedBytes {
  signed char values[Count + 16]{};
};
template <std::size_t Count>
struct JoinedWords {
  Word64 values[Count / 8 + 2]{};
};

template <std::size_t Count>
constexpr JoinedBytes<Count> bytes_of(JoinedWords<Count> words) {
  if constexpr (!is_little_endian)
    for (Word64& word : words.values) word = incuse::detail::little_endian(word);
  return bits_as<JoinedBytes<Count>>(words);
}

}  // namespace incuse::max7800x::detail
