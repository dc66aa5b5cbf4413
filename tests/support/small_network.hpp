// Small networks at random, the same for the same seed everywhere: a few layers of any kind that read anything in any
// shape, with options. Most make sense, many break a rule.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <incuse/host/random_parameters.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/options.hpp>

#include "random.hpp"

namespace planned {

/// A network with its weights, biases, input and options.
struct SmallNetwork {
  using Graph = incuse::Graph<incuse::max7800x::most_layers>;

  Graph graph{};  ///< inferred and bound
  incuse::max7800x::Options options{};
  incuse::host::RandomParameters random{};
  std::vector<int> input{};

  incuse::Parameters parameters() const { return random.view(); }
};

/// Random weights and biases, and an input. None where the sizes of the network make no sense.
inline SmallNetwork with_parameters(const SmallNetwork::Graph& graph, unsigned seed = 1) {
  SmallNetwork network;
  network.graph = infer(graph);
  for (int i = 0; i < network.graph.size; ++i) {
    const long long weights = incuse::host::weight_count(network.graph[i]);
    if (network.graph[i].weighted() && (weights < 1 || weights > 10'000'000)) return network;
  }
  network.random = incuse::host::random_parameters(network.graph, seed);
  network.graph = bind(network.graph, network.parameters());
  network.input = incuse::host::random_input(network.graph, seed);
  return network;
}

/// Sets one option.
using Choice = void (*)(incuse::max7800x::Options&);

/// Every option of a deployment that may change tables, with a value or two. How the input arrives is not among them.
inline const std::vector<Choice>& option_choices() {
  using Options = incuse::max7800x::Options;
  static const std::vector<Choice> all = {
      [](Options& o) { o.average_pool_rounding = true; },
      [](Options& o) { o.express_weights = false; },
      [](Options& o) { o.write_zero_registers = true; },
      [](Options& o) { o.verify_writes = true; },
      [](Options& o) { o.exact_write_order = true; },
      [](Options& o) { o.clear_memories = true; },
      [](Options& o) { o.clear_unused_layers = true; },
      [](Options& o) { o.simple_1bit = true; },
      [](Options& o) { o.external_ready = true; },
      [](Options& o) { o.power_down_unused = true; },
      [](Options& o) { o.overlap_data = true; },
      [](Options& o) { o.any_bias_group = true; },
      [](Options& o) { o.mlator_unload = true; },
      [](Options& o) { o.ready_selection = 3; },
      [](Options& o) { o.fifo_ready_selection = 2; },
      [](Options& o) { o.always_on_ready_selection = 1; },
      [](Options& o) { o.repetitions = 2; },
      [](Options& o) { o.repetitions = 3; },
      [](Options& o) { o.first_weight_column = 5; },
      [](Options& o) { o.first_weight_column = 100; },
      [](Options& o) { o.processors_per_pass = 4; },
      [](Options& o) { o.processors_per_pass = 20; },
      [](Options& o) { o.processors_per_pass = 63; },
      [](Options& o) { o.stream_start_margin = 0; },
      [](Options& o) { o.stream_start_margin = 3; },
      [](Options& o) { o.stream_delta1_margin = 1; },
      [](Options& o) { o.stream_delta2_margin = 2; },
      [](Options& o) { o.deep_sleep = o.runs_on_risc_v = true; },
  };
  return all;
}

class SmallNetworkBuilder {
 public:
  /// What only some parts can do is tried on these alone; other parts get the same networks without it.
  explicit SmallNetworkBuilder(std::uint32_t seed, const incuse::max7800x::Device& device = incuse::max78000)
      : seed_(seed), random_(seed), device_(device) {}

  SmallNetwork build() {
    one_dimensional_ = random_.one_in(3);
    choose_input();
    const bool fifo = random_.one_in(3);
    int streaming = fifo && random_.one_in(2) ? 1 + random_.below(3) : 0;
    for (int left = 1 + random_.below(5); left > 0; --left) add_layer(streaming-- > 0, left == 1);
    if (fifo) choose_fifo();
    for (int n = 0; n < 2; ++n) random_.one_of(option_choices())(options_);
    SmallNetwork network = with_parameters(graph_, seed_);
    network.options = options_;
    return network;
  }

 private:
  using Layer = incuse::Layer;
  using Operator = incuse::Operator;
  using Shape = incuse::Shape;

  Shape shape(int tensor) const { return source_shape(graph_, tensor); }

  void choose_input() {
    Shape& input = graph_.input;
    input.channels = random_.one_of({1, 2, 3, 4, 4, 5, 8, 8, 16, 16, 32, 64, 65, 100, 128, 130, 200});
    input.height = one_dimensional_ ? random_.one_of({4, 8, 12, 16, 18, 24, 36}) : random_.one_of({1, 2, 4, 5, 6, 8});
    input.width = one_dimensional_ ? 1 : random_.one_of({1, 2, 4, 5, 6, 10});
    const int order = random_.below(8);
    if (order == 0) graph_.input_format = incuse::DataFormat::chw;
    if (order == 1) graph_.input_format = incuse::DataFormat::hwc;
  }

  void add_layer(bool streaming, bool last) {
    Layer layer;
    layer.streaming = streaming;
    choose_sources(layer);
    if (random_.one_in(6)) reshape(layer);
    choose_operator(layer);
    if (layer.op != Operator::linear && layer.dilation.height == 1 && random_.one_in(3)) choose_pooling(layer);
    if (layer.weighted()) choose_weights(layer, last);
    choose_of_later_parts(layer);
    SmallNetwork::Graph& graph = graph_;
    outputs_.push_back(random_.one_in(10));
    graph[graph.size++] = layer;
    graph = infer(graph);
    for (int i = 0; i + 1 < graph.size; ++i) graph[i].output = outputs_[static_cast<std::size_t>(i)];
  }

  // What a layer reads ------------------------------------------------------------------------------------------------

  int any_tensor() { return random_.below(graph_.size + 1) - 1; }

  /// Lets a layer read `count` tensors: a random one, and others that are `like` it; now and then one that is not.
  template <class Like>
  void add_sources(Layer& layer, int count, const Like& like) {
    const int first = any_tensor();
    std::vector<int> tensors;
    for (int t = incuse::network_input; t < graph_.size; ++t)
      if (like(shape(first), shape(t)) || random_.one_in(30)) tensors.push_back(t);
    for (int k = 0; k < count; ++k) layer.sources.push(k == 0 ? first : random_.one_of(tensors));
  }

  void combine(Layer& layer) {
    layer.operands = 2 + random_.below(2);
    layer.elementwise = static_cast<incuse::Elementwise>(1 + random_.below(4));
  }

  void choose_sources(Layer& layer) {
    switch (random_.below(8)) {
      case 0:  // operands of their own
        combine(layer);
        return add_sources(layer, layer.operands, [](Shape a, Shape b) { return a == b; });
      case 1:  // parts of one tensor
        return combine(layer);
      case 2:  // side by side
        return add_sources(layer, 2 + random_.below(2), [](Shape a, Shape b) { return a.extent() == b.extent(); });
      case 3:
        return layer.sources.push(any_tensor());
      default:
        return;
    }
  }

  void reshape(Layer& layer) {
    const Shape read = shape(layer.sources.empty() ? graph_.size - 1 : layer.sources[0]);
    const int factor = 2 + random_.below(3);
    const incuse::Extent choices[] = {{read.pixels(), 1},
                                      {1, read.pixels()},
                                      {read.height * factor, read.width},
                                      {read.height, read.width * factor},
                                      {std::max(1, read.height / factor), read.width * factor},
                                      {read.height, std::max(1, read.width / factor)}};
    layer.in_extent = choices[random_.below(6)];
  }

  // What it does ------------------------------------------------------------------------------------------------------

  void choose_operator(Layer& layer) {
    const int choice = random_.below(10);
    layer.op = choice < 2   ? Operator::none
               : choice < 7 ? (one_dimensional_ != random_.one_in(10) ? Operator::conv1d : Operator::conv2d)
               : choice < 8 ? Operator::conv_transpose2d
                            : Operator::linear;
    if (layer.op == Operator::linear) layer.flatten = !random_.one_in(4);
    if (layer.op == Operator::conv1d) {
      layer.kernel.height = random_.one_of({1, 2, 3, 3, 5, 9});
      layer.padding.height = random_.below(std::min(3, layer.kernel.height));
      if (layer.kernel.height > 1 && random_.one_in(4)) layer.dilation.height = random_.one_of({2, 3, 4, 5, 8});
    }
    if (layer.op == Operator::conv2d && !random_.one_in(3)) {
      layer.kernel = {3, 3};
      layer.padding = {random_.below(3), random_.below(3)};
    }
    if (layer.op == Operator::conv_transpose2d) {
      layer.kernel = {3, 3};
      layer.stride = {2, 2};
      layer.padding.height = layer.padding.width = random_.below(3);
      layer.output_padding = 1;
    }
  }

  void choose_pooling(Layer& layer) {
    layer.pooling = random_.one_in(2) ? incuse::Pooling::max : incuse::Pooling::average;
    layer.pool.height = random_.one_of({1, 2, 2, 3, 4});
    layer.pool_first = layer.operands == 1 || layer.pool.height == 1 || !random_.one_in(3);
    const bool column = layer.op == Operator::conv1d || (one_dimensional_ && !random_.one_in(4));
    layer.pool.width = column ? 1 : random_.one_in(2) ? layer.pool.height : 1 + random_.below(3);
    const int stride = random_.one_in(2) ? layer.pool.height : 1 + random_.below(3);
    layer.pool_stride = {stride, layer.op == Operator::conv1d ? 1 : stride};
  }

  void choose_weights(Layer& layer, bool last) {
    layer.out_channels = random_.one_of({1, 2, 3, 4, 4, 5, 8, 8, 12, 16, 16, 20, 32, 64, 68, 72, 100, 128, 130});
    layer.weight_bits = random_.one_of({1, 2, 4, 8, 8, 8});
    layer.bias = random_.one_in(3);
    layer.output_shift = -random_.below(5);
    layer.wide = last && random_.one_in(4);
    if (!layer.wide) layer.activation = static_cast<incuse::Activation>(random_.below(3));
  }

  void choose_of_later_parts(Layer& layer) {
    if (device_.convolution_groups && layer.weighted() && layer.op != Operator::linear && layer.sources.size < 2 &&
        random_.one_in(6)) {
      const Shape read = shape(layer.sources.empty() ? graph_.size - 1 : layer.sources[0]);
      layer.out_channels = layer.groups = read.channels;
    }
    if (device_.pool_dilation && layer.pools() && random_.one_in(4)) layer.pool_dilation = {2, 1 + random_.below(2)};
    if (device_.binary_weights && layer.weight_bits == 1 && random_.one_in(2)) layer.binary_weights = true;
    using incuse::max7800x::Feature;
    if (device_.has(Feature::parallel_outputs)) layer.placement.parallel_outputs = random_.one_in(4);
    if (device_.has(Feature::read_ahead)) layer.placement.read_ahead = random_.one_in(4);
  }

  // How it is deployed ------------------------------------------------------------------------------------------------

  void choose_fifo() {
    using incuse::max7800x::InputPath;
    const InputPath paths[] = {InputPath::fifo, InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo};
    options_.input_path = paths[random_.below(4)];
    options_.runs_on_risc_v = options_.uses_fast_fifo();
  }

  std::uint32_t seed_;
  incuse::test::Random random_;
  const incuse::max7800x::Device& device_;
  SmallNetwork::Graph graph_{};
  incuse::max7800x::Options options_{};
  std::vector<bool> outputs_{};
  bool one_dimensional_ = false;
};

}  // namespace planned
