#include "k210_groups.hpp"

#include <exception>
#include <filesystem>
#include <iostream>

#include <fnmatch.h>

namespace conformance::k210 {

const std::vector<Group> groups = {
    {"units", "units", run_units},
    {"units16", "units16", run_units},
    {"quantiser", "quantiser/quantiser.txt", run_quantiser},
    {"layout", "layout.csv", run_layout},
    {"layer_words", "layer_words/layers.csv", run_layer_words},
    {"software_layers", "software_layers", run_software_layers},
    {"models", "models", run_models},
};

bool Log::wants(const std::string& name) const {
  if (!pattern_.empty() && fnmatch(pattern_.c_str(), name.c_str(), 0) != 0) return false;
  if (list_) std::cout << "K210 " << name << '\n';
  return !list_;
}

void Log::passed(const std::string& name) {
  ++passed_;
  if (verbose_) std::cout << "passed " << name << '\n';
}

void Log::failed(const std::string& name, const std::string& stage, const std::string& message) {
  ++failed_;
  std::cout << "FAILED k210 " << name << ": " << stage << ": " << message << std::endl;
}

void Log::skipped(const std::string& name, const std::string& reason) {
  ++skipped_;
  ++reasons_[reason];
  if (verbose_) std::cout << "skipped k210 " << name << ": " << reason << '\n';
}

void Log::verdict(const std::string& name, const std::string& stage, const std::string& message) {
  message.empty() ? passed(name) : failed(name, stage, message);
}

void Log::print_totals() const {
  for (const auto& [reason, count] : reasons_) std::cout << "skipped " << count << ": " << reason << '\n';
  std::cout << passed_ << " passed, " << failed_ << " failed, " << skipped_ << " skipped\n";
}

int run(const std::vector<std::string>& folders, const Selection& selection) {
  Log log(selection.pattern, selection.list, selection.verbose);
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
    std::cerr << "error: the K210 has no reference cases named '" << selection.group << "'\n";
    return 2;
  }
  if (selection.list) return 0;
  if (log.cases() == 0) {
    std::cerr << "error: none of the cases is asked for\n";
    return 2;
  }
  log.print_totals();
  return log.failures() == 0 ? 0 : 1;
}

}  // namespace conformance::k210
