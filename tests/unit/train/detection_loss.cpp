// The loss of detectors: values worked by hand, its gradient by differences, and what host::decode makes of its
// minimum.
#include <incuse/train/detection_loss.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include <support/random.hpp>

namespace test_detection_loss {

using namespace incuse;
using host::Box;
using host::LabelledBox;

namespace {

/// Two anchors, three classes, a grid of 2 rows and 3 columns.
constexpr Shape output{2 * 8, 2, 3};
train::DetectionLoss two_anchors() {
  train::DetectionLoss loss;
  loss.classes = 3;
  loss.anchors = {{1.0F, 1.0F}, {2.0F, 0.5F}};
  return loss;
}

/// The box with this centre and size, all in cells of the grid of `output`.
LabelledBox object(float x, float y, float width, float height, int label) {
  return {{(x - width / 2) / 3, (y - height / 2) / 2, width / 3, height / 2}, label};
}
const std::vector<LabelledBox> objects = {object(0.25F, 0.75F, 0.8F, 1.2F, 2), object(2.5F, 1.125F, 1.8F, 0.6F, 0),
                                          object(2.375F, 1.75F, 1.0F, 1.0F, 1)};

std::vector<float> zeros(const host::RegionLayer& layer) {
  return std::vector<float>(static_cast<std::size_t>(layer.values()));
}
double loss_of(const train::DetectionLoss& loss, const std::vector<float>& outputs,
               const std::vector<LabelledBox>& boxes) {
  const host::RegionLayer layer = train::region_layer(loss, output);
  std::vector<float> gradient = zeros(layer);
  return train::detection_loss(loss, layer, outputs.data(), boxes, gradient.data());
}

double logit(double share) { return std::log(share / (1 - share)); }
constexpr int number(int anchor, int cell, int i) { return (anchor * 8 + i) * 6 + cell; }

/// Outputs with the least loss for `objects`, but for sureness and labels, which are only sure.
std::vector<float> right_outputs() {
  std::vector<float> outputs = zeros(train::region_layer(two_anchors(), output));
  const auto set = [&](int anchor, int cell, int i, double value) {
    outputs[static_cast<std::size_t>(number(anchor, cell, i))] = static_cast<float>(value);
  };
  for (int anchor = 0; anchor < 2; ++anchor)
    for (int cell = 0; cell < 6; ++cell) set(anchor, cell, 4, -12);
  const auto set_box = [&](int anchor, int cell, double x, double y, double width, double height, int label) {
    const double values[] = {logit(x), logit(y), std::log(width), std::log(height), 12};
    for (int i = 0; i < 5; ++i) set(anchor, cell, i, values[i]);
    set(anchor, cell, 5 + label, 12);
  };
  set_box(0, 0, 0.25, 0.75, 0.8, 1.2, 2);
  set_box(1, 5, 0.5, 0.125, 1.8 / 2, 0.6 / 0.5, 0);
  set_box(0, 5, 0.375, 0.75, 1, 1, 1);
  return outputs;
}

}  // namespace

TEST_CASE("detection loss: a picture without objects costs the sureness of all boxes") {
  train::DetectionLoss loss = two_anchors();
  const std::vector<float> outputs = zeros(train::region_layer(loss, output));
  CHECK(loss_of(loss, outputs, {}) == doctest::Approx(0.5 * 12 * std::log(2.0)));
  loss.background = 2;
  CHECK(loss_of(loss, outputs, {}) == doctest::Approx(2 * 12 * std::log(2.0)));
}

TEST_CASE("detection loss: what one object costs, term by term") {
  train::DetectionLoss loss = two_anchors();
  loss.ignored_overlap = 1;
  const std::vector<float> outputs = zeros(train::region_layer(loss, output));
  const std::vector<LabelledBox> one = {object(0.25F, 0.5F, std::exp(1.0F) / 2, 1.0F, 1)};
  const auto weighted = [&](double position, double size, double label, double sure, double background) {
    loss.position = position, loss.size = size, loss.label = label, loss.object = sure, loss.background = background;
    return loss_of(loss, outputs, one);
  };
  // x is 0.25 instead of 0.5, y is right; the width is e / 2 anchors, the height one.
  CHECK(weighted(1, 0, 0, 0, 0) == doctest::Approx(std::log(2.0) + 0.25 * std::log(0.25) + 0.75 * std::log(0.75)));
  CHECK(weighted(0, 1, 0, 0, 0) == doctest::Approx(std::pow(1 - std::log(2.0), 2)));
  CHECK(weighted(0, 0, 1, 0, 0) == doctest::Approx(std::log(3.0)));
  CHECK(weighted(0, 0, 0, 1, 0) == doctest::Approx(std::log(2.0)));
  CHECK(weighted(0, 0, 0, 0, 1) == doctest::Approx(11 * std::log(2.0)));
  loss.exclusive = false;
  CHECK(weighted(0, 0, 1, 0, 0) == doctest::Approx(3 * std::log(2.0)));
}

TEST_CASE("detection loss: next to nothing where host::decode finds the objects, more elsewhere") {
  const train::DetectionLoss loss = two_anchors();
  const std::vector<float> outputs = right_outputs();
  CHECK(loss_of(loss, outputs, objects) < 1e-3);
  host::Detections<20> found;
  decode(train::region_layer(loss, output), outputs.data(), 0.5F, found);
  REQUIRE(found.size() == 3);
  for (const LabelledBox& wanted : objects) {
    float most = 0;
    for (const host::Detection& one : found)
      if (one.label == wanted.label) most = std::max(most, overlap(one.box, wanted.box));
    CHECK(most > 0.999F);
  }
  // A number of a box in use, a sureness that is none, a label.
  for (const int i : {number(0, 0, 0), number(1, 5, 3), number(0, 1, 4), number(0, 5, 6)}) {
    std::vector<float> other = outputs;
    other[static_cast<std::size_t>(i)] += i == number(0, 5, 6) ? -13.0F : 13.0F;
    CHECK(loss_of(loss, other, objects) > 0.5);
  }
}

TEST_CASE("detection loss: its gradient is the slope") {
  for (const bool exclusive : {true, false}) {
    train::DetectionLoss loss = two_anchors();
    loss.exclusive = exclusive;
    loss.position = 2, loss.size = 3, loss.label = 0.5, loss.object = 1.5;
    const host::RegionLayer layer = train::region_layer(loss, output);
    test::Random random(5);
    std::vector<float> outputs = zeros(layer), gradient = outputs;
    for (float& value : outputs) value = static_cast<float>(random.between(-192, 192)) / 64;
    train::detection_loss(loss, layer, outputs.data(), objects, gradient.data());
    constexpr float step = 1.0F / 256;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      std::vector<float> above = outputs, below = outputs;
      above[i] += step, below[i] -= step;
      const double slope =
          (loss_of(loss, above, objects) - loss_of(loss, below, objects)) / (2 * static_cast<double>(step));
      INFO("output ", i);
      CHECK(static_cast<double>(gradient[i]) == doctest::Approx(slope).epsilon(1e-4));
    }
  }
}

TEST_CASE("detection loss: boxes near an object are not held to be background") {
  train::DetectionLoss loss = two_anchors();
  loss.anchors = {{1, 1}, {1.1F, 1}};
  const host::RegionLayer layer = train::region_layer(loss, output);
  std::vector<float> outputs = zeros(layer), gradient = outputs;
  const std::vector<LabelledBox> one = {object(1.5F, 0.5F, 1, 1, 0)};
  const auto other = static_cast<std::size_t>(number(1, 1, 4));
  train::detection_loss(loss, layer, outputs.data(), one, gradient.data());
  CHECK(gradient[other] == 0);
  CHECK(gradient[static_cast<std::size_t>(number(1, 2, 4))] == 0.25F);
  loss.ignored_overlap = 0.95F;
  train::detection_loss(loss, layer, outputs.data(), one, gradient.data());
  CHECK(gradient[other] == 0.25F);
}

TEST_CASE("detection loss: objects that share a cell take different anchors, and those without one are left out") {
  train::DetectionLoss loss = two_anchors();
  const host::RegionLayer layer = train::region_layer(loss, output);
  const std::vector<LabelledBox> three(3, object(1.5F, 0.5F, 2, 0.5F, 0));
  const auto matches = train::detail::matches_of(layer, three);
  REQUIRE(matches.size() == 2);
  CHECK(matches[0].anchor == 1);
  CHECK(matches[1].anchor == 0);
  CHECK(matches[1].cell == 1);
  const std::vector<LabelledBox> unusable = {object(3, 1, 1, 1, 0), object(-0.1F, 1, 1, 1, 0), object(1, 2.1F, 1, 1, 0),
                                             object(1, 1, 0, 1, 0)};
  CHECK(train::detail::matches_of(layer, unusable).empty());
}

TEST_CASE("detection loss: no overflow far out") {
  const train::DetectionLoss loss = two_anchors();
  const host::RegionLayer layer = train::region_layer(loss, output);
  std::vector<float> gradient = zeros(layer);
  for (const float far : {-3000.0F, 3000.0F}) {
    const std::vector<float> outputs(gradient.size(), far);
    CHECK(std::isfinite(train::detection_loss(loss, layer, outputs.data(), objects, gradient.data())));
    for (const float slope : gradient) CHECK(std::isfinite(slope));
  }
}

TEST_CASE("detection loss: what does not fit is said") {
  train::DetectionLoss loss;
  CHECK(train::obstacle_to_detection(loss, {6, 4, 4}) == "");
  CHECK(train::obstacle_to_detection(loss, {7, 4, 4}) ==
        "the network puts out 7 channels, but a detector with 1 anchors and 1 classes has 6");
  loss.size = -1;
  CHECK(train::problem_of(loss) == "weights of a detection loss are 0 or more");
  loss.anchors = {{1, 0}};
  CHECK(train::problem_of(loss) == "anchors are wider and higher than 0");
  loss.classes = 0;
  CHECK(train::problem_of(loss) == "a detector has 1 class or more");
}

}  // namespace test_detection_loss
