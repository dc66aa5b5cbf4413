// A planned network as text: layers, placement, use of the memories, estimated time.
#pragma once

#include <cstdio>
#include <string>

#include <incuse/hosted/strings.hpp>
#include <incuse/max7800x/latency.hpp>
#include <incuse/max7800x/statistics.hpp>
#include <incuse/model/names.hpp>
#include <incuse/report/table.hpp>
#include <incuse/report/time_text.hpp>

namespace incuse::report {

namespace detail {

/// "2x2", or for one-dimensional layers "2".
inline std::string window_text(const Layer& layer, Extent window) {
  return layer.one_dimensional() ? std::to_string(window.height) : text_of(window);
}

/// "2"; "2x1" if height and width differ and the layer is not one-dimensional.
inline std::string sizes_text(const Layer& layer, Extent sizes) {
  return layer.one_dimensional() || sizes.height == sizes.width ? std::to_string(sizes.height) : text_of(sizes);
}

/// "Conv2d 3x3, pad 1".
inline std::string operator_text(const Layer& layer) {
  if (layer.op == Operator::linear) return layer.flatten ? "Flatten, Linear" : "Linear";
  std::string text;
  switch (layer.op) {
    case Operator::conv1d:
      text = "Conv1d ";
      break;
    case Operator::conv2d:
      text = "Conv2d ";
      break;
    case Operator::conv_transpose2d:
      text = "ConvTranspose2d ";
      break;
    case Operator::linear:
    case Operator::none:
      return text;
  }
  text += window_text(layer, layer.kernel);
  if (layer.padding != Extent{0, 0}) text += ", pad " + sizes_text(layer, layer.padding);
  if (layer.dilation != Extent{1, 1}) text += ", dilation " + sizes_text(layer, layer.dilation);
  if (layer.op == Operator::conv_transpose2d && layer.output_padding != 1)
    text += ", output pad " + std::to_string(layer.output_padding);
  if (layer.groups > 1) text += ", " + std::to_string(layer.groups) + " groups";
  return text;
}

inline std::string pooling_text(const Layer& layer) {
  const bool strides = layer.pool_stride.area() > 1 || layer.pools();
  if (!strides) return {};
  std::string stride = "stride " + window_text(layer, layer.pool_stride);
  if (!layer.pools()) return stride;
  std::string text = std::string(row_of(pooling_names, layer.pooling).type) + ' ' + window_text(layer, layer.pool);
  if (layer.pool_stride != layer.pool) text += ' ' + stride;
  if (layer.pool_dilation != Extent{1, 1}) text += " dilation " + sizes_text(layer, layer.pool_dilation);
  if (layer.pool_same) text += " beyond the border";
  if (layer.pool_column != 0) text += " column " + std::to_string(layer.pool_column);
  return text;
}

inline std::string elementwise_text(const Layer& layer) {
  if (layer.elementwise == Elementwise::none) return {};
  return std::string(row_of(elementwise_names, layer.elementwise).word) + " of " + std::to_string(layer.operands);
}

inline void append_part(std::string& text, const std::string& part) {
  if (!text.empty() && !part.empty()) text += ", ";
  text += part;
}

/// "MaxPool 2x2, Conv2d 3x3, pad 1, ReLU": the steps of a layer in the order of their execution.
inline std::string steps_text(const Layer& layer) {
  if (layer.inserted)
    return layer.weighted() ? "copy by a convolution to other processors" : "copy, which the chip needs";
  std::string text = layer.pool_first ? pooling_text(layer) : elementwise_text(layer);
  append_part(text, layer.pool_first ? elementwise_text(layer) : pooling_text(layer));
  append_part(text, operator_text(layer));
  if (layer.bias) append_part(text, "bias");
  if (layer.batch_norm) append_part(text, "batch norm");
  if (layer.activation == Activation::relu) append_part(text, "ReLU");
  if (layer.activation == Activation::abs) append_part(text, "Abs");
  if (layer.activation == Activation::function) append_part(text, "activation function");
  if (layer.wide) append_part(text, "32-bit output");
  if (layer.streaming) append_part(text, "streaming");
  if (layer.on_cpu) append_part(text, "on the processor");
  return text.empty() ? "pass through" : text;
}

inline std::string processors_text(ProcessorMap map) {
  char text[24];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(map));
  return text;
}

inline std::string offset_text(int offset) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%04x", static_cast<unsigned>(offset));
  return text;
}

inline std::string passes_text(const max7800x::LayerPlan& placed) {
  return std::to_string(placed.in.count) + " > " + std::to_string(placed.out.count);
}

inline std::string columns_text(const Layer& layer, const max7800x::LayerPlan& placed) {
  if (!layer.weighted()) return "-";
  if (placed.kernels.offset < 0) return "no space";
  const int last = placed.kernels.offset + placed.kernels.length - 1;
  return std::to_string(placed.kernels.offset) + " - " + std::to_string(last) + (placed.kernels.owned ? "" : " shared");
}

inline std::string bias_text(const max7800x::LayerPlan& placed) {
  if (placed.bias_group < 0) return "-";
  if (placed.bias_offset < 0) return "no space";
  return "group " + std::to_string(placed.bias_group) + " at " + std::to_string(placed.bias_offset);
}

/// A bar of 20 characters; of any use above 0 at least one is filled.
inline std::string bar_text(int used, int capacity) {
  const int width = 20;
  const long long share = capacity > 0 ? (2LL * used * width + capacity) / (2LL * capacity) : 0;
  const int filled = max_of(used > 0 ? 1 : 0, min_of(width, static_cast<int>(share)));
  return '[' + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(width - filled), '.') + ']';
}

inline void add_memory(Table& table, const std::string& what, int used, int capacity, const std::string& note) {
  const double percent = capacity > 0 ? 100.0 * used / capacity : 0;
  table.add({what, grouped(used), "of " + grouped(capacity) + " bytes", fixed(percent, 1) + " %",
             bar_text(used, capacity), note});
}

template <int N>
std::string layer_table(const Graph<N>& graph, const max7800x::Plan<N>& plan, const max7800x::Options& options) {
  Table table("rllllrrrr");
  table.add({"#", "Name", "Steps", "Input", "Output", "Shift", "Weights", "MACs", "Cycles"});
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    std::string weights, shift;
    if (layer.weighted()) {
      const long long count =
          static_cast<long long>(layer.weight_in_channels()) * layer.out.channels * layer.kernel.area();
      weights = grouped(count) + (layer.weight_bits < 8 ? " x " + std::to_string(layer.weight_bits) + " bit" : "") +
                (layer.binary_weights ? ", binary" : "");
      if (!layer.wide) shift = std::to_string(layer.output_shift);
    }
    const long long macs = max7800x::inference_operations_of(graph, options, i).multiply_accumulate;
    table.add({std::to_string(i), string_of(layer.name), steps_text(layer), text_of(layer.in), text_of(layer.out),
               shift, weights, macs > 0 ? grouped(macs) : "",
               grouped(max7800x::inference_cycles_of(graph, plan, options, i))});
  }
  table.add({"", "start", "", "", "", "", "", "", grouped(max7800x::startup_cycles)});  // so that the rows add up
  return table.text();
}

template <int N>
std::string placement_table(const Graph<N>& graph, const max7800x::Plan<N>& plan) {
  Table table("rlllllll");
  table.add({"#", "Reads processors", "at", "Writes processors", "at", "Passes", "Weight columns", "Bias"});
  for (int i = 0; i < graph.size; ++i) {
    const max7800x::LayerPlan& placed = plan[i];
    table.add({std::to_string(i), processors_text(placed.processors), offset_text(placed.in_offset),
               processors_text(placed.output_processors), offset_text(placed.out_offset), passes_text(placed),
               columns_text(graph[i], placed), bias_text(placed)});
  }
  return table.text();
}

}  // namespace detail

/// The plan of a network for people: about 100 columns wide, plain ASCII. Offsets are bytes within a data memory
/// instance, columns are words of every processor's weight memory.
template <int N>
std::string plan_text(const std::string& name, const Graph<N>& graph, const max7800x::Plan<N>& plan,
                      const max7800x::Device& device, const max7800x::Options& options = {},
                      const Supply& supply = {}) {
  using namespace detail;
  const max7800x::MemoryUse use = max7800x::memory_use(graph, plan, device);
  const Latency latency = max7800x::cycles_of(graph, plan, device, options);
  Table memory("lrlrll");
  memory.add({});
  add_memory(memory, "Weights", use.weight_bytes, use.weight_capacity, "");
  add_memory(memory, "Bias", use.bias_bytes, use.bias_capacity, "");
  add_memory(memory, "Data", use.data_bytes, use.data_capacity, "in the fullest instance");

  std::string text = name + " on " + string_of(device.name) + ", input " + text_of(graph.input) +
                     (plan.input_format == DataFormat::chw ? " (CHW)" : " (HWC)") + "\n\n";
  text += "Layers\n" + layer_table(graph, plan, options) + '\n';
  text += "Placement\n" + placement_table(graph, plan) + '\n';
  text += "Memory" + memory.text() + '\n';
  text += "Time\n  " + time_text(latency, supply) + ", for " +
          grouped(max7800x::operations_of(graph, options).total()) + " operations\n";
  for (int exit : exit_layers(graph))
    text += "  with the early exit behind layer " + std::to_string(tested_layer(graph, exit)) + ": " +
            time_text({.total = max7800x::cycles_until(graph, plan, exit), .estimated = latency.estimated}, supply) +
            '\n';
  return text;
}

}  // namespace incuse::report
