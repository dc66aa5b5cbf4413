#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/host/run.hpp>
#include <incuse/import/quantise.hpp>
#include <incuse/incuse.hpp>

#include <support/random.hpp>

namespace test_quantise {

using namespace incuse;
using import::LoadedLayer;
using import::LoadedLayers;
using import::QuantiserOptions;
using import::StoredParameters;
using import::WeightScale;

namespace {

struct Net : Network<Input<2, 4, 4>, Conv2d<3, kernel<1>, ReLU, bits<4>, bias, as<"conv">>, Flatten,
                     Linear<2, wide, as<"fc">>> {};

LoadedLayers real_layers() {
  LoadedLayers loaded;
  loaded.layers.push_back(
      {0, "conv", {3, 2, 1, 1}, {0.3F, -0.9F, 0.05F, 0.49F, -0.5F, 1.6F}, {0.25F, -0.5F, 0.125F}, {}, {}, {}});
  loaded.layers.push_back({1, "fc", {2, 48}, std::vector<float>(96, 0.25F), {}, {}, {}, {}});
  return loaded;
}

std::vector<int> numbers(const std::string& bytes) {
  std::vector<int> all;
  for (const char byte : bytes) all.push_back(static_cast<signed char>(byte));
  return all;
}

std::string errors(const StoredParameters& stored) {
  std::string all;
  for (const std::string& error : stored.errors()) all += error + '\n';
  return all;
}

}  // namespace

TEST_CASE("real parameters are quantised to the layers' bits: numbers reckoned by hand") {
  const StoredParameters stored = import::quantise(graph_of<Net>(), real_layers());
  REQUIRE_MESSAGE(stored.ok(), errors(stored));
  REQUIRE(stored.layers().size() == 2);
  // The greatest magnitude is 1.6: the power of two is 1/2, the unit of 4 bits 1/8; 0.9 / 2 * 8 = 3.6.
  CHECK(numbers(stored.layers()[0].weight) == std::vector<int>{1, -4, 0, 2, -2, 6});
  CHECK(numbers(stored.layers()[0].bias) == std::vector<int>{1, -2, 1});
  CHECK(stored.parameters()[0].output_shift == 1);
  // 0.25 * 4 = 1.0, which 8 bits miss by one step.
  CHECK(numbers(stored.layers()[1].weight) == std::vector<int>(96, 127));
  CHECK(stored.parameters()[1].output_shift == -2);
  CHECK(stored.parameters()[1].weight.rank == 2);
  CHECK(host::Executor(graph_of<Net>(), stored.parameters()).problem().empty());
}

TEST_CASE("whole numbers are taken as they are, biases in the units of checkpoints") {
  LoadedLayers loaded = real_layers();
  loaded.layers[0].weight = {1, -8, 0, 7, 3, 2};
  loaded.layers[0].bias = {8, -64, 1016};  // 1, -8, 127 times 2^(4 - 1)
  loaded.layers[0].output_shift = -3;
  loaded.layers[0].weight_bits = 4;
  loaded.layers[1].weight.assign(96, -128);
  StoredParameters stored = import::quantise(graph_of<Net>(), loaded);
  REQUIRE_MESSAGE(stored.ok(), errors(stored));
  CHECK(numbers(stored.layers()[0].weight) == std::vector<int>{1, -8, 0, 7, 3, 2});
  CHECK(numbers(stored.layers()[0].bias) == std::vector<int>{1, -8, 127});
  CHECK(stored.parameters()[0].output_shift == -3);

  for (const int shift : {20, 12, -20}) {  // with 4 bits 4 more
    loaded.layers[0].output_shift = shift;
    CHECK(errors(import::quantise(graph_of<Net>(), loaded)) ==
          "layer 0 (conv): its output shift, with 8 less the 4 weight bits added, is " + std::to_string(shift + 4) +
              ", and the chip's are from -15 to 15\n");
  }
  for (const int shift : {11, -19}) {
    loaded.layers[0].output_shift = shift;
    CHECK(import::quantise(graph_of<Net>(), loaded).ok());
  }

  loaded.layers[0].weight[1] = 8;  // for 4 bits
  CHECK(errors(import::quantise(graph_of<Net>(), loaded)).find("layer 0 (conv): a weight does not fit") == 0);
  loaded.layers[0].bias[1] = 1024;
  CHECK(errors(import::quantise(graph_of<Net>(), loaded)) ==
        "layer 0 (conv): a bias is 1024, which does not fit a signed byte when divided by 8\n");
  loaded.layers[0].weight[1] = 0.5F;
  CHECK(errors(import::quantise(graph_of<Net>(), loaded)) ==
        "layer 0 (conv): a weight is 0.5, but other layers have whole numbers only: the source is quantised in part\n");
  loaded.layers[0].weight_bits = 2;
  CHECK(errors(import::quantise(graph_of<Net>(), loaded)) ==
        "layer 0 (conv): its tensors are of 2 bits, its weights of 4: give the layer bits<2>\n");
}

TEST_CASE("that whole numbers are taken as quantised is told where nothing says so") {
  LoadedLayers loaded = real_layers();
  loaded.layers[0].weight = {1, -1, 0, 1, 0, 1};
  loaded.layers[0].bias = {8, 1, -20};
  loaded.layers[1].weight.assign(96, 1);
  const auto notes = [&] {
    const StoredParameters stored = import::quantise(graph_of<Net>(), loaded);
    REQUIRE_MESSAGE(stored.ok(), errors(stored));
    return stored.notes();
  };
  const std::string guess =
      "the weights are whole numbers and are taken as quantised, in steps of the chip, though no tensor weight_bits or "
      "output_shift says so";
  const std::string rounded =
      "layer 0 (conv): 2 of its 3 biases are no multiples of 8, the unit of a quantised source: rounded down";
  CHECK(notes() == std::vector<std::string>{guess, rounded});
  loaded.layers[1].output_shift = 0;
  CHECK(notes() == std::vector<std::string>{rounded});
  loaded.layers[1].output_shift.reset();
  loaded.layers[0].weight_bits = 4;
  loaded.layers[0].bias = {8, 0, -24};
  CHECK(notes().empty());
}

TEST_CASE("moved parameters still show their own values") {
  StoredParameters first = import::quantise(graph_of<Net>(), real_layers());
  const StoredParameters second = std::move(first);
  CHECK(second.parameters()[0].weight[1] == -4);
  CHECK(second.parameters()[0].bias[2] == 1);
  CHECK(string_of(second.parameters()[1].name) == "fc");
}

TEST_CASE("powers of two: the scale is the greatest with which the largest parameter fits") {
  for (const int bits : {1, 2, 4, 8})
    for (int exponent = -20; exponent <= 20; ++exponent) {
      const float one = std::ldexp(1.0F, exponent);
      CHECK(import::scale_exponent(one, bits) == std::max(-7 - bits, std::min(23 - bits, -exponent)));
      CHECK(import::scale_exponent(1.25F * one, bits) == std::max(-7 - bits, std::min(23 - bits, -exponent - 1)));
    }
  CHECK(import::scale_exponent(0, 8) == 15);
}

TEST_CASE("quantiles of magnitudes agree with sorting") {
  test::Random random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> weight, bias, sorted;
    for (int i = 0, count = random.below(40); i < count; ++i)
      weight.push_back(static_cast<float>(random.below(2000) - 1000));
    for (int i = 0, count = random.below(9); i < count; ++i)
      bias.push_back(static_cast<float>(random.below(2000) - 1000));
    for (const float value : weight) sorted.push_back(std::fabs(value));
    for (const float value : bias) sorted.push_back(std::fabs(value));
    std::sort(sorted.begin(), sorted.end());
    for (const float q : {0.0F, 0.5F, 0.75F, 0.995F, 1.0F}) {
      double expected = 0;
      if (!sorted.empty()) {
        const double rank = static_cast<double>(q) * static_cast<double>(sorted.size() - 1);
        const auto below = static_cast<std::size_t>(rank), above = std::min(below + 1, sorted.size() - 1);
        const double lower = static_cast<double>(sorted[below]), upper = static_cast<double>(sorted[above]);
        expected = lower + (rank - static_cast<double>(below)) * (upper - lower);
      }
      CHECK(static_cast<double>(import::magnitude_quantile(weight, bias, q)) ==
            doctest::Approx(expected).epsilon(1e-4));
    }
  }
}

TEST_CASE("other scales multiply by a statistic: reckoned by hand") {
  const std::vector<float> weight = {-0.5F, 0.25F, 0.75F, -0.25F};  // two outputs
  const auto scale = [&](QuantiserOptions options) { return import::weight_scale(weight, 2, options); };
  CHECK(scale({WeightScale::maximum}) == 0.75F);
  CHECK(scale({WeightScale::constant, 2, 0.5F}) == 0.5F);
  CHECK(scale({WeightScale::average_maximum}) == 0.5F);  // of 0.25 and 0.75
  // Mean 1/16, standard deviation sqrt(0.921875 / 3): with 2 both ends are nearer; with 1 the upper one is 0.617.
  CHECK(scale({WeightScale::standard_deviations, 2}) == 0.75F);
  CHECK(static_cast<double>(scale({WeightScale::standard_deviations, 1})) ==
        doctest::Approx(0.0625 + std::sqrt(0.921875 / 3)));
  const import::QuantisedLayer layer = import::quantised_layer(weight, {0.5F, -1}, 2, 8, 1, {WeightScale::maximum});
  CHECK(numbers(layer.weight) == std::vector<int>{-48, 24, 72, -24});
  CHECK(numbers(layer.bias) == std::vector<int>{64, -128});
  CHECK(layer.output_shift == 0);
}

TEST_CASE("quantised again: the shift of quantisation-aware training, and what is whole already stays whole") {
  using Floats = std::vector<float>;
  import::QuantisedLayer whole = import::quantised_again(Floats{0.3f, -0.3f}, {}, {15, false});
  CHECK(whole.output_shift == -1);
  CHECK(whole.weight == std::string("\x4d\xb3"));
  CHECK_FALSE(whole.exact);
  // 1/2 would become 1, which is no byte: it stays 64.
  whole = import::quantised_again(Floats{0.5f, -0.25f}, {0.125f}, {15, false});
  CHECK(whole.exact);
  CHECK(whole.output_shift == 0);
  CHECK(whole.weight == std::string("\x40\xe0"));
  CHECK(whole.bias == std::string("\x10"));
  whole = import::quantised_again(Floats{0.5f, -0.25f}, {0.125f}, {});
  CHECK(whole.bits == 4);
  CHECK(whole.weight == std::string("\x04\xfe"));
  CHECK(import::quantised_again(Floats{0, 0}, {}, {}).bits == 1);
  CHECK(import::quantised_again(Floats{3.9f}, {}, {15, false}).output_shift == 2);
  // Without a shift, weights keep what is left of their bits.
  whole = import::quantised_again(Floats{0.3f}, {}, {0, false});
  CHECK(whole.output_shift == 0);
  CHECK(whole.weight == std::string("\x26"));
  // All pairs of bytes come back as they are, with whatever shift.
  for (int a = -128; a < 128; a += 3)
    for (int b = -128; b < 128; b += 5)
      for (int shift : {-3, 0, 4}) {
        const auto real = [&](int byte) { return std::ldexp(static_cast<float>(byte), shift - 7); };
        whole = import::quantised_again(Floats{real(a), real(b)}, {}, {});
        REQUIRE(whole.exact);
        for (int i : {0, 1}) {
          const auto byte = static_cast<signed char>(whole.weight[static_cast<std::size_t>(i)]);
          REQUIRE(std::ldexp(static_cast<float>(byte), 1 - whole.bits + whole.output_shift) == real(i == 0 ? a : b));
        }
      }
}

}  // namespace test_quantise
