// Nodes of kmodels of version 4: nncase 0.2, run by its C++ runtime. Source: kmodel sheet (k210-kmodel), section 2.
// What the sheet leaves open is as in nncase v0.2.0-beta4's runtime, whose names the nodes have. The members of the
// structs are those of kmodel3.hpp. The file states a range of bytes for each tensor; `operands` says how many elements
// of it the node uses.
#pragma once

#include <cstdint>

#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse::k210::kmodel4 {

inline constexpr Text bad_shape = "a size is less than 1";
inline constexpr Text bad_window = "a window, stride, dilation or padding is out of range";
inline constexpr Text bad_groups = "the groups do not divide the channels";
inline constexpr Text bad_operation = "the operation is not known";

/// Elements added before and after a dimension; negative numbers remove elements.
struct Padding {
  std::int32_t before = 0, after = 0;
};

/// Height, width.
struct Pair {
  std::int32_t height = 1, width = 1;
};

/// True if no size is less than 1.
constexpr bool valid(const KmodelShape& shape) {
  for (std::int32_t size : shape.sizes)
    if (size < 1) return false;
  return true;
}

/// True for sizes and paddings of tensors that are accepted: sums of a few of them do not overflow.
constexpr bool fits_memory(std::int32_t value) { return value >= -0x0fffffff && value <= 0x0fffffff; }

/// True for sizes, strides and paddings of windows that are accepted: sums and products of a few do not overflow.
constexpr bool moderate(std::int32_t value) { return value >= -0x7fff && value <= 0x7fff; }
constexpr bool moderate(Padding padding) { return moderate(padding.before) && moderate(padding.after); }
/// True for kernel sizes, strides and dilations that are accepted: 1 to 32767.
constexpr bool is_step(Pair pair) {
  return pair.height >= 1 && pair.width >= 1 && moderate(pair.height) && moderate(pair.width);
}

/// What all nodes have.
struct Node {
  constexpr Text problem() const { return {}; }
};

// Windows -------------------------------------------------------------------------------------------------------------

/// A window that moves over an image with padding.
struct Window {
  Padding pad_height{}, pad_width{};
  Pair kernel{}, stride{}, dilation{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "pad before height", self.pad_height.before, "pad after height", self.pad_height.after,
               "pad before width", self.pad_width.before, "pad after width", self.pad_width.after, "kernel height",
               self.kernel.height, "kernel width", self.kernel.width, "stride height", self.stride.height,
               "stride width", self.stride.width, "dilation height", self.dilation.height, "dilation width",
               self.dilation.width);
  }
  constexpr bool valid() const {
    return moderate(pad_height) && moderate(pad_width) && is_step(kernel) && is_step(stride) && is_step(dilation);
  }
  /// How many windows fit into a dimension.
  static constexpr std::int32_t steps(std::int32_t in, Padding padding, std::int32_t kernel_size, std::int32_t step,
                                      std::int32_t apart) {
    const std::int64_t room = std::int64_t{in} + padding.before + padding.after - (kernel_size - 1) * apart - 1;
    return room < 0 ? 0 : static_cast<std::int32_t>(room / step + 1);
  }
  constexpr Pair out(Pair in) const {
    return {steps(in.height, pad_height, kernel.height, stride.height, dilation.height),
            steps(in.width, pad_width, kernel.width, stride.width, dilation.width)};
  }
};

/// Order of the dimensions: channels first, or last as in the nodes of nncase's CPU target.
enum class Order { nchw, nhwc };

constexpr std::int32_t channels_of(Order order, const KmodelShape& shape) {
  return order == Order::nchw ? shape[1] : shape[3];
}
constexpr Pair image_of(Order order, const KmodelShape& shape) {
  return order == Order::nchw ? Pair{shape[2], shape[3]} : Pair{shape[1], shape[2]};
}
/// A shape, or the index of an element, with its numbers in this order.
constexpr KmodelShape shape_of(Order order, std::int32_t image, std::int32_t channel, Pair pixel) {
  if (order == Order::nchw) return {{image, channel, pixel.height, pixel.width}};
  return {{image, pixel.height, pixel.width, channel}};
}
/// The shape that results from a window on a tensor.
constexpr KmodelShape out_of(Order order, const KmodelShape& in, const Window& window, std::int32_t channels) {
  return shape_of(order, in[0], channels, window.out(image_of(order, in)));
}

/// How the channels of a convolution are grouped, and which numbers its node has for this.
enum class Channels {
  grouped,    ///< numbers of groups and output channels
  dense,      ///< number of output channels; one group
  depthwise,  ///< no number: a group for every channel
};

/// What convolutions have in common. Weights are [out][in / groups][height][width], with channels last
/// [out][height][width][in / groups].
template <KmodelType Type, Order DimensionOrder, Channels Grouping>
struct Convolution : Node {
  static constexpr Order order = DimensionOrder;
  KmodelRange in{}, out{};
  KmodelShape in_shape{};
  std::int32_t stated_groups = 1, stated_out_channels = 1;
  Window window{};

  constexpr std::int32_t in_channels() const { return channels_of(order, in_shape); }
  constexpr std::int32_t groups() const { return Grouping == Channels::depthwise ? in_channels() : stated_groups; }
  constexpr std::int32_t out_channels() const {
    return Grouping == Channels::depthwise ? in_channels() : stated_out_channels;
  }
  constexpr std::int32_t group_channels() const { return groups() > 0 ? in_channels() / groups() : 0; }
  constexpr KmodelShape out_shape() const { return out_of(order, in_shape, window, out_channels()); }
  constexpr std::uint64_t weight_count() const {
    return saturated_product(size_of(out_channels()), size_of(group_channels()), size_of(window.kernel.height),
                             size_of(window.kernel.width));
  }
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "in", self.in, "out", self.out, "in shape", self.in_shape);
    if (Grouping == Channels::grouped) each_field(visit, "groups", self.stated_groups);
    if (Grouping != Channels::depthwise) each_field(visit, "out channels", self.stated_out_channels);
    Window::fields(self.window, visit);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, Type, in_shape.elements());
    take.out("out", out, Type, out_shape().elements());
  }
  constexpr Text problem() const {
    if (!valid(in_shape) || out_channels() < 1) return bad_shape;
    if (!window.valid()) return bad_window;
    if (groups() < 1 || in_channels() % groups() != 0 || out_channels() % groups() != 0) return bad_groups;
    return {};
  }
};

template <Order DimensionOrder, Channels Grouping>
struct FloatConvolution : Convolution<KmodelType::f32, DimensionOrder, Grouping> {
  using Base = Convolution<KmodelType::f32, DimensionOrder, Grouping>;
  Clamp clamp{};
  NumberList<float> weights{}, bias{};

  static constexpr void fields(auto& self, auto& visit) {
    Base::fields(self, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
    visit("weights", self.weights, self.weight_count());
    visit("bias", self.bias, size_of(self.out_channels()));
  }
};

/// Sums of (x + pixel term) * (w + weight term) and the bias, scaled: see host/kmodel4_nodes.hpp.
template <Order DimensionOrder, Channels Grouping>
struct QuantizedConvolution : Convolution<KmodelType::u8, DimensionOrder, Grouping> {
  using Base = Convolution<KmodelType::u8, DimensionOrder, Grouping>;
  std::int32_t in_offset = 0, weight_offset = 0;
  IntegerScale scale{};
  NumberList<std::int32_t> bias{};
  NumberList<std::uint8_t> weights{};

  /// Offsets are zero points with channels last, and negative zero points with channels first.
  static constexpr int sign = DimensionOrder == Order::nchw ? 1 : -1;
  constexpr std::int64_t pixel_term() const { return std::int64_t{in_offset} * sign; }
  constexpr std::int64_t weight_term() const { return std::int64_t{weight_offset} * sign; }

  static constexpr void fields(auto& self, auto& visit) {
    Base::fields(self, visit);
    each_field(visit, "in offset", self.in_offset, "weight offset", self.weight_offset, "multiplier",
               self.scale.multiplier, "shift", self.scale.shift, "offset", self.scale.offset);
    if (DimensionOrder == Order::nhwc) visit("weights", self.weights, self.weight_count());
    visit("bias", self.bias, size_of(self.out_channels()));
    if (DimensionOrder == Order::nchw) visit("weights", self.weights, self.weight_count());
  }
  constexpr Text problem() const { return scale.valid() ? Base::problem() : bad_shift; }
};

struct Conv2d : FloatConvolution<Order::nchw, Channels::grouped> {
  static constexpr std::uint32_t opcode = 0x02;
  static constexpr Text name = "Conv2D";
};

struct QuantizedConv2d : QuantizedConvolution<Order::nchw, Channels::grouped> {
  static constexpr std::uint32_t opcode = 0x0f;
  static constexpr Text name = "QuantizedConv2D";
};

struct CpuConv2d : FloatConvolution<Order::nhwc, Channels::dense> {
  static constexpr std::uint32_t opcode = 0x1001;
  static constexpr Text name = "CPUConv2D";
};

struct CpuDepthwiseConv2d : FloatConvolution<Order::nhwc, Channels::depthwise> {
  static constexpr std::uint32_t opcode = 0x1002;
  static constexpr Text name = "CPUDepthwiseConv2D";
};

struct CpuQuantizedConv2d : QuantizedConvolution<Order::nhwc, Channels::dense> {
  static constexpr std::uint32_t opcode = 0x1004;
  static constexpr Text name = "CPUQuantizedConv2D";
};

struct CpuQuantizedDepthwiseConv2d : QuantizedConvolution<Order::nhwc, Channels::depthwise> {
  static constexpr std::uint32_t opcode = 0x1005;
  static constexpr Text name = "CPUQuantizedDepthwiseConv2D";
};

/// Adds every input pixel, times the weights, to the output pixels that the window covers: the window moves over the
/// output. The runtime does not add the bias, although the node has one.
struct Conv2dTranspose : Node {
  static constexpr std::uint32_t opcode = 0x13;
  static constexpr Text name = "Conv2DTranspose";
  KmodelRange in{}, out{};
  KmodelShape in_shape{}, out_shape{};
  std::int32_t groups = 1;
  Window window{};
  Clamp clamp{};
  NumberList<float> weights{}, bias{};

  constexpr std::int32_t in_channels() const { return groups > 0 ? in_shape[1] / groups : 0; }    ///< of a group
  constexpr std::int32_t out_channels() const { return groups > 0 ? out_shape[1] / groups : 0; }  ///< of a group
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "in", self.in, "out", self.out, "in shape", self.in_shape, "out shape", self.out_shape, "groups",
               self.groups);
    Window::fields(self.window, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
    visit("weights", self.weights,
          saturated_product(size_of(self.out_shape[1]), size_of(self.in_channels()), size_of(self.window.kernel.height),
                            size_of(self.window.kernel.width)));
    visit("bias", self.bias, size_of(self.out_shape[1]));
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, in_shape.elements());
    take.out("out", out, KmodelType::f32, out_shape.elements());
  }
  constexpr Text problem() const {
    if (!valid(in_shape) || !valid(out_shape)) return bad_shape;
    if (!window.valid()) return bad_window;
    if (groups < 1 || in_shape[1] % groups != 0 || out_shape[1] % groups != 0) return bad_groups;
    return in_shape[0] == out_shape[0] ? Text() : Text("it has not as many output images as input images");
  }
};

enum class ReduceOp : std::uint32_t { mean, min, max, sum };

/// Mean, minimum, maximum or sum over each window, beginning with `start`; the result is clamped.
template <Order DimensionOrder>
struct WindowReduction : Node {
  static constexpr Order order = DimensionOrder;
  KmodelRange in{}, out{};
  ReduceOp op = ReduceOp::mean;
  KmodelShape in_shape{};
  Window window{};
  float start = 0;
  Clamp clamp{};

  constexpr KmodelShape out_shape() const { return out_of(order, in_shape, window, channels_of(order, in_shape)); }
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "in", self.in, "out", self.out, "op", self.op, "in shape", self.in_shape);
    Window::fields(self.window, visit);
    each_field(visit, "start", self.start, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, in_shape.elements());
    take.out("out", out, KmodelType::f32, out_shape().elements());
  }
  constexpr Text problem() const {
    if (!valid(in_shape)) return bad_shape;
    if (!window.valid()) return bad_window;
    const ReduceOp last = order == Order::nchw ? ReduceOp::sum : ReduceOp::max;
    return op <= last ? Text() : bad_operation;
  }
};

struct ReduceWindow : WindowReduction<Order::nchw> {
  static constexpr std::uint32_t opcode = 0x08;
  static constexpr Text name = "ReduceWindow2D";
};

/// Its operations are mean, min and max, but not sum.
struct CpuReduceWindow : WindowReduction<Order::nhwc> {
  static constexpr std::uint32_t opcode = 0x1003;
  static constexpr Text name = "CPUReduceWindow2D";
};

// Element by element --------------------------------------------------------------------------------------------------

enum class BinaryOp : std::uint32_t { add, sub, mul, div, min, max };

/// Operands are repeated along dimensions of size 1.
template <KmodelType Type>
struct BinaryOperands : Node {
  KmodelRange a{}, b{}, out{};
  BinaryOp op = BinaryOp::add;
  KmodelShape a_shape{}, b_shape{}, out_shape{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "a", self.a, "b", self.b, "out", self.out, "op", self.op, "a shape", self.a_shape, "b shape",
               self.b_shape, "out shape", self.out_shape);
  }
  constexpr void operands(auto& take) const {
    take.in("a", a, Type, a_shape.elements());
    take.in("b", b, Type, b_shape.elements());
    take.out("out", out, Type, out_shape.elements());
  }
  constexpr Text problem() const {
    if (op > BinaryOp::max) return bad_operation;
    if (!valid(out_shape)) return bad_shape;
    for (int i = 0; i < 4; ++i)
      if ((a_shape[i] != 1 && a_shape[i] != out_shape[i]) || (b_shape[i] != 1 && b_shape[i] != out_shape[i]))
        return "an operand does not fit the shape of the output";
    return {};
  }
};

struct Binary : BinaryOperands<KmodelType::f32> {
  static constexpr std::uint32_t opcode = 0x00;
  static constexpr Text name = "Binary";
  Clamp clamp{};

  static constexpr void fields(auto& self, auto& visit) {
    BinaryOperands::fields(self, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
  }
};

struct QuantizedBinary : BinaryOperands<KmodelType::u8> {
  static constexpr std::uint32_t opcode = 0x11;
  static constexpr Text name = "QuantizedBinary";
  IntegerScale a_scale{}, b_scale{}, out_scale{};

  static constexpr void fields(auto& self, auto& visit) {
    BinaryOperands::fields(self, visit);
    scale_fields(visit, self.a_scale);
    scale_fields(visit, self.b_scale);
    scale_fields(visit, self.out_scale);
  }
  constexpr Text problem() const {
    if (!a_scale.valid() || !b_scale.valid() || !out_scale.valid()) return bad_shift;
    return BinaryOperands::problem();
  }
};

/// A node with one input and one output.
struct OneToOne : Node {
  KmodelRange in{}, out{};

  static constexpr void fields(auto& self, auto& visit) { each_field(visit, "in", self.in, "out", self.out); }
  /// Operands of a node that has no shape: the runtime takes the number of elements from the bytes of its input. These
  /// may be rounded up to a multiple of 8, so that the input seems to have up to 7 elements more than the output holds.
  constexpr void element_wise(auto& take, KmodelType in_type, KmodelType out_type) const {
    const std::uint64_t count = in.bytes / bytes_of(in_type), room = out.bytes / bytes_of(out_type);
    const bool rounded_up = in.bytes % 8 == 0 && count > room && count - room < 8;
    take.in("in", in, in_type, count);
    take.out("out", out, out_type, rounded_up ? room : count);
  }
};

/// (code - zero point) / scale: `scale` in codes per unit.
struct Dequantize : OneToOne {
  static constexpr std::uint32_t opcode = 0x03;
  static constexpr Text name = "Dequantize";
  std::int32_t zero_point = 0;
  float scale = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "zero point", self.zero_point, "scale", self.scale);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::u8, KmodelType::f32); }
};

/// code = value * scale + zero point, rounded and clipped.
struct Quantize : OneToOne {
  static constexpr std::uint32_t opcode = 0x06;
  static constexpr Text name = "Quantize";
  std::int32_t zero_point = 0;
  float scale = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "zero point", self.zero_point, "scale", self.scale);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::u8); }
};

enum class UnaryOp : std::uint32_t { abs, ceil, cos, exp, floor, log, neg, rsqrt, sin, square };

struct Unary : OneToOne {
  static constexpr std::uint32_t opcode = 0x0e;
  static constexpr Text name = "Unary";
  UnaryOp op = UnaryOp::abs;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "op", self.op);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::f32); }
  constexpr Text problem() const { return op <= UnaryOp::square ? Text() : bad_operation; }
};

/// Opcodes of a UnaryProgram.
enum class UnaryCode : unsigned char {
  nop,
  duplicate,
  pop,
  load_x,
  push_0,
  push_1,
  push_float,        ///< the four bytes that follow
  unary = 0x20,      ///< to 0x29, in the order of UnaryOp
  binary = 0x40,     ///< to 0x45, in the order of BinaryOp; b is on top
  clamp = 0x80,      ///< takes highest, lowest, value
  end_value = 0xa0,  ///< the value on top is the result
};

/// A program for a stack machine, run for every element x.
struct UnaryProgram : OneToOne {
  static constexpr std::uint32_t opcode = 0x14;
  static constexpr Text name = "NNILUnaryMethod";
  static constexpr int most_values = 64;  ///< on the stack
  Bytes program{};

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    visit("program", self.program);
  }
  constexpr void operands(auto& take) const { element_wise(take, KmodelType::f32, KmodelType::f32); }
  /// Programs have no jumps: one pass checks the stack for every x.
  constexpr Text problem() const {
    int depth = 0;
    for (std::size_t at = 0; at < program.size; ++at) {
      const std::uint8_t code = program.data[at];
      const int taken = values_taken(code), left = values_left(code);
      if (taken < 0) return "its program has a code that is not known";
      if (depth < taken) return "its program takes a value from an empty stack";
      if (code == static_cast<int>(UnaryCode::end_value)) return {};
      depth += left - taken;
      if (depth > most_values) return "its program needs too many values at once";
      if (code == static_cast<int>(UnaryCode::push_float)) at += 4;
    }
    return "its program has no end";
  }

 private:
  static constexpr bool is_unary(std::uint8_t code) { return code >= 0x20 && code <= 0x29; }
  static constexpr bool is_binary(std::uint8_t code) { return code >= 0x40 && code <= 0x45; }
  /// Number of values that a code pops; -1 if there is no such code.
  static constexpr int values_taken(std::uint8_t code) {
    if (is_unary(code)) return 1;
    if (is_binary(code)) return 2;
    switch (static_cast<UnaryCode>(code)) {
      case UnaryCode::nop:
      case UnaryCode::load_x:
      case UnaryCode::push_0:
      case UnaryCode::push_1:
      case UnaryCode::push_float:
        return 0;
      case UnaryCode::duplicate:
      case UnaryCode::pop:
      case UnaryCode::end_value:
        return 1;
      case UnaryCode::clamp:
        return 3;
      default:
        return -1;
    }
  }
  /// Number of values that a code pushes.
  static constexpr int values_left(std::uint8_t code) {
    switch (static_cast<UnaryCode>(code)) {
      case UnaryCode::nop:
      case UnaryCode::pop:
        return 0;
      case UnaryCode::duplicate:
        return 2;
      default:
        return 1;
    }
  }
};

/// Codes to other codes, by a table of 256.
struct TableLookUp : Node {
  static constexpr std::uint32_t opcode = 0x12;
  static constexpr Text name = "TableLookup1D";
  KmodelRange in{}, table{}, out{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "in", self.in, "table", self.table, "out", self.out);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::u8, in.bytes);
    take.in("table", table, KmodelType::u8, highest_code + 1);
    take.out("out", out, KmodelType::u8, in.bytes);
  }
};

/// e^(beta x) / sum of all e^(beta x), for each of `outer` vectors of `inner` elements.
struct Softmax : OneToOne {
  static constexpr std::uint32_t opcode = 0x0b;
  static constexpr Text name = "Softmax";
  std::int32_t inner = 1, outer = 1;
  float beta = 1;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "inner", self.inner, "outer", self.outer, "beta", self.beta);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, saturated_product(size_of(inner), size_of(outer)));
    take.out("out", out, KmodelType::f32, saturated_product(size_of(inner), size_of(outer)));
  }
  constexpr Text problem() const { return inner >= 1 && outer >= 1 ? Text() : bad_shape; }
};

// Matrices ------------------------------------------------------------------------------------------------------------

/// a[rows][columns] x b[columns][columns of b] + bias.
template <KmodelType Type>
struct MatMulOperands : Node {
  KmodelRange a{}, b{}, out{};
  std::int32_t a_rows = 1, a_columns = 1, b_columns = 1;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "a", self.a, "b", self.b, "out", self.out, "rows of a", self.a_rows, "columns of a",
               self.a_columns, "columns of b", self.b_columns);
  }
  constexpr void operands(auto& take) const {
    take.in("a", a, Type, saturated_product(size_of(a_rows), size_of(a_columns)));
    take.in("b", b, Type, saturated_product(size_of(a_columns), size_of(b_columns)));
    take.out("out", out, Type, saturated_product(size_of(a_rows), size_of(b_columns)));
  }
  constexpr Text problem() const { return a_rows >= 1 && a_columns >= 1 && b_columns >= 1 ? Text() : bad_shape; }
};

struct MatMul : MatMulOperands<KmodelType::f32> {
  static constexpr std::uint32_t opcode = 0x04;
  static constexpr Text name = "MatMul";
  Clamp clamp{};
  NumberList<float> bias{};  ///< sums begin with it

  static constexpr void fields(auto& self, auto& visit) {
    MatMulOperands::fields(self, visit);
    each_field(visit, "lowest", self.clamp.lowest, "highest", self.clamp.highest);
    visit("bias", self.bias, size_of(self.b_columns));
  }
};

/// Sums of (a + a offset) * (b + b offset) and the bias, scaled to codes.
struct QuantizedMatMul : MatMulOperands<KmodelType::u8> {
  static constexpr std::uint32_t opcode = 0x10;
  static constexpr Text name = "QuantizedMatMul";
  std::int32_t a_offset = 0, b_offset = 0;
  IntegerScale scale{};
  NumberList<std::int32_t> bias{};

  static constexpr void fields(auto& self, auto& visit) {
    MatMulOperands::fields(self, visit);
    each_field(visit, "a offset", self.a_offset, "b offset", self.b_offset, "multiplier", self.scale.multiplier,
               "shift", self.scale.shift, "offset", self.scale.offset);
    visit("bias", self.bias, size_of(self.b_columns));
  }
  constexpr Text problem() const { return scale.valid() ? MatMulOperands::problem() : bad_shift; }
};

/// Reduces the dimensions in which the output has size 1. The mean is the sum times (elements of out / elements of in),
/// as their ranges have them.
struct Reduce : OneToOne {
  static constexpr std::uint32_t opcode = 0x07;
  static constexpr Text name = "Reduce";
  ReduceOp op = ReduceOp::mean;
  KmodelShape in_shape{}, out_shape{};
  float start = 0;

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "op", self.op, "in shape", self.in_shape, "out shape", self.out_shape, "start", self.start);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::f32, in_shape.elements());
    take.out("out", out, KmodelType::f32, out_shape.elements());
  }
  constexpr Text problem() const {
    if (op > ReduceOp::sum) return bad_operation;
    if (!valid(in_shape)) return bad_shape;
    for (int i = 0; i < 4; ++i)
      if (out_shape[i] != 1 && out_shape[i] != in_shape[i]) return "the output does not fit the shape of the input";
    return {};
  }
};

// Shapes --------------------------------------------------------------------------------------------------------------

/// For each of `outer`: inner_bytes * dimensions[i] bytes of every input i.
struct Concat : Node {
  static constexpr std::uint32_t opcode = 0x01;
  static constexpr Text name = "Concat";
  KmodelRange out{};
  std::uint32_t inner_bytes = 0, outer = 0, count = 0;
  NumberList<std::uint32_t> inputs{};  ///< memory, type, start, bytes; memory, ...
  NumberList<std::int32_t> dimensions{};

  constexpr KmodelRange input(std::size_t i) const {
    return {static_cast<KmodelMemory>(inputs[4 * i]), static_cast<KmodelType>(inputs[4 * i + 1]), inputs[4 * i + 2],
            inputs[4 * i + 3]};
  }
  /// Bytes that input i gives for each of `outer`.
  constexpr std::uint64_t part(std::size_t i) const { return saturated_product(inner_bytes, size_of(dimensions[i])); }
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "out", self.out, "inner bytes", self.inner_bytes, "outer", self.outer, "count", self.count);
    visit("inputs", self.inputs, saturated_product(4, self.count));
    visit("dimensions", self.dimensions, self.count);
  }
  constexpr Text problem() const {
    if (inner_bytes == 0 || outer == 0 || count == 0) return bad_shape;
    for (std::size_t i = 0; i < count; ++i) {
      if (!input(i).valid()) return "an input has a memory or type that is not known";
      if (dimensions[i] < 1) return bad_shape;
    }
    return {};
  }
  constexpr void operands(auto& take) const {
    const auto elements = [](std::uint64_t bytes, KmodelType type) {
      return bytes / bytes_of(type) + (bytes % bytes_of(type) != 0);
    };
    std::uint64_t total = 0;  // below 2^64 if all inputs fit their ranges, whose sizes have 32 bits
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bytes = saturated_product(part(i), outer);
      take.in("input", input(i), input(i).type, elements(bytes, input(i).type));
      total += bytes;
    }
    take.out("out", out, out.type, elements(total, out.type));
  }
};

/// A node that copies or moves elements of any type without changing their values.
struct Move : OneToOne {
  constexpr std::uint64_t element_bytes() const { return bytes_of(out.type); }
};

struct MemoryCopy : Move {
  static constexpr std::uint32_t opcode = 0x09;
  static constexpr Text name = "MemoryCopy";

  constexpr void operands(auto& take) const { element_wise(take, out.type, out.type); }
};

/// Adds elements of one value around a tensor, or removes some at its ends.
struct Pad : Move {
  static constexpr std::uint32_t opcode = 0x05;
  static constexpr Text name = "Pad";
  KmodelShape in_shape{};
  Padding padding[4]{};
  std::uint32_t value_type = 0;  ///< not used by the runtime
  std::uint32_t value = 0;       ///< its first bytes are those of the element

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i) shape.sizes[i] = in_shape[i] + padding[i].before + padding[i].after;
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape);
    for (auto& dimension : self.padding) each_field(visit, "before", dimension.before, "after", dimension.after);
    each_field(visit, "value type", self.value_type, "value", self.value);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    for (int i = 0; i < 4; ++i)
      if (in_shape[i] < 1 || !fits_memory(in_shape[i]) || !fits_memory(padding[i].before) ||
          !fits_memory(padding[i].after))
        return "a size or padding is out of range";
    return valid(out_shape()) ? Text() : Text("it leaves nothing of its input");
  }
};

/// Dimension i of the output is dimension order[i] of the input.
struct Transpose : Move {
  static constexpr std::uint32_t opcode = 0x0c;
  static constexpr Text name = "Transpose";
  KmodelShape in_shape{}, order{};

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i) shape.sizes[i] = in_shape[order[i]];
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "order", self.order);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, in_shape.elements());
  }
  constexpr Text problem() const {
    unsigned seen = 0;
    for (std::int32_t dimension : order.sizes)
      if (dimension >= 0 && dimension < 4) seen |= 1u << dimension;
    if (seen != 0xf) return "the order does not name every dimension once";
    return valid(in_shape) ? Text() : bad_shape;
  }
};

/// begin, begin + stride, ... up to end, exclusive; the masks of TensorFlow are resolved already.
struct StridedSlice : Move {
  static constexpr std::uint32_t opcode = 0x0d;
  static constexpr Text name = "StridedSlice";
  KmodelShape in_shape{}, begin{}, end{}, strides{};
  std::int32_t begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_mask = 0;

  constexpr KmodelShape out_shape() const {
    KmodelShape shape{};
    for (int i = 0; i < 4; ++i)
      shape.sizes[i] = (end[i] - begin[i] + strides[i] - (strides[i] > 0 ? 1 : -1)) / strides[i];
    return shape;
  }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "begin", self.begin, "end", self.end, "strides", self.strides,
               "begin mask", self.begin_mask, "end mask", self.end_mask, "ellipsis mask", self.ellipsis_mask,
               "new axis mask", self.new_axis_mask, "shrink axis mask", self.shrink_mask);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    for (int i = 0; i < 4; ++i) {
      if (in_shape[i] < 1 || !fits_memory(in_shape[i]) || !fits_memory(strides[i]) || strides[i] == 0)
        return "a size or stride is out of range";
      const bool inside = begin[i] >= 0 && begin[i] < in_shape[i] && end[i] >= -1 && end[i] <= in_shape[i];
      if (!inside || (strides[i] > 0 ? begin[i] >= end[i] : begin[i] <= end[i])) return "a slice is empty or outside";
    }
    return {};
  }
};

enum class ResizeMode : std::uint32_t { bilinear, nearest };

/// Resizes images in N x C x H x W.
struct Resize : Move {
  static constexpr std::uint32_t opcode = 0x0a;
  static constexpr Text name = "ResizeImage";
  KmodelShape in_shape{};
  Pair out_size{};
  ResizeMode mode = ResizeMode::nearest;
  std::uint32_t align_corners = 0;  ///< lowest byte; the others are padding. Only bilinear resizing reads it

  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape, "out height", self.out_size.height, "out width", self.out_size.width,
               "mode", self.mode, "align corners", self.align_corners);
  }
  constexpr bool aligns_corners() const { return (align_corners & 0xff) != 0; }
  constexpr KmodelShape out_shape() const { return {{in_shape[0], in_shape[1], out_size.height, out_size.width}}; }
  constexpr void operands(auto& take) const {
    take.in("in", in, out.type, in_shape.elements());
    take.out("out", out, out.type, out_shape().elements());
  }
  constexpr Text problem() const {
    if (!valid(in_shape) || !valid(out_shape())) return bad_shape;
    return mode <= ResizeMode::nearest ? Text() : Text("the mode is not known");
  }
};

// The KPU -------------------------------------------------------------------------------------------------------------

/// Copies a tensor of codes into AI RAM: one map for each image.
struct KpuUpload : OneToOne {
  static constexpr std::uint32_t opcode = 0x2001;
  static constexpr Text name = "KPUUpload";
  KmodelShape in_shape{};

  constexpr Shape map() const { return {in_shape[1], in_shape[2], in_shape[3]}; }
  static constexpr void fields(auto& self, auto& visit) {
    OneToOne::fields(self, visit);
    each_field(visit, "in shape", self.in_shape);
  }
  constexpr void operands(auto& take) const {
    take.in("in", in, KmodelType::u8, in_shape.elements());
    take.map_out("out", out.start / line_bytes, map(), size_of(in_shape[0]));
  }
  constexpr Text problem() const {
    if (out.memory != KmodelMemory::kpu || out.start % line_bytes != 0)
      return "the output does not begin with a line of AI RAM";
    for (std::int32_t size : in_shape.sizes)
      if (size < 1 || !moderate(size)) return bad_shape;
    return {};
  }
};

/// One layer of the KPU, run once for each batch: the maps of a batch follow those of the batch before.
struct KpuConv : Node {
  static constexpr std::uint32_t opcode = 0x2002;
  static constexpr Text name = "KPUConv2D";
  KmodelRange main_out{};  ///< not used: all zero
  std::int32_t batches = 1, reserved = 0;
  KpuTables tables{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "main out", self.main_out, "batches", self.batches, "reserved", self.reserved, "tables",
               self.tables);
  }
  constexpr void operands(auto& take) const {
    const LayerArguments arguments = decode(tables.words);
    const KpuLayer layer = layer_of(arguments, 1);
    take.map_in("in", arguments.image_src_addr, layer.in, size_of(batches));
    take.map_out("out", arguments.image_dst_addr, layer.out(), size_of(batches));
    if (main_out.used())
      take.out("main out", main_out, KmodelType::u8,
               saturated_product(size_of(layer.out().elements()), size_of(batches)));
  }
  constexpr Text problem() const { return batches >= 1 ? Text() : Text("it has no batches"); }
};

/// All kinds of nodes of version 4.
using Kinds = TypeList<Binary, Concat, Conv2d, Dequantize, MatMul, Pad, Quantize, Reduce, ReduceWindow, MemoryCopy,
                       Resize, Softmax, Transpose, StridedSlice, Unary, QuantizedConv2d, QuantizedMatMul,
                       QuantizedBinary, TableLookUp, Conv2dTranspose, UnaryProgram, CpuConv2d, CpuDepthwiseConv2d,
                       CpuReduceWindow, CpuQuantizedConv2d, CpuQuantizedDepthwiseConv2d, KpuUpload, KpuConv>;

}  // namespace incuse::k210::kmodel4
