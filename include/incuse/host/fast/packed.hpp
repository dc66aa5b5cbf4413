// A network with its weights in the order in which the kernels of one level read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <incuse/host/fast/finish.hpp>
#include <incuse/host/fast/layout.hpp>
#include <incuse/host/fast/piece.hpp>
#include <incuse/host/fast/piece_memory.hpp>
#include <incuse/host/runnable.hpp>
#include <incuse/model/parameters.hpp>

namespace incuse::host::fast {

/// The pieces of a layer's operator.
struct PackedLayer {
  Finish finish{};
  std::size_t first_piece = 0, pieces = 0;
};

namespace detail {

/// Groups of a convolution that are computed as if they were one, with zeros between them: as many as fill a vector.
constexpr int joined_groups(const Layer& layer, const Form& form) {
  const int own = layer.out.channels / layer.groups;
  return min_of(layer.groups, max_of(1, form.lanes / own));
}

/// The part of an operator that one piece computes.
struct Part {
  Phase y, x;
  int first_in = 0, in_channels = 0;
  int first_out = 0, out_channels = 0;

  constexpr int taps() const { return y.taps * x.taps; }
};

/// Distances in the map that an operator reads and in the one that it writes, in elements.
struct Steps {
  long long in_row, in_column, out_row, out_column;
};

/// The taps that are a single run, since they are neighbours in memory: all, those of a row of the kernel, or one.
struct Run {
  int taps = 1;
  int channels = 0;  ///< that are read of each pixel
  int distance = 0;  ///< elements from tap to tap

  constexpr int length() const { return (taps - 1) * distance + channels; }
};

constexpr Run run_of(const Part& part, const Steps& steps, bool grouped) {
  Run run{1, part.in_channels, static_cast<int>(steps.in_column)};
  if (grouped || part.x.dilation != 1) return run;
  const bool rows_meet = part.x.taps * steps.in_column == part.y.dilation * steps.in_row;
  run.taps = max_of(1, part.y.taps == 1 || rows_meet ? part.taps() : part.x.taps);
  return run;
}

}  // namespace detail

/// A network, packed. It is made once, is not changed any more, and any number of executors on any number of threads
/// run it; it has to outlive them.
template <int N>
class PackedNetwork {
 public:
  /// The graph must be inferred; it is bound to its parameters here, unless it is bound already. The parameters'
  /// tensors are copied: they need not outlive this call. The machine must have the instructions of `level`
  /// (`is_supported`).
  PackedNetwork(const Graph<N>& graph, Parameters parameters, ByteArithmetic arithmetic = {},
                Level level = best_level())
      : graph_(graph), arithmetic_(arithmetic), level_(level), obstacle_(find_obstacle(parameters)) {
    if (!ready()) return;
    graph_ = bind(graph, parameters);
    layout_ = layout_of(graph_, level);
    for (int i = 0; i < graph_.size; ++i)
      if (graph_[i].weighted()) pack(i, parameters_of(graph_, parameters, i));
  }

  bool ready() const { return obstacle_.none(); }
  /// Why the network cannot run.
  const Obstacle& reason() const { return obstacle_; }
  /// The same as a sentence, "layer 3 (conv3): …"; empty if it can.
  std::string problem() const { return problem_text(obstacle_, graph_); }

  const Graph<N>& graph() const { return graph_; }
  const ByteArithmetic& arithmetic() const { return arithmetic_; }
  Level level() const { return level_; }
  const Layout<N>& layout() const { return layout_; }
  const PackedLayer& layer(int i) const { return layers_[i]; }
  const Piece& piece(std::size_t i) const { return pieces_[i]; }
  /// A piece with its memory.
  Convolution convolution(std::size_t i, const Finish& finish, const void* in, void* out) const {
    return memory_.convolution(pieces_[i], finish, in, out);
  }
  std::size_t weight_bytes() const { return memory_.weights.size(); }
  bool has_tiles() const { return has_tiles_; }

 private:
  Obstacle find_obstacle(Parameters parameters) const {
    if (!is_supported(level_))
      return {-1, "this machine does not have the instructions that the network is packed for"};
    if (const Obstacle found = obstacle(graph_, parameters); !found.none()) return found;
    const Graph<N> bound = bind(graph_, parameters);
    for (int i = 0; i < bound.size; ++i) {
      const Layer& layer = bound[i];
      const long long terms = layer.weighted() ? 1LL * layer.weight_in_channels() * layer.kernel.area() : 0;
      if ((terms + 1) * 128 * 128 + 128LL * arithmetic_.bias_scale + detail::rounding_of(layer) > 0x7fff'ffff)
        return {i, "its sums can be larger than 32 bits hold, with what rounding adds"};
      if (k210::is_move(layer.software) || layer.software == Software::pad || layer.with.border != Border{})
        return {i, "it is a layer of the processor that only the reference executor runs"};
    }
    return {};
  }

  void pack(int index, const LayerParameters& own) {
    const Layer& layer = graph_[index];
    const LayerLayout& layout = layout_.layers[index];
    const Axes axes = axes_of(layer);
    const int joined = detail::joined_groups(layer, layout.form);
    const int in_own = layer.pooled.channels / layer.groups, out_own = layer.out.channels / layer.groups;
    layers_[index] = {detail::finish_of(layer), pieces_.size(), 0};
    layers_[index].finish.plain = layout_.outputs[index].plain;
    for (int first = 0; first < layer.groups; first += joined) {
      const int count = min_of(joined, layer.groups - first);
      for (int y = 0; y < axes.y.phases(); ++y)
        for (int x = 0; x < axes.x.phases(); ++x)
          add_piece(
              index, own,
              {axes.y.phase(y), axes.x.phase(x), first * in_own, count * in_own, first * out_own, count * out_own});
    }
    layers_[index].pieces = pieces_.size() - layers_[index].first_piece;
  }

  /// Elements between the rows and the columns of the maps that a layer's operator reads and writes.
  detail::Steps steps_of(int index) const {
    const Layer& layer = graph_[index];
    const LayerLayout& own = layout_.layers[index];
    const Place& in = own.direct ? layout_.place(layer.sources[0]) : own.image;
    const Place& out = layout_.outputs[index];
    return {in.row(), in.column(), out.row(), out.column()};
  }

  void add_piece(int index, const LayerParameters& own, const detail::Part& part) {
    if (part.y.empty() || part.x.empty()) return;
    const Form& form = layout_.layers[index].form;
    const detail::Steps steps = steps_of(index);
    const detail::Run run = detail::run_of(part, steps, graph_[index].groups > 1);
    Piece piece;
    piece.channels = part.out_channels;
    piece.runs = part.taps() / run.taps;
    place_outputs(piece, part, steps);
    piece.tiles = suits_tiles(piece, run.length(), level_);
    has_tiles_ = has_tiles_ || piece.tiles;
    piece.words = ceil_div(run.length(), form.word);
    if (piece.tiles) piece.words = round_up(piece.words, tile_form.together);
    piece.run_table = memory_.runs.size();
    for (int tap = 0; tap < part.taps(); tap += run.taps)
      memory_.runs.push_back(static_cast<int>(tap / part.x.taps * part.y.dilation * steps.in_row +
                                              tap % part.x.taps * part.x.dilation * steps.in_column));
    const auto weight = [&](int channel, int run_index, int k) {
      return packed_weight(index, own, part, run, channel, run_index * run.taps, k);
    };
    const auto start = [&](int channel, long long sum) { return start_of(index, own, part.first_out + channel, sum); };
    const Form& order = piece.tiles ? tile_form : form;
    memory_.append_weights(order, piece, weight);
    // Rows of the kernel that lie on padding are left out where that means 0.
    const bool by_rows = run.taps <= part.x.taps && graph_[index].pad_value == 0 && !piece.tiles;
    for (int first = 0; first < part.y.outputs;) {
      const Axis axis = axes_of(graph_[index]).y;
      const Band band = by_rows ? axis.band(part.y, first) : Band{0, part.y.outputs, 0, part.y.taps};
      Piece rows = piece;
      place_outputs(rows, part_of(part, band), steps);
      use_taps(rows, band, part.y.taps);
      memory_.append_starts(order, rows, weight, start);
      pieces_.push_back(rows);
      first += band.outputs;
    }
  }

  static detail::Part part_of(detail::Part part, const Band& band) {
    part.y.first_out += band.first_out * part.y.out_step;
    part.y.first_in += band.first_out * part.y.in_step;
    part.y.outputs = band.outputs;
    return part;
  }
  /// Keeps only the runs of the kernel's rows that a band reads. `taps`: rows of the kernel.
  static void use_taps(Piece& piece, const Band& band, int taps) {
    if (band.taps == taps) return;
    const int runs_of_row = piece.runs / taps;
    piece.runs_before = band.first_tap * runs_of_row;
    piece.runs_behind = piece.runs - piece.runs_before - band.taps * runs_of_row;
    piece.runs = band.taps * runs_of_row;
    piece.run_table += static_cast<std::size_t>(piece.runs_before);
  }

  /// Where a piece finds its outputs. Rows that follow each other without a gap become one.
  static void place_outputs(Piece& piece, const detail::Part& part, const detail::Steps& steps) {
    piece.rows = part.y.outputs;
    piece.columns = part.x.outputs;
    piece.first_in = static_cast<std::ptrdiff_t>(part.first_in);
    if (part.taps() > 0)
      piece.first_in += static_cast<std::ptrdiff_t>(part.y.first_in * steps.in_row + part.x.first_in * steps.in_column);
    piece.in_row = static_cast<std::ptrdiff_t>(part.y.in_step * steps.in_row);
    piece.in_column = static_cast<std::ptrdiff_t>(part.x.in_step * steps.in_column);
    piece.first_out = static_cast<std::ptrdiff_t>(part.y.first_out * steps.out_row +
                                                  part.x.first_out * steps.out_column + part.first_out);
    piece.out_row = static_cast<std::ptrdiff_t>(part.y.out_step * steps.out_row);
    piece.out_column = static_cast<std::ptrdiff_t>(part.x.out_step * steps.out_column);
    if (piece.columns == 1) {
      piece.in_column = piece.in_row;
      piece.out_column = piece.out_row;
    } else if (piece.in_row != piece.columns * piece.in_column || piece.out_row != piece.columns * piece.out_column) {
      return;
    }
    piece.columns *= piece.rows;
    piece.rows = 1;
  }

  /// Weight of output channel `o` and input channel `c` under a tap of the piece; 0 between groups.
  static int weight_at(const Layer& layer, const LayerParameters& own, const detail::Part& part, int o, int tap,
                       int c) {
    const Extent kernel = layer.flatten ? layer.pooled.extent() : layer.kernel;
    const int in_own = layer.pooled.channels / layer.groups, out_own = layer.out.channels / layer.groups;
    if (c / in_own != o / out_own) return 0;
    const int y = part.y.first_tap + tap / part.x.taps * part.y.tap_step;
    const int x = part.x.first_tap + tap % part.x.taps * part.x.tap_step;
    return own.weight[((static_cast<long long>(o) * in_own + c % in_own) * kernel.height + y) * kernel.width + x];
  }

  /// Weight of channel `channel` of a piece for element `k` of the run that begins with a tap; 0 where there is none.
  int packed_weight(int index, const LayerParameters& own, const detail::Part& part, const detail::Run& run,
                    int channel, int first_tap, int k) const {
    const int tap = k / run.distance, c = k % run.distance;
    if (channel >= part.out_channels || c >= run.channels || tap >= run.taps) return 0;
    return weight_at(graph_[index], own, part, part.first_out + channel, first_tap + tap, part.first_in + c);
  }

  /// What the sums of an output channel begin with: its bias, and what rounding adds; less 128 times the sum of its
  /// weights where the elements of the input are values + 128 and the kernel does not subtract that.
  std::int32_t start_of(int index, const LayerParameters& own, int o, long long weight_sum) const {
    const Layer& layer = graph_[index];
    const Form& form = layout_.layers[index].form;
    if (o >= layer.out.channels) return 0;
    long long start = layer.bias ? max7800x::bias_term(own.bias[o], arithmetic_.bias_scale) : 0;
    if (form.element_bytes != 4) start += detail::rounding_of(layer);
    return static_cast<std::int32_t>(start - (form.zero() - form.offset) * weight_sum);
  }

  Graph<N> graph_;
  ByteArithmetic arithmetic_;
  Level level_;
  KeptObstacle obstacle_;
  Layout<N> layout_{};
  PackedLayer layers_[at_least_one(N)]{};
  std::vector<Piece> pieces_{};
  PieceMemory memory_{};
  bool has_tiles_ = false;
};

}  // namespace incuse::host::fast
