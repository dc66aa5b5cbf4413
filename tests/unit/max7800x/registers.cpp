// Register writes, compared one by one with the worked examples (max7800x-examples) and the register sheet.
#include <support/worked_examples.hpp>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/registers/register_names.hpp>
#include <incuse/max7800x/tables/registers.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace test_registers {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

/// Short names of the examples in the order of the writes, with the numbers of the device sheet (section 3.1).
struct Name {
  const char* name;
  unsigned number;
};
constexpr Name names[] = {{"rows", 0},  {"cols", 1},   {"prow", 3},    {"pcol", 4},    {"stride", 5},
                          {"wptr", 6},  {"toffs", 7},  {"moffs", 8},   {"choffs", 9},  {"rptr", 10},
                          {"lctl", 11}, {"lctl2", 20}, {"mask", 12},   {"1d", 2},      {"tptr", 13},
                          {"post", 15}, {"ena", 14},   {"sstart", 16}, {"sdelta", 17}, {"roll", 18}};

using Values = std::map<std::string, std::uint32_t>;

/// Reads the listing of an example: "L0 G1: ena=0" gives what differs from the layer's first group; other groups that
/// are not listed equal the first one.
std::vector<std::map<int, Values>> parse(const std::string& listing, int layers, const std::vector<int>& groups) {
  std::vector<std::map<int, Values>> result(static_cast<std::size_t>(layers));
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string layer_word, group_word;
    if (!(words >> layer_word >> group_word)) continue;
    auto& of_layer = result[static_cast<std::size_t>(std::atoi(layer_word.c_str() + 1))];
    const int group = std::atoi(group_word.c_str() + 1);
    Values changes;
    for (std::string word; words >> word;) {
      const auto equals = word.find('=');
      changes[word.substr(0, equals)] =
          static_cast<std::uint32_t>(std::strtoul(word.c_str() + equals + 1, nullptr, 16));
    }
    if (group == groups[0])
      for (int g : groups) of_layer[g] = changes;
    for (const auto& [name, value] : changes) of_layer[group][name] = value;
  }
  return result;
}

std::string text(const RegisterWrite& write) {
  std::ostringstream out;
  out << std::hex << write.address << " <- " << write.value;
  return out.str();
}

/// All writes of a listing in the order of section 3 of the register sheet; `frame`: input frame size, if any.
std::vector<std::string> expected_writes(const std::string& listing, int layers, const std::vector<int>& groups,
                                         std::uint32_t frame = 0, std::uint32_t fifo_control = 0) {
  const auto values = parse(listing, layers, groups);
  std::vector<std::string> writes;
  for (unsigned layer = 0; layer < values.size(); ++layer)
    for (int g : groups) {
      const std::uint32_t group_base = 0x5010'0000 + 0x40'0000 * static_cast<std::uint32_t>(g);
      const Values& own = values[layer].at(g);
      std::size_t found = 0;
      for (const Name& name : names) {
        const auto value = own.find(name.name);
        if (value == own.end()) continue;
        ++found;
        if (value->second != 0)
          writes.push_back(text({group_base + 0x10 + name.number * 0x80 + 4 * layer, value->second}));
      }
      REQUIRE(found == own.size());  // no misspelt name in a listing
      if (layer == 0 && frame != 0) writes.push_back(text({group_base + 0x990, frame}));
    }
  if (fifo_control != 0) writes.push_back(text({0x5000'0000, fifo_control}));
  return writes;
}

/// A list of writes that compile time can make, too.
struct Writes {
  RegisterWrite items[700]{};
  int count = 0;
  constexpr void operator()(const RegisterWrite& write) { items[count++] = write; }

  std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (int i = 0; i < count; ++i) result.push_back(text(items[i]));
    return result;
  }
  friend constexpr bool operator==(const Writes& a, const Writes& b) {
    if (a.count != b.count) return false;
    for (int i = 0; i < a.count; ++i)
      if (!(a.items[i] == b.items[i])) return false;
    return true;
  }
};

constexpr Writes configure(const examples::Net& net, const Options& options = {}) {
  Writes writes;
  emit_configure(net, plan(net, max78000, options), max78000, options, writes);
  return writes;
}

constexpr Writes start(const examples::Net& net, const Options& options = {}) {
  Writes writes;
  emit_start(net, plan(net, max78000), max78000, options, writes);
  return writes;
}

constexpr Writes init(const examples::Net& net, const Options& options = {}) {
  Writes writes;
  emit_init(net, plan(net, max78000), max78000, options, writes);
  return writes;
}

constexpr Writes interrupt(const examples::Net& net) {
  Writes writes;
  emit_interrupt(net, plan(net, max78000), max78000, {}, writes);
  return writes;
}

/// Value written to a layer register; 0 if it is not written.
std::uint32_t value_of(const Writes& writes, const std::string& name, unsigned layer = 0, unsigned group = 0) {
  for (const Name& n : names)
    if (n.name == name)
      for (int i = 0; i < writes.count; ++i)
        if (writes.items[i].address == 0x5010'0010 + group * 0x40'0000 + n.number * 0x80 + 4 * layer)
          return writes.items[i].value;
  return 0;
}

/// `compiled` is what the compiler made of the same network: it has to agree with the run time.
void check(const Writes& compiled, const examples::Net& net, const Options& options, const std::string& listing,
           const std::vector<int>& groups, std::uint32_t frame = 0, std::uint32_t fifo_control = 0) {
  const Writes made = configure(net, options);
  const auto expected = expected_writes(listing, net.size, groups, frame, fifo_control);
  const auto actual = made.texts();
  CHECK(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size() && i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(actual[i] == expected[i]);
  }
  CHECK(compiled == made);
}

const std::vector<int> all_groups{0, 1, 2, 3};

}  // namespace

TEST_CASE("registers of example 1: MNIST, CHW input, flatten, wide output") {
  constexpr Writes compiled = configure(examples::mnist());
  check(compiled, examples::mnist(), {}, R"(
L0 G0: rows=1001d cols=1001d wptr=2800 moffs=2000 lctl=b60 lctl2=1d800 mask=1d8 tptr=1b post=22000 ena=10001
L0 G1: ena=0
L0 G2: ena=0
L0 G3: ena=0
L1 G0: rows=2001f cols=2001f prow=1 pcol=1 stride=1 wptr=2000 moffs=2000 rptr=800 lctl=eba0 lctl2=1d800 mask=1d8 tptr=f post=24000 ena=fff0fff0
L1 G1: lctl=ba0 ena=ffffffff
L1 G2: lctl=ba0 ena=ffffffff
L1 G3: lctl=ba0 ena=ffffffff
L2 G0: rows=10011 cols=10011 prow=1 pcol=1 stride=1 wptr=2800 moffs=2000 lctl=eba0 lctl2=1b800 mask=1e00398 tptr=7 post=24000 ena=fff0fff0
L2 G1: lctl=ba0 ena=ffffffff
L2 G2: lctl=ba0 ena=ffffffff
L2 G3: lctl=ba0 ena=ffffffff
L3 G0: rows=10009 cols=10009 prow=1 pcol=1 stride=1 moffs=2000 rptr=800 lctl=eaa0 lctl2=5800 mask=3a003f8 tptr=3 post=22000 ena=fff0fff0
L3 G1: lctl=aa0 ena=ffffffff
L3 G2: lctl=aa0 ena=ffffffff
L3 G3: lctl=aa0 ena=fff0fff
L4 G0: wptr=400 toffs=1 moffs=2000 lctl=10920 lctl2=480f mask=240028f8 1d=100 post=1000 ena=fff0fff
L4 G1: post=0 ena=0
L4 G2: post=0 ena=0
L4 G3: post=0 ena=0
)",
        all_groups);
}

TEST_CASE("registers of example 2: five operands, 31 channels in two groups") {
  constexpr Writes compiled = configure(examples::five_operands());
  check(compiled, examples::five_operands(), {}, R"(
L0 G0: rows=b cols=b wptr=800 toffs=2000 lctl=920 1d=106003 post=1000000 ena=ffff
L0 G1: wptr=8800 ena=7fff
)",
        {0, 1});
}

TEST_CASE("registers of example 3: addition before a convolution") {
  constexpr Writes compiled = configure(examples::add_and_convolve());
  check(compiled, examples::add_and_convolve(), {}, R"(
L0 G0: rows=b cols=b wptr=800 moffs=2000 lctl=920 lctl2=6000 mask=60 1d=66000 tptr=9 ena=7f007f
)",
        {0});
}

TEST_CASE("registers of example 4: three multi-pass branches, added") {
  constexpr Writes compiled = configure(examples::three_branches());
  check(compiled, examples::three_branches(), {}, R"(
L0 G0: rows=e cols=6 wptr=400 moffs=2000 lctl=920 lctl2=1f800 mask=1f8 tptr=4 ena=70007
L0 G1: ena=0
L0 G2: ena=0
L0 G3: ena=0
L1 G0: rows=c cols=4 wptr=800 moffs=2000 choffs=3 rptr=400 lctl=e920 lctl2=1f880 mask=20007f8 tptr=2 ena=ffffffff
L1 G1: lctl=920
L1 G2: lctl=920
L1 G3: lctl=920
L2 G0: rows=c cols=4 wptr=801 moffs=2000 choffs=3 rptr=400 lctl=e920 lctl2=1f880 mask=8000df8 tptr=2 ena=ffffffff
L2 G1: lctl=920
L2 G2: lctl=920
L2 G3: lctl=920
L3 G0: rows=c cols=4 wptr=802 moffs=2000 choffs=3 rptr=400 lctl=e920 lctl2=1f880 mask=e0013f8 tptr=2 ena=ffffffff
L3 G1: lctl=920
L3 G2: lctl=920
L3 G3: lctl=920
L4 G0: rows=20 cols=2 wptr=c00 toffs=2000 choffs=1 rptr=800 lctl=920 1d=86003 post=1000000 ena=ffff
L4 G1: wptr=8c00
L4 G2: wptr=10c00
L4 G3: wptr=18c00
)",
        all_groups);
}

TEST_CASE("registers of example 5: streaming from a FIFO") {
  constexpr Writes compiled = configure(examples::streams(), examples::streams_options());
  // One FIFO: the register sheet's example (section 3.22).
  check(compiled, examples::streams(), examples::streams_options(), R"(
L0 G0: rows=1000c cols=10012 prow=1 pcol=1 wptr=2100 moffs=2000 lctl=9a0 lctl2=7000 mask=70 tptr=f ena=f000f sstart=26 sdelta=110000 roll=39
L0 G1: ena=0
L1 G0: rows=1000b cols=10011 wptr=200 moffs=2000 rptr=100 lctl=2920 lctl2=3000 mask=30 tptr=10001f ena=fff0fff0 sstart=29 sdelta=10011 roll=2a
L1 G1: lctl=920 ena=70007
)",
        {0, 1}, 0xbb, 0x1908);
}

TEST_CASE("registers of example 6: one-dimensional, 2-bit weights, pooling") {
  constexpr Writes compiled = configure(examples::two_bits());
  check(compiled, examples::two_bits(), {}, R"(
L0 G0: rows=1001d prow=2 stride=1 wptr=800 moffs=2000 lctl=9a0 lctl2=7e00 mask=7e 1d=1300 post=804000 ena=70007000
L0 G1: ena=0
L0 G2: ena=0
L0 G3: ena=0
)",
        all_groups);
}

TEST_CASE("registers of example 7: flatten with 49 pixels, bias, wide output") {
  constexpr Writes compiled = configure(examples::flatten_bias());
  check(compiled, examples::flatten_bias(), {}, R"(
L0 G0: rows=10041 cols=10041 prow=f pcol=f stride=7 wptr=2000 moffs=2000 lctl=9a0 tptr=6 post=1003 ena=70007
L1 G0: wptr=400 toffs=1 moffs=2000 lctl=10920 lctl2=1000 mask=490 1d=100 tptr=300061 post=80c1000 ena=100010
)",
        {0});
}

TEST_CASE("registers of example 8: transposed convolution") {
  constexpr Writes compiled = configure(examples::transposed());
  check(compiled, examples::transposed(), {}, R"(
L0 G0: rows=1000b cols=1000f wptr=800 moffs=2000 lctl=10920 lctl2=1800 mask=18 tptr=d post=10000000 ena=70007
)",
        {0});
}

TEST_CASE("registers of example 9: dilated one-dimensional convolution") {
  constexpr Writes compiled = configure(examples::dilated());
  check(compiled, examples::dilated(), {}, R"(
L0 G0: rows=10020 cols=10008 wptr=7f9 moffs=2000 lctl=920 lctl2=5000 mask=50 tptr=6 ena=1f001f
)",
        {0});
}

TEST_CASE("output shifts: sign and magnitude, and what narrow weights add (register sheet, 3.15)") {
  const auto post = [](int bits, int shift) {
    examples::Net net = examples::mnist();
    net[0].weight_bits = bits;
    net[0].output_shift = shift;
    return value_of(configure(net), "post");
  };
  CHECK(post(8, 0) == 0);
  CHECK(post(8, -1) == 0x22000);
  CHECK(post(8, -2) == 0x24000);
  CHECK(post(8, 15) == 15u << 13);
  CHECK(post(8, -15) == 31u << 13);
  CHECK(post(4, 0) == (3u << 22 | 4u << 13));
  CHECK(post(2, -4) == 0x804000);
  CHECK(post(1, -8) == (1u << 22 | 0x22000));
}

TEST_CASE("activations, and pooling that a layer does not use") {
  examples::Net net = examples::add_and_convolve();
  net[0].activation = Activation::abs;
  CHECK(value_of(configure(net), "post") == 1u << 26);
  CHECK(value_of(configure(net), "lctl") == 0x920);
  net[0].activation = Activation::relu;
  CHECK(value_of(configure(net), "post") == 0);
  CHECK(value_of(configure(net), "lctl") == 0xb20);
}

TEST_CASE("element-wise functions (register sheet, 3.13)") {
  const auto mode = [](Elementwise function, bool pool, bool pool_first) {
    examples::Net net = examples::add_and_convolve();
    net[0].elementwise = function;
    if (pool) net[0].pool = net[0].pool_stride = {2, 2};
    if (pool) net[0].pooling = Pooling::max;
    net[0].pool_first = pool_first;
    return value_of(configure(infer(net)), "1d");
  };
  const std::uint32_t common = 1u << 13 | 1u << 17 | 1u << 18;
  CHECK(mode(Elementwise::sub, false, true) == common);
  CHECK(mode(Elementwise::add, false, true) == (common | 1u << 14));
  CHECK(mode(Elementwise::bitwise_or, false, true) == (common | 2u << 14));
  CHECK(mode(Elementwise::bitwise_xor, false, true) == (common | 3u << 14));
  CHECK(mode(Elementwise::add, true, true) == (common | 1u << 14 | 1u << 16));
  CHECK(mode(Elementwise::add, true, false) == (common | 1u << 14));
}

TEST_CASE("kernels that do not start at a multiple of their own size name a tap (register sheet, 3.11)") {
  // Two one-dimensional layers on the same processors: 5 and 7 taps. The second starts at column 12 = byte 108 =
  // kernel 15, tap 3.
  examples::Net net = examples::network({4, 20, 1}, examples::placed(0xf, 0x1000, examples::conv1d(20, 5, 0)),
                                        examples::placed(0xf, 0, examples::conv1d(4, 7, 0)));
  net[0].out_channels = 20;
  net[1].placement.processors = 0xf;
  net[0].placement.output_processors = 0xfffff;
  const auto placed = plan(net, max78000);
  REQUIRE(placed[0].kernels.length == 12);
  REQUIRE(placed[1].kernels.offset == 12);
  const Writes writes = configure(net);
  CHECK(value_of(writes, "1d", 1) == (1u << 12 | 7u << 8 | 3u << 4));
  CHECK(value_of(writes, "mask", 1) == (15u * 8 << 16 | (15 * 8 + 3 * 8)));
}

TEST_CASE("write gaps (register sheet, 3.7 and 3.10)") {
  examples::Net net = examples::three_branches();
  net[1].placement.write_gap = 1;
  CHECK(value_of(configure(net), "choffs", 1) == 2);
  CHECK((value_of(configure(net), "lctl2", 1) & 0xf0) == 0x50);
  net[1].placement.write_gap = 0;
  CHECK(value_of(configure(net), "choffs", 1) == 1);
  CHECK((value_of(configure(net), "lctl2", 1) & 0xf0) == 0x20);
  net[4].placement.write_gap = 1;  // a layer that only passes data through counts its gap alone
  CHECK(value_of(configure(net), "choffs", 4) == 2);
  CHECK((value_of(configure(net), "lctl2", 4) & 0xf0) == 0x10);
}

TEST_CASE("the vendor's stream: a map with uneven gaps is written group by group (register sheet, 1 and 3.4)") {
  examples::Net net = examples::add_and_convolve();
  net[0].out_channels = 3;
  net = infer(net);
  net[0].placement.output_processors = 0b10011;
  Options vendor;
  vendor.vendor_stream = true;
  const Writes writes = configure(net, vendor);
  CHECK(value_of(writes, "lctl") == 0x120);
  CHECK(value_of(writes, "wptr") == 0x800);
  CHECK(value_of(configure(net), "lctl") == 0x920);  // kernels of zeros are kernels
  CHECK(value_of(configure(net), "wptr") == 0x800);
  net[0].placement.output_processors = 0b10101;  // even gaps are no obstacle for a convolution
  CHECK(value_of(configure(net), "lctl") == 0x920);
  CHECK(value_of(configure(net), "wptr") == 0x800);
}

TEST_CASE("a layer that only passes data through") {
  using namespace examples;
  Net net = network({4, 8, 8}, placed(0xf0, 0x100, pooled(Pooling::average, {2, 2}, {2, 2}), 0xf00),
                    placed(0xf00, 0x200, linear(4)));
  const Writes writes = configure(net);
  CHECK(value_of(writes, "rows") == 7);
  CHECK(value_of(writes, "wptr") == (0x40 | 2u << 13));
  CHECK(value_of(writes, "toffs") == 0x800);  // four processors: one instance
  CHECK(value_of(writes, "moffs") == 0);
  CHECK(value_of(writes, "lctl") == 0x8a0);  // average
  CHECK(value_of(writes, "lctl2") == 0);
  CHECK(value_of(writes, "1d") == 0x100);
  CHECK(value_of(writes, "tptr") == 0);
  CHECK(value_of(writes, "post") == 3u << 24);
  CHECK(value_of(writes, "ena") == 0xf0);
  net[0].in.channels = net[0].pooled.channels = net[0].out.channels = 5;
  net[0].placement.processors = 0x1f0;
  CHECK(value_of(configure(net), "toffs") == 0x2000);
  CHECK((value_of(configure(net), "1d") & 0xf) == 1);
}

TEST_CASE("zeros are written on request, each layer register once per group in use") {
  Options options;
  options.write_zero_registers = true;
  const Writes all = configure(examples::mnist(), options);
  CHECK(all.count == 5 * 4 * 19);  // no rollover register without FIFO
  const Writes some = configure(examples::mnist());
  std::set<std::uint32_t> addresses;
  int others = 0;
  for (int i = 0; i < all.count; ++i) {
    addresses.insert(all.items[i].address);
    if (all.items[i].value != 0) CHECK(all.items[i] == some.items[others++]);
  }
  CHECK(others == some.count);
  CHECK(addresses.size() == static_cast<std::size_t>(all.count));

  const Writes passing = configure(examples::five_operands(), options);
  CHECK(passing.count == 2 * 18);  // no mask offset
}

TEST_CASE("layers that are not used are cleared on request, and no others") {
  const examples::Net graph = examples::mnist();
  for (const Device* device : Devices::all)
    for (int repetitions : {1, 2}) {
      CAPTURE(string_of(device->name));
      CAPTURE(repetitions);
      Options options;
      options.repetitions = repetitions;
      const auto plan = plan_if_possible(graph, *device, options);
      const auto writes_of = [&] {
        std::vector<RegisterWrite> writes;
        emit_configure(graph, plan, *device, options, [&](const RegisterWrite& write) { writes.push_back(write); });
        return writes;
      };
      const std::vector<RegisterWrite> without = writes_of();
      options.clear_unused_layers = true;
      std::vector<RegisterWrite> zeros = writes_of();
      REQUIRE(std::equal(without.begin(), without.end(), zeros.begin()));
      zeros.erase(zeros.begin(), zeros.begin() + static_cast<std::ptrdiff_t>(without.size()));

      std::set<std::uint32_t> expected, cleared;
      for (int g = 0; g < max7800x::groups; ++g)
        for (const auto& [r, number] : device->layer_register_numbers)
          for (int layer = repetitions * graph.size; layer < device->layers_with(number); ++layer)
            if (device->has(r) && (plan.groups >> g & 1u) != 0)
              expected.insert(device->layer_register(g, number, layer));
      for (const RegisterWrite& zero : zeros) {
        CHECK(zero.value == 0);
        CHECK(register_at(*device, zero.address).description != nullptr);
        cleared.insert(zero.address);
      }
      CHECK(cleared == expected);
      CHECK(zeros.size() == expected.size());
    }
}

TEST_CASE("every address that is written is a register") {
  for (const examples::Net& net : {examples::mnist(), examples::three_branches(), examples::streams()}) {
    const Writes writes = configure(net, net[0].streaming ? examples::streams_options() : Options{});
    for (int i = 0; i < writes.count; ++i) CHECK(register_at(max78000, writes.items[i].address).description != nullptr);
  }
}

TEST_CASE("initialisation (register sheet, 2)") {
  const Writes writes = init(examples::mnist());
  REQUIRE(writes.count == 13);
  CHECK(writes.items[0] == RegisterWrite{0x5000'1000, 0});
  for (std::uint32_t g = 0; g < 4; ++g) {
    const int first = 1 + 3 * static_cast<int>(g);
    const std::uint32_t base = 0x5010'0000 + 0x40'0000 * g;
    CHECK(writes.items[first] == RegisterWrite{base, 0x0010'0008});
    CHECK(writes.items[first + 1] == RegisterWrite{base + 4, 0x40e});
    CHECK(writes.items[first + 2] == RegisterWrite{base + 8, 4});
  }
  constexpr Writes compiled = init(examples::mnist());
  CHECK(compiled == writes);
  Options plain;
  plain.express_weights = false;
  CHECK(init(examples::mnist(), plain).items[1].value == 8);
  CHECK(init(examples::streams(), examples::streams_options()).items[1].value == 0x0010'8008);
  CHECK(init(examples::five_operands()).count == 5);  // a layer count of 0 is not written
}

TEST_CASE("start (register sheet, 4)") {
  const Writes writes = start(examples::mnist());
  REQUIRE(writes.count == 5);
  CHECK(writes.items[0] == RegisterWrite{0x5010'0000, 0x0010'0808});
  CHECK(writes.items[1] == RegisterWrite{0x5050'0000, 0x0010'0809});
  CHECK(writes.items[2] == RegisterWrite{0x5090'0000, 0x0010'0809});
  CHECK(writes.items[3] == RegisterWrite{0x50d0'0000, 0x0010'0809});
  CHECK(writes.items[4] == RegisterWrite{0x5010'0000, 0x0010'0009});
  constexpr Writes compiled = start(examples::mnist());
  CHECK(compiled == writes);

  Options rounding;
  rounding.average_pool_rounding = true;
  CHECK(start(examples::mnist(), rounding).items[4].value == 0x0010'2009);

  const Writes streaming = start(examples::streams(), examples::streams_options());
  REQUIRE(streaming.count == 3);
  // Streaming, external synchronisation, FIFO, FIFO with streaming, express loading, clock.
  const std::uint32_t common = 1u << 14 | 1u << 11 | 1u << 15 | 1u << 19 | 1u << 20 | 1u << 3;
  CHECK(streaming.items[0].value == common);
  CHECK(streaming.items[1].value == (common | 1));
  CHECK(streaming.items[2].value == (common | 1));
}

TEST_CASE("start with the fast FIFO (register sheet, 4 and 3.22)") {
  Options options;
  options.input_path = InputPath::fast_fifo;
  examples::Net net = examples::mnist();
  const Writes writes = start(net, options);
  const std::uint32_t common = 1u << 11 | 1u << 20 | 1u << 3, fast = 1u << 15 | 1u << 22;
  CHECK(writes.items[0].value == (common | fast | 1u << 23));  // only processor 0
  CHECK(writes.items[1].value == (common | 1u << 15 | 1));
  CHECK(writes.items[4].value == (common | fast | 1u << 23 | 1));
  const Writes configured = configure(net, options);
  CHECK(configured.items[configured.count - 1] == RegisterWrite{0x400c'0400, 0xa0});
}

TEST_CASE("the fast FIFO's group bit, for every map of one or two channels (register sheet, 4)") {
  Options options;
  options.input_path = InputPath::fast_fifo;
  for (ProcessorMap pattern : {ProcessorMap{1}, ProcessorMap{3}})
    for (int first = 0; first + bit_count(pattern) <= all_processors; ++first) {
      examples::Net net = examples::mnist();
      net.input = {bit_count(pattern), net.input.height, net.input.width};
      net.input_format = DataFormat::chw;
      net[0].placement.processors = pattern << first;
      const Writes writes = start(infer(net), options);
      CAPTURE(first);
      const ProcessorMap map = pattern << first;
      for (int i = 0; i < writes.count; ++i) {
        const bool fast = (writes.items[i].value >> 22 & 1) != 0, group = (writes.items[i].value >> 23 & 1) != 0;
        CHECK(group == (fast && (map == 1 || (map & 0xe) != 0)));
      }
    }
}

TEST_CASE(
    "the row caches of streaming layers lie behind those of earlier layers, pass by pass (register sheet, 3.14)") {
  using namespace examples;
  const Net net = network({4, 11, 17}, placed(0xf, 0x400, streamed(conv2d(68, 3, 1)), processor_range(0, 36)),
                          placed(processor_range(0, 36), 0x800, streamed(conv2d(8, 3, 1)), 0xff),
                          placed(0xff, 0x1000, streamed(conv2d(8, 3, 1))));
  const Writes writes = configure(net, streams_options());
  CHECK(value_of(writes, "tptr", 0) == 16);
  CHECK(value_of(writes, "tptr", 1) == (17u << 16 | (17 + 16)));
  CHECK(value_of(writes, "tptr", 2) == (51u << 16 | (51 + 16)));
}

TEST_CASE("four FIFOs, one for each group (register sheet, 3.22)") {
  using namespace examples;
  Net net = network({4, 8, 8}, placed(0x0001'0001'0001'0001, 0x100, conv2d(4, 3, 1)));
  net.input_format = DataFormat::chw;
  Options options;
  options.input_path = InputPath::fifo;
  const Writes writes = configure(net, options);
  CHECK(writes.items[writes.count - 1] == RegisterWrite{0x5000'0000, 0xf908});
  CHECK(value_of(writes, "sstart") == 16);  // not streaming: the whole image, four pixels a word
  int frames = 0;
  for (int i = 0; i < writes.count; ++i)
    if ((writes.items[i].address & 0xfff) == 0x990) {
      ++frames;
      CHECK(writes.items[i].value == 16);
    }
  CHECK(frames == 4);
}

TEST_CASE("interrupt, stop and continue") {
  const Writes writes = interrupt(examples::mnist());
  REQUIRE(writes.count == 4);
  for (std::uint32_t g = 0; g < 4; ++g)
    CHECK(writes.items[g] == RegisterWrite{0x5010'0000 + 0x40'0000 * g, 0xffff'effe, Access::keep_bits});
  CHECK(interrupt(examples::streams()).items[0].value == 0xffff'affe);
  const auto placed = plan(examples::mnist(), max78000);
  CHECK(continue_write(placed, max78000) == RegisterWrite{0x5010'0000, 1, Access::set_bits});
  CHECK(stop_write(placed, max78000) == RegisterWrite{0x5010'0000, 0xffff'fffe, Access::keep_bits});
}

TEST_CASE("Repetitions: the layers once more, as many registers further on, and their number") {
  for (int layers = 1; layers <= 4; ++layers)
    for (int times = 1; times <= 5; ++times) {
      CAPTURE(layers);
      CAPTURE(times);
      examples::Net net;
      net.input = {4, 8, 8};
      net.size = layers;
      for (int i = 0; i < layers; ++i) {
        net[i].op = Operator::conv2d;
        net[i].out_channels = 4;
        net[i].kernel = {1, 1};
      }
      net = infer(net);
      Options options;
      const Writes once = configure(net, options);
      options.repetitions = times;
      Writes expected;
      for (int time = 0; time < times; ++time)
        for (int i = 0; i < once.count; ++i) {
          RegisterWrite moved = once.items[i];
          moved.address += static_cast<std::uint32_t>(4 * time * layers);
          expected(moved);
        }
      CHECK(configure(net, options) == expected);

      Writes init;
      emit_init(net, plan(net, max78000), max78000, options, init);
      std::uint32_t last = 0;
      for (int i = 0; i < init.count; ++i)
        if (init.items[i].address == max78000.group_register(0, GroupRegister::layer_count)) last = init.items[i].value;
      CHECK(last == static_cast<std::uint32_t>(times * (layers - 1)));
    }
}

}  // namespace test_registers
