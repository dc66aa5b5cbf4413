// Rows of a chip's catalogue of rules: the words of a rule, and the condition that blames what breaks it.
#pragma once

#include <cstddef>

#include <incuse/core/diagnostics.hpp>
#include <incuse/core/shape.hpp>

namespace incuse {

constexpr bool within(long long value, long long least, long long most) { return value >= least && value <= most; }
constexpr bool within(Extent e, long long least, long long most) {
  return within(e.height, least, most) && within(e.width, least, most);
}

/// Takes down that a rule is broken: what is needed, what there is and whose that is (empty: the chip's), which part of
/// the layer is meant, and a change that would help.
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

/// A row: a rule, and the condition that blames a subject which breaks it.
template <class Subject>
struct CheckedRule {
  const Rule* rule;
  void (*check)(const Subject& at, const Blame& blame);
};

/// Applies rules to a subject.
template <class Subject, std::size_t Count>
constexpr void apply(const CheckedRule<Subject> (&rules)[Count], const Subject& at, Blame blame) {
  for (const CheckedRule<Subject>& row : rules) {
    blame.rule = row.rule;
    row.check(at, blame);
  }
}

/// One row of the chip family `space`: the rule's name, its words, and behind the macro the body of its condition: it
/// looks `at` the subject and calls `blame`. To be used in namespace incuse.
#define INCUSE_CHECKED_RULE(space, subject, name, level, sentence, remedy, source) \
  INCUSE_RULE_WORDS(space, name, level, sentence, remedy, source)                  \
  namespace space::rules {                                                         \
  struct name##_condition {                                                        \
    static constexpr void check(const subject& at, const Blame& blame);            \
  };                                                                               \
  }                                                                                \
  constexpr void space::rules::name##_condition::check([[maybe_unused]] const subject& at, const Blame& blame)

/// The same as an entry of a list of rules.
#define INCUSE_CHECKED_RULE_ROW(name) \
  { &rules::name, &rules::name##_condition::check }

}  // namespace incuse
