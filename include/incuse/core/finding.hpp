// Findings: what a check has to say about a network. Each is an instance of a rule; the sentence is built from the rule's
// words and the finding's numbers, the same at compile time and at run time.
#pragma once

#include <incuse/core/bounded_list.hpp>
#include <incuse/core/text.hpp>

namespace incuse {

enum class Severity : unsigned char { error, warning };

/// The words of a rule. One object per rule, with static storage: findings point to it.
struct Rule {
  Text id;        ///< the name of the rule, as in the catalogue
  Text sentence;  ///< what is wrong, without numbers
  Text remedy;    ///< what to change
  Text source;    ///< where the limit is documented
  Severity severity = Severity::error;
};

/// A number or a shape, printed as "812" or "60x3x3", with an optional unit ("bytes").
struct Quantity {
  long long values[4]{};
  int count = 0;
  Text unit{};

  constexpr Quantity() = default;
  constexpr Quantity(long long value, Text unit_name = {}) : values{value}, count(1), unit(unit_name) {}
  static constexpr Quantity shape(long long a, long long b, long long c, long long d) {
    Quantity q;
    q.values[0] = a, q.values[1] = b, q.values[2] = c, q.values[3] = d;
    q.count = 4;
    return q;
  }
};

/// One violation: the rule, the layer (-1: the whole network), what the layer needs and what there is.
struct Finding {
  const Rule* rule = nullptr;
  int layer = -1;
  Text layer_name{};
  Quantity needs{};
  Quantity has{};
};

/// All violations of a network. More than the capacity are counted in `dropped`.
struct Findings : BoundedList<Finding, 32> {
  constexpr int errors() const {
    int count = dropped;
    for (const Finding& f : *this)
      if (f.rule->severity == Severity::error) ++count;
    return count;
  }
  constexpr bool ok() const { return errors() == 0; }
  constexpr bool contains(const Rule& rule) const {
    for (const Finding& f : *this)
      if (f.rule == &rule) return true;
    return false;
  }
};

/// The sentence of a finding: "layer 3 (conv3): <sentence>: needs 812 columns, MAX78000 has 768; <remedy>".
/// Longer sentences are cut at the capacity.
using Sentence = TextBuffer<400>;

template <int Capacity>
constexpr void append(TextBuffer<Capacity>& out, const Quantity& quantity) {
  for (int i = 0; i < quantity.count; ++i) {
    if (i > 0) out << 'x';
    out << quantity.values[i];
  }
  if (!quantity.unit.empty()) out << ' ' << quantity.unit;
}

constexpr Sentence sentence_of(const Finding& finding, Text owner) {
  Sentence out;
  if (finding.layer >= 0) {
    out << "layer " << static_cast<long long>(finding.layer);
    if (!finding.layer_name.empty()) out << " (" << finding.layer_name << ')';
    out << ": ";
  }
  out << finding.rule->sentence;
  if (finding.needs.count > 0) {
    out << ": needs ";
    append(out, finding.needs);
    if (finding.has.count > 0) {
      out << ", " << owner << " has ";
      append(out, finding.has);
    }
  }
  if (!finding.rule->remedy.empty()) out << "; " << finding.rule->remedy;
  return out;
}

}  // namespace incuse
