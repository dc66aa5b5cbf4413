// A network with early exits as two networks, for chips that cannot end an inference by themselves: the program runs
// the first stage, tests its output, and runs the second one only if it has to.
//
//     using First = Deployment<FirstStage<Net>, max78000, FirstParameters<Net, parameters>>;
//     using Second = Deployment<SecondStage<Net>, max78000, SecondParameters<Net, parameters>>;
//     ...  first.unload(early);                      // what the exit's layers deliver: the last output
//     if (!leaves_early<Net>(early)) ...             // else: first.unload<0>(trunk), and run Second on it
//
// Outputs are numbered in the order of their layers: the trunk is number 0 if no layer in front of it is an output.
// Outputs of the layers in front of the exit that Net declares stay outputs of the first stage. If Net has further
// exits, the second stage has them, and can be divided in the same way.
#pragma once

#include <incuse/model/network.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse {

/// True if outputs fulfil the condition of an early exit. `values`: an array, or anything with `operator[]`.
template <class Values>
constexpr bool fulfils(const ExitTest& test, const Values& values, int channels) {
  if (test.part == ExitTest::one) return values[test.channel] >= test.value;
  for (int channel = 0; channel < channels; ++channel)
    if (values[channel] >= test.value) return true;
  return false;
}

namespace detail {

/// How the first early exit divides a network.
struct Division {
  bool possible = false;
  bool in_one_piece = true;    ///< no other layer stands between the tested one and the exit's
  int tested = -1;             ///< layer whose output is tested
  int exit = -1;               ///< last layer of the exit
  int handed = network_input;  ///< what the second stage reads: a layer, or the network's input
};

template <int N>
constexpr Division divide(const Graph<N>& graph) {
  Division division;
  const auto exits = exit_layers(graph);
  if (exits.empty()) return division;
  division.tested = tested_layer(graph, exits[0]);
  division.exit = exits[0];
  for (int i = division.tested + 1; i < division.exit; ++i)
    division.in_one_piece = division.in_one_piece && graph[i].tests();
  bool found = false, one = true;
  for (int i = division.exit + 1; i < graph.size; ++i) {
    if (graph[i].writes_buffer()) one = false;
    for (int source : graph[i].sources) {
      if (source > division.exit) continue;
      if (found && source != division.handed) one = false;
      division.handed = source;
      found = true;
    }
  }
  division.possible = division.in_one_piece && found && one && division.handed != rolling_buffer;
  return division;
}

template <int N>
constexpr Graph<N> first_stage(Graph<N> graph) {
  const Division division = divide(graph);
  if (!division.possible) return Graph<N>{};
  for (int i = division.tested + 1; i < graph.size; ++i) graph[i] = Layer{};
  graph.size = division.tested + 1;
  if (division.handed >= 0) graph[division.handed].output = true;
  return graph;
}

/// The new number of a layer that is named as the next one, when the first `first` layers are left out; 0 if it is one
/// of these (no layer names the first one).
constexpr int moved_up(int next, int first) {
  return next == Placement::not_given ? next : next < first ? 0 : next - first;
}

template <int N>
constexpr Graph<N> second_stage(const Graph<N>& whole) {
  const Division division = divide(whole);
  if (!division.possible) return Graph<N>{};
  Graph<N> graph;
  graph.input = division.handed < 0 ? whole.input : whole[division.handed].out;
  graph.real_input = division.handed < 0 && whole.real_input;
  const int first = division.exit + 1;
  for (int i = first; i < whole.size; ++i) {
    Layer layer = whole[i];
    Sources sources;
    for (int source : layer.sources) sources.push(source == division.handed ? network_input : source - first);
    layer.sources = sources;
    layer.placement.next = moved_up(layer.placement.next, first);
    layer.placement.next_on_hit = moved_up(layer.placement.next_on_hit, first);
    graph[graph.size++] = layer;
  }
  return graph;
}

/// How many of the layers up to `last` have trained weights.
template <int N>
constexpr int trained_until(const Graph<N>& graph, int last) {
  int count = 0;
  for (int i = 0; i <= last; ++i) count += graph[i].trained() ? 1 : 0;
  return count;
}

template <int Count>
struct PickedParameters {
  LayerParameters layers[at_least_one(Count)]{};
};

/// Entries `First` to `End` - 1 of trained parameters.
template <class Trained, int First, int End>
constexpr PickedParameters<End - First> pick_parameters() {
  PickedParameters<End - First> picked;
  constexpr Parameters all = parameters_in<Trained>();
  for (int i = First; i < End && i < all.count; ++i) picked.layers[i - First] = all[i];
  return picked;
}
template <class Trained, int First, int End>
inline constexpr PickedParameters<End - First> picked_parameters = pick_parameters<Trained, First, End>();

template <class Net>
struct Divided {
  static constexpr const auto& graph = graph_of<Net>();
  static constexpr Division division = divide(graph);
  static_assert(graph.size == 0 || !exit_layers(graph).empty(), "the network has no early exit that would divide it");
  static_assert(division.in_one_piece,
                "the first early exit does not stand directly behind the layer that it tests: put it there");
  static_assert(graph.size == 0 || exit_layers(graph).empty() || !division.in_one_piece || division.possible,
                "the layers behind the early exit read several tensors in front of it, or use the rolling buffer: let "
                "them read one, such as what the exit reads");
  static constexpr int in_first = trained_until(graph, division.tested);
  static constexpr int in_both = trained_until(graph, graph.size - 1);
};

}  // namespace detail

/// The network up to its first early exit, as a network of its own. Its last output is what the exit's layers deliver;
/// what the second stage reads is an output, too, unless that is the network's input.
template <class Net>
struct FirstStage {
  static constexpr auto graph = detail::first_stage(detail::Divided<Net>::graph);
};
/// The network behind its first early exit. Its input is what the layers there read.
template <class Net>
struct SecondStage {
  static constexpr auto graph = detail::second_stage(detail::Divided<Net>::graph);
};

/// The part of the parameters of Net that belongs to the layers of FirstStage<Net>.
template <class Net, class Trained>
struct FirstParameters {
  static constexpr const auto& layers = detail::picked_parameters<Trained, 0, detail::Divided<Net>::in_first>.layers;
};
/// The part of the parameters of Net that belongs to the layers of SecondStage<Net>.
template <class Net, class Trained>
struct SecondParameters {
  static constexpr const auto& layers =
      detail::picked_parameters<Trained, detail::Divided<Net>::in_first, detail::Divided<Net>::in_both>.layers;
};

/// True if an inference ends at the first early exit of Net: `values`, the output of the exit's layers, fulfil its
/// condition.
template <class Net, class Values>
constexpr bool leaves_early(const Values& values) {
  constexpr detail::Division division = detail::Divided<Net>::division;
  constexpr const auto& graph = graph_of<Net>();
  return fulfils(graph[division.exit].exit, values, graph[division.tested].out.channels);
}

}  // namespace incuse
