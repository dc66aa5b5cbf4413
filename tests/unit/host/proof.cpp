// Proofs: what is right is proved, whatever is damaged is found, and what cannot run is said; by the reference executor
// and by the fast one alike.
#include <incuse/host/fast/proof.hpp>
#include <incuse/host/proof.hpp>

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <incuse/incuse.hpp>
#include <incuse/max7800x/planning.hpp>

#include <support/layers.hpp>

namespace test_proof {

using namespace incuse;
using namespace incuse::host;

namespace {

constexpr int capacity = max7800x::most_layers;
using Planned = max7800x::PlannedNetwork<capacity>;

// clang-format off
struct Net : Network<
    Input<3, 16, 16>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>>>,
    Conv2d<8, kernel<1>, bias>,
    Flatten,
    Linear<5, wide>> {};
// clang-format on

ProvingChip<max78000>& chip() {
  static const auto one = std::make_unique<ProvingChip<max78000>>();
  return *one;
}

/// With random parameters; `damage(planned)` does what a mistake of the planner or of an emitter would do.
template <class Damage>
Proof proof_of(const max7800x::Options& options, const Damage& damage) {
  static const RandomParameters random = random_parameters(graph_of<Net>());
  Planned planned = max7800x::arrange_and_plan<capacity>(bind(graph_of<Net>(), random.view()), max78000, options);
  damage(planned);
  const DeployedNetwork<capacity> network{planned.graph, planned.plan, max78000, planned.options, random.view()};
  Proof proof = prove(network, chip());
  CHECK(text_of(fast::prove(network, chip())) == text_of(proof));
  return proof;
}
Proof proof_of(const max7800x::Options& options = {}) {
  return proof_of(options, [](Planned&) {});
}

}  // namespace

TEST_CASE("what the planner makes of a network is proved, with several inputs one behind the other") {
  const Proof proof = proof_of();
  CHECK(text_of(proof) == "");
  CHECK(proof.ok());
  CHECK(proof.inputs == 3);
}

TEST_CASE("options that look at the chip while it works") {
  max7800x::Options options;
  options.verify_writes = true;
  CHECK(text_of(proof_of(options)) == "");
  options.input_path = max7800x::InputPath::fast_fifo;
  options.runs_on_risc_v = options.write_zero_registers = true;
  CHECK(text_of(proof_of(options)) == "");
}

TEST_CASE("damage is found in the layer that computes something else") {
  const Proof moved = proof_of({}, [](Planned& planned) { planned.plan[2].in_offset += 4; });
  CHECK(moved.layer == 2);
  CHECK(moved.problem.find("on a virtual chip channel 0, row 0, column ") == 0);
  CHECK(text_of(moved).find("layer 2: on a virtual chip channel") == 0);
  CHECK(proof_of({}, [](Planned& planned) { planned.plan[1].in_offset += 4; }).layer == 1);
  CHECK_FALSE(proof_of({}, [](Planned& planned) { planned.plan[3].processors <<= 1; }).ok());
}

TEST_CASE("what the chip complains about ends a proof") {
  const Proof unwritten = proof_of({}, [](Planned& planned) { planned.plan[0].in_offset = 0x7f00; });
  CHECK(unwritten.problem.find("the virtual chip complains: ") == 0);
}

TEST_CASE("offsets that are no multiple of 4 are rounded down: for what the program writes and reads, too") {
  for (DataFormat format : {DataFormat::hwc, DataFormat::chw})
    for (int in = 0; in < 8; ++in)
      for (int out = 0; out < 8; ++out) {
        Graph<capacity> net;
        net.input = {4, 8, 8};
        net.input_format = format;
        net[net.size++] = test::conv2d(4, 3, 1);
        net[0].placement.processors = format == DataFormat::hwc ? 0xf : 0x1111;
        net[0].placement.in_offset = in;
        net[0].placement.out_offset = 0x4000 + out;
        net = infer(net);
        const RandomParameters random = random_parameters(net, 1);
        const Planned planned = max7800x::arrange_and_plan<capacity>(bind(net, random.view()), max78000);
        const Findings found = max7800x::inspect(planned.graph, planned.plan, max78000, planned.options);
        CHECK(found.errors() == 0);
        CHECK(found.contains(max7800x::rules::offset_alignment) == (in % 4 != 0 || out % 4 != 0));
        CHECK(text_of(prove(
                  DeployedNetwork<capacity>{planned.graph, planned.plan, max78000, planned.options, random.view()},
                  chip())) == "");
      }
}

TEST_CASE("a network that cannot run has no proof") {
  const auto graph = graph_of<Net>();
  const auto planned = max7800x::arrange_and_plan<capacity>(graph, max78000);
  const Proof proof =
      prove(DeployedNetwork<capacity>{planned.graph, planned.plan, max78000, planned.options, {}}, chip());
  CHECK(text_of(proof) == "layer 0: the parameters have no weights for this layer");
  CHECK(proof.inputs == 0);
}

TEST_CASE("large networks are tried with fewer inputs") {
  const auto inputs = [](int size) {
    Graph<1> graph;
    graph.input = {64, size, size};
    graph[0].op = Operator::conv2d;
    graph[0].out_channels = 64;
    graph[0].kernel = {3, 3};
    graph.size = 1;
    return proving_inputs(infer(graph));
  };
  CHECK(inputs(8) == 3);
  CHECK(inputs(102) == 2);
  CHECK(inputs(140) == 1);
}

namespace {

/// The rule chw_flatten against what the chip does without it, for images of any size.
template <const max7800x::Device& part>
void check_flattened_chw() {
  const auto own = std::make_unique<ProvingChip<part>>();
  unsigned seed = 0;
  for (Extent image :
       {Extent{1, 1}, Extent{1, 2}, Extent{2, 2}, Extent{1, 4}, Extent{4, 2}, Extent{4, 4}, Extent{8, 8}})
    for (int outputs : {1, 2, 3}) {
      int tried = 0, refused = 0, differing = 0;
      for (int channels = 1; channels <= 5; ++channels)
        for (int bits : {1, 2, 4, 8}) {
          Layer layer = test::flattened(test::linear(outputs));
          layer.weight_bits = bits;
          layer.placement.processors = 0x11111u >> 4 * (5 - channels);
          layer.placement.output_processors = processor_range(0, outputs);
          layer.placement.out_offset = 0x1000;
          Graph<capacity> net;
          net.input = {channels, image.height, image.width};
          net.input_format = DataFormat::chw;
          net[net.size++] = layer;
          net = infer(net);
          const RandomParameters random = random_parameters(net, ++seed);
          const Planned planned = max7800x::arrange_and_plan<capacity>(bind(net, random.view()), part);
          const Findings found = max7800x::inspect(planned.graph, planned.plan, part, planned.options);
          ++tried;
          refused += found.contains(max7800x::rules::chw_flatten) ? 1 : 0;
          CHECK(found.errors() == (found.contains(max7800x::rules::chw_flatten) ? 1 : 0));
          const DeployedNetwork<capacity> network{planned.graph, planned.plan, part, planned.options, random.view()};
          differing += prove(network, *own).ok() ? 0 : 1;
        }
      CAPTURE(image.area());
      CAPTURE(outputs);
      CHECK(refused == (image.area() > 1 ? tried : 0));
      CHECK((image.area() > 1 ? differing > tried / 3 : differing == 0));
    }
}

}  // namespace

TEST_CASE("a map in CHW order is not what a flatten layer reads, unless it is one pixel") {
  check_flattened_chw<max78000>();
  check_flattened_chw<max78002>();
}

}  // namespace test_proof
