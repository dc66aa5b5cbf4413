// A deployment's tables are what the stages give at run time for the same network.
#include <support/parameters.hpp>
#include <support/weight_memory.hpp>

#include <incuse/incuse.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <vector>

namespace test_deployment {

using namespace incuse;
using namespace incuse::max7800x;
using incuse::test::Bytes;

namespace {

// clang-format off
struct Net : Network<
    Input<3, 20, 20>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>, ReLU, bits<4>>>,
    Conv2d<24, kernel<1>, Abs, bias>,
    Fused<AvgPool2d<2>, Conv2d<8, kernel<3>, bits<2>, shift<-3>>>,
    Flatten,
    Linear<5, wide, bits<1>>> {};
// clang-format on

constexpr Bytes<20 * 3 * 9> weight_1{7, 251};
constexpr Bytes<70 * 20 * 9> weight_2{5, 16};
constexpr Bytes<24 * 70> weight_3{11, 256};
constexpr Bytes<8 * 24 * 9> weight_4{3, 4};
constexpr Bytes<5 * 8 * 9> weight_5{1, 2};
constexpr Bytes<20> bias_1{9, 200};
constexpr Bytes<24> bias_3{4, 99};

struct Trained {
  static constexpr LayerParameters layers[] = {
      {.weight = {weight_1.values, 20, 3, 3, 3}, .bias = {bias_1.values, 20}},
      {.weight = {weight_2.values, 70, 20, 3, 3}, .output_shift = -1},
      {.weight = {weight_3.values, 24, 70, 1, 1}, .bias = {bias_3.values, 24}},
      {.weight = {weight_4.values, 8, 24, 3, 3}},
      {.weight = {weight_5.values, 5, 72}},
  };
};

/// A concatenation that lies nowhere without a copy to other processors: a layer with weights of its own.
struct Torn : Network<Input<3, 6, 6>, Conv2d<8, kernel<1>, bias, as<"a">>, Conv2d<8, kernel<1>, from<"a", "a">>> {};
constexpr Bytes<8 * 3> torn_1{7, 251};
constexpr Bytes<8 * 16> torn_2{5, 253};
constexpr Bytes<8> torn_bias{3, 99};
struct TornTrained {
  static constexpr LayerParameters layers[] = {{.weight = {torn_1.values, 8, 3, 1, 1}, .bias = {torn_bias.values, 8}},
                                               {.weight = {torn_2.values, 8, 16, 1, 1}}};
};

using Chip = Deployment<Net, max78000, Trained>;
using Moved = Deployment<Torn, max78000, TornTrained>;
using Plain = Deployment<Net, max78000, Trained, plain_weights, write_zero_registers, average_pool_rounding>;

// Output maps with holes and unused lanes, passes that are not full: where the vendor's stream is another one.
// clang-format off
struct Corners : Network<
    Input<3, 6, 6>,
    Conv2d<6, kernel<3>, pad<1>, bits<4>, bias,
        place<processors<0x7>, output_processors<0x59c>, out_offset<0x1000>>>,
    Conv2d<70, kernel<1>, bits<2>, bias,
        place<processors<0x59c>, output_processors<0x1ffffffffe>, out_offset<0x2000>>>,
    Conv2d<5, kernel<3>, place<processors<0x1ffffffffe>, output_processors<0x1f>, out_offset<0x3000>>>> {};
// clang-format on
constexpr Bytes<6 * 3 * 9> corner_1{7, 16};
constexpr Bytes<70 * 6> corner_2{5, 4};
constexpr Bytes<5 * 70 * 9> corner_3{11, 256};
constexpr Bytes<6> corner_bias_1{9, 200};
constexpr Bytes<70> corner_bias_2{4, 99};
struct CornerParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {corner_1.values, 6, 3, 3, 3}, .bias = {corner_bias_1.values, 6}},
      {.weight = {corner_2.values, 70, 6, 1, 1}, .bias = {corner_bias_2.values, 70}},
      {.weight = {corner_3.values, 5, 70, 3, 3}},
  };
};
template <class... Options>
using CornerChip = Deployment<Corners, max78000, CornerParameters, Options...>;

template <class Deployed>
void check_tables() {
  const auto graph = Deployed::graph;  // copies: nothing of the following is a constant
  const auto plan = Deployed::plan;
  const Options options = Deployed::options;
  const auto& image = Deployed::image;

  const auto check_writes = [](const auto& table, auto&& emit) {
    std::size_t count = 0;
    emit([&](const RegisterWrite& write) {
      REQUIRE(count < sizeof(table) / sizeof(table[0]));
      CHECK(table[count].address == write.address);
      CHECK(table[count].value == write.value);
      ++count;
    });
    CHECK(count == sizeof(table) / sizeof(table[0]));
  };
  check_writes(image.init, [&](auto&& sink) { emit_init(graph, plan, max78000, options, sink); });
  check_writes(image.configure, [&](auto&& sink) { emit_configure(graph, plan, max78000, options, sink); });
  check_writes(image.start, [&](auto&& sink) { emit_start(graph, plan, max78000, options, sink); });

  std::vector<std::uint32_t> weights;
  emit_weights(graph, plan, max78000, Deployed::parameters, options,
               [&](std::uint32_t word) { weights.push_back(word); });
  CHECK(weights == std::vector<std::uint32_t>(std::begin(image.weights), std::end(image.weights)));

  std::vector<int> biases;
  for (int g = 0; g < max7800x::groups; ++g) {
    const std::size_t before = biases.size();
    emit_bias(graph, plan, Deployed::parameters, g, [&](std::uint8_t value) { biases.push_back(value); });
    CHECK(biases.size() - before == static_cast<std::size_t>(image.bias_count[g]));
  }
  CHECK(biases == std::vector<int>(std::begin(image.bias), std::end(image.bias)));
}

}  // namespace

TEST_CASE("tables of constants equal those of the run time") {
  check_tables<Moved>();
  static_assert(Moved::graph.size == 3 && Moved::graph[1].inserted && Moved::graph[1].weighted());
  check_tables<Chip>();
  check_tables<Plain>();
  check_tables<CornerChip<>>();
  check_tables<CornerChip<quad_fast_fifo_input, runs_on_risc_v>>();
  check_tables<CornerChip<vendor_stream, accept_warnings>>();
}

TEST_CASE("planning at run time gives the plan of the constants") {
  const auto bound = bind(graph_of<Net>(), Chip::parameters);
  const auto planned = max7800x::plan(bound, max78000);
  for (int i = 0; i < bound.size; ++i) {
    CHECK(planned[i].processors == Chip::plan[i].processors);
    CHECK(planned[i].output_processors == Chip::plan[i].output_processors);
    CHECK(planned[i].in_offset == Chip::plan[i].in_offset);
    CHECK(planned[i].out_offset == Chip::plan[i].out_offset);
    CHECK(planned[i].kernels.offset == Chip::plan[i].kernels.offset);
    CHECK(planned[i].kernels.length == Chip::plan[i].kernels.length);
    CHECK(planned[i].bias_group == Chip::plan[i].bias_group);
    CHECK(planned[i].bias_offset == Chip::plan[i].bias_offset);
  }
  CHECK(planned.groups == Chip::plan.groups);
}

TEST_CASE("both record formats load the same memory") {
  const auto stream = [](const auto& words) { return memory::Stream(std::begin(words), std::end(words)); };
  const auto express = memory::load(stream(Chip::image.weights), true);
  const auto plain = memory::load(stream(Plain::image.weights), false);
  REQUIRE(express.has_value());
  REQUIRE(plain.has_value());
  CHECK((*express == *plain));
}

TEST_CASE("trained shifts reach the graph, types keep theirs") {
  CHECK(Chip::graph[1].output_shift == -1);
  CHECK(Chip::graph[3].output_shift == -3);
  CHECK(Chip::graph[1].total_shift() == 3);
  CHECK(Chip::report.layers == 5);
  CHECK(Chip::report.weight_bytes == 540 + 12600 / 2 + 1680 + 1728 / 4 + 360 / 8);
  CHECK(Chip::report.bias_bytes == 44);
  CHECK(Chip::findings.ok());
}

namespace {

struct Doubled : Network<Input<6, 4, 4>, ConvTranspose2d<10, kernel<3>, pad<1>, ReLU, bias>,
                         ConvTranspose2d<4, kernel<3>, pad<1>, bits<4>>> {};

/// Weights as PyTorch has them, [in][out], and the same as the hardware correlates with them.
template <int Out, int In>
struct Transposed {
  signed char theirs[In * Out * 9]{}, ours[Out * In * 9]{};
  constexpr Transposed(int factor, int modulus) {
    for (int i = 0; i < In * Out * 9; ++i) theirs[i] = static_cast<signed char>(i * factor % modulus - modulus / 2);
    for (int o = 0; o < Out; ++o)
      for (int c = 0; c < In; ++c)
        for (int tap = 0; tap < 9; ++tap) ours[(o * In + c) * 9 + tap] = theirs[(c * Out + o) * 9 + 8 - tap];
  }
};
constexpr Transposed<10, 6> first{7, 251};
constexpr Transposed<4, 10> second{5, 16};

struct Ours {
  static constexpr LayerParameters layers[] = {{.weight = {first.ours, 10, 6, 3, 3}, .bias = {"0123456789", 10}},
                                               {.weight = {second.ours, 4, 10, 3, 3}}};
};
struct Theirs {
  static constexpr LayerParameters layers[] = {
      {.weight = Tensor(first.theirs, 6, 10, 3, 3).in_pytorch_order(), .bias = {"0123456789", 10}},
      {.weight = Tensor(second.theirs, 10, 4, 3, 3).in_pytorch_order()}};
};

}  // namespace

TEST_CASE("weights in PyTorch's order give the same tables") {
  using Unturned = Deployment<Doubled, max78000, Ours>;
  using Turned = Deployment<Doubled, max78000, Theirs>;
  check_tables<Turned>();
  REQUIRE(std::size(Unturned::image.weights) == std::size(Turned::image.weights));
  for (std::size_t i = 0; i < std::size(Unturned::image.weights); ++i)
    CHECK(Unturned::image.weights[i] == Turned::image.weights[i]);
}

}  // namespace test_deployment
