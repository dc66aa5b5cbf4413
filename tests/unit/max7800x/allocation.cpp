// Where columns and biases go (max7800x-memory, sections 5.3, 5.8).
#include <support/random.hpp>
#include <support/worked_examples.hpp>

#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/verify.hpp>

#include <doctest/doctest.h>

namespace test_allocation {

using namespace incuse;
using namespace incuse::max7800x;
using namespace incuse::max7800x::examples;

TEST_CASE("layers take the lowest free columns, at multiples of 4, in all of their processors") {
  const auto net = network({4, 8, 8}, placed(0xf, 0, conv2d(5, 3, 1), 0x1f0), placed(0x1f0, 0, conv2d(4, 3, 1), 0xf),
                           placed(0xf, 0, conv2d(6, 3, 1), 0xfc), placed(0xfc, 0, conv2d(64, 3, 1)));
  const auto result = plan(net, max78000);
  CHECK(result[0].kernels.offset == 0);
  CHECK(result[1].kernels.offset == 0);  // other processors
  CHECK(result[2].kernels.offset == 8);  // behind 5 columns
  CHECK(result[3].kernels.offset == 16);
}

TEST_CASE("columns of holes stay free: the hardware reads them. The vendor's tool gives them away") {
  Options vendor;
  vendor.vendor_stream = true;
  // Columns 0, 1 and 3 to 6 are written; column 2 is free. The second layer needs one column.
  const auto net = network({1, 8, 8}, placed(1, 0, conv2d(6, 3, 1), 0b1111011), placed(1, 0, conv2d(1, 3, 1), 1));
  CHECK(plan(net, max78000)[1].kernels.offset == 8);
  CHECK(plan(net, max78000, vendor)[1].kernels.offset == 8);
  // With a hole of eight columns there is room at the next multiple of 4.
  const auto wide_hole =
      network({1, 8, 8}, placed(1, 0, conv2d(4, 3, 1), 0b1'1000'0000'0011), placed(1, 0, conv2d(1, 3, 1), 1));
  CHECK(plan(wide_hole, max78000)[1].kernels.offset == 16);
  CHECK(plan(wide_hole, max78000, vendor)[1].kernels.offset == 4);
}

TEST_CASE(
    "weights at the top of the memory stay free of others' columns, those of depth-wise layers in one RAM block") {
  const auto block_of = [](int column) { return column / max78002.weight_blocks.size_at(column); };
  for (bool in_block : {false, true})
    for (int free_below = 4093; free_below <= 5120; free_below += 3)
      for (int length = 1; length <= 256; length += length < 16 ? 1 : 5) {
        ColumnSet occupied;
        occupied.add_range(free_below, 5120 - free_below);
        const int place = highest_place(occupied, length, in_block, max78002);
        CAPTURE(free_below);
        CAPTURE(length);
        REQUIRE(place >= 0);
        CHECK(place % 4 == 0);
        CHECK(place + length <= free_below);
        if (in_block) CHECK(block_of(place) == block_of(place + length - 1));
      }
}

TEST_CASE("zeros behind the kernels are loaded as by the vendor's tool while there is space for them") {
  // 60 outputs of 1 bit take 8 columns; the vendor's formula says 11. The second layer takes 64.
  const auto net = network({1, 4, 4}, placed(1, 0, with_bits(1, conv2d(60, 3, 0)), processor_range(0, 60)),
                           placed(1, 0, conv2d(64, 3, 1), processor_range(0, 64)));
  Options late;
  late.first_weight_column = 768 - 12 - 64;
  const auto spacious = plan(net, max78000, late);
  CHECK(spacious[0].kernels.length == 11);
  CHECK(spacious[1].kernels.offset == 768 - 64);
  late.first_weight_column += 4;
  const auto narrow = plan(net, max78000, late);
  CHECK(narrow[0].kernels.length == 8);
  CHECK(narrow[1].kernels.offset == 768 - 64);
}

TEST_CASE("identical weights are shared only where they lie alike") {
  auto net = network({4, 8, 8}, placed(0xf, 0, conv2d(4, 3, 1), 0xf), placed(0xf, 0, conv2d(4, 3, 1), 0xf0),
                     placed(0xf, 0, conv2d(4, 3, 1), 0x1e));
  for (int i = 1; i < 3; ++i) net[i].same_weights_as = 0;
  const auto result = plan(net, max78000);
  CHECK_FALSE(result[1].kernels.owned);
  CHECK(result[2].kernels.owned);
  Options vendor;
  vendor.vendor_stream = true;
  CHECK_FALSE(plan(net, max78000, vendor)[2].kernels.owned);
}

TEST_CASE("what does not fit has no offset but keeps its length") {
  const auto big = [](ProcessorMap map) { return placed(map, 0, conv2d(64, 3, 1), ~ProcessorMap{0}); };
  auto net = network({64 * 8, 4, 4}, big(~ProcessorMap{0}), big(~ProcessorMap{0}), big(~ProcessorMap{0}),
                     big(~ProcessorMap{0}), big(~ProcessorMap{0}));
  const auto result = plan(net, max78000);
  CHECK(result[0].kernels.offset == 0);
  CHECK(result[0].kernels.length == 512);
  CHECK(result[4].kernels.offset == 704);
  CHECK(result[4].kernels.offset + result[4].kernels.length == 768);  // exactly full
  net[0].out_channels = net[0].out.channels = 65;
  const auto fuller = plan(net, max78000);
  CHECK(fuller[0].kernels.length == 16 * 64);
  CHECK(fuller[0].kernels.offset == -1);
  CHECK(fuller[1].kernels.offset == 0);
}

TEST_CASE("identical weights are shared with the first layer that has the same processors") {
  auto net =
      network({4, 8, 8}, placed(0xf, 0, conv2d(4, 3, 1)), placed(0xf0, 0, conv2d(4, 3, 1)),
              placed(0xf0, 0, conv2d(4, 3, 1)), placed(0xf, 0, conv2d(4, 3, 1)), placed(0xf00, 0, conv2d(4, 3, 1)));
  for (int i = 1; i < 5; ++i) net[i].same_weights_as = 0;
  const auto result = plan(net, max78000);
  const bool owned[] = {true, true, false, false, true};
  for (int i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK(result[i].kernels.owned == owned[i]);
    CHECK(result[i].kernels.offset == 0);
    CHECK(result[i].kernels.length == 4);
    CHECK(result[i].kernels.count == 4);
  }
}

TEST_CASE("weights are not shared with a layer that stores another kernel") {
  // The same three taps, stretched to five by a dilation of 2.
  auto net = network({4, 40, 1}, placed(0xf, 0, conv1d(4, 3, 0)), placed(0xf, 0, conv1d(4, 3, 0, 2)),
                     placed(0xf, 0, conv1d(4, 3, 0, 2)));
  net[1].same_weights_as = net[2].same_weights_as = 0;
  const auto result = plan(net, max78000);
  CHECK(result[1].kernels.owned);
  CHECK(result[1].kernels.offset == 4);  // behind 4 * 3 bytes in 2 columns
  CHECK(result[1].kernels.length == 3);  // 4 * 5 bytes
  CHECK_FALSE(result[2].kernels.owned);
  CHECK(result[2].kernels.offset == 4);
}

TEST_CASE("columns that are dealt out to the groups take as many as the first group gets") {
  // 17 kernels in columns 0 to 16: group 0 holds the five columns 0, 4, 8, 12 and 16, the others four each.
  const auto net =
      network({1, 8, 8}, placed(1, 0, conv2d(17, 3, 1), 0x1ffff), placed(0x1ffff, 0x1000, conv2d(1, 3, 1)));
  Options options;
  options.input_path = InputPath::quad_fast_fifo;
  const auto result = plan(net, max78000, options);
  CHECK(result[0].kernels.length == 5);
  CHECK(result[1].kernels.offset == 8);
}

TEST_CASE("shared columns are no violation, whoever owns them") {
  auto net = network({4, 8, 8}, conv2d(4, 3, 1), conv2d(4, 3, 1), conv2d(4, 3, 1));
  net[0] = placed(0xf, 0x1000, net[0], 0xf0);
  net[1] = placed(0xf0, 0x2000, net[1], 0xf0);
  net[2] = placed(0xf0, 0x3000, net[2], 0xf);
  net[1].same_weights_as = net[2].same_weights_as = 0;
  const auto result = plan(net, max78000);
  REQUIRE_FALSE(result[2].kernels.owned);
  CHECK(verify(net, result, max78000).ok());
  auto wrong = result;
  wrong[2].kernels.offset = 4;  // nobody's
  CHECK_FALSE(verify(net, wrong, max78000).ok());
}

TEST_CASE("layers that pass data through own nothing") {
  const auto result = plan(five_operands(), max78000);
  CHECK_FALSE(result[0].kernels.owned);
  CHECK(result[0].kernels.length == 0);
  CHECK(result[0].bias_group == -1);
}

TEST_CASE("an order of columns is one in which nothing overlaps, and is found where much is taken") {
  test::Random random(7);
  int found = 0;
  for (int n = 0; n < 300; ++n) {
    ColumnOrder<16> order{random.below(3), 100};
    int load[instances]{}, fullest = 0;
    while (order.items.size < 16) {
      const int first = random.below(instances), blocks = 1 + random.below(instances - first),
                columns = 1 + random.below(24);
      KernelColumns kernels;
      kernels.length = kernels.used = columns;
      order.add(order.items.size, processor_range(4 * first, 4 * blocks), kernels);
      for (int b = first; b < first + blocks; ++b) fullest = max_of(fullest, load[b] += round_up(columns, 4));
      if (fullest > 90) break;
    }
    if (!order.search()) {
      CHECK(fullest > 72);  // of 96 columns in fours
      continue;
    }
    ++found;
    for (int i = 0; i < order.items.size; ++i) {
      const auto& own = order.items[i];
      CHECK(own.place >= order.first);
      CHECK(own.place % 4 == 0);
      CHECK(own.place + own.columns <= order.end);
      for (int k = 0; k < i; ++k) {
        const auto& other = order.items[k];
        const bool apart = own.place + own.columns <= other.place || other.place + other.columns <= own.place;
        CHECK((apart || (own.map & other.map) == 0));
      }
    }
  }
  CHECK(found > 150);
  MESSAGE("found " << found << " of 300 orders");
}

}  // namespace test_allocation
