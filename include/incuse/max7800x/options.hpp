// Options of a deployment: what the chip is told beyond the network itself.
#pragma once

namespace incuse::max7800x {

/// Typed counterpart of the vendor tool's flags. Source: max7800x-network-description, section 7.
struct Options {
  bool average_pool_rounding = false;  ///< round half away from zero instead of truncating
  bool express_weights = true;         ///< load 9-byte kernels packed, instead of four words each
  bool write_zero_registers = false;   ///< also write registers whose value is 0
};

/// The same as types, for `Deployment<Net, max78000, parameters, average_pool_rounding>`.
struct average_pool_rounding {
  static constexpr void apply(Options& options) { options.average_pool_rounding = true; }
};
struct plain_weights {
  static constexpr void apply(Options& options) { options.express_weights = false; }
};
struct write_zero_registers {
  static constexpr void apply(Options& options) { options.write_zero_registers = true; }
};

template <class... Types>
constexpr Options options_of() {
  Options options;
  (Types::apply(options), ...);
  return options;
}

}  // namespace incuse::max7800x
