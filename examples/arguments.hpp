// What the examples have in common: their arguments are names of files or folders, at most so many.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace examples {

/// Ends the program with exit code 2, and words, if it has more arguments than `most`, or one that can be no file or
/// folder: an empty one, an option. `usage` says how it is called, beginning with its name.
inline void expect_arguments(int argc, char** argv, int most, const char* usage) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const char* const wrong = i > most             ? "there is no argument for"
                              : argument.empty()   ? "no file or folder is called"
                              : argument[0] == '-' ? "there is no option"
                                                   : nullptr;
    if (wrong == nullptr) continue;
    std::fprintf(stderr, "%s '%s'\nusage: %s\n", wrong, argv[i], usage);
    std::exit(2);
  }
}

}  // namespace examples
