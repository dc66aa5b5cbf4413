#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <incuse/hosted/filled.hpp>

namespace test_filled {

using namespace incuse;

TEST_CASE("every hole is filled, with texts and with numbers") {
  CHECK(filled("int @name@[@count@] = @name@_values;", {{"name", "weights"}, {"count", 12}}) ==
        "int weights[12] = weights_values;");
  CHECK(filled("@a@@b@", {{"a", std::string("x")}, {"b", -3LL}}) == "x-3");
  CHECK(filled("nothing", {}) == "nothing");
  CHECK(filled("", {}).empty());
}

TEST_CASE("a raw string begins on a line of its own") {
  CHECK(filled("\nint x;\n", {}) == "int x;\n");
  CHECK(filled("\n\nint x;\n", {}) == "\nint x;\n");
  CHECK(filled("@first@", {{"first", "\nint x;"}}) == "\nint x;");
}

TEST_CASE("values are not searched for holes") {
  CHECK(filled("/* @title@ */ @count@", {{"title", "@count@"}, {"count", 1}}) == "/* @count@ */ 1");
}

TEST_CASE("a hole without a value and a value without a hole are refused") {
  CHECK_THROWS_AS(filled("@name@", {}), std::logic_error);
  CHECK_THROWS_AS(filled("@name@ @other@", {{"name", "x"}}), std::logic_error);
  CHECK_THROWS_AS(filled("@name@", {{"name", "x"}, {"nmae", "y"}}), std::logic_error);
  CHECK_THROWS_AS(filled("100 @ 3", {}), std::logic_error);
  CHECK_THROWS_AS(filled("@na@", {{"name", "x"}}), std::logic_error);
}

TEST_CASE("which holes a text has") {
  CHECK(has_hole("void @prefix@cnn_stop(void);", "prefix"));
  CHECK_FALSE(has_hole("void @prefix@cnn_stop(void);", "PREFIX"));
  CHECK_FALSE(has_hole("prefix", "prefix"));
}

}  // namespace test_filled
