// Trained parameters: one constant per tensor, kept as string literals and never as template arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <incuse/core/long_array.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// Number of values in an array of `length` elements. A string literal has one more element: its terminating zero. An
/// array of char may have been made from a literal: a last element of 0 is taken for a terminating zero where the
/// others are as many as are `wanted`, and for a value where it is one of those that are `wanted`, or their number is
/// wrong anyway. At run time a literal is treated like such an array.
constexpr long long values_in(long long length, long long wanted, bool is_literal, bool ends_with_zero) {
  return is_literal || (ends_with_zero && length - 1 == wanted) ? length - 1 : length;
}

namespace detail {

/// Signed bytes in words of eight, the first one lowest, and a word of zeros behind them.
template <std::size_t Count>
struct WordsOfEight {
  std::uint64_t words[Count / 8 + 2]{};
};

/// How many values a constant evaluation reads, at most: compilers limit its steps, GCC also how often a loop runs.
/// To unpack one takes Clang four times as many steps.
constexpr long long values_at_once(bool packed) { return packed ? 1 << 18 : 1 << 20; }

/// Values in words of eight, with nothing behind them.
template <long long Count>
struct WholeWordsOfEight {
  std::uint64_t words[Count / 8]{};
};

/// An array as words and the bytes that are left.
template <std::size_t Size>
struct INCUSE_PACKED WholeWords {
  std::uint64_t words[Size / 8];
  unsigned char rest[Size % 8];
};
template <std::size_t Size>
  requires(Size % 8 == 0)
struct WholeWords<Size> {
  std::uint64_t words[Size / 8];
  static constexpr unsigned char rest[1]{};
};
template <std::size_t Size>
  requires(Size < 8)
struct WholeWords<Size> {
  static constexpr std::uint64_t words[1]{};
  unsigned char rest[Size];
};

template <class Byte, std::size_t Size>
constexpr const Byte* first_of(const Byte (&array)[Size]) {
  return array;
}
template <class Byte, std::size_t Size>
constexpr const Byte* first_of(const LongArray<Byte, Size>& array) {
  return array.values;
}

constexpr std::uint64_t little_endian(std::uint64_t word) { return is_little_endian ? word : bytes_reversed(word); }

/// The `Count` bytes behind a pointer.
template <std::size_t Count, class Words = WordsOfEight<Count>, class Byte>
constexpr Words words_of_eight(const Byte* values) {
  if constexpr (copies_in_one_step) {
    struct Copy {
      Byte bytes[sizeof(Words)]{};
    } copy;
    copy_values(values, Count, copy.bytes);
    auto result = bits_as<Words>(copy);
    if constexpr (!is_little_endian)
      for (auto& word : result.words) word = little_endian(word);
    return result;
  } else {
    // Joined in pairs: GCC stores every distinct number that an evaluation yields, and pairs of bytes recur.
#define INCUSE_BYTE(i) (static_cast<std::uint64_t>(at[i]) & 0xff)
#define INCUSE_PAIR(i) (INCUSE_BYTE(i) | INCUSE_BYTE(i + 1) << 8)
#define INCUSE_FOUR(i) (INCUSE_PAIR(i) | INCUSE_PAIR(i + 2) << 16)
    Words result;
    constexpr std::size_t most = values_at_once(false) / 8;
    std::size_t word = 0;
    const Byte* at = values;
    while (word < Count / 8)
      for (const std::size_t end = word + most < Count / 8 ? word + most : Count / 8; word < end; ++word, at += 8)
        result.words[word] = INCUSE_FOUR(0) | INCUSE_FOUR(4) << 32;
    for (std::size_t i = 0; i < Count % 8; ++i) result.words[word] |= INCUSE_BYTE(i) << 8 * i;
    return result;
#undef INCUSE_FOUR
#undef INCUSE_PAIR
#undef INCUSE_BYTE
  }
}

/// Eight values of `bits` bits (1, 2 or 4), the first one lowest, one in each byte; other bits of the bytes are 0.
constexpr std::uint64_t spread(std::uint64_t values, int bits) {
  const auto low_bits = [](int count, std::uint64_t everywhere) { return ((1ull << count) - 1) * everywhere; };
  values = (values | values << (32 - 4 * bits)) & low_bits(4 * bits, 0x0000'0001'0000'0001);
  values = (values | values << (16 - 2 * bits)) & low_bits(2 * bits, 0x0001'0001'0001'0001);
  return (values | values << (8 - bits)) & low_bits(bits, 0x0101'0101'0101'0101);
}

/// Words of eight signed bytes of `Count` values that are packed in words.
template <std::size_t Count, class Words = WordsOfEight<Count>>
constexpr Words unpacked_words(const std::uint64_t* packed, int bits, bool binary) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
  const std::uint64_t mask = (1ull << 8 * bits) - 1, above = 0xffu & ~((1u << bits) - 1);
  Words result;
  for (std::size_t i = 0; i < (Count + 7) / 8; ++i) {
    const std::size_t bit = 8 * i * static_cast<std::size_t>(bits);
    const std::uint64_t codes = spread(packed[bit / 64] >> bit % 64 & mask, bits);
    result.words[i] = codes | (codes >> (bits - 1) & ones) * above | (binary ? ones : 0);
  }
  if (Count % 8 != 0) result.words[Count / 8] &= (1ull << Count % 8 * 8) - 1;
  return result;
}

/// The same for an array, all of it read in one step: what takes compilers long is to read a byte.
template <const auto& Values>
struct ArrayWords {
 private:
  static constexpr std::size_t size = sizeof(Values);
  struct INCUSE_PACKED Padded {
    WholeWords<size> whole;
    unsigned char zeros[sizeof(WordsOfEight<size>) - size];
  };

 public:
  static constexpr auto read() {
    if constexpr (packs_structs) {
      auto result = bits_as<WordsOfEight<size>>(Padded{bits_as<WholeWords<size>>(Values), {}});
      if constexpr (!is_little_endian)
        for (auto& word : result.words) word = little_endian(word);
      return result;
    } else {
      return words_of_eight<size>(first_of(Values));
    }
  }
  static constexpr auto value = read();
};

}  // namespace detail

/// Signed bytes in C order with up to 4 dimensions: weights [out][in][height][width] (linear: [out][in], Conv1d:
/// [out][in][length]), biases [out]. The values live elsewhere: in a string literal, an array of char or signed char
/// (std::int8_t), or a reader's storage. char is read as signed, whatever the compiler thinks of it.
///
/// PyTorch has the same order, with one exception: the weights of a ConvTranspose2d are [in][out][height][width] there,
/// and both axes of their kernels run the other way. A tensor that is exported unchanged is marked,
/// `Tensor("...", 16, 8, 3, 3).in_pytorch_order()`, and turned when it is read. For all other layers the mark has no
/// effect.
struct Tensor {
  const char* bytes = nullptr;
  const signed char* signed_bytes = nullptr;  ///< used instead of `bytes` …
  bool is_signed = false;                     ///< … if this is true
  long long count = 0;                        ///< number of values
  int dimensions[4]{};
  int rank = 0;
  bool may_end_earlier =
      false;                   ///< the last value may be a terminating zero: the number is wrong with it and without it
  bool pytorch_order = false;  ///< set by in_pytorch_order()
  int turned_groups = 0;       ///< groups of the ConvTranspose2d for which `read_by` turned it; 0: not turned
  /// If not 0, there is no array: value i is `repeated` where i % period == first, and 0 elsewhere.
  int repeated = 0;
  int period = 1;
  int first = 0;
  /// 1, 2 or 4: a byte of the array holds 8, 4 or 2 values, the first one lowest; 0: it holds one.
  int packed_bits = 0;
  bool packed_binary = false;            ///< values of one bit are 1 and -1, not 0 and -1: a bit of 1 means -1
  const std::uint64_t* words = nullptr;  ///< the array once more, in words of eight bytes, the first one lowest …
  bool has_words = false;                ///< … if this is true; of packed arrays only if these hold a value in a byte

  constexpr Tensor() = default;
  template <std::size_t N, class... Sizes>
  constexpr Tensor(const char (&values)[N], Sizes... sizes)
      : bytes(values), dimensions{sizes...}, rank(sizeof...(Sizes)) {
    count = values_in(N, elements(), INCUSE_IS_LITERAL(values), values[N - 1] == 0);
    may_end_earlier = count == N && count != elements() && values[N - 1] == 0;
  }
  template <std::size_t N, class... Sizes>
  constexpr Tensor(const signed char (&values)[N], Sizes... sizes)
      : signed_bytes(values), is_signed(true), count(N), dimensions{sizes...}, rank(sizeof...(Sizes)) {}
  template <std::size_t N, class... Sizes>
  constexpr Tensor(const LongArray<char, N>& array, Sizes... sizes)
      : bytes(array.values), count(N), dimensions{sizes...}, rank(sizeof...(Sizes)) {}
  /// Arrays of any other type are one compile error with this message. The tensor has values all the same, so that no
  /// other errors follow.
  template <class Value, std::size_t N, class... Sizes>
  constexpr Tensor(const Value (&)[N], Sizes... sizes)
      : count(N), dimensions{sizes...}, rank(sizeof...(Sizes)), repeated(1) {
    static_assert(std::is_same_v<Value, char>,
                  "parameters are signed bytes, -128 to 127: give an array of signed char, std::int8_t or char, or a "
                  "string literal; unsigned char is for pixels");
  }

  /// The values of an array with static storage that is a constant: `static constexpr char weights[] = "..."`, then
  /// `Tensor::of<weights>(64, 32, 3, 3)`. Compilers read it several times as fast as an argument of the constructor.
  template <const auto& Values, class... Sizes>
  static constexpr Tensor of(Sizes... sizes) {
    Tensor tensor(Values, sizes...);
    tensor.words = detail::ArrayWords<Values>::value.words;
    tensor.has_words = true;
    return tensor;
  }

  /// Narrow values of an array with static storage that is a constant, `Bits` (1, 2 or 4) for each: 8 / Bits in a byte,
  /// the first one lowest, as two's complement. `Tensor::packed<4, weights>(64, 32, 3, 3)` reads 9,216 bytes. Sources
  /// are smaller, and compile faster, than with a byte for each value.
  template <int Bits, const auto& Values, class... Sizes>
  static constexpr Tensor packed(Sizes... sizes) {
    static_assert(Bits == 1 || Bits == 2 || Bits == 4, "values have 1, 2 or 4 bits; arrays of 8 bits need no packing");
    Tensor tensor;
    tensor.dimensions_are(sizes...);
    const long long wanted = (tensor.elements() * Bits + 7) / 8;
    const Tensor stored(Values, static_cast<int>(wanted));
    tensor.bytes = stored.bytes;
    tensor.signed_bytes = stored.signed_bytes;
    tensor.is_signed = stored.is_signed;
    tensor.count = stored.count == wanted ? tensor.elements() : stored.count * 8 / Bits;
    tensor.words = detail::ArrayWords<Values>::value.words;
    tensor.packed_bits = Bits;
    return tensor;
  }
  /// The same for binary weights, a bit for each: 0 means 1, and 1 means -1.
  template <const auto& Values, class... Sizes>
  static constexpr Tensor packed_binary_weights(Sizes... sizes) {
    Tensor tensor = packed<1, Values>(sizes...);
    tensor.packed_binary = true;
    return tensor;
  }

  /// Weights of a convolution that multiplies its input by a value: [channels][channels][1][1], for a Conv1d
  /// [channels][channels][1].
  static constexpr Tensor diagonal(int channels, int rank, int value) {
    Tensor tensor;
    tensor.repeated = value;
    tensor.period = channels + 1;
    tensor.rank = rank;
    for (int i = 0; i < rank && i < 4; ++i) tensor.dimensions[i] = i < 2 ? channels : 1;
    tensor.count = tensor.elements();
    return tensor;
  }

  /// Weights of a convolution that copies its input.
  static constexpr Tensor identity(int channels, int rank) { return diagonal(channels, rank, 1); }

  /// `count` values: `value`, which is not 0, at every `period`th place from place `first` on, and 0 elsewhere.
  static constexpr Tensor repeating(int value, int count, int period = 1, int first = 0) {
    Tensor tensor;
    tensor.repeated = value;
    tensor.period = period;
    tensor.first = first;
    tensor.rank = 1;
    tensor.dimensions[0] = count;
    tensor.count = count;
    return tensor;
  }

  /// Weights of a convolution that adds up its input.
  static constexpr Tensor ones(const Layer& layer) {
    Tensor tensor;
    tensor.repeated = 1;
    const int sizes[] = {layer.out.channels, layer.weight_in_channels(), layer.kernel.height, layer.kernel.width};
    tensor.rank = layer.op == Operator::linear ? 2 : layer.one_dimensional() ? 3 : 4;
    for (int i = 0; i < tensor.rank; ++i) tensor.dimensions[i] = sizes[i];
    tensor.count = tensor.elements();
    return tensor;
  }

  /// The same tensor, marked as having PyTorch's order; matters for ConvTranspose2d only.
  constexpr Tensor in_pytorch_order() const {
    Tensor tensor = *this;
    tensor.pytorch_order = true;
    return tensor;
  }
  /// The tensor as a layer reads it: [out][in / groups][height][width].
  constexpr Tensor read_by(const Layer& layer) const {
    Tensor tensor = *this;
    if (!pytorch_order || layer.op != Operator::conv_transpose2d || rank != 4 || layer.groups < 1) return tensor;
    tensor.turned_groups = layer.groups;
    tensor.dimensions[0] = dimensions[1] * layer.groups;
    tensor.dimensions[1] = dimensions[0] / layer.groups;
    return tensor;
  }

  /// Tested by rank, not by address: GCC's UBSan cannot compare a literal's address at compile time (bug 71962).
  constexpr bool empty() const { return rank == 0; }
  /// Value number i in the order in which the layer reads.
  constexpr int operator[](long long i) const { return stored(turned_groups == 0 ? i : place_of(i)); }
  /// Value number i in the order of the array, which is another one than the layer's where groups are turned.
  constexpr int stored(long long i) const {
    if (repeated != 0) return i % period == first ? repeated : 0;
    if (packed_bits != 0) return unpacked(i);
    return is_signed ? signed_bytes[i] : static_cast<signed char>(bytes[i]);
  }
  /// True if there is no array to read directly: values are computed.
  constexpr bool is_computed() const { return repeated != 0 || turned_groups > 0 || packed_bits != 0; }
  /// True if all values are those of a packed array, in its order.
  constexpr bool is_packed() const { return packed_bits != 0 && turned_groups == 0; }
  /// Calls `use(values)` with a pointer to the stored array, of char or of signed char.
  template <class Use>
  constexpr auto use_stored(const Use& use) const {
    return is_signed ? use(signed_bytes) : use(bytes);
  }
  /// Product of the dimensions: what `count` should be.
  constexpr long long elements() const {
    long long product = 1;
    for (int i = 0; i < rank; ++i) product *= dimensions[i];
    return product;
  }
  constexpr bool all_zero() const {
    for (long long i = 0; i < count; ++i)
      if (stored(i) != 0) return false;
    return true;
  }
  friend constexpr bool operator==(const Tensor& a, const Tensor& b) {
    if (a.count != b.count || a.rank != b.rank || a.turned_groups != b.turned_groups) return false;
    for (int i = 0; i < a.rank; ++i)
      if (a.dimensions[i] != b.dimensions[i]) return false;
    return a.has_bytes_of(b);
  }
  /// A hash of the number of values and the first eight: equal for equal tensors.
  constexpr std::uint32_t fingerprint() const {
    std::uint32_t print = static_cast<std::uint32_t>(count);
    for (int i = 0; i < 8 && i < count; ++i) print = 31 * print + static_cast<std::uint32_t>(stored(i) & 0xff);
    return print;
  }

 private:
  template <class... Sizes>
  constexpr void dimensions_are(Sizes... sizes) {
    for (int size : {sizes...}) dimensions[rank++] = size;
  }
  /// Value number i of a packed array.
  constexpr int unpacked(long long i) const {
    const long long byte = i * packed_bits / 8;
    const int all = is_signed ? signed_bytes[byte] : bytes[byte];
    const int code = all >> (i * packed_bits % 8) & ((1 << packed_bits) - 1);
    return packed_binary ? 1 - 2 * code : code - (code << 1 & 1 << packed_bits);
  }
  /// True if the values are the same. Stored arrays are compared by a builtin, which is one step at compile time.
  constexpr bool has_bytes_of(const Tensor& other) const {
    long long same = 0;
    if (repeated == 0 && other.repeated == 0 && is_signed == other.is_signed && packed_bits == other.packed_bits &&
        packed_binary == other.packed_binary) {
      const long long whole = packed_bits == 0 ? count : count * packed_bits / 8;
      const auto size = static_cast<std::size_t>(whole);
      if (!(is_signed ? same_values(signed_bytes, other.signed_bytes, size) : same_values(bytes, other.bytes, size)))
        return false;
      same = packed_bits == 0 ? count : whole * 8 / packed_bits;
    }
    for (long long i = same; i < count; ++i)
      if (stored(i) != other.stored(i)) return false;
    return true;
  }
  /// Where value i of a turned tensor lies: [in][out / groups], the last tap first.
  constexpr long long place_of(long long i) const {
    const int taps = dimensions[2] * dimensions[3], own_outputs = dimensions[0] / turned_groups;
    const long long kernel = i / taps, out = kernel / dimensions[1], in = kernel % dimensions[1];
    const long long group = out / own_outputs;
    return ((group * dimensions[1] + in) * own_outputs + out % own_outputs) * taps + taps - 1 - i % taps;
  }
};

/// What a bias of 1 adds to a sum of products in a network of signed bytes. A chip whose biases mean something else
/// computes other sums, and has to say so; early exits are there on chips with this unit only.
inline constexpr int bias_unit = 128;

/// Parameters of one weighted layer.
struct LayerParameters {
  Text name{};  ///< name of the layer in the training framework, for messages
  Tensor weight{};
  Tensor bias{};         ///< the value b adds b * `bias_unit` to the sum
  int output_shift = 0;  ///< as trained; see Layer::output_shift
};

/// Parameters of a network, in the order of its weighted layers.
struct Parameters {
  const LayerParameters* layers = nullptr;
  int count = 0;

  constexpr const LayerParameters& operator[](int i) const { return layers[i]; }
};

/// The parameters of a type with a static array `layers`, as generated headers define it. A type without one has none:
/// networks whose layers have no weights need none.
template <class Trained>
constexpr Parameters parameters_in() {
  if constexpr (requires { sizeof(Trained::layers); })
    return {Trained::layers, static_cast<int>(sizeof(Trained::layers) / sizeof(LayerParameters))};
  else
    return {};
}

namespace detail {

/// Reads the parameters of all layers: a constant expression if these are.
template <class Trained>
constexpr bool are_read() {
  const Parameters parameters = parameters_in<Trained>();
  for (int i = 0; i < parameters.count; ++i) {
    [[maybe_unused]] const LayerParameters own = parameters[i];
  }
  return parameters.count > 0;
}
template <class Trained>
using if_read = std::enable_if_t<are_read<Trained>()>;

}  // namespace detail

/// True if a type has no parameters, or constant ones. If not, the compiler has said what is wrong with them, or will.
template <class Trained>
concept constant_parameters = !requires {
  &Trained::layers;
}
|| requires { typename detail::if_read<Trained>; };

/// Index of the parameters of layer `index`: only layers with trained weights have some.
template <int N>
constexpr int weighted_index(const Graph<N>& graph, int index) {
  int count = 0;
  for (int i = 0; i < index; ++i)
    if (graph[i].trained()) ++count;
  return count;
}

namespace detail {

/// Parameters of the layers in front, and their fingerprints: tensors are compared in full only where these are equal.
template <int N>
struct BoundTensors {
  LayerParameters layers[at_least_one(N)]{};
  std::uint32_t weights[at_least_one(N)]{};
  std::uint32_t biases[at_least_one(N)]{};
};

/// Weights and bias of a layer that tests the outputs of an early exit. With a bias unit of 128, -128 x + 128 bias is 0
/// or less exactly if x is the bias or more, and 127 x - 128 (value - 1) is more than 0 exactly if x is the value or
/// more, for values from 1 to 127.
constexpr LayerParameters exit_parameters(const Layer& layer) {
  const int channels = layer.in.channels, value = layer.exit.value;
  const auto bias = [](int each, int count) { return each == 0 ? Tensor{} : Tensor::repeating(each, count); };
  LayerParameters own;
  switch (layer.exit.part) {
    case ExitTest::excess:
      own.weight = Tensor::diagonal(channels, 4, bias_unit - 1);
      own.bias = bias(1 - value, channels);
      break;
    case ExitTest::any:
      own.weight = Tensor::repeating(-bias_unit, channels);
      own.bias = bias(1, 1);
      break;
    default:
      own.weight = Tensor::repeating(-bias_unit, channels, channels, layer.exit.channel);
      own.bias = bias(value, 1);
  }
  if (layer.exit.part == ExitTest::excess) return own;
  own.weight.rank = 4;
  own.weight.dimensions[0] = own.weight.dimensions[2] = own.weight.dimensions[3] = 1;
  own.weight.dimensions[1] = channels;
  return own;
}

}  // namespace detail

/// Parameters of a layer, with weights turned as `Tensor::read_by` does; empty if it has none or they are missing. A
/// weighted layer that a planner inserted copies its input: its weights are `Tensor::identity`. Those of a layer that
/// tests the outputs of an early exit follow from its condition.
template <int N>
constexpr LayerParameters parameters_of(const Graph<N>& graph, Parameters parameters, int index) {
  if (graph[index].inserted && graph[index].weighted()) {
    LayerParameters own;
    own.weight = Tensor::identity(graph[index].in.channels, graph[index].one_dimensional() ? 3 : 4);
    return own;
  }
  if (graph[index].tests()) return detail::exit_parameters(graph[index]);
  if (graph[index].bypass && graph[index].weighted()) {
    LayerParameters own;
    own.weight = Tensor::ones(graph[index]);
    return own;
  }
  const int i = weighted_index(graph, index);
  if (!graph[index].weighted() || i >= parameters.count) return {};
  LayerParameters own = parameters[i];
  own.weight = own.weight.read_by(graph[index]);
  return own;
}

/// Notes in the graph what the chip's tables depend on: trained shifts, biases that are all zero (they need no memory)
/// and tensors that equal an earlier one (they are stored once). Weights are equal only if shape and weight bits are.
/// `stores_all`: also biases of zeros are stored, and every tensor again.
template <int N>
constexpr Graph<N> bind(Graph<N> graph, Parameters parameters, bool stores_all = false) {
  detail::BoundTensors<N> seen{};
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    const LayerParameters own = parameters_of(graph, parameters, i);
    if (own.weight.empty()) continue;
    if (layer.output_shift == 0) layer.output_shift = own.output_shift;
    if (own.bias.empty() || (!stores_all && own.bias.all_zero())) layer.bias = false;
    if (stores_all) continue;
    seen.layers[i] = own;
    seen.weights[i] = own.weight.fingerprint();
    seen.biases[i] = layer.bias ? own.bias.fingerprint() : 0;
    for (int j = 0; j < i && layer.same_weights_as < 0; ++j)
      if (seen.weights[j] == seen.weights[i] && graph[j].weight_bits == layer.weight_bits &&
          seen.layers[j].weight == own.weight)
        layer.same_weights_as = j;
    for (int j = 0; layer.bias && j < i && layer.same_bias_as < 0; ++j)
      if (seen.biases[j] == seen.biases[i] && graph[j].bias && seen.layers[j].bias == own.bias) layer.same_bias_as = j;
  }
  return graph;
}

}  // namespace incuse
