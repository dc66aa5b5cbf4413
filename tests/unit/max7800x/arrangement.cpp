#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/plan/arrangement.hpp>
#include <incuse/model/parameters.hpp>

#include <doctest/doctest.h>

#include <vector>

#include <support/worked_examples.hpp>

namespace test_arrangement {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

using Twelve = Graph<12>;

template <class... Layers>
Twelve net_of(Shape input, const Layers&... layers) {
  return network<12>(input, layers...);
}

/// Numbers of the inserted layers.
std::vector<int> copies_in(const Twelve& graph) {
  std::vector<int> copies;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].inserted) copies.push_back(i);
  return copies;
}

std::vector<int> sources_of(const Layer& layer) { return {layer.sources.begin(), layer.sources.end()}; }

Twelve arranged(const Twelve& graph) {
  const Twelve result = arrange<12>(graph);
  CHECK(result.size == arranged_size(graph));
  CHECK_FALSE(lacks_copies(result));
  // An arranged network needs no further copies.
  CHECK(arranged_size(result) == result.size);
  return result;
}

}  // namespace

TEST_CASE("a tensor that is read as it is, too, is copied directly in front of the sum") {
  const Twelve graph =
      net_of({8, 8, 8}, conv2d(16, 3, 1), conv2d(16, 3, 1), conv2d(16, 3, 1), adding_of({0, 2}), conv2d(4, 3, 1));
  CHECK(lacks_copies(graph));
  const Twelve result = arranged(graph);
  CHECK(copies_in(result) == std::vector<int>{3});
  CHECK(sources_of(result[3]) == std::vector<int>{0});
  CHECK(sources_of(result[4]) == std::vector<int>{3, 2});
  CHECK(sources_of(result[5]) == std::vector<int>{4});
  CHECK(result[3].out == graph[0].out);
  // The author counts five layers; the copy belongs to the sum.
  const int counted[] = {0, 1, 2, 3, 3, 4};
  for (int i = 0; i < 6; ++i) CHECK(result[i].author_layer == counted[i]);
}

TEST_CASE("tensors that only the sum reads are not copied") {
  CHECK(copies_in(arranged(net_of({8, 8, 8}, conv2d(16, 3, 1), conv2d(16, 3, 1), reading(conv2d(16, 1, 0), {0}),
                                  adding_of({1, 2}))))
            .empty());
}

TEST_CASE("a sum and a difference of the same tensors share them") {
  const auto graph = net_of({8, 8, 8}, conv2d(16, 3, 1), reading(conv2d(16, 3, 1), {network_input}), adding_of({0, 1}),
                            reading(adding(2, conv2d(4, 1, 0)), {0, 1}), adding_of({0, 2}));
  const auto result = arranged(graph);
  CHECK(copies_in(result) == std::vector<int>{2, 5});
  CHECK(sources_of(result[4]) == sources_of(result[3]));
  auto two = graph;
  two.size = 4;
  CHECK(copies_in(arranged(two)).empty());
  two[3].sources[0] = 1;  // the other way round they lie elsewhere
  two[3].sources[1] = 0;
  CHECK(copies_in(arranged(two)).size() == 4);
}

TEST_CASE("the input, outputs and one tensor for two operands are copied") {
  CHECK(copies_in(arranged(net_of({8, 8, 8}, conv2d(8, 3, 1), adding_of({network_input, 0})))) == std::vector<int>{1});
  auto heads = net_of({8, 8, 8}, conv2d(8, 3, 1), reading(conv2d(8, 3, 1), {network_input}), adding_of({0, 1}));
  heads[0].output = true;
  CHECK(copies_in(arranged(heads)) == std::vector<int>{2});
  const Twelve twice = arranged(net_of({8, 8, 8}, conv2d(8, 3, 1), adding_of({0, 0})));
  CHECK(copies_in(twice) == std::vector<int>{1, 2});
  CHECK(sources_of(twice[3]) == std::vector<int>{1, 2});
}

TEST_CASE("concatenated channels are copied only where one pass cannot read them all") {
  const auto joined = [](int channels) {
    return net_of({8, 8, 8}, conv2d(channels, 3, 1), conv2d(channels, 3, 1), reading(conv2d(4, 1, 0), {0, 1}));
  };
  CHECK(copies_in(arranged(joined(32))).empty());
  CHECK(copies_in(arranged(joined(64))) == std::vector<int>{2});
}

TEST_CASE("copies that the author wrote are kept only where something needs them") {
  const Twelve graph = net_of({8, 8, 8}, conv2d(16, 3, 1), named("idle", Layer{}), conv2d(16, 3, 1), adding_of({1, 2}));
  const Twelve result = arranged(graph);
  REQUIRE(result.size == 4);
  CHECK(copies_in(result) == std::vector<int>{2});
  CHECK(result[2].author_layer == 3);
  auto shown = graph;
  shown[1].output = true;
  CHECK(arranged(shown)[1].name == Text("idle"));
}

TEST_CASE("a long dilated convolution writes no gaps") {
  auto graph =
      network<12>({4, 64, 1}, conv1d(4, 3, 0, 8), reading(conv1d(4, 3, 0, 8), {network_input}), adding_of({0, 1}));
  CHECK(copies_in(arranged(graph)) == std::vector<int>{2, 3});
}

TEST_CASE("equal weights are still named after copies have moved their layers") {
  auto graph = net_of({16, 8, 8}, conv2d(16, 3, 1), adding_of({network_input, 0}), conv2d(16, 3, 1), conv2d(16, 3, 1));
  graph[2].same_weights_as = 0;
  graph[3].same_weights_as = 2;
  graph[3].same_bias_as = 2;
  const Twelve result = arranged(graph);
  CHECK(result[3].same_weights_as == 0);
  CHECK(result[4].same_weights_as == 3);
  CHECK(result[4].same_bias_as == 3);
}

TEST_CASE("what is placed by hand, and what has no space for copies, stays as it is") {
  auto graph = net_of({8, 8, 8}, conv2d(8, 3, 1), adding_of({network_input, 0}));
  CHECK(arrange<2>(graph).size == 2);
  CHECK(lacks_copies(arrange<2>(graph)));
  for (int i = 0; i < 2; ++i) graph[i].placement.processors = 0xff;
  CHECK(arranged_size(graph) == 2);
  CHECK_FALSE(lacks_copies(graph));
}

TEST_CASE("a source that does not exist is left to the rules") {
  auto graph = net_of({8, 8, 8}, conv2d(8, 3, 1), adding_of({network_input, 0}));
  graph[1].sources[1] = 7;
  CHECK(arranged_size(graph) == 2);
  CHECK(arrange<12>(graph)[1].sources[1] == 7);
}

TEST_CASE("a convolution hands a source on where its copy has to leave its group") {
  const Twelve graph = net_of({8, 8, 8}, conv2d(16, 3, 1), conv2d(16, 3, 1), adding_of({0, 1}), conv2d(4, 3, 1),
                              conv2d(12, 1, 0), reading(conv2d(4, 1, 0), {3, 4}));
  // Sources that a set names: 0 and 1 of the sum, then 3 and 4 of the concatenation.
  CHECK(movable_copies(graph, {}) == 0b0001);
  const Twelve result = arrange<12>(graph, {}, 0b0101);
  CHECK(result.size == arranged_size(graph, {}, 0b0101));
  REQUIRE(copies_in(result) == std::vector<int>{2, 6});
  CHECK(sources_of(result[3]) == std::vector<int>{2, 1});
  CHECK(sources_of(result[7]) == std::vector<int>{6, 5});
  for (int copy : {2, 6}) {
    CHECK(result[copy].op == Operator::conv2d);
    CHECK(result[copy].in == result[copy].out);
    CHECK(result[copy].activation == Activation::none);
    CHECK_FALSE(result[copy].bias);
  }
  CHECK(result[6].author_layer == 5);
  // Tensors that take more than half of the processors, and the input, which nobody else needs.
  CHECK(movable_copies(net_of({8, 8, 8}, conv2d(36, 3, 1), conv2d(36, 3, 1), adding_of({0, 1})), {}) == 0);
  CHECK(movable_copies(net_of({8, 8, 8}, conv2d(8, 3, 1), adding_of({-1, 0})), {}) == 0b01);
}

TEST_CASE("the weights of an inserted convolution are no author's, and hand on every value") {
  const Twelve graph = arrange<12>(net_of({3, 1, 1}, conv2d(2, 1, 0), conv2d(2, 1, 0), adding_of({0, 1})), {}, 0b01);
  REQUIRE(graph[2].inserted);
  const char one[] = "\1", two[] = "\2";
  LayerParameters own[2];
  own[0].weight = Tensor(one, 1), own[1].weight = Tensor(two, 1);
  const Parameters parameters{own, 2};
  CHECK(parameters_of(graph, parameters, 1).weight[0] == 2);
  const Tensor identity = parameters_of(graph, parameters, 2).weight;
  CHECK(identity.elements() == 4);
  CHECK(identity.count == 4);
  for (int i = 0; i < 4; ++i) CHECK(identity[i] == (i == 0 || i == 3 ? 1 : 0));
  for (int value = -128; value < 128; ++value) CHECK(finish(value * identity[0], graph[2]) == value);
}

TEST_CASE("members of a concatenation lie side by side, then pass after pass") {
  const auto member = [](int channels, int before, int total) {
    return channel_member(channels, before, round_up(before, 4), passes_of(total));
  };
  CHECK(member(20, 44, 64).processors == 44);
  CHECK(member(20, 43, 63).processors == 44);
  CHECK(member(20, 44, 64).gap == 0);
  CHECK_FALSE(member(44, 0, 65).possible);  // two passes of 36
  const Member second = member(64, 64, 128);
  CHECK((second.possible && second.processors == 0 && second.bytes == 4 && second.gap == 1));
  const Member third = channel_member(32, 64, 64, passes_of(128));
  CHECK((third.possible && third.processors == 0 && third.bytes == 4));
  CHECK(channel_member(32, 96, 96, passes_of(128)).processors == 32);
  CHECK_FALSE(member(32, 32, 96).possible);  // two passes of 48
}

}  // namespace test_arrangement
