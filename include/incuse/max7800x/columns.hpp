// Which columns (72-bit words) of the weight memory a layer fills, and in which order its kernels are laid into them.
// Spec: max7800x-memory, sections 5.2 to 5.4.
#pragma once

#include <cstdint>

#include <incuse/max7800x/device.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::max7800x {

/// A set of weight memory columns.
struct ColumnSet {
  static constexpr int capacity =
      1024;  ///< more than any processor has: a layer may run over the end before it is refused
  std::uint64_t words[capacity / 64]{};

  constexpr bool contains(int column) const { return (words[column / 64] >> (column % 64) & 1) != 0; }
  constexpr void add(int column) {
    if (column >= 0 && column < capacity) words[column / 64] |= std::uint64_t{1} << (column % 64);
  }
  constexpr void add_range(int first, int count) {
    const int end = min_of(first + count, capacity);
    for (int column = max_of(first, 0); column < end;) {
      const int bit = column % 64, taken = min_of(64 - bit, end - column);
      words[column / 64] |= ~std::uint64_t{0} >> (64 - taken) << bit;
      column += taken;
    }
  }
  constexpr void add(const ColumnSet& other) {
    for (int i = 0; i < capacity / 64; ++i) words[i] |= other.words[i];
  }
  constexpr ColumnSet shifted_up(int columns) const {
    ColumnSet result{};
    const int whole = columns / 64, part = columns % 64;
    for (int i = whole; i < capacity / 64; ++i) {
      result.words[i] = words[i - whole] << part;
      if (part > 0 && i > whole) result.words[i] |= words[i - whole - 1] >> (64 - part);
    }
    return result;
  }
  /// First column at or after `from` that is in the set; `end` if there is none before it.
  constexpr int next(int from, int end) const { return find(from, end, 0); }
  /// First column at or after `from` that is not in the set; `end` if there is none before it.
  constexpr int next_absent(int from, int end) const { return find(from, end, ~std::uint64_t{0}); }
  /// Lowest multiple of 4 from which `length` columns are free; -1 if that is not below `end`.
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
    for (std::uint64_t word : words) total += bit_count(word);
    return total;
  }
  /// One more than the highest column in the set.
  constexpr int end() const {
    for (int i = capacity / 64 - 1; i >= 0; --i)
      if (words[i] != 0) return i * 64 + last_bit(words[i]) + 1;
    return 0;
  }

 private:
  constexpr int find(int from, int end, std::uint64_t inverted) const {
    while (from < end) {
      if (from >= capacity) return inverted == 0 ? end : from;  // nothing is noted there
      const std::uint64_t rest = (words[from / 64] ^ inverted) >> (from % 64);
      if (rest != 0) return min_of(from + first_bit(rest), end);
      from = (from / 64 + 1) * 64;
    }
    return end;
  }
};

/// Everything about a layer that decides how its kernels are laid out.
struct KernelShape {
  int taps = 1;         ///< values of one kernel: height * width
  int bits = 8;         ///< per weight
  int per_byte = 1;     ///< weights in one byte: 8 / bits
  int in_channels = 0;  ///< of all passes
  int out_channels = 0;
  int in_passes = 1;  ///< 1 with flatten
  int in_per_pass = 0;
  int out_passes = 1;
  int out_per_pass = 0;
  int flatten_values = 0;  ///< weights per output and processor with flatten; 0 without
  int start_lane = 0;      ///< unused lanes below the first output processor
  ProcessorMap output_processors = 0;

  /// True if there is no gap between the first and the last output processor.
  constexpr bool leaves_no_processor_out() const {
    const ProcessorMap map = output_processors >> first_bit(output_processors);
    return (map & (map + 1)) == 0;
  }
  constexpr int values() const {
    return out_channels * (flatten_values > 0 ? flatten_values * in_per_pass : in_channels);
  }
};

constexpr KernelShape kernel_shape(const Layer& layer, int in_passes, int in_per_pass, int out_passes, int out_per_pass,
                                   ProcessorMap output_processors) {
  KernelShape k;
  k.taps = layer.kernel.area();
  k.bits = layer.weight_bits;
  k.per_byte = 8 / layer.weight_bits;
  k.in_channels = layer.in.channels;
  k.out_channels = layer.out.channels;
  k.in_passes = layer.flatten ? 1 : in_passes;
  k.in_per_pass = in_per_pass;
  k.out_passes = out_passes;
  k.out_per_pass = out_per_pass;
  k.flatten_values = layer.flatten && in_per_pass > 0 ? layer.pooled.elements() / in_per_pass : 0;
  k.start_lane = output_processors == 0 ? 0 : first_bit(output_processors) % processors_per_instance;
  k.output_processors = output_processors;
  return k;
}

/// The columns of a layer. Numbers are columns from the layer's offset on, unless said otherwise.
struct KernelColumns {
  int offset = 0;       ///< first column in the weight memory, a multiple of 4; -1: no space
  int length = 0;       ///< columns that the allocator reserves
  int count = 0;        ///< kernels, as the registers count them
  bool owned = false;   ///< false: passes data through, or shares an earlier layer's columns
  int used = 0;         ///< columns from the offset to the last one that the first processor writes
  int growth = 0;       ///< columns that every further processor writes more than the one before
  ColumnSet written{};  ///< columns of the weight memory that the first processor writes, once placed
  /// Processors from this one on have no channel in the last input pass, and write other columns; -1: there are none.
  int shorter_from = -1;
  ColumnSet written_shorter{};
  /// Processors of one group that share the columns with their neighbours in the other groups, column by column in
  /// turn; 0: nothing is shared. `written` then counts the columns of all groups, and is not placed.
  int fanned_processors = 0;

  /// True if every processor writes the same columns.
  constexpr bool even() const { return growth == 0 && shorter_from < 0 && fanned_processors == 0; }
  /// Deals the columns out to the four groups.
  constexpr void fan_out(int processors) {
    fanned_processors = processors;
    length = ceil_div(length, groups);
    count = ceil_div(count, groups);
  }
  constexpr void place(int column) {
    offset = column;
    if (fanned_processors > 0) return;
    written = written.shifted_up(column < 0 ? 0 : column);
    written_shorter = written_shorter.shifted_up(column < 0 ? 0 : column);
  }
  /// Columns that the layer's n-th processor writes.
  constexpr ColumnSet written_by(int n) const {
    if (fanned_processors > 0) return dealt_to(n / fanned_processors);
    if (shorter_from >= 0 && n >= shorter_from) return written_shorter;
    ColumnSet columns = written;
    columns.add_range(offset + used, n * growth);
    return columns;
  }

 private:
  constexpr ColumnSet dealt_to(int group) const {
    ColumnSet columns{};
    for (int column = group; column < used; column += groups)
      if (written.contains(column)) columns.add(offset + column / groups);
    return columns;
  }
};

/// Tells a visitor of `walk_kernels` where the first byte lands.
template <class Visitor>
constexpr void start_kernels(const KernelShape& k, Visitor& visitor) {
  const int lead = k.start_lane * k.taps * k.in_passes;
  visitor.start(lead / bytes_per_kernel, lead % bytes_per_kernel / k.per_byte);
}

/// Walks through the kernels of one processor in the order of the memory. The visitor is told
///   start(column, bytes)      where the first byte lands: bytes of that column are already passed over
///   kernel(output, pass)      the kernels of `per_byte` successive (output, pass) combinations follow
///   zeros(bytes)              nothing for this processor: zero bytes
///   skip_column()             an output processor that is left out
/// `channel` is the index of the processor among the layer's processors.
template <class Visitor>
constexpr void walk_kernels(const KernelShape& k, int channel, Visitor& visitor) {
  start_kernels(k, visitor);
  const ProcessorMap lanes = (ProcessorMap{1} << k.per_byte) - 1;
  const int step = k.flatten_values > 0 ? 1 : k.per_byte;
  const int outputs_per_step = k.flatten_values > 0 ? k.per_byte : 1;
  const int values = k.flatten_values > 0 ? k.out_channels : k.values();
  int output = 0;
  for (int pass = 0; pass < k.out_passes; ++pass) {
    ProcessorMap map = k.output_processors >> first_bit(k.output_processors);
    for (int done = 0; done < k.out_per_pass; done += step) {
      for (; map != 0 && (map & lanes) == 0; map >>= k.per_byte) visitor.skip_column();
      map >>= k.per_byte;
      for (int in_pass = 0; in_pass < k.in_passes; ++in_pass) {
        const bool exists = k.flatten_values > 0 ? output * outputs_per_step < values
                                                 : in_pass * k.in_per_pass + channel < k.in_channels &&
                                                       channel + output * k.in_channels < values;
        if (exists)
          visitor.kernel(output, in_pass);
        else
          visitor.zeros(k.taps / k.per_byte);
      }
      output += step;
    }
  }
}

/// Position in a processor's columns while bytes are laid into them.
struct ColumnCursor {
  int column = 0;
  int filled = 0;  ///< bytes of this column that are taken

  constexpr void advance(int bytes) {
    filled += bytes;
    column += filled / bytes_per_kernel;
    filled %= bytes_per_kernel;
  }
};

/// Bytes that one `kernel` visit stands for.
constexpr int bytes_of_visit(const KernelShape& k, int output) {
  if (k.flatten_values == 0) return k.taps;
  const int rows = min_of(k.per_byte, k.out_channels - output * k.per_byte);
  return ceil_div(rows * k.flatten_values, k.per_byte);
}

/// A visitor that only notes which columns are touched. Neighbours are noted together.
struct ColumnFootprint {
  const KernelShape& shape;
  ColumnCursor cursor{};
  ColumnSet written{};
  int first = 0;  ///< column from which on nothing is noted yet …
  int bytes = 0;  ///< … although so many bytes follow

  constexpr void start(int column, int passed_over) {
    first = cursor.column = column;
    zeros(passed_over);
  }
  constexpr void zeros(int count) {
    cursor.advance(count);
    bytes += count;
  }
  constexpr void kernel(int output, int) { zeros(bytes_of_visit(shape, output)); }
  constexpr void skip_column() {
    note();
    first = ++cursor.column;
  }
  constexpr void note() {
    if (bytes > 0) written.add_range(first, touched() - first);
    bytes = 0;
  }
  /// One more than the last column that is touched.
  constexpr int touched() const { return cursor.column + (cursor.filled > 0 ? 1 : 0); }
};

/// Columns that one processor writes and the number of the last one plus 1. The rest of the reserved columns is written
/// with zeros.
struct Footprint {
  ColumnSet written{};
  int used = 0;
};

constexpr Footprint footprint_of(const KernelShape& k, int channel, int length) {
  ColumnFootprint footprint{k};
  if (k.bits == 8 && k.flatten_values == 0 && k.leaves_no_processor_out()) {  // a short cut: kernels or zeros, as many
    start_kernels(k, footprint);
    footprint.zeros(k.taps * k.in_passes * k.out_per_pass * k.out_passes);
  } else {
    walk_kernels(k, channel, footprint);
  }
  footprint.note();
  const int touched = footprint.touched();
  const int used = max_of(touched, length + k.start_lane);
  footprint.written.add_range(touched, used - touched);
  return {footprint.written, used};
}

/// First processor without a channel in the last input pass; -1: every processor has one.
constexpr int first_shorter_processor(const KernelShape& k) {
  const int last_pass = k.in_channels - (k.in_passes - 1) * k.in_per_pass;
  return last_pass < k.in_per_pass ? last_pass : -1;
}

/// Length and count of a layer's kernels (section 5.2).
constexpr KernelColumns kernel_lengths(const KernelShape& k) {
  KernelColumns columns;
  columns.owned = true;
  if (k.output_processors == 0) return columns;
  const int first = first_bit(k.output_processors) - (k.out_passes > 1 ? k.start_lane : 0);
  const int span = 1 + last_bit(k.output_processors) - first;
  int kernels = span * k.out_passes * k.in_passes;
  columns.count = kernels + k.start_lane * k.out_passes * k.in_passes;
  if (k.flatten_values > 0) {
    const int missing = (k.out_passes * bit_count(k.output_processors) - k.out_channels) * k.flatten_values;
    kernels = kernels * k.flatten_values - missing;
    columns.count = columns.count * k.flatten_values - missing;
  }
  const int bits = kernels * k.taps * k.bits + kernels % k.per_byte * k.taps * (k.per_byte - 1);
  columns.length = ceil_div(bits, 8 * bytes_per_kernel);
  return columns;
}

/// Length, count and footprint of a layer's kernels, not yet placed.
constexpr KernelColumns kernel_columns(const KernelShape& k) {
  KernelColumns columns = kernel_lengths(k);
  if (k.output_processors == 0) return columns;
  // With flatten every processor takes what the previous one wrote for reserved, and adds the shift of the start lane.
  const Footprint footprint = footprint_of(k, 0, columns.length);
  columns.used = footprint.used;
  columns.written = footprint.written;
  columns.growth = k.flatten_values > 0 ? k.start_lane : 0;
  // The kernels that a processor lacks take fewer bytes if their weights are narrow. Unless all columns are written
  // anyway, it writes other columns then.
  const bool fills_all = columns.used == columns.length && columns.written.next_absent(0, columns.used) == columns.used;
  if (k.per_byte > 1 && !fills_all) columns.shorter_from = first_shorter_processor(k);
  if (columns.shorter_from >= 0)
    columns.written_shorter = footprint_of(k, columns.shorter_from, columns.length).written;
  return columns;
}

}  // namespace incuse::max7800x
