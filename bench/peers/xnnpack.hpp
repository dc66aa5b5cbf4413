// A layer in XNNPACK, with packed weights. It takes the best instructions that it knows: nothing limits it.
#pragma once

#include <vector>

#include <xnnpack.h>

#include "layer.hpp"

namespace bench {

class XnnpackLayer {
 public:
  XnnpackLayer(const LayerShape& shape, const LayerData& data, int batch) : out_(data.graph[0].out) {
    xnn_initialize(nullptr);
    std::vector<std::int8_t> weights;
    std::vector<std::int32_t> bias;
    for (int o = 0; o < shape.out; ++o) {
      bias.push_back(data.bias(o));
      for (int tap = 0; tap < shape.kernel.area(); ++tap)
        for (int c = 0; c < shape.in; ++c) weights.push_back(static_cast<std::int8_t>(data.weight(o, c, tap)));
    }
    const int pixels = shape.height * shape.width;
    for (int i = 0; i < batch; ++i)
      for (int pixel = 0; pixel < pixels; ++pixel)
        for (int c = 0; c < shape.in; ++c)
          input_.push_back(static_cast<std::int8_t>(data.input[static_cast<std::size_t>(c * pixels + pixel)]));
    input_.resize(input_.size() + XNN_EXTRA_BYTES);
    output_.resize(static_cast<std::size_t>(batch * out_.elements() + XNN_EXTRA_BYTES));
    const auto size = [](int value) { return static_cast<std::uint32_t>(value); };
    const std::uint32_t y = size(shape.padding.height), x = size(shape.padding.width);
    const auto in = static_cast<std::size_t>(shape.in), out = static_cast<std::size_t>(shape.out);
    ready_ = xnn_create_convolution2d_nhwc_qs8(y, x, y, x, size(shape.kernel.height), size(shape.kernel.width), 1, 1, 1,
                                               1, 1, in, out, in, out, 0, 1.0f, data.scale(), weights.data(),
                                               bias.data(), 0, 1.0f, -128, 127, 0, &operator_) == xnn_status_success &&
             xnn_setup_convolution2d_nhwc_qs8(operator_, static_cast<std::size_t>(batch),
                                              static_cast<std::size_t>(shape.height),
                                              static_cast<std::size_t>(shape.width), input_.data(), output_.data(),
                                              nullptr) == xnn_status_success;
  }
  XnnpackLayer(const XnnpackLayer&) = delete;
  XnnpackLayer& operator=(const XnnpackLayer&) = delete;
  ~XnnpackLayer() { xnn_delete_operator(operator_); }

  bool ready() const { return ready_; }
  void run() { xnn_run_operator(operator_, nullptr); }
  /// Outputs of the first input, C x H x W.
  std::vector<int> output() const {
    std::vector<int> values;
    for (int c = 0; c < out_.channels; ++c)
      for (int pixel = 0; pixel < out_.pixels(); ++pixel)
        values.push_back(output_[static_cast<std::size_t>(pixel * out_.channels + c)]);
    return values;
  }

 private:
  incuse::Shape out_;
  std::vector<std::int8_t> input_{}, output_{};
  xnn_operator_t operator_ = nullptr;
  bool ready_ = false;
};

}  // namespace bench
