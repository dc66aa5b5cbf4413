// The AI84: a network type that moves from the MAX78000 to it and back, and what is its own, through driver and
// virtual chip.
#include <incuse/host/reference.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/software_linear.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <doctest/doctest.h>

#include <memory>

#include <support/parameters.hpp>

namespace test_ai84 {

using namespace incuse;
using namespace incuse::max7800x;
using incuse::test::Bytes;

namespace {

// clang-format off
struct CommonNet : Network<
    Input<3, 12, 12>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias, output, as<"first">>,
    Fused<MaxPool2d<2>, Conv2d<40, kernel<3>, pad<1>, as<"second">>>,
    Conv2d<7, kernel<3>, pad<1>, bias>> {};
/// Whole rows of three values, and an output with holes.
struct LineNet : Network<
    Input<5, 90>,
    Conv1d<6, kernel<9>, stride<3>, pad<3>, bias>,
    Conv1d<9, kernel<9>, stride<3>, pad<6>>> {};
struct HoleNet : Network<
    Input<3, 20, 20>,
    Fused<AvgPool2d<4>, Conv2d<10, kernel<3>, pad<1>, bias>>> {};
// clang-format on
constexpr Bytes<20 * 3 * 9> weight_1{7, 251};
constexpr Bytes<40 * 20 * 9> weight_2{5, 16};
constexpr Bytes<7 * 40 * 9> weight_3{11, 32};
template <int Count>
constexpr Bytes<Count> biases{9, 200};
struct CommonParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {weight_1.values, 20, 3, 3, 3}, .bias = {biases<20>.values, 20}},
      {.weight = {weight_2.values, 40, 20, 3, 3}},
      {.weight = {weight_3.values, 7, 40, 3, 3}, .bias = {biases<7>.values, 7}},
  };
};
constexpr Bytes<6 * 5 * 9> line_1{7, 101};
constexpr Bytes<9 * 6 * 9> line_2{5, 91};
struct LineParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {line_1.values, 6, 5, 9}, .bias = {biases<6>.values, 6}},
      {.weight = {line_2.values, 9, 6, 9}},
  };
};
constexpr Bytes<10 * 3 * 9> hole_1{7, 101};
struct HoleParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {hole_1.values, 10, 3, 3, 3}, .bias = {biases<10>.values, 10}}};
};

/// Runs a deployment on a virtual chip as a program would, and compares all outputs with the reference executor.
template <class Chip>
void check_on_chip() {
  using Net = std::remove_cvref_t<decltype(Chip::graph)>;
  constexpr int inputs = Chip::graph.input.elements(), results = Chip::graph.last().out.elements();
  int input[static_cast<std::size_t>(inputs)]{};
  for (int i = 0; i < inputs; ++i) input[i] = (i * 37 + 11) % 255 - 127;
  const auto memory = std::make_unique<int[]>(static_cast<std::size_t>(host::memory_size(Chip::graph)));
  host::run<Net::capacity>(Chip::graph, Chip::parameters, input, memory.get(), {Chip::device, Chip::options});
  const int* expected = memory.get() + host::output_start(Chip::graph, Chip::graph.size - 1);

  const auto chip = std::make_unique<VirtualChip<Chip::device, 1 << 20>>();
  chip->complete_after(50);
  auto ready = accelerator<Chip>(*chip).enable().init().load_weights().load_bias().configure();
  auto done = std::move(ready).load_input(input).start().wait();
  int values[static_cast<std::size_t>(results)]{};
  done.unload(values);
  for (int i = 0; i < results; ++i) {
    CAPTURE(i);
    CHECK(values[i] == expected[i]);
  }
  const ChipReport report = chip->report();
  const ChipSentence complaint = sentence(Chip::device, report.first);
  CHECK_MESSAGE(report.ok(), complaint.text().data);
}

}  // namespace

TEST_CASE("a network runs on either part, with the biases of each") {
  check_on_chip<Deployment<CommonNet, max78000, CommonParameters>>();
  check_on_chip<Deployment<CommonNet, ai84, CommonParameters>>();
}

TEST_CASE("a Conv1d runs as rows of three values") { check_on_chip<Deployment<LineNet, ai84, LineParameters>>(); }

TEST_CASE("holes in an output are passed over when it is read") {
  using Chip = Deployment<HoleNet, ai84, HoleParameters>;
  check_on_chip<Chip>();
  constexpr TensorLayout layout = output_layout(Chip::graph, Chip::plan, 0);
  CHECK(layout.word_index(0, 0) == 2);
  CHECK(layout.word_index(3, 0) == 5);
  CHECK(layout.word_index(4, 0) == 8);
  CHECK(layout.words() == 25 + 2 * 7);
}

TEST_CASE("a linear layer of the processor divides its sums, and its weights are interleaved in fours") {
  constexpr SoftwareLinear layer{5, 6, true};
  int weights[30], order[30], results[6], next = 0;
  for (int i = 0; i < 30; ++i) weights[i] = i % 7 - 3;
  const int input[] = {127, -128, 64, 1, 100};
  run(
      layer, [&](int i) { return weights[i]; }, [](int o) { return 10 * o; }, [&](int i) { return input[i]; },
      [&](int o, int value) { results[o] = value; });
  // -3 * 127 + 2 * 128 - 64 + 0 + 100 = -89; (-89 + 64) >> 7 = -1
  CHECK(results[0] == -1);
  for_each_interleaved(layer, [&](int i) { order[next++] = i; });
  const int expected[] = {0,  5, 2, 7,  10, 15, 12, 17, 1,  6,  3,  8,  11, 16, 13,
                          18, 4, 9, 14, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29};
  CHECK(next == 30);
  for (int i = 0; i < 30; ++i) CHECK(order[i] == expected[i]);
  const int equal[] = {300, 300, -5000};
  int probabilities[3];
  softmax_of_halfwords(equal, 3, probabilities);
  CHECK(probabilities[0] == 16384);
  CHECK(probabilities[1] == 16384);
  CHECK(probabilities[2] == 0);
}

}  // namespace test_ai84
