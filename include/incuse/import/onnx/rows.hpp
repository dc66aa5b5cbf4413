// Maps of one row, as TensorFlow has those of one-dimensional networks: their layers become one-dimensional ones, whose
// kernels have other lengths than those over maps.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <incuse/import/onnx/steps.hpp>

namespace incuse::import::onnx {

namespace detail {

/// The row of a kernel that meets the only row of a map; -1 if none does.
inline int meeting_row(const Layer& layer) {
  const int row = layer.padding.height / layer.dilation.height;
  return layer.padding.height % layer.dilation.height == 0 && row < layer.kernel.height ? row : -1;
}

inline bool is_along_a_row(Extent window) { return window.width != window.height && window.width > 1; }

inline bool is_row(Shape map) { return map.height == 1 && map.width > 1; }

/// Whether a convolution is one along a row, or has one pixel: kernels along columns have no other form.
inline bool has_line_form(const Step& step) {
  const Layer& layer = step.layer;
  const bool reads_row =
      step.out.height == 1 && 2 * layer.padding.height == (layer.kernel.height - 1) * layer.dilation.height;
  return reads_row ? meeting_row(layer) >= 0 : layer.kernel.area() == 1;
}
/// Whether pooling goes along a row. Along columns, and over single pixels, strides are square.
inline bool pools_along_a_row(const Layer& layer) {
  return layer.pooling != Pooling::none && layer.pool.height == 1 &&
         (layer.pool.width > 1 || layer.pool_stride.width > layer.pool_stride.height);
}

/// Whether all maps are rows or columns, and all layers have a one-dimensional form; and one of them needs it.
inline bool is_one_row(const Lowered& lowered) {
  if (lowered.input.height != 1 && lowered.input.width != 1) return false;
  if (!is_row(lowered.input) && !lowered.lays_rows) return false;
  bool needed = lowered.lays_rows;
  for (const Step& step : lowered.steps) {
    const Layer& layer = step.layer;
    const bool convolves = layer.op == Operator::conv2d;
    const bool other = layer.weighted() && !convolves && layer.op != Operator::linear && layer.op != Operator::conv1d;
    if ((step.out.height != 1 && step.out.width != 1) || other) return false;
    if (convolves && !has_line_form(step)) return false;
    needed = needed || (convolves && is_along_a_row(layer.kernel)) ||
             (layer.pooling != Pooling::none && layer.pool.height == 1 && layer.pool.width > 1);
  }
  return needed;
}

/// Keeps one row of every kernel.
inline void keep_row(Step& step, std::size_t row) {
  const auto rows = static_cast<std::size_t>(step.layer.kernel.height),
             columns = static_cast<std::size_t>(step.layer.kernel.width);
  std::vector<float> kept;
  for (std::size_t i = 0; i < step.weight.size(); ++i)
    if (i / columns % rows == row) kept.push_back(step.weight[i]);
  step.weight = std::move(kept);
  step.weight_shape = {step.weight_shape[0], step.weight_shape[1], static_cast<int>(columns)};
}

inline void turn_row(Step& step) {
  Layer& layer = step.layer;
  if (is_row(step.out)) step.out = {step.out.channels, step.out.width, 1};
  if (pools_along_a_row(layer)) {
    layer.pool = {layer.pool.width, 1};
    layer.pool_stride = {layer.pool_stride.width, layer.pool_stride.width};  // square, as that of MaxPool1d
    layer.pool_dilation = {layer.pool_dilation.width, 1};
  }
  if (layer.one_dimensional()) layer.pool_stride.width = 1;
  if (layer.op != Operator::conv2d) return;
  keep_row(step, static_cast<std::size_t>(meeting_row(layer)));
  layer.op = Operator::conv1d;
  layer.pool_stride.width = 1;
  layer.kernel = {layer.kernel.width, 1};
  layer.padding = {layer.padding.width, 0};
  layer.stride = {layer.stride.width, 1};
  layer.dilation = {layer.dilation.width, 1};
}

}  // namespace detail

/// Makes a network of maps of one row one-dimensional, if all of its layers can be so and one of them has to. The order
/// of numbers in memory is the same.
inline void turn_rows(Lowered& lowered) {
  if (!detail::is_one_row(lowered)) {
    if (lowered.lays_rows)
      lowered.refusals.push_back(
          {"",
           "it reads rows as columns, or columns as rows; networks do so where all maps have one "
           "row or one column, and layers are convolutions, pooling and linear layers"});
    return;
  }
  if (detail::is_row(lowered.input)) lowered.input = {lowered.input.channels, lowered.input.width, 1};
  for (Step& step : lowered.steps) detail::turn_row(step);
  lowered.notes.push_back("maps have one row: the network becomes a one-dimensional one");
}

}  // namespace incuse::import::onnx
