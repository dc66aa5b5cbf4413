// Time and energy as text, of whichever family.
#pragma once

#include <string>

#include <incuse/core/latency.hpp>
#include <incuse/hosted/strings.hpp>
#include <incuse/k210/device.hpp>
#include <incuse/report/table.hpp>

namespace incuse::report {

/// Clock and power of the accelerator.
struct Supply {
  double megahertz = 50;  ///< its clock, more than 0
  double watts = 0;       ///< power that the chip takes while it computes; 0: not known
};

/// The KPU at its usual clock, with a power that is not known.
constexpr Supply usual_supply(const k210::Device& device) { return {.megahertz = device.megahertz}; }

namespace detail {

inline double microseconds_of(long long cycles, const Supply& supply) {
  return incuse::microseconds_of(cycles, supply.megahertz * 1e6);
}

/// "at least ", if a number of cycles is only known to be no less.
inline const char* least_text(const Latency& latency) { return latency.least ? "at least " : ""; }

/// "1.40 ms"; "3.20 us" of what would else be no time at all.
inline std::string duration_text(double microseconds) {
  return microseconds < 5 ? fixed(microseconds, 2) + " us" : fixed(microseconds / 1000, 2) + " ms";
}

/// "42.1 uJ"; "12.3 nJ" or "4.5 pJ" of what would else be no energy at all.
inline std::string energy_text(double microjoules, int digits) {
  const char* const units[] = {" uJ", " nJ", " pJ"};
  int unit = 0;
  for (; unit < 2 && microjoules > 0 && microjoules < 0.1; ++unit) microjoules *= 1000;
  return fixed(microjoules, digits) + units[unit];
}

}  // namespace detail

/// "5,825 cycles, 0.12 ms at 50 MHz", and with the watts the energy; "at least 5,825 cycles, …" of a lower bound.
inline std::string time_text(const Latency& latency, const Supply& supply) {
  if (latency.total == 0 && latency.incomplete) return "not known: the accelerator has no layer";
  const double microseconds = detail::microseconds_of(latency.total, supply);
  std::string text = detail::least_text(latency) + grouped(latency.total) + " cycles" +
                     (latency.estimated ? " (estimated)" : "") + ", " + detail::duration_text(microseconds) + " at " +
                     fixed(supply.megahertz, 0) + " MHz";
  if (supply.watts > 0)
    text += ", " + detail::energy_text(microseconds * supply.watts, 1) + " at " + fixed(supply.watts * 1000, 1) + " mW";
  return text + (latency.incomplete ? ", without the processor's layers" : "");
}

/// What a layer takes of the whole: "1,200 cycles, 21 %", and with the watts the energy.
inline std::string cycles_text(long long cycles, const Latency& latency, const Supply& supply) {
  const double share = latency.total > 0 ? 100.0 * static_cast<double>(cycles) / static_cast<double>(latency.total) : 0;
  std::string text = detail::least_text(latency) + grouped(cycles) + " cycles, " + fixed(share, 1) + " %";
  if (supply.watts > 0) text += ", " + detail::energy_text(detail::microseconds_of(cycles, supply) * supply.watts, 2);
  return text;
}

}  // namespace incuse::report
