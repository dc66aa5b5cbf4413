// Placement by hand, as a layer can be given it: facts of the MAX7800x family, whose processors and data memories an
// author may choose. The model language only hands them on; other families refuse them.
#pragma once

#include <incuse/core/processors.hpp>

namespace incuse {

/// Placement by hand; what is not given is left to the planner.
struct Placement {
  static constexpr int not_given = -1;

  ProcessorMap processors = 0;         ///< processors that read the input; 0: not given
  ProcessorMap output_processors = 0;  ///< processors whose memories receive the output; 0: not given
  int in_offset = not_given;           ///< byte offset of the input in its data memory instances
  int out_offset = not_given;          ///< byte offset of the output
  int write_gap = 0;                   ///< words left free between two output words
  unsigned bias_groups = 0;            ///< groups that may hold the bias, one bit each; 0: any
  bool tcalc = false;                  ///< count passes in fours, for chips that read ahead; no result depends on it

  constexpr bool given() const { return processors != 0; }
  constexpr bool anything_given() const {
    return processors != 0 || output_processors != 0 || in_offset != not_given || out_offset != not_given ||
           write_gap != 0 || bias_groups != 0 || tcalc;
  }
  friend constexpr bool operator==(const Placement&, const Placement&) = default;
};

}  // namespace incuse
