// Files that a command writes.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// A file to write: where, and all of it.
struct OutputFile {
  std::string path{};
  std::string text{};
};

/// Writes files, all of them or none where that is possible: a new file, and one that only this name leads to, appears
/// whole, with the mode that the old one had. A file with several names, or of another owner, is written in place; so
/// is, before all others, what is no file (a device, or a FIFO, which waits for its reader), and standard output by
/// whatever name. Symbolic links are followed. Files that
/// are read as well, `inputs`, are refused. Throws UsageError.
void write_files(const std::vector<OutputFile>& files, const std::vector<std::string>& inputs);

/// Throws UsageError if standard output is one of the files that are read.
void refuse_as_standard_output(const std::vector<std::string>& inputs);

/// Makes the standard streams safe, before anything else: one that is closed gets no other file in its place, a reader
/// that has gone and a file that may not grow are errors of the writing, not the end of the program.
void prepare_standard_streams();

/// Whether all that was printed has reached standard output. If not, `reason` says why; it is empty if the reader has
/// closed the pipe. A program calls `finish_standard_output` last.
struct StandardOutput {
  bool complete = true;
  std::string reason{};
};
StandardOutput finish_standard_output();

}  // namespace cli
