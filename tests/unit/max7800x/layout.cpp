// Which byte of the data memories holds which element (max7800x-memory, section 1).
#include <support/worked_examples.hpp>

#include <incuse/max7800x/plan/layout.hpp>

#include <doctest/doctest.h>

#include <set>

namespace test_layout {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

/// Section 1 of the sheet: address of pixel x, pass e, of the block that starts at processor b, lane t.
std::uint32_t sheet_address(int b, int t, int offset, int x, int e, int passes, int width_bytes, int gap) {
  const std::uint32_t base =
      0x5040'0000 + 0x40'0000 * static_cast<std::uint32_t>(b / 16) + 0x8000 * static_cast<std::uint32_t>(b % 16 / 4);
  const int lane_bytes = width_bytes == 4 ? 4 * t : t;
  return base +
         static_cast<std::uint32_t>(offset + (x * passes * width_bytes + e * width_bytes) * (gap + 1) * 4 + lane_bytes);
}

}  // namespace

TEST_CASE("output of one pass, in the middle of a block and across groups") {
  TensorLayout layout;
  layout.shape = {20, 3, 5};
  layout.processors = processor_range(6, 20);
  layout.offset = 0x1230;
  layout.passes = passes_of(20);
  CHECK(layout.words() == 15);
  CHECK(layout.blocks() == 6);
  for (int c = 0; c < 20; ++c)
    for (int x = 0; x < 15; ++x) {
      const int p = 6 + c;
      CHECK(element_address(max78000, layout, c, x) == sheet_address(p / 4 * 4, p % 4, 0x1230, x, 0, 1, 1, 0));
    }
  CHECK(element_address(max78000, layout, 0, 0) == 0x5040'9232);   // processor 6: instance 1, lane 2
  CHECK(element_address(max78000, layout, 10, 1) == 0x5080'1234);  // processor 16: group 1
}

TEST_CASE("several passes, write gaps, maps with holes") {
  TensorLayout layout;
  layout.shape = {70, 2, 3};
  layout.processors = processor_range(0, 20) | processor_range(40, 16);
  layout.passes = passes_of(70);
  layout.gap = 2;
  layout.offset = 0x2008;
  CHECK(layout.words() == 6 * 2 * 3);
  for (int c = 0; c < 70; ++c)
    for (int x = 0; x < 6; ++x) {
      const int k = c % 36, p = k < 20 ? k : 20 + k, e = c / 36;
      CHECK(element_address(max78000, layout, c, x) == sheet_address(p / 4 * 4, p % 4, 0x2008, x, e, 2, 1, 2));
    }
}

TEST_CASE("a wide tensor has a word for every lane") {
  TensorLayout layout;
  layout.shape = {5, 1, 2};
  layout.processors = processor_range(4, 5);
  layout.passes = passes_of(5);
  layout.wide = true;
  CHECK(layout.words() == 8);
  for (int c = 0; c < 5; ++c)
    for (int x = 0; x < 2; ++x)
      CHECK(element_address(max78000, layout, c, x) == sheet_address((4 + c) / 4 * 4, c % 4, 0, x, 0, 1, 4, 0));
}

TEST_CASE("no two elements share an address") {
  for (const Net& net : {mnist(), five_operands(), three_branches()}) {
    const auto placed = plan(net, max78000);
    for (int i = -1; i < net.size; ++i) {
      const TensorLayout layout = i < 0 ? input_layout(net, placed) : output_layout(net, placed, i);
      std::set<std::uint32_t> addresses;
      for (int c = 0; c < layout.shape.channels; ++c)
        for (int x = 0; x < layout.shape.pixels(); ++x) addresses.insert(element_address(max78000, layout, c, x));
      CHECK(addresses.size() == static_cast<std::size_t>(layout.shape.elements()));
    }
  }
}

TEST_CASE("layouts of the examples") {
  const auto placed = plan(mnist(), max78000);
  const TensorLayout in = input_layout(mnist(), placed), out = output_layout(mnist(), placed, 4);
  CHECK(in.channels_first);
  CHECK(in.words() == 196);
  CHECK(element_address(max78000, in, 0, 29) == 0x5040'001d);
  CHECK(out.wide);
  // The expected-output stream of example 1: four words from 50401000, then 50409000.
  for (int c = 0; c < 4; ++c)
    CHECK(element_address(max78000, out, c, 0) == 0x5040'1000 + 4 * static_cast<std::uint32_t>(c));
  CHECK(element_address(max78000, out, 4, 0) == 0x5040'9000);
  // Example 2: channels 28 to 30 lie in group 1, from 5081a000 on.
  const auto five = plan(five_operands(), max78000);
  CHECK(element_address(max78000, output_layout(five_operands(), five, 0), 28, 0) == 0x5081'a000);
  // Example 5: channels 4 to 6 from 50408800 on; example 9: channels 8 to 10 from 50412000 on.
  CHECK(element_address(max78000, output_layout(streams(), plan(streams(), max78000), 1), 4, 0) == 0x5040'8800);
  CHECK(element_address(max78000, output_layout(dilated(), plan(dilated(), max78000), 0), 8, 0) == 0x5041'2000);
  static_assert(element_address(max78000, output_layout(mnist(), plan(mnist(), max78000), 4), 4, 0) == 0x5040'9000);
}

}  // namespace test_layout
