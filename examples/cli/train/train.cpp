#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <yaml-cpp/yaml.h>

#include <incuse/export/checkpoint.hpp>
#include <incuse/import/quantised_checkpoint.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/log.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/policy_file.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/random.hpp>
#include <incuse/train/schedule_file.hpp>

#include <examples/cli/content.hpp>
#include <examples/cli/output.hpp>
#include "events.hpp"
#include "request.hpp"

namespace cli::training {

namespace train = incuse::train;
namespace files = incuse::import;

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

train::Schedule schedule_of(const TrainRequest& request) {
  if (request.schedule.empty()) return request.settings.schedule;
  train::ScheduleFile read = train::read_schedule(request.schedule);
  if (!read.ok()) throw UsageError(read.error);
  return std::move(read.schedule);
}

namespace {

/// The processes that train together, as the environment says.
train::Group group() {
  const train::GroupOfEnvironment read = train::group_of_environment();
  if (!read.ok()) throw UsageError(read.error);
  return read.group;
}

/// A trained network whose answers are learned as well; none without one.
std::unique_ptr<train::Model> teacher_of(TrainRequest request) {
  if (request.teacher.empty()) return nullptr;
  if (!request.teacher_network.empty()) {
    request.network.description = request.teacher_network;
    read_content(request.network);
  }
  train::ModelOptions options = request.model;
  const std::vector<incuse::NamedTensor> tensors = tensors_of(request.teacher, options.batch_norm);
  auto teacher = std::make_unique<train::Model>(network_of(request), options);
  teacher->load(tensors);
  return teacher;
}

/// A description without pruned channels. Places go by the number of channels, and are left out: planning finds others.
std::string pruned_description(const std::string& path, const train::Network& network) {
  YAML::Node root = YAML::LoadFile(path);
  int i = 0;
  for (YAML::Node layer : root["layers"]) {
    for (const char* place : {"processors", "output_processors", "out_offset", "in_channels"}) layer.remove(place);
    if (i < network.size() && network[i].weighted()) layer["out_channels"] = network[i].out.channels;
    ++i;
  }
  if (i != network.size()) throw UsageError(path + ": its layers are not those of the network; it cannot be pruned");
  YAML::Emitter text;
  text << root;
  return std::string(text.c_str()) + '\n';
}

/// Parameters to start with, if there are any; takes channels out of them and of the network.
std::vector<incuse::NamedTensor> first_parameters(TrainRequest& request, train::Network& network) {
  if (request.start.empty()) {
    if (request.pruning.share > 0) throw UsageError("--prune needs --start, with the weights that it goes by");
    return {};
  }
  std::vector<incuse::NamedTensor> tensors = tensors_of(request.start, request.model.batch_norm);
  if (request.pruning.share == 0) return tensors;
  train::PrunedNetwork pruned = train::prune_channels(network, tensors, request.pruning);
  network = std::move(pruned.network);
  if (request.settings.group.rank == 0) {
    const std::string text = pruned_description(request.network.description, network);
    std::filesystem::create_directories(request.output);
    train::write_file_at_once((std::filesystem::path(request.output) / "pruned.yaml").string(), text);
  }
  return std::move(pruned.state);
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

void write_picture(const std::filesystem::path& path, const std::string& svg) {
  if (!svg.empty()) train::write_file_at_once(path.string(), svg);
}

/// Takes anchors from the samples if none are given, and tells them: evaluate has to know.
void set_detection(TrainRequest& request, const train::Network& network, const train::Samples& samples,
                   const train::Samples& validation) {
  if (validation.size() > 0 && validation.classes != samples.classes)
    throw UsageError("the samples that validate have other classes than those that train");
  request.settings.detection = detection_of(request, samples, network.layers.back().out);
  std::string anchors;
  for (const incuse::host::Anchor& own : request.settings.detection.anchors) {
    char text[40];
    std::snprintf(text, sizeof text, "%s%.3gx%.3g", anchors.empty() ? "" : ",", static_cast<double>(own.width),
                  static_cast<double>(own.height));
    anchors += text;
  }
  if (!request.anchors.empty()) return;
  if (request.settings.group.rank == 0) say(stderr, "typical boxes: --anchors " + anchors);
  request.anchors = anchors;  // what is told counts, with as many digits
  request.settings.detection = detection_of(request, samples, network.layers.back().out);
}

}  // namespace

ExitCode train_network(TrainRequest request) {
  train::Network network = network_of(request);
  const auto [samples, validation] = divided(request, network.input);
  request.settings.folder = request.output;
  request.settings.group = group();
  const bool first = request.settings.group.rank == 0;
  if (request.boxes) set_detection(request, network, samples, validation);
  request.settings.policy = policy_of(request);
  request.settings.schedule = schedule_of(request);
  request.model.batch_norm = !request.no_batch_norm && !request.no_bias && request.settings.policy.start_epoch > 0;
  request.model.seed = request.settings.seed;
  const std::vector<incuse::NamedTensor> start = first_parameters(request, network);
  train::Model model(network, request.model);
  if (!start.empty()) model.load(start);
  std::unique_ptr<train::Model> teacher = teacher_of(request);
  request.settings.teacher.model = teacher.get();
  train::Trainer trainer(model, request.settings);
  if (!request.resume.empty()) trainer.resume(request.resume);
  train::ProgressPrinter printer(first ? stderr : nullptr, isatty(STDERR_FILENO) != 0, !request.boxes);
  const std::filesystem::path folder = request.output;
  train::TrainingLog log((folder / "log.json").string(), trainer.epochs());
  std::optional<EventLog> events;
  if (first && !request.events.empty()) events.emplace(request.events, validation, !request.targets && !request.boxes);
  train::Observers observers = printer.observers();
  observers.epoch = [&](const train::EpochReport& report) {
    log.add(report);
    if (events) events->add(report, model, trainer);
    if (request.json) {
      std::printf("%s\n", train::json_of(report).c_str());
      std::fflush(stdout);
    } else {
      printer.print(report);
    }
    return true;
  };
  trainer.fit(samples, validation, observers);
  if (!first) return ExitCode::success;
  if (events) events->add_worst(trainer.epochs(), model, trainer);
  if (model.quantised()) write_quantised(model, trainer.epochs() - 1, (folder / "quantised.pth.tar").string());
  const std::string title = network.arch.empty() ? "network" : network.arch;
  write_picture(folder / "training.svg", train::training_svg(log.reports(), title));
  write_picture(folder / "weights.svg", train::weights_svg(train::weight_histograms(model.state()), title));
  return ExitCode::success;
}

}  // namespace cli::training
