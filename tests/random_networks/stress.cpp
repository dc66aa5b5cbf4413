// Random networks by the thousand: each is planned, proved, run in planned memory and, with its tables, on a virtual
// chip, there also with the same placement by hand. Where there is no plan, a lower
// bound has to show that a memory is too small for any; what is left is a weakness of the planner.
//   incuse_random_networks stress [networks of each kind] [first seed] [part]
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <incuse/host/planned_memory.hpp>
#include <incuse/host/run.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/report/placement_figures.hpp>
#include <incuse/report/table.hpp>

#include <support/parts.hpp>
#include <support/random_network.hpp>
#include <support/written_down.hpp>
#include "commands.hpp"

namespace test_stress {

namespace {

namespace max7800x = incuse::max7800x;
using planned::RandomNetwork;
using Graph = RandomNetwork::Graph;
using Planned = max7800x::PlannedNetwork<Graph::capacity>;

const planned::Part* part = &planned::parts[0];

std::string text_of(const incuse::Finding& finding) {
  const incuse::Sentence sentence = sentence_of(finding, part->device.name);
  return string_of(sentence);
}

/// The first finding that is an error; empty if there is none.
std::string first_error(const Planned& network) {
  for (const incuse::Finding& finding : inspect(network.graph, network.plan, part->device, network.options))
    if (finding.rule->severity == incuse::Severity::error) return text_of(finding);
  return {};
}

/// True if not even a network whose first layers stream can be placed, or a frame is larger than any that the part
/// counts.
bool lacks_data_memory(const Graph& arranged) {
  for (int i = 0; i < arranged.size; ++i)
    if (1LL * arranged[i].in.pixels() * max7800x::passes_of(arranged[i].in.channels).count >= part->device.max_frame)
      return true;
  max7800x::Options options;
  if (incuse::report::least_peak_bytes(arranged, true, part->device, options) <= part->device.instance_bytes)
    return false;
  if (arranged.input.channels > 16) return true;  // more than FIFOs deliver
  options.input_path = max7800x::InputPath::fifo;
  Graph streaming = arranged;
  for (int i = 0; i < arranged.size && i < part->device.max_streaming_layers; ++i) {
    if (streaming[i].operands > 1 || streaming[i].flatten || streaming[i].sources[0] != i - 1) break;
    streaming[i].streaming = true;
    if (incuse::report::least_peak_bytes(streaming, true, part->device, options) <= part->device.instance_bytes)
      return false;
  }
  return true;
}

/// True if a tensor that is copied and the rectangle of the operands that the copy is one of do not fit into one
/// instance, although they have to: another operand has left its words all over the rectangle, and two maps of more
/// than half of the processors meet wherever they lie.
bool lacks_memory_beside_copies(const Graph& arranged) {
  for (int i = 0; i < arranged.size; ++i) {
    if (!arranged[i].inserted || 2 * arranged[i].out.channels <= max7800x::all_processors) continue;
    const long long bytes = 4LL * arranged[i].out.pixels() * max7800x::passes_of(arranged[i].out.channels).count;
    for (int reader = i + 1; reader < arranged.size; ++reader) {
      bool reads_copy = false, reads_earlier = false;
      for (int source : arranged[reader].sources) {
        reads_copy = reads_copy || source == i;
        reads_earlier = reads_earlier || source < i;
      }
      if (reads_copy && reads_earlier && bytes * (1 + arranged[reader].operands) > part->device.instance_bytes)
        return true;
    }
  }
  return false;
}

/// Columns that a layer's own weights take in each of its processors; 0: it has none.
int columns_of(const Graph& arranged, int layer) {
  if (!arranged[layer].weighted() || arranged[layer].same_weights_as >= 0) return 0;
  const max7800x::Passes in = max7800x::passes_of(arranged[layer].in.channels);
  const max7800x::Passes out = max7800x::passes_of(arranged[layer].out.channels);
  const max7800x::KernelShape shape = max7800x::kernel_shape(max7800x::hardware_layer(arranged, layer), in, out,
                                                             incuse::processor_range(0, out.channels));
  return incuse::round_up(max7800x::kernel_columns(shape).length, 4);
}

/// True if the weight columns of layers whose input maps meet in pairs, wherever they lie, do not fit: maps without
/// holes then all meet in one place.
bool lacks_columns_where_maps_meet(const Graph& arranged) {
  const auto width = [&](int i) { return incuse::round_up(max7800x::passes_of(arranged[i].in.channels).channels, 4); };
  for (int narrowest = 0; narrowest < arranged.size; ++narrowest) {
    if (columns_of(arranged, narrowest) == 0) continue;
    int columns = 0;
    for (int i = 0; i < arranged.size; ++i) {
      const bool meets =
          width(i) + width(narrowest) > max7800x::all_processors && 2 * width(i) > max7800x::all_processors;
      if (i == narrowest || meets) columns += columns_of(arranged, i);
    }
    if (columns > part->device.weight_columns) return true;
  }
  return false;
}

/// True if tensors whose readers need too many columns to share a processor with the readers of some wide tensor do not
/// fit beside it, whatever their maps: a tensor has one map for all of its readers.
bool lacks_columns_beside_wide_tensors(const Graph& arranged) {
  struct Readers {
    int processors = 0, columns = 0;
  };
  std::vector<Readers> tensors(static_cast<std::size_t>(arranged.size) + 1);
  for (int i = 0; i < arranged.size; ++i) {
    if (arranged[i].sources.size != 1 || arranged[i].operands != 1 || arranged[i].reads_buffer()) continue;
    Readers& readers = tensors[static_cast<std::size_t>(arranged[i].sources[0] + 1)];
    readers.processors = max7800x::passes_of(arranged[i].in.channels).channels;
    readers.columns += columns_of(arranged, i);
  }
  int left = part->device.weight_columns;  // by those that take all processors
  for (const Readers& readers : tensors)
    if (readers.processors == max7800x::all_processors) left -= readers.columns;
  for (const Readers& wide : tensors) {
    if (wide.processors == 0 || wide.processors == max7800x::all_processors) continue;
    long long beside = 0;
    for (const Readers& other : tensors)
      if (&other != &wide && other.processors < max7800x::all_processors && other.columns > left - wide.columns)
        beside += 1LL * other.processors * other.columns;
    if (beside > 1LL * (max7800x::all_processors - wide.processors) * left) return true;
  }
  return false;
}

/// True if the channels of a concatenation cannot be split into passes between its members.
bool cannot_concatenate(const Graph& arranged) {
  for (int i = 0; i < arranged.size; ++i) {
    const incuse::Layer& layer = arranged[i];
    if (layer.sources.size < 2 || layer.operands > 1 || layer.in.channels <= max7800x::all_processors) continue;
    const int pass = max7800x::passes_of(layer.in.channels).channels;
    int before = 0;
    for (int source : layer.sources) {
      const int channels = source_shape(arranged, source).channels;
      if (before % pass + channels > pass || before % 4 != 0) return true;
      before += channels;
    }
  }
  return false;
}

/// What is too small for the network, whatever the plan; empty if nothing has been shown to be.
std::string shortage(const RandomNetwork& network) {
  const Graph fewest = max7800x::with_fewer_layers(network.graph, part->device, {});
  if (max7800x::arranged_size(fewest) > part->device.max_layers) return "layers";
  const Graph arranged = max7800x::arrange<Graph::capacity>(fewest);
  if (cannot_concatenate(arranged)) return "passes";
  if (incuse::report::least_columns(arranged, {}) > part->device.weight_columns ||
      lacks_columns_where_maps_meet(arranged) || lacks_columns_beside_wide_tensors(arranged))
    return "weight memory";
  if (lacks_data_memory(arranged)) return "data memory";
  if (lacks_memory_beside_copies(arranged)) return "copies";
  long long biases = 0;
  for (int i = 0; i < arranged.size; ++i) biases += arranged[i].bias ? arranged[i].out.channels : 0;
  if (biases > max7800x::groups * part->device.bias_values) return "bias memory";
  return {};
}

/// What is wrong with a run in planned memory; empty if all outputs are those of the reference executor.
std::string run(const RandomNetwork& network, const Planned& planned) {
  incuse::host::Executor reference(network.graph, network.parameters(), part->device);
  if (!reference.ready()) return "the network cannot run: " + std::string(reference.reason().reason.data);
  reference.set_input(network.input.data());
  reference.run();
  incuse::host::PlannedExecutor executor(planned.graph, planned.plan, part->device, network.parameters(),
                                         planned.options);
  if (!executor.run(network.input.data()).none())
    return "layer " + std::to_string(executor.fault().layer) + " " + executor.fault().text;
  const int layer = planned::differing_output(network.graph, reference, planned.graph, executor);
  return layer < 0 ? std::string() : "the output of layer " + std::to_string(layer) + " differs";
}

/// What the virtual chip makes of the tables otherwise than the executor does; empty: nothing.
std::string run_on_chip(const RandomNetwork& network, const Graph& graph, const max7800x::Plan<Graph::capacity>& plan,
                        const max7800x::Options& options) {
  const planned::Deployed deployed{graph, plan, part->device, options, network.parameters()};
  return difference_on_chip(*part, deployed, network.input);
}

/// The planner's placement, and the same one written down.
std::string run_on_chip(const RandomNetwork& network, const Planned& own) {
  std::string found = run_on_chip(network, own.graph, own.plan, own.options);
  if (!found.empty()) return found;
  const Graph graph = planned::written_down(own);
  max7800x::Options options = own.options;
  options.overlap_data = own.plan.in_place;  // what the planner does, an author has to ask for
  const auto plan = max7800x::plan_if_possible(graph, part->device, options);
  for (const incuse::Finding& finding : inspect(graph, plan, part->device, options))
    if (finding.rule->severity == incuse::Severity::error) return "by hand: " + text_of(finding);
  found = run_on_chip(network, graph, plan, options);
  return found.empty() ? found : "by hand, " + found;
}

struct Totals {
  int networks = 0, planned = 0, streaming = 0, in_place = 0, at_least_peak = 0, faults = 0, weaknesses = 0;
  std::map<std::string, int> shortages{};
  double planning_seconds = 0;
};

void examine(planned::Kind kind, std::uint32_t seed, Totals& totals) {
  const std::string name = std::string(name_of(kind)) + " " + std::to_string(seed) + ": ";
  const RandomNetwork network = planned::NetworkBuilder(seed, part->device).build(kind);
  ++totals.networks;
  const auto start = std::chrono::steady_clock::now();
  const Planned own = max7800x::arrange_and_plan(network.graph, part->device);
  totals.planning_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string error = first_error(own);
  if (!error.empty()) {
    const std::string reason = shortage(network);
    if (!reason.empty()) {
      ++totals.shortages[reason];
    } else {
      ++totals.weaknesses;
      std::printf("no plan: %s%s\n", name.c_str(), error.c_str());
    }
    return;
  }
  ++totals.planned;
  totals.streaming += own.graph[0].streaming ? 1 : 0;
  totals.in_place += own.plan.in_place ? 1 : 0;
  const incuse::report::PlacementFigures figures =
      incuse::report::placement_figures(own.graph, own.plan, part->device, own.options);
  const long long least =
      incuse::report::least_peak_bytes(own.graph, own.plan.input_format, own.plan.in_place, part->device, own.options);
  totals.at_least_peak += figures.peak_bytes == least ? 1 : 0;
  std::string fault = run(network, own);
  if (fault.empty() && figures.peak_bytes < least)
    fault = "uses " + std::to_string(figures.peak_bytes) + " bytes, less than the least " + std::to_string(least);
  if (fault.empty()) fault = run_on_chip(network, own);
  if (fault.empty()) return;
  ++totals.faults;
  std::printf("FAULT: %s%s\n", name.c_str(), fault.c_str());
}

}  // namespace

int run(int argc, char** argv) {
  const auto [count, first, given] = random_networks::series_of(argc, argv);
  if (count == 0) return 2;
  part = given;
  std::printf(
      "Short, whatever the plan whose maps have no holes: data memory, also with the first layers streaming; data\n"
      "memory beside copies; weight memory; bias memory; layers with copies; passes of concatenations\n");
  incuse::report::Table table("lrrrrrrrrrrrrrr");
  table.add({"Kind", "networks", "planned", "streaming", "in place", "least peak", "data", "copies", "weights", "bias",
             "layers", "passes", "no plan", "faults", "ms per plan"});
  int faults = 0;
  for (int k = 0; k < planned::kinds; ++k) {
    const auto kind = static_cast<planned::Kind>(k);
    if (!planned::suits(kind, part->device)) continue;
    Totals totals;
    for (int n = 0; n < count; ++n) examine(kind, static_cast<std::uint32_t>(first + n), totals);
    faults += totals.faults;
    const auto text = [](int number) { return std::to_string(number); };
    table.add({name_of(kind), text(totals.networks), text(totals.planned), text(totals.streaming),
               text(totals.in_place), text(totals.at_least_peak), text(totals.shortages["data memory"]),
               text(totals.shortages["copies"]), text(totals.shortages["weight memory"]),
               text(totals.shortages["bias memory"]), text(totals.shortages["layers"]),
               text(totals.shortages["passes"]), text(totals.weaknesses), text(totals.faults),
               incuse::report::fixed(1000 * totals.planning_seconds / totals.networks, 1)});
    std::fflush(stdout);
  }
  std::printf("%s", table.text().c_str());
  return faults == 0 ? 0 : 1;
}

}  // namespace test_stress

int random_networks::stress(int argc, char** argv) { return test_stress::run(argc, argv); }
