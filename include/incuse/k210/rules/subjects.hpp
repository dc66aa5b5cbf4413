// What the rules of the KPU look at, and how a rule is written. See rules.hpp.
#pragma once

#include <incuse/core/checked_rule.hpp>
#include <incuse/k210/cpu/cpu_step.hpp>
#include <incuse/k210/plan/plan_types.hpp>
#include <incuse/k210/tables/bounds.hpp>
#include <incuse/k210/tables/layer_arguments.hpp>

namespace incuse::k210 {

/// Types, shapes and places of the tensors that a layer reads.
struct Reading {
  Element element = Element::code;  ///< of its first source
  Task task = Task::none;           ///< of a layer with on_cpu
  bool mixed = false;               ///< it reads both codes and real numbers
  bool from_ram_only = false;       ///< a source is in AI RAM, and not in main memory
  bool from_main_only = false;      ///< or the other way round
  Shape first{};                    ///< of its first source
  Shape unlike{};                   ///< a source that cannot be joined with the first one; empty if there is none
};

/// What a rule about a layer of the model looks at. Its shapes may be invalid because of an error in an earlier layer.
struct OneLayer {
  const Layer& layer;
  const Device& device;
  Reading reading{};

  constexpr bool on_kpu() const { return !layer.on_cpu; }
  constexpr bool does(Task task) const { return layer.on_cpu && reading.task == task; }
  constexpr bool works_on(Element element) const {
    return on_kpu() ? element == Element::code && supported()
                    : reading.task != Task::none && description_of(reading.task).in == element;
  }
  constexpr bool convolves() const { return on_kpu() && layer.op == Operator::conv2d; }
  constexpr bool supported() const { return layer.on_cpu || is_of_kpu(layer); }
  constexpr bool combines_otherwise() const {
    return layer.elementwise != Elementwise::none && layer.elementwise != Elementwise::add;
  }
  /// True for layers that neither the KPU nor the processor has; each has a rule of its own.
  constexpr bool is_nowhere() const {
    return (layer.op == Operator::conv_transpose2d && on_kpu()) || layer.op == Operator::conv1d || combines_otherwise();
  }
  constexpr bool shaped() const { return layer.in.exists() && layer.pooled.extent().exists(); }
  /// True if the layer pools, and not as the KPU does.
  constexpr bool pools_otherwise() const {
    return on_kpu() && shaped() && has_pooling_options(layer) && !pool_for(layer).exists;
  }
  /// An option that the KPU's own tables make meaningless; empty if there is none.
  constexpr Text decided_by_tables() const {
    const bool connects = does(Task::fully_connected) || does(Task::convolution) || does(Task::quantized_convolution);
    const bool of_codes = on_kpu() || does(Task::quantized_convolution);
    const bool pads = does(Task::pad) || does(Task::quantized_pad);
    const bool activates = layer.activation == Activation::relu || layer.activation == Activation::function;
    if (activates && (of_codes || does(Task::requantize))) return "activation function";
    if (layer.batch_norm && on_kpu()) return "BatchNorm2d";
    if (layer.bias && of_codes) return "bias";
    if (layer.pad_value != 0 && (on_kpu() || pads)) return "pad_value";
    return has_byte_options(layer) && (on_kpu() || connects) ? Text("shift, bits or binary") : Text();
  }
  constexpr bool depthwise() const {
    return layer.groups > 1 && layer.groups == layer.in.channels && layer.groups == layer.out.channels;
  }
};

/// What a rule about a layer of the KPU looks at, wherever that layer comes from.
struct OneStep {
  const KpuLayer& layer;
  const Device& device;
  bool sends_output;       ///< to the output FIFO as well
  bool reads_kpu = false;  ///< reads what a layer of the KPU delivers: its size has been looked at there

  constexpr Shape out() const { return layer.out(); }
  /// True if the map that the layer reads has both too few rows and too few columns.
  constexpr bool is_tiny() const { return layer.in.height < device.min_height && layer.in.width < device.min_width; }
  constexpr long long in_lines() const { return lines_of(layer.in); }
  constexpr long long out_lines() const { return lines_of(out()); }

 private:
  static constexpr long long lines_of(Shape shape) {
    if (!shape.exists()) return 0;
    const RowLayout rows = rows_of(shape.width);
    return 1LL * rows.lines * shape.height * ceil_div(shape.channels, rows.groups);
  }
};

/// What a rule about values looks at: a layer with its weights and tables.
struct StepValues {
  const KpuLayer& layer;
  const ValueBounds& bounds;
  const Device& device;

  constexpr Quantity bits() const {
    const long long end = 1LL << (device.value_bits - 1);
    return Quantity::range(-end, end - 1);
  }
};

/// What a rule about real parameters looks at: what quantising those of a layer found wrong, or lost.
struct StepParameters {
  Text problem;
  long long lost_codes = 0;  ///< of RealStep
  int codes_inside = 256;    ///< of the range that the step's codes have: see the function
};

/// What a rule about the number of parameters looks at.
struct ParameterCount {
  int given;
  int wanted;
};

/// What a rule about the range of a network's input looks at.
struct InputRange {
  bool needed;  ///< the input is of codes
  bool given;   ///< there is a range, and it is not empty
};

/// What a rule about the layout of a network's input looks at.
struct InputLayout {
  DataFormat format;
};

/// What a rule about a concatenation of codes looks at.
struct JoinedCodes {
  bool alike;  ///< all have the same zero point and scale
};

/// What a rule about a sum of codes looks at.
struct OneSum {
  const SumScales& scales;
};

/// What a rule about a layer of the KPU with given tables looks at.
struct GivenStep {
  bool copies;  ///< a copy, which the conversion has added
};

/// What a rule about a planned network looks at.
struct WholePlan {
  const PlacedMap* maps;
  int size;
  int needed_lines;
  const Device& device;
};

/// What a rule about the tensors in main memory looks at.
struct WorkingMemory {
  long long needed_bytes;  ///< at once
  bool complete;           ///< all tensors have their places
  const Device& device;
};

/// What a rule about the words of a layer looks at.
struct StepWords {
  const LayerArguments& arguments;
};

/// Name that an operator without a counterpart in the KPU has in the model language; empty for all others.
constexpr Text name_of(const Layer& layer) {
  switch (layer.op) {
    case Operator::conv1d:
      return "Conv1d";
    case Operator::conv_transpose2d:
      return "ConvTranspose2d";
    case Operator::linear:
      return "Linear";
    case Operator::conv2d:
    case Operator::none:
      break;
  }
  switch (layer.elementwise) {
    case Elementwise::add:
      return "Add";
    case Elementwise::sub:
      return "Sub";
    case Elementwise::bitwise_or:
      return "BitwiseOr";
    case Elementwise::bitwise_xor:
      return "BitwiseXor";
    case Elementwise::none:
      break;
  }
  return "";
}

}  // namespace incuse::k210

/// Defines a rule of the KPU, whose condition follows: see INCUSE_RULE_CONDITION. Its row in a table is
/// INCUSE_RULE_ROW.
#define INCUSE_KPU_RULE(subject, name, level, sentence, remedy, source) \
  INCUSE_RULE_OBJECT(k210, name, level, sentence, remedy, source)       \
  template <auto name, int Number>                                      \
  struct broken_rule<k210::rules::name, name, Number> {                 \
    static_assert(name, "[" #name "] " sentence "; " remedy);           \
  };                                                                    \
  INCUSE_RULE_CONDITION(k210, subject, name)
