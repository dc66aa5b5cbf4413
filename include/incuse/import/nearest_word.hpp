// Words that may be meant by a word that is not known, for messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <incuse/hosted/strings.hpp>

namespace incuse::detail {

/// Number of single-character edits between two words; two neighbours that change places are one edit.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1), above = row, two_above = row;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_above.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// Why a word of the table may be meant by a written one (in lower case); the likeliest reason first.
enum class Kinship { one_edit, begins_so, part, several_edits, none };
struct Relative {
  std::string_view word{};
  Kinship kinship = Kinship::none;
  /// in edits; for words that begin with the written one or contain it, in letters that are left over
  std::size_t distance = 0;

  bool operator<(const Relative& other) const {
    return std::tie(kinship, distance, word) < std::tie(other.kinship, other.distance, other.word);
  }
};
inline Relative relative_of(std::string_view written, std::string_view word) {
  const std::string_view letters = written.substr(std::min(written.find_first_not_of('-'), written.size()));
  // The lengths tell already that many words are far away.
  const std::size_t limit = letters.size() / 3 + 2;
  const bool too_long = word.size() >= written.size() + limit || written.size() >= word.size() + limit;
  const std::size_t distance = too_long ? limit : edit_distance(written, word);
  if (distance <= 1) return {word, Kinship::one_edit, distance};
  const std::size_t more = word.size() - std::min(word.size(), written.size());
  if (letters.size() > 1 && word.substr(0, written.size()) == written) return {word, Kinship::begins_so, more};
  if (letters.size() > 2 && word.find(letters) != std::string_view::npos) return {word, Kinship::part, more};
  if (distance < limit) return {word, Kinship::several_edits, distance};
  return {};
}

/// The words of the table that may be meant, at most four: those that differ in one letter or begin with `written`; if
/// there are none, those that contain it; if there are none either, those with the fewest edits.
template <class Table, class Name>
std::vector<std::string_view> relatives_of(std::string_view written, const Table& table, Name name) {
  std::vector<Relative> found;
  for (const auto& entry : table) {
    const Relative relative = relative_of(written, name(entry));
    const auto same = [&](const Relative& other) { return other.word == relative.word; };
    if (relative.kinship != Kinship::none && std::none_of(found.begin(), found.end(), same)) found.push_back(relative);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string_view> words;
  for (const Relative& relative : found) {
    const Relative& first = found.front();
    const std::size_t most = first.distance == 0 ? 1 : 4;
    const bool close = relative.kinship <= Kinship::begins_so;
    const bool alike =
        relative.kinship == first.kinship && (first.kinship == Kinship::part || relative.distance == first.distance);
    if (words.size() < most && (close || alike)) words.push_back(relative.word);
  }
  return words;
}

/// "; did you mean 'pad' or 'bad'?" with the words of the table that may be meant; empty if no word is near.
template <class Table, class Name>
std::string nearest_word(std::string_view wrong, const Table& table, Name name) {
  const std::string written = lower_case(wrong.substr(0, 60));
  const std::vector<std::string_view> words = relatives_of(written, table, name);
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "; did you mean '" : i + 1 < words.size() ? ", '" : " or '") + std::string(words[i]) + '\'';
  return text.empty() ? text : text + '?';
}

}  // namespace incuse::detail
