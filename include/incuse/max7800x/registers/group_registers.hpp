// The registers that exist once per group, and those that exist once: names and fields.
// Source: register sheet (max7800x-registers), sections 2 and 4; device sheet, section 3.2.
#pragma once

#include <incuse/max7800x/registers/fields.hpp>

namespace incuse::max7800x {

namespace control {
inline constexpr Field enable{"enable", 0, 1}, ready_selection{"ready selection", 1, 2},
    clock_enable{"clock enable", 3, &FieldPlaces::clock_enable_width}, external_ready{"external ready", 4, 1},
    unpipelined{"no pipeline", 5, &FieldPlaces::bit_of_later_parts},
    channels_first{"CHW streaming", 6, &FieldPlaces::bit_of_later_parts},
    snooping{"snooping", 7, &FieldPlaces::bit_of_later_parts},
    single_steps{"single steps", 8, &FieldPlaces::bit_of_later_parts}, master_group{"master group", 9, 2},
    external_sync{"external sync", 11, 1}, complete{"complete", 12, 1}, pool_rounding{"pool rounding", 13, 1},
    streaming{"streaming", 14, 1}, fifo{"FIFO", 15, 1}, mlator_load{"MLATOR load", 16, 1},
    mlator_byte{"MLATOR byte", 17, 2}, fifo_streaming{"FIFO streaming", 19, 1},
    express{"express weight loading", 20, 1}, simple_1bit{"simple 1-bit", 21, 1}, fast_fifo{"fast FIFO", 22, 1},
    fifo_group{"FIFO group", 23, 1}, binary{"binary weights", 30, &FieldPlaces::bit_of_later_parts},
    fan_out{"quad fan-out", 31, 1};
inline constexpr Field fields[] = {enable,         ready_selection, clock_enable, external_ready, unpipelined,
                                   channels_first, snooping,        single_steps, master_group,   external_sync,
                                   complete,       pool_rounding,   streaming,    fifo,           mlator_load,
                                   mlator_byte,    fifo_streaming,  express,      simple_1bit,    fast_fifo,
                                   fifo_group,     binary,          fan_out};
}  // namespace control

namespace input_frame_size {
inline constexpr Field words{"words", 0, &FieldPlaces::frame_size_width};
inline constexpr Field fields[] = {words};
}  // namespace input_frame_size

namespace always_on {
inline constexpr Field ready_selection{"ready selection", 0, 2}, powered_down{"groups without power", 12, 4};
inline constexpr Field fields[] = {ready_selection, powered_down};
}  // namespace always_on

namespace fast_fifo_control {
inline constexpr Field almost_full{"almost full level", 4, 28};
inline constexpr Field fields[] = {almost_full};
}  // namespace fast_fifo_control

namespace fifo_control {
inline constexpr Field ready_selection{"ready selection", 0, 2}, almost_empty{"almost empty level", 2, 5},
    almost_full{"almost full level", 7, 4}, complete{"complete on last layer", 11, &FieldPlaces::complete_width},
    enable{"FIFOs enabled", 12, 4};
inline constexpr Field fields[] = {ready_selection, almost_empty, almost_full, complete, enable};
}  // namespace fifo_control

/// A register of a group.
struct GroupRegisterRow {
  GroupRegister key;
  RegisterDescription description;
};
inline constexpr GroupRegisterRow group_register_rows[] = {
    {GroupRegister::control, {"control", control::fields}},
    {GroupRegister::sram_control, {"SRAM control"}},
    {GroupRegister::layer_count, {"layer count"}},
    {GroupRegister::sram_test, {"SRAM test"}},
    {GroupRegister::input_frame_size, {"input frame size", input_frame_size::fields}},
    {GroupRegister::snoop, {"snoop"}},
};
static_assert(is_complete(group_register_rows, GroupRegister::last));

inline constexpr RegisterDescription fifo_control_description{"FIFO control", fifo_control::fields};
inline constexpr RegisterDescription fast_fifo_control_description{"fast FIFO control", fast_fifo_control::fields};
inline constexpr RegisterDescription always_on_control_description{"AON control", always_on::fields};

}  // namespace incuse::max7800x
