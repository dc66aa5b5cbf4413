// Layers that the K210's processor runs, since the KPU has none of them: plain functions from value to value, bit for
// bit like kendryte-standalone-sdk. All float arithmetic is float32, every operation rounded on its own (see
// `rounded`). Source: k210-kmodel, section 1 ("exact behaviour"). Tensors are planar: channels x height x width.
#pragma once

#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/core/elementary.hpp>
#include <incuse/core/shape.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/plan/layout.hpp>
#include <incuse/model/parameters.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::k210 {

// Codes and real values -----------------------------------------------------------------------------------------------

/// The byte nearest to a real number; halves go up, NaN becomes 0.
constexpr std::uint8_t round_to_byte(float value) {
  if (!(value > 0.0f)) return 0;
  return static_cast<std::uint8_t>(value >= highest_code ? highest_code : round_half_up(value));
}

/// real = (code - zero_point) * scale + bias: scale in real units per code. `zero_point` is for kmodels of version 4,
/// which round differently than with a bias; `quantize` ignores it.
struct LinearScale {
  float scale = 1.0f;
  float bias = 0.0f;
  int zero_point = 0;
};

/// Real numbers to codes. The division is one multiplication by 1 / scale.
constexpr void quantize(const float* in, int count, LinearScale code, std::uint8_t* out) {
  const float inverse = 1.0f / code.scale;
  for (int i = 0; i < count; ++i) out[i] = round_to_byte((in[i] - code.bias) * inverse);
}

/// The same by nncase's runtime: value * scale + zero point, with a scale in codes per unit.
constexpr void quantize_by_zero_point(const float* in, int count, LinearScale code, std::uint8_t* out) {
  for (int i = 0; i < count; ++i)
    out[i] = round_to_byte(rounded(in[i] * code.scale) + static_cast<float>(code.zero_point));
}

/// Codes to real numbers.
constexpr void dequantize(const std::uint8_t* in, int count, LinearScale code, float* out) {
  for (int i = 0; i < count; ++i)
    out[i] = rounded(static_cast<float>(in[i] - code.zero_point) * code.scale) + code.bias;
}

/// Channels of `pixels` codes, each with a scale of its own.
constexpr void dequantize_channels(const std::uint8_t* in, int channels, int pixels, const LinearScale* codes,
                                   float* out) {
  for (int c = 0; c < channels; ++c) dequantize(in + c * pixels, pixels, codes[c], out + c * pixels);
}

/// Codes to other codes: table[code] for every one of the 256 codes.
constexpr void requantize(const std::uint8_t* in, int count, const std::uint8_t* table, std::uint8_t* out) {
  for (int i = 0; i < count; ++i) out[i] = table[in[i]];
}

// Element by element --------------------------------------------------------------------------------------------------

/// out[i] = a[i] + b[i]
constexpr void add(const float* a, const float* b, int count, float* out) {
  for (int i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

/// One operand of a sum of codes, or its result: see `quantized_add`.
struct IntegerScale {
  std::int32_t offset = 0;
  std::int32_t multiplier = 1;
  std::int32_t shift = 0;

  constexpr bool valid() const { return shift >= 0 && shift <= most_shift; }
};

/// clip(round(sum * multiplier >> shift) + offset) with sum = ((a + offset) * multiplier + (b + offset) * multiplier)
/// >> shift; if the shifts of the operands differ, each product is shifted on its own before they are added. Sums and
/// products are 64 bits wide and wrap around.
constexpr std::uint8_t quantized_sum(std::uint8_t a, IntegerScale a_scale, std::uint8_t b, IntegerScale b_scale,
                                     IntegerScale out_scale) {
  const std::int64_t x = (std::int64_t{a} + a_scale.offset) * a_scale.multiplier;
  const std::int64_t y = (std::int64_t{b} + b_scale.offset) * b_scale.multiplier;
  const auto added = [](std::int64_t p, std::int64_t q) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(p) + static_cast<std::uint64_t>(q));
  };
  const std::int64_t sum =
      a_scale.shift == b_scale.shift ? added(x, y) >> a_scale.shift : added(x >> a_scale.shift, y >> b_scale.shift);
  const auto product = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) *
                                                 static_cast<std::uint64_t>(std::int64_t{out_scale.multiplier}));
  return static_cast<std::uint8_t>(clip_to_code(round_older(product, out_scale.shift) + out_scale.offset));
}

/// Sums of codes, exactly `count` of them. (The SDK processes a multiple of 8: see `k210-kmodel`.)
constexpr void quantized_add(const std::uint8_t* a, IntegerScale a_scale, const std::uint8_t* b, IntegerScale b_scale,
                             int count, IntegerScale out_scale, std::uint8_t* out) {
  for (int i = 0; i < count; ++i) out[i] = quantized_sum(a[i], a_scale, b[i], b_scale, out_scale);
}

/// 1 / (1 + e^-x)
constexpr void logistic(const float* in, int count, float* out) {
  for (int i = 0; i < count; ++i) out[i] = 1.0f / (1.0f + exponential(-in[i]));
}

/// x / |x|; the squared length counts as 1e-10 at least.
constexpr void l2_normalize(const float* in, int count, float* out) {
  const float least = 1e-10f;
  float sum = 0.0f;
  for (int i = 0; i < count; ++i) sum += rounded(in[i] * in[i]);
  const float inverse = 1.0f / square_root(sum < least ? least : sum);
  for (int i = 0; i < count; ++i) out[i] = in[i] * inverse;
}

/// e^x / sum of all e^x. The largest value is subtracted first, but the SDK starts its search at the smallest positive
/// number: if all values are far below zero, every e^x is 0 and the result NaN.
constexpr void softmax(const float* in, int count, float* out) {
  float largest = 1.17549435e-38f;
  for (int i = 0; i < count; ++i)
    if (in[i] > largest) largest = in[i];
  float sum = 0.0f;
  for (int i = 0; i < count; ++i) sum += out[i] = exponential(in[i] - largest);
  for (int i = 0; i < count; ++i) out[i] /= sum;
}

// Windows -------------------------------------------------------------------------------------------------------------

/// A window over an image with padding above and to the left; windows are clipped to the image. The vendor's compiler
/// pads by max(0, ((out - 1) * stride + kernel - in) / 2).
struct PoolWindow {
  Extent kernel{};
  Extent stride{};
  Extent padding{0, 0};
};

namespace detail {

/// Calls take(channel, first y, end y, first x, end x) for the clipped window of every output pixel, in order.
template <class Take>
constexpr void for_each_window(Shape in, Shape out, PoolWindow window, Take take) {
  for (int c = 0; c < out.channels; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const int row = y * window.stride.height - window.padding.height;
        const int column = x * window.stride.width - window.padding.width;
        take(c, max_of(0, row), min_of(row + window.kernel.height, in.height), max_of(0, column),
             min_of(column + window.kernel.width, in.width));
      }
}

}  // namespace detail

/// Largest code in each window; 0 for a window outside of the image.
constexpr void max_pool(const std::uint8_t* in, Shape in_shape, Shape out_shape, PoolWindow window, std::uint8_t* out) {
  detail::for_each_window(in_shape, out_shape, window, [&](int c, int top, int bottom, int left, int right) {
    std::uint8_t largest = 0;
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) {
        const std::uint8_t code = in[(c * in_shape.height + y) * in_shape.width + x];
        if (code > largest) largest = code;
      }
    *out++ = largest;
  });
}

/// Mean of the pixels in each window; padding does not count. (The file has an activation too; the SDK ignores it.)
constexpr void average_pool(const float* in, Shape in_shape, Shape out_shape, PoolWindow window, float* out) {
  detail::for_each_window(in_shape, out_shape, window, [&](int c, int top, int bottom, int left, int right) {
    float sum = 0.0f;
    int count = 0;
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x) {
        sum += in[(c * in_shape.height + y) * in_shape.width + x];
        ++count;
      }
    *out++ = sum / static_cast<float>(count);
  });
}

/// Mean of every channel of `pixels` values.
constexpr void global_average_pool(const float* in, int pixels, int channels, float* out) {
  for (int c = 0; c < channels; ++c) {
    float sum = 0.0f;
    for (int i = 0; i < pixels; ++i) sum += *in++;
    out[c] = sum / static_cast<float>(pixels);
  }
}

// Shapes --------------------------------------------------------------------------------------------------------------

/// The row or column of the input that row or column `index` of a resized map is taken from: index * in_size /
/// out_size, rounded down. Corners are not aligned.
constexpr int nearest_source(int index, int in_size, int out_size) {
  const float step = static_cast<float>(in_size) / static_cast<float>(out_size);
  return min_of(static_cast<int>(static_cast<float>(index) * step), in_size - 1);
}

/// Resizes every channel by nearest neighbour.
template <class Value>
constexpr void resize_nearest(const Value* in, Shape in_shape, Extent out_extent, Value* out) {
  for (int c = 0; c < in_shape.channels; ++c)
    for (int y = 0; y < out_extent.height; ++y) {
      const int in_y = nearest_source(y, in_shape.height, out_extent.height);
      const Value* row = in + (c * in_shape.height + in_y) * in_shape.width;
      for (int x = 0; x < out_extent.width; ++x) *out++ = row[nearest_source(x, in_shape.width, out_extent.width)];
    }
}

/// C x H x W to H x W x C (channels last), the order in which TensorFlow flattens.
template <class Value>
constexpr void flatten(const Value* in, Shape shape, Value* out) {
  for (int pixel = 0; pixel < shape.pixels(); ++pixel)
    for (int c = 0; c < shape.channels; ++c) *out++ = in[c * shape.pixels() + pixel];
}

/// Copies a tensor to `out`; returns the position after it, where the next one goes.
template <class Value>
constexpr Value* concat(const Value* in, int count, Value* out) {
  for (int i = 0; i < count; ++i) *out++ = in[i];
  return out;
}

// Fully connected -----------------------------------------------------------------------------------------------------

/// Bounds to which an activation limits values: ReLU has lowest 0, ReLU6 also highest 6.
struct Clamp {
  float lowest = -float_infinity;
  float highest = float_infinity;

  constexpr float operator()(float value) const { return value < lowest ? lowest : value > highest ? highest : value; }
};

/// out = clamp(weights x in + bias); weights[out channel][in channel]. Sums start at 0 and take the bias, if there is
/// one, last.
constexpr void fully_connected(const float* in, int in_channels, const float* weights, const float* bias,
                               int out_channels, Clamp clamp, float* out) {
  for (int o = 0; o < out_channels; ++o) {
    float sum = 0.0f;
    for (int i = 0; i < in_channels; ++i) sum += rounded(in[i] * *weights++);
    out[o] = clamp(sum + (bias == nullptr ? 0.0f : bias[o]));
  }
}

/// The same by nncase's runtime: sums begin with the bias.
constexpr void fully_connected_after_bias(const float* in, int in_channels, const float* weights, const float* bias,
                                          int out_channels, Clamp clamp, float* out) {
  for (int o = 0; o < out_channels; ++o) {
    float sum = bias == nullptr ? 0.0f : bias[o];
    for (int i = 0; i < in_channels; ++i) sum += rounded(in[i] * *weights++);
    out[o] = clamp(sum);
  }
}

/// The same with weights and biases of signed bytes: clamp((weights x in + bias) * unit).
constexpr void fully_connected(const float* in, int in_channels, const Tensor& weights, const Tensor& bias,
                               int out_channels, float unit, Clamp clamp, float* out) {
  long long next = 0;
  for (int o = 0; o < out_channels; ++o) {
    float sum = 0.0f;
    for (int i = 0; i < in_channels; ++i) sum += rounded(in[i] * static_cast<float>(weights[next++]));
    if (!bias.empty()) sum += static_cast<float>(bias[o]);
    out[o] = clamp(sum * unit);
  }
}

// Between main memory and AI RAM --------------------------------------------------------------------------------------

// A fully connected layer on the KPU is a 1x1 convolution of 4x4 maps in which only the first pixel means something.

/// Into AI RAM, each value as the first pixel of a 4x4 map; the other pixels are left alone.
constexpr void add_padding(const std::uint8_t* in, int channels, std::uint8_t* ram) {
  const MapLayout map({channels, padded_extent.height, padded_extent.width});
  for (int c = 0; c < channels; ++c) ram[map.offset(c, 0, 0)] = in[c];
}

/// The first pixels of 4x4 maps, planar and without gaps as the KPU's output FIFO gives them.
constexpr void remove_padding(const std::uint8_t* in, int channels, std::uint8_t* out) {
  for (int c = 0; c < channels; ++c) out[c] = in[c * padded_extent.area()];
}

}  // namespace incuse::k210
