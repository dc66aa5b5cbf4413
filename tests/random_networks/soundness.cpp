// Every verdict "fits" is true: small random networks, placed by the planner and by hand, in any processors and with
// mistakes. What `inspect` lets pass computes the same in the reference executor, in planned memory and, with its
// tables, on a virtual chip.
//   incuse_random_networks soundness [networks] [first seed] [part]
#include <cstdio>
#include <map>
#include <string>

#include <incuse/host/accelerator.hpp>
#include <incuse/host/planned_memory.hpp>
#include <incuse/host/run.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/planning.hpp>
#include <incuse/max7800x/rules.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <support/layers.hpp>
#include <support/parts.hpp>
#include <support/small_network.hpp>
#include <support/written_down.hpp>
#include "commands.hpp"

namespace test_soundness {

namespace {

namespace max7800x = incuse::max7800x;
using incuse::test::Random;
using planned::SmallNetwork;
using Graph = SmallNetwork::Graph;
using Plan = max7800x::Plan<Graph::capacity>;
using Planned = max7800x::PlannedNetwork<Graph::capacity>;

const planned::Part* part = &planned::parts[0];

struct Totals {
  int examined = 0, fitting = 0, faults = 0;
  std::map<std::string, int> refusals{};  ///< by the first rule that is broken
};

/// The first rule that is broken; empty if none is.
std::string broken_rule(const Graph& graph, const Plan& plan, const max7800x::Options& options) {
  for (const incuse::Finding& finding : inspect(graph, plan, part->device, options))
    if (finding.rule->severity == incuse::Severity::error) return string_of(finding.rule->id);
  return {};
}

/// What planned memory or the virtual chip make of a network otherwise than the executor does; empty: nothing.
std::string difference(const SmallNetwork& network, const Graph& graph, const Plan& plan,
                       const max7800x::Options& options) {
  incuse::host::PlannedExecutor planned(graph, plan, part->device, network.parameters(), options);
  if (!planned.run(network.input.data()).none())
    return "in planned memory layer " + std::to_string(planned.fault().layer) + " " + planned.fault().text;
  incuse::host::Executor executor(graph, network.parameters(), {part->device, options});
  executor.set_input(network.input.data());
  executor.run();
  for (int i = 0; i < graph.size; ++i)
    if (planned.output_of(i) != executor.output_of(i))
      return "in planned memory layer " + std::to_string(i) + " differs";
  const planned::Deployed deployed{graph, plan, part->device, options, network.parameters()};
  return difference_on_chip(*part, deployed, network.input);
}

/// The outputs of the network that its author wrote, for the copies that the chip needs change nothing.
std::string difference_of_outputs(const SmallNetwork& network, const Planned& planned) {
  incuse::host::Executor author(network.graph, network.parameters(), {part->device, network.options});
  incuse::host::Executor arranged(planned.graph, network.parameters(), {part->device, planned.options});
  for (incuse::host::Executor<Graph::capacity>* executor : {&author, &arranged}) {
    if (!executor->ready()) return "it cannot run";
    executor->set_input(network.input.data());
    executor->run();
  }
  const int layer = planned::differing_output(network.graph, author, planned.graph, arranged);
  return layer < 0 ? std::string() : "the output of layer " + std::to_string(layer) + " differs once it is arranged";
}

/// False if the plan breaks no rule, and yet something is computed that the reference executor does not compute.
bool examine(const SmallNetwork& network, const Graph& graph, const Plan& plan, const max7800x::Options& options,
             const std::string& name, Totals& totals) {
  ++totals.examined;
  const std::string rule = broken_rule(graph, plan, options);
  if (!rule.empty()) {
    ++totals.refusals[rule];
    return true;
  }
  ++totals.fitting;
  const std::string found = difference(network, graph, plan, options);
  if (found.empty()) return true;
  ++totals.faults;
  std::printf("FAULT: %s: %s\n", name.c_str(), found.c_str());
  return false;
}

/// Moves a layer's output, with what reads it.
void move_output(Graph& graph, int layer, int offset) {
  graph[layer].placement.out_offset = std::max(0, offset);
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources)
      if (source == layer) graph[i].placement.in_offset = graph[layer].placement.out_offset;
}

/// A random map of this many processors: with holes, and starting anywhere in a block.
incuse::ProcessorMap any_processors(int count, Random& random) {
  incuse::ProcessorMap map = 0;
  const int density = 1 + random.below(4);
  for (int p = random.below(4), left = count; p < 64 && left > 0; ++p)
    if (64 - p <= left || random.below(density) == 0) map |= incuse::ProcessorMap{1} << p, --left;
  return map;
}

/// Lets a tensor lie in other processors, with what reads it.
void move_to_processors(Graph& graph, int tensor, Random& random) {
  incuse::ProcessorMap before = 0;
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources)
      if (source == tensor) before = graph[i].placement.processors;
  if (tensor >= 0) before = graph[tensor].placement.output_processors;
  const incuse::ProcessorMap map = any_processors(incuse::bit_count(before), random);
  if (tensor >= 0) graph[tensor].placement.output_processors = map;
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources)
      if (source == tensor) graph[i].placement.processors = map;
}

/// Changes a placement, which then may be wrong.
void change(Graph& graph, Random& random) {
  const int i = random.below(graph.size);
  incuse::Placement& placement = graph[i].placement;
  const int somewhere = 4 * random.below(64) * (random.one_in(2) ? 1 : 64);
  switch (random.below(8)) {
    case 0:
      placement.in_offset = somewhere;
      break;
    case 1:
      return move_output(graph, i, somewhere);
    case 2:
      return move_output(graph, i, placement.out_offset + 4 * (random.below(17) - 8));
    case 3:
      return move_output(graph, i, placement.in_offset);
    case 4:
      placement.write_gap = random.below(3);
      break;
    default:
      return move_to_processors(graph, random.below(graph.size + 1) - 1, random);
  }
}

void examine(std::uint32_t seed, Totals& by_planner, Totals& by_hand) {
  const std::string name = "network " + std::to_string(seed);
  const SmallNetwork network = planned::SmallNetworkBuilder(seed, part->device).build();
  if (!incuse::host::obstacle(network.graph, network.parameters()).none()) return;
  const Planned own = max7800x::arrange_and_plan(network.graph, part->device, network.options);
  if (!examine(network, own.graph, own.plan, own.options, name + ", planned", by_planner)) return;
  if (own.plan.size == 0 || own.plan[0].processors == 0) return;
  if (const std::string found = difference_of_outputs(network, own); !found.empty()) {
    ++by_planner.faults;
    std::printf("FAULT: %s: %s\n", name.c_str(), found.c_str());
  }
  Random random(7 * seed + 1);
  for (int changes = 0; changes < 4; ++changes) {
    Graph graph = planned::written_down(own);
    for (int n = 0; n < changes; ++n) change(graph, random);
    const Plan plan = max7800x::plan_if_possible(graph, part->device, own.options);
    if (!examine(network, graph, plan, own.options, name + ", " + std::to_string(changes) + " changes", by_hand))
      return;
  }
}

/// A network with a small input, which can arrive in every way.
struct Sample {
  const char* name;
  Graph graph;
};

std::vector<Sample> samples() {
  using namespace incuse::test;
  const auto with_bias = [](int channels) { return biased(conv2d(channels)); };
  const auto streams = [](int channels) { return streamed(conv2d(channels)); };
  constexpr int most = Graph::capacity;
  const incuse::Shape input{4, 8, 8};
  return {
      {"one layer", network<most>(input, with_bias(5))},
      {"chain", network<most>(input, with_bias(20), pooled(incuse::Pooling::average, {2, 2}, {2, 2}, with_bias(70)),
                              pooled(2, with_bias(6)))},
      {"residual", network<most>(input, with_bias(8), with_bias(8), adding_of({0, 1}))},
      {"streams", network<most>(input, streams(8), pooled(2, streams(12)), with_bias(4))},
  };
}

/// All options alone and in pairs, on all samples with all ways for the input to arrive.
void examine_options(Totals& totals) {
  using incuse::max7800x::InputPath;
  const std::vector<planned::Choice>& choices = planned::option_choices();
  for (const Sample& sample : samples())
    for (const InputPath path :
         {InputPath::data_memory, InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo}) {
      for (std::size_t a = 0; a < choices.size(); ++a)
        for (std::size_t b = a; b < choices.size(); ++b) {
          SmallNetwork network = planned::with_parameters(sample.graph);
          network.options.input_path = path;
          network.options.runs_on_risc_v = network.options.uses_fast_fifo();
          choices[a](network.options);
          choices[b](network.options);
          const Planned own = max7800x::arrange_and_plan(network.graph, part->device, network.options);
          examine(network, own.graph, own.plan, own.options,
                  std::string(sample.name) + ", input path " + std::to_string(static_cast<int>(path)) + ", options " +
                      std::to_string(a) + " and " + std::to_string(b),
                  totals);
        }
    }
}

void print(const char* how, const Totals& totals) {
  std::printf("%s: %d examined, %d fit, %d of these wrong; refused:\n", how, totals.examined, totals.fitting,
              totals.faults);
  for (const auto& [rule, count] : totals.refusals) std::printf("  %6d %s\n", count, rule.c_str());
}

}  // namespace

int run(int argc, char** argv) {
  const auto [count, first, given] = random_networks::series_of(argc, argv);
  if (count == 0) return 2;
  part = given;
  Totals by_planner, by_hand, with_options;
  for (int n = 0; n < count; ++n) examine(static_cast<std::uint32_t>(first + n), by_planner, by_hand);
  examine_options(with_options);
  print("placed by the planner", by_planner);
  print("placed by hand", by_hand);
  print("options alone and in pairs", with_options);
  // A network that makes no sense is passed over. There are few.
  const bool enough = 10 * by_planner.examined >= 4 * count && 2 * with_options.fitting >= with_options.examined;
  if (!enough) std::printf("too few networks make sense\n");
  return enough && by_planner.faults + by_hand.faults + with_options.faults == 0 ? 0 : 1;
}

}  // namespace test_soundness

int random_networks::soundness(int argc, char** argv) { return test_soundness::run(argc, argv); }
