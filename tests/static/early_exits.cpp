// Early exits: what they are lowered to, which parts take them, and the two stages that others run instead.
#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>
#include <incuse/max7800x/driver.hpp>
#include <incuse/max7800x/virtual_chip.hpp>
#include <incuse/model/stages.hpp>

#include <support/parameters.hpp>

using namespace incuse;

namespace {

// clang-format off
struct Net : Network<
    Input<2, 8, 8>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    EarlyExit<any_at_least<40>, MaxPool2d<4>, Flatten, Linear<10>>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    EarlyExit<at_least<3, -20>, Flatten, Linear<5>>,
    Conv2d<12, kernel<3>, pad<1>>,
    Flatten,
    Linear<10>> {};
/// The same in names.
struct Named : Network<
    Input<2, 8, 8>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, as<"a">>,
    MaxPool2d<4>, Flatten, Linear<10, output>, ExitIf<any_at_least<40>>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, from<"a">, as<"b">>,
    Flatten, Linear<5, as<"c">>, ExitIf<at_least<3, -20>, from<"c">>,
    Conv2d<12, kernel<3>, pad<1>, from<"b">>,
    Flatten,
    Linear<10>> {};
// clang-format on

constexpr auto unnamed = [] {
  auto graph = Named::graph;
  for (Layer& layer : graph.layers) layer.name = {};
  return graph;
}();
constexpr bool same_layers = [] {
  for (int i = 0; i < Net::graph.size; ++i)
    if (!(Net::graph[i] == unnamed[i])) return false;
  return Net::graph.size == unnamed.size;
}();
static_assert(same_layers);

constexpr auto exits = exit_layers(Net::graph);
static_assert(exits.size == 2 && exits[0] == 4 && exits[1] == 7);
static_assert(last_layer_with_exit(Net::graph, 0) == 4 && last_layer_with_exit(Net::graph, 1) == 7);
static_assert(last_layer_with_exit(Net::graph, -1) == Net::graph.size - 1);
static_assert(find_exit_taken(Net::graph, [](int layer) { return layer == 7 ? 0 : 1; }) == 1);
static_assert(tested_layer(Net::graph, 4) == 2 && tested_layer(Net::graph, 7) == 6);
static_assert(Net::graph[2].output && Net::graph[6].output && !Net::graph[4].output);
static_assert(Net::graph[3].out == Shape{10, 1, 1} && Net::graph[4].out == Shape{1, 1, 1});
static_assert(Net::graph[5].sources[0] == 0 && Net::graph[8].sources[0] == 5);
static_assert(weighted_index(Net::graph, Net::graph.size) == 6);

// The weights of the layers that test follow from the condition.
constexpr LayerParameters excess = parameters_of(Net::graph, {}, 3), any = parameters_of(Net::graph, {}, 4),
                          one = parameters_of(Net::graph, {}, 7);
static_assert(excess.weight[0] == 127 && excess.weight[1] == 0 && excess.weight[11] == 127 && excess.bias[9] == -39);
static_assert(any.weight[0] == -128 && any.weight[9] == -128 && any.bias[0] == 1);
static_assert(one.weight[2] == 0 && one.weight[3] == -128 && one.weight[4] == 0 && one.bias[0] == -20);

// One part takes them.
static_assert(fits<Net, max78002> && !fits<Net, max78000> && !fits<Net, ai84> && !fits<Net, k210_kpu>);
static_assert(findings_for<Net, max78000>(max78000).size == 2);
static_assert(findings_for<Net, ai84>(ai84).contains(max7800x::rules::early_exit));
static_assert(findings_for<Net, k210_kpu>(k210_kpu).contains(k210::rules::no_early_exit));

using Chip = Deployment<Net, max78002, test::RandomParameters<Net>>;
static_assert(Chip::report.exit_cycles[0] < Chip::report.exit_cycles[1]);
static_assert(Chip::report.exit_cycles[1] < Chip::report.cycles);

/// Writes to a register of the units for conditional execution, of the first group.
constexpr std::uint32_t written_to_unit(int unit, int number) {
  const std::uint32_t address = max78002.group_register(Chip::plan.first_group(), max7800x::GroupRegister::snoop) +
                                4 * static_cast<std::uint32_t>(12 * unit + number);
  std::uint32_t value = 0;
  for (const auto& write : Chip::image.configure)
    if (write.address == address) value = write.value;
  return value;
}
static_assert(written_to_unit(0, 0) == (0x20'0000 | max7800x::exit_pointer(Chip::plan[4], max78002)));
static_assert(written_to_unit(1, 0) == (0x20'0000 | max7800x::exit_pointer(Chip::plan[7], max78002)));
static_assert(written_to_unit(0, 2) == 0 && (written_to_unit(0, 6) & 7) == 3 && (written_to_unit(1, 6) & 7) == 3);
// Before the start both words are made something else than 0.
constexpr int exit_words = [] {
  int found = 0;
  for (const auto& write : Chip::image.start)
    for (int exit : exits)
      found += write.address == max7800x::exit_address(Chip::plan[exit], max78002) && write.value == 1 ? 1 : 0;
  return found;
}();
static_assert(exit_words == 2);

// Two stages.
static_assert(fits<FirstStage<Net>, max78000> && fits<FirstStage<Net>, max78002>);
static_assert(FirstStage<Net>::graph.size == 3 && output_layers(FirstStage<Net>::graph).size == 2);
static_assert(SecondStage<Net>::graph.size == 5 && SecondStage<Net>::graph.input == Shape{8, 8, 8});
static_assert(!fits<SecondStage<Net>, max78000> && fits<SecondStage<Net>, max78002>);
using Rest = SecondStage<SecondStage<Net>>;
static_assert(fits<FirstStage<SecondStage<Net>>, max78000> && fits<Rest, max78000> && Rest::graph.size == 2);
using trained = test::RandomParameters<Net>;
static_assert(FirstParameters<Net, trained>::layers[1].weight == trained::layers[1].weight);
static_assert(sizeof(SecondParameters<Net, trained>::layers) == 4 * sizeof(LayerParameters));
static_assert(SecondParameters<Net, trained>::layers[0].weight == trained::layers[2].weight);
static_assert(Deployment<FirstStage<Net>, max78000, FirstParameters<Net, trained>>::is_valid);

constexpr int low[10] = {39, 39, 39, 39, 39, 39, 39, 39, 39, 39}, high[10] = {-128, 0, 0, 0, 0, 0, 0, 0, 0, 40};
static_assert(!leaves_early<Net>(low) && leaves_early<Net>(high));
constexpr int four[5] = {127, 127, 127, -21, 127}, five[5] = {0, 0, 0, -20, 0};
static_assert(!leaves_early<SecondStage<Net>>(four) && leaves_early<SecondStage<Net>>(five));

// A network is divided only directly behind what its first exit tests, where one tensor is handed over.
// clang-format off
struct Apart : Network<
    Input<2, 8, 8>,
    Conv2d<8, kernel<3>, pad<1>, as<"a">>,
    Linear<5, as<"tested">>,
    Conv2d<6, kernel<3>, from<"a">, as<"b">>,
    ExitIf<at_least<3, 5>, from<"tested">>,
    Conv2d<4, kernel<3>, from<"b">>> {};
// clang-format on
static_assert(!detail::divide(Apart::graph).in_one_piece && !detail::divide(Apart::graph).possible);
constexpr auto writes_rows = [] {
  auto graph = Net::graph;
  graph[8].buffer_insert = 1;
  return graph;
}();
static_assert(detail::divide(Net::graph).possible && !detail::divide(writes_rows).possible);
constexpr auto jumping = [] {
  auto graph = Net::graph;
  graph[5].placement.next = 8;
  graph[6].placement.next = 4;
  return detail::second_stage(graph);
}();
static_assert(jumping[0].placement.next == 3 && jumping[1].placement.next == 0);
static_assert(jumping[2].placement.next == Placement::not_given);

/// What the layers behind the exit read is the network's input.
struct AtOnce : Network<Input<4, 1, 1>, EarlyExit<any_at_least<1>, Identity<>>, Conv2d<4, kernel<1>>> {};
static_assert(output_layers(FirstStage<AtOnce>::graph).size == 1 && SecondStage<AtOnce>::graph.input == Shape{4, 1, 1});

}  // namespace
