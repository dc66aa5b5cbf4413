#include "content.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include <zip.h>

#include <incuse/import/file.hpp>
#include <incuse/import/kmodel.hpp>
#include <incuse/import/onnx/read.hpp>
#include <incuse/import/yaml.hpp>

namespace cli {

namespace {

constexpr std::string_view zip_file{"PK\3\4", 4};

bool begins_kmodel(std::string_view bytes) { return incuse::kmodel_order(bytes) != incuse::KmodelOrder::none; }

/// Text with a key: a colon is behind it.
bool could_be_description(std::string_view bytes) {
  return incuse::detail::no_text(bytes).empty() && bytes.find(':') != std::string_view::npos;
}

/// Files that people have at hand, and what to do with them.
struct OtherFile {
  std::size_t at;
  std::string_view bytes;
  const char* advice;
};
constexpr OtherFile other_files[] = {
    {0, "\x93NUMPY", "an array of NumPy: give it with --weights or --input"},
    {0, {"\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20", 10}, "a checkpoint of PyTorch: give it with --checkpoint"},
    {0, "\x89HDF", "an HDF5 file, which is not read"},
};

/// The entries of a zip file, read one by one.
class Archive {
 public:
  explicit Archive(const std::string& bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source != nullptr) archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (source != nullptr && archive_ == nullptr) zip_source_free(source);
    zip_error_fini(&error);
  }
  ~Archive() {
    if (archive_ != nullptr) zip_discard(archive_);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  std::uint64_t size() const {
    return archive_ == nullptr ? 0 : static_cast<std::uint64_t>(zip_get_num_entries(archive_, 0));
  }
  std::string name(std::uint64_t index) const {
    const char* const name = zip_get_name(archive_, index, 0);
    return name == nullptr ? std::string() : name;
  }
  /// The first bytes of an entry, at most so many; nothing if it cannot be read.
  std::string read(std::uint64_t index, std::size_t most) const {
    zip_file_t* const entry = zip_fopen_index(archive_, index, 0);
    if (entry == nullptr) return {};
    std::string bytes;
    char block[1 << 14];
    while (bytes.size() < most) {
      const std::size_t wanted = most - bytes.size() < sizeof block ? most - bytes.size() : sizeof block;
      const zip_int64_t count = zip_fread(entry, block, wanted);
      if (count < 0) bytes.clear();
      if (count <= 0) break;
      bytes.append(block, static_cast<std::size_t>(count));
    }
    zip_fclose(entry);
    return bytes;
  }

 private:
  zip_t* archive_ = nullptr;
};

/// A kfpkg is a zip file with a list of what goes where into the flash memory, and these files.
std::string kmodel_in(const std::string& file, const std::string& bytes) {
  const Archive archive(bytes);
  std::vector<std::uint64_t> models;
  std::string names;
  for (std::uint64_t i = 0; i < archive.size(); ++i) {
    const std::string name = archive.name(i);
    if (name.size() > 9 && name.substr(name.size() - 9) == "/data.pkl")
      throw UsageError(file + ": this is a checkpoint of PyTorch: give it with --checkpoint");
    if (!begins_kmodel(archive.read(i, 4))) continue;
    models.push_back(i);
    names += (names.empty() ? "" : ", ") + name;
  }
  if (models.empty()) throw UsageError(file + ": this is a zip file without a kmodel");
  if (models.size() > 1) throw UsageError(file + ": this zip file has several kmodels: unpack one of " + names);
  std::string model = archive.read(models[0], incuse::most_file_bytes + 1);
  if (model.size() > incuse::most_file_bytes)
    throw UsageError(file + ": " + names + " is larger than 64 MiB, the most that is read");
  if (model.empty()) throw UsageError(file + ": " + names + " is damaged");
  return model;
}

}  // namespace

void read_content(Request& request) {
  std::string error;
  if (!incuse::read_file(request.description, request.content, error)) throw UsageError(error);
  const std::string_view bytes = request.content;
  for (const OtherFile& other : other_files)
    if (bytes.size() > other.at && bytes.substr(other.at, other.bytes.size()) == other.bytes)
      throw UsageError(request.description + ": this is " + other.advice);
  if (bytes.substr(0, 4) == zip_file) request.content = kmodel_in(request.description, request.content);
}

bool is_onnx(const Request& request) {
  if (is_tflite(request)) return false;
  return std::string_view(request.description).ends_with(".onnx") ||
         (incuse::detail::no_text(request.content) != "" && incuse::import::onnx::looks_like_model(request.content));
}

bool is_tflite(const Request& request) {
  return request.content.size() >= 8 && request.content.compare(4, 4, "TFL3") == 0;
}

bool is_model(const Request& request) { return is_tflite(request) || is_onnx(request); }

bool is_kmodel(const Request& request) {
  if (is_model(request)) return false;
  constexpr std::string_view ending = ".kmodel";
  const std::string_view path = request.description;
  const bool named = path.size() > ending.size() && path.substr(path.size() - ending.size()) == ending;
  return begins_kmodel(request.content) || (named && !could_be_description(request.content));
}

}  // namespace cli
