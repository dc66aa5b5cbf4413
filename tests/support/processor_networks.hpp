// Networks of the K210 that have, together, every layer of its processor, with parameters of every kind.
#pragma once

#include <cstdint>

#include <incuse/k210/tables/table_networks.hpp>
#include <incuse/model/activations.hpp>
#include <incuse/model/software.hpp>

#include "parameters.hpp"

namespace incuse::test {

// clang-format off
/// Signed bytes; sums, windows and concatenations of codes. An output that the processor reads, one of the KPU alone,
/// one that the processor makes, and one of real numbers.
struct ByteProcessor : Network<
    Input<3, 24, 20>,
    Conv2d<5, kernel<3>, pad<1>, ReLU, shift<-3>, as<"first">>,
    Conv2d<5, kernel<3>, pad<1>, shift<-4>, output, as<"second">>,
    Add<from<"first", "second">, on_cpu, as<"sum">>,
    Upload<>,
    Conv2d<6, kernel<1>, bias, shift<-2>>,
    Fused<MaxPool2d<2>, Conv2d<7, kernel<3>, pad<1>, output, shift<-4>, as<"pooled">>>,
    MaxPool2d<3, stride<2>, same_padding, on_cpu, from<"sum">, as<"windows">>,
    Identity<from<"pooled", "windows">, on_cpu, output, as<"joined">>,
    Resize<5, 7>,
    Dequantize<>,
    AvgPool2d<Window{2, 3}, stride<2, 1>, on_cpu>,
    Flatten,
    Linear<9, on_cpu, ReLU, bias, shift<-3>>,
    Quantize<>,
    AddPadding<>,
    Conv2d<6, kernel<1>, bias>,
    RemovePadding<>,
    Dequantize<>,
    Softmax<>> {};

/// Real numbers; sums, concatenations and other layers of them.
struct RealProcessor : Network<
    Input<2, 8, 12>,
    Conv2d<4, kernel<3>, pad<1>, LeakyReLU<1, 10>, as<"first">>,
    Fused<AvgPool2d<2>, Conv2d<3, kernel<1>, bias>>,
    Requantize<ReLU>,
    Dequantize<as<"small">>,
    Upsample<2, as<"large">>,
    L2Normalize<as<"length">>,
    Add<from<"large", "length">, on_cpu, output, as<"sum">>,
    Dequantize<from<"first">, as<"numbers">>,
    Concat<Branch<GlobalAvgPool2d<from<"numbers">>>, Branch<GlobalAvgPool2d<from<"sum">>>, on_cpu>,
    Linear<5, on_cpu, ReLU6, bias>,
    Logistic<output>,
    ChannelsLast<from<"small">>,
    Linear<4, on_cpu>> {};

/// The KPU's own tables, and a network that begins on the processor.
struct TableProcessor : Network<
    Input<4, 1, 1, real>,
    Linear<6, on_cpu, bias, ReLU, as<"begin">>,
    Quantize<>,
    AddPadding<>,
    Conv2d<3, kernel<1>, as<"kpu">>,
    RemovePadding<output>,
    Dequantize<as<"channels">>,
    Add<from<"channels", "channels">, on_cpu>> {};
// clang-format on

using ByteProcessorChip = Deployment<ByteProcessor, k210_kpu, RandomParameters<ByteProcessor>>;

struct RealProcessorParameters {
  static constexpr Numbers<72> first{1};
  static constexpr Numbers<12> second{2};
  static constexpr Numbers<3> second_bias{3};
  static constexpr Numbers<35> third{4};
  static constexpr Numbers<5> third_bias{5};
  static constexpr Numbers<4 * 72> fourth{6};

  static constexpr k210::Range input{0.0f, 1.0f};
  static constexpr k210::RealLayer real_layers[] = {
      {.name = "first", .weights = first.values, .convolved = {-4, 4}, .output = {-0.5f, 4}},
      {.name = "second", .weights = second.values, .bias = second_bias.values, .convolved = {-3, 5}, .output = {-3, 5}},
      {.name = "requantised", .output = {0, 6}},
      {.name = "third", .weights = third.values, .bias = third_bias.values},
      {.name = "fourth", .weights = fourth.values},
  };
};
using RealProcessorChip = Deployment<RealProcessor, k210_kpu, RealProcessorParameters>;

struct TableProcessorParameters {
  static constexpr float begin_weights[24]{0.5f,  -0.25f, 1.0f, 0.125f, -1.5f, 0.75f, 0.3f,  2.0f,
                                           -0.7f, 0.2f,   0.9f, 1.1f,   0.4f,  -0.6f, 0.05f, 1.3f,
                                           0.8f,  -0.1f,  0.6f, -2.0f,  1.7f,  0.35f, -0.9f, 0.15f};
  static constexpr float begin_bias[6]{0.1f, -0.2f, 0.3f, 0.0f, 1.5f, -0.4f};
  alignas(128) static constexpr unsigned char kpu_weights[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3};
  alignas(128) static constexpr std::uint64_t kpu_batch_norm[] = {
      encode(k210::BatchNorm{1, 0, 5}), encode(k210::BatchNorm{3, 1, -7}), encode(k210::BatchNorm{2, 0, 9})};
  alignas(256) static constexpr k210::ActivationBytes kpu_activation = encode(k210::activation_of({0, false}));
  static constexpr k210::LinearScale channels[] = {{0.1f, -3.0f}, {0.03f, 0.7f}, {1.3f, -0.2f}};

  static constexpr k210::LayerTables table_layers[] = {{.name = "kpu",
                                                        .arg_x = -4,
                                                        .arg_add = 17,
                                                        .weights = {kpu_weights, 18},
                                                        .batch_norm = kpu_batch_norm,
                                                        .activation = &kpu_activation}};
  static constexpr k210::CpuTables cpu_tables[] = {
      {.name = "begin", .weights = begin_weights, .bias = begin_bias},
      {.name = "codes", .code = {0.013f, -0.5f}},
      {.name = "channels", .channels = channels},
  };
};
using TableProcessorChip = Deployment<TableProcessor, k210_kpu, TableProcessorParameters>;

// clang-format off
/// Values moved, added and cut off, and windows with a border.
struct Moves : Network<
    Input<4, 12, 16>,
    Conv2d<6, kernel<3>, pad<1>, shift<-2>, as<"map">>,
    Crop<1, 1, 1, 1, output>,
    Pad<2, 0, 1, 3, pad_value<-7>>,
    ChannelShuffle<3>,
    MaxPool2d<3, stride<2>, border<1, 0, 0, 1>, output>,
    PadChannels<1, -1>,
    Slice<2, 8, -1, -2, output>,
    SpaceToDepth<2, from<"map">>,
    Transpose<1, 2, 0>,
    Reshape<8, 6, 24, output>,
    PixelShuffle<2>,
    Upload<>,
    Conv2d<3, kernel<1>>> {};
// clang-format on

using MovesChip = Deployment<Moves, k210_kpu, RandomParameters<Moves>>;

// clang-format off
/// Convolutions, windows and operations of real numbers.
struct Operations : Network<
    Input<4, 9, 11, real>,
    Conv2d<6, kernel<3, 2>, stride<2, 1>, border<1, 0, 2, 0>, conv_groups<2>, bias, ReLU, as<"map">>,
    MaxPool2d<2, border<1, 0, 0, 1>, output>,
    AvgPool2d<2, stride<1>, border<0, 1, 1, 0>, from<"map">, output>,
    Reduce<Reduction::mean, dims<1, 2>, from<"map">, as<"mean">>,
    Combine<Pairing::multiply, from<"map", "mean">, output>,
    Pad<1, 0, 0, 2, pad_value<1, 4>>,
    Transpose<2, 0, 1, output>,
    DepthwiseConv2d<kernel<3>, pad<1>, dilation<2, 1>, on_cpu, Tanh>,
    Apply<Sigmoid>> {};

/// Codes beside codes, as in a kmodel of version 4.
struct OfCodes : Network<
    Input<2, 5, 6>,
    Conv2d<3, kernel<3>, stride<2>, border<1, 1, 0, 1>, as<"map">, output>,
    Combine<Pairing::subtract, constant_first<1, 1, 1>, output>,
    Combine<Pairing::multiply, from<"map", "map">, output>,
    Dequantize<>,
    Combine<Pairing::add, constant<3, 1, 1>, output>,
    Apply<output, as<"root">>,
    Quantize<>> {};
// clang-format on

struct OperationsParameters {
  static constexpr Numbers<6 * 2 * 6> weights{1};
  static constexpr Numbers<6> bias{2};
  static constexpr Numbers<14 * 9> depthwise{3};
  static constexpr k210::RealLayer real_layers[] = {{.name = "map", .weights = weights.values, .bias = bias.values},
                                                    {.name = "last", .weights = depthwise.values}};
};

struct CodesParameters {
  static constexpr std::uint8_t kernels[3 * 2 * 9] = {0, 255, 7, 100, 30, 20, 10, 1, 128, 9, 3}, hundred[] = {100};
  static constexpr std::int32_t sums[] = {-500, 0, 70000};
  static constexpr float offsets[] = {0.5f, -2.0f, 1000.0f};
  static constexpr std::uint8_t program[] = {3, 0x20, 5, 0x40, 0x27, 0xa0};  // 1 / sqrt(|x| + 1)
  static constexpr k210::CpuTables cpu_tables[] = {
      {.codes = kernels, .sums = sums, .terms = {-10, -3, {5, 3000, 20}}},
      {.sum = {{-50, 4, 1}, {-5, 2, 0}, {9, 3, 2}}, .codes = hundred},
      {.sum = {{-5, 3, 0}, {-5, 1, 0}, {0, 5, 9}}},
      {.code = {0.5f, -0.0f, 5}},
      {.weights = offsets},
      {.program = program},
      {.code = {200.0f, 0.0f, 3}, .rounding = k210::Rounding::nncase},
  };
};

using OperationsChip = Deployment<Operations, k210_kpu, OperationsParameters>;
using CodesChip = Deployment<OfCodes, k210_kpu, CodesParameters>;

}  // namespace incuse::test
