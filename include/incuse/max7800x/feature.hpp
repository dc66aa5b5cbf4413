// Features that only some chips of the family have.
#pragma once

#include <incuse/core/keyed_table.hpp>
#include <incuse/core/text.hpp>

namespace incuse::max7800x {

/// Things that only some chips of the family can do. Asking a chip for one that it does not have is an error.
enum class Feature : unsigned char {
  // Asked for by name.
  pipeline,          ///< computing in stages
  pll,               ///< a clock from the PLL
  full_speed,        ///< the full clock already while weights are loaded
  parallel_outputs,  ///< four output channels at a time ("calcx4")
  read_ahead,        ///< reading the next input while computing
  linked_layers,     ///< layers that name their successor
  single_steps,      ///< stopping after every layer ("one-shot")
  early_start,       ///< starting before the first word is in the FIFO ("FIFO go")
  snooping,          ///< conditional execution
  // Asked for by other options.
  fifo,            ///< input through FIFOs
  byte_swapper,    ///< the byte swapper ("MLATOR")
  memory_tests,    ///< the test that clears the memories
  pool_rounding,   ///< average pooling that rounds
  simple_1bit,     ///< the other encoding of 1-bit weights
  power_down,      ///< switching groups off
  external_ready,  ///< waiting for an external signal
  risc_v,          ///< a RISC-V core
  // Asked for by layers.
  passthrough,     ///< layers without weights that only pool or copy
  elementwise,     ///< operations on several tensors
  linear,          ///< linear layers, also behind a flattened map
  one_by_one,      ///< 1x1 kernels of Conv2d
  transposed,      ///< transposed convolution
  dilation,        ///< dilated convolution
  narrow_weights,  ///< weights of fewer than 8 bits
  wide_output,     ///< 32-bit output
  absolute,        ///< Abs as an activation
  read_gap,        ///< passing over words between two words of the input
  // What the loader can do: the driver's choice.
  express,  ///< weights that are loaded packed
  last = express,
};
struct FeatureName {
  Feature key;
  Text name;
  Text instead{};  ///< what a network does without it; empty: it leaves the option out
};
inline constexpr FeatureName feature_names[] = {
    {Feature::pipeline, "pipeline"},
    {Feature::pll, "PLL"},
    {Feature::full_speed, "full speed"},
    {Feature::parallel_outputs, "parallel outputs"},
    {Feature::read_ahead, "read-ahead"},
    {Feature::linked_layers, "linked layers"},
    {Feature::single_steps, "single steps"},
    {Feature::early_start, "early start"},
    {Feature::snooping, "snooping"},
    {Feature::fifo, "FIFOs"},
    {Feature::byte_swapper, "byte swapper"},
    {Feature::memory_tests, "memory tests"},
    {Feature::pool_rounding, "rounded means"},
    {Feature::simple_1bit, "simple 1-bit weights"},
    {Feature::power_down, "groups without power"},
    {Feature::external_ready, "external signal"},
    {Feature::risc_v, "RISC-V core"},
    {Feature::passthrough, "layers without weights", "pool in one layer with the convolution behind"},
    {Feature::elementwise, "element-wise operations", "concatenate the tensors, and let a convolution combine them"},
    {Feature::linear, "linear layers", "let the program compute the last layer"},
    {Feature::one_by_one, "1x1 kernels", "use 3x3 kernels with pad<1>"},
    {Feature::transposed, "transposed convolution", "keep the size, with ordinary convolutions"},
    {Feature::dilation, "dilated convolution", "use dilation 1"},
    {Feature::narrow_weights, "narrow weights", "use weights of 8 bits"},
    {Feature::wide_output, "32-bit output", "use 8-bit output"},
    {Feature::absolute, "Abs", "use ReLU, or no activation"},
    {Feature::read_gap, "read gap"},
    {Feature::express, "packed weights"},
};
static_assert(is_complete(feature_names, Feature::last));
/// The bit of a feature in Options::features and Device::features.
constexpr unsigned bit_of(Feature feature) { return 1u << static_cast<int>(feature); }
inline constexpr unsigned all_features = 2 * bit_of(Feature::last) - 1;

}  // namespace incuse::max7800x
