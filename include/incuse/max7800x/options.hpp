// Options of a deployment: what the chip is told beyond the network itself.
#pragma once

namespace incuse::max7800x {

/// Typed counterpart of the vendor tool's flags. Source: max7800x-network-description, section 7.
struct Options {
  bool average_pool_rounding = false;  ///< round half away from zero instead of truncating
  bool express_weights = true;         ///< load 9-byte kernels packed, instead of four words each
  bool write_zero_registers = false;   ///< also write registers whose value is 0
};

}  // namespace incuse::max7800x
