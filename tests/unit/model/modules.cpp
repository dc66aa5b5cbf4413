// Layers as types: what each notes in the graph, and the vendor's modules as other names for them.
#include <type_traits>

#include <doctest/doctest.h>
#include <incuse/model/network.hpp>

namespace test_modules {

using namespace incuse;

namespace {

/// The last layer of a network of these layers.
template <class Input, class... Layers>
constexpr Layer last_of() {
  return graph_of<Network<Input, Layers...>>().last();
}

template <class A, class B>
constexpr bool same = std::is_same_v<A, B>;

using Picture = Input<8, 12, 10>;
using Sound = Input<8, 40>;

}  // namespace

TEST_CASE("Conv1d works on lines") {
  constexpr Layer layer = last_of<Sound, Conv1d<4, kernel<5>, pad<2>, dilation<3>, ReLU>>();
  CHECK(layer.op == Operator::conv1d);
  CHECK(layer.kernel == Extent{5, 1});
  CHECK(layer.padding == Extent{2, 0});
  CHECK(layer.dilation == Extent{3, 1});
  CHECK(layer.activation == Activation::relu);
  CHECK(layer.in == Shape{8, 40, 1});
  CHECK(layer.out == Shape{4, 40 + 2 * 2 - 3 * 4, 1});
}

TEST_CASE("Conv1d reads a picture as one line") {
  CHECK(last_of<Picture, Conv1d<4, kernel<3>>>().in == Shape{8, 120, 1});
}

TEST_CASE("ConvTranspose2d doubles the size") {
  constexpr Layer layer = last_of<Picture, ConvTranspose2d<3, kernel<3>, pad<1>>>();
  CHECK(layer.op == Operator::conv_transpose2d);
  CHECK(layer.stride == Extent{2, 2});
  CHECK(layer.output_padding == 1);
  CHECK(layer.out == Shape{3, 24, 20});
  CHECK(last_of<Picture, ConvTranspose2d<3, kernel<3>, pad<1>, output_pad<0>>>().out == Shape{3, 23, 19});
}

TEST_CASE("pooling windows have a size, a step and a dilation") {
  constexpr Layer layer = last_of<Picture, MaxPool2d<Window{3, 2}, dilation<2>, stride<1>>>();
  CHECK(layer.pooling == Pooling::max);
  CHECK(layer.pool == Extent{3, 2});
  CHECK(layer.pool_stride == Extent{1, 1});
  CHECK(layer.pool_dilation == Extent{2, 2});
  CHECK(layer.dilation == Extent{1, 1});
  CHECK(last_of<Picture, AvgPool2d<4>>().pool_stride == Extent{4, 4});
  CHECK(last_of<Picture, AvgPool2d<4>>().pooling == Pooling::average);
}

TEST_CASE("one-dimensional pooling keeps the width") {
  constexpr Layer layer = last_of<Sound, AvgPool1d<4, stride<2>>>();
  CHECK(layer.pooling == Pooling::average);
  CHECK(layer.pool == Extent{4, 1});
  CHECK(layer.out == Shape{8, 19, 1});
  CHECK(last_of<Sound, MaxPool1d<3>>().out == Shape{8, 13, 1});
}

TEST_CASE("stride and dilation belong to the layer that they are given to") {
  constexpr Layer layer = last_of<Sound, Fused<MaxPool1d<2, stride<3>>, Conv1d<4, kernel<3>, dilation<2>>>>();
  CHECK(layer.pool == Extent{2, 1});
  CHECK(layer.pool_stride == Extent{3, 1});
  CHECK(layer.pool_dilation == Extent{1, 1});
  CHECK(layer.dilation == Extent{2, 1});
  CHECK(layer.stride == Extent{1, 1});
}

TEST_CASE("element-wise layers split one tensor") {
  constexpr Layer layer = last_of<Picture, Sub<operands<4>>>();
  CHECK(layer.elementwise == Elementwise::sub);
  CHECK(layer.operands == 4);
  CHECK(layer.in == Shape{2, 12, 10});
  CHECK(layer.out == Shape{2, 12, 10});
}

TEST_CASE("fused layers stand in the order of the data") {
  using Sum = Add<operands<2>>;
  using Convolution = Conv2d<5, kernel<1>>;
  constexpr Layer pooled_first = last_of<Picture, Fused<AvgPool2d<2>, Sum, Convolution>>();
  CHECK(pooled_first.pool_first);
  CHECK(pooled_first.op == Operator::conv2d);
  CHECK(pooled_first.operands == 2);
  CHECK(pooled_first.in == Shape{4, 12, 10});
  CHECK(pooled_first.out == Shape{5, 6, 5});
  CHECK_FALSE(last_of<Picture, Fused<Sum, AvgPool2d<2>, Convolution>>().pool_first);
  CHECK_FALSE(last_of<Picture, Fused<Sum, MaxPool2d<2>>>().pool_first);
  CHECK(last_of<Picture, Fused<MaxPool2d<2>, Sum>>().pool_first);
  CHECK(last_of<Picture, Fused<Sum, Convolution>>().pool_first);
}

TEST_CASE("views change the shape of what is read") {
  CHECK(last_of<Sound, Conv2d<4, kernel<3>, view<8, 5, 8>>>().in == Shape{8, 5, 8});
  CHECK(last_of<Picture, Conv1d<4, kernel<3>, view<8, 120>>>().in == Shape{8, 120, 1});
  CHECK(last_of<Picture, Add<operands<2>, view<8, 6, 10>>>().out == Shape{8, 6, 10});
}

TEST_CASE("options of all layers") {
  constexpr Layer layer =
      last_of<Picture, Identity<streaming, output, as<"copy">, place<processors<0xff>, write_gap<1>>>>();
  CHECK(layer.streaming);
  CHECK(layer.output);
  CHECK(layer.name == Text("copy"));
  CHECK(layer.placement.write_gap == 1);
  CHECK_FALSE(layer.weighted());
  CHECK(layer.out == Shape{8, 12, 10});
}

TEST_CASE("binary weights have one bit") {
  constexpr Layer layer = last_of<Picture, Conv2d<4, binary, kernel<3>>>();
  CHECK(layer.weight_bits == 1);
  CHECK(layer.binary_weights);
}

TEST_CASE("modules are layers with an activation") {
  CHECK(same<FusedConv2dReLU<4, kernel<3>>, Conv2d<4, ReLU, kernel<3>>>);
  CHECK(same<FusedConv2dAbs<4, kernel<3>>, Conv2d<4, Abs, kernel<3>>>);
  CHECK(same<FusedConvTranspose2dReLU<4, kernel<3>>, ConvTranspose2d<4, ReLU, kernel<3>>>);
  CHECK(same<FusedConvTranspose2dAbs<4, kernel<3>>, ConvTranspose2d<4, Abs, kernel<3>>>);
  CHECK(same<FusedConv1dReLU<4, kernel<3>>, Conv1d<4, ReLU, kernel<3>>>);
  CHECK(same<FusedConv1dAbs<4, kernel<3>>, Conv1d<4, Abs, kernel<3>>>);
  CHECK(same<FusedLinearReLU<4>, Linear<4, ReLU>>);
  CHECK(same<FusedLinearAbs<4>, Linear<4, Abs>>);
  CHECK(same<Or<operands<2>>, BitwiseOr<operands<2>>>);
  CHECK(same<Xor<operands<2>>, BitwiseXor<operands<2>>>);
}

TEST_CASE("modules are pooling fused with a layer") {
  using Max2 = MaxPool2d<2, stride<2>>;
  using Avg2 = AvgPool2d<2, stride<2>>;
  CHECK(same<FusedMaxPoolConv2d<4, kernel<3>>, Fused<Max2, Conv2d<4, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConv2dReLU<4, kernel<3>>, Fused<Max2, Conv2d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConv2dAbs<4, kernel<3>>, Fused<Max2, Conv2d<4, Abs, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv2d<4, kernel<3>>, Fused<Avg2, Conv2d<4, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv2dReLU<4, kernel<3>>, Fused<Avg2, Conv2d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv2dAbs<4, kernel<3>>, Fused<Avg2, Conv2d<4, Abs, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConvTranspose2d<4, kernel<3>>, Fused<Max2, ConvTranspose2d<4, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConvTranspose2dReLU<4, kernel<3>>, Fused<Max2, ConvTranspose2d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConvTranspose2dAbs<4, kernel<3>>, Fused<Max2, ConvTranspose2d<4, Abs, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConvTranspose2d<4, kernel<3>>, Fused<Avg2, ConvTranspose2d<4, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConvTranspose2dReLU<4, kernel<3>>, Fused<Avg2, ConvTranspose2d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConvTranspose2dAbs<4, kernel<3>>, Fused<Avg2, ConvTranspose2d<4, Abs, kernel<3>>>>);
  using Max1 = MaxPool1d<2, stride<2>>;
  using Avg1 = AvgPool1d<2, stride<2>>;
  CHECK(same<FusedMaxPoolConv1d<4, kernel<3>>, Fused<Max1, Conv1d<4, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConv1dReLU<4, kernel<3>>, Fused<Max1, Conv1d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedMaxPoolConv1dAbs<4, kernel<3>>, Fused<Max1, Conv1d<4, Abs, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv1d<4, kernel<3>>, Fused<Avg1, Conv1d<4, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv1dReLU<4, kernel<3>>, Fused<Avg1, Conv1d<4, ReLU, kernel<3>>>>);
  CHECK(same<FusedAvgPoolConv1dAbs<4, kernel<3>>, Fused<Avg1, Conv1d<4, Abs, kernel<3>>>>);
}

TEST_CASE("modules take the pooling's options and the layer's in any order") {
  constexpr Layer layer =
      last_of<Picture, FusedAvgPoolConv2dReLU<4, pad<1>, pool_stride<1>, kernel<3>, pool_size<3, 2>, as<"x">>>();
  CHECK(layer.pool == Extent{3, 2});
  CHECK(layer.pool_stride == Extent{1, 1});
  CHECK(layer.padding == Extent{1, 1});
  CHECK(layer.name == Text("x"));
  // As in the vendor's modules, the step does not follow the window.
  CHECK(last_of<Picture, FusedMaxPoolConv2d<4, kernel<1>, pool_size<3>>>().pool_stride == Extent{2, 2});
}

}  // namespace test_modules
