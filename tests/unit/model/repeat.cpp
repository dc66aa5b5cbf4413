#include <doctest/doctest.h>

#include <incuse/model/repeat.hpp>

namespace test_repeat {

using namespace incuse;

namespace {

using First = Conv2d<8, kernel<3>, pad<1>, ReLU>;
using Deep = Conv2d<8, kernel<1>, ReLU>;

template <class... Layers>
using Net = Network<Input<3, 8, 8>, First, Layers..., Conv2d<4, kernel<1>>>;

}  // namespace

TEST_CASE("layers that are repeated are those that are written out") {
  CHECK(graph_of<Net<Repeat<3, Deep>>>().size == 5);
  const auto repeated = graph_of<Net<Repeat<2, Deep, MaxPool2d<2>>, Repeat<1, Deep>>>();
  const auto written = graph_of<Net<Deep, MaxPool2d<2>, Deep, MaxPool2d<2>, Deep>>();
  REQUIRE(repeated.size == written.size);
  for (int i = 0; i < written.size; ++i) CHECK(repeated[i] == written[i]);
}

TEST_CASE("layers that are repeated 0 times are not there") {
  const auto none = graph_of<Net<Repeat<0, Deep>>>(), written = graph_of<Net<>>();
  REQUIRE(none.size == written.size);
  for (int i = 0; i < written.size; ++i) CHECK(none[i] == written[i]);
}

TEST_CASE("branches are repeated, and repetitions stand in branches") {
  using Block = Residual<Deep>;
  const auto repeated = graph_of<Net<Repeat<2, Block>, Residual<Repeat<2, Deep>>>>();
  const auto written = graph_of<Net<Block, Block, Residual<Deep, Deep>>>();
  REQUIRE(repeated.size == written.size);
  for (int i = 0; i < written.size; ++i) CHECK(repeated[i] == written[i]);
}

TEST_CASE("mistakes in repetitions are found") {
  const auto rule_of = [](const auto& lowered) { return lowered.found.size == 0 ? Text() : lowered.found[0].rule->id; };
  using Named = Conv2d<8, kernel<1>, as<"deep">>;
  CHECK(rule_of(detail::lower<Input<3, 8, 8>, Repeat<1, Named>>()) == Text());
  CHECK(rule_of(detail::lower<Input<3, 8, 8>, Repeat<2, Named>>()) == Text("repeated_name"));
  CHECK(rule_of(detail::lower<Input<3, 8, 8>, Repeat<-1, Named>>()) == Text("option_value"));
  CHECK(rule_of(detail::lower<Input<3, 8, 8>, Repeat<2, kernel<3>>>()) == Text("no_layer"));
  const auto faulty = detail::lower<Input<3, 8, 8>, Repeat<2, Conv2d<8>>>();
  CHECK(rule_of(faulty) == Text("missing_option"));
}

}  // namespace test_repeat
