// Packing of weights at compile time, eight values at a time: the same columns as `KernelWriter` writes byte by byte,
// for layers without gaps between their kernels. Every step costs a compiler about 0.1 us whatever the width of its
// numbers, and a call as much as ten steps, so that kernels are moved in 64 bits and loops contain few calls. Source:
// datapath page (max7800x-datapath), section 5.
#pragma once

#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/plan/columns.hpp>
#include <incuse/max7800x/plan/conversion.hpp>

namespace incuse::max7800x::detail {

using Word64 = std::uint64_t;  ///< eight values, the first one in the low bits

/// The same byte eight times.
constexpr Word64 eight_times(int byte) { return Word64{0x0101010101010101} * static_cast<Word64>(byte & 0xff); }

/// Eight weights of `bits` bits, one in each byte, moved together: 8 * bits bits, the first one lowest.
constexpr Word64 gathered(Word64 weights, int bits) {
  switch (bits) {
    case 1:
      return weights * 0x0102040810204080 >> 56;
    case 2:
      weights = (weights | weights >> 6) & 0x000f000f000f000f;
      weights = (weights | weights >> 12) & 0x000000ff000000ff;
      return (weights | weights >> 24) & 0xffff;
    case 4:
      weights = (weights | weights >> 4) & 0x00ff00ff00ff00ff;
      weights = (weights | weights >> 8) & 0x0000ffff0000ffff;
      return (weights | weights >> 16) & 0xffffffff;
    default:
      return weights;
  }
}

/// Where the next column goes. Bytes fill a column from its last position down, so that the first eight of them, the
/// first one lowest, are the low 64 bits of the column, and the ninth is its high byte.
struct ColumnCursor {
  int word;      ///< where the column begins
  int left;      ///< bits behind it in its third word: 24, 16, 8 or 0; only with `express`
  bool express;  ///< columns follow each other byte by byte; else each has four words
};

// Macros, not functions: GCC takes 20 us for a call that changes an array, 2 us for these lines.
/// Writes the column of `low` and `high` at `at` (a ColumnCursor) of `words`, and goes to the next one.
#define INCUSE_PUT_COLUMN(low, high)                                                                \
  if (at.express) {                                                                                 \
    words[at.word] |= static_cast<std::uint32_t>((high) << at.left | (low) >> 8 >> (56 - at.left)); \
    words[at.word + 1] = static_cast<std::uint32_t>((low) << at.left >> 32);                        \
    words[at.word + 2] |= static_cast<std::uint32_t>((low) << at.left);                             \
    at.word += at.left == 0 ? 3 : 2;                                                                \
    at.left = at.left == 0 ? 24 : at.left - 8;                                                      \
  } else {                                                                                          \
    words[at.word] = static_cast<std::uint32_t>(high);                                              \
    words[at.word + 1] = static_cast<std::uint32_t>((low) >> 32);                                   \
    words[at.word + 2] = static_cast<std::uint32_t>(low);                                           \
    at.word += 4;                                                                                   \
  }
/// Appends up to 64 bits, those above being 0, to the column that `low`, `high` and `filled` (bits) hold.
#define INCUSE_PUSH_BITS(bits, count)                  \
  if (filled < 64) {                                   \
    low |= (bits) << filled;                           \
    high = (bits) >> 1 >> (63 - filled);               \
  } else {                                             \
    high |= (bits) << (filled - 64);                   \
  }                                                    \
  filled += (count);                                   \
  if (filled >= bits_per_column) {                     \
    high &= 0xff;                                      \
    INCUSE_PUT_COLUMN(low, high)                       \
    filled -= bits_per_column;                         \
    low = filled > 0 ? (bits) >> ((count)-filled) : 0; \
    high = 0;                                          \
  }

/// Writes a last column that is not full.
template <class Wide, class Words>
constexpr void finish_column(Wide low, Wide high, int filled, ColumnCursor at, Words& words) {
  if (filled == 0) return;
  high &= 0xff;
  INCUSE_PUT_COLUMN(low, high)
}

/// Kernels of a layer in 64-bit words, and what decides where they lie. `Wide` is always Word64; it is a template
/// parameter so that compilers instantiate what packs such kernels only for networks that have them.
template <class Wide>
struct PackedLayer {
  const KernelShape& shape;
  const TapMap& taps;
  const Wide* values;  ///< with a word more than there are values
  int channel;         ///< index of the processor among the layer's processors

  constexpr Wide mask() const { return eight_times((1 << shape.bits) - 1); }
  /// Values of the author's kernel.
  constexpr int source_taps() const { return taps.source_taps; }
};

/// Nine taps in their own order: every set of kernels that share bytes is a column.
template <class Wide, class Words>
constexpr void pack_nine_taps(const PackedLayer<Wide>& layer, ColumnCursor at, Words& words) {
  const KernelShape& shape = layer.shape;
  const Wide* const values = layer.values;
  const Wide mask = layer.mask();
  const int passes = shape.in_passes, bits = shape.bits, next_pass = 9 * shape.in_per_pass;
  const bool binary = shape.binary;
  const int end_of_pass = 9 * shape.in_channels;
  int lane = 0;
  Wide low = 0, high = 0;
  for (int output = 0; output < shape.out_channels || lane > 0; ++output) {  // the last set is completed with zeros
    const int end = output < shape.out_channels ? (output + 1) * end_of_pass : 0;
    int source = output * end_of_pass + 9 * layer.channel;
    for (int pass = 0; pass < passes; ++pass, source += next_pass) {
      if (source < end) {
        const int shift = 8 * (source & 7);
        Wide first = values[source >> 3] >> shift;
        Wide rest = first >> 8 | values[(source >> 3) + 1] << (56 - shift);
        if (binary) {
          first &= first >> 7;
          rest &= rest >> 7;
        }
        high |= (first & mask & 0xff) << lane;
        low |= (rest & mask) << lane;
      }
      if ((lane += bits) < 8) continue;
      low = bytes_reversed(low);
      INCUSE_PUT_COLUMN(low, high)
      if (output >= shape.out_channels) return;
      lane = 0;
      low = high = 0;
    }
  }
}

/// Bytes `source` to `source` + 7.
template <class Wide>
constexpr Wide eight_values(const Wide* values, int source) {
  const int shift = 8 * (source & 7);
  return values[source >> 3] >> shift | values[(source >> 3) + 1] << 1 << (63 - shift);
}

/// A kernel as the hardware reads it: its last tap first, up to eight taps from `first` on.
template <class Wide>
constexpr Wide mapped_taps(const PackedLayer<Wide>& layer, int source, int last, int count) {
  Wide result = 0;
  const Wide author = eight_values(layer.values, source);
  for (int i = 0; i < count; ++i) {
    const int from = layer.taps.source[last - i];
    if (from == TapMap::zero) continue;
    const Wide value = from < 8 ? author >> 8 * from : layer.values[(source + 8) >> 3] >> 8 * ((source + 8) & 7);
    result |= (value & 0xff) << 8 * i;
  }
  return result;
}

/// Kernels of several taps, whatever their number and order.
template <class Wide, class Words>
constexpr void pack_taps(const PackedLayer<Wide>& layer, ColumnCursor at, Words& words) {
  const KernelShape& shape = layer.shape;
  const Wide mask = layer.mask();
  const int taps = shape.taps, first_count = min_of(taps, 8), size = layer.source_taps();
  Wide low = 0, high = 0;
  int filled = 0;
  int lane = 0;
  Wide first_taps = 0, last_tap = 0;
  for (int output = 0; output < shape.out_channels || lane > 0; ++output)  // the last set is completed with zeros
    for (int pass = 0; pass < shape.in_passes; ++pass) {
      const int input = pass * shape.in_per_pass + layer.channel;
      if (input < shape.in_channels && output < shape.out_channels) {
        const int source = (output * shape.in_channels + input) * size;
        Wide first = mapped_taps(layer, source, taps - 1, first_count);
        Wide last = taps > 8 ? mapped_taps(layer, source, 0, 1) : 0;
        if (shape.binary) {
          first &= first >> 7;
          last &= last >> 7;
        }
        first_taps |= (first & mask) << lane;
        last_tap |= (last & mask) << lane;
      }
      lane += shape.bits;
      if (lane < 8) continue;
      for (int count = 8 * first_count; count > 0; count = taps > 8 && count > 8 ? 8 : 0) {
        INCUSE_PUSH_BITS(first_taps, count)
        first_taps = last_tap;
      }
      if (output >= shape.out_channels) return finish_column(low, high, filled, at, words);
      lane = 0;
      first_taps = last_tap = 0;
    }
  finish_column(low, high, filled, at, words);
}

/// Kernels of a single tap are a stream of bits: one channel or flattened pixel behind the other.
template <class Wide, class Words>
constexpr void pack_single_taps(const PackedLayer<Wide>& layer, ColumnCursor at, Words& words) {
  const KernelShape& shape = layer.shape;
  const Wide* const values = layer.values;
  const int bits = shape.bits, pixels = shape.flattens() ? shape.flatten_pixels : 1;
  const Wide mask = static_cast<Wide>((1 << bits) - 1);
  const bool binary = shape.binary;
  const int next = shape.in_per_pass * pixels;
  Wide low = 0, high = 0;
  int filled = 0;
  Wide chunk = 0;
  int collected = 0;
  for (int output = 0; output <= shape.out_channels; ++output) {  // the last time only to write what is left
    const int end = (output + 1) * shape.in_channels * pixels;
    const int first = end + (layer.channel - shape.in_channels) * pixels;
    for (int pixel = 0; pixel < pixels; ++pixel) {
      int source = first + pixel;
      for (int pass = 0; pass < shape.in_passes; ++pass, source += next) {
        if (output < shape.out_channels) {
          if (source < end) {
            Wide value = values[source >> 3] >> 8 * (source & 7);
            if (binary) value &= value >> 7;
            chunk |= (value & mask) << collected;
          }
          if ((collected += bits) < 64) continue;
        }
        INCUSE_PUSH_BITS(chunk, collected)
        if (output == shape.out_channels) return finish_column(low, high, filled, at, words);
        chunk = 0;
        collected = 0;
      }
    }
  }
}

/// The pixels of a flattened map that is read in one pass: neighbours in memory, eight at a time.
template <class Wide, class Words>
constexpr void pack_neighbours(const PackedLayer<Wide>& layer, ColumnCursor at, Words& words) {
  const KernelShape& shape = layer.shape;
  const Wide* const values = layer.values;
  const int bits = shape.bits, pixels = shape.flatten_pixels;
  const Wide mask = layer.mask();
  Wide low = 0, high = 0;
  int filled = 0;
  for (int output = 0; output < shape.out_channels; ++output) {
    const int first = (output * shape.in_channels + layer.channel) * pixels;
    for (int pixel = 0; pixel < pixels; pixel += 8) {
      Wide eight = eight_values(values, first + pixel);
      if (shape.binary) eight &= eight >> 7;
      const int count = min_of(8, pixels - pixel);
      Wide packed = gathered(eight & mask, bits);
      if (count < 8) packed &= (Wide{1} << count * bits) - 1;
      INCUSE_PUSH_BITS(packed, count * bits)
    }
  }
  finish_column(low, high, filled, at, words);
}

#undef INCUSE_PUSH_BITS
#undef INCUSE_PUT_COLUMN

/// True if `pack_sets_plain` and `pack_sets_express` can write the kernels of a layer.
constexpr bool packs_sets(const KernelShape& shape, const TapMap& taps) {
  return shape.is_plain() && shape.taps == 9 && taps.identity && !shape.flattens() && !shape.binary &&
         shape.in_channels == shape.in_passes * shape.in_per_pass &&
         shape.in_passes * shape.out_channels % shape.per_byte == 0;
}

// GCC stores every different number that an evaluation yields. Small numbers recur and cost least, so the bytes of a
// column are put together from single weights.
#define INCUSE_ADD(byte, i) byte |= (static_cast<std::uint32_t>(values[i]) & mask) << lane
#define INCUSE_WORD_OF(i, j, k, l) i << 24 | j << 16 | k << 8 | l

/// The bytes of the next column, b0 to b8: a set of kernels, whose first weights begin at `a`.
#define INCUSE_NEXT_SET                                                                 \
  std::uint32_t b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0, b8 = 0; \
  for (int lane = 0; lane < 8; lane += bits, a += next) {                               \
    INCUSE_ADD(b0, a);                                                                  \
    INCUSE_ADD(b1, a + 1);                                                              \
    INCUSE_ADD(b2, a + 2);                                                              \
    INCUSE_ADD(b3, a + 3);                                                              \
    INCUSE_ADD(b4, a + 4);                                                              \
    INCUSE_ADD(b5, a + 5);                                                              \
    INCUSE_ADD(b6, a + 6);                                                              \
    INCUSE_ADD(b7, a + 7);                                                              \
    INCUSE_ADD(b8, a + 8);                                                              \
  }

/// Sets of 3x3 kernels that share bytes, one column each, all of them complete, from word `word` on: a column has four
/// words.
template <class Byte, class Words>
constexpr void pack_sets_plain(const KernelShape& shape, const Byte* values, int channel, int word, Words& words) {
  const std::uint32_t mask = (1u << shape.bits) - 1;
  const int next = 9 * shape.in_per_pass, bits = shape.bits;
  const int sets = shape.out_channels * shape.in_passes / shape.per_byte;
  int a = 9 * channel;
  for (int set = 0; set < sets; ++set, word += 4) {
    INCUSE_NEXT_SET
    words[word] = b0;
    words[word + 1] = INCUSE_WORD_OF(b1, b2, b3, b4);
    words[word + 2] = INCUSE_WORD_OF(b5, b6, b7, b8);
  }
}

/// The same where columns follow each other byte by byte, from byte `first_byte` on.
template <class Byte, class Words>
constexpr void pack_sets_express(const KernelShape& shape, const Byte* values, int channel, int first_byte,
                                 Words& words) {
  const std::uint32_t mask = (1u << shape.bits) - 1;
  const int next = 9 * shape.in_per_pass, bits = shape.bits;
  const int sets = shape.out_channels * shape.in_passes / shape.per_byte;
  int word = first_byte / 4, begun = first_byte % 4, a = 9 * channel;
  std::uint32_t held = words[word];  // bytes of a word that is not complete
  for (int set = 0; set < sets; ++set, word += 2) {
    INCUSE_NEXT_SET
    if (begun == 0) {
      words[word] = INCUSE_WORD_OF(b0, b1, b2, b3);
      words[word + 1] = INCUSE_WORD_OF(b4, b5, b6, b7);
      held = b8 << 24;
    } else if (begun == 1) {
      words[word] = held | b0 << 16 | b1 << 8 | b2;
      words[word + 1] = INCUSE_WORD_OF(b3, b4, b5, b6);
      held = b7 << 24 | b8 << 16;
    } else if (begun == 2) {
      words[word] = held | b0 << 8 | b1;
      words[word + 1] = INCUSE_WORD_OF(b2, b3, b4, b5);
      held = b6 << 24 | b7 << 16 | b8 << 8;
    } else {
      words[word] = held | b0;
      words[word + 1] = INCUSE_WORD_OF(b1, b2, b3, b4);
      words[word + 2] = INCUSE_WORD_OF(b5, b6, b7, b8);
      held = 0;
      ++word;
    }
    begun = begun == 3 ? 0 : begun + 1;
  }
  if (begun > 0) words[word] |= held;
}
#undef INCUSE_NEXT_SET
#undef INCUSE_WORD_OF
#undef INCUSE_ADD

/// True if the kernels of a layer lie one behind the other in all its processors.
constexpr bool packs(const KernelShape& shape) { return shape.is_plain() && shape.taps <= TapMap::capacity; }

/// About as many steps as Clang counts for one processor.
constexpr int packing_steps(const KernelShape& shape, const TapMap& taps) {
  const int kernels = shape.out_channels * shape.kernels_per_step(), columns = shape.columns_for(kernels);
  if (shape.taps == 1) return (shape.flattens() && shape.in_passes == 1 ? 4 : 12) * kernels + 40 * columns;
  if (shape.taps == TapMap::capacity && taps.identity) return 14 * kernels + 20 * columns;
  return (40 + 8 * shape.taps) * kernels + 60 * columns;
}

/// The same for sets of kernels.
constexpr int set_steps(const KernelShape& shape) {
  return 16 * shape.columns_for(shape.out_channels * shape.in_passes);
}

/// Writes the kernels of one processor from byte `first_byte` of `words` on, the most significant one of a word first.
template <class Wide, class Words>
constexpr void pack_kernels(const PackedLayer<Wide>& layer, int first_byte, bool express, Words& words) {
  const ColumnCursor at{first_byte / 4, 24 - 8 * (first_byte % 4), express};
  const KernelShape& shape = layer.shape;
  if (shape.taps > 1) {
    if (shape.taps == TapMap::capacity && layer.taps.identity)
      pack_nine_taps(layer, at, words);
    else
      pack_taps(layer, at, words);
  } else if (shape.flattens() && shape.in_passes == 1) {
    pack_neighbours(layer, at, words);
  } else {
    pack_single_taps(layer, at, words);
  }
}

}  // namespace incuse::max7800x::detail
