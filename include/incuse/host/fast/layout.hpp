// Where a network's tensors lie while the fast executor runs it: everything that is known of a graph before there are
// weights.
//
// Tensors are kept channel by channel within a pixel, pixels in rows. A convolution reads its input with the padding
// around it. Where its input is another layer's output as it is, that output is written into the middle of its padding
// to begin with; where it has to be pooled, combined, joined or reshaped first, the result is an image of its own.
#pragma once

#include <incuse/host/fast/level.hpp>
#include <incuse/host/reference.hpp>
#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::host::fast {

// Numbers -------------------------------------------------------------------------------------------------------------

/// How kernels want numbers: the elements of tensors, and the order of packed weights.
struct Form {
  int element_bytes = 1;  ///< 1: the value + 128, or itself if `plain`; 2 and 4: the value with sign
  int word = 4;           ///< elements of the input that are multiplied in one step …
  int lanes = 1;          ///< … for so many output channels in a vector …
  int vectors = 1;        ///< … of which a block has so many
  int together = 1;       ///< words of a vector that follow each other, before those of the next vector
  int offset = 0;         ///< what kernels take off an element
  bool plain = false;     ///< elements are signed bytes that are not negative

  constexpr int zero() const { return element_bytes == 1 && !plain ? 128 : 0; }  ///< the element that means 0
  constexpr int block() const { return lanes * vectors; }  ///< output channels that are worked on together
  friend constexpr bool operator==(Form, Form) = default;
};

constexpr Form form_of(Level level) {
  switch (level) {
    case Level::portable:
      break;
    case Level::avx2:
      return {2, 2, 8, 2};
    case Level::avx_vnni:
      return {1, 4, 8, 2};
    case Level::avx512_vnni:
    case Level::amx:
      return {1, 4, 16, 4};
    case Level::neon_dot:
      return {1, 4, 4, 4, 1, 128};
  }
  return {2, 16, 1, 1};
}

/// The order of weights for tiles, which read the elements of Level::avx512_vnni.
inline constexpr Form tile_form{1, 4, 16, 2, 16};

/// For layers at Level::avx2 that read nothing negative. Products of signed bytes and bytes without sign are added in
/// pairs there, in 16 bits: these hold them if no element is above 127.
inline constexpr Form plain_form{1, 4, 8, 2, 1, 0, true};

/// For layers that read 32-bit outputs of others; the kernel is portable.
inline constexpr Form wide_form{4, 1, 1, 1};

// Convolutions in one dimension ---------------------------------------------------------------------------------------

/// Outputs of a convolution along one axis that use the same taps of the kernel. A transposed convolution has two sets
/// of them, even and odd ones, since the zeros between its inputs are not multiplied.
struct Phase {
  int first_out = 0, out_step = 1, outputs = 0;
  int first_in = 0, in_step = 1;  ///< the input under the first tap of the first output, and of the next one
  int first_tap = 0, tap_step = 1, taps = 0;
  int dilation = 1;  ///< distance of the inputs under neighbouring taps

  constexpr bool empty() const { return outputs == 0; }
  constexpr int last_in() const { return first_in + (outputs - 1) * in_step + (taps - 1) * dilation; }
};

/// Some neighbouring outputs of a phase, under which the same taps lie within the map.
struct Band {
  int first_out, outputs;  ///< counted within the phase
  int first_tap, taps;     ///< likewise
};

/// One axis of a convolution.
struct Axis {
  int inputs, outputs, kernel, padding, dilation, step;
  bool transposed;

  constexpr int phases() const { return transposed ? 2 : 1; }
  constexpr Phase phase(int index) const {
    if (!transposed) return {0, 1, outputs, -padding, step, 0, 1, kernel, dilation};
    const int origin = kernel - 1 - padding;
    const int first_tap = (index + origin) & 1;
    const int taps = first_tap < kernel ? (kernel - first_tap + 1) / 2 : 0;
    return {index, 2, (outputs - index + 1) / 2, (index + first_tap - origin) / 2, 1, first_tap, 2, taps, 1};
  }
  /// The band of a phase that begins with an output.
  constexpr Band band(const Phase& phase, int output) const {
    Band own = taps_within(phase, output);
    for (int next = output + 1; next < phase.outputs; ++next) {
      const Band other = taps_within(phase, next);
      if (other.first_tap != own.first_tap || other.taps != own.taps) break;
      ++own.outputs;
    }
    return own;
  }
  /// Elements that are read before the first input or behind the last one, whichever are more.
  constexpr int border() const {
    int most = 0;
    for (int i = 0; i < phases(); ++i) {
      const Phase own = phase(i);
      if (own.empty() || own.taps == 0) continue;
      most = max_of(most, max_of(-own.first_in, own.last_in() - (inputs - 1)));
    }
    return most;
  }

 private:
  /// The band of a single output.
  constexpr Band taps_within(const Phase& phase, int output) const {
    const int position = phase.first_in + output * phase.in_step;
    int first = 0, end = phase.taps;
    while (first < end && position + first * phase.dilation < 0) ++first;
    while (end > first && position + (end - 1) * phase.dilation >= inputs) --end;
    return {output, 1, first, end - first};
  }
};

/// The two axes of a layer's operator. A Linear layer behind Flatten is a convolution with a kernel as large as the
/// map.
struct Axes {
  Axis y, x;
  constexpr Extent border() const { return {y.border(), x.border()}; }
};

constexpr Axes axes_of(const Layer& layer) {
  const Extent kernel = layer.flatten ? layer.pooled.extent() : layer.kernel;
  const Extent padding = layer.flatten ? Extent{0, 0} : layer.padding;
  const bool transposed = layer.op == Operator::conv_transpose2d;
  const int step = layer.one_dimensional() ? layer.stride.height : 1;
  const Extent dilation = layer.flatten ? Extent{1, 1} : layer.dilation;
  return {{layer.pooled.height, layer.out.height, kernel.height, padding.height, dilation.height, step, transposed},
          {layer.pooled.width, layer.out.width, kernel.width, padding.width, dilation.width, 1, transposed}};
}

// Tensors -------------------------------------------------------------------------------------------------------------

/// Where a tensor lies.
struct Place {
  Shape shape{};
  Extent border{0, 0};    ///< pixels around the map, on both sides
  int fill = 0;           ///< their value
  int element_bytes = 1;  ///< as in Form, …
  bool plain = false;     ///< … likewise
  int spare = 0;          ///< elements behind the channels of a pixel, which mean nothing
  long long offset = 0;   ///< byte at which the border starts

  constexpr bool exists() const { return shape.channels > 0; }
  constexpr int zero() const { return element_bytes == 1 && !plain ? 128 : 0; }  ///< the element that means 0
  /// Elements from one pixel to the next, and from one row to the next.
  constexpr int column() const { return shape.channels + spare; }
  constexpr long long row() const { return (shape.width + 2LL * border.width) * column(); }
  constexpr long long elements() const { return (shape.height + 2LL * border.height) * row(); }
  constexpr long long bytes() const { return elements() * element_bytes; }
  /// The byte of a pixel, which may lie in the border.
  constexpr long long pixel(int y, int x) const {
    return offset + ((y + border.height) * row() + (x + border.width) * 1LL * column()) * element_bytes;
  }
};

/// What a layer needs beside its sources and its output.
struct LayerLayout {
  Form form{};
  bool direct = false;   ///< the operator reads its source as it is
  bool gathers = false;  ///< its sources are first copied, operand by operand, to `gathered`
  bool wide_in = false;  ///< it reads 32-bit values
  Place gathered{};      ///< all operands, one above the other
  Place image{};         ///< what the operator reads, unless `direct`
};

/// The places of all tensors of a network.
template <int N>
struct Layout {
  Place input{};
  Place buffer{};
  Place outputs[at_least_one(N)]{};
  LayerLayout layers[at_least_one(N)]{};
  long long bytes = 0;  ///< size of the memory that holds them, which begins at a multiple of `alignment`

  constexpr const Place& place(int source) const {
    return source == network_input ? input : source == rolling_buffer ? buffer : outputs[source];
  }
  constexpr Place& place(int source) {
    return source == network_input ? input : source == rolling_buffer ? buffer : outputs[source];
  }
};
inline constexpr int alignment = 64;

namespace detail {

/// True if a layer's output has more than 8 bits: it is a sum itself, or passes such values on.
template <int N>
constexpr bool is_wide(const Layout<N>& layout, const Layer& layer) {
  if (layer.weighted()) return layer.wide;
  for (int source : layer.sources)
    if (layout.place(source).element_bytes == 4) return true;
  return false;
}

/// True if the operands of a layer are sources as they are, or consecutive channels of one, with its pixels in order.
template <int N>
constexpr bool operands_are_slices(const Graph<N>& graph, const Layer& layer) {
  int channels = 0;
  for (int source : layer.sources) {
    const Shape shape = cropped_source(graph, layer, source);
    if (shape.pixels() != layer.in.pixels()) return false;
    channels += shape.channels;
  }
  if (channels != layer.operands * layer.in.channels) return false;
  if (layer.operands == 1 || layer.sources.size == 1) return true;
  for (int source : layer.sources)
    if (source_shape(graph, source).channels != layer.in.channels) return false;
  return true;
}

/// True if an operator could read its only source where it lies.
template <int N>
constexpr bool may_be_direct(const Graph<N>& graph, const Layer& layer, const LayerLayout& own) {
  return layer.weighted() && layer.operands == 1 && layer.sources.size == 1 && !subsamples(layer) && !own.gathers &&
         operands_are_slices(graph, layer);
}

/// Whether a layer reads its source directly. If so, the source's border grows to what the layer needs.
template <int N>
constexpr bool claim_source(const Graph<N>& graph, const Layer& layer, Place& source) {
  const Extent need = axes_of(layer).border();
  const int fill = static_cast<int>(layer.pad_value);
  const bool same_map = cropped_source(graph, layer, layer.sources[0]) == layer.pooled;
  if (need == Extent{0, 0}) return same_map;
  if (!same_map || layer.crops()) return false;
  if (source.border != Extent{0, 0} && source.fill != fill) return false;
  source.fill = fill;
  source.border = {max_of(source.border.height, need.height), max_of(source.border.width, need.width)};
  return true;
}

/// True if a layer yields nothing negative as long as its sources do not.
constexpr bool keeps_sign(const Layer& layer) {
  if (layer.weighted()) return layer.activation == Activation::relu || layer.activation == Activation::abs;
  return layer.software == Software::none && (layer.operands == 1 || layer.elementwise != Elementwise::sub);
}

/// True if all sources of a layer are outputs for `plain_form`.
template <int N>
constexpr bool reads_plain(const Layout<N>& layout, const Layer& layer) {
  for (int source : layer.sources)
    if (!layout.place(source).plain) return false;
  return true;
}

/// Finds the outputs for `plain_form`, of a layout whose wide outputs are known. A layer reads only such, or none.
template <int N>
constexpr void choose_plain(const Graph<N>& graph, Layout<N>& layout) {
  for (int i = 0; i < graph.size; ++i)
    layout.outputs[i].plain = keeps_sign(graph[i]) && !layout.layers[i].wide_in && layout.outputs[i].element_bytes != 4;
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < graph.size; ++i) {
      const Layer& layer = graph[i];
      const bool passes = !layer.weighted(), reads = reads_plain(layout, layer);
      if (reads && (passes ? layout.outputs[i].plain : layer.pad_value >= 0)) continue;
      for (int source : layer.sources) {
        changed = changed || layout.place(source).plain;
        layout.place(source).plain = false;
      }
      if (!passes) continue;
      changed = changed || layout.outputs[i].plain;
      layout.outputs[i].plain = false;
    }
  }
  for (int i = 0; i < graph.size; ++i)
    if (layout.outputs[i].plain) layout.outputs[i].element_bytes = plain_form.element_bytes;
}

/// The form in which a layer reads its operands.
template <int N>
constexpr Form read_form(const Layout<N>& layout, int index, const Layer& layer, Level level) {
  if (layout.layers[index].wide_in) return wide_form;
  return reads_plain(layout, layer) ? plain_form : form_of(level);
}

/// Elements that a pixel of a map gets behind its channels: tiles are loaded faster where pixels begin with a cache
/// line.
constexpr int spare_elements(const Place& place, Level level) {
  const bool helps = level == Level::amx && place.element_bytes == 1 && place.shape.channels > 32;
  return helps ? round_up(place.shape.channels, alignment) - place.shape.channels : 0;
}

/// Gives a place its memory.
constexpr void put(Place& place, Level level, long long& end) {
  if (!place.exists()) return;
  place.spare = spare_elements(place, level);
  place.offset = end;
  end += (place.bytes() + alignment - 1) / alignment * alignment;
}

/// Bytes behind the last place that kernels may read, because they work on whole tiles of pixels.
constexpr long long overhang(const Layer& layer, const LayerLayout& own) {
  const long long step = layer.one_dimensional() ? layer.stride.height : 1;
  return (32 * step * round_up(layer.pooled.channels, alignment) + 2 * own.form.word + 64) * own.form.element_bytes;
}

/// The places of what a layer computes on its way: operands side by side, and the image that its kernels pass over.
constexpr void put_intermediates(const Layer& layer, LayerLayout& own, Level level, long long& end) {
  if (own.gathers) {
    own.gathered = {.shape = {layer.in.channels, layer.operands * layer.in.height, layer.in.width},
                    .element_bytes = own.form.element_bytes,
                    .plain = own.form.plain};
    put(own.gathered, level, end);
  }
  if (!layer.weighted() || own.direct) return;
  own.image = {.shape = layer.pooled,
               .border = axes_of(layer).border(),
               .fill = static_cast<int>(layer.pad_value),
               .element_bytes = own.form.element_bytes,
               .plain = own.form.plain};
  put(own.image, level, end);
}

}  // namespace detail

/// The places of the tensors of an inferred network, for the kernels of a level.
template <int N>
constexpr Layout<N> layout_of(const Graph<N>& graph, Level level) {
  Layout<N> layout;
  const int bytes = form_of(level).element_bytes;
  layout.input = {.shape = graph.input, .element_bytes = bytes};
  if (graph.buffer.exists()) layout.buffer = {.shape = graph.buffer.shape(), .element_bytes = bytes};
  for (int i = 0; i < graph.size; ++i) {
    LayerLayout& own = layout.layers[i];
    for (int source : graph[i].sources) own.wide_in = own.wide_in || layout.place(source).element_bytes == 4;
    layout.outputs[i] = {.shape = graph[i].out, .element_bytes = detail::is_wide(layout, graph[i]) ? 4 : bytes};
  }
  if (level == Level::avx2) detail::choose_plain(graph, layout);
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    LayerLayout& own = layout.layers[i];
    own.form = detail::read_form(layout, i, layer, level);
    own.gathers = own.wide_in || !detail::operands_are_slices(graph, layer);
    own.direct =
        detail::may_be_direct(graph, layer, own) && detail::claim_source(graph, layer, layout.place(layer.sources[0]));
  }
  long long overhang = 0;
  detail::put(layout.input, level, layout.bytes);
  detail::put(layout.buffer, level, layout.bytes);
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    LayerLayout& own = layout.layers[i];
    detail::put_intermediates(layer, own, level, layout.bytes);
    detail::put(layout.outputs[i], level, layout.bytes);
    const long long own_overhang = layer.weighted() ? detail::overhang(layer, own) : 0;
    overhang = own_overhang > overhang ? own_overhang : overhang;
  }
  layout.bytes += (overhang + alignment - 1) / alignment * alignment;
  return layout;
}

/// Bytes of memory in which an executor runs an inferred network: the caller may supply them.
template <int N>
constexpr long long arena_size(const Graph<N>& graph, Level level) {
  return layout_of(graph, level).bytes;
}

}  // namespace incuse::host::fast
