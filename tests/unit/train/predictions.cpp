// What a classifier says of samples, and how near the chip's values come to real numbers: tables and pictures.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/train/agreement.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/predictions.hpp>

namespace test_predictions {

using namespace incuse;

TEST_CASE("probabilities, and tables of predictions") {
  const std::vector<float> probabilities = train::probabilities_of({0, 1, 1, 1000}, 2, std::log(3.0));
  REQUIRE(probabilities.size() == 4);
  CHECK(probabilities[0] == doctest::Approx(0.25));
  CHECK(probabilities[1] == doctest::Approx(0.75));
  CHECK(probabilities[2] == 0);
  CHECK(probabilities[3] == 1);
  CHECK(train::probabilities_csv({0.25F, 0.75F, 0, 1}, 2, {"a, \"b\""}) == "\"a, \"\"b\"\"\",1\n0.25,0.75\n0,1\n");
  const train::Samples samples{{1, 1, 1}, {1, -2, 3}, {1, 0, 1}, {}, {"up", "do,wn"}};
  CHECK(train::truth_csv(samples) == "truth\n\"do,wn\"\nup\n\"do,wn\"\n");
  CHECK(train::features_csv("x", samples.values, 1) == "x_0\n1\n-2\n3\n");
  CHECK(train::features_csv("fc", std::vector<int>{1, 2, 3, 40000}, 2) == "fc_0,fc_1\n1,2\n3,40000\n");
}

TEST_CASE("precision and recall of a class from the surest sample on") {
  // Class 0 in order of probability: right, then wrong and right with the same one, then wrong.
  const std::vector<float> probabilities = {0.9F, 0.1F, 0.5F, 0.5F, 0.5F, 0.5F, 0.1F, 0.9F};
  const std::vector<int> labels = {0, 1, 0, 1};
  const train::PrecisionRecall own = train::precision_recall(probabilities, 2, labels, 0);
  CHECK(own.recall == std::vector<double>{0.5, 1, 1});
  CHECK(own.precision == std::vector<double>{1, 2 / 3.0, 0.5});
  CHECK(own.average == doctest::Approx(0.5 + 0.5 * 2 / 3));
  CHECK(train::precision_recall(probabilities, 2, {1, 1, 1, 1}, 0).recall.empty());
  CHECK(train::precision_recall(probabilities, 2, {1, 1, 1, 1}).size() == 1);
}

TEST_CASE("layers on the chip against real numbers") {
  const train::LayerAgreement own =
      train::agreement_of("conv", {0.5F, -1.0F, 0.25F, 0.0F}, {64, -128, 16, 0}, 128, false);
  CHECK(own.signal == doctest::Approx(1.3125));
  CHECK(own.noise == doctest::Approx(0.015625));
  CHECK(own.decibels() == doctest::Approx(19.24).epsilon(0.001));
  CHECK(own.relative_error() == doctest::Approx(std::sqrt(0.015625 / 1.3125)));
  CHECK(own.saturated == 0.25);
  int sum = 0;
  for (const int count : own.map) sum += count;
  CHECK(sum == 4);
  CHECK(own.map[63 * 64] == 1);       // -1 on both sides: at the bottom, left
  CHECK(own.map[15 * 64 + 48] == 1);  // 0.5 on both sides
  CHECK(own.map[27 * 64 + 40] == 1);  // 0.25, on the chip 0.125
  // 32 bits: the axes are as long as the values, and nothing is saturated.
  const train::LayerAgreement wide = train::agreement_of("fc", {3.0F, -1.0F}, {3 << 14, -(1 << 14)}, 1 << 14, true);
  CHECK(wide.limit == 3);
  CHECK(wide.saturated == 0);
  CHECK_FALSE(std::isfinite(wide.decibels()));

  train::EvaluationPicture shown;
  shown.layers = {own, wide};
  shown.curves = {train::precision_recall({0.9F, 0.1F}, 2, {0}, 0)};
  const std::string picture = train::evaluation_svg(shown, {{1, 1, 1}, {0}, {0}, {}, {"up", "down"}}, "net");
  CHECK(picture.find("conv: 19.2 dB") != std::string::npos);
  CHECK(picture.find("fc: no difference") != std::string::npos);
  CHECK(picture.find("up: 1.000") != std::string::npos);
}

}  // namespace test_predictions
