// Where a chip goes wrong: compares memories that were read from it with the reference executor, layer by layer, and
// names the first layer, channel, row and column that differ. docs/debugging.md says how to read them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <incuse/host/accelerator.hpp>
#include <incuse/host/run.hpp>
#include <incuse/max7800x/memory_words.hpp>

namespace incuse::host {

/// What a dump says about the output of a layer.
enum class Verdict : unsigned char {
  equal,        ///< what is there equals what was computed
  differs,      ///< some value does not
  overwritten,  ///< later layers have written over all of it
  streamed,     ///< the next layer streams: the output is nowhere as a whole
  absent,       ///< the dump has none of its words
  incomplete,   ///< the dump has some of its words
};

/// One layer's output: what is there of it, and its first difference.
struct LayerComparison {
  int layer = 0;
  Verdict verdict = Verdict::equal;
  int compared = 0;                      ///< values that were there
  int differing = 0;                     ///< of these
  int channel = 0, row = 0, column = 0;  ///< of the first difference, or of the first value that the dump lacks
  int expected = 0, actual = 0;
  std::uint32_t address = 0;  ///< of its word
};

namespace detail {

/// Which layer has written each word of the data memories last; -1: none. `last_layer` is the last one that has run.
template <int N>
std::vector<int> last_writers(const DeployedNetwork<N>& network, int last_layer) {
  const max7800x::Device& device = network.device;
  std::vector<int> writers(static_cast<std::size_t>(max7800x::instances * device.data.entries), -1);
  for (int i = 0; i <= last_layer; ++i) {
    if (i < last_layer && network.graph[i + 1].streaming) continue;
    for (const max7800x::Words& words : max7800x::written_words(network.graph[i], network.plan[i]))
      for (int block = 0; block < max7800x::instances; ++block) {
        if ((words.blocks >> block & 1u) == 0) continue;
        const max7800x::Words own = words.in(1u << block);
        for (long long n = 0; n < own.count; ++n)
          for (long long byte = own.first + n * own.step; byte < own.first + n * own.step + own.run; byte += 4) {
            const long long index = 1LL * block * device.data.entries + byte / 4;
            if (index >= 0 && index < static_cast<long long>(writers.size()))
              writers[static_cast<std::size_t>(index)] = i;
          }
      }
  }
  return writers;
}

/// Index of a word among all words of the data memories.
inline std::size_t data_index(const max7800x::Device& device, std::uint32_t address) {
  for (int k = 0; k < max7800x::instances; ++k) {
    const std::uint32_t offset = address - device.data_address(k * max7800x::processors_per_instance, 0);
    if (offset < 4 * static_cast<std::uint32_t>(device.data.entries))
      return static_cast<std::size_t>(k * device.data.entries) + offset / 4;
  }
  return 0;  // planned tensors lie in the data memories
}

}  // namespace detail

/// Compares the output of a layer, `expected` in C x H x W order, with memories that were read after layer `last_layer`
/// had run. `word_at(address)` gives the word at an aligned address, or nothing if it was not read.
template <int N, class WordAt>
LayerComparison compare_layer(const DeployedNetwork<N>& network, int layer, const std::vector<int>& expected,
                              int last_layer, WordAt&& word_at) {
  LayerComparison result{.layer = layer};
  if (layer < last_layer && network.graph[layer + 1].streaming) {
    result.verdict = Verdict::streamed;
    return result;
  }
  const max7800x::TensorLayout layout = max7800x::output_layout(network.graph, network.plan, layer);
  const std::vector<int> writers = detail::last_writers(network, last_layer);
  const int pixels = layout.shape.pixels();
  int overwritten = 0, missing = 0;
  const auto note = [&](int element, std::uint32_t address) {
    result.channel = element / pixels;
    result.row = element % pixels / layout.shape.width;
    result.column = element % layout.shape.width;
    result.address = address & ~3u;
  };
  for (int i = 0; i < layout.shape.elements(); ++i) {
    const std::uint32_t address = max7800x::element_address(network.device, layout, i / pixels, i % pixels);
    if (writers[detail::data_index(network.device, address)] != layer) {
      ++overwritten;
      continue;
    }
    const std::optional<std::uint32_t> word = word_at(address & ~3u);
    if (!word) {
      if (missing++ == 0 && result.differing == 0) note(i, address);
      continue;
    }
    ++result.compared;
    const int actual = layout.wide ? static_cast<int>(*word) : static_cast<std::int8_t>(*word >> 8 * (address % 4));
    const int wanted = expected[static_cast<std::size_t>(i)];
    if (actual == wanted || result.differing++ > 0) continue;
    note(i, address);
    result.expected = wanted;
    result.actual = actual;
  }
  if (result.differing > 0)
    result.verdict = Verdict::differs;
  else if (overwritten == layout.shape.elements())
    result.verdict = Verdict::overwritten;
  else if (missing > 0)
    result.verdict = result.compared == 0 ? Verdict::absent : Verdict::incomplete;
  return result;
}

/// Compares all layers up to `last_layer`, the last one that had run when the memories were read. The executor has run
/// on the same input.
template <int N, class WordAt>
std::vector<LayerComparison> compare_layers(const DeployedNetwork<N>& network, const Executor<N>& executor,
                                            int last_layer, WordAt&& word_at) {
  std::vector<LayerComparison> results;
  for (int i = 0; i <= last_layer; ++i)
    results.push_back(compare_layer(network, i, executor.output_of(i), last_layer, word_at));
  return results;
}

/// Runs a loaded accelerator up to every layer in turn, and compares that layer's output: one comparison for each layer
/// up to the first that differs, or up to `last_layer` (-1: all). The executor has run on the same input, `values` in
/// C x H x W order. Ends early if the accelerator never completes.
template <int N, max7800x::AcceleratorBus Bus>
std::vector<LayerComparison> compare_step_by_step(const DeployedNetwork<N>& network, const Executor<N>& executor,
                                                  const int* values, Bus& bus, int last_layer = -1) {
  std::vector<LayerComparison> results;
  const auto word_at = [&](std::uint32_t address) { return std::optional<std::uint32_t>(bus.read(address)); };
  for (int i = 0; i <= (last_layer < 0 ? network.graph.size - 1 : last_layer); ++i) {
    if (!run_accelerator(network, values, bus, i)) break;
    results.push_back(compare_layer(network, i, executor.output_of(i), i, word_at));
    if (results.back().verdict == Verdict::differs) break;
  }
  return results;
}

/// The first layer that differs; null if none does.
inline const LayerComparison* first_difference(const std::vector<LayerComparison>& comparisons) {
  for (const LayerComparison& comparison : comparisons)
    if (comparison.verdict == Verdict::differs) return &comparison;
  return nullptr;
}

/// "channel 3, row 1, column 2 differs: expected 5, actual 7, at 0x50400010 (12 of 640 values differ)".
inline std::string text_of(const LayerComparison& comparison) {
  char address[16];
  std::snprintf(address, sizeof address, "0x%08x", static_cast<unsigned>(comparison.address));
  const std::string place = "channel " + std::to_string(comparison.channel) + ", row " +
                            std::to_string(comparison.row) + ", column " + std::to_string(comparison.column);
  const std::string values = std::to_string(comparison.compared) + " values";
  switch (comparison.verdict) {
    case Verdict::equal:
      return "equal (" + values + ")";
    case Verdict::differs:
      return place + " differs: expected " + std::to_string(comparison.expected) + ", actual " +
             std::to_string(comparison.actual) + ", at " + address + " (" + std::to_string(comparison.differing) +
             " of " + values + " differ)";
    case Verdict::overwritten:
      return "overwritten by later layers";
    case Verdict::streamed:
      return "nowhere as a whole: the next layer streams";
    case Verdict::absent:
      return "not in the dump, which needs the word at " + std::string(address) + " (" + place + ")";
    case Verdict::incomplete:
      return "equal as far as the dump goes (" + values + "), which ends before the word at " + address + " (" + place +
             ")";
  }
  return {};
}

}  // namespace incuse::host
