// What the hardware needs in a network beyond what its author wrote: copies of tensors that one layer reads interleaved
// with others, word by word, and another layer reads without gaps. Spec: max7800x-placement, section 4.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/gathering.hpp>
#include <incuse/max7800x/plan/plannable.hpp>

namespace incuse::max7800x {

namespace detail {

/// A layer that copies its input unchanged. Such layers can be dropped: the planner adds copies where they are needed.
template <int N>
constexpr bool is_copy(const Graph<N>& graph, int index) {
  const Layer& layer = graph[index];
  return !layer.weighted() && layer.software == Software::none && !layer.on_cpu && layer.operands == 1 &&
         layer.sources.size == 1 && layer.sources[0] != rolling_buffer && !layer.writes_buffer() &&
         layer.pool.area() == 1 && layer.pool_stride.area() == 1 && layer.in == source_shape(graph, layer.sources[0]) &&
         layer.in == layer.out;
}

/// False for a network that is placed by hand, and for one with sources that do not exist or sizes that make no sense,
/// which the rules report.
template <int N>
constexpr bool can_be_arranged(const Graph<N>& graph) {
  if (graph.placed_by_hand() || !is_countable(graph.input)) return false;
  for (int i = 0; i < graph.size; ++i) {
    if (!is_countable(graph[i])) return false;
    for (int source : graph[i].sources)
      if (source == rolling_buffer ? !graph.buffer.exists() : source < network_input || source >= i) return false;
  }
  return true;
}

}  // namespace detail

/// A set of sources: one bit for each source of the layers that have several, in the order of the layers. Sources
/// beyond bit 63 cannot be in it.
using SourceSet = std::uint64_t;

/// Calls `visit(layer, number, bit)` for every source that a SourceSet may have.
template <int N, class Visit>
constexpr void for_each_source(const Graph<N>& graph, Visit&& visit) {
  SourceSet bit = 1;
  for (int i = 0; i < graph.size; ++i)
    for (int k = 0; k < graph[i].sources.size && graph[i].sources.size > 1 && bit != 0; ++k, bit <<= 1)
      visit(i, k, bit);
}

namespace detail {

/// Which layers of a network are left out, and which sources have to be copied. Those in `moved` are copied by a
/// convolution, which may write to any processors; a copy without weights stays in its groups.
template <int N>
struct Arranging {
  const Graph<N>& graph;
  const Options& options;
  bool drops_copies;
  SourceSet moved = 0;
  PerTensor<int, N> stands_for{};  ///< the tensor that is read instead
  PerTensor<int, N> uses{};        ///< how often a tensor is read; layers that combine the same ones count once

  constexpr Arranging(const Graph<N>& g, const Options& o, bool drops, SourceSet to_move = 0)
      : graph(g), options(o), drops_copies(drops), moved(to_move) {
    for (int i = 0; i < graph.size; ++i) {
      stands_for[INCUSE_INDEX_BELOW(tensor_number(i), N + 1)] = dropped(i) ? tensor_of(i, 0) : tensor_number(i);
      if (dropped(i) || twin_of(i) >= 0) continue;
      for (int k = 0; k < graph[i].sources.size; ++k)
        if (const int tensor = tensor_of(i, k); tensor >= 0) ++uses[tensor];
    }
  }

  /// The earlier layer that combines the same tensors, as a sum and a difference do: both find them, or their copies,
  /// in the same places. -1: there is none.
  constexpr int twin_of(int i) const {
    for (int j = 0; j < min_of(i, N - 1); ++j) {  // N - 1: GCC sees that j is in range
      bool same = graph[i].operands > 1 && graph[j].operands == graph[i].operands &&
                  graph[j].sources.size == graph[i].sources.size;
      for (int k = 0; same && k < graph[i].sources.size; ++k) same = tensor_of(i, k) == tensor_of(j, k);
      if (same) return j;
    }
    return -1;
  }

  /// Tensor that layer `i` reads as its source `number`; -1: the rolling buffer.
  constexpr int tensor_of(int i, int number) const {
    const int source = graph[i].sources[number];
    return source == rolling_buffer ? -1 : stands_for[tensor_number(source)];
  }

  constexpr bool dropped(int index) const {
    return drops_copies && is_copy(graph, index) && !graph[index].inserted && !graph[index].output &&
           !graph[index].streaming && !graph[index].placement.anything_given() && !is_cropped_input(index) &&
           !stands_before_buffer(index);
  }

  /// True if only copies of the network's input stand in front of a layer that reads the rolling buffer, this one last:
  /// the first layer reads the input.
  constexpr bool stands_before_buffer(int index) const {
    if (index + 1 >= graph.size || !graph[index + 1].reads_buffer()) return false;
    for (int i = 0; i < index; ++i)
      if (!is_copy(graph, i)) return false;
    return true;
  }

  /// True for a copy of the network's input that a layer crops: the first layer cannot crop.
  constexpr bool is_cropped_input(int index) const {
    bool crops = false;
    for (int i = 0; i < graph.size; ++i)
      for (int source : graph[i].sources) crops = crops || (source == index && graph[i].crops());
    return crops && tensor_of(index, 0) == 0;
  }

  /// True if FIFOs deliver more channels than one of them carries: they are spread over the groups.
  constexpr bool input_is_spread() const { return loaded_shape().channels > processors_per_instance; }

  /// The shape in which the input is loaded: a view<> of its readers, if all of them have the same one; else the
  /// input's own.
  constexpr Shape loaded_shape() const {
    Shape loaded{};
    for (int i = 0; i < graph.size; ++i) {
      if (dropped(i) || !reads_input(i)) continue;
      const Layer& layer = graph[i];
      const bool other_shape = layer.sources.size == 1 && layer.operands == 1 && !layer.crops();
      const Shape own = other_shape ? layer.in : graph.input;
      if (loaded.channels > 0 && own != loaded) return graph.input;
      loaded = own;
    }
    return loaded.channels > 0 && loaded.elements() == graph.input.elements() ? loaded : graph.input;
  }
  constexpr bool reads_input(int i) const {
    for (int k = 0; k < graph[i].sources.size; ++k)
      if (tensor_of(i, k) == 0) return true;
    return false;
  }

  /// True if the copy in front of all layers has to be a convolution: a layer without weights would keep a spread input
  /// spread, and a fast FIFO feeds convolutions only.
  constexpr bool input_needs_weights() const { return options.uses_fast_fifo() || input_is_spread(); }

  /// True if a copy has to stand in front of all layers. FIFOs reach the first layer only, so that it has to be a copy
  /// if more than one layer reads the input.
  constexpr bool copies_input() const {
    if (!options.uses_fifo() || graph[0].streaming || splits_input()) return false;
    return uses[0] > 1 || (uses[0] == 1 && input_needs_weights() && reads_input_without_weights());
  }
  /// True if a layer takes parts of the input's channels for its operands: a copy would not have them in words of their
  /// own either. The rule fifo_operands refuses it.
  constexpr bool splits_input() const {
    for (int i = 0; i < graph.size; ++i) {
      const Layer& layer = graph[i];
      if (layer.operands > 1 && layer.sources.size == 1 && !dropped(i) && tensor_of(i, 0) == 0) return true;
    }
    return false;
  }
  constexpr bool reads_input_without_weights() const {
    for (int i = 0; i < graph.size; ++i)
      if (!dropped(i) && tensor_of(i, 0) == 0) return !graph[i].weighted();
    return false;
  }

  constexpr Layer input_copy() const;

  /// True if source `number` of a layer is copied by a convolution.
  constexpr bool is_moved(int index, int number) const {
    if (moved == 0 || twin_of(index) >= 0) return false;
    SourceSet own = 0;
    for_each_source(graph, [&](int i, int k, SourceSet bit) { own |= i == index && k == number ? bit : 0; });
    return (moved & own) != 0;
  }

  /// True if a copy of source `number` is put in front of a layer.
  constexpr bool is_copied(int index, int number) const { return needs_copy(index, number) || is_moved(index, number); }

  /// True if source `number` of a layer has to be copied: the layer reads it with gaps between its words, which no
  /// other reader can skip, and which neither the input nor an output has.
  constexpr bool needs_copy(int index, int number) const {
    const Layer& layer = graph[index];
    if (layer.sources.size < 2 || member_of(graph, layer, number, options).gap == 0 || twin_of(index) >= 0)
      return false;
    const int tensor = tensor_of(index, number);
    if (tensor <= 0 || uses[tensor] > 1) return true;
    const Layer& producer = graph[writer_of(tensor)];
    return producer.output || producer.wide || producer.writes_buffer() || folds_rows(producer);
  }
};

/// A layer that copies a tensor for the author's layer `reader`.
constexpr Layer copy_of(Shape shape, int source, int reader) {
  Layer copy{};
  copy.sources.push(source);
  copy.in = copy.pooled = copy.out = shape;
  copy.out_channels = shape.channels;
  copy.author_layer = reader;
  copy.inserted = true;
  return copy;
}

/// The same as a convolution with weights of 1 from every channel to itself, and of 0 to the others: the chip divides
/// its sums by 128, which the shift makes up for (arithmetic sheet, section 5), so that all values stay what they are.
constexpr Layer moving(Layer copy) {
  copy.op = copy.in.width == 1 ? Operator::conv1d : Operator::conv2d;
  copy.weight_bits = 8;
  copy.output_shift = 7;
  return copy;
}

template <int N>
constexpr Layer Arranging<N>::input_copy() const {
  const Layer copy = copy_of(loaded_shape(), network_input, 0);
  return input_needs_weights() ? moving(copy) : copy;
}

/// Tensors with more channels overlap each other wherever they lie: to move them would not help.
inline constexpr int most_moved_channels = all_processors / 2;

}  // namespace detail

/// The sources of a network's layers that are copied, and that a convolution could move to processors of another group.
template <int N>
constexpr SourceSet movable_copies(const Graph<N>& graph, const Options& options) {
  if (!detail::can_be_arranged(graph)) return 0;
  const detail::Arranging<N> arranging(graph, options, true);
  SourceSet found = 0;
  for_each_source(graph, [&](int i, int k, SourceSet bit) {
    if (source_shape(graph, graph[i].sources[k]).channels <= detail::most_moved_channels && arranging.needs_copy(i, k))
      found |= bit;
  });
  return found;
}

/// Number of layers of the network that `arrange` returns.
template <int N>
constexpr int arranged_size(const Graph<N>& graph, const Options& options = {}, SourceSet moved = 0) {
  if (!detail::can_be_arranged(graph)) return graph.size;
  const detail::Arranging<N> arranging(graph, options, true, moved);
  int size = arranging.copies_input() ? 1 : 0;
  for (int i = 0; i < graph.size; ++i) {
    if (arranging.dropped(i)) continue;
    ++size;
    for (int k = 0; k < graph[i].sources.size; ++k)
      if (arranging.is_copied(i, k)) ++size;
  }
  return size;
}

namespace detail {

/// True if a layer reads the rolling buffer, or writes to it.
template <int N>
constexpr bool uses_buffer(const Graph<N>& graph) {
  for (int i = 0; i < graph.size; ++i)
    if (graph[i].reads_buffer() || graph[i].writes_buffer()) return true;
  return false;
}

/// The network's input and its rolling buffer, without layers.
template <int Capacity, int N>
constexpr Graph<Capacity> without_layers(const Graph<N>& graph) {
  Graph<Capacity> result{};
  result.input = graph.input;
  result.input_format = graph.input_format;
  result.real_input = graph.real_input;
  result.input_offset = graph.input_offset;
  result.buffer = graph.buffer;
  return result;
}

/// Lets layers that name the next one name it by its new number.
template <int Capacity, int Tensors>
constexpr void renumber_next(Graph<Capacity>& graph, const int (&new_number)[Tensors], int old_size) {
  const auto renumber = [&](int& next) {
    if (next >= 0 && next < old_size) next = new_number[INCUSE_INDEX_BELOW(next, Tensors)];
  };
  for (int i = 0; i < graph.size; ++i) {
    renumber(graph[i].placement.next);
    renumber(graph[i].placement.next_on_hit);
  }
}

/// Lets a layer, number `index` of `graph`, read the new layers that write its tensors, or copies of these tensors,
/// which are added to `result`.
template <int N, int Capacity>
constexpr void arrange_sources(const Arranging<N>& arranging, const Graph<N>& graph, int index,
                               const PerTensor<int, N>& place_of, Layer& layer, Graph<Capacity>& result) {
  for (int k = 0; k < layer.sources.size; ++k) {
    const int tensor = arranging.tensor_of(index, k);
    if (tensor < 0) continue;
    const int source = place_of[tensor];
    layer.sources[k] = source;
    if (!arranging.is_copied(index, k)) continue;
    const Layer copy = copy_of(source_shape(graph, graph[index].sources[k]), source, layer.author_layer);
    layer.sources[k] = result.size;
    result[result.size++] = arranging.is_moved(index, k) ? moving(copy) : copy;
  }
}

}  // namespace detail

/// The network with copies where the hardware needs them: directly in front of the layer that reads them, so that they
/// take memory as late as possible. Sources in `moved` are always copied, by convolutions. Copies that the author wrote
/// are left out where they are not needed, and so is a rolling buffer that no layer uses. Results are those of the
/// author's network, to whose layers `Layer::author_layer` refers. A network that is placed by hand stays as it is, and
/// so does one that has no space for its copies in `Capacity` layers: see `lacks_copies`.
template <int Capacity, int N>
constexpr Graph<Capacity> arrange(const Graph<N>& graph, const Options& options = {}, SourceSet moved = 0) {
  auto result = detail::without_layers<Capacity>(graph);
  const bool untouched = !detail::can_be_arranged(graph) || arranged_size(graph, options, moved) > Capacity;
  if (!untouched && !detail::uses_buffer(graph)) result.buffer = {};
  if (untouched) {
    for (int i = 0; i < graph.size && i < Capacity; ++i) result[result.size++] = graph[i];
    return result;
  }
  const detail::Arranging<N> arranging(graph, options, true, moved);
  PerTensor<int, N> place_of{network_input};  // number of the new layer that writes a tensor
  PerTensor<int, N> starts_at{};              // number of the first new layer that stands for a layer
  if (arranging.copies_input()) {
    place_of[0] = result.size;
    result[result.size++] = arranging.input_copy();
  }
  for (int i = 0; i < graph.size; ++i) {
    starts_at[INCUSE_INDEX_BELOW(i, N + 1)] = i == 0 ? 0 : result.size;
    if (arranging.dropped(i)) continue;
    Layer layer = graph[i];
    layer.author_layer = layer.author_layer < 0 ? i : layer.author_layer;
    const int twin = arranging.twin_of(i);
    if (twin >= 0)
      layer.sources = result[place_of[tensor_number(twin)]].sources;
    else
      detail::arrange_sources(arranging, graph, i, place_of, layer, result);
    if (layer.same_weights_as >= 0) layer.same_weights_as = place_of[tensor_number(layer.same_weights_as)];
    if (layer.same_bias_as >= 0) layer.same_bias_as = place_of[tensor_number(layer.same_bias_as)];
    place_of[tensor_number(i)] = result.size;
    result[result.size++] = layer;
  }
  detail::renumber_next(result, starts_at, graph.size);
  return result;
}

/// True if a network that is to be placed automatically has not been arranged, or could not be.
template <int N>
constexpr bool lacks_copies(const Graph<N>& graph, const Options& options = {}) {
  if (!detail::can_be_arranged(graph)) return false;
  const detail::Arranging<N> arranging(graph, options, false);
  if (arranging.copies_input()) return true;
  for (int i = 0; i < graph.size; ++i)
    for (int k = 0; k < graph[i].sources.size; ++k)
      if (arranging.needs_copy(i, k)) return true;
  return false;
}

}  // namespace incuse::max7800x
