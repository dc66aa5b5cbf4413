// Parameters: tensors in literals, and what `bind` notes about them.
#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>

#include <doctest/doctest.h>

using namespace incuse;

namespace {

struct Trained {
  static constexpr LayerParameters layers[] = {
      {.name = "a", .weight = {"\x01\x02\x03\x04", 2, 2, 1, 1}, .bias = {"\x05\xfb", 2}, .output_shift = -2},
      {.name = "b", .weight = {"\x01\x02\x03\x04", 2, 2, 1, 1}, .bias = {"\0\0", 2}},
      {.name = "c", .weight = {"\x01\x02\x03\x05", 2, 2, 1, 1}, .bias = {"\x05\xfb", 2}, .output_shift = 1},
      {.name = "d", .weight = {"\x01\x02\x03\x04", 2, 2, 1, 1}},
  };
};

// clang-format off
struct Net : Network<
    Input<2, 4, 4>,
    Conv2d<2, kernel<1>, bias>,
    MaxPool2d<2>,
    Conv2d<2, kernel<1>, bias>,
    Conv2d<2, kernel<1>, bias, shift<3>>,
    Conv2d<2, kernel<1>, bits<4>>> {};
// clang-format on

constexpr Parameters parameters = parameters_in<Trained>();
constexpr auto bound = bind(graph_of<Net>(), parameters);

}  // namespace

TEST_CASE("a tensor reads its literal as signed bytes") {
  constexpr Tensor tensor{"\x00\x7f\x80\xff", 2, 2};
  CHECK(tensor.count == 4);
  CHECK(tensor.elements() == 4);
  CHECK(tensor.rank == 2);
  CHECK(tensor[0] == 0);
  CHECK(tensor[1] == 127);
  CHECK(tensor[2] == -128);
  CHECK(tensor[3] == -1);
  CHECK_FALSE(tensor.empty());
  CHECK_FALSE(tensor.all_zero());
  CHECK(Tensor("\0\0\0", 3).all_zero());
  CHECK(Tensor{}.empty());
}

TEST_CASE("tensors are equal if sizes and values are") {
  CHECK(Tensor("abcd", 2, 2) == Tensor("abcd", 2, 2));
  CHECK_FALSE(Tensor("abcd", 2, 2) == Tensor("abcd", 4, 1));
  CHECK_FALSE(Tensor("abcd", 2, 2) == Tensor("abcd", 2, 2, 1));
  CHECK_FALSE(Tensor("abcd", 2, 2) == Tensor("abce", 2, 2));
}

TEST_CASE("parameters belong to the weighted layers in their order") {
  CHECK(weighted_index(bound, 0) == 0);
  CHECK(weighted_index(bound, 2) == 1);
  CHECK(parameters_of(bound, parameters, 0).name == Text("a"));
  CHECK(parameters_of(bound, parameters, 1).weight.empty());  // pooling
  CHECK(parameters_of(bound, parameters, 2).name == Text("b"));
  CHECK(parameters_of(bound, parameters, 4).name == Text("d"));
  CHECK(parameters_of(bound, {Trained::layers, 2}, 3).weight.empty());  // missing
  CHECK(parameters_of(bound, {}, 0).weight.empty());
}

TEST_CASE("trained shifts are taken over, the author's own stay") {
  CHECK(bound[0].output_shift == -2);
  CHECK(bound[2].output_shift == 0);
  CHECK(bound[3].output_shift == 3);
}

TEST_CASE("biases of zeros are no biases") {
  CHECK(bound[0].bias);
  CHECK_FALSE(bound[2].bias);
  CHECK(bound[3].bias);
}

TEST_CASE("identical tensors are found, whatever lies between; not across widths") {
  CHECK(bound[0].same_weights_as == -1);
  CHECK(bound[2].same_weights_as == 0);
  CHECK(bound[3].same_weights_as == -1);
  CHECK(bound[4].same_weights_as == -1);  // 4-bit weights are stored differently
  CHECK(bound[3].same_bias_as == 0);
  CHECK(bound[2].same_bias_as == -1);
  CHECK(bound[0].same_bias_as == -1);
}

TEST_CASE("compile time and run time bind alike") {
  const auto again = bind(graph_of<Net>(), parameters);
  for (int i = 0; i < again.size; ++i) {
    CHECK(again[i].same_weights_as == bound[i].same_weights_as);
    CHECK(again[i].same_bias_as == bound[i].same_bias_as);
    CHECK(again[i].output_shift == bound[i].output_shift);
    CHECK(again[i].bias == bound[i].bias);
  }
}
