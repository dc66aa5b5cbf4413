#include "calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <incuse/export/checkpoint.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/import/calibration.hpp>
#include <incuse/import/described_tensors.hpp>
#include <incuse/report/table.hpp>

#include "input_shape.hpp"
#include "output.hpp"
#include "output_files.hpp"
#include "parts.hpp"

namespace cli {

namespace {

namespace files = incuse::import;

const incuse::max7800x::Device& device_of(const std::string& name) {
  for (const auto* device : Parts::all)
    if (name.empty() || is_device(name, device->name)) return *device;
  throw UsageError("unknown device '" + name + "'");
}

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
  static std::string decibels(const Loss& loss) {
    return loss.noise > 0 ? incuse::report::fixed(10 * std::log10(loss.signal / loss.noise), 1) : "exact";
  }

  const Graph& graph_;
  std::vector<Loss> layers_;
};

ExitCode tell(const std::vector<std::string>& errors) {
  for (const std::string& error : errors) say(stderr, error);
  return ExitCode::findings;
}

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

void write(const CheckpointRequest& request, const files::NamedTensors& source,
           const std::vector<incuse::NamedTensor>& tensors) {
  const std::string arch = request.arch.empty() ? source.arch : request.arch;
  write_files(
      {{request.output, incuse::checkpoint_bytes(tensors, {source.epoch, arch, {{"clipping_method", "CALIBRATION"}}})}},
      inputs_of(request));
}

}  // namespace

incuse::DescribedGraph read_network(const CheckpointRequest& request, const files::NamedTensors& source,
                                    const files::LoadOptions& options) {
  const incuse::max7800x::Device& device = device_of(request.device);
  std::string text, error;
  if (!incuse::read_file(request.network, text, error)) throw UsageError(error);
  const incuse::NetworkDescription description =
      incuse::parse_description(text, request.network, device, incuse::PlacementKeys::optional);
  if (!description.complete) {
    std::vector<std::string> lines;
    for (const incuse::Problem& problem : description.problems) lines.push_back(problem.text());
    throw UsageError(lines);
  }
  Request shape_request;
  shape_request.input_shape = request.input_shape;
  std::vector<std::string> notes;
  const std::vector<incuse::LayerTensors> tensors = files::layer_tensors(description, source, options);
  const incuse::Shape shape = input_shape(shape_request, description, tensors, notes);
  for (const std::string& note : notes) say(stderr, "note: " + note);
  incuse::DescribedGraph described = incuse::graph_from(description, tensors, shape, device);
  if (described.graph.size > 0) return described;
  std::vector<std::string> lines{request.input + ": its tensors do not fit the network " + request.network};
  for (const incuse::Problem& problem : described.problems)
    if (problem.severity == incuse::Severity::error) lines.push_back(problem.text());
  throw UsageError(lines);
}

ExitCode calibrate(const CheckpointRequest& request, const files::NamedTensors& source,
                   const files::LoadOptions& options) {
  const incuse::max7800x::Device& device = device_of(request.device);
  const incuse::DescribedGraph described = read_network(request, source, options);
  const Graph& graph = described.graph;
  const files::LoadedLayers loaded = files::load(graph, source, options);
  if (!loaded.ok()) return tell(loaded.errors);
  const Graph real = files::real_graph(graph);
  const std::vector<incuse::k210::RealLayer> layers = files::real_layers(real, loaded);
  incuse::host::RealExecutor executor(real, layers.data(), static_cast<int>(layers.size()));
  if (!executor.ready()) return tell({request.network + ": " + executor.problem()});
  const std::vector<std::vector<int>> inputs = values_of(request.calibration, graph.input);
  const files::TensorScales scales = scales_by(executor, graph, inputs);
  const files::StoredParameters stored = files::quantise(graph, loaded, scales);
  if (!stored.ok()) return tell(stored.errors());
  incuse::host::Executor bytes(graph, stored.parameters(), {device, {}});
  if (!bytes.ready()) return tell({request.network + ": " + bytes.problem()});
  Losses losses(graph);
  for (const std::vector<int>& input : inputs) {
    executor.run(real_input(input).data());
    bytes.set_input(input.data());
    bytes.run();
    losses.add(executor, bytes, scales);
  }
  write(request, source, files::checkpoint_tensors(graph, stored));
  std::fputs(losses.text(scales, stored).c_str(), stdout);
  return ExitCode::success;
}

}  // namespace cli
