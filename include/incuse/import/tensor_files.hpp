// Tensors by name from any file that training frameworks write: checkpoints of PyTorch in both containers, .npz and
// .npy, and folders of .npy. Programs that include this header need to link libzip.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <incuse/import/checkpoint.hpp>
#include <incuse/import/natural_order.hpp>
#include <incuse/import/tensors.hpp>
#include <incuse/import/zip.hpp>

namespace incuse::import {

namespace detail {

inline NamedTensors too_many_elements(const std::string& file) {
  return refused_tensors(file, "its tensors have more than " + std::to_string(most_tensor_elements) +
                                   " numbers together, the most that is read");
}

/// A .npz file is a zip file of .npy files.
inline NamedTensors parse_npz(std::string_view bytes, const std::string& file) {
  std::map<std::string, std::string> entries;
  std::vector<std::string> order;
  const std::string reason = incuse::detail::ZipReader(bytes, most_checkpoint_bytes).read(entries, &order);
  if (!reason.empty()) return refused_tensors(file, reason);
  NamedTensors result;
  result.file = file;
  std::size_t elements = 0;
  for (const std::string& name : order) {
    const NpyTensor array = parse_npy_tensor(entries[name]);
    if (!array.ok()) return refused_tensors(file, "entry '" + printable(name.substr(0, 80)) + "': " + array.error);
    elements += array.bytes.size() / static_cast<std::size_t>(incuse::detail::npy_type(array.type).bytes);
    if (elements > most_tensor_elements) return too_many_elements(file);
    result.tensors.push_back(named_tensor(tensor_name(name), array));
    entries[name].clear();
  }
  return result;
}

}  // namespace detail

/// The numbers of a checkpoint's tensor.
inline NamedTensor tensor_of(const CheckpointTensor& tensor) {
  NamedTensor own{tensor.name, {}, {}};
  for (std::int64_t size : tensor.shape) own.shape.push_back(static_cast<int>(size));
  own.values.reserve(static_cast<std::size_t>(tensor.count));
  incuse::detail::for_each_element(tensor, [&](const char* element) {
    own.values.push_back(static_cast<float>(incuse::detail::element_number(element, tensor.type)));
  });
  return own;
}

/// The tensors of a checkpoint.
inline NamedTensors tensors_of(const Checkpoint& checkpoint, const std::string& file) {
  if (!checkpoint.ok()) return detail::refused_tensors(file, checkpoint.error);
  NamedTensors result;
  result.file = file;
  result.arch = checkpoint.arch;
  result.epoch = checkpoint.epoch;
  // Tensors may share their elements: a small file could ask for many.
  std::size_t elements = 0;
  for (const CheckpointTensor& tensor : checkpoint.tensors) elements += static_cast<std::size_t>(tensor.count);
  if (elements > most_tensor_elements) return detail::too_many_elements(file);
  for (const CheckpointTensor& tensor : checkpoint.tensors) result.tensors.push_back(tensor_of(tensor));
  return result;
}

/// The tensors in the bytes of one file: a checkpoint of PyTorch (both containers), .npz, or .npy. `file` is its name,
/// for messages; a .npy file's tensor is called like it.
inline NamedTensors parse_tensors(std::string_view bytes, const std::string& file) {
  if (bytes.substr(0, incuse::detail::npy_magic.size()) == incuse::detail::npy_magic) {
    const NpyTensor array = parse_npy_tensor(bytes);
    if (!array.ok()) return detail::refused_tensors(file, array.error);
    NamedTensors result;
    result.file = file;
    result.tensors.push_back(detail::named_tensor(detail::tensor_name(file), array));
    return result;
  }
  const bool zip = bytes.substr(0, 2) == "PK";
  // Entries of a .npz end in ".npy", and a checkpoint has a pickle.
  if (zip && bytes.find("data.pkl") == std::string_view::npos) return detail::parse_npz(bytes, file);
  if (!zip && bytes.substr(0, incuse::detail::legacy_magic.size()) != incuse::detail::legacy_magic)
    return detail::refused_tensors(file, "this is neither a checkpoint of PyTorch nor .npz nor .npy");
  return tensors_of(parse_checkpoint(bytes), file);
}

/// The tensors of a file, or of all .npy files of a folder by ascending name, in which numbers count as such. The error
/// is one line that begins with the name.
inline NamedTensors read_tensors(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
      if (entry.path().extension() == ".npy") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end(), [](const std::string& a, const std::string& b) {
      return incuse::detail::natural_less(detail::tensor_name(a), detail::tensor_name(b));
    });
    if (files.empty()) return detail::refused_tensors(path, "the folder has no .npy files");
    NamedTensors result = tensors_of_npy(files);
    result.file = path;
    return result;
  }
  std::string bytes, error;
  if (!read_file(path, bytes, error, most_checkpoint_bytes)) {
    NamedTensors refused;
    refused.file = path;
    refused.error = error;
    return refused;
  }
  return parse_tensors(bytes, path);
}

}  // namespace incuse::import
