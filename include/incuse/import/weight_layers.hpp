// The layers with weights of a network type, read from the text that export/weight_layers.hpp writes: a graph that
// `import::load` and `import::quantise` take.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <incuse/import/layer_list.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// The layers of a type, or all that is wrong with the text.
struct WeightLayers {
  Graph<max7800x::most_layers> graph{};  ///< one layer behind the other; only what parameters depend on is filled in
  std::vector<std::string> errors{};     ///< "layers.yaml:3:5: ..."
  std::shared_ptr<const std::vector<std::string>> names{};  ///< owns the names in `graph`

  bool ok() const { return errors.empty(); }
};

namespace detail {

class WeightLayersReader : LayerListReader {
 public:
  explicit WeightLayersReader(const std::string& file) : LayerListReader(file) {}

  WeightLayers read(const std::string& text) {
    parse(text, static_cast<std::size_t>(max7800x::most_layers),
          "it is no list of layers with weights: weight_layers_text writes one", [&](const YAML::Node& document) {
            for (const auto& layer : document["layers"])
              if (errors_.size() < most_errors) read_layer(layer);
          });
    if (errors_.empty()) name_layers();
    result_.errors = std::move(errors_);
    return std::move(result_);
  }

 private:
  static constexpr int most_channels = 1 << 16, most_kernel = 64;

  void read_layer(const YAML::Node& node) {
    if (!node.IsMap()) return refuse(place_of(node), "a layer is a mapping of keys to values, not " + shown(node));
    static const std::vector<std::string_view> keys = {"name", "operator", "weights", "groups",
                                                       "bits", "bias",     "shift"};
    expect_keys(node, keys);
    Layer layer{};
    const std::size_t before = errors_.size();
    read_operator(node, layer);
    layer.groups = number(node, "groups", 1, most_channels, 1);
    if (errors_.size() == before) read_shape(node, layer);
    read_bits(node, layer);
    read_bias(node, layer);
    layer.output_shift = number(node, "shift", -30, 30, 0);
    names_.push_back(name_in(node));
    if (errors_.size() > before) return;
    layer.sources.push(result_.graph.size - 1);
    result_.graph[result_.graph.size++] = layer;
  }

  void read_operator(const YAML::Node& node, Layer& layer) {
    struct Word {
      std::string_view word;
      Operator op;
    };
    constexpr Word words[] = {{"conv1d", Operator::conv1d},
                              {"conv2d", Operator::conv2d},
                              {"conv_transpose2d", Operator::conv_transpose2d},
                              {"linear", Operator::linear}};
    const YAML::Node value = node["operator"];
    for (const Word& known : words)
      if (value && value.IsScalar() && value.Scalar() == known.word) layer.op = known.op;
    if (!layer.weighted())
      refuse(place_of(value ? value : node), "'operator' is conv1d, conv2d, conv_transpose2d or linear");
  }

  /// [out][in / groups][height][width], [out][in / groups][length] or [out][in].
  void read_shape(const YAML::Node& node, Layer& layer) {
    const YAML::Node value = node["weights"];
    const std::size_t rank = layer.op == Operator::linear ? 2 : layer.op == Operator::conv1d ? 3 : 4;
    const Place place = place_of(value ? value : node);
    if (!value || !value.IsSequence() || value.size() != rank)
      return refuse(place, "'weights' is the shape of its weights, a list of " + std::to_string(rank) + " numbers");
    int sizes[4] = {1, 1, 1, 1};
    long long all = 1;
    for (std::size_t i = 0; i < rank; ++i) {
      const auto size = yaml_number(value[i]);
      const int most = i < 2 ? most_channels : most_kernel;
      if (!size || *size < 1 || *size > most)
        return refuse(place, "'weights' has numbers from 1 to " + std::to_string(most) + ", not " + shown(value[i]));
      sizes[i] = static_cast<int>(*size);
      all *= sizes[i];
    }
    if (all > 1 << 26 || 1LL * sizes[1] * layer.groups > most_channels)
      return refuse(place, "'weights' has more numbers than any chip holds");
    layer.kernel = {sizes[2], sizes[3]};
    layer.out_channels = sizes[0];
    layer.in = layer.pooled = {sizes[1] * layer.groups, 1, 1};
    layer.out = {sizes[0], 1, 1};
  }

  void read_bits(const YAML::Node& node, Layer& layer) {
    const YAML::Node value = node["bits"];
    layer.binary_weights = value && value.IsScalar() && value.Scalar() == "binary";
    if (layer.binary_weights) {
      layer.weight_bits = 1;
      return;
    }
    layer.weight_bits = number(node, "bits", 1, 8, 8);
    if (layer.weight_bits != 1 && layer.weight_bits != 2 && layer.weight_bits != 4 && layer.weight_bits != 8)
      refuse(place_of(value), "'bits' is 1, 2, 4, 8 or binary");
  }

  void read_bias(const YAML::Node& node, Layer& layer) {
    const YAML::Node value = node["bias"];
    const std::optional<bool> bias = value ? yaml_boolean(value) : std::optional<bool>(false);
    if (!bias) refuse(place_of(value), "'bias' is true or false");
    layer.bias = bias.value_or(false);
  }

  void name_layers() {
    result_.names = std::make_shared<const std::vector<std::string>>(std::move(names_));
    for (int i = 0; i < result_.graph.size; ++i) {
      const std::string& name = (*result_.names)[static_cast<std::size_t>(i)];
      result_.graph[i].name = {name.data(), static_cast<int>(name.size())};
    }
  }

  std::vector<std::string> names_{};
  WeightLayers result_{};
};

}  // namespace detail

/// Reads what weight_layers_text has written; `file` is its name in messages.
inline WeightLayers parse_weight_layers(const std::string& text, const std::string& file) {
  return detail::WeightLayersReader(file).read(text);
}

}  // namespace incuse
