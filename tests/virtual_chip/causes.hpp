// Why a case of the reference tables may leave other memories behind than the tables say. The register-level model is
// not to blame for these: tables and expected output of the case contradict each other.
#pragma once

#include <string>

#include "../conformance/case_runner.hpp"
#include "../conformance/reference_case.hpp"

namespace conformance {

/// A sentence; empty: nothing explains a difference. Source: datapath page (max7800x-datapath), sections 9 and 10.
std::string cause_of_difference(const ReferenceCase& reference);

}  // namespace conformance
