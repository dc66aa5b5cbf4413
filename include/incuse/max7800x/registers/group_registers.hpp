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

namespace layer_count {
inline constexpr Field last{"last layer", 0, 8}, first{"first layer", 8, 8};
inline constexpr Field fields[] = {last, first};
}  // namespace layer_count

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
    {GroupRegister::layer_count, {"layer count", layer_count::fields}},
    {GroupRegister::sram_test, {"SRAM test"}},
    {GroupRegister::input_frame_size, {"input frame size", input_frame_size::fields}},
    {GroupRegister::snoop, {"snoop"}},
};
static_assert(is_complete(group_register_rows, GroupRegister::last));

/// Where the word lies that a unit for conditional execution looks at (datapath sheet, section 8).
namespace snoop_address {
inline constexpr Field pointer{"pointer", 0, 21}, in_data_memory{"in data memory", 21, 1}, unexplained{"other", 22, 10};
inline constexpr Field fields[] = {pointer, in_data_memory, unexplained};
}  // namespace snoop_address

/// What a unit does when it has found its word (datapath sheet, section 8). No public source explains the upper bits.
namespace snoop_control {
inline constexpr Field on{"on", 0, 1}, on_hit{"on a hit", 1, 2}, unexplained{"other", 3, 29};
inline constexpr Field fields[] = {on, on_hit, unexplained};
inline constexpr std::uint32_t stops = 1, jumps = 2;  ///< values of `on_hit`: no further layer, the next layer register
}  // namespace snoop_control

/// A register of a unit for conditional execution. All are printed with the name of their block.
struct SnoopRegisterRow {
  SnoopRegister key;
  RegisterDescription description;
};
inline constexpr Text snoop_name = row_of(group_register_rows, GroupRegister::snoop).description.name;
inline constexpr SnoopRegisterRow snoop_register_rows[] = {
    {SnoopRegister::address_1, {snoop_name, snoop_address::fields}},
    {SnoopRegister::address_2, {snoop_name, snoop_address::fields}},
    {SnoopRegister::data_1, {snoop_name}},
    {SnoopRegister::data_2, {snoop_name}},
    {SnoopRegister::count_1, {snoop_name}},
    {SnoopRegister::count_2, {snoop_name}},
    {SnoopRegister::control_1, {snoop_name, snoop_control::fields}},
    {SnoopRegister::control_2, {snoop_name}},
    {SnoopRegister::accumulator, {snoop_name}},
    {SnoopRegister::hits, {snoop_name}},
    {SnoopRegister::maximum, {snoop_name}},
    {SnoopRegister::maximum_address, {snoop_name}},
};
static_assert(is_complete(snoop_register_rows, SnoopRegister::last));

inline constexpr RegisterDescription fifo_control_description{"FIFO control", fifo_control::fields};
inline constexpr RegisterDescription fast_fifo_control_description{"fast FIFO control", fast_fifo_control::fields};
inline constexpr RegisterDescription always_on_control_description{"AON control", always_on::fields};

}  // namespace incuse::max7800x
