// Layers that only the processor can run, beside an accelerator. Layers that accelerators have too (Add<…>, Concat<…>,
// Linear<…>, MaxPool2d<…>, AvgPool2d<…>) run on the processor with the option on_cpu. Tensors hold codes, the quantised
// bytes that an accelerator computes with, or real numbers (32-bit floating point). Of the families the K210 takes
// them; a rule of the MAX7800x family refuses them.
#pragma once

#include <incuse/model/layers.hpp>

namespace incuse {

namespace detail {

/// A layer that the processor runs.
template <class Layer, Software Kind, class Takes, class... Options>
struct SoftwareLayer : CheckedLayer<Layer, Takes, Options...> {
  static constexpr Part part = Part::copy;

  static constexpr void describe(LayerDraft& draft) {
    draft.layer.on_cpu = true;
    draft.layer.software = Kind;
    SoftwareLayer::apply_options(draft);
  }
};
template <class... Kinds>
using software_options = takes<0, Kinds..., option::output, option::name, option::sources>;

}  // namespace detail

// Options of all layers below: as<>, from<>, output.

/// Real numbers to codes. The real range that the codes stand for is among the network's parameters.
template <class... Options>
struct Quantize
    : detail::SoftwareLayer<Quantize<Options...>, Software::quantize, detail::software_options<>, Options...> {};
/// Codes to real numbers.
template <class... Options>
struct Dequantize
    : detail::SoftwareLayer<Dequantize<Options...>, Software::dequantize, detail::software_options<>, Options...> {};
/// Codes of one range to codes of another, by a table of 256. An activation function may be applied in between.
template <class... Options>
struct Requantize : detail::SoftwareLayer<Requantize<Options...>, Software::requantize,
                                          detail::software_options<option::activation>, Options...> {};

/// Mean of every channel: real numbers, C x H x W to C x 1 x 1.
template <class... Options>
struct GlobalAvgPool2d : detail::SoftwareLayer<GlobalAvgPool2d<Options...>, Software::global_average,
                                               detail::software_options<>, Options...> {};
/// Softmax over all values: real numbers.
template <class... Options>
struct Softmax : detail::SoftwareLayer<Softmax<Options...>, Software::softmax, detail::software_options<>, Options...> {
};
/// 1 / (1 + e^-x) of every value: real numbers. (As the activation function of a convolution, use Sigmoid.)
template <class... Options>
struct Logistic
    : detail::SoftwareLayer<Logistic<Options...>, Software::logistic, detail::software_options<>, Options...> {};
/// All values divided by their Euclidean length: real numbers.
template <class... Options>
struct L2Normalize
    : detail::SoftwareLayer<L2Normalize<Options...>, Software::l2_normalize, detail::software_options<>, Options...> {};

/// Every pixel repeated Factor times down and across: codes or real numbers.
template <int Factor, class... Options>
struct Upsample
    : detail::SoftwareLayer<Upsample<Factor, Options...>, Software::resize, detail::software_options<>, Options...> {
  static constexpr bool is_valid = Upsample::SoftwareLayer::is_valid && Factor > 0;
  using checked_by = Upsample;

  static constexpr void report(const detail::Mistakes& mistake) {
    Upsample::SoftwareLayer::report(mistake);
    if (Factor <= 0) mistake(language::rules::option_value, detail::spelled<Upsample>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    Upsample::SoftwareLayer::describe(draft);
    draft.layer.scale_factor = {Factor, Factor};
  }
};
/// Another height and width, each pixel the nearest one above and left: codes or real numbers.
template <int Height, int Width, class... Options>
struct Resize : detail::SoftwareLayer<Resize<Height, Width, Options...>, Software::resize, detail::software_options<>,
                                      Options...> {
 private:
  static constexpr bool in_range = Height > 0 && Width > 0;

 public:
  static constexpr bool is_valid = Resize::SoftwareLayer::is_valid && in_range;
  using checked_by = Resize;

  static constexpr void report(const detail::Mistakes& mistake) {
    Resize::SoftwareLayer::report(mistake);
    if (!in_range) mistake(language::rules::option_value, detail::spelled<Resize>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    Resize::SoftwareLayer::describe(draft);
    draft.layer.resized = {Height, Width};
  }
};
/// C x H x W to one row of values in the order H x W x C, as TensorFlow flattens: real numbers.
template <class... Options>
struct ChannelsLast
    : detail::SoftwareLayer<ChannelsLast<Options...>, Software::channels_last, detail::software_options<>, Options...> {
};

/// Copies codes into the K210's AI RAM, from which the KPU reads.
template <class... Options>
struct Upload : detail::SoftwareLayer<Upload<Options...>, Software::upload, detail::software_options<>, Options...> {};
/// Copies codes into the K210's AI RAM, C x 1 x 1 to C x 4 x 4, the smallest map of the KPU: each value becomes the
/// first pixel of a map whose other pixels are not used. A Conv2d with kernel<1> behind it is a fully connected layer.
template <class... Options>
struct AddPadding
    : detail::SoftwareLayer<AddPadding<Options...>, Software::add_padding, detail::software_options<>, Options...> {};
/// The reverse of AddPadding: the first pixel of every map, codes, C x 4 x 4 to C x 1 x 1.
template <class... Options>
struct RemovePadding : detail::SoftwareLayer<RemovePadding<Options...>, Software::remove_padding,
                                             detail::software_options<>, Options...> {};

}  // namespace incuse
