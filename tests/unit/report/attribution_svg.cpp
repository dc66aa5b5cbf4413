// Attributions as a picture.
#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/report/attribution_svg.hpp>

namespace test_attribution_svg {

using namespace incuse;
using report::AttributedInput;

TEST_CASE("a part's value is spread over its pixels, red above 0 and blue below") {
  const AttributedInput input{"two", {1, 1, 4}, {127, 127, 127, 127}, {0, 0, 0, 1}, {}};
  const report::detail::ShownInput shown(input);
  const std::vector<double> heat = report::detail::spread_over_pixels(input, shown, {6, -4});
  CHECK(heat == std::vector<double>{2, 2, 2, -4});
  const std::vector<std::uint8_t> bytes = report::detail::coloured(heat, 4, report::detail::pixels_of(input, shown));
  REQUIRE(bytes.size() == 12);
  CHECK(bytes[0] > bytes[2]);  // half red
  CHECK(bytes[9] == 31);       // all blue
  CHECK(bytes[11] == 180);
}

TEST_CASE("channels of a picture share its pixels, those of a signal have rows of their own") {
  const AttributedInput picture{"", {2, 1, 2}, {0, 10, 20, 30}, {0, 0, 1, 1}, {}};
  CHECK(report::detail::spread_over_pixels(picture, report::detail::ShownInput(picture), {2, 6}) ==
        std::vector<double>{4, 4});
  const AttributedInput signal{"", {2, 4, 1}, {0, 1, 2, 3, 4, 5, 6, 7}, {0, 0, 0, 0, 1, 1, 1, 1}, {}};
  const report::detail::ShownInput shown(signal);
  CHECK(shown.width == 4);
  CHECK(shown.height == 2);
  CHECK(report::detail::spread_over_pixels(signal, shown, {4, 8}) == std::vector<double>{1, 1, 1, 1, 2, 2, 2, 2});
  const report::WrongPicture image = report::detail::image_of(shown, report::detail::pixels_of(signal, shown));
  CHECK(image.height == 4);  // rows of twice the height: it is square
  CHECK(image.whole());
}

TEST_CASE("a row for each input, a map for each output") {
  AttributedInput input{"a<b", {3, 2, 2}, std::vector<std::int8_t>(12, 5), std::vector<int>(12), {}};
  input.outputs = {{"output 1: +7", {7}}, {"output 0: -2", {-2}}};
  const std::string svg = report::attribution_svg({input, input}, "Net");
  const auto count = [&](const std::string& words) {
    int found = 0;
    for (std::size_t at = svg.find(words); at != std::string::npos; at = svg.find(words, at + 1)) ++found;
    return found;
  };
  CHECK(count("<image ") == 6);
  CHECK(count(">a&lt;b</text>") == 2);
  CHECK(count(">output 0: -2</text>") == 2);
  CHECK(report::attribution_svg({}, "Net").empty());
}

}  // namespace test_attribution_svg
