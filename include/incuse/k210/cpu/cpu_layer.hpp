// Layers that the processor runs beside the KPU, as values: what is computed, on tensors of which type. How it is
// computed is in software_layers.hpp. Source: kmodel sheet (k210-kmodel), section 1.
#pragma once

#include <incuse/core/keyed_table.hpp>
#include <incuse/k210/cpu/convolutions.hpp>
#include <incuse/k210/cpu/moves.hpp>
#include <incuse/k210/cpu/software_layers.hpp>
#include <incuse/model/shapes.hpp>

namespace incuse::k210 {

/// What the processor computes. Where a layer exists for real numbers and for codes, the latter is a task of its own.
enum class Task : unsigned char {
  none,
  add,
  quantized_add,
  concat,
  quantized_concat,
  max_pool,
  average_pool,
  global_average_pool,
  fully_connected,
  quantize,
  dequantize,
  requantize,
  softmax,
  logistic,
  l2_normalize,
  resize,
  quantized_resize,
  flatten,
  real_max_pool,
  convolution,
  quantized_convolution,
  pad,
  quantized_pad,
  move,
  quantized_move,
  reduce,
  combine,
  quantized_combine,
  apply,
  add_padding,
  remove_padding,
  upload,
  last = upload,
};

/// Type of a tensor's elements: a code is a quantised byte, as the KPU reads and writes it; a real number is a float.
enum class Element : unsigned char { code, real };
constexpr int bytes_of(Element element) { return element == Element::code ? 1 : 4; }

/// Name of a task, and the element types that it reads and writes.
struct TaskDescription {
  Task key;
  Text name;
  Element in;
  Element out;
  bool keeps_codes = false;  ///< the result has the scale and zero point of the operands
};

inline constexpr TaskDescription task_descriptions[] = {
    {Task::none, "nothing", Element::code, Element::code},
    {Task::add, "add", Element::real, Element::real},
    {Task::quantized_add, "add codes", Element::code, Element::code},
    {Task::concat, "concat", Element::real, Element::real},
    {Task::quantized_concat, "concat codes", Element::code, Element::code, true},
    {Task::max_pool, "max pool", Element::code, Element::code, true},
    {Task::average_pool, "average pool", Element::real, Element::real},
    {Task::global_average_pool, "global average pool", Element::real, Element::real},
    {Task::fully_connected, "fully connected", Element::real, Element::real},
    {Task::quantize, "quantize", Element::real, Element::code},
    {Task::dequantize, "dequantize", Element::code, Element::real},
    {Task::requantize, "requantize", Element::code, Element::code},
    {Task::softmax, "softmax", Element::real, Element::real},
    {Task::logistic, "logistic", Element::real, Element::real},
    {Task::l2_normalize, "l2 normalize", Element::real, Element::real},
    {Task::resize, "resize", Element::real, Element::real},
    {Task::quantized_resize, "resize codes", Element::code, Element::code, true},
    {Task::flatten, "channels last", Element::real, Element::real},
    {Task::real_max_pool, "max pool of real numbers", Element::real, Element::real},
    {Task::convolution, "convolution", Element::real, Element::real},
    {Task::quantized_convolution, "convolution of codes", Element::code, Element::code},
    {Task::pad, "pad", Element::real, Element::real},
    {Task::quantized_pad, "pad codes", Element::code, Element::code, true},
    {Task::move, "move", Element::real, Element::real},
    {Task::quantized_move, "move codes", Element::code, Element::code, true},
    {Task::reduce, "reduce", Element::real, Element::real},
    {Task::combine, "combine", Element::real, Element::real},
    {Task::quantized_combine, "combine codes", Element::code, Element::code},
    {Task::apply, "function", Element::real, Element::real},
    {Task::add_padding, "add padding", Element::code, Element::code, true},
    {Task::remove_padding, "remove padding", Element::code, Element::code, true},
    {Task::upload, "upload", Element::code, Element::code, true},
};
static_assert(is_complete(task_descriptions, Task::last));

constexpr const TaskDescription& description_of(Task task) { return row_of(task_descriptions, task); }
/// Tasks that write into AI RAM; all others write into main memory.
constexpr bool writes_ram(Task task) { return task == Task::add_padding || task == Task::upload; }

/// True if a layer has a pooling window, a pooling stride or a pooling dilation.
constexpr bool has_pooling_options(const Layer& layer) {
  const Extent one{1, 1};
  return layer.pool != one || layer.pool_stride != one || layer.pool_dilation != one;
}
/// True if a layer combines tensors, or parts of one, value by value.
constexpr bool combines(const Layer& layer) { return layer.elementwise != Elementwise::none || layer.operands != 1; }

/// True if a layer has an option that only networks of signed bytes know: shift, bits or binary.
constexpr bool has_byte_options(const Layer& layer) {
  return layer.output_shift != 0 || layer.weight_bits != 8 || layer.binary_weights;
}

/// The task of a layer with on_cpu that reads elements of this type; none if the processor has no such layer. A task
/// that exists for one type only is returned even if the layer reads the other one: a rule reports that.
constexpr Task task_of(const Layer& layer, Element reads) {
  const bool codes = reads == Element::code;
  const bool has_window = layer.pooling != Pooling::none || has_pooling_options(layer);
  const bool converts = layer.software != Software::none;
  if (has_window + combines(layer) + converts + layer.weighted() > 1) return Task::none;
  switch (layer.software) {
    case Software::quantize:
      return Task::quantize;
    case Software::dequantize:
      return Task::dequantize;
    case Software::requantize:
      return Task::requantize;
    case Software::global_average:
      return Task::global_average_pool;
    case Software::softmax:
      return Task::softmax;
    case Software::logistic:
      return Task::logistic;
    case Software::l2_normalize:
      return Task::l2_normalize;
    case Software::resize:
      return codes ? Task::quantized_resize : Task::resize;
    case Software::channels_last:
      return Task::flatten;
    case Software::pad:
      return codes ? Task::quantized_pad : Task::pad;
    case Software::transpose:
    case Software::reshape:
    case Software::slice:
    case Software::channel_shuffle:
    case Software::space_to_depth:
    case Software::depth_to_space:
      return codes ? Task::quantized_move : Task::move;
    case Software::reduce:
      return Task::reduce;
    case Software::combine:
      return codes ? Task::quantized_combine : Task::combine;
    case Software::apply:
      return Task::apply;
    case Software::add_padding:
      return Task::add_padding;
    case Software::remove_padding:
      return Task::remove_padding;
    case Software::upload:
      return Task::upload;
    case Software::none:
      break;
  }
  if (layer.op == Operator::linear) return Task::fully_connected;
  if (layer.op == Operator::conv2d || layer.op == Operator::conv_transpose2d)
    return codes ? Task::quantized_convolution : Task::convolution;
  if (layer.elementwise == Elementwise::add) return codes ? Task::quantized_add : Task::add;
  if (layer.pooling == Pooling::max) return codes ? Task::max_pool : Task::real_max_pool;
  if (layer.pooling == Pooling::average) return Task::average_pool;
  if (has_window || combines(layer) || layer.weighted()) return Task::none;
  return codes ? Task::quantized_concat : Task::concat;
}

/// One layer that runs on the CPU.
struct CpuLayer {
  Task task = Task::none;
  Shape in{};  ///< of the first operand
  Shape out{};
  PoolWindow window{};  ///< of pooling
  Activation activation = Activation::none;
  float (*function)(float) = nullptr;  ///< of Activation::function
  Extent dilation{1, 1};               ///< of the window
  CpuConvolution convolution{};
  Shape other{};  ///< combine: of the second operand
  Software software = Software::none;
  SoftwareOptions with{};
  float pad_value = 0;  ///< of the layer's option; see CpuParameters::added
};

/// The window of a pooling layer on the processor.
constexpr PoolWindow cpu_window_of(const Layer& layer) {
  return {layer.pool, layer.pool_stride, {layer.with.border.top, layer.with.border.left}};
}

/// The layer that carries out `task` on the CPU for a layer of the graph, whose second operand has the shape `other`.
constexpr CpuLayer cpu_layer_of(const Layer& layer, Task task, Shape other = {}) {
  CpuLayer result{task, layer.in, layer.out, cpu_window_of(layer), layer.activation, layer.function};
  result.dilation = layer.pool_dilation;
  result.other = other;
  result.software = layer.software;
  result.with = layer.with;
  result.pad_value = layer.pad_value;
  if (layer.weighted()) result.convolution = cpu_convolution_of(layer, layer.in, layer.out);
  return result;
}

/// Element types of the tensors of a graph: what every layer reads and writes.
template <int N>
struct Elements {
  Element input = Element::code;
  Element reads[at_least_one(N)]{};  ///< of the first source
  Element makes[at_least_one(N)]{};
  Task tasks[at_least_one(N)]{};  ///< of layers with on_cpu

  constexpr Element of(int tensor) const { return tensor < 0 ? input : makes[INCUSE_INDEX_BELOW(tensor, N)]; }
};

/// True if a layer is of a kind that the KPU runs: convolutions, pooling, copies.
constexpr bool is_of_kpu(const Layer& layer) {
  return layer.op == Operator::conv2d || (layer.op == Operator::none && !combines(layer));
}

/// The element types of a graph. A layer that only the processor can run, but that lacks
/// on_cpu, is treated as if it had it, so that only this layer is reported, and not those
/// that read its output.
template <int N>
constexpr Elements<N> elements_of(const Graph<N>& graph) {
  Elements<N> result;
  result.input = graph.real_input ? Element::real : Element::code;
  for (int i = 0; i < graph.size; ++i) {
    const Layer& layer = graph[i];
    const int source = layer.sources.empty() ? network_input : layer.sources[0];
    result.reads[i] = source < i ? result.of(source) : Element::code;
    if (!layer.on_cpu && is_of_kpu(layer)) continue;
    const Task task = task_of(layer, result.reads[i]);
    if (layer.on_cpu) result.tasks[i] = task;
    result.makes[i] = description_of(task).out;
  }
  return result;
}

/// True if the parameters of a network have an entry for a layer: for its weights, or for the
/// range of its codes.
template <int N>
constexpr bool has_entry(const Graph<N>& graph, const Elements<N>& elements, int index) {
  const Task task = elements.tasks[index];
  return graph[index].weighted() || task == Task::quantize || task == Task::requantize || task == Task::quantized_add;
}

/// Index of a layer's entry: how many earlier layers have one.
template <int N>
constexpr int entry_index(const Graph<N>& graph, const Elements<N>& elements, int index) {
  int count = 0;
  for (int i = 0; i < index; ++i) count += has_entry(graph, elements, i) ? 1 : 0;
  return count;
}

}  // namespace incuse::k210
