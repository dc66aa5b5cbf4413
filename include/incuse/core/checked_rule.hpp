// The rules of a chip as a table: each row is the text of a rule and the function that checks it.
#pragma once

#include <cstddef>

#include <incuse/core/diagnostics.hpp>
#include <incuse/core/shape.hpp>

namespace incuse {

/// Adds a finding: the rule is broken. Arguments: what is needed, what there is, what that belongs to (empty: the
/// chip), which part of the layer is meant, and a change that would help.
struct Blame {
  Findings& found;
  int layer = not_a_layer;  ///< not_a_layer: the whole network
  Text layer_name{};
  const Rule* rule = nullptr;

  constexpr void operator()(const Quantity& needs = {}, const Quantity& has = {}, Text has_whose = {}, Text part = {},
                            const Advice& advice = {}) const {
    found.push({rule, layer, layer_name, needs, has, has_whose, part, -1, advice});
  }
  constexpr void operator()(const Quantity& needs, const Quantity& has, const Advice& advice) const {
    (*this)(needs, has, {}, {}, advice);
  }
  constexpr void operator()(const Quantity& needs, const Quantity& has, Text has_whose, const Advice& advice) const {
    (*this)(needs, has, has_whose, {}, advice);
  }
};

/// A row of the table: `check(at, blame)` calls `blame` if `at` breaks the rule.
template <class Subject>
struct CheckedRule {
  const Rule* rule;
  void (*check)(const Subject& at, const Blame& blame);
  /// Features of chips that the rule is about, one bit each. `0u`: compilers would convert a 0 anew for every row.
  unsigned features = 0u;
};

/// Checks `at` against all rules of a table, except those about features that the chip lacks (`missing`): that a layer
/// asks for such a feature is reported by itself, and makes further findings about it useless.
template <class Subject, std::size_t Count>
constexpr void apply(const CheckedRule<Subject> (&rules)[Count], const Subject& at, Blame blame, unsigned missing = 0) {
  for (const CheckedRule<Subject>& row : rules) {
    if ((row.features & missing) != 0) continue;
    blame.rule = row.rule;
    row.check(at, blame);
  }
}

/// As many rows as a table has.
template <class Subject, std::size_t Count>
struct RuleRows {
  CheckedRule<Subject> items[Count];
};

/// The rows of several tables, one table behind the other.
template <class Subject, std::size_t... Counts>
constexpr RuleRows<Subject, (Counts + ...)> joined(const CheckedRule<Subject> (&... tables)[Counts]) {
  const CheckedRule<Subject>* const first_rows[] = {tables...};
  const std::size_t counts[] = {Counts...};
  RuleRows<Subject, (Counts + ...)> all{};
  std::size_t next = 0;
  for (std::size_t table = 0; table < sizeof...(Counts); ++table)
    for (std::size_t row = 0; row < counts[table]; ++row) all.items[next++] = first_rows[table][row];
  return all;
}

/// The function that checks the rule `space::rules::name`; its body follows the macro. For macros that define rules, as
/// INCUSE_RULE_WORDS does, with their conditions: `INCUSE_RULE(…) { if (at.index > 7) blame(7, at.index); }`.
#define INCUSE_RULE_CONDITION(space, subject, name)                     \
  namespace space::rules {                                              \
  struct name##_condition {                                             \
    static constexpr void check(const subject& at, const Blame& blame); \
  };                                                                    \
  }                                                                     \
  constexpr void space::rules::name##_condition::check([[maybe_unused]] const subject& at, const Blame& blame)

/// The row of that rule in an array of CheckedRule.
#define INCUSE_RULE_ROW(name) \
  { &rules::name, rules::name##_condition::check }
/// The row of a rule about features that only some chips have, one bit each.
#define INCUSE_RULE_ROW_ABOUT(name, features) \
  { &rules::name, rules::name##_condition::check, features }

}  // namespace incuse
