// Network descriptions in the YAML language of the vendor's tool. They are read without weights: the values in the file
// are kept unchanged, and defaults of the language are filled in; graph_from (description_graph.hpp) makes a Graph of
// them. Spec: max7800x-network-description; rule ids are those of max7800x-checks, section 1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/described_network.hpp>
#include <incuse/import/description_layers.hpp>
#include <incuse/import/description_rules.hpp>
#include <incuse/import/description_values.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {
namespace detail {

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
      // No file is opened here: with "bad file" yaml-cpp refuses a text that is nested too deeply.
      const bool deep = problem.msg == "bad file";
      return problems_.report("Y1", place,
                              deep ? "this is no network description: it is nested far too deeply"
                                   : "this is not YAML: " + printable(problem.msg));
    }
    if (!one || !document.IsMap())
      return problems_.report("Y1", Place{},
                              "this is not a network description: it must be one mapping of keys to values");
    // No access to a node below should make the YAML library throw. If one does, the exception becomes a problem of the
    // file.
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
    if (placement_ == PlacementKeys::needed)
      for (const LayerDraftYaml& draft : drafts_) check_buffer_reader(draft);
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
      if (problem.severity == Severity::error && problem.rule != RuleId("D1") && problem.rule != RuleId("I14"))
        return false;
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

  KeyValue value_of(const char* key, RuleId rule, const YAML::Node& node) { return {key, rule, node, problems_}; }

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
      read_snoop_registers(value_of("snoop", "Y14", node));
  }
  /// 24 registers, and 8 values that the vendor's tool expects afterwards.
  void read_snoop_registers(const KeyValue& value) {
    if (!value.node.IsSequence() || value.node.size() != 32) return value.wrong("a list of 32 numbers");
    description_.snoop.used = true;
    for (std::size_t i = 0; i < value.node.size(); ++i) {
      const auto number = yaml_number(value.node[i]);
      if (!number || *number < 0 || *number > 0xffff'ffffLL)
        value.wrong("a list of 32 numbers of 32 bits");
      else if (i < max7800x::Snoop::registers)
        description_.snoop.values[i] = static_cast<std::uint32_t>(*number);
    }
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
    const auto gap = node["write_gap"] ? value("write_gap").number(0, device_.max_write_gap) : std::optional<int>(0);
    const bool bytes = has_byte_width(node);
    if (!map || !channels || !extent || !offset || !gap || !bytes) return;
    region.processors = *map;
    region.shape = {*channels, extent->height, extent->width};
    region.offset = *offset;
    region.write_gap = *gap;
    description_.unload.push_back(region);
  }
  void read_data_buffer(const YAML::Node& node) {
    const bool by_hand = placement_ == PlacementKeys::needed;
    std::vector<std::string_view> needed{"channels", "dim", "name"}, optional{"width"};
    for (std::string_view place : {"processors", "offset"}) (by_hand ? needed : optional).push_back(place);
    if (!check_regions("data_buffer", node, needed, optional)) return;
    // Only the first entry has an effect. The others are checked as well: an author may exchange them.
    for (std::size_t i = 0; i < node.size(); ++i) {
      const auto buffer = buffer_of(node[i]);
      if (!buffer || i > 0) continue;
      description_.buffer = *buffer;
      description_.buffer_name = node[i]["name"].Scalar();
      buffer_place_ = place_of(node[i]["name"]);
    }
    if (node.size() > 1)
      problems_.report("N1", place_of(node[1]), "only the first entry of 'data_buffer' has an effect");
  }
  /// The rolling buffer that an entry of 'data_buffer' describes, without its name; nothing if a value is wrong.
  std::optional<KeptRows> buffer_of(const YAML::Node& node) {
    const auto value = [&](const char* key) { return value_of(key, "Y27", node[key]); };
    const auto map = node["processors"] ? value("processors").processors(true) : ProcessorMap{0};
    const auto channels = value("channels").number(1, device_.max_channels);
    const auto extent = value("dim").extent(1, device_.max_dimension, false);
    const auto offset = node["offset"] ? value("offset").number(0, device_.max_out_offset - 1) : Placement::not_given;
    const auto name = value("name").name();
    const bool bytes = has_byte_width(node);
    const bool one_column = extent && extent->width == 1;
    if (extent && !one_column)
      problems_.report("Y27", place_of(node["dim"]),
                       "a rolling buffer has one column, and 'dim' asks for " + std::to_string(extent->width) +
                           ": give the number of rows, 'dim: " + std::to_string(extent->height) +
                           "', and keep what is side by side in channels");
    if (!map || !channels || !one_column || !offset || !name || !bytes) return std::nullopt;
    return KeptRows{{}, *channels, extent->height, *map, *offset};
  }
  /// Whether the 'width' of a memory region is that of bytes, the only one that there is, or is not given.
  bool has_byte_width(const YAML::Node& region) {
    const YAML::Node width = region["width"];
    if (!width || yaml_number(width) == 8) return true;
    value_of("width", "Y27", width).wrong("8: a memory region of a description holds bytes");
    return false;
  }
  /// Whether a list of memory regions has the keys that it needs, and no others.
  bool check_regions(const char* key, const YAML::Node& node, const std::vector<std::string_view>& needed,
                     const std::vector<std::string_view>& optional) {
    const std::size_t problems_before = problems_.size();
    if (!node.IsSequence() || node.size() == 0) {
      value_of(key, "Y27", node).wrong("a list with an entry");
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
    description_.written_layers = node.size();
    const auto most = static_cast<std::size_t>(device_.max_layers);
    if (node.size() > most) {
      DescribedLayer first_beyond;
      first_beyond.place = place_of(node[most]);
      first_beyond.sequence = device_.max_layers;
      problems_.report("Y6", first_beyond,
                       "there are " + std::to_string(node.size()) + " layers: " + string_of(device_.name) + " has " +
                           std::to_string(most));
    }
    const std::size_t last = last_layer(node);
    for (std::size_t i = 0; i < node.size(); ++i) {
      const YAML::Node layer = node[i];
      if (drafts_.size() == most) break;
      if (!layer.IsMap()) {
        problems_.report("Y5", place_of(layer), "a layer must be a mapping of keys to values, not " + shown(layer));
        continue;
      }
      const std::size_t problems_before = problems_.size();
      drafts_.push_back(LayerReader(layer, i != last, device_, placement_, problems_).read());
      number(drafts_.back());
      problems_.blame(drafts_.back().described, problems_before);
    }
  }

  /// The entry with the highest number.
  static std::size_t last_layer(const YAML::Node& layers) {
    std::size_t last = 0;
    long long number = -1, highest = -1;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const YAML::Node layer = layers[i];
      const auto given = layer.IsMap() && layer["sequence"] ? yaml_number(layer["sequence"]) : std::nullopt;
      number = given.value_or(number + 1);
      if (number < highest) continue;
      highest = number;
      last = i;
    }
    return last;
  }

  /// A layer without a number gets that of the previous one plus 1.
  void number(LayerDraftYaml& draft) {
    if (!draft.given.sequence) draft.described.sequence = next_sequence_;
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
    for (const LayerDraftYaml& draft : drafts_)
      if (description_.buffer.exists() && lower_case(draft.described.name) == lower_case(description_.buffer_name)) {
        problems_.report("Y25", buffer_place_,
                         "the data buffer and a layer have the name '" + printable(description_.buffer_name) + "'");
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
      if (draft.given.data_format && draft.format == DataFormat::chw) {
        if (number == 0)
          description_.input_format = DataFormat::chw;
        else
          problems_.report("I14", layer, "only the first layer can read CHW data");
      }
      description_.layers.push_back(layer);
    }
    if (!description_.layers.empty())
      description_.layers.back().next = description_.layers.back().simulated_next = DescribedLayer::stop;
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
      if (draft.next_on_hit)
        if (const auto next = resolve(*draft.next_on_hit)) layer.next_on_hit = *next;
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
      if (draft.simulated_next && layer.simulated_next >= 0 && layer.simulated_next <= static_cast<int>(i))
        problems_.report("I7", draft.simulated_next->place, "'simulated_sequence' has to name a later layer, or stop");
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
    const std::string what =
        reference.name.empty() ? std::to_string(reference.sequence) : "'" + printable(reference.name) + "'";
    problems_.report("Y25", reference.place,
                     "'" + std::string(reference.key) + "' refers to layer " + what + ", which does not exist");
    return std::nullopt;
  }
  std::optional<int> resolve_source(const LayerReference& reference) {
    if (reference.name.empty() ? reference.sequence == -1 : reference.name == "input") return network_input;
    return names_buffer(reference) ? rolling_buffer : resolve(reference);
  }
  bool names_buffer(const LayerReference& reference) const {
    return description_.buffer.exists() &&
           (reference.name.empty() ? reference.sequence == rolling_buffer
                                   : reference.name == lower_case(description_.buffer_name));
  }
  /// The layer that follows number `own`. If the last layer names the number after its own, that means stop.
  std::optional<int> resolve_next(const LayerReference& reference, int own) {
    if (reference.name == "stop" || (reference.name.empty() && reference.sequence == -1)) return DescribedLayer::stop;
    const int last = description_.layers.back().sequence;
    if (!reference.name.empty() || reference.sequence <= last) return resolve(reference);
    return own == last && reference.sequence == own + 1 ? DescribedLayer::stop : DescribedLayer::behind_the_last;
  }

  /// A peculiarity of the vendor's tool that published networks depend on: all layers without 'pad' share the default
  /// padding, and if one of them is a Conv1d, the width of that padding is 0 for all.
  void share_default_padding() {
    bool narrowed = false;
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      narrowed = narrowed || (!drafts_[i].given.pad && drafts_[i].described.layer.op == Operator::conv1d);
    if (!narrowed) return;
    for (std::size_t i = 0; i < order_.size(); ++i)
      if (!drafts_[order_[i]].given.pad) description_.layers[i].layer.padding.width = 0;
  }

  /// Looks at the keys alone, so that this error is reported also of a layer with other errors.
  void check_buffer_reader(const LayerDraftYaml& draft) {
    const GivenKeys& given = draft.given;
    if (given.in_offset && given.out_offset && given.in_dim && given.in_channels) return;
    if (std::any_of(draft.sources.begin(), draft.sources.end(),
                    [&](const LayerReference& reference) { return names_buffer(reference); }))
      problems_.report(
          "Y28", draft.described,
          "a layer that reads the data buffer needs 'in_offset', 'out_offset', 'in_dim' and 'in_channels'");
  }

  NetworkDescription& description_;
  const max7800x::Device& device_;
  PlacementKeys placement_;
  ProblemList problems_;
  std::vector<LayerDraftYaml> drafts_{};
  std::vector<std::size_t> order_{};  ///< drafts by sequence number
  Place buffer_place_{};              ///< of the data buffer's name
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
  detail::ProblemList(description.file, description.problems).report("Y1", Place{}, reason);
  return description;
}

}  // namespace incuse
