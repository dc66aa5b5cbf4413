// Trains a network that spots ten spoken words, for the MAX78000: from sounds that espeak-ng makes to the chip's
// integers, tried on voices that training has not heard.
//
//     train_keywords [EPOCHS [FOLDER]]     FOLDER keeps the sounds: <folder>/training/<word>/*.wav, and test
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <incuse/host/evaluation.hpp>
#include <incuse/incuse.hpp>
#include <incuse/train/data/sounds.hpp>
#include <incuse/train/process.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/random.hpp>
#include <incuse/train/trainer.hpp>

#include "keyword_net.hpp"
#include "synthesis.hpp"

namespace {

using namespace incuse;
using examples::KeywordNet;

static_assert(require_fits<KeywordNet, max78000>::value);

constexpr const char* default_folder = "keyword_sounds";
constexpr int default_epochs = 24, quantised_epochs = 6;

const std::vector<std::string> words = {"yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"};

/// All accents with each of these speakers, fast and slow, high and low.
std::vector<examples::Speech> ways_to_speak(const std::vector<std::string>& speakers) {
  std::vector<examples::Speech> ways;
  for (const char* accent : {"en-us", "en-gb-x-gbclan", "en-gb-x-rp", "en-gb-scotland", "en-029"})
    for (const std::string& speaker : speakers)
      for (const auto& [speed, pitch] : {std::pair{130, 40}, {165, 60}})
        ways.push_back({std::string(accent) + '+' + speaker, speed, pitch});
  return ways;
}

void synthesise(const std::filesystem::path& folder) {
  std::printf("espeak-ng speaks …\n");
  const std::filesystem::path unfinished = folder.string() + ".new";
  std::filesystem::remove_all(unfinished);
  examples::Speaker speaker;
  speaker.speak_all(words, ways_to_speak({"m1", "m3", "m4", "m5", "m7", "f1", "f3", "f4"}), unfinished / "training");
  speaker.speak_all(words, ways_to_speak({"m2", "m6", "f2", "f5"}), unfinished / "test");
  std::filesystem::rename(unfinished, folder);
}

/// Every sound a few times, each time somewhere else in its second.
class Recordings : public train::Dataset {
 public:
  Recordings(const std::filesystem::path& folder, std::size_t times)
      : files_(folder.string(), {".wav"}), times_(times) {
    if (files_.size() == 0) throw std::runtime_error(folder.string() + ": there are no sounds");
  }

  std::size_t size() const override { return files_.size() * times_; }
  Shape shape() const override { return graph_of<KeywordNet>().input; }
  int label(std::size_t index) const override { return files_.label(index / times_); }
  std::vector<std::string> classes() const override { return files_.classes(); }
  void read(std::size_t index, std::int8_t* values) const override {
    constexpr int rate = 16000;
    const std::vector<float> sound = train::resampled(train::read_sound(files_.file(index / times_)), rate).values;
    const int free = shape().elements() - static_cast<int>(sound.size());
    std::vector<float> second(static_cast<std::size_t>(free > 0 ? train::RandomStream(1, 0, index).below(free) : 0));
    second.insert(second.end(), sound.begin(), sound.end());
    train::fold_sound(second, shape(), values);
  }

 private:
  train::ClassFolders files_;
  std::size_t times_;
};

train::Settings settings_for(int epochs) {
  train::Settings settings;
  settings.epochs = epochs;
  settings.batch = 64;
  settings.policy.start_epoch = epochs > quantised_epochs ? epochs - quantised_epochs : 0;
  settings.augmentation.shift = 4;
  settings.augmentation.fill = 0;  // silence
  settings.augmentation.noise = 3;
  settings.augmentation.gain = 0.5;
  settings.folder = "keyword_checkpoints";
  return settings;
}

/// Recordings as host::evaluate reads a data set.
struct TestRecordings {
  const train::Samples& samples;

  int size() const { return static_cast<int>(samples.size()); }
  int label(int i) const { return samples.labels[static_cast<std::size_t>(i)]; }
  template <class Executor>
  void set_input(Executor& executor, int i) const {
    executor.set_input(samples.sample(static_cast<std::size_t>(i)));
  }
};

int run(int epochs, const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) synthesise(folder);
  const train::Samples training = train::read_samples(Recordings(folder / "training", 4)),
                       test = train::read_samples(Recordings(folder / "test", 2));
  std::printf("%zu recordings to learn from, %zu of other voices to be tested with\n", training.size(), test.size());
  train::ModelOptions options;
  options.batch_norm = true;
  train::Model model(train::network_of<KeywordNet>("keywordnet"), options);
  train::Trainer trainer(model, settings_for(epochs));
  train::ProgressPrinter printer(stdout, isatty(STDOUT_FILENO) != 0);
  trainer.fit(training, test, printer.observers());

  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  const auto result = host::evaluate(host::fast::PackedNetwork<decltype(graph)::capacity>(graph, parameters.view()),
                                     TestRecordings{test}, host::ProgressLine(nullptr));
  std::printf("The chip's integers: %.2f %% of %d recordings of other voices right.\n", 100 * result.accuracy(),
              result.total());
  for (int word = 0; word < result.classes; ++word)
    std::printf("%8s: %5.1f %%\n", test.classes[static_cast<std::size_t>(word)].c_str(), 100 * result.recall(word));
  return result.total() == static_cast<int>(test.size()) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  train::keep_freed_memory();
  const int epochs = argc > 1 ? std::atoi(argv[1]) : default_epochs;
  if (epochs < 1 || argc > 3) {
    std::fprintf(stderr, "usage: train_keywords [EPOCHS [FOLDER]]\n");
    return 2;
  }
  try {
    return run(epochs, argc > 2 ? argv[2] : default_folder);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  }
}
