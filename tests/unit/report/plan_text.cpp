#include <incuse/report/plan_text.hpp>

#include <doctest/doctest.h>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/model/network.hpp>

namespace test_plan_text {

using namespace incuse;

namespace {

// clang-format off
struct TwoLayers : Network<
    Input<3, 8, 8, hwc>,
    Conv2d<70, kernel<3>, pad<1>, bits<4>, shift<-2>, bias, ReLU, as<"first">,
           place<processors<0x7>, out_offset<0x2000>>>,
    Fused<AvgPool2d<2, stride<1>>, Conv2d<5, kernel<1>, wide, place<processors<0xfffffffff>>>>> {};
// clang-format on

}  // namespace

TEST_CASE("a plan, line by line") {
  constexpr const auto& graph = graph_of<TwoLayers>();
  CHECK(report::plan_text("TwoLayers", graph, max7800x::plan(graph, max78000), max78000) ==
        R"(TwoLayers on MAX78000, input 3x8x8 (HWC)

Layers
  #  Name   Steps                                              Input   Output  Shift        Weights     MACs  Cycles
  0  first  Conv2d 3x3, pad 1, bias, ReLU                      3x8x8   70x8x8     -2  1,890 x 4 bit  120,960   4,844
  1         AvgPool 2x2 stride 1x1, Conv2d 1x1, 32-bit output  70x8x8  5x7x7                    350   17,150     980
     start                                                                                                         1

Placement
  #  Reads processors  at      Writes processors  at      Passes  Weight columns  Bias
  0  0000000000000007  0x0000  0000000fffffffff   0x2000  1 > 2   0 - 35          group 0 at 0
  1  0000000fffffffff  0x2000  000000000000001f   0x0000  2 > 1   36 - 37         -

Memory
  Weights  1,295  of 442,368 bytes   0.3 %  [#...................]
  Bias        70  of 2,048 bytes     3.4 %  [#...................]
  Data     8,704  of 32,768 bytes   26.6 %  [#####...............]  in the fullest instance

Time
  5,825 cycles, 0.12 ms at 50 MHz, for 156,310 operations
)");
}

TEST_CASE("time, and energy only where the watts are known") {
  CHECK(report::time_text({70'157, false}, {}) == "70,157 cycles, 1.40 ms at 50 MHz");
  CHECK(report::time_text({70'157, true}, {200}) == "70,157 cycles (estimated), 0.35 ms at 200 MHz");
  CHECK(report::time_text({1'999, false, true}, {400}) == "at least 1,999 cycles, 5.00 us at 400 MHz");
  CHECK(report::time_text({2'000, false, true}, {400}) == "at least 2,000 cycles, 0.01 ms at 400 MHz");
  CHECK(report::time_text({0, false, true, true}, {400}) == "not known: the accelerator has no layer");
  CHECK(report::time_text({400'000, false, true, true}, {400, 0.3}) ==
        "at least 400,000 cycles, 1.00 ms at 400 MHz, 300.0 uJ at 300.0 mW, without the processor's layers");
  CHECK(report::cycles_text(100, {400, false, true}, {400}) == "at least 100 cycles, 25.0 %");
  CHECK(report::time_text({70'157, false}, {50, 0.03}) == "70,157 cycles, 1.40 ms at 50 MHz, 42.1 uJ at 30.0 mW");
  CHECK(report::time_text({50, false}, {50, 0.03}) == "50 cycles, 1.00 us at 50 MHz, 30.0 nJ at 30.0 mW");
  CHECK(report::time_text({50, false}, {50, 0.00003}) == "50 cycles, 1.00 us at 50 MHz, 30.0 pJ at 0.0 mW");
}

TEST_CASE("a plan with an early exit tells what an inference costs that takes it") {
  struct Leaving : Network<Input<4, 1, 1>, EarlyExit<any_at_least<40>, Linear<8, as<"early">>>, Linear<4>> {};
  const auto plan = max7800x::plan(Leaving::graph, max78002);
  const std::string text = report::plan_text("Leaving", Leaving::graph, plan, max78002, {}, {100, 0.05});
  const long long cycles = max7800x::cycles_until(Leaving::graph, plan, 2);
  CHECK(cycles < max7800x::cycles_of(Leaving::graph, plan, max78002).total);
  CHECK(text.find("\n  with the early exit behind layer 0: " + report::time_text({cycles, true}, {100, 0.05}) + '\n') !=
        std::string::npos);
}

TEST_CASE("steps of a layer are named in the order of their execution") {
  using report::detail::steps_text;
  Layer layer;
  CHECK(steps_text(layer) == "pass through");
  layer.inserted = true;
  CHECK(steps_text(layer) == "copy, which the chip needs");
  layer.inserted = false;
  layer.pool_stride = {2, 2};
  CHECK(steps_text(layer) == "stride 2x2");
  layer.pooling = Pooling::max;
  layer.pool = {3, 2};
  layer.elementwise = Elementwise::sub;
  layer.operands = 3;
  CHECK(steps_text(layer) == "MaxPool 3x2 stride 2x2, Sub of 3");
  layer.pool_first = false;
  CHECK(steps_text(layer) == "Sub of 3, MaxPool 3x2 stride 2x2");

  Layer line;
  line.op = Operator::conv1d;
  line.kernel = {5, 1};
  line.dilation = {3, 1};
  line.activation = Activation::abs;
  line.streaming = true;
  CHECK(steps_text(line) == "Conv1d 5, dilation 3, Abs, streaming");
  line.op = Operator::conv_transpose2d;
  line.kernel = {3, 3};
  line.padding = {1, 1};
  line.dilation = {1, 1};
  line.output_padding = 1;
  CHECK(steps_text(line) == "ConvTranspose2d 3x3, pad 1, Abs, streaming");
  line.output_padding = 0;
  CHECK(steps_text(line) == "ConvTranspose2d 3x3, pad 1, output pad 0, Abs, streaming");
}

TEST_CASE("nothing that changes the values is left out") {
  using report::detail::steps_text;
  Layer layer;
  layer.pooling = Pooling::pick;
  layer.pool = layer.pool_stride = {2, 2};
  CHECK(steps_text(layer) == "Subsample 2x2");
  layer.pool_column = 1;
  CHECK(steps_text(layer) == "Subsample 2x2 column 1");
  layer.pooling = Pooling::average;
  layer.pool_column = 0;
  layer.pool_dilation = {1, 3};
  layer.pool_same = true;
  CHECK(steps_text(layer) == "AvgPool 2x2 dilation 1x3 beyond the border");

  Layer convolution;
  convolution.op = Operator::conv2d;
  convolution.kernel = {3, 1};
  convolution.padding = {1, 0};
  convolution.dilation = {2, 1};
  convolution.batch_norm = convolution.on_cpu = true;
  convolution.activation = Activation::function;
  CHECK(steps_text(convolution) ==
        "Conv2d 3x1, pad 1x0, dilation 2x1, batch norm, activation function, on the processor");
}

TEST_CASE("what has no place is said") {
  Layer layer;
  layer.op = Operator::conv2d;
  max7800x::LayerPlan placed;
  placed.kernels.offset = -1;
  placed.bias_group = 0;
  CHECK(report::detail::columns_text(layer, placed) == "no space");
  CHECK(report::detail::bias_text(placed) == "no space");
  CHECK(report::detail::columns_text(Layer{}, placed) == "-");
}

TEST_CASE("bars") {
  using report::detail::bar_text;
  CHECK(bar_text(0, 100) == "[....................]");
  CHECK(bar_text(1, 1000) == "[#...................]");
  CHECK(bar_text(50, 100) == "[##########..........]");
  CHECK(bar_text(300, 100) == "[####################]");
}

}  // namespace test_plan_text
