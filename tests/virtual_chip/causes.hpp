// Why a case of the reference tables may leave other memories behind than the tables say. The register-level model is
// not to blame for these: tables and expected output of the case contradict each other.
#pragma once

#include <string>

#include <conformance/case_runner.hpp>
#include <conformance/reference_case.hpp>

namespace conformance {

struct Cause {
  enum Kind {
    unknown,
    cleared_layer,
    no_input,
    conditional,
    loaded_twice,
    packed_otherwise,
    reads_elsewhere,
    unaligned,
    shared_lanes,
    not_expressible
  };
  Kind kind = unknown;
  int layer = 0;  ///< of the last two: the first layer that cannot be right
};

std::string sentence_of(const Cause& cause);

/// What may explain a difference that the vendor's tables leave, or those of Incuse. Source: datapath page
/// (max7800x-datapath), sections 9 and 10.
Cause cause_of_difference(const ReferenceCase& reference, bool vendor_tables);

/// Why a cause does not explain a difference; empty if it does: the difference vanishes without the cause, or it begins
/// in the layer that the cause names and is the same with the tables of Incuse and of the vendor.
std::string contradiction_of_vendor_tables(const Cause& cause, const ReferenceCase& reference,
                                           const std::string& difference);
std::string contradiction_of_own_tables(const Cause& cause, const ReferenceCase& reference);

}  // namespace conformance
