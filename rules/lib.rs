//! The list of all rules, by group. The page of a rule is `rules/<group>/<name>.md`.

mod admission;
mod api;
mod availability;
mod credentials;
mod cri;
mod dockerconfig;
mod environment;
mod helm;
mod image;
mod jobs;
mod kustomize;
mod lifecycle;
mod network;
mod node;
mod object;
mod podwright;
mod policy;
pub mod precedence;
mod probes;
mod pull;
mod rbac;
mod resources;
mod runtime;
mod schema;
mod secrets;
mod security;
mod server_field;
mod syntax;

use std::collections::HashMap;
use std::sync::LazyLock;

use podwright_rule::RuleDefinition;

pub use server_field::server_field;

/// Every rule, sorted by group and name.
pub static RULES: &[&RuleDefinition] = include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// Rules that a ValidatingAdmissionPolicy can enforce, with what `podwright export` makes the policy of.
pub static POLICIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// Former names of rules, as pairs of old and new name.
pub const RENAMED: &[(&str, &str)] = &[
    ("image-tag-latest-explicit", "image-tag-latest"),
    ("image-tag-latest-implicit", "image-tag-latest"),
];

/// Returns the rule with this name, or the rule that `name` was renamed to.
#[must_use]
pub fn find(name: &str) -> Option<&'static RuleDefinition> {
    static BY_NAME: LazyLock<HashMap<&str, &RuleDefinition>> =
        LazyLock::new(|| RULES.iter().map(|&rule| (rule.meta.name, rule)).collect());
    let name = RENAMED
        .iter()
        .find(|(old, _)| *old == name)
        .map_or(name, |(_, new)| new);
    BY_NAME.get(name).copied()
}

/// What is wrong with YAML, and what to do, in the words of the rules about syntax. Without a full stop.
#[must_use]
pub fn syntax_problem(kind: podwright_syntax::SyntaxErrorKind) -> (&'static str, &'static str) {
    let problem = syntax::of_syntax(kind);
    (problem.message, problem.help)
}

/// Returns the names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.meta.name)
}
