// A space of networks: a family whose members differ in a few numbers, and the numbers that each may have.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/model/repeat.hpp>
#include <incuse/train/network.hpp>
#include <incuse/train/random.hpp>

namespace incuse::train {

/// A number that members of a family differ in, by name, and the values that it may have.
template <FixedString Name, int... Values>
struct choice {
  static constexpr int count = sizeof...(Values);
  static_assert(count > 0, "a choice has at least one value");
  static constexpr Text name = Name.text();
  static constexpr int values[at_least_one(count)]{Values...};
};

/// A space as a type: a template of network types, and a choice for each of its parameters. All members are compiled.
///
///     template <int Width, int Depth, int Bits>
///     struct Digits : Network<Input<1, 28, 28>,
///         Conv2d<Width, kernel<3>, pad<1>, ReLU, bias>,
///         Repeat<Depth, Conv2d<Width, kernel<3>, pad<1>, ReLU, bias, bits<Bits>>>,
///         Fused<MaxPool2d<4>, Conv2d<2 * Width, kernel<3>, ReLU, bias>>, Flatten, Linear<10, wide, bias>> {};
///     using Space = train::Space<Digits, train::choice<"width", 8, 16, 32>, train::choice<"depth", 1, 2, 3>,
///                                train::choice<"bits", 2, 4, 8>>;
template <template <int...> class Family, class... Choices>
struct Space {
  static constexpr int size = (1 * ... * Choices::count);
};

/// The same as a value: the choices in their order, and how a member comes from one value of each.
struct Choice {
  std::string name{};
  std::vector<int> values{};
};
/// A network of a space, or why there is none for these values.
struct Member {
  Network network{};
  std::string refusal{};  ///< empty: there is one
};
struct SearchSpace {
  std::vector<Choice> choices{};
  std::function<Member(const std::vector<int>& values)> member{};

  /// Number of members, 2^64 - 1 if there are more.
  std::uint64_t size() const {
    std::uint64_t product = 1;
    for (const Choice& choice : choices) {
      const std::uint64_t count = choice.values.size();
      if (count != 0 && product > std::numeric_limits<std::uint64_t>::max() / count)
        return std::numeric_limits<std::uint64_t>::max();
      product *= count;
    }
    return product;
  }
};

/// "width 8, depth 2".
inline std::string values_text(const std::vector<Choice>& choices, const std::vector<int>& values) {
  std::string text;
  for (std::size_t i = 0; i < choices.size() && i < values.size(); ++i)
    text += (i == 0 ? "" : ", ") + choices[i].name + ' ' + std::to_string(values[i]);
  return text;
}

/// What is wrong with a space, as a sentence; empty if nothing is.
inline std::string problem_of(const SearchSpace& space) {
  if (space.choices.empty()) return "a space has at least one choice";
  if (!space.member) return "a space has a function that makes its members";
  for (const Choice& choice : space.choices) {
    if (choice.values.empty()) return "the choice '" + choice.name + "' has no values";
    if (std::set<int>(choice.values.begin(), choice.values.end()).size() != choice.values.size())
      return "the choice '" + choice.name + "' has a value twice";
    if (std::count_if(space.choices.begin(), space.choices.end(),
                      [&](const Choice& other) { return other.name == choice.name; }) != 1)
      return "two choices are called '" + choice.name + "'";
  }
  return {};
}

namespace detail {

/// The value of choice `Number` of member `Index`; the last choice changes fastest.
template <std::size_t Index, std::size_t Number, class... Choices>
constexpr int value_of_member() {
  constexpr std::size_t counts[]{static_cast<std::size_t>(Choices::count)...};
  constexpr const int* values[]{Choices::values...};
  std::size_t rest = Index;
  for (std::size_t i = sizeof...(Choices); i-- > Number + 1;) rest /= counts[i];
  return values[Number][rest % counts[Number]];
}

template <template <int...> class Family, class... Choices>
struct Members {
  using Maker = Network (*)(const std::string& arch);

  template <std::size_t Index, std::size_t... Numbers>
  static Network made(const std::string& arch, std::index_sequence<Numbers...>) {
    return network_of<Family<value_of_member<Index, Numbers, Choices...>()...>>(arch);
  }
  template <std::size_t Index>
  static Network made(const std::string& arch) {
    return made<Index>(arch, std::make_index_sequence<sizeof...(Choices)>{});
  }
  template <std::size_t... Indices>
  static std::vector<Maker> makers(std::index_sequence<Indices...>) {
    return {&Members::template made<Indices>...};
  }
};

template <template <int...> class Family, class... Choices>
SearchSpace space_value(const Space<Family, Choices...>*, std::string arch) {
  using All = Members<Family, Choices...>;
  SearchSpace space;
  (space.choices.push_back({string_of(Choices::name), {Choices::values, Choices::values + Choices::count}}), ...);
  space.member = [choices = space.choices, arch = std::move(arch),
                  makers = All::makers(std::make_index_sequence<Space<Family, Choices...>::size>{})](
                     const std::vector<int>& values) -> Member {
    std::size_t index = 0;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const std::vector<int>& all = choices[i].values;
      const auto found = i < values.size() ? std::find(all.begin(), all.end(), values[i]) : all.end();
      if (found == all.end()) return {{}, "'" + choices[i].name + "' has another value than the space has"};
      index = index * all.size() + static_cast<std::size_t>(found - all.begin());
    }
    return {makers[index](arch), {}};
  };
  return space;
}

/// The values of member `index`, counted as the types are.
inline std::vector<int> values_at(const std::vector<Choice>& choices, std::uint64_t index) {
  std::vector<int> values(choices.size());
  for (std::size_t i = choices.size(); i-- > 0; index /= choices[i].values.size())
    values[i] = choices[i].values[static_cast<std::size_t>(index % choices[i].values.size())];
  return values;
}

/// `count` different members of a space that has more, at random.
inline std::vector<std::vector<int>> drawn_members(const SearchSpace& space, std::size_t count, RandomStream random) {
  std::vector<std::vector<int>> drawn;
  std::set<std::vector<int>> known;
  while (drawn.size() < count) {
    std::vector<int> values;
    for (const Choice& choice : space.choices)
      values.push_back(choice.values[static_cast<std::size_t>(random.below(static_cast<int>(choice.values.size())))]);
    if (known.insert(values).second) drawn.push_back(std::move(values));
  }
  return drawn;
}

}  // namespace detail

/// The value of a space type, or of one derived from it. `arch` is what checkpoints of its members call them.
template <class SpaceType>
SearchSpace space_of(std::string arch = {}) {
  return detail::space_value(static_cast<const SpaceType*>(nullptr), std::move(arch));
}

/// How many members are looked at, at most, for each one that is wanted.
inline constexpr std::size_t looks_per_candidate = 32;

/// The members that a search for `wanted` of them looks at, one after the other: all in their order if there are no
/// more than that, else different ones at random.
inline std::vector<std::vector<int>> members_to_try(const SearchSpace& space, std::size_t wanted, std::uint64_t seed) {
  const RandomStream random(seed, 0, 0x73656172);
  const std::uint64_t size = space.size();
  const std::size_t most = wanted * looks_per_candidate;
  if (size > 2 * most) return detail::drawn_members(space, most, random);
  std::vector<std::size_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (size > wanted) order = shuffled(order.size(), random);
  std::vector<std::vector<int>> members;
  for (std::size_t i = 0; i < std::min(order.size(), most); ++i)
    members.push_back(detail::values_at(space.choices, order[i]));
  return members;
}

}  // namespace incuse::train
