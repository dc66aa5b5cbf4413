// What all nodes of a graph have in common while it is lowered: values by name, the steps so far, and how one becomes
// part of another.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/import/onnx/fold.hpp>
#include <incuse/import/onnx/model.hpp>
#include <incuse/import/onnx/shapes.hpp>
#include <incuse/import/onnx/steps.hpp>
#include <incuse/model/activations.hpp>

namespace incuse::import::onnx::detail {

/// "conv1" of "/conv1/Conv", "block_conv2" of "/block/conv2/Conv", "conv1" of "conv1.op.weight".
inline std::string layer_name(std::string name, const std::string& op) {
  const auto drop_end = [&](std::string_view end) {
    if (name.size() > end.size() && name.ends_with(end)) name.resize(name.size() - end.size());
  };
  drop_end("/" + op);
  drop_end(".weight");
  drop_end(".op");
  std::string word;
  for (char c : name.substr(0, 60)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain)
      word += c;
    else if (!word.empty() && word.back() != '_')
      word += '_';
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  if (word.empty() || (word[0] >= '0' && word[0] <= '9') || word == "input" || word == "stop") word = "layer_" + word;
  return word;
}

/// "0.25", "1e-05".
inline std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// The exponent of a power of two; nothing for other numbers.
inline std::optional<int> exponent_of(double value) {
  int exponent = 0;
  if (!(value > 0) || !std::isfinite(value) || std::frexp(value, &exponent) != 0.5) return std::nullopt;
  return exponent - 1;
}

/// Channels of a tensor that are followed, and tensors that are joined: chips have fewer.
inline constexpr int most_channels = 32767;
inline constexpr std::size_t most_joined = 64;

class Lowering {
 public:
  Lowering(const Model& model, const Target& target) : model_(model), target_(target) {}

 protected:
  // Messages.
  void refuse(const std::string& sentence) {
    refuse(node_ == nullptr ? std::string() : node_->name + " (" + shown_op() + ")", sentence);
  }
  void refuse(const std::string& node, const std::string& sentence) {
    Refusal refusal{node, sentence};
    if (said_.insert(refusal.text()).second) result_.refusals.push_back(std::move(refusal));
  }
  std::string shown_op() const { return node_->shown_op.empty() ? node_->op : node_->shown_op; }
  void note(const std::string& sentence) {
    result_.notes.push_back((node_ == nullptr ? "" : "node " + printable(node_->name) + ": ") + sentence);
  }

  // Inputs and outputs of the node.
  /// An input as the node reads it; null if it is not given.
  std::optional<Value> read(std::size_t index) const {
    if (index >= node_->inputs.size() || node_->inputs[index].empty()) return std::nullopt;
    const auto found = values_.find(node_->inputs[index]);
    if (found == values_.end()) return std::nullopt;
    Value value = found->second;
    value.exclusive = value.exclusive && readers_.at(found->first) == 1;
    return value;
  }
  const Tensor* constant(std::size_t index) const {
    if (index >= node_->inputs.size() || node_->inputs[index].empty()) return nullptr;
    const auto found = values_.find(node_->inputs[index]);
    return found == values_.end() ? nullptr : found->second.constant.get();
  }
  std::vector<const Tensor*> constants() const {
    std::vector<const Tensor*> all;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) all.push_back(constant(i));
    return all;
  }
  void define(Value value, std::size_t output = 0) {
    if (output < node_->outputs.size() && !node_->outputs[output].empty())
      values_[node_->outputs[output]] = std::move(value);
  }
  void define_constant(Tensor tensor) {
    Value value;
    value.shape = tensor.shape;
    value.constant = std::make_shared<const Tensor>(std::move(tensor));
    define(std::move(value));
  }
  /// Whether all numbers of an input are finite; refuses the node if one is not. True for inputs that are no constants.
  bool holds_numbers(std::size_t index) {
    const Tensor* const tensor = constant(index);
    const std::string problem = tensor == nullptr ? std::string() : not_finite_text(tensor->shape, tensor->values);
    if (!problem.empty()) refuse("its '" + printable(node_->inputs[index]) + "' " + problem);
    return problem.empty();
  }
  /// What a refused node writes, so that the nodes behind it can be looked at: `shape` may be a guess.
  void define_guess(const Dimensions& shape) {
    Value value;
    value.shape = shape;
    value.known = false;
    if (!map_of(shape, value.map) || value.map.channels > most_channels) value.map = {1, 1, 1};
    value.parts = {{append(Step{}, value.map), 0, value.map.channels, value.map.channels}};
    for (std::size_t i = 0; i < node_->outputs.size(); ++i) define(value, i);
  }

  // Steps.
  int append(Step step, Shape out) {
    step.out = out;
    step.never_negative =
        !step.layer.weighted() && step.layer.elementwise != Elementwise::sub && !step.sources.empty() &&
        std::all_of(step.sources.begin(), step.sources.end(), [&](int source) { return never_negative(source); });
    if (node_ != nullptr) {
      if (step.name.empty()) step.name = layer_name(node_->name, node_->op);
      step.nodes.push_back(node_->name);
    }
    for (int number = ++names_[step.name]; number > 1; ++number) {
      const std::string numbered = step.name + "_" + std::to_string(number);
      if (names_.find(numbered) != names_.end()) continue;
      names_[step.name] = number;
      names_[numbered] = 1;
      step.name = numbered;
      break;
    }
    if (!has_room_for(step.weight.size())) step.weight.clear();
    result_.steps.push_back(std::move(step));
    return static_cast<int>(result_.steps.size()) - 1;
  }
  /// Counts weights; false, with a refusal, if all layers together have more than any chip.
  bool has_room_for(std::size_t weights) {
    weights_ += weights;
    if (weights_ > most_elements)
      refuse("with it, layers have more than " + std::to_string(most_elements) + " weights, more than any chip holds");
    return weights_ <= most_elements;
  }
  Step& step(int index) { return result_.steps[static_cast<std::size_t>(index)]; }
  /// The step that writes a value and that nothing else reads; null if there is none.
  Step* own_step(const Value& value) {
    const bool own = value.exclusive && value.one_step() && value.parts[0].step != network_input;
    return own ? &step(value.parts[0].step) : nullptr;
  }
  /// The same, if it has weights and no activation yet.
  Step* own_linear_step(const Value& value) {
    Step* const found = own_step(value);
    return found != nullptr && found->layer.weighted() && found->layer.activation == Activation::none ? found : nullptr;
  }
  /// Whether what multiplies a value becomes part of the weights of the step that writes it.
  bool takes_factor(const Value& value) {
    const Step* const own = own_linear_step(value);
    return own != nullptr && keeps_bounds(*own, {value.scale}, {value.offset});
  }
  static Value written(int index, Shape map, const Dimensions& shape) {
    Value value;
    value.shape = shape;
    value.map = map;
    value.parts = {{index, 0, map.channels, map.channels}};
    return value;
  }

  /// Multiplies a step's output channels by `factors` and adds `offsets`. If the step has an activation, all factors
  /// have to be above 0 and all offsets 0.
  static void scale_step(Step& own, const std::vector<double>& factors, const std::vector<double>& offsets) {
    const std::size_t channels = factors.size();
    const double smallest = *std::min_element(factors.begin(), factors.end());
    if (own.most != HUGE_VAL) own.most *= smallest;
    if (own.least != -HUGE_VAL) own.least *= smallest;
    const bool transposed = own.layer.op == Operator::conv_transpose2d;
    const std::size_t taps = static_cast<std::size_t>(own.layer.kernel.area());
    const std::size_t each = own.weight.size() / channels;
    for (std::size_t i = 0; i < own.weight.size(); ++i) {
      const std::size_t channel = transposed ? i / taps % channels : i / each;
      own.weight[i] = static_cast<float>(static_cast<double>(own.weight[i]) * factors[channel]);
    }
    const bool adds = std::any_of(offsets.begin(), offsets.end(), [](double offset) { return offset != 0; });
    if (own.bias.empty() && adds) own.bias.assign(channels, 0.0f);
    for (std::size_t i = 0; i < own.bias.size(); ++i)
      own.bias[i] = static_cast<float>(static_cast<double>(own.bias[i]) * factors[i] + offsets[i]);
  }

  /// Brings a value's channels, factor and offset into a step of its own: a 1x1 convolution.
  Value selected(const Value& value, const std::vector<double>& factors, const std::vector<double>& offsets) {
    Step own;
    own.layer.op = Operator::conv2d;
    own.name = layer_name(node_ == nullptr ? "output" : node_->name, node_ == nullptr ? "" : node_->op);
    std::vector<std::size_t> begins;
    std::size_t inputs = 0;
    for (const Part& part : value.parts) {
      const auto same = std::find(own.sources.begin(), own.sources.end(), part.step);
      if (same != own.sources.end()) continue;
      own.sources.push_back(part.step);
      begins.push_back(inputs);
      inputs += static_cast<std::size_t>(part.all);
    }
    const auto outputs = static_cast<std::size_t>(value.map.channels);
    own.weight_shape = {static_cast<int>(outputs), static_cast<int>(inputs), 1, 1};
    if (inputs * outputs > most_elements) {
      refuse("picking channels takes a 1x1 convolution of " + std::to_string(inputs) + " by " +
             std::to_string(outputs) + " weights, more than any chip holds");
      return value;
    }
    own.weight.assign(inputs * outputs, 0.0f);
    std::size_t row = 0;
    for (const Part& part : value.parts) {
      const auto source =
          static_cast<std::size_t>(std::find(own.sources.begin(), own.sources.end(), part.step) - own.sources.begin());
      for (int c = 0; c < part.count; ++c, ++row)
        own.weight[row * inputs + begins[source] + static_cast<std::size_t>(part.first + c)] =
            static_cast<float>(factors[row]);
    }
    for (double offset : offsets) own.bias.push_back(static_cast<float>(offset));
    if (std::all_of(offsets.begin(), offsets.end(), [](double offset) { return offset == 0; })) own.bias.clear();
    own.sole_reader = value.exclusive;
    Value result = written(append(std::move(own), value.map), value.map, value.shape);
    result.known = value.known;
    return result;
  }

  /// Whether multiplying a step's weights would move a bound that the chip's clipping stands for, or what the model
  /// rounds to.
  static bool keeps_bounds(const Step& own, const std::vector<double>& factors, const std::vector<double>& offsets) {
    const auto every = [](const std::vector<double>& numbers, auto holds) {
      return std::all_of(numbers.begin(), numbers.end(), holds);
    };
    const bool adds = !every(offsets, [](double offset) { return offset == 0; });
    if (!adds && every(factors, [](double factor) { return factor == 1; })) return true;
    const bool bounded = own.least != -HUGE_VAL || own.most != HUGE_VAL;
    if (own.rounding != Rounding::none || (own.saturates && !bounded)) return false;
    if (!bounded) return true;
    const double unit = std::ldexp(1.0, own.exponent);
    const auto stays = [&](double factor, double bound, double chip) {
      if (bound == HUGE_VAL || bound == 0) return true;
      return factor * bound >= chip && (factor <= 1 || factor * bound <= unit || bound > 2 * unit);
    };
    return !adds && !own.range.known() && every(factors, [&](double factor) {
      return factor > 0 && stays(factor, -own.least, unit) && stays(factor, own.most, 127.0 / 128 * unit);
    });
  }
  /// Refuses a factor of what the chip rounds or clips elsewhere than the model; no layer behind makes that good.
  bool has_lost_numbers(const Step& own, const std::vector<double>& factors) {
    const double unit = std::ldexp(1.0, own.exponent);
    const double factor = *std::min_element(factors.begin(), factors.end());
    const bool coarser = own.rounding == Rounding::coarser;
    const bool beyond = own.most != HUGE_VAL && own.most > 2 * unit && !own.range.known();
    const std::string node = node_ != nullptr || own.nodes.empty() ? std::string() : own.nodes.back();
    const auto name_it = [&](const std::string& sentence) {
      node.empty() ? Lowering::refuse("it " + sentence) : Lowering::refuse(node, "behind it the model " + sentence);
    };
    if (coarser)
      name_it("reads what is rounded to multiples of " + number_text(factor * unit / 128) + ", and " + target_.chip +
              " rounds to those of " + number_text(unit / 128) + "; nearest: leave the rounding out");
    else if (beyond)
      name_it("multiplies by " + number_text(factor) + ", or adds to, what is clipped at " + number_text(own.most) +
              ", and " + target_.chip + " clips at " + number_text(127.0 / 128 * unit) + "; nearest: clip to -1 ... " +
              number_text(127.0 / 128) + ", or ReLU without a limit");
    return coarser || beyond;
  }

  /// Multiplies channels and adds to them: in the step that writes them, or in one of its own.
  Value scaled(const Value& value, const std::vector<double>& factors, const std::vector<double>& offsets) {
    const auto none = [](double offset) { return offset == 0; };
    const auto positive = [](double factor) { return factor > 0; };
    Step* own = own_step(value);
    const bool keeps = own == nullptr || !own->layer.weighted() || keeps_bounds(*own, factors, offsets);
    if (!keeps && has_lost_numbers(*own, factors)) return value;
    const bool keeps_sign =
        std::all_of(factors.begin(), factors.end(), positive) && std::all_of(offsets.begin(), offsets.end(), none);
    if (own != nullptr && own->layer.weighted() && keeps &&
        (own->layer.activation == Activation::none || (own->layer.activation != Activation::function && keeps_sign))) {
      scale_step(*own, factors, offsets);
      own->nodes.push_back(node_ == nullptr ? "" : node_->name);
      return value;
    }
    return selected(value, factors, offsets);
  }

  // What clipping and rounding come to on the chip.
  /// What the bytes of the step that writes a value mean: 1, or the power of two that the model says.
  double unit_of(const Value& value) {
    const Step* const own = own_step(value);
    return std::ldexp(1.0, own != nullptr ? own->exponent : 0);
  }
  /// Whether a clip in front has narrower limits.
  bool clips_nothing(const Value& value, double least, double most) {
    const Step* const own = own_step(value);
    return own != nullptr && value.scale > 0 && own->least * value.scale + value.offset >= least &&
           own->most * value.scale + value.offset <= most;
  }
  bool clips_like_bytes(const Value& value, double low, double high) {
    const double unit = unit_of(value);
    return high >= 127.0 / 128 * unit && (low <= -unit || low == 0 || low == -HUGE_VAL);
  }
  /// Whether a layer of the chip that yields a value rounds otherwise than Floor and Ceil, down or up: to the nearest.
  bool rounds_to_nearest(const Value& value) {
    const bool coarser = value.scale * unit_of(value) < 128;
    return coarser || std::any_of(value.parts.begin(), value.parts.end(), [&](const Part& part) {
             return part.step != network_input && step(part.step).layer.weighted() &&
                    step(part.step).rounding == Rounding::none;
           });
  }

  /// Makes a value one that a layer can read: without factor, offset, padding and order. What cannot be is refused.
  void settle(Value& value) {
    if (value.padding != std::array<std::int64_t, 4>{})
      refuse("the map that it reads is padded with zeros by a Pad, and " + target_.chip +
             " pads in convolutions only: give the padding to the convolution");
    if (!value.order.empty() || !value.flat_order.empty())
      refuse(
          "it reads a map whose axes are in another order than channels, rows, columns: leave the Transpose out, "
          "and export the network channels first");
    if (value.codes != 0) refuse("it reads quantised bytes: put DequantizeLinear in front of it");
    value.padding = {};
    value.order.clear();
    value.flat_order.clear();
    value.codes = 0;
    settle_factor(value);
  }
  void settle_factor(Value& value) {
    if (value.scale == 1 && value.offset == 0) return;
    const auto channels = static_cast<std::size_t>(value.map.channels);
    const std::vector<double> factors(channels, value.scale), offsets(channels, value.offset);
    value.scale = 1;
    value.offset = 0;
    value = scaled(value, factors, offsets);
  }
  /// The steps that hold a value's channels, one behind the other; a step of its own picks them if need be.
  std::vector<int> sources_of(Value& value) {
    settle(value);
    const bool whole =
        std::all_of(value.parts.begin(), value.parts.end(), [](const Part& part) { return part.whole(); });
    if (!whole || value.parts.size() > max_operands) {
      const auto channels = static_cast<std::size_t>(value.map.channels);
      value = selected(value, std::vector<double>(channels, 1), std::vector<double>(channels, 0));
    }
    std::vector<int> sources;
    for (const Part& part : value.parts) sources.push_back(part.step);
    return sources;
  }
  /// The same, as one tensor.
  int source_of(Value& value) {
    std::vector<int> sources = sources_of(value);
    if (sources.size() == 1) return sources[0];
    const auto channels = static_cast<std::size_t>(value.map.channels);
    value = selected(value, std::vector<double>(channels, 1), std::vector<double>(channels, 0));
    return value.parts[0].step;
  }

  // Activations.
  bool never_negative(int index) { return index != network_input && step(index).never_negative; }
  /// The step without activation whose output reaches `own` through maximum pooling only, with nobody else reading.
  Step* behind_max_pools(Step* own) {
    while (own != nullptr && !own->layer.weighted()) {
      const bool passes = own->layer.pooling == Pooling::max && own->layer.elementwise == Elementwise::none &&
                          own->sole_reader && own->sources.size() == 1 && own->sources[0] != network_input;
      own = passes ? &step(own->sources[0]) : nullptr;
    }
    return own != nullptr && own->layer.activation == Activation::none ? own : nullptr;
  }
  static void activate(Step& own, Activation activation, float (*function)(float)) {
    own.sums = std::exchange(own.range, {});
    own.layer.activation = activation;
    own.layer.function = function;
    own.never_negative = activation == Activation::relu || activation == Activation::abs;
  }
  /// Applies an activation: in the layer that writes the value, or in a 1x1 convolution that copies it.
  Value activated(Value value, Activation activation, float (*function)(float) = nullptr) {
    settle(value);
    const bool magnitude = activation == Activation::relu || activation == Activation::abs;
    const bool positive = std::all_of(value.parts.begin(), value.parts.end(),
                                      [&](const Part& part) { return never_negative(part.step); });
    if (magnitude && positive) return value;
    if (Step* own = own_linear_step(value)) {
      activate(*own, activation, function);
      own->nodes.push_back(node_->name);
      return value;
    }
    Step* const pooled = own_step(value);
    Step* const before = activation == Activation::relu ? behind_max_pools(pooled) : nullptr;
    if (before != nullptr) {
      const NumberRange kept = before->range;  // the node's own range is that of the pooled numbers
      activate(*before, activation, function);
      if (kept.known() && kept.high > 0) before->range = {std::fmax(kept.low, 0.0), kept.high};
      return value;
    }
    const auto channels = static_cast<std::size_t>(value.map.channels);
    if (pooled != nullptr && pooled->layer.elementwise != Elementwise::none && target_.sums_with_layer &&
        has_room_for(channels * channels)) {
      pooled->layer.op = Operator::conv2d;
      pooled->weight_shape = {value.map.channels, value.map.channels, 1, 1};
      pooled->weight.assign(channels * channels, 0.0f);
      for (std::size_t c = 0; c < channels; ++c) pooled->weight[c * channels + c] = 1.0f;
      activate(*pooled, activation, function);
      return value;
    }
    value = selected(value, std::vector<double>(channels, 1), std::vector<double>(channels, 0));
    activate(step(value.parts[0].step), activation, function);
    return value;
  }
  void apply(Value value, Activation activation, float (*function)(float) = nullptr) {
    define(activated(std::move(value), activation, function));
  }

  /// Sets the power of two that a value's bytes stand for, in the steps that write it.
  void set_exponent(const Value& value, int exponent) {
    for (const Part& part : value.parts) set_exponent(part.step, exponent);
  }
  void set_exponent(int first, int exponent) {
    for (std::vector<int> left{first}; !left.empty();) {
      const int index = left.back();
      left.pop_back();
      if (index == network_input) {
        if (input_exponent_ && *input_exponent_ != exponent) other_scale(exponent, *input_exponent_);
        input_exponent_ = exponent;
        continue;
      }
      Step& own = step(index);
      const auto [known, added] = exponents_.insert({index, exponent});
      if (!added && known->second != exponent) other_scale(exponent, known->second);
      if (!added) continue;
      if (!own.layer.weighted()) left.insert(left.end(), own.sources.begin(), own.sources.end());
      own.exponent = exponent;
      own.saturates = true;
    }
  }
  /// Clips a tensor at 0 where its range begins there, on chips whose bytes have a sign: models that were quantised
  /// have no Relu any more where codes without numbers below 0 do it.
  void clip_at_zero(const std::string& name) {
    const auto range = ranges_.find(name);
    const auto found = values_.find(name);
    if (!target_.fractions || range == ranges_.end() || found == values_.end()) return;
    Value& value = found->second;
    const auto begins_at_0 = [](NumberRange own) { return own.known() && own.high > 0 && own.low >= -1e-6 * own.high; };
    if (value.constant || !value.known || value.gate != nullptr || !begins_at_0(range->second)) return;
    const bool positive = std::all_of(value.parts.begin(), value.parts.end(), [&](const Part& part) {
      return part.step == network_input ? begins_at_0(result_.input_range) : never_negative(part.step);
    });
    if (positive) return;
    const NumberRange kept = value.one_step() ? range_of(value.parts[0].step) : NumberRange{};
    value = activated(value, Activation::relu);
    NumberRange& clipped = range_of(value.parts[0].step);  // the layer in front may have had one
    if (value.one_step() && !clipped.known() && kept.known() && kept.high > 0) clipped = {0, kept.high};
  }
  /// Notes in the steps that write a tensor which numbers it holds, if the model knows it.
  void take_range(const std::string& name) {
    const auto range = ranges_.find(name);
    const auto found = values_.find(name);
    if (range == ranges_.end() || found == values_.end() || found->second.constant) return;
    Value& value = found->second;
    if (value.gate != nullptr) return;
    settle_factor(value);
    if (value.one_step() && range_of(value.parts[0].step).known()) return narrow(value, range->second);
    if (target_.fractions) narrow_parts(value, range->second);
    for (const Part& part : value.parts) {
      if (target_.fractions && range_of(part.step).known()) continue;  // it keeps the limits that it has by itself
      if (part.step != network_input) step(part.step).saturates = true;
      range_of(part.step).cover(range->second);
    }
  }
  NumberRange& range_of(int index) { return index == network_input ? result_.input_range : step(index).range; }
  /// Takes the range of a tensor whose numbers have gone through another one: they are clipped twice. Where others read
  /// them in front of it, or no weights of theirs say what bytes mean, a layer of its own does it.
  void narrow(Value& value, NumberRange next) {
    if (holds(next, range_of(value.parts[0].step)) || narrows_step(value.parts[0], value.exclusive, next)) return;
    clip_behind(value, next);
  }
  /// The same of tensors that are joined, each of which may have a range of its own.
  void narrow_parts(Value& value, NumberRange next) {
    const auto clips = [&](const Part& part) {
      return range_of(part.step).known() && !holds(next, range_of(part.step)) &&
             !narrows_step(part, value.exclusive, next);
    };
    if (std::count_if(value.parts.begin(), value.parts.end(), clips) > 0) clip_behind(value, next);
  }
  /// Whether a range has all numbers of another one, but for what sums of scales lose.
  static bool holds(NumberRange range, NumberRange other) {
    const double slack = 1e-6 * (other.high - other.low);
    return range.low <= other.low + slack && range.high >= other.high - slack;
  }
  /// Whether the layer that writes a tensor clips it in place of the one behind.
  bool narrows_step(const Part& part, bool exclusive, NumberRange next) {
    if (!exclusive || !part.whole() || part.step == network_input) return false;
    Step& own = step(part.step);
    const NumberRange both{std::fmax(own.range.low, next.low), std::fmin(own.range.high, next.high)};
    if (!own.layer.weighted() || both.low >= both.high) return false;
    own.range = both;
    return true;
  }
  /// Clips a value in a layer of its own.
  void clip_behind(Value& value, NumberRange next) {
    const auto channels = static_cast<std::size_t>(value.map.channels);
    value = selected(value, std::vector<double>(channels, 1), std::vector<double>(channels, 0));
    Step& clips = step(value.parts[0].step);
    clips.saturates = true;
    clips.range = next;
  }
  bool has_range(const std::string& name) const { return ranges_.find(name) != ranges_.end(); }
  void other_scale(int wanted, int given) {
    refuse("it quantises with a scale of 2^" + std::to_string(wanted - 7) + ", but the same tensor has 2^" +
           std::to_string(given - 7) +
           " elsewhere: tensors that are pooled, added or joined have one scale; nearest: 2^" +
           std::to_string(std::max(wanted, given) - 7) + " in both places");
  }

  const Model& model_;
  Target target_;
  Lowered result_{};
  const Node* node_ = nullptr;  ///< the one being lowered; null: the model as a whole
  std::map<std::string, Value, std::less<>> values_{};
  std::map<std::string, NumberRange, std::less<>> ranges_{};
  std::map<std::string, int, std::less<>> readers_{};
  std::map<std::string, const Node*, std::less<>> last_reader_{};
  std::map<std::string, int> names_{};  ///< of layers, and how many have asked for one
  std::set<std::string> said_{};
  std::size_t weights_ = 0;         ///< of all steps
  std::map<int, int> exponents_{};  ///< of steps, where the model says it
  std::optional<int> input_exponent_{};
  FoldingBudget budget_{};
};

}  // namespace incuse::import::onnx::detail
