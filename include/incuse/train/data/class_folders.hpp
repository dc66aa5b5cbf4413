// Files in folders, one folder for each class.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace incuse::train {

/// Files of <folder>/<class>/ with certain endings, classes and files by ascending name.
class ClassFolders {
 public:
  /// `endings` are small letters; those of files may be large. A folder that is missing has no files.
  ClassFolders(const std::string& folder, const std::vector<std::string>& endings) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
      if (entry.is_directory()) classes_.push_back(entry.path().filename().string());
    std::sort(classes_.begin(), classes_.end());
    for (std::size_t i = 0; i < classes_.size(); ++i) add(std::filesystem::path(folder) / classes_[i], i, endings);
  }

  std::size_t size() const { return files_.size(); }
  const std::vector<std::string>& classes() const { return classes_; }
  const std::string& file(std::size_t index) const { return files_[index].first; }
  int label(std::size_t index) const { return files_[index].second; }

 private:
  void add(const std::filesystem::path& folder, std::size_t label, const std::vector<std::string>& endings) {
    std::vector<std::string> own;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::string ending = entry.path().extension().string();
      for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      if (std::find(endings.begin(), endings.end(), ending) != endings.end()) own.push_back(entry.path().string());
    }
    std::sort(own.begin(), own.end());
    for (std::string& file : own) files_.emplace_back(std::move(file), static_cast<int>(label));
  }

  std::vector<std::string> classes_{};
  std::vector<std::pair<std::string, int>> files_{};
};

}  // namespace incuse::train
