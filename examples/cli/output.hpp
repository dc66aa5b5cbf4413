// Where results and messages go.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "loaded_network.hpp"

namespace cli {

/// Writes a text to the request's output, or to standard output if it names none. A file appears complete or not at
/// all. Throws UsageError.
void write_result(const Request& request, const std::string& text);

/// Prints a line. Control characters in it, from names of files and the like, are replaced, so that it stays one line.
void say(std::FILE* to, const std::string& line);

/// Prints notes and messages, one a line.
void print_messages(const LoadedNetwork& network, std::FILE* to);

/// Prints errors only.
void print_errors(const LoadedNetwork& network, std::FILE* to);

/// Prints errors to standard error, one a line. Returns the exit code that says so.
ExitCode print_errors(const std::vector<std::string>& errors);

}  // namespace cli
