// The registers that exist once per layer and group: one row for each, with its name and its fields. Encoding, the
// check for values that do not fit, printing and the virtual chip's decoding walk the same rows. A new register gets an
// enumerator and, in every `Device` that has it, a number (device.hpp), a row here, and the word that networks need in
// it (register_words.hpp). Fields with "- 1" in their name hold a number less one. Source: register sheet
// (max7800x-registers), section 3; its section numbers stand beside the rows.
#pragma once

#include <incuse/core/compiler.hpp>
#include <incuse/max7800x/registers/fields.hpp>

namespace incuse::max7800x {

namespace registers {

/// Name and fields of a register: one specialisation for each enumerator. One that is missing does not compile.
template <LayerRegister Register>
struct Row;

/// Section 3.1: the layer that is executed next.
template <>
struct Row<LayerRegister::next_layer> {
  static constexpr Text name = "next layer";
  static constexpr Field layer{"layer", 0, 7}, jump{"jump", 7, 1}, stop{"stop", 8, 1};
  static constexpr Field fields[] = {layer, jump, stop};
};
using NextLayer = Row<LayerRegister::next_layer>;

/// What the registers of rows and of columns have in common. Which fields there are and what `count` means differs
/// between parts, see WindowCounts.
struct Counts {
  static constexpr Field count{"count", 0, &FieldPlaces::count_width}, padding{"pad", &FieldPlaces::padding_low, 2},
      pads{"pads", 15, &FieldPlaces::bit_of_later_parts}, distance{"distance", 16, &FieldPlaces::distance_width};
  static constexpr Field fields[] = {count, padding, pads, distance};
};

/// Section 3.2.
template <>
struct Row<LayerRegister::rows> : Counts {
  static constexpr Text name = "rows";
};
using Rows = Row<LayerRegister::rows>;

/// Section 3.2.
template <>
struct Row<LayerRegister::columns> : Counts {
  static constexpr Text name = "columns";
};
using Columns = Row<LayerRegister::columns>;

/// What the registers of pooling windows have in common.
struct PoolingSize {
  static constexpr Field size{"size - 1", 0, 4}, dilation{"dilation - 1", 4, &FieldPlaces::pool_dilation_width};
  static constexpr Field fields[] = {size, dilation};
};

/// Section 3.3.
template <>
struct Row<LayerRegister::pooling_rows> : PoolingSize {
  static constexpr Text name = "pooling rows";
};
using PoolingRows = Row<LayerRegister::pooling_rows>;

/// Section 3.3.
template <>
struct Row<LayerRegister::pooling_columns> : PoolingSize {
  static constexpr Text name = "pooling columns";
};
using PoolingColumns = Row<LayerRegister::pooling_columns>;

/// Section 3.3.
template <>
struct Row<LayerRegister::stride> {
  static constexpr Text name = "stride";
  static constexpr Field step{"stride - 1", 0, 4}, words{"words", 4, &FieldPlaces::stride_words_width};
  static constexpr Field fields[] = {step, words};
};
using Stride = Row<LayerRegister::stride>;

/// What the registers with an address in the data memories have in common: it counts words, through all instances.
struct Pointer {
  static constexpr Field pointer{"pointer", 0, &FieldPlaces::pointer_width};
  static constexpr Field fields[] = {pointer};
};

/// Section 3.4.
template <>
struct Row<LayerRegister::write_pointer> : Pointer {
  static constexpr Text name = "write pointer";
};
using WritePointer = Row<LayerRegister::write_pointer>;

/// Section 3.5.
template <>
struct Row<LayerRegister::write_time_slot_offset> : Pointer {
  static constexpr Text name = "write pointer time slot offset";
};
using WriteTimeSlotOffset = Row<LayerRegister::write_time_slot_offset>;

/// Section 3.6.
template <>
struct Row<LayerRegister::write_mask_offset> : Pointer {
  static constexpr Text name = "write pointer mask offset";
  static constexpr Field pointer{"pointer", &FieldPlaces::mask_offset_low, &FieldPlaces::pointer_width};
  static constexpr Field fields[] = {pointer};
};
using WriteMaskOffset = Row<LayerRegister::write_mask_offset>;

/// Section 3.7.
template <>
struct Row<LayerRegister::write_channel_offset> : Pointer {
  static constexpr Text name = "write pointer multi-pass channel offset";
};
using WriteChannelOffset = Row<LayerRegister::write_channel_offset>;

/// Section 3.8.
template <>
struct Row<LayerRegister::read_pointer> : Pointer {
  static constexpr Text name = "read pointer";
};
using ReadPointer = Row<LayerRegister::read_pointer>;

/// Section 3.9.
template <>
struct Row<LayerRegister::layer_control> {
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
using LayerControl = Row<LayerRegister::layer_control>;

/// Section 3.10.
template <>
struct Row<LayerRegister::layer_control_2> {
  static constexpr Text name = "layer control 2";
  static constexpr Field in_expansion{"input passes - 1", 0, 4},
      write_stride{"write stride - 1", 4, &FieldPlaces::write_step_width},
      output_channels{"output channels", &FieldPlaces::output_channels_low, 12};
  static constexpr Field fields[] = {in_expansion, write_stride, output_channels};
};
using LayerControl2 = Row<LayerRegister::layer_control_2>;

/// Section 3.11. Kernels are counted in units of their own size.
template <>
struct Row<LayerRegister::mask_offset_and_count> {
  static constexpr Text name = "mask offset and count";
  static constexpr Field end{"last kernel", 0, 16}, start{"first kernel", 16, 16};
  static constexpr Field fields[] = {end, start};
};
using MaskOffsetAndCount = Row<LayerRegister::mask_offset_and_count>;

/// Section 3.11, where the two have a register each.
template <>
struct Row<LayerRegister::mask_count> {
  static constexpr Text name = "mask count";
  static constexpr Field end{"last kernel", 0, 19};
  static constexpr Field fields[] = {end};
};
using MaskCount = Row<LayerRegister::mask_count>;

/// Section 3.11.
template <>
struct Row<LayerRegister::mask_offset> {
  static constexpr Text name = "mask offset";
  static constexpr Field start{"first kernel", 0, 19};
  static constexpr Field fields[] = {start};
};
using MaskOffset = Row<LayerRegister::mask_offset>;

/// AI84 sheet, 2.2: columns of the weight memory, and the bias.
template <>
struct Row<LayerRegister::kernels_and_bias> {
  static constexpr Text name = "mask offset, count and bias";
  static constexpr Field count{"columns - 1", 0, 7}, first{"first column", 8, 7}, bias_pointer{"bias pointer", 16, 8},
      bias_enable{"bias enable", 24, 1};
  static constexpr Field fields[] = {count, first, bias_pointer, bias_enable};
};
using KernelsAndBias = Row<LayerRegister::kernels_and_bias>;

/// Section 3.12.
template <>
struct Row<LayerRegister::output_channel_count> {
  static constexpr Text name = "output channel count";
  static constexpr Field kernels{"kernels - 1", 0, 16};
  static constexpr Field fields[] = {kernels};
};
using OutputChannelCount = Row<LayerRegister::output_channel_count>;

/// Section 3.13.
template <>
struct Row<LayerRegister::one_dimensional> {
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
using Mode = Row<LayerRegister::one_dimensional>;

/// Section 3.14.
template <>
struct Row<LayerRegister::tram_pointer> {
  static constexpr Text name = "TRAM pointer max";
  static constexpr Field end{"end", 0, &FieldPlaces::tram_end_width}, start{"start", 16, 16};
  static constexpr Field fields[] = {end, start};
};
using TramPointer = Row<LayerRegister::tram_pointer>;

/// Section 3.15.
template <>
struct Row<LayerRegister::post_processing> {
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
using PostProcessing = Row<LayerRegister::post_processing>;

/// Section 3.16.
template <>
struct Row<LayerRegister::enables> {
  static constexpr Text name = "mask and processor enables";
  static constexpr Field processors{"processors", 0, 16}, weights{"weights", 16, 16};
  static constexpr Field fields[] = {processors, weights};
};
using Enables = Row<LayerRegister::enables>;

/// Section 3.17.
template <>
struct Row<LayerRegister::stream_start> {
  static constexpr Text name = "stream processing start";
  static constexpr Field start{"start", 0, &FieldPlaces::stream_start_width},
      early{"early start", 25, &FieldPlaces::bit_of_later_parts};
  static constexpr Field fields[] = {start, early};
};
using StreamStart = Row<LayerRegister::stream_start>;

/// Section 3.17.
template <>
struct Row<LayerRegister::stream_delta> {
  static constexpr Text name = "stream processing delta";
  static constexpr Field invol{"input volume", 0, 4}, delta1{"delta 1", 4, 5},
      delta2{"delta 2", 16, &FieldPlaces::delta2_width};
  static constexpr Field fields[] = {invol, delta1, delta2};
};
using StreamDelta = Row<LayerRegister::stream_delta>;

/// Section 3.19.
template <>
struct Row<LayerRegister::rollover> {
  static constexpr Text name = "rollover";
  static constexpr Field frame{"frame buffer", 0, &FieldPlaces::rollover_width};
  static constexpr Field fields[] = {frame};
};
using Rollover = Row<LayerRegister::rollover>;

template <class... Each>
struct RowList {
  static constexpr RegisterDescription descriptions[sizeof...(Each)] = {{Each::name, Each::fields}...};
  /// Calls `action(row, its enumerator)` for every row.
  template <class Action>
  static constexpr void for_each(Action&& action) {
    int number = 0;
    (action(Each{}, static_cast<LayerRegister>(number++)), ...);
  }
};

template <int... Number>
RowList<Row<static_cast<LayerRegister>(Number)>...> rows_of(Indices<Number...>);
/// The rows of all registers, in the order of their enumerators: that in which the registers are written.
using All = decltype(rows_of(IndicesBelow<layer_registers>{}));

}  // namespace registers

/// Name and fields of a layer's register.
constexpr const RegisterDescription& description_of(LayerRegister r) {
  return registers::All::descriptions[static_cast<int>(r)];
}

}  // namespace incuse::max7800x
