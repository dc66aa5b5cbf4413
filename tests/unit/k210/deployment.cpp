// Network types on two families of chips: one template argument says which, and both compute the same values.
#include <incuse/k210/deployment.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/max7800x/deployment.hpp>

#include <incuse/host/random_parameters.hpp>
#include <support/parameters.hpp>

namespace test_deployment {

using namespace incuse;
using test::RandomParameters;

namespace {

// clang-format off
struct Plain : Network<
    Input<3, 24, 24>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-3>>,
    Fused<MaxPool2d<2>, Conv2d<12, kernel<3>, pad<1>, bias, shift<-4>>>,
    Conv2d<20, kernel<1>, ReLU, bits<4>, bias>,
    MaxPool2d<2>,
    Conv2d<5, kernel<1>, bias, shift<-2>>> {};

/// The input is pooled, and a tensor has two readers: both need copies.
struct Copies : Network<
    Input<2, 32, 20>,
    Fused<MaxPool2d<2>, Conv2d<6, kernel<3>, pad<1>, shift<-1>, as<"a">>>,
    Conv2d<7, kernel<1>, output, ReLU, shift<-3>, as<"b">>,
    Fused<MaxPool2d<2>, Conv2d<4, kernel<1>, shift<-2>, from<"a">>>> {};

/// Every second pixel of a convolution, which is what stride 2 computes; extreme shifts.
struct Strides : Network<
    Input<3, 32, 40>,
    Conv2d<4, kernel<3>, pad<1>, ReLU, shift<-9>>,
    Fused<MaxPool2d<1, stride<2>>, Conv2d<4, kernel<3>, pad<1>, bits<2>, shift<9>>>,
    Conv2d<6, kernel<1>, shift<3>, bias>> {};
/// Separable convolutions; pooling behind a depth-wise one needs a copy.
struct Separable : Network<
    Input<3, 24, 40>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-3>>,
    DepthwiseConv2d<kernel<3>, pad<1>, ReLU, bias, shift<-2>>,
    Fused<MaxPool2d<2>, Conv2d<16, kernel<1>, shift<-2>>>,
    DepthwiseConv2d<kernel<1>, shift<-1>>> {};
/// Means, windows beyond the border, picked pixels; of outputs, and of the input, of both signs. Padding of all kinds.
struct Poolings : Network<
    Input<3, 27, 34>,
    Fused<AvgPool2d<2, stride<1>, same_padding>, Conv2d<4, kernel<3>, pad<1>, pad_value<-77>, shift<-3>>>,
    Fused<MaxPool2d<2, stride<1>, same_padding>, Conv2d<5, kernel<1>, shift<-1>, as<"a">>>,
    Fused<Subsample2d<2>, DepthwiseConv2d<kernel<3>, pad<1>, pad_value<100>, shift<-1>, output>>,
    Fused<AvgPool2d<2>, Conv2d<6, kernel<1>, bias, output>>,
    Fused<Subsample2d<2, pick_column<1>>, Conv2d<4, kernel<1>, from<"a">>>,
    AvgPool2d<2>> {};
// clang-format on
static_assert(!fits<Poolings, max78000> && fits<Poolings, k210_kpu>);
static_assert(!fits<Separable, max78000> && fits<Separable, k210_kpu>);
static_assert(all_on_kpu<Separable> && !all_on_kpu<Network<Input<3, 8, 8>, Flatten, Linear<2>>>);

template <class Net>
constexpr bool fits_both = fits<Net, max78000>&& fits<Net, k210_kpu>;
static_assert(fits_both<Plain> && fits_both<Copies> && fits_both<Strides>);

using Storage = k210::KpuStorage<k210_kpu, 64 * 64, 1 << 16>;

/// Runs a network on the reference executor of one family and on the virtual chip of the other.
template <class Net>
void compare() {
  using Trained = RandomParameters<Net>;
  using Kpu = Deployment<Net, k210_kpu, Trained>;
  if constexpr (fits<Net, max78000>) CHECK(Deployment<Net, max78000, Trained>::report.layers > 0);
  CHECK(Kpu::plan.complete());

  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Kpu, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  auto ready = driver.init();
  const auto reference = std::make_unique<host::Executor<Kpu::graph.capacity>>(Kpu::graph, Kpu::parameters, k210_kpu);
  host::Executor<Kpu::graph.capacity>& executor = *reference;
  REQUIRE(executor.ready());
  const int last = Kpu::graph.size - 1;
  for (unsigned seed = 1; seed < 4; ++seed) {
    const std::vector<int> input = host::random_input(graph_of<Net>(), seed);
    executor.set_input(input.data());
    executor.run();
    auto loaded = ready.load_input(input.data());
    const std::vector<int> expected = executor.output_of(last);
    std::vector<std::int8_t> output(expected.size() + 8);
    const k210::RunResult state = std::move(loaded).run(output.data());
    INFO(k210::sentence_of(bus.kpu().report()).characters);
    REQUIRE(state == k210::RunResult::done);
    int distinct = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      distinct += expected[i] != expected[0];
      REQUIRE(output[i] == expected[i]);
    }
    CHECK(distinct > 0);
    int next = 0;
    for (int i = 0; i <= last; ++i) {
      if (!Kpu::graph[i].output) continue;
      const std::vector<int> wanted = executor.output_of(i);
      std::vector<std::int8_t> unloaded(wanted.size());
      driver.unload(next++, unloaded.data());
      for (std::size_t n = 0; n < wanted.size(); ++n) REQUIRE(unloaded[n] == wanted[n]);
    }
  }
}

}  // namespace

TEST_CASE("convolutions, pooling, ReLU, biases and narrow weights") { compare<Plain>(); }
TEST_CASE("copies for tensors that are pooled for one reader only") { compare<Copies>(); }
TEST_CASE("every second pixel; shifts of all sizes") { compare<Strides>(); }

TEST_CASE("depth-wise convolutions") { compare<Separable>(); }
TEST_CASE("poolings of the KPU, means among them") { compare<Poolings>(); }

namespace {

/// One 1x1 convolution that copies its input, with a pooling of every kind behind it.
template <class Pool>
using Pooled = Network<Input<1, 8, 12>, Conv2d<1, kernel<1>, shift<7>>, Pool>;

struct One {
  static constexpr LayerParameters layers[] = {{"one", Tensor("\x01", 1, 1, 1, 1), {}, 7}};
};

/// Runs it on the virtual KPU, and on the reference executor.
template <class Pool>
std::vector<int> pooled(const std::vector<int>& input) {
  using Kpu = Deployment<Pooled<Pool>, k210_kpu, One>;
  static_assert(Kpu::image.step_count == 1);
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Kpu, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  auto ready = driver.init();
  auto loaded = ready.load_input(input.data());
  std::vector<std::int8_t> output(static_cast<std::size_t>(Kpu::graph.last().out.elements()) + 8);
  REQUIRE(std::move(loaded).run(output.data()) == k210::RunResult::done);
  const std::vector<int> result{output.begin(), output.begin() + Kpu::graph.last().out.elements()};
  host::Executor executor(Kpu::graph, Kpu::parameters, k210_kpu);
  executor.set_input(input.data());
  executor.run();
  CHECK(executor.output_of(1) == result);
  return result;
}

}  // namespace

TEST_CASE("every pooling of the KPU") {
  std::vector<int> input;
  for (int i = 0; i < 96; ++i) input.push_back((i * 37 + 11) % 256 - 128);
  const auto at = [&](int y, int x) { return input[static_cast<std::size_t>(12 * y + x)]; };
  const auto max2 = [&](int y, int x) {
    const int below = y + 1 < 8 ? y + 1 : y, right = x + 1 < 12 ? x + 1 : x;
    return std::max({at(y, x), at(y, right), at(below, x), at(below, right)});
  };
  const auto mean2 = [&](int y, int x) {
    const int below = y + 1 < 8 ? y + 1 : y, right = x + 1 < 12 ? x + 1 : x;
    return (at(y, x) + at(y, right) + at(below, x) + at(below, right) + 512) / 4 - 128;  // of codes, truncated
  };
  const auto expected = [&](int stride, auto value) {
    std::vector<int> values;
    for (int y = 0; y + stride <= 8; y += stride)
      for (int x = 0; x + stride <= 12; x += stride) values.push_back(value(y, x));
    return values;
  };
  CHECK(pooled<MaxPool2d<2>>(input) == expected(2, max2));
  CHECK(pooled<AvgPool2d<2>>(input) == expected(2, mean2));
  CHECK(pooled<MaxPool2d<1, stride<2>>>(input) == expected(2, at));
  CHECK(pooled<Subsample2d<2>>(input) == expected(2, at));
  CHECK(pooled<Subsample2d<2, pick_column<1>>>(input) == expected(2, [&](int y, int x) { return at(y, x + 1); }));
  CHECK(pooled<MaxPool2d<2, stride<1>, same_padding>>(input) == expected(1, max2));
  CHECK(pooled<AvgPool2d<2, stride<1>, same_padding>>(input) == expected(1, mean2));
}

namespace {

struct Brim : Network<Input<1, 4, 5>, Conv2d<1, kernel<3>, pad<1>, pad_value<-100>, shift<3>>> {};
struct NineOnes {
  static constexpr LayerParameters layers[] = {{"ones", Tensor("\1\1\1\1\1\1\1\1\1", 1, 1, 3, 3), {}, 3}};
};
struct Alone : Network<Input<1, 4, 5>, Conv2d<1, kernel<1>, pad_value<5>>> {};
static_assert(!fits<Brim, max78000> && fits<Brim, k210_kpu> && !fits<Alone, k210_kpu>);

}  // namespace

TEST_CASE("padding with another value than 0") {
  using Kpu = Deployment<Brim, k210_kpu, NineOnes>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Kpu, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  auto ready = driver.init();
  std::int8_t input[20], output[24];
  for (int i = 0; i < 20; ++i) input[i] = static_cast<std::int8_t>(7 * i - 50);
  auto loaded = ready.load_input(input);
  REQUIRE(std::move(loaded).run(output) == k210::RunResult::done);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 5; ++x) {
      int sum = 0;
      for (int i = y - 1; i <= y + 1; ++i)
        for (int j = x - 1; j <= x + 1; ++j) sum += i < 0 || i > 3 || j < 0 || j > 4 ? -100 : input[5 * i + j];
      const int rounded = (sum + 8 + 1600) / 16 - 100;  // of a positive number
      CHECK(output[5 * y + x] == std::clamp(rounded, -128, 127));
    }
}

TEST_CASE("what every layer of the KPU made can be looked at while a network runs") {
  using Kpu = Deployment<Plain, k210_kpu, RandomParameters<Plain>>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Kpu, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  auto ready = driver.init();
  auto loaded = ready.load_input(host::random_input(graph_of<Plain>(), 1).data());
  std::vector<std::uint8_t> output(6 * 6 * 5 + 8), made(24 * 24 * 20);
  std::vector<int> sizes;
  REQUIRE(std::move(loaded).run(output.data(), [&](int step) {
    sizes.push_back(driver.unload_step(step, made.data()));
  }) == k210::RunResult::done);
  CHECK(sizes == std::vector<int>{12 * 12 * 8, 12 * 12 * 12, 6 * 6 * 20, 6 * 6 * 5});
  CHECK(std::equal(made.begin(), made.begin() + 6 * 6 * 5, output.begin()));
}

TEST_CASE("the image") {
  using Kpu = Deployment<Plain, k210_kpu, RandomParameters<Plain>>;
  static_assert(Kpu::image.step_count == 4);  // the pooling windows join the layers in front of them
  static_assert(Kpu::image.output_count == 1);
  static_assert(Kpu::report.copies == 0);
  static_assert(Deployment<Copies, k210_kpu, RandomParameters<Copies>>::report.copies == 2);
  static_assert(k210::decode(Kpu::image.steps[0].words).pool_type == 1);
  static_assert(k210::decode(Kpu::image.steps[2].words).send_data_out == 0);
  static_assert(k210::decode(Kpu::image.steps[3].words).send_data_out == 1);
  for (const k210::StepImage& step : Kpu::image.steps) {
    CHECK(reinterpret_cast<std::uintptr_t>(step.weights) % 128 == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(step.batch_norm) % 128 == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(step.activation) % 256 == 0);
  }
}

namespace {

/// What a driver's words say, added up.
template <class Kpu>
void check_report() {
  long long weights = 0, tables = 0, multiplications = 0;
  for (const k210::StepImage& step : Kpu::image.steps) {
    const k210::LayerArguments a = k210::decode(step.words);
    const long long of_a_channel = (a.kernel_type == 0 ? 1 : 9) * (a.depth_wise_layer != 0 ? 1 : a.i_ch_num + 1);
    weights += of_a_channel * (a.o_ch_num + 1);
    tables += static_cast<long long>(sizeof *step.batch_norm) * (a.o_ch_num + 1);
    tables += static_cast<long long>(sizeof *step.activation);
    multiplications += of_a_channel * (a.o_ch_num + 1) * (a.i_row_wid + 1) * (a.i_col_high + 1);
  }
  CHECK(Kpu::report.steps == Kpu::image.step_count);
  CHECK(Kpu::report.weight_bytes == weights);
  CHECK(Kpu::report.table_bytes == tables);
  CHECK(Kpu::report.multiplications == multiplications);
}

}  // namespace

TEST_CASE("the report adds up what the words of the layers say") {
  check_report<Deployment<Plain, k210_kpu, RandomParameters<Plain>>>();
  check_report<Deployment<Copies, k210_kpu, RandomParameters<Copies>>>();
  check_report<Deployment<Separable, k210_kpu, RandomParameters<Separable>>>();
}

}  // namespace test_deployment
