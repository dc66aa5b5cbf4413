// Placements by hand and by the planner, for all accepted networks of the reference tables.
//   incuse_compare_placements FOLDER [--device max78002] [--csv]
// FOLDER is the one with index.txt, or one below it. Flags of a case stay: an input through FIFOs stays one.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <incuse/report/placement_comparison.hpp>

#include <conformance/case_runner.hpp>

namespace {

using incuse::report::PlacementComparison;

/// What a text is about: all networks, and of the trained ones every single one.
void print_text(const std::vector<PlacementComparison>& rows) {
  std::vector<PlacementComparison> trained;
  for (const PlacementComparison& row : rows)
    if (row.name.rfind("net-", 0) == 0) trained.push_back(row);
  std::printf("%s\n", incuse::report::comparison_text(rows).c_str());
  if (!trained.empty() && trained.size() < rows.size())
    std::printf("Trained networks\n%s%s\n", incuse::report::comparison_text(trained).c_str(),
                incuse::report::comparison_summary(trained).c_str());
  std::printf("%s", incuse::report::comparison_summary(rows).c_str());
}

int compare(const std::string& folder, const std::string& device, bool csv) {
  std::vector<PlacementComparison> rows;
  for (const conformance::CaseEntry& entry : conformance::find_cases(folder)) {
    if (!entry.accepted || entry.device != device) continue;
    const conformance::AcceptedCase loaded = conformance::load_accepted(entry, false);
    const conformance::Subject& subject = loaded.subject;
    if (!loaded.not_supported.empty()) {
      std::fprintf(stderr, "%s: not compared: %s\n", entry.name.c_str(), loaded.not_supported.front().c_str());
      continue;
    }
    incuse::max7800x::PlannedNetwork<conformance::Graph::capacity> planned;
    rows.push_back(incuse::report::compare_placement(entry.name, subject.graph, subject.plan, subject.device,
                                                     subject.options, planned));
  }
  if (rows.empty()) throw conformance::DamagedCase("no network of the " + device + " in " + folder);
  if (csv)
    std::printf("%s", incuse::report::comparison_csv(rows).c_str());
  else
    print_text(rows);
  for (const PlacementComparison& row : rows)
    if (!row.has_plan()) return 1;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder, device = "max78000";
  bool csv = false, understood = argc > 1;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--csv")
      csv = true;
    else if (argument == "--device" && i + 1 < argc)
      device = argv[++i];
    else if (folder.empty())
      folder = argument;
    else
      understood = false;
  }
  if (!understood || folder.empty()) {
    std::fprintf(stderr, "usage: incuse_compare_placements FOLDER [--device max78002] [--csv]\n");
    return 2;
  }
  try {
    return compare(folder, device, csv);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "error: %s\n", problem.what());
    return 2;
  }
}
