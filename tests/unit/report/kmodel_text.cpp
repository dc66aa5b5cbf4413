#include <string>

#include <doctest/doctest.h>

#include <incuse/k210/layer_arguments.hpp>
#include <incuse/report/kmodel_text.hpp>

using namespace incuse;
using namespace incuse::k210;

TEST_CASE("a node shows its tensors, its layer and its fields by name") {
  KpuLayer layer;
  layer.in = {2, 8, 8};
  layer.out_channels = 3;
  layer.kernel = 3;
  layer.pool = KpuPool::max_2x2;
  KpuAddresses at;
  at.dst_line = 100;
  kmodel3::Conv conv;
  conv.flags = 1;
  conv.main_out = 8;
  conv.tables.words = encode(arguments_of(layer, at, k210_kpu));

  report::detail::KmodelOperands operands;
  conv.operands(operands);
  CHECK(operands.reads == "2x8x8");
  CHECK(operands.writes == "3x4x4, 48 u8 at 8");
  CHECK(operands.lines_in == "0-7");
  CHECK(operands.lines_out == "100-103");
  CHECK(operands.ram_lines == 12);
  CHECK(report::layer_text(layer) == "3x3, maximum, 2x2");

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

TEST_CASE("long lists are broken at their commas") {
  const std::string item(70, 'x');
  CHECK(report::detail::wrapped(item + ", " + item + ", y", "  ") == "  " + item + ",\n  " + item + ", y\n");
}
