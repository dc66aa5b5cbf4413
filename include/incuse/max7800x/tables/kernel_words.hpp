// Kernels in the words of the weight stream: which columns a layer writes, where they lie in the records of a
// processor, and their bytes. Sources: datapath page (max7800x-datapath), section 5; max7800x-memory, sections 5.1, 5.5
// and 5.6.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/tables/joining.hpp>
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

/// Address of a run for the loader: written plainly, a column takes 16 bytes of the address space; an express load
/// counts 4 bytes for each column, from the start of the processor's memory on.
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
/// Four columns are nine words. a, b, c and d: index of a weight of each column, p0 to p8: of its bytes from there on.
#define INCUSE_FOUR_COLUMNS(a, b, c, d, p0, p1, p2, p3, p4, p5, p6, p7, p8) \
  words[word] = INCUSE_WORD(a + p0, a + p1, a + p2, a + p3);                \
  words[word + 1] = INCUSE_WORD(a + p4, a + p5, a + p6, a + p7);            \
  words[word + 2] = INCUSE_WORD(a + p8, b + p0, b + p1, b + p2);            \
  words[word + 3] = INCUSE_WORD(b + p3, b + p4, b + p5, b + p6);            \
  words[word + 4] = INCUSE_WORD(b + p7, b + p8, c + p0, c + p1);            \
  words[word + 5] = INCUSE_WORD(c + p2, c + p3, c + p4, c + p5);            \
  words[word + 6] = INCUSE_WORD(c + p6, c + p7, c + p8, d + p0);            \
  words[word + 7] = INCUSE_WORD(d + p1, d + p2, d + p3, d + p4);            \
  words[word + 8] = INCUSE_WORD(d + p5, d + p6, d + p7, d + p8)

/// True if a column holds a number of whole kernels, which are equally far from each other.
constexpr bool fills_columns(const KernelShape& shape) {
  return !shape.flattens() && bytes_per_kernel % shape.taps == 0 &&
         (shape.in_passes == 1 || shape.in_channels == shape.in_passes * shape.in_per_pass);
}

/// Writes kernels of 8-bit weights for which `fills_columns` is true, four columns at a time from index `word` on.
/// Returns how many kernels were written: as many as fill a multiple of four columns.
template <class Byte, class Words>
constexpr int write_fours(const KernelShape& shape, const Byte* weights, int channel, int word, Words& words) {
  const int taps = shape.taps, each = bytes_per_kernel / taps, kernels = shape.out_channels * shape.in_passes;
  const int next = taps * (shape.in_passes == 1 ? shape.in_channels : shape.in_per_pass), next_column = each * next;
  // Bytes fill a column from its last position down, and kernels begin with their last tap.
  const auto byte = [&](int i) { return (8 - i) / taps * next + taps - 1 - (8 - i) % taps; };
  const int p0 = byte(0), p1 = byte(1), p2 = byte(2), p3 = byte(3), p4 = byte(4), p5 = byte(5), p6 = byte(6),
            p7 = byte(7), p8 = byte(8);
  int kernel = 0, a = taps * channel;
  for (; kernel + 4 * each <= kernels; kernel += 4 * each, word += 9) {
    const int b = a + next_column, c = b + next_column, d = c + next_column;
    INCUSE_FOUR_COLUMNS(a, b, c, d, p0, p1, p2, p3, p4, p5, p6, p7, p8);
    a = d + next_column;
  }
  return kernel;
}

/// The same for all 3x3 kernels. A number that is known here costs compilers less than a variable: this takes 10 %
/// less.
template <class Byte, class Words>
constexpr int write_fours_of_nine(const KernelShape& shape, const Byte* weights, int channel, int word, Words& words) {
  const int next_pass = 9 * shape.in_per_pass, next_output = 9 * shape.in_channels - next_pass * (shape.in_passes - 1);
  const int kernels = shape.out_channels * shape.in_passes;
  const bool uneven = !fills_columns(shape);  // the last input pass has fewer channels
  int kernel = 0, pass = 0, a = 9 * channel;
  const auto after = [&](int first) {
    pass = pass + 1 < shape.in_passes ? pass + 1 : 0;
    return first + (pass == 0 ? next_output : next_pass);
  };
  for (; kernel + 4 <= kernels; kernel += 4, word += 9) {
    int b = a + next_output, c = b + next_output, d = c + next_output, next = d + next_output;
    if (uneven) b = after(a), c = after(b), d = after(c), next = after(d);
    INCUSE_FOUR_COLUMNS(a, b, c, d, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    a = next;
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
    kernel = write_fours_of_nine(shape, weights, channel, first_byte / 4, words);
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
/// KernelWriter writes, columns of small kernels four at a time, all others one byte after the other.
template <class Byte, class Words>
constexpr void write_neighbours(const KernelShape& shape, const Byte* weights, int channel, int first_byte,
                                Words& words) {
  const bool flatten = shape.flattens();
  const int count = flatten ? shape.flatten_pixels : shape.taps;  // of one output and pass
  const int first = flatten ? channel * count : channel * count + count - 1;
  const int next = flatten ? 1 : -1;  // kernels begin with their last tap
  const int next_output = count * (flatten ? shape.in_per_pass : shape.in_channels);
  const int next_pass = count * shape.in_per_pass;
  int written = 0;
  if (first_byte % 4 == 0 && fills_columns(shape))
    written = write_fours(shape, weights, channel, first_byte / 4, words);
  // Bytes fill a column from its last position down.
  int place = first_byte + written * shape.taps + bytes_per_kernel - 1, left = bytes_per_kernel;
  int pass = written % shape.in_passes;
  for (int output = written / shape.in_passes; output < shape.out_channels; ++output, pass = 0)
    for (; pass < shape.in_passes; ++pass) {
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

/// Turns a layer of narrow weights into one of 8-bit weights: `words` are those that `join_layer` has filled, `bytes`
/// the same values as bytes.
constexpr void use_joined(LayerKernels& layer, const Word64* words, const signed char* bytes) {
  layer.weights.count = joined_values(layer.shape, layer.taps);
  layer.shape = joined_shape(layer.shape);
  layer.weights.signed_bytes = bytes;
  layer.weights.is_signed = true;
  layer.weights.packed_bits = 0;
  layer.weights.words = words;
  layer.weights.has_words = true;
}

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
  if (kernels.weights.is_packed() && kernels.weights.has_words && packs(shape)) return KernelWriting::words;
  if (kernels.weights.is_computed()) return KernelWriting::computed;
  if (kernels.taps.identity && weights_are_neighbours(shape, channel, options)) {
    if (shape.flattens() && kernels.weights.has_words && packs(shape)) return KernelWriting::words;
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
    return pack_kernels(PackedLayer<Word64>{kernels.shape, kernels.taps, kernels.weights.words, channel},
                        places.byte(column, 0), places.options.express_weights, words);
  kernels.weights.use_stored([&](const auto* weights) {
    if (writing == KernelWriting::columns)
      write_kernel_columns(kernels.shape, weights, channel, places.byte(column, 0), words);
    else if (writing == KernelWriting::neighbours)
      write_neighbours(kernels.shape, weights, channel, places.byte(column, 0), words);
    else if (writing == KernelWriting::sets && places.options.express_weights)
      pack_sets_express(kernels.shape, weights, channel, places.byte(column, 0), words);
    else if (writing == KernelWriting::sets)
      pack_sets_plain(kernels.shape, weights, channel, places.byte(column, 0) / 4, words);
    else
      write_bytes(kernels, placed, processor, weights, places, words);
  });
}

/// About as many steps as Clang counts for a processor's part of a layer, beside those for whole words.
constexpr int extra_steps(const LayerKernels& kernels, const LayerPlan& placed, int processor, const Options& options) {
  const int bytes = bytes_per_kernel * (options.vendor_stream ? placed.kernels.used : placed.kernels.length);
  const KernelWriting writing = writing_of(kernels, channel_in(placed, processor), options);
  // No `switch`: Clang evaluates the labels anew each time.
  if (writing == KernelWriting::columns) return kernels.shape.in_passes > 1 ? 20 * placed.kernels.length : 0;
  if (writing == KernelWriting::neighbours) return (fills_columns(kernels.shape) ? 2 : 10) * bytes;
  if (writing == KernelWriting::words) return packing_steps(kernels.shape, kernels.taps);
  if (writing == KernelWriting::sets) return set_steps(kernels.shape);
  const int each = writing == KernelWriting::bytes ? 10 : 60;  // weights that a byte holds; computed ones take longer
  return bytes * (30 + each * kernels.shape.per_byte) + 30 * placed.kernels.count;
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

}  // namespace incuse::max7800x
