// Networks as types, and their one-time translation into a Graph value.
#pragma once

#include <incuse/model/layers.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, no_input, error, "a network begins with its input",
                  "put Input<channels, height, width> first", "network.hpp")
INCUSE_RULE_WORDS(language, empty_input, error, "an input has at least one channel, row and column", "correct its size",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, no_layer, error, "this is no layer", "put options between the <> of their layer",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, no_layers, error, "a network has at least one layer", "add layers behind the input",
                  "network.hpp")
INCUSE_RULE_WORDS(language, unknown_source, error,
                  "from<> names a layer that does not exist or stands later in the network", "correct the name",
                  "options.hpp")
INCUSE_RULE_WORDS(language, repeated_name, error, "two layers have the same name", "rename one of them", "options.hpp")
INCUSE_RULE_WORDS(language, flatten_without_linear, error, "Flatten has to stand directly in front of a Linear layer",
                  "put Linear behind it", "layers.hpp")

namespace language {

/// The rules of the model language, for listing them.
inline constexpr const Rule* catalogue[] = {
    &rules::no_input,
    &rules::empty_input,
    &rules::no_layer,
    &rules::no_layers,
    &rules::unknown_source,
    &rules::repeated_name,
    &rules::fused_layers,
    &rules::flatten_without_linear,
    &rules::unknown_option,
    &rules::repeated_option,
    &rules::contradictory_options,
    &rules::missing_option,
    &rules::option_value,
};

}  // namespace language

namespace detail {

template <int N>
struct Lowered {
  Graph<N> graph{};
  Findings found{};  ///< mistakes in how the layers are put together

  constexpr void report(const Rule& rule, int layer, Text name = {}) {
    found.push({.rule = &rule, .layer = layer, .layer_name = name});
  }
};

/// Index of the layer with this name among the first `count`; network_input for "input"; `unknown` if there is none.
inline constexpr int unknown = -2;
template <int N>
constexpr int find_layer(const Graph<N>& graph, int count, Text name) {
  if (name == Text("input")) return network_input;
  for (int i = 0; i < count; ++i)
    if (graph[i].name == name) return i;
  return unknown;
}

/// Appends layer types to a graph, one call each.
template <int N>
struct Lowering {
  Lowered<N> result{};
  bool flatten_pending = false;

  template <class LayerType>
  constexpr void add() {
    if constexpr (flattening_layer<LayerType>) {
      if (flatten_pending) result.report(language::rules::flatten_without_linear, result.graph.size);
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
    if (flatten_pending && layer.op != Operator::linear)
      result.report(language::rules::flatten_without_linear, index, layer.name);
    layer.flatten = flatten_pending;
    flatten_pending = false;
    if (!layer.name.empty() && find_layer(graph, index, layer.name) != unknown)
      result.report(language::rules::repeated_name, index, layer.name);
    for (Text name : draft.from) {
      const int source = find_layer(graph, index, name);
      if (source == unknown) result.report(language::rules::unknown_source, index, name);
      layer.sources.push(source);
    }
    graph[index] = layer;
    ++graph.size;
  }
};

template <class Layer>
concept layer_type = requires(LayerDraft& draft) {
  Layer::is_valid;
  Layer::describe(draft);
}
|| flattening_layer<Layer>;

template <class Input>
concept input_type = requires {
  Input::is_valid;
  Input::shape;
  Input::format;
};

template <class Input, class... Layers>
constexpr bool are_valid() {
  if constexpr (input_type<Input> && (true && ... && layer_type<Layers>))
    return Input::is_valid && (true && ... && Layers::is_valid);
  else
    return false;
}

/// The layers in a graph, without shapes yet; an empty graph if one of them is not valid.
template <class Input, class... Layers>
constexpr auto lower() {
  constexpr int count = (0 + ... + (flattening_layer<Layers> ? 0 : 1));
  Lowering<count> lowering{};
  if constexpr (are_valid<Input, Layers...>()) {
    lowering.result.graph.input = Input::shape;
    lowering.result.graph.input_format = Input::format;
    if (Input::shape.channels < 1 || Input::shape.height < 1 || Input::shape.width < 1)
      lowering.result.report(language::rules::empty_input, -1);
    (lowering.template add<Layers>(), ...);
    if (lowering.flatten_pending) lowering.result.report(language::rules::flatten_without_linear, count);
    if (count == 0) lowering.result.report(language::rules::no_layers, -1);
  }
  return lowering.result;
}

}  // namespace detail

/// A network: its input and its layers in the order of execution. Derive a struct from it to give it a short name:
/// `struct FashionNet : Network<Input<1, 28, 28>, Conv2d<…>, …> {};`
template <class Input, class... Layers>
struct Network {
 private:
  static constexpr auto lowered = detail::lower<Input, Layers...>();
  static constexpr Findings found = lowered.found;

  static_assert(sizeof(detail::require<detail::input_type<Input>, language::rules::no_input, Input>) > 0);
  static_assert(
      sizeof(detail::require_all<detail::require<detail::layer_type<Layers>, language::rules::no_layer, Layers>...>) >
      0);

 public:
  /// The network as a value, with all shapes; empty if the type is not a network, which is a compile error then.
  static constexpr auto graph = [] {
    auto shaped = lowered.graph;
    if (!explained<found>::ok) shaped.size = 0;
    return infer(shaped);
  }();
};

/// The Graph value of a network type.
template <class Net>
constexpr const auto& graph_of() {
  return Net::graph;
}

}  // namespace incuse
