// Layers of the MAX78002 that read ahead: the planner gives their input and their output RAM blocks of their own.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <incuse/incuse.hpp>
#include <incuse/model/unplaced.hpp>

#include <support/layers.hpp>
#include <support/round_trip.hpp>

namespace test_read_ahead {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

using Net = Graph<most_layers>;

Layer ahead(Layer layer) {
  layer.placement.read_ahead = true;
  return layer;
}

/// What speaks against a plan; empty: nothing.
std::string faults(const Net& net, const Options& options = {}) {
  using Chip = host::ProvingChip<max78002>;
  static const auto chip = std::make_unique<Chip>();
  const host::RandomParameters parameters = host::random_parameters(net);
  const auto planned = arrange_and_plan(bind(net, parameters.view()), max78002, options);
  for (const Finding& finding : inspect(planned.graph, planned.plan, max78002, planned.options))
    if (finding.rule->severity == Severity::error) return string_of(finding.rule->id);
  const host::DeployedNetwork<most_layers> network{planned.graph, planned.plan, max78002, planned.options,
                                                   parameters.view()};
  return round_trip(network, host::random_input(net), *chip);
}

struct One : Network<Input<16, 8, 8>, Conv2d<16, kernel<3>, pad<1>, place<read_ahead>>> {};

}  // namespace

TEST_CASE("a layer that reads ahead writes to another block") {
  static_assert(fits<One, max78002>);
  for (const int size : {8, 20, 48, 64, 80})
    for (const int channels : {4, 16, 70}) {
      CAPTURE(size);
      CAPTURE(channels);
      CHECK(faults(network<most_layers>({16, size, size}, ahead(conv2d(channels)), conv2d(8))) == "");
      CHECK(faults(network<most_layers>({16, size, size}, conv2d(channels), pooled(2, ahead(conv2d(8))),
                                        ahead(conv2d(8)), reading(ahead(conv2d(8)), {1}), adding_of({2, 3}))) == "");
    }
  CHECK(faults(network<most_layers>({16, 8, 8}, conv2d(8), conv2d(8), conv2d(8)),
               options_of<max7800x::with<Feature::read_ahead>>()) == "");
}

TEST_CASE("a network without its places still reads ahead") {
  Net net = network<most_layers>({16, 8, 8}, placed(0xffff, 0x4000, ahead(conv2d(16)), 0xffff));
  net[0].placement.parallel_outputs = true;
  net[0].placement.no_tcalc = true;
  const Net unplaced = without_placement(net);
  const Placement& left = unplaced[0].placement;
  CHECK(left.read_ahead);
  CHECK(left.parallel_outputs);
  CHECK(left.no_tcalc);
  CHECK_FALSE(left.given());
  CHECK(left.out_offset == Placement::not_given);
  CHECK(faults(unplaced) == "");
  net[0].placement.read_ahead = net[0].placement.parallel_outputs = false;
  CHECK_FALSE(without_placement(net)[0].placement.anything_given());
}

}  // namespace test_read_ahead
