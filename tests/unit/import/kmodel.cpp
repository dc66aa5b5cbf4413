#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include <incuse/export/kmodel.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

#include <support/kmodel_files.hpp>
#include <support/kpu_layers.hpp>
#include <support/temporary_folder.hpp>

namespace test_kmodel {

using namespace incuse;
using namespace kmodel_files;

namespace {

std::string error_of(const FileBytes& file) { return parse_kmodel(file.text()).error; }

}  // namespace

TEST_CASE("version 3: header, nodes, and the input that the first node tells") {
  const KmodelFile file = parse_kmodel(fully_connected().text());
  REQUIRE_MESSAGE(file.ok(), file.error);
  const k210::Kmodel model = file.model();
  CHECK(model.version == 3);
  CHECK(model.eight_bit_weights);
  CHECK(model.main_bytes == 16);
  REQUIRE(model.node_count == 1);
  CHECK(model.nodes[0].opcode == 18);
  REQUIRE(model.input_count == 1);
  CHECK(model.inputs[0].range.bytes == 8);
  CHECK(model.inputs[0].shape[3] == 2);
  REQUIRE(model.output_count == 1);
  CHECK(model.outputs[0].start == 8);
  visit_node(k210::kmodel3::Kinds{}, model, 0, [](const auto& node) {
    if constexpr (requires { node.weights; }) {
      CHECK(node.weights[1] == -1.0f);
      CHECK(node.bias[0] == 0.5f);
      CHECK(node.clamp().lowest == 0.0f);
    }
  });
}

TEST_CASE("version 4: ranges, shapes, constants; the reserved word may be anything") {
  const KmodelFile file = parse_kmodel(dequantize().text());
  REQUIRE_MESSAGE(file.ok(), file.error);
  const k210::Kmodel model = file.model();
  CHECK(model.version == 4);
  CHECK(model.target == 1);
  CHECK(model.inputs[0].range.memory == k210::KmodelMemory::main);
  CHECK(model.inputs[0].shape.elements() == 2);
  visit_node(k210::kmodel4::Kinds{}, model, 0, [](const auto& node) {
    if constexpr (requires { node.zero_point; }) {
      CHECK(node.zero_point == 10);
      CHECK(node.scale == 4.0f);
    }
  });
}

TEST_CASE("the last node may lack its padding, others may not") {
  CHECK(error_of(fully_connected().put(40, 36 + 7)) == "");
  CHECK(error_of(fully_connected().put(40, 36 + 8)) ==
        "node 0 (fully_connected), byte 44: its 44 bytes reach beyond the end of the file");
}

TEST_CASE("files whose words are big-endian are the same models") {
  for (const FileBytes& file : {fully_connected(), dequantize()}) {
    const std::string usual = file.text().substr(0, file.text().size() / 4 * 4);
    std::string turned = usual;
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = usual[i ^ 3];
    CHECK(kmodel_order(usual) == KmodelOrder::little_endian);
    CHECK(kmodel_order(turned) == KmodelOrder::big_endian);
    const KmodelFile read = parse_kmodel(turned);
    REQUIRE_MESSAGE(read.ok(), read.error);
    CHECK(read.bytes == parse_kmodel(usual).bytes);
    CHECK(parse_kmodel(turned + "x").error.find("no whole number of words") != std::string::npos);
  }
  CHECK(kmodel_order("KMD") == KmodelOrder::none);
}

TEST_CASE("no part of a file is a file") {
  for (const FileBytes& whole : {fully_connected(), dequantize()})
    for (std::size_t size = 0; size < whole.text().size(); ++size) {
      const KmodelFile file = parse_kmodel(whole.text().substr(0, size));
      CHECK(!file.ok());
      CHECK(file.nodes.empty());
    }
}

TEST_CASE("what is no kmodel that can be run is refused with a reason") {
  CHECK(parse_kmodel("").error == "this is not a kmodel: it has only 0 bytes");
  CHECK(parse_kmodel("\x89PNG....").error == "this is not a kmodel of version 3, 4 or later");
  CHECK(error_of(dequantize().put(4, 5)) == "version 5 of kmodels is not supported (3 and 4 are)");
  CHECK(error_of(fully_connected().put(8, 1)) == "architecture 1 is not known (0 is)");
  CHECK(error_of(fully_connected().put(12, 0)) == "the model has no nodes");
  CHECK(error_of(fully_connected().put(12, 0xffffffff)) ==
        "byte 12: 4294967295 is no number of nodes of a file of this size");
  CHECK(error_of(fully_connected().put(20, 0x7fffffff)) ==
        "2147483647 bytes of main memory are more than any K210 has");
  CHECK(error_of(fully_connected().put(36, 99)) == "node 0, byte 44: nodes with opcode 99 are not supported");
  CHECK(error_of(fully_connected().put(36, 1)) == "node 0 (add), byte 64: 16 bytes more than such a node has");
  CHECK(error_of(dequantize().put(40, 7)) == "byte 40: an input has a memory or type that is not known");
  CHECK(error_of(dequantize().put(56, 0)) == "input 0: a size is less than 1");
  CHECK(error_of(dequantize().put(40, 2).put(48, 64 * 32767)) == "");
  CHECK(error_of(dequantize().put(40, 2).put(48, 64 * 32768)) ==
        "input 0: its data takes 64 bytes from 2097152 on, but AI RAM ends at 2097152");
  CHECK(error_of(dequantize().put(40, 2).put(48, 64 * 32767 + 63)) ==
        "input 0: it does not begin with a line of AI RAM");
  const auto without_inputs = FileBytes()
                                  .u32({0x4B4D444C, 4, 0, 1, 0, 16, 1, 0, 1, 0})
                                  .u32({1, 0, 4, 8})
                                  .u32({0x03, 40, 1, 1, 0, 2, 1, 0, 4, 8, 10})
                                  .f32({4.0f});
  CHECK(error_of(without_inputs) == "the model has no inputs");
}

TEST_CASE("nodes are checked before anybody runs them") {
  CHECK(error_of(fully_connected().put(44 + 4, 9)) ==
        "node 0 (fully_connected), byte 44: its in takes 8 bytes from 9 on, but main memory ends at 16");
  CHECK(error_of(fully_connected().put(44 + 4, 0xfffffffc)) ==
        "node 0 (fully_connected), byte 44: its in takes 8 bytes from 4294967292 on, but main memory ends at 16");
  CHECK(error_of(fully_connected().put(44 + 12, 0xffffffff)) ==
        "node 0 (fully_connected), byte 68: 'weights' does not fit into what is left of the node");
  CHECK(error_of(fully_connected().put(44 + 20, 3)) ==
        "node 0 (fully_connected), byte 44: the activation is not 0, 1 or 2");
  CHECK(error_of(fully_connected().put(28, 12)) == "");
  CHECK(error_of(fully_connected().put(28, 13)) ==
        "output 0: its data takes 4 bytes from 13 on, but main memory ends at 16");
  CHECK(error_of(dequantize().put(96 + 4, 0)) == "node 0 (Dequantize), byte 96: its in has elements of the wrong type");
  CHECK(error_of(dequantize().put(96, 2)) ==
        "node 0 (Dequantize), byte 96: its in is in AI RAM, where only layers of the KPU work");
  CHECK(error_of(dequantize().put(96 + 16, 0)) ==
        "node 0 (Dequantize), byte 96: its out would overwrite the constants");
  CHECK(error_of(dequantize().put(96 + 28, 7)) ==
        "node 0 (Dequantize), byte 96: its out needs 8 bytes, its range has 7");
  CHECK(error_of(dequantize().put(96 + 28, 13)) ==
        "node 0 (Dequantize), byte 96: its out takes 13 bytes from 4 on, but main memory ends at 16");
}

TEST_CASE("ranges may be rounded up to 8 bytes") {
  CHECK(error_of(dequantize().put(96 + 12, 8)) == "");
  CHECK(error_of(dequantize().put(96 + 12, 9)) ==
        "node 0 (Dequantize), byte 96: its out needs 36 bytes, its range has 8");
  CHECK(error_of(dequantize().put(96 + 12, 16)) ==
        "node 0 (Dequantize), byte 96: its out needs 64 bytes, its range has 8");
}

TEST_CASE("tensors that the processor has in one dimension may be long") {
  const auto problem_of = [](const auto& node) {
    const Text problem = node.problem();
    return string_of(problem);
  };
  k210::kmodel4::Pad pad;
  pad.in_shape = {{1, 1, 1, 76800}};
  pad.padding[3] = {1, -40000};
  CHECK(problem_of(pad) == "");
  CHECK(pad.out_shape()[3] == 36801);
  pad.padding[3] = {0x7fffffff, 0x7fffffff};
  CHECK(problem_of(pad) == "a size or padding is out of range");

  k210::kmodel4::StridedSlice slice;
  slice.in_shape = {{1, 1, 1, 0x7fffffff}};
  slice.end = slice.in_shape;
  slice.begin = {{0, 0, 0, 0}};
  CHECK(problem_of(slice) == "a size or stride is out of range");

  const std::uint8_t inputs[16] = {1}, dimensions[4] = {};
  k210::kmodel4::Concat concat;
  concat.inner_bytes = concat.count = 1;
  concat.outer = 0xffffffff;
  concat.inputs = {inputs, 4};
  concat.dimensions = {dimensions, 1};
  CHECK(problem_of(concat) == "a size is less than 1");
}

namespace {

std::string problem_of(const auto& node) {
  const Text problem = node.problem();
  return string_of(problem);
}

/// Every number of a window, with the least and the greatest that it may have.
void check_windows(auto node) {
  using k210::kmodel4::Window;
  const auto at_limit = [&](std::int32_t& number, std::int32_t least) {
    const std::int32_t before = number;
    for (std::int32_t value : {least - 1, least, 0x7fff, 0x8000}) {
      number = value;
      CAPTURE(value);
      CHECK((problem_of(node) == "a window, stride, dilation or padding is out of range") ==
            (value < least || value > 0x7fff));
    }
    number = before;
  };
  Window& window = node.window;
  for (auto* pair : {&window.kernel, &window.stride, &window.dilation}) {
    at_limit(pair->height, 1);
    at_limit(pair->width, 1);
  }
  for (auto* padding : {&window.pad_height, &window.pad_width}) {
    at_limit(padding->before, -0x7fff);
    at_limit(padding->after, -0x7fff);
  }
}

/// A shape with a size below 1.
void check_sizes(auto node, auto shape) {
  for (int i = 0; i < 4; ++i)
    for (std::int32_t size : {0, -1}) {
      auto damaged = node;
      (damaged.*shape).sizes[i] = size;
      CAPTURE(i);
      CHECK(problem_of(damaged) == "a size is less than 1");
    }
}

template <class Node>
Node convolution() {
  Node node;
  node.in_shape =
      Node::order == k210::kmodel4::Order::nchw ? k210::KmodelShape{{2, 6, 5, 5}} : k210::KmodelShape{{2, 5, 5, 6}};
  node.stated_out_channels = 4;
  return node;
}

template <class... Nodes>
void check_convolutions() {
  (
      [] {
        using Node = Nodes;
        Node good = convolution<Node>();
        CAPTURE(string_of(Node::name));
        CHECK(problem_of(good) == "");
        check_windows(good);
        check_sizes(good, &Node::in_shape);
        const bool is_depthwise = good.groups() == 6;
        for (std::int32_t channels : {-1, 0}) {
          Node damaged = good;
          damaged.stated_out_channels = channels;
          CHECK((problem_of(damaged) == "a size is less than 1") == !is_depthwise);
        }
        for (int groups = -1; groups <= 7; ++groups) {
          Node damaged = good;
          damaged.stated_groups = groups;
          const bool divide = groups > 0 && 6 % groups == 0 && 4 % groups == 0;
          CHECK(problem_of(damaged) == (divide || is_depthwise ? "" : "the groups do not divide the channels"));
          // Asked while the file is read, before anything has been refused.
          const int of_a_group = is_depthwise ? 1 : groups > 0 ? 6 / groups : 0;
          CHECK(damaged.group_channels() == of_a_group);
          CHECK(damaged.weight_count() == static_cast<std::uint64_t>(of_a_group * damaged.out_channels()));
        }
        if constexpr (requires { good.scale.shift; })
          for (int shift : {-1, 0, 63, 64, 255}) {
            Node damaged = good;
            damaged.scale.shift = static_cast<decltype(damaged.scale.shift)>(shift);
            CHECK((problem_of(damaged) == "") == damaged.scale.valid());
          }
      }(),
      ...);
}

}  // namespace

TEST_CASE("convolutions of version 4: sizes, windows and groups that the executor could not follow") {
  namespace nodes = k210::kmodel4;  // the model language has a Conv2d, too
  check_convolutions<nodes::Conv2d, nodes::QuantizedConv2d, nodes::CpuConv2d, nodes::CpuDepthwiseConv2d,
                     nodes::CpuQuantizedConv2d, nodes::CpuQuantizedDepthwiseConv2d>();

  nodes::Conv2dTranspose transposed;
  transposed.in_shape = {{2, 6, 5, 5}};
  transposed.out_shape = {{2, 4, 5, 5}};
  CHECK(problem_of(transposed) == "");
  check_windows(transposed);
  check_sizes(transposed, &nodes::Conv2dTranspose::in_shape);
  check_sizes(transposed, &nodes::Conv2dTranspose::out_shape);
  for (int groups = -1; groups <= 7; ++groups) {
    transposed.groups = groups;
    const bool divide = groups > 0 && 6 % groups == 0 && 4 % groups == 0;
    CHECK(problem_of(transposed) == (divide ? "" : "the groups do not divide the channels"));
    CHECK(transposed.in_channels() == (groups > 0 ? 6 / groups : 0));
    CHECK(transposed.out_channels() == (groups > 0 ? 4 / groups : 0));
  }
  transposed.groups = 1;
  transposed.out_shape.sizes[0] = 1;
  CHECK(problem_of(transposed) == "it has not as many output images as input images");
}

TEST_CASE("the other nodes of version 4: sizes, operations and shapes") {
  using namespace k210::kmodel4;
  ReduceWindow pool;
  pool.in_shape = {{1, 2, 5, 5}};
  check_windows(pool);
  check_sizes(pool, &ReduceWindow::in_shape);
  Reduce reduce;
  reduce.in_shape = {{2, 3, 4, 5}};
  reduce.out_shape = {{2, 3, 1, 5}};
  CHECK(problem_of(reduce) == "");
  check_sizes(reduce, &Reduce::in_shape);
  Binary binary;
  binary.a_shape = {{1, 3, 1, 5}};
  binary.b_shape = {{2, 1, 4, 1}};
  binary.out_shape = {{2, 3, 4, 5}};
  CHECK(problem_of(binary) == "");
  check_sizes(binary, &Binary::out_shape);
  for (int i = 0; i < 4; ++i) {
    Reduce reduced = reduce;
    reduced.out_shape.sizes[i] += 2;
    CHECK(problem_of(reduced) == "the output does not fit the shape of the input");
    Binary added = binary;
    added.a_shape.sizes[i] += 6;
    CHECK(problem_of(added) == "an operand does not fit the shape of the output");
    added = binary;
    added.b_shape.sizes[i] += 6;
    CHECK(problem_of(added) == "an operand does not fit the shape of the output");
  }
  for (int last : {3, 4}) {
    pool.op = reduce.op = static_cast<ReduceOp>(last);
    CHECK((problem_of(pool) == "the operation is not known") == (last > 3));
    CHECK((problem_of(reduce) == "the operation is not known") == (last > 3));
  }
  for (int last : {5, 6}) {
    binary.op = static_cast<BinaryOp>(last);
    CHECK((problem_of(binary) == "the operation is not known") == (last > 5));
  }
}

TEST_CASE("nodes of version 4 whose shapes have rules of their own") {
  using namespace k210::kmodel4;
  Softmax softmax;
  softmax.inner = 0;
  CHECK(problem_of(softmax) == "a size is less than 1");
  softmax.inner = 1;
  softmax.outer = 0;
  CHECK(problem_of(softmax) == "a size is less than 1");
  softmax.outer = 1;
  CHECK(problem_of(softmax) == "");
  for (auto size : {&MatMul::a_rows, &MatMul::a_columns, &MatMul::b_columns}) {
    MatMul product;
    product.a_rows = product.a_columns = product.b_columns = 1;
    CHECK(problem_of(product) == "");
    product.*size = 0;
    CHECK(problem_of(product) == "a size is less than 1");
  }
  Transpose transpose;
  transpose.in_shape = {{1, 2, 3, 4}};
  transpose.order = {{3, 1, 0, 2}};
  CHECK(problem_of(transpose) == "");
  check_sizes(transpose, &Transpose::in_shape);
  for (int i = 0; i < 4; ++i)
    for (std::int32_t dimension : {-1, 4, transpose.order[(i + 1) % 4]}) {
      Transpose damaged = transpose;
      damaged.order.sizes[i] = dimension;
      CHECK(problem_of(damaged) == "the order does not name every dimension once");
    }
}

namespace {

/// Sets every number of a node of version 3 to 1, except the `damaged`-th size, which becomes `size`.
struct Sizing {
  int damaged;
  std::uint32_t size;
  int sizes = 0;
  bool images = false;  ///< others may be long: see above

  void operator()(Text name, std::uint32_t& number) {
    const std::string text = string_of(name);
    number = 1;
    images = images || text.find("width") != std::string::npos;
    for (const char* ending : {"width", "height", "channels"})
      if (text.find(ending) != std::string::npos && text.find("padding") == std::string::npos && sizes++ == damaged)
        number = size;
  }
  void operator()(Text, auto&, std::uint64_t = 0) {}
};

template <class... Nodes>
void check_sizes_of(k210::TypeList<Nodes...>) {
  const auto problem_with = []<class Node>(Node node, int damaged, std::uint32_t size) {
    Sizing sizing{damaged, size};
    Node::fields(node, sizing);
    if constexpr (requires { node.problem(); })
      return std::pair{problem_of(node), sizing.images ? sizing.sizes : 0};
    else
      return std::pair{std::string(), 0};
  };
  const auto check = [&]<class Node>(Node node) {
    const auto [problem, sizes] = problem_with(node, -1, 1);
    CAPTURE(string_of(Node::name));
    CHECK(problem == "");
    for (int i = 0; i < sizes; ++i)
      for (std::uint32_t size : {0u, 32768u, 0xffffffffu}) CHECK(problem_with(node, i, size).first != "");
  };
  (check(Nodes{}), ...);
}

}  // namespace

TEST_CASE("every size of every node of version 3 is checked") { check_sizes_of(k210::kmodel3::Kinds{}); }

TEST_CASE("nodes have the names that the vendor's programs print") {
  const auto name_of = [](int version, std::uint32_t opcode) {
    const Text name = k210::node_name(version, opcode);
    return string_of(name);
  };
  CHECK(name_of(3, 10240) == "k210_conv");
  CHECK(name_of(4, 0x0a) == "ResizeImage");
  CHECK(name_of(4, 0x13) == "Conv2DTranspose");
  CHECK(name_of(4, 0x14) == "NNILUnaryMethod");
  CHECK(name_of(4, 0x1005) == "CPUQuantizedDepthwiseConv2D");
  CHECK(name_of(3, 3) == "");
  CHECK(name_of(4, 0x15) == "");
}

TEST_CASE("a node of the KPU: words and tables in the file, each where it belongs") {
  k210::KpuLayer layer = test::kpu_layer({2, 4, 4}, 3);
  k210::KpuAddresses at;
  at.dst_line = 100;
  const std::uint8_t weights[6] = {1, 2, 3, 4, 5, 6}, batch_norm[24]{}, activation[k210::activation_bytes]{};
  k210::kmodel3::Conv conv;
  conv.flags = 1;
  conv.main_out = 8;
  conv.tables = {encode(arguments_of(layer, at, k210_kpu)), {weights, 6}, {batch_norm, 24}, {activation, 144}};
  k210::kmodel3::Dequantize floats;
  floats.in = 8;
  floats.out = 64;
  floats.count = 48;
  Kmodel3Writer writer;
  writer.main_bytes = 256;
  writer.outputs = {{k210::KmodelMemory::main, k210::KmodelType::f32, 64, 192}};
  writer.add(conv);
  writer.add(floats);
  const std::vector<std::uint8_t> bytes = writer.bytes();
  const auto read = [](const std::vector<std::uint8_t>& file) {
    return parse_kmodel({reinterpret_cast<const char*>(file.data()), file.size()});
  };

  const KmodelFile file = read(bytes);
  REQUIRE_MESSAGE(file.ok(), file.error);
  CHECK(kmodel_bytes(file.model()) == bytes);
  const std::size_t body = file.nodes[0].start;
  const auto offset = [&](std::size_t table) {
    return k210::load_number<std::uint32_t>(bytes.data() + body + 8 + 4 * table);
  };
  CHECK(offset(0) % 8 == 0);
  CHECK(offset(1) % 128 == 0);
  CHECK(offset(2) % 128 == 0);
  CHECK(offset(3) % 256 == 0);
  CHECK(bytes[offset(1) + 5] == 6);
  CHECK(file.nodes[1].start % 8 == 0);

  const auto error_with = [&](std::size_t at_byte, std::uint32_t value) {
    std::vector<std::uint8_t> changed = bytes;
    for (std::size_t i = 0; i < 4; ++i) changed[at_byte + i] = static_cast<std::uint8_t>(value >> 8 * i);
    const std::string error = read(changed).error;
    return error.substr(error.find(": ") + 2);
  };
  CHECK(error_with(body + 12, 0xfffffff0) == "'weights' lies outside of the node");
  CHECK(error_with(body + 12, 4) == "'weights' lies outside of the node");
  CHECK(error_with(body + 4, 250) == "its main out takes 48 bytes from 250 on, but main memory ends at 256");
  const std::size_t words = offset(0);
  CHECK(error_with(words + 8 * 4, 0x0f0405) == "'words' the words ask for a kernel that is neither 1x1 nor 3x3");
  CHECK(error_with(words + 8 * 4, 0x0f04f0) == "'words' the words ask for a pooling that is not known");
  CHECK(error_with(words + 8 * 4, 0x0f0410) ==
        "'words' the words give the output another size than kernel and pooling do");
  CHECK(error_with(words + 8 * 4, 0x0f0500) == "'words' the words have a flag whose effect is not known");
  CHECK(error_with(words + 12, 32767) == "its out takes 256 bytes from 2097088 on, but AI RAM ends at 2097152");
}

TEST_CASE("programs for a stack machine end well, whatever the input") {
  const auto problem_of = [](const std::vector<std::uint8_t>& codes) {
    k210::kmodel4::UnaryProgram node;
    node.program = {codes.data(), codes.size()};
    const Text problem = node.problem();
    return string_of(problem);
  };
  CHECK(problem_of({3, 1, 0x42, 0xa0}) == "");
  CHECK(problem_of({3, 0xa0, 0x77}) == "");
  CHECK(problem_of({3}) == "its program has no end");
  CHECK(problem_of({3, 6, 0, 0}) == "its program has no end");
  CHECK(problem_of({0xa0}) == "its program takes a value from an empty stack");
  CHECK(problem_of({3, 0x40, 0xa0}) == "its program takes a value from an empty stack");
  CHECK(problem_of({3, 0x77, 0xa0}) == "its program has a code that is not known");
  CHECK(problem_of(std::vector<std::uint8_t>(65, 3)) == "its program needs too many values at once");
}

TEST_CASE("inputs that once made trouble") {
  const std::filesystem::path regressions = std::filesystem::path(__FILE__).parent_path() / "../../fuzz/regressions";
  REQUIRE(std::filesystem::is_directory(regressions));
  for (const auto& entry : std::filesystem::directory_iterator(regressions))
    CHECK(!read_kmodel(entry.path().string()).ok());
}

TEST_CASE("files that cannot be read say their name") {
  const incuse::test::TemporaryFolder folder;
  const std::string path = folder.file("net.kmodel");
  std::ofstream(path, std::ios::binary) << "nonsense";
  CHECK(read_kmodel(path).error == path + ": this is not a kmodel of version 3, 4 or later");
  std::filesystem::remove(path);
  CHECK(read_kmodel(path).error == path + ": cannot be opened: No such file or directory");
}

}  // namespace test_kmodel
