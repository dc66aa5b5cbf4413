// From a network type to its Graph value: fused layers, flatten, names and sources.
#include <incuse/model/network.hpp>

#include <doctest/doctest.h>

#include <support/networks.hpp>

namespace test_lowering {

using namespace incuse;

namespace {

using test::FashionNet;

// clang-format off
struct Branches : Network<
    Input<4, 8, 8>,
    Conv2d<6, kernel<3>, pad<1>, as<"stem">>,
    Conv2d<6, kernel<1>, as<"left">>,
    Conv2d<6, kernel<3>, pad<1>, from<"stem">, as<"right">>,
    Conv2d<8, kernel<1>, from<"left", "right">>,
    Conv2d<2, kernel<1>, from<"input">>> {};
// clang-format on

}  // namespace

TEST_CASE("the Fashion-MNIST network: the shapes of example 1") {
  constexpr const auto& graph = graph_of<FashionNet>();
  static_assert(graph.size == 5);
  const Shape in[] = {{1, 28, 28}, {60, 28, 28}, {60, 16, 16}, {56, 8, 8}, {12, 4, 4}};
  const Shape pooled[] = {{1, 28, 28}, {60, 14, 14}, {60, 8, 8}, {56, 4, 4}, {12, 4, 4}};
  const Shape out[] = {{60, 28, 28}, {60, 16, 16}, {56, 8, 8}, {12, 4, 4}, {10, 1, 1}};
  for (int i = 0; i < 5; ++i) {
    CHECK(graph[i].in == in[i]);
    CHECK(graph[i].pooled == pooled[i]);
    CHECK(graph[i].out == out[i]);
    CHECK(graph[i].output == (i == 4));
    REQUIRE(graph[i].sources.size == 1);
    CHECK(graph[i].sources[0] == i - 1);
  }
  CHECK(graph[1].pooling == Pooling::max);
  CHECK(graph[3].pooling == Pooling::average);
  CHECK(graph[4].op == Operator::linear);
  CHECK(graph[4].flatten);
  CHECK(graph[4].weight_in_channels() == 192);
  CHECK(graph[3].weight_in_channels() == 56);
  CHECK_FALSE(graph[3].flatten);
}

TEST_CASE("a fused layer is one layer with the options of both parts") {
  constexpr auto graph =
      graph_of<Network<Input<2, 9, 9>, Fused<MaxPool2d<3, stride<2>, as<"p">>, Conv2d<4, kernel<3>, Abs, bias>>,
                       Fused<AvgPool2d<4>, Linear<3, from<"p">>>>>();
  static_assert(graph.size == 2);
  CHECK(graph[0].name == Text("p"));
  CHECK(graph[0].op == Operator::conv2d);
  CHECK(graph[0].pool_stride == Extent{2, 2});
  CHECK(graph[0].pooled == Shape{2, 4, 4});
  CHECK(graph[0].out == Shape{4, 2, 2});
  CHECK(graph[0].activation == Activation::abs);
  CHECK(graph[1].op == Operator::linear);
}

TEST_CASE("names and sources") {
  constexpr const auto& graph = graph_of<Branches>();
  CHECK(graph[1].sources[0] == 0);
  CHECK(graph[2].sources[0] == 0);
  REQUIRE(graph[3].sources.size == 2);
  CHECK(graph[3].sources[0] == 1);
  CHECK(graph[3].sources[1] == 2);
  CHECK(graph[3].in == Shape{12, 8, 8});
  CHECK(graph[4].sources[0] == network_input);
  CHECK(graph[4].in == Shape{4, 8, 8});
  CHECK(graph[3].out == Shape{8, 8, 8});
}

TEST_CASE("mistakes in how layers are put together are found, each with its layer") {
  using detail::lower;
  const auto broken = [](const auto& lowered, const Rule& rule, int layer) {
    REQUIRE(lowered.found.size == 1);
    CHECK(lowered.found[0].rule == &rule);
    CHECK(lowered.found[0].layer == layer);
  };
  using In = Input<1, 8, 8>;
  using Conv = Conv2d<2, kernel<3>>;
  namespace rules = language::rules;
  broken(lower<In, Conv, Conv2d<2, kernel<3>, from<"x">>>(), rules::unknown_source, 1);
  broken(lower<In, Conv2d<2, kernel<3>, from<"later">>, Conv2d<2, kernel<3>, as<"later">>>(), rules::unknown_source, 0);
  broken(lower<In, Conv2d<2, kernel<3>, as<"a">>, Conv2d<2, kernel<3>, as<"a">>>(), rules::repeated_name, 1);
  broken(lower<In, Conv2d<2, kernel<3>, as<"input">>>(), rules::repeated_name, 0);
  broken(lower<In, Flatten, Conv>(), rules::flatten_without_linear, 0);
  broken(lower<In, Conv, Flatten>(), rules::flatten_without_linear, 1);
  broken(lower<In, Conv, Flatten, Flatten, Linear<2>>(), rules::flatten_without_linear, 1);
  broken(lower<In>(), rules::no_layers, -1);
  broken(lower<Input<0, 8, 8>, Conv>(), rules::empty_input, -1);
}

TEST_CASE("one linear layer is one layer, with or without Flatten in front") {
  CHECK(graph_of<Network<Input<3, 4, 4>, Flatten, Linear<5>>>().size == 1);
  CHECK(graph_of<Network<Input<3, 4, 4>, Flatten, Linear<5>>>()[0].out == Shape{5, 1, 1});
  CHECK(graph_of<Network<Input<3, 1, 1>, Linear<5>>>()[0].out == Shape{5, 1, 1});
  CHECK_FALSE(graph_of<Network<Input<3, 1, 1>, Linear<5>>>()[0].flatten);
  CHECK(graph_of<Network<Input<3, 4, 4>, Flatten, Linear<6>, Flatten, Linear<5>>>()[1].weight_in_channels() == 6);
}

TEST_CASE("a depth-wise convolution has a kernel for every channel of its input") {
  constexpr const auto& graph =
      graph_of<Network<Input<3, 8, 8>, Conv2d<6, kernel<1>>, DepthwiseConv2d<kernel<3>, pad<1>>>>();
  static_assert(graph[1].groups == 6 && graph[1].out == Shape{6, 8, 8});
  CHECK(graph[1].weight_in_channels() == 1);
  CHECK(graph_of<Network<Input<1, 8, 8>, DepthwiseConv2d<kernel<1>>>>()[0].groups == 1);
}

}  // namespace test_lowering
