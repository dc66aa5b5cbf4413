// The options that a layer is given, checked: kinds that it does not take, values out of range, options that are given
// twice. Mistakes are findings; `takes` names them.
#pragma once

#include <type_traits>

#include <incuse/core/diagnostics.hpp>
#include <incuse/model/options.hpp>

namespace incuse {

namespace detail {

template <class Option>
concept has_kind = requires {
  typename Option::kind;
};

template <class Option, class Kind>
constexpr bool is_kind() {
  if constexpr (has_kind<Option>)
    return std::is_same_v<typename Option::kind, Kind>;
  else
    return false;
}

// Sums are folded here, not `&&` and `||`: compilers evaluate every operand of those twice.
template <class Kind, class... Options>
constexpr int count_kind() {
  return (0 + ... + is_kind<Options, Kind>());
}

template <class Option>
constexpr bool value_in_range() {
  if constexpr (requires { Option::in_range; })
    return Option::in_range;
  else
    return true;
}

/// False if the option gives height and width to a one-dimensional layer.
template <class Option, int Dimensions>
constexpr bool fits_dimensions() {
  if constexpr (requires { Option::dimensions; })
    return Dimensions != 1 || Option::dimensions <= 1;
  else
    return true;
}

template <template <class> class Wanted, class... Types>
using filtered =
    decltype((type_list<>{} + ... + std::conditional_t<Wanted<Types>::value, type_list<Types>, type_list<>>{}));

template <class Type>
struct is_option : std::bool_constant<has_kind<Type>> {};
template <class Type>
struct is_no_option : std::bool_constant<!has_kind<Type>> {};

/// The type in the compiler's words about a function whose first template argument it is, without the namespaces of
/// this library, and without its arguments if it is wanted `is_short`. GCC and Clang: "… [with Type = incuse::pad<1>;
/// bool Short = false]", MSVC: "… spelling<struct incuse::pad<1>,false>(void)". Empty if neither is found.
constexpr TextBuffer<60> spelling_in(Text words, bool is_short) {
  const auto begins = [&](int at, Text prefix) {
    if (words.size - at < prefix.size) return false;
    for (int i = 0; i < prefix.size; ++i)
      if (words[at + i] != prefix[i]) return false;
    return true;
  };
  const auto behind = [&](Text prefix) {
    int at = 0;
    while (at < words.size && !begins(at, prefix)) ++at;
    return at < words.size ? at + prefix.size : at;
  };
  // The first place from `begin` on that is behind all namespaces: 14 in "incuse::k210::Layer<1>", from 8 on.
  const auto behind_namespaces = [&](int begin) {
    const auto ends = [](char c) { return c == '<' || c == ',' || c == ';' || c == ']' || c == '>'; };
    for (int end = begin; end < words.size && !ends(words[end]); ++end)
      if (begins(end, "::")) begin = ++end + 1;
    return begin;
  };
  TextBuffer<60> text;
  int open = 0, at = behind("Type = ");
  if (at == words.size) at = behind("spelling<");
  for (; at < words.size; ++at) {
    if (begins(at, "struct ")) at += 7;
    if (begins(at, "class ")) at += 6;
    if (begins(at, "enum ")) at += 5;
    const Text library = "incuse::";
    if (begins(at, library)) at = behind_namespaces(at + library.size);
    const char c = words[at];
    if (open == 0 && (c == ';' || c == ',' || c == ']' || (is_short && c == '<'))) break;
    open += c == '<' ? 1 : c == '>' ? -1 : 0;
    text << c;
  }
  return text;
}

template <class Type, bool Short = false>
constexpr TextBuffer<60> spelling() {
  return spelling_in(INCUSE_SIGNATURE, Short);
}
template <class Type>
inline constexpr auto spelled = spelling<Type>();
template <class Type>
inline constexpr auto name_of_layer_type = spelling<Type, true>();
/// "pad<1> in MaxPool2d"
template <class Option, class Layer>
inline constexpr auto option_of_layer = [] {
  TextBuffer<100> text;
  text << spelled<Option>.text() << " in " << name_of_layer_type<Layer>.text();
  return text;
}();

/// A type with numbers that it does not allow, and those that it does, if it says so with `range`:
/// "bits<3> in Conv2d; allowed: 1, 2, 4 or 8".
template <class Type, class... Layer>
inline constexpr auto refused_value = [] {
  TextBuffer<180> text;
  text << spelled<Type>.text();
  ((text << " in " << name_of_layer_type<Layer>.text()), ...);
  if constexpr (requires { Type::range; }) text << "; allowed: " << Text(Type::range);
  return text;
}();

/// Where the mistakes of one layer go.
struct Mistakes {
  Findings& found;
  int layer;
  Text name;
  bool& shapeless;  ///< becomes true with a mistake that leaves open what shape the layer has

  constexpr void operator()(const Rule& rule, Text part, bool about_shape = true) const {
    found.push({.rule = &rule, .layer = layer, .layer_name = name, .part = part});
    shapeless = shapeless || about_shape;
  }
};

/// True of kinds of options that the shape of a layer depends on.
template <class Kind>
inline constexpr bool shapes =
    !(std::is_same_v<Kind, option::activation> || std::is_same_v<Kind, option::weight_bits> ||
      std::is_same_v<Kind, option::bypass> || std::is_same_v<Kind, option::output_shift> ||
      std::is_same_v<Kind, option::output_width> || std::is_same_v<Kind, option::bias> ||
      std::is_same_v<Kind, option::batch_norm> || std::is_same_v<Kind, option::name> ||
      std::is_same_v<Kind, option::streaming> || std::is_same_v<Kind, option::processor> ||
      std::is_same_v<Kind, option::output> || std::is_same_v<Kind, option::placement> ||
      std::is_same_v<Kind, option::pad_value>);
template <class Option>
constexpr bool option_shapes() {
  if constexpr (has_kind<Option>)
    return shapes<typename Option::kind>;
  else
    return true;
}

/// The kinds of options that a layer takes. `Dimensions`: of its window, 1 or 2; 0: it has none.
template <int Dimensions, class... Kinds>
struct takes {
  static constexpr int dimensions = Dimensions;

  template <class Option>
  static constexpr bool knows() {
    return (0 + ... + is_kind<Option, Kinds>()) > 0;
  }
  template <class Option>
  static constexpr bool understands() {
    return knows<Option>() && value_in_range<Option>() && fits_dimensions<Option, Dimensions>();
  }
  template <class... Options>
  static constexpr bool contradicts() {
    return count_kind<option::output_width, Options...>() > 0 && count_kind<option::activation, Options...>() > 0;
  }
  template <class... Options>
  static constexpr bool trains_bypassed() {
    if constexpr (count_kind<option::bypass, Options...>() > 0)
      return count_kind<option::bias, Options...>() + count_kind<option::batch_norm, Options...>() > 0;
    else
      return false;
  }
  template <class... Options>
  static constexpr bool given_once() {
    return (0 + ... + (count_kind<Kinds, Options...>() > 1)) == 0;
  }
  template <class... Options>
  static constexpr bool accepts() {
    return (true && ... && understands<Options>()) && given_once<Options...>() && !contradicts<Options...>() &&
           !trains_bypassed<Options...>();
  }

  /// Applies the options to a layer, except those that are mistakes.
  template <class... Options>
  static constexpr void apply(LayerDraft& draft) {
    (apply_one<Options>(draft), ...);
  }

  /// Reports every mistake in the options of `Layer`.
  template <class Layer, class... Options>
  static constexpr void report(const Mistakes& mistake) {
    if constexpr (!accepts<Options...>()) {
      (report_option<Layer, Options>(mistake), ...);
      report_repetitions<Layer, Options...>(mistake);
      if constexpr (contradicts<Options...>())
        mistake(language::rules::contradictory_options, name_of_layer_type<Layer>.text(), false);
      if constexpr (trains_bypassed<Options...>())
        mistake(language::rules::bypassed_parameters, name_of_layer_type<Layer>.text(), false);
    }
  }
  template <class Layer, class... Options>
  static constexpr void report_repetitions(const Mistakes& mistake) {
    (report_repetition<Layer, Kinds, count_kind<Kinds, Options...>()>(mistake), ...);
  }

 private:
  template <class Option>
  static constexpr void apply_one(LayerDraft& draft) {
    if constexpr (understands<Option>()) Option::apply(draft);
  }
  template <class Layer, class Option>
  static constexpr void report_option(const Mistakes& mistake) {
    if constexpr (!understands<Option>()) {
      const Rule& rule = knows<Option>() ? language::rules::too_many_dimensions : language::rules::unknown_option;
      if constexpr (knows<Option>() && !value_in_range<Option>())
        mistake(language::rules::option_value, refused_value<Option, Layer>.text(), option_shapes<Option>());
      else
        mistake(rule, option_of_layer<Option, Layer>.text(), option_shapes<Option>());
    }
  }
  template <class Layer, class Kind, int Times>
  static constexpr void report_repetition(const Mistakes& mistake) {
    if constexpr (Times > 1)
      mistake(language::rules::repeated_option, option_of_layer<Kind, Layer>.text(), shapes<Kind>);
  }
};

}  // namespace detail
}  // namespace incuse
