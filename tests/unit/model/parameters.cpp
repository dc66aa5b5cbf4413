// Parameters: tensors in literals, and what `bind` notes about them.
#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>

#include <doctest/doctest.h>

#include <cstdint>

namespace test_parameters {

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

namespace {

constexpr char chars[4] = {1, -2, 3, -4}, ends_with_zero[4] = {1, -2, 3, 0}, from_literal[] = "\x01\xfe\x03\xfc";
constexpr signed char signed_chars[4] = {1, -2, 3, 0};
constexpr std::int8_t narrow[4] = {1, -2, 3, -4};

}  // namespace

TEST_CASE("a tensor takes arrays of char and signed char, and literals") {
  constexpr Tensor tensors[] = {{chars, 2, 2},        {ends_with_zero, 2, 2}, {from_literal, 2, 2},
                                {signed_chars, 2, 2}, {narrow, 2, 2},         {"\x01\xfe\x03\xfc", 2, 2}};
  for (const Tensor& tensor : tensors) {
    CHECK(tensor.count == 4);
    CHECK(tensor[0] == 1);
    CHECK(tensor[1] == -2);
    CHECK(tensor[2] == 3);
  }
  CHECK(tensors[1][3] == 0);
  CHECK(tensors[3][3] == 0);
  static_assert(tensors[0] == tensors[2] && tensors[0] == tensors[4] && tensors[0] == tensors[5]);
  static_assert(tensors[1] == tensors[3] && !(tensors[0] == tensors[1]));
  // Another number than the sizes ask for: no literal gets its terminator counted.
  static_assert(Tensor("\1\2\3", 2, 2).count == 3 && Tensor("\1\2\3\4\5", 2, 2).count == 5);
  static_assert(Tensor(chars, 5).count == 4 && Tensor(chars, 3).count == 4 && Tensor(narrow, 3).count == 4);
  // A last zero is a value where one is missing or all are too many, and a terminating zero where the others suffice.
  static constexpr char braces[6] = {1, 2, 3, 4, 0, 0}, literal[] = "\1\2\3\4\5";
  static_assert(Tensor(braces, 4).count == 6 && Tensor(braces, 5).count == 5 && Tensor(braces, 6).count == 6);
  static_assert(Tensor(braces, 4).may_end_earlier && !Tensor(braces, 5).may_end_earlier);
  static_assert(Tensor(literal, 5).count == 5 && Tensor(literal, 6).count == 6 && Tensor(literal, 4).may_end_earlier);
  static_assert(!Tensor("\1\2\0", 2).may_end_earlier && !Tensor(narrow, 3).may_end_earlier);
  CHECK(Tensor(chars, 2, 2).count == 4);  // the same at run time
  CHECK(Tensor("\x01\xfe\x03\xfc", 2, 2).count == 4);
}

TEST_CASE("tensors in PyTorch's order are turned for the layers that read them") {
  Layer up;
  up.op = Operator::conv_transpose2d;
  constexpr Tensor theirs = Tensor("\1\2\3\4\5\6\7\10\11\12\13\14", 3, 2, 1, 2).in_pytorch_order();  // [in][out]
  const Tensor ours = theirs.read_by(up);
  CHECK(ours.dimensions[0] == 2);
  CHECK(ours.dimensions[1] == 3);
  const int expected[] = {2, 1, 6, 5, 10, 9, 4, 3, 8, 7, 12, 11};
  for (int i = 0; i < 12; ++i) CHECK(ours[i] == expected[i]);
  for (int i = 0; i < 12; ++i) CHECK(theirs[i] == i + 1);
  Layer other;
  other.op = Operator::conv2d;
  CHECK(theirs.read_by(other)[0] == 1);
  CHECK(theirs.read_by(other).dimensions[0] == 3);
  CHECK_FALSE(ours == theirs);
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

}  // namespace test_parameters
