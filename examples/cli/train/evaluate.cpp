#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <incuse/host/average_precision.hpp>
#include <incuse/host/evaluation.hpp>
#include <incuse/hosted/named_tensor.hpp>
#include <incuse/report/table.hpp>
#include <incuse/train/agreement.hpp>
#include <incuse/train/checkpoint_file.hpp>
#include <incuse/train/plots.hpp>
#include <incuse/train/predictions.hpp>

#include <examples/cli/output.hpp>
#include "request.hpp"

namespace cli::training {

namespace {

namespace train = incuse::train;

constexpr std::size_t worst_shown = 40;      ///< pictures
constexpr std::size_t layers_compared = 64;  ///< samples for which layers are compared

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

/// A quantised model in the chip's integers.
class Chip {
 public:
  Chip(const train::Model& model, const TrainRequest& request)
      : network_(model.network()),
        parameters_(model.parameters()),
        packed_(train::graph_of_network(network_), parameters_.view(), options_of(request)) {}

  incuse::host::Evaluation evaluate(const train::Samples& samples) const {
    return incuse::host::evaluate(packed_, ChipInputs{samples}, incuse::host::ProgressLine(nullptr));
  }
  /// Outputs of a layer for the first `count` samples, one sample after the other.
  std::vector<int> outputs(const train::Samples& samples, std::size_t count, int layer) const {
    incuse::host::fast::Batch<most> batch(packed_);
    const auto each = static_cast<std::size_t>(network_[layer].out.elements());
    std::vector<int> all(count * each);
    batch.run(static_cast<int>(count), [&](incuse::host::fast::Executor<most>& executor, int i) {
      ChipInputs{samples}.set_input(executor, i);
      executor.run();
      const std::vector<int> own = executor.output_of(layer);
      std::copy(own.begin(), own.end(), all.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(i) * each));
    });
    return all;
  }

 private:
  static constexpr int most = incuse::max7800x::most_layers;
  static incuse::max7800x::Options options_of(const TrainRequest& request) {
    incuse::max7800x::Options options;
    options.average_pool_rounding = request.model.average_pool_rounding;
    return options;
  }

  train::Network network_;
  train::QuantisedParameters parameters_;
  incuse::host::fast::PackedNetwork<most> packed_;
};

/// Samples as models read them, the first `count` of them.
incuse::NamedTensor batch_of(const train::Samples& samples, std::size_t count) {
  const incuse::Shape shape = samples.shape;
  incuse::NamedTensor batch{"", {static_cast<int>(count), shape.channels, shape.height, shape.width}, {}};
  for (std::size_t i = 0; i < count * samples.elements(); ++i)
    batch.values.push_back(static_cast<float>(samples.values[i]) / 128);
  return batch;
}

/// Compares the outputs of layers in real numbers, for the first `count` samples, with those of the chip.
std::vector<train::LayerAgreement> agreement_of(const std::vector<incuse::NamedTensor>& real,
                                                const train::Model& rounded, const Chip& chip,
                                                const train::Samples& samples, std::size_t count) {
  std::vector<train::LayerAgreement> layers;
  for (int i = 0; i < rounded.network().size(); ++i) {
    const incuse::Layer& layer = rounded.network()[i];
    const double one = layer.wide ? std::ldexp(1.0, 6 + layer.weight_bits) / output_factor(rounded, i) : 128;
    layers.push_back(train::agreement_of(rounded.network().name(i), real[static_cast<std::size_t>(i)].values,
                                         chip.outputs(samples, count, i), one, layer.wide));
  }
  return layers;
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

void print_layers(const std::vector<train::LayerAgreement>& layers) {
  incuse::report::Table table("lrr");
  table.add({"layer", "dB to real numbers", "% at the ends"});
  for (const train::LayerAgreement& own : layers)
    table.add({incuse::printable(own.layer),
               std::isfinite(own.decibels()) ? incuse::report::fixed(own.decibels(), 1) : "exact",
               percent(own.saturated)});
  std::printf("\n%s", table.text().c_str());
}

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

void print_json(const std::vector<Column>& columns, const std::vector<train::LayerAgreement>& layers) {
  std::string text = "{";
  for (const auto& [name, counts] : columns) {
    text += (text.size() == 1 ? "" : ", ") + quoted(name) + ": {\"accuracy\": " + std::to_string(counts.accuracy()) +
            ", \"top5\": " + std::to_string(counts.top(5)) + ", \"samples\": " + std::to_string(counts.total()) +
            ", \"confusion\": [";
    for (int c = 0; c < counts.classes; ++c)
      for (int answer = 0; answer < counts.classes; ++answer)
        text += std::string(answer > 0 ? ", " : c > 0 ? "], [" : "[") + std::to_string(counts.count(c, answer));
    text += "]]";
    if (&counts == &columns.back().counts) {
      std::string errors;
      for (const train::LayerAgreement& own : layers)
        errors += (errors.empty() ? "" : ", ") + quoted(own.layer) + ": " + std::to_string(own.relative_error());
      text += ", \"quantisation_error\": {" + errors + "}";
    }
    text += "}";
  }
  std::printf("%s}\n", text.c_str());
}

/// Samples, classes and predictions for programs that compare models.
void write_tables(const TrainRequest& request, const train::Network& network, const Chip& chip,
                  const train::Samples& samples, const std::vector<float>& real, const std::vector<float>& rounded) {
  const auto write = [&](const char* name, const std::string& text) {
    train::write_file_at_once(request.tables + name, text);
  };
  if (request.features.empty()) {
    write("_x.csv", train::features_csv("x", samples.values, samples.elements()));
  } else {
    const auto named = std::find(network.names.begin(), network.names.end(), request.features);
    if (named == network.names.end()) throw UsageError("--features: there is no layer '" + request.features + "'");
    const int layer = static_cast<int>(named - network.names.begin());
    write("_x.csv", train::features_csv(request.features, chip.outputs(samples, samples.size(), layer),
                                        static_cast<std::size_t>(network[layer].out.elements())));
  }
  const int classes = network.layers.back().out.elements();
  write("_ytrue.csv", train::truth_csv(samples));
  write("_ypred.csv", train::probabilities_csv(rounded, classes, samples.classes));
  write("_ypred_real.csv", train::probabilities_csv(real, classes, samples.classes));
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

/// How well the boxes that outputs mean are those of the samples: mAP@0.5. `scale` is what outputs are multiplied by.
template <class Value>
double precision_of(const std::vector<Value>& outputs, double scale, const incuse::host::RegionLayer& layer,
                    const train::Samples& samples) {
  const auto each = static_cast<std::size_t>(layer.values());
  std::vector<incuse::host::DetectedPicture> pictures;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::vector<float> values;
    for (std::size_t k = 0; k < each; ++k)
      values.push_back(static_cast<float>(scale * static_cast<double>(outputs[i * each + k])));
    incuse::host::Detections<50> found;
    incuse::host::decode(layer, values.data(), 0.05F, found);
    incuse::host::suppress(found, 0.45F);
    pictures.push_back({samples.boxes[i], {found.begin(), found.end()}});
  }
  return incuse::host::mean_average_precision(pictures, layer.classes);
}

/// How well a detector does.
ExitCode evaluate_boxes(train::Model& model, const train::Policy& policy, const train::Samples& samples,
                        TrainRequest request) {
  if (request.anchors.empty()) throw UsageError("--boxes needs the --anchors that train has told");
  const int last = model.network().size() - 1;
  request.settings.detection = detection_of(request, samples, model.network()[last].out);
  const incuse::host::RegionLayer layer = train::region_layer(request.settings.detection, model.network()[last].out);
  train::Trainer trainer(model, request.settings);
  const double real = precision_of(trainer.outputs(samples), 1, layer, samples);
  model.start_quantisation(policy);
  const double rounded = precision_of(trainer.outputs(samples), output_factor(model, last), layer, samples);
  const double chip = precision_of(Chip(model, request).outputs(samples, samples.size(), last),
                                   static_cast<double>(model.output_scale()), layer, samples);
  std::printf(request.json ? "{\"real numbers\": {\"mAP@0.5\": %.4f}, \"rounded as on the chip\": {\"mAP@0.5\": %.4f}, "
                             "\"chip\": {\"mAP@0.5\": %.4f}}\n"
                           : "mAP@0.5 in real numbers: %.4f\nrounded as on the chip: %.4f\nchip: %.4f\n",
              real, rounded, chip);
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
  if (request.boxes) return evaluate_boxes(model, policy_in(tensors), samples, request);
  train::Trainer trainer(model, request.settings);
  const int classes = network.layers.back().out.elements();
  trainer.evaluate(samples);  // refuses labels that are no class
  std::vector<Column> columns;
  const std::vector<float> real = trainer.outputs(samples);
  columns.push_back({"real numbers", counted(real, samples, classes)});
  const std::size_t compared = std::min(layers_compared, samples.size());
  const std::vector<incuse::NamedTensor> real_layers = model.layer_outputs(batch_of(samples, compared));
  model.start_quantisation(policy_in(tensors));
  const std::vector<float> rounded = trainer.outputs(samples);  // those of the chip, but for their unit
  columns.push_back({"rounded as on the chip", counted(rounded, samples, classes)});
  const Chip chip(model, request);
  columns.push_back({"chip", chip.evaluate(samples)});
  const std::vector<train::LayerAgreement> layers = agreement_of(real_layers, model, chip, samples, compared);
  const std::vector<float> probabilities =
      train::probabilities_of(rounded, classes, output_factor(model, network.size() - 1));
  if (!request.output.empty()) {
    const std::string title = (network.arch.empty() ? "network" : network.arch) + ", on the chip";
    const train::EvaluationPicture shown{columns.back().counts,
                                         train::precision_recall(probabilities, classes, samples.labels), layers,
                                         train::worst_answers(rounded, classes, samples, worst_shown)};
    train::write_file_at_once(request.output, train::evaluation_svg(shown, samples, title));
  }
  if (!request.tables.empty())
    write_tables(request, model.network(), chip, samples, train::probabilities_of(real, classes), probabilities);
  if (request.json) {
    print_json(columns, layers);
  } else {
    print_text(columns, samples);
    print_layers(layers);
  }
  return ExitCode::success;
}

}  // namespace cli::training
