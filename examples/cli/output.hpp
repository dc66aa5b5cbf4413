// Where results go.
#pragma once

#include <string>

#include "loaded_network.hpp"

namespace cli {

/// Writes a text to a file, or to standard output if the path is empty. A file appears complete or not at all. Throws
/// UsageError.
void write_result(const std::string& path, const std::string& text);

/// Prints notes and messages, one a line.
void print_messages(const LoadedNetwork& network, std::FILE* to);

/// Prints errors only.
void print_errors(const LoadedNetwork& network, std::FILE* to);

}  // namespace cli
