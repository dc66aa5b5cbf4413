// Layers of the processor in network types, run by the driver beside a virtual KPU: codes bit for bit like the
// reference executor, real numbers as they are by hand, and quantised networks like the real ones to a few codes.
#include <incuse/k210/tables/table_networks.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <incuse/host/real_reference.hpp>
#include <incuse/host/run.hpp>
#include <incuse/k210/virtual_bus.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

#include <incuse/host/random_parameters.hpp>
#include <support/parameters.hpp>
#include <support/processor_networks.hpp>
#include <support/random.hpp>

namespace test_cpu_layers {

using namespace incuse;
using k210::CpuTables;
using k210::Element;
using k210::Range;
using k210::RealLayer;
using k210::RunResult;
using k210::Task;
using test::CodesParameters;
using test::Moves;
using test::Numbers;
using test::OfCodes;
using test::Operations;
using test::OperationsParameters;
using test::RandomParameters;

namespace {

using Storage = k210::KpuStorage<k210_kpu, 64 * 64, 1 << 16>;
using Bus = k210::VirtualKpuBus<k210_kpu, Storage>;

/// A chip with a driver. Its memories are full of rubbish at first.
template <class Chip>
struct Machine {
  std::unique_ptr<Storage> storage = std::make_unique<Storage>();
  Bus bus{*storage};
  std::unique_ptr<k210::KpuDriver<Chip, Bus>> driver = [this] {
    void* place = ::operator new (sizeof(k210::KpuDriver<Chip, Bus>), std::align_val_t{64});
    std::memset(place, 0xa5, sizeof(k210::KpuDriver<Chip, Bus>));
    return std::unique_ptr<k210::KpuDriver<Chip, Bus>>(new (place) k210::KpuDriver<Chip, Bus>(bus));
  }();

  typename k210::KpuDriver<Chip, Bus>::Ready ready = driver->init();

  /// Runs the network and yields its last output; codes as signed bytes where `Value` is one.
  template <class Value>
  std::vector<Value> run(typename k210::KpuDriver<Chip, Bus>::Loaded loaded) {
    constexpr int count = Chip::graph.last().out.elements();
    std::vector<Value> output(static_cast<std::size_t>(count) + 8);
    const RunResult state = std::move(loaded).run(output.data());
    INFO(k210::sentence_of(bus.kpu().report()).characters);
    REQUIRE(state == RunResult::done);
    return {output.begin(), output.begin() + count};
  }
  template <class Value>
  std::vector<Value> output(int index) {
    std::vector<Value> values(static_cast<std::size_t>(Chip::image.outputs[index].layout.shape.elements()));
    REQUIRE(driver->unload(index, values.data()));
    return values;
  }
};

template <class Net>
struct NoParameters {};

}  // namespace

// Signed bytes --------------------------------------------------------------------------------------------------------

namespace {

// clang-format off
/// The input is read by both; sums are clipped; the last layer is the KPU's.
struct Residuals : Network<
    Input<4, 12, 20>,
    Residual<Conv2d<4, kernel<3>, pad<1>, shift<-1>>, on_cpu, as<"first">>,
    Residual<Upload<>, Conv2d<6, kernel<3>, pad<1>, ReLU, shift<-2>>, Conv2d<4, kernel<1>>, on_cpu, output>,
    Upload<>,
    Conv2d<3, kernel<1>, bias>> {};

/// Windows that the KPU has none of; joined tensors, one of them the KPU's, one handed on, one the input.
struct Inception : Network<
    Input<3, 17, 30>,
    Conv2d<5, kernel<3>, pad<1>, shift<-2>, as<"whole">>,
    Concat<
        Branch<MaxPool2d<3, stride<1>, same_padding, on_cpu>>,
        Branch<Conv2d<4, kernel<1>, ReLU, shift<-1>>>,
        Branch<Identity<>>,
        Branch<Identity<from<"input">, on_cpu>>, on_cpu, as<"all">>,
    MaxPool2d<Window{3, 4}, stride<2, 3>, on_cpu, output>,
    Upload<>,
    Fused<MaxPool2d<2>, Conv2d<4, kernel<3>, pad<1>, shift<-3>, output>>,
    Upsample<3, from<"all">>,
    Resize<7, 11>> {};

/// A fully connected layer on the KPU, and an output that the processor writes into AI RAM.
struct Padded : Network<
    Input<9, 1, 1>,
    AddPadding<>,
    Conv2d<20, kernel<1>, ReLU, bias, shift<-1>, output>,
    Conv2d<6, kernel<1>, shift<-2>>,
    RemovePadding<output>,
    AddPadding<output>,
    Conv2d<5, kernel<1>>,
    RemovePadding<as<"values">>,
    Add<from<"values", "values">, on_cpu>,
    Upload<>> {};
// clang-format on

/// Runs a network of codes on the virtual chip and on the reference executor; all outputs are compared.
template <class Net, class Trained = RandomParameters<Net>>
void compare() {
  using Chip = Deployment<Net, k210_kpu, Trained>;
  static_assert(Chip::plan.complete());
  Machine<Chip> machine;
  host::Executor executor(Chip::graph, Chip::parameters, k210_kpu);
  REQUIRE_MESSAGE(executor.ready(), std::string(executor.reason().reason.data));
  for (unsigned seed = 1; seed < 5; ++seed) {
    const std::vector<int> input = host::random_input(graph_of<Net>(), seed);
    executor.set_input(input.data());
    executor.run();
    const std::vector<std::int8_t> last = machine.template run<std::int8_t>(machine.ready.load_input(input.data()));
    const std::vector<int> expected = executor.output_of(Chip::graph.size - 1);
    REQUIRE(std::vector<int>(last.begin(), last.end()) == expected);
    CHECK(std::count(expected.begin(), expected.end(), expected[0]) < static_cast<std::ptrdiff_t>(expected.size()));
    int next = 0;
    for (int i = 0; i < Chip::graph.size; ++i) {
      if (!Chip::graph[i].output) continue;
      CAPTURE(i);
      const std::vector<std::int8_t> values = machine.template output<std::int8_t>(next++);
      CHECK(std::vector<int>(values.begin(), values.end()) == executor.output_of(i));
    }
    CHECK(next == Chip::image.output_count);
  }
}

}  // namespace

TEST_CASE("sums of codes between layers of the KPU") { compare<Residuals>(); }
TEST_CASE("concatenations, windows of all sizes, and maps made larger") { compare<Inception>(); }
TEST_CASE("single values as padded maps") { compare<Padded>(); }
TEST_CASE("values that are moved, added and cut off") { compare<Moves>(); }

TEST_CASE("where the outputs are") {
  using Mixed = Deployment<Inception, k210_kpu, RandomParameters<Inception>>;
  static_assert(Mixed::image.output_count == 3 && !Mixed::image.ends_on_kpu());
  static_assert(!Mixed::image.outputs[0].in_ram() && Mixed::image.outputs[0].in_main());
  static_assert(Mixed::image.outputs[1].in_ram() && !Mixed::image.outputs[1].in_main());
  static_assert(Mixed::image.outputs[2].in_main());
  static_assert(Mixed::image.input.in_ram() && Mixed::image.input.in_main());
  using Written = Deployment<Padded, k210_kpu, RandomParameters<Padded>>;
  static_assert(Written::image.outputs[Written::image.output_count - 1].in_ram());
  static_assert(!Written::image.input.in_ram() && Written::image.input.in_main());
  static_assert(Deployment<Residuals, k210_kpu, RandomParameters<Residuals>>::image.ends_on_kpu());
  // What is asked for in the wrong type is refused.
  Machine<Mixed> machine;
  float number = 7;
  CHECK_FALSE(machine.driver->unload(0, &number));
  CHECK(number == 7);
}

// Real numbers behind the KPU -----------------------------------------------------------------------------------------

namespace {

// clang-format off
struct Classifier : Network<
    Input<3, 12, 16>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-2>, output>,
    Dequantize<output, as<"real">>,
    AvgPool2d<3, stride<2>, on_cpu, output, as<"means">>,
    ChannelsLast<output>,
    Linear<10, ReLU, bias, shift<1>, on_cpu, output>,
    L2Normalize<output>,
    Logistic<output>,
    Softmax<output>,
    GlobalAvgPool2d<from<"means">, as<"mean">>,
    Flatten,
    Linear<4, shift<-1>, Tanh, on_cpu, from<"means">, output, as<"connected">>,
    Add<from<"connected", "connected">, on_cpu, output>,
    Concat<Branch<>, Branch<Identity<from<"mean">, on_cpu>>, on_cpu, output, as<"joined">>,
    Upsample<2, output>,
    Quantize<from<"joined">>> {};
// clang-format on

using Reals = std::vector<float>;

void check_near(const Reals& values, const std::vector<double>& expected, double tolerance = 1e-5) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    CHECK(std::fabs(values[i] - expected[i]) <= tolerance * std::fmax(1.0, std::fabs(expected[i])));
  }
}

/// weights x in + bias, as the language has it for signed bytes: sums in 128th parts, times 2^shift.
std::vector<double> connected(const Reals& in, const LayerParameters& own, int outputs, int shift) {
  std::vector<double> result;
  const int inputs = static_cast<int>(in.size());
  for (int o = 0; o < outputs; ++o) {
    double sum = own.bias.empty() ? 0.0 : own.bias[o];
    for (int i = 0; i < inputs; ++i) sum += double{in[static_cast<std::size_t>(i)]} * own.weight[o * inputs + i];
    result.push_back(sum * std::pow(2.0, shift) / 128.0);
  }
  return result;
}

}  // namespace

namespace {

using ClassifierParameters = RandomParameters<Classifier>;

/// The classifier after a picture.
struct Classified : Machine<Deployment<Classifier, k210_kpu, ClassifierParameters>> {
  std::vector<int> input = host::random_input(graph_of<Classifier>(), 3);
  std::vector<std::int8_t> quantised = run<std::int8_t>(ready.load_input(input.data()));
};

}  // namespace

TEST_CASE("real numbers behind the KPU, by hand: codes, means, another order") {
  Classified machine;
  host::Values<3 * 12 * 16> values{};
  std::copy(machine.input.begin(), machine.input.end(), values.items);
  using Head = Network<Input<3, 12, 16>, Conv2d<8, kernel<3>, pad<1>, ReLU, shift<-2>>>;
  const auto codes = host::run<Head>(Parameters{ClassifierParameters::layers, 1}, values, k210_kpu);
  const std::vector<std::int8_t> convolved = machine.output<std::int8_t>(0);
  CHECK(std::equal(convolved.begin(), convolved.end(), codes.items));

  const Reals real = machine.output<float>(1);
  for (std::size_t i = 0; i < real.size(); ++i) REQUIRE(real[i] == static_cast<float>(convolved[i]) / 128.0f);

  std::vector<double> expected;  // 8 x 5 x 7
  for (int c = 0; c < 8; ++c)
    for (int y = 0; y < 5; ++y)
      for (int x = 0; x < 7; ++x) {
        double sum = 0;
        for (int i = 0; i < 9; ++i)
          sum += real[static_cast<std::size_t>(c * 192 + (2 * y + i / 3) * 16 + 2 * x + i % 3)];
        expected.push_back(sum / 9);
      }
  const Reals means = machine.output<float>(2);
  check_near(means, expected);

  const Reals last = machine.output<float>(3);  // channels last
  for (int c = 0; c < 8; ++c)
    for (int i = 0; i < 35; ++i)
      CHECK(last[static_cast<std::size_t>(i * 8 + c)] == means[static_cast<std::size_t>(c * 35 + i)]);
}

TEST_CASE("real numbers behind the KPU, by hand: a connected layer, length, logistic, softmax") {
  Classified machine;
  std::vector<double> expected = connected(machine.output<float>(3), ClassifierParameters::layers[1], 10, 1);
  for (double& value : expected) value = std::fmax(value, 0.0);
  const Reals features = machine.output<float>(4);
  check_near(features, expected, 1e-4);

  double length = 0;
  for (float value : features) length += double{value} * value;
  expected.clear();
  for (float value : features) expected.push_back(value / std::sqrt(length));
  const Reals unit = machine.output<float>(5);
  check_near(unit, expected);

  expected.clear();
  for (float value : unit) expected.push_back(1 / (1 + std::exp(-value)));
  const Reals logistic = machine.output<float>(6);
  check_near(logistic, expected);

  double total = 0;
  for (float value : logistic) total += std::exp(value);
  for (std::size_t i = 0; i < 10; ++i) expected[i] = std::exp(logistic[i]) / total;
  check_near(machine.output<float>(7), expected);
}

TEST_CASE("real numbers behind the KPU, by hand: another branch, sums, concatenations") {
  Classified machine;
  const Reals means = machine.output<float>(2);
  std::vector<double> expected = connected(means, ClassifierParameters::layers[2], 4, -1);
  for (double& value : expected) value = std::tanh(value);
  const Reals few = machine.output<float>(8);
  check_near(few, expected, 1e-4);
  const Reals twice = machine.output<float>(9);
  for (std::size_t i = 0; i < 4; ++i) CHECK(twice[i] == 2 * few[i]);

  const Reals joined = machine.output<float>(10);
  REQUIRE(joined.size() == 12);
  CHECK(Reals(joined.begin(), joined.begin() + 4) == twice);
  for (int c = 0; c < 8; ++c) {
    double sum = 0;
    for (int i = 0; i < 35; ++i) sum += means[static_cast<std::size_t>(c * 35 + i)];
    CHECK(joined[static_cast<std::size_t>(4 + c)] == doctest::Approx(sum / 35));
  }
  const Reals large = machine.output<float>(11);
  for (std::size_t i = 0; i < large.size(); ++i) CHECK(large[i] == joined[i / 4]);
  for (std::size_t i = 0; i < 12; ++i)
    CHECK(machine.quantised[i] == std::clamp(static_cast<int>(std::lround(joined[i] * 128)), -128, 127));
}

namespace {

// clang-format off
/// Nothing for the KPU to do.
struct Dense : Network<
    Input<6, 2, 3, real>,
    Flatten,
    Linear<5, ReLU, bias, on_cpu>,
    Linear<4, on_cpu>,
    Softmax<>> {};
// clang-format on

struct DenseParameters {
  static constexpr float first[5 * 36] = {0.5f, -1.0f, 0.25f}, bias[5] = {0.125f, -2.0f, 1.0f, 0.0f, 3.0f};
  static constexpr float second[4 * 5] = {1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, -1, 0.5f, 0, 0, 0, 0.5f};
  static constexpr RealLayer real_layers[] = {{"first", first, bias}, {"second", second}};
};

}  // namespace

TEST_CASE("networks of the processor alone") {
  using Chip = Deployment<Dense, k210_kpu, DenseParameters>;
  static_assert(Chip::image.step_count == 0 && Chip::image.cpu_step_count == 3 && !all_on_kpu<Dense>);
  static_assert(Chip::report.steps == 0 && Chip::report.weight_bytes == 0 && Chip::report.ram_lines == 0);
  Machine<Chip> machine;
  Reals input(36, 9.0f);
  input[0] = 1.0f;
  input[1] = 0.5f;
  input[2] = -2.0f;
  const Reals output = machine.run<float>(machine.ready.load_input(input.data()));
  // 0.5 - 0.5 - 0.5 + 0.125 < 0; the others are their biases.
  const double logits[4] = {0, 0, 1 - 3, 0.5 * 3};
  double total = 0;
  for (double logit : logits) total += std::exp(logit);
  for (std::size_t i = 0; i < 4; ++i) CHECK(output[i] == doctest::Approx(std::exp(logits[i]) / total));

  using Bytes = Deployment<Network<Input<4, 1, 1>, Dequantize<>, Softmax<>>, k210_kpu, NoParameters<int>>;
  Machine<Bytes> simple;
  const int codes[] = {64, 0, -128, 127};
  const Reals result = simple.run<float>(simple.ready.load_input(codes));
  CHECK(result[0] / result[1] == doctest::Approx(std::exp(0.5)));
  CHECK(result[2] / result[1] == doctest::Approx(std::exp(-1.0)));
}

namespace {

struct RangeOnly {
  static constexpr Range input{0.0f, 2.55f};
};

}  // namespace

TEST_CASE("a network without weights has a range all the same") {
  using Chip = Deployment<Network<Input<4, 1, 1>, Dequantize<>>, k210_kpu, RangeOnly>;
  Machine<Chip> machine;
  const std::uint8_t codes[] = {0, 1, 100, 255};
  const Reals result = machine.run<float>(machine.ready.load_codes(codes));
  for (std::size_t i = 0; i < 4; ++i) CHECK(result[i] == doctest::Approx(0.01 * codes[i]));
}

// Ranges of their own -------------------------------------------------------------------------------------------------

namespace {

// clang-format off
/// Sums of tensors with different ranges; codes brought to one range in front of a concatenation; back from floats.
struct Quantised : Network<
    Input<3, 8, 12>,
    Residual<Conv2d<3, kernel<3>, pad<1>, as<"body">>, on_cpu, as<"sum">>,
    Upload<as<"again">>,
    Conv2d<4, kernel<1>, as<"wide">>,
    Requantize<as<"narrow">>,
    Conv2d<5, kernel<1>, SiLU, from<"again">, as<"bent">>,
    Requantize<Sigmoid, output, as<"gate">>,
    Concat<Branch<Requantize<as<"same">, from<"bent">>>, Branch<MaxPool2d<1, from<"narrow">, on_cpu>>, on_cpu, output>,
    Upload<>,
    Conv2d<6, kernel<3>, pad<1>, ReLU, output>,
    Dequantize<as<"floats">, output>,
    GlobalAvgPool2d<>,
    Linear<6, bias, on_cpu, output, as<"scores">>,
    Quantize<>,
    AddPadding<>,
    Conv2d<7, kernel<1>>,
    RemovePadding<output>,
    Dequantize<output>,
    AvgPool2d<2, on_cpu, from<"floats">>,
    Quantize<>,
    Upload<>,
    Conv2d<2, kernel<1>>> {};
// clang-format on

struct QuantisedParameters {
  static constexpr Numbers<3 * 27> w0{1, 0.25f};
  static constexpr Numbers<4 * 3> w1{2, 0.9f};
  static constexpr Numbers<5 * 3> w2{3, 0.7f};
  static constexpr Numbers<6 * 81> w3{4, 0.1f};
  static constexpr Numbers<6 * 6> w4{5, 0.6f};
  static constexpr Numbers<6> b4{6, 0.5f};
  static constexpr Numbers<7 * 6> w5{7, 0.6f};
  static constexpr Numbers<2 * 6> w6{8, 0.5f};
  static constexpr Range input{0.0f, 1.0f};
  static constexpr Range shared{-2.5f, 2.5f};
  static constexpr RealLayer real_layers[] = {
      {"body", w0.values, {}, {}, {-2.0f, 2.0f}, {-2.0f, 2.0f}},
      {"sum", {}, {}, {}, {}, {-2.0f, 3.0f}},
      {"wide", w1.values, {}, {}, {-5.0f, 5.0f}, {-5.0f, 5.0f}},
      {"narrow", {}, {}, {}, {}, shared},
      {"bent", w2.values, {}, {}, {-4.0f, 4.0f}, {-0.3f, 4.0f}},
      {"gate", {}, {}, {}, {}, {0.0f, 1.0f}},
      {"same", {}, {}, {}, {}, shared},
      {"mixed", w3.values, {}, {}, {0.0f, 3.0f}, {0.0f, 3.0f}},
      {"scores", w4.values, b4.values},
      {"codes", {}, {}, {}, {}, {-2.0f, 2.0f}},
      {"full", w5.values, {}, {}, {-3.0f, 3.0f}, {-3.0f, 3.0f}},
      {"pooled", {}, {}, {}, {}, {0.0f, 3.0f}},
      {"last", w6.values, {}, {}, {-3.0f, 3.0f}, {-3.0f, 3.0f}},
  };
};

}  // namespace

TEST_CASE("quantised networks are what the real numbers are, to a few codes") {
  using Chip = Deployment<Quantised, k210_kpu, QuantisedParameters>;
  Machine<Chip> machine;
  auto executor = host::real_executor<Quantised, QuantisedParameters>();
  REQUIRE_MESSAGE(executor.ready(), std::string(executor.reason().reason.data));
  double worst = 0;
  for (unsigned seed = 1; seed < 5; ++seed) {
    test::Random random(seed);
    std::vector<std::uint8_t> codes;
    Reals reals;
    for (int i = 0; i < Chip::graph.input.elements(); ++i) {
      codes.push_back(random.byte());
      reals.push_back(Chip::image.input.scale.real(codes.back()));
    }
    machine.run<std::uint8_t>(machine.ready.load_codes(codes.data()));
    executor.run(reals.data());
    int next = 0;
    for (int i = 0; i < Chip::graph.size; ++i) {
      if (!Chip::graph[i].output) continue;
      const k210::MapImage& map = Chip::image.outputs[next];
      Reals values;
      if (map.element == Element::real)
        values = machine.output<float>(next);
      else
        for (std::uint8_t code : machine.output<std::uint8_t>(next)) values.push_back(map.scale.real(code));
      const double one_code = 1.0 / map.scale.scale;
      const Reals expected = executor.output_of(i);
      REQUIRE(values.size() == expected.size());
      for (std::size_t e = 0; e < values.size(); ++e) {
        CAPTURE(i);
        CAPTURE(e);
        const double error = std::fabs(values[e] - expected[e]);
        CHECK(error < (map.element == Element::real ? 0.06 : 3 * one_code));
        if (map.element == Element::code) worst = std::fmax(worst, error / one_code);
      }
      ++next;
    }
    CHECK(next == Chip::image.output_count);
  }
  MESSAGE("furthest from the real numbers: ", worst, " codes");
  for (int i = 0; i < Chip::graph.size; ++i)
    if (Chip::graph[i].op == Operator::conv2d) {
      const auto elements = k210::elements_of(Chip::graph);
      const RealLayer& own = QuantisedParameters::real_layers[k210::entry_index(Chip::graph, elements, i)];
      CHECK(executor.output_range(i).high <= own.output.high);
      CHECK(executor.output_range(i).low >= own.output.low);
    }
}

// Sums of codes -------------------------------------------------------------------------------------------------------

namespace {

__extension__ typedef __int128 Wide;

/// A scale as a whole number of 2^-27: exact, as scales are floats and not below 1/8.
Wide whole(float scale) { return static_cast<Wide>(std::ldexp(static_cast<double>(scale), 27)); }

/// Twice the distance of a sum of codes from the exact one, in parts of `unit`.
struct Distance {
  Wide twice;
  Wide unit;
};
Distance distance(int a, int b, int sum, const k210::CodeScale& at, const k210::CodeScale& bt,
                  const k210::CodeScale& to) {
  const Wide sa = whole(at.scale), sb = whole(bt.scale), so = whole(to.scale);
  const Wide exact = so * ((a - at.zero_point) * sb + (b - bt.zero_point) * sa);  // times sa sb
  const Wide off = 2 * ((sum - to.zero_point) * sa * sb - exact);
  return {off, sa * sb};
}

}  // namespace

TEST_CASE("sums of codes are rounded once, to the nearest code") {
  test::Random random(1);
  const auto random_scale = [&](int widths) {
    const float width =
        std::exp2(static_cast<float>(random.below(widths)) + static_cast<float>(random.byte()) / 256.0f) * 0.01f;
    const float low = -width * static_cast<float>(random.byte()) / 255.0f;
    return k210::code_scale_of({low, low + width});
  };
  int unequal = 0, inner = 0;
  for (int n = 0; n < 120; ++n) {
    const int widths = n < 80 ? 5 : 17;  // of one size, or of any
    const k210::CodeScale at = random_scale(widths), bt = random_scale(widths), to = random_scale(widths);
    const k210::SumScales scales = k210::sum_scales(at, bt, to);
    REQUIRE(scales.out.valid());
    const int shift = scales.out.shift;
    if (n < 80) REQUIRE(shift == 22);
    bool right = true;
    for (int a = 0; a < 256; ++a)
      for (int b = 0; b < 256; ++b) {
        const int sum = k210::quantized_sum(static_cast<std::uint8_t>(a), scales.a, static_cast<std::uint8_t>(b),
                                            scales.b, scales.out);
        const Distance d = distance(a, b, sum, at, bt, to);
        // Multipliers are rounded to halves of 2^-shift: for every code that an operand is away from its zero point.
        const int away = std::abs(a - at.zero_point) + std::abs(b - bt.zero_point) + 1;
        const Wide most = d.unit + (d.unit >> shift) * away;
        const bool clipped = (sum == 0 && d.twice > 0) || (sum == 255 && d.twice < 0);
        right = right && (clipped || (d.twice <= most && d.twice >= -most));
        inner += sum > 0 && sum < 255;
        unequal += d.twice != 0;
      }
    CAPTURE(n);
    CHECK(right);
  }
  CHECK(inner > 1'000'000);
  CHECK(unequal > 1'000'000);
  // With one scale for operands and result, no sum is rounded, whatever the zero points are.
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; b += 5) {
      const k210::SumScales scales = k210::sum_scales({7, 51.3f}, {250, 51.3f}, {128, 51.3f});
      const int sum = k210::quantized_sum(static_cast<std::uint8_t>(a), scales.a, static_cast<std::uint8_t>(b),
                                          scales.b, scales.out);
      REQUIRE(sum == k210::clip_to_code(a - 7 + b - 250 + 128));
    }
}

TEST_CASE("sums of codes wrap around at 64 bits") {
  constexpr std::int32_t least = -2147483647 - 1;
  constexpr k210::IntegerScale extreme{least, least, 0};
  // 2^62 + 2^62 is -2^63; times -1 it stays that.
  static_assert(k210::quantized_sum(0, extreme, 0, extreme, {0, 1, 0}) == 0);
  static_assert(k210::quantized_sum(0, extreme, 0, extreme, {5, -1, 62}) == 3);
}

// Tables of the vendor's ----------------------------------------------------------------------------------------------

namespace {

// clang-format off
struct FromTables : Network<
    Input<2, 4, 4>,
    Add<from<"input", "input">, on_cpu, as<"twice">, output>,
    Requantize<output>,
    Upload<output>,
    Dequantize<from<"twice">, output>,
    Dequantize<from<"twice">, output, as<"all">>,
    Flatten,
    Linear<3, bias, on_cpu, output>,
    Quantize<from<"all">>> {};
// clang-format on

struct Halves {
  std::uint8_t codes[256]{};
  constexpr Halves() {
    for (int i = 0; i < 256; ++i) codes[i] = static_cast<std::uint8_t>(255 - i / 2);
  }
};

struct Vendors {
  static constexpr Halves halves{};
  static constexpr k210::LinearScale channels[] = {{0.5f, 1.0f}, {2.0f, -3.0f}};
  static constexpr float weights[3 * 32] = {1.0f, 0.5f}, bias[] = {0, 10, -20};
  static constexpr CpuTables cpu_tables[] = {
      {.name = "twice", .sum = {{-1, 2, 1}, {3, 4, 2}, {-5, 3, 2}}},
      {.name = "halves", .table = halves.codes},
      {.name = "real", .code = {0.25f, -8.0f}},
      {.name = "all", .channels = channels},
      {.name = "fc", .weights = weights, .bias = bias},
      {.name = "codes", .code = {0.5f, -3.0f}},
  };
};

}  // namespace

TEST_CASE("numbers of a kmodel's layers of the processor") {
  using Chip = Deployment<FromTables, k210_kpu, Vendors>;
  Machine<Chip> machine;
  std::vector<std::uint8_t> codes;
  for (int i = 0; i < 32; ++i) codes.push_back(static_cast<std::uint8_t>(i < 16 ? i : 255 - 3 * i));
  const std::vector<std::uint8_t> last = machine.run<std::uint8_t>(machine.ready.load_codes(codes.data()));
  const std::vector<std::uint8_t> sums = machine.output<std::uint8_t>(0), halves = machine.output<std::uint8_t>(1),
                                  uploaded = machine.output<std::uint8_t>(2);
  const Reals real = machine.output<float>(3), all = machine.output<float>(4), features = machine.output<float>(5);
  for (std::size_t i = 0; i < 32; ++i) {
    // ((c - 1) * 2 >> 1) + ((c + 3) * 4 >> 2) = 2 c + 2; times 3 / 4, halves up, less 5
    CHECK(sums[i] == std::clamp((3 * (2 * codes[i] + 2) + 2) / 4 - 5, 0, 255));
    CHECK(halves[i] == 255 - sums[i] / 2);
    CHECK(uploaded[i] == halves[i]);
    CHECK(real[i] == 0.25f * sums[i] - 8.0f);
    CHECK(all[i] == (i < 16 ? 0.5f * sums[i] + 1.0f : 2.0f * sums[i] - 3.0f));
    CHECK(last[i] == std::clamp(static_cast<int>((all[i] + 3.0f) * 2.0f + 0.5f), 0, 255));
  }
  CHECK(features[0] == all[0] + 0.5f * all[1]);
  CHECK(features[1] == 10.0f);
  CHECK(features[2] == -20.0f);
}

// Convolutions and operations of the processor ------------------------------------------------------------------------

TEST_CASE("convolutions, windows and operations of real numbers") {
  using Chip = Deployment<Operations, k210_kpu, OperationsParameters>;
  Machine<Chip> machine;
  auto executor = host::real_executor<Operations, OperationsParameters>();
  REQUIRE_MESSAGE(executor.ready(), executor.problem());
  test::Random random(5);
  for (int run = 0; run < 4; ++run) {
    Reals input;
    for (int i = 0; i < Chip::graph.input.elements(); ++i)
      input.push_back(static_cast<float>(random.between(-100, 100)) / 32.0f);
    executor.run(input.data());
    const Reals last = machine.run<float>(machine.ready.load_input(input.data()));
    const auto expected = [&](int layer) {
      const Reals values = executor.output_of(layer);
      return std::vector<double>(values.begin(), values.end());
    };
    check_near(last, expected(Chip::graph.size - 1), 1e-6);
    int next = 0;
    for (int i = 0; i + 1 < Chip::graph.size; ++i)
      if (Chip::graph[i].output) check_near(machine.output<float>(next++), expected(i), 1e-6);
  }
}

TEST_CASE("convolutions and operations of codes") {
  using Chip = Deployment<OfCodes, k210_kpu, CodesParameters>;
  Machine<Chip> machine;
  std::vector<std::uint8_t> codes;
  for (int i = 0; i < 60; ++i) codes.push_back(static_cast<std::uint8_t>(i * 37));
  const std::vector<std::uint8_t> last = machine.run<std::uint8_t>(machine.ready.load_codes(codes.data()));
  const std::vector<std::uint8_t> map = machine.output<std::uint8_t>(0), difference = machine.output<std::uint8_t>(1),
                                  square = machine.output<std::uint8_t>(2);
  const Reals numbers = machine.output<float>(3), roots = machine.output<float>(4);
  REQUIRE(map.size() == 3 * 3 * 3);
  const auto code = [](double value) { return std::clamp(std::floor(value), 0.0, 255.0); };
  for (int o = 0; o < 3; ++o)
    for (int y = 0; y < 3; ++y)
      for (int x = 0; x < 3; ++x) {
        const auto at = static_cast<std::size_t>((o * 3 + y) * 3 + x);
        long long sum = CodesParameters::sums[o];
        for (int c = 0; c < 2; ++c)
          for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
              const int row = 2 * y + i - 1, column = 2 * x + j;
              if (row < 0 || row >= 5 || column >= 6) continue;
              sum += (codes[static_cast<std::size_t>((c * 5 + row) * 6 + column)] - 10) *
                     (CodesParameters::kernels[((o * 2 + c) * 3 + i) * 3 + j] - 3);
            }
        CHECK(map[at] == code(static_cast<double>(sum) * 3000 / (1 << 20) + 0.5 + 5));
        // The constant is the first operand: (100 - 50) * 4 / 2, less (code - 5) * 2; times 3 / 4, plus 9.
        CHECK(difference[at] == code((100.0 - 2 * (map[at] - 5)) * 3 / 4 + 0.5 + 9));
        CHECK(square[at] == code(3.0 * (map[at] - 5) * (map[at] - 5) * 5 / 512 + 0.5));
        CHECK(numbers[at] == 0.5f * static_cast<float>(square[at] - 5) + CodesParameters::offsets[o]);
        CHECK(std::fabs(roots[at] - 1.0f / std::sqrt(std::fabs(numbers[at]) + 1.0f)) < 1e-6f);
        CHECK(last[at] == code(static_cast<double>(roots[at] * 200.0f) + 3.5));
      }
}

namespace {

template <class Net, class Trained>
constexpr bool does(Task task) {
  return Deployment<Net, k210_kpu, Trained>::image.does(task);
}
constexpr bool is_run(Task task) {
  return does<Residuals, RandomParameters<Residuals>>(task) || does<Inception, RandomParameters<Inception>>(task) ||
         does<Padded, RandomParameters<Padded>>(task) || does<Classifier, RandomParameters<Classifier>>(task) ||
         does<Quantised, QuantisedParameters>(task) || does<Moves, RandomParameters<Moves>>(task) ||
         does<Operations, OperationsParameters>(task) || does<OfCodes, CodesParameters>(task);
}
constexpr bool every_task_is_run() {
  for (int task = 1; task <= static_cast<int>(Task::upload); ++task)
    if (!is_run(static_cast<Task>(task))) return false;
  return true;
}
static_assert(every_task_is_run());

}  // namespace

}  // namespace test_cpu_layers
