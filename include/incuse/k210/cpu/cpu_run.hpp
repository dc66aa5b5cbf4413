// Runs the layers that belong on the CPU. Only the tasks that a network has become part of the program.
#pragma once

#include <incuse/k210/cpu/cpu_step.hpp>

namespace incuse::k210 {

namespace detail {

/// The tensors of a layer in working memory.
struct CpuTensors {
  const CpuStepImage& step;
  unsigned char* memory;

  const std::uint8_t* codes(int operand = 0) const { return memory + step.sources[operand]; }
  const float* reals(int operand = 0) const { return reinterpret_cast<const float*>(codes(operand)); }
  /// Hidden from the optimiser: where bytes are read and floats are written in the same block, GCC 12 (-O1) takes the
  /// write for one to address 0, and removes it.
  std::uint8_t* out_codes() const { return hidden_address(memory + step.result); }
  float* out_reals() const { return reinterpret_cast<float*>(out_codes()); }
};

template <class Value>
void concat_all(const CpuTensors& tensors, const Value* (CpuTensors::*source)(int) const, Value* out) {
  for (int i = 0; i < tensors.step.operands; ++i) out = concat((tensors.*source)(i), tensors.step.elements[i], out);
}

inline void connect(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const CpuParameters& with = tensors.step.parameters;
  const int in = layer.in.elements(), out = layer.out.channels;
  const Clamp clamp = layer.activation == Activation::relu ? Clamp{.lowest = 0} : Clamp{};
  float* results = tensors.out_reals();
  if (with.weights != nullptr && with.rounding == Rounding::nncase)
    fully_connected_after_bias(tensors.reals(), in, with.weights, with.bias, out, clamp, results);
  else if (with.weights != nullptr)
    fully_connected(tensors.reals(), in, with.weights, with.bias, out, clamp, results);
  else
    fully_connected(tensors.reals(), in, with.byte_weights, with.byte_bias, out, with.byte_unit, clamp, results);
  if (layer.activation != Activation::function) return;
  for (int o = 0; o < out; ++o) results[o] = layer.function(results[o]);
}

/// The layer's function of every value.
inline void activate(const CpuLayer& layer, const float* in, float* out) {
  const int count = layer.out.elements();
  for (int i = 0; i < count; ++i)
    out[i] = layer.activation == Activation::function            ? layer.function(in[i])
             : layer.activation == Activation::relu && in[i] < 0 ? 0.0f
                                                                 : in[i];
}

inline void convolve_reals(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const CpuParameters& with = tensors.step.parameters;
  const CpuConvolution shape = layer.convolution;
  float* results = tensors.out_reals();
  if (with.weights != nullptr) {
    convolve(
        tensors.reals(), shape, with.weights, [&](int c) { return with.bias == nullptr ? 0.0f : with.bias[c]; },
        results);
  } else {
    convolve(
        tensors.reals(), shape, with.byte_weights,
        [&](int c) { return with.byte_bias.empty() ? 0.0f : static_cast<float>(with.byte_bias[c]); }, results);
    for (int i = 0; i < layer.out.elements(); ++i) results[i] *= with.byte_unit;
  }
  activate(layer, results, results);
}

/// Both operands of a layer that combines tensors, in its order; `constant` is the second one if it has no other.
template <class Value>
struct Operands {
  const Value* first;
  const Value* second;
  Shape first_shape, second_shape;

  Operands(const CpuLayer& layer, const Value* source, const Value* other, const Value* constant)
      : first(source),
        second(constant == nullptr ? other : constant),
        first_shape(layer.in),
        second_shape(layer.other) {
    if (!layer.with.constant_first) return;
    first = second;
    second = source;
    first_shape = layer.other;
    second_shape = layer.in;
  }
};

inline void combine_reals(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const Operands<float> of(layer, tensors.reals(0), tensors.reals(1), tensors.step.parameters.weights);
  float* out = tensors.out_reals();
  for_each_pair(of.first_shape, of.second_shape, layer.out,
                [&](int a, int b) { *out++ = paired(layer.with.pairing, of.first[a], of.second[b]); });
}
inline void combine_codes(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const CpuParameters& with = tensors.step.parameters;
  const Operands<std::uint8_t> of(layer, tensors.codes(0), tensors.codes(1), with.codes);
  std::uint8_t* out = tensors.out_codes();
  for_each_pair(of.first_shape, of.second_shape, layer.out, [&](int a, int b) {
    *out++ = paired_codes(layer.with.pairing, of.first[a], with.sum.a, of.second[b], with.sum.b, with.sum.out);
  });
}

inline void apply_function(const CpuTensors& tensors) {
  const CpuParameters& with = tensors.step.parameters;
  if (with.program == nullptr) return activate(tensors.step.layer, tensors.reals(), tensors.out_reals());
  for (int i = 0; i < tensors.step.layer.out.elements(); ++i)
    tensors.out_reals()[i] = evaluate(with.program, with.program_bytes, tensors.reals()[i]);
}

template <class Ram>
void put_into_ram(const CpuTensors& tensors, Ram& ram) {
  const MapLayout map(tensors.step.layer.out);
  const Shape in = tensors.step.layer.in;
  const std::uint8_t* row = tensors.codes();
  for (int c = 0; c < in.channels; ++c)
    for (int y = 0; y < in.height; ++y, row += in.width)
      ram.store(tensors.step.result, map.row_offset(c, y), row, in.width);
}

/// Only the first pixel of each 4x4 map counts. The others are written as 0, so that results never depend on what was
/// in AI RAM before.
template <class Ram>
void pad_into_ram(const CpuTensors& tensors, Ram& ram) {
  const MapLayout map(tensors.step.layer.out);
  for (int c = 0; c < tensors.step.layer.in.channels; ++c)
    for (int y = 0; y < padded_extent.height; ++y) {
      std::uint8_t row[padded_extent.width]{};
      if (y == 0) row[0] = tensors.codes()[c];
      ram.store(tensors.step.result, map.row_offset(c, y), row, padded_extent.width);
    }
}

/// True for tasks whose result is codes in working memory.
constexpr bool writes_codes(Task task) {
  return task == Task::quantized_add || task == Task::quantized_concat || task == Task::max_pool ||
         task == Task::quantize || task == Task::requantize || task == Task::quantized_resize ||
         task == Task::quantized_convolution || task == Task::quantized_pad || task == Task::quantized_move ||
         task == Task::quantized_combine || task == Task::remove_padding;
}

/// Runs a task whose result is codes.
template <Task Does>
void run_on_codes(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const CpuParameters& with = tensors.step.parameters;
  const int count = layer.in.elements();
  if constexpr (Does == Task::quantized_add)
    quantized_add(tensors.codes(0), with.sum.a, tensors.codes(1), with.sum.b, count, with.sum.out, tensors.out_codes());
  else if constexpr (Does == Task::quantized_concat)
    concat_all(tensors, &CpuTensors::codes, tensors.out_codes());
  else if constexpr (Does == Task::max_pool)
    max_pool(tensors.codes(), layer.in, layer.out, layer.window, tensors.out_codes());
  else if constexpr (Does == Task::quantized_convolution)
    convolve(tensors.codes(), layer.convolution, with.codes, with.sums, with.terms, tensors.out_codes());
  else if constexpr (Does == Task::quantized_pad)
    pad_values(tensors.codes(), layer.in, layer.out, layer.with.before, static_cast<std::uint8_t>(with.added),
               tensors.out_codes());
  else if constexpr (Does == Task::quantized_move)
    move_values(tensors.codes(), walk_of(layer.with, layer.software, layer.in), tensors.out_codes());
  else if constexpr (Does == Task::quantized_combine)
    combine_codes(tensors);
  else if constexpr (Does == Task::quantize)
    with.rounding == Rounding::nncase ? quantize_by_zero_point(tensors.reals(), count, with.code, tensors.out_codes())
                                      : quantize(tensors.reals(), count, with.code, tensors.out_codes());
  else if constexpr (Does == Task::requantize)
    requantize(tensors.codes(), count, with.table, tensors.out_codes());
  else if constexpr (Does == Task::quantized_resize)
    resize_nearest(tensors.codes(), layer.in, layer.out.extent(), tensors.out_codes());
  else if constexpr (Does == Task::remove_padding)
    remove_padding(tensors.codes(), layer.in.channels, tensors.out_codes());
}

inline void dequantize_all(const CpuTensors& tensors) {
  const Shape in = tensors.step.layer.in;
  const CpuParameters& with = tensors.step.parameters;
  if (with.channels == nullptr)
    dequantize(tensors.codes(), in.elements(), with.code, tensors.out_reals());
  else
    dequantize_channels(tensors.codes(), in.channels, in.pixels(), with.channels, tensors.out_reals());
}

/// Runs a task whose result is real numbers.
template <Task Does>
void run_on_reals(const CpuTensors& tensors) {
  const CpuLayer& layer = tensors.step.layer;
  const int count = layer.in.elements();
  if constexpr (Does == Task::add)
    add(tensors.reals(0), tensors.reals(1), count, tensors.out_reals());
  else if constexpr (Does == Task::concat)
    concat_all(tensors, &CpuTensors::reals, tensors.out_reals());
  else if constexpr (Does == Task::average_pool)
    average_pool(tensors.reals(), layer.in, layer.out, layer.window, tensors.out_reals());
  else if constexpr (Does == Task::global_average_pool)
    global_average_pool(tensors.reals(), layer.in.pixels(), layer.in.channels, tensors.out_reals());
  else if constexpr (Does == Task::fully_connected)
    connect(tensors);
  else if constexpr (Does == Task::dequantize)
    dequantize_all(tensors);
  else if constexpr (Does == Task::real_max_pool)
    max_pool(tensors.reals(), layer.in, layer.out, layer.window, layer.dilation, tensors.out_reals());
  else if constexpr (Does == Task::convolution)
    convolve_reals(tensors);
  else if constexpr (Does == Task::pad)
    pad_values(tensors.reals(), layer.in, layer.out, layer.with.before, tensors.step.parameters.added,
               tensors.out_reals());
  else if constexpr (Does == Task::move)
    move_values(tensors.reals(), walk_of(layer.with, layer.software, layer.in), tensors.out_reals());
  else if constexpr (Does == Task::reduce)
    reduce(tensors.reals(), layer.in, layer.out, layer.with.reduction, tensors.out_reals());
  else if constexpr (Does == Task::combine)
    combine_reals(tensors);
  else if constexpr (Does == Task::apply)
    apply_function(tensors);
  else if constexpr (Does == Task::softmax)
    softmax(tensors.reals(), count, tensors.out_reals());
  else if constexpr (Does == Task::logistic)
    logistic(tensors.reals(), count, tensors.out_reals());
  else if constexpr (Does == Task::l2_normalize)
    l2_normalize(tensors.reals(), count, tensors.out_reals());
  else if constexpr (Does == Task::resize)
    resize_nearest(tensors.reals(), layer.in, layer.out.extent(), tensors.out_reals());
  else if constexpr (Does == Task::flatten)
    flatten(tensors.reals(), layer.in, tensors.out_reals());
}

}  // namespace detail

/// Runs one layer. `memory` is the working memory, aligned for float; `ram.store(first line of a map, byte in it,
/// codes, count)` writes into AI RAM.
template <Task Does, class Ram>
void run_task(const CpuStepImage& step, unsigned char* memory, Ram& ram) {
  const detail::CpuTensors tensors{step, memory};
  if constexpr (Does == Task::upload)
    detail::put_into_ram(tensors, ram);
  else if constexpr (Does == Task::add_padding)
    detail::pad_into_ram(tensors, ram);
  else if constexpr (detail::writes_codes(Does))
    detail::run_on_codes<Does>(tensors);
  else
    detail::run_on_reals<Does>(tensors);
}

/// Runs one layer of an image. Only the tasks that occur in the image are compiled.
template <const auto& Image, int First = 1, class Ram>
void run_on_cpu(const CpuStepImage& step, unsigned char* memory, Ram& ram) {
  constexpr Task task = static_cast<Task>(First);
  if constexpr (Image.does(task))
    if (step.layer.task == task) return run_task<task>(step, memory, ram);
  if constexpr (task != Task::upload) run_on_cpu<Image, First + 1>(step, memory, ram);
}

}  // namespace incuse::k210
