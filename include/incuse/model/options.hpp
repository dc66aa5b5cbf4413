// Options of layers: small named types, in any order. Each knows its kind (two of one kind contradict each other) and
// how to note itself in a layer's description.
#pragma once

#include <cstdint>

#include <incuse/core/diagnostics.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, unknown_option, error, "this layer does not take this option", "leave it out",
                  "layers.hpp: the comment of the layer")
INCUSE_RULE_WORDS(language, repeated_option, error, "this layer is given two options of one kind", "leave one out",
                  "options.hpp")
INCUSE_RULE_WORDS(language, contradictory_options, error,
                  "a wide output is the bare accumulator: it takes no ReLU and no Abs", "leave one out", "options.hpp")
INCUSE_RULE_WORDS(language, bypassed_parameters, error,
                  "a bypassed kernel has no parameters: it takes no bias and no BatchNorm2d", "leave one out",
                  "options.hpp")
INCUSE_RULE_WORDS(language, missing_option, error, "a convolution needs a kernel", "add kernel<3> or kernel<1>",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, missing_operands, error, "an element-wise layer needs 2 to 16 operands",
                  "name them with from<>, give it branches, or split one tensor with operands<2>", "layers.hpp")
INCUSE_RULE_WORDS(
    language, fused_layers, error,
    "Fused takes at most one pooling and one element-wise layer, and one convolution or linear layer last",
    "put other layers one behind the other", "layers.hpp")
INCUSE_RULE_WORDS(language, fused_dimensions, error, "Fused takes either one-dimensional or two-dimensional layers",
                  "let all of them have the same number of dimensions", "layers.hpp")
INCUSE_RULE_WORDS(language, too_many_dimensions, error,
                  "a one-dimensional layer takes one number, not height and width", "leave out the second number",
                  "options.hpp")
INCUSE_RULE_WORDS(language, invalid_layer, error, "this layer says of itself that it is not valid",
                  "correct its arguments; its own comment, or a static_assert in it, says which it takes",
                  "branches.hpp")
INCUSE_RULE_WORDS(language, fused_own_layer, error,
                  "Fused takes a layer of one's own only if its options are known and it pools, combines or computes",
                  "derive it from CheckedLayer, and let it describe one of the three", "layers.hpp")
INCUSE_RULE_WORDS(language, option_value, error, "the value of this option is out of its range", "correct it",
                  "options.hpp")

INCUSE_RULE_WORDS(language, no_option, error, "this is no option of a deployment",
                  "leave it out: layers and their options belong into the network", "max7800x/options.hpp")
INCUSE_RULE_WORDS(language, repeated_setting, error, "two options of a deployment repeat or contradict each other",
                  "leave one out", "max7800x/options.hpp")

/// What a layer type fills in with `describe`: the layer, and the names that from<> gives.
struct LayerDraft {
  Layer layer{};
  BoundedList<Text, max_operands> from{};
  bool pools = false;   ///< a pooling layer is being described: stride<> and dilation<> are its window's
  bool shifts = false;  ///< shift<> is given

  constexpr Extent& stride() { return pools ? layer.pool_stride : layer.stride; }
  constexpr Extent& dilation() { return pools ? layer.pool_dilation : layer.dilation; }
};

/// Kinds of options. A layer lists the kinds that it takes.
namespace option {
struct kernel;
struct padding;
struct pad_value;
struct stride;
struct dilation;
struct output_padding;
struct pool_size;
struct pool_stride;
struct pool_border;
struct pool_column;
struct operands;
struct activation;
struct weight_bits;
struct bypass;
struct output_shift;
struct output_width;
struct bias;
struct batch_norm;
struct name;
struct sources;
struct view;
struct crop;
struct buffer_insert;
struct streaming;
struct processor;
struct output;
struct placement;
struct border;
struct conv_groups;
struct dimensions;
struct constant;
}  // namespace option

/// Sizes of a window, a stride, a padding: one number for both directions, or height and width.
template <int... Sizes>
struct extent_option {
  static constexpr int dimensions = sizeof...(Sizes);
  static constexpr bool in_range = dimensions == 1 || dimensions == 2;
  static constexpr Text range = "one number, or height and width";
  static constexpr Extent extent = [] {
    const int sizes[]{Sizes..., 0};
    return Extent{sizes[0], dimensions > 1 ? sizes[1] : sizes[0]};
  }();
};

/// Window of a convolution: kernel<3> is 3x3, kernel<1> is 1x1; 3 and 1 taps for Conv1d.
template <int... Sizes>
struct kernel : extent_option<Sizes...> {
  using kind = option::kernel;
  static constexpr void apply(LayerDraft& draft) { draft.layer.kernel = kernel::extent; }
};

/// Rows and columns of zeros around the input, after pooling. Default 0, as in PyTorch.
template <int... Sizes>
struct pad : extent_option<Sizes...> {
  using kind = option::padding;
  static constexpr void apply(LayerDraft& draft) { draft.layer.padding = pad::extent; }
};

/// What the padding holds instead of 0: a signed byte, or Value / Denominator where parameters are real numbers.
template <int Value, int Denominator = 1>
struct pad_value {
  static constexpr bool in_range = Denominator > 0;
  static constexpr Text range = "a denominator of 1 or more";
  using kind = option::pad_value;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.pad_value = static_cast<float>(Value) / static_cast<float>(Denominator);
  }
};

/// Step of a pooling window; default: the window's size, as in PyTorch. Of a convolution: default 1, for
/// ConvTranspose2d 2.
template <int... Sizes>
struct stride : extent_option<Sizes...> {
  using kind = option::stride;
  static constexpr void apply(LayerDraft& draft) { draft.stride() = stride::extent; }
};

/// Distance between the values that a convolution or a pooling window reads. Default 1.
template <int... Sizes>
struct dilation : extent_option<Sizes...> {
  using kind = option::dilation;
  static constexpr void apply(LayerDraft& draft) { draft.dilation() = dilation::extent; }
};

/// Rows and columns added to the output of ConvTranspose2d. Default 1.
template <int Size>
struct output_pad {
  static constexpr bool in_range = Size >= 0;
  static constexpr Text range = "0 or more";
  using kind = option::output_padding;
  static constexpr void apply(LayerDraft& draft) { draft.layer.output_padding = Size; }
};

/// Window of the pooling in a FusedMaxPool… or FusedAvgPool… module (default 2) …
template <int... Sizes>
struct pool_size : extent_option<Sizes...> {
  using kind = option::pool_size;
};
/// … and its step (default 2, whatever the window).
template <int... Sizes>
struct pool_stride : extent_option<Sizes...> {
  using kind = option::pool_stride;
};

/// Pooling windows may reach beyond the last row and column: the output has size / stride rows and columns, rounded up.
/// With stride<1> it is as large as the input. What lies beyond does not count for a maximum; for a mean the border
/// counts once more.
struct same_padding {
  using kind = option::pool_border;
  static constexpr void apply(LayerDraft& draft) { draft.layer.pool_same = true; }
};

/// Column of the pixel that Subsample2d takes. Default 0.
template <int Column>
struct pick_column {
  static constexpr bool in_range = Column >= 0;
  static constexpr Text range = "0 or more";
  using kind = option::pool_column;
  static constexpr void apply(LayerDraft& draft) { draft.layer.pool_column = Column; }
};

/// The element-wise layer splits the one tensor that it reads into `Count` operands, 2 to 16, of equally many channels:
/// Add<operands<2>> of 8 channels adds channels 4 to 7 to channels 0 to 3.
template <int Count>
struct operands {
  static constexpr bool in_range = Count >= 2 && Count <= max_operands;
  static constexpr Text range = "2 to 16";
  using kind = option::operands;
  static constexpr void apply(LayerDraft& draft) { draft.layer.operands = Count; }
};

/// Negative results become 0.
struct ReLU {
  using kind = option::activation;
  static constexpr void apply(LayerDraft& draft) { draft.layer.activation = Activation::relu; }
};

/// Absolute value of the result.
struct Abs {
  using kind = option::activation;
  static constexpr void apply(LayerDraft& draft) { draft.layer.activation = Activation::abs; }
};

/// Width of the weights: 1, 2, 4 or 8 bits (default 8).
template <int Bits>
struct bits {
  static constexpr bool in_range = Bits == 1 || Bits == 2 || Bits == 4 || Bits == 8;
  static constexpr Text range = "1, 2, 4 or 8";
  using kind = option::weight_bits;
  static constexpr void apply(LayerDraft& draft) { draft.layer.weight_bits = Bits; }
};

/// Weights of 1 bit that mean -1 and +1, instead of -1 and 0.
struct binary {
  using kind = option::weight_bits;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.weight_bits = 1;
    draft.layer.binary_weights = true;
  }
};

/// Output shift: the result is multiplied by 2^Shift; the range depends on the chip. Trained parameters may bring their
/// own; both must agree.
template <int Shift>
struct shift {
  using kind = option::output_shift;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.output_shift = Shift;
    draft.shifts = true;
  }
};

/// Kernel bypass: no weights are stored, all are 1, and the parameters have none for the layer. The result is the sum
/// of what the kernel covers, clipped to a signed byte, unless shift<> says otherwise.
struct bypass {
  using kind = option::bypass;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.bypass = true;
    if (!draft.shifts) draft.layer.output_shift = bypass_shift;
  }
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

/// A batch normalisation between the convolution and its activation function, for parameters in floating point: this
/// library folds it into weights and bias. With parameters in signed bytes the option is an error: the training
/// framework has folded the normalisation into them.
struct BatchNorm2d {
  using kind = option::batch_norm;
  static constexpr void apply(LayerDraft& draft) { draft.layer.batch_norm = true; }
};

/// Names the layer, for `from` and for messages.
template <FixedString Name>
struct as {
  using kind = option::name;
  static constexpr void apply(LayerDraft& draft) { draft.layer.name = Name.text(); }
};

/// Reads the named layers instead of the previous one; "input" is the network's input. Element-wise layers combine
/// them, all others read them concatenated, as torch.cat does.
template <FixedString... Names>
struct from {
  static constexpr int count = sizeof...(Names);
  static constexpr bool in_range = count > 0 && count <= max_operands;
  static constexpr Text range = "1 to 16 names";
  using kind = option::sources;
  static constexpr void apply(LayerDraft& draft) { (draft.from.push(Names.text()), ...); }
};

/// Reads its input in another shape, per operand: view<channels, height, width> or view<channels, length>. The values
/// stay in their order and keep their number.
template <int... Sizes>
struct view {
  static constexpr bool in_range = (sizeof...(Sizes) == 2 || sizeof...(Sizes) == 3) && (true && ... && (Sizes > 0));
  static constexpr Text range = "channels, height and width, or channels and length, each 1 or more";
  using kind = option::view;
  static constexpr void apply(LayerDraft& draft) {
    const int sizes[]{Sizes..., 1};
    draft.layer.in_channels = sizes[0];
    draft.layer.in_extent = {sizes[1], sizes[2]};
  }
};

/// Reads its input without the first `Top` and the last `Bottom` rows, of each tensor if there are several; of
/// one-dimensional data without as many values. With view<> the rows are left out first.
template <int Top, int Bottom = 0>
struct crop {
  static constexpr bool in_range = Top >= 0 && Bottom >= 0;
  static constexpr Text range = "0 or more";
  using kind = option::crop;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.crop_top = Top;
    draft.layer.crop_bottom = Bottom;
  }
};

/// The layer's output replaces the last `Rows` rows of the network's RollingBuffer: a tensor of the buffer's channels x
/// `Rows`.
template <int Rows = 1>
struct buffer_insert {
  static constexpr bool in_range = Rows > 0;
  static constexpr Text range = "1 or more";
  using kind = option::buffer_insert;
  static constexpr void apply(LayerDraft& draft) { draft.layer.buffer_insert = Rows; }
};

/// The layer computes while its input arrives, and keeps a few rows of it only. For the first layers of a network.
struct streaming {
  using kind = option::streaming;
  static constexpr void apply(LayerDraft& draft) { draft.layer.streaming = true; }
};

/// The processor runs the layer, for chips whose accelerator has none of its kind.
struct on_cpu {
  using kind = option::processor;
  static constexpr void apply(LayerDraft& draft) { draft.layer.on_cpu = true; }
};

/// Rows and columns around the input of a convolution (zeros) or of pooling windows (not counted), beside pad<>, and
/// not the same at all sides, as TensorFlow's "SAME" has them. Only the processor runs such layers: on_cpu is part of
/// it.
template <int Top, int Bottom, int Left, int Right>
struct border {
  static constexpr bool in_range = Top >= 0 && Bottom >= 0 && Left >= 0 && Right >= 0;
  static constexpr Text range = "0 or more";
  using kind = option::border;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.with.border = {Top, Bottom, Left, Right};
    draft.layer.on_cpu = true;
  }
};

/// A convolution in groups: each reads its share of the input channels, and makes its share of the outputs. Only the
/// processor runs it: on_cpu is part of it. (One group per channel is a DepthwiseConv2d.)
template <int Count>
struct conv_groups {
  static constexpr bool in_range = Count > 0;
  static constexpr Text range = "1 or more";
  using kind = option::conv_groups;
  static constexpr void apply(LayerDraft& draft) {
    draft.layer.groups = Count;
    draft.layer.on_cpu = true;
  }
};

/// The layer's result is an output of the network. The last layer's always is.
struct output {
  using kind = option::output;
  static constexpr void apply(LayerDraft& draft) { draft.layer.output = true; }
};

// Placement by hand. `place` takes any of the types below. Where every layer of a network is given its processors, the
// rest is derived as in the vendor's descriptions: offsets from the previous layer, output processors from the next
// one, and nothing is added to the network. In all other networks what is given is kept, and what is left out is
// planned around it.

/// Processors that read the layer's input, one bit each: processors<0xff> are the first 8. One per channel of a pass.
template <ProcessorMap Map>
struct processors {
  static constexpr unsigned slot = 1u << 0;
  static constexpr void apply(Placement& placement) { placement.processors = Map; }
};
/// Processors whose data memories receive the output, one bit each. One per output channel of a pass.
template <ProcessorMap Map>
struct output_processors {
  static constexpr unsigned slot = 1u << 1;
  static constexpr void apply(Placement& placement) { placement.output_processors = Map; }
};
/// Where the input begins in its data memory instances; a multiple of 4.
template <int Bytes>
struct in_offset {
  static constexpr unsigned slot = 1u << 2;
  static constexpr void apply(Placement& placement) { placement.in_offset = Bytes; }
};
/// Where the output begins in its data memory instances; a multiple of 4.
template <int Bytes>
struct out_offset {
  static constexpr unsigned slot = 1u << 3;
  static constexpr void apply(Placement& placement) { placement.out_offset = Bytes; }
};
/// 32-bit words left free between two words of the output, for other operands of the layer that reads it.
template <int Words>
struct write_gap {
  static constexpr unsigned slot = 1u << 4;
  static constexpr void apply(Placement& placement) { placement.write_gap = Words; }
};
/// Groups of processors, 0 to 3, whose bias memory may hold the layer's bias. Default: any.
template <int... Groups>
struct bias_groups {
  static constexpr unsigned slot = 1u << 5;
  static constexpr void apply(Placement& placement) { placement.bias_groups = ((1u << Groups) | ... | 0u); }
};

/// Counts input passes in fours, for chips that read ahead. Results do not depend on it.
struct tcalc {
  static constexpr unsigned slot = 1u << 6;
  static constexpr void apply(Placement& placement) { placement.tcalc = true; }
};

/// Reads ahead, but counts input passes one by one.
struct no_tcalc {
  static constexpr unsigned slot = 1u << 6;
  static constexpr void apply(Placement& placement) { placement.no_tcalc = true; }
};
/// Computes four output channels at a time, on chips that can.
struct parallel_outputs {
  static constexpr unsigned slot = 1u << 7;
  static constexpr void apply(Placement& placement) { placement.parallel_outputs = true; }
};
/// Reads the next input while computing, on chips that can.
struct read_ahead {
  static constexpr unsigned slot = 1u << 8;
  static constexpr void apply(Placement& placement) { placement.read_ahead = true; }
};
/// 32-bit words passed over between two words of the input, on chips that can.
template <int Words>
struct read_gap {
  static constexpr unsigned slot = 1u << 9;
  static constexpr void apply(Placement& placement) { placement.read_gap = Words; }
};
/// Number of the layer that is executed next, on chips that can leave layers out.
template <int Layer>
struct next_layer {
  static constexpr unsigned slot = 1u << 10;
  static constexpr void apply(Placement& placement) { placement.next = Layer; }
};
/// The same where the option `snoop` has found what it looks for.
template <int Layer>
struct next_layer_on_hit {
  static constexpr unsigned slot = 1u << 11;
  static constexpr void apply(Placement& placement) { placement.next_on_hit = Layer; }
};

/// One of the types above, from `processors` on.
template <class Item>
concept placement_item = requires(Placement& placement) {
  Item::apply(placement);
  Item::slot;
};

/// True if all types are placement items, and no kind of item is given twice.
template <class... Items>
constexpr bool are_placement_items() {
  if constexpr ((true && ... && placement_item<Items>))
    return bit_count((0u | ... | Items::slot)) == static_cast<int>(sizeof...(Items));
  else
    return false;
}

namespace detail {

/// Lists of types, to sort the arguments of a layer.
template <class... Types>
struct type_list {};
template <class... First, class... Second>
type_list<First..., Second...> operator+(type_list<First...>, type_list<Second...>);

}  // namespace detail

/// The placement of a layer, of any of the items above: place<processors<0xf>, out_offset<0x2000>>.
template <class... Items>
struct place {
  using items = detail::type_list<Items...>;
  static constexpr bool in_range = are_placement_items<Items...>();
  static constexpr Text range = "each kind of item once";
  using kind = option::placement;
  static constexpr void apply(LayerDraft& draft) { (Items::apply(draft.layer.placement), ...); }
};

}  // namespace incuse
