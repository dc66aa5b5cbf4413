// A deployment and a bus for tests of the driver's order.
#pragma once

#include <utility>

#include <incuse/max7800x/driver.hpp>

using namespace incuse;
using namespace incuse::max7800x;

struct AnyNet : Network<Input<1, 4, 4>, Conv2d<4, kernel<3>, pad<1>>> {};
struct AnyTrained {
  static constexpr LayerParameters layers[] = {{.weight = {"123456789abcdefghiABCDEFGHI987654321", 4, 1, 3, 3}}};
};
using Chip = Deployment<AnyNet, max78000, AnyTrained>;
using Bus = MemoryMappedBus<>;
inline Bus bus;

template <State At>
using Handle = Accelerator<Chip, Bus, NoBoard, At>;
