// Early exits as types: a classifier in the middle of the network that ends the inference where it is sure.
#pragma once

#include <incuse/model/branches.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, exit_condition, error, "an early exit begins with its condition",
                  "write EarlyExit<any_at_least<40>, layers>, or at_least<channel, value>", "early_exit.hpp")
INCUSE_RULE_WORDS(language, exit_layers, error, "an early exit tests the output of its layers, one tensor",
                  "put a classifier behind the condition", "early_exit.hpp")
INCUSE_RULE_WORDS(language, exit_end, error, "layers follow an early exit, and do not read its condition",
                  "put layers behind it; behind ExitIf the first of them says with from<> what it reads",
                  "early_exit.hpp")

/// Condition of an early exit: at least one output is `Value` or more, 1 to 127.
template <int Value>
struct any_at_least {
  static constexpr bool in_range = Value >= 1 && Value <= 127;
  static constexpr Text range = "1 to 127";
  static constexpr ExitTest test{ExitTest::any, 0, Value};
};

/// Condition of an early exit: output `Channel` is `Value` or more, -127 to 127.
template <int Channel, int Value>
struct at_least {
  static constexpr bool in_range = Channel >= 0 && Value >= -127 && Value <= 127;
  static constexpr Text range = "a channel of 0 or more, and -127 to 127";
  static constexpr ExitTest test{ExitTest::one, Channel, Value};
};

namespace detail {

template <class Type>
concept exit_condition = requires {
  Type::in_range;
  Type::test;
};

/// A layer that tests outputs: its weights follow from the condition (`parameters_of`).
constexpr LayerDraft exit_draft(ExitTest test) {
  LayerDraft draft{};
  draft.layer.op = Operator::conv2d;
  draft.layer.activation = Activation::relu;
  draft.layer.bias = true;
  draft.layer.exit = test;
  draft.layer.out_channels = test.part == ExitTest::excess ? 0 : 1;
  draft.layer.output_shift = test.part == ExitTest::excess ? exit_excess_shift : 0;
  return draft;
}

}  // namespace detail

/// Ends the inference if the output of the layer in front of it fulfils a condition; that output becomes one of the
/// network. EarlyExit<> contains it; where it stands alone, the next layer says with from<> what it reads. It is one
/// layer, with any_at_least two, without parameters. Option: from<>, one name.
template <class Condition, class... Options>
struct ExitIf {
 private:
  using Takes = detail::takes<0, option::sources>;
  static constexpr bool has_condition = detail::exit_condition<Condition>;
  static constexpr bool fits_byte = [] {
    if constexpr (has_condition)
      return Condition::in_range;
    else
      return true;
  }();

 public:
  static constexpr bool is_block = true;
  static constexpr bool is_valid = has_condition && fits_byte && Takes::template accepts<Options...>();
  using checked_by = ExitIf;
  static constexpr int layer_count = [] {
    if constexpr (has_condition)
      return Condition::test.part == ExitTest::any ? 2 : 1;
    else
      return 1;
  }();

  /// Tells a network what is wrong with the condition and the options.
  static constexpr void report(const detail::Mistakes& mistake) {
    Takes::template report<ExitIf, Options...>(mistake);
    if (!has_condition) mistake(language::rules::exit_condition, detail::spelled<Condition>.text());
    if (!fits_byte) mistake(language::rules::option_value, detail::refused_value<Condition>.text());
  }
  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    if constexpr (has_condition) {
      constexpr ExitTest test = Condition::test;
      LayerDraft first =
          detail::exit_draft(test.part == ExitTest::any ? ExitTest{ExitTest::excess, 0, test.value} : test);
      Takes::template apply<Options...>(first);
      lowering.add_draft(first);
      lowering.mark_output_read(language::rules::exit_layers);
      if (test.part == ExitTest::any) lowering.add_draft(detail::exit_draft(test));
    }
  }
};

/// Ends the inference with the output of its layers if that fulfils a condition; if not, the network goes on with the
/// tensor in front of the exit. The output of its layers is an output of the network:
///
///     Network<Input<1, 28, 28>, Conv2d<…>,
///             EarlyExit<any_at_least<40>, MaxPool2d<4>, Flatten, Linear<10>>,
///             Conv2d<…>, Flatten, Linear<10>>
///
/// Its layers end in one tensor of signed bytes with one pixel. They are followed by one layer that computes the
/// condition, with any_at_least by two; these need no parameters.
template <class Condition, class... Layers>
struct EarlyExit {
 private:
  using Exit = ExitIf<Condition>;
  static constexpr bool has_layers = sizeof...(Layers) > 0;

 public:
  static constexpr bool is_block = true;
  static constexpr bool is_valid =
      Exit::is_valid && has_layers && detail::are_valid_layers(detail::type_list<Layers...>{});
  using checked_by = EarlyExit;
  static constexpr int layer_count = (0 + ... + detail::layers_in<Layers>()) + Exit::layer_count;

  static constexpr void report(const detail::Mistakes& mistake) {
    if (!has_layers) mistake(language::rules::exit_layers, detail::name_of_layer_type<EarlyExit>.text());
  }
  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    if constexpr (has_layers) {
      const Sources trunk = lowering.sources;
      lowering.sources = lowering.ends_of(detail::type_list<Branch<Layers...>>{});
      lowering.template add<Exit>();
      lowering.sources = trunk;
    }
  }
};

}  // namespace incuse
