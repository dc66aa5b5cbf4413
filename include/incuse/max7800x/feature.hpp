// Features that only some chips of the family have.
#pragma once

#include <incuse/core/keyed_table.hpp>
#include <incuse/core/text.hpp>

namespace incuse::max7800x {

/// Things that only some chips of the family can do. Asking a chip for one that it does not have is an error.
enum class Feature : unsigned char {
  pipeline,          ///< computing in stages
  pll,               ///< a clock from the PLL
  full_speed,        ///< the full clock already while weights are loaded
  parallel_outputs,  ///< four output channels at a time ("calcx4")
  read_ahead,        ///< reading the next input while computing
  linked_layers,     ///< layers that name their successor
  single_steps,      ///< stopping after every layer ("one-shot")
  early_start,       ///< starting before the first word is in the FIFO ("FIFO go")
  snooping,          ///< conditional execution
  last = snooping,
};
struct FeatureName {
  Feature key;
  Text name;
};
inline constexpr FeatureName feature_names[] = {
    {Feature::pipeline, "pipeline"},         {Feature::pll, "PLL"},
    {Feature::full_speed, "full speed"},     {Feature::parallel_outputs, "parallel outputs"},
    {Feature::read_ahead, "read-ahead"},     {Feature::linked_layers, "linked layers"},
    {Feature::single_steps, "single steps"}, {Feature::early_start, "early start"},
    {Feature::snooping, "snooping"},
};
static_assert(is_complete(feature_names, Feature::last));
/// The bit of a feature in Options::features and Device::features.
constexpr unsigned bit_of(Feature feature) { return 1u << static_cast<int>(feature); }
inline constexpr unsigned all_features = 2 * bit_of(Feature::last) - 1;

}  // namespace incuse::max7800x
