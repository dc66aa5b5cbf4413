// The steps of a network with real parameters, quantised while compiling, and what is wrong with them.
#pragma once

#include <incuse/k210/real_networks.hpp>
#include <incuse/k210/rules.hpp>

namespace incuse::k210::detail {

/// The steps of a network with real parameters, and what is wrong with them.
template <const auto& Planned, const auto& Net, const Device& Chip, class Trained>
struct RealSteps {
 private:
  static constexpr int given = static_cast<int>(sizeof(Trained::real_layers) / sizeof(RealLayer));

  /// Range of a tensor: copies do not change it.
  static constexpr Range range_of(int tensor) {
    while (tensor != network_input && Planned.graph[tensor].copies) tensor = Planned.graph[tensor].source;
    return tensor == network_input
               ? Range(Trained::input)
               : Trained::real_layers[weighted_index(Net, Planned.graph[tensor].author_layer)].output;
  }

  template <int I>
  static constexpr auto make() {
    constexpr const KpuStep& at = Planned.graph[I];
    constexpr int channels = at.layer.out_channels, weights = channels * at.layer.channel_weights();
    if constexpr (at.copies)
      return copying_step<weights, channels>(at.layer, code_scale_of(range_of(at.source)));
    else
      return real_step<weights, channels>(at.layer, Net[at.author_layer],
                                          Trained::real_layers[weighted_index(Net, at.author_layer)],
                                          range_of(at.source), Chip.value_bits);
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
    apply(value_rules, {step.layer, step.bounds, Chip}, blame);
    if constexpr (I + 1 < Planned.graph.size) add_findings<I + 1>(found);
  }

 public:
  static constexpr Findings findings = [] {
    Findings found;
    apply(count_rules, {given, weighted_index(Net, Net.size)}, {found});
    if constexpr (given == weighted_index(Net, Net.size) && Planned.graph.size > 0) add_findings(found);
    return found;
  }();
};

}  // namespace incuse::k210::detail
