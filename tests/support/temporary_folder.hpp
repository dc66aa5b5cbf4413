// Folders for tests that write files.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

namespace incuse::test {

/// A folder for one test alone, also if tests run at the same time. It is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::filesystem::path parent = std::filesystem::temp_directory_path();
    int number = 0;
    do path_ = parent / ("incuse_test_" + std::to_string(++number));
    while (!std::filesystem::create_directory(path_));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string text() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_{};
};

}  // namespace incuse::test
