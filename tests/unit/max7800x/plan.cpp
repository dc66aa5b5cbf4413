// Plans of the worked examples (max7800x-examples): maps, offsets, passes, weight columns, bias slots. The numbers are
// the rows of the examples' tables.
#include <support/worked_examples.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace test_plan {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

namespace {

/// A row of an example's table, from "E, Ni, No" on.
struct Row {
  int operands, in_passes, out_passes;
  int bits, shift;
  ProcessorMap in_map, out_map;
  int in_offset, out_offset;
  int column, length, kernels;
  int bias_group = -1, bias_offset = -1;
};

void check(const Net& net, const Plan<5>& compiled, const std::vector<Row>& rows) {
  const auto placed = plan(net, max78000);
  REQUIRE(net.size == static_cast<int>(rows.size()));
  CHECK(placed.size == net.size);
  CHECK(placed.groups == compiled.groups);
  for (int i = 0; i < net.size; ++i) {
    CAPTURE(i);
    const Row& row = rows[static_cast<std::size_t>(i)];
    for (const LayerPlan& layer : {placed[i], compiled[i]}) {
      CHECK(layer.in.count == row.in_passes);
      CHECK(layer.out.count == row.out_passes);
      CHECK(layer.processors == row.in_map);
      CHECK(layer.output_processors == row.out_map);
      CHECK(layer.in_offset == row.in_offset);
      CHECK(layer.out_offset == row.out_offset);
      CHECK(layer.kernels.offset == row.column);
      CHECK(layer.kernels.length == row.length);
      CHECK(layer.kernels.count == row.kernels);
      CHECK(layer.bias_group == row.bias_group);
      CHECK(layer.bias_offset == row.bias_offset);
    }
    CHECK(net[i].operands == row.operands);
    if (net[i].weighted()) CHECK(net[i].weight_bits == row.bits);
    CHECK(net[i].total_shift() == row.shift);
  }
}

constexpr ProcessorMap all = ~ProcessorMap{0};
constexpr ProcessorMap sixty = 0xfffffffffffffff0, fifty_six = 0x0ffffffffffffff0;

constexpr Plan<5> planned(const Net& net) { return plan(net, max78000); }

}  // namespace

TEST_CASE("examples 1 to 9") {
  constexpr auto one = planned(mnist());
  check(mnist(), one,
        {{1, 1, 1, 8, -1, 1, sixty, 0, 0x2000, 0, 60, 60},
         {1, 1, 1, 8, -2, sixty, sixty, 0x2000, 0, 0, 60, 60},
         {1, 1, 1, 8, -2, sixty, fifty_six, 0, 0x2000, 60, 56, 56},
         {1, 1, 1, 8, -1, fifty_six, 0xfff, 0x2000, 0, 116, 12, 12},
         {1, 1, 1, 8, 0, 0xfff, 0x3ff, 0, 0x1000, 128, 18, 160, 0, 0}});
  CHECK(one.input_format == DataFormat::chw);
  constexpr auto two = planned(five_operands());
  check(five_operands(), two, {{5, 1, 1, 0, 0, 0x7fffffff, 0x7fffffff, 0, 0x2000, 0, 0, 0}});
  CHECK(two.input_format == DataFormat::hwc);
  constexpr auto three = planned(add_and_convolve());
  check(add_and_convolve(), three, {{2, 1, 1, 8, 0, 0x7f, 0x1fff, 0, 0x2000, 0, 13, 13}});
  constexpr auto four = planned(three_branches());
  check(three_branches(), four,
        {{1, 1, 1, 8, 0, 7, all, 0, 0x1000, 0, 64, 64},
         {1, 1, 3, 8, 0, all, all, 0x1000, 0x2000, 64, 192, 192},
         {1, 1, 3, 8, 0, all, all, 0x1000, 0x2004, 256, 192, 192},
         {1, 1, 3, 8, 0, all, all, 0x1000, 0x2008, 448, 192, 192},
         {3, 3, 3, 0, 0, all, all, 0x2000, 0x3000, 0, 0, 0}});
  constexpr auto five = planned(streams());
  check(streams(), five,
        {{1, 1, 1, 8, 0, 0xf, 0x7fff0, 0, 0x400, 0, 15, 15}, {1, 1, 1, 8, 0, 0x7fff0, 0x7f, 0x400, 0x800, 0, 7, 7}});
  constexpr auto six = planned(two_bits());
  check(two_bits(), six, {{1, 1, 1, 2, 2, 0x7000, all, 0, 0x2000, 0, 6, 64}});
  constexpr auto seven = planned(flatten_bias());
  check(flatten_bias(), seven,
        {{1, 1, 1, 8, 0, 7, 0x10, 0, 0, 0, 1, 1, 0, 3}, {1, 1, 1, 8, 0, 0x10, 7, 0, 0x1000, 0, 17, 147, 0, 0}});
  constexpr auto eight = planned(transposed());
  check(transposed(), eight, {{1, 1, 1, 8, 0, 7, 0xf, 0, 0x2000, 0, 4, 4}});
  constexpr auto nine = planned(dilated());
  check(dilated(), nine, {{1, 1, 1, 8, 0, 0x1f, 0x7ff, 0, 0x2000, 0, 11, 11}});
}

TEST_CASE("groups in use: every input map, and the last output map only (register sheet, 0)") {
  CHECK(planned(mnist()).groups == 0b1111u);
  CHECK(planned(five_operands()).groups == 0b11u);
  CHECK(planned(streams()).groups == 0b11u);
  CHECK(planned(two_bits()).groups == 0b1111u);
  CHECK(planned(flatten_bias()).groups == 0b1u);
  const auto net = network({1, 4, 4}, placed(1, 0, conv2d(4, 3, 1), 0xf'0000), placed(0xf0'0000, 0, conv2d(4, 3, 1)));
  CHECK(planned(net).groups == 0b11u);
  CHECK(planned(net).first_group() == 0);
}

TEST_CASE("channels per pass: equal shares, rounded up to blocks (register sheet, 1)") {
  struct Share {
    int channels, passes, per_pass;
  };
  for (const Share& s : {Share{1, 1, 1},
                         {63, 1, 63},
                         {64, 1, 64},
                         {65, 2, 36},
                         {66, 2, 36},
                         {72, 2, 36},
                         {73, 2, 40},
                         {128, 2, 64},
                         {129, 3, 44},
                         {130, 3, 44},
                         {192, 3, 64},
                         {1024, 16, 64},
                         {1023, 16, 64}}) {
    CAPTURE(s.channels);
    CHECK(passes_of(s.channels).count == s.passes);
    CHECK(passes_of(s.channels).channels == s.per_pass);
  }
}

TEST_CASE("maps: channels, lanes, blocks") {
  CHECK(channel_of(0b110100, 2) == 0);
  CHECK(channel_of(0b110100, 4) == 1);
  CHECK(channel_of(0b110100, 5) == 2);
  CHECK(start_lane(0b110000) == 0);
  CHECK(start_lane(0b1000000) == 2);
  CHECK(blocks_of(0b1'0001) == 2);
  CHECK(blocks_of(all) == 16);
  CHECK(groups_of(1ull << 63 | 1) == 0b1001u);
  CHECK(group_part(0x1234'5678'9abc'def0, 2) == 0x5678u);
}

TEST_CASE("what an author leaves out is derived from the neighbours") {
  Net net = network({3, 8, 8}, placed(7, 0x400, conv2d(8, 3, 1)), placed(0xff0, 0x800, conv2d(4, 3, 1)),
                    placed(0xf000, 0, conv2d(5, 3, 1)));
  net.input_offset = 0x40;
  const auto placed_net = planned(net);
  CHECK(placed_net.input_format == DataFormat::hwc);
  CHECK(placed_net[0].in_offset == 0x40);
  CHECK(placed_net[0].output_processors == 0xff0);
  CHECK(placed_net[1].in_offset == 0x400);
  CHECK(placed_net[1].output_processors == 0xf000);
  CHECK(placed_net[2].in_offset == 0x800);
  CHECK(placed_net[2].output_processors == 0x1f);
  CHECK(placed_net[2].out_offset == 0);
}

TEST_CASE("an empty network has an empty plan") {
  const Net empty{};
  CHECK(planned(empty).size == 0);
  CHECK(planned(empty).groups == 0);
}

}  // namespace test_plan
