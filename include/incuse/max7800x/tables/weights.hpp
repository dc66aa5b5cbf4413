// Contents of the weight memories and the stream that loads them. Sources: datapath page (max7800x-datapath), section
// 5; max7800x-memory, sections 5.1, 5.5 and 5.6.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/tables/packing.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::max7800x {

namespace detail {

/// The options with the format of the part's loader.
constexpr Options loader_options(const Device& device, const Options& asked) {
  Options options = asked;
  options.express_weights = loads_packed(device, asked);
  return options;
}

/// Words of a run of neighbouring columns in the loader's format.
constexpr int run_words(int columns, const Options& options) {
  return options.express_weights ? ceil_div(columns * bytes_per_kernel, 4) : 4 * columns;
}

/// Address of a run as the loader wants it: an express load counts words of nine-byte columns, four bytes apart.
constexpr std::uint32_t run_address(const Device& device, int processor, int column, const Options& options) {
  const std::uint32_t address = device.weight_address(processor, column);
  if (!options.express_weights) return address;
  const std::uint32_t within = device.express_span - 1;
  return (address & ~within) | (address & within) >> 2;
}

/// Columns that a layer writes in one of its processors.
constexpr ColumnSet written_columns(const LayerPlan& placed, const Device& device, int processor) {
  const ColumnSet written = placed.kernels.written_by(channel_of(placed.processors, processor));
  return placed.kernels.places_of(written, device.weight_blocks);
}

/// Columns that any layer writes in one processor.
template <int N>
constexpr ColumnSet written_columns(const Plan<N>& plan, const Device& device, int processor) {
  ColumnSet written{};
  for (int i = 0; i < plan.size; ++i)
    if ((plan[i].processors >> processor & 1) != 0 && plan[i].kernels.owned && plan[i].kernels.offset >= 0)
      written.add(written_columns(plan[i], device, processor));
  return written;
}

/// Calls `action(first column, columns, first word)` for every run of neighbouring columns. The word is where the run's
/// contents start: behind two words of address and length, the first of which is `word`.
template <class Action>
constexpr void for_each_run(const ColumnSet& written, int word, const Options& options, Action&& action) {
  const int end = written.end();
  for (int first = written.next(0, end); first < end;) {
    const int after = written.next_absent(first, end);
    word += 2;
    action(first, after - first, word);
    word += run_words(after - first, options);
    first = written.next(after, end);
  }
}

/// Records of some processors, under construction. Bytes of columns go to their final place at once.
template <int Capacity>
struct WeightRecords {
  std::uint32_t words[at_least_one(Capacity)]{};

  /// A byte of a column, by its place among all bytes: the most significant one of a word comes first.
  constexpr std::uint32_t byte(int place) const { return words[place / 4] >> 8 * (3 - place % 4) & 0xff; }
  constexpr void add_byte(int place, std::uint32_t byte) { words[place / 4] |= byte << 8 * (3 - place % 4); }
};

/// Where the bytes of a processor's columns lie in the records. Remembers the run that was asked for last.
struct ColumnPlaces {
  const ColumnSet& written;
  int start;  ///< the processor's first word
  const Options& options;
  const WeightBlocks& blocks;
  int first = 0, end = 0;  ///< columns of the remembered run
  int word = 0;            ///< and its first word

  /// Index of byte `position` (0…8) of a column among the bytes of the records, most significant byte of a word first;
  /// -1 for a column that no record has: one beyond the end of every weight memory.
  constexpr int byte(int column, int position) {
    if ((column < first || column >= end) && !find(column)) return -1;
    if (options.express_weights) return 4 * word + bytes_per_kernel * (column - first) + position;
    // Plain records: the first byte in the low bits of a word of its own, twice four bytes, and a word of zeros.
    return 4 * (word + 4 * (column - first)) + 3 + position;
  }

 private:
  constexpr bool find(int column) {
    for_each_run(written, start, options, [&](int run_first, int columns, int run_word) {
      if (column >= run_first && column < run_first + columns) {
        first = run_first;
        end = run_first + columns;
        word = run_word;
      }
    });
    return column >= first && column < end;
  }
};

/// Writes the kernels of one processor where the hardware reads them. `Weights` is a pointer to the values, or a Tensor
/// that computes them.
template <class Weights, class Words>
struct KernelWriter {
  const KernelShape& shape;
  const TapMap& taps;
  const Weights& weights;
  int channel;  ///< index of the processor among the layer's processors
  int offset;   ///< first column of the layer
  int turn;     ///< of the processor's group among those that share the steps
  ColumnPlaces& places;
  Words& words;
  int together = 0;  ///< index of the set of `per_byte` kernels, which share bytes, that is being collected
  int sources[8]{-1, -1, -1, -1, -1, -1, -1, -1};  ///< index of each one's first weight; -1: none …
  int byte = 0;                                    ///< … or, of kernels with a single tap, the byte itself

  constexpr void write() {
    const int steps = shape.steps(), each = shape.kernels_per_step();
    if (shape.depthwise)
      add_channel(0, 0);  // the processor's own channels, one for every pass
    else
      for (int step = turn, first = 0; step < steps; step += shape.turns(), first += each)
        if (const int output = shape.channel_at(step); output >= 0) add_channel(output, first);
    write_together();
  }

 private:
  /// Adds the kernels of an output channel; `kernel` is the number of the first. Weights of a flatten layer lie in
  /// C x H x W order; the passes of a pixel are read one after the other. No calls in the inner loop: at compile time
  /// they cost most.
  constexpr void add_channel(int output, int kernel) {
    const int pixels = shape.flattens() ? shape.flatten_pixels : 1;
    const bool binary = shape.binary;
    const int mask = (1 << shape.bits) - 1;
    const int next = shape.in_per_pass * pixels * taps.source_taps;
    const int end = (output + 1) * shape.in_channels * pixels * taps.source_taps;  // behind the last input channel
    const int first = end + (channel - shape.in_channels) * pixels * taps.source_taps;
    int lane = kernel % shape.per_byte;
    if (kernel / shape.per_byte != together) write_together();
    together = kernel / shape.per_byte;
    for (int pixel = 0; pixel < pixels; ++pixel) {
      int source = first + pixel;
      for (int pass = 0; pass < shape.in_passes; ++pass, source += next, ++lane) {
        if (lane == shape.per_byte) {
          write_together();
          ++together;
          lane = 0;
        }
        if (source >= end) continue;
        if (shape.taps == 1)
          byte |= ((binary && weights[source] > 0 ? 0 : weights[source]) & mask) << lane * shape.bits;
        else
          sources[lane] = source;
      }
    }
  }

  constexpr void write_together() {
    if (byte != 0) put(together, byte);
    byte = 0;
    if (shape.taps == 1) return;
    int place = together * shape.taps;
    for (int tap = shape.taps - 1; tap >= 0; --tap, ++place) {
      if (taps.source[tap] == TapMap::zero) continue;
      int value = 0;
      for (int lane = 0; lane < shape.per_byte; ++lane)
        if (sources[lane] >= 0) value |= shape.coded(weights[sources[lane] + taps.source[tap]]) << lane * shape.bits;
      if (value != 0) put(place, value);
    }
    for (int lane = 0; lane < shape.per_byte; ++lane) sources[lane] = -1;
  }

  /// Bytes fill a column from its last position down.
  constexpr void put(int number, int value) {
    const int place = places.byte(offset + number / bytes_per_kernel, bytes_per_kernel - 1 - number % bytes_per_kernel);
    if (place >= 0) words[place / 4] |= static_cast<std::uint32_t>(value) << 8 * (3 - place % 4);
  }
};

/// The same where the vendor's tool lays the kernels (option vendor_stream).
template <class Weights, class Words>
constexpr void write_vendor_kernels(const KernelShape& shape, const TapMap& taps, const Weights& weights, int channel,
                                    const KernelColumns& columns, int turn, ColumnPlaces& places, Words& words) {
  const vendor::Kernels kernels(shape);
  auto put = [&](int column, int position, std::uint32_t value) {
    const int place = places.byte(columns.place_of(columns.offset + column, places.blocks), position);
    if (place >= 0) words[place / 4] |= value << 8 * (3 - place % 4);
  };
  vendor::KernelWriter<Weights, decltype(put)> writer{kernels, taps, weights, channel, turn, put};
  vendor::walk(kernels, channel, writer);
}

/// True if the 8-bit weights of a processor follow each other without gaps, channel by channel of the output.
constexpr bool weights_are_neighbours(const KernelShape& shape, int channel, const Options& options) {
  return options.express_weights && shape.bits == 8 && shape.is_plain() && !(shape.flattens() && shape.in_passes > 1) &&
         (shape.in_passes - 1) * shape.in_per_pass + channel < shape.in_channels;
}

// Macros, not functions: a call costs compilers more than the bytes it returns.
#define INCUSE_BYTE(i) static_cast<std::uint32_t>(weights[i] & 0xff)
#define INCUSE_WORD(i, j, k, l) INCUSE_BYTE(i) << 24 | INCUSE_BYTE(j) << 16 | INCUSE_BYTE(k) << 8 | INCUSE_BYTE(l)
/// Four columns are nine words; a, b, c and d are the first weights of their kernels.
#define INCUSE_FOUR_COLUMNS(a, b, c, d)                      \
  words[word] = INCUSE_WORD(a, a + 1, a + 2, a + 3);         \
  words[word + 1] = INCUSE_WORD(a + 4, a + 5, a + 6, a + 7); \
  words[word + 2] = INCUSE_WORD(a + 8, b, b + 1, b + 2);     \
  words[word + 3] = INCUSE_WORD(b + 3, b + 4, b + 5, b + 6); \
  words[word + 4] = INCUSE_WORD(b + 7, b + 8, c, c + 1);     \
  words[word + 5] = INCUSE_WORD(c + 2, c + 3, c + 4, c + 5); \
  words[word + 6] = INCUSE_WORD(c + 6, c + 7, c + 8, d);     \
  words[word + 7] = INCUSE_WORD(d + 1, d + 2, d + 3, d + 4); \
  words[word + 8] = INCUSE_WORD(d + 5, d + 6, d + 7, d + 8)

/// Writes 3x3 kernels of 8-bit weights, one column each, four at a time from index `word` on. Returns how many kernels
/// were written: the largest multiple of 4.
template <class Byte, class Words>
constexpr int write_fours(const KernelShape& shape, const Byte* weights, int channel, int word, Words& words) {
  const int next_output = 9 * shape.in_channels, kernels = shape.out_channels;
  int kernel = 0, a = 9 * channel;
  for (; kernel + 4 <= kernels; kernel += 4) {
    const int b = a + next_output, c = b + next_output, d = c + next_output;
    INCUSE_FOUR_COLUMNS(a, b, c, d);
    a = d + next_output;
    word += 9;
  }
  return kernel;
}

/// The same with several input passes.
template <class Byte, class Words>
constexpr int write_fours_of_passes(const KernelShape& shape, const Byte* weights, int channel, int word,
                                    Words& words) {
  const int next_pass = 9 * shape.in_per_pass, next_output = 9 * shape.in_channels - next_pass * (shape.in_passes - 1);
  const int kernels = shape.out_channels * shape.in_passes;
  int kernel = 0, source = 9 * channel, pass = 0;
  for (; kernel + 4 <= kernels; kernel += 4) {
    int first[4]{};
    for (int& weight : first) {
      weight = source;
      pass = pass + 1 < shape.in_passes ? pass + 1 : 0;
      source += pass == 0 ? next_output : next_pass;
    }
    const int a = first[0], b = first[1], c = first[2], d = first[3];
    INCUSE_FOUR_COLUMNS(a, b, c, d);
    word += 9;
  }
  return kernel;
}
#undef INCUSE_FOUR_COLUMNS
#undef INCUSE_WORD

/// Writes a layer of 3x3 kernels of 8-bit weights without gaps: every kernel is a column. The same bytes as
/// KernelWriter writes, but a whole word at a time. This is where nearly all weights of large networks go through;
/// compilers take five times as long for single bytes, calls and pointers.
template <class Byte, class Words>
constexpr void write_kernel_columns(const KernelShape& shape, const Byte* weights, int channel, int first_byte,
                                    Words& words) {
  const int kernels = shape.out_channels * shape.in_passes;
  int kernel = 0;
  if (first_byte % 4 == 0)  // nearly always: offsets are multiples of 4 columns
    kernel = shape.in_passes == 1 ? write_fours(shape, weights, channel, first_byte / 4, words)
                                  : write_fours_of_passes(shape, weights, channel, first_byte / 4, words);
  for (; kernel < kernels; ++kernel) {
    const int output = kernel / shape.in_passes, pass = kernel % shape.in_passes;
    const int first = 9 * (channel + output * shape.in_channels + pass * shape.in_per_pass);
    for (int i = 0; i < 9; ++i) {
      const int place = first_byte + 9 * kernel + i;
      words[place / 4] |= INCUSE_BYTE(first + i) << 8 * (3 - place % 4);
    }
  }
}

/// Writes a layer of any kernels of 8-bit weights without gaps (`weights_are_neighbours`): the same bytes as
/// KernelWriter writes, one after the other.
template <class Byte, class Words>
constexpr void write_neighbours(const KernelShape& shape, const Byte* weights, int channel, int first_byte,
                                Words& words) {
  const bool flatten = shape.flattens();
  const int count = flatten ? shape.flatten_pixels : shape.taps;  // of one output and pass
  const int first = flatten ? channel * count : channel * count + count - 1;
  const int next = flatten ? 1 : -1;  // kernels begin with their last tap
  const int next_output = count * (flatten ? shape.in_per_pass : shape.in_channels);
  const int next_pass = count * shape.in_per_pass;
  int place = first_byte + bytes_per_kernel - 1;  // bytes fill a column from its last position down
  int left = bytes_per_kernel;
  for (int output = 0; output < shape.out_channels; ++output)
    for (int pass = 0; pass < shape.in_passes; ++pass) {
      int source = first + output * next_output + pass * next_pass;
      for (int i = 0; i < count; ++i, source += next, --place) {
        words[place / 4] |= INCUSE_BYTE(source) << 8 * (3 - place % 4);
        if (--left > 0) continue;
        left = bytes_per_kernel;
        place += 2 * bytes_per_kernel;
      }
    }
#undef INCUSE_BYTE
}

/// What is the same for all processors of a layer.
struct LayerKernels {
  KernelShape shape{};
  TapMap taps{};
  Tensor weights{};
};

template <int N>
struct NetworkKernels {
  LayerKernels layers[at_least_one(N)]{};
};

/// True if a layer's weights are among those of a processor.
constexpr bool writes_kernels(const LayerPlan& placed, int processor) {
  return (placed.processors >> processor & 1) != 0 && placed.kernels.owned && placed.kernels.offset >= 0;
}

constexpr int channel_in(const LayerPlan& placed, int processor) {
  return placed.fans_out ? channel_of(placed.input_map(), processor % processors_per_group)
                         : channel_of(placed.processors, processor);
}

/// How a processor's part of a layer is written, fastest first: whole columns of 3x3 kernels; 8-bit weights without
/// gaps; any width and format, from words of eight values; complete sets of 3x3 kernels that share bytes; byte by byte;
/// the same with weights that the Tensor computes.
enum class KernelWriting : unsigned char { columns, neighbours, words, sets, bytes, computed };
constexpr KernelWriting writing_of(const LayerKernels& kernels, int channel, const Options& options) {
  const KernelShape& shape = kernels.shape;
  if (kernels.weights.is_computed()) return KernelWriting::computed;
  if (kernels.taps.identity && weights_are_neighbours(shape, channel, options)) {
    const bool whole_columns = shape.taps == bytes_per_kernel && !shape.flattens();
    return whole_columns ? KernelWriting::columns : KernelWriting::neighbours;
  }
  if (options.vendor_stream) return KernelWriting::bytes;
  if (kernels.weights.has_words && packs(shape)) return KernelWriting::words;
  return packs_sets(shape, kernels.taps) ? KernelWriting::sets : KernelWriting::bytes;
}

template <class Weights, class Words>
constexpr void write_bytes(const LayerKernels& kernels, const LayerPlan& placed, int processor, const Weights& weights,
                           ColumnPlaces& places, Words& words) {
  const int channel = channel_in(placed, processor), column = placed.kernels.offset;
  const int turn = placed.fans_out ? processor / processors_per_group : 0;
  if (places.options.vendor_stream)
    return write_vendor_kernels(kernels.shape, kernels.taps, weights, channel, placed.kernels, turn, places, words);
  for (int block = 0; block < kernels.shape.blocks; ++block) {
    const int first = placed.kernels.place_of(column + block * placed.kernels.block_columns, places.blocks);
    KernelWriter<Weights, Words>{kernels.shape, kernels.taps, weights, channel, first, turn + block, places, words}
        .write();
  }
}

template <class Words>
constexpr void write_layer(const LayerKernels& kernels, const LayerPlan& placed, int processor, ColumnPlaces& places,
                           Words& words) {
  const int channel = channel_in(placed, processor);
  const int column = placed.kernels.offset;
  const KernelWriting writing = writing_of(kernels, channel, places.options);
  if (writing == KernelWriting::computed)
    return write_bytes(kernels, placed, processor, kernels.weights, places, words);
  if (writing == KernelWriting::words)
    return pack_kernels({kernels.shape, kernels.taps, kernels.weights.words, channel}, places.byte(column, 0),
                        places.options.express_weights, words);
  kernels.weights.use_stored([&](const auto* weights) {
    if (writing == KernelWriting::columns)
      write_kernel_columns(kernels.shape, weights, channel, places.byte(column, 0), words);
    else if (writing == KernelWriting::neighbours)
      write_neighbours(kernels.shape, weights, channel, places.byte(column, 0), words);
    else if (writing == KernelWriting::sets)
      pack_sets(kernels.shape, weights, channel, places.byte(column, 0), places.options.express_weights, words);
    else
      write_bytes(kernels, placed, processor, weights, places, words);
  });
}

/// About as many steps as Clang counts for a processor's part of a layer, beside those for whole words.
constexpr int extra_steps(const LayerKernels& kernels, const LayerPlan& placed, int processor, const Options& options) {
  const int bytes = bytes_per_kernel * (options.vendor_stream ? placed.kernels.used : placed.kernels.length);
  switch (writing_of(kernels, channel_in(placed, processor), options)) {
    case KernelWriting::words:
      return packing_steps(kernels.shape, kernels.taps);
    case KernelWriting::columns:
      return kernels.shape.in_passes > 1 ? 20 * placed.kernels.length : 0;
    case KernelWriting::neighbours:
      return 10 * bytes;
    case KernelWriting::sets:
      return set_steps(kernels.shape);
    case KernelWriting::bytes:
      return bytes * (30 + 10 * kernels.shape.per_byte) + 30 * placed.kernels.count;
    case KernelWriting::computed:
      break;
  }
  return bytes * (30 + 60 * kernels.shape.per_byte) + 30 * placed.kernels.count;
}

/// Address and number of words in front of every run.
template <class Words>
constexpr void write_headers(const Device& device, int processor, const ColumnSet& written, int start,
                             const Options& options, Words& words) {
  for_each_run(written, start, options, [&](int first, int columns, int word) {
    words[word - 2] = run_address(device, processor, first, options);
    words[word - 1] = static_cast<std::uint32_t>(run_words(columns, options));
  });
}

/// Words of the records of these columns.
constexpr int words_of(const ColumnSet& written, const Options& options) {
  int words = 0;
  for_each_run(written, 0, options,
               [&](int, int columns, int first_word) { words = first_word + run_words(columns, options); });
  return words;
}

/// Removes columns of zeros from the records of a processor, for memories that were cleared. `written`: columns in the
/// records, before and after.
template <class Records>
constexpr void leave_out_zeros(const Device& device, int processor, ColumnSet& written, const Options& options,
                               Records& records) {
  const ColumnSet all = written;
  const Records full = records;
  ColumnPlaces from{all, 0, options, device.weight_blocks};
  const auto for_each_byte = [](const ColumnSet& columns, auto&& action) {
    for (int column = columns.next(0, columns.end()); column < columns.end();
         column = columns.next(column + 1, columns.end()))
      for (int i = 0; i < bytes_per_kernel; ++i) action(column, i);
  };
  written = {};
  for_each_byte(all, [&](int column, int i) {
    if (full.byte(from.byte(column, i)) != 0) written.add(column);
  });
  records = {};
  ColumnPlaces to{written, 0, options, device.weight_blocks};
  for_each_byte(written,
                [&](int column, int i) { records.add_byte(to.byte(column, i), full.byte(from.byte(column, i))); });
  write_headers(device, processor, written, 0, options, records.words);
}

}  // namespace detail

/// The columns that every processor's records have, and where in the weight stream they lie.
struct WeightLayout {
  ColumnSet written[all_processors]{};
  int first_word[all_processors + 1]{};

  constexpr int words(int processor) const { return first_word[processor + 1] - first_word[processor]; }
  constexpr int words() const { return first_word[all_processors]; }
};

/// The layout of a plan's weights.
template <int N>
constexpr WeightLayout weight_layout(const Plan<N>& plan, const Device& device, const Options& asked) {
  const Options options = detail::loader_options(device, asked);
  ProcessorMap unlike = 1;  // processors that may write other columns than the previous one
  for (int i = 0; i < plan.size; ++i) {
    const ProcessorMap map = plan[i].processors;
    if (plan[i].kernels.owned) unlike |= plan[i].kernels.even() ? map ^ map << 1 : map | map << 1;
  }
  WeightLayout layout{};
  int words = 0;
  for (int p = 0; p < all_processors; ++p) {
    if ((unlike >> p & 1) != 0) {
      layout.written[p] = detail::written_columns(plan, device, p);
      words = detail::words_of(layout.written[p], options);
    } else {
      layout.written[p] = layout.written[p - 1];
    }
    layout.first_word[p + 1] = layout.first_word[p] + words;
  }
  return layout;
}

/// Shape, taps and weights of all layers that have columns of their own.
template <int N>
constexpr detail::NetworkKernels<N> network_kernels(const Graph<N>& graph, const Plan<N>& plan, Parameters parameters) {
  detail::NetworkKernels<N> kernels{};
  for (int i = 0; i < graph.size; ++i) {
    const LayerPlan& placed = plan[i];
    if (!placed.kernels.owned || placed.kernels.offset < 0) continue;
    const Layer hardware = hardware_layer(graph, i);
    kernels.layers[i].shape = kernel_shape(hardware, placed);
    kernels.layers[i].taps = tap_map(graph[i], hardware);
    kernels.layers[i].weights = parameters_of(graph, parameters, i).weight;
  }
  return kernels;
}

/// The next layer from `first` on whose weights are turned into words of eight before they are packed; the number of
/// layers if there is none. `also_sets`: instead of writing them as sets.
template <int N>
constexpr int next_layer_in_words(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan, const Device& device,
                                  const Options& asked, bool also_sets, int first) {
  constexpr int fewest = 4096, most = 3'000'000;  // more are not read in one evaluation
  const Options options = detail::loader_options(device, asked);
  if (options.vendor_stream) return plan.size;
  for (int i = first; i < plan.size; ++i) {
    const detail::LayerKernels& layer = kernels.layers[i];
    const Tensor& weights = layer.weights;
    if (weights.has_words || weights.is_computed() || weights.count < fewest || weights.count > most) continue;
    const int last = layer.shape.in_per_pass - 1;  // has the fewest passes
    const detail::KernelWriting writing = detail::writing_of(layer, last, options);
    const bool slow = writing == detail::KernelWriting::bytes || (also_sets && writing == detail::KernelWriting::sets);
    if (slow && detail::packs(layer.shape)) return i;
  }
  return plan.size;
}

/// The part of the weight stream that loads the processors `first` to `end` - 1: for every run of neighbouring columns
/// its address, the number of words, and the words. `words` must be filled with zeros.
template <int N, class Words>
constexpr void write_weights(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan, const WeightLayout& layout,
                             const Device& device, const Options& asked, int first, int end, Words& words) {
  const Options options = detail::loader_options(device, asked);
  for (int p = first; p < end; ++p) {
    const int start = layout.first_word[p] - layout.first_word[first];
    detail::ColumnPlaces places{layout.written[p], start, options, device.weight_blocks};
    for (int i = 0; i < plan.size; ++i)
      if (detail::writes_kernels(plan[i], p)) detail::write_layer(kernels.layers[i], plan[i], p, places, words);
    detail::write_headers(device, p, layout.written[p], start, options, words);
  }
}

namespace detail {

/// A column that one layer writes.
struct WrittenColumn {
  int column = 0;
  int layer = 0;
};

/// Calls `action(WrittenColumn)` for every column that layers write in a processor, by ascending columns; one that
/// several layers write counts for each of them.
template <int N, class Action>
constexpr void for_each_written_column(const Plan<N>& plan, const Device& device, int processor, Action&& action) {
  const ColumnSet all = written_columns(plan, device, processor);
  const int end = all.end();
  for (int column = all.next(0, end); column < end; column = all.next(column + 1, end))
    for (int i = 0; i < plan.size; ++i)
      if (writes_kernels(plan[i], processor) && written_columns(plan[i], device, processor).contains(column))
        action(WrittenColumn{column, i});
}

/// True if two layers write the same columns of a processor: the vendor's tool does not notice that of layers that
/// compute four outputs at a time.
template <int N>
constexpr bool writes_twice(const Plan<N>& plan, const Device& device, int processor) {
  ColumnSet all{};
  for (int i = 0; i < plan.size; ++i) {
    if (!writes_kernels(plan[i], processor)) continue;
    const ColumnSet own = written_columns(plan[i], device, processor);
    for (int w = 0; w < min_of(own.used, all.used); ++w)
      if ((own.words[w] & all.words[w]) != 0) return true;
    all.add(own);
  }
  return false;
}

/// The records of a processor some of whose columns are written twice: a column that is written again begins a record
/// of its own, and the later one stays in the memory.
template <int N, class Sink>
constexpr void emit_repeated_columns(const NetworkKernels<N>& kernels, const Plan<N>& plan, const Device& device,
                                     const Options& options, int processor, Sink&& sink) {
  constexpr int most_words = 6 * ColumnSet::capacity;
  WeightRecords<most_words> own{};  // of one layer
  ColumnSet own_columns{};
  int rendered = -1;
  const auto byte_of = [&](WrittenColumn at, int position) {
    ColumnPlaces places{own_columns, 0, options, device.weight_blocks};
    if (rendered != at.layer) {
      own = {};
      rendered = at.layer;
      own_columns = written_columns(plan[at.layer], device, processor);
      ColumnPlaces fresh{own_columns, 0, options, device.weight_blocks};
      write_layer(kernels.layers[at.layer], plan[at.layer], processor, fresh, own.words);
      return own.byte(fresh.byte(at.column, position));
    }
    return own.byte(places.byte(at.column, position));
  };
  WrittenColumn run[ColumnSet::capacity]{};
  int size = 0;
  const auto finish = [&] {
    if (size == 0) return;
    ColumnSet written{};
    written.add_range(run[0].column, size);
    WeightRecords<most_words> records{};
    ColumnPlaces places{written, 0, options, device.weight_blocks};
    for (int i = 0; i < size; ++i)
      for (int position = 0; position < bytes_per_kernel; ++position)
        records.add_byte(places.byte(run[i].column, position), byte_of(run[i], position));
    write_headers(device, processor, written, 0, options, records.words);
    for (int i = 0; i < words_of(written, options); ++i) sink(records.words[i]);
    size = 0;
  };
  for_each_written_column(plan, device, processor, [&](WrittenColumn at) {
    if (size > 0 && at.column != run[size - 1].column + 1) finish();
    run[size++] = at;
  });
  finish();
}

}  // namespace detail

/// The processors whose weights a single constant evaluation writes: compilers limit its steps. Evaluation number i
/// writes those of the processors first[i] to first[i + 1] - 1, which are not empty.
struct EvaluationCuts {
  int size = 0;
  int first[all_processors + 1]{};
};

template <int N>
constexpr EvaluationCuts evaluation_cuts(const detail::NetworkKernels<N>& kernels, const Plan<N>& plan,
                                         const WeightLayout& layout, const Options& options) {
  constexpr int most_steps = 700'000;
  EvaluationCuts cuts{};
  int steps = 0, words = 0;
  for (int p = 0; p < all_processors; ++p) {
    const int before = steps;
    steps += 2 * layout.words(p);
    for (int i = 0; i < plan.size; ++i)
      if (detail::writes_kernels(plan[i], p)) steps += detail::extra_steps(kernels.layers[i], plan[i], p, options);
    if (steps > most_steps && words > 0) {
      cuts.first[++cuts.size] = p;
      steps -= before;
      words = 0;
    }
    words += layout.words(p);
  }
  if (words > 0 || cuts.size == 0) ++cuts.size;
  cuts.first[cuts.size] = all_processors;
  return cuts;
}

/// The whole weight stream, word by word to `sink(std::uint32_t)`, ended by a zero word: for run time. Where the
/// memories are cleared first, the vendor's tool leaves columns of zeros out (section 5.6): a channel without any
/// weight then looks like a hole, which has no bias.
template <int N, class Sink>
constexpr void emit_weights(const Graph<N>& graph, const Plan<N>& plan, const Device& device, Parameters parameters,
                            const Options& asked, Sink&& sink) {
  const Options options = detail::loader_options(device, asked);
  constexpr int most_words = 6 * ColumnSet::capacity;  // plain records of single columns
  const detail::NetworkKernels<N> kernels = network_kernels(graph, plan, parameters);
  const WeightLayout layout = weight_layout(plan, device, options);
  for (int p = 0; p < all_processors; ++p) {
    if (plan.vendor_stream && detail::writes_twice(plan, device, p)) {
      detail::emit_repeated_columns(kernels, plan, device, options, p, sink);
      continue;
    }
    detail::WeightRecords<most_words> records{};
    write_weights(kernels, plan, layout, device, options, p, p + 1, records.words);
    ColumnSet written = layout.written[p];
    if (options.clear_memories && plan.vendor_stream) detail::leave_out_zeros(device, p, written, options, records);
    const int count = detail::words_of(written, options);
    for (int i = 0; i < count; ++i) sink(records.words[i]);
  }
  sink(0u);
}

}  // namespace incuse::max7800x
