// Memory maps of a planned network as text: data memory over time, weight columns, bias values.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <incuse/report/memory_map.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

namespace detail {

/// "0 - 3, 5": the set bits of a mask.
inline std::string ranges_text(std::uint64_t bits) {
  std::string text;
  for (int first = 0; first < 64; ++first) {
    if ((bits >> first & 1) == 0) continue;
    int last = first;
    while (last < 63 && (bits >> (last + 1) & 1) != 0) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(first);
    if (last > first) text += " - " + std::to_string(last);
    first = last;
  }
  return text;
}

/// "0x2000 - 0x20ff", or "0x2000 - 0x20fb, every 2nd word".
inline std::string byte_range_text(const MappedTensor& tensor) {
  char text[48];
  std::snprintf(text, sizeof text, "0x%04llx - 0x%04llx", static_cast<unsigned long long>(tensor.first),
                static_cast<unsigned long long>(tensor.end - 1));
  std::string range = text;
  const long long turn = tensor.step / tensor.run;
  if (turn > 1) {
    const char* ending = turn == 2 ? "nd" : turn == 3 ? "rd" : "th";
    range += ", every " + std::to_string(turn) + ending + (tensor.run > 4 ? " run of 4 words" : " word");
  }
  return range;
}

/// Bytes that the tensor fills.
inline long long bytes_of(const MappedTensor& tensor) {
  if (tensor.step <= tensor.run) return tensor.end - tensor.first;
  return (tensor.end - tensor.first - tensor.run) / tensor.step * tensor.run + tensor.run;
}

/// What writes a tensor. `number` is 0 for the input, i + 1 for the output of layer i, and one more than that of the
/// last layer for the rolling buffer.
inline std::string written_text(const MappedTensor& tensor, int number, int layers) {
  if (tensor.ring) return "all the time";
  if (number > layers) return "kept";
  return number == 0 ? "before the start" : "layer " + std::to_string(number - 1);
}

inline std::string read_text(const MappedTensor& tensor, int layers) {
  return tensor.last_use >= layers ? "the end" : "layer " + std::to_string(tensor.last_use);
}

template <int N>
std::string tensor_table(const Graph<N>& graph, const std::vector<MappedTensor>& tensors) {
  Table table("lllrll");
  table.add({"Tensor", "Instances", "Bytes in each", "Count", "Written by", "Needed until"});
  int number = 0;
  for (const MappedTensor& tensor : tensors)
    table.add({tensor.name, ranges_text(tensor.instances), byte_range_text(tensor), grouped(bytes_of(tensor)),
               written_text(tensor, number++, graph.size), read_text(tensor, graph.size)});
  return table.text();
}

/// Whether a layer reads a tensor (0: the input; behind all outputs: the rolling buffer).
template <int N>
bool layer_reads(const Graph<N>& graph, int layer, int tensor) {
  for (int source : graph[layer].sources)
    if (source == (tensor > graph.size ? rolling_buffer : tensor - 1)) return true;
  return false;
}
template <int N>
bool layer_writes(const Graph<N>& graph, int layer, int tensor) {
  return tensor > graph.size ? graph[layer].writes_buffer() : tensor == layer + 1;
}

/// One line per layer, one character per instance.
template <int N>
std::string use_over_time(const Graph<N>& graph, const std::vector<MappedTensor>& tensors) {
  Table table("ll");
  table.add({"Step", "Instances 0 to 15"});
  for (int i = 0; i < graph.size; ++i) {
    std::string use;
    for (int instance = 0; instance < max7800x::instances; ++instance) {
      bool reads = false, writes = false, holds = false;
      for (std::size_t t = 0; t < tensors.size(); ++t) {
        if ((tensors[t].instances >> instance & 1u) == 0) continue;
        const int number = static_cast<int>(t);
        reads = reads || layer_reads(graph, i, number);
        writes = writes || layer_writes(graph, i, number);
        holds = holds || (tensors[t].born <= i && tensors[t].last_use >= i);
      }
      use += reads && writes ? 'b' : writes ? 'w' : reads ? 'r' : holds ? 'h' : '.';
      if (instance % 4 == 3) use += ' ';
    }
    table.add({layer_title(graph[i], i), use});
  }
  return table.text();
}

inline std::string runs_text(const std::vector<ColumnRun>& runs) {
  std::string text;
  for (const ColumnRun& run : runs)
    text += (text.empty() ? "" : ", ") + std::string("layer ") + std::to_string(run.layer) + ": " +
            std::to_string(run.first) + " - " + std::to_string(run.end - 1);
  return text;
}

template <int N>
std::string column_table(const Graph<N>& graph, const max7800x::Plan<N>& plan) {
  Table table("lrl");
  table.add({"Processors", "Columns", "Layers and their columns"});
  for (int first = 0; first < max7800x::all_processors;) {
    const std::vector<ColumnRun> runs = column_runs(graph, plan, first);
    int last = first;
    while (last + 1 < max7800x::all_processors && column_runs(graph, plan, last + 1) == runs) ++last;
    int columns = 0;
    for (const ColumnRun& run : runs) columns += run.end - run.first;
    table.add({first == last ? std::to_string(first) : std::to_string(first) + " - " + std::to_string(last),
               std::to_string(columns), runs.empty() ? "none" : runs_text(runs)});
    first = last + 1;
  }
  return table.text();
}

template <int N>
std::string bias_table(const Graph<N>& graph, const max7800x::Plan<N>& plan) {
  Table table("lrl");
  table.add({"Group", "Values", "Layers and their values"});
  for (int g = 0; g < max7800x::groups; ++g) {
    std::string layers;
    for (int i = 0; i < graph.size; ++i) {
      if (!graph[i].bias || plan[i].bias_group != g || plan[i].bias_offset < 0) continue;
      const int end = plan[i].bias_offset + max7800x::bias_length(graph, plan, i);
      layers += (layers.empty() ? "" : ", ") + std::string("layer ") + std::to_string(i) + ": " +
                std::to_string(plan[i].bias_offset) + " - " + std::to_string(end - 1);
    }
    table.add({std::to_string(g), std::to_string(plan.bias_fill[g]), layers.empty() ? "none" : layers});
  }
  return table.text();
}

}  // namespace detail

/// The memory maps of a network for people: plain ASCII. An instance is the data memory that 4 processors share, a
/// column is a 72-bit word of a processor's weight memory, a group has 16 processors and a bias memory.
template <int N>
std::string memory_text(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Device& device,
                        const max7800x::Options& options) {
  const std::vector<MappedTensor> tensors = mapped_tensors(graph, plan, device, options);
  std::string text = "Data memory (" + grouped(device.instance_bytes) + " bytes in each instance of 4 processors)\n";
  text += detail::tensor_table(graph, tensors) + '\n';
  text += "Use of the instances (r read, w written, b both, h holds something still needed)\n";
  text += detail::use_over_time(graph, tensors) + '\n';
  text += "Weight memory (" + std::to_string(device.weight_columns) + " columns of 9 bytes in each processor)\n";
  text += detail::column_table(graph, plan) + '\n';
  text += "Bias memory (" + std::to_string(device.bias_values) + " values in each group of 16 processors)\n";
  text += detail::bias_table(graph, plan);
  return text;
}

}  // namespace incuse::report
