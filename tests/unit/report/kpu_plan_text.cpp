// The plan of a network on the K210 as text.
#include <incuse/report/kpu_plan_text.hpp>

#include <doctest/doctest.h>

#include <incuse/k210/plan/plan.hpp>
#include <incuse/model/network.hpp>

namespace test_kpu_plan_text {

using namespace incuse;

TEST_CASE("layers, places and the lower bound") {
  using Net = Network<Input<3, 32, 40>, Conv2d<8, kernel<3>, pad<1>>, DepthwiseConv2d<kernel<3>, pad<1>>, MaxPool2d<2>,
                      Conv2d<4, kernel<1>>>;
  constexpr auto planned = k210::plan(graph_of<Net>(), k210_kpu);
  CHECK(report::kpu_plan_text(planned, k210_kpu) ==
        "  step  operation           input   output   AI RAM          loads  weights  least cycles\n"
        "        input                       3x32x40  0 to 95\n"
        "     0  conv 3x3            input   8x32x40  32512 to 32767      1      216           480\n"
        "     1  depth-wise 3x3      step 0  8x32x40  0 to 255            1       72           160\n"
        "     2  copy, maximum, 2x2  step 1  8x16x20  32704 to 32767      1       64         1,280\n"
        "     3  conv 1x1            step 2  4x16x20  0 to 31             1       32           160\n"
        "AI RAM: step 1 needs 512 of 32,768 lines of 64 bytes at once, which no plan can do without\n"
        "time: at least 2,080 cycles, 0.01 ms at 400 MHz\n"
        "Every map has its place.\n");
}

TEST_CASE("what the processor computes has no cycles") {
  using Net = Network<Input<2, 16, 16>, Conv2d<4, kernel<1>>, Residual<Conv2d<4, kernel<3>, pad<1>>, on_cpu>>;
  constexpr auto planned = k210::plan(graph_of<Net>(), k210_kpu);
  // 2 * 4 * 256 / 64 and 4 * 4 * 256 / 64 cycles: 96, which take 0.48 us at 200 MHz, and 0.144 uJ at 0.3 W.
  const std::string text = report::kpu_plan_text(planned, k210_kpu, {200, 0.3});
  CHECK(
      text.find("time: at least 96 cycles, 0.48 us at 200 MHz, 0.1 uJ at 300.0 mW, without the processor's layers\n") !=
      std::string::npos);
}

TEST_CASE("maps without a place") {
  using Net =
      Network<Input<2, 128, 128>, Conv2d<55, kernel<1>, output>, Conv2d<55, kernel<1>, output>, Conv2d<55, kernel<1>>>;
  constexpr auto planned = k210::plan(graph_of<Net>(), k210_kpu);
  const std::string text = report::kpu_plan_text(planned, k210_kpu);
  CHECK(text.find("no space for 14080") != std::string::npos);
  CHECK(text.find("step 2 needs 42,240 of 32,768 lines of 64 bytes at once") != std::string::npos);
  CHECK(text.find("Not every map has a place") != std::string::npos);
}

}  // namespace test_kpu_plan_text
