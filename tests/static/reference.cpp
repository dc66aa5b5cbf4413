// A network of 21,582 multiplications runs while this file is compiled, within every compiler's default limits.
#include <incuse/host/reference.hpp>

#include <support/parameters.hpp>

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

using test::Bytes;

constexpr Bytes<72> weight_1{29, 201, 5};
constexpr Bytes<8> bias_1{7, 31, 3};
constexpr Bytes<144> weight_2{41, 251, 7};
constexpr Bytes<2> bias_2{5, 9, 1};
constexpr Bytes<36> weight_3{23, 253, 17};
constexpr Bytes<90> weight_4{19, 255, 2};

constexpr LayerParameters layers[] = {
    {.weight = {weight_1.values, 8, 1, 3, 3}, .bias = {bias_1.values, 8}},
    {.weight = {weight_2.values, 2, 8, 3, 3}, .bias = {bias_2.values, 2}},
    {.weight = {weight_3.values, 2, 2, 3, 3}},
    {.weight = {weight_4.values, 5, 18}},
};

constexpr host::Values<196> picture = [] {
  host::Values<196> values{};
  const Bytes<196> pattern{37, 255, 11};
  for (int i = 0; i < 196; ++i) values.items[i] = static_cast<signed char>(pattern.values[i]);
  return values;
}();

// Computed with NumPy: convolutions as sums over sliding windows, means truncated with numpy.trunc.
constexpr host::Values<5> expected{{2836, 106, 4771, -1529, 1606}};

static_assert(host::run<SmallNet>({layers, 4}, picture) == expected);

}  // namespace
