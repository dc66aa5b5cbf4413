// Trains a network for Fashion-MNIST from random weights to integers that the MAX78000 takes, and tries these on the
// test pictures: train_fashion [EPOCHS [FOLDER]]. FOLDER has the four files of the data set.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <unistd.h>

#include <incuse/host/evaluation.hpp>
#include <incuse/incuse.hpp>
#include <incuse/train/data/idx.hpp>
#include <incuse/train/process.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/trainer.hpp>

#include "clothes_net.hpp"

namespace {

using namespace incuse;
using examples::ClothesNet;

constexpr const char* default_folder = "/usr/share/datasets/fashion-mnist";
constexpr int default_epochs = 6, quantised_epochs = 2;

train::Samples part(const std::string& folder, const std::string& name) {
  const std::string stem = folder + '/' + name;
  return train::read_samples(train::IdxDataset(stem + "-images-idx3-ubyte.gz", stem + "-labels-idx1-ubyte.gz"));
}

train::Settings settings_for(int epochs) {
  train::Settings settings;
  settings.epochs = epochs;
  settings.policy.start_epoch = epochs > quantised_epochs ? epochs - quantised_epochs : 0;
  settings.augmentation.flip = true;
  settings.augmentation.shift = 1;
  settings.folder = "fashion_checkpoints";
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

/// How many outputs of the chip are not the model's.
long long differences(const train::Network& network, Parameters parameters, const train::Samples& samples,
                      const std::vector<float>& outputs) {
  const auto graph = train::graph_of_network(network);
  const host::fast::PackedNetwork<decltype(graph)::capacity> packed(graph, parameters);
  host::fast::Executor<decltype(graph)::capacity> executor(packed);
  long long different = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    executor.set_input(samples.sample(i));
    executor.run();
    for (int k = 0; k < graph.last().out.elements(); ++k)
      different += static_cast<float>(executor.output(graph.size - 1, k)) != outputs[at++] * (1 << 14);
  }
  return different;
}

int run(int epochs, const std::string& folder) {
  const train::Samples training = part(folder, "train"), test = part(folder, "t10k");
  train::ModelOptions options;
  options.batch_norm = true;
  train::Model model(train::network_of<ClothesNet>("clothesnet"), options);
  train::Trainer trainer(model, settings_for(epochs));
  train::ProgressPrinter printer(stdout, isatty(STDOUT_FILENO) != 0);
  trainer.fit(training, test, printer.observers());

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  const auto result = host::evaluate(host::fast::PackedNetwork<decltype(graph)::capacity>(graph, parameters.view()),
                                     TestPictures{test}, host::ProgressLine(nullptr));
  const long long different = differences(model.network(), parameters.view(), test, trainer.outputs(test));
  std::printf("The chip's integers: %.2f %% of %d test pictures right; %lld of %lld outputs differ from the model's.\n",
              100 * result.accuracy(), result.total(), different, 10LL * result.total());
  std::printf("Checkpoints are in fashion_checkpoints; incuse quantize makes the chip's integers of them.\n");
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
