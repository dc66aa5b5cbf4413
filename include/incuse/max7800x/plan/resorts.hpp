// What is changed where a network does not fit as it is: copies move to processors of another group, the first layers
// stream, or both. Spec: max7800x-placement, sections 4 and 8.
#pragma once

#include <incuse/max7800x/plan/arrangement.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/placement.hpp>
#include <incuse/max7800x/plan/weight_bound.hpp>

namespace incuse::max7800x {

namespace detail {

/// True if the first `count` layers can stream (placement sheet, section 8).
template <int N>
constexpr bool can_stream(const Graph<N>& graph, int count, const Device& device) {
  if (count > device.max_streaming_layers || count > graph.size) return false;
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources) {
      // The output of a streaming layer is never in memory as a whole: only the next layer can read it.
      const bool chained = graph[i].sources.size == 1 && source == i - 1;
      if (source < count - 1 && !chained) return false;
    }
  for (int i = 0; i < count; ++i) {
    const Layer& layer = graph[i];
    if (layer.flatten || layer.operands > 1 || folds_rows(layer)) return false;
    if (layer.output && i < count - 1) return false;
  }
  return can_stream_last(graph[count - 1]);
}

/// True if one of the first `count` layers has a bias.
template <int N>
constexpr bool has_bias(const Graph<N>& graph, int count) {
  for (int i = 0; i < count; ++i)
    if (graph[i].bias) return true;
  return false;
}

/// Sources whose tensor would have to lie in two places, such as one that is concatenated in two orders.
template <int N, int Most>
constexpr SourceSet torn_sources(const Graph<N>& graph, const Graph<Most>& arranged, const Options& options) {
  Families<Most> processors{}, memory{};
  SourceSet torn = 0;
  for (int i = 0; i < arranged.size; ++i) {
    const Layer& layer = arranged[i];
    if (layer.reads_buffer()) continue;
    const int first = tensor_number(layer.sources[0]);
    const Member begin = member_of(arranged, layer, 0, options);
    for (int k = 1; k < layer.sources.size; ++k) {
      const Member member = member_of(arranged, layer, k, options);
      const int own = tensor_number(layer.sources[k]);
      const bool beside = processors.tie(first, own, member.processors - begin.processors);
      if (beside && memory.tie(first, own, member.bytes - begin.bytes)) continue;
      for_each_source(graph, [&](int author, int number, SourceSet bit) {
        if (author == layer.author_layer && number == k) torn |= bit;
      });
    }
    if (!layer.weighted() || layer.groups > 1) processors.tie(first, i + 1, 0);
  }
  return torn;
}

/// True if FIFOs can deliver the input: one operand of at most 16 channels, with a fast FIFO 4.
template <int N>
constexpr bool can_use_fifo(const Graph<N>& graph, const Options& options) {
  const int channels = graph[0].in.channels;
  return graph[0].operands == 1 && graph[0].sources.size == 1 && channels <= (options.uses_fast_fifo() ? 4 : 16);
}

}  // namespace detail

/// The sources that may have to be copied by a convolution, to processors of another group. `arranged`: the network
/// without such convolutions.
template <int N, int Most>
constexpr SourceSet movable_sources(const Graph<N>& graph, const Graph<Most>& arranged, const Options& options) {
  if (!detail::can_be_arranged(graph) || lacks_copies(arranged, options)) return 0;
  return movable_copies(graph, options) | detail::torn_sources(graph, arranged, options);
}

/// What is changed where a network does not fit as it is: copies move to another group, the first layers stream, or
/// both. As few layers as possible stream, with a bias among them only if nothing else helps: it may not work (device
/// sheet, section 4). Resort{}: nothing is changed.
struct Resort {
  SourceSet moved = 0;  ///< sources that are copied by convolutions
  int streaming = 0;    ///< number of the first layers that stream
  bool biased = false;  ///< one of these has a bias

  friend constexpr bool operator==(const Resort&, const Resort&) = default;
};

/// The resort to try after `last` (Resort{}: the first one); Resort{} if there is none left. `graph`: arranged
/// without any; `movable`: the copies that may be moved. Layers that stream by hand, or a network that is placed by
/// hand, stay as they are.
template <int N>
constexpr Resort next_resort(const Graph<N>& graph, const Options& options, const Device& device, SourceSet movable,
                             Resort last) {
  if (graph.placed_by_hand() || !plannable(graph, device) || !can_be_placed(graph, options)) return {};
  if (!can_hold_weights(graph, device, options)) return {};
  if (last == Resort{} && movable != 0) return {movable, 0, false};
  if (!detail::can_use_fifo(graph, options) || detail::streamed_layers(graph) > 0) return {};
  if (last.streaming == 0) last.moved = 0;
  for (;;) {
    if (++last.streaming <= device.max_streaming_layers) {
      const bool can = detail::can_stream(graph, last.streaming, device);
      if (can && detail::has_bias(graph, last.streaming) == last.biased) return last;
    } else if (last.moved == 0 && movable != 0) {
      last = {movable, 0, last.biased};
    } else if (!last.biased) {
      last = {0, 0, true};
    } else {
      return {};
    }
  }
}

/// How far a search among resorts has come. Where one fits, it is tried without each of the convolutions in turn, which
/// take longer than copies: each is kept only if the network does not fit without it.
struct ResortSearch {
  Resort trial{};     ///< to be planned next; Resort{}: nothing is left to try
  Resort kept{};      ///< fits; Resort{}: none has so far
  SourceSet bit = 0;  ///< of `kept`, which the trial does without; 0: none has fitted so far

  constexpr bool ended() const { return trial == Resort{}; }
  friend constexpr bool operator==(const ResortSearch&, const ResortSearch&) = default;
};

/// The search after a trial that did or did not fit. `search`: ResortSearch{} to begin with, where nothing is changed
/// and does not fit. `graph`: arranged without any change; `movable`: the copies that may be moved.
template <int N>
constexpr ResortSearch next_trial(const Graph<N>& graph, const Options& options, const Device& device,
                                  SourceSet movable, ResortSearch search, bool fits) {
  if (search.bit == 0 && !fits) return {next_resort(graph, options, device, movable, search.trial), {}, 0};
  if (fits) search.kept = search.trial;
  const SourceSet higher = search.kept.moved & ~(search.bit == 0 ? 0 : search.bit | (search.bit - 1));
  search.bit = higher & (~higher + 1);
  search.trial = search.bit == 0 ? Resort{} : search.kept;
  search.trial.moved &= ~search.bit;
  return search;
}

}  // namespace incuse::max7800x
