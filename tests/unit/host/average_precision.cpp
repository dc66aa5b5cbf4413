// Average precision, against cases that were worked by hand.
#include <incuse/host/average_precision.hpp>

#include <vector>

#include <doctest/doctest.h>

namespace test_average_precision {

using namespace incuse::host;

namespace {

constexpr Box here{0.0F, 0.0F, 0.5F, 0.5F}, there{0.5F, 0.5F, 0.5F, 0.5F};

Detection found(Box box, float score, int label = 0) { return {box, score, label, {}}; }

}  // namespace

TEST_CASE("average precision: what is found, what is not, and what is found twice") {
  // By score: right, wrong, right, an object once more; one of three objects is missed. Precisions where recall grows:
  // 1 and 2/3.
  const std::vector<DetectedPicture> pictures = {
      {{{here, 0}, {there, 0}}, {found(here, 0.6F), found(here, 0.9F)}},
      {{{here, 0}}, {found(there, 0.8F), found(here, 0.7F)}},
  };
  CHECK(*average_precision(pictures, 0) == doctest::Approx((1 + 2.0 / 3) / 3));
  CHECK(mean_average_precision(pictures, 1) == doctest::Approx(5.0 / 9));
}

TEST_CASE("average precision: the precision of a recall is the highest one from there on") {
  // Wrong, right, right, wrong, right: 1/2, 2/3, 3/5 become 2/3, 2/3, 3/5.
  const std::vector<DetectedPicture> pictures = {
      {{{here, 0}, {there, 0}}, {found(here, 0.8F), found(there, 0.7F), found({0, 0.5F, 0.5F, 0.5F}, 0.9F)}},
      {{{here, 0}}, {found(here, 0.5F), found(there, 0.6F)}},
  };
  CHECK(*average_precision(pictures, 0) == doctest::Approx((2.0 / 3 + 2.0 / 3 + 3.0 / 5) / 3));
}

TEST_CASE("average precision: classes are counted on their own, those of no object not at all") {
  const std::vector<DetectedPicture> pictures = {
      {{{here, 0}, {there, 2}}, {found(here, 0.9F, 0), found(here, 0.95F, 1), found(there, 0.8F, 0)}},
      {{}, {found(here, 0.99F, 2)}},
  };
  CHECK(*average_precision(pictures, 0) == 1.0);
  CHECK_FALSE(average_precision(pictures, 1).has_value());
  CHECK(*average_precision(pictures, 2) == 0.0);
  CHECK(mean_average_precision(pictures, 4) == 0.5);
  CHECK(mean_average_precision({}, 4) == 0.0);
}

TEST_CASE("average precision: how much a box has to overlap") {
  const std::vector<DetectedPicture> half = {{{{here, 0}}, {found({0, 0, 0.5F, 0.25F}, 0.5F)}}};
  CHECK(mean_average_precision(half, 1) == 1.0);
  CHECK(mean_average_precision(half, 1, 0.51F) == 0.0);
  CHECK(mean_average_precision({{{{here, 0}}, {found(there, 0.5F)}}}, 1, 0) == 1.0);
}

TEST_CASE("average precision: a box belongs to the object that it overlaps most, taken or not") {
  const Box beside{0.0F, 0.1F, 0.5F, 0.5F};  // overlaps `here` by 2/3
  const std::vector<DetectedPicture> pictures = {
      {{{here, 0}, {beside, 0}}, {found(here, 0.9F), found({0.0F, 0.01F, 0.5F, 0.5F}, 0.8F)}}};
  CHECK(*average_precision(pictures, 0) == 0.5);
}

TEST_CASE("average precision: of equal scores those of earlier pictures come first") {
  const DetectedPicture right{{{here, 0}}, {found(here, 0.5F)}}, wrong{{{here, 0}}, {found(there, 0.5F)}};
  CHECK(*average_precision({right, wrong}, 0) == 0.5);
  CHECK(*average_precision({wrong, right}, 0) == 0.25);
}

}  // namespace test_average_precision
