#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/description_graph.hpp>
#include <incuse/max7800x/rules.hpp>

namespace test_description_graph {

using namespace incuse;

namespace {

using Texts = std::vector<std::string>;

std::string network(const std::string& layers) { return "arch: test\ndataset: digits\nlayers:\n" + layers; }

DescribedGraph graph(const std::string& layers, const std::vector<LayerTensors>& tensors, Shape input = {3, 8, 8}) {
  return graph_from(parse_description(network(layers), "net.yaml", max78000), tensors, input, max78000);
}

LayerTensors weights(std::vector<int> shape, int bias_values = 0) { return {std::move(shape), bias_values, {}, {}}; }

Texts problems_of(const DescribedGraph& described) {
  Texts texts;
  for (const Problem& problem : described.problems)
    if (problem.severity != Severity::notice) texts.push_back(problem.text());
  return texts;
}

const std::string conv = "- {processors: 7, out_offset: 0, op: conv2d";
const std::string pass = "- {processors: 7, out_offset: 0, op: none";

}  // namespace

TEST_CASE("channels come from the weights, shapes from the layers") {
  const DescribedGraph described =
      graph(conv + ", name: First, activate: ReLU, data_format: CHW}\n" +  //
                conv + ", max_pool: 2, pool_stride: 2, pad: 0}\n" +
                "- {processors: 7, out_offset: 0, op: mlp, flatten: true, output_width: 32}\n",
            {weights({4, 3, 3, 3}, 4), weights({5, 4, 3, 3}), weights({2, 20})});
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  const auto& net = described.graph;
  REQUIRE(net.size == 3);
  CHECK(net.input == Shape{3, 8, 8});
  CHECK(net.input_format == DataFormat::chw);
  CHECK(net[0].name == Text("First"));
  CHECK(net[0].out == Shape{4, 8, 8});
  CHECK(net[0].bias);
  CHECK(net[1].pooled == Shape{4, 4, 4});
  CHECK(net[1].out == Shape{5, 2, 2});
  CHECK_FALSE(net[1].bias);
  CHECK(net[2].in == Shape{5, 2, 2});
  CHECK(net[2].out == Shape{2, 1, 1});
  CHECK(net[2].wide);
  CHECK(net[2].output);
  CHECK_FALSE(net[0].output);
  CHECK(described.tensor_of_layer == std::vector<int>{0, 1, 2});
}

TEST_CASE("names live as long as the result") {
  DescribedGraph kept;
  {
    DescribedGraph made = graph(conv + ", name: short}\n", {weights({4, 3, 3, 3})});
    kept = std::move(made);
  }
  CHECK(kept.graph[0].name == Text("short"));
}

TEST_CASE("the description wins over the checkpoint") {
  LayerTensors trained = weights({4, 3, 3, 3});
  trained.weight_bits = 4;
  trained.output_shift = -2;
  DescribedGraph described = graph(conv + "}\n", {trained});
  CHECK(described.graph[0].weight_bits == 4);
  CHECK(described.graph[0].output_shift == -2);
  described = graph(conv + ", quantization: 2, output_shift: 0}\n", {trained});
  CHECK(described.graph[0].weight_bits == 2);
  CHECK(described.graph[0].output_shift == 0);
}

TEST_CASE("layers without weights of their own") {
  const DescribedGraph described = graph(conv + ", name: a}\n" + pass + "}\n" + conv + ", weight_source: a, pad: 1}\n" +
                                             conv + ", kernel_size: 1x1, pad: 0}\n",
                                         {weights({3, 3, 3, 3}), weights({2, 3, 1, 1})});
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  CHECK(described.tensor_of_layer == std::vector<int>{0, -1, 0, 1});
  CHECK(described.graph[2].out == Shape{3, 8, 8});
  CHECK(described.graph[3].out == Shape{2, 8, 8});
}

TEST_CASE("several inputs: element by element, channel by channel, and reshaped") {
  const std::string two = pass + ", name: a}\n" + pass + ", in_sequences: input, name: b}\n";
  DescribedGraph described = graph(two + "- {processors: 7, out_offset: 0, op: add, in_sequences: [a, b]}\n", {});
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  CHECK(described.graph[2].in == Shape{3, 8, 8});
  CHECK(described.graph[2].operands == 2);
  CHECK(described.graph[2].out == Shape{3, 8, 8});
  described = graph(two + "- {processors: 7, out_offset: 0, op: none, in_sequences: [1, 0]}\n", {});
  CHECK(described.graph[2].out == Shape{6, 8, 8});
  CHECK(described.graph[2].sources[0] == 1);
  described = graph(two + "- {processors: 7, out_offset: 0, op: none, in_sequences: [0, 1], in_dim: [16, 8]}\n", {});
  CHECK(described.graph[2].out == Shape{3, 16, 8});
}

TEST_CASE("execution ends at a layer whose next one is stop; what lies behind is dropped") {
  const DescribedGraph described = graph(pass + ", next_sequence: stop}\n" + conv + "}\n", {{}});
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  CHECK(described.graph.size == 1);
  CHECK(described.graph[0].output);
  CHECK(described.tensor_of_layer.size() == 1);
}

TEST_CASE("output_map is the last layer's map") {
  const DescribedGraph described = graph_from(
      parse_description("output_map: 0x70\n" + network(pass + ", output_processors: 1}\n"), "net.yaml", max78000), {},
      {3, 8, 8}, max78000);
  CHECK(described.graph[0].placement.output_processors == 0x70);
}

TEST_CASE("problems of the description are passed on, and there is no graph") {
  const DescribedGraph described = graph(conv + ", colour: red}\n", {weights({4, 3, 3, 3})});
  CHECK(problems_of(described) == Texts{"net.yaml:4:46: error: unknown key 'colour' for a layer [Y5]"});
  CHECK(described.graph.size == 0);
}

TEST_CASE("weights that do not fit") {
  CHECK(problems_of(graph(conv + "}\n", {})) ==
        Texts{"net.yaml: error: the description has 1 layers with weights, but there are 0 sets of weights [L8]"});
  CHECK(problems_of(graph(conv + "}\n", {weights({4, 3, 1, 1})})) ==
        Texts{"net.yaml:4:3: error: the layer has a kernel of 3x3, but its weights have the shape 4x3x1x1 [L6]"});
  CHECK(problems_of(graph(conv + "}\n", {weights({4, 3, 3})})) ==
        Texts{"net.yaml:4:3: error: the layer has a kernel of 3x3, but its weights have the shape 4x3x3 [L6]"});
  CHECK(problems_of(graph("- {processors: 1, out_offset: 0, op: conv1d, kernel_size: 5}\n", {weights({4, 3, 3})})) ==
        Texts{"net.yaml:4:3: error: the layer has a kernel of 5, but its weights have the shape 4x3x3 [L6]"});
  CHECK(problems_of(graph(conv + "}\n", {weights({4})})) ==
        Texts{"net.yaml:4:3: error: weights of shape 4 do not fit any layer [L6]"});
  CHECK(problems_of(graph(conv + "}\n", {weights({4, 5, 3, 3})})) ==
        Texts{"net.yaml:4:3: error: the weights are made for 5 inputs per output, but the layer reads 3 [L6]"});
  CHECK(problems_of(graph(conv + "}\n", {weights({4, 3, 3, 3}, 3)})) ==
        Texts{"net.yaml:4:3: error: the layer has 4 output channels, but its bias has 3 values [M4]"});
}

TEST_CASE("orders and shapes that do not fit") {
  CHECK(problems_of(graph(pass + ", next_sequence: 2}\n" + pass + "}\n" + pass + "}\n", {})) ==
        Texts{"net.yaml:4:3: error: the next layer can only be the following one, or stop [I7]"});
  CHECK(problems_of(graph(pass + ", in_sequences: 0}\n", {})) ==
        Texts{"net.yaml:4:3: error: layer 0 reads a layer that is executed later, or itself [I16]"});
  CHECK(problems_of(graph(pass + "}\n" + pass + ", in_sequences: 0, in_dim: [4, 4]}\n", {})) ==
        Texts{"net.yaml:5:3: error: 'in_dim' has 16 pixels, but the layers that the layer reads have 64 [I17]"});
  CHECK(problems_of(
            graph(pass + "}\n" + pass + ", max_pool: 2, pool_stride: 2}\n" + pass + ", in_sequences: [0, 1]}\n", {})) ==
        Texts{"net.yaml:6:3: error: the layers that the layer reads have different sizes: 3x8x8 and 3x4x4; bring them "
              "to one size, or say with 'in_dim' of which image they are the pixels [I17]"});
  CHECK(
      problems_of(graph(conv + "}\n" + pass + ", in_sequences: [input, 0]}\n", {weights({4, 3, 3, 3})})) ==
      Texts{"net.yaml:5:3: error: the layers that the layer reads have different numbers of channels: 3x8x8 and 4x8x8 "
            "[I1]"});
  std::string doubling;
  std::vector<LayerTensors> tensors;
  for (int i = 0; i < 20; ++i) {
    doubling += "- {processors: 7, out_offset: 0, op: convtranspose2d}\n";
    tensors.push_back(weights({3, 3, 3, 3}));
  }
  CHECK(problems_of(graph(doubling, tensors)) ==
        Texts{"net.yaml:12:3: error: the layer's data is larger than any chip can hold: 3x4096x4096 [I27]"});
}

TEST_CASE("a next layer behind the last one: refused where the order is fixed, else the network stops") {
  max7800x::Device free_order = max78000;
  free_order.any_next_layer = true;
  const auto problems = [&](const std::string& first, const std::string& second, const max7800x::Device& device) {
    const std::string layers = pass + ", next_sequence: " + first + "}\n" + pass + ", next_sequence: " + second + "}\n";
    return problems_of(graph_from(parse_description(network(layers), "net.yaml", device), {}, {3, 8, 8}, device));
  };
  CHECK(problems("1", "2", max78000).empty());
  CHECK(problems("1", "3", max78000) ==
        Texts{"net.yaml:5:3: error: the next layer can only be the following one, or stop [I7]"});
  CHECK(problems("2", "3", max78000) ==
        Texts{"net.yaml:4:3: error: the next layer can only be the following one, or stop [I7]",
              "net.yaml:5:3: error: the next layer can only be the following one, or stop [I7]"});
  // Layers that name each other, or themselves: once each, and no jump is left to be refused as a feature.
  for (const char* back : {"0", "1"})
    CHECK(problems("1", back, max78000) ==
          Texts{"net.yaml:5:3: error: the next layer can only be the following one, or stop [I7]"});
  const std::string jump = pass + ", next_sequence: 2}\n" + pass + "}\n" + pass + ", next_sequence: 1}\n";
  const DescribedGraph jumping = graph(jump, {});
  CHECK(problems_of(jumping).size() == 2);
  for (int i = 0; i < jumping.graph.size; ++i) CHECK(jumping.graph[i].placement.next == Placement::not_given);
  // Layers that nothing leads to are said to be left out, and what they say of the next one does not count.
  CHECK(problems("stop", "3", max78000) ==
        Texts{"net.yaml:4:3: warning: 'next_sequence' ends the network here: layer 1 is never reached [N3]"});
  CHECK(
      problems("7", "1", free_order) ==
      Texts{"net.yaml:4:3: warning: 'next_sequence' is higher than the last layer's number: it means stop, and layer 1 "
            "is never reached [I8]"});
  const std::string three =
      pass + ", next_sequence: 2}\n" + pass + "}\n" + pass + ", next_sequence: stop}\n" + pass + "}\n" + pass + "}\n";
  const DescribedGraph reached =
      graph_from(parse_description(network(three), "net.yaml", free_order), {}, {3, 8, 8}, free_order);
  CHECK(reached.graph.size == 3);
  CHECK(problems_of(reached) ==
        Texts{"net.yaml:6:3: warning: 'next_sequence' ends the network here: layers 3 to 4 are never reached [N3]"});
  CHECK(problems("1", "stop", max78000).empty());  // nothing is left out
  CHECK(problems("1", "3", free_order) ==
        Texts{"net.yaml:5:3: warning: 'next_sequence' is higher than the last layer's number: it means stop [I8]"});
  // A layer names neither an earlier layer nor itself as the next one; that is one error, not two.
  CHECK(problems("1", "0", free_order) ==
        Texts{"net.yaml:5:3: error: the next layer has to be a later one, or stop [I7]"});
  CHECK(problems("0", "stop", free_order) ==
        Texts{"net.yaml:4:3: error: the next layer has to be a later one, or stop [I7]"});
  const std::string alone = pass + ", next_sequence: 3}\n";
  CHECK(problems_of(graph(alone, {})) ==
        Texts{"net.yaml:4:3: error: the next layer can only be the following one, or stop [I7]"});
}

TEST_CASE("a window given by one number has one column of one-dimensional data") {
  const std::string conv1d =
      "- {processors: 1, output_processors: 0xf, out_offset: 0, op: conv1d, kernel_size: 1, pad: 0}\n";
  const auto shape_behind = [&](const std::string& keys, Shape input = {1, 64, 1}) {
    const DescribedGraph described =
        graph(conv1d + "- {processors: 0xf, out_offset: 0, " + keys + "}\n", {weights({4, 1, 1})}, input);
    REQUIRE_MESSAGE(described.ok(), keys, described.problems[0].text());
    return described.graph[1].out;
  };
  for (const std::string kind : {"max_pool", "avg_pool"})
    for (const std::string op : {"op: passthrough, ", "op: none, ", "op: add, ", "op: sub, in_sequences: [0, 0], ",
                                 "op: or, pool_first: false, "})
      for (const int size : {1, 2, 3, 8, 16})
        for (const int stride : {1, 2, 8}) {
          const std::string window = kind + ": " + std::to_string(size) + ", pool_stride: " + std::to_string(stride);
          if (size == 1 && op.find("pool_first") != std::string::npos) continue;
          CAPTURE(op + window);
          const Shape out = shape_behind(op + window);
          CHECK(out.height == (64 - size) / stride + 1);
          CHECK(out.width == 1);
        }
  CHECK(shape_behind("op: passthrough, max_pool: 8, pool_stride: 8") == Shape{4, 8, 1});
  // Two-dimensional data keep the second dimension, and so does a window that is given in both.
  CHECK(graph("- {processors: 7, out_offset: 0, op: none, max_pool: 2, pool_stride: 2}\n", {}).graph[0].out ==
        Shape{3, 4, 4});
  CHECK(graph("- {processors: 7, out_offset: 0, op: none, max_pool: [2, 2], pool_stride: 2}\n", {}, {3, 8, 1})
            .graph[0]
            .out.width < 1);
  // The operators of two dimensions read such data too.
  const DescribedGraph described =
      graph("- {processors: 7, out_offset: 0, op: conv2d, kernel_size: 1x1, pad: 0, max_pool: 4, pool_stride: 4}\n",
            {weights({2, 3, 1, 1})}, {3, 8, 1});
  CHECK(described.graph[0].out == Shape{2, 2, 1});
}

TEST_CASE("in_channels of a layer that flattens counts all features") {
  const std::string linear = "- {processors: 0xffff, out_offset: 0, op: linear, flatten: true";
  const auto read = [&](const std::string& keys, int features, Shape input) {
    return graph(linear + keys + "}\n", {weights({10, features})}, input);
  };
  for (const Shape input : {Shape{16, 3, 3}, Shape{16, 1, 9}, Shape{4, 6, 6}, Shape{16, 9, 1}, Shape{1, 12, 12}}) {
    CAPTURE(input.channels);
    const DescribedGraph described = read(", in_channels: 144", 144, input);
    REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
    CHECK(described.graph[0].in == input);
    CHECK(described.graph[0].out == Shape{10, 1, 1});
  }
  CHECK(read(", in_channels: 144, in_dim: [3, 3]", 144, {16, 9, 1}).graph[0].in == Shape{16, 3, 3});
  CHECK(read(", in_channels: 72", 72, {16, 3, 3}).graph[0].in == Shape{8, 3, 3});
  CHECK(problems_of(read(", in_channels: 16", 144, {16, 3, 3})) ==
        Texts{"net.yaml:4:3: error: 'in_channels' of a layer that flattens counts all features, so it is a multiple of "
              "its 9 pixels, not 16: 16 channels have 144 [H21]"});
  // Without flatten it counts channels.
  CHECK(graph("- {processors: 0xffff, out_offset: 0, op: linear, in_channels: 16}\n", {weights({10, 16})}, {16, 1, 1})
            .ok());
}

TEST_CASE("an input size that its source does not fill is one finding about that size, whatever it would lead to") {
  struct Layers {
    std::string op;
    std::vector<int> weights;
  };
  const Layers readers[] = {{"op: conv2d, pad: 1", {4, 4, 3, 3}},
                            {"op: conv2d, pad: 1", {4, 0, 3, 3}},  // as if nobody knew the weights
                            {"op: conv2d, kernel_size: 1x1, pad: 0", {4, 4, 1, 1}},
                            {"op: convtranspose2d, pad: 1", {4, 4, 3, 3}},
                            {"op: linear, flatten: true", {4, 256}},
                            {"op: linear, flatten: true", {4, 0}},
                            {"op: none", {}}};
  const std::string sizes[] = {"in_dim: [20, 20]", "in_dim: [8, 9]",    "in_dim: [4, 4]",
                               "in_dim: [1, 1]",   "in_dim: [90, 200]", "in_channels: 4, in_dim: [8, 9]"};
  const std::string first =
      "- {processors: 0xf, output_processors: 0xf0, out_offset: 0x2000, op: conv2d, pad: 1, activate: none}\n";
  const auto reader = [](const Layers& own, const std::string& size, const char* map) {
    return "- {processors: " + std::string(map) + ", output_processors: " + map +
           ", out_offset: 0x4000, activate: none, " + own.op + ", " + size + "}\n";
  };
  const auto told = [](const std::string& layers, const std::vector<LayerTensors>& tensors, int layer) {
    const DescribedGraph described = graph(layers, tensors, {4, 8, 8});
    CAPTURE(layers);
    CHECK(problems_of(described).empty());
    const Findings found =
        max7800x::inspect(described.graph, max7800x::plan_if_possible(described.graph, max78000), max78000);
    REQUIRE(found.size == 1);
    CHECK(*found[0].rule == max7800x::rules::reshape);
    CHECK(found[0].layer == layer);
    CHECK(found[0].has == Quantity(256));
  };
  for (const Layers& own : readers)
    for (const std::string& size : sizes) {
      const bool counts_features = own.op.find("flatten") != std::string::npos;
      if (counts_features && size.find("in_channels") != std::string::npos) continue;
      std::vector<LayerTensors> tensors;
      if (!own.weights.empty()) tensors.push_back(weights(own.weights));
      if (own.op != "op: none") told(reader(own, size, "0xf"), tensors, 0);
      tensors.insert(tensors.begin(), weights({4, 4, 3, 3}));
      told(first + reader(own, size, "0xf0"), tensors, 1);
    }
  // The same with another number of channels, of which the weights show that it is not meant.
  for (const std::string channels : {"in_channels: 16", "in_channels: 2"}) {
    told(reader(readers[0], channels, "0xf"), {weights({4, 4, 3, 3})}, 0);
    told(first + reader(readers[0], channels, "0xf0"), {weights({4, 4, 3, 3}), weights({4, 4, 3, 3})}, 1);
  }
  // Another image of as many pixels is accepted; if the weights do not fit then, they are reported.
  const std::string turned = first + reader(readers[0], "in_dim: [4, 16]", "0xf0");
  CHECK(graph(turned, {weights({4, 4, 3, 3}), weights({4, 4, 3, 3})}, {4, 8, 8}).graph[1].in == Shape{4, 4, 16});
  CHECK(problems_of(graph(turned, {weights({4, 4, 3, 3}), weights({4, 5, 3, 3})}, {4, 8, 8})) ==
        Texts{"net.yaml:5:3: error: the weights are made for 5 inputs per output, but the layer reads 4 [L6]"});
}

TEST_CASE("in_channels that are all values of a map say that nothing flattens it") {
  const std::string linear = "- {processors: 0xf, output_processors: 0xf, out_offset: 0x2000, op: linear, ";
  for (const int inputs : {256, 0})
    for (const std::string keys : {"in_channels: 256", "in_channels: 256, in_dim: [4, 16]"}) {
      CAPTURE(keys);
      const DescribedGraph described = graph(linear + keys + "}\n", {weights({4, inputs})}, {4, 8, 8});
      const std::string map = keys.find("in_dim") == std::string::npos ? "4x8x8" : "4x4x16";
      CHECK(problems_of(described) == Texts{"net.yaml:4:3: error: 'in_channels' counts all values of the layer's " +
                                            map + ", but nothing flattens them; write 'flatten: true' [H21]"});
      CHECK(described.graph[0].flatten);
      CHECK(described.graph[0].out == Shape{4, 1, 1});
      CHECK(max7800x::check(described.graph, max78000).ok());
    }
}

TEST_CASE("weights are not to blame where nothing arrives") {
  const std::string empty = pass + ", max_pool: 9, pool_stride: 9}\n";
  for (const std::string reader : {"op: linear, flatten: true}\n", "op: conv2d}\n", "op: linear}\n",
                                   "op: conv2d, max_pool: 2, pool_stride: 2}\n"}) {
    CAPTURE(reader);
    const bool linear = reader.find("linear") != std::string::npos;
    const LayerTensors tensors = linear ? weights({4, 99}) : weights({4, 99, 3, 3});
    CHECK(problems_of(graph(empty + "- {processors: 7, out_offset: 0, " + reader, {tensors})).empty());
  }
}

TEST_CASE("a padding that nobody has written is not called one that was written") {
  const auto padded = [](const std::string& keys, std::vector<int> shape) {
    const std::string op = shape.size() == 3 ? "conv1d" : "conv2d";
    return graph("- {processors: 7, out_offset: 0, op: " + op + keys + "}\n", {weights(shape)},
                 {3, 8, shape.size() == 3 ? 1 : 8});
  };
  const std::string told =
      "net.yaml:4:3: error: the layer has no 'pad', which means a padding of 1: too much for a "
      "kernel of ";
  DescribedGraph described = padded(", kernel_size: 1x1", {4, 3, 1, 1});
  CHECK(problems_of(described) == Texts{told + "1x1; write 'pad: 0' [I25]"});
  CHECK(described.graph[0].padding == Extent{0, 0});  // no second finding about the same
  CHECK(described.graph[0].out == Shape{4, 8, 8});
  described = padded(", kernel_size: 1", {4, 3, 1});
  CHECK(problems_of(described) == Texts{told + "1; write 'pad: 0' [I25]"});
  CHECK(described.graph[0].padding == Extent{0, 0});
  // Where it is written, the rule padding_kernel says how much is too much.
  described = padded(", kernel_size: 1x1, pad: 1", {4, 3, 1, 1});
  CHECK(described.ok());
  CHECK(described.graph[0].padding == Extent{1, 1});
  for (const std::string keys : {", kernel_size: 1x1, pad: 0", ", pad: 1", ""})
    CHECK(padded(keys, keys.find("1x1") != std::string::npos ? std::vector{4, 3, 1, 1} : std::vector{4, 3, 3, 3}).ok());
  for (const std::string keys : {", kernel_size: 1, pad: 0", ", kernel_size: 2"})
    CHECK(padded(keys, {4, 3, keys.find('2') != std::string::npos ? 2 : 1}).ok());
}

TEST_CASE("the last layer is an output: only who denies it is told so") {
  const auto told = [](const std::string& first, const std::string& last, const std::string& rest = "") {
    const DescribedGraph described =
        graph(conv + ", activate: None" + first + "}\n" + conv + ", activate: None" + last + "}\n" + rest,
              {weights({3, 3, 3, 3}), weights({3, 3, 3, 3})});
    CHECK(described.graph[1].output);
    std::string text;
    for (const Problem& problem : described.problems) text += problem.text() + "\n";
    return text;
  };
  CHECK(told("", "").empty());
  CHECK(told(", output: true", "").empty());
  CHECK(told(", output: true", ", output: true").empty());
  CHECK(told(", output: false", "").empty());
  const std::string sentence =
      "net.yaml:5:3: notice: 'output: false' has no effect: the last layer is always an output [I9]\n";
  CHECK(told("", ", output: false") == sentence);
  CHECK(told(", output: true", ", output: false") == sentence);
  // A list says itself what is unloaded.
  CHECK(told("", ", output: false", "unload:\n- {processors: 7, channels: 3, dim: [8, 8], offset: 0}\n").empty());
}

TEST_CASE("a network with errors has a graph as long as it can be understood") {
  // A layer reads what arrives, whatever its weights are made for …
  DescribedGraph described = graph(conv + "}\n" + conv + "}\n", {weights({4, 5, 3, 3}, 3), weights({6, 4, 1, 1})});
  CHECK(problems_of(described) ==
        Texts{"net.yaml:4:3: error: the layer has 4 output channels, but its bias has 3 values [M4]",
              "net.yaml:5:3: error: the layer has a kernel of 3x3, but its weights have the shape 6x4x1x1 [L6]",
              "net.yaml:4:3: error: the weights are made for 5 inputs per output, but the layer reads 3 [L6]"});
  CHECK(described.problems[0].layer == 0);
  CHECK(described.problems[1].layer == 1);
  REQUIRE(described.graph.size == 2);
  CHECK(described.graph[0].in == Shape{3, 8, 8});
  CHECK(described.graph[1].out == Shape{6, 8, 8});
  // … unless its processors show the same …
  described = graph("- {processors: 0x1f, out_offset: 0, op: conv2d, kernel_size: 3x3, pad: 1, activate: none}\n",
                    {weights({4, 5, 3, 3})});
  CHECK(described.graph[0].in == Shape{5, 8, 8});
  // … or its weights that it flattens.
  described = graph("- {processors: 7, out_offset: 0, op: linear, activate: none}\n", {weights({4, 3 * 64})});
  CHECK(problems_of(described) ==
        Texts{"net.yaml:4:3: error: the weights are made for 192 inputs per output, all values of the layer's 3x8x8, "
              "but nothing flattens them; write 'flatten: true' [L6]"});
  CHECK(described.graph[0].flatten);
  CHECK(described.graph[0].out == Shape{4, 1, 1});
  // Without weights that say so, a layer reads what arrives.
  described = graph(conv + "}\n", {weights({4, 0, 3, 3})});
  CHECK(described.ok());
  CHECK(described.graph[0].in == Shape{3, 8, 8});
  // A feature that the chip lacks is left out.
  described = graph(conv + ", calcx4: true}\n", {weights({4, 3, 3, 3})});
  CHECK_FALSE(described.ok());
  CHECK(described.graph[0].out == Shape{4, 8, 8});
  // Weights of one dimension fit no layer.
  CHECK(graph(conv + "}\n", {weights({4})}).graph.size == 0);
  CHECK(graph(conv + "}\n", {}).graph.size == 0);
  // A layer that reads itself has no shape, the one in front has.
  described = graph(conv + "}\n" + pass + ", in_sequences: 1}\n", {weights({4, 3, 3, 3})});
  CHECK_FALSE(described.ok());
  REQUIRE(described.graph.size == 2);
  CHECK(described.graph[0].out == Shape{4, 8, 8});
  CHECK(described.graph[1].out == Shape{0, 0, 0});
}

TEST_CASE("cropped rows count for in_dim") {
  const std::string two = pass + ", name: a}\n" + pass + ", in_offset: 4, in_sequences: a";
  DescribedGraph described = graph(two + ", in_crop: [1, 2], in_dim: [5, 8]}\n", {});
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  CHECK(described.graph[1].in == Shape{3, 5, 8});
  CHECK(described.graph[1].crop_top == 1);
  described = graph(two + ", in_crop: [1, 2]}\n", {});
  CHECK(described.graph[1].in == Shape{3, 5, 8});
  CHECK(problems_of(graph(two + ", in_crop: [1, 2], in_dim: [6, 8]}\n", {})) ==
        Texts{"net.yaml:5:3: error: 'in_dim' has 48 pixels, but the layers that the layer reads have 64, of which "
              "'in_crop' leaves 40 [I17]"});
  CHECK(problems_of(graph(two + ", in_crop: [8, 8], in_dim: [1, 8]}\n", {})) ==
        Texts{"net.yaml:5:3: error: 'in_dim' has 8 pixels, but the layers that the layer reads have 64, of which "
              "'in_crop' leaves none [I17]"});
}

TEST_CASE("weights behind a crop that the chip cannot do are not blamed") {
  const std::string linear = "- {processors: 7, out_offset: 0x1000, op: mlp, flatten: true, activate: none}\n";
  const std::string cropped = pass + ", in_crop: [1, 2]}\n" + linear;
  for (const int pixels : {40, 64}) {  // of the cropped map, of the whole one
    const DescribedGraph described = graph(cropped, {weights({2, 3 * pixels})});
    CHECK(problems_of(described).empty());
    CHECK(described.weights_fit == (pixels == 40));
    const auto plan = max7800x::plan_if_possible(described.graph, max78000);
    const Findings found = max7800x::check(described.graph, plan, max78000);
    CHECK(found.errors() == 1);
    CHECK(found.contains(max7800x::rules::crop_input));
  }
  // Behind other layers the chip can crop.
  const std::string behind =
      pass + ", name: a}\n" + pass + ", in_offset: 4, in_sequences: a, in_crop: [1, 2]}\n" + linear;
  CHECK(graph(behind, {weights({2, 120})}).ok());
  CHECK(problems_of(graph(behind, {weights({2, 192})})).size() == 1);
}

TEST_CASE("of more layers than can be read it is said how many the chip has, and nothing else") {
  NetworkDescription description;
  description.file = "net.onnx";
  description.complete = true;
  for (int i = 0; i <= max7800x::most_layers; ++i) {
    DescribedLayer layer;
    layer.sequence = i;
    layer.next = i < max7800x::most_layers ? i + 1 : DescribedLayer::stop;
    description.layers.push_back(layer);
  }
  const DescribedGraph described = graph_from(description, {}, {3, 8, 8}, max78000);
  CHECK(problems_of(described) == Texts{"net.onnx: error: the network has 129 layers: MAX78000 has 32 [Y6]"});
  CHECK(described.graph.size == 0);
}

TEST_CASE("the order of the expected data") {
  const auto layers = [](const std::string& first, const std::string& last) {
    return pass + first + "}\n" + pass + ", max_pool: 2, pool_stride: 1}\n" + pass + "}\n" + pass + last + "}\n";
  };
  const auto read = [](const std::string& text) {
    return parse_description("arch: test\ndataset: x\nlayers:\n" + text, "net.yaml", max78000);
  };
  const auto order = [&](const std::string& first) { return simulation_of(read(layers(first, "")), 4).order; };
  using Order = std::vector<int>;
  CHECK(order("") == Order{});
  CHECK(order(", simulated_sequence: 1") == Order{});
  CHECK(order(", simulated_sequence: 2") == Order{0, 2, 3});
  CHECK(order(", simulated_sequence: 3") == Order{0, 3});
  CHECK(order(", simulated_sequence: stop") == Order{0});
  const Simulation stopped = simulation_of(read(layers(", simulated_sequence: stop", "")), 4);
  CHECK(stopped.last(4) == 0);
  CHECK(stopped.computes(0));
  CHECK_FALSE(stopped.computes(3));
  CHECK(stopped.expects(0, Layer{}, 4));
  // What reads the layer in front of it reads the one that was computed before it; a source that is named stays.
  const NetworkDescription jumping = read(layers(", simulated_sequence: 3", ""));
  Graph<8> graph_of_four;
  graph_of_four.size = 4;
  for (int i = 0; i < 4; ++i) graph_of_four[i].sources.push(i - 1);
  CHECK(simulated(graph_of_four, jumping, simulation_of(jumping, 4))[3].sources[0] == 0);
  const NetworkDescription named = read(layers(", simulated_sequence: 3", ", in_sequences: 2"));
  CHECK(simulated(graph_of_four, named, simulation_of(named, 4))[3].sources[0] == 2);
  CHECK(problems_of(graph(layers(", simulated_sequence: 3", ""), {})) ==
        Texts{"net.yaml:7:3: error: 'simulated_sequence' makes the layer read 3x8x8, but it is made for 3x7x7 [I17]"});
  CHECK(problems_of(graph(layers(", simulated_sequence: 3", ", in_sequences: 2"), {})).empty());
  CHECK(problems_of(graph(layers(", simulated_sequence: stop", ""), {})).empty());
}

TEST_CASE("a layer reads all channels of its source, or says why that is no mistake") {
  const std::string two = pass + "}\n" + pass + ", in_channel_skip: 1, in_channels: ";
  CHECK(
      problems_of(graph(two + "2}\n", {})) ==
      Texts{"net.yaml:5:3: error: 'in_channel_skip' leaves 2 of the source's 3 channels, from number 1 on, but a layer "
            "reads all of them: give it weights of 0 for the other 1 [N2]"});
  const DescribedGraph all = graph(two + "3}\n", {});
  REQUIRE(all.problems.size() == 1);
  CHECK(all.problems[0].text() ==
        "net.yaml:5:3: notice: 'in_channel_skip' has no effect: the layer reads all 3 channels of its source [N1]");
}

TEST_CASE("a wrong use of the buffer is one error, and layers behind it are not blamed") {
  const auto problems_with = [](const std::string& move, const std::string& source, const std::string& look) {
    const DescribedGraph described = graph_from(
        parse_description("arch: test\ndataset: x\n"
                          "data_buffer:\n- {processors: 0xf0, dim: 6, channels: 4, offset: 0x1000, name: past}\n"
                          "layers:\n"
                          "- {processors: 0xf, out_offset: 0, op: none, name: e}\n"
                          "- {processors: 0xf0, op: none, in_sequences: " +
                              source + ", in_offset: 0x1004, out_offset: 0x1000, in_channels: 4, " + move +
                              "}\n"
                              "- {processors: 0xf, op: none, in_sequences: e, in_offset: 0, out_offset: "
                              "0x1014, output_processors: 0xf0, buffer_insert: 1}\n"
                              "- {processors: 0xf0, op: conv1d, kernel_size: 3, pad: 0, in_sequences: past, "
                              "in_offset: 0x1000, out_offset: 0, in_channels: 4, " +
                              look + "}\n",
                          "net.yaml", max78000),
        {weights({4, 4, 3})}, {4, 1, 1}, max78000);
    Texts said = problems_of(described);
    max7800x::Options options;
    options.overlap_data = true;
    for (const Finding& finding : max7800x::check(described.graph, max78000, options))
      if (finding.rule->severity == Severity::error) said.push_back(std::string(finding.rule->id.data));
    return said;
  };
  const std::string good = "in_dim: 5, buffer_shift: 1", look = "in_dim: 6";
  CHECK(problems_with(good, "past", look) == Texts{});
  CHECK(problems_with("in_dim: 5, buffer_shift: 99", "past", look) == Texts{"buffer_shift_rows"});
  CHECK(problems_with("in_dim: 5, buffer_shift: 6", "past", look) == Texts{"buffer_shift_rows"});
  CHECK(problems_with(good, "e", look) == Texts{"buffer_shift"});
  CHECK(problems_with("in_dim: 4, buffer_shift: 1", "past", look).size() == 1);
  CHECK(problems_with(good, "past", "in_dim: 5").size() == 1);
}

TEST_CASE("a temporal network: rows of a buffer are moved, added and read") {
  const std::string text =
      "arch: test\ndataset: x\n"
      "data_buffer:\n- {processors: 0xffffffff00000000, dim: 15, channels: 32, offset: 0x7FC4, name: tcn_buffer}\n"
      "layers:\n"
      "- {processors: 7, output_processors: 0xf, out_offset: 0x5000, op: conv2d, name: seen}\n"
      "- {processors: 0xffffffff00000000, output_processors: 0xffffffff00000000, in_offset: 0x7FC8, in_channels: 32, "
      "in_dim: 14, in_sequences: TCN_buffer, out_offset: 0x7FC4, op: Passthrough, buffer_shift: 1}\n"
      "- {processors: 0xf, output_processors: 0xffffffff00000000, in_offset: 0x5000, out_offset: 0x7FFC, op: conv2d, "
      "in_sequences: seen, buffer_insert: 1, pad: 0}\n"
      "- {processors: 0xffffffff00000000, in_offset: 0x7FC4, in_channels: 32, in_dim: 15, in_sequences: -2, "
      "out_offset: 0x1000, op: Conv1d, kernel_size: 3, pad: 0}\n"
      "- {processors: 0xff, out_offset: 0, op: Conv1d, kernel_size: 3, dilation: 4, pad: 0, output_width: 32}\n";
  const DescribedGraph described = graph_from(
      parse_description(text, "net.yaml", max78000),
      {weights({4, 3, 3, 3}), weights({32, 4, 3, 3}), weights({8, 32, 3}), weights({5, 8, 3})}, {3, 3, 3}, max78000);
  REQUIRE_MESSAGE(described.ok(), described.problems[0].text());
  const auto& net = described.graph;
  CHECK(net.buffer == KeptRows{"tcn_buffer", 32, 15, 0xffffffff00000000, 0x7fc4});
  CHECK(net[1].in == Shape{32, 14, 1});
  CHECK(net[2].out == Shape{32, 1, 1});
  CHECK(net[3].in == Shape{32, 15, 1});
  CHECK(net[3].out == Shape{8, 13, 1});
  const auto found = [&](bool overlap) {
    max7800x::Options options;
    options.overlap_data = overlap;
    const auto plan = max7800x::plan(net, max78000, options);
    std::string rules;
    for (const Finding& finding : max7800x::check(net, plan, max78000, options))
      if (finding.rule->severity == Severity::error) rules += std::string(finding.rule->id.data) + " ";
    return rules + (max7800x::inspect(net, plan, max78000, options).ok() ? "" : "inspected");
  };
  CHECK(found(true) == "");
  CHECK(found(false) == "tensor_overwritten inspected");  // the row goes where the vendor's tool sees the shifted rows
}

}  // namespace test_description_graph
