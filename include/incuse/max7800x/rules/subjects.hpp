// What the rules of the chip look at, how they report, and the macro that defines one. See rules.hpp.
#pragma once

#include <incuse/core/checked_rule.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/registers/fields.hpp>
#include <incuse/max7800x/tables/registers.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// What a rule about a feature that is asked for looks at.
struct AskedFeature {
  Feature feature;
  const Device& device;
};

/// What a rule about the options alone looks at.
struct AskedOptions {
  const Options& options;
  const Device& device;
};

/// What a rule about the whole network looks at.
struct WholeNetwork {
  const Layer* layers;
  int size;
  Shape input;
  DataFormat input_format;  ///< asked for
  bool real_input;
  bool placed_by_hand;
  const Device& device;
  const Options& options;
  int arranged_size;  ///< layers with the copies that the hardware needs
  KeptRows buffer;

  constexpr bool has_copies() const {
    for (int i = 0; i < size; ++i)
      if (layers[i].inserted) return true;
    return arranged_size > size;
  }
};

/// What a rule about one layer looks at. Its shapes may be nonsense if `shaped` is false: an earlier layer is to blame,
/// or what the layer says about its own input.
struct OneLayer {
  const WholeNetwork& network;
  const Device& device;
  const Layer& layer;
  int index;

  constexpr bool shaped() const { return has_input() && !misread(); }
  constexpr bool has_input() const { return layer.in.exists(); }
  constexpr bool is(Operator op) const { return layer.op == op; }
  constexpr bool two_dimensional() const { return !layer.one_dimensional(); }
  constexpr bool combines() const { return layer.operands > 1; }
  constexpr bool source_exists(int number) const {
    return number == rolling_buffer ? network.buffer.exists() : number >= network_input && number < index;
  }
  constexpr long long passes() const {
    const long long most = network.options.processors_per_pass;
    return (layer.in.channels + most - 1) / most;
  }
  /// Shape of a source; empty if `number` is not that of an earlier layer.
  constexpr Shape source(int number) const {
    if (number == rolling_buffer) return network.buffer.shape();
    if (number != network_input) return number >= 0 && number < index ? network.layers[number].out : Shape{};
    return {bounded(network.input.channels), bounded(network.input.height), bounded(network.input.width)};
  }
  /// True if a condition holds for the outputs of all layers that it reads; of the network's input nothing is asked.
  template <class Condition>
  constexpr bool every_source(Condition holds) const {
    for (int number : layer.sources)
      if (number >= 0 && number < index && !holds(network.layers[number].out)) return false;
    return true;
  }
  /// Of sources that are concatenated without view<>: the first whose height or width differs from the first source's;
  /// empty: there is none.
  constexpr Shape unlike_source() const {
    if (layer.elementwise != Elementwise::none || layer.sources.size < 2 || layer.in_extent != Extent{0, 0}) return {};
    const Shape first = source(layer.sources[0]);
    for (int number : layer.sources) {
      const Shape other = source(number);
      const bool exist = first.channels > 0 && other.channels > 0;
      if (exist && other.extent() != first.extent()) return other;
    }
    return {};
  }
  /// True if the layer reads another number of values than its sources deliver.
  constexpr bool misread() const {
    const bool gathers =
        layer.in_channels != 0 || layer.in_extent != Extent{0, 0} || layer.sources.size > 1 || layer.operands > 1;
    if (!gathers || !has_input() || !within(layer.operands, 1, max_operands)) return false;
    const long long delivered = values_delivered();
    return delivered > 0 && values_read() != delivered && unlike_source().channels == 0;
  }
  /// Values that the layer reads: of all its operands, if it splits one tensor into them.
  constexpr long long values_read() const { return layer.in.all_elements() * (one_source_each() ? 1 : layer.operands); }
  /// Values that its sources deliver: each of them, if every operand has its own; 0 if one of them is empty.
  constexpr long long values_delivered() const {
    long long delivered = 0;
    for (int number : layer.sources) {
      const Shape shape = cropped(source(number), layer);
      if (!shape.exists()) return 0;
      if (delivered == 0 || !one_source_each()) delivered += shape.all_elements();
    }
    return delivered;
  }
  constexpr bool one_source_each() const { return layer.elementwise != Elementwise::none && layer.sources.size > 1; }
  constexpr bool groups_divide() const {
    const int g = layer.groups;
    return g > 0 && layer.in.channels % g == 0 && layer.out.channels % g == 0 &&
           (g == 1 || (g == layer.in.channels && g == layer.out.channels && !layer.flatten));
  }
};

/// The first value of a layer that does not fit its register field.
struct FieldOverflow {
  bool found = false;
  LayerRegister layer_register{};
  long long value = 0;
  long long highest = 0;  ///< the highest value that fits
};

/// What a rule about a planned network looks at.
struct WholePlan {
  const WholeNetwork& network;
  const Device& device;
  const LayerPlan* layers;
  unsigned groups;
  bool channels_first;    ///< the input's layout
  const int* bias_fill;   ///< bias values in each group
  const Findings& found;  ///< so far: an earlier finding may be the reason for what a rule sees
  bool fits_data_memory;  ///< false: placed automatically, and not all tensors lie inside
  const BufferPlan& buffer;
};

/// True if any layer has processors.
constexpr bool is_placed(const WholePlan& plan) {
  for (int i = 0; i < plan.network.size; ++i)
    if (plan.layers[i].processors != 0) return true;
  return false;
}

/// Processors that the FIFOs deliver to, and those of which no two share a memory instance.
inline constexpr ProcessorMap fifo_processors_hwc = 0x000f'000f'000f'000f;
inline constexpr ProcessorMap fifo_processors_chw = 0x0001'0001'0001'0001;
inline constexpr ProcessorMap one_per_instance = 0x1111'1111'1111'1111;

/// What a rule about a planned layer looks at.
struct PlacedLayer : OneLayer {
  const LayerPlan& placed;
  const WholePlan& plan;
  const FieldOverflow& overflow;

  /// An earlier layer, looked at in the same way.
  constexpr PlacedLayer earlier(int number) const {
    return {{network, device, network.layers[number], number}, plan.layers[number], plan, overflow};
  }
  constexpr bool already_blamed() const { return plan.found.blames(index); }
  constexpr bool reads_channels_first() const { return index == 0 && plan.channels_first; }
  constexpr bool reads_fifo() const { return index == 0 && network.options.uses_fifo(); }
  constexpr bool reads_fast_fifo() const { return index == 0 && network.options.uses_fast_fifo(); }
  /// Processors that the standard FIFOs deliver to.
  constexpr ProcessorMap fifo_processors() const {
    return reads_channels_first() ? fifo_processors_chw : fifo_processors_hwc;
  }
  /// Channels that the fast FIFO delivers.
  constexpr int fast_fifo_channels() const { return reads_channels_first() ? 1 : processors_per_instance; }
  constexpr int first_lane() const {
    return placed.output_processors == 0 ? 0 : first_bit(placed.output_processors) % processors_per_instance;
  }
  constexpr long long input_end() const {
    const long long words = 1LL * layer.in.pixels() * placed.in.count * layer.operands;
    return placed.in_offset + words * (reads_channels_first() ? 1 : 4);
  }
  constexpr long long output_end() const { return placed.out_offset + reserved_bytes(layer, placed); }
};

/// True if there was no space for a layer's weights.
constexpr bool unplaced(const LayerPlan& placed) { return placed.kernels.owned && placed.kernels.offset < 0; }

/// Blames what lets layers run again, if anything does: repetitions, or snooping.
constexpr void blame_repeating(const Device& device, const Options& options, const Blame& blame) {
  if (options.repetitions > 1) return blame(options.repetitions, 1);
  if (runs_again(device, options)) blame({}, {}, {}, row_of(feature_names, Feature::snooping).name);
}

using incuse::CheckedRule;

/// Defines a rule of this family, whose condition follows. Its row in a table is INCUSE_RULE_ROW.
#define INCUSE_RULE(subject, name, level, sentence, remedy, source)   \
  INCUSE_RULE_OBJECT(max7800x, name, level, sentence, remedy, source) \
  template <auto name, int Number>                                    \
  struct broken_rule<max7800x::rules::name, name, Number> {           \
    static_assert(name, "[" #name "] " sentence "; " remedy);         \
  };                                                                  \
  INCUSE_RULE_CONDITION(max7800x, subject, name)
/// The same for a warning.
#define INCUSE_WARNING(subject, name, sentence, remedy, source)                             \
  INCUSE_RULE_OBJECT(max7800x, name, warning, sentence, remedy, source)                     \
  template <auto name, int Number>                                                          \
  struct broken_rule<max7800x::rules::name, name, Number> {                                 \
    static_assert(name, "[" #name "] " sentence "; " remedy);                               \
    template <class Facts>                                                                  \
    [[deprecated("[" #name "] " sentence "; " remedy)]] static constexpr bool told(Facts) { \
      return true;                                                                          \
    }                                                                                       \
  };                                                                                        \
  INCUSE_RULE_CONDITION(max7800x, subject, name)

}  // namespace incuse::max7800x
