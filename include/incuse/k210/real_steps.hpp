// The steps of a network with real parameters, quantised while compiling, and what is wrong with them.
#pragma once

#include <incuse/k210/cpu_step.hpp>
#include <incuse/k210/real_networks.hpp>
#include <incuse/k210/rules.hpp>

namespace incuse::k210::detail {

/// The steps of a network with real parameters, and what is wrong with them.
template <const auto& Planned, const auto& Net, const Device& Chip, class Trained>
struct RealSteps {
 private:
  static constexpr int given = static_cast<int>(sizeof(Trained::real_layers) / sizeof(RealLayer));

  static constexpr auto elements = elements_of(Net);

  /// The parameters of a layer of the network.
  static constexpr const RealLayer& entry_of(int layer) {
    return Trained::real_layers[entry_index(Net, elements, layer)];
  }
  /// Range of a tensor of codes: that of the step that gave them their meaning.
  static constexpr Range range_of(int tensor) {
    const int from = Planned.graph.meaning_of(tensor);
    return from == network_input ? Range(Trained::input) : entry_of(Planned.graph[from].author_layer).output;
  }
  static constexpr CodeScale scale_of(int tensor) { return code_scale_of(range_of(tensor)); }

  template <int I>
  static constexpr RequantiseTable requantise_table{scale_of(Planned.graph[I].source()), scale_of(I),
                                                    Planned.graph[I].cpu};

  template <int I>
  static constexpr CpuStep make_on_cpu() {
    constexpr const KpuStep& at = Planned.graph[I];
    CpuStep step;
    if constexpr (has_entry(Net, elements, at.author_layer))
      step.problem = problem_of_cpu(Net[at.author_layer], entry_of(at.author_layer));
    if (!step.problem.empty()) return step;
    if (at.element() == Element::code) step.output = scale_of(I);
    for (int source : at.sources)
      if (at.element() == Element::code && at.keeps_codes() && scale_of(source) != step.output) step.alike = false;
    if constexpr (at.cpu.task == Task::quantize)
      step.parameters.code = linear_scale(step.output);
    else if constexpr (at.cpu.task == Task::dequantize)
      step.parameters.code = linear_scale(scale_of(at.source()));
    else if constexpr (at.cpu.task == Task::requantize)
      step.parameters.table = requantise_table<I>.codes;
    else if constexpr (at.cpu.task == Task::quantized_add)
      step.parameters.sum = sum_scales(scale_of(at.sources[0]), scale_of(at.sources[1]), step.output);
    else if constexpr (at.cpu.task == Task::fully_connected) {
      step.parameters.weights = entry_of(at.author_layer).weights.values;
      step.parameters.bias = entry_of(at.author_layer).bias.values;
    }
    return step;
  }

  template <int I>
  static constexpr auto make() {
    constexpr const KpuStep& at = Planned.graph[I];
    constexpr int channels = at.layer.out_channels, weights = channels * at.layer.channel_weights();
    if constexpr (at.on_cpu())
      return make_on_cpu<I>();
    else if constexpr (at.copies)
      return copying_step<weights, channels>(at.layer, scale_of(at.source()));
    else
      return real_step<weights, channels>(at.layer, Net[at.author_layer], entry_of(at.author_layer),
                                          range_of(at.source()), Chip.value_bits);
  }

 public:
  template <int I>
  struct Step {
    static constexpr auto value = make<I>();
  };

 private:
  template <int I = 0>
  static constexpr void add_findings(Findings& found) {
    constexpr const auto& step = Step<I>::value;
    const int author = Planned.graph[I].author_layer;
    const Blame blame{found, author, Net[author].name};
    apply(parameter_rules, {step.problem}, blame);
    if constexpr (Planned.graph[I].on_cpu())
      apply(joining_rules, {step.alike}, blame);
    else
      apply(value_rules, {step.layer, step.bounds, Chip}, blame);
    if constexpr (I + 1 < Planned.graph.size) add_findings<I + 1>(found);
  }

 public:
  static constexpr Findings findings = [] {
    Findings found;
    constexpr int wanted = entry_index(Net, elements, Net.size);
    apply(count_rules, {given, wanted}, {found});
    if constexpr (given == wanted && Planned.graph.size > 0) add_findings(found);
    return found;
  }();
};

}  // namespace incuse::k210::detail
