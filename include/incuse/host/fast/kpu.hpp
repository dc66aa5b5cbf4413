// Layers of the K210's KPU, fast: the same sums, tables and rounding as k210::run_layer, bit for bit, with the kernels
// of the level that a machine has.
//
// Kernels multiply unsigned bytes with signed ones. Codes of weights are unsigned, with 8 or 16 bits: every byte of
// them is a weight of its own, less 128; one more output channel with weights of 1 sums up the pixels, which pays for
// the 128 and is part of the KPU's sums anyway.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <incuse/host/fast/kernels.hpp>
#include <incuse/host/fast/kpu_tail.hpp>
#include <incuse/host/fast/piece_memory.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/k210/arithmetic.hpp>
#include <incuse/k210/device.hpp>
#if defined(__x86_64__)
#include <incuse/host/fast/kpu_avx512.hpp>
#endif

namespace incuse::host::fast {

/// Where a layer's maps lie in the memory of its run.
struct KpuPlaces {
  Place image{};            ///< the input with its padding, channel by channel within a pixel
  long long sums = 0;       ///< byte at which the sums of some rows start, …
  int sum_step = 0;         ///< … numbers for each pixel …
  int rows = 0;             ///< … and how many rows these are
  long long activated = 0;  ///< byte at which the map before pooling starts
  long long bytes = 0;      ///< of all
};

namespace detail {

inline constexpr int part_offset = 128;  ///< what is taken off the bytes of weights

/// Bytes of sums that stay in a processor's cache.
inline constexpr long long sums_at_once = 64 * 1024;

/// Sums of every pixel: with the low and the high bytes of weights, and of pixels.
inline int sums_of(const k210::KpuLayer& layer) {
  return layer.depthwise ? 2 * round_up(layer.out_channels, 16)
                         : round_up(layer.weight_bytes * layer.out_channels + 1, 16);
}

inline KpuPlaces places_of(const k210::KpuLayer& layer, Level level) {
  KpuPlaces places;
  const int ring = layer.kernel == 3 ? 1 : 0;
  places.image = {.shape = layer.in,
                  .border = {ring, ring},
                  .fill = layer.pad_value,
                  .element_bytes = form_of(level).element_bytes,
                  .spare = 0,
                  .offset = 0};
  places.image.spare = spare_elements(places.image, level);
  const auto take = [&](long long bytes) {
    const long long first = places.bytes;
    places.bytes += (bytes + alignment - 1) / alignment * alignment;
    return first;
  };
  take(places.image.bytes() + (32LL * round_up(layer.in.channels, alignment) + 128) * places.image.element_bytes);
  places.sum_step = sums_of(layer);
  const long long row_bytes = 4LL * places.sum_step * layer.in.width;
  places.rows = static_cast<int>(sums_at_once / row_bytes);
  places.rows = min_of(max_of(places.rows, 1), layer.in.height);
  places.sums = take(row_bytes * places.rows);
  places.activated = take(layer.convolved().elements());
  return places;
}

/// Makes a planar map one whose channels follow each other within a pixel.
template <class Element>
void interleave(const std::uint8_t* planar, Shape shape, Element* to, std::ptrdiff_t row, std::ptrdiff_t column) {
  constexpr int block = 16;  // of channels: so many rows are read side by side
  for (int y = 0; y < shape.height; ++y)
    for (int first = 0; first < shape.channels; first += block) {
      const int count = min_of(block, shape.channels - first);
      const std::uint8_t* from = planar + (static_cast<std::ptrdiff_t>(first) * shape.height + y) * shape.width;
      Element* out = to + y * row + first;
      for (int x = 0; x < shape.width; ++x, out += column)
        for (int c = 0; c < count; ++c) out[c] = from[static_cast<std::ptrdiff_t>(c) * shape.pixels() + x];
    }
}

/// The products of a pixel's channels with depth-wise weights, and its sums; `weights` are [tap][channel].
template <class Element>
void convolve_depthwise(const Element* in, const std::ptrdiff_t* taps, int count, const std::int32_t* weights,
                        int channels, std::int32_t* __restrict products, std::int32_t* __restrict pixels) {
  constexpr int block = 16;
  for (int first = 0; first < channels; first += block) {
    std::int32_t own_products[block]{}, own_pixels[block]{};
    for (int t = 0; t < count; ++t) {
      Element x[block];
      std::memcpy(x, in + taps[t] + first, sizeof x);
      const std::int32_t* w = weights + static_cast<std::ptrdiff_t>(t) * round_up(channels, block) + first;
      for (int c = 0; c < block; ++c) {
        own_products[c] += x[c] * w[c];
        own_pixels[c] += x[c];
      }
    }
    std::memcpy(products + first, own_products, sizeof own_products);
    std::memcpy(pixels + first, own_pixels, sizeof own_pixels);
  }
}

}  // namespace detail

/// A layer of the KPU with its tables, packed for a level. It is made once and not changed any more; any number of
/// threads run it, each with memory of its own.
class PackedKpuLayer {
 public:
  /// `weights(o)` yields the codes of output channel o, `entries(o)` its BatchNorm, as for k210::run_layer; both are
  /// only read here. The machine must have the instructions of `level` (`is_supported`).
  template <class Weights, class Entries>
  PackedKpuLayer(const k210::KpuLayer& layer, const Weights& weights, const Entries& entries,
                 const k210::ActivationTable& table, k210::Emulator emulator = k210::Emulator::newer,
                 Level level = best_level(), int value_bits = k210_kpu.value_bits)
      : layer_(layer), emulator_(emulator), level_(level), obstacle_({-1, problem_of(layer, level)}) {
    if (!ready()) return;
    places_ = detail::places_of(layer, level);
    tail_ = KpuTail(layer, entries, table, value_bits, emulator);
    for (int o = 0; o < layer.out_channels; ++o) tail_.constants[static_cast<std::size_t>(o)] = constant(weights(o));
    if (layer.depthwise)
      pack_depthwise(weights);
    else
      pack(weights);
  }

  bool ready() const { return obstacle_.none(); }
  /// Why the layer cannot run; empty if it can.
  Text problem() const { return obstacle_.reason; }
  const k210::KpuLayer& layer() const { return layer_; }
  /// Bytes of memory that a run needs, at a multiple of `alignment`.
  std::size_t arena_bytes() const { return static_cast<std::size_t>(places_.bytes); }

  /// Runs the layer on a planar input; the output is planar too. Returns the first value that does not fit the KPU's
  /// bits, as k210::run_layer does; the output then means nothing. Does nothing unless the layer is ready.
  k210::Excess run(const std::uint8_t* input, std::uint8_t* output, std::byte* arena) const {
    if (!ready()) return {};
    fill_image(input, arena);
    if (piece_.tiles) begin_tiles();
    bool fits = true;
    for (int y = 0; y < layer_.in.height && fits; y += places_.rows) fits = compute_rows(y, arena);
    const k210::Excess excess = fits ? k210::Excess{} : find_excess(arena);
    if (piece_.tiles) end_tiles();
    if (fits) pool(arena, output);
    return excess;
  }

 private:
  static Text problem_of(const k210::KpuLayer& layer, Level level) {
    if (!is_supported(level)) return "this machine does not have the instructions that the layer is packed for";
    if (layer.in.elements() <= 0 || layer.out_channels <= 0 || layer.out().elements() <= 0) return "a map is empty";
    if (layer.depthwise && layer.out_channels != layer.in.channels) return "it is depth-wise, and changes channels";
    if ((layer.kernel != 1 && layer.kernel != 3) || (layer.weight_bytes != 1 && layer.weight_bytes != 2))
      return "the KPU has no such kernels";
    constexpr long long product = 255 * 255, most = 0x7fff'ffff;
    if (product * layer.channel_weights() > most) return "its sums can be larger than 32 bits hold";
    return {};
  }

  template <class Codes>
  long long constant(const Codes& codes) const {
    long long sum = 0;
    for (int i = 0; i < layer_.channel_weights(); ++i) sum += codes[i];
    return (layer_.arg_w * sum >> layer_.shr_w) + layer_.arg_add * layer_.sum_channels();
  }

  // Packing -----------------------------------------------------------------------------------------------------------

  template <class Weights>
  void pack(const Weights& weights) {
    const int parts = layer_.weight_bytes, outputs = layer_.out_channels, taps = layer_.taps();
    tail_.pixel_weight = parts == 1 ? detail::part_offset : detail::part_offset * 257;
    const Place& image = places_.image;
    const bool joined = layer_.kernel == 3;  // the taps of a row of the kernel are one run
    const int run_taps = joined ? layer_.kernel : 1, run_length = (run_taps - 1) * image.column() + layer_.in.channels;
    piece_.rows = places_.rows;
    piece_.columns = layer_.in.width;
    piece_.in_row = static_cast<std::ptrdiff_t>(image.row());
    piece_.in_column = image.column();
    piece_.out_column = places_.sum_step;
    piece_.out_row = piece_.out_column * layer_.in.width;
    piece_.channels = parts * outputs + 1;
    piece_.runs = layer_.kernel;
    piece_.tiles = suits_tiles(piece_, run_length, level_);
    const Form form = piece_.tiles ? tile_form : form_of(level_);
    piece_.words = round_up(ceil_div(run_length, form.word), piece_.tiles ? tile_form.together : 1);
    for (int i = 0; i < piece_.runs; ++i) memory_.runs.push_back(static_cast<int>(i * image.row()));
    const auto weight = [&](int channel, int run, int k) {
      const int tap = k / image.column(), c = k % image.column();
      if (channel >= piece_.channels || c >= layer_.in.channels || tap >= run_taps) return 0;
      if (channel == parts * outputs) return 1;
      const int code = weights(channel % outputs)[c * taps + run * run_taps + tap];
      return (channel < outputs ? code & 0xff : code >> 8) - detail::part_offset;
    };
    memory_.append(form, piece_, weight,
                   [&](int, long long sum) { return static_cast<std::int32_t>(form.offset * sum); });
  }

  template <class Weights>
  void pack_depthwise(const Weights& weights) {
    const int taps = layer_.taps(), step = round_up(layer_.out_channels, 16);
    depthwise_.resize(static_cast<std::size_t>(taps) * static_cast<std::size_t>(step));
    for (int t = 0; t < taps; ++t) {
      taps_[t] = static_cast<std::ptrdiff_t>(t / layer_.kernel * places_.image.row() +
                                             t % layer_.kernel * places_.image.column());
      for (int o = 0; o < layer_.out_channels; ++o)
        depthwise_[static_cast<std::size_t>(t) * static_cast<std::size_t>(step) + static_cast<std::size_t>(o)] =
            static_cast<std::int32_t>(weights(o)[t]);
    }
  }

  // Running -----------------------------------------------------------------------------------------------------------

  void fill_image(const std::uint8_t* input, std::byte* arena) const {
    if (places_.image.element_bytes == 1)
      fill_image_as<std::uint8_t>(input, arena);
    else
      fill_image_as<std::int16_t>(input, arena);
  }
  template <class Element>
  void fill_image_as(const std::uint8_t* input, std::byte* arena) const {
    const Place& image = places_.image;
    auto* const first = reinterpret_cast<Element*>(arena + image.offset);
    for (int y = 0; image.border.height > 0 && y < image.shape.height + 2; ++y) {
      const bool outside = y == 0 || y == image.shape.height + 1;
      for (int x = 0; x < image.shape.width + 2; x += outside ? 1 : image.shape.width + 1)
        for (int c = 0; c < image.column(); ++c)
          first[y * image.row() + x * image.column() + c] = static_cast<Element>(image.fill);
    }
    detail::interleave(input, image.shape, reinterpret_cast<Element*>(arena + image.pixel(0, 0)),
                       static_cast<std::ptrdiff_t>(image.row()), image.column());
  }

  /// The sums of some rows.
  void convolve_rows(int first, int rows, std::byte* arena) const {
    const Place& image = places_.image;
    const int ring = image.border.height;
    const std::byte* const in = arena + image.pixel(first - ring, -ring);
    if (!layer_.depthwise) {
      Piece piece = piece_;
      piece.rows = rows;
      constexpr Finish sums{.wide = true};
      return fast::convolve(level_, form_of(level_), 4, memory_.convolution(piece, sums, in, arena + places_.sums));
    }
    if (image.element_bytes == 1)
      convolve_depthwise<std::uint8_t>(in, rows, arena);
    else
      convolve_depthwise<std::int16_t>(in, rows, arena);
  }
  template <class Element>
  void convolve_depthwise(const std::byte* in, int rows, std::byte* arena) const {
    auto* sums = reinterpret_cast<std::int32_t*>(arena + places_.sums);
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < layer_.in.width; ++x, sums += places_.sum_step)
        detail::convolve_depthwise(
            reinterpret_cast<const Element*>(in) + y * places_.image.row() + x * places_.image.column(), taps_,
            layer_.taps(), depthwise_.data(), layer_.out_channels, sums, sums + places_.sum_step / 2);
  }

  KpuSums sums_of_pixel(const std::byte* arena, std::ptrdiff_t pixel) const {
    const auto* const first = reinterpret_cast<const std::int32_t*>(arena + places_.sums) + pixel * places_.sum_step;
    if (layer_.depthwise) return {first, nullptr, first + places_.sum_step / 2};
    const int outputs = layer_.out_channels;
    return {first, layer_.weight_bytes == 2 ? first + outputs : nullptr, first + layer_.weight_bytes * outputs};
  }

  /// The codes of some rows before pooling; false if a value does not fit the KPU's bits.
  bool compute_rows(int first, std::byte* arena) const {
    const int rows = min_of(places_.rows, layer_.in.height - first), pixels = rows * layer_.in.width;
    convolve_rows(first, rows, arena);
    auto* out = reinterpret_cast<std::uint8_t*>(arena + places_.activated) +
                static_cast<std::ptrdiff_t>(first) * layer_.in.width * layer_.out_channels;
#if defined(__x86_64__)
    if (level_ == Level::avx512_vnni || level_ == Level::amx)
      return avx512_vnni::kpu_codes(tail_, sums_of_pixel(arena, 0), places_.sum_step, pixels, out, layer_.out_channels);
#endif
    for (int p = 0; p < pixels; ++p, out += layer_.out_channels)
      if (!tail_.codes(sums_of_pixel(arena, p), out)) return false;
    return true;
  }

  /// The first value, channel by channel, that does not fit. Computes all sums once more.
  k210::Excess find_excess(std::byte* arena) const {
    k210::Excess found;
    for (int first = 0; first < layer_.in.height; first += places_.rows) {
      const int rows = min_of(places_.rows, layer_.in.height - first);
      convolve_rows(first, rows, arena);
      for (int o = 0; o < layer_.out_channels && (found.none() || o < found.channel); ++o)
        for (int p = 0; p < rows * layer_.in.width; ++p) {
          const int y = first + p / layer_.in.width, x = p % layer_.in.width;
          const k210::Excess own = excess_of(sums_of_pixel(arena, p), o, y, x);
          if (own.none()) continue;
          found = own;
          break;
        }
    }
    return found;
  }
  k210::Excess excess_of(const KpuSums& sums, int o, int y, int x) const {
    const long long sum = tail_.accumulator(sums, o);
    if (!k210::fits(sum, tail_.value_bits)) return {k210::Excess::What::accumulator, o, y, x, sum};
    const long long value = tail_.normalised(sum, o);
    if (!k210::fits(value, tail_.value_bits)) return {k210::Excess::What::batch_norm, o, y, x, value};
    return {};
  }

  // Pooling -----------------------------------------------------------------------------------------------------------

  /// Pools the activated codes, and stores them channel after channel.
  void pool(const std::byte* arena, std::uint8_t* output) const {
    const k210::PoolDescription& rule = description_of(layer_.pool);
    const Shape shape = layer_.out();
    const auto* const codes = reinterpret_cast<const std::uint8_t*>(arena + places_.activated);
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x) {
        const std::uint8_t* window[16];
        const int count = window_of(rule, codes, y, x, window);
        for (int c = 0; c < shape.channels; c += pool_block)
          pool_channels(rule, window, count, c, min_of(pool_block, shape.channels - c),
                        output + static_cast<std::ptrdiff_t>(c) * shape.pixels() + y * shape.width + x);
      }
  }
  static constexpr int pool_block = 32;

  /// The pixels that count in a window; returns their number.
  int window_of(const k210::PoolDescription& rule, const std::uint8_t* codes, int y, int x,
                const std::uint8_t** window) const {
    const Shape map = layer_.in;
    const auto pixel = [&](int row, int column) {
      return codes + (static_cast<std::ptrdiff_t>(row) * map.width + column) * layer_.out_channels;
    };
    const int top = y * rule.stride, left = x * rule.stride;
    if (rule.picks == k210::Picks::pixel) return window[0] = pixel(top, left + rule.column), 1;
    const bool repeats = rule.picks == k210::Picks::mean && emulator_ == k210::Emulator::newer;
    int count = 0;
    for (int i = top; i < top + rule.window; ++i)
      for (int j = left; j < left + rule.window; ++j)
        if (repeats || (i < map.height && j < map.width))
          window[count++] = pixel(min_of(i, map.height - 1), min_of(j, map.width - 1));
    return count;
  }

  void pool_channels(const k210::PoolDescription& rule, const std::uint8_t* const* window, int count, int first,
                     int channels, std::uint8_t* out) const {
    const std::ptrdiff_t step = layer_.out().pixels();
    for (int c = first; c < first + channels; ++c, out += step) {
      int value = window[0][c];
      for (int i = 1; i < count; ++i)
        value = rule.picks == k210::Picks::mean ? value + window[i][c] : max_of(value, int{window[i][c]});
      *out = static_cast<std::uint8_t>(rule.picks == k210::Picks::mean ? value / count : value);
    }
  }

  k210::KpuLayer layer_;
  k210::Emulator emulator_;
  Level level_;
  KeptObstacle obstacle_;
  KpuPlaces places_{};
  KpuTail tail_{};
  Piece piece_{};
  PieceMemory memory_{};
  std::ptrdiff_t taps_[9]{};
  std::vector<std::int32_t> depthwise_{};  ///< weights, [tap][channel]
};

}  // namespace incuse::host::fast
