// The flags of the library as options of the command line.
#pragma once

#include <string>
#include <vector>

#include <incuse/import/flags.hpp>

namespace CLI {
class App;
}

namespace cli {

/// Adds the flags to a verb; they set `settings`.
void add_flags(CLI::App& verb, incuse::FlagSettings& settings);

/// Adds the flags of the vendor's tool that change nothing, and those that are refused, to a verb that has all its own.
void add_vendor_flags(CLI::App& verb);

/// The words of the command line as the program has them: flags that have a list only sometimes under their other name,
/// the description behind the verb, and what a synthesized input needs.
std::vector<std::string> pasted(int count, const char* const* words);

/// A message about options, with the names that stand on the command line instead of the options' first ones.
std::string with_typed_names(const CLI::App& program, const std::vector<std::string>& typed, std::string message);

/// What is said about a flag that no verb has: with the nearest one that there is.
std::string unknown_flag(const CLI::App& program, const std::string& message);

}  // namespace cli
