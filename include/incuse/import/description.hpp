// Network descriptions in the YAML language of the vendor's tool. They are read without weights: the values in the file
// are kept unchanged, and defaults of the language are filled in; graph_from (description_graph.hpp) makes a Graph of
// them. Spec: max7800x-network-description; rule ids are those of max7800x-checks, section 1.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// Special values in place of the index of a layer.
inline constexpr int stop = -3;                ///< as next layer: none, execution ends
inline constexpr int behind_the_last = -4;     ///< as next layer: a number higher than that of the last one

/// One layer of a description. `layer` holds what a Graph has, too; `graph_from` fills in its name, channels and
/// sources.
struct DescribedLayer {
  int sequence = 0;  ///< number in the file; the layers are numbered anew, without holes
  Place place{};
  std::string name{};
  Layer layer{};
  bool weight_bits_given = false;   ///< else a checkpoint decides
  bool output_shift_given = false;  ///< likewise
  bool kernel_given = false;
  bool one_pool_size = false;  ///< the window is given by one number: one-dimensional data have one column of it
  int out_channels = 0;        ///< 0: from the weights
  std::vector<int> sources{};  ///< indices of layers, network_input or rolling_buffer; empty: previous layer
  int next = 0;                ///< index of the layer that is executed next, stop or behind_the_last
  int simulated_next = 0;      ///< the same for the vendor's expected data: `simulated_sequence`, else like `next`
  int weight_source = -1;      ///< index of the layer whose weights, bias and shift are used; -1: its own
  bool bypass = false;
  bool calcx4 = false;
  bool read_ahead = false;
  int read_gap = 0;
  std::vector<std::string> not_supported{};  ///< what Incuse cannot handle in this layer, and why

  /// Whether the layer has weights of its own in a checkpoint.
  bool owns_weights() const { return layer.weighted() && !bypass && weight_source < 0; }
};

/// A network description. `complete`: all layers are known, all references between them are valid, and a graph can be
/// made of it. Two errors do not prevent that: a feature that the chip lacks (row D1 of the checks sheet), and CHW data
/// for a layer other than the first (row I14).
struct NetworkDescription {
  std::string file{};
  std::string arch{};
  std::string dataset{};
  std::string bias{};           ///< name of the file with biases; only for arch "test"
  std::string weights{};        ///< name of the file with weights; only for arch "test"
  ProcessorMap output_map = 0;  ///< processors that receive the last layer's output; 0: not given
  DataFormat input_format = DataFormat::hwc;
  KeptRows buffer{};  ///< the rolling buffer, without its name
  std::string buffer_name{};
  std::vector<max7800x::UnloadRegion> unload{};  ///< what is unloaded; empty: the outputs
  std::vector<DescribedLayer> layers{};          ///< by ascending sequence number
  std::vector<std::string> not_supported{};      ///< the same for the whole network
  std::vector<Problem> problems{};               ///< in the order of the file
  bool complete = false;

  bool ok() const { return no_errors(problems); }
};

/// Whether layers have to give 'processors' and 'out_offset'. The vendor's tool needs them.
enum class PlacementKeys : unsigned char { needed, optional };

/// Everything in the description that Incuse cannot handle, as sentences: "layer 2: readahead is not supported: ...".
inline std::vector<std::string> not_supported_yet(const NetworkDescription& description) {
  std::vector<std::string> reasons = description.not_supported;
  for (std::size_t i = 0; i < description.layers.size(); ++i)
    for (const std::string& what : description.layers[i].not_supported)
      reasons.push_back("layer " + std::to_string(i) + ": " + what);
  return reasons;
}

/// True if `problems` already report the rule of a finding for the same layer. Problems also have a place in the file.
inline bool said_already(const Finding& finding, const NetworkDescription& description,
                         const std::vector<Problem>& problems) {
  if (finding.layer < 0 || finding.layer >= static_cast<int>(description.layers.size())) return false;
  const int sequence = description.layers[static_cast<std::size_t>(finding.layer)].sequence;
  for (const Problem& problem : problems)
    if (problem.layer == sequence &&
        description_rules::names(finding.rule->source, {problem.rule.data(), static_cast<int>(problem.rule.size())}))
      return true;
  return false;
}

namespace detail {

// Why some constructs are not supported.
inline constexpr const char* one_column = "a rolling buffer has one column";
inline constexpr const char* not_for_other_chips = "only other chips of the family have it";

/// Thrown when a file has more problems than are collected.
struct TooManyProblems {};

/// Collects problems of one file.
class ProblemList {
 public:
  ProblemList(const std::string& file, std::vector<Problem>& problems) : file_(file), problems_(problems) {}
  /// The severity is that of the rule's row.
  void report(const char* rule, Place place, std::string message) {
    const Rule* row = description_rules::rule_of({rule, static_cast<int>(std::string_view(rule).size())});
    const Severity severity = row != nullptr ? row->severity : Severity::error;
    if (problems_.size() == most_problems) throw TooManyProblems();
    problems_.push_back({rule, severity, file_, place.line, place.column, std::move(message)});
  }
  void report(const char* rule, const DescribedLayer& layer, std::string message) {
    report(rule, layer.place, std::move(message));
    problems_.back().layer = layer.sequence;
  }

  std::size_t size() const { return problems_.size(); }
  /// Adds a last problem in place of those that are not collected.
  void say_more() { problems_.push_back({"Y1", Severity::error, file_, 0, 0, "there is more that is wrong"}); }
  /// Assigns the problems from index `first` on to a layer.
  void blame(const DescribedLayer& layer, std::size_t first) {
    for (std::size_t i = first; i < problems_.size(); ++i) problems_[i].layer = layer.sequence;
  }

 private:
  static constexpr std::size_t most_problems = 500;

  const std::string& file_;
  std::vector<Problem>& problems_;
};

/// A reference to a layer as given in the file: a sequence number or a name, resolved when all layers are known.
struct LayerReference {
  const char* key = "";
  Place place{};
  std::string name{};  ///< lower case; empty: a number
  long long sequence = 0;
};

/// A word that is no operation or activation of the accelerator, with a hint what to do instead.
struct ElsewhereWord {
  std::string_view word;
  const char* where;
  std::string_view key{};  ///< the key whose value it may be
};
namespace elsewhere {
inline constexpr const char* on_processor = "the processor computes it, from the output of the last layer";
inline constexpr const char* folded = "it is folded into the convolution in front before the weights are quantized";
inline constexpr const char* pooled =
    "'max_pool' and 'avg_pool' pool in front of any operation, with 'op: Passthrough' alone";
inline constexpr const char* listed = "'in_sequences' lists the layers that are read side by side";
inline constexpr const char* resized = "ConvTranspose2d doubles rows and columns; anything else is the processor's";
inline constexpr const char* clipped = "use ReLU: outputs end at 127 anyway";
inline constexpr const char* activated = "'activate' says it of the convolution";
}  // namespace elsewhere
inline constexpr ElsewhereWord elsewhere_words[] = {
    {"softmax", elsewhere::on_processor},
    {"logsoftmax", elsewhere::on_processor},
    {"sigmoid", elsewhere::on_processor},
    {"logistic", elsewhere::on_processor},
    {"hardsigmoid", elsewhere::on_processor},
    {"tanh", elsewhere::on_processor},
    {"hardtanh", elsewhere::on_processor},
    {"leakyrelu", elsewhere::on_processor},
    {"prelu", elsewhere::on_processor},
    {"elu", elsewhere::on_processor},
    {"selu", elsewhere::on_processor},
    {"gelu", elsewhere::on_processor},
    {"silu", elsewhere::on_processor},
    {"swish", elsewhere::on_processor},
    {"hardswish", elsewhere::on_processor},
    {"softplus", elsewhere::on_processor},
    {"mish", elsewhere::on_processor},
    {"mul", elsewhere::on_processor},
    {"div", elsewhere::on_processor},
    {"lstm", elsewhere::on_processor},
    {"gru", elsewhere::on_processor},
    {"rnn", elsewhere::on_processor},
    {"argmax", elsewhere::on_processor},
    {"l2normalize", elsewhere::on_processor},
    {"relu6", elsewhere::clipped},
    {"relu", elsewhere::activated, "activate"},
    {"abs", elsewhere::activated, "activate"},
    {"batchnorm", elsewhere::folded},
    {"batchnorm1d", elsewhere::folded},
    {"batchnorm2d", elsewhere::folded},
    {"dropout", "it is left out: it only matters for training"},
    {"flatten", "'flatten: true' of a linear layer does it"},
    {"view", "'in_dim' and 'in_channels' reshape what a layer reads"},
    {"reshape", "'in_dim' and 'in_channels' reshape what a layer reads"},
    {"maxpool", elsewhere::pooled},
    {"maxpool1d", elsewhere::pooled},
    {"maxpool2d", elsewhere::pooled},
    {"avgpool", elsewhere::pooled},
    {"avgpool1d", elsewhere::pooled},
    {"avgpool2d", elsewhere::pooled},
    {"concat", elsewhere::listed},
    {"cat", elsewhere::listed},
    {"concatenate", elsewhere::listed},
    {"upsample", elsewhere::resized},
    {"interpolate", elsewhere::resized},
};

/// The value of a key: reads it as a number, a word, a pair, and says what is wrong with it.
struct KeyValue {
  const char* key;
  const char* rule;  ///< for bad values
  YAML::Node node;
  ProblemList& problems;

  Place place() const { return place_of(node); }
  void wrong(const std::string& expected) const {
    problems.report(rule, place(), "'" + std::string(key) + "' must be " + expected + ", not " + shown(node));
  }
  std::optional<int> number(long long least, long long most) const { return number_of(node, least, most); }
  std::optional<int> number_of(const YAML::Node& scalar, long long least, long long most) const {
    const auto value = yaml_integer(scalar);
    if (value && *value >= least && *value <= most) return static_cast<int>(*value);
    wrong("a number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  std::optional<bool> truth() const {
    const auto value = yaml_boolean(node);
    if (!value) wrong("true or false");
    return value;
  }
  /// A number for both dimensions, or a list of one for each.
  std::optional<Extent> extent(long long least, long long most, bool same_width) const {
    if (!node.IsSequence()) {
      const auto size = number(least, most);
      if (!size) return std::nullopt;
      return Extent{*size, same_width ? *size : 1};
    }
    if (node.size() < 1 || node.size() > 2) {
      wrong("a number or a list of 2 numbers");
      return std::nullopt;
    }
    const auto height = number_of(node[0], least, most);
    if (node.size() == 1) return height ? std::optional(Extent{*height, 1}) : std::nullopt;
    const auto width = number_of(node[1], least, most);
    if (!height || !width) return std::nullopt;
    return Extent{*height, *width};
  }
  /// A processor map: a number, or a string of hexadecimal digits with dots and underscores anywhere.
  std::optional<ProcessorMap> processors(bool dots_allowed) const {
    std::optional<std::uint64_t> map;
    if (node.IsScalar() && !quoted(node)) map = yaml_magnitude(node.Scalar());
    if (!map && dots_allowed && node.IsScalar()) {
      std::string digits;
      for (char c : node.Scalar())
        if (c != '.' && c != '_') digits += c;
      if (digits.size() < 2 || digits[0] != '0' || (digits[1] != 'x' && digits[1] != 'X')) digits = "0x" + digits;
      digits[1] = 'x';
      map = yaml_magnitude(digits);
    }
    if (map && *map != 0) return map;
    wrong("a map of processors, a number from 1 to 0xffffffffffffffff");
    return std::nullopt;
  }
  /// One of the words of a table, in any case; the table's entries have a `word`. `known` lists them for the message.
  template <class Table>
  auto one_of(const Table& table, const char* known) const -> decltype(&table[0]) {
    const std::string word = node.IsScalar() ? lower_case(node.Scalar()) : "";
    for (const auto& entry : table)
      if (entry.word == word) return &entry;
    std::string hint;
    for (const ElsewhereWord& other : elsewhere_words)
      if (other.word == word && other.key != key) hint = ": " + std::string(other.where);
    if (hint.empty() && node.IsScalar()) hint = nearest_word(word, table, [](const auto& entry) { return entry.word; });
    problems.report(rule, place(),
                    "unknown value " + shown(node) + " for '" + std::string(key) + "'" + hint +
                        (hint.empty() || hint.back() != '?' ? "; there is: " : " There is: ") + known);
    return nullptr;
  }
};

struct OperationWord {
  std::string_view word;
  Operator op;
  Elementwise elementwise = Elementwise::none;
};
inline constexpr OperationWord operation_words[] = {
    {"conv2d", Operator::conv2d},
    {"conv1d", Operator::conv1d},
    {"convtranspose2d", Operator::conv_transpose2d},
    {"linear", Operator::linear},
    {"fc", Operator::linear},
    {"mlp", Operator::linear},
    {"none", Operator::none},
    {"passthrough", Operator::none},
    {"add", Operator::none, Elementwise::add},
    {"sub", Operator::none, Elementwise::sub},
    {"or", Operator::none, Elementwise::bitwise_or},
    {"bitwiseor", Operator::none, Elementwise::bitwise_or},
    {"bitwise_or", Operator::none, Elementwise::bitwise_or},
    {"xor", Operator::none, Elementwise::bitwise_xor},
    {"bitwisexor", Operator::none, Elementwise::bitwise_xor},
    {"bitwise_xor", Operator::none, Elementwise::bitwise_xor},
};

inline constexpr const char* known_operations =
    "Conv1d, Conv2d, ConvTranspose2d, Linear (FC, MLP), Passthrough (None), Add, Sub, Or, Xor";

struct ElementwiseWord {
  std::string_view word;
  Elementwise elementwise;
};
inline constexpr ElementwiseWord elementwise_words[] = {
    {"add", Elementwise::add},
    {"sub", Elementwise::sub},
    {"or", Elementwise::bitwise_or},
    {"bitwiseor", Elementwise::bitwise_or},
    {"bitwise_or", Elementwise::bitwise_or},
    {"xor", Elementwise::bitwise_xor},
    {"bitwisexor", Elementwise::bitwise_xor},
    {"bitwise_xor", Elementwise::bitwise_xor},
};

struct ActivationWord {
  std::string_view word;
  Activation activation;
};
inline constexpr ActivationWord activation_words[] = {
    {"relu", Activation::relu}, {"abs", Activation::abs}, {"none", Activation::none}};

struct FormatWord {
  std::string_view word;
  DataFormat format;
};
inline constexpr FormatWord format_words[] = {
    {"hwc", DataFormat::hwc}, {"little", DataFormat::hwc}, {"chw", DataFormat::chw}, {"big", DataFormat::chw}};

/// Larger sizes are possible on no chip; with smaller ones later arithmetic cannot overflow.
inline constexpr int most_description_size = 32767;

/// A layer of the file while it is read.
struct LayerDraftYaml {
  DescribedLayer described{};
  DataFormat format = DataFormat::hwc;
  bool format_given = false;
  bool sequence_given = false;
  std::vector<LayerReference> sources{};
  std::optional<LayerReference> next{}, simulated_next{}, weight_source{};
};

/// Reads the keys of one layer. Every key only notes its value; what depends on several keys happens in `finish`.
class LayerReader {
 public:
  LayerReader(const YAML::Node& node, const max7800x::Device& device, PlacementKeys placement, ProblemList& problems)
      : node_(node), device_(device), placement_(placement), problems_(problems) {
    draft_.described.place = place_of(node);
  }

  LayerDraftYaml read() {
    for (const auto& entry : node_) read_entry(entry.first, entry.second);
    finish();
    return draft_;
  }

 private:
  struct Key {
    std::string_view word;
    const char* meaning;  ///< the same for synonyms
    const char* rule;     ///< for bad values; nullptr: the general rule
    void (LayerReader::*read)(const KeyValue&);
  };
  static const std::vector<Key>& keys() {
    using R = LayerReader;
    static const std::vector<Key> table = {
        {"sequence", "sequence", "Y6", &R::read_sequence},
        {"name", "name", "Y25", &R::read_name},
        {"processors", "processors", "Y8", &R::read_processors},
        {"output_processors", "output_processors", "Y9", &R::read_output_processors},
        {"in_offset", "in_offset", "L9", &R::read_in_offset},
        {"out_offset", "out_offset", "L9", &R::read_out_offset},
        {"data_format", "data_format", "Y14", &R::read_data_format},
        {"operation", "operation", "Y14", &R::read_operation},
        {"op", "operation", "Y14", &R::read_operation},
        {"operator", "operation", "Y14", &R::read_operation},
        {"convolution", "operation", "Y14", &R::read_operation},
        {"eltwise", "eltwise", "Y14", &R::read_eltwise},
        {"operands", "operands", "Y19", &R::read_operands},
        {"pool_first", "pool_first", "Y14", &R::read_pool_first},
        {"max_pool", "max_pool", "H33", &R::read_pool},
        {"avg_pool", "avg_pool", "H33", &R::read_pool},
        {"pool_stride", "pool_stride", "H33", &R::read_pool_stride},
        {"pool_dilation", "pool_dilation", "H20", &R::read_pool_dilation},
        {"kernel_size", "kernel_size", "Y22", &R::read_kernel_size},
        {"stride", "stride", "Y23", &R::read_stride},
        {"pad", "pad", "Y17", &R::read_pad},
        {"output_pad", "output_pad", "Y17", &R::read_output_pad},
        {"dilation", "dilation", "H12", &R::read_dilation},
        {"groups", "groups", "H17", &R::read_groups},
        {"conv_groups", "groups", "H17", &R::read_groups},
        {"activate", "activation", "Y14", &R::read_activation},
        {"activation", "activation", "Y14", &R::read_activation},
        {"quantization", "quantization", "Y10", &R::read_quantization},
        {"output_shift", "output_shift", "H1", &R::read_output_shift},
        {"output_width", "output_width", "Y20", &R::read_output_width},
        {"in_channels", "in_channels", "H21", &R::read_in_channels},
        {"in_dim", "in_dim", "Y11", &R::read_in_dim},
        {"out_channels", "out_channels", "H21", &R::read_out_channels},
        {"in_crop", "in_crop", "Y11", &R::read_in_crop},
        {"in_sequences", "in_sequences", "Y25", &R::read_in_sequences},
        {"in_channel_skip", "in_channel_skip", "Y14", &R::read_in_channel_skip},
        {"in_skip", "read_gap", "Y14", &R::read_read_gap},
        {"read_gap", "read_gap", "Y14", &R::read_read_gap},
        {"write_gap", "write_gap", "H33", &R::read_write_gap},
        {"next_sequence", "next_sequence", "Y25", &R::read_next},
        {"snoop_sequence", "snoop_sequence", "Y25", &R::read_snoop_sequence},
        {"simulated_sequence", "simulated_sequence", "Y25", &R::read_simulated_next},
        {"streaming", "streaming", "Y14", &R::read_streaming},
        {"flatten", "flatten", "Y14", &R::read_flatten},
        {"bias_group", "bias_group", "H29", &R::read_bias_group},
        {"bias_quadrant", "bias_group", "H29", &R::read_bias_group},
        {"bypass", "bypass", "Y14", &R::read_bypass},
        {"calcx4", "calcx4", "Y14", &R::read_calcx4},
        {"readahead", "readahead", "Y14", &R::read_readahead},
        {"tcalc", "tcalc", "Y14", &R::read_tcalc},
        {"output", "output", "Y14", &R::read_output},
        {"weight_source", "weight_source", "Y25", &R::read_weight_source},
        {"buffer_shift", "buffer_shift", "Y26", &R::read_buffer_shift},
        {"buffer_insert", "buffer_insert", "Y26", &R::read_buffer_insert},
    };
    return table;
  }

  struct Seen {
    std::string key;
    const char* meaning;
    Place place;
  };

  void read_entry(const YAML::Node& name, const YAML::Node& value) {
    const Place place = place_of(name);
    if (!name.IsScalar()) return problems_.report("Y2", place, "a key must be a word, not " + shown(name));
    const std::string& word = name.Scalar();
    for (const Key& key : keys()) {
      if (key.word != word) continue;
      for (const Seen& seen : seen_) {
        if (seen.key == word) return problems_.report("Y2", place, "'" + word + "' is given twice in one layer");
        if (std::string_view(seen.meaning) == key.meaning)
          return problems_.report("Y12", place,
                                  "'" + word + "' and '" + seen.key + "' mean the same: one of them is too many");
      }
      seen_.push_back({word, key.meaning, place_of(value)});
      if (!value.IsDefined() || value.IsNull()) return problems_.report(key.rule, place, "'" + word + "' has no value");
      return (this->*key.read)(KeyValue{key.word.data(), key.rule, value, problems_});
    }
    problems_.report("Y5", place,
                     "unknown key " + shown(name) + " for a layer" +
                         nearest_word(word, keys(), [](const Key& key) { return key.word; }));
  }

  const Seen* seen(std::string_view meaning) const {
    for (const Seen& one : seen_)
      if (one.meaning == meaning) return &one;
    return nullptr;
  }
  Place place(std::string_view meaning) const {
    const Seen* one = seen(meaning);
    return one != nullptr ? one->place : draft_.described.place;
  }
  Layer& layer() { return draft_.described.layer; }
  template <class Value, class Target>
  static void set(Target& target, const std::optional<Value>& value) {
    if (value) target = *value;
  }

  // One key each ----------------------------------------------------------------------------------------------------

  void read_sequence(const KeyValue& value) {
    const auto number = value.number(0, most_description_size);
    draft_.sequence_given = number.has_value();
    set(draft_.described.sequence, number);
  }
  void read_name(const KeyValue& value) {
    if (!is_word(value.node)) return value.wrong("a word");
    const std::string word = lower_case(value.node.Scalar());
    if (word == "stop" || word == "input")
      return problems_.report("Y25", value.place(), "'" + word + "' is reserved and cannot name a layer");
    draft_.described.name = value.node.Scalar();
  }
  void read_processors(const KeyValue& value) { set(layer().placement.processors, value.processors(true)); }
  void read_output_processors(const KeyValue& value) {
    set(layer().placement.output_processors, value.processors(true));
  }
  void read_in_offset(const KeyValue& value) { set(layer().placement.in_offset, value.number(0, 1 << 20)); }
  void read_out_offset(const KeyValue& value) {
    set(layer().placement.out_offset, value.number(0, device_.max_out_offset - 1));
  }
  void read_data_format(const KeyValue& value) {
    draft_.format_given = true;
    if (const FormatWord* found = value.one_of(format_words, "HWC (little), CHW (big)")) draft_.format = found->format;
  }
  void read_operation(const KeyValue& value) {
    if (const OperationWord* found = value.one_of(operation_words, known_operations)) {
      layer().op = found->op;
      if (found->elementwise != Elementwise::none) layer().elementwise = found->elementwise;
    }
  }
  void read_eltwise(const KeyValue& value) {
    if (const ElementwiseWord* found = value.one_of(elementwise_words, "Add, Sub, Or, Xor"))
      eltwise_ = found->elementwise;
  }
  void read_operands(const KeyValue& value) { set(layer().operands, value.number(2, max_operands)); }
  void read_pool_first(const KeyValue& value) { set(layer().pool_first, value.truth()); }
  void read_pool(const KeyValue& value) {
    const bool maximum = std::string_view(value.key) == "max_pool";
    const auto size = value.extent(1, most_description_size, true);
    if (!size || (!maximum && seen("max_pool") != nullptr)) return;
    layer().pooling = maximum ? Pooling::max : Pooling::average;
    layer().pool = *size;
    draft_.described.one_pool_size = !value.node.IsSequence();
  }
  void read_pool_stride(const KeyValue& value) {
    set(layer().pool_stride, value.extent(1, most_description_size, true));
  }
  void read_pool_dilation(const KeyValue& value) {
    set(layer().pool_dilation, value.extent(1, most_description_size, true));
  }
  void read_kernel_size(const KeyValue& value) { kernel_ = value.node; }
  void read_stride(const KeyValue& value) {
    const auto stride = value.extent(1, most_description_size, true);
    if (stride && stride->height != stride->width)
      return problems_.report("Y23", value.place(), "'stride' must be the same in both dimensions");
    set(layer().stride, stride);
  }
  void read_pad(const KeyValue& value) {
    if (value.node.IsSequence()) return value.wrong("one number of 0 or more, for both dimensions");
    if (const auto pad = value.number(0, most_description_size)) layer().padding = {*pad, *pad};
  }
  void read_output_pad(const KeyValue& value) { set(layer().output_padding, value.number(0, most_description_size)); }
  void read_dilation(const KeyValue& value) { set(layer().dilation, value.extent(1, most_description_size, true)); }
  void read_groups(const KeyValue& value) { set(layer().groups, value.number(1, most_description_size)); }
  void read_activation(const KeyValue& value) {
    if (const ActivationWord* found = value.one_of(activation_words, "ReLU, Abs, None"))
      layer().activation = found->activation;
  }
  void read_quantization(const KeyValue& value) {
    draft_.described.weight_bits_given = true;
    const std::string word = value.node.IsScalar() ? lower_case(value.node.Scalar()) : "";
    if (word == "bin" || word == "binary") {
      layer().weight_bits = 1;
      layer().binary_weights = true;
      return;
    }
    const auto bits = yaml_integer(value.node);
    if (!bits || (*bits != 1 && *bits != 2 && *bits != 4 && *bits != 8)) return value.wrong("1, 2, 4, 8 or binary");
    layer().weight_bits = static_cast<int>(*bits);
  }
  void read_output_shift(const KeyValue& value) {
    draft_.described.output_shift_given = true;
    set(layer().output_shift, value.number(-1000, 1000));
  }
  void read_output_width(const KeyValue& value) {
    const auto width = yaml_integer(value.node);
    if (!width || (*width != 8 && *width != 32)) return value.wrong("8 or 32");
    layer().wide = *width == 32;
  }
  void read_in_channels(const KeyValue& value) { set(layer().in_channels, value.number(1, most_description_size)); }
  void read_in_dim(const KeyValue& value) {
    set(layer().in_extent, value.extent(1, most_description_size, false));
    if (layer().in_extent.area() > 1 << 22) {
      layer().in_extent = {1, 1};
      value.wrong("at most 4194304 pixels");
    }
  }
  void read_out_channels(const KeyValue& value) {
    set(draft_.described.out_channels, value.number(1, most_description_size));
  }
  void read_in_crop(const KeyValue& value) {
    if (!value.node.IsSequence() || value.node.size() != 2) return value.wrong("a list of 2 numbers");
    const auto rows = value.extent(0, most_description_size, false);
    if (!rows) return;
    layer().crop_top = rows->height;
    layer().crop_bottom = rows->width;
    if (rows->height > 0 && rows->width == 0)
      problems_.report("Y11", value.place(),
                       "'in_crop' with a 0 behind another number leaves no row: crop at least one at the bottom, too");
  }
  void read_in_sequences(const KeyValue& value) {
    if (!value.node.IsSequence()) {
      if (auto reference = reference_to(value, value.node)) draft_.sources.push_back(*reference);
      return;
    }
    if (value.node.size() < 1 || value.node.size() > max_operands)
      return value.wrong("a layer or a list of 1 to 16 layers");
    for (const auto& member : value.node)
      if (auto reference = reference_to(value, member)) draft_.sources.push_back(*reference);
  }
  void read_in_channel_skip(const KeyValue& value) {
    if (value.number(0, most_description_size).value_or(0) != 0)
      problems_.report("N1", value.place(),
                       "'in_channel_skip' has no effect: the processors of the layer say which channels it reads");
  }
  void read_read_gap(const KeyValue& value) {
    set(draft_.described.read_gap, value.number(0, most_description_size));
    if (draft_.described.read_gap != 0) needs(device_.read_gap, "read_gap", value);
  }
  void read_write_gap(const KeyValue& value) {
    set(layer().placement.write_gap, value.number(0, most_description_size));
  }
  void read_next(const KeyValue& value) { draft_.next = reference_to(value, value.node); }
  void read_snoop_sequence(const KeyValue& value) {
    if (!yaml_integer(value.node)) return value.wrong("the number of a layer");
    if (has(max7800x::Feature::snooping)) return not_supported("snoop_sequence", not_for_other_chips);
    problems_.report(
        "N1", value.place(),
        "'snoop_sequence' has no effect on " + string_of(device_.name) + ", which executes layers in one order");
  }
  void read_simulated_next(const KeyValue& value) { draft_.simulated_next = reference_to(value, value.node); }
  void read_streaming(const KeyValue& value) { set(layer().streaming, value.truth()); }
  void read_flatten(const KeyValue& value) { set(layer().flatten, value.truth()); }
  void read_bias_group(const KeyValue& value) {
    const auto add = [&](const YAML::Node& node) {
      if (const auto group = value.number_of(node, 0, max7800x::groups - 1))
        layer().placement.bias_groups |= 1u << *group;
    };
    if (!value.node.IsSequence()) return add(value.node);
    if (value.node.size() == 0) return value.wrong("a group or a list of groups");
    for (const auto& group : value.node) add(group);
  }
  void read_bypass(const KeyValue& value) {
    set(draft_.described.bypass, value.truth());
    if (draft_.described.bypass) needs(device_.kernel_bypass, "bypass", value);
  }
  void read_calcx4(const KeyValue& value) {
    set(draft_.described.calcx4, value.truth());
    if (draft_.described.calcx4) needs(has(max7800x::Feature::parallel_outputs), "calcx4", value);
  }
  void read_readahead(const KeyValue& value) {
    set(draft_.described.read_ahead, value.truth());
    if (draft_.described.read_ahead) needs(has(max7800x::Feature::read_ahead), "readahead", value);
  }
  void read_tcalc(const KeyValue& value) { set(layer().placement.tcalc, value.truth()); }
  void read_output(const KeyValue& value) { set(layer().output, value.truth()); }
  void read_weight_source(const KeyValue& value) { draft_.weight_source = reference_to(value, value.node); }
  void read_buffer_shift(const KeyValue& value) { set(layer().buffer_shift, value.number(1, most_description_size)); }
  void read_buffer_insert(const KeyValue& value) { set(layer().buffer_insert, value.number(1, most_description_size)); }

  void not_supported(const char* what, const char* why) {
    draft_.described.not_supported.push_back(std::string(what) + " is not supported: " + why);
  }
  bool has(max7800x::Feature feature) const { return (device_.features & bit_of(feature)) != 0; }
  /// A key that only some chips of the family know (rule D1).
  void needs(bool available, const char* what, const KeyValue& value) {
    if (available)
      not_supported(what, not_for_other_chips);
    else
      problems_.report("D1", value.place(),
                       "'" + std::string(value.key) + "' is not available on " + string_of(device_.name));
  }
  static std::optional<LayerReference> reference_to(const KeyValue& value, const YAML::Node& node) {
    LayerReference reference{value.key, place_of(node)};
    if (const auto number = yaml_integer(node)) {
      reference.sequence = *number;
    } else if (node.IsScalar() && !node.Scalar().empty()) {
      reference.name = lower_case(node.Scalar());
    } else {
      value.wrong("the number or the name of a layer");
      return std::nullopt;
    }
    return reference;
  }

  // What depends on several keys ------------------------------------------------------------------------------------

  void expect_placement() {
    if (seen("processors") == nullptr) problems_.report("Y8", draft_.described.place, "the layer has no 'processors'");
    if (seen("out_offset") == nullptr) {
      problems_.report("Y13", draft_.described.place, "the layer has no 'out_offset': it writes at 0");
      layer().placement.out_offset = 0;
    }
  }

  void finish() {
    if (placement_ == PlacementKeys::needed) expect_placement();
    finish_operation();
    finish_elementwise();
    finish_kernel();
    finish_window();
    finish_pooling();
    finish_buffers();
  }

  void finish_operation() {
    if (seen("operation") == nullptr) {
      problems_.report("Y15", draft_.described.place, "the layer has no 'operation': it is a Conv2d");
      layer().op = Operator::conv2d;
    }
    const bool convolves = layer().weighted() && layer().op != Operator::linear;
    if (convolves && seen("activation") == nullptr)
      problems_.report("Y16", draft_.described.place, "the convolution has no 'activate': it has no activation");
  }

  void finish_elementwise() {
    if (eltwise_ != Elementwise::none) layer().elementwise = eltwise_;
    const bool elementwise = layer().elementwise != Elementwise::none;
    if (seen("operands") != nullptr) {
      if (!elementwise)
        problems_.report("Y19", place("operands"),
                         "'operands' belongs to an element-wise operation, and the layer has none");
    } else if (elementwise) {
      layer().operands = 2;
    }
  }

  void finish_kernel() {
    Layer& own = layer();
    if (own.op == Operator::conv2d || own.op == Operator::conv_transpose2d) own.kernel = {3, 3};
    if (own.op == Operator::conv1d) own.kernel = {9, 1};
    if (seen("kernel_size") == nullptr || !kernel_.IsDefined() || kernel_.IsNull()) return;
    const KeyValue value{"kernel_size", "Y22", kernel_, problems_};
    const std::string word = kernel_.IsScalar() ? lower_case(kernel_.Scalar()) : "";
    draft_.described.kernel_given = true;
    switch (own.op) {
      case Operator::linear:
        return problems_.report("Y21", value.place(), "a linear layer takes no 'kernel_size'");
      case Operator::conv1d:
        if (const auto length = yaml_integer(kernel_); length && *length >= 1 && *length <= 9)
          own.kernel = {static_cast<int>(*length), 1};
        else
          value.wrong("a number from 1 to 9 for Conv1d");
        return;
      case Operator::conv2d:
        if (word == "1x1")
          own.kernel = {1, 1};
        else if (word != "3x3")
          value.wrong("1x1 or 3x3 for Conv2d");
        return;
      case Operator::conv_transpose2d:
        if (word != "3x3") value.wrong("3x3 for ConvTranspose2d");
        return;
      case Operator::none:
        // Without effect. Like the vendor's tool, this only reports sizes that no 2-D kernel has.
        if (word != "1x1" && word != "3x3") value.wrong("left out: the layer has no convolution");
        return;
    }
  }

  void finish_window() {
    Layer& own = layer();
    const bool transposed = own.op == Operator::conv_transpose2d;
    const bool one_dimensional = own.op == Operator::conv1d;
    if (seen("pad") == nullptr && own.weighted() && own.op != Operator::linear) own.padding = {1, 1};
    if (seen("output_pad") == nullptr && transposed) own.output_padding = 1;
    if (seen("dilation") != nullptr && !own.weighted())
      problems_.report("Y18", place("dilation"), "'dilation' belongs to a convolution, and the layer has none");
    if (one_dimensional) {
      own.padding.width = 0;
      own.pool.width = own.pool_stride.width = own.stride.width = own.dilation.width = own.pool_dilation.width = 1;
    }
    if (transposed) {
      if (seen("stride") != nullptr && own.stride.height != 2)
        problems_.report("Y23", place("stride"), "ConvTranspose2d has a 'stride' of 2");
      own.stride = {2, 2};
    } else if (seen("stride") != nullptr && own.stride.height != 1 && own.pools()) {
      problems_.report("Y23", place("stride"), "a layer that pools has a 'stride' of 1");
    }
  }

  void finish_pooling() {
    Layer& own = layer();
    const bool pools = seen("max_pool") != nullptr || seen("avg_pool") != nullptr;
    if (pools && seen("pool_stride") == nullptr)
      problems_.report("Y29", draft_.described.place, "the layer pools without 'pool_stride': the stride is 1");
    if (seen("pool_dilation") != nullptr && !pools)
      problems_.report("Y24", place("pool_dilation"),
                       "'pool_dilation' belongs to pooling, and the layer does not pool");
    if (!own.pool_first && (!own.pools() || own.operands < 2))
      problems_.report("Y30", place("pool_first"),
                       "'pool_first: false' needs both pooling and an element-wise operation");
  }

  void finish_buffers() {
    if (seen("buffer_shift") != nullptr && seen("in_sequences") == nullptr)
      problems_.report("Y26", place("buffer_shift"), "'buffer_shift' needs 'in_sequences'");
    if (seen("buffer_insert") != nullptr && seen("out_offset") == nullptr)
      problems_.report("Y26", place("buffer_insert"), "'buffer_insert' needs 'out_offset'");
    if (seen("buffer_shift") != nullptr && layer().crops())
      problems_.report("Y26", place("in_crop"),
                       "'buffer_shift' takes no 'in_crop': it drops the rows that it shifts out");
    if (seen("buffer_shift") != nullptr) layer().crop_top = layer().buffer_shift;
  }

  const YAML::Node& node_;
  const max7800x::Device& device_;
  PlacementKeys placement_;
  ProblemList& problems_;
  LayerDraftYaml draft_{};
  std::vector<Seen> seen_{};
  Elementwise eltwise_ = Elementwise::none;
  YAML::Node kernel_{};

 public:
  bool gave(std::string_view meaning) const { return seen(meaning) != nullptr; }
};

/// Reads a whole description.
class DescriptionReader {
 public:
  DescriptionReader(NetworkDescription& description, const max7800x::Device& device, PlacementKeys placement)
      : description_(description),
        device_(device),
        placement_(placement),
        problems_(description.file, description.problems) {}

  void read(const std::string& text) {
    if (const std::string reason = no_text(text); !reason.empty()) return problems_.report("Y1", Place{}, reason);
    if (text.size() <= most_yaml_bytes) return read_text(text);
    const std::string rest = without_comments(text);
    if (rest.size() <= most_yaml_bytes) return read_text(rest);
    problems_.report("Y1", Place{},
                     "this is no network description: a description has at most " + size_text(most_yaml_bytes) +
                         " besides comments, but here are " + std::to_string(rest.size()) + " bytes");
  }

 private:
  void read_text(const std::string& text) {
    YAML::Node document;
    const bool one = !several_documents(text);
    try {
      if (one) document = YAML::Load(text);
    } catch (const YAML::Exception& problem) {
      const Place place = problem.mark.is_null() ? Place{} : Place{problem.mark.line + 1, problem.mark.column + 1};
      return problems_.report("Y1", place, "this is not YAML: " + printable(problem.msg));
    }
    if (!one || !document.IsMap())
      return problems_.report("Y1", Place{},
                              "this is not a network description: it must be one mapping of keys to values");
    // Nodes are only accessed as the kind that they are; should the YAML library throw all the same, it is reported.
    try {
      read_network(document);
    } catch (const YAML::Exception& problem) {
      problems_.report("Y1", Place{}, "this cannot be read: " + printable(problem.what()));
    } catch (const TooManyProblems&) {
      problems_.say_more();
    }
  }

  struct Key {
    std::string_view word;
    void (DescriptionReader::*read)(const YAML::Node&);
  };
  using R = DescriptionReader;
  static const std::vector<Key>& keys() {
    static const std::vector<Key> table = {
        {"arch", &R::read_arch},     {"dataset", &R::read_dataset},         {"layers", &R::read_layers},
        {"bias", &R::read_bias},     {"weights", &R::read_weights},         {"output_map", &R::read_output_map},
        {"unload", &R::read_unload}, {"data_buffer", &R::read_data_buffer}, {"snoop", &R::read_snoop},
    };
    return table;
  }

  void read_network(const YAML::Node& network) {
    if (!has_known_key(network))
      return problems_.report("Y1", Place{},
                              "this is not a network description: it has none of the keys arch, dataset and layers");
    std::vector<std::string> seen;
    for (const auto& entry : network) read_entry(entry.first, entry.second, seen);
    for (const char* needed : {"arch", "dataset", "layers"}) {
      bool given = false;
      for (const std::string& word : seen) given = given || word == needed;
      if (!given) problems_.report("Y4", Place{}, "'" + std::string(needed) + "' is missing");
    }
    number_layers();
    if (is_complete()) resolve_references();
    share_default_padding();
    if (is_complete())
      for (const DescribedLayer& layer : description_.layers) check_buffer_readers(layer);
    description_.complete = is_complete();
  }

  static bool has_known_key(const YAML::Node& network) {
    for (const auto& entry : network)
      for (const Key& key : keys())
        if (entry.first.IsScalar() && entry.first.Scalar() == key.word) return true;
    return false;
  }

  /// Whether the description can be understood so far. A feature that the chip lacks (D1) and a format that only the
  /// network's input can have (I14) are errors, but the layers make sense without them.
  bool is_complete() const {
    for (const Problem& problem : description_.problems)
      if (problem.severity == Severity::error && problem.rule != "D1" && problem.rule != "I14") return false;
    return !description_.layers.empty();
  }

  void read_entry(const YAML::Node& name, const YAML::Node& value, std::vector<std::string>& seen) {
    const Place place = place_of(name);
    if (!name.IsScalar()) return problems_.report("Y2", place, "a key must be a word, not " + shown(name));
    const std::string& word = name.Scalar();
    for (const std::string& earlier : seen)
      if (earlier == word) return problems_.report("Y2", place, "'" + word + "' is given twice");
    for (const Key& key : keys()) {
      if (key.word != word) continue;
      seen.push_back(word);
      return (this->*key.read)(value);
    }
    problems_.report("Y3", place, "unknown key " + shown(name) + nearest_word(word, keys(), [](const Key& key) {
                                    return key.word;
                                  }));
  }

  KeyValue value_of(const char* key, const char* rule, const YAML::Node& node) { return {key, rule, node, problems_}; }

  void read_word(const char* key, const YAML::Node& node, std::string& out) {
    if (!is_word(node))
      value_of(key, "Y4", node).wrong("a word");
    else
      out = node.Scalar();
  }
  void read_arch(const YAML::Node& node) { read_word("arch", node, description_.arch); }
  void read_dataset(const YAML::Node& node) { read_word("dataset", node, description_.dataset); }
  void read_bias(const YAML::Node& node) { read_word("bias", node, description_.bias); }
  void read_weights(const YAML::Node& node) { read_word("weights", node, description_.weights); }
  void read_output_map(const YAML::Node& node) {
    if (const auto map = value_of("output_map", "Y9", node).processors(false)) description_.output_map = *map;
  }
  void read_snoop(const YAML::Node& node) {
    if ((device_.features & bit_of(max7800x::Feature::snooping)) == 0)
      problems_.report("D1", place_of(node), "'snoop' is not available on " + string_of(device_.name));
    else
      description_.not_supported.push_back(std::string("snoop is not supported: ") + not_for_other_chips);
  }
  void read_unload(const YAML::Node& node) {
    const bool complete =
        check_regions("unload", node, {"processors", "channels", "dim", "offset"}, {"width", "write_gap"});
    for (std::size_t i = 0; complete && i < node.size(); ++i) read_unload_region(node[i]);
  }
  void read_unload_region(const YAML::Node& node) {
    const auto value = [&](const char* key) { return value_of(key, "Y27", node[key]); };
    max7800x::UnloadRegion region;
    const auto map = value("processors").processors(false);
    const auto channels = value("channels").number(1, device_.max_channels);
    const auto extent = value("dim").extent(1, device_.max_dimension, false);
    const auto offset = value("offset").number(0, device_.max_out_offset - 1);
    const auto gap = node["write_gap"] ? value("write_gap").number(0, 15) : std::optional<int>(0);
    if (node["width"])
      if (const auto width = value("width").number(8, 32); width && *width != 8)
        problems_.report("Y27", place_of(node["width"]), "only bytes can be unloaded from a list: 'width' must be 8");
    if (!map || !channels || !extent || !offset || !gap) return;
    region.processors = *map;
    region.shape = {*channels, extent->height, extent->width};
    region.offset = *offset;
    region.write_gap = *gap;
    description_.unload.push_back(region);
  }
  void read_data_buffer(const YAML::Node& node) {
    if (!check_regions("data_buffer", node, {"processors", "channels", "dim", "offset", "name"}, {"width"})) return;
    const auto value = [&](const char* key) { return value_of(key, "Y27", node[0][key]); };
    const auto map = value("processors").processors(true);
    const auto channels = value("channels").number(1, device_.max_channels);
    const auto extent = value("dim").extent(1, device_.max_dimension, false);
    const auto offset = value("offset").number(0, device_.max_out_offset - 1);
    if (!is_word(node[0]["name"])) value("name").wrong("a word");
    if (!map || !channels || !extent || !offset || !is_word(node[0]["name"])) return;
    if (extent->width != 1)
      description_.not_supported.push_back(std::string("data_buffer of several columns is not supported: ") +
                                           one_column);
    description_.buffer_name = node[0]["name"].Scalar();
    description_.buffer = {{}, *channels, extent->height, *map, *offset};
    if (node.size() > 1)
      problems_.report("N1", place_of(node[1]), "only the first entry of 'data_buffer' has an effect");
  }
  /// Whether a list of memory regions has the keys that it needs, and no others.
  bool check_regions(const char* key, const YAML::Node& node, const std::vector<std::string_view>& needed,
                     const std::vector<std::string_view>& optional) {
    const std::size_t problems_before = problems_.size();
    if (!node.IsSequence() || node.size() == 0) {
      value_of(key, "Y27", node).wrong("a list");
      return false;
    }
    for (const auto& region : node) check_region(key, region, needed, optional);
    return problems_.size() == problems_before;
  }
  void check_region(const char* key, const YAML::Node& region, const std::vector<std::string_view>& needed,
                    const std::vector<std::string_view>& optional) {
    if (!region.IsMap())
      return problems_.report("Y27", place_of(region), "an entry of '" + std::string(key) + "' must be a mapping");
    std::vector<std::string_view> known = needed;
    known.insert(known.end(), optional.begin(), optional.end());
    std::vector<std::string> seen;
    for (const auto& entry : region) {
      const std::string word = entry.first.IsScalar() ? entry.first.Scalar() : "";
      bool found = false;
      for (std::string_view one : known) found = found || one == word;
      if (!found)
        problems_.report("Y27", place_of(entry.first),
                         "unknown key " + shown(entry.first) + " for '" + key + "'" +
                             nearest_word(word, known, [](std::string_view one) { return one; }));
      for (const std::string& earlier : seen)
        if (earlier == word) problems_.report("Y2", place_of(entry.first), "'" + word + "' is given twice");
      seen.push_back(word);
    }
    for (std::string_view one : needed) {
      bool given = false;
      for (const std::string& word : seen) given = given || word == one;
      if (!given)
        problems_.report("Y27", place_of(region),
                         "an entry of '" + std::string(key) + "' has no '" + std::string(one) + "'");
    }
  }

  void read_layers(const YAML::Node& node) {
    if (!node.IsSequence() || node.size() == 0) return value_of("layers", "Y4", node).wrong("a list of layers");
    const auto most = static_cast<std::size_t>(device_.max_layers);
    if (node.size() > most) {
      DescribedLayer first_beyond;
      first_beyond.place = place_of(node[most]);
      first_beyond.sequence = device_.max_layers;
      problems_.report("Y6", first_beyond,
                       "there are " + std::to_string(node.size()) + " layers: " + string_of(device_.name) + " has " +
                           std::to_string(most));
    }
    for (const auto& layer : node) {
      if (drafts_.size() == most) break;
      if (!layer.IsMap()) {
        problems_.report("Y5", place_of(layer), "a layer must be a mapping of keys to values, not " + shown(layer));
        continue;
      }
      const std::size_t problems_before = problems_.size();
      LayerReader reader(layer, device_, placement_, problems_);
      drafts_.push_back(reader.read());
      number(drafts_.back());
      problems_.blame(drafts_.back().described, problems_before);
      pad_given_.push_back(reader.gave("pad"));
      in_offset_given_.push_back(reader.gave("in_offset"));
      out_offset_given_.push_back(reader.gave("out_offset"));
    }
  }

  /// A layer without a number gets that of the previous one plus 1.
  void number(LayerDraftYaml& draft) {
    if (!draft.sequence_given) draft.described.sequence = next_sequence_;
    next_sequence_ = draft.described.sequence + 1;
  }

  /// Checks the layers' numbers and names, and sorts by number. Numbers may have gaps; indices have none.
  void number_layers() {
    for (const LayerDraftYaml& draft : drafts_) {
      const DescribedLayer& layer = draft.described;
      if (layer.sequence >= device_.max_layers) {
        problems_.report("Y6", layer,
                         "layer number " + std::to_string(layer.sequence) + " is too high: " + string_of(device_.name) +
                             " has " + std::to_string(device_.max_layers) + " layers");
        break;  // one message is enough
      }
    }
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (drafts_[i].described.sequence == drafts_[j].described.sequence) {
          problems_.report("Y7", drafts_[i].described,
                           "layer number " + std::to_string(drafts_[i].described.sequence) + " is given twice");
          break;
        }
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (!drafts_[i].described.name.empty() &&
            lower_case(drafts_[i].described.name) == lower_case(drafts_[j].described.name)) {
          problems_.report("Y25", drafts_[i].described, "two layers have the name '" + drafts_[i].described.name + "'");
          break;
        }
    sort_by_sequence();
  }

  void sort_by_sequence() {
    order_.clear();
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      std::size_t at = order_.size();
      while (at > 0 && drafts_[order_[at - 1]].described.sequence > drafts_[i].described.sequence) --at;
      order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), i);
    }
    for (std::size_t index : order_) {
      const LayerDraftYaml& draft = drafts_[index];
      DescribedLayer layer = draft.described;
      const int number = static_cast<int>(description_.layers.size());
      layer.next = layer.simulated_next = number + 1;
      if (draft.format_given && draft.format == DataFormat::chw) {
        if (number == 0)
          description_.input_format = DataFormat::chw;
        else
          problems_.report("I14", layer, "only the first layer can read CHW data");
      }
      description_.layers.push_back(layer);
    }
    if (!description_.layers.empty())
      description_.layers.back().next = description_.layers.back().simulated_next = stop;
  }

  void resolve_references() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const LayerDraftYaml& draft = drafts_[order_[i]];
      DescribedLayer& layer = description_.layers[i];
      const std::size_t problems_before = problems_.size();
      for (const LayerReference& reference : draft.sources)
        if (const auto source = resolve_source(reference)) layer.sources.push_back(*source);
      if (draft.next)
        if (const auto next = resolve_next(*draft.next, layer.sequence)) layer.next = *next;
      layer.simulated_next = layer.next;
      if (draft.simulated_next)
        if (const auto next = resolve_next(*draft.simulated_next, layer.sequence)) layer.simulated_next = *next;
      if (draft.weight_source) {
        const auto source = resolve(*draft.weight_source);
        if (source && *source < static_cast<int>(i) &&
            description_.layers[static_cast<std::size_t>(*source)].owns_weights())
          layer.weight_source = *source;
        else if (source)
          problems_.report("Y25", draft.weight_source->place,
                           "'weight_source' must name an earlier layer with weights");
      }
      if (layer.simulated_next != layer.next && draft.simulated_next)
        problems_.report(
            "N1", draft.simulated_next->place,
            "'simulated_sequence' has no effect: outputs are those of the order in which the chip executes "
            "the layers");
      problems_.blame(layer, problems_before);
    }
  }

  /// The index of the layer that is referred to. If there is none: nothing, and a problem is reported.
  std::optional<int> resolve(const LayerReference& reference) {
    for (std::size_t i = 0; i < description_.layers.size(); ++i) {
      const DescribedLayer& layer = description_.layers[i];
      if (reference.name.empty() ? layer.sequence == reference.sequence : lower_case(layer.name) == reference.name)
        return static_cast<int>(i);
    }
    const std::string what = reference.name.empty() ? std::to_string(reference.sequence) : "'" + printable(reference.name) + "'";
    problems_.report("Y25", reference.place,
                     "'" + std::string(reference.key) + "' refers to layer " + what + ", which does not exist");
    return std::nullopt;
  }
  std::optional<int> resolve_source(const LayerReference& reference) {
    if (reference.name.empty() ? reference.sequence == -1 : reference.name == "input") return network_input;
    if (description_.buffer.exists() &&
        (reference.name.empty() ? reference.sequence == rolling_buffer
                                : reference.name == lower_case(description_.buffer_name)))
      return rolling_buffer;
    return resolve(reference);
  }
  /// The layer that follows number `own`. If the last layer names the number after its own, that means stop.
  std::optional<int> resolve_next(const LayerReference& reference, int own) {
    if (reference.name == "stop" || (reference.name.empty() && reference.sequence == -1)) return stop;
    const int last = description_.layers.back().sequence;
    if (!reference.name.empty() || reference.sequence <= last) return resolve(reference);
    return own == last && reference.sequence == own + 1 ? stop : behind_the_last;
  }

  /// A peculiarity of the vendor's tool that published networks depend on: all layers without 'pad' share the default
  /// padding, and if one of them is a Conv1d, the width of that padding is 0 for all.
  void share_default_padding() {
    bool narrowed = false;
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      narrowed = narrowed || (!pad_given_[i] && drafts_[i].described.layer.op == Operator::conv1d);
    if (!narrowed) return;
    for (std::size_t i = 0; i < order_.size(); ++i)
      if (!pad_given_[order_[i]]) description_.layers[i].layer.padding.width = 0;
  }

  void check_buffer_readers(const DescribedLayer& layer) {
    bool reads_buffer = false;
    for (int source : layer.sources) reads_buffer = reads_buffer || source == rolling_buffer;
    if (!reads_buffer) return;
    const auto index = static_cast<std::size_t>(&layer - description_.layers.data());
    if (!in_offset_given_[order_[index]] || !out_offset_given_[order_[index]] || layer.layer.in_extent.area() == 0 ||
        layer.layer.in_channels == 0)
      problems_.report(
          "Y28", layer,
          "a layer that reads the data buffer needs 'in_offset', 'out_offset', 'in_dim' and 'in_channels'");
  }

  NetworkDescription& description_;
  const max7800x::Device& device_;
  PlacementKeys placement_;
  ProblemList problems_;
  std::vector<LayerDraftYaml> drafts_{};
  std::vector<bool> pad_given_{}, in_offset_given_{}, out_offset_given_{};
  std::vector<std::size_t> order_{};  ///< drafts by sequence number
  int next_sequence_ = 0;
};

}  // namespace detail

/// Reads a description from text; `file` is its name in messages. The device decides how many layers there may be and
/// which keys exist.
inline NetworkDescription parse_description(const std::string& text, const std::string& file,
                                            const max7800x::Device& device,
                                            PlacementKeys placement = PlacementKeys::needed) {
  NetworkDescription description;
  description.file = printable(file);
  detail::DescriptionReader(description, device, placement).read(text);
  return description;
}

/// Reads a description from a file.
inline NetworkDescription read_description(const std::string& path, const max7800x::Device& device) {
  std::string text;
  const std::string reason = detail::FileReader(path.c_str(), most_file_bytes).read(text);
  if (reason.empty()) return parse_description(text, path, device);
  NetworkDescription description;
  description.file = printable(path);
  description.problems.push_back({"Y1", Severity::error, description.file, 0, 0, reason});
  return description;
}

}  // namespace incuse
