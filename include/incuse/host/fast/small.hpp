// Convolutions and Linear layers on a device's own processor (Cortex-M4, RV32), for layers that its accelerator lacks:
// the same values as in the reference executor. No heap; weights are packed while compiling:
//
//     constexpr small_tensors::SmallLayer layer = small_tensors::layer_of(bind(graph_of<Net>(), parameters)[2]);
//     constexpr auto weights = small_tensors::packed<layer>(parameters[2]);        // a table in flash
//     std::int8_t image[at_least_one(layer.image_bytes())];                 // room for the padded input
//     small_tensors::run<layer>(weights, input, image, output);
//
// Tensors are signed bytes; the channels of a pixel follow each other, unlike in the rest of the library.
#pragma once

#include <cstddef>
#include <cstdint>

#include <incuse/core/bits.hpp>
#include <incuse/host/fast/dsp.hpp>
#include <incuse/host/fast/finish.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/graph.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::host::fast::small_tensors {

inline constexpr int word = 4;     ///< elements that are multiplied in one step
inline constexpr int outputs = 2;  ///< whose weights lie side by side

/// A layer as this header runs it, made by `layer_of` from the network alone.
struct SmallLayer {
  Shape in{}, out{};
  Extent kernel{1, 1}, padding{0, 0};
  int pad_value = 0;
  bool bias = false;
  Activation activation = Activation::none;
  long long rounding = 0;  ///< the first summand of every sum: halves are then rounded up by the shift
  Finish finish{};

  /// Elements of a pixel in the image that is read: whole words.
  constexpr int column() const { return copies() ? round_up(in.channels, word) : in.channels; }
  constexpr int image_width() const { return in.width + 2 * padding.width; }
  constexpr int row() const { return image_width() * column(); }
  /// True if the input is copied first, to have padding around it and whole words in its pixels.
  constexpr bool copies() const { return padding != Extent{0, 0} || in.channels % word != 0; }
  constexpr int image_bytes() const { return copies() ? (in.height + 2 * padding.height) * row() : 0; }
  constexpr int words() const { return kernel.width * column() / word; }  ///< of a row of the kernel
  constexpr int pairs() const { return ceil_div(out.channels, outputs); }
  constexpr int pair_bytes() const { return kernel.height * words() * word * outputs; }
  constexpr int weight_bytes() const { return pairs() * pair_bytes(); }
};

/// True for the layers that this header runs: dense convolutions of stride 1 and Linear layers, without pooling or an
/// element-wise operation before them.
constexpr bool runs(const Layer& layer) {
  const bool plain = layer.operands == 1 && layer.pool.area() == 1 && layer.pooled == layer.in && layer.groups == 1;
  const bool dense = layer.flatten || (layer.stride == Extent{1, 1} && layer.dilation == Extent{1, 1});
  return layer.weighted() && layer.op != Operator::conv_transpose2d && plain && dense;
}

/// The layer of an inferred and bound network; `runs` is true for it.
constexpr SmallLayer layer_of(const Layer& layer) {
  SmallLayer own;
  own.in = layer.pooled;
  own.out = layer.out;
  own.kernel = layer.flatten ? layer.pooled.extent() : layer.kernel;
  own.padding = layer.flatten ? Extent{0, 0} : layer.padding;
  own.pad_value = static_cast<int>(layer.pad_value);
  own.bias = layer.bias;
  own.activation = layer.activation;
  own.rounding = detail::rounding_of(layer);
  own.finish = detail::finish_of(layer);
  return own;
}

/// The weights of a layer and what its sums begin with, as kernels read them.
template <int bytes, int starts_count>
struct PackedWeights {
  alignas(word) std::int8_t weights[bytes]{};
  std::int32_t starts[starts_count]{};
};

/// Packs the weights of a layer: in the order [pair of outputs][row of the kernel][word][output][element].
template <SmallLayer layer>
constexpr auto packed(const LayerParameters& parameters, int bias_scale = bias_unit) {
  PackedWeights<layer.weight_bytes(), layer.pairs() * outputs> result{};
  for (int o = 0; o < layer.out.channels; ++o) {
    std::int8_t* const first = result.weights + o / outputs * layer.pair_bytes() + o % outputs * word;
    for (int c = 0; c < layer.in.channels; ++c)
      for (int y = 0; y < layer.kernel.height; ++y)
        for (int x = 0; x < layer.kernel.width; ++x) {
          const int k = x * layer.column() + c;
          const int from = ((o * layer.in.channels + c) * layer.kernel.height + y) * layer.kernel.width + x;
          first[((y * layer.words() + k / word) * outputs) * word + k % word] =
              static_cast<std::int8_t>(parameters.weight[from]);
        }
    const long long bias = layer.bias ? max7800x::bias_term(parameters.bias[o], bias_scale) : 0;
    result.starts[o] = static_cast<std::int32_t>(bias + layer.rounding);
  }
  return result;
}

namespace detail {

/// What a kernel reads for some outputs: `runs` rows of `words` words.
struct Rows {
  int runs, words;
  std::ptrdiff_t distance;  ///< elements from row to row
};

/// Two pixels `step` elements apart, two outputs: sums[0] and [1] are those of the first pixel.
inline void add_pixels(const Rows& rows, const std::int8_t* x, std::ptrdiff_t step, const std::int8_t* w,
                       std::int32_t (&sums)[4]) {
  std::int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  for (int run = 0; run < rows.runs; ++run, x += rows.distance) {
    const std::int8_t *from = x, *const end = x + rows.words * word;
    for (; from != end; from += word, w += outputs * word) {
      const Word first = load(from), second = load(from + step), w0 = load(w), w1 = load(w + word);
      add_products(a, first, w0);
      add_products(b, first, w1);
      add_products(c, second, w0);
      add_products(d, second, w1);
    }
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

/// One pixel, one pair of outputs or two, whose weights lie `step` bytes apart.
template <int pairs>
void add_outputs(const Rows& rows, const std::int8_t* x, const std::int8_t* w, std::ptrdiff_t step,
                 std::int32_t (&sums)[4]) {
  std::int32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
  for (int run = 0; run < rows.runs; ++run, x += rows.distance) {
    const std::int8_t *from = x, *const end = x + rows.words * word;
    for (; from != end; from += word, w += outputs * word) {
      const Word own = load(from);
      add_products(a, own, load(w));
      add_products(b, own, load(w + word));
      if constexpr (pairs == 2) {
        add_products(c, own, load(w + step));
        add_products(d, own, load(w + step + word));
      }
    }
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

/// Copies the input into the middle of its padding.
template <SmallLayer layer>
const std::int8_t* padded(const std::int8_t* in, std::int8_t* image) {
  if (!layer.copies()) return in;
  __builtin_memset(image, layer.pad_value & 0xff, static_cast<std::size_t>(layer.image_bytes()));
  const auto channels = static_cast<std::size_t>(layer.in.channels);
  std::int8_t* to = image + layer.padding.height * layer.row() + layer.padding.width * layer.column();
  for (int y = 0; y < layer.in.height; ++y, to += layer.row()) {
    const std::size_t row = channels * static_cast<std::size_t>(layer.in.width);
    if (layer.column() == layer.in.channels)
      __builtin_memcpy(to, in, row);
    else
      for (int x = 0; x < layer.in.width; ++x)
        __builtin_memcpy(to + x * layer.column(), in + static_cast<std::size_t>(x) * channels, channels);
    in += row;
  }
  return image;
}

template <SmallLayer layer, class Out>
void store(std::int32_t sum, Out* to) {
  if constexpr (layer.finish.wide)
    *to = static_cast<Out>(max7800x::activate(sum, layer.activation));
  else
    *to = static_cast<Out>(finished(sum, layer.finish, true));
}

/// Stores the sums of a pair of outputs; the second one may not exist.
template <SmallLayer layer, class Out>
void store_pair(int pair, const std::int32_t* sums, Out* pixel) {
  const int first = pair * outputs;
  store<layer>(sums[0], pixel + first);
  if (layer.out.channels % outputs == 0 || first + 1 < layer.out.channels) store<layer>(sums[1], pixel + first + 1);
}

}  // namespace detail

/// Runs a layer. `in` holds its input, `image` has room for `image_bytes()`; `out` gets std::int8_t, or std::int32_t of
/// wide layers. Nothing overlaps.
template <SmallLayer layer, class Packed, class Out>
void run(const Packed& packed, const std::int8_t* in, std::int8_t* image, Out* out) {
  static_assert(sizeof(Out) == (layer.finish.wide ? sizeof(std::int32_t) : sizeof(std::int8_t)));
  constexpr std::ptrdiff_t pair_bytes = layer.pair_bytes();
  constexpr detail::Rows rows{layer.kernel.height, layer.words(), layer.row()};
  const std::int8_t* const map = detail::padded<layer>(in, image);
  for (int y = 0; y < layer.out.height; ++y) {
    const std::int8_t* x = map + y * layer.row();
    for (int left = layer.out.width / 2; left > 0; --left, x += 2 * layer.column(), out += 2 * layer.out.channels)
      for (int pair = 0; pair < layer.pairs(); ++pair) {
        const std::int32_t* const start = packed.starts + pair * outputs;
        std::int32_t sums[4] = {start[0], start[1], start[0], start[1]};
        detail::add_pixels(rows, x, layer.column(), packed.weights + pair * pair_bytes, sums);
        detail::store_pair<layer>(pair, sums, out);
        detail::store_pair<layer>(pair, sums + 2, out + layer.out.channels);
      }
    if constexpr (layer.out.width % 2 == 0) continue;
    for (int pair = 0; pair + 2 <= layer.pairs(); pair += 2) {
      const std::int32_t* const start = packed.starts + pair * outputs;
      std::int32_t sums[4] = {start[0], start[1], start[2], start[3]};
      detail::add_outputs<2>(rows, x, packed.weights + pair * pair_bytes, pair_bytes, sums);
      detail::store_pair<layer>(pair, sums, out);
      detail::store_pair<layer>(pair + 1, sums + 2, out);
    }
    if constexpr (layer.pairs() % 2 != 0) {
      constexpr int last = layer.pairs() - 1;
      std::int32_t sums[4] = {packed.starts[last * outputs], packed.starts[last * outputs + 1]};
      detail::add_outputs<1>(rows, x, packed.weights + last * pair_bytes, 0, sums);
      detail::store_pair<layer>(last, sums, out);
    }
    out += layer.out.channels;
  }
}

}  // namespace incuse::host::fast::small_tensors
