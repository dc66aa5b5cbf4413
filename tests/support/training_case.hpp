// Reference cases of the training side: a folder with case.txt (lines `key = value`) and a .npy for each tensor.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <incuse/import/tensors.hpp>

namespace training_case {

/// A line `key = value`.
struct Line {
  std::string key, value;
};

inline std::vector<Line> lines_of(const std::string& folder) {
  std::ifstream file(folder + "/case.txt");
  if (!file) throw std::runtime_error(folder + " has no case.txt");
  std::vector<Line> lines;
  for (std::string line; std::getline(file, line);)
    if (const std::size_t sign = line.find(" = "); sign != std::string::npos)
      lines.push_back({line.substr(0, sign), line.substr(sign + 3)});
  return lines;
}

/// The value of the first line with this key; "" if there is none.
inline std::string value_of(const std::vector<Line>& lines, const std::string& key) {
  for (const Line& line : lines)
    if (line.key == key) return line.value;
  return "";
}

inline bool exists(const std::string& folder, const std::string& name) {
  return std::filesystem::exists(folder + '/' + name + ".npy");
}

inline incuse::import::NamedTensor tensor(const std::string& folder, const std::string& name) {
  incuse::import::NamedTensors read = incuse::import::tensors_of_npy({folder + '/' + name + ".npy"});
  if (!read.ok()) throw std::runtime_error(read.error);
  return std::move(read.tensors[0]);
}

/// The values of a tensor; none if there is no such file.
inline std::vector<float> values(const std::string& folder, const std::string& name) {
  return exists(folder, name) ? tensor(folder, name).values : std::vector<float>{};
}

/// The first value that differs by more than `tolerance` in absolute terms, of all but `allowed`.
inline std::string difference(const std::string& what, const std::vector<float>& expected,
                              const std::vector<float>& actual, float tolerance = 0, std::size_t allowed = 0) {
  if (expected.size() != actual.size())
    return what + ": " + std::to_string(actual.size()) + " values, expected " + std::to_string(expected.size());
  std::size_t differing = 0, first = 0;
  for (std::size_t i = expected.size(); i-- > 0;)
    if (!(std::fabs(expected[i] - actual[i]) <= tolerance)) {
      ++differing;
      first = i;
    }
  if (differing <= allowed) return "";
  return what + ": value " + std::to_string(first) + " is " + std::to_string(actual[first]) + ", expected " +
         std::to_string(expected[first]) + " (" + std::to_string(differing) + " differ)";
}

/// Folders of the cases of a group, by name.
inline std::vector<std::string> folders_of(const std::string& group) {
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(group))
    if (entry.is_directory()) folders.push_back(entry.path().string());
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// "modules/conv2d" of the folder of a case.
inline std::string name_of(const std::string& folder) {
  const std::filesystem::path path(folder);
  return path.parent_path().filename().string() + '/' + path.filename().string();
}

}  // namespace training_case
