#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <incuse/report/quantising_svg.hpp>

namespace test_quantising_svg {

using incuse::report::quantising_svg;

TEST_CASE("a picture of what quantising costs") {
  const std::string svg = quantising_svg({{"conv<1>", 4, 20, 0.125, 0.5},
                                          {"sum", 0, std::numeric_limits<double>::infinity(), 0, 0},
                                          {"fc", 8, 0, 0, 0, false}},
                                         "Outputs of net.yaml");
  const auto has = [&](const char* text) { return svg.find(text) != std::string::npos; };
  CHECK(has("Outputs of net.yaml"));
  CHECK(has("conv&lt;1&gt;: 20.0 dB"));
  CHECK(has(">12.50</text>"));
  CHECK(has(">50.00</text>"));
  CHECK(has("sum: exact"));
  CHECK(has(">fc</text>"));
  CHECK_FALSE(has("fc: "));  // nothing was measured: there is no bar
}

}  // namespace test_quantising_svg
