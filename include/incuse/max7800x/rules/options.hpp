// Rules about the options of a deployment and about the network as a whole. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/early_exit.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>

namespace incuse {

// Options -------------------------------------------------------------------------------------------------------------

INCUSE_RULE(AskedFeature, feature, error, "the chip does not have a feature that is asked for",
            "do without it, or choose another chip", "checks D1, D3; device 4") {
  const FeatureName& row = row_of(feature_names, at.feature);
  if ((at.device.features & bit_of(at.feature)) == 0) blame({}, {}, {}, row.name, Advice{.change = row.instead});
}

INCUSE_RULE(AskedOptions, first_layer, error, "the hardware's first layer is out of range", "start with layer 0",
            "checks D1, D2") {
  if (!within(at.options.first_layer, 0, at.device.max_first_layer))
    blame(at.options.first_layer, at.device.max_first_layer);
}

INCUSE_RULE(AskedOptions, fast_fifo_core, error, "only the RISC-V core reaches the fast FIFO",
            "add runs_on_risc_v, or use the standard FIFOs", "checks D8") {
  if (at.options.uses_fast_fifo() && !at.options.runs_on_risc_v) blame();
}

INCUSE_RULE(AskedOptions, deep_sleep_core, error, "only a program on the RISC-V core lets the other one sleep deeply",
            "add runs_on_risc_v, or leave deep_sleep out", "checks D16") {
  if (at.options.deep_sleep && !at.options.runs_on_risc_v) blame();
}

INCUSE_RULE(AskedOptions, pipeline_choice, error, "the options both ask the chip to compute in stages and not to",
            "leave out the feature pipeline or the option no_pipeline", "device 4") {
  if (at.options.no_pipeline && at.options.asks_for(max7800x::Feature::pipeline)) blame();
}

INCUSE_RULE(AskedOptions, synthesized_input_path, error, "an input can be synthesized for a FIFO only",
            "add fifo_input, or load the whole input", "checks L11") {
  if (at.options.synthesized_words != 0 && !at.options.uses_fifo()) blame();
}

INCUSE_WARNING(AskedOptions, snoop_mode,
               "a unit for conditional execution is asked for what no public source explains: it is taken to compare "
               "one word",
               "compare one word: 0x82022003 in C1 stops on a hit, 0x82022005 jumps, with 0x3000 in C2",
               "datapath 8; registers 3.21") {
  if (!at.options.snoop.used) return;
  using max7800x::SnoopRegister, max7800x::snoop_control::on, max7800x::snoop_control::on_hit;
  const max7800x::SnoopWords& words = at.device.snoop_words;
  for (int unit = 0; unit < max7800x::snoop_units; ++unit) {
    const auto word = [&](SnoopRegister r) { return at.options.snoop.values[max7800x::snoop_number(unit, r)]; };
    const std::uint32_t control = word(SnoopRegister::control_1), action = on_hit.of(control, at.device);
    if (on.of(control, at.device) == 0) continue;
    const auto known = [](const auto& list, std::uint32_t value) {
      bool found = false;
      for (std::uint32_t each : list) found = found || each == value;
      return found;
    };
    const Text name = unit == 0 ? Text("C1 of the first one") : Text("C1 of the second one");
    const bool compares = (control & ~7u) == words.known_control_1[0];
    const bool acts = action == max7800x::snoop_control::stops || action == max7800x::snoop_control::jumps;
    if (action == 0 ? !known(words.known_control_1, control & ~7u) : !acts || !compares)
      blame(Quantity::map(control), {}, {}, name);
    else if (const std::uint32_t second = word(SnoopRegister::control_2); !known(words.known_control_2, second))
      blame(Quantity::map(second), {}, {}, unit == 0 ? Text("C2 of the first one") : Text("C2 of the second one"));
  }
}

INCUSE_WARNING(AskedOptions, snoop_address,
               "a unit for conditional execution looks at no word of the data memories: it never finds what it looks "
               "for",
               "give it the pointer of a data word in the register A1", "datapath 8; registers 3.21") {
  if (!at.options.snoop.used) return;
  using max7800x::SnoopRegister, max7800x::snoop_address::pointer;
  for (int unit = 0; unit < max7800x::snoop_units; ++unit) {
    const auto word = [&](SnoopRegister r) { return at.options.snoop.values[max7800x::snoop_number(unit, r)]; };
    if (max7800x::snoop_control::on.of(word(SnoopRegister::control_1), at.device) == 0) continue;
    const std::uint32_t address = word(SnoopRegister::address_1);
    if (!max7800x::detail::is_data_word(at.device, pointer.of(address, at.device)))  // other bits do not count
      blame(Quantity::map(address), {}, {}, unit == 0 ? Text("the first one") : Text("the second one"));
  }
}

// The network ---------------------------------------------------------------------------------------------------------

INCUSE_RULE(WholeNetwork, layer_count, error, "the network has too many layers", "remove layers",
            "checks Y6; device 1") {
  if (at.size < 1 || at.arranged_size > at.device.max_layers)
    blame(at.arranged_size, at.device.max_layers, {}, at.has_copies() ? Text("with copies of operands") : Text(),
          advice::fused_pooling(at));
}

INCUSE_RULE(WholeNetwork, input_shape, error, "the input is empty", "give it at least one channel, row and column",
            "network-description 4") {
  if (!at.input.exists()) blame(at.input);
}

INCUSE_RULE(WholeNetwork, real_input, error, "the chip reads signed bytes, not real numbers",
            "leave real out of the input, and quantise in front of the network", "device 4") {
  if (at.real_input) blame();
}

INCUSE_RULE(WholeNetwork, repetitions, error, "the network does not fit so many times into the layer registers",
            "repeat it less often", "checks D17") {
  const long long needed = 1LL * at.options.repetitions * at.size;
  const int times = at.size > 0 ? at.device.max_layers / at.size : 1;
  if (at.options.repetitions < 1 || (at.options.repetitions > 1 && needed > at.device.max_layers))
    blame(needed, at.device.max_layers, advice::nearest("repetitions", at.options.repetitions, 1, times));
}

INCUSE_RULE(WholeNetwork, first_layer_fifo, error, "FIFOs and streaming begin with the hardware's layer 0",
            "leave the option first_layer out, or load the input into the data memory", "checks D7, D10") {
  const int first = at.options.first_layer;
  bool streams = at.options.uses_fifo();
  for (int i = 0; i < at.size; ++i) streams = streams || at.layers[i].streaming;
  if (streams && within(first, 1, at.device.max_first_layer)) blame(first, 0);
}

INCUSE_RULE(WholeNetwork, binary_mixture, error,
            "weights of 1 bit mean -1 and +1 in all layers of a network, or in none of them",
            "give the other layers binary weights, too, or more bits", "checks D18; registers 4") {
  bool binary = false, narrow = false;
  for (int i = 0; i < at.size; ++i) {
    const Layer& layer = at.layers[i];
    if (!layer.has_weights() || layer.weight_bits != 1) continue;
    (layer.binary_weights ? binary : narrow) = true;
  }
  if (binary && narrow && at.device.binary_weights) blame();
}

INCUSE_RULE(OneLayer, processor_range, error, "the layer uses processors beyond the highest that may be used",
            "use lower ones, or leave the option processors_per_pass, on the command line --max-proc, out",
            "checks Y8, Y9") {
  const int most = at.network.options.processors_per_pass;
  const auto used = [&](int i) {
    const Placement& placement = at.network.layers[i].placement;
    return placement.processors | placement.output_processors;
  };
  if (!within(most, 1, all_processors - 1)) return;
  for (int i = 0; i < at.index; ++i)
    if (used(i) >> most != 0) return;  // one finding is enough: the mistake is the option
  if (used(at.index) >> most != 0) blame(last_bit(used(at.index)), most - 1, "the option");
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every feature that is asked for.
inline constexpr CheckedRule<AskedFeature> feature_rules[] = {
    INCUSE_RULE_ROW(feature),
};

/// Applied to the options.
inline constexpr CheckedRule<AskedOptions> option_rules[] = {
    INCUSE_RULE_ROW(first_layer),
    INCUSE_RULE_ROW_ABOUT(fast_fifo_core, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(deep_sleep_core, bit_of(Feature::risc_v)),
    INCUSE_RULE_ROW_ABOUT(pipeline_choice, bit_of(Feature::pipeline)),
    INCUSE_RULE_ROW_ABOUT(synthesized_input_path, bit_of(Feature::fifo)),
    INCUSE_RULE_ROW_ABOUT(snoop_mode, bit_of(Feature::snooping)),
    INCUSE_RULE_ROW_ABOUT(snoop_address, bit_of(Feature::snooping)),
};

/// Applied to the network.
inline constexpr CheckedRule<WholeNetwork> network_rules[] = {
    INCUSE_RULE_ROW(layer_count),      INCUSE_RULE_ROW(input_shape),    INCUSE_RULE_ROW(real_input),
    INCUSE_RULE_ROW(repetitions),      INCUSE_RULE_ROW(buffer_writer),  INCUSE_RULE_ROW(unwritten_buffer),
    INCUSE_RULE_ROW(first_layer_fifo), INCUSE_RULE_ROW(binary_mixture), INCUSE_RULE_ROW(exit_count),
    INCUSE_RULE_ROW(exit_alone),
};

/// Applied to every layer, before all other rules about it: these rely on the number of its processors.
inline constexpr CheckedRule<OneLayer> map_rules[] = {
    INCUSE_RULE_ROW(processor_range),
};

}  // namespace incuse::max7800x
