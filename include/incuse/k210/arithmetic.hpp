// The integer arithmetic of the KPU, exact. Nothing outside this header knows how it rounds, clips or pools.
// Source: KPU sheet, section 7.
#pragma once

#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/k210/plan/kpu_layer.hpp>
#include <incuse/k210/tables/tables.hpp>

namespace incuse::k210 {

/// Two emulators of the vendor disagree on how a value finds its segment, on rounding, and on means at the border.
/// Nobody has published which of them the silicon follows; the newer one is the default.
enum class Emulator : unsigned char {
  newer,  ///< nncase 0.2
  older,  ///< nncase 0.1, which the version 3 of model files comes from
};

/// A value clamped to 0 … 255.
constexpr int clip_to_code(long long value) {
  return value < 0 ? 0 : value > highest_code ? highest_code : static_cast<int>(value);
}

/// True if a value fits `bits` bits with sign. What the KPU does with accumulators and batch-norm results beyond 36
/// bits is not known.
constexpr bool fits(long long value, int bits) { return value >= -(1LL << (bits - 1)) && value < 1LL << (bits - 1); }

// From the sums to the pixel ------------------------------------------------------------------------------------------

/// Batch norm of one accumulator. The shift rounds down.
constexpr long long normalise(long long accumulator, const BatchNorm& entry) {
  return (accumulator * entry.mul >> entry.shift) + entry.add;
}

/// value / 2^shift, rounded to the nearest integer; halves of positive values go to even (2.5 becomes 2). Negative
/// values are rounded down, and are decreased once more where positive ones are rounded up: -1.25 becomes -3. That is
/// what the emulator does.
constexpr long long round_newer(long long value, int shift) {
  if (shift == 0) return value;
  const long long whole = value >> shift, rest = value - whole * (1LL << shift), half = 1LL << (shift - 1);
  const bool moves = rest > half || (rest == half && whole % 2 != 0);
  return !moves ? whole : value >= 0 ? whole + 1 : whole - 1;
}

/// value / 2^shift, with halves of positive values rounded up (2.5 becomes 3). Negative values as in `round_newer`, but
/// -1.5 becomes -3.
constexpr long long round_older(long long value, int shift) {
  if (shift == 0) return value;
  const long long doubled = value >> (shift - 1);
  if (doubled % 2 == 0) return doubled >> 1;
  return doubled >= 0 ? (doubled >> 1) + 1 : (doubled >> 1) - 1;
}

/// Larger shifts are treated as this one. The result is the same, since products have at most 53 bits.
inline constexpr int most_shift = 62;

/// value / 2^shift as one of the emulators rounds it.
constexpr long long round_shift(long long value, int shift, Emulator emulator = Emulator::newer) {
  const int steps = min_of(shift, most_shift);
  return emulator == Emulator::newer ? round_newer(value, steps) : round_older(value, steps);
}

/// The segment that a value falls into: the last one whose start is less than it (older emulator: not greater). Values
/// at or below the first start belong to the first segment.
constexpr const Segment& segment_of(long long value, const ActivationTable& table,
                                    Emulator emulator = Emulator::newer) {
  int i = segments - 1;
  while (i > 0 && !(emulator == Emulator::newer ? value > table.segments[i].start : value >= table.segments[i].start))
    --i;
  return table.segments[i];
}

/// The pixel of a batch-norm result.
constexpr int activate(long long value, const ActivationTable& table, Emulator emulator = Emulator::newer) {
  const Segment& s = segment_of(value, table, emulator);
  return clip_to_code(round_shift((value - s.start) * s.mul, s.shift, emulator) + s.bias);
}

// Pooling -------------------------------------------------------------------------------------------------------------

/// One pixel of a pooled map; `pixel(y, x)` reads the map within its extent. Windows may reach beyond the last row and
/// column (stride 1 only): the maximum ignores positions outside of the map, the mean repeats the border's pixels
/// there. The older emulator's mean ignores such positions too.
template <class Pixel>
constexpr int pool(const PoolDescription& pooling, Extent map, int y, int x, Emulator emulator, const Pixel& pixel) {
  const int top = y * pooling.stride, left = x * pooling.stride;
  if (pooling.picks == Picks::pixel) return pixel(top, left + pooling.column);
  int sum = 0, highest = 0, count = 0;
  for (int i = top; i < top + pooling.window; ++i)
    for (int j = left; j < left + pooling.window; ++j) {
      const bool inside = i < map.height && j < map.width;
      if (!inside && (pooling.picks == Picks::maximum || emulator == Emulator::older)) continue;
      const int value = pixel(min_of(i, map.height - 1), min_of(j, map.width - 1));
      sum += value;
      highest = max_of(highest, value);
      ++count;
    }
  return pooling.picks == Picks::maximum ? highest : sum / count;
}

// A whole layer -------------------------------------------------------------------------------------------------------

/// The first value of a layer that does not fit the KPU's bits, and where it occurs; `none()` if all fit.
struct Excess {
  enum class What : unsigned char { none, accumulator, batch_norm } what = What::none;
  int channel = 0, y = 0, x = 0;
  long long value = 0;

  constexpr bool none() const { return what == What::none; }
};

/// Sizes of the memory that running a layer needs, in elements of the members of `Scratch`.
struct ScratchSizes {
  int padded;
  int plane;
};

/// What `run_layer` needs for a layer: `padded` for its input with padding, `plane` for one channel of it.
constexpr ScratchSizes scratch_sizes(const KpuLayer& layer) {
  const int border = layer.kernel == 3 ? 2 : 0;
  return {layer.in.channels * (layer.in.height + border) * (layer.in.width + border), layer.in.pixels()};
}

/// Buffers for running one layer, owned by the caller; sizes: see `scratch_sizes`.
struct Scratch {
  std::uint8_t* padded;     ///< input with its padding
  long long* pixel_terms;   ///< a plane: the terms of `sum_pixels`
  long long* accumulators;  ///< a plane: of one output channel
  std::uint8_t* activated;  ///< a plane: of one output channel, before pooling
  std::uint8_t* pooled;     ///< a plane: of one output channel
};

namespace detail {

/// The input with its ring of padding.
struct PaddedInput {
  const std::uint8_t* pixels;
  int height, width;

  constexpr const std::uint8_t* row(int channel, int y) const {
    return pixels + (static_cast<long long>(channel) * height + y) * width;
  }
};

constexpr PaddedInput add_padding(const KpuLayer& layer, const std::uint8_t* input, std::uint8_t* padded) {
  const int ring = layer.kernel == 3 ? 1 : 0;
  const PaddedInput result{padded, layer.in.height + 2 * ring, layer.in.width + 2 * ring};
  for (int c = 0; c < layer.in.channels; ++c)
    for (int y = -ring; y < layer.in.height + ring; ++y)
      for (int x = -ring; x < layer.in.width + ring; ++x) {
        const bool inside = y >= 0 && y < layer.in.height && x >= 0 && x < layer.in.width;
        *padded++ = inside ? input[(static_cast<long long>(c) * layer.in.height + y) * layer.in.width + x]
                           : static_cast<std::uint8_t>(layer.pad_value);
      }
  return result;
}

/// Pixels of a row that are worked on at once.
inline constexpr int row_block = 64;

/// sums[x] += weight * pixel under the tap, for all channels and taps of one output channel, of `count` pixels from
/// (y, x) on. All sums of 8-bit weights fit an int.
template <class Sum, class Weights>
constexpr void add_products(const KpuLayer& layer, const PaddedInput& in, int first, const Weights& weights, int y,
                            int x, int count, long long* accumulators) {
  Sum sums[row_block]{};
  int tap = 0;
  for (int c = first; c < first + layer.sum_channels(); ++c)
    for (int i = 0; i < layer.kernel; ++i) {
      const std::uint8_t* row = in.row(c, y + i) + x;
      for (int j = 0; j < layer.kernel; ++j, ++tap) {
        const auto weight = static_cast<Sum>(weights[tap]);
        for (int n = 0; n < count; ++n) sums[n] += weight * row[j + n];
      }
    }
  for (int n = 0; n < count; ++n) accumulators[n] += sums[n];
}

template <class Sum, class Weights>
constexpr void add_products(const KpuLayer& layer, const PaddedInput& in, int first, const Weights& weights,
                            long long* accumulators) {
  const int width = layer.in.width;
  for (int y = 0; y < layer.in.height; ++y)
    for (int x = 0; x < width; x += row_block)
      add_products<Sum>(layer, in, first, weights, y, x, min_of(row_block, width - x), accumulators + y * width + x);
}

/// Weights of 1: sums of products with them are sums of pixels.
struct Ones {
  constexpr int operator[](int) const { return 1; }
};

}  // namespace detail

/// What the pixels under the kernel contribute to the accumulators, whatever the weights: (arg_x * sum(x) >> shr_x) for
/// every pixel, of the channels from `first` on that an output channel reads.
constexpr void sum_pixels(const KpuLayer& layer, const detail::PaddedInput& in, int first, long long* terms) {
  for (int i = 0; i < layer.in.pixels(); ++i) terms[i] = 0;
  detail::add_products<int>(layer, in, first, detail::Ones{}, terms);
  for (int i = 0; i < layer.in.pixels(); ++i) terms[i] = layer.arg_x * terms[i] >> layer.shr_x;
}

/// The accumulators of one output channel. `weights[i]` yields its codes; `first` is its first input channel.
template <class Weights>
constexpr void accumulate(const KpuLayer& layer, const detail::PaddedInput& in, int first, const Weights& weights,
                          const long long* pixel_terms, long long* accumulators) {
  long long weight_sum = 0;
  for (int i = 0; i < layer.channel_weights(); ++i) weight_sum += weights[i];
  const long long constant = (layer.arg_w * weight_sum >> layer.shr_w) + layer.arg_add * layer.sum_channels();
  for (int i = 0; i < layer.in.pixels(); ++i) accumulators[i] = pixel_terms[i] + constant;
  if (layer.weight_bytes == 1)
    detail::add_products<int>(layer, in, first, weights, accumulators);
  else
    detail::add_products<long long>(layer, in, first, weights, accumulators);
}

/// Batch norm and activation of a plane. Stops at the first value that does not fit `value_bits`, and returns it.
constexpr Excess activate(const KpuLayer& layer, int channel, const BatchNorm& entry, const ActivationTable& table,
                          int value_bits, Emulator emulator, const long long* accumulators, std::uint8_t* pixels) {
  for (int y = 0; y < layer.in.height; ++y)
    for (int x = 0; x < layer.in.width; ++x) {
      const long long sum = *accumulators++;
      if (!fits(sum, value_bits)) return {Excess::What::accumulator, channel, y, x, sum};
      const long long value = normalise(sum, entry);
      if (!fits(value, value_bits)) return {Excess::What::batch_norm, channel, y, x, value};
      *pixels++ = static_cast<std::uint8_t>(activate(value, table, emulator));
    }
  return {};
}

/// Pools one output channel.
constexpr void pool_plane(const KpuLayer& layer, Emulator emulator, const std::uint8_t* pixels, std::uint8_t* out) {
  const PoolDescription& pooling = description_of(layer.pool);
  const Shape shape = layer.out();
  const auto pixel = [&](int y, int x) { return static_cast<int>(pixels[y * layer.in.width + x]); };
  for (int y = 0; y < shape.height; ++y)
    for (int x = 0; x < shape.width; ++x)
      *out++ = static_cast<std::uint8_t>(pool(pooling, layer.in.extent(), y, x, emulator, pixel));
}

/// Stores a layer's pooled output as C x H x W without gaps, and drops the planes before pooling.
struct PlanarOutput {
  std::uint8_t* pixels;

  constexpr void convolved(int, const long long*, const std::uint8_t*) const {}
  constexpr void pooled(int channel, const std::uint8_t* plane, int count) const {
    for (int i = 0; i < count; ++i) pixels[static_cast<long long>(channel) * count + i] = plane[i];
  }
};

/// Runs a layer on a planar input C x H x W. `weights(o)` yields the codes of output channel o, `entries(o)` its
/// BatchNorm. For every output channel, `output.convolved(o, accumulators, activated)` gets its planes before pooling,
/// `output.pooled(o, pixels, count)` the result. Stops at the first value that does not fit `value_bits`, and returns
/// it.
template <class Weights, class Entries, class Output>
constexpr Excess run_layer(const KpuLayer& layer, const std::uint8_t* input, const Weights& weights,
                           const Entries& entries, const ActivationTable& table, int value_bits, const Scratch& scratch,
                           Output&& output, Emulator emulator = Emulator::newer) {
  const detail::PaddedInput in = detail::add_padding(layer, input, scratch.padded);
  if (!layer.depthwise) sum_pixels(layer, in, 0, scratch.pixel_terms);
  for (int o = 0; o < layer.out_channels; ++o) {
    if (layer.depthwise) sum_pixels(layer, in, o, scratch.pixel_terms);
    accumulate(layer, in, layer.depthwise ? o : 0, weights(o), scratch.pixel_terms, scratch.accumulators);
    const Excess excess =
        activate(layer, o, entries(o), table, value_bits, emulator, scratch.accumulators, scratch.activated);
    if (!excess.none()) return excess;
    output.convolved(o, scratch.accumulators, scratch.activated);
    pool_plane(layer, emulator, scratch.activated, scratch.pooled);
    output.pooled(o, scratch.pooled, layer.out().pixels());
  }
  return {};
}

}  // namespace incuse::k210
