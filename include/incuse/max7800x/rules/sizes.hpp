// Rules about the sizes of tensors, and about flattened tensors. See rules.hpp.
#pragma once

#include <incuse/max7800x/rules/advice.hpp>
#include <incuse/max7800x/rules/pooling.hpp>

namespace incuse {

INCUSE_RULE(OneLayer, empty_output, error, "nothing is left after pooling or convolution",
            "pool less, pad more, or use a larger input", "checks I21") {
  const Shape pooled = at.layer.pooled, out = at.layer.out;
  // Not all versions of the vendor's tool look at the output.
  const int least = at.network.options.vendor_stream ? at.device.vendor_least_output : 1;
  const bool empty = !pooled.extent().exists() || out.height < least || out.width < least;
  if (!within(at.layer.pool, 1, at.device.max_pool)) return;               // pool_size reports it
  if (!has_window(at.device, at.layer)) return;                            // so does pool_sizes
  if (!within(at.layer.pool_stride, 1, most_size)) return;                 // so does pool_stride
  if (!within(at.layer.dilation, 1, at.device.max_dimension - 1)) return;  // so does dilation_range
  if (!at.shaped() || !empty) return;
  if (!pooled.extent().exists()) return blame(least_unpooled(at.layer), at.layer.in.extent(), "the input");
  blame(least_pooled(at.layer, least), pooled.extent(), at.layer.pools() ? "the pooled input" : "the input");
}

INCUSE_RULE(OneLayer, dimension, error, "a tensor has too many rows or columns", "use a smaller image",
            "checks I27; device 1") {
  const int most = at.device.max_dimension;
  const auto fits = [&](Shape s) { return s.height <= most && s.width <= most; };
  const bool in_fits = fits(at.layer.in);
  if (!in_fits && !at.every_source(fits)) return;  // reported where it was made
  if (at.shaped() && !(in_fits && fits(at.layer.out)))
    blame((in_fits ? at.layer.out : at.layer.in).extent(), Extent{most, most},
          advice::smaller_image(at, in_fits ? at.layer.out : at.layer.in));
}

INCUSE_RULE(OneLayer, channels, error, "a layer has too many input or output channels, or none",
            "use at least one channel, and at most as many as the chip has", "checks H21, H31, I29; device 1") {
  const int in = at.layer.in.channels, out = at.layer.out.channels, most = at.device.max_channels;
  // What another layer delivers is reported there, and layers without weights only pass it on.
  const bool made_here = at.every_source([&](Shape s) { return s.channels <= most; });
  const bool wrong_input = made_here && !within(in, 1, most);
  const bool wrong_output = (made_here || (at.layer.weighted() && at.layer.groups == 1)) && !within(out, 1, most);
  // If the layer in front has no channels, that is reported there, and so is what has kept the shapes from being
  // inferred.
  const bool blamed = (at.index == 0 || at.layer.in_channels != 0 || in > 0) && at.layer.in != Shape{} &&
                      within(at.layer.operands, 1, max_operands);
  if (blamed && (wrong_input || wrong_output))
    blame(wrong_input ? in : out, most,
          advice::equal_parts("equal parts, each in a layer of its own", wrong_input ? in : out, most));
}

INCUSE_RULE(OneLayer, one_pass, error, "the channels do not fit into the one pass that this chip has",
            "leave the option processors_per_pass out, or use fewer channels", "ai84 1.1, 4") {
  const int in = at.layer.in.channels, out = at.layer.out.channels, most = at.network.options.processors_per_pass;
  const int wider = max_of(in, out);
  if (at.shaped() && at.device.max_input_passes == 1 && wider > most && wider <= at.device.max_channels)
    blame(wider, most, "the option");
}

INCUSE_RULE(OneLayer, frame_size, error, "the input of a layer has too many values per processor",
            "use a smaller image or fewer channels", "checks H3; device 1") {
  const long long frame = at.layer.in.all_pixels() * at.passes();
  if (at.shaped() && frame >= at.device.max_frame)
    blame(frame, at.device.max_frame - 1,
          advice::pooling_in_front(at.device, at.layer.in.extent(), (at.device.max_frame - 1) / at.passes()));
}

INCUSE_RULE(OneLayer, flatten_pixels, error, "a flattened map has too many pixels", "pool more in front of the flatten",
            "checks I22; device 4") {
  const long long pixels = at.layer.pooled.all_pixels();
  if (at.shaped() && at.layer.flatten && pixels > at.device.max_flatten_pixels)
    blame(pixels, at.device.max_flatten_pixels,
          advice::pooling_in_front(at.device, at.layer.pooled.extent(), at.device.max_flatten_pixels));
}

INCUSE_RULE(OneLayer, flatten_alone, error, "a layer that flattens needs weights and neither pools nor streams",
            "pool in a layer in front", "checks H18; device 4") {
  if (at.layer.flatten && (!at.layer.weighted() || at.layer.pools_or_strides() || at.layer.streaming)) blame();
}

INCUSE_RULE(OneLayer, flatten_split, error,
            "in the vendor's stream, a flattened tensor has to divide evenly among passes and processors",
            "use a multiple of 4 channels for every pass, or leave the option vendor_stream out", "memory 5.4") {
  if (!at.layer.flatten || !at.shaped() || !within(at.layer.in.channels, 1, at.device.max_channels)) return;
  const Passes split = passes_of(at.layer.in.channels, at.network.options.processors_per_pass);
  const long long each = at.layer.pooled.all_pixels();
  const long long values = at.layer.in.channels * each;
  if (at.network.options.vendor_stream && (values % split.channels != 0 || values % split.count != 0))
    blame(values, 1LL * split.count * split.channels * each, "the share of the processors");
}

INCUSE_WARNING(OneLayer, flatten_useless, "a 1x1 map needs no flatten", "leave it out", "checks I23") {
  if (at.shaped() && at.layer.flatten && at.layer.pooled.extent() == Extent{1, 1}) blame();
}

}  // namespace incuse

namespace incuse::max7800x {

/// Applied to every layer: see layers.hpp.
inline constexpr CheckedRule<OneLayer> size_rules[] = {
    INCUSE_RULE_ROW_ABOUT(empty_output, bit_of(Feature::dilation)),
    INCUSE_RULE_ROW(dimension),
    INCUSE_RULE_ROW(channels),
    INCUSE_RULE_ROW(one_pass),
    INCUSE_RULE_ROW(frame_size),
    INCUSE_RULE_ROW_ABOUT(flatten_pixels, bit_of(Feature::linear)),
    INCUSE_RULE_ROW_ABOUT(flatten_alone, bit_of(Feature::linear)),
    INCUSE_RULE_ROW_ABOUT(flatten_split, bit_of(Feature::linear)),
    INCUSE_RULE_ROW_ABOUT(flatten_useless, bit_of(Feature::linear)),
};

}  // namespace incuse::max7800x
