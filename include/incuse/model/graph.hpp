// The network as a plain value: what every stage after the model language works on.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/core/bounded_list.hpp>
#include <incuse/core/shape.hpp>
#include <incuse/core/text.hpp>
#include <incuse/model/placement.hpp>

namespace incuse {

/// The operator of a layer. `none` passes data through: pooling, element-wise or copying layers.
enum class Operator : unsigned char { none, conv1d, conv2d, conv_transpose2d, linear, last = linear };
/// `pick` takes one pixel of every window: in its first row, column `Layer::pool_column`.
enum class Pooling : unsigned char { none, max, average, pick, last = pick };
/// `function`: any function of a real number (`Layer::function`), which chips look up in a table.
enum class Activation : unsigned char { none, relu, abs, function, last = function };
/// Operation of an element-wise layer; `sub`: the first operand minus all others.
enum class Elementwise : unsigned char { none, add, sub, bitwise_or, bitwise_xor, last = bitwise_xor };
/// The operation of a layer that only the processor can run; see model/software.hpp. The K210 runs them beside its KPU,
/// the MAX7800x family refuses them.
enum class Software : unsigned char {
  none,
  quantize,
  dequantize,
  requantize,
  global_average,
  softmax,
  logistic,
  l2_normalize,
  resize,
  channels_last,
  pad,              ///< adds values at the ends of dimensions, or cuts some off
  transpose,        ///< other order of the dimensions
  reshape,          ///< other dimensions, the values in their order
  slice,            ///< some of the values of every dimension
  channel_shuffle,  ///< channels of several groups in turn
  space_to_depth,   ///< pixels of a block become channels
  depth_to_space,   ///< the reverse
  reduce,           ///< mean, minimum, maximum or sum over dimensions
  combine,          ///< two tensors, value by value; repeated where a dimension is 1
  apply,            ///< a function of every value
  add_padding,
  remove_padding,
  upload,  ///< main memory to the K210's AI RAM
  last = upload,
};
/// Operation of Software::reduce.
enum class Reduction : unsigned char { mean, min, max, sum, last = sum };
/// Operation of Software::combine: the first operand with the second.
enum class Pairing : unsigned char { add, subtract, multiply, divide, min, max, last = max };

/// Begin, end (exclusive) and step of a part of a dimension. A step of 0: all of it. With a positive step an end of 0
/// is that of the dimension.
struct Part3 {
  int begin = 0, end = 0, step = 0;

  friend constexpr bool operator==(const Part3&, const Part3&) = default;
};

/// Rows and columns around a map: of windows on the processor, which may have more of them at one side.
struct Border {
  int top = 0, bottom = 0, left = 0, right = 0;

  constexpr int rows() const { return top + bottom; }
  constexpr int columns() const { return left + right; }
  friend constexpr bool operator==(const Border&, const Border&) = default;
};

/// Number of dimensions of a tensor: channels, rows, columns.
inline constexpr int tensor_dimensions = 3;

/// What layers of the processor add to the options of all layers; which of it, depends on Layer::software. A border is
/// for convolutions and pooling, beside their padding.
struct SoftwareOptions {
  Extent scale_factor{0, 0};  ///< resize: how often every pixel is repeated, down and across
  Border border{};
  int before[tensor_dimensions]{};        ///< pad: values added in front of each dimension; negative: cut off
  int after[tensor_dimensions]{};         ///< pad: and behind it
  int order[tensor_dimensions]{0, 1, 2};  ///< transpose: dimension i of the output is order[i] of the input
  Part3 parts[tensor_dimensions]{};       ///< slice
  Shape shape{};                          ///< reshape: of the output; combine: of the constant, if it has one
  int block = 1;                          ///< channel_shuffle: groups; space_to_depth and the reverse: side of a block
  bool channels_first = false;        ///< space_to_depth and the reverse: a channel's pixels are one behind the other
  bool reduced[tensor_dimensions]{};  ///< reduce: the dimensions that become 1
  Reduction reduction = Reduction::mean;
  Pairing pairing = Pairing::add;
  bool constant_first = false;  ///< combine: the constant is the first operand

  friend constexpr bool operator==(const SoftwareOptions&, const SoftwareOptions&) = default;
};

/// Layout of the network's input in the data memories of a MAX7800x: 4 channels per word (hwc) or 4 pixels per word
/// (chw). The K210 has one layout only, and a rule says so.
enum class DataFormat : unsigned char { automatic, hwc, chw };

/// A source of a layer: the index of an earlier layer, the network's input, or its rolling buffer.
inline constexpr int network_input = -1;
inline constexpr int rolling_buffer = -2;
inline constexpr int max_operands = 16;  ///< tensors that a layer can read
using Sources = BoundedList<int, max_operands>;

/// What a layer of an early exit computes. The inference ends behind a layer whose `part` is `any` or `one` if its
/// output is 0.
struct ExitTest {
  enum Part : unsigned char {
    none,    ///< the layer belongs to no test
    excess,  ///< per channel: more than 0 if the tested channel is at least `value`, else 0
    any,     ///< one channel: 0 if any channel of the `excess` is more than 0, else 1
    one,     ///< one channel: 0 if channel `channel` is at least `value`, else more than 0
  };
  Part part = none;
  int channel = 0;
  int value = 0;

  friend constexpr bool operator==(const ExitTest&, const ExitTest&) = default;
};
inline constexpr int exit_excess_shift = 7;  ///< output shift of ExitTest::excess: the least excess, 1/128, becomes 1

/// Output shift of a bypassed kernel to which none is given: the result is the sum itself, which 2^7 / 128 leaves as it
/// is.
inline constexpr int bypass_shift = 7;

/// What only the author of a layer says: no stage changes it. The order of the stages in a layer is pooling, then
/// element-wise operation, then operator and activation (that of the first two is `pool_first`).
struct WrittenLayer {
  Text name{};  ///< given by the author; may be empty

  Operator op = Operator::none;
  Extent kernel{1, 1};
  Extent padding{0, 0};
  float pad_value = 0;  ///< value of the padding; a whole number where tensors are signed bytes
  Extent stride{1, 1};
  Extent dilation{1, 1};
  int output_padding = 0;  ///< transposed convolution only

  Pooling pooling = Pooling::none;
  Extent pool{1, 1};
  Extent pool_stride{1, 1};
  Extent pool_dilation{1, 1};
  bool pool_same = false;  ///< windows may reach beyond the last row and column: size / stride, rounded up
  int pool_column = 0;     ///< column in the window of the pixel that `pick` takes

  Activation activation = Activation::none;
  float (*function)(float) = nullptr;  ///< of Activation::function
  bool batch_norm = false;             ///< with real parameters only; signed bytes have it folded in
  bool flatten = false;                ///< linear only: the whole map of every channel is read
  bool wide = false;                   ///< 32-bit output: the accumulator itself
  int weight_bits = 8;
  bool bypass = false;          ///< no weights are stored: all are 1
  bool binary_weights = false;  ///< 1-bit weights that mean -1 and +1
  bool on_cpu = false;          ///< the processor runs the layer, the accelerator does not
  Software software = Software::none;
  Extent resized{0, 0};    ///< of Software::resize: the new extent, if it is given so
  SoftwareOptions with{};  ///< further options of layers of the processor
  ExitTest exit{};         ///< of a layer that tests whether the inference ends here

  int crop_bottom = 0;     ///< rows that the layer leaves out at the bottom of every tensor that it reads
  int in_channels = 0;     ///< given by a description that reshapes its input; 0: inferred
  Extent in_extent{0, 0};  ///< likewise; 0: inferred
  int buffer_shift = 0;  ///< rows by which the layer moves the rolling buffer up, which it reads without the first ones
  int buffer_insert = 0;  ///< last rows of the rolling buffer that the output replaces
  Placement placement{};

  friend constexpr bool operator==(const WrittenLayer&, const WrittenLayer&) = default;
};

/// What the author may leave open, and `infer` then completes.
struct InferredOptions {
  Sources sources{};     ///< never empty after `infer`
  int out_channels = 0;  ///< 0: as many as the input has
  int groups = 1;        ///< 0: as many as the input has channels
  int crop_top = 0;      ///< rows left out at the top of every tensor that is read; `buffer_shift`, if there is one
  bool output = false;   ///< an output of the network; the last layer always is one

  friend constexpr bool operator==(const InferredOptions&, const InferredOptions&) = default;
};

/// What the author says, and `bind` completes from the trained parameters.
struct TrainedOptions {
  int output_shift = 0;  ///< as the author gives it, 0: as the parameters do; see `Layer::total_shift`
  bool bias = false;     ///< after `bind` only if it is not all zeros

  friend constexpr bool operator==(const TrainedOptions&, const TrainedOptions&) = default;
};

/// What the author says, and a planner may change in its own copy of the network, where it fuses layers or lets them
/// stream. (The sources of a fused layer are those of both.)
struct ArrangedOptions {
  Elementwise elementwise = Elementwise::none;
  int operands = 1;        ///< tensors combined by the element-wise operation
  bool pool_first = true;  ///< pool the operands before combining them
  bool streaming = false;

  friend constexpr bool operator==(const ArrangedOptions&, const ArrangedOptions&) = default;
};

/// What `infer` adds: the shapes of a layer's tensors.
struct InferredShapes {
  Shape in{};      ///< per operand, before pooling; with flatten the channels before flattening
  Shape pooled{};  ///< per operand, after pooling
  Shape out{};

  friend constexpr bool operator==(const InferredShapes&, const InferredShapes&) = default;
};

/// What `bind` adds: earlier layers with identical parameters; -1: none.
struct SharedParameters {
  int same_weights_as = -1;
  int same_bias_as = -1;

  friend constexpr bool operator==(const SharedParameters&, const SharedParameters&) = default;
};

/// What a planner adds where it inserts or drops layers.
struct Origin {
  int author_layer = -1;  ///< index in the author's network; -1: the same
  bool inserted = false;  ///< copies a tensor for the layer `author_layer`

  friend constexpr bool operator==(const Origin&, const Origin&) = default;
};

/// One layer: its members by the last stage that may write them. Lowering, or the reader of a file, fills the first
/// four; the others are filled by one stage each.
struct Layer : WrittenLayer,
               InferredOptions,
               TrainedOptions,
               ArrangedOptions,
               InferredShapes,
               SharedParameters,
               Origin {
  constexpr bool writes_buffer() const { return buffer_shift != 0 || buffer_insert != 0; }
  constexpr bool crops() const { return crop_top != 0 || crop_bottom != 0; }
  constexpr bool weighted() const { return op != Operator::none; }
  constexpr bool has_weights() const { return weighted() && !bypass; }
  /// Part of an early exit's condition: its weights follow from that.
  constexpr bool tests() const { return exit.part != ExitTest::none; }
  /// The inference ends behind it if its output is 0.
  constexpr bool may_exit() const { return exit.part == ExitTest::any || exit.part == ExitTest::one; }
  /// The parameters have weights for it.
  constexpr bool trained() const { return has_weights() && !inserted && !tests(); }
  constexpr bool pools() const { return pool.height > 1 || pool.width > 1; }
  /// True if the layer pools, or passes over pixels with a pooling stride alone.
  constexpr bool pools_or_strides() const { return pools() || pool_stride != Extent{1, 1}; }
  constexpr bool reads_buffer() const { return sources.contains(rolling_buffer); }
  constexpr bool one_dimensional() const { return op == Operator::conv1d; }
  /// Bits by which sums of products are shifted left before they are divided by 128, as suits 8-bit weights: for
  /// weights of Q bits, 8 - Q is added to the author's shift. This is what shift<> means in the model language, on all
  /// families; which totals they can compute is a rule of each.
  constexpr int total_shift() const { return weighted() ? output_shift + 8 - weight_bits : output_shift; }
  /// Second dimension of the weight tensor: input channels of a group, or with flatten all C x H x W values.
  constexpr int weight_in_channels() const { return flatten ? pooled.elements() : in.channels / groups; }
  friend constexpr bool operator==(const Layer&, const Layer&) = default;
};

/// Rows of channels that outlast an inference: the last results of a network that looks back in time. All values are
/// zero at first; layers move the rows up, replace the last ones, and read them as a tensor of channels x rows. Where
/// they lie is a fact of the MAX7800x family.
struct KeptRows {
  Text name{};
  int channels = 0;
  int rows = 0;                       ///< 0: the network has no buffer
  ProcessorMap processors = 0;        ///< that hold it; 0: not given
  int offset = Placement::not_given;  ///< bytes within its data memory instances

  constexpr bool exists() const { return rows != 0; }
  constexpr Shape shape() const { return {channels, rows, 1}; }
  friend constexpr bool operator==(const KeptRows&, const KeptRows&) = default;
};

/// A network of at most `Capacity` layers, executed in order.
template <int Capacity>
struct Graph {
  static constexpr int capacity = Capacity;

  Shape input{};  ///< the whole input; several operands of the first layer share its channels
  DataFormat input_format = DataFormat::automatic;
  bool real_input = false;                  ///< 32-bit floating point instead of bytes
  int input_offset = Placement::not_given;  ///< MAX7800x: byte offset of the input in its data memory instances
  KeptRows buffer{};                        ///< the rolling buffer
  Layer layers[at_least_one(Capacity)]{};
  int size = 0;

  // A faulty network type has no layers. Reading one must not add a compile error to those that say what is wrong.
  constexpr const Layer& operator[](int i) const { return layers[Capacity > 0 ? INCUSE_INDEX_BELOW(i, Capacity) : 0]; }
  constexpr Layer& operator[](int i) { return layers[Capacity > 0 ? INCUSE_INDEX_BELOW(i, Capacity) : 0]; }
  constexpr const Layer& last() const { return layers[size > 0 ? size - 1 : 0]; }
  /// True if every layer is given its processors, and the rolling buffer its place. Everything else that is not given
  /// then follows the vendor's conventions. If only some layers are given processors, the planner chooses whatever is
  /// missing, and keeps what is given.
  constexpr bool placed_by_hand() const {
    if (buffer.exists() && (buffer.processors == 0 || buffer.offset == Placement::not_given)) return false;
    for (int i = 0; i < size; ++i)
      if (!(*this)[i].placement.given()) return false;
    return size > 0;
  }
};

/// The layers whose outputs are outputs of the network, in order.
template <int N>
constexpr BoundedList<int, N> output_layers(const Graph<N>& graph) {
  BoundedList<int, N> layers;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].output) layers.push(i);
  return layers;
}

/// The layers behind which the inference may end, in order.
template <int N>
constexpr BoundedList<int, N> exit_layers(const Graph<N>& graph) {
  BoundedList<int, N> layers;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].may_exit()) layers.push(i);
  return layers;
}

/// The number of the early exit that an inference takes, from 0 in the order of the layers; -1: none. It is the first
/// one whose condition holds: the output of its last layer begins with 0. `first_value(layer)` gives the first value of
/// a layer's output.
template <int N, class FirstValue>
constexpr int find_exit_taken(const Graph<N>& graph, FirstValue&& first_value) {
  const BoundedList<int, N> exits = exit_layers(graph);
  for (int number = 0; number < exits.size; ++number)
    if (first_value(exits[number]) == 0) return number;
  return -1;
}

/// The last layer that an inference runs which takes early exit `number`; the network's last one if that is -1: none.
/// What the inference then yields is the output of `tested_layer`.
template <int N>
constexpr int last_layer_with_exit(const Graph<N>& graph, int number) {
  const BoundedList<int, N> exits = exit_layers(graph);
  return number >= 0 && number < exits.size ? exits[number] : graph.size - 1;
}

/// The layer whose output the early exit tests that ends with layer `exit`; any other layer is its own.
constexpr int tested_layer(const Layer* layers, int exit) {
  while (exit >= 0 && layers[exit].tests()) exit = layers[exit].sources.empty() ? exit - 1 : layers[exit].sources[0];
  return exit;
}
template <int N>
constexpr int tested_layer(const Graph<N>& graph, int exit) {
  return tested_layer(graph.layers, exit);
}

/// Index of the layer with this name among the first `count`; network_input for "input", rolling_buffer for the
/// buffer's name; `unknown_layer` if there is none.
inline constexpr int unknown_layer = -3;
template <int N>
constexpr int find_layer(const Graph<N>& graph, int count, Text name) {
  if (name == Text("input")) return network_input;
  if (graph.buffer.exists() && name == graph.buffer.name) return rolling_buffer;
  for (int i = 0; i < count; ++i)
    if (graph[i].name == name) return i;
  return unknown_layer;
}

/// One value for each tensor of a network of at most N layers: number 0 is the network's input, number i + 1 what layer
/// i writes.
template <class Value, int N>
using PerTensor = Value[N + 1];

/// Number of the tensor that is read as `source`: a layer, or network_input.
constexpr int tensor_number(int source) { return source + 1; }

/// The layer that writes a tensor, by the tensor's number; network_input for number 0.
constexpr int writer_of(int tensor) { return tensor - 1; }

}  // namespace incuse
