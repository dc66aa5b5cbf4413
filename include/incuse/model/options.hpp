// Options of layers: small named types, in any order. Each knows its kind (two of one kind contradict each other) and
// how to note itself in a layer's description.
#pragma once

#include <cstdint>
#include <type_traits>

#include <incuse/model/graph.hpp>

namespace incuse {

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
  static_assert(Bits == 1 || Bits == 2 || Bits == 4 || Bits == 8, "weights have 1, 2, 4 or 8 bits");
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
  static_assert(sizeof...(Names) > 0, "from<> needs at least one name");
  using kind = option::sources;
  static constexpr void apply(LayerDraft& draft) { (draft.from.push(Names.text()), ...); }
};

/// Placement by hand. `place` takes any of the types below; what is left out is derived as in the vendor's descriptions:
/// offsets from the previous layer, output processors from the next one.
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
concept placement_item = requires(Placement& placement) { Item::apply(placement); };

template <placement_item... Items>
struct place {
  using kind = option::placement;
  static constexpr void apply(LayerDraft& draft) { (Items::apply(draft.layer.placement), ...); }
};

namespace detail {

template <class Option>
concept has_kind = requires { typename Option::kind; };

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

/// Says in the compiler's output which layer does not take which option.
template <class LayerName, class Option, bool Known>
struct option_of {
  static_assert(Known, "[unknown_option] this layer does not take this option");
  static constexpr bool ok = Known;
};

template <class LayerName, class Kind, int Times>
struct option_given {
  static_assert(Times <= 1, "[repeated_option] this kind of option is given more than once");
  static constexpr bool ok = Times <= 1;
};

template <class LayerName, bool Contradiction>
struct wide_output_of {
  static_assert(!Contradiction, "[contradictory_options] a wide output is the bare accumulator: it takes no ReLU, no Abs");
  static constexpr bool ok = !Contradiction;
};

/// The option kinds that a layer takes, and the check of a list of options against them.
template <class... Kinds>
struct takes {
  template <class LayerName, class... Options>
  static constexpr bool check() {
    constexpr bool known = (true && ... && option_of<LayerName, Options, (is_known<Options>())>::ok);
    constexpr bool single = (true && ... && option_given<LayerName, Kinds, count_kind<Kinds, Options...>()>::ok);
    constexpr bool both =
        count_kind<option::output_width, Options...>() > 0 && count_kind<option::activation, Options...>() > 0;
    return known && single && wide_output_of<LayerName, both>::ok;
  }

  template <class Option>
  static constexpr bool is_known() {
    return (false || ... || is_kind<Option, Kinds>());
  }
};

}  // namespace detail
}  // namespace incuse
