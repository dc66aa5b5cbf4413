// Sets of columns, and which columns a layer takes: by the datapath page (max7800x-datapath, section 5), and with the
// vendor's stream (max7800x-memory, section 5.2).
#include <support/random.hpp>
#include <support/worked_examples.hpp>

#include <incuse/max7800x/plan/vendor_kernels.hpp>

#include <doctest/doctest.h>

#include <set>
#include <vector>

namespace test_columns {

using namespace incuse;
using namespace incuse::max7800x;

namespace {

KernelShape shape_of(const Layer& layer, Shape input, ProcessorMap outputs, int sharers = 1) {
  const auto graph = examples::network(input, layer);
  const Passes in = passes_of(graph[0].in.channels), out = passes_of(graph[0].out.channels);
  return kernel_shape(graph[0], in, out, outputs, sharers);
}

KernelColumns columns_of(const Layer& layer, Shape input, ProcessorMap outputs) {
  return kernel_columns(shape_of(layer, input, outputs));
}

KernelColumns vendor_columns_of(const Layer& layer, Shape input, ProcessorMap outputs) {
  return vendor::kernel_columns(shape_of(layer, input, outputs));
}

std::vector<int> numbers_in(const ColumnSet& columns) {
  std::vector<int> numbers;
  for (int column = 0; column < ColumnSet::capacity; ++column)
    if (columns.contains(column)) numbers.push_back(column);
  return numbers;
}
using Numbers = std::vector<int>;

}  // namespace

TEST_CASE("column sets behave like sets of numbers") {
  test::Random random(5);
  for (int attempt = 0; attempt < 200; ++attempt) {
    ColumnSet columns{};
    std::set<int> numbers;
    for (int n = 0; n < 6; ++n) {
      const int first = random.below(900), count = random.below(130);
      columns.add_range(first, count);
      for (int c = first; c < first + count && c < ColumnSet::capacity; ++c) numbers.insert(c);
    }
    CHECK(columns.count() == static_cast<int>(numbers.size()));
    CHECK(columns.end() == (numbers.empty() ? 0 : *numbers.rbegin() + 1));
    const int up = random.below(200);
    const ColumnSet shifted = columns.shifted_up(up);
    bool same = true;
    for (int c = 0; c < ColumnSet::capacity; ++c) {
      same = same && columns.contains(c) == (numbers.count(c) != 0);
      same = same && shifted.contains(c) == (numbers.count(c - up) != 0);
    }
    CHECK(same);
    for (int tries = 0; tries < 10; ++tries) {
      const int from = random.below(1024), end = from + random.below(100);
      if (end > ColumnSet::capacity) continue;
      int present = from, absent = from;
      while (present < end && numbers.count(present) == 0) ++present;
      while (absent < end && numbers.count(absent) != 0) ++absent;
      CHECK(columns.next(from, end) == present);
      CHECK(columns.next_absent(from, end) == absent);
    }
    const int length = 1 + random.below(300);
    int gap = 0;
    for (; gap + length <= 768; gap += 4) {
      const auto hit = numbers.lower_bound(gap);
      if (hit == numbers.end() || *hit >= gap + length) break;
    }
    CHECK(columns.first_gap(length, 768) == (gap + length <= 768 ? gap : -1));
  }
}

TEST_CASE("columns beyond the capacity are dropped") {
  ColumnSet columns{};
  columns.add(-1);
  columns.add(ColumnSet::capacity);
  columns.add_range(ColumnSet::capacity - 2, 10);
  CHECK(columns.count() == 2);
  CHECK(columns.shifted_up(2).count() == 0);
  CHECK(columns.shifted_up(1).count() == 1);
}

TEST_CASE("lengths and counts of the vendor's stream are those of the sheet") {
  using namespace examples;
  const auto columns_of = vendor_columns_of;
  // 3x3: a column per kernel. 1x1: nine kernels in a column. Narrow weights: 8 / bits outputs in a byte.
  CHECK(columns_of(conv2d(60, 3, 1), {1, 8, 8}, processor_range(4, 60)).length == 60);
  CHECK(columns_of(conv2d(60, 3, 1), {128, 8, 8}, processor_range(4, 60)).length == 120);
  CHECK(columns_of(conv2d(60, 1, 0), {1, 8, 8}, processor_range(4, 60)).length == 7);
  CHECK(columns_of(with_bits(4, conv2d(60, 3, 1)), {1, 8, 8}, processor_range(4, 60)).length == 30);
  CHECK(columns_of(with_bits(2, conv1d(64, 3, 1)), {3, 28, 1}, processor_range(0, 64)).length == 6);
  CHECK(columns_of(with_bits(1, conv2d(64, 3, 1)), {1, 8, 8}, processor_range(0, 64)).length == 8);
  CHECK(columns_of(with_bits(1, conv2d(3, 3, 1)), {1, 8, 8}, processor_range(0, 3)).length == 3);
  // The map's span counts, not its channels; two unused lanes below count as kernels, not as reserved columns.
  const KernelColumns holes = columns_of(conv2d(3, 3, 1), {1, 8, 8}, 0b1001001);
  CHECK(holes.length == 7);
  CHECK(holes.count == 7);
  const KernelColumns lanes = columns_of(conv2d(3, 3, 1), {1, 8, 8}, 0b11100);
  CHECK(lanes.length == 3);
  CHECK(lanes.count == 5);
  CHECK(lanes.used == 5);
  // Flatten: values, less those of outputs that the last pass does not have.
  const KernelColumns flat = columns_of(flattened(linear(10)), {12, 4, 4}, processor_range(0, 10));
  CHECK(flat.length == 18);
  CHECK(flat.count == 160);
  const KernelColumns passes = columns_of(flattened(linear(66)), {1, 3, 3}, processor_range(0, 36));
  CHECK(passes.count == 66 * 9);
  CHECK(passes.length == 66);
}

TEST_CASE("kernels take as many columns as the hardware reads") {
  using namespace examples;
  CHECK(columns_of(conv2d(60, 3, 1), {1, 8, 8}, processor_range(4, 60)).length == 60);
  CHECK(columns_of(with_bits(1, conv2d(3, 3, 1)), {1, 8, 8}, processor_range(0, 3)).length == 1);
  CHECK(columns_of(with_bits(4, conv1d(3, 5, 0)), {1, 28, 1}, processor_range(0, 3)).length == 2);  // 2 * 5 bytes
  // Lanes below the first output processor are read, in every output pass.
  const KernelColumns lanes = columns_of(conv2d(3, 3, 1), {1, 8, 8}, 0b11100);
  CHECK(lanes.length == 5);
  CHECK(lanes.count == 5);
  CHECK(lanes.positions == 5);
  CHECK(numbers_in(lanes.written) == Numbers{2, 3, 4});
  const KernelColumns passes = columns_of(conv2d(70, 3, 1), {1, 8, 8}, processor_range(2, 36));
  CHECK(passes.positions == 38);
  CHECK(passes.count == 2 * 38);
  // Flatten: the last pass ends with the last channel, and a short input pass has as many values as a full one.
  CHECK(columns_of(flattened(linear(66)), {1, 3, 3}, processor_range(0, 36)).count == 66 * 9);
  CHECK(columns_of(flattened(linear(2)), {100, 3, 1}, 0b11).count == 2 * 2 * 3);
}

TEST_CASE("columns of holes are left out unless the hardware reads them together with others") {
  using namespace examples;
  CHECK(numbers_in(columns_of(conv2d(3, 3, 1), {1, 8, 8}, 0b1001001).written) == Numbers{0, 3, 6});
  // Two input passes: two columns for every position.
  CHECK(numbers_in(columns_of(conv2d(3, 3, 1), {68, 8, 8}, 0b1011).written) == Numbers{0, 1, 2, 3, 6, 7});
  // 4 bits: positions 0 and 1 share a column, 2 and 3 are holes, 4 stands with the hole 5.
  CHECK(numbers_in(columns_of(with_bits(4, conv2d(4, 3, 1)), {1, 8, 8}, 0b11'0001'0011).written) == Numbers{0, 2, 4});
  // 1x1: positions 0 to 8, 9 to 17 and 18 to 26 share a column each.
  CHECK(numbers_in(columns_of(conv2d(2, 1, 0), {1, 8, 8}, ProcessorMap{1} << 20 | 1).written) == Numbers{0, 2});
  // Five taps: the kernel of position 1 lies in the columns 0 and 1, so position 2, a hole too, is there as well.
  CHECK(numbers_in(columns_of(conv1d(2, 5, 0), {1, 9, 1}, 0b10'0000'0000'0001).written) ==
        Numbers{0, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("groups that take turns compute as many steps each") {
  using namespace examples;
  const auto columns = [](const Layer& layer, ProcessorMap outputs) {
    return kernel_columns(shape_of(layer, {1, 8, 8}, outputs, max7800x::groups));
  };
  const KernelColumns seventeen = columns(conv2d(17, 3, 1), 0x1ffff);
  CHECK(seventeen.length == 5);
  CHECK(seventeen.count == 5);
  CHECK(seventeen.positions == 17);
  CHECK(seventeen.written.count() == 17);
  // Four steps of one or two positions would be passes of their own, over the first one's output.
  CHECK(columns(conv2d(1, 3, 1), 0b1).positions == 4);
  CHECK(columns(conv2d(2, 3, 1), 0b11).positions == 4);
  CHECK(columns(conv2d(3, 3, 1), 0b111).positions == 3);
  CHECK(numbers_in(columns(conv2d(2, 3, 1), 0b11).written) == Numbers{0, 1, 2, 3});
  CHECK(numbers_in(columns(conv2d(2, 3, 1), 0b100010).written) == Numbers{0, 1, 2, 3, 4, 5});
  // 4 bits: outputs 0 and 4 share a column of the first group, 1 and 5 one of the second …
  const KernelColumns narrow = columns(with_bits(4, conv2d(6, 3, 1)), 0b111111);
  CHECK(narrow.length == 1);
  CHECK(numbers_in(narrow.written) == Numbers{0, 1, 2, 3});
}

TEST_CASE("a placed layer's columns move as a whole") {
  KernelColumns columns = columns_of(examples::conv2d(3, 3, 1), {1, 8, 8}, 0b1011);
  columns.place(100);
  CHECK(columns.written.count() == 3);
  CHECK(columns.written.contains(100));
  CHECK(columns.written.contains(101));
  CHECK_FALSE(columns.written.contains(102));
  CHECK(columns.written.contains(103));
  columns = columns_of(examples::conv2d(3, 3, 1), {1, 8, 8}, 0b1011);
  columns.place(-1);  // no space: nothing lies beyond the memory
  CHECK(columns.offset == -1);
}

TEST_CASE("the vendor's stream: processors without a channel in the last pass write fewer columns of narrow weights") {
  // 70 channels: the last pass has 34 of 36. One output of 4 bits on lane 3: present kernels take 2 x 9 bytes behind
  // 3 x 18 bytes of lanes, absent ones 4 bytes instead of 9.
  const KernelColumns columns =
      vendor_columns_of(examples::with_bits(4, examples::conv2d(1, 3, 1)), {70, 8, 8}, ProcessorMap{1} << 3);
  CHECK(columns.shorter_from == 34);
  // A layer that fills all it reserves writes the same columns everywhere.
  const KernelColumns whole =
      vendor_columns_of(examples::with_bits(4, examples::conv2d(8, 3, 1)), {70, 8, 8}, processor_range(0, 8));
  CHECK(whole.shorter_from == -1);
}

}  // namespace test_columns
