// The steps of a network with real parameters, quantised while compiling, and what is wrong with them. Compilers limit
// a single evaluation: every step is quantised in parts, each of them a constant of its own.
#pragma once

#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/rules.hpp>
#include <incuse/k210/tables/gathered_codes.hpp>
#include <incuse/k210/tables/real_networks.hpp>

namespace incuse::k210::detail {

/// A convolution in parts, those of `quantise`. `At` says which: `layer` (KpuLayer), `author` (Layer), `own`
/// (RealLayer), `input` (Range of its input) and `value_bits`. If the parameters do not fit the layer, only `step` can
/// be used.
template <class At>
class RealParts {
  static constexpr int channels = At::layer.out_channels, count = At::layer.channel_weights();
  using Blocks = ChannelBlocks<channels, count>;
  static constexpr int blocks = Blocks::blocks;

  static constexpr QuantiserStyle style{};

  // Ranges of the weights

  static constexpr FoldedParameters<channels> folded{At::own};
  static constexpr FloatConvolution given{At::layer.in,           channels,    At::layer.kernel, At::layer.depthwise,
                                          At::own.weights.values, folded.bias, folded.factors};

  template <int Count>
  struct Ranges {
    Range ranges[Count]{};
  };
  template <int Block>
  static constexpr auto extremes_of_block() {
    using Own = typename Blocks::template Part<Block>;
    Ranges<Own::size> result;
    for (int i = 0; i < Own::size; ++i) {
      const int o = Own::first + i;
      result.ranges[i] = product(extremes_of(given.weights + o * count, count), given.factors[o]);
    }
    return result;
  }
  template <int Block>
  struct Extremes : Blocks::template Part<Block> {
    static constexpr auto value = extremes_of_block<Block>();
  };
  template <int Block = 0>
  static constexpr void gather(Ranges<channels>& all) {
    using Part = Extremes<Block>;
    for (int i = 0; i < Part::size; ++i) all.ranges[Part::first + i] = Part::value.ranges[i];
    if constexpr (Block + 1 < blocks) gather<Block + 1>(all);
  }
  static constexpr Ranges<channels> all_extremes() {
    Ranges<channels> all;
    gather(all);
    return all;
  }
  static constexpr Ranges<channels> extremes = all_extremes();

  // Scales and constants

  struct Scales {
    float channels[RealParts::channels]{};
    WeightCoding coding{};
    Text problem{};
  };
  struct ExtremesOfChannel {
    constexpr Range operator()(int o) const { return extremes.ranges[o]; }
  };
  static constexpr Scales find_scales() {
    Scales result;
    result.problem = scale_weights(given, ExtremesOfChannel{}, style, result.channels, result.coding);
    return result;
  }
  static constexpr Scales scales = find_scales();

  struct Constants {
    BatchNorm entries[channels]{};
    QuantisedConvolution convolution{};
  };
  static constexpr Constants find_constants() {
    Constants result;
    result.convolution.problem = scales.problem;
    const auto biases = folded;  // GCC's UBSan cannot compare the address of a constant with null (bug 71962)
    FloatConvolution convolution = given;
    convolution.bias = biases.bias;
    const ExtremesOfChannel own;
    const CodedWeights<ExtremesOfChannel> weights{own, scales.coding, scales.channels};
    if (scales.problem.empty())
      result.convolution = quantise_constants(convolution, {At::input, At::own.convolved, At::own.output}, weights,
                                              style, result.entries);
    return result;
  }
  static constexpr Constants constants = find_constants();

  // Activation table

  static constexpr Samples find_points() {
    Samples result;
    if (!constants.convolution.problem.empty()) return result;
    sample(constants.convolution.convolved, At::author.activation == Activation::relu ? relu_clamp : no_clamp,
           At::author.activation == Activation::function ? At::author.function : identity, result);
    return result;
  }
  static constexpr Samples points = find_points();
  static constexpr QuantisedConvolution find_table() {
    QuantisedConvolution result = constants.convolution;
    add_activation(result, points);
    return result;
  }
  static constexpr QuantisedConvolution quantised = find_table();

  // Codes and bounds

  struct CodesOfChannels {
    template <int First, int Size>
    static constexpr WeightCodes<Size * count> codes_of() {
      WeightCodes<Size * count> result;
      for (int i = 0; i < Size; ++i) {
        const int o = First + i;
        quantise_channel(given.weights + o * count, count, given.factors[o], scales.channels[o], scales.coding,
                         result.codes + i * count);
      }
      return result;
    }
  };
  using Codes = GatheredCodes<CodesOfChannels, channels, count>;

  template <int Block>
  static constexpr ValueBounds bounds_of_block() {
    using Part = typename Codes::template Part<Block>;
    KpuLayer layer = quantised.layer;
    layer.out_channels = Part::size;
    const auto weights = [](int o) { return Part::value.codes + o * count; };
    return layer_bounds(
        layer, weights, [](int o) { return constants.entries[Part::first + o]; }, At::value_bits);
  }
  template <int Block>
  struct Bounds {
    static constexpr ValueBounds value = bounds_of_block<Block>();
  };
  template <int Block = 0>
  static constexpr ValueBounds exact_bounds() {
    ValueBounds exact = Bounds<Block>::value;
    if constexpr (Block + 1 < blocks) exact.add(exact_bounds<Block + 1>());
    return exact;
  }
  static constexpr ValueBounds find_bounds() {
    constexpr ValueBounds outer = outer_bounds(quantised, constants.entries);
    if constexpr (outer.accumulator.fits(At::value_bits) && outer.normalised.fits(At::value_bits))
      return outer;
    else
      return exact_bounds();
  }

  static constexpr RealStep<channels> find_step() {
    constexpr Text unfit = problem_of(At::author, At::own);
    RealStep<channels> result = refused_step<channels>(At::layer, unfit);
    if constexpr (unfit.empty()) {
      result = real_step(At::layer, At::author, quantised, constants.entries);
      if constexpr (quantised.problem.empty()) result.bounds = find_bounds();
    }
    return result;
  }

 public:
  static constexpr RealStep<channels> step = find_step();

  static constexpr auto codes() { return Codes::all(); }
};

/// The steps of a network with real parameters, and what is wrong with them.
template <const auto& Planned, const auto& Net, const Device& Chip, class Trained>
struct RealSteps {
 private:
  static constexpr RealLayers given = real_layers_in<Trained>();
  static constexpr Range input = input_range_in<Trained>();

  static constexpr auto elements = elements_of(Net);

  /// The parameters of a layer of the network.
  static constexpr const RealLayer& entry_of(int layer) { return given.entries[entry_index(Net, elements, layer)]; }
  /// Range of a tensor of codes, as the parameters say: that of the step that determines their scale.
  static constexpr Range given_range(int tensor) {
    const int from = Planned.graph.meaning_of(tensor);
    return from == network_input ? input : entry_of(Planned.graph[from].author_layer).output;
  }
  /// The same, and 0 to 1 instead of a range that is empty or unusable, which rules report.
  static constexpr Range range_of(int tensor) {
    const Range range = given_range(tensor);
    return range.low < range.high && is_usable(range) ? range : Range{0, 1};
  }
  /// False if a tensor has the same codes as the network's input, and the range of the input cannot be used. The ranges
  /// of layers are checked by `problem_of`.
  static constexpr bool has_usable_range(int tensor) {
    return Planned.graph.meaning_of(tensor) != network_input || Net.real_input || is_usable(input);
  }
  static constexpr CodeScale scale_of(int tensor) { return code_scale_of(range_of(tensor)); }

  template <int Index>
  static constexpr RequantiseTable requantise_table{scale_of(Planned.graph[Index].source()), scale_of(Index),
                                                    Planned.graph[Index].cpu};

  template <int Index>
  static constexpr CpuStep make_on_cpu() {
    constexpr const KpuStep& at = Planned.graph[Index];
    CpuStep step;
    if constexpr (has_entry(Net, elements, at.author_layer))
      step.problem = problem_of_cpu(Net[at.author_layer], entry_of(at.author_layer));
    for (int source : at.sources)
      if (!has_usable_range(source)) step.problem = unusable_range;
    if (!step.problem.empty()) return step;
    if (at.element() == Element::code) step.output = scale_of(Index);
    for (int source : at.sources)
      if (at.element() == Element::code && at.keeps_codes() && scale_of(source) != step.output) step.alike = false;
    if constexpr (at.cpu.task == Task::quantize)
      step.parameters.code = linear_scale(step.output);
    else if constexpr (at.cpu.task == Task::dequantize)
      step.parameters.code = linear_scale(scale_of(at.source()));
    else if constexpr (at.cpu.task == Task::requantize)
      step.parameters.table = requantise_table<Index>.codes;
    else if constexpr (at.cpu.task == Task::quantized_add &&
                       !can_add(scale_of(at.sources[0]), scale_of(at.sources[1]), scale_of(Index)))
      step.problem = "the range of the sum is too narrow for those of its operands";
    else if constexpr (at.cpu.task == Task::quantized_add)
      step.parameters.sum = sum_scales(scale_of(at.sources[0]), scale_of(at.sources[1]), step.output);
    else if constexpr (at.cpu.task == Task::pad)
      step.parameters.added = at.cpu.pad_value;
    else if constexpr (at.cpu.task == Task::quantized_pad) {
      std::uint8_t code = 0;
      quantize(&at.cpu.pad_value, 1, linear_scale(step.output), &code);
      step.parameters.added = code;
    } else if constexpr (at.cpu.task == Task::fully_connected || at.cpu.task == Task::convolution) {
      step.parameters.weights = entry_of(at.author_layer).weights.values;
      step.parameters.bias = entry_of(at.author_layer).bias.values;
    }
    return step;
  }

  /// A step of the KPU that convolves.
  template <int Index>
  struct At {
    static constexpr const KpuLayer& layer = Planned.graph[Index].layer;
    static constexpr const Layer& author = Net[Planned.graph[Index].author_layer];
    static constexpr const RealLayer& own = entry_of(Planned.graph[Index].author_layer);
    static constexpr Range input = range_of(Planned.graph[Index].source());
    static constexpr int value_bits = Chip.value_bits;
  };

  template <int Index>
  static constexpr auto make() {
    constexpr const KpuStep& at = Planned.graph[Index];
    if constexpr (at.on_cpu())
      return make_on_cpu<Index>();
    else if constexpr (!has_usable_range(at.source()))
      return refused_step<at.layer.out_channels>(at.layer, unusable_range);
    else if constexpr (at.copies)
      return copying_step<at.layer.out_channels>(at.layer, scale_of(at.source()));
    else
      return RealParts<At<Index>>::step;
  }

 public:
  template <int Index>
  struct Step {
    static constexpr auto value = make<Index>();
    /// The weights of a step of the KPU.
    static constexpr auto codes() {
      if constexpr (Planned.graph[Index].copies)
        return copying_codes<value.layer.out_channels>();
      else
        return RealParts<At<Index>>::codes();
    }
  };

 private:
  template <int Index = 0>
  static constexpr void add_findings(Findings& found) {
    constexpr const auto& step = Step<Index>::value;
    const int author = Planned.graph[Index].author_layer;
    const Blame blame{found, author, Net[author].name};
    const bool has_codes = Planned.graph[Index].element() == Element::code;
    const int inside = has_codes && Planned.graph.meaning_of(Index) == Index ? codes_inside(given_range(Index)) : 256;
    if constexpr (Planned.graph[Index].on_cpu()) {
      apply(parameter_rules, {step.problem, 0, inside}, blame);
      apply(joining_rules, {step.alike}, blame);
    } else {
      apply(parameter_rules, {step.problem, step.lost_codes, inside}, blame);
      apply(value_rules, {step.layer, step.bounds, Chip}, blame);
    }
    if constexpr (Index + 1 < Planned.graph.size) add_findings<Index + 1>(found);
  }

  static constexpr Findings check() {
    Findings found;
    constexpr int wanted = entry_index(Net, elements, Net.size);
    apply(count_rules, {given.count, wanted}, {found});
    apply(input_rules, {!Net.real_input, input.low < input.high}, {found});
    if (!Net.real_input) apply(parameter_rules, {{}, 0, codes_inside(input)}, {found});
    if constexpr (given.count == wanted && Planned.graph.size > 0) add_findings(found);
    return found;
  }

 public:
  static constexpr Findings findings = check();
};

}  // namespace incuse::k210::detail
