// What is said about reference cases that come in groups, and how many there are of each verdict.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace conformance {

/// Collects verdicts. A group calls exactly one of `passed`, `failed` and `skipped` for every case that it `wants`.
class Log {
 public:
  /// `family`: what the cases are of, in the lines about them.
  Log(std::string family, std::string pattern, bool list, bool verbose)
      : family_(std::move(family)), pattern_(std::move(pattern)), list_(list), verbose_(verbose) {}

  /// False if the case was not asked for, or only to be listed. `name` is "<group>/<case>".
  bool wants(const std::string& name) const;
  void passed(const std::string& name);
  /// `stage` is where the first difference was found, `message` what it is.
  void failed(const std::string& name, const std::string& stage, const std::string& message);
  void skipped(const std::string& name, const std::string& reason);
  /// Passed if `message` is empty.
  void verdict(const std::string& name, const std::string& stage, const std::string& message);

  void print_totals() const;
  int failures() const { return failed_; }
  int cases() const { return passed_ + failed_ + skipped_; }

 private:
  std::string family_;
  std::string pattern_;
  bool list_;
  bool verbose_;
  int passed_ = 0, failed_ = 0, skipped_ = 0;
  std::map<std::string, int> reasons_{};
};

/// A group of cases. `run` gets the path of the folder or file and says what became of every case.
struct Group {
  std::string name;  ///< of the group and of its folder
  std::string path;  ///< below the folder of reference cases
  void (*run)(const std::string& path, Log& log);
};

struct Selection {
  std::string group{};    ///< empty: all
  std::string pattern{};  ///< of names, empty: all
  bool list = false;
  bool verbose = false;
};

/// Runs the selected groups of a folder and prints one line for each case that fails; 0 if none does.
int run_groups(const std::string& family, const std::vector<Group>& groups, const std::vector<std::string>& folders,
               const Selection& selection);

}  // namespace conformance
