// From the sums of a KPU layer to its pixels: what follows the products, for any processor. The rules are those of
// k210/arithmetic.hpp, in a form without branches.
#pragma once

#include <cstdint>
#include <vector>

#include <incuse/host/fast/layout.hpp>
#include <incuse/k210/arithmetic.hpp>

namespace incuse::host::fast {

/// The sums of one pixel, as kernels leave them.
struct KpuSums {
  const std::int32_t* products;  ///< with the low 8 bits of the weights, less 128
  const std::int32_t* high;      ///< with the high 8 bits, less 128; null if there are none
  const std::int32_t* pixels;    ///< of the pixels under the kernel: one, or one for each channel of depth-wise layers
};

/// Batch norm and activation of a layer, and the terms of its accumulators that kernels do not compute: see KpuSums.
class KpuTail {
 public:
  static constexpr int together = 8;  ///< channels are rounded up to a multiple of this

  KpuTail() = default;
  template <class Entries>
  KpuTail(const k210::KpuLayer& layer, const Entries& entries, const k210::ActivationTable& table, int bits,
          k210::Emulator emulator)
      : channels(layer.out_channels),
        arg_x(layer.arg_x),
        shr_x(layer.shr_x),
        own_pixels(layer.depthwise),
        value_bits(bits),
        older(emulator == k210::Emulator::older) {
    const auto padded = static_cast<std::size_t>(round_up(channels, together));
    for (auto* list : {&constants, &norm_muls, &norm_shifts, &norm_adds}) list->resize(padded);
    for (int o = 0; o < channels; ++o) {
      const k210::BatchNorm entry = entries(o);
      const auto at = static_cast<std::size_t>(o);
      norm_muls[at] = entry.mul;
      norm_shifts[at] = entry.shift;
      norm_adds[at] = entry.add;
    }
    set_segments(table);
  }

  /// The accumulator of channel `o`.
  long long accumulator(const KpuSums& sums, int o) const {
    const long long pixels = sums.pixels[own_pixels ? o : 0];
    long long sum = sums.products[o];
    if (sums.high != nullptr) sum += 256LL * sums.high[o];
    return sum + pixel_weight * pixels + (arg_x * pixels >> shr_x) + constants[static_cast<std::size_t>(o)];
  }
  long long normalised(long long accumulator, int o) const {
    const auto at = static_cast<std::size_t>(o);
    return (accumulator * norm_muls[at] >> norm_shifts[at]) + norm_adds[at];
  }

  /// The code of a batch-norm result.
  std::uint8_t code(long long value) const {
    int segment = 0;
    for (int step = k210::segments / 2; step > 0; step /= 2) segment += value > thresholds[segment + step] ? step : 0;
    const long long product = (value - starts[segment]) * muls[segment];
    const long long shift = shifts[segment], whole = product >> shift, rest = product - (whole << shift);
    const long long odd = older ? 1 : whole & 1;
    const long long step = rest + odd > halves[segment] ? (product < 0 ? -1 : 1) : 0;
    return static_cast<std::uint8_t>(k210::clip_to_code(whole + step + biases[segment]));
  }

  /// The codes of all channels of a pixel. False if a value does not fit the KPU's bits.
  bool codes(const KpuSums& sums, std::uint8_t* out) const {
    for (int o = 0; o < channels; ++o) {
      const long long sum = accumulator(sums, o);
      if (!k210::fits(sum, value_bits)) return false;
      const long long value = normalised(sum, o);
      if (!k210::fits(value, value_bits)) return false;
      out[o] = code(value);
    }
    return true;
  }

  int channels = 0;
  long long arg_x = 0;
  int shr_x = 0;
  bool own_pixels = false;     ///< every channel has its own sum of pixels
  long long pixel_weight = 0;  ///< factor of the sum of pixels: what was taken off every weight
  int value_bits = 36;
  bool older = false;
  std::vector<long long> constants{};  ///< one for each channel, part of all its accumulators
  std::vector<long long> norm_muls{}, norm_shifts{}, norm_adds{};
  /// Segments of the activation. A value belongs to the last one whose threshold is less; thresholds ascend.
  long long thresholds[k210::segments]{}, starts[k210::segments]{}, muls[k210::segments]{}, shifts[k210::segments]{},
      halves[k210::segments]{}, biases[k210::segments]{};

 private:
  void set_segments(const k210::ActivationTable& table) {
    long long least = 0;
    for (int i = k210::segments - 1; i >= 0; --i) {
      const k210::Segment& segment = table.segments[i];
      const long long own = segment.start - (older ? 1 : 0);
      least = i == k210::segments - 1 || own < least ? own : least;
      thresholds[i] = least;
      starts[i] = segment.start;
      muls[i] = segment.mul;
      shifts[i] = min_of(segment.shift, k210::most_shift);
      halves[i] = shifts[i] == 0 ? 1 : 1LL << (shifts[i] - 1);
      biases[i] = segment.bias;
    }
  }
};

}  // namespace incuse::host::fast
