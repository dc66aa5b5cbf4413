#include <incuse/core/shape.hpp>

#include <doctest/doctest.h>

namespace test_shape {

using namespace incuse;

TEST_CASE("sizes of tensors and windows") {
  CHECK(Extent{}.area() == 1);
  CHECK(Extent{3, 5}.area() == 15);
  const Shape shape{60, 28, 14};
  CHECK(shape.pixels() == 392);
  CHECK(shape.elements() == 60 * 392);
  CHECK(shape.extent() == Extent{28, 14});
  CHECK(shape == Shape{60, 28, 14});
  CHECK_FALSE(shape == Shape{60, 14, 28});
  CHECK(Shape{}.elements() == 0);
}

}  // namespace test_shape
