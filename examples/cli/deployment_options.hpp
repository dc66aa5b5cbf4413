// The flags of the library as options of the command line.
#pragma once

#include <string>
#include <vector>

#include <incuse/import/flags.hpp>

#include "flag_uses.hpp"

namespace CLI {
class App;
}

namespace cli {

/// The heading of the options that belong to the deployment, in the help of all options.
inline constexpr const char* deployment_group = "Options of the deployment";

/// Adds the flags to a verb; they set `settings`. They are about the MAX7800x family alone, as `uses` then says.
void add_flags(CLI::App& verb, incuse::FlagSettings& settings, FlagUses& uses);

/// Adds the flags of the vendor's tool that change nothing, and those that are refused. To be called when the verb has
/// all its own options.
void add_vendor_flags(CLI::App& verb);

/// The words of the command line, rewritten so that the parser takes them: a flag of the vendor's that may be given
/// with or without a list of layers gets another name where it has one, the description follows the verb, and a
/// synthesized input has both of its numbers.
std::vector<std::string> pasted(int count, const char* const* words);

/// Refuses a flag that is given together with its contrary, such as --pipeline and --no-pipeline, where one of them has
/// an effect. `typed`: the words of the command line. Throws UsageError.
void refuse_contradictions(const CLI::App& program, const std::vector<std::string>& typed);

/// A message about options, with the names that stand on the command line instead of the options' first ones.
std::string with_typed_names(const CLI::App& program, const std::vector<std::string>& typed, std::string message);

/// What is wrong with a command line that cannot be read: flags that the verb does not have, a line each, with those
/// that may be meant; then options that are given twice, and words that no flag stands in front of; else the message.
std::vector<std::string> mistakes(const CLI::App& program, const std::string& message);

/// Hides options from the help text: those that are accepted but have no effect, and if asked for, all but the most
/// important ones. Only to be called when help is printed, since messages do not name hidden options.
void leave_out_of_help(CLI::App& verb, bool all_but_those_that_matter_first);

}  // namespace cli
