#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/onnx/lower.hpp>
#include <incuse/import/onnx/read.hpp>

namespace test_onnx_read {

using namespace incuse::import::onnx;

namespace {

// Protocol buffers by hand.
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string number(unsigned field, std::uint64_t value) { return varint(field << 3) + varint(value); }
std::string content(unsigned field, const std::string& bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string opset(std::uint64_t version) { return content(8, number(2, version)); }
/// A port of 1 x 1 x 4 x 4.
std::string port(unsigned field, const std::string& name) {
  std::string shape;
  for (std::uint64_t size : {1u, 1u, 4u, 4u}) shape += content(1, number(1, size));
  return content(field, content(1, name) + content(2, content(1, number(1, 1) + content(2, shape))));
}
std::string tensor(const std::string& rest) { return content(5, rest); }
std::string node(const std::string& op, const std::string& in, const std::string& out) {
  return content(1, content(1, in) + content(2, out) + content(3, out) + content(4, op));
}
std::string model(const std::string& graph, std::uint64_t version = 13) {
  return number(1, 7) + content(7, graph) + opset(version);
}
std::string small() { return model(port(11, "x") + port(12, "y") + node("Relu", "x", "y")); }

std::string error_of(const std::string& bytes) { return parse_model(bytes).error; }

}  // namespace

TEST_CASE("a model is read with its nodes, ports and version") {
  const Model read = parse_model(small());
  REQUIRE(read.ok());
  CHECK(read.opset == 13);
  REQUIRE(read.nodes.size() == 1);
  CHECK(read.nodes[0].op == "Relu");
  REQUIRE(read.inputs.size() == 1);
  CHECK(read.inputs[0].shape == Dimensions{1, 1, 4, 4});
  CHECK(looks_like_model(small()));
  CHECK_FALSE(looks_like_model("arch: test\nlayers: []\n"));
  CHECK_FALSE(looks_like_model("PK\3\4"));
}

TEST_CASE("tensors as bytes and as lists, packed or not") {
  const std::string shape = number(1, 2), bytes("\0\0\x80\x3f\0\0\0\xc0", 8);
  const std::string one("\0\0\x80\x3f", 4), two("\0\0\0\xc0", 4);
  const auto values = [](const std::string& fields) {
    const Model read = parse_model(model(tensor(fields) + port(11, "x")));
    INFO(read.error);
    REQUIRE(read.ok());
    return read.initialisers.at(0).values;
  };
  const std::vector<double> wanted{1, -2};
  CHECK(values(shape + number(2, 1) + content(9, bytes)) == wanted);
  CHECK(values(shape + number(2, 1) + content(4, bytes)) == wanted);
  CHECK(values(shape + number(2, 1) + varint(4 << 3 | 5) + one + varint(4 << 3 | 5) + two) == wanted);
  CHECK(values(shape + number(2, 7) + content(7, varint(1) + varint(~std::uint64_t{1}))) == wanted);
  CHECK(values(shape + number(2, 7) + number(7, 1) + number(7, ~std::uint64_t{1})) == wanted);
  CHECK(values(shape + number(2, 3) + content(9, "\x01\xfe")) == wanted);
}

TEST_CASE("real numbers of every width, as bytes and as lists") {
  struct Form {
    std::uint64_t type, list;
    std::string one, minus_two;  ///< their bytes
    bool bits_in_list;           ///< lists hold the bits as whole numbers
  };
  const auto zeros = [](std::size_t count, const std::string& rest) { return std::string(count, '\0') + rest; };
  const Form forms[] = {{1, 4, zeros(2, "\x80\x3f"), zeros(3, "\xc0"), false},
                        {10, 5, zeros(1, "\x3c"), zeros(1, "\xc0"), true},
                        {11, 10, zeros(6, "\xf0\x3f"), zeros(7, "\xc0"), false},
                        {16, 5, "\x80\x3f", zeros(1, "\xc0"), true}};
  for (const Form& form : forms) {
    CAPTURE(form.type);
    const auto bits = [](const std::string& bytes) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[0])) |
             static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[1])) << 8;
    };
    const auto list = static_cast<unsigned>(form.list);
    const std::string listed = form.bits_in_list ? content(list, varint(bits(form.one)) + varint(bits(form.minus_two)))
                                                 : content(list, form.one + form.minus_two);
    for (const std::string& values : {content(9, form.one + form.minus_two), listed}) {
      const Model read = parse_model(model(tensor(number(1, 2) + number(2, form.type) + values) + port(11, "x")));
      CHECK(read.error == "");
      if (!read.ok()) continue;
      CHECK(read.initialisers.at(0).values == std::vector<double>{1, -2});
      CHECK(detail::as_type(-2.5, read.initialisers.at(0).type) == -2.5);
    }
  }
}

TEST_CASE("numbers are rounded to half precision and bfloat16 as those types have them") {
  const auto check = [](auto number, auto rounded, int last) {
    for (int bits = 0; bits < last; ++bits) {
      const double low = number(static_cast<unsigned>(bits)), high = number(static_cast<unsigned>(bits + 1));
      const double middle = (low + high) / 2, even = bits % 2 == 0 ? low : high;
      if (rounded(low) != low || rounded(-middle) != -even || rounded(middle - (high - low) / 8) != low) {
        CAPTURE(bits);
        REQUIRE(rounded(low) == low);
        REQUIRE(rounded(-middle) == -even);
        REQUIRE(rounded(middle - (high - low) / 8) == low);
      }
    }
  };
  check(incuse::detail::half_number, incuse::detail::rounded_to_half, 0x7bff);
  check(incuse::detail::brain_number, incuse::detail::rounded_to_brain, 0x7f7f);
  CHECK(incuse::detail::rounded_to_half(65519) == 65504);
  CHECK(incuse::detail::rounded_to_half(65520) == HUGE_VAL);
  CHECK(incuse::detail::rounded_to_half(-1e9) == -HUGE_VAL);
}

TEST_CASE("files that are no models, or of which something is missing, are refused with the reason") {
  CHECK(error_of("") == "the file is empty");
  CHECK(error_of("no model").find("damaged, or no ONNX model") != std::string::npos);
  CHECK(error_of(opset(13)) == "this is no ONNX model: it has no graph");
  CHECK(error_of(model("", 18)).find("operator set 18; read are 9 to 17") != std::string::npos);
  CHECK(error_of(model("", 8)).find("operator set 8") != std::string::npos);
  CHECK(error_of(small() + content(7, "")) == "the file has two graphs");
  const std::string shape = number(1, 2) + content(8, "w");
  CHECK(error_of(model(tensor(shape + number(2, 14) + content(9, "abcd")))).find("elements of type 14") !=
        std::string::npos);
  CHECK(error_of(model(tensor(shape + number(2, 1) + number(14, 1)))).find("lies in another file") !=
        std::string::npos);
  CHECK(error_of(model(tensor(shape + number(2, 1) + content(9, "abcd")))) ==
        "the tensor 'w' has a shape of 2 elements, but holds 1");
}

TEST_CASE("a name means one tensor, an attribute one value") {
  const std::string w = number(1, 1) + number(2, 1) + content(4, "abcd"), ports = port(11, "x") + port(12, "y");
  const auto held = [&](const std::string& name) { return tensor(w + content(8, name)); };
  CHECK(error_of(model(ports + held("w") + held("v") + node("Relu", "x", "y"))).empty());
  CHECK(error_of(model(ports + port(11, "w") + held("w") + node("Relu", "x", "y"))).empty());  // with a default
  CHECK(error_of(model(ports + held("w") + held("w") + node("Relu", "x", "y"))) ==
        "two tensors are called 'w': both are held by the model");
  CHECK(error_of(model(ports + port(11, "x") + node("Relu", "x", "y"))) ==
        "two tensors are called 'x': both are inputs");
  CHECK(error_of(model(ports + node("Relu", "x", "y") + node("Abs", "x", "y"))) ==
        "two tensors are called 'y': both are written, the second one by node 'y'");
  CHECK(error_of(model(ports + node("Relu", "y", "x"))) ==
        "two tensors are called 'x': both are written, the second one by node 'x'");
  const std::string axis = content(5, content(1, "axis") + number(3, 1));
  CHECK(error_of(model(ports + content(1, content(2, "y") + axis + axis))) ==
        "node 'y' has the attribute 'axis' twice");
}

TEST_CASE("negative sizes are no open ones, but for -1") {
  const auto sized = [](std::uint64_t size) {
    const std::string shape = content(1, number(1, size)) + content(1, number(1, 3));
    return error_of(model(content(11, content(1, "x") + content(2, content(1, number(1, 1) + content(2, shape)))) +
                          port(12, "y") + node("Relu", "x", "y")));
  };
  CHECK(sized(1).empty());
  CHECK(sized(~std::uint64_t{0}).empty());
  CHECK(sized(~std::uint64_t{1}) == "'x' has a negative size: -2");
  CHECK(sized(std::uint64_t{1} << 63) == "'x' has a negative size: -9223372036854775808");
}

TEST_CASE("every beginning of a model is read or refused") {
  const std::string whole =
      model(port(11, "x") + port(12, "y") + tensor(number(1, 1) + number(2, 1) + content(4, "abcd") + content(8, "w")) +
            node("Relu", "x", "y"));
  REQUIRE(parse_model(whole).ok());
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parse_model(whole.substr(0, size)).ok());
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const Model read = parse_model(changed);
      if (read.ok()) static_cast<void>(lower(read, Target{}));
    }
}

TEST_CASE("memory is bounded by what chips could hold, not by what a file says") {
  const auto sized = [](std::uint64_t a, std::uint64_t b) {
    return model(tensor(number(1, a) + number(1, b) + number(2, 1) + content(8, "w")));
  };
  CHECK(error_of(sized(1 << 13, 1 << 13)).find("more than 16777216 elements") != std::string::npos);
  CHECK(error_of(sized(std::uint64_t{1} << 62, 4)).find("more than 16777216 elements") != std::string::npos);
  CHECK(error_of(sized(~std::uint64_t{0}, 1)).find("negative size") != std::string::npos);
  std::string many;
  for (int i = 0; i < (1 << 14) + 1; ++i) many += content(1, "");
  CHECK(error_of(model(many)) == "the graph has more than 16384 nodes");
  std::string parts;
  for (int i = 0; i < (1 << 17) + 1; ++i) parts += content(5, "");
  CHECK(error_of(model(content(1, parts))).find("more than 131072 names, attributes and tensors") != std::string::npos);
}

TEST_CASE("a few bytes cannot make folding run for long") {
  // Each node doubles the tensor: x + x would need 2^60 elements.
  std::string graph = port(11, "x") + port(12, "y");
  graph += tensor(number(1, 1) + number(2, 1) + content(8, "t0") + content(9, std::string(4, '\0')));
  for (int i = 0; i < 60; ++i) {
    const std::string in = "t" + std::to_string(i), out = "t" + std::to_string(i + 1);
    const std::string axis = content(5, content(1, "axis") + number(3, 0));
    graph +=
        content(1, content(1, in) + content(1, in) + content(2, out) + content(3, out) + content(4, "Concat") + axis);
  }
  const Model read = parse_model(model(graph + node("Relu", "x", "y")));
  REQUIRE(read.ok());
  const Lowered lowered = lower(read, Target{});
  CHECK_FALSE(lowered.ok());
  CHECK(lowered.refusals[0].sentence.find("more numbers than any chip holds") != std::string::npos);
}

namespace {

/// Two convolutions with a pooling in between, over 2 channels of 12 numbers: as maps of one row, or one-dimensional.
Model of_one_row(bool maps) {
  const auto with = [&](Dimensions line) {
    if (maps) line.insert(line.end() - 1, 1);
    return line;
  };
  const auto integers = [](const char* name, Dimensions values) {
    Attribute attribute;
    attribute.name = name;
    attribute.integers = std::move(values);
    return attribute;
  };
  const auto tensor_of = [](const char* name, Dimensions shape, int rows, int row) {
    Tensor made{name, ElementType::f32, std::move(shape), {}};
    for (int pair = 0; pair < 6; ++pair)
      for (int r = 0; r < rows; ++r)
        for (int tap = 0; tap < 3; ++tap) made.values.push_back(r == row ? (3 * pair + tap) / 32.0 : 0.75);
    return made;
  };
  const auto pads = [&](std::int64_t row, std::int64_t size) {
    return integers("pads", maps ? Dimensions{row, size, row, size} : Dimensions{size, size});
  };
  Model made;
  made.opset = 13;
  made.inputs = {{"x", ElementType::f32, with({1, 2, 12})}};
  made.outputs = {{"y", ElementType::f32, {}}};
  made.initialisers = {tensor_of("a.weight", with({3, 2, 3}), 1, 0),
                       maps ? tensor_of("b.weight", {2, 3, 3, 3}, 3, 1) : tensor_of("b.weight", {2, 3, 3}, 1, 0)};
  made.nodes = {
      {"a", "Conv", "", "", {"x", "a.weight"}, {"a"}, {pads(0, 1)}},
      {"r", "Relu", "", "", {"a"}, {"r"}, {}},
      {"p", "MaxPool", "", "", {"r"}, {"p"}, {integers("kernel_shape", with({2})), integers("strides", with({2}))}},
      {"b", "Conv", "", "", {"p", "b.weight"}, {"y"}, {pads(1, 1)}}};
  return made;
}

}  // namespace

TEST_CASE("maps of one row become one-dimensional, with the row of each kernel that meets them") {
  Target target;
  target.chip = "a chip";
  const Lowered rows = lower(of_one_row(true), target), lines = lower(of_one_row(false), target);
  for (const Refusal& refusal : rows.refusals) FAIL_CHECK(refusal.text());
  REQUIRE(lines.ok());
  REQUIRE(rows.ok());
  CHECK(rows.input == lines.input);
  REQUIRE(rows.steps.size() == lines.steps.size());
  REQUIRE(rows.steps.size() == 2);
  for (std::size_t i = 0; i < rows.steps.size(); ++i) {
    const Step &row = rows.steps[i], &line = lines.steps[i];
    CHECK(row.layer.op == incuse::Operator::conv1d);
    CHECK(row.layer.kernel == incuse::Extent{3, 1});
    CHECK(row.layer.padding.height == 1);
    CHECK(row.layer.pool == line.layer.pool);
    CHECK(row.layer.pool_stride.height == line.layer.pool_stride.height);
    CHECK(row.weight == line.weight);
    CHECK(row.weight_shape == line.weight_shape);
    CHECK(row.out == line.out);
  }
  // Another chip has no one-dimensional layers.
  target.fractions = false;
  CHECK(lower(of_one_row(true), target).input == incuse::Shape{2, 1, 12});
}

}  // namespace test_onnx_read
