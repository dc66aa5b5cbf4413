// The bit fields of the registers, described once: encoding, range checks and printing all walk the same tables.
// Source: register sheet (max7800x-registers), sections 2 to 4; device sheet, section 2.3 for the widths.
#pragma once

#include <cstdint>

#include <incuse/core/text.hpp>
#include <incuse/max7800x/device.hpp>

namespace incuse::max7800x {

/// Bits [low + width - 1 : low] of a register.
struct Field {
  Text name;
  int low;
  int width;

  constexpr std::uint32_t mask() const { return (width == 32 ? ~0u : (1u << width) - 1u) << low; }
  constexpr std::uint32_t of(std::uint32_t word) const { return (word & mask()) >> low; }
  constexpr bool holds(long long value) const { return value >= 0 && (value >> width) == 0; }
};

/// A register word under construction. Values that do not fit their field are cut off; the first of them is remembered.
struct Word {
  std::uint32_t bits = 0;
  const Field* overflowed = nullptr;  ///< field of the first value that did not fit
  long long refused = 0;              ///< the value that did not fit

  constexpr Word& set(const Field& field, long long value) {
    if (!field.holds(value) && overflowed == nullptr) {
      overflowed = &field;
      refused = value;
    }
    bits |= static_cast<std::uint32_t>(value) << field.low & field.mask();
    return *this;
  }
  constexpr Word& set_if(bool condition, const Field& field) { return condition ? set(field, 1) : *this; }
};

// One namespace per register: its fields, and the table of them. Fields with "- 1" in their name hold a number less
// one.

namespace rows_register {
inline constexpr Field count{"count", 0, 10}, padding{"pad", 16, 2};
inline constexpr Field fields[] = {count, padding};
}  // namespace rows_register

namespace pooling_register {
inline constexpr Field size{"size - 1", 0, 4};
inline constexpr Field fields[] = {size};
}  // namespace pooling_register

namespace stride_register {
inline constexpr Field step{"stride - 1", 0, 4};
inline constexpr Field fields[] = {step};
}  // namespace stride_register

namespace pointer_register {
inline constexpr Field pointer{"pointer", 0, 17};
inline constexpr Field fields[] = {pointer};
}  // namespace pointer_register

namespace layer_control {
inline constexpr Field always{"always 1", 5, 1}, channels_first{"CHW input", 6, 1}, pools{"pooling", 7, 1},
    maximum{"maximum pooling", 8, 1}, relu{"ReLU", 9, 1}, network_output{"network-wide output", 11, 1},
    other_groups{"other groups", 12, 4}, wide{"32-bit output", 16, 1};
inline constexpr Field fields[] = {always, channels_first, pools, maximum, relu, network_output, other_groups, wide};
}  // namespace layer_control

namespace layer_control_2 {
inline constexpr Field in_expansion{"input passes - 1", 0, 4}, write_stride{"write stride - 1", 4, 4},
    output_channels{"output channels", 8, 12};
inline constexpr Field fields[] = {in_expansion, write_stride, output_channels};
}  // namespace layer_control_2

namespace mask_register {
inline constexpr Field end{"last kernel", 0, 16}, start{"first kernel", 16, 16};
inline constexpr Field fields[] = {end, start};
}  // namespace mask_register

namespace one_dimensional {
inline constexpr Field time_slots{"time slots - 1", 0, 4}, start_tap{"start tap", 4, 4}, one_by_one{"1x1", 8, 1},
    length{"1-D kernel length", 8, 4}, enable{"1-D", 12, 1}, elementwise{"element-wise", 13, 1},
    function{"function", 14, 2}, pool_first{"pool first", 16, 1}, convolves{"element-wise before convolution", 17, 1},
    operands{"operands - 1", 18, 4};
inline constexpr Field fields[] = {time_slots, start_tap,  length,    enable,  elementwise,
                                   function,   pool_first, convolves, operands};
}  // namespace one_dimensional

namespace tram_register {
inline constexpr Field end{"end", 0, 16}, start{"start", 16, 16};
inline constexpr Field fields[] = {end, start};
}  // namespace tram_register

namespace post_processing {
inline constexpr Field bias_pointer{"bias pointer", 0, 12}, bias_enable{"bias enable", 12, 1}, shift{"shift", 13, 4},
    shift_right{"shift right", 17, 1}, flatten_high{"flatten count", 18, 4}, weight_width{"weight width", 22, 2},
    mode{"pass-through mode", 24, 2}, abs{"Abs", 26, 1}, flatten{"flatten", 27, 1}, transposed{"transposed", 28, 1},
    tcalc{"passes in fours", 31, 1};
inline constexpr Field fields[] = {bias_pointer, bias_enable, shift,   shift_right, flatten_high, weight_width,
                                   mode,         abs,         flatten, transposed,  tcalc};
}  // namespace post_processing

namespace enables_register {
inline constexpr Field processors{"processors", 0, 16}, weights{"weights", 16, 16};
inline constexpr Field fields[] = {processors, weights};
}  // namespace enables_register

namespace stream_start {
inline constexpr Field start{"start", 0, 14};
inline constexpr Field fields[] = {start};
}  // namespace stream_start

namespace stream_delta {
inline constexpr Field invol{"input volume", 0, 4}, delta1{"delta 1", 4, 5}, delta2{"delta 2", 16, 12};
inline constexpr Field fields[] = {invol, delta1, delta2};
}  // namespace stream_delta

namespace rollover_register {
inline constexpr Field frame{"frame buffer", 0, 17};
inline constexpr Field fields[] = {frame};
}  // namespace rollover_register

namespace control {
inline constexpr Field enable{"enable", 0, 1}, ready_selection{"ready selection", 1, 2},
    clock_enable{"clock enable", 3, 1}, external_ready{"external ready", 4, 1}, master_group{"master group", 9, 2},
    external_sync{"external sync", 11, 1}, complete{"complete", 12, 1}, pool_rounding{"pool rounding", 13, 1},
    streaming{"streaming", 14, 1}, fifo{"FIFO", 15, 1}, mlator_load{"MLATOR load", 16, 1},
    mlator_byte{"MLATOR byte", 17, 2}, fifo_streaming{"FIFO streaming", 19, 1},
    express{"express weight loading", 20, 1}, simple_1bit{"simple 1-bit", 21, 1}, fast_fifo{"fast FIFO", 22, 1},
    fifo_group{"FIFO group", 23, 1}, fan_out{"quad fan-out", 31, 1};
inline constexpr Field fields[] = {enable,        ready_selection, clock_enable,   external_ready, master_group,
                                   external_sync, complete,        pool_rounding,  streaming,      fifo,
                                   mlator_load,   mlator_byte,     fifo_streaming, express,        simple_1bit,
                                   fast_fifo,     fifo_group,      fan_out};
}  // namespace control

namespace fifo_control {
inline constexpr Field ready_selection{"ready selection", 0, 2}, almost_empty{"almost empty level", 2, 5},
    almost_full{"almost full level", 7, 4}, complete{"complete on last layer", 11, 1}, enable{"FIFOs enabled", 12, 4};
inline constexpr Field fields[] = {ready_selection, almost_empty, almost_full, complete, enable};
}  // namespace fifo_control

/// Name and fields of a register, for printing.
struct RegisterDescription {
  Text name;
  const Field* fields = nullptr;
  int count = 0;

  constexpr RegisterDescription(Text register_name) : name(register_name) {}
  template <int N>
  constexpr RegisterDescription(Text register_name, const Field (&table)[N])
      : name(register_name), fields(table), count(N) {}

  /// Bits that a field covers; all where no fields are described.
  constexpr std::uint32_t known_bits() const {
    std::uint32_t bits = count == 0 ? ~0u : 0;
    for (int i = 0; i < count; ++i) bits |= fields[i].mask();
    return bits;
  }
};

/// Descriptions in the order of LayerRegister.
inline constexpr RegisterDescription layer_register_descriptions[layer_registers] = {
    {"rows", rows_register::fields},
    {"columns", rows_register::fields},
    {"1D", one_dimensional::fields},
    {"pooling rows", pooling_register::fields},
    {"pooling columns", pooling_register::fields},
    {"stride", stride_register::fields},
    {"write pointer", pointer_register::fields},
    {"write pointer time slot offset", pointer_register::fields},
    {"write pointer mask offset", pointer_register::fields},
    {"write pointer multi-pass channel offset", pointer_register::fields},
    {"read pointer", pointer_register::fields},
    {"layer control", layer_control::fields},
    {"layer control 2", layer_control_2::fields},
    {"mask offset and count", mask_register::fields},
    {"TRAM pointer max", tram_register::fields},
    {"mask and processor enables", enables_register::fields},
    {"post processing", post_processing::fields},
    {"stream processing start", stream_start::fields},
    {"stream processing delta", stream_delta::fields},
    {"rollover", rollover_register::fields},
};

/// Descriptions in the order of GroupRegister.
inline constexpr RegisterDescription group_register_descriptions[group_registers] = {
    {"control", control::fields}, {"SRAM control"}, {"layer count"}, {"SRAM test"}, {"input frame size"}};

inline constexpr RegisterDescription fifo_control_description{"FIFO control", fifo_control::fields};
inline constexpr RegisterDescription fast_fifo_control_description{"fast FIFO control"};
inline constexpr RegisterDescription always_on_control_description{"AON control"};

/// A register found by its address.
struct RegisterAt {
  const RegisterDescription* description = nullptr;  ///< null: no register of the accelerator has this address
  int group = -1;                                    ///< -1: a register that exists once
  int layer = -1;                                    ///< -1: a register of the whole group
};

/// The register of an address of 32 bits; without a description if there is none.
constexpr RegisterAt register_at(const Device& device, std::uint32_t address) {
  if (address == device.fifo_base) return {&fifo_control_description, -1, -1};
  if (address == device.fast_fifo_base) return {&fast_fifo_control_description, -1, -1};
  if (address == device.always_on_control) return {&always_on_control_description, -1, -1};
  for (int g = 0; g < groups; ++g) {
    for (int r = 0; r < group_registers; ++r)
      if (device.group_register(g, static_cast<GroupRegister>(r)) == address)
        return {&group_register_descriptions[r], g, -1};
    for (int r = 0; r < layer_registers; ++r)
      for (int layer = 0; layer < device.max_layers; ++layer)
        if (device.layer_register(g, static_cast<LayerRegister>(r), layer) == address)
          return {&layer_register_descriptions[r], g, layer};
  }
  return {};
}

}  // namespace incuse::max7800x
