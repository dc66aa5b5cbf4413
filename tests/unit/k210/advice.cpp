// What the rules of the KPU advise exists: whoever follows an advice is not refused for it.
#include <incuse/k210/deployment.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/model/software.hpp>

#include <doctest/doctest.h>

namespace test_advice {

using namespace incuse;

namespace {

using Codes = Conv2d<8, kernel<3>, pad<1>>;
template <class... Layers>
using OnPicture = Network<Input<4, 16, 16>, Codes, Layers...>;

}  // namespace

// Whoever follows an advice is not refused for it.
TEST_CASE("what advice says exists") {
  static_assert(fits<OnPicture<Upsample<2>, Upload<>, Conv2d<4, kernel<3>, pad<1>>>, k210_kpu>);
  static_assert(fits<Network<Input<4, 4, 64>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Residual<Conv2d<8, kernel<1>>, on_cpu>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Dequantize<>, GlobalAvgPool2d<>, Linear<4, on_cpu>>, k210_kpu>);
  static_assert(
      fits<OnPicture<Dequantize<>, GlobalAvgPool2d<>, Quantize<>, AddPadding<>, Conv2d<4, kernel<1>>, RemovePadding<>>,
           k210_kpu>);
  static_assert(fits<OnPicture<MaxPool2d<3, on_cpu>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<MaxPool2d<3, stride<2>, same_padding, on_cpu>, Upload<>, Codes>, k210_kpu>);
  static_assert(
      fits<OnPicture<Concat<Branch<Conv2d<4, kernel<1>>>, Branch<Conv2d<4, kernel<1>>>, on_cpu>, Upload<>, Codes>,
           k210_kpu>);
  static_assert(fits<OnPicture<MaxPool2d<1, stride<2>>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Dequantize<>, Softmax<>>, k210_kpu>);
  // Of real numbers the processor takes every mean, of the window's values that there are.
  static_assert(fits<OnPicture<Dequantize<>, AvgPool2d<3, stride<1>, on_cpu>, Quantize<>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Dequantize<>, AvgPool2d<3, stride<2>, on_cpu>, Quantize<>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Dequantize<>, ConvTranspose2d<4, kernel<3>, pad<1>, on_cpu>>, k210_kpu>);
  static_assert(fits<OnPicture<Crop<1, 1, 1, 1>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Reshape<4, 32, 16>, Upload<>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<Dequantize<as<"a">>, Combine<Pairing::subtract, from<"a", "a">>, Quantize<>>, k210_kpu>);
  static_assert(fits<OnPicture<AvgPool2d<2>, Codes>, k210_kpu> && fits<OnPicture<AvgPool2d<4>, Codes>, k210_kpu>);
  static_assert(fits<OnPicture<AvgPool2d<2, stride<1>, same_padding>, Codes>, k210_kpu>);
}

TEST_CASE("what there is nowhere is said at once") {
  const auto said_first = [](auto graph, const Rule& rule) {
    const Findings found = k210::check(graph, k210::plan_if_possible(graph, k210_kpu), k210_kpu);
    return found.errors() == 1 && *found[0].rule == rule;
  };
  namespace rules = k210::rules;
  CHECK(said_first(graph_of<OnPicture<Sub<Branch<>, Branch<Codes>, on_cpu>>>(), rules::element_operation));
  CHECK(said_first(graph_of<OnPicture<ConvTranspose2d<4, kernel<3>, pad<1>>>>(), rules::transposed_convolution));
}

}  // namespace test_advice
