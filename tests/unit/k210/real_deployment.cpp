// Network types with parameters in floating point: what the KPU computes is what the real numbers are, to a few codes.
#include <incuse/k210/deployment.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include <incuse/host/real_reference.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/model/activations.hpp>

#include <support/parameters.hpp>
#include <support/random.hpp>

namespace test_real_deployment {

using namespace incuse;
using k210::Range;
using k210::RealLayer;
using test::Numbers;

namespace {

constexpr float softened(float x) { return x < 0.0f ? 0.0f : x / (1.0f + x); }

// clang-format off
struct Detector : Network<
    Input<3, 16, 20>,
    Conv2d<6, kernel<3>, pad<1>, bias, BatchNorm2d, ReLU>,
    Fused<MaxPool2d<2, stride<1>, same_padding>, DepthwiseConv2d<kernel<3>, pad<1>, LeakyReLU<1, 10>>>,
    Fused<AvgPool2d<2>, Conv2d<8, kernel<1>, bias, SiLU, output>>,
    Fused<AvgPool2d<2, stride<1>, same_padding>, Conv2d<4, kernel<1>, Sigmoid, output>>,
    Subsample2d<2, pick_column<1>>> {};
// clang-format on

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

/// A code stands for a number to half a step; every layer in front adds its own error.
void check_output(const std::vector<float>& expected, const std::vector<std::uint8_t>& codes,
                  const k210::CodeScale& scale, double tolerance) {
  double worst = 0, sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::fabs(codes[i] - (static_cast<double>(expected[i] * scale.scale) + scale.zero_point));
    worst = std::fmax(worst, error);
    sum += error;
  }
  INFO("worst error in codes: ", worst, ", mean: ", sum / static_cast<double>(expected.size()));
  CHECK(worst < tolerance);
  CHECK(sum / static_cast<double>(expected.size()) < tolerance / 4);
}

}  // namespace

TEST_CASE("a network of real numbers on the virtual KPU") {
  static_assert(Chip::image.step_count ==
                7);  // a mean behind a depth-wise layer, and windows behind outputs, are steps
  static_assert(Chip::image.output_count == 3);
  using Storage = k210::KpuStorage<k210_kpu, 512, 8192>;
  const auto storage = std::make_unique<Storage>();
  k210::VirtualKpuBus<k210_kpu, Storage> bus(*storage);
  k210::KpuDriver<Chip, k210::VirtualKpuBus<k210_kpu, Storage>> driver(bus);
  auto ready = driver.init();

  const k210::CodeScale scale = Chip::image.input.scale;
  CHECK(scale.zero_point == 0);
  std::vector<std::uint8_t> codes;
  std::vector<float> real;
  test::Random random(77);
  for (int i = 0; i < Chip::graph.input.elements(); ++i) {
    codes.push_back(random.byte());
    real.push_back(scale.real(codes.back()));
  }
  auto loaded = ready.load_codes(codes.data());
  std::vector<std::uint8_t> last(static_cast<std::size_t>(Chip::graph.last().out.elements()) + 8);
  const k210::RunResult result = std::move(loaded).run(last.data());
  INFO(k210::sentence_of(bus.kpu().report()).characters);
  REQUIRE(result == k210::RunResult::done);

  auto expected = host::real_executor<Detector, Trained>();
  REQUIRE(expected.ready());
  expected.run(real.data());
  for (int output = 0; output < 2; ++output) {
    std::vector<std::uint8_t> unloaded(expected.output_of(2 + output).size());
    driver.unload(output, unloaded.data());
    check_output(expected.output_of(2 + output), unloaded, Chip::image.outputs[output].scale, 4);
  }
  check_output(expected.output_of(4), last, Chip::image.outputs[2].scale, 4);
  for (int i = 0; i < 4; ++i) {
    CHECK(expected.sum_range(i).low >= Trained::real_layers[i].convolved.low);
    CHECK(expected.sum_range(i).high <= Trained::real_layers[i].convolved.high);
  }
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

}  // namespace test_real_deployment
