#include "calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <incuse/export/checkpoint.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/bit_budget.hpp>
#include <incuse/import/calibration.hpp>
#include <incuse/import/described_tensors.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/report/quantising_svg.hpp>
#include <incuse/report/table.hpp>

#include "input_shape.hpp"
#include "loaded_network.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "parts.hpp"

namespace cli {

namespace {

namespace files = incuse::import;

/// The .npy files of a folder, by name, or a single one.
std::vector<std::string> input_files(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_directory(path, none)) return {path};
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(path, none))
    if (entry.path().extension() == ".npy") all.push_back(entry.path().string());
  std::sort(all.begin(), all.end());
  if (all.empty()) throw UsageError(path + ": the folder has no .npy files");
  return all;
}

/// Inputs of so many values; a file may hold several, its first axis counts them.
std::vector<std::vector<int>> values_of(const std::string& path, incuse::Shape shape) {
  const auto each = static_cast<std::size_t>(shape.elements());
  std::vector<std::vector<int>> inputs;
  for (const std::string& file : input_files(path)) {
    const incuse::NpyResult read = incuse::read_npy(file);
    if (!read.ok()) throw UsageError(read.error);
    const std::vector<std::int64_t>& values = read.array.values;
    if (values.empty() || values.size() % each != 0)
      throw UsageError(file + ": it has " + std::to_string(values.size()) + " values, but the network reads " +
                       std::to_string(each));
    expect_channels_first(file, read.array.shape, shape);
    if (const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
        *least < -128 || *greatest > 127)
      throw UsageError(file + ": inputs are signed bytes, -128 to 127");
    for (auto at = values.begin(); at != values.end(); at += static_cast<std::ptrdiff_t>(each))
      inputs.emplace_back(at, at + static_cast<std::ptrdiff_t>(each));
  }
  return inputs;
}

std::vector<float> real_input(const std::vector<int>& bytes) {
  std::vector<float> numbers;
  for (const int byte : bytes) numbers.push_back(static_cast<float>(byte) / 128);
  return numbers;
}

double decibels_of(double signal, double noise) {
  return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

/// What bytes make of the layers' outputs.
class Losses {
 public:
  explicit Losses(const Graph& graph) : graph_(graph), layers_(static_cast<std::size_t>(graph.size)) {}

  template <class Real, class Bytes>
  void add(const Real& real, const Bytes& bytes, const files::TensorScales& scales) {
    for (int i = 0; i < graph_.size; ++i) {
      Loss& loss = layers_[static_cast<std::size_t>(i)];
      const double unit = std::ldexp(1.0, scales.exponents[static_cast<std::size_t>(i) + 1]) / 128;
      const std::vector<float> wanted = real.output_of(i);
      const std::vector<int> got = bytes.output_of(i);
      for (std::size_t n = 0; n < wanted.size() && !graph_[i].wide; ++n) {
        const auto value = static_cast<double>(wanted[n]);
        loss.signal += value * value;
        loss.noise += (value - unit * got[n]) * (value - unit * got[n]);
        loss.saturated += got[n] == 127 || got[n] == -128 ? 1 : 0;
        loss.zeros += got[n] == 0 ? 1 : 0;
        ++loss.values;
      }
    }
  }
  /// The same for a picture.
  std::vector<incuse::report::QuantisingLoss> rows() const {
    std::vector<incuse::report::QuantisingLoss> rows;
    for (int i = 0; i < graph_.size; ++i) {
      const Loss& loss = layers_[static_cast<std::size_t>(i)];
      const std::string name = incuse::printable(string_of(graph_[i].name));
      const double values = std::max(1.0, loss.values);
      rows.push_back({name.empty() ? std::to_string(i) : name, graph_[i].trained() ? graph_[i].weight_bits : 0,
                      ratio(loss), loss.saturated / values, loss.zeros / values, loss.values > 0});
    }
    return rows;
  }
  std::string text(const files::TensorScales& scales, const files::StoredParameters& stored) const {
    incuse::report::Table table("rlrrrrrr");
    table.add({"", "layer", "bits", "shift", "scale", "dB", "% saturated", "% zero"});
    int next = 0;
    for (int i = 0; i < graph_.size; ++i) {
      const Loss& loss = layers_[static_cast<std::size_t>(i)];
      const bool trained = graph_[i].trained();
      const auto share = [&](double part) {
        return loss.values == 0 ? "" : incuse::report::fixed(100 * part / loss.values, 2);
      };
      table.add({std::to_string(i), incuse::printable(string_of(graph_[i].name)),
                 trained ? std::to_string(graph_[i].weight_bits) : "",
                 trained ? std::to_string(stored.parameters()[next++].output_shift) : "",
                 graph_[i].wide ? "wide" : "2^" + std::to_string(scales.exponents[static_cast<std::size_t>(i) + 1]),
                 loss.values == 0 ? "" : decibels(loss), share(loss.saturated), share(loss.zeros)});
    }
    return table.text();
  }

 private:
  struct Loss {
    double signal = 0, noise = 0, saturated = 0, zeros = 0, values = 0;
  };
  static double ratio(const Loss& loss) { return decibels_of(loss.signal, loss.noise); }
  static std::string decibels(const Loss& loss) {
    return loss.noise > 0 ? incuse::report::fixed(ratio(loss), 1) : "exact";
  }

  const Graph& graph_;
  std::vector<Loss> layers_;
};

/// The scales of the tensors, by what the inputs make of them.
template <class Executor>
files::TensorScales scales_by(Executor& executor, const Graph& graph, const std::vector<std::vector<int>>& inputs) {
  for (const std::vector<int>& input : inputs) executor.run(real_input(input).data());
  std::vector<float> magnitudes = {1};
  for (int i = 0; i < graph.size; ++i) {
    const incuse::k210::Range range = executor.output_range(i);
    magnitudes.push_back(std::max(-range.low, range.high));
  }
  return files::scales_of(graph, magnitudes);
}

void write_calibrated(const CheckpointRequest& request, const files::NamedTensors& source,
                      const std::vector<incuse::NamedTensor>& tensors,
                      const std::vector<incuse::report::QuantisingLoss>& losses) {
  const std::string arch = request.arch.empty() ? source.arch : request.arch;
  std::vector<OutputFile> written = {
      {request.output, incuse::checkpoint_bytes(tensors, {source.epoch, arch, {{"clipping_method", "CALIBRATION"}}})}};
  if (!request.report.empty())
    written.push_back(
        {request.report, incuse::report::quantising_svg(losses, "Outputs of " + incuse::printable(request.network))});
  write_files(written, inputs_of(request));
}

files::QuantiserLimits limits_of(const incuse::max7800x::Device& device) {
  return {device.max_shift, device.has(incuse::max7800x::Feature::narrow_weights), device.bias_scale};
}

/// Chooses the bits of layers for which the description says none.
class WidthSearch {
 public:
  WidthSearch(const incuse::NetworkDescription& description, const Graph& graph, const files::LoadedLayers& loaded,
              const files::TensorScales& scales, const incuse::max7800x::Device& device)
      : graph_(graph), loaded_(loaded), scales_(scales), arithmetic_(device), limits_(limits_of(device)) {
    for (const files::LoadedLayer& layer : loaded.layers) {
      bits_.push_back(graph[layer.layer].weight_bits);
      weights_.push_back(static_cast<long long>(layer.weight.size()));
      const bool given = description.layers[static_cast<std::size_t>(layer.layer)].weight_bits_given;
      may_change_.push_back(!given && !graph[layer.layer].binary_weights);
    }
  }

  template <class Executor>
  files::BitChoice choose(Executor& executor, const std::vector<std::vector<int>>& inputs, long long budget) const {
    std::vector<std::vector<float>> wanted;
    for (const std::vector<int>& input : inputs) {
      executor.run(real_input(input).data());
      for (const int i : incuse::output_layers(graph_)) wanted.push_back(executor.output_of(i));
    }
    const auto measure = [&](const std::vector<int>& bits) { return signal_to_noise(bits, inputs, wanted); };
    return files::choose_bits(bits_, weights_, may_change_, budget, measure);
  }

  /// The network with these bits.
  Graph with(const std::vector<int>& bits) const {
    Graph changed = graph_;
    for (std::size_t i = 0; i < bits.size(); ++i) changed[loaded_.layers[i].layer].weight_bits = bits[i];
    return changed;
  }

  std::string text(const files::BitChoice& choice) const {
    incuse::report::Table table("rlrrr");
    table.add({"step", "layer", "bits", "bytes", "dB"});
    const auto add = [&](std::size_t step, const std::string& layer, const std::string& bits, long long bytes,
                         double decibels) {
      table.add({std::to_string(step), layer, bits, incuse::grouped(bytes), incuse::report::fixed(decibels, 1)});
    };
    add(0, "", "", files::weight_bytes(weights_, bits_), choice.decibels);
    for (std::size_t i = 0; i < choice.steps.size(); ++i) {
      const files::BitStep& step = choice.steps[i];
      add(i + 1, incuse::printable(loaded_.layers[static_cast<std::size_t>(step.layer)].name),
          std::to_string(step.bits), step.bytes, step.decibels);
    }
    return table.text() + '\n';
  }

 private:
  /// The ratio for all outputs together, each scaled so that it comes nearest to the real numbers. 0 where a network
  /// does not run.
  double signal_to_noise(const std::vector<int>& bits, const std::vector<std::vector<int>>& inputs,
                         const std::vector<std::vector<float>>& wanted) const {
    const Graph graph = with(bits);
    const files::StoredParameters stored = files::quantise(graph, loaded_, scales_, limits_);
    if (!stored.ok()) return 0;
    incuse::host::Executor bytes(graph, stored.parameters(), arithmetic_);
    if (!bytes.ready()) return 0;
    double signal = 0, noise = 0;
    std::size_t next = 0;
    for (const std::vector<int>& input : inputs) {
      bytes.set_input(input.data());
      bytes.run();
      for (const int i : incuse::output_layers(graph)) {
        double own = 0, other = 0, both = 0;
        const std::vector<float>& real = wanted[next++];
        const std::vector<int> got = bytes.output_of(i);
        for (std::size_t n = 0; n < got.size(); ++n) {
          own += static_cast<double>(real[n]) * static_cast<double>(real[n]);
          other += static_cast<double>(got[n]) * got[n];
          both += static_cast<double>(real[n]) * got[n];
        }
        signal += own;
        noise += own - (other > 0 ? both * both / other : 0);
      }
    }
    constexpr double most = 120;  // nothing is lost that a float shows
    return std::min(most, decibels_of(signal, noise));
  }

  const Graph& graph_;
  const files::LoadedLayers& loaded_;
  const files::TensorScales& scales_;
  incuse::host::ByteArithmetic arithmetic_;
  files::QuantiserLimits limits_;
  std::vector<int> bits_{};
  std::vector<long long> weights_{};
  std::vector<bool> may_change_{};
};

}  // namespace

DescribedNetwork read_network(const CheckpointRequest& request, const files::NamedTensors& source,
                              const files::LoadOptions& options) {
  const incuse::max7800x::Device& device = device_of(request.device);
  std::string text, error;
  if (!incuse::read_file(request.network, text, error)) throw UsageError(error);
  const incuse::NetworkDescription description =
      incuse::parse_description(text, request.network, device, incuse::PlacementKeys::optional);
  if (!description.complete) {
    std::vector<std::string> problems;
    for (const incuse::Problem& problem : description.problems) problems.push_back(problem.text());
    throw UsageError(std::move(problems));
  }
  Request shape_request;
  shape_request.input_shape = request.input_shape;
  std::vector<std::string> notes;
  std::vector<std::string> lines = files::unmatched_tensors(description, source, options);
  const std::string verdict = request.input + ": its tensors do not fit the network " + request.network;
  if (!lines.empty()) {
    lines.insert(lines.begin(), verdict);
    throw UsageError(std::move(lines));
  }
  const std::vector<incuse::LayerTensors> tensors = files::layer_tensors(description, source, options);
  const incuse::Shape shape = input_shape(shape_request, description, tensors, notes);
  for (const std::string& note : notes) say(stderr, "note: " + note);
  incuse::DescribedGraph described = incuse::graph_from(description, tensors, shape, device);
  if (described.graph.size > 0) return {description, std::move(described)};
  lines = {verdict};
  for (const incuse::Problem& problem : described.problems)
    if (problem.severity == incuse::Severity::error) lines.push_back(problem.text());
  throw UsageError(lines);
}

ExitCode calibrate(const CheckpointRequest& request, const files::NamedTensors& source,
                   const files::LoadOptions& options) {
  const incuse::max7800x::Device& device = device_of(request.device);
  const DescribedNetwork network = read_network(request, source, options);
  Graph graph = network.described.graph;
  const files::LoadedLayers loaded = files::load(graph, source, options);
  for (const std::string& note : loaded.notes) say(stderr, "note: " + note);
  if (!loaded.ok()) return print_errors(loaded.errors);
  expect_batch_norms(request, loaded.batch_norms);
  const Graph real = files::real_graph(graph);
  const std::vector<incuse::k210::RealLayer> layers = files::real_layers(real, loaded);
  incuse::host::RealExecutor executor(real, layers.data(), static_cast<int>(layers.size()));
  if (!executor.ready()) return print_errors({request.network + ": " + executor.problem()});
  const std::vector<std::vector<int>> inputs = values_of(request.calibration, graph.input);
  const files::QuantiserLimits limits = limits_of(device);
  const files::TensorScales scales = files::scales_within(graph, loaded, scales_by(executor, graph, inputs), limits);
  if (request.weight_memory > 0) {
    const WidthSearch search(network.description, graph, loaded, scales, device);
    const files::BitChoice choice = search.choose(executor, inputs, request.weight_memory);
    std::fputs(search.text(choice).c_str(), stdout);
    if (!choice.fits)
      return print_errors({request.network + ": the weights take " + incuse::grouped(choice.bytes) +
                           " bytes with as few bits as " + "possible, more than the " +
                           incuse::grouped(request.weight_memory) + " that are asked for"});
    graph = search.with(choice.bits);
  }
  const files::StoredParameters stored = files::quantise(graph, loaded, scales, limits);
  if (!stored.ok()) return print_errors(stored.errors());
  for (const std::string& note : stored.notes()) say(stderr, "note: " + note);
  incuse::host::Executor bytes(graph, stored.parameters(), {device, {}});
  if (!bytes.ready()) return print_errors({request.network + ": " + bytes.problem()});
  Losses losses(graph);
  for (const std::vector<int>& input : inputs) {
    executor.run(real_input(input).data());
    bytes.set_input(input.data());
    bytes.run();
    losses.add(executor, bytes, scales);
  }
  write_calibrated(request, source, files::checkpoint_tensors(graph, stored), losses.rows());
  std::fputs(losses.text(scales, stored).c_str(), stdout);
  return ExitCode::success;
}

}  // namespace cli
