#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/cpp_network.hpp>
#include <incuse/export/network_text.hpp>
#include <incuse/import/network_text.hpp>
#include <incuse/incuse.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

namespace test_network_text {

using namespace incuse;

namespace {

using Chain = Network<Input<3, 64, 64>, Conv2d<16, kernel<3>, pad<1>, ReLU, as<"conv \"1\"">>, MaxPool2d<2>,
                      Residual<Conv2d<16, kernel<3>, pad<1>, LeakyReLU<1, 10>, bias>, on_cpu>, Dequantize<>,
                      GlobalAvgPool2d<>, Linear<10, bias, on_cpu, as<"fc">>, Softmax<>>;
using Gated = Network<Input<8, 16, 16>, Conv2d<8, kernel<3>, pad<1>>, ChannelShuffle<2>, Dequantize<as<"map">>,
                      Reduce<Reduction::mean, dims<1, 2>>, Linear<8, on_cpu>, Apply<Sigmoid, as<"gate">>,
                      Combine<Pairing::multiply, from<"map", "gate">>, Conv2d<4, kernel<5>, stride<2>, pad<2>, on_cpu>>;
using Leaky = Network<Input<3, 8, 8>, Conv2d<4, kernel<1>, LeakyReLU<2, 10>>, Conv2d<4, kernel<1>, LeakyReLU<1, 5>>,
                      Conv2d<4, kernel<1>, LeakyReLU<3, 10>>, Conv2d<4, kernel<1>, LeakyReLU<99, 100>>>;
using Moved =
    Network<Input<4, 8, 8, real>, Pad<1, 2, 3, -1, pad_value<1, 3>>, Transpose<1, 2, 0>, Upsample<2>, Crop<1, 1, 1, 1>,
            SpaceToDepth<2, output>, ConvTranspose2d<2, kernel<3>, stride<2>, pad<1>, on_cpu>>;

/// All that is read of a type is what the type says.
template <class Net>
void check_round_trip() {
  const auto& graph = graph_of<Net>();
  const NetworkText read = parse_network_text(network_text(graph), "net.yaml");
  for (const std::string& error : read.errors) FAIL_CHECK(error);
  REQUIRE(read.graph.size == graph.size);
  CHECK(read.graph.input == graph.input);
  CHECK(read.graph.real_input == graph.real_input);
  for (int i = 0; i < graph.size; ++i) {
    CAPTURE(i);
    CHECK(read.graph[i] == graph[i]);
  }
}

std::string error_of(const std::string& text) {
  std::string all;
  for (const std::string& error : parse_network_text(text, "net.yaml").errors) all += (all.empty() ? "" : "\n") + error;
  return all;
}

}  // namespace

TEST_CASE("a type for the K210 is read as it is written") {
  check_round_trip<Chain>();
  check_round_trip<Gated>();
  check_round_trip<Moved>();
  check_round_trip<Leaky>();
  CHECK(network_text(graph_of<Leaky>()).find("function: \"LeakyReLU<1, 5>\"") != std::string::npos);
}

TEST_CASE("what is wrong with the text of a type") {
  const std::string top = "device: K210\ninput: [1, 8, 8]\nlayers:\n", conv = "- {operator: conv2d, out_channels: 4";
  CHECK(error_of(top + conv + "}") == "");
  CHECK(error_of(top + conv + ", kernel: [3]}") == "net.yaml:4:47: 'kernel' is a list of 2, not a list of 1");
  CHECK(error_of(top + conv + ", kernel: [3, 0]}") == "net.yaml:4:51: 'kernel' has numbers from 1 to 4096, not '0'");
  CHECK(error_of(top + conv + ", kernal: [3, 3]}") == "net.yaml:4:39: unknown key 'kernal'; did you mean 'kernel'?");
  CHECK(error_of(top + conv + ", bias: maybe}") == "net.yaml:4:45: 'bias' is true or false, not 'maybe'");
  CHECK(error_of(top + conv + ", activation: rely}") ==
        "net.yaml:4:51: 'activation' is none of its words: 'rely'; did you mean 'relu'?");
  CHECK(error_of(top + conv + ", activation: function}") ==
        "net.yaml:4:3: 'function' is missing: the name of the activation function");
  CHECK(error_of(top + conv + ", activation: function, function: \"unknown\"}") ==
        "net.yaml:4:71: its activation function is none of the library's, which the program has alone: let a program "
        "with the type find the ranges (import::observe_ranges)\n"
        "net.yaml:4:3: 'function' is missing: the name of the activation function");
  CHECK(error_of(top + conv + ", pad_value: .inf}") == "net.yaml:4:50: 'pad_value' is a number, not '.inf'");
  CHECK(error_of(top + conv + ", sources: [0]}") ==
        "net.yaml:4:49: a source is an earlier layer, or -1, the input, not '0'");
  CHECK(error_of(top + conv + ", kernel: [9, 9]}") ==
        "net.yaml: layer 0: its output has the shape 4x0x0; sizes are 1 or more, and the values at most 16,777,216");
  CHECK(error_of("device: K210\ninput: [65536, 65536, 1]\nlayers:\n" + conv + "}") ==
        "net.yaml: its input has the shape 65536x65536x1; sizes are 1 or more, and the values at most 16,777,216");
  CHECK(error_of("device: K210\ninput: [4096, 1, 1]\nlayers:\n- {operator: conv2d, out_channels: 65536}") ==
        "net.yaml: layer 0: it has more weights than 16,777,216");
  CHECK(error_of("device: K210\nlayers:\n" + conv + "}") ==
        "net.yaml:1:1: 'input' is missing: channels, rows and columns");
  CHECK(error_of("device: MAX78000\ninput: [1, 8, 8]\nlayers:\n" + conv + "}") == "net.yaml:1:9: 'device' is K210");
  CHECK(error_of("device: K210\ninput: [1, 8, 8]\nlayers: []") == "net.yaml: it has no layers");
  CHECK(error_of("arch: net") == "net.yaml: it is no network type: network_text writes one");
}

}  // namespace test_network_text
