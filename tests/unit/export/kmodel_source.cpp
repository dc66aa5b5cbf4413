#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/kmodel.hpp>
#include <incuse/export/kmodel_source.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/kmodel_graph.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include <support/kmodel_files.hpp>
#include <support/kpu_layers.hpp>

namespace test_kmodel_source {

using namespace incuse;
using namespace incuse::k210;

namespace {

constexpr std::uint8_t weights[54]{}, batch_norm[24]{}, activation[activation_bytes]{};

KpuLayer layer_of_shape(Shape in, int out_channels, KpuPool pool = KpuPool::none) {
  KpuLayer layer = test::kpu_layer(in, out_channels);
  layer.pool = pool;
  layer.arg_x = -7;
  return layer;
}

kmodel3::Conv conv(const KpuLayer& layer, int from, int to) {
  KpuAddresses at;
  at.src_line = from;
  at.dst_line = to;
  kmodel3::Conv node;
  node.flags = 0;
  node.tables = {encode(arguments_of(layer, at, k210_kpu)),
                 {weights, static_cast<std::size_t>(layer.out_channels * layer.channel_weights())},
                 {batch_norm, static_cast<std::size_t>(8 * layer.out_channels)},
                 {activation, sizeof activation}};
  return node;
}
/// With its output in main memory too.
kmodel3::Conv conv(const KpuLayer& layer, int from, int to, std::uint32_t main_out) {
  kmodel3::Conv node = conv(layer, from, to);
  node.flags = 1;
  node.main_out = main_out;
  return node;
}

/// A node that reads `count` elements of main memory and writes as many.
template <class Node>
Node elementwise(std::uint32_t in, std::uint32_t out, std::uint32_t count) {
  Node node;
  node.in = in;
  node.out = out;
  node.count = count;
  return node;
}
kmodel3::Dequantize dequantize(std::uint32_t in, std::uint32_t out, std::uint32_t count) {
  auto node = elementwise<kmodel3::Dequantize>(in, out, count);
  node.code = {0.5f, -1.0f};
  return node;
}

/// A model with these outputs: start, bytes.
class Model {
 public:
  explicit Model(std::vector<std::pair<std::uint32_t, std::uint32_t>> outputs = {{4096, 128}}) {
    writer_.main_bytes = 1 << 20;
    for (const auto& [start, bytes] : outputs)
      writer_.outputs.push_back({KmodelMemory::main, KmodelType::f32, start, bytes});
  }
  void use_wide_weights() { writer_.eight_bit_weights = false; }

  template <class... Nodes>
  cpp::KmodelSource source(const Nodes&... nodes) {
    (writer_.add(nodes), ...);
    const std::vector<std::uint8_t> bytes = writer_.bytes();
    const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    REQUIRE_MESSAGE(file.ok(), file.error);
    return cpp::kmodel_source(file.model(), network_of(file.model()), "tiny");
  }

 private:
  Kmodel3Writer writer_{};
};

template <class... Nodes>
std::string text_of(const Nodes&... nodes) {
  const cpp::KmodelSource source = Model().source(nodes...);
  CHECK_MESSAGE(source.ok(), source.error());
  return source.text;
}
template <class... Nodes>
std::string error_of(const Nodes&... nodes) {
  const cpp::KmodelSource source = Model().source(nodes...);
  CHECK(source.text.empty());
  return source.error();
}

/// The bytes of an array of characters in a source; all of them are written as octal numbers or stand for themselves.
std::string bytes_of_array(const std::string& text, const std::string& name) {
  std::size_t at = text.find(' ' + name + "[] =");
  REQUIRE(at != std::string::npos);
  std::string bytes;
  bool inside = false;
  for (; text[at] != ';' || inside; ++at)
    if (text[at] == '"')
      inside = !inside;
    else if (inside && text[at] == '\\') {
      bytes += static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8));
      at += 3;
    } else if (inside)
      bytes += text[at];
  return bytes;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The first layer of most models here: 2 x 4 x 4 codes at byte 0, which take 128 bytes as floats.
kmodel3::Conv first() { return conv(layer_of_shape({2, 8, 8}, 2, KpuPool::max_2x2), 0, 500, 0); }
constexpr std::uint32_t out = 4096;  ///< where the output is

}  // namespace

TEST_CASE("a chain of layers becomes a network, pooling in a layer of its own") {
  const std::string text =
      text_of(conv(layer_of_shape({2, 16, 16}, 3, KpuPool::max_2x2), 0, 500),
              conv(layer_of_shape({3, 8, 8}, 2, KpuPool::left_top_2x2), 500, 0, 0), dequantize(0, out, 32));
  CHECK(contains(text,
                 "struct Net : Network<\n    Input<2, 16, 16>,\n    Conv2d<3, kernel<1>, as<\"conv0\">>,\n"
                 "    MaxPool2d<2, as<\"conv0_pooled\">>,\n    Conv2d<2, kernel<1>, as<\"conv1\">>,\n"
                 "    Subsample2d<2, as<\"conv1_pooled\">>,\n    Dequantize<as<\"dequantize2\">>> {};"));
  CHECK(contains(text, ".arg_x = -7"));
  CHECK(contains(text, "{.name = \"dequantize2\", .code = {0.5f, -1.0f}},"));
  CHECK(contains(text, "inline constexpr int outputs[] = {0};"));
  CHECK(contains(text, "namespace tiny {"));
}

TEST_CASE("every pooling of the KPU has a layer") {
  for (int i = 1; i < k210::pool_types; ++i) {
    const KpuLayer layer = layer_of_shape({2, 17, 19}, 1, static_cast<KpuPool>(i));
    const auto count = static_cast<std::uint32_t>(layer.out().elements());
    const cpp::KmodelSource source =
        Model({{out, 4 * count}}).source(conv(layer, 0, 500, 0), dequantize(0, out, count));
    REQUIRE_MESSAGE(source.ok(), source.error());
    CHECK(contains(source.text, "Pool2d<") != contains(source.text, "Subsample2d<"));
  }
}

TEST_CASE("tensors that are read twice are named, wherever they lie") {
  // Codes of the first layer are read in AI RAM, and in main memory; the second layer's take the place of its input.
  const std::string text = text_of(
      first(), conv(layer_of_shape({2, 4, 4}, 2), 500, 0, 64),
      [] {
        kmodel3::QuantizedAdd sum;
        sum.a = 64;
        sum.out = 128;
        sum.count = 32;
        sum.a_scale = {-3, 7, 2};
        return sum;
      }(),
      dequantize(128, out, 32));
  CHECK(contains(text, "Add<from<\"conv1\", \"conv0_pooled\">, on_cpu, as<\"quantized_add2\">>"));
  CHECK(contains(text, ".sum = {{-3, 7, 2}, {0, 1, 0}, {0, 1, 0}}"));
}

TEST_CASE("outputs keep the model's order") {
  const cpp::KmodelSource source =
      Model({{out + 128, 128}, {out, 128}}).source(first(), dequantize(0, out, 32), dequantize(0, out + 128, 32));
  REQUIRE_MESSAGE(source.ok(), source.error());
  CHECK(contains(source.text, "Dequantize<output, as<\"dequantize1\">>,\n    Dequantize<from<\"conv0_pooled\">"));
  CHECK(contains(source.text, "int outputs[] = {1, 0};"));
}

TEST_CASE("places of main memory are used again") {
  const std::string text = text_of(first(), dequantize(0, 256, 32), elementwise<kmodel3::Softmax>(256, 256, 32),
                                   elementwise<kmodel3::Logistic>(256, out, 32));
  CHECK(contains(text, "Dequantize<as<\"dequantize1\">>,\n    Softmax<as<\"softmax2\">>,\n    Logistic<"));
}

TEST_CASE("what is read has to be what one node wrote") {
  CHECK(error_of(first(), dequantize(8, out, 32)) ==
        "node 1 (dequantize): it reads bytes 8 to 39 of main memory, but node 0 wrote bytes 0 to 31");
  CHECK(error_of(first(), dequantize(64, out, 32)) ==
        "node 1 (dequantize): it reads bytes 64 to 95 of main memory, which nobody has written");
  CHECK(error_of(first(), dequantize(0, 16, 32), dequantize(0, out, 32)) ==
        "node 2 (dequantize): it reads bytes 0 to 31 of main memory, but node 1 wrote bytes 16 to 143");
  CHECK(error_of(conv(layer_of_shape({2, 16, 16}, 3), 0, 500), conv(layer_of_shape({3, 16, 16}, 1), 400, 0, 0)) ==
        "node 1 (k210_conv): it reads lines 400 to 415 of AI RAM, which nobody has written\n"
        "output 0: it reads bytes 4096 to 4223 of main memory, which nobody has written");
  CHECK(error_of(first(), elementwise<kmodel3::Softmax>(0, out, 8)) ==
        "output 0: it reads bytes 4096 to 4223 of main memory, a part of which nobody has written\n"
        "node 1 (softmax): it reads floats where codes are");
  // Sums of codes write eight at a time: the last ones are behind the tensor.
  kmodel3::QuantizedAdd sum;
  sum.out = 36;
  sum.count = 36;
  const kmodel3::Conv odd = conv(layer_of_shape({1, 6, 6}, 1), 0, 500, 0);
  CHECK(error_of(odd, dequantize(0, 72, 36), sum, elementwise<kmodel3::Softmax>(72, out, 36)) ==
        "node 3 (softmax): it reads bytes 72 to 215 of main memory, a part of which nobody has written");
  CHECK(error_of(first(), dequantize(0, 256, 32)) ==
        "output 0: it reads bytes 4096 to 4223 of main memory, which nobody has written");
  CHECK(error_of(first(), dequantize(0, out, 32), dequantize(0, 256, 32)) ==
        "node 2 (dequantize): nobody reads what it writes, and it is no output");
}

TEST_CASE("what network types cannot say is refused with its node") {
  kmodel3::GlobalAveragePool means;
  means.in = 256;
  means.out = out;
  means.pixels = 4;
  means.channels = 8;
  CHECK(error_of(first(), dequantize(0, 256, 32), means) ==
        "output 0: it reads bytes 4096 to 4223 of main memory, a part of which nobody has written\n"
        "node 2 (global_average_pool2d): it reads 2x4x4 values as 8 channels of 4, and network types cannot reshape");
  kmodel3::Flatten flatten;
  flatten.in = 256;
  flatten.out = out;
  flatten.size = {16, 1, 2};
  CHECK(error_of(first(), dequantize(0, 256, 32), flatten) ==
        "node 2 (tensorflow_flatten): it reads 2x4x4 values as 2x1x16, and network types cannot reshape");

  kmodel3::QuantizedMaxPool windows;
  windows.out = 256;
  windows.in_size = {4, 4, 2};
  windows.kernel = {3, 3};
  windows.stride = {2, 2};
  windows.out_size = {2, 2, 2};
  const auto source_with = [&] { return Model({{out, 32}}).source(first(), windows, dequantize(256, out, 8)); };
  CHECK(contains(source_with().text, "MaxPool2d<3, stride<2>, same_padding, on_cpu, as<\"quantized_max_pool2d1\">>"));
  windows.padding = {1, 1};
  CHECK(contains(source_with().text, "MaxPool2d<3, stride<2>, border<1, 0, 1, 0>, on_cpu, as<"));
  windows.padding = {0, 1};  // width, height
  CHECK(contains(source_with().text, "MaxPool2d<3, stride<2>, border<1, 0, 0, 1>, on_cpu, as<"));
  windows.padding = {0, 0};
  windows.kernel = {4, 4};
  windows.stride = {1, 1};
  CHECK(source_with().error() ==
        "node 1 (quantized_max_pool2d): it has 2x2 windows: neither all that fit, nor all that begin inside");

  KpuLayer depthwise = layer_of_shape({2, 8, 8}, 2, KpuPool::max_2x2);
  depthwise.depthwise = true;
  CHECK(error_of(conv(depthwise, 0, 500, 0), dequantize(0, out, 32)) ==
        "node 0 (k210_conv): the KPU does not pool behind a depth-wise convolution");

  Model wide;
  wide.use_wide_weights();
  constexpr std::uint8_t both[8]{};
  kmodel3::Conv node = first();
  node.tables.weights = {both, 8};
  CHECK(wide.source(node, dequantize(0, out, 32)).error() ==
        "network types have 8-bit weights on the K210, the model has 16-bit ones");
  kmodel3::Dequantize infinite = dequantize(0, out, 32);
  infinite.code.scale = __builtin_huge_valf();
  CHECK(error_of(first(), infinite) == "dequantize1 has a number that is not finite");
}

TEST_CASE("all nodes that are refused are named, and none that only reads what they make") {
  kmodel3::Flatten flatten;  // of another shape than what it reads
  flatten.in = 256;
  flatten.out = 512;
  flatten.size = {16, 1, 2};
  kmodel3::GlobalAveragePool means;
  means.in = 512;
  means.out = 768;
  means.pixels = 4;
  means.channels = 8;
  kmodel3::QuantizedMaxPool windows;
  windows.in = 1024;
  windows.out = 1280;
  windows.in_size = {2, 2, 2};
  windows.kernel = windows.stride = {1, 1};
  windows.out_size = {2, 2, 2};
  windows.padding = {1, 1};
  CHECK(error_of(first(), dequantize(0, 256, 32), flatten, means, elementwise<kmodel3::Softmax>(768, 832, 8),
                 elementwise<kmodel3::Softmax>(0, 896, 8), elementwise<kmodel3::Quantize>(768, 1024, 8), windows,
                 dequantize(1280, out, 8), dequantize(5000, 6000, 1)) ==
        "node 9 (dequantize): it reads bytes 5000 to 5000 of main memory, which nobody has written\n"
        "output 0: it reads bytes 4096 to 4223 of main memory, a part of which nobody has written\n"
        "node 2 (tensorflow_flatten): it reads 2x4x4 values as 2x1x16, and network types cannot reshape\n"
        "node 5 (softmax): it reads floats where codes are\n"
        "node 7 (quantized_max_pool2d): it has 2x2 windows: neither all that fit, nor all that begin inside");
}

TEST_CASE("rules of the chip are applied, and name the node") {
  // Two sums of tensors that have not one size.
  kmodel3::Add sum;
  sum.a = 256;
  sum.b = 512;
  sum.out = out;
  sum.count = 32;
  kmodel3::GlobalAveragePool means;
  means.in = 256;
  means.out = 512;
  means.pixels = 16;
  means.channels = 2;
  kmodel3::ResizeNearest<KmodelType::f32> resized;
  resized.in = 512;
  resized.out = 512;
  resized.size = {1, 1, 2};
  resized.out_size = {2, 8};
  CHECK(contains(error_of(first(), dequantize(0, 256, 32), means, resized, sum),
                 "node 4 (add): tensors that the processor joins differ in size"));
  // Pixels of padded maps that firmware does not write.
  auto codes = elementwise<kmodel3::Quantize>(512, 600, 2);
  kmodel3::AddPadding padding;
  padding.in = 600;
  padding.ram_line = 1000;
  padding.channels = 2;
  CHECK(contains(error_of(first(), dequantize(0, 256, 32), means, codes, padding,
                          conv(layer_of_shape({2, 4, 4}, 2), 1000, 2000, 700), dequantize(700, out, 32)),
                 "node 6 (dequantize): firmware writes the first pixels of padded maps only"));
}

TEST_CASE("tables of the processor's layers are arrays of their types") {
  kmodel3::FullyConnected connected;
  const std::uint8_t ones[4 * 64]{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40};  // 1, 2, 0 ...
  connected.in = 256;
  connected.out = 512;
  connected.in_channels = 32;
  connected.out_channels = 2;
  connected.weights = {ones, 64};
  connected.bias = {ones, 2};
  const std::string text = Model({{512, 8}}).source(first(), dequantize(0, 256, 32), connected).text;
  CHECK(contains(text, "inline constexpr float fully_connected2_bias[] = {"));
  CHECK(contains(text, "inline constexpr float fully_connected2_weights[] = {"));
  CHECK(contains(text, ".weights = tables::fully_connected2_weights, .bias = tables::fully_connected2_bias}"));

  kmodel3::ChannelwiseDequantize codes;
  codes.in = 0;
  codes.out = out;
  codes.channels = 2;
  codes.pixels = 16;
  codes.codes = {ones, 4};
  const std::string channels = text_of(first(), codes);
  CHECK(contains(channels, "inline constexpr incuse::k210::LinearScale channelwise_dequantize1_channels[] = {"));
}

// Version 4 -----------------------------------------------------------------------------------------------------------

namespace {

cpp::KmodelSource source_of(const kmodel_files::FileBytes& bytes) {
  const KmodelFile file = parse_kmodel(bytes.text());
  REQUIRE_MESSAGE(file.ok(), file.error);
  return cpp::kmodel_source(file.model(), network_of(file.model()), "tiny");
}

/// Two codes at 0; a table look-up to 2, numbers of that at 8, their sum with themselves at 16, both one behind the
/// other at 24.
kmodel_files::FileBytes version_4(float lowest, std::uint32_t outer = 1) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::uint32_t inner = 8 / outer;
  kmodel_files::FileBytes file;
  file.u32({0x4B4D444C, 4, 0, 1, 256, 64, 4, 1, 1, 0}).u32({1, 1, 0, 2}).u32({1, 1, 1, 2}).u32({1, 0, 24, 16});
  for (std::uint32_t i = 0; i < 64; ++i) file.u32({0x07050301u * i + 0x80ff4000u});
  file.u32({0x12, 48}).u32({0x03, 40}).u32({0x00, 108}).u32({0x01, 68});
  file.u32({1, 1, 0, 2}).u32({0, 1, 0, 256}).u32({1, 1, 2, 2});
  file.u32({1, 1, 2, 2}).u32({1, 0, 8, 8}).u32({10}).f32({4.0f});
  file.u32({1, 0, 8, 8}).u32({1, 0, 8, 8}).u32({1, 0, 16, 8}).u32({0});
  file.u32({1, 1, 1, 2}).u32({1, 1, 1, 2}).u32({1, 1, 1, 2}).f32({lowest, infinity});
  return file.u32({1, 0, 24, 16}).u32({inner, outer, 2}).u32({1, 0, 8, 8}).u32({1, 0, 16, 8}).u32({1, 1});
}

}  // namespace

TEST_CASE("nodes of version 4 that compute what layers do are imported") {
  const cpp::KmodelSource source = source_of(version_4(-std::numeric_limits<float>::infinity()));
  REQUIRE_MESSAGE(source.ok(), source.error());
  CHECK(contains(source.text,
                 "Input<1, 1, 2>,\n    Requantize<as<\"tablelookup1d0\">>,\n    Dequantize<as<\"dequantize1\">>,\n"
                 "    Add<from<\"dequantize1\", \"dequantize1\">, on_cpu, as<\"binary2\">>,\n"
                 "    Identity<from<\"dequantize1\", \"binary2\">, on_cpu, as<\"concat3\">>> {};"));
  CHECK(contains(source.text, "{.name = \"dequantize1\", .code = {0.25f, -0.0f, 10}},"));
  const std::string file = version_4(0).text(), table = file.substr(file.size() - 264 - 32 - 256, 256);
  CHECK(bytes_of_array(source.text, "tablelookup1d0_table") == table);
}

TEST_CASE("what a node of version 4 does at once becomes several layers") {
  const cpp::KmodelSource clamped = source_of(version_4(0));
  REQUIRE_MESSAGE(clamped.ok(), clamped.error());
  CHECK(contains(clamped.text,
                 "Add<from<\"dequantize1\", \"dequantize1\">, on_cpu, as<\"binary2\">>,\n"
                 "    Apply<as<\"binary2_2\">>,\n"));
  // x, 0, infinity, clamp, end
  CHECK(bytes_of_array(clamped.text, "binary2_2_program") == std::string("\3\6\0\0\0\0\6\0\0\x80\x7f\x80\xa0", 13));
  const cpp::KmodelSource in_turn = source_of(version_4(-std::numeric_limits<float>::infinity(), 2));
  REQUIRE_MESSAGE(in_turn.ok(), in_turn.error());
  CHECK(contains(in_turn.text,
                 "    Reshape<2, 1, 1, from<\"dequantize1\">, as<\"concat3\">>,\n"
                 "    Transpose<1, 0, 2, as<\"concat3_2\">>,\n"
                 "    Reshape<2, 1, 1, from<\"binary2\">, as<\"concat3_3\">>,\n"
                 "    Transpose<1, 0, 2, as<\"concat3_4\">>,\n"
                 "    Identity<from<\"concat3_2\", \"concat3_4\">, on_cpu, as<\"concat3_5\">>,\n"
                 "    Transpose<1, 0, 2, as<\"concat3_6\">>> {};"));
  // Two floats at 0 to codes at 8.
  kmodel_files::FileBytes quantize;
  quantize.u32({0x4B4D444C, 4, 0, 1, 0, 16, 1, 1, 1, 0}).u32({1, 0, 0, 8}).u32({1, 1, 1, 2}).u32({1, 1, 8, 2});
  quantize.u32({0x06, 40}).u32({1, 0, 0, 8}).u32({1, 1, 8, 2}).u32({10}).f32({4.0f});
  CHECK(contains(source_of(quantize).text, "{.name = \"quantize0\", .code = {4.0f, 0.0f, 10}, .rounding = "));
}

TEST_CASE("kernels of transposed convolutions are turned, and constants that only move are no layers") {
  // 1x2x2 at 0 with a kernel of 2x2 and stride 2 to 1x4x4 at 16.
  kmodel_files::FileBytes transposed;
  transposed.u32({0x4B4D444C, 4, 0, 1, 0, 80, 1, 1, 1, 0}).u32({1, 0, 0, 16}).u32({1, 1, 2, 2}).u32({1, 0, 16, 64});
  transposed.u32({0x13, 136}).u32({1, 0, 0, 16}).u32({1, 0, 16, 64}).u32({1, 1, 2, 2}).u32({1, 1, 4, 4}).u32({1});
  transposed.u32({0, 0, 0, 0, 2, 2, 2, 2, 1, 1}).f32({-__builtin_huge_valf(), __builtin_huge_valf()});
  transposed.f32({1, 2, 3, 4}).f32({9});
  const cpp::KmodelSource source = source_of(transposed);
  REQUIRE_MESSAGE(source.ok(), source.error());
  CHECK(contains(source.text, "ConvTranspose2d<1, kernel<2>, output_pad<0>, on_cpu, as<\"conv2dtranspose0\">>> {};"));
  CHECK(contains(source.text, "{\n    4.0f, 3.0f, 2.0f, 1.0f,\n}"));
  // A constant 2x1, turned to 1x2 at 8, times the input at 0: the weights of a layer.
  kmodel_files::FileBytes folded;
  folded.u32({0x4B4D444C, 4, 0, 1, 8, 24, 2, 1, 1, 0}).u32({1, 0, 0, 4}).u32({1, 1, 1, 1}).u32({1, 0, 16, 8});
  folded.f32({5, 6}).u32({0x0c, 64}).u32({0x04, 80});
  folded.u32({0, 0, 0, 8}).u32({1, 0, 8, 8}).u32({1, 1, 2, 1}).u32({0, 1, 3, 2});
  folded.u32({1, 0, 0, 4}).u32({1, 0, 8, 8}).u32({1, 0, 16, 8}).u32({1, 1, 2});
  folded.f32({-__builtin_huge_valf(), __builtin_huge_valf()}).f32({0, 0}).u32({0});
  const cpp::KmodelSource linear = source_of(folded);
  REQUIRE_MESSAGE(linear.ok(), linear.error());
  CHECK(contains(linear.text, "Linear<2, bias, on_cpu, as<\"matmul1\">>> {};"));
  CHECK(contains(linear.text, "{\n    5.0f, 6.0f,\n}"));
}

TEST_CASE("nodes of version 4 that no layer computes are refused") {
  // Two floats at 0 and two more, multiplied as 1x2 and 2x1, to one at 8: both come from outside.
  kmodel_files::FileBytes product;
  product.u32({0x4B4D444C, 4, 0, 1, 0, 16, 1, 1, 1, 0}).u32({1, 0, 0, 8}).u32({1, 1, 1, 2}).u32({1, 0, 8, 4});
  product.u32({0x04, 72}).u32({1, 0, 0, 8}).u32({1, 0, 0, 8}).u32({1, 0, 8, 4}).u32({1, 2, 1}).f32({0, 1}).f32({0});
  CHECK(source_of(product).error() ==
        "node 0 (MatMul): it multiplies two tensors, and network types a tensor with weights");
}

}  // namespace test_kmodel_source
