#include "events.hpp"

#include <cstddef>
#include <vector>

#include <stb/stb_image_write.h>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/predictions.hpp>

#include "request.hpp"

namespace cli::training {

namespace {

namespace train = incuse::train;

constexpr std::size_t worst_pictures = 12;

/// A sample as a PNG file.
train::EncodedPicture encoded(const incuse::report::WrongPicture& picture) {
  train::EncodedPicture result{picture.width, picture.height, 1, {}};
  result.channels = static_cast<int>(picture.values.size()) / (picture.width * picture.height);
  const auto append = [](void* file, void* bytes, int size) {
    static_cast<std::string*>(file)->append(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  };
  stbi_write_png_to_func(append, &result.png, picture.width, picture.height, result.channels, picture.values.data(),
                         picture.width * result.channels);
  return result;
}

/// "conv" of "conv.op.weight"; empty for another tensor than those that end so.
std::string layer_of(const std::string& tensor, const std::string& end) {
  const bool has = tensor.size() > end.size() && tensor.substr(tensor.size() - end.size()) == end;
  return has ? tensor.substr(0, tensor.size() - end.size()) : std::string();
}

}  // namespace

void EventLog::add(const train::EpochReport& report, const train::Model& model, train::Trainer& trainer) {
  const int step = report.epoch + 1;
  writer_.add_scalar("loss/training", step, report.training.loss);
  if (samples_->size() > 0) writer_.add_scalar("loss/validation", step, report.validation.loss);
  writer_.add_scalar("rate", step, report.rate);
  writer_.add_scalar("rounded", step, report.quantised ? 1 : 0);
  for (const incuse::NamedTensor& tensor : model.state()) {
    if (const std::string layer = layer_of(tensor.name, ".op.weight"); !layer.empty())
      writer_.add_histogram("weights/" + layer, step, tensor.values);
    if (const std::string layer = layer_of(tensor.name, ".op.bias"); !layer.empty())
      writer_.add_histogram("biases/" + layer, step, tensor.values);
  }
  if (!classifies_) return;
  writer_.add_scalar("accuracy/training", step, report.training.accuracy);
  writer_.add_scalar("accuracy/validation", step, report.validation.accuracy);
  const int last = model.network().size() - 1, classes = model.network()[last].out.elements();
  const double factor = output_factor(model, last);
  const std::vector<float> all = train::probabilities_of(trainer.outputs(*samples_), classes, factor);
  for (int c = 0; c < classes; ++c) {
    std::vector<float> own;
    std::vector<bool> is;
    for (std::size_t i = 0; i < samples_->size(); ++i) {
      own.push_back(all[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(c)]);
      is.push_back(samples_->labels[i] == c);
    }
    writer_.add_precision_recall("precision and recall/" + train::class_name(samples_->classes, c), step, own, is);
  }
}

void EventLog::add_worst(int epoch, const train::Model& model, train::Trainer& trainer) {
  if (!classifies_) return;
  const int classes = model.network().layers.back().out.elements();
  const std::vector<float> outputs = trainer.outputs(*samples_);
  int number = 0;
  for (const train::WorstAnswer& answer : train::worst_answers(outputs, classes, *samples_, worst_pictures)) {
    const incuse::report::WrongPicture picture = train::picture_of(*samples_, answer);
    writer_.add_picture("worst/" + std::to_string(number++) + ", " + picture.title, epoch, encoded(picture));
  }
}

}  // namespace cli::training
