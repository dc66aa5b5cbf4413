#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/incuse.hpp>
#include <incuse/train/random.hpp>
#include <incuse/train/search_report.hpp>

namespace test_search {

using namespace incuse;

namespace {

// clang-format off
template <int Width, int Bits>
struct Family : Network<Input<3, 32, 32>,
    Conv2d<Width, kernel<3>, pad<1>, ReLU, bias, bits<Bits>>,
    Repeat<4, Conv2d<Width, kernel<3>, pad<1>, ReLU, bias, bits<Bits>>>,
    Fused<MaxPool2d<8>, Conv2d<Width, kernel<3>, ReLU, bias, bits<Bits>>>,
    Flatten, Linear<10, wide, bias>> {};
// clang-format on

template <int Width, int Bits>
train::Fitting family_fits(const max7800x::Device& device) {
  return train::fitting_of(train::network_of<Family<Width, Bits>>(), device);
}

/// Whether one point is worse than another: by a count of what is better and worse in it.
bool is_beaten(const train::Objectives& own, const train::Objectives& by) {
  int better = 0, worse = 0;
  const auto compare = [&](auto a, auto b) {
    better += b < a ? 1 : 0;
    worse += a < b ? 1 : 0;
  };
  compare(own.error, by.error);
  compare(own.cycles, by.cycles);
  compare(own.weight_bytes, by.weight_bytes);
  return better > 0 && worse == 0;
}

train::Candidate candidate(std::vector<int> values, double accuracy, long long cycles, int bytes) {
  train::Candidate own{std::move(values)};
  own.score = {1 - accuracy, accuracy};
  own.costs = {cycles, false, bytes, 400'000, 1024};
  return own;
}

const std::vector<train::Choice> choices = {{"width", {8, 16}}, {"bits", {2, 8}}};

/// Four candidates: two on the front, one that is worse, one that does not fit.
std::vector<train::Candidate> candidates() {
  std::vector<train::Candidate> all = {candidate({16, 8}, 0.9375, 20'000, 40'000), candidate({8, 2}, 0.5, 10'000, 4000),
                                       candidate({8, 8}, 0.5, 10'000, 8000), candidate({16, 2}, 0, 0, 0)};
  all[0].front = all[1].front = true;
  all[3].refusal = "layer 1 needs \"more\"";
  return all;
}

}  // namespace

TEST_CASE("the planner decides what fits, as it does for a deployment") {
  const auto verdict = [](auto net, auto deployed, const train::Fitting& fitting) {
    CHECK(fitting.fits() == deployed.value);
    static_cast<void>(net);
  };
  verdict(0, std::bool_constant<fits<Family<16, 8>, max78000>>{}, family_fits<16, 8>(max78000));
  verdict(0, std::bool_constant<fits<Family<128, 8>, max78000>>{}, family_fits<128, 8>(max78000));
  verdict(0, std::bool_constant<fits<Family<128, 4>, max78000>>{}, family_fits<128, 4>(max78000));
  CHECK(family_fits<16, 8>(max78000).fits());
  CHECK(family_fits<128, 8>(max78000).refusal.find("weight memory") != std::string::npos);
  CHECK(family_fits<128, 8>(max78002).fits());
  const train::Fitting wide = family_fits<16, 8>(max78000), narrow = family_fits<16, 2>(max78000);
  CHECK(wide.costs.cycles == narrow.costs.cycles);
  CHECK(wide.costs.weight_bytes == 16 * 9 * (3 + 5 * 16) + 10 * 16 * 4);
  CHECK(narrow.costs.weight_bytes == 16 * 9 * (3 + 5 * 16) / 4 + 10 * 16 * 4);
  CHECK(wide.costs.weight_capacity == 442'368);
  CHECK(!wide.costs.estimated);
}

TEST_CASE("a network that no part can take is refused, however long it is") {
  train::Network network = train::network_of<Family<16, 8>>();
  const Layer layer = network[1];
  network.layers.insert(network.layers.begin() + 1, 200, layer);
  network.names.insert(network.names.begin() + 1, 200, "more");
  CHECK(train::fitting_of(network, max78000).refusal == "the network has 207 layers, and no part more than 128");
}

TEST_CASE("what trained values need is known behind training") {
  struct Net : Network<Input<1, 4, 4>, Conv2d<4, kernel<1>, bias, as<"conv">>> {};
  const train::Network network = train::network_of<Net>();
  const auto with_shift = [&](int shift) {
    train::QuantisedParameters parameters;
    parameters.add("conv", {4, 1, 1, 1}, "\1\2\3\4", "\1\2\3\4", shift);
    return train::fitting_of(network, parameters.view(), max78000);
  };
  CHECK(train::fitting_of(network, max78000).fits());
  CHECK(with_shift(0).fits());
  CHECK(with_shift(0).costs.weight_bytes == 4);
  CHECK(!with_shift(100).fits());
  train::QuantisedParameters other;
  other.add("conv", {5, 1, 1, 1}, "\1\2\3\4\5", "", 0);
  CHECK(!train::fitting_of(network, other.view(), max78000).fits());
}

TEST_CASE("the front is what no other point beats") {
  train::RandomStream random(3);
  for (int round = 0; round < 400; ++round) {
    // Few different values, so that many are equal.
    const int range = 1 + random.below(round % 2 == 0 ? 4 : 1000);
    std::vector<train::Objectives> points(static_cast<std::size_t>(random.below(30)));
    for (train::Objectives& point : points)
      point = {random.below(range) / 1000.0, random.below(range), random.below(range)};
    const std::vector<bool> front = train::pareto_front(points);
    REQUIRE(front.size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool beaten = std::any_of(points.begin(), points.end(),
                                      [&](const train::Objectives& other) { return is_beaten(points[i], other); });
      CHECK(front[i] == !beaten);
    }
    if (!points.empty()) CHECK(std::count(front.begin(), front.end(), true) > 0);
  }
}

TEST_CASE("what has diverged is on no front, and beats nothing") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  CHECK(train::pareto_front({{none, 1, 1}, {0.5, 2, 2}}) == std::vector<bool>{false, true});
}

TEST_CASE("settings that make no sense are named") {
  train::SearchSettings settings;
  CHECK(problem_of(settings) == "");
  settings.candidates = 0;
  CHECK(problem_of(settings) == "a search has 1 to 10000 candidates");
  settings = {};
  settings.training.policy.start_epoch = 3;
  CHECK(problem_of(settings).find("rounding starts before the last epoch") != std::string::npos);
  settings = {};
  settings.training.policy.overrides["conv"] = 2;
  CHECK(problem_of(settings).find("takes no policy") != std::string::npos);
  settings = {};
  settings.supply.megahertz = 0;
  CHECK(problem_of(settings) == "clock and power are above 0");
}

TEST_CASE("the front as a table, the fastest network first") {
  train::SearchSettings settings;
  CHECK(train::search_text(choices, candidates(), settings) ==
        "  width  bits  % right  cycles     us  weight bytes  % of weights\n"
        "      8     2    50.00  10,000  200.0         4,000           1.0\n"
        "     16     8    93.75  20,000  400.0        40,000          10.0\n"
        "\n4 networks looked at, 3 fit MAX78000, 2 on the front of accuracy, cycles and weight memory\n");
  settings.supply = {100, 0.025};
  CHECK(train::search_text(choices, candidates(), settings).find("100.0  2.50") != std::string::npos);
  std::vector<train::Candidate> none = {candidates()[3]};
  CHECK(train::search_text(choices, none, settings) ==
        "1 networks looked at, 0 fit MAX78000, 0 on the front of accuracy, cycles and weight memory\n");
  none[0].refusal.clear();
  none[0].same_as = 0;
  CHECK(train::search_text(choices, none, settings).find("1 have the layers of another one") != std::string::npos);
}

TEST_CASE("candidates as JSON") {
  train::SearchSettings settings;
  const std::vector<train::Candidate> all = candidates();
  CHECK(train::json_of(choices, all[0], 0, settings) ==
        "{\"candidate\": 0, \"choices\": {\"width\": 16, \"bits\": 8}, \"fits\": true, \"accuracy\": 0.9375, \"loss\": "
        "0.0625, \"cycles\": 20000, \"estimated\": false, \"microseconds\": 400, \"weight_bytes\": 40000, "
        "\"weight_capacity\": 400000, \"data_bytes\": 1024}");
  CHECK(train::json_of(choices, all[3], 3, settings) ==
        "{\"candidate\": 3, \"choices\": {\"width\": 16, \"bits\": 2}, \"fits\": false, \"reason\": \"layer 1 needs "
        "\\\"more\\\"\"}");
  CHECK(train::front_json(all) == "{\"front\": [1, 0]}");
  CHECK(train::front_json({}) == "{\"front\": []}");
  settings.supply.watts = 0.01;
  CHECK(train::json_of(choices, all[0], 0, settings).find("\"microjoules\": 4,") != std::string::npos);
  train::Candidate diverged = all[0];
  diverged.score = {std::numeric_limits<double>::quiet_NaN(), 0};
  diverged.same_as = 1;
  const std::string text = train::json_of(choices, diverged, 0, settings);
  CHECK(text.find("\"loss\": null") != std::string::npos);
  CHECK(text.find("\"same_as\": 1") != std::string::npos);
}

TEST_CASE("candidates as a picture: a point in each plot, the front in another colour") {
  train::SearchSettings settings;
  const auto count = [](const std::string& text, const std::string& part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  std::string picture = train::search_svg(choices, candidates(), settings, "a < b");
  CHECK(picture.find("a &lt; b") != std::string::npos);
  CHECK(count(picture, "#e07b28") == 2 * 2);
  CHECK(count(picture, "#a9b8c9") == 2);
  CHECK(count(picture, "width 8, bits 2: 50.00 % right") == 2);
  CHECK(picture.find("% right against cycles") != std::string::npos);
  CHECK(picture.find("against uJ") == std::string::npos);
  settings.supply.watts = 0.02;
  picture = train::search_svg(choices, candidates(), settings, "");
  CHECK(count(picture, "#e07b28") == 3 * 2);
  CHECK(picture.find("% right against uJ at 20.0 mW") != std::string::npos);
  CHECK(train::search_svg(choices, {candidates()[3]}, settings, "").empty());
  CHECK(count(train::search_svg(choices, {candidates()[0]}, settings, ""), "#e07b28") == 3);
}

TEST_CASE("axes have a few round numbers that enclose the values") {
  for (const double size : {1e-6, 0.03, 1.0, 7.0, 12345.0, 9e8})
    for (const double least : {0.0, 0.4 * size, 3 * size}) {
      INFO("size ", size, ", least ", least);
      const std::vector<double> marks = train::detail::round_steps(least, least + size);
      CHECK(marks.size() >= 3);
      CHECK(marks.size() <= 8);
      CHECK(marks.front() <= least);
      CHECK(marks.back() >= least + size);
    }
}

}  // namespace test_search
