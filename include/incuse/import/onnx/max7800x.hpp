// An ONNX model as a network of the MAX7800x family: the description that the YAML reader makes, too, and parameters in
// whole numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/described_network.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/onnx/lower.hpp>
#include <incuse/import/onnx/read.hpp>
#include <incuse/import/onnx/scales.hpp>
#include <incuse/import/quantiser.hpp>
#include <incuse/import/trained.hpp>
#include <incuse/max7800x/device.hpp>

namespace incuse::import::onnx {

/// What an output of the network means: its real number is the chip's, times `scale`.
struct OutputMeaning {
  std::string name{};  ///< in the model
  std::string layer{};
  double scale = 1.0 / 128;
  bool wide = false;  ///< 32 bits
};

/// A model as the rest of the library reads networks. Without refusals, `graph_from` takes description, tensors and
/// input.
struct Max7800xNetwork {
  NetworkDescription description{};  ///< without placement
  TrainedLayers trained{};
  Shape input{};
  double input_scale = 1.0 / 128;  ///< real input = byte * input_scale
  std::vector<OutputMeaning> outputs{};
  std::vector<std::string> notes{};
  std::vector<Refusal> refusals{};

  bool ok() const { return refusals.empty(); }
};

/// What lowering has to know of a chip of the family.
inline Target target_of(const max7800x::Device& device) {
  Target target;
  target.chip = string_of(device.name);
  target.depthwise = device.convolution_groups;
  return target;
}

namespace detail {

class Max7800xNetworkMaker {
 public:
  Max7800xNetworkMaker(Lowered lowered, const max7800x::Device& device, const std::string& file)
      : lowered_(std::move(lowered)),
        limits_{device.max_shift, device.has(max7800x::Feature::narrow_weights)},
        has_wide_outputs_(device.has(max7800x::Feature::wide_output)) {
    NetworkDescription& description = result_.description;
    description.file = file;
    description.arch = printable(std::filesystem::path(file).stem().string());
    description.input_format = DataFormat::automatic;
    result_.input = lowered_.input;
    result_.notes = std::move(lowered_.notes);
    result_.refusals = std::move(lowered_.refusals);
  }

  Max7800xNetwork make() {
    if (!result_.ok()) return std::move(result_);
    settle_exponents();
    if (!result_.ok()) return std::move(result_);
    settle_scales();
    if (!result_.ok()) return std::move(result_);
    tell_late_clips();
    tell_overflows();
    for (std::size_t i = 0; i < lowered_.steps.size(); ++i) add(i);
    for (const NetworkOutput& output : lowered_.outputs) add_meaning(output);
    if (rounded_ > 0 && lowered_.input_range.known())
      result_.notes.push_back("parameters of " + std::to_string(rounded_) + " of " +
                              std::to_string(result_.trained.layers.size()) +
                              " layers are quantised anew: each is rounded by at most 1/127 of the layer's largest");
    result_.description.complete = result_.description.joins_any_channels = true;
    return std::move(result_);
  }

 private:
  int exponent_of(int source) const {
    return source == network_input ? lowered_.input_exponent
                                   : lowered_.steps[static_cast<std::size_t>(source)].exponent;
  }
  void refuse(const Step& step, const std::string& sentence) {
    result_.refusals.push_back({step.nodes.empty() ? step.name : step.nodes[0], sentence});
  }

  /// The exponents of all steps: a layer without weights has that of its operands, a layer with weights takes it into
  /// its weights.
  void settle_exponents() {
    for (Step& step : lowered_.steps) {
      const int read = exponent_of(step.sources[0]);
      for (int source : step.sources)
        if (exponent_of(source) != read)
          refuse(step, "it reads tensors that are quantised with scales of 2^" + std::to_string(read - 7) + " and 2^" +
                           std::to_string(exponent_of(source) - 7) +
                           "; a layer reads tensors of one scale; nearest: 2^" +
                           std::to_string(std::max(exponent_of(source), read) - 7) + " for all of them");
      if (!step.layer.weighted()) step.exponent = read;
    }
  }

  /// Multiplies weights and biases by the scales of the bytes that their layer reads and writes.
  void settle_scales() {
    scales_ = byte_scales(lowered_);
    result_.input_scale = scale_of(network_input);
    for (std::size_t i = 0; i < lowered_.steps.size(); ++i) {
      Step& step = lowered_.steps[i];
      const double own = scale_of(static_cast<int>(i));
      if (own * 126 > step.limit && step.limit > 0) tell_late_limit(step, own);
      if (!step.layer.weighted()) continue;
      const double weight_factor = scale_of(step.sources[0]) / own, bias_factor = 1 / (own * 128);
      if (!fits_shifts(step, weight_factor, bias_factor)) return;
      multiply(step.weight, weight_factor);
      multiply(step.bias, bias_factor);
      if (std::all_of(step.bias.begin(), step.bias.end(), [](float number) { return number == 0; })) step.bias.clear();
    }
  }
  /// A limit of the model below what the chip's bytes reach: of the tensor itself, or of what it shares its scale with.
  void tell_late_limit(const Step& step, double unit) {
    const bool from_low = std::isfinite(step.least) && step.least < 0 && !step.never_negative;
    const auto ends = [&](double low, double high) {
      return (from_low ? number_text(low) + " and " : std::string()) + number_text(high);
    };
    const bool by_itself = step.range.known() && scale_for(step.range) * 126 > step.limit;
    result_.notes.push_back(
        "layer " + step.name + " clips at " + ends(-128 * unit, 127 * unit) + " instead of " +
        ends(step.least, step.limit) + ": " +
        (by_itself ? "the model stores its output as numbers of " + number_text(step.range.low) + " to " +
                         number_text(step.range.high) +
                         ", and the chip has no limit but that of its bytes; nearest: store it as numbers up to " +
                         number_text(step.limit)
                   : std::string("its output is added to, joined or pooled with tensors of that range")));
  }
  /// One note for each layer that makes numbers of the network's input which its bytes do not have, and that the model
  /// does not clip: normalisation, most of the time.
  void tell_overflows() {
    for (std::size_t i = 0; i < lowered_.steps.size(); ++i) {
      const Step& step = lowered_.steps[i];
      const bool reads_input = step.sources == std::vector<int>{network_input};
      if (!reads_input || step.saturates || step.range.known()) continue;
      const double read = scale_of(network_input), unit = scale_of(static_cast<int>(i));
      const NumberRange made = range_of_copies(step, {-128 * read, 127 * read}), chip{-128 * unit, 127 * unit};
      if (!made.known() || (made.low >= chip.low - 1.01 * unit && made.high <= chip.high + 1.01 * unit)) continue;
      const double wanted = std::exp2(std::ceil(std::log2(scale_for(made) - unit / 128)));
      result_.notes.push_back(
          "layer " + step.name + " makes numbers of " + number_text(made.low) + " to " + number_text(made.high) +
          " of the network's input, " + number_text(-128 * read) + " to " + number_text(127 * read) +
          ", and its bytes reach from " + number_text(chip.low) + " to " + number_text(chip.high) +
          ": the chip clips what lies beyond, the model does not; nearest: normalise the data to that range in front "
          "of "
          "the network and leave this layer out, or put QuantizeLinear and DequantizeLinear with a scale of " +
          number_text(wanted) + " behind it");
    }
  }
  /// The numbers that the chip's bytes reach in what a step writes.
  NumberRange chip_range(std::size_t index) const {
    const double unit = scale_of(static_cast<int>(index));
    return {lowered_.steps[index].never_negative ? 0 : -128 * unit, 127 * unit};
  }
  /// Whether the chip clips what a step writes more than one unit of its bytes later than the model, at one of the
  /// ends.
  bool clips_late(std::size_t index) const {
    const Step& step = lowered_.steps[index];
    if (!step.range.known()) return false;
    const NumberRange chip = chip_range(index);
    const double slack = 1.01 * scale_of(static_cast<int>(index));
    const bool told = step.limit > 0 && step.limit <= step.range.high;  // by another note
    return (!step.never_negative && chip.low < step.range.low - slack) ||
           (!told && chip.high > step.range.high + slack);
  }
  /// Pooling neither adds nor clips: what it reads has been told.
  bool only_pools(const Step& step) const {
    return !step.layer.weighted() && step.layer.elementwise == Elementwise::none;
  }
  /// One note for all layers whose model limits numbers that the chip's bytes have: of ranges that are not symmetric,
  /// and of tensors that share their scale with ones of a wider range.
  void tell_late_clips() {
    constexpr int most = 20;
    std::string layers;
    int count = 0;
    for (std::size_t i = 0; i < lowered_.steps.size(); ++i) {
      const Step& step = lowered_.steps[i];
      if (only_pools(step) || !clips_late(i) || ++count > most) continue;
      const NumberRange chip = chip_range(i);
      layers += (layers.empty() ? "" : ", ") + step.name + " (" + number_text(chip.low) + " to " +
                number_text(chip.high) + ", the model's are " + number_text(step.range.low) + " to " +
                number_text(step.range.high) + ")";
    }
    if (count == 0) return;
    result_.notes.push_back("bytes of the chip reach further than the model's, which clips numbers in between: " +
                            layers + (count > most ? " and " + std::to_string(count - most) + " more" : ""));
  }
  double scale_of(int source) const { return scales_[static_cast<std::size_t>(source - network_input)]; }
  static void multiply(std::vector<float>& numbers, double factor) {
    for (float& number : numbers) number = static_cast<float>(static_cast<double>(number) * factor);
  }
  /// Whether weights and bias of a step, times these factors, are small enough for the largest output shift.
  bool fits_shifts(const Step& step, double weight_factor, double bias_factor) {
    const auto fits = [&](const auto& shape, const std::vector<float>& numbers, const char* what, double factor) {
      const double most = std::ldexp(1.0, limits_.most_shift) / factor;
      const std::string problem = out_of_range_text(shape, numbers, most);
      if (!problem.empty())
        refuse(step, std::string(what) + ' ' + problem + ", more than " + number_text(most) +
                         ", the most that output shifts reach; nearest: smaller weights");
      return problem.empty();
    };
    return fits(step.weight_shape, step.weight, "its weight", weight_factor) &&
           fits(std::vector<std::size_t>{step.bias.size()}, step.bias, "its bias", bias_factor);
  }

  /// An output of 32 bits: the last layer's sums, where the model keeps them as they are.
  bool is_wide(std::size_t index) const {
    const Step& step = lowered_.steps[index];
    bool read = false;
    for (const Step& other : lowered_.steps)
      for (int source : other.sources) read = read || source == static_cast<int>(index);
    return step.layer.output && !read && step.layer.weighted() && step.layer.activation == Activation::none &&
           !step.saturates && has_wide_outputs_;
  }

  void add(std::size_t index) {
    const Step& step = lowered_.steps[index];
    DescribedLayer own;
    own.sequence = static_cast<int>(index);
    own.name = step.name;
    own.layer = step.layer;
    own.layer.wide = is_wide(index);
    own.layer.bias = !step.bias.empty();
    own.layer.out_channels = 0;
    own.out_channels = step.layer.weighted() ? step.out.channels : 0;
    own.pad_given = true;
    own.sources = step.sources;
    own.next = own.simulated_next =
        index + 1 < lowered_.steps.size() ? static_cast<int>(index) + 1 : DescribedLayer::stop;
    if (step.layer.weighted()) add_parameters(step);
    result_.description.layers.push_back(std::move(own));
  }
  void add_parameters(const Step& step) {
    QuantisedLayer whole = quantised_again(step.weight, step.bias, limits_);
    TrainedLayer own;
    own.name = step.name;
    own.weight_shape = step.weight_shape;
    own.weight = std::move(whole.weight);
    own.bias = std::move(whole.bias);
    own.weight_bits = whole.bits;
    own.output_shift = whole.output_shift;
    if (step.layer.op == Operator::conv_transpose2d) to_correlation(own);
    rounded_ += whole.exact ? 0 : 1;
    result_.trained.layers.push_back(std::move(own));
  }
  /// ONNX has [in][out][height][width], and spreads the input; the hardware correlates: [out][in], kernels turned.
  static void to_correlation(TrainedLayer& own) {
    const auto in = static_cast<std::size_t>(own.weight_shape[0]), out = static_cast<std::size_t>(own.weight_shape[1]);
    const std::size_t taps = own.weight.size() / (in * out);
    const std::string spread = own.weight;
    for (std::size_t at = 0; at < spread.size(); ++at) {
      const std::size_t tap = at % taps, o = at / taps % out, i = at / taps / out;
      own.weight[(o * in + i) * taps + taps - 1 - tap] = spread[at];
    }
    std::swap(own.weight_shape[0], own.weight_shape[1]);
  }

  void add_meaning(const NetworkOutput& output) {
    const auto index = static_cast<std::size_t>(output.step);
    OutputMeaning meaning{output.name, lowered_.steps[index].name, scale_of(output.step),
                          result_.description.layers[index].layer.wide};
    std::size_t weighted = 0;
    for (std::size_t i = 0; i < index; ++i) weighted += lowered_.steps[i].layer.weighted() ? 1 : 0;
    if (meaning.wide) {
      const TrainedLayer& trained = result_.trained.layers[weighted];
      meaning.scale = std::ldexp(meaning.scale, *trained.output_shift + 1 - *trained.weight_bits);
    }
    result_.outputs.push_back(std::move(meaning));
  }

  Lowered lowered_;
  QuantiserLimits limits_;
  bool has_wide_outputs_;
  int rounded_ = 0;               ///< number of layers whose parameters were rounded
  std::vector<double> scales_{};  ///< of the input, then of the steps
  Max7800xNetwork result_{};
};

}  // namespace detail

/// A model as a network for a chip of the family. `file` is its name in messages. Inputs are bytes that mean multiples
/// of 1/128, or of what a QuantizeLinear of the input says. The last layer is 32 bits wide where the model neither
/// applies an activation nor clips its numbers to those of bytes.
inline Max7800xNetwork max7800x_network(const Model& model, const max7800x::Device& device, const std::string& file) {
  return detail::Max7800xNetworkMaker(lower(model, target_of(device)), device, file).make();
}

}  // namespace incuse::import::onnx
