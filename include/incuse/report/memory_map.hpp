// What lies where in the memories of the chip, as lists that reports draw from.
#pragma once

#include <string>
#include <vector>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/plan/allocation.hpp>
#include <incuse/max7800x/verify/tensors.hpp>

namespace incuse::report {

/// A tensor in the data memories. Steps are layers in the order of their execution; -1 is the time before the first
/// one.
struct MappedTensor {
  std::string name{};
  unsigned instances = 0;  ///< data memory instances, one bit each
  long long first = 0;     ///< bytes within every instance …
  long long end = 0;       ///< … and one more than the last
  long long run = 4;       ///< bytes that follow each other …
  long long step = 4;      ///< … and bytes from one run to the next: more, if others lie in between
  int born = 0;            ///< step that writes it
  int last_use = 0;        ///< step that reads it last; the number of layers: it is an output of the network
  bool ring = false;       ///< a ring buffer of streaming layers
};

/// Neighbouring columns of a weight memory that belong to one layer.
struct ColumnRun {
  int first = 0;
  int end = 0;  ///< one more than the last
  int layer = 0;
  friend bool operator==(const ColumnRun&, const ColumnRun&) = default;
};

/// "layer 3 (conv3)".
inline std::string layer_title(const Layer& layer, int index) {
  std::string title = "layer " + std::to_string(index);
  if (!layer.name.empty()) title += " (" + string_of(layer.name) + ")";
  return title;
}

/// The network's input, the output of every layer, and the rolling buffer, if there is one.
template <int N>
std::vector<MappedTensor> mapped_tensors(const Graph<N>& graph, const max7800x::Plan<N>& plan,
                                         const max7800x::Device& device, const max7800x::Options& options) {
  Findings none;
  const max7800x::detail::proof::Subject<N> subject{graph, plan, device, options, false, none};
  const auto places = tensor_places(subject);
  std::vector<MappedTensor> tensors;
  for (int t = 0; t <= graph.size; ++t) {
    const max7800x::detail::proof::Tensor& own = places.tensors[t];
    const std::string name = t == 0 ? std::string("input") : layer_title(graph[writer_of(t)], writer_of(t));
    tensors.push_back({name, own.words.blocks, own.words.first, own.words.end(), own.words.run, own.words.step,
                       own.born, own.last_use, t < places.streamed});
  }
  if (graph.buffer.exists()) {
    const Text name = graph.buffer.name;
    tensors.push_back({string_of(name), places.buffer.blocks, places.buffer.first, places.buffer.end(),
                       places.buffer.run, places.buffer.step, -1, graph.size});
  }
  return tensors;
}

/// The weight memory of a processor, by ascending columns.
template <int N>
std::vector<ColumnRun> column_runs(const Graph<N>& graph, const max7800x::Plan<N>& plan, int processor) {
  constexpr int end = max7800x::ColumnSet::capacity;
  std::vector<ColumnRun> runs;
  for (int i = 0; i < graph.size; ++i) {
    const max7800x::LayerPlan& placed = plan[i];
    if (!placed.kernels.owned || placed.kernels.offset < 0 || (placed.processors >> processor & 1) == 0) continue;
    const max7800x::ColumnSet columns = placed.kernels.written_by(max7800x::channel_of(placed.processors, processor));
    for (int first = columns.next(0, end); first < end;) {
      const int behind = columns.next_absent(first, end);
      std::size_t at = runs.size();
      while (at > 0 && runs[at - 1].first > first) --at;
      runs.insert(runs.begin() + static_cast<std::ptrdiff_t>(at), {first, behind, i});
      first = columns.next(behind, end);
    }
  }
  return runs;
}

}  // namespace incuse::report
