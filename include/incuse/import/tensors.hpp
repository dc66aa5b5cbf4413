// Tensors of real numbers by name, as training frameworks have them, and those of .npy files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <incuse/hosted/named_tensor.hpp>
#include <incuse/import/file.hpp>
#include <incuse/import/half.hpp>
#include <incuse/import/npy.hpp>

/// What turns a training framework's files into parameters.
namespace incuse::import {

/// Elements of all tensors that are read together: four times the weights of the largest chip's memory.
inline constexpr std::size_t most_tensor_elements = std::size_t{1} << 26;

using incuse::NamedTensor;

/// The tensors of a source in its order, or the reason why there are none.
struct NamedTensors {
  std::string file{};                   ///< for messages
  std::string arch{};                   ///< name of the architecture, of a checkpoint that has one
  std::optional<std::int64_t> epoch{};  ///< of the training, likewise
  std::vector<NamedTensor> tensors{};
  std::string error{};  ///< empty if all is well; else it begins with the file's name

  bool ok() const { return error.empty(); }
  const NamedTensor* find(std::string_view name) const {
    for (const NamedTensor& tensor : tensors)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }
  std::size_t elements() const {
    std::size_t count = 0;
    for (const NamedTensor& tensor : tensors) count += tensor.values.size();
    return count;
  }
};

namespace detail {

inline NamedTensors refused_tensors(const std::string& file, const std::string& reason) {
  NamedTensors refused;
  refused.file = file;
  refused.error = printable(file) + ": " + reason;
  return refused;
}

/// One little-endian element of a .npy file.
inline float npy_real(const std::uint8_t* bytes, NpyType type) {
  const int size = incuse::detail::npy_type(type).bytes;
  std::uint64_t bits = 0;
  for (int i = 0; i < size; ++i) bits |= std::uint64_t{bytes[i]} << 8 * i;
  if (type == NpyType::f2) return static_cast<float>(incuse::detail::half_number(static_cast<unsigned>(bits)));
  if (type == NpyType::f4) {
    const auto word = static_cast<std::uint32_t>(bits);
    float value = 0;
    std::memcpy(&value, &word, sizeof value);
    return value;
  }
  if (type == NpyType::f8) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return static_cast<float>(value);
  }
  const auto* const characters = reinterpret_cast<const char*>(bytes);
  return static_cast<float>(incuse::detail::npy_value(characters, incuse::detail::npy_type(type)));
}

inline NamedTensor named_tensor(const std::string& name, const NpyTensor& array) {
  NamedTensor tensor{name, array.shape, {}};
  const auto size = static_cast<std::size_t>(incuse::detail::npy_type(array.type).bytes);
  tensor.values.reserve(array.bytes.size() / size);
  for (std::size_t at = 0; at < array.bytes.size(); at += size)
    tensor.values.push_back(npy_real(array.bytes.data() + at, array.type));
  return tensor;
}

/// "conv1.weight" of "weights/conv1.weight.npy".
inline std::string tensor_name(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  constexpr std::string_view ending = ".npy";
  const bool ends = name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending;
  return ends ? name.substr(0, name.size() - ending.size()) : name;
}

}  // namespace detail

/// The tensors of .npy files, in this order: each is called like its file without ".npy".
inline NamedTensors tensors_of_npy(const std::vector<std::string>& files) {
  NamedTensors result;
  result.file = files.size() == 1 ? files[0] : std::to_string(files.size()) + " files";
  std::size_t elements = 0;
  for (const std::string& file : files) {
    const NpyTensor array = read_npy_tensor(file);
    if (!array.ok()) {
      result.error = array.error;
      result.tensors.clear();
      return result;
    }
    result.tensors.push_back(detail::named_tensor(detail::tensor_name(file), array));
    elements += result.tensors.back().values.size();
    if (elements > most_tensor_elements)
      return detail::refused_tensors(file, "with this file there are more than " +
                                               std::to_string(most_tensor_elements) +
                                               " numbers, the most that is read");
  }
  return result;
}

}  // namespace incuse::import
