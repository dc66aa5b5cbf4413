#include "case_groups.hpp"

#include <exception>
#include <filesystem>
#include <iostream>

#include <fnmatch.h>

namespace conformance {

bool Log::wants(const std::string& name) const {
  const std::string& pattern = selection_.pattern;
  if (!pattern.empty() && fnmatch(pattern.c_str(), name.c_str(), 0) != 0) return false;
  if (selection_.list) std::cout << family_ << ' ' << name << '\n';
  return !selection_.list;
}

void Log::passed(const std::string& name) {
  ++passed_;
  if (selection_.verbose) std::cout << "passed " << name << '\n';
}

void Log::failed(const std::string& name, const std::string& stage, const std::string& message) {
  ++failed_;
  std::cout << "FAILED " << family_ << ' ' << name << ": " << stage << ": " << message << std::endl;
}

void Log::skipped(const std::string& name, const std::string& reason) {
  ++skipped_;
  ++reasons_[reason];
  if (selection_.verbose) std::cout << "skipped " << family_ << ' ' << name << ": " << reason << '\n';
}

void Log::verdict(const std::string& name, const std::string& stage, const std::string& message) {
  message.empty() ? passed(name) : failed(name, stage, message);
}

void Log::hashes(const std::string& name, const std::string& values) const { std::cout << name << values << '\n'; }

void Log::print_totals() const {
  for (const auto& [reason, count] : reasons_) std::cout << "skipped " << count << ": " << reason << '\n';
  std::cout << passed_ << " passed, " << failed_ << " failed, " << skipped_ << " skipped\n";
}

int run_groups(const std::string& family, const std::vector<Group>& groups, const std::vector<std::string>& folders,
               const Selection& selection) {
  Log log(family, selection);
  bool known = false;
  for (const Group& group : groups) {
    if (!selection.group.empty() && selection.group != group.name) continue;
    known = true;
    for (const std::string& folder : folders) {
      const std::string path = folder + '/' + group.path;
      if (!std::filesystem::exists(path)) {
        log.skipped(group.name, path + " does not exist");
        continue;
      }
      try {
        group.run(path, log);
      } catch (const std::exception& problem) {  // a damaged index: no case of it could run
        log.failed(group.name, "index", problem.what());
      }
    }
  }
  if (!known) {
    std::cerr << "error: " << family << " has no reference cases named '" << selection.group << "'\n";
    return 2;
  }
  if (selection.list) return 0;
  if (selection.hashes) return log.failures() == 0 ? 0 : 1;
  if (log.cases() == 0) {
    std::cerr << "error: none of the cases is asked for\n";
    return 2;
  }
  log.print_totals();
  return log.failures() == 0 ? 0 : 1;
}

}  // namespace conformance
