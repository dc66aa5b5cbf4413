// Any network of the MAX7800x family as a description in the YAML language of the vendor's tool, with the places that
// its plan gives it. Spec: max7800x-network-description.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// What a description says of a layer that its graph does not.
struct DescribedLayerFacts {
  static constexpr int not_given = -4;

  int weight_source = -1;          ///< earlier layer whose parameters the layer uses; -1: its own
  int simulated_next = not_given;  ///< layer that is computed next for the expected data; less than 0: none
  bool trained_bits = false;       ///< the width of weights comes with them, and is not written
  bool trained_shift = false;      ///< likewise the output shift
};

/// What a description says beside its layers.
struct DescriptionFacts {
  std::string arch = "network";
  std::string dataset = "inputs";
  std::string bias{};                            ///< file with biases, only for arch "test"; empty: not given
  std::string weights{};                         ///< likewise with weights
  std::vector<std::string> comments{};           ///< lines at the beginning
  std::vector<max7800x::UnloadRegion> unload{};  ///< empty: the outputs
  max7800x::Snoop snoop{};                       ///< of the chip that has it
  std::vector<DescribedLayerFacts> layers{};     ///< by layer; those that are missing have no such facts
};

/// The text of a description, or the reasons why there is none.
struct DescriptionText {
  std::string text{};
  std::vector<std::string> errors{};  ///< "layer 3 (conv3): ..."

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// Whether readers of YAML take a text without quotes as this text, and as nothing else.
inline bool is_plain_word(std::string_view text) {
  constexpr std::string_view others[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (text.empty() || !letter(text[0]) || !std::all_of(text.begin(), text.end(), inside)) return false;
  const std::string lower = lower_case(text);
  return std::find(std::begin(others), std::end(others), lower) == std::end(others);
}

template <int N>
class DescriptionWriter {
 public:
  DescriptionWriter(const Graph<N>& graph, const max7800x::Plan<N>& plan, const DescriptionFacts& facts)
      : graph_(graph), plan_(plan), facts_(facts) {
    note_names();
  }

  DescriptionText write() {
    if (graph_.size == 0 || plan_.size != graph_.size) {
      result_.errors.push_back("the network has no plan");
      return std::move(result_);
    }
    if (graph_.real_input) result_.errors.push_back("the input: descriptions have no real numbers");
    for (int i = 0; i < graph_.size; ++i) check(i);
    if (!result_.ok()) return std::move(result_);
    write_network();
    result_.text = std::string(out_.c_str()) + '\n';
    return std::move(result_);
  }

 private:
  // Names -------------------------------------------------------------------------------------------------------------

  /// Names that a description can have: each once, whatever its case, and none that means something else.
  void note_names() {
    std::set<std::string> taken = {"stop", "input"};
    const auto usable = [&](Text text) {
      const std::string name = string_of(text);
      const auto control = [](char c) { return (c >= 0 && c < ' ') || c == 127; };
      const bool text_only = !name.empty() && std::none_of(name.begin(), name.end(), control);
      return text_only && taken.insert(lower_case(name)).second ? name : std::string();
    };
    buffer_name_ = graph_.buffer.exists() ? usable(graph_.buffer.name) : std::string();
    if (buffer_name_.empty()) taken.insert(buffer_name_ = "buffer");
    for (int i = 0; i < graph_.size; ++i) names_.push_back(usable(graph_[i].name));
  }
  const std::string& name_of(int index) const { return names_[static_cast<std::size_t>(index)]; }

  // What the language cannot say --------------------------------------------------------------------------------------

  void refuse(int index, const std::string& what) {
    result_.errors.push_back("layer " + std::to_string(index) +
                             (graph_[index].name.empty() ? "" : " (" + string_of(graph_[index].name) + ")") +
                             ": descriptions cannot say " + what);
  }

  void check(int index) {
    const Layer& layer = graph_[index];
    const Extent kernel = layer.kernel;
    const bool square = kernel == Extent{1, 1} || kernel == Extent{3, 3};
    if (layer.software != Software::none || layer.on_cpu) refuse(index, "a layer of the processor");
    if (layer.tests()) refuse(index, "an early exit");
    if (layer.activation == Activation::function) refuse(index, "other activations than ReLU and Abs");
    if (layer.batch_norm) refuse(index, "batch norm: it has to be folded");
    if (layer.pad_value != 0) refuse(index, "the value of a padding");
    if (layer.padding.width != (layer.one_dimensional() ? 0 : layer.padding.height))
      refuse(index, "a padding that differs between rows and columns");
    if (layer.pooling == Pooling::pick || layer.pool_same) refuse(index, "this kind of pooling");
    if (layer.op == Operator::conv1d && (kernel.height > 9 || kernel.width != 1))
      refuse(index, "a one-dimensional kernel longer than 9");
    if (layer.op == Operator::conv2d && !square) refuse(index, "other kernels than 1x1 and 3x3");
    if (layer.op == Operator::conv_transpose2d && kernel != Extent{3, 3}) refuse(index, "other kernels than 3x3");
    if (layer.inserted && layer.has_weights())
      refuse(index, "a copy with weights, which no checkpoint has: name a smaller part, or place this one by hand");
    if (layer.buffer_shift == 0 && layer.crop_top > 0 && layer.crop_bottom == 0)
      refuse(index, "that rows are left out at the top alone");
    check_sources(index);
  }

  /// Where layers are named, the sizes of what is read have to be those of the tensors.
  void check_sources(int index) {
    const Layer& layer = graph_[index];
    if (!names_sources(index)) return;
    long long pixels = 0;
    bool same = true;
    for (const int source : layer.sources) {
      const Shape shape = source_shape(graph_, source);
      pixels += shape.pixels();
      same = same && shape.channels == source_shape(graph_, layer.sources[0]).channels;
    }
    const long long dropped = (0LL + layer.crop_top + layer.crop_bottom) * layer.in_extent.width;
    if (!same) refuse(index, "that tensors with different numbers of channels are joined");
    if (layer.in_extent.area() > 0 && layer.in_extent.area() + dropped != pixels)
      refuse(index, "that a named tensor is read with another number of pixels");
  }

  // Defaults of the language ------------------------------------------------------------------------------------------

  /// The layer that is executed before another one, or network_input.
  int previous(int index) const {
    for (int i = 0; i < index; ++i)
      if (graph_[i].placement.next == index) return i;
    return index - 1;
  }
  bool names_sources(int index) const {
    const Sources& sources = graph_[index].sources;
    return sources.size != 1 || sources[0] != previous(index);
  }
  bool gives_in_offset(int index) const {
    if (graph_[index].reads_buffer() || index == 0) return graph_[index].reads_buffer() || plan_[index].in_offset != 0;
    return plan_[index].in_offset != plan_[previous(index)].out_offset || previous(index) != index - 1;
  }
  /// The next layer's processors are where a layer writes unless it says otherwise.
  bool gives_output_processors(int index) const {
    return index + 1 == graph_.size || graph_[index].writes_buffer() ||
           plan_[index].output_processors != plan_[index + 1].input_map();
  }
  DescribedLayerFacts facts_of(int index) const {
    const auto at = static_cast<std::size_t>(index);
    return at < facts_.layers.size() ? facts_.layers[at] : DescribedLayerFacts{};
  }

  // Values ------------------------------------------------------------------------------------------------------------

  template <class Value>
  void key(const char* word, const Value& value) {
    out_ << YAML::Key << word << YAML::Value << value;
  }
  void word(const char* name, const std::string& text) {
    out_ << YAML::Key << name << YAML::Value;
    scalar(text);
  }
  void scalar(const std::string& text) {
    if (!is_plain_word(text)) out_ << YAML::DoubleQuoted;
    out_ << text;
  }
  void map(const char* name, ProcessorMap processors) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "0x%016llx", static_cast<unsigned long long>(processors));
    key(name, digits);
  }
  void offset(const char* name, int bytes) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "0x%04x", static_cast<unsigned>(bytes));
    key(name, digits);
  }
  void list(const char* name, const std::vector<std::int64_t>& values) {
    out_ << YAML::Key << name << YAML::Value << YAML::Flow << YAML::BeginSeq;
    for (const std::int64_t value : values) out_ << value;
    out_ << YAML::EndSeq;
  }
  /// One number where both dimensions have it, and where there is one only.
  void extent(const char* name, Extent size, bool one_dimensional) {
    if (one_dimensional || size.height == size.width) return key(name, size.height);
    list(name, {size.height, size.width});
  }
  void layer_name(int source) {
    if (source == network_input) return scalar("input");
    if (source == rolling_buffer) return scalar(buffer_name_);
    if (name_of(source).empty()) {
      out_ << source;
      return;
    }
    scalar(name_of(source));
  }
  void reference(const char* name, int layer) {
    out_ << YAML::Key << name << YAML::Value;
    layer_name(layer);
  }

  // The network -------------------------------------------------------------------------------------------------------

  void write_network() {
    for (const std::string& line : facts_.comments) out_ << YAML::Comment(line) << YAML::Newline;
    out_ << YAML::BeginMap;
    word("arch", facts_.arch);
    word("dataset", facts_.dataset);
    if (!facts_.bias.empty()) word("bias", facts_.bias);
    if (!facts_.weights.empty()) word("weights", facts_.weights);
    if (graph_.buffer.exists()) write_buffer();
    if (!facts_.unload.empty()) write_unload();
    if (facts_.snoop.used) write_snoop();
    out_ << YAML::Key << "layers" << YAML::Value << YAML::BeginSeq;
    for (int i = 0; i < graph_.size; ++i) write_layer(i);
    out_ << YAML::EndSeq << YAML::EndMap;
  }

  void write_buffer() {
    out_ << YAML::Key << "data_buffer" << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
    word("name", buffer_name_);
    key("channels", graph_.buffer.channels);
    key("dim", graph_.buffer.rows);
    map("processors", plan_.buffer.processors);
    offset("offset", plan_.buffer.offset);
    out_ << YAML::EndMap << YAML::EndSeq;
  }
  void write_unload() {
    out_ << YAML::Key << "unload" << YAML::Value << YAML::BeginSeq;
    for (const max7800x::UnloadRegion& region : facts_.unload) {
      out_ << YAML::BeginMap;
      map("processors", region.processors);
      key("channels", region.shape.channels);
      list("dim", {region.shape.height, region.shape.width});
      offset("offset", region.offset);
      if (region.write_gap != 0) key("write_gap", region.write_gap);
      out_ << YAML::EndMap;
    }
    out_ << YAML::EndSeq;
  }
  /// The registers; what the vendor's tool expects to find in eight others afterwards depends on the input.
  void write_snoop() {
    std::vector<std::int64_t> values(std::begin(facts_.snoop.values), std::end(facts_.snoop.values));
    values.resize(values.size() + 8);
    list("snoop", values);
  }

  void write_layer(int index) {
    const Layer& layer = graph_[index];
    out_ << YAML::BeginMap;
    if (!name_of(index).empty()) word("name", name_of(index));
    write_place(index);
    write_reading(index);
    write_operation(index);
    write_window(layer);
    write_weights(index);
    write_order(index);
    if (layer.output && index + 1 < graph_.size) key("output", true);
    out_ << YAML::EndMap;
  }

  void write_place(int index) {
    const max7800x::LayerPlan& own = plan_[index];
    map("processors", own.input_map());
    if (gives_output_processors(index)) map("output_processors", own.output_processors);
    if (gives_in_offset(index)) offset("in_offset", own.in_offset);
    offset("out_offset", own.out_offset);
    if (own.read_gap != 0) key("read_gap", own.read_gap);
    if (own.write_gap != 0) key("write_gap", own.write_gap);
    if (own.parallel_outputs) key("calcx4", true);
    if (own.reads_ahead) key("readahead", true);
    if (own.counts_in_fours != (own.reads_ahead && own.in.count > 1)) key("tcalc", own.counts_in_fours);
    if (graph_[index].streaming) key("streaming", true);
    std::vector<std::int64_t> groups;
    for (int g = 0; g < max7800x::groups; ++g)
      if ((graph_[index].placement.bias_groups >> g & 1u) != 0) groups.push_back(g);
    if (!groups.empty()) list("bias_group", groups);
  }

  void write_reading(int index) {
    const Layer& layer = graph_[index];
    if (index == 0) key("data_format", plan_.input_format == DataFormat::chw ? "CHW" : "HWC");
    if (names_sources(index)) {
      out_ << YAML::Key << "in_sequences" << YAML::Value << YAML::Flow << YAML::BeginSeq;
      for (const int source : layer.sources) layer_name(source);
      out_ << YAML::EndSeq;
    }
    const bool by_hand = layer.reads_buffer();  // whoever reads the buffer says what it reads
    const Extent read = layer.in_extent.area() > 0 ? layer.in_extent : by_hand ? layer.in.extent() : Extent{0, 0};
    const int channels = layer.in_channels > 0 ? layer.in_channels : by_hand ? layer.in.channels : 0;
    if (channels > 0) key("in_channels", layer.flatten ? channels * layer.pooled.pixels() : channels);
    if (read.area() > 0) list("in_dim", {read.height, read.width});
    if (layer.buffer_shift != 0) key("buffer_shift", layer.buffer_shift);
    if (layer.buffer_insert != 0) key("buffer_insert", layer.buffer_insert);
    if (layer.crops() && layer.buffer_shift == 0) list("in_crop", {layer.crop_top, layer.crop_bottom});
  }

  static const char* word_of(Elementwise operation) {
    switch (operation) {
      case Elementwise::add:
        return "Add";
      case Elementwise::sub:
        return "Sub";
      case Elementwise::bitwise_or:
        return "Or";
      case Elementwise::bitwise_xor:
        return "Xor";
      case Elementwise::none:
        break;
    }
    return "Passthrough";
  }
  static const char* word_of(const Layer& layer) {
    switch (layer.op) {
      case Operator::conv1d:
        return "Conv1d";
      case Operator::conv2d:
        return "Conv2d";
      case Operator::conv_transpose2d:
        return "ConvTranspose2d";
      case Operator::linear:
        return "Linear";
      case Operator::none:
        break;
    }
    return word_of(layer.elementwise);
  }

  void write_operation(int index) {
    const Layer& layer = graph_[index];
    const bool one_dimensional = layer.one_dimensional();
    if (layer.pooling != Pooling::none)
      list(layer.pooling == Pooling::max ? "max_pool" : "avg_pool", {layer.pool.height, layer.pool.width});
    if (layer.pooling != Pooling::none || layer.pool_stride != Extent{1, 1})
      extent("pool_stride", layer.pool_stride, one_dimensional);
    if (layer.pooling != Pooling::none && layer.pool_dilation != Extent{1, 1})
      extent("pool_dilation", layer.pool_dilation, one_dimensional);
    if (!layer.pool_first && layer.pools() && layer.operands > 1) key("pool_first", false);
    key("operation", word_of(layer));
    if (layer.weighted() && layer.elementwise != Elementwise::none) key("eltwise", word_of(layer.elementwise));
    if (layer.elementwise != Elementwise::none && layer.operands != 2) key("operands", layer.operands);
    if (layer.flatten) key("flatten", true);
  }

  void write_window(const Layer& layer) {
    const bool convolves = layer.weighted() && layer.op != Operator::linear;
    const int usual_stride = layer.op == Operator::conv_transpose2d ? 2 : 1;
    if (layer.op == Operator::conv1d) key("kernel_size", layer.kernel.height);
    if (convolves && layer.op != Operator::conv1d) key("kernel_size", layer.kernel.height == 1 ? "1x1" : "3x3");
    if (convolves || layer.padding.height != 0) key("pad", layer.padding.height);
    if (layer.stride.height != usual_stride) key("stride", layer.stride.height);
    if (convolves && layer.dilation != Extent{1, 1}) extent("dilation", layer.dilation, layer.one_dimensional());
    if (layer.op == Operator::conv_transpose2d && layer.output_padding != 1) key("output_pad", layer.output_padding);
    if (layer.groups != 1) key("groups", layer.groups);
    if (convolves || layer.activation != Activation::none)
      key("activate", layer.activation == Activation::relu  ? "ReLU"
                      : layer.activation == Activation::abs ? "Abs"
                                                            : "None");
  }

  void write_weights(int index) {
    const Layer& layer = graph_[index];
    const DescribedLayerFacts facts = facts_of(index);
    if (layer.wide) key("output_width", 32);
    if (!layer.weighted()) {
      if (layer.output_shift != 0) key("output_shift", layer.output_shift);
      return;
    }
    if (layer.out_channels != 0 && layer.bypass && layer.out.channels != layer.in.channels)
      key("out_channels", layer.out.channels);
    if (layer.bypass) key("bypass", true);
    if (layer.binary_weights)
      key("quantization", "binary");
    else if (!layer.bypass && !facts.trained_bits)
      key("quantization", layer.weight_bits);
    if (layer.output_shift != (layer.bypass ? bypass_shift : 0) && !facts.trained_shift)
      key("output_shift", layer.output_shift);
    if (facts.weight_source >= 0) reference("weight_source", facts.weight_source);
  }

  void write_order(int index) {
    const Placement& hand = graph_[index].placement;
    const int simulated = facts_of(index).simulated_next;
    if (hand.next != Placement::not_given) reference("next_sequence", hand.next);
    if (hand.next_on_hit != Placement::not_given) key("snoop_sequence", hand.next_on_hit);
    if (simulated == DescribedLayerFacts::not_given) return;
    if (simulated >= 0) return reference("simulated_sequence", simulated);
    word("simulated_sequence", "stop");
  }

  const Graph<N>& graph_;
  const max7800x::Plan<N>& plan_;
  const DescriptionFacts& facts_;
  std::vector<std::string> names_{};
  std::string buffer_name_{};
  YAML::Emitter out_{};
  DescriptionText result_{};
};

}  // namespace detail

/// A network with its plan as a description of the vendor's tool: read again, by this library or by that tool, it has
/// the same tables. `graph` is the network as the chip executes it, with shapes, and `plan` its plan: both members of a
/// PlannedNetwork, or of a Deployment. What the language has no words for is refused, all at once: layers of the
/// processor, early exits, copies with weights of their own, joined tensors with different numbers of channels.
template <int N>
DescriptionText description_text(const Graph<N>& graph, const max7800x::Plan<N>& plan,
                                 const DescriptionFacts& facts = {}) {
  return detail::DescriptionWriter<N>(graph, plan, facts).write();
}

}  // namespace incuse
