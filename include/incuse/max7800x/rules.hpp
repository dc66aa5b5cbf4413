// The rules of the chip, and `check`, which applies them all. A rule is one row: its words and its condition lie in
// rules/ by subject; a table at the end of each file says which are applied, and layers.hpp puts those about single
// layers in order. Those in proof.hpp are applied by `verify`. Notices are in notices.hpp, which a deployment does not
// include. Sources: "checks X" is row X of the sheet max7800x-checks, "device 4" section 4 of max7800x-device, and so
// on.
#pragma once

#include <initializer_list>

#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/rules/asked_features.hpp>
#include <incuse/max7800x/rules/datapath.hpp>
#include <incuse/max7800x/rules/layers.hpp>
#include <incuse/max7800x/rules/options.hpp>
#include <incuse/max7800x/rules/placement.hpp>
#include <incuse/max7800x/rules/proof.hpp>
#include <incuse/max7800x/verify.hpp>

namespace incuse::max7800x {

/// Calls `visit(rule)` for every rule of the chip that can break a network.
template <class Visit>
constexpr void for_each_rule(Visit&& visit) {
  const auto visit_all = [&](const auto& list) {
    for (const auto& row : list) visit(*row.rule);
  };
  visit_all(feature_rules);
  visit_all(option_rules);
  visit_all(network_rules);
  visit_all(map_rules);
  visit_all(layer_rules);
  visit_all(datapath_option_rules);
  visit_all(datapath_layer_rules);
  visit_all(datapath_plan_rules);
  visit_all(plan_rules);
  visit_all(placed_layer_rules);
  for (const Rule* rule : proof_rules) visit(*rule);
}

namespace detail {

template <int N>
constexpr WholeNetwork whole_network(const Graph<N>& graph, const Device& device, const Options& options) {
  return {graph.layers,
          graph.size,
          graph.input,
          graph.input_format,
          graph.real_input,
          graph.placed_by_hand(),
          device,
          options,
          max_of(graph.size, arranged_size(graph, options)),
          graph.buffer};
}

/// Reports the features of a set that the part does not have.
constexpr void check_features(unsigned asked, const Device& device, const Blame& blame) {
  const unsigned missing = asked & ~device.features;
  if (missing == 0) return;
  for (const FeatureName& row : feature_names)
    if ((missing & bit_of(row.key)) != 0) apply(feature_rules, {row.key, device}, blame);
}

constexpr void check_options(const Options& options, const Device& device, Findings& found) {
  const Blame blame{found};
  const unsigned asked = features_asked_for(options);
  apply(option_rules, {options, device}, blame, asked & ~device.features);
  const unsigned ignored = options.vendor_stream ? device.ignored_features : 0;
  check_features(asked & ~ignored, device, blame);
}

/// Features that a layer asks for, by itself or by the options, and that the part does not have. The layers of an early
/// exit ask for none: rule early_exit reports them.
constexpr unsigned missing_features(const Layer& layer, const WholeNetwork& network) {
  const unsigned exit = layer.tests() ? bit_of(Feature::snooping) : 0;
  return (features_asked_for(layer) | features_asked_for(network.options) | exit) & ~network.device.features;
}

/// True if a layer is a copy for a layer that combines operands, on a chip that has no such layers: the layer is
/// reported, and the copy is not.
template <int N>
constexpr bool is_needless_copy(const Graph<N>& graph, int index, const Device& device) {
  if (!graph[index].inserted || device.has(Feature::elementwise)) return false;
  for (int i = index + 1; i < graph.size; ++i)
    if (graph[i].elementwise != Elementwise::none && graph[i].sources.contains(index)) return true;
  return false;
}

template <int N>
constexpr void check_graph(const Graph<N>& graph, const WholeNetwork& network, Findings& found) {
  apply(network_rules, network, Blame{found});
  for (int i = 0; i < graph.size; ++i)
    apply(map_rules, {network, network.device, graph[i], i}, Blame{found, i, graph[i].name});
  if (found.contains(rules::processor_range)) return;
  for (int i = 0; i < graph.size; ++i) {
    const Blame blame{found, i, graph[i].name};
    if (!is_needless_copy(graph, i, network.device))
      check_features(features_asked_for(graph[i]), network.device, blame);
    apply(layer_rules, {network, network.device, graph[i], i}, blame, missing_features(graph[i], network));
  }
}

/// Rules about networks that the vendor's tool accepts although registers cannot express them.
template <int N>
constexpr void check_datapath(const Graph<N>& graph, const WholeNetwork& network, Findings& found) {
  apply(datapath_option_rules, {network.options, network.device}, Blame{found},
        features_asked_for(network.options) & ~network.device.features);
  for (int i = 0; i < graph.size; ++i)
    apply(datapath_layer_rules, {network, network.device, graph[i], i}, Blame{found, i, graph[i].name},
          missing_features(graph[i], network));
}

template <int N>
struct FieldOverflows {
  FieldOverflow layers[at_least_one(N)]{};
};

template <int N>
constexpr FieldOverflows<N> field_overflows(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                            const Options& options) {
  FieldOverflows<N> result{};
  for_each_layer_words(graph, plan, device, options, [&](int layer, int, const GroupWords& words) {
    for (const auto& [r, number] : device.layer_register_numbers)
      if (words[r].overflowed && words.has(r) && !result.layers[layer].found)
        result.layers[layer] = {true, r, words[r].refused, words[r].highest};
  });
  return result;
}

template <int N>
constexpr void check_plan(const Graph<N>& graph, const Plan<N>& plan, const WholeNetwork& network, Findings& found,
                          bool thorough) {
  const WholePlan whole{network,
                        network.device,
                        plan.layers,
                        plan.groups,
                        plan.input_format == DataFormat::chw,
                        plan.bias_fill,
                        found,
                        plan.fits_data_memory || gives_offsets(graph),
                        plan.buffer};
  apply(plan_rules, whole, Blame{found});
  // The layers lie where the buffer does.
  if (!is_placed(whole) || found.contains(rules::buffer_memory) || found.contains(rules::buffer_alignment)) return;
  const FieldOverflows<N> overflows = field_overflows(graph, plan, network.device, network.options);
  for (int i = 0; i < graph.size; ++i) {
    const PlacedLayer at{{network, network.device, graph[i], i}, plan[i], whole, overflows.layers[i]};
    const Blame blame{found, i, graph[i].name};
    const unsigned missing = missing_features(graph[i], network);
    apply(placed_layer_rules, at, blame, missing);
    if (thorough) apply(datapath_plan_rules, at, blame, missing);
  }
}

/// True if the processor maps and offsets of all layers suit their channels: only then `verify` makes sense.
constexpr bool maps_are_sound(const Findings& found) {
  for (const Rule* rule : {&rules::no_automatic_placement,
                           &rules::input_processors,
                           &rules::output_processors,
                           &rules::packed_processors,
                           &rules::packed_lanes,
                           &rules::chw_processors,
                           &rules::chw_passes,
                           &rules::input_offset,
                           &rules::output_offset,
                           &rules::reshape,
                           &rules::operand_shapes,
                           &rules::operand_sources,
                           &rules::concatenated_channels,
                           &rules::concatenated_sizes,
                           &rules::reshaped_channels,
                           &rules::buffer_missing,
                           &rules::buffer_first,
                           &rules::buffer_reader,
                           &rules::buffer_shift,
                           &rules::buffer_shift_rows,
                           &rules::buffer_insert_rows,
                           &rules::buffer_memory,
                           &rules::buffer_alignment})
    if (found.contains(*rule)) return false;
  return true;
}

constexpr bool is_about_weights(const Rule& rule) {
  return rule == rules::weights_overlap || rule == rules::weights_outside;
}

/// True if a layer reads a 32-bit output: that is an error of the layer that makes it, and no tensor's size.
template <int N>
constexpr bool reads_wide(const Graph<N>& graph, int layer) {
  for (int source : graph[layer].sources)
    if (source >= 0 && graph[source].wide) return true;
  return false;
}

/// Rows M9, M10 and T4 of the checks sheet, and weights that need more columns than are reserved for them, which the
/// vendor's tool ends with an assertion (section 11). Of everything else that `verify` finds, the vendor's tool warns
/// at most.
constexpr bool overwrites(const Rule& rule, const Options& options) {
  if (rule == rules::streaming_buffers) return !options.overlap_data;
  if (is_about_weights(rule)) return true;
  return rule == rules::tensor_overwritten || rule == rules::tensor_outside || rule == rules::output_trails_input;
}

/// A plan whose tensors do not fit, without its offsets: rules must not report these.
template <int N>
constexpr Plan<N> without_offsets(const Graph<N>& graph, Plan<N> plan) {
  for (int i = 0; i < plan.size; ++i) {
    plan[i].in_offset = 0;
    plan[i].out_offset = ignored_output_bytes(graph[i], plan[i].out.count, plan[i].write_gap);
  }
  return plan;
}

/// Columns of the weight memory that a layer needs in each processor of a pass, with weights of at most `bits` bits.
constexpr long long weight_columns(const OneLayer& at, int bits = 8) {
  const Layer& l = at.layer;
  const int taps = l.flatten ? l.pooled.pixels() : l.kernel.area();
  return (at.passes() * (l.out.channels / l.groups) * taps * min_of(l.weight_bits, bits) + bits_per_column - 1) /
         bits_per_column;
}

/// Reports the weights of a network that was not planned because those of layer `large` exceed the weight memory by
/// far: with all layers that are sure to share a processor with it.
template <int N>
constexpr void blame_weights(const Graph<N>& graph, const WholeNetwork& network, int large, Findings& found) {
  const auto layer = [&](int i) { return OneLayer{network, network.device, graph[i], i}; };
  const auto processors = [&](int i) { return ceil_div(graph[i].in.channels, static_cast<int>(layer(i).passes())); };
  // Maps without holes share a processor if any two of them have more processors together than there are.
  const int least = all_processors - min_of(processors(large), all_processors / 2);
  const auto counts = [&](int i) {
    return i == large || (graph[i].has_weights() && is_countable(graph[i]) && processors(i) > least);
  };
  const auto all = [&](int bits) {
    long long sum = 0;
    for (int i = 0; i < graph.size; ++i)
      if (counts(i)) sum += weight_columns(layer(i), bits);
    return advice::columns_kept_free(network) + sum;
  };
  const long long most = network.device.weight_columns;
  Finding finding{&rules::weight_memory, large, graph[large].name, {all(8), "columns"}, {most, "columns"}};
  finding.shares = column_shares(network, [&](int i) { return counts(i) ? weight_columns(layer(i)) : -1; });
  for (int bits = 1; bits < 8 && network.device.has(Feature::narrow_weights); bits *= 2)
    if (const long long left = all(bits); left <= most) {
      finding.advice = {.change = advice::weights_of(bits), .from = all(8), .to = {left, "columns"}};
      finding.advice.all_layers = true;
    }
  if (const Advice lower = advice::lower_first_column(network, all(8)); !lower.change.empty()) finding.advice = lower;
  found.push(finding);
}

/// Reports why a network was not planned although it breaks no other rule: weights that exceed the weight memory by
/// far.
template <int N>
constexpr void check_weights(const Graph<N>& graph, const WholeNetwork& network, Findings& found) {
  for (int i = 0; i < graph.size && found.ok(); ++i) {
    if (graph[i].in == Shape{}) continue;  // what has kept its shapes from being inferred is reported
    if (plannable(graph[i], i, network.buffer.exists(), network.device)) continue;
    if (is_countable(graph[i]) && graph[i].groups > 0)
      blame_weights(graph, network, i, found);
    else
      Blame{found, i, graph[i].name, &rules::weight_memory}();
  }
}

/// Findings with the numbers of layers in the author's network. The same finding about a layer and about its copy
/// becomes one.
template <int N>
constexpr Findings counted_as_author(const Graph<N>& graph, Findings found) {
  const auto rename = [&](int& layer) {
    if (layer >= 0 && layer < graph.size && graph[layer].author_layer >= 0) layer = graph[layer].author_layer;
  };
  for (int i = 0; i < found.size; ++i) {
    rename(found[i].layer);
    rename(found[i].advice.layer);
    for (int k = 0; k < found[i].advice.further_layers.size; ++k) rename(found[i].advice.further_layers[k]);
    for (int k = 0; k < found[i].shares.size; ++k) rename(found[i].shares[k].layer);
  }
  Findings once;
  once.dropped = found.dropped;
  once.dropped_errors = found.dropped_errors;
  for (const Finding& f : found) {
    bool said = false;
    for (const Finding& earlier : once) said = said || say_the_same(earlier, f);
    if (!said) once.push(f);
  }
  return once;
}

/// What the rules have found, and whether the rules of the next stage make sense for the network.
struct StageFindings {
  Findings found{};
  bool goes_on = false;
};

/// The first stage: rules that need no plan.
template <int N>
constexpr StageFindings check_without_plan(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                           const Options& options, bool thorough) {
  StageFindings result;
  Findings& found = result.found;
  const WholeNetwork network = whole_network(graph, device, options);
  check_options(options, device, found);
  check_graph(graph, network, found);
  if (found.contains(rules::processor_range)) return result;
  if (thorough) check_datapath(graph, network, found);
  if (graph.size < 1 || plan.size != graph.size) {
    check_weights(graph, network, found);
    return result;
  }
  // If a layer cannot take what it reads, its processors and sizes are not those that its author meant.
  result.goes_on = !found.contains(rules::operand_shapes) && !found.contains(rules::reshape);
  return result;
}

/// The second: rules about the plan.
template <int N>
constexpr StageFindings check_planned(StageFindings result, const Graph<N>& graph, const Plan<N>& plan,
                                      const Device& device, const Options& options, bool thorough) {
  if (!result.goes_on) return result;
  const WholeNetwork network = whole_network(graph, device, options);
  const bool has_offsets = plan.fits_data_memory || gives_offsets(graph);
  check_plan(graph, has_offsets ? plan : without_offsets(graph, plan), network, result.found, thorough);
  result.goes_on = has_offsets && maps_are_sound(result.found) && plan.groups != 0;
  return result;
}

/// The third: what the rules have found, and what else the proof of the plan has.
template <int N>
constexpr Findings with_proof(Findings found, const Findings& proof, const Graph<N>& graph, const Options& options,
                              bool thorough) {
  const int known = found.size;  // layers that another rule blames are left alone
  const bool unplaced_weights = found.contains(rules::weight_memory);
  for (const Finding& f : proof) {
    if (unplaced_weights && is_about_weights(*f.rule)) continue;  // they have no columns
    if (*f.rule == rules::read_size && reads_wide(graph, f.layer)) continue;
    if ((thorough || overwrites(*f.rule, options)) && !found.blames(f.layer, known)) found.push(f);
  }
  return found;
}

template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options,
                         bool thorough) {
  const StageFindings rules =
      check_planned(check_without_plan(graph, plan, device, options, thorough), graph, plan, device, options, thorough);
  const Findings proof = rules.goes_on ? verify(graph, plan, device, options, !thorough) : Findings{};
  return counted_as_author(graph, with_proof(rules.found, proof, graph, options, thorough));
}

}  // namespace detail

/// Rules about what a layer reads: its weights have another shape if one of them is broken.
inline constexpr const Rule* rules_about_sources[] = {&rules::concatenated_sizes, &rules::concatenated_channels,
                                                      &rules::operand_shapes, &rules::reshape};
/// Rules about a Linear layer that reads a map: its weights may show that the map has to be flattened.
inline constexpr const Rule* rules_about_maps[] = {&rules::linear_map};

/// Violations of the rules about options alone, which need no network; they are among those that `check` finds.
constexpr Findings check_options(const Device& device, const Options& options) {
  Findings found;
  detail::check_options(options, device, found);
  return found;
}

/// All violations of a planned network, found at once. With an empty plan only the rules that need none are applied.
/// Never fails, whatever the numbers in the graph. As with the vendor's tool, a layer that reads where nothing useful
/// was written is no violation: see `inspect`.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                         const Options& options = {}) {
  return detail::check(graph, plan, device, options, false);
}

/// Plans and checks.
template <int N>
constexpr Findings check(const Graph<N>& graph, const Device& device, const Options& options = {}) {
  return check(graph, plan_if_possible(graph, device, options), device, options);
}

/// Everything there is to say about a planned network: `check` and the whole of `verify`. What a deployment has to
/// pass.
template <int N>
constexpr Findings inspect(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                           const Options& options = {}) {
  return detail::check(graph, plan, device, options, true);
}

/// The same of a plan that is a constant, one evaluation for each stage: compilers limit the steps of each.
template <const auto& Planned, const Device& Chip>
class Inspected {
  static constexpr const auto& graph = Planned.graph;
  static constexpr const auto& options = Planned.options;
  static constexpr detail::StageFindings first = detail::check_without_plan(graph, Planned.plan, Chip, options, true);
  static constexpr detail::StageFindings second =
      detail::check_planned(first, graph, Planned.plan, Chip, options, true);
  static constexpr Findings proof = second.goes_on ? verify(graph, Planned.plan, Chip, options) : Findings{};

 public:
  static constexpr Findings findings =
      detail::counted_as_author(graph, detail::with_proof(second.found, proof, graph, options, true));
};

}  // namespace incuse::max7800x
