// The detection loss of a batch, for libtorch.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include <incuse/train/detection_loss.hpp>
#include <incuse/train/torch/tensor.hpp>

namespace incuse::train::detail {

using Boxes = std::vector<std::vector<host::LabelledBox>>;

/// The mean of the losses of a batch's pictures. `outputs` is N x values of the region layer.
struct MeanDetectionLoss : torch::autograd::Function<MeanDetectionLoss> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& outputs, const DetectionLoss& loss,
                        const host::RegionLayer& layer, const Boxes& boxes) {
    const Tensor values = outputs.contiguous();
    Tensor slopes = torch::empty_like(values);
    std::vector<double> losses(boxes.size());
    const float* const from = values.data_ptr<float>();
    float* const to = slopes.data_ptr<float>();
    at::parallel_for(0, values.size(0), 8, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        const auto own = static_cast<std::size_t>(i);
        losses[own] = detection_loss(loss, layer, from + i * layer.values(), boxes[own], to + i * layer.values());
      }
    });
    const double count = static_cast<double>(boxes.size());
    context->save_for_backward({slopes.div_(count)});
    return torch::full({}, std::accumulate(losses.begin(), losses.end(), 0.0) / count);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    return {gradients[0] * context->get_saved_variables()[0], Tensor(), Tensor(), Tensor()};
  }
};

}  // namespace incuse::train::detail
