// Boxes of detectors, against a second computation in double precision that keeps everything in vectors.
#include <incuse/host/detection.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <support/random.hpp>

namespace test_detection {

using namespace incuse::host;

namespace {

struct Found {
  double left, top, width, height, score;
  int label;
};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// All boxes of a region layer, in its order: one with the surest class, the softmax as its definition has it, or one
/// for each class.
std::vector<Found> all_boxes(const RegionLayer& layer, const std::vector<float>& values) {
  std::vector<Found> found;
  for (int a = 0; a < layer.anchor_count; ++a)
    for (int y = 0; y < layer.rows; ++y)
      for (int x = 0; x < layer.columns; ++x) {
        const auto value = [&](int i) {
          const int at = ((a * (5 + layer.classes) + i) * layer.rows + y) * layer.columns + x;
          return static_cast<double>(values[static_cast<std::size_t>(at)]);
        };
        double sum = 0;
        int best = 0;
        for (int c = 0; c < layer.classes; ++c) {
          sum += std::exp(value(5 + c));
          if (value(5 + c) > value(5 + best)) best = c;
        }
        const double width = std::exp(value(2)) * static_cast<double>(layer.anchors[a].width * layer.unit_width);
        const double height = std::exp(value(3)) * static_cast<double>(layer.anchors[a].height * layer.unit_height);
        const auto add = [&](int label, double score) {
          found.push_back({(x + logistic(value(0))) / layer.columns - width / 2,
                           (y + logistic(value(1))) / layer.rows - height / 2, width, height,
                           logistic(value(4)) * score, label});
        };
        if (layer.classes == 0) add(0, 1);
        if (layer.exclusive && layer.classes > 0) add(best, std::exp(value(5 + best)) / sum);
        for (int c = 0; c < layer.classes && !layer.exclusive; ++c) add(c, logistic(value(5 + c)));
      }
  return found;
}

void check_same(const Detection& one, const Found& other) {
  CHECK(static_cast<double>(one.score) == doctest::Approx(other.score).epsilon(1e-4));
  CHECK(one.label == other.label);
  CHECK(static_cast<double>(one.box.left) == doctest::Approx(other.left).epsilon(1e-3));
  CHECK(static_cast<double>(one.box.top) == doctest::Approx(other.top).epsilon(1e-3));
  CHECK(static_cast<double>(one.box.width) == doctest::Approx(other.width).epsilon(1e-4));
  CHECK(static_cast<double>(one.box.height) == doctest::Approx(other.height).epsilon(1e-4));
}

std::vector<float> random_values(int count, unsigned seed) {
  incuse::test::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.between(-3000, 3000)) / 1000.0f;
  return values;
}

constexpr Anchor anchors[] = {{1.5f, 2.0f}, {4.0f, 3.0f}, {30.0f, 60.0f}};

}  // namespace

TEST_CASE("region layers of both versions, box by box") {
  for (const RegionLayer& layer :
       {yolo2(anchors, 4, 5, 7), yolo3(anchors, 6, 3, 4, 320, 224), yolo2(anchors, 1, 2, 2), yolo2(anchors, 0, 3, 2),
        yolo3(anchors, 0, 3, 2, 96, 64), yolo3(anchors, 1, 3, 2, 96, 64)}) {
    const std::vector<float> values = random_values(layer.values(), 7 + static_cast<unsigned>(layer.classes));
    Detections<500> found;
    decode(layer, values.data(), 0.0f, found);
    const std::vector<Found> expected = all_boxes(layer, values);
    REQUIRE(found.size() == static_cast<int>(expected.size()));
    for (int i = 0; i < found.size(); ++i) check_same(found[i], expected[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("a thing that is a person and a woman is found as both, where classes do not exclude each other") {
  constexpr Anchor one[] = {{10.0f, 10.0f}};
  const float values[] = {0, 0, 0, 0, 9, 4, -4, 3};  // sure of the first and the last class
  Detections<8> both, alone;
  decode(yolo3(one, 3, 1, 1, 10, 10), values, 0.5f, both);
  decode(yolo2(one, 3, 1, 1), values, 0.5f, alone);
  REQUIRE(both.size() == 2);
  CHECK(both[0].label == 0);
  CHECK(both[1].label == 2);
  CHECK(both[0].box == both[1].box);
  suppress(both, 0.3f);
  CHECK(both.size() == 2);
  suppress(both, 0.3f, false);
  CHECK(both.size() == 1);
  CHECK(alone.size() == 1);
}

TEST_CASE("a threshold leaves out what is less sure, and full lists keep the surest") {
  for (const RegionLayer& layer : {yolo2(anchors, 4, 5, 7), yolo3(anchors, 4, 5, 7, 320, 224)}) {
    const std::vector<float> values = random_values(layer.values(), 3);
    std::vector<Found> expected = all_boxes(layer, values);
    std::sort(expected.begin(), expected.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
    for (double least : {0.1, 0.3, 0.6}) {
      Detections<500> found;
      decode(layer, values.data(), static_cast<float>(least), found);
      CHECK(found.size() ==
            std::count_if(expected.begin(), expected.end(), [&](const Found& one) { return one.score >= least; }));
    }
    Detections<10> few;
    decode(layer, values.data(), 0.0f, few);
    CHECK(few.added() == static_cast<int>(expected.size()));
    REQUIRE(few.size() == 10);
    suppress(few, 1.0f);
    for (int i = 0; i < 10; ++i) check_same(few[i], expected[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("non-maximum suppression is what its definition says") {
  incuse::test::Random random(11);
  const auto part = [&] { return static_cast<float>(random.between(0, 100)) / 100.0f; };
  for (int round = 0; round < 200; ++round) {
    Detections<30> found;
    std::vector<Detection> left;
    for (int i = random.between(0, 30); i > 0; --i) {
      const Detection one{{part(), part(), part() / 2, part() / 2}, part(), random.between(0, 2), {}};
      found.add(one);
      left.push_back(one);
    }
    const bool labels_matter = round % 2 == 0;
    const float most = part();
    for (std::size_t i = 1; i < left.size(); ++i)  // equal scores keep their order
      for (std::size_t at = i; at > 0 && left[at - 1].score < left[at].score; --at) std::swap(left[at - 1], left[at]);
    std::vector<Detection> expected;
    while (!left.empty()) {
      const Detection best = left.front();
      expected.push_back(best);
      left.erase(std::remove_if(left.begin() + 1, left.end(),
                                [&](const Detection& other) {
                                  return (!labels_matter || other.label == best.label) &&
                                         overlap(best.box, other.box) > most;
                                }),
                 left.end());
      left.erase(left.begin());
    }
    suppress(found, most, labels_matter);
    REQUIRE(found.size() == static_cast<int>(expected.size()));
    for (int i = 0; i < found.size(); ++i) {
      CHECK(found[i].score == expected[static_cast<std::size_t>(i)].score);
      CHECK(found[i].box.left == expected[static_cast<std::size_t>(i)].box.left);
    }
  }
}

TEST_CASE("how far boxes overlap") {
  constexpr Box box{0.25f, 0.25f, 0.5f, 0.5f};
  static_assert(overlap(box, box) == 1.0f);
  static_assert(overlap(box, {0.75f, 0.25f, 0.5f, 0.5f}) == 0.0f);
  static_assert(overlap(box, {0.5f, 0.25f, 0.5f, 0.5f}) == 0.125f / 0.375f);
  static_assert(overlap(box, {0.25f, 0.25f, 0.0f, 0.0f}) == 0.0f);
}

TEST_CASE("boxes around priors, with landmarks") {
  const Prior priors[] = {{0.5f, 0.5f, 0.2f, 0.4f}, {0.1f, 0.2f, 0.1f, 0.1f}};
  const float boxes[] = {1, -1, 0, 0, 0, 0, 5, -5};
  const float scores[] = {0, 2, 4, 8, 1, 2};
  const float landmarks[] = {0, 0, 1, 2, 0, 0, 0, 0};
  PriorOutput<2> output{priors, 2, boxes, scores, 3, landmarks};
  Detections<4> found;
  decode(output, 0.5f, found);
  REQUIRE(found.size() == 1);  // the second one is background
  CHECK(found[0].label == 1);
  CHECK(static_cast<double>(found[0].score) == doctest::Approx(std::exp(4.0) / (1 + std::exp(2.0) + std::exp(4.0))));
  CHECK(static_cast<double>(found[0].box.left) == doctest::Approx(0.5 + 0.1 * 0.2 - 0.1));
  CHECK(static_cast<double>(found[0].box.top) == doctest::Approx(0.5 - 0.1 * 0.4 - 0.2));
  CHECK(static_cast<double>(found[0].landmarks[1].y) == doctest::Approx(0.5 + 2 * 0.1 * 0.4));
  Detections<4> all;
  decode(output, 0.0f, all);
  REQUIRE(all.size() == 2);
  CHECK(static_cast<double>(all[1].box.width) == doctest::Approx(0.1 * std::exp(1.0)));
  CHECK(static_cast<double>(all[1].box.height) == doctest::Approx(0.1 * std::exp(-1.0)));
  output.normalised = true;
  Detections<4> raw;
  decode(output, 3.0f, raw);
  CHECK(raw.size() == 1);
  CHECK(raw[0].score == 4.0f);
}

namespace {

/// Every landmark of a detector that has so many.
template <int Landmarks>
void check_landmarks() {
  const Prior priors[] = {{0.5f, 0.5f, 0.5f, 0.25f}, {0.25f, 0.75f, 0.25f, 0.5f}};
  const float boxes[8] = {}, scores[] = {0, 2, 0, 1};
  std::vector<float> landmarks;
  for (int i = 0; i < 4 * Landmarks; ++i) landmarks.push_back(static_cast<float>(i));
  const PriorOutput<Landmarks> output{priors, 2, boxes, scores, 2, landmarks.data()};
  Detections<4, Landmarks> found;
  decode(output, 0.5f, found);
  suppress(found, 0.9f);
  REQUIRE(found.size() == 2);
  for (int i = 0; i < 2; ++i)
    for (int p = 0; p < Landmarks; ++p) {
      const int at = 2 * (i * Landmarks + p);
      CHECK(static_cast<double>(found[i].landmarks[p].x) ==
            doctest::Approx(static_cast<double>(priors[i].x) + at * 0.1 * static_cast<double>(priors[i].width)));
      CHECK(static_cast<double>(found[i].landmarks[p].y) ==
            doctest::Approx(static_cast<double>(priors[i].y) + (at + 1) * 0.1 * static_cast<double>(priors[i].height)));
    }
}

}  // namespace

TEST_CASE("any number of landmarks") {
  check_landmarks<0>();
  check_landmarks<1>();
  check_landmarks<5>();
  check_landmarks<6>();
  check_landmarks<68>();
}

TEST_CASE("numbers that are none find nothing") {
  const RegionLayer layer = yolo2(anchors, 2, 2, 2);
  for (float strange : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    const std::vector<float> values(static_cast<std::size_t>(layer.values()), strange);
    Detections<4> found;
    decode(layer, values.data(), 0.1f, found);
    CHECK(found.empty());
    suppress(found, 0.5f);
    CHECK(found.added() == 0);
  }
}

TEST_CASE("a score or a box that is no number is not found, wherever it is, and others are found all the same") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
  const RegionLayer layers[] = {yolo2(anchors, 2, 2, 2), yolo3(anchors, 2, 2, 2, 100, 100)};
  for (const RegionLayer& layer : layers)
    for (int at = 0; at < layer.values(); ++at)
      for (const float strange : {nan, infinite, -infinite}) {
        std::vector<float> values(static_cast<std::size_t>(layer.values()), 1.0f);
        values[static_cast<std::size_t>(at)] = strange;
        Detections<64> found;
        decode(layer, values.data(), 0.1f, found);
        CHECK(found.size() >= (layer.anchor_count * 4 - 1) * (layer.exclusive ? 1 : 2));
        suppress(found, 2.0f);
        for (int i = 0; i < found.size(); ++i) {
          CHECK(found[i].score >= 0.1f);
          CHECK(std::isfinite(found[i].box.area()));
          CHECK((i == 0 || found[i - 1].score >= found[i].score));
        }
      }
  Detections<2> few;
  for (const float score : {nan, 0.5f, nan, 0.25f, nan, 0.75f}) few.add({{0, 0, 1, 1}, score, 0, {}});
  CHECK(few.added() == 3);
  suppress(few, 2.0f);
  REQUIRE(few.size() == 2);
  CHECK(few[0].score == 0.75f);
  CHECK(few[1].score == 0.5f);
  const Prior priors[] = {{0.5f, 0.5f, 0.2f, 0.2f}, {0.4f, 0.4f, 0.2f, 0.2f}};
  for (int at = 0; at < 12; ++at) {
    float boxes[8] = {}, scores[4] = {0, 2, 0, 2};
    (at < 8 ? boxes[at] : scores[at - 8]) = nan;
    Detections<4> found;
    PriorOutput<0> output;
    output.priors = priors;
    output.count = 2;
    output.boxes = boxes;
    output.scores = scores;
    decode(output, 0.1f, found);
    CHECK(found.size() == 1);
  }
}

}  // namespace test_detection
