use podwright_rule::declare_rules;

// `api/validation.rs` reports it.
declare_rules! {
    hooks: {},
    RULE {
        name: "admission-policy-invalid",
        summary: "admission policy or binding that the API server rejects",
        severity: Error,
        since: "0.1.0",
    }
}
