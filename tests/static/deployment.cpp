// Deployments are constants: sizes, first words, bias bytes and layouts of two networks.
#include <incuse/incuse.hpp>

#include <support/networks.hpp>
#include <support/parameters.hpp>

using namespace incuse;

namespace {

using FashionNet = test::FashionNetWith<bias>;
using test::Bytes;
using test::Example1;

// Small: words written down by hand -----------------------------------------------------------------------------------

// clang-format off
struct SmallNet : Network<
    Input<1, 4, 4>,
    Conv2d<2, kernel<3>, pad<1>, ReLU, bias, place<processors<1>, output_processors<0x30>, out_offset<0x100>>>,
    Flatten,
    Linear<1, wide, place<processors<0x30>>>> {};

struct SmallParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x11\x12\x13\x14\x15\x16\x17\x18\x19", 2, 1, 3, 3},
       .bias = {"\x05\xfb", 2}, .output_shift = -3},
      {.weight = {"abcdefghijklmnop" "ABCDEFGHIJKLMNOP", 1, 32}},
  };
};
// clang-format on

using Small = Deployment<SmallNet, max78000, SmallParameters>;
static_assert(fits<SmallNet, max78000>);
static_assert(Small::graph.size == 2 && Small::graph[0].output_shift == -3);
static_assert(Small::report.weight_bytes == 50 && Small::report.bias_bytes == 2);

template <class Array>
constexpr int length(const Array& array) {
  return static_cast<int>(sizeof(array) / sizeof(array[0]));
}
template <class Words, int N>
constexpr bool starts_with(const Words& words, const std::uint32_t (&expected)[N]) {
  for (int i = 0; i < N; ++i)
    if (words[i] != expected[i]) return false;
  return true;
}

// Processor 4: 16 values fill column 0 from byte 8 down (a is byte 8, i is byte 0), and column 1 with j to p.
constexpr std::uint32_t flat_weights[] = {0x50190000, 5,          0x69686766, 0x65646362, 0x61000070,
                                          0x6f6e6d6c, 0x6b6a0000, 0x50194000, 5,          0x49484746,
                                          0x45444342, 0x41000050, 0x4f4e4d4c, 0x4b4a0000, 0};
static_assert(length(Small::image.weights) == 7 + 15);
static_assert(starts_with(Small::image.weights,
                          {0x50180000, 5, 0x01020304, 0x05060708, 0x09111213, 0x14151617, 0x18190000}));
static_assert(starts_with(Small::image.weights + 7, flat_weights));
static_assert(Small::image.bias_count[0] == 2 && Small::image.bias[0] == 5 && Small::image.bias[1] == 0xfb);
static_assert(Small::image.input.words() == 16 && Small::image.outputs[0].wide);
static_assert(Small::image.outputs[0].processors == 1);
static_assert(length(Small::image.start) == 2 && length(Small::image.init) == 4);

// A layer in the middle can be an output too; its tensor then lives to the end.
struct TwoOutputs : Network<Input<4, 4, 4>, Conv2d<4, kernel<1>, output>, Conv2d<8, kernel<1>>> {};
struct TwoOutputsParameters {
  static constexpr LayerParameters layers[] = {{.weight = {"0123456789abcdef", 4, 4, 1, 1}},
                                               {.weight = {"0123456789abcdef0123456789abcdef", 8, 4, 1, 1}}};
};
using Both = Deployment<TwoOutputs, max78000, TwoOutputsParameters>;
static_assert(length(Both::image.outputs) == 2 && length(Small::image.outputs) == 1);
static_assert(Both::image.outputs[0].shape == Shape{4, 4, 4} && Both::image.outputs[1].shape == Shape{8, 4, 4});
static_assert(Both::image.outputs[0].offset == Both::plan[0].out_offset);

// The whole: the Fashion-MNIST network, placed by hand as in the vendor's MNIST example, and automatically ------------

constexpr Bytes<60 * 1 * 9> weight_1{7, 251};
constexpr Bytes<60 * 60 * 9> weight_2{11, 251};
constexpr Bytes<56 * 60 * 9> weight_3{13, 251};
constexpr Bytes<12 * 56 * 9> weight_4{17, 251};
constexpr Bytes<10 * 192> weight_5{19, 251};
struct FashionParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {weight_1.values, 60, 1, 3, 3}, .output_shift = -1},
      {.weight = {weight_2.values, 60, 60, 3, 3}, .output_shift = -2},
      {.weight = {weight_3.values, 56, 60, 3, 3}, .output_shift = -2},
      {.weight = {weight_4.values, 12, 56, 3, 3}, .output_shift = -1},
      {.weight = {weight_5.values, 10, 192}, .bias = {"\x16\x1c\xe4\xdd\x13\xf7\xe0\xf6\x1f\x08", 10}},
  };
};

using Published = Deployment<Example1, max78000, FashionParameters>;
static_assert(Published::report.weight_bytes == 71'148);
static_assert(Published::report.bias_bytes == 10);
static_assert(Published::report.weight_columns == 146);
static_assert(Published::report.cycles == 70'157);
static_assert(Published::report.microseconds(50e6) > 1403 && Published::report.microseconds(50e6) < 1404);
static_assert(Published::report.microjoules(50e6, 0.5) == Published::report.microseconds(50e6) / 2);
// The example's listing has 227 values that are not 0.
static_assert(length(Published::image.configure) == 227);
static_assert(Published::image.configure[0].address == 0x50100010 && Published::image.configure[0].value == 0x1001d);
static_assert(Published::image.configure[226].address == 0x50d00120 && Published::image.configure[226].value == 0x100);
static_assert(length(Published::image.weights) == 17'930);
static_assert(Published::image.weights[0] == 0x50180000 && Published::image.weights[1] == 135);
static_assert(Published::image.weights[17'929] == 0);
// 0 - 125 = 0x83, 7 - 125 = 0x8a, …: the first kernel from its first tap on.
static_assert(Published::image.weights[2] == 0x838a9198);
static_assert(Published::image.input.words() == 196 && Published::image.input.channels_first);
static_assert(Published::image.bias_count[0] == 10 && Published::image.bias[9] == 8);

using Automatic = Deployment<FashionNet, max78000, FashionParameters>;
static_assert(fits<FashionNet, max78000>);
static_assert(Automatic::report.weight_bytes == 71'148);
static_assert(Automatic::report.cycles == 70'157);
static_assert(Automatic::report.weight_columns <= 146);

}  // namespace
