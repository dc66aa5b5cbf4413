// Rules as CheckRuleLists.cmake has to find them: `rowless`, and `family_rule` of the other directory, are in no table, and
// nothing applies `idle_rules`.
INCUSE_RULE(OneLayer, rowless, error, "a", "b", "c") {}
INCUSE_RULE(OneLayer, listed, error, "a", "b", "c") {}
INCUSE_RULE(OneLayer, idle, error, "a", "b", "c") {}
inline constexpr CheckedRule<OneLayer> applied_rules[] = {INCUSE_RULE_ROW(listed)};
inline constexpr CheckedRule<OneLayer> idle_rules[] = {INCUSE_RULE_ROW(idle)};
inline constexpr auto joined_rules = joined(applied_rules);
