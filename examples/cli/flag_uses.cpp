#include "flag_uses.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include <incuse/hosted/strings.hpp>
#include <incuse/import/flags.hpp>

#include "request.hpp"

namespace cli {

namespace {

/// The first long name, as messages of the parser have it.
std::string name_of(const CLI::Option& flag) {
  return flag.get_lnames().empty() ? flag.get_name() : "--" + flag.get_lnames().front();
}

}  // namespace

void FlagUses::goes_with(const CLI::Option* flag, const std::string& companion, std::function<bool()> heeded) {
  marks_.push_back({flag, [heeded = std::move(heeded)](Subject) { return heeded(); },
                    " goes with " + companion + ": give that as well, or leave " + name_of(*flag) + " out"});
}

void FlagUses::yields_to(const CLI::Option* flag, const CLI::Option* other, const std::string& reason) {
  marks_.push_back({flag, [other](Subject) { return other->count() == 0; },
                    " has no effect with " + name_of(*other) + ", since " + reason + ": leave one of them out"});
}

void FlagUses::max7800x_only(const CLI::Option* flag) {
  marks_.push_back({flag, [](Subject subject) { return !subject.k210; }, " has no effect on the K210: leave it out"});
}

void FlagUses::kmodels_only(const CLI::Option* flag) {
  marks_.push_back({flag, [](Subject subject) { return subject.kmodel; }, " goes with a kmodel: leave it out"});
}

void FlagUses::asks_for(const CLI::Option* flag, const incuse::flags::Neutral& row) {
  const auto missing = [&row](Subject subject) {
    return subject.part == nullptr ? nullptr : incuse::flags::missing_feature(row, *subject.part);
  };
  for (const incuse::max7800x::FeatureName& feature : incuse::max7800x::feature_names)
    if ((row.asked & bit_of(feature.key)) != 0)
      marks_.push_back({flag, [missing, &feature](Subject subject) { return missing(subject) != &feature; },
                        " asks for " + incuse::string_of(feature.name) + ": leave it out, since there are none on the ",
                        true});
}

void FlagUses::refuse_idle(const CLI::App& verb, Subject subject) const {
  std::vector<std::string> lines;
  for (const CLI::Option* option : verb.get_options())
    for (const Mark& mark : marks_)
      if (mark.flag == option && option->count() > 0 && !mark.heeded(subject))
        lines.push_back(name_of(*option) + mark.otherwise +
                        (mark.names_part ? incuse::string_of(subject.part->name) : ""));
  if (!lines.empty()) throw UsageError(lines);
}

}  // namespace cli
