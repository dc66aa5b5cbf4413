// Which register lies at an address.
#pragma once

#include <incuse/max7800x/registers/group_registers.hpp>
#include <incuse/max7800x/registers/layer_registers.hpp>

namespace incuse::max7800x {

/// A register found by its address.
struct RegisterAt {
  const RegisterDescription* description = nullptr;  ///< null: no register of the accelerator has this address
  int group = -1;                                    ///< -1: a register that exists once
  int layer = -1;                                    ///< -1: a register of the whole group
  LayerRegister layer_register{};                    ///< which one, if `layer` is not -1 …
  GroupRegister group_register{};                    ///< … or which one of the group
};

/// The register of an address of 32 bits; without a description if there is none.
constexpr RegisterAt register_at(const Device& device, std::uint32_t address) {
  if (address == device.fifo_base) return {&fifo_control_description, -1, -1, {}, {}};
  if (address == device.fast_fifo_base) return {&fast_fifo_control_description, -1, -1, {}, {}};
  if (address == device.always_on_control) return {&always_on_control_description, -1, -1, {}, {}};
  for (int g = 0; g < groups; ++g) {
    for (const GroupRegisterRow& row : group_register_rows)
      if (device.group_register(g, row.key) == address) return {&row.description, g, -1, {}, row.key};
    for (const auto& [r, number] : device.layer_register_numbers)
      for (int layer = 0; layer < device.max_layers; ++layer)
        if (device.layer_register(g, number, layer) == address) return {&description_of(r), g, layer, r, {}};
  }
  return {};
}

}  // namespace incuse::max7800x
