// The fewest cycles that layers of the KPU can take. Sources of the figures: docs/latency.md.
#include <incuse/k210/latency.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <incuse/k210/deployment.hpp>
#include <incuse/model/software.hpp>

#include <support/kpu_layers.hpp>
#include <support/parameters.hpp>

namespace test_kpu_latency {

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr long long cycles(const KpuLayer& layer) { return least_cycles_of(layer, k210_kpu); }

constexpr KpuLayer depthwise(Shape in, int kernel) {
  KpuLayer layer = test::kpu_layer(in, in.channels, kernel);
  layer.depthwise = true;
  return layer;
}

// 576 products a clock are 64 windows of 3x3; 64 products are as many of 1x1.
static_assert(k210_kpu.windows_per_clock * 9 == 576);

// 1 input channel, 8 output channels, 8 x 8 pixels: 8 * 64 windows, 8 clocks, whichever the kernel.
static_assert(cycles(test::kpu_layer({1, 8, 8}, 8, 3)) == 8);
static_assert(cycles(test::kpu_layer({1, 8, 8}, 8, 1)) == 8);
// 3 * 16 * 24 * 32 = 36,864 windows, 576 clocks. Pooling comes behind the convolution and saves nothing.
static_assert(cycles(test::kpu_layer({3, 24, 32}, 16, 3)) == 576);
static_assert(cycles(test::kpu_layer({3, 24, 32}, 16, 3, KpuPool::max_2x2)) == 576);
// Depth-wise, an output channel reads one input channel: 16 * 24 * 32 = 12,288 windows, 192 clocks.
static_assert(cycles(depthwise({16, 24, 32}, 3)) == 192);
// 5 * 3 * 16 = 240 windows: 3 full clocks and one of 48.
static_assert(cycles(test::kpu_layer({3, 4, 4}, 5, 3)) == 4);
// The largest layer that any words can ask for is no overflow: 1,024 * 1,024 * 512 * 256 / 64.
static_assert(cycles(test::kpu_layer({1024, 256, 512}, 1024, 1)) == 2'147'483'648);

}  // namespace

namespace {

// Step 0: 3 * 8 * 32 * 40 / 64 = 480. Step 1, depth-wise: 8 * 32 * 40 / 64 = 160. Step 2, a copy by a 1x1 convolution
// from 8 to 8 channels, which pools: 8 * 8 * 32 * 40 / 64 = 1,280. Step 3: 8 * 4 * 16 * 20 / 64 = 160.
struct OnKpu : Network<Input<3, 32, 40>, Conv2d<8, kernel<3>, pad<1>>, DepthwiseConv2d<kernel<3>, pad<1>>, MaxPool2d<2>,
                       Conv2d<4, kernel<1>>> {};
using Chip = Deployment<OnKpu, k210_kpu, test::RandomParameters<OnKpu>>;
static_assert(Chip::report.copies == 1);
static_assert(Chip::report.least_cycles == 480 + 160 + 1'280 + 160);
static_assert(Chip::report.least_microseconds(400e6) == 5.2);      // 2,080 / 400
static_assert(Chip::report.least_microjoules(400e6, 0.5) == 2.6);  // 5.2 * 0.5

// The sum of 4 * 16 * 16 codes is the processor's. The KPU: 2 * 4 * 256 / 64 = 32, and 4 * 4 * 256 / 64 = 64.
struct Mixed : Network<Input<2, 16, 16>, Conv2d<4, kernel<1>>, Residual<Conv2d<4, kernel<3>, pad<1>>, on_cpu>> {};
constexpr Latency of_mixed = least_cycles_of(convert(graph_of<Mixed>()), k210_kpu);
static_assert(of_mixed.total == 32 + 64 && of_mixed.least && of_mixed.incomplete && !of_mixed.estimated);
constexpr Latency of_kpu = least_cycles_of(convert(graph_of<OnKpu>()), k210_kpu);
static_assert(of_kpu.total == Chip::report.least_cycles && of_kpu.least && !of_kpu.incomplete);

}  // namespace

TEST_CASE("published times are above the bound, of large maps by little") {
  // 128 channels in and out, 3x3, 300 MHz: bbs.sipeed.com/t/topic/691.
  struct Measured {
    int width, height;
    double milliseconds;
  };
  for (const Measured& row : {Measured{4, 4, 0.339},
                              {16, 4, 0.339},
                              {16, 16, 0.417},
                              {32, 16, 0.692},
                              {32, 32, 1.138},
                              {64, 32, 2.125},
                              {64, 64, 3.891},
                              {128, 64, 7.709},
                              {128, 128, 14.778},
                              {256, 256, 57.756}}) {
    const double least = microseconds_of(cycles(test::kpu_layer({128, row.height, row.width}, 128, 3)), 300e6) / 1000;
    CHECK(least < row.milliseconds);
    if (row.width >= 128) CHECK(row.milliseconds < 1.11 * least);
  }
}

}  // namespace test_kpu_latency
