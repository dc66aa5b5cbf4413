#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/progress.hpp>
#include <incuse/train/search_report.hpp>
#include <incuse/train/space_file.hpp>

#include <examples/cli/loaded_network.hpp>
#include <examples/cli/output.hpp>
#include "request.hpp"

namespace cli::training {

namespace {

namespace train = incuse::train;

/// A message without its place, which is one in the member's own description.
std::string without_place(const LoadedNetwork& network, const Message& message) {
  const std::string mark = ": error: ";
  const std::size_t at = message.text.find(mark);
  const std::string sentence = at == std::string::npos ? message.text : message.text.substr(at + mark.size());
  const bool names_layer = message.layer < 0 || sentence.compare(0, 6, "layer ") == 0;
  return names_layer || message.layer >= network.described.graph.size
             ? sentence
             : layer_text(network.described.graph, message.layer) + ": " + sentence;
}

/// A member of the file's space, or the first thing that is wrong with its description.
train::Member member_of(TrainRequest request, const train::SpaceFile& file, const std::vector<int>& values) {
  request.network.content = file.description(values);
  const LoadedNetwork loaded = load(request.network);
  for (const Message& message : loaded.messages)
    if (message.severity == incuse::Severity::error) return {{}, without_place(loaded, message)};
  return {trainable(loaded, request), {}};
}

train::SearchSpace space_of(const TrainRequest& request, const train::SpaceFile& file) {
  return {file.choices, [&](const std::vector<int>& values) { return member_of(request, file, values); }};
}

train::SearchSettings settings_of(const TrainRequest& request) {
  train::SearchSettings settings;
  settings.candidates = request.candidates;
  settings.training = request.settings;
  settings.training.policy = policy_of(request);
  settings.training.schedule = schedule_of(request);
  settings.model = request.model;
  settings.model.batch_norm = !request.no_batch_norm && !request.no_bias && settings.training.policy.start_epoch > 0;
  settings.model.seed = request.settings.seed;
  settings.device = &device_of(request.network.device);
  settings.options.average_pool_rounding = request.model.average_pool_rounding;
  settings.supply = request.network.supply();
  return settings;
}

/// The size of what all members read, by the first one that is a network; nothing if none is, which is said.
std::optional<incuse::Shape> input_of(const train::SearchSpace& space, const train::SearchSettings& settings) {
  const auto wanted = static_cast<std::size_t>(settings.candidates);
  std::string first;
  for (const std::vector<int>& values : train::members_to_try(space, wanted, settings.training.seed)) {
    const train::Member member = space.member(values);
    if (member.refusal.empty()) return member.network.input;
    if (first.empty()) first = values_text(space.choices, values) + ": " + member.refusal;
  }
  say(stderr, "incuse: none of these networks fits " + string_of(settings.device->name) + "; " + first);
  return std::nullopt;
}

/// The files of a search, written anew behind each candidate: a search may be ended at any time.
class SearchFolder {
 public:
  SearchFolder(const TrainRequest& request, const train::SpaceFile& file, const train::SearchSettings& settings)
      : folder_(request.output), file_(file), settings_(settings) {
    std::filesystem::create_directories(folder_);
  }

  void add(const train::Candidate& candidate) {
    lines_ += train::json_of(file_.choices, candidate, count_++, settings_) + '\n';
    write("search.json", lines_);
  }
  void finish(const std::vector<train::Candidate>& candidates, const std::string& title) {
    write("search.json", lines_ + train::front_json(candidates) + '\n');
    for (const train::Candidate& candidate : candidates)
      if (candidate.front) write(name_of(candidate), file_.description(candidate.values));
    const std::string picture = train::search_svg(file_.choices, candidates, settings_, title);
    if (!picture.empty()) write("search.svg", picture);
  }

 private:
  std::string name_of(const train::Candidate& candidate) const {
    std::string name;
    for (std::size_t i = 0; i < candidate.values.size(); ++i)
      name += (i == 0 ? "" : "_") + file_.choices[i].name + std::to_string(candidate.values[i]);
    return name + ".yaml";
  }
  void write(const std::string& name, const std::string& text) const {
    train::write_file_at_once((folder_ / name).string(), text);
  }

  std::filesystem::path folder_;
  const train::SpaceFile& file_;
  const train::SearchSettings& settings_;
  std::string lines_{};
  std::size_t count_ = 0;
};

}  // namespace

ExitCode search_networks(const TrainRequest& request) {
  const train::SpaceFile file = train::parse_space(request.network.content, request.network.description);
  if (!file.ok()) throw UsageError(file.error);
  const train::SearchSpace space = space_of(request, file);
  const train::SearchSettings settings = settings_of(request);
  if (const std::string problem = problem_of(settings); !problem.empty()) throw UsageError(problem);
  const std::optional<incuse::Shape> input = input_of(space, settings);
  if (!input) return ExitCode::findings;
  const auto [samples, validation] = divided(request, *input);
  SearchFolder folder(request, file, settings);
  const bool live = isatty(STDERR_FILENO) != 0;
  train::ProgressPrinter printer(stderr, live);
  train::SearchObservers observers;
  std::size_t number = 0;
  observers.candidate = [&](const train::Candidate& candidate) {
    folder.add(candidate);
    if (live) std::fputs("\r\033[K", stderr);
    say(stderr, train::candidate_text(file.choices, candidate, settings));
    if (request.json) {
      std::printf("%s\n", train::json_of(file.choices, candidate, number, settings).c_str());
      std::fflush(stdout);
    }
    ++number;
    return true;
  };
  observers.epochs.batch = printer.observers().batch;
  const std::vector<train::Candidate> candidates = train::search(space, samples, validation, settings, observers);
  folder.finish(candidates, std::filesystem::path(request.network.description).stem().string());
  if (request.json)
    std::printf("%s\n", train::front_json(candidates).c_str());
  else
    std::printf("%s", train::search_text(file.choices, candidates, settings).c_str());
  for (const train::Candidate& candidate : candidates)
    if (candidate.front) return ExitCode::success;
  return ExitCode::findings;
}

}  // namespace cli::training
