// Plans of the KPU: no two maps that live at the same time share a line, whatever the network.
#include <incuse/k210/plan/plan.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include <support/random.hpp>

namespace test_plan {

using namespace incuse;
using namespace incuse::k210;

namespace {

using Net = Graph<12>;

using test::Random;

/// Convolutions, some of them pooled; `branches`: some read an earlier layer, some outputs are kept.
Net random_network(Random& random, bool branches, int most_channels) {
  Net graph;
  const int height = 16 << random.below(3), width = 16 << random.below(4);
  graph.input = {1 + random.below(8), height, width};
  const int layers = 1 + random.below(12);
  for (int i = 0; i < layers; ++i) {
    Layer& layer = graph[graph.size++];
    layer.op = Operator::conv2d;
    layer.out_channels = 1 + random.below(most_channels);
    if (branches && i > 0 && random.one_in(3)) layer.sources.push(random.below(i + 1) - 1);
    if (branches) layer.output = random.one_in(5);
    if (random.one_in(6)) {
      layer.pooling = Pooling::max;
      layer.pool = layer.pool_stride = {2, 2};
    }
  }
  graph = infer(graph);
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].out.height < 4 || graph[i].out.width < 4) return random_network(random, branches, most_channels);
  return graph;
}

/// The KPU and the processor in turns: sums and concatenations of earlier tensors, and uploads of them.
Net random_mixed_network(Random& random) {
  Net graph;
  graph.input = {1 + random.below(40), 64, 64 << random.below(2)};
  std::vector<int> in_ram{network_input}, in_main{network_input};
  const int layers = 2 + random.below(11);
  for (int i = 0; i < layers; ++i) {
    Layer& layer = graph[graph.size++];
    layer.output = random.one_in(6);
    layer.on_cpu = random.one_in(2);
    if (!layer.on_cpu) {
      layer.op = Operator::conv2d;
      layer.out_channels = 1 + random.below(60);
      layer.sources.push(random.one_in(2) ? in_ram.back() : random.one_of(in_ram));
      in_ram.push_back(i);
      in_main.push_back(i);
    } else if (random.one_in(2)) {
      layer.software = Software::upload;
      layer.sources.push(random.one_of(in_main));
      in_ram.push_back(i);
    } else {
      layer.out_channels = 0;
      for (int n = 1 + random.below(3); n > 0; --n) layer.sources.push(random.one_of(in_main));
      in_main.push_back(i);
    }
  }
  return infer(graph);
}

/// Follows the steps with one number per line of both memories: which tensor lies there. False if a step reads
/// something else than what its source wrote, or if an output is gone at the end.
bool survives(const Plan<Net::capacity>& plan) {
  struct Memory {
    const MemoryPlan<Net::capacity>& plan;
    std::vector<int> owner;

    Memory(const MemoryPlan<Net::capacity>& of, int lines) : plan(of), owner(static_cast<std::size_t>(lines), -2) {}
    void write(int tensor) {
      for (int line = 0; line < plan.map(tensor).lines; ++line) at(tensor, line) = tensor;
    }
    bool holds(int tensor) {
      bool all = plan.map(tensor).needed();
      for (int line = 0; line < plan.map(tensor).lines; ++line) all = all && at(tensor, line) == tensor;
      return all;
    }
    int& at(int tensor, int line) { return owner[static_cast<std::size_t>(plan.map(tensor).line + line)]; }
  };
  Memory ram(plan, k210_kpu.ram_lines), main(plan.main, k210_kpu.general_bytes / line_bytes);
  ram.write(network_input);
  main.write(network_input);
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuStep& step = plan.graph[i];
    if (step.writes_ram()) ram.write(i);
    if (!step.writes_ram() || !step.on_cpu()) main.write(i);  // as far as somebody reads it there
    for (int source : step.sources)                           // after writing: input and output must not overlap either
      if (!(step.on_cpu() ? main : ram).holds(source)) return false;
  }
  for (int i = 0; i < plan.graph.size; ++i)
    if (plan.graph[i].output && !(plan.graph[i].writes_ram() ? ram : main).holds(i)) return false;
  return true;
}

/// Lines of AI RAM that a step without the processor needs: of every map that has been written and is still read.
int lines_in_use(const Plan<Net::capacity>& plan, int step) {
  int lines = 0;
  for (int t = network_input; t <= step; ++t) {
    bool needed = t == step || (t >= 0 && plan.graph[t].output);
    for (int reader = step; reader < plan.graph.size; ++reader)
      for (int source : plan.graph[reader].sources) needed = needed || source == t;
    if (needed) lines += plan.map(t).lines;
  }
  return lines;
}

/// Whether the plan says how many lines are in use at most, and first where.
bool tells_the_fullest_step(const Plan<Net::capacity>& plan) {
  int fullest = 0;
  for (int step = 0; step < plan.graph.size; ++step)
    if (lines_in_use(plan, step) > lines_in_use(plan, fullest)) fullest = step;
  return plan.needed_at == fullest && plan.needed_lines == lines_in_use(plan, fullest);
}

}  // namespace

TEST_CASE("a chain has a plan wherever every layer fits on its own") {
  Random random(1);
  int planned = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    const Net graph = random_network(random, false, 400);
    const Plan<Net::capacity> result = plan(graph, k210_kpu);
    CHECK(result.complete() == (result.needed_lines <= k210_kpu.ram_lines));
    if (result.complete()) CHECK(survives(result));
    CHECK(tells_the_fullest_step(result));
    ++(result.complete() ? planned : refused);
  }
  CHECK(planned > 100);
  CHECK(refused > 20);
}

TEST_CASE("branches and outputs keep their place as long as they are needed") {
  Random random(2);
  int planned = 0, without_gap = 0;
  for (int i = 0; i < 400; ++i) {
    const Net graph = random_network(random, true, 120);
    const Plan<Net::capacity> result = plan(graph, k210_kpu);
    if (result.complete()) CHECK(survives(result));
    CHECK(tells_the_fullest_step(result));
    if (result.needed_lines > k210_kpu.ram_lines) CHECK_FALSE(result.complete());
    planned += result.complete();
    without_gap += !result.complete() && result.needed_lines <= k210_kpu.ram_lines;
  }
  CHECK(planned > 200);
  MESSAGE("networks that would fit, but have no plan: ", without_gap, " of ", planned + without_gap);
  CHECK(without_gap * 20 < planned);
}

TEST_CASE("tensors of the processor keep their place as well") {
  Random random(3);
  int planned = 0, used = 0, least = 0;
  for (int i = 0; i < 400; ++i) {
    const Plan<Net::capacity> result = plan(random_mixed_network(random), k210_kpu);
    if (!result.complete()) continue;
    ++planned;
    CHECK(survives(result));
    CHECK(result.main.used_lines() >= result.main.needed_lines);
    used += result.main.used_lines();
    least += result.main.needed_lines;
  }
  CHECK(planned > 200);
  MESSAGE("working memory: ", used, " lines, at least ", least);
  CHECK(used < least + least / 20);
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

TEST_CASE("a layer that hands its tensor on is no layer of the KPU, and no reader of its own") {
  Net graph;
  graph.input = {3, 16, 16};
  graph.size = 4;
  graph[0].op = graph[3].op = Operator::conv2d;
  graph[0].out_channels = graph[3].out_channels = 4;
  graph[2].pooling = Pooling::max;
  graph[2].pool = graph[2].pool_stride = {2, 2};
  graph[2].output = true;
  graph[3].sources.push(0);  // the whole map, which layer 2 pools
  const KpuGraph<Net::capacity> steps = convert(infer(graph));
  REQUIRE(steps.size == 3);
  CHECK(steps[0].layer.pool == KpuPool::none);
  CHECK(steps[1].copies);
  CHECK(steps[2].source() == 0);
}

TEST_CASE("every output is a tensor of its own, in the author's order") {
  Net graph;
  graph.input = {3, 16, 16};
  graph.size = 1;
  CHECK(convert(infer(graph)).size == 1);  // a copy of the input
  graph.size = 3;
  graph[0].op = graph[1].op = Operator::conv2d;
  graph[0].out_channels = 4;
  graph[1].out_channels = 5;
  graph[1].output = true;
  graph[2].sources.push(0);
  KpuGraph<Net::capacity> steps = convert(infer(graph));
  REQUIRE(steps.size == 3);
  CHECK_FALSE(steps[0].output);
  CHECK(steps[1].output);
  CHECK(steps[2].output);
  CHECK(steps[2].source() == 0);
  // Pooling that is an output does not join a layer in front of an earlier one.
  graph[1].sources.push(network_input);
  graph[2].pooling = Pooling::max;
  graph[2].pool = graph[2].pool_stride = {2, 2};
  steps = convert(infer(graph));
  REQUIRE(steps.size == 3);
  CHECK(steps[0].layer.pool == KpuPool::none);
  CHECK(steps[2].copies);
}

}  // namespace test_plan
