#include "kept_files.hpp"

#include <filesystem>
#include <map>
#include <system_error>

#include <incuse/import/file.hpp>

namespace cli {

bool read_kept(const std::string& path, std::string& bytes, std::string& error, std::size_t limit) {
  static std::map<std::string, std::string> kept;
  if (const auto found = kept.find(path); found != kept.end() && found->second.size() <= limit) {
    bytes = found->second;
    return true;
  }
  if (!incuse::read_file(path, bytes, error, limit)) return false;
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) kept[path] = bytes;
  return true;
}

}  // namespace cli
