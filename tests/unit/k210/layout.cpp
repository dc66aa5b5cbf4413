// AI-RAM layout: which byte holds which pixel.
#include <incuse/k210/plan/layout.hpp>

#include <doctest/doctest.h>

namespace test_layout {

using namespace incuse;
using namespace incuse::k210;

// KPU sheet, section 4.
static_assert(rows_of(16) == RowLayout{4, 1} && rows_of(17) == RowLayout{2, 1});
static_assert(rows_of(32) == RowLayout{2, 1} && rows_of(33) == RowLayout{1, 1});
static_assert(rows_of(64) == RowLayout{1, 1} && rows_of(65) == RowLayout{1, 2} && rows_of(320) == RowLayout{1, 5});
static_assert(RowLayout{4, 1}.pitch() == 16 && RowLayout{2, 1}.pitch() == 32 && RowLayout{1, 3}.pitch() == 64);

TEST_CASE("narrow maps share lines") {
  const MapLayout map(Shape{6, 3, 10});
  CHECK(map.block_lines() == 3);
  CHECK(map.blocks() == 2);
  CHECK(map.lines() == 6);
  CHECK(map.offset(0, 1, 2) == 64 + 2);
  CHECK(map.offset(3, 0, 0) == 48);
  CHECK(map.offset(5, 2, 9) == 3 * 64 + 2 * 64 + 16 + 9);
}

TEST_CASE("a map 33 pixels wide costs twice as much as one of 32") {
  CHECK(MapLayout(Shape{2, 8, 32}).lines() == 8);
  CHECK(MapLayout(Shape{2, 8, 33}).lines() == 16);
}

TEST_CASE("maps of whole lines are planar") {
  const MapLayout map(Shape{2, 3, 128});
  for (int c = 0; c < 2; ++c)
    for (int y = 0; y < 3; ++y) CHECK(map.offset(c, y, 5) == (c * 3 + y) * 128 + 5);
}

TEST_CASE("packing and unpacking leave everything else alone") {
  const MapLayout map(Shape{3, 2, 5});
  unsigned char planar[30], back[30], ram[128];
  for (int i = 0; i < 30; ++i) planar[i] = static_cast<unsigned char>(i);
  for (auto& byte : ram) byte = 0xee;
  REQUIRE(map.bytes() == 128);
  pack(map, planar, ram);
  CHECK(ram[4] == 4);
  CHECK(ram[5] == 0xee);
  CHECK(ram[16] == 10);
  CHECK(ram[48] == 0xee);
  unpack(map, ram, back);
  for (int i = 0; i < 30; ++i) CHECK(back[i] == i);
}

}  // namespace test_layout
