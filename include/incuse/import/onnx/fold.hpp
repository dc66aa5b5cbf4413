// What nodes compute whose inputs are all constants. Numbers of type float are rounded after every operation, as the
// exporter's framework rounded them. Source: the operators' definitions of ONNX 1.12.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/half.hpp>
#include <incuse/import/onnx/model.hpp>
#include <incuse/import/onnx/shapes.hpp>

namespace incuse::import::onnx {

/// Elements that folding may still read and write. A model of a few bytes can ask for any number of them.
struct FoldingBudget {
  std::size_t left = std::size_t{1} << 27;

  /// Takes `count` elements off; false if there are not as many.
  bool take(std::size_t count) {
    if (count > left) return false;
    left -= count;
    return true;
  }
};

/// The list that stood in an attribute before it became an input: empty if neither is given. `index` is that of the
/// input.
inline std::optional<Dimensions> list_of(const Node& node, const std::vector<const Tensor*>& inputs,
                                         std::string_view name, std::size_t index) {
  if (const Attribute* attribute = node.find(name)) return attribute->integers;
  if (index < inputs.size() && inputs[index] != nullptr) return integers_of(*inputs[index]);
  return std::nullopt;
}

namespace detail {

/// A value as an element of this type.
inline double as_type(double value, ElementType type) {
  switch (type) {
    case ElementType::f32:
      return static_cast<double>(static_cast<float>(value));
    case ElementType::f64:
      return value;
    case ElementType::f16:
      return incuse::detail::rounded_to_half(value);
    case ElementType::bf16:
      return incuse::detail::rounded_to_brain(value);
    case ElementType::boolean:
      return value != 0 ? 1 : 0;
    default:
      return std::isfinite(value) ? std::trunc(value) : 0;
  }
}

inline double round_to_even(double value) { return std::nearbyint(value); }

struct UnaryFunction {
  std::string_view op;
  double (*of)(double);
};
inline constexpr UnaryFunction unary_functions[] = {
    {"Neg", [](double x) { return -x; }},
    {"Abs", [](double x) { return std::fabs(x); }},
    {"Sqrt", [](double x) { return std::sqrt(x); }},
    {"Reciprocal", [](double x) { return 1 / x; }},
    {"Log", [](double x) { return std::log(x); }},
    {"Exp", [](double x) { return std::exp(x); }},
    {"Floor", [](double x) { return std::floor(x); }},
    {"Ceil", [](double x) { return std::ceil(x); }},
    {"Round", [](double x) { return round_to_even(x); }},
    {"Relu", [](double x) { return x > 0 ? x : 0; }},
    {"Sign", [](double x) { return x > 0   ? 1.0
                                   : x < 0 ? -1.0
                                           : 0.0; }},
    {"Not", [](double x) { return x == 0 ? 1.0 : 0.0; }},
};

struct BinaryFunction {
  std::string_view op;
  double (*of)(double, double);
};
inline constexpr BinaryFunction binary_functions[] = {
    {"Add", [](double x, double y) { return x + y; }},
    {"Sub", [](double x, double y) { return x - y; }},
    {"Mul", [](double x, double y) { return x * y; }},
    {"Div", [](double x, double y) { return x / y; }},
    {"Pow", [](double x, double y) { return std::pow(x, y); }},
    {"Min", [](double x, double y) { return std::fmin(x, y); }},
    {"Max", [](double x, double y) { return std::fmax(x, y); }},
    {"Equal", [](double x, double y) { return x == y ? 1.0 : 0.0; }},
    {"Greater", [](double x, double y) { return x > y ? 1.0 : 0.0; }},
    {"Less", [](double x, double y) { return x < y ? 1.0 : 0.0; }},
    {"And", [](double x, double y) { return x != 0 && y != 0 ? 1.0 : 0.0; }},
    {"Or", [](double x, double y) { return x != 0 || y != 0 ? 1.0 : 0.0; }},
};

struct Reduction {
  std::string_view op;
  double start;
  double (*of)(double, double);
};
inline constexpr Reduction reductions[] = {
    {"ReduceMax", -HUGE_VAL, [](double x, double y) { return std::fmax(x, y); }},
    {"ReduceMin", HUGE_VAL, [](double x, double y) { return std::fmin(x, y); }},
    {"ReduceSum", 0, [](double x, double y) { return x + y; }},
    {"ReduceMean", 0, [](double x, double y) { return x + y; }},
};

template <class Table>
auto function_of(const Table& table, std::string_view op) -> decltype(&table[0]) {
  for (const auto& row : table)
    if (row.op == op) return &row;
  return nullptr;
}

/// A tensor as one of more axes, and of larger ones where its own are 1.
class BroadcastTensor {
 public:
  BroadcastTensor(const Tensor& tensor, std::size_t rank)
      : tensor_(tensor), strides_(strides_of(tensor.shape, true)), shift_(rank - tensor.shape.size()) {}

  double operator[](const Position& at) const {
    std::int64_t place = 0;
    for (std::size_t i = 0; i < strides_.size(); ++i) place += at[i + shift_] * strides_[i];
    return tensor_.values[static_cast<std::size_t>(place)];
  }

 private:
  const Tensor& tensor_;
  Dimensions strides_;
  std::size_t shift_;
};

/// Computes one node. Every function returns nothing if the node makes no sense, or is not known.
class Folding {
 public:
  using Inputs = std::vector<const Tensor*>;
  Folding(const Node& node, const Inputs& inputs, FoldingBudget& budget)
      : node_(node), inputs_(inputs), budget_(budget) {}

  std::optional<Tensor> run() const {
    std::size_t read = 1;
    for (const Tensor* input : inputs_) read += input == nullptr ? 0 : input->values.size();
    if (!budget_.take(read)) return std::nullopt;
    if (node_.op == "Constant") return constant();
    if (inputs_.empty() || inputs_[0] == nullptr) return std::nullopt;
    if (const UnaryFunction* unary = function_of(unary_functions, node_.op)) return mapped(unary->of);
    if (const Reduction* reduction = function_of(reductions, node_.op)) return reduced(*reduction);
    if (const BinaryFunction* binary = function_of(binary_functions, node_.op)) return combined(binary->of);
    if (node_.op == "Clip") return clipped();
    if (node_.op == "Cast") return cast();
    if (node_.op == "QuantizeLinear" || node_.op == "DequantizeLinear") return scaled();
    if (node_.op == "Concat") return joined();
    if (node_.op == "Gather") return gathered();
    if (node_.op == "Slice") return sliced();
    if (node_.op == "Transpose") return transposed();
    if (node_.op == "Expand") return expanded();
    if (node_.op == "Where") return chosen();
    if (node_.op == "ConstantOfShape") return filled();
    return in_shape();
  }

 private:
  const Tensor& first() const { return *inputs_[0]; }
  const Tensor* input(std::size_t index) const { return index < inputs_.size() ? inputs_[index] : nullptr; }

  /// An empty tensor of this shape, if there is room for it.
  std::optional<Tensor> of_shape(const std::optional<Dimensions>& shape, ElementType type) const {
    if (!shape || !checked_shape(*shape) || !budget_.take(elements_of(*shape))) return std::nullopt;
    Tensor tensor{{}, type, *shape, {}};
    tensor.values.reserve(elements_of(*shape));
    return tensor;
  }

  std::optional<Tensor> constant() const {
    if (const Attribute* value = node_.find("value"); value != nullptr && value->tensor) return value->tensor;
    if (const Attribute* value = node_.find("value_float")) return Tensor{{}, ElementType::f32, {}, {value->number}};
    const Attribute* value = node_.find("value_int");
    if (value != nullptr) return Tensor{{}, ElementType::i64, {}, {static_cast<double>(value->integer)}};
    if (const Attribute* numbers = node_.find("value_floats"))
      return Tensor{{}, ElementType::f32, {static_cast<std::int64_t>(numbers->numbers.size())}, numbers->numbers};
    value = node_.find("value_ints");
    if (value == nullptr) return std::nullopt;
    Tensor list{{}, ElementType::i64, {static_cast<std::int64_t>(value->integers.size())}, {}};
    for (std::int64_t number : value->integers) list.values.push_back(static_cast<double>(number));
    return list;
  }
  template <class Function>
  std::optional<Tensor> mapped(Function function) const {
    Tensor result{{}, first().type, first().shape, {}};
    if (!budget_.take(first().values.size())) return std::nullopt;
    result.values.reserve(first().values.size());
    for (double value : first().values) result.values.push_back(as_type(function(value), result.type));
    return result;
  }
  std::optional<Tensor> combined(double (*function)(double, double)) const {
    Tensor result = first();
    for (std::size_t i = 1; i < inputs_.size(); ++i) {
      if (inputs_[i] == nullptr) return std::nullopt;
      auto next = broadcast_pair(result, *inputs_[i], function);
      if (!next) return std::nullopt;
      result = std::move(*next);
    }
    return result;
  }
  std::optional<Tensor> broadcast_pair(const Tensor& a, const Tensor& b, double (*function)(double, double)) const {
    auto result = of_shape(broadcast(a.shape, b.shape), a.type);
    if (!result) return std::nullopt;
    Position at(result->shape);
    const std::size_t rank = result->shape.size();
    const BroadcastTensor left(a, rank), right(b, rank);
    do result->values.push_back(as_type(function(left[at], right[at]), a.type));
    while (at.next());
    return result;
  }
  /// Where: elements of the second input where the first is true, of the third elsewhere.
  std::optional<Tensor> chosen() const {
    if (input(1) == nullptr || input(2) == nullptr) return std::nullopt;
    const auto both = broadcast(input(1)->shape, input(2)->shape);
    auto result = both ? of_shape(broadcast(first().shape, *both), input(1)->type) : std::nullopt;
    if (!result) return std::nullopt;
    Position at(result->shape);
    const std::size_t rank = result->shape.size();
    const BroadcastTensor condition(first(), rank), yes(*input(1), rank), no(*input(2), rank);
    do result->values.push_back(condition[at] != 0 ? yes[at] : no[at]);
    while (at.next());
    return result;
  }
  std::optional<Tensor> clipped() const {
    const auto limit = [&](std::size_t index, const char* name, double otherwise) {
      const Tensor* given = input(index);
      return given != nullptr && given->values.size() == 1 ? given->values[0] : node_.number(name, otherwise);
    };
    const double low = limit(1, "min", -HUGE_VAL), high = limit(2, "max", HUGE_VAL);
    return mapped([=](double x) { return std::fmin(std::fmax(x, low), high); });
  }
  std::optional<Tensor> cast() const {
    Tensor result = first();
    result.type = static_cast<ElementType>(node_.integer("to", 0) & 0xff);
    if (bytes_of(result.type) == 0) return std::nullopt;
    for (double& value : result.values) value = as_type(value, result.type);
    return result;
  }

  /// QuantizeLinear and DequantizeLinear, with one scale or one for each index of an axis.
  std::optional<Tensor> scaled() const {
    const Tensor *scale = input(1), *zero = input(2);
    const bool quantizes = node_.op == "QuantizeLinear";
    if (scale == nullptr || scale->values.empty() || (zero != nullptr && zero->values.size() != scale->values.size()))
      return std::nullopt;
    const ElementType type = !quantizes ? ElementType::f32 : zero == nullptr ? ElementType::u8 : zero->type;
    const double low = type == ElementType::i8 ? -128 : 0, high = type == ElementType::i8 ? 127 : 255;
    std::size_t inner = 1;
    if (scale->values.size() > 1) {
      const auto axis = normal_axis(node_.integer("axis", 1), first().shape.size());
      if (!axis || first().shape[*axis] != static_cast<std::int64_t>(scale->values.size())) return std::nullopt;
      for (std::size_t i = *axis + 1; i < first().shape.size(); ++i)
        inner *= static_cast<std::size_t>(first().shape[i]);
    }
    auto result = of_shape(first().shape, type);
    for (std::size_t i = 0; result && i < first().values.size(); ++i) {
      const std::size_t at = i / inner % scale->values.size();
      const double offset = zero == nullptr ? 0 : zero->values[at], value = first().values[i];
      result->values.push_back(
          quantizes
              ? std::clamp(round_to_even(as_type(value / scale->values[at], ElementType::f32)) + offset, low, high)
              : as_type((value - offset) * scale->values[at], type));
    }
    return result;
  }

  std::optional<Tensor> reduced(const Reduction& reduction) const {
    const std::size_t rank = first().shape.size();
    std::vector<bool> drops(rank, true);
    if (const auto axes = list_of(node_, inputs_, "axes", 1)) {
      drops.assign(rank, axes->empty());
      for (std::int64_t axis : *axes) {
        const auto at = normal_axis(axis, rank);
        if (!at) return std::nullopt;
        drops[*at] = true;
      }
    }
    Dimensions whole = first().shape, kept;
    for (std::size_t i = 0; i < rank; ++i) {
      if (drops[i]) whole[i] = 1;
      if (!drops[i] || node_.integer("keepdims", 1) != 0) kept.push_back(whole[i]);
    }
    auto result = of_shape(whole, first().type);
    if (!result || first().values.empty()) return std::nullopt;
    result->values.assign(elements_of(whole), reduction.start);
    const Dimensions strides = strides_of(whole, true);
    Position at(first().shape);
    for (double value : first().values) {
      std::int64_t place = 0;
      for (std::size_t i = 0; i < rank; ++i) place += at[i] * strides[i];
      double& sum = result->values[static_cast<std::size_t>(place)];
      sum = reduction.of(sum, value);
      at.next();
    }
    const double count = static_cast<double>(first().values.size()) / static_cast<double>(result->values.size());
    for (double& value : result->values)
      value = as_type(reduction.op == "ReduceMean" ? value / count : value, result->type);
    result->shape = kept;
    return result;
  }

  std::optional<Tensor> joined() const {
    const auto axis = normal_axis(node_.integer("axis", 0), first().shape.size());
    if (!axis) return std::nullopt;
    Dimensions shape = first().shape;
    shape[*axis] = 0;
    for (const Tensor* part : inputs_) {
      if (part == nullptr || part->shape.size() != shape.size()) return std::nullopt;
      for (std::size_t i = 0; i < shape.size(); ++i)
        if (i != *axis && part->shape[i] != shape[i]) return std::nullopt;
      shape[*axis] += part->shape[*axis];
    }
    auto result = of_shape(shape, first().type);
    std::size_t outer = 1, inner = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (i < *axis) outer *= static_cast<std::size_t>(shape[i]);
      if (i > *axis) inner *= static_cast<std::size_t>(shape[i]);
    }
    for (std::size_t o = 0; result && o < outer; ++o)
      for (const Tensor* part : inputs_) {
        const std::size_t length = static_cast<std::size_t>(part->shape[*axis]) * inner;
        const auto from = part->values.begin() + static_cast<std::ptrdiff_t>(o * length);
        result->values.insert(result->values.end(), from, from + static_cast<std::ptrdiff_t>(length));
      }
    return result;
  }
  std::optional<Tensor> gathered() const {
    const auto axis = normal_axis(node_.integer("axis", 0), first().shape.size());
    if (!axis || input(1) == nullptr) return std::nullopt;
    Dimensions shape(first().shape.begin(), first().shape.begin() + static_cast<std::ptrdiff_t>(*axis));
    shape.insert(shape.end(), input(1)->shape.begin(), input(1)->shape.end());
    shape.insert(shape.end(), first().shape.begin() + static_cast<std::ptrdiff_t>(*axis) + 1, first().shape.end());
    auto result = of_shape(shape, first().type);
    std::size_t outer = 1, inner = 1;
    for (std::size_t i = 0; i < first().shape.size(); ++i) {
      if (i < *axis) outer *= static_cast<std::size_t>(first().shape[i]);
      if (i > *axis) inner *= static_cast<std::size_t>(first().shape[i]);
    }
    const Dimensions indices = integers_of(*input(1));
    for (std::size_t o = 0; result && o < outer; ++o)
      for (std::int64_t index : indices) {
        const std::int64_t size = first().shape[*axis];
        if (index < -size || index >= size) return std::nullopt;
        const auto at = static_cast<std::size_t>(index < 0 ? index + size : index);
        for (std::size_t i = 0; i < inner; ++i)
          result->values.push_back(first().values[(o * static_cast<std::size_t>(size) + at) * inner + i]);
      }
    return result;
  }

  std::optional<Tensor> sliced() const {
    const auto starts = list_of(node_, inputs_, "starts", 1), ends = list_of(node_, inputs_, "ends", 2);
    if (!starts || !ends || starts->size() != ends->size()) return std::nullopt;
    const auto axes = list_of(node_, inputs_, "axes", 3), steps = list_of(node_, inputs_, "steps", 4);
    std::vector<SlicedAxis> taken;
    for (std::int64_t size : first().shape) taken.push_back({0, size, 1});
    for (std::size_t i = 0; i < starts->size(); ++i) {
      if ((axes && i >= axes->size()) || (steps && i >= steps->size())) return std::nullopt;
      const auto axis = normal_axis(axes ? (*axes)[i] : static_cast<std::int64_t>(i), taken.size());
      if (!axis) return std::nullopt;
      taken[*axis] = sliced_axis(first().shape[*axis], (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1);
    }
    Dimensions shape;
    for (const SlicedAxis& axis : taken) shape.push_back(axis.count);
    return picked(
        shape, [&](const Position& at, std::size_t axis) { return taken[axis].first + at[axis] * taken[axis].step; });
  }
  std::optional<Tensor> transposed() const {
    const std::size_t rank = first().shape.size();
    Dimensions order = list_of(node_, inputs_, "perm", rank + 8).value_or(Dimensions{});
    if (order.empty())
      for (std::size_t i = rank; i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
    Dimensions shape(rank, 0), place(rank, -1);
    if (order.size() != rank) return std::nullopt;
    for (std::size_t i = 0; i < rank; ++i) {
      const auto axis = normal_axis(order[i], rank);
      if (!axis || place[*axis] >= 0) return std::nullopt;
      place[*axis] = static_cast<std::int64_t>(i);
      shape[i] = first().shape[*axis];
    }
    return picked(shape,
                  [&](const Position& at, std::size_t axis) { return at[static_cast<std::size_t>(place[axis])]; });
  }
  std::optional<Tensor> expanded() const {
    if (input(1) == nullptr) return std::nullopt;
    const auto shape = broadcast(first().shape, integers_of(*input(1)));
    if (!shape) return std::nullopt;
    const std::size_t shift = shape->size() - first().shape.size();
    return picked(
        *shape, [&](const Position& at, std::size_t axis) { return first().shape[axis] == 1 ? 0 : at[axis + shift]; });
  }
  /// The elements that `index(position in the result, axis of the input)` names.
  template <class Index>
  std::optional<Tensor> picked(const Dimensions& shape, Index index) const {
    auto result = of_shape(shape, first().type);
    if (!result) return std::nullopt;
    const Dimensions strides = strides_of(first().shape);
    Position at(result->shape);
    do {
      std::int64_t place = 0;
      for (std::size_t axis = 0; axis < strides.size(); ++axis) place += index(at, axis) * strides[axis];
      result->values.push_back(first().values[static_cast<std::size_t>(place)]);
    } while (at.next());
    return result;
  }
  std::optional<Tensor> filled() const {
    const Attribute* value = node_.find("value");
    const bool given = value != nullptr && value->tensor && value->tensor->values.size() == 1;
    auto result = of_shape(integers_of(first()), given ? value->tensor->type : ElementType::f32);
    if (result) result->values.assign(elements_of(result->shape), given ? value->tensor->values[0] : 0);
    return result;
  }

  /// Nodes that only change the shape.
  std::optional<Tensor> in_shape() const {
    std::optional<Dimensions> shape;
    const auto axes = list_of(node_, inputs_, "axes", 1);
    if (node_.op == "Identity" || node_.op == "Dropout") shape = first().shape;
    if (node_.op == "Squeeze") shape = squeezed(first().shape, axes.value_or(Dimensions{}));
    if (node_.op == "Unsqueeze" && axes) shape = unsqueezed(first().shape, *axes);
    if (node_.op == "Flatten") shape = flattened(first().shape, node_.integer("axis", 1));
    if (node_.op == "Reshape" && input(1) != nullptr)
      shape = reshaped(first().shape, integers_of(*input(1)), node_.integer("allowzero", 0) != 0);
    if (!shape || !budget_.take(first().values.size())) return std::nullopt;
    Tensor result = first();
    result.shape = *shape;
    return result;
  }

  const Node& node_;
  const Inputs& inputs_;
  FoldingBudget& budget_;
};

}  // namespace detail

/// What a node computes from constants: its first output. `inputs` has a null pointer for one that is not given. Empty
/// if the node is not known, makes no sense, or would take more than is left of the budget.
inline std::optional<Tensor> folded(const Node& node, const std::vector<const Tensor*>& inputs, FoldingBudget& budget) {
  return detail::Folding(node, inputs, budget).run();
}

}  // namespace incuse::import::onnx
