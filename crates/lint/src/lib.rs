//! Applies every rule to every file.

pub mod baseline;
mod check;
pub mod compat;
pub mod config;
mod defaults;
pub mod export;
pub mod fix;
mod later;
mod live;
mod merge;
pub mod migrate;
mod precedence;
mod redact;
mod rule_set;
mod suppression;
mod suppression_edit;
mod to_sources;
mod walk;

pub use check::{lint, lint_from};
pub use defaults::DefaultRules;
pub use live::Live;
pub use rule_set::{LintResult, RuleSet};
pub use suppression_edit::suppression_edit;
