// Networks that together have every layer and every option of the model language. Where a layer reads another one than
// the one in front of it, that one has a name: what is written has one too.
#pragma once

#include <incuse/incuse.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

namespace incuse::test::written {

constexpr float halved(float x) { return 0.5f * x; }

// clang-format off
struct Convolutions : Network<
    Input<4, 24, 30>,
    Conv2d<8, kernel<3>, pad<1>, ReLU, bias>,
    Conv2d<8, kernel<3, 1>, pad<1, 0>, Abs, shift<-3>>,
    Conv2d<8, kernel<1>, bits<4>, shift<2>>,
    Conv2d<4, kernel<3>, dilation<2>, stride<2>, binary>,
    Conv2d<4, kernel<3>, pad<1>, bypass>,
    DepthwiseConv2d<kernel<1>, shift<0>, bypass>,
    Conv2d<4, kernel<3>, dilation<2, 1>, stride<1, 2>, bits<1>, pad<1>, pad_value<-7>>,
    ConvTranspose2d<4, kernel<3>, pad<1>>,
    ConvTranspose2d<4, kernel<3>, pad<1>, output_pad<0>, stride<1>, wide>> {};

struct Lines : Network<
    Input<4, 60>,
    Conv1d<8, kernel<5>, pad<2>, dilation<2>, ReLU>,
    Fused<MaxPool1d<2>, Conv1d<8, kernel<3>, stride<2>>>,
    Fused<AvgPool1d<3, stride<2>, dilation<2>>, Conv1d<8, kernel<1>, bias>>,
    DepthwiseConv1d<kernel<3>, pad<1>, ReLU, bias>,
    MaxPool1d<3, stride<1>>,
    AvgPool1d<2>,
    Flatten,
    Linear<10, wide>> {};

struct Poolings : Network<
    Input<4, 60, 64, hwc>,
    MaxPool2d<1>,
    MaxPool2d<2>,
    AvgPool2d<2, stride<1>, same_padding>,
    MaxPool2d<Window{2, 3}, stride<1, 2>, dilation<2, 1>>,
    MaxPool2d<2, stride<1>, same_padding>,
    Subsample2d<2>,
    Subsample2d<Window{2, 3}, stride<2>, pick_column<2>>,
    MaxPool2d<1, stride<2>>,
    Fused<AvgPool2d<2>, Linear<3>>> {};

struct Combinations : Network<
    Input<8, 16, 16, chw>,
    Conv2d<4, kernel<3>, pad<1>, as<"a">>,
    Conv2d<4, kernel<3>, pad<1>, from<"input">, as<"b \"quoted\\">, output>,
    Add<from<"a", "b \"quoted\\">>,
    Sub<operands<2>, from<"a">>,
    Identity<from<"a", "a">, as<"both">>,
    BitwiseOr<operands<4>>,
    Fused<MaxPool2d<2>, BitwiseXor<from<"a", "a", "b \"quoted\\">, as<"x">>>,
    Fused<Add<from<"a", "b \"quoted\\">>, MaxPool2d<2>, Conv2d<8, kernel<1>>>,
    Conv2d<4, kernel<1>, view<16, 8, 4>>,
    Conv1d<4, kernel<1>, view<2, 32>, crop<4>>,
    Conv1d<4, kernel<1>, crop<1, 2>>> {};

struct Branches : Network<
    Input<4, 16, 16>,
    Conv2d<4, kernel<3>, pad<1>, as<"a">>,
    Concat<Branch<Conv2d<4, kernel<1>, as<"c">>>, Branch<>>,
    Identity<as<"d">>,
    Residual<Conv2d<8, kernel<1>, as<"e">>, as<"f">>,
    Add<Branch<Conv2d<4, kernel<1>, as<"g">>>, Branch<Conv2d<4, kernel<3>, pad<1>, as<"h">>>>,
    Flatten,
    Linear<10>> {};

struct Placed : Network<
    Input<4, 8, 8>,
    Conv2d<4, kernel<3>, pad<1>, streaming, place<processors<0x1111>, out_offset<0x2000>, write_gap<1>>>,
    Conv2d<4, kernel<3>, pad<1>, place<processors<0x1111>, output_processors<0xf>, in_offset<0>, bias_groups<0, 2>>>,
    Conv2d<4, kernel<1>, place<out_offset<0x4000>, tcalc>>,
    Conv2d<4, kernel<1>, place<read_ahead, no_tcalc, parallel_outputs, read_gap<1>>>,
    Conv2d<4, kernel<1>, place<next_layer<5>, next_layer_on_hit<7>>>> {};

struct Remembering : Network<
    Input<4, 3, 3>,
    RollingBuffer<8, 5, as<"history">, place<processors<0xff00>, out_offset<0x6000>>>,
    Conv2d<4, kernel<3>, pad<1>, as<"a">>,
    ShiftBuffer<1, as<"moved">, place<processors<0xff00>>>,
    Conv2d<8, kernel<3>, buffer_insert<1>>,
    Conv1d<4, kernel<3>, from<"history">>,
    ShiftBuffer<2>,
    Conv1d<4, kernel<3>, output>,
    Conv2d<8, kernel<2, 1>, from<"a">, view<4, 3, 1>, crop<1, 1>, buffer_insert<2>, as<"b">>,
    Identity<from<"history">>> {};

struct Remembered : Network<
    Input<8, 2>,
    RollingBuffer<8, 5>,
    Conv1d<8, kernel<1>, buffer_insert<2>>,
    Conv1d<4, kernel<3>, from<"buffer">>> {};

struct Leaving : Network<
    Input<3, 8, 8>,
    Conv2d<8, kernel<3>, pad<1>, ReLU>,
    EarlyExit<any_at_least<40>, MaxPool2d<4>, Flatten, Linear<10>>,
    Conv2d<6, kernel<3>, as<"trunk">>,
    AvgPool2d<6, as<"means">, output>,
    Conv2d<4, kernel<1>, from<"trunk">>,
    ExitIf<at_least<3, -20>, from<"means">>,
    Flatten,
    Linear<10, from<"trunk">>> {};

struct Functions : Network<
    Input<3, 16, 16>,
    Conv2d<8, kernel<3>, pad<1>, bias, BatchNorm2d, LeakyReLU<>>,
    DepthwiseConv2d<kernel<3>, pad<1>, BatchNorm2d, LeakyReLU<1, 10>>,
    Conv2d<8, kernel<3>, pad<1>, pad_value<1, 10>, ReLU6>,
    Conv2d<8, kernel<1>, Hardswish>,
    Conv2d<8, kernel<1>, Sigmoid>,
    Conv2d<8, kernel<1>, Tanh>,
    Conv2d<8, kernel<1>, SiLU>,
    Conv2d<8, kernel<1>, ELU>,
    Conv2d<8, kernel<1>, Activate<halved>>> {};

struct Processor : Network<
    Input<3, 16, 16, real>,
    Quantize<>,
    Conv2d<8, kernel<3>, pad<1>, as<"a">>,
    Requantize<Tanh>,
    Upsample<2>,
    Resize<16, 16, as<"b">>,
    Concat<Branch<Identity<from<"a">>>, Branch<Identity<from<"b">, on_cpu>>, on_cpu, output>,
    Upload<>,
    Conv2d<8, kernel<1>>,
    Dequantize<output>,
    GlobalAvgPool2d<as<"mean">>,
    L2Normalize<from<"mean">>,
    Logistic<from<"mean">>,
    Quantize<from<"mean">>,
    AddPadding<>,
    Conv2d<10, kernel<1>>,
    RemovePadding<>,
    Dequantize<>,
    ChannelsLast<>,
    Softmax<>> {};

/// Layers that accelerators have too.
struct Beside : Network<
    Input<3, 16, 16>,
    MaxPool2d<3, stride<1>, same_padding, on_cpu>,
    Residual<Identity<on_cpu>, on_cpu, as<"sum">>,
    Add<from<"sum", "input">, on_cpu, output>,
    Dequantize<>,
    AvgPool2d<Window{3, 2}, stride<1, 2>, on_cpu, as<"means">>,
    Flatten,
    Linear<8, ReLU, bias, shift<1>, on_cpu>,
    Linear<8, Tanh, on_cpu, output>,
    Upsample<4>,
    Quantize<as<"codes">>,
    Upload<from<"input">, output>> {};

/// Layers that move values, and windows that only the processor has.
struct Moved : Network<
    Input<4, 8, 8>,
    Pad<1, 2, 0, -1, pad_value<-3>>,
    PadChannels<0, 4>,
    Crop<1, 2, 0, 0>,
    Transpose<2, 0, 1>,
    Transpose<1, 2, 0>,
    ChannelShuffle<4>,
    Slice<1, 0, 6, 2>,
    Slice<2, 6, -1, -1>,
    Reshape<8, 3, 7>,
    MaxPool2d<3, stride<2>, border<1, 0, 2, 0>>,
    Reshape<1, 4, 16>,
    SpaceToDepth<2>,
    DepthToSpace<2>,
    PixelUnshuffle<4>,
    PixelShuffle<2>,
    Upload<>> {};

struct Combined : Network<
    Input<4, 9, 9, real>,
    Conv2d<6, kernel<3, 2>, stride<2, 1>, dilation<1, 2>, border<0, 1, 2, 3>, conv_groups<2>, bias, ReLU6>,
    DepthwiseConv2d<kernel<3>, pad<1>, stride<2>, on_cpu, ReLU, as<"map">>,
    ConvTranspose2d<4, kernel<4>, stride<3>, border<0, 1, 1, 0>, output_pad<0>, conv_groups<2>, output>,
    AvgPool2d<2, border<1, 1, 0, 0>, from<"map">, output>,
    Reduce<Reduction::mean, dims<1, 2>, from<"map">, as<"mean">>,
    Combine<Pairing::multiply, from<"map", "mean">>,
    Apply<Sigmoid>,
    Combine<Pairing::divide, constant<6, 1, 1>>,
    Combine<Pairing::subtract, constant_first<1, 1, 1>>,
    Apply<>,
    Reduce<Reduction::max, dims<0>>> {};
// clang-format on

/// All of them.
#define INCUSE_WRITTEN_NETWORKS(visit)                                                                                 \
  visit(Convolutions) visit(Lines) visit(Poolings) visit(Combinations) visit(Branches) visit(Placed)                   \
      visit(Remembering) visit(Remembered) visit(Leaving) visit(Functions) visit(Processor) visit(Beside) visit(Moved) \
          visit(Combined)

}  // namespace incuse::test::written
