#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/bit_budget.hpp>

namespace test_bit_budget {

using namespace incuse::import;

namespace {

/// Decibels of three layers: each loses so much for every halving of its bits.
double decibels(const std::vector<int>& bits, const std::vector<double>& losses) {
  double sum = 100;
  for (std::size_t i = 0; i < bits.size(); ++i)
    for (int width = 8; width > bits[i]; width /= 2) sum -= losses[i];
  return sum;
}

const std::vector<long long> weights = {1000, 100, 100};

}  // namespace

TEST_CASE("bytes of weights are rounded up for every layer") {
  CHECK(weight_bytes({9, 3, 8}, {1, 4, 8}) == 2 + 2 + 8);
  CHECK(weight_bytes({}, {}) == 0);
}

TEST_CASE("the layer that loses the least for a byte gives bits away") {
  const std::vector<double> losses = {10, 3, 0.5};
  const auto measure = [&](const std::vector<int>& bits) { return decibels(bits, losses); };
  const BitChoice choice = choose_bits({8, 8, 8}, weights, {true, true, true}, 650, measure);
  // For a byte: 10 / 500, 3 / 50 and 0.5 / 50; then 10 / 500 or 0.5 / 25, ...
  REQUIRE(choice.steps.size() == 2);
  CHECK(choice.steps[0].layer == 2);
  CHECK(choice.steps[0].bytes == 1150);
  CHECK(choice.steps[1].layer == 0);
  CHECK(choice.steps[1].bits == 4);
  CHECK(choice.steps[1].decibels == 89.5);
  CHECK(choice.bits == std::vector<int>{4, 8, 4});
  CHECK(choice.bytes == 650);
  CHECK(choice.decibels == 100);
  CHECK(choice.fits);
}

TEST_CASE("layers that must not change, and budgets that nothing meets") {
  const auto measure = [](const std::vector<int>& bits) { return decibels(bits, {1, 1, 1}); };
  const BitChoice kept = choose_bits({8, 8, 8}, weights, {false, true, true}, 1100, measure);
  CHECK(kept.fits);
  CHECK(kept.bits[0] == 8);
  const BitChoice none = choose_bits({8, 8, 8}, weights, {true, true, true}, 100, measure);
  CHECK_FALSE(none.fits);
  CHECK(none.bits == std::vector<int>{1, 1, 1});
  CHECK(none.bytes == 125 + 13 + 13);
  CHECK(choose_bits({8, 8, 8}, weights, {true, true, true}, 1200, measure).steps.empty());
}

}  // namespace test_bit_budget
