#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/tensor_files.hpp>
#include <incuse/train/anchors.hpp>
#include <incuse/train/data/boxes.hpp>
#include <incuse/train/data/class_folders.hpp>
#include <incuse/train/data/csv.hpp>
#include <incuse/train/data/idx.hpp>
#include <incuse/train/data/npy.hpp>
#include <incuse/train/data/pictures.hpp>
#include <incuse/train/data/sounds.hpp>

#include <examples/cli/loaded_network.hpp>
#include <examples/cli/output.hpp>
#include "request.hpp"

namespace cli::training {

namespace train = incuse::train;

train::Network trainable(const LoadedNetwork& network, const TrainRequest& request) {
  train::Network result = train::network_of(network.described.graph, network.description.arch);
  for (incuse::Layer& layer : result.layers) layer.bias = layer.trained() && !request.no_bias;
  return result;
}

train::Network network_of(const TrainRequest& request) {
  const LoadedNetwork network = load(request.network);
  print_errors(network, stderr);
  if (!network.ok()) throw UsageError(request.network.description + ": only a network without errors can be trained");
  train::Network result = trainable(network, request);
  if (const std::string reason = obstacle_to_training(result); !reason.empty()) throw UsageError(reason);
  return result;
}

namespace {

bool is_sound(const DataRequest& request) {
  return train::ClassFolders(request.samples, {".wav", ".flac", ".ogg", ".aiff"}).size() > 0;
}
bool is_csv(const DataRequest& request) { return std::filesystem::path(request.samples).extension() == ".csv"; }

}  // namespace

int value_outside(const DataRequest& request) {
  return is_sound(request) || is_csv(request) ? 0 : train::Augmentation{}.fill;
}

train::Samples samples_of(const DataRequest& request, incuse::Shape input) {
  std::error_code ignored;
  if (request.boxes) {
    if (request.answers.empty()) throw std::runtime_error(request.samples + ": which file has the boxes?");
    return train::read_samples(train::BoxedPictures(request.samples, request.answers, input));
  }
  if (std::filesystem::is_directory(request.samples, ignored)) {
    if (is_sound(request)) return train::read_samples(train::SoundFolder(request.samples, input, request.sound_rate));
    return train::read_samples(train::PictureFolder(request.samples, input));
  }
  if (is_csv(request)) return train::read_samples(train::CsvDataset(request.samples, input, request.unit));
  if (request.answers.empty()) throw std::runtime_error(request.samples + ": which file has the labels?");
  if (std::filesystem::path(request.samples).extension() == ".npy")
    return train::read_samples(train::NpyDataset(request.samples, request.answers, input));
  train::Samples samples = train::read_samples(train::IdxDataset(request.samples, request.answers));
  if (samples.shape != input)
    throw std::runtime_error(request.samples + ": the pictures have another size than the network reads");
  return samples;
}

train::DetectionLoss detection_of(const TrainRequest& request, const train::Samples& samples, incuse::Shape output) {
  train::DetectionLoss loss;
  loss.classes = std::max(1, static_cast<int>(samples.classes.size()));
  const char* at = request.anchors.c_str();
  while (*at != '\0') {
    char *across = nullptr, *end = nullptr;
    const float width = std::strtof(at, &across);
    const float height = *across == 'x' ? std::strtof(across + 1, &end) : 0;
    if (!(width > 0 && height > 0) || (*end != ',' && *end != '\0'))
      throw UsageError("--anchors are sizes in cells of the grid, such as 1.7x1.7,2.8x2.8, not '" + request.anchors +
                       "'");
    loss.anchors.push_back({width, height});
    at = *end == ',' ? end + 1 : end;
  }
  if (loss.anchors.empty())
    loss.anchors = train::typical_boxes(samples, output.extent(),
                                        static_cast<std::size_t>(std::max(1, output.channels / (5 + loss.classes))));
  if (const std::string reason = train::obstacle_to_detection(loss, output); !reason.empty()) throw UsageError(reason);
  return loss;
}

std::vector<incuse::NamedTensor> tensors_of(const std::string& checkpoint, bool& has_batch_norm) {
  const incuse::import::NamedTensors read = incuse::import::read_tensors(checkpoint);
  if (!read.ok()) throw UsageError(read.error);
  has_batch_norm = std::any_of(read.tensors.begin(), read.tensors.end(), [](const incuse::NamedTensor& tensor) {
    return tensor.name.find(".bn.") != std::string::npos;
  });
  return read.tensors;
}

double output_factor(const train::Model& model, int layer) {
  if (!model.quantised() || !model.network()[layer].wide) return 1;
  for (const incuse::NamedTensor& tensor : model.state())
    if (tensor.name == model.network().name(layer) + ".output_shift")
      return std::ldexp(1.0, static_cast<int>(tensor.values.at(0)));
  return 1;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c >= 0 && c < ' ' ? ' ' : c;
  }
  return result + '"';
}

}  // namespace cli::training
