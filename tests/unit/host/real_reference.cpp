// Networks of real numbers, against the sums that define them. What the KPU makes of such a network is compared in
// k210/real_deployment.cpp.
#include <incuse/host/real_reference.hpp>

#include <cmath>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

#include <support/parameters.hpp>

namespace test_real_reference {

using namespace incuse;
using k210::RealLayer;
using test::Numbers;

namespace {

std::vector<float> picture(int count) {
  static constexpr Numbers<1024> numbers{5};
  return {numbers.values, numbers.values + count};
}

/// Parameters of a layer with eight output channels and 9 weights for each of its inputs.
struct Trained {
  static constexpr Numbers<8 * 4 * 9> weights{1};
  static constexpr Numbers<8 * 9> depthwise{2};
  static constexpr Numbers<8> bias{3}, mean{4}, gamma{6}, beta{7};
  static constexpr float variance[8] = {0.5f, 1.0f, 2.0f, 0.1f, 0.3f, 4.0f, 0.7f, 1.5f};
  static constexpr RealLayer real_layers[] = {
      {"full", weights.values, bias.values, {mean.values, variance, gamma.values, beta.values}, {}, {}},
      {"depthwise", depthwise.values, {}, {}, {}, {}},
  };
};

template <class Net>
using GraphOf = std::decay_t<decltype(graph_of<Net>())>;

/// Runs a network without weights.
template <class Net>
std::vector<float> run(const std::vector<float>& input) {
  host::RealExecutor executor(graph_of<Net>(), nullptr, 0);
  REQUIRE_MESSAGE(executor.ready(), executor.reason().reason.data);
  executor.run(input.data());
  return executor.output_of(graph_of<Net>().size - 1);
}

void check_close(const std::vector<float>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(static_cast<double>(values[i]) == doctest::Approx(expected[i]).epsilon(1e-5).scale(0.1));
}

/// The sums of a 3x3 convolution with one ring of padding.
std::vector<double> sums(const std::vector<float>& in, Shape shape, const float* weights, int out_channels,
                         bool depthwise, double border = 0) {
  std::vector<double> result;
  const int inputs = depthwise ? 1 : shape.channels;
  for (int o = 0; o < out_channels; ++o)
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) {
        double sum = 0;
        for (int c = 0; c < inputs; ++c)
          for (int i = 0; i < 9; ++i) {
            const int row = y + i / 3 - 1, column = x + i % 3 - 1;
            const bool inside = row >= 0 && row < shape.height && column >= 0 && column < shape.width;
            const int at = ((depthwise ? o : c) * shape.height + row) * shape.width + column;
            sum += static_cast<double>(weights[(o * inputs + c) * 9 + i]) *
                   (inside ? static_cast<double>(in[static_cast<std::size_t>(at)]) : border);
          }
        result.push_back(sum);
      }
  return result;
}

}  // namespace

TEST_CASE("convolutions with bias, batch norm and activation functions") {
  using Net = Network<Input<4, 6, 5>, Conv2d<8, kernel<3>, pad<1>, bias, BatchNorm2d, ReLU>,
                      DepthwiseConv2d<kernel<3>, pad<1>, pad_value<1, 4>, Tanh>>;
  auto executor = host::real_executor<Net, Trained>();
  REQUIRE(executor.ready());
  const std::vector<float> input = picture(120);
  executor.run(input.data());

  std::vector<double> full = sums(input, {4, 6, 5}, Trained::weights.values, 8, false);
  double most = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    const std::size_t o = i / 30;
    const double centred = full[i] + static_cast<double>(Trained::bias.values[o] - Trained::mean.values[o]);
    full[i] = centred / std::sqrt(static_cast<double>(Trained::variance[o]) + 1e-5) *
                  static_cast<double>(Trained::gamma.values[o]) +
              static_cast<double>(Trained::beta.values[o]);
    full[i] = full[i] < 0 ? 0 : full[i];
    most = std::fmax(most, full[i]);
  }
  check_close(executor.output_of(0), full);
  CHECK(executor.sum_range(0).low == 0.0f);
  CHECK(executor.sum_range(0).high == doctest::Approx(most));
  CHECK(executor.output_range(0).high == executor.sum_range(0).high);

  std::vector<double> depthwise = sums(executor.output_of(0), {8, 6, 5}, Trained::depthwise.values, 8, true, 0.25);
  double least = 0;
  for (double& value : depthwise) {
    least = std::fmin(least, value);
    value = std::tanh(value);
  }
  check_close(executor.output_of(1), depthwise);
  CHECK(executor.sum_range(1).low == doctest::Approx(least));  // in front of the function
  CHECK(executor.output_range(1).low == doctest::Approx(std::tanh(least)));
  CHECK(executor.input_range().low == doctest::Approx(-1).epsilon(0.1));
}

TEST_CASE("poolings") {
  const std::vector<float> input = {-8, -2, -3, 1,  //
                                    -4, -5, -6, 2};
  using Same = Network<Input<1, 2, 4>, AvgPool2d<2, stride<1>, same_padding>>;
  CHECK(run<Network<Input<1, 2, 4>, AvgPool2d<2>>>(input) == std::vector<float>{-19.0f / 4, -6.0f / 4});
  CHECK(run<Network<Input<1, 2, 4>, MaxPool2d<2>>>(input) == std::vector<float>{-2, 2});
  CHECK(run<Network<Input<1, 2, 4>, Subsample2d<2, pick_column<1>>>>(input) == std::vector<float>{-2, 1});
  CHECK(run<Network<Input<1, 2, 4>, MaxPool2d<2, stride<1>, same_padding>>>(input) ==
        std::vector<float>{-2, -2, 2, 2, -4, -5, 2, 2});
  CHECK(run<Same>(input) == std::vector<float>{-19.0f / 4, -4, -6.0f / 4, 1.5f, -4.5f, -5.5f, -2, 2});
  CHECK(run<Network<Input<1, 1, 4>, MaxPool2d<Window{1, 2}, stride<1>, dilation<1, 2>>>>({1, 5, 3, 4}) ==
        std::vector<float>{3, 5});
}

TEST_CASE("sums, differences and concatenations") {
  using Sum = Network<Input<2, 1, 2>, Add<operands<2>>>;
  using Difference =
      Network<Input<1, 1, 2>, MaxPool2d<Window{1, 2}, stride<1>, same_padding, as<"most">>, Sub<from<"most", "input">>>;
  using Joined = Network<Input<1, 1, 2>, Identity<from<"input", "input">>>;
  CHECK(run<Sum>({100, 0.5f, 100, 0.25f}) == std::vector<float>{200, 0.75f});  // nothing is clipped
  CHECK(run<Difference>({1, 2.5f}) == std::vector<float>{1.5f, 0});
  CHECK(run<Joined>({1, 2}) == std::vector<float>{1, 2, 1, 2});
}

TEST_CASE("layers of the processor") {
  const auto close = [](const std::vector<float>& values, const std::vector<double>& expected) {
    check_close(values, expected);
  };
  close(run<Network<Input<2, 1, 2, real>, GlobalAvgPool2d<>>>({1, 2, 3, 5}), {1.5, 4});
  close(run<Network<Input<2, 1, 1, real>, Softmax<>>>({1, 2}), {1 / (1 + std::exp(1.0)), 1 / (1 + std::exp(-1.0))});
  close(run<Network<Input<2, 1, 1, real>, Logistic<>>>({0, 2}), {0.5, 1 / (1 + std::exp(-2.0))});
  close(run<Network<Input<2, 1, 1, real>, L2Normalize<>>>({3, 4}), {0.6, 0.8});
  close(run<Network<Input<1, 1, 2, real>, Upsample<2>>>({3, 4}), {3, 3, 4, 4, 3, 3, 4, 4});
  close(run<Network<Input<1, 1, 4, real>, Resize<1, 2>>>({1, 2, 3, 4}), {1, 3});
  close(run<Network<Input<2, 1, 2, real>, ChannelsLast<>>>({1, 2, 3, 4}), {1, 3, 2, 4});

  // Parameters of a layer with codes of its own are a range.
  using Coded = Network<Input<2, 1, 1, real>, Quantize<>, Requantize<Tanh>, AddPadding<>, RemovePadding<>, Dequantize<>,
                        Linear<1, bias, on_cpu>>;
  static constexpr float weights[] = {1, 2}, shift[] = {0.5f};
  static constexpr RealLayer layers[] = {{}, {}, {"linear", weights, shift}};
  host::RealExecutor executor(graph_of<Coded>(), layers, 3);
  REQUIRE(executor.ready());
  const float input[] = {1, -2};
  executor.run(input);
  close(executor.output_of(5), {std::tanh(1.0) - 2 * std::tanh(2.0) + 0.5});
}

TEST_CASE("what cannot run is refused with a reason") {
  using Net =
      Network<Input<4, 6, 5>, Conv2d<8, kernel<3>, pad<1>, bias, BatchNorm2d>, DepthwiseConv2d<kernel<3>, pad<1>>>;
  const auto refused = [](auto change, int count, int layer) {
    GraphOf<Net> graph = graph_of<Net>();
    change(graph);
    host::RealExecutor executor(graph, Trained::real_layers, count);
    CHECK_FALSE(executor.ready());
    executor.run(nullptr);  // does nothing
    CHECK(executor.reason().layer == layer);
    return std::string_view(executor.reason().reason.data);
  };
  const auto nothing = [](auto&) {};
  const auto of_bytes = "it has options that mean nothing to real numbers";
  CHECK(refused(nothing, 1, -1) == "there are parameters for another number of layers");
  CHECK(refused([](auto& g) { g[1].output_shift = 2; }, 2, 1) == of_bytes);
  CHECK(refused([](auto& g) { g[1].weight_bits = 4; }, 2, 1) == of_bytes);
  CHECK(refused([](auto& g) { g[0].wide = true; }, 2, 0) == of_bytes);
  CHECK(refused([](auto& g) { g[0].bias = false; }, 2, 0) ==
        "the parameters have a bias, but the layer has no option bias");
  CHECK(refused([](auto& g) { g[0].kernel = {3, 1}; }, 2, 0) == "another number of weights than the layer has");
  CHECK(refused([](auto& g) { g[0].activation = Activation::function; }, 2, 0) == "its activation function is missing");
  CHECK(refused(
            [](auto& g) {
              g[0].stride = {2, 2};
            },
            2, 0) == "its convolution has a stride or a dilation that nothing computes");
}

}  // namespace test_real_reference
