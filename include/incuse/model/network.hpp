// Networks as types, and their one-time translation into a Graph value.
#pragma once

#include <incuse/model/branches.hpp>
#include <incuse/model/early_exit.hpp>
#include <incuse/model/modules.hpp>
#include <incuse/model/shapes.hpp>
#include <incuse/model/traps.hpp>

namespace incuse {

INCUSE_RULE_WORDS(language, no_input, error, "a network begins with its input",
                  "put Input<channels, height, width> first", "network.hpp")
INCUSE_RULE_WORDS(language, empty_input, error, "an input has at least one channel, row and column", "correct its size",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, no_layers, error, "a network has at least one layer", "add layers behind the input",
                  "network.hpp")
INCUSE_RULE_WORDS(language, unknown_source, error,
                  "from<> names a layer that does not exist or stands later in the network", "correct the name",
                  "options.hpp")
INCUSE_RULE_WORDS(language, repeated_name, error, "two layers have the same name", "rename one of them", "options.hpp")
INCUSE_RULE_WORDS(
    language, flatten_without_linear, error, "Flatten has to stand directly in front of a Linear layer",
    "leave it out: all other layers read maps in the same order, Softmax<> and its like too; or put Linear "
    "behind it",
    "branches.hpp")
INCUSE_RULE_WORDS(language, combined_concat, error,
                  "an element-wise layer combines single tensors, not a concatenation",
                  "let each branch end in one layer, or put Identity behind the Concat", "branches.hpp")
INCUSE_RULE_WORDS(language, no_output_channels, error, "a layer with weights describes itself without output channels",
                  "let describe() set out_channels, or groups to 0 for as many as the input has", "graph.hpp")
INCUSE_RULE_WORDS(language, unread_concat, error, "the network ends with a concatenation that no layer reads",
                  "put a layer behind the Concat", "branches.hpp")

INCUSE_RULE_WORDS(language, one_buffer, error, "a network has one rolling buffer", "put their channels into one",
                  "layers.hpp")
INCUSE_RULE_WORDS(language, no_buffer, error, "there is no rolling buffer in front of the layer that writes to it",
                  "put RollingBuffer<channels, rows> behind the input", "layers.hpp")

namespace language {

/// The rules of the model language, for listing them.
inline constexpr const Rule* catalogue[] = {
    &rules::no_input,
    &rules::empty_input,
    &rules::no_layer,
    &rules::no_layers,
    &rules::no_branch,
    &rules::exit_condition,
    &rules::exit_layers,
    &rules::invalid_layer,
    &rules::no_output_channels,
    &rules::unknown_source,
    &rules::repeated_name,
    &rules::combined_concat,
    &rules::unread_concat,
    &rules::one_buffer,
    &rules::no_buffer,
    &rules::fused_layers,
    &rules::fused_own_layer,
    &rules::fused_dimensions,
    &rules::flatten_without_linear,
    &rules::unknown_option,
    &rules::repeated_option,
    &rules::contradictory_options,
    &rules::missing_option,
    &rules::missing_operands,
    &rules::option_value,
    &rules::too_many_dimensions,
};

}  // namespace language

namespace detail {

template <int N>
struct Lowered {
  Graph<N> graph{};
  Findings found{};  ///< mistakes in how the layers are put together

  constexpr void report(const Rule& rule, int layer, Text name = {}, Text part = {}) {
    found.push({.rule = &rule, .layer = layer, .layer_name = name, .part = part});
  }
};

/// Appends layer types to a graph, one call each.
template <int N>
struct Lowering {
  Lowered<N> result{};
  Sources sources{};  ///< what the next layer reads: one tensor, or several that a Concat joined
  bool flatten_pending = false;

  constexpr Lowering() { sources.push(network_input); }

  template <class LayerType>
  constexpr void add() {
    if constexpr (appends_layers<LayerType>) {
      LayerType::append_to(*this);
    } else {
      LayerDraft draft{};
      LayerType::describe(draft);
      append(draft, branches_of<LayerType>{});
    }
  }

  /// The tensors at the ends of branches, in order.
  template <class... Branches>
  constexpr Sources ends_of(type_list<Branches...>) {
    expect_no_flatten();
    const Sources start = sources;
    Sources ends{};
    const auto add_end = [&](auto layers) {
      sources = start;
      add_all(layers);
      expect_no_flatten();
      for (int end : sources) ends.push(end);
      ends.dropped += sources.dropped;
    };
    (add_end(typename Branches::layers{}), ...);
    return ends;
  }

  /// Appends a layer that is described already.
  constexpr void add_draft(const LayerDraft& draft) { append(draft, type_list<>{}); }

  /// Makes what the layer that was appended last reads an output of the network. It has to be one layer's: `rule` is
  /// broken if not.
  constexpr void mark_output_read(const Rule& rule) {
    const int last = result.graph.size - 1;
    const Sources& read = result.graph[last].sources;
    if (read.size == 1 && read[0] >= 0)
      result.graph[read[0]].output = true;
    else if (!read.contains(unknown_layer))
      result.report(rule, last);
  }

  constexpr void keep_rows(const KeptRows& rows) {
    const int index = result.graph.size;
    if (result.graph.buffer.exists())
      result.report(language::rules::one_buffer, -1);
    else if (find_layer(result.graph, index, rows.name) != unknown_layer)
      result.report(language::rules::repeated_name, -1, rows.name);
    result.graph.buffer = rows;
  }

  constexpr void expect_no_flatten() {
    if (flatten_pending) result.report(language::rules::flatten_without_linear, result.graph.size);
    flatten_pending = false;
  }

  constexpr void finish() {
    expect_no_flatten();
    const int last = result.graph.size - 1;
    if (last >= 0 && result.graph[last].buffer_shift == 0 && (sources.size != 1 || sources[0] != last))
      result.report(language::rules::unread_concat, -1);
  }

 private:
  template <class... Layers>
  constexpr void add_all(type_list<Layers...>) {
    (add<Layers>(), ...);
  }

  template <class... Branches>
  constexpr void append(const LayerDraft& draft, type_list<Branches...> branches) {
    if constexpr (sizeof...(Branches) > 0) sources = ends_of(branches);
    const int index = result.graph.size;
    Layer layer = draft.layer;
    name_sources(draft);
    const bool combines = layer.elementwise != Elementwise::none;
    const int tensors = sizeof...(Branches) > 0 ? sizeof...(Branches) : draft.from.empty() ? 1 : draft.from.size;
    if (combines && sources.size != tensors) result.report(language::rules::combined_concat, index, layer.name);
    if (flatten_pending && layer.op != Operator::linear)
      result.report(language::rules::flatten_without_linear, index, layer.name);
    if (!layer.name.empty() && find_layer(result.graph, index, layer.name) != unknown_layer)
      result.report(language::rules::repeated_name, index, layer.name);
    if (layer.weighted() && layer.out_channels < (layer.groups == 0 || layer.tests() ? 0 : 1))
      result.report(language::rules::no_output_channels, index, layer.name);
    if (layer.writes_buffer() && !result.graph.buffer.exists())
      result.report(language::rules::no_buffer, index, layer.name);
    layer.flatten = flatten_pending;
    layer.sources = layer.buffer_shift != 0 ? only(rolling_buffer) : sources;
    flatten_pending = false;
    result.graph[index] = layer;
    ++result.graph.size;
    if (layer.buffer_shift == 0) sources = only(index);
  }

  static constexpr Sources only(int source) {
    Sources one{};
    one.push(source);
    return one;
  }

  /// The layers that from<> names become the sources; without from<> they stay as they are.
  constexpr void name_sources(const LayerDraft& draft) {
    if (draft.from.empty()) return;
    sources = Sources{};
    for (Text name : draft.from) {
      const int source = find_layer(result.graph, result.graph.size, name);
      if (source == unknown_layer)
        result.report(language::rules::unknown_source, result.graph.size, draft.layer.name, name);
      sources.push(source);
    }
  }
};

template <class Input>
concept input_type = requires {
  Input::is_valid;
  Input::shape;
  Input::format;
};

template <class Input, class... Layers>
constexpr bool are_valid() {
  if constexpr (input_type<Input>)
    return Input::is_valid && are_valid_layers(type_list<Layers...>{});
  else
    return false;
}

/// The layers in a graph, without shapes yet; an empty graph if one of them is not valid.
template <class Input, class... Layers>
constexpr auto lower() {
  constexpr bool valid = are_valid<Input, Layers...>();
  constexpr int count = valid ? layers_in(type_list<Layers...>{}) : 0;
  Lowering<count> lowering{};
  if constexpr (valid) {
    lowering.result.graph.input = Input::shape;
    lowering.result.graph.input_format = Input::format;
    lowering.result.graph.real_input = Input::is_real;
    if (Input::shape.channels < 1 || Input::shape.height < 1 || Input::shape.width < 1)
      lowering.result.report(language::rules::empty_input, -1);
    (lowering.template add<Layers>(), ...);
    lowering.finish();
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

  static_assert(sizeof(detail::raised<detail::require<detail::input_type<Input>, language::rules::no_input, Input>>) >
                0);
  static_assert(sizeof(detail::raised<detail::layers_only<Layers...>>) > 0);
  static_assert(sizeof(explained<found>) > 0);

 public:
  /// The network as a value, with all shapes; empty if the type has mistakes, which are compile errors.
  static constexpr auto graph = [] {
    auto shaped = lowered.graph;
    if (!found.ok()) shaped.size = 0;
    return infer(shaped);
  }();
};

/// The Graph value of a network type.
template <class Net>
constexpr const auto& graph_of() {
  return Net::graph;
}

}  // namespace incuse
