// Options of a deployment: what the chip is told beyond the network itself.
#pragma once

namespace incuse::max7800x {

/// How the input reaches the accelerator: written to the data memories before the start, or pushed through FIFOs.
enum class InputPath : unsigned char { data_memory, fifo, fast_fifo };

/// Typed counterpart of the vendor tool's flags. Source: max7800x-network-description, section 7.
struct Options {
  bool average_pool_rounding = false;  ///< round half away from zero instead of truncating
  bool express_weights = true;         ///< load 9-byte kernels packed, instead of four words each
  bool write_zero_registers = false;   ///< also write registers whose value is 0
  InputPath input_path = InputPath::data_memory;
  int stream_start_margin = 2;   ///< words that a streaming layer waits for beyond what it needs
  int stream_delta1_margin = 0;  ///< the same between columns …
  int stream_delta2_margin = 0;  ///< … and rows

  bool overlap_data = false;     ///< a layer's output may follow its input through the same memory, at a safe distance

  constexpr bool uses_fifo() const { return input_path != InputPath::data_memory; }
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
struct fifo_input {
  static constexpr void apply(Options& options) { options.input_path = InputPath::fifo; }
};
struct fast_fifo_input {
  static constexpr void apply(Options& options) { options.input_path = InputPath::fast_fifo; }
};
struct overlap_data {
  static constexpr void apply(Options& options) { options.overlap_data = true; }
};

template <class... Types>
constexpr Options options_of() {
  Options options;
  (Types::apply(options), ...);
  return options;
}

}  // namespace incuse::max7800x
