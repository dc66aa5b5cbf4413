// Proof that nothing is overwritten that is still needed, and that everything lies inside the data memory (placement
// sheet, sections 5 and 6). See verify.hpp.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/max7800x/plan/memory_words.hpp>
#include <incuse/max7800x/rules/proof.hpp>
#include <incuse/max7800x/verify/in_place.hpp>
#include <incuse/max7800x/verify/subject.hpp>
#include <incuse/max7800x/verify/tensors.hpp>

namespace incuse::max7800x::detail::proof {

template <int N>
struct WritingProof : Subject<N>, TensorPlaces<N> {
  using Subject<N>::blame;
  using Subject<N>::device;
  using Subject<N>::found;
  using Subject<N>::graph;
  using Subject<N>::lenient;
  using Subject<N>::name_of;
  using Subject<N>::options;
  using Subject<N>::plan;
  using TensorPlaces<N>::buffer;
  using TensorPlaces<N>::streamed;
  using TensorPlaces<N>::tensors;

  constexpr bool reads(int layer, int tensor) const {
    for (int source : graph[layer].sources)
      if (tensor_number(source) == tensor) return true;
    return false;
  }

  /// Whether the vendor's tool refuses that layer i overwrites tensor t while it is needed. For a layer that does not
  /// stream it only looks at the output of the layer before, unless that one streams, and at network outputs.
  constexpr bool vendor_protects(int i, int t) const {
    if (i < streamed) return t == i || !options.overlap_data;
    if (options.overlap_data) return false;
    if (t == 0) return i == 0 && !options.uses_fifo();
    return (t == i && t > streamed) || graph[writer_of(t)].output;
  }
  /// True if layer i is the last one that needs its source t, so that its output may follow behind the words that it
  /// still has to read. The word of an early exit must not: the chip compares it behind the layer that writes t, too.
  constexpr bool reads_last(int i, int t) const {
    return i >= streamed && tensors[t].last_use == i && reads(i, t) && !graph[i].may_exit();
  }
  /// Whether layer i may overwrite its source t. Where the vendor's tool would refuse it, the plan has to be
  /// `in_place`.
  constexpr bool may_follow(int i, int t) const {
    return reads_last(i, t) && (plan.in_place || !vendor_protects(i, t));
  }

  /// What would help if layer i may not overwrite its source t only because the option is not given.
  constexpr Advice advice_to_overlap(int i, int t) const {
    const bool safe = !options.overlap_data && reads_last(i, t) && !output_overtakes_input(graph, plan, i);
    return {.change =
                safe ? Text("or let the layer write behind what it reads: option overlap_data, flag --overlap-data")
                     : Text()};
  }

  /// The ring of a streaming layer stays in its instance (row T3), and as many words in front of it are free, if the
  /// output lies there (row T2).
  constexpr void check_ring(int i) const {
    const Words& ring = tensors[i].words;
    if (ring.end() > device.instance_bytes)
      blame(rules::tensor_outside, i, {ring.end(), "bytes"}, {device.instance_bytes, "bytes"}, {}, "the buffer");
    Words below = ring;
    below.blocks = blocks_with(plan[i].output_processors);
    below.first = word_aligned(plan[i].out_offset);
    if (below.first <= ring.first && below.meets(ring) && !tensors[tensor_number(i)].words.meets(ring))
      blame(rules::tensor_overwritten, i, Quantity::range(below.first, below.end() - 1),
            Quantity::range(ring.first, ring.end() - 1), "the other tensor", name_of(i));
  }

  /// What layer i writes: the ring of the next layer if that one streams. With `lenient` only the words of the output
  /// itself are counted, as the vendor's tool does.
  constexpr WrittenWords written_by(int i) const {
    WrittenWords written;
    if (i + 1 < streamed || lenient)
      written.push(tensors[tensor_number(i)].words);
    else
      written = written_words(graph[i], plan[i]);
    return written;
  }

  constexpr void check_output(int i) const {
    if (i < streamed) check_ring(i);
    WrittenWords written = written_by(i);
    check_end(i, written);
    if (i + 1 == streamed) ++written[0].count;  // the last streaming layer keeps a word away from all rings (row T6)
    bool overtakes = false;
    for (int t = 0; t <= i; ++t) {
      const Tensor& other = tensors[t];
      if (!tensors[tensor_number(i)].lives_with(other) || (lenient && !vendor_protects(i, t))) continue;
      const Words taken = lenient ? as_vendor_sees(t) : other.words;
      for (const Words& words : written) {
        if (!words.meets(taken)) continue;
        if (!may_follow(i, t))
          blame_overwriting(i, t, words,
                            i + 1 < streamed && t < i ? rules::streaming_buffers : rules::tensor_overwritten);
        else if (!overtakes && output_overtakes_input(graph, plan, i))
          blame_overwriting(i, t, words, rules::output_trails_input), overtakes = true;
        break;
      }
    }
    check_exit_words(i, written);
  }
  /// Layer i must not write to the words of later early exits either. For its output itself, the exit is blamed.
  constexpr void check_exit_words(int i, const WrittenWords& written) const {
    for (int t = i + 2; t <= graph.size; ++t) {
      const Words& word = tensors[t].words;
      if (!graph[writer_of(t)].may_exit() || tensors[tensor_number(i)].words.meets(word)) continue;
      for (const Words& words : written)
        if (words.meets(word)) return blame_overwriting(i, t, words, rules::tensor_overwritten);
    }
  }
  /// Where the hardware resets itself in front of layer i, this writes a word, before the layer reads anything.
  constexpr void check_reset(int i) const {
    if (!plan[i].resets || lenient) return;
    const Words word = reset_words(graph[i], plan[i], plan.first_group(), plan.vendor_stream);
    const auto exists = [&](int t) { return t <= i || graph[writer_of(t)].may_exit(); };
    for (int t = 0; t <= graph.size; ++t)
      if (exists(t) && tensors[t].last_use >= i && word.meets(tensors[t].words))
        return blame_reset(i, word, tensors[t].words, name_of(t));
    if (graph.buffer.exists() && word.meets(buffer)) blame_reset(i, word, buffer, graph.buffer.name);
  }
  constexpr void blame_reset(int i, const Words& word, const Words& other, Text name) const {
    blame(rules::reset_overwrites, i, Quantity::range(word.first, word.end() - 1),
          Quantity::range(other.first, other.end() - 1), "the other tensor", name);
  }

  /// The words of a tensor. The vendor's tool takes the rows of a shifted buffer for channels, and the channels for
  /// rows.
  constexpr Words as_vendor_sees(int t) const {
    Words words = tensors[t].words;
    if (t > 0 && graph[writer_of(t)].buffer_shift != 0 && graph.placed_by_hand()) words.count = graph.buffer.channels;
    return words;
  }

  /// A part of a layer's placement by which it misses its rows of the rolling buffer, and the value that it has to
  /// have.
  struct Misplaced {
    Text what{};  ///< empty: nothing
    Quantity needs{};
    Quantity has{};
  };
  constexpr Misplaced misplaced_in_buffer(int i) const {
    const LayerPlan& placed = plan[i];
    if (placed.output_processors != plan.buffer.processors)
      return {"processors", span_of(plan.buffer.processors), span_of(placed.output_processors)};
    if (placed.write_gap != 0) return {"write gap", 0, placed.write_gap};
    const long long offset = buffer.first + 4LL * plan.buffer.passes.count * first_buffer_row(graph, i);
    if (word_aligned(placed.out_offset) != offset) return {"offset", offset, placed.out_offset};
    return {};
  }

  /// Layers that shift the rolling buffer or insert rows write these in their place; nothing else touches it. A shift
  /// writes over what it reads, which authors who place it by hand allow with the option overlap_data.
  constexpr void check_buffer(int i) const {
    if (!graph.buffer.exists() || lenient) return;
    const Layer& layer = graph[i];
    if (i == 0 && tensors[0].words.meets(buffer)) blame_sharing(0, tensors[0].words);
    if (!layer.writes_buffer()) {
      for (const Words& words : written_by(i))
        if (words.meets(buffer)) return blame_sharing(i, words);
      return;
    }
    if (const Misplaced place = misplaced_in_buffer(i); !place.what.empty())
      blame(rules::buffer_place, i, place.needs, place.has, "the layer", place.what);
    else if (layer.buffer_shift != 0 && graph.placed_by_hand() && !options.overlap_data)
      blame(rules::buffer_in_place, i, {}, {}, {});
    else if (graph[i].sources[0] == rolling_buffer && output_overtakes_input(graph, plan, i))
      blame_overwriting(i, tensor_number(rolling_buffer), tensors[tensor_number(i)].words, rules::output_trails_input);
  }
  constexpr void blame_sharing(int i, const Words& words) const {
    blame(rules::buffer_overwritten, i, Quantity::range(words.first, words.end() - 1),
          Quantity::range(buffer.first, buffer.end() - 1), "the buffer", graph.buffer.name);
  }

  constexpr void check_end(int i, const WrittenWords& written) const {
    for (const Words& words : written)
      if (words.first < 0 || words.end() > device.instance_bytes)
        return blame(rules::tensor_outside, i, {words.end(), "bytes"}, {device.instance_bytes, "bytes"}, {});
  }
  constexpr void blame_overwriting(int i, int t, const Words& words, const Rule& rule) const {
    const Words& other = t == rolling_buffer + 1 ? buffer : tensors[t].words;
    const bool ring = rule == rules::streaming_buffers, input = rule == rules::output_trails_input;
    blame(rule, ring ? i + 1 : i, Quantity::range(words.first, words.end() - 1),
          Quantity::range(other.first, other.end() - 1),
          ring    ? Text("the other buffer")
          : input ? Text("the input")
                  : Text("the other tensor"),
          name_of(t), rule == rules::tensor_overwritten ? advice_to_overlap(i, t) : Advice{});
  }

  /// With repetitions, layers run again on what is in memory by then. Tracks which tensors still hold the right values:
  /// at the end all outputs must. Where the layer count is that of all repetitions, all of these run; else
  /// repetitions * (size - 1) + 1 layers. With snooping all of them run as often as the data say; what is sound behind
  /// the second time stays so. A layer that resets an average pooling counts as one, and writes where the
  /// pooling does.
  constexpr void check_repetitions() const {
    if (lenient || !runs_again(device, options) || !found.ok()) return;
    PerTensor<bool, N> sound{true};  // holds what the network computes
    const int all = plan.hardware_layers() - plan.first_number;
    const int times = max_of(options.repetitions, 2);
    const bool whole = device.counts_all_repetitions || options.asks_for(Feature::snooping);
    const int runs = whole ? times * all : times * (all - 1) + 1;
    for (int run = 0, i = 0; run < runs; ++run, i = (i + 1) % graph.size) {
      if (plan[i].resets) sound[tensor_number(i)] = false, ++run;
      if (run == runs) break;
      bool reads_sound = true;
      for (int source : graph[i].sources)
        if (source != rolling_buffer) reads_sound = reads_sound && sound[tensor_number(source)];
      for (int t = 0; t <= graph.size; ++t)
        if (tensors[tensor_number(i)].words.meets(tensors[t].words)) sound[t] = false;
      sound[tensor_number(i)] = reads_sound;
    }
    for (int i = 0; i < graph.size; ++i)
      if (graph[i].output && !sound[tensor_number(i)])
        options.repetitions > 1 ? blame(rules::repeated_output, i, {options.repetitions, "repetitions"}, {}, {})
                                : blame(rules::repeated_output, i, {}, {}, {}, "snooping");
  }
};

}  // namespace incuse::max7800x::detail::proof
