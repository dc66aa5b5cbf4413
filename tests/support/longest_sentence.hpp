// The longest sentence that a rule can have, and what must not be missing in it.
#pragma once

#include <limits>
#include <string>

#include <incuse/core/diagnostics.hpp>
#include <incuse/core/finding.hpp>
#include <incuse/hosted/strings.hpp>

namespace incuse::test {

/// A finding with long names in all places, the largest numbers, and more layers than lists hold.
inline Finding longest_finding(const Rule& rule) {
  static const std::string name(500, 'n');
  const Text long_name{name.data(), static_cast<int>(name.size())};
  constexpr long long least = std::numeric_limits<long long>::min(), layer = 127;
  Quantity widest = Quantity::shape(least, least, least, least);
  widest.unit = "repetitions of the layers";
  Finding finding{&rule, layer, long_name, widest, widest, long_name, long_name, std::numeric_limits<long long>::max()};
  finding.advice = {"a change with a name that is longer than any that the rules have", layer, long_name, widest,
                    widest};
  for (int i = 0; i < 20; ++i) {
    finding.shares.push({layer, long_name, widest});
    finding.advice.further_layers.push(layer);
  }
  return finding;
}

/// Whether the sentence of that finding has the rule's words, all of the remedy and all of the advice.
inline bool keeps_what_matters(const Rule& rule) {
  const Finding finding = longest_finding(rule);
  const Sentence sentence = sentence_of(finding, finding.layer_name);
  const std::string text = string_of(sentence), number = "-9223372036854775808";
  const std::string advice = "; a change with a name that is longer than any that the rules have in layer 127 (";
  const std::string end = number + 'x' + number + " repetitions of the layers";
  const bool remedied =
      rule.remedy.empty() || text.find("; " + string_of(rule.remedy) + "; a change") != std::string::npos;
  return remedied && text.find(string_of(rule.sentence)) != std::string::npos &&
         text.find(advice) != std::string::npos && text.find(" others)") != std::string::npos &&
         text.find(" and 14 more: ") != std::string::npos && text.size() > end.size() &&
         text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Whether compile errors say the same as the sentence of that finding: GCC prints all of it behind the rule's name,
/// newer Clangs what is not in the rule's own words, in pieces of which none is too long for them.
inline bool is_whole_in_errors(const Rule& rule) {
  const Finding finding = longest_finding(rule);
  const std::string sentence = string_of(sentence_of(finding, finding.layer_name));
  const auto words = detail::words_of(finding, finding.layer_name);
  const Sentence facts = facts_of(finding, finding.layer_name);
  const detail::Pieces pieces{facts.text()};
  std::string joined;
  bool printed = true;
  for (int i = 0, end = 0; i < pieces.count; ++i) {
    joined += std::string(pieces.first[i] > end ? " " : "") +
              std::string(facts.characters + pieces.first[i], static_cast<std::size_t>(pieces.size[i]));
    end = pieces.first[i] + pieces.size[i];
    printed = printed && pieces.size[i] <= detail::Pieces::longest;
  }
  // Figures and advice are the same in both, so what the facts end with stands at the end of the sentence.
  const std::string end = string_of(facts).substr(string_of(facts).find("; a change"));
  return printed && joined == string_of(facts) && facts.size < Sentence::capacity &&
         string_of(words) == '[' + string_of(rule.id) + "] " + sentence && words.size < words.capacity &&
         sentence.size() > end.size() && sentence.compare(sentence.size() - end.size(), end.size(), end) == 0;
}

}  // namespace incuse::test
