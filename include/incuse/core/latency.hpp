// The time that a network takes, in cycles of an accelerator's clock, and what such a number is worth.
#pragma once

#include <incuse/core/language.hpp>

namespace incuse {

/// Run time of a network.
struct Latency {
  long long total = 0;      ///< cycles, the start-up included
  bool estimated = false;   ///< layers stream, and so overlap; or the vendor has no model for the device
  bool least = false;       ///< no run takes fewer; how many more it takes is not known
  bool incomplete = false;  ///< layers of a processor come on top, of whose time nothing is known
};

/// Microseconds that so many cycles take at a clock in hertz, more than 0.
constexpr double microseconds_of(long long cycles, double hertz) { return static_cast<double>(cycles) * 1e6 / hertz; }

}  // namespace incuse
