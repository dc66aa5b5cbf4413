#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/description.hpp>

#include <support/described.hpp>

namespace test_description {

using namespace incuse;
using namespace incuse::test;

namespace {

const std::string small_description =
    "---\n"
    "# comment\n"
    "arch: ai85net\n"
    "dataset: MNIST\n"
    "layers:\n"
    "  - pad: 2\n"
    "    activate: ReLU\n"
    "    out_offset: 0x2000\n"
    "    processors: 0x0000.0000.0000_0001\n"
    "    data_format: CHW\n"
    "    op: Conv2d\n"
    "    name: First\n"
    "  - max_pool: [2, 3]\n"
    "    pool_stride: 2\n"
    "    kernel_size: 1x1\n"
    "    pad: 0\n"
    "    activation: Abs\n"
    "    out_offset: 0\n"
    "    in_offset: 0x100\n"
    "    write_gap: 1\n"
    "    processors: 0xfffffffffffffff0\n"
    "    output_processors: 0x00_03\n"
    "    operation: conv2d\n"
    "    quantization: 4\n"
    "    output_shift: -3\n"
    "    bias_group: [0, 2]\n"
    "  - op: MLP\n"
    "    flatten: true\n"
    "    out_offset: 0x1000\n"
    "    output_width: 32\n"
    "    processors: 3\n"
    "    activate: None\n";

}  // namespace

TEST_CASE("a small description") {
  const NetworkDescription read = parse(small_description);
  REQUIRE(read.problems.empty());
  CHECK(read.arch == "ai85net");
  CHECK(read.dataset == "MNIST");
  CHECK(read.input_format == DataFormat::chw);
  REQUIRE(read.layers.size() == 3);

  const Layer& first = read.layers[0].layer;
  CHECK(read.layers[0].name == "First");
  CHECK(first.op == Operator::conv2d);
  CHECK(first.kernel == Extent{3, 3});
  CHECK(first.padding == Extent{2, 2});
  CHECK(first.activation == Activation::relu);
  CHECK(first.placement.processors == 1);
  CHECK(first.placement.output_processors == 0);
  CHECK(first.placement.out_offset == 0x2000);
  CHECK(first.placement.in_offset == Placement::not_given);
  CHECK(first.weight_bits == 8);
  CHECK_FALSE(read.layers[0].weight_bits_given);
  CHECK_FALSE(read.layers[0].output_shift_given);
  CHECK(read.layers[0].next == 1);
}

TEST_CASE("further layers of a small description") {
  const NetworkDescription read = parse(small_description);
  REQUIRE(read.layers.size() == 3);
  const Layer& second = read.layers[1].layer;
  CHECK(second.pooling == Pooling::max);
  CHECK(second.pool == Extent{2, 3});
  CHECK(second.pool_stride == Extent{2, 2});
  CHECK(second.kernel == Extent{1, 1});
  CHECK(second.padding == Extent{0, 0});
  CHECK(second.activation == Activation::abs);
  CHECK(second.weight_bits == 4);
  CHECK(second.output_shift == -3);
  CHECK(read.layers[1].output_shift_given);
  CHECK(second.placement.output_processors == 3);
  CHECK(second.placement.in_offset == 0x100);
  CHECK(second.placement.write_gap == 1);
  CHECK(second.placement.bias_groups == 0b101);

  const Layer& third = read.layers[2].layer;
  CHECK(third.op == Operator::linear);
  CHECK(third.flatten);
  CHECK(third.wide);
  CHECK(third.padding == Extent{0, 0});
  CHECK(third.activation == Activation::none);
  CHECK(read.layers[2].next == DescribedLayer::stop);
}

TEST_CASE("all operations and their synonyms") {
  struct Row {
    const char* key;
    const char* word;
    Operator op;
    Elementwise elementwise;
  };
  const Row rows[] = {
      {"op", "Conv1d", Operator::conv1d, Elementwise::none},
      {"operation", "CONV2D", Operator::conv2d, Elementwise::none},
      {"operator", "ConvTranspose2d", Operator::conv_transpose2d, Elementwise::none},
      {"convolution", "conv2d", Operator::conv2d, Elementwise::none},
      {"op", "None", Operator::none, Elementwise::none},
      {"op", "Passthrough", Operator::none, Elementwise::none},
      {"op", "Linear", Operator::linear, Elementwise::none},
      {"op", "FC", Operator::linear, Elementwise::none},
      {"op", "mlp", Operator::linear, Elementwise::none},
      {"op", "add", Operator::none, Elementwise::add},
      {"op", "Sub", Operator::none, Elementwise::sub},
      {"op", "or", Operator::none, Elementwise::bitwise_or},
      {"op", "BitwiseOr", Operator::none, Elementwise::bitwise_or},
      {"op", "bitwise_xor", Operator::none, Elementwise::bitwise_xor},
  };
  for (const Row& row : rows) {
    CAPTURE(row.word);
    const NetworkDescription read =
        parse(network("- processors: 1\n  out_offset: 0\n  " + std::string(row.key) + ": " + row.word + "\n"));
    REQUIRE(read.ok());
    const Layer& layer = read.layers[0].layer;
    CHECK(layer.op == row.op);
    CHECK(layer.elementwise == row.elementwise);
    CHECK(layer.operands == (row.elementwise == Elementwise::none ? 1 : 2));
  }
}

TEST_CASE("defaults of a convolution depend on its kind") {
  const auto layer = [](const std::string& lines) {
    const NetworkDescription read = parse(network("- processors: 1\n  out_offset: 0\n" + lines));
    REQUIRE(read.ok());
    return read.layers[0].layer;
  };
  CHECK(layer("  op: conv2d\n").kernel == Extent{3, 3});
  CHECK(layer("  op: conv2d\n").padding == Extent{1, 1});
  CHECK(layer("  op: conv1d\n").kernel == Extent{9, 1});
  CHECK(layer("  op: conv1d\n").padding == Extent{1, 0});
  CHECK(layer("  op: conv1d\n  kernel_size: 4\n").kernel == Extent{4, 1});
  CHECK(layer("  op: none\n  kernel_size: 3x3\n").kernel == Extent{1, 1});  // without a meaning
  CHECK(layer("  op: conv1d\n  max_pool: 3\n  pool_stride: 2\n").pool == Extent{3, 1});
  CHECK(layer("  op: conv1d\n  max_pool: 3\n  pool_stride: 2\n").pool_stride == Extent{2, 1});
  CHECK(layer("  op: convtranspose2d\n").stride == Extent{2, 2});
  CHECK(layer("  op: convtranspose2d\n").output_padding == 1);
  CHECK(layer("  op: conv2d\n").output_padding == 0);
  CHECK(layer("  op: none\n").padding == Extent{0, 0});
  CHECK(layer("  op: none\n").kernel == Extent{1, 1});
  CHECK(layer("  op: linear\n").padding == Extent{0, 0});
  CHECK(layer("  op: add\n  operands: 5\n").operands == 5);
  CHECK(layer("  op: conv2d\n  eltwise: xor\n").elementwise == Elementwise::bitwise_xor);
  CHECK(layer("  op: conv2d\n  eltwise: xor\n").operands == 2);
  CHECK(layer("  op: none\n  max_pool: 2\n  avg_pool: 3\n  pool_stride: 2\n").pooling == Pooling::max);
  CHECK(layer("  op: none\n  avg_pool: 3\n  max_pool: 2\n  pool_stride: 2\n").pool == Extent{2, 2});
  CHECK(layer("  op: none\n  pool_stride: 2\n").pooling == Pooling::none);
  CHECK(layer("  op: none\n  in_dim: 20\n").in_extent == Extent{20, 1});
  CHECK(layer("  op: none\n  in_dim: [4, 5]\n").in_extent == Extent{4, 5});
  CHECK(layer("  op: conv2d\n  quantization: bin\n").binary_weights);
  CHECK(layer("  op: add\n  max_pool: 2\n  pool_stride: 2\n  pool_first: false\n").pool_first == false);
}

TEST_CASE("a Conv1d that relies on the default padding takes the width from all layers that do") {
  const std::string two =
      "- {processors: 1, out_offset: 0, op: conv2d}\n- {processors: 1, out_offset: 0, op: conv2d, pad: 1}\n";
  NetworkDescription read = parse(network(two + "- {processors: 1, out_offset: 0, op: conv1d}\n"));
  REQUIRE(read.ok());
  CHECK(read.layers[0].layer.padding == Extent{1, 0});
  CHECK(read.layers[1].layer.padding == Extent{1, 1});
  read = parse(network(two + "- {processors: 1, out_offset: 0, op: conv1d, pad: 1}\n"));
  CHECK(read.layers[0].layer.padding == Extent{1, 1});
}

TEST_CASE("processors, numbers and truth values in all their forms") {
  const auto processors = [](const std::string& value) {
    const NetworkDescription read = parse(network("- {out_offset: 0, op: none, processors: " + value + "}\n"));
    CHECK(read.problems.empty());
    return read.layers.empty() ? 0 : read.layers[0].layer.placement.processors;
  };
  CHECK(processors("10") == 10);
  CHECK(processors("0x10") == 16);
  CHECK(processors("010") == 8);
  CHECK(processors("0b101") == 5);
  CHECK(processors("0xffff_0000") == 0xffff0000);
  CHECK(processors("0x0001.0000.0000.000f") == 0x000100000000000f);
  CHECK(processors("ff.00") == 0xff00);
  CHECK(processors("'10'") == 16);
  CHECK(processors("0xFFFFFFFFFFFFFFFF") == ~ProcessorMap{0});
  for (const char* value : {"true", "Yes", "on", "1"}) {
    CAPTURE(value);
    const NetworkDescription read =
        parse(network("- {out_offset: 0, op: none, processors: 1, output: " + std::string(value) + "}\n"));
    REQUIRE(read.ok());
    CHECK(read.layers[0].layer.output);
  }
  CHECK_FALSE(parse(network("- {out_offset: 0, op: none, processors: 1, output: off}\n")).layers[0].layer.output);
}

TEST_CASE("layers are sorted by their numbers, and holes are squeezed out; references follow") {
  const NetworkDescription read = parse(network(
      "- {sequence: 7, processors: 1, out_offset: 0, op: none, name: Last, in_sequences: [0, MIDDLE, input, -1]}\n"
      "- {sequence: 0, processors: 1, out_offset: 0, op: none, next_sequence: 3}\n"
      "- {sequence: 3, processors: 1, out_offset: 0, op: none, name: middle, next_sequence: last}\n"));
  REQUIRE(read.problems.empty());
  REQUIRE(read.layers.size() == 3);
  CHECK(read.layers[0].sequence == 0);
  CHECK(read.layers[0].next == 1);
  CHECK(read.layers[1].name == "middle");
  CHECK(read.layers[1].next == 2);
  CHECK(read.layers[2].sequence == 7);
  CHECK(read.layers[2].sources == std::vector<int>{0, 1, network_input, network_input});
  CHECK(read.layers[2].next == DescribedLayer::stop);
}

TEST_CASE("what follows the last layer: nothing, or a number that no layer has") {
  const auto next = [](const std::string& value) {
    return parse(network("- {processors: 1, out_offset: 0, op: none}\n"
                         "- {sequence: 4, processors: 1, out_offset: 0, op: none, next_sequence: " +
                         value + "}\n"))
        .layers[1]
        .next;
  };
  for (const char* value : {"stop", "Stop", "-1", "5"}) {
    CAPTURE(value);
    CHECK(next(value) == DescribedLayer::stop);
  }
  for (const char* value : {"6", "31", "99999"}) {
    CAPTURE(value);
    CHECK(next(value) == DescribedLayer::behind_the_last);
  }
  CHECK(next("0") == 0);
  CHECK(problem_of("  op: none\n  next_sequence: -2\n") ==
        "net.yaml:8:18: error: 'next_sequence' refers to layer -2, which does not exist [Y25]");
}

TEST_CASE("truth values in quotes: those that say so") {
  for (const char* key : {"output", "streaming", "tcalc"}) {
    const std::string start = "- {out_offset: 0, op: none, processors: 1, " + std::string(key) + ": ";
    for (const char* value : {"'true'", "\"True\"", "'yes'", "True", "1", "'1'"}) {
      CAPTURE(value);
      const NetworkDescription read = parse(network(start + value + "}\n"));
      REQUIRE(read.ok());
      const Layer& layer = read.layers[0].layer;
      CHECK((layer.output || layer.streaming || layer.placement.tcalc));
    }
    for (const char* value : {"'false'", "''", "'0'", "maybe", "2", "-1", "4", "\"2\""})
      CHECK_FALSE(parse(network(start + value + "}\n")).ok());
  }
  CHECK(problem_of("  op: none\n  output: 'False'\n") ==
        "net.yaml:8:11: error: 'output' must be true or false without quotes: the vendor's tool takes every text in "
        "quotes as true, not 'False' [Y14]");
}

TEST_CASE("numbers in quotes: those that are the same number to everybody") {
  const auto layer_with = [](const std::string& keys) {
    return parse(network("- {out_offset: '8', op: none, processors: 1, " + keys + "}\n"));
  };
  const NetworkDescription read =
      layer_with("sequence: '3', in_crop: ['1', \"2\"], output_width: '8', max_pool: \"2\", pool_stride: ['2', '2']");
  REQUIRE(read.ok());
  const Layer& layer = read.layers[0].layer;
  CHECK(read.layers[0].sequence == 3);
  CHECK(layer.placement.out_offset == 8);
  CHECK(layer.crop_top == 1);
  CHECK(layer.crop_bottom == 2);
  CHECK(layer.pool == Extent{2, 2});
  for (const char* number : {"'010'", "'0x8'", "'1_0'", "''", "' 8'", "'+'", "'8.0'"}) {
    CAPTURE(number);
    CHECK_FALSE(layer_with(std::string("in_offset: ") + number).ok());
  }
}

TEST_CASE("what only other chips use of a layer's keys is read") {
  const auto others =
      parse(network("- {out_offset: 0, op: none, processors: 1, simulated_sequence: stop}\n"
                    "- {out_offset: 0, op: none, processors: 1, in_channel_skip: 2, simulated_sequence: stop}\n"));
  REQUIRE(others.ok());
  CHECK(others.problems.empty());
  CHECK(others.layers[0].next == 1);
  CHECK(others.layers[0].simulated_next == DescribedLayer::stop);
  CHECK(others.layers[1].channel_skip == 2);
  CHECK(problem_of("  op: none\n  in_channel_skip: -2\n").find("[Y14]") != std::string::npos);
  CHECK(problem_of("  op: none\n  simulated_sequence: first\n") ==
        "net.yaml:8:23: error: 'simulated_sequence' has to name a later layer, or stop [I7]");
  CHECK(problem_of("  op: none\n  snoop_sequence: first\n") ==
        "net.yaml:8:19: error: 'snoop_sequence' must be the number of a layer, not 'first' [Y25]");
}

TEST_CASE("what the processor computes: the advice depends on the place of the layer") {
  // The layer with the word has the number 1; the other one is in front of it, or behind.
  const auto said = [](const char* key, std::string_view word, const char* number_of_other, bool first_in_file) {
    const std::string own = "- {sequence: 1, out_offset: 0, processors: 1, " +
                            std::string(std::string_view(key) == "op" ? "" : "op: conv2d, ") + key + ": " +
                            std::string(word) + "}\n";
    const std::string other =
        "- {sequence: " + std::string(number_of_other) + ", out_offset: 0, processors: 1, op: none}\n";
    const auto texts = problems_of(network(first_in_file ? own + other : other + own));
    REQUIRE(texts.size() == 1);
    return texts[0];
  };
  int different = 0;
  for (const detail::ElsewhereWord& word : detail::elsewhere_words)
    for (const char* key : {"op", "activate"})
      for (const bool first_in_file : {false, true}) {
        if (word.key == key) continue;
        CAPTURE(word.word);
        CAPTURE(key);
        CHECK(said(key, word.word, "0", first_in_file).find(word.advice.at_the_end) != std::string::npos);
        const std::string inside = said(key, word.word, "2", first_in_file);
        CHECK(inside.find(word.advice.inside) != std::string::npos);
        CHECK(inside.find("from the output of the last layer") == std::string::npos);
        different += word.advice.inside != word.advice.at_the_end ? 1 : 0;
      }
  CHECK(different > 0);
  CHECK(said("activate", "softmax", "2", true).find("a second network") != std::string::npos);
}

TEST_CASE("words that belong elsewhere") {
  const auto said = [](const std::string& key, const std::string& value) {
    const auto texts =
        problems_of(network("- {out_offset: 0, processors: 1, " + std::string(key == "op" ? "" : "op: conv2d, ") + key +
                            ": " + value + "}\n"));
    REQUIRE(texts.size() == 1);
    return texts[0];
  };
  CHECK(
      said("activate", "Sigmoid") ==
      "net.yaml:4:56: error: unknown value 'Sigmoid' for 'activate': the accelerator has ReLU and Abs; behind the last "
      "layer the processor computes others; there is: ReLU, Abs, None [Y14]");
  CHECK(said("activation", "ReLU6").find("use ReLU") != std::string::npos);
  CHECK(said("op", "Softmax").find("the processor computes it") != std::string::npos);
  CHECK(said("op", "relu").find("'activate' says it") != std::string::npos);
  CHECK(said("op", "MaxPool2d").find("'op: Passthrough'") != std::string::npos);
  CHECK(said("op", "Concat").find("'in_sequences'") != std::string::npos);
  // As other tools spell them.
  for (const char* pooling : {"MaxPooling2D", "max_pool2d", "AveragePooling1D", "AvgPool"})
    CHECK(said("op", pooling).find("'op: Passthrough'") != std::string::npos);
  for (const char* all : {"GlobalAveragePooling2D", "global_max_pool", "AdaptiveAvgPool2d"})
    CHECK(said("op", all).find("with the size of the map") != std::string::npos);
  for (const char* connected : {"Dense", "FullyConnected", "Gemm"})
    CHECK(said("op", connected).find("'op: Linear'") != std::string::npos);
  CHECK(said("op", "DepthwiseConv2D").find("'groups' of a Conv2d") != std::string::npos);
  CHECK(said("op", "SeparableConvolution2D").find("two layers") != std::string::npos);
  CHECK(said("op", "Conv2DTranspose").find("'op: ConvTranspose2d'") != std::string::npos);
  CHECK(said("op", "BatchNormalization").find("it is folded") != std::string::npos);
  CHECK(said("op", "[1]").find("there is: Conv1d, ") != std::string::npos);
}

TEST_CASE("a layer can use the weights of an earlier one") {
  const NetworkDescription read =
      parse(network("- {processors: 1, out_offset: 0, op: conv2d, name: a}\n"
                    "- {processors: 1, out_offset: 0, op: conv2d, weight_source: A}\n"));
  REQUIRE(read.ok());
  CHECK(read.layers[0].owns_weights());
  CHECK_FALSE(read.layers[1].owns_weights());
  CHECK(read.layers[1].weight_source == 0);
  CHECK(problem_of("  op: conv2d\n  weight_source: first\n") ==
        "net.yaml:8:18: error: 'weight_source' must name an earlier layer with weights [Y25]");
}

TEST_CASE("what Incuse cannot handle yet is listed") {
  const NetworkDescription read = parse(
      "arch: test\ndataset: x\nunload:\n- {processors: 1, channels: 1, dim: [1, 1], offset: 0}\n"
      "layers:\n"
      "- {processors: 1, out_offset: 0, op: conv1d, buffer_insert: 2, tcalc: true}\n"
      "- {processors: 1, out_offset: 0, op: none, in_crop: [1, 1]}\n");
  REQUIRE(read.ok());
}

TEST_CASE("memory regions: a wrong value of any key is an error with its line") {
  const auto problems = [](const std::string& list, const std::string& entry) {
    return problems_of("arch: a\ndataset: b\n" + list + ":\n" + entry +
                       "layers:\n- {processors: 1, out_offset: 0, op: none}\n");
  };
  const std::vector<std::pair<std::string, std::string>> sound = {
      {"processors", "1"}, {"channels", "1"}, {"dim", "3"},       {"offset", "0"},
      {"name", "ring"},    {"width", "8"},    {"write_gap", "0"},
  };
  for (const std::string list : {"data_buffer", "unload"}) {
    const char* other = list == "unload" ? "name" : "write_gap";
    for (const auto& wrong : sound)
      for (const char* value : {"", "[]", "-1", "32", "{a: 1}"}) {
        if (wrong.first == other) continue;
        const std::string key = wrong.first;
        if (std::string(value) == "32" && key != "width") continue;
        CAPTURE(list);
        CAPTURE(key);
        CAPTURE(value);
        std::string entry = "- {";
        for (const auto& one : sound)
          if (one.first != other) entry += one.first + ": " + (one.first == key ? value : one.second.c_str()) + ", ";
        entry.resize(entry.size() - 2);
        entry += "}\n";
        const Texts texts = problems(list, entry);
        REQUIRE(texts.size() == 1);
        CHECK(texts[0].find("net.yaml:4:") == 0);
        CHECK(texts[0].find(key == "name" && std::string(value) == "-1" ? "[Y25]" : "[Y27]") != std::string::npos);
      }
  }
  CHECK(problems("data_buffer", "- {processors: 1, channels: 1, dim: 3, offset: 0, name: ring, width: banana}\n") ==
        Texts{"net.yaml:4:70: error: 'width' must be 8: a memory region of a description holds bytes, not 'banana' "
              "[Y27]"});
  CHECK(problems("data_buffer", "- {processors: 1, channels: 1, dim: [6, 2], offset: 0, name: ring}\n") ==
        Texts{"net.yaml:4:37: error: a rolling buffer has one column, and 'dim' asks for 2: give the number of rows, "
              "'dim: 6', and keep what is side by side in channels [Y27]"});
  CHECK(problems("data_buffer",
                 "- {processors: 1, channels: 1, dim: 6, offset: 0, name: ring}\n"
                 "- {processors: 1, channels: 1, dim: 6, offset: 0, name: other, width: 4}\n") ==
        Texts{"net.yaml:5:71: error: 'width' must be 8: a memory region of a description holds bytes, not '4' [Y27]"});
}

TEST_CASE("a rolling buffer, and the layers that use it") {
  const NetworkDescription read = parse(
      "arch: a\ndataset: b\ndata_buffer:\n"
      "- {processors: 0xffff0000, channels: 16, dim: 15, offset: 0x7FC4, name: Ring}\n"
      "layers:\n"
      "- {processors: 1, out_offset: 0, op: none}\n"
      "- {processors: 0xffff0000, in_offset: 0x7FCC, in_dim: 13, in_channels: 16, in_sequences: ring, "
      "out_offset: 0x7FC4, op: none, buffer_shift: 2}\n"
      "- {processors: 1, in_offset: 0, in_sequences: 0, out_offset: 0x7FF8, op: none, buffer_insert: 2}\n"
      "- {processors: 0xffff0000, in_offset: 0x7FC4, in_dim: 15, in_channels: 16, in_sequences: -2, "
      "out_offset: 0, op: none}\n");
  REQUIRE(read.ok());
  CHECK(read.buffer == KeptRows{{}, 16, 15, 0xffff0000, 0x7fc4});
  CHECK(read.buffer_name == "Ring");
  CHECK(read.layers[1].sources == std::vector<int>{rolling_buffer});
  CHECK(read.layers[1].layer.buffer_shift == 2);
  CHECK(read.layers[1].layer.crop_top == 2);
  CHECK(read.layers[2].layer.buffer_insert == 2);
  CHECK(read.layers[3].sources == std::vector<int>{rolling_buffer});

  const std::string buffer = "arch: a\ndataset: b\ndata_buffer:\n";
  const std::string layers = "layers:\n- {processors: 1, out_offset: 0, op: none}\n";
  CHECK(problems_of(buffer + "- {processors: 0, channels: 0, dim: 5000, offset: -4, name: 1.5}\n" + layers) ==
        Texts{"net.yaml:4:16: error: 'processors' must be a map of processors, a number from 1 to 0xffffffffffffffff, "
              "not '0' [Y27]",
              "net.yaml:4:29: error: 'channels' must be a number from 1 to 1024, not '0' [Y27]",
              "net.yaml:4:37: error: 'dim' must be a number from 1 to 1024, not '5000' [Y27]",
              "net.yaml:4:51: error: 'offset' must be a number from 0 to 131071, not '-4' [Y27]"});
  CHECK(problem_of("  op: none\n  in_sequences: -2\n") ==
        "net.yaml:8:17: error: 'in_sequences' refers to layer -2, which does not exist [Y25]");
}

TEST_CASE("names that a reference takes for something else") {
  const auto named = [](const std::string& buffer, const std::string& layer) {
    return problems_of("arch: a\ndataset: b\ndata_buffer:\n- {processors: 1, channels: 1, dim: 3, offset: 0, name: " +
                       buffer + "}\nlayers:\n- {processors: 1, out_offset: 0, op: none, name: " + layer + "}\n");
  };
  CHECK(named("rows", "e").empty());
  CHECK(named("\"42\"", "'-1'").empty());  // in quotes they are words
  for (const char* word : {"input", "INPUT", "Stop", "-1", "42", "0x1f"}) {
    CAPTURE(word);
    const std::string why =
        std::string(word).find_first_of("0123456789") == std::string::npos ? "is reserved" : "is a number";
    const std::string said = "error: '" + detail::lower_case(word) + "' " + why + " and cannot be a name [Y25]";
    CHECK(named(word, "e") == Texts{"net.yaml:4:57: " + said});
    CHECK(named("rows", word) == Texts{"net.yaml:6:50: " + said});
  }
  CHECK(named("e", "E") == Texts{"net.yaml:4:57: error: the data buffer and a layer have the name 'e' [Y25]"});
}

TEST_CASE("a buffer that Incuse places needs no place") {
  const std::string text =
      "arch: a\ndataset: b\ndata_buffer:\n- {channels: 16, dim: 15, name: ring}\n"
      "layers:\n- {op: none}\n- {op: none, in_sequences: ring, buffer_shift: 1}\n"
      "- {op: none, in_sequences: 0, buffer_insert: 1}\n- {op: none, in_sequences: ring}\n";
  const NetworkDescription planned = parse_description(text, "net.yaml", max78000, PlacementKeys::optional);
  CHECK(planned.ok());
  CHECK(planned.buffer == KeptRows{{}, 16, 15, 0, Placement::not_given});
  CHECK_FALSE(parse_description(text, "net.yaml", max78000).ok());
}

TEST_CASE("cropped rows") {
  const NetworkDescription read =
      parse(network("- {processors: 1, out_offset: 0, op: none}\n"
                    "- {processors: 1, out_offset: 0, op: none, in_crop: [3, 2]}\n"
                    "- {processors: 1, out_offset: 0, op: none, in_crop: [0, 0]}\n"));
  REQUIRE(read.ok());
  CHECK(read.layers[1].layer.crop_top == 3);
  CHECK(read.layers[1].layer.crop_bottom == 2);
  CHECK_FALSE(read.layers[2].layer.crops());
  CHECK(
      problem_of("  op: none\n  in_crop: [1, 0]\n") ==
      "net.yaml:8:12: error: 'in_crop' with a 0 behind another number leaves no row: crop at least one at the bottom, "
      "too [Y11]");
  CHECK(problem_of("  op: none\n  in_crop: 2\n") ==
        "net.yaml:8:12: error: 'in_crop' must be a list of 2 numbers, not '2' [Y11]");
  CHECK(problem_of("  op: none\n  in_crop: [1, -1]\n") ==
        "net.yaml:8:16: error: 'in_crop' takes numbers from 0 to 32767, not '-1' [Y11]");
  CHECK(problem_of("  op: none\n  in_crop: [a, b]\n") ==
        "net.yaml:8:13: error: 'in_crop' takes numbers from 0 to 32767, not 'a' [Y11]");
  CHECK(problem_of("  op: none\n  in_crop: [1, 1, 1]\n") ==
        "net.yaml:8:12: error: 'in_crop' must be a list of 2 numbers, not a list of 3 [Y11]");
}

TEST_CASE("a list of regions to unload") {
  const std::string start = "arch: a\ndataset: b\nunload:\n";
  const std::string layers = "layers:\n- {processors: 1, out_offset: 0, op: none}\n";
  const NetworkDescription read =
      parse(start + "- {processors: 0xf0, channels: 4, dim: [5, 3], offset: 0x2000, width: 8, write_gap: 1}\n" +
            "- {processors: 1, channels: 1, dim: 7, offset: 0}\n" + layers);
  REQUIRE(read.ok());
  REQUIRE(read.unload.size() == 2);
  CHECK(read.unload[0].processors == 0xf0);
  CHECK(read.unload[0].shape == Shape{4, 5, 3});
  CHECK(read.unload[0].offset == 0x2000);
  CHECK(read.unload[0].write_gap == 1);
  CHECK(read.unload[1].shape == Shape{1, 7, 1});
  CHECK(problems_of(start + "- {processors: 0, channels: 0, dim: [1, 2, 3], offset: -4, width: 32}\n" + layers) ==
        Texts{"net.yaml:4:16: error: 'processors' must be a map of processors, a number from 1 to 0xffffffffffffffff, "
              "not '0' [Y27]",
              "net.yaml:4:29: error: 'channels' must be a number from 1 to 1024, not '0' [Y27]",
              "net.yaml:4:37: error: 'dim' must be a number or a list of 2 numbers, not a list of 3 [Y27]",
              "net.yaml:4:56: error: 'offset' must be a number from 0 to 131071, not '-4' [Y27]",
              "net.yaml:4:67: error: 'width' must be 8: a memory region of a description holds bytes, not '32' [Y27]"});
  CHECK(problems_of(start + "- {processors: 1, channels: 1, channels: 2, dim: 1, offset: 0}\n" + layers) ==
        Texts{"net.yaml:4:32: error: 'channels' is given twice [Y2]"});
}

}  // namespace test_description
