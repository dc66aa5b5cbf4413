// Where a chip goes wrong: compares memories that were read from it with the reference executor, layer by layer, and
// names the first layer, channel, row and column that differ. docs/debugging.md says how to read them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <incuse/host/accelerator.hpp>
#include <incuse/host/run.hpp>
#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>

namespace incuse::host {

/// What a dump says about the output of a layer.
enum class Verdict : unsigned char {
  equal,        ///< the memories hold what the executor computed
  differs,      ///< some value does not
  overwritten,  ///< later layers have written over all of it
  skipped,      ///< an earlier layer jumps over it: it is not executed
  streamed,     ///< the next layer streams: the output is never complete in memory
  absent,       ///< the dump has none of its words
  incomplete,   ///< the dump has some of its words
};

/// The comparison of one layer's output: how much of it is in the memories, and the first value that differs.
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

/// Words of the data memories, counted through all instances.
inline int data_words(const max7800x::Device& device) { return max7800x::instances * device.data.entries; }

/// Calls `sink(index)` for each of some words, including those beyond their instances, if a write pointer runs out of
/// one.
template <class Sink>
void for_each_word(const max7800x::Device& device, const max7800x::Words& words, Sink&& sink) {
  for (unsigned left = words.blocks; left != 0; left &= left - 1) {
    const int first = first_bit(left) * device.data.entries;
    const max7800x::Words own = words.in(left & (~left + 1));
    for (long long n = 0; n < own.count; ++n)
      for (long long byte = own.first + n * own.step; byte < own.first + n * own.step + own.run; byte += 4)
        sink(first + byte / 4);
  }
}
/// The same for each word that a layer writes.
template <int N, class Sink>
void for_each_written_word(const DeployedNetwork<N>& network, int layer, Sink&& sink) {
  for (const max7800x::Words& words : max7800x::written_words(network.graph[layer], network.plan[layer]))
    for_each_word(network.device, words, sink);
}

/// Results of `last_writers` that are no layer: a word that was not written, or to which one layer wrote several
/// pixels.
enum Writer : int { nobody = -1, clashing_pixels = -2 };

/// For each word of the data memories the number of the layer that wrote it last, or a Writer. `last_layer` is the last
/// layer that has run.
template <int N>
std::vector<int> last_writers(const DeployedNetwork<N>& network, int last_layer) {
  std::vector<int> writers(static_cast<std::size_t>(data_words(network.device)), nobody);
  for (int i = 0; i <= last_layer; ++i) {
    if (i < last_layer && network.graph[i + 1].streaming) continue;
    if (max7800x::is_skipped(network.graph.layers, i, network.options)) continue;
    const auto is_inside = [&](long long index) { return index >= 0 && index < data_words(network.device); };
    if (network.plan[i].resets)
      for_each_word(network.device,
                    max7800x::reset_words(network.graph[i], network.plan[i], network.plan.first_group(),
                                          network.plan.vendor_stream),
                    [&](long long index) {
                      if (is_inside(index)) writers[static_cast<std::size_t>(index)] = nobody;
                    });
    std::vector<long long> own;
    for_each_written_word(network, i, [&](long long index) {
      if (!is_inside(index)) return;
      int& writer = writers[static_cast<std::size_t>(index)];
      if (writer == i) own.push_back(index);
      writer = i;
    });
    for (long long index : own) writers[static_cast<std::size_t>(index)] = clashing_pixels;
  }
  return writers;
}

/// True if all that a layer writes lies in the data memories. A layer whose successor streams needs no such place.
template <int N>
bool writes_inside(const DeployedNetwork<N>& network, int layer) {
  bool inside = true;
  for_each_written_word(network, layer,
                        [&](long long index) { inside = inside && index >= 0 && index < data_words(network.device); });
  return inside;
}

/// Byte of an element among all bytes of the data memories.
inline long long data_byte(const max7800x::Device& device, const max7800x::TensorLayout& layout, int channel,
                           int pixel) {
  const int own = channel % layout.passes.channels, processor = layout.processor_of(own);
  const int lane = processor % max7800x::processors_per_instance;
  return 4LL * (processor / max7800x::processors_per_instance) * device.data.entries + layout.offset / 4 * 4 +
         4LL * layout.word_index(pixel, channel / layout.passes.channels) + lane * layout.words_per_element();
}
inline std::uint32_t data_address(const max7800x::Device& device, long long byte) {
  const long long instance_bytes = 4LL * device.data.entries;
  return device.data_address(static_cast<int>(byte / instance_bytes) * max7800x::processors_per_instance,
                             static_cast<int>(byte % instance_bytes));
}

/// Why the output of a layer cannot be compared; nothing if it can.
template <int N>
std::optional<Verdict> not_comparable(const DeployedNetwork<N>& network, int layer, std::size_t values,
                                      int last_layer) {
  if (max7800x::is_skipped(network.graph.layers, layer, network.options)) return Verdict::skipped;
  if (layer < last_layer && network.graph[layer + 1].streaming) return Verdict::streamed;
  if (static_cast<int>(values) != network.graph[layer].out.elements()) return Verdict::absent;
  return std::nullopt;
}

/// The verdict on a layer whose values were compared. `overwritten`: values that a later layer has overwritten;
/// `missing`: those that were not read.
inline Verdict verdict_of(const LayerComparison& result, int elements, int overwritten, int missing) {
  if (result.differing > 0) return Verdict::differs;
  if (overwritten == elements) return Verdict::overwritten;
  if (missing > 0) return result.compared == 0 ? Verdict::absent : Verdict::incomplete;
  return result.verdict;
}

/// Keeps the place of an element: where it is in the tensor, and the address of its word.
inline void note_place(LayerComparison& result, Shape shape, int element, std::uint32_t address) {
  result.channel = element / shape.pixels();
  result.row = element % shape.pixels() / shape.width;
  result.column = element % shape.width;
  result.address = address & ~3u;
}

}  // namespace detail

/// Compares the output of a layer, `expected` in C x H x W order, with memories that were read after layer `last_layer`
/// had run; `writers` are the `last_writers` of these. `word_at(address)` gives the word at an aligned address, or
/// nothing if it was not read. If `expected` does not have the size of the output, the verdict is `absent`.
template <int N, class WordAt>
LayerComparison compare_layer(const DeployedNetwork<N>& network, int layer, const std::vector<int>& expected,
                              int last_layer, const std::vector<int>& writers, WordAt&& word_at) {
  LayerComparison result{.layer = layer};
  if (const auto reason = detail::not_comparable(network, layer, expected.size(), last_layer)) {
    result.verdict = *reason;
    return result;
  }
  const max7800x::TensorLayout layout = max7800x::output_layout(network.graph, network.plan, layer);
  const int pixels = layout.shape.pixels();
  int overwritten = 0, missing = 0;
  for (int i = 0; i < layout.shape.elements(); ++i) {
    const long long byte = detail::data_byte(network.device, layout, i / pixels, i % pixels);
    if (byte / 4 >= detail::data_words(network.device) || writers[static_cast<std::size_t>(byte / 4)] != layer) {
      ++overwritten;
      continue;
    }
    const std::uint32_t address = detail::data_address(network.device, byte);
    const std::optional<std::uint32_t> word = word_at(address & ~3u);
    if (!word) {
      if (missing++ == 0 && result.differing == 0) detail::note_place(result, layout.shape, i, address);
      continue;
    }
    ++result.compared;
    const int actual = layout.wide ? static_cast<int>(*word) : static_cast<std::int8_t>(*word >> 8 * (address % 4));
    const int wanted = expected[static_cast<std::size_t>(i)];
    if (actual == wanted || result.differing++ > 0) continue;
    detail::note_place(result, layout.shape, i, address);
    result.expected = wanted;
    result.actual = actual;
  }
  result.verdict = detail::verdict_of(result, layout.shape.elements(), overwritten, missing);
  return result;
}

/// Compares all layers up to `last_layer`, the last one that had run when the memories were read. The executor has run
/// on the same input.
template <int N, class WordAt>
std::vector<LayerComparison> compare_layers(const DeployedNetwork<N>& network, const Executor<N>& executor,
                                            int last_layer, WordAt&& word_at) {
  const std::vector<int> writers = detail::last_writers(network, last_layer);
  std::vector<LayerComparison> results;
  for (int i = 0; i <= last_layer; ++i)
    results.push_back(compare_layer(network, i, executor.output_of(i), last_layer, writers, word_at));
  return results;
}

namespace detail {

/// The last layer that the chip runs for the input of an executor: that of the early exit which it takes, or the
/// network's.
template <int N, class Executor>
int last_layer_run(const DeployedNetwork<N>& network, const Executor& executor) {
  return last_layer_with_exit(network.graph, executor.exit_taken());
}

/// True if layers name their successors: the chip then does not stop behind the last layer of the layer count.
template <int N>
bool goes_on_by_links(const DeployedNetwork<N>& network) {
  bool named = network.options.asks_for(max7800x::Feature::linked_layers);
  for (int i = 0; i < network.graph.size; ++i) {
    const Placement& hand = network.graph[i].placement;
    named = named || hand.next != Placement::not_given || hand.next_on_hit != Placement::not_given;
  }
  return named;
}

}  // namespace detail

/// Runs a loaded accelerator up to every layer in turn, and compares that layer's output: one comparison for each layer
/// up to the first that differs, or up to `last_layer` (-1: all). The executor has run on the same input, `values` in
/// C x H x W order; with a rolling buffer, both start with an empty one: so does every run here. A layer whose
/// successor streams runs if its whole output fits into the data memories. Where layers name their successors, the
/// accelerator cannot stop inside: it runs once, and all layers are compared with what it leaves. Layers behind an
/// early exit that is taken do not run, and are not compared. Ends early if the accelerator never completes: there are
/// fewer comparisons then, of which none differs.
template <int N, max7800x::AcceleratorBus Bus>
std::vector<LayerComparison> compare_step_by_step(const DeployedNetwork<N>& network, const Executor<N>& executor,
                                                  const int* values, Bus& bus, int last_layer = -1) {
  std::vector<LayerComparison> results;
  const auto word_at = [&](std::uint32_t address) { return std::optional<std::uint32_t>(bus.read(address)); };
  const int end = detail::last_layer_run(network, executor);
  if (detail::goes_on_by_links(network)) {
    if (!run_accelerator(network, values, bus, end)) return results;
    results = compare_layers(network, executor, end, word_at);
    if (last_layer >= 0 && last_layer < end) results.resize(static_cast<std::size_t>(last_layer) + 1);
    return results;
  }
  for (int i = 0; i <= (last_layer < 0 ? end : std::min(last_layer, end)); ++i) {
    if (max7800x::is_skipped(network.graph.layers, i, network.options)) {
      results.push_back({.layer = i, .verdict = Verdict::skipped});
      continue;
    }
    if (!detail::writes_inside(network, i)) {
      results.push_back({.layer = i, .verdict = Verdict::streamed});
      continue;
    }
    if (!run_accelerator(network, values, bus, i)) break;
    results.push_back(compare_layer(network, i, executor.output_of(i), i, detail::last_writers(network, i), word_at));
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
    case Verdict::skipped:
      return "not executed: an earlier layer jumps over it";
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
