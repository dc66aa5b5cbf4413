// Kmodels, the model files of the K210's vendor, as values that point into the file: versions 3 (nncase 0.1, run by
// kendryte-standalone-sdk) and 4 (nncase 0.2). Every kind of node is a struct that lists its fields once, in the order
// of the file; reading, writing and printing walk that list. Source: kmodel sheet (k210-kmodel), sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/core/text.hpp>
#include <incuse/k210/layer_words.hpp>
#include <incuse/k210/software_layers.hpp>

namespace incuse::k210 {

// Bytes of a file ---------------------------------------------------------------------------------------------------

/// Bytes that live elsewhere.
struct Bytes {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

namespace detail {

template <std::size_t Size>
struct UnsignedOfSize;
template <>
struct UnsignedOfSize<1> {
  using type = std::uint8_t;
};
template <>
struct UnsignedOfSize<4> {
  using type = std::uint32_t;
};
template <>
struct UnsignedOfSize<8> {
  using type = std::uint64_t;
};

}  // namespace detail

/// A number from little-endian bytes, which need no alignment.
template <class Number>
constexpr Number little_endian(const std::uint8_t* bytes) {
  using Bits = typename detail::UnsignedOfSize<sizeof(Number)>::type;
  Bits bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) bits = static_cast<Bits>(bits | Bits{bytes[i]} << 8 * i);
  return __builtin_bit_cast(Number, bits);
}

/// Numbers in the file, one behind the other.
template <class Number>
struct NumberList {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;

  constexpr Number operator[](std::size_t i) const { return little_endian<Number>(data + i * sizeof(Number)); }
};

// Memory --------------------------------------------------------------------------------------------------------------

enum class KmodelMemory : unsigned char { constants, main, kpu };
enum class KmodelType : unsigned char { f32, u8 };

constexpr int bytes_of(KmodelType type) { return type == KmodelType::f32 ? 4 : 1; }

/// Where a tensor lies. `start` counts bytes from the beginning of its memory. A range of the KPU's memory is as long
/// as the packed tensor.
struct KmodelRange {
  KmodelMemory memory = KmodelMemory::constants;
  KmodelType type = KmodelType::f32;
  std::uint32_t start = 0;
  std::uint32_t bytes = 0;

  /// All zero: not used.
  constexpr bool used() const { return bytes != 0; }
};

/// N, C, H, W.
struct KmodelShape {
  std::int32_t sizes[4]{1, 1, 1, 1};

  constexpr std::int32_t operator[](int i) const { return sizes[i]; }
};

/// Words and tables of a layer of the KPU. In both versions the file says where they lie, and their sizes follow from the
/// words.
struct KpuTables {
  LayerWords words{};
  Bytes weights{};
  Bytes batch_norm{};  ///< 8 bytes for every output channel
  Bytes activation{};
};

// Version 3 -----------------------------------------------------------------------------------------------------------

/// Nodes of version 3. Addresses are byte offsets in main memory but for `ram_line`, a line of AI RAM. Bit 0 of `flags`
/// means "output also in main memory" and matters for convolutions only.
namespace kmodel3 {

using Address = std::uint32_t;

struct Add {
  std::uint32_t flags = 1;
  Address a = 0, b = 0, out = 0;
  std::uint32_t count = 0;

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("a", self.a);
    visit("b", self.b);
    visit("out", self.out);
    visit("count", self.count);
  }
};

struct QuantizedAdd {
  std::uint32_t flags = 1;
  Address a = 0, b = 0, out = 0;
  std::uint32_t count = 0;
  IntegerScale a_scale{}, b_scale{}, out_scale{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("a", self.a);
    visit("b", self.b);
    visit("out", self.out);
    visit("count", self.count);
    visit("a scale", self.a_scale);
    visit("b scale", self.b_scale);
    visit("out scale", self.out_scale);
  }
};

struct GlobalAveragePool {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t pixels = 0, channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("pixels", self.pixels);
    visit("channels", self.channels);
  }
};

/// Width, height, channels: the order of the file.
struct Sizes {
  std::uint32_t width = 0, height = 0, channels = 0;
};

/// Width, height.
struct Pair {
  std::uint32_t width = 0, height = 0;
};

struct QuantizedMaxPool {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  Sizes in_size{}, out_size{};
  Pair kernel{}, stride{}, padding{};  ///< nobody reads the padding

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("in size", self.in_size);
    visit("out size", self.out_size);
    visit("kernel", self.kernel);
    visit("stride", self.stride);
    visit("padding", self.padding);
  }
};

struct AveragePool : QuantizedMaxPool {
  std::uint32_t activation = 0;  ///< nobody reads it

  static constexpr void fields(auto& self, auto& visit) {
    QuantizedMaxPool::fields(self, visit);
    visit("activation", self.activation);
  }
};

struct Quantize {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t count = 0;
  CodeScale code{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("count", self.count);
    visit("code", self.code);
  }
};

struct Dequantize : Quantize {};

struct Requantize {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t count = 0;
  NumberList<std::uint8_t> table{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("count", self.count);
    visit("table", self.table, 256);
  }
};

/// L2 normalization, softmax, logistic.
struct Elementwise {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t count = 0;

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("count", self.count);
  }
};

struct L2Normalization : Elementwise {};
struct Softmax : Elementwise {};
struct Logistic : Elementwise {};

/// Of floats or of codes: bytes in both cases.
struct Concat {
  std::uint32_t flags = 1;
  Address out = 0;
  std::uint32_t count = 0;
  NumberList<std::uint32_t> inputs{};  ///< start, bytes, start, bytes ...

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("out", self.out);
    visit("count", self.count);
    visit("inputs", self.inputs, std::uint64_t{2} * self.count);
  }
};

struct FullyConnected {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t in_channels = 0, out_channels = 0;
  std::uint32_t activation = 0;  ///< 0 none, 1 ReLU, 2 ReLU6
  NumberList<float> weights{}, bias{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("in channels", self.in_channels);
    visit("out channels", self.out_channels);
    visit("activation", self.activation);
    visit("weights", self.weights, std::uint64_t{self.in_channels} * self.out_channels);
    visit("bias", self.bias, self.out_channels);
  }
};

struct Flatten {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  Sizes size{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("size", self.size);
  }
};

struct ResizeNearest {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  Sizes size{};
  Pair out_size{};
  std::uint32_t align_corners = 0;  ///< nobody reads it

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("size", self.size);
    visit("out size", self.out_size);
    visit("align corners", self.align_corners);
  }
};

struct QuantizedResizeNearest : ResizeNearest {};

struct ChannelwiseDequantize {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t channels = 0, pixels = 0;
  NumberList<float> codes{};  ///< scale, bias, scale, bias ...

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("channels", self.channels);
    visit("pixels", self.pixels);
    visit("codes", self.codes, std::uint64_t{2} * self.channels);
  }
};

/// One layer of the KPU. In the file, four offsets say where words and tables lie.
struct Conv {
  std::uint32_t flags = 0;  ///< bit 0: the output goes to main memory as well
  Address main_out = 0;
  KpuTables tables{};

  constexpr bool to_main() const { return (flags & 1) != 0; }

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("main out", self.main_out);
    visit("tables", self.tables);
  }
};

/// Each value becomes the first pixel of a 4x4 map in AI RAM.
struct AddPadding {
  std::uint32_t flags = 0;
  Address in = 0;
  std::uint32_t ram_line = 0;
  std::uint32_t channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("ram line", self.ram_line);
    visit("channels", self.channels);
  }
};

/// The first pixel of each 4x4 map.
struct RemovePadding {
  std::uint32_t flags = 1;
  Address in = 0, out = 0;
  std::uint32_t channels = 0;

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("out", self.out);
    visit("channels", self.channels);
  }
};

struct Upload {
  std::uint32_t flags = 0;
  Address in = 0;
  std::uint32_t ram_line = 0;
  Sizes size{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("flags", self.flags);
    visit("in", self.in);
    visit("ram line", self.ram_line);
    visit("size", self.size);
  }
};

}  // namespace kmodel3

// Version 4 -----------------------------------------------------------------------------------------------------------

/// Nodes of version 4. Numbers of bytes and of elements are as in the file; `before` and `after` are elements of padding.
namespace kmodel4 {

struct Padding {
  std::int32_t before = 0, after = 0;
};

/// Height, width.
struct Size2 {
  std::int32_t height = 1, width = 1;
};

/// Operations of `Binary` and `QuantizedBinary`; operands of size 1 are repeated.
enum class BinaryOp : std::uint32_t { add, sub, mul, div, min, max };

struct Binary {
  KmodelRange a{}, b{}, out{};
  BinaryOp op = BinaryOp::add;
  KmodelShape a_shape{}, b_shape{}, out_shape{};
  Clamp clamp{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("a", self.a);
    visit("b", self.b);
    visit("out", self.out);
    visit("op", self.op);
    visit("a shape", self.a_shape);
    visit("b shape", self.b_shape);
    visit("out shape", self.out_shape);
    visit("clamp", self.clamp);
  }
};

/// For each of `outer`: inner_bytes * dimensions[i] bytes of every input i.
struct Concat {
  KmodelRange out{};
  std::uint32_t inner_bytes = 0, outer = 0, count = 0;
  NumberList<std::uint32_t> inputs{};  ///< memory, type, start, bytes; memory, ...
  NumberList<std::int32_t> dimensions{};

  constexpr KmodelRange input(std::size_t i) const {
    return {static_cast<KmodelMemory>(inputs[4 * i]), static_cast<KmodelType>(inputs[4 * i + 1]), inputs[4 * i + 2],
            inputs[4 * i + 3]};
  }

  static constexpr void fields(auto& self, auto& visit) {
    visit("out", self.out);
    visit("inner bytes", self.inner_bytes);
    visit("outer", self.outer);
    visit("count", self.count);
    visit("inputs", self.inputs, std::uint64_t{4} * self.count);
    visit("dimensions", self.dimensions, self.count);
  }
};

/// Weights are [out][in / groups][height][width].
struct Conv2d {
  KmodelRange in{}, out{};
  KmodelShape in_shape{};
  std::int32_t groups = 1, out_channels = 1;
  Padding pad_height{}, pad_width{};
  Size2 kernel{}, stride{}, dilation{};
  Clamp clamp{};
  NumberList<float> weights{}, bias{};

  static constexpr void fields(auto& self, auto& visit) {
    visit("in", self.in);
    visit("out", self.out);
    visit("in shape", self.in_shape);
    visit("groups", self.groups);
    visit("out channels", self.out_channels);
    visit("pad height", self.pad_height);
    visit("pad width", self.pad_width);
    visit("kernel", self.kernel);
    visit("stride", self.stride);
    visit("dilation", self.dilation);
    visit("clamp", self.clamp);
    visit("weights", self.weights, self.weight_count());
    visit("bias", self.bias, count_of(self.out_channels));
  }
  constexpr std::uint64_t weight_count() const {
    return product(count_of(out_channels), groups > 0 ? count_of(in_shape[1]) / count_of(groups) : 0,
                   count_of(kernel.height), count_of(kernel.width));
  }
};

/// Integers: sum of (x + in_offset) * (w + weight_offset) + bias, times multiplier >> shift, plus offset.
struct QuantizedConv2d {
  KmodelRange in{}, out{};
  KmodelShape in_shape{};
  std::int32_t groups = 1, out_channels = 1;
  Padding pad_height{}, pad_width{};
  Size2 kernel{}, stride{}, dilation{};
  std::int32_t in_offset = 0, weight_offset = 0;
  OutputScale scale{};
  NumberList<std::int32_t> bias{};
  NumberList<std::uint8_t> weights{};
};

}  // namespace kmodel4
