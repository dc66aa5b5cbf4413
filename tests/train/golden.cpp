// What models compute, compared with the tables of the reference project: incuse_train_golden FOLDER [GROUP].
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/import/load.hpp>
#include <incuse/train/model.hpp>
#include <incuse/train/trainer.hpp>

#include <conformance/case_groups.hpp>
#include <support/training_case.hpp>

#include "functions.hpp"

namespace {

using namespace incuse;
using conformance::Log;
using training_case::difference;
using training_case::exists;
using training_case::Line;
using training_case::lines_of;
using training_case::tensor;
using training_case::value_of;
using training_case::values;

constexpr float close = 2e-5F;             ///< of real numbers, in absolute terms
constexpr float close_statistics = 1e-4F;  ///< of batch norm's

// Networks of one layer -----------------------------------------------------------------------------------------------

/// "3", "3 5" or "none".
Extent extent_of(const std::string& text, int otherwise, bool one_dimensional, int unused) {
  std::istringstream in(text.empty() || text == "none" ? std::to_string(otherwise) : text);
  Extent extent{otherwise, otherwise};
  in >> extent.height;
  if (!(in >> extent.width)) extent.width = one_dimensional ? unused : extent.height;
  return extent;
}

Shape shape_of(const std::vector<int>& sizes) {
  const auto size = [&](std::size_t i) { return i < sizes.size() ? sizes[i] : 1; };
  return {size(1), size(2), size(3)};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Pooling by the module's name where the case has no key for it.
void set_pooling(const std::vector<Line>& lines, Layer& layer, bool flat) {
  const std::string module = value_of(lines, "module"), pooling = value_of(lines, "pooling");
  if (pooling == "Max" || (pooling.empty() && has(module, "MaxPool"))) layer.pooling = Pooling::max;
  if (pooling == "Avg" || (pooling.empty() && has(module, "AvgPool"))) layer.pooling = Pooling::average;
  if (layer.pooling == Pooling::none) return;
  layer.pool = extent_of(value_of(lines, "pool_size"), 2, flat, 1);
  layer.pool_stride = extent_of(value_of(lines, "pool_stride"), layer.pool.height, flat, 1);
  layer.pool_dilation = extent_of(value_of(lines, "pool_dilation"), 1, flat, 1);
}

Operator operator_of(const std::string& module) {
  if (has(module, "Linear")) return Operator::linear;
  if (has(module, "ConvTranspose2d")) return Operator::conv_transpose2d;
  if (has(module, "Conv1d")) return Operator::conv1d;
  return has(module, "Conv2d") ? Operator::conv2d : Operator::none;
}

Elementwise elementwise_of(const std::string& module) {
  if (module == "Add") return Elementwise::add;
  if (module == "Sub") return Elementwise::sub;
  if (module == "BitwiseOr") return Elementwise::bitwise_or;
  return module == "BitwiseXor" ? Elementwise::bitwise_xor : Elementwise::none;
}

/// The layer of a case, whose input and output have these sizes: N x C x H x W, N x C x L or N x F.
train::Network network_of_case(const std::vector<Line>& lines, const std::vector<int>& in, const std::vector<int>& out,
                               bool bias, int operands = 1) {
  const std::string module = value_of(lines, "module");
  Layer layer;
  layer.op = operator_of(module);
  layer.elementwise = elementwise_of(module);
  layer.operands = operands;
  layer.sources.push(network_input);
  const bool flat = in.size() < 4;
  if (layer.weighted() && layer.op != Operator::linear) {
    const std::string size = value_of(lines, "kernel_size");
    layer.kernel = extent_of(size.empty() ? value_of(lines, "kernel") : size, 3, flat, 1);
    layer.stride = extent_of(value_of(lines, "stride"), 1, flat, 1);
    layer.padding = extent_of(value_of(lines, "padding"), 0, flat, 0);
    layer.dilation = extent_of(value_of(lines, "dilation"), 1, flat, 1);
    if (const std::string groups = value_of(lines, "groups"); !groups.empty()) layer.groups = std::stoi(groups);
    if (layer.op == Operator::conv_transpose2d) layer.output_padding = 1;
  }
  set_pooling(lines, layer, flat);
  layer.bias = bias;
  if (has(module, "ReLU")) layer.activation = Activation::relu;
  if (has(module, "Abs")) layer.activation = Activation::abs;
  // The reference's own pooled 1-D modules with this name forget the activation: the case says which one they have.
  if (value_of(lines, "activation") == "none") layer.activation = Activation::none;
  layer.wide = value_of(lines, "wide") == "1";
  const std::string bits = value_of(lines, "weight_bits");
  if (!bits.empty() && bits != "0") layer.weight_bits = std::stoi(bits);
  layer.in = shape_of(in);
  const Extent pooled = pooled_extent(layer, layer.in.extent());
  layer.pooled = {layer.in.channels, pooled.height, pooled.width};
  layer.out = shape_of(out);
  layer.out_channels = layer.out.channels;
  layer.output = true;
  const Shape input{operands * layer.in.channels, layer.in.height, layer.in.width};
  return {input, {layer}, {"layer"}, ""};
}

train::ModelOptions options_of(const std::vector<Line>& lines, bool batch_norm = false) {
  train::ModelOptions options;
  options.batch_norm = batch_norm;
  options.rounding = train::RoundingOf::reference;
  options.average_pool_rounding = value_of(lines, "avg_pool_rounding") == "1";
  if (const std::string text = value_of(lines, "bn_eps"); !text.empty()) options.batch_norm_epsilon = std::stod(text);
  if (const std::string text = value_of(lines, "bn_momentum"); !text.empty())
    options.batch_norm_momentum = std::stod(text);
  return options;
}

train::Policy policy_of(const std::vector<Line>& lines) {
  train::Policy policy;
  if (const std::string text = value_of(lines, "shift_quantile"); !text.empty())
    policy.shift_quantile = std::stod(text);
  return policy;
}

/// Tensors of a case, under the names of the model's state.
struct Naming {
  std::string file, name;
};
std::vector<NamedTensor> renamed(const std::string& folder, const std::vector<Naming>& names) {
  std::vector<NamedTensor> all;
  for (const auto& [file, name] : names) {
    if (!exists(folder, file)) continue;
    all.push_back(tensor(folder, file));
    all.back().name = name;
  }
  return all;
}

std::vector<float> state_values(const train::Model& model, const std::string& name) {
  for (const NamedTensor& own : model.state())
    if (own.name == name) return own.values;
  return {};
}

std::string shift_problem(const train::Model& model, const std::string& expected) {
  const std::vector<float> own = state_values(model, "layer.output_shift");
  if (expected.empty() || own.empty() || own[0] == std::stof(expected)) return "";
  return "the output shift is " + std::to_string(own[0]) + ", expected " + expected;
}

std::vector<float> signed_bytes_of(const Tensor& own) {
  std::vector<float> all;
  for (long long i = 0; i < own.count; ++i) all.push_back(static_cast<float>(own[i]));
  return all;
}

/// The chip's integers against the rounded parameters of the reference.
std::string compare_rounded(const std::string& folder, const train::Model& model) {
  if (!exists(folder, "w_fake")) return "";
  const Layer& layer = model.network()[0];
  train::QuantisedParameters made = model.parameters();
  const LayerParameters own = made.view()[0];
  std::vector<float> weight = signed_bytes_of(own.weight);
  if (layer.op == Operator::conv_transpose2d) {
    const std::vector<int> shape(own.weight.dimensions, own.weight.dimensions + 4);
    weight = import::detail::from_correlation(weight, shape, layer.groups);
  }
  std::vector<float> bias = signed_bytes_of(own.bias);
  for (std::vector<float>* all : {&weight, &bias})
    for (float& value : *all) value = std::ldexp(value, 1 - layer.weight_bits);
  std::string found = difference("w_fake", values(folder, "w_fake"), weight);
  return found.empty() && exists(folder, "b_fake") ? difference("b_fake", values(folder, "b_fake"), bias) : found;
}

// Modules -------------------------------------------------------------------------------------------------------------

const std::vector<Naming> parameters = {{"w_f32", "layer.op.weight"}, {"b_f32", "layer.op.bias"}};
const std::vector<Naming> norm = {{"bn_gamma", "layer.bn.weight"},
                                  {"bn_beta", "layer.bn.bias"},
                                  {"bn_mean", "layer.bn.running_mean"},
                                  {"bn_var", "layer.bn.running_var"}};
const std::vector<Naming> fused_parameters = {{"w_fused_f32", "layer.op.weight"}, {"b_fused_f32", "layer.op.bias"}};

/// Inputs in units of 1.0; operands one behind the other, channel by channel. `count`: of operands.
NamedTensor inputs_of(const std::string& folder, int& count) {
  NamedTensor all = exists(folder, "x_i8") ? tensor(folder, "x_i8") : tensor(folder, "x0_i8");
  count = 1;
  for (; exists(folder, "x" + std::to_string(count) + "_i8"); ++count) {
    const NamedTensor next = tensor(folder, "x" + std::to_string(count) + "_i8");
    all.values.insert(all.values.end(), next.values.begin(), next.values.end());
  }
  if (count > 1) all.shape[1] *= count;  // batches of one
  for (float& value : all.values) value /= 128;
  return all;
}

class ModuleCase {
 public:
  explicit ModuleCase(const std::string& folder)
      : folder_(folder), lines_(lines_of(folder)), input_(inputs_of(folder, operands_)) {
    std::vector<int> in = input_.shape;
    in[1] /= operands_;
    network_ = network_of_case(lines_, in, tensor(folder, "y_float").shape, exists(folder, "b_f32"), operands_);
  }

  std::string compare() {
    const bool normalised = exists(folder_, "bn_mean");
    std::string found = normalised ? compare_batch_norm() : compare_float();
    if (found.empty() && exists(folder_, "y_qat")) found = compare_quantised(normalised);
    if (found.empty() && operands_ > 1) found = compare_integers();
    return found;
  }

 private:
  std::string expect(const std::string& name, train::Model& model, float tolerance) {
    return difference(name, values(folder_, name), model.forward(input_).values, tolerance);
  }
  train::Model model_with(const std::vector<Naming>& names, bool batch_norm = false) {
    train::Model model(network_, options_of(lines_, batch_norm));
    model.load(renamed(folder_, names));
    return model;
  }

  std::string compare_float() {
    train::Model model = model_with(parameters);
    std::string found = expect("y_float", model, close);
    if (!found.empty() || !exists(folder_, "y_float_shift1")) return found;
    model.load({{"layer.output_shift", {1}, {1}}});
    return expect("y_float_shift1", model, close);
  }

  std::string compare_batch_norm() {
    std::vector<Naming> all = parameters;
    all.insert(all.end(), norm.begin(), norm.end());
    train::Model model = model_with(all, true);
    std::string found = expect("y_float", model, close);
    if (!found.empty()) return found;
    const std::vector<float> trained = model.forward(input_, true).values;
    found = difference("y_float_trainmode", values(folder_, "y_float_trainmode"), trained, close_statistics);
    for (const auto& [file, name] : {Naming{"bn_mean_after", "running_mean"}, Naming{"bn_var_after", "running_var"}})
      if (found.empty())
        found = difference(file, values(folder_, file), state_values(model, "layer.bn." + name), close_statistics);
    if (!found.empty()) return found;
    model = model_with(all, true);
    model.start_quantisation();
    for (const auto& [file, name] : fused_parameters)
      if (found.empty()) found = difference(file, values(folder_, file), state_values(model, name), close);
    if (!found.empty()) return found;
    model = model_with(fused_parameters);
    return expect("y_float_fused", model, close);
  }

  std::string compare_quantised(bool normalised) {
    train::Model model = model_with(normalised ? fused_parameters : parameters);
    model.start_quantisation(policy_of(lines_));
    std::string found = expect("y_qat", model, 0);
    if (found.empty()) found = shift_problem(model, value_of(lines_, "qat_output_shift"));
    return found.empty() ? compare_rounded(folder_, model) : found;
  }

  /// Element-wise operations on the chip's integers.
  std::string compare_integers() {
    train::Model model(network_, {});
    model.start_quantisation();
    std::vector<float> own = model.forward(input_).values, expected = values(folder_, "y_sim_f32");
    for (float& value : own) value *= 128;
    // The reference's exclusive or is off by a half for each step: what is right follows from the operands.
    if (network_[0].elementwise == Elementwise::bitwise_xor)
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<float>(exclusive_or(i, own.size()));
    return difference("integers", expected, own);
  }
  int exclusive_or(std::size_t i, std::size_t each) const {
    int result = 0;
    for (std::size_t k = 0; k < input_.values.size() / each; ++k)
      result ^= static_cast<int>(input_.values[k * each + i] * 128);
    return result;
  }

  std::string folder_;
  std::vector<Line> lines_;
  int operands_ = 1;
  NamedTensor input_;
  train::Network network_{};
};

// Gradients -----------------------------------------------------------------------------------------------------------

/// Gradients of a case: those of the reference where its own rounding is as ours, else the recommended ones.
std::vector<float> expected_gradient(const std::string& folder, const std::string& name) {
  return exists(folder, name + "_ste") ? values(folder, name + "_ste") : values(folder, name + "_obs");
}

std::string compare_gradients(const std::string& folder) {
  const std::vector<Line> lines = lines_of(folder);
  NamedTensor input = tensor(folder, "x0");
  const std::vector<int> each = input.shape, out = tensor(folder, "y").shape;
  int operands = 1;
  std::vector<float> expected = expected_gradient(folder, "gx0");
  for (; exists(folder, "x" + std::to_string(operands)); ++operands) {
    const std::string name = "x" + std::to_string(operands);
    const std::vector<float> next = values(folder, name), gradient = expected_gradient(folder, "g" + name);
    input.values.insert(input.values.end(), next.begin(), next.end());
    expected.insert(expected.end(), gradient.begin(), gradient.end());
  }
  input.shape[1] *= operands;
  std::vector<Line> own = lines;
  const std::string module = value_of(lines, "module");
  if (module.find("Pool2d") != std::string::npos && module.find("Fused") == std::string::npos)
    own.push_back({"pool_size", std::to_string(each[2] / out[2])});
  train::Model model(network_of_case(own, each, out, exists(folder, "b"), operands), options_of(lines));
  model.load(renamed(folder, {{"w", "layer.op.weight"}, {"b", "layer.op.bias"}}));
  const bool quantised = value_of(lines, "mode") == "qat";
  if (quantised) model.start_quantisation(policy_of(lines));
  const train::BatchGradients got = model.backward(input, tensor(folder, "gy"));
  std::string found = difference("y", values(folder, "y"), got.output.values, quantised ? 0 : close);
  if (found.empty()) found = difference("gx", expected, got.input.values, close);
  for (const NamedTensor& gradient : got.parameters) {
    const std::string name = gradient.name == "layer.op.weight" ? "gw" : "gb";
    if (found.empty()) found = difference(name, expected_gradient(folder, name), gradient.values, close);
  }
  if (found.empty() && quantised) found = shift_problem(model, value_of(lines, "output_shift"));
  return found.empty() && quantised ? compare_rounded(folder, model) : found;
}

/// Lines "case7 = QUANTILE SHIFT", with the parameters p7.
std::string compare_shifts(const std::string& folder) {
  int cases = 0;
  for (const Line& line : lines_of(folder)) {
    if (line.key.rfind("case", 0) != 0) continue;
    const std::vector<float> all = values(folder, "p" + line.key.substr(4));
    const int count = static_cast<int>(all.size());
    Layer layer;
    layer.op = Operator::linear;
    layer.sources.push(network_input);
    layer.in = layer.pooled = {count, 1, 1};
    layer.out = {1, 1, 1};
    train::Model model(train::Network{layer.in, {layer}, {"layer"}, ""});
    model.load({{"layer.op.weight", {1, count}, all}});
    std::istringstream words(line.value);
    train::Policy policy;
    std::string shift;
    words >> policy.shift_quantile >> shift;
    model.start_quantisation(policy);
    model.forward({"", {1, count}, std::vector<float>(all.size())});
    if (const std::string found = shift_problem(model, shift); !found.empty()) return line.key + ": " + found;
    ++cases;
  }
  return cases > 0 ? "" : "there are no cases";
}

// Six steps -----------------------------------------------------------------------------------------------------------

// clang-format off
struct TraceNet : Network<
    Input<2, 8, 8>,
    Conv2d<4, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>, Conv2d<6, kernel<3>, pad<1>, ReLU, bias, as<"conv2">>>,
    Flatten, Linear<4, wide, bias, as<"fc">>> {};
// clang-format on
const std::vector<std::string> trace_layers = {"conv1", "conv2", "fc"};

/// To 1e-4 of the greatest expected value.
std::string compare_relatively(const std::string& what, const std::vector<float>& expected,
                               const std::vector<float>& own) {
  float greatest = 0;
  for (const float value : expected) greatest = std::max(greatest, std::fabs(value));
  return difference(what, expected, own, 1e-4F * greatest);
}

class TraceCase {
 public:
  explicit TraceCase(const std::string& folder)
      : folder_(folder), lines_(lines_of(folder)), model_(train::network_of<TraceNet>()) {}

  std::string compare() {
    load_start();
    train::Trainer trainer(model_, settings());
    const NamedTensor x = tensor(folder_, "x");
    const std::vector<float> losses = values(folder_, "losses"), shifts = values(folder_, "shifts");
    std::vector<int> labels;
    for (const float label : values(folder_, "target")) labels.push_back(static_cast<int>(label));
    std::string found = compare_relatively("logits0", values(folder_, "logits0"), model_.forward(x).values);
    for (std::size_t i = 0; i < losses.size() && found.empty(); ++i) {
      found = compare_relatively("loss " + std::to_string(i), {losses[i]}, {trainer.step(x, labels)});
      if (found.empty() && (i == 0 || i + 1 == losses.size())) found = compare_weights("after" + std::to_string(i + 1));
      for (std::size_t k = 0; k < trace_layers.size() && found.empty(); ++k)
        found = difference("shift after step " + std::to_string(i), {shifts[i * trace_layers.size() + k]},
                           state_values(model_, trace_layers[k] + ".output_shift"));
    }
    return found;
  }

 private:
  void load_start() {
    std::vector<Naming> names;
    for (const std::string& layer : trace_layers) {
      names.push_back({"init." + layer + ".w", layer + ".op.weight"});
      names.push_back({"init." + layer + ".b", layer + ".op.bias"});
    }
    model_.load(renamed(folder_, names));
    std::istringstream bits(value_of(lines_, "bits"));
    train::Policy policy;
    for (const std::string& layer : trace_layers) bits >> policy.overrides[layer];
    if (policy.overrides["conv1"] != 0) model_.start_quantisation(policy);
  }
  train::Settings settings() const {
    train::Settings settings;
    const bool adam = value_of(lines_, "optimizer") == "Adam";
    settings.optimiser = adam ? train::OptimiserKind::adam : train::OptimiserKind::sgd;
    settings.rate = std::stod(value_of(lines_, "lr"));
    settings.weight_decay = std::stod(value_of(lines_, "weight_decay"));
    settings.scales_logits = false;
    return settings;
  }
  std::string compare_weights(const std::string& prefix) {
    std::string found;
    for (const std::string& layer : trace_layers)
      for (const auto& [file, name] : {Naming{".w", ".op.weight"}, Naming{".b", ".op.bias"}})
        if (found.empty())
          found = compare_relatively(prefix + '.' + layer + file, values(folder_, prefix + '.' + layer + file),
                                     state_values(model_, layer + name));
    return found;
  }

  std::string folder_;
  std::vector<Line> lines_;
  train::Model model_;
};

// Pictures ------------------------------------------------------------------------------------------------------------

// clang-format off
struct MixedNet : Network<
    Input<1, 28, 28>,
    Conv2d<16, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, pad<1>, ReLU, bias, bits<4>, as<"conv2">>>,
    Conv2d<32, kernel<3>, pad<1>, ReLU, bias, bits<4>, as<"conv3">>,
    Add<from<"conv3", "conv2">>,
    Fused<MaxPool2d<2>, Conv2d<48, kernel<3>, pad<1>, ReLU, bias, bits<2>, as<"conv4">>>,
    Fused<AvgPool2d<2>, Conv2d<32, kernel<1>, ReLU, bias, bits<4>, as<"conv5">>>,
    Flatten, Linear<10, wide, bias, as<"fc">>> {};
// clang-format on
const std::vector<std::string> mixed_layers = {"conv1", "conv2", "conv3", "conv4", "conv5", "fc"};

constexpr std::size_t pictures_compared = 2000, picture_header = 16, picture_size = 28 * 28;

/// Signed bytes of the first pictures of an idx file.
std::vector<signed char> pictures_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.size() < picture_header + pictures_compared * picture_size)
    throw std::runtime_error(path + " is too short");
  std::vector<signed char> all;
  for (std::size_t i = 0; i < pictures_compared * picture_size; ++i)
    all.push_back(train::network_value(static_cast<unsigned char>(bytes[picture_header + i])));
  return all;
}

class PictureCase {
 public:
  PictureCase(const std::string& folder, const std::string& pictures)
      : folder_(folder), pictures_(pictures_of(pictures)) {}

  /// "float", "float_fused" or "qat", with tensors that are called after `source`.
  std::string compare(const std::string& tag, const std::string& source) {
    train::ModelOptions options;
    options.batch_norm = tag == "float";
    train::Model model(train::network_of<MixedNet>(), options);
    std::vector<Naming> names;
    for (const std::string& layer : mixed_layers)
      for (const char* part :
           {".op.weight", ".op.bias", ".bn.weight", ".bn.bias", ".bn.running_mean", ".bn.running_var"})
        names.push_back({source + '.' + layer + part, layer + part});
    model.load(renamed(folder_, names));
    const bool quantised = tag == "qat";
    if (quantised) {
      train::Policy policy;
      policy.shift_quantile = 0.995;
      model.start_quantisation(policy);
    }
    const std::vector<float> outputs = run(model);
    std::string found = compare_outputs(tag, outputs, quantised ? 0 : close);
    return found.empty() && quantised ? compare_executor(model, outputs) : found;
  }

 private:
  static constexpr std::size_t batch = 250, classes = 10;

  std::vector<float> run(train::Model& model) const {
    std::vector<float> outputs;
    for (std::size_t first = 0; first < pictures_compared; first += batch) {
      NamedTensor input{"", {static_cast<int>(batch), 1, 28, 28}, {}};
      for (std::size_t i = first * picture_size; i < (first + batch) * picture_size; ++i)
        input.values.push_back(static_cast<float>(pictures_[i]) / 128);
      const std::vector<float> own = model.forward(input).values;
      outputs.insert(outputs.end(), own.begin(), own.end());
    }
    return outputs;
  }

  std::string compare_outputs(const std::string& tag, const std::vector<float>& outputs, float tolerance) const {
    const std::vector<float> logits = values(folder_, tag + ".logits"),
                             predictions = values(folder_, tag + ".predictions");
    const std::vector<float> first(outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(logits.size()));
    if (const std::string found = difference("logits", logits, first, tolerance); !found.empty()) return found;
    std::vector<float> own;
    for (std::size_t i = 0; i < pictures_compared; ++i) {
      const auto begin = outputs.begin() + static_cast<std::ptrdiff_t>(i * classes);
      own.push_back(static_cast<float>(std::max_element(begin, begin + classes) - begin));
    }
    const std::vector<float> expected(predictions.begin(), predictions.begin() + pictures_compared);
    // In real numbers two classes may be equally likely but for rounding.
    return difference("predictions", expected, own, 0, tolerance > 0 ? 2 : 0);
  }

  /// The chip's integers: every logit times 2^14.
  std::string compare_executor(train::Model& model, const std::vector<float>& outputs) const {
    train::QuantisedParameters integers = model.parameters();
    const auto graph = train::graph_of_network(model.network());
    constexpr int lanes = 16;
    host::Executor<decltype(graph)::capacity> executor(graph, integers.view(), {}, lanes);
    if (!executor.ready()) return executor.problem();
    std::vector<float> expected, own;
    for (std::size_t first = 0; first < pictures_compared; first += lanes) {
      for (int lane = 0; lane < lanes; ++lane)
        executor.set_input(pictures_.data() + (first + static_cast<std::size_t>(lane)) * picture_size, lane);
      executor.run();
      for (int lane = 0; lane < lanes; ++lane)
        for (const int value : executor.output_of(graph.size - 1, lane)) expected.push_back(static_cast<float>(value));
    }
    for (const float value : outputs) own.push_back(value * (1 << 14));
    return difference("integers of the executor", expected, own);
  }

  std::string folder_;
  std::vector<signed char> pictures_;
};

// Groups --------------------------------------------------------------------------------------------------------------

template <class Compare>
void run_each(const std::string& group, Log& log, const std::string& stage, const Compare& compare) {
  for (const std::string& folder : training_case::folders_of(group)) {
    const std::string name = training_case::name_of(folder);
    if (!log.wants(name)) continue;
    try {
      log.verdict(name, stage, compare(folder));
    } catch (const std::exception& problem) {
      log.failed(name, stage, problem.what());
    }
  }
}

void run_modules(const std::string& group, Log& log) {
  run_each(group, log, "module", [](const std::string& folder) { return ModuleCase(folder).compare(); });
}
void run_gradients(const std::string& group, Log& log) {
  run_each(group, log, "gradients", [](const std::string& folder) {
    const std::string name = training_case::name_of(folder);
    if (name == "qatgrad/functions") return compare_functions(folder);
    return name == "qatgrad/output_shift" ? compare_shifts(folder) : compare_gradients(folder);
  });
}
void run_traces(const std::string& group, Log& log) {
  run_each(group, log, "trace", [](const std::string& folder) { return TraceCase(folder).compare(); });
}
void run_folding(const std::string& group, Log& log) {
  run_each(group, log, "batch norm", [](const std::string& folder) -> std::string {
    std::vector<Line> lines = lines_of(folder);
    if (value_of(lines, "transpose") == "1") return "";  // the reference folds into the wrong axis
    const std::vector<int> weight = tensor(folder, "w_f32").shape;
    const int groups = std::stoi(value_of(lines, "groups")), kernel = weight[2];
    lines.push_back({"module", value_of(lines, "op")});
    lines.push_back({"kernel_size", std::to_string(kernel)});
    lines.push_back({"bn_eps", value_of(lines, "eps")});
    std::vector<int> in = {1, weight[1] * groups, kernel, kernel}, out = {1, weight[0], 1, 1};
    in.resize(weight.size());
    out.resize(weight.size());
    train::Model model(network_of_case(lines, in, out, true), options_of(lines, true));
    std::vector<Naming> names = parameters;
    names.insert(names.end(), norm.begin(), norm.end());
    model.load(renamed(folder, names));
    model.start_quantisation();
    const auto relative = [&](const std::string& file, const std::string& name) {
      const std::vector<float> expected = values(folder, file);
      float greatest = 0;
      for (const float value : expected) greatest = std::max(greatest, std::fabs(value));
      return difference(file, expected, state_values(model, name), std::max(close, 2e-6F * greatest));
    };
    std::string found = relative("w_qatstart", "layer.op.weight");
    return found.empty() ? relative("b_qatstart", "layer.op.bias") : found;
  });
}
void run_pictures(const std::string& group, Log& log) {
  const std::string folder = group + "/fashion_bn_mixed";
  const std::string pictures = group + "/../../../data/fashion-mnist/t10k-images-idx3-ubyte";
  for (const auto& [tag, source] : {Naming{"float", "float"}, Naming{"float_fused", "fused"}, Naming{"qat", "qat"}}) {
    const std::string name = "eval/fashion_bn_mixed." + tag;
    if (!log.wants(name)) continue;
    try {
      log.verdict(name, "pictures", PictureCase(folder, pictures).compare(tag, source));
    } catch (const std::exception& problem) {
      log.failed(name, "pictures", problem.what());
    }
  }
}

const std::vector<conformance::Group> all_groups = {{"modules", "modules", run_modules},
                                                    {"qatgrad", "qatgrad", run_gradients},
                                                    {"bnfuse", "bnfuse", run_folding},
                                                    {"trace", "trace", run_traces},
                                                    {"eval", "eval", run_pictures}};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: incuse_train_golden FOLDER [GROUP]\n";
    return 2;
  }
  conformance::Selection selection;
  if (argc > 2) selection.group = argv[2];
  try {
    return conformance::run_groups("training", all_groups, {argv[1]}, selection);
  } catch (const std::exception& problem) {
    std::cerr << "error: " << problem.what() << '\n';
    return 2;
  }
}
