// Checkpoints as PyTorch reads them (torch.load), and the vendor's tools: a zip file of a pickle and of storages.
// Format: max7800x-training, section 9.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/export/zip.hpp>
#include <incuse/hosted/named_tensor.hpp>

namespace incuse {

/// What a checkpoint says beside its tensors.
struct CheckpointFacts {
  std::optional<long long> epoch{};
  std::string arch{};                                         ///< empty: none
  std::vector<std::pair<std::string, std::string>> extras{};  ///< entries of `extras`
  std::vector<NamedTensor> training{};  ///< of `training_state`: what training needs to go on; none: it is not there
};

namespace detail {

/// A pickle of protocol 2, piece by piece.
class PickleWriter {
 public:
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void text(std::string_view value) {
    bytes_ += 'X';
    append_little(bytes_, value.size(), 4);
    bytes_ += value;
  }
  /// A number of 64 bits, as briefly as pickles have it.
  void number(long long value) {
    const bool is_short = value >= -0x80000000LL && value <= 0x7fffffffLL;
    bytes_ += is_short ? std::string("J") : std::string("\x8a\x08", 2);
    append_little(bytes_, static_cast<std::uint64_t>(value), is_short ? 4 : 8);
  }
  void global(std::string_view name) { bytes_ += std::string("c").append(name); }
  void ordered_dictionary() {
    global("collections\nOrderedDict\n");
    raw(")R");
  }
  /// A tensor of floats whose elements are the storage number `storage`.
  void tensor(const NamedTensor& tensor, std::size_t storage) {
    global("torch._utils\n_rebuild_tensor_v2\n");
    raw("((");
    text("storage");
    global("torch\nFloatStorage\n");
    text(std::to_string(storage));
    text("cpu");
    number(static_cast<long long>(tensor.values.size()));
    raw("tQ");
    number(0);
    raw("(");
    for (const int size : tensor.shape) number(size);
    raw("t(");
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
      long long stride = 1;
      for (std::size_t j = i + 1; j < tensor.shape.size(); ++j) stride *= tensor.shape[j];
      number(stride);
    }
    raw("t\x89");
    ordered_dictionary();
    raw("tR");
  }
  /// An ordered dictionary of tensors, whose storages are numbered from `first` on.
  void tensors(const std::vector<NamedTensor>& all, std::size_t first) {
    ordered_dictionary();
    raw("(");
    for (const NamedTensor& own : all) {
      text(own.name);
      tensor(own, first++);
    }
    raw("u");
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_{};
};

inline std::string little_endian_floats(const std::vector<float>& values) {
  std::string bytes;
  bytes.reserve(4 * values.size());
  for (const float value : values) append_little(bytes, std::bit_cast<std::uint32_t>(value), 4);
  return bytes;
}

}  // namespace detail

/// The bytes of a checkpoint whose state dictionary has these tensors, in this order, as float32.
inline std::string checkpoint_bytes(const std::vector<NamedTensor>& tensors, const CheckpointFacts& facts = {}) {
  detail::PickleWriter pickle;
  pickle.raw("\x80\x02}(");
  if (facts.epoch) {
    pickle.text("epoch");
    pickle.number(*facts.epoch);
  }
  if (!facts.arch.empty()) {
    pickle.text("arch");
    pickle.text(facts.arch);
  }
  pickle.text("state_dict");
  pickle.tensors(tensors, 0);
  if (!facts.training.empty()) {
    pickle.text("training_state");
    pickle.tensors(facts.training, tensors.size());
  }
  pickle.text("extras");
  pickle.raw("}(");
  for (const auto& [key, value] : facts.extras) {
    pickle.text(key);
    pickle.text(value);
  }
  pickle.raw("uu.");

  ZipWriter zip;
  zip.add("archive/data.pkl", pickle.bytes());
  std::size_t storage = 0;
  for (const std::vector<NamedTensor>* all : {&tensors, &facts.training})
    for (const NamedTensor& own : *all)
      zip.add("archive/data/" + std::to_string(storage++), detail::little_endian_floats(own.values));
  zip.add("archive/version", "3\n");
  return zip.bytes();
}

}  // namespace incuse
