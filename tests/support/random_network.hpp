// Networks at random, the same for the same seed everywhere: shapes as people build them, with weights.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <incuse/host/runnable.hpp>
#include <incuse/max7800x/devices.hpp>
#include <incuse/max7800x/plan/passes.hpp>
#include <incuse/model/shapes.hpp>

#include "layers.hpp"
#include "random.hpp"
#include "stored_parameters.hpp"

namespace planned {

enum class Kind : unsigned char {
  chain,
  residual,
  u_net,
  fire,
  detector,
  one_dimensional,
  uneven,
  mobile,  ///< depth-wise layers between wide and narrow tensors
  deep,    ///< more than 32 layers
  heavy,   ///< more weights than 432 KiB
  large,   ///< pictures that fill more than 32 KiB of every memory
  last = large,
};
inline constexpr int kinds = static_cast<int>(Kind::last) + 1;

struct KindName {
  Kind key;
  const char* name;
};
inline constexpr KindName kind_names[] = {
    {Kind::chain, "chain"},       {Kind::residual, "residual"},   {Kind::u_net, "u-net"},   {Kind::fire, "fire"},
    {Kind::detector, "detector"}, {Kind::one_dimensional, "1-d"}, {Kind::uneven, "uneven"}, {Kind::mobile, "mobile"},
    {Kind::deep, "deep"},         {Kind::heavy, "heavy"},         {Kind::large, "large"},
};
static_assert(incuse::is_complete(kind_names, Kind::last));
constexpr const char* name_of(Kind kind) { return incuse::row_of(kind_names, kind).name; }

/// False if a part cannot compute any network of a kind.
constexpr bool suits(Kind kind, const incuse::max7800x::Device& device) {
  using incuse::max7800x::Feature;
  if (kind == Kind::mobile) return device.convolution_groups;
  if (kind == Kind::deep) return device.max_layers > 32;
  if (kind == Kind::heavy) return device.weight_bytes > 442'368;
  if (kind == Kind::large) return device.instance_bytes > 32 * 1024;
  if (kind == Kind::chain || kind == Kind::detector) return true;
  return device.has(Feature::elementwise) && device.has(Feature::transposed) && device.has(Feature::one_by_one);
}

/// Weights and biases of a network, and the input.
struct RandomNetwork {
  using Graph = incuse::Graph<incuse::max7800x::most_layers>;

  Graph graph{};  ///< inferred and bound
  incuse::test::StoredParameters stored{};
  std::vector<int> input{};

  incuse::Parameters parameters() const { return stored.parameters(); }
};

/// Builds a network layer by layer; tensors are named by the layer that writes them, -1 is the input.
class NetworkBuilder {
 public:
  /// What the part cannot do is left out; a part that can do everything does not change a network.
  explicit NetworkBuilder(std::uint32_t seed, const incuse::max7800x::Device& device = incuse::max78000)
      : random_(seed), device_(device) {}

  RandomNetwork build(Kind kind) {
    add_layers(kind);
    finish();
    return std::move(net_);
  }

 private:
  using Layer = incuse::Layer;
  using Operator = incuse::Operator;

  void add_layers(Kind kind) {
    switch (kind) {
      case Kind::chain:
        return chain();
      case Kind::residual:
        return residual();
      case Kind::u_net:
        return u_net();
      case Kind::fire:
        return fire();
      case Kind::detector:
        return detector();
      case Kind::one_dimensional:
        return one_dimensional();
      case Kind::uneven:
        return uneven();
      case Kind::mobile:
        return mobile();
      case Kind::deep:
        return deep();
      case Kind::heavy:
        return heavy();
      case Kind::large:
        return large();
    }
  }

  // Chance ------------------------------------------------------------------------------------------------------------

  int channels() {
    const int count = random_.one_of({1, 3, 4, 8, 8, 12, 16, 16, 20, 24, 32, 32, 48, 60, 64, 64, 72, 96, 128});
    return has_few_weights() ? std::min(count, 16) : count;
  }
  int few_channels() {
    const int count = random_.one_of({4, 4, 8, 8, 12, 16, 16, 20, 24, 32});
    return has_few_weights() ? std::min(count, 12) : count;
  }
  bool has_few_weights() const { return device_.weight_bytes < 100'000; }
  int size() { return random_.one_of({8, 12, 16, 16, 20, 24, 28, 32, 32, 40, 48, 64}); }

  // Layers ------------------------------------------------------------------------------------------------------------

  static constexpr int nothing = -2;
  int count() const { return net_.graph.size; }
  bool full(int reserve = 2) const { return count() + reserve > most_; }
  incuse::Shape shape(int tensor) const { return source_shape(net_.graph, tensor); }

  int add(Layer layer, std::initializer_list<int> sources) {
    for (int source : sources) layer.sources.push(source);
    Graph& graph = net_.graph;
    const bool was_output = graph.size > 0 && outputs_[static_cast<std::size_t>(graph.size) - 1];
    if (graph.size > 0) graph[graph.size - 1].output = was_output;
    graph[graph.size++] = layer;
    outputs_.push_back(layer.output);
    graph = infer(graph);
    return graph.size - 1;
  }
  /// Kernels that do not make a network too slow to run thousands of them.
  int kernel_for(incuse::Shape in, int out) {
    const long long work = 9LL * in.elements() * out;
    const int size = work > 8'000'000 || random_.one_in(3) ? 1 : 3;
    return device_.has(Feature::one_by_one) ? size : 3;
  }
  Layer convolution(incuse::Shape in, int out, int kernel = 0) {
    const int size = kernel > 0 ? kernel : kernel_for(in, out);
    Layer layer = incuse::test::conv2d(out, size, size == 3 ? 1 : 0);
    finish_weights(layer);
    return layer;
  }
  void finish_weights(Layer& layer) {
    layer.bias = layer.out_channels <= 512 && !random_.one_in(3);
    layer.weight_bits = random_.one_in(3) ? random_.one_of({1, 2, 4}) : 8;
    if (!device_.has(Feature::narrow_weights)) layer.weight_bits = 8;
    layer.activation = random_.one_in(4) ? incuse::Activation::none : incuse::Activation::relu;
    layer.output_shift = std::max(-device_.max_shift, random_.one_of({-4, -3, -2, -1, 0}));
  }
  Layer transposed(int out) {
    Layer layer = incuse::test::transposed(out);
    finish_weights(layer);
    return layer;
  }
  Layer pooled(Layer layer) {
    return incuse::test::pooled(random_.one_in(3) ? incuse::Pooling::average : incuse::Pooling::max, {2, 2}, {2, 2},
                                layer);
  }
  int conv(int from, int out, int kernel = 0) { return add(convolution(shape(from), out, kernel), {from}); }
  int pooled_conv(int from, int out) {
    if (shape(from).height < 4 || shape(from).width < 4) return conv(from, out);
    incuse::Shape half = shape(from);
    half.height /= 2;
    half.width /= 2;
    return add(pooled(convolution(half, out)), {from});
  }
  int sum(std::initializer_list<int> from) {
    const incuse::Elementwise operation = random_.one_in(6) ? incuse::Elementwise::sub : incuse::Elementwise::add;
    const incuse::Shape in = shape(*from.begin());
    // A convolution may follow in the same layer where the hardware knows how.
    const bool convolves = in.channels <= 64 && random_.one_in(2);
    Layer behind = convolves ? convolution(in, few_channels()) : Layer{};
    behind.bias = behind.bias && device_.elementwise_convolution_bias;
    return add(incuse::test::combining(operation, static_cast<int>(from.size()), behind), from);
  }
  /// A convolution that reads several tensors as one.
  int joined_conv(std::initializer_list<int> from, int out) {
    incuse::Shape in = shape(*from.begin());
    in.channels = 0;
    for (int tensor : from) in.channels += shape(tensor).channels;
    return add(convolution(in, out), from);
  }
  void classifier(int from) {
    if (!device_.has(Feature::linear)) return;
    while (shape(from).pixels() > 64 && !full()) from = pooled_conv(from, few_channels());
    Layer layer = incuse::test::linear(random_.one_of({2, 5, 10, 21, 100}));
    layer.flatten = shape(from).pixels() > 1;
    finish_weights(layer);
    layer.activation = incuse::Activation::none;
    if (shape(from).pixels() * incuse::max7800x::passes_of(shape(from).channels).count > 256) return;
    layer.wide = random_.one_in(2);
    add(layer, {from});
  }
  void input(int most_channels, int height, int width) {
    net_.graph.input = {1 + random_.below(most_channels), height, width};
  }

  // Kinds -------------------------------------------------------------------------------------------------------------

  void chain() {
    const bool large = random_.one_in(4);  // too large to be held, or nearly so
    input(large ? random_.one_of({1, 3, 4}) : random_.one_of({1, 3, 4, 16, 100}),
          large ? random_.one_of({80, 90, 112, 128, 200}) : size(),
          large ? random_.one_of({80, 96, 120, 128, 180}) : size());
    net_.graph.input.channels =
        std::min(net_.graph.input.channels, incuse::max7800x::all_processors * device_.max_input_passes);
    int last = incuse::network_input;
    const int layers = 2 + random_.below(16);
    const auto width = [&](int from) { return shape(from).pixels() > 4096 ? random_.one_of({4, 8, 16}) : channels(); };
    for (int i = 0; i < layers; ++i)
      last = random_.one_in(large ? 2 : 4) ? pooled_conv(last, width(last)) : conv(last, width(last));
    if (!random_.one_in(3)) classifier(last);
  }

  /// Blocks of two or three convolutions with one way around them, or two.
  void residual() {
    const int side = random_.one_in(3) ? random_.one_of({48, 56, 64}) : size();
    input(4, side, random_.one_in(2) ? side : size());
    int last = conv(incuse::network_input, channels());
    const int blocks = 1 + random_.below(5);
    for (int b = 0; b < blocks && !full(5); ++b) {
      if (random_.one_in(3)) last = pooled_conv(last, channels());
      const int width = shape(last).channels;
      const int first = conv(last, width), second = random_.one_in(3) ? conv(first, width) : first;
      const int third = conv(second, width);
      if (random_.one_in(5) && second != first)
        last = sum({last, first, third});
      else if (random_.one_in(5))
        last = sum({last, conv(last, width, 1), third});
      else
        last = sum({last, third});
      if (random_.one_in(6)) last = sum({last, last == third ? first : conv(last, shape(last).channels)});
    }
    classifier(last);
  }

  void u_net() {
    input(4, random_.one_of({16, 32, 48, 64}), random_.one_of({16, 32, 64}));
    const int depth = 1 + random_.below(3);
    std::vector<int> skips;
    int last = incuse::network_input, width = few_channels();
    for (int level = 0; level < depth; ++level) {
      last = conv(last, width);
      if (random_.one_in(2)) last = conv(last, width);
      skips.push_back(last);
      if (random_.one_in(2)) width = random_.one_of({8, 16, 24, 32, 48});
      last = pooled_conv(last, width);
    }
    if (random_.one_in(2)) last = conv(last, width);
    while (!skips.empty() && !full(3)) {
      const int skip = skips.back();
      skips.pop_back();
      last = add(transposed(random_.one_in(4) ? few_channels() : shape(skip).channels), {last});
      if (random_.one_in(4) && shape(last).channels == shape(skip).channels)
        last = sum({last, skip});
      else
        last = joined_conv({skip, last}, few_channels());
    }
    conv(last, random_.one_of({1, 2, 4, 10}), 1);
  }

  /// Squeeze, expand in two ways, read both as one.
  void fire() {
    input(4, size(), size());
    int last = pooled_conv(incuse::network_input, few_channels());
    const int modules = 1 + random_.below(6);
    for (int m = 0; m < modules && !full(4); ++m) {
      const int squeezed = random_.one_in(5) ? last : conv(last, few_channels(), 1);
      const int width = random_.one_of({8, 12, 16, 20, 24, 32, 32, 64});
      const int narrow = conv(squeezed, width, 1);
      const int other = random_.one_in(4) ? few_channels() : width;
      const int broad = conv(squeezed, other);
      last = joined_conv({narrow, broad}, few_channels());
      if (random_.one_in(3)) last = pooled_conv(last, few_channels());
    }
    classifier(last);
  }

  /// A backbone with heads at several sizes.
  void detector() {
    input(3, random_.one_of({32, 48, 64, 74}), random_.one_of({32, 48, 64, 74}));
    int last = incuse::network_input;
    const int stages = 2 + random_.below(4);
    std::vector<int> levels;
    for (int s = 0; s < stages; ++s) {
      const int repeats = 1 + random_.below(3);
      for (int i = 0; i < repeats && !full(8); ++i) last = conv(last, few_channels());
      last = pooled_conv(last, random_.one_of({16, 24, 32, 48, 64}));
      levels.push_back(last);
    }
    while (levels.size() > 3) levels.erase(levels.begin());
    for (int level : levels)
      for (int out : {random_.one_of({4, 8, 24}), random_.one_of({2, 6, 21, 36})}) {
        if (full()) break;
        const int size = random_.one_in(2) ? 3 : 1;
        Layer head = convolution(shape(level), out, device_.has(Feature::one_by_one) ? size : 3);
        head.activation = incuse::Activation::none;
        head.output = true;
        add(head, {level});
      }
  }

  void one_dimensional() {
    net_.graph.input = {random_.one_of({1, 4, 32, 64, 128}), random_.one_of({32, 64, 100, 128, 500}), 1};
    int last = incuse::network_input;
    const int layers = 3 + random_.below(10);
    for (int i = 0; i < layers; ++i) {
      Layer layer;
      layer.op = Operator::conv1d;
      layer.out_channels = channels();
      layer.kernel = {random_.one_of({1, 3, 3, 5, 9}), 1};
      layer.padding = {random_.below(std::min(3, layer.kernel.height)), 0};
      if (layer.padding.height == 0 && random_.one_in(2) && layer.kernel.height == 3 && i > 0)
        layer.dilation = {random_.one_of({2, 4, 5, 6}), 1};
      if (shape(last).channels > incuse::max7800x::all_processors && !device_.padded_conv1d_passes)
        layer.padding = {0, 0};
      finish_weights(layer);
      const int length = shape(last).height;
      if (random_.one_in(4) && length >= 16) {
        layer.pooling = incuse::Pooling::max;
        layer.pool = layer.pool_stride = {2, 1};
        layer.dilation = {1, 1};
      }
      const int reach = (layer.kernel.height - 1) * layer.dilation.height;
      if (length / layer.pool.height + 2 * layer.padding.height <= reach + 2) break;
      const int next = add(layer, {last});
      last = random_.one_in(4) && shape(next) == shape(last) && last >= 0 ? add(incuse::test::adding(2), {next, last})
                                                                          : next;
    }
    classifier(last);
  }

  /// Numbers of channels that do not fill passes, blocks or bytes, and every operator.
  void uneven() {
    input(140, 4 + random_.below(6), 4 + random_.below(6));
    const auto width = [&] { return 1 + random_.below(random_.one_in(3) ? 140 : 20); };
    int last = incuse::network_input;
    for (int left = 2 + random_.below(6); left > 0; --left) {
      const int choice = random_.below(6), pixels = shape(last).pixels();
      if (choice == 0) {
        last = pooled_conv(last, width());
      } else if (choice == 1 && pixels <= 64) {
        last = add(transposed(width()), {last});
      } else if (choice == 2) {
        last = sum({last, conv(last, shape(last).channels)});
      } else {
        last = conv(last, width(), random_.one_in(2) ? 1 : 3);
      }
    }
    classifier(last);
  }

  Layer depthwise(incuse::Shape in) {
    Layer layer = incuse::test::conv2d(in.channels, random_.one_in(4) ? 1 : 3, 0);
    layer.padding = {layer.kernel.height / 2, layer.kernel.width / 2};
    layer.groups = in.channels;
    finish_weights(layer);
    return layer;
  }
  int depthwise(int from) {
    if (random_.one_in(3) && shape(from).height >= 4 && shape(from).width >= 4) {
      incuse::Shape half = shape(from);
      half.height /= 2;
      half.width /= 2;
      return add(pooled(depthwise(half)), {from});
    }
    return add(depthwise(shape(from)), {from});
  }

  /// Blocks that widen a tensor, filter every channel by itself and narrow it again, with a way around some of them.
  void mobile() {
    most_ = random_.one_in(3) ? 100 : 26;
    input(4, size(), size());
    int last = conv(incuse::network_input, few_channels());
    for (int blocks = 1 + random_.below(most_ / 4); blocks > 0 && !full(6); --blocks) {
      const int wide = shape(last).channels * random_.one_of({1, 2, 4, 6});
      const int filtered = depthwise(wide > 512 ? last : conv(last, wide, 1));
      const bool same = shape(filtered).extent() == shape(last).extent();
      const int narrow = conv(filtered, same && random_.one_in(2) ? shape(last).channels : few_channels(), 1);
      last = shape(narrow) == shape(last) ? sum({last, narrow}) : narrow;
    }
    classifier(last);
  }

  /// Up to as many layers as the part has, on small pictures.
  void deep() {
    most_ = device_.max_layers - 4;
    input(4, random_.one_of({8, 10, 12, 16}), random_.one_of({8, 12, 16}));
    int last = incuse::network_input;
    for (int layers = 33 + random_.below(most_ - 33); count() < layers && !full(4);) {
      if (random_.one_in(30)) {
        last = pooled_conv(last, few_channels());
      } else if (random_.one_in(5) && last >= 0) {
        last = sum({last, conv(last, shape(last).channels)});
      } else {
        last = conv(last, few_channels());
      }
    }
    classifier(last);
  }

  /// Many channels in small pictures.
  void heavy() {
    input(random_.one_of({3, 64, 200}), random_.one_of({4, 6, 8}), random_.one_of({4, 6, 8}));
    int last = incuse::network_input;
    const long long most = 200'000 + random_.below(2'600'000);
    for (long long weights = 0; weights < most && !full(3);) {
      const int from = last, channels = random_.one_of({64, 100, 128, 192, 256, 320, 512});
      if (random_.one_in(5) && shape(last).channels <= 512 && last >= 0)
        last = sum({last, add(convolution(shape(last), shape(last).channels, 3), {last})});
      else
        last = add(convolution(shape(last), channels, random_.one_in(4) ? 1 : 3), {last});
      weights += 9LL * shape(from).channels * shape(last).channels;
    }
    classifier(last);
  }

  void large() {
    input(4, random_.one_of({144, 150, 176, 200, 240}), random_.one_of({144, 160, 180, 200}));
    int last = incuse::network_input;
    const auto width = [&] { return random_.one_of({3, 4, 4, 8}); };
    for (int layers = 1 + random_.below(5); layers > 0; --layers) last = conv(last, width());
    for (int layers = 1 + random_.below(3); layers > 0; --layers) last = pooled_conv(last, width());
    classifier(last);
  }

  // Parameters --------------------------------------------------------------------------------------------------------

  void finish() {
    Graph& graph = net_.graph;
    net_.stored = {graph, [&](int, int bits, int) { return random_.signed_bits(bits); }};
    graph = bind(graph, net_.parameters());
    for (int i = 0; i < graph.input.elements(); ++i) net_.input.push_back(random_.below(256) - 128);
  }

  using Feature = incuse::max7800x::Feature;
  using Graph = RandomNetwork::Graph;
  incuse::test::Random random_;
  const incuse::max7800x::Device& device_;
  int most_ = 26;  ///< layers
  RandomNetwork net_{};
  std::vector<bool> outputs_{};
};

}  // namespace planned
