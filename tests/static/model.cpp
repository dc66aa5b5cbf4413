// Networks as types: their graphs are constants.
#include <incuse/model/network.hpp>

#include <support/networks.hpp>

using namespace incuse;

namespace {

using test::FashionNet;

// clang-format off
struct Mixed : Network<
    Input<3, 17, 11, chw>,
    Conv2d<5, bias, ReLU, kernel<3>, bits<2>, as<"first">>,
    MaxPool2d<Window{3, 2}, stride<2, 3>, as<"pool">>,
    Conv2d<7, shift<-1>, kernel<1>, from<"pool">, place<processors<0x1f>, out_offset<0x800>>>> {};
// clang-format on

constexpr const auto& fashion = graph_of<FashionNet>();
static_assert(fashion.size == 5 && fashion.capacity == 5);
static_assert(fashion.input == Shape{1, 28, 28});
static_assert(fashion[0].out == Shape{60, 28, 28});
static_assert(fashion[1].pooled == Shape{60, 14, 14} && fashion[1].out == Shape{60, 16, 16});
static_assert(fashion[2].pooled == Shape{60, 8, 8} && fashion[2].out == Shape{56, 8, 8});
static_assert(fashion[3].pooled == Shape{56, 4, 4} && fashion[3].out == Shape{12, 4, 4});
static_assert(fashion[4].out == Shape{10, 1, 1} && fashion[4].flatten && fashion[4].wide);
static_assert(fashion.last().output && !fashion[0].output);
static_assert(!fashion.placed_by_hand());

constexpr const auto& mixed = graph_of<Mixed>();
static_assert(mixed.size == 3 && mixed.input_format == DataFormat::chw && !mixed.placed_by_hand());
static_assert(mixed[0].out == Shape{5, 15, 9} && mixed[0].total_shift() == 6 && mixed[0].bias);
static_assert(mixed[1].out == Shape{5, 7, 3} && !mixed[1].weighted());
static_assert(mixed[2].out == Shape{7, 7, 3} && mixed[2].sources[0] == 1 && mixed[2].total_shift() == -1);
static_assert(mixed[2].placement.out_offset == 0x800 && mixed[2].placement.in_offset == Placement::not_given);

// Depth-wise layers of one and of two dimensions differ in that alone. A bypassed kernel adds up unless it is told a
// shift.
constexpr const auto& line =
    graph_of<Network<Input<6, 20>, DepthwiseConv1d<kernel<3>, pad<1>>, Conv1d<1, kernel<3>, bypass>>>();
static_assert(line[0].op == Operator::conv1d && line[0].groups == 6 && line[0].out == Shape{6, 20, 1});
static_assert(line[0].weight_in_channels() == 1 && line[0].kernel == Extent{3, 1} && line[0].trained());
static_assert(line[1].bypass && line[1].output_shift == 7 && !line[1].trained());

// A graph is a value: it can be copied, changed and inferred anew, at compile time as well.
constexpr Shape changed = [] {
  auto graph = fashion;
  graph.input = {3, 32, 32};
  return infer(graph)[3].out;
}();
static_assert(changed == Shape{12, 4, 4});

}  // namespace
