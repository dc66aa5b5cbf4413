// What a firmware links of the driver; the header of the network is included on the command line. `BASE`: where the
// accelerator lies; a piece of RAM where the instructions are counted.
#include <incuse/max7800x/driver.hpp>

namespace {

using Bus = incuse::max7800x::MemoryMappedBus<BASE>;
using Tables = incuse::max7800x::detail::DriverTables<net::Chip>;
Bus bus;

}  // namespace

extern "C" {

extern const std::uint32_t* const weight_table;
const std::uint32_t* const weight_table = net::Chip::tables::weights.weights;

void driver_init() { Tables::replay(bus, Tables::init); }
void driver_configure() { Tables::replay(bus, Tables::configure); }
void driver_start() { Tables::replay(bus, Tables::start); }
void driver_load_weights() {
  incuse::max7800x::detail::load_weight_records<true>(bus, net::Chip::tables::weights.weights);
}
}
