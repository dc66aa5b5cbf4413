#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/kmodel_run.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include <support/kpu_layers.hpp>

namespace test_kmodel_run {

using namespace incuse;
using namespace incuse::k210;

namespace {

/// Memories with floats in main memory from byte 0 on, and the nodes of version 4 on top.
struct Bench {
  explicit Bench(const std::vector<float>& values) {
    model.version = 4;
    model.main_bytes = 4096;
    memories.emplace_back(model);
    memories[0].store(KmodelMemory::main, 0, values);
  }

  Kmodel model{};
  std::vector<host::KmodelMemories> memories{};

  template <class Node>
  std::vector<float> run(Node node, std::size_t in_values, std::size_t out_values) {
    node.in = floats(0, in_values);
    node.out = floats(2048, out_values);
    host::Kmodel4Nodes(memories[0], Emulator::newer).run(node);
    return memories[0].tensor<float>(node.out);
  }
  /// The same with codes.
  template <class Node>
  std::vector<std::uint8_t> run_codes(Node node, const std::vector<std::uint8_t>& in, std::size_t out_values) {
    memories[0].store(KmodelMemory::main, 0, in);
    node.in = codes(0, in.size());
    node.out = codes(2048, out_values);
    host::Kmodel4Nodes(memories[0], Emulator::newer).run(node);
    return memories[0].tensor<std::uint8_t>(node.out);
  }
  static KmodelRange floats(std::uint32_t start, std::size_t count) {
    return {KmodelMemory::main, KmodelType::f32, start, static_cast<std::uint32_t>(4 * count)};
  }
  static KmodelRange codes(std::uint32_t start, std::size_t count) {
    return {KmodelMemory::main, KmodelType::u8, start, static_cast<std::uint32_t>(count)};
  }
};

using Floats = std::vector<float>;
using Codes = std::vector<std::uint8_t>;

template <class Number, std::size_t count>
NumberList<Number> list_of(const Number (&numbers)[count]) {
  return {reinterpret_cast<const std::uint8_t*>(numbers), count};
}

}  // namespace

TEST_CASE("tensors are moved by shape") {
  Bench bench({1, 2, 3, 4, 5, 6});
  kmodel4::Transpose transpose;
  transpose.in_shape = {{1, 1, 2, 3}};
  transpose.order = {{0, 1, 3, 2}};
  CHECK(bench.run(transpose, 6, 6) == Floats{1, 4, 2, 5, 3, 6});

  kmodel4::Pad pad;
  pad.in_shape = {{1, 1, 2, 3}};
  pad.padding[2] = {1, -1};
  pad.padding[3] = {-1, 1};
  const float value = 9;
  std::memcpy(&pad.value, &value, sizeof value);
  CHECK(bench.run(pad, 6, 6) == Floats{9, 9, 9, 2, 3, 9});

  kmodel4::StridedSlice slice;
  slice.in_shape = {{1, 1, 2, 3}};
  slice.begin = {{0, 0, 1, 2}};
  slice.end = {{1, 1, 2, -1}};
  slice.strides = {{1, 1, 1, -2}};
  CHECK(slice.problem().empty());
  CHECK(bench.run(slice, 6, 2) == Floats{6, 4});

  kmodel4::Resize resize;
  resize.in_shape = {{1, 1, 2, 3}};
  resize.out_size = {2, 6};
  CHECK(bench.run(resize, 6, 12) == Floats{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6});
  resize.mode = kmodel4::ResizeMode::bilinear;
  CHECK(bench.run(resize, 6, 12) == Floats{1, 1.5f, 2, 2.5f, 3, 3, 4, 4.5f, 5, 5.5f, 6, 6});
  resize.in_shape = {{1, 1, 1, 4}};
  resize.out_size = {1, 2};
  resize.align_corners = 1;
  CHECK(bench.run(resize, 4, 2) == Floats{1, 4});
  resize.mode = kmodel4::ResizeMode::nearest;  // does not look at the corners
  CHECK(bench.run(resize, 4, 2) == Floats{1, 3});
}

TEST_CASE("softmax: every vector sums to one, and shares are those of exact arithmetic") {
  for (int inner : {1, 2, 5})
    for (int outer : {1, 3})
      for (float beta : {0.5f, 1.0f, 2.0f}) {
        Floats values;
        for (int i = 0; i < inner * outer; ++i)
          values.push_back(static_cast<float>(i * i % 7) - (i % 2 == 0 ? 0.0f : 3.5f));
        Bench bench(values);
        kmodel4::Softmax node;
        node.inner = inner;
        node.outer = outer;
        node.beta = beta;
        REQUIRE(node.problem().empty());
        const Floats shares = bench.run(node, values.size(), values.size());
        for (std::size_t o = 0; o < values.size(); o += static_cast<std::size_t>(inner)) {
          double sum = 0;
          for (std::size_t i = o; i < o + static_cast<std::size_t>(inner); ++i)
            sum += std::exp(double{beta} * values[i]);
          for (std::size_t i = o; i < o + static_cast<std::size_t>(inner); ++i)
            CHECK(shares[i] == doctest::Approx(std::exp(double{beta} * values[i]) / sum));
        }
      }
}

TEST_CASE("softmax of large numbers: the largest is subtracted before powers are taken") {
  Bench bench({500, 499, -500, 200});
  kmodel4::Softmax node;
  node.inner = 4;
  const Floats shares = bench.run(node, 4, 4);
  CHECK(shares[0] == doctest::Approx(1 / (1 + std::exp(-1.0))));
  CHECK(shares[1] == doctest::Approx(1 / (1 + std::exp(1.0))));
  CHECK(shares[2] == 0);
  CHECK(shares[3] == 0);
}

TEST_CASE("codes are resized like floats, without the fraction") {
  Bench bench({});
  kmodel4::Resize resize;
  resize.in_shape = {{1, 1, 1, 2}};
  resize.out_size = {1, 4};
  resize.mode = kmodel4::ResizeMode::bilinear;
  CHECK(resize.problem().empty());
  CHECK(bench.run_codes(resize, {0, 255}, 4) == Codes{0, 127, 255, 255});
}

TEST_CASE("windows clip at the border, and means count what they cover") {
  Bench bench({1, 2, 3, 4});
  kmodel4::ReduceWindow pool;
  pool.in_shape = {{1, 1, 2, 2}};
  pool.window = {{1, 0}, {1, 0}, {2, 2}, {1, 1}, {1, 1}};
  CHECK(bench.run(pool, 4, 4) == Floats{1, 1.5f, 2, 2.5f});
  pool.op = kmodel4::ReduceOp::max;
  pool.start = -100;
  CHECK(bench.run(pool, 4, 4) == Floats{1, 2, 3, 4});

  const float weights[] = {1, 10}, bias[] = {0.5f};
  kmodel4::Conv2d conv;
  conv.in_shape = {{1, 1, 2, 2}};
  conv.window = {{0, 0}, {0, 1}, {1, 2}, {1, 1}, {1, 1}};
  conv.weights = {reinterpret_cast<const std::uint8_t*>(weights), 2};
  conv.bias = {reinterpret_cast<const std::uint8_t*>(bias), 1};
  conv.clamp = {0, 40};
  CHECK(conv.problem().empty());
  CHECK(bench.run(conv, 4, 4) == Floats{21.5f, 2.5f, 40, 4.5f});
}

TEST_CASE("windows over images with channels last") {
  Bench bench({1, 2, 3, 4});  // two pixels of two channels
  const float weights[] = {1, 10, 100, 1000}, bias[] = {0.5f, -1};
  kmodel4::CpuConv2d conv;
  conv.in_shape = {{1, 1, 2, 2}};
  conv.window = {{0, 0}, {0, 1}, {1, 2}, {1, 1}, {1, 1}};
  conv.weights = list_of(weights);  // pixel by pixel
  conv.bias = list_of(bias);
  CHECK(conv.problem().empty());
  CHECK(bench.run(conv, 4, 2) == Floats{4321.5f, 43.5f});

  kmodel4::CpuDepthwiseConv2d depthwise;
  depthwise.in_shape = conv.in_shape;
  depthwise.window = {{0, 0}, {0, 0}, {1, 2}, {1, 1}, {1, 1}};
  depthwise.weights = list_of(weights);  // channel by channel
  depthwise.bias = list_of(bias);
  CHECK(depthwise.problem().empty());
  CHECK(bench.run(depthwise, 4, 2) == Floats{31.5f, 4199});

  kmodel4::CpuReduceWindow mean;
  mean.in_shape = conv.in_shape;
  mean.window = depthwise.window;
  CHECK(bench.run(mean, 4, 2) == Floats{2, 3});
  mean.op = kmodel4::ReduceOp::sum;
  CHECK(mean.problem() == Text("the operation is not known"));
}

TEST_CASE("offsets of codes are added with channels first, subtracted with channels last") {
  Bench bench({});
  const std::uint8_t weights[] = {5};
  const std::int32_t bias[] = {1};
  const auto run = [&](auto conv, KmodelShape in_shape, std::int32_t sign) {
    conv.in_shape = in_shape;
    conv.in_offset = 10 * sign;
    conv.weight_offset = 3 * sign;
    conv.scale = {5, 3, 1};
    conv.weights = list_of(weights);
    conv.bias = list_of(bias);
    CHECK(conv.problem().empty());
    return bench.run_codes(conv, {10, 20}, 2);
  };
  // (x - 10) * 2 + 1, times 3 / 2, halves up, plus 5
  CHECK(run(kmodel4::QuantizedConv2d(), {{1, 1, 1, 2}}, -1) == Codes{7, 37});
  CHECK(run(kmodel4::CpuQuantizedConv2d(), {{1, 1, 2, 1}}, 1) == Codes{7, 37});
  CHECK(run(kmodel4::CpuQuantizedDepthwiseConv2d(), {{1, 1, 2, 1}}, 1) == Codes{7, 37});
}

TEST_CASE("a transposed convolution spreads pixels; its bias is left out") {
  Bench bench({1, 2, 3, 4});
  const float weights[] = {1, 10, 100, 1000}, bias[] = {7};
  kmodel4::Conv2dTranspose conv;
  conv.in_shape = {{1, 1, 2, 2}};
  conv.out_shape = {{1, 1, 1, 1}};
  conv.window = {{1, 1}, {1, 1}, {2, 2}, {1, 1}, {1, 1}};
  conv.weights = list_of(weights);
  conv.bias = list_of(bias);
  CHECK(conv.problem().empty());
  CHECK(bench.run(conv, 4, 1) == Floats{1234});
  conv.out_shape = {{1, 1, 2, 4}};
  conv.window = {{0, 0}, {0, 0}, {1, 2}, {1, 2}, {1, 1}};
  conv.clamp = {0, 30};
  CHECK(bench.run(conv, 4, 8) == Floats{1, 10, 2, 20, 3, 30, 4, 30});

  conv.in_shape = {{1, 2, 1, 1}};
  conv.out_shape = {{1, 2, 1, 2}};
  conv.groups = 2;
  conv.clamp = {};
  CHECK(conv.problem().empty());
  CHECK(bench.run(conv, 2, 4) == Floats{1, 10, 200, 2000});
}

TEST_CASE("nodes without shapes go by the bytes of their input, which may be rounded up") {
  Bench bench({});
  bench.memories[0].store(KmodelMemory::main, 0, Codes{11, 12, 0, 0, 0, 0, 0, 0});
  kmodel4::Dequantize node;
  node.zero_point = 10;
  node.scale = 2;
  node.in = Bench::codes(0, 8);
  node.out = Bench::floats(4096 - 8, 2);  // the end of main memory
  host::Kmodel4Nodes(bench.memories[0], Emulator::newer).run(node);
  CHECK(bench.memories[0].written().size() == 32);
  CHECK(bench.memories[0].tensor<float>(node.out) == Floats{0.5f, 1});
}

TEST_CASE("reductions go over the dimensions that the output lacks") {
  Bench bench({1, 2, 3, 4, 5, 6});
  kmodel4::Reduce reduce;
  reduce.in_shape = {{1, 1, 2, 3}};
  reduce.out_shape = {{1, 1, 2, 1}};
  CHECK(bench.run(reduce, 6, 2) == Floats{2, 5});
  reduce.op = kmodel4::ReduceOp::sum;
  reduce.out_shape = {{1, 1, 1, 3}};
  CHECK(bench.run(reduce, 6, 3) == Floats{5, 7, 9});
  // The runtime takes the share of a mean from the ranges, not from the shapes.
  reduce.op = kmodel4::ReduceOp::mean;
  reduce.out_shape = {{1, 1, 1, 1}};
  CHECK(bench.run(reduce, 6, 2)[0] == 7);
}

TEST_CASE("a program for every element") {
  Bench bench({-2, 0.25f, 3});
  // min(max(x * x, 0), 1)
  const std::uint8_t codes[] = {3, 1, 0x42, 4, 5, 0x80, 0xa0};
  kmodel4::UnaryProgram program;
  program.program = {codes, sizeof codes};
  REQUIRE(program.problem().empty());
  CHECK(bench.run(program, 3, 3) == Floats{1, 0.0625f, 1});
}

TEST_CASE("every operation of a program does what its node does") {
  const Floats values{0.25f, 1, 2.5f, 7};
  Bench bench(values);
  const auto run = [&](std::initializer_list<std::uint8_t> codes) {
    kmodel4::UnaryProgram program;
    const std::vector<std::uint8_t> bytes(codes);
    program.program = {bytes.data(), bytes.size()};
    REQUIRE(program.problem().empty());
    return bench.run(program, 4, 4);
  };
  for (std::uint8_t op = 0; op <= static_cast<std::uint8_t>(UnaryOp::square); ++op) {
    kmodel4::Unary node;
    node.op = static_cast<UnaryOp>(op);
    CAPTURE(static_cast<int>(op));
    CHECK(run({3, static_cast<std::uint8_t>(0x20 + op), 0xa0}) == bench.run(node, 4, 4));
  }
  for (std::uint8_t op = 0; op <= static_cast<std::uint8_t>(kmodel4::BinaryOp::max); ++op) {
    kmodel4::Binary node;
    node.op = static_cast<kmodel4::BinaryOp>(op);
    node.a = Bench::floats(0, 4);
    node.b = Bench::floats(4, 1);  // 1
    node.out = Bench::floats(2048, 4);
    node.a_shape = node.out_shape = {{1, 1, 1, 4}};
    node.b_shape = {{1, 1, 1, 1}};
    host::Kmodel4Nodes(bench.memories[0], Emulator::newer).run(node);
    const Floats wanted = bench.memories[0].tensor<float>(node.out);
    CAPTURE(static_cast<int>(op));
    CHECK(run({3, 5, static_cast<std::uint8_t>(0x40 + op), 0xa0}) == wanted);
    CHECK(run({5, 3, 1, 2, 5, 2, 0x40, 2, 3, 5, static_cast<std::uint8_t>(0x40 + op), 0xa0}) == wanted);
  }
}

TEST_CASE("quantized division rounds; operands of size 1 are repeated") {
  Bench bench({});
  const std::vector<std::uint8_t> codes{10, 21, 8, 255};
  bench.memories[0].store(KmodelMemory::main, 0, codes);
  kmodel4::QuantizedBinary node;
  node.op = kmodel4::BinaryOp::div;
  node.a = {KmodelMemory::main, KmodelType::u8, 0, 2};
  node.b = {KmodelMemory::main, KmodelType::u8, 2, 1};
  node.out = {KmodelMemory::main, KmodelType::u8, 64, 2};
  node.a_shape = node.out_shape = {{1, 1, 1, 2}};
  node.b_shape = {{1, 1, 1, 1}};
  host::Kmodel4Nodes(bench.memories[0], Emulator::newer).run(node);
  CHECK(bench.memories[0].written() == std::vector<std::uint8_t>{1, 3});
}

TEST_CASE("what a node of version 3 wrote, also where it leaves most of its maps alone") {
  Bench bench({});
  bench.memories[0].store(KmodelMemory::main, 0, Codes{1, 2, 3, 4, 5});
  kmodel3::AddPadding padding;
  padding.ram_line = 2;
  padding.channels = 5;
  host::Kmodel3Nodes nodes(bench.memories[0], 1, Emulator::newer);
  bench.memories[0].store(KmodelMemory::main, 64, Codes{9});  // of an earlier node
  nodes.run(padding);
  CHECK(bench.memories[0].written() == Codes{1, 2, 3, 4, 5});
  CHECK(bench.memories[0].ram()[128] == 1);
  CHECK(bench.memories[0].ram()[128 + 48] == 4);
  CHECK(bench.memories[0].ram()[128 + 256] == 5);
}

TEST_CASE("a layer whose values do not fit the KPU's numbers says where") {
  KpuLayer layer = test::kpu_layer({1, 4, 4}, 1);
  layer.arg_add = 1LL << 36;
  const std::uint8_t weights[1]{}, batch_norm[8]{}, activation[activation_bytes]{}, input[1024]{};
  const KpuTables tables{encode(arguments_of(layer, {}, k210_kpu)), {weights, 1}, {batch_norm, 8}, {activation, 144}};
  std::string error;
  host::run_kpu_layer(tables, 1, Emulator::newer, input, error);
  CHECK(error == "the accumulator 68719476736 of channel 0, pixel (0, 0) does not fit 36 bits");
}

TEST_CASE("weights of 16 bits; maps of AI RAM in and out") {
  KpuLayer layer = test::kpu_layer({1, 4, 4}, 1);
  layer.weight_bytes = 2;
  ActivationTable slope{};
  slope.segments[0] = {first_start, 0, 0, 0};
  for (int i = 1; i < segments; ++i) slope.segments[i] = {0, 1, 2, 0};  // a quarter
  const ActivationBytes activation = encode(slope);
  const std::uint8_t weights[2] = {0, 1};  // 256
  std::uint8_t batch_norm[8];
  store_word(encode(BatchNorm{1, 0, 0}), batch_norm);
  std::vector<std::uint8_t> input(256, 9);  // gaps hold anything
  input[0] = 3;                             // pixel (0, 0): 3 * 256 / 4
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      if (x + y > 0) input[static_cast<std::size_t>(64 * y + x)] = 0;
  const KpuTables tables{
      encode(arguments_of(layer, {}, k210_kpu)), {weights, 2}, {batch_norm, 8}, {activation.bytes, activation_bytes}};
  std::string error;
  const auto out = host::run_kpu_layer(tables, 2, Emulator::newer, input.data(), error);
  CHECK(error.empty());
  CHECK(out[0] == 192);
  CHECK(out[1] == 0);
}

}  // namespace test_kmodel_run
