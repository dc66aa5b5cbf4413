// Nodes of kmodels of version 3: nncase 0.1, run by kendryte-standalone-sdk. Source: kmodel sheet (k210-kmodel),
// section 1.
//
// Every kind of node is a struct with
//   opcode, name   as in the file and in the sheet
//   fields         its fields in the order of the file: reading, writing and printing walk this list
//   operands       the tensors that it reads and writes: take.in or take.out(role, type, address, elements)
//   problem        why it cannot be run; empty if it can
// Addresses are byte offsets in main memory but for `ram_line`, a line of AI RAM.
#pragma once

#include <cstdint>

#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/kmodel/kmodel_fields.hpp>

namespace incuse::k210::kmodel3 {

/// Byte offset in main memory.
using Address = std::uint32_t;

/// What all nodes have. Bit 0 of `flags` means "output also in main memory" and matters for convolutions only.
struct Node {
  std::uint32_t flags = 1;

  constexpr Text problem() const { return {}; }
};

/// A node that reads `count` elements and writes as many.
struct Elementwise : Node {
  Address in = 0, out = 0;
  std::uint32_t count = 0;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "count", self.count);
  }
};

/// Sum of two tensors of floats.
struct Add : Node {
  static constexpr std::uint32_t opcode = 1;
  static constexpr Text name = "add";
  Address a = 0, b = 0, out = 0;
  std::uint32_t count = 0;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "a", self.a, "b", self.b, "out", self.out, "count", self.count);
  }
  constexpr void operands(auto& take) const {
    take.in("a", KmodelType::f32, a, count);
    take.in("b", KmodelType::f32, b, count);
    take.out("out", KmodelType::f32, out, count);
  }
};

/// Sum of two tensors of codes: see `quantized_add`.
struct QuantizedAdd : Node {
  static constexpr std::uint32_t opcode = 2;
  static constexpr Text name = "quantized_add";
  Address a = 0, b = 0, out = 0;
  std::uint32_t count = 0;
  IntegerScale a_scale{}, b_scale{}, out_scale{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "a", self.a, "b", self.b, "out", self.out, "count", self.count);
    scale_fields(visit, self.a_scale);
    scale_fields(visit, self.b_scale);
    scale_fields(visit, self.out_scale);
  }
  constexpr void operands(auto& take) const {
    take.in("a", KmodelType::u8, a, count);
    take.in("b", KmodelType::u8, b, count);
    take.out("out", KmodelType::u8, out, count);
  }
  constexpr Text problem() const {
    return a_scale.valid() && b_scale.valid() && out_scale.valid() ? Text() : bad_shift;
  }
};

/// Mean of every channel.
struct GlobalAveragePool : Node {
  static constexpr std::uint32_t opcode = 5;
  static constexpr Text name = "global_average_pool2d";
  Address in = 0, out = 0;
  std::uint32_t pixels = 0, channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "pixels", self.pixels, "channels",
               self.channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, saturated_product(pixels, channels));
    take.out("out", KmodelType::f32, out, channels);
  }
};

/// Largest width, height or number of channels that is accepted: products of two of them fit an int.
inline constexpr std::uint32_t most_pixels = 0x7fff;

constexpr bool is_size(std::uint32_t size) { return size >= 1 && size <= most_pixels; }
inline constexpr Text bad_size = "a size is not between 1 and 32767";

/// Width, height, channels: the order of the file.
struct Sizes {
  std::uint32_t width = 0, height = 0, channels = 0;

  constexpr bool valid() const { return is_size(width) && is_size(height) && is_size(channels); }
  constexpr std::uint64_t elements() const { return saturated_product(width, height, channels); }
  constexpr Shape shape() const {
    return {static_cast<int>(channels), static_cast<int>(height), static_cast<int>(width)};
  }
};

/// Width, height.
struct Pair {
  std::uint32_t width = 0, height = 0;

  constexpr bool valid() const { return is_size(width) && is_size(height); }
  constexpr Extent extent() const { return {static_cast<int>(height), static_cast<int>(width)}; }
};

/// What both poolings have in common. The padding is above and to the left.
struct Pool : Node {
  Address in = 0, out = 0;
  Sizes in_size{}, out_size{};
  Pair kernel{}, stride{}, padding{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "in width", self.in_size.width, "in height",
               self.in_size.height, "in channels", self.in_size.channels, "out width", self.out_size.width,
               "out height", self.out_size.height, "out channels", self.out_size.channels, "kernel width",
               self.kernel.width, "kernel height", self.kernel.height, "stride width", self.stride.width,
               "stride height", self.stride.height, "padding width", self.padding.width, "padding height",
               self.padding.height);
  }
  constexpr PoolWindow window() const { return {kernel.extent(), stride.extent(), padding.extent()}; }
  constexpr Text problem() const {
    if (in_size.channels != out_size.channels) return "it has not as many output channels as input channels";
    if (padding.width > most_pixels || padding.height > most_pixels) return "a padding is not between 0 and 32767";
    return in_size.valid() && out_size.valid() && kernel.valid() && stride.valid() ? Text() : bad_size;
  }
};

struct QuantizedMaxPool : Pool {
  static constexpr std::uint32_t opcode = 8;
  static constexpr Text name = "quantized_max_pool2d";

  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, in_size.elements());
    take.out("out", KmodelType::u8, out, out_size.elements());
  }
};

struct AveragePool : Pool {
  static constexpr std::uint32_t opcode = 9;
  static constexpr Text name = "average_pool2d";
  std::uint32_t activation = 0;  ///< not used by the SDK

  static constexpr void fields(auto& self, auto& visit) {
    Pool::fields(self, visit);
    each_field(visit, "activation", self.activation);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, in_size.elements());
    take.out("out", KmodelType::f32, out, out_size.elements());
  }
};

/// Floats to codes.
struct Quantize : Elementwise {
  static constexpr std::uint32_t opcode = 11;
  static constexpr Text name = "quantize";
  LinearScale code{};

  static constexpr void fields(auto& self, auto& visit) {
    Elementwise::fields(self, visit);
    each_field(visit, "scale", self.code.scale, "bias", self.code.bias);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, count);
    take.out("out", KmodelType::u8, out, count);
  }
};

/// Codes to floats.
struct Dequantize : Elementwise {
  static constexpr std::uint32_t opcode = 12;
  static constexpr Text name = "dequantize";
  LinearScale code{};

  static constexpr void fields(auto& self, auto& visit) {
    Elementwise::fields(self, visit);
    each_field(visit, "scale", self.code.scale, "bias", self.code.bias);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, count);
    take.out("out", KmodelType::f32, out, count);
  }
};

/// Codes to other codes, by a table of 256.
struct Requantize : Elementwise {
  static constexpr std::uint32_t opcode = 13;
  static constexpr Text name = "requantize";
  NumberList<std::uint8_t> table{};

  static constexpr void fields(auto& self, auto& visit) {
    Elementwise::fields(self, visit);
    visit("table", self.table, highest_code + 1);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, count);
    take.out("out", KmodelType::u8, out, count);
  }
};

/// An element-wise node of floats.
struct FloatElementwise : Elementwise {
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, count);
    take.out("out", KmodelType::f32, out, count);
  }
};

struct L2Normalization : FloatElementwise {
  static constexpr std::uint32_t opcode = 14;
  static constexpr Text name = "l2_normalization";
};

struct Softmax : FloatElementwise {
  static constexpr std::uint32_t opcode = 15;
  static constexpr Text name = "softmax";
};

/// Copies bytes; there is one opcode for floats and one for codes.
struct Concat : Node {
  static constexpr std::uint32_t opcode = 16;
  static constexpr Text name = "concat";
  Address out = 0;
  std::uint32_t count = 0;
  NumberList<std::uint32_t> inputs{};  ///< start, bytes, start, bytes, ...

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "out", self.out, "count", self.count);
    visit("inputs", self.inputs, saturated_product(2, self.count));
  }
  constexpr void operands(auto& take) const {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
      take.in("input", KmodelType::u8, inputs[2 * i], inputs[2 * i + 1]);
      total += inputs[2 * i + 1];
    }
    take.out("out", KmodelType::u8, out, total);
  }
};

struct QuantizedConcat : Concat {
  static constexpr std::uint32_t opcode = 17;
  static constexpr Text name = "quantized_concat";
};

/// A linear layer of floats.
struct FullyConnected : Node {
  static constexpr std::uint32_t opcode = 18;
  static constexpr Text name = "fully_connected";
  Address in = 0, out = 0;
  std::uint32_t in_channels = 0, out_channels = 0;
  std::uint32_t activation = 0;  ///< 0 none, 1 ReLU, 2 ReLU6
  NumberList<float> weights{};   ///< [out][in]
  NumberList<float> bias{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "in channels", self.in_channels,
               "out channels", self.out_channels, "activation", self.activation);
    visit("weights", self.weights, saturated_product(self.in_channels, self.out_channels));
    visit("bias", self.bias, self.out_channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, in_channels);
    take.out("out", KmodelType::f32, out, out_channels);
  }
  constexpr Clamp clamp() const {
    if (activation == 0) return {};
    return activation == 1 ? Clamp{.lowest = 0} : Clamp{0, 6};
  }
  constexpr Text problem() const { return activation <= 2 ? Text() : Text("the activation is not 0, 1 or 2"); }
};

/// C x H x W to H x W x C, as TensorFlow flattens.
struct Flatten : Node {
  static constexpr std::uint32_t opcode = 20;
  static constexpr Text name = "tensorflow_flatten";
  Address in = 0, out = 0;
  Sizes size{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "width", self.size.width, "height",
               self.size.height, "channels", self.size.channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::f32, in, size.elements());
    take.out("out", KmodelType::f32, out, size.elements());
  }
  constexpr Text problem() const { return size.valid() ? Text() : bad_size; }
};

/// There is one opcode for floats and one for codes.
template <KmodelType Type>
struct ResizeNearest : Node {
  static constexpr std::uint32_t opcode = Type == KmodelType::f32 ? 22 : 23;
  static constexpr Text name =
      Type == KmodelType::f32 ? Text("resize_nearest_neighbor") : Text("quantized_resize_nearest_neighbor");
  Address in = 0, out = 0;
  Sizes size{};
  Pair out_size{};
  std::uint32_t align_corners = 0;  ///< not used by the SDK

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "width", self.size.width, "height",
               self.size.height, "channels", self.size.channels, "out width", self.out_size.width, "out height",
               self.out_size.height, "align corners", self.align_corners);
  }
  constexpr void operands(auto& take) const {
    take.in("in", Type, in, size.elements());
    take.out("out", Type, out, saturated_product(out_size.width, out_size.height, size.channels));
  }
  constexpr Text problem() const { return size.valid() && out_size.valid() ? Text() : bad_size; }
};

/// Codes to floats, with a scale and a bias for every channel.
struct ChannelwiseDequantize : Node {
  static constexpr std::uint32_t opcode = 24;
  static constexpr Text name = "channelwise_dequantize";
  Address in = 0, out = 0;
  std::uint32_t channels = 0, pixels = 0;
  NumberList<float> codes{};  ///< scale, bias, scale, bias, ...

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "channels", self.channels, "pixels",
               self.pixels);
    visit("codes", self.codes, saturated_product(2, self.channels));
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, saturated_product(channels, pixels));
    take.out("out", KmodelType::f32, out, saturated_product(channels, pixels));
  }
};

struct Logistic : FloatElementwise {
  static constexpr std::uint32_t opcode = 25;
  static constexpr Text name = "logistic";
};

/// One layer of the KPU.
struct Conv : Node {
  static constexpr std::uint32_t opcode = 10240;
  static constexpr Text name = "k210_conv";
  Address main_out = 0;  ///< if bit 0 of the flags is set
  KpuTables tables{};

  constexpr bool to_main() const { return (flags & 1) != 0; }
  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "main out", self.main_out, "tables", self.tables);
  }
  constexpr void operands(auto& take) const {
    const LayerArguments arguments = decode(tables.words);
    const KpuLayer layer = layer_of(arguments, 1);
    take.map_in("in", arguments.image_src_addr, layer.in, 1);
    take.map_out("out", arguments.image_dst_addr, layer.out(), 1);
    if (to_main()) take.out("main out", KmodelType::u8, main_out, static_cast<std::uint64_t>(layer.out().elements()));
  }
};

/// Each value becomes the first pixel of a 4x4 map in AI RAM.
struct AddPadding : Node {
  static constexpr std::uint32_t opcode = 10241;
  static constexpr Text name = "k210_add_padding";
  Address in = 0;
  std::uint32_t ram_line = 0;
  std::uint32_t channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "ram line", self.ram_line, "channels", self.channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, channels);
    take.map_out("out", ram_line, {static_cast<int>(channels), padded_extent.height, padded_extent.width}, 1);
  }
  constexpr Text problem() const { return is_size(channels) ? Text() : bad_size; }
};

/// Keeps the first pixel of each 4x4 map.
struct RemovePadding : Node {
  static constexpr std::uint32_t opcode = 10242;
  static constexpr Text name = "k210_remove_padding";
  Address in = 0, out = 0;
  std::uint32_t channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "out", self.out, "channels", self.channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, saturated_product(channels, static_cast<unsigned>(padded_extent.area())));
    take.out("out", KmodelType::u8, out, channels);
  }
};

/// Copies a tensor of codes from main memory into AI RAM.
struct Upload : Node {
  static constexpr std::uint32_t opcode = 10243;
  static constexpr Text name = "k210_upload";
  Address in = 0;
  std::uint32_t ram_line = 0;
  Sizes size{};

  static constexpr void fields(auto& self, auto& visit) {
    each_field(visit, "flags", self.flags, "in", self.in, "ram line", self.ram_line, "width", self.size.width, "height",
               self.size.height, "channels", self.size.channels);
  }
  constexpr void operands(auto& take) const {
    take.in("in", KmodelType::u8, in, size.elements());
    take.map_out("out", ram_line, size.shape(), 1);
  }
  constexpr Text problem() const { return size.valid() ? Text() : bad_size; }
};

/// All kinds of nodes of version 3.
using Kinds =
    TypeList<Add, QuantizedAdd, GlobalAveragePool, QuantizedMaxPool, AveragePool, Quantize, Dequantize, Requantize,
             L2Normalization, Softmax, Concat, QuantizedConcat, FullyConnected, Flatten, ResizeNearest<KmodelType::f32>,
             ResizeNearest<KmodelType::u8>, ChannelwiseDequantize, Logistic, Conv, AddPadding, RemovePadding, Upload>;

}  // namespace incuse::k210::kmodel3
