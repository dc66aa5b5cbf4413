// Reading of one layer of a network description: its keys, and what depends on several of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/described_network.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/import/description_values.hpp>
#include <incuse/import/description_words.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::detail {

/// Which keys of a layer the file gives, where that matters once all layers are known.
struct GivenKeys {
  bool sequence = false;
  bool data_format = false;
  bool pad = false;
  bool in_offset = false;
  bool out_offset = false;
  bool in_dim = false;
  bool in_channels = false;
};

/// A layer of the file while it is read.
struct LayerDraftYaml {
  DescribedLayer described{};
  DataFormat format = DataFormat::hwc;
  GivenKeys given{};
  std::vector<LayerReference> sources{};
  std::optional<LayerReference> next{}, next_on_hit{}, simulated_next{}, weight_source{};
};

/// Reads the keys of one layer. Every key only notes its value; what depends on several keys happens in `finish`.
class LayerReader {
 public:
  /// `inside`: other layers follow it.
  LayerReader(const YAML::Node& node, bool inside, const max7800x::Device& device, PlacementKeys placement,
              ProblemList& problems)
      : node_(node), inside_(inside), device_(device), placement_(placement), problems_(problems) {
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
    RuleId rule;          ///< for bad values
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
      return (this->*key.read)(KeyValue{key.word.data(), key.rule, value, problems_, inside_});
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

  // One key each ------------------------------------------------------------------------------------------------------

  void read_sequence(const KeyValue& value) {
    const auto number = value.number(0, most_description_size);
    draft_.given.sequence = number.has_value();
    set(draft_.described.sequence, number);
  }
  void read_name(const KeyValue& value) { set(draft_.described.name, value.name()); }
  void read_processors(const KeyValue& value) { set(layer().placement.processors, value.processors(true)); }
  void read_output_processors(const KeyValue& value) {
    set(layer().placement.output_processors, value.processors(true));
  }
  void read_in_offset(const KeyValue& value) {
    if (has_place(value.node, 1 << 20)) set(layer().placement.in_offset, value.number(0, 1 << 20));
  }
  void read_out_offset(const KeyValue& value) {
    const int most = device_.max_out_offset - 1;
    if (has_place(value.node, most)) set(layer().placement.out_offset, value.number(0, most));
  }
  void read_data_format(const KeyValue& value) {
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
    const auto bits = yaml_number(value.node);
    if (!bits || (*bits != 1 && *bits != 2 && *bits != 4 && *bits != 8)) return value.wrong("1, 2, 4, 8 or binary");
    layer().weight_bits = static_cast<int>(*bits);
  }
  void read_output_shift(const KeyValue& value) {
    draft_.described.output_shift_given = true;
    set(layer().output_shift, value.number(-1000, 1000));
  }
  void read_output_width(const KeyValue& value) {
    const auto width = yaml_number(value.node);
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
      if (auto reference = value.layer(value.node)) draft_.sources.push_back(*reference);
      return;
    }
    if (value.node.size() < 1 || value.node.size() > max_operands)
      return value.wrong("a layer or a list of 1 to 16 layers");
    for (const auto& member : value.node)
      if (auto reference = value.layer(member)) draft_.sources.push_back(*reference);
  }
  void read_in_channel_skip(const KeyValue& value) {
    set(draft_.described.channel_skip, value.number(0, most_description_size));
  }
  void read_read_gap(const KeyValue& value) {
    set(layer().placement.read_gap, value.number(0, most_description_size));
    if (layer().placement.read_gap != 0) needs(device_.has(max7800x::Feature::read_gap), value);
  }
  void read_write_gap(const KeyValue& value) {
    set(layer().placement.write_gap, value.number(0, most_description_size));
  }
  void read_next(const KeyValue& value) { draft_.next = value.layer(value.node); }
  void read_snoop_sequence(const KeyValue& value) {
    if (!yaml_integer(value.node)) return value.wrong("the number of a layer");
    needs(has(max7800x::Feature::snooping), value);
    if (has(max7800x::Feature::snooping)) draft_.next_on_hit = value.layer(value.node);
  }
  void read_simulated_next(const KeyValue& value) { draft_.simulated_next = value.layer(value.node); }
  void read_streaming(const KeyValue& value) { set(layer().streaming, value.truth()); }
  void read_flatten(const KeyValue& value) { set(layer().flatten, value.truth()); }
  void read_bias_group(const KeyValue& value) {
    const auto add = [&](const YAML::Node& node) {
      if (!has_place(node, max7800x::groups - 1)) return;
      if (const auto group = value.number_of(node, 0, max7800x::groups - 1))
        layer().placement.bias_groups |= 1u << *group;
    };
    if (!value.node.IsSequence()) return add(value.node);
    if (value.node.size() == 0) return value.wrong("a group or a list of groups");
    for (const auto& group : value.node) add(group);
  }
  void read_bypass(const KeyValue& value) {
    set(draft_.described.bypass, value.truth());
    if (draft_.described.bypass) needs(device_.kernel_bypass, value);
  }
  void read_calcx4(const KeyValue& value) {
    set(layer().placement.parallel_outputs, value.truth());
    if (layer().placement.parallel_outputs) needs(has(max7800x::Feature::parallel_outputs), value);
  }
  void read_readahead(const KeyValue& value) {
    set(layer().placement.read_ahead, value.truth());
    if (layer().placement.read_ahead) needs(has(max7800x::Feature::read_ahead), value);
  }
  void read_tcalc(const KeyValue& value) {
    set(layer().placement.tcalc, value.truth());
    layer().placement.no_tcalc = !layer().placement.tcalc && has(max7800x::Feature::read_ahead);
  }
  void read_output(const KeyValue& value) {
    const std::optional<bool> output = value.truth();
    set(layer().output, output);
    draft_.described.no_output = output == false;
  }
  void read_weight_source(const KeyValue& value) { draft_.weight_source = value.layer(value.node); }
  void read_buffer_shift(const KeyValue& value) { set(layer().buffer_shift, value.number(1, most_description_size)); }
  void read_buffer_insert(const KeyValue& value) { set(layer().buffer_insert, value.number(1, most_description_size)); }

  bool has(max7800x::Feature feature) const { return device_.has(feature); }
  /// False for the number of a place that the chip does not have, where places do not count.
  bool has_place(const YAML::Node& node, long long most) const {
    const auto number = yaml_number(node);
    return placement_ == PlacementKeys::needed || !number || (*number >= 0 && *number <= most);
  }
  /// A key that only some chips of the family know (rule D1).
  void needs(bool available, const KeyValue& value) {
    if (!available)
      problems_.report("D1", value.place(),
                       "'" + std::string(value.key) + "' is not available on " + string_of(device_.name));
  }

  // What depends on several keys --------------------------------------------------------------------------------------

  void expect_placement() {
    const bool says_channels = placement_ == PlacementKeys::for_channels && draft_.described.out_channels > 0;
    if (seen("processors") == nullptr && !says_channels)
      problems_.report("Y8", draft_.described.place, "the layer has no 'processors'");
    if (placement_ == PlacementKeys::needed && seen("out_offset") == nullptr) {
      problems_.report("Y13", draft_.described.place, "the layer has no 'out_offset': it writes at 0");
      layer().placement.out_offset = 0;
    }
  }

  /// A bypassed kernel has weights of 1, and an output shift of its own unless one is given.
  void finish_bypass() {
    if (!draft_.described.bypass || !device_.kernel_bypass) return;
    layer().bypass = layer().weighted();
    if (layer().weight_bits != 8)
      problems_.report("N1", place("quantization"),
                       "'quantization' does not count with 'bypass': a bypassed kernel has no weights");
    layer().weight_bits = 8;
    if (seen("output_shift") == nullptr) layer().output_shift = bypass_shift;
  }

  void finish() {
    if (placement_ != PlacementKeys::optional) expect_placement();
    finish_operation();
    finish_elementwise();
    finish_kernel();
    finish_window();
    finish_pooling();
    finish_buffers();
    finish_bypass();
    note_given_keys();
  }

  void note_given_keys() {
    GivenKeys& given = draft_.given;
    given.data_format = seen("data_format") != nullptr;
    given.pad = draft_.described.pad_given = seen("pad") != nullptr;
    given.in_offset = seen("in_offset") != nullptr;
    given.out_offset = seen("out_offset") != nullptr;
    given.in_dim = seen("in_dim") != nullptr;
    given.in_channels = seen("in_channels") != nullptr;
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
    switch (own.op) {
      case Operator::linear:
        return problems_.report("Y21", value.place(), "a linear layer takes no 'kernel_size'");
      case Operator::conv1d:
        if (const auto length = yaml_number(kernel_); length && *length >= 1 && *length <= 9)
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
    } else if (seen("stride") != nullptr && own.stride.height != 1 && own.pools() &&
               !(one_dimensional && device_.folds_columns())) {
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
    const bool by_hand = placement_ == PlacementKeys::needed;
    if (by_hand && seen("buffer_insert") != nullptr && seen("out_offset") == nullptr)
      problems_.report("Y26", place("buffer_insert"), "'buffer_insert' needs 'out_offset'");
    if (seen("buffer_shift") != nullptr && layer().crops())
      problems_.report("Y26", place("in_crop"),
                       "'buffer_shift' takes no 'in_crop': it drops the rows that it shifts out");
    if (seen("buffer_shift") != nullptr) layer().crop_top = layer().buffer_shift;
  }

  const YAML::Node& node_;
  bool inside_;
  const max7800x::Device& device_;
  PlacementKeys placement_;
  ProblemList& problems_;
  LayerDraftYaml draft_{};
  std::vector<Seen> seen_{};
  Elementwise eltwise_ = Elementwise::none;
  YAML::Node kernel_{};
};

}  // namespace incuse::detail
