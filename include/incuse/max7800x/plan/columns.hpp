// Which columns (72-bit words) of the weight memory a layer fills, and where in them its kernels lie: where the
// hardware reads them. Source: datapath page (max7800x-datapath), section 5.
#pragma once

#include <cstdint>

#include <incuse/max7800x/plan/passes.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// A set of weight memory columns.
struct ColumnSet {
  static constexpr int capacity =
      6144;  ///< more than any processor has: a layer may run over the end before it is refused
  std::uint64_t words[capacity / 64]{};
  int used = 0;  ///< words that may have a column

  constexpr bool contains(int column) const { return (words[column / 64] >> (column % 64) & 1) != 0; }
  constexpr void add(int column) {
    if (column < 0 || column >= capacity) return;
    words[column / 64] |= std::uint64_t{1} << (column % 64);
    used = max_of(used, column / 64 + 1);
  }
  constexpr void add_range(int first, int count) {
    const int end = min_of(first + count, capacity);
    for (int column = max_of(first, 0); column < end;) {
      const int bit = column % 64, taken = min_of(64 - bit, end - column);
      words[column / 64] |= ~std::uint64_t{0} >> (64 - taken) << bit;
      column += taken;
      used = max_of(used, (column + 63) / 64);
    }
  }
  constexpr void add(const ColumnSet& other) {
    for (int i = 0; i < other.used; ++i) words[i] |= other.words[i];
    used = max_of(used, other.used);
  }
  constexpr ColumnSet shifted_up(int columns) const {
    ColumnSet result{};
    const int whole = columns / 64, part = columns % 64;
    result.used = min_of(used + whole + 1, capacity / 64);
    for (int i = whole; i < result.used; ++i) {
      result.words[i] = i - whole < used ? words[i - whole] << part : 0;
      if (part > 0 && i > whole) result.words[i] |= words[i - whole - 1] >> (64 - part);
    }
    return result;
  }
  /// First column at or after `from` that is in the set; `end` if there is none before it.
  constexpr int next(int from, int end) const { return find(from, end, 0); }
  /// First column at or after `from` that is not in the set; `end` if there is none before it.
  constexpr int next_absent(int from, int end) const { return find(from, end, ~std::uint64_t{0}); }
  /// Lowest multiple of 4 from which `length` columns are free, all of them below `end`; -1 if there is none.
  constexpr int first_gap(int length, int end) const {
    int start = 0;
    while (start + length <= end) {
      const int obstacle = next(start, start + length);
      if (obstacle == start + length) return start;
      start = round_up(next_absent(obstacle, end), 4);
    }
    return -1;
  }
  constexpr int count() const {
    int total = 0;
    for (int i = 0; i < used; ++i) total += bit_count(words[i]);
    return total;
  }
  /// One more than the highest column in the set.
  constexpr int end() const {
    for (int i = used - 1; i >= 0; --i)
      if (words[i] != 0) return i * 64 + last_bit(words[i]) + 1;
    return 0;
  }

 private:
  constexpr int find(int from, int end, std::uint64_t inverted) const {
    while (from < end) {
      if (from >= 64 * used) return inverted == 0 ? end : from;  // no column there is in the set
      const std::uint64_t rest = (words[from / 64] ^ inverted) >> (from % 64);
      if (rest != 0) return min_of(from + first_bit(rest), end);
      from = (from / 64 + 1) * 64;
    }
    return end;
  }
};

/// Everything about a layer that decides where its kernels lie.
///
/// Every processor computes in steps, one for each position of each output pass. For a step it reads one kernel per
/// input pass, with flatten one per value. Kernels follow each other in the order in which they are read; `per_byte`
/// successive kernels of narrow weights share bytes and take as many as a kernel has taps (two 3x3 kernels of 4-bit
/// weights: 9 bytes). Positions without a channel take as much space: zeros, or columns that are left out
/// (`columns_with_holes`).
struct KernelShape {
  int taps = 1;         ///< values of one kernel: height * width
  int bits = 8;         ///< per weight
  int per_byte = 1;     ///< weights in one byte: 8 / bits
  bool binary = false;  ///< bits that are set mean -1, others +1
  int in_channels = 0;
  int in_passes = 1;
  int in_per_pass = 0;
  int out_channels = 0;
  int out_passes = 1;
  int out_per_pass = 0;
  int flatten_pixels = 0;    ///< of the flattened map; 0 without flatten
  int start_lane = 0;        ///< unused lanes below the first output processor
  ProcessorMap outputs = 0;  ///< output processors, counted from the first one on
  int sharers = 1;           ///< groups that compute the steps in turn
  int blocks = 1;            ///< RAM blocks of the weight memory that hold the steps in turn
  bool depthwise = false;    ///< every processor computes its own channels only: one step
  int positions = 0;         ///< steps of an output pass: channels, unused lanes in front, and holes

  friend constexpr bool operator==(const KernelShape&, const KernelShape&) = default;

  constexpr bool flattens() const { return flatten_pixels > 0; }
  /// True if there is no gap between the first and the last output processor.
  constexpr bool leaves_no_processor_out() const { return (outputs & (outputs + 1)) == 0; }
  /// True if every position is that of an output processor, and no other group shares the steps.
  constexpr bool is_plain() const { return start_lane == 0 && turns() == 1 && !depthwise && leaves_no_processor_out(); }
  /// Number of groups, or of RAM blocks, that the steps are dealt out to in turn.
  constexpr int turns() const { return sharers * blocks; }

  constexpr int kernels_per_step() const { return flattens() ? in_passes * flatten_pixels : in_passes; }
  /// Steps of all groups. A layer that flattens stops behind its last channel, others complete the last output pass.
  constexpr int steps() const {
    if (depthwise) return 1;
    if (!flattens()) return positions * out_passes;
    return step_of(out_channels - 1) + 1;
  }
  constexpr int step_of(int channel) const {
    if (out_per_pass <= 0) return 0;
    int position = start_lane;
    ProcessorMap map = outputs;
    for (int left = channel % out_per_pass; left > 0; --left) map &= map - 1;
    if (map != 0) position += first_bit(map);
    return channel / out_per_pass * positions + position;
  }
  /// True if the output map does not have the position of a step.
  constexpr bool is_hole(int step) const {
    const int bit = step % positions - start_lane;
    return bit < 0 || (outputs >> bit & 1) == 0;
  }
  /// Output channel that a step computes; -1: none, it is a hole, or the last output pass has fewer channels.
  constexpr int channel_at(int step) const {
    if (is_hole(step)) return -1;
    const ProcessorMap below = (ProcessorMap{1} << (step % positions - start_lane)) - 1;
    const int channel = step / positions * out_per_pass + bit_count(outputs & below);
    return channel < out_channels ? channel : -1;
  }
  /// The bits of a weight.
  constexpr int coded(int weight) const { return (binary && weight > 0 ? 0 : weight) & ((1 << bits) - 1); }
  /// Columns that a processor needs for `kernels` kernels.
  constexpr int columns_for(int kernels) const {
    return ceil_div(ceil_div(kernels, per_byte) * taps, bytes_per_kernel);
  }
};

/// `output_processors`: of a planned layer. `sharers`: 4 with the quad fast FIFO, else 1. `blocks`: 4
/// for a layer that computes four outputs at a time, else 1.
constexpr KernelShape kernel_shape(const Layer& layer, Passes in, Passes out, ProcessorMap output_processors,
                                   int sharers = 1, int blocks = 1) {
  KernelShape k;
  k.taps = layer.kernel.area();
  k.bits = layer.weight_bits;
  k.per_byte = 8 / layer.weight_bits;
  k.binary = layer.binary_weights;
  k.in_channels = layer.in.channels;
  k.out_channels = layer.out.channels;
  k.in_passes = in.count;
  k.in_per_pass = in.channels;
  k.out_passes = out.count;
  k.out_per_pass = out.channels;
  k.flatten_pixels = layer.flatten ? layer.pooled.pixels() : 0;
  k.sharers = sharers;
  k.blocks = blocks;
  k.depthwise = layer.groups > 1;
  if (output_processors == 0) return k;
  k.start_lane = first_bit(output_processors) % processors_per_instance;
  k.outputs = output_processors >> first_bit(output_processors);
  k.positions = k.start_lane + last_bit(k.outputs) + 1;
  // All groups compute equally many steps. If rounding up for that would start another pass, a pass is made longer.
  if (round_up(k.positions * out.count, k.turns()) / k.positions > out.count) k.positions = k.turns();
  return k;
}

/// The columns of a layer. Numbers are columns from the layer's offset on, unless said otherwise.
struct KernelColumns {
  int offset = 0;       ///< first column in the weight memory, a multiple of 4; -1: no space
  int length = 0;       ///< columns that the allocator reserves
  int count = 0;        ///< kernels of a processor, as the registers count them
  int positions = 0;    ///< output channels of a pass, as the registers count them
  int outputs = 0;      ///< kernels of all outputs; more than `count` in depth-wise layers only
  bool owned = false;   ///< false: passes data through, or shares an earlier layer's columns
  int used = 0;         ///< columns from the offset to the last one that the first processor writes
  ColumnSet written{};  ///< columns of the weight memory that the first processor writes, once placed
  /// With fan-out: processors of one group. The columns are dealt out to the four groups in turn, and `written` holds
  /// those of all groups: column n of group g is number 4 n + g, without the offset. 0: no fan-out.
  int fanned_processors = 0;

  /// Columns in each of the RAM blocks that the layer's columns are dealt out to; 0: they follow each other. Columns
  /// are numbered block after block: number n of a layer lies in block n / block_columns, and all of them begin
  /// `offset` / 4 columns behind the block's first one.
  int block_columns = 0;

  // With vendor_stream, a layer's processors may write different columns:
  int growth = 0;  ///< columns that every further processor writes more than the one before
  /// Processors from this one on have no channel in the last input pass, and write other columns; -1: there are none.
  int shorter_from = -1;
  ColumnSet written_shorter{};

  /// True if every processor writes the same columns.
  constexpr bool even() const { return growth == 0 && shorter_from < 0 && fanned_processors == 0; }
  /// Adds columns of zeros, so that there are `columns`; not with fan-out.
  constexpr void pad(int columns) {
    if (columns <= length || length < used) return;
    written.add_range(length, columns - length);
    length = used = columns;
  }
  constexpr void place(int column) {
    offset = column;
    if (fanned_processors > 0) return;
    written = written.shifted_up(column < 0 ? 0 : column);
    if (shorter_from >= 0) written_shorter = written_shorter.shifted_up(column < 0 ? 0 : column);
  }
  /// Columns that the layer's n-th processor writes.
  constexpr ColumnSet written_by(int n) const {
    if (fanned_processors > 0) return dealt_to(n / fanned_processors);
    if (shorter_from >= 0 && n >= shorter_from) return written_shorter;
    ColumnSet columns = written;
    columns.add_range(offset + used, n * growth);
    return columns;
  }

  /// Where in the weight memory a column lies.
  constexpr int place_of(int column, const WeightBlocks& blocks) const {
    if (block_columns == 0) return column;
    const int number = column - offset, first = column < blocks.small_from ? 0 : blocks.small_from;
    const int start = first == 0 || offset < first ? offset / 4 : (offset - first) / 4;
    return first + number / block_columns * blocks.size_at(first) + start + number % block_columns;
  }
  /// Where the columns of a set lie.
  constexpr ColumnSet places_of(const ColumnSet& columns, const WeightBlocks& blocks) const {
    if (block_columns == 0) return columns;
    ColumnSet places{};
    const int end = columns.end();
    for (int column = columns.next(0, end); column < end; column = columns.next(column + 1, end))
      places.add(place_of(column, blocks));
    return places;
  }

 private:
  constexpr ColumnSet dealt_to(int group) const {
    ColumnSet columns{};
    for (int column = group; column < used; column += groups)
      if (written.contains(column)) columns.add(offset + column / groups);
    return columns;
  }
};

/// A range of neighbouring columns.
struct ColumnRange {
  int first = 0;
  int end = 0;
};

/// Columns that the computing processors read in a step, from the layer's offset on.
constexpr ColumnRange columns_of_step(const KernelShape& k, int step) {
  const int first = step / k.turns() * k.kernels_per_step(), end = first + k.kernels_per_step();
  return {first / k.per_byte * k.taps / bytes_per_kernel, k.columns_for(end)};
}

/// Columns that a layer with holes writes. Columns of a hole are left out, unless the hardware reads one of them for
/// another step that is written: no step reads both a written column and one that is left out.
constexpr ColumnSet columns_with_holes(const KernelShape& k) {
  ColumnSet written{};
  const auto add = [&](ColumnRange read) { written.add_range(read.first, read.end - read.first); };
  const auto touches = [&](ColumnRange read) { return written.next(read.first, read.end) < read.end; };
  const int steps = k.steps();
  for (int step = 0; step < steps; ++step)
    if (const ColumnRange read = columns_of_step(k, step); !k.is_hole(step) || touches(read)) add(read);
  for (int step = steps - 1; step >= 0; --step)
    if (const ColumnRange read = columns_of_step(k, step); k.is_hole(step) && touches(read)) add(read);
  return written;
}

/// Columns of a layer that fans out, holes included: column n of group g is number 4 n + g.
constexpr ColumnSet dealt_columns(const KernelShape& k) {
  ColumnSet written{};
  for (int step = 0; step < k.steps(); ++step) {
    const ColumnRange read = columns_of_step(k, step);
    for (int column = read.first; column < read.end; ++column) written.add(column * k.sharers + step % k.sharers);
  }
  return written;
}

/// Kernels as the registers count them, and columns that are reserved for them.
constexpr KernelColumns kernel_lengths(const KernelShape& k) {
  KernelColumns columns;
  columns.owned = true;
  if (k.outputs == 0) return columns;
  columns.positions = k.positions;
  columns.count = ceil_div(k.steps(), k.turns()) * k.kernels_per_step();
  columns.length = k.columns_for(columns.count);
  columns.used = columns.length * k.turns();
  if (k.blocks > 1) {  // the registers count the kernels of all blocks
    columns.block_columns = columns.length;
    columns.length *= k.blocks;
    columns.count *= k.blocks;
  }
  columns.outputs = columns.count;
  return columns;
}

/// Lengths, count and columns of a layer's kernels, not yet placed.
constexpr KernelColumns kernel_columns(const KernelShape& k) {
  KernelColumns columns = kernel_lengths(k);
  if (k.outputs == 0) return columns;
  if (k.is_plain() || k.depthwise || k.blocks > 1)
    columns.written.add_range(0, columns.length);
  else
    columns.written = k.sharers > 1 ? dealt_columns(k) : columns_with_holes(k);
  return columns;
}

}  // namespace incuse::max7800x
