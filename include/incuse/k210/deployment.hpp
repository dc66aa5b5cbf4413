// Deployment on the K210: a network type and trained parameters, turned into the constants that the KPU reads.
#pragma once

#include <cstdint>

#include <incuse/k210/byte_networks.hpp>
#include <incuse/k210/real_steps.hpp>
#include <incuse/k210/rules.hpp>
#include <incuse/model/deployment.hpp>
#include <incuse/model/fits.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::k210 {

/// A map as a program fills it or reads it.
struct MapImage {
  MapLayout layout{};
  int line = 0;       ///< of AI RAM
  CodeScale scale{};  ///< real numbers of its codes; the code of a signed byte is its value and the zero point
};

/// What the KPU is given for one step. Addresses are 0 in the words: `with_addresses` fills them in.
struct StepImage {
  LayerWords words{};
  const std::uint8_t* weights = nullptr;      ///< in loads, aligned as the hardware asks for it
  const std::uint64_t* batch_norm = nullptr;  ///< one entry per output channel
  const ActivationBytes* activation = nullptr;
};

/// C++ has no arrays of no elements.
constexpr int at_least_one(int size) { return size > 0 ? size : 1; }

/// Everything a driver needs, as constants.
template <int Steps, int Outputs>
struct Image {
  static constexpr int step_count = Steps, output_count = Outputs;

  StepImage steps[at_least_one(Steps)]{};
  MapImage input{};
  MapImage outputs[at_least_one(Outputs)]{};  ///< the last step's last; that one reaches the output FIFO too
  bool eight_bit_weights = true;
};

/// A deployment in numbers.
struct Report {
  int steps = 0;               ///< layers of the KPU
  int copies = 0;              ///< of them there for their pooling only
  int ram_lines = 0;           ///< most lines of AI RAM that are needed at once: no plan needs fewer
  int ram_lines_at = 0;        ///< step where they are
  long long weight_bytes = 0;  ///< with the tables, in general memory
  long long table_bytes = 0;
  long long multiplications = 0;
};

template <int N>
constexpr Report report_of(const Plan<N>& plan) {
  Report report;
  report.steps = plan.graph.size;
  report.ram_lines = plan.needed_lines;
  report.ram_lines_at = plan.needed_at;
  for (int i = 0; i < plan.graph.size; ++i) {
    const KpuLayer& layer = plan.graph[i].layer;
    const long long weights = 1LL * layer.out_channels * layer.channel_weights();
    report.copies += plan.graph[i].copies;
    report.weight_bytes += weights * layer.weight_bytes;
    report.table_bytes += 8LL * layer.out_channels + activation_bytes;
    report.multiplications += weights * layer.in.pixels();
  }
  return report;
}

/// True if the last step of a plan is the one that streams its output.
template <int N>
constexpr bool streams(const Plan<N>& plan, int step) {
  return step == plan.graph.size - 1;
}

/// The tables of one step, each computed on its own: compilers limit a single evaluation. `Source` has `plan`, and
/// `Step<I>::value`: a ByteStep or a RealStep.
template <class Source, const Device& Chip, int Step>
struct StepTables {
 private:
  static constexpr const auto& step = Source::template Step<Step>::value;

  struct Weights {
    std::uint8_t codes[step.layer.out_channels * step.layer.channel_weights()];
  };
  struct BatchNorms {
    std::uint64_t entries[step.layer.out_channels];
  };

  alignas(Chip.alignment.weights) static constexpr Weights weights = [] {
    Weights result{};
    for (int o = 0; o < step.layer.out_channels; ++o)
      step.copy_codes(o, result.codes + o * step.layer.channel_weights());
    return result;
  }();
  alignas(Chip.alignment.batch_norm) static constexpr BatchNorms batch_norm = [] {
    BatchNorms result{};
    for (int o = 0; o < step.layer.out_channels; ++o) result.entries[o] = encode(step.batch_norm(o));
    return result;
  }();
  alignas(Chip.alignment.activation) static constexpr ActivationBytes activation = encode(step.activation());

  static constexpr LayerArguments arguments = [] {
    KpuAddresses at;
    at.src_line = Source::plan.map(Source::plan.graph[Step].source).line;
    at.dst_line = Source::plan.maps[Step].line;
    at.sends_output = streams(Source::plan, Step);
    return arguments_of(step.layer, at, Chip);
  }();
  static_assert(overflow_of(arguments) == nullptr, "a rule has to catch this");

 public:
  static constexpr StepImage image{encode(arguments), weights.codes, batch_norm.entries, &activation};
};

namespace detail {

template <int N>
constexpr int outputs_of(const Plan<N>& plan) {
  int count = 0;
  for (int i = 0; i < plan.graph.size; ++i) count += plan.graph[i].output ? 1 : 0;
  return count;
}

template <int N>
constexpr MapImage map_image(const Plan<N>& plan, int tensor, const CodeScale& scale) {
  return {MapLayout(plan.graph.shape_of(tensor)), plan.map(tensor).line, scale};
}

}  // namespace detail

/// The image of a deployment; an empty one if it is not valid.
template <class Source, const Device& Chip, bool Valid>
struct Tables {
  static constexpr Image<0, 0> image{};
};

template <class Source, const Device& Chip>
struct Tables<Source, Chip, true> {
 private:
  static constexpr int steps = Source::plan.graph.size;
  static constexpr int outputs = detail::outputs_of(Source::plan);

  template <int Step = 0, int Output = 0>
  static constexpr void add_steps(Image<steps, outputs>& result) {
    result.steps[Step] = StepTables<Source, Chip, Step>::image;
    if constexpr (Source::plan.graph[Step].output)
      result.outputs[Output] = detail::map_image(Source::plan, Step, Source::template Step<Step>::value.output);
    if constexpr (Step + 1 < steps) add_steps<Step + 1, Output + (Source::plan.graph[Step].output ? 1 : 0)>(result);
  }

 public:
  static constexpr auto image = [] {
    Image<steps, outputs> result{};
    add_steps(result);
    result.input = detail::map_image(Source::plan, network_input, Source::input_scale);
    return result;
  }();
};

/// What the rules say about a network type; what `fits` asks for, which finds it by the device.
template <class Net, const auto& Chip>
constexpr Findings findings_for(const Device&) {
  return check(Net::graph, plan_if_possible(Net::graph, Chip), Chip);
}

}  // namespace incuse::k210

namespace incuse {

/// A network on a K210: the same type, with the same parameters, as on a MAX7800x, and the same results, bit for bit.
/// Members:
///   graph     the network with trained shifts (Graph)
///   plan      layers of the KPU, and where their maps lie in AI RAM (k210::Plan)
///   findings  what the rules say: warnings, if it compiles
///   report    sizes, AI RAM with its lower bound, multiplications (k210::Report)
///   image     layer words and tables, input and output layout (k210::Image), in .rodata
/// Each violated rule is one compile error that names the layer, what it needs, what the chip has and what to change;
/// all other members are then empty. There are no options.
template <class Net, const k210::Device& Chip, class Trained>
struct Deployment<Net, Chip, Trained> {
  static constexpr Parameters parameters = parameters_in<Trained>();
  static constexpr const k210::Device& device = Chip;

 private:
  static constexpr auto bound = bind(graph_of<Net>(), parameters);
  static constexpr auto planned = k210::plan_if_possible(bound, Chip);
  static constexpr bool is_network = bound.size > 0;  // if not, the network type has said why

 public:
  static constexpr Findings findings = [] {
    Findings found;
    if (!is_network) return found;
    found.add(check_parameters<Net, Trained>());
    found.add(k210::check(bound, planned, Chip));
    for (int i = 0; i < bound.size; ++i) apply(k210::byte_rules, {bound[i], Chip}, {found, i, bound[i].name});
    return found;
  }();

 private:
  static constexpr bool valid = explained<findings, Chip>::ok && is_network;

 public:
  static constexpr auto graph = valid ? bound : decltype(bound){};
  static constexpr auto plan = valid ? planned : decltype(planned){};
  static constexpr k210::Report report = k210::report_of(plan);
  template <int I>
  struct Step {
    static constexpr k210::ByteStep value = k210::byte_step(graph, plan.graph, parameters, I);
  };
  static constexpr k210::CodeScale input_scale = k210::byte_scale;
  static constexpr const auto& image = k210::Tables<Deployment, Chip, valid>::image;
};

/// True if every layer of a network runs on the KPU. What does not is an error of its deployment: nothing moves to the
/// processor in silence.
template <class Net>
inline constexpr bool all_on_kpu = fits<Net, k210_kpu>;

/// The same with real parameters, which are quantised: `Trained` has `real_layers` and `input` (k210::RealLayer,
/// Range). Images take codes and yield them; `image.input.scale` and `image.outputs[i].scale` say what they stand for.
/// Quantising takes some hundred steps of constant evaluation for each weight: from about 10,000 weights in a layer on,
/// Clang needs -fconstexpr-steps.
template <class Net, const k210::Device& Chip, class Trained>
  requires k210::real_parameters<Trained>
struct Deployment<Net, Chip, Trained> {
  static constexpr const k210::Device& device = Chip;

 private:
  static constexpr auto shaped = graph_of<Net>();
  static constexpr auto planned = k210::plan_if_possible(shaped, Chip);
  static constexpr Findings of_layers = k210::check(shaped, planned, Chip);
  static constexpr bool is_network = shaped.size > 0;  // if not, the network type has said why

 public:
  static constexpr Findings findings = [] {
    if constexpr (!is_network || !of_layers.ok())
      return of_layers;
    else {
      Findings found = of_layers;
      found.add(k210::detail::RealSteps<planned, shaped, Chip, Trained>::findings);
      return found;
    }
  }();

 private:
  static constexpr bool valid = explained<findings, Chip>::ok && is_network;

 public:
  static constexpr auto graph = valid ? shaped : decltype(shaped){};
  static constexpr auto plan = valid ? planned : decltype(planned){};
  static constexpr k210::Report report = k210::report_of(plan);
  template <int I>
  using Step = typename k210::detail::RealSteps<planned, shaped, Chip, Trained>::template Step<I>;
  static constexpr k210::CodeScale input_scale = k210::code_scale_of(Trained::input);
  static constexpr const auto& image = k210::Tables<Deployment, Chip, valid>::image;
};

}  // namespace incuse
