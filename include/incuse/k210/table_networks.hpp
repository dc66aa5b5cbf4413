// Networks whose layers come with the KPU's own tables, as the vendor's compilers make them: the type says how layers
// hang together, the parameters hold the integers, and nothing is quantised any more. Imported kmodels are such
// networks.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <incuse/k210/deployment.hpp>

namespace incuse::k210 {

/// A constant array that lives elsewhere.
template <class Value>
struct TableView {
  const Value* values = nullptr;
  int count = 0;

  constexpr TableView() = default;
  /// Behind a string literal's values stands one that is none.
  template <std::size_t N>
  constexpr TableView(const Value (&array)[N], int used = static_cast<int>(N)) : values(array), count(used) {}
};

/// Tables of one layer with weights. Activation functions are part of them; options like ReLU have no effect.
struct LayerTables {
  Text name{};
  int pad_value = 0;  ///< these six: see KpuLayer
  int arg_x = 0, shr_x = 0;
  int arg_w = 0, shr_w = 0;
  long long arg_add = 0;
  TableView<std::uint8_t> weights{};      ///< codes in the order of KpuLayer, aligned as the chip asks for it
  TableView<std::uint64_t> batch_norm{};  ///< one entry for each output channel, aligned likewise
  const ActivationBytes* activation = nullptr;
};

/// A type with the tables of a network, in the order of its layers with weights: `static constexpr LayerTables
/// table_layers[]`. Weights are bytes.
template <class Trained>
concept table_parameters = requires {
  { Trained::table_layers[0] } -> std::convertible_to<const LayerTables&>;
};

namespace detail {

/// The layer of a step with the constants of its tables.
constexpr KpuLayer with_tables(KpuLayer layer, const LayerTables& tables) {
  layer.pad_value = tables.pad_value;
  layer.arg_x = tables.arg_x;
  layer.shr_x = tables.shr_x;
  layer.arg_w = tables.arg_w;
  layer.shr_w = tables.shr_w;
  layer.arg_add = tables.arg_add;
  return layer;
}

/// What is wrong with the tables of a network.
template <int N>
constexpr Findings check_tables(const Graph<N>& graph, const Plan<N>& plan, const LayerTables* tables, int count) {
  Findings found;
  const int wanted = weighted_index(graph, graph.size);
  if (count > wanted)
    found.push({.rule = &parameter::rules::extra_parameters, .needs = wanted, .has = count, .has_whose = "their list"});
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuStep& step = plan.graph[i];
    const int own = weighted_index(graph, step.author_layer);
    const Text name = graph[step.author_layer].name;
    if (own >= count || step.copies) {
      found.push({.rule = &parameter::rules::missing_weights, .layer = step.author_layer, .layer_name = name});
      continue;
    }
    const long long weights = 1LL * step.layer.out_channels * step.layer.channel_weights();
    const auto expect = [&](long long needs, long long has, Text part) {
      if (needs == has) return;
      found.push({.rule = &parameter::rules::tensor_shape,
                  .layer = step.author_layer,
                  .layer_name = name,
                  .needs = {needs, "values"},
                  .has = {has, "values"},
                  .has_whose = "the table",
                  .part = part});
    };
    expect(weights, tables[own].weights.count, "weights");
    expect(step.layer.out_channels, tables[own].batch_norm.count, "batch norm");
    expect(1, tables[own].activation == nullptr ? 0 : 1, "activation");
  }
  return found;
}

}  // namespace detail
}  // namespace incuse::k210

namespace incuse {

/// A network on a K210, with the KPU's own tables as parameters. Members as with other parameters; the image points to
/// the tables where they are, and takes and yields codes.
template <class Net, const k210::Device& Chip, class Trained>
  requires k210::table_parameters<Trained>
struct Deployment<Net, Chip, Trained> {
  static constexpr const k210::Device& device = Chip;

 private:
  static constexpr auto shaped = graph_of<Net>();
  static constexpr auto planned = k210::plan_if_possible(shaped, Chip);
  static constexpr int given = static_cast<int>(sizeof(Trained::table_layers) / sizeof(k210::LayerTables));
  static constexpr bool is_network = shaped.size > 0;  // if not, the network type has said why

 public:
  static constexpr Findings findings = [] {
    Findings found;
    if (!is_network) return found;
    found.add(k210::check(shaped, planned, Chip));
    if (found.ok()) found.add(k210::detail::check_tables(shaped, planned, Trained::table_layers, given));
    return found;
  }();

 private:
  static constexpr bool valid = explained<findings, Chip>::ok && is_network;

 public:
  static constexpr auto graph = valid ? shaped : decltype(shaped){};
  static constexpr auto plan = valid ? planned : decltype(planned){};
  static constexpr k210::Report report = k210::report_of(plan);
  static constexpr auto image = [] {
    k210::Image<plan.graph.size, k210::detail::outputs_of(plan)> result{};
    result.input.layout = k210::MapLayout(plan.graph.input);
    result.input.line = plan.input.line;
    int outputs = 0;
    for (int i = 0; i < plan.graph.size; ++i) {
      const k210::KpuStep& step = plan.graph[i];
      const k210::LayerTables& tables = Trained::table_layers[weighted_index(graph, step.author_layer)];
      k210::KpuAddresses at;
      at.src_line = plan.map(step.source).line;
      at.dst_line = plan.maps[i].line;
      at.sends_output = k210::streams(plan, i);
      result.steps[i] = {encode(arguments_of(k210::detail::with_tables(step.layer, tables), at, Chip)),
                         tables.weights.values, tables.batch_norm.values, tables.activation};
      if (!step.output) continue;
      result.outputs[outputs].layout = k210::MapLayout(step.layer.out());
      result.outputs[outputs++].line = plan.maps[i].line;
    }
    return result;
  }();
};

}  // namespace incuse
