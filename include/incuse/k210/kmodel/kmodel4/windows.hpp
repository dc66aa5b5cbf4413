// Nodes that move a window over an image: convolutions and reductions. See kmodel4.hpp.
#pragma once

#include <cstdint>

#include <incuse/k210/kmodel/kmodel4/node.hpp>

namespace incuse::k210::kmodel4 {

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

}  // namespace incuse::k210::kmodel4
