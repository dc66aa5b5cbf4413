// Where outputs are found, and in which order (max7800x-memory, section 7; max7800x-registers, section 5).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/unload.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace test_unload {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

using Addresses = std::vector<std::uint32_t>;

TensorLayout layout(Shape shape, ProcessorMap processors, int offset, bool wide = false) {
  TensorLayout tensor;
  tensor.shape = shape;
  tensor.processors = processors;
  tensor.offset = offset;
  tensor.passes = passes_of(shape.channels, bit_count(processors));
  tensor.wide = wide;
  return tensor;
}

Addresses addresses_of(const TensorLayout& tensor) {
  Addresses addresses;
  emit_unload(tensor, max78000, [&](std::uint32_t address) { addresses.push_back(address); });
  return addresses;
}

/// Two layers that are both unloaded, on processors 0 to 15 and 16 to 18.
struct TwoOutputs {
  Net graph{};
  Plan<5> plan{};

  TwoOutputs(Shape first, bool first_wide, Shape second) {
    graph.size = plan.size = 2;
    graph[0].out = first;
    graph[0].wide = first_wide;
    graph[1].out = second;
    graph[0].output = graph[1].output = true;
    plan[0].output_processors = 0xffff;
    plan[1].output_processors = 0x7'0000;
    plan[1].out_offset = 0x100;
    for (int i : {0, 1}) plan[i].out = passes_of(graph[i].out.channels);
    plan[0].out.channels = 16;
  }
  Addresses addresses() const {
    Addresses all;
    emit_unload(graph, plan, max78000, [&](std::uint32_t address) { all.push_back(address); });
    return all;
  }
  std::vector<MlatorAccess> accesses(const Options& options = {}) const {
    std::vector<MlatorAccess> all;
    emit_mlator_unload(graph, plan, max78000, options, [&](const MlatorAccess& a) { all.push_back(a); });
    return all;
  }
};

}  // namespace

TEST_CASE("bytes are stored channel by channel") {
  // Lanes 2 and 3 of the first instance, lane 0 of the second one.
  CHECK(addresses_of(layout({3, 1, 2}, 0x1c, 0x200)) ==
        Addresses{0x5040'0202, 0x5040'0206, 0x5040'0203, 0x5040'0207, 0x5040'8200, 0x5040'8204});
  // Two passes: the words of a pixel are neighbours.
  CHECK(addresses_of(layout({3, 1, 2}, 0x3, 0)) ==
        Addresses{0x5040'0000, 0x5040'0008, 0x5040'0001, 0x5040'0009, 0x5040'0004, 0x5040'000c});
}

TEST_CASE("words are stored pixel by pixel, instance by instance") {
  CHECK(addresses_of(layout({5, 1, 2}, 0x1f, 0x40, true)) ==
        Addresses{0x5040'0040, 0x5040'0044, 0x5040'0048, 0x5040'004c, 0x5040'0050, 0x5040'0054, 0x5040'0058,
                  0x5040'005c, 0x5040'8040, 0x5040'8050});
  // The last pass has one channel only.
  CHECK(addresses_of(layout({3, 1, 1}, 0x3, 0, true)) == Addresses{0x5040'0000, 0x5040'0004, 0x5040'0010});
}

TEST_CASE("a region of the data memory is unloaded like an output of bytes") {
  const UnloadRegion region{0xf0, {4, 1, 1}, 0x1000, 1};
  CHECK(addresses_of(layout_of(region)) == Addresses{0x5040'9000, 0x5040'9001, 0x5040'9002, 0x5040'9003});
  const UnloadRegion gaps{0x1, {1, 1, 3}, 0x1000, 1};
  CHECK(addresses_of(layout_of(gaps)) == Addresses{0x5040'1000, 0x5040'1008, 0x5040'1010});
}

TEST_CASE("all outputs are bytes if one of them is") {
  const TwoOutputs mixed({1, 1, 1}, true, {2, 1, 1});
  CHECK(unloads_bytes(mixed.graph));
  CHECK(mixed.addresses() == Addresses{0x5040'0000, 0x5040'0001, 0x5040'0002, 0x5040'0003, 0x5080'0100, 0x5080'0101});
  TwoOutputs wide({1, 1, 1}, true, {2, 1, 1});
  wide.graph[1].wide = true;
  CHECK_FALSE(unloads_bytes(wide.graph));
  CHECK(wide.addresses() == Addresses{0x5040'0000, 0x5080'0100, 0x5080'0104});
}

TEST_CASE("outputs that the byte swapper can deliver") {
  Layer layer;
  const auto fits = [&](Shape shape) {
    layer.out = shape;
    return fits_mlator(layer);
  };
  CHECK(fits({2, 2, 4}));
  CHECK_FALSE(fits({2, 3, 3}));
  CHECK(fits({1, 3, 3}));
  CHECK_FALSE(fits({1, 1, 3}));
  layer.wide = true;
  CHECK_FALSE(fits({2, 2, 4}));
}

TEST_CASE("the byte swapper reads channel by channel") {
  Options options;
  options.ready_selection = 1;
  const std::vector<MlatorAccess> accesses = TwoOutputs({18, 2, 4}, false, {1, 2, 2}).accesses(options);
  REQUIRE(accesses.size() == 19 * 6);
  using Kind = MlatorAccess::Kind;
  const auto is = [&](std::size_t i, Kind kind, std::uint32_t address, std::uint32_t value) {
    return accesses[i].kind == kind && accesses[i].address == address && accesses[i].value == value;
  };
  // Channel 6: lane 2.
  CHECK(is(36, Kind::write, 0x5010'0310, 0));
  CHECK(is(37, Kind::write, 0x5010'0a10, 0));
  CHECK(is(38, Kind::write, 0x5010'0000, 0x0005'000a));
  CHECK(is(39, Kind::prime, 0x5010'1000, 0));
  CHECK(is(40, Kind::read, 0x5010'1000, 0));
  CHECK(accesses[40].index == 12);
  CHECK(accesses[40].count == 2);
  CHECK(is(41, Kind::write, 0x5010'0000, 0x0000'000a));
  // Channel 17 is the second one of the second pass.
  CHECK(is(17 * 6 + 1, Kind::write, 0x5010'0a10, 1));
  CHECK(is(17 * 6 + 2, Kind::write, 0x5010'0000, 0x0003'000a));
  // The second layer lies in another group, and behind the first one in the buffer.
  CHECK(is(18 * 6 + 4, Kind::read, 0x5050'1000, 0));
  CHECK(accesses[18 * 6 + 4].index == 36);
  CHECK(accesses[18 * 6 + 4].count == 1);
}

TEST_CASE("other outputs keep their space in the buffer") {
  const std::vector<MlatorAccess> accesses = TwoOutputs({2, 3, 3}, false, {1, 2, 2}).accesses();
  REQUIRE(accesses.size() == 6);
  CHECK(accesses[4].index == 5);
}

}  // namespace test_unload
