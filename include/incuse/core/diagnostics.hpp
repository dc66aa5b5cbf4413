// Findings as compile errors and warnings: one per finding, with the rule's words, the layer, what it needs and what
// there is. Compilers print a line or three for every class on the way to an error, and for every macro that it comes
// out of: there are few of either.
#pragma once

#include <cstddef>
#include <type_traits>

#include <incuse/core/finding.hpp>

namespace incuse {

/// The numbers and names of a finding, as types: Clang 14 prints those, and no texts. None of them is ever defined.
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
}  // namespace facts

/// What is wrong, as texts or as facts; compilers print the arguments. As a condition it is false.
template <FixedString... Texts>
struct finding {
  constexpr operator bool() const { return false; }
};
template <class... Facts>
struct finding_of {
  constexpr operator bool() const { return false; }
};
/// Instantiating it makes compile error number `Number` of a network; `Facts` are the figures of the finding. If the
/// rule is a warning, `Facts` is `true`, and calling its deprecated function `told` with the figures makes the
/// compiler's warning. Every rule has a specialisation (INCUSE_RULE_WORDS), because only a literal can be the text.
template <const Rule& Broken, auto Facts, int Number>
struct broken_rule {
  static_assert(Facts, "this rule has no INCUSE_RULE_WORDS");
};

/// Defines the rule `space::rules::name`. To be used in namespace incuse, `space` a namespace inside it; `level` is
/// error, warning or notice; sentence, remedy and source are string literals.
#define INCUSE_RULE_OBJECT(space, name, level, sentence, remedy, source)                            \
  namespace space::rules {                                                                          \
  inline constexpr ::incuse::Rule name{#name, sentence, remedy, source, ::incuse::Severity::level}; \
  }

/// The same with its compile error. Every macro that defines a rule has this class in its own body: a
/// compiler shows all macros between the file and an error. The condition is named after the rule, because Clang points
/// to it.
#define INCUSE_RULE_WORDS(space, name, level, sentence, remedy, source) \
  INCUSE_RULE_OBJECT(space, name, level, sentence, remedy, source)      \
  template <auto name, int Number>                                      \
  struct broken_rule<space::rules::name, name, Number> {                \
    static_assert(name, "[" #name "] " sentence "; " remedy);           \
  };

/// The same for a rule whose level is warning: deployments print it as a compiler's warning.
#define INCUSE_WARNING_WORDS(space, name, sentence, remedy, source)                         \
  INCUSE_RULE_OBJECT(space, name, warning, sentence, remedy, source)                        \
  template <auto name, int Number>                                                          \
  struct broken_rule<space::rules::name, name, Number> {                                    \
    static_assert(name, "[" #name "] " sentence "; " remedy);                               \
    template <class Facts>                                                                  \
    [[deprecated("[" #name "] " sentence "; " remedy)]] static constexpr bool told(Facts) { \
      return true;                                                                          \
    }                                                                                       \
  };

INCUSE_RULE_WORDS(language, further_errors, error, "there are more errors than are shown", "mend these first",
                  "core/diagnostics.hpp")

namespace detail {

template <class... Facts>
struct fact_list {
  static constexpr finding_of<Facts...> value{};
};
template <class... First, class... Second>
fact_list<First..., Second...> operator+(fact_list<First...>, fact_list<Second...>);

/// A part of a text, as a template argument.
template <int Size>
constexpr FixedString<Size + 1> fixed(Text text, int first = 0) {
  FixedString<Size + 1> result;
  for (int i = 0; i < Size; ++i) result.characters[i] = text[first + i];
  result.characters[Size] = '\0';  // Clang prints a text whose end is written
  return result;
}

/// A text cut at blanks into pieces of at most `longest` characters: of longer texts Clang prints only the beginning.
/// Two pieces in a row are together longer than `longest`, so `most` pieces hold every sentence.
struct Pieces {
  static constexpr int longest = 35, most = 2 * (Sentence::capacity / longest + 1);
  int first[most]{};
  int size[most]{};
  int count = 0;

  constexpr explicit Pieces(Text text) {
    int begin = 0;
    while (begin < text.size && count < most) {
      int end = begin + longest;
      if (end >= text.size)
        end = text.size;
      else
        while (end > begin && text[end] != ' ') --end;
      if (end == begin) end = begin + longest;
      first[count] = begin;
      size[count++] = end - begin;
      begin = end < text.size && text[end] == ' ' ? end + 1 : end;
    }
  }
};

/// The facts of a finding, as types. Empty members of the finding are left out.
template <const Finding& Found, const auto&... Device>
struct facts_as_types {
  template <bool Said, class Fact>
  using if_said = std::conditional_t<Said, fact_list<Fact>, fact_list<>>;

  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::name<Found.layer_name[Index]...>> name(Indices<Index...>);
  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::part<Found.part[Index]...>> part(Indices<Index...>);
  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::needs<Found.needs.values[Index]...>> needs(Indices<Index...>);
  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::has<Found.has.values[Index]...>> has(Indices<Index...>);

  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::advice<Found.advice.change[Index]...>> advice(Indices<Index...>);
  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::from<Found.advice.from.values[Index]...>> from(Indices<Index...>);
  template <int... Index>
  static if_said<(sizeof...(Index) > 0), facts::to<Found.advice.to.values[Index]...>> to(Indices<Index...>);

  using where = std::conditional_t<(Found.layer >= 0), facts::layer<Found.layer>, facts::network>;
  using at = if_said<(Found.at >= 0), facts::at<Found.at>>;
  using all = decltype(fact_list<where>{} + name(IndicesBelow<Found.layer_name.size>{}) +
                       part(IndicesBelow<Found.part.size>{}) + at{} + needs(IndicesBelow<Found.needs.count>{}) +
                       has(IndicesBelow<Found.has.count>{}) + fact_list<facts::on<Device>...>{} +
                       advice(IndicesBelow<Found.advice.change.size>{}) +
                       from(IndicesBelow<Found.advice.from.count>{}) + to(IndicesBelow<Found.advice.to.count>{}));
  static constexpr auto value = all::value;
};

/// The facts of a finding, as texts.
template <const Finding& Found, const auto&... Device>
struct facts_as_texts {
  static constexpr Sentence text = incuse::facts_of(Found, (Text{}, ..., Device.name));
  static constexpr Pieces pieces{text.text()};

  template <int Piece>
  static constexpr auto piece = fixed<pieces.size[Piece]>(text.text(), pieces.first[Piece]);

  template <int... Piece>
  static constexpr finding<piece<Piece>...> said(Indices<Piece...>) {
    return {};
  }
  static constexpr auto value = said(IndicesBelow<pieces.count>{});
};

/// "[rule] sentence"
constexpr TextBuffer<1300> words_of(const Finding& found, Text chip) {
  TextBuffer<1300> words;
  return words << '[' << found.rule->id << "] " << sentence_of(found, chip).text();
}

/// The whole sentence of a finding, with the name of its rule.
template <const Finding& Found, const auto&... Device>
struct whole_sentence {
  static constexpr auto buffer = words_of(Found, (Text{}, ..., Device.name));
  static constexpr finding<fixed<buffer.size>(buffer.text())> said() { return {}; }

  constexpr std::size_t size() const { return static_cast<std::size_t>(buffer.size); }
  constexpr const char* data() const { return buffer.characters; }
};

#if defined(__clang__) && __clang_major__ < 15
template <const Finding& Found, const auto&... Device>
using facts_of = facts_as_types<Found, Device...>;
#else
template <const Finding& Found, const auto&... Device>
using facts_of = facts_as_texts<Found, Device...>;
#endif

#if defined(__cpp_static_assert) && __cpp_static_assert >= 202306L
/// The compile error of a finding: its text is computed.
template <const Finding& Found, int Number, const auto&... Device>
struct told_error {
  static_assert(false, whole_sentence<Found, Device...>{});
};
#elif defined(__clang__)
template <const Finding& Found, int Number, const auto&... Device>
using told_error = broken_rule<*Found.rule, facts_of<Found, Device...>::value, Number>;
#else
/// The compile error of a finding: `finding` has no such member, and GCC prints its text.
template <const Finding& Found, int Number, const auto&... Device>
struct told_error {
  using none = typename decltype(whole_sentence<Found, Device...>::said())::accepted;
};
#endif

/// Errors that are explained one by one: Clang shows no more than 20.
inline constexpr int most_explained = 18;

/// The findings of some severities that are explained one by one, and how many there are beyond.
struct Explained : BoundedList<int, most_explained> {
  TextBuffer<24> others{};
  int count = 0;  ///< of compile errors: one for each finding in the list, and one that counts the others

  constexpr Explained(const Findings& found, Severity severest, Severity mildest) {
    for (int i = 0; i < found.size; ++i)
      if (found[i].rule->severity >= severest && found[i].rule->severity <= mildest) push(i);
    const int beyond = dropped + (severest == Severity::error ? found.dropped_errors : 0);
    others << static_cast<long long>(beyond) << " more";
    count = size + (beyond > 0 ? 1 : 0);
  }
};

/// The findings of some severities, by number.
template <const Findings& Found, Severity Severest, Severity Mildest>
struct findings_of {
  static constexpr Explained explained{Found, Severest, Mildest};

  template <int Number>
  static constexpr Finding number =
      Number < explained.size ? Found[explained[Number]]
                              : Finding{.rule = &language::rules::further_errors, .part = explained.others.text()};
};
template <const Findings& Found>
struct errors_of : findings_of<Found, Severity::error, Severity::error> {};
template <const Findings& Found>
struct warnings_of : findings_of<Found, Severity::warning, Severity::warning> {};
template <const Findings& Found>
struct errors_and_warnings_of : findings_of<Found, Severity::error, Severity::warning> {};

template <class Numbers, class Errors, const auto&... Device>
struct told_errors;
template <int... Number, class Errors, const auto&... Device>
struct told_errors<Indices<Number...>, Errors, Device...>
    : told_error<Errors::template number<Number>, Number, Device...>... {};

template <class Numbers, class Warnings, const auto&... Device>
struct told_warnings;
template <int... Number, class Warnings, const auto&... Device>
struct told_warnings<Indices<Number...>, Warnings, Device...> {
  template <int Index>
  using rule = broken_rule<*Warnings::template number<Index>.rule, true, 0>;
  template <int Index>
  using facts = facts_of<Warnings::template number<Index>, Device...>;

  static constexpr bool told() { return (true && ... && rule<Number>::told(facts<Number>::value)); }
};

template <bool Exists>
struct one_told {
  template <class Errors, int Number, const auto&... Device>
  using type = told_error<Errors::template number<Number>, Number, Device...>;
};
template <>
struct one_told<false> {
  template <class Errors, int Number, const auto&... Device>
  using type = std::false_type;
};

template <int First, class Numbers>
struct beginning_with;
template <int First, int... Number>
struct beginning_with<First, Indices<Number...>> {
  using type = Indices<First + Number...>;
};

template <int First, class Errors>
using numbers_from = typename beginning_with<
    First, IndicesBelow<(Errors::explained.count > First ? Errors::explained.count - First : 0)>>::type;

}  // namespace detail

/// The findings that are told as errors: with the warnings, if that is `Strict`. `Found` has static storage.
template <bool Strict, const Findings& Found>
using errors_among = std::conditional_t<Strict, detail::errors_and_warnings_of<Found>, detail::errors_of<Found>>;

/// A class whose instantiation is the compile error of finding `Number` among `Errors`; with fewer findings it is
/// empty, and no error. To be instantiated in the class that the author has written, so that compilers name few other
/// classes with the error: `static_assert(sizeof(told<0, Errors, Chip>) > 0)`. The device has static storage;
/// `Device.name` is the chip's name. It is left out where no chip is involved.
template <int Number, class Errors, const auto&... Device>
using told = typename detail::one_told<(Number < Errors::explained.count)>::template type<Errors, Number, Device...>;

/// The same for all errors from number `First` on, one each. Compilers print this list with every one of these errors,
/// so the first errors better have a `told` each.
template <int First, class Errors, const auto&... Device>
using told_from = detail::told_errors<detail::numbers_from<First, Errors>, Errors, Device...>;

/// The same for every error among the findings: `static_assert(sizeof(explained<findings, Chip>) > 0)`. Warnings are
/// not reported here: see `warned_of`.
template <const Findings& Found, const auto&... Device>
using explained =
    std::conditional_t<detail::errors_of<Found>::explained.count == 1, told<0, detail::errors_of<Found>, Device...>,
                       told_from<0, detail::errors_of<Found>, Device...>>;

/// Turns every warning among the findings into one warning of the compiler, in the same way, if that is `Wanted`:
/// `static_assert(warned_of<true, findings, Chip>::told())`.
template <bool Wanted, const Findings& Found, const auto&... Device>
using warned_of = detail::told_warnings<IndicesBelow<Wanted ? detail::warnings_of<Found>::explained.count : 0>,
                                        detail::warnings_of<Found>, Device...>;

}  // namespace incuse
