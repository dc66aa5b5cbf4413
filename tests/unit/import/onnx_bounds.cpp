// Bounds and rounding of a model that the chip's clipping and rounding stand for: nothing is multiplied through them.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <incuse/import/onnx/k210.hpp>
#include <incuse/max7800x/devices.hpp>

#include <support/onnx_comparison.hpp>

namespace test_onnx_bounds {

namespace {

using namespace incuse::test;

constexpr int channels = 2;
const Sizes shape{1, channels, 4, 4};

/// A chain of functions behind a 1x1 convolution, whose sums reach far beyond the chip's bytes.
struct Chain {
  Random random;
  OnnxModel model{shape};
  std::string at = "x";
  std::vector<std::string> tensors{};  ///< that fit bytes, if the model is one for the chip
  std::string text{};                  ///< its operators and constants
  int count = 0;

  explicit Chain(int seed) : random{static_cast<unsigned>(seed)} {}

  std::string next() { return "t" + std::to_string(++count); }
  std::string number(double value) {
    text += " " + std::to_string(value);
    return model.floats("c" + std::to_string(++count), {}, {static_cast<float>(value)});
  }
  void add(const std::string& op, std::vector<std::string> more = {}) {
    text += " " + op;
    more.insert(more.begin(), at);
    at = model.node(op, more, next());
  }
  void conv(int most) {
    std::vector<float> weights, bias;
    for (int i = 0; i < channels * channels; ++i)
      weights.push_back(static_cast<float>(random.between(-most, most)) / 128);
    for (int i = 0; i < channels; ++i) bias.push_back(static_cast<float>(random.between(-32, 32)) / 128);
    const std::string w = model.floats("w" + std::to_string(++count), {channels, channels, 1, 1}, weights);
    const std::string b = model.floats("b" + std::to_string(count), {channels}, bias);
    add("Conv", {w, b});
  }
  void clip(double low = -1, double high = 127.0 / 128) { add("Clip", {number(low), number(high)}); }
  void multiply(double factor) { add("Mul", {number(factor)}); }
  void batch_norm() {
    const auto list = [&](std::vector<float> values) {
      return model.floats("n" + std::to_string(++count), {channels}, values);
    };
    add("BatchNormalization", {list({0.5f, 0.25f}), list({0.125f, 0}), list({0, 0.25f}), list({1, 1})});
  }
  /// Multiples of 1/`parts`.
  void round(const std::string& op, double parts, double more) {
    multiply(parts);
    if (more != 0) add("Add", {number(more)});
    add(op);
    add("Div", {number(parts)});
  }
  void add_random() {
    // Of fewer parts one that is rounded to the other side makes a difference like those that are looked for.
    const double parts = std::ldexp(1.0, random.between(2, 8));
    switch (random.between(0, 12)) {
      case 0:
        return clip();
      case 1:
        return clip(0, random.between(0, 1) == 0 ? 1 : 6);
      case 2:
        return multiply(0.5);
      case 3:
        return multiply(-0.75);
      case 4:
        return multiply(2);
      case 5:
        return add("Add", {number(-0.25)});
      case 6:
        return batch_norm();
      case 7:
        return add("Relu");
      case 8:
        return add("Abs");
      case 9:
        return add("Neg");
      case 10:
        return round("Floor", parts, 0.5);
      case 11:
        return round("Round", parts, 0);
      default:
        return round(random.between(0, 1) == 0 ? "Floor" : "Ceil", parts, 0);
    }
  }
};

/// What a model makes of it.
struct Outcome {
  std::string problem{};
  double difference = 0;
  std::size_t layers = 0;
  bool fits = true;  ///< no tensor of `chain.tensors` is larger than a byte
};
Outcome outcome_of(Chain& chain) {
  chain.model.output(chain.at);
  const ImportedOnnx imported = incuse::test::imported(chain.model.bytes(), incuse::max78000);
  Outcome outcome{imported.problem};
  if (!outcome.problem.empty()) return outcome;
  outcome.layers = imported.network.description.layers.size();
  const ChipAndModel computed = chip_and_model(imported, chain.model, shape, chain.random, incuse::max78000);
  outcome.difference = computed.difference(chain.at);
  for (const std::string& name : chain.tensors)
    for (double value : computed.model.at(name).values) outcome.fits = outcome.fits && std::fabs(value) <= 1;
  return outcome;
}
/// With `make` behind a convolution of large sums that is clipped to `low` ... `high`.
template <class Make>
Outcome behind_clip(Make make, double low = -1, double high = 127.0 / 128) {
  Chain chain(5);
  chain.conv(400);
  chain.clip(low, high);
  make(chain);
  return outcome_of(chain);
}

}  // namespace

TEST_CASE("any chain of clipping, factors, addends and rounding is refused, or computes what the model does") {
  int taken = 0, refused = 0;
  for (int seed = 1; seed <= 600; ++seed) {
    Chain chain(seed);
    chain.conv(300);
    if (chain.random.between(0, 1) == 0) chain.multiply(0.5);
    if (chain.random.between(0, 2) == 0) chain.round("Floor", 128, 0.5);
    chain.clip();
    for (int i = chain.random.between(1, 3); i > 0; --i) {
      chain.add_random();
      chain.tensors.push_back(chain.at);
    }
    if (chain.random.between(0, 1) == 0) chain.conv(32);
    chain.clip();
    const Outcome outcome = outcome_of(chain);
    if (!outcome.fits) continue;  // then the chip clips what the model does not, as the page says
    ++(outcome.problem.empty() ? taken : refused);
    // Up to four layers, of three parameters each that are rounded to 8 bits, and a byte that is.
    CAPTURE(seed);
    CAPTURE(chain.text);
    CHECK(outcome.difference < 12.0 / 128);
  }
  CHECK(taken > 100);
  CHECK(refused > 20);
}

TEST_CASE("a factor behind a clip has a layer of its own, or goes into the weights behind it") {
  const auto half = behind_clip([](Chain& chain) { chain.multiply(0.5); });
  CHECK(half.problem == "");
  CHECK(half.layers == 2);
  CHECK(half.difference < 2.0 / 128);
  const auto normed = behind_clip([](Chain& chain) { chain.batch_norm(); });
  CHECK(normed.layers == 2);
  CHECK(normed.difference < 2.0 / 128);
  const auto again = behind_clip([](Chain& chain) { chain.multiply(0.5), chain.clip(), chain.conv(64), chain.clip(); });
  CHECK(again.layers == 2);
  CHECK(again.difference < 3.0 / 128);
  const auto before = behind_clip([](Chain& chain) { chain.multiply(1); });
  CHECK(before.layers == 1);
  CHECK(behind_clip([](Chain& chain) { chain.multiply(0.5), chain.clip(); }, 0, HUGE_VAL).layers == 1);
}

TEST_CASE("the range of a tensor that the model stores in bytes is a limit, too") {
  for (const double high : {0.5, 1.0, 2.0}) {
    CAPTURE(high);
    Chain chain(5);
    chain.conv(100);
    const std::string before = chain.at;
    chain.multiply(0.5);
    chain.model.output(chain.at);
    incuse::import::onnx::Model model = incuse::import::onnx::parse_model(chain.model.bytes());
    model.ranges = {{before, {-1, 1}}, {chain.at, {-high, high}}};
    CHECK(incuse::import::onnx::max7800x_network(model, incuse::max78000, "m").description.layers.size() == 2);
    CHECK(incuse::import::onnx::lower(model, incuse::import::onnx::k210_target()).steps.size() == 2);
  }
}

namespace {

/// A chain of tensors in bytes, as TensorFlow Lite has them: each has a range, and one that stores the same numbers in
/// another one clips them once more. A Clip of the model stands for each range.
struct ByteChain {
  Chain chain;
  std::map<std::string, incuse::import::onnx::NumberRange> stored{};  ///< ranges, by the Clip that stands for one
  double last = 1;
  int pools = 0;

  explicit ByteChain(int seed) : chain(seed) {}

  /// Numbers from -end, or from 0.
  void store(double end, bool from_zero = false) {
    const incuse::import::onnx::NumberRange range{from_zero ? 0 : -end, end * 127 / 128};
    chain.clip(range.low, range.high);
    stored[chain.at] = range;
    last = end;
  }
  void add_random() {
    const double other = std::ldexp(1.0, chain.random.between(-2, 2));
    switch (chain.random.between(0, 3)) {
      case 0:
        chain.conv(90);
        return store(other, chain.random.one_in(3));
      case 1:
        chain.add("Relu");
        return store(last);
      case 2:
        if (++pools > 2) return store(std::min(other, last));
        chain.at = chain.model.node("MaxPool", {chain.at}, chain.next(),
                                    {OnnxModel::ints("kernel_shape", {2, 2}), OnnxModel::ints("strides", {1, 1})});
        return store(last);
      default:  // a range that is wider counts where tensors are pooled or combined: then it is theirs together
        return store(std::min(other, last), chain.random.one_in(3));
    }
  }
  /// With ranges in place of the Clips.
  incuse::import::onnx::Model model() {
    incuse::import::onnx::Model read = incuse::import::onnx::parse_model(chain.model.bytes());
    for (incuse::import::onnx::Node& node : read.nodes) {
      const auto range = stored.find(node.outputs.at(0));
      if (range == stored.end()) continue;
      node.op = "Identity";
      node.inputs.resize(1);
      read.ranges.push_back({node.outputs[0], range->second});
    }
    read.ranges.push_back({"x", {-1, 127.0 / 128}});
    return read;
  }
};

}  // namespace

TEST_CASE("tensors that store numbers in a narrower range, or in one without those below 0, clip them there") {
  int clipping = 0;
  for (int seed = 1; seed <= 200; ++seed) {
    ByteChain bytes(seed);
    Chain& chain = bytes.chain;
    double largest = 1;
    if (chain.random.between(0, 1) == 0) chain.conv(300), bytes.store(2), largest = 2;
    for (int i = bytes.chain.random.between(2, 5); i > 0; --i) {
      bytes.add_random();
      largest = std::max(largest, bytes.last);
    }
    const bool read_twice = chain.random.between(0, 2) == 0;
    if (read_twice) {  // in front of a narrower tensor, too
      const std::string before = chain.at;
      bytes.store(bytes.last / 4);
      chain.conv(90);
      bytes.store(2);
      const std::string one = chain.at;
      chain.at = before;
      chain.conv(90);
      bytes.store(2);
      chain.add("Add", {one});
      bytes.store(2);
    }
    chain.model.output(chain.at);
    CAPTURE(seed);
    CAPTURE(chain.text);
    const ImportedOnnx imported = incuse::test::imported(bytes.model(), incuse::max78000);
    if (imported.problem.find("is its input") != std::string::npos) continue;  // all ranges are the input's
    REQUIRE(imported.problem == "");
    const ChipAndModel computed = chip_and_model(imported, chain.model, shape, chain.random, incuse::max78000);
    CHECK(computed.difference(chain.at) < 12.0 / 128 * std::max(largest, 2.0));
    for (const auto& [name, range] : bytes.stored) {
      const std::vector<double>& values = computed.model.at(name).values;
      const double low = range.low;
      clipping += std::any_of(values.begin(), values.end(), [&](double value) { return value == low; }) ? 1 : 0;
    }
  }
  CHECK(clipping > 150);
}

TEST_CASE("a limit beyond the chip's that a factor brings into its range is refused") {
  const auto six = behind_clip([](Chain& chain) { chain.multiply(0.125); }, 0, 6);
  CAPTURE(six.problem);
  CHECK(six.problem.find("node t5: behind it the model multiplies by 0.125, or adds to, what") == 0);
  CHECK(six.problem.find("is clipped at 6, and MAX78000 clips at 0.992188; nearest: ") != std::string::npos);
  CHECK(behind_clip([](Chain& chain) { chain.multiply(0.5), chain.clip(); }, 0, 6).layers == 1);
}

TEST_CASE("rounding to coarser multiples than bytes, and down or up, is refused") {
  const auto problem = [](const std::string& op, double parts, double more) {
    Chain chain(3);
    chain.conv(64);
    chain.round(op, parts, more);
    chain.clip();
    return outcome_of(chain).problem;
  };
  CHECK(problem("Floor", 128, 0.5) == "");
  CHECK(problem("Round", 128, 0) == "");
  for (const char* op : {"Floor", "Ceil"}) {
    CAPTURE(op);
    CHECK(problem(op, 128, 0).find("nearest byte; nearest: Floor(x * 128 + 0.5) / 128") != std::string::npos);
    CHECK(problem(op, 1, 0).find(std::string(" (") + op + "): it rounds") != std::string::npos);
  }
  CHECK(problem("Floor", 4, 0.5).find("rounded to multiples of 0.25, and MAX78000 rounds to those of 0.0078125") !=
        std::string::npos);
  CHECK(problem("Round", 4, 0).find("rounded to multiples of 0.25") != std::string::npos);
}

namespace {

/// The note of an import that has these words; empty if there is none.
std::string note_with(const incuse::import::onnx::Model& model, const std::string& words) {
  const auto network = incuse::import::onnx::max7800x_network(model, incuse::max78000, "m");
  REQUIRE(network.ok());
  for (const std::string& note : network.notes)
    if (note.find(words) != std::string::npos) return note;
  return {};
}
incuse::import::onnx::Model parsed(const OnnxModel& model) { return incuse::import::onnx::parse_model(model.bytes()); }

}  // namespace

TEST_CASE("tensors that are joined keep the limits that each has by itself") {
  // Ends of the range of the first and the second operand, and of all channels once they are joined.
  for (const double first : {0.5, 1.0, 2.0})
    for (const double second : {0.5, 1.0, 2.0})
      for (const double joined : {0.5, 1.0, 2.0}) {
        CAPTURE(first);
        CAPTURE(second);
        CAPTURE(joined);
        OnnxModel model(shape);
        model.floats("w", {channels, channels, 1, 1}, {1, 0.5f, -0.5f, 0.25f});
        model.floats("v", {channels, 2 * channels, 1, 1}, std::vector<float>(4 * channels, 0.25f));
        model.node("Conv", {"x", "w"}, "a");
        model.node("Conv", {"x", "w"}, "b");
        model.node("Concat", {"a", "b"}, "c", {OnnxModel::integer("axis", 1)});
        model.output(model.node("Conv", {"c", "v"}, "d"));
        incuse::import::onnx::Model read = parsed(model);
        const auto bytes = [](double high) { return incuse::import::onnx::NumberRange{-high, high * 127 / 128}; };
        read.ranges = {
            {"x", bytes(1)}, {"a", bytes(first)}, {"b", bytes(second)}, {"c", bytes(joined)}, {"d", bytes(1)}};
        const incuse::import::onnx::Lowered lowered =
            incuse::import::onnx::lower(read, incuse::import::onnx::target_of(incuse::max78000));
        REQUIRE(lowered.steps.size() == 3);
        CHECK(lowered.steps[0].range.high == std::fmin(first, joined) * 127 / 128);
        CHECK(lowered.steps[1].range.high == std::fmin(second, joined) * 127 / 128);
        const std::string note = note_with(read, "bytes of the chip reach further");
        const double a = std::fmin(first, joined), b = std::fmin(second, joined);
        CHECK(note.empty() == (a == b));
      }
}

TEST_CASE("a limit below what bytes reach is told with its reason") {
  for (const bool joins : {false, true}) {
    CAPTURE(joins);
    OnnxModel model(shape);
    model.floats("w", {channels, channels, 1, 1}, {1, 0.5f, -0.5f, 0.25f});
    model.floats("zero", {}, {0});
    model.floats("six", {}, {6});
    model.node("Conv", {"x", "w"}, "a");
    model.node("Clip", {"a", "zero", "six"}, "b");
    model.node("Conv", {"x", "w"}, "e");
    model.output(model.node(joins ? "Add" : "Sub", {"b", "e"}, "s"));
    incuse::import::onnx::Model read = parsed(model);
    const double own = joins ? 6 : 16;
    read.ranges = {{"x", {-1, 1}}, {"b", {0, own}}, {"e", {-16, 15.875}}, {"s", {-16, 15.875}}};
    const std::string note = note_with(read, "instead of 6: ");
    CAPTURE(note);
    CHECK((note.find("instead of 6: its output is added to, joined or pooled") != std::string::npos) == joins);
    CHECK((note.find("instead of 6: the model stores its output as numbers of 0 to 16") != std::string::npos) ==
          !joins);
  }
}

TEST_CASE("a layer whose bytes do not hold what it makes of the input is named, unless the model clips there") {
  for (const double factor : {-2.0, -1.0, 0.5, 1.0, 2.0, 4.0})
    for (const double offset : {-1.0, -0.5, 0.25, 1.0})
      for (const bool clips : {false, true}) {
        CAPTURE(factor);
        CAPTURE(offset);
        CAPTURE(clips);
        Chain chain(3);
        chain.add("Mul", {chain.number(factor)});
        chain.add("Add", {chain.number(offset)});
        if (clips) chain.clip();
        chain.conv(32);
        chain.model.output(chain.at);
        const double low = std::fmin(-factor, factor * 127 / 128) + offset;
        const double high = std::fmax(-factor, factor * 127 / 128) + offset;
        const bool beyond = low < -1 - 1.01 / 128 || high > 127.0 / 128 + 1.01 / 128;
        const std::string note = note_with(parsed(chain.model), "of the network's input");
        CAPTURE(note);
        CHECK((note != "") == (beyond && !clips));
      }
}

TEST_CASE("maps that are padded in front of pooling are counted with their padding") {
  OnnxModel model({1, 2, 8, 8});
  model.floats("w", {2, 2, 1, 1}, {1, 0.5f, -0.5f, 0.25f});
  model.node("Conv", {"x", "w"}, "a");
  model.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1});
  model.node("Pad", {"a", "pads"}, "b");
  model.output(
      model.node("MaxPool", {"b"}, "c", {OnnxModel::ints("kernel_shape", {2, 2}), OnnxModel::ints("strides", {2, 2})}));
  const std::string problem = incuse::test::imported(model.bytes(), incuse::max78000).problem;
  CHECK(problem.find("which makes 4x4 instead of 5x5") != std::string::npos);
}

}  // namespace test_onnx_bounds
