// Nodes that become no layer: those that change a shape, pick or join channels, scale, round or quantise; and
// activations, which become part of a layer.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <incuse/hosted/named_functions.hpp>
#include <incuse/import/onnx/lower_layers.hpp>

namespace incuse::import::onnx::detail {

class ViewLowering : public LayerLowering {
 public:
  using LayerLowering::LayerLowering;

 protected:
  void same() {
    if (auto value = read(0)) define(std::move(*value));
  }
  /// Other real numbers are as good; whole ones cut what is behind the point.
  void cast() {
    const std::int64_t type = node_->integer("to", 0);
    for (const int real : {1, 10, 11, 16})  // float, float16, double, bfloat16
      if (type == real) return same();
    refuse_with_guess("it cuts its numbers to whole ones, of type " + std::to_string(type) +
                          ", and tensors hold real numbers; nearest: leave it out",
                      read(0)->shape);
  }

  // Shapes.
  void reshape() {
    std::optional<Value> value = read(0);
    if (!value) return define_guess({1, 1});
    const auto shape = shape_asked(*value);
    if (!shape || !checked_shape(*shape))
      return refuse_with_guess("what it makes of a tensor of " + text_of(value->shape) + " is no shape that is known",
                               value->shape);
    if (keeps_elements(*value)) value->order.clear();
    Shape map;
    const bool flat = shape->size() == 2 && (*shape)[0] == 1;
    const bool keeps_batch = !value->order.empty() && value->order[0] == 0;
    if (flat && keeps_batch && value->flat_order.empty()) value->flat_order = std::exchange(value->order, {});
    if (!value->order.empty()) settle(*value);
    const bool same_map = map_of(*shape, map) && (map == value->map || lays_row(*value, map));
    if (!flat && !same_map && value->known)
      return refuse_with_guess("it makes " + text_of(*shape) + " of a map of " + text_of(value->map) +
                                   ": networks flatten maps, and keep rows and columns otherwise",
                               *shape);
    if (!flat && same_map) value->map = map;
    value->shape = *shape;
    define(std::move(*value));
  }
  /// Whether a row becomes a column of the map, or a column a row: frameworks without one-dimensional layers do so.
  /// turn_rows makes all of them columns.
  bool lays_row(const Value& value, Shape map) {
    const Shape own = value.map;
    const bool lays = target_.fractions && value.plain() && own.channels == map.channels && map.width == own.height &&
                      map.height == own.width && (own.height == 1 || own.width == 1);
    result_.lays_rows = result_.lays_rows || lays;
    return lays;
  }
  std::optional<Dimensions> shape_asked(const Value& value) const {
    const auto axes = list_of(*node_, constants(), "axes", 1);
    if (node_->op == "Flatten") return flattened(value.shape, node_->integer("axis", 1));
    if (node_->op == "Squeeze") return squeezed(value.shape, axes.value_or(Dimensions{}));
    if (node_->op == "Unsqueeze") return axes ? unsqueezed(value.shape, *axes) : std::nullopt;
    const Tensor* const wanted = constant(1);
    if (wanted == nullptr) return std::nullopt;
    return reshaped(value.shape, integers_of(*wanted), node_->integer("allowzero", 0) != 0);
  }

  /// Axes of size 1 may stand anywhere; others are kept in mind until a second Transpose puts them back. In front of
  /// everything else, the network simply reads its input channels first.
  void transpose() {
    std::optional<Value> value = read(0);
    const std::size_t rank = value ? value->shape.size() : 0;
    std::vector<std::size_t> axes;
    if (const Attribute* perm = node_->find("perm"))
      for (std::int64_t axis : perm->integers) axes.push_back(normal_axis(axis, rank).value_or(rank));
    else
      for (std::size_t i = rank; i-- > 0;) axes.push_back(i);
    std::vector<std::size_t> sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    bool permutes = rank > 0 && sorted.size() == rank;
    for (std::size_t i = 0; permutes && i < rank; ++i) permutes = sorted[i] == i;
    if (!permutes) return refuse_with_guess("its perm is no order of its axes", value ? value->shape : Dimensions{});
    Dimensions shape;
    std::vector<std::size_t> order;
    for (std::size_t axis : axes) {
      shape.push_back(value->shape[axis]);
      order.push_back(value->order.empty() ? axis : value->order[axis]);
    }
    value->shape = shape;
    if (transposes_input(*value, order)) return;
    value->order = order;
    Shape map;
    const bool ordered = keeps_elements(*value) && map_of(shape, map) &&
                         (map == value->map || (rank == 2 && map.channels == value->map.elements()));
    if (ordered) value->order.clear();
    define(std::move(*value));
  }
  /// Whether the axes that are larger than 1 are in order: then the elements are, too.
  static bool keeps_elements(const Value& value) {
    std::vector<std::size_t> large;
    for (std::size_t i = 0; i < value.order.size(); ++i)
      if (value.shape[i] > 1) large.push_back(value.order[i]);
    return std::is_sorted(large.begin(), large.end());
  }
  bool transposes_input(const Value& value, const std::vector<std::size_t>& order) {
    const bool channels_first = order == std::vector<std::size_t>{0, 3, 1, 2};
    if (!channels_first || !value.exclusive || !value.one_step() || value.parts[0].step != network_input ||
        value.scale != 1 || value.offset != 0 || input_exponent_)
      return false;
    Shape map;
    if (!map_of(value.shape, map)) return false;
    result_.input = map;
    note("the network reads its input channels first, as " + text_of(map) + ": the Transpose of the input is left out");
    define(written(network_input, map, value.shape));
    return true;
  }

  // Channels.
  void concat() {
    std::optional<Value> joined = read(0);
    const auto axis = normal_axis(node_->integer("axis", 1), joined ? joined->shape.size() : 0);
    if (!joined || axis != std::size_t{1})
      return refuse_with_guess("it joins axis " + std::to_string(node_->integer("axis", 1)) +
                                   "; layers read channels one behind the other, axis 1",
                               joined ? joined->shape : Dimensions{});
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
      std::optional<Value> next = read(i);
      if (!next || next->constant) return refuse_with_guess("it joins a constant to a tensor", joined->shape);
      settle(*next);
      if (i == 0) {
        joined = next;
        continue;
      }
      if (next->map.extent() != joined->map.extent() || next->shape.size() != joined->shape.size())
        return refuse_with_guess("it joins maps of " + text_of(joined->map.extent()) + " and " +
                                     text_of(next->map.extent()) + "; joined channels have one size",
                                 joined->shape);
      join(*joined, *next);
      if (joined->map.channels > most_channels || joined->parts.size() > most_joined)
        return refuse_with_guess("it joins more than " + std::to_string(most_joined) +
                                     " parts of tensors, or more than " + std::to_string(most_channels) + " channels",
                                 {1, 1, 1, 1});
    }
    define(std::move(*joined));
  }
  static void join(Value& joined, const Value& next) {
    joined.map.channels += next.map.channels;
    joined.shape[1] += next.shape[1];
    joined.known = joined.known && next.known;
    for (const Part& part : next.parts) {
      Part& last = joined.parts.back();
      if (last.step == part.step && last.first + last.count == part.first)
        last.count += part.count;
      else
        joined.parts.push_back(part);
    }
    joined.exclusive = joined.exclusive && next.exclusive;
  }

  /// Channels [first, first + count) of a value.
  static Value channels_of(const Value& value, int first, int count) {
    Value result = value;
    result.parts.clear();
    int at = 0;
    for (const Part& part : value.parts) {
      const int from = std::max(first, at), to = std::min(first + count, at + part.count);
      if (from < to) result.parts.push_back({part.step, part.first + from - at, to - from, part.all});
      at += part.count;
    }
    result.map.channels = count;
    if (result.shape.size() > 1) result.shape[1] = count;
    return result;
  }
  void slice() {
    std::optional<Value> value = read(0);
    const auto inputs = constants();
    const auto starts = list_of(*node_, inputs, "starts", 1), ends = list_of(*node_, inputs, "ends", 2);
    const auto axes = list_of(*node_, inputs, "axes", 3), steps = list_of(*node_, inputs, "steps", 4);
    if (!value || !starts || !ends || starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
        (steps && steps->size() != starts->size()))
      return refuse_with_guess("what it takes is not constant", value ? value->shape : Dimensions{});
    Value result = *value;
    for (std::size_t i = 0; i < starts->size(); ++i) {
      const auto axis = normal_axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), value->shape.size());
      if (!axis) return refuse_with_guess("it takes of an axis that is not there", value->shape);
      const SlicedAxis taken = sliced_axis(value->shape[*axis], (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1);
      if (taken.first == 0 && taken.count == value->shape[*axis] && taken.step == 1) continue;
      const bool channels = *axis == 1 && taken.step == 1 && taken.count > 0 && result.plain() &&
                            (value->shape.size() > 2 || value->map.pixels() == 1);
      if (!channels) {
        Dimensions shape = value->shape;
        shape[*axis] = std::max<std::int64_t>(taken.count, 1);
        return refuse_with_guess("it takes a part of axis " + std::to_string(*axis) +
                                     "; nearest: a range of channels, axis 1 with steps of 1, of whole maps",
                                 shape);
      }
      result = channels_of(result, static_cast<int>(taken.first), static_cast<int>(taken.count));
    }
    define(std::move(result));
  }
  void split() {
    std::optional<Value> value = read(0);
    const auto axis = normal_axis(node_->integer("axis", 0), value ? value->shape.size() : 0);
    const std::size_t outputs = node_->outputs.size();
    if (!value || axis != std::size_t{1} || outputs == 0 || !value->plain() ||
        (value->shape.size() == 2 && value->map.pixels() > 1))
      return refuse_with_guess("it does not split channels, axis 1", value ? value->shape : Dimensions{});
    Dimensions sizes = list_of(*node_, constants(), "split", 1).value_or(Dimensions{});
    if (sizes.empty()) sizes.assign(outputs, value->map.channels / static_cast<std::int64_t>(outputs));
    std::int64_t all = 0;
    for (std::int64_t size : sizes) all += size < 1 || size > value->map.channels ? most_size : size;
    if (sizes.size() != outputs || all != value->map.channels)
      return refuse_with_guess("its parts do not make up its " + std::to_string(value->map.channels) + " channels",
                               value->shape);
    int first = 0;
    for (std::size_t i = 0; i < outputs; ++i) {
      define(channels_of(*value, first, static_cast<int>(sizes[i])), i);
      first += static_cast<int>(sizes[i]);
    }
  }

  void pad() {
    std::optional<Value> value = read(0);
    const auto pads = list_of(*node_, constants(), "pads", 1);
    const Tensor* const filling = constant(2);
    const double filled =
        filling != nullptr && filling->values.size() == 1 ? filling->values[0] : node_->number("value", 0);
    const std::size_t rank = value ? value->shape.size() : 0;
    if (!value || !pads || pads->size() != 2 * rank)
      return refuse_with_guess("its pads are not two constants for each axis", value ? value->shape : Dimensions{});
    if (std::all_of(pads->begin(), pads->end(), [](std::int64_t size) { return size == 0; })) return define(*value);
    bool maps = rank == 3 || rank == 4;
    Dimensions shape = value->shape;
    for (std::size_t i = 0; i < 2 * rank; ++i) {
      const std::int64_t size = (*pads)[i];
      maps = maps && size >= 0 && size <= 32767 && (i % rank >= 2 || size == 0);
      shape[i % rank] += std::clamp<std::int64_t>(size, 0, 32767);
    }
    if (!maps || node_->text("mode", "constant") != "constant" || filled != 0 || value->scale != 1 ||
        value->offset != 0 || !value->order.empty())
      return refuse_with_guess("it does not pad rows and columns with zeros; nearest: mode constant, value 0", shape);
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t axis = 2; axis < rank; ++axis) value->padding[2 * i + axis - 2] += (*pads)[i * rank + axis];
    define(std::move(*value));
  }

  // Arithmetic with constants.
  /// A sum of two tensors, or of one.
  void add_all() {
    if (node_->inputs.size() == 1) return same();
    if (node_->inputs.size() == 2) return add();
    refuse_with_guess("it adds " + std::to_string(node_->inputs.size()) + " tensors; nearest: an Add for every two",
                      read(0)->shape);
  }
  void add() {
    arithmetic(0, [](Value& v, double c) { v.offset += c; });
  }
  void subtract() {
    const bool constant_first = constant(0) != nullptr;
    arithmetic(0, [=](Value& v, double c) {
      if (constant_first)
        v.scale = -v.scale, v.offset = c - v.offset;
      else
        v.offset -= c;
    });
  }
  void multiply() {
    for (std::size_t i = 0; i < 2; ++i) {
      std::optional<Value> value = read(i);
      if (!value || value->gate == nullptr) continue;
      float (*const function_of_value)(float) = std::exchange(value->gate, nullptr);
      return apply(std::move(*value), Activation::function, function_of_value);
    }
    arithmetic(1, [](Value& v, double c) {
      v.scale *= c;
      v.offset *= c;
    });
  }
  void divide() {
    if (constant(0) != nullptr) return unknown();
    arithmetic(1, [](Value& v, double c) {
      v.scale /= c;
      v.offset /= c;
    });
  }
  /// Applies one constant to the value, or one for each channel; without a constant it is a sum of tensors.
  template <class Apply>
  void arithmetic(double neutral, Apply apply_constant) {
    const std::size_t at = constant(0) != nullptr ? 0 : 1;
    const Tensor* const other = constant(at);
    if (other == nullptr) return neutral == 0 ? sum() : unknown();
    std::optional<Value> value = read(1 - at);
    if (!value || other->values.empty()) return unknown();
    if (!holds_numbers(at)) return define_guess(value->shape);
    if (other->values.size() == 1 && other->shape.size() <= value->shape.size()) {
      apply_constant(*value, other->values[0]);
      if (!std::isfinite(value->scale) || !std::isfinite(value->offset))
        return refuse_with_guess("it makes numbers that are not finite", value->shape);
      return define(std::move(*value));
    }
    // One for each channel: axis 1, and as many axes behind it as the value has.
    const std::size_t rank = value->shape.size(), behind = rank < 2 ? 0 : rank - 2;
    Dimensions shape = other->shape;
    if (shape.size() == rank && !shape.empty() && shape[0] == 1) shape.erase(shape.begin());
    bool channels =
        shape.size() == behind + 1 && shape[0] == value->map.channels && (rank > 2 || value->map.pixels() == 1);
    for (std::size_t i = 1; i < shape.size(); ++i) channels = channels && shape[i] == 1;
    if (!channels)
      return refuse_with_guess("its constant of " + text_of(other->shape) +
                                   " has neither one value nor one for each of " + std::to_string(value->map.channels) +
                                   " channels",
                               value->shape);
    settle(*value);
    std::vector<double> factors, offsets;
    for (double number : other->values) {
      Value one;
      apply_constant(one, number);
      factors.push_back(one.scale);
      offsets.push_back(one.offset);
    }
    define(scaled(*value, factors, offsets));
  }
  void negate() {
    std::optional<Value> value = read(0);
    if (!value) return unknown();
    value->scale = -value->scale;
    value->offset = -value->offset;
    define(std::move(*value));
  }
  void unknown() {
    const auto value = read(0);
    refuse_with_guess("networks have no layer for it" +
                          std::string(node_->domain.empty() ? "" : " (domain " + printable(node_->domain) + ")"),
                      value ? value->shape : Dimensions{1, 1, 1, 1});
  }

  // Activations.
  void relu() { apply(*read(0), Activation::relu); }
  void abs() { target_.any_function ? unknown() : apply(*read(0), Activation::abs); }
  void function(float (*of)(float)) {
    std::optional<Value> value = read(0);
    if (target_.any_function) return apply(std::move(*value), Activation::function, of);
    refuse_with_guess(target_.chip + " has the activations Relu and Abs; nearest: Relu", value->shape);
  }
  void leaky_relu() {
    const double alpha = node_->number("alpha", 0.01);
    if (alpha == 0) return relu();
    float (*const leaky)(float) = leaky_function_of(alpha);
    if (target_.any_function && leaky == nullptr)
      return refuse_with_guess("its slope is " + number_text(alpha) +
                                   ", and there are those of whole hundredths between 0 and 1; nearest: " +
                                   number_text(std::clamp(std::round(alpha * 100), 1.0, 99.0) / 100),
                               read(0)->shape);
    function(leaky);
  }
  void elu() {
    const double alpha = node_->number("alpha", 1);
    if (alpha != 1 && target_.any_function)
      return refuse_with_guess("its alpha is " + number_text(alpha) + ", and " + target_.chip +
                                   " has Elu with alpha 1; nearest: alpha 1, or LeakyRelu; a type in C++ takes any "
                                   "function with Activate<>",
                               read(0)->shape);
    function(activations::elu);
  }
  void hard_swish() { function(activations::hard_swish); }
  void sigmoid() { opens_gate(activations::silu) ? void() : function(activations::sigmoid); }
  void hard_sigmoid() {
    const bool sixth = std::fabs(node_->number("alpha", 0.2) - 1.0 / 6) < 1e-6 && node_->number("beta", 0.5) == 0.5;
    if (!sixth || !opens_gate(activations::hard_swish)) unknown();
  }
  /// Whether the only reader of this node's output multiplies it by this node's input, as in SiLU and Hardswish: then
  /// both nodes become the function `of`.
  bool opens_gate(float (*of)(float)) {
    std::optional<Value> value = read(0);
    const auto reader = last_reader_.find(node_->outputs.empty() ? std::string() : node_->outputs[0]);
    if (!target_.any_function || reader == last_reader_.end() || readers_[reader->first] != 1) return false;
    const Node& product = *reader->second;
    const bool same = product.op == "Mul" && product.domain.empty() && product.inputs.size() == 2 &&
                      (product.inputs[0] == node_->inputs[0] || product.inputs[1] == node_->inputs[0]);
    if (!same) return false;
    value->exclusive = values_.find(node_->inputs[0])->second.exclusive && readers_[node_->inputs[0]] == 2;
    value->gate = of;
    define(std::move(*value));
    return true;
  }
  void tanh() { function(activations::tanh); }
  /// On chips whose processor runs no layers, a softmax at the end of the network is left to the program.
  void softmax() {
    std::optional<Value> value = read(0);
    const std::string name = node_->outputs.empty() ? std::string() : node_->outputs[0];
    const double beta = node_->number("beta", 1);  // of TensorFlow Lite
    if (target_.software && node_->op == "Softmax" && beta == 1 && value->map.pixels() == 1 && along_channels(*value))
      return software(Software::softmax);
    if (!is_last(name))
      return refuse_with_guess(
          "a Softmax is no layer of the accelerator: end the network in front of it, and let the program "
          "compute it from the outputs",
          value->shape);
    note("the " + shown_op() + " at the end is left out: outputs are what it reads, and the program computes it" +
         (beta == 1 ? std::string() : ", of numbers times " + number_text(beta)));
    ranges_.erase(name);
    define(std::move(*value));
  }
  /// Whether a softmax divides by the sum over channels: along one axis, before operator set 13 along all from it on.
  bool along_channels(const Value& value) const {
    const auto axis = normal_axis(node_->integer("axis", model_.opset < 13 ? 1 : -1), value.shape.size());
    return axis == std::size_t{1} || (axis && model_.opset < 13 && *axis < 1);
  }
  /// Whether a tensor is an output of the model, or becomes one without a change.
  bool is_last(std::string name) const {
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) {
      const auto reader = last_reader_.find(name);
      const auto count = readers_.find(name);
      if (reader == last_reader_.end() || count == readers_.end()) return count != readers_.end();
      const Node& next = *reader->second;
      if (count->second != 1 || next.op != "Identity" || next.outputs.empty()) return false;
      name = next.outputs[0];
    }
    return false;
  }
  /// A layer of the processor that computes a tensor of the same shape.
  void software(Software kind) {
    std::optional<Value> value = read(0);
    Step own;
    own.layer.software = kind;
    own.layer.on_cpu = true;
    own.sources = {source_of(*value)};
    Value result = written(append(std::move(own), value->map), value->map, value->shape);
    result.known = value->known;
    define(std::move(result));
  }

  // Ranges and quantised values.
  void clip() {
    std::optional<Value> value = read(0);
    const auto limit = [&](std::size_t index, const char* name, double otherwise) {
      const bool given = index < node_->inputs.size() && !node_->inputs[index].empty();
      const Tensor* const number = constant(index);
      if (given && (number == nullptr || number->values.size() != 1)) return std::nan("");
      return given ? number->values[0] : node_->number(name, otherwise);
    };
    clip(std::move(*value), limit(1, "min", -HUGE_VAL), limit(2, "max", HUGE_VAL));
  }
  /// Max and Min of a tensor and one number are clipping.
  void maximum() {
    clip_with_constant("ReLU", [&](Value value, double limit) { clip(std::move(value), limit, HUGE_VAL); });
  }
  void minimum() {
    clip_with_constant("ReLU6", [&](Value value, double limit) { clip(std::move(value), -HUGE_VAL, limit); });
  }
  template <class ClipTo>
  void clip_with_constant(const std::string& nearest, ClipTo clip_to) {
    const std::size_t at = constant(0) != nullptr ? 0 : 1;
    const Tensor* const limit = constant(at);
    std::optional<Value> value = read(1 - at);
    if (node_->inputs.size() == 2 && value && limit != nullptr && limit->values.size() == 1 &&
        limit->shape.size() <= value->shape.size())
      return clip_to(std::move(*value), limit->values[0]);
    refuse_with_guess("it compares tensors, and layers clip to one number; nearest: " + nearest,
                      value ? value->shape : Dimensions{1, 1, 1, 1});
  }
  void clip(Value value, double least, double most) {
    if (std::isnan(least) || std::isnan(most)) return refuse_with_guess("its limits are no constants", value.shape);
    if (target_.fractions && clips_nothing(value, least, most)) return define(std::move(value));
    const bool fits = target_.fractions && clips_like_bytes(value, least / value.scale, most / value.scale);
    const bool beyond = value.scale != 1 && most / value.scale > unit_of(value) && takes_factor(value);
    if (value.offset != 0 || value.scale <= 0 || !fits || beyond) settle(value);
    const double low = least / value.scale, high = most / value.scale;
    target_.fractions ? clip_fractions(std::move(value), low, high) : clip_real(std::move(value), low, high);
  }
  /// Where the limits are those of bytes, or lie beyond them, nothing is clipped.
  void clip_fractions(Value value, double low, double high) {
    const Step* const own = own_step(value);
    const double unit = unit_of(value), most = 127.0 / 128 * unit;
    if (!clips_like_bytes(value, low, high))
      return refuse_with_guess("it clips to " + number_text(low) + " ... " + number_text(high) + ", and " +
                                   target_.chip + " to " + number_text(-unit) + " ... " + number_text(most) +
                                   ", or from 0 on by Relu; nearest: ReLU",
                               value.shape);
    if (high <= 2 * unit && own != nullptr) step(value.parts[0].step).saturates = true;
    low == 0 ? apply(std::move(value), Activation::relu) : define(std::move(value));
    if (node_->outputs.empty()) return;
    for (const Part& part : values_[node_->outputs[0]].parts) {
      if (part.step == network_input) continue;
      Step& writer = step(part.step);
      writer.least = std::max(writer.least, low);
      writer.most = std::min(writer.most, high);
      if (has_range(node_->outputs[0])) writer.limit = high;
    }
  }
  void clip_real(Value value, double low, double high) {
    const bool from_zero =
        low == 0 || (low < 0 && std::all_of(value.parts.begin(), value.parts.end(),
                                            [&](const Part& part) { return never_negative(part.step); }));
    if (low == -HUGE_VAL && high == HUGE_VAL) return define(std::move(value));
    if (from_zero && high == HUGE_VAL) return apply(std::move(value), Activation::relu);
    const Dimensions shape = value.shape;
    if (!from_zero || high != 6)
      return refuse_with_guess("it clips to " + number_text(low) + " ... " + number_text(high) + ", and " +
                                   target_.chip + " has Relu and ReLU6, from 0 on; nearest: ReLU6",
                               shape);
    settle(value);
    Step* const own = own_step(value);
    if (own != nullptr && own->layer.weighted() && own->layer.activation == Activation::relu)
      own->layer.activation = Activation::none;  // ReLU6 clips at 0, too
    apply(std::move(value), Activation::function, activations::relu6);
  }
  /// Where a value is rounded to coarser multiples than those of its bytes, as behind a factor of less than 1, weights
  /// take the factor in, so that both are the same.
  void refine_to_unit(Value& value) {
    const double unit = unit_of(value) / 128, offset = value.offset;
    const bool coarser = value.scale > 0 && value.scale * unit < 1 && (offset == 0 || offset == 0.5);
    Value map = value;
    map.scale = 1;
    map.offset = 0;
    if (!target_.fractions || !coarser || !map.plain()) return;
    value.scale *= unit;
    value.offset = 0;
    settle_factor(value);
    if (Step* const own = own_step(value)) own->rounding = Rounding::coarser;
    value.scale = 1 / unit;
    value.offset = offset;
  }
  /// Floor, Round and Ceil: bytes are whole multiples of their unit.
  void round() {
    std::optional<Value> value = read(0);
    const bool halves = value->offset == 0.5 && node_->op == "Floor";
    if (target_.fractions && !halves && node_->op != "Round" && rounds_to_nearest(*value))
      return refuse_with_guess("it rounds " + std::string(node_->op == "Ceil" ? "up" : "down") + ", and " +
                                   target_.chip + " to the nearest byte; nearest: Floor(x * 128 + 0.5) / 128",
                               value->shape);
    refine_to_unit(*value);
    const double unit = unit_of(*value) / 128;
    if (!(value->scale * unit >= 1) || !(value->offset == 0 || halves))
      return refuse_with_guess("it rounds to multiples of " + number_text(1 / value->scale) +
                                   ", and the chip to those of " + number_text(unit) + "; nearest: leave it out",
                               value->shape);
    value->offset = 0;
    Step* const own = own_step(*value);
    if (own != nullptr && own->rounding == Rounding::none && target_.fractions && value->scale * unit < 2)
      own->rounding = Rounding::bytes;
    define(std::move(*value));
  }
  void quantise() {
    std::optional<Value> value = read(0);
    const auto scale = scale_of();
    if (!scale) return define(std::move(*value));
    settle(*value);
    if (target_.fractions) set_exponent(*value, *exponent_of(*scale) + 7);
    value->codes = *scale;
    define(std::move(*value));
  }
  void dequantise() {
    std::optional<Value> value = read(0);
    const auto scale = scale_of();
    if (scale && value->codes != *scale)
      return refuse_with_guess("its scale is not that of the QuantizeLinear in front of it; nearest: the same scale",
                               value->shape);
    value->codes = 0;
    define(std::move(*value));
  }
  /// The one scale of a node that quantises a tensor: a power of two, of signed bytes around 0.
  std::optional<double> scale_of() {
    const Tensor *scale = constant(1), *zero = constant(2);
    const bool given = node_->inputs.size() > 2 && !node_->inputs[2].empty();
    if (scale == nullptr || scale->values.size() != 1 || (given && (zero == nullptr || zero->values.size() != 1))) {
      refuse("its scales are several or no constants; nearest: one scale for the tensor");
      return std::nullopt;
    }
    if (!given || zero->type != ElementType::i8 || zero->values[0] != 0) {
      refuse("it makes unsigned bytes, or such with a zero point; nearest: int8 with zero point 0");
      return std::nullopt;
    }
    const auto exponent = exponent_of(scale->values[0]);
    if (target_.fractions && !exponent) {
      const double nearest = std::exp2(std::round(std::log2(std::max(scale->values[0], 1e-30))));
      refuse("its scale is " + number_text(scale->values[0]) +
             ", and tensors are bytes times a power of two; nearest: " + number_text(nearest));
      return std::nullopt;
    }
    return scale->values[0];
  }
};

}  // namespace incuse::import::onnx::detail
