#include "training_groups.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/batch_norm.hpp>
#include <incuse/import/quantiser.hpp>
#include <incuse/import/tensors.hpp>
#include <support/training_case.hpp>

namespace conformance::training {

namespace {

using incuse::import::NamedTensor;
using incuse::import::QuantisedLayer;
using incuse::import::QuantiserOptions;
using incuse::import::WeightScale;
using training_case::difference;
using training_case::exists;
using training_case::Line;
using training_case::lines_of;
using training_case::tensor;
using training_case::value_of;
using training_case::values;

std::vector<float> numbers(const std::string& bytes) {
  std::vector<float> all;
  for (const char byte : bytes) all.push_back(static_cast<float>(static_cast<signed char>(byte)));
  return all;
}

/// What the reference made of one layer.
struct Expected {
  std::vector<float> weight{}, bias{};
  std::string output_shift{};  ///< "" if it tells none
};

std::string compare(const QuantisedLayer& own, const Expected& expected, int bits, std::size_t differences = 0) {
  std::vector<float> bias = numbers(own.bias);
  for (float& value : bias) value = incuse::import::checkpoint_bias(static_cast<int>(value), bits);
  const bool summed = differences > 0;  // another order of the same sums may move a weight by 1
  std::string found = difference("weight", expected.weight, numbers(own.weight));
  if (!found.empty() && summed) found = difference("weight", expected.weight, numbers(own.weight), 0, differences);
  if (!found.empty()) return found;
  if (summed && !difference("weight", expected.weight, numbers(own.weight), 1).empty())
    return "a weight differs by more than 1";
  if (!(found = difference("bias", expected.bias, bias)).empty()) return found;
  if (!expected.output_shift.empty() && expected.output_shift != std::to_string(own.output_shift))
    return "the output shift is " + std::to_string(own.output_shift) + ", expected " + expected.output_shift;
  return "";
}

QuantisedLayer quantised(const NamedTensor& weight, const std::vector<float>& bias, int bits, float quantile = 1,
                         const QuantiserOptions& options = {}) {
  return incuse::import::quantised_layer(weight.values, bias, weight.shape[0], bits, quantile, options);
}

float quantile_of(const std::vector<Line>& lines) {
  const std::string text = value_of(lines, "shift_quantile");
  return text.empty() ? 1 : std::stof(text);
}

/// Lines from one with the key `head` to the next.
std::vector<std::vector<Line>> sections(const std::vector<Line>& lines, const std::string& head) {
  std::vector<std::vector<Line>> all;
  for (const Line& line : lines) {
    if (line.key == head) all.emplace_back();
    if (!all.empty()) all.back().push_back(line);
  }
  return all;
}

/// Calls `run(folder, name)` for every case of a group.
template <class Run>
void for_each_case(const std::string& group, Log& log, const Run& run) {
  for (const std::string& folder : training_case::folders_of(group)) {
    const std::string name = training_case::name_of(folder);
    try {
      run(folder, name);
    } catch (const std::exception& problem) {
      log.failed(name, "case", problem.what());
    }
  }
}

void run_networks(const std::string& group, Log& log) {
  for_each_case(group, log, [&](const std::string& folder, const std::string& name) {
    const std::vector<std::vector<Line>> layers = sections(lines_of(folder), "layer");
    if (layers.empty()) throw std::runtime_error("there are no layers");
    for (const std::vector<Line>& lines : layers) {
      const std::string layer = lines[0].value, own = name + '/' + layer;
      if (!log.wants(own)) continue;
      // The mixed network has the real tensors of another one.
      const std::string source = exists(folder, layer + ".weight_f32") ? folder : group + "/mnist";
      const std::vector<Line> real = source == folder ? lines : [&] {
        for (const std::vector<Line>& other : sections(lines_of(source), "layer"))
          if (other[0].value == layer) return other;
        return std::vector<Line>{};
      }();
      const int bits = std::stoi(value_of(lines, "weight_bits"));
      const QuantisedLayer result = quantised(tensor(source, layer + ".weight_f32"),
                                              values(source, layer + ".bias_f32"), bits, quantile_of(real));
      log.verdict(own, "quantiser",
                  compare(result,
                          {tensor(folder, layer + ".weight_q").values, values(folder, layer + ".bias_ckpt"),
                           value_of(lines, "output_shift")},
                          bits));
    }
  });
}

void run_edges(const std::string& group, Log& log) {
  for_each_case(group, log, [&](const std::string& folder, const std::string& name) {
    if (!log.wants(name)) return;
    const std::vector<Line> lines = lines_of(folder);
    const int bits = std::stoi(value_of(lines, "weight_bits"));
    const QuantisedLayer result =
        quantised(tensor(folder, "weight_f32"), values(folder, "bias_f32"), bits, quantile_of(lines));
    log.verdict(
        name, "quantiser",
        compare(result,
                {tensor(folder, "weight_q").values, values(folder, "bias_ckpt"), value_of(lines, "output_shift")},
                bits));
  });
}

/// "STDDEV2.0": the method and its number.
QuantiserOptions method_of(const std::string& text) {
  QuantiserOptions options;
  std::size_t longest = 0;
  for (const auto& [scale, name] : incuse::import::weight_scales) {
    if (text.compare(0, name.size(), name) != 0 || name.size() <= longest) continue;
    longest = name.size();
    options.scale = scale;
    if (longest == text.size()) continue;
    const float number = std::stof(text.substr(longest));
    (scale == WeightScale::constant ? options.constant : options.deviations) = number;
  }
  if (longest == 0) throw std::runtime_error("there is no method " + text);
  return options;
}

void run_methods(const std::string& group, Log& log) {
  for_each_case(group, log, [&](const std::string& folder, const std::string& name) {
    const std::vector<Line> lines = lines_of(folder);
    std::vector<std::string> layers;
    for (const Line& line : lines)
      if (line.key == "layer") layers.push_back(line.value);
    for (const std::vector<Line>& method : sections(lines, "method"))
      for (const std::string& layer : layers) {
        const int bits = std::stoi(value_of(method, "bits"));
        const std::string prefix = method[0].value + '_' + std::to_string(bits) + "b." + layer;
        const std::string own = name + '/' + prefix;
        if (!log.wants(own)) continue;
        const QuantiserOptions options = method_of(method[0].value);
        const NamedTensor weight = tensor(folder, layer + ".weight_f32");
        const QuantisedLayer result = quantised(weight, values(folder, layer + ".bias_f32"), bits, 1, options);
        const bool sums =
            options.scale == WeightScale::standard_deviations || options.scale == WeightScale::average_maximum;
        log.verdict(own, "quantiser",
                    compare(result,
                            {tensor(folder, prefix + ".weight_q").values, values(folder, prefix + ".bias_ckpt"),
                             value_of(method, prefix + ".output_shift")},
                            bits, sums ? 1 + weight.values.size() / 5000 : 0));
      }
  });
}

/// Compares a folded batch norm with two tensors: to 1e-6 of the greatest value.
std::string compare_folded(const std::string& folder, incuse::import::BatchNorm norm, bool turned, int groups,
                           const std::string& prefix, const std::string& weight_name, const std::string& bias_name) {
  NamedTensor weight = tensor(folder, "w_f32");
  std::vector<float> bias = values(folder, "b_f32");
  const std::vector<float> expected_weight = tensor(folder, weight_name).values;
  const std::vector<float> expected_bias = tensor(folder, bias_name).values;
  // Depthwise transposed kernels have their outputs first already.
  if (turned && groups != weight.shape[0]) return "outputs are not the first dimension";
  incuse::import::fold(norm, weight.values, bias);
  const auto tolerance = [](const std::vector<float>& all) {
    float greatest = 0;
    for (const float value : all) greatest = std::max(greatest, std::fabs(value));
    return 2e-6F * greatest;
  };
  std::string found = difference(prefix + " weight", expected_weight, weight.values, tolerance(expected_weight));
  if (found.empty()) found = difference(prefix + " bias", expected_bias, bias, tolerance(expected_bias));
  return found;
}

incuse::import::BatchNorm norm_of(const std::string& folder, float epsilon) {
  return {values(folder, "bn_mean"),
          values(folder, "bn_var"),
          values(folder, "bn_gamma"),
          values(folder, "bn_beta"),
          epsilon,
          incuse::import::reference_batch_norm_factor};
}

void run_batch_norms(const std::string& group, Log& log) {
  for_each_case(group, log, [&](const std::string& folder, const std::string& name) {
    if (!log.wants(name)) return;
    const std::vector<Line> lines = lines_of(folder);
    const bool turned = value_of(lines, "transpose") == "1";
    const int groups = std::stoi(value_of(lines, "groups"));
    if (turned && groups == 1)
      return log.skipped(name, "the reference folds the batch norm into the inputs of a transposed convolution");
    const auto folded = [&](float epsilon, const std::string& variant) {
      return compare_folded(folder, norm_of(folder, epsilon), turned, groups, variant, "w_" + variant, "b_" + variant);
    };
    const std::string found = folded(incuse::import::reference_batch_norm_epsilon, "fuser");
    log.verdict(name, "batch norm", found.empty() ? folded(std::stof(value_of(lines, "eps")), "qatstart") : found);
  });
}

void run_modules(const std::string& group, Log& log) {
  for_each_case(group, log, [&](const std::string& folder, const std::string& name) {
    if (!exists(folder, "w_f32") || !log.wants(name)) return;
    const std::vector<Line> lines = lines_of(folder);
    const bool normalised = exists(folder, "w_fused_f32");
    if (normalised) {
      const float epsilon = std::stof(value_of(lines, "bn_eps"));
      const std::string found =
          compare_folded(folder, norm_of(folder, epsilon), value_of(lines, "op") == "ConvTranspose2d",
                         std::stoi(value_of(lines, "groups")), "fused", "w_fused_f32", "b_fused_f32");
      if (!found.empty()) return log.failed(name, "batch norm", found);
    }
    const std::string weight = normalised ? "w_fused_f32" : "w_f32", bias = normalised ? "b_fused_f32" : "b_f32";
    const int bits = std::stoi(value_of(lines, "weight_bits"));
    const QuantisedLayer result = quantised(tensor(folder, weight), values(folder, bias), bits, quantile_of(lines));
    log.verdict(
        name, "quantiser",
        compare(result,
                {tensor(folder, "w_q_i8").values, values(folder, "b_ckpt_f32"), value_of(lines, "q_output_shift")},
                bits));
  });
}

}  // namespace

const std::vector<Group> groups = {
    {"quant_nets", "quant_nets", run_networks}, {"ptq_clip", "ptq_clip", run_methods},
    {"quant_edge", "quant_edge", run_edges},    {"bnfuse", "bnfuse", run_batch_norms},
    {"modules", "modules", run_modules},
};

}  // namespace conformance::training
