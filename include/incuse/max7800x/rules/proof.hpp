// The rules that the proof of a plan (verify.hpp) applies: their words, and a list of them. See rules.hpp.
#pragma once

#include <incuse/core/diagnostics.hpp>

namespace incuse {

INCUSE_RULE_WORDS(max7800x, tensor_overwritten, error, "the output overwrites a tensor that is still needed",
                  "choose another output offset, or other output processors", "checks M9; placement 6")
INCUSE_RULE_WORDS(max7800x, reset_overwrites, error,
                  "in front of average pooling behind an element-wise layer, the hardware resets itself and writes a "
                  "word over a tensor that is still needed",
                  "choose another output offset, or put a layer between the two", "registers 6")
INCUSE_RULE_WORDS(max7800x, tensor_outside, error, "the output leaves its data memory instances",
                  "choose a lower output offset or a smaller write gap", "checks M10; placement 5")
INCUSE_RULE_WORDS(max7800x, streaming_buffers, error,
                  "the buffer that the layer streams from overlaps that of an earlier layer",
                  "choose another output offset for the layer in front", "checks T4; placement 8")
INCUSE_RULE_WORDS(max7800x, output_trails_input, error,
                  "the output, written in place, overtakes the input that is still to be read",
                  "keep more bytes between input and output", "placement 6")
INCUSE_RULE_WORDS(max7800x, read_processors, error, "the layer reads other processors than its source writes",
                  "give it the source's output processors", "placement 2; checks Q1, Q2, Q6, Q7")
INCUSE_RULE_WORDS(max7800x, read_offset, error, "the layer reads at another offset than its source writes",
                  "correct the layer's input offset, or the source's output offset", "placement 4; checks Q3, Q4, Q8")
INCUSE_RULE_WORDS(max7800x, read_gap, error,
                  "the source does not leave the gaps between its words that the layer expects",
                  "correct the source's write gap", "placement 4; checks I3, I5, I6")
INCUSE_RULE_WORDS(max7800x, read_size, error, "the layer reads another number of words than its source writes",
                  "correct the layer's input size; an input in CHW order is read by the first layer only",
                  "placement 4; checks Q9, Q10")
INCUSE_RULE_WORDS(max7800x, read_channels, error,
                  "the words of the source hold other channels than the layer takes them for",
                  "keep the channels where a tensor is reshaped; split tensors into operands of a whole pass each",
                  "placement 4; memory 1")
INCUSE_RULE_WORDS(max7800x, divided_source, error,
                  "the operands are parts of one image, for which the chip takes neighbouring pixels",
                  "give every operand channels of its own, or a tensor of its own", "placement 4; datapath 10")
INCUSE_RULE_WORDS(
    max7800x, buffer_place, error, "the layer writes elsewhere than its rows of the rolling buffer lie",
    "let a shift write at the buffer's offset and other layers behind the rows that stay, without gaps, on "
    "the buffer's processors",
    "placement 6")
INCUSE_RULE_WORDS(max7800x, buffer_in_place, error, "a shift of the rolling buffer writes over what it reads",
                  "allow it with the option overlap_data, on the command line --overlap-data", "placement 6")
INCUSE_RULE_WORDS(max7800x, buffer_overwritten, error, "a tensor shares memory with the rolling buffer",
                  "give one of them another offset, or other processors", "placement 5, 6")
INCUSE_RULE_WORDS(max7800x, repeated_output, error,
                  "layers that run once more write over the output, or over what it is computed from",
                  "give every tensor a place of its own, or do not repeat the layers", "datapath 8; registers 2")
INCUSE_RULE_WORDS(max7800x, weights_overlap, error, "the layer's weights overlap another layer's", "plan them anew",
                  "memory 5.3")
INCUSE_RULE_WORDS(max7800x, weights_outside, error, "the layer's weights do not lie in the weight memory",
                  "plan them anew, and without the option vendor_stream if it was given", "memory 5.3, 5.7")
INCUSE_RULE_WORDS(max7800x, bias_overlap, error, "the layer's bias overlaps another layer's", "plan it anew",
                  "memory 6.1")
INCUSE_RULE_WORDS(max7800x, bias_outside, error, "the layer's bias does not lie in the bias memory", "plan it anew",
                  "memory 6.1")

}  // namespace incuse

namespace incuse::max7800x {

/// Rules that `verify` reports.
inline constexpr const Rule* proof_rules[] = {
    &rules::tensor_overwritten,  &rules::reset_overwrites, &rules::tensor_outside,  &rules::streaming_buffers,
    &rules::output_trails_input, &rules::read_processors,  &rules::read_offset,     &rules::read_gap,
    &rules::read_size,           &rules::buffer_place,     &rules::buffer_in_place, &rules::buffer_overwritten,
    &rules::read_channels,       &rules::divided_source,   &rules::repeated_output, &rules::weights_overlap,
    &rules::weights_outside,     &rules::bias_overlap,     &rules::bias_outside,
};

}  // namespace incuse::max7800x
