// Packed arrays of weights are the same weights: tables, findings and values, for every width and way of packing
// kernels.
#include <incuse/incuse.hpp>

using namespace incuse;

namespace {

/// Weight number i of some kind: any values of `Bits` bits, or 1 and -1.
template <int Bits, bool Binary>
constexpr int weight(int i) {
  unsigned mixed = static_cast<unsigned>(i) * 2654435761U;
  mixed = (mixed ^ mixed >> 15) * 2246822519U;
  const int code = static_cast<int>((mixed ^ mixed >> 13) & ((1U << Bits) - 1));
  return Binary ? 1 - 2 * code : code - (code << 1 & 1 << Bits);
}

template <int Count, int Bits, bool Binary>
constexpr auto bytes = [] {
  LongArray<char, Count> all{};
  for (int i = 0; i < Count; ++i) all.values[i] = static_cast<char>(weight<Bits, Binary>(i));
  return all;
}();

template <int Count, int Bits, bool Binary>
constexpr auto packed_bytes = [] {
  LongArray<char, (Count * Bits + 7) / 8> all{};
  for (int i = 0; i < Count; ++i) {
    const int value = weight<Bits, Binary>(i), code = Binary ? value < 0 : value & ((1 << Bits) - 1);
    char& byte = all.values[i * Bits / 8];
    byte = static_cast<char>(byte | code << i * Bits % 8);
  }
  return all;
}();

template <int Bits, bool Binary, int... Sizes>
struct InBytes {
  static constexpr LayerParameters layers[] = {{.weight = Tensor::of<bytes<(Sizes * ...), Bits, Binary>>(Sizes...)}};
};

template <int Bits, bool Binary, int... Sizes>
struct Packed {
  static constexpr const auto& all = packed_bytes<(Sizes * ...), Bits, Binary>;
  static constexpr Tensor tensor() {
    if constexpr (Binary)
      return Tensor::packed_binary_weights<all>(Sizes...);
    else
      return Tensor::packed<Bits, all>(Sizes...);
  }
  static constexpr LayerParameters layers[] = {{.weight = tensor()}};
};

/// The same words in the tables of a chip, and the same values, of which a few hundred are compared.
template <class Net, const auto& Chip, int Bits, bool Binary, int... Sizes>
constexpr bool same_tables = [] {
  using One = InBytes<Bits, Binary, Sizes...>;
  using Other = Packed<Bits, Binary, Sizes...>;
  const auto& one = Deployment<Net, Chip, One>::image;
  const auto& other = Deployment<Net, Chip, Other>::image;
  static_assert(sizeof one == sizeof other);
  for (std::size_t i = 0; i < sizeof one.weights / sizeof one.weights[0]; ++i)
    if (one.weights[i] != other.weights[i]) return false;
  for (int i = 0; i < (Sizes * ...); i += 7 + (Sizes * ...) / 500)
    if (One::layers[0].weight[i] != Other::layers[0].weight[i]) return false;
  return One::layers[0].weight.count == Other::layers[0].weight.count;
}();

template <int Bits, bool Binary>
using width = std::conditional_t<Binary, binary, bits<Bits>>;

template <class Width>
struct Even : Network<Input<16, 8, 8>, Conv2d<32, kernel<3>, pad<1>, Width, ReLU>> {};
template <class Width>
struct LastSetIncomplete : Network<Input<16, 8, 8>, Conv2d<30, kernel<3>, pad<1>, Width, ReLU>> {};
template <class Width>
struct UnevenPasses : Network<Input<72, 8, 8>, Conv2d<32, kernel<3>, pad<1>, Width, ReLU>> {};
template <class Width>
struct SeveralPasses : Network<Input<128, 4, 4>, Conv2d<24, kernel<3>, pad<1>, Width, ReLU>> {};
template <class Width>
struct SingleTaps : Network<Input<64, 8, 8>, Conv2d<32, kernel<1>, Width, ReLU>> {};
template <class Width>
struct Flattened : Network<Input<64, 4, 4>, Flatten, Linear<10, Width>> {};
template <class Width>
struct Dilated : Network<Input<64, 32>, Conv1d<64, kernel<3>, pad<2>, dilation<2>, Width, ReLU>> {};
template <class Width>
struct Small : Network<Input<3, 8, 8>, Conv2d<3, kernel<3>, pad<1>, Width, ReLU>> {};

template <const auto& Chip, int Bits, bool Binary = false>
constexpr bool all_are_same() {
  using Width = width<Bits, Binary>;
  static_assert(same_tables<Even<Width>, Chip, Bits, Binary, 32, 16, 3, 3>);
  static_assert(same_tables<LastSetIncomplete<Width>, Chip, Bits, Binary, 30, 16, 3, 3>);
  static_assert(same_tables<UnevenPasses<Width>, Chip, Bits, Binary, 32, 72, 3, 3>);
  static_assert(same_tables<SeveralPasses<Width>, Chip, Bits, Binary, 24, 128, 3, 3>);
  static_assert(same_tables<SingleTaps<Width>, Chip, Bits, Binary, 32, 64, 1, 1>);
  static_assert(same_tables<Flattened<Width>, Chip, Bits, Binary, 10, 1024>);
  static_assert(same_tables<Small<Width>, Chip, Bits, Binary, 3, 3, 3, 3>);
  if constexpr (!Binary) static_assert(same_tables<Dilated<Width>, Chip, Bits, Binary, 64, 64, 3>);
  return true;
}
static_assert(all_are_same<max78000, 1>());
static_assert(all_are_same<max78000, 2>());
static_assert(all_are_same<max78000, 4>());
static_assert(all_are_same<max78002, 1, true>());
static_assert(all_are_same<max78002, 4>());

// Narrower values than the layer's are taken, too; wider ones and other numbers of bytes are found.
template <int Bits, class Width>
constexpr Findings findings_of_packed() {
  return check_parameters<Even<Width>, Packed<Bits, false, 32, 16, 3, 3>>();
}
static_assert(findings_of_packed<1, bits<1>>().ok() && findings_of_packed<1, bits<8>>().ok());
static_assert(findings_of_packed<2, bits<4>>().ok() && !findings_of_packed<4, bits<2>>().ok());
static_assert(!findings_of_packed<1, binary>().ok());
static_assert(same_tables<Even<bits<8>>, max78000, 4, false, 32, 16, 3, 3>);
static_assert(same_tables<Even<bits<4>>, max78000, 2, false, 32, 16, 3, 3>);

// Bytes that are missing or too many show in the number of values.
constexpr signed char three[] = {1, 2, 3};
static_assert(Tensor::packed<4, three>(3, 2).count == 6 && Tensor::packed<4, three>(5).count == 5);
static_assert(Tensor::packed<4, three>(3, 3).count == 6 && Tensor::packed<4, three>(4).count == 6);
static_assert(Tensor::packed<4, three>(6)[0] == 1 && Tensor::packed<4, three>(6)[1] == 0);

}  // namespace
