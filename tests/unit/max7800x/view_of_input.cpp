// The network's input in another shape than its author gives it: the loader arranges it as the first layer reads it.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <incuse/host/planned_memory.hpp>
#include <incuse/incuse.hpp>

#include <support/layers.hpp>
#include <support/round_trip.hpp>

namespace test_view_of_input {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

using Net = Graph<most_layers>;

Layer viewing(Shape shape, Layer layer) {
  layer.in_channels = shape.channels;
  layer.in_extent = shape.extent();
  return layer;
}

/// What the rules, a virtual chip and a run in planned memory have against a network; empty: nothing.
std::string faults(const Net& net, const Options& options = {}) {
  using Chip = host::ProvingChip<max78000>;
  static const auto chip = std::make_unique<Chip>();
  const host::RandomParameters parameters = host::random_parameters(net);
  const auto planned = arrange_and_plan(bind(net, parameters.view()), max78000, options);
  for (const Finding& finding : inspect(planned.graph, planned.plan, max78000, planned.options))
    if (finding.rule->severity == Severity::error) return string_of(finding.rule->id);
  const std::vector<int> input = host::random_input(net);
  host::PlannedExecutor executor(planned.graph, planned.plan, max78000, parameters.view(), planned.options);
  if (!executor.run(input.data()).none()) return executor.fault().text;
  return round_trip(
      host::DeployedNetwork<most_layers>{planned.graph, planned.plan, max78000, planned.options, parameters.view()},
      input, *chip);
}

struct Rows : Network<Input<128, 8>, Conv1d<16, kernel<3>, pad<1>, view<64, 16>>> {};

}  // namespace

TEST_CASE("the first layer may take the input for another shape") {
  const Shape inputs[] = {{8, 8, 8}, {2, 16, 16}, {128, 2, 2}, {3, 8, 8}};
  for (const Shape input : inputs)
    for (const int channels : {1, 2, 3, 4, 8, 16, 32, 64, 128})
      for (const int width : {2, 4, 8, 16}) {
        if (input.elements() % (channels * width) != 0 || input.elements() / (channels * width) < 2) continue;
        const Shape own{channels, input.elements() / (channels * width), width};
        if (own.height > 256) continue;
        CAPTURE(channels);
        CAPTURE(width);
        CHECK(faults(network<most_layers>(input, viewing(own, conv2d(4)))) == "");
        CHECK(faults(network<most_layers>(input, viewing(own, Layer{}), conv2d(4))) == "");
        CHECK(faults(network<most_layers>(input, viewing(own, conv2d(8)), viewing(own, reading(conv2d(8), {-1})),
                                          adding_of({0, 1}))) == "");
      }
  static_assert(fits<Rows, max78000>);
}

TEST_CASE("FIFOs deliver the shape that is read") {
  const Options fifo = options_of<fifo_input>();
  const Shape own{4, 8, 16};
  CHECK(faults(network<most_layers>({8, 8, 8}, viewing(own, conv2d(4))), fifo) == "");
  CHECK(faults(network<most_layers>({8, 8, 8}, viewing(own, conv2d(8)), viewing(own, reading(conv2d(8), {-1})),
                                    adding_of({0, 1})),
               fifo) == "");
}

TEST_CASE("two layers cannot take it for two shapes") {
  const Net net = network<most_layers>({8, 8, 8}, viewing({4, 8, 16}, conv2d(8)), reading(conv2d(8), {-1}));
  CHECK(faults(net) == "reshaped_channels");
}

}  // namespace test_view_of_input
