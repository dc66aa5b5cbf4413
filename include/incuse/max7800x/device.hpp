// Facts of the MAX78000, the MAX78002 and the AI84 as data: sizes, limits, addresses and register numbers.
// Source of every figure: device sheet (max7800x-device), sections 1 to 3, unless a comment says otherwise; of the
// AI84: the sheet max7800x-ai84.
#pragma once

#include <cstdint>

#include <incuse/core/keyed_table.hpp>
#include <incuse/core/processors.hpp>
#include <incuse/core/text.hpp>
#include <incuse/max7800x/feature.hpp>

namespace incuse::max7800x {

inline constexpr int groups = 4;  ///< "quadrants": groups of 16 processors with registers of their own
inline constexpr int processors_per_group = 16;
inline constexpr int all_processors = groups * processors_per_group;
inline constexpr int processors_per_instance = 4;  ///< processors that share one data memory instance
inline constexpr int instances = all_processors / processors_per_instance;
inline constexpr int bytes_per_kernel = 9;  ///< one weight memory column: 72 bits
inline constexpr int most_layers = 128;     ///< capacity of a graph read at run time

/// The registers that exist once per layer and group (section 3.1), in the order in which they are written. Each has a
/// row in layer_registers.hpp; a part that has it gives it a number.
enum class LayerRegister : unsigned char {
  next_layer,
  rows,
  columns,
  pooling_rows,
  pooling_columns,
  stride,
  write_pointer,
  write_time_slot_offset,
  write_mask_offset,
  write_channel_offset,
  read_pointer,
  layer_control,
  layer_control_2,
  mask_offset_and_count,
  mask_count,
  mask_offset,
  kernels_and_bias,
  output_channel_count,
  one_dimensional,
  tram_pointer,
  post_processing,
  enables,
  stream_start,
  stream_delta,
  rollover,
  last = rollover,
};
inline constexpr int layer_registers = static_cast<int>(LayerRegister::last) + 1;

/// The registers that exist once per group (section 3.2). Each has a row in group_registers.hpp.
enum class GroupRegister : unsigned char {
  control,
  sram_control,
  layer_count,
  sram_test,
  input_frame_size,
  snoop,
  last = snoop,
};
inline constexpr int group_registers = static_cast<int>(GroupRegister::last) + 1;

inline constexpr int snoop_registers = 24;  ///< of the two units for conditional execution

/// The number of a register on a part. Of GroupRegister::snoop it is that of the first of several.
template <class Key>
struct RegisterNumber {
  static constexpr int absent = -1;

  Key key;
  int number;

  constexpr bool exists() const { return number != absent; }
};

/// Positions and widths of register fields that are not the same on all parts (section 2.3), in bits.
struct FieldPlaces {
  int count_width;          ///< rows and columns of the input, less one
  int padding_low;          ///< position of the padding beside them
  int pointer_width;        ///< read and write pointers, and what is added to them
  int write_step_width;     ///< layer control 2: words between pixels, less one
  int output_channels_low;  ///< layer control 2: position of the output channels
  int stream_start_width;
  int delta2_width;
  int rollover_width;
  int frame_size_width;
  int mask_offset_low;     ///< write pointer mask offset: position
  int tram_end_width;      ///< TRAM pointer: end
  int clock_enable_width;  ///< control: clock enable
  // Fields that only some parts have; their width is 0 on the others.
  int distance_width;       ///< rows and columns: from the last window on to the next one
  int pool_dilation_width;  ///< pooling rows and columns: dilation, less one
  int stride_words_width;   ///< stride: words from one window to the next
  int kernel_size_width;    ///< layer control: rows and columns of the kernel, less one
  int read_ahead_width;     ///< layer control: passes that are read ahead, less one
  int complete_width;       ///< FIFO control: complete on the last layer
  int bit_of_later_parts;   ///< single bits that the MAX78000 does not have
};

/// How the registers of rows, columns and streaming tell the hardware where windows lie.
enum class WindowCounts : unsigned char {
  padded_size,  ///< by the size of the padded input
  last_window,  ///< by the place of the last window, and what lies behind it
};

/// Where a layer's kernels and biases lie in the vendor's tables: option vendor_stream.
enum class VendorAllocation : unsigned char {
  first_fit,  ///< the lowest free columns; biases of layers with little choice first; equal parameters are stored once
  /// Columns on top of those of earlier layers; biases in the order of the layers, without values for lanes in front;
  /// every layer's parameters are stored.
  stack,
};

/// Registers that the option clear_last_layer writes zeros to.
enum class ClearedLayers : unsigned char {
  last,    ///< of the last layer that was configured
  unused,  ///< of the layers behind it
};

/// Words of data memory that some layers leave free between the words of their output.
struct OutputHoles {
  std::uint8_t pixels = 1;  ///< in front of every so many pixels …
  std::uint8_t words = 0;   ///< … so many words are left free
};

/// Where a kind of memory lies: base address, and the distances between groups, processors (or instances) and entries.
struct MemoryMap {
  std::uint32_t base;
  std::uint32_t group_stride;
  std::uint32_t unit_stride;  ///< between processors, or between instances for the data memory
  int entries;                ///< per processor, instance or group

  constexpr std::uint32_t address(int group, int unit = 0) const {
    return base + static_cast<std::uint32_t>(group) * group_stride + static_cast<std::uint32_t>(unit) * unit_stride;
  }
};

/// Memories that the built-in test clears, in the order in which they are cleared.
enum class MemoryKind : unsigned char { data, weights, row_caches, bias, last = bias };
inline constexpr int memory_kinds = static_cast<int>(MemoryKind::last) + 1;

/// Codes of the built-in test that clears one kind of memory (section 3.3), in the SRAM test register.
struct MemoryTest {
  MemoryKind key;
  std::uint32_t start;  ///< written to start it
  std::uint32_t done;   ///< bits that are set when it is complete
  std::uint32_t error;  ///< bit that must be 0 then
};

/// Codes of the built-in test that clears the registers, in the SRAM test register.
struct RegisterTest {
  std::uint32_t start;            ///< written to start it; 0: the part has none, its registers are 0 anyway
  std::uint32_t start_with_bias;  ///< the same; clears the bias memories, too
  std::uint32_t done;             ///< bits that are set when it is complete
};

/// RAM blocks that the columns of a weight memory lie in.
struct WeightBlocks {
  int columns;        ///< of each block, but …
  int small_columns;  ///< … from `small_from` on
  int small_from;

  constexpr int size_at(int column) const { return column >= small_from ? small_columns : columns; }
};

/// One chip of the family. Code depends on these members, never on which chip it is.
struct Device {
  Text name;

  // Limits of layers (section 4).
  int max_layers;
  int max_streaming_layers;
  int max_dimension;  ///< rows or columns of a tensor
  int max_channels;   ///< input or output channels of a layer
  int max_input_passes;
  int max_padding;
  int max_pool;  ///< rows or columns of a pooling window
  int max_pool_stride;
  int max_flatten_pixels;
  int max_operands_pool_last;
  int max_pool_passes;    ///< input passes of a layer that pools, without weights, to more than one pixel
  unsigned pool_sizes;    ///< rows or columns of pooling windows that there are, one bit each …
  unsigned pool_strides;  ///< … and their strides
  bool pools_one_axis;    ///< a window of one row or one column may have more of the other
  int column_rows;        ///< of a Conv1d: values that the hardware reads as a row of a 2-D kernel; 1: it has 1-D ones
  int max_shift;          ///< magnitude of the total output shift
  int max_write_gap;      ///< words between two output words
  int max_frame;          ///< H * W * passes must stay below

  // Capabilities (section 4).
  bool convolution_groups;
  bool binary_weights;
  bool pool_dilation;
  unsigned features;          ///< one bit each, see Feature and `bit_of` in options.hpp
  unsigned ignored_features;  ///< that the vendor's tool accepts for the part, without effect on the chip
  int max_first_layer;
  bool kernel_bypass;
  bool any_next_layer;                ///< layers may be executed in another order than their numbers
  bool streaming_bias;                ///< layers that stream may have a bias; else their first value is not used
  bool streaming_passthrough;         ///< layers without weights may stream
  bool streaming_last_unpadded;       ///< the last layer that streams needs no padding
  bool padded_conv1d_passes;          ///< a Conv1d with padding may read several passes
  bool elementwise_convolution_bias;  ///< a bias behind an element-wise operation and a convolution in one layer
  bool operands_as_rows;              ///< several operands of several passes are read as more rows
  bool resets_before_average;         ///< average pooling behind an element-wise layer needs a layer that resets it
  bool start_keeps_wait_states;       ///< the vendor's start sets the wait states that were chosen
  bool flatten_biases_first;          ///< layers that flatten choose their place in the bias memories first
  int power_up_milliseconds;           ///< that the groups' load switches take
  bool estimates_latency;             ///< there is a model of its cycles
  bool interrupts;                    ///< an interrupt tells that an inference is complete; else a program has to ask
  bool bias_group_contributes;        ///< the leading group is told which other group has the bias
  bool stops_unused_groups;           ///< with the option write_zero_registers, unused groups are stopped, too
  bool counts_all_repetitions;    ///< the layer count register counts the layers of all repetitions, the first included
  bool lanes_have_bias;           ///< unused lanes in front of an output have values in the bias memory
  int ready_selection;            ///< wait states by default
  int bias_scale;                 ///< a bias of 1 adds so much to the accumulator
  int unpooled_size;              ///< what the pooling registers say of a direction that is not pooled
  int least_mask_offset_columns;  ///< columns times input channels from which on the write mask offset is used
  OutputHoles output_holes;       ///< of layers that pool …
  int pool_with_holes;            ///< … windows of so many rows with this stride; 0: there are none
  int vendor_least_output;        ///< rows and columns of an output that the vendor's tool asks for
  VendorAllocation vendor_allocation;
  ClearedLayers cleared_layers;
  WindowCounts window_counts;

  // Memories (section 2).
  int instance_bytes;           ///< data memory per instance, usable by one tensor
  int max_out_offset;           ///< an output offset must stay below
  int weight_columns;           ///< 72-bit words that every processor has …
  int first_processor_columns;  ///< … and those of the first processor in every group
  WeightBlocks weight_blocks;
  int data_block_bytes;  ///< data memory that only one layer can access at a time
  int bias_values;       ///< per group
  int weight_bytes;      ///< all processors
  MemoryMap data;        ///< entries: 32-bit words per instance
  MemoryMap weights;     ///< entries: columns per processor, 16 bytes apart
  MemoryMap bias;        ///< entries: values per group, one 32-bit word each
  MemoryMap row_caches;  ///< "TRAM"; entries: 16-bit values per processor, one 32-bit word each
  MemoryMap registers;

  // Registers (section 3).
  std::uint32_t layer_register_base;    ///< offset from a group's registers to register 0 of layer 0
  std::uint32_t layer_register_stride;  ///< between registers of one layer
  std::uint32_t layer_stride;           ///< between layers of one register …
  int streaming_registers_from;         ///< … and from this number on, for layers that stream, another distance
  std::uint32_t streaming_layer_stride;
  RegisterNumber<LayerRegister> layer_register_numbers[layer_registers];
  int last_layer_register;  ///< highest number, reserved ones included
  RegisterNumber<GroupRegister> group_register_numbers[group_registers];
  std::uint32_t sram_control;       ///< value of the SRAM control register; no public source explains its bits
  std::uint32_t mlator_port;        ///< offset from a group's registers to the byte swapper's data
  std::uint32_t fifo_base;          ///< FIFO registers: control, status, data of FIFO 0 to 3
  std::uint32_t fast_fifo_base;     ///< fast FIFO registers: control, status, two for interrupts, data
  std::uint32_t always_on_control;  ///< address of the AON control register; 0: there is none
  MemoryTest memory_tests[memory_kinds];
  RegisterTest register_test;
  std::uint32_t express_span;  ///< weight address span of one processor

  // Scales of pointers, and fields (section 2.3).
  int instance_pointer_shift;  ///< bit of the write pointer that counts instances
  int slot_stride;             ///< data words per processor slot
  FieldPlaces fields;

  constexpr std::uint32_t layer_register(int group, int number, int layer) const {
    return registers.address(group) + layer_register_base + static_cast<std::uint32_t>(number) * layer_register_stride +
           static_cast<std::uint32_t>(layer) *
               (number >= streaming_registers_from ? streaming_layer_stride : layer_stride);
  }
  constexpr std::uint32_t layer_register(int group, LayerRegister r, int layer) const {
    return layer_register(group, row_of(layer_register_numbers, r).number, layer);
  }
  constexpr bool has(LayerRegister r) const { return row_of(layer_register_numbers, r).exists(); }
  constexpr bool has(GroupRegister r) const { return row_of(group_register_numbers, r).exists(); }
  /// Layers that have the register of a number.
  constexpr int layers_with(int number) const {
    return number >= streaming_registers_from && number > last_layer_register ? max_streaming_layers : max_layers;
  }
  constexpr bool has(Feature feature) const { return (features & bit_of(feature)) != 0; }
  /// True if the hardware reads a Conv1d as rows of values, with a 2-D kernel.
  constexpr bool folds_columns() const { return column_rows > 1; }
  /// True if a layer's output has holes.
  constexpr bool leaves_holes(int pool_rows, int pool_stride) const {
    return pool_with_holes > 0 && pool_rows == pool_with_holes && pool_stride == pool_with_holes;
  }
  /// Columns of one processor's weight memory.
  constexpr int columns_of(int processor) const {
    return processor % processors_per_group == 0 ? first_processor_columns : weight_columns;
  }
  /// True if all processors of a map are the first ones of their groups.
  static constexpr bool are_first(ProcessorMap map) { return (map & ~ProcessorMap{0x0001'0001'0001'0001}) == 0; }
  /// Columns that all processors of a map have.
  constexpr int columns_of_all(ProcessorMap map) const {
    return are_first(map) ? first_processor_columns : weight_columns;
  }
  constexpr std::uint32_t group_register(int group, GroupRegister r) const {
    return registers.address(group) + 4 * static_cast<std::uint32_t>(row_of(group_register_numbers, r).number);
  }
  /// Address of byte `offset` in the data memory instance that processor `p` shares.
  constexpr std::uint32_t data_address(int processor, int offset) const {
    return data.address(processor / processors_per_group, processor % processors_per_group / processors_per_instance) +
           static_cast<std::uint32_t>(offset);
  }
  constexpr std::uint32_t weight_address(int processor, int column) const {
    return weights.address(processor / processors_per_group, processor % processors_per_group) +
           16 * static_cast<std::uint32_t>(column);
  }
};

}  // namespace incuse::max7800x

namespace incuse {

/// Analog Devices (Maxim) MAX78000.
inline constexpr max7800x::Device max78000{
    .name = "MAX78000",
    .max_layers = 32,
    .max_streaming_layers = 8,
    .max_dimension = 1024,
    .max_channels = 1024,
    .max_input_passes = 16,
    .max_padding = 2,
    .max_pool = 16,
    .max_pool_stride = 16,
    .max_flatten_pixels = 256,
    .max_operands_pool_last = 2,
    .max_pool_passes = 1,
    .pool_sizes = 0x1'fffe,
    .pool_strides = 0x1'fffe,
    .pools_one_axis = true,
    .column_rows = 1,
    .max_shift = 15,
    .max_write_gap = 15,
    .max_frame = 1 << 21,
    .convolution_groups = false,
    .binary_weights = false,
    .pool_dilation = false,
    .features = max7800x::features_of_max78000,
    .ignored_features = 0,
    .max_first_layer = 0,
    .kernel_bypass = false,
    .any_next_layer = false,
    .streaming_bias = false,
    .streaming_passthrough = true,
    .streaming_last_unpadded = false,
    .padded_conv1d_passes = true,
    .elementwise_convolution_bias = true,
    .operands_as_rows = true,
    .resets_before_average = false,
    .start_keeps_wait_states = true,
    .flatten_biases_first = true,
    .power_up_milliseconds = 0,
    .estimates_latency = true,
    .interrupts = true,
    .bias_group_contributes = true,
    .stops_unused_groups = false,
    .counts_all_repetitions = false,
    .lanes_have_bias = true,
    .ready_selection = 0,
    .bias_scale = 128,
    .unpooled_size = 0,
    .least_mask_offset_columns = 0,
    .output_holes = {},
    .pool_with_holes = 0,
    .vendor_least_output = 1,
    .vendor_allocation = max7800x::VendorAllocation::first_fit,
    .cleared_layers = max7800x::ClearedLayers::last,
    .window_counts = max7800x::WindowCounts::padded_size,
    .instance_bytes = 0x8000,
    .max_out_offset = 0x20000,
    .weight_columns = 768,
    .first_processor_columns = 768,
    .weight_blocks = {768, 768, 768},
    .data_block_bytes = 0x8000,
    .bias_values = 512,
    .weight_bytes = 442'368,
    .data = {0x5040'0000, 0x40'0000, 0x8000, 8192},
    .weights = {0x5018'0000, 0x40'0000, 0x4000, 768},
    .bias = {0x5010'8000, 0x40'0000, 0, 512},
    .row_caches = {0x5011'0000, 0x40'0000, 0x4000, 3072},
    .registers = {0x5010'0000, 0x40'0000, 0, 0},
    .layer_register_base = 0x10,
    .layer_register_stride = 0x80,
    .layer_stride = 4,
    .streaming_registers_from = 16,
    .streaming_layer_stride = 4,
    .layer_register_numbers =
        {{max7800x::LayerRegister::next_layer, -1},       {max7800x::LayerRegister::rows, 0},
         {max7800x::LayerRegister::columns, 1},           {max7800x::LayerRegister::pooling_rows, 3},
         {max7800x::LayerRegister::pooling_columns, 4},   {max7800x::LayerRegister::stride, 5},
         {max7800x::LayerRegister::write_pointer, 6},     {max7800x::LayerRegister::write_time_slot_offset, 7},
         {max7800x::LayerRegister::write_mask_offset, 8}, {max7800x::LayerRegister::write_channel_offset, 9},
         {max7800x::LayerRegister::read_pointer, 10},     {max7800x::LayerRegister::layer_control, 11},
         {max7800x::LayerRegister::layer_control_2, 20},  {max7800x::LayerRegister::mask_offset_and_count, 12},
         {max7800x::LayerRegister::mask_count, -1},       {max7800x::LayerRegister::mask_offset, -1},
         {max7800x::LayerRegister::kernels_and_bias, -1}, {max7800x::LayerRegister::output_channel_count, -1},
         {max7800x::LayerRegister::one_dimensional, 2},   {max7800x::LayerRegister::tram_pointer, 13},
         {max7800x::LayerRegister::post_processing, 15},  {max7800x::LayerRegister::enables, 14},
         {max7800x::LayerRegister::stream_start, 16},     {max7800x::LayerRegister::stream_delta, 17},
         {max7800x::LayerRegister::rollover, 18}},
    .last_layer_register = 20,
    .group_register_numbers = {{max7800x::GroupRegister::control, 0},
                               {max7800x::GroupRegister::sram_control, 1},
                               {max7800x::GroupRegister::layer_count, 2},
                               {max7800x::GroupRegister::sram_test, 3},
                               {max7800x::GroupRegister::input_frame_size, 612},
                               {max7800x::GroupRegister::snoop, -1}},
    .sram_control = 0x40e,
    .mlator_port = 0x1000,
    .fifo_base = 0x5000'0000,
    .fast_fifo_base = 0x400c'0400,
    .always_on_control = 0x5000'1000,
    .memory_tests = {{max7800x::MemoryKind::data, 1u << 0, 1u << 27 | 1u << 18, 1u << 14},
                     {max7800x::MemoryKind::weights, 1u << 2, 1u << 27 | 1u << 19, 1u << 15},
                     {max7800x::MemoryKind::row_caches, 1u << 4, 1u << 27 | 1u << 20, 1u << 16},
                     {max7800x::MemoryKind::bias, 1u << 6, 1u << 27 | 1u << 21, 1u << 17}},
    .register_test = {0, 0, 0},
    .express_span = 0x4000,
    .instance_pointer_shift = 13,
    .slot_stride = 2048,
    .fields = {.count_width = 10,
               .padding_low = 16,
               .pointer_width = 17,
               .write_step_width = 4,
               .output_channels_low = 8,
               .stream_start_width = 14,
               .delta2_width = 12,
               .rollover_width = 17,
               .frame_size_width = 20,
               .mask_offset_low = 0,
               .tram_end_width = 16,
               .clock_enable_width = 1,
               .distance_width = 0,
               .pool_dilation_width = 0,
               .stride_words_width = 0,
               .kernel_size_width = 0,
               .read_ahead_width = 0,
               .complete_width = 1,
               .bit_of_later_parts = 0},
};
static_assert(is_complete(max78000.layer_register_numbers, max7800x::LayerRegister::last));
static_assert(max78000.max_write_gap + 1 == 1 << max78000.fields.write_step_width);
static_assert(is_complete(max78000.memory_tests, max7800x::MemoryKind::last));
static_assert(is_complete(max78000.group_register_numbers, max7800x::GroupRegister::last));

/// Analog Devices (Maxim) MAX78002.
inline constexpr max7800x::Device max78002{
    .name = "MAX78002",
    .max_layers = 128,
    .max_streaming_layers = 8,
    .max_dimension = 2048,
    .max_channels = 1024,
    .max_input_passes = 16,
    .max_padding = 2,
    .max_pool = 16,
    .max_pool_stride = 16,
    .max_flatten_pixels = 256,
    .max_operands_pool_last = 2,
    .max_pool_passes = 65536,
    .pool_sizes = 0x1'fffe,
    .pool_strides = 0x1'fffe,
    .pools_one_axis = true,
    .column_rows = 1,
    .max_shift = 15,
    .max_write_gap = 255,
    .max_frame = 1 << 21,
    .convolution_groups = true,
    .binary_weights = true,
    .pool_dilation = true,
    .features = max7800x::all_features,
    .ignored_features = 0,
    .max_first_layer = 127,
    .kernel_bypass = true,
    .any_next_layer = true,
    .streaming_bias = true,
    .streaming_passthrough = false,
    .streaming_last_unpadded = true,
    .padded_conv1d_passes = false,
    .elementwise_convolution_bias = false,
    .operands_as_rows = false,
    .resets_before_average = true,
    .start_keeps_wait_states = false,
    .flatten_biases_first = false,
    .power_up_milliseconds = 10,
    .estimates_latency = false,
    .interrupts = true,
    .bias_group_contributes = true,
    .stops_unused_groups = false,
    .counts_all_repetitions = false,
    .lanes_have_bias = true,
    .ready_selection = 0,
    .bias_scale = 128,
    .unpooled_size = 0,
    .least_mask_offset_columns = 0,
    .output_holes = {},
    .pool_with_holes = 0,
    .vendor_least_output = 1,
    .vendor_allocation = max7800x::VendorAllocation::first_fit,
    .cleared_layers = max7800x::ClearedLayers::last,
    .window_counts = max7800x::WindowCounts::last_window,
    .instance_bytes = 0x1'4000,
    .max_out_offset = 0x5'0000,
    .weight_columns = 4096,
    .first_processor_columns = 5120,
    .weight_blocks = {1024, 256, 4096},
    .data_block_bytes = 0x4000,
    .bias_values = 2048,
    .weight_bytes = 2'396'160,
    .data = {0x5180'0000, 0x100'0000, 0x2'0000, 20480},
    .weights = {0x5140'0000, 0x100'0000, 0x2'0000, 5120},
    .bias = {0x5118'0000, 0x100'0000, 0, 2048},
    .row_caches = {0x5120'0000, 0x100'0000, 0x1'0000, 12288},
    .registers = {0x5100'0000, 0x100'0000, 0, 0},
    .layer_register_base = 0x10'0000,
    .layer_register_stride = 4,
    .layer_stride = 0x100,
    .streaming_registers_from = 0x2000,
    .streaming_layer_stride = 4,
    .layer_register_numbers =
        {{max7800x::LayerRegister::next_layer, 0},        {max7800x::LayerRegister::rows, 1},
         {max7800x::LayerRegister::columns, 2},           {max7800x::LayerRegister::pooling_rows, 4},
         {max7800x::LayerRegister::pooling_columns, 5},   {max7800x::LayerRegister::stride, 6},
         {max7800x::LayerRegister::write_pointer, 7},     {max7800x::LayerRegister::write_time_slot_offset, 8},
         {max7800x::LayerRegister::write_mask_offset, 9}, {max7800x::LayerRegister::write_channel_offset, 10},
         {max7800x::LayerRegister::read_pointer, 11},     {max7800x::LayerRegister::layer_control, 12},
         {max7800x::LayerRegister::layer_control_2, 13},  {max7800x::LayerRegister::mask_offset_and_count, -1},
         {max7800x::LayerRegister::mask_count, 14},       {max7800x::LayerRegister::mask_offset, 15},
         {max7800x::LayerRegister::kernels_and_bias, -1}, {max7800x::LayerRegister::output_channel_count, 16},
         {max7800x::LayerRegister::one_dimensional, 3},   {max7800x::LayerRegister::tram_pointer, 17},
         {max7800x::LayerRegister::post_processing, 19},  {max7800x::LayerRegister::enables, 18},
         {max7800x::LayerRegister::stream_start, 0x2000}, {max7800x::LayerRegister::stream_delta, 0x2008},
         {max7800x::LayerRegister::rollover, 0x2010}},
    .last_layer_register = 19,
    .group_register_numbers = {{max7800x::GroupRegister::control, 0},
                               {max7800x::GroupRegister::sram_control, 1},
                               {max7800x::GroupRegister::layer_count, 2},
                               {max7800x::GroupRegister::sram_test, 3},
                               {max7800x::GroupRegister::input_frame_size, 0x4'2018},
                               {max7800x::GroupRegister::snoop, 0x4'2020}},
    .sram_control = 0x40e,
    .mlator_port = 0x11'0000,
    .fifo_base = 0x5000'0000,
    .fast_fifo_base = 0x400c'0400,
    .always_on_control = 0x5000'1000,
    .memory_tests = {{max7800x::MemoryKind::data, 1u << 12 | 1u << 0, 1u << 18, 1u << 14},
                     {max7800x::MemoryKind::weights, 1u << 13 | 1u << 2, 1u << 19, 1u << 15},
                     {max7800x::MemoryKind::row_caches, 1u << 13 | 1u << 12 | 1u << 4, 1u << 20, 1u << 16},
                     {max7800x::MemoryKind::bias, 1u << 12 | 1u << 11 | 1u << 10 | 1u << 6, 1u << 21, 1u << 17}},
    .register_test = {1u << 12 | 1u << 11 | 1u << 7, 1u << 12 | 1u << 11 | 1u << 10 | 1u << 7, 1u << 25},
    .express_span = 0x2'0000,
    .instance_pointer_shift = 15,
    .slot_stride = 8192,
    .fields = {.count_width = 11,
               .padding_low = 13,
               .pointer_width = 21,
               .write_step_width = 8,
               .output_channels_low = 12,
               .stream_start_width = 15,
               .delta2_width = 14,
               .rollover_width = 18,
               .frame_size_width = 22,
               .mask_offset_low = 0,
               .tram_end_width = 16,
               .clock_enable_width = 1,
               .distance_width = 16,
               .pool_dilation_width = 4,
               .stride_words_width = 14,
               .kernel_size_width = 4,
               .read_ahead_width = 3,
               .complete_width = 0,
               .bit_of_later_parts = 1},
};
static_assert(is_complete(max78002.layer_register_numbers, max7800x::LayerRegister::last));
static_assert(max78002.max_write_gap + 1 == 1 << max78002.fields.write_step_width);
static_assert(is_complete(max78002.memory_tests, max7800x::MemoryKind::last));
static_assert(is_complete(max78002.group_register_numbers, max7800x::GroupRegister::last));

/// The test chip that came before the MAX78000.
inline constexpr max7800x::Device ai84{
    .name = "AI84",
    .max_layers = 32,
    .max_streaming_layers = 0,
    .max_dimension = 256,
    .max_channels = 64,
    .max_input_passes = 1,
    .max_padding = 2,
    .max_pool = 16,
    .max_pool_stride = 16,
    .max_flatten_pixels = 256,
    .max_operands_pool_last = 2,
    .max_pool_passes = 1,
    .pool_sizes = 1u << 1 | 1u << 2 | 1u << 4,
    .pool_strides = 1u << 1 | 1u << 2 | 1u << 4,
    .pools_one_axis = false,
    .column_rows = 3,
    .max_shift = 0,
    .max_write_gap = 0,
    .max_frame = 1 << 14,
    .convolution_groups = false,
    .binary_weights = false,
    .pool_dilation = false,
    .features = 0,
    .ignored_features = bit_of(max7800x::Feature::single_steps),
    .max_first_layer = 0,
    .kernel_bypass = false,
    .any_next_layer = false,
    .streaming_bias = false,
    .streaming_passthrough = false,
    .streaming_last_unpadded = false,
    .padded_conv1d_passes = false,
    .elementwise_convolution_bias = false,
    .operands_as_rows = false,
    .resets_before_average = false,
    .start_keeps_wait_states = true,
    .flatten_biases_first = false,
    .power_up_milliseconds = 0,
    .estimates_latency = false,
    .interrupts = false,
    .bias_group_contributes = false,
    .stops_unused_groups = true,
    .counts_all_repetitions = true,
    .lanes_have_bias = false,
    .ready_selection = 3,
    .bias_scale = 1,
    .unpooled_size = 1,
    .least_mask_offset_columns = 5,
    .output_holes = {.pixels = 4, .words = 2},
    .pool_with_holes = 4,
    .vendor_least_output = 0,
    .vendor_allocation = max7800x::VendorAllocation::stack,
    .cleared_layers = max7800x::ClearedLayers::unused,
    .window_counts = max7800x::WindowCounts::padded_size,
    .instance_bytes = 0x4000,
    .max_out_offset = 0x1'0001,
    .weight_columns = 128,
    .first_processor_columns = 128,
    .weight_blocks = {128, 128, 128},
    .data_block_bytes = 0x4000,
    .bias_values = 256,
    .weight_bytes = 73'728,
    .data = {0x5011'0000, 0x10'0000, 0x4000, 4096},
    .weights = {0x5010'4800, 0x10'0000, 0x800, 128},
    .bias = {0x5010'c800, 0x10'0000, 0, 256},
    .row_caches = {0x5010'0800, 0x10'0000, 0x400, 256},
    .registers = {0x5010'0000, 0x10'0000, 0, 0},
    .layer_register_base = 0x10,
    .layer_register_stride = 0x80,
    .layer_stride = 4,
    .streaming_registers_from = 16,
    .streaming_layer_stride = 4,
    .layer_register_numbers =
        {{max7800x::LayerRegister::next_layer, -1},       {max7800x::LayerRegister::rows, 0},
         {max7800x::LayerRegister::columns, 1},           {max7800x::LayerRegister::pooling_rows, 3},
         {max7800x::LayerRegister::pooling_columns, 4},   {max7800x::LayerRegister::stride, 5},
         {max7800x::LayerRegister::write_pointer, 6},     {max7800x::LayerRegister::write_time_slot_offset, -1},
         {max7800x::LayerRegister::write_mask_offset, 7}, {max7800x::LayerRegister::write_channel_offset, -1},
         {max7800x::LayerRegister::read_pointer, 8},      {max7800x::LayerRegister::layer_control, 9},
         {max7800x::LayerRegister::layer_control_2, -1},  {max7800x::LayerRegister::mask_offset_and_count, -1},
         {max7800x::LayerRegister::mask_count, -1},       {max7800x::LayerRegister::mask_offset, -1},
         {max7800x::LayerRegister::kernels_and_bias, 10}, {max7800x::LayerRegister::output_channel_count, -1},
         {max7800x::LayerRegister::one_dimensional, -1},  {max7800x::LayerRegister::tram_pointer, 11},
         {max7800x::LayerRegister::post_processing, -1},  {max7800x::LayerRegister::enables, 12},
         {max7800x::LayerRegister::stream_start, -1},     {max7800x::LayerRegister::stream_delta, -1},
         {max7800x::LayerRegister::rollover, -1}},
    .last_layer_register = 12,
    .group_register_numbers = {{max7800x::GroupRegister::control, 0},
                               {max7800x::GroupRegister::sram_control, 1},
                               {max7800x::GroupRegister::layer_count, 2},
                               {max7800x::GroupRegister::sram_test, -1},
                               {max7800x::GroupRegister::input_frame_size, -1},
                               {max7800x::GroupRegister::snoop, -1}},
    .sram_control = 0x40e,
    .mlator_port = 0,
    .fifo_base = 0,
    .fast_fifo_base = 0,
    .always_on_control = 0,
    .memory_tests = {{max7800x::MemoryKind::data, 0, 0, 0},
                     {max7800x::MemoryKind::weights, 0, 0, 0},
                     {max7800x::MemoryKind::row_caches, 0, 0, 0},
                     {max7800x::MemoryKind::bias, 0, 0, 0}},
    .register_test = {0, 0, 0},
    .express_span = 0,
    .instance_pointer_shift = 12,
    .slot_stride = 1024,
    .fields = {.count_width = 8,
               .padding_low = 8,
               .pointer_width = 16,
               .write_step_width = 0,
               .output_channels_low = 0,
               .stream_start_width = 0,
               .delta2_width = 0,
               .rollover_width = 0,
               .frame_size_width = 0,
               .mask_offset_low = 16,
               .tram_end_width = 8,
               .clock_enable_width = 0,
               .distance_width = 0,
               .pool_dilation_width = 0,
               .stride_words_width = 0,
               .kernel_size_width = 0,
               .read_ahead_width = 0,
               .complete_width = 0,
               .bit_of_later_parts = 0},
};
static_assert(is_complete(ai84.layer_register_numbers, max7800x::LayerRegister::last));
static_assert(ai84.max_write_gap + 1 == 1 << ai84.fields.write_step_width);
static_assert(is_complete(ai84.memory_tests, max7800x::MemoryKind::last));
static_assert(is_complete(ai84.group_register_numbers, max7800x::GroupRegister::last));

}  // namespace incuse
