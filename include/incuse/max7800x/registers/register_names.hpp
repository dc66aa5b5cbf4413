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
  GroupRegister group_register{};                    ///< … or which one of the group …
  int number = 0;                                    ///< … and of GroupRegister::snoop the number among its registers
};

/// The register of an address of 32 bits; without a description if there is none.
constexpr RegisterAt register_at(const Device& device, std::uint32_t address) {
  if (address % 4 != 0) return {};
  if (address != 0 && address == device.fifo_base) return {&fifo_control_description, -1, -1, {}, {}};
  if (address != 0 && address == device.fast_fifo_base) return {&fast_fifo_control_description, -1, -1, {}, {}};
  if (address != 0 && address == device.always_on_control) return {&always_on_control_description, -1, -1, {}, {}};
  for (int g = 0; g < groups; ++g) {
    for (const GroupRegisterRow& row : group_register_rows) {
      const std::uint32_t behind = (address - device.group_register(g, row.key)) / 4;
      if (!device.has(row.key)) continue;
      if (row.key == GroupRegister::snoop && behind < snoop_registers)
        return {&snoop_register_rows[behind % registers_per_snoop_unit].description,
                g,
                -1,
                {},
                row.key,
                static_cast<int>(behind)};
      if (behind == 0) return {&row.description, g, -1, {}, row.key, 0};
    }
    for (const auto& [r, number] : device.layer_register_numbers) {
      if (number < 0) continue;
      const std::uint32_t offset = address - device.layer_register(g, number, 0);
      const std::uint32_t stride = device.layer_register(g, number, 1) - device.layer_register(g, number, 0);
      const std::uint32_t layer = offset / stride;
      if (offset % stride == 0 && layer < static_cast<std::uint32_t>(device.layers_with(number)))
        return {&description_of(r), g, static_cast<int>(layer), r, {}};
    }
  }
  return {};
}

}  // namespace incuse::max7800x
