// ONNX models imported for the MAX7800x and run in the reference executor, as real numbers again.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <incuse/host/run.hpp>
#include <incuse/import/description_graph.hpp>
#include <incuse/import/onnx/max7800x.hpp>
#include <incuse/import/trained.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>

namespace incuse::test {

/// An imported model with its graph; `problem` says why there is none.
struct ImportedOnnx {
  import::onnx::Max7800xNetwork network{};
  DescribedGraph described{};
  std::string problem{};

  const Graph<max7800x::most_layers>& graph() const { return described.graph; }
};

inline ImportedOnnx imported(const import::onnx::Model& model, const max7800x::Device& device) {
  ImportedOnnx result;
  result.problem = model.error;
  if (!model.ok()) return result;
  result.network = import::onnx::max7800x_network(model, device, "model.onnx");
  for (const import::onnx::Refusal& refusal : result.network.refusals) result.problem += refusal.text() + "\n";
  if (!result.problem.empty()) return result;
  result.described =
      graph_from(result.network.description, tensors_of(result.network.trained), result.network.input, device);
  for (const Problem& problem : result.described.problems)
    if (problem.severity == Severity::error) result.problem += problem.text() + "\n";
  return result;
}

inline ImportedOnnx imported(const std::string& bytes, const max7800x::Device& device) {
  return imported(import::onnx::parse_model(bytes), device);
}

/// What the chip's rules say against it.
inline std::string errors_of(const ImportedOnnx& model, const max7800x::Device& device) {
  std::string text;
  const auto planned = max7800x::arrange_and_plan(model.graph(), device);
  for (const Finding& finding : max7800x::inspect(planned.graph, planned.plan, device, planned.options))
    if (finding.rule->severity == Severity::error) text += string_of(sentence_of(finding, device.name)) + "\n";
  return text;
}

/// One of its outputs for an input of bytes.
inline std::vector<double> outputs_on_chip(const ImportedOnnx& model, const std::vector<int>& input,
                                           const max7800x::Device& device, std::size_t output = 0) {
  const std::vector<LayerParameters> parameters = parameters_of(model.described, model.network.trained);
  host::Executor executor(model.graph(), Parameters{parameters.data(), static_cast<int>(parameters.size())},
                          {device, {}});
  executor.set_input(input.data());
  executor.run();
  std::vector<double> values;
  int layer = model.graph().size - 1;
  for (int i = 0; i < model.graph().size; ++i)
    if (string_of(model.graph()[i].name) == model.network.outputs.at(output).layer) layer = i;
  for (int value : executor.output_of(layer)) values.push_back(value * model.network.outputs[output].scale);
  return values;
}

}  // namespace incuse::test
