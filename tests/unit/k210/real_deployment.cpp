// Network types with parameters in floating point: what the KPU computes is what the real numbers are, to a few codes.
#include <incuse/k210/deployment.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include <incuse/k210/virtual_bus.hpp>
#include <incuse/model/activations.hpp>

using namespace incuse;
using k210::Range;
using k210::RealLayer;

namespace {

constexpr float softened(float x) { return x < 0.0f ? 0.0f : x / (1.0f + x); }

// clang-format off
struct Detector : Network<
    Input<3, 16, 20>,
    Conv2d<6, kernel<3>, pad<1>, bias, BatchNorm2d, ReLU>,
    Fused<MaxPool2d<2>, DepthwiseConv2d<kernel<3>, pad<1>, LeakyReLU<1, 10>>>,
    Fused<AvgPool2d<2>, Conv2d<8, kernel<1>, bias, SiLU, output>>,
    Conv2d<4, kernel<1>, Sigmoid>> {};
// clang-format on

/// `Count` numbers between -1 and 1.
template <int Count>
struct Numbers {
  float values[Count]{};
  constexpr explicit Numbers(unsigned seed, float scale = 1.0f, float offset = 0.0f) {
    std::uint32_t state = seed;
    for (float& value : values) {
      state = state * 1664525u + 1013904223u;
      value = offset + scale * (static_cast<float>(state >> 16) / 32768.0f - 1.0f);
    }
  }
};

struct Trained {
  static constexpr Numbers<6 * 27> w0{1, 0.3f};
  static constexpr Numbers<6> b0{2}, mean0{3}, gamma0{4, 0.3f, 0.8f}, beta0{5};
  static constexpr Numbers<6> variance0{6, 0.4f, 0.6f};
  static constexpr Numbers<6 * 9> w1{7, 0.4f};
  static constexpr Numbers<8 * 6> w2{8, 0.6f};
  static constexpr Numbers<8> b2{9};
  static constexpr Numbers<4 * 8> w3{10, 0.7f};

  static constexpr Range input{0.0f, 1.0f};
  static constexpr RealLayer real_layers[] = {
      {"conv", w0.values, b0.values, {mean0.values, variance0.values, gamma0.values, beta0.values}, {0, 4}, {0, 4}},
      {"dw", w1.values, {}, {}, {-5, 6}, {-0.5f, 6}},
      {"mix", w2.values, b2.values, {}, {-5, 7}, {-0.3f, 7}},
      {"head", w3.values, {}, {}, {-9, 9}, {0, 1}},
  };
};

using Chip = Deployment<Detector, k210_kpu, Trained>;

/// A plain convolution of real numbers, with ReLU or the layer's own function.
std::vector<double> convolve(const Layer& layer, const RealLayer& own, const std::vector<double>& in, Range& reached) {
  const Shape shape = layer.pooled, out = layer.out;
  std::vector<double> result;
  for (int o = 0; o < out.channels; ++o)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        double sum = own.bias.empty() ? 0.0 : own.bias[o];
        int tap = o * layer.weight_in_channels() * layer.kernel.area();
        for (int c = 0; c < layer.weight_in_channels(); ++c)
          for (int i = 0; i < layer.kernel.height; ++i)
            for (int j = 0; j < layer.kernel.width; ++j, ++tap) {
              const int at_y = y + i - layer.padding.height, at_x = x + j - layer.padding.width;
              if (at_y < 0 || at_x < 0 || at_y >= shape.height || at_x >= shape.width) continue;
              const int channel = layer.groups > 1 ? o : c;
              sum +=
                  own.weights[tap] * in[static_cast<std::size_t>((channel * shape.height + at_y) * shape.width + at_x)];
            }
        if (const k210::TrainedBatchNorm& norm = own.batch_norm; !norm.empty())
          sum = (sum - norm.mean[o]) / std::sqrt(norm.variance[o] + norm.epsilon) * norm.gamma[o] + norm.beta[o];
        if (layer.activation == Activation::relu) sum = sum < 0 ? 0 : sum;
        reached = {std::fmin(reached.low, static_cast<float>(sum)), std::fmax(reached.high, static_cast<float>(sum))};
        result.push_back(layer.activation == Activation::function ? layer.function(static_cast<float>(sum)) : sum);
      }
  return result;
}

std::vector<double> pool(const Layer& layer, const std::vector<double>& in) {
  std::vector<double> result;
  for (int c = 0; c < layer.in.channels; ++c)
    for (int y = 0; y < layer.pooled.height; ++y)
      for (int x = 0; x < layer.pooled.width; ++x) {
        double sum = 0, most = -1e9;
        for (int i = 0; i < layer.pool.height; ++i)
          for (int j = 0; j < layer.pool.width; ++j) {
            const int at_y = y * layer.pool_stride.height + i, at_x = x * layer.pool_stride.width + j;
            const double value = in[static_cast<std::size_t>((c * layer.in.height + at_y) * layer.in.width + at_x)];
            sum += value;
            most = std::fmax(most, value);
          }
        result.push_back(layer.pooling == Pooling::average ? sum / layer.pool.area() : most);
      }
  return result;
}

/// Outputs of all layers.
std::vector<std::vector<double>> run_real(const std::vector<double>& input) {
  std::vector<std::vector<double>> outputs;
  std::vector<double> data = input;
  for (int i = 0; i < Chip::graph.size; ++i) {
    const Layer& layer = Chip::graph[i];
    const RealLayer& own = Trained::real_layers[i];
    if (layer.pools()) data = pool(layer, data);
    Range reached{0, 0};
    data = convolve(layer, own, data, reached);
    CHECK(reached.low >= own.convolved.low);
    CHECK(reached.high <= own.convolved.high);
    outputs.push_back(data);
  }
  return outputs;
}

void check_output(const std::vector<double>& expected, const std::vector<std::uint8_t>& codes,
                  const k210::CodeScale& scale, double tolerance) {
  double worst = 0, sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::fabs(codes[i] - (expected[i] * scale.scale + scale.zero_point));
    worst = std::fmax(worst, error);
    sum += error;
  }
  INFO("worst error in codes: ", worst, ", mean: ", sum / static_cast<double>(expected.size()));
  CHECK(worst < tolerance);
  CHECK(sum / static_cast<double>(expected.size()) < tolerance / 4);
}

}  // namespace

TEST_CASE("a network of real numbers on the virtual KPU") {
  static_assert(Chip::image.step_count == 5);  // the mean behind the depth-wise layer is a step of its own
  static_assert(Chip::image.output_count == 2);
  using Storage = k210::KpuStorage<k210_kpu, 512, 8192>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Chip, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  driver.init();

  const k210::CodeScale scale = Chip::image.input.scale;
  CHECK(scale.zero_point == 0);
  std::vector<std::uint8_t> codes;
  std::vector<double> real;
  std::uint32_t state = 77;
  for (int i = 0; i < Chip::graph.input.elements(); ++i) {
    state = state * 1664525u + 1013904223u;
    codes.push_back(static_cast<std::uint8_t>(state >> 24));
    real.push_back((codes.back() - scale.zero_point) / static_cast<double>(scale.scale));
  }
  driver.load_codes(codes.data());
  std::vector<std::uint8_t> last(static_cast<std::size_t>(Chip::graph.last().out.elements()) + 8);
  const k210::KpuState result = driver.run(last.data());
  INFO(k210::sentence_of(bus.kpu().report()).characters);
  REQUIRE(result == k210::KpuState::done);

  const std::vector<std::vector<double>> expected = run_real(real);
  std::vector<std::uint8_t> mixed(expected[2].size());
  driver.unload(0, mixed.data());
  check_output(expected[2], mixed, Chip::image.outputs[0].scale, 6);
  check_output(expected[3], last, Chip::image.outputs[1].scale, 6);
}

namespace {

constexpr float one_weight[] = {2.0f};
struct Doubling {
  static constexpr Range input{0.0f, 1.0f};
  static constexpr RealLayer real_layers[] = {{"double", one_weight, {}, {}, {0, 2}, {0, 1}}};
};

}  // namespace

TEST_CASE("any function can be an activation function") {
  using Net = Network<Input<1, 4, 4>, Conv2d<1, kernel<1>, Activate<softened>>>;
  using One = Deployment<Net, k210_kpu, Doubling>;
  const k210::CodeScale out = One::image.outputs[0].scale;
  const k210::ActivationTable table = k210::decode_activation(One::image.steps[0].activation->bytes);
  const k210::BatchNorm entry = k210::decode_batch_norm(One::image.steps[0].batch_norm[0]);
  const int weight = One::image.steps[0].weights[0];
  for (int code = 0; code < 256; ++code) {
    const int sum = code * (weight + static_cast<int>(k210::decode(One::image.steps[0].words).arg_x));
    const double exact =
        softened(2.0f * static_cast<float>(code) / 255.0f) * out.scale + static_cast<float>(out.zero_point);
    CHECK(std::fabs(k210::activate(k210::normalise(sum, entry), table) - exact) < 3);
  }
}

TEST_CASE("functions of this library") {
  CHECK(activations::sigmoid(0.0f) == 0.5f);
  CHECK(activations::tanh(0.5f) == doctest::Approx(std::tanh(0.5)));
  CHECK(activations::tanh(-30.0f) == -1.0f);
  CHECK(activations::silu(1.0f) == doctest::Approx(0.7310586));
  CHECK(activations::elu(-1.0f) == doctest::Approx(std::exp(-1.0) - 1.0));
  CHECK(activations::hard_swish(1.5f) == doctest::Approx(1.5 * 4.5 / 6));
  CHECK(activations::relu6(7.0f) == 6.0f);
  CHECK(activations::leaky_relu<1, 10>(-3.0f) == doctest::Approx(-0.3));
}
