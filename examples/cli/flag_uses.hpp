// With what a flag has an effect: where that is missing, the flag is refused instead of being passed over.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

#include <incuse/max7800x/device.hpp>

namespace incuse::flags {
struct Neutral;
}

namespace cli {

/// What the model that a command line names is for.
struct Subject {
  bool k210 = false;
  bool kmodel = false;                             ///< a model file of the K210
  const incuse::max7800x::Device* part = nullptr;  ///< of the MAX7800x family; nullptr: none in particular
};

/// The marks of flags that do not always have an effect. A flag without a mark always has.
class FlagUses {
 public:
  /// `flag` has an effect together with `companion`, such as "--method SCALE": only if `heeded` says so.
  void goes_with(const CLI::Option* flag, const std::string& companion, std::function<bool()> heeded);
  /// `flag` has no effect together with `other`, because of `reason`, a clause.
  void yields_to(const CLI::Option* flag, const CLI::Option* other, const std::string& reason);
  /// `flag` is about placement, tables or deployment of the MAX7800x family.
  void max7800x_only(const CLI::Option* flag);
  /// `flag` is about what kmodels have.
  void kmodels_only(const CLI::Option* flag);

  /// `flag` of the vendor's tool asks for what its row says: only of parts that have that.
  void asks_for(const CLI::Option* flag, const incuse::flags::Neutral& row);

  /// Refuses the flags of a verb that are given and have no effect, a line each. Throws UsageError.
  void refuse_idle(const CLI::App& verb, Subject subject = {}) const;

 private:
  struct Mark {
    const CLI::Option* flag;
    std::function<bool(Subject)> heeded;
    std::string otherwise;  ///< what is said of it, behind its name and in front of the part's
    bool names_part = false;
  };
  std::vector<Mark> marks_{};
};

}  // namespace cli
