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
  static constexpr Text range = "a factor of 1 or more";
  using checked_by = Upsample;

  static constexpr void report(const detail::Mistakes& mistake) {
    Upsample::SoftwareLayer::report(mistake);
    if (Factor <= 0) mistake(language::rules::option_value, detail::refused_value<Upsample>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    Upsample::SoftwareLayer::describe(draft);
    draft.layer.with.scale_factor = {Factor, Factor};
  }
};
/// Another height and width, each pixel the nearest one above and left: codes or real numbers.
template <int Height, int Width, class... Options>
struct Resize : detail::SoftwareLayer<Resize<Height, Width, Options...>, Software::resize, detail::software_options<>,
                                      Options...> {
 private:
  static constexpr bool in_range = Height > 0 && Width > 0;
  static constexpr Text range = "a height and width of 1 or more";

 public:
  static constexpr bool is_valid = Resize::SoftwareLayer::is_valid && in_range;
  using checked_by = Resize;

  static constexpr void report(const detail::Mistakes& mistake) {
    Resize::SoftwareLayer::report(mistake);
    if (!in_range) mistake(language::rules::option_value, detail::refused_value<Resize>.text());
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

// Shapes. Dimensions are numbered as in PyTorch, without the batch: 0 channels, 1 rows, 2 columns.

/// Rows and columns added around the map; negative numbers cut some off, as Crop does. Codes or real numbers. They are
/// 0, or pad_value<>: a signed byte or a real number, whichever the parameters are.
template <int Top, int Bottom, int Left, int Right, class... Options>
struct Pad : detail::SoftwareLayer<Pad<Top, Bottom, Left, Right, Options...>, Software::pad,
                                   detail::software_options<option::pad_value>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Pad::SoftwareLayer::describe(draft);
    draft.layer.with.before[1] = Top;
    draft.layer.with.after[1] = Bottom;
    draft.layer.with.before[2] = Left;
    draft.layer.with.after[2] = Right;
  }
};
/// Rows and columns cut off.
template <int Top, int Bottom, int Left, int Right, class... Options>
using Crop = Pad<-Top, -Bottom, -Left, -Right, Options...>;
/// Channels added in front and behind; negative numbers cut some off. Otherwise as Pad.
template <int Front, int Back, class... Options>
struct PadChannels : detail::SoftwareLayer<PadChannels<Front, Back, Options...>, Software::pad,
                                           detail::software_options<option::pad_value>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    PadChannels::SoftwareLayer::describe(draft);
    draft.layer.with.before[0] = Front;
    draft.layer.with.after[0] = Back;
  }
};

/// The dimensions in another order, as torch.permute: dimension 0 of the output is dimension `First` of the input, and
/// so on. Codes or real numbers.
template <int First, int Second, int Third, class... Options>
struct Transpose : detail::SoftwareLayer<Transpose<First, Second, Third, Options...>, Software::transpose,
                                         detail::software_options<>, Options...> {
 private:
  static constexpr bool in_range = ((1 << (First & 3)) | (1 << (Second & 3)) | (1 << (Third & 3))) == 7 && First >= 0 &&
                                   Second >= 0 && Third >= 0 && First + Second + Third == 3;
  static constexpr Text range = "0, 1 and 2, each once";

 public:
  static constexpr bool is_valid = Transpose::SoftwareLayer::is_valid && in_range;
  using checked_by = Transpose;

  static constexpr void report(const detail::Mistakes& mistake) {
    Transpose::SoftwareLayer::report(mistake);
    if (!in_range) mistake(language::rules::option_value, detail::refused_value<Transpose>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    Transpose::SoftwareLayer::describe(draft);
    if (!in_range) return;
    draft.layer.with.order[0] = First;
    draft.layer.with.order[1] = Second;
    draft.layer.with.order[2] = Third;
  }
};

namespace detail {

/// A layer of the processor with numbers of which `InRange` says whether they are possible.
template <class Layer, Software Kind, bool InRange, class Takes, class... Options>
struct NumberedLayer : SoftwareLayer<Layer, Kind, Takes, Options...> {
  static constexpr bool is_valid = Takes::template accepts<Options...>() && InRange;
  static constexpr Text range = "1 or more";
  using checked_by = NumberedLayer;

  static constexpr void report(const Mistakes& mistake) {
    Takes::template report<Layer, Options...>(mistake);
    if (!InRange) mistake(language::rules::option_value, refused_value<Layer>.text());
  }
};

}  // namespace detail

/// The values in their order, as a tensor of another shape with as many. Codes or real numbers.
template <int Channels, int Height, int Width, class... Options>
struct Reshape
    : detail::NumberedLayer<Reshape<Channels, Height, Width, Options...>, Software::reshape,
                            (Channels > 0 && Height > 0 && Width > 0), detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Reshape::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.shape = {Channels, Height, Width};
  }
};

/// Part of a dimension, as x[Begin:End:Step] in NumPy: the values at `Begin`, `Begin` + `Step`, …, all below `End`. The
/// other dimensions stay whole. A negative step goes down, and all values lie above `End`: Slice<1, 7, -1, -1> turns 8
/// rows upside down. Codes or real numbers.
template <int Dimension, int Begin, int End, int Step = 1, class... Options>
struct Slice : detail::NumberedLayer<Slice<Dimension, Begin, End, Step, Options...>, Software::slice,
                                     (Dimension >= 0 && Dimension < tensor_dimensions && Step != 0 && Begin >= 0),
                                     detail::software_options<>, Options...> {
  static constexpr Text range = "a dimension of 0 to 2, a beginning of 0 or more, a step other than 0";

  static constexpr void describe(LayerDraft& draft) {
    Slice::NumberedLayer::SoftwareLayer::describe(draft);
    if (Slice::is_valid) draft.layer.with.parts[Dimension] = {Begin, End, Step};
  }
};

/// The first channel of each of `Groups` groups, then the second of each, and so on, as torch.nn.ChannelShuffle. Codes
/// or real numbers.
template <int Groups, class... Options>
struct ChannelShuffle : detail::NumberedLayer<ChannelShuffle<Groups, Options...>, Software::channel_shuffle,
                                              (Groups > 0), detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    ChannelShuffle::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.block = Groups;
  }
};
/// Blocks of `Block` x `Block` pixels become channels: C x H x W to C·Block² x H/Block x W/Block. The channels of a
/// pixel of the block stay together, as in ONNX and TensorFlow. Codes or real numbers.
template <int Block, class... Options>
struct SpaceToDepth : detail::NumberedLayer<SpaceToDepth<Block, Options...>, Software::space_to_depth, (Block > 0),
                                            detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    SpaceToDepth::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.block = Block;
  }
};
/// The reverse of SpaceToDepth.
template <int Block, class... Options>
struct DepthToSpace : detail::NumberedLayer<DepthToSpace<Block, Options...>, Software::depth_to_space, (Block > 0),
                                            detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    DepthToSpace::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.block = Block;
  }
};
/// As SpaceToDepth, but the pixels that were one channel stay together, as in torch.nn.PixelUnshuffle.
template <int Block, class... Options>
struct PixelUnshuffle : detail::NumberedLayer<PixelUnshuffle<Block, Options...>, Software::space_to_depth, (Block > 0),
                                              detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    PixelUnshuffle::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.block = Block;
    draft.layer.with.channels_first = true;
  }
};
/// The reverse of PixelUnshuffle, as torch.nn.PixelShuffle.
template <int Block, class... Options>
struct PixelShuffle : detail::NumberedLayer<PixelShuffle<Block, Options...>, Software::depth_to_space, (Block > 0),
                                            detail::software_options<>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    PixelShuffle::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.block = Block;
    draft.layer.with.channels_first = true;
  }
};

// Values.

/// Mean, minimum, maximum or sum over dimensions, which become 1: Reduce<Reduction::mean, dims<1, 2>>. Real numbers.
/// The option dims<> is needed.
template <Reduction Operation, class... Options>
struct Reduce : detail::NumberedLayer<Reduce<Operation, Options...>, Software::reduce,
                                      (detail::count_kind<option::dimensions, Options...>() == 1),
                                      detail::software_options<option::dimensions>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Reduce::NumberedLayer::SoftwareLayer::describe(draft);
    draft.layer.with.reduction = Operation;
  }
};
/// Which dimensions Reduce goes over: 0 channels, 1 rows, 2 columns.
template <int... Dimensions>
struct dims {
  static constexpr bool in_range = sizeof...(Dimensions) > 0 &&
                                   (true && ... && (Dimensions >= 0 && Dimensions < tensor_dimensions));
  static constexpr Text range = "0, 1 and 2, each at most once";
  using kind = option::dimensions;
  static constexpr void apply(LayerDraft& draft) {
    if (in_range) ((draft.layer.with.reduced[Dimensions] = true), ...);
  }
};

/// Two tensors, value by value: Combine<Pairing::multiply, from<"a", "b">>. Where one of them has a single channel, row
/// or column, that is used for all of the other's. Real numbers; codes in imported kmodels. The second operand may be a
/// constant, with constant<>.
template <Pairing Operation, class... Options>
struct Combine : detail::SoftwareLayer<Combine<Operation, Options...>, Software::combine,
                                       detail::software_options<option::constant>, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Combine::SoftwareLayer::describe(draft);
    draft.layer.with.pairing = Operation;
  }
};
/// The second operand of a Combine is a constant of this shape, which is among the network's parameters.
template <int Channels, int Height, int Width>
struct constant {
  static constexpr bool in_range = Channels > 0 && Height > 0 && Width > 0;
  static constexpr Text range = "1 or more";
  using kind = option::constant;
  static constexpr void apply(LayerDraft& draft) { draft.layer.with.shape = {Channels, Height, Width}; }
};
/// The same as the first operand.
template <int Channels, int Height, int Width>
struct constant_first {
  static constexpr bool in_range = constant<Channels, Height, Width>::in_range;
  static constexpr Text range = "1 or more";
  using kind = option::constant;
  static constexpr void apply(LayerDraft& draft) {
    constant<Channels, Height, Width>::apply(draft);
    draft.layer.with.constant_first = true;
  }
};

/// A function of every value: an activation function, Apply<ReLU6>, or in imported kmodels a program among the
/// parameters. Real numbers.
template <class... Options>
struct Apply : detail::SoftwareLayer<Apply<Options...>, Software::apply, detail::software_options<option::activation>,
                                     Options...> {};

}  // namespace incuse
