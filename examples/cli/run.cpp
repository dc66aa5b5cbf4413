#include <algorithm>
#include <cstdio>
#include <optional>

#include <incuse/host/run.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/import/simulation.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/input.hpp>
#include <incuse/max7800x/notices.hpp>

#include "input_shape.hpp"
#include "kept_files.hpp"
#include "output.hpp"
#include "verbs.hpp"

namespace cli {

namespace {

std::vector<int> sizes_of(const incuse::Layer& layer) {
  if (layer.one_dimensional()) return {layer.out.channels, layer.out.height};
  return {layer.out.channels, layer.out.height, layer.out.width};
}

incuse::NpyArray array_of(const incuse::Layer& layer, const std::vector<int>& values) {
  return {layer.wide ? incuse::NpyType::i4 : incuse::NpyType::i1, sizes_of(layer), {values.begin(), values.end()}};
}

/// The first 64 values, the least and the greatest of all.
std::string values_text(const incuse::Layer& layer, const std::vector<int>& values) {
  constexpr std::size_t shown = 64;
  std::string text = incuse::text_of(layer.out) + (layer.wide ? ", 32 bits" : ", 8 bits") + ":\n ";
  for (std::size_t i = 0; i < std::min(shown, values.size()); ++i) text.append(" ").append(std::to_string(values[i]));
  if (values.size() > shown) text += " ...";
  text += "\n  least " + std::to_string(*std::min_element(values.begin(), values.end()));
  const auto greatest = std::max_element(values.begin(), values.end());
  text += ", greatest " + std::to_string(*greatest) + " at element " + std::to_string(greatest - values.begin()) + "\n";
  return text;
}

/// The first difference in words; nothing if there is none.
std::optional<std::string> difference(const Request& request, const incuse::Layer& layer,
                                      const std::vector<int>& values) {
  const incuse::NpyResult expected = incuse::read_npy(request.expected, read_kept);
  if (!expected.ok()) throw UsageError(expected.error);
  if (expected.array.values.size() != values.size())
    return "expected " + std::to_string(expected.array.values.size()) + " values, but there are " +
           std::to_string(values.size());
  std::size_t differing = 0, first = 0;
  for (std::size_t i = values.size(); i-- > 0;)
    if (expected.array.values[i] != values[i]) {
      ++differing;
      first = i;
    }
  if (differing == 0) return std::nullopt;
  const int at = static_cast<int>(first), pixels = layer.out.pixels();
  return "channel " + std::to_string(at / pixels) + ", row " + std::to_string(at % pixels / layer.out.width) +
         ", column " + std::to_string(at % layer.out.width) + ": expected " +
         std::to_string(expected.array.values[first]) + ", actual " + std::to_string(values[first]) + " (" +
         std::to_string(differing) + " of " + std::to_string(values.size()) + " values differ)";
}

/// Replaces an input by what the program makes of its first words.
void synthesize(incuse::Shape shape, const incuse::max7800x::Options& options, std::vector<int>& values) {
  const std::vector<int> given = values;
  const auto value = [&](int i) { return given[static_cast<std::size_t>(i)]; };
  for (int i = 0; i < shape.elements(); ++i)
    values[static_cast<std::size_t>(i)] = incuse::max7800x::synthesized_value(shape, options, value, i);
}

/// The layer whose output is asked for: that of --layer, or the last one that is computed.
int asked_layer(const Request& request, const LoadedNetwork& network, const incuse::Simulation& simulation) {
  const int index = request.layer.empty() ? simulation.last(network.graph.size)
                                          : layer_argument(network.graph, request.layer, "--layer");
  if (!simulation.computes(index))
    throw UsageError(layer_text(network.graph, index) + " is not computed: " +
                     (request.place ? "" : "'next_sequence' or ") + "'simulated_sequence' passes it by");
  return index;
}

}  // namespace

ExitCode run(const Request& request) {
  const LoadedNetwork network = load(request);
  if (!can_run(network)) return ExitCode::findings;
  const incuse::Simulation simulation = incuse::simulation_of(network.description, network.graph.size);
  const int index = asked_layer(request, network, simulation);
  incuse::host::Executor executor(incuse::simulated(network.graph, network.description, simulation),
                                  network.parameters(), {*network.device, network.options});
  if (!executor.ready()) {
    say(stderr, network.description.file + ": error: " + executor.problem());
    return ExitCode::findings;
  }
  std::vector<int> input = input_values(request.input, network.graph.input);
  if (network.options.snoop.used)
    say(stderr, network.description.file +
                    ": notice: the layers run in their order, wherever the words of 'snoop' would lead the chip");
  if (network.options.synthesized_words > 0) synthesize(network.graph.input, network.options, input);
  executor.set_input(input.data());
  executor.run();

  const incuse::Layer& layer = network.graph[index];
  const std::vector<int> values = executor.output_of(index);
  for (const incuse::Finding& finding :
       incuse::max7800x::check_output(network.graph, index, [&](int i) { return values[static_cast<std::size_t>(i)]; }))
    say(stderr, finding_text(network, finding));
  std::printf("output of %s, %s", incuse::printable(layer_text(network.graph, index)).c_str(),
              values_text(layer, values).c_str());
  if (!request.output.empty()) write_result(request, incuse::npy_bytes(array_of(layer, values)));
  if (request.expected.empty()) return ExitCode::success;
  if (const auto found = difference(request, layer, values)) {
    say(stdout, "differs from " + request.expected + ": " + *found);
    return ExitCode::findings;
  }
  say(stdout, "equals " + request.expected);
  return ExitCode::success;
}

}  // namespace cli
