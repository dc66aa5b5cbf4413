// A problem of a network description is reported under the id of a rule. A misspelt id is no rule.
// expect: the_catalogue_has_no_such_id
// errors: 1
#include <incuse/import/description_rules.hpp>

constexpr bool warns(incuse::description_rules::RuleId rule) {
  return rule.rule().severity == incuse::Severity::warning;
}

static_assert(warns("Y13") && !warns("Y5"));
bool misspelt() { return warns("Y99"); }
