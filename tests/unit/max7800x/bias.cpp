// Contents of the bias memories (max7800x-datapath, section 6.3; max7800x-memory, section 6.1; examples 1 and 7).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/devices/ai84.hpp>
#include <incuse/max7800x/tables/bias.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace test_bias {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

/// Biases of the weighted layers in their order; the weights do not matter here.
struct Biases {
  std::vector<std::vector<char>> values;
  std::vector<LayerParameters> layers{};

  explicit Biases(std::vector<std::vector<char>> biases) : values(std::move(biases)) {
    for (const auto& bias : values) {
      LayerParameters layer;
      layer.weight.rank = 1;  // there is one; a distinct size keeps the layers apart
      layer.weight.dimensions[0] = static_cast<int>(layers.size()) + 1;
      layer.bias.bytes = bias.data();
      layer.bias.count = static_cast<long long>(bias.size());
      layer.bias.rank = bias.empty() ? 0 : 1;
      layer.bias.dimensions[0] = static_cast<int>(bias.size());
      layers.push_back(layer);
    }
  }
  Parameters parameters() const { return {layers.data(), static_cast<int>(layers.size())}; }
};

template <int N>
std::vector<int> memory_of(const Graph<N>& graph, const Plan<N>& placed, const Biases& biases, int group) {
  std::vector<int> bytes;
  emit_bias(graph, placed, biases.parameters(), group, [&](std::uint8_t value) { bytes.push_back(value); });
  return bytes;
}

std::vector<char> counted(int first, int count) {
  std::vector<char> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<char>(first + i));
  return values;
}

using Bytes = std::vector<int>;

}  // namespace

TEST_CASE("example 7: the flatten layer comes first") {
  const Biases biases({{1}, {0, 0, 5}});
  const Net net = bind(flatten_bias(), biases.parameters());
  const auto placed = plan(net, max78000);
  CHECK(memory_of(net, placed, biases, 0) == Bytes{0, 0, 5, 1});
  CHECK(placed[0].bias_offset == 3);
  CHECK(placed[1].bias_offset == 0);
  CHECK(bias_values(placed) == 4);
}

TEST_CASE("example 1: ten values in group 0") {
  const Biases biases({{}, {}, {}, {}, {0x16, 0x1c, '\xe4', '\xdd', 0x13, '\xf7', '\xe0', '\xf6', 0x1f, 0x08}});
  const Net net = bind(mnist(), biases.parameters());
  const auto placed = plan(net, max78000);
  CHECK(memory_of(net, placed, biases, 0) == Bytes{0x16, 0x1c, 0xe4, 0xdd, 0x13, 0xf7, 0xe0, 0xf6, 0x1f, 0x08});
  for (int g = 1; g < max7800x::groups; ++g) CHECK(memory_of(net, placed, biases, g).empty());
}

TEST_CASE("long biases come first, each into the emptiest group") {
  // Four groups are in use; lengths 10, 40, 20, 30, 5.
  const ProcessorMap all = ~ProcessorMap{0};
  const auto layer = [&](int out) { return placed(all, 0, biased(conv2d(out, 1, 0)), processor_range(0, out)); };
  auto net = network({64, 4, 4}, layer(10), layer(40), layer(20), layer(30), layer(5));
  const Biases biases({counted(1, 10), counted(1, 40), counted(1, 20), counted(1, 30), counted(1, 5)});
  const auto placed = plan(bind(net, biases.parameters()), max78000);
  const int groups_expected[] = {3, 0, 2, 1, 3}, offsets_expected[] = {0, 0, 0, 0, 10};
  for (int i = 0; i < 5; ++i) {
    CHECK(placed[i].bias_group == groups_expected[i]);
    CHECK(placed[i].bias_offset == offsets_expected[i]);
  }
  const int fills[] = {40, 30, 20, 15};
  for (int g = 0; g < max7800x::groups; ++g) CHECK(placed.bias_fill[g] == fills[g]);

  // A layer that may use one group only comes before those that have a choice.
  net[4].placement.bias_groups = 1;
  const auto tied = plan(bind(net, biases.parameters()), max78000);
  CHECK(tied[4].bias_group == 0);
  CHECK(tied[4].bias_offset == 0);
  CHECK(tied[1].bias_group == 1);
  CHECK(tied[3].bias_group == 2);
  CHECK(tied[2].bias_group == 3);
  CHECK(tied[0].bias_group == 0);
  CHECK(tied[0].bias_offset == 5);
}

TEST_CASE("fillers for the lanes below the first output processor, in every pass") {
  const Biases one({{7, 8}});
  const auto net = bind(network({1, 4, 4}, placed(1, 0, biased(conv2d(2, 1, 0)), 0b11000)), one.parameters());
  CHECK(memory_of(net, plan(net, max78000), one, 0) == Bytes{0, 0, 0, 7, 8});
  const Biases many({counted(1, 66)});  // two passes
  const auto wider =
      bind(network({1, 4, 4}, placed(1, 0, biased(conv2d(66, 1, 0)), processor_range(2, 36))), many.parameters());
  const Bytes memory = memory_of(wider, plan(wider, max78000), many, 0);
  CHECK(memory.size() == 70);
  CHECK(memory[1] == 0);
  CHECK(memory[2] == 1);
  CHECK(memory[37] == 36);
  CHECK(memory[38] == 0);
  CHECK(memory[39] == 0);
  CHECK(memory[40] == 37);
  // The vendor's tool lays all of them in front.
  Options options;
  options.vendor_stream = true;
  const Bytes vendor = memory_of(wider, plan(wider, max78000, options), many, 0);
  CHECK(vendor.size() == 70);
  CHECK(vendor[3] == 0);
  CHECK(vendor[4] == 1);
}

TEST_CASE("holes have no value, unless their kernels share columns with others") {
  const Biases four({{1, 2, 3, 4}});  // of positions 0, 2, 5 and 6
  const auto values = [&](const Layer& layer) {
    const auto net = bind(network({1, 6, 6}, placed(1, 0x100, biased(layer), 0b1100101)), four.parameters());
    return memory_of(net, plan(net, max78000), four, 0);
  };
  CHECK(values(conv2d(4, 3, 1)) == Bytes{1, 2, 3, 4});
  CHECK(values(conv2d(4, 1, 0)) == Bytes{1, 0, 2, 0, 0, 3, 4});
  // 4 bits: positions 1 and 4 stand in a column with 0 and 5, position 3 in one with 2.
  CHECK(values(with_bits(4, conv2d(4, 3, 1))) == Bytes{1, 0, 2, 0, 0, 3, 4});
}

TEST_CASE("equal biases that lie at other places are stored again") {
  const Biases twins({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}});
  const auto layer = [](ProcessorMap map) { return placed(0x7, 0x100, biased(conv2d(3, 1, 0)), map); };
  const auto net = bind(network({3, 4, 4}, layer(0b111), layer(0b1110), layer(0b1110000)), twins.parameters());
  const auto placed = plan(net, max78000);
  CHECK(memory_of(net, placed, twins, 0) == Bytes{1, 2, 3, 0, 1, 2, 3});
  CHECK(placed[2].bias_offset == placed[0].bias_offset);
  CHECK(placed[1].bias_offset != placed[0].bias_offset);
}

TEST_CASE("equal biases are stored once; biases of zeros not at all") {
  const Biases biases({{1, 2, 3}, {1, 2, 3}, {0, 0, 0}, {1, 2, 3, 4}});
  const auto layer = [](int out) { return placed(0xf, 0, biased(conv2d(out, 1, 0)), processor_range(0, out)); };
  auto net = network({4, 4, 4}, layer(3), layer(3), layer(3), layer(4));
  net = bind(net, biases.parameters());
  CHECK(net[1].same_bias_as == 0);
  CHECK_FALSE(net[2].bias);
  const auto placed = plan(net, max78000);
  CHECK(memory_of(net, placed, biases, 0) == Bytes{1, 2, 3, 1, 2, 3, 4});
  CHECK(placed[1].bias_offset == 0);
  CHECK(placed[0].bias_offset == 0);
  CHECK(placed[3].bias_offset == 3);
  CHECK(placed[2].bias_group == -1);
}

TEST_CASE("a first layer that streams has an unused value in front") {
  const Biases biases({{5, 6, 7}, {8}});
  const auto net = bind(network({1, 8, 8}, placed(1, 0x100, streamed(biased(conv2d(3, 3, 1))), 0b1110'0000),
                                placed(0b1110'0000, 0, biased(conv2d(1, 3, 1)))),
                        biases.parameters());
  // The value in front, one filler for the lane below processor 5, three values; then the second layer.
  CHECK(memory_of(net, plan(net, max78000), biases, 0) == Bytes{0, 0, 5, 6, 7, 8});
}

TEST_CASE("a first layer that fans out comes first, and deals its values out to all groups") {
  for (const bool streams : {false, true}) {
    CAPTURE(streams);
    const Biases biases({counted(1, 6), counted(11, 40), {50, 51, 52}});
    Layer first = placed(0xf, 0x100, biased(conv2d(6, 3, 1)), 0b1111'1100'0000);
    first.streaming = streams;
    Layer last = placed(processor_range(0, 40), 0, biased(conv2d(3, 1, 0)), 0b111);
    last.op = Operator::linear;
    last.flatten = true;
    auto net =
        network({4, 4, 4}, first, placed(0b1111'1100'0000, 0, biased(conv2d(40, 1, 0)), processor_range(0, 40)), last);
    net = bind(net, biases.parameters());
    Options quad;
    quad.input_path = InputPath::quad_fast_fifo;
    const auto plan_of_net = plan(net, max78000, quad);
    // Output 0 lies two lanes behind the start of its block; then the layer that flattens, then the longest.
    CHECK(plan_of_net[0].bias_offset == 0);
    const Bytes heads[] = {{0, 3, 50, 51, 52}, {0, 4}, {1, 5}, {2, 6}};
    for (int g = 0; g < max7800x::groups; ++g) {
      Bytes memory = memory_of(net, plan_of_net, biases, g);
      REQUIRE(memory.size() >= heads[g].size());
      memory.resize(heads[g].size());
      CHECK(memory == heads[g]);
      CHECK(plan_of_net[0].bias_offset_in[g] == 0);
    }
    CHECK(plan_of_net[2].bias_group == 0);
    CHECK(plan_of_net[2].bias_offset == 2);
    CHECK(plan_of_net[1].bias_group == 1);
    CHECK(plan_of_net[1].bias_offset == 2);
  }
}

TEST_CASE("a layer of the AI84 has its biases in a group of its own, equal ones, too") {
  for (int shift = 0; shift < 4; ++shift) {
    const Biases biases({counted(0, 4), counted(0, 4), counted(0, 4)});
    const auto on_group = [&](int group) {
      const ProcessorMap map = processor_range(processors_per_group * ((group + shift) % max7800x::groups), 4);
      return placed(map, 0, biased(conv2d(4)), map);
    };
    const auto net = bind(network({4, 4, 4}, on_group(0), on_group(1), on_group(0)), biases.parameters());
    CHECK(net[1].same_bias_as == 0);
    const auto planned = plan(net, ai84);
    for (int i = 0; i < net.size; ++i) {
      CHECK((groups_of(planned[i].processors) >> planned[i].bias_group & 1) == 1);
      CHECK(memory_of(net, planned, biases, planned[i].bias_group) == Bytes{0, 1, 2, 3});
    }
  }
}

TEST_CASE("what does not fit has no offset, and is not written") {
  const Biases biases({counted(0, 300), counted(3, 250)});
  const auto layer = [](int out) {
    Layer made = placed(0xf, 0, biased(conv2d(out, 1, 0)), processor_range(0, 60));
    made.placement.bias_groups = 1;
    return made;
  };
  const auto net = bind(network({4, 4, 4}, layer(300), layer(250)), biases.parameters());
  const auto placed = plan(net, max78000);
  CHECK(placed[0].bias_offset == 0);
  CHECK(placed[1].bias_offset == -1);
  CHECK(placed[1].bias_group == 0);
  CHECK(memory_of(net, placed, biases, 0).size() == 300);
}

}  // namespace test_bias
