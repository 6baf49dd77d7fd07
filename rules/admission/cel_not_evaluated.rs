use podwright_rule::declare_rules;

declare_rules! {
    hooks: {},
    RULE {
        name: "cel-not-evaluated",
        summary: "expression whose result depends on something that podwright does not know",
        severity: Info,
        since: "0.1.0",
    }
}
