// Files that appear whole or not at all, however a program ends.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace incuse::train {

/// Writes a new file beside `path`, then gives it that name. Throws std::runtime_error if that is not possible, and
/// leaves the old file as it was.
inline void write_file_at_once(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + ".new" + std::to_string(getpid());
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error(path + ": cannot be written: " + std::strerror(errno));
  bool ok = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  ok = ok && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  ok = std::fclose(file) == 0 && ok;
  ok = ok && std::rename(temporary.c_str(), path.c_str()) == 0;
  if (ok) return;
  const std::string reason = std::strerror(errno);
  std::remove(temporary.c_str());
  throw std::runtime_error(path + ": cannot be written: " + reason);
}

}  // namespace incuse::train
