// What is known of weights before anything is placed: a bound never refuses what can be placed.
#include <incuse/max7800x/planning.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include <support/layers.hpp>
#include <support/random.hpp>

namespace test_weight_bound {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;
using max7800x::detail::WeightBlock;

namespace {

/// The least that the fullest processor can hold: every block is tried at every place.
long long least_of_all_places(const std::vector<WeightBlock>& blocks, std::size_t next, std::vector<long long>& loads) {
  if (next == blocks.size()) return *std::max_element(loads.begin(), loads.end());
  const auto [width, columns] = blocks[next];
  long long least = 1LL << 60;
  for (int start = 0; start + width <= all_processors; ++start) {
    for (int p = start; p < start + width; ++p) loads[static_cast<std::size_t>(p)] += columns;
    least = std::min(least, least_of_all_places(blocks, next + 1, loads));
    for (int p = start; p < start + width; ++p) loads[static_cast<std::size_t>(p)] -= columns;
  }
  return least;
}

/// True if some attempt of the planner fits, whatever is known before.
template <int N>
bool some_attempt_fits(const Graph<N>& graph, const Device& device) {
  const auto fits = [&](const Attempt<N>& attempt) {
    return attempt.plan.fits_data_memory && fits_memories(graph, with_weights(graph, device, {}, attempt.plan));
  };
  for (int number = 0; number < placement_attempts; ++number) {
    Attempt<N> attempt = plan_attempt(graph, device, {}, number);
    for (int repetition = 0; repetition <= attempt_repetitions; ++repetition) {
      if (fits(attempt)) return true;
      const Plan<N> plan = attempt.plan.fits_data_memory ? with_weights(graph, device, {}, attempt.plan) : attempt.plan;
      attempt = plan_attempt(graph, device, {}, number, next_precedence(graph, attempt.next, plan));
    }
  }
  return false;
}

}  // namespace

TEST_CASE("what the fullest processor holds at least is no more than at the best places") {
  test::Random random{7};
  int exact = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<WeightBlock> blocks;
    for (int i = 0; i < 4; ++i) blocks.push_back({24 + random.below(41), 1 + random.below(9)});
    std::vector<long long> loads(all_processors);
    const long long least = least_of_all_places(blocks, 0, loads);
    for (const WeightBlock& block : blocks) {
      if (2 * block.width <= all_processors) continue;
      const long long bound = max7800x::detail::least_fullest(blocks.data(), 4, block.width);
      CHECK(bound <= least);
      exact += bound == least ? 1 : 0;
    }
  }
  CHECK(exact > 20);
}

TEST_CASE("weights that are known not to fit are not placed by any attempt, and some of them fit in bytes") {
  test::Random random{3};
  int known = 0, placed = 0, in_bytes = 0;
  for (const Device* device : {&max78000, &max78002})
    for (int round = 0; round < 60; ++round) {
      const int layers = 6 + random.below(6), most = device == &max78000 ? 100 : 300;
      Graph<12> graph;
      graph.input = {3, 4, 4};
      graph.size = layers;
      for (int i = 0; i < layers; ++i) graph[i] = conv2d(16 + 4 * random.below(most / 4));
      graph = infer(graph);
      long long bits = 0;
      for (int i = 0; i < layers; ++i) bits += 72LL * graph[i].in.channels * graph[i].out.channels;
      const bool can = can_hold_weights(graph, *device, {});
      if (!plannable(graph, *device)) continue;
      const bool fits = some_attempt_fits(graph, *device);
      CHECK((can || !fits));
      known += can ? 0 : 1;
      placed += fits ? 1 : 0;
      in_bytes += !can && bits <= 8LL * device->weight_bytes ? 1 : 0;
    }
  CHECK(known > 10);
  CHECK(placed > 10);
  CHECK(in_bytes > 3);
}

TEST_CASE("three stages of 28, 56 and 84 channels fit in bytes, but four of them share the processors in the middle") {
  Graph<16> graph;
  graph.input = {3, 32, 32};
  const auto add = [&](const Layer& layer) { graph[graph.size++] = layer; };
  add(conv2d(16));
  for (const int channels : {28, 56, 84}) {
    add(pooled(2, conv2d(channels)));
    for (int depth = 0; depth < 3; ++depth) add(conv2d(channels));
  }
  add(pooled(2, conv2d(16, 1, 0)));
  add(flattened(linear(10)));
  graph = infer(graph);
  CHECK_FALSE(can_hold_weights(graph, max78000, {}));
  CHECK(can_hold_weights(graph, max78002, {}));
}

}  // namespace test_weight_bound
