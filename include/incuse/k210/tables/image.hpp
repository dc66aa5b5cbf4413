// The image of a deployment on the K210: the constants that a driver works with, and a deployment in numbers.
#pragma once

#include <cstdint>

#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/latency.hpp>
#include <incuse/k210/plan/plan_types.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

namespace incuse::k210 {

/// A tensor as a program fills it or reads it.
struct MapImage {
  MapLayout layout{};
  int line = not_placed;       ///< its first line in AI RAM, if it is there
  int main_byte = not_placed;  ///< its first byte in working memory, if it is there: C x H x W without gaps
  CodeScale scale{};           ///< of its codes; signed byte = code - zero point
  Element element = Element::code;

  constexpr bool in_ram() const { return line != not_placed; }
  constexpr bool in_main() const { return main_byte != not_placed; }
};

/// What the KPU is given for one step. Addresses are 0 in the words: `with_addresses` fills them in.
struct StepImage {
  LayerWords words{};
  const std::uint8_t* weights = nullptr;      ///< in loads, aligned as the hardware asks for it
  const std::uint64_t* batch_norm = nullptr;  ///< one entry per output channel
  const ActivationBytes* activation = nullptr;
  int elements = 0;            ///< of its output
  int main_byte = not_placed;  ///< first byte in working memory for its output, if the processor reads it
};

/// Everything a driver needs, as constants: the layers of the KPU and those that run on the CPU, each in their order.
template <int Steps, int Outputs, int CpuSteps = 0>
struct Image {
  static constexpr int step_count = Steps, output_count = Outputs, cpu_step_count = CpuSteps;

  StepImage steps[at_least_one(Steps)]{};
  CpuStepImage cpu_steps[at_least_one(CpuSteps)]{};
  MapImage input{};
  MapImage outputs[at_least_one(Outputs)]{};  ///< in the order of their steps
  int main_bytes = 0;                         ///< of working memory, for the layers that run on the CPU
  bool eight_bit_weights = true;

  constexpr const MapImage& last_output() const { return outputs[at_least_one(Outputs) - 1]; }
  /// True if a layer that runs on the CPU has this task.
  constexpr bool does(Task task) const {
    for (int i = 0; i < CpuSteps; ++i)
      if (cpu_steps[i].layer.task == task) return true;
    return false;
  }
  /// True if the KPU's last layer is the network's: its output reaches the program through the output FIFO.
  constexpr bool ends_on_kpu() const { return CpuSteps == 0 || cpu_steps[at_least_one(CpuSteps) - 1].before < Steps; }
};

/// A deployment in numbers.
struct Report {
  int steps = 0;                   ///< layers of the KPU
  int cpu_steps = 0;               ///< layers that run on the CPU
  int copies = 0;                  ///< layers of the KPU that only copy: added for a pooling, or to write an output
  int ram_lines = 0;               ///< most lines of AI RAM in use at once: no plan needs fewer
  int ram_lines_at = 0;            ///< step at which they are in use
  long long main_bytes = 0;        ///< of working memory for the layers that run on the CPU
  long long least_main_bytes = 0;  ///< most bytes in use at once: no plan needs fewer
  long long weight_bytes = 0;      ///< of the KPU's layers, in general memory
  long long table_bytes = 0;       ///< of their batch norm and activation tables, also in general memory
  long long multiplications = 0;   ///< of the KPU's convolutions for one input
  long long least_cycles = 0;      ///< of the KPU's clock: no inference takes fewer, without the layers of the CPU

  /// Time that no inference is below at this clock of the KPU.
  constexpr double least_microseconds(double hertz) const { return microseconds_of(least_cycles, hertz); }
  /// Energy that no inference is below at this clock, of a chip that takes so many watts.
  constexpr double least_microjoules(double hertz, double watts) const { return least_microseconds(hertz) * watts; }
};

/// The figures of a plan.
template <int N>
constexpr Report report_of(const Plan<N>& plan, const Device& device) {
  Report report;
  report.steps = plan.graph.count(false);
  report.cpu_steps = plan.graph.count(true);
  report.ram_lines = plan.needed_lines;
  report.ram_lines_at = plan.needed_at;
  report.main_bytes = 1LL * plan.main.used_lines() * line_bytes;
  report.least_main_bytes = 1LL * plan.main.needed_lines * line_bytes;
  for (int i = 0; i < plan.graph.size; ++i) {
    if (plan.graph[i].on_cpu()) continue;
    const KpuLayer& layer = plan.graph[i].layer;
    const long long weights = layer.weights();
    report.copies += plan.graph[i].copies;
    report.weight_bytes += weights * layer.weight_bytes;
    report.table_bytes += 8LL * layer.out_channels + activation_bytes;
    report.multiplications += weights * layer.in.pixels();
  }
  report.least_cycles = least_cycles_of(plan.graph, device).total;
  return report;
}

namespace detail {

template <int N>
constexpr int outputs_of(const Plan<N>& plan) {
  int count = 0;
  for (int i = 0; i < plan.graph.size; ++i) count += plan.graph[i].output ? 1 : 0;
  return count;
}

/// Where the maps of a step of the KPU lie.
template <int N>
constexpr KpuAddresses addresses_of(const Plan<N>& plan, int step) {
  KpuAddresses at;
  at.src_line = plan.map(plan.graph[step].source()).line;
  at.dst_line = plan.maps[step].line;
  at.sends_output = streams(plan, step);
  return at;
}

/// First byte of a tensor in working memory.
template <int N>
constexpr int main_byte(const Plan<N>& plan, int tensor) {
  const PlacedMap& map = plan.main.map(tensor);
  return map.placed() ? map.line * line_bytes : not_placed;
}

template <int N>
constexpr MapImage map_image(const Plan<N>& plan, int tensor, const CodeScale& scale) {
  return {MapLayout(plan.graph.shape_of(tensor)), plan.map(tensor).line, main_byte(plan, tensor), scale,
          plan.graph.element_of(tensor)};
}

template <int N>
constexpr CpuStepImage cpu_step_image(const Plan<N>& plan, int step, const CpuParameters& parameters) {
  const KpuStep& from = plan.graph[step];
  CpuStepImage image;
  image.layer = from.cpu;
  image.parameters = parameters;
  for (int i = 0; i < step; ++i) image.before += plan.graph[i].on_cpu() ? 0 : 1;
  for (int source : from.sources) {
    image.sources[image.operands] = main_byte(plan, source);
    image.elements[image.operands++] = plan.graph.shape_of(source).elements();
  }
  image.result = from.writes_ram() ? plan.maps[step].line : main_byte(plan, step);
  return image;
}

/// An image made of given parts: `step_image(i)` is the StepImage of a step of the KPU, `parameters_of(i)`
/// the CpuParameters of one that runs on the CPU, `scale_of(tensor)` the CodeScale of a tensor.
template <class Result, int N, class StepImages, class CpuParametersOf, class ScaleOf>
constexpr Result image_of(const Plan<N>& plan, StepImages&& step_image, CpuParametersOf&& parameters_of,
                          ScaleOf&& scale_of) {
  Result result{};
  int steps = 0, cpu_steps = 0, outputs = 0;
  for (int i = 0; i < plan.graph.size; ++i) {
    if (plan.graph[i].on_cpu()) {
      result.cpu_steps[cpu_steps++] = cpu_step_image(plan, i, parameters_of(i));
    } else {
      result.steps[steps] = step_image(i);
      result.steps[steps].elements = plan.graph[i].out().elements();
      result.steps[steps++].main_byte = main_byte(plan, i);
    }
    if (plan.graph[i].output) result.outputs[outputs++] = map_image(plan, i, scale_of(i));
  }
  result.input = map_image(plan, network_input, scale_of(network_input));
  result.main_bytes = plan.main.used_lines() * line_bytes;
  return result;
}

/// The type of the image of a plan.
template <const auto& Planned>
using ImageOf = Image<Planned.graph.count(false), outputs_of(Planned), Planned.graph.count(true)>;

}  // namespace detail

}  // namespace incuse::k210
