// A rule is in the list that it names. Where the list's table would come too early to hold it, it does not compile.
// expect: rules stand in front of the table of their list
// errors: 1
#include <incuse/core/checked_rule.hpp>

namespace incuse::chip {
struct Width {
  int value;
};
}  // namespace incuse::chip

INCUSE_RULE_LIST(chip, width_rules, Width)

namespace incuse {

INCUSE_LISTED_RULE(chip, width_rules, too_narrow, error, "the width is too small", "use a larger one", "none") {
  if (at.value < 4) blame(at.value, 4);
}

INCUSE_LISTED_RULE(chip, width_rules, too_wide, error, "the width is too large", "use a smaller one", "none") {
  if (at.value > 512) blame(at.value, 512);
}

}  // namespace incuse

INCUSE_RULE_TABLE(chip, width_rules)

static_assert(sizeof incuse::chip::width_rules / sizeof incuse::chip::width_rules[0] == 2);
static_assert(*incuse::chip::width_rules[0].rule == incuse::chip::rules::too_narrow);
static_assert(*incuse::chip::width_rules[1].rule == incuse::chip::rules::too_wide);

namespace incuse {

INCUSE_LISTED_RULE(chip, width_rules, odd, error, "the width is odd", "use an even one", "none") {
  if (at.value % 2 != 0) blame(at.value);
}

}  // namespace incuse
