// What is said about the K210's reference cases, and how many there are of each verdict.
#pragma once

#include <map>
#include <string>

namespace conformance::k210 {

/// Collects verdicts. A group calls exactly one of `passed`, `failed` and `skipped` for every case that it `wants`.
class Log {
 public:
  Log(std::string pattern, bool list, bool verbose) : pattern_(std::move(pattern)), list_(list), verbose_(verbose) {}

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
  std::string pattern_;
  bool list_;
  bool verbose_;
  int passed_ = 0, failed_ = 0, skipped_ = 0;
  std::map<std::string, int> reasons_{};
};

}  // namespace conformance::k210
