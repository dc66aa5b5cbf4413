// Rules about layers that stream. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/subjects.hpp>

namespace incuse::max7800x {

/// True if a layer streams on a chip where some layers can; where none can, streaming_count says so.
constexpr bool streams(const OneLayer& at) { return at.layer.streaming && at.device.max_streaming_layers > 0; }

}  // namespace incuse::max7800x

namespace incuse {

INCUSE_RULE(OneLayer, streaming_input, error, "a streaming first layer needs its input from a FIFO",
            "add the option fifo_input, or do not stream", "checks D9") {
  if (streams(at) && at.index == 0 && !at.network.options.uses_fifo()) blame();
}

INCUSE_RULE(OneLayer, streaming_count, error, "too many layers stream", "stream fewer layers", "device 1") {
  if (at.layer.streaming && at.index >= at.device.max_streaming_layers)
    blame(at.index + 1, at.device.max_streaming_layers);
}

INCUSE_RULE(OneLayer, streaming_order, error, "only the layers from the first one on can stream",
            "stream the layer in front, or do not stream this one", "checks I13") {
  if (streams(at) && at.index > 0 && !at.network.layers[at.index - 1].streaming) blame();
}

INCUSE_RULE(OneLayer, streaming_last_padding, error, "the last streaming layer needs padding in both directions",
            "pad it, or stream one layer more or less", "checks D13; device 4 and 5") {
  const bool last = at.index + 1 == at.network.size || !at.network.layers[at.index + 1].streaming;
  // A 1x1 convolution that streams runs as a 3x3 one, with padding.
  const bool padded = (at.is(Operator::conv2d) && at.layer.kernel == Extent{1, 1}) || at.layer.padding.exists();
  if (streams(at) && last && !padded && !at.device.streaming_last_unpadded)
    blame(Extent{1, 1}, at.layer.padding, "the layer");
}

INCUSE_RULE(OneLayer, streaming_passthrough, error, "a layer without weights cannot stream on this chip",
            "fuse it with the convolution behind it, or stream fewer layers", "checks D14; device 4") {
  if (streams(at) && !at.layer.weighted() && !at.device.streaming_passthrough) blame();
}

INCUSE_WARNING(OneLayer, streaming_bias, "a bias in a streaming layer may not work", "train without this bias",
               "checks M7; device 4") {
  const bool dealt_out = at.index == 0 && at.network.options.fans_out();
  if (streams(at) && at.layer.bias && !dealt_out && !at.device.streaming_bias) blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> streaming_rules[] = {
    INCUSE_RULE_ROW(streaming_input),        INCUSE_RULE_ROW(streaming_count),       INCUSE_RULE_ROW(streaming_order),
    INCUSE_RULE_ROW(streaming_last_padding), INCUSE_RULE_ROW(streaming_passthrough), INCUSE_RULE_ROW(streaming_bias),
};

}  // namespace incuse::max7800x
