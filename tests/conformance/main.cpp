// Compares what Incuse makes of a network with reference tables of the vendor's generator, case by case.
#include <exception>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fnmatch.h>

#include <CLI/CLI.hpp>

#include "case_runner.hpp"
#include "k210_groups.hpp"
#include "training_groups.hpp"

namespace {

struct Arguments {
  std::vector<std::string> folders{};
  std::string device{};
  std::string family{};
  std::string pattern{};
  std::vector<std::string> stages{};
  bool list = false;
  bool fingerprints = false;
  bool verbose = false;
  bool complete = false;
};

bool selected(const conformance::CaseEntry& entry, const Arguments& arguments) {
  return (arguments.device.empty() || entry.device == arguments.device) &&
         (arguments.family.empty() || entry.family == arguments.family) &&
         (arguments.pattern.empty() || fnmatch(arguments.pattern.c_str(), entry.name.c_str(), 0) == 0);
}

/// Counts of cases, and of the reasons why some were skipped.
struct Totals {
  int passed = 0, failed = 0, skipped = 0;
  std::map<std::string, int> reasons{};
  std::map<std::string, int> unknown_reasons{};   ///< sentences that nothing is known about …
  std::map<std::string, int> unknown_warnings{};  ///< … of either kind
};

/// A reason without the layer's number: "layer 3: streaming is ..." counts as "streaming is ...".
std::string general_reason(const std::string& reason) {
  const std::size_t colon = reason.find(": ");
  return reason.rfind("layer ", 0) == 0 && colon != std::string::npos ? reason.substr(colon + 2) : reason;
}

void report(const conformance::CaseEntry& entry, const conformance::Outcome& outcome, bool verbose, Totals& totals) {
  if (verbose)
    for (const std::string& finding : outcome.findings)
      std::cout << "rejected " << entry.name << ": " << finding << '\n';
  switch (outcome.verdict) {
    case conformance::Verdict::passed:
      ++totals.passed;
      if (!outcome.unknown_reason.empty()) ++totals.unknown_reasons[outcome.unknown_reason];
      for (const std::string& line : outcome.unknown_warnings) ++totals.unknown_warnings[line];
      if (verbose && entry.accepted) std::cout << "passed " << entry.name << '\n';
      return;
    case conformance::Verdict::failed:
      ++totals.failed;
      std::cout << "FAILED " << entry.device << ' ' << entry.name << ": " << outcome.stage << ": " << outcome.message
                << std::endl;
      return;
    case conformance::Verdict::skipped:
      ++totals.skipped;
      ++totals.reasons[general_reason(outcome.reasons.front())];
      if (!verbose) return;
      for (const std::string& reason : outcome.reasons)
        std::cout << "skipped " << entry.device << ' ' << entry.name << ": " << reason << '\n';
      return;
  }
}

int run(const Arguments& arguments) {
  const std::vector<std::string>& names = arguments.stages.empty() ? conformance::all_stages : arguments.stages;
  const std::set<std::string> stages(names.begin(), names.end());
  Totals totals;
  for (const std::string& folder : arguments.folders)
    for (const conformance::CaseEntry& entry : conformance::find_cases(folder)) {
      if (!selected(entry, arguments)) continue;
      if (arguments.list)
        std::cout << entry.device << ' ' << entry.name << ' ' << (entry.accepted ? "ok" : "rejected") << ' '
                  << entry.family << '\n';
      else if (arguments.fingerprints)
        std::cout << conformance::fingerprints(entry) << '\n';
      else
        report(entry, conformance::run_case(entry, stages), arguments.verbose, totals);
    }
  if (arguments.list || arguments.fingerprints) return 0;
  if (totals.passed + totals.failed + totals.skipped == 0) {
    std::cerr << "error: none of the cases is asked for\n";
    return 2;
  }
  for (const auto& [reason, count] : totals.reasons) std::cout << "skipped " << count << ": " << reason << '\n';
  for (const auto& [sentence, count] : totals.unknown_reasons)
    std::cout << "not compared " << count << ": the reason of a rejection: " << sentence << '\n';
  for (const auto& [line, count] : totals.unknown_warnings)
    std::cout << "not compared " << count << ": " << line << '\n';
  // Sentences that nobody has looked at may hide a rule that is missing.
  if (arguments.complete) {
    const int unknown = static_cast<int>(totals.unknown_reasons.size() + totals.unknown_warnings.size());
    totals.failed += unknown;
  }
  std::cout << totals.passed << " passed, " << totals.failed << " failed, " << totals.skipped << " skipped\n";
  return totals.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Compares the stages of Incuse with reference tables, case by case");
  app.add_option("folder", arguments.folders, "folder with index.txt, a device's folder in it, or a single case")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--device", arguments.device, "only cases of this device; training: of the quantiser")
      ->check(CLI::IsMember({"max78000", "max78002", "ai84", "k210", "training"}));
  app.add_option("--family", arguments.family, "only cases of this family; of k210 and training: this folder or table");
  app.add_option("--case", arguments.pattern, "only cases whose name matches this pattern (*, ?, [...])");
  app.add_option("--stage", arguments.stages, "stages to compare, separated by commas; default: all")
      ->delimiter(',')
      ->check(CLI::IsMember(conformance::all_stages));
  app.add_flag("--list", arguments.list, "list the cases and run nothing");
  app.add_flag("--fingerprints", arguments.fingerprints,
               "print hashes of all tables, findings and outputs, to compare two versions of the library");
  app.add_flag("--complete", arguments.complete,
               "count every sentence of the vendor's tool that is not compared as a failure");
  app.add_flag("--verbose", arguments.verbose,
               "also say what passed, what rejected a case, and all reasons for skipping");
  CLI11_PARSE(app, argc, argv);
  const conformance::Selection selection{arguments.family, arguments.pattern, arguments.list, arguments.verbose,
                                         arguments.fingerprints};
  if (arguments.fingerprints && arguments.device == "training") {
    std::cerr << "error: --fingerprints are of the chips' cases, not of training's\n";
    return 2;
  }
  try {
    if (arguments.device == "k210")
      return conformance::run_groups("k210", conformance::k210::groups, arguments.folders, selection);
    if (arguments.device == "training")
      return conformance::run_groups("training", conformance::training::groups, arguments.folders, selection);
    return run(arguments);
  } catch (const std::exception& problem) {
    std::cerr << "error: " << problem.what() << '\n';
    return 2;
  }
}
