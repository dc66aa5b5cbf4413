// The rules of the chip: one row each, with its words and its condition, and `check`, which applies them all.
// Sources: "checks X" is row X of the sheet max7800x-checks, "device 4" section 4 of max7800x-device, and so on.
#pragma once

#include <incuse/core/diagnostics.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan.hpp>
#include <incuse/max7800x/registers.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/max7800x/verify.hpp>

namespace incuse::max7800x {

/// What a rule about a feature that is asked for looks at.
struct AskedFeature {
  Feature feature;
  const Device& device;
};

/// What a rule about the options alone looks at.
struct AskedOptions {
  const Options& options;
  const Device& device;
};

/// What a rule about the whole network looks at.
struct WholeNetwork {
  const Layer* layers;
  int size;
  Shape input;
  DataFormat input_format;  ///< asked for
  bool placed_by_hand;
  const Device& device;
  const Options& options;
};

/// What a rule about one layer looks at. Its shapes may be nonsense if `shaped` is false: an earlier layer is to blame.
struct OneLayer {
  const WholeNetwork& network;
  const Device& device;
  const Layer& layer;
  int index;

  constexpr bool shaped() const { return layer.in.channels > 0 && layer.in.height > 0 && layer.in.width > 0; }
  constexpr bool is(Operator op) const { return layer.op == op; }
  constexpr bool two_dimensional() const { return !layer.one_dimensional(); }
  constexpr bool pools() const { return layer.pool.height > 1 || layer.pool.width > 1; }
  constexpr bool combines() const { return layer.operands > 1; }
  constexpr long long passes() const {
    const long long most = network.options.processors_per_pass;
    return (layer.in.channels + most - 1) / most;
  }
  /// Shape of a source; empty if there is none of that number yet.
  constexpr Shape source(int number) const {
    if (number != network_input) return number >= 0 && number < index ? network.layers[number].out : Shape{};
    return {bounded(network.input.channels), bounded(network.input.height), bounded(network.input.width)};
  }
  /// A dilated 1-D convolution that is too long for the hardware's kernel runs as a 2-D one, as wide as its dilation.
  constexpr bool runs_in_two_dimensions() const {
    return layer.one_dimensional() && layer.dilation.height > 1 &&
           (layer.kernel.height - 1LL) * layer.dilation.height >= 9;
  }
  constexpr bool groups_divide() const {
    const int g = layer.groups;
    return g > 0 && layer.in.channels % g == 0 && layer.out.channels % g == 0 &&
           (g == 1 || (g == layer.in.channels && !layer.flatten) || (g == layer.out.channels && !layer.flatten));
  }
};

/// The first value of a layer that does not fit its register field.
struct FieldOverflow {
  const Field* field = nullptr;
  LayerRegister layer_register{};
  long long value = 0;
};

/// What a rule about a planned network looks at.
struct WholePlan {
  const WholeNetwork& network;
  const Device& device;
  const LayerPlan* layers;
  unsigned groups;
  bool channels_first;   ///< the input's layout
  const int* bias_fill;  ///< bias values in each group
};

/// True if any layer has processors.
constexpr bool is_placed(const WholePlan& plan) {
  for (int i = 0; i < plan.network.size; ++i)
    if (plan.layers[i].processors != 0) return true;
  return false;
}

/// What a rule about a planned layer looks at.
struct PlacedLayer : OneLayer {
  const LayerPlan& placed;
  const WholePlan& plan;
  const FieldOverflow& overflow;

  constexpr bool reads_channels_first() const { return index == 0 && plan.channels_first; }
  constexpr bool reads_fifo() const { return index == 0 && network.options.uses_fifo(); }
  constexpr bool reads_fast_fifo() const { return index == 0 && network.options.uses_fast_fifo(); }
  constexpr int first_lane() const {
    return placed.output_processors == 0 ? 0 : first_bit(placed.output_processors) % processors_per_instance;
  }
  constexpr long long input_end() const {
    const long long words = 1LL * layer.in.pixels() * placed.in.count * layer.operands;
    return placed.in_offset + words * (reads_channels_first() ? 1 : 4);
  }
  constexpr long long output_end() const {
    long long pixels = layer.out.pixels();
    if (runs_in_two_dimensions())  // whole rows are written
      pixels = (layer.in.height + layer.dilation.height - 1LL) / layer.dilation.height * layer.dilation.height;
    return placed.out_offset + pixels * placed.out.count * 4 * (layer.wide ? 4 : 1);
  }
};

/// Answer of a condition: whether the rule is broken, what would be needed and what there is.
struct Violation {
  bool broken = false;
  Quantity needs{};
  Quantity has{};
  Text has_whose{};
  Text part{};
  Advice advice{};
};

constexpr Violation when(bool broken, Quantity needs = {}, Quantity has = {}, Text has_whose = {}, Text part = {}) {
  return {broken, needs, has, has_whose, part, {}};
}

/// True if there was no space for a layer's weights.
constexpr bool unplaced(const LayerPlan& placed) { return placed.kernels.owned && placed.kernels.offset < 0; }

constexpr bool within(long long value, long long least, long long most) { return value >= least && value <= most; }
constexpr bool within(Extent e, long long least, long long most) {
  return within(e.height, least, most) && within(e.width, least, most);
}

/// A rule and its condition, the parameter of which is what the rule is about.
struct CheckedRule {
  enum class About : unsigned char { feature, options, network, layer, plan, placed_layer, proof };

  const Rule* rule;
  About about;
  union {
    Violation (*feature)(const AskedFeature&);
    Violation (*options)(const AskedOptions&);
    Violation (*network)(const WholeNetwork&);
    Violation (*layer)(const OneLayer&);
    Violation (*plan)(const WholePlan&);
    Violation (*placed)(const PlacedLayer&);
  };

  constexpr CheckedRule(const Rule& r) : rule(&r), about(About::proof), network(nullptr) {}  ///< found by `verify`
  constexpr CheckedRule(const Rule& r, Violation (*of)(const AskedFeature&))
      : rule(&r), about(About::feature), feature(of) {}
  constexpr CheckedRule(const Rule& r, Violation (*of)(const AskedOptions&))
      : rule(&r), about(About::options), options(of) {}
  constexpr CheckedRule(const Rule& r, Violation (*of)(const WholeNetwork&))
      : rule(&r), about(About::network), network(of) {}
  constexpr CheckedRule(const Rule& r, Violation (*of)(const OneLayer&)) : rule(&r), about(About::layer), layer(of) {}
  constexpr CheckedRule(const Rule& r, Violation (*of)(const WholePlan&)) : rule(&r), about(About::plan), plan(of) {}
  constexpr CheckedRule(const Rule& r, Violation (*of)(const PlacedLayer&))
      : rule(&r), about(About::placed_layer), placed(of) {}
};

}  // namespace incuse::max7800x

namespace incuse {

/// One row: the rule's name, its words, and behind the macro the body of its condition on `at`.
#define INCUSE_RULE(subject, name, level, sentence, remedy, source)  \
  INCUSE_RULE_WORDS(max7800x, name, level, sentence, remedy, source) \
  namespace max7800x::rules {                                        \
  struct name##_condition {                                          \
    static constexpr Violation of(const subject& at);                \
  };                                                                 \
  }                                                                  \
  constexpr max7800x::Violation max7800x::rules::name##_condition::of([[maybe_unused]] const subject& at)

// Options ------------------------------------------------------------------------------------------------------------

INCUSE_RULE(AskedFeature, feature, error, "the chip does not have a feature that is asked for",
            "leave the option out, or choose another chip", "checks D1, D3; device 4") {
  return when((at.device.features & bit_of(at.feature)) == 0, {}, {}, {}, feature_names[static_cast<int>(at.feature)]);
}

INCUSE_RULE(AskedOptions, first_layer, error, "the hardware's first layer is out of range", "start with layer 0",
            "checks D1, D2") {
  return when(!within(at.options.first_layer, 0, at.device.max_first_layer), at.options.first_layer,
              at.device.max_first_layer);
}

INCUSE_RULE(AskedOptions, fast_fifo_core, error, "only the RISC-V core reaches the fast FIFO",
            "add runs_on_risc_v, or use the standard FIFOs", "checks D8") {
  return when(at.options.uses_fast_fifo() && !at.options.runs_on_risc_v);
}

INCUSE_RULE(AskedOptions, deep_sleep_core, error, "only a program on the RISC-V core lets the other one sleep deeply",
            "add runs_on_risc_v, or leave deep_sleep out", "checks D16") {
  return when(at.options.deep_sleep && !at.options.runs_on_risc_v);
}

INCUSE_RULE(AskedOptions, synthesized_input_path, error, "an input can be synthesized for a FIFO only",
            "add fifo_input, or load the whole input", "checks L11") {
  return when(at.options.synthesized_words != 0 && !at.options.uses_fifo());
}

// The network -------------------------------------------------------------------------------------------------------

INCUSE_RULE(WholeNetwork, layer_count, error, "the network has too many layers",
            "fuse pooling with the convolution behind it, or remove layers", "checks Y6; device 1") {
  return when(at.size < 1 || at.size > at.device.max_layers, at.size, at.device.max_layers);
}

INCUSE_RULE(WholeNetwork, input_shape, error, "the input is empty", "give it at least one channel, row and column",
            "network-description 4") {
  return when(at.input.channels < 1 || at.input.height < 1 || at.input.width < 1, at.input);
}

INCUSE_RULE(WholeNetwork, repetitions, error, "the network does not fit so many times into the layer registers",
            "repeat it less often", "checks D17") {
  const long long needed = 1LL * at.options.repetitions * (at.size - 1);
  return when(at.options.repetitions < 1 || (at.options.repetitions > 1 && needed > at.device.max_layers), needed,
              at.device.max_layers);
}

// Sources -----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, source_order, error, "a layer reads its own output or a later one's",
            "let it read earlier layers only", "checks I16") {
  for (int source : at.layer.sources)
    if (!within(source, network_input, at.index - 1)) return when(true, source, at.index - 1, "the network before it");
  return {};
}

INCUSE_RULE(OneLayer, concatenated_channels, error, "concatenated tensors differ in their number of channels",
            "split the wider tensor's layer into several of equal width", "checks I1; placement 4") {
  if (at.layer.elementwise != Elementwise::none) return {};
  const int channels = at.layer.sources.empty() ? 0 : at.source(at.layer.sources[0]).channels;
  for (int source : at.layer.sources) {
    const int others = at.source(source).channels;
    if (others > 0 && channels > 0 && others != channels) return when(true, channels, others, "another tensor");
  }
  return {};
}

INCUSE_RULE(OneLayer, operand_shapes, error, "tensors that are combined element by element differ in shape",
            "bring the operands to one shape", "checks I17, Q10") {
  if (at.layer.elementwise == Elementwise::none) return {};
  const Shape first = at.layer.sources.empty() ? Shape{} : at.source(at.layer.sources[0]);
  for (int source : at.layer.sources) {
    const Shape other = at.source(source);
    if (first.channels > 0 && other.channels > 0 && other != first) return when(true, first, other, "another operand");
  }
  return {};
}

INCUSE_RULE(OneLayer, reshape, error, "the layer reads a different number of values than its source delivers",
            "correct the layer's own input size", "checks I17, M8") {
  const Layer& l = at.layer;
  if (!within(l.operands, 1, max_operands)) return {};
  const bool one_source_each = l.elementwise != Elementwise::none && l.sources.size > 1;
  long long delivered = 0;
  for (int source : l.sources) {
    const Shape shape = at.source(source);
    if (shape.channels < 1 || shape.height < 1 || shape.width < 1) return {};
    if (delivered == 0 || !one_source_each) delivered += 1LL * shape.channels * shape.height * shape.width;
  }
  const long long read = 1LL * l.in.channels * l.in.height * l.in.width * (one_source_each ? 1 : l.operands);
  return when(at.shaped() && read != delivered, read, delivered, "the source");
}

// Operators ---------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, kernel_size, error, "a Conv2d kernel has to be 1x1 or 3x3",
            "put several 3x3 convolutions one behind the other", "checks Y22; device 4") {
  const Extent k = at.layer.kernel;
  return when(at.is(Operator::conv2d) && k != Extent{1, 1} && k != Extent{3, 3}, k, Extent{3, 3});
}

INCUSE_RULE(OneLayer, kernel_length, error, "a Conv1d kernel has to have 1 to 9 taps",
            "put several convolutions one behind the other, or dilate a shorter one", "checks Y22; device 4") {
  return when(at.is(Operator::conv1d) && !within(at.layer.kernel.height, 1, 9), at.layer.kernel.height, 9);
}

INCUSE_RULE(OneLayer, transposed_kernel, error, "a ConvTranspose2d kernel has to be 3x3", "use a 3x3 kernel",
            "checks Y22; device 4") {
  return when(at.is(Operator::conv_transpose2d) && at.layer.kernel != Extent{3, 3}, at.layer.kernel, Extent{3, 3});
}

INCUSE_RULE(OneLayer, linear_kernel, error, "a Linear layer has no kernel", "use Conv2d", "checks Y21") {
  return when(at.is(Operator::linear) && at.layer.kernel != Extent{1, 1}, at.layer.kernel, Extent{1, 1});
}

INCUSE_RULE(OneLayer, convolution_stride, error, "a convolution has stride 1, a ConvTranspose2d stride 2",
            "pool in front of the convolution to reduce the size", "checks Y23, I20; device 4") {
  const int only = at.is(Operator::conv_transpose2d) ? 2 : 1;
  // The stride of layers that pool has to stay 1 too: the pooling window has its own.
  return when(at.layer.stride != Extent{only, at.layer.one_dimensional() ? 1 : only}, at.layer.stride,
              at.layer.one_dimensional() ? Extent{only, 1} : Extent{only, only});
}

INCUSE_RULE(OneLayer, padding_range, error, "padding is 0, 1 or 2", "pad less, or pad the training data",
            "checks Y17, I24, H15; device 4") {
  return when(!within(at.layer.padding, 0, at.device.max_padding), at.layer.padding, at.device.max_padding);
}

INCUSE_RULE(OneLayer, padding_kernel, error, "padding has to be smaller than the kernel",
            "pad less, or use a larger kernel", "checks I25") {
  const Extent p = at.layer.padding, k = at.layer.kernel;
  const bool too_much = p.height >= k.height || (at.two_dimensional() && p.width >= k.width);
  return when(at.layer.weighted() && too_much && within(p, 0, at.device.max_padding) && within(k, 1, 1 << 20), p, k,
              "the kernel");
}

INCUSE_RULE(OneLayer, output_padding, error, "output padding is 1 for ConvTranspose2d and 0 for all others",
            "leave it out", "checks H15, H16") {
  const int only = at.is(Operator::conv_transpose2d) ? 1 : 0;
  return when(at.layer.output_padding != only, at.layer.output_padding, only);
}

INCUSE_RULE(OneLayer, groups_divide, error,
            "the number of groups has to divide the channels, and be 1 or equal to them",
            "correct the number of groups", "checks H17") {
  const bool divides_input = at.layer.groups > 0 && at.layer.in.channels % at.layer.groups == 0;
  const bool divides_output = at.layer.groups > 0 && at.layer.out.channels % at.layer.groups == 0;
  const bool show_output = divides_input && !divides_output;
  return when(at.shaped() && !at.groups_divide(), at.layer.groups,
              show_output ? at.layer.out.channels : at.layer.in.channels,
              show_output ? Text("the output") : Text("the input"));
}

INCUSE_RULE(OneLayer, convolution_groups, error, "this chip has no convolution in groups",
            "use an ordinary convolution, or a chip with depth-wise convolution", "checks D1; device 4") {
  return when(at.layer.groups != 1 && at.groups_divide() && !at.device.convolution_groups, at.layer.groups, 1);
}

INCUSE_RULE(OneLayer, dilation_operator, error, "only Conv1d can be dilated", "use dilation 1", "checks H10") {
  return when(!at.is(Operator::conv1d) && at.layer.dilation != Extent{1, 1}, at.layer.dilation, Extent{1, 1});
}

INCUSE_RULE(OneLayer, dilation_range, error, "the dilation is out of range", "dilate less", "checks H12; device 4") {
  return when(at.is(Operator::conv1d) && !within(at.layer.dilation.height, 1, at.device.max_dimension - 1),
              at.layer.dilation.height, at.device.max_dimension - 1);
}

INCUSE_RULE(OneLayer, dilation_one_tap, error, "a kernel with one tap cannot be dilated", "use dilation 1",
            "checks H11") {
  return when(at.is(Operator::conv1d) && at.layer.kernel.height == 1 && at.layer.dilation.height > 1,
              at.layer.dilation.height, 1);
}

INCUSE_RULE(OneLayer, dilation_taps, error, "a Conv1d that spans more than 9 values has at most 3 taps",
            "use fewer taps or a smaller dilation", "checks H12") {
  return when(at.runs_in_two_dimensions() && at.layer.kernel.height > 3, at.layer.kernel.height, 3);
}

INCUSE_RULE(OneLayer, dilation_padding, error, "a Conv1d that spans more than 9 values has no padding",
            "use pad<0> or a smaller dilation", "checks H12") {
  return when(at.runs_in_two_dimensions() && at.layer.padding.height > 0, at.layer.padding.height, 0);
}

INCUSE_RULE(OneLayer, dilation_alone, error,
            "a Conv1d that spans more than 9 values does not pool, combine operands, flatten or stream",
            "do that in a layer of its own, or use a smaller dilation", "checks H12") {
  const Layer& l = at.layer;
  return when(at.runs_in_two_dimensions() && (at.pools() || l.operands != 1 || l.flatten || l.streaming));
}

// Pooling -----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, pool_size, error, "a pooling window has 1 to 16 rows and columns, dilation included",
            "pool in several layers", "device 4; registers 3.3") {
  const auto span = [](long long size, long long dilation) { return (size - 1) * dilation + 1; };
  const Extent pool = at.layer.pool, dilation = at.layer.pool_dilation;
  const bool fits = within(pool, 1, at.device.max_pool) &&
                    within(span(pool.height, dilation.height), 1, at.device.max_pool) &&
                    within(span(pool.width, dilation.width), 1, at.device.max_pool);
  return when(!fits, pool, at.device.max_pool);
}

INCUSE_RULE(OneLayer, pool_stride, error, "a pooling stride is 1 to 16", "pool in several layers",
            "device 4; registers 3.3") {
  const Extent stride = at.layer.pool_stride;
  // By default the stride is the window, of which the rule above says that it is too large.
  return when(!within(stride, 1, at.device.max_pool_stride) && stride != at.layer.pool, stride,
              at.device.max_pool_stride);
}

INCUSE_RULE(OneLayer, pool_stride_square, error, "the pooling stride of a 2-D layer is the same in both directions",
            "use a square pooling window, or give one stride", "checks I20; device 4") {
  const Extent s = at.layer.pool_stride;
  return when(at.two_dimensional() && s.height != s.width, s);
}

INCUSE_RULE(OneLayer, pool_dilation, error, "this chip has no dilated pooling", "use pool dilation 1",
            "checks H20, D1; device 4") {
  const int most = at.device.pool_dilation ? at.device.max_pool : 1;
  return when(!within(at.layer.pool_dilation, 1, most), at.layer.pool_dilation, most);
}

INCUSE_RULE(OneLayer, pool_in_passes, error, "pooling without a convolution handles at most 64 channels",
            "fuse the pooling with the convolution behind it, or pool to 1x1", "checks H14; device 4") {
  return when(
      at.shaped() && !at.layer.weighted() && at.pools() && at.passes() > 1 && at.layer.pooled.extent() != Extent{1, 1},
      at.layer.in.channels, all_processors);
}

INCUSE_RULE(OneLayer, pool_last_operands, error, "pooling behind an element-wise operation takes at most 2 operands",
            "pool first, or pool in a layer of its own", "checks H9; device 4") {
  return when(!at.layer.pool_first && at.pools() && at.layer.operands > at.device.max_operands_pool_last,
              at.layer.operands, at.device.max_operands_pool_last);
}

INCUSE_RULE(OneLayer, pool_last_meaning, error, "pooling last needs both pooling and an element-wise operation",
            "leave the order out", "checks Y30") {
  return when(!at.layer.pool_first && (!at.pools() || !at.combines()));
}

// Element-wise operations -------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, operand_count, error, "an element-wise operation has 2 to 16 operands, any other layer 1",
            "combine the tensors in several layers", "checks Y19; device 4") {
  const bool combines = at.layer.elementwise != Elementwise::none;
  const int most = combines ? max_operands : 1;
  return when(!within(at.layer.operands, combines ? 2 : 1, most) || at.layer.sources.dropped > 0,
              at.layer.operands + at.layer.sources.dropped, most);
}

INCUSE_RULE(OneLayer, operand_sources, error,
            "an element-wise operation names another number of tensors than it combines", "name one tensor per operand",
            "network-description 5") {
  const int sources = at.layer.sources.size;
  return when(at.layer.elementwise != Elementwise::none && sources > 1 && sources != at.layer.operands,
              at.layer.operands, sources, "the list of sources");
}

INCUSE_RULE(OneLayer, elementwise_conv1d, error, "an element-wise operation cannot be fused with Conv1d",
            "combine the tensors in a layer of its own", "checks H6") {
  return when(at.is(Operator::conv1d) && at.combines(), at.layer.operands, 1);
}

INCUSE_RULE(OneLayer, elementwise_passes, error,
            "an element-wise operation on so many channels cannot be fused with pooling or convolution",
            "combine the tensors in a layer of its own", "checks H26; device 4") {
  const long long e = at.layer.operands, p = at.passes();
  const bool fused = at.layer.weighted() || at.pools() || at.layer.pool_stride != Extent{1, 1};
  return when(at.shaped() && e > 1 && p > 1 && e * p != e + p && fused, at.layer.in.channels,
              e == 2 ? 2 * all_processors : all_processors);
}

// Layers without weights --------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, passthrough_padding, error, "only convolutions pad", "pad in the convolution behind the layer",
            "checks I26, H13") {
  return when(!at.layer.weighted() && at.layer.padding != Extent{0, 0}, at.layer.padding, 0);
}

INCUSE_RULE(OneLayer, passthrough_activation, error, "a layer without weights has no activation",
            "put the activation into the convolution in front", "checks I26, H13") {
  return when(!at.layer.weighted() && at.layer.activation != Activation::none);
}

INCUSE_RULE(OneLayer, passthrough_shift, error, "a layer without weights does not shift its output",
            "shift in the convolution in front", "checks H13") {
  return when(!at.layer.weighted() && at.layer.output_shift != 0, at.layer.output_shift, 0);
}

INCUSE_RULE(OneLayer, passthrough_wide, error, "a layer without weights has 8-bit output",
            "make the convolution in front the last layer", "checks H13") {
  return when(!at.layer.weighted() && at.layer.wide, 32, 8);
}

// Sizes -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, empty_output, error, "nothing is left after pooling or convolution",
            "pool less, pad more, or use a larger input", "checks I21") {
  const Shape pooled = at.layer.pooled, out = at.layer.out;
  const bool empty = pooled.height < 1 || pooled.width < 1 || out.height < 1 || out.width < 1;
  return when(at.shaped() && empty, at.layer.in, pooled.height < 1 || pooled.width < 1 ? pooled : out, "the result");
}

INCUSE_RULE(OneLayer, dimension, error, "a tensor has too many rows or columns", "use a smaller image",
            "checks I27; device 1") {
  const auto fits = [&](Shape s) { return s.height <= at.device.max_dimension && s.width <= at.device.max_dimension; };
  const bool in_fits = fits(at.layer.in);
  return when(at.shaped() && !(in_fits && fits(at.layer.out)), (in_fits ? at.layer.out : at.layer.in).extent(),
              Extent{at.device.max_dimension, at.device.max_dimension});
}

INCUSE_RULE(OneLayer, channels, error, "a layer has too many input or output channels, or none",
            "use 1 to 1024 channels", "checks H21, H31, I29; device 1") {
  const int in = at.layer.in.channels, out = at.layer.out.channels, most = at.device.max_channels;
  const bool wrong_input = !within(in, 1, most);
  // A layer behind one without channels is not to blame.
  const bool blamed =
      (at.index == 0 || at.layer.in_channels != 0 || in > 0) && within(at.layer.operands, 1, max_operands);
  return when(blamed && (wrong_input || !within(out, 1, most)), wrong_input ? in : out, most);
}

INCUSE_RULE(OneLayer, frame_size, error, "the input of a layer has too many values per processor",
            "use a smaller image or fewer channels", "checks H3; device 1") {
  const long long frame = 1LL * at.layer.in.height * at.layer.in.width * at.passes();
  return when(at.shaped() && frame >= at.device.max_frame, frame, at.device.max_frame - 1);
}

// Flatten -----------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, flatten_pixels, error, "a flattened map has too many pixels", "pool more in front of the flatten",
            "checks I22; device 4") {
  const long long pixels = 1LL * at.layer.pooled.height * at.layer.pooled.width;
  return when(at.shaped() && at.layer.flatten && pixels > at.device.max_flatten_pixels, pixels,
              at.device.max_flatten_pixels);
}

INCUSE_RULE(OneLayer, flatten_alone, error, "a layer that flattens needs weights and neither pools nor streams",
            "pool in a layer in front", "checks H18; device 4") {
  return when(at.layer.flatten && (!at.layer.weighted() || at.pools() || at.layer.streaming));
}

INCUSE_RULE(OneLayer, flatten_split, error, "a flattened tensor does not divide evenly among passes and processors",
            "use a number of channels that does: a multiple of 4 for every pass", "memory 5.4") {
  if (!at.layer.flatten || !at.shaped() || !within(at.layer.in.channels, 1, at.device.max_channels)) return {};
  const Passes split = passes_of(at.layer.in.channels, at.network.options.processors_per_pass);
  const long long each = 1LL * at.layer.pooled.height * at.layer.pooled.width;
  const long long values = at.layer.in.channels * each;
  return when(values % split.channels != 0 || values % split.count != 0, values,
              1LL * split.count * split.channels * each, "the share of the processors");
}

INCUSE_RULE(OneLayer, flatten_useless, warning, "a 1x1 map needs no flatten", "leave it out", "checks I23") {
  return when(at.shaped() && at.layer.flatten && at.layer.pooled.extent() == Extent{1, 1});
}

// Arithmetic --------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, weight_bits, error, "weights have 1, 2, 4 or 8 bits", "choose one of these", "checks Y10") {
  const int b = at.layer.weight_bits;
  return when(at.layer.weighted() && b != 1 && b != 2 && b != 4 && b != 8, b, 8);
}

INCUSE_RULE(OneLayer, binary_weights, error, "this chip has no binary weights",
            "use weights of 1 bit, which mean -1 and 0", "checks D1; device 4") {
  return when(at.layer.binary_weights && !at.device.binary_weights);
}

INCUSE_RULE(OneLayer, shift_range, error, "the output shift, with 8 less the weight bits added, is -15 to 15",
            "scale the weights differently", "checks H1; device 4") {
  const long long shift = at.layer.output_shift + (at.layer.weighted() ? 8LL - at.layer.weight_bits : 0);
  return when(at.layer.weighted() && !within(shift, -at.device.max_shift, at.device.max_shift), shift,
              at.device.max_shift);
}

INCUSE_RULE(OneLayer, wide_activation, error, "a 32-bit output is the bare accumulator: it has no activation",
            "leave out the activation, or use 8-bit output", "checks I10") {
  return when(at.layer.wide && at.layer.activation != Activation::none);
}

INCUSE_RULE(OneLayer, wide_inside, warning, "the next layer cannot read a 32-bit output",
            "use 32-bit output in the last layer only", "checks I15; device 4") {
  return when(at.layer.wide && at.index + 1 < at.network.size, 32, 8);
}

// Streaming ---------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, streaming_input, error, "a streaming first layer needs its input from a FIFO",
            "add the option fifo_input, or do not stream", "checks D9") {
  return when(at.index == 0 && at.layer.streaming && !at.network.options.uses_fifo());
}

INCUSE_RULE(OneLayer, streaming_count, error, "too many layers stream", "stream fewer layers", "device 1") {
  return when(at.layer.streaming && at.index >= at.device.max_streaming_layers, at.index + 1,
              at.device.max_streaming_layers);
}

INCUSE_RULE(OneLayer, streaming_order, error, "only the layers from the first one on can stream",
            "stream the layer in front, or do not stream this one", "checks I13") {
  return when(at.layer.streaming && at.index > 0 && !at.network.layers[at.index - 1].streaming);
}

INCUSE_RULE(OneLayer, streaming_last_padding, error, "the last streaming layer needs padding in both directions",
            "pad it, or stream one layer more or less", "checks D13; device 4 and 5") {
  const bool last = at.index + 1 == at.network.size || !at.network.layers[at.index + 1].streaming;
  // A 1x1 convolution that streams runs as a 3x3 one, with padding.
  const bool padded = (at.is(Operator::conv2d) && at.layer.kernel == Extent{1, 1}) ||
                      (at.layer.padding.height > 0 && at.layer.padding.width > 0);
  return when(at.layer.streaming && last && !padded, at.layer.padding, Extent{1, 1});
}

INCUSE_RULE(OneLayer, streaming_bias, warning, "a bias in a streaming layer may not work", "train without this bias",
            "checks M7; device 4") {
  return when(at.layer.streaming && at.layer.bias);
}

// Output ------------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, mlator_output, warning, "the byte swapper cannot deliver this output: it is unloaded without it",
            "leave the option mlator_unload out, or use an 8-bit output of 4, 8, 12 ... pixels", "checks U1") {
  return when(at.shaped() && at.network.options.mlator_unload && at.layer.output && !fits_mlator(at.layer),
              at.layer.out);
}

// Placement ---------------------------------------------------------------------------------------------------------

INCUSE_RULE(OneLayer, write_gap, error, "a write gap is 0 to 15 words", "use a smaller gap", "registers 3.10") {
  return when(!within(at.layer.placement.write_gap, 0, 15), at.layer.placement.write_gap, 15);
}

INCUSE_RULE(WholePlan, no_automatic_placement, error, "this network cannot be placed automatically",
            "place its layers by hand, with place<>", "placement 10") {
  return when(!at.network.placed_by_hand && !is_placed(at));
}

INCUSE_RULE(WholePlan, first_group_unused, error, "no layer uses processors 0 to 15", "move a layer there",
            "checks H28; device 1") {
  return when(at.groups != 0 && (at.groups & 1) == 0);
}

INCUSE_RULE(PlacedLayer, no_processors, error, "the layer has no processors", "give it processors<>, or place no layer",
            "checks Y8") {
  return when(at.network.placed_by_hand && at.placed.processors == 0, at.placed.in.channels, 0, "the map");
}

INCUSE_RULE(PlacedLayer, input_processors, error, "the number of processors is not that of the input channels per pass",
            "give one processor per channel", "checks H22; placement 2") {
  const int given = bit_count(at.placed.input_map());
  return when(given != 0 && given != at.placed.in.channels, at.placed.in.channels, given, "the map");
}

INCUSE_RULE(PlacedLayer, output_processors, error,
            "the number of output processors is not that of the output channels per pass",
            "give one processor per channel, by default those of the next layer", "checks H22; placement 2") {
  const int given = bit_count(at.placed.output_processors);
  return when(given != 0 && given != at.placed.out.channels, at.placed.out.channels, given, "the map");
}

INCUSE_RULE(PlacedLayer, packed_processors, error,
            "a layer without weights writes, packed, to the group that it reads from",
            "use neighbouring output processors in the groups of the input, as many as there",
            "checks H23; placement 2") {
  if (at.layer.weighted()) return {};
  for (int g = 0; g < groups; ++g) {
    const unsigned in = group_part(at.placed.processors, g), out = group_part(at.placed.output_processors, g);
    const unsigned packed = (1u << bit_count(in)) - 1;
    if (out >> (out == 0 ? 0 : first_bit(out)) != packed) return when(true, bit_count(in), bit_count(out), "the map");
  }
  return {};
}

INCUSE_RULE(PlacedLayer, chw_processors, error, "the channels of a CHW input share a memory instance",
            "use every fourth processor, or an HWC input", "checks H2; placement 3") {
  if (!at.reads_channels_first()) return {};
  for (int p = 0; p < all_processors; p += processors_per_instance) {
    const int sharing = bit_count(at.placed.processors >> p & 0xf);
    if (sharing > 1) return when(true, sharing, 1);
  }
  return {};
}

INCUSE_RULE(PlacedLayer, chw_passes, error, "a CHW input has one pass and one operand", "use an HWC input",
            "checks M8; placement 3") {
  return when(at.reads_channels_first() && (at.placed.in.count > 1 || at.combines()),
              at.placed.in.count * at.layer.operands, 1);
}

INCUSE_RULE(WholePlan, chw_input, error, "the input cannot lie in CHW order",
            "use hwc, or an input of at most 16 channels that only one layer with weights reads", "placement 3") {
  return when(at.network.input_format == DataFormat::chw && !at.channels_first);
}

INCUSE_RULE(PlacedLayer, fifo_processors, error, "a FIFO reaches other processors",
            "use processors 0-3, 16-19, 32-35, 48-51, for a CHW input 0, 16, 32, 48", "checks D7; placement 8") {
  const ProcessorMap reached = at.reads_channels_first() ? 0x0001'0001'0001'0001 : 0x000f'000f'000f'000f;
  return when(at.reads_fifo() && (at.placed.processors & ~reached) != 0, bit_count(at.placed.input_map()),
              bit_count(reached));
}

INCUSE_RULE(PlacedLayer, fifo_operands, error, "a FIFO delivers one operand in one pass",
            "load the input into the data memory", "placement 8") {
  return when(at.reads_fifo() && (at.combines() || at.placed.in.count > 1), at.placed.in.count * at.layer.operands, 1);
}

INCUSE_RULE(PlacedLayer, fast_fifo_channels, error, "the fast FIFO delivers 4 channels, of a CHW input 1",
            "use the standard FIFOs", "checks D8; device 4") {
  const int most = at.reads_channels_first() ? 1 : 4;
  return when(at.reads_fast_fifo() && at.layer.in.channels > most, at.layer.in.channels, most);
}

INCUSE_RULE(PlacedLayer, fast_fifo_layer, error, "behind the fast FIFO there has to be a convolution with 8-bit output",
            "use the standard FIFOs", "checks D8; device 4") {
  return when(at.reads_fast_fifo() && (!at.layer.weighted() || at.layer.wide));
}

INCUSE_RULE(PlacedLayer, synthesized_input, error,
            "a synthesized input is HWC with at most 4 channels, and its words divide its pixels",
            "choose another number of words, or load the whole input", "checks L11") {
  const int words = at.network.options.synthesized_words, pixels = at.layer.in.pixels();
  if (at.index != 0 || words == 0 || !at.shaped()) return {};
  const bool four_channels = at.layer.in.channels <= 4 && !at.reads_channels_first();
  const bool whole = words > 0 && pixels % words == 0;
  return when(!four_channels || !whole, four_channels ? words : at.layer.in.channels, four_channels ? pixels : 4,
              four_channels ? Text("the image") : Text());
}

INCUSE_RULE(PlacedLayer, input_offset, error, "the input offset is negative", "use a multiple of 4, from 0 on",
            "placement 5") {
  return when(at.placed.in_offset < 0, at.placed.in_offset, 0);
}

INCUSE_RULE(PlacedLayer, offset_alignment, warning, "an offset is no multiple of 4: the chip rounds it down",
            "use a multiple of 4", "placement 5") {
  const int in = at.placed.in_offset, out = at.placed.out_offset;
  return when(in % 4 != 0 || out % 4 != 0, in % 4 != 0 ? in : out, 4);
}

INCUSE_RULE(PlacedLayer, output_offset, error, "the output offset is out of range",
            "use a multiple of 4 inside a memory instance", "checks L9; device 2.2") {
  return when(!within(at.placed.out_offset, 0, at.device.max_out_offset - 1LL), at.placed.out_offset,
              at.device.max_out_offset - 1LL);
}

INCUSE_RULE(PlacedLayer, dilation_offset, error,
            "the output of a widely dilated Conv1d needs free memory in front of it", "raise the output offset",
            "checks H12; device 5") {
  const long long least = 4LL * at.layer.dilation.height * at.placed.out.count;
  return when(at.runs_in_two_dimensions() && at.layer.kernel.height == 3 && at.placed.out_offset < least, least,
              at.placed.out_offset, "the output");
}

INCUSE_RULE(PlacedLayer, input_memory, error, "the input does not fit into its data memory instances",
            "use a smaller image or fewer channels, CHW for the network's input, or a lower offset",
            "checks H4; device 2.2") {
  for (int source : at.layer.sources)  // what is too large there is that layer's output
    if (source >= 0 && at.plan.layers[source].out_offset == at.placed.in_offset) return {};
  return when(!at.layer.streaming && at.placed.in_offset >= 0 && at.input_end() > at.device.instance_bytes,
              {at.input_end(), "bytes"}, {at.device.instance_bytes, "bytes"});
}

INCUSE_RULE(PlacedLayer, output_memory, error, "the output does not fit into its data memory instances",
            "pool more, use fewer channels, or a lower offset", "checks H5; device 2.2") {
  const bool last = at.index + 1 == at.network.size;
  const bool in_range = within(at.placed.out_offset, 0, at.device.max_out_offset - 1LL);
  return when((!at.layer.streaming || last) && in_range && at.output_end() > at.device.instance_bytes,
              {at.output_end(), "bytes"}, {at.device.instance_bytes, "bytes"});
}

namespace max7800x {

/// Half the bits in the layer that takes most columns of the processors that `at` needs.
constexpr Advice narrower_weights(const PlacedLayer& at) {
  int largest = -1;
  for (int i = 0; i < at.network.size; ++i) {
    const LayerPlan& other = at.plan.layers[i];
    const bool competes = other.kernels.owned && (other.processors & at.placed.processors) != 0;
    if (!competes || at.network.layers[i].weight_bits < 2) continue;
    if (largest < 0 || other.kernels.length > at.plan.layers[largest].kernels.length) largest = i;
  }
  if (largest < 0) return {};
  const Layer& layer = at.network.layers[largest];
  const int columns = at.plan.layers[largest].kernels.length;
  const Text changes[] = {"1-bit weights", "2-bit weights", "4-bit weights"};
  return {changes[layer.weight_bits == 8   ? 2
                  : layer.weight_bits == 4 ? 1
                                           : 0],
          largest,
          layer.name,
          columns,
          {ceil_div(columns, 2), "columns"}};
}

}  // namespace max7800x

INCUSE_RULE(PlacedLayer, weight_memory, error,
            "the weights of this layer and those behind do not fit into the weight memory",
            "use fewer channels, weights of fewer bits, or other processors", "checks M1; device 2.2") {
  if (!unplaced(at.placed)) return {};
  long long columns = 0;  // up to which the memory is filled, and what does not fit behind that
  for (int i = 0; i < at.network.size; ++i) {
    const LayerPlan& other = at.plan.layers[i];
    if ((other.processors & at.placed.processors) == 0 || !other.kernels.owned) continue;
    if (unplaced(other) && i < at.index) return {};  // said there
    if (unplaced(other))
      columns += round_up(other.kernels.length, 4);
    else if (i < at.index)
      columns = max_of(static_cast<int>(columns), round_up(other.kernels.written_by(0).end(), 4));
  }
  Violation violation = when(true, {columns, "columns"}, {at.device.weight_columns, "columns"});
  violation.advice = narrower_weights(at);
  return violation;
}

INCUSE_RULE(PlacedLayer, unaligned_weights, warning, "weights of less than 8 bits with unaligned output processors",
            "let the output processors start at a multiple of 4", "checks M3") {
  return when(at.layer.weighted() && at.layer.weight_bits < 8 && at.first_lane() != 0, at.first_lane(), 0);
}

INCUSE_RULE(PlacedLayer, bias_groups, error, "the bias is to lie in a group that the network does not use",
            "allow another group", "checks H29") {
  const unsigned chosen = at.layer.placement.bias_groups;
  return when((chosen & ~at.plan.groups) != 0, last_bit(chosen & ~at.plan.groups), last_bit(at.plan.groups),
              "the highest group in use");
}

INCUSE_RULE(PlacedLayer, bias_memory, error, "the bias does not fit into the bias memory of a group",
            "drop the bias of a layer, or use processors of another group too", "checks M6; device 2.2") {
  if (!at.layer.bias || at.placed.bias_group < 0 || at.placed.bias_offset >= 0) return {};
  const long long own = at.layer.out.channels + at.first_lane() * at.placed.out.count;
  return when(true, {at.plan.bias_fill[at.placed.bias_group] + own, "values"}, {at.device.bias_values, "values"});
}

INCUSE_RULE(PlacedLayer, register_field, error, "a value exceeds its register field",
            "use a smaller tensor, window or write gap", "checks H33; registers 3") {
  if (at.overflow.field == nullptr) return {};
  const Field& field = *at.overflow.field;
  return when(true, at.overflow.value, (1LL << field.width) - 1, {},
              layer_register_descriptions[static_cast<int>(at.overflow.layer_register)].name);
}

#undef INCUSE_RULE

}  // namespace incuse

namespace incuse::max7800x {

#define INCUSE_RULE_ROW(name) \
  { rules::name, &rules::name##_condition::of }

/// All rules of the chip. The last ones are found by `verify`.
inline constexpr CheckedRule catalogue[] = {
    INCUSE_RULE_ROW(feature),
    INCUSE_RULE_ROW(first_layer),
    INCUSE_RULE_ROW(fast_fifo_core),
    INCUSE_RULE_ROW(deep_sleep_core),
    INCUSE_RULE_ROW(synthesized_input_path),
    INCUSE_RULE_ROW(layer_count),
    INCUSE_RULE_ROW(input_shape),
    INCUSE_RULE_ROW(repetitions),
    INCUSE_RULE_ROW(source_order),
    INCUSE_RULE_ROW(concatenated_channels),
    INCUSE_RULE_ROW(operand_shapes),
    INCUSE_RULE_ROW(reshape),
    INCUSE_RULE_ROW(kernel_size),
    INCUSE_RULE_ROW(kernel_length),
    INCUSE_RULE_ROW(transposed_kernel),
    INCUSE_RULE_ROW(linear_kernel),
    INCUSE_RULE_ROW(convolution_stride),
    INCUSE_RULE_ROW(padding_range),
    INCUSE_RULE_ROW(padding_kernel),
    INCUSE_RULE_ROW(output_padding),
    INCUSE_RULE_ROW(groups_divide),
    INCUSE_RULE_ROW(convolution_groups),
    INCUSE_RULE_ROW(dilation_operator),
    INCUSE_RULE_ROW(dilation_range),
    INCUSE_RULE_ROW(dilation_one_tap),
    INCUSE_RULE_ROW(dilation_taps),
    INCUSE_RULE_ROW(dilation_padding),
    INCUSE_RULE_ROW(dilation_alone),
    INCUSE_RULE_ROW(pool_size),
    INCUSE_RULE_ROW(pool_stride),
    INCUSE_RULE_ROW(pool_stride_square),
    INCUSE_RULE_ROW(pool_dilation),
    INCUSE_RULE_ROW(pool_in_passes),
    INCUSE_RULE_ROW(pool_last_operands),
    INCUSE_RULE_ROW(pool_last_meaning),
    INCUSE_RULE_ROW(operand_count),
    INCUSE_RULE_ROW(operand_sources),
    INCUSE_RULE_ROW(elementwise_conv1d),
    INCUSE_RULE_ROW(elementwise_passes),
    INCUSE_RULE_ROW(passthrough_padding),
    INCUSE_RULE_ROW(passthrough_activation),
    INCUSE_RULE_ROW(passthrough_shift),
    INCUSE_RULE_ROW(passthrough_wide),
    INCUSE_RULE_ROW(empty_output),
    INCUSE_RULE_ROW(dimension),
    INCUSE_RULE_ROW(channels),
    INCUSE_RULE_ROW(frame_size),
    INCUSE_RULE_ROW(flatten_pixels),
    INCUSE_RULE_ROW(flatten_alone),
    INCUSE_RULE_ROW(flatten_split),
    INCUSE_RULE_ROW(flatten_useless),
    INCUSE_RULE_ROW(weight_bits),
    INCUSE_RULE_ROW(binary_weights),
    INCUSE_RULE_ROW(shift_range),
    INCUSE_RULE_ROW(wide_activation),
    INCUSE_RULE_ROW(wide_inside),
    INCUSE_RULE_ROW(streaming_input),
    INCUSE_RULE_ROW(streaming_count),
    INCUSE_RULE_ROW(streaming_order),
    INCUSE_RULE_ROW(streaming_last_padding),
    INCUSE_RULE_ROW(streaming_bias),
    INCUSE_RULE_ROW(mlator_output),
    INCUSE_RULE_ROW(write_gap),
    INCUSE_RULE_ROW(no_automatic_placement),
    INCUSE_RULE_ROW(first_group_unused),
    INCUSE_RULE_ROW(no_processors),
    INCUSE_RULE_ROW(input_processors),
    INCUSE_RULE_ROW(output_processors),
    INCUSE_RULE_ROW(packed_processors),
    INCUSE_RULE_ROW(chw_processors),
    INCUSE_RULE_ROW(chw_passes),
    INCUSE_RULE_ROW(chw_input),
    INCUSE_RULE_ROW(fifo_processors),
    INCUSE_RULE_ROW(fifo_operands),
    INCUSE_RULE_ROW(fast_fifo_channels),
    INCUSE_RULE_ROW(fast_fifo_layer),
    INCUSE_RULE_ROW(synthesized_input),
    INCUSE_RULE_ROW(input_offset),
    INCUSE_RULE_ROW(offset_alignment),
    INCUSE_RULE_ROW(output_offset),
    INCUSE_RULE_ROW(dilation_offset),
    INCUSE_RULE_ROW(input_memory),
    INCUSE_RULE_ROW(output_memory),
    INCUSE_RULE_ROW(weight_memory),
    INCUSE_RULE_ROW(unaligned_weights),
    INCUSE_RULE_ROW(bias_groups),
    INCUSE_RULE_ROW(bias_memory),
    INCUSE_RULE_ROW(register_field),
    {rules::tensor_overwritten},
    {rules::tensor_outside},
    {rules::streaming_buffers},
    {rules::output_trails_input},
    {rules::read_processors},
    {rules::read_offset},
    {rules::read_gap},
    {rules::read_size},
    {rules::weights_overlap},
    {rules::weights_outside},
    {rules::bias_overlap},
    {rules::bias_outside},
};

#undef INCUSE_RULE_ROW

namespace detail {

constexpr void report(Findings& found, const Rule& rule, const Violation& violation, int layer, Text layer_name) {
  if (violation.broken)
    found.push({.rule = &rule,
                .layer = layer,
                .layer_name = layer_name,
                .needs = violation.needs,
                .has = violation.has,
                .has_whose = violation.has_whose,
                .part = violation.part,
                .advice = violation.advice});
}

/// Sizes of a tensor that the planner can reckon with.
constexpr bool plannable(Shape s, const Device& device) {
  return within(s.channels, 1, device.max_channels) && within(s.height, 1, 4 * device.max_dimension) &&
         within(s.width, 1, 4 * device.max_dimension) && 1LL * s.height * s.width <= device.max_frame;
}

constexpr bool plannable(const OneLayer& at) {
  const Layer& l = at.layer;
  for (int source : l.sources)
    if (!within(source, network_input, at.index - 1)) return false;
  const bool numbers = within(l.kernel, 1, 16) && within(l.padding, 0, 16) && within(l.stride, 1, 16) &&
                       within(l.pool, 1, 64) && within(l.pool_stride, 1, 64) && within(l.pool_dilation, 1, 64) &&
                       within(l.dilation, 1, 4096) && within(l.operands, 1, max_operands) &&
                       within(l.output_padding, 0, 16) && within(l.output_shift, -64, 64) && l.groups == 1 &&
                       within(l.placement.write_gap, 0, 15);
  const bool bits = l.weight_bits == 1 || l.weight_bits == 2 || l.weight_bits == 4 || l.weight_bits == 8;
  const bool frame = 1LL * l.in.height * l.in.width * at.passes() <= at.device.max_frame;
  if (!(numbers && bits && frame && plannable(l.in, at.device) && plannable(l.pooled, at.device) &&
        plannable(l.out, at.device)))
    return false;
  // At most twice what the chip holds: the planner reckons with it, and the rules say how much it is.
  const long long taps = l.flatten ? 1LL * l.pooled.height * l.pooled.width : 1LL * l.kernel.height * l.kernel.width;
  return !l.weighted() || at.passes() * l.out.channels * taps * l.weight_bits <= 2LL * 72 * at.device.weight_columns;
}

template <int N>
constexpr WholeNetwork whole_network(const Graph<N>& graph, const Device& device, const Options& options) {
  return {graph.layers, graph.size, graph.input, graph.input_format, graph.placed_by_hand(), device, options};
}

constexpr void check_options(const Options& options, const Device& device, Findings& found) {
  for (const CheckedRule& row : catalogue) {
    if (row.about == CheckedRule::About::options) report(found, *row.rule, row.options({options, device}), -1, {});
    if (row.about != CheckedRule::About::feature) continue;
    for (int f = 0; f < features; ++f)
      if (const Feature feature{static_cast<Feature>(f)}; (options.features & bit_of(feature)) != 0)
        report(found, *row.rule, row.feature({feature, device}), -1, {});
  }
}

template <int N>
constexpr void check_graph(const Graph<N>& graph, const WholeNetwork& network, Findings& found) {
  for (const CheckedRule& row : catalogue)
    if (row.about == CheckedRule::About::network) report(found, *row.rule, row.network(network), -1, {});
  for (int i = 0; i < graph.size; ++i) {
    const OneLayer layer{network, network.device, graph[i], i};
    for (const CheckedRule& row : catalogue)
      if (row.about == CheckedRule::About::layer) report(found, *row.rule, row.layer(layer), i, graph[i].name);
  }
}

template <int N>
struct FieldOverflows {
  FieldOverflow layers[N > 0 ? N : 1]{};
};

template <int N>
constexpr FieldOverflows<N> field_overflows(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                            const Options& options) {
  FieldOverflows<N> result{};
  for_each_layer_word(graph, plan, device, options, [&](int layer, int, LayerRegister r, const Word& word) {
    if (word.overflowed != nullptr && result.layers[layer].field == nullptr)
      result.layers[layer] = {word.overflowed, r, word.refused};
  });
  return result;
}

template <int N>
constexpr void check_plan(const Graph<N>& graph, const Plan<N>& plan, const WholeNetwork& network, Findings& found) {
  const WholePlan whole{network,       network.device, plan.layers, plan.groups, plan.input_format == DataFormat::chw,
                        plan.bias_fill};
  const bool clean = found.ok();
  for (const CheckedRule& row : catalogue)
    // Where something else is wrong, it may be the reason why no placement was found.
    if (row.about == CheckedRule::About::plan && (clean || *row.rule != rules::no_automatic_placement))
      report(found, *row.rule, row.plan(whole), -1, {});
  if (!is_placed(whole)) return;
  const FieldOverflows<N> overflows = field_overflows(graph, plan, network.device, network.options);
  for (int i = 0; i < graph.size; ++i) {
    const PlacedLayer layer{{network, network.device, graph[i], i}, plan[i], whole, overflows.layers[i]};
    for (const CheckedRule& row : catalogue) {
      if (row.about != CheckedRule::About::placed_layer) continue;
      // Where another rule was broken, that explains the overflow.
      if (found.blames(i) && *row.rule == rules::register_field) continue;
      report(found, *row.rule, row.placed(layer), i, graph[i].name);
    }
  }
}

/// True if every layer's maps are what its channels need: only then does it make sense to follow the data.
constexpr bool maps_are_sound(const Findings& found) {
  for (const Rule* rule : {&rules::no_automatic_placement, &rules::no_processors, &rules::input_processors,
                           &rules::output_processors, &rules::packed_processors, &rules::chw_processors,
                           &rules::chw_passes, &rules::input_offset, &rules::output_offset, &rules::reshape,
                           &rules::operand_shapes, &rules::operand_sources, &rules::concatenated_channels})
    if (found.contains(*rule)) return false;
  return true;
}

/// Rows M9, M10 and T4 of the checks sheet. What else `verify` finds, the vendor's tool only warns of.
constexpr bool overwrites(const Rule& rule, const Options& options) {
  if (rule == rules::streaming_buffers) return !options.overlap_data;
  return rule == rules::tensor_overwritten || rule == rules::tensor_outside || rule == rules::output_trails_input;
}

template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                         bool thorough) {
  Findings found;
  const WholeNetwork network = whole_network(graph, device, options);
  check_options(options, device, found);
  check_graph(graph, network, found);
  if (graph.size < 1 || plan.size != graph.size) return found;
  check_plan(graph, plan, network, found);
  if (!maps_are_sound(found) || plan.groups == 0) return found;
  const Findings proof = verify(graph, plan, device, options);
  Findings added;  // in layers that no other rule blames
  for (const Finding& f : proof)
    if ((thorough || overwrites(*f.rule, options)) && !found.blames(f.layer)) added.push(f);
  found.add(added);
  return found;
}

}  // namespace detail

/// True if the numbers of a network are such that planning it makes sense; otherwise the rules without a plan explain.
template <int N>
constexpr bool plannable(const Graph<N>& graph, const Device& device) {
  const Options options{};
  const WholeNetwork network = detail::whole_network(graph, device, options);
  if (!within(graph.size, 1, device.max_layers) || !detail::plannable(Shape{graph.input}, device)) return false;
  for (int i = 0; i < graph.size; ++i)
    if (!detail::plannable(OneLayer{network, device, graph[i], i})) return false;
  return true;
}

/// Violations of the rules about options alone, which need no network; they are among those that `check` finds.
constexpr Findings check_options(const Device& device, const Options& options) {
  Findings found;
  detail::check_options(options, device, found);
  return found;
}

/// The plan of a network, or an empty one where planning makes no sense.
template <int N>
constexpr Plan<N> plan_if_possible(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  return plannable(graph, device) ? plan(graph, device, options) : Plan<N>{};
}

/// All violations of a planned network, found at once. With an empty plan only the rules that need none are applied.
/// Never fails, whatever the numbers in the graph. As with the vendor's tool, a layer that reads where nothing useful
/// was written is no violation: see `inspect`.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                         const Options& options = {}) {
  return detail::check(graph, plan, device, options, false);
}

/// Plans and checks.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  return check(graph, plan_if_possible(graph, device, options), device, options);
}

/// Everything there is to say about a planned network: `check` and the whole of `verify`. What a deployment has to
/// pass.
template <int N>
constexpr Findings inspect(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                           const Options& options = {}) {
  return detail::check(graph, plan, device, options, true);
}

}  // namespace incuse::max7800x
