// Runs one case of the reference tables through the stages and compares.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reference_case.hpp"

namespace conformance {

inline const std::vector<std::string> all_stages = {"check",  "registers", "weights", "bias",   "input",
                                                    "output", "layers",    "stats",   "latency"};

enum class Verdict { passed, failed, skipped };

struct Outcome {
  Verdict verdict = Verdict::passed;
  std::string stage{};                  ///< where it failed
  std::string message{};                ///< what failed
  std::vector<std::string> reasons{};   ///< why it was skipped: every missing feature
  std::vector<std::string> findings{};  ///< of a rejected case: everything that is wrong with it
  std::string unknown_reason{};         ///< a sentence of the vendor's tool that the table of reasons does not have
};

/// Never throws: a damaged case is a failed one.
Outcome run_case(const CaseEntry& entry, const std::set<std::string>& stages);

}  // namespace conformance
