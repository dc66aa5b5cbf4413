// A network as the K210 executes it: layers of the KPU, and those that the author put on the CPU (on_cpu). The model
// language pools before a convolution, the KPU after one: a pooling window becomes part of the KPU layer that writes
// its input, or of an additional layer that copies (a 1x1 convolution with an identity matrix).
#pragma once

#include <incuse/k210/cpu/cpu_layer.hpp>
#include <incuse/k210/plan/kpu_layer.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::k210 {

/// One layer of the KPU, made of layers of a graph, or one that runs on the CPU.
struct KpuStep {
  KpuLayer layer{};
  CpuLayer cpu{};        ///< if the CPU runs it; `layer` is not used then
  Sources sources{};     ///< steps whose outputs it reads; a layer of the KPU reads one
  int author_layer = 0;  ///< layer of the graph that it belongs to
  bool copies = false;   ///< 1x1 with an identity matrix: added for its pooling, or to write an output
  bool output = false;   ///< its output is one of the network's

  constexpr bool on_cpu() const { return cpu.task != Task::none; }
  constexpr int source() const { return sources[0]; }
  constexpr Shape out() const { return on_cpu() ? cpu.out : layer.out(); }
  constexpr Element element() const { return on_cpu() ? description_of(cpu.task).out : Element::code; }
  /// True if its output is written into AI RAM.
  constexpr bool writes_ram() const { return !on_cpu() || k210::writes_ram(cpu.task); }
  /// True if its output has the scale and zero point of its source.
  constexpr bool keeps_codes() const { return copies || (on_cpu() && description_of(cpu.task).keeps_codes); }
};

/// The steps of a graph, executed in order. A layer may need a copy before it.
template <int N>
struct KpuGraph {
  static constexpr int capacity = N > 0 ? 2 * N : 1;

  Shape input{};
  Element input_element = Element::code;
  KpuStep steps[capacity]{};
  int size = 0;

  constexpr const KpuStep& operator[](int i) const { return steps[INCUSE_INDEX_BELOW(i, capacity)]; }
  constexpr KpuStep& operator[](int i) { return steps[INCUSE_INDEX_BELOW(i, capacity)]; }
  constexpr Shape shape_of(int tensor) const { return tensor == network_input ? input : steps[tensor].out(); }
  constexpr Element element_of(int tensor) const {
    return tensor == network_input ? input_element : steps[tensor].element();
  }
  /// The tensor that determines scale and zero point of this one: found by going back over steps that keep their codes.
  constexpr int meaning_of(int tensor) const {
    while (tensor != network_input && steps[tensor].keeps_codes()) tensor = steps[tensor].source();
    return tensor;
  }
  constexpr int count(bool on_cpu) const {
    int found = 0;
    for (int i = 0; i < size; ++i) found += steps[i].on_cpu() == on_cpu ? 1 : 0;
    return found;
  }
};

/// The KPU's pooling for the window of a layer, if there is one.
struct PoolChoice {
  KpuPool pool = KpuPool::none;
  bool exists = false;
};

/// What a layer does with its windows. A stride without a window picks pixels.
constexpr Picks picks_of(const Layer& layer) {
  if (layer.pooling == Pooling::pick || layer.pool == Extent{1, 1}) return Picks::pixel;
  return layer.pooling == Pooling::average ? Picks::mean : Picks::maximum;
}

/// The pooling of a layer that does the same with its windows as the KPU.
constexpr Pooling pooling_of(Picks picks) {
  switch (picks) {
    case Picks::maximum:
      return Pooling::max;
    case Picks::mean:
      return Pooling::average;
    case Picks::pixel:
      return Pooling::pick;
  }
  return Pooling::none;
}

/// The KPU's pooling that computes what the windows of a layer do, if there is one. Both have to yield the same size:
/// for a stride without a window the model language rounds size / stride up, but the KPU always rounds it down.
constexpr PoolChoice pool_for(const Layer& layer) {
  if (layer.pool_dilation != Extent{1, 1}) return {};
  const int column = layer.pooling == Pooling::pick ? layer.pool_column : 0;
  for (int i = 0; i < pool_types; ++i) {
    const PoolDescription& d = pool_descriptions[i];
    const int window = picks_of(layer) == Picks::pixel && layer.pooling != Pooling::pick ? 1 : d.window;
    const bool reaches_beyond = d.picks != Picks::pixel && d.stride < d.window;
    const bool same_size =
        layer.pooled.height == layer.in.height / d.stride && layer.pooled.width == layer.in.width / d.stride;
    if (d.picks == picks_of(layer) && d.column == column && reaches_beyond == layer.pool_same &&
        layer.pool == Extent{window, window} && layer.pool_stride == Extent{d.stride, d.stride} && same_size)
      return {static_cast<KpuPool>(i), true};
  }
  return {};
}

/// True if a layer becomes no step: its result is the tensor that it reads. Outputs always become a step, so that every
/// output is a tensor of its own, and the network's last output is written last.
constexpr bool hands_on(const Layer& layer) {
  return !layer.on_cpu && !layer.weighted() && !has_pooling_options(layer) && !layer.output;
}

/// The layer that computes the tensor `source`: skips layers that become no step. It may be the network's input.
template <int N>
constexpr int maker_of(const Graph<N>& graph, int source) {
  for (int read = source; source >= 0 && hands_on(graph[source]); source = read) {
    read = graph[source].sources.empty() ? network_input : graph[source].sources[0];
    if (read >= source) break;  // no layer reads a later one
  }
  return source;
}

namespace detail {

/// How many layers read the output of a layer.
template <int N>
constexpr int readers_of(const Graph<N>& graph, int maker) {
  int count = 0;
  for (int i = 0; i < graph.size; ++i) {
    if (hands_on(graph[i])) continue;
    for (int source : graph[i].sources) count += maker_of(graph, source) == maker ? 1 : 0;
  }
  return count;
}

/// Converts one layer after the other.
template <int N>
class Conversion {
 public:
  constexpr explicit Conversion(const Graph<N>& graph) : graph_(graph), elements_(elements_of(graph)) {
    result_.input = graph.input;
    result_.input_element = elements_.input;
  }

  constexpr KpuGraph<N> run() {
    for (int i = 0; i < graph_.size; ++i) add(i);
    return result_;
  }

 private:
  constexpr void add(int index) {
    const Layer& layer = graph_[index];
    int tensor = network_input;
    if (layer.on_cpu) {
      tensor = append_cpu(layer, index);
    } else {
      const int source = layer.sources.empty() ? network_input : layer.sources[0];
      tensor = tensor_of(source);
      if (has_pooling_options(layer))
        tensor = pooled(index, source, tensor);
      else if (!layer.weighted() && layer.output)
        tensor = append_copy(tensor, index, KpuPool::none);
      if (layer.weighted()) tensor = append(convolution(layer, tensor), tensor, index);
    }
    tensors_[index] = tensor;
    if (layer.output) result_[tensor].output = true;
  }

  constexpr int tensor_of(int source) const { return source == network_input ? network_input : tensors_[source]; }

  constexpr int append(const KpuLayer& layer, int source, int author_layer) {
    KpuStep& step = result_[result_.size];
    step.layer = layer;
    step.sources.push(source);
    step.author_layer = author_layer;
    return result_.size++;
  }
  constexpr int append_cpu(const Layer& layer, int index) {
    KpuStep& step = result_[result_.size];
    step.cpu = cpu_layer_of(layer, elements_.tasks[index], other_operand(graph_, layer));
    for (int source : layer.sources) step.sources.push(tensor_of(source));
    step.author_layer = index;
    return result_.size++;
  }

  constexpr KpuLayer convolution(const Layer& layer, int source) const {
    KpuLayer kpu;
    kpu.in = result_.shape_of(source);
    kpu.out_channels = layer.out.channels;
    kpu.kernel = layer.kernel.height;
    kpu.depthwise = layer.groups > 1;
    return kpu;
  }

  /// 1x1 with an identity matrix.
  constexpr int append_copy(int source, int author_layer, KpuPool pool) {
    KpuLayer copy;
    copy.in = result_.shape_of(source);
    copy.out_channels = copy.in.channels;
    copy.pool = pool;
    const int step = append(copy, source, author_layer);
    result_[step].copies = true;
    return step;
  }

  /// The tensor that results from a layer's pooling window.
  constexpr int pooled(int index, int source, int tensor) {
    const KpuPool pool = pool_for(graph_[index]).pool;
    if (!joins(index, source, tensor)) return append_copy(tensor, index, pool);
    result_[tensor].layer.pool = pool;
    return tensor;
  }
  /// Whether the step that writes a tensor can pool it for this layer: it must be a convolution that does not pool yet
  /// and that only this layer reads. Outputs keep their order.
  constexpr bool joins(int index, int source, int tensor) const {
    if (tensor == network_input || result_[tensor].on_cpu()) return false;
    const KpuStep& maker = result_[tensor];
    const bool ends_late = graph_[index].output && !graph_[index].weighted() && tensor != result_.size - 1;
    return !maker.layer.depthwise && !maker.output && maker.layer.pool == KpuPool::none && !ends_late &&
           readers_of(graph_, maker_of(graph_, source)) == 1;
  }

  const Graph<N>& graph_;
  Elements<N> elements_;
  KpuGraph<N> result_{};
  int tensors_[at_least_one(N)]{};  ///< step that makes the output of each layer
};

}  // namespace detail

/// The steps of a graph that breaks no rule about its layers.
template <int N>
constexpr KpuGraph<N> convert(const Graph<N>& graph) {
  return detail::Conversion<N>(graph).run();
}

}  // namespace incuse::k210
