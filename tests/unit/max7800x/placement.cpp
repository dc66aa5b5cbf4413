// Automatic placement, against a word map: every instance is an array of tags, every layer writes and reads its words
// in it. No part of this knows how the planner works (max7800x-placement, sections 2 to 6 and 9).
#include <support/random.hpp>
#include <support/worked_examples.hpp>

#include <incuse/max7800x/verify.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

namespace test_placement {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

using Chain = Graph<max7800x::most_layers>;

struct Tag {
  int tensor = -1;  ///< -1: nobody; 0: the input; i + 1: the output of layer i
  int word = 0;     ///< of the tensor in this instance

  friend bool operator==(const Tag&, const Tag&) = default;
};

/// The data memories. Everything that a tensor occupies is written and read through `each_word`.
struct WordMap {
  std::array<std::array<Tag, 8192>, 16> words{};
  std::string problem;

  void fail(const std::string& what) {
    if (problem.empty()) problem = what;
  }
  /// Calls action(tag in memory, index) for `count` words from `offset` on in every instance of the map.
  template <class Action>
  void each_word(ProcessorMap map, int offset, int count, Action&& action) {
    if (offset < 0 || offset % 4 != 0) return fail("offset " + std::to_string(offset));
    for (std::size_t instance = 0; instance < 16; ++instance) {
      if ((map >> 4 * instance & 0xf) == 0) continue;
      for (int i = 0; i < count; ++i) {
        const std::size_t word = static_cast<std::size_t>(offset / 4 + i);
        if (word >= 8192) return fail("beyond the end of an instance");
        action(words[instance][word], i);
      }
    }
  }
  void write(int tensor, ProcessorMap map, int offset, int count) {
    each_word(map, offset, count, [&](Tag& tag, int i) { tag = {tensor, i}; });
  }
  void read(int tensor, ProcessorMap map, int offset, int count) {
    each_word(map, offset, count, [&](Tag& tag, int i) {
      if (tag != Tag{tensor, i}) fail("a word of tensor " + std::to_string(tensor) + " was overwritten");
    });
  }
};

/// Words per instance of the input and of a layer's output.
int input_words(const Chain& chain, bool chw) {
  const Shape s = chain[0].in;
  return chw ? (s.height * s.width + 3) / 4 : s.height * s.width * ((s.channels + 63) / 64);
}
int output_words(const Layer& layer) {
  return layer.out.height * layer.out.width * ((layer.out.channels + 63) / 64) * (layer.wide ? 4 : 1);
}

/// Plays a chain through the word map; empty if everything is read as it was written.
std::string play(const Chain& chain, const Plan<max7800x::most_layers>& placed) {
  const bool chw = placed.input_format == DataFormat::chw;
  WordMap map;
  map.write(0, placed[0].processors, placed[0].in_offset, input_words(chain, chw));
  for (int i = 0; i < chain.size; ++i) {
    const int source = chain[i].sources[0];
    const auto read_input = [&] {
      const int words = source < 0 ? input_words(chain, chw) : output_words(chain[source]);
      map.read(source + 1, placed[i].processors, placed[i].in_offset, words);
    };
    read_input();
    map.write(i + 1, placed[i].output_processors, placed[i].out_offset, output_words(chain[i]));
    read_input();  // not even its own output may touch what a layer reads
  }
  for (int i = 0; i < chain.size; ++i)
    if (chain[i].output) map.read(i + 1, placed[i].output_processors, placed[i].out_offset, output_words(chain[i]));
  return map.problem;
}

/// The channels of a pass have processors, and consumers read where producers wrote.
std::string maps_of(const Chain& chain, const Plan<max7800x::most_layers>& placed) {
  for (int i = 0; i < chain.size; ++i) {
    const int source = chain[i].sources[0];
    if (bit_count(placed[i].processors) != placed[i].in.channels) return "input processors";
    if (bit_count(placed[i].output_processors) != placed[i].out.channels) return "output processors";
    if (source >= 0 && placed[source].output_processors != placed[i].processors) return "maps of neighbours";
    if (source >= 0 && placed[source].out_offset != placed[i].in_offset) return "offsets of neighbours";
    if (first_bit(placed[i].output_processors) % 4 != 0) return "start in the middle of a block";
    if (!chain[i].weighted() && i > 0 && placed[i].processors != placed[i].output_processors)
      return "a layer without weights moves its data";
  }
  if (!placed.uses_group(0)) return "group 0 is not used";
  return "";
}

/// Columns in range, multiples of 4, and not shared.
std::string columns_of(const Chain& chain, const Plan<max7800x::most_layers>& placed) {
  std::vector<std::array<bool, 768>> taken(64);
  for (int i = 0; i < chain.size; ++i) {
    if (!chain[i].weighted()) continue;
    const KernelColumns& kernels = placed[i].kernels;
    if (kernels.offset < 0 || kernels.offset % 4 != 0 || kernels.offset + kernels.length > 768) return "column range";
    for (std::size_t p = 0; p < 64; ++p)
      for (int c = kernels.offset; (placed[i].processors >> p & 1) != 0 && c < kernels.offset + kernels.length; ++c) {
        bool& used = taken[p][static_cast<std::size_t>(c)];
        if (used) return "columns overlap";
        used = true;
      }
  }
  return "";
}

void check_plan(const Chain& chain) {
  const auto placed = plan(chain, max78000);
  CHECK(play(chain, placed) == "");
  CHECK(maps_of(chain, placed) == "");
  CHECK(columns_of(chain, placed) == "");
  CHECK(verify(chain, placed, max78000).ok());
}

/// A chain of convolutions, poolings, pure pooling layers and a classifier that fits into the weight memory.
Chain random_chain(test::Random& random) {
  Chain chain{};
  const bool large = random.one_in(4);  // too large for HWC order
  chain.input = {random.between(1, large ? 4 : 60), random.between(4, 50), random.between(4, 50)};
  if (large) chain.input.height = chain.input.width = random.between(91, 120);
  const int layers = random.between(1, 12);
  int columns = 0, channels = chain.input.channels;
  Extent size = chain.input.extent();
  while (chain.size < layers) {
    const int out = random.one_in(5) ? random.between(65, 130) : random.between(1, 64);
    Layer layer = random.one_in(4) ? conv2d(out, 1, 0) : conv2d(out, 3, 1);
    const bool halve = size.height >= 4 && size.width >= 4 && random.one_in(3);
    if (halve) layer = pooled(Pooling::max, {2, 2}, {2, 2}, layer);
    if (halve && channels <= 64 && chain.size > 0 && random.one_in(4))
      layer = pooled(Pooling::average, {2, 2}, {2, 2});  // pools and nothing else
    const int kernels = out * ((channels + 63) / 64);
    if (columns + kernels > 700 && layer.weighted()) break;
    if (halve) size = {size.height / 2, size.width / 2};
    // Keep every tensor below a third of an instance, so that a plan exists.
    if (layer.weighted() && size.area() * ((out + 63) / 64) > 2700) {
      layer = pooled(Pooling::max, {4, 4}, {4, 4}, layer);
      size = halve ? Extent{size.height * 2 / 4, size.width * 2 / 4} : Extent{size.height / 4, size.width / 4};
    }
    if (layer.weighted()) columns += kernels, channels = out;
    layer.output = size.area() * ((channels + 63) / 64) < 500 && random.one_in(3);  // stays to the end
    chain[chain.size++] = layer;
  }
  if (chain.size == 0) chain[chain.size++] = conv2d(4, 1, 0);
  if (size.area() <= 256 && random.one_in(2) && channels <= 16) {
    chain[chain.size++] = wide_output(flattened(linear(random.between(2, 10))));
  }
  return infer(chain);
}

template <class... Layers>
Chain chain_of(Shape input, const Layers&... layers) {
  return network<max7800x::most_layers>(input, layers...);
}

}  // namespace

TEST_CASE("random chains: every layer reads what was written for it") {
  test::Random random(33);
  int chw = 0, passes = 0, flat = 0, pools = 0;
  for (int attempt = 0; attempt < 120; ++attempt) {
    CAPTURE(attempt);
    const Chain chain = random_chain(random);
    check_plan(chain);
    const auto placed = plan(chain, max78000);
    chw += placed.input_format == DataFormat::chw;
    for (int i = 0; i < chain.size; ++i) {
      passes += placed[i].in.count > 1;
      flat += chain[i].flatten;
      pools += !chain[i].weighted();
    }
  }
  CHECK(passes > 20);
  CHECK(flat > 3);
  CHECK(pools > 10);
  CHECK(chw > 0);
}

TEST_CASE("compile time and run time make the same plan") {
  constexpr auto compiled =
      plan(network<3>({1, 28, 28}, conv2d(20, 3, 1), pooled(Pooling::max, {2, 2}, {2, 2}, conv2d(30, 3, 1)),
                      wide_output(flattened(linear(10)))),
           max78000);
  const auto chain = chain_of({1, 28, 28}, conv2d(20, 3, 1), pooled(Pooling::max, {2, 2}, {2, 2}, conv2d(30, 3, 1)),
                              wide_output(flattened(linear(10))));
  check_plan(chain);
  const auto placed = plan(chain, max78000);
  for (int i = 0; i < 3; ++i) {
    CHECK(placed[i].processors == compiled[i].processors);
    CHECK(placed[i].output_processors == compiled[i].output_processors);
    CHECK(placed[i].in_offset == compiled[i].in_offset);
    CHECK(placed[i].out_offset == compiled[i].out_offset);
    CHECK(placed[i].kernels.offset == compiled[i].kernels.offset);
    CHECK(placed[i].kernels.length == compiled[i].kernels.length);
  }
  CHECK(placed.groups == compiled.groups);
}

TEST_CASE("the input lies in CHW order where HWC does not fit") {
  CHECK(plan(chain_of({3, 90, 91}, pooled(Pooling::max, {8, 8}, {8, 8}, conv2d(4, 3, 1))), max78000).input_format ==
        DataFormat::hwc);
  const Chain large = chain_of({3, 150, 150}, pooled(Pooling::max, {2, 2}, {2, 2}, conv2d(16, 3, 1)));
  const auto placed = plan(large, max78000);
  CHECK(placed.input_format == DataFormat::chw);
  CHECK(bit_count(placed[0].processors) == 3);
  CHECK(blocks_of(placed[0].processors) == 3);
  check_plan(large);
  // Sixteen channels are the most that have an instance of their own.
  const Chain sixteen = chain_of({16, 100, 100}, pooled(Pooling::max, {4, 4}, {4, 4}, conv2d(16, 3, 1)));
  CHECK(plan(sixteen, max78000).input_format == DataFormat::chw);
  check_plan(sixteen);
}

TEST_CASE("the author's choice of format is kept") {
  auto chain = chain_of({1, 28, 28}, conv2d(8, 3, 1));
  chain.input_format = DataFormat::chw;
  CHECK(plan(chain, max78000).input_format == DataFormat::chw);
  check_plan(chain);
  chain.input_format = DataFormat::hwc;
  CHECK(plan(chain, max78000).input_format == DataFormat::hwc);
  check_plan(chain);
}

TEST_CASE("a full instance: input, 32 layers and output stay clear of each other") {
  // Two tensors of 16384 bytes each: exactly the memory.
  check_plan(chain_of({4, 64, 64}, conv2d(4, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1)));
  Chain deep{};
  deep.input = {16, 16, 16};
  for (; deep.size < 32; ++deep.size) deep[deep.size] = conv2d(64, 1, 0);
  check_plan(infer(deep));
}

TEST_CASE("wide layers share the weight memory out among the processors") {
  // 64 -> 64 takes 64 columns everywhere: ten of them are 640 of 768.
  Chain chain{};
  chain.input = {64, 8, 8};
  for (; chain.size < 10; ++chain.size) chain[chain.size] = conv2d(64, 3, 1);
  check_plan(infer(chain));
  // Layers of 4 channels can go to 16 different blocks: 16 x 400 columns do fit, one block alone has 768.
  Chain narrow{};
  narrow.input = {4, 8, 8};
  for (; narrow.size < 12; ++narrow.size)
    narrow[narrow.size] = with_bits(8, conv2d(narrow.size % 2 == 0 ? 60 : 4, 3, 1));
  check_plan(infer(narrow));
}

TEST_CASE("an output in the middle of a chain stays to the end") {
  auto chain = chain_of({4, 32, 32}, conv2d(4, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1));
  chain[1].output = true;
  check_plan(chain);
}

TEST_CASE("a gap between two tensors is used only if it is large enough") {
  // The first output stays, so the second one goes below it, where the input was; the third one has to go above.
  auto chain = chain_of({64, 30, 30}, conv2d(64, 3, 0), conv2d(64, 3, 0), conv2d(64, 3, 0), conv2d(4, 3, 0));
  chain[0].output = true;
  check_plan(chain);
  const auto placed = plan(chain, max78000);
  CHECK(placed[0].out_offset == 4 * 30 * 30);
  CHECK(placed[1].out_offset == 0);
  CHECK(placed[2].out_offset == 4 * (30 * 30 + 28 * 28));
}

TEST_CASE("a later layer may read an earlier tensor") {
  auto chain = chain_of({4, 16, 16}, conv2d(8, 3, 1), conv2d(8, 3, 1), conv2d(8, 3, 1), conv2d(4, 3, 1));
  chain[3].sources[0] = 0;
  chain = infer(chain);
  check_plan(chain);
}

TEST_CASE("layers that only pool keep their processors, behind a CHW input too") {
  check_plan(chain_of({8, 32, 32}, pooled(Pooling::max, {2, 2}, {2, 2}), conv2d(4, 3, 1)));
  check_plan(chain_of({8, 32, 32}, conv2d(20, 3, 1), pooled(Pooling::average, {2, 2}, {2, 2}), conv2d(4, 3, 1)));
  // Such a layer cannot move data between groups: channels in CHW order do not lie in one.
  const auto gathering = chain_of({5, 120, 120}, pooled(Pooling::average, {4, 4}, {4, 4}), conv2d(4, 3, 1));
  CHECK(plan(gathering, max78000).input_format == DataFormat::hwc);
  const auto single = chain_of({1, 120, 120}, pooled(Pooling::average, {4, 4}, {4, 4}), conv2d(4, 3, 1));
  CHECK(plan(single, max78000).input_format == DataFormat::chw);
  check_plan(single);
}

TEST_CASE("an input that later layers read, too, lies in HWC order") {
  auto chain = chain_of({3, 100, 100}, pooled(Pooling::max, {4, 4}, {4, 4}, conv2d(4, 3, 1)),
                        pooled(Pooling::max, {4, 4}, {4, 4}, conv2d(4, 3, 1)));
  CHECK(plan(chain, max78000).input_format == DataFormat::chw);
  chain[1].sources[0] = network_input;
  CHECK(plan(infer(chain), max78000).input_format == DataFormat::hwc);
  chain.input = {3, 50, 50};
  chain = infer(chain);
  check_plan(chain);
}

TEST_CASE("networks that lack copies, and layers that stream in the middle, stay unplaced") {
  auto two = chain_of({4, 8, 8}, conv2d(4, 3, 1), conv2d(4, 3, 1), adding(2));
  two[2].sources = {};
  two[2].sources.push(0);
  two[2].sources.push(1);
  const auto placed = plan(infer(two), max78000);
  for (int i = 0; i < 3; ++i) CHECK(placed[i].processors == 0);
  const auto stream = chain_of({4, 8, 8}, conv2d(4, 3, 1), streamed(conv2d(4, 3, 1)), conv2d(4, 3, 1));
  CHECK(plan(stream, max78000)[0].processors == 0);
}

TEST_CASE("what is too large is placed all the same, and found out") {
  const auto chain = chain_of({4, 100, 100}, conv2d(64, 3, 1), conv2d(64, 3, 1));
  const auto placed = plan(chain, max78000);
  CHECK(placed[1].processors != 0);
  CHECK(play(chain, placed) != "");
  CHECK_FALSE(verify(chain, placed, max78000).ok());
}

TEST_CASE("every position of the word map notices what it is for") {
  const auto chain = chain_of({4, 16, 16}, conv2d(4, 3, 1), conv2d(4, 3, 1));
  auto placed = plan(chain, max78000);
  REQUIRE(play(chain, placed) == "");
  auto broken = placed;
  broken[0].out_offset = broken[0].in_offset + 4 * 255;
  broken[0].output_processors = broken[0].processors;
  broken[1].in_offset = broken[0].out_offset;
  broken[1].processors = broken[0].processors;
  CHECK(play(chain, broken) != "");
  broken = placed;
  broken[1].in_offset += 4;
  CHECK(play(chain, broken) != "");
}

TEST_CASE("positions and families are compared member by member, the most important first") {
  using max7800x::detail::PositionCost, max7800x::detail::Urgency;
  const int sizes[] = {0, 1, 2};
  std::vector<PositionCost> costs;
  std::vector<Urgency> urgencies;
  for (int a : sizes)
    for (int b : sizes)
      for (int c : sizes)
        for (int d : sizes) {
          costs.push_back({a, b, c, d});
          for (int given = 0; given < 2; ++given) urgencies.push_back({given == 1, a, b == 2, c, d});
        }
  const auto order = [](const PositionCost& c) { return std::tuple(c.excess, c.columns, c.cycles, c.bytes); };
  for (const PositionCost& a : costs)
    for (const PositionCost& b : costs) CHECK(a.less_than(b) == (order(a) < order(b)));
  const auto rank = [](const Urgency& u) { return std::tuple(u.given, u.precedence, u.wide, u.columns, u.bytes); };
  for (const Urgency& a : urgencies)
    for (const Urgency& b : urgencies) CHECK(a.less_than(b) == (rank(a) < rank(b)));
}

TEST_CASE("the fullest of some blocks") {
  test::Random random(3);
  for (int n = 0; n < 200; ++n) {
    max7800x::detail::BlockLoads<4> loads;
    for (int& columns : loads.columns) columns = random.below(768);
    const unsigned blocks = random.word() >> 16;
    int most = 0;
    for (int b = 0; b < instances; ++b) most = max_of(most, (blocks >> b & 1) != 0 ? loads.columns[b] : 0);
    CHECK(max7800x::detail::fullest(loads, blocks) == most);
  }
}

TEST_CASE("the least load is never more than any way to lay the loads out; wide ones meet") {
  test::Random random(4);
  for (int n = 0; n < 2000; ++n) {
    int wide = 0, all = 0, load[3], blocks[3];
    max7800x::detail::LeastLoad least;
    const int count = random.between(1, 3);
    for (int i = 0; i < count; ++i) {
      load[i] = random.between(1, 20), blocks[i] = random.between(1, instances);
      least.add(load[i], blocks[i]);
      all += load[i] * blocks[i];
      if (blocks[i] > instances / 2) wide += load[i];
    }
    int best = 1 << 20;  // of the fullest block, over all positions
    for (int a = 0; a + blocks[0] <= instances; ++a)
      for (int b = 0; count < 2 ? b < 1 : b + blocks[1] <= instances; ++b)
        for (int c = 0; count < 3 ? c < 1 : c + blocks[2] <= instances; ++c) {
          const int starts[] = {a, b, c};
          int sums[instances]{}, fullest = 0;
          for (int i = 0; i < count; ++i)
            for (int k = 0; k < blocks[i]; ++k) fullest = max_of(fullest, sums[starts[i] + k] += load[i]);
          best = min_of(best, fullest);
        }
    CHECK(least.fits(best));
    CHECK_FALSE(least.fits(max_of(wide, (all + instances - 1) / instances) - 1));
  }
}

TEST_CASE("what a streaming layer reads is a ring, and nothing else is") {
  for (int streamed = 0; streamed <= 4; ++streamed) {
    Graph<5> net = network<5>({3, 40, 40}, conv2d(8, 3, 1), conv2d(8, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1));
    for (int i = 0; i < streamed; ++i) net[i].streaming = true;
    Options options;
    options.input_path = InputPath::fifo;
    const Plan<5> placed = plan(net, max78000, options);
    const auto values = max7800x::detail::values_of(net, placed, max78000, options, true, false);
    REQUIRE(values.size == net.size + 1);
    for (int v = 0; v < values.size; ++v) CHECK(values[v].streams == (v < net.size && net[v].streaming));
  }
}

}  // namespace test_placement
