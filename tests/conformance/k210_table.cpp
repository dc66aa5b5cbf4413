#include "k210_table.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <incuse/import/file.hpp>

#include "reference_case.hpp"

namespace conformance::k210 {

namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (char c : line) {
    if (c == ',')
      cells.emplace_back();
    else if (c != '\r')
      cells.back() += c;
  }
  return cells;
}

template <class Parse>
auto parsed(const std::string& text, const std::string& column, Parse parse) {
  std::size_t used = 0;
  try {
    const auto value = parse(text, used);
    if (used == text.size()) return value;
  } catch (const std::logic_error&) {
  }
  throw DamagedCase("column " + column + " holds '" + text + "'");
}

std::array<std::uint32_t, 256> crc_steps() {
  std::array<std::uint32_t, 256> steps{};
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    steps[i] = i;
    for (int bit = 0; bit < 8; ++bit) steps[i] = steps[i] >> 1 ^ (steps[i] & 1 ? 0xedb88320u : 0);
  }
  return steps;
}

}  // namespace

const std::string& Row::text(const std::string& column) const {
  const auto found = values_.find(column);
  if (found == values_.end()) throw DamagedCase("there is no column " + column);
  return found->second;
}

long long Row::number(const std::string& column) const {
  return parsed(text(column), column, [](const std::string& t, std::size_t& used) { return std::stoll(t, &used); });
}

int Row::integer(const std::string& column) const { return static_cast<int>(number(column)); }

std::uint64_t Row::hexadecimal(const std::string& column) const {
  return parsed(text(column), column,
                [](const std::string& t, std::size_t& used) { return std::uint64_t{std::stoull(t, &used, 16)}; });
}

std::string read_bytes(const std::string& path) {
  std::string bytes, error;
  if (!incuse::read_file(path, bytes, error)) throw DamagedCase(error);
  return bytes;
}

std::vector<Row> read_table(const std::string& path) {
  std::istringstream in(read_bytes(path));
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> columns = cells_of(line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != columns.size())
      throw DamagedCase(path + ": line " + std::to_string(rows.size() + 2) + " has " + std::to_string(cells.size()) +
                        " cells, the header " + std::to_string(columns.size()));
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < cells.size(); ++i) values[columns[i]] = cells[i];
    rows.emplace_back(std::move(values));
  }
  return rows;
}

std::uint32_t crc_of(const std::uint8_t* bytes, std::size_t count) {
  static const std::array<std::uint32_t, 256> steps = crc_steps();
  std::uint32_t crc = ~0u;
  for (std::size_t i = 0; i < count; ++i) crc = crc >> 8 ^ steps[(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

std::string in_hexadecimal(std::uint64_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

}  // namespace conformance::k210
