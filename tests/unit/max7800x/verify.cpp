// The proof of plans: what it accepts, and that it finds every kind of damage.
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/verify.hpp>

#include <doctest/doctest.h>

#include <incuse/max7800x/plan/plan.hpp>

#include <initializer_list>
#include <string>
#include <vector>

#include <support/layers.hpp>

namespace test_verify {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::test;

namespace {

using Net = Graph<40>;
using NetPlan = Plan<40>;

std::vector<const Rule*> broken(const Net& graph, const NetPlan& plan, bool in_place = false) {
  Options options;
  options.overlap_data = in_place;
  std::vector<const Rule*> rules;
  for (const Finding& finding : verify(graph, plan, max78000, options)) rules.push_back(finding.rule);
  return rules;
}

std::vector<const Rule*> broken(const Net& graph, bool in_place = false) {
  return broken(graph, plan(graph, max78000), in_place);
}

using Rules = std::vector<const Rule*>;

}  // namespace

TEST_CASE("Words meet where instances, ranges and phases meet") {
  const Words dense{0b11, 0, 10, 4, 4};
  CHECK(dense.meets({0b10, 36, 1, 4, 4}));
  CHECK_FALSE(dense.meets({0b10, 40, 1, 4, 4}));
  CHECK_FALSE(dense.meets({0b100, 0, 10, 4, 4}));
  const Words even{1, 0, 10, 4, 8}, odd{1, 4, 10, 4, 8};
  CHECK_FALSE(even.meets(odd));
  CHECK_FALSE(odd.meets(even));
  CHECK(even.meets({1, 16, 1, 4, 8}));
  CHECK(even.meets({1, 4, 10, 8, 8}));  // too wide for the gap
  CHECK_FALSE(even.meets({1, 76, 4, 4, 8}));
  CHECK_FALSE(even.meets({1, 0, 0, 4, 4}));
}

TEST_CASE("Words of one rhythm meet exactly where a byte is in both; others at least there") {
  using max7800x::Words;
  const auto bytes = [](const Words& words) {
    std::vector<bool> taken(200, false);
    for (long long i = 0; i < words.count; ++i)
      for (long long b = 0; b < words.run; ++b)
        taken[static_cast<std::size_t>(words.first + i * words.step + b)] = true;
    return taken;
  };
  const auto share_a_byte = [&](const Words& a, const Words& b) {
    const std::vector<bool> one = bytes(a), other = bytes(b);
    for (std::size_t i = 0; i < one.size(); ++i)
      if (one[i] && other[i]) return true;
    return false;
  };
  for (long long step : {4, 8, 12, 16})
    for (long long run : {4, 8})
      for (long long other_step : {4, 8, 16})
        for (long long other_run : {4, 8})
          for (long long count : {1, 3})
            for (long long other_count : {1, 4})
              for (long long first = 0; first <= 64; first += 4) {
                if (run > step || other_run > other_step) continue;
                const Words a{1, 24, count, run, step}, b{1, first, other_count, other_run, other_step};
                CAPTURE(step);
                CAPTURE(other_step);
                CAPTURE(first);
                const bool share = share_a_byte(a, b);
                if (step == other_step) CHECK(a.meets(b) == share);
                if (share) CHECK(a.meets(b));
                CHECK(a.meets(b) == b.meets(a));
                CHECK_FALSE(a.meets({2, first, other_count, other_run, other_step}));
              }
}

TEST_CASE("Chains placed by the planner are proved") {
  for (int channels : {1, 3, 4, 16, 60, 64, 65, 128, 200})
    for (int size : {4, 16, 32}) {
      CAPTURE(channels);
      CAPTURE(size);
      const Net graph = network({3, size, size}, {conv2d(channels, 1, 0), pooled(2, conv2d(8)), conv2d(16), conv2d(4)});
      CHECK(broken(graph).empty());
    }
}

TEST_CASE("Element-wise operands lie word by word in each other's gaps") {
  const auto graph = [](int gap, int second) {
    return network({4, 8, 8}, {placed(conv2d(8), 0xf, 0xff, 0, 0x1000, gap),
                               placed(reading(conv2d(8), {network_input}), 0xf, 0xff, 0, second, gap),
                               placed(adding_of({0, 1}), 0xff, 0xff, 0x1000, 0x2000)});
  };
  CHECK(broken(graph(1, 0x1004)).empty());
  CHECK(broken(graph(0, 0x1004)) == Rules{&rules::tensor_overwritten, &rules::read_gap, &rules::read_gap});
  CHECK(broken(graph(1, 0x1008)) == Rules{&rules::tensor_overwritten, &rules::read_offset});
  CHECK(broken(graph(2, 0x1004)) == Rules{&rules::read_gap, &rules::read_gap});
}

TEST_CASE("Concatenated tensors lie side by side, pass by pass or one behind the other") {
  const auto side_by_side = [](ProcessorMap second, ProcessorMap read) {
    return network({4, 8, 8}, {placed(conv2d(8), 0xf, 0xff, 0, 0x1000),
                               placed(reading(conv2d(8), {network_input}), 0xf, second, 0, 0x1000),
                               placed(reading(conv2d(4), {0, 1}), read, 0xf, 0x1000, 0x2000)});
  };
  CHECK(broken(side_by_side(0xff00, 0xffff)).empty());
  CHECK(broken(side_by_side(0xff0000, 0xff00ff)).empty());
  CHECK(broken(side_by_side(0xff0000, 0xffff)) == Rules{&rules::read_processors});

  const auto in_passes = [](int gap, int second) {
    return network({4, 8, 8}, {placed(conv2d(64), 0xf, ~0ull, 0, 0x1000, gap),
                               placed(reading(conv2d(64), {network_input}), 0xf, ~0ull, 0, second, gap),
                               placed(reading(conv2d(4), {0, 1}), ~0ull, 0xf, 0x1000, 0x2000)});
  };
  CHECK(broken(in_passes(1, 0x1004)).empty());
  CHECK(broken(in_passes(0, 0x1100)) == Rules{&rules::read_gap, &rules::read_offset});

  const auto rows = [](int second) {  // 8 x 8 pixels and 4 x 4
    Layer reader = placed(reading(conv2d(4), {0, 1}), 0xff, 0xf, 0x1000, 0x2000);
    reader.in_channels = 8;
    reader.in_extent = {10, 8};
    return network({4, 8, 8}, {placed(conv2d(8), 0xf, 0xff, 0, 0x1000),
                               placed(reading(pooled(2, conv2d(8)), {network_input}), 0xf, 0xff, 0, second), reader});
  };
  CHECK(broken(rows(0x1100)).empty());
  CHECK(broken(rows(0x1200)) == Rules{&rules::read_offset});
}

TEST_CASE("A tensor lives until its last reader") {
  // Layer 3 reads layer 0 again: layers 1 and 2 must leave it alone.
  const auto graph = [](int second, bool read_again) {
    return network({4, 8, 8},
                   {placed(conv2d(4), 0xf, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1000, 0x2000),
                    placed(conv2d(4), 0xf, 0xf, 0x2000, second),
                    placed(reading(conv2d(4), {read_again ? 0 : 2}), 0xf, 0xf, read_again ? 0x1000 : second, 0x4000)});
  };
  CHECK(broken(graph(0x1000, false)).empty());
  CHECK(broken(graph(0x3000, true)).empty());
  CHECK(broken(graph(0x1000, true)) == Rules{&rules::tensor_overwritten});
}

TEST_CASE("Outputs of the network live to the end") {
  const auto graph = [](bool output) {
    Layer first = placed(conv2d(4), 0xf, 0xf, 0, 0x1000);
    first.output = output;
    return network({4, 8, 8},
                   {first, placed(conv2d(4), 0xf, 0xf, 0x1000, 0x2000), placed(conv2d(4), 0xf, 0xf, 0x2000, 0x1000)});
  };
  CHECK(broken(graph(false)).empty());
  CHECK(broken(graph(true)) == Rules{&rules::tensor_overwritten});
}

TEST_CASE("In place: the output keeps behind the input that is still to be read") {
  // 8 x 8 pixels, padding 1: row r needs rows from r - 1 on, 4 * (8 + 1) bytes behind the pixel that is written.
  const auto graph = [](int in_offset, int padding, int kernel) {
    return network({4, 8, 8}, {placed(conv2d(4, kernel, padding), 0xf, 0xf, in_offset, 0)});
  };
  CHECK(broken(graph(36, 1, 3), true).empty());
  CHECK(broken(graph(32, 1, 3), true) == Rules{&rules::output_trails_input});
  CHECK(broken(graph(36, 1, 3), false) == Rules{&rules::tensor_overwritten});
  CHECK(broken(graph(0, 0, 1), true).empty());
  // More words are written than read per pixel: the output overtakes the input.
  const Net growing = network({4, 8, 8}, {placed(conv2d(128, 1, 0), 0xf, ~0ull, 0, 0)});
  CHECK(broken(growing, true) == Rules{&rules::output_trails_input});
  // Pooling reads ahead of what it writes.
  const Net shrinking = network({4, 8, 8}, {placed(pooled(2), 0xf, 0xf, 0, 0)});
  CHECK(broken(shrinking, true).empty());
}

TEST_CASE("In place behind layers that stream: nobody has to allow it, the order decides") {
  // A published face detector: 32 channels of 56 x 42 pixels are read on processors 32 to 63 from 0x4000 on.
  const auto graph = [](int out_offset) {
    Layer first = pooled(2, conv2d(16)), second = pooled(2, conv2d(32));
    first.streaming = second.streaming = true;
    return network({3, 224, 168},
                   {placed(first, 0x7, 0xffff, 0, 0x2000), placed(second, 0xffff, 0xffff'ffffull << 32, 0x2000, 0x4000),
                    placed(conv2d(64), 0xffff'ffffull << 32, ~0ull, 0x4000, out_offset)});
  };
  const auto found = [&](int out_offset, bool overlap, bool lenient) {
    Options options;
    options.input_path = InputPath::fifo;
    options.overlap_data = overlap;
    const Net net = graph(out_offset);
    Rules rules;
    for (const Finding& finding : verify(net, plan(net, max78000, options), max78000, options, lenient))
      rules.push_back(finding.rule);
    return rules;
  };
  const int closest = 0x4000 - 4 * (42 + 1);
  for (bool overlap : {false, true}) {
    CHECK(found(0x3000, overlap, false).empty());
    CHECK(found(closest, overlap, false).empty());
    CHECK(found(closest + 4, overlap, false) == Rules{&rules::output_trails_input});
    CHECK(found(0x4000, overlap, false) == Rules{&rules::output_trails_input});
    CHECK(found(0x4000, overlap, true).empty());  // the vendor's tool does not look
  }
}

TEST_CASE("In place over a tensor that the vendor's tool has forgotten") {
  const auto graph = [](int distance) {
    return network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf, 0, 0x1000), placed(conv2d(4), 0xf, 0xf, 0x1000, 0x2000),
                               placed(reading(conv2d(4), {0}), 0xf, 0xf, 0x1000, 0x1000 - distance)});
  };
  CHECK(broken(graph(36)).empty());
  CHECK(broken(graph(32)) == Rules{&rules::output_trails_input});
}

TEST_CASE("In place over operands that take turns, and over tensors side by side: said once") {
  const auto sum = [](int out_offset) {
    return network({4, 8, 8}, {placed(conv2d(8), 0xf, 0xff, 0, 0x1000, 1),
                               placed(reading(conv2d(8), {network_input}), 0xf, 0xff, 0, 0x1004, 1),
                               placed(adding_of({0, 1}), 0xff, 0xff, 0x1000, out_offset)});
  };
  CHECK(broken(sum(0x1004), true).empty());
  CHECK(broken(sum(0x1008), true) == Rules{&rules::output_trails_input});
  CHECK(broken(sum(0x1000), false) == Rules{&rules::tensor_overwritten});  // operand 0 alone is forgotten
  const auto joined_maps = [](int out_offset) {
    return network({4, 8, 8}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000),
                               placed(reading(conv2d(4), {network_input}), 0xf, 0xf00, 0, 0x1000),
                               placed(reading(conv2d(8), {0, 1}), 0xff0, 0xff0, 0x1000, out_offset)});
  };
  CHECK(broken(joined_maps(0x1000 - 36), true).empty());
  CHECK(broken(joined_maps(0x1000 - 32), true) == Rules{&rules::output_trails_input});
}

TEST_CASE("32-bit outputs take a word for each channel of the last instance: others lie between") {
  const auto graph = [](int channels, ProcessorMap map, int second, int gap) {
    const auto wide = [&](int out_offset) {
      Layer layer = conv2d(channels, 1, 0);
      layer.wide = layer.output = true;
      return placed(reading(layer, {network_input}), 0xf, map, 0, out_offset, gap);
    };
    return network({4, 4, 4}, {wide(0x4000), wide(second)});
  };
  for (int gap : {0, 1}) {
    CHECK(broken(graph(2, 0x3, 0x4008, gap)).empty());
    CHECK(broken(graph(2, 0x3, 0x4004, gap)) == Rules{&rules::tensor_overwritten});
    CHECK(broken(graph(1, 0x1, 0x400c, gap)).empty());
    CHECK(broken(graph(6, 0x3f, 0x4008, gap)) == Rules{&rules::tensor_overwritten});  // the first instance is full
  }
  CHECK(broken(graph(3, 0x7, 0x400c, 0)) == Rules{&rules::tensor_overwritten});
  CHECK(broken(graph(3, 0x7, 0x400c, 1)).empty());
  CHECK(broken(graph(2, 0x3, 0x4010, 1)).empty());
  // From lane 2 on: the lanes in front are written too.
  CHECK(broken(graph(2, 0xc, 0x4008, 0)) == Rules{&rules::tensor_overwritten});
}

TEST_CASE("A map with holes is written where it has no channels, too") {
  const auto graph = [](ProcessorMap second) {
    Layer first = placed(conv2d(4), 0xf, 0xf0, 0, 0x1000);
    first.output = true;
    return network({4, 8, 8}, {first, placed(reading(conv2d(8), {network_input}), 0xf, second, 0, 0x1000)});
  };
  CHECK(broken(graph(0xff00)).empty());
  CHECK(broken(graph(0xf00f)) == Rules{&rules::tensor_overwritten});
}

TEST_CASE("A gap may carry the output out of its instance") {
  const auto graph = [](int gap) { return network({4, 32, 32}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x6000, gap)}); };
  CHECK(broken(graph(0)).empty());
  CHECK(broken(graph(1)).empty());
  CHECK(broken(graph(2)) == Rules{&rules::tensor_outside});
}

TEST_CASE("CHW: a channel is a sequence of bytes, which only the first layer reads") {
  const auto graph = [](bool again) {
    Net net = network({2, 16, 16}, {placed(conv2d(4), 0x11, 0xf00, 0, 0x1000),
                                    again ? placed(reading(conv2d(4), {network_input}), 0x11, 0xf000, 0, 0x1000)
                                          : placed(conv2d(4), 0xf00, 0xf000, 0x1000, 0x1000)});
    net.input_format = DataFormat::chw;
    return net;
  };
  CHECK(broken(graph(false)).empty());
  CHECK(broken(graph(true)) == Rules{&rules::read_size});
}

TEST_CASE("Damage to weights and biases is found") {
  Layer biased = conv2d(8);
  biased.bias = true;
  const Net graph = network({64, 4, 4}, {conv2d(64), biased, biased});
  const NetPlan good = plan(graph, max78000);
  CHECK(broken(graph, good).empty());
  const auto after = [&](auto change) {
    NetPlan damaged = good;
    change(damaged);
    return broken(graph, damaged);
  };
  CHECK(after([](NetPlan& p) { p[0].kernels.offset = -1; }) == Rules{&rules::weights_outside});
  CHECK(after([](NetPlan& p) { p[0].kernels.offset = 2; }) == Rules{&rules::weights_outside});
  CHECK(after([](NetPlan& p) { p[0].kernels.written = {}; }) == Rules{&rules::weights_outside});
  CHECK(after([](NetPlan& p) { p[0].kernels.written.add(800); }) == Rules{&rules::weights_outside});
  CHECK(after([](NetPlan& p) { p[1].kernels.written = p[0].kernels.written; }) == Rules{&rules::weights_overlap});
  CHECK(after([](NetPlan& p) { p[1].kernels.owned = false; }) == Rules{&rules::weights_outside});
  CHECK(after([](NetPlan& p) { p[1].bias_offset = 505; }) == Rules{&rules::bias_outside});
  CHECK(after([](NetPlan& p) { p[1].bias_offset = -1; }) == Rules{&rules::bias_outside});
  CHECK(after([](NetPlan& p) { p[1].bias_group = 4; }) == Rules{&rules::bias_outside});
  CHECK(after([](NetPlan& p) {
          p[2].bias_group = p[1].bias_group;
          p[2].bias_offset = p[1].bias_offset + 7;
        }) == Rules{&rules::bias_overlap});
}

TEST_CASE("With fan-out every group holds a fourth of the first layer's bias") {
  Layer biased = conv2d(8);
  biased.bias = true;
  const Net graph = network({4, 8, 8}, {biased, biased});
  Options options;
  options.input_path = InputPath::quad_fast_fifo;
  options.runs_on_risc_v = true;
  const NetPlan good = plan(graph, max78000, options);
  const auto bias_rules = [&](const NetPlan& checked) {
    Rules found;
    for (const Finding& finding : verify(graph, checked, max78000, options))
      if (*finding.rule == rules::bias_overlap || *finding.rule == rules::bias_outside) found.push_back(finding.rule);
    return found;
  };
  CHECK(bias_rules(good).empty());
  NetPlan damaged = good;
  damaged[0].bias_offset_in[3] = 511;
  CHECK(bias_rules(damaged) == Rules{&rules::bias_outside});
  damaged = good;
  damaged[1].bias_offset = damaged[0].bias_offset_in[damaged[1].bias_group] + 1;
  CHECK(bias_rules(damaged) == Rules{&rules::bias_overlap});
}

TEST_CASE("Columns that are dealt out to the groups are looked at where they are shared") {
  // 18 columns: five for groups 0 and 1, four for groups 2 and 3, where layer 2 begins in column 4.
  const Net graph = network({3, 8, 8}, {placed(conv2d(18), 0x7, 0x3ffffull << 16, 0, 0x1000),
                                        placed(conv2d(3), 0x3ffffull << 16, 0x7ull << 48, 0x1000, 0x2000),
                                        placed(conv2d(4), 0x7ull << 48, 0xf, 0x2000, 0x3000)});
  Options options;
  options.input_path = InputPath::quad_fast_fifo;
  const NetPlan planned = plan(graph, max78000, options);
  CHECK(planned[1].kernels.offset == 8);
  CHECK(planned[2].kernels.offset == 4);
  CHECK(verify(graph, planned, max78000, options).empty());
}

TEST_CASE("Damage to offsets and processors is found") {
  const Net graph = network({16, 8, 8}, {conv2d(16), conv2d(16), conv2d(16)});
  const NetPlan good = plan(graph, max78000);
  CHECK(broken(graph, good).empty());
  for (int layer = 1; layer < 3; ++layer) {
    NetPlan moved = good;
    moved[layer].in_offset += 4;
    CHECK(broken(graph, moved) == Rules{&rules::read_offset});
    moved = good;
    moved[layer].processors = moved[layer].processors << 4 | moved[layer].processors >> 60;
    const Rules found = broken(graph, moved);
    REQUIRE(!found.empty());
    CHECK(found[0] == &rules::read_processors);
  }
}

TEST_CASE("Streaming layers work at the same time: their rings and the last output share no word") {
  const auto graph = [](int second, int output) {
    Layer layer = conv2d(4);
    layer.streaming = true;
    return network({4, 16, 16}, {placed(layer, 0xf, 0xf, 0, second), placed(layer, 0xf, 0xf, second, output),
                                 placed(conv2d(4), 0xf, 0xf, output, 0x4000)});
  };
  CHECK(broken(graph(0x1000, 0x2000)).empty());
  CHECK(broken(graph(0x0004, 0x2000)) == Rules{&rules::tensor_overwritten});
  CHECK(broken(graph(0x1000, 0x1004)) == Rules{&rules::tensor_overwritten});
  CHECK(broken(graph(0x1000, 0x0004)) == Rules{&rules::tensor_overwritten});
}

TEST_CASE("What is written in front of a ring keeps the ring's length away, and the last output a word") {
  // Layer 1 pools 4x4 of 16x16 pixels: its ring has 98 + 3 * 16 + 4 = 150 words and one more, its output only 16.
  const auto graph = [](int first, int second, int output) {
    Layer layer = conv2d(4), pooling = pooled(4, conv2d(4));
    layer.streaming = pooling.streaming = true;
    return network({4, 16, 16}, {placed(layer, 0xf, 0xf, first, second), placed(pooling, 0xf, 0xf, second, output),
                                 placed(conv2d(4), 0xf, 0xf, output, 0x5000)});
  };
  CHECK(broken(graph(0, 0x1000, 0x1000 - 604)).empty());
  CHECK(broken(graph(0, 0x1000, 0x1000 - 600)) == Rules{&rules::tensor_overwritten});
  CHECK(broken(graph(0x2000, 0x3000, 0x2000 - 68)).empty());
  CHECK(broken(graph(0x2000, 0x3000, 0x2000 - 64)) == Rules{&rules::tensor_overwritten});
  // The first ring has three words.
  CHECK(broken(graph(0x7ff4, 0x1000, 0x2000)).empty());
  CHECK(broken(graph(0x7ff8, 0x1000, 0x2000)) == Rules{&rules::tensor_outside});
}

TEST_CASE("Leniently, only the tensor of the layer before and outputs are kept from being overwritten") {
  const auto refused = [](const Net& graph, const Options& options) {
    Rules rules;
    for (const Finding& finding : verify(graph, plan(graph, max78000, options), max78000, options, true))
      rules.push_back(finding.rule);
    return rules;
  };
  const auto graph = [](int first, int second, int third, bool output) {
    Layer layer = placed(conv2d(4), 0xf, 0xf, 0, first);
    layer.output = output;
    return network({4, 8, 8}, {layer, placed(conv2d(4), 0xf, 0xf, first, second),
                               placed(reading(conv2d(4), {-1}), 0xf, 0xf, 0, third)});
  };
  Options options;
  CHECK(refused(graph(0x1000, 0, 0x2000, false), options).empty());  // layer 2 reads the input, which is overwritten
  CHECK(refused(graph(0x1000, 0x2000, 0x1000, false), options).empty());
  CHECK(refused(graph(0x1000, 0x2000, 0x1000, true), options) == Rules{&rules::tensor_overwritten});
  CHECK(refused(graph(0x1000, 0x1040, 0x2000, false), options) == Rules{&rules::tensor_overwritten});
  CHECK(refused(graph(0x0080, 0x1000, 0x2000, false), options) == Rules{&rules::tensor_overwritten});
  options.input_path = InputPath::fifo;  // an input through FIFOs is not loaded
  CHECK(refused(graph(0x0080, 0x1000, 0x2000, false), options).empty());
  options = {};
  options.overlap_data = true;
  CHECK(refused(graph(0x0080, 0x00c0, 0x0080, true), options).empty());
}

TEST_CASE("The weights of a depth-wise layer lie in one RAM block") {
  const Net graph = network({4, 4, 4}, {changed(conv2d(4), [](Layer& layer) { layer.groups = 4; })});
  const auto at = [&](int first) {
    NetPlan moved = plan(graph, max78002);
    ColumnSet written;
    written.add_range(first, 8);
    moved[0].kernels.place(first);
    moved[0].kernels.written = written;
    return verify(graph, moved, max78002).contains(rules::weights_outside);
  };
  CHECK_FALSE(at(1016));
  CHECK(at(1020));
  CHECK_FALSE(at(1024));
  CHECK(at(4092));
}

TEST_CASE("32 layers that work in place are proved while compiling") {
  static constexpr Net graph = [] {
    Net net;
    net.input = {16, 64, 64};
    net.size = 32;
    for (int i = 0; i < net.size; ++i)
      net[i] = placed(i % 4 == 3 ? pooled(1, conv2d(16)) : conv2d(16), 0xffff, 0xffff, 0x3f00 - 0x108 * i,
                      0x3f00 - 0x108 * (i + 1));
    return infer(net);
  }();
  static constexpr NetPlan planned = [] {
    NetPlan in_place = plan(graph, max78000);
    in_place.in_place = true;
    return in_place;
  }();
  static constexpr Findings found = verify(graph, planned, max78000);
  for (const Finding& finding : found) CHECK(*finding.rule == rules::weights_outside);
  CHECK(!found.contains(rules::output_trails_input));
}

TEST_CASE("32 layers are proved while compiling") {
  static constexpr Net graph = [] {
    Net net;
    net.input = {16, 16, 16};
    net.size = 32;
    for (int i = 0; i < net.size; ++i) net[i] = conv2d(16);
    return infer(net);
  }();
  static constexpr NetPlan planned = plan(graph, max78000);
  static constexpr Findings found = verify(graph, planned, max78000);
  static_assert(found.empty());
}

TEST_CASE("Reshapes keep the channels, wherever they have passes") {
  const auto reshaped = [](int channels, Shape read) {
    Layer reader = conv2d(4, 1, 0);
    reader.in_channels = read.channels;
    reader.in_extent = read.extent();
    return broken(network({4, 4, 4}, {conv2d(channels), reader}));
  };
  CHECK(reshaped(64, {64, 2, 8}).empty());
  CHECK(reshaped(128, {128, 16, 1}).empty());
  CHECK(reshaped(128, {64, 8, 4}) == Rules{&rules::read_channels});
  CHECK(reshaped(64, {128, 4, 2}) == Rules{&rules::read_channels});
  CHECK(reshaped(8, {4, 8, 4}) == Rules{&rules::read_channels});
}

TEST_CASE("Operands that are parts of one tensor are its passes") {
  const auto split = [](int channels, int operands) {
    Layer sum = adding_of({0});
    sum.operands = operands;
    return broken(network({4, 4, 4}, {conv2d(channels), sum}));
  };
  CHECK(split(128, 2).empty());
  CHECK(split(96, 2).empty());
  CHECK(split(192, 3).empty());
  CHECK(split(256, 2) == Rules{&rules::read_channels});  // two passes each: they would take turns
  CHECK(split(200, 2) == Rules{&rules::read_channels});
  CHECK(split(100, 2) == Rules{&rules::read_channels});  // the passes of 100 channels are 52 wide
  CHECK(split(8, 2) == Rules{&rules::read_channels});
}

TEST_CASE("The input that the first layer takes for operands is read by others as it lies") {
  const auto read_again = [](int channels, int operands) {
    Layer sum;
    sum.elementwise = Elementwise::add;
    sum.operands = operands;
    return broken(network({channels, 4, 4}, {sum, reading(conv2d(4), {network_input})}));
  };
  CHECK(read_again(128, 2).empty());
  CHECK(read_again(200, 2) == Rules{&rules::read_channels});
}

TEST_CASE("Where passes and operands differ, their channels are told, and passes that are as narrow") {
  const auto told = [](const Net& graph, const Options& options = {}) {
    const Net net = infer(graph);
    std::string all;
    const Plan<Net::capacity> plan = plan_if_possible(net, max78000, options);
    for (const Finding& finding : verify(net, plan, max78000, options)) {
      const std::string sentence = string_of(sentence_of(finding, max78000.name));
      const std::size_t begin = sentence.find(": needs"), end = sentence.find("; keep");
      const std::size_t advice = sentence.find("; the option");
      all += sentence.substr(begin, end - begin) + (advice == std::string::npos ? "" : sentence.substr(advice));
    }
    return all;
  };
  const auto split = [](int channels, int operands) {
    Layer sum = adding_of({0});
    sum.operands = operands;
    return network({4, 4, 4}, {conv2d(channels), sum});
  };
  CHECK(told(split(8, 2)) ==
        ": needs 4 channels per operand, a pass of the source has 8 channels; the option "
        "processors_per_pass, on the command line --max-proc: 64 -> 4");
  CHECK(told(split(256, 2)) == ": needs 128 channels per operand, a pass of the source has 64 channels");
  CHECK(told(split(200, 2)) == ": needs 100 channels per operand, a pass of the source has 52 channels");
  Layer halves;
  halves.elementwise = Elementwise::add;
  halves.operands = 2;
  CHECK(told(network({8, 4, 4}, {halves, reading(conv2d(4), {network_input})})) ==
        ": needs 8 channels in one operand, an operand of layer 0 has 4 channels; the option processors_per_pass, on "
        "the command line --max-proc: 64 -> 4");
  // The advice helps, and where there is none no width of a pass would.
  for (int operands = 2; operands <= 4; ++operands)
    for (int each = 1; each <= 80; ++each) {
      CAPTURE(operands);
      CAPTURE(each);
      const Net net = split(operands * each, operands);
      const std::string now = told(net);
      Options options;
      bool helps = false;
      for (int width = 4; width < 64 && !now.empty(); width += 4) {
        options.processors_per_pass = width;
        const bool fits = told(net, options).empty();
        const bool advised =
            now.find("64 -> " + std::to_string(width)) == now.size() - 6 - std::to_string(width).size();
        if (advised) CHECK(fits);
        helps = helps || fits;
      }
      if (!now.empty()) CHECK((now.find("--max-proc") != std::string::npos) == helps);
    }
}

TEST_CASE("What is read as one tensor has its channels, one behind the other") {
  const auto joint = [](Shape read) {
    Layer reader = reading(conv2d(4, 1, 0), {0, 1});
    reader.in_channels = read.channels;
    reader.in_extent = read.extent();
    return broken(
        network({4, 4, 4}, {placed(conv2d(4), 0xf, 0xf0, 0, 0x1000), placed(conv2d(4), 0xf0, 0xf00, 0x1000, 0x1000),
                            placed(reader, read.channels == 4 ? 0xf0 : 0xff0, 0xf, 0x1000, 0x2000)}));
  };
  CHECK(joint({8, 2, 8}).empty());
  CHECK(joint({4, 4, 8}) == Rules{&rules::read_channels});  // two images of one size are no larger image
}

TEST_CASE("Layers that run again leave outputs alone") {
  const auto repeated = [](int offset, int times, bool all = false) {
    Options options;
    options.repetitions = times;
    Layer first = placed(conv2d(4), 0xf, 0xf0, 0, 0), second = placed(conv2d(4), 0xf0, 0xf00, 0, 0);
    first.output = all;
    const Net graph = network(
        {4, 4, 4}, {first, second, placed(conv2d(4), 0xf00, offset < 0 ? 0xf : 0xf0, 0, offset < 0 ? 0 : offset)});
    Rules rules;
    for (const Finding& finding : verify(graph, plan(graph, max78000), max78000, options))
      rules.push_back(finding.rule);
    return rules;
  };
  CHECK(repeated(0, 1).empty());
  CHECK(repeated(0, 2) == Rules{&rules::repeated_output});  // over what layer 0 writes again
  CHECK(repeated(64, 2).empty());
  CHECK(repeated(64, 9, true).empty());
  CHECK(repeated(-1, 2).empty());                            // over the input: layer 2 does not run again
  CHECK(repeated(-1, 3) == Rules{&rules::repeated_output});  // it does
  CHECK(repeated(-1, 2, true) == Rules{&rules::repeated_output});
}

TEST_CASE("The word of an early exit is shared with nothing, not even with what the exit reads") {
  const auto exiting = [](int exit_offset, bool in_place = false) {
    Layer test = flattened(linear(1));
    test.exit = {ExitTest::one, 0, 5};
    const Net graph =
        network({4, 40, 1}, {placed(conv1d(4, 3, 0, 8), 0xf, 0xf0, 0, 0x1000),  // writes 32 bytes in front
                             placed(test, 0xf0, 0x10, 0x1000, exit_offset),
                             reading(placed(conv1d(4, 1), 0xf, 0xf00, 0, 0), {network_input})});
    return broken(graph, in_place);
  };
  CHECK(exiting(0x1000 - 36).empty());
  CHECK(exiting(0x1000 - 32) == Rules{&rules::tensor_overwritten});
  CHECK(exiting(0x1000 - 4) == Rules{&rules::tensor_overwritten});
  CHECK(exiting(0x1000) == Rules{&rules::tensor_overwritten});
  CHECK(exiting(0x1000, true) == Rules{&rules::tensor_overwritten});
}

}  // namespace test_verify
