// Networks that the K210's KPU refuses.
#pragma once

#include <incuse/incuse.hpp>
#include <incuse/k210/deployment.hpp>

#include "parameters.hpp"

namespace incuse {

template <class Net>
using RefusedByKpu = Deployment<Net, k210_kpu, test::AnyParameters<Net>>;

/// For networks with more weights than any parameters of a test.
template <class Net>
struct FindingsOnKpu {
  static constexpr Findings found = k210::findings_for<Net, k210_kpu>(k210_kpu);
  static_assert(sizeof(explained<found, k210_kpu>) > 0);
  static constexpr bool ok = found.ok();
};

}  // namespace incuse
