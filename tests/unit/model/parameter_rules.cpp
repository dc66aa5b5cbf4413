// Parameters that do not fit their network: one mistake each, compared word by word.
#include <incuse/hosted/strings.hpp>
#include <incuse/model/parameter_rules.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace test_parameter_rules {

using namespace incuse;

namespace {

/// conv1: 3x2x1x1 with 4 bits, conv2: 2x3x3x3 with bias, fc: 2x32.
struct Net : Network<Input<2, 4, 4>, Conv2d<3, kernel<1>, bits<4>, as<"conv1">>,
                     Conv2d<2, kernel<3>, pad<1>, bias, shift<1>, as<"conv2">>, Flatten, Linear<2, as<"fc">>> {};

constexpr char values[96]{1, -8, 7};

constexpr Tensor tensor(int count, int a, int b = 0, int c = 0, int d = 0) {
  Tensor result;
  result.bytes = values;
  result.count = count;
  for (int size : {a, b, c, d})
    if (size > 0) result.dimensions[result.rank++] = size;
  return result;
}

using Entries = std::vector<LayerParameters>;

Entries good() {
  return {{"conv1", tensor(6, 3, 2, 1, 1), {}, 0},
          {"conv2", tensor(54, 2, 3, 3, 3), tensor(2, 2), 1},
          {"fc", tensor(64, 2, 32), {}, 0}};
}

/// The sentences about the good parameters after a change.
template <class Change>
std::vector<std::string> said_about(Change change) {
  Entries entries = good();
  change(entries);
  std::vector<std::string> sentences;
  for (const Finding& finding :
       check_parameters(graph_of<Net>(), Parameters{entries.data(), static_cast<int>(entries.size())})) {
    const Sentence words = sentence_of(finding, "MAX78000");
    sentences.push_back(string_of(words));
  }
  return sentences;
}

using Said = std::vector<std::string>;

}  // namespace

namespace {

struct Doubled : Network<Input<4, 4, 4>, ConvTranspose2d<2, kernel<3>, pad<1>, as<"up">>> {};

std::vector<std::string> said_about_doubled(const Tensor& weight) {
  const LayerParameters layers[] = {{"up", weight}};
  std::vector<std::string> sentences;
  for (const Finding& finding : check_parameters(graph_of<Doubled>(), Parameters{layers, 1})) {
    const Sentence words = sentence_of(finding, "MAX78000");
    sentences.push_back(string_of(words));
  }
  return sentences;
}

}  // namespace

TEST_CASE("Parameters that fit") {
  CHECK(said_about([](Entries&) {}) == Said{});
}

TEST_CASE("Missing and extra parameters") {
  CHECK(said_about([](Entries& p) { p.pop_back(); }) ==
        Said{"layer 2 (fc): the parameters have no weights for this layer: needs 2x32; give one entry per weighted "
             "layer, in the order of the layers"});
  CHECK(said_about([](Entries& p) {
          p.push_back({"head", tensor(1, 1, 1), {}, 0});
        }) ==
        Said{"there are parameters for more layers than have weights (head): needs 3, their list has 4; give one entry "
             "per weighted layer, in the order of the layers"});
  CHECK(said_about([](Entries& p) { p.push_back({}); }) == Said{});
}

TEST_CASE("Shapes and lengths, with both numbers") {
  CHECK(said_about([](Entries& p) { p[1].weight = tensor(54, 3, 2, 3, 3); }) ==
        Said{"layer 1 (conv2): a tensor has another shape than its layer (weight): needs 2x3x3x3, the tensor has "
             "3x2x3x3; correct the layer, or export the parameters anew"});
  CHECK(said_about([](Entries& p) { p[2].weight = tensor(64, 2, 2, 4, 4); }) ==
        Said{"layer 2 (fc): a tensor has another shape than its layer (weight): needs 2x32, the tensor has 2x2x4x4; "
             "correct the layer, or export the parameters anew"});
  CHECK(said_about([](Entries& p) { p[1].bias = tensor(3, 3); }) ==
        Said{"layer 1 (conv2): a tensor has another shape than its layer (bias): needs 2, the tensor has 3; correct "
             "the layer, or export the parameters anew"});
  CHECK(said_about([](Entries& p) { p[1].weight.count = 53; }) ==
        Said{"layer 1 (conv2): a tensor has another number of values than its shape says (weight): needs 54 values, "
             "the tensor has 53 values; export the parameters anew"});
}

TEST_CASE("Where nothing arrives, the weights are not to blame") {
  struct Empty : Network<Input<2, 4, 4>, MaxPool2d<5>, Flatten, Linear<2, as<"fc">>> {};
  struct EmptyItself : Network<Input<2, 4, 4>, Conv2d<2, kernel<3>, as<"conv">>, Conv2d<2, kernel<3>, as<"last">>> {};
  const Entries linear{{"fc", tensor(64, 2, 32), {}, 0}};
  CHECK(check_parameters(graph_of<Empty>(), Parameters{linear.data(), 1}).ok());
  const Entries two{{"conv", tensor(36, 2, 2, 3, 3), {}, 0}, {"last", tensor(12, 2, 2, 3, 1), {}, 0}};
  CHECK(check_parameters(graph_of<EmptyItself>(), Parameters{two.data(), 2}).ok());
}

TEST_CASE("Weights that do not fit their bits, with index and value") {
  static constexpr char large[6]{1, 7, -8, 8, 9, 0};
  static constexpr char small[6]{1, 7, -9, 0, 0, 0};
  const auto with_values = [](const char* bytes) { return said_about([&](Entries& p) { p[0].weight.bytes = bytes; }); };
  CHECK(with_values(large) ==
        Said{"layer 0 (conv1): a weight does not fit the layer's weight bits (weight 3): needs 8, the layer has -8 to "
             "7; quantize the weights to this width, or give the layer more bits"});
  CHECK(with_values(small) ==
        Said{"layer 0 (conv1): a weight does not fit the layer's weight bits (weight 2): needs -9, the layer has -8 to "
             "7; quantize the weights to this width, or give the layer more bits"});
}

TEST_CASE("Of binary weights it is said which two there are") {
  struct Signs : Network<Input<2, 4, 4>, Conv2d<2, kernel<1>, binary, as<"signs">>> {};
  for (int value = -128; value < 128; ++value) {
    const char bytes[4]{1, -1, static_cast<char>(value), 1};
    Tensor weight = tensor(4, 2, 2, 1, 1);
    weight.bytes = bytes;
    const Entries entries{{"signs", weight, {}, 0}};
    const Findings found = check_parameters(graph_of<Signs>(), Parameters{entries.data(), 1});
    CAPTURE(value);
    REQUIRE(found.errors() == (value == 1 || value == -1 ? 0 : 1));
    if (found.errors() > 0)
      CHECK(string_of(sentence_of(found[0], "the chip")) ==
            "layer 0 (signs): a weight of a layer with binary weights is neither -1 nor 1 (weight 2): needs -1 or 1, "
            "the tensor has " +
                std::to_string(value) + "; quantize the weights to these two, or give the layer 2 bits or more");
  }
}

TEST_CASE("Weights for all values of a map show that Flatten is missing, and only these") {
  struct Unflattened : Network<Input<2, 4, 4>, Conv2d<3, kernel<1>>, Linear<5>> {};
  struct Pooled : Network<Input<3, 4, 4>, Fused<MaxPool2d<2>, Linear<5>>> {};
  struct Single : Network<Input<3, 1, 1>, Linear<5>> {};
  const auto said = [](const auto& graph, Entries entries) {
    const Findings found = check_parameters(graph, Parameters{entries.data(), static_cast<int>(entries.size())});
    return found.size == 0 ? std::string() : string_of(found[0].rule->id);
  };
  static constexpr char ones[512]{1};
  const auto linear = [](int in) {
    Tensor weight = tensor(5 * in, 5, in);
    weight.bytes = ones;
    return weight;
  };
  for (int in = 1; in <= 64; ++in) {
    CAPTURE(in);
    const std::string wrong = in == 3 ? "" : "tensor_shape";
    CHECK(said(graph_of<Unflattened>(), {{"", tensor(6, 3, 2, 1, 1), {}, 0}, {"", linear(in), {}, 0}}) ==
          (in == 48 ? "missing_flatten" : wrong));
    CHECK(said(graph_of<Pooled>(), {{"", linear(in), {}, 0}}) == (in == 12 ? "missing_flatten" : wrong));
    CHECK(said(graph_of<Single>(), {{"", linear(in), {}, 0}}) == wrong);
  }
}

TEST_CASE("Ranges of the weight widths") {
  const auto fits = [](int bits, bool binary, int value) {
    Layer layer;
    layer.weight_bits = bits;
    layer.binary_weights = binary;
    const char byte[1]{static_cast<char>(value)};
    Tensor weight;
    weight.bytes = byte;
    weight.count = 1;
    return parameter::first_misfit(layer, weight, 0, 1) == parameter::no_misfit;
  };
  for (int value = -128; value < 128; ++value) {
    CAPTURE(value);
    CHECK(fits(8, false, value));
    CHECK(fits(4, false, value) == (value >= -8 && value <= 7));
    CHECK(fits(2, false, value) == (value >= -2 && value <= 1));
    CHECK(fits(1, false, value) == (value == -1 || value == 0));
    CHECK(fits(1, true, value) == (value == -1 || value == 1));
  }
}

TEST_CASE("Eight weights at a time fit where each of them does") {
  for (const int width : {4, 2, 1, 0})  // 0: binary
    for (int value = -128; value < 128; ++value)
      for (int place = 0; place < 8; ++place) {
        const bool binary = width == 0;
        Layer layer;
        layer.weight_bits = binary ? 1 : width;
        layer.binary_weights = binary;
        char bytes[8]{};
        std::uint64_t words[3]{};
        for (int i = 0; i < 8; ++i) {
          bytes[i] = static_cast<char>(i == place ? value : binary && i % 2 == 0 ? 1 : -1);
          words[1] |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << 8 * i;
        }
        Tensor weight;
        weight.bytes = bytes;
        weight.count = 8;
        CAPTURE(width);
        CAPTURE(value);
        CHECK(parameter::words_fit(layer, words, 1, 2) ==
              (parameter::first_misfit(layer, weight, 0, 8) == parameter::no_misfit));
        CHECK(parameter::words_fit(layer, words, 2, 2));
      }
}

TEST_CASE("The first misfit is found wherever it stands, whatever part is looked at") {
  Layer layer;
  layer.weight_bits = 4;
  for (int count = 1; count <= 20; ++count)
    for (int first = 0; first < count; ++first)
      for (int second = first; second < count; ++second) {
        std::vector<char> bytes(static_cast<std::size_t>(count), 7);
        bytes[static_cast<std::size_t>(first)] = 8;
        bytes[static_cast<std::size_t>(second)] = -9;
        Tensor weight;
        weight.bytes = bytes.data();
        weight.count = count;
        for (int begin : {0, 1, 8, first, first + 1}) {
          const int expected = begin <= first ? first : begin <= second ? second : -1;
          CAPTURE(count);
          CAPTURE(first);
          CAPTURE(begin);
          CHECK(parameter::first_misfit(layer, weight, begin, count) == expected);
          CHECK(parameter::first_misfit(layer, weight, begin, count + 8) == expected);
          CHECK(parameter::first_misfit(layer, weight, begin, first) == parameter::no_misfit);
        }
      }
}

TEST_CASE("Biases and shifts that contradict the layer") {
  CHECK(said_about([](Entries& p) { p[1].bias = {}; }) ==
        Said{"layer 1 (conv2): the layer has the option bias, but the parameters have none for it: needs 2; leave out "
             "the option, or export the bias"});
  CHECK(said_about([](Entries& p) { p[0].bias = tensor(3, 3), p[0].bias.bytes = values + 8; }) ==
        Said{"layer 0 (conv1): all values of the bias are zero: it is ignored; leave it out"});
  CHECK(said_about([](Entries& p) { p[0].bias = tensor(3, 3); }) ==
        Said{"layer 0 (conv1): the parameters have a bias, but the layer has no option bias; give the layer the option "
             "bias"});
  CHECK(said_about([](Entries& p) { p[1].bias.bytes = values + 8; }) ==
        Said{"layer 1 (conv2): all values of the bias are zero: it is ignored; leave it out"});
  static constexpr char zeros[6]{};
  CHECK(said_about([](Entries& p) { p[0].weight.bytes = zeros; }) ==
        Said{"layer 0 (conv1): all weights of the layer are zero; see whether the layer was trained and exported"});
  CHECK(said_about([](Entries& p) { p[1].output_shift = -2; }) ==
        Said{"layer 1 (conv2): the output shift of the layer is not the trained one: needs 1, the trained layer has "
             "-2; leave out the option shift"});
  CHECK(said_about([](Entries& p) { p[0].output_shift = -2; }) == Said{});  // the type leaves it to the parameters
}

TEST_CASE("Every parameter rule can be broken") {
  Findings all;
  const auto collect = [&](auto change) {
    Entries entries = good();
    change(entries);
    all.add(check_parameters(graph_of<Net>(), Parameters{entries.data(), static_cast<int>(entries.size())}));
  };
  static constexpr char large[6]{8};
  collect([](Entries& p) { p[0].weight.bytes = large, p[1].bias = {}, p[2].weight.count = 1; });
  collect([](Entries& p) { p[0].bias = tensor(3, 3), p[1].bias.bytes = values + 8, p[2].weight = tensor(64, 32, 2); });
  collect([](Entries& p) { p[1].output_shift = 5, p.push_back(p[0]); });
  collect([](Entries& p) { p.pop_back(); });
  const LayerParameters turned[] = {{"up", tensor(72, 4, 2, 3, 3)}};
  all.add(check_parameters(graph_of<Doubled>(), Parameters{turned, 1}));
  static constexpr char zeros[6]{};
  collect([](Entries& p) { p[0].weight.bytes = zeros; });
  struct Signs : Network<Input<2, 4, 4>, Linear<3, binary>> {};
  const LayerParameters of_map[] = {{"", tensor(96, 3, 32)}}, of_pixel[] = {{"", tensor(6, 3, 2)}};
  for (const LayerParameters* entries : {of_map, of_pixel})
    all.add(check_parameters(graph_of<Signs>(), Parameters{entries, 1}));
  for (const Rule* rule : parameter::catalogue) {
    CAPTURE(string_of(rule->id));
    CHECK(all.contains(*rule));
  }
}

TEST_CASE("Every error of parameters and language has a network that compilers refuse") {
  const auto refused = [](const char* folder, const Rule& rule) {
    const std::string file = string_of(rule.id) + ".cpp";
    return std::filesystem::exists(std::filesystem::path(__FILE__).parent_path() / "../../fail" / folder / file);
  };
  for (const Rule* rule : parameter::catalogue)
    CHECK(refused("parameters", *rule) == (rule->severity == Severity::error));
  for (const Rule* rule : language::catalogue) {
    CAPTURE(string_of(rule->id));
    CHECK(refused("language", *rule));
  }
}

// 4-bit weights are looked at one by one: more of them than one evaluation may look at.
namespace {

struct Large : Network<Input<512, 1, 1>, Conv2d<1024, kernel<1>, bits<4>>> {};
struct LargeParameters {
  static constexpr int count = 512 * 1024;
  static constexpr char bytes[count]{};
  static constexpr LayerParameters layers[]{{"",
                                             [] {
                                               Tensor weight = tensor(count, 1024, 512, 1, 1);
                                               weight.bytes = bytes;
                                               return weight;
                                             }(),
                                             {},
                                             0}};
};

struct Small : Network<Input<2, 4, 4>, Conv2d<3, kernel<1>, bits<4>, as<"conv1">>> {};
struct SmallParameters {
  static constexpr LayerParameters layers[]{{"conv1", {"\x01\x02\x03\x04\x05\x08", 3, 2, 1, 1}}};
};

}  // namespace

TEST_CASE("Transposed convolutions: the order of PyTorch is said") {
  static constexpr char ones[72]{1};
  const auto of = [](int a, int b) {
    Tensor weight(ones, a, b, 3, 3);
    return weight;
  };
  CHECK(said_about_doubled(of(2, 4)) == Said{});
  CHECK(said_about_doubled(of(4, 2).in_pytorch_order()) == Said{});
  CHECK(said_about_doubled(of(4, 2)) ==
        Said{"layer 0 (up): the weights of a ConvTranspose2d have the shape of PyTorch's order, "
             "[in][out][height][width] (weight): needs 2x4x3x3, the tensor has 4x2x3x3; say so: "
             "Tensor(...).in_pytorch_order(); or export them as [out][in], both axes of the kernels turned"});
  CHECK(said_about_doubled(of(2, 4).in_pytorch_order()) ==
        Said{"layer 0 (up): a tensor has another shape than its layer (weight): needs 4x2x3x3, the tensor has "
             "2x4x3x3; correct the layer, or export the parameters anew"});
}

TEST_CASE("Types: the same at compile time, within the compilers' limits") {
  constexpr Findings found = check_parameters<Small, SmallParameters>();
  static_assert(found.size == 1 && found.contains(parameter::rules::value_range) && found[0].at == 5);

  constexpr Findings large = check_parameters<Large, LargeParameters>();
  static_assert(large.empty());
}

}  // namespace test_parameter_rules
