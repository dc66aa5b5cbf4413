// What a plan costs, and lower bounds for all plans. Spec: max7800x-placement, sections 5, 7 and 10.4.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include <incuse/max7800x/latency.hpp>
#include <incuse/report/memory_map.hpp>

namespace incuse::report {

/// Figures by which plans of the same network are compared. Less is better, always.
struct PlacementFigures {
  int layers = 0;            ///< copies and streaming layers included
  int copies = 0;            ///< layers that only copy a tensor
  int streaming_layers = 0;  ///< layers that stream
  long long peak_bytes = 0;  ///< end of the highest tensor in any data memory instance, gaps included
  long long live_bytes = 0;  ///< most bytes that are needed at the same time in one instance, gaps not included
  int columns = 0;           ///< end of the highest weight memory column in any processor
  long long cycles = 0;      ///< estimated, of one repetition
  friend bool operator==(const PlacementFigures&, const PlacementFigures&) = default;
};

/// True for a layer that only copies a tensor.
constexpr bool only_copies(const Layer& layer) {
  if (layer.inserted) return true;
  return !layer.weighted() && layer.operands == 1 && layer.sources.size == 1 && layer.pooling == Pooling::none &&
         layer.pool_stride.area() == 1;
}

namespace detail {

inline long long bytes_without_gaps(const MappedTensor& tensor) {
  return (tensor.end - tensor.first + tensor.step - tensor.run) / tensor.step * tensor.run;
}

/// Most bytes of tensors that are needed during the same layer in the same instance.
inline long long most_live_bytes(const std::vector<MappedTensor>& tensors, int layers) {
  long long most = 0;
  for (int step = 0; step < layers; ++step)
    for (int instance = 0; instance < max7800x::instances; ++instance) {
      long long sum = 0;
      for (const MappedTensor& tensor : tensors)
        if (tensor.born <= step && tensor.last_use >= step && (tensor.instances >> instance & 1u) != 0)
          sum += bytes_without_gaps(tensor);
      most = std::max(most, sum);
    }
  return most;
}

}  // namespace detail

/// The figures of a plan.
template <int N>
PlacementFigures placement_figures(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                                   const max7800x::Options& options) {
  PlacementFigures figures;
  figures.layers = graph.size;
  for (int i = 0; i < graph.size; ++i) {
    figures.copies += only_copies(graph[i]) ? 1 : 0;
    figures.streaming_layers += graph[i].streaming ? 1 : 0;
  }
  std::vector<MappedTensor> tensors = mapped_tensors(graph, plan, device, options);
  for (int i = 0; i < graph.size; ++i) {
    MappedTensor& output = tensors[static_cast<std::size_t>(i) + 1];
    const max7800x::Words reserved = max7800x::reserved_words(graph[i], plan[i]);
    if (!output.ring) output.first = reserved.first, output.end = reserved.end(), output.run = reserved.run;
  }
  for (const MappedTensor& tensor : tensors) figures.peak_bytes = std::max(figures.peak_bytes, tensor.end);
  figures.live_bytes = detail::most_live_bytes(tensors, graph.size);
  for (int p = 0; p < max7800x::all_processors; ++p)
    for (const ColumnRun& run : column_runs(graph, plan, p)) figures.columns = std::max(figures.columns, run.end);
  max7800x::Options once = options;
  once.repetitions = 1;
  figures.cycles = max7800x::cycles_of(graph, plan, device, once).total;
  return figures;
}

// Lower bounds --------------------------------------------------------------------------------------------------------

/// A need of `height` bytes in each of `width` memory instances (or of `height` weight columns in each of `width`
/// processors), wherever they lie. Demands that are looked at together exist at the same time.
struct Demand {
  long long height = 0;
  int width = 0;
};

/// A lower bound for the fullest of `places` instances (or processors): the average, or the greatest sum of heights of
/// demands that must share a place, whichever is larger. Demands of widths w1 … wk all meet in one place if
/// (places - w1) + … + (places - wk) < places: for example two of width 9 in 16 instances.
inline long long fullest_at_least(const std::vector<Demand>& demands, int places) {
  long long area = 0;
  std::vector<long long> best(static_cast<std::size_t>(places), 0);  // by missing places: greatest sum of heights
  for (const Demand& demand : demands) {
    area += demand.height * demand.width;
    const int missing = places - demand.width;
    for (int room = places - 1; room >= missing; --room) {
      long long& own = best[static_cast<std::size_t>(room)];
      own = std::max(own, best[static_cast<std::size_t>(room - missing)] + demand.height);
    }
  }
  return std::max((area + places - 1) / places, best.back());
}

namespace detail {

/// A tensor as every plan has to hold it: 0 is the input, i + 1 the output of layer i.
struct NeededTensor {
  Demand demand{};
  int born = 0;  ///< layer that writes it
  int last_use = 0;
  int operand_of = -1;     ///< the last element-wise layer that reads it interleaved with others …
  long long together = 0;  ///< … and the height of all its operands, whose words take turns
};

/// Notes until when each tensor is needed, and which layer combines it with others.
template <int N>
void note_uses(const Graph<N>& graph, std::vector<NeededTensor>& tensors) {
  int streamed = 0;
  while (streamed < graph.size && graph[streamed].streaming) ++streamed;
  for (int i = 0; i < graph.size; ++i)
    for (int source : graph[i].sources) {
      if (source == rolling_buffer) continue;
      NeededTensor& tensor = tensors[static_cast<std::size_t>(source) + 1];
      tensor.last_use = std::max(tensor.last_use, i < streamed ? streamed - 1 : i);
      if (graph[i].operands > 1 && graph[i].sources.size > 1) tensor.operand_of = i;
    }
}

/// Notes the height of all operands that a layer combines.
inline void note_operands_height(std::vector<NeededTensor>& tensors) {
  std::vector<long long> heights(tensors.size());  // by layer
  for (const NeededTensor& tensor : tensors)
    if (tensor.operand_of >= 0) heights[static_cast<std::size_t>(tensor.operand_of)] += tensor.demand.height;
  for (NeededTensor& tensor : tensors)
    if (tensor.operand_of >= 0) tensor.together = heights[static_cast<std::size_t>(tensor.operand_of)];
}

template <int N>
std::vector<NeededTensor> needed_tensors(const Graph<N>& graph, DataFormat format, const max7800x::Device& device,
                                         const max7800x::Options& options) {
  const auto blocks = [](int channels) { return ceil_div(channels, max7800x::processors_per_instance); };
  max7800x::Plan<N> passes{};  // only those parts of a plan that all plans share
  passes.input_format = format;
  for (int i = 0; i < graph.size; ++i) {
    passes[i].in = max7800x::passes_of(graph[i].in.channels, options.processors_per_pass);
    passes[i].out = max7800x::passes_of(graph[i].out.channels, options.processors_per_pass);
  }
  std::vector<NeededTensor> tensors(static_cast<std::size_t>(graph.size) + 1);
  for (int t = 0; t <= graph.size; ++t) {
    NeededTensor& tensor = tensors[static_cast<std::size_t>(t)];
    tensor.born = t - 1;
    const bool channels_first = t == 0 && format == DataFormat::chw;
    if (t < graph.size && graph[t].streaming) {
      tensor.demand = {4LL * (max7800x::stream_counts(graph, passes, device, options, t).rollover + 1),
                       channels_first ? graph[0].in.channels : blocks(passes[t].in.channels)};
    } else if (t == 0) {
      tensor.demand = {round_up(max7800x::input_bytes(graph[0], passes[0], channels_first), 4),
                       channels_first ? graph[0].in.channels : blocks(passes[0].in.channels)};
    } else {
      tensor.demand = {max7800x::output_bytes(graph[writer_of(t)], passes[writer_of(t)]),
                       blocks(passes[writer_of(t)].out.channels)};
    }
    tensor.last_use = t > 0 && graph[writer_of(t)].output ? graph.size : t;
    if (t > 0 && graph[writer_of(t)].streaming) tensor.born = -1;
  }
  note_uses(graph, tensors);
  note_operands_height(tensors);
  return tensors;
}

/// How many bytes before its input a layer's output has to begin at least, so that the output can overwrite the input
/// while that is read (placement sheet, section 6); it may be negative. Nothing for layers that cannot do so.
/// `bytes_read` and `bytes_written` are those of a pixel in one memory instance.
inline std::optional<long long> in_place_distance(const Layer& layer, int bytes_read, int bytes_written) {
  if (layer.sources.size != 1 || layer.sources[0] == rolling_buffer || layer.operands != 1 || layer.flatten ||
      layer.wide || layer.op == Operator::conv_transpose2d)
    return std::nullopt;
  long long most = std::numeric_limits<long long>::min();
  long long still = layer.in.pixels();  // the first pixel that a later output pixel reads
  for (int row = layer.out.height - 1; row >= 0; --row)
    for (int column = layer.out.width - 1; column >= 0; --column) {
      const long long written = 1LL * row * layer.out.width + column + 1;
      most = std::max(most, written * bytes_written - still * bytes_read);
      const long long first_row = std::max(0, row - layer.padding.height) * layer.pool_stride.height;
      const long long first_column = std::max(0, column - layer.padding.width) * layer.pool_stride.width;
      still = std::min(still, first_row * layer.in.width + first_column);
    }
  return most;
}

/// The tensors that exist while one layer runs.
class StepDemands {
 public:
  StepDemands(const std::vector<NeededTensor>& tensors, int step, int layers) : tensors_(tensors), layers_(layers) {
    for (int t = 0; t <= layers; ++t)
      if (at(t).born <= step && at(t).last_use >= step) live_.push_back(t);
  }

  const NeededTensor& at(int tensor) const { return tensors_[static_cast<std::size_t>(tensor)]; }
  /// Lower bound for the bytes of the fullest instance, without two of the tensors and with `instead` in their place.
  long long fullest(int without = -1, int and_without = -1, Demand instead = {}) const {
    std::vector<Demand> demands, operands(static_cast<std::size_t>(layers_));  // one demand for those of each layer
    for (int t : live_) {
      if (t == without || t == and_without) continue;
      if (at(t).operand_of < 0)
        demands.push_back(at(t).demand);
      else
        operands[static_cast<std::size_t>(at(t).operand_of)] = {at(t).together, at(t).demand.width};
    }
    operands.push_back(instead);
    for (const Demand& demand : operands)
      if (demand.height > 0 && demand.width > 0) demands.push_back(demand);
    return fullest_at_least(demands, max7800x::instances);
  }

 private:
  const std::vector<NeededTensor>& tensors_;
  int layers_;
  std::vector<int> live_{};
};

}  // namespace detail

/// Bytes that the fullest data memory instance needs at least, wherever the tensors of an arranged network are placed,
/// for the input in one format. `in_place`: the output of a layer may follow its input through the same memory.
template <int N>
long long least_peak_bytes(const Graph<N>& graph, DataFormat format, bool in_place, const max7800x::Device& device,
                           const max7800x::Options& options) {
  const std::vector<detail::NeededTensor> tensors = detail::needed_tensors(graph, format, device, options);
  long long most = 0;
  for (int i = 0; i < graph.size; ++i) {
    const detail::StepDemands step(tensors, i, graph.size);
    const Layer& layer = graph[i];
    const int in_passes = max7800x::passes_of(layer.in.channels, options.processors_per_pass).count;
    const int out_passes = max7800x::passes_of(layer.out.channels, options.processors_per_pass).count;
    const bool channels_first = i == 0 && format == DataFormat::chw;  // a byte for every pixel
    const auto distance = detail::in_place_distance(layer, channels_first ? 1 : 4 * in_passes, 4 * out_passes);
    const int in = tensor_number(layer.sources[0]), out = tensor_number(i);
    if (!in_place || !distance || layer.streaming || step.at(in).operand_of >= 0 || step.at(in).last_use != i) {
      most = std::max(most, step.fullest());
      continue;
    }
    most = std::max({most, step.fullest(in), step.fullest(out)});
    if (step.at(out).operand_of >= 0) continue;  // the words of other operands may lie between its own
    const Demand read = step.at(in).demand, written = step.at(out).demand;
    const Demand both{std::min(read.height + written.height, std::max(*distance + read.height, written.height)),
                      read.width + written.width - max7800x::instances};  // instances that hold both wherever they lie
    most = std::max(most, step.fullest(in, out, both));
  }
  return most;
}

/// The same for the format that needs less.
template <int N>
long long least_peak_bytes(const Graph<N>& graph, bool in_place, const max7800x::Device& device,
                           const max7800x::Options& options) {
  const long long hwc = least_peak_bytes(graph, DataFormat::hwc, in_place, device, options);
  if (graph.size == 0 || graph[0].operands > 1 || graph[0].in.channels > max7800x::instances) return hwc;
  return std::min(hwc, least_peak_bytes(graph, DataFormat::chw, in_place, device, options));
}

/// Weight memory columns that the fullest processor needs at least. Every layer's start at a multiple of 4.
template <int N>
int least_columns(const Graph<N>& graph, const max7800x::Options& options) {
  std::vector<Demand> demands, rounded;
  for (int i = 0; i < graph.size; ++i) {
    if (!graph[i].weighted() || graph[i].same_weights_as >= 0) continue;
    const max7800x::Passes in = max7800x::passes_of(graph[i].in.channels, options.processors_per_pass);
    const max7800x::Passes out = max7800x::passes_of(graph[i].out.channels, options.processors_per_pass);
    const int sharers = i == 0 && options.fans_out() ? max7800x::groups : 1;  // each holds every fourth channel
    const max7800x::KernelShape shape =
        max7800x::kernel_shape(max7800x::hardware_layer(graph, i), in, out, processor_range(0, out.channels), sharers);
    const int length = max7800x::kernel_lengths(shape).length;
    demands.push_back({length, in.channels * sharers});
    rounded.push_back({round_up(length, 4), in.channels * sharers});
  }
  const long long least = fullest_at_least(demands, max7800x::all_processors);
  const long long starts = fullest_at_least(rounded, max7800x::all_processors) - 3;  // the last one may end anywhere
  return static_cast<int>(std::max(least, starts)) + options.first_weight_column;
}

}  // namespace incuse::report
