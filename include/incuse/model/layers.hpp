// Layers as types, with PyTorch's names. A layer type only describes itself: `describe` notes it in a LayerDraft.
#pragma once

#include <incuse/model/option_checks.hpp>

namespace incuse {

/// Size of a pooling window: MaxPool2d<2> is 2x2, MaxPool2d<Window{2, 3}> is 2 rows of 3, MaxPool1d<2> is 2 values.
struct Window {
  int height;
  int width;
  int dimensions;
  constexpr Window(int size) : height(size), width(size), dimensions(1) {}
  constexpr Window(int rows, int columns) : height(rows), width(columns), dimensions(2) {}
  constexpr Extent extent() const { return {height, width}; }
};

/// Layout of the input in the chip's memory, as an option of Input: 4 channels of a pixel in a word. By default the
/// planner chooses between hwc and chw.
struct hwc {
  static constexpr DataFormat format = DataFormat::hwc;
};
/// Layout of the input in the chip's memory: 4 pixels of a channel in a word.
struct chw {
  static constexpr DataFormat format = DataFormat::chw;
};
/// The input is 32-bit floating point, for networks whose first layer runs on the processor.
struct real {
  static constexpr DataFormat format = DataFormat::automatic;
};

/// The network's input: Channels x Height x Width signed bytes, or Input<channels, length> of one-dimensional data.
/// Options, one at most: hwc, chw, real.
template <int Channels, int Height, int Width = 1, class... Format>
struct Input {
  static constexpr bool is_valid = sizeof...(Format) <= 1;
  static constexpr Shape shape{Channels, Height, Width};
  static constexpr DataFormat format = [] {
    DataFormat chosen = DataFormat::automatic;
    ((chosen = Format::format), ...);
    return chosen;
  }();
  static constexpr bool is_real = (false || ... || std::is_same_v<Format, real>);
};

// Kinds of options that a layer takes. `Dimensions`: of its window, 1 or 2; 0: it has none.

/// Those of every layer, and `Kinds`.
template <int Dimensions, class... Kinds>
using layer_options =
    detail::takes<Dimensions, Kinds..., option::view, option::crop, option::buffer_insert, option::streaming,
                  option::processor, option::output, option::name, option::sources, option::placement>;
/// Those of every layer with weights, and `Kinds`.
template <int Dimensions, class... Kinds>
using weighted_options = layer_options<Dimensions, Kinds..., option::activation, option::weight_bits, option::bypass,
                                       option::output_shift, option::output_width, option::bias, option::batch_norm>;
/// Those of every convolution, and `Kinds`.
template <int Dimensions, class... Kinds>
using convolution_options = weighted_options<Dimensions, Kinds..., option::kernel, option::padding, option::pad_value,
                                             option::stride, option::dilation, option::border>;

/// Base of layer types whose options are checked, the library's own and those of users: every option that is unknown,
/// impossible or given twice is one compile error of the network. `Takes` is one of the lists above. The layer adds
/// describe(), which calls `apply_options`, and may narrow down `is_valid`.
template <class Layer, class Takes, class... Options>
struct CheckedLayer {
  static constexpr bool is_valid = Takes::template accepts<Options...>();
  static constexpr int dimensions = Takes::dimensions;
  using options = detail::type_list<Options...>;
  using checked_by = CheckedLayer;  ///< the type whose report() says why where its `is_valid` is false

  /// Tells a network what is wrong with the options.
  static constexpr void report(const detail::Mistakes& mistake) { Takes::template report<Layer, Options...>(mistake); }
  /// Applies the options to the layer. stride<> and dilation<> are the operator's if it has one by then, else the
  /// pooling's.
  static constexpr void apply_options(LayerDraft& draft) {
    draft.pools = draft.layer.op == Operator::none;
    Takes::template apply<Options...>(draft);
  }
};

namespace detail {

/// What a layer type stands for; Fused joins one of each at most.
enum class Part : unsigned char { pooling, combination, operation, copy };

/// One-dimensional data has a width of 1, and so have all windows on it.
constexpr void narrow(Layer& layer) {
  layer.kernel.width = layer.stride.width = layer.dilation.width = 1;
  layer.pool.width = layer.pool_stride.width = layer.pool_dilation.width = 1;
  layer.padding.width = 0;
}

/// A layer with weights.
template <class Layer, Operator Op, class Takes, int OutChannels, class... Options>
struct Weighted : CheckedLayer<Layer, Takes, Options...> {
 private:
  static constexpr bool has_kernel = Op == Operator::linear || count_kind<option::kernel, Options...>() > 0;

 public:
  static constexpr bool is_valid = Takes::template accepts<Options...>() && has_kernel && OutChannels > 0;
  static constexpr Text range = "1 output channel or more";
  static constexpr Part part = Part::operation;
  using checked_by = Weighted;

  static constexpr void report(const Mistakes& mistake) {
    Takes::template report<Layer, Options...>(mistake);
    if (!has_kernel) mistake(language::rules::missing_option, name_of_layer_type<Layer>.text());
    if (OutChannels <= 0) mistake(language::rules::option_value, refused_value<Layer>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.op = Op;
    draft.layer.out_channels = OutChannels;
    if (Op == Operator::conv_transpose2d) {
      draft.layer.stride = {2, 2};
      draft.layer.output_padding = 1;
    }
    Weighted::apply_options(draft);
    if (Takes::dimensions == 1) narrow(draft.layer);
  }
};

/// A convolution with a kernel of its own for every channel.
template <class Layer, Operator Op, class Takes, class... Options>
struct Depthwise : Weighted<Layer, Op, Takes, 1, Options...> {
  static constexpr void describe(LayerDraft& draft) {
    Depthwise::Weighted::describe(draft);
    draft.layer.groups = draft.layer.out_channels = 0;  // as many as the input has channels
  }
};

/// Kinds of options that a pooling layer takes; pick_column<> is for Subsample2d only.
template <Pooling Kind, int Dimensions>
using pooling_options = std::conditional_t<
    Kind == Pooling::pick,
    layer_options<Dimensions, option::stride, option::dilation, option::pool_border, option::pool_column>,
    layer_options<Dimensions, option::stride, option::dilation, option::pool_border, option::border>>;

/// A pooling layer.
template <class Layer, Pooling Kind, int Dimensions, Window Size, class... Options>
struct Pool : CheckedLayer<Layer, pooling_options<Kind, Dimensions>, Options...> {
 private:
  using Takes = pooling_options<Kind, Dimensions>;
  static constexpr bool size_fits = Dimensions != 1 || Size.dimensions == 1;
  static constexpr bool takes_options = Takes::template accepts<Options...>();

  static constexpr LayerDraft described() {
    LayerDraft draft{};
    Takes::template apply<Options...>(draft);
    return draft;
  }
  static constexpr bool picks_inside = described().layer.pool_column < Size.width;

 public:
  static constexpr bool is_valid = takes_options && size_fits && picks_inside;
  static constexpr Text range = "a column inside the window";
  static constexpr Part part = Part::pooling;
  using checked_by = Pool;

  static constexpr void report(const Mistakes& mistake) {
    Takes::template report<Layer, Options...>(mistake);
    if (!size_fits) mistake(language::rules::too_many_dimensions, spelled<Layer>.text());
    if (!picks_inside) mistake(language::rules::option_value, refused_value<Layer>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.pooling = Kind;
    draft.layer.pool = draft.layer.pool_stride = Size.extent();
    Pool::apply_options(draft);
    // pool_stride stays square, as in two dimensions: over a width of 1 it makes no difference.
    if (Dimensions == 1) draft.layer.pool.width = draft.layer.pool_dilation.width = 1;
  }
};

/// Number of tensors that the option `from` names; 0 without it.
template <class Option>
constexpr int named_sources() {
  if constexpr (is_kind<Option, option::sources>())
    return Option::count;
  else
    return 0;
}

template <class Type>
struct is_branch : std::false_type {};
template <class Type>
struct is_no_branch : std::bool_constant<!is_branch<Type>::value> {};

/// Where an element-wise layer gets its 2 to 16 operands: from<> names them, or branches, or operands<> splits one
/// tensor. `complete` is true if they are given in one of these ways.
template <int Branches, class Options>
struct combines;
template <int Branches, class... Options>
struct combines<Branches, type_list<Options...>> {
  using Takes = layer_options<0, option::operands>;

  static constexpr int named = (0 + ... + named_sources<Options>());
  static constexpr bool splits = count_kind<option::operands, Options...>() > 0;
  static constexpr int separate = Branches > 0 ? Branches : named;
  static constexpr bool one_way = !(Branches > 0 && named > 0) && !(separate > 1 && splits);
  static constexpr bool complete = one_way && (splits ? Branches == 0 : separate >= 2 && separate <= max_operands);
  static constexpr bool is_valid = Takes::template accepts<Options...>() && complete;

  static constexpr void apply(LayerDraft& draft) {
    draft.layer.operands = separate;
    Takes::template apply<Options...>(draft);
  }

  template <class Layer>
  static constexpr void report(const Mistakes& mistake) {
    Takes::template report<Layer, Options...>(mistake);
    if (!complete) mistake(language::rules::missing_operands, name_of_layer_type<Layer>.text());
  }
};

/// An element-wise layer. Its arguments are branches and options.
template <class Layer, Elementwise Operation, class Branches, class Options>
struct Combination;
template <class Layer, Elementwise Operation, class... Branches, class Options>
struct Combination<Layer, Operation, type_list<Branches...>, Options> {
 private:
  using Combines = combines<static_cast<int>(sizeof...(Branches)), Options>;

 public:
  static constexpr bool is_valid = Combines::is_valid && (true && ... && Branches::is_valid);
  static constexpr Part part = Part::combination;
  static constexpr int dimensions = 0;
  using checked_by = Combination;
  using branches = type_list<Branches...>;
  using options = Options;

  static constexpr void report(const Mistakes& mistake) { Combines::template report<Layer>(mistake); }
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.elementwise = Operation;
    Combines::apply(draft);
  }
};
template <class Layer, Elementwise Operation, class... Arguments>
using CombinationOf =
    Combination<Layer, Operation, filtered<is_branch, Arguments...>, filtered<is_no_branch, Arguments...>>;

}  // namespace detail

// Options of all layers: as<>, from<>, view<>, crop<>, buffer_insert<>, streaming, on_cpu, output, place<>. Options of
// all layers with weights: ReLU or Abs, bits<> or binary, bypass, shift<>, wide, bias.

/// 2-D convolution: weights [OutChannels][in][kernel][kernel].
/// Further options: kernel<> (needed), pad<>, pad_value<>, stride<>, dilation<>, conv_groups<>, border<>.
template <int OutChannels, class... Options>
struct Conv2d : detail::Weighted<Conv2d<OutChannels, Options...>, Operator::conv2d,
                                 convolution_options<2, option::conv_groups>, OutChannels, Options...> {};

/// Depth-wise 2-D convolution: every channel has a kernel of its own, and there are as many outputs as inputs. Weights
/// [channels][1][kernel][kernel]. Further options: kernel<> (needed), pad<>, pad_value<>, stride<>, dilation<>.
template <class... Options>
struct DepthwiseConv2d
    : detail::Depthwise<DepthwiseConv2d<Options...>, Operator::conv2d, convolution_options<2>, Options...> {};

/// 1-D convolution: weights [OutChannels][in][kernel]. Two-dimensional input is read as one line, row by row.
/// Further options: kernel<> (needed), pad<>, stride<>, dilation<>, with one number each.
template <int OutChannels, class... Options>
struct Conv1d : detail::Weighted<Conv1d<OutChannels, Options...>, Operator::conv1d, convolution_options<1>, OutChannels,
                                 Options...> {};

/// Depth-wise 1-D convolution: weights [channels][1][kernel]. Otherwise as DepthwiseConv2d and Conv1d.
/// Further options: kernel<> (needed), pad<>, stride<>, dilation<>, with one number each.
template <class... Options>
struct DepthwiseConv1d
    : detail::Depthwise<DepthwiseConv1d<Options...>, Operator::conv1d, convolution_options<1>, Options...> {};

/// Transposed convolution, which doubles the size: weights [OutChannels][in][kernel][kernel], both axes of the kernel
/// turned, as the hardware correlates with them; or as PyTorch has them, if the tensor says so (Tensor,
/// parameters.hpp). Further options: kernel<> (needed), pad<>, stride<>, dilation<>, output_pad<>.
template <int OutChannels, class... Options>
struct ConvTranspose2d
    : detail::Weighted<ConvTranspose2d<OutChannels, Options...>, Operator::conv_transpose2d,
                       convolution_options<2, option::output_padding, option::conv_groups>, OutChannels, Options...> {};

/// Fully connected layer: weights [OutFeatures][in]. It reads 1x1 maps; behind `Flatten` whole maps, in C x H x W
/// order.
template <int OutFeatures, class... Options>
struct Linear : detail::Weighted<Linear<OutFeatures, Options...>, Operator::linear, weighted_options<0>, OutFeatures,
                                 Options...> {};

/// Largest value of every window, without padding. Further options: stride<>, dilation<>, same_padding.
/// MaxPool2d<1, stride<2>> takes every second pixel of every second row, which is what stride 2 of a convolution
/// computes.
template <Window Size, class... Options>
struct MaxPool2d : detail::Pool<MaxPool2d<Size, Options...>, Pooling::max, 2, Size, Options...> {};
/// The same of one-dimensional data, C x L.
template <Window Size, class... Options>
struct MaxPool1d : detail::Pool<MaxPool1d<Size, Options...>, Pooling::max, 1, Size, Options...> {};

/// Mean of every window, truncated toward zero, without padding. Further options: stride<>, dilation<>, same_padding.
template <Window Size, class... Options>
struct AvgPool2d : detail::Pool<AvgPool2d<Size, Options...>, Pooling::average, 2, Size, Options...> {};
/// The same of one-dimensional data, C x L.
template <Window Size, class... Options>
struct AvgPool1d : detail::Pool<AvgPool1d<Size, Options...>, Pooling::average, 1, Size, Options...> {};

/// The pixel in the first row and column of every window; pick_column<> names another column. As many as there are
/// whole windows: on odd sizes one less than MaxPool2d<1, stride<2>>.
template <Window Size, class... Options>
struct Subsample2d : detail::Pool<Subsample2d<Size, Options...>, Pooling::pick, 2, Size, Options...> {};

/// Combine 2 to 16 tensors of one shape value by value. The tensors are those that from<> names, or the ends of
/// branches: Add<Branch<…>, Branch<…>>; or operands<> splits the channels of the one tensor that the layer reads.
/// The result is clipped to a signed byte.
template <class... Arguments>
struct Add : detail::CombinationOf<Add<Arguments...>, Elementwise::add, Arguments...> {};
/// The first operand minus all others. Operands and options as of Add.
template <class... Arguments>
struct Sub : detail::CombinationOf<Sub<Arguments...>, Elementwise::sub, Arguments...> {};
/// Bitwise OR of all operands. Operands and options as of Add.
template <class... Arguments>
struct BitwiseOr : detail::CombinationOf<BitwiseOr<Arguments...>, Elementwise::bitwise_or, Arguments...> {};
/// Bitwise exclusive OR of all operands. Operands and options as of Add.
template <class... Arguments>
struct BitwiseXor : detail::CombinationOf<BitwiseXor<Arguments...>, Elementwise::bitwise_xor, Arguments...> {};

/// Passes its input on: copies it to another place, or joins several tensors.
template <class... Options>
struct Identity : CheckedLayer<Identity<Options...>, layer_options<0>, Options...> {
  static constexpr detail::Part part = detail::Part::copy;

  static constexpr void describe(LayerDraft& draft) { Identity::apply_options(draft); }
};

namespace detail {

using shift_options = takes<0, option::name, option::output, option::placement>;

/// True if a member of place<> says where a rolling buffer lies; the others are about layers.
template <class Item>
constexpr bool places_buffer() {
  if constexpr (placement_item<Item>)
    return Item::slot == processors<0>::slot || Item::slot == out_offset<0>::slot;
  else
    return true;  // no member of place<> at all: `option_value` reports that
}

/// The members of place<> that mean nothing to a rolling buffer.
template <class Item>
struct is_foreign_to_buffer : std::bool_constant<!places_buffer<Item>()> {};
template <class Option>
struct foreign_items {
  using type = type_list<>;
};
template <class... Items>
struct foreign_items<place<Items...>> {
  using type = filtered<is_foreign_to_buffer, Items...>;
};

/// Reports each of the items as an option that the layer does not know.
template <class Layer, class... Items>
constexpr void report_items(type_list<Items...>, const Mistakes& mistake) {
  (mistake(language::rules::unknown_option, option_of_layer<Items, Layer>.text(), false), ...);
}

}  // namespace detail

/// Moves the rows of the network's RollingBuffer up by `Rows`: the first ones are lost, the last ones become zero until
/// a layer with buffer_insert<> replaces them. The next layer reads what it would read without this one. Options: as<>,
/// output, place<>.
template <int Rows = 1, class... Options>
struct ShiftBuffer : CheckedLayer<ShiftBuffer<Rows, Options...>, detail::shift_options, Options...> {
 private:
  static constexpr bool moves = Rows > 0;

 public:
  static constexpr bool is_valid = detail::shift_options::accepts<Options...>() && moves;
  static constexpr Text range = "1 row or more";
  static constexpr detail::Part part = detail::Part::copy;
  using checked_by = ShiftBuffer;

  static constexpr void report(const detail::Mistakes& mistake) {
    detail::shift_options::report<ShiftBuffer, Options...>(mistake);
    if (!moves) mistake(language::rules::option_value, detail::refused_value<ShiftBuffer>.text());
  }
  static constexpr void describe(LayerDraft& draft) {
    draft.layer.buffer_shift = Rows;
    ShiftBuffer::apply_options(draft);
  }
};

/// The rolling buffer of a network, one at most: `Rows` rows of `Channels` channels that outlast an inference, zeros at
/// first. No layer of its own. It stands in front of the layers that use it: ShiftBuffer moves its rows,
/// buffer_insert<> replaces the last ones, from<"buffer"> reads it as a tensor of `Channels` x `Rows`. Options: as<>,
/// another name; place<processors<>, out_offset<>>, where it lies, and no other members of place<>.
template <int Channels, int Rows, class... Options>
struct RollingBuffer {
 private:
  using Takes = detail::takes<0, option::name, option::placement>;
  using Foreign = decltype((detail::type_list<>{} + ... + typename detail::foreign_items<Options>::type{}));
  static constexpr bool is_placed = std::is_same_v<Foreign, detail::type_list<>>;
  static constexpr bool holds_values = Channels > 0 && Rows > 0;

 public:
  static constexpr bool is_block = true;
  static constexpr bool is_valid = Takes::template accepts<Options...>() && holds_values && is_placed;
  static constexpr Text range = "1 channel and row or more";
  static constexpr int layer_count = 0;
  using checked_by = RollingBuffer;

  static constexpr void report(const detail::Mistakes& mistake) {
    detail::report_items<RollingBuffer>(Foreign{}, mistake);
    Takes::template report<RollingBuffer, Options...>(mistake);
    if (!holds_values) mistake(language::rules::option_value, detail::refused_value<RollingBuffer>.text());
  }
  template <class Lowering>
  static constexpr void append_to(Lowering& lowering) {
    LayerDraft draft{};
    draft.layer.name = "buffer";
    Takes::template apply<Options...>(draft);
    const Placement& hand = draft.layer.placement;
    lowering.keep_rows({draft.layer.name, Channels, Rows, hand.processors, hand.out_offset});
  }
};

namespace detail {

/// The part of a fused layer that a layer type stands for: its member `part`, or what its `describe` sets. A type that
/// sets none of pooling, combination and operation, or several, counts as a copy.
template <class Layer>
constexpr Part part_of() {
  if constexpr (requires { Layer::part; }) {
    return Layer::part;
  } else {
    LayerDraft draft{};
    Layer::describe(draft);
    const bool pools = draft.layer.pooling != Pooling::none, computes = draft.layer.weighted();
    const bool combines = draft.layer.elementwise != Elementwise::none;
    if (pools + computes + combines != 1 || draft.layer.software != Software::none) return Part::copy;
    return pools ? Part::pooling : computes ? Part::operation : Part::combination;
  }
}

/// True of layer types that a user adds.
template <class Layer>
constexpr bool is_own_layer = !requires {
  Layer::part;
}
&&requires(LayerDraft& draft) { Layer::describe(draft); };

template <class Layer>
constexpr bool says_options = requires {
  Layer::dimensions;
  typename Layer::options;
};

/// False for a user's own layer type that does not say what Fused has to know of it.
template <class Layer>
constexpr bool is_known_to_fused() {
  if constexpr (is_own_layer<Layer> && says_options<Layer>)
    return part_of<Layer>() != Part::copy;
  else
    return !is_own_layer<Layer>;
}

template <class Layer>
concept fusible = (says_options<Layer> && (is_own_layer<Layer> || requires { Layer::part; }));

/// True if a layer is valid, or its report() says why not.
template <class Layer>
constexpr bool is_explained() {
  if constexpr (requires { Layer::checked_by::is_valid; })
    return Layer::is_valid || !Layer::checked_by::is_valid;
  else if constexpr (requires { Layer::is_valid; })
    return Layer::is_valid;
  else
    return true;
}

template <class Layer>
struct branches_in {
  using type = type_list<>;
};
template <class Layer>
  requires requires { typename Layer::branches; }
struct branches_in<Layer> {
  using type = typename Layer::branches;
};
/// The branches that a layer combines; none for most.
template <class Layer>
using branches_of = typename branches_in<Layer>::type;

/// True if the parts stand in an order that the hardware can execute: at most one pooling, one element-wise operation
/// and one operator, the operator last.
template <class... Parts>
constexpr bool in_hardware_order() {
  constexpr Part parts[]{part_of<Parts>()...};
  constexpr int count = sizeof...(Parts);
  for (int i = 0; i < count; ++i) {
    if (parts[i] == Part::copy || (parts[i] == Part::operation && i + 1 < count)) return false;
    for (int j = 0; j < i; ++j)
      if (parts[i] == parts[j]) return false;
  }
  return true;
}
/// True unless an element-wise operation stands in front of a pooling window.
template <class... Parts>
constexpr bool pools_first() {
  bool combined = false;
  constexpr Part parts[]{part_of<Parts>()...};
  for (Part part : parts) {
    if (part == Part::pooling && combined) return false;
    combined = combined || part == Part::combination;
  }
  return true;
}

/// Options that every layer takes, such as as<>, may be given to one part of a Fused layer only.
template <class Layer, class Options>
struct shared_options;
template <class Layer, class... Options>
struct shared_options<Layer, type_list<Options...>> {
  static constexpr bool are_given_once = layer_options<0>::given_once<Options...>();
  static constexpr void report(const Mistakes& mistake) {
    if constexpr (!are_given_once) layer_options<0>::report_repetitions<Layer, Options...>(mistake);
  }
};

/// Reports what is wrong with a layer type.
template <class Layer>
constexpr void report_layer(const Mistakes& mistake) {
  if constexpr (requires { Layer::report(mistake); }) Layer::report(mistake);
  if constexpr (!is_explained<Layer>()) mistake(language::rules::invalid_layer, spelled<Layer>.text());
}

template <class Layer, bool AreParts, class... Parts>
struct FusedParts {
  static constexpr bool is_valid = false;
  using checked_by = FusedParts;

  static constexpr void report(const Mistakes& mistake) {
    constexpr bool are_known = (true && ... && is_known_to_fused<Parts>());
    (report_unknown<Parts>(mistake), ...);
    if (are_known) mistake(language::rules::fused_layers, spelled<Layer>.text());
  }
  static constexpr void describe(LayerDraft&) {}

 private:
  template <class Part>
  static constexpr void report_unknown(const Mistakes& mistake) {
    if constexpr (!is_known_to_fused<Part>()) mistake(language::rules::fused_own_layer, spelled<Part>.text());
  }
};
template <class Layer, class... Parts>
struct FusedParts<Layer, true, Parts...> {
  using options = decltype((type_list<>{} + ... + typename Parts::options{}));

 private:
  using Shared = shared_options<Layer, options>;
  static constexpr bool in_order = in_hardware_order<Parts...>();
  static constexpr bool alike =
      !((false || ... || (Parts::dimensions == 1)) && (false || ... || (Parts::dimensions == 2)));

 public:
  using checked_by = FusedParts;
  static constexpr bool is_valid = (true && ... && Parts::is_valid) && in_order && alike && Shared::are_given_once;
  using branches = decltype((type_list<>{} + ... + branches_of<Parts>{}));

  static constexpr void report(const Mistakes& mistake) {
    (report_layer<Parts>(mistake), ...);
    if (!in_order) mistake(language::rules::fused_layers, spelled<Layer>.text());
    if (!alike) mistake(language::rules::fused_dimensions, spelled<Layer>.text());
    Shared::report(mistake);
  }
  static constexpr void describe(LayerDraft& draft) {
    (Parts::describe(draft), ...);
    draft.layer.pool_first = pools_first<Parts...>();
  }
};

}  // namespace detail

/// Pooling, an element-wise operation and an operator in one layer of the hardware, with no memory between them. They
/// stand in the order of the data: Fused<MaxPool2d<2>, Conv2d<…>>, Fused<MaxPool2d<2>, Add<…>, Conv2d<…>> pools every
/// operand first, Fused<Add<…>, MaxPool2d<2>> pools the sum. Options that all layers take are given to any one of them.
template <class... Parts>
struct Fused : detail::FusedParts<Fused<Parts...>,
                                  (sizeof...(Parts) > 1) &&
                                      (true && ... && (detail::fusible<Parts> && detail::is_known_to_fused<Parts>())),
                                  Parts...> {};

}  // namespace incuse
