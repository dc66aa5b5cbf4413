// Figures: max7800x-examples; the number of the example stands behind each name.
#include <cmath>

#include <incuse/incuse.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/latency.hpp>
#include <incuse/max7800x/statistics.hpp>

#include <doctest/doctest.h>

#include <support/layers.hpp>

namespace test_latency {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

/// A network of one or more layers whose passes and kernel counts are set by hand, so that no planner is involved.
struct Planned {
  Graph<5> graph{};
  Plan<5> plan{};

  void add(const Layer& layer, int kernels, ProcessorMap processors = 1) {
    graph[graph.size++] = layer;
    LayerPlan& placed = plan[plan.size++];
    placed.in = passes_of(layer.in.channels);
    placed.out = passes_of(layer.out.channels);
    placed.kernels.count = kernels;
    placed.processors = processors;
    plan.groups |= groups_of(processors);
  }
};

Layer convolution(Shape in, Shape pooled, Shape out, Extent kernel, Extent padding) {
  Layer layer = conv2d(out.channels, kernel, padding);
  layer.in = in;
  layer.pooled = pooled;
  layer.out = out;
  return layer;
}

Layer flattening(Shape in, int features) {
  Layer layer = convolution(in, in, {features, 1, 1}, {1, 1}, {0, 0});
  layer.op = Operator::linear;
  layer.flatten = true;
  return layer;
}

Layer sum(Shape shape, int operands) {
  Layer layer = adding(operands);
  layer.in = layer.pooled = layer.out = shape;
  return layer;
}

}  // namespace

TEST_CASE("cycles of the MNIST network (1)") {
  Planned net;
  const Extent two{2, 2};
  net.add(convolution({1, 28, 28}, {1, 28, 28}, {60, 28, 28}, {3, 3}, {1, 1}), 60);
  net.add(pooled(Pooling::max, two, two, convolution({60, 28, 28}, {60, 14, 14}, {60, 16, 16}, {3, 3}, {2, 2})), 60);
  net.add(pooled(Pooling::max, two, two, convolution({60, 16, 16}, {60, 8, 8}, {56, 8, 8}, {3, 3}, {1, 1})), 56);
  net.add(pooled(Pooling::average, two, two, convolution({56, 8, 8}, {56, 4, 4}, {12, 4, 4}, {3, 3}, {1, 1})), 12);
  net.add(flattening({12, 4, 4}, 10), 160);
  const long long expected[] = {48956, 16664, 4012, 332, 192};
  for (int i = 0; i < 5; ++i) CHECK(cycles_of(net.graph, net.plan, i) == expected[i]);
  CHECK(cycles_of(net.graph, net.plan, max78000).total == 70157);
  CHECK_FALSE(cycles_of(net.graph, net.plan, max78000).estimated);
  CHECK(cycles_of(net.graph, net.plan, max78002).estimated);
}

TEST_CASE("cycles of element-wise layers: five operands (2), before a convolution (3), in several passes (4)") {
  Planned five;
  five.add(sum({31, 12, 12}, 5), 0, processor_range(0, 31));
  CHECK(cycles_of(five.graph, five.plan, 0) == 2016);

  Planned before;
  Layer layer = convolution({7, 12, 12}, {7, 12, 12}, {13, 10, 10}, {3, 3}, {0, 0});
  layer.elementwise = Elementwise::add;
  layer.operands = 2;
  before.add(layer, 13);
  CHECK(cycles_of(before.graph, before.plan, 0) == 1920);

  Planned branches;
  branches.add(convolution({64, 13, 5}, {64, 13, 5}, {192, 11, 3}, {3, 3}, {0, 0}), 192);
  branches.add(sum({192, 11, 3}, 3), 0, processor_range(0, 64));
  CHECK(cycles_of(branches.graph, branches.plan, 0) == 6498);
  CHECK(cycles_of(branches.graph, branches.plan, 1) == 990);
}

TEST_CASE("cycles of streaming layers are estimates (5)") {
  Planned net;
  Layer first =
      pooled(Pooling::max, {2, 2}, {1, 1}, convolution({4, 11, 17}, {4, 10, 16}, {15, 10, 16}, {3, 3}, {1, 1}));
  Layer second = convolution({15, 10, 16}, {15, 10, 16}, {7, 10, 16}, {3, 3}, {1, 1});
  first.streaming = second.streaming = true;
  net.add(first, 15);
  net.add(second, 7);
  CHECK(cycles_of(net.graph, net.plan, 0) == 5052);
  CHECK(cycles_of(net.graph, net.plan, 1) == 2412);
  CHECK(cycles_of(net.graph, net.plan, max78000).total == 7465);
  CHECK(cycles_of(net.graph, net.plan, max78000).estimated);
}

TEST_CASE("cycles of one-dimensional layers: pooled (6), dilated and run as a two-dimensional one (9)") {
  Planned line;
  Layer layer = pooled(Pooling::max, {3, 1}, {2, 1}, convolution({3, 28, 1}, {3, 13, 1}, {64, 13, 1}, {3, 1}, {1, 0}));
  layer.op = Operator::conv1d;
  line.add(layer, 64);
  CHECK(cycles_of(line.graph, line.plan, 0) == 890);

  Planned dilated;
  layer = convolution({5, 211, 1}, {5, 211, 1}, {11, 197, 1}, {3, 1}, {0, 0});
  layer.op = Operator::conv1d;
  layer.dilation = {7, 1};
  dilated.add(layer, 11);
  CHECK(cycles_of(dilated.graph, dilated.plan, 0) == 3061);
}

TEST_CASE("cycles of a flattening layer with many pixels (7)") {
  Planned net;
  net.add(pooled(Pooling::max, {16, 16}, {8, 8}, convolution({3, 64, 64}, {3, 7, 7}, {1, 7, 7}, {3, 3}, {1, 1})), 1);
  net.add(flattening({1, 7, 7}, 3), 147);
  CHECK(cycles_of(net.graph, net.plan, 0) == 12745);
  CHECK(cycles_of(net.graph, net.plan, 1) == 246);
}

TEST_CASE("cycles of a transposed convolution (8)") {
  Planned net;
  Layer layer = convolution({3, 5, 7}, {3, 5, 7}, {4, 10, 14}, {3, 3}, {1, 1});
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  layer.wide = true;
  net.add(layer, 4);
  CHECK(cycles_of(net.graph, net.plan, 0) == 996);
}

TEST_CASE("parallel outputs are computed in fours, and reading ahead hides the shorter of reading and computing") {
  Planned net;
  net.add(convolution({4, 8, 8}, {4, 8, 8}, {16, 8, 8}, {3, 3}, {1, 1}), 16, 0xf);
  // Rows: 1 of padding above and 1 of data before the first output, 7 that read data, 1 that reads padding.
  constexpr int margin = 2 * (2 + 1), first_rows = 2 * (margin + 8 * 3), reads = 3 + 3 + 7 * 2 + 2;
  CHECK(cycles_of(net.graph, net.plan, 0) == first_rows + 8 * (reads + 8 * 16));
  net.plan[0].parallel_outputs = true;
  CHECK(cycles_of(net.graph, net.plan, 0) == first_rows + 8 * (reads + 8 * 4));
  net.plan[0].reads_ahead = true;
  CHECK(cycles_of(net.graph, net.plan, 0) == first_rows + 8 * (8 * 4));
  net.plan[0].kernels.count = 4;  // reading takes longer than computing
  CHECK(cycles_of(net.graph, net.plan, 0) == first_rows + 8 * reads);
}

namespace {

template <class Net>
Latency automatic_cycles(const Device& device) {
  const auto planned = arrange_and_plan<12>(graph_of<Net>(), device, {});
  REQUIRE(planned.fits);
  return cycles_of(planned.graph, planned.plan, device);
}

template <int Channels>
using PooledBlock = Fused<MaxPool2d<2>, Conv2d<Channels, kernel<3>, pad<1>, ReLU>>;

/// The seven layers of the only published network that a time on the MAX78002 belongs to.
struct Classifier : Network<Input<3, 128, 128>, Conv2d<16, kernel<3>, pad<1>, ReLU>, PooledBlock<32>, PooledBlock<64>,
                            PooledBlock<32>, PooledBlock<32>, Conv2d<16, kernel<3>, pad<1>, ReLU>, Flatten, Linear<2>> {
};

/// By how much per cent a time of the model is off a published one, rounded.
long error_in_percent(double microseconds, double published) {
  return std::lround((microseconds / published - 1) * 100);
}

}  // namespace

TEST_CASE("docs/latency.md: every figure about the MAX78002") {
  const Latency latency = automatic_cycles<Classifier>(max78002);
  CHECK(latency.estimated);
  CHECK(latency.total == 533'514);
  constexpr double published = 25'518;
  const auto milliseconds = [&](double hertz) { return std::round(microseconds_of(latency.total, hertz) / 100) / 10; };
  CHECK(milliseconds(25e6) == 21.3);
  CHECK(milliseconds(50e6) == 10.7);
  CHECK(milliseconds(200e6) == 2.7);
  CHECK(error_in_percent(microseconds_of(latency.total, 25e6), published) == -16);
  CHECK(error_in_percent(microseconds_of(latency.total, 50e6), published) == -58);
  CHECK(error_in_percent(microseconds_of(latency.total, 200e6), published) == -90);
  CHECK(microseconds_of(latency.total, 20.9e6) == doctest::Approx(published).epsilon(0.001));
}

TEST_CASE("docs/latency.md: a layer that uses nothing new takes as long as on the MAX78000") {
  using Digits = Network<Input<1, 28, 28>, Conv2d<60, kernel<3>, pad<1>, ReLU>, PooledBlock<56>, Flatten, Linear<10>>;
  const Latency vendors = automatic_cycles<Digits>(max78000);
  CHECK_FALSE(vendors.estimated);
  const Latency derived = automatic_cycles<Digits>(max78002);
  CHECK(derived.estimated);
  CHECK(derived.total == vendors.total);
}

TEST_CASE("docs/latency.md: a depth-wise layer computes as one output channel for each pass") {
  using Depthwise = Network<Input<16, 8, 8>, DepthwiseConv2d<kernel<3>, pad<1>>>;
  using OneChannel = Network<Input<16, 8, 8>, Conv2d<1, kernel<3>, pad<1>>>;
  CHECK(automatic_cycles<Depthwise>(max78002).total == automatic_cycles<OneChannel>(max78002).total);
}

TEST_CASE("docs/latency.md: an early exit ends the inference behind the layers of its condition") {
  Planned net;
  for (int i = 0; i < 3; ++i) net.add(convolution({4, 8, 8}, {4, 8, 8}, {4, 8, 8}, {3, 3}, {1, 1}), 4, 0xf);
  const long long each = cycles_of(net.graph, net.plan, 0);
  CHECK(cycles_until(net.graph, net.plan, 1) == startup_cycles + 2 * each);
  CHECK(cycles_of(net.graph, net.plan, max78002).total == startup_cycles + 3 * each);
}

TEST_CASE("microseconds of cycles") {
  CHECK(microseconds_of(70'157, 50e6) == doctest::Approx(1403.14));
  CHECK(microseconds_of(0, 50e6) == 0);
}

TEST_CASE("docs/latency.md: layers that are jumped over take no time, and layers of every repetition take theirs") {
  Planned net;
  for (int i = 0; i < 4; ++i) net.add(convolution({4, 8, 8}, {4, 8, 8}, {4, 8, 8}, {3, 3}, {1, 1}), 4, 0xf);
  const long long each = cycles_of(net.graph, net.plan, 0), work = operations_of(net.graph, 0).total();
  const auto layers_counted = [&](const Options& options) {
    const long long cycles = cycles_of(net.graph, net.plan, max78002, options).total - startup_cycles;
    CHECK(operations_of(net.graph, options).total() * each == cycles * work);
    CHECK(cycles % each == 0);
    return cycles / each;
  };
  for (int from = 0; from < 3; ++from)
    for (int to = from + 1; to < 4; ++to)
      for (bool on_hit : {false, true})
        for (int repetitions : {1, 3}) {
          for (int i = 0; i < 4; ++i) net.graph[i].placement = {};
          Placement& placement = net.graph[from].placement;
          (on_hit ? placement.next_on_hit : placement.next) = to;
          Options options;
          options.repetitions = repetitions;
          CHECK(layers_counted(options) == repetitions * (4 - (to - from - 1)));
          options.snoop.used = true;  // the data decide
          CHECK(layers_counted(options) == repetitions * 4);
        }
}

}  // namespace test_latency
