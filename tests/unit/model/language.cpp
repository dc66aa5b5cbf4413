// Layer types and their options: any order, every option, what it does to the layer.
#include <incuse/model/network.hpp>

#include <doctest/doctest.h>

namespace test_language {

using namespace incuse;

namespace {

template <class Net>
constexpr const Layer& only() {
  static_assert(graph_of<Net>().size == 1);
  return graph_of<Net>()[0];
}

template <class... Layers>
using On8x8 = Network<Input<4, 8, 8>, Layers...>;

constexpr bool same(const Layer& a, const Layer& b) {
  return a.name == b.name && a.op == b.op && a.out_channels == b.out_channels && a.kernel == b.kernel &&
         a.padding == b.padding && a.activation == b.activation && a.bias == b.bias && a.wide == b.wide &&
         a.weight_bits == b.weight_bits && a.output_shift == b.output_shift && a.pooling == b.pooling &&
         a.pool == b.pool && a.pool_stride == b.pool_stride && a.sources.size == b.sources.size &&
         a.placement.processors == b.placement.processors && a.placement.out_offset == b.placement.out_offset &&
         a.out == b.out;
}

}  // namespace

TEST_CASE("options may stand in any order") {
  constexpr auto first = only<On8x8<Conv2d<6, kernel<3>, pad<1>, ReLU, bits<4>, shift<-2>, bias, as<"a">>>>();
  constexpr auto second = only<On8x8<Conv2d<6, as<"a">, bias, shift<-2>, bits<4>, ReLU, pad<1>, kernel<3>>>>();
  constexpr auto third = only<On8x8<Conv2d<6, bits<4>, kernel<3>, as<"a">, ReLU, bias, pad<1>, shift<-2>>>>();
  static_assert(same(first, second) && same(second, third));
  CHECK(first.name == Text("a"));
  CHECK(first.out_channels == 6);
  CHECK(first.kernel == Extent{3, 3});
  CHECK(first.padding == Extent{1, 1});
  CHECK(first.activation == Activation::relu);
  CHECK(first.bias);
  CHECK(first.weight_bits == 4);
  CHECK(first.output_shift == -2);
  CHECK(first.total_shift() == 2);
}

TEST_CASE("defaults are PyTorch's: no padding, no activation, no bias unless asked for, pooling steps by its window") {
  constexpr auto conv = only<On8x8<Conv2d<5, kernel<3>>>>();
  CHECK(conv.padding == Extent{0, 0});
  CHECK(conv.activation == Activation::none);
  CHECK_FALSE(conv.bias);
  CHECK_FALSE(conv.wide);
  CHECK(conv.weight_bits == 8);
  CHECK(conv.output_shift == 0);
  CHECK(conv.stride == Extent{1, 1});
  CHECK(conv.name.empty());
  CHECK_FALSE(conv.placement.given());
  CHECK(conv.out == Shape{5, 6, 6});
  constexpr auto pool = only<On8x8<MaxPool2d<2>>>();
  CHECK(pool.pool_stride == Extent{2, 2});
  CHECK(pool.out == Shape{4, 4, 4});
}

TEST_CASE("every other option") {
  CHECK(only<On8x8<Conv2d<5, kernel<3, 1>, pad<1, 0>, Abs>>>().kernel == Extent{3, 1});
  CHECK(only<On8x8<Conv2d<5, kernel<3, 1>, pad<1, 0>, Abs>>>().padding == Extent{1, 0});
  CHECK(only<On8x8<Conv2d<5, kernel<3, 1>, pad<1, 0>, Abs>>>().activation == Activation::abs);
  CHECK(only<On8x8<Conv2d<5, kernel<1>, wide>>>().wide);
  CHECK(only<On8x8<Conv2d<5, kernel<1>, bits<1>>>>().total_shift() == 7);
  CHECK(only<On8x8<MaxPool2d<3, stride<2>>>>().pool == Extent{3, 3});
  CHECK(only<On8x8<MaxPool2d<3, stride<2>>>>().pool_stride == Extent{2, 2});
  CHECK(only<On8x8<AvgPool2d<Window{2, 3}, stride<1, 2>>>>().pool == Extent{2, 3});
  CHECK(only<On8x8<AvgPool2d<Window{2, 3}, stride<1, 2>>>>().pool_stride == Extent{1, 2});
  CHECK(only<On8x8<AvgPool2d<Window{2, 3}, stride<1, 2>>>>().pooling == Pooling::average);
  CHECK(only<On8x8<MaxPool2d<2>>>().op == Operator::none);
}

TEST_CASE("placement by hand: every item, in any order") {
  constexpr auto layer = only<On8x8<Conv2d<4, kernel<1>,
                                           place<out_offset<0x2000>, processors<0xf0>, write_gap<1>, in_offset<0x40>,
                                                 bias_groups<1, 3>, output_processors<0xf00>>>>>();
  CHECK(layer.placement.processors == 0xf0);
  CHECK(layer.placement.output_processors == 0xf00);
  CHECK(layer.placement.in_offset == 0x40);
  CHECK(layer.placement.out_offset == 0x2000);
  CHECK(layer.placement.write_gap == 1);
  CHECK(layer.placement.bias_groups == 0b1010u);
  CHECK(layer.placement.given());
  CHECK(graph_of<On8x8<Conv2d<4, kernel<1>, place<processors<1>>>>>().placed_by_hand());
  CHECK_FALSE(graph_of<On8x8<Conv2d<4, kernel<1>>>>().placed_by_hand());
}

TEST_CASE("the format of the input") {
  CHECK(graph_of<Network<Input<1, 8, 8>, MaxPool2d<2>>>().input_format == DataFormat::automatic);
  CHECK(graph_of<Network<Input<1, 8, 8, chw>, MaxPool2d<2>>>().input_format == DataFormat::chw);
  CHECK(graph_of<Network<Input<1, 8, 8, hwc>, MaxPool2d<2>>>().input_format == DataFormat::hwc);
}

namespace {

/// How many placement options there are if each has a bit of its own; 0 if two share one, or one has none.
template <class... Options>
constexpr int options_with_own_bits() {
  return ((bit_count(Options::slot) == 1) && ...) &&
                 bit_count((0u | ... | Options::slot)) == static_cast<int>(sizeof...(Options))
             ? static_cast<int>(sizeof...(Options))
             : 0;
}

}  // namespace

TEST_CASE("every placement option is noticed if it is given twice") {
  CHECK(options_with_own_bits<processors<1>, output_processors<1>, in_offset<0>, out_offset<0>, write_gap<0>,
                              bias_groups<0>, tcalc>() == 7);
}

}  // namespace test_language
