// Whether a rejected case is rejected for the reason that the vendor's tool gives.
#pragma once

#include <string>
#include <vector>

#include "stages.hpp"

namespace conformance {

/// What the table of reasons says about a sentence and our findings.
struct ReasonCheck {
  bool known = false;     ///< whether the table has the sentence
  std::string missing{};  ///< what was expected and what was found instead; empty: the reason was found
};

/// Looks for a finding that gives the same reason, for the same layer, as a sentence of the vendor's tool.
ReasonCheck compare_reason(const std::string& sentence, const std::vector<CheckFinding>& findings);

}  // namespace conformance
