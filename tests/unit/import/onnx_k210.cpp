#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/onnx/k210.hpp>
#include <incuse/import/onnx/max7800x.hpp>
#include <incuse/k210/planning.hpp>

#include <support/onnx_model.hpp>

namespace test_onnx_k210 {

using namespace incuse;

namespace {

using import::onnx::K210Network;
using incuse::test::OnnxModel;

K210Network made(const OnnxModel& model) {
  const import::onnx::Model read = import::onnx::parse_model(model.bytes());
  REQUIRE(read.ok());
  return import::onnx::k210_network(read);
}

/// What the chip's rules say, one line each.
std::string findings(const K210Network& network) {
  std::string text;
  for (const import::onnx::Refusal& refusal : network.refusals) text += refusal.text() + '\n';
  const auto plan =
      std::make_unique<const k210::Plan<K210Network::most_layers>>(k210::plan_if_possible(network.graph, k210_kpu));
  for (const Finding& finding : k210::check(network.graph, *plan, k210_kpu))
    if (finding.rule->severity == Severity::error) text += string_of(sentence_of(finding, k210_kpu.name)) + '\n';
  return text;
}

std::string conv(OnnxModel& model, const std::string& from, const std::string& name, int in, int out, int kernel) {
  const std::vector<float> weights(static_cast<std::size_t>(in * out * kernel * kernel), 0.125f);
  model.floats(name + ".weight", {out, in, kernel, kernel}, weights);
  const std::int64_t pad = kernel / 2;
  return model.node("Conv", {from, name + ".weight"}, name, {OnnxModel::ints("pads", {pad, pad, pad, pad})});
}

std::vector<std::string> names(const K210Network& network) {
  std::vector<std::string> list;
  for (int i = 0; i < network.graph.size; ++i) list.push_back(string_of(network.graph[i].name));
  return list;
}

}  // namespace

TEST_CASE("convolutions run on the KPU, sums and linear layers on the processor, with what goes between them") {
  OnnxModel model({1, 3, 32, 32});
  const auto pooled = [&](const std::string& from, const std::string& name) {
    return model.node("MaxPool", {from}, name,
                      {OnnxModel::ints("kernel_shape", {2, 2}), OnnxModel::ints("strides", {2, 2})});
  };
  model.node("LeakyRelu", {conv(model, "x", "c1", 3, 8, 3)}, "l1", {OnnxModel::real("alpha", 0.1)});
  const std::string first = pooled("l1", "p1");
  const std::string second = conv(model, first, "c2", 8, 8, 1);
  model.node("Add", {first, second}, "sum");
  conv(model, "sum", "c3", 8, 16, 3);
  model.floats("six", {}, {6});
  model.floats("zero", {}, {0});
  model.node("Clip", {"c3", "zero", "six"}, "r3");
  model.node("GlobalAveragePool", {"r3"}, "mean");
  model.node("Flatten", {"mean"}, "flat");
  model.floats("v", {16, 4}, std::vector<float>(64, 0.25f));
  model.node("MatMul", {"flat", "v"}, "fc");
  model.output("fc");
  const K210Network network = made(model);
  CHECK(findings(network) == "");
  CHECK(names(network) ==
        std::vector<std::string>{"c1", "p1", "c2", "sum", "sum_upload", "c3", "c3_real", "mean", "fc"});
  REQUIRE(network.graph.size == 9);
  CHECK((network.graph[0].function == activations::leaky_relu<1, 10>));
  CHECK_FALSE(network.graph[1].on_cpu);
  CHECK(network.graph[3].on_cpu);
  CHECK((network.graph[5].function == activations::relu6));
  CHECK(network.graph[8].output);
}

TEST_CASE("what the K210 does not have is said by its rules, or named with its node") {
  OnnxModel large({1, 3, 32, 32});
  conv(large, "x", "c1", 3, 8, 5);
  large.output("c1");
  CHECK(findings(made(large)).find("a kernel of the KPU is 1x1 or 3x3") != std::string::npos);

  OnnxModel clipped({1, 3, 32, 32});
  clipped.floats("low", {}, {-1});
  clipped.floats("high", {}, {1});
  clipped.node("Clip", {conv(clipped, "x", "c1", 3, 8, 3), "low", "high"}, "hard");
  clipped.output("hard");
  CHECK(findings(made(clipped)).find("node hard (Clip): it clips to -1 ... 1, and K210 has Relu and ReLU6") !=
        std::string::npos);
}

TEST_CASE("numbers that are none, and those that the chip has no codes for, are told with tensor and place") {
  const auto said = [](const char* tensor, float value) {
    OnnxModel model({1, 3, 32, 32});
    const auto floats = [&](const char* name, const std::vector<std::int64_t>& shape) {
      std::size_t count = 1;
      for (std::int64_t size : shape) count *= static_cast<std::size_t>(size);
      std::vector<float> values(count, 0.5f);
      if (std::string(name) == tensor) values[count - 2] = value;
      return model.floats(name, shape, values);
    };
    std::vector<std::string> inputs = {"x", floats("w", {8, 3, 3, 3})};
    inputs.push_back(floats("b", {8}));
    model.node("Conv", inputs, "conv", {OnnxModel::ints("pads", {1, 1, 1, 1})});
    model.node("BatchNormalization",
               {"conv", floats("gamma", {8}), floats("beta", {8}), floats("mean", {8}), floats("variance", {8})},
               "norm");
    model.node("Mul", {"norm", floats("factor", {1, 8, 1, 1})}, "scaled");
    model.node("GlobalAveragePool", {"scaled"}, "pool");
    model.node("Flatten", {"pool"}, "flat");
    model.node("Gemm", {"flat", floats("fc", {8, 5}), floats("fcb", {5})}, "y");
    model.output("y");
    const std::string k210 = findings(made(model));
    const import::onnx::Model read = import::onnx::parse_model(model.bytes());
    std::string max;
    for (const import::onnx::Refusal& refusal : import::onnx::max7800x_network(read, max78000, "net.onnx").refusals)
      max += refusal.text() + '\n';
    return std::pair{k210, max};
  };
  CHECK(said("", 0) == std::pair<std::string, std::string>{});
  for (const float value : {std::nanf(""), INFINITY, -INFINITY})
    for (const auto& [tensor, node] : std::vector<std::pair<const char*, const char*>>{{"w", "conv (Conv)"},
                                                                                       {"b", "conv (Conv)"},
                                                                                       {"gamma", "norm (BatchNorm"},
                                                                                       {"beta", "norm (BatchNorm"},
                                                                                       {"mean", "norm (BatchNorm"},
                                                                                       {"variance", "norm (BatchNorm"},
                                                                                       {"factor", "scaled (Mul)"},
                                                                                       {"fc", "y (Gemm)"},
                                                                                       {"fcb", "y (Gemm)"}}) {
      CAPTURE(std::string(tensor));
      const auto [k210, max] = said(tensor, value);
      for (const std::string& text : {k210, max}) {
        CAPTURE(text);
        CHECK(text.find(std::string("node ") + node) == 0);
        CHECK(text.find(std::string("its '") + tensor + "' holds ") != std::string::npos);
        CHECK(text.find("], which is no finite 32-bit number\n") + 36 == text.size());
      }
    }
  CHECK(said("w", INFINITY).first.find("holds inf at [7, 2, 2, 1], ") != std::string::npos);
  // Finite numbers whose product with others is too large, or beyond the codes.
  CHECK(said("w", 3e38f).first.find("K210 has codes for magnitudes from 2^-50 to 2^50") != std::string::npos);
  CHECK(said("b", 3e38f).first.find("its bias holds ") != std::string::npos);
  CHECK(said("gamma", 1e30f).first.find("K210 has codes") != std::string::npos);
  CHECK(said("variance", -1).first.find("folded into it, one of its parameters holds nan") != std::string::npos);
  CHECK(said("w", 3e38f).second.find("the most that output shifts reach") != std::string::npos);
  CHECK(said("fc", 3e38f).first.empty());  // the processor has 32-bit numbers
}

TEST_CASE("leaky activations of every slope of hundredths, others with the nearest") {
  for (const int hundredths : {1, 2, 10, 20, 30, 33, 99}) {
    CAPTURE(hundredths);
    OnnxModel model({1, 3, 8, 8});
    model.node("LeakyRelu", {conv(model, "x", "c1", 3, 8, 3)}, "last", {OnnxModel::real("alpha", hundredths / 100.0)});
    model.output("last");
    const K210Network network = made(model);
    CHECK(findings(network) == "");
    REQUIRE(network.graph.size == 1);
    REQUIRE((network.graph[0].function != nullptr));
    CHECK(network.graph[0].function(-100.0f) == doctest::Approx(-hundredths));
    CHECK(network.graph[0].function(3.0f) == 3.0f);
  }
  OnnxModel other({1, 3, 8, 8});
  other.node("LeakyRelu", {conv(other, "x", "c1", 3, 8, 3)}, "last", {OnnxModel::real("alpha", 0.125)});
  other.output("last");
  CHECK(findings(made(other))
            .find("node last (LeakyRelu): its slope is 0.125, and there are those of whole hundredths "
                  "between 0 and 1; nearest: 0.13") != std::string::npos);
}

TEST_CASE("a softmax over another axis than that of channels is none of the processor's") {
  const auto softmax = [](int opset, std::vector<OnnxModel::Attribute> attributes) {
    OnnxModel model({1, 3, 8, 8}, opset);
    conv(model, "x", "c1", 3, 8, 3);
    model.node("GlobalAveragePool", {"c1"}, "mean");
    model.node("Softmax", {"mean"}, "soft", attributes);
    model.output("soft");
    return made(model).graph.last().software == Software::softmax;
  };
  CHECK(softmax(12, {}));
  CHECK(softmax(13, {OnnxModel::integer("axis", 1)}));
  CHECK(softmax(13, {OnnxModel::integer("axis", -3)}));
  CHECK(softmax(11, {OnnxModel::integer("axis", 0)}));
  CHECK_FALSE(softmax(13, {}));  // of each number by itself
  CHECK_FALSE(softmax(11, {OnnxModel::integer("axis", 2)}));
}

TEST_CASE("a product with its own sigmoid is one activation, and others are refused") {
  OnnxModel model({1, 3, 32, 32});
  conv(model, "x", "c1", 3, 8, 3);
  model.node("Sigmoid", {"c1"}, "s1");
  model.node("Mul", {"c1", "s1"}, "silu");
  conv(model, "silu", "c2", 8, 8, 1);
  model.node("HardSigmoid", {"c2"}, "s2", {OnnxModel::real("alpha", 1.0 / 6), OnnxModel::real("beta", 0.5)});
  model.node("Mul", {"s2", "c2"}, "swish");
  conv(model, "swish", "c3", 8, 8, 1);
  model.node("Sigmoid", {"c3"}, "last");
  model.output("last");
  const K210Network network = made(model);
  CHECK(findings(network) == "");
  REQUIRE(network.graph.size == 3);
  CHECK((network.graph[0].function == activations::silu));
  CHECK((network.graph[1].function == activations::hard_swish));
  CHECK((network.graph[2].function == activations::sigmoid));

  OnnxModel other({1, 3, 32, 32});
  conv(other, "x", "c1", 3, 8, 3);
  other.node("Sigmoid", {"c1"}, "s1");
  other.node("Mul", {"x", "s1"}, "product");
  other.output("product");
  CHECK(findings(made(other)).find("node product (Mul): networks have no layer for it") != std::string::npos);
}

}  // namespace test_onnx_k210
