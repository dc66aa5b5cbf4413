// Whether a layer may write over what it reads: the order in which the hardware reads and writes.
//
// Output pixels come row by row (datapath page, 6.1). Where the pages say nothing, the worst case is assumed:
// - Every output pixel reads its whole neighbourhood anew (placement sheet, 6). The row caches keep most of it; a word
//   that is read once only is read earlier.
// - A pixel is written as soon as its neighbourhood has been read, before anything is read for the next one. All of its
//   output channels come behind these reads: each needs all input channels, and the latency model (run-time sheet, 5)
//   counts one reading of every pixel, whatever the number of output channels. So a flatten layer, which has one
//   pixel, reads everything first.
// - Layers without weights take one pass after the other: the word of a pass may be written before the next pass is
//   read. (Several operands in several passes: the hardware counts the passes as rows, with the same order.)
// - Where operands are combined before pooling and there are several passes, the input is read once more for each pass
//   (latency model): a pixel's neighbourhood is needed until the last word of the output pixel is written.
#pragma once

#include <incuse/max7800x/plan/memory_words.hpp>

namespace incuse::max7800x {

namespace detail {

/// One axis of a layer, rows or columns: which output row is the last to read a given input row.
struct ReadAxis {
  int size = 1;    ///< of the input
  int window = 1;  ///< of the pooling
  int step = 1;    ///< stride of the pooling
  int pooled = 1;  ///< size after pooling
  int spread = 1;  ///< 2: zeros lie between the pooled values (transposed convolution)
  int padding = 0;
  int out = 1;

  constexpr int last_window(int at) const { return min_of(at / step, pooled - 1); }
  constexpr bool reads(int at) const { return at >= 0 && at < size && at - step * last_window(at) < window; }
  constexpr int last_reader(int at) const { return min_of(spread * last_window(at) + padding, out - 1); }
  /// Start of the last window whose number w has spread * w + padding <= out - 1: from the next one on `last_reader` is
  /// always out - 1.
  constexpr int last_kink() const {
    const int number = out - 1 > padding ? (out - 1 - padding) / spread : 0;
    return step * min_of(number, pooled - 1);
  }
};

/// Rows or columns of the input to check: all, or for each kink (see `places`) `width` ones from kink - `before` on.
struct ReadPlaces {
  BoundedList<int, 8> kinks{};
  int before = 0;
  int width = 1;
  int all = 0;  ///< not 0: check 0 to all - 1

  constexpr int count() const { return all > 0 ? all : kinks.size * width; }
  constexpr int operator[](int i) const { return all > 0 ? i : kinks[i / width] - before + i % width; }
};

/// The order in which a layer reads and writes some of its instances. Places are in bytes; time is the number of runs
/// of bytes written so far.
struct AccessOrder {
  ReadAxis rows{}, columns{};
  long long read = 0;   ///< where the first pixel lies
  long long pixel = 4;  ///< bytes of a pixel: its passes, one behind the other
  long long part = 4;   ///< bytes that are read before something is written: a pixel or one pass of it
  int parts = 1;
  int pixels = 0;         ///< of the input; fewer than rows x columns if a folded Conv1d leaves the last row incomplete
  bool repeats = false;   ///< a pixel is read again for every run that it yields
  long long written = 0;  ///< where the first output word lies
  long long run = 4;      ///< bytes written at once
  long long step = 4;     ///< bytes from the start of one run to that of the next; more than `run` if there are gaps
  int runs = 1;           ///< written for every output pixel

  /// Whether some byte is written before its last read. The last reader and the address are piecewise linear in the row
  /// and in the column, so it is enough to look at the points where a piece ends (kinks) and at their neighbours.
  constexpr bool overtakes() const {
    const int start = read + pixel > written ? 0 : static_cast<int>((written - read) / pixel);
    if (start >= pixels) return false;
    const ReadPlaces in_rows = places(rows, start / columns.size, (pixels - 1) / columns.size);
    const ReadPlaces in_columns = places(columns, start % columns.size, (pixels - 1) % columns.size);
    for (int i = 0; i < in_rows.count(); ++i) {
      if (!rows.reads(in_rows[i])) continue;
      for (int k = 0; k < in_columns.count(); ++k)
        if (columns.reads(in_columns[k]) && overwrites(in_rows[i], in_columns[k])) return true;
    }
    return false;
  }

 private:
  /// Rows or columns at which `last_reader` or the address stops being linear, for pixels from row or column `first` to
  /// `last`; where runs have gaps, also the ones near these.
  constexpr ReadPlaces places(const ReadAxis& axis, int first, int last) const {
    ReadPlaces found;
    const int kinks[] = {
        0, first, first + 1, (first / axis.step + 1) * axis.step, axis.last_kink(), axis.last_kink() + axis.step};
    for (int at : kinks) found.kinks.push(at);
    if (pixels < rows.size * columns.size) {  // the last row is not complete
      found.kinks.push(last);
      found.kinks.push(last - 1);
    }
    if (run >= step) return found;
    found.before = period() * axis.step;
    found.width = 2 * found.before + axis.window;
    if (found.count() >= axis.size) found.all = axis.size;
    return found;
  }

  /// Number of input pixels after which the pattern of runs and gaps repeats.
  constexpr int period() const {
    long long a = step, b = pixel;
    while (b != 0) {
      const long long rest = a % b;
      a = b;
      b = rest;
    }
    return static_cast<int>(step / a);
  }

  constexpr bool overwrites(int row, int column) const {
    const int number = row * columns.size + column;
    if (number >= pixels) return false;
    const long long reader = 1LL * rows.last_reader(row) * columns.out + columns.last_reader(column);
    for (int p = 0; p < parts; ++p) {
      const long long begin = read + number * pixel + p * part - written, end = begin + part;
      // Everything in front of `limit` is written before the last reader reads.
      const long long limit = step * (reader * runs + (repeats ? runs - 1 : p));
      long long first = begin < 0 ? 0 : begin;
      if (first % step >= run) first += step - first % step;  // in a gap
      if (first < end && first < limit) return true;
    }
    return false;
  }
};

constexpr ReadAxis read_rows(const Layer& hardware) {
  const bool spread = hardware.op == Operator::conv_transpose2d;
  const int reach = (hardware.pool.height - 1) * hardware.pool_dilation.height + 1;
  return {hardware.in.height,     reach,          hardware.pool_stride.height,
          hardware.pooled.height, spread ? 2 : 1, hardware_padding(hardware).height,
          hardware.out.height};
}
constexpr ReadAxis read_columns(const Layer& hardware) {
  const bool spread = hardware.op == Operator::conv_transpose2d;
  const int reach = (hardware.pool.width - 1) * hardware.pool_dilation.width + 1;
  return {hardware.in.width,     reach,          hardware.pool_stride.width,
          hardware.pooled.width, spread ? 2 : 1, hardware_padding(hardware).width,
          hardware.out.width};
}

}  // namespace detail

/// True if a layer writes over words of its own input that it still has to read. Other tensors are not looked at.
template <int N>
constexpr bool output_overtakes_input(const Graph<N>& graph, const Plan<N>& plan, int index) {
  const LayerPlan& placed = plan[index];
  const Layer hardware = hardware_layer(graph, index);
  const bool channels_first = index == 0 && plan.input_format == DataFormat::chw;
  const int passes = placed.in.count, operands = hardware.operands;
  detail::AccessOrder order;
  order.rows = detail::read_rows(hardware);
  order.columns = detail::read_columns(hardware);
  order.read = word_aligned(placed.in_offset);
  order.pixel = channels_first ? 1 : 4LL * passes * operands;
  order.parts = hardware.weighted() || channels_first ? 1 : passes;
  order.part = order.pixel / order.parts;
  order.pixels = graph[index].in.pixels();
  order.repeats = !hardware.pool_first && hardware.pools() && passes > 1;
  const long long pixel_step = (hardware.wide ? 16LL : 4LL) * (placed.write_gap + 1) * placed.out.count;
  for (const Words& words : written_words(graph[index], placed)) {
    order.written = words.first;
    order.step = words.step;
    order.runs = static_cast<int>(pixel_step / words.step);
    const unsigned shared = words.blocks & blocks_with(placed.processors);
    const unsigned parts[] = {shared & ~words.highest(), shared & words.highest()};
    for (const unsigned some : parts) {
      order.run = words.in(some).run;
      if (some != 0 && order.overtakes()) return true;
    }
  }
  return false;
}

}  // namespace incuse::max7800x
