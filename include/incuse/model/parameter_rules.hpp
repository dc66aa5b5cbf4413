// Whether trained parameters fit their network: shapes, lengths, widths.
#pragma once

#include <incuse/core/diagnostics.hpp>
#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>
#include <incuse/model/stored_words.hpp>

namespace incuse {

INCUSE_RULE_WORDS(parameter, missing_weights, error, "the parameters have no weights for this layer",
                  "give one entry per weighted layer, in the order of the layers", "max7800x-checks L1, L8")
INCUSE_RULE_WORDS(parameter, extra_parameters, error, "there are parameters for more layers than have weights",
                  "give one entry per weighted layer, in the order of the layers", "parameters.hpp")
INCUSE_RULE_WORDS(parameter, tensor_shape, error, "a tensor has another shape than its layer",
                  "correct the layer, or export the parameters anew", "max7800x-checks L6, M2")
INCUSE_RULE_WORDS(
    parameter, tensor_order, error,
    "the weights of a ConvTranspose2d have the shape of PyTorch's order, [in][out][height][width]",
    "say so: Tensor(...).in_pytorch_order(); or export them as [out][in], both axes of the kernels turned",
    "max7800x-training 3.2, 9.4; memory 5.1")
INCUSE_RULE_WORDS(parameter, missing_flatten, error,
                  "the weights of a Linear layer are made for all values of its map, but nothing flattens it",
                  "put Flatten in front of the layer, in a description flatten: true",
                  "network-description 4; checks L6")
INCUSE_RULE_WORDS(parameter, tensor_length, error, "a tensor has another number of values than its shape says",
                  "export the parameters anew", "parameters.hpp")
INCUSE_RULE_WORDS(parameter, value_range, error, "a weight does not fit the layer's weight bits",
                  "quantize the weights to this width, or give the layer more bits", "max7800x-checks L5, L12")
INCUSE_RULE_WORDS(parameter, binary_weight, error, "a weight of a layer with binary weights is neither -1 nor 1",
                  "quantize the weights to these two, or give the layer 2 bits or more", "max7800x-checks L5, L12")
INCUSE_RULE_WORDS(parameter, missing_bias, error, "the layer has the option bias, but the parameters have none for it",
                  "leave out the option, or export the bias", "max7800x-checks M4")
INCUSE_RULE_WORDS(parameter, unexpected_bias, error, "the parameters have a bias, but the layer has no option bias",
                  "give the layer the option bias", "max7800x-checks M4")
INCUSE_WARNING_WORDS(parameter, zero_bias, "all values of the bias are zero: it is ignored", "leave it out",
                     "max7800x-checks L3, M5")
INCUSE_WARNING_WORDS(parameter, zero_weights, "all weights of the layer are zero",
                     "see whether the layer was trained and exported", "max7800x-checks L3")
INCUSE_RULE_WORDS(parameter, shift_conflict, error, "the output shift of the layer is not the trained one",
                  "leave out the option shift", "options.hpp")

namespace parameter {

/// The parameter rules, for listing them.
inline constexpr const Rule* catalogue[] = {
    &rules::missing_weights, &rules::extra_parameters, &rules::tensor_shape, &rules::tensor_order,
    &rules::missing_flatten, &rules::tensor_length,    &rules::value_range,  &rules::binary_weight,
    &rules::missing_bias,    &rules::unexpected_bias,  &rules::zero_bias,    &rules::zero_weights,
    &rules::shift_conflict,
};

/// Shape that a layer's weights have to have: [out][in][height][width], [out][in][length] or [out][in].
constexpr Quantity weight_shape(const Layer& layer) {
  const long long out = layer.out.channels;
  long long in = layer.in.channels;
  if (layer.flatten) in *= layer.pooled.all_pixels();
  if (layer.groups > 1) in /= layer.groups;
  Quantity shape = Quantity::shape(out, in, layer.kernel.height, layer.kernel.width);
  if (layer.op == Operator::conv1d) shape.count = 3;
  if (layer.op == Operator::linear) shape.count = 2;
  return shape;
}

/// False if the input, the pooled input or the output of a layer is empty. Other rules report that; its weights are not
/// checked.
constexpr bool has_shape(const Layer& layer) {
  return layer.in.exists() && layer.pooled.exists() && layer.out.exists();
}

/// The same if the layer flattened its map, as PyTorch's Linear demands; of other layers, and of those that read single
/// values, no shape.
constexpr Quantity flattened_shape(const Layer& layer) {
  if (layer.op != Operator::linear || layer.flatten || layer.pooled.extent() == Extent{1, 1}) return {};
  Quantity shape =
      Quantity::shape(layer.out.channels, 1LL * layer.in.channels * layer.pooled.height * layer.pooled.width, 1, 1);
  shape.count = 2;
  return shape;
}

/// Shape of a layer's weights in PyTorch's order: [in][out / groups][height][width] for transposed convolutions.
constexpr Quantity pytorch_shape(const Layer& layer) {
  Quantity shape = weight_shape(layer);
  if (layer.op != Operator::conv_transpose2d) return shape;
  const int groups = layer.groups > 1 ? layer.groups : 1;
  const long long out = shape.values[0], in = shape.values[1];
  shape.values[0] = in * groups;
  shape.values[1] = out / groups;
  return shape;
}

/// The dimensions of a tensor.
constexpr Quantity shape_of(const Tensor& tensor) {
  Quantity shape;
  shape.count = tensor.rank;
  for (int i = 0; i < tensor.rank && i < 4; ++i) shape.values[i] = tensor.dimensions[i];
  return shape;
}

/// A tensor of the given shape. The values are not copied.
constexpr Tensor tensor_of(const char* values, const Quantity& shape) {
  Tensor tensor;
  tensor.bytes = values;
  tensor.rank = shape.count;
  for (int i = 0; i < shape.count && i < 4; ++i) tensor.dimensions[i] = static_cast<int>(shape.values[i]);
  tensor.count = tensor.elements();
  return tensor;
}

constexpr bool same(const Quantity& a, const Quantity& b) {
  if (a.count != b.count) return false;
  for (int i = 0; i < a.count; ++i)
    if (a.values[i] != b.values[i]) return false;
  return true;
}

/// Least and greatest weight of a layer.
struct WeightRange {
  int least;
  int greatest;
};
constexpr WeightRange weight_range(const Layer& layer) {
  if (layer.binary_weights) return {-1, 1};
  return {-(1 << (layer.weight_bits - 1)), (1 << (layer.weight_bits - 1)) - 1};
}

inline constexpr long long no_misfit = -1;  ///< of `first_misfit`: all weights fit

/// True if the array of a tensor is packed in values that the layer takes, whatever they are.
constexpr bool packed_values_fit(const Layer& layer, const Tensor& weight) {
  if (weight.packed_bits == 0) return false;
  if (layer.binary_weights) return weight.packed_binary;
  return weight.packed_bits + (weight.packed_binary ? 1 : 0) <= layer.weight_bits;  // 1 and -1 take two bits
}

/// Index, in the order of the array, of the first weight from `begin` to `end` - 1 that does not fit the layer's weight
/// bits; no_misfit if all do. 8-bit weights always fit, and the chip stores none that are computed.
constexpr long long first_misfit(const Layer& layer, const Tensor& weight, long long begin, long long end) {
  const int bits = layer.weight_bits;
  if (weight.repeated != 0 || (bits != 1 && bits != 2 && bits != 4)) return no_misfit;
  if (packed_values_fit(layer, weight)) return no_misfit;
  // weight - least is 0 … 2^bits - 1: no higher bit may be set. Binary weights, -1 and 1, become 0 and 2.
  const int shift = -weight_range(layer).least;
  const int forbidden = 0xff & ~(layer.binary_weights ? 2 : (1 << bits) - 1);
  if (end > weight.count) end = weight.count;
  if (weight.packed_bits != 0) {
    for (long long i = begin; i < end; ++i)
      if (((weight.stored(i) + shift) & forbidden) != 0) return i;
    return no_misfit;
  }
  return weight.use_stored([=](const auto* w) {
    long long i = begin;
    // Compilers evaluate this for every weight: no calls, and few iterations.
    for (; i + 8 <= end; i += 8) {
      const int all = (w[i] + shift) | (w[i + 1] + shift) | (w[i + 2] + shift) | (w[i + 3] + shift) |
                      (w[i + 4] + shift) | (w[i + 5] + shift) | (w[i + 6] + shift) | (w[i + 7] + shift);
      if ((all & forbidden) != 0) break;
    }
    for (; i < end; ++i)
      if (((w[i] + shift) & forbidden) != 0) return i;
    return no_misfit;
  });
}

/// True if the weights in the words `begin` to `end` - 1, eight in each, fit the layer's weight bits: the sign and all
/// bits that a weight does not have are equal. Binary weights are odd, too. GCC stores every distinct number that an
/// evaluation yields: without the other bits, there are few.
template <class Words>
constexpr bool words_fit(const Layer& layer, const Words& words, long long begin, long long end) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const int bits = layer.binary_weights ? 2 : layer.weight_bits;
  const std::uint64_t unequal = ones * static_cast<std::uint64_t>(0x80 - (1 << (bits - 1)));
  const std::uint64_t high = unequal | ones << 7;
  std::uint64_t differing = 0, all = ~std::uint64_t{0};
  for (long long i = begin; i < end; ++i) differing |= (words[i] & high) ^ (words[i] & high) >> 1;
  if (layer.binary_weights)
    for (long long i = begin; i < end; ++i) all &= words[i];
  return (differing & unequal) == 0 && (all & ones) == ones;
}

/// Collects what is wrong with the parameters of a network.
template <int N>
struct Check {
  const Graph<N>& graph;
  Parameters parameters;
  Findings found{};

  constexpr void report(const Rule& rule, int layer, Quantity needs = {}, Quantity has = {}, Text whose = {},
                        Text part = {}, long long at = -1) {
    found.push({&rule, layer, graph[layer].name, needs, has, whose, part, at});
  }

  constexpr void check_weights(int layer, const Tensor& tensor) {
    const Quantity own = weight_shape(graph[layer]), pytorch = pytorch_shape(graph[layer]);
    const bool unsaid = !tensor.pytorch_order && !same(own, pytorch) && same(shape_of(tensor), pytorch);
    const Quantity flattened = flattened_shape(graph[layer]);
    if (unsaid)
      report(rules::tensor_order, layer, own, shape_of(tensor), "the tensor", "weight");
    else if (flattened.count > 0 && same(shape_of(tensor), flattened))
      report(rules::missing_flatten, layer, own, flattened, "the tensor", "weight");
    else
      check_tensor(layer, tensor, tensor.pytorch_order ? pytorch : own, "weight");
  }

  /// A bias of zeros counts as none: `bind` has cleared `Layer::bias` then.
  constexpr void check_bias(int layer, const Tensor& bias) {
    const bool zero = bias.all_zero();
    if (!graph[layer].bias && !zero) return report(rules::unexpected_bias, layer);
    check_tensor(layer, bias, graph[layer].out.channels, "bias");
    if (zero) report(rules::zero_bias, layer);
  }

  /// How many values there are; where the last one may be a terminating zero, "5 to 6 values".
  static constexpr Quantity values_of(const Tensor& tensor) {
    Quantity values = tensor.may_end_earlier ? Quantity::range(tensor.count - 1, tensor.count) : Quantity(tensor.count);
    values.unit = "values";
    return values;
  }
  constexpr void check_tensor(int layer, const Tensor& tensor, const Quantity& shape, Text part) {
    if (!same(shape_of(tensor), shape))
      report(rules::tensor_shape, layer, shape, shape_of(tensor), "the tensor", part);
    else if (tensor.count != tensor.elements())
      report(rules::tensor_length, layer, {tensor.elements(), "values"}, values_of(tensor), "the tensor", part);
  }

  constexpr void report_misfit(int layer, const Tensor& weight, long long index) {
    if (graph[layer].binary_weights)
      return report(rules::binary_weight, layer, {-1, "or 1"}, weight.stored(index), "the tensor", "weight", index);
    const WeightRange range = weight_range(graph[layer]);
    report(rules::value_range, layer, weight.stored(index), Quantity::range(range.least, range.greatest), "the layer",
           "weight", index);
  }

  constexpr void check_layer(int i, const LayerParameters& own) {
    const Layer& layer = graph[i];
    if (own.weight.empty())
      report(rules::missing_weights, i, weight_shape(layer));
    else if (has_shape(layer))
      check_weights(i, own.weight);
    if (layer.bias && own.bias.empty()) report(rules::missing_bias, i, layer.out.channels);
    if (!own.bias.empty()) check_bias(i, own.bias);
    if (layer.output_shift != 0 && own.output_shift != 0 && own.output_shift != layer.output_shift)
      report(rules::shift_conflict, i, layer.output_shift, own.output_shift, "the trained layer");
  }

  constexpr void run() {
    int next = 0;
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].trained()) continue;
      check_layer(i, next < parameters.count ? parameters[next] : LayerParameters{});
      ++next;
    }
    // An array cannot be empty in C++: the parameters of a network without weights have one empty entry.
    if (next < parameters.count && !(parameters[next].weight.empty() && parameters[next].bias.empty()))
      found.push({.rule = &rules::extra_parameters,
                  .needs = next,
                  .has = parameters.count,
                  .has_whose = "their list",
                  .part = parameters[next].name});
  }
};

/// Weights that are checked in one constant evaluation, whose steps compilers limit. The result is a variable, which is
/// evaluated once; a function would be evaluated at every use.
/// Stored ones are compared in words of eight; each evaluation costs GCC a copy of the whole tensor.
template <class Trained, int Entry>
inline constexpr long long chunk = incuse::detail::has_readable_weights<Trained, Entry>() ? 1 << 19 : 1 << 16;

template <class Net, class Trained, int Layer, int Entry, long long Begin>
constexpr long long misfit_in_chunk() {
  constexpr const auto& layer = graph_of<Net>()[Layer];
  constexpr const Tensor& weight = Trained::layers[Entry].weight;
  constexpr long long end = weight.count - Begin < chunk<Trained, Entry> ? weight.count : Begin + chunk<Trained, Entry>;
  if constexpr (packed_values_fit(layer, weight)) {
    return no_misfit;
  } else if constexpr (incuse::detail::has_readable_weights<Trained, Entry>()) {
    using Words = incuse::detail::StoredWords<Trained, Entry>;
    const bool fit = Words::apply([&](const auto& words) { return words_fit(layer, words, Begin / 8, end / 8); });
    return first_misfit(layer, weight, fit ? end / 8 * 8 : Begin, end);
  } else {
    return first_misfit(layer, weight, Begin, end);
  }
}
template <class Net, class Trained, int Layer, int Entry, long long Begin>
inline constexpr long long first_misfit_in_chunk = misfit_in_chunk<Net, Trained, Layer, Entry, Begin>();

/// First misfit of a layer whose parameters are number `Entry`, chunk by chunk.
template <class Net, class Trained, int Layer, int Entry, long long Begin = 0>
constexpr long long first_misfit_in() {
  constexpr long long misfit = first_misfit_in_chunk<Net, Trained, Layer, Entry, Begin>;
  constexpr long long end = Begin + chunk<Trained, Entry>;
  if constexpr (misfit == no_misfit && end < Trained::layers[Entry].weight.count)
    return first_misfit_in<Net, Trained, Layer, Entry, end>();
  else
    return misfit;
}

/// Reports the first misfit of every layer; `Entry` counts the weighted layers.
template <class Net, class Trained, int Layer = 0, int Entry = 0>
constexpr void report_misfits(Check<graph_of<Net>().capacity>& check) {
  constexpr const auto& graph = graph_of<Net>();
  if constexpr (Layer < graph.size && Entry < parameters_in<Trained>().count) {
    constexpr bool weighted = graph[Layer].trained();
    if constexpr (weighted && graph[Layer].weight_bits < 8) {
      const long long misfit = first_misfit_in<Net, Trained, Layer, Entry>();
      if (misfit != no_misfit) check.report_misfit(Layer, Trained::layers[Entry].weight, misfit);
    }
    report_misfits<Net, Trained, Layer + 1, Entry + (weighted ? 1 : 0)>(check);
  }
}

}  // namespace parameter

/// All that is wrong with the parameters of a network: missing, extra and wrongly shaped tensors, weights that do not
/// fit the layer's weight bits, biases and shifts that contradict the layer. The graph may be the result of `bind`.
template <int N>
constexpr Findings check_parameters(const Graph<N>& graph, Parameters parameters) {
  parameter::Check<N> check{graph, parameters};
  check.run();
  for (int i = 0; i < graph.size; ++i) {
    const LayerParameters own = parameters_of(graph, parameters, i);
    const long long misfit = parameter::first_misfit(graph[i], own.weight, 0, own.weight.count);
    if (own.weight.count > 0 && own.weight.all_zero()) check.report(parameter::rules::zero_weights, i);
    if (misfit != parameter::no_misfit) check.report_misfit(i, own.weight, misfit);
  }
  return check.found;
}

/// The same for types, within the compilers' default limits for any number of weights. Does not report weights that are
/// all zero.
template <class Net, class Trained>
constexpr Findings check_parameters() {
  parameter::Check<graph_of<Net>().capacity> check{graph_of<Net>(), parameters_in<Trained>()};
  check.run();
  parameter::report_misfits<Net, Trained>(check);
  return check.found;
}

namespace parameter {

/// True if a layer breaks one of several rules.
template <std::size_t Count>
constexpr bool breaks_one_of(const Findings& findings, int layer, const Rule* const (&rules)[Count]) {
  for (const Finding& finding : findings)
    for (const Rule* rule : rules)
      if (finding.layer == layer && *finding.rule == *rule) return true;
  return false;
}

}  // namespace parameter

/// All findings about a network and its parameters, without those that follow from others: that weights have another
/// shape, where the layer's input is wrong; and that a Linear layer reads a map, where its weights show that Flatten is
/// missing. `about_sources`: the chip's rules about what a layer reads; `about_maps`: those about a Linear layer's map.
template <std::size_t Sources, std::size_t Maps>
constexpr Findings joined_findings(const Findings& parameters, const Findings& network,
                                   const Rule* const (&about_sources)[Sources], const Rule* const (&about_maps)[Maps]) {
  const auto misreads = [&](int layer) { return parameter::breaks_one_of(network, layer, about_sources); };
  const Rule* const unflattened[] = {&parameter::rules::missing_flatten};
  Findings found;
  for (const Finding& finding : parameters)
    if (!(*finding.rule == parameter::rules::tensor_shape && misreads(finding.layer))) found.push(finding);
  found.dropped += parameters.dropped;
  found.dropped_errors += parameters.dropped_errors;
  found.dropped += network.dropped;
  found.dropped_errors += network.dropped_errors;
  for (const Finding& finding : network) {
    bool follows = false;
    for (const Rule* rule : about_maps) follows = follows || *finding.rule == *rule;
    if (!(follows && parameter::breaks_one_of(parameters, finding.layer, unflattened))) found.push(finding);
  }
  return found;
}

/// The network of a type, bound to its parameters. If the parameters are no constants, one error says so, and the graph
/// is empty, so that no other error follows. Parameters of a faulty network type are not looked at, since they may
/// depend on that type.
template <class Net, class Trained>
constexpr auto bound_graph() {
  static_assert(graph_of<Net>().size == 0 || constant_parameters<Trained>,
                "the parameters of this network are no constants: mend the errors in them, and declare them constexpr");
  if constexpr (graph_of<Net>().size > 0 && constant_parameters<Trained>)
    return bind(graph_of<Net>(), parameters_in<Trained>());
  else
    return decltype(graph_of<Net>()){};
}

}  // namespace incuse
