#include <incuse/core/text.hpp>
#include <incuse/hosted/strings.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace test_text {

using namespace incuse;

namespace {

template <int Capacity, class... Pieces>
std::string built(const Pieces&... pieces) {
  TextBuffer<Capacity> buffer;
  (buffer << ... << pieces);
  return string_of(buffer.text());
}

}  // namespace

TEST_CASE("texts compare by their characters") {
  const std::string other = "conv1";
  CHECK(Text("conv1") == Text(other.data(), 5));
  CHECK_FALSE(Text("conv1") == Text("conv2"));
  CHECK_FALSE(Text("conv1") == Text("conv"));
  CHECK(Text() == Text(""));
  CHECK(Text("").empty());
  CHECK(Text("ab")[1] == 'b');
  static_assert(FixedString("conv1").text() == Text("conv1"));
  static_assert(FixedString("").text().empty());
}

TEST_CASE("sentences are built piece by piece") {
  CHECK(built<40>("needs ", 812LL, ',', Text(" has "), -3LL) == "needs 812, has -3");
  CHECK(built<40>(0LL) == "0");
  CHECK(built<40>(static_cast<long long>(INT64_MAX)) == "9223372036854775807");
  CHECK(built<40>(static_cast<long long>(INT64_MIN)) == "-9223372036854775808");
}

TEST_CASE("what exceeds the capacity is cut off") {
  CHECK(built<4>("abcdef") == "abcd");
  CHECK(built<4>("abc", 123LL, "x") == "abc1");
  CHECK(built<0>("abc") == "");
  TextBuffer<3> buffer;
  buffer << "abcdef";
  CHECK(buffer.characters[3] == '\0');
}

}  // namespace test_text
