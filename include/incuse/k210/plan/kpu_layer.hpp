// One layer as the KPU executes it: shapes, kernel, pooling and the constants of its sums. Neither where its data lies
// nor how the hardware encodes it. Source: KPU sheet, section 2.
#pragma once

#include <incuse/core/keyed_table.hpp>
#include <incuse/core/shape.hpp>
#include <incuse/core/text.hpp>

namespace incuse::k210 {

/// Pooling after the activation, in the order of the hardware's codes.
enum class KpuPool : unsigned char {
  none,
  max_2x2,
  mean_2x2,
  max_4x4,
  mean_4x4,
  left_top_2x2,
  right_top_2x2,
  left_top_4x4,
  mean_2x2_stride_1,
  max_2x2_stride_1,
  last = max_2x2_stride_1,
};

/// What a pooling does with its window.
enum class Picks : unsigned char { maximum, mean, pixel };

/// Name, window and stride of a pooling.
struct PoolDescription {
  KpuPool key;
  Text name;
  Picks picks;
  int window;  ///< rows and columns
  int stride;
  int column = 0;  ///< of the pixel that is picked; its row is 0
};

inline constexpr PoolDescription pool_descriptions[] = {
    {KpuPool::none, "none", Picks::pixel, 1, 1},
    {KpuPool::max_2x2, "maximum, 2x2", Picks::maximum, 2, 2},
    {KpuPool::mean_2x2, "mean, 2x2", Picks::mean, 2, 2},
    {KpuPool::max_4x4, "maximum, 4x4", Picks::maximum, 4, 4},
    {KpuPool::mean_4x4, "mean, 4x4", Picks::mean, 4, 4},
    {KpuPool::left_top_2x2, "left top pixel of 2x2", Picks::pixel, 2, 2},
    {KpuPool::right_top_2x2, "right top pixel of 2x2", Picks::pixel, 2, 2, 1},
    {KpuPool::left_top_4x4, "left top pixel of 4x4", Picks::pixel, 4, 4},
    {KpuPool::mean_2x2_stride_1, "mean, 2x2 with stride 1", Picks::mean, 2, 1},
    {KpuPool::max_2x2_stride_1, "maximum, 2x2 with stride 1", Picks::maximum, 2, 1},
};
static_assert(is_complete(pool_descriptions, KpuPool::last));
inline constexpr int pool_types = static_cast<int>(KpuPool::last) + 1;

constexpr const PoolDescription& description_of(KpuPool pool) { return row_of(pool_descriptions, pool); }

/// Quantisation scale and zero point of codes: real = (code - zero_point) / scale.
struct CodeScale {
  int zero_point = 0;
  float scale = 1;  ///< codes per unit

  constexpr float real(int code) const { return static_cast<float>(code - zero_point) / scale; }
  friend constexpr bool operator==(const CodeScale&, const CodeScale&) = default;
};

/// One layer. Weights are unsigned codes [out][in][kernel][kernel], depth-wise [out][kernel][kernel].
struct KpuLayer {
  Shape in{};
  int out_channels = 0;  ///< depth-wise: as many as the input has
  int kernel = 1;        ///< 1: 1x1 without padding; 3: 3x3 with one ring of it
  bool depthwise = false;
  KpuPool pool = KpuPool::none;
  int weight_bytes = 1;  ///< 1 or 2

  // The sums: x * w + (arg_x * x >> shr_x) + (arg_w * w >> shr_w) + arg_add for every input channel.
  int pad_value = 0;  ///< pixels of the padding: the code of 0
  int arg_x = 0;      ///< signed 24 bits; multiplies the sum of pixels: carries the zero point of the weights
  int shr_x = 0;
  int arg_w = 0;  ///< signed 24 bits; multiplies the sum of weights: carries the zero point of the pixels
  int shr_w = 0;
  long long arg_add = 0;  ///< signed 40 bits

  constexpr int taps() const { return kernel * kernel; }
  constexpr int sum_channels() const { return depthwise ? 1 : in.channels; }  ///< that an output channel reads
  constexpr int channel_weights() const { return taps() * sum_channels(); }   ///< of an output channel
  constexpr long long weights() const { return 1LL * out_channels * channel_weights(); }
  constexpr Shape convolved() const { return {out_channels, in.height, in.width}; }  ///< before pooling
  constexpr Shape out() const {
    const int stride = description_of(pool).stride;
    return {out_channels, in.height / stride, in.width / stride};
  }
};

}  // namespace incuse::k210
