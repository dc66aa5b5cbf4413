// Whether the library warns where the vendor's tool does.
#pragma once

#include <string>
#include <vector>

#include "stages.hpp"

namespace conformance {

/// Lines that the table of warnings does not have.
std::vector<std::string> unknown_warnings(const std::vector<std::string>& lines);

/// Compares the lines of a case's warnings.txt with findings that are no errors: every line that the table of warnings
/// has needs a finding that says the same of the same layer, and with `complete` every such finding needs a line.
/// Without, the network is a rejected one: the vendor's tool stops at its first error, and an error of ours in the same
/// layer or an earlier one stands for the rest. Returns what does not agree; empty: all does.
std::string compare_warnings(const std::vector<std::string>& lines, const std::vector<CheckFinding>& findings,
                             bool complete);

}  // namespace conformance
