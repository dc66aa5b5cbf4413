#include "reasons.hpp"

#include <regex>

namespace conformance {

namespace {

/// A rule that gives the reason; if it stands for several, `word` has to be in the finding too.
struct OurRule {
  const char* id;
  const char* word = "";
};

/// One kind of sentence: its fixed words, and the rules that say the same.
struct Reason {
  const char* sentence;
  std::vector<OurRule> rules;
  bool names_layer = true;  ///< if it names one, it is the right one
};

const std::vector<Reason> reasons = {
    // The description.
    {"does not exist", {{"L10"}, {"Y1"}}},
    {"unknown key\\(s\\) for `layers`", {{"Y5"}}},
    {"contains unknown key\\(s\\): ", {{"Y3"}}},
    {"does not contain `layers`, `arch`, or `dataset`", {{"Y4"}}},
    {"`(unload|data_buffer)` sequence .* does not contain", {{"Y27"}}},
    {"`buffer_(shift|insert)`", {{"Y26"}}},
    {"Using the data buffer as input", {{"Y28"}}},
    {"Buffer shift can only be used in a passthrough layer", {{"buffer_shift"}}},
    {"Buffer insertion unsuccessful", {{"buffer_insert_rows"}}},
    {"This device supports up to .* layers", {{"Y6"}, {"layer_count"}}},
    {"Duplicate key for", {{"Y12"}}},
    {"Duplicate layer name", {{"Y25"}}},
    {"^`processors` must", {{"Y8"}}},
    {"^`output_processors` must", {{"Y9"}}},
    {"`operands` (has to be|can only be used)", {{"Y19"}}},
    {"`output_width` must be 8 or 32", {{"Y20"}}},
    {"Unsupported value .* for `kernel_size`", {{"Y22"}, {"feature", "1x1"}, {"column_rows", "kernel"}}},
    {"(Unsupported|Unknown) value .*for `(data_format|op|operation|eltwise|activat.*)`", {{"Y14"}}},
    {"Unsupported value .* for `pad`", {{"Y17"}}},
    {"^`quantization` must be", {{"Y10"}}},
    {"All quantization configuration values must be 8", {{"feature", "narrow weights"}}},
    {"^`output_width` is not 8 for intermediate layer", {{"wide_inside"}, {"feature", "32-bit"}}},
    {"Enable streaming from the first layer on", {{"streaming_order"}, {"streaming_count"}}},
    {"Unsupported value for `out_offset`", {{"L9"}, {"output_offset"}}},
    {"`stride` values must be equal", {{"Y23"}}},
    {"Cannot set `stride` to non-default value", {{"Y23"}}},
    {"`pool_first: False` requires", {{"Y30"}}},
    {"`in_sequences` cannot be greater than layer sequence", {{"I16"}, {"source_order"}}},
    {"`in_dim` .* does not match the sum of all pixels", {{"I17"}, {"reshape"}}},
    {"`data_format` (CHW )?can only be configured for the first layer", {{"I14"}}},
    // Data that does not suit the layers.
    {"Data input/weights mismatch", {{"L6"}, {"reshape"}}},
    {"Input dimensions do not match", {{"reshape"}}},
    // Weights and biases.
    {"architecture of checkpoint file", {{"L2"}}},
    {"configured kernel dimensions .* do not match the weights file", {{"L6"}}},
    {"does not match the number of bias values", {{"M4"}}},
    {"`bias_(quadrant|group)` references unused", {{"H29"}, {"bias_groups"}}},
    {"Binary weights .* are not supported", {{"binary_weights"}}},
    {"supports an output_shift range", {{"shift_range"}}},
    {"^`output_shift` for quantization", {{"H1"}, {"shift_range"}}},
    {"Kernel memory (exhausted|exceeded)", {{"weight_memory"}, {"weights_outside"}}},
    {"bias memory capacity exceeded", {{"bias_memory"}}},
    {"does not support padded Conv1d with input expansion", {{"padded_passes"}}},
    {"all streaming read-ahead layers must use separate", {{"read_ahead_streams"}}},
    {"cannot use the same data memory instances in read-ahead mode", {{"read_ahead_blocks"}}},
    {"Output processors for depth-wise convolutions must be aligned", {{"depthwise_processors"}}},
    // Features of the chip, asked for in the description or by an option.
    {"^`readahead` is not supported", {{"D1", "readahead"}, {"feature", "read-ahead"}}},
    {"^`calcx4` is not supported", {{"D1", "calcx4"}, {"feature", "parallel outputs"}}},
    {"^`snoop` is not supported", {{"D1", "snoop"}, {"feature", "snooping"}}},
    {"Kernel bypass is not supported", {{"D1", "bypass"}}},
    {"`read_gap` must be 0", {{"D1", "read_gap"}, {"D1", "in_skip"}}},
    {"`--start-layer` is not supported", {{"first_layer"}}},
    {"`--link-layer` is not supported", {{"feature", "linked layers"}}},
    {"`--pipeline` is not supported", {{"feature", "pipeline"}}},
    {"`--pll` is not supported", {{"feature", "PLL"}}},
    {"`--max-speed` requires", {{"feature", "full speed"}}},
    {"`--one-shot` is not supported", {{"feature", "single steps"}}},
    {"`--fifo-go` is not supported", {{"feature", "early start"}}},
    {"--deepsleep requires --riscv", {{"deep_sleep_core"}}},
    {"--fast-fifo requires --riscv", {{"fast_fifo_core"}}},
    {"`--synthesize-input` requires `--fifo`", {{"synthesized_input_path"}}},
    // Operators.
    {"requires a multiple of 3 for `pad`", {{"column_rows", "padding"}}},
    {"requires a multiple of 3 for ?the pooled input length", {{"column_rows", "length"}}},
    {"Pad size for layer .* exceeds kernel size", {{"padding_kernel"}, {"I25"}}},
    {"does not support `pad` >= 3", {{"padding_range"}}},
    {"Unsupported value for `(max|avg)_pool`", {{"pool_sizes", "window"}, {"pool_size"}}},
    {"Unsupported value for `pool_stride`", {{"pool_sizes", "stride"}, {"pool_stride"}, {"pool_stride_alone"}}},
    {"does not support non-square ?pooling stride", {{"pool_stride_square"}}},
    {"which exceeds the system maximum of .*\\.", {{"channels"}}},
    {"Convolution groups .* are not +supported", {{"convolution_groups"}}},
    {"convolution groups .* does not divide", {{"groups_divide"}}},
    {"does not support stride other than", {{"convolution_stride"}}},
    {"Output padding must be", {{"output_padding"}}},
    {"Padding .* can only be used with a convolution", {{"passthrough_padding"}}},
    {"`dilation` > 1 is supported for Conv1d only", {{"dilation_operator"}}},
    {"`dilation` must be .* or smaller", {{"dilation_range"}}},
    {"Padding must be .* to use `dilation`", {{"dilation_padding"}}},
    {"`out_offset` used with dilation", {{"dilation_offset"}}},
    {"`pool_dilation` values must be", {{"pool_dilation"}}},
    {"pooling in passthrough layer uses", {{"pool_in_passes"}}},
    {"\"pool last\" supports a maximum", {{"pool_last_operands"}}},
    {"Element-wise operations cannot be combined with Conv1d", {{"elementwise_conv1d"}}},
    {"element-wise operation exceeds a multi-pass", {{"elementwise_passes"}}},
    {"`flatten` is not compatible with", {{"flatten_alone"}}},
    {"results in a zero data dimension", {{"empty_output"}}},
    {"(Input|Output) dimension .* exceeds system maximum", {{"dimension"}, {"I27"}}},
    // The number in this sentence is 0, whichever layer has both.
    {"`output_width` must be 8 when activation is used", {{"wide_activation"}, {"feature", "32-bit"}}, false},
    // Placement.
    {"Group 0 is not used", {{"first_group_unused"}}},
    {"input channels? using .* enabled processor map", {{"input_processors"}, {"L6"}}},
    {"output channels? using .* processor output map", {{"output_processors"}}},
    {"output processors for a pass-through layer must be a packed version", {{"packed_processors"}}},
    {"CHW input format, but multiple channels share",
     {{"chw_processors"}, {"fifo_processors"}, {"fast_fifo_channels"}}},
    {"input (\\(size|size) .* exceeds data memory instance size", {{"input_memory"}}},
    {"output (\\(size|size) .* exceeds data memory instance size", {{"output_memory"}}},
    {"inputs? with input expansion .* enabled processor map", {{"input_processors"}, {"L6", "flatten"}}},
    {"outputs? with output expansion .* processor output map", {{"output_processors"}}},
    {"is overwriting input at offset", {{"tensor_overwritten"}, {"output_trails_input"}}},
    // FIFOs and streaming.
    {"The FIFO is restricted to processors", {{"fifo_processors"}, {"feature", "FIFOs"}}},
    {"Using the FIFO is restricted to a maximum", {{"fifo_processors"}, {"feature", "FIFOs"}}},
    {"Fast FIFO supports only", {{"fast_fifo_channels"}}},
    {"Streaming in the first layer requires use of a FIFO", {{"streaming_input"}, {"streaming_count"}}},
    {"Padding for the final streaming layer", {{"streaming_last_padding"}}},
    {"Overlapping input and output", {{"tensor_overwritten"}, {"output_trails_input"}}},
    {"Streaming buffer .* overlaps", {{"streaming_buffers"}}},
    // Assertions of the tool: where it stopped, and what did not hold.
    {"assert input_dim.* < tc.dev.FRAME_SIZE_MAX", {{"frame_size"}}},
    {"apbaccess.py:write: assert val >= 0", {{"feature", "element-wise"}, {"pool_size"}, {"H33", "'max_pool'"}}},
    {"assert 0 <= val < 2\\*\\*4", {{"register_field"}}},
    {"assert val < 2\\*\\*4", {{"pool_stride"}}},
    {"loadfifo: assert operands == 1", {{"fifo_operands"}}},
    {"assert output_chan.* % 4 == 0", {{"parallel_channels"}}},
    {"assert input_channels.* > 0", {{"flatten_alone"}}},
    // Errors that the tool itself runs into where the AI84 lacks a register, or a place in a list.
    {"has no attribute 'LREG_STREAM1'", {{"feature", "FIFOs"}}},
    {"has no attribute 'REG_MLAT'", {{"feature", "byte swapper"}}},
    {"IndexError: list index out of range", {{"Y6"}, {"layer_count"}}},
};

/// The layer that a sentence names first; -1: none.
int layer_in(const std::string& sentence) {
  static const std::regex layer("[Ll]ayer (sequence )?([0-9]+)");
  std::smatch found;
  return std::regex_search(sentence, found, layer) ? std::stoi(found[2]) : -1;
}

bool gives(const CheckFinding& finding, const Reason& reason, int layer) {
  if (layer >= 0 && reason.names_layer && finding.layer != layer) return false;
  // The vendor's tool lets layers of the MAX78002 read what is written later (checks I16), and reports what follows.
  if (layer >= 0 && finding.rule == "source_order") return true;
  for (const OurRule& rule : reason.rules)
    if (finding.error && finding.rule == rule.id && finding.sentence.find(rule.word) != std::string::npos) return true;
  return false;
}

std::string text_of(const Reason& reason) {
  std::string text;
  for (const OurRule& rule : reason.rules) {
    text += (text.empty() ? "" : " or ") + std::string(rule.id);
    if (*rule.word != '\0') text += " (" + std::string(rule.word) + ")";
  }
  return text;
}

}  // namespace

ReasonCheck compare_reason(const std::string& sentence, const std::vector<CheckFinding>& findings) {
  for (const Reason& reason : reasons) {
    if (!std::regex_search(sentence, std::regex(reason.sentence))) continue;
    const int layer = layer_in(sentence);
    for (const CheckFinding& finding : findings)
      if (gives(finding, reason, layer)) return {true, {}};
    std::string missing = "expected reason " + text_of(reason);
    if (layer >= 0 && reason.names_layer) missing += " in layer " + std::to_string(layer);
    missing += ", found";
    for (const CheckFinding& finding : findings) {
      missing += " " + finding.rule;
      if (finding.layer >= 0) missing += " in layer " + std::to_string(finding.layer);
    }
    return {true, missing};
  }
  return {};
}

}  // namespace conformance
