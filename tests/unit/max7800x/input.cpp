// Packing of the input (max7800x-memory, sections 2 and 3). What is written is read back by addresses alone.
#include <support/worked_examples.hpp>

#include <incuse/max7800x/input.hpp>

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <vector>

namespace test_input {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

/// What a driver does with an input: words to ascending addresses of each region.
struct Driver {
  struct Region {
    std::uint32_t address;
    int words;
  };
  std::vector<Region> regions{};
  std::map<std::uint32_t, std::uint32_t> memory{};
  std::uint32_t next = 0;
  int left = 0;

  void region(std::uint32_t address, int words) {
    CHECK(left == 0);
    regions.push_back({address, words});
    next = address;
    left = words;
  }
  void word(std::uint32_t value) {
    REQUIRE(left > 0);
    --left;
    CHECK(memory.insert({next, value}).second);
    next += 4;
  }
  int byte(std::uint32_t address) const {
    return static_cast<int>(memory.at(address / 4 * 4) >> 8 * (address % 4) & 0xff);
  }
};

int value(int i) { return i * 37 % 251 - 125; }

/// Loads an input and reads every element back at the address that the layout gives it.
template <int N>
Driver load(const Graph<N>& net) {
  const auto placed = plan(net, max78000);
  const TensorLayout layout = input_layout(net, placed);
  Driver driver;
  emit_input(layout, max78000, value, driver);
  CHECK(driver.left == 0);
  int wrong = 0;
  std::set<std::uint32_t> elements;
  for (int c = 0; c < layout.shape.channels; ++c)
    for (int x = 0; x < layout.shape.pixels(); ++x) {
      const std::uint32_t address = element_address(max78000, layout, c, x);
      elements.insert(address);
      wrong += driver.byte(address) != (value(c * layout.shape.pixels() + x) & 0xff);
    }
  // Everything else is 0: lanes without a processor, channels beyond the last pass, pixels beyond the end.
  for (const auto& [word, _] : driver.memory)
    for (std::uint32_t address = word; address < word + 4; ++address)
      wrong += elements.count(address) == 0 && driver.byte(address) != 0;
  CHECK(wrong == 0);
  return driver;
}

}  // namespace

TEST_CASE("inputs of the examples: regions and their sizes") {
  struct Expected {
    Net net;
    std::vector<int> processors;
    int words;
  };
  for (const Expected& e : {Expected{mnist(), {0}, 196},
                            {five_operands(), {0, 4, 8, 12, 16, 20, 24, 28}, 720},
                            {add_and_convolve(), {0, 4}, 288},
                            {three_branches(), {0}, 105},
                            {two_bits(), {12}, 28},
                            {flatten_bias(), {0}, 4096},
                            {transposed(), {0}, 35},
                            {dilated(), {0, 4}, 211}}) {
    const Driver driver = load(e.net);
    REQUIRE(driver.regions.size() == e.processors.size());
    for (std::size_t i = 0; i < driver.regions.size(); ++i) {
      CHECK(driver.regions[i].address == max78000.data_address(e.processors[i], 0));
      CHECK(driver.regions[i].words == e.words);
    }
  }
}

TEST_CASE("HWC: lanes without a channel are 0") {
  const auto net = network({3, 2, 2}, placed(0b1101, 0, conv2d(4, 3, 1)));
  const Driver driver = load(net);
  REQUIRE(driver.memory.size() == 4);
  for (const auto& [address, word] : driver.memory) CHECK((word & 0xff00) == 0);
  // Channels 0, 1 and 2 are on lanes 0, 2 and 3.
  CHECK(driver.memory.at(0x5040'0000) ==
        (static_cast<std::uint32_t>(value(0) & 0xff) | static_cast<std::uint32_t>(value(4) & 0xff) << 16 |
         static_cast<std::uint32_t>(value(8) & 0xff) << 24));
}

TEST_CASE("HWC: passes and operands are neighbours, the operand runs fastest") {
  load(network({150, 3, 2}, placed(processor_range(0, 52), 0x4000, conv2d(4, 3, 1))));
  const auto two = network({140, 2, 2}, placed(processor_range(8, 36), 0x4000, adding(2), processor_range(8, 36)));
  const Driver driver = load(two);
  CHECK(driver.regions.size() == 9);
  CHECK(driver.regions[0].words == 4 * 2 * 2);
  // Second word of pixel 0: operand 1, pass 0: channels 70 to 73.
  std::uint32_t expected = 0;
  for (int lane = 0; lane < 4; ++lane)
    expected |= static_cast<std::uint32_t>(value((70 + lane) * 4) & 0xff) << 8 * lane;
  CHECK(driver.memory.at(0x5041'0004) == expected);
}

TEST_CASE("CHW: four pixels in a word, the last one padded") {
  auto net = network({2, 3, 3}, placed(0x11, 0x1000, conv2d(4, 3, 1)));
  net.input_format = DataFormat::chw;
  net.input_offset = 0x20;
  const Driver driver = load(net);
  REQUIRE(driver.regions.size() == 2);
  CHECK(driver.regions[0].address == 0x5040'0020);
  CHECK(driver.regions[1].address == 0x5040'8020);
  CHECK(driver.regions[1].words == 3);
  CHECK(driver.memory.at(0x5040'8028) == static_cast<std::uint32_t>(value(17) & 0xff));
}

TEST_CASE("FIFOs: one per group, channels of its first block") {
  struct Fifo {
    std::vector<std::uint32_t> ports{};
    std::vector<std::vector<std::uint32_t>> words{};
    void region(std::uint32_t address, int) {
      ports.push_back(address);
      words.emplace_back();
    }
    void word(std::uint32_t w) { words.back().push_back(w); }
  };
  Options options = streams_options();
  const Net one = streams();
  Fifo fifo;
  emit_fifo_input(input_layout(one, plan(one, max78000)), max78000, options, value, fifo);
  REQUIRE(fifo.ports.size() == 1);
  CHECK(fifo.ports[0] == 0x5000'0008);
  CHECK(fifo.words[0].size() == 187);
  CHECK((fifo.words[0][5] >> 16 & 0xff) == static_cast<std::uint32_t>(value(2 * 187 + 5) & 0xff));

  Net four = network({4, 5, 5}, placed(0x0001'0001'0001'0001, 0x100, conv2d(4, 3, 1)));
  four.input_format = DataFormat::chw;
  Fifo each;
  emit_fifo_input(input_layout(four, plan(four, max78000)), max78000, options, value, each);
  REQUIRE(each.ports.size() == 4);
  for (std::size_t g = 0; g < 4; ++g) {
    CHECK(each.ports[g] == 0x5000'0008 + 4 * g);
    REQUIRE(each.words[g].size() == 7);
    CHECK(each.words[g][6] == static_cast<std::uint32_t>(value(static_cast<int>(25 * g) + 24) & 0xff));
  }
}

TEST_CASE("the vendor takes every FIFO for four channels") {
  struct Fifo {
    std::vector<std::uint32_t> ports{};
    std::vector<std::uint32_t> first_words{};
    bool first = false;
    void region(std::uint32_t address, int) {
      ports.push_back(address);
      first = true;
    }
    void word(std::uint32_t w) {
      if (first) first_words.push_back(w);
      first = false;
    }
  };
  const auto fed = [](int channels, ProcessorMap map, bool vendor) {
    const Net net = network({channels, 1, 2}, placed(map, 0x100, conv2d(4, 3, 1)));
    Options options = streams_options();
    options.vendor_stream = vendor;
    Fifo fifo;
    emit_fifo_input(
        input_layout(net, plan(net, max78000)), max78000, options, [](int i) { return i / 2 + 1; }, fifo);
    return fifo;
  };
  using Words = std::vector<std::uint32_t>;
  CHECK(fed(3, 0x1'0001'0001, false).ports == Words{0x5000'0008, 0x5000'000c, 0x5000'0010});
  CHECK(fed(3, 0x1'0001'0001, false).first_words == Words{1, 2, 3});
  CHECK(fed(3, 0x1'0001'0001, true).ports == Words{0x5000'0008});
  CHECK(fed(3, 0x1'0001'0001, true).first_words == Words{1});
  for (const bool vendor : {false, true}) {
    CHECK(fed(8, 0xf'000f, vendor).first_words == Words{0x0403'0201, 0x0807'0605});
    CHECK(fed(6, 0x3'000f, vendor).ports == Words{0x5000'0008, 0x5000'000c});
    CHECK(fed(6, 0x3'000f, vendor).first_words == Words{0x0403'0201, 0x0605});
    CHECK(fed(3, 0x7, vendor).first_words == Words{0x03'0201});
  }
}

TEST_CASE("compile time packs the same words") {
  struct Sum {
    std::uint32_t words = 0, total = 0;
    constexpr void region(std::uint32_t address, int) { total = total * 31 + address; }
    constexpr void word(std::uint32_t w) {
      ++words;
      total = total * 31 + w;
    }
  };
  const auto sum = [](const Net& net) {
    Sum result;
    emit_input(
        input_layout(net, plan(net, max78000)), max78000, [](int i) { return i % 251 - 125; }, result);
    return result;
  };
  constexpr Sum compiled = sum(mnist());
  const Net net = mnist();
  CHECK(compiled.total == sum(net).total);
  CHECK(compiled.words == 196);
}

}  // namespace test_input
