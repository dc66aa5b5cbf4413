// What a network description becomes: its layers and their values as the file gives them, and the problems in it.
// Spec: max7800x-network-description.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <incuse/import/description_rules.hpp>
#include <incuse/import/yaml.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/unload.hpp>
#include <incuse/model/graph.hpp>

namespace incuse {

/// One layer of a description. `layer` holds what a Graph has, too; `graph_from` fills in its name, channels and
/// sources.
struct DescribedLayer {
  // Special values of `next`, in place of the index of a layer.
  static constexpr int stop = -3;             ///< none: execution ends
  static constexpr int behind_the_last = -4;  ///< a number higher than that of the last one

  int sequence = 0;  ///< number in the file; the layers are numbered anew, without holes
  Place place{};
  std::string name{};
  Layer layer{};
  bool weight_bits_given = false;   ///< else a checkpoint decides
  bool output_shift_given = false;  ///< likewise
  bool no_output = false;           ///< output: false is written
  bool pad_given = false;           ///< false: the padding is the default, 1
  bool one_pool_size = false;       ///< the window is given by one number: one-dimensional data have one column of it
  int out_channels = 0;             ///< 0: from the weights
  std::vector<int> sources{};       ///< indices of layers, network_input or rolling_buffer; empty: previous layer
  int next = 0;                     ///< index of the layer that is executed next, stop or behind_the_last
  int simulated_next = 0;  ///< the same for the expected data (simulation.hpp): `simulated_sequence`, else `next`
  int channel_skip = 0;    ///< channels of the source in front of those that the layer reads
  int weight_source = -1;  ///< index of the layer whose weights, bias and shift are used; -1: its own
  bool bypass = false;
  int next_on_hit = -1;  ///< index of the layer that is executed next if the option snoop has found something

  /// Whether the layer has weights of its own in a checkpoint.
  bool owns_weights() const { return layer.weighted() && !bypass && weight_source < 0; }
};

/// A network description. `complete`: all layers are known, all references between them are valid, and a graph can be
/// made of it. Two errors do not prevent that: a feature that the chip lacks (row D1 of the checks sheet), and CHW data
/// for a layer other than the first (row I14).
struct NetworkDescription {
  std::string file{};
  std::string arch{};
  std::string dataset{};
  std::string bias{};           ///< name of the file with biases; only for arch "test"
  std::string weights{};        ///< name of the file with weights; only for arch "test"
  ProcessorMap output_map = 0;  ///< processors that receive the last layer's output; 0: not given
  DataFormat input_format = DataFormat::hwc;
  max7800x::Snoop snoop{};
  KeptRows buffer{};  ///< the rolling buffer, without its name
  std::string buffer_name{};
  std::vector<max7800x::UnloadRegion> unload{};  ///< what is unloaded; empty: the outputs
  std::vector<DescribedLayer> layers{};          ///< by ascending sequence number, no more than the chip has
  std::size_t written_layers = 0;                ///< number of layers in the file
  std::vector<Problem> problems{};               ///< in the order of the file
  bool complete = false;
  bool joins_any_channels = false;  ///< tensors that are joined differ in channels, as in network types; not in the
                                    ///< vendor's tool

  bool ok() const { return no_errors(problems); }
};

/// Whether layers have to give 'processors' and 'out_offset'. The vendor's tool needs them.
/// `for_channels`: the chip is of another family, which chooses places itself; only the numbers of processors count, as
/// they tell numbers of channels where no 'out_channels' does. Unless they are `needed`, offsets and groups of biases may
/// be any numbers.
enum class PlacementKeys : unsigned char { needed, optional, for_channels };

/// True if `problems` already report the rule of a finding for the same layer. Problems also have a place in the file.
inline bool said_already(const Finding& finding, const NetworkDescription& description,
                         const std::vector<Problem>& problems) {
  if (finding.layer < 0 || finding.layer >= static_cast<int>(description.layers.size())) return false;
  const int sequence = description.layers[static_cast<std::size_t>(finding.layer)].sequence;
  for (const Problem& problem : problems)
    if (problem.layer == sequence &&
        description_rules::names(finding.rule->source, {problem.rule.data(), static_cast<int>(problem.rule.size())}))
      return true;
  return false;
}

}  // namespace incuse
