// Sets of columns, and how many columns a layer takes (max7800x-memory, section 5.2).
#include "examples.hpp"

#include <incuse/max7800x/columns.hpp>

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace incuse;
using namespace incuse::max7800x;

namespace {

KernelColumns columns_of(const Layer& layer, Shape input, ProcessorMap outputs) {
  const auto graph = examples::network(input, layer);
  const Passes in = passes_of(graph[0].in.channels), out = passes_of(graph[0].out.channels);
  return kernel_columns(kernel_shape(graph[0], in.count, in.channels, out.count, out.channels, outputs));
}

}  // namespace

TEST_CASE("column sets behave like sets of numbers") {
  std::mt19937 random(5);
  for (int attempt = 0; attempt < 200; ++attempt) {
    ColumnSet columns{};
    std::set<int> numbers;
    for (int n = 0; n < 6; ++n) {
      const int first = static_cast<int>(random() % 900), count = static_cast<int>(random() % 130);
      columns.add_range(first, count);
      for (int c = first; c < first + count && c < ColumnSet::capacity; ++c) numbers.insert(c);
    }
    CHECK(columns.count() == static_cast<int>(numbers.size()));
    CHECK(columns.end() == (numbers.empty() ? 0 : *numbers.rbegin() + 1));
    const int up = static_cast<int>(random() % 200);
    const ColumnSet shifted = columns.shifted_up(up);
    bool same = true;
    for (int c = 0; c < ColumnSet::capacity; ++c) {
      same = same && columns.contains(c) == (numbers.count(c) != 0);
      same = same && shifted.contains(c) == (numbers.count(c - up) != 0);
    }
    CHECK(same);
    for (int tries = 0; tries < 10; ++tries) {
      const int from = static_cast<int>(random() % 1024), end = from + static_cast<int>(random() % 100);
      if (end > ColumnSet::capacity) continue;
      int present = from, absent = from;
      while (present < end && numbers.count(present) == 0) ++present;
      while (absent < end && numbers.count(absent) != 0) ++absent;
      CHECK(columns.next(from, end) == present);
      CHECK(columns.next_absent(from, end) == absent);
    }
    const int length = 1 + static_cast<int>(random() % 300);
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

TEST_CASE("lengths and counts by the formula of the sheet") {
  using namespace examples;
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

TEST_CASE("processors without a channel in the last pass write fewer columns of narrow weights") {
  // 70 channels: the last pass has 34 of 36. One output of 4 bits on lane 3: present kernels take 2 x 9 bytes behind
  // 3 x 18 bytes of lanes, absent ones 4 bytes instead of 9.
  const KernelColumns columns =
      columns_of(examples::with_bits(4, examples::conv2d(1, 3, 1)), {70, 8, 8}, ProcessorMap{1} << 3);
  CHECK(columns.shorter_from == 34);
  // A layer that fills all it reserves writes the same columns everywhere.
  const KernelColumns whole =
      columns_of(examples::with_bits(4, examples::conv2d(8, 3, 1)), {70, 8, 8}, processor_range(0, 8));
  CHECK(whole.shorter_from == -1);
}
