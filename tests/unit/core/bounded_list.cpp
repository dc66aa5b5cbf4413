#include <incuse/core/bounded_list.hpp>

#include <doctest/doctest.h>

namespace test_bounded_list {

using namespace incuse;

TEST_CASE("values are kept in order, those beyond the capacity are counted") {
  BoundedList<int, 3> list;
  CHECK(list.empty());
  for (int i = 10; i < 15; ++i) list.push(i);
  CHECK(list.size == 3);
  CHECK(list.dropped == 2);
  CHECK(list[0] == 10);
  CHECK(list[2] == 12);
  list[1] = 7;
  int sum = 0;
  for (int value : list) sum += value;
  CHECK(sum == 29);
}

TEST_CASE("a list of no capacity holds nothing") {
  BoundedList<int, 0> list;
  list.push(1);
  CHECK(list.empty());
  CHECK(list.dropped == 1);
  CHECK(list.begin() == list.end());
}

TEST_CASE("at compile time, too") {
  constexpr int last = [] {
    BoundedList<int, 4> list;
    for (int i = 0; i < 9; ++i) list.push(i * i);
    return list[3] + list.dropped;
  }();
  static_assert(last == 14);
}

}  // namespace test_bounded_list
