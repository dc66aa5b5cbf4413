// Trains the network of examples/fashion_mnist from random weights to integers that the MAX78000 takes, and tries these
// on the test pictures. Beside its checkpoints, in fashion_checkpoints, it writes the headers that that example
// includes:
//
//     train_fashion [EPOCHS [FOLDER]]     FOLDER has the four files of the data set
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include <incuse/host/evaluation.hpp>
#include <incuse/incuse.hpp>
#include <incuse/train/data/idx.hpp>
#include <incuse/train/process.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/trainer.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>
#include "headers.hpp"

namespace {

using namespace incuse;
using fashion::FashionNet;

constexpr const char* default_folder = "/usr/share/datasets/fashion-mnist";
constexpr const char* output_folder = "fashion_checkpoints";
constexpr int default_epochs = 6, most_quantised_epochs = 2;

int quantised_epochs(int epochs) { return std::min(epochs, most_quantised_epochs); }

train::Samples part(const std::string& folder, const std::string& name) {
  const std::string stem = folder + '/' + name;
  return train::read_samples(train::IdxDataset(stem + "-images-idx3-ubyte.gz", stem + "-labels-idx1-ubyte.gz"));
}

train::Settings settings_for(int epochs) {
  train::Settings settings;
  settings.epochs = epochs;
  settings.policy.start_epoch = epochs - quantised_epochs(epochs);
  settings.augmentation.flip = true;
  settings.augmentation.shift = 1;
  settings.folder = output_folder;
  return settings;
}

/// The test pictures, as host::evaluate reads a data set.
struct TestPictures {
  const train::Samples& samples;

  int size() const { return static_cast<int>(samples.size()); }
  int label(int i) const { return samples.labels[static_cast<std::size_t>(i)]; }
  template <class Executor>
  void set_input(Executor& executor, int i) const {
    executor.set_input(samples.sample(static_cast<std::size_t>(i)));
  }
};

/// The outputs of the chip.
std::vector<std::vector<int>> outputs_of(const train::Network& network, Parameters parameters,
                                         const train::Samples& samples) {
  const auto graph = train::graph_of_network(network);
  const host::fast::PackedNetwork<decltype(graph)::capacity> packed(graph, parameters);
  host::fast::Executor<decltype(graph)::capacity> executor(packed);
  std::vector<std::vector<int>> all;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    executor.set_input(samples.sample(i));
    executor.run();
    std::vector<int>& own = all.emplace_back();
    for (int k = 0; k < graph.last().out.elements(); ++k) own.push_back(executor.output(graph.size - 1, k));
  }
  return all;
}

/// How many outputs of the chip are not the model's.
long long differences(const std::vector<std::vector<int>>& chip, const std::vector<float>& model) {
  long long different = 0;
  std::size_t at = 0;
  for (const std::vector<int>& outputs : chip)
    for (const int output : outputs) different += static_cast<float>(output) != model[at++] * (1 << 14);
  return different;
}

/// Writes the headers of examples/fashion_mnist.
void write_headers(Parameters parameters, const examples::TrainedNetwork& trained, const std::string& folder) {
  const fashion::PictureSet pictures =
      fashion::read_pictures(folder + "/t10k-images-idx3-ubyte.gz", folder + "/t10k-labels-idx1-ubyte.gz");
  if (!pictures.ok()) throw std::runtime_error(pictures.error);
  const std::string stem = std::string(output_folder) + "/fashion_";
  examples::write_file(stem + "parameters.hpp", examples::parameters_header(parameters, trained));
  examples::write_file(stem + "pictures.hpp", examples::pictures_header(pictures, trained));
}

int run(int epochs, const std::string& folder) {
  const train::Samples training = part(folder, "train"), test = part(folder, "t10k");
  train::ModelOptions options;
  options.batch_norm = true;
  train::Model model(train::network_of<FashionNet>("fashionnet"), options);
  train::Trainer trainer(model, settings_for(epochs));
  train::ProgressPrinter printer(stdout, isatty(STDOUT_FILENO) != 0);
  trainer.fit(training, test, printer.observers());

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  const auto result = host::evaluate(host::fast::PackedNetwork<decltype(graph)::capacity>(graph, parameters.view()),
                                     TestPictures{test}, host::ProgressLine(nullptr));
  const examples::TrainedNetwork trained{epochs, quantised_epochs(epochs), result.accuracy(), model.output_scale(),
                                         outputs_of(model.network(), parameters.view(), test)};
  const long long different = differences(trained.outputs, trainer.outputs(test));
  write_headers(parameters.view(), trained, folder);
  std::printf("The chip's integers: %.2f %% of %d test pictures right; %lld of %lld outputs differ from the model's.\n",
              100 * result.accuracy(), result.total(), different, 10LL * result.total());
  std::printf("In %s are checkpoints, and headers for examples/fashion_mnist.\n", output_folder);
  return different == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  train::keep_freed_memory();
  const int epochs = argc > 1 ? std::atoi(argv[1]) : default_epochs;
  if (epochs < 1 || argc > 3) {
    std::fprintf(stderr, "usage: train_fashion [EPOCHS [FOLDER]]\n");
    return 2;
  }
  try {
    return run(epochs, argc > 2 ? argv[2] : default_folder);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}
