// Tables of reference cases (CSV with one header line, no quoting) and other files, read whole.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace conformance::k210 {

/// A line of a table, by column.
class Row {
 public:
  explicit Row(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  /// Throws DamagedCase if there is no such column, or if it is no number.
  const std::string& text(const std::string& column) const;
  long long number(const std::string& column) const;
  int integer(const std::string& column) const;
  std::uint64_t hexadecimal(const std::string& column) const;

 private:
  std::map<std::string, std::string> values_;
};

std::vector<Row> read_table(const std::string& path);
/// Throws DamagedCase if the file cannot be read.
std::string read_bytes(const std::string& path);
/// CRC-32 of zlib and PNG.
std::uint32_t crc_of(const std::uint8_t* bytes, std::size_t count);
std::string in_hexadecimal(std::uint64_t value);

}  // namespace conformance::k210
