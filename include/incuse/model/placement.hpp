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
  // What only some chips have. No result depends on these four.
  bool parallel_outputs = false;  ///< compute four output channels at a time ("calcx4")
  bool read_ahead = false;        ///< read the next input while computing
  bool tcalc = false;             ///< count passes in fours; layers that read ahead do so anyway …
  bool no_tcalc = false;          ///< … unless they are told not to
  int read_gap = 0;               ///< words passed over between two input words
  // Order of execution. Layers follow each other unless they say otherwise.
  int next = not_given;         ///< number of the layer that is executed next …
  int next_on_hit = not_given;  ///< … or only where the option snoop has found what it looks for

  constexpr bool given() const { return processors != 0; }
  constexpr bool anything_given() const {
    return processors != 0 || output_processors != 0 || in_offset != not_given || out_offset != not_given ||
           write_gap != 0 || bias_groups != 0 || parallel_outputs || read_ahead || tcalc || no_tcalc || read_gap != 0 ||
           next != not_given || next_on_hit != not_given;
  }
  friend constexpr bool operator==(const Placement&, const Placement&) = default;
};

}  // namespace incuse
