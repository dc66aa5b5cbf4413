#include "onnx.hpp"

#include <optional>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>

#include "content.hpp"
#include "loaded_network.hpp"
#include "tflite.hpp"

namespace cli {

namespace onnx = incuse::import::onnx;

namespace {

onnx::Model parsed(const Request& request) {
  if (!request.weights.empty() || !request.checkpoint.empty() || !request.input_shape.empty())
    throw UsageError(request.description + (is_tflite(request) ? ": a TensorFlow Lite" : ": an ONNX") +
                     " model has its weights and the size of its input: leave out --weights, --checkpoint and "
                     "--input-shape");
  onnx::Model model = is_tflite(request) ? tflite_model(request.content) : onnx::parse_model(request.content);
  if (!model.ok()) throw UsageError(request.description + ": " + model.error);
  return model;
}

/// "2^-7", "0.0235294".
std::string unit_text(double scale) {
  const std::optional<int> exponent = onnx::detail::exponent_of(scale);
  return exponent ? "2^" + std::to_string(*exponent) : onnx::detail::number_text(scale);
}

/// The errors of one layer alone.
void add_errors(const onnx::Lowered& lowered, const onnx::Step& step, const incuse::max7800x::Device& device,
                std::vector<std::string>& errors) {
  Graph graph;
  const int source = step.sources[0];
  graph.input = source == incuse::network_input ? lowered.input : lowered.steps[static_cast<std::size_t>(source)].out;
  graph.size = 1;
  graph[0] = step.layer;
  graph[0].sources = {};
  if (step.layer.elementwise != incuse::Elementwise::none) graph.input.channels *= step.layer.operands;
  graph[0].out_channels = step.layer.weighted() ? step.out.channels : 0;
  const PlannedNetwork planned = incuse::max7800x::arrange_and_plan(incuse::infer(graph), device, {});
  for (const incuse::Finding& finding : incuse::max7800x::check(planned.graph, planned.plan, device, planned.options)) {
    if (finding.rule->severity != incuse::Severity::error) continue;
    incuse::Finding own = finding;
    own.layer = -1;  // the node is named instead
    errors.push_back("node " + incuse::printable(step.nodes[0]) + ": " +
                     string_of(incuse::sentence_of(own, device.name).text()));
  }
}

}  // namespace

onnx::Max7800xNetwork onnx_network(const Request& request, const incuse::max7800x::Device& device) {
  return onnx::max7800x_network(parsed(request), device, request.description);
}

onnx::K210Network onnx_k210_network(const Request& request) { return onnx::k210_network(parsed(request)); }

std::vector<std::string> onnx_notes(const onnx::Max7800xNetwork& model) {
  std::vector<std::string> notes = model.notes;
  if (!model.ok()) return notes;
  notes.push_back("the input is signed bytes times " + unit_text(model.input_scale));
  for (const onnx::OutputMeaning& output : model.outputs)
    notes.push_back("output '" + output.name + "' is that of layer " + output.layer + ": " +
                    (output.wide ? "32-bit numbers" : "signed bytes") + " times " + unit_text(output.scale));
  return notes;
}

std::vector<std::string> onnx_errors(const Request& request, const onnx::Max7800xNetwork& model,
                                     const incuse::max7800x::Device& device) {
  std::vector<std::string> errors;
  for (const onnx::Refusal& refusal : model.refusals) errors.push_back(refusal.text());
  if (model.ok()) return errors;
  const onnx::Lowered lowered = onnx::lower(parsed(request), onnx::target_of(device));
  for (const onnx::Step& step : lowered.steps) {
    const bool computes = step.layer.weighted() || step.layer.pooling != incuse::Pooling::none;
    if (computes && !step.dropped && !step.nodes.empty() && !step.sources.empty())
      add_errors(lowered, step, device, errors);
  }
  return errors;
}

}  // namespace cli
