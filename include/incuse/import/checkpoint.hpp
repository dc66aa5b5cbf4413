// PyTorch checkpoints (.pth.tar, .pt): tensors by name, read without Python. Both containers are known: zip files and
// the concatenated pickles of older versions. Programs that include this header need to link libzip.
// Spec: max7800x-training, sections 9.1 to 9.3.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <incuse/import/file.hpp>
#include <incuse/import/half.hpp>
#include <incuse/import/pickle.hpp>
#include <incuse/import/zip.hpp>

namespace incuse {

/// Largest checkpoint file that is read. Files may also contain the state of the training, which can be larger than the
/// network.
inline constexpr std::size_t most_checkpoint_bytes = std::size_t{256} << 20;

/// Types of the elements of tensors.
enum class ElementType : unsigned char {
  float32,
  float64,
  float16,
  bfloat16,
  int64,
  int32,
  int16,
  int8,
  uint8,
  boolean
};

/// A tensor of a checkpoint. It refers to elements in the checkpoint, which has to outlive it.
struct CheckpointTensor {
  std::string name{};
  ElementType type = ElementType::float32;
  std::vector<std::int64_t> shape{};
  std::int64_t count = 0;  ///< elements

  std::string_view storage{};           ///< bytes of all elements of the storage
  std::int64_t offset = 0;              ///< element of the storage where the tensor begins
  std::vector<std::int64_t> strides{};  ///< in elements

  /// The bytes of all elements in C order.
  std::string bytes() const;
  /// All elements as numbers. 64-bit integers beyond 2^53 are rounded.
  std::vector<double> numbers() const;
};

/// A checkpoint, or the reason why there is none.
struct Checkpoint {
  std::string arch{};                        ///< name of the architecture; empty if the file has none
  std::optional<std::int64_t> epoch{};       ///< of the training; none if the file has none
  std::vector<CheckpointTensor> tensors{};   ///< of the state dictionary, in its order
  std::vector<CheckpointTensor> training{};  ///< of the dictionary 'training_state', which our own training writes
  std::string error{};                       ///< empty if all is well

  bool ok() const { return error.empty(); }
  const CheckpointTensor* find(std::string_view name) const {
    for (const CheckpointTensor& tensor : tensors)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }

  /// Owns the bytes that the tensors refer to.
  std::shared_ptr<const std::map<std::string, std::string>> storages{};
};

namespace detail {

struct ElementTypeName {
  std::string_view storage;  ///< class of the storage
  ElementType type;
  int bytes;
};
inline constexpr ElementTypeName element_types[] = {
    {"torch FloatStorage", ElementType::float32, 4}, {"torch DoubleStorage", ElementType::float64, 8},
    {"torch HalfStorage", ElementType::float16, 2},  {"torch BFloat16Storage", ElementType::bfloat16, 2},
    {"torch LongStorage", ElementType::int64, 8},    {"torch IntStorage", ElementType::int32, 4},
    {"torch ShortStorage", ElementType::int16, 2},   {"torch CharStorage", ElementType::int8, 1},
    {"torch ByteStorage", ElementType::uint8, 1},    {"torch BoolStorage", ElementType::boolean, 1},
};

inline int bytes_of(ElementType type) {
  for (const ElementTypeName& known : element_types)
    if (known.type == type) return known.bytes;
  return 1;
}

/// Files that exceed these limits are refused. Trained networks for small chips have some hundred thousand weights.
inline constexpr std::int64_t most_elements = 1 << 26;
inline constexpr std::size_t most_pickle_bytes = 1 << 23;

/// One little-endian element as a number.
inline double element_number(const char* bytes, ElementType type) {
  std::uint64_t bits = 0;
  const int size = bytes_of(type);
  for (int i = 0; i < size; ++i) bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << 8 * i;
  const auto as_float = [](std::uint32_t own) {
    float value = 0;
    std::memcpy(&value, &own, sizeof value);
    return static_cast<double>(value);
  };
  switch (type) {
    case ElementType::float32:
      return as_float(static_cast<std::uint32_t>(bits));
    case ElementType::bfloat16:
      return as_float(static_cast<std::uint32_t>(bits) << 16);
    case ElementType::float16:
      return half_number(static_cast<unsigned>(bits));
    case ElementType::float64: {
      double value = 0;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    case ElementType::int64:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    case ElementType::int32:
      return static_cast<std::int32_t>(bits);
    case ElementType::int16:
      return static_cast<std::int16_t>(bits);
    case ElementType::int8:
      return static_cast<std::int8_t>(bits);
    case ElementType::uint8:
    case ElementType::boolean:
      return static_cast<double>(bits);
  }
  return 0;
}

/// Calls `action(first byte)` for every element of a tensor in C order.
template <class Action>
void for_each_element(const CheckpointTensor& tensor, Action&& action) {
  const std::size_t rank = tensor.shape.size();
  std::vector<std::int64_t> index(rank, 0);
  std::int64_t at = tensor.offset;
  for (std::int64_t n = 0; n < tensor.count; ++n) {
    action(tensor.storage.data() + at * bytes_of(tensor.type));
    for (std::size_t d = rank; d-- > 0;) {
      at += tensor.strides[d];
      if (++index[d] < tensor.shape[d]) break;
      at -= tensor.strides[d] * tensor.shape[d];
      index[d] = 0;
    }
  }
}

/// Turns the pickled object of a checkpoint into tensors. Storages are looked up by their key.
class CheckpointReader {
 public:
  using Storages = std::map<std::string, std::string>;

  CheckpointReader(const Pickle& pickle, const Storages& storages, Checkpoint& checkpoint)
      : pickle_(pickle), storages_(storages), checkpoint_(checkpoint) {}

  void read() {
    const PickleValue& root = pickle_[pickle_.root];
    if (root.kind != Kind::dictionary) return fail("this is no checkpoint: it holds no dictionary");
    if (const PickleValue* arch = pickle_.find(root, "arch"); arch != nullptr && arch->kind == Kind::text)
      checkpoint_.arch = arch->text;
    if (const PickleValue* epoch = pickle_.find(root, "epoch"); epoch != nullptr && epoch->kind == Kind::integer)
      checkpoint_.epoch = epoch->integer;
    const PickleValue* state = pickle_.find(root, "state_dict");
    // A file of nothing but the state dictionary has tensors at the top.
    if (state == nullptr && root.items.size() > 1 && pickle_[root.items[1]].kind == Kind::tensor) state = &root;
    if (state == nullptr || state->kind != Kind::dictionary)
      return fail("this is no checkpoint: it has no dictionary 'state_dict'" + keys_text(root));
    read_tensors("state_dict", *state, checkpoint_.tensors);
    const PickleValue* training = pickle_.find(root, "training_state");
    if (training != nullptr && training->kind == Kind::dictionary)
      read_tensors("training_state", *training, checkpoint_.training);
  }

  /// Type, key and elements of a storage that a persistent value refers to.
  struct StorageReference {
    const ElementTypeName* type = nullptr;
    std::string key{};
    std::int64_t count = 0;
  };
  static std::optional<StorageReference> storage_of(const Pickle& pickle, const PickleValue& value) {
    if (value.kind != Kind::persistent || value.items.size() != 1) return std::nullopt;
    const PickleValue& parts = pickle[value.items[0]];
    if (parts.kind != Kind::tuple || parts.items.size() < 5 || parts.items.size() > 6) return std::nullopt;
    // A sixth part that is not None makes the storage a view of another one (very old files): not supported.
    if (parts.items.size() == 6 && pickle[parts.items[5]].kind != Kind::none) return std::nullopt;
    const PickleValue& type = pickle[parts.items[1]];
    const PickleValue& key = pickle[parts.items[2]];
    const PickleValue& count = pickle[parts.items[4]];
    StorageReference reference;
    for (const ElementTypeName& known : element_types)
      if (type.kind == Kind::global && known.storage == type.text) reference.type = &known;
    if (pickle[parts.items[0]].text != "storage" || reference.type == nullptr || key.kind != Kind::text ||
        count.kind != Kind::integer || count.integer < 0)
      return std::nullopt;
    reference.key = key.text;
    reference.count = count.integer;
    return reference;
  }

 private:
  using Kind = PickleValue::Kind;

  void fail(const std::string& reason) { checkpoint_.error = reason; }
  void fail(const std::string& tensor, const std::string& reason) { fail("tensor '" + shown(tensor) + "': " + reason); }
  static std::string shown(const std::string& text) {
    std::string out;
    for (char c : text.substr(0, 80)) out += c >= ' ' && c <= '~' ? c : '?';
    return out;
  }

  /// ", but 'epoch', 'model'": the first keys of a dictionary; nothing if there are none.
  std::string keys_text(const PickleValue& dictionary) const {
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i + 1 < dictionary.items.size() && i < 2 * most; i += 2)
      if (const PickleValue& key = pickle_[dictionary.items[i]]; key.kind == Kind::text)
        text += (text.empty() ? ", but '" : ", '") + printable(key.text.substr(0, 40)) + '\'';
    return text;
  }

  /// Whole numbers of 0 or more.
  bool read_numbers(const PickleValue& tuple, std::vector<std::int64_t>& numbers) const {
    if (tuple.kind != Kind::tuple || tuple.items.size() > 16) return false;
    for (int item : tuple.items) {
      const PickleValue& number = pickle_[item];
      if (number.kind != Kind::integer || number.integer < 0 || number.integer > most_elements) return false;
      numbers.push_back(number.integer);
    }
    return true;
  }

  void read_tensors(const std::string& dictionary, const PickleValue& items, std::vector<CheckpointTensor>& tensors) {
    for (std::size_t i = 0; i + 1 < items.items.size() && checkpoint_.ok(); i += 2) {
      const PickleValue& name = pickle_[items.items[i]];
      if (name.kind != Kind::text) return fail("a key of '" + dictionary + "' is no text");
      read_tensor(name.text, pickle_[items.items[i + 1]], tensors);
    }
  }

  void read_tensor(const std::string& name, const PickleValue& value, std::vector<CheckpointTensor>& tensors) {
    if (value.kind != Kind::tensor || value.items.size() < 4) return fail(name, "this is no tensor");
    CheckpointTensor tensor;
    tensor.name = name;
    const auto reference = storage_of(pickle_, pickle_[value.items[0]]);
    if (!reference) return fail(name, "its storage is described in an unknown way");
    tensor.type = reference->type->type;
    const PickleValue& offset = pickle_[value.items[1]];
    if (offset.kind != Kind::integer || offset.integer < 0 || offset.integer > reference->count)
      return fail(name, "it begins outside of its storage");
    tensor.offset = offset.integer;
    if (!read_numbers(pickle_[value.items[2]], tensor.shape) ||
        !read_numbers(pickle_[value.items[3]], tensor.strides) || tensor.shape.size() != tensor.strides.size())
      return fail(name, "its size or its strides make no sense");
    const auto storage = storages_.find(reference->key);
    if (storage == storages_.end()) return fail(name, "its storage '" + shown(reference->key) + "' is missing");
    tensor.storage = storage->second;
    if (!fits(tensor, reference->type->bytes)) return fail(name, "it needs more elements than its storage has");
    tensors.push_back(std::move(tensor));
  }

  /// Whether all elements lie in the storage; counts them.
  static bool fits(CheckpointTensor& tensor, int bytes) {
    const auto available = static_cast<std::int64_t>(tensor.storage.size()) / bytes;
    std::int64_t last = tensor.offset;
    tensor.count = 1;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
      if (tensor.shape[d] == 0) {
        tensor.count = 0;
        return tensor.offset <= available;
      }
      tensor.count *= tensor.shape[d];
      last += (tensor.shape[d] - 1) * tensor.strides[d];
      // Both stay far below 2^63: every factor is at most 2^26, and the loop ends when a limit is exceeded.
      if (tensor.count > most_elements || last >= available) return false;
    }
    // Not more elements than the storage has: otherwise strides of 0 could turn a small file into a large tensor.
    return last < available && tensor.count <= available;
  }

  const Pickle& pickle_;
  const Storages& storages_;
  Checkpoint& checkpoint_;
};

inline bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && std::string_view(text).substr(text.size() - end.size()) == end;
}

inline Checkpoint refused_checkpoint(std::string reason) {
  Checkpoint checkpoint;
  checkpoint.error = std::move(reason);
  return checkpoint;
}

inline void read_object(const Pickle& pickle, const std::map<std::string, std::string>& storages,
                        Checkpoint& checkpoint) {
  CheckpointReader(pickle, storages, checkpoint).read();
}

inline Checkpoint parse_zip_checkpoint(std::string_view file) {
  std::map<std::string, std::string> entries;
  if (const std::string reason = ZipReader(file).read(entries); !reason.empty()) return refused_checkpoint(reason);
  constexpr std::string_view pickle_name = "/data.pkl";
  std::string top;
  int pickles = 0;
  for (const auto& [name, bytes] : entries)
    if (ends_with(name, pickle_name)) {
      top = name.substr(0, name.size() - pickle_name.size());
      ++pickles;
    }
  if (pickles != 1) return refused_checkpoint("this is no checkpoint: the zip file has no entry data.pkl, or several");
  const auto order = entries.find(top + "/byteorder");
  if (order != entries.end() && order->second != "little")
    return refused_checkpoint("the checkpoint was written on a big-endian machine");
  const std::string& bytes = entries[top + std::string(pickle_name)];
  if (bytes.size() > most_pickle_bytes) return refused_checkpoint("data.pkl is too large");
  const Pickle pickle = parse_pickle(bytes);
  if (!pickle.ok()) return refused_checkpoint("data.pkl: " + pickle.error);
  if (pickle.size != bytes.size()) return refused_checkpoint("data.pkl goes on behind its end");

  auto storages = std::make_shared<std::map<std::string, std::string>>();
  const std::string folder = top + "/data/";
  for (auto& [name, data] : entries)
    if (name.compare(0, folder.size(), folder) == 0) storages->emplace(name.substr(folder.size()), std::move(data));
  Checkpoint checkpoint;
  checkpoint.storages = storages;
  read_object(pickle, *storages, checkpoint);
  return checkpoint;
}

// Concatenated pickles ------------------------------------------------------------------------------------------------

/// The first pickle of the older form: a number of 80 bits.
inline constexpr std::string_view legacy_magic{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15};

/// The pickles of the older form, one behind the other, and the storages behind them.
struct LegacyPickles {
  Pickle version{}, system{}, object{}, keys{};
  std::string error{};  ///< empty: all of them were read, and suit this reader
};

/// Reads the pickles, and removes them from `file`.
inline LegacyPickles read_legacy_pickles(std::string_view& file) {
  LegacyPickles all;
  const auto next = [&](const char* what, Pickle& pickle) {
    pickle = parse_pickle(file.substr(0, most_pickle_bytes));
    if (pickle.ok())
      file.remove_prefix(pickle.size);
    else
      all.error = std::string(what) + ": " + pickle.error;
    return pickle.ok();
  };
  if (!next("version", all.version)) return all;
  if (all.version[all.version.root].integer != 1001) {
    all.error = "the version of the file is not 1001";
    return all;
  }
  if (!next("system description", all.system)) return all;
  const PickleValue* little = all.system.find(all.system[all.system.root], "little_endian");
  if (little == nullptr || little->integer != 1) {
    all.error = "the checkpoint was written on a big-endian machine";
    return all;
  }
  if (next("object", all.object)) next("list of storages", all.keys);
  return all;
}

using Storages = std::map<std::string, std::string>;

/// Removes a storage from `file`: 8 bytes, the number of elements, and the elements. False: the file is too short.
inline bool take_storage(std::string_view& file, const std::string& key, std::size_t element_bytes,
                         Storages& storages) {
  if (file.size() < 8) return false;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < 8; ++i) count |= static_cast<std::uint64_t>(static_cast<unsigned char>(file[i])) << 8 * i;
  file.remove_prefix(8);
  if (count > file.size() / element_bytes) return false;
  storages.emplace(key, file.substr(0, static_cast<std::size_t>(count) * element_bytes));
  file.remove_prefix(static_cast<std::size_t>(count) * element_bytes);
  return true;
}

inline Checkpoint parse_legacy_checkpoint(std::string_view file) {
  file.remove_prefix(legacy_magic.size());
  const LegacyPickles pickles = read_legacy_pickles(file);
  if (!pickles.error.empty()) return refused_checkpoint(pickles.error);
  // The object's references to storages state the sizes of their elements.
  std::map<std::string, int> element_bytes;
  for (const PickleValue& value : pickles.object.values)
    if (const auto reference = CheckpointReader::storage_of(pickles.object, value))
      element_bytes.emplace(reference->key, reference->type->bytes);
  auto storages = std::make_shared<Storages>();
  for (int item : pickles.keys[pickles.keys.root].items) {
    const std::string& key = pickles.keys[item].text;
    const auto bytes = element_bytes.find(key);
    if (bytes == element_bytes.end()) return refused_checkpoint("a storage is listed that nothing refers to");
    if (!take_storage(file, key, static_cast<std::size_t>(bytes->second), *storages))
      return refused_checkpoint("the file ends too early");
  }
  Checkpoint checkpoint;
  checkpoint.storages = storages;
  read_object(pickles.object, *storages, checkpoint);
  return checkpoint;
}

/// A message about a file with a whole module instead of its state; empty if it is none. Pickled modules have these
/// attributes, and archives of TorchScript this entry.
inline std::string module_instead(std::string_view file) {
  const auto has = [&](std::string_view part) { return file.find(part) != std::string_view::npos; };
  const bool script = has("/constants.pkl"), module = has("_modules") && has("_parameters");
  if (!script && !module) return {};
  return std::string("this is a whole module, ") + (script ? "compiled to TorchScript" : "pickled") +
         ": save its state_dict() instead";
}

}  // namespace detail

inline std::string CheckpointTensor::bytes() const {
  std::string all;
  const auto size = static_cast<std::size_t>(detail::bytes_of(type));
  detail::for_each_element(*this, [&](const char* element) { all.append(element, size); });
  return all;
}

inline std::vector<double> CheckpointTensor::numbers() const {
  std::vector<double> all;
  detail::for_each_element(*this, [&](const char* element) { all.push_back(detail::element_number(element, type)); });
  return all;
}

/// Reads a checkpoint from the bytes of its file. All of them are checked, and nothing is executed.
inline Checkpoint parse_checkpoint(std::string_view file) {
  Checkpoint checkpoint;
  if (file.substr(0, 4) == std::string_view("PK\3\4", 4))
    checkpoint = detail::parse_zip_checkpoint(file);
  else if (file.substr(0, detail::legacy_magic.size()) == detail::legacy_magic)
    checkpoint = detail::parse_legacy_checkpoint(file);
  else
    checkpoint.error = "this is no checkpoint of PyTorch";
  if (checkpoint.ok()) return checkpoint;
  const std::string module = detail::module_instead(file);
  return detail::refused_checkpoint(module.empty() ? checkpoint.error : module);
}

/// Reads a checkpoint file. The error begins with the file's name.
inline Checkpoint read_checkpoint(const std::string& path) {
  std::string bytes, error;
  if (!read_file(path, bytes, error, most_checkpoint_bytes)) return detail::refused_checkpoint(error);
  Checkpoint checkpoint = parse_checkpoint(bytes);
  if (!checkpoint.ok()) checkpoint.error = printable(path) + ": " + checkpoint.error;
  return checkpoint;
}

}  // namespace incuse
