// Figures of placements, lower bounds, and plans side by side.
#include <incuse/report/placement_comparison.hpp>

#include <doctest/doctest.h>

#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/model/network.hpp>

namespace test_placement {

using namespace incuse;
using report::Demand;

namespace {

// clang-format off
/// Halves of the memories, as people place by hand, and a copy that no chip needs.
struct ByHand : Network<
    Input<4, 16, 16, hwc>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0xf>, out_offset<0x2000>>>,
    Identity<place<processors<0xff>, out_offset<0x4000>>>,
    Conv2d<8, kernel<3>, pad<1>, place<processors<0xff>, out_offset<0>>>> {};

struct Residuals : Network<
    Input<3, 16, 16>,
    Conv2d<16, kernel<3>, pad<1>, ReLU>,
    Residual<Conv2d<16, kernel<3>, pad<1>, ReLU>, Conv2d<16, kernel<3>, pad<1>>>,
    Conv2d<8, kernel<1>>> {};
// clang-format on

template <class Net>
Graph<8> graph() {
  return max7800x::arrange<8>(graph_of<Net>());
}

}  // namespace

TEST_CASE("demands that are too wide to avoid each other meet") {
  CHECK(report::fullest_at_least({}, 16) == 0);
  CHECK(report::fullest_at_least({{100, 16}}, 16) == 100);
  CHECK(report::fullest_at_least({{100, 8}, {60, 8}}, 16) == 100);
  CHECK(report::fullest_at_least({{100, 9}, {60, 8}}, 16) == 160);
  CHECK(report::fullest_at_least({{100, 9}, {60, 8}, {50, 4}}, 16) == 160);
  CHECK(report::fullest_at_least({{100, 11}, {60, 11}, {50, 11}}, 16) == 210);
  CHECK(report::fullest_at_least({{100, 10}, {60, 10}, {50, 10}}, 16) == 160);
  CHECK(report::fullest_at_least({{100, 8}, {100, 8}, {100, 8}}, 16) == 150);  // the average
}

TEST_CASE("figures of a placement by hand") {
  const auto net = graph_of<ByHand>();
  const auto figures = report::placement_figures(net, max7800x::plan(net, max78000), max78000, {});
  CHECK(figures == report::PlacementFigures{3, 1, 0, 0x4000 + 1024, 2048, 16, figures.cycles});
  CHECK(figures.cycles == max7800x::cycles_of(net, max7800x::plan(net, max78000), max78000).total);
  CHECK(report::least_columns(net, {}) == 8);  // the two layers may have other processors
}

TEST_CASE(
    "streaming layers are counted; columns are dealt out where the first layer's input comes through four FIFOs") {
  auto net = graph_of<ByHand>();
  for (int streaming = 0; streaming <= net.size; ++streaming) {
    for (int i = 0; i < net.size; ++i) net[i].streaming = i < streaming;
    CHECK(report::placement_figures(net, max7800x::plan(net, max78000), max78000, {}).streaming_layers == streaming);
  }
  // 3x3 kernels of 8 bits fill a column each. Every processor has one of the second layer's 64 channels; the first
  // layer's 64 are dealt out to four groups.
  struct Wide : Network<Input<4, 8, 8>, Conv2d<64, kernel<3>, pad<1>>, Conv2d<64, kernel<3>, pad<1>>> {};
  max7800x::Options options;
  const auto least = [&] { return report::least_columns(graph_of<Wide>(), options); };
  CHECK(least() == 64 + 64);
  options.input_path = max7800x::InputPath::quad_fast_fifo;
  CHECK(least() == 64 + 16);
}

TEST_CASE("least bytes: all that is needed together, operands in their rectangle") {
  const Graph<8> net = graph<Residuals>();
  REQUIRE(net.size == 6);
  // Most is needed while the copy is written: the block's input, and both operands side by side, with few channels.
  CHECK(report::least_peak_bytes(net, false, max78000, {}) == 2048);
  Graph<8> wide = net;
  for (int i = 0; i < 5; ++i) wide[i].out_channels = 64;
  wide = infer(wide);
  CHECK(report::least_peak_bytes(wide, false, max78000, {}) == 4096);
  // In place the second convolution and the copy write over what they read.
  CHECK(report::least_peak_bytes(wide, true, max78000, {}) == 3072);
}

TEST_CASE("least bytes: operands of any layer count, also of the first") {
  Layer sum;
  sum.elementwise = Elementwise::add;
  sum.operands = 2;
  sum.pool = sum.pool_stride = {4, 4};
  sum.pooling = Pooling::max;
  for (int at = 0; at < 4; ++at) {
    Graph<8> net;
    net.input = {4, 16, 16};
    for (int i = 0; i < at; ++i) {
      net[i].op = Operator::conv2d;
      net[i].out_channels = 4;
      net[i].kernel = {1, 1};
    }
    net[at] = sum;
    for (int k = 0; k < 2; ++k) net[at].sources.push(at - 1);
    net.size = at + 1;
    // 16x16 words, of the input as often as it is read; those of 4x4 lie elsewhere.
    CHECK(report::least_peak_bytes(infer(net), false, max78000, {}) == (at == 0 ? 2048 : 1024));
  }
}

TEST_CASE("least bytes: a rolling buffer is not read for the last time") {
  struct Watching : Network<Input<4, 2, 2>, RollingBuffer<4, 6>, Fused<MaxPool2d<2>, Conv2d<4, kernel<1>>>,
                            ShiftBuffer<1>, Identity<buffer_insert<1>>, Conv1d<4, kernel<3>, from<"buffer">>> {};
  const Graph<8> net = graph<Watching>();
  CHECK(report::least_peak_bytes(net, true, max78000, {}) == report::least_peak_bytes(net, false, max78000, {}));
}

TEST_CASE("a plan by hand and the planner's own") {
  max7800x::PlannedNetwork<3> planned;
  const auto net = graph_of<ByHand>();
  const auto row = report::compare_placement("by hand", net, max7800x::plan(net, max78000), max78000, {}, planned);
  REQUIRE(row.has_plan());
  CHECK(planned.graph.size == 2);
  CHECK(row.planned.copies == 0);
  CHECK(row.planned.peak_bytes == row.least_peak_bytes);
  CHECK(row.planned.cycles < row.by_hand.cycles);
  report::PlacementComparison none{"none", row.by_hand};
  none.problem = "too \"much\"";
  const std::string text = report::comparison_text({row, none});
  CHECK(text.find("  by hand               17,408  1,024  1,024       16  8       1  0 ") != std::string::npos);
  CHECK(text.find("no plan: too \"much\"") != std::string::npos);
  const std::string summary = report::comparison_summary({row, none});
  CHECK(summary.find("2 networks, 1 planned; 1 of the plans have the least peak that is possible\n") == 0);
  CHECK(summary.find("  copies                       1      0       0            1            0\n") !=
        std::string::npos);
  const std::string csv = report::comparison_csv({row, none});
  CHECK(csv.find("\nby hand,17408,1024,16,8,1,0,0,0,") != std::string::npos);
  CHECK(csv.find(",,,,\"too \"\"much\"\"\"\n") != std::string::npos);
}

TEST_CASE("without placement nothing of it is left") {
  const auto net = without_placement(graph_of<ByHand>());
  CHECK(net.input_format == DataFormat::automatic);
  for (int i = 0; i < net.size; ++i) CHECK_FALSE(net[i].placement.anything_given());
}

}  // namespace test_placement
