// The weights of a type's parameters as arrays that constant evaluations read fast: within the compilers' default
// limits for tensors of any size.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/model/parameters.hpp>

namespace incuse::detail {

/// Whether the weights of an entry of `Trained` are stored values.
template <class Trained, int Entry>
constexpr bool has_readable_weights() {
  constexpr const Tensor& weight = Trained::layers[Entry].weight;
  return weight.repeated == 0 && weight.count > 0;
}

/// The bytes of an entry of `Trained` whose weights are packed, as an array of their own: an element of an array costs
/// compilers less time, and a sixth of the memory, than a value behind a pointer.
template <class Trained, int Entry>
struct PackedBytes {
 private:
  static constexpr const Tensor& weight = Trained::layers[Entry].weight;
  static constexpr auto count = static_cast<std::size_t>((weight.count * weight.packed_bits + 7) / 8);
  static constexpr WordsOfEight<count> words() {
    WordsOfEight<count> all;
    for (std::size_t i = 0; i < count / 8 + 1; ++i) all.words[i] = little_endian(weight.words[i]);
    return all;
  }
  struct Bytes {
    unsigned char values[sizeof(WordsOfEight<count>)];
  };

 public:
  static constexpr Bytes value = bits_as<Bytes>(words());
};

/// The weights of an entry of `Trained` in words of eight: whoever asks, they are read once.
template <class Trained, int Entry>
struct StoredWords {
 private:
  static constexpr const Tensor& weight = Trained::layers[Entry].weight;
  /// GCC reads an array faster than what is behind a pointer, and keeps less.
  static constexpr bool is_pointer = weight.has_words && copies_in_one_step;

  /// The `Count` values from number `First` on.
  template <long long First, long long Count, class Words = WordsOfEight<Count>>
  static constexpr Words read() {
    if constexpr (weight.has_words && weight.packed_bits == 0) {
      Words result;
      for (long long i = 0; i < (Count + 7) / 8; ++i) result.words[i] = weight.words[First / 8 + i];
      return result;
    } else if constexpr (weight.packed_bits != 0)
      return unpacked_words<Count, Words>(weight.words + First * weight.packed_bits / 64, weight.packed_bits,
                                          weight.packed_binary);
    else
      return weight.use_stored([](const auto* values) { return words_of_eight<Count, Words>(values + First); });
  }

  // Large tensors: every piece in an evaluation of its own, put together in one step.
  static constexpr long long size = values_at_once(weight.packed_bits != 0);
  static constexpr int whole_pieces = weight.count / size;
  using Whole = WholeWordsOfEight<size>;
  using Rest = WordsOfEight<weight.count % size>;
  template <int Number>
  static constexpr Whole piece = read<Number * size, size, Whole>();
  static constexpr Rest rest = read<whole_pieces * size, weight.count % size>();
  template <class Numbers>
  struct PiecesOf;
  template <int... Numbers>
  struct PiecesOf<Indices<Numbers...>> {
    struct Pieces {
      Whole whole[sizeof...(Numbers)];
      Rest rest;
    };
    static constexpr Pieces all() { return Pieces{{piece<Numbers>...}, rest}; }
  };

  static constexpr auto read_all() {
    if constexpr (is_pointer)
      return nullptr;
    else if constexpr (whole_pieces == 0)
      return read<0, weight.count>();
    else
      return bits_as<WordsOfEight<weight.count>>(PiecesOf<IndicesBelow<whole_pieces>>::all());
  }
  static constexpr auto value = read_all();

 public:
  /// Calls `use` with the words: an array, or of a Tensor that has words the pointer to them.
  template <class Use>
  static constexpr auto apply(const Use& use) {
    if constexpr (is_pointer)
      return use(weight.words);
    else
      return use(value.words);
  }
  static constexpr const std::uint64_t* pointer() {
    return apply([](const auto& words) { return static_cast<const std::uint64_t*>(words); });
  }
};

}  // namespace incuse::detail
