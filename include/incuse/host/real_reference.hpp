// The reference executor of real numbers: a network with `real_layers` in 32-bit floating point, as its author has
// trained it. The difference to the KPU's results is what quantisation costs; and it measures the ranges that
// quantisation needs. It never reads a plan, and knows all layers of the model language except bitwise ones.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <incuse/host/reference.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/k210/cpu/cpu_layer.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/k210/tables/real_networks.hpp>

namespace incuse::host {

/// Arithmetic of real numbers, with batch norm and any activation function. Layers that only change how numbers are
/// represented (Quantize and the like) copy them.
struct RealArithmetic {
  using Value = float;
  /// Of a layer with weights. `sums` collects the range of the sums after batch norm and ReLU (RealLayer::convolved).
  struct Parameters {
    const k210::RealLayer* layer;
    k210::RangeFinder* sums;
  };

  static float mean(const Layer& layer, float sum) { return sum / static_cast<float>(layer.pool.area()); }
  static Extent pooling_dilation(const Layer& layer) { return layer.pool_dilation; }
  static float combine(float first, float second, Elementwise operation) {
    return operation == Elementwise::sub ? first - second : first + second;
  }
  static float combined(float result) { return result; }

  /// One output channel of a convolution.
  struct Channel {
    const Layer& layer;
    k210::RangeFinder* sums;
    float start;
    float factor = 1.0f, offset = 0.0f;  ///< the batch norm

    float finish(float sum) const {
      float value = sum * factor + offset;
      if (layer.activation == Activation::relu) value = value < 0.0f ? 0.0f : value;
      sums->add(value);
      return activate(layer, value);
    }
  };
  static float activate(const Layer& layer, float value) {
    switch (layer.activation) {
      case Activation::none:
        break;
      case Activation::relu:
        return value < 0.0f ? 0.0f : value;
      case Activation::abs:
        return std::fabs(value);
      case Activation::function:
        return layer.function(value);
    }
    return value;
  }
  static Channel channel(const Layer& layer, const Parameters& parameters, int index) {
    const k210::RealLayer& own = *parameters.layer;
    Channel result{layer, parameters.sums, own.bias.empty() ? 0.0f : own.bias[index]};
    if (const k210::TrainedBatchNorm& norm = own.batch_norm; !norm.empty()) {
      result.factor = norm.gamma[index] / std::sqrt(norm.variance[index] + norm.epsilon);
      result.offset = norm.beta[index] - norm.mean[index] * result.factor;
    }
    return result;
  }
  static float weight(const Parameters& own, long long index) { return own.layer->weights[static_cast<int>(index)]; }

  /// A layer that combines two tensors, repeated where they have a size of 1.
  static void pair(const Layer& layer, const ConstViewOf<float>* in, ViewOf<float> out) {
    float* to = out.values;
    k210::for_each_pair(in[0].shape, in[1].shape, out.shape, [&](int a, int b) {
      *to++ = k210::paired(layer.with.pairing, in[0].values[a], in[1].values[b]);
    });
  }

  /// Layers without an operator. There is only one lane.
  static void pass(const Layer& layer, ConstViewOf<float> in, ViewOf<float> out, int) {
    const int count = in.shape.elements();
    switch (layer.software) {
      case Software::none:
      case Software::quantize:
      case Software::dequantize:
      case Software::upload:
        for (int i = 0; i < count; ++i) out.values[i] = in.values[i];
        break;
      case Software::requantize:
        for (int i = 0; i < count; ++i) out.values[i] = activate(layer, in.values[i]);
        break;
      case Software::global_average:
        k210::global_average_pool(in.values, in.shape.pixels(), in.shape.channels, out.values);
        break;
      case Software::softmax:
        k210::softmax(in.values, count, out.values);
        break;
      case Software::logistic:
        k210::logistic(in.values, count, out.values);
        break;
      case Software::l2_normalize:
        k210::l2_normalize(in.values, count, out.values);
        break;
      case Software::resize:
        k210::resize_nearest(in.values, in.shape, out.shape.extent(), out.values);
        break;
      case Software::channels_last:
        k210::flatten(in.values, in.shape, out.values);
        break;
      case Software::pad:
        k210::pad_values(in.values, in.shape, out.shape, layer.with.before, layer.pad_value, out.values);
        break;
      case Software::transpose:
      case Software::reshape:
      case Software::slice:
      case Software::channel_shuffle:
      case Software::space_to_depth:
      case Software::depth_to_space:
        k210::move_values(in.values, k210::walk_of(layer.with, layer.software, in.shape), out.values);
        break;
      case Software::reduce:
        k210::reduce(in.values, in.shape, out.shape, layer.with.reduction, out.values);
        break;
      case Software::apply:
        for (int i = 0; i < count; ++i) out.values[i] = activate(layer, in.values[i]);
        break;
      case Software::combine:  // see `pair`
        break;
      case Software::add_padding:
        for (int i = 0; i < out.shape.elements(); ++i)
          out.values[i] = i % out.shape.pixels() == 0 ? in.values[i / out.shape.pixels()] : 0.0f;
        break;
      case Software::remove_padding:
        for (int c = 0; c < out.shape.channels; ++c) out.values[c] = in.values[c * in.shape.pixels()];
        break;
    }
  }
};

namespace detail {

/// True if a layer has options that only networks of signed bytes know.
inline bool is_of_bytes(const Layer& layer) {
  return k210::has_byte_options(layer) || layer.wide || layer.elementwise == Elementwise::bitwise_or ||
         layer.elementwise == Elementwise::bitwise_xor;
}

/// What is wrong with parameters, apart from their ranges.
inline Text problem_without_ranges(const Layer& layer, k210::RealLayer own) {
  own.convolved = own.output = {0.0f, 1.0f};
  return layer.on_cpu ? k210::problem_of_cpu(layer, own) : k210::problem_of(layer, own);
}

}  // namespace detail

/// The first reason why a network of real numbers, with inferred shapes, cannot run. `layers` are its parameters: see
/// k210::real_parameters.
template <int N>
Obstacle obstacle(const Graph<N>& graph, const k210::RealLayer* layers, int count) {
  if (const Text reason = detail::obstacle_of_network(graph, 1); !reason.empty()) return {-1, reason};
  const k210::Elements<N> elements = k210::elements_of(graph);
  if (count != k210::entry_index(graph, elements, graph.size))
    return {-1, "there are parameters for another number of layers"};
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    if (const Text reason = detail::obstacle_of_layer(graph, i, layer.pool_dilation); !reason.empty())
      return {i, reason};
    if (detail::is_of_bytes(layer)) return {i, "it has options that mean nothing to real numbers"};
    if (layer.activation == Activation::function && layer.function == nullptr)
      return {i, "its activation function is missing"};
    if (!k210::has_entry(graph, elements, i)) continue;
    const Text problem = detail::problem_without_ranges(layer, layers[k210::entry_index(graph, elements, i)]);
    if (!problem.empty()) return {i, problem};
  }
  return {};
}

/// A network of real numbers that is ready to run.
template <int N>
class RealExecutor {
 public:
  /// The graph is inferred. `layers` are its parameters (k210::real_parameters), which have to outlive the executor.
  /// Their ranges are not used.
  RealExecutor(const Graph<N>& graph, const k210::RealLayer* layers, int count)
      : graph_(graph), elements_(k210::elements_of(graph)), layers_(layers), obstacle_(obstacle(graph, layers, count)) {
    if (ready()) memory_.resize(static_cast<std::size_t>(memory_size(graph)));
  }

  bool ready() const { return obstacle_.none(); }
  /// Why the network cannot run.
  const Obstacle& reason() const { return obstacle_; }
  /// The same as a sentence, "layer 3 (conv3): …"; empty if it can.
  std::string problem() const { return problem_text(obstacle_, graph_); }

  /// Runs one input: numbers in channels x height x width order. Does nothing unless the network is ready.
  void run(const float* input) {
    if (!ready()) return;
    const auto parameters = [&](int i) {
      return RealArithmetic::Parameters{layers_ + k210::entry_index(graph_, elements_, i), &sums_[i]};
    };
    run_layers(RealArithmetic{}, graph_, parameters, input, memory_.data(), 1);
    for (int i = 0; i < graph_.size; ++i)
      for (int e = 0; e < graph_[i].out.elements(); ++e) outputs_[i].add(output(i, e));
    for (int e = 0; e < graph_.input.elements(); ++e) input_.add(input[e]);
  }

  /// One value of a layer's output; 0 if there is no such value, or the network is not ready.
  float output(int layer, int element) const {
    if (!has(layer) || element < 0 || element >= graph_[layer].out.elements()) return 0.0f;
    return memory_[static_cast<std::size_t>(output_start(graph_, layer)) + static_cast<std::size_t>(element)];
  }
  /// The whole output of a layer, in channels x height x width order; nothing if there is none.
  std::vector<float> output_of(int layer) const {
    if (!has(layer)) return {};
    const float* first = memory_.data() + output_start(graph_, layer);
    return {first, first + graph_[layer].out.elements()};
  }

  /// Ranges of all inputs that ran so far, for parameters that are to be quantised: `input` of the parameters …
  k210::Range input_range() const { return input_.range; }
  /// … and RealLayer::convolved …
  k210::Range sum_range(int layer) const { return has(layer) ? sums_[layer].range : k210::Range{}; }
  /// … and RealLayer::output.
  k210::Range output_range(int layer) const { return has(layer) ? outputs_[layer].range : k210::Range{}; }

 private:
  bool has(int layer) const { return ready() && layer >= 0 && layer < graph_.size; }

  Graph<N> graph_;
  k210::Elements<N> elements_;
  const k210::RealLayer* layers_;
  KeptObstacle obstacle_;
  std::vector<float> memory_{};
  k210::RangeFinder input_{}, sums_[N]{}, outputs_[N]{};
};

/// The executor of a network type with the parameters of a type (k210::RealLayer).
template <class Net, class Trained>
auto real_executor() {
  constexpr k210::RealLayers layers = k210::real_layers_in<Trained>();
  return RealExecutor(graph_of<Net>(), layers.entries, layers.count);
}

}  // namespace incuse::host
