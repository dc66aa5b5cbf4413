// The fast executor computes what the reference executor computes, with the kernels of every level that this machine
// has: random networks of every kind, and single layers with every option, extreme numbers and odd sizes.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/fast/batch.hpp>
#include <incuse/host/fast/executor.hpp>
#include <incuse/host/run.hpp>
#include <incuse/model/branches.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

#include <support/layers.hpp>
#include <support/random.hpp>
#include <support/random_network.hpp>
#include <support/stored_parameters.hpp>

// Counts what this program allocates. Not inlined: GCC would take malloc and free for strangers of new and delete.
static std::atomic<long> allocations{0};

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace test_fast {

using namespace incuse;
namespace fast = incuse::host::fast;
using test::Random;

namespace {

/// The first value of the fast executor that the reference executor does not have; empty if there is none. The network
/// runs twice: buffers keep their rows.
template <int N>
std::string difference(const Graph<N>& graph, Parameters parameters, const std::vector<int>& input,
                       host::ByteArithmetic arithmetic, fast::Level level) {
  host::Executor reference(graph, parameters, arithmetic);
  const fast::PackedNetwork packed(graph, parameters, arithmetic, level);
  fast::Executor executor(packed);
  if (!executor.ready()) return "not ready: " + executor.problem();
  reference.set_input(input.data());
  executor.set_input(input.data());
  for (int run = 0; run < 2; ++run) {
    reference.run();
    executor.run();
    if (reference.exit_taken() != executor.exit_taken()) return "another early exit is taken";
    for (int i = 0; i < graph.size; ++i) {
      const std::vector<int> expected = reference.output_of(i), actual = executor.output_of(i);
      for (std::size_t n = 0; n < expected.size(); ++n)
        if (expected[n] != actual[n])
          return std::string(fast::name_of(level)) + ": layer " + std::to_string(i) + ", element " + std::to_string(n) +
                 ": " + std::to_string(actual[n]) + " instead of " + std::to_string(expected[n]);
    }
  }
  return "";
}

template <int N>
void check_same(const Graph<N>& graph, Parameters parameters, const std::vector<int>& input,
                host::ByteArithmetic arithmetic = {}) {
  for (fast::Level level : fast::all_levels)
    if (fast::is_supported(level)) CHECK(difference(graph, parameters, input, arithmetic, level) == "");
}

// One layer with anything ---------------------------------------------------------------------------------------------

/// How the values of a tensor are chosen.
enum class Numbers : unsigned char { any, lowest, highest, either };

int number(Random& random, Numbers kind, int bits) {
  const int low = -(1 << (bits - 1)), high = (1 << (bits - 1)) - 1;
  switch (kind) {
    case Numbers::lowest:
      return low;
    case Numbers::highest:
      return high;
    case Numbers::either:
      return random.one_in(2) ? low : high;
    case Numbers::any:
      break;
  }
  return random.signed_bits(bits);
}

void choose_kernel(Random& random, Layer& layer) {
  layer.kernel = {random.between(1, 4), random.between(1, 4)};
  if (random.one_in(3)) layer.kernel = {1, 1};
  if (random.one_in(3)) layer.kernel = {3, 3};
  layer.padding = {random.between(0, 2), random.between(0, 2)};
  if (random.one_in(4)) layer.dilation = {random.between(1, 3), random.between(1, 3)};
  if (random.one_in(4)) layer.pad_value = static_cast<float>(random.between(-128, 127));
}

void choose_operator(Random& random, Layer& layer, int channels) {
  layer.out_channels = random.one_of({1, 2, 3, 4, 5, 8, 12, 15, 16, 17, 24, 31, 33, 48, 60, 64, 65, 80, 100});
  const int choice = random.below(8);
  if (choice == 0) return;  // no operator
  layer.op = choice == 1 ? Operator::conv_transpose2d : choice == 2 ? Operator::linear : Operator::conv2d;
  if (choice == 2) layer.flatten = true;
  if (choice == 1) {
    layer.kernel = {random.between(1, 4), random.between(1, 4)};
    layer.padding = {random.below(layer.kernel.height), random.below(layer.kernel.width)};
    layer.stride = {2, 2};
    layer.output_padding = random.below(2);
  }
  if (choice > 2) choose_kernel(random, layer);
  if (choice != 2 && random.one_in(3)) {
    const int groups = random.one_in(2) ? channels : random.one_of({2, 3, 4});
    if (channels % groups == 0) {
      layer.groups = groups;
      layer.out_channels = groups * random.between(1, 3);
    }
  }
  layer.weight_bits = random.one_of({1, 2, 4, 8, 8, 8});
  layer.bias = random.one_in(2);
  layer.output_shift = random.between(-15 - (8 - layer.weight_bits), 15 - (8 - layer.weight_bits));
  if (random.one_in(2)) layer.output_shift = random.between(-6, 0);
  layer.wide = random.one_in(6);
  layer.activation = random.one_of({Activation::none, Activation::relu, Activation::abs});
}

void choose_pooling(Random& random, Layer& layer) {
  if (!random.one_in(3)) return;
  layer.pooling = random.one_of({Pooling::max, Pooling::average, Pooling::pick});
  layer.pool = {random.between(1, 3), random.between(1, 3)};
  layer.pool_stride = {random.between(1, 3), random.between(1, 3)};
  if (random.one_in(4)) layer.pool_dilation = {random.between(1, 2), random.between(1, 2)};
  if (layer.pooling == Pooling::pick) layer.pool_column = random.below(layer.pool.width);
  if (layer.pooling != Pooling::pick && random.one_in(4)) layer.pool_same = true;
}

/// Two layers in front that copy and sort out the input, and the layer in question, which reads some of all.
Graph<4> random_graph(Random& random) {
  Graph<4> graph;
  graph.size = random.between(1, 4);
  graph.input = {random.one_of({1, 2, 3, 4, 5, 7, 12, 16, 17, 20, 32, 48, 63, 64, 65, 100}), random.between(1, 11),
                 random.between(1, 19)};
  for (int i = 0; i < graph.size; ++i) {
    Layer& layer = graph[i];
    const int source = random.between(-1, i - 1);
    layer.sources.push(source);
    const Shape shape = source_shape(graph, source);
    choose_pooling(random, layer);
    if (random.one_in(4)) {
      layer.elementwise =
          random.one_of({Elementwise::add, Elementwise::sub, Elementwise::bitwise_or, Elementwise::bitwise_xor});
      layer.operands = random.between(2, 3);
      layer.pool_first = random.one_in(2);
      for (int other = 1; other < layer.operands; ++other) layer.sources.push(source);
    } else if (random.one_in(4)) {
      layer.sources.push(random.between(-1, i - 1));
    }
    if (shape.height > 2 && random.one_in(6)) layer.crop_top = layer.crop_bottom = 1;
    choose_operator(random, layer, shape.channels);
    graph = infer(graph);
  }
  return graph;
}

/// Random numbers for a network; weights of 1 bit are -1 and 0.
test::StoredParameters parameters_for(Random& random, const Graph<4>& graph) {
  const Numbers kind = random.one_of({Numbers::any, Numbers::any, Numbers::lowest, Numbers::highest, Numbers::either});
  return {graph, [&](int, int bits, int) { return number(random, kind, bits); }};
}

}  // namespace

TEST_CASE("random layers") {
  int compared = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    Random random(seed);
    const Graph<4> graph = random_graph(random);
    bool small = true;
    for (int i = 0; i < graph.size; ++i)
      small = small && graph[i].out.elements() * 1LL * graph[i].weight_in_channels() < 100'000;
    if (!small) continue;
    const test::StoredParameters stored = parameters_for(random, graph);
    host::ByteArithmetic arithmetic;
    arithmetic.means = random.one_of({host::Means::toward_zero, host::Means::half_away, host::Means::down});
    if (!host::obstacle(graph, stored.parameters()).none()) continue;
    const Numbers kind = random.one_of({Numbers::any, Numbers::lowest, Numbers::highest, Numbers::either});
    std::vector<int> input;
    for (int i = 0; i < graph.input.elements(); ++i) input.push_back(number(random, kind, 8));
    CAPTURE(seed);
    check_same(graph, stored.parameters(), input, arithmetic);
    ++compared;
  }
  CHECK(compared > 250);
}

TEST_CASE("means of windows without a division of integers") {
  Layer layer;
  layer.pooling = Pooling::average;
  for (const host::Means means : {host::Means::toward_zero, host::Means::half_away, host::Means::down}) {
    host::ByteArithmetic arithmetic;
    arithmetic.means = means;
    long differences = 0;
    for (int count = 1; count <= 256; ++count) {
      layer.pool = {count, 1};
      const fast::detail::MeanRule rule = fast::detail::mean_rule(arithmetic, layer);
      for (int first = -128 * count; first <= 127 * count; first += 8) {
        fast::detail::Eight sums{};
        for (int n = 0; n < 8; ++n) sums[n] = static_cast<short>(min_of(first + n, 127 * count));
        const fast::detail::Eight actual = fast::detail::means_of(rule, sums);
        for (int n = 0; n < 8; ++n) differences += actual[n] != arithmetic.mean(layer, sums[n]);
      }
    }
    CHECK(differences == 0);
  }
}

TEST_CASE("outputs are kept as plain bytes where AVX2 multiplies such") {
  struct Straight : Network<Input<3, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU>, Conv2d<4, kernel<3>, pad<1>, Abs>,
                            MaxPool2d<2>, Conv2d<4, kernel<1>>, Conv2d<4, kernel<1>, wide>> {};
  constexpr auto straight = fast::layout_of(graph_of<Straight>(), fast::Level::avx2);
  CHECK_FALSE(straight.input.plain);
  for (int layer : {0, 1, 2}) CHECK(straight.outputs[layer].plain);  // the pooled map, too
  CHECK_FALSE(straight.outputs[3].plain);                            // no ReLU
  CHECK_FALSE(straight.outputs[4].plain);                            // 32 bits
  CHECK(straight.layers[0].form == fast::form_of(fast::Level::avx2));
  for (int layer : {1, 2, 3}) CHECK(straight.layers[layer].form == fast::plain_form);
  CHECK(straight.layers[4].form == fast::form_of(fast::Level::avx2));

  struct Branches : Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, ReLU>, Residual<Conv2d<4, kernel<1>>>> {};
  constexpr auto branches = fast::layout_of(graph_of<Branches>(), fast::Level::avx2);
  CHECK_FALSE(branches.outputs[0].plain);  // the sum reads something else, too
  for (fast::Level level : {fast::Level::portable, fast::Level::avx_vnni, fast::Level::avx512_vnni})
    CHECK_FALSE(fast::layout_of(graph_of<Straight>(), level).outputs[0].plain);
}

TEST_CASE("rows of a kernel are left out where they lie on padding of 0") {
  const auto runs = [](const auto& graph) {
    const test::StoredParameters stored(graph, [](int, int, int) { return 1; });
    const fast::PackedNetwork packed(graph, stored.parameters(), {}, fast::Level::portable);
    std::vector<int> rows;
    for (std::size_t i = 0; i < packed.layer(0).pieces; ++i)
      for (int y = 0; y < packed.piece(i).rows; ++y) rows.push_back(packed.piece(i).runs);
    return rows;
  };
  CHECK(runs(graph_of<Network<Input<2, 4, 5>, Conv2d<3, kernel<3>, pad<2>>>>()) == std::vector{1, 2, 3, 3, 2, 1});
  CHECK(runs(graph_of<Network<Input<2, 4, 5>, Conv2d<3, kernel<3>, pad<2>, pad_value<-3>>>>()) ==
        std::vector{3, 3, 3, 3, 3, 3});
}

TEST_CASE("early exits are taken as in the reference executor") {
  struct Leaving : Network<Input<3, 2, 2>, EarlyExit<any_at_least<9>, MaxPool2d<2>>,
                           EarlyExit<at_least<2, -4>, AvgPool2d<2>>, MaxPool2d<2>> {};
  const auto& graph = graph_of<Leaving>();
  int taken[3]{};  // none, the first one, the second one
  for (int value = -20; value < 20; ++value) {
    const std::vector<int> input = {-9, -9, -9, -9, -9, -9, value, -9, value, value, value - 3, value};
    check_same(graph, Parameters{}, input);
    fast::Executor executor(graph, Parameters{});
    executor.set_input(input.data());
    executor.run();
    const int exit = executor.exit_taken();
    REQUIRE(exit >= -1);
    REQUIRE(exit < 2);
    ++taken[exit + 1];
  }
  CHECK(taken[0] == 16);
  CHECK(taken[1] == 11);
  CHECK(taken[2] == 13);
}

TEST_CASE("random networks") {
  int compared = 0;
  for (std::uint32_t seed = 1; seed <= 14; ++seed) {
    const planned::RandomNetwork network =
        planned::NetworkBuilder(seed, max78002).build(static_cast<planned::Kind>(seed % planned::kinds));
    if (!host::obstacle(network.graph, network.parameters()).none()) continue;
    CAPTURE(seed);
    check_same(network.graph, network.parameters(), network.input);
    ++compared;
  }
  CHECK(compared > 10);
}

TEST_CASE("running a network allocates nothing, neither here nor on other threads") {
  for (std::uint32_t seed : {3u, 6u, 11u}) {
    const planned::RandomNetwork network =
        planned::NetworkBuilder(seed).build(static_cast<planned::Kind>(seed % planned::kinds));
    for (fast::Level level : fast::all_levels) {
      if (!fast::is_supported(level)) continue;
      const fast::PackedNetwork packed(network.graph, network.parameters(), {}, level);
      REQUIRE(packed.ready());
      fast::Executor executor(packed);
      fast::Batch batch(packed, 2);
      const auto run = [&](auto& own, int) {
        own.set_input(network.input.data());
        own.run();
      };
      const long before = allocations;
      REQUIRE(before > 0);
      run(executor, 0);
      executor.reset();
      batch.run(4, run);
      CHECK(allocations == before);
    }
  }
}

TEST_CASE("an executor for parameters that do not fit says so and does not run") {
  Graph<1> graph;
  graph.size = 1;
  graph.input = {3, 4, 4};
  graph[0].sources.push(network_input);
  graph[0].op = Operator::conv2d;
  graph[0].out_channels = 2;
  graph[0].kernel = {3, 3};
  graph = infer(graph);
  const char weights[2 * 3 * 3 * 2]{};  // of 3x2 kernels
  const LayerParameters layers[] = {{.weight = {weights, 2, 3, 3, 2}}};
  const std::vector<int> input(48, 1);
  const fast::PackedNetwork packed(graph, {layers, 1});
  fast::Executor executor(packed), own(graph, {layers, 1});
  fast::Batch batch(packed, 2);
  CHECK(!packed.ready());
  CHECK(!batch.ready());
  CHECK(packed.problem().find("layer 0") == 0);
  CHECK(executor.problem() == packed.problem());
  CHECK(own.problem() == host::Executor(graph, {layers, 1}).problem());
  executor.set_input(input.data());
  executor.run();
  CHECK(executor.output(0, 0) == 0);
  CHECK(executor.output_of(0).empty());
  int calls = 0;
  batch.run(3, [&](auto&, int) { ++calls; });
  CHECK(calls == 0);
}

TEST_CASE("what was moved from is not ready, and neither is an executor of a network that was") {
  const auto graph = graph_of<Network<Input<2, 4, 4>, MaxPool2d<2>, Identity<>>>();
  const std::vector<int> ones(32, 1), pooled(8, 1);
  const auto check_silent = [&](auto& executor) {
    CHECK_FALSE(executor.ready());
    CHECK(executor.problem() == "it was moved to another object");
    executor.set_input(ones.data());
    executor.run();
    executor.reset();
    CHECK(executor.output_of(1).empty());
    CHECK(executor.output(1, 0) == 0);
    CHECK(executor.exit_taken() == -1);
  };
  fast::PackedNetwork packed(graph, Parameters{});
  fast::Executor own(graph, Parameters{}), lent(packed);
  for (auto* first : {&own, &lent}) {
    fast::Executor second = std::move(*first);
    check_silent(*first);
    CHECK(first->level() == fast::Level::portable);
    second.set_input(ones.data());
    second.run();
    CHECK(second.output_of(1) == pooled);
    *first = std::move(second);
    check_silent(second);
    CHECK(first->output_of(1) == pooled);
  }
  const fast::PackedNetwork moved = std::move(packed);
  CHECK(moved.ready());
  check_silent(lent);
  fast::Batch batch(packed, 2);
  CHECK_FALSE(batch.ready());
  batch.run(1, [](auto&, int) { FAIL("there is nothing to run"); });
}

}  // namespace test_fast
