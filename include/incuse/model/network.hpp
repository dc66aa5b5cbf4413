// Networks as types, and their one-time translation into a Graph value.
#pragma once

#include <incuse/model/layers.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

namespace detail {

enum class LoweringProblem : unsigned char { none, unknown_source, repeated_name, flatten_without_linear };

template <int N>
struct Lowered {
  Graph<N> graph{};
  LoweringProblem problem = LoweringProblem::none;
  int layer = -1;  ///< where the problem is

  constexpr void fail(LoweringProblem what, int index) {
    if (problem == LoweringProblem::none) problem = what, layer = index;
  }
};

/// Index of the layer with this name among the first `count`; network_input for "input"; -2 if there is none.
template <int N>
constexpr int find_layer(const Graph<N>& graph, int count, Text name) {
  if (name == Text("input")) return network_input;
  for (int i = 0; i < count; ++i)
    if (graph[i].name == name) return i;
  return -2;
}

/// Appends layer types to a graph, one call each.
template <int N>
struct Lowering {
  Lowered<N> result{};
  bool flatten_pending = false;

  template <class LayerType>
  constexpr void add() {
    if constexpr (flattening_layer<LayerType>) {
      if (flatten_pending) result.fail(LoweringProblem::flatten_without_linear, result.graph.size);
      flatten_pending = true;
    } else {
      LayerDraft draft{};
      LayerType::describe(draft);
      append(draft);
    }
  }

  constexpr void append(const LayerDraft& draft) {
    Graph<N>& graph = result.graph;
    const int index = graph.size;
    Layer layer = draft.layer;
    if (flatten_pending && layer.op != Operator::linear) result.fail(LoweringProblem::flatten_without_linear, index);
    layer.flatten = flatten_pending;
    flatten_pending = false;
    if (!layer.name.empty() && find_layer(graph, index, layer.name) != -2)
      result.fail(LoweringProblem::repeated_name, index);
    for (Text name : draft.from) {
      const int source = find_layer(graph, index, name);
      if (source == -2) result.fail(LoweringProblem::unknown_source, index);
      layer.sources.push(source);
    }
    graph[index] = layer;
    ++graph.size;
  }
};

template <class Input, class... Layers>
constexpr auto lower() {
  constexpr int count = (0 + ... + (flattening_layer<Layers> ? 0 : 1));
  Lowering<count> lowering{};
  lowering.result.graph.input = Input::shape;
  lowering.result.graph.input_format = Input::format;
  (lowering.template add<Layers>(), ...);
  if (lowering.flatten_pending) lowering.result.fail(LoweringProblem::flatten_without_linear, count);
  return lowering.result;
}

template <int Index>
struct layer_index {};

template <LoweringProblem Problem, class Where>
struct network_problem {
  static_assert(Problem != LoweringProblem::unknown_source,
                "[unknown_source] from<> names a layer that does not exist or stands later in the network");
  static_assert(Problem != LoweringProblem::repeated_name, "[repeated_name] two layers have the same name");
  static_assert(Problem != LoweringProblem::flatten_without_linear,
                "[flatten_without_linear] Flatten must stand directly before a Linear layer");
  static constexpr bool none = Problem == LoweringProblem::none;
};

}  // namespace detail

/// A network: its input and its layers in the order of execution. Derive a struct from it to give it a short name:
/// `struct FashionNet : Network<Input<1, 28, 28>, Conv2d<…>, …> {};`
template <class Input, class... Layers>
struct Network {
  static_assert(sizeof...(Layers) > 0, "a network has at least one layer");

 private:
  static constexpr auto lowered = detail::lower<Input, Layers...>();
  static constexpr bool valid = detail::network_problem<lowered.problem, detail::layer_index<lowered.layer>>::none;

 public:
  /// The network as a value, with all shapes; empty if the type is not a network.
  static constexpr auto graph = [] {
    auto shaped = lowered.graph;
    if (!valid) shaped.size = 0;
    return infer(shaped);
  }();
};

/// The Graph value of a network type.
template <class Net>
constexpr const auto& graph_of() {
  return Net::graph;
}

}  // namespace incuse
