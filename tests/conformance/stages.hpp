// The stages of the library, run on one network, with their results as plain lists.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/plan.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/parameters.hpp>

#include <support/stored_parameters.hpp>

#include "reference_case.hpp"

namespace conformance {

using Graph = incuse::Graph<incuse::max7800x::most_layers>;
using Plan = incuse::max7800x::Plan<incuse::max7800x::most_layers>;

using incuse::test::StoredParameters;

/// A network that is ready for the stages.
struct Subject {
  const incuse::max7800x::Device& device;
  incuse::max7800x::Options options{};
  Graph graph{};
  Plan plan{};
  StoredParameters parameters{};
  std::vector<int> input{};    ///< C x H x W
  std::vector<int> skipped{};  ///< layers that are never executed
  std::vector<int> order{};    ///< layers that the vendor's tool computes for its expected data; empty: all

  bool executes(int layer) const { return std::find(skipped.begin(), skipped.end(), layer) == skipped.end(); }
  bool simulates(int layer) const {
    return order.empty() || std::find(order.begin(), order.end(), layer) != order.end();
  }
  /// Whether the expected data holds a layer's output: that of the layer that the simulation ends with, too.
  bool expects(int layer) const {
    return simulates(layer) && (graph[layer].output || (!order.empty() && layer == order.back()));
  }
};

/// A finding of the checks, in words.
struct CheckFinding {
  std::string rule;
  std::string sentence;
  bool error = true;
  int layer = -1;  ///< -1: the whole network
  bool notice = false;
};

struct InputRegion {
  std::uint32_t address = 0;
  std::vector<std::uint32_t> words{};
};

/// Outputs of all layers, each in C x H x W order.
using LayerOutputs = std::vector<std::vector<int>>;

/// Empty where planning makes no sense; `check` says why.
Plan plan_of(const Graph& graph, const incuse::max7800x::Device& device, const incuse::max7800x::Options& options);
/// Without a graph only the rules about options are applied.
std::vector<CheckFinding> check(const Subject& subject);
/// What is no error for the vendor's tool: what the proof of the plan adds, what is odd about the parameters, notices.
std::vector<CheckFinding> remarks(const Subject& subject);
/// The same about the outputs.
std::vector<CheckFinding> remarks(const Subject& subject, const LayerOutputs& outputs);
/// `pauses`: the vendor's program can stop an inference and continue it. With interrupts it always can.
std::vector<ReferenceWrite> register_writes(const Subject& subject, bool pauses = false);
std::vector<std::uint32_t> weight_stream(const Subject& subject);
std::array<std::vector<std::uint8_t>, incuse::max7800x::groups> bias_memories(const Subject& subject);
std::vector<InputRegion> input_regions(const Subject& subject);
/// The graph as the vendor's tool runs it.
Graph simulated_graph(const Subject& subject);
LayerOutputs run_reference(const Subject& subject);
/// The first output for which the fast executor does not have the reference executor's value, with the kernels of any
/// level that this machine has; empty if there is none.
std::string difference_of_fast(const Subject& subject, const LayerOutputs& outputs);
/// The words of an output that the vendor's program checks.
struct CheckedWords {
  int length = -1;            ///< only so many; -1: all
  bool first_pixels = false;  ///< those of the first pixels in all memories; else the lowest addresses, and one more
};

/// Contents of the data memories after an inference: records of address, mask, count, words, ended by a 0.
std::vector<std::uint32_t> expected_stream(const Subject& subject, const LayerOutputs& outputs,
                                           CheckedWords checked = {});
/// Addresses in the order in which a program stores what it finds there: of all outputs, or of these regions.
std::vector<std::uint32_t> unload_addresses(const Subject& subject,
                                            const std::vector<incuse::max7800x::UnloadRegion>& regions);
std::vector<incuse::max7800x::MlatorAccess> mlator_accesses(const Subject& subject);
std::vector<ReferenceCounts> statistics(const Subject& subject);
std::vector<ReferenceCounts> latencies(const Subject& subject);

}  // namespace conformance
