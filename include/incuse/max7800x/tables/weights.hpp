// The stream that loads the weight memories: its layout, the evaluations that compute it, and its words. Sources:
// datapath page (max7800x-datapath), section 5; max7800x-memory, sections 5.1, 5.5 and 5.6.
#pragma once

#include <cstdint>

#include <incuse/max7800x/tables/kernel_words.hpp>

namespace incuse::max7800x {

/// The columns that every processor's records have, and where in the weight stream they lie.
struct WeightLayout {
  ColumnSet written[all_processors]{};
  int first_word[all_processors + 1]{};

  constexpr int words(int processor) const { return first_word[processor + 1] - first_word[processor]; }
  constexpr int words() const { return first_word[all_processors]; }
};

/// The layout of a plan's weights.
template <int N>
constexpr WeightLayout weight_layout(const Plan<N>& plan, const Device& device, const Options& asked) {
  const Options options = detail::loader_options(device, asked);
  ProcessorMap unlike = 1;  // processors that may write other columns than the previous one
  for (int i = 0; i < plan.size; ++i) {
    const ProcessorMap map = plan[i].processors;
    if (plan[i].kernels.owned) unlike |= plan[i].kernels.even() ? map ^ map << 1 : map | map << 1;
  }
  WeightLayout layout{};
  int words = 0;
  for (int p = 0; p < all_processors; ++p) {
    if ((unlike >> p & 1) != 0) {
      layout.written[p] = detail::written_columns(plan, device, p);
      words = detail::words_of(layout.written[p], options);
    } else {
      layout.written[p] = layout.written[p - 1];
    }
    layout.first_word[p + 1] = layout.first_word[p] + words;
  }
  return layout;
}

/// Shape, taps and weights of all layers that have columns of their own.
template <int N>
constexpr detail::NetworkKernels<N> network_kernels(const Graph<N>& graph, const Plan<N>& plan, Parameters parameters) {
  detail::NetworkKernels<N> kernels{};
  for (int i = 0; i < graph.size; ++i) {
    const LayerPlan& placed = plan[i];
    if (!placed.kernels.owned || placed.kernels.offset < 0) continue;
    const Layer hardware = hardware_layer(graph, i);
    kernels.layers[i].shape = kernel_shape(hardware, placed);
    kernels.layers[i].taps = tap_map(graph[i], hardware);
    kernels.layers[i].weights = parameters_of(graph, parameters, i).weight;
  }
  return kernels;
}

/// The next layer from `first` on whose weights are turned into words of eight, or joined (`detail::joins`), before
/// they are packed; the number of layers if there is none. `also_sets`: also layers whose weights could be written as
/// sets.
template <int N>
constexpr int next_prepared_layer(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan, const Device& device,
                                  const Options& asked, bool also_sets, int first) {
  constexpr int fewest_joined = 1024, fewest = 4096;
  const Options options = detail::loader_options(device, asked);
  if (options.vendor_stream) return plan.size;
  for (int i = first; i < plan.size; ++i) {
    const detail::LayerKernels& layer = kernels.layers[i];
    const Tensor& weights = layer.weights;
    const bool packed = weights.is_packed();
    if ((weights.is_computed() && !packed) || weights.count < fewest_joined) continue;
    if (detail::joins(layer.shape) || (packed && detail::packs(layer.shape))) return i;
    if (packed) continue;
    if (weights.has_words || weights.count < fewest || !detail::packs(layer.shape)) continue;
    const int last = layer.shape.in_per_pass - 1;  // has the fewest passes
    const detail::KernelWriting writing = detail::writing_of(layer, last, options);
    if (writing == detail::KernelWriting::bytes || (also_sets && writing == detail::KernelWriting::sets) ||
        (writing == detail::KernelWriting::neighbours && layer.shape.flattens()))
      return i;
  }
  return plan.size;
}

/// The part of the weight stream that loads the processors `first` to `end` - 1: for every run of neighbouring columns
/// its address, the number of words, and the words. `words` must be filled with zeros.
template <int N, class Words>
constexpr void write_weights(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan, const WeightLayout& layout,
                             const Device& device, const Options& asked, int first, int end, Words& words) {
  const Options options = detail::loader_options(device, asked);
  for (int p = first; p < end; ++p) {
    const int start = layout.first_word[p] - layout.first_word[first];
    detail::ColumnPlaces places{layout.written[p], start, options, device.weight_blocks};
    for (int i = 0; i < plan.size; ++i)
      if (detail::writes_kernels(plan[i], p)) detail::write_layer(kernels.layers[i], plan[i], p, places, words);
    detail::write_headers(device, p, layout.written[p], start, options, words);
  }
}

namespace detail {

/// A column that one layer writes.
struct WrittenColumn {
  int column = 0;
  int layer = 0;
};

/// Calls `action(WrittenColumn)` for every column that layers write in a processor, by ascending columns; one that
/// several layers write counts for each of them.
template <int N, class Action>
constexpr void for_each_written_column(const Plan<N>& plan, const Device& device, int processor, Action&& action) {
  const ColumnSet all = written_columns(plan, device, processor);
  const int end = all.end();
  for (int column = all.next(0, end); column < end; column = all.next(column + 1, end))
    for (int i = 0; i < plan.size; ++i)
      if (writes_kernels(plan[i], processor) && written_columns(plan[i], device, processor).contains(column))
        action(WrittenColumn{column, i});
}

/// True if two layers write the same columns of a processor: the vendor's tool does not notice that of layers that
/// compute four outputs at a time.
template <int N>
constexpr bool writes_twice(const Plan<N>& plan, const Device& device, int processor) {
  ColumnSet all{};
  for (int i = 0; i < plan.size; ++i) {
    if (!writes_kernels(plan[i], processor)) continue;
    const ColumnSet own = written_columns(plan[i], device, processor);
    for (int w = 0; w < min_of(own.used, all.used); ++w)
      if ((own.words[w] & all.words[w]) != 0) return true;
    all.add(own);
  }
  return false;
}

/// The records of a processor some of whose columns are written twice: a column that is written again begins a record
/// of its own, and the later one stays in the memory.
template <int N, class Sink>
constexpr void emit_repeated_columns(const NetworkKernels<N>& kernels, const Plan<N>& plan, const Device& device,
                                     const Options& options, int processor, Sink&& sink) {
  constexpr int most_words = 6 * ColumnSet::capacity;
  WeightRecords<most_words> own{};  // of one layer
  ColumnSet own_columns{};
  int rendered = -1;
  const auto byte_of = [&](WrittenColumn at, int position) {
    ColumnPlaces places{own_columns, 0, options, device.weight_blocks};
    if (rendered != at.layer) {
      own = {};
      rendered = at.layer;
      own_columns = written_columns(plan[at.layer], device, processor);
      ColumnPlaces fresh{own_columns, 0, options, device.weight_blocks};
      write_layer(kernels.layers[at.layer], plan[at.layer], processor, fresh, own.words);
      return own.byte(fresh.byte(at.column, position));
    }
    return own.byte(places.byte(at.column, position));
  };
  WrittenColumn run[ColumnSet::capacity]{};
  int size = 0;
  const auto finish = [&] {
    if (size == 0) return;
    ColumnSet written{};
    written.add_range(run[0].column, size);
    WeightRecords<most_words> records{};
    ColumnPlaces places{written, 0, options, device.weight_blocks};
    for (int i = 0; i < size; ++i)
      for (int position = 0; position < bytes_per_kernel; ++position)
        records.add_byte(places.byte(run[i].column, position), byte_of(run[i], position));
    write_headers(device, processor, written, 0, options, records.words);
    for (int i = 0; i < words_of(written, options); ++i) sink(records.words[i]);
    size = 0;
  };
  for_each_written_column(plan, device, processor, [&](WrittenColumn at) {
    if (size > 0 && at.column != run[size - 1].column + 1) finish();
    run[size++] = at;
  });
  finish();
}

}  // namespace detail

/// The processors whose weights a single constant evaluation writes: compilers limit its steps. Evaluation number i
/// writes those of the processors first[i] to first[i + 1] - 1, which are not empty.
struct EvaluationCuts {
  int size = 0;
  int first[all_processors + 1]{};
};

template <int N>
constexpr EvaluationCuts evaluation_cuts(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan,
                                         const WeightLayout& layout, const Options& options) {
  constexpr int most_steps = 700'000;
  EvaluationCuts cuts{};
  int steps = 0, words = 0;
  for (int p = 0; p < all_processors; ++p) {
    const int before = steps;
    steps += 2 * layout.words(p);
    for (int i = 0; i < plan.size; ++i)
      if (detail::writes_kernels(plan[i], p)) steps += detail::extra_steps(kernels.layers[i], plan[i], p, options);
    if (steps > most_steps && words > 0) {
      cuts.first[++cuts.size] = p;
      steps -= before;
      words = 0;
    }
    words += layout.words(p);
  }
  if (words > 0 || cuts.size == 0) ++cuts.size;
  cuts.first[cuts.size] = all_processors;
  return cuts;
}

/// The whole weight stream, word by word to `sink(std::uint32_t)`, ended by a zero word: for run time. Where the
/// memories are cleared first, the vendor's tool leaves columns of zeros out (section 5.6): a channel without any
/// weight then looks like a hole, which has no bias.
template <int N, class Sink>
constexpr void emit_weights(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Parameters parameters,
                            const Options& asked, Sink&& sink) {
  const Options options = detail::loader_options(device, asked);
  constexpr int most_words = 6 * ColumnSet::capacity;  // plain records of single columns
  const detail::NetworkKernels<N> kernels = network_kernels(graph, plan, parameters);
  const WeightLayout layout = weight_layout(plan, device, options);
  for (int p = 0; p < all_processors; ++p) {
    if (plan.vendor_stream && detail::writes_twice(plan, device, p)) {
      detail::emit_repeated_columns(kernels, plan, device, options, p, sink);
      continue;
    }
    detail::WeightRecords<most_words> records{};
    write_weights(kernels, plan, layout, device, options, p, p + 1, records.words);
    ColumnSet written = layout.written[p];
    if (options.clear_memories && plan.vendor_stream) detail::leave_out_zeros(device, p, written, options, records);
    const int count = detail::words_of(written, options);
    for (int i = 0; i < count; ++i) sink(records.words[i]);
  }
  sink(0u);
}

}  // namespace incuse::max7800x
