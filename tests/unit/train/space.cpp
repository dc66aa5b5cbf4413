#include <algorithm>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/train/space.hpp>

namespace test_space {

using namespace incuse;

namespace {

// clang-format off
template <int Width, int Depth, int Bits>
struct Family : Network<Input<1, 8, 8>,
    Conv2d<Width, kernel<3>, pad<1>, ReLU, bias>,
    Repeat<Depth, Conv2d<Width, kernel<3>, pad<1>, ReLU, bias, bits<Bits>>>,
    Flatten, Linear<3, wide, bias>> {};
// clang-format on

struct Small
    : train::Space<Family, train::choice<"width", 4, 8>, train::choice<"depth", 0, 1, 3>, train::choice<"bits", 2, 8>> {
};

/// A space of `count` choices with values 0 … `values` - 1, whose members are never made.
train::SearchSpace numbers(int count, int values) {
  train::SearchSpace space;
  for (int i = 0; i < count; ++i) {
    space.choices.push_back({std::string(1, static_cast<char>('a' + i)), {}});
    for (int value = 0; value < values; ++value) space.choices.back().values.push_back(value);
  }
  space.member = [](const std::vector<int>&) { return train::Member{}; };
  return space;
}

}  // namespace

TEST_CASE("a space has every combination once, and its networks have the chosen numbers") {
  static_assert(Small::size == 12);
  const train::SearchSpace space = train::space_of<Small>("small");
  CHECK(space.size() == 12);
  REQUIRE(space.choices.size() == 3);
  CHECK(space.choices[1].name == "depth");
  CHECK(space.choices[1].values == std::vector<int>{0, 1, 3});
  const std::vector<std::vector<int>> all = train::members_to_try(space, 12, 1);
  CHECK(all.front() == std::vector<int>{4, 0, 2});
  CHECK(all.back() == std::vector<int>{8, 3, 8});
  CHECK(std::set<std::vector<int>>(all.begin(), all.end()).size() == 12);
  for (const std::vector<int>& values : all) {
    INFO(train::values_text(space.choices, values));
    const train::Member member = space.member(values);
    REQUIRE(member.refusal == "");
    CHECK(member.network.arch == "small");
    REQUIRE(member.network.size() == 2 + values[1]);
    for (int i = 0; i <= values[1]; ++i) {
      CHECK(member.network[i].out == Shape{values[0], 8, 8});
      CHECK(member.network[i].weight_bits == (i == 0 ? 8 : values[2]));
    }
  }
  CHECK(train::values_text(space.choices, {4, 0, 2}) == "width 4, depth 0, bits 2");
  CHECK(space.member({4, 2, 2}).refusal == "'depth' has another value than the space has");
  CHECK(space.member({4}).refusal == "'depth' has another value than the space has");
}

TEST_CASE("of a larger space members are drawn at random, none of them twice") {
  for (const int choices : {2, 6, 40}) {
    INFO("choices ", choices);
    const train::SearchSpace space = numbers(choices, 10);
    const std::vector<std::vector<int>> drawn = train::members_to_try(space, 5, 7);
    CHECK(drawn.size() == (choices == 2 ? 100 : 160));
    CHECK(std::set<std::vector<int>>(drawn.begin(), drawn.end()).size() == drawn.size());
    CHECK(drawn == train::members_to_try(space, 5, 7));
    CHECK(drawn != train::members_to_try(space, 5, 8));
    for (std::size_t choice = 0; choice < space.choices.size(); ++choice) {  // every value is drawn
      std::set<int> values;
      for (const std::vector<int>& member : drawn) values.insert(member[choice]);
      CHECK(values.size() == 10);
    }
  }
  CHECK(numbers(40, 10).size() == std::numeric_limits<std::uint64_t>::max());
  CHECK(numbers(19, 10).size() == 10'000'000'000'000'000'000U);
}

TEST_CASE("what makes no space is named") {
  CHECK(problem_of(numbers(3, 2)) == "");
  CHECK(problem_of(train::SearchSpace{}) == "a space has at least one choice");
  train::SearchSpace space = numbers(2, 2);
  space.member = nullptr;
  CHECK(problem_of(space) == "a space has a function that makes its members");
  space = numbers(2, 0);
  CHECK(problem_of(space) == "the choice 'a' has no values");
  space = numbers(2, 2);
  space.choices[1].values = {3, 3};
  CHECK(problem_of(space) == "the choice 'b' has a value twice");
  space = numbers(2, 2);
  space.choices[1].name = "a";
  CHECK(problem_of(space) == "two choices are called 'a'");
}

}  // namespace test_space
