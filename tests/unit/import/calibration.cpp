#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/calibration.hpp>
#include <incuse/import/described_tensors.hpp>
#include <incuse/import/k210_losses.hpp>
#include <incuse/import/range_choice.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/incuse.hpp>

#include <support/random.hpp>

namespace test_calibration {

using namespace incuse;
using import::LoadedLayers;
using import::NamedTensors;
using import::StoredParameters;
using import::TensorScales;

namespace {

const std::filesystem::path fixtures = std::filesystem::path(__FILE__).parent_path() / "../../cli/fixtures/float";

struct Net : Network<Input<2, 8, 8>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
                     Fused<MaxPool2d<2>, ConvTranspose2d<3, kernel<3>, pad<1>, ReLU, bias, as<"up">>>, Flatten,
                     Linear<5, wide, bias, as<"fc">>> {};

/// A network of real numbers whose tensors grow and shrink, with a sum inside of a layer.
struct Mixed : Network<Input<3, 6, 6>, Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"a">>,
                       Conv2d<4, kernel<3>, pad<1>, bias, as<"b">>,
                       Fused<Add<from<"a", "b">>, Conv2d<6, kernel<1>, Abs, bias, as<"c">>>,
                       Conv2d<6, kernel<3>, pad<1>, as<"d">>, Add<from<"c", "d">>, MaxPool2d<2>,
                       Conv2d<2, kernel<1>, bias, as<"last">>> {};

/// The greatest magnitudes that inputs (values of bytes / 128) give the tensors.
template <int N>
std::vector<float> magnitudes_of(const Graph<N>& graph, const host::RealExecutor<N>& executor) {
  std::vector<float> magnitudes = {1};
  for (int i = 0; i < graph.size; ++i) {
    const k210::Range range = executor.output_range(i);
    magnitudes.push_back(std::max(-range.low, range.high));
  }
  return magnitudes;
}

/// Signal to noise, in decibels, of an output: bytes in their scale against real numbers.
double signal_to_noise(const std::vector<float>& real, const std::vector<int>& bytes, double unit) {
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < real.size(); ++i) {
    const auto wanted = static_cast<double>(real[i]);
    const double error = wanted - unit * bytes[i];
    signal += wanted * wanted;
    noise += error * error;
  }
  return 10 * std::log10(signal / noise);
}

template <int N>
LoadedLayers random_layers(const Graph<N>& graph, test::Random& random, double most) {
  LoadedLayers loaded;
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].trained()) continue;
    import::LoadedLayer own;
    own.layer = i;
    own.name = string_of(graph[i].name);
    std::size_t count = 1;
    const Quantity shape = parameter::weight_shape(graph[i]);
    for (int d = 0; d < shape.count; ++d) {
      own.shape.push_back(static_cast<int>(shape.values[d]));
      count *= static_cast<std::size_t>(shape.values[d]);
    }
    const double greatest = random.real(0.01, most);
    for (std::size_t n = 0; n < count; ++n) own.weight.push_back(static_cast<float>(random.real(-greatest, greatest)));
    for (int o = 0; o < graph[i].out.channels && graph[i].bias; ++o)
      own.bias.push_back(static_cast<float>(random.real(-greatest, greatest)));
    loaded.layers.push_back(own);
  }
  return loaded;
}

double unit_of(const TensorScales& scales, int tensor) {
  return std::ldexp(1.0, scales.exponents[static_cast<std::size_t>(tensor_number(tensor))]) / 128;
}

/// By how much every tensor may differ from the real one: what rounding changes in weights, biases and outputs, carried
/// on from layer to layer.
template <int N>
std::vector<double> errors_of(const Graph<N>& graph, const LoadedLayers& loaded, const StoredParameters& stored,
                              const TensorScales& scales, const std::vector<float>& magnitudes) {
  std::vector<double> errors = {0};
  std::size_t next = 0;
  for (int i = 0; i < graph.size; ++i) {
    double carried = 0, magnitude = 0;  // of what the operator reads
    for (const int source : graph[i].sources) {
      carried += errors[static_cast<std::size_t>(tensor_number(source))];
      magnitude += static_cast<double>(magnitudes[static_cast<std::size_t>(tensor_number(source))]);
    }
    double worst = carried;
    if (graph[i].weighted()) {
      const import::LoadedLayer& own = loaded.layers[next];
      const LayerParameters bytes = stored.parameters()[static_cast<int>(next++)];
      const double unit = unit_of(scales, i), in_unit = unit_of(scales, graph[i].sources[0]);
      // A sum of weight * byte, times 2^shift / 128, is the output's byte.
      const double weight_unit = std::ldexp(unit / in_unit, bytes.output_shift) / 128;
      const std::size_t each = own.weight.size() / static_cast<std::size_t>(own.shape[0]);
      for (std::size_t o = 0; o < static_cast<std::size_t>(own.shape[0]); ++o) {
        double error = 1.001 * unit / 2 + (graph[i].activation == Activation::abs ? unit : 0);
        if (!own.bias.empty())
          error += std::fabs(static_cast<double>(own.bias[o]) -
                             128 * in_unit * weight_unit * bytes.bias[static_cast<long long>(o)]);
        for (std::size_t w = o * each; w < (o + 1) * each; ++w) {
          const double weight = weight_unit * bytes.weight[static_cast<long long>(w)];
          error += std::fabs(static_cast<double>(own.weight[w]) - weight) * magnitude + std::fabs(weight) * carried;
        }
        worst = std::max(worst, error);
      }
    }
    errors.push_back(worst);
  }
  return errors;
}

}  // namespace

TEST_CASE("a loaded network computes what PyTorch computes, and its bytes do nearly") {
  const auto& graph = graph_of<Net>();
  const auto real = import::real_graph(graph);
  const LoadedLayers loaded = import::load(graph, import::read_tensors((fixtures / "state.pt").string()));
  REQUIRE(loaded.ok());
  const std::vector<k210::RealLayer> layers = import::real_layers(real, loaded);
  host::RealExecutor executor(real, layers.data(), static_cast<int>(layers.size()));
  REQUIRE_MESSAGE(executor.ready(), executor.problem());
  const NamedTensors files =
      import::tensors_of_npy({(fixtures / "inputs.npy").string(), (fixtures / "outputs.npy").string()});
  REQUIRE(files.ok());
  const auto input_of = [&](std::size_t image) {
    const auto first = files.tensors[0].values.begin() + static_cast<std::ptrdiff_t>(image * 128);
    return std::vector<float>(first, first + 128);
  };
  std::vector<float> outputs;
  for (std::size_t image = 0; image < 6; ++image) {
    std::vector<float> input = input_of(image);
    for (float& value : input) value /= 128;
    executor.run(input.data());
    for (const float value : executor.output_of(2)) outputs.push_back(value);
  }
  REQUIRE(outputs.size() == files.tensors[1].values.size());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    CHECK(static_cast<double>(outputs[i]) ==
          doctest::Approx(static_cast<double>(files.tensors[1].values[i])).epsilon(1e-5));

  // Its tensors reach beyond 1: without their scales they are cut off.
  const std::vector<float> magnitudes = magnitudes_of(graph, executor);
  CHECK(magnitudes[1] > 2);
  const TensorScales scales = import::scales_of(graph, magnitudes);
  const StoredParameters stored = import::quantise(graph, loaded, scales);
  REQUIRE_MESSAGE(stored.ok(), stored.errors()[0]);
  const auto noise_of = [&](const StoredParameters& parameters) {
    host::Executor bytes(graph, parameters.parameters());
    REQUIRE_MESSAGE(bytes.ready(), bytes.problem());
    std::vector<int> results;
    for (std::size_t image = 0; image < 6; ++image) {
      const std::vector<float> input = input_of(image);
      bytes.set_input(std::vector<int>(input.begin(), input.end()).data());
      bytes.run();
      for (const int value : bytes.output_of(2)) results.push_back(value);
    }
    // A wide output counts in the unit of its sums: the best one is found.
    double product = 0, square = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      product += static_cast<double>(outputs[i]) * results[i];
      square += static_cast<double>(results[i]) * results[i];
    }
    return signal_to_noise(outputs, results, product / square);
  };
  const double calibrated = noise_of(stored), plain = noise_of(import::quantise(graph, loaded));
  CHECK(calibrated > 30);
  CHECK(calibrated > plain + 10);
}

TEST_CASE("random networks keep their signal, whatever the size of their numbers, and nothing saturates") {
  const auto& graph = graph_of<Mixed>();
  const auto real = import::real_graph(graph);
  test::Random random(3);
  for (int round = 0; round < 20; ++round) {
    const LoadedLayers loaded = random_layers(graph, random, round % 2 == 0 ? 0.3 : 3);
    const std::vector<k210::RealLayer> layers = import::real_layers(real, loaded);
    host::RealExecutor executor(real, layers.data(), static_cast<int>(layers.size()));
    REQUIRE_MESSAGE(executor.ready(), executor.problem());
    std::vector<std::vector<int>> inputs(4, std::vector<int>(108));
    for (std::vector<int>& input : inputs) {
      std::vector<float> numbers;
      for (int& value : input) {
        value = random.signed_bits(8);
        numbers.push_back(static_cast<float>(value) / 128);
      }
      executor.run(numbers.data());
    }
    const TensorScales scales = import::scales_of(graph, magnitudes_of(graph, executor));
    CHECK(scales.exponents[0] == 0);
    CHECK(scales.exponents[1] == scales.exponents[2]);  // operands of one sum
    CHECK(scales.exponents[3] == scales.exponents[4]);
    CHECK(scales.exponents[4] == scales.exponents[5]);  // and what it writes
    CHECK(scales.exponents[5] == scales.exponents[6]);  // through pooling
    const StoredParameters stored = import::quantise(graph, loaded, scales);
    REQUIRE_MESSAGE(stored.ok(), stored.errors()[0]);
    host::Executor bytes(graph, stored.parameters());
    REQUIRE_MESSAGE(bytes.ready(), bytes.problem());
    const std::vector<double> errors = errors_of(graph, loaded, stored, scales, magnitudes_of(graph, executor));
    for (const std::vector<int>& input : inputs) {
      std::vector<float> numbers;
      for (const int value : input) numbers.push_back(static_cast<float>(value) / 128);
      executor.run(numbers.data());
      bytes.set_input(input.data());
      bytes.run();
      for (int layer = 0; layer < graph.size; ++layer) {
        const double unit = unit_of(scales, layer);
        const std::vector<float> wanted = executor.output_of(layer);
        const std::vector<int> got = bytes.output_of(layer);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          CHECK(std::fabs(static_cast<double>(wanted[i])) < 127.5 * unit);
          CHECK(std::fabs(static_cast<double>(wanted[i]) - unit * got[i]) <=
                errors[static_cast<std::size_t>(layer) + 1]);
        }
      }
    }
  }
}

TEST_CASE("calibrated parameters come back from a checkpoint, transposed and grouped kernels in PyTorch's order") {
  struct Turned : Network<Input<4, 4, 4>, ConvTranspose2d<6, kernel<3>, pad<1>, bias, bits<4>, as<"up">>,
                          DepthwiseConv2d<kernel<3>, pad<1>, bits<2>, as<"each">>,
                          ConvTranspose2d<3, kernel<3>, pad<1>, bias, as<"again">>> {};
  auto graph = graph_of<Turned>();
  graph[0].groups = 2;
  test::Random random(9);
  const LoadedLayers loaded = random_layers(graph, random, 2);
  const StoredParameters stored = import::quantise(graph, loaded, import::scales_of(graph, {1, 3, 0.4F, 60}));
  REQUIRE_MESSAGE(stored.ok(), stored.errors()[0]);
  std::vector<import::NamedTensor> tensors = import::checkpoint_tensors(graph, stored);
  CHECK(tensors[2].shape == std::vector<int>{4, 3, 3, 3});
  const NamedTensors read = import::parse_tensors(checkpoint_bytes(tensors), "calibrated");
  REQUIRE_MESSAGE(read.ok(), read.error);
  const StoredParameters again = import::quantise(graph, import::load(graph, read));
  REQUIRE_MESSAGE(again.ok(), again.errors()[0]);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(again.layers()[i].weight == stored.layers()[i].weight);
    CHECK(again.layers()[i].bias == stored.layers()[i].bias);
    CHECK(again.layers()[i].output_shift == stored.layers()[i].output_shift);
    CHECK(again.layers()[i].weight_shape == stored.layers()[i].weight_shape);
  }
}

TEST_CASE("on a chip without output shifts scales grow until the weights fit, and biases that do not are refused") {
  struct Plain : Network<Input<4, 4, 4>, Conv2d<4, kernel<3>, pad<1>, ReLU, as<"a">>,
                         Conv2d<4, kernel<3>, pad<1>, ReLU, as<"b">>, Conv2d<4, kernel<1>, as<"c">>> {};
  const import::QuantiserLimits none{0, false, 1};
  for (unsigned seed = 1; seed < 40; ++seed) {
    test::Random random(seed);
    const auto graph = graph_of<Plain>();
    const LoadedLayers loaded = random_layers(graph, random, static_cast<int>(seed % 7));
    const std::vector<float> magnitudes = {1, 0.1F * static_cast<float>(seed), 3, 0.5F};
    const TensorScales plain = import::scales_of(graph, magnitudes);
    const TensorScales scales = import::scales_within(graph, loaded, plain, none);
    CHECK(scales.exponents[0] == 0);
    for (std::size_t t = 0; t < scales.exponents.size(); ++t) CHECK(scales.exponents[t] >= plain.exponents[t]);
    const StoredParameters stored = import::quantise(graph, loaded, scales, none);
    REQUIRE_MESSAGE(stored.ok(), stored.errors()[0]);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(stored.layers()[i].output_shift == 0);
      // Weights keep their values, whatever the scales are.
      const double unit = std::ldexp(1.0, scales.exponents[i + 1] - scales.exponents[i]) / 128;
      for (std::size_t w = 0; w < loaded.layers[i].weight.size(); ++w)
        CHECK(std::fabs(static_cast<double>(loaded.layers[i].weight[w]) -
                        unit * static_cast<signed char>(stored.layers()[i].weight[w])) <= 1.01 * unit);
    }
    // Chips with shifts have the scales that tensors ask for.
    CHECK(import::scales_within(graph, loaded, plain, {}).exponents == plain.exponents);
  }
  struct Biased : Network<Input<4, 4, 4>, Conv2d<4, kernel<3>, pad<1>, bias, as<"a">>> {};
  LoadedLayers loaded;
  loaded.layers.push_back({0, "a", {4, 4, 3, 3}, std::vector<float>(144, 0.5F), {0.25F, 0, 0, 0}, {}, {}, {}});
  const TensorScales scales = import::scales_of(graph_of<Biased>(), {1, 1});
  const StoredParameters stored = import::quantise(graph_of<Biased>(), loaded, scales, none);
  REQUIRE(stored.errors().size() == 1);
  CHECK(stored.errors()[0].find("layer 0 (a): 1 of its 4 biases do not fit 8 bits") == 0);
  CHECK(stored.errors()[0].find("train without bias") != std::string::npos);
  CHECK(import::quantise(graph_of<Biased>(), loaded, scales).ok());
}

TEST_CASE("tensors that are added, pooled or joined with the input share their scale") {
  const auto& graph = graph_of<Mixed>();
  // Input, a, b, c, d, c + d, pooled, last; 0.9 + 0.9 are more than 1.
  CHECK(import::scales_of(graph, {1, 0.9F, 0.9F, 0.25F, 6, 5.5F, 5, 0.1F}).exponents ==
        std::vector<int>{0, 1, 1, 3, 3, 3, 3, -3});
  CHECK(import::scales_of(graph, {1, 0.4F, 0.5F, 0.25F, 0.1F, 0.3F, 0.3F, 300}).exponents ==
        std::vector<int>{0, 0, 0, -1, -1, -1, -1, 9});
  struct AddsInput : Network<Input<2, 4, 4>, Conv2d<2, kernel<1>, as<"a">>, Add<from<"input", "a">>,
                             Conv2d<2, kernel<1>, wide, as<"b">>> {};
  CHECK(import::scales_of(graph_of<AddsInput>(), {1, 7, 7, 100}).exponents == std::vector<int>{0, 0, 0, -8});
}

TEST_CASE("the exponent of a tensor is the least with which its greatest number fits") {
  for (int step = 1; step < 4000; ++step) {
    const float magnitude = static_cast<float>(step) / 128;
    const int exponent = import::detail::tensor_exponent(magnitude);
    const auto code = [&](int e) { return std::floor(std::ldexp(magnitude, 7 - e) + 0.5F); };
    CHECK(code(exponent) <= 127);
    if (exponent > -8) CHECK(code(exponent - 1) > 127);
  }
  CHECK(import::detail::tensor_exponent(0) == -8);
}

TEST_CASE("ranges of values: all, a percentile, and what the distribution asks for") {
  using import::RangeChoice;
  using import::RangeMethod;
  // 9,990 numbers from -1 to 1 that thin out towards the ends, and ten far away.
  test::Random random(7);
  std::vector<float> values;
  for (int i = 0; i < 9990; ++i) {
    float sum = 0;
    for (int k = 0; k < 4; ++k) sum += static_cast<float>(random.between(0, 1000)) / 2000.0f - 0.25f;
    values.push_back(sum);
  }
  for (int i = 0; i < 10; ++i) values.push_back(20.0f);
  k210::RangeFinder extremes;
  for (const float value : values) extremes.add(value);
  import::ValueCounts counts(extremes.range);
  counts.add(values.data(), values.size());
  const auto range = [&](RangeMethod method, double percentile = 99.9) { return counts.range({method, percentile}); };
  CHECK(range(RangeMethod::min_max).low == extremes.range.low);
  CHECK(range(RangeMethod::min_max).high == 20.0f);
  CHECK(range(RangeMethod::percentile, 100).high == 20.0f);
  // Ten of 10,000 are 0.1 %: half of 0.2 %.
  CHECK(range(RangeMethod::percentile, 99.9).high == 20.0f);
  CHECK(range(RangeMethod::percentile, 99.7).high < 1.1f);
  CHECK(range(RangeMethod::percentile, 99.7).low < -0.6f);
  CHECK(range(RangeMethod::divergence).high < 8.0f);
  CHECK(range(RangeMethod::divergence).high > 0.9f);
}

TEST_CASE("ranges of values that are spread evenly stay whole, and 0 stays inside") {
  const auto range_of = [](float low, float high, import::RangeMethod method) {
    import::ValueCounts counts({low, high});
    for (int i = 0; i <= 20000; ++i) counts.add(low + (high - low) * static_cast<float>(i) / 20000.0f);
    return counts.range({method, 99.9});
  };
  const k210::Range even = range_of(-3.0f, 5.0f, import::RangeMethod::divergence);
  CHECK(even.low == -3.0f);
  CHECK(even.high == 5.0f);
  const k210::Range positive = range_of(0.0f, 6.0f, import::RangeMethod::percentile);
  CHECK(positive.low < 0.01f);
  CHECK(positive.high > 5.98f);
  // Nothing to choose from.
  CHECK(import::ValueCounts({2.0f, 2.0f}).range({import::RangeMethod::divergence}).high == 2.0f);
  CHECK(import::ValueCounts({0.0f, 1.0f}).range({import::RangeMethod::percentile}).high == 1.0f);
  import::ValueCounts odd({0.0f, 1.0f});
  odd.add(std::nanf(""));
  odd.add(INFINITY);
  CHECK(odd.range({import::RangeMethod::divergence}).high == 1.0f);
}

TEST_CASE("what codes lose of a tensor") {
  import::RangeLoss loss;
  loss.range = {-1, 254};  // one code per unit, code 1 is 0
  const float values[] = {0, 0.25f, 10, 254.25f, 300, -5};
  loss.add(values, 6);
  CHECK(loss.values == 6);
  CHECK(loss.saturated == 2);
  CHECK(loss.zeros == 2);
  CHECK(loss.noise == doctest::Approx(2 * 0.0625 + 46 * 46 + 16));
  CHECK(loss.signal == doctest::Approx(0.0625 + 100 + 254.25 * 254.25 + 90000 + 25));
  CHECK(loss.signal_to_noise() == doctest::Approx(10 * std::log10(loss.signal / loss.noise)));
  import::RangeLoss exact;
  exact.range = {0, 255};
  exact.add(values + 2, 1);
  CHECK(std::isinf(exact.signal_to_noise()));
  const float nothing = std::nanf("");
  exact.add(&nothing, 1);
  CHECK(exact.share(exact.saturated) == 0.5);
  CHECK(std::isinf(exact.signal_to_noise()));
}

namespace {

struct Codes : Network<Input<1, 2, 2>, Conv2d<1, kernel<1>, ReLU, as<"a">>, Conv2d<1, kernel<1>, as<"b">>> {};

}  // namespace

TEST_CASE("what codes lose of a network for the K210") {
  constexpr auto graph = graph_of<Codes>();
  const float weights[] = {-1, 2};
  import::K210Parameters parameters;
  for (int i = 0; i < 2; ++i) {
    parameters.layers.emplace_back();
    parameters.layers.back().name = graph[i].name;
    parameters.layers.back().weights.values = weights + i;
    parameters.layers.back().weights.count = 1;
    parameters.indices.push_back(i);
  }
  host::RealExecutor executor(graph, parameters.layers.data(), 2);
  REQUIRE_MESSAGE(executor.ready(), executor.problem());
  const float input[] = {-1, 0, 1, -0.5f};
  import::observe_ranges(executor, graph, {input}, {}, parameters);
  const std::vector<import::RangeLoss> losses = import::range_losses(executor, graph, {input, input}, parameters);
  REQUIRE(losses.size() == 3);
  CHECK(losses[0].name == "input");
  CHECK(losses[1].name == "a");
  CHECK(losses[2].name == "b");
  CHECK(losses[0].zeros == 2);
  CHECK(losses[0].saturated == 0);  // 1 and -1 are the ends of the range
  CHECK(losses[1].zeros == 4);      // of two inputs, what ReLU makes of 0 and of 1
  CHECK(losses[1].range.high == 1);
  CHECK(losses[2].values == 8);
  CHECK(losses[2].saturated == 0);
  CHECK(losses[2].signal_to_noise() > 40);
}

}  // namespace test_calibration
