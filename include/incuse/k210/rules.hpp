// The rules of the KPU, and `check`, which applies them all. The words of a rule and its condition are in one place, in
// rules/ by subject; the tables at the end of each file say what the rules are applied to. Sources: "kpu 3" is section
// 3 of the KPU sheet (k210-kpu), "pitfalls 15" row 15 of k210-pitfalls, and so on.
#pragma once

#include <incuse/k210/rules/layers.hpp>
#include <incuse/k210/rules/parameters.hpp>
#include <incuse/k210/rules/plans.hpp>
#include <incuse/k210/rules/processor.hpp>
#include <incuse/k210/rules/steps.hpp>
#include <incuse/k210/rules/tensors.hpp>

namespace incuse::k210 {

/// Calls `visit(rule)` for every rule of the chip.
template <class Visit>
constexpr void for_each_rule(Visit&& visit) {
  const auto visit_all = [&](const auto& list) {
    for (const auto& row : list) visit(*row.rule);
  };
  visit_all(layer_rules);
  visit_all(exit_rules);
  visit_all(processor_rules);
  visit_all(tensor_rules);
  visit_all(layout_rules);
  visit_all(step_rules);
  visit_all(plan_rules);
  visit_all(memory_rules);
  visit_all(word_rules);
  visit_all(value_rules);
  visit_all(byte_rules);
  visit_all(number_rules);
  visit_all(table_rules);
  visit_all(count_rules);
  visit_all(input_rules);
  visit_all(joining_rules);
  visit_all(sum_rules);
  visit_all(copy_rules);
  visit_all(parameter_rules);
}

/// Violations of one layer of the KPU, wherever it comes from.
constexpr Findings check(const KpuLayer& layer, const Device& device, const KpuAddresses& at = {}) {
  Findings found;
  apply(step_rules, {layer, device, at.sends_output}, {found});
  if (!found.ok()) return found;  // layer words need valid sizes
  const LayerArguments arguments = arguments_of(layer, at, device);
  apply(word_rules, {arguments}, {found});
  return found;
}

/// Violations of a layer's weights and tables.
constexpr Findings check(const KpuLayer& layer, const ValueBounds& bounds, const Device& device) {
  Findings found;
  apply(value_rules, {layer, bounds, device}, {found});
  return found;
}

namespace detail {

/// What a layer of a graph reads.
template <int N>
constexpr Reading reading_of(const Graph<N>& graph, const Elements<N>& elements, int index) {
  const Layer& layer = graph[index];
  Reading reading{elements.reads[index], elements.tasks[index]};
  const bool sums = layer.elementwise != Elementwise::none;
  reading.first = source_shape(graph, layer.sources.empty() ? network_input : layer.sources[0]);
  const bool has_constant = layer.software == Software::combine && layer.with.shape != Shape{};
  if (has_constant && !fit_together(reading.first, layer.with.shape)) reading.unlike = layer.with.shape;
  for (int source : layer.sources) {
    if (source >= index) continue;
    const Shape shape = source_shape(graph, source);
    if (elements.of(source) != reading.element) reading.mixed = true;
    const bool fits = layer.software == Software::combine ? fit_together(reading.first, shape)
                      : sums                              ? shape == reading.first
                                                          : shape.extent() == reading.first.extent();
    if (!fits) reading.unlike = shape;
    const int maker = maker_of(graph, source);
    if (maker < 0 || !graph[maker].on_cpu) continue;
    (writes_ram(elements.tasks[maker]) ? reading.from_ram_only : reading.from_main_only) = true;
  }
  return reading;
}

/// Violations of some lists of rules by the layers of a graph, except those of early exits.
template <int N, class... Lists>
constexpr Findings check_each_layer(const Graph<N>& graph, const Device& device, const Lists&... lists) {
  Findings found;
  const Elements<N> elements = elements_of(graph);
  for (int i = 0; i < graph.size; ++i) {
    if (graph[i].tests()) continue;
    const OneLayer at{graph[i], device, reading_of(graph, elements, i)};
    (apply(lists, at, {found, i, graph[i].name}), ...);
  }
  return found;
}

template <int N>
constexpr Findings check_exits(const Graph<N>& graph, const Device& device) {
  Findings found;
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].tests()) {
      const int tested = max_of(0, tested_layer(graph, i));  // what computes the condition, nobody has written
      apply(exit_rules, {graph[i], device, {}}, {found, tested, graph[tested].name});
    }
  return found;
}

}  // namespace detail

/// Rules about what a layer reads: its weights have another shape if one of them is broken.
inline constexpr const Rule* rules_about_sources[] = {&rules::one_source, &rules::joined_shapes};
/// Rules about a Linear layer that reads a map: its weights may show that the map has to be flattened.
inline constexpr const Rule* rules_about_maps[] = {&rules::single_values};

/// Violations of the rules that hold for networks of signed bytes only.
template <int N>
constexpr Findings check_bytes(const Graph<N>& graph, const Device& device) {
  return detail::check_each_layer(graph, device, byte_rules, number_rules);
}

/// Violations of the rules that hold for networks of real parameters only.
template <int N>
constexpr Findings check_reals(const Graph<N>& graph, const Device& device) {
  return detail::check_each_layer(graph, device, number_rules);
}

/// Violations of the rules that hold for networks with the KPU's own tables only.
template <int N>
constexpr Findings check_tables(const Graph<N>& graph, const Device& device) {
  return detail::check_each_layer(graph, device, table_rules);
}

/// Violations by the layers of a graph, before it is planned. A graph with errors cannot be planned or checked further.
template <int N>
constexpr Findings check_layers(const Graph<N>& graph, const Device& device) {
  Findings found = detail::check_each_layer(graph, device, layer_rules, processor_rules, tensor_rules);
  found.add(detail::check_exits(graph, device));
  apply(layout_rules, {graph.input_format}, {found});
  return found;
}

/// Violations of a plan whose layers are in order. Findings name layers of the graph, not steps.
template <int N>
constexpr Findings check_plan(const Graph<N>& graph, const Plan<N>& plan, const Device& device) {
  Findings found;
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuStep& step = plan.graph[i];
    const int author = step.author_layer;
    const bool reads_kpu = step.source() >= 0 && !plan.graph[step.source()].on_cpu();
    if (!step.on_cpu())
      apply(step_rules, {step.layer, device, streams(plan, i), reads_kpu}, {found, author, graph[author].name});
  }
  if (!found.ok()) return found;
  apply(plan_rules, {plan.maps, plan.graph.size, plan.needed_lines, device}, {found});
  apply(memory_rules, {1LL * plan.main.needed_lines * line_bytes, plan.main.complete(), device}, {found});
  return found;
}

/// All violations of a planned network, except those of its values.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device) {
  Findings found = check_layers(graph, device);
  if (found.ok() && graph.size > 0) found.add(check_plan(graph, plan, device));
  return found;
}

}  // namespace incuse::k210

#undef INCUSE_KPU_RULE
