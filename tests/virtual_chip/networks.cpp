// The round trip of networks that are placed by hand or by the planner: tables of Incuse, carried into a virtual chip,
// give the reference executor's answer.
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include <examples/fashion_mnist/fashion_parameters.hpp>
#include <examples/fashion_mnist/fashion_pictures.hpp>
#include <support/networks.hpp>
#include <support/round_trip.hpp>

namespace test_networks {

using namespace incuse;

namespace {

/// Room for the frames that streaming layers hand over.
using Chip = max7800x::VirtualChip<max78000, 16 << 20>;

Chip& chip() {
  static const auto one = std::make_unique<Chip>();
  return *one;
}

/// With random parameters and a random input. Empty: all is well.
template <class Net>
std::string round_trip_of(const max7800x::Options& options = {}, int duration = 100) {
  const auto inferred = graph_of<Net>();
  const host::RandomParameters parameters = host::random_parameters(inferred);
  const auto graph = bind(inferred, parameters.view());
  const auto planned = max7800x::arrange_and_plan<max7800x::most_layers>(graph, max78000, options);
  for (const Finding& finding : max7800x::check(planned.graph, planned.plan, max78000, planned.options)) {
    const Sentence sentence = sentence_of(finding, max78000.name);
    if (finding.rule->severity == Severity::error) return string_of(sentence);
  }
  return test::round_trip(graph, max78000, options, parameters.view(), host::random_input(graph), chip(), duration);
}

// clang-format off
struct Mixed : Network<
    Input<3, 20, 20>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>, ReLU, bits<4>>>,
    Conv2d<24, kernel<1>, Abs, bias>,
    Fused<AvgPool2d<2>, Conv2d<8, kernel<3>, bits<2>>>,
    Flatten,
    Linear<5, wide, bits<1>>> {};

struct Skips : Network<
    Input<3, 16, 16>,
    Conv2d<24, kernel<3>, pad<1>, ReLU>,
    Residual<Conv2d<24, kernel<3>, pad<1>, ReLU>, Conv2d<24, kernel<3>, pad<1>>>,
    Conv2d<8, kernel<1>>,
    MaxPool2d<2>,
    Conv2d<70, kernel<3>, pad<1>, bias>> {};

struct Hourglass : Network<
    Input<4, 16, 12>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, as<"top">>,
    Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, pad<1>, ReLU>>,
    ConvTranspose2d<16, kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<4, kernel<1>, wide>> {};

struct Sound : Network<
    Input<64, 48>,
    Conv1d<100, kernel<1>, ReLU>,
    Fused<MaxPool1d<2>, Conv1d<48, kernel<3>, pad<1>, ReLU, bias>>,
    Conv1d<32, kernel<5>, ReLU>,
    Fused<AvgPool1d<2>, Conv1d<16, kernel<2>, dilation<3>>>,
    Flatten,
    Linear<21, wide>> {};

struct TwoInputs : Network<
    Input<8, 10, 10>,
    Fused<MaxPool2d<2>, Sub<operands<2>>>,
    Conv2d<12, kernel<3>, pad<2>, ReLU>> {};

struct Streams : Network<
    Input<3, 40, 30>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, streaming>,
    Fused<MaxPool2d<2>, Conv2d<20, kernel<3>, pad<1>, ReLU, streaming>>,
    Fused<MaxPool2d<2>, Conv2d<8, kernel<3>, pad<1>>>> {};

// Where the vendor's tool lays weights elsewhere than the chip reads them.
struct ShortPass : Network<Input<100, 16>, Conv1d<8, kernel<3>, bits<4>>> {};
struct ShortPass2d : Network<
    Input<100, 6, 6>,
    Conv2d<4, kernel<3>, pad<1>, bits<4>,
        place<processors<0xfffffffffffff>, output_processors<0xf>, out_offset<0x2000>>>> {};
struct LinearHoles : Network<
    Input<4, 1, 1>,
    Linear<4, bias, place<processors<0xf>, output_processors<0x33>, out_offset<0x2000>>>> {};
struct NarrowHoles : Network<
    Input<4, 5, 5>,
    Conv2d<2, kernel<3>, pad<1>, bits<4>, place<processors<0xf>, output_processors<0x5>, out_offset<0x2000>>>> {};
struct NarrowLanes : Network<
    Input<4, 5, 5>,
    Conv2d<6, kernel<3>, pad<1>, bits<2>, bias,
        place<processors<0xf>, output_processors<0x7e>, out_offset<0x2000>>>> {};
struct Turns : Network<
    Input<3, 9, 9>,
    Conv2d<2, kernel<3>, pad<1>, ReLU, bias, streaming>,
    Conv2d<5, kernel<3>, pad<1>, bits<4>>> {};
struct NarrowTurns : Network<Input<3, 9, 9>, Conv2d<6, kernel<1>, bits<4>, bias>> {};
struct FlatInput : Network<Input<4, 4, 4>, Flatten, Linear<2>> {};
// clang-format on

}  // namespace

TEST_CASE("the Fashion-MNIST example with its trained parameters") {
  const Parameters trained = parameters_in<fashion::fashion_parameters>();
  const auto graph = bind(graph_of<fashion::FashionNet>(), trained);
  for (const fashion::TestPicture& picture : fashion::test_pictures) {
    std::vector<int> input;
    for (int i = 0; i < 28 * 28; ++i) input.push_back(fashion::network_value(picture.pixels[i]));
    CHECK(test::round_trip(graph, max78000, {}, trained, input, chip()) == "");
  }
}

TEST_CASE("placed by the planner and by hand") {
  CHECK(round_trip_of<test::FashionNet>() == "");
  CHECK(round_trip_of<test::Example1>() == "");
  CHECK(round_trip_of<test::FullOfWeights>() == "");
}

TEST_CASE("copies by convolutions") {
  CHECK(round_trip_of<test::GoesAround<16, 56>>() == "");
  CHECK(round_trip_of<test::GoesAround<16, 60>>() == "");
  CHECK(round_trip_of<test::GoesAround<32, 60, 1>>() == "");
  CHECK(round_trip_of<test::GoesAround<13, 56>>() == "");
  CHECK(round_trip_of<test::BothOrders>() == "");
}

TEST_CASE("all kinds of weights, biases and activations") { CHECK(round_trip_of<Mixed>() == ""); }

TEST_CASE("branches, pooling alone and several output passes") { CHECK(round_trip_of<Skips>() == ""); }

TEST_CASE("transposed convolutions") { CHECK(round_trip_of<Hourglass>() == ""); }

TEST_CASE("one-dimensional networks") { CHECK(round_trip_of<Sound>() == ""); }

TEST_CASE("element-wise layers") { CHECK(round_trip_of<TwoInputs>() == ""); }

TEST_CASE("weights that the vendor's tool lays elsewhere than the chip reads them") {
  CHECK(round_trip_of<ShortPass>() == "");
  CHECK(round_trip_of<ShortPass2d>() == "");
  CHECK(round_trip_of<LinearHoles>() == "");
  CHECK(round_trip_of<NarrowHoles>() == "");
  CHECK(round_trip_of<NarrowLanes>() == "");
  CHECK(round_trip_of<FlatInput>() == "");
  max7800x::Options quad;
  quad.input_path = max7800x::InputPath::quad_fast_fifo;
  quad.runs_on_risc_v = true;
  CHECK(round_trip_of<Turns>(quad) == "");
  CHECK(round_trip_of<NarrowTurns>(quad) == "");
  // The same with the vendor's stream: the virtual chip tells the difference.
  max7800x::Options vendor;
  vendor.vendor_stream = true;
  quad.vendor_stream = true;
  CHECK(round_trip_of<ShortPass>(vendor) != "");
  CHECK(round_trip_of<ShortPass2d>(vendor) != "");
  CHECK(round_trip_of<LinearHoles>(vendor) != "");
  CHECK(round_trip_of<NarrowHoles>(vendor) != "");
  CHECK(round_trip_of<NarrowLanes>(vendor) != "");
  CHECK(round_trip_of<Turns>(quad) != "");
  CHECK(round_trip_of<NarrowTurns>(quad) != "");
}

TEST_CASE("options of the deployment") {
  max7800x::Options options;
  options.average_pool_rounding = true;
  options.express_weights = false;
  options.write_zero_registers = true;
  options.verify_writes = true;
  CHECK(round_trip_of<Mixed>(options) == "");
  options = {};
  options.clear_memories = true;
  options.clear_unused_layers = true;
  CHECK(round_trip_of<Skips>(options) == "");
}

TEST_CASE("writes are verified, however short the inference is") {
  using max7800x::InputPath;
  for (InputPath path : {InputPath::data_memory, InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo})
    for (bool zeros : {false, true})
      for (int duration : {0, 1, 100}) {
        CAPTURE(static_cast<int>(path));
        CAPTURE(zeros);
        CAPTURE(duration);
        max7800x::Options options;
        options.input_path = path;
        options.runs_on_risc_v = options.uses_fast_fifo();
        options.write_zero_registers = zeros;
        options.verify_writes = true;
        CHECK(round_trip_of<NarrowTurns>(options, duration) == "");
      }
}

TEST_CASE("streaming through FIFOs") {
  max7800x::Options options;
  options.input_path = max7800x::InputPath::fifo;
  CHECK(round_trip_of<Streams>(options) == "");
  options.clear_unused_layers = true;
  CHECK(round_trip_of<Streams>(options) == "");
  options.input_path = max7800x::InputPath::fast_fifo;
  options.runs_on_risc_v = true;
  CHECK(round_trip_of<Streams>(options) == "");
}

}  // namespace test_networks
