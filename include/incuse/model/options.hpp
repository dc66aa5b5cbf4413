// Options of layers: small named types, in any order. Each knows its kind (two of one kind contradict each other) and
// how to note itself in a layer's description.
#pragma once

#include <cstdint>
#include <type_traits>

#include <incuse/core/diagnostics.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, unknown_option, error, "this layer does not take this option", "leave it out",
                  "layers.hpp: the comment of the layer")
INCUSE_RULE_WORDS(language, repeated_option, error, "this layer is given two options of one kind", "leave one out",
                  "options.hpp")
INCUSE_RULE_WORDS(language, contradictory_options, error,
                  "a wide output is the bare accumulator: it takes no ReLU and no Abs", "leave one out", "options.hpp")
INCUSE_RULE_WORDS(language, missing_option, error, "a convolution needs a kernel", "add kernel<3> or kernel<1>",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, fused_layers, error,
                  "Fused takes a pooling layer and, behind it, a convolution or a linear layer",
                  "put other layers one behind the other", "layers.hpp")
INCUSE_RULE_WORDS(language, option_value, error, "the value of this option is out of its range", "correct it",
                  "options.hpp")
/// What a layer type says while it is lowered: the layer itself and the names of its sources.
struct LayerDraft {
  Layer layer{};
  BoundedList<Text, max_operands> from{};
};

/// Kinds of options. A layer lists the kinds that it takes.
namespace option {
struct kernel;
struct padding;
struct stride;
struct activation;
struct weight_bits;
struct output_shift;
struct output_width;
struct bias;
struct name;
struct sources;
struct placement;
}  // namespace option

/// Window of a convolution: kernel<3> is 3x3, kernel<1> is 1x1.
template <int Height, int Width = Height>
struct kernel {
  using kind = option::kernel;
  static constexpr void apply(LayerDraft& draft) { draft.layer.kernel = {Height, Width}; }
};

/// Rows and columns of zeros around the input, after pooling. Default 0, as in PyTorch.
template <int Height, int Width = Height>
struct pad {
  using kind = option::padding;
  static constexpr void apply(LayerDraft& draft) { draft.layer.padding = {Height, Width}; }
};

/// Step of a pooling window; default: the window's size, as in PyTorch.
template <int Height, int Width = Height>
struct stride {
  using kind = option::stride;
  static constexpr void apply(LayerDraft& draft) { draft.layer.pool_stride = {Height, Width}; }
};

/// Negative results become 0.
struct ReLU {
  using kind = option::activation;
  static constexpr void apply(LayerDraft& draft) { draft.layer.activation = Activation::relu; }
};

/// Negative results change their sign.
struct Abs {
  using kind = option::activation;
  static constexpr void apply(LayerDraft& draft) { draft.layer.activation = Activation::abs; }
};

/// Width of the weights: 1, 2, 4 or 8 bits (default 8).
template <int Bits>
struct bits {
  static constexpr bool in_range = Bits == 1 || Bits == 2 || Bits == 4 || Bits == 8;
  using kind = option::weight_bits;
  static constexpr void apply(LayerDraft& draft) { draft.layer.weight_bits = Bits; }
};

/// Output shift: the result is multiplied by 2^Shift. Trained parameters may bring their own; both must agree.
template <int Shift>
struct shift {
  using kind = option::output_shift;
  static constexpr void apply(LayerDraft& draft) { draft.layer.output_shift = Shift; }
};

/// 32-bit output: the accumulator, neither shifted nor clipped (Q17.14 for 8-bit weights). Last layer only.
struct wide {
  using kind = option::output_width;
  static constexpr void apply(LayerDraft& draft) { draft.layer.wide = true; }
};

/// The layer adds a bias to every output channel.
struct bias {
  using kind = option::bias;
  static constexpr void apply(LayerDraft& draft) { draft.layer.bias = true; }
};

/// Names the layer, for `from` and for messages.
template <FixedString Name>
struct as {
  using kind = option::name;
  static constexpr void apply(LayerDraft& draft) { draft.layer.name = Name.text(); }
};

/// Reads the named layers instead of the previous one; "input" is the network's input.
template <FixedString... Names>
struct from {
  static constexpr bool in_range = sizeof...(Names) > 0 && sizeof...(Names) <= max_operands;
  using kind = option::sources;
  static constexpr void apply(LayerDraft& draft) { (draft.from.push(Names.text()), ...); }
};

/// Placement by hand. `place` takes any of the types below; what is left out is derived as in the vendor's
/// descriptions: offsets from the previous layer, output processors from the next one.
template <ProcessorMap Map>
struct processors {
  static constexpr void apply(Placement& placement) { placement.processors = Map; }
};
template <ProcessorMap Map>
struct output_processors {
  static constexpr void apply(Placement& placement) { placement.output_processors = Map; }
};
template <int Bytes>
struct in_offset {
  static constexpr void apply(Placement& placement) { placement.in_offset = Bytes; }
};
template <int Bytes>
struct out_offset {
  static constexpr void apply(Placement& placement) { placement.out_offset = Bytes; }
};
template <int Words>
struct write_gap {
  static constexpr void apply(Placement& placement) { placement.write_gap = Words; }
};
template <int... Groups>
struct bias_groups {
  static constexpr void apply(Placement& placement) { placement.bias_groups = ((1u << Groups) | ... | 0u); }
};

template <class Item>
concept placement_item = requires(Placement& placement) {
  Item::apply(placement);
};

template <class... Items>
struct place {
  static constexpr bool in_range = (true && ... && placement_item<Items>);
  using kind = option::placement;
  static constexpr void apply(LayerDraft& draft) { (Items::apply(draft.layer.placement), ...); }
};

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

template <class Kind, class... Options>
constexpr int count_kind() {
  return (0 + ... + (is_kind<Options, Kind>() ? 1 : 0));
}

template <class Option>
constexpr bool value_in_range() {
  if constexpr (requires { Option::in_range; })
    return Option::in_range;
  else
    return true;
}

/// The compile error of a rule, unless it is kept. Facts are the layer type and what is wrong with it.
template <bool Kept, const Rule& Broken, class... Facts>
struct require : broken_rule<Broken, Facts...> {};
template <const Rule& Broken, class... Facts>
struct require<true, Broken, Facts...> {};

/// All of them: one error does not keep the next one from being said.
template <std::size_t, class Required>
struct numbered : Required {};
template <class Indices, class... Required>
struct all_of;
template <std::size_t... I, class... Required>
struct all_of<std::index_sequence<I...>, Required...> : numbered<I, Required>... {};
template <class... Required>
using require_all = all_of<std::index_sequence_for<Required...>, Required...>;

/// The option kinds that a layer takes. Whether a list of options is right is computed apart from the errors: a class
/// with an error in it cannot be used in a constant expression.
template <class... Kinds>
struct takes {
  template <class Option>
  static constexpr bool knows() {
    return (false || ... || is_kind<Option, Kinds>());
  }
  template <class... Options>
  static constexpr bool contradicts() {
    return count_kind<option::output_width, Options...>() > 0 && count_kind<option::activation, Options...>() > 0;
  }
  template <class... Options>
  static constexpr bool accepts() {
    return (true && ... && (knows<Options>() && value_in_range<Options>())) &&
           (true && ... && (count_kind<Kinds, Options...>() <= 1)) && !contradicts<Options...>();
  }

  /// Its size is one compile error for each mistake in the options of `Layer`.
  template <class Layer, class... Options>
  using mistakes =
      require_all<require<knows<Options>(), language::rules::unknown_option, Layer, Options>...,
                  require<value_in_range<Options>(), language::rules::option_value, Layer, Options>...,
                  require<count_kind<Kinds, Options...>() <= 1, language::rules::repeated_option, Layer, Kinds>...,
                  require<!contradicts<Options...>(), language::rules::contradictory_options, Layer>>;
};

}  // namespace detail
}  // namespace incuse
