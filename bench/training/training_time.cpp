// What bench/training_time.py starts: trains the network of examples/fashion_mnist, and prints the processor seconds
// that batches behind the first ones took.
//
//     training_time real|rounded BATCHES THREADS FOLDER     FOLDER has the four files of Fashion-MNIST
//     training_time module                                  prints the same network as a module of PyTorch
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/export/pytorch.hpp>
#include <incuse/incuse.hpp>
#include <incuse/train/data/idx.hpp>
#include <incuse/train/process.hpp>
#include <incuse/train/trainer.hpp>

#include <examples/fashion_mnist/fashion_net.hpp>

namespace {

using namespace incuse;

constexpr int warm_up = 5;  ///< batches that do not count

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

int print_module() {
  const PytorchText module = pytorch_module(graph_of<fashion::FashionNet>(), "Net");
  for (const std::string& error : module.errors) std::fprintf(stderr, "%s\n", error.c_str());
  std::fputs(module.text.c_str(), stdout);
  return module.ok() ? 0 : 1;
}

int train_batches(bool rounded, int batches, int threads, const std::string& folder) {
  train::Settings settings;
  settings.epochs = 1;
  settings.threads = threads;
  settings.policy.enabled = rounded;
  const std::string stem = folder + "/train-";
  const auto count = static_cast<std::size_t>((batches + warm_up) * settings.batch);
  const train::Samples samples =
      train::read_samples(train::IdxDataset(stem + "images-idx3-ubyte.gz", stem + "labels-idx1-ubyte.gz", count));
  train::Model model(train::network_of<fashion::FashionNet>("fashionnet"));
  train::Trainer trainer(model, settings);
  double start = 0, seconds = -1;
  train::Observers observers;
  observers.batch = [&](const train::BatchReport& report) {
    if (report.batch == warm_up) start = processor_seconds();
    if (report.batch == report.batches) seconds = processor_seconds() - start;
    return report.batch < report.batches;  // without the evaluation at the end of an epoch
  };
  trainer.fit(samples, {}, observers);
  std::printf("%.3f\n", seconds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  train::keep_freed_memory();
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "module") return print_module();
  const int batches = argc > 2 ? std::atoi(argv[2]) : 0, threads = argc > 3 ? std::atoi(argv[3]) : 0;
  if (argc != 5 || batches < 1 || threads < 1 || (mode != "real" && mode != "rounded")) {
    std::fprintf(stderr, "usage: training_time real|rounded BATCHES THREADS FOLDER, or training_time module\n");
    return 2;
  }
  try {
    return train_batches(mode == "rounded", batches, threads, argv[4]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}
