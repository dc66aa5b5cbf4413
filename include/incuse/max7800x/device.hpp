// A chip of the family as data: sizes, limits, addresses and register numbers. The chips are in devices.hpp.
// Sections in comments are those of the device sheet (max7800x-device).
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
inline constexpr int bits_per_column = 8 * bytes_per_kernel;
inline constexpr int most_layers = 128;  ///< capacity of a graph read at run time

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

/// The registers of one unit for conditional execution (section 3.2), in the order of their addresses. Each has a row
/// in group_registers.hpp. The sheet calls them A1 A2 D1 D2 X1 X2 C1 C2 ACC HIT MAX AM; it explains A1, D1 and C1 only,
/// the names of the others are readings of these letters.
enum class SnoopRegister : unsigned char {
  address_1,
  address_2,
  data_1,
  data_2,
  count_1,
  count_2,
  control_1,
  control_2,
  accumulator,
  hits,
  maximum,
  maximum_address,
  last = maximum_address,
};
inline constexpr int registers_per_snoop_unit = static_cast<int>(SnoopRegister::last) + 1;
inline constexpr int snoop_units = 2;
inline constexpr int snoop_registers = registers_per_snoop_unit * snoop_units;

/// The number of a register of a unit among those of all units.
constexpr int snoop_number(int unit, SnoopRegister r) { return unit * registers_per_snoop_unit + static_cast<int>(r); }

/// The number of a register on a part. Of GroupRegister::snoop it is that of the first of several.
template <class Key>
struct RegisterNumber {
  static constexpr int absent = -1;

  Key key{};
  int number = absent;

  constexpr bool exists() const { return number != absent; }
};

/// The numbers of a part's layer registers, one row for each enumerator. A part names those that it has, in order.
struct LayerRegisterNumbers {
  RegisterNumber<LayerRegister> rows[layer_registers]{};
  bool ordered = true;  ///< the rows that were given follow the enumerators

  constexpr LayerRegisterNumbers(const RegisterNumber<LayerRegister> (&given)[layer_registers]) {
    for (int i = 0; i < layer_registers; ++i) rows[i].key = static_cast<LayerRegister>(i);
    int next = 0;
    for (const auto& [key, number] : given) {
      if (number < 0) continue;
      const int place = static_cast<int>(key);
      ordered = ordered && place >= next;
      next = place + 1;
      rows[place].number = number;
    }
  }
  constexpr int operator[](LayerRegister r) const { return rows[static_cast<int>(r)].number; }
  constexpr const RegisterNumber<LayerRegister>* begin() const { return rows; }
  constexpr const RegisterNumber<LayerRegister>* end() const { return rows + layer_registers; }
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
  /// columns behind those of all earlier layers; biases in the order of the layers, and none for the unused lanes in
  /// front of an output map; equal parameters are stored once for every layer that has them
  stack,
};

/// Registers that the vendor's tool writes zeros to where it is asked to clear unused layers: options
/// clear_unused_layers and vendor_stream together.
enum class ClearedLayers : unsigned char {
  last,    ///< of the last layer that was configured
  unused,  ///< of the layers behind the last one; with repetitions also of those that repeat the others
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

/// Registers of a unit for conditional execution as the vendor's tests and tool write them. No public source explains
/// all of their bits. 0 on parts without such units.
struct SnoopWords {
  std::uint32_t exit_control_1, exit_control_2;      ///< where an early exit is tested
  std::uint32_t repeat_control_1, repeat_control_2;  ///< where the last layer repeats
  std::uint32_t repeat_count;                        ///< count 1 there, computed in stages …
  std::uint32_t repeat_count_unpipelined;            ///< … and not
  std::uint32_t known_control_1[5];                  ///< without bits 2:0; the first one compares a word …
  std::uint32_t known_control_2[3];                  ///< … and what the vendor writes with them
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
  Text die;  ///< that it is made of: the vendor's tools call chips by the number of theirs

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
  int max_operands;
  int max_operands_pool_last;
  int max_pool_passes;    ///< input passes of a layer that pools, without weights, to more than one pixel
  unsigned pool_sizes;    ///< rows or columns of pooling windows that there are, one bit each …
  unsigned pool_strides;  ///< … and their strides
  bool pools_one_axis;    ///< windows may be one row of several columns, or one column
  int column_rows;        ///< values of a Conv1d in a row of the 2-D kernel that computes it; 1: there are 1-D kernels
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
  bool any_next_layer;  ///< layers may be executed in another order than their numbers
  /// true: layers that stream may have a bias; false: the chip skips the first value of their bias
  bool streaming_bias;
  bool streaming_passthrough;         ///< layers without weights may stream
  bool streaming_last_unpadded;       ///< the last layer that streams needs no padding
  bool padded_conv1d_passes;          ///< a Conv1d with padding may read several passes
  bool elementwise_convolution_bias;  ///< a bias behind an element-wise operation and a convolution in one layer
  bool operands_as_rows;              ///< with several operands and several passes, the passes count as rows
  bool resets_before_average;         ///< average pooling behind an element-wise layer needs a layer that resets it
  bool start_keeps_wait_states;       ///< the vendor's start sets the wait states that were chosen
  bool flatten_biases_first;          ///< layers that flatten choose their place in the bias memories first
  int power_up_milliseconds;          ///< that the groups' load switches take
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
  std::uint32_t apb_base;       ///< address of the peripheral bus that all but the fast FIFO is on
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
  LayerRegisterNumbers layer_register_numbers;
  int last_layer_register;  ///< highest number, reserved ones included
  RegisterNumber<GroupRegister> group_register_numbers[group_registers];
  std::uint32_t sram_control;       ///< value of the SRAM control register; no public source explains its bits
  std::uint32_t mlator_port;        ///< offset from a group's registers to the byte swapper's data
  std::uint32_t fifo_base;          ///< FIFO registers: control, status, data of FIFO 0 to 3
  std::uint32_t fast_fifo_base;     ///< fast FIFO registers: control, status, two for interrupts, data
  std::uint32_t always_on_control;  ///< address of the AON control register; 0: there is none
  MemoryTest memory_tests[memory_kinds];
  RegisterTest register_test;
  SnoopWords snoop_words;
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
    return layer_register(group, layer_register_numbers[r], layer);
  }
  constexpr bool has(LayerRegister r) const { return layer_register_numbers[r] >= 0; }
  constexpr bool has(GroupRegister r) const { return row_of(group_register_numbers, r).exists(); }
  /// How many layers have the register with a number: on some parts only those that stream have its streaming
  /// registers.
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
  constexpr std::uint32_t fifo_status() const { return fifo_base + 4; }
  constexpr std::uint32_t fifo_data(int fifo) const { return fifo_base + 8 + 4 * static_cast<std::uint32_t>(fifo); }
  constexpr std::uint32_t fast_fifo_status() const { return fast_fifo_base + 4; }
  constexpr std::uint32_t fast_fifo_interrupts() const { return fast_fifo_base + 8; }
  constexpr std::uint32_t fast_fifo_data() const { return fast_fifo_base + 16; }
  /// Address of byte `offset` in the data memory instance that processor `p` shares.
  constexpr std::uint32_t data_address(int processor, int offset) const {
    return data.address(processor / processors_per_group, processor % processors_per_group / processors_per_instance) +
           static_cast<std::uint32_t>(offset);
  }
  constexpr std::uint32_t weight_address(int processor, int column) const {
    return weights.address(processor / processors_per_group, processor % processors_per_group) +
           16 * static_cast<std::uint32_t>(column);
  }
  /// True if the tables name registers and memories in order, and facts that are given twice agree.
  constexpr bool is_complete() const {
    return layer_register_numbers.ordered && incuse::is_complete(group_register_numbers, GroupRegister::last) &&
           incuse::is_complete(memory_tests, MemoryKind::last) && max_write_gap + 1 == 1 << fields.write_step_width;
  }
};

/// Bytes that a part has for weights: parts are compared by it.
constexpr long long weight_room(const Device& device) { return device.weight_bytes; }

/// The device with its peripheral bus at another address, as in a simulation of the whole system. The fast FIFO is not
/// on that bus, and stays. For a Deployment: `inline constexpr auto mine = with_apb_base(max78000, 0x4000'0000);`.
constexpr Device with_apb_base(Device device, std::uint32_t base) {
  std::uint32_t* const on_bus[] = {&device.data.base,        &device.weights.base,   &device.bias.base,
                                   &device.row_caches.base,  &device.registers.base, &device.fifo_base,
                                   &device.always_on_control};
  for (std::uint32_t* const address : on_bus)
    if (*address != 0) *address += base - device.apb_base;  // 0: the part does not have it
  device.apb_base = base;
  return device;
}

}  // namespace incuse::max7800x
