#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/weight_layers.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/import/weight_layers.hpp>
#include <incuse/incuse.hpp>

namespace test_weight_layers {

using namespace incuse;

namespace {

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, bits<4>, as<"conv \"1\"\\">>,
                     MaxPool2d<2>, ConvTranspose2d<6, kernel<3>, pad<1>, shift<-1>, as<"up">>,
                     DepthwiseConv2d<kernel<3>, pad<1>, bits<2>>, Flatten, Linear<5, wide, bias, as<"fc">>> {};
struct Sequence
    : Network<Input<3, 20>, Conv1d<8, kernel<9>, binary, bias, as<"one">>, Conv1d<2, kernel<1>, as<"two">>> {};

/// What is read of the layers of a type, compared with the type.
template <class Type>
void check_round_trip() {
  const auto& graph = graph_of<Type>();
  const WeightLayers read = parse_weight_layers(weight_layers_text(graph), "layers.yaml");
  for (const std::string& error : read.errors) FAIL_CHECK(error);
  int next = 0;
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].trained()) continue;
    REQUIRE(next < read.graph.size);
    const Layer& own = read.graph[next++];
    CAPTURE(i);
    CHECK(own.name == graph[i].name);
    CHECK(own.op == graph[i].op);
    CHECK(parameter::weight_shape(own) == parameter::weight_shape(graph[i]));
    CHECK(parameter::pytorch_shape(own) == parameter::pytorch_shape(graph[i]));
    CHECK(own.weight_bits == graph[i].weight_bits);
    CHECK(own.binary_weights == graph[i].binary_weights);
    CHECK(own.bias == graph[i].bias);
    CHECK(own.output_shift == graph[i].output_shift);
    CHECK(own.out.channels == graph[i].out.channels);
  }
  CHECK(next == read.graph.size);
}

/// The one error of a text; all of them if there are more.
std::string error_of(const std::string& text) {
  std::string all;
  for (const std::string& error : parse_weight_layers(text, "layers.yaml").errors)
    all += (all.empty() ? "" : "\n") + error;
  return all;
}

}  // namespace

TEST_CASE("the layers of a type are read as they are written") {
  check_round_trip<Net>();
  check_round_trip<Sequence>();
}

TEST_CASE("parameters do not depend on whether the type or its text is known") {
  import::NamedTensors source;
  source.file = "net.pt";
  const auto add = [&](const std::string& name, std::vector<int> shape) {
    import::NamedTensor tensor{name, shape, {}};
    int count = 1;
    for (const int size : shape) count *= size;
    for (int i = 0; i < count; ++i) tensor.values.push_back(static_cast<float>(i % 23 - 11) / 13);
    source.tensors.push_back(tensor);
  };
  add("a.weight", {4, 2, 3, 3});
  add("a.bias", {4});
  add("b.weight", {4, 6, 3, 3});
  add("c.weight", {6, 1, 3, 3});
  add("d.weight", {5, 384});
  add("d.bias", {5});
  const WeightLayers read = parse_weight_layers(weight_layers_text(graph_of<Net>()), "layers.yaml");
  const import::StoredParameters typed = import::quantise(graph_of<Net>(), import::load(graph_of<Net>(), source));
  const import::StoredParameters named = import::quantise(read.graph, import::load(read.graph, source));
  REQUIRE(typed.layers().size() == 4);
  REQUIRE(named.layers().size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(typed.layers()[i].weight == named.layers()[i].weight);
    CHECK(typed.layers()[i].bias == named.layers()[i].bias);
    CHECK(typed.layers()[i].output_shift == named.layers()[i].output_shift);
    CHECK(typed.layers()[i].weight_shape == named.layers()[i].weight_shape);
  }
}

TEST_CASE("what is wrong with the layers of a type") {
  const std::string start = "layers:\n- {name: a, operator: conv2d, ";
  CHECK(error_of(start + "weights: [4, 2, 3, 3]}") == "");
  CHECK(error_of(start + "weights: [4, 2, 3]}") ==
        "layers.yaml:2:40: 'weights' is the shape of its weights, a list of 4 numbers");
  CHECK(error_of(start + "weights: [4, 2, 3, 0]}") == "layers.yaml:2:40: 'weights' has numbers from 1 to 64, not '0'");
  CHECK(error_of(start + "weights: [65536, 65536, 3, 3]}") ==
        "layers.yaml:2:40: 'weights' has more numbers than any chip holds");
  CHECK(error_of(start + "weights: [4, 2, 3, 3], bits: 3}") == "layers.yaml:2:60: 'bits' is 1, 2, 4, 8 or binary");
  CHECK(error_of(start + "weights: [4, 2, 3, 3], biass: true}") ==
        "layers.yaml:2:54: unknown key 'biass'; did you mean 'bias'?");
  CHECK(error_of(start + "weights: [4, 2, 3, 3], bias: [1]}") == "layers.yaml:2:60: 'bias' is true or false");
  CHECK(error_of("layers:\n- {operator: add, weights: [1, 1]}") ==
        "layers.yaml:2:14: 'operator' is conv1d, conv2d, conv_transpose2d or linear");
  CHECK(error_of("layers:\n- conv1\n") == "layers.yaml:2:3: a layer is a mapping of keys to values, not 'conv1'");
  CHECK(error_of("layers: [").find(": this is not YAML: ") != std::string::npos);
  CHECK(error_of("arch: net") == "layers.yaml: it is no list of layers with weights: weight_layers_text writes one");
  CHECK(error_of("layers: []\n---\nlayers: []\n") == "layers.yaml: it has several documents");
  std::string many = "layers:\n";
  for (int i = 0; i < 200; ++i) many += "- {operator: linear, weights: [1, 1]}\n";
  CHECK(error_of(many) == "layers.yaml:2:1: it has 200 layers, more than networks have");
}

}  // namespace test_weight_layers
