#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/max7800x/devices.hpp>

#include <support/onnx_comparison.hpp>

namespace test_onnx_models {

namespace {

using namespace incuse::test;

/// Numbers that are the same in every run.
struct Numbers {
  Random random{1};

  /// Multiples of 1/128 whose magnitudes sum up to about `sum` for `each` of them.
  std::vector<float> weights(std::size_t count, std::size_t each, float sum) {
    const int most = std::max(1, static_cast<int>(128 * 2 * sum / static_cast<float>(each)));
    std::vector<float> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(static_cast<float>(random.between(-most, most)) / 128);
    return list;
  }
};

/// The largest difference between the chip's numbers and the model's, on one input.
double largest_difference(const OnnxModel& model, const Sizes& shape, const incuse::max7800x::Device& device,
                          unsigned seed = 7) {
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), device);
  INFO(imported.problem);
  REQUIRE(imported.problem.empty());
  CHECK(incuse::test::errors_of(imported, device) == "");
  Random random(seed);
  const ChipAndModel computed = chip_and_model(imported, model, shape, random, device);
  OnnxModel copy = model;
  return computed.difference(copy.model().graph().output(0).name());
}

/// A value that is rounded to multiples of 1/128, halves up, and clipped as the chip does it.
std::string rounded(OnnxModel& model, const std::string& value) {
  const std::string name = value + "_q";
  model.floats(name + "_128", {}, {128});
  model.floats(name + "_half", {}, {0.5f});
  model.floats(name + "_low", {}, {-1});
  model.floats(name + "_high", {}, {127.0f / 128});
  model.node("Mul", {value, name + "_128"}, name + "_scaled");
  model.node("Add", {name + "_scaled", name + "_half"}, name + "_up");
  model.node("Floor", {name + "_up"}, name + "_whole");
  model.node("Div", {name + "_whole", name + "_128"}, name + "_back");
  return model.node("Clip", {name + "_back", name + "_low", name + "_high"}, name);
}

std::string conv(OnnxModel& model, Numbers& numbers, const std::string& from, const std::string& name, int in, int out,
                 int kernel, bool bias = true) {
  const Sizes shape{out, in, kernel, kernel};
  model.raw_floats(name + ".weight", shape,
                   numbers.weights(product(shape), product(shape) / static_cast<std::size_t>(out), 1.0f));
  std::vector<std::string> inputs{from, name + ".weight"};
  if (bias)
    inputs.push_back(model.floats(name + ".bias", {out}, numbers.weights(static_cast<std::size_t>(out), 1, 0.1f)));
  return model.node("Conv", inputs, name,
                    {OnnxModel::ints("pads", Sizes(4, kernel / 2)), OnnxModel::ints("kernel_shape", {kernel, kernel})});
}

/// Half a unit of the last bit: what remains where the model rounds as the chip does.
constexpr double exact = 1e-9;

}  // namespace

TEST_CASE("a model that rounds like the chip gives the chip's numbers, bit for bit") {
  for (int opset : {9, 13, 17}) {
    CAPTURE(opset);
    Numbers numbers{Random(static_cast<unsigned>(opset))};
    OnnxModel model({1, 3, 12, 12}, 13);
    model.model().mutable_opset_import(0)->set_version(opset < 11 ? 11 : opset);
    std::string at = rounded(model, model.node("Relu", {conv(model, numbers, "x", "c1", 3, 8, 3)}, "r1"));
    const std::string skip = model.node("MaxPool", {at}, "p1",
                                        {OnnxModel::ints("kernel_shape", {2, 2}), OnnxModel::ints("strides", {2, 2})});
    at = rounded(model, conv(model, numbers, skip, "c2", 8, 8, 3));
    at = rounded(model, model.node("Add", {skip, at}, "sum"));
    // The chip rounds in front of Abs.
    at = model.node("Abs", {rounded(model, conv(model, numbers, at, "c3", 8, 4, 1))}, "a3");
    model.node("Flatten", {at}, "flat");
    model.floats("fc.weight", {5, 144}, numbers.weights(720, 144, 1.0f));
    model.node("Gemm", {"flat", "fc.weight"}, "fc", {OnnxModel::integer("transB", 1)});
    model.output("fc");
    CHECK(largest_difference(model, {1, 3, 12, 12}, incuse::max78000) < exact);
    CHECK(largest_difference(model, {1, 3, 12, 12}, incuse::max78002, 9) < exact);
  }
}

TEST_CASE("batch norm, factors and offsets become part of the weights in front of them") {
  Numbers numbers;
  OnnxModel model({1, 2, 6, 6});
  conv(model, numbers, "x", "c1", 2, 4, 3, false);
  model.floats("gamma", {4}, {0.5f, 1, 0.25f, 1});
  model.floats("beta", {4}, {0.125f, 0, -0.25f, 0.5f});
  model.floats("mean", {4}, {0.25f, 0, 0, -0.25f});
  model.floats("var", {4}, {1, 0.25f, 1, 4});
  model.node("BatchNormalization", {"c1", "gamma", "beta", "mean", "var"}, "bn", {OnnxModel::real("epsilon", 0)});
  model.floats("half", {}, {0.5f});
  model.floats("each", {4, 1, 1}, {1, 0.5f, 0.25f, 1});
  model.node("Mul", {"bn", "half"}, "scaled");
  model.node("Mul", {"each", "scaled"}, "each_scaled");
  model.node("Neg", {"each_scaled"}, "neg");
  model.output("neg");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.graph().size == 1);
  // 18 weights and a bias are rounded to 8 bits of a layer, whose largest weight is at most 1: each by 1/256.
  CHECK(largest_difference(model, {1, 2, 6, 6}, incuse::max78000) < 19.0 / 256);
}

TEST_CASE("channels are picked, joined and added through layers of their own where need be") {
  Numbers numbers;
  OnnxModel model({1, 8, 4, 4});
  model.integers("one", {1});
  model.integers("zero", {0});
  model.integers("three", {3});
  model.integers("end", {9223372036854775807});
  model.node("Slice", {"x", "three", "end", "one"}, "back");
  model.node("Slice", {"x", "zero", "three", "one"}, "front");
  model.node("Concat", {"back", "front"}, "turned", {OnnxModel::integer("axis", 1)});
  rounded(model, conv(model, numbers, "turned", "c1", 8, 4, 1));
  model.node("Concat", {"front", "c1_q"}, "both", {OnnxModel::integer("axis", 1)});
  rounded(model, conv(model, numbers, "both", "c2", 7, 4, 3));
  model.node("Sub", {"c2_q", "c1_q"}, "difference");
  rounded(model, "difference");
  model.node("Relu", {"difference_q"}, "last");
  model.output("last");
  CHECK(largest_difference(model, {1, 8, 4, 4}, incuse::max78000) < exact);
}

TEST_CASE("one-dimensional networks, as frameworks without such layers write them") {
  // Convolutions read rows, and pooling reads columns.
  Numbers numbers;
  OnnxModel model({1, 2, 16});
  model.integers("two", {2});
  model.integers("three", {3});
  model.node("Unsqueeze", {"x", "two"}, "row");
  model.floats("w1", {4, 2, 1, 3}, numbers.weights(24, 6, 1));
  model.node("Conv", {"row", "w1"}, "c1", {OnnxModel::ints("pads", {0, 1, 0, 1})});
  model.node("Squeeze", {rounded(model, model.node("Relu", {"c1"}, "r1")), "two"}, "line1");
  model.node("Unsqueeze", {"line1", "three"}, "column");
  model.node("MaxPool", {"column"}, "pooled",
             {OnnxModel::ints("kernel_shape", {2, 1}), OnnxModel::ints("strides", {2, 1})});
  model.node("Squeeze", {"pooled", "three"}, "line2");
  model.node("Unsqueeze", {"line2", "two"}, "row2");
  model.floats("w2", {3, 4, 3, 3}, numbers.weights(108, 12, 1));
  model.node("Conv", {"row2", "w2"}, "c2", {OnnxModel::ints("pads", {1, 1, 1, 1})});
  rounded(model, "c2");
  model.node("MaxPool", {"c2_q"}, "last",
             {OnnxModel::ints("kernel_shape", {1, 2}), OnnxModel::ints("strides", {1, 2})});
  model.output("last");
  CHECK(largest_difference(model, {1, 2, 16}, incuse::max78000) < exact);
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.network.input == incuse::Shape{2, 16, 1});
  for (const auto& layer : imported.network.description.layers) {
    CAPTURE(layer.name);
    CHECK(layer.layer.pool.width == 1);
    CHECK(layer.layer.pool_stride.width == (layer.layer.weighted() ? 1 : layer.layer.pool_stride.height));
    if (layer.layer.weighted()) CHECK(layer.layer.op == incuse::Operator::conv1d);
  }

  // A map of rows and columns is none, whatever is read as what.
  OnnxModel other({1, 2, 16});
  other.integers("two", {2});
  other.node("Unsqueeze", {"x", "two"}, "row");
  other.floats("w", {2, 2, 2, 2}, numbers.weights(16, 8, 1));
  other.node("ConvTranspose", {"row", "w"}, "up", {OnnxModel::ints("strides", {2, 2})});
  other.output("up");
  CHECK(incuse::test::imported(other.bytes(), incuse::max78000)
            .problem.find("it reads rows as columns, or columns as rows; networks do so where all maps have one row") !=
        std::string::npos);
}

TEST_CASE("pooling of one-dimensional maps by itself has one stride") {
  Numbers numbers;
  OnnxModel model({1, 2, 16});
  model.floats("w", {4, 2, 3}, numbers.weights(24, 6, 1));
  model.node("Conv", {"x", "w"}, "c1", {OnnxModel::ints("pads", {1, 1})});
  rounded(model, "c1");
  model.node("MaxPool", {"c1_q"}, "last", {OnnxModel::ints("kernel_shape", {2}), OnnxModel::ints("strides", {2})});
  model.output("last");
  CHECK(largest_difference(model, {1, 2, 16}, incuse::max78000) < exact);
  const auto& last = incuse::test::imported(model.bytes(), incuse::max78000).network.description.layers.back().layer;
  CHECK(last.pool_stride == incuse::Extent{2, 2});
}

TEST_CASE("one-dimensional networks that end in a mean and a linear layer") {
  Numbers numbers;
  OnnxModel model({1, 2, 16});
  model.floats("w", {4, 2, 3}, numbers.weights(24, 6, 1));
  model.node("Conv", {"x", "w"}, "c1", {OnnxModel::ints("pads", {1, 1})});
  model.node("GlobalMaxPool", {rounded(model, model.node("Relu", {"c1"}, "r1"))}, "most");
  model.node("Flatten", {"most"}, "flat");
  model.floats("v", {4, 3}, numbers.weights(12, 4, 1));
  model.node("MatMul", {"flat", "v"}, "fc");
  model.output("fc");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.problem == "");
  CHECK(incuse::test::errors_of(imported, incuse::max78000) == "");
}

TEST_CASE("pooling in front of a map that is flattened is a layer of its own") {
  Numbers numbers;
  for (const std::int64_t size : {2, 4}) {
    OnnxModel model({1, 2, 8, 8});
    const std::string at = rounded(model, model.node("Relu", {conv(model, numbers, "x", "c1", 2, 4, 3)}, "r1"));
    model.node("MaxPool", {at}, "pooled",
               {OnnxModel::ints("kernel_shape", {size, size}), OnnxModel::ints("strides", {size, size})});
    model.node("Flatten", {"pooled"}, "flat");
    const std::int64_t inputs = 4 * 8 / size * 8 / size;
    model.floats("v", {inputs, 5},
                 numbers.weights(static_cast<std::size_t>(inputs * 5), static_cast<std::size_t>(inputs), 1.0f));
    model.node("MatMul", {"flat", "v"}, "fc");
    model.output("fc");
    CHECK(largest_difference(model, {1, 2, 8, 8}, incuse::max78000) < exact);
    CHECK(incuse::test::imported(model.bytes(), incuse::max78000).network.description.layers.size() == 3);
  }
}

TEST_CASE("where there is one window in a direction, its stride there does not matter") {
  for (const auto& [height, width] : std::vector<std::pair<int, int>>{{7, 5}, {5, 7}, {2, 9}, {6, 6}})
    for (const char* op :
         {"GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool", "ReduceMean", "rows", "columns"}) {
      CAPTURE(height);
      CAPTURE(width);
      CAPTURE(op);
      Numbers numbers;
      const Sizes shape{1, 2, height, width};
      OnnxModel model(shape);
      const std::string at = rounded(model, conv(model, numbers, "x", "c1", 2, 4, 3));
      const std::string name = op;
      const bool rows = name == "rows", columns = name == "columns";
      const std::int64_t h = columns ? 2 : height, w = rows ? 2 : width;
      if (name == "ReduceMean")
        model.node("ReduceMean", {at}, "pooled", {OnnxModel::ints("axes", {2, 3})});
      else if (name.find("Global") == 0)
        model.node(name, {at}, "pooled");
      else
        model.node(rows || columns ? "MaxPool" : name, {at}, "pooled",
                   {OnnxModel::ints("kernel_shape", {h, w}), OnnxModel::ints("strides", {h, w})});
      model.output("pooled");
      for (const incuse::max7800x::Device* device : {&incuse::max78000, &incuse::max78002})
        CHECK(largest_difference(model, shape, *device) <= 1.0 / 128);
    }
}

TEST_CASE("sums and limits in whichever words") {
  Numbers numbers;
  OnnxModel model({1, 2, 4, 4}, 12);
  const std::string a = rounded(model, conv(model, numbers, "x", "c1", 2, 4, 3));
  const std::string b = rounded(model, conv(model, numbers, "x", "c2", 2, 4, 1));
  model.floats("zero", {}, {0});
  model.floats("most", {1}, {1.5f});
  model.node("Sum", {a, b}, "sum");
  model.node("Max", {"zero", "sum"}, "positive");
  model.node("Min", {"positive", "most"}, "limited");
  rounded(model, conv(model, numbers, "limited", "c3", 4, 4, 1, false));
  model.output("c3_q");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.problem == "");
  CHECK(imported.network.description.layers.size() == 4);
  bool has_relu = false;
  for (const auto& layer : imported.network.description.layers)
    has_relu = has_relu || (layer.layer.elementwise == incuse::Elementwise::add &&
                            layer.layer.activation == incuse::Activation::relu);
  CHECK(has_relu);
}

TEST_CASE("limits of bytes behind a factor: the factor goes into the weights") {
  Numbers numbers;
  OnnxModel model({1, 2, 4, 4});
  conv(model, numbers, "x", "c1", 2, 4, 3);
  model.floats("two", {}, {2});
  model.floats("low", {}, {-1});
  model.floats("high", {}, {1});
  model.node("Mul", {"c1", "two"}, "doubled");
  model.node("Clip", {"doubled", "low", "high"}, "clipped");
  model.output("clipped");
  CHECK(largest_difference(model, {1, 2, 4, 4}, incuse::max78000) <= 1.0 / 128);
}

TEST_CASE("output shifts of either sign in front of rounding, as in modules that are trained quantised") {
  for (const float factor : {0.25f, 0.5f, 2.0f, 4.0f}) {
    CAPTURE(factor);
    Numbers numbers;
    OnnxModel model({1, 2, 4, 4});
    conv(model, numbers, "x", "c1", 2, 4, 3, false);
    model.floats("factor", {}, {factor});
    std::string at = rounded(model, model.node("Mul", {"c1", "factor"}, "shifted"));
    conv(model, numbers, model.node("Relu", {at}, "r1"), "c2", 4, 4, 1, false);
    rounded(model, model.node("Mul", {"c2", "factor"}, "shifted2"));
    model.output("shifted2_q");
    CHECK(largest_difference(model, {1, 2, 4, 4}, incuse::max78000) < exact);
    CHECK(incuse::test::imported(model.bytes(), incuse::max78000).network.description.layers.size() == 2);
  }
}

TEST_CASE("constants in every form") {
  OnnxModel model({1, 2, 3, 3}, 13);
  auto* const constant = model.model().mutable_graph()->add_node();
  constant->set_op_type("Constant");
  constant->add_output("taps");
  auto* const floats = constant->add_attribute();
  floats->set_name("value_floats");
  floats->set_type(::onnx::AttributeProto::FLOATS);
  for (const float tap : {0.25f, -0.5f, 0.125f, 0.75f}) floats->add_floats(tap);
  // What PyTorch writes for `expand`: sizes of -1 become 1.
  model.integers("wanted", {-1, 1});
  model.integers("minus", {-1});
  model.integers("one", {1});
  model.integers("square", {2, 2, 1, 1});
  model.node("Equal", {"wanted", "minus"}, "open");
  model.node("Where", {"open", "one", "wanted"}, "sizes");
  model.floats("half", {1}, {0.5f});
  model.node("Expand", {"half", "sizes"}, "halves");
  model.node("Mul", {"taps", "halves"}, "row");
  model.node("Reshape", {"row", "square"}, "weights");
  model.node("Conv", {"x", "weights"}, "conv");
  model.output("conv");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.problem == "");
  REQUIRE(imported.network.trained.layers.size() == 1);
  std::vector<int> ratios;
  for (const char byte : imported.network.trained.layers[0].weight)
    ratios.push_back(8 * static_cast<signed char>(byte) /
                     static_cast<signed char>(imported.network.trained.layers[0].weight[0]));
  CHECK(ratios == std::vector<int>{8, -16, 4, 24});  // 0.25, -0.5, 0.125, 0.75
}

TEST_CASE("what would compute something else is refused: whole numbers, axes that have changed places, many summands") {
  const auto problem_of = [](auto add) {
    Numbers numbers;
    OnnxModel model({1, 2, 4, 4}, 12);
    conv(model, numbers, "x", "c1", 2, 4, 1);
    add(model);
    model.output("last");
    return incuse::test::imported(model.bytes(), incuse::max78000).problem;
  };
  const auto has = [](const std::string& problem, const char* wanted) {
    CAPTURE(problem);
    CHECK_MESSAGE(problem.find(wanted) != std::string::npos, wanted);
  };
  has(problem_of([](OnnxModel& model) {
        model.node("Cast", {"c1"}, "whole", {OnnxModel::integer("to", 6)});
        model.node("Cast", {"whole"}, "last", {OnnxModel::integer("to", 1)});
      }),
      "node whole (Cast): it cuts its numbers to whole ones");
  CHECK(problem_of([](OnnxModel& model) {
          model.node("Cast", {"c1"}, "half", {OnnxModel::integer("to", 10)});
          model.node("Cast", {"half"}, "last", {OnnxModel::integer("to", 1)});
        }) == "");
  has(problem_of([](OnnxModel& model) {
        model.node("GlobalMaxPool", {"c1"}, "one");
        model.node("Transpose", {"one"}, "turned", {OnnxModel::ints("perm", {0, 2, 3, 1})});
        model.node("ReduceMean", {"turned"}, "last", {OnnxModel::ints("axes", {2, 3})});
      }),
      "node last (ReduceMean): it reads a map whose axes are in another order");
  has(problem_of([](OnnxModel& model) {
        model.node("Sum", {"c1", "c1", "c1"}, "last");
      }),
      "node last (Sum): it adds 3 tensors; nearest: an Add for every two");
  has(problem_of([](OnnxModel& model) {
        model.node("Max", {"c1", "c1"}, "last");
      }),
      "node last (Max): it compares tensors, and layers clip to one number; nearest: ReLU");
}

TEST_CASE("slices that are joined again are no layers") {
  OnnxModel model({1, 4, 4, 4});
  Numbers numbers;
  model.integers("one", {1});
  model.integers("zero", {0});
  model.integers("two", {2});
  model.integers("end", {9223372036854775807});
  conv(model, numbers, "x", "c1", 4, 4, 1);
  model.node("Slice", {"c1", "zero", "two", "one"}, "front");
  model.node("Slice", {"c1", "two", "end", "one"}, "back");
  model.node("Concat", {"front", "back"}, "again", {OnnxModel::integer("axis", 1)});
  conv(model, numbers, "again", "c2", 4, 4, 1);
  model.output("c2");
  CHECK(incuse::test::imported(model.bytes(), incuse::max78000).graph().size == 2);
}

TEST_CASE("groups become one convolution where the chip has none, and stay where it has") {
  for (int out : {4, 8}) {
    Numbers numbers;
    OnnxModel model({1, 4, 6, 6});
    model.floats("w", {out, 1, 3, 3}, numbers.weights(static_cast<std::size_t>(out) * 9, 9, 0.9f));
    model.node("Conv", {"x", "w"}, "c", {OnnxModel::integer("group", 4), OnnxModel::ints("pads", {1, 1, 1, 1})});
    model.output(rounded(model, "c"));
    CHECK(incuse::test::imported(model.bytes(), incuse::max78000).graph()[0].groups == 1);
    CHECK(incuse::test::imported(model.bytes(), incuse::max78002).graph()[0].groups == (out == 4 ? 4 : 1));
    CHECK(largest_difference(model, {1, 4, 6, 6}, incuse::max78000) < exact);
    CHECK(largest_difference(model, {1, 4, 6, 6}, incuse::max78002) < exact);
  }
}

TEST_CASE("transposed and one-dimensional convolutions, pooling and means") {
  Numbers numbers;
  OnnxModel up({1, 2, 4, 4});
  up.floats("w", {2, 3, 3, 3}, numbers.weights(54, 18, 0.9f));
  up.node("ConvTranspose", {"x", "w"}, "c",
          {OnnxModel::ints("strides", {2, 2}), OnnxModel::ints("pads", {1, 1, 1, 1}),
           OnnxModel::ints("output_padding", {1, 1})});
  up.output(rounded(up, "c"));
  CHECK(largest_difference(up, {1, 2, 4, 4}, incuse::max78000) < exact);

  OnnxModel line({1, 4, 16});
  line.floats("w", {4, 4, 3}, numbers.weights(48, 12, 0.9f));
  line.node("Conv", {"x", "w"}, "c", {OnnxModel::ints("pads", {1, 1}), OnnxModel::ints("dilations", {1})});
  rounded(line, "c");
  line.node("MaxPool", {"c_q"}, "p", {OnnxModel::ints("kernel_shape", {2}), OnnxModel::ints("strides", {2})});
  line.floats("v", {5, 32}, numbers.weights(160, 32, 0.9f));
  line.node("Flatten", {"p"}, "f");
  line.node("Gemm", {"f", "v"}, "g", {OnnxModel::integer("transB", 1)});
  line.output("g");
  CHECK(largest_difference(line, {1, 4, 16}, incuse::max78000) < exact);

  OnnxModel mean({1, 4, 8, 8});
  mean.node("ReduceMean", {"x"}, "m", {OnnxModel::ints("axes", {2, 3}), OnnxModel::integer("keepdims", 0)});
  mean.floats("v", {4, 3}, numbers.weights(12, 4, 1.0f));
  mean.floats("b", {3}, {0.25f, -0.5f, 0});
  mean.node("MatMul", {"m", "v"}, "mm");
  mean.node("Add", {"b", "mm"}, "sum");
  mean.output("sum");
  // The mean loses less than a unit, and weights have a sum of at most 2.
  CHECK(largest_difference(mean, {1, 4, 8, 8}, incuse::max78000) < 2.0 / 128);
}

TEST_CASE("scales of quantised tensors are powers of two that weights take in") {
  Numbers numbers;
  OnnxModel model({1, 2, 4, 4});
  model.byte("z", 0);
  model.floats("s0", {}, {1.0f / 64});
  model.floats("s1", {}, {1.0f / 16});
  model.floats("s2", {}, {1.0f / 256});
  const auto quantise = [&](const std::string& from, const std::string& scale) {
    model.node("QuantizeLinear", {from, scale, "z"}, from + "_i");
    return model.node("DequantizeLinear", {from + "_i", scale, "z"}, from + "_d");
  };
  quantise("x", "s0");
  conv(model, numbers, "x_d", "c1", 2, 4, 3);
  quantise("c1", "s1");
  model.node("Relu", {"c1_d"}, "r1");
  conv(model, numbers, "r1", "c2", 4, 2, 1);
  model.output(quantise("c2", "s2"));
  // The model rounds halves to even, the chip up: one unit of 1/16 in four inputs, and one of the last.
  CHECK(largest_difference(model, {1, 2, 4, 4}, incuse::max78000) < 1.0 / 16 * 2 + 1.0 / 256);
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.network.input_scale == 1.0 / 64);
  CHECK(imported.network.outputs[0].scale == 1.0 / 256);
  CHECK_FALSE(imported.network.outputs[0].wide);
}

TEST_CASE("what chips do not have is named with its node, all at once, with the nearest legal form") {
  Numbers numbers;
  OnnxModel model({1, 2, 9, 9});
  model.floats("w", {4, 2, 3, 3}, numbers.weights(72, 18, 1));
  model.node("Conv", {"x", "w"}, "strided",
             {OnnxModel::ints("strides", {2, 2}), OnnxModel::ints("pads", {1, 1, 1, 1})});
  model.node("Erf", {"strided"}, "odd");
  model.node("LeakyRelu", {"odd"}, "leaky");
  model.node("MaxPool", {"leaky"}, "padded",
             {OnnxModel::ints("kernel_shape", {3, 3}), OnnxModel::ints("strides", {2, 2}),
              OnnxModel::ints("pads", {1, 1, 1, 1})});
  model.floats("v", {4, 4, 2, 2}, numbers.weights(64, 16, 1));
  model.node("Conv", {"padded", "v"}, "lopsided", {OnnxModel::ints("pads", {0, 0, 1, 1})});
  model.node("Softmax", {"lopsided"}, "soft");
  model.node("Relu", {"soft"}, "last");
  model.output("last");
  const std::string problem = incuse::test::imported(model.bytes(), incuse::max78000).problem;
  CAPTURE(problem);
  for (const char* wanted :
       {"node strided (Conv): strides are 2x2, and MAX78000 convolves with stride 1; nearest: stride 1, and behind it "
        "MaxPool2d(1, stride=2)",
        "node odd (Erf): networks have no layer for it", "node leaky (LeakyRelu): MAX78000 has the activations Relu",
        "node padded (MaxPool): it pads its map", "which makes 2x2 instead of 3x3",
        "node lopsided (Conv): pads are 0, 0, 1, 1", "nearest: 1 on all sides", "node soft (Softmax)"})
    CHECK_MESSAGE(problem.find(wanted) != std::string::npos, wanted);
  CHECK(std::count(problem.begin(), problem.end(), '\n') == 6);
}

TEST_CASE("a Softmax at the end is left to the program, with a word") {
  Numbers numbers;
  OnnxModel model({1, 4, 1, 1});
  rounded(model, conv(model, numbers, "x", "c1", 4, 3, 1));
  model.node("Flatten", {"c1_q"}, "flat");
  model.node("Softmax", {"flat"}, "soft");
  model.output("soft");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.problem == "");
  REQUIRE(imported.network.outputs.size() == 1);
  CHECK(imported.network.outputs[0].layer == "c1");
  REQUIRE(imported.network.notes.size() == 1);
  CHECK(imported.network.notes[0].find("node soft: the Softmax at the end is left out") == 0);
}

TEST_CASE("a map that is flattened channels last, and kernels of 2x2 that double a map") {
  Numbers numbers;
  OnnxModel model({1, 2, 3, 4});
  model.floats("w", {2, 3, 2, 2}, numbers.weights(24, 2, 0.9f));
  model.node("ConvTranspose", {"x", "w"}, "up", {OnnxModel::ints("strides", {2, 2})});
  rounded(model, "up");
  model.node("Transpose", {"up_q"}, "last", {OnnxModel::ints("perm", {0, 2, 3, 1})});
  model.node("Flatten", {"last"}, "flat");
  model.floats("v", {144, 5}, numbers.weights(720, 144, 1.0f));
  model.node("MatMul", {"flat", "v"}, "fc");
  model.output("fc");
  CHECK(largest_difference(model, {1, 2, 3, 4}, incuse::max78000) < exact);
}

TEST_CASE("scales that are no powers of two, unsigned bytes and scales by channel are refused by name") {
  OnnxModel model({1, 2, 4, 4});
  model.byte("z", 0);
  model.floats("third", {}, {0.01f});
  model.floats("by_channel", {2}, {1.0f / 128, 1.0f / 64});
  model.node("QuantizeLinear", {"x", "third", "z"}, "q1");
  model.node("DequantizeLinear", {"q1", "third", "z"}, "d1");
  model.node("QuantizeLinear", {"d1", "by_channel"}, "q2");
  model.node("DequantizeLinear", {"q2", "by_channel"}, "d2");
  model.output("d2");
  const std::string problem = incuse::test::imported(model.bytes(), incuse::max78000).problem;
  CAPTURE(problem);
  CHECK(problem.find("node q1 (QuantizeLinear): its scale is 0.01") != std::string::npos);
  CHECK(problem.find("nearest: 0.0078125") != std::string::npos);
  CHECK(problem.find("node q2 (QuantizeLinear): its scales are several") != std::string::npos);
}

TEST_CASE("what PyTorch exports of the vendor's modules computes the chip's numbers") {
  const std::filesystem::path folder = std::filesystem::path(__FILE__).parent_path() / "../../../../shared/data/onnx";
  if (!std::filesystem::is_directory(folder)) {
    MESSAGE("skipped: no folder " << folder.string());
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path().string());
    std::string bytes, error;
    REQUIRE(incuse::read_file(entry.path().string(), bytes, error));
    const ImportedOnnx imported = incuse::test::imported(bytes, incuse::max78000);
    CHECK(imported.problem == "");
    // Only these round and clip activations as the chip does.
    if (entry.path().stem() != "ai8x_qat_False" && entry.path().stem() != "qdq") continue;
    const incuse::Shape in = imported.network.input;
    for (unsigned seed = 1; seed <= 4; ++seed) {
      Numbers numbers{Random(seed)};
      const std::vector<int> input = random_bytes(numbers.random, static_cast<std::size_t>(in.elements()));
      ::onnx::ModelProto model;
      REQUIRE(model.ParseFromString(bytes));
      const auto all = OnnxEvaluation(model).run(reals(input), {1, in.channels, in.height, in.width});
      std::vector<double> wanted = all.at(model.graph().output(0).name()).values;
      const std::vector<double> chip = incuse::test::outputs_on_chip(imported, input, incuse::max78000);
      REQUIRE(chip.size() == wanted.size());
      // Quantising rounds halves to even, the chip up: they differ by a unit where the sum is a half.
      const double allowed = entry.path().stem() == "qdq" ? 1.0 / 128 : exact;
      for (std::size_t i = 0; i < chip.size(); ++i) CHECK(std::fabs(chip[i] - wanted[i]) <= allowed + exact);
    }
  }
}

TEST_CASE("an input that is channels last is read channels first, and pairs of Transpose cancel") {
  Numbers numbers;
  OnnxModel model({1, 6, 6, 3});
  model.node("Transpose", {"x"}, "first", {OnnxModel::ints("perm", {0, 3, 1, 2})});
  rounded(model, conv(model, numbers, "first", "c1", 3, 4, 3));
  model.node("Transpose", {"c1_q"}, "last", {OnnxModel::ints("perm", {0, 2, 3, 1})});
  model.node("Transpose", {"last"}, "again", {OnnxModel::ints("perm", {0, 3, 1, 2})});
  model.node("GlobalAveragePool", {"again"}, "mean");
  model.node("Transpose", {"mean"}, "mean_last", {OnnxModel::ints("perm", {0, 2, 3, 1})});
  model.node("Flatten", {"mean_last"}, "flat");
  model.floats("v", {4, 3}, numbers.weights(12, 4, 1.0f));
  model.node("MatMul", {"flat", "v"}, "fc");
  model.output("fc");
  const ImportedOnnx imported = incuse::test::imported(model.bytes(), incuse::max78000);
  CHECK(imported.problem == "");
  CHECK(imported.network.input == incuse::Shape{3, 6, 6});
  CHECK(imported.graph().size == 2);

  OnnxModel inside({1, 3, 6, 6});
  inside.node("Transpose", {"x"}, "last", {OnnxModel::ints("perm", {0, 2, 3, 1})});
  inside.node("Relu", {"last"}, "r");
  inside.output("r");
  CHECK(incuse::test::imported(inside.bytes(), incuse::max78000)
            .problem.find("node r (Relu): it reads a map whose axes") != std::string::npos);
}

}  // namespace test_onnx_models
