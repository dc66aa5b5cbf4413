// Layers as types, with PyTorch's names. A layer type only describes itself: `describe` notes it in a LayerDraft.
#pragma once

#include <incuse/model/options.hpp>

namespace incuse {

/// Size of a pooling window: MaxPool2d<2> is 2x2, MaxPool2d<Window{2, 3}> is 2 rows of 3.
struct Window {
  int height;
  int width;
  constexpr Window(int size) : height(size), width(size) {}
  constexpr Window(int rows, int columns) : height(rows), width(columns) {}
  constexpr Extent extent() const { return {height, width}; }
};

/// The network's input: channels x height x width of signed bytes. Options: `hwc` or `chw`, the layout in the chip's
/// memory; by default the planner chooses.
struct hwc {
  static constexpr DataFormat format = DataFormat::hwc;
};
struct chw {
  static constexpr DataFormat format = DataFormat::chw;
};

template <int Channels, int Height, int Width, class... Format>
struct Input {
  static constexpr bool is_valid = sizeof...(Format) <= 1;
  static_assert(sizeof(detail::require<is_valid, language::rules::repeated_option, Input, DataFormat>) > 0);
  static constexpr Shape shape{Channels, Height, Width};
  static constexpr DataFormat format = [] {
    DataFormat chosen = DataFormat::automatic;
    ((chosen = Format::format), ...);
    return chosen;
  }();
};

namespace detail {

/// Applies the options of a layer; none if one of them is wrong.
template <class Layer, class... Options>
constexpr void apply_options(LayerDraft& draft) {
  if constexpr (Layer::is_valid) (Options::apply(draft), ...);
}

using Pool2dOptions = takes<option::stride, option::name, option::sources, option::placement>;
using LinearOptions = takes<option::activation, option::weight_bits, option::output_shift, option::output_width,
                            option::bias, option::name, option::sources, option::placement>;
using Conv2dOptions =
    takes<option::kernel, option::padding, option::activation, option::weight_bits, option::output_shift,
          option::output_width, option::bias, option::name, option::sources, option::placement>;

}  // namespace detail

/// 2-D convolution with stride 1: weights [OutChannels][in][kernel][kernel].
/// Options: kernel<> (needed), pad<>, ReLU or Abs, bits<>, shift<>, wide, bias, as<>, from<>, place<>.
template <int OutChannels, class... Options>
struct Conv2d {
 private:
  static constexpr bool has_kernel = detail::count_kind<option::kernel, Options...>() > 0;
  static_assert(sizeof(detail::Conv2dOptions::mistakes<Conv2d, Options...>) > 0);
  static_assert(sizeof(detail::require<has_kernel, language::rules::missing_option, Conv2d>) > 0);
  static_assert(sizeof(detail::require<(OutChannels > 0), language::rules::option_value, Conv2d>) > 0);

 public:
  static constexpr bool is_valid = detail::Conv2dOptions::accepts<Options...>() && has_kernel && OutChannels > 0;
  static constexpr bool has_weights = true;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = OutChannels;
    detail::apply_options<Conv2d, Options...>(draft);
  }
};

/// Fully connected layer: weights [OutFeatures][in]. It reads 1x1 maps; behind `Flatten` whole maps, in C x H x W
/// order. Options: ReLU or Abs, bits<>, shift<>, wide, bias, as<>, from<>, place<>.
template <int OutFeatures, class... Options>
struct Linear {
 private:
  static_assert(sizeof(detail::LinearOptions::mistakes<Linear, Options...>) > 0);
  static_assert(sizeof(detail::require<(OutFeatures > 0), language::rules::option_value, Linear>) > 0);

 public:
  static constexpr bool is_valid = detail::LinearOptions::accepts<Options...>() && OutFeatures > 0;
  static constexpr bool has_weights = true;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::linear;
    draft.layer.out_channels = OutFeatures;
    detail::apply_options<Linear, Options...>(draft);
  }
};

namespace detail {

template <class Layer, Pooling Kind, Window Size, class... Options>
struct Pool2d {
  static constexpr bool is_valid = Pool2dOptions::accepts<Options...>();
  static constexpr bool pools_only = true;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.pooling = Kind;
    draft.layer.pool = Size.extent();
    draft.layer.pool_stride = Size.extent();
    apply_options<Pool2d, Options...>(draft);
  }

 private:
  static_assert(sizeof(Pool2dOptions::mistakes<Layer, Options...>) > 0);
};

}  // namespace detail

/// Largest value of every window, without padding. Options: stride<>, as<>, from<>, place<>.
template <Window Size, class... Options>
struct MaxPool2d : detail::Pool2d<MaxPool2d<Size, Options...>, Pooling::max, Size, Options...> {};

/// Mean of every window, truncated toward zero, without padding. Options: stride<>, as<>, from<>, place<>.
template <Window Size, class... Options>
struct AvgPool2d : detail::Pool2d<AvgPool2d<Size, Options...>, Pooling::average, Size, Options...> {};

template <class Layer>
concept pooling_layer = requires {
  requires Layer::pools_only;
};

template <class Layer>
concept weighted_layer = requires {
  requires Layer::has_weights;
};

namespace detail {

template <class Layer>
constexpr LayerDraft draft_of() {
  LayerDraft draft{};
  Layer::describe(draft);
  return draft;
}

/// A layer has one name, one list of sources and one placement, whichever of its parts says so.
template <class Pool, class Convolution>
constexpr bool both_say_one_thing() {
  const LayerDraft a = draft_of<Pool>(), b = draft_of<Convolution>();
  return (!a.layer.name.empty() && !b.layer.name.empty()) || (!a.from.empty() && !b.from.empty()) ||
         (a.layer.placement.given() && b.layer.placement.given());
}

}  // namespace detail

/// Pooling and the operator behind it, in one layer of the hardware: no memory between them.
template <class Pool, class Convolution>
struct Fused {
 private:
  static constexpr bool fuses = pooling_layer<Pool> && weighted_layer<Convolution>;
  static constexpr bool single = [] {
    if constexpr (fuses)
      return !detail::both_say_one_thing<Pool, Convolution>();
    else
      return true;
  }();
  static constexpr bool parts_are_valid = [] {
    if constexpr (fuses)
      return Pool::is_valid && Convolution::is_valid;
    else
      return false;
  }();
  static_assert(sizeof(detail::require<fuses, language::rules::fused_layers, Fused>) > 0);
  static_assert(sizeof(detail::require<single, language::rules::repeated_option, Fused>) > 0);

 public:
  static constexpr bool is_valid = parts_are_valid && single;
  static constexpr void describe(LayerDraft& draft) {
    if constexpr (is_valid) {
      Pool::describe(draft);
      Convolution::describe(draft);
    }
  }
};

/// Reads whole maps into the Linear layer that follows; no layer of its own in the hardware.
struct Flatten {
  static constexpr bool is_valid = true;
  static constexpr bool flattens = true;
};

template <class Layer>
concept flattening_layer = requires {
  requires Layer::flattens;
};

}  // namespace incuse
