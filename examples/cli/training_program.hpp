// The program beside this one that has the verbs train, evaluate and search.
#pragma once

namespace cli {

inline constexpr const char* training_verbs[] = {"train", "evaluate", "search"};

/// Whether the command line's first word is one of its verbs.
bool is_training(int argc, char** argv);

/// Becomes that program, with the same arguments. Throws UsageError if it is not there.
[[noreturn]] void become_training_program(char** argv);

}  // namespace cli
