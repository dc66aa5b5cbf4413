// Networks whose layers come with the KPU's own tables, as the vendor's compilers make them: the type says how the
// layers are connected, the parameters hold the integers, and nothing is quantised. Imported kmodels are such networks.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <incuse/core/long_array.hpp>
#include <incuse/k210/deployment.hpp>

namespace incuse::k210 {

/// A view of a constant array.
template <class Value>
struct TableView {
  const Value* values = nullptr;
  int count = 0;

  constexpr TableView() = default;
  /// `used` is the number of values: a string literal has one more element, its terminating zero.
  template <std::size_t N>
  constexpr TableView(const Value (&array)[N], int used = static_cast<int>(N)) : values(array), count(used) {}
};

/// A pointer to an activation table; `count` is 0 without one, else 1. (The pointer cannot tell: with sanitizers, GCC
/// compares no addresses at compile time.)
struct ActivationView {
  const ActivationBytes* table = nullptr;
  int count = 0;

  constexpr ActivationView() = default;
  constexpr ActivationView(const ActivationBytes* one) : table(one), count(1) {}
};

/// Tables of one layer with weights. Activation function, bias and the rest are part of them: the type has no options
/// for these.
struct LayerTables {
  Text name{};
  int pad_value = 0;  ///< these six: see KpuLayer
  int arg_x = 0, shr_x = 0;
  int arg_w = 0, shr_w = 0;
  long long arg_add = 0;
  TableView<std::uint8_t> weights{};      ///< codes in the order of KpuLayer, aligned as the chip asks for it
  TableView<std::uint64_t> batch_norm{};  ///< one entry for each output channel, aligned likewise
  ActivationView activation{};
};

/// Parameters of one layer that runs on the CPU, as in a kmodel.
struct CpuTables {
  Text name{};
  LinearScale code{};                  ///< Quantize, Dequantize
  TableView<LinearScale> channels{};   ///< Dequantize: one for every channel instead
  SumScales sum{};                     ///< sums of codes
  TableView<std::uint8_t> table{};     ///< Requantize
  TableView<float> weights{}, bias{};  ///< Linear, Conv2d of real numbers; weights: the constant of a Combine
  Rounding rounding = Rounding::sdk;   ///< Quantize, Linear
  TableView<std::uint8_t> codes{};     ///< Conv2d of codes: its weights; a Combine of codes: its constant
  TableView<std::int32_t> sums{};      ///< Conv2d of codes: what the sums of each channel begin with
  QuantizedSums terms{};               ///< Conv2d of codes
  TableView<std::uint8_t> program{};   ///< Apply without an activation function: see programs.hpp
  float added = 0;                     ///< Pad: the value, or the code
};

/// A type with the tables of a network: `static constexpr LayerTables table_layers[]`, in the order of its
/// convolutions, whose weights are bytes; and, if there are such layers, `static constexpr CpuTables cpu_tables[]`, in
/// the order of the layers that have any: Quantize, Dequantize, Requantize, Linear, Conv2d on the processor, Pad,
/// Combine, Apply and sums of codes.
template <class Trained>
concept table_parameters = requires {
  { Trained::table_layers[0] } -> std::convertible_to<const LayerTables&>;
}
|| requires {
  { Trained::cpu_tables[0] } -> std::convertible_to<const CpuTables&>;
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

/// All tables of a network.
struct NetworkTables {
  const LayerTables* layers = nullptr;
  int layer_count = 0;
  const CpuTables* cpu = nullptr;
  int cpu_count = 0;
};
template <class Trained>
constexpr NetworkTables tables_in() {
  NetworkTables result;
  if constexpr (requires { Trained::table_layers; })
    result = {Trained::table_layers, static_cast<int>(sizeof(Trained::table_layers) / sizeof(LayerTables))};
  if constexpr (requires { Trained::cpu_tables; }) {
    result.cpu = Trained::cpu_tables;
    result.cpu_count = static_cast<int>(sizeof(Trained::cpu_tables) / sizeof(CpuTables));
  }
  return result;
}

/// True for steps that run on the CPU and have tables.
constexpr bool has_cpu_tables(const KpuStep& step) {
  const Task task = step.cpu.task;
  const bool combines = task == Task::combine && step.cpu.with.shape != Shape{};
  const bool applies = task == Task::apply && step.cpu.activation == Activation::none;
  return task == Task::quantize || task == Task::dequantize || task == Task::requantize ||
         task == Task::quantized_add || task == Task::fully_connected || task == Task::convolution ||
         task == Task::quantized_convolution || task == Task::pad || task == Task::quantized_pad ||
         task == Task::quantized_combine || combines || applies;
}
constexpr bool has_layer_tables(const KpuStep& step) { return !step.on_cpu() && !step.copies; }

/// Index of a step's tables: how many earlier steps have some.
template <int N>
constexpr int tables_before(const KpuGraph<N>& graph, int step, bool (*has_tables)(const KpuStep&)) {
  int count = 0;
  for (int i = 0; i < step; ++i) count += has_tables(graph[i]) ? 1 : 0;
  return count;
}

template <int N>
constexpr StepImage step_image(const Plan<N>& plan, const NetworkTables& tables, const Device& device, int step) {
  const KpuStep& at = plan.graph[step];
  const LayerTables& own = tables.layers[tables_before(plan.graph, step, has_layer_tables)];
  const KpuAddresses addresses = addresses_of(plan, step);
  return {encode(arguments_of(with_tables(at.layer, own), addresses, device)), own.weights.values,
          own.batch_norm.values, own.activation.table};
}

template <int N>
constexpr CpuParameters cpu_parameters(const KpuGraph<N>& graph, const NetworkTables& tables, int step) {
  CpuParameters result;
  if (!has_cpu_tables(graph[step])) return result;
  const CpuTables& own = tables.cpu[tables_before(graph, step, has_cpu_tables)];
  result.code = own.code;
  result.channels = own.channels.values;
  result.sum = own.sum;
  result.table = own.table.values;
  result.weights = own.weights.values;
  result.bias = own.bias.values;
  result.rounding = own.rounding;
  result.codes = own.codes.values;
  result.sums = own.sums.values;
  result.terms = own.terms;
  result.program = own.program.values;
  result.program_bytes = own.program.count;
  result.added = own.added;
  return result;
}

/// Collects what is wrong with the tables of a network.
template <int N>
class TableCheck {
 public:
  constexpr TableCheck(const Graph<N>& graph, const Plan<N>& plan, const NetworkTables& tables)
      : graph_(graph), steps_(plan.graph), tables_(tables) {}

  constexpr Findings run() {
    expect_no_more(tables_.layer_count, tables_before(steps_, steps_.size, has_layer_tables));
    expect_no_more(tables_.cpu_count, tables_before(steps_, steps_.size, has_cpu_tables));
    for (int i = 0; i < steps_.size; ++i) {
      if (!steps_[i].on_cpu())
        check_layer(i);
      else if (has_cpu_tables(steps_[i]))
        check_cpu_layer(i);
    }
    return found_;
  }

 private:
  constexpr void check_layer(int index) {
    const KpuStep& step = steps_[index];
    const int own = tables_before(steps_, index, has_layer_tables);
    apply(copy_rules, {step.copies}, {found_, step.author_layer, graph_[step.author_layer].name});
    if (step.copies) return;
    if (own >= tables_.layer_count) return miss(step);
    const LayerTables& tables = tables_.layers[own];
    expect(step, step.layer.weights(), tables.weights.count, "weights");
    expect(step, step.layer.out_channels, tables.batch_norm.count, "batch norm");
    expect(step, 1, tables.activation.count, "activation");
  }
  constexpr void check_cpu_layer(int index) {
    const KpuStep& step = steps_[index];
    const int own = tables_before(steps_, index, has_cpu_tables);
    if (own >= tables_.cpu_count) return miss(step);
    const CpuTables& tables = tables_.cpu[own];
    const int channels = step.cpu.out.channels;
    if (step.cpu.task == Task::requantize) expect(step, highest_code + 1, tables.table.count, "table");
    if (step.cpu.task == Task::quantized_convolution) {
      const SumScales scales{tables.terms.scale, {}, {}};
      apply(sum_rules, {scales}, {found_, step.author_layer, graph_[step.author_layer].name});
    }
    if (step.cpu.task == Task::quantized_add || step.cpu.task == Task::quantized_combine)
      apply(sum_rules, {tables.sum}, {found_, step.author_layer, graph_[step.author_layer].name});
    if (step.cpu.task == Task::fully_connected) {
      expect(step, 1LL * channels * step.cpu.in.elements(), tables.weights.count, "weights");
      expect(step, graph_[step.author_layer].bias ? channels : 0, tables.bias.count, "bias");
    }
    if (step.cpu.task == Task::convolution) {
      expect(step, step.cpu.convolution.weights(), tables.weights.count, "weights");
      expect(step, graph_[step.author_layer].bias ? channels : 0, tables.bias.count, "bias");
    }
    if (step.cpu.task == Task::quantized_convolution) {
      expect(step, step.cpu.convolution.weights(), tables.codes.count, "codes");
      expect(step, channels, tables.sums.count, "sums");
    }
    if (step.cpu.task == Task::combine) expect(step, step.cpu.with.shape.elements(), tables.weights.count, "weights");
    if (step.cpu.task == Task::quantized_combine)
      expect(step, step.cpu.with.shape.elements(), tables.codes.count, "codes");
    if (step.cpu.task == Task::apply && tables.program.count == 0) expect(step, 1, 0, "program");
    if (step.cpu.task == Task::dequantize && tables.channels.count != 0)
      expect(step, channels, tables.channels.count, "channels");
  }

  constexpr Finding about(const KpuStep& step, const Rule& rule) const {
    return {.rule = &rule, .layer = step.author_layer, .layer_name = graph_[step.author_layer].name};
  }
  constexpr void miss(const KpuStep& step) { found_.push(about(step, parameter::rules::missing_weights)); }
  constexpr void expect(const KpuStep& step, long long needs, long long has, Text part) {
    if (needs == has) return;
    Finding finding = about(step, parameter::rules::tensor_shape);
    finding.needs = {needs, "values"};
    finding.has = {has, "values"};
    finding.has_whose = "the table";
    finding.part = part;
    found_.push(finding);
  }
  constexpr void expect_no_more(int given, int wanted) {
    if (given > wanted)
      found_.push(
          {.rule = &parameter::rules::extra_parameters, .needs = wanted, .has = given, .has_whose = "their list"});
  }

  const Graph<N>& graph_;
  const KpuGraph<N>& steps_;
  const NetworkTables& tables_;
  Findings found_{};
};

template <class Net, const Device& Chip, class Trained>
struct CheckedTables {
  static constexpr NetworkTables tables = tables_in<Trained>();
  static constexpr auto net = graph_of<Net>();
  using Layers = CheckedLayers<net, Chip>;
  static constexpr const auto& planned = Layers::planned;
  static constexpr Findings check() {
    Findings found = Layers::findings;
    if (found.ok() && net.size > 0) found.add(TableCheck(net, planned, tables).run());
    found.add(check_tables(net, Chip));
    return found;
  }
  static constexpr Findings findings = check();
};

}  // namespace detail
}  // namespace incuse::k210

namespace incuse {

/// A network on a K210, with the KPU's own tables as parameters. Members as with other parameters; the image points to
/// the given tables without copying them, and takes and yields codes.
template <class Net, const k210::Device& Chip, class Trained, class... Options>
  requires k210::table_parameters<Trained>
struct Deployment<Net, Chip, Trained, Options...>
    : k210::detail::Deployed<k210::detail::CheckedTables<Net, Chip, Trained>, Chip, Options...> {
  using errors = errors_among<Deployment::is_strict, Deployment::findings>;
  static_assert(sizeof(told<0, errors, Chip>) > 0);
  static_assert(sizeof(told<1, errors, Chip>) > 0);
  static_assert(sizeof(told_from<2, errors, Chip>) > 0);

 private:
  static constexpr const auto& tables = k210::detail::CheckedTables<Net, Chip, Trained>::tables;

 public:
  static constexpr auto image = k210::detail::image_of<k210::detail::ImageOf<Deployment::plan>>(
      Deployment::plan, [](int i) { return k210::detail::step_image(Deployment::plan, tables, Chip, i); },
      [](int i) { return k210::detail::cpu_parameters(Deployment::plan.graph, tables, i); },
      [](int) { return k210::CodeScale{}; });  // scales are already part of the tables
};

}  // namespace incuse
