// The layer of its own with which the MAX78002 resets itself in front of average pooling behind an element-wise layer:
// it writes a word, which must not hit what is still needed.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <incuse/host/planned_memory.hpp>
#include <incuse/incuse.hpp>

#include <support/layers.hpp>
#include <support/networks.hpp>
#include <support/random.hpp>
#include <support/round_trip.hpp>

namespace test_reset_layer {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

using Net = Graph<48>;

const Layer averaging = pooled(Pooling::average, {2, 2}, {2, 2});

/// Two convolutions of one tensor, behind `before` others, are added and pooled; `last` reads what was there earlier.
Net averaged_sum(int before, const Layer& pooling, bool last = false) {
  Net net;
  net.input = {8, 6, 6};
  for (int i = 0; i < before; ++i) net[net.size++] = conv2d(8);
  net[net.size++] = conv2d(8);
  net[net.size++] = reading(conv2d(8), {before - 1});
  net[net.size++] = adding_of({before, before + 1});
  net[net.size++] = pooling;
  if (last) net[net.size++] = reading(conv2d(8), {before - 1});
  return infer(net);
}

/// What a virtual chip and a run in planned memory make of a plan; empty: what the executor does.
std::string proof_of(const Net& net, const Plan<48>& plan, const Options& options = {}) {
  using Chip = host::ProvingChip<max78002>;
  static const auto chip = std::make_unique<Chip>();
  const host::RandomParameters parameters = host::random_parameters(net);
  const Net graph = bind(net, parameters.view());
  const std::vector<int> input = host::random_input(graph);
  host::PlannedExecutor executor(graph, plan, max78002, parameters.view(), options);
  if (!executor.run(input.data()).none()) return executor.fault().text;
  return round_trip(host::DeployedNetwork<48>{graph, plan, max78002, options, parameters.view()}, input, *chip);
}

/// The words of tensors that the reset hits, by hand: the output of the pooling starts at `at`.
Net by_hand(ProcessorMap sum, int at) {
  Net net = averaged_sum(0, averaging, true);
  const Layer layers[] = {placed(net[0], 0xff, sum, 0, 0x4000), placed(net[1], 0xff, sum, 0, 0x4004),
                          placed(net[2], sum, sum, 0x4000, 0x2000), placed(net[3], sum, sum, 0x2000, at),
                          placed(net[4], 0xff, 0xff00, 0, 0x6000)};
  for (int i = 0; i < 5; ++i) net[i] = layers[i];
  net[0].placement.write_gap = net[1].placement.write_gap = 1;
  net[3].output = true;
  return net;
}

bool resets_harmlessly(const Net& net) {
  return !inspect(net, plan(net, max78002), max78002).contains(rules::reset_overwrites);
}

}  // namespace

TEST_CASE("a reset that hits a tensor is refused") {
  const Net hits = by_hand(0xff0000, 0);
  CHECK_FALSE(resets_harmlessly(hits));
  CHECK_FALSE(proof_of(hits, plan(hits, max78002)).empty());
  for (const int at : {4, 0x8c, 0x90, 0x1000}) {
    const Net net = by_hand(0xff0000, at);
    CAPTURE(at);
    CHECK(resets_harmlessly(net) == (at >= 0x90));
    CHECK(proof_of(net, plan(net, max78002)).empty() == (at >= 0x90));
  }
  // Where the output lies in the first group, the word is the output's own.
  CHECK(resets_harmlessly(by_hand(0xff00, 0)));
  CHECK(proof_of(by_hand(0xff00, 0), plan(by_hand(0xff00, 0), max78002)).empty());
  CHECK(plan(hits, max78000)[3].resets == false);
  CHECK_FALSE(inspect(hits, plan(hits, max78000), max78000).contains(rules::reset_overwrites));
}

TEST_CASE("a layer that writes in place does not reset its input") {
  Net net = by_hand(0xff00, 0);
  net[3].placement.out_offset = 0x2000;
  const Options overlap = options_of<overlap_data>();
  CHECK(inspect(net, plan(net, max78002, overlap), max78002, overlap).contains(rules::reset_overwrites));
  CHECK_FALSE(proof_of(net, plan(net, max78002, overlap), overlap).empty());
  net[3].placement.out_offset = 0x1ffc;
  CHECK(inspect(net, plan(net, max78002, overlap), max78002, overlap).ok());
  CHECK(proof_of(net, plan(net, max78002, overlap), overlap).empty());
}

TEST_CASE("the planner keeps what a reset writes away from everything") {
  const Layer poolings[] = {
      averaging, pooled(Pooling::average, {2, 2}, {2, 2}, conv2d(8)), pooled(Pooling::average, {2, 2}, {1, 1}),
      pooled(Pooling::average, {2, 2}, {2, 2}, changed(conv2d(8), [](Layer& l) { l.groups = 8; }))};
  for (int before = 1; before < 24; ++before)
    for (const Layer& pooling : poolings)
      for (const bool last : {false, true}) {
        const auto planned = arrange_and_plan<48>(averaged_sum(before, pooling, last), max78002);
        CAPTURE(before);
        CAPTURE(last);
        CHECK(inspect(planned.graph, planned.plan, max78002).ok());
        CHECK(proof_of(planned.graph, planned.plan) == "");
      }
}

}  // namespace test_reset_layer
