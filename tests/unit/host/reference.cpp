#include <incuse/host/run.hpp>

#include <vector>

#include <doctest/doctest.h>

#include <support/layers.hpp>

namespace test_reference {

using namespace incuse;
using namespace incuse::test;

namespace {

/// Values without a pattern that a wrong index could hit by accident.
int noise(int i) { return static_cast<int>((static_cast<unsigned>(i) * 2654435761u >> 13) % 256) - 128; }

std::vector<int> noise_values(int count, int seed) {
  std::vector<int> values;
  for (int i = 0; i < count; ++i) values.push_back(noise(i + 1000 * seed));
  return values;
}

/// A small network with parameters of its own.
struct Case {
  Graph<4> graph{};
  std::vector<std::vector<char>> bytes{};
  std::vector<LayerParameters> layers{};
  max7800x::Options options{};
  const k210::Device* kpu = nullptr;  ///< whose arithmetic it is, if not a MAX7800x's

  explicit Case(Shape input) { graph.input = input; }

  void add(const Layer& layer) {
    graph[graph.size++] = layer;
    graph = infer(graph);
  }
  Tensor tensor(const std::vector<int>& values) {
    bytes.emplace_back(values.begin(), values.end());
    Tensor result;
    result.bytes = bytes.back().data();
    result.count = static_cast<long long>(values.size());
    return result;
  }
  static void shape(Tensor& tensor, const Quantity& sizes) {
    tensor.rank = sizes.count;
    for (int i = 0; i < sizes.count; ++i) tensor.dimensions[i] = static_cast<int>(sizes.values[i]);
  }
  void add(const Layer& layer, const std::vector<int>& weights, const std::vector<int>& biases = {}) {
    bytes.reserve(16);  // tensors point into it
    add(layer);
    LayerParameters own{.weight = tensor(weights), .bias = tensor(biases)};
    shape(own.weight, parameter::weight_shape(graph[graph.size - 1]));
    if (!biases.empty()) shape(own.bias, own.bias.count);
    layers.push_back(own);
  }
  Parameters parameters() const { return {layers.data(), static_cast<int>(layers.size())}; }
  host::Obstacle obstacle() const { return host::obstacle(graph, parameters()); }
  std::vector<int> run(const std::vector<int>& input) const {
    host::Executor executor(graph, parameters(),
                            kpu != nullptr ? host::ByteArithmetic(*kpu) : host::ByteArithmetic(options));
    REQUIRE_MESSAGE(executor.ready(), executor.reason().reason.data);
    executor.set_input(input.data());
    executor.run();
    return executor.output_of(graph.size - 1);
  }
  std::vector<int> run() const { return run(noise_values(graph.input.elements(), 9)); }
};

int at(const std::vector<int>& values, Shape shape, int c, int y, int x) {
  const bool inside = y >= 0 && y < shape.height && x >= 0 && x < shape.width;
  return inside ? values[static_cast<std::size_t>((c * shape.height + y) * shape.width + x)] : 0;
}

}  // namespace

TEST_CASE("a convolution is the sum that defines it") {
  struct Kind {
    Operator op;
    Extent kernel, padding, dilation;
    int groups;
  };
  const Kind kinds[] = {
      {Operator::conv2d, {3, 3}, {0, 0}, {1, 1}, 1}, {Operator::conv2d, {3, 3}, {1, 1}, {1, 1}, 1},
      {Operator::conv2d, {3, 3}, {2, 2}, {1, 1}, 1}, {Operator::conv2d, {1, 1}, {0, 0}, {1, 1}, 1},
      {Operator::conv2d, {3, 3}, {1, 1}, {1, 1}, 4}, {Operator::conv1d, {5, 1}, {2, 0}, {1, 1}, 1},
      {Operator::conv1d, {3, 1}, {0, 0}, {4, 1}, 1}, {Operator::linear, {1, 1}, {0, 0}, {1, 1}, 1},
  };
  for (const Kind& kind : kinds) {
    const Shape in = kind.op == Operator::conv2d ? Shape{4, 6, 5} : Shape{4, kind.op == Operator::linear ? 1 : 17, 1};
    Layer layer = conv2d(8, kind.kernel, kind.padding);
    layer.op = kind.op;
    layer.dilation = kind.dilation;
    layer.groups = kind.groups;
    layer.bias = layer.wide = true;
    const int per_group = 4 / kind.groups, taps = kind.kernel.area();
    const std::vector<int> weights = noise_values(8 * per_group * taps, 1), biases = noise_values(8, 2);
    Case net(in);
    net.add(layer, weights, biases);
    const std::vector<int> input = noise_values(in.elements(), 9), output = net.run(input);
    const Shape out = net.graph[0].out;
    for (int o = 0; o < 8; ++o)
      for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x) {
          int sum = 128 * biases[static_cast<std::size_t>(o)];
          for (int c = 0; c < per_group; ++c)
            for (int i = 0; i < kind.kernel.height; ++i)
              for (int j = 0; j < kind.kernel.width; ++j)
                sum += weights[static_cast<std::size_t>((o * per_group + c) * taps + i * kind.kernel.width + j)] *
                       at(input, in, o / (8 / kind.groups) * per_group + c,
                          y + i * kind.dilation.height - kind.padding.height,
                          x + j * kind.dilation.width - kind.padding.width);
          CHECK(at(output, out, o, y, x) == sum);
        }
  }
}

TEST_CASE("padding holds the value that it is given") {
  const Shape in{2, 3, 4};
  Layer layer = conv2d(3, {3, 3}, {2, 1});
  layer.pad_value = -5;
  layer.dilation = {1, 2};
  layer.wide = true;
  const std::vector<int> weights = noise_values(3 * 2 * 9, 1), input = noise_values(in.elements(), 9);
  Case net(in);
  net.add(layer, weights);
  const std::vector<int> output = net.run(input);
  const Shape out = net.graph[0].out;
  REQUIRE(out == Shape{3, 5, 2});
  for (int o = 0; o < 3; ++o)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        int sum = 0;
        for (int c = 0; c < 2; ++c)
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
              const int row = y + i - 2, column = x + 2 * j - 1;
              const bool inside = row >= 0 && row < 3 && column >= 0 && column < 4;
              sum += weights[static_cast<std::size_t>(((o * 2 + c) * 3 + i) * 3 + j)] *
                     (inside ? at(input, in, c, row, column) : -5);
            }
        CHECK(at(output, out, o, y, x) == sum);
      }
}

TEST_CASE("a transposed convolution scatters its inputs over twice the size") {
  const Shape in{2, 3, 4};
  Layer layer = conv2d(3, {3, 3}, {1, 1});
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  layer.wide = true;
  const std::vector<int> weights = noise_values(3 * 2 * 9, 1), input = noise_values(in.elements(), 9);
  Case net(in);
  net.add(layer, weights);
  const Shape out = net.graph[0].out;
  REQUIRE(out == Shape{3, 6, 8});
  std::vector<int> expected(static_cast<std::size_t>(out.elements()));
  for (int o = 0; o < 3; ++o)
    for (int c = 0; c < 2; ++c)
      for (int y = 0; y < in.height; ++y)
        for (int x = 0; x < in.width; ++x)
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
              const int to_y = 2 * y + i - 1, to_x = 2 * x + j - 1;
              if (to_y < 0 || to_y >= out.height || to_x < 0 || to_x >= out.width) continue;
              // Parameters hold the kernel as the hardware correlates with it: turned by half a turn.
              expected[static_cast<std::size_t>((o * out.height + to_y) * out.width + to_x)] +=
                  weights[static_cast<std::size_t>((o * 2 + c) * 9 + (2 - i) * 3 + (2 - j))] * at(input, in, c, y, x);
            }
  CHECK(net.run(input) == expected);
}

TEST_CASE("a transposed convolution in PyTorch's order") {
  Layer layer = conv2d(3, {3, 3}, {1, 1});
  layer.op = Operator::conv_transpose2d;
  layer.stride = {2, 2};
  layer.output_padding = 1;
  layer.wide = true;
  for (int groups : {1, 2}) {
    layer.groups = groups;
    layer.out_channels = 2 * 3;
    const Shape in{2 * 2, 3, 4};
    const int own_in = in.channels / groups, own_out = layer.out_channels / groups;
    const std::vector<int> theirs = noise_values(in.channels * own_out * 9, 1), input = noise_values(in.elements(), 9);
    // As PyTorch documents it: every input is multiplied by the kernels [in][out / groups] of its group and added to
    // the outputs that lie around twice its place.
    const Shape out{layer.out_channels, 6, 8};
    std::vector<int> expected(static_cast<std::size_t>(out.elements()));
    for (int c = 0; c < in.channels; ++c)
      for (int o = 0; o < own_out; ++o)
        for (int y = 0; y < in.height; ++y)
          for (int x = 0; x < in.width; ++x)
            for (int tap = 0; tap < 9; ++tap) {
              const int to_y = 2 * y + tap / 3 - 1, to_x = 2 * x + tap % 3 - 1;
              if (to_y < 0 || to_y >= out.height || to_x < 0 || to_x >= out.width) continue;
              const int channel = c / own_in * own_out + o;
              expected[static_cast<std::size_t>((channel * out.height + to_y) * out.width + to_x)] +=
                  theirs[static_cast<std::size_t>((c * own_out + o) * 9 + tap)] * at(input, in, c, y, x);
            }

    Case net(in);
    net.add(layer, theirs);
    REQUIRE(net.graph[0].out == out);
    Tensor& weight = net.layers[0].weight;
    Case::shape(weight, Quantity::shape(in.channels, own_out, 3, 3));
    const host::Obstacle unsaid = net.obstacle();
    if (own_in != own_out) CHECK(*unsaid.finding.rule == parameter::rules::tensor_order);
    weight = weight.in_pytorch_order();
    CHECK(net.obstacle().none());
    CHECK(net.run(input) == expected);
  }
  // All other layers have the same order in PyTorch.
  Case plain({3, 5, 5});
  plain.add(conv2d(2, {3, 3}, {0, 0}), noise_values(2 * 3 * 9, 1));
  Case said = plain;
  said.layers[0].weight = said.layers[0].weight.in_pytorch_order();
  CHECK(said.run() == plain.run());
}

TEST_CASE("pooling") {
  const std::vector<int> input = {-1, -2, 3, 4,  //
                                  -3, -1, 5, 6,  //
                                  7,  8,  9, -128};
  const auto run = [&](Layer layer, bool rounding = false) {
    Case net({1, 3, 4});
    net.options.average_pool_rounding = rounding;
    net.add(layer);
    return net.run(input);
  };
  CHECK(run(pooled(Pooling::max, {2, 2}, {2, 2})) == std::vector<int>{-1, 6});
  CHECK(run(pooled(Pooling::max, {2, 2}, {1, 1})) == std::vector<int>{-1, 5, 6, 8, 9, 9});
  CHECK(run(pooled(Pooling::max, {1, 3}, {1, 1})) == std::vector<int>{3, 4, 5, 6, 9, 9});
  CHECK(run(pooled(Pooling::average, {2, 2}, {2, 2})) == std::vector<int>{-1, 4});        // -7/4, 18/4
  CHECK(run(pooled(Pooling::average, {2, 2}, {2, 2}), true) == std::vector<int>{-2, 5});  // 4.5 rounds away from 0
  CHECK(run(pooled(Pooling::none, {1, 1}, {2, 3})) == std::vector<int>{-1, 4, 7, -128});  // picks single values
  Layer apart = pooled(Pooling::max, {2, 2}, {1, 1});
  apart.pool_dilation = {2, 1};
  CHECK(run(apart) == std::vector<int>{8, 9, 9});
}

TEST_CASE("means of the KPU are those of codes: rounded down") {
  Case net({1, 2, 4});
  net.kpu = &k210_kpu;
  net.add(pooled(Pooling::average, {2, 2}, {2, 2}));
  CHECK(net.run({-1, -2, 3, 4,                                //
                 -3, -1, 5, 6}) == std::vector<int>{-2, 4});  // -7/4, 18/4
  CHECK(net.run({-128, -128, 127, 127,                        //
                 -128, -127, 126, 127}) == std::vector<int>{-128, 126});
}

TEST_CASE("windows beyond the border: a maximum ignores what is not there, a mean takes the border once more") {
  const std::vector<int> input = {-8, -2, -3,  //
                                  -4, -5, -6};
  const auto beyond = [&](Pooling kind, Extent window, Extent stride, Extent dilation = {1, 1}) {
    Case net({1, 2, 3});
    Layer layer = pooled(kind, window, stride);
    layer.pool_same = true;
    layer.pool_dilation = dilation;
    net.add(layer);
    return net.run(input);
  };
  CHECK(beyond(Pooling::max, {2, 2}, {1, 1}) == std::vector<int>{-2, -2, -3, -4, -5, -6});
  CHECK(beyond(Pooling::max, {2, 2}, {2, 2}) == std::vector<int>{-2, -3});
  CHECK(beyond(Pooling::max, {3, 3}, {1, 1}) == std::vector<int>{-2, -2, -3, -4, -5, -6});
  CHECK(beyond(Pooling::max, {2, 2}, {1, 1}, {1, 2}) == std::vector<int>{-3, -2, -3, -4, -5, -6});
  CHECK(beyond(Pooling::average, {2, 2}, {1, 1}) ==
        std::vector<int>{-19 / 4, -16 / 4, -18 / 4, -18 / 4, -22 / 4, -24 / 4});
}

TEST_CASE("windows of one value are copies, whatever their dilation") {
  Case net({1, 2, 4});
  Layer layer = pooled(Pooling::max, {1, 1}, {1, 1});
  layer.pool_dilation = {1, 2};
  net.add(layer);
  REQUIRE(net.graph[0].out == Shape{1, 2, 4});
  CHECK(net.run({1, 2, 3, 4, 5, 6, 7, 8}) == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("picked pixels are those of whole windows") {
  const std::vector<int> input = {1, 2, 3, 4, 5,  //
                                  6, 7, 8, 9, 10};
  const auto picked = [&](Extent window, Extent stride, int column) {
    Case net({1, 2, 5});
    Layer layer = pooled(Pooling::pick, window, stride);
    layer.pool_column = column;
    net.add(layer);
    return net.run(input);
  };
  CHECK(picked({2, 2}, {2, 2}, 0) == std::vector<int>{1, 3});
  CHECK(picked({2, 2}, {2, 2}, 1) == std::vector<int>{2, 4});
  CHECK(picked({1, 2}, {1, 1}, 1) == std::vector<int>{2, 3, 4, 5, 7, 8, 9, 10});
}

TEST_CASE("one-dimensional pooling truncates averages and takes neighbours for the maximum") {
  Case net({1, 6, 1});
  net.options.average_pool_rounding = true;
  Layer layer = pooled(Pooling::average, {2, 1}, {2, 1});
  layer.op = Operator::conv1d;
  layer.out_channels = 1;
  layer.wide = true;
  net.add(layer, {1});
  CHECK(net.run({1, 2, -1, -2, 5, 6}) == std::vector<int>{1, -1, 5});

  Case maximum({1, 6, 1});
  layer = pooled(Pooling::max, {2, 1}, {1, 1});
  layer.pool_dilation = {3, 1};
  layer.op = Operator::conv1d;
  layer.out_channels = 1;
  layer.wide = true;
  maximum.add(layer, {1});
  CHECK(maximum.run({1, 2, 9, 2, 5, 6}) == std::vector<int>{2, 9, 9});
}

TEST_CASE("element-wise layers fold their operands and clip once") {
  const auto combined = [](Elementwise operation, int operands, const std::vector<int>& input) {
    Case net({operands, 1, 2});
    net.add(combining(operation, operands));
    return net.run(input);
  };
  CHECK(combined(Elementwise::add, 3, {100, 1, 100, 2, -100, 3}) == std::vector<int>{100, 6});
  CHECK(combined(Elementwise::add, 2, {100, 1, 100, 2}) == std::vector<int>{127, 3});
  CHECK(combined(Elementwise::sub, 3, {-100, 1, 100, 2, 1, 3}) == std::vector<int>{-128, -4});
  CHECK(combined(Elementwise::bitwise_or, 2, {4, 1, 1, -128}) == std::vector<int>{5, -127});
  CHECK(combined(Elementwise::bitwise_xor, 2, {5, 1, 1, -1}) == std::vector<int>{4, -2});
}

TEST_CASE("operands are pooled before or after they are combined") {
  const std::vector<int> input = {1, 9,  //
                                  8, 0};
  for (bool pool_first : {true, false}) {
    Case net({2, 1, 2});
    Layer layer = combining(Elementwise::add, 2);
    layer.pooling = Pooling::max;
    layer.pool = layer.pool_stride = {1, 2};
    layer.pool_first = pool_first;
    net.add(layer);
    CHECK(net.run(input) == std::vector<int>{pool_first ? 17 : 9});
  }
}

TEST_CASE("operands may come from several layers, and be combined before a convolution") {
  Case net({1, 1, 2});
  Layer twice = conv2d(1, {1, 1}, {0, 0});
  net.add(twice, {64});  // half of the input, 128 being 1
  Layer layer = combining(Elementwise::sub, 2);
  layer.op = Operator::conv2d;
  layer.out_channels = 1;
  layer.wide = true;
  layer.sources.push(network_input);
  layer.sources.push(0);
  net.add(layer, {3});
  CHECK(net.run({10, -20}) == std::vector<int>{3 * (10 - 5), 3 * (-20 + 10)});
}

TEST_CASE("concatenation joins channels, or pixels where the sizes differ") {
  Case channels({2, 1, 2});
  Layer join;
  join.sources.push(network_input);
  join.sources.push(network_input);
  channels.add(join);
  CHECK(channels.graph[0].out == Shape{4, 1, 2});
  CHECK(channels.run({1, 2, 3, 4}) == std::vector<int>{1, 2, 3, 4, 1, 2, 3, 4});

  Case pixels({2, 1, 2});
  pixels.add(pooled(Pooling::max, {1, 2}, {1, 2}));
  join.sources = {};
  join.sources.push(0);
  join.sources.push(network_input);
  join.in_extent = {3, 1};  // as view<3, 1> says
  pixels.add(join);
  CHECK(pixels.graph[1].out == Shape{2, 3, 1});
  CHECK(pixels.run({1, 2, 3, 4}) == std::vector<int>{2, 1, 2, 4, 3, 4});
}

TEST_CASE("a reshape keeps the order of the elements") {
  Case net({2, 2, 3});
  Layer line = conv2d(1, {3, 1}, {0, 0});
  line.op = Operator::conv1d;
  line.wide = true;
  line.in_extent = {6, 1};
  net.add(line, {1, 0, 0, 0, 0, 1});
  CHECK(net.graph[0].in == Shape{2, 6, 1});
  CHECK(net.run({1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60}) == std::vector<int>{31, 42, 53, 64});
}

TEST_CASE("flattening reads channels, then rows, then columns of the pooled input") {
  Case net({2, 2, 4});
  Layer layer = pooled(Pooling::max, {1, 2}, {1, 2});
  layer.op = Operator::linear;
  layer.out_channels = 2;
  layer.flatten = layer.wide = true;
  net.add(layer, {1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(net.run({1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0}) ==
        std::vector<int>{1, 1 * 2 + 2 * 3 + 3 * 4 + 4 * 5 + 5 * 6 + 6 * 7 + 7 * 8});
}

TEST_CASE("lanes are separate inputs") {
  Case net({3, 6, 6});
  Layer layer = conv2d(4, {3, 3}, {1, 1});
  layer.activation = Activation::relu;
  layer.output_shift = -2;
  net.add(layer, noise_values(4 * 3 * 9, 1));
  layer = pooled(Pooling::average, {2, 2}, {2, 2});
  layer.op = Operator::conv_transpose2d;
  layer.out_channels = 2;
  layer.kernel = {3, 3};
  layer.padding = {1, 1};
  layer.stride = {2, 2};
  net.add(layer, noise_values(2 * 4 * 9, 2));
  net.add(combining(Elementwise::add, 2));
  host::Executor executor(net.graph, net.parameters(), {}, 3);
  REQUIRE(executor.ready());
  for (int lane = 0; lane < 3; ++lane) executor.set_input(noise_values(108, lane).data(), lane);
  executor.run();
  for (int lane = 0; lane < 3; ++lane) CHECK(executor.output_of(2, lane) == net.run(noise_values(108, lane)));
}

TEST_CASE("layers of the processor that need no real numbers") {
  const auto on_processor = [](Layer layer) {
    layer.on_cpu = true;
    return layer;
  };
  for (const Layer& layer : {pooled(Pooling::max, {3, 2}, {2, 1}), combining(Elementwise::add, 2), Layer{}}) {
    Case plain({4, 9, 8}), processor({4, 9, 8});
    plain.add(layer);
    processor.add(on_processor(layer));
    CHECK(processor.run() == plain.run());
  }

  Layer twice = software(Software::resize);
  twice.with.scale_factor = {2, 3};
  Case repeated({1, 2, 2});
  repeated.add(twice);
  CHECK(repeated.run({1, 2, 3, 4}) ==
        std::vector{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
  Case padded({2, 1, 1});
  padded.add(software(Software::upload));
  padded.add(software(Software::add_padding));
  std::vector<int> maps(32, -128);
  maps[0] = 7;
  maps[16] = -9;
  CHECK(padded.run({7, -9}) == maps);
  padded.add(software(Software::remove_padding));
  CHECK(padded.run({7, -9}) == std::vector{7, -9});

  // Lanes stay apart.
  host::Executor executor(repeated.graph, {}, k210_kpu, 2);
  const int first[] = {1, 2, 3, 4}, second[] = {5, 6, 7, 8};
  executor.set_input(first, 0);
  executor.set_input(second, 1);
  executor.run();
  CHECK(executor.output_of(0, 0) == repeated.run({1, 2, 3, 4}));
  CHECK(executor.output_of(0, 1) == repeated.run({5, 6, 7, 8}));
}

namespace {

void check_refused(const Case& net, int layer, Text reason) {
  const host::Obstacle found = net.obstacle();
  CHECK(found.layer == layer);
  CHECK(found.reason == reason);
  host::Executor executor(net.graph, net.parameters());
  CHECK_FALSE(executor.ready());
  executor.run();  // does nothing
}

/// A network that runs.
Case good_case() {
  Case good({1, 4, 4});
  good.add(conv2d(2, {3, 3}, {0, 0}), noise_values(18, 1));
  CHECK(good.obstacle().none());
  return good;
}

/// One layer without weights.
Case case_of(Shape input, const Layer& layer) {
  Case net(input);
  net.add(layer);
  return net;
}

}  // namespace

TEST_CASE("networks without a tensor or with one of the wrong size are refused") {
  check_refused(Case({1, 4, 4}), -1, "the network has no layers");

  Case empty = case_of({0, 4, 4}, Layer{});
  check_refused(empty, -1, "the network's input is empty");

  Case late = good_case();
  late.graph[0].sources[0] = 0;
  check_refused(late, 0, "it reads a layer that does not run before it");

  Case small({1, 2, 2});
  small.add(conv2d(2, {3, 3}, {0, 0}), noise_values(18, 1));
  check_refused(small, 0, "its input, pooled or output tensor is empty");

  Case resized = good_case();
  resized.graph[0].in.channels = 2;
  check_refused(resized, 0, "its sources do not have the size of its input");

  Case widened = case_of({1, 4, 4}, Layer{});
  widened.graph[0].out.channels = 2;
  check_refused(widened, 0, "its output does not have the shape that its operator yields");
}

TEST_CASE("windows that reach beyond their tensor are refused") {
  Case beyond({1, 4, 4});
  Layer apart = pooled(Pooling::max, {3, 1}, {1, 1});
  apart.pool_dilation = {2, 1};
  beyond.add(apart);
  beyond.graph[0].pooled.height = beyond.graph[0].out.height = 2;
  check_refused(beyond, 0, "its pooling windows reach beyond its input");

  Case outside({1, 4, 4});
  Layer pick = pooled(Pooling::pick, {2, 2}, {2, 2});
  pick.pool_column = 2;
  outside.add(pick);
  check_refused(outside, 0, "its pooling windows reach beyond its input");
  outside.graph[0].pool_stride = {2, 1};
  check_refused(outside, 0, "it picks a column that its pooling windows do not have");
  pick.pool_column = 1;
  pick.pooling = Pooling::max;
  Case unpicked = case_of({1, 4, 4}, pick);
  check_refused(unpicked, 0, "it picks a column that its pooling windows do not have");
}

TEST_CASE("options that nothing computes are refused") {
  Case steps = good_case();
  steps.graph[0].stride = {2, 2};
  check_refused(steps, 0, "its convolution has a stride or a dilation that nothing computes");

  Case padded = good_case();
  padded.graph[0].pad_value = 0.5f;
  check_refused(padded, 0, "the value of its padding is no signed byte");
  padded.graph[0].pad_value = 128;
  check_refused(padded, 0, "the value of its padding is no signed byte");
  padded.graph[0].op = Operator::conv_transpose2d;
  check_refused(padded, 0, "its padding has a value, but it is no convolution of its input");

  Case split = case_of({2, 4, 4}, combining(Elementwise::none, 2));
  check_refused(split, 0, "it has operands that it does not combine");

  Case inactive({1, 4, 4});
  Layer copy;
  copy.activation = Activation::relu;
  inactive.add(copy);
  check_refused(inactive, 0, "it has an activation function, but no operator in front of it");

  Case real = good_case();
  real.graph[0].activation = Activation::function;
  check_refused(real, 0, "its activation function is one of real numbers");

  for (Software kind : {Software::quantize, Software::dequantize, Software::requantize, Software::global_average,
                        Software::softmax, Software::logistic, Software::l2_normalize, Software::channels_last}) {
    Case processor({4, 1, 1});
    processor.add(software(kind));
    check_refused(processor, 0, "it is a layer of the processor for real numbers");
  }

  Case numbers = good_case();
  numbers.graph.real_input = true;
  check_refused(numbers, -1, "the network's input is made of real numbers");
}

TEST_CASE("parameters that do not suit their layer are refused") {
  Case few({1, 4, 4});
  few.add(conv2d(2, {3, 3}, {0, 0}), noise_values(17, 1));
  check_refused(few, 0, "a tensor has another number of values than its shape says");
  CHECK(sentence_of(few.obstacle()).text() ==
        Text("layer 0: a tensor has another number of values than its shape says (weight): needs 18 values, the tensor "
             "has 17 values; export the parameters anew"));

  Case unbiased({1, 4, 4});
  Layer layer = conv2d(2, {3, 3}, {0, 0});
  layer.bias = true;
  unbiased.add(layer, noise_values(18, 1));
  check_refused(unbiased, 0, "the layer has the option bias, but the parameters have none for it");

  Case turned = good_case();
  Case::shape(turned.layers[0].weight, Quantity::shape(1, 2, 3, 3));
  check_refused(turned, 0, "a tensor has another shape than its layer");
  Case wide_values = good_case();
  wide_values.graph[0].weight_bits = 4;
  check_refused(wide_values, 0, "a weight does not fit the layer's weight bits");
  Case extra = good_case();
  extra.layers.push_back(extra.layers[0]);
  check_refused(extra, -1, "there are parameters for more layers than have weights");
  Case normed = good_case();
  normed.graph[0].batch_norm = true;
  check_refused(normed, 0, "it has a batch norm, which signed bytes know none of");
  CHECK(sentence_of(normed.obstacle(), "conv").text() ==
        Text("layer 0 (conv): it has a batch norm, which signed bytes know none of"));
}

}  // namespace test_reference
