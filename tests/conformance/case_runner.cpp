#include "case_runner.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <regex>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/import/simulation.hpp>
#include <incuse/import/trained.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/software_linear.hpp>

#include "differences.hpp"
#include "flags.hpp"
#include "hash.hpp"
#include "reasons.hpp"
#include "stages.hpp"
#include "warnings.hpp"

namespace conformance {

namespace {

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

Outcome failed(const std::string& stage, const std::string& message) {
  return {Verdict::failed, stage, message, {}, {}};
}

incuse::Shape shape_of(const std::vector<int>& sizes) {
  if (sizes.size() < 2) throw DamagedCase("the input has no shape");
  return {sizes[0], sizes[1], sizes.size() > 2 ? sizes[2] : 1};
}

/// Layers of trained networks take their width and shift from a checkpoint. The tables give the values that the
/// registers are made from: the shift already has 8 - bits added, and -1 stands for binary weights.
void add_trained_values(const ReferenceCase& reference, int layer, incuse::LayerTensors& tensors) {
  const std::string quantization = reference.parameter(layer, "quantization");
  if (quantization.empty() || quantization == "-" || quantization == "0") return;
  const int bits = std::abs(static_cast<int>(number_in(quantization)));
  tensors.weight_bits = bits;
  tensors.output_shift = static_cast<int>(number_in(reference.parameter(layer, "output_shift"))) - (8 - bits);
}

/// Weights lie in the tables as [out * in][kernel]; linear layers also as [1][out][in].
std::vector<int> weight_shape(const ReferenceCase& reference, int layer, incuse::Operator op) {
  const std::vector<int> stored = reference.numbers(layer, "weight_shape");
  const std::vector<int> outputs = reference.numbers(layer, "output_channels");
  if (stored.empty() || outputs.size() != 1 || outputs[0] <= 0) return {};
  long long total = 1;
  for (int size : stored) total *= size;
  if (op == incuse::Operator::linear) return {outputs[0], static_cast<int>(total / outputs[0])};
  std::vector<int> shape{outputs[0], stored[0] / outputs[0]};
  shape.insert(shape.end(), stored.begin() + 1, stored.end());
  return shape;
}

std::vector<incuse::LayerTensors> tensors_of(const ReferenceCase& reference, const Settings& settings,
                                             const incuse::NetworkDescription& description) {
  std::vector<incuse::LayerTensors> tensors;
  for (std::size_t i = 0; i < description.layers.size(); ++i) {
    const incuse::DescribedLayer& layer = description.layers[i];
    if (!layer.owns_weights()) continue;
    const int number = static_cast<int>(i) + settings.options.first_layer;
    incuse::LayerTensors own;
    own.weight_shape = weight_shape(reference, number, layer.layer.op);
    if (reference.has("b" + two_digits(number)))
      own.bias_values = static_cast<int>(reference.array("b" + two_digits(number)).values.size());
    if (settings.options.drops_bias(number)) own.bias_values = 0;
    if (description.arch != "test") add_trained_values(reference, number, own);
    tensors.push_back(own);
  }
  return tensors;
}

incuse::Tensor store(const incuse::NpyArray& array, const std::vector<int>& shape, StoredParameters& parameters) {
  std::vector<char> bytes;
  for (std::int64_t value : array.values) {
    if (value < -128 || value > 127) throw DamagedCase("a weight or bias does not fit a signed byte");
    bytes.push_back(static_cast<char>(value));
  }
  parameters.storage.push_back(std::move(bytes));
  incuse::Tensor tensor;
  tensor.bytes = parameters.storage.back().data();
  tensor.count = static_cast<long long>(parameters.storage.back().size());
  tensor.rank = static_cast<int>(shape.size());
  for (int i = 0; i < tensor.rank; ++i) tensor.dimensions[i] = shape[static_cast<std::size_t>(i)];
  if (tensor.elements() != tensor.count) throw DamagedCase("an array does not have the shape that params.txt says");
  return tensor;
}

StoredParameters load_parameters(const ReferenceCase& reference, const incuse::DescribedGraph& described,
                                 const std::vector<incuse::LayerTensors>& tensors, int first) {
  StoredParameters parameters;
  for (int i = 0; i < described.graph.size; ++i) {
    const incuse::Layer& layer = described.graph[i];
    if (!layer.has_weights()) continue;
    const int tensor = described.tensor_of_layer[static_cast<std::size_t>(i)];
    if (tensor < 0) throw DamagedCase("a layer has no weights");
    incuse::LayerParameters own;
    own.name = layer.name;
    own.weight = store(reference.array("w" + two_digits(first + i)),
                       tensors[static_cast<std::size_t>(tensor)].weight_shape, parameters);
    if (layer.bias) own.bias = store(reference.array("b" + two_digits(first + i)), {layer.out_channels}, parameters);
    parameters.layers.push_back(own);
  }
  return parameters;
}

/// The input; if the program synthesizes it, what becomes of its first words.
std::vector<int> load_input(const ReferenceCase& reference, incuse::Shape shape,
                            const incuse::max7800x::Options& options) {
  const incuse::NpyArray array = reference.array("input");
  if (static_cast<int>(array.values.size()) != shape.elements())
    throw DamagedCase("the input does not have the shape that meta.txt says");
  const std::vector<int> loaded(array.values.begin(), array.values.end());
  if (options.synthesized_words == 0) return loaded;
  std::vector<int> synthesized;
  const auto value = [&](int i) { return loaded[static_cast<std::size_t>(i)]; };
  for (int i = 0; i < shape.elements(); ++i)
    synthesized.push_back(incuse::max7800x::synthesized_value(shape, options, value, i));
  return synthesized;
}

// The comparisons -----------------------------------------------------------------------------------------------------

std::string compare_bias(const ReferenceCase& reference, const Subject& subject) {
  const auto memories = bias_memories(subject);
  for (int g = 0; g < incuse::max7800x::groups; ++g) {
    const std::string role = "bias" + std::to_string(g);
    const std::vector<std::uint8_t> expected =
        reference.has(role) ? reference.bytes(role) : std::vector<std::uint8_t>();
    const std::string difference = difference_in_bytes(expected, memories[static_cast<std::size_t>(g)]);
    if (!difference.empty()) return "group " + std::to_string(g) + ": " + difference;
  }
  for (const ReferenceLoad& load : reference.loads()) {
    if (load.kind != "bias") continue;
    const int group = load.role.back() - '0';
    if (load.address != subject.device.bias.address(group))
      return load.role + ": expected address " + hexadecimal(load.address) + ", actual " +
             hexadecimal(subject.device.bias.address(group));
  }
  return {};
}

std::string compare_input(const ReferenceCase& reference, const Subject& subject) {
  const std::vector<InputRegion> actual = input_regions(subject);
  std::size_t next = 0;
  for (const ReferenceLoad& load : reference.loads()) {
    if (load.kind == "kernels" || load.kind == "bias") continue;
    if (load.kind != "input" && load.kind != "fifo") return "cannot compare a load of kind " + load.kind;
    if (next == actual.size())
      return "expected " + load.role + " at " + hexadecimal(load.address) + ", actual: no further region";
    const InputRegion& region = actual[next++];
    if (region.address != load.address)
      return load.role + ": expected address " + hexadecimal(load.address) + ", actual " + hexadecimal(region.address);
    const std::string difference = difference_in_words(reference.words(load.role), region.words);
    if (!difference.empty()) return load.role + ": " + difference;
  }
  if (next < actual.size()) return "expected no further region, actual one at " + hexadecimal(actual[next].address);
  return {};
}

std::vector<std::uint8_t> bytes_of(const std::vector<std::uint32_t>& words) {
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t word : words)
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  return bytes;
}

std::uint32_t crc_in(const std::string& text) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) throw DamagedCase("a checksum is missing");
  return static_cast<std::uint32_t>(number_in(words.back()));
}

std::string compare_expected(const ReferenceCase& reference, const Subject& subject, const LayerOutputs& outputs,
                             CheckedWords checked) {
  if (!reference.has("expected") && reference.meta("expected").empty()) return {};  // no answer is checked
  const std::vector<std::uint32_t> actual = expected_stream(subject, outputs, checked);
  if (reference.has("expected")) return difference_in_memory(reference.words("expected"), actual);
  const std::string note = reference.meta("expected");  // "65585 words, crc32 0x8c2b84ae"
  const long long count = number_in(words_of(note).at(0));
  if (static_cast<long long>(actual.size()) != count)
    return "expected " + std::to_string(count) + " words, actual " + std::to_string(actual.size());
  const std::uint32_t crc = crc32(bytes_of(actual));
  if (crc != crc_in(note)) return "crc32: expected " + hexadecimal(crc_in(note)) + ", actual " + hexadecimal(crc);
  return {};
}

/// The vendor's program reads whole words: behind a block of less than four channels it may store up to three more,
/// which do not exist.
std::string difference_with_surplus(const std::vector<std::uint32_t>& expected,
                                    const std::vector<std::uint32_t>& actual, int pixels) {
  std::size_t next = 0;
  int surplus = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (next < actual.size() && expected[i] == actual[next]) {
      ++next;
      surplus = 0;
    } else if (++surplus > 3 * pixels) {
      return "element " + std::to_string(next) + ": expected address " + hexadecimal(expected[i]) + ", actual " +
             (next < actual.size() ? hexadecimal(actual[next]) : "no further element");
    }
  }
  if (next < actual.size()) return "element " + std::to_string(next) + " is not unloaded";
  return {};
}

std::string text_of(const incuse::max7800x::MlatorAccess& access) {
  using Kind = incuse::max7800x::MlatorAccess::Kind;
  if (access.kind == Kind::read)
    return "read " + hexadecimal(access.address) + " " + hexadecimal(static_cast<std::uint32_t>(access.index)) + " " +
           std::to_string(access.count);
  return (access.kind == Kind::write ? "write " : "prime ") + hexadecimal(access.address) + " " +
         hexadecimal(access.value);
}

std::string compare_mlator(const ReferenceCase& reference, const Subject& subject) {
  const std::vector<std::string> expected = lines_of(reference.file("unload.txt"));
  const std::vector<incuse::max7800x::MlatorAccess> actual = mlator_accesses(subject);
  for (std::size_t i = 0; i < expected.size() || i < actual.size(); ++i) {
    const std::string own = i < actual.size() ? text_of(actual[i]) : "no further access";
    const std::string theirs = i < expected.size() ? expected[i] : "no further access";
    if (own != theirs) return "access " + std::to_string(i) + ": expected " + theirs + ", actual " + own;
  }
  return {};
}

std::string compare_unload(const ReferenceCase& reference, const Subject& subject,
                           const std::vector<incuse::max7800x::UnloadRegion>& regions) {
  const std::string check = reference.meta("unload_check");
  const std::vector<std::string> kind = words_of(reference.meta("unload"));
  if (!kind.empty() && kind[0] == "mlator") return compare_mlator(reference, subject);
  // In all other cases the unload table contradicts the memory contents, which are compared above. A list of regions
  // need not agree with them.
  const bool listed = check == "unchecked" && !regions.empty();
  const bool agrees = check == "exact" || check == "overrun" || check == "grouped" || listed;
  if (!agrees || kind.size() != 2 || (kind[0] != "bytes" && kind[0] != "words")) return {};
  const std::vector<std::uint32_t> actual = unload_addresses(subject, regions);
  if (!reference.has("unload")) {
    const std::string note = reference.meta("unload_crc32");
    if (note.empty() || check == "overrun") return {};
    const std::uint32_t crc = crc32(bytes_of(actual));
    if (crc != crc_in(note))
      return "unload crc32: expected " + hexadecimal(crc_in(note)) + ", actual " + hexadecimal(crc);
    return {};
  }
  const std::vector<std::uint32_t> expected = reference.words("unload");
  int most_pixels = 1;
  for (int i = 0; i < subject.graph.size; ++i) most_pixels = std::max(most_pixels, subject.graph[i].out.pixels());
  const std::string difference = check == "overrun" ? difference_with_surplus(expected, actual, most_pixels)
                                                    : difference_in_words(expected, actual);
  return difference.empty() ? "" : "unload addresses: " + difference;
}

std::string difference_in_layer(const ReferenceCase& reference, const ReferenceOutput& expected, incuse::Shape shape,
                                const std::vector<int>& actual) {
  if (expected.shape != text_of(shape)) return "expected shape " + expected.shape + ", actual " + text_of(shape);
  std::vector<std::uint8_t> bytes;
  for (int value : actual)
    for (int i = 0; i < (expected.wide ? 4 : 1); ++i)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> 8 * i));
  const std::uint32_t crc = crc32(bytes);
  if (crc == expected.crc) return {};
  if (!expected.role.empty()) {
    const std::vector<std::int64_t> values = reference.array(expected.role).values;
    for (std::size_t i = 0; i < values.size() && i < actual.size(); ++i)
      if (values[i] != actual[i]) {
        const int at = static_cast<int>(i), pixels = shape.pixels();
        return "channel " + std::to_string(at / pixels) + ", row " + std::to_string(at % pixels / shape.width) +
               ", column " + std::to_string(at % shape.width) + ": expected " + std::to_string(values[i]) +
               ", actual " + std::to_string(actual[i]);
      }
  }
  return "crc32: expected " + hexadecimal(expected.crc) + ", actual " + hexadecimal(crc);
}

/// The vendor's tool dumps what a shift leaves of the whole rolling buffer, rows first: channels stand for rows.
std::string difference_in_shift(const ReferenceCase& reference, const ReferenceOutput& expected,
                                const incuse::KeptRows& kept, const std::vector<int>& actual) {
  const int moved = static_cast<int>(actual.size()) / kept.channels;
  std::vector<int> rows(static_cast<std::size_t>(kept.shape().elements()));
  for (int row = 0; row < moved; ++row)
    for (int channel = 0; channel < kept.channels; ++channel)
      rows[static_cast<std::size_t>(row * kept.channels + channel)] =
          actual[static_cast<std::size_t>(channel * moved + row)];
  return difference_in_layer(reference, expected, {kept.rows, kept.channels, 1}, rows);
}

std::string compare_layers(const ReferenceCase& reference, const Subject& subject, const LayerOutputs& outputs) {
  const std::vector<ReferenceOutput> expected = reference.outputs();
  std::size_t computed = 0;
  for (int i = 0; i < subject.graph.size; ++i) computed += subject.simulates(i) ? 1 : 0;
  if (expected.size() != computed)
    return "expected " + std::to_string(expected.size()) + " layer outputs, actual " + std::to_string(computed);
  for (ReferenceOutput layer : expected) {
    layer.layer -= subject.options.first_layer;
    if (layer.layer < 0 || layer.layer >= subject.graph.size) return "expected a layer " + std::to_string(layer.layer);
    const incuse::Layer& own = subject.graph[layer.layer];
    const std::vector<int>& actual = outputs[static_cast<std::size_t>(layer.layer)];
    const bool shifted = own.buffer_shift != 0 && layer.shape != text_of(own.out);
    std::string difference = shifted ? difference_in_shift(reference, layer, subject.graph.buffer, actual)
                                     : difference_in_layer(reference, layer, own.out, actual);
    if (difference.empty() && layer.wide != own.wide) difference = "different output widths";
    if (difference.empty() && layer.unloaded != own.output)
      difference = layer.unloaded ? "expected to be an output" : "expected to be no output";
    if (!difference.empty()) return "layer " + std::to_string(layer.layer) + ": " + difference;
  }
  return {};
}

/// The layer that the processor runs behind the network: a line of meta.txt, "linear 192 10 bias".
incuse::max7800x::SoftwareLinear software_layer(const std::string& line) {
  const std::vector<std::string> words = words_of(line);
  if (words.size() != 4 || words[0] != "linear") throw DamagedCase("'" + line + "' is no layer of the processor");
  return {static_cast<int>(number_in(words[1])), static_cast<int>(number_in(words[2])), words[3] == "bias"};
}

std::string difference_in_values(const ReferenceCase& reference, const std::string& role,
                                 const std::vector<int>& actual) {
  const std::vector<std::int64_t> expected = reference.array(role).values;
  if (expected.size() != actual.size())
    return role + ": expected " + std::to_string(expected.size()) + " values, actual " + std::to_string(actual.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (expected[i] != actual[i])
      return role + " " + std::to_string(i) + ": expected " + std::to_string(expected[i]) + ", actual " +
             std::to_string(actual[i]);
  return {};
}

/// The layer of the processor reads the last layer's output.
std::string compare_software(const ReferenceCase& reference, const LayerOutputs& outputs) {
  if (reference.meta("software_layer").empty()) return {};
  const incuse::max7800x::SoftwareLinear layer = software_layer(reference.meta("software_layer"));
  const auto count = [](int size) { return static_cast<std::size_t>(size); };
  const std::vector<std::int64_t> weights = reference.array("fcw").values;
  const std::vector<std::int64_t> bias =
      layer.bias ? reference.array("fcb").values : std::vector<std::int64_t>(count(layer.outputs));
  const std::vector<int>& input = outputs.back();
  if (weights.size() != count(layer.inputs) * count(layer.outputs) || bias.size() != count(layer.outputs) ||
      input.size() != count(layer.inputs))
    return "the layer of the processor does not have the size that meta.txt says";
  const auto in = [&](const auto& list) { return [&](int i) { return static_cast<int>(list[count(i)]); }; };
  std::vector<int> result(bias.size()), probabilities(bias.size()), packed;
  incuse::max7800x::run(layer, in(weights), in(bias), in(input), [&](int i, int value) { result[count(i)] = value; });
  incuse::max7800x::softmax_of_halfwords(result.data(), layer.outputs, probabilities.data());
  incuse::max7800x::for_each_interleaved(layer, [&](int i) { packed.push_back(in(weights)(i)); });
  const incuse::max7800x::Operations counted = layer.operations();
  const std::string operations = std::to_string(counted.multiply_accumulate) + " " + std::to_string(counted.compare);
  if (operations != reference.meta("software_operations"))
    return "operations: expected " + reference.meta("software_operations") + ", actual " + operations;
  const std::pair<const char*, const std::vector<int>&> roles[] = {
      {"fcin", input}, {"fcpacked", packed}, {"fcout", result}, {"fcsoftmax", probabilities}};
  for (const auto& [role, values] : roles)
    if (const std::string difference = difference_in_values(reference, role, values); !difference.empty())
      return difference;
  return {};
}

// The case ------------------------------------------------------------------------------------------------------------

/// Everything between a case's files and the stages.
struct PreparedCase {
  incuse::NetworkDescription description{};
  std::vector<incuse::LayerTensors> tensors{};
  incuse::DescribedGraph described{};
  std::vector<CheckFinding> errors{};    ///< of the description and its weights
  std::vector<CheckFinding> warnings{};  ///< of the description
};

void add_errors(const std::vector<incuse::Problem>& problems, std::vector<CheckFinding>& errors) {
  for (const incuse::Problem& problem : problems)
    if (problem.severity == incuse::Severity::error)
      errors.push_back({problem.rule, problem.text(), true, problem.layer});
}

PreparedCase prepare(const ReferenceCase& reference, const Settings& settings, const incuse::max7800x::Device& device) {
  PreparedCase prepared;
  prepared.description = incuse::read_description(reference.file("network.yaml").string(), device);
  for (incuse::Problem& problem : prepared.description.problems) problem.file = "network.yaml";
  prepared.description.file = "network.yaml";
  add_errors(prepared.description.problems, prepared.errors);
  for (const incuse::Problem& problem : prepared.description.problems)
    if (problem.severity == incuse::Severity::warning)
      prepared.warnings.push_back({problem.rule, problem.text(), false, problem.layer});
  if (!prepared.description.complete) return prepared;
  if (device.max_first_layer > 0) start_at(settings.options.first_layer, prepared.description);
  apply(settings.options, prepared.description);
  prepared.tensors = tensors_of(reference, settings, prepared.description);
  const bool only_bypasses = device.kernel_bypass && prepared.tensors.empty();
  if (!only_bypasses && !prepared.description.bias.empty() && !settings.options.no_bias && !reference.has_any_bias())
    prepared.errors.push_back({"L10", "there is no file with the biases '" + prepared.description.bias + "'"});
  std::vector<int> input_sizes = split_numbers(reference.meta("input_shape"));
  if (input_sizes.empty() && reference.has("input")) input_sizes = reference.array("input").shape;
  if (input_sizes.empty()) return prepared;
  prepared.described = graph_from(prepared.description, prepared.tensors, shape_of(input_sizes), device);
  Graph& graph = prepared.described.graph;
  // Where the vendor's tool gave up early the case has no weights, and there is no graph: not a fault of the network.
  if (graph.size == 0 && std::any_of(prepared.tensors.begin(), prepared.tensors.end(),
                                     [](const incuse::LayerTensors& own) { return own.weight_shape.empty(); }))
    return prepared;
  apply(settings.options, graph);
  std::vector<incuse::Problem> own(
      prepared.described.problems.begin() + static_cast<std::ptrdiff_t>(prepared.description.problems.size()),
      prepared.described.problems.end());
  add_errors(own, prepared.errors);
  return prepared;
}

/// Chooses shared weights and plans. Weights that the reader finds fault with are left out.
void plan_subject(const ReferenceCase& reference, Subject& subject, const PreparedCase& prepared,
                  const Settings& settings) {
  subject.graph = prepared.described.graph;
  subject.options.snoop = prepared.description.snoop;
  for (int i = 0; i < subject.graph.size; ++i)
    for (int k = i + 1; k < subject.graph[i].placement.next; ++k) subject.skipped.push_back(k);
  subject.order = incuse::simulation_of(prepared.description, subject.graph.size).order;
  if (prepared.errors.empty()) {
    subject.parameters = load_parameters(reference, prepared.described, prepared.tensors, subject.options.first_layer);
    subject.graph = incuse::bind(subject.graph, subject.parameters.parameters(),
                                 subject.device.vendor_allocation == incuse::max7800x::VendorAllocation::stack);
  }
  apply_to_bound(settings.options, subject.graph);
  subject.plan = plan_of(subject.graph, subject.device, subject.options);
}

std::vector<CheckFinding> errors_of(const Subject& subject) {
  std::vector<CheckFinding> errors;
  for (const CheckFinding& finding : check(subject))
    if (finding.error) errors.push_back(finding);
  return errors;
}

std::string text_of(const CheckFinding& finding) { return finding.rule + ": " + finding.sentence; }

/// What is wrong with a network of which the vendor's tool has read nothing but the description: with weights and an
/// input that fit this.
std::vector<CheckFinding> errors_with_any_weights(const incuse::NetworkDescription& description,
                                                  const Subject& subject) {
  std::vector<incuse::LayerTensors> tensors;
  const std::vector<incuse::DescribedLayer>& layers = description.layers;
  const auto channels_of = [](incuse::ProcessorMap map) { return std::max(1, incuse::bit_count(map)); };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!layers[i].owns_weights()) continue;
    const incuse::Layer& layer = layers[i].layer;
    const incuse::Placement& next = layers[std::min(i + 1, layers.size() - 1)].layer.placement;
    const incuse::ProcessorMap own = layer.placement.output_processors;
    std::vector<int> shape{channels_of(own != 0 ? own : next.processors), 0};
    if (layer.op != incuse::Operator::linear) shape.push_back(layer.kernel.height);
    if (layer.op != incuse::Operator::linear && !layer.one_dimensional()) shape.push_back(layer.kernel.width);
    tensors.push_back({shape, 0, {}, {}});
  }
  if (layers.empty()) return {};
  const incuse::Layer& first = layers.front().layer;
  const incuse::Shape input{channels_of(first.placement.processors), 36, first.one_dimensional() ? 1 : 36};
  Subject assumed{subject.device};
  assumed.options = subject.options;
  assumed.graph = graph_from(description, tensors, input, subject.device).graph;
  if (assumed.graph.size == 0) return {};
  assumed.plan = plan_of(assumed.graph, assumed.device, assumed.options);
  return errors_of(assumed);
}

/// What is wrong with a checkpoint of which only the name that the vendor's tool gives its architecture is known.
std::vector<CheckFinding> errors_of_checkpoint(const std::string& sentence,
                                               const incuse::NetworkDescription& description) {
  static const std::regex architecture("architecture of checkpoint file \\(([^)]*)\\)");
  std::smatch found;
  if (!std::regex_search(sentence, found, architecture)) return {};
  const std::string error = incuse::other_architecture(found[1], description);
  return error.empty() ? std::vector<CheckFinding>{} : std::vector<CheckFinding>{CheckFinding{"L2", error}};
}

Outcome run_rejected(const ReferenceCase& reference, const Settings& settings, const PreparedCase& prepared,
                     Subject& subject, const std::set<std::string>& stages) {
  std::vector<CheckFinding> errors = prepared.errors;
  if (prepared.described.graph.size > 0) plan_subject(reference, subject, prepared, settings);
  for (const CheckFinding& error : errors_of(subject)) errors.push_back(error);

  const std::vector<std::string> text = lines_of(reference.file("error.txt"));
  const std::string sentence = text.empty() ? "an error" : text.front();
  for (const CheckFinding& error : errors_of_checkpoint(sentence, prepared.description)) errors.push_back(error);
  const bool assumed = errors.empty() && subject.graph.size == 0;
  if (assumed) errors = errors_with_any_weights(prepared.description, subject);
  if (errors.empty()) {
    const std::vector<std::string>& reasons = settings.not_supported;
    if (!reasons.empty()) return {Verdict::skipped, "", "", reasons, {}};
    return failed("check", "accepted, but expected: " + sentence);
  }
  // The vendor's tool stops at the first error: it did not get to warn of everything.
  std::vector<CheckFinding> all = remarks(subject);
  all.insert(all.end(), prepared.warnings.begin(), prepared.warnings.end());
  all.insert(all.end(), errors.begin(), errors.end());
  if (stages.count("warnings") > 0 && !reference.is_early() && subject.graph.size > 0) {
    const std::string difference = compare_warnings(lines_of(reference.file("warnings.txt")), all, false);
    if (!difference.empty()) return failed("warnings", difference);
  }
  Outcome outcome;
  for (const CheckFinding& error : errors) outcome.findings.push_back(text_of(error));
  // Of an assertion of the vendor's tool there is the place and the condition, one line below.
  const bool assertion = text.size() > 1 && text[1].find(": assert ") != std::string::npos;
  const std::string why = assertion ? text[1] : sentence;
  const ReasonCheck reason = compare_reason(why, errors);
  if (assumed && !reason.known) return {Verdict::skipped, "", "", {"the tables have no weights: " + sentence}, {}};
  outcome.unknown_reason = reason.known ? "" : why;
  if (!reason.missing.empty()) {
    outcome.verdict = Verdict::failed;
    outcome.stage = "check";
    outcome.message = reason.missing + "; the vendor's tool says: " + why;
  }
  return outcome;
}

/// What there is to say about the program that the vendor's tool writes, in the words of its lines.
std::vector<CheckFinding> remarks_on_program(const ReferenceCase& reference, const Subject& subject) {
  std::vector<CheckFinding> findings;
  if (!subject.graph[subject.graph.size - 1].wide)
    findings.push_back({"program.softmax", "--softmax should only be used", false});
  const long long divider = reference.meta("clock_divider").empty() ? 1 : number_in(reference.meta("clock_divider"));
  if (reference.meta("pipeline") == "1" && (reference.meta("pll") == "1" ? 200 : 60) / divider <= 50)
    findings.push_back({"program.pipeline", "the pipeline can be disabled", false});
  int sharing = 0;
  long long bytes = 0;
  for (int i = 0; i < subject.graph.size; ++i) {
    const incuse::Layer& layer = subject.graph[i];
    if (!layer.has_weights() || subject.plan[i].kernels.owned) continue;
    ++sharing;
    bytes += 1LL * layer.out.channels * layer.weight_in_channels() * layer.kernel.area() * layer.weight_bits / 8;
  }
  if (sharing > 0)
    findings.push_back({"program.shared_weights",
                        "for " + std::to_string(sharing) + " layer" + (sharing > 1 ? "s" : "") + " (" +
                            std::to_string(bytes) + " bytes)",
                        false});
  return findings;
}

std::string compare_remarks(const ReferenceCase& reference, const PreparedCase& prepared, const Subject& subject,
                            const LayerOutputs& outputs) {
  std::vector<CheckFinding> findings = remarks(subject);
  for (const auto& more : {prepared.warnings, remarks_on_program(reference, subject)})
    findings.insert(findings.end(), more.begin(), more.end());
  for (const CheckFinding& finding : remarks(subject, outputs)) findings.push_back(finding);
  return compare_warnings(lines_of(reference.file("warnings.txt")), findings, true);
}

Outcome run_accepted(const ReferenceCase& reference, const Settings& settings, const PreparedCase& prepared,
                     Subject& subject, const std::set<std::string>& stages) {
  if (!prepared.errors.empty()) return failed("check", text_of(prepared.errors.front()));
  const std::vector<std::string>& reasons = settings.not_supported;
  if (!reasons.empty()) return {Verdict::skipped, "", "", reasons, {}};
  if (prepared.described.graph.size == 0) return failed("check", "there are no weights for all layers");
  plan_subject(reference, subject, prepared, settings);
  const auto wanted = [&](const std::string& stage) {
    return stages.count(stage) > 0 && (stage != "warnings" || !reference.is_early());
  };

  if (subject.plan.size != subject.graph.size) return failed("check", "the network was not planned");
  std::string difference;
  const auto differs = [&](const std::string& found) {
    difference = found;
    return !difference.empty();
  };
  if (wanted("check")) {
    const std::vector<CheckFinding> errors = errors_of(subject);
    if (!errors.empty()) return failed("check", text_of(errors.front()));
  }
  if (wanted("registers") &&
      differs(difference_in_writes(subject.device, reference.writes(), register_writes(subject, settings.pauses))))
    return failed("registers", difference);
  if (wanted("weights") && differs(difference_in_weights(subject, reference.words("kernels"), weight_stream(subject))))
    return failed("weights", difference);
  if (wanted("bias") && differs(compare_bias(reference, subject))) return failed("bias", difference);
  if (wanted("output") || wanted("layers") || wanted("fast") || wanted("warnings") || wanted("software") ||
      wanted("input"))
    subject.input = load_input(reference, subject.graph.input, subject.options);
  if (wanted("input") && settings.compare_input && differs(compare_input(reference, subject)))
    return failed("input", difference);
  if (wanted("output") || wanted("layers") || wanted("fast") || wanted("warnings") || wanted("software")) {
    const LayerOutputs outputs = run_reference(subject);
    if (wanted("warnings") && differs(compare_remarks(reference, prepared, subject, outputs)))
      return failed("warnings", difference);
    if (wanted("layers") && differs(compare_layers(reference, subject, outputs))) return failed("layers", difference);
    if (wanted("fast") && differs(difference_of_fast(subject, outputs))) return failed("fast", difference);
    if (wanted("software") && differs(compare_software(reference, outputs))) return failed("software", difference);
    if (wanted("output") &&
        differs(compare_expected(reference, subject, outputs, {settings.verify_length, reference.is_early()})))
      return failed("output", difference);
    if (wanted("output") && differs(compare_unload(reference, subject, prepared.description.unload)))
      return failed("output", difference);
  }
  static const std::vector<std::string> operations = {"multiply-accumulate", "compare", "add", "multiply", "bitwise"};
  if (wanted("stats") && differs(difference_in_counts(reference.counts("stats.txt"), statistics(subject), operations)))
    return failed("stats", difference);
  if (wanted("latency") && subject.device.estimates_latency &&
      differs(difference_in_counts(reference.counts("latency.txt"), latencies(subject), {})))
    return failed("latency", difference);
  return {};
}

}  // namespace

namespace {

std::string findings_hash(const std::vector<CheckFinding>& findings) {
  Hash hash;
  for (const CheckFinding& finding : findings) hash.add(text_of(finding));
  return hash.text();
}

std::string writes_hash(const std::vector<ReferenceWrite>& writes) {
  Hash hash;
  for (const ReferenceWrite& write : writes) {
    hash.add(write.function + write.operation);
    hash.add(std::vector<std::uint32_t>{write.address, write.value, write.mask});
  }
  return hash.text();
}

/// Hashes of what is made of a planned network.
std::string subject_hashes(const Subject& subject) {
  Hash memories, regions, outputs;
  for (const auto& memory : bias_memories(subject)) memories.add(memory);
  for (const InputRegion& region : input_regions(subject)) {
    regions.add(std::to_string(region.address));
    regions.add(region.words);
  }
  for (const std::vector<int>& output : run_reference(subject)) outputs.add(output);
  return " registers " + writes_hash(register_writes(subject)) + " weights " + hash_of(weight_stream(subject)) +
         " bias " + memories.text() + " input " + regions.text() + " outputs " + outputs.text();
}

}  // namespace

const incuse::max7800x::Device& device_of(const CaseEntry& entry) {
  for (const incuse::max7800x::Device* device : {&incuse::max78000, &incuse::max78002, &incuse::ai84})
    if (entry.device == incuse::detail::lower_case(string_of(device->name))) return *device;
  throw DamagedCase("there is no device " + entry.device);
}

std::string fingerprints(const CaseEntry& entry) {
  const ReferenceCase reference(entry);
  const Settings settings = settings_of(reference.flags());
  std::string line = entry.name;
  for (const bool vendor_stream : {true, false}) {
    Subject subject{device_of(entry)};
    subject.options = settings.options;
    subject.options.vendor_stream = vendor_stream;
    const PreparedCase prepared = prepare(reference, settings, subject.device);
    std::vector<CheckFinding> findings = prepared.errors;
    if (prepared.described.graph.size > 0) plan_subject(reference, subject, prepared, settings);
    for (const auto& list : {check(subject), remarks(subject)})
      findings.insert(findings.end(), list.begin(), list.end());
    line += std::string(vendor_stream ? " vendor" : " own") + " findings " + findings_hash(findings);
    if (!entry.accepted || subject.graph.size == 0 || subject.plan.size != subject.graph.size) continue;
    subject.input = load_input(reference, subject.graph.input, subject.options);
    line += subject_hashes(subject);
  }
  return line;
}

AcceptedCase load_accepted(const CaseEntry& entry, bool vendor_stream) {
  if (!entry.accepted) throw DamagedCase(entry.name + " is a case that the vendor's tool rejects");
  const ReferenceCase reference(entry);
  const Settings settings = settings_of(reference.flags());
  AcceptedCase loaded{{device_of(entry)}};
  loaded.subject.options = settings.options;
  loaded.subject.options.vendor_stream = vendor_stream;
  const PreparedCase prepared = prepare(reference, settings, loaded.subject.device);
  if (!prepared.errors.empty()) throw DamagedCase(text_of(prepared.errors.front()));
  loaded.described = prepared.described;
  loaded.not_supported = settings.not_supported;
  if (!loaded.not_supported.empty()) return loaded;
  plan_subject(reference, loaded.subject, prepared, settings);
  loaded.subject.input = load_input(reference, loaded.subject.graph.input, loaded.subject.options);
  return loaded;
}

Outcome run_case(const CaseEntry& entry, const std::set<std::string>& stages) {
  try {
    if (!entry.accepted && stages.count("check") == 0)
      return {Verdict::skipped, "", "", {"a rejected case has no stage but check"}, {}};
    const ReferenceCase reference(entry);
    const Settings settings = settings_of(reference.flags());
    Subject subject{device_of(entry)};
    subject.options = settings.options;
    const PreparedCase prepared = prepare(reference, settings, subject.device);
    Outcome outcome = entry.accepted ? run_accepted(reference, settings, prepared, subject, stages)
                                     : run_rejected(reference, settings, prepared, subject, stages);
    if (stages.count("warnings") > 0)
      outcome.unknown_warnings = unknown_warnings(lines_of(reference.file("warnings.txt")));
    return outcome;
  } catch (const std::exception& problem) {
    return failed("load", problem.what());
  }
}

}  // namespace conformance
