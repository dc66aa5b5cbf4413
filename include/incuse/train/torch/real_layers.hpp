// Layers of real numbers, as the K210 and its processor have them: what host/real_reference.hpp computes, for batches
// and with gradients.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <incuse/host/real_reference.hpp>
#include <incuse/model/graph.hpp>
#include <incuse/train/torch/tensor.hpp>

namespace incuse::train::detail {

/// Any function of every value. Its slope is that of the secant through two points close by.
struct AppliedFunction : torch::autograd::Function<AppliedFunction> {
  using Own = float (*)(float);

  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& values, Own function) {
    constexpr int64_t grain = 1 << 12;
    const Tensor in = values.contiguous();
    Tensor out = torch::empty_like(in), slopes = torch::empty_like(in);
    const float* const from = in.data_ptr<float>();
    float *const to = out.data_ptr<float>(), *const slope = slopes.data_ptr<float>();
    at::parallel_for(0, in.numel(), grain, [=](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const float distance = std::max(1.0F, std::fabs(from[i])) / 1024;
        const float before = from[i] - distance, behind = from[i] + distance;
        to[i] = function(from[i]);
        slope[i] = (function(behind) - function(before)) / (behind - before);
      }
    });
    context->save_for_backward({slopes});
    return out;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {gradients[0] * context->get_saved_variables()[0], torch::autograd::Variable()};
  }
};

inline Tensor real_activated(const Layer& layer, const Tensor& values) {
  switch (layer.activation) {
    case Activation::none:
      break;
    case Activation::relu:
      return torch::relu(values);
    case Activation::abs:
      return torch::abs(values);
    case Activation::function:
      return AppliedFunction::apply(values, layer.function);
  }
  return values;
}

/// Maps with a border around them, if there is one that libtorch's convolutions have not: uneven, or of another value
/// than 0. `padding` is what is left to do.
inline Tensor real_padded(const Layer& layer, const Tensor& in, Extent& padding) {
  const Border& border = layer.with.border;
  if (border == Border{} && layer.pad_value == 0) return in;
  const Tensor out = torch::constant_pad_nd(in,
                                            {padding.width + border.left, padding.width + border.right,
                                             padding.height + border.top, padding.height + border.bottom},
                                            layer.pad_value);
  padding = {0, 0};
  return out;
}

/// How far windows reach beyond the last row or column.
inline int64_t beyond(int size, int pooled, int window, int stride, int dilation) {
  return std::max(0, (pooled - 1) * stride + (window - 1) * dilation + 1 - size);
}

/// Maxima and means. Windows may reach beyond the map: a maximum ignores what is there, a mean repeats the last row and
/// column; a border does not count.
inline Tensor real_pooled(const Layer& layer, const Tensor& in) {
  const Border& border = layer.with.border;
  const bool average = layer.pooling == Pooling::average;
  const int64_t rows = beyond(layer.in.height + border.top, layer.pooled.height, layer.pool.height,
                              layer.pool_stride.height, layer.pool_dilation.height);
  const int64_t columns = beyond(layer.in.width + border.left, layer.pooled.width, layer.pool.width,
                                 layer.pool_stride.width, layer.pool_dilation.width);
  const std::vector<int64_t> around = {border.left, columns, border.top, rows};
  const auto window = pair_of(layer.pool), stride = pair_of(layer.pool_stride);
  const auto used = [&](const Tensor& out) {
    return out.narrow(2, 0, layer.pooled.height).narrow(3, 0, layer.pooled.width);
  };
  if (!average) {
    const Tensor wider = torch::constant_pad_nd(in, around, -std::numeric_limits<float>::infinity());
    return used(torch::max_pool2d(wider, window, stride, 0, pair_of(layer.pool_dilation)));
  }
  if (border == Border{}) return used(torch::avg_pool2d(torch::replication_pad2d(in, around), window, stride));
  const Tensor counted = torch::constant_pad_nd(torch::ones({1, 1, in.size(2), in.size(3)}), around, 0);
  return used(torch::avg_pool2d(torch::constant_pad_nd(in, around, 0), window, stride) /
              torch::avg_pool2d(counted, window, stride));
}

/// A layer that moves values, and may add some: which of them is where follows from what it does to their numbers.
inline Tensor real_moved(Layer layer, const Tensor& in) {
  const float added = layer.software == Software::pad ? layer.pad_value : 0.0F;
  layer.pad_value = 0;
  std::vector<float> numbers(static_cast<std::size_t>(layer.in.elements())),
      moved(static_cast<std::size_t>(layer.out.elements()));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i + 1);
  host::RealArithmetic::pass(layer, {numbers.data(), layer.in}, {moved.data(), layer.out}, 1);
  const Tensor places = torch_tensor({"", {static_cast<int>(moved.size())}, moved}).to(torch::kLong);
  const Tensor out = in.flatten(1).index_select(1, (places - 1).clamp_min(0)).masked_fill(places.eq(0), added);
  return out.reshape({in.size(0), layer.out.channels, layer.out.height, layer.out.width});
}

inline Tensor real_reduced(const Layer& layer, const Tensor& in) {
  std::vector<int64_t> dimensions;
  for (int d = 0; d < tensor_dimensions; ++d)
    if (layer.with.reduced[d]) dimensions.push_back(d + 1);
  if (dimensions.empty()) return in;
  switch (layer.with.reduction) {
    case Reduction::mean:
      return in.mean(dimensions, true);
    case Reduction::sum:
      return in.sum(dimensions, true);
    case Reduction::min:
      return in.amin(dimensions, true);
    case Reduction::max:
      break;
  }
  return in.amax(dimensions, true);
}

inline Tensor real_pair(const Layer& layer, const Tensor& first, const Tensor& second) {
  switch (layer.with.pairing) {
    case Pairing::add:
      return first + second;
    case Pairing::subtract:
      return first - second;
    case Pairing::multiply:
      return first * second;
    case Pairing::divide:
      return first / second;
    case Pairing::min:
      return torch::minimum(first, second);
    case Pairing::max:
      break;
  }
  return torch::maximum(first, second);
}

/// A layer without weights. Those that change how numbers are represented leave them as they are, and so does a softmax
/// at the end, which is a part of the loss.
inline Tensor real_passed(const Layer& layer, const Tensor& in) {
  switch (layer.software) {
    case Software::none:
    case Software::quantize:
    case Software::dequantize:
    case Software::upload:
    case Software::softmax:
    case Software::combine:  // see `real_pair`
      return in;
    case Software::requantize:
    case Software::apply:
      return real_activated(layer, in);
    case Software::global_average:
      return in.mean({2, 3}, true);
    case Software::logistic:
      return torch::sigmoid(in);
    case Software::l2_normalize:
      return in / in.square().sum({1, 2, 3}, true).clamp_min(1e-10).sqrt();
    case Software::reduce:
      return real_reduced(layer, in);
    default:
      return real_moved(layer, in);
  }
}

}  // namespace incuse::train::detail
