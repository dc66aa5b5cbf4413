// The tables that a layer reads from memory: weights in loads, batch-norm entries, the activation table.
// Source: KPU sheet, sections 5 (weight loads) and 6.
#pragma once

#include <cstdint>

#include <incuse/core/bit_field.hpp>
#include <incuse/core/bits.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/k210/plan/kpu_layer.hpp>

namespace incuse::k210 {

// Batch norm ----------------------------------------------------------------------------------------------------------

/// Batch norm of the sums of one output channel: (value * mul >> shift) + add.
struct BatchNorm {
  int mul = 0;  ///< signed 24 bits
  int shift = 0;
  int add = 0;

  friend constexpr bool operator==(BatchNorm, BatchNorm) = default;
};

namespace batch_norm {
inline constexpr BitField mul{"norm_mul", 0, 24, true}, add{"norm_add", 24, 32, true}, shift{"norm_shift", 56, 4};
inline constexpr BitField fields[] = {mul, add, shift};
}  // namespace batch_norm

/// The entry's bits; bits 60 to 63 are unused, and garbage in files of the vendor's compiler.
constexpr std::uint64_t encode(const BatchNorm& entry) {
  return batch_norm::mul.put(entry.mul) | batch_norm::add.put(entry.add) | batch_norm::shift.put(entry.shift);
}

/// The entry that a word of the table encodes.
constexpr BatchNorm decode_batch_norm(std::uint64_t word) {
  return {static_cast<int>(batch_norm::mul.get(word)), static_cast<int>(batch_norm::shift.get(word)),
          static_cast<int>(batch_norm::add.get(word))};
}

// Activation ----------------------------------------------------------------------------------------------------------

/// One straight piece of an activation function: (value - start) * mul >> shift, rounded, plus bias.
struct Segment {
  long long start = 0;  ///< signed 36 bits; the segment holds for values greater than this
  int mul = 0;          ///< signed 16 bits
  int shift = 0;        ///< 0 to 255
  int bias = 0;         ///< 0 to 255

  friend constexpr bool operator==(Segment, Segment) = default;
};

inline constexpr long long first_start = -(1LL << 35);  ///< of segment 0: below every value

/// Segments in ascending order of `start`.
struct ActivationTable {
  Segment segments[k210::segments]{};

  friend constexpr bool operator==(const ActivationTable&, const ActivationTable&) = default;
};

namespace activation {
inline constexpr BitField shift{"shift_number", 0, 8}, mul{"y_mul", 8, 16, true}, start{"x_start", 24, 36, true};
inline constexpr BitField fields[] = {shift, mul, start};
}  // namespace activation

inline constexpr int activation_bytes = segments * 9;  ///< 16 words and 16 biases

/// The table's bytes as they lie in memory, little-endian.
struct ActivationBytes {
  std::uint8_t bytes[activation_bytes]{};
};

/// The word of a segment, without its bias: the biases follow the words in the table.
constexpr std::uint64_t encode(const Segment& segment) {
  return activation::shift.put(segment.shift) | activation::mul.put(segment.mul) | activation::start.put(segment.start);
}

constexpr Segment decode_segment(std::uint64_t word, int bias) {
  return {activation::start.get(word), static_cast<int>(activation::mul.get(word)),
          static_cast<int>(activation::shift.get(word)), bias};
}

/// Stores a word as eight little-endian bytes.
constexpr void store_word(std::uint64_t word, std::uint8_t* bytes) {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(word >> (8 * i));
}

/// A word from eight little-endian bytes; `bytes[i]` yields them.
template <class Bytes>
constexpr std::uint64_t load_word(const Bytes& bytes) {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  return word;
}

/// The table's bytes: 16 words, then 16 biases.
constexpr ActivationBytes encode(const ActivationTable& table) {
  ActivationBytes result{};
  for (int i = 0; i < segments; ++i) {
    store_word(encode(table.segments[i]), result.bytes + 8 * i);
    result.bytes[8 * segments + i] = static_cast<std::uint8_t>(table.segments[i].bias);
  }
  return result;
}

/// The table that `activation_bytes` bytes encode.
constexpr ActivationTable decode_activation(const std::uint8_t* bytes) {
  ActivationTable result{};
  for (int i = 0; i < segments; ++i)
    result.segments[i] = decode_segment(load_word(bytes + 8 * i), bytes[8 * segments + i]);
  return result;
}

// Weights -------------------------------------------------------------------------------------------------------------

/// The codes of a layer, one byte each.
template <int Count>
struct WeightCodes {
  std::uint8_t codes[Count]{};

  constexpr const std::uint8_t* data() const { return codes; }
};

/// How the weights of a layer reach the KPU: in loads of some output channels each, the last one perhaps incomplete.
struct WeightLoads {
  int channels = 0;  ///< output channels of one load
  int bytes = 0;     ///< of a full load
  int count = 0;
};

/// The loads of a layer. Depth-wise weights are one load. If not even one channel fits into a load, all members are 0.
constexpr WeightLoads loads_of(const KpuLayer& layer, const Device& device) {
  const int one = layer.channel_weights() * layer.weight_bytes;
  if (one <= 0) return {};
  if (layer.depthwise) return {layer.out_channels, layer.out_channels * one, 1};
  const int once = min_of(layer.out_channels, device.load_bytes * layer.weight_bytes / one);
  if (once <= 0) return {};
  return {once, once * one, ceil_div(layer.out_channels, once)};
}

}  // namespace incuse::k210
