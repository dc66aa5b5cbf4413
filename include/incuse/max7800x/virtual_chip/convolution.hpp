// Weights in the weight memory, and what becomes of sums. Source: datapath page (max7800x-datapath), sections 5 and 6.
#pragma once

#include <cstdint>

#include <incuse/core/shape.hpp>
#include <incuse/max7800x/rounding.hpp>
#include <incuse/max7800x/virtual_chip/decode.hpp>

namespace incuse::max7800x {

/// Where a processor finds one kernel: its bytes follow each other through the columns, last tap first. Several narrow
/// weights share a byte.
struct KernelPlace {
  int first_byte = 0;
  int first_bit = 0;
};

/// Place of the kernel of an output step and an input pass. RAM blocks that hold the steps in turn lie `block` columns
/// apart.
constexpr KernelPlace kernel_place(const LayerSettings& s, const WeightBlocks& blocks, int step, int pass) {
  const int row = s.in_fours ? step / 4 : step;
  const int bits = s.first_weight + ((s.depthwise ? 0 : row * s.passes) + pass) * s.weight_bits;
  const int byte = bits / 8 * s.taps() + s.start_tap;
  const int block = s.in_fours ? step % 4 * blocks.size_at(byte / bytes_per_kernel) : 0;
  return {byte + block * bytes_per_kernel, bits % 8};
}

/// Weight of a tap, counted in rows from the top left corner.
constexpr int weight_at(const LayerSettings& s, const std::uint8_t (*columns)[bytes_per_kernel], KernelPlace place,
                        int tap) {
  const int byte = place.first_byte + s.taps() - 1 - tap;
  const int bits = columns[byte / bytes_per_kernel][bytes_per_kernel - 1 - byte % bytes_per_kernel] >> place.first_bit;
  if (s.binary) return (bits & 1) != 0 ? -1 : 1;
  const int sign = 1 << (s.weight_bits - 1);
  return ((bits & (2 * sign - 1)) ^ sign) - sign;
}

/// to[n] += weight * from[n], of signed bytes. Sixteen at a time, which compilers turn into vectors of 16-bit products
/// without asking for more optimisation.
constexpr void add_multiple(int weight, const unsigned char* __restrict from, int count, int* __restrict to) {
  const auto factor = static_cast<short>(weight);
  for (; count >= 16; count -= 16, from += 16, to += 16)
    for (int n = 0; n < 16; ++n) to[n] += factor * static_cast<short>(static_cast<signed char>(from[n]));
  for (; count >= 4; count -= 4, from += 4, to += 4)
    for (int n = 0; n < 4; ++n) to[n] += factor * static_cast<short>(static_cast<signed char>(from[n]));
  for (int n = 0; n < count; ++n) to[n] += factor * static_cast<signed char>(from[n]);
}

/// Adds weight * value of one tap to all sums. Around the plane there are zeros.
constexpr void add_tap(const LayerSettings& s, const unsigned char* plane, Extent size, int tap, int weight,
                       int* sums) {
  if (weight == 0) return;
  const int down = tap / s.kernel_width - s.pad_height, right = tap % s.kernel_width - s.pad_width;
  const int first_y = max_of(0, -down), end_y = min_of(s.out_height, size.height - down);
  const int first_x = max_of(0, -right), end_x = min_of(s.out_width, size.width - right);
  for (int y = first_y; y < end_y; ++y) {
    const unsigned char* from = plane + (y + down) * size.width + right + first_x;
    int* to = sums + y * s.out_width + first_x;
    add_multiple(weight, from, end_x - first_x, to);
  }
}

/// From a sum to the byte that is stored.
constexpr int finished(const LayerSettings& s, int sum) {
  int value = scale_to_byte(sum, s.shift);
  if (s.relu) value = clip(value, 0, highest_value);
  if (s.abs) value = clip(value < 0 ? -value : value, 0, highest_value);
  return value;
}

}  // namespace incuse::max7800x
