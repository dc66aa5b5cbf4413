// Executors that cannot run, have not run, or are asked for what does not exist: they answer nothing, and touch
// nothing.
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/first_difference.hpp>
#include <incuse/host/kmodel_run.hpp>
#include <incuse/host/planned_memory.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

namespace test_not_ready {

using namespace incuse;

namespace {

using Net = Network<Input<2, 4, 4>, Conv2d<3, kernel<3>, pad<1>>, MaxPool2d<2>>;
constexpr auto graph = graph_of<Net>();
constexpr int nowhere[] = {-1'000'000, -2, -1, 2, 3, 1'000'000};
/// More lanes than any executor here has.
constexpr int lanes[] = {-1, 1, 1'000'000};

/// An executor of bytes that is not ready.
template <class Executor>
void check_silent(Executor executor) {
  CHECK_FALSE(executor.ready());
  CHECK_FALSE(executor.reason().none());
  const std::vector<int> input(32, 1);
  executor.set_input(input.data());
  executor.run();
  for (int layer : {0, 1}) {
    CHECK(executor.output_of(layer).empty());
    CHECK(executor.output(layer, 0) == 0);
  }
  for (int layer : nowhere) CHECK(executor.output_of(layer).empty());
}

}  // namespace

TEST_CASE("a network that cannot run has no outputs") {
  check_silent(host::Executor(graph, Parameters{}));
  check_silent(host::Executor(Graph<3>{}, Parameters{}));
  check_silent(host::Executor(graph, Parameters{}, {}, 0));
}

TEST_CASE("numbers for which the arithmetic is not defined are refused") {
  static constexpr signed char weights[] = {64, 0};
  LayerParameters trained[1];
  trained[0].weight = Tensor(weights, 1, 2, 1, 1);
  const Parameters parameters{trained, 1};
  const auto point = graph_of<Network<Input<2, 1, 1>, Conv2d<1, kernel<1>>>>();
  const auto reason_with = [&](int given, int learned, int bits) {
    auto net = point;
    net[0].output_shift = given;
    net[0].weight_bits = bits;
    trained[0].output_shift = learned;
    const host::Executor executor(net, parameters);
    return std::string(host::sentence_of(executor.reason()).characters);
  };
  for (int shift : {-15, -1, 0, 15}) {
    CHECK(reason_with(shift, 0, 8) == "");
    CHECK(reason_with(0, shift, 8) == "");
  }
  for (int shift : {-2'000'000'000, -80, -16, 16, 57, 99, 2'000'000'000}) {
    const std::string reason = "layer 0: the output shift, with 8 less the weight bits added, is too large: needs " +
                               std::to_string(shift) + ", the arithmetic has 15; scale the weights differently";
    CHECK(reason_with(shift, 0, 8) == reason);
    CHECK(reason_with(0, shift, 8) == reason);
  }
  for (int bits : {-1, 0, 3, 9, 40})
    CHECK(reason_with(0, 0, bits).find("weights have 1, 2, 4 or 8 bits") != std::string::npos);
}

TEST_CASE("sizes that its integers cannot count are refused") {
  const auto good = graph_of<Network<Input<2, 4, 4>, Fused<MaxPool2d<2>, Conv2d<3, kernel<1>>>, Identity<>>>();
  const auto refuses = [&](auto change) {
    auto net = good;
    change(net, net[0]);
    const host::Obstacle found = host::obstacle(infer(net), Parameters{});
    return !found.none() && found.finding.rule == nullptr;
  };
  CHECK_FALSE(refuses([](auto&, Layer&) {}));  // only its parameters are missing
  constexpr int most = 2'000'000'000;
  for (int distance : {-1, 0, most}) {
    CHECK(refuses([&](auto&, Layer& l) { l.pool_dilation = {distance, 1}; }));
    CHECK(refuses([&](auto&, Layer& l) { l.dilation = {1, distance}; }));
    CHECK(refuses([&](auto&, Layer& l) { l.pool_stride = {distance, 1}; }));
  }
  for (int size : {-1, most}) {
    CHECK(refuses([&](auto&, Layer& l) { l.padding = {size, 0}, l.kernel = {1, 1}; }));
    CHECK(refuses([&](auto&, Layer& l) { l.padding = {0, most / 2}, l.kernel = {1, size}; }));
    CHECK(refuses([&](auto&, Layer& l) { l.pool = {size, 2}, l.pool_same = true; }));
    CHECK(refuses([&](auto&, Layer& l) { l.crop_bottom = size; }));
    CHECK(refuses([&](auto& net, Layer&) { net.input.height = size; }));
    CHECK(refuses([&](auto& net, Layer&) { net.buffer = {"buffer", 4, size}; }));
  }
  CHECK(refuses([](auto&, Layer& l) { l.out_channels = 1 << 20, l.padding = {1 << 14, 1 << 14}; }));
  CHECK(refuses([](auto& net, Layer&) { net.input.channels = 140'000; }));  // sums
  CHECK(host::Executor(graph_of<Network<Input<2, 4, 4>, MaxPool2d<2>>>(), Parameters{}, {}, 1 << 25).ready() == false);
}

TEST_CASE("of numbers that are no signed bytes the low 8 bits count") {
  using Two = Network<Input<2, 1, 1>, Identity<>>;
  host::Executor executor(graph_of<Two>(), Parameters{});
  const int wide[] = {1000, -5000};
  const short narrow[] = {200, -129};
  executor.set_input(wide);
  executor.run();
  CHECK(executor.output_of(0) == std::vector<int>{-24, 120});
  executor.set_input(narrow);
  executor.run();
  CHECK(executor.output_of(0) == std::vector<int>{-56, 127});
  CHECK(host::run<Two>({}, {{1000, -5000}}) == host::Values<2>{{-24, 120}});
}

TEST_CASE("a network that runs has no others") {
  using Small = Network<Input<2, 4, 4>, MaxPool2d<2>, Identity<>>;
  for (int lane_count : {-5, 0, 1}) {
    host::Executor executor(graph_of<Small>(), Parameters{}, {}, lane_count);
    REQUIRE(executor.ready());
    const std::vector<int> input(32, 7);
    for (int lane : lanes) executor.set_input(input.data(), lane);
    executor.run();
    CHECK(executor.output_of(1) == std::vector<int>(8, 0));
    executor.set_input(input.data());
    executor.run();
    CHECK(executor.output_of(1) == std::vector<int>(8, 7));
    for (int layer : nowhere) {
      CHECK(executor.output_of(layer).empty());
      CHECK(executor.output(layer, 0) == 0);
    }
    for (int element : {-1, 8, 1'000'000}) CHECK(executor.output(1, element) == 0);
    for (int lane : lanes) CHECK(executor.output_of(1, lane).empty());
  }
}

TEST_CASE("a network of real numbers that cannot run has neither outputs nor ranges") {
  host::RealExecutor executor(graph, nullptr, 0);
  CHECK_FALSE(executor.ready());
  executor.run(nullptr);
  for (int layer : {-1, 0, 1, 2}) {
    CHECK(executor.output_of(layer).empty());
    CHECK(executor.output(layer, 0) == 0.0f);
    CHECK(executor.sum_range(layer).low == k210::Range{}.low);
    CHECK(executor.output_range(layer).high == k210::Range{}.high);
  }
}

TEST_CASE("planned memory holds nothing before a run, and nothing of a run that cannot be") {
  const max7800x::Plan<graph.size> plan = max7800x::plan(graph, max78000);
  host::PlannedExecutor executor(graph, plan, max78000, Parameters{});
  const auto silent = [&] {
    for (int layer : {-2, -1, 0, 1, 2}) CHECK(executor.output_of(layer).empty());
  };
  silent();
  CHECK_FALSE(executor.run(nullptr).none());
  silent();
}

TEST_CASE("there is nothing to compare with") {
  const max7800x::Plan<graph.size> plan = max7800x::plan(graph, max78000);
  const max7800x::Options options{};
  const host::DeployedNetwork<graph.size> network{graph, plan, max78000, options, {}};
  const host::Executor executor(graph, Parameters{});
  const auto found = host::compare_layers(network, executor, 1, [](std::uint32_t) { return std::optional(1u); });
  REQUIRE(found.size() == 2);
  for (const host::LayerComparison& layer : found) CHECK(layer.verdict == host::Verdict::absent);
}

TEST_CASE("a kmodel has no other inputs, nodes and outputs than its own") {
  k210::Kmodel model;
  model.version = 4;
  model.main_bytes = 64;
  host::KmodelExecutor executor(model);
  for (int index : {-1, 0, 1}) {
    CHECK(executor.input_bytes(index) == 0);
    CHECK_FALSE(executor.set_input(index, {}));
    CHECK_FALSE(executor.set_input(index, {1, 2, 3}));
    CHECK_FALSE(executor.run_node(index));
    CHECK(executor.error() == "there is no node " + std::to_string(index));
    CHECK(executor.output(index).empty());
  }
  CHECK(executor.written().empty());
}

TEST_CASE("an executor that was moved from is not ready, and the other one is") {
  using Small = Network<Input<2, 4, 4>, MaxPool2d<2>, Identity<>>;
  constexpr auto small = graph_of<Small>();
  const std::vector<int> ones(32, 1), pooled(8, 1);
  host::Executor first(small, Parameters{});
  host::Executor second = std::move(first);
  second.set_input(ones.data());
  second.run();
  CHECK(second.output_of(1) == pooled);
  first.set_input(ones.data());
  first.run();
  first.reset();
  CHECK(first.exit_taken() == -1);
  CHECK(first.problem() == "it was moved to another object");
  first = std::move(second);
  CHECK(first.output_of(1) == pooled);
  CHECK(host::Executor(first).output_of(1) == pooled);  // a copy leaves both
  CHECK(first.ready());
  check_silent(std::move(second));

  host::RealExecutor real(small, nullptr, 0);
  const host::RealExecutor other = std::move(real);
  CHECK(other.ready());
  CHECK_FALSE(real.ready());
  real.run(nullptr);
  CHECK(real.output_of(1).empty());
  CHECK(real.output_range(1).low == k210::Range{}.low);

  constexpr auto plan = max7800x::plan(small, max78000);
  host::PlannedExecutor planned(small, plan, max78000, Parameters{});
  host::PlannedExecutor further = std::move(planned);
  CHECK(further.run(ones.data()).text.find("moved") == std::string::npos);
  planned.reset();
  CHECK(planned.run(ones.data()).text == "it was moved to another object");
  CHECK(planned.output_of(1).empty());
}

TEST_CASE("an executor says in a sentence why it is not ready") {
  using Named = Network<Input<2, 4, 4>, Conv2d<3, kernel<3>, pad<1>, as<"conv">>>;
  CHECK(host::Executor(graph_of<Named>(), Parameters{}).problem() ==
        "layer 0 (conv): the parameters have no weights for this layer: needs 3x2x3x3; give one entry per weighted "
        "layer, in the order of the layers");
  CHECK(host::Executor(graph_of<Network<Input<2, 4, 4>, Identity<>>>(), Parameters{}).problem() == "");
  CHECK(host::RealExecutor(graph_of<Named>(), nullptr, 0).problem() ==
        "there are parameters for another number of layers");
}

}  // namespace test_not_ready
