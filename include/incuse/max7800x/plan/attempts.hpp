// The attempts to place a network automatically, and the order in which they are made, as values: the search for a plan
// asks the same questions in the same order at run time and at compile time.
#pragma once

#include <incuse/max7800x/plan/placement_values.hpp>

namespace incuse::max7800x {

/// What the planner tries, one after the other, until everything fits.
struct PlacementAttempt {
  DataFormat input_format = DataFormat::hwc;
  bool moves = false;     ///< layers without weights may write to other processors of their group than they read from
  bool in_place = false;  ///< outputs may overwrite inputs that are read no more
};

namespace detail {

/// True if the input can lie in CHW order, every channel in an instance of its own (placement sheet, section 3): only
/// the first layer reads it, with one operand and without flatten. Without weights it may have one channel only: such a
/// layer cannot bring channels of several groups together.
template <int N>
constexpr bool can_be_channels_first(const Graph<N>& graph, const Options& options) {
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources)
      if (source == network_input && (i > 0 || graph[i].sources.size > 1)) return false;
  const int channels = graph[0].in.channels;
  const int most = options.uses_fast_fifo() ? 1 : options.uses_fifo() ? groups : instances;
  const bool flattens = graph[0].flatten && graph[0].pooled.pixels() > 1;
  return graph[0].operands == 1 && channels <= most && (graph[0].weighted() || channels == 1) && !flattens;
}

}  // namespace detail

/// The attempts have numbers from 0 to 7: bit 0 stands for CHW order, bit 1 for `moves`, bit 2 for `in_place`.
inline constexpr int placement_attempts = 8;
constexpr PlacementAttempt attempt_of(int number) {
  return {number % 2 == 1 ? DataFormat::chw : DataFormat::hwc, number / 2 % 2 == 1, number / 4 == 1};
}

/// The attempt after number `tried`, or the first one after -1; -1: there is none. The input lies in HWC order if that
/// fits, else in CHW order; only if that does not help, layers without weights move their data to other processors, and
/// only then outputs are written over inputs.
template <int N>
constexpr int next_attempt(const Graph<N>& graph, const Options& options, int tried) {
  const bool chw_possible = graph.input_format != DataFormat::hwc && detail::can_be_channels_first(graph, options) &&
                            (!graph[0].streaming || graph.input_format == DataFormat::chw);
  const bool hwc_possible = graph.input_format != DataFormat::chw || !chw_possible;
  for (int next = tried + 1; next < placement_attempts; ++next)
    if (attempt_of(next).input_format == DataFormat::chw ? chw_possible : hwc_possible) return next;
  return -1;
}

/// What is known about an attempt before it is made.
struct Outlook {
  bool possible = false;   ///< each family of tied tensors fits into the memories by itself
  bool promising = false;  ///< so do the least loads of all (LeastLoad), if no convolution overwrites its input
};

/// How often an attempt is repeated with another precedence, if it is at all.
inline constexpr int attempt_repetitions = 4;

/// True if an attempt is worth making. Those without `moves` and `in_place` always are: if nothing fits, their plans
/// show what is missing.
constexpr bool is_worth_making(int number, Outlook outlook) {
  return outlook.possible || !(attempt_of(number).moves || attempt_of(number).in_place);
}

/// True if an attempt is worth repeating: not with layers that stream, where it has never helped.
template <int N>
constexpr bool may_be_repeated(const Graph<N>& graph, Outlook outlook) {
  return outlook.promising && detail::streamed_layers(graph) == 0;
}

/// How far a search for a plan has come: the question that it asks next, or its end. First every attempt that is worth
/// making is made once; if none fits, each that promises something is repeated with the precedence that it suggests.
struct AttemptSearch {
  enum class Asks : unsigned char { outlook, plan, nothing };
  struct Answer {
    bool yes = false;     ///< outlook: the attempt is worth it; plan: it fits
    bool nearer = false;  ///< plan: it is closer to fitting than all before
    bool last = false;    ///< plan: it does not fit, and no other will be nearer
  };

  Asks asks = Asks::outlook;
  int number = -1;     ///< of the attempt; at the end: of the one that fits, or that came closest
  int repetition = 0;  ///< 0: the attempt itself
  int nearest = -1;    ///< attempt that has come closest to fitting
  bool found = false;  ///< at the end: the attempt fits

  constexpr bool ended() const { return asks == Asks::nothing; }
  constexpr bool asks_outlook() const { return asks == Asks::outlook; }
  /// The answer to a question for the outlook.
  template <int N>
  constexpr bool goes_on(const Graph<N>& graph, Outlook outlook) const {
    return repetition == 0 ? is_worth_making(number, outlook) : may_be_repeated(graph, outlook);
  }
  friend constexpr bool operator==(const AttemptSearch&, const AttemptSearch&) = default;
};

/// The first question of a search.
template <int N>
constexpr AttemptSearch first_question(const Graph<N>& graph, const Options& options) {
  return {.number = next_attempt(graph, options, -1)};
}

/// The next question of a search: `answer` is that to the question of `search`.
template <int N>
constexpr AttemptSearch next_question(const Graph<N>& graph, const Options& options, AttemptSearch search,
                                      AttemptSearch::Answer answer) {
  using enum AttemptSearch::Asks;
  if (search.asks == outlook && answer.yes) {
    search.asks = plan;
    return search;
  }
  if (search.asks == plan) {
    if (answer.yes) {
      search.asks = nothing;
      search.found = true;
      return search;
    }
    if (answer.nearer) search.nearest = search.number;
    if (answer.last) return {nothing, search.nearest, 0, search.nearest};
    if (search.repetition > 0 && search.repetition < attempt_repetitions) {
      ++search.repetition;
      return search;
    }
  }
  const bool repeats = search.repetition > 0;
  const int next = next_attempt(graph, options, search.number);
  if (next >= 0) return {outlook, next, repeats ? 1 : 0, search.nearest};
  if (!repeats) return {outlook, next_attempt(graph, options, -1), 1, search.nearest};
  return {nothing, search.nearest, 0, search.nearest};
}

}  // namespace incuse::max7800x
