// When a layer reads what it reads for the last time, and when it writes. See planned_memory.hpp.
#pragma once

#include <cstddef>
#include <vector>

#include <incuse/max7800x/arithmetic.hpp>
#include <incuse/max7800x/plan/conversion.hpp>
#include <incuse/max7800x/plan/plan_types.hpp>

namespace incuse::host::detail {

/// When a layer reads its input for the last time, and when it writes: in steps, one for every pass of every pixel that
/// it writes, row by row. In each step it reads first. Spec: max7800x-datapath, section 6; max7800x-placement, section
/// 6 (every pixel reads its whole neighbourhood anew).
class LayerSteps {
 public:
  LayerSteps(const Layer& layer, const Layer& hardware, const max7800x::LayerPlan& placed)
      : passes_(placed.out.count),
        first_(max7800x::ignored_output_pixels(layer)),
        by_pass_(!layer.weighted()),
        pixels_(layer.in.pixels()),
        last_(static_cast<std::size_t>(pixels_), -1) {
    // Operands of several passes that are pooled after the operation are read again in each pass.
    again_ = layer.operands > 1 && !layer.pool_first && layer.pools() && placed.in.count > 1;
    const bool spread = hardware.op == Operator::conv_transpose2d;  // zeros between the values
    const Extent padding = max7800x::hardware_padding(hardware);
    for (int y = 0; y < hardware.out.height; ++y)
      for (int x = 0; x < hardware.out.width; ++x)
        for (int tap = 0; tap < hardware.kernel.area() && !layer.flatten; ++tap) {
          const int row = y + tap / hardware.kernel.width - padding.height;
          const int column = x + tap % hardware.kernel.width - padding.width;
          if (spread && (row % 2 != 0 || column % 2 != 0)) continue;
          note_window(hardware, spread ? row / 2 : row, spread ? column / 2 : column, y * hardware.out.width + x);
        }
    if (layer.flatten) last_.assign(last_.size(), 0);
  }

  /// The last step that reads a pass of an input pixel; -1: none reads it.
  int last_read(int pixel, int pass) const {
    const int reader = last_[static_cast<std::size_t>(pixel)];
    if (reader < 0) return -1;
    return reader * passes_ + (again_ ? passes_ - 1 : by_pass_ ? pass : 0);
  }
  /// The step in which a pixel of the output is written. Ignored pixels before the first one are negative.
  int write(int pixel, int pass) const { return (pixel + first_) * passes_ + pass; }

 private:
  void note_window(const Layer& hardware, int row, int column, int reader) {
    if (row < 0 || column < 0 || row >= hardware.pooled.height || column >= hardware.pooled.width) return;
    const Extent dilation = max7800x::pooling_dilation(hardware);
    for (int i = 0; i < hardware.pool.height; ++i)
      for (int j = 0; j < hardware.pool.width; ++j) {
        const int pixel = (row * hardware.pool_stride.height + i * dilation.height) * hardware.in.width +
                          column * hardware.pool_stride.width + j * dilation.width;
        if (pixel < pixels_) last_[static_cast<std::size_t>(pixel)] = reader;
      }
  }

  int passes_, first_;
  bool by_pass_, again_ = false;
  int pixels_;
  std::vector<int> last_;  ///< last output pixel that reads each input pixel
};

}  // namespace incuse::host::detail
