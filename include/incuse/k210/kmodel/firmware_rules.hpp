// What firmware of the K210's vendor that runs kmodels of version 3 cannot do, although a driver can: rules for
// networks that are to become such a file. Source: kmodel sheet (k210-kmodel), sections 1 and 5.
#pragma once

#include <incuse/k210/rules.hpp>
#include <incuse/k210/tables/image.hpp>
#include <incuse/model/activations.hpp>

namespace incuse::firmware {

/// What a rule about a step of a deployment looks at.
struct ExportedStep {
  const k210::KpuStep& step;
  bool first;             ///< of the network
  bool input_in_ram;      ///< the network's input is in AI RAM, and nowhere else
  bool reads_loose_maps;  ///< it reads maps of which firmware writes the first pixel only

  constexpr bool reads_input() const {
    for (int source : step.sources)
      if (source == network_input) return true;
    return false;
  }
  constexpr bool does(k210::Task task) const { return step.on_cpu() && step.cpu.task == task; }
  /// True if the other pixels of its input have no effect on the network: RemovePadding ignores them, and a 1x1
  /// convolution without pooling, if it is no output, only passes them on to pixels other than the first.
  constexpr bool minds_first_pixels_only() const {
    if (step.on_cpu()) return does(k210::Task::remove_padding);
    return step.layer.kernel == 1 && step.layer.pool == k210::KpuPool::none && !step.output;
  }
};

/// True for layers of the processor that version 3 has a node for.
constexpr bool has_node(const k210::CpuLayer& layer) {
  using k210::Task;
  switch (layer.task) {
    case Task::real_max_pool:
    case Task::convolution:
    case Task::quantized_convolution:
    case Task::pad:
    case Task::quantized_pad:
    case Task::move:
    case Task::quantized_move:
    case Task::reduce:
    case Task::combine:
    case Task::quantized_combine:
    case Task::apply:
      return false;
    default:
      return true;
  }
}

/// What a rule about the parameters of a layer looks at.
struct ExportedNumbers {
  const k210::CpuStepImage& step;

  /// A Linear without a bias, or one that is 0 everywhere, is the same in both versions.
  constexpr bool rounds_otherwise() const {
    if (step.parameters.rounding != k210::Rounding::nncase) return false;
    if (step.layer.task != k210::Task::fully_connected) return true;
    for (int o = 0; o < step.layer.out.channels && step.parameters.bias != nullptr; ++o)
      if (step.parameters.bias[o] != 0.0f) return true;
    return false;
  }
};

}  // namespace incuse::firmware

#define INCUSE_FIRMWARE_RULE(subject, name, sentence, remedy, source) \
  INCUSE_RULE_OBJECT(firmware, name, error, sentence, remedy, source) \
  template <auto name, int Number>                                    \
  struct broken_rule<firmware::rules::name, name, Number> {           \
    static_assert(name, "[" #name "] " sentence "; " remedy);         \
  };                                                                  \
  INCUSE_RULE_CONDITION(firmware, subject, name)

namespace incuse {

INCUSE_FIRMWARE_RULE(ExportedStep, first_node,
                     "firmware runs kmodels that begin with a layer of the KPU or a Linear of real numbers",
                     "let the program compute the first layers", "kmodel 5") {
  if (at.first && at.step.on_cpu() && !at.does(k210::Task::fully_connected))
    blame({}, {}, {}, description_of(at.step.cpu.task).name);
}

INCUSE_FIRMWARE_RULE(ExportedStep, input_in_ram, "firmware puts an input that the KPU reads into AI RAM only",
                     "let the layer of the processor read what a layer of the KPU makes of the input", "kmodel 5") {
  if (at.step.on_cpu() && at.input_in_ram && at.reads_input()) blame({}, {}, {}, description_of(at.step.cpu.task).name);
}

INCUSE_FIRMWARE_RULE(ExportedStep, connected_function,
                     "firmware has no other function behind a Linear than ReLU and ReLU6",
                     "use one of them, or put Logistic<> behind the layer instead of Sigmoid", "kmodel 1") {
  if (at.does(k210::Task::fully_connected) && at.step.cpu.activation == Activation::function &&
      at.step.cpu.function != activations::relu6)
    blame();
}

INCUSE_FIRMWARE_RULE(ExportedStep, loose_maps,
                     "firmware writes the first pixels of padded maps only, but the layer reads others too",
                     "let 1x1 convolutions without pooling follow AddPadding<>, and then RemovePadding<>", "kmodel 1") {
  if (at.reads_loose_maps && !at.minds_first_pixels_only()) blame();
}

INCUSE_FIRMWARE_RULE(ExportedStep, no_node, "kmodels of version 3 have no node for the layer",
                     "let the program compute it behind the model, or use layers that have one", "kmodel 1") {
  if (at.step.on_cpu() && !has_node(at.step.cpu)) blame({}, {}, {}, description_of(at.step.cpu.task).name);
}

INCUSE_FIRMWARE_RULE(ExportedStep, output_in_ram,
                     "firmware hands outputs out of main memory, but this one is in AI RAM only",
                     "let what the layer reads be the output", "kmodel 1") {
  if (at.step.output && at.step.on_cpu() && at.step.writes_ram()) blame();
}

INCUSE_FIRMWARE_RULE(ExportedNumbers, zero_point,
                     "firmware computes numbers of codes with a bias, not with a zero point",
                     "let the codes be the output, and the program compute their numbers", "kmodel 1, 2") {
  const k210::CpuStepImage& step = at.step;
  if (step.layer.task == k210::Task::dequantize && step.parameters.code.zero_point != 0)
    blame(step.parameters.code.zero_point);
}

INCUSE_FIRMWARE_RULE(ExportedNumbers, rounding, "firmware for version 3 rounds the layer otherwise than the model",
                     "let the program compute the layer, or train the network for version 3", "kmodel 1, 2") {
  if (at.rounds_otherwise()) blame();
}

}  // namespace incuse

#undef INCUSE_FIRMWARE_RULE

namespace incuse::firmware {

/// About every step.
inline constexpr CheckedRule<ExportedStep> exported_step_rules[] = {
    INCUSE_RULE_ROW(first_node), INCUSE_RULE_ROW(input_in_ram), INCUSE_RULE_ROW(connected_function),
    INCUSE_RULE_ROW(loose_maps), INCUSE_RULE_ROW(no_node),      INCUSE_RULE_ROW(output_in_ram),
};

/// About the parameters of every layer that runs on the CPU.
inline constexpr CheckedRule<ExportedNumbers> exported_number_rules[] = {
    INCUSE_RULE_ROW(zero_point),
    INCUSE_RULE_ROW(rounding),
};

/// True if a step reads the output of AddPadding, directly or through layers of the KPU.
template <int N>
constexpr bool reads_loose_maps(const k210::KpuGraph<N>& graph, const k210::KpuStep& step) {
  for (int source : step.sources) {
    while (source != network_input && !graph[source].on_cpu()) source = graph[source].source();
    if (source != network_input && graph[source].cpu.task == k210::Task::add_padding) return true;
  }
  return false;
}

/// The reasons why firmware cannot run a network's kmodel with the same results as a driver. The network breaks no rule
/// of the chip.
template <int N>
constexpr Findings check(const Graph<N>& graph, const k210::Plan<N>& plan, const k210::Device& device) {
  Findings found;
  for (int i = 0; i < plan.graph.size; ++i) {
    const k210::KpuStep& step = plan.graph[i];
    const Blame blame{found, step.author_layer, graph[step.author_layer].name};
    apply(exported_step_rules, {step, i == 0, !plan.graph[0].on_cpu(), reads_loose_maps(plan.graph, step)}, blame);
    // Firmware gets all outputs of the KPU through the output FIFO; a driver only the last one, and those that the
    // processor reads.
    if (!step.on_cpu() && step.output) apply(k210::step_rules, {step.layer, device, true}, blame);
  }
  return found;
}

/// The reasons that lie in the parameters of the layers that run on the CPU; `image` holds these parameters.
template <int N, class Image>
constexpr Findings check_numbers(const Graph<N>& graph, const k210::Plan<N>& plan, const Image& image) {
  Findings found;
  for (int i = 0, on_cpu = 0; i < plan.graph.size; ++i) {
    const int author = plan.graph[i].author_layer;
    if (plan.graph[i].on_cpu())
      apply(exported_number_rules, {image.cpu_steps[on_cpu++]}, {found, author, graph[author].name});
  }
  return found;
}

}  // namespace incuse::firmware
