// The entries of zip files. Programs that include this header need to link libzip.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zip.h>

#include <incuse/import/file.hpp>

namespace incuse::detail {

/// The entries of a zip file, all of them or none: stored, so that together they cannot be larger than the file, or
/// compressed as well, with at most `most` bytes together. Anything else is refused.
class ZipReader {
 public:
  /// For files whose entries are not compressed.
  explicit ZipReader(std::string_view file) : file_(file), most_(file.size()) {}
  /// For files whose entries may be deflated: together they have at most `most` bytes.
  ZipReader(std::string_view file, std::size_t most) : file_(file), most_(most), compressed_(true) {}

  /// "" or why the file cannot be read. `order`: the entries' names as they follow each other.
  std::string read(std::map<std::string, std::string>& entries, std::vector<std::string>* order = nullptr) {
    order_ = order;
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(file_.data(), file_.size(), 0, &error);
    zip_t* const archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) {
      const std::string reason = zip_error_strerror(&error);
      if (source != nullptr) zip_source_free(source);
      zip_error_fini(&error);
      return "this is no zip file: " + reason;
    }
    zip_error_fini(&error);
    std::string reason;
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < count && reason.empty(); ++i)
      reason = read_entry(archive, static_cast<zip_uint64_t>(i), entries);
    zip_discard(archive);
    return reason;
  }

 private:
  std::string read_entry(zip_t* archive, zip_uint64_t index, std::map<std::string, std::string>& entries) {
    zip_stat_t facts;
    zip_stat_init(&facts);
    const zip_uint64_t needed =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(archive, index, 0, &facts) != 0 || (facts.valid & needed) != needed)
      return "entry " + std::to_string(index) + " of the zip file is damaged";
    const std::string name = facts.name;
    if (facts.encryption_method != ZIP_EM_NONE || (facts.comp_method != ZIP_CM_STORE && !compressed_))
      return "an entry of the zip file is compressed or encrypted, which checkpoints never are";
    if (facts.comp_method != ZIP_CM_STORE && facts.comp_method != ZIP_CM_DEFLATE)
      return "an entry of the zip file is compressed in another way than NumPy compresses";
    if (facts.size > most_ - total_)
      return compressed_ ? "the entries of the zip file have more than " + size_text(most_)
                         : "the entries of the zip file are larger than the file";
    // Deflated bytes become at most 1032 times as many: no small file asks for much memory.
    constexpr zip_uint64_t most_growth = 1032;
    if (facts.comp_size > file_.size() || facts.size > most_growth * (facts.comp_size + 1))
      return "entry " + std::to_string(index) + " of the zip file is damaged";
    total_ += facts.size;
    std::string bytes(static_cast<std::size_t>(facts.size), '\0');
    zip_file_t* const entry = zip_fopen_index(archive, index, 0);
    if (entry == nullptr) return "entry " + std::to_string(index) + " of the zip file cannot be read";
    const zip_int64_t got = zip_fread(entry, bytes.data(), facts.size);
    // The checksum is compared at the end of the entry, which has to be reached.
    char behind = 0;
    const bool whole = got == static_cast<zip_int64_t>(facts.size) && zip_fread(entry, &behind, 1) == 0;
    zip_fclose(entry);
    if (!whole) return "entry " + std::to_string(index) + " of the zip file is damaged";
    if (order_ != nullptr) order_->push_back(name);
    if (!entries.emplace(name, std::move(bytes)).second) return "two entries of the zip file have the same name";
    return {};
  }

  std::string_view file_;
  zip_uint64_t most_;
  bool compressed_ = false;
  std::vector<std::string>* order_ = nullptr;
  zip_uint64_t total_ = 0;
};

}  // namespace incuse::detail
