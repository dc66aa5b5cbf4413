// Trains a detector that finds discs, squares and triangles, for the MAX78000: from pictures that the example draws to
// the chip's integers, and to boxes that are decoded from these.
//
//     train_boxes [EPOCHS [PICTURE.svg]]     the picture shows what is found in some test pictures
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <incuse/host/average_precision.hpp>
#include <incuse/host/fast/batch.hpp>
#include <incuse/host/fast/proof.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/process.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/trainer.hpp>

#include "drawing.hpp"

namespace {

using namespace incuse;

// A grid of 8 x 8 cells; for each of them two anchors with a place, a size, a sureness and three classes.
// clang-format off
struct BoxNet : Network<
    Input<1, 64, 64>,
    Conv2d<12, kernel<3>, pad<1>, ReLU, bias, as<"conv1">>,
    Fused<MaxPool2d<2>, Conv2d<20, kernel<3>, pad<1>, ReLU, bias, as<"conv2">>>,
    Fused<MaxPool2d<2>, Conv2d<32, kernel<3>, pad<1>, ReLU, bias, as<"conv3">>>,
    Fused<MaxPool2d<2>, Conv2d<48, kernel<3>, pad<1>, ReLU, bias, as<"conv4">>>,
    Conv2d<48, kernel<3>, pad<1>, ReLU, bias, as<"conv5">>,
    Conv2d<2 * (5 + 3), kernel<1>, wide, bias, as<"boxes">>> {};
// clang-format on
static_assert(require_fits<BoxNet, max78000>::value);

constexpr int default_epochs = 14, quantised_epochs = 4;
constexpr std::size_t training_pictures = 2400, test_pictures = 500;
constexpr int capacity = max7800x::most_layers;

train::Settings settings_for(int epochs) {
  train::Settings settings;
  settings.epochs = epochs;
  settings.batch = 32;
  settings.rate = 4e-3;
  settings.loss = train::LossKind::detection;
  settings.detection.classes = 3;
  settings.detection.anchors = {{1.7F, 1.7F}, {2.8F, 2.8F}};
  settings.detection.size = 2;
  settings.policy.start_epoch = epochs > quantised_epochs ? epochs - quantised_epochs : 0;
  settings.augmentation.flip = true;
  settings.augmentation.shift = 6;
  settings.augmentation.fill = 0;
  settings.folder = "boxes_checkpoints";
  return settings;
}

/// The detector as the chip computes it.
struct ChipDetector {
  const Graph<capacity>& graph;
  Parameters parameters;
  host::RegionLayer layer;
  float scale;  ///< of the chip's integers
};

/// What is found in every sample, and how many outputs are not the model's.
struct Detected {
  std::vector<host::DetectedPicture> pictures{};
  std::vector<std::vector<int>> outputs{};

  long long differences(const std::vector<float>& from_model) const {
    long long different = 0;
    std::size_t at = 0;
    for (const std::vector<int>& own : outputs)
      for (const int value : own) different += static_cast<float>(value) != from_model[at++] * (1 << 14);
    return different;
  }
};

host::DetectedPicture detected(const ChipDetector& detector, const std::vector<int>& outputs,
                               const std::vector<host::LabelledBox>& objects) {
  std::vector<float> values;
  for (const int value : outputs) values.push_back(static_cast<float>(value) * detector.scale);
  host::Detections<50> found;
  host::decode(detector.layer, values.data(), 0.05F, found);
  host::suppress(found, 0.45F);
  return {objects, {found.begin(), found.end()}};
}

Detected detected_on_chip(const ChipDetector& detector, const train::Samples& samples) {
  const host::fast::PackedNetwork<capacity> packed(detector.graph, detector.parameters);
  host::fast::Batch<capacity> batch(packed);
  Detected result;
  result.pictures.resize(samples.size());
  result.outputs.resize(samples.size());
  batch.run(static_cast<int>(samples.size()), [&](host::fast::Executor<capacity>& executor, int i) {
    const auto own = static_cast<std::size_t>(i);
    executor.set_input(samples.sample(own));
    executor.run();
    result.outputs[own] = executor.output_of(detector.graph.size - 1);
    result.pictures[own] = detected(detector, result.outputs[own], samples.boxes[own]);
  });
  return result;
}

/// Plans the trained network, and lets a virtual chip compute some pictures with its tables.
host::Proof proof_of(const ChipDetector& detector, const train::Samples& samples) {
  const Graph<capacity> bound = bind(detector.graph, detector.parameters);
  const auto planned = max7800x::arrange_and_plan<capacity>(bound, max78000);
  std::vector<std::vector<int>> inputs;
  for (std::size_t i = 0; i < 3; ++i) inputs.emplace_back(samples.sample(i), samples.sample(i) + samples.elements());
  const host::DeployedNetwork<capacity> deployed{planned.graph, planned.plan, max78000, planned.options,
                                                 detector.parameters};
  const auto chip = std::make_unique<host::ProvingChip<max78000>>();
  return host::prove(deployed, *chip, inputs);
}

void print(const Detected& found, const train::Samples& test) {
  const int classes = static_cast<int>(test.classes.size());
  std::printf("The chip's integers: mAP@0.5 is %.3f on %zu test pictures.\n",
              host::mean_average_precision(found.pictures, classes), test.size());
  for (int label = 0; label < classes; ++label)
    std::printf("%10s: %.3f\n", test.classes[static_cast<std::size_t>(label)].c_str(),
                host::average_precision(found.pictures, label).value_or(0));
}

int run(int epochs, const std::string& picture) {
  const train::Samples training = train::read_samples(examples::Drawings(training_pictures, 1)),
                       test = train::read_samples(examples::Drawings(test_pictures, 2));
  const train::Settings settings = settings_for(epochs);
  train::ModelOptions options;
  options.batch_norm = true;
  train::Model model(train::network_of<BoxNet>("boxnet"), options);
  train::Trainer trainer(model, settings);
  train::ProgressPrinter printer(stdout, isatty(STDOUT_FILENO) != 0, false);
  trainer.fit(training, test, printer.observers());

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  const ChipDetector detector{graph, parameters.view(), train::region_layer(settings.detection, graph.last().out),
                              model.output_scale()};
  const Detected found = detected_on_chip(detector, test);
  const long long different = found.differences(trainer.outputs(test));
  print(found, test);
  const host::Proof proof = proof_of(detector, test);
  std::printf("%lld outputs differ from the model's. Tables for the MAX78000: %s.\n", different,
              proof.ok() ? "a virtual chip computes the same with them" : text_of(proof).c_str());
  if (!picture.empty()) train::write_file_at_once(picture, train::detections_svg(test, found.pictures, 5));
  return different == 0 && proof.ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  train::keep_freed_memory();
  const int epochs = argc > 1 ? std::atoi(argv[1]) : default_epochs;
  if (epochs < 1 || argc > 3) {
    std::fprintf(stderr, "usage: train_boxes [EPOCHS [PICTURE.svg]]\n");
    return 2;
  }
  try {
    return run(epochs, argc > 2 ? argv[2] : "");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}
