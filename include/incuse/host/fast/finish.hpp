// How the sums of a layer become its outputs: shift, rounding, activation and width.
#pragma once

#include <incuse/host/fast/piece.hpp>
#include <incuse/model/graph.hpp>

namespace incuse::host::fast::detail {

/// Bits by which sums of a layer are shifted right, before they are clipped; less than 0: left.
constexpr int right_shift(const Layer& layer) { return layer.wide ? 0 : 7 - layer.total_shift(); }

/// What has to be added before a shift to the right so that halves are rounded up.
constexpr long long rounding_of(const Layer& layer) {
  const int right = right_shift(layer);
  return right > 0 ? 1LL << (right - 1) : 0;
}

constexpr Finish finish_of(const Layer& layer) {
  const int right = right_shift(layer);
  return {max_of(right, 0), max_of(-right, 0), layer.activation == Activation::relu,
          layer.activation == Activation::abs, layer.wide};
}

}  // namespace incuse::host::fast::detail
