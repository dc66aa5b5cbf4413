// Shapley values of parts of an input.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/attribution.hpp>
#include <incuse/host/random_parameters.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/layers.hpp>
#include <incuse/model/network.hpp>

namespace test_attribution {

using namespace incuse;
using host::Attribution;
using host::AttributionOptions;
using host::Patches;

namespace {

struct Net : Network<Input<2, 6, 4>, Conv2d<8, kernel<3>, pad<1>, ReLU>, Flatten, Linear<3, wide>> {};
constexpr const auto& graph = graph_of<Net>();

struct Uneven : Network<Input<3, 1, 1>, EarlyExit<any_at_least<9>, Identity<>>, Conv2d<4, kernel<1>>> {};

std::vector<std::int8_t> picture(unsigned seed) {
  const auto values = host::random_input(graph, seed);
  return {values.begin(), values.end()};
}

/// What the values of all parts add up to is exactly the difference of the outputs.
void check_sums(const Attribution& result) {
  for (int o = 0; o < result.outputs; ++o) {
    long long sum = 0;
    for (int p = 0; p < result.patches; ++p) sum += result.numerator(o, p);
    const auto output = static_cast<std::size_t>(o);
    CHECK(sum == result.denominator * result.picture[output] - result.baselines[output]);
  }
}

/// A game of three parts whose values are known: part 0 counts for 6 by itself, parts 1 and 2 for 12 together.
std::vector<int> game(const std::vector<std::vector<bool>>& sets, int) {
  std::vector<int> values;
  for (const std::vector<bool>& set : sets) values.push_back(100 + 6 * set[0] + 12 * (set[1] && set[2]));
  return values;
}

}  // namespace

TEST_CASE("a grid cuts an input into boxes, smaller ones at the border") {
  const Patches patches = host::grid_patches({2, 3, 4}, {1, 2, 3});
  CHECK(patches.count == 8);
  CHECK(patches.of == std::vector<int>{0, 0, 0, 1, 0, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 4, 4, 4, 5, 6, 6, 6, 7});
  CHECK(host::grid_patches({2, 3, 4}, {0, 0, 2}).of ==
        std::vector<int>{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
  CHECK(host::grid_patches({1, 2, 2}, {9, 9, 9}).count == 1);
}

TEST_CASE("parts get what they add on average over all orders") {
  const Attribution result = host::attribute(game, 1, 3, 1, {});
  CHECK(result.denominator == 6);
  CHECK(result.value(0, 0) == 6);
  CHECK(result.value(0, 1) == 6);
  CHECK(result.value(0, 2) == 6);
  CHECK(result.baseline(0) == 100);
  CHECK(result.picture == std::vector<int>{118});
  CHECK(result.standard_error(0, 1) == 0);
  check_sums(result);

  // An order and its reverse share the 12 evenly.
  const Attribution pair = host::attribute(game, 1, 3, 1, {1, 7, 0});
  CHECK(pair.denominator == 2);
  CHECK(pair.numerators == std::vector<long long>{12, 12, 12});
}

TEST_CASE("exact values are those of the definition") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  const host::fast::PackedNetwork packed(graph, parameters.view());
  const Patches patches = host::grid_patches(graph.input, {0, 3, 2});
  REQUIRE(patches.count == 4);
  const std::vector<std::int8_t> own = picture(5), rest(own.size(), -3);
  const Attribution result = host::attribute(packed, patches, own, {rest}, {0, 1, 2});
  REQUIRE(result.ok());
  check_sums(result);
  // All 24 orders, one by one.
  host::fast::Executor executor(packed);
  const auto output = [&](unsigned set, int o) {
    std::vector<std::int8_t> input = rest;
    for (std::size_t e = 0; e < input.size(); ++e)
      if ((set >> patches.of[e] & 1) != 0) input[e] = own[e];
    executor.set_input(input.data());
    executor.run();
    return executor.output(graph.size - 1, o);
  };
  bool differ = false;
  for (int o = 0; o < 3; ++o) {
    long long sums[4] = {};
    std::vector<int> order{0, 1, 2, 3};
    do {
      unsigned set = 0;
      for (const int part : order) {
        const int before = output(set, o);
        set |= 1u << part;
        sums[part] += output(set, o) - before;
      }
    } while (std::next_permutation(order.begin(), order.end()));
    for (int p = 0; p < 4; ++p) {
      CHECK(24 * result.numerator(o, p) == sums[p] * result.denominator);
      differ = differ || sums[p] != sums[0];
    }
  }
  CHECK(differ);
}

TEST_CASE("random orders add up exactly, too, and come near all orders") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  const host::fast::PackedNetwork packed(graph, parameters.view());
  const Patches patches = host::grid_patches(graph.input, {1, 2, 2});
  REQUIRE(patches.count == 12);
  const std::vector<std::vector<std::int8_t>> baselines{std::vector<std::int8_t>(48, 0), picture(8), picture(9)};
  const Attribution exact = host::attribute(packed, patches, picture(5), baselines);
  const Attribution sampled = host::attribute(packed, patches, picture(5), baselines, {200, 3, 1});
  REQUIRE(exact.ok());
  REQUIRE(sampled.ok());
  check_sums(exact);
  check_sums(sampled);
  CHECK(exact.denominator == 27720 * 3);
  CHECK(sampled.denominator == 200 * 3);
  double errors = 0;
  for (int o = 0; o < 3; ++o) {
    CHECK(exact.baseline(o) == doctest::Approx(sampled.baseline(o)));
    for (int p = 0; p < 12; ++p) {
      CHECK(exact.standard_error(o, p) == 0);
      CHECK(std::fabs(exact.value(o, p) - sampled.value(o, p)) <= 5 * sampled.standard_error(o, p) + 1e-9);
      errors += sampled.standard_error(o, p);
    }
  }
  CHECK(errors > 0);
  // Threads change nothing, the seed does.
  CHECK(host::attribute(packed, patches, picture(5), baselines, {200, 3, 3}).numerators == sampled.numerators);
  CHECK(host::attribute(packed, patches, picture(5), baselines, {200, 4, 1}).numerators != sampled.numerators);
  CHECK(host::attribute(packed, patches, picture(5), baselines, {199, 3, 1}).numerators == sampled.numerators);
}

TEST_CASE("what cannot be attributed is refused in words") {
  const host::RandomParameters parameters = host::random_parameters(graph);
  const host::fast::PackedNetwork packed(graph, parameters.view());
  const std::vector<std::int8_t> own = picture(1);
  const auto problem = [&](const Patches& patches, const std::vector<std::vector<std::int8_t>>& baselines,
                           const AttributionOptions& options = {}) {
    return host::attribute(packed, patches, own, baselines, options).problem;
  };
  const Patches fine = host::grid_patches(graph.input, {0, 1, 1});
  CHECK(problem(fine, {own}).find("all sets of 24 parts are too many") == 0);
  CHECK(problem(fine, {own}, {2, 1, 1}).empty());
  CHECK(problem(fine, {own}, {-1, 1, 1}).find("permutations, not -1") != std::string::npos);
  CHECK(problem(fine, {}, {2, 1, 1}).find("there are 0 baselines") == 0);
  CHECK(problem(fine, {{1, 2, 3}}, {2, 1, 1}).find("do not have the size") != std::string::npos);
  CHECK(problem({1, {0, 0}}, {own}).find("not those of the input") != std::string::npos);
  Patches beyond = host::grid_patches(graph.input, {0, 0, 0});
  beyond.of[7] = 1;
  CHECK(problem(beyond, {own}).find("not those of the input") != std::string::npos);
  const host::fast::PackedNetwork without(graph, Parameters{});
  CHECK_FALSE(host::attribute(without, fine, own, {own}).ok());
  const host::RandomParameters random = host::random_parameters(graph_of<Uneven>());
  const host::fast::PackedNetwork uneven(graph_of<Uneven>(), random.view());
  const std::vector<std::int8_t> three(3);
  CHECK(host::attribute(uneven, host::grid_patches({3, 1, 1}, {1, 1, 1}), three, {three}).problem.find("early exits") !=
        std::string::npos);
}

}  // namespace test_attribution
