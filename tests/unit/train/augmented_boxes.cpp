// Boxes move with the samples that they belong to.
#include <incuse/train/augmented.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

namespace test_augmented_boxes {

using namespace incuse;
using host::Box;
using host::LabelledBox;

namespace {

constexpr Shape shape{1, 24, 32};

/// The box of all bright pixels, in parts of the picture.
Box bright_box(const std::vector<float>& values) {
  int left = shape.width, right = 0, top = shape.height, bottom = 0;
  for (int y = 0; y < shape.height; ++y)
    for (int x = 0; x < shape.width; ++x) {
      if (values[static_cast<std::size_t>(y * shape.width + x)] < 0) continue;
      left = std::min(left, x), right = std::max(right, x + 1);
      top = std::min(top, y), bottom = std::max(bottom, y + 1);
    }
  const auto wide = static_cast<float>(shape.width), high = static_cast<float>(shape.height);
  return {static_cast<float>(left) / wide, static_cast<float>(top) / high, static_cast<float>(right - left) / wide,
          static_cast<float>(bottom - top) / high};
}

/// Columns 6 to 13 and rows 10 to 15 are bright.
std::vector<std::int8_t> sample() {
  std::vector<std::int8_t> values;
  for (int y = 0; y < shape.height; ++y)
    for (int x = 0; x < shape.width; ++x) values.push_back(x >= 6 && x < 14 && y >= 10 && y < 16 ? 100 : -100);
  return values;
}
const std::vector<LabelledBox> boxes = {{{6 / 32.0F, 10 / 24.0F, 8 / 32.0F, 6 / 24.0F}, 3}};

/// The greatest distance of an edge of the box from that of the bright pixels, in pixels, over many changes.
double farthest(const train::Augmentation& how) {
  double most = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    std::vector<float> changed(static_cast<std::size_t>(shape.elements()));
    train::augment(sample().data(), shape, how, train::RandomStream(3, 0, i), changed.data());
    const auto moved = train::augmented_boxes(boxes, shape, how, train::RandomStream(3, 0, i));
    REQUIRE(moved.size() == 1);
    CHECK(moved[0].label == 3);
    const Box own = moved[0].box, seen = bright_box(changed);
    for (const float across : {own.left - seen.left, own.right() - seen.right()})
      most = std::max(most, std::abs(static_cast<double>(across)) * shape.width);
    for (const float down : {own.top - seen.top, own.bottom() - seen.bottom()})
      most = std::max(most, std::abs(static_cast<double>(down)) * shape.height);
  }
  return most;
}

}  // namespace

TEST_CASE("augmented boxes: flips and shifts to the pixel, stretched parts nearly so") {
  train::Augmentation how;
  CHECK(farthest(how) == doctest::Approx(0).epsilon(1e-4));
  how.flip = true;
  CHECK(farthest(how) < 1e-4);
  how.shift = 5;
  how.noise = 3;
  how.gain = 0.2;
  CHECK(farthest(how) < 1e-4);
  how.crop = 6;
  how.shift = 2;
  CHECK(farthest(how) < 1.3);
}

TEST_CASE("augmented boxes: what leaves the picture is cut, and gone where little of it is left") {
  const std::vector<LabelledBox> at_left = {{{0, 9 / 24.0F, 8 / 32.0F, 6 / 24.0F}, 0}};
  train::Augmentation how;
  how.shift = 8;  // up to the width of the box; its rows stay inside
  int gone = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    train::RandomStream random(1, 0, i), copy = random;
    const int columns = train::detail::change_of(shape, how, copy).columns.first;
    const auto moved = train::augmented_boxes(at_left, shape, how, random);
    REQUIRE(moved.empty() == (columns > 6));
    gone += moved.empty();
    if (moved.empty()) continue;
    CHECK(moved[0].box.left * 32 == doctest::Approx(std::max(0, -columns)));
    CHECK(moved[0].box.width * 32 == doctest::Approx(std::min(8, 8 - columns)));
  }
  CHECK(gone > 0);
}

}  // namespace test_augmented_boxes
