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
  static_assert(Channels > 0 && Height > 0 && Width > 0, "an input has at least one channel, row and column");
  static_assert(sizeof...(Format) <= 1, "[repeated_option] an input has one format: hwc or chw");
  static constexpr Shape shape{Channels, Height, Width};
  static constexpr DataFormat format = [] {
    DataFormat chosen = DataFormat::automatic;
    ((chosen = Format::format), ...);
    return chosen;
  }();
};

namespace detail {

using naming = takes<option::name, option::sources, option::placement>;

template <class Layer, class... Options>
constexpr void apply_options(LayerDraft& draft) {
  if constexpr (Layer::options_are_valid) (Options::apply(draft), ...);
}

template <bool Given>
struct kernel_given {
  static_assert(Given, "[missing_option] a convolution needs kernel<...>");
  static constexpr bool ok = Given;
};

template <Window Size, class... Options>
struct Pool2d {
  static constexpr bool options_are_valid =
      takes<option::stride, option::name, option::sources, option::placement>::check<Pool2d, Options...>();
  static constexpr void describe(LayerDraft& draft, Pooling pooling) {
    draft.layer.pooling = pooling;
    draft.layer.pool = Size.extent();
    draft.layer.pool_stride = Size.extent();
    apply_options<Pool2d, Options...>(draft);
  }
};

}  // namespace detail

/// 2-D convolution with stride 1: weights [OutChannels][in][kernel][kernel].
/// Options: kernel<> (needed), pad<>, ReLU or Abs, bits<>, shift<>, wide, bias, as<>, from<>, place<>.
template <int OutChannels, class... Options>
struct Conv2d {
  static_assert(OutChannels > 0, "a convolution has at least one output channel");
  static constexpr bool options_are_valid =
      detail::takes<option::kernel, option::padding, option::activation, option::weight_bits, option::output_shift,
                    option::output_width, option::bias, option::name, option::sources,
                    option::placement>::template check<Conv2d, Options...>() &&
      detail::kernel_given<(detail::count_kind<option::kernel, Options...>() > 0)>::ok;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::conv2d;
    draft.layer.out_channels = OutChannels;
    detail::apply_options<Conv2d, Options...>(draft);
  }
};

/// Fully connected layer: weights [OutFeatures][in]. It reads 1x1 maps; behind `Flatten` whole maps, in C x H x W order.
/// Options: ReLU or Abs, bits<>, shift<>, wide, bias, as<>, from<>, place<>.
template <int OutFeatures, class... Options>
struct Linear {
  static_assert(OutFeatures > 0, "a linear layer has at least one output feature");
  static constexpr bool options_are_valid =
      detail::takes<option::activation, option::weight_bits, option::output_shift, option::output_width, option::bias,
                    option::name, option::sources, option::placement>::template check<Linear, Options...>();

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Operator::linear;
    draft.layer.out_channels = OutFeatures;
    detail::apply_options<Linear, Options...>(draft);
  }
};

/// Largest value of every window, without padding. Options: stride<>, as<>, from<>, place<>.
template <Window Size, class... Options>
struct MaxPool2d {
  static constexpr bool pools_only = true;
  static constexpr void describe(LayerDraft& draft) {
    detail::Pool2d<Size, Options...>::describe(draft, Pooling::max);
  }
};

/// Mean of every window, truncated toward zero, without padding. Options: stride<>, as<>, from<>, place<>.
template <Window Size, class... Options>
struct AvgPool2d {
  static constexpr bool pools_only = true;
  static constexpr void describe(LayerDraft& draft) {
    detail::Pool2d<Size, Options...>::describe(draft, Pooling::average);
  }
};

template <class Layer>
concept pooling_layer = requires { requires Layer::pools_only; };

/// Pooling and the operator behind it, in one layer of the hardware: no memory between them.
template <pooling_layer Pool, class Convolution>
struct Fused {
  static constexpr void describe(LayerDraft& draft) {
    Pool::describe(draft);
    Convolution::describe(draft);
  }
};

/// Reads whole maps into the Linear layer that follows; no layer of its own in the hardware.
struct Flatten {
  static constexpr bool flattens = true;
};

template <class Layer>
concept flattening_layer = requires { requires Layer::flattens; };

}  // namespace incuse
