// What is said about reference cases that come in groups, and how many there are of each verdict.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace conformance {

struct Selection {
  std::string group{};    ///< empty: all
  std::string pattern{};  ///< of names, empty: all
  bool list = false;
  bool verbose = false;
  bool hashes = false;  ///< print hashes of what is made of the cases, and compare nothing
};

/// Collects verdicts. A group calls exactly one of `passed`, `failed` and `skipped` for every case that it `wants`.
class Log {
 public:
  /// `family`: what the cases are of, in the lines about them.
  Log(std::string family, Selection selection) : family_(std::move(family)), selection_(std::move(selection)) {}

  /// False if the case was not asked for, or only to be listed. `name` is "<group>/<case>".
  bool wants(const std::string& name) const;
  void passed(const std::string& name);
  /// `stage` is where the first difference was found, `message` what it is.
  void failed(const std::string& name, const std::string& stage, const std::string& message);
  void skipped(const std::string& name, const std::string& reason);
  /// Passed if `message` is empty.
  void verdict(const std::string& name, const std::string& stage, const std::string& message);

  /// True if a group has to print `hashes` of every case, as " words 12ab outputs 34cd", instead of comparing it.
  bool wants_hashes() const { return selection_.hashes; }
  void hashes(const std::string& name, const std::string& values) const;

  void print_totals() const;
  int failures() const { return failed_; }
  int cases() const { return passed_ + failed_ + skipped_; }

 private:
  std::string family_;
  Selection selection_;
  int passed_ = 0, failed_ = 0, skipped_ = 0;
  std::map<std::string, int> reasons_{};
};

/// A group of cases. `run` gets the path of the folder or file and says what became of every case.
struct Group {
  std::string name;  ///< of the group and of its folder
  std::string path;  ///< below the folder of reference cases
  void (*run)(const std::string& path, Log& log);
};

/// Runs the selected groups of a folder and prints one line for each case that fails; 0 if none does.
int run_groups(const std::string& family, const std::vector<Group>& groups, const std::vector<std::string>& folders,
               const Selection& selection);

}  // namespace conformance
