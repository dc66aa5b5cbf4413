// Deployment: a network type, a chip and trained parameters, turned into constants.
#pragma once

#include <incuse/core/language.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// Rules come first, each file before those that include it: compilers name all files between a program and an error.
#include <incuse/core/diagnostics.hpp>
#include <incuse/max7800x/rules/arithmetic.hpp>
#include <incuse/max7800x/rules/early_exit.hpp>
#include <incuse/max7800x/rules/elementwise.hpp>
#include <incuse/max7800x/rules/operators.hpp>
#include <incuse/max7800x/rules/output.hpp>
#include <incuse/max7800x/rules/passes.hpp>
#include <incuse/max7800x/rules/passthrough.hpp>
#include <incuse/max7800x/rules/pooling.hpp>
#include <incuse/max7800x/rules/rolling_buffer.hpp>
#include <incuse/max7800x/rules/sizes.hpp>
#include <incuse/max7800x/rules/sources.hpp>
#include <incuse/max7800x/rules/streaming.hpp>
#include <incuse/max7800x/rules/views.hpp>
#include <incuse/model/options.hpp>

#include <incuse/max7800x/rules/data_memory.hpp>
#include <incuse/max7800x/rules/datapath.hpp>
#include <incuse/max7800x/rules/layers.hpp>
#include <incuse/max7800x/rules/options.hpp>
#include <incuse/max7800x/rules/placement.hpp>
#include <incuse/max7800x/rules/proof.hpp>
#include <incuse/model/branches.hpp>
#include <incuse/model/network.hpp>

#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/latency.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/max7800x/tables/bias.hpp>
#include <incuse/max7800x/tables/weights.hpp>
#include <incuse/model/deployment.hpp>
#include <incuse/model/fits.hpp>
#include <incuse/model/parameter_rules.hpp>

namespace incuse::max7800x {

/// A register write as firmware replays it.
struct AddressedWord {
  std::uint32_t address = 0;
  std::uint32_t value = 0;
};

/// Number of entries of every table of an image.
struct ImageSizes {
  int init = 0;
  int configure = 0;
  int start = 0;
  int weights = 0;
  int bias = 0;
  int outputs = 0;
  bool verified = false;  ///< the accesses contain checks
};

/// The weights of an image.
template <int Words>
struct WeightStream {
  std::uint32_t weights[Words]{};  ///< records of address, length, words; ended by an address of 0
};

/// Everything a driver needs, as constants: all members are plain arrays and numbers.
template <ImageSizes Sizes>
struct Image : WeightStream<at_least_one(Sizes.weights)> {
  using Entry = std::conditional_t<Sizes.verified, RegisterWrite, AddressedWord>;

  RegisterWrite init[at_least_one(Sizes.init)]{};       ///< accesses that reset the accelerator
  Entry configure[at_least_one(Sizes.configure)]{};     ///< writes that describe the layers
  Entry start[at_least_one(Sizes.start)]{};             ///< writes that start an inference
  int bias_count[groups]{};                             ///< values for each group's bias memory
  std::uint8_t bias[at_least_one(Sizes.bias)]{};        ///< the values, group after group
  TensorLayout input{};                                 ///< where the input goes
  TensorLayout outputs[at_least_one(Sizes.outputs)]{};  ///< where the network's outputs lie, the last layer's last
};

namespace detail {

/// Appends to an array.
template <class Value>
struct Appender {
  Value* next;
  constexpr void operator()(const Value& value) { *next++ = value; }
  constexpr void operator()(const RegisterWrite& write) requires std::is_same_v<Value, AddressedWord> {
    *next++ = {write.address, write.value};
  }
};

template <class Emit>
constexpr int count_of(Emit&& emit) {
  int count = 0;
  emit([&](const auto&) { ++count; });
  return count;
}

template <int N>
constexpr ImageSizes image_sizes(const Graph<N>& graph, const Plan<N>& plan, const Device& device,
                                 const Options& options, int weight_words) {
  ImageSizes sizes;
  sizes.init = count_of([&](auto&& sink) { emit_init(graph, plan, device, options, sink); });
  sizes.configure = count_of([&](auto&& sink) { emit_configure(graph, plan, device, options, sink); });
  sizes.start = count_of([&](auto&& sink) { emit_start(graph, plan, device, options, sink); });
  sizes.weights = weight_words + 1;
  sizes.bias = bias_values(plan);
  sizes.outputs = output_layers(graph).size;
  sizes.verified = options.verify_writes;
  return sizes;
}

}  // namespace detail

/// The tables of a deployment, each computed by a function with a name: GCC evaluates a lambda expression in a template
/// twice. `Source` has `graph`, `plan`, `options`, `parameters` and their type, `trained`.
template <class Source, const Device& Chip, bool Valid>
struct Tables;

template <class Source, const Device& Chip>
struct Tables<Source, Chip, false> {
  using image_type = Image<ImageSizes{}>;
  using Weights = WeightStream<1>;
  struct Bias {
    std::uint8_t values[1]{};
  };
  static constexpr image_type image{};
  static constexpr Weights weights{};
  static constexpr Bias bias{};
};

template <class Source, const Device& Chip>
struct Tables<Source, Chip, true> {
 private:
  static constexpr WeightLayout layout = weight_layout(Source::plan, Chip, Source::options);
  static constexpr auto stored_kernels = network_kernels(Source::graph, Source::plan, Source::parameters);

  /// Index of the next layer whose weights are prepared for packing, each tensor in an evaluation of its own.
  static constexpr int next_prepared(int first) {
    return next_prepared_layer(stored_kernels, Source::plan, Chip, Source::options, copies_in_one_step, first);
  }
  template <int Layer>
  using StoredWords = incuse::detail::StoredWords<typename Source::trained, weighted_index(Source::graph, Layer)>;
  template <int Layer>
  using PackedBytes = incuse::detail::PackedBytes<typename Source::trained, weighted_index(Source::graph, Layer)>;

  /// A layer of narrow weights as one of bytes.
  template <int Layer>
  struct Joined {
    static constexpr const detail::LayerKernels& own = stored_kernels.layers[Layer];
    static constexpr std::size_t count = detail::joined_values(own.shape, own.taps);
    static constexpr detail::JoinedWords<count> joined() {
      detail::JoinedWords<count> result{};
      if constexpr (detail::joins_packed(own.shape, own.weights))
        detail::join_packed(own.shape, own.taps, PackedBytes<Layer>::value.values, result.values);
      else
        StoredWords<Layer>::apply(
            [&](const auto& values) { detail::join_layer(own.shape, own.taps, values, result.values); });
      return result;
    }
    static constexpr detail::JoinedWords<count> words = joined();
    static constexpr detail::JoinedBytes<count> bytes = detail::bytes_of(words);
  };

  template <int Layer>
  static constexpr void prepare(decltype(network_kernels(Source::graph, Source::plan, Source::parameters))& all) {
    if constexpr (Layer < Source::plan.size) {
      detail::LayerKernels& layer = all.layers[Layer];
      if constexpr (detail::joins(stored_kernels.layers[Layer].shape)) {
        use_joined(layer, Joined<Layer>::words.values, Joined<Layer>::bytes.values);
      } else {
        layer.weights.words = StoredWords<Layer>::pointer();
        layer.weights.has_words = true;
      }
      prepare<next_prepared(Layer + 1)>(all);
    }
  }
  static constexpr auto prepared_kernels() {
    auto all = stored_kernels;
    prepare<next_prepared(0)>(all);
    return all;
  }
  static constexpr auto kernels = prepared_kernels();
  static constexpr ImageSizes sizes =
      detail::image_sizes(Source::graph, Source::plan, Chip, Source::options, layout.words());

  /// Where the evaluations begin that write the weights: compilers limit the steps of each.
  static constexpr EvaluationCuts cuts = evaluation_cuts(kernels, Source::plan, layout, Source::options);

  /// Words of the processors of one evaluation.
  template <int Number>
  struct Part {
    static constexpr int first = cuts.first[Number], end = cuts.first[Number + 1];
    std::uint32_t words[layout.first_word[end] - layout.first_word[first]];
  };
  template <int Number>
  static constexpr Part<Number> written_part() {
    Part<Number> result{};
    write_weights(kernels, Source::plan, layout, Chip, Source::options, Part<Number>::first, Part<Number>::end,
                  result.words);
    return result;
  }
  template <int Number>
  static constexpr Part<Number> part = written_part<Number>();
  /// All parts, one behind the other, and the word that ends the stream.
  template <class Numbers>
  struct PartsOf;
  template <int... Numbers>
  struct PartsOf<Indices<Numbers...>> {
    struct Parts : Part<Numbers>... {
      std::uint32_t end;
    };
    static constexpr Parts all() { return Parts{part<Numbers>..., 0}; }
  };

  static constexpr void append_bias(std::uint8_t* values) {
    detail::Appender<std::uint8_t> append{values};
    for (int g = 0; g < groups; ++g) emit_bias(Source::graph, Source::plan, Source::parameters, g, append);
  }

 public:
  using Weights = WeightStream<sizes.weights>;
  struct Bias {
    std::uint8_t values[at_least_one(sizes.bias)]{};
  };
  using image_type = Image<sizes>;

 private:
  static constexpr Weights written_weights() {
    if constexpr (cuts.size <= 1) {
      Weights result{};
      write_weights(kernels, Source::plan, layout, Chip, Source::options, 0, all_processors, result.weights);
      return result;
    } else {  // taken over as one object: to copy a word costs as much as to pack it
      return bits_as<Weights>(PartsOf<IndicesBelow<cuts.size>>::all());
    }
  }
  static constexpr Bias written_bias() {
    Bias result{};
    append_bias(result.values);
    return result;
  }
  static constexpr image_type written_image() {
    image_type result{weights};
    emit_init(Source::graph, Source::plan, Chip, Source::options, detail::Appender<RegisterWrite>{result.init});
    emit_configure(Source::graph, Source::plan, Chip, Source::options,
                   detail::Appender<typename image_type::Entry>{result.configure});
    emit_start(Source::graph, Source::plan, Chip, Source::options,
               detail::Appender<typename image_type::Entry>{result.start});
    append_bias(result.bias);
    for (int g = 0; g < groups; ++g) result.bias_count[g] = Source::plan.bias_fill[g];
    result.input = input_layout(Source::graph, Source::plan);
    detail::Appender<TensorLayout> outputs{result.outputs};
    for (int layer : output_layers(Source::graph)) outputs(output_layout(Source::graph, Source::plan, layer));
    return result;
  }

 public:
  /// The tables of the image that are large, for programs that need no others: each an object of its own, so a linker
  /// keeps only what is used.
  static constexpr Weights weights = written_weights();
  static constexpr Bias bias = written_bias();
  static constexpr image_type image = written_image();
};

/// A deployment in numbers.
struct Report : MemoryUse {
  int layers = 0;
  int weight_columns = 0;  ///< end of the fullest weight memory
  Operations operations{};
  long long cycles = 0;                  ///< estimated, of the accelerator's clock
  long long exit_cycles[snoop_units]{};  ///< of an inference that takes an early exit: the first one, the second one
  bool cycles_are_rough = false;         ///< layers stream, and so overlap; or the vendor has no model for the part

  /// Time of an inference at this clock of the accelerator.
  constexpr double microseconds(double hertz) const { return microseconds_of(cycles, hertz); }
  /// Energy of an inference at this clock, of an accelerator that takes so many watts.
  constexpr double microjoules(double hertz, double watts) const { return microseconds(hertz) * watts; }
};

/// The numbers of a planned network.
template <int N>
constexpr Report report_of(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options) {
  Report report;
  static_cast<MemoryUse&>(report) = memory_use(graph, plan, device, options);
  report.layers = graph.size;
  for (int i = 0; i < graph.size; ++i)
    if (plan[i].kernels.owned)
      report.weight_columns =
          max_of(report.weight_columns, plan[i].kernels.written_by(bit_count(plan[i].processors) - 1).end());
  report.operations = operations_of(graph, options);
  const Latency latency = cycles_of(graph, plan, device, options);
  report.cycles = latency.total;
  report.cycles_are_rough = latency.estimated;
  const auto exits = exit_layers(graph);
  for (int k = 0; k < exits.size && k < snoop_units; ++k) report.exit_cycles[k] = cycles_until(graph, plan, exits[k]);
  return report;
}

namespace detail {

/// "repetitions<2> and repetitions<3>"
template <class Option, class Other>
inline constexpr auto both_spelled = [] {
  TextBuffer<125> text;
  return text << incuse::detail::spelled<Option>.text() << " and " << incuse::detail::spelled<Other>.text();
}();

/// Reports a type that is no option, and an option that repeats or contradicts one that follows it.
template <class Option, class... Behind>
constexpr void check_option(Findings& found) {
  using incuse::detail::spelled;
  if constexpr (!is_option<Option>) found.push({.rule = &language::rules::no_option, .part = spelled<Option>.text()});
  [[maybe_unused]] const auto compare = [&]<class Other>(const Other*) {  // unused behind the last option
    if constexpr (is_option<Option> && set_the_same<Option, Other>())
      found.push({.rule = &language::rules::repeated_setting, .part = both_spelled<Option, Other>.text()});
  };
  (compare(static_cast<const Behind*>(nullptr)), ...);
}

template <class Option, class... Behind>
constexpr void check_options_from(Findings& found) {
  check_option<Option, Behind...>(found);
  if constexpr (sizeof...(Behind) > 0) check_options_from<Behind...>(found);
}

}  // namespace detail

/// What is wrong with the types of options, whatever the network.
template <class... Types>
constexpr Findings check_option_types() {
  Findings found;
  if constexpr (sizeof...(Types) > 0) detail::check_options_from<Types...>(found);
  return found;
}

/// What the rules for single layers say about a network type with mistakes: about the layers whose shapes are known in
/// spite of them. Nothing is planned.
template <class Net>
constexpr Findings findings_beside_mistakes(const Device& device, const Options& options) {
  Findings of_layers, found = check_options(device, options);
  if constexpr (!network_type<Net>) {
    found.push({.rule = &language::rules::no_network, .part = incuse::detail::spelled<Net>.text()});
  } else {
    const auto& faulty = Net::faulty_graph;
    detail::check_graph(faulty.graph, detail::whole_network(faulty.graph, device, options), of_layers);
    found.add(faulty.about_known_layers(of_layers));
  }
  return found;
}

inline constexpr Options default_options{};  ///< of a deployment without options

/// What the rules say about a network type with default options. `fits` calls it; argument-dependent lookup finds it
/// through the device.
template <class Net, const auto& Chip>
constexpr Findings findings_for(const Device&) {
  if constexpr (graph_of<Net>().size == 0)
    return findings_beside_mistakes<Net>(Chip, default_options);
  else
    return Inspected<CompiledPlan<graph_of<Net>(), Chip, default_options>::result, Chip>::findings;
}

}  // namespace incuse::max7800x

namespace incuse {

/// A network on a chip of the MAX7800x family. Members:
///   graph     the network as the chip executes it, with trained shifts and the copies that it needs (Graph)
///   options   the given ones, and what the planner had to add, such as an input through FIFOs (Options)
///   plan      processors, offsets, columns and bias slots (max7800x::Plan)
///   findings  what the rules say: at most warnings, if it compiles
///   report    sizes, operations and estimated cycles (max7800x::Report)
///   image     register writes, weight stream, bias bytes, input and output layout (max7800x::Image), in .rodata
///   is_valid  false if it does not compile: drivers over it then do nothing, and add no errors
/// Each violated rule is one compile error that names the layer, what it needs, what the chip has and what to change;
/// all other members are then empty. Each warning is a warning of the compiler (that something deprecated is used),
/// unless the option accept_warnings is given; with the option strict it is an error. Options: average_pool_rounding,
/// plain_weights, write_zero_registers, … in max7800x/options.hpp.
template <class Net, const max7800x::Device& Chip, class Trained, class... Options>
struct Deployment<Net, Chip, Trained, Options...> {
  static_assert(
      !requires(max7800x::Options & options) { Trained::apply(options); },
      "options stand behind the parameters: Deployment<Net, chip, parameters, option>; NoWeights for none");
  using trained = Trained;
  static constexpr Parameters parameters = parameters_in<Trained>();
  static constexpr const max7800x::Device& device = Chip;

 private:
  static constexpr auto bound = bound_graph<Net, Trained>();
  static constexpr max7800x::Options asked = max7800x::options_of<Options...>();
  static constexpr const auto& planned = max7800x::CompiledPlan<bound, Chip, asked>::result;

  static constexpr bool is_network = bound.size > 0;  // if not, an error of the types has said why

  static constexpr Findings of_network() {
    if constexpr (!is_network) return max7800x::findings_beside_mistakes<Net>(Chip, planned.options);
    using Inspected = max7800x::Inspected<max7800x::CompiledPlan<bound, Chip, asked>::result, Chip>;
    return joined_findings(check_parameters<Net, Trained>(), Inspected::findings, max7800x::rules_about_sources,
                           max7800x::rules_about_maps);
  }

  static constexpr Findings of_options_and_network() {
    if constexpr (max7800x::detail::options_agree<Options...>) return of_network();
    Findings found = max7800x::check_option_types<Options...>();
    found.add(of_network());
    return found;
  }

 public:
  static constexpr max7800x::Options options = planned.options;
  static constexpr Findings findings = of_options_and_network();

 private:
  using errors = errors_among<options.strict, findings>;
  static_assert(sizeof(told<0, errors, Chip>) > 0);
  static_assert(sizeof(told<1, errors, Chip>) > 0);
  static_assert(sizeof(told_from<2, errors, Chip>) > 0);
  static constexpr bool valid = findings.ok() && !(options.strict && findings.warns()) && is_network;
  static constexpr bool warns = valid && !options.accept_warnings;
  static_assert(warned_of<warns, findings, Chip>::told());

 public:
  static constexpr bool is_valid = valid;
  static constexpr auto graph = valid ? planned.graph : decltype(planned.graph){};
  static constexpr auto plan = valid ? planned.plan : decltype(planned.plan){};
  static constexpr max7800x::Report report = max7800x::report_of(graph, plan, Chip, options);
  using tables = max7800x::Tables<Deployment, Chip, valid>;
  static constexpr const typename tables::image_type& image = tables::image;  // not `auto`: computed only if used
};

namespace detail {

template <class Net, const max7800x::Device&... Parts>
constexpr const max7800x::Device& smallest_among(max7800x::DeviceList<Parts...>) {
  return detail::smallest_part<Net, Parts...>();
}

template <class Net>
struct IncludedParts<max7800x_family, Net> {
  static constexpr bool exist = true;
  static constexpr const max7800x::Device& smallest() { return smallest_among<Net>(max7800x::Devices{}); }
};

}  // namespace detail

}  // namespace incuse
