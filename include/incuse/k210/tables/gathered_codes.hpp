// The codes of a layer's weights at compile time, put together from several constants: compilers limit the steps of a
// single evaluation.
#pragma once

#include <cstdint>
#include <type_traits>

#include <incuse/core/bits.hpp>
#include <incuse/k210/tables/tables.hpp>

namespace incuse::k210 {

namespace detail {

/// Weights that one evaluation processes. Clang counts the steps of an evaluation; GCC counts its operations and the
/// iterations of each loop, and is slow at copying evaluated constants.
inline constexpr int weights_at_once = copies_in_one_step ? 1 << 16 : 1 << 18;
/// Longest array of a constant: newer Clangs refuse longer ones.
inline constexpr int most_elements = 1 << 20;

constexpr void copy_bytes(const std::uint8_t* from, int count, std::uint8_t* to) {
  if constexpr (copies_in_one_step) return copy_values(from, static_cast<std::size_t>(count), to);
  for (; count >= 16; count -= 16, from += 16, to += 16) {
    to[0] = from[0], to[1] = from[1], to[2] = from[2], to[3] = from[3];
    to[4] = from[4], to[5] = from[5], to[6] = from[6], to[7] = from[7];
    to[8] = from[8], to[9] = from[9], to[10] = from[10], to[11] = from[11];
    to[12] = from[12], to[13] = from[13], to[14] = from[14], to[15] = from[15];
  }
  for (int i = 0; i < count; ++i) to[i] = from[i];
}

/// The channels of a layer, of `Count` weights each, split into blocks: one evaluation per block.
template <int Channels, int Count>
struct ChannelBlocks {
  static constexpr int channels = min_of(Channels, max_of(1, weights_at_once / Count));  ///< of all blocks but the last
  static constexpr int blocks = ceil_div(Channels, channels);

  template <int Block>
  struct Part {
    static constexpr int first = Block * channels;
    static constexpr int size = min_of(channels, Channels - first);
  };
};

}  // namespace detail

/// Codes that are too many for one array: several arrays in a row, without gaps.
template <int Full, int Size, int Rest>
struct LongWeightCodes {
  WeightCodes<Size> full[Full]{};
  WeightCodes<Rest> last{};

  constexpr const std::uint8_t* data() const { return full[0].data(); }
};

/// The codes of `Channels` channels of `Count` weights. `Source::codes_of<First, Size>()` yields those of some
/// channels.
template <class Source, int Channels, int Count>
class GatheredCodes {
  using Blocks = detail::ChannelBlocks<Channels, Count>;
  static constexpr int last = Blocks::blocks - 1;

 public:
  /// The codes of one block.
  template <int Block>
  struct Part : Blocks::template Part<Block> {
    static constexpr auto value = Source::template codes_of<Part::first, Part::size>();
  };

  static constexpr bool is_long = Channels * Count > detail::most_elements;
  using type = std::conditional_t<
      is_long, LongWeightCodes<max_of(1, last), Blocks::channels * Count, Blocks::template Part<last>::size * Count>,
      WeightCodes<Channels * Count>>;

  static constexpr type all() {
    if constexpr (last == 0) {
      return Part<0>::value;
    } else {
      type result;
      gather(result);
      return result;
    }
  }

 private:
  template <int Block = 0>
  static constexpr void gather(type& result) {
    if constexpr (!is_long)
      detail::copy_bytes(Part<Block>::value.codes, Part<Block>::size * Count,
                         result.codes + Part<Block>::first * Count);
    else if constexpr (Block < last)
      result.full[Block] = Part<Block>::value;
    else
      result.last = Part<Block>::value;
    if constexpr (Block < last) gather<Block + 1>(result);
  }
};

}  // namespace incuse::k210
