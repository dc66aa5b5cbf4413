// Small networks at random, the same for the same seed everywhere: a few layers of any kind that read anything in any
// shape, with options. Most make sense, many break a rule.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include <incuse/host/runnable.hpp>
#include <incuse/max7800x/options.hpp>

namespace planned {

/// Random numbers that are the same with every standard library.
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  int below(int end) { return static_cast<int>(random_() % static_cast<std::uint32_t>(end)); }
  bool one_in(int times) { return below(times) == 0; }
  template <std::size_t N>
  int one_of(const int (&values)[N]) {
    return values[below(static_cast<int>(N))];
  }
  template <class Value>
  const Value& one_of(const std::vector<Value>& values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937 random_;
};

/// A network with its weights, biases, input and options.
struct SmallNetwork {
  using Graph = incuse::Graph<incuse::max7800x::most_layers>;

  Graph graph{};  ///< inferred and bound
  incuse::max7800x::Options options{};
  std::deque<std::vector<char>> bytes{};
  std::vector<incuse::LayerParameters> layers{};
  std::vector<int> input{};

  incuse::Parameters parameters() const { return {layers.data(), static_cast<int>(layers.size())}; }
};

class SmallNetworkBuilder {
 public:
  explicit SmallNetworkBuilder(std::uint32_t seed) : chance_(seed) {}

  SmallNetwork build() {
    one_dimensional_ = chance_.one_in(3);
    choose_input();
    const bool fifo = chance_.one_in(3);
    int streaming = fifo && chance_.one_in(2) ? 1 + chance_.below(3) : 0;
    for (int left = 1 + chance_.below(5); left > 0; --left) add_layer(streaming-- > 0, left == 1);
    if (fifo) choose_fifo();
    for (int n = 0; n < 2; ++n) choose_option();
    fill_parameters();
    return std::move(net_);
  }

 private:
  using Layer = incuse::Layer;
  using Operator = incuse::Operator;
  using Shape = incuse::Shape;

  Shape shape(int tensor) const { return source_shape(net_.graph, tensor); }

  void choose_input() {
    Shape& input = net_.graph.input;
    input.channels = chance_.one_of({1, 2, 3, 4, 4, 5, 8, 8, 16, 16, 32, 64, 65, 100, 128, 130, 200});
    input.height = one_dimensional_ ? chance_.one_of({4, 8, 12, 16, 18, 24, 36}) : chance_.one_of({1, 2, 4, 5, 6, 8});
    input.width = one_dimensional_ ? 1 : chance_.one_of({1, 2, 4, 5, 6, 10});
    const int order = chance_.below(8);
    if (order == 0) net_.graph.input_format = incuse::DataFormat::chw;
    if (order == 1) net_.graph.input_format = incuse::DataFormat::hwc;
  }

  void add_layer(bool streaming, bool last) {
    Layer layer;
    layer.streaming = streaming;
    choose_sources(layer);
    if (chance_.one_in(6)) reshape(layer);
    choose_operator(layer);
    if (layer.op != Operator::linear && layer.dilation.height == 1 && chance_.one_in(3)) choose_pooling(layer);
    if (layer.weighted()) choose_weights(layer, last);
    SmallNetwork::Graph& graph = net_.graph;
    outputs_.push_back(chance_.one_in(10));
    graph[graph.size++] = layer;
    graph = infer(graph);
    for (int i = 0; i + 1 < graph.size; ++i) graph[i].output = outputs_[static_cast<std::size_t>(i)];
  }

  // What a layer reads ------------------------------------------------------------------------------------------------

  int any_tensor() { return chance_.below(net_.graph.size + 1) - 1; }

  /// Tensors that are like one of the network's; rarely others.
  template <class Like>
  void add_sources(Layer& layer, int count, const Like& like) {
    const int first = any_tensor();
    std::vector<int> tensors;
    for (int t = incuse::network_input; t < net_.graph.size; ++t)
      if (like(shape(first), shape(t)) || chance_.one_in(30)) tensors.push_back(t);
    for (int k = 0; k < count; ++k) layer.sources.push(k == 0 ? first : chance_.one_of(tensors));
  }

  void combine(Layer& layer) {
    layer.operands = 2 + chance_.below(2);
    layer.elementwise = static_cast<incuse::Elementwise>(1 + chance_.below(4));
  }

  void choose_sources(Layer& layer) {
    switch (chance_.below(8)) {
      case 0:  // operands of their own
        combine(layer);
        return add_sources(layer, layer.operands, [](Shape a, Shape b) { return a == b; });
      case 1:  // parts of one tensor
        return combine(layer);
      case 2:  // side by side
        return add_sources(layer, 2 + chance_.below(2), [](Shape a, Shape b) { return a.extent() == b.extent(); });
      case 3:
        return layer.sources.push(any_tensor());
      default:
        return;
    }
  }

  void reshape(Layer& layer) {
    const Shape read = shape(layer.sources.empty() ? net_.graph.size - 1 : layer.sources[0]);
    const int factor = 2 + chance_.below(3);
    const incuse::Extent choices[] = {{read.pixels(), 1},
                                      {1, read.pixels()},
                                      {read.height * factor, read.width},
                                      {read.height, read.width * factor},
                                      {std::max(1, read.height / factor), read.width * factor},
                                      {read.height, std::max(1, read.width / factor)}};
    layer.in_extent = choices[chance_.below(6)];
  }

  // What it does ------------------------------------------------------------------------------------------------------

  void choose_operator(Layer& layer) {
    const int choice = chance_.below(10);
    layer.op = choice < 2   ? Operator::none
               : choice < 7 ? (one_dimensional_ != chance_.one_in(10) ? Operator::conv1d : Operator::conv2d)
               : choice < 8 ? Operator::conv_transpose2d
                            : Operator::linear;
    if (layer.op == Operator::linear) layer.flatten = !chance_.one_in(4);
    if (layer.op == Operator::conv1d) {
      layer.kernel.height = chance_.one_of({1, 2, 3, 3, 5, 9});
      layer.padding.height = chance_.below(std::min(3, layer.kernel.height));
      if (layer.kernel.height > 1 && chance_.one_in(4)) layer.dilation.height = chance_.one_of({2, 3, 4, 5, 8});
    }
    if (layer.op == Operator::conv2d && !chance_.one_in(3)) {
      layer.kernel = {3, 3};
      layer.padding = {chance_.below(3), chance_.below(3)};
    }
    if (layer.op == Operator::conv_transpose2d) {
      layer.kernel = {3, 3};
      layer.stride = {2, 2};
      layer.padding.height = layer.padding.width = chance_.below(3);
      layer.output_padding = 1;
    }
  }

  void choose_pooling(Layer& layer) {
    layer.pooling = chance_.one_in(2) ? incuse::Pooling::max : incuse::Pooling::average;
    layer.pool.height = chance_.one_of({1, 2, 2, 3, 4});
    layer.pool_first = layer.operands == 1 || layer.pool.height == 1 || !chance_.one_in(3);
    const bool column = layer.op == Operator::conv1d || (one_dimensional_ && !chance_.one_in(4));
    layer.pool.width = column ? 1 : chance_.one_in(2) ? layer.pool.height : 1 + chance_.below(3);
    const int stride = chance_.one_in(2) ? layer.pool.height : 1 + chance_.below(3);
    layer.pool_stride = {stride, layer.op == Operator::conv1d ? 1 : stride};
  }

  void choose_weights(Layer& layer, bool last) {
    layer.out_channels = chance_.one_of({1, 2, 3, 4, 4, 5, 8, 8, 12, 16, 16, 20, 32, 64, 68, 72, 100, 128, 130});
    layer.weight_bits = chance_.one_of({1, 2, 4, 8, 8, 8});
    layer.bias = chance_.one_in(3);
    layer.output_shift = -chance_.below(5);
    layer.wide = last && chance_.one_in(4);
    if (!layer.wide) layer.activation = static_cast<incuse::Activation>(chance_.below(3));
  }

  // How it is deployed ------------------------------------------------------------------------------------------------

  void choose_fifo() {
    using incuse::max7800x::InputPath;
    const InputPath paths[] = {InputPath::fifo, InputPath::fifo, InputPath::fast_fifo, InputPath::quad_fast_fifo};
    net_.options.input_path = paths[chance_.below(4)];
    net_.options.runs_on_risc_v = net_.options.uses_fast_fifo();
  }

  void choose_option() {
    incuse::max7800x::Options& options = net_.options;
    bool* const switches[] = {&options.average_pool_rounding, &options.write_zero_registers, &options.verify_writes,
                              &options.exact_write_order,     &options.clear_memories,       &options.clear_last_layer,
                              &options.simple_1bit,           &options.external_ready,       &options.power_down_unused,
                              &options.overlap_data,          &options.any_bias_group,       &options.mlator_unload};
    struct Number {
      int* value;
      std::vector<int> choices;
    };
    const Number numbers[] = {
        {&options.ready_selection, {1, 2, 3}},           {&options.fifo_ready_selection, {1, 2, 3}},
        {&options.always_on_ready_selection, {1, 2, 3}}, {&options.repetitions, {2, 3, 4}},
        {&options.first_weight_column, {1, 4, 5, 100}},  {&options.processors_per_pass, {4, 8, 16, 20, 32, 63}},
        {&options.stream_start_margin, {0, 1, 3}},       {&options.stream_delta1_margin, {1, 2}},
        {&options.stream_delta2_margin, {1, 2}}};
    const int choice = chance_.below(22);
    if (choice < 12)
      *switches[choice] = true;
    else if (choice < 21)
      *numbers[choice - 12].value = chance_.one_of(numbers[choice - 12].choices);
    else
      options.express_weights = false;
  }

  // Parameters --------------------------------------------------------------------------------------------------------

  incuse::Tensor tensor(const incuse::Quantity& shape, int bits) {
    long long values = shape.count > 0 ? 1 : 0;
    for (int i = 0; i < shape.count; ++i) values *= shape.values[i];
    const bool sensible = values > 0 && values < 10'000'000;
    std::vector<char> own(sensible ? static_cast<std::size_t>(values) : 0);
    for (char& value : own) value = static_cast<char>(chance_.below(1 << bits) - (1 << (bits - 1)));
    net_.bytes.push_back(std::move(own));
    return sensible ? incuse::parameter::tensor_of(net_.bytes.back().data(), shape) : incuse::Tensor{};
  }

  void fill_parameters() {
    SmallNetwork::Graph& graph = net_.graph;
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].weighted()) continue;
      incuse::LayerParameters own;
      own.weight = tensor(incuse::parameter::weight_shape(graph[i]), graph[i].weight_bits);
      if (graph[i].bias) own.bias = tensor(graph[i].out.channels, 8);
      net_.layers.push_back(own);
    }
    graph = bind(graph, net_.parameters());
    for (int i = 0; i < graph.input.elements(); ++i) net_.input.push_back(chance_.below(256) - 128);
  }

  Chance chance_;
  SmallNetwork net_{};
  std::vector<bool> outputs_{};
  bool one_dimensional_ = false;
};

}  // namespace planned
