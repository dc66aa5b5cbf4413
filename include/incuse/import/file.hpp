// Whole files, read at once.
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace incuse {

/// All bytes of a file; false, with a reason that begins with the file's name in `error`, if it cannot be read.
inline bool read_file(const std::string& path, std::string& bytes, std::string& error) {
  bytes.clear();
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    error = path + ": cannot be opened";
    return false;
  }
  // Not through iterators: they throw where the path is a folder.
  char block[1 << 16];
  while (in.read(block, sizeof block) || in.gcount() > 0) bytes.append(block, static_cast<std::size_t>(in.gcount()));
  if (!in.bad() && in.eof()) return true;
  error = path + ": cannot be read";
  return false;
}

}  // namespace incuse
