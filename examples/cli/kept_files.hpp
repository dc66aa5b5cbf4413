// Files that are read more than once, and may be pipes.
#pragma once

#include <cstddef>
#include <string>

namespace cli {

/// incuse::read_file for all files that the command line names. What comes out of a pipe comes only once: it is kept,
/// and whoever reads the file again gets the same bytes.
bool read_kept(const std::string& path, std::string& bytes, std::string& error, std::size_t limit);

}  // namespace cli
