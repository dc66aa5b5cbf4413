#include "ranges.hpp"

#include <cmath>
#include <cstddef>
#include <memory>

#include <incuse/host/real_reference.hpp>
#include <incuse/import/tensor_files.hpp>
#include <incuse/k210/planning.hpp>
#include <incuse/report/quantising_svg.hpp>
#include <incuse/report/table.hpp>

#include "choices.hpp"
#include "input_shape.hpp"

namespace cli {

namespace {

incuse::import::RangeChoice range_choice_of(const RangeRequest& request) {
  incuse::import::RangeChoice choice;
  for (const incuse::import::RangeMethodName& row : incuse::import::range_methods)
    if (request.method == row.name) choice.method = row.method;
  if (request.percentile > 0) choice.percentile = request.percentile;
  return choice;
}

/// All arrays of a file or a folder, each of which holds one input or several. They point into `named`.
std::vector<const float*> inputs_in(const incuse::import::NamedTensors& named, const std::string& file,
                                    incuse::Shape input) {
  const auto each = static_cast<std::size_t>(input.elements());
  std::vector<const float*> inputs;
  for (const incuse::NamedTensor& tensor : named.tensors) {
    if (tensor.values.empty() || tensor.values.size() % each != 0)
      throw UsageError(file + ": an array has " + std::to_string(tensor.values.size()) +
                       " values, but the network reads " + std::to_string(each));
    expect_channels_first(file, tensor.shape, input);
    for (std::size_t at = 0; at < tensor.values.size(); at += each) inputs.push_back(tensor.values.data() + at);
  }
  return inputs;
}

}  // namespace

void add_range_options(CLI::App& verb, RangeRequest& request, const std::string& group) {
  std::vector<std::string> names;
  for (const incuse::import::RangeMethodName& row : incuse::import::range_methods) names.emplace_back(row.name);
  CLI::Option* ranges =
      one_of(verb.add_option("--ranges", request.method,
                             "min-max: all values, as without it; percentile: all but the outermost ones; kl: with "
                             "the least\nKullback-Leibler divergence of the codes from the values"),
             names)
          ->group(group);
  verb.add_option("--percentile", request.percentile, "How many percent of the values --ranges percentile keeps: 99.9")
      ->check(CLI::Range(50.0, 100.0).description(""))
      ->needs(ranges)
      ->type_name("NUMBER")
      ->group(group);
  verb.add_option("--report", request.report,
                  "Picture of what codes lose of every tensor, to be written (.svg); the table is printed")
      ->type_name("FILE")
      ->group(group);
}

void expect_no_range_options(const RangeRequest& request) {
  if (!request.method.empty() || !request.report.empty())
    throw UsageError(
        std::string(request.method.empty() ? "--report" : "--ranges") +
        " is for headers with real numbers, for the K210: with --input, 'incuse import --device k210' of ONNX and "
        "TensorFlow Lite models, and 'incuse weights' of a type for it");
}

void expect_range_options(const RangeRequest& request) {
  if (request.percentile > 0 && request.method != "percentile")
    throw UsageError("--percentile goes with --ranges percentile");
}

std::vector<std::string> k210_errors(const std::string& file,
                                     const incuse::Graph<incuse::max7800x::most_layers>& graph) {
  std::vector<std::string> errors;
  using Checked = incuse::k210::CheckedPlan<incuse::max7800x::most_layers>;
  const auto checked = std::make_unique<const Checked>(incuse::k210::checked_plan(graph, incuse::k210_kpu));
  for (const incuse::Finding& finding : checked->findings)
    if (finding.rule->severity == incuse::Severity::error)
      errors.push_back(file + ": error: " + string_of(incuse::sentence_of(finding, incuse::k210_kpu.name)));
  return errors;
}

std::vector<incuse::import::RangeLoss> observe_inputs(const std::string& inputs, const std::string& file,
                                                      const incuse::Graph<incuse::max7800x::most_layers>& graph,
                                                      const RangeRequest& request,
                                                      incuse::import::K210Parameters& parameters) {
  const incuse::import::NamedTensors named = incuse::import::read_tensors(inputs);
  if (!named.ok()) throw UsageError(named.error);
  const auto arrays = inputs_in(named, inputs, graph.input);
  incuse::host::RealExecutor executor(graph, parameters.layers.data(), static_cast<int>(parameters.layers.size()));
  if (!executor.ready()) throw UsageError(file + ": " + executor.problem());
  observe_ranges(executor, graph, arrays, range_choice_of(request), parameters);
  return range_losses(executor, graph, arrays, parameters);
}

std::string loss_table(const std::vector<incuse::import::RangeLoss>& losses) {
  using incuse::report::fixed;
  incuse::report::Table table("lrrrrr");
  table.add({"tensor", "from", "to", "dB", "% saturated", "% zero"});
  for (const incuse::import::RangeLoss& loss : losses) {
    const double decibels = loss.signal_to_noise();
    const auto share = [&](double part) { return fixed(100 * loss.share(part), 2); };
    table.add({incuse::printable(loss.name), fixed(static_cast<double>(loss.range.low), 3),
               fixed(static_cast<double>(loss.range.high), 3), std::isinf(decibels) ? "exact" : fixed(decibels, 1),
               share(loss.saturated), share(loss.zeros)});
  }
  return table.text();
}

std::vector<OutputFile> loss_picture(const std::string& file, const RangeRequest& request,
                                     const std::vector<incuse::import::RangeLoss>& losses) {
  if (request.report.empty()) return {};
  std::vector<incuse::report::QuantisingLoss> rows;
  for (const incuse::import::RangeLoss& loss : losses)
    rows.push_back(
        {incuse::printable(loss.name), 0, loss.signal_to_noise(), loss.share(loss.saturated), loss.share(loss.zeros)});
  return {{request.report, incuse::report::quantising_svg(rows, "Tensors of " + incuse::printable(file))}};
}

}  // namespace cli
