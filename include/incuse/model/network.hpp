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
INCUSE_RULE_WORDS(language, no_network, error, "the type that is deployed is no network",
                  "derive it from Network<Input<channels, height, width>, layers>; if it is, mend the errors in it",
                  "network.hpp")
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
    &rules::no_network,
    &rules::no_input,
    &rules::empty_input,
    &rules::no_layer,
    &rules::no_layers,
    &rules::no_branch,
    &rules::exit_condition,
    &rules::exit_layers,
    &rules::exit_end,
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
    &rules::bypassed_parameters,
    &rules::missing_option,
    &rules::missing_operands,
    &rules::option_value,
    &rules::too_many_dimensions,
    &rules::no_option,
    &rules::repeated_setting,
};

}  // namespace language

namespace detail {

/// The name that as<> gives; empty if there is none.
template <class... Options>
constexpr Text name_among(type_list<Options...>) {
  LayerDraft draft{};
  takes<0, option::name>::template apply<Options...>(draft);
  return draft.layer.name;
}
template <class Layer>
constexpr Text given_name() {
  if constexpr (requires { typename Layer::options; })
    return name_among(typename Layer::options{});
  else
    return {};
}

template <int N>
struct Lowered {
  Graph<N> graph{};
  Findings found{};  ///< mistakes in the layers, and in how they are put together
  /// layers whose shape is not known because of a mistake, and those that read them
  bool shapeless[at_least_one(N)]{};

  constexpr void report(const Rule& rule, int layer, Text name = {}, Text part = {}) {
    found.push({.rule = &rule, .layer = layer, .layer_name = name, .part = part});
  }
  /// Of all findings of a chip, those about layers whose shapes are known.
  constexpr Findings about_known_layers(const Findings& all) const {
    Findings known;
    for (const Finding& f : all)
      if (f.layer >= 0 && !shapeless[f.layer]) known.push(f);
    return known;
  }
};

/// Appends layer types to a graph, one call each.
template <int N>
struct Lowering {
  Lowered<N> result{};
  Sources sources{};  ///< what the next layer reads: one tensor, or several that a Concat joined
  bool flatten_pending = false;
  bool shapeless = false;  ///< because of a mistake, the shape of the appended layer is not known …
  bool lost = false;       ///< … or what all further layers read

  constexpr Lowering() { sources.push(network_input); }

  template <class LayerType>
  constexpr void add() {
    shapeless = false;
    report<LayerType>();
    if constexpr (!layer_type<LayerType>) {
      lost = lost || shapeless;
    } else if constexpr (appends_layers<LayerType>) {
      lost = lost || shapeless;
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

  /// Makes the tensor that the last appended layer reads an output of the network. If it is not the output of a single
  /// layer, `rule` is broken.
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
    if (last >= 0 && result.graph[last].may_exit())
      result.report(language::rules::exit_end, last);
    else if (last >= 0 && result.graph[last].buffer_shift == 0 && (sources.size != 1 || sources[0] != last))
      result.report(language::rules::unread_concat, -1);
  }

 private:
  template <class LayerType>
  constexpr void report() {
    if constexpr (!layer_type<LayerType>) {
      mistakes(0, {})(language::rules::no_layer, spelled<LayerType>.text(), option_shapes<LayerType>());
    } else if constexpr (!LayerType::is_valid) {
      constexpr int in_front = appends_layers<LayerType> ? 0 : layers_in(branches_of<LayerType>{});
      report_layer<LayerType>(mistakes(in_front, given_name<LayerType>()));
    }
  }
  constexpr Mistakes mistakes(int layers_in_front, Text name) {
    return {result.found, result.graph.size + layers_in_front, name, shapeless};
  }

  template <class... Layers>
  constexpr void add_all(type_list<Layers...>) {
    (add<Layers>(), ...);
  }

  template <class... Branches>
  constexpr void append(const LayerDraft& draft, type_list<Branches...> branches) {
    const bool faulty = shapeless;
    if constexpr (sizeof...(Branches) > 0) sources = ends_of(branches);
    const int index = result.graph.size;
    Layer layer = draft.layer;
    name_sources(draft);
    const bool combines = layer.elementwise != Elementwise::none;
    const int tensors = sizeof...(Branches) > 0 ? sizeof...(Branches) : draft.from.empty() ? 1 : draft.from.size;
    if (!faulty && combines && sources.size != tensors)
      result.report(language::rules::combined_concat, index, layer.name);
    if (flatten_pending && layer.op != Operator::linear)
      result.report(language::rules::flatten_without_linear, index, layer.name);
    if (!layer.name.empty() && find_layer(result.graph, index, layer.name) != unknown_layer)
      result.report(language::rules::repeated_name, index, layer.name);
    if (!faulty && layer.weighted() && layer.out_channels < (layer.groups == 0 || layer.tests() ? 0 : 1))
      result.report(language::rules::no_output_channels, index, layer.name);
    if (layer.writes_buffer() && !result.graph.buffer.exists())
      result.report(language::rules::no_buffer, index, layer.name);
    layer.flatten = flatten_pending;
    layer.sources = layer.buffer_shift != 0 ? only(rolling_buffer) : sources;
    flatten_pending = false;
    if (reads_condition(layer)) result.report(language::rules::exit_end, index, layer.name);
    result.shapeless[index] = faulty || lost;
    for (int source : layer.sources)
      if (source == unknown_layer || (source >= 0 && result.shapeless[source])) result.shapeless[index] = true;
    result.graph[index] = layer;
    ++result.graph.size;
    if (layer.buffer_shift == 0) sources = only(index);
  }

  /// True if a layer reads whether an early exit is taken: a tensor that has no name, and is never meant.
  constexpr bool reads_condition(const Layer& layer) const {
    for (int source : layer.sources)
      if (source >= 0 && result.graph[source].may_exit()) return true;
    return false;
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

/// The layers in a graph, without shapes yet.
template <class Input, class... Layers>
constexpr auto lower() {
  Lowering<layers_in(type_list<Layers...>{})> lowering{};
  if constexpr (!input_type<Input>) {
    lowering.result.report(language::rules::no_input, -1, {}, spelled<Input>.text());
  } else {
    lowering.result.graph.input = Input::shape;
    lowering.result.graph.input_format = Input::format;
    lowering.result.graph.real_input = Input::is_real;
    if (!Input::is_valid) lowering.result.report(language::rules::repeated_option, -1, {}, spelled<Input>.text());
    if (!Input::shape.exists()) lowering.result.report(language::rules::empty_input, -1);
    (lowering.template add<Layers>(), ...);
    lowering.finish();
    if (sizeof...(Layers) == 0) lowering.result.report(language::rules::no_layers, -1);
  }
  return lowering.result;
}
template <class... Nothing>
  requires(sizeof...(Nothing) == 0)
constexpr auto lower() {
  Lowered<0> nothing;
  nothing.report(language::rules::no_input, -1);
  return nothing;
}

}  // namespace detail

/// A network: its input and its layers in the order of execution. Derive a struct from it to give it a short name:
/// `struct FashionNet : Network<Input<1, 28, 28>, Conv2d<…>, …> {};`
template <class... InputAndLayers>
struct Network {
 private:
  static constexpr auto lowered = detail::lower<InputAndLayers...>();
  static constexpr Findings found = lowered.found;

  static_assert(sizeof(explained<found>) > 0);

  static constexpr auto with_shapes() {
    if constexpr (found.ok())
      return infer(lowered.graph);
    else
      return Graph<0>{};
  }
  static constexpr auto with_known_shapes() {
    auto faulty = lowered;
    faulty.graph = infer(faulty.graph);
    return faulty;
  }

 public:
  /// The network as a value, with all shapes; empty if the type has mistakes, which are compile errors.
  static constexpr auto graph = with_shapes();
  /// The layers of a network with mistakes, with shapes where they are known: in these the rules of a chip still find
  /// errors.
  static constexpr auto faulty_graph = with_known_shapes();
};

/// Types with a graph: those derived from Network, and stages of them.
template <class Net>
concept network_type = requires {
  Net::graph;
};

namespace detail {
inline constexpr Graph<0> no_graph{};
}  // namespace detail

/// The Graph value of a network type. For any other type it is empty; deployments report that as an error.
template <class Net>
constexpr const auto& graph_of() {
  if constexpr (network_type<Net>)
    return Net::graph;
  else
    return detail::no_graph;
}

}  // namespace incuse
