// Weights as the vendor's tool lays them into the columns, for the option vendor_stream. It counts bytes and columns
// where the registers count kernels, so that some layers' kernels lie elsewhere than the chip reads them: narrow
// weights whose passes are not full or whose output processors start inside a block, maps with holes, layers that fan
// out. Everything else is laid as by `kernel_columns`. Spec: max7800x-memory, sections 5.2 to 5.4.
#pragma once

#include <incuse/max7800x/plan/columns.hpp>
#include <incuse/max7800x/plan/conversion.hpp>

namespace incuse::max7800x::vendor {

/// How the vendor's tool sees a layer's kernels.
struct Kernels {
  const KernelShape& shape;
  int in_passes;       ///< 1 with flatten
  int flatten_values;  ///< weights per output and processor with flatten; 0 without

  constexpr explicit Kernels(const KernelShape& k)
      : shape(k),
        in_passes(k.flattens() ? 1 : k.in_passes),
        flatten_values(k.flattens() && k.in_per_pass > 0 ? k.in_channels * k.flatten_pixels / k.in_per_pass : 0) {}

  constexpr int values() const {
    if (shape.depthwise) return shape.out_channels;
    return shape.out_channels * (flatten_values > 0 ? flatten_values * shape.in_per_pass : shape.in_channels);
  }
};

/// Tells a visitor of `walk` where the first byte lands.
template <class Visitor>
constexpr void start(const Kernels& kernels, Visitor& visitor) {
  const KernelShape& k = kernels.shape;
  const int lead = k.start_lane * k.taps * kernels.in_passes;
  visitor.start(lead / bytes_per_kernel, lead % bytes_per_kernel / k.per_byte);
}

/// Walks through the kernels of one processor in the order of the memory. The visitor is told
///   start(column, bytes)      the first byte lands in this column, behind `bytes` bytes that stay unused
///   kernel(output, pass)      the kernels of `per_byte` successive (output, pass) combinations follow
///   zeros(bytes)              nothing for this processor: zero bytes
///   skip_column()             `per_byte` neighbouring processors are not in the output map: a column is left out
/// `channel` is the index of the processor among the layer's processors.
template <class Visitor>
constexpr void walk(const Kernels& kernels, int channel, Visitor& visitor) {
  start(kernels, visitor);
  const KernelShape& k = kernels.shape;
  const ProcessorMap lanes = (ProcessorMap{1} << k.per_byte) - 1;
  const bool flattens = kernels.flatten_values > 0;
  const int step = flattens ? 1 : k.per_byte;
  const int outputs_per_step = flattens ? k.per_byte : 1;
  const int values = flattens ? k.out_channels : kernels.values();
  int output = 0;
  for (int pass = 0; pass < (k.depthwise ? 1 : k.out_passes); ++pass) {
    ProcessorMap map = k.outputs;
    for (int done = 0; done < (k.depthwise ? step : k.out_per_pass); done += step) {
      for (; map != 0 && (map & lanes) == 0; map >>= k.per_byte) visitor.skip_column();
      map >>= k.per_byte;
      for (int in_pass = 0; in_pass < kernels.in_passes; ++in_pass) {
        const bool exists =
            flattens ? output * outputs_per_step < values
                     : in_pass * k.in_per_pass + channel < k.in_channels && channel + output * k.in_channels < values;
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
constexpr int bytes_of_visit(const Kernels& kernels, int output) {
  const KernelShape& k = kernels.shape;
  if (kernels.flatten_values == 0) return k.taps;
  const int rows = min_of(k.per_byte, k.out_channels - output * k.per_byte);
  return ceil_div(rows * kernels.flatten_values, k.per_byte);
}

/// A visitor that collects the columns that are touched, a run of neighbours at a time.
struct ColumnFootprint {
  const Kernels& kernels;
  ColumnCursor cursor{};
  ColumnSet written{};
  int first = 0;  ///< first column that is not in `written` yet …
  int bytes = 0;  ///< … and number of bytes laid from there on

  constexpr void start(int column, int passed_over) {
    first = cursor.column = column;
    zeros(passed_over);
  }
  constexpr void zeros(int count) {
    cursor.advance(count);
    bytes += count;
  }
  constexpr void kernel(int output, int) { zeros(bytes_of_visit(kernels, output)); }
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

constexpr Footprint footprint_of(const Kernels& kernels, int channel, int length) {
  ColumnFootprint footprint{kernels};
  walk(kernels, channel, footprint);
  footprint.note();
  const int touched = footprint.touched();
  const int used = max_of(touched, length + kernels.shape.start_lane);
  footprint.written.add_range(touched, used - touched);
  return {footprint.written, used};
}

/// First processor without a channel in the last input pass; -1: every processor has one.
constexpr int first_shorter_processor(const Kernels& kernels) {
  const KernelShape& k = kernels.shape;
  const int last_pass = k.in_channels - (kernels.in_passes - 1) * k.in_per_pass;
  return last_pass < k.in_per_pass ? last_pass : -1;
}

/// Length and count of a layer's kernels (section 5.2), of all groups that share them.
constexpr KernelColumns kernel_lengths(const Kernels& kernels) {
  const KernelShape& k = kernels.shape;
  KernelColumns columns;
  columns.owned = true;
  if (k.outputs == 0) return columns;
  columns.positions = k.start_lane + last_bit(k.outputs) + 1;
  const int span = last_bit(k.outputs) + 1 + (k.out_passes > 1 ? k.start_lane : 0);
  int count = (k.depthwise ? 1 : span * k.out_passes) * kernels.in_passes;
  columns.count = count + k.start_lane * (k.depthwise ? 1 : k.out_passes) * kernels.in_passes;
  if (kernels.flatten_values > 0) {
    const int missing = (k.out_passes * bit_count(k.outputs) - k.out_channels) * kernels.flatten_values;
    count = count * kernels.flatten_values - missing;
    columns.count = columns.count * kernels.flatten_values - missing;
  }
  columns.outputs = k.depthwise ? (span + k.start_lane) * kernels.in_passes : columns.count;
  const int bits = count * k.taps * k.bits + count % k.per_byte * k.taps * (k.per_byte - 1);
  columns.length = ceil_div(bits, 8 * bytes_per_kernel);
  return columns;
}

/// Columns that the vendor's tool loads for a processor: more than the kernels take where outputs do not fill their
/// bytes, or where flatten's last output pass is short.
constexpr int loaded_columns(const KernelShape& k) {
  int bytes = k.out_passes * ceil_div(k.out_per_pass, k.per_byte) * k.in_passes * k.taps;
  if (k.flattens() && k.bits == 8)
    bytes = k.steps() * k.kernels_per_step() + k.out_passes * k.out_per_pass - k.out_channels;
  return max_of(k.flattens() && k.bits < 8 ? 0 : ceil_div(bytes, bytes_per_kernel),
                kernel_lengths(Kernels(k)).length + k.start_lane);
}

/// Length, count and footprint of a layer's kernels, not yet placed.
constexpr KernelColumns kernel_columns(const KernelShape& k) {
  const Kernels kernels(k);
  KernelColumns columns = kernel_lengths(kernels);
  if (k.outputs == 0) return columns;
  // Flatten: processor n writes n * start_lane columns more than the first. For each one the vendor's tool takes the
  // columns of the one before as reserved, and adds start_lane columns.
  const Footprint footprint = footprint_of(kernels, 0, columns.length);
  columns.used = footprint.used;
  columns.written = footprint.written;
  columns.growth = kernels.flatten_values > 0 ? k.start_lane : 0;
  // With narrow weights, a processor without a channel in the last pass gets fewer zero bytes than a kernel takes. It
  // then writes other columns than the first processor, unless all columns are written anyway.
  const bool fills_all = columns.used == columns.length && columns.written.next_absent(0, columns.used) == columns.used;
  if (k.per_byte > 1 && !fills_all) columns.shorter_from = first_shorter_processor(kernels);
  if (columns.shorter_from >= 0)
    columns.written_shorter = footprint_of(kernels, columns.shorter_from, columns.length).written;
  columns.length = ceil_div(columns.length, k.sharers);
  columns.count = ceil_div(columns.count, k.sharers);
  columns.outputs = ceil_div(columns.outputs, k.sharers);
  if (k.blocks > 1) {  // kernels that follow each other are counted in whole bits
    const int kernels_in_all = k.in_passes * k.out_channels * bytes_per_kernel * k.bits / (8 * k.taps);
    columns.block_columns = max_of(1, ceil_div(kernels_in_all, k.blocks));
  }
  return columns;
}

/// A visitor of `walk` that writes the kernels of one processor. Bytes fill a column from its last position down; those
/// of a column of this processor go to `put(column, position, byte)`. Columns are dealt out to the groups that share
/// them; `turn` is the number of this one.
template <class Weights, class Put>
struct KernelWriter {
  const Kernels& kernels;
  const TapMap& taps;
  const Weights& weights;  ///< a pointer to the values, or a Tensor that computes them
  int channel;
  int turn;
  Put& put;
  ColumnCursor cursor{};

  constexpr void start(int column, int bytes) {
    cursor.column = column;
    cursor.filled = bytes;
  }
  constexpr void zeros(int bytes) { cursor.advance(bytes); }
  constexpr void skip_column() { ++cursor.column; }
  constexpr void kernel(int output, int pass) {
    if (kernels.flatten_values > 0)
      flattened_rows(output);
    else
      packed_kernels(output, pass);
  }

 private:
  constexpr void write(std::uint32_t byte) {
    const int sharers = kernels.shape.sharers;
    if (cursor.column % sharers == turn) put(cursor.column / sharers, bytes_per_kernel - 1 - cursor.filled, byte);
    cursor.advance(1);
  }

  /// A byte holds one tap of `per_byte` successive (output, pass) combinations, the pass changing fastest; with 8-bit
  /// weights that of a single combination.
  constexpr void packed_kernels(int output, int pass) {
    const KernelShape& k = kernels.shape;
    for (int tap = k.taps - 1; tap >= 0; --tap) {
      std::uint32_t byte = 0;
      for (int lane = 0; lane < k.per_byte; ++lane) {
        const int combination = lane + pass * k.per_byte;
        const int index = channel + dealt_output(output + combination / kernels.in_passes) * k.in_channels +
                          combination % kernels.in_passes * k.in_per_pass;
        if (output < k.out_channels && index < kernels.values() && taps.source[tap] != TapMap::zero)
          byte |= static_cast<std::uint32_t>(k.coded(weights[index * taps.source_taps + taps.source[tap]]))
                  << lane * k.bits;
      }
      write(byte);
    }
  }

  /// Output channel at a place in the order of the columns. With fan-out and narrow weights the channels that share a
  /// byte are those that one group computes, every fourth one.
  constexpr int dealt_output(int output) const {
    if (const int blocks = kernels.shape.blocks; blocks > 1) {  // the channels of one block, then those of the next
      const int each = ceil_div(kernels.shape.out_channels, blocks);
      output = output % each * blocks + output / each;
    }
    const int share = kernels.shape.sharers * kernels.shape.per_byte;
    const int within = output % share;
    return output - within + within % kernels.shape.per_byte * kernels.shape.sharers + within / kernels.shape.per_byte;
  }

  /// Flatten: all values of one output (of several outputs, with narrow weights) that belong to this processor.
  constexpr void flattened_rows(int step) {
    const KernelShape& k = kernels.shape;
    const int first_row = step * k.per_byte;
    const int values = min_of(k.per_byte, k.out_channels - first_row) * kernels.flatten_values;
    for (int first = 0; first < values; first += k.per_byte) {
      std::uint32_t byte = 0;
      for (int lane = 0; lane < k.per_byte && first + lane < values; ++lane) {
        const int value = first + lane;
        const int weight = flattened(first_row + value / kernels.flatten_values, value % kernels.flatten_values);
        byte |= static_cast<std::uint32_t>(k.coded(weight)) << lane * k.bits;
      }
      write(byte);
    }
  }

  /// Value number `value` of this processor for one output. Features lie in C x H x W order; with several passes a
  /// processor owns one channel of each, and reads them alternately.
  constexpr int flattened(int output, int value) const {
    const KernelShape& k = kernels.shape;
    const int features = kernels.flatten_values * k.in_per_pass;
    const int position = channel * kernels.flatten_values + value;
    return weights[output * features + position % k.in_passes * (features / k.in_passes) + position / k.in_passes];
  }
};

}  // namespace incuse::max7800x::vendor
