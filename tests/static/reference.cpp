// A network of 21,582 multiplications runs while this file is compiled, within every compiler's default limits.
#include <incuse/host/reference.hpp>

using namespace incuse;

namespace {

// clang-format off
struct SmallNet : Network<
    Input<1, 14, 14>,
    Conv2d<8, kernel<3>, pad<1>, Abs, bias, shift<-2>>,
    Fused<MaxPool2d<2>, Conv2d<2, kernel<3>, pad<1>, bias, shift<-1>>>,
    Fused<AvgPool2d<2>, Conv2d<2, kernel<3>, pad<1>, ReLU, shift<-1>>>,
    Flatten,
    Linear<5, wide>> {};
// clang-format on

/// Value i is (multiplier * i + start) mod `modulus`, centred around 0.
constexpr int pattern(int i, int multiplier, int start, int modulus) {
  return (i * multiplier + start) % modulus - modulus / 2;
}

template <int Count>
struct Bytes {
  char values[Count + 1]{};  // one more: a tensor expects a literal with its terminating zero

  constexpr Bytes(int multiplier, int start, int modulus) {
    for (int i = 0; i < Count; ++i) values[i] = static_cast<char>(pattern(i, multiplier, start, modulus));
  }
};

constexpr Bytes<72> weight_1{29, 5, 201};
constexpr Bytes<8> bias_1{7, 3, 31};
constexpr Bytes<144> weight_2{41, 7, 251};
constexpr Bytes<2> bias_2{5, 1, 9};
constexpr Bytes<36> weight_3{23, 17, 253};
constexpr Bytes<90> weight_4{19, 2, 255};

constexpr LayerParameters layers[] = {
    {.weight = {weight_1.values, 8, 1, 3, 3}, .bias = {bias_1.values, 8}},
    {.weight = {weight_2.values, 2, 8, 3, 3}, .bias = {bias_2.values, 2}},
    {.weight = {weight_3.values, 2, 2, 3, 3}},
    {.weight = {weight_4.values, 5, 18}},
};

constexpr host::Values<196> picture = [] {
  host::Values<196> values{};
  for (int i = 0; i < 196; ++i) values.items[i] = pattern(i, 37, 11, 255);
  return values;
}();

// Computed with NumPy: convolutions as sums over sliding windows, means truncated with numpy.trunc.
constexpr host::Values<5> expected{{2836, 106, 4771, -1529, 1606}};

static_assert(host::run<SmallNet>({layers, 4}, picture) == expected);

}  // namespace
