#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/export/cpp_source.hpp>
#include <incuse/incuse.hpp>

namespace test_cpp_source {

using namespace incuse;

namespace {

constexpr float cubed(float x) { return x * x * x; }

template <class Net>
std::string written() {
  const cpp::NetworkSource source = cpp::network_struct("Net", graph_of<Net>());
  CHECK(source.ok());
  return source.text;
}

}  // namespace

TEST_CASE("literals") {
  CHECK(cpp::quoted_literal("conv \"1\"?") == "\"conv \\0421\\042\\077\"");
  CHECK(cpp::escaped('\xff') == "\\377");
  const std::string lines = cpp::literal(std::string(130, 'a'), "  ");
  CHECK(lines == "\n  \"" + std::string(114, 'a') + "\"\n  \"" + std::string(16, 'a') + "\"");
}

TEST_CASE("names") {
  CHECK(cpp::identifier_like("block.conv2") == "block_conv2");
  CHECK(cpp::identifier_like("__x..y__") == "x_y");
  CHECK(cpp::identifier_like("3") == "layer3");
  CHECK(cpp::identifier_like("") == "layer");
  CHECK(cpp::is_identifier("digits2"));
  CHECK(!cpp::is_identifier("2digits"));
  CHECK(!cpp::is_identifier("a b"));
  CHECK(!cpp::is_identifier(""));
  CHECK(!cpp::is_identifier("__a"));
}

TEST_CASE("a namespace is called neither like a keyword nor like anything of the C library or Incuse") {
  for (const char* word : {"typeof",        "asm",       "printf",       "abs",     "div",      "exit",     "time",
                           "read",          "stat",      "timespec",     "sqrtf",   "sqrtf32x", "strtod_l", "lgammaf_r",
                           "getc_unlocked", "ftello64",  "pthread_self", "ffsll",   "open",     "creat",    "poll",
                           "tee",           "wait",      "bind",         "connect", "listen",   "accept",   "send",
                           "socket",        "inet_addr", "max7800x",     "k210",    "host",     "detail"}) {
    CAPTURE(word);
    CHECK_FALSE(cpp::is_namespace_name(word));
  }
  for (const char* word : {"kws", "sigmoid", "strokes", "island", "tomato", "memory", "timer", "my_printf", "net_r",
                           "f", "small", "proof", "opened", "index_of"}) {
    CAPTURE(word);
    CHECK(cpp::is_namespace_name(word));
  }
}

TEST_CASE("names are found wherever they stand outside of comments and literals") {
  for (const char* between : {" ", ";\n", " // a last line of two words\n", "(\"one \\\" two y\")", "<0x3f, 2u>"}) {
    std::string source;
    for (const char* word : {"one", "two_2", "Three", "x", "one", "last"}) source += std::string(word) + between;
    CAPTURE(source);
    CHECK(cpp::names_in(source) == std::set<std::string>{"Three", "last", "one", "two_2", "x"});
  }
  CHECK(cpp::names_in("").empty());
  // What stands behind `::` means something in that scope only.
  CHECK(cpp::names_in("Reduce<Reduction::mean, a::b::c> x") == std::set<std::string>{"Reduce", "Reduction", "a", "x"});
}

TEST_CASE("a network's words are declared, those of its strings are not") {
  CHECK(cpp::using_declarations("struct Net : Network<\n    Input<1, 8, 8>,\n    Conv2d<8, kernel<3>, as<\"ReLU\">, "
                                "place<in_offset<0x2000>>> {};\n",
                                "Net") ==
        "using incuse::Conv2d;\nusing incuse::Input;\nusing incuse::Network;\nusing incuse::as;\n"
        "using incuse::in_offset;\nusing incuse::kernel;\nusing incuse::place;\n");
}

TEST_CASE("arrays that are longer than literals may be are joined from several") {
  std::string values;
  CHECK(cpp::byte_array("char", "a", std::string(65528, '\1'), "  ", &values).find("char a[] =\n  \"\\001") == 0);
  CHECK(values == "a");
  for (const std::size_t count : {65529, 2 * 65528, 150000}) {
    const std::string text = cpp::byte_array("unsigned char", "a", std::string(count, 'x'), "  ", &values);
    CHECK(text.find("auto a = incuse::joined<unsigned char>(\n  \"x") == 0);
    CHECK(text.find(");\n") == text.size() - 3);
    CHECK(values == "a.values");
    std::vector<std::size_t> literals(1);
    for (const char c : text.substr(text.find('('))) {
      literals.back() += c == 'x' ? 1 : 0;
      if (c == ',') literals.push_back(0);
    }
    CHECK(literals.size() == (count + 65527) / 65528);
    for (std::size_t i = 0; i < literals.size(); ++i)
      CHECK(literals[i] == (i + 1 < literals.size() ? 65528 : count - i * 65528));
  }
}

TEST_CASE("parameters that are longer than literals may be") {
  const std::string bytes(70000, '\1');
  LayerParameters layer{.name = "fc"};
  layer.weight = Tensor("\1", 1, 1);
  layer.weight.bytes = bytes.data();
  layer.weight.count = 70000;
  layer.weight.dimensions[1] = 70000;
  layer.bias = layer.weight;
  const std::string written = cpp::parameters_struct("trained", {&layer, 1});
  CHECK(written.find("  static constexpr auto fc_weight = incuse::joined<char>(\n") != std::string::npos);
  CHECK(written.find(".weight = incuse::Tensor::of<fc_weight>(1, 70000), .bias = {fc_weight, 1, 70000}") !=
        std::string::npos);
}

TEST_CASE("a parameter struct names every array once") {
  const LayerParameters layers[] = {
      {.name = "a.b", .weight = {"\1\2\3\4", 2, 2}, .bias = {"\7\7", 2}, .output_shift = -1},
      {.name = "a_b", .weight = {"\5", 1, 1}},
      {.weight = {"\6", 1, 1}}};
  CHECK(cpp::parameters_struct("trained", {layers, 3}) ==
        R"(struct trained {
  static constexpr char a_b_weight[] =
      "\001\002\003\004";

  static constexpr char a_b_bias[] =
      "\007\007";

  static constexpr char a_b_2_weight[] =
      "\005";

  static constexpr char layer2_weight[] =
      "\006";

  static constexpr incuse::LayerParameters layers[] = {
      {.name = "a.b", .weight = incuse::Tensor::of<a_b_weight>(2, 2), .bias = {a_b_bias, 2}, .output_shift = -1},
      {.name = "a_b", .weight = incuse::Tensor::of<a_b_2_weight>(1, 1), .output_shift = 0},
      {.name = "layer2", .weight = incuse::Tensor::of<layer2_weight>(1, 1), .output_shift = 0},
  };
};
)");
  const LayerParameters shared[] = {layers[0], {.name = "twin", .weight = layers[0].weight}};
  CHECK(cpp::parameters_struct("trained", {shared, 2})
            .find(".name = \"twin\", .weight = incuse::Tensor::of<a_b_weight>(2, 2)") != std::string::npos);
  static constexpr std::int8_t narrow[] = {1, -2};
  const LayerParameters turned[] = {{.name = "up", .weight = Tensor(narrow, 1, 2, 1, 1).in_pytorch_order()}};
  const std::string written = cpp::parameters_struct("trained", {turned, 1});
  CHECK(written.find("up_weight[] =\n      \"\\001\\376\"") != std::string::npos);
  CHECK(written.find(".weight = incuse::Tensor::of<up_weight>(1, 2, 1, 1).in_pytorch_order(),") != std::string::npos);
  CHECK(cpp::parameters_struct("trained", {}) == "struct trained {};  // no layer has weights\n");
}

TEST_CASE("narrow weights are packed, where they fit their layer") {
  const LayerParameters layers[] = {{.name = "two", .weight = {"\1\376\377\0\1", 5, 1}},
                                    {.name = "signs", .weight = {"\1\377\377", 1, 3}},
                                    {.name = "wide", .weight = {"\10", 1, 1}},
                                    {.name = "twin", .weight = {"\1\377\377", 1, 3}}};
  const std::string written = cpp::parameters_struct("trained", {layers, 4}, {{2}, {1, true}, {4}, {2}});
  const auto has = [&](const char* text) { return written.find(text) != std::string::npos; };
  CHECK(has("two_weight[] =\n      \"9\\001\""));  // 1, -2, -1, 0; 1: 01 10 11 00, the first one lowest
  CHECK(has("incuse::Tensor::packed<2, two_weight>(5, 1)"));
  CHECK(has("signs_weight[] =\n      \"\\006\""));
  CHECK(has("incuse::Tensor::packed_binary_weights<signs_weight>(1, 3)"));
  CHECK(has("wide_weight[] =\n      \"\\010\""));  // 8 is too much for 4 bits: the compiler says so
  CHECK(has("incuse::Tensor::of<wide_weight>(1, 1)"));
  CHECK(has("incuse::Tensor::packed<2, twin_weight>(1, 3)"));
}

TEST_CASE("chains") {
  CHECK(written<Network<Input<1, 28, 28>, Conv2d<8, kernel<3>, pad<1>, ReLU>,
                        Fused<AvgPool2d<Window{2, 4}, stride<2>>, Conv2d<4, kernel<1>, bits<2>, bias, Abs>>, Flatten,
                        Linear<10, wide>>>() ==
        "struct Net : Network<\n"
        "    Input<1, 28, 28>,\n"
        "    Conv2d<8, kernel<3>, pad<1>, ReLU>,\n"
        "    Fused<AvgPool2d<Window{2, 4}, stride<2>>, Conv2d<4, kernel<1>, Abs, bits<2>, bias>>,\n"
        "    Flatten,\n"
        "    Linear<10, wide>> {};\n");
}

TEST_CASE("one-dimensional and transposed layers, views") {
  CHECK(written<Network<Input<4, 30>, Fused<MaxPool1d<3, stride<2>>, Conv1d<8, kernel<5>, pad<2>, dilation<2>>>,
                        ConvTranspose2d<4, kernel<3>, pad<1>, view<8, 2, 5>>, MaxPool2d<1, stride<2>>, Identity<>>>() ==
        "struct Net : Network<\n"
        "    Input<4, 30>,\n"
        "    Fused<MaxPool1d<3, stride<2>>, Conv1d<8, kernel<5>, pad<2>, dilation<2>>>,\n"
        "    ConvTranspose2d<4, kernel<3>, pad<1>, view<8, 2, 5>>,\n"
        "    MaxPool2d<1, stride<2>>,\n"
        "    Identity<>> {};\n");
}

TEST_CASE("branches get names, placement is by hand") {
  CHECK(
      written<Network<Input<4, 8, 8, chw>,
                      Conv2d<4, kernel<3>, pad<1>, place<processors<0x1111>, out_offset<0x2000>, write_gap<1>>>,
                      Conv2d<4, kernel<3>, pad<1>, as<"b">, output, from<"input">,
                             place<processors<0x1111>, output_processors<0xf>, in_offset<0>, bias_groups<0, 2>>>,
                      Fused<Add<from<"b", "input">>, MaxPool2d<2>, Conv2d<2, kernel<1>, place<processors<0xf>>>>>>() ==
      "struct Net : Network<\n"
      "    Input<4, 8, 8, chw>,\n"
      "    Conv2d<4, kernel<3>, pad<1>, place<processors<0x0000000000001111>, out_offset<0x2000>, write_gap<1>>>,\n"
      "    Conv2d<4, kernel<3>, pad<1>, from<\"input\">, output, as<\"b\">, place<processors<0x0000000000001111>, "
      "output_processors<0x000000000000000f>, in_offset<0x0000>, bias_groups<0, 2>>>,\n"
      "    Fused<Add<from<\"b\", \"input\">>, MaxPool2d<2>, Conv2d<2, kernel<1>, "
      "place<processors<0x000000000000000f>>>>> {};\n");
}

TEST_CASE("layers that are read from afar are named") {
  auto graph = graph_of<Network<Input<4, 8, 8>, Identity<>, Identity<>, Add<from<"input", "input">>>>();
  graph[2].sources[0] = 0;
  const cpp::NetworkSource source = cpp::network_struct("Net", graph);
  REQUIRE(source.ok());
  CHECK(source.text.find("Identity<as<\"layer0\">>") != std::string::npos);
  CHECK(source.text.find("Add<from<\"layer0\", \"input\">>") != std::string::npos);
}

TEST_CASE("what types cannot say is an error that names the layer") {
  auto graph = graph_of<Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, as<"first">>, MaxPool2d<2>>>();
  graph[0].groups = 2;
  graph[1].activation = Activation::relu;
  graph[1].output_shift = 3;
  const cpp::NetworkSource source = cpp::network_struct("Net", graph);
  CHECK(source.text.empty());
  REQUIRE(source.errors.size() == 3);
  CHECK(source.errors[0] == "layer 0 (first): the model language cannot say convolutions in groups");
  CHECK(source.errors[1] == "layer 1: the model language cannot say an activation without weights");
  CHECK(source.errors[2] == "layer 1: the model language cannot say an output shift without weights");
}

TEST_CASE("nothing is left out in silence") {
  const auto error = [](auto change) {
    auto graph = graph_of<Network<Input<4, 8, 8>, Conv2d<4, kernel<1>>, MaxPool2d<2>, Identity<>>>();
    change(graph);
    const cpp::NetworkSource source = cpp::network_struct("Net", graph);
    CHECK(source.text.empty());
    return source.errors.empty() ? "" : source.errors[0];
  };
  const std::string cannot = ": the model language cannot say ";
  CHECK(error([](auto& g) { g[2].inserted = true; }) == "layer 2" + cannot + "a layer that a chip has added");
  CHECK(error([](auto& g) { g[2].bias = true; }) == "layer 2" + cannot + "a bias without weights");
  CHECK(error([](auto& g) { g[1].batch_norm = true; }) == "layer 1" + cannot + "a batch norm without weights");
  CHECK(error([](auto& g) { g[1].bypass = true; }) == "layer 1" + cannot + "a bypassed kernel without an operator");
  CHECK(error([](auto& g) { g[0].bypass = g[0].bias = true; }) ==
        "layer 0" + cannot + "a bias or a batch norm of a bypassed kernel");
  CHECK(error([](auto& g) { g[1].weight_bits = 4; }) == "layer 1" + cannot + "the width of weights without weights");
  CHECK(error([](auto& g) { g[1].groups = 4; }) == "layer 1" + cannot + "convolutions in groups");
  CHECK(error([](auto& g) { g[2].operands = 2; }) == "layer 2" + cannot + "operands without an element-wise operation");
  CHECK(error([](auto& g) { g[1].software = Software::softmax; }) ==
        "layer 1" + cannot + "a layer of the processor that computes something else, too");
  CHECK(error([](auto& g) { g[2].software = Software::softmax; }) ==
        "layer 2" + cannot + "a layer of the processor that has a place in an accelerator");
  CHECK(error([](auto& g) { g[0].pad_value = 1e-30f; }) ==
        "layer 0" + cannot + "a padding value that is no fraction of two ints");
  CHECK(error([](auto& g) { g[1].pad_value = 1; }) == "layer 1" + cannot + "a padding value without a convolution");
  CHECK(error([](auto& g) { g.input_offset = 4; }) ==
        "layer 0" + cannot + "an offset of the input that is not the first layer's");
}

TEST_CASE("of an early exit no layer is left out") {
  using Net = Network<Input<4, 1, 1>, Identity<>, ExitIf<any_at_least<9>>, Identity<from<"input">>>;
  REQUIRE(graph_of<Net>()[1].exit.part == ExitTest::excess);
  CHECK(written<Net>().find("ExitIf<any_at_least<9>>,\n    Identity<from<\"input\">>> {};") != std::string::npos);
  const auto errors = [](auto change) {
    auto graph = graph_of<Net>();
    change(graph);
    const cpp::NetworkSource source = cpp::network_struct("Net", graph);
    CHECK(source.text.empty());
    return source.errors;
  };
  const std::string cannot = ": the model language cannot say an early exit of this kind";
  const auto drop = [](auto& graph, int layer) {
    for (int i = layer; i + 1 < graph.size; ++i) graph[i] = graph[i + 1];
    --graph.size;
  };
  CHECK(errors([&](auto& g) { drop(g, 2); }) == std::vector<std::string>{"layer 1" + cannot});
  CHECK(errors([&](auto& g) { drop(g, 1); }) == std::vector<std::string>{"layer 1" + cannot});
  CHECK(errors([](auto& g) { g[2].exit.value = 8; }) == std::vector<std::string>{"layer 2" + cannot});
  CHECK(errors([](auto& g) { g[2].sources[0] = 0; }) == std::vector<std::string>{"layer 2" + cannot});
}

TEST_CASE("numbers are said as fractions") {
  CHECK(cpp::detail::fraction_option("pad_value", -3) == "pad_value<-3>");
  CHECK(cpp::detail::fraction_option("pad_value", 0.1f) == "pad_value<1, 10>");
  CHECK(cpp::detail::fraction_option("pad_value", -2.0f / 3.0f) == "pad_value<-2, 3>");
  const float odd = 0.70710678f;
  const cpp::detail::Fraction fraction(odd);
  REQUIRE(fraction.exists());
  CHECK(static_cast<float>(fraction.numerator) / static_cast<float>(fraction.denominator) == odd);
  CHECK_FALSE(cpp::detail::Fraction(3e9f).exists());
}

TEST_CASE("activation functions are said by the names that they are given") {
  const auto& graph = graph_of<Network<Input<4, 8, 8>, Conv2d<4, kernel<1>, Activate<cubed>>>>();
  CHECK(
      cpp::network_struct("Net", graph).errors ==
      std::vector<std::string>{"layer 0: the model language cannot say an activation function that nobody has named"});
  const cpp::NetworkSource source = cpp::network_struct("Net", graph, {{cubed, "Activate<cubed>"}});
  REQUIRE(source.ok());
  CHECK(source.text.find("Conv2d<4, kernel<1>, Activate<cubed>>") != std::string::npos);
}

}  // namespace test_cpp_source
