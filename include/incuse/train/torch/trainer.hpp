// The functions of train::Trainer.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <ATen/Context.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/checkpoint.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/train/augmented.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/learning_rate.hpp>
#include <incuse/train/random.hpp>
#include <incuse/train/torch/detection.hpp>
#include <incuse/train/torch/exchange.hpp>
#include <incuse/train/torch/optimiser.hpp>

namespace incuse::train {

namespace detail {

/// A batch as the network reads it, and what its outputs should be.
struct Batch {
  Tensor inputs{};   ///< N x C x H x W
  Tensor labels{};   ///< N; defined with cross entropy only
  Tensor targets{};  ///< N x outputs; defined with mean squared error only
  Boxes boxes{};     ///< N; empty unless the network detects

  int64_t size() const { return inputs.size(0); }
};

/// Sums over batches.
struct ScoreSum {
  double loss = 0;
  long long right = 0, count = 0;

  void add(double batch_loss, long long batch_right, long long size) {
    loss += batch_loss * static_cast<double>(size);
    right += batch_right;
    count += size;
  }
  /// Those of all processes.
  ScoreSum of_all(Exchange& exchange) const {
    const std::vector<double> all = exchange.sums({loss, static_cast<double>(right), static_cast<double>(count)});
    return {all[0], static_cast<long long>(all[1]), static_cast<long long>(all[2])};
  }
  Score score() const {
    const double all = static_cast<double>(std::max(1LL, count));
    return {loss / all, static_cast<double>(right) / all};
  }
};

/// What a training has come to: with the parameters, all that it needs to go on.
struct Progress {
  int epoch = 0;                                         ///< the next one
  float best = -std::numeric_limits<float>::infinity();  ///< the greater the better
  int since_best = 0;                                    ///< epochs
};

/// As many threads as the machine has processors, of which libtorch itself would take half, unless the settings or
/// OMP_NUM_THREADS say how many. Processes that train together have what libtorch gives them: several may share a
/// machine.
inline int threads_for(const Settings& settings) {
  if (settings.threads > 0) return settings.threads;
  if (!settings.group.alone() || std::getenv("OMP_NUM_THREADS") != nullptr) return at::get_num_threads();
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

class TorchTrainer {
 public:
  TorchTrainer(Model& model, const Settings& settings)
      : model_(model), settings_(settings), optimiser_(model.torch(), settings), exchange_(settings.group) {
    check_teacher();
    at::set_num_threads(threads_for(settings));
    at::globalContext().setDeterministicAlgorithms(settings.deterministic, false);
  }

  std::vector<EpochReport> fit(const Samples& training, const Samples& validation, const Observers& observers) {
    check(training);
    if (validation.size() > 0) check(validation);
    if (training.size() == 0) throw std::invalid_argument("there are no samples to train with");
    exchange_.copy_from_first(all_parameters());
    std::vector<EpochReport> reports;
    while (progress_.epoch < settings_.epochs) {
      begin_epoch();
      EpochReport report;
      const auto start = std::chrono::steady_clock::now();
      if (!train_epoch(training, observers, report)) break;
      report.validation = evaluate(validation.size() > 0 ? validation : training);
      report.seconds = seconds_since(start);
      end_epoch(report);
      reports.push_back(report);
      if (!goes_on(observers.epoch, report)) break;
      if (settings_.patience > 0 && counts_patience() && progress_.since_best >= settings_.patience) break;
    }
    return reports;
  }

  float step(const NamedTensor& inputs, const std::vector<int>& labels) {
    if (settings_.loss != LossKind::cross_entropy) throw std::invalid_argument("single steps are for classes");
    Batch batch;
    batch.inputs = batch_of(torch_model(), inputs);
    batch.labels = torch::empty({static_cast<int64_t>(labels.size())}, torch::kLong);
    if (batch.size() != batch.labels.size(0)) throw std::invalid_argument("there is not one label for each input");
    std::copy(labels.begin(), labels.end(), batch.labels.data_ptr<int64_t>());
    ScoreSum sum;
    return static_cast<float>(train_batch(batch, settings_.rate, sum));
  }

  int epochs() const { return progress_.epoch; }

  Score evaluate(const Samples& samples) {
    check(samples);
    const torch::NoGradGuard no_gradients;
    ScoreSum sum;
    for_each_batch(samples, own_part(samples.size()), [&](const Batch& batch) {
      const Tensor outputs = logits(batch.inputs, false);
      sum.add(loss_of(outputs, batch).item<double>(), right_answers(outputs, batch), batch.size());
    });
    return sum.of_all(exchange_).score();
  }

  std::vector<float> outputs(const Samples& samples) {
    check_shape(samples);
    const torch::NoGradGuard no_gradients;
    std::vector<float> all;
    for_each_batch(samples, {0, samples.size()}, [&](const Batch& batch) {
      const std::vector<float> own = named_tensor("", torch_model().forward(batch.inputs, false)).values;
      all.insert(all.end(), own.begin(), own.end());
    });
    return all;
  }

  void save(const std::string& path) {
    CheckpointFacts facts;
    facts.epoch = progress_.epoch - 1;
    facts.arch = model_.network().arch;
    facts.training = optimiser_.state(torch_model());
    const auto number = [&](const char* name, double value) {
      facts.training.push_back({name, {1}, {static_cast<float>(value)}});
    };
    number("epoch", progress_.epoch);
    number("best", static_cast<double>(progress_.best));
    number("since_best", progress_.since_best);
    number("quantised", model_.quantised());
    write_file_at_once(path, checkpoint_bytes(model_.state(), facts));
  }

  void resume(const std::string& path) {
    const Checkpoint checkpoint = read_checkpoint(path);
    if (!checkpoint.ok()) throw std::runtime_error(checkpoint.error);
    std::map<std::string, NamedTensor> training;
    for (const CheckpointTensor& tensor : checkpoint.training) training[tensor.name] = import::tensor_of(tensor);
    const auto number = [&](const char* name) {
      const auto found = training.find(name);
      if (found == training.end() || found->second.values.size() != 1)
        throw std::runtime_error(path + ": this checkpoint does not say how training goes on");
      return found->second.values[0];
    };
    progress_ = {static_cast<int>(number("epoch")), number("best"), static_cast<int>(number("since_best"))};
    if (number("quantised") != 0) start_quantisation();
    std::vector<NamedTensor> tensors;
    for (const CheckpointTensor& tensor : checkpoint.tensors) tensors.push_back(import::tensor_of(tensor));
    model_.load(tensors);
    optimiser_.load(torch_model(), training);
  }

 private:
  static constexpr std::size_t evaluated_at_once = 256;             ///< samples
  static constexpr std::uint64_t order_stream = ~std::uint64_t{0};  ///< no sample has this index

  static double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  TorchModel& torch_model() { return model_.torch(); }
  int64_t outputs_each() const { return model_.network().layers.back().out.elements(); }

  void check_shape(const Samples& samples) const {
    if (samples.shape != model_.network().input)
      throw std::invalid_argument("the samples have another shape than the network reads");
  }
  void check(const Samples& samples) const {
    check_shape(samples);
    const auto outputs = static_cast<std::size_t>(outputs_each());
    if (settings_.loss == LossKind::mean_squared_error) {
      if (samples.size() > 0 && samples.targets_each() != outputs)
        throw std::invalid_argument("the samples have another number of targets than the network has outputs");
      return;
    }
    if (settings_.loss == LossKind::detection) return check_boxes(samples);
    for (const int label : samples.labels)
      if (label < 0 || static_cast<std::size_t>(label) >= outputs)
        throw std::invalid_argument("label " + std::to_string(label) + " is none of the network's " +
                                    std::to_string(outputs) + " classes");
    if (!settings_.class_weights.empty() && settings_.class_weights.size() != outputs)
      throw std::invalid_argument("there is not one class weight for each of the network's outputs");
  }

  void check_boxes(const Samples& samples) const {
    const Shape output = model_.network().layers.back().out;
    if (const std::string reason = obstacle_to_detection(settings_.detection, output); !reason.empty())
      throw std::invalid_argument(reason);
    if (samples.boxes.size() != samples.size()) throw std::invalid_argument("the samples have no boxes");
    for (const std::vector<host::LabelledBox>& boxes : samples.boxes)
      for (const host::LabelledBox& box : boxes)
        if (box.label < 0 || box.label >= settings_.detection.classes)
          throw std::invalid_argument("label " + std::to_string(box.label) + " of a box is none of the detector's " +
                                      std::to_string(settings_.detection.classes) + " classes");
  }

  void check_teacher() const {
    const Teacher& teacher = settings_.teacher;
    if (teacher.model == nullptr) return;
    const Network &own = model_.network(), &other = teacher.model->network();
    if (other.input != own.input || other.layers.back().out.elements() != own.layers.back().out.elements())
      throw std::invalid_argument("the teacher has other inputs or outputs than the network");
    if (settings_.loss != LossKind::cross_entropy) throw std::invalid_argument("a teacher is for classes");
  }

  // Batches -----------------------------------------------------------------------------------------------------------

  Batch batch_of_samples(const Samples& samples, const std::size_t* indices, std::size_t count, bool augmented) const {
    const Shape shape = samples.shape;
    const auto size = static_cast<int64_t>(count);
    Batch batch;
    batch.inputs = torch::empty({size, shape.channels, shape.height, shape.width});
    float* const values = batch.inputs.data_ptr<float>();
    at::parallel_for(0, size, 8, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const std::size_t index = indices[i];
        float* const out = values + static_cast<std::size_t>(i) * samples.elements();
        if (augmented) {
          augment(samples.sample(index), shape, settings_.augmentation, random_changes(index), out);
        } else {
          for (std::size_t k = 0; k < samples.elements(); ++k)
            out[k] = static_cast<float>(samples.sample(index)[k]) / static_cast<float>(data_unit);
        }
      }
    });
    if (settings_.loss == LossKind::detection)
      add_boxes(samples, indices, count, augmented, batch);
    else
      add_answers(samples, indices, count, batch);
    return batch;
  }
  /// How a sample is changed in this epoch.
  RandomStream random_changes(std::size_t index) const {
    return RandomStream(settings_.seed, static_cast<std::uint64_t>(progress_.epoch), index);
  }
  void add_boxes(const Samples& samples, const std::size_t* indices, std::size_t count, bool augmented,
                 Batch& batch) const {
    for (std::size_t i = 0; i < count; ++i) {
      const std::vector<host::LabelledBox>& own = samples.boxes[indices[i]];
      batch.boxes.push_back(
          augmented ? augmented_boxes(own, samples.shape, settings_.augmentation, random_changes(indices[i])) : own);
    }
  }
  void add_answers(const Samples& samples, const std::size_t* indices, std::size_t count, Batch& batch) const {
    const auto size = static_cast<int64_t>(count);
    if (settings_.loss == LossKind::cross_entropy) {
      batch.labels = torch::empty({size}, torch::kLong);
      for (std::size_t i = 0; i < count; ++i) batch.labels.data_ptr<int64_t>()[i] = samples.labels[indices[i]];
      return;
    }
    const std::size_t each = samples.targets_each();
    batch.targets = torch::empty({size, static_cast<int64_t>(each)});
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < each; ++k)
        batch.targets.data_ptr<float>()[i * each + k] = samples.targets[indices[i] * each + k];
  }

  /// From the first to behind the last.
  struct Part {
    std::size_t first, end;
  };
  /// Which of `count` samples are this process's.
  Part own_part(std::size_t count) const {
    const auto rank = static_cast<std::size_t>(exchange_.place().rank);
    const auto size = static_cast<std::size_t>(exchange_.place().size);
    return {count * rank / size, count * (rank + 1) / size};
  }
  template <class Action>
  void for_each_batch(const Samples& samples, Part part, const Action& action) const {
    std::vector<std::size_t> indices(part.end - part.first);
    std::iota(indices.begin(), indices.end(), part.first);
    for (std::size_t first = 0; first < indices.size(); first += evaluated_at_once) {
      const std::size_t count = std::min(evaluated_at_once, indices.size() - first);
      action(batch_of_samples(samples, indices.data() + first, count, false));
    }
  }

  // Loss --------------------------------------------------------------------------------------------------------------

  /// Outputs as the loss reads them, N x outputs.
  Tensor logits(const Tensor& inputs, bool training) { return logits_of(torch_model(), inputs, training); }
  Tensor logits_of(TorchModel& model, const Tensor& inputs, bool training) const {
    Tensor outputs = model.forward(inputs, training).flatten(1);
    const int last = model.network().size() - 1;
    if (settings_.scales_logits && model.quantised() && model.network()[last].wide)
      outputs = outputs * std::ldexp(1.0, model.state(last).output_shift);
    return outputs;
  }
  Tensor loss_of(const Tensor& outputs, const Batch& batch) const {
    if (settings_.loss == LossKind::mean_squared_error) return torch::mse_loss(outputs, batch.targets);
    if (settings_.loss == LossKind::detection) {
      const host::RegionLayer layer = region_layer(settings_.detection, model_.network().layers.back().out);
      return MeanDetectionLoss::apply(outputs, settings_.detection, layer, batch.boxes);
    }
    c10::optional<Tensor> weights;
    if (!settings_.class_weights.empty()) weights = torch::tensor(settings_.class_weights);
    return torch::cross_entropy_loss(outputs, batch.labels, weights, at::Reduction::Mean, -100,
                                     settings_.label_smoothing);
  }
  /// The loss that training lowers: partly how far outputs are from the teacher's, as Kullback and Leibler measure it.
  /// The square of the temperature makes up for its gradients, which are smaller by that.
  Tensor training_loss(const Tensor& outputs, const Batch& batch) const {
    const Teacher& teacher = settings_.teacher;
    Tensor own = loss_of(outputs, batch);
    if (teacher.model == nullptr) return own;
    Tensor taught;
    {
      const torch::NoGradGuard no_gradients;
      taught = torch::log_softmax(logits_of(teacher.model->torch(), batch.inputs, false) / teacher.temperature, 1);
    }
    const Tensor answer = torch::log_softmax(outputs / teacher.temperature, 1);
    Tensor distance = (taught.exp() * (taught - answer)).sum(1);
    if (!settings_.class_weights.empty())
      distance = distance * torch::tensor(settings_.class_weights).index_select(0, batch.labels);
    distance = distance.sum() / weight_of(batch);
    return own * (1 - teacher.share) + distance * (teacher.share * teacher.temperature * teacher.temperature);
  }
  static long long right_answers(const Tensor& outputs, const Batch& batch) {
    if (!batch.labels.defined()) return 0;
    return outputs.argmax(1).eq(batch.labels).sum().item<int64_t>();
  }

  // Epochs ------------------------------------------------------------------------------------------------------------

  /// One step with this process's part of a batch, which may be empty if there are others; the loss of the whole batch.
  double train_batch(const Batch& batch, double rate, ScoreSum& sum) {
    optimiser_.clear();
    double loss = 0;
    if (batch.size() > 0) {
      const Tensor outputs = logits(batch.inputs, true);
      const Tensor own = training_loss(outputs, batch);
      own.backward();
      loss = own.item<double>();
      sum.add(loss, right_answers(outputs.detach(), batch), batch.size());
    }
    if (!exchange_.alone()) loss = share_gradients(loss, weight_of(batch));
    if (!std::isfinite(loss)) throw std::runtime_error("the loss is no finite number: the learning rate is too high");
    optimiser_.step(rate, settings_.most_gradient);
    return loss;
  }

  /// By what the mean in a batch's loss divides.
  double weight_of(const Batch& batch) const {
    if (settings_.class_weights.empty() || !batch.labels.defined()) return static_cast<double>(batch.size());
    return torch::tensor(settings_.class_weights).index_select(0, batch.labels).sum().item<double>();
  }
  /// Makes gradients those of the whole batch; its loss.
  double share_gradients(double loss, double weight) {
    const std::vector<Tensor> gradients = optimiser_.gradients();
    const Tensor row = Exchange::joined(gradients), facts = torch::tensor({weight, loss * weight}, torch::kFloat);
    Tensor all = torch::cat({row.mul_(weight), facts});
    exchange_.add_up(all);
    all.div_(all[row.numel()].item<double>());
    Exchange::divide(all, gradients);
    return all[row.numel() + 1].item<double>();
  }

  // Several processes -------------------------------------------------------------------------------------------------

  std::vector<Tensor> all_parameters() {
    std::vector<Tensor> all = torch_model().trainable();
    const std::vector<Tensor> statistics = torch_model().statistics();
    all.insert(all.end(), statistics.begin(), statistics.end());
    return all;
  }
  /// Running statistics become the means of all processes, each of which has seen its own samples.
  void share_statistics() {
    const std::vector<Tensor> statistics = torch_model().statistics();
    if (exchange_.alone() || statistics.empty()) return;
    Tensor row = Exchange::joined(statistics);
    exchange_.add_up(row);
    Exchange::divide(row.div_(exchange_.place().size), statistics);
  }
  /// Process 0 has observers. False: all processes end.
  template <class Observer, class Report>
  bool goes_on(const Observer& observer, const Report& report) {
    const bool ends = exchange_.place().rank == 0 && observer && !observer(report);
    return exchange_.sums({ends ? 1.0 : 0.0})[0] == 0;
  }

  /// Whether there are epochs that round.
  bool rounds() { return settings_.policy.enabled && !torch_model().real(); }
  bool counts_patience() { return model_.quantised() || !rounds(); }

  void start_quantisation() {
    model_.start_quantisation(settings_.policy);
    optimiser_.keep_only(torch_model());
  }

  void begin_epoch() {
    if (rounds() && !model_.quantised() && progress_.epoch >= settings_.policy.start_epoch) {
      start_quantisation();
      progress_.best = Progress{}.best;
      progress_.since_best = 0;
    }
    // Dropout draws from libtorch's own numbers: those of an epoch follow from its number and the process's.
    const std::uint64_t stream = order_stream - static_cast<std::uint64_t>(exchange_.place().rank);
    torch::manual_seed(RandomStream(settings_.seed, static_cast<std::uint64_t>(progress_.epoch), stream).next());
  }

  /// False: an observer has ended it.
  bool train_epoch(const Samples& samples, const Observers& observers, EpochReport& report) {
    const auto size = static_cast<std::size_t>(settings_.batch);
    const auto epoch = static_cast<std::uint64_t>(progress_.epoch);
    const std::vector<std::size_t> order = shuffled(samples.size(), RandomStream(settings_.seed, epoch, order_stream));
    const int batches = static_cast<int>((order.size() + size - 1) / size);
    const auto start = std::chrono::steady_clock::now();
    ScoreSum sum;
    for (int i = 0; i < batches; ++i) {
      const std::size_t first = static_cast<std::size_t>(i) * size, count = std::min(size, order.size() - first);
      report.rate = rate_at(settings_.schedule, settings_.rate, progress_.epoch, settings_.epochs, i, batches);
      const Part own = own_part(count);
      train_batch(batch_of_samples(samples, order.data() + first + own.first, own.end - own.first,
                                   settings_.augmentation.changes()),
                  report.rate, sum);
      const Score so_far = sum.score();
      const double left = seconds_since(start) / (i + 1) * (batches - i - 1);
      const BatchReport now{progress_.epoch, settings_.epochs, i + 1,       batches, model_.quantised(),
                            so_far.loss,     so_far.accuracy,  report.rate, left};
      if (!goes_on(observers.batch, now)) return false;
    }
    share_statistics();
    report.training = sum.of_all(exchange_).score();
    return true;
  }

  void end_epoch(EpochReport& report) {
    report.epoch = progress_.epoch++;
    report.quantised = model_.quantised();
    const bool classes = settings_.loss == LossKind::cross_entropy;
    const auto own = static_cast<float>(classes ? report.validation.accuracy : -report.validation.loss);
    report.best = own > progress_.best;
    progress_.since_best = report.best ? 0 : progress_.since_best + 1;
    if (report.best) progress_.best = own;
    if (settings_.folder.empty() || exchange_.place().rank != 0) return;
    const std::filesystem::path folder = settings_.folder;
    std::filesystem::create_directories(folder);
    save((folder / "last.pth.tar").string());
    if (report.best) save((folder / "best.pth.tar").string());
  }

  Model& model_;
  Settings settings_;
  Optimiser optimiser_;
  Exchange exchange_;
  Progress progress_{};
};

}  // namespace detail

std::string problem_of(const Settings& settings) {
  const auto is_share = [](double value) { return value >= 0 && value < 1; };
  if (settings.epochs < 1) return "epochs is 1 or more";
  if (settings.batch < 1) return "batch is 1 or more";
  if (!(settings.rate > 0)) return "rate is more than 0";
  if (!(settings.weight_decay >= 0)) return "weight_decay is 0 or more";
  if (!is_share(settings.momentum)) return "momentum is a share from 0 to below 1";
  if (!is_share(settings.label_smoothing)) return "label_smoothing is a share from 0 to below 1";
  if (!is_share(settings.augmentation.gain)) return "gain is a share from 0 to below 1";
  if (settings.augmentation.shift < 0 || settings.augmentation.crop < 0) return "shift and crop are 0 or more pixels";
  if (!(settings.augmentation.noise >= 0)) return "noise is 0 or more";
  if (!(settings.teacher.temperature > 0)) return "the teacher's temperature is more than 0";
  if (!(settings.teacher.share >= 0 && settings.teacher.share <= 1)) return "the teacher's share is 0 to 1";
  if (settings.group.rank < 0 || settings.group.rank >= std::max(1, settings.group.size))
    return "the rank of a process is 0 to below the number of processes";
  if (settings.group.size > settings.batch) return "batch is at least the number of processes";
  if (settings.group.timeout < 1) return "timeout is 1 second or more";
  if (settings.loss == LossKind::detection)
    if (std::string problem = problem_of(settings.detection); !problem.empty()) return problem;
  return problem_of(settings.policy);
}

Trainer::Trainer(Model& model, const Settings& settings) {
  if (const std::string problem = problem_of(settings); !problem.empty()) throw std::invalid_argument(problem);
  own_ = std::make_unique<detail::TorchTrainer>(model, settings);
}
Trainer::~Trainer() = default;

std::vector<EpochReport> Trainer::fit(const Samples& training, const Samples& validation, const Observers& observers) {
  return own_->fit(training, validation, observers);
}
float Trainer::step(const NamedTensor& inputs, const std::vector<int>& labels) { return own_->step(inputs, labels); }
int Trainer::epochs() const { return own_->epochs(); }
Score Trainer::evaluate(const Samples& samples) { return own_->evaluate(samples); }
std::vector<float> Trainer::outputs(const Samples& samples) { return own_->outputs(samples); }
void Trainer::save(const std::string& path) const { own_->save(path); }
void Trainer::resume(const std::string& path) { own_->resume(path); }

}  // namespace incuse::train
