// The registers that exist once per layer and group: one row for each, with its name and its fields. Encoding, the
// check for values that do not fit, printing and the virtual chip's decoding walk the same rows. A new register gets an
// enumerator and, in every `Device` that has it, a number (device.hpp), a row here, and the word that networks need in
// it (register_words.hpp). Fields with "- 1" in their name hold a number less one. Source: register sheet
// (max7800x-registers), section 3; its section numbers stand beside the rows.
#pragma once

#include <incuse/max7800x/registers/fields.hpp>

namespace incuse::max7800x {

namespace registers {

/// Section 3.1: the layer that is executed next.
struct NextLayer {
  static constexpr LayerRegister key = LayerRegister::next_layer;
  static constexpr Text name = "next layer";
  static constexpr Field layer{"layer", 0, 7}, jump{"jump", 7, 1}, stop{"stop", 8, 1};
  static constexpr Field fields[] = {layer, jump, stop};
};

/// What the registers of rows and of columns have in common. Which fields there are and what `count` means differs
/// between parts, see WindowCounts.
struct Counts {
  static constexpr Field count{"count", 0, &FieldPlaces::count_width}, padding{"pad", &FieldPlaces::padding_low, 2},
      pads{"pads", 15, &FieldPlaces::bit_of_later_parts}, distance{"distance", 16, &FieldPlaces::distance_width};
  static constexpr Field fields[] = {count, padding, pads, distance};
};

/// Section 3.2.
struct Rows : Counts {
  static constexpr LayerRegister key = LayerRegister::rows;
  static constexpr Text name = "rows";
};

/// Section 3.2.
struct Columns : Counts {
  static constexpr LayerRegister key = LayerRegister::columns;
  static constexpr Text name = "columns";
};

/// What the registers of pooling windows have in common.
struct PoolingSize {
  static constexpr Field size{"size - 1", 0, 4}, dilation{"dilation - 1", 4, &FieldPlaces::pool_dilation_width};
  static constexpr Field fields[] = {size, dilation};
};

/// Section 3.3.
struct PoolingRows : PoolingSize {
  static constexpr LayerRegister key = LayerRegister::pooling_rows;
  static constexpr Text name = "pooling rows";
};

/// Section 3.3.
struct PoolingColumns : PoolingSize {
  static constexpr LayerRegister key = LayerRegister::pooling_columns;
  static constexpr Text name = "pooling columns";
};

/// Section 3.3.
struct Stride {
  static constexpr LayerRegister key = LayerRegister::stride;
  static constexpr Text name = "stride";
  static constexpr Field step{"stride - 1", 0, 4}, words{"words", 4, &FieldPlaces::stride_words_width};
  static constexpr Field fields[] = {step, words};
};

/// What the registers with an address in the data memories have in common: it counts words, through all instances.
struct Pointer {
  static constexpr Field pointer{"pointer", 0, &FieldPlaces::pointer_width};
  static constexpr Field fields[] = {pointer};
};

/// Section 3.4.
struct WritePointer : Pointer {
  static constexpr LayerRegister key = LayerRegister::write_pointer;
  static constexpr Text name = "write pointer";
};

/// Section 3.5.
struct WriteTimeSlotOffset : Pointer {
  static constexpr LayerRegister key = LayerRegister::write_time_slot_offset;
  static constexpr Text name = "write pointer time slot offset";
};

/// Section 3.6.
struct WriteMaskOffset : Pointer {
  static constexpr LayerRegister key = LayerRegister::write_mask_offset;
  static constexpr Text name = "write pointer mask offset";
  static constexpr Field pointer{"pointer", &FieldPlaces::mask_offset_low, &FieldPlaces::pointer_width};
  static constexpr Field fields[] = {pointer};
};

/// Section 3.7.
struct WriteChannelOffset : Pointer {
  static constexpr LayerRegister key = LayerRegister::write_channel_offset;
  static constexpr Text name = "write pointer multi-pass channel offset";
};

/// Section 3.8.
struct ReadPointer : Pointer {
  static constexpr LayerRegister key = LayerRegister::read_pointer;
  static constexpr Text name = "read pointer";
};

/// Section 3.9.
struct LayerControl {
  static constexpr LayerRegister key = LayerRegister::layer_control;
  static constexpr Text name = "layer control";
  static constexpr Field always{"always 1", 5, 1}, channels_first{"CHW input", 6, 1}, pools{"pooling", 7, 1},
      maximum{"maximum pooling", 8, 1}, relu{"ReLU", 9, 1}, network_output{"network-wide output", 11, 1},
      other_groups{"other groups", 12, 4}, wide{"32-bit output", 16, 1},
      reads_ahead{"read-ahead", 17, &FieldPlaces::bit_of_later_parts},
      kernel_columns{"kernel columns - 1", 18, &FieldPlaces::kernel_size_width},
      kernel_rows{"kernel rows - 1", 22, &FieldPlaces::kernel_size_width},
      passes_ahead{"passes ahead - 1", 26, &FieldPlaces::read_ahead_width},
      in_place{"depth-wise in place", 29, &FieldPlaces::bit_of_later_parts},
      bypass{"kernel bypass", 30, &FieldPlaces::bit_of_later_parts};
  static constexpr Field fields[] = {always,         channels_first, pools,    maximum,     relu,
                                     network_output, other_groups,   wide,     reads_ahead, kernel_columns,
                                     kernel_rows,    passes_ahead,   in_place, bypass};
};

/// Section 3.10.
struct LayerControl2 {
  static constexpr LayerRegister key = LayerRegister::layer_control_2;
  static constexpr Text name = "layer control 2";
  static constexpr Field in_expansion{"input passes - 1", 0, 4},
      write_stride{"write stride - 1", 4, &FieldPlaces::write_step_width},
      output_channels{"output channels", &FieldPlaces::output_channels_low, 12};
  static constexpr Field fields[] = {in_expansion, write_stride, output_channels};
};

/// Section 3.11. Kernels are counted in units of their own size.
struct MaskOffsetAndCount {
  static constexpr LayerRegister key = LayerRegister::mask_offset_and_count;
  static constexpr Text name = "mask offset and count";
  static constexpr Field end{"last kernel", 0, 16}, start{"first kernel", 16, 16};
  static constexpr Field fields[] = {end, start};
};

/// Section 3.11, where the two have a register each.
struct MaskCount {
  static constexpr LayerRegister key = LayerRegister::mask_count;
  static constexpr Text name = "mask count";
  static constexpr Field end{"last kernel", 0, 19};
  static constexpr Field fields[] = {end};
};

/// Section 3.11.
struct MaskOffset {
  static constexpr LayerRegister key = LayerRegister::mask_offset;
  static constexpr Text name = "mask offset";
  static constexpr Field start{"first kernel", 0, 19};
  static constexpr Field fields[] = {start};
};

/// AI84 sheet, 2.2: columns of the weight memory, and the bias.
struct KernelsAndBias {
  static constexpr LayerRegister key = LayerRegister::kernels_and_bias;
  static constexpr Text name = "mask offset, count and bias";
  static constexpr Field count{"columns - 1", 0, 7}, first{"first column", 8, 7}, bias_pointer{"bias pointer", 16, 8},
      bias_enable{"bias enable", 24, 1};
  static constexpr Field fields[] = {count, first, bias_pointer, bias_enable};
};

/// Section 3.12.
struct OutputChannelCount {
  static constexpr LayerRegister key = LayerRegister::output_channel_count;
  static constexpr Text name = "output channel count";
  static constexpr Field kernels{"kernels - 1", 0, 16};
  static constexpr Field fields[] = {kernels};
};

/// Section 3.13.
struct Mode {
  static constexpr LayerRegister key = LayerRegister::one_dimensional;
  static constexpr Text name = "1D";
  // One bit of the kernel length stands for 1x1 in two dimensions.
  static constexpr SharedField one_by_one{"1x1", 8, 1};
  static constexpr Field time_slots{"time slots - 1", 0, 4}, start_tap{"start tap", 4, 4},
      length{"1-D kernel length", 8, 4}, enable{"1-D", 12, 1}, elementwise{"element-wise", 13, 1},
      function{"function", 14, 2}, pool_first{"pool first", 16, 1}, convolves{"element-wise before convolution", 17, 1},
      operands{"operands - 1", 18, 4};
  static constexpr Field fields[] = {time_slots, start_tap,  length,    enable,  elementwise,
                                     function,   pool_first, convolves, operands};
};

/// Section 3.14.
struct TramPointer {
  static constexpr LayerRegister key = LayerRegister::tram_pointer;
  static constexpr Text name = "TRAM pointer max";
  static constexpr Field end{"end", 0, &FieldPlaces::tram_end_width}, start{"start", 16, 16};
  static constexpr Field fields[] = {end, start};
};

/// Section 3.15.
struct PostProcessing {
  static constexpr LayerRegister key = LayerRegister::post_processing;
  static constexpr Text name = "post processing";
  static constexpr Field bias_pointer{"bias pointer", 0, 12}, bias_enable{"bias enable", 12, 1}, shift{"shift", 13, 4},
      shift_right{"shift right", 17, 1}, flatten_high{"flatten count", 18, 4}, weight_width{"weight width", 22, 2},
      mode{"pass-through mode", 24, 2}, abs{"Abs", 26, 1}, flatten{"flatten", 27, 1}, transposed{"transposed", 28, 1},
      parallel_outputs{"four outputs at a time", 29, &FieldPlaces::bit_of_later_parts},
      depthwise{"depth-wise", 30, &FieldPlaces::bit_of_later_parts}, tcalc{"passes in fours", 31, 1};
  static constexpr Field fields[] = {bias_pointer,     bias_enable, shift, shift_right, flatten_high,
                                     weight_width,     mode,        abs,   flatten,     transposed,
                                     parallel_outputs, depthwise,   tcalc};
};

/// Section 3.16.
struct Enables {
  static constexpr LayerRegister key = LayerRegister::enables;
  static constexpr Text name = "mask and processor enables";
  static constexpr Field processors{"processors", 0, 16}, weights{"weights", 16, 16};
  static constexpr Field fields[] = {processors, weights};
};

/// Section 3.17.
struct StreamStart {
  static constexpr LayerRegister key = LayerRegister::stream_start;
  static constexpr Text name = "stream processing start";
  static constexpr Field start{"start", 0, &FieldPlaces::stream_start_width},
      early{"early start", 25, &FieldPlaces::bit_of_later_parts};
  static constexpr Field fields[] = {start, early};
};

/// Section 3.17.
struct StreamDelta {
  static constexpr LayerRegister key = LayerRegister::stream_delta;
  static constexpr Text name = "stream processing delta";
  static constexpr Field invol{"input volume", 0, 4}, delta1{"delta 1", 4, 5},
      delta2{"delta 2", 16, &FieldPlaces::delta2_width};
  static constexpr Field fields[] = {invol, delta1, delta2};
};

/// Section 3.19.
struct Rollover {
  static constexpr LayerRegister key = LayerRegister::rollover;
  static constexpr Text name = "rollover";
  static constexpr Field frame{"frame buffer", 0, &FieldPlaces::rollover_width};
  static constexpr Field fields[] = {frame};
};

template <class... Row>
struct RowList {
  static constexpr RegisterDescription descriptions[sizeof...(Row)] = {{Row::name, Row::fields}...};
  /// Calls `action(row)` for every row.
  template <class Action>
  static constexpr void for_each(Action&& action) {
    (action(Row{}), ...);
  }
  /// True if row i belongs to the enumerator with the value i.
  static constexpr bool in_order() {
    constexpr LayerRegister keys[] = {Row::key...};
    for (int i = 0; i < layer_registers; ++i)
      if (static_cast<int>(keys[i]) != i) return false;
    return sizeof...(Row) == layer_registers;
  }
};

/// All rows, in the order in which the registers are written.
using All = RowList<NextLayer, Rows, Columns, PoolingRows, PoolingColumns, Stride, WritePointer, WriteTimeSlotOffset,
                    WriteMaskOffset, WriteChannelOffset, ReadPointer, LayerControl, LayerControl2, MaskOffsetAndCount,
                    MaskCount, MaskOffset, KernelsAndBias, OutputChannelCount, Mode, TramPointer, PostProcessing,
                    Enables, StreamStart, StreamDelta, Rollover>;
static_assert(All::in_order());

}  // namespace registers

/// Name and fields of a layer's register.
constexpr const RegisterDescription& description_of(LayerRegister r) {
  return registers::All::descriptions[static_cast<int>(r)];
}

}  // namespace incuse::max7800x
