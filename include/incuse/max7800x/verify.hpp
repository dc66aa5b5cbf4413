// An independent proof of a plan: every layer reads what its sources wrote, and nothing that is still needed is
// overwritten. Extents, weight and bias demands are computed anew (placement sheet, sections 4 to 6; memory sheet,
// sections 5 and 6). Shared with the planner: how the hardware executes a layer (conversion.hpp), and the sets of
// columns that the plan lists (columns.hpp).
#pragma once

#include <incuse/max7800x/options.hpp>
#include <incuse/max7800x/plan/execution_order.hpp>
#include <incuse/max7800x/verify/parameters.hpp>
#include <incuse/max7800x/verify/reading.hpp>
#include <incuse/max7800x/verify/writing.hpp>

namespace incuse::max7800x {

/// Proves a plan. With the option overlap_data, or where the plan says so, a layer's output may overwrite its input, at
/// a safe distance behind what it still has to read. Expects a network whose sizes are in range, which the rules
/// without a plan make sure of. `lenient`: overwriting is reported only where the vendor's tool does, too. At compile
/// time, 32 layers need far fewer steps than compilers allow by default.
template <int N>
constexpr Findings verify(const Graph<N>& graph, const Plan<N>& plan, const Device& device, const Options& options = {},
                          bool lenient = false) {
  Findings found;
  const detail::proof::Subject<N> subject{graph, plan, device, options, lenient, found};
  const detail::proof::ReadingProof<N> reading{subject};
  const detail::proof::WritingProof<N> writing{subject, tensor_places(subject)};
  const detail::proof::ParameterProof<N> parameters{subject};
  for (int i = 0; i < graph.size; ++i) {
    if (lenient || !is_skipped(graph.layers, i, options)) {  // one that is not executed neither reads nor writes
      reading.check_input(i);
      writing.check_output(i);
      writing.check_reset(i);
      writing.check_buffer(i);
    }
    parameters.check_weights(i);
    parameters.check_bias(i);
  }
  writing.check_repetitions();
  return found;
}

}  // namespace incuse::max7800x
