// Plans of the KPU: no two maps that live at the same time share a line, whatever the network.
#include <incuse/k210/plan.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace incuse;
using namespace incuse::k210;

namespace {

using Net = Graph<12>;

struct Dice {
  std::uint32_t state;
  int below(int most) {
    state = state * 1664525u + 1013904223u;
    return static_cast<int>(state >> 8) % most;
  }
};

/// Convolutions, some of them pooled; `branches`: some read an earlier layer, some outputs are kept.
Net random_network(Dice& dice, bool branches, int most_channels) {
  Net graph;
  const int height = 16 << dice.below(3), width = 16 << dice.below(4);
  graph.input = {1 + dice.below(8), height, width};
  const int layers = 1 + dice.below(12);
  for (int i = 0; i < layers; ++i) {
    Layer& layer = graph[graph.size++];
    layer.op = Operator::conv2d;
    layer.out_channels = 1 + dice.below(most_channels);
    if (branches && i > 0 && dice.below(3) == 0) layer.sources.push(dice.below(i + 1) - 1);
    if (branches) layer.output = dice.below(5) == 0;
    if (dice.below(6) == 0) {
      layer.pooling = Pooling::max;
      layer.pool = layer.pool_stride = {2, 2};
    }
  }
  graph = infer(graph);
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].out.height < 4 || graph[i].out.width < 4) return random_network(dice, branches, most_channels);
  return graph;
}

/// Follows the steps with one number per line of AI RAM: which map lies there. False if a step reads something else
/// than what its source wrote, or if an output is gone at the end.
bool survives(const Plan<Net::capacity>& plan) {
  std::vector<int> owner(static_cast<std::size_t>(k210_kpu.ram_lines), -2);
  const auto each_line = [&](int tensor, auto&& action) {
    const PlacedMap& map = plan.map(tensor);
    for (int line = map.line; line < map.line + map.lines; ++line) action(owner[static_cast<std::size_t>(line)]);
  };
  const auto holds = [&](int tensor) {
    bool all = true;
    each_line(tensor, [&](int& who) { all = all && who == tensor; });
    return all;
  };
  each_line(network_input, [](int& who) { who = network_input; });
  for (int i = 0; i < plan.graph.size; ++i) {
    each_line(i, [&](int& who) { who = i; });
    if (!holds(plan.graph[i].source())) return false;  // after writing: input and output must not overlap either
  }
  for (int i = 0; i < plan.graph.size; ++i)
    if (plan.graph[i].output && !holds(i)) return false;
  return true;
}

}  // namespace

TEST_CASE("a chain has a plan wherever every layer fits on its own") {
  Dice dice{1};
  int planned = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    const Net graph = random_network(dice, false, 400);
    const Plan<Net::capacity> result = plan(graph, k210_kpu);
    CHECK(result.complete() == (result.needed_lines <= k210_kpu.ram_lines));
    if (result.complete()) CHECK(survives(result));
    ++(result.complete() ? planned : refused);
  }
  CHECK(planned > 100);
  CHECK(refused > 20);
}

TEST_CASE("branches and outputs keep their place as long as they are needed") {
  Dice dice{2};
  int planned = 0, without_gap = 0;
  for (int i = 0; i < 400; ++i) {
    const Net graph = random_network(dice, true, 120);
    const Plan<Net::capacity> result = plan(graph, k210_kpu);
    if (result.complete()) CHECK(survives(result));
    if (result.needed_lines > k210_kpu.ram_lines) CHECK_FALSE(result.complete());
    planned += result.complete();
    without_gap += !result.complete() && result.needed_lines <= k210_kpu.ram_lines;
  }
  CHECK(planned > 200);
  MESSAGE("networks that would fit, but have no plan: ", without_gap, " of ", planned + without_gap);
  CHECK(without_gap * 20 < planned);
}

TEST_CASE("pooling joins the layer that makes its input, unless somebody else reads that too") {
  Net graph;
  graph.input = {3, 16, 16};
  graph.size = 2;
  graph[0].op = graph[1].op = Operator::conv2d;
  graph[0].out_channels = graph[1].out_channels = 4;
  graph[1].pooling = Pooling::max;
  graph[1].pool = graph[1].pool_stride = {2, 2};
  CHECK(convert(infer(graph)).size == 2);
  CHECK(convert(infer(graph))[0].layer.pool == KpuPool::max_2x2);
  graph[0].output = true;  // the whole map is wanted as well
  CHECK(convert(infer(graph)).size == 3);
  CHECK(convert(infer(graph))[1].copies);
  CHECK(convert(infer(graph))[1].author_layer == 1);
}
