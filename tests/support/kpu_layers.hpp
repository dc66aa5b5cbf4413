// Layers of the K210's KPU, for tests of what stands behind the plan.
#pragma once

#include <incuse/k210/plan/kpu_layer.hpp>

namespace incuse::test {

constexpr k210::KpuLayer kpu_layer(Shape in, int out_channels, int kernel = 1,
                                   k210::KpuPool pool = k210::KpuPool::none) {
  k210::KpuLayer layer;
  layer.in = in;
  layer.out_channels = out_channels;
  layer.kernel = kernel;
  layer.pool = pool;
  return layer;
}

}  // namespace incuse::test
