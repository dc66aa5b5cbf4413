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
  int layer = -1;  ///< -1: the whole network
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
};

/// Checks `at` against all rules of a table.
template <class Subject, std::size_t Count>
constexpr void apply(const CheckedRule<Subject> (&rules)[Count], const Subject& at, Blame blame) {
  for (const CheckedRule<Subject>& row : rules) {
    blame.rule = row.rule;
    row.check(at, blame);
  }
}

/// Defines the rule `space::rules::name` of a chip family and the function that checks it, whose body follows the
/// macro: `INCUSE_CHECKED_RULE(…) { if (at.index > 7) blame(7, at.index); }`. For use in namespace incuse.
#define INCUSE_CHECKED_RULE(space, subject, name, level, sentence, remedy, source) \
  INCUSE_RULE_WORDS(space, name, level, sentence, remedy, source)                  \
  namespace space::rules {                                                         \
  struct name##_condition {                                                        \
    static constexpr void check(const subject& at, const Blame& blame);            \
  };                                                                               \
  }                                                                                \
  constexpr void space::rules::name##_condition::check([[maybe_unused]] const subject& at, const Blame& blame)

/// The row of that rule in an array of CheckedRule.
#define INCUSE_CHECKED_RULE_ROW(name) \
  { &rules::name, &rules::name##_condition::check }

}  // namespace incuse
