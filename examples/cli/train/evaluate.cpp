#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <incuse/host/evaluation.hpp>
#include <incuse/hosted/named_tensor.hpp>
#include <incuse/report/table.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/plots.hpp>

#include <examples/cli/output.hpp>
#include "request.hpp"

namespace cli::training {

namespace {

namespace train = incuse::train;

constexpr std::size_t worst_shown = 40;  ///< pictures

/// Counts of one way to compute.
struct Column {
  const char* name;
  incuse::host::Evaluation counts{};
};

/// Outputs of a model, counted as those of the executor are.
incuse::host::Evaluation counted(const std::vector<float>& outputs, const train::Samples& samples, int classes) {
  std::vector<incuse::host::detail::Answer> answers;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const float* own = outputs.data() + i * static_cast<std::size_t>(classes);
    const int label = samples.labels[i];
    incuse::host::detail::Answer answer{label, static_cast<int>(std::max_element(own, own + classes) - own), 0};
    for (int k = 0; k < classes; ++k) answer.rank += own[k] > own[label] || (own[k] == own[label] && k < label);
    answers.push_back(answer);
  }
  return incuse::host::detail::counted(answers, classes);
}

/// Samples as host::evaluate reads a data set.
struct ChipInputs {
  const train::Samples& samples;

  int size() const { return static_cast<int>(samples.size()); }
  int label(int i) const { return samples.labels[static_cast<std::size_t>(i)]; }
  template <class Executor>
  void set_input(Executor& executor, int i) const {
    executor.set_input(samples.sample(static_cast<std::size_t>(i)));
  }
};

incuse::host::Evaluation on_chip(const train::Model& model, const train::Samples& samples,
                                 const TrainRequest& request) {
  train::QuantisedParameters parameters = model.parameters();
  const auto graph = train::graph_of_network(model.network());
  incuse::max7800x::Options options;
  options.average_pool_rounding = request.model.average_pool_rounding;
  const incuse::host::fast::PackedNetwork<decltype(graph)::capacity> packed(graph, parameters.view(), options);
  return incuse::host::evaluate(packed, ChipInputs{samples}, incuse::host::ProgressLine(nullptr));
}

/// Widths and quantile with which a checkpoint was trained.
train::Policy policy_in(const std::vector<incuse::NamedTensor>& tensors) {
  train::Policy policy;
  for (const incuse::NamedTensor& tensor : tensors) {
    const auto ends = [&](const std::string& end) {
      return tensor.name.size() > end.size() && tensor.name.substr(tensor.name.size() - end.size()) == end;
    };
    const std::string bits = ".weight_bits";
    if (tensor.values.size() != 1) continue;
    if (ends(".shift_quantile")) policy.shift_quantile = static_cast<double>(tensor.values[0]);
    if (ends(bits) && tensor.values[0] != 0)
      policy.overrides[tensor.name.substr(0, tensor.name.size() - bits.size())] = static_cast<int>(tensor.values[0]);
  }
  return policy;
}

std::string percent(double share) { return incuse::report::fixed(100 * share, 2); }

void print_text(const std::vector<Column>& columns, const train::Samples& samples) {
  incuse::report::Table summary("lrrr");
  summary.add({"", "% right", "% in the first 5", "samples"});
  for (const auto& [name, counts] : columns)
    summary.add({name, percent(counts.accuracy()), percent(counts.top(5)), std::to_string(counts.total())});
  std::printf("%s\n", summary.text().c_str());
  const incuse::host::Evaluation& chip = columns.back().counts;
  incuse::report::Table classes("lrrr");
  classes.add({"class", "samples", "% precision", "% recall"});
  std::string confusion = "\nConfusion on the chip, a row for each class, a column for each answer:\n";
  for (int c = 0; c < chip.classes; ++c) {
    const auto index = static_cast<std::size_t>(c);
    int own = 0;
    for (int answer = 0; answer < chip.classes; ++answer) {
      own += chip.count(c, answer);
      confusion += (answer == 0 ? "" : " ") + std::to_string(chip.count(c, answer));
    }
    confusion += '\n';
    classes.add({index < samples.classes.size() ? samples.classes[index] : std::to_string(c), std::to_string(own),
                 percent(chip.precision(c)), percent(chip.recall(c))});
  }
  std::printf("%s%s", classes.text().c_str(), confusion.c_str());
}

void print_json(const std::vector<Column>& columns) {
  std::string text = "{";
  for (const auto& [name, counts] : columns) {
    text += (text.size() == 1 ? "" : ", ") + quoted(name) + ": {\"accuracy\": " + std::to_string(counts.accuracy()) +
            ", \"top5\": " + std::to_string(counts.top(5)) + ", \"samples\": " + std::to_string(counts.total()) +
            ", \"confusion\": [";
    for (int c = 0; c < counts.classes; ++c)
      for (int answer = 0; answer < counts.classes; ++answer)
        text += std::string(answer > 0 ? ", " : c > 0 ? "], [" : "[") + std::to_string(counts.count(c, answer));
    text += "]]}";
  }
  std::printf("%s}\n", text.c_str());
}

/// Losses of outputs that are to equal targets.
ExitCode evaluate_targets(train::Model& model, const train::Policy& policy, const train::Samples& samples,
                          const TrainRequest& request) {
  train::Trainer trainer(model, request.settings);
  const double real = trainer.evaluate(samples).loss;
  model.start_quantisation(policy);
  const double rounded = trainer.evaluate(samples).loss;
  if (request.json)
    std::printf("{\"real numbers\": {\"loss\": %.9g}, \"rounded as on the chip\": {\"loss\": %.9g}}\n", real, rounded);
  else
    std::printf("mean squared error in real numbers: %.6g\nrounded as on the chip: %.6g\n", real, rounded);
  return ExitCode::success;
}

}  // namespace

ExitCode evaluate_network(const TrainRequest& request) {
  const train::Network network = network_of(request);
  const train::Samples samples = samples_of(request.data, network.input);
  train::ModelOptions options = request.model;
  const std::vector<incuse::NamedTensor> tensors = tensors_of(request.checkpoint, options.batch_norm);
  train::Model model(network, options);
  model.load(tensors);
  if (request.targets) return evaluate_targets(model, policy_in(tensors), samples, request);
  train::Trainer trainer(model, request.settings);
  const int classes = network.layers.back().out.elements();
  trainer.evaluate(samples);  // refuses labels that are no class
  std::vector<Column> columns;
  columns.push_back({"real numbers", counted(trainer.outputs(samples), samples, classes)});
  model.start_quantisation(policy_in(tensors));
  columns.push_back({"rounded as on the chip", counted(trainer.outputs(samples), samples, classes)});
  columns.push_back({"chip", on_chip(model, samples, request)});
  if (!request.output.empty()) {
    const std::vector<float> outputs = trainer.outputs(samples);  // those of the chip, but for their unit
    const std::vector<train::WorstAnswer> worst = train::worst_answers(outputs, classes, samples, worst_shown);
    const std::string title = network.arch.empty() ? "network" : network.arch;
    train::write_file_at_once(request.output,
                              train::evaluation_svg(columns.back().counts, samples, worst, title + ", on the chip"));
  }
  request.json ? print_json(columns) : print_text(columns, samples);
  return ExitCode::success;
}

}  // namespace cli::training
