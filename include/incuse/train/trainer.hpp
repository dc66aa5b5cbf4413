// The training loop. This header is free of libtorch; see model.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/train/augmentation.hpp>
#include <incuse/train/detection.hpp>
#include <incuse/train/group.hpp>
#include <incuse/train/model.hpp>
#include <incuse/train/samples.hpp>
#include <incuse/train/schedule.hpp>

namespace incuse::train {

enum class OptimiserKind : unsigned char { sgd, adam, adamw };
enum class LossKind : unsigned char { cross_entropy, mean_squared_error, detection };

struct OptimiserName {
  OptimiserKind kind;
  std::string_view name;
};
inline constexpr OptimiserName optimiser_names[] = {
    {OptimiserKind::sgd, "sgd"}, {OptimiserKind::adam, "adam"}, {OptimiserKind::adamw, "adamw"}};

/// A network that shows another one how sure it is of every class, also of the wrong ones.
struct Teacher {
  Model* model = nullptr;  ///< of the same inputs and classes; outlives the trainer, and stays as it is. Null: none
  double temperature = 4;  ///< by which the outputs of both are divided before they are compared
  double share = 0.5;      ///< of the comparison in the loss, 0 to 1; the rest is the loss by the labels
};

struct Settings {
  int epochs = 10;
  int batch = 128;  ///< samples per step, of all processes; the last batch of an epoch has what is left
  OptimiserKind optimiser = OptimiserKind::adamw;
  double rate = 3e-3;     ///< learning rate
  double momentum = 0.9;  ///< of SGD
  double weight_decay = 0.02;
  Schedule schedule{ScheduleKind::one_cycle};
  LossKind loss = LossKind::cross_entropy;
  double label_smoothing = 0;          ///< of cross entropy: share of a label that all classes get
  std::vector<float> class_weights{};  ///< of cross entropy; none: all are 1
  Teacher teacher{};                   ///< of cross entropy
  DetectionLoss detection{};           ///< of LossKind::detection: means over pictures
  double most_gradient = 0;            ///< gradients are scaled to this norm if theirs is greater; 0: never
  bool scales_logits = true;  ///< true: the loss applies the output shift, which quantised 32-bit outputs do not
                              ///< have; false: it takes them as they are, as the reference does
  Policy policy{};            ///< of quantisation-aware training
  Augmentation augmentation{};
  int patience = 0;  ///< epochs without a better result after which training ends; 0: it does not
  std::uint64_t seed = 1;
  bool deterministic = false;  ///< refuse operations whose results differ from run to run in libtorch
  int threads = 0;             ///< 0: OMP_NUM_THREADS, or as many as the machine has
  Group group{};               ///< processes that train together, on one machine or several
  std::string folder{};        ///< last.pth.tar and best.pth.tar are written there; empty: nothing is
};

/// What is wrong with settings, as a sentence; empty if nothing is.
std::string problem_of(const Settings& settings);

/// How a model does on samples. Of targets and boxes there is only the loss.
struct Score {
  double loss = 0;
  double accuracy = 0;  ///< share of right answers, 0 to 1
};

/// One epoch, when it is over.
struct EpochReport {
  int epoch = 0;  ///< from 0
  bool quantised = false;
  double rate = 0;  ///< of its last batch
  Score training{}, validation{};
  double seconds = 0;
  bool best = false;  ///< better than all before, or the first one with rounding
};

/// Where training is, after each batch.
struct BatchReport {
  int epoch = 0, epochs = 0;
  int batch = 0, batches = 0;  ///< `batch` of them are done
  bool quantised = false;
  double loss = 0, accuracy = 0;  ///< of this epoch so far, and of this process
  double rate = 0;
  double seconds_left = 0;  ///< of this epoch
};

/// Called while training goes on, in process 0; false ends it after this batch or epoch.
struct Observers {
  std::function<bool(const BatchReport&)> batch{};
  std::function<bool(const EpochReport&)> epoch{};
};

namespace detail {
class TorchTrainer;
}  // namespace detail

/// Trains a model, which has to outlive it. All processes of a group call the same functions, with the same samples;
/// process 0 writes checkpoints, and if one ends, so do the others. Functions throw std::invalid_argument where
/// arguments do not fit, and std::runtime_error where a file cannot be read or written, or another process has ended.
class Trainer {
 public:
  Trainer(Model& model, const Settings& settings);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Trains until the settings say that it is over, from the parameters of process 0; goes on behind the epoch that
  /// `resume` has read. Without validation samples the training samples decide which epoch is the best.
  std::vector<EpochReport> fit(const Samples& training, const Samples& validation, const Observers& observers = {});
  /// For classes: one step of the optimiser with a batch, N x C x H x W in units of 1.0, at the settings' rate; the
  /// loss before it. Each process of a group gives its part of the batch.
  float step(const NamedTensor& inputs, const std::vector<int>& labels);
  /// Epochs that are done, also those of a training that was resumed.
  int epochs() const;
  /// How the model does, as it is.
  Score evaluate(const Samples& samples);
  /// All outputs of the model for samples, one sample after the other.
  std::vector<float> outputs(const Samples& samples);

  /// Writes a checkpoint, whole or not at all.
  void save(const std::string& path) const;
  /// Reads a checkpoint of `save` or of `fit` with everything that training needs to go on as if it had not stopped.
  void resume(const std::string& path);

 private:
  std::unique_ptr<detail::TorchTrainer> own_;
};

}  // namespace incuse::train
