// The MAX78002: a network type that moves from one part to the other, and what only this part can do, through driver
// and virtual chip.
#include <incuse/host/random_parameters.hpp>
#include <incuse/host/reference.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/incuse.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>

#include <support/layers.hpp>
#include <support/parameters.hpp>
#include <support/round_trip.hpp>

namespace test_max78002 {

using namespace incuse;
using namespace incuse::max7800x;
using incuse::test::Bytes;

namespace {

// clang-format off
struct CommonNet : Network<
    Input<3, 12, 12>,
    Conv2d<20, kernel<3>, pad<1>, ReLU, bias, output, as<"first">>,
    Fused<MaxPool2d<2>, Conv2d<70, kernel<3>, pad<1>, bits<4>, as<"second">>>,
    Conv2d<7, kernel<3>, pad<1>, bias>> {};
/// Every processor's own channels, in one pass and in two; four outputs at a time.
struct LaterNet : Network<
    Input<6, 12, 12>,
    DepthwiseConv2d<kernel<3>, pad<1>, bias>,
    Conv2d<72, kernel<3>, pad<1>, ReLU, place<parallel_outputs>, bias>,
    Fused<MaxPool2d<2, stride<2>>, DepthwiseConv2d<kernel<1>, bias>>,
    Conv2d<8, kernel<3>, pad<1>, place<parallel_outputs>, bias>,
    Flatten, Linear<10>> {};
// clang-format on
constexpr Bytes<20 * 3 * 9> weight_1{7, 251};
constexpr Bytes<70 * 20 * 9> weight_2{5, 16};
constexpr Bytes<7 * 70 * 9> weight_3{11, 256};
template <int Count>
constexpr Bytes<Count> biases{9, 200};
struct CommonParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {weight_1.values, 20, 3, 3, 3}, .bias = {biases<20>.values, 20}, .output_shift = -2},
      {.weight = {weight_2.values, 70, 20, 3, 3}, .output_shift = -2},
      {.weight = {weight_3.values, 7, 70, 3, 3}, .bias = {biases<7>.values, 7}, .output_shift = -4},
  };
};
constexpr Bytes<6 * 9> own_1{7, 251};
constexpr Bytes<72 * 6 * 9> shared_1{5, 249};
constexpr Bytes<72> own_2{3, 256};
constexpr Bytes<8 * 72 * 9> shared_2{11, 256};
constexpr Bytes<10 * 8 * 36> all_values{13, 251};
struct LaterParameters {
  static constexpr LayerParameters layers[] = {
      {.weight = {own_1.values, 6, 1, 3, 3}, .bias = {biases<6>.values, 6}, .output_shift = -1},
      {.weight = {shared_1.values, 72, 6, 3, 3}, .bias = {biases<72>.values, 72}, .output_shift = -2},
      {.weight = {own_2.values, 72, 1, 1, 1}, .bias = {biases<72>.values, 72}},
      {.weight = {shared_2.values, 8, 72, 3, 3}, .bias = {biases<8>.values, 8}, .output_shift = -4},
      {.weight = {all_values.values, 10, 8 * 36}, .output_shift = -3},
  };
};

/// What is wrong with a network that is placed by hand, on a chip that has just been switched on; empty: nothing.
std::string problem_of(const Graph<most_layers>& written) {
  const host::RandomParameters parameters = host::random_parameters(written, 1);
  const Graph<most_layers> graph = bind(written, parameters.view());
  const auto plan = plan_if_possible(graph, max78002, {});
  for (const Finding& finding : inspect(graph, plan, max78002, {}))
    if (finding.rule->severity == Severity::error) return string_of(finding.rule->id);
  static const auto chip = std::make_unique<VirtualChip<max78002>>();
  const host::DeployedNetwork<most_layers> deployed{graph, plan, max78002, {}, parameters.view()};
  return incuse::test::round_trip(deployed, host::random_input(graph, 1), *chip);
}

template <class Net>
auto input_of() {
  host::Values<graph_of<Net>().input.elements()> input;
  for (int i = 0; i < input.size; ++i) input.items[i] = i * 37 % 256 - 128;
  return input;
}

/// What a virtual chip leaves as the network's last output; `errors` counts what it complains of.
template <const Device& Part, class Net, class Trained, class... Options>
auto output_on(int& errors) {
  using Chip = Deployment<Net, Part, Trained, Options...>;
  const auto chip = std::make_unique<VirtualChip<Part>>();
  const auto input = input_of<Net>();
  auto ready = accelerator<Chip>(*chip, NoBoard{}).enable().init().load_weights().load_bias().configure();
  auto done = std::move(ready).load_input([&](int i) { return input.items[i]; }).start().wait();
  host::Values<graph_of<Net>().last().out.elements()> output;
  int values[output.size];
  done.unload(values);
  for (int i = 0; i < output.size; ++i) output.items[i] = values[i];
  errors = chip->report().errors;
  return output;
}

}  // namespace

TEST_CASE("a network type moves between the parts by one template argument") {
  const auto expected = host::run<CommonNet>(parameters_in<CommonParameters>(), input_of<CommonNet>());
  int errors = 0;
  CHECK(output_on<max78000, CommonNet, CommonParameters>(errors) == expected);
  CHECK(errors == 0);
  CHECK(output_on<max78002, CommonNet, CommonParameters>(errors) == expected);
  CHECK(errors == 0);
}

TEST_CASE("depth-wise layers and four outputs at a time compute what the executor computes") {
  static_assert(fits<LaterNet, max78002> && !fits<LaterNet, max78000>);
  const auto expected = host::run<LaterNet>(parameters_in<LaterParameters>(), input_of<LaterNet>());
  int errors = 0;
  CHECK(output_on<max78002, LaterNet, LaterParameters>(errors) == expected);
  CHECK(errors == 0);
  CHECK(output_on<max78002, LaterNet, LaterParameters, plain_weights>(errors) == expected);
  CHECK(errors == 0);
  CHECK(output_on<max78002, LaterNet, LaterParameters, write_zero_registers, no_pipeline>(errors) == expected);
  CHECK(errors == 0);
}

TEST_CASE("in single steps the driver has the accelerator go on after every layer") {
  const auto expected = host::run<CommonNet>(parameters_in<CommonParameters>(), input_of<CommonNet>());
  int errors = 0;
  CHECK(output_on<max78002, CommonNet, CommonParameters, with<Feature::single_steps>>(errors) == expected);
  CHECK(errors == 0);
}

TEST_CASE("depth-wise layers move their channels in one dimension as in two") {
  using namespace incuse::test;
  Layer layer = placed(conv1d(8, 3), 0x1fe0, 0xff, 0, 0x400);
  layer.groups = 8;
  CHECK(problem_of(network<most_layers>({8, 12, 1}, layer)) == "");
}

TEST_CASE("layers of a first processor begin at the top of its columns, one below the other") {
  using namespace incuse::test;
  const auto graph =
      infer(network<most_layers>({1, 4, 4}, placed(conv2d(1, 1, 0), 0x1, 0x1, 0, 0x400),
                                 placed(conv2d(1), 0x1, 0x1, 0x400, 0x800), placed(conv2d(2), 0x1, 0x3, 0x800, 0xc00)));
  CHECK(problem_of(graph) == "");
  const auto plan = plan_if_possible(graph, max78002, {});
  CHECK(plan[0].kernels.offset == 5116);
  CHECK(plan[1].kernels.offset == 5112);
  CHECK(plan[2].kernels.offset + 2 <= plan[1].kernels.offset);
}

TEST_CASE("registers of the MAX78002 have addresses of their own, and are found by them") {
  std::set<std::uint32_t> addresses;
  for (int g = 0; g < max7800x::groups; ++g)
    for (const auto& [r, number] : max78002.layer_register_numbers)
      for (int layer = 0; number >= 0 && layer < max78002.layers_with(number); ++layer) {
        const std::uint32_t address = max78002.layer_register(g, r, layer);
        CHECK(addresses.insert(address).second);
        const RegisterAt found = register_at(max78002, address);
        REQUIRE(found.description == &description_of(r));
        CHECK(found.group == g);
        CHECK(found.layer == layer);
      }
  CHECK(register_at(max78002, 0x5110'0004).description->name == Text("rows"));
  CHECK(register_at(max78002, 0x5110'8044).layer == 1);
  CHECK(register_at(max78002, 0x5210'8098).number == 6);
}

TEST_CASE("memories of the MAX78002 (device sheet, 2.1 and 2.2)") {
  CHECK(max78002.data_address(15, 0x1'3ffc) == 0x5187'3ffc);
  CHECK(max78002.weight_address(0, 5119) == 0x5140'0000 + 16 * 5119);
  int columns = 0;
  for (int p = 0; p < all_processors; ++p) columns += max78002.columns_of(p);
  CHECK(columns * bytes_per_kernel == max78002.weight_bytes);
  CHECK(max78002.columns_of_all(0x0001'0001) == 5120);
  CHECK(max78002.columns_of_all(0x0001'0003) == 4096);
}

}  // namespace test_max78002
