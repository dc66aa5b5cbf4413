// Whether the executors can run a network at all: they do not check shapes and tensors themselves.
#pragma once

#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/k210/cpu/moves.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/rules/layers.hpp>
#include <incuse/model/parameter_rules.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::host {

/// Why a network cannot run; no text if it can.
struct Obstacle {
  int layer = -1;
  Text reason{};
  Finding finding{};  ///< the violated rule, with its numbers; without a rule for reasons that no rule has

  constexpr bool none() const { return reason.empty(); }
};

/// The obstacle of an executor that was moved from: its memory now belongs to the object that it was moved to.
inline constexpr Obstacle moved_away{-1, "it was moved to another object"};

/// The obstacle that an executor keeps. A copy keeps it too; what is moved from has `moved_away` afterwards, so that no
/// executor is ready that has given its memory away.
struct KeptObstacle : Obstacle {
  constexpr KeptObstacle(const Obstacle& obstacle) : Obstacle(obstacle) {}
  constexpr KeptObstacle(const KeptObstacle&) = default;
  constexpr KeptObstacle& operator=(const KeptObstacle&) = default;
  constexpr KeptObstacle(KeptObstacle&& other) noexcept : Obstacle(other) { other.leave(); }
  constexpr KeptObstacle& operator=(KeptObstacle&& other) noexcept {
    Obstacle::operator=(other);
    other.leave();
    return *this;
  }

 private:
  constexpr void leave() { Obstacle::operator=(moved_away); }
};

/// Number of weights that a layer reads.
constexpr long long weight_count(const Layer& layer) {
  return static_cast<long long>(layer.out.channels) * layer.weight_in_channels() * layer.kernel.area();
}

/// The obstacle as a sentence: "layer 3 (conv3): …". Of a rule, it also says what is needed and what there is.
constexpr Sentence sentence_of(const Obstacle& obstacle, Text layer_name = {}) {
  if (obstacle.finding.rule != nullptr) return incuse::sentence_of(obstacle.finding, "the network");
  Sentence out;
  if (obstacle.layer >= 0) {
    append_layer(out, obstacle.layer, layer_name);
    out << ": ";
  }
  out << obstacle.reason;
  return out;
}

/// The obstacle as a sentence that names the layer; empty if there is none.
template <int N>
std::string problem_text(const Obstacle& obstacle, const Graph<N>& graph) {
  const bool named = obstacle.layer >= 0 && obstacle.layer < graph.size;
  return obstacle.none() ? "" : string_of(sentence_of(obstacle, named ? graph[obstacle.layer].name : Text()).text());
}

namespace detail {

constexpr bool windows_fit(int in, int pooled, int window, int stride, int dilation) {
  return window > 0 && stride > 0 && dilation > 0 &&
         (pooled - 1LL) * stride + (window - 1LL) * dilation < static_cast<long long>(in);
}

/// True if the executors' integers hold whatever they reckon with these numbers of a layer.
constexpr bool is_countable(const Layer& layer) {
  constexpr int most = 1 << 15;
  return within(layer.kernel, 1, most) && within(layer.padding, 0, most) && within(layer.dilation, 1, most) &&
         within(layer.pool, 1, most) && within(layer.pool_stride, 1, most) && within(layer.pool_dilation, 1, most) &&
         within(layer.pool_column, 0, most) && within(layer.output_padding, 0, most) &&
         within(layer.groups, 1, most_size) && within(layer.crop_top, 0, most_size) &&
         within(layer.crop_bottom, 0, most_size) && within(layer.operands, 1, max_operands);
}

inline constexpr long long most_int = 0x7fff'ffff;

/// Number of elements; more than any memory has if a size is larger than most_size.
constexpr long long element_count(Shape shape) {
  const bool bounded = shape.channels <= most_size && shape.height <= most_size && shape.width <= most_size;
  return bounded ? shape.all_elements() : 2 * most_int;
}

/// True if a run in so many lanes counts all its numbers with 32 bits: those of the outputs, the rolling buffer and the
/// copies that a layer makes of what it reads.
template <int N>
constexpr bool memory_is_countable(const Graph<N>& graph, int lanes) {
  const long long most = most_int / lanes;
  long long kept = element_count(graph.input), copies = 0;
  if (kept <= most) kept += element_count(graph.buffer.shape());
  for (int i = 0; i < graph.size && kept <= most; ++i) {
    const Layer& layer = graph[i];
    const long long in = element_count(layer.in), pooled = element_count(layer.pooled);
    kept += element_count(layer.out);
    if (in > most || pooled > most) return false;
    const long long own = 3 * layer.operands * in + (layer.operands + 5) * pooled;
    if (own > copies) copies = own;
  }
  return kept + copies <= most;
}

/// True if the sums of a convolution and of a mean stay within 32 bits, whatever the bytes.
constexpr bool sums_are_countable(const Layer& layer) {
  constexpr long long product = 128 * 128;
  const long long terms = layer.weighted() ? 1LL * layer.weight_in_channels() * layer.kernel.area() : 0;
  return (terms + 1) * product <= most_int && 3LL * 128 * layer.pool.area() <= most_int;
}

/// The rule about scaling (shifts and similar numbers) that a layer breaks; if it breaks none, the finding has no rule.
/// `trained_shift` is the shift of a layer that has none of its own.
constexpr Finding scaling_obstacle(const Layer& layer, int index, int trained_shift) {
  namespace rules = max7800x::rules;
  const int b = layer.weight_bits;
  if (!layer.weighted()) return {};
  if (b != 1 && b != 2 && b != 4 && b != 8) return {&rules::weight_bits, index, layer.name, b, 8, "the arithmetic"};
  const long long shift = 8LL - b + (layer.output_shift != 0 ? layer.output_shift : trained_shift);
  if (within(shift, -max7800x::most_shift, max7800x::most_shift)) return {};
  return {&rules::shift_range, index, layer.name, shift, max7800x::most_shift, "the arithmetic"};
}

template <int N>
constexpr bool sources_exist(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  for (int source : layer.sources) {
    const bool exists = source == rolling_buffer ? graph.buffer.exists() : source >= network_input && source < index;
    if (!exists) return false;
  }
  return !layer.sources.empty() && layer.sources.dropped == 0;
}

template <int N>
constexpr bool sources_fill_operands(const Graph<N>& graph, const Layer& layer) {
  long long elements = 0;
  for (int source : layer.sources) {
    const Shape shape = cropped_source(graph, layer, source);
    if (!shape.exists()) return false;  // it crops all rows, or more
    elements += shape.elements();
  }
  return layer.operands > 0 && elements == static_cast<long long>(layer.operands) * layer.in.elements();
}

/// True if a layer joins maps of different sizes, and says by no view<> which image they make.
template <int N>
constexpr bool joins_unlike_maps(const Graph<N>& graph, const Layer& layer) {
  const bool viewed = layer.in_extent.exists();
  if (viewed || layer.elementwise != Elementwise::none) return false;
  const Extent first = cropped_source(graph, layer, layer.sources[0]).extent();
  for (int source : layer.sources)
    if (cropped_source(graph, layer, source).extent() != first) return true;
  return false;
}

/// Windows may reach beyond their map with same_padding; pixels that are picked have to lie within it.
constexpr bool pooling_fits(const Layer& layer, Extent dilation) {
  Extent reach = layer.pool_same ? Extent{1, 1} : layer.pool;
  if (layer.pooling == Pooling::pick) reach.width = max_of(reach.width, layer.pool_column + 1);
  return layer.pool.exists() && layer.pool_column >= 0 &&
         windows_fit(layer.in.height, layer.pooled.height, reach.height, layer.pool_stride.height, dilation.height) &&
         windows_fit(layer.in.width, layer.pooled.width, reach.width, layer.pool_stride.width, dilation.width);
}

constexpr bool picks_column(const Layer& layer) {
  return layer.pool_column == 0 || (layer.pooling == Pooling::pick && layer.pool_column < layer.pool.width);
}

/// Layers without an operator keep the pooled shape, or have that of their software layer; the others have weights.
constexpr bool operator_fits(const Layer& layer) {
  if (layer.software == Software::combine) return !layer.weighted();
  if (layer.software != Software::none) return !layer.weighted() && layer.out == software_shape(layer, layer.pooled);
  if (!layer.weighted()) return layer.out == layer.pooled;
  return layer.kernel.exists() && layer.groups > 0 && layer.in.channels % layer.groups == 0 &&
         layer.out.channels % layer.groups == 0;
}

/// True if a convolution has the stride that its shapes were inferred for. The language has others, which no chip runs.
constexpr bool strides_as_inferred(const Layer& layer) {
  const bool of_processor = layer.on_cpu && (layer.op == Operator::conv2d || layer.op == Operator::conv_transpose2d);
  const bool dilated = layer.op == Operator::conv_transpose2d && layer.dilation != Extent{1, 1};
  if (of_processor) return layer.stride.exists() && layer.pad_value == 0 && !dilated;
  if (layer.op == Operator::conv_transpose2d)
    return layer.stride == Extent{2, 2} && (layer.dilation == Extent{1, 1} || layer.kernel == Extent{1, 1});
  return layer.stride == Extent{1, 1} ||
         (layer.one_dimensional() && layer.stride.height > 0 && layer.stride.width == 1);
}

/// True if the border of a layer's windows, if there is one, is part of its shapes, and no window lies beside the map.
constexpr bool border_fits(const Layer& layer, Extent dilation) {
  const Border& b = layer.with.border;
  if (b == Border{}) return true;
  const int least = min_of(min_of(b.top, b.bottom), min_of(b.left, b.right));
  if (least < 0 || b.rows() > most_size || b.columns() > most_size || !layer.on_cpu) return false;
  if (layer.weighted())
    return layer.op != Operator::linear && layer.op != Operator::conv1d &&
           layer.out.extent() == output_extent(layer, layer.pooled.extent());
  return !layer.pool_same && layer.pooled.extent() == pooled_extent(layer, layer.in.extent()) &&
         max_of(b.top, b.bottom) <= (layer.pool.height - 1LL) * dilation.height &&
         max_of(b.left, b.right) <= (layer.pool.width - 1LL) * dilation.width;
}

/// True if a layer of the processor has the numbers that its kind asks for.
template <int N>
constexpr bool software_fits(const Graph<N>& graph, const Layer& layer) {
  const Shape in = layer.in;
  const int block = layer.with.block;
  switch (layer.software) {
    case Software::combine:
      return layer.sources.size == 2 && layer.with.shape == Shape{} &&
             layer.out == combined_shape(cropped_source(graph, layer, layer.sources[0]),
                                         cropped_source(graph, layer, layer.sources[1]));
    case Software::slice:
      for (int d = 0; d < tensor_dimensions; ++d) {
        const int size = size_of_dimension(in, d);
        const Part3 part = whole_part(layer.with.parts[d], size);
        if (!within(part.begin, 0, size - 1) || !within(part.end, -1, size)) return false;
      }
      return true;
    case Software::transpose: {
      unsigned seen = 0;
      for (int d : layer.with.order) seen |= within(d, 0, tensor_dimensions - 1) ? 1u << d : 0u;
      return seen == 7;
    }
    case Software::reshape:
      return layer.with.shape.elements() == in.elements();
    case Software::channel_shuffle:
      return block > 0 && in.channels % block == 0;
    case Software::space_to_depth:
      return block > 0 && in.height % block == 0 && in.width % block == 0;
    case Software::depth_to_space:
      return block > 0 && block < most_size && in.channels % (1LL * block * block) == 0;
    default:
      return true;
  }
}

/// What a layer leaves in the rolling buffer: rows that the buffer has.
template <int N>
constexpr bool buffer_rows_fit(const Graph<N>& graph, const Layer& layer) {
  const Shape whole = graph.buffer.shape();
  if (layer.buffer_shift != 0) {
    const bool moves = layer.sources.size == 1 && layer.sources[0] == rolling_buffer && !layer.weighted();
    return moves && layer.buffer_insert == 0 && layer.buffer_shift > 0 && layer.buffer_shift < whole.height &&
           layer.out == Shape{whole.channels, whole.height - layer.buffer_shift, 1};
  }
  return layer.buffer_insert == 0 || (layer.buffer_insert > 0 && layer.buffer_insert <= whole.height && !layer.wide &&
                                      layer.out == Shape{whole.channels, layer.buffer_insert, 1});
}

/// Why a layer cannot run, with bytes as well as with real numbers. `dilation`: of its pooling windows.
template <int N>
constexpr Text obstacle_of_layer(const Graph<N>& graph, int index, Extent dilation) {
  const Layer& layer = graph[index];
  if (!sources_exist(graph, index)) return "it reads a layer that does not run before it";
  if (!is_countable(layer)) return "a size, a distance or a number of rows is too large, or less than it can be";
  if (!layer.in.exists() || !layer.pooled.exists() || !layer.out.exists())
    return "its input, pooled or output tensor is empty";
  if (!software_fits(graph, layer)) return "its numbers do not fit the tensors that it reads";
  const bool combines = layer.software == Software::combine;
  if (!combines && joins_unlike_maps(graph, layer))
    return "its sources differ in size, and no view<> says which image they make";
  if (!combines && !sources_fill_operands(graph, layer)) return "its sources do not have the size of its input";
  if (layer.operands > 1 && layer.elementwise == Elementwise::none) return "it has operands that it does not combine";
  if (!border_fits(layer, dilation)) return "it has a border that its windows or its shapes do not have";
  const bool bordered = layer.with.border != Border{} && !layer.weighted();
  if (layer.pooled.channels != layer.in.channels || (!bordered && !pooling_fits(layer, dilation)))
    return "its pooling windows reach beyond its input";
  if (!picks_column(layer)) return "it picks a column that its pooling windows do not have";
  if (!operator_fits(layer)) return "its output does not have the shape that its operator yields";
  if (layer.pad_value != 0 && layer.op != Operator::conv1d && layer.op != Operator::conv2d &&
      layer.software != Software::pad)
    return "its padding has a value, but it is no convolution of its input";
  if (!buffer_rows_fit(graph, layer)) return "it does not write rows that the rolling buffer has";
  if (!strides_as_inferred(layer)) return "its convolution has a stride or a dilation that nothing computes";
  const bool activates = layer.software == Software::requantize || layer.software == Software::apply;
  if (!layer.weighted() && !activates && layer.activation != Activation::none)
    return "it has an activation function, but no operator in front of it";
  return {};
}

/// True for layers that run on the CPU, and read and write signed bytes there.
constexpr bool keeps_bytes(Software kind) {
  return kind == Software::none || kind == Software::upload || kind == Software::resize ||
         kind == Software::add_padding || kind == Software::remove_padding || kind == Software::pad ||
         k210::is_move(kind);
}

/// Why a network cannot run, be its numbers bytes or real.
template <int N>
constexpr Text obstacle_of_network(const Graph<N>& graph, int lanes) {
  if (graph.size == 0) return "the network has no layers";
  if (!graph.input.exists()) return "the network's input is empty";
  if (graph.buffer.exists() && !graph.buffer.shape().exists()) return "the network's rolling buffer is empty";
  if (!memory_is_countable(graph, lanes)) return "its tensors have more values than 32 bits count";
  return {};
}

}  // namespace detail

/// The first reason why a network of signed bytes, inferred and bound to its parameters, cannot run: whatever the
/// executor's arithmetic is not defined for, and parameters that do not fit.
template <int N>
constexpr Obstacle obstacle(const Graph<N>& graph, Parameters parameters, int lanes = 1) {
  if (const Text reason = detail::obstacle_of_network(graph, lanes); !reason.empty()) return {-1, reason};
  if (graph.real_input) return {-1, "the network's input is made of real numbers"};
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    const Text reason = detail::obstacle_of_layer(graph, i, max7800x::pooling_dilation(layer));
    if (!reason.empty()) return {i, reason};
    if (layer.activation == Activation::function) return {i, "its activation function is one of real numbers"};
    if (layer.pad_value < -128 || layer.pad_value > 127 ||
        layer.pad_value != static_cast<float>(static_cast<int>(layer.pad_value)))
      return {i, "the value of its padding is no signed byte"};
    const int trained_shift = parameters_of(graph, parameters, i).output_shift;
    if (const Finding found = detail::scaling_obstacle(layer, i, trained_shift); found.rule != nullptr)
      return {i, found.rule->sentence, found};
    if (!detail::sums_are_countable(layer)) return {i, "its sums can be larger than 32 bits hold"};
    if (layer.batch_norm) return {i, "it has a batch norm, which signed bytes know none of"};
    if (layer.with.border != Border{} && layer.pooling == Pooling::average)
      return {i, "its means have a border, and those of codes have none"};
    if (!detail::keeps_bytes(layer.software)) return {i, "it is a layer of the processor for real numbers"};
  }
  const Findings found = check_parameters(graph, parameters);
  for (const Finding& finding : found)
    if (finding.rule->severity == Severity::error) return {finding.layer, finding.rule->sentence, finding};
  if (!found.ok()) return {-1, "its parameters do not fit its layers"};  // more findings than are kept
  return {};
}

}  // namespace incuse::host
