// The rules of a chip as a table: each row is the text of a rule and the function that checks it.
#pragma once

#include <cstddef>
#include <utility>

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
#define INCUSE_CHECKED_RULE_ROW(name) \
  { &rules::name, &rules::name##_condition::check }

// Lists that make themselves: a rule is in the list that it names, and cannot be left out of it.
//
//     INCUSE_RULE_LIST(k210, step_rules, OneStep)       // what its rules look at
//     namespace incuse {
//     INCUSE_LISTED_RULE(k210, step_rules, width, ...) { if (at.layer.in.width > 512) blame(); }
//     }
//     INCUSE_RULE_TABLE(k210, step_rules)               // k210::step_rules: an array of CheckedRule<OneStep>
//
// All of it stands in one file: the table asks every line from the first to its own whether there is a rule.

/// The rule on a line of a list's file; none, unless INCUSE_LISTED_RULE says otherwise.
template <class List, int Line>
struct rule_on_line {
  static constexpr bool exists = false;  // GCC compares no addresses while it compiles with sanitizers
  static constexpr CheckedRule<typename List::Subject> row{};
};

/// Whether the table of a list is still to come.
template <class List, int Line>
inline constexpr bool is_open = !requires(List * list) {
  table_of(list);
};

namespace detail {

/// The rules on the lines from the first one of the list to the one before `End`.
template <class List, int End, class Lines = std::make_integer_sequence<int, End - List::first_line>>
struct RuleTable;
template <class List, int End, int... Line>
struct RuleTable<List, End, std::integer_sequence<int, Line...>> {
  using Row = CheckedRule<typename List::Subject>;
  static constexpr Row lines[sizeof...(Line)] = {rule_on_line<List, List::first_line + Line>::row...};
  static constexpr bool exists[sizeof...(Line)] = {rule_on_line<List, List::first_line + Line>::exists...};
  static constexpr int count = [] {
    int rules = 0;
    for (bool rule : exists) rules += rule ? 1 : 0;
    return rules;
  }();
  struct Rows {
    Row items[static_cast<std::size_t>(count)];
  };
  static constexpr Rows rows = [] {
    Rows found{};
    int next = 0;
    for (std::size_t line = 0; line < sizeof...(Line); ++line)
      if (exists[line]) found.items[next++] = lines[line];
    return found;
  }();
};

}  // namespace detail

#define INCUSE_RULE_LIST(space, name, subject)  \
  namespace incuse::space {                     \
  struct name##_list {                          \
    using Subject = subject;                    \
    static constexpr int first_line = __LINE__; \
  };                                            \
  }

#define INCUSE_LISTED_RULE(space, list, name, level, sentence, remedy, source) \
  INCUSE_RULE_OBJECT(space, name, level, sentence, remedy, source)             \
  template <auto name, int Number>                                             \
  struct broken_rule<space::rules::name, name, Number> {                       \
    static_assert(name, "[" #name "] " sentence "; " remedy);                  \
  };                                                                           \
  INCUSE_LISTED_CONDITION(space, list, name)

#define INCUSE_LISTED_CONDITION(space, list, name)                                                         \
  static_assert(is_open<space::list##_list, __LINE__>, "rules stand in front of the table of their list"); \
  namespace space::rules {                                                                                 \
  struct name##_condition {                                                                                \
    static constexpr void check(const list##_list::Subject& at, const Blame& blame);                       \
  };                                                                                                       \
  }                                                                                                        \
  template <>                                                                                              \
  struct rule_on_line<space::list##_list, __LINE__> {                                                      \
    static constexpr bool exists = true;                                                                   \
    static constexpr CheckedRule<space::list##_list::Subject> row{&space::rules::name,                     \
                                                                  &space::rules::name##_condition::check}; \
  };                                                                                                       \
  constexpr void space::rules::name##_condition::check([[maybe_unused]] const list##_list::Subject& at,    \
                                                       const Blame& blame)

#define INCUSE_RULE_TABLE(space, list)                                                                \
  namespace incuse::space {                                                                           \
  inline constexpr const auto& list = ::incuse::detail::RuleTable<list##_list, __LINE__>::rows.items; \
  void table_of(list##_list*);                                                                        \
  }

}  // namespace incuse
