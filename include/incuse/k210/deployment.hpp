// Deployment on the K210: a network type and trained parameters, turned into the constants that the KPU reads.
#pragma once

#include <incuse/core/language.hpp>

#include <cstdint>
#include <type_traits>

#include <incuse/k210/rules.hpp>  // first: compilers print the way to a rule with every error

#include <incuse/core/diagnostics.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/k210/tables/byte_networks.hpp>
#include <incuse/k210/tables/image.hpp>
#include <incuse/k210/tables/real_steps.hpp>
#include <incuse/model/deployment.hpp>
#include <incuse/model/fits.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::k210 {

/// Option of a deployment: what the rules warn of is an error.
struct strict {};

/// Types that are options of a deployment.
template <class Type>
inline constexpr bool is_option = std::is_same_v<Type, strict>;

/// The tables of one step, each computed on its own: compilers limit a single evaluation. `Source` has `plan`, and
/// `Step<Index>::value`, a ByteStep or a RealStep, and `codes<Index>`, its WeightCodes or LongWeightCodes.
template <class Source, const Device& Chip, int Step>
struct StepTables {
 private:
  static constexpr const auto& step = Source::template Step<Step>::value;

  struct BatchNorms {
    std::uint64_t entries[step.layer.out_channels];
  };

  alignas(Chip.alignment.weights) static constexpr auto weights = Source::template codes<Step>;
  static constexpr BatchNorms batch_norm_words() {
    BatchNorms result{};
    for (int o = 0; o < step.layer.out_channels; ++o) result.entries[o] = encode(step.batch_norm(o));
    return result;
  }
  alignas(Chip.alignment.batch_norm) static constexpr BatchNorms batch_norm = batch_norm_words();
  alignas(Chip.alignment.activation) static constexpr ActivationBytes activation = encode(step.activation());

  static constexpr LayerArguments arguments = arguments_of(step.layer, detail::addresses_of(Source::plan, Step), Chip);
  static_assert(overflow_of(arguments) == nullptr, "a rule has to catch this");

 public:
  static constexpr StepImage image{encode(arguments), weights.data(), batch_norm.entries, &activation};
};

/// The image of a deployment; an empty one if it is not valid.
template <class Source, const Device& Chip, bool Valid>
struct Tables {
  static constexpr Image<0, 0> image{};
};

template <class Source, const Device& Chip>
struct Tables<Source, Chip, true> {
 private:
  static constexpr int size = Source::plan.graph.size;

  /// The parts of all steps, each computed on its own.
  struct Parts {
    StepImage steps[size]{};
    CpuParameters parameters[size]{};
    CodeScale scales[size]{};

    template <int Step = 0>
    constexpr void collect() {
      scales[Step] = Source::template Step<Step>::value.output;
      if constexpr (Source::plan.graph[Step].on_cpu())
        parameters[Step] = Source::template Step<Step>::value.parameters;
      else
        steps[Step] = StepTables<Source, Chip, Step>::image;
      if constexpr (Step + 1 < size) collect<Step + 1>();
    }
  };

  static constexpr auto whole_image() {
    Parts parts;
    parts.collect();
    return detail::image_of<detail::ImageOf<Source::plan>>(
        Source::plan, [&](int i) { return parts.steps[i]; }, [&](int i) { return parts.parameters[i]; },
        [&](int i) { return i == network_input ? Source::input_scale : parts.scales[i]; });
  }

 public:
  static constexpr auto image = whole_image();
};

namespace detail {

/// The plan of a network, and what the rules say about both. Each stage is evaluated once.
template <const auto& net, const Device& Chip>
struct CheckedLayers {
 private:
  static constexpr Findings of_layers = check_layers(net, Chip);

  static constexpr auto plan_if_legal() {
    if constexpr (net.size > 0 && of_layers.ok())
      return plan(net, Chip);
    else
      return Plan<net.capacity>{};
  }
  static constexpr Findings of_layers_and_plan() {
    Findings found = of_layers;
    if constexpr (net.size > 0 && of_layers.ok()) found.add(check_plan(net, planned, Chip));
    return found;
  }

 public:
  static constexpr auto planned = plan_if_legal();
  static constexpr Findings findings = of_layers_and_plan();
};

/// What the rules for single layers say about a network type with mistakes: about the layers whose shapes are known in
/// spite of them. Nothing is planned.
template <class Net>
constexpr Findings findings_beside_mistakes(const Device& device) {
  Findings found;
  if constexpr (!network_type<Net>) {
    found.push({.rule = &language::rules::no_network, .part = incuse::detail::spelled<Net>.text()});
  } else {
    const auto& faulty = Net::faulty_graph;
    found = faulty.about_known_layers(check_layers(faulty.graph, device));
  }
  return found;
}

}  // namespace detail

/// What the rules say about a network type. `fits` calls it: the type of the device selects this overload.
template <class Net, const auto& Chip>
constexpr Findings findings_for(const Device&) {
  if constexpr (!network_type<Net>)
    return detail::findings_beside_mistakes<Net>(Chip);
  else
    return detail::CheckedLayers<Net::graph, Chip>::findings;
}

namespace detail {

/// What is wrong with the options of a deployment, and with its network.
template <class Checked, class... Options>
inline constexpr Findings findings_with_options = [] {
  Findings found;
  const auto check = [&]<class Option>(const Option*) {
    if constexpr (!is_option<Option>)
      found.push({.rule = &language::rules::no_option, .part = incuse::detail::spelled<Option>.text()});
  };
  (check(static_cast<const Options*>(nullptr)), ...);
  constexpr int times = (0 + ... + (is_option<Options> ? 1 : 0));
  if (times > 1)
    found.push({.rule = &language::rules::repeated_setting, .part = incuse::detail::spelled<strict>.text()});
  found.add(Checked::findings);
  return found;
}();
template <class Checked>
inline constexpr const Findings& findings_with_options<Checked> = Checked::findings;

/// What every deployment has, whatever its parameters. `Checked` has `net` (a Graph), `planned` (its Plan) and
/// `findings`.
template <class Checked, const Device& Chip, class... Options>
struct Deployed {
  static constexpr const Device& device = Chip;
  static constexpr const Findings& findings = findings_with_options<Checked, Options...>;
  static constexpr bool is_strict = (false || ... || is_option<Options>);

  /// A graph without layers comes from a faulty network type, which has reported its own error.
  static constexpr bool is_valid = findings.ok() && !(is_strict && findings.warns()) && Checked::net.size > 0;
  static constexpr auto graph = is_valid ? Checked::net : decltype(Checked::net){};
  static constexpr auto plan = is_valid ? Checked::planned : Plan<Checked::net.capacity>{};
  static constexpr Report report = report_of(plan, Chip);
};

/// A network of signed bytes, with what its parameters add to the graph.
template <class Net, const Device& Chip, class Trained>
struct CheckedBytes {
  static constexpr auto net = bound_graph<Net, Trained>();
  using Layers = CheckedLayers<net, Chip>;
  static constexpr const auto& planned = Layers::planned;
  static constexpr Findings check() {
    if constexpr (net.size == 0) return findings_beside_mistakes<Net>(Chip);
    Findings of_network = Layers::findings;
    of_network.add(check_bytes(net, Chip));
    return joined_findings(check_parameters<Net, Trained>(), of_network, rules_about_sources, rules_about_maps);
  }
  static constexpr Findings findings = check();
};

/// A network of real numbers. Its parameters are only looked at if its layers are in order.
template <class Net, const Device& Chip, class Trained>
struct CheckedReals {
  static constexpr auto net = graph_of<Net>();
  using Layers = CheckedLayers<net, Chip>;
  static constexpr const auto& planned = Layers::planned;
  using Steps = RealSteps<planned, net, Chip, Trained>;
  static constexpr Findings check() {
    if constexpr (net.size == 0) return findings_beside_mistakes<Net>(Chip);
    Findings found = Layers::findings;
    found.add(check_reals(net, Chip));
    if constexpr (net.size > 0 && Layers::findings.ok() && check_reals(net, Chip).ok()) found.add(Steps::findings);
    return found;
  }
  static constexpr Findings findings = check();
};

}  // namespace detail
}  // namespace incuse::k210

namespace incuse {

/// A network on a K210: the same type, with the same parameters, as on a MAX7800x, and the same results, bit for bit.
/// Members:
///   graph     the network with trained shifts (Graph)
///   plan      layers of the KPU, and where their maps lie in AI RAM (k210::Plan)
///   findings  what the rules say: warnings, if it compiles
///   report    sizes, multiplications, lower bounds of AI RAM and cycles (k210::Report)
///   image     layer words and tables, input and output layout (k210::Image), in .rodata
///   is_valid  false if it does not compile: drivers over it then do nothing, and add no errors
/// Each violated rule is one compile error that names the layer, what it needs, what the chip has and what to change;
/// all other members are then empty. With the option k210::strict every warning is such an error as well.
template <class Net, const k210::Device& Chip, class Trained, class... Options>
struct Deployment<Net, Chip, Trained, Options...>
    : k210::detail::Deployed<k210::detail::CheckedBytes<Net, Chip, Trained>, Chip, Options...> {
  using errors = errors_among<Deployment::is_strict, Deployment::findings>;
  static_assert(sizeof(told<0, errors, Chip>) > 0);
  static_assert(sizeof(told<1, errors, Chip>) > 0);
  static_assert(sizeof(told_from<2, errors, Chip>) > 0);

  static constexpr Parameters parameters = parameters_in<Trained>();

  template <int Index>
  struct Step {
    static constexpr auto make() {
      constexpr const auto& steps = Deployment::plan.graph;
      if constexpr (steps[Index].on_cpu())
        return k210::byte_cpu_step(Deployment::graph, steps, parameters, Index);
      else
        return k210::byte_step(Deployment::graph, steps, parameters, Index);
    }
    static constexpr auto value = make();
  };
  template <int Index>
  static constexpr auto codes =
      k210::GatheredCodes<k210::CodesOfStep<Step<Index>>, Deployment::plan.graph[Index].layer.out_channels,
                          Deployment::plan.graph[Index].layer.channel_weights()>::all();
  static constexpr k210::CodeScale input_scale = k210::byte_scale;
  static constexpr const auto& image = k210::Tables<Deployment, Chip, Deployment::is_valid>::image;
};

/// The same with real parameters, which are quantised: `Trained` has `real_layers` and `input` (k210::RealLayer,
/// Range). Images take codes and yield them; `image.input.scale` and `image.outputs[i].scale` say which numbers these
/// are. Quantising stays within the compilers' default limits for every layer that the KPU can hold; what it takes is
/// in docs/k210.md.
template <class Net, const k210::Device& Chip, class Trained, class... Options>
  requires k210::real_parameters<Trained>
struct Deployment<Net, Chip, Trained, Options...>
    : k210::detail::Deployed<k210::detail::CheckedReals<Net, Chip, Trained>, Chip, Options...> {
  using errors = errors_among<Deployment::is_strict, Deployment::findings>;
  static_assert(sizeof(told<0, errors, Chip>) > 0);
  static_assert(sizeof(told<1, errors, Chip>) > 0);
  static_assert(sizeof(told_from<2, errors, Chip>) > 0);

  template <int Index>
  using Step = typename k210::detail::CheckedReals<Net, Chip, Trained>::Steps::template Step<Index>;
  template <int Index>
  static constexpr auto codes = Step<Index>::codes();
  static constexpr k210::Range input_range = k210::input_range_in<Trained>();
  static constexpr k210::CodeScale input_scale =
      k210::code_scale_of(k210::is_usable(input_range) ? input_range : k210::Range{});
  static constexpr const auto& image = k210::Tables<Deployment, Chip, Deployment::is_valid>::image;
};

/// True if every layer of a network runs on the KPU. Only layers that say so in their type run on the CPU; any other
/// layer that the KPU cannot run is an error of its deployment.
template <class Net>
inline constexpr bool all_on_kpu = fits<Net, k210_kpu>&& k210::convert(Net::graph).count(true) == 0;

namespace detail {

template <class Net>
struct IncludedParts<k210_family, Net> {
  static constexpr bool exist = true;
  static constexpr const k210::Device& smallest() { return k210_kpu; }
};

}  // namespace detail

}  // namespace incuse
