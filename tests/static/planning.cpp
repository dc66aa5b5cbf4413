// Networks without any placement: whatever the planner has to decide for them is decided by the compiler.
#include <incuse/incuse.hpp>

#include <support/networks.hpp>

using namespace incuse;
using max7800x::groups_of;

namespace {

constexpr max7800x::Options by_default{};
template <class Net>
constexpr const auto& planned = max7800x::CompiledPlan<Net::graph, max78000, by_default>::result;

template <class Net>
constexpr int copies = [] {
  int count = 0;
  for (int i = 0; i < planned<Net>.graph.size; ++i) count += planned<Net>.graph[i].inserted ? 1 : 0;
  return count;
}();
template <class Net>
constexpr int streaming_layers = [] {
  int count = 0;
  for (int i = 0; i < planned<Net>.graph.size; ++i) count += planned<Net>.graph[i].streaming ? 1 : 0;
  return count;
}();
/// Fits, and nothing needed more than the author's layers and so many copies.
template <class Net, int Copies>
constexpr bool plans_with = fits<Net, max78000>&& planned<Net>.fits&& copies<Net> ==
                            Copies&& planned<Net>.graph.capacity == Net::graph.size + Copies;

template <int Channels>
using Conv3 = Conv2d<Channels, kernel<3>, pad<1>, ReLU>;
template <int Channels>
using Conv1 = Conv2d<Channels, kernel<1>, ReLU>;
template <int Channels, class... Name>
using Half = Fused<MaxPool2d<2>, Conv2d<Channels, kernel<3>, pad<1>, ReLU, Name...>>;

// Skips: one copy of what goes around, directly in front of the sum.
struct OneSkip : Network<Input<3, 16, 16>, Conv3<16>, Residual<Conv3<16>, Conv3<16>>, Flatten, Linear<10>> {};
static_assert(plans_with<OneSkip, 1>);
static_assert(planned<OneSkip>.graph[3].inserted && planned<OneSkip>.graph[3].author_layer == 3);
static_assert(planned<OneSkip>.graph[4].author_layer == 3 && planned<OneSkip>.graph[5].author_layer == 4);
static_assert(planned<OneSkip>.plan[3].write_gap == 1 && planned<OneSkip>.plan[2].write_gap == 1);

struct FiveSkips
    : Network<Input<3, 16, 16>, Conv3<16>, Residual<Conv3<16>>, Half<20>, Residual<Conv3<20>>, Residual<Conv3<20>>,
              Half<48>, Residual<Conv3<48>, Conv1<48>>, Residual<Conv3<48>>, Flatten, Linear<10>> {};
static_assert(plans_with<FiveSkips, 5>);

struct NestedSkips
    : Network<Input<3, 16, 16>, Conv3<24>, Residual<Conv3<24>, Residual<Conv3<24>>, Conv3<24>>, Flatten, Linear<10>> {};
static_assert(plans_with<NestedSkips, 2>);

// Without another reader nothing is copied; the identity that an author has put there is not needed.
struct TwoWays : Network<Input<3, 16, 16>, Conv3<16>, Add<Branch<Conv3<16>>, Branch<Conv1<16>>>> {};
static_assert(plans_with<TwoWays, 0>);
struct OwnCopy : Network<Input<3, 16, 16>, Conv3<16>, Add<Branch<Identity<>>, Branch<Conv3<16>>>> {};
static_assert(fits<OwnCopy, max78000> && planned<OwnCopy>.graph.size == 4 && copies<OwnCopy> == 1);

// The input as an operand, and many operands of many passes.
struct InputAround : Network<Input<8, 16, 16>, Residual<Conv3<8>>> {};
static_assert(plans_with<InputAround, 1>);
struct ThreeOf96 : Network<Input<8, 8, 8>, Conv1<96>, Add<Branch<Conv1<96>>, Branch<Conv1<96>>, Branch<>>> {};
static_assert(plans_with<ThreeOf96, 1>);

// U-net, its skips of other widths than what comes up.
template <class... Inside>
using Level = Concat<Branch<>, Branch<Inside...>>;
struct UNet : Network<Input<3, 32, 32>, Conv3<16>,
                      Level<Half<24>, Level<Half<32>, ConvTranspose2d<24, kernel<3>, pad<1>>>, Conv3<24>,
                            ConvTranspose2d<12, kernel<3>, pad<1>>>,
                      Conv3<16>, Conv1<4>> {};
static_assert(plans_with<UNet, 0>);

// Fire modules: members of one width, and of two.
struct FireNet : Network<Input<3, 32, 32>, Half<16>, Conv1<8>, Concat<Branch<Conv1<32>>, Branch<Conv3<32>>>, Conv1<16>,
                         Concat<Branch<Conv1<44>>, Branch<Conv3<20>>>, Half<16>, Flatten, Linear<10>> {};
static_assert(plans_with<FireNet, 0>);

// More than 64 channels: the members are passes of what reads them.
struct WideConcat : Network<Input<3, 8, 8>, Concat<Branch<Conv3<64>>, Branch<Conv1<64>>>, Conv1<8>> {};
static_assert(plans_with<WideConcat, 0>);

// Heads at two sizes: four outputs, three of them inside.
struct Heads
    : Network<Input<3, 32, 32>, Half<16>, Half<32, as<"near">>, Half<32, as<"far">>,
              Conv2d<8, kernel<3>, pad<1>, from<"near">, output>, Conv2d<20, kernel<3>, pad<1>, from<"near">, output>,
              Conv2d<8, kernel<3>, pad<1>, from<"far">, output>, Conv2d<20, kernel<3>, pad<1>, from<"far">>> {};
static_assert(plans_with<Heads, 0>);

// Passes, flatten, 32-bit output.
struct Passes : Network<Input<3, 16, 16>, Half<128>, Half<96>, Half<20>, Flatten, Linear<100, wide>> {};
static_assert(plans_with<Passes, 0>);

// Inputs: as they are, one channel in each instance, or through FIFOs with as few streaming layers as possible.
using Small = Conv3<8>;
struct Hwc : Network<Input<3, 64, 64>, Half<8>> {};
static_assert(plans_with<Hwc, 0> && planned<Hwc>.plan.input_format == DataFormat::hwc);
struct Chw : Network<Input<3, 150, 150>, Fused<MaxPool2d<4>, Small>> {};
static_assert(plans_with<Chw, 0> && planned<Chw>.plan.input_format == DataFormat::chw);
static_assert(!planned<Chw>.options.uses_fifo() && streaming_layers<Chw> == 0);
struct Large : Network<Input<3, 240, 240>, Conv3<8>, Fused<MaxPool2d<4>, Small>, Fused<MaxPool2d<4>, Small>> {};
static_assert(plans_with<Large, 0> && planned<Large>.options.uses_fifo() && streaming_layers<Large> == 2);
struct LargeSkip : Network<Input<3, 200, 200>, Fused<MaxPool2d<4>, Small>, Residual<Conv3<8>>, Conv3<4>> {};
static_assert(plans_with<LargeSkip, 1> && streaming_layers<LargeSkip> == 1);

// Weight columns that do not fit in the order of the layers, nor the widest first.
static_assert(plans_with<test::FullOfWeights, 0>);

// Where the input takes 12 of 16 blocks whole, the other four have to be neighbours: what finds no place at first
// chooses earlier the next time.
struct FullOfData : Network<Input<93, 64, 64>, Conv1<12>, Conv1<8>, Conv3<8>, Conv1<64>, Conv1<12>, Conv1<32>,
                            Conv1<48>, Fused<MaxPool2d<2>, Conv1<24>>, Conv3<8>, Conv3<96>, Half<16>,
                            Fused<MaxPool2d<2>, Conv1<16>>, Flatten, Linear<10>> {};
static_assert(plans_with<FullOfData, 0>);

// A copy that leaves its group is a convolution; only the first one of these has to.
struct OneFar : Network<Input<3, 56, 56>, Conv1<16>, Residual<Conv1<16>, Conv1<16>>, Half<8>, Residual<Conv3<8>>> {};
static_assert(plans_with<OneFar, 2>);
static_assert(planned<OneFar>.graph[3].inserted && planned<OneFar>.graph[3].weighted());
static_assert(planned<OneFar>.graph[7].inserted && !planned<OneFar>.graph[7].weighted());
static_assert(groups_of(planned<OneFar>.plan[3].processors) != groups_of(planned<OneFar>.plan[3].output_processors));
struct TwoFar : Network<Input<3, 56, 56>, Conv1<4>, Residual<Conv1<4>>, Conv1<16>, Residual<Conv1<16>, Conv1<16>>,
                        Residual<Conv1<16>, Conv1<16>>, Half<8>> {};
static_assert(plans_with<TwoFar, 3>);
static_assert(planned<TwoFar>.graph[2].inserted && !planned<TwoFar>.graph[2].weighted());
static_assert(planned<TwoFar>.graph[7].inserted && planned<TwoFar>.graph[7].weighted());
static_assert(planned<TwoFar>.graph[11].inserted && planned<TwoFar>.graph[11].weighted());
static_assert(plans_with<test::BothOrders, 1>);

// Copies count: 32 layers with one of them are one too many, if the last layer is the sum. A sum in front of a
// convolution is computed by that, where layers are short.
template <class... Layers>
struct Deep : Network<Input<4, 8, 8>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>,
                      Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>,
                      Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Layers...> {};
static_assert(plans_with<Deep<Residual<Conv1<4>>, Residual<Conv1<4>>>, 2>);
static_assert(fits<Deep<Residual<Conv1<4>>, Residual<Conv1<4>>, Residual<Conv1<4>>>, max78000>);
static_assert(fits<Deep<Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Residual<Conv1<4>>>, max78000>);
static_assert(!fits<Deep<Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Conv1<4>, Residual<Conv1<4>>>, max78000>);

// Part of a placement is kept, the rest is planned around it.
struct Partly : Network<Input<3, 16, 16>, Conv3<16>, Conv2d<16, kernel<3>, pad<1>, place<processors<0xffff0000>>>,
                        Conv2d<8, kernel<1>, place<out_offset<0x4000>>>, Conv1<4>> {};
static_assert(plans_with<Partly, 0>);
static_assert(planned<Partly>.plan[0].output_processors == 0xffff0000 && planned<Partly>.plan[2].out_offset == 0x4000);
static_assert(planned<Partly>.plan[3].in_offset == 0x4000);

}  // namespace
