// An independent proof of a plan: every layer reads what its sources wrote, and nothing that is still needed is
// overwritten. Extents, weight and bias demands are computed anew (placement sheet, sections 4 to 6; memory sheet,
// sections 5 and 6). Shared with the planner: how the hardware executes a layer (conversion.hpp), and the sets of
// columns that the plan lists (columns.hpp).
#pragma once

#include <incuse/core/diagnostics.hpp>
#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/rules/in_place.hpp>

namespace incuse {

INCUSE_RULE_WORDS(max7800x, tensor_overwritten, error, "the output overwrites a tensor that is still needed",
                  "choose another output offset, or other output processors", "checks M9; placement 6")
INCUSE_RULE_WORDS(max7800x, tensor_outside, error, "the output leaves its data memory instances",
                  "choose a lower output offset or a smaller write gap", "checks M10; placement 5")
INCUSE_RULE_WORDS(max7800x, streaming_buffers, error,
                  "the buffer that the layer streams from overlaps that of an earlier layer",
                  "choose another output offset for the layer in front", "checks T4; placement 8")
INCUSE_RULE_WORDS(max7800x, output_trails_input, error,
                  "the output, written in place, overtakes the input that is still to be read",
                  "keep more bytes between input and output", "placement 6")
INCUSE_RULE_WORDS(max7800x, read_processors, error, "the layer reads other processors than its source writes",
                  "give it the source's output processors", "placement 2; checks Q1, Q2, Q6, Q7")
INCUSE_RULE_WORDS(max7800x, read_offset, error, "the layer reads at another offset than its source writes",
                  "correct the source's output offset", "placement 4; checks Q3, Q4, Q8")
INCUSE_RULE_WORDS(max7800x, read_gap, error,
                  "the source does not leave the gaps between its words that the layer expects",
                  "correct the source's write gap", "placement 4; checks I3, I5, I6")
INCUSE_RULE_WORDS(max7800x, read_size, error, "the layer reads another number of words than its source writes",
                  "correct the layer's input size", "placement 4; checks Q9, Q10")
INCUSE_RULE_WORDS(max7800x, read_channels, error,
                  "the words of the source hold other channels than the layer takes them for",
                  "keep the channels where a tensor is reshaped; split tensors into operands of a whole pass each",
                  "placement 4; memory 1")
INCUSE_RULE_WORDS(max7800x, divided_source, error,
                  "the operands are parts of one image, for which the chip takes neighbouring pixels",
                  "give every operand channels of its own, or a tensor of its own", "placement 4; datapath 10")
INCUSE_RULE_WORDS(
    max7800x, buffer_place, error, "the layer writes elsewhere than its rows of the rolling buffer lie",
    "let a shift write at the buffer's offset and other layers behind the rows that stay, without gaps, on "
    "the buffer's processors",
    "placement 6")
INCUSE_RULE_WORDS(max7800x, buffer_in_place, error, "a shift of the rolling buffer writes over what it reads",
                  "allow it with the option overlap_data, on the command line --overlap-data", "placement 6")
INCUSE_RULE_WORDS(max7800x, buffer_overwritten, error, "a tensor shares memory with the rolling buffer",
                  "give one of them another offset, or other processors", "placement 5, 6")
INCUSE_RULE_WORDS(max7800x, repeated_output, error,
                  "layers that run once more write over the output, or over what it is computed from",
                  "give every tensor a place of its own, or do not repeat the layers", "datapath 8; registers 2")
INCUSE_RULE_WORDS(max7800x, weights_overlap, error, "the layer's weights overlap another layer's", "plan them anew",
                  "memory 5.3")
INCUSE_RULE_WORDS(max7800x, weights_outside, error, "the layer's weights do not lie in the weight memory",
                  "plan them anew", "memory 5.3")
INCUSE_RULE_WORDS(max7800x, bias_overlap, error, "the layer's bias overlaps another layer's", "plan it anew",
                  "memory 6.1")
INCUSE_RULE_WORDS(max7800x, bias_outside, error, "the layer's bias does not lie in the bias memory", "plan it anew",
                  "memory 6.1")

}  // namespace incuse

namespace incuse::max7800x {

namespace detail::proof {

/// A tensor in memory: its words, the layer that writes it, and the last layer during which it is needed.
struct Tensor {
  Words words{};
  int born = 0;
  int last_use = 0;

  constexpr bool lives_with(const Tensor& other) const { return born <= other.last_use && other.born <= last_use; }
};

/// `count` processors of a map, after the first `skipped` ones.
constexpr ProcessorMap part_of(ProcessorMap map, int skipped, int count) {
  ProcessorMap part = 0;
  for (int number = 0; map != 0 && number < skipped + count; ++number) {
    const ProcessorMap lowest = map & (~map + 1);
    if (number >= skipped) part |= lowest;
    map ^= lowest;
  }
  return part;
}

/// "layer 0" and so on, for layers without a name.
struct LayerLabels {
  TextBuffer<9> labels[most_layers]{};
  constexpr LayerLabels() {
    for (int i = 0; i < most_layers; ++i) labels[i] << "layer " << static_cast<long long>(i);
  }
};
inline constexpr LayerLabels layer_labels{};

constexpr long long pixels(Shape s) { return 1LL * s.height * s.width; }
/// How the channels of a tensor lie in the words of a pixel: operand after operand, then pass after pass.
struct ChannelWords {
  int channels = 0;  ///< of one operand
  int operands = 1;
  Passes passes{};

  constexpr int count() const { return operands * passes.count; }
  constexpr int first_channel(int word) const { return word % operands * channels + word / operands * passes.channels; }
  constexpr int channels_in(int word) const {
    return min_of(passes.channels, channels - word / operands * passes.channels);
  }
  friend constexpr bool operator==(const ChannelWords& a, const ChannelWords& b) {
    if (a.operands * a.channels != b.operands * b.channels || a.count() != b.count()) return false;
    for (int word = 0; word < a.count(); ++word)
      if (a.first_channel(word) != b.first_channel(word) || a.channels_in(word) != b.channels_in(word)) return false;
    return true;
  }
  /// What differs, for a finding: the number of all channels, or if that is equal, the channels per word.
  constexpr Quantity differing_from(const ChannelWords& other) const {
    const int all = operands * channels;
    return {all != other.operands * other.channels ? all : passes.channels, "channels"};
  }
};

template <int N>
struct Proof {
  const Graph<N>& graph;
  const Plan<N>& plan;
  const Device& device;
  const Options& options;
  bool lenient;  ///< report overwriting only where the vendor's tool does: checks sheet, sections 8 and 9
  Findings found{};
  Tensor tensors[N + 1]{};  ///< 0: the network's input, i + 1: the output of layer i
  Words buffer{};           ///< the rolling buffer
  int streamed = 0;         ///< number of the first layers that stream: they run at the same time

  constexpr void blame(const Rule& rule, int layer, Quantity needs, Quantity has, Text whose, Text part = {},
                       const Advice& advice = {}) {
    found.push({&rule, layer, graph[layer].name, needs, has, whose, part, -1, advice});
  }
  constexpr Text name_of(int tensor) const {
    if (tensor == rolling_buffer + 1) return graph.buffer.name;
    if (tensor == 0) return "network input";
    const Text name = graph[tensor - 1].name;
    return !name.empty() || tensor > most_layers ? name : layer_labels.labels[tensor - 1].text();
  }

  // Where everything lies.

  constexpr Words input_words() const {
    const Layer& layer = graph[0];
    Words words{blocks_with(plan[0].processors), word_aligned(plan[0].in_offset)};
    if (plan.input_format == DataFormat::chw)
      words.count = (pixels(layer.in) + 3) / 4;
    else
      words.count = pixels(layer.in) * plan[0].in.count * layer.operands;
    return words;
  }
  /// The ring that a streaming layer reads from (register sheet, 3.17 and 3.19).
  constexpr Words stream_buffer(int i) const {
    const Layer& layer = graph[i];
    Words words{blocks_with(plan[i].processors), word_aligned(plan[i].in_offset)};
    long long frame = 12;
    if (i > 0 || plan.input_format != DataFormat::chw) {
      long long start = 0;
      if (i == 0) {
        start = ((layer.pool.height - 1LL) * layer.in.width + layer.pool.width) * layer.pool.height;
        if (options.stream_start_override >= 0) start = options.stream_start_override;
      } else {
        const Layer& before = graph[i - 1];
        // A streaming 1x1 convolution runs as a 3x3 one with padding (device sheet, 5).
        const bool widened = before.op == Operator::conv2d && before.kernel == Extent{1, 1};
        const bool transposed = before.op == Operator::conv_transpose2d;
        const Extent kernel = widened ? Extent{3, 3} : before.kernel;
        const int padding = widened ? 1 : transposed ? kernel.width - 1 - before.padding.width : before.padding.width;
        start = (before.pooled.width + 2LL * padding) * (kernel.height + layer.pool.height - 2) + kernel.width - 1 +
                layer.pool.width + options.stream_start_margin;
      }
      frame = start + (layer.pool.height - 1LL) * layer.in.width +
              max_of(layer.stride.width, max_of(layer.pool_stride.width, layer.pool.width));
      const long long passes = plan[i].in.count;
      frame = (frame + passes - 1) / passes * passes;
    }
    if (i == 0 && options.stream_rollover_override >= 0) frame = options.stream_rollover_override;
    words.count = frame + 1;
    return words;
  }

  constexpr void place_tensors() {
    while (streamed < graph.size && graph[streamed].streaming) ++streamed;
    for (int t = 0; t <= graph.size; ++t) {
      Tensor& tensor = tensors[t];
      const bool in_ring = t < streamed;
      tensor.words = in_ring ? stream_buffer(t) : t == 0 ? input_words() : output_words(graph[t - 1], plan[t - 1]);
      // Streaming layers run together, so everything of theirs is there from the beginning.
      tensor.born = t <= streamed ? -1 : t - 1;
      tensor.last_use = max_of(t, t <= streamed ? streamed - 1 : 0);
      // Rows of the rolling buffer belong to that from then on.
      if (t > 0 && graph[t - 1].writes_buffer() && !lenient) tensor.last_use = tensor.born;
      if (t > 0 && graph[t - 1].output) tensor.last_use = graph.size;
    }
    for (int i = 0; i < graph.size; ++i)
      for (int source : graph[i].sources) {
        if (source == rolling_buffer) continue;
        Tensor& tensor = tensors[source + 1];
        tensor.last_use = max_of(tensor.last_use, i);
      }
    if (graph.buffer.exists())
      buffer = {blocks_with(plan.buffer.processors), word_aligned(plan.buffer.offset),
                1LL * graph.buffer.rows * plan.buffer.passes.count};
  }

  // What is written.

  constexpr bool reads(int layer, int tensor) const {
    for (int source : graph[layer].sources)
      if (source + 1 == tensor) return true;
    return false;
  }

  /// Whether the vendor's tool refuses that layer i overwrites tensor t while it is needed. For a layer that does not
  /// stream it only looks at the output of the layer before, unless that one streams, and at network outputs.
  constexpr bool vendor_protects(int i, int t) const {
    if (i < streamed) return t == i || !options.overlap_data;
    if (options.overlap_data) return false;
    if (t == 0) return i == 0 && !options.uses_fifo();
    return (t == i && t > streamed) || graph[t - 1].output;
  }
  /// Whether layer i may overwrite its source t behind the words that it still has to read: no later layer needs t.
  /// Where the vendor's tool would refuse it, the plan has to be `in_place`.
  constexpr bool may_follow(int i, int t) const {
    return i >= streamed && tensors[t].last_use == i && reads(i, t) && (plan.in_place || !vendor_protects(i, t));
  }

  /// What would help if layer i may not overwrite its source t only because the option is not given.
  constexpr Advice advice_to_overlap(int i, int t) const {
    const bool safe = !options.overlap_data && i >= streamed && tensors[t].last_use == i && reads(i, t) &&
                      !output_overtakes_input(graph, plan, i);
    return {.change =
                safe ? Text("or let the layer write behind what it reads: option overlap_data, flag --overlap-data")
                     : Text()};
  }

  /// The ring of a streaming layer stays in its instance (row T3), and as many words in front of it are free, if the
  /// output lies there (row T2).
  constexpr void check_ring(int i) {
    const Words& ring = tensors[i].words;
    if (ring.end() > device.instance_bytes)
      blame(rules::tensor_outside, i, {ring.end(), "bytes"}, {device.instance_bytes, "bytes"}, {}, "the buffer");
    Words below = ring;
    below.blocks = blocks_with(plan[i].output_processors);
    below.first = word_aligned(plan[i].out_offset);
    if (below.first <= ring.first && below.meets(ring) && !tensors[i + 1].words.meets(ring))
      blame(rules::tensor_overwritten, i, Quantity::range(below.first, below.end() - 1),
            Quantity::range(ring.first, ring.end() - 1), "the other tensor", name_of(i));
  }

  /// What layer i writes: the ring of the next layer if that one streams. With `lenient` only the words of the output
  /// itself are counted, as the vendor's tool does.
  constexpr WrittenWords written_by(int i) const {
    WrittenWords written;
    if (i + 1 < streamed || lenient)
      written.push(tensors[i + 1].words);
    else
      written = written_words(graph[i], plan[i]);
    return written;
  }

  constexpr void check_output(int i) {
    if (i < streamed) check_ring(i);
    WrittenWords written = written_by(i);
    check_end(i, written);
    if (i + 1 == streamed) ++written[0].count;  // the last streaming layer keeps a word away from all rings (row T6)
    bool overtakes = false;
    for (int t = 0; t <= i; ++t) {
      const Tensor& other = tensors[t];
      if (!tensors[i + 1].lives_with(other) || (lenient && !vendor_protects(i, t))) continue;
      const Words taken = lenient ? as_vendor_sees(t) : other.words;
      for (const Words& words : written) {
        if (!words.meets(taken)) continue;
        if (!may_follow(i, t))
          blame_overwriting(i, t, words,
                            i + 1 < streamed && t < i ? rules::streaming_buffers : rules::tensor_overwritten);
        else if (!overtakes && output_overtakes_input(graph, plan, i))
          blame_overwriting(i, t, words, rules::output_trails_input), overtakes = true;
        break;
      }
    }
  }
  /// The words of a tensor. The vendor's tool takes the rows of a shifted buffer for channels, and the channels for
  /// rows.
  constexpr Words as_vendor_sees(int t) const {
    Words words = tensors[t].words;
    if (t > 0 && graph[t - 1].buffer_shift != 0 && graph.placed_by_hand()) words.count = graph.buffer.channels;
    return words;
  }

  /// Layers that shift the rolling buffer or insert rows write these in their place; nothing else touches it. A shift
  /// writes over what it reads, which authors who place it by hand allow with the option overlap_data.
  constexpr void check_buffer(int i) {
    if (!graph.buffer.exists() || lenient) return;
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    if (i == 0 && tensors[0].words.meets(buffer)) blame_sharing(0, tensors[0].words);
    if (!layer.writes_buffer()) {
      for (const Words& words : written_by(i))
        if (words.meets(buffer)) return blame_sharing(i, words);
      return;
    }
    const long long offset = buffer.first + 4LL * plan.buffer.passes.count * first_buffer_row(graph, i);
    if (placed.output_processors != plan.buffer.processors)
      blame(rules::buffer_place, i,
            Quantity::range(first_bit(plan.buffer.processors), last_bit(plan.buffer.processors)),
            Quantity::range(first_bit(placed.output_processors), last_bit(placed.output_processors)), "the layer",
            "processors");
    else if (word_aligned(placed.out_offset) != offset || placed.write_gap != 0)
      blame(rules::buffer_place, i, placed.write_gap != 0 ? 0 : offset,
            placed.write_gap != 0 ? placed.write_gap : placed.out_offset, "the layer",
            placed.write_gap != 0 ? Text("write gap") : Text("offset"));
    else if (layer.buffer_shift != 0 && graph.placed_by_hand() && !options.overlap_data)
      blame(rules::buffer_in_place, i, {}, {}, {});
    else if (graph[i].sources[0] == rolling_buffer && output_overtakes_input(graph, plan, i))
      blame_overwriting(i, rolling_buffer + 1, tensors[i + 1].words, rules::output_trails_input);
  }
  constexpr void blame_sharing(int i, const Words& words) {
    blame(rules::buffer_overwritten, i, Quantity::range(words.first, words.end() - 1),
          Quantity::range(buffer.first, buffer.end() - 1), "the buffer", graph.buffer.name);
  }

  constexpr void check_end(int i, const WrittenWords& written) {
    for (const Words& words : written)
      if (words.first < 0 || words.end() > device.instance_bytes)
        return blame(rules::tensor_outside, i, {words.end(), "bytes"}, {device.instance_bytes, "bytes"}, {});
  }
  constexpr void blame_overwriting(int i, int t, const Words& words, const Rule& rule) {
    const Words& other = t == rolling_buffer + 1 ? buffer : tensors[t].words;
    const bool ring = rule == rules::streaming_buffers, input = rule == rules::output_trails_input;
    blame(rule, ring ? i + 1 : i, Quantity::range(words.first, words.end() - 1),
          Quantity::range(other.first, other.end() - 1),
          ring    ? Text("the other buffer")
          : input ? Text("the input")
                  : Text("the other tensor"),
          name_of(t), rule == rules::tensor_overwritten ? advice_to_overlap(i, t) : Advice{});
  }

  // What is read.

  /// The words of one source as a layer has to find them.
  struct Expected {
    ProcessorMap map;
    long long offset;
    long long count;       ///< words in each instance
    long long pixel_step;  ///< in words
    long long pass_step;
    ChannelWords words;  ///< of a pixel
  };

  /// How a tensor's channels lie in the words of a pixel: the input as the first layer reads it.
  constexpr ChannelWords channel_words(int source) const {
    if (source == rolling_buffer) return {graph.buffer.channels, 1, plan.buffer.passes};
    if (source != network_input) return {graph[source].out.channels, 1, plan[source].out};
    return {graph[0].in.channels, graph[0].operands, plan[0].in};
  }

  constexpr void compare(int i, int source, const Expected& e) {
    const bool input = source == network_input;
    const Text part = name_of(source + 1);
    if (input && i == 0) return;  // it is loaded as the first layer reads it
    const bool kept = source == rolling_buffer;
    const LayerPlan& from = plan[source < 0 ? 0 : source];
    const ProcessorMap map = kept ? plan.buffer.processors : input ? from.processors : from.output_processors;
    const long long offset = kept ? buffer.first : word_aligned(input ? from.in_offset : from.out_offset);
    const ChannelWords words = channel_words(source);
    const int passes = words.count();
    const long long gap = source < 0 ? 0 : from.write_gap;
    const long long bytes = source >= 0 && graph[source].wide ? 16 : 4;
    const long long count = pixels(input ? graph[0].in : tensor_shape(source)) * passes;
    if (words != e.words) {
      blame(rules::read_channels, i, {e.words.channels, "channels"}, words.differing_from(e.words), "the source", part);
    } else if (map != e.map) {
      blame(rules::read_processors, i, Quantity::range(first_bit(e.map), last_bit(e.map)),
            Quantity::range(first_bit(map), last_bit(map)), "the source", part);
    } else if (offset != e.offset) {
      blame(rules::read_offset, i, e.offset, offset, "the source", part);
    } else if (count != e.count || bytes != 4 || (input && plan.input_format == DataFormat::chw)) {
      blame(rules::read_size, i, {4 * e.count, "bytes"}, {bytes * count, "bytes"}, "the source", part);
    } else if (count > 1) {
      // If all words are equally far apart, one distance has to agree; else that of passes and that of pixels.
      const bool in_sequence = e.pixel_step == e.pass_step * passes;
      const bool agrees = in_sequence ? gap + 1 == e.pass_step
                                      : (passes == 1 || gap + 1 == e.pass_step) &&
                                            (count == passes || passes * (gap + 1) == e.pixel_step);
      if (!agrees) blame(rules::read_gap, i, e.pass_step - 1, gap, "the source", part);
    }
  }

  /// Tensors of one extent are read as one with the channels of all, others one behind the other.
  constexpr bool have_one_extent(const Sources& sources) const {
    for (int source : sources)
      if (tensor_shape(source).extent() != tensor_shape(sources[0]).extent()) return false;
    return true;
  }

  constexpr void check_input(int i) {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    const long long size = pixels(layer.in), passes = placed.in.count, operands = layer.operands;
    const ChannelWords own{layer.in.channels, 1, placed.in};
    Expected e{placed.processors, word_aligned(placed.in_offset), size * passes, passes * operands, operands, own};
    const long long width = tensor_shape(layer.sources[0]).width;
    e.offset -= 4 * layer.crop_top * width * passes * operands;
    const long long left_out = (layer.crop_top + layer.crop_bottom) * width;
    e.count += left_out * passes;
    if (layer.sources.size == 1) {
      e.words.operands = layer.operands;
      e.count = (size + left_out) * passes * operands;
      e.pass_step = 1;
      const int channels = tensor_shape(layer.sources[0]).channels, all = layer.operands * layer.in.channels;
      if (layer.operands > 1 && channels != all) {
        blame(rules::divided_source, i, {all, "channels"}, {channels, "channels"}, "the source",
              name_of(layer.sources[0] + 1));
        e.words = channel_words(layer.sources[0]);  // reported already
        e.pixel_step = e.words.count();
      }
      return compare(i, layer.sources[0], e);
    }
    if (layer.operands == 1 && have_one_extent(layer.sources)) return check_joined(i);
    for (int source : layer.sources) {
      if (layer.operands == 1) e.count = pixels(tensor_shape(source)) * passes;
      compare(i, source, e);
      // The next operand's words lie between those of this one, the next image's behind them.
      e.offset += 4 * (layer.operands > 1 ? 1 : e.count);
    }
  }

  /// Sources whose channels the layer reads as one tensor's.
  constexpr void check_joined(int i) {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    const int width = max_of(placed.in.channels, 1);
    const long long row = tensor_shape(layer.sources[0]).width;  // pixels
    int before = 0, all = 0;                                     // channels of the sources in front, and of all
    for (int source : layer.sources) all += tensor_shape(source).channels;
    for (int source : layer.sources) {
      const int channels = tensor_shape(source).channels;
      if (all != layer.in.channels)
        return blame(rules::read_channels, i, {layer.in.channels, "channels"}, {all, "channels"}, "the source",
                     name_of(source + 1));
      // A source has to lie within one pass, or to fill whole passes.
      const bool within_one = before % width + channels <= width;
      const ChannelWords words{channels, 1,
                               within_one ? Passes{1, channels} : Passes{ceil_div(channels, width), width}};
      const bool whole = within_one || (before % width == 0 && (before + channels == all || channels % width == 0));
      if (!whole)
        blame(rules::read_channels, i, {width - before % width, "channels"}, {channels, "channels"}, "the source",
              name_of(source + 1));
      else
        compare(i, source,
                {part_of(placed.processors, before % width, min_of(channels, width)),
                 word_aligned(placed.in_offset) + 4 * (before / width - layer.crop_top * row * placed.in.count),
                 (pixels(layer.in) + (layer.crop_top + layer.crop_bottom) * row) * words.count(), placed.in.count, 1,
                 words});
      before += channels;
    }
  }

  constexpr Shape tensor_shape(int source) const {
    if (source == rolling_buffer) return graph.buffer.shape();
    return source == network_input ? graph.input : graph[source].out;
  }

  // Weights and biases.

  constexpr void check_weights(int i) {
    const Layer& layer = graph[i];
    const LayerPlan& placed = plan[i];
    if (!layer.weighted()) return;
    const KernelColumns& own = placed.kernels;
    // The first and the last processor are enough: those between write the columns of one of them, or fewer. With
    // fan-out every group writes other columns, so all are looked at.
    const auto written_in = [&](int number, ProcessorMap map) {
      const KernelColumns& kernels = plan[number].kernels;
      const ProcessorMap all = plan[number].processors;
      if (kernels.even()) return kernels.written;
      const int first = channel_of(all, first_bit(map)), last = channel_of(all, last_bit(map));
      ColumnSet columns = kernels.written_by(first);
      columns.add(kernels.written_by(last));
      for (int n = first + 1; kernels.fanned_processors > 0 && n < last; ++n) columns.add(kernels.written_by(n));
      return columns;
    };
    const ColumnSet written = placed.processors == 0 ? ColumnSet{} : written_in(i, placed.processors);
    const int twin = layer.same_weights_as;  // the first layer with these weights
    if (!own.owned) {
      bool shared = false;
      for (int j = 0; j < i; ++j)
        shared = shared || ((j == twin || (twin >= 0 && graph[j].same_weights_as == twin)) && plan[j].kernels.owned &&
                            plan[j].processors == placed.processors && plan[j].kernels.offset == own.offset);
      if (!shared) blame(rules::weights_outside, i, {}, {}, {});
      return;
    }
    const long long per_processor = layer.flatten ? 1LL * layer.out.channels * placed.in.count * pixels(layer.pooled)
                                                  : 1LL * layer.out.channels * placed.in.count * layer.kernel.area();
    const int sharers = own.fanned_processors > 0 ? groups : 1;
    const long long least = (per_processor * layer.weight_bits + 72 * sharers - 1) / (72 * sharers);
    if (own.offset < 0 || own.offset % 4 != 0 || written.end() > device.weight_columns || written.count() < least)
      blame(rules::weights_outside, i, {least, "columns"}, {written.count(), "columns"}, "the plan");
    for (int j = 0; j < i; ++j) {
      const ProcessorMap shared = plan[j].processors & placed.processors;
      if (!plan[j].kernels.owned || shared == 0) continue;
      const ColumnSet own_part = shared == placed.processors ? written : written_in(i, shared);
      const ColumnSet other = written_in(j, shared);
      for (int w = 0; w < ColumnSet::capacity / 64; ++w)
        if ((own_part.words[w] & other.words[w]) != 0) {
          blame(rules::weights_overlap, i, {}, {}, {}, name_of(j + 1));
          break;
        }
    }
  }

  struct Slots {
    long long begin = 0;
    long long end = 0;  ///< not greater than `begin`: no values

    constexpr bool meets(const Slots& other) const {
      return (begin > other.begin ? begin : other.begin) < (end < other.end ? end : other.end);
    }
  };

  /// Bias values of a layer in one group: all in the group of the layer, or with fan-out every fourth in each of them.
  constexpr Slots bias_slots(int i, int group) const {
    const LayerPlan& placed = plan[i];
    const int lanes = placed.output_processors == 0 ? 0 : first_bit(placed.output_processors) % 4;
    const long long values = graph[i].out.channels + lanes;
    if (!graph[i].bias) return {};
    if (placed.fans_out)
      return {placed.bias_offset_in[group], placed.bias_offset_in[group] + (values - group + groups - 1) / groups};
    if (placed.bias_group != group) return {};
    return {placed.bias_offset, placed.bias_offset + values};
  }

  constexpr void check_bias(int i) {
    if (!graph[i].bias) return;
    long long values = 0;
    for (int g = 0; g < groups; ++g) {
      const Slots own = bias_slots(i, g);
      values += own.end - own.begin;
      if (own.begin < 0 || own.end > device.bias_values)
        return blame(rules::bias_outside, i, {own.end, "values"}, {device.bias_values, "values"}, {});
    }
    if (values < graph[i].out.channels)
      return blame(rules::bias_outside, i, {graph[i].out.channels, "values"}, {values, "values"}, "the plan");
    for (int j = 0; j < i; ++j)
      for (int g = 0; g < groups; ++g) {
        const Slots own = bias_slots(i, g), other = bias_slots(j, g);
        const bool shared = graph[i].same_bias_as >= 0 && own.begin == other.begin;
        if (!shared && own.meets(other)) return blame(rules::bias_overlap, i, {}, {}, {}, name_of(j + 1));
      }
  }

  /// With repetitions, layers run again on what is in memory by then. Tracks which tensors still hold the right values:
  /// at the end all outputs must. The number of layers run is repetitions * (size - 1) + 1.
  constexpr void check_repetitions() {
    if (lenient || options.repetitions < 2 || !found.ok()) return;
    bool sound[N + 1]{true};  // holds what the network computes
    for (int run = 0; run <= options.repetitions * (graph.size - 1); ++run) {
      const int i = run % graph.size;
      bool reads_sound = true;
      for (int source : graph[i].sources)
        if (source != rolling_buffer) reads_sound = reads_sound && sound[source + 1];
      for (int t = 0; t <= graph.size; ++t)
        if (tensors[i + 1].words.meets(tensors[t].words)) sound[t] = false;
      sound[i + 1] = reads_sound;
    }
    for (int i = 0; i < graph.size; ++i)
      if (graph[i].output && !sound[i + 1])
        blame(rules::repeated_output, i, {options.repetitions, "repetitions"}, {}, {});
  }

  constexpr void run() {
    place_tensors();
    for (int i = 0; i < graph.size; ++i) {
      check_input(i);
      check_output(i);
      check_buffer(i);
      check_weights(i);
      check_bias(i);
    }
    check_repetitions();
  }
};

}  // namespace detail::proof

/// Proves a plan. With the option overlap_data, or where the plan says so, a layer's output may overwrite its input, at
/// a safe distance behind what it still has to read. Expects a network whose sizes are in range, which the rules
/// without a plan make sure of. `lenient`: overwriting is reported only where the vendor's tool does, too. At compile
/// time, 32 layers need far fewer steps than compilers allow by default.
template <int N>
constexpr Findings verify(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options = {},
                          bool lenient = false) {
  detail::proof::Proof<N> proof{graph, plan, device, options, lenient};
  proof.run();
  return proof.found;
}

}  // namespace incuse::max7800x
