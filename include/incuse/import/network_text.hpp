// A network type for the K210, read from the text that export/network_text.hpp writes: a graph with shapes, which the
// chip's rules, `import::load` and host::RealExecutor take.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/core/finding.hpp>
#include <incuse/hosted/layer_fields.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/layer_list.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/device.hpp>
#include <incuse/model/graph.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse {

/// The network, or all that is wrong with the text.
struct NetworkText {
  Graph<max7800x::most_layers> graph{};
  std::vector<std::string> errors{};                        ///< "net.yaml:3:5: ..."
  std::shared_ptr<const std::vector<std::string>> names{};  ///< owns the names in `graph`

  bool ok() const { return errors.empty(); }
};

namespace detail {

/// Reads the members of one layer; `refuse(node, sentence)` for each that is wrong.
template <class Refuse>
class LayerFieldReader {
 public:
  LayerFieldReader(const YAML::Node& node, Refuse refuse) : node_(node), refuse_(refuse) {}

  void numbers(const char* word, const Numbers& values, int least, int most) {
    each(word, values.size(), [&](const YAML::Node& given, std::size_t i) {
      const auto number = yaml_number(given);
      if (number && *number >= least && *number <= most)
        *values[i] = static_cast<int>(*number);
      else
        refuse_(given, in_quotes(word) + " has numbers from " + std::to_string(least) + " to " + std::to_string(most) +
                           ", not " + shown(given));
    });
  }
  void flags(const char* word, const std::vector<bool*>& values) {
    each(word, values.size(), [&](const YAML::Node& given, std::size_t i) {
      const std::optional<bool> flag = yaml_boolean(given);
      if (!flag) return refuse_(given, in_quotes(word) + " is true or false, not " + shown(given));
      *values[i] = *flag;
    });
  }
  template <class Choice>
  void choice(const char* word, Choice& value) {
    each(word, 1, [&](const YAML::Node& given, std::size_t) {
      const auto& words = words_for(value);
      const std::string own = given.IsScalar() ? given.Scalar() : "";
      const auto found =
          std::find_if(std::begin(words), std::end(words), [&](const auto& row) { return row.word == own; });
      if (found == std::end(words))
        return refuse_(given, in_quotes(word) + " is none of its words: " + shown(given) +
                                  nearest_word(own, words, [](const auto& row) { return row.word; }));
      value = found->key;
    });
  }
  void real(const char* word, float& value) {
    each(word, 1, [&](const YAML::Node& given, std::size_t) {
      float number = 0;
      if (!given.IsScalar() || !YAML::convert<float>::decode(given, number) || !std::isfinite(number))
        return refuse_(given, in_quotes(word) + " is a number, not " + shown(given));
      value = number;
    });
  }
  void function(const char* word, float (*&value)(float)) {
    each(word, 1, [&](const YAML::Node& given, std::size_t) {
      for (const NamedFunction& known : named_functions())
        if (given.IsScalar() && given.Scalar() == known.name) value = known.function;
      if (value == nullptr)
        refuse_(given,
                "its activation function is none of the library's, which the program has alone: let a program with the "
                "type find "
                "the ranges (import::observe_ranges)");
    });
  }
  const std::vector<std::string_view>& words() const { return words_; }

 private:
  static std::string in_quotes(const char* word) { return "'" + std::string(word) + "'"; }

  /// Calls `read` for the values of a key: as many as the member has, in a list if they are several.
  template <class Read>
  void each(const char* word, std::size_t count, Read read) {
    words_.push_back(word);
    const YAML::Node value = node_[word];
    if (!value) return;
    if (count == 1) return read(value, 0);
    if (!value.IsSequence() || value.size() != count)
      return refuse_(value, in_quotes(word) + " is a list of " + std::to_string(count) + ", not " + shown(value));
    for (std::size_t i = 0; i < count; ++i) read(value[i], i);
  }

  const YAML::Node& node_;
  Refuse refuse_;
  std::vector<std::string_view> words_{};
};

class NetworkTextReader : LayerListReader {
 public:
  explicit NetworkTextReader(const std::string& file) : LayerListReader(file) {}

  NetworkText read(const std::string& text) {
    parse(text, static_cast<std::size_t>(max7800x::most_layers), "it is no network type: network_text writes one",
          [&](const YAML::Node& document) {
            expect_keys(document, {"device", "input", "real_input", "layers"});
            read_input(document);
            for (const auto& layer : document["layers"])
              if (errors_.size() < most_errors) read_layer(layer);
          });
    if (errors_.empty() && result_.graph.size == 0) refuse({}, "it has no layers");
    if (errors_.empty()) complete();
    result_.errors = std::move(errors_);
    return std::move(result_);
  }

 private:
  /// Values of a tensor, or weights of a layer: no K210 holds as many.
  static constexpr long long most_values = 1 << 24;

  void read_input(const YAML::Node& document) {
    if (const YAML::Node device = document["device"]; !device || !device.IsScalar() || device.Scalar() != "K210")
      refuse(place_of(device ? device : document), "'device' is K210");
    Shape& input = result_.graph.input;
    LayerFieldReader reader(document,
                            [&](const YAML::Node& at, const std::string& reason) { refuse(place_of(at), reason); });
    reader.numbers("input", numbers_of(input), 1, most_field_channels);
    reader.flags("real_input", {&result_.graph.real_input});
    if (!document["input"]) refuse(place_of(document), "'input' is missing: channels, rows and columns");
  }

  void read_layer(const YAML::Node& node) {
    if (!node.IsMap()) return refuse(place_of(node), "a layer is a mapping of keys to values, not " + shown(node));
    Layer layer{};
    LayerFieldReader reader(node,
                            [&](const YAML::Node& at, const std::string& reason) { refuse(place_of(at), reason); });
    visit_layer_fields(layer, reader);
    std::vector<std::string_view> keys = reader.words();
    keys.insert(keys.end(), {"name", "sources"});
    expect_keys(node, keys);
    read_sources(node, layer);
    if (layer.activation == Activation::function && layer.function == nullptr)
      refuse(place_of(node), "'function' is missing: the name of the activation function");
    names_.push_back(name_in(node));
    result_.graph[result_.graph.size++] = layer;
  }

  void read_sources(const YAML::Node& node, Layer& layer) {
    const int index = result_.graph.size;
    const YAML::Node value = node["sources"];
    if (!value) return layer.sources.push(index - 1);
    if (!value.IsSequence() || value.size() == 0 || value.size() > static_cast<std::size_t>(max_operands))
      return refuse(place_of(value), "'sources' is a list of 1 to " + std::to_string(max_operands) + " layers");
    for (const auto& one : value) {
      const auto source = yaml_number(one);
      if (!source || *source < network_input || *source >= index)
        return refuse(place_of(one), "a source is an earlier layer, or -1, the input, not " + shown(one));
      layer.sources.push(static_cast<int>(*source));
    }
  }

  void complete() {
    Graph<max7800x::most_layers>& graph = result_.graph;
    result_.names = std::make_shared<const std::vector<std::string>>(std::move(names_));
    for (int i = 0; i < graph.size; ++i) {
      const std::string& name = (*result_.names)[static_cast<std::size_t>(i)];
      graph[i].name = {name.data(), static_cast<int>(name.size())};
    }
    graph = infer(graph);
    expect_size(graph.input, "its input");
    for (int i = 0; i < graph.size && errors_.empty(); ++i) {
      TextBuffer<100> layer;
      append_layer(layer, i, graph[i].name);
      const std::string start = string_of(layer) + ": ";
      expect_size(graph[i].in, start + "what it reads");
      expect_size(graph[i].pooled, start + "what it reads, pooled,");
      expect_size(graph[i].out, start + "its output");
      if (errors_.empty()) expect_weights(graph[i], start);
    }
  }
  void expect_size(const Shape& shape, const std::string& what) {
    if (shape.exists() && shape.all_elements() <= most_values) return;
    refuse({}, what + " has the shape " + text_of(shape) + "; sizes are 1 or more, and the values at most " +
                   grouped(most_values));
  }
  void expect_weights(const Layer& layer, const std::string& start) {
    if (!layer.weighted()) return;
    const long long each = layer.weight_in_channels() * layer.kernel.all_pixels();
    if (each > most_values || each * layer.out_channels > most_values)
      refuse({}, start + "it has more weights than " + grouped(most_values));
  }

  std::vector<std::string> names_{};
  NetworkText result_{};
};

}  // namespace detail

/// Reads what network_text has written; `file` is its name in messages. The graph has shapes, each of at most 2^24
/// values; whether the K210 has its layers, its rules say.
inline NetworkText parse_network_text(const std::string& text, const std::string& file) {
  return detail::NetworkTextReader(file).read(text);
}

}  // namespace incuse
