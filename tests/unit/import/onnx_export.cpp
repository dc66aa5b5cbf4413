// Networks as ONNX files: libonnx's checker takes them, and imported again they compute the same, bit for bit.
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <onnx/checker.h>

#include <incuse/export/onnx.hpp>
#include <incuse/host/run.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/network.hpp>

#include <support/onnx_on_chip.hpp>
#include <support/random_network.hpp>

namespace test_onnx_export {

using namespace incuse;

namespace {

/// What the checker says; empty if it takes the file.
std::string verdict(const std::string& bytes) {
  ::onnx::ModelProto model;
  if (!model.ParseFromString(bytes)) return "no protocol buffer";
  try {
    ::onnx::checker::check_model(model);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

std::set<std::string> initialisers(const std::string& bytes) {
  ::onnx::ModelProto model;
  model.ParseFromString(bytes);
  std::set<std::string> names;
  for (const auto& tensor : model.graph().initializer()) names.insert(tensor.name());
  return names;
}

struct Small
    : Network<Input<3, 8, 8>, Conv2d<8, kernel<3>, pad<1>, ReLU, bias, as<"stem">>,
              Conv2d<8, kernel<3>, pad<1>, bits<4>, as<"body">>, Add<from<"stem", "body">, as<"sum">>,
              Fused<AvgPool2d<2>, Conv2d<4, kernel<1>, Abs, as<"narrow">>>, Flatten, Linear<5, wide, as<"fc">>> {};
struct Functions : Network<Input<3, 8, 8>, Conv2d<8, kernel<3>, pad<1>, LeakyReLU<>>, Conv2d<8, kernel<1>, ReLU6>,
                           Conv2d<8, kernel<1>, Hardswish>, Conv2d<8, kernel<1>, SiLU>, Conv2d<8, kernel<1>, Sigmoid>,
                           Conv2d<8, kernel<1>, Tanh>, Conv2d<8, kernel<1>, ELU>> {};

}  // namespace

TEST_CASE("types without parameters: weights are named inputs with shapes") {
  const OnnxFile file = onnx_file(graph_of<Small>(), {});
  REQUIRE(file.ok());
  CHECK(verdict(file.bytes) == "");
  ::onnx::ModelProto model;
  REQUIRE(model.ParseFromString(file.bytes));
  std::set<std::string> inputs;
  for (const auto& port : model.graph().input()) inputs.insert(port.name());
  CHECK(inputs ==
        std::set<std::string>{"input", "stem.weight", "stem.bias", "body.weight", "narrow.weight", "fc.weight"});
  CHECK(model.graph().output(0).name() == "fc");
  CHECK(verdict(onnx_file(graph_of<Functions>(), {}).bytes) == "");
}

TEST_CASE("random networks go out and come in again, and compute the same") {
  using planned::Kind;
  for (const Kind kind : {Kind::chain, Kind::residual, Kind::u_net, Kind::fire, Kind::detector, Kind::one_dimensional,
                          Kind::uneven, Kind::mobile})
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
      const max7800x::Device& device = kind == Kind::mobile ? max78002 : max78000;
      const planned::RandomNetwork random = planned::NetworkBuilder(seed, device).build(kind);
      CAPTURE(planned::name_of(kind));
      CAPTURE(seed);
      const OnnxFile file = onnx_file(random.graph, random.parameters(), "random");
      if (!file.ok()) MESSAGE(file.errors[0]);
      REQUIRE(file.ok());
      REQUIRE(verdict(file.bytes) == "");
      CHECK(initialisers(file.bytes).size() >= static_cast<std::size_t>(random.parameters().count));

      const incuse::test::ImportedOnnx again = incuse::test::imported(file.bytes, device);
      REQUIRE_MESSAGE(again.problem.empty(), again.problem);
      host::Executor executor(random.graph, random.parameters(), {device, {}});
      executor.set_input(random.input.data());
      executor.run();
      std::size_t output = 0;
      for (const int index : output_layers(random.graph)) {
        const Layer& layer = random.graph[index];
        const int exponent = layer.wide ? layer.output_shift + 1 - layer.weight_bits - 7 : -7;
        std::vector<double> wanted;
        for (int value : executor.output_of(index)) wanted.push_back(std::ldexp(value, exponent));
        CAPTURE(index);
        CHECK(incuse::test::outputs_on_chip(again, random.input, device, output++) == wanted);
      }
      CHECK(again.network.outputs.size() == output);
    }
}

TEST_CASE("what ONNX has no operator for is said with its layer") {
  struct Bits : Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, as<"a">>, Conv2d<4, kernel<1>, as<"b">>,
                        BitwiseOr<from<"a", "b">, as<"either">>> {};
  const OnnxFile file = onnx_file(graph_of<Bits>(), {});
  REQUIRE(file.errors.size() == 1);
  CHECK(file.errors[0] == "layer 2 (either): operator set 13 of ONNX has no bitwise operation of numbers");
}

}  // namespace test_onnx_export
