// The row of another chip's rule is none for the first chip's.
INCUSE_RULE(OneLayer, rowless, error, "a", "b", "c") {}
INCUSE_KPU_RULE(
    OneLayer, family_rule, error, "a", "b", "c") {}
inline constexpr CheckedRule<OneLayer> applied_rules[] = {INCUSE_RULE_ROW(rowless)};
inline constexpr auto joined_rules = joined(applied_rules);
