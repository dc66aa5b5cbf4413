#include <incuse/core/bits.hpp>
#include <incuse/core/processors.hpp>

#include <doctest/doctest.h>

#include <bitset>
#include <cmath>

#include <support/random.hpp>

namespace test_bits {

using namespace incuse;

TEST_CASE("counts and positions of bits") {
  CHECK(bit_count(0) == 0);
  CHECK(first_bit(0) == -1);
  CHECK(last_bit(0) == -1);
  CHECK(bit_count(~std::uint64_t{0}) == 64);
  test::Random random(1);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t bits = random.bits() >> (i % 64);
    const std::bitset<64> expected(bits);
    CHECK(bit_count(bits) == static_cast<int>(expected.count()));
    int first = 0, last = 63;
    while (first < 64 && !expected[static_cast<std::size_t>(first)]) ++first;
    while (last >= 0 && !expected[static_cast<std::size_t>(last)]) --last;
    CHECK(first_bit(bits) == (first < 64 ? first : -1));
    CHECK(last_bit(bits) == last);
  }
}

TEST_CASE("ranges of processors") {
  CHECK(processor_range(0, 0) == 0);
  CHECK(processor_range(4, 3) == 0x70);
  CHECK(processor_range(0, 64) == ~ProcessorMap{0});
  CHECK(processor_range(63, 1) == ProcessorMap{1} << 63);
  CHECK(processor_range(4, 60) == 0xfffffffffffffff0);
}

TEST_CASE("divisions round as their names say") {
  for (int a = -40; a <= 40; ++a)
    for (int b = 1; b <= 9; ++b) {
      CHECK(floor_div(a, b) == static_cast<int>(std::floor(static_cast<double>(a) / b)));
      if (a >= 0) CHECK(ceil_div(a, b) == static_cast<int>(std::ceil(static_cast<double>(a) / b)));
    }
  CHECK(round_up(0, 4) == 0);
  CHECK(round_up(5, 4) == 8);
  CHECK(round_up(8, 4) == 8);
  CHECK(min_of(2, -3) == -3);
  CHECK(max_of(2, -3) == 2);
}

}  // namespace test_bits
