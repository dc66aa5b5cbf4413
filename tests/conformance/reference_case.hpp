// A case of the reference tables, as it lies in its folder. The format is described in the README beside the tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <incuse/import/npy.hpp>

namespace conformance {

/// The case itself is damaged or incomplete: nothing can be compared.
struct DamagedCase : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One line of index.txt, and where its files are.
struct CaseEntry {
  std::string device, name, family;
  bool accepted = false;
  std::filesystem::path root;  ///< the folder with index.txt
};

/// A register access: a line of writes.txt.
struct ReferenceWrite {
  std::string function;   ///< cnn_init, cnn_configure ...
  std::string operation;  ///< =, |=, &=, wait, check
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  std::uint32_t mask = 0;  ///< of wait and check
};

/// A line of loads.txt.
struct ReferenceLoad {
  std::string kind;
  std::uint32_t address = 0;
  long long count = 0;
  std::string role;
};

/// A line of outputs.txt.
struct ReferenceOutput {
  int layer = 0;
  std::string shape;  ///< CxHxW
  bool wide = false;
  std::uint32_t crc = 0;
  bool unloaded = false;
  std::string role;  ///< empty: the array is left out
};

/// A line of stats.txt or latency.txt: its words before the numbers, and the numbers.
struct ReferenceCounts {
  std::string label;
  std::vector<long long> counts;
};

class ReferenceCase {
 public:
  explicit ReferenceCase(const CaseEntry& entry);

  const CaseEntry& entry() const { return entry_; }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  /// A value of meta.txt; empty if it is not there.
  std::string meta(const std::string& key) const;
  /// The command line flags that the tables were made with, one word each.
  std::vector<std::string> flags() const;
  /// A value of params.txt; empty if it is not there.
  std::string parameter(int layer, const std::string& key) const;
  /// Its numbers: "60x3x3", "28,28" or "-" (none).
  std::vector<int> numbers(int layer, const std::string& key) const;

  bool has(const std::string& role) const { return files_.count(role) > 0; }
  bool has_any_bias() const;
  /// True for tables of an early version of the vendor's tool, which hardly warns.
  bool is_early() const { return meta("tool").rfind("95c47ec", 0) == 0; }
  incuse::NpyArray array(const std::string& role) const;
  std::vector<std::uint32_t> words(const std::string& role) const;
  std::vector<std::uint8_t> bytes(const std::string& role) const;

  std::vector<ReferenceWrite> writes() const;
  std::vector<ReferenceLoad> loads() const;
  std::vector<ReferenceOutput> outputs() const;
  std::vector<ReferenceCounts> counts(const std::string& file) const;

 private:
  CaseEntry entry_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> meta_;
  std::map<int, std::map<std::string, std::string>> parameters_;
  std::map<std::string, std::string> files_;
};

/// Lines of a text file, without their ends; none if it does not exist.
std::vector<std::string> lines_of(const std::filesystem::path& path);
/// Words of a line.
std::vector<std::string> words_of(const std::string& line);
/// A whole number, decimal or 0x…; throws DamagedCase.
long long number_in(const std::string& word);

/// All cases below a folder: the one with index.txt, a device's folder in it, or a case's own folder.
std::vector<CaseEntry> find_cases(const std::filesystem::path& folder);

/// The usual CRC-32 (reflected, polynomial 0xedb88320).
std::uint32_t crc32(const std::vector<std::uint8_t>& bytes);
/// "28x28" and "28,28" as numbers.
std::vector<int> split_numbers(const std::string& text);

}  // namespace conformance
