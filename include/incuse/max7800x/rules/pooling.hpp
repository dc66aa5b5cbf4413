// Rules about pooling. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>

namespace incuse::max7800x {

/// True if both sizes are in a set, one bit each, or outside of its range: other rules report that.
constexpr bool is_among(unsigned sizes, int most, Extent e) {
  const bool rows = !within(e.height, 1, most) || (sizes >> e.height & 1) != 0;
  return rows && (!within(e.width, 1, most) || (sizes >> e.width & 1) != 0);
}

/// True if a chip has the pooling window of a layer; windows that are too large or empty are reported by themselves.
constexpr bool has_window(const Device& device, const Layer& layer) {
  const bool one_axis = layer.pools() && (layer.pool.height == 1 || layer.pool.width == 1) && !layer.one_dimensional();
  return is_among(device.pool_sizes, device.max_pool, layer.pool) && (device.pools_one_axis || !one_axis);
}

}  // namespace incuse::max7800x

namespace incuse {

INCUSE_RULE(OneLayer, pool_size, error, "a pooling window is empty or larger than any of the chip, dilation included",
            "pool less, and again in front of a later convolution", "device 4; registers 3.3") {
  const Extent pool = at.layer.pool, dilation = at.layer.pool_dilation;
  if (!within(pool, 1, at.device.max_pool)) return blame(pool, at.device.max_pool, advice::nearest_window(at));
  if (!within(dilation, 1, at.device.pool_dilation ? at.device.max_pool : 1)) return;  // pool_dilation reports it
  const Extent span{(pool.height - 1) * dilation.height + 1, (pool.width - 1) * dilation.width + 1};
  if (!within(span, 1, at.device.max_pool)) blame(span, at.device.max_pool, advice::smaller_pool_dilation(at));
}

INCUSE_RULE(OneLayer, pool_stride, error, "a pooling stride is 0 or larger than any of the chip",
            "pool less, and again in front of a later convolution", "device 4; registers 3.3") {
  const Extent stride = at.layer.pool_stride;
  // By default the stride is the window: then the rule above reports it.
  if (!within(stride, 1, at.device.max_pool_stride) && stride != at.layer.pool)
    blame(stride, at.device.max_pool_stride, advice::nearest_stride(at));
}

INCUSE_RULE(OneLayer, pool_sizes, error, "this chip has only some sizes and strides of pooling windows",
            "use one of them in both directions, and pool again in front of a later convolution", "ai84 1.1, 9") {
  const Layer& l = at.layer;
  const bool stride = is_among(at.device.pool_strides, at.device.max_pool_stride, l.pool_stride);
  const bool window = has_window(at.device, l);
  if (!window) blame(l.pool, {}, {}, "the window", advice::nearest_window(at));
  if (!stride && (window || l.pool_stride != l.pool))  // else the stride is the window's
    blame(l.pool_stride, {}, {}, "the stride", advice::nearest_stride(at));
}

INCUSE_RULE(OneLayer, pool_stride_alone, error, "this chip passes over pixels only where it pools",
            "pool windows of the stride's size, or leave the stride out", "ai84 9") {
  const Layer& l = at.layer;
  const bool possible = within(l.pool_stride, 1, at.device.max_pool_stride);  // else pool_stride reports it
  if (!at.device.pools_one_axis && !l.pools() && possible && l.pool_stride != Extent{1, 1})
    blame(l.pool_stride, Extent{1, 1}, "a layer that does not pool", {},
          Advice{.change = "the stride", .from = l.pool_stride, .to = Extent{1, 1}});
}

INCUSE_RULE(OneLayer, pool_stride_square, error, "the pooling stride of a 2-D layer is the same in both directions",
            "use a square pooling window, or give one stride", "checks I20; device 4") {
  const Extent s = at.layer.pool_stride;
  if (s == at.layer.pool && !has_window(at.device, at.layer)) return;  // pool_sizes reports the window
  if (at.two_dimensional() && s.height != s.width) blame(s);
}

INCUSE_RULE(OneLayer, pool_kind, error, "this chip pools windows within their tensor, to their maximum or their mean",
            "leave out same_padding and pick_column; MaxPool2d<1, stride<2>> takes every second pixel", "device 4") {
  if (at.layer.pool_same || at.layer.pooling == Pooling::pick || at.layer.pool_column != 0) blame();
}

INCUSE_RULE(OneLayer, pool_dilation, error, "the chip does not dilate pooling windows so far",
            "use a smaller pool dilation, on most chips 1", "checks H20, D1; device 4") {
  const Extent dilation = at.layer.pool_dilation;
  const int most = at.device.pool_dilation ? at.device.max_pool : 1;
  if (!within(dilation, 1, most)) blame(dilation, most, advice::smaller_pool_dilation(at));
}

INCUSE_RULE(OneLayer, pool_in_passes, error, "pooling without a convolution handles the channels of one pass only",
            "fuse the pooling with the convolution behind it, or pool to 1x1", "checks H14; device 4") {
  const long long most = at.device.max_pool_passes;
  if (at.shaped() && !at.layer.weighted() && at.layer.pools() && at.passes() > most &&
      at.layer.pooled.extent() != Extent{1, 1})
    blame(at.layer.in.channels, most * at.network.options.processors_per_pass,
          at.network.options.processors_per_pass < all_processors ? Text("the option processors_per_pass") : Text());
}

INCUSE_RULE(OneLayer, pool_last_operands, error, "pooling behind an element-wise operation takes fewer operands",
            "pool first, or pool in a layer of its own", "checks H9; device 4") {
  if (!at.layer.pool_first && at.layer.pools() && at.layer.operands > at.device.max_operands_pool_last)
    blame(at.layer.operands, at.device.max_operands_pool_last);
}

INCUSE_RULE(OneLayer, pool_last_meaning, error, "pooling last needs both pooling and an element-wise operation",
            "leave the order out", "checks Y30") {
  if (!at.layer.pool_first && (!at.layer.pools() || !at.combines())) blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> pooling_rules[] = {
    INCUSE_RULE_ROW(pool_size),
    INCUSE_RULE_ROW(pool_stride),
    INCUSE_RULE_ROW(pool_sizes),
    INCUSE_RULE_ROW(pool_stride_alone),
    INCUSE_RULE_ROW(pool_stride_square),
    INCUSE_RULE_ROW(pool_kind),
    INCUSE_RULE_ROW(pool_dilation),
    INCUSE_RULE_ROW_ABOUT(pool_in_passes, bit_of(Feature::passthrough)),
    INCUSE_RULE_ROW_ABOUT(pool_last_operands, bit_of(Feature::elementwise)),
    INCUSE_RULE_ROW_ABOUT(pool_last_meaning, bit_of(Feature::elementwise)),
};

}  // namespace incuse::max7800x
