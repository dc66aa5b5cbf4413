// Trained parameters from files, and which layer of a description they belong to. Spec: max7800x-network-description,
// section 3; max7800x-training, section 9.4.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/description_graph.hpp>
#include <incuse/import/npy.hpp>
#include <incuse/import/trained_layers.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse {

/// What is wrong if a network of the architecture `trained` is used for a description; empty if nothing is. Upper and
/// lower case are the same; "" is an architecture that is not known, and is taken. Source: checks L2.
inline std::string other_architecture(const std::string& trained, const NetworkDescription& description) {
  if (trained.empty() || detail::lower_case(trained) == detail::lower_case(description.arch)) return {};
  return "the checkpoint is one of '" + trained + "', but the description of '" + description.arch + "'";
}

/// Their shapes, widths and shifts, which `graph_from` needs.
inline std::vector<LayerTensors> tensors_of(const TrainedLayers& trained) {
  std::vector<LayerTensors> tensors;
  for (const TrainedLayer& layer : trained.layers)
    tensors.push_back({layer.weight_shape, static_cast<int>(layer.bias.size()), layer.weight_bits, layer.output_shift});
  return tensors;
}

/// The parameters of a graph's weighted layers. They point into `trained`, which has to outlive them.
inline std::vector<LayerParameters> parameters_of(const DescribedGraph& described, const TrainedLayers& trained) {
  std::vector<LayerParameters> parameters;
  for (int i = 0; i < described.graph.size; ++i) {
    const Layer& layer = described.graph[i];
    if (!layer.has_weights()) continue;
    LayerParameters own;
    const int index = described.tensor_of_layer[static_cast<std::size_t>(i)];
    if (index >= 0 && index < static_cast<int>(trained.layers.size())) {
      const TrainedLayer& source = trained.layers[static_cast<std::size_t>(index)];
      own.name = {source.name.data(), static_cast<int>(source.name.size())};
      own.weight.bytes = source.weight.data();
      own.weight.count = static_cast<long long>(source.weight.size());
      for (int size : source.weight_shape)
        if (own.weight.rank < 4) own.weight.dimensions[own.weight.rank++] = size;
      if (layer.bias) {
        own.bias.bytes = source.bias.data();
        own.bias.count = static_cast<long long>(source.bias.size());
        own.bias.dimensions[own.bias.rank++] = static_cast<int>(source.bias.size());
      }
      own.output_shift = layer.output_shift;
    }
    parameters.push_back(own);
  }
  return parameters;
}

/// The layers of a description that have weights of their own, in order.
inline std::vector<const DescribedLayer*> weighted_layers(const NetworkDescription& description) {
  std::vector<const DescribedLayer*> layers;
  for (const DescribedLayer& layer : description.layers)
    if (layer.owns_weights()) layers.push_back(&layer);
  return layers;
}

namespace detail {

/// Index of the last layer that is executed.
inline int last_executed(const NetworkDescription& description) {
  const int layers = static_cast<int>(description.layers.size());
  int last = 0;
  for (int at = 0, steps = 0; at >= 0 && at < layers && steps < layers; ++steps) {
    last = std::max(last, at);
    at = description.layers[static_cast<std::size_t>(at)].next;
  }
  return last;
}

/// Dimensions of a layer's weight tensor.
inline std::size_t weight_rank(Operator op) {
  switch (op) {
    case Operator::linear:
    case Operator::none:
      return 2;
    case Operator::conv1d:
      return 3;
    case Operator::conv2d:
    case Operator::conv_transpose2d:
      return 4;
  }
  return 0;
}

inline std::string shape_text(const std::vector<int>& shape) {
  std::string text;
  for (int size : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(size);
  }
  return text.empty() ? "()" : text;
}

/// The values of an array as signed bytes; false, with the value in `refused`, if one does not fit.
inline bool signed_bytes(const NpyArray& array, std::string& bytes, std::int64_t& refused) {
  bytes.clear();
  for (std::int64_t value : array.values) {
    if (value < -128 || value > 127) {
      refused = value;
      return false;
    }
    bytes += static_cast<char>(value);
  }
  return true;
}

/// Endings of the names of a layer's files, after the layer's name.
inline constexpr std::string_view weight_file = ".weight.npy", bias_file = ".bias.npy",
                                  output_shift_file = ".output_shift.npy", weight_bits_file = ".weight_bits.npy";

/// Splits an array along its first axis.
inline std::vector<NpyArray> rows_of(const NpyArray& array) {
  std::vector<NpyArray> rows;
  const auto count = static_cast<std::size_t>(array.shape[0]);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = array.values.size() / count;
    const auto first = array.values.begin() + static_cast<std::ptrdiff_t>(i * length);
    rows.push_back({array.type,
                    {array.shape.begin() + 1, array.shape.end()},
                    {first, first + static_cast<std::ptrdiff_t>(length)}});
  }
  return rows;
}

/// Brings arrays from .npy files into the form of the layers.
class NpyTrainedReader {
 public:
  NpyTrainedReader(const NetworkDescription& description, ReadFile read_bytes)
      : description_(description), read_file_(read_bytes), layers_(weighted_layers(description)) {}

  TrainedLayers from_files(const std::vector<std::string>& weights, const std::vector<std::string>& biases) {
    result_.layers.resize(layers_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) result_.layers[i].name = layers_[i]->name;
    std::vector<Named> arrays = read(weights);
    // One array may hold the weights of all layers: its first axis then counts the layers.
    if (arrays.size() == 1 && !layers_.empty() &&
        arrays[0].array.shape.size() == weight_rank(layers_[0]->layer.op) + 1 && arrays[0].array.shape[0] > 0)
      arrays = split(arrays[0]);
    const bool given = !weights.empty() && result_.ok();
    if (given && arrays.size() != layers_.size())
      refuse(weights.front(), "there are " + std::to_string(arrays.size()) + " arrays of weights, but " +
                                  std::to_string(layers_.size()) + " layers with weights");
    if (!result_.ok()) return result_;
    for (std::size_t i = 0; i < arrays.size(); ++i) use_weights(i, arrays[i]);
    use_biases(biases);
    return result_;
  }

  TrainedLayers from_folder(const std::string& folder) {
    result_.layers.resize(layers_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const std::string name = layers_[i]->name.empty() ? std::to_string(layers_[i]->sequence) : layers_[i]->name;
      const std::string stem = (std::filesystem::path(folder) / name).string();
      result_.layers[i].name = layers_[i]->name;
      // Layers that are not executed need no weights.
      const auto index = layers_[i] - description_.layers.data();
      if (index > last_executed(description_) && !exists(named(stem, weight_file))) continue;
      std::vector<Named> arrays = read({named(stem, weight_file)});
      if (arrays.size() == 1) use_weights(i, arrays[0]);
      if (exists(named(stem, bias_file))) {
        arrays = read({named(stem, bias_file)});
        if (arrays.size() == 1) use_bias(i, arrays[0]);
      }
      read_number(named(stem, output_shift_file), result_.layers[i].output_shift);
      read_number(named(stem, weight_bits_file), result_.layers[i].weight_bits);
    }
    return result_;
  }

 private:
  struct Named {
    std::string file;
    NpyArray array;
  };

  void refuse(const std::string& file, const std::string& reason) {
    result_.errors.push_back(printable(file) + ": " + reason);
  }
  void damaged(const std::string& error) {
    result_.errors.push_back(error);
    result_.unreadable = true;
  }
  static std::string named(const std::string& stem, std::string_view end) { return stem + std::string(end); }
  static bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
  }

  std::vector<Named> read(const std::vector<std::string>& files) {
    std::vector<Named> arrays;
    for (const std::string& file : files) {
      NpyListResult list = read_npy_list(file, read_file_);
      if (!list.ok()) damaged(list.error);
      for (NpyArray& array : list.arrays) arrays.push_back({file, std::move(array)});
    }
    return arrays;
  }

  static std::vector<Named> split(const Named& all) {
    std::vector<Named> arrays;
    for (NpyArray& row : rows_of(all.array)) arrays.push_back({all.file, std::move(row)});
    return arrays;
  }

  std::string layer_text(std::size_t index) const {
    const DescribedLayer& layer = *layers_[index];
    return "layer " + std::to_string(layer.sequence) + (layer.name.empty() ? "" : " (" + layer.name + ")");
  }

  void use_weights(std::size_t index, const Named& source) {
    TrainedLayer& own = result_.layers[index];
    const Operator op = layers_[index]->layer.op;
    own.weight_shape = source.array.shape;
    // Linear weights are also written as [1][out][in].
    if (op == Operator::linear && own.weight_shape.size() == 3 && own.weight_shape[0] == 1)
      own.weight_shape.erase(own.weight_shape.begin());
    std::int64_t refused = 0;
    if (own.weight_shape.size() != weight_rank(op))
      return refuse(source.file, "the weights of " + layer_text(index) + " need " + std::to_string(weight_rank(op)) +
                                     " dimensions, but have the shape " + shape_text(source.array.shape));
    if (!signed_bytes(source.array, own.weight, refused))
      return refuse(source.file, "the weights of " + layer_text(index) + " contain " + std::to_string(refused) +
                                     ", which is no signed byte");
  }

  void use_bias(std::size_t index, const Named& source) {
    TrainedLayer& own = result_.layers[index];
    std::int64_t refused = 0;
    if (source.array.shape.size() != 1)
      return refuse(source.file, "the bias of " + layer_text(index) + " needs one dimension, but has the shape " +
                                     shape_text(source.array.shape));
    if (!signed_bytes(source.array, own.bias, refused))
      return refuse(source.file, "the bias of " + layer_text(index) + " contains " + std::to_string(refused) +
                                     ", which is no signed byte");
  }

  /// Biases belong to the layers with weights, in order. If there are fewer, the last layers have none; an empty array
  /// also means none.
  void use_biases(const std::vector<std::string>& files) {
    if (files.empty()) return;
    std::vector<Named> arrays = read(files);
    if (arrays.size() == 1 && arrays[0].array.shape.size() == 2 && arrays[0].array.shape[0] > 0)
      arrays = split(arrays[0]);
    if (arrays.size() > layers_.size())
      refuse(files.front(), "there are " + std::to_string(arrays.size()) + " arrays of biases, but only " +
                                std::to_string(layers_.size()) + " layers with weights");
    if (!result_.ok()) return;
    for (std::size_t i = 0; i < arrays.size(); ++i) use_bias(i, arrays[i]);
  }

  void read_number(const std::string& file, std::optional<int>& number) {
    if (!exists(file)) return;
    const NpyResult result = read_npy(file, read_file_);
    if (!result.ok()) return damaged(result.error);
    if (result.array.values.size() != 1 || result.array.values[0] < -1000 || result.array.values[0] > 1000)
      return refuse(file, "this is not one number from -1000 to 1000");
    number = static_cast<int>(result.array.values[0]);
  }

  const NetworkDescription& description_;
  ReadFile read_file_;
  std::vector<const DescribedLayer*> layers_;
  TrainedLayers result_{};
};

}  // namespace detail

/// Reads trained parameters from .npy files of integers: one array of weights per layer with weights, in order, each in
/// a file of its own or one after another in one file, or a single array whose first axis is the list of layers.
/// Biases likewise, in units of 128, for as many layers as there are; an empty array stands for no bias.
inline TrainedLayers trained_from_npy(const std::vector<std::string>& weights, const std::vector<std::string>& biases,
                                      const NetworkDescription& description, ReadFile read = read_file) {
  return detail::NpyTrainedReader(description, read).from_files(weights, biases);
}

/// Whether a file has a name that trained_from_folder reads for some network.
inline bool is_trained_file(std::string_view name) {
  for (const std::string_view end :
       {detail::weight_file, detail::bias_file, detail::output_shift_file, detail::weight_bits_file})
    if (name.size() >= end.size() && name.substr(name.size() - end.size()) == end) return true;
  return false;
}

/// Reads them from a folder with <layer>.weight.npy for every layer with weights and, where they exist,
/// <layer>.bias.npy, <layer>.output_shift.npy and <layer>.weight_bits.npy. <layer> is the layer's name in the
/// description, or its number if it has none.
inline TrainedLayers trained_from_folder(const std::string& folder, const NetworkDescription& description,
                                         ReadFile read = read_file) {
  return detail::NpyTrainedReader(description, read).from_folder(folder);
}

}  // namespace incuse
