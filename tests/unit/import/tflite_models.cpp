// TensorFlow Lite models of tests/tflite, as flatc makes them of JSON, compared with what Arm NN computes.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/real_reference.hpp>
#include <incuse/import/onnx/k210_parameters.hpp>
#include <incuse/import/tflite/read.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/model/activations.hpp>

#include <support/onnx_on_chip.hpp>
#include <support/random.hpp>

namespace test_tflite_models {

using namespace incuse;

namespace {

using import::onnx::K210Network;
using import::onnx::Lowered;
using import::onnx::Model;
using import::onnx::Step;

std::string bytes_of(const std::string& name) {
  std::string bytes, error;
  REQUIRE(read_file(std::string(INCUSE_TFLITE_MODELS) + "/" + name + ".tflite", bytes, error));
  return bytes;
}
Model model_of(const std::string& name) {
  Model model = import::tflite::parse_model(bytes_of(name));
  CHECK(model.error == "");
  return model;
}

/// Inputs and outputs that Arm NN has read and computed, channels first.
struct Judged {
  std::vector<double> input{}, output{};
};
std::vector<double> channels_first(const std::vector<double>& last, Shape map) {
  std::vector<double> first;
  for (int c = 0; c < map.channels; ++c)
    for (int p = 0; p < map.pixels(); ++p) first.push_back(last[static_cast<std::size_t>(p * map.channels + c)]);
  return first;
}
Judged judged(const std::string& name, Shape in, Shape out) {
  std::ifstream file(std::string(INCUSE_TFLITE_JUDGED) + "/" + name + ".txt");
  std::vector<double> values;
  for (double value = 0; file >> value;) values.push_back(value);
  REQUIRE(values.size() == static_cast<std::size_t>(in.elements() + out.elements()));
  const auto border = values.begin() + in.elements();
  return {channels_first({values.begin(), border}, in), channels_first({border, values.end()}, out)};
}

/// A transposed convolution spreads its input; the executor correlates: [out][in], kernels turned.
std::vector<float> weights_of(const Step& step) {
  if (step.layer.op != Operator::conv_transpose2d) return step.weight;
  std::vector<float> turned(step.weight.size());
  const std::size_t in = static_cast<std::size_t>(step.weight_shape[0]),
                    out = static_cast<std::size_t>(step.out.channels);
  const std::size_t taps = turned.size() / in / out;
  for (std::size_t i = 0; i < in; ++i)
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t t = 0; t < taps; ++t)
        turned[(o * in + i) * taps + taps - 1 - t] = step.weight[(i * out + o) * taps + t];
  return turned;
}

/// What the network computes in real numbers, without any rounding.
std::vector<float> real_outputs(const K210Network& network, const std::vector<double>& input) {
  const auto view = [](const std::vector<float>& values) {
    k210::Reals reals;
    reals.values = values.data();
    reals.count = static_cast<int>(values.size());
    return reals;
  };
  std::vector<std::vector<float>> weights;
  for (const Step& step : network.lowered.steps) weights.push_back(weights_of(step));
  std::vector<k210::RealLayer> layers;
  const k210::Elements<K210Network::most_layers> elements = k210::elements_of(network.graph);
  for (int i = 0; i < network.graph.size; ++i) {
    if (!k210::has_entry(network.graph, elements, i)) continue;
    k210::RealLayer own;
    const auto step = static_cast<std::size_t>(network.steps[static_cast<std::size_t>(i)]);
    if (network.graph[i].weighted()) {
      own.weights = view(weights[step]);
      own.bias = view(network.lowered.steps[step].bias);
    }
    layers.push_back(own);
  }
  host::RealExecutor executor(network.graph, layers.data(), static_cast<int>(layers.size()));
  REQUIRE_MESSAGE(executor.ready(), executor.problem());
  const std::vector<float> numbers(input.begin(), input.end());
  executor.run(numbers.data());
  return executor.output_of(network.graph.size - 1);
}

std::string refusals_of(const std::vector<import::onnx::Refusal>& refusals) {
  std::string text;
  for (const import::onnx::Refusal& refusal : refusals) text += refusal.text() + "\n";
  return text;
}

/// A model as a network of the MAX78000, with what it computes of an input.
struct OnChip {
  test::ImportedOnnx imported{};
  std::vector<int> input{};
  std::vector<double> output{};  ///< real numbers
};
OnChip on_chip(const std::string& name, const Judged& numbers, bool codes) {
  OnChip result;
  result.imported.network = import::onnx::max7800x_network(model_of(name), max78000, name);
  auto& network = result.imported.network;
  REQUIRE(refusals_of(network.refusals) == "");
  result.imported.described = graph_from(network.description, tensors_of(network.trained), network.input, max78000);
  for (const Problem& problem : result.imported.described.problems)
    REQUIRE_MESSAGE(problem.severity != Severity::error, problem.text());
  for (double value : numbers.input)
    result.input.push_back(static_cast<int>(codes ? value : std::round(value / network.input_scale)));
  result.output = test::outputs_on_chip(result.imported, result.input, max78000);
  return result;
}

}  // namespace

TEST_CASE("models of real numbers compute what Arm NN does") {
  for (const auto& [name, out] :
       {std::pair{"float_residual", Shape{4, 1, 1}}, std::pair{"float_flatten", Shape{5, 1, 1}},
        std::pair{"float_functions", Shape{2, 8, 8}}, std::pair{"float_parts", Shape{3, 4, 5}}}) {
    CAPTURE(name);
    const K210Network network = import::onnx::k210_network(model_of(name));
    REQUIRE(refusals_of(network.refusals) == "");
    const Judged numbers = judged(name, network.graph.input, out);
    const std::vector<float> values = real_outputs(network, numbers.input);
    REQUIRE(values.size() == numbers.output.size());
    // Sums of less than 300 products, in another order: each addition rounds by at most 2^-24 of less than 16.
    for (std::size_t i = 0; i < values.size(); ++i)
      CHECK(std::fabs(static_cast<double>(values[i]) - numbers.output[i]) < 300 * std::ldexp(16.0, -24));
  }
}

TEST_CASE("unsigned bytes, and activations that are looked up in tables: ranges in front of them and behind") {
  const K210Network network = import::onnx::k210_network(model_of("uint8_functions"));
  REQUIRE(refusals_of(network.refusals) == "");
  Judged numbers = judged("uint8_functions", network.graph.input, {4, 1, 1});
  for (double& code : numbers.input) code /= 255;
  const std::vector<float> values = real_outputs(network, numbers.input);
  REQUIRE(values.size() == 4);
  // Two bytes of the output, as on the KPU.
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(std::fabs(static_cast<double>(values[i]) - (numbers.output[i] - 30) * 0.03) <= 0.06);

  const import::onnx::K210Parameters parameters = import::onnx::k210_parameters(network);
  CHECK(parameters.unknown.empty());
  CHECK(parameters.input.high == 1);
  REQUIRE(parameters.layers.size() == 3);
  for (const k210::RealLayer& layer : parameters.layers) {
    CHECK(layer.convolved.low == doctest::Approx(-128 * 0.05));
    CHECK(layer.convolved.high == doctest::Approx(127 * 0.05));
    CHECK(layer.output.low == doctest::Approx(-30 * 0.03));
    CHECK(layer.output.high == doctest::Approx(225 * 0.03));
  }
}

TEST_CASE("what an activation reads follows from what it makes") {
  using import::detail::sums_for;
  Layer layer;
  layer.activation = Activation::function;
  const auto sums = [&](float (*function)(float), k210::Range output) {
    layer.function = function;
    return sums_for(layer, output);
  };
  const auto near = [](float number) { return doctest::Approx(static_cast<double>(number)).epsilon(0.03); };
  CHECK(sums(activations::relu6, {0, 6}).low >= 0);
  CHECK(sums(activations::relu6, {0, 6}).high == near(6));
  CHECK(sums(activations::leaky_relu<1, 10>, {-1, 20}).low == near(-10));
  CHECK(sums(activations::leaky_relu<1, 100>, {-1, 20}).low == near(-100));
  CHECK(sums(activations::leaky_relu<1, 10>, {-1, 2000}).high == near(2000));
  CHECK(sums(activations::hard_swish, {-0.375f, 4}).low == near(-3));
  CHECK(sums(activations::hard_swish, {-0.375f, 4}).high == near(4));
  // Half of a 255th from 1.
  CHECK(sums(activations::sigmoid, {0, 1}).high == near(6.23f));
  CHECK(sums(activations::sigmoid, {0, 1}).low == near(-6.23f));
}

TEST_CASE("bytes whose scales are powers of two stay as they are") {
  const Judged numbers = judged("int8_powers", {3, 8, 8}, {5, 1, 1});
  const OnChip chip = on_chip("int8_powers", numbers, true);
  const auto& network = chip.imported.network;
  CHECK(network.input_scale == 1.0 / 128);
  CHECK(network.outputs.at(0).scale == 1.0 / 16);
  for (const std::string& note : network.notes) CHECK(note.find("quantised anew") == std::string::npos);
  REQUIRE(chip.output.size() == numbers.output.size());
  // Halves below 0 are rounded down by the chip, away from 0 by Arm NN: half a unit in each of 128 numbers at most.
  for (std::size_t i = 0; i < chip.output.size(); ++i) CHECK(std::fabs(chip.output[i] * 16 - numbers.output[i]) <= 1);
}

namespace {

/// How far the chip's output may be from the model's, for inputs of at most `most`: five standard deviations of what
/// rounding of the input, of weights and of every tensor adds up to, by the chip and by the model itself, if each is as
/// likely up as down. Follows a chain of layers.
double bound(const Lowered& lowered, const test::ImportedOnnx& imported, double most) {
  const auto& network = imported.network;
  const std::vector<double> scales = import::onnx::byte_scales(lowered);
  const auto rounding = [](double step) { return step * step / 12; };
  double variance = rounding(network.input_scale) + rounding(2.0 / 255), largest = most;
  std::size_t weighted = 0;
  for (std::size_t i = 0; i < lowered.steps.size(); ++i) {
    const Step& step = lowered.steps[i];
    REQUIRE(step.sources == std::vector<int>{static_cast<int>(i) - 1});
    if (step.layer.weighted()) {
      const TrainedLayer& stored = network.trained.layers[weighted++];
      const double unit = std::ldexp(scales[i + 1] / scales[i], *stored.output_shift + 1 - *stored.weight_bits);
      const std::size_t each = step.weight.size() / static_cast<std::size_t>(step.out.channels);
      double worst = 0;
      for (std::size_t o = 0; o < step.weight.size(); o += each) {
        double sum = 0;
        for (std::size_t k = o; k < o + each; ++k) {
          const double kept = unit * static_cast<signed char>(stored.weight[k]);
          const double lost = kept - static_cast<double>(step.weight[k]);
          sum += kept * kept * variance + lost * lost * largest * largest;
        }
        worst = std::max(worst, sum);
      }
      variance = worst + rounding(128 * unit * scales[i]);
    }
    // A mean is not rounded but cut off: by half a unit more. A model's own steps are those of its ranges.
    variance += rounding(scales[i + 1]) + (step.layer.weighted() ? 0 : scales[i + 1] * scales[i + 1] / 4);
    if (!step.range.known()) continue;
    variance += rounding((step.range.high - step.range.low) / 255);
    largest = std::fmax(-step.range.low, step.range.high);
  }
  return 5 * std::sqrt(variance);
}

}  // namespace

TEST_CASE("other bytes are quantised anew, within the rounding of inputs, weights and tensors") {
  const Judged numbers = judged("int8_channels", {3, 8, 8}, {4, 1, 1});
  const OnChip chip = on_chip("int8_channels", numbers, false);
  const auto& network = chip.imported.network;
  // Zero points of -1 and -128: bytes reach as far as the larger side.
  CHECK(network.input_scale == doctest::Approx(2.0 / 255 * 128 / 127));
  bool told = false;
  for (const std::string& note : network.notes)
    told = told || note.find("layers are quantised anew") != std::string::npos;
  CHECK(told);
  const Lowered lowered = import::onnx::lower(model_of("int8_channels"), import::onnx::target_of(max78000));
  CHECK(import::onnx::byte_scales(lowered)[1] == doctest::Approx(6.0 / 127));
  const double most = bound(lowered, chip.imported, 1);
  REQUIRE(chip.output.size() == numbers.output.size());
  for (std::size_t i = 0; i < chip.output.size(); ++i) CHECK(std::fabs(chip.output[i] - numbers.output[i]) <= most);
  // The bound is worth something: less than a fourth of what the output can be.
  CHECK(most < 0.06 * 255 / 4);
}

namespace {

import::onnx::RangedTensor& range_of(Model& model, const std::string& name){
    for (import::onnx::RangedTensor& ranged:model.ranges) if (ranged.name == name) return ranged;
model.ranges.push_back({name, {}});
return model.ranges.back();
}  // namespace
/// The note about layers that clip later than the model.
std::string late_clips(const Model& model) {
  const auto network = import::onnx::max7800x_network(model, max78000, "net.tflite");
  REQUIRE(network.ok());
  std::string found;
  for (const std::string& note : network.notes)
    if (note.find("bytes of the chip reach further") == 0) found += note;
  return found;
}

}  // namespace test_tflite_models

TEST_CASE("a layer whose bytes reach further than the model's is named, for every zero point") {
  Model model = model_of("int8_channels");
  for (int zero = -128; zero <= 127; ++zero) {
    CAPTURE(zero);
    range_of(model, "fc").range = {(-128 - zero) * 0.05, (127 - zero) * 0.05};
    const std::string note = late_clips(model);
    // With -128 a ReLU clips; within one unit bytes are the same but for rounding.
    const double unit = std::fmax((128 + zero) * 0.05 / 128, (127 - zero) * 0.05 / 127);
    const bool beyond =
        128 * unit > (128 + zero) * 0.05 + 1.01 * unit || 127 * unit > (127 - zero) * 0.05 + 1.01 * unit;
    CHECK((note.find("fc (") != std::string::npos) == (beyond && zero != -128));
    CHECK(beyond == (zero < 0 || zero > 0));
  }
}

TEST_CASE("operands that are added have the larger range, and a note names the one that is clipped late") {
  for (const double first : {0.5, 1.0, 4.0}) {
    Model model = model_of("float_residual");
    range_of(model, "depth").range = {0, first};
    range_of(model, "conv2").range = {-1, 127.0 / 128};
    range_of(model, "sum").range = {-4, 4 * 127.0 / 128};
    const std::string note = late_clips(model);
    CAPTURE(note);
    CHECK((note.find("depth (") != std::string::npos) == (first < 4));
    CHECK(note.find("conv2 (") != std::string::npos);
  }
}

TEST_CASE("a Softmax at the end is left to the program, with a word") {
  const auto network = import::onnx::max7800x_network(model_of("float_residual"), max78000, "net");
  CHECK(refusals_of(network.refusals) == "");
  REQUIRE(network.outputs.size() == 1);
  CHECK(network.outputs[0].layer == "logits");
  CHECK(std::any_of(network.notes.begin(), network.notes.end(), [](const std::string& note) {
    return note ==
           "node classes: the SOFTMAX at the end is left out: outputs are what it reads, and the program computes it";
  }));
  CHECK(std::find(network.notes.begin(), network.notes.end(), "input 'image' is channels first, as 1x3x12x10") !=
        network.notes.end());
}

TEST_CASE("sizes that are computed are those of the file, and what is quantised at both ends is real numbers") {
  const auto network = import::onnx::max7800x_network(model_of("computed_shape"), max78000, "net");
  CHECK(refusals_of(network.refusals) == "");
  CHECK(network.description.layers.size() == 2);
  REQUIRE(network.outputs.size() == 1);
  CHECK(network.outputs[0].layer == "fc");
  CHECK(network.outputs[0].scale == 1.0 / 16);
  const K210Network other = import::onnx::k210_network(model_of("computed_shape"));
  CHECK(refusals_of(other.refusals) == "");
  CHECK(other.graph.last().software == Software::softmax);
}

TEST_CASE("a Softmax of other numbers than it reads is left to the program, with their factor") {
  std::string bytes = bytes_of("computed_shape");
  const auto* const model = import::tflite::schema::GetModel(bytes.data());
  for (const auto* op : *model->subgraphs()->Get(0)->operators())
    if (const auto* const options = op->builtin_options_as_SoftmaxOptions()) {
      constexpr float beta = 2;
      const auto* const place = reinterpret_cast<const flatbuffers::Table*>(options)->GetAddressOf(
          import::tflite::schema::SoftmaxOptions::VT_BETA);
      bytes.replace(static_cast<std::size_t>(reinterpret_cast<const char*>(place) - bytes.data()), sizeof beta,
                    reinterpret_cast<const char*>(&beta), sizeof beta);
    }
  const K210Network network = import::onnx::k210_network(import::tflite::parse_model(bytes));
  CHECK(refusals_of(network.refusals) == "");
  CHECK(network.graph.last().software != Software::softmax);
  CHECK(std::any_of(network.lowered.notes.begin(), network.lowered.notes.end(), [](const std::string& note) {
    return note.ends_with("and the program computes it, of numbers times 2");
  }));
}

TEST_CASE("what chips do not have is named with its operator, all at once") {
  const std::string problem =
      refusals_of(import::onnx::max7800x_network(model_of("refused"), max78000, "net").refusals);
  CAPTURE(problem);
  for (const char* wanted :
       {"node strided (CONV_2D): strides are 2x2, and MAX78000 convolves with stride 1; nearest: stride 1",
        "node larger (RESIZE_BILINEAR): networks have no layer for it",
        "node leaky (LEAKY_RELU): MAX78000 has the activations Relu and Abs; nearest: Relu",
        "node pooled (MAX_POOL_2D): it pads its map"})
    CHECK_MESSAGE(problem.find(wanted) != std::string::npos, wanted);
  const std::string other = refusals_of(import::onnx::k210_network(model_of("refused")).refusals);
  CHECK(other.find(
            "node leaky (LEAKY_RELU): its slope is 0.125, and there are those of whole hundredths between 0 and 1") !=
        std::string::npos);
}

namespace {

/// Makes an operator of a file write what another one writes.
void change_output(std::string& bytes, unsigned changed, unsigned like) {
  const auto* const model = import::tflite::schema::GetModel(bytes.data());
  const auto* const operators = model->subgraphs()->Get(0)->operators();
  const std::int32_t to = operators->Get(like)->outputs()->Get(0);
  const auto* const data = reinterpret_cast<const char*>(operators->Get(changed)->outputs()->Data());
  bytes.replace(static_cast<std::size_t>(data - bytes.data()), sizeof to, reinterpret_cast<const char*>(&to),
                sizeof to);
}

}  // namespace

TEST_CASE("files that are cut off or changed are read or refused with a word") {
  const std::string whole = bytes_of("int8_channels");
  CHECK(import::tflite::parse_model("").error == "this is no TensorFlow Lite model: bytes 4 to 7 are not TFL3");
  CHECK(import::tflite::parse_model(std::string(4, 'a') + "TFL3").error ==
        "the file is damaged: it points outside of itself");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    CHECK(import::tflite::parse_model(std::string_view(whole).substr(0, size)).error != "");
  std::string twice = whole;
  // The fifth operator writes what the first one writes: its list of outputs is changed to that tensor.
  change_output(twice, 4, 0);
  CHECK(import::tflite::parse_model(twice).error ==
        "the file is damaged: operator 4 writes a tensor that is an input, or written before");
  // At an address that numbers do not lie at.
  const std::string shifted = "x" + whole;
  CHECK(import::tflite::parse_model(std::string_view(shifted).substr(1)).error == "");
  test::Random random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = whole;
    for (int n = 0; n < 3; ++n) {
      const int at = random.below(static_cast<int>(changed.size()));
      changed[static_cast<std::size_t>(at)] ^= static_cast<char>(1u << random.below(8));
    }
    const Model model = import::tflite::parse_model(changed);
    if (!model.ok()) continue;
    const auto network = import::onnx::max7800x_network(model, max78000, "net");
    CHECK((!network.ok() || !network.description.layers.empty()));
  }
}

}  // namespace test_tflite_models
