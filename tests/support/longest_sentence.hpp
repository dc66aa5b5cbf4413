// The longest sentence that a rule can have, and what must not be missing in it.
#pragma once

#include <limits>
#include <string>

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

}  // namespace incuse::test
