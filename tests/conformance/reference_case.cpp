#include "reference_case.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

namespace conformance {

namespace {

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) throw DamagedCase(path.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const std::string& word_at(const std::vector<std::string>& words, std::size_t i) {
  if (i >= words.size()) throw DamagedCase("a line has too few words");
  return words[i];
}

}  // namespace

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

long long number_in(const std::string& word) {
  try {
    std::size_t used = 0;
    const long long value = std::stoll(word, &used, 0);
    if (used == word.size()) return value;
  } catch (const std::exception&) {
  }
  throw DamagedCase("'" + word + "' is not a number");
}

std::vector<int> split_numbers(const std::string& text) {
  std::vector<int> numbers;
  std::string digits;
  for (char c : text + ",") {
    if (c != 'x' && c != ',') {
      digits += c;
    } else if (!digits.empty() && digits != "-") {
      numbers.push_back(static_cast<int>(number_in(digits)));
      digits.clear();
    }
  }
  return numbers;
}

std::uint32_t crc32(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t crc = ~0u;
  for (std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i) crc = (crc & 1u) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
  }
  return ~crc;
}

std::vector<CaseEntry> find_cases(const std::filesystem::path& folder) {
  const std::filesystem::path start = std::filesystem::weakly_canonical(folder);
  // The folder may be the root of the tables or up to two levels below it; what lies between selects the cases.
  std::filesystem::path root = start;
  for (int up = 0; up < 3 && !std::filesystem::exists(root / "index.txt"); ++up) root = root.parent_path();
  if (!std::filesystem::exists(root / "index.txt"))
    throw DamagedCase(folder.string() + " holds no reference tables: there is no index.txt");
  const std::string below = start == root ? "" : start.lexically_relative(root).generic_string();
  std::vector<CaseEntry> cases;
  for (const std::string& line : lines_of(root / "index.txt")) {
    const std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    if (words.size() != 4) throw DamagedCase((root / "index.txt").string() + ": '" + line + "' has not 4 words");
    const std::string place = words[0] + "/" + words[1];
    if (below.empty() || words[0] == below || place == below)
      cases.push_back({words[0], words[1], words[3], words[2] == "ok", root});
  }
  return cases;
}

ReferenceCase::ReferenceCase(const CaseEntry& entry) : entry_(entry), folder_(entry.root / entry.device / entry.name) {
  for (const std::string& line : lines_of(folder_ / "meta.txt")) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) meta_[line.substr(0, colon)] = line.substr(colon + 2);
  }
  if (meta_.empty()) throw DamagedCase((folder_ / "meta.txt").string() + " cannot be read");
  for (const std::string& line : lines_of(folder_ / "params.txt")) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() == 3) parameters_[static_cast<int>(number_in(words[0]))][words[1]] = words[2];
  }
  for (const std::string& line : lines_of(folder_ / "files.txt")) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() == 2) files_[words[0]] = words[1];
  }
}

std::string ReferenceCase::meta(const std::string& key) const {
  const auto found = meta_.find(key);
  return found == meta_.end() ? "" : found->second;
}

std::vector<std::string> ReferenceCase::flags() const {
  const std::string flags = meta("flags");
  return flags == "-" ? std::vector<std::string>() : words_of(flags);
}

std::string ReferenceCase::parameter(int layer, const std::string& key) const {
  const auto found = parameters_.find(layer);
  if (found == parameters_.end()) return "";
  const auto value = found->second.find(key);
  return value == found->second.end() ? "" : value->second;
}

std::vector<int> ReferenceCase::numbers(int layer, const std::string& key) const {
  return split_numbers(parameter(layer, key));
}

bool ReferenceCase::has_any_bias() const {
  for (const auto& [role, path] : files_)
    if (role.size() == 3 && role[0] == 'b') return true;
  return false;
}

incuse::NpyArray ReferenceCase::array(const std::string& role) const {
  const auto found = files_.find(role);
  if (found == files_.end()) throw DamagedCase("files.txt has no " + role);
  incuse::NpyResult result = incuse::read_npy((entry_.root / found->second).string());
  if (!result.ok()) throw DamagedCase(result.error);
  return std::move(result.array);
}

std::vector<std::uint8_t> ReferenceCase::bytes(const std::string& role) const {
  const auto found = files_.find(role);
  if (found == files_.end()) throw DamagedCase("files.txt has no " + role);
  const std::string content = read_bytes(entry_.root / found->second);
  return {content.begin(), content.end()};
}

std::vector<std::uint32_t> ReferenceCase::words(const std::string& role) const {
  const std::vector<std::uint8_t> content = bytes(role);
  std::vector<std::uint32_t> words(content.size() / 4);
  for (std::size_t i = 0; i < 4 * words.size(); ++i)
    words[i / 4] |= static_cast<std::uint32_t>(content[i]) << 8 * (i % 4);
  return words;
}

std::vector<ReferenceWrite> ReferenceCase::writes() const {
  std::vector<ReferenceWrite> writes;
  for (const std::string& line : lines_of(folder_ / "writes.txt")) {
    const std::vector<std::string> words = words_of(line);
    const std::string& operation = word_at(words, 1);
    if (operation == "memset0") continue;  // of row caches: what these hold before a layer runs does not matter
    const bool masked = operation == "wait" || operation == "check";
    writes.push_back({words[0] == "CNN_IRQHandler" ? "CNN_ISR" : words[0], operation,
                      static_cast<std::uint32_t>(number_in(word_at(words, 2))),
                      static_cast<std::uint32_t>(number_in(word_at(words, 3))),
                      masked ? static_cast<std::uint32_t>(number_in(word_at(words, 4))) : 0});
  }
  return writes;
}

std::vector<ReferenceLoad> ReferenceCase::loads() const {
  std::vector<ReferenceLoad> loads;
  for (const std::string& line : lines_of(folder_ / "loads.txt")) {
    const std::vector<std::string> words = words_of(line);
    loads.push_back({word_at(words, 0), static_cast<std::uint32_t>(number_in(word_at(words, 1))),
                     number_in(word_at(words, 2)), word_at(words, 3)});
  }
  return loads;
}

std::vector<ReferenceOutput> ReferenceCase::outputs() const {
  std::vector<ReferenceOutput> outputs;
  for (const std::string& line : lines_of(folder_ / "outputs.txt")) {
    const std::vector<std::string> words = words_of(line);
    outputs.push_back({static_cast<int>(number_in(word_at(words, 0))), word_at(words, 1), word_at(words, 2) == "i32",
                       static_cast<std::uint32_t>(number_in(word_at(words, 3))), word_at(words, 4) == "1",
                       word_at(words, 5) == "-" ? "" : words[5]});
  }
  return outputs;
}

std::vector<ReferenceCounts> ReferenceCase::counts(const std::string& file) const {
  std::vector<ReferenceCounts> rows;
  for (const std::string& line : lines_of(folder_ / file)) {
    ReferenceCounts row;
    const std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    std::size_t i = 1;
    row.label = words[0];
    if (row.label == "layer") row.label += " " + word_at(words, i++);
    for (; i < words.size() && words[i] != "est"; ++i) row.counts.push_back(number_in(words[i]));
    if (i < words.size()) row.label += " est";
    rows.push_back(row);
  }
  return rows;
}

}  // namespace conformance
