// Convolutions of the K210's processor, and windows of real numbers, as nncase's runtime computes them. Source: kmodel
// sheet (k210-kmodel), section 2.
#pragma once

#include <cstdint>

#include <incuse/k210/cpu/combinations.hpp>

namespace incuse::k210 {

/// A convolution on the processor. Weights are [out][in / groups][height][width].
struct CpuConvolution {
  Shape in{}, out{};
  Extent kernel{}, stride{}, dilation{};
  int top = 0, left = 0;  ///< rows and columns of padding above and to the left
  int groups = 1;
  Extent spread{1, 1};  ///< distance between neighbours of the input, with zeros between them: of transposed ones

  constexpr int group_channels() const { return in.channels / groups; }
  constexpr long long weights() const { return 1LL * out.channels * group_channels() * kernel.area(); }
};

/// The convolution of a layer on the processor, of tensors of these shapes. A transposed one is a convolution of stride
/// 1 of the input with zeros between its values; its kernels are turned already.
constexpr CpuConvolution cpu_convolution_of(const Layer& layer, Shape in, Shape out) {
  const Border& border = layer.with.border;
  CpuConvolution result{in, out, layer.kernel, layer.stride, layer.dilation};
  result.top = layer.padding.height + border.top;
  result.left = layer.padding.width + border.left;
  result.groups = layer.groups;
  if (layer.op != Operator::conv_transpose2d) return result;
  result.top = layer.kernel.height - 1 - result.top;
  result.left = layer.kernel.width - 1 - result.left;
  result.spread = layer.stride;
  result.stride = {1, 1};
  return result;
}

namespace detail {

/// The taps of a window that lie within one dimension: tap t reads origin + t * dilation.
struct TapRange {
  int origin, first, end;

  constexpr TapRange(int index, int size, int kernel, int stride, int dilation, int padding)
      : origin(index * stride - padding),
        first(origin < 0 ? ceil_div(-origin, dilation) : 0),
        end(origin < size ? min_of(kernel, ceil_div(size - origin, dilation)) : 0) {}
};

/// Calls take(pixel, weight) for the taps of an output pixel that lie in the image, in the order of the weights.
template <class Take>
constexpr void for_each_tap(const CpuConvolution& layer, int channel, int row, int column, Take take) {
  const int channels = layer.group_channels();
  const int first = channel / (layer.out.channels / layer.groups) * channels;
  const Extent spread = layer.spread;
  const TapRange rows(row, (layer.in.height - 1) * spread.height + 1, layer.kernel.height, layer.stride.height,
                      layer.dilation.height, layer.top);
  const TapRange columns(column, (layer.in.width - 1) * spread.width + 1, layer.kernel.width, layer.stride.width,
                         layer.dilation.width, layer.left);
  for (int c = 0; c < channels; ++c)
    for (int i = rows.first; i < rows.end; ++i) {
      const int y = rows.origin + i * layer.dilation.height;
      if (y % spread.height != 0) continue;
      const int line = (first + c) * layer.in.height + y / spread.height;
      const long long kernel_row = (1LL * channel * channels + c) * layer.kernel.height + i;
      for (int j = columns.first; j < columns.end; ++j) {
        const int x = columns.origin + j * layer.dilation.width;
        if (x % spread.width == 0) take(line * layer.in.width + x / spread.width, kernel_row * layer.kernel.width + j);
      }
    }
}

/// Calls use(channel, for_each_tap) for every output pixel in order.
template <class Use>
constexpr void for_each_sum(const CpuConvolution& layer, Use use) {
  for (int c = 0; c < layer.out.channels; ++c)
    for (int y = 0; y < layer.out.height; ++y)
      for (int x = 0; x < layer.out.width; ++x) use(c, [&](auto take) { for_each_tap(layer, c, y, x, take); });
}

}  // namespace detail

/// Convolution of real numbers; `weights[i]` and `bias(channel)` yield floats. Sums begin with the bias.
template <class Weights, class Bias>
constexpr void convolve(const float* in, const CpuConvolution& layer, const Weights& weights, const Bias& bias,
                        float* out) {
  detail::for_each_sum(layer, [&](int channel, auto for_each_tap) {
    float sum = bias(channel);
    for_each_tap([&](int pixel, long long weight) { sum += rounded(in[pixel] * static_cast<float>(weights[weight])); });
    *out++ = sum;
  });
}

/// Numbers of a convolution of codes.
struct QuantizedSums {
  std::int32_t pixel_term = 0;   ///< added to every code of the input …
  std::int32_t weight_term = 0;  ///< … and to every one of the weights
  IntegerScale scale{};          ///< of the sums
};

/// Convolution of codes: sums of (code + pixel term) * (code of the weight + weight term), which begin with the bias.
constexpr void convolve(const std::uint8_t* in, const CpuConvolution& layer, const std::uint8_t* weights,
                        const std::int32_t* bias, const QuantizedSums& with, std::uint8_t* out) {
  detail::for_each_sum(layer, [&](int channel, auto for_each_tap) {
    std::int64_t sum = bias[channel];
    for_each_tap([&](int pixel, long long weight) {
      sum += wrapped((std::int64_t{in[pixel]} + with.pixel_term) * (std::int64_t{weights[weight]} + with.weight_term));
    });
    *out++ = code_of(wrapped(sum), with.scale);
  });
}

/// Largest real number in each window; the lowest float for a window outside of the image.
constexpr void max_pool(const float* in, Shape in_shape, Shape out_shape, PoolWindow window, Extent dilation,
                        float* out) {
  const CpuConvolution one{{1, in_shape.height, in_shape.width},
                           {1, out_shape.height, out_shape.width},
                           window.kernel,
                           window.stride,
                           dilation,
                           window.padding.height,
                           window.padding.width};
  for (int c = 0; c < out_shape.channels; ++c, in += in_shape.pixels())
    detail::for_each_sum(one, [&](int, auto for_each_tap) {
      float largest = reduction_start(Reduction::max);
      for_each_tap([&](int pixel, long long) { largest = reduced(Reduction::max, largest, in[pixel]); });
      *out++ = largest;
    });
}

}  // namespace incuse::k210
