// Findings as compile errors and warnings: one per finding, with the rule's words, the layer, what it needs and what
// there is.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <incuse/core/finding.hpp>

namespace incuse {

/// The numbers and names of a finding, as types: every compiler prints those. None of them is ever defined.
namespace facts {
template <int Index>
struct layer;
struct network;  ///< the finding is about no layer in particular
template <char... Characters>
struct name;
template <char... Characters>
struct part;
template <long long Position>
struct at;
template <long long... Values>
struct needs;
template <long long... Values>
struct has;
template <char... Characters>
struct advice;  ///< a change that would help …
template <long long... Values>
struct from;  ///< … the figure as it is …
template <long long... Values>
struct to;  ///< … and with the change
template <const auto& Device>
struct on;
template <FixedString Words>
struct sentence;
}  // namespace facts

/// Always false. It depends on template arguments, so a static_assert of it fails only when a template is instantiated.
template <class... Facts>
inline constexpr bool holds = false;

/// Instantiating it is the compile error. Specialised for every rule by INCUSE_RULE_WORDS, because only a literal can
/// be the text of a static_assert.
template <const Rule& Broken, class... Facts>
struct broken_rule {
  static_assert(holds<Facts...>, "this rule was not defined by INCUSE_RULE_WORDS");
};

/// How a broken rule is reported, by its level. error: a static_assert fails. warning: `told` calls a deprecated
/// function, and the compiler's warning names the class with the facts. notice: not at all.
#define INCUSE_TELL_error(words) static_assert(holds<Facts...>, words);
#define INCUSE_TELL_warning(words)                            \
  template <class Anything>                                   \
  [[deprecated(words)]] static constexpr bool say(Anything) { \
    return true;                                              \
  }                                                           \
  static constexpr bool told() { return say(static_cast<broken_rule*>(nullptr)); }
#define INCUSE_TELL_notice(words)

/// Defines the rule `space::rules::name` and its compile error or warning. To be used in namespace incuse, `space` a
/// namespace inside it; `level` is error, warning or notice; sentence, remedy and source are string literals.
#define INCUSE_RULE_WORDS(space, name, level, sentence, remedy, source)                             \
  namespace space::rules {                                                                          \
  inline constexpr ::incuse::Rule name{#name, sentence, remedy, source, ::incuse::Severity::level}; \
  }                                                                                                 \
  template <class... Facts>                                                                         \
  struct broken_rule<space::rules::name, Facts...> {                                                \
    INCUSE_TELL_##level("[" #name "] " sentence "; " remedy)                                        \
  };

namespace detail {

template <class... Facts>
struct fact_list {
  template <const Rule& Broken>
  using told_by = broken_rule<Broken, Facts...>;
};
template <class... A, class... B>
fact_list<A..., B...> operator+(fact_list<A...>, fact_list<B...>);

template <int Count>
using up_to = std::make_index_sequence<static_cast<std::size_t>(Count)>;

template <int Size>
constexpr FixedString<Size + 1> fixed(const Sentence& sentence) {
  FixedString<Size + 1> result;
  for (int i = 0; i < Size; ++i) result.characters[i] = sentence.characters[i];
  return result;
}

/// The facts of finding I, as a list of types. Empty members of the finding are left out.
template <const Findings& Found, int I, const auto&... Device>
struct facts_of {
  static constexpr const Finding& finding = Found.items[I];

  template <bool Said, class Fact>
  using if_said = std::conditional_t<Said, fact_list<Fact>, fact_list<>>;

  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::name<finding.layer_name[static_cast<int>(C)]...>> name(
      std::index_sequence<C...>);
  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::part<finding.part[static_cast<int>(C)]...>> part(std::index_sequence<C...>);
  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::needs<finding.needs.values[C]...>> needs(std::index_sequence<C...>);
  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::has<finding.has.values[C]...>> has(std::index_sequence<C...>);

  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::advice<finding.advice.change[static_cast<int>(C)]...>> advice(
      std::index_sequence<C...>);
  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::from<finding.advice.from.values[C]...>> from(std::index_sequence<C...>);
  template <std::size_t... C>
  static if_said<(sizeof...(C) > 0), facts::to<finding.advice.to.values[C]...>> to(std::index_sequence<C...>);

  static constexpr Sentence sentence = sentence_of(finding, (Text{}, ..., Device.name));
#if defined(__GNUC__) && !defined(__clang__)
  using words = fact_list<facts::sentence<fixed<sentence.size>(sentence)>>;
#else  // Clang would print the sentence as character codes
  using words = fact_list<>;
#endif

  using where = std::conditional_t<(finding.layer >= 0), facts::layer<finding.layer>, facts::network>;
  using at = if_said<(finding.at >= 0), facts::at<finding.at>>;
  using all = decltype(fact_list<where>{} + name(up_to<finding.layer_name.size>{}) + part(up_to<finding.part.size>{}) +
                       at{} + needs(up_to<finding.needs.count>{}) + has(up_to<finding.has.count>{}) +
                       fact_list<facts::on<Device>...>{} + advice(up_to<finding.advice.change.size>{}) +
                       from(up_to<finding.advice.from.count>{}) + to(up_to<finding.advice.to.count>{}) + words{});
};

/// The compile error of finding I; nothing if it is a warning.
template <bool IsError, const Findings& Found, int I, const auto&... Device>
struct explained_finding {};
template <const Findings& Found, int I, const auto&... Device>
struct explained_finding<true, Found, I, Device...>
    : facts_of<Found, I, Device...>::all::template told_by<*Found[I].rule> {};

constexpr bool is(Severity severity, const Findings& found, int i) { return found[i].rule->severity == severity; }

/// Errors that are explained one by one: Clang shows no more than 20.
inline constexpr int most_explained = 18;

/// True if finding `i` is one of the errors that are explained.
constexpr bool is_explained(const Findings& found, int i) {
  int earlier = 0;
  for (int k = 0; k < i; ++k) earlier += is(Severity::error, found, k) ? 1 : 0;
  return is(Severity::error, found, i) && earlier < most_explained;
}

/// Makes the compiler warn of finding I, if it is a warning. Always true.
template <const Findings& Found, int I, const auto&... Device>
constexpr bool told_finding() {
  if constexpr (is(Severity::warning, Found, I))
    return facts_of<Found, I, Device...>::all::template told_by<*Found[I].rule>::told();
  else
    return true;
}
template <const Findings& Found, const auto&... Device, std::size_t... I>
constexpr bool told_findings(std::index_sequence<I...>) {
  return (true && ... && told_finding<Found, static_cast<int>(I), Device...>());
}

template <class Indices, const Findings& Found, const auto&... Device>
struct explained_findings;
template <std::size_t... I, const Findings& Found, const auto&... Device>
struct explained_findings<std::index_sequence<I...>, Found, Device...>
    : explained_finding<is_explained(Found, static_cast<int>(I)), Found, static_cast<int>(I), Device...>... {};

}  // namespace detail

/// The compile error that stands for those that are not shown; nothing if there are none.
template <int Count>
struct further_errors {
  static_assert(Count <= 0, "[further_errors] there are more errors than are shown here; mend these first");
};

/// Turns every error among the findings into one compile error; `ok` is true if there is none. `Found` and the device
/// have static storage; `Device.name` is the chip's name. The device is left out where no chip is involved. Warnings
/// are not reported here: see `warned_of`.
template <const Findings& Found, const auto&... Device>
struct explained {
  static constexpr bool ok = Found.ok();
  static_assert(sizeof(further_errors<Found.errors() - detail::most_explained>) > 0);
  // `sizeof` instantiates another class, in which the errors occur: this one stays well-formed, and `ok` can be read.
  static_assert(sizeof(detail::explained_findings<detail::up_to<Found.size>, Found, Device...>) > 0);
};

/// Turns every warning among the findings into one warning of the compiler, in the same way. Always true.
template <const Findings& Found, const auto&... Device>
inline constexpr bool warned_of = detail::told_findings<Found, Device...>(detail::up_to<Found.size>{});

}  // namespace incuse
