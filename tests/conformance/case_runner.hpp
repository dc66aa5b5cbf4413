// Runs one case of the reference tables through the stages and compares.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reference_case.hpp"
#include "stages.hpp"

namespace conformance {

inline const std::vector<std::string> all_stages = {"check",  "warnings", "registers", "weights",  "bias",  "input",
                                                    "output", "layers",   "fast",      "software", "stats", "latency"};

enum class Verdict { passed, failed, skipped };

struct Outcome {
  Verdict verdict = Verdict::passed;
  std::string stage{};                  ///< where it failed
  std::string message{};                ///< what failed
  std::vector<std::string> reasons{};   ///< why it was skipped: every missing feature
  std::vector<std::string> findings{};  ///< of a rejected case: everything that is wrong with it
  std::string unknown_reason{};         ///< a sentence of the vendor's tool that the table of reasons does not have
  std::vector<std::string> unknown_warnings{};  ///< the same for its warnings
};

/// Never throws: a damaged case is a failed one.
Outcome run_case(const CaseEntry& entry, const std::set<std::string>& stages);

/// The device of a case.
const incuse::max7800x::Device& device_of(const CaseEntry& entry);

/// A line with a hash for everything that the library makes of a case, as the chip needs it and as the vendor's tool
/// does: the findings, the accesses to registers, the weights, the biases, the input and all outputs. Two versions of
/// the library that print the same lines do the same.
std::string fingerprints(const CaseEntry& entry);

/// An accepted case, loaded for tests that do something else with it than compare stages.
struct AcceptedCase {
  Subject subject;                           ///< bound and planned, with its input
  incuse::DescribedGraph described{};        ///< owns the names of the layers; its graph is not bound
  std::vector<std::string> not_supported{};  ///< why it cannot be planned
};

/// With the vendor's tables or, without `vendor_stream`, with those that are right in every case. Throws DamagedCase if
/// the case is a rejected one, or has errors after all.
AcceptedCase load_accepted(const CaseEntry& entry, bool vendor_stream);

}  // namespace conformance
