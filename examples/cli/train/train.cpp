#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/quantised_checkpoint.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/policy_file.hpp>
#include <incuse/train/progress.hpp>

#include <examples/cli/output.hpp>
#include "request.hpp"

namespace cli::training {

namespace {

namespace train = incuse::train;
namespace files = incuse::import;

/// Samples to train with, and to validate with.
std::pair<train::Samples, train::Samples> divided(const TrainRequest& request, incuse::Shape input) {
  train::Samples all = samples_of(request.data, input);
  if (!request.validation.samples.empty()) return {std::move(all), samples_of(request.validation, input)};
  const std::vector<std::size_t> order = train::shuffled(all.size(), train::RandomStream(request.settings.seed));
  const auto count = static_cast<std::ptrdiff_t>(request.split * static_cast<double>(all.size()));
  return {train::chosen(all, {order.begin() + count, order.end()}),
          train::chosen(all, {order.begin(), order.begin() + count})};
}

train::Policy policy_of(const TrainRequest& request) {
  train::Policy policy;
  if (!request.policy.empty()) {
    train::PolicyFile read = train::read_policy(request.policy);
    if (!read.ok()) throw UsageError(read.error);
    policy = read.policy;
  }
  const int epochs = request.settings.epochs;
  const int rounding = request.qat_epochs >= 0 ? request.qat_epochs : std::max(1, epochs / 3);
  if (request.policy.empty() || request.qat_epochs >= 0) policy.start_epoch = std::max(0, epochs - rounding);
  policy.enabled = !request.no_qat;
  return policy;
}

std::string json_of(const train::Score& score) {
  return "{\"loss\": " + std::to_string(score.loss) + ", \"accuracy\": " + std::to_string(score.accuracy) + "}";
}
void print_json(const train::EpochReport& report) {
  std::printf(
      "{\"epoch\": %d, \"quantised\": %s, \"rate\": %g, \"training\": %s, \"validation\": %s, \"seconds\": %.3f, "
      "\"best\": %s}\n",
      report.epoch + 1, report.quantised ? "true" : "false", report.rate, json_of(report.training).c_str(),
      json_of(report.validation).c_str(), report.seconds, report.best ? "true" : "false");
  std::fflush(stdout);
}

/// The chip's integers of a quantised model, as a checkpoint that all verbs take.
void write_quantised(const train::Model& model, int epoch, const std::string& path) {
  files::NamedTensors source;
  source.file = path;
  source.tensors = model.state();
  files::CheckpointOptions options;
  for (const int i : train::trained_layers(model.network()))
    if (model.network()[i].op == incuse::Operator::conv_transpose2d) options.transposed.insert(model.network().name(i));
  const files::ChangedCheckpoint changed = files::quantised_checkpoint(source, options);
  if (!changed.ok()) throw std::runtime_error(changed.errors.front());
  incuse::CheckpointFacts facts;
  facts.arch = model.network().arch;
  facts.epoch = epoch;
  train::write_file_at_once(path, incuse::checkpoint_bytes(changed.tensors, facts));
}

}  // namespace

ExitCode train_network(TrainRequest request) {
  const train::Network network = network_of(request);
  const auto [samples, validation] = divided(request, network.input);
  request.settings.folder = request.output;
  request.settings.policy = policy_of(request);
  request.model.batch_norm = !request.no_batch_norm && !request.no_bias && request.settings.policy.start_epoch > 0;
  request.model.seed = request.settings.seed;
  train::Model model(network, request.model);
  train::Trainer trainer(model, request.settings);
  if (!request.resume.empty()) trainer.resume(request.resume);
  train::ProgressPrinter printer(stderr, isatty(STDERR_FILENO) != 0);
  train::Observers observers = printer.observers();
  if (request.json)
    observers.epoch = [](const train::EpochReport& report) {
      print_json(report);
      return true;
    };
  const std::vector<train::EpochReport> reports = trainer.fit(samples, validation, observers);
  const int last = reports.empty() ? request.settings.epochs - 1 : reports.back().epoch;
  const std::filesystem::path folder = request.output;
  if (model.quantised()) write_quantised(model, last, (folder / "quantised.pth.tar").string());
  return ExitCode::success;
}

}  // namespace cli::training
