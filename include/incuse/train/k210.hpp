// From a network that was trained in real numbers to the K210: parameters with the ranges that come up on typical
// samples, which the quantiser of a deployment reads.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/export/cpp_real_parameters.hpp>
#include <incuse/host/real_reference.hpp>
#include <incuse/import/k210_ranges.hpp>
#include <incuse/train/model.hpp>
#include <incuse/train/samples.hpp>

namespace incuse::train {

/// The parameters of a trained network, batch norm folded into them, with ranges. Neither copied nor moved: its parts
/// refer to each other.
class K210Network {
 public:
  /// `typical` are samples whose values are like those that the chip will see; some hundred are enough. Throws
  /// std::invalid_argument if the model is not of real numbers, or has a layer that the K210 has not.
  K210Network(const Model& model, const Samples& typical, const import::RangeChoice& choice = {})
      : network_(model.network()), graph_(graph_of_network(network_)) {
    if (network_.size() > graph_.capacity)
      throw std::invalid_argument("the network has more than " + std::to_string(graph_.capacity) + " layers");
    if (typical.size() == 0 || typical.shape != network_.input)
      throw std::invalid_argument("ranges need samples of the shape that the network reads");
    import::NamedTensors tensors;
    tensors.file = "the model";
    tensors.tensors = model.real_parameters();
    loaded_ = import::load(graph_, tensors);
    if (!loaded_.ok()) throw std::invalid_argument(loaded_.errors.front());
    parameters_ = import::k210_parameters(graph_, loaded_);
    host::RealExecutor executor = this->executor();
    if (!executor.ready()) throw std::invalid_argument(executor.problem());
    const std::vector<float> values = real_values(typical);
    std::vector<const float*> inputs;
    for (std::size_t i = 0; i < typical.size(); ++i) inputs.push_back(values.data() + i * typical.elements());
    import::observe_ranges(executor, graph_, inputs, choice, parameters_);
  }
  K210Network(const K210Network&) = delete;
  K210Network& operator=(const K210Network&) = delete;

  using OwnGraph = Graph<max7800x::most_layers>;
  const OwnGraph& graph() const { return graph_; }
  const import::K210Parameters& parameters() const { return parameters_; }
  /// Runs the network in real numbers.
  host::RealExecutor<OwnGraph::capacity> executor() const {
    return {graph_, parameters_.layers.data(), static_cast<int>(parameters_.layers.size())};
  }
  /// C++ source of a struct with the parameters: Deployment<Net, k210_kpu, …> takes it, and quantises them while it is
  /// compiled. It needs <incuse/k210/deployment.hpp> in front.
  std::string source(const std::string& struct_name) const {
    return cpp::real_parameters_struct(struct_name, parameters_.layers, parameters_.input);
  }

  /// The numbers that samples are: 1.0 is what training has as 128.
  static std::vector<float> real_values(const Samples& samples) {
    std::vector<float> values;
    for (const std::int8_t value : samples.values) values.push_back(static_cast<float>(value) / 128);
    return values;
  }

 private:
  Network network_;
  OwnGraph graph_;
  import::LoadedLayers loaded_{};
  import::K210Parameters parameters_{};
};

}  // namespace incuse::train
