#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include <incuse/export/kmodel.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>
#include <incuse/report/kmodel_text.hpp>

#include <support/kpu_layers.hpp>

namespace test_kmodel_text {

using namespace incuse;
using namespace incuse::k210;

namespace {

const KpuLayer pooled_layer = test::kpu_layer({2, 8, 8}, 3, 3, KpuPool::max_2x2);

/// Of this layer, which writes from line 100 on.
auto words() {
  KpuAddresses at;
  at.dst_line = 100;
  return encode(arguments_of(pooled_layer, at, k210_kpu));
}

}  // namespace

TEST_CASE("a node shows its tensors, its layer and its fields by name") {
  kmodel3::Conv conv;
  conv.flags = 1;
  conv.main_out = 8;
  conv.tables.words = words();

  report::detail::KmodelOperands operands;
  conv.operands(operands);
  CHECK(operands.reads == "2x8x8");
  CHECK(operands.writes == "3x4x4, 48 u8 at 8");
  CHECK(operands.lines_in == "0-7");
  CHECK(operands.lines_out == "100-103");
  CHECK(operands.ram_lines == 12);
  CHECK(report::layer_text(pooled_layer) == "3x3, maximum, 2x2");

  report::detail::FieldText fields;
  kmodel3::Conv::fields(conv, fields);
  CHECK(fields.text.find("flags 1, main out 8, image_dst_addr 100, i_ch_num 1, o_ch_num 2,") == 0);

  kmodel4::Dequantize node;
  node.in = {KmodelMemory::constants, KmodelType::u8, 4, 6};
  node.scale = 0.1f;
  node.zero_point = -3;
  report::detail::KmodelOperands floats;
  node.operands(floats);
  CHECK(floats.reads == "constants: 6 u8 at 4");
  report::detail::FieldText numbers;
  kmodel4::Dequantize::fields(node, numbers);
  CHECK(numbers.text == "zero point -3, scale 0.100000001");
}

TEST_CASE("a layer takes its cycles once for each batch, whatever number a damaged file says") {
  // 2 * 3 * 64 windows, 64 a clock.
  CHECK(report::detail::batch_cycles(pooled_layer, 1) == 6);
  CHECK(report::detail::batch_cycles(pooled_layer, 5) == 30);
  CHECK(report::detail::batch_cycles(pooled_layer, -1) == 0);
  CHECK(report::detail::batch_cycles(test::kpu_layer({1024, 512, 1024}, 1024), 2147483647) == 1LL << 40);
  kmodel4::KpuConv conv;
  conv.tables.words = words();
  conv.batches = 3;
  CHECK(report::detail::node_cycles(conv) == 18);
}

TEST_CASE("long lists are broken at their commas") {
  const std::string item(70, 'x');
  CHECK(report::detail::wrapped(item + ", " + item + ", y", "  ") == "  " + item + ",\n  " + item + ", y\n");
}

TEST_CASE("a summary: nodes, weights, input, output, and the lines of AI RAM that layers need") {
  const std::uint8_t weights[54]{}, batch_norm[24]{}, activation[activation_bytes]{};
  kmodel3::Conv conv;
  conv.flags = 1;
  conv.tables = {words(), {weights, 54}, {batch_norm, 24}, {activation, 144}};
  kmodel3::Dequantize floats;
  floats.out = 64;
  floats.count = 48;
  Kmodel3Writer writer;
  writer.main_bytes = 256;
  writer.outputs = {{KmodelMemory::main, KmodelType::f32, 64, 192}};
  writer.add(conv);
  writer.add(floats);
  const std::vector<std::uint8_t> bytes = writer.bytes();
  const KmodelFile file = parse_kmodel({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  REQUIRE_MESSAGE(file.ok(), file.error);
  const std::string size = report::grouped(static_cast<long long>(bytes.size()));
  CHECK(report::kmodel_summary(file.model()) ==
        "Kmodel of version 3, 8-bit weights\n"
        "  2 nodes, 1 of them layers of the KPU\n  " +
            size +
            " bytes, 54 of them weights\n"
            "  input: 2x8x8 u8 at line 0 of AI RAM\n"
            "  output: 48 f32 at byte 64 of main memory\n"
            "  main memory: 256 bytes; with the file " +
            report::grouped(256 + static_cast<long long>(bytes.size())) + " of 6,291,456, which leaves " +
            report::grouped(6291456 - 256 - static_cast<long long>(bytes.size())) +
            " for firmware\n"
            "  AI RAM: lines up to 103 of 32,768 in use; most at once 12 (768 bytes), input and output of node 0\n"
            "  firmware: with the C code of kendryte-standalone-sdk, for models of nncase 0.1\n"
            // 2 * 3 * 64 windows of 3x3 are 6 * 64.
            "  time: at least 6 cycles, 0.02 us at 400 MHz, without the processor's layers\n");
  // The same words turned around, for which no firmware is named.
  std::string turned(bytes.begin(), bytes.end());
  turned.resize((turned.size() + 3) / 4 * 4);
  for (std::size_t i = 0; i < turned.size(); i += 4) std::reverse(&turned[i], &turned[i] + 4);
  const KmodelFile big_endian = parse_kmodel(turned);
  REQUIRE_MESSAGE(big_endian.ok(), big_endian.error);
  CHECK(report::kmodel_needs(big_endian.model())[2] ==
        "firmware: none reads these big-endian words: convert it (incuse export MODEL --kmodel --output NEW), which "
        "writes "
        "version 3 with little-endian words");
}

}  // namespace test_kmodel_text
