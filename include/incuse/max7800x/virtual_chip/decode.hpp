// What the registers of a layer say. Source: datapath page (max7800x-datapath), sections 2 and 3.
#pragma once

#include <incuse/core/bits.hpp>
#include <incuse/core/processors.hpp>
#include <incuse/max7800x/registers/group_registers.hpp>
#include <incuse/max7800x/registers/layer_registers.hpp>
#include <incuse/max7800x/virtual_chip/state.hpp>

namespace incuse::max7800x {

/// One layer as one group's registers describe it. Sizes are those that the hardware sees.
struct LayerSettings {
  // Input.
  int height = 1, width = 1;
  int passes = 1;
  int operands = 1;
  int read_step = 1;            ///< words from one value of a processor to the next, in units of operands
  int read_pointer = 0;         ///< first word, in every instance
  bool channels_first = false;  ///< CHW: four pixels of one channel in a word
  unsigned processors = 0;      ///< of this group
  unsigned weight_processors = 0;

  // Element-wise operation and pooling.
  enum class Function : unsigned char { subtract, add, bitwise_or, bitwise_xor } function = Function::subtract;
  bool pool_first = false;
  bool averages = false;
  int pool_height = 1, pool_width = 1, stride = 1;
  int dilation_height = 1, dilation_width = 1;  ///< of the pooling window
  int pooled_height = 1, pooled_width = 1;

  // Operator.
  bool passes_through = false;
  bool transposed = false;
  bool depthwise = false;  ///< every processor computes its own channels
  bool in_place = false;   ///< … and their outputs stay where the processor is
  bool bypass = false;     ///< all weights are 1
  bool in_fours = false;   ///< four RAM blocks of the weight memory hold the output steps in turn
  int pad_height = 0, pad_width = 0;
  int kernel_height = 1, kernel_width = 1;
  int weight_bits = 8;
  bool binary = false;        ///< weights of 1 bit mean -1 and +1
  int first_weight = 0;       ///< bit pointer: 8 for every kernel of 8-bit weights
  int kernels = 0;            ///< per processor: output steps x input passes
  int start_tap = 0;          ///< byte of the first column at which the kernels start
  int positions = 1;          ///< output channels that one output pass counts
  unsigned other_groups = 0;  ///< whose sums are added
  bool biased = false;
  int bias_pointer = 0;

  // Output.
  int out_height = 1, out_width = 1;
  int shift = 0;
  bool wide = false, relu = false, abs = false;
  int write_pointer = 0;   ///< word address across all instances: instance * words per instance + word
  int slot_offset = 0;     ///< pass-through: words between blocks of four channels
  int block_offset = 0;    ///< convolution: likewise
  int channel_offset = 0;  ///< words between output passes
  int write_step = 1;      ///< words between pixels, in units of `words_per_value`

  constexpr int taps() const { return kernel_height * kernel_width; }
  constexpr int words_per_value() const { return wide ? 4 : 1; }
  constexpr int pixels() const { return height * width; }
  constexpr int pooled_pixels() const { return pooled_height * pooled_width; }
  constexpr int out_pixels() const { return out_height * out_width; }
  /// Words that the layer reads from each instance.
  constexpr long long input_words() const {
    if (channels_first) return ceil_div(pixels(), 4);
    return (1LL * pixels() * passes - 1) * operands * read_step + operands;
  }
  /// Output channels, of all passes; the last pass may be shorter than the others.
  constexpr int steps() const {
    if (depthwise) return passes;
    return in_fours ? 4 * (kernels / passes) / positions * positions : kernels / passes;
  }
};

namespace detail {

/// The fields of one layer's registers in one group.
template <const Device& Chip>
struct LayerFields {
  const ChipState<Chip>& state;
  int group;
  int layer;

  template <LayerRegister Register>
  constexpr int operator()(registers::Row<Register>, const Field& field) const {
    return static_cast<int>(field.of(state.layer_register(group, Register, layer), Chip));
  }
  template <LayerRegister Register>
  constexpr bool has(registers::Row<Register> row, const Field& field) const {
    return (*this)(row, field) != 0;
  }
};

template <const Device& Chip>
constexpr void decode_input(const LayerFields<Chip>& words, LayerSettings& s) {
  using namespace registers;
  if (Chip.window_counts == WindowCounts::padded_size) {
    s.pad_height = words(Rows{}, Rows::padding);
    s.pad_width = words(Columns{}, Columns::padding);
    s.height = words(Rows{}, Rows::count) + 1 - 2 * s.pad_height;
    s.width = words(Columns{}, Columns::count) + 1 - 2 * s.pad_width;
    if (s.transposed) {
      s.height /= 2;
      s.width /= 2;
    }
  } else {
    if (words.has(Rows{}, Rows::pads)) s.pad_height = words(Rows{}, Rows::padding) + 1;
    if (words.has(Columns{}, Columns::pads)) s.pad_width = words(Columns{}, Columns::padding) + 1;
  }
  const int flatten = words.has(PostProcessing{}, PostProcessing::flatten)
                          ? words(PostProcessing{}, PostProcessing::flatten_high) << 4
                          : 0;
  s.passes = (flatten | words(LayerControl2{}, LayerControl2::in_expansion)) + 1;
  if (words.has(Mode{}, Mode::elementwise)) {
    s.operands = words(Mode{}, Mode::operands) + 1;
    s.function = static_cast<LayerSettings::Function>(words(Mode{}, Mode::function));
    s.pool_first = words.has(Mode{}, Mode::pool_first);
  }
  s.depthwise = words.has(PostProcessing{}, PostProcessing::depthwise);
  s.in_place = words.has(LayerControl{}, LayerControl::in_place);
  s.read_pointer = words(ReadPointer{}, ReadPointer::pointer);
  s.channels_first = words.has(LayerControl{}, LayerControl::channels_first);
  s.processors = static_cast<unsigned>(words(Enables{}, Enables::processors));
  s.weight_processors = static_cast<unsigned>(words(Enables{}, Enables::weights));
}

/// Pooling where the registers tell the place of the last window: the input's height is not among them.
template <const Device& Chip>
constexpr void decode_windows(const LayerFields<Chip>& words, bool pools, LayerSettings& s) {
  using namespace registers;
  if (pools) {
    s.dilation_height = words(PoolingRows{}, PoolingRows::dilation) + 1;
    s.dilation_width = words(PoolingColumns{}, PoolingColumns::dilation) + 1;
    s.pool_height = words(PoolingRows{}, PoolingRows::size) / s.dilation_height + 1;
    s.pool_width = words(PoolingColumns{}, PoolingColumns::size) / s.dilation_width + 1;
  }
  if (s.transposed && pools) s.stride = s.pool_height;  // the register is 0 then
  const int last_column = words(Columns{}, Columns::count);
  s.pooled_height = words(Rows{}, Rows::count) / s.stride + 1;
  s.pooled_width = last_column / s.stride + 1;
  s.width = last_column + words(Columns{}, Columns::distance);
  if (s.transposed) {
    s.pooled_height /= 2;
    s.pooled_width /= 2;
    s.width /= 2;
  }
  s.height = (s.pooled_height - 1) * s.stride + (s.pool_height - 1) * s.dilation_height + 1;
  const bool single_pass = s.passes == 1 && !words.has(PostProcessing{}, PostProcessing::flatten);
  if (single_pass) s.read_step = max_of(1, words(Stride{}, Stride::words) / (s.stride * s.operands));
}

template <const Device& Chip>
constexpr void decode_pooling(const LayerFields<Chip>& words, LayerSettings& s) {
  using namespace registers;
  const bool pools = words.has(LayerControl{}, LayerControl::pools);
  s.averages = pools && !words.has(LayerControl{}, LayerControl::maximum);
  if (pools) s.pool_height = words(PoolingRows{}, PoolingRows::size) + 1;
  if (pools) s.pool_width = words(PoolingColumns{}, PoolingColumns::size) + 1;
  s.stride = words(Stride{}, Stride::step) + 1;
  if (Chip.window_counts == WindowCounts::last_window) return decode_windows(words, pools, s);
  if (s.transposed && pools) s.stride = s.pool_height;  // the register is 0 then
  s.pooled_height = floor_div(s.height + s.stride - s.pool_height, s.stride);
  s.pooled_width = floor_div(s.width + s.stride - s.pool_width, s.stride);
}

/// Kernels where each is a column, and all of a processor's belong to one output pass (AI84 sheet, 2.2).
template <const Device& Chip>
constexpr void decode_columns(const LayerFields<Chip>& words, LayerSettings& s) {
  using registers::KernelsAndBias;
  s.first_weight = words(KernelsAndBias{}, KernelsAndBias::first) * s.weight_bits;
  s.kernels = s.positions = words(KernelsAndBias{}, KernelsAndBias::count) + 1;
  s.biased = words.has(KernelsAndBias{}, KernelsAndBias::bias_enable);
  s.bias_pointer = words(KernelsAndBias{}, KernelsAndBias::bias_pointer);
}

template <const Device& Chip>
constexpr void decode_operator(const LayerFields<Chip>& words, LayerSettings& s) {
  using namespace registers;
  if (words.has(Mode{}, Mode::enable)) {
    s.kernel_height = words(Mode{}, Mode::length);
  } else if (Chip.fields.kernel_size_width > 0) {
    s.kernel_height = words(LayerControl{}, LayerControl::kernel_rows) + 1;
    s.kernel_width = words(LayerControl{}, LayerControl::kernel_columns) + 1;
  } else if (!words.has(Mode{}, Mode::one_by_one)) {
    s.kernel_height = s.kernel_width = 3;
  }
  constexpr int bits[] = {8, 1, 2, 4};
  s.weight_bits = bits[words(PostProcessing{}, PostProcessing::weight_width)];
  s.bypass = words.has(LayerControl{}, LayerControl::bypass);
  s.in_fours = words.has(PostProcessing{}, PostProcessing::parallel_outputs);
  s.other_groups = static_cast<unsigned>(words(LayerControl{}, LayerControl::other_groups));
  s.start_tap = words(Mode{}, Mode::start_tap);
  if (Chip.has(LayerRegister::kernels_and_bias)) return decode_columns(words, s);
  const bool combined = Chip.has(LayerRegister::mask_offset_and_count);
  s.first_weight =
      combined ? words(MaskOffsetAndCount{}, MaskOffsetAndCount::start) : words(MaskOffset{}, MaskOffset::start);
  const int end = combined ? words(MaskOffsetAndCount{}, MaskOffsetAndCount::end) : words(MaskCount{}, MaskCount::end);
  s.kernels = s.in_fours ? words(OutputChannelCount{}, OutputChannelCount::kernels) + 1
                         : floor_div(end - s.first_weight, s.weight_bits) + 1;
  s.positions = words(LayerControl2{}, LayerControl2::output_channels) / s.weight_bits + 1;
  s.biased = words.has(PostProcessing{}, PostProcessing::bias_enable);
  s.bias_pointer = words(PostProcessing{}, PostProcessing::bias_pointer);
}

template <const Device& Chip>
constexpr void decode_output(const LayerFields<Chip>& words, LayerSettings& s) {
  using namespace registers;
  s.out_height = s.pooled_height;
  s.out_width = s.pooled_width;
  if (!s.passes_through) {
    // A transposed convolution spreads its input by zeros, and pads one row and column more at the end.
    const int spread = s.transposed ? 1 : 0;
    s.out_height = (s.pooled_height << spread) + 2 * s.pad_height - s.kernel_height + 1;
    s.out_width = (s.pooled_width << spread) + 2 * s.pad_width - s.kernel_width + 1;
  }
  const int shift = words(PostProcessing{}, PostProcessing::shift);
  s.shift = words.has(PostProcessing{}, PostProcessing::shift_right) ? -shift : shift;
  s.wide = words.has(LayerControl{}, LayerControl::wide);
  s.relu = words.has(LayerControl{}, LayerControl::relu);
  s.abs = words.has(PostProcessing{}, PostProcessing::abs);
  s.write_pointer = words(WritePointer{}, WritePointer::pointer);
  s.slot_offset = words(WriteTimeSlotOffset{}, WriteTimeSlotOffset::pointer);
  s.block_offset = words(WriteMaskOffset{}, WriteMaskOffset::pointer);
  s.channel_offset = words(WriteChannelOffset{}, WriteChannelOffset::pointer);
  s.write_step = words(LayerControl2{}, LayerControl2::write_stride) + 1;
}

}  // namespace detail

/// Decodes the registers of a layer in one group.
template <const Device& Chip>
constexpr LayerSettings decode(const ChipState<Chip>& state, int group, int layer) {
  using registers::PostProcessing;
  const detail::LayerFields<Chip> words{state, group, layer};
  LayerSettings s;
  s.passes_through = (words(PostProcessing{}, PostProcessing::mode) & 1) != 0 &&
                     !words.has(PostProcessing{}, PostProcessing::depthwise);
  s.transposed = words.has(PostProcessing{}, PostProcessing::transposed);
  detail::decode_input(words, s);
  detail::decode_pooling(words, s);
  detail::decode_operator(words, s);
  detail::decode_output(words, s);
  s.binary = s.weight_bits == 1 && control::binary.of(state.group_register(leader, GroupRegister::control), Chip) != 0;
  return s;
}

}  // namespace incuse::max7800x
