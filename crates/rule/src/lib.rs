//! Definition of a rule, its inputs, and how it reports findings.

mod check;
mod cx;
mod declare;
mod docker;
mod field;
pub mod finding;
mod image;
mod meant;
mod options;
mod profile;

use std::collections::HashSet;
use std::ops::Deref;

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

pub use check::{Check, Hooks};
pub use cx::RuleContext;
#[doc(hidden)]
pub use declare::group_of;
pub use finding::{Applicability, Edit, Finding, Fix, Severity};
pub use meant::{Meant, did_you_mean, use_name};
pub use options::{OptionsType, RuleOptions};
pub use profile::Profile;

/// Metadata of a rule.
#[derive(Debug)]
pub struct RuleMetadata {
    /// Rule ID in kebab-case, as used in `ignore[...]` comments.
    pub name: &'static str,
    /// Category of the rule in the documentation. Not part of the rule's identity.
    pub group: &'static str,
    /// One-line summary of the problem.
    pub summary: &'static str,
    /// Documentation page in Markdown.
    pub page: &'static str,
    /// Default level.
    pub level: Severity,
    /// Version of podwright that introduced the rule.
    pub since: &'static str,
}

impl RuleMetadata {
    /// URL of the documentation page.
    #[must_use]
    pub fn url(&self) -> String {
        let repository = env!("CARGO_PKG_REPOSITORY");
        format!(
            "{repository}/blob/{REVISION}/rules/{}/{}.md",
            self.group, self.name
        )
    }
}

/// Branch or tag of the repository to which links lead. The release workflow sets the tag of the release.
pub const REVISION: &str = match option_env!("PODWRIGHT_TAG") {
    Some(tag) => tag,
    None => "main",
};

/// Registry entry of a rule.
#[derive(Debug)]
pub struct RuleDefinition {
    /// Metadata of the rule.
    pub meta: RuleMetadata,
    /// Profile that switches the rule on.
    pub profile: Profile,
    /// Check that reports the rule, possibly with others. [`Check::NONE`] if the engine reports it.
    pub check: &'static Check,
    /// Type of the options.
    #[doc(hidden)]
    pub options: OptionsType,
}

impl RuleDefinition {
    /// Returns the rule with its default level and options.
    #[must_use]
    pub fn with_defaults(&'static self) -> ActiveRule {
        ActiveRule {
            meta: &self.meta,
            check: self.check,
            options: (self.options.default)(),
            level: self.meta.level,
            has_own_level: false,
            ignorable: true,
        }
    }

    /// Reads options of the rule.
    ///
    /// # Errors
    /// Returns a message that names the option if `options` is not an object, contains an unknown option, or contains a
    /// value of the wrong type.
    pub fn parse_options(&self, options: Value) -> Result<RuleOptions, String> {
        (self.options.parse)(options)
    }

    /// Default of the option `name`.
    #[must_use]
    pub fn default_of(&self, name: &str) -> Option<Value> {
        let mut generator = SchemaGenerator::default();
        let schema = self.options_schema(&mut generator)?.to_value();
        let named = schema.get("$ref").and_then(Value::as_str);
        let named = named.and_then(|reference| reference.rsplit_once('/'));
        let definition = named.and_then(|(_, name)| generator.definitions().get(name));
        let schema = definition.unwrap_or(&schema);
        Some(schema.get("properties")?.get(name)?.get("default")?.clone())
    }

    /// JSON Schema of the options.
    pub fn options_schema(&self, generator: &mut SchemaGenerator) -> Option<Schema> {
        self.options.schema.map(|schema| schema(generator))
    }
}

/// Enabled rule with its level and options.
#[derive(Debug)]
pub struct ActiveRule {
    /// Metadata of the rule.
    pub meta: &'static RuleMetadata,
    /// Check that reports the rule.
    pub check: &'static Check,
    /// Options of the rule.
    pub options: RuleOptions,
    /// Level at which the rule reports.
    pub level: Severity,
    /// Whether the level is configured, and not the default of the rule.
    pub has_own_level: bool,
    /// Whether comments and annotations can suppress the rule.
    pub ignorable: bool,
}

/// Enabled rules, and the hooks of their checks. Dereferences to the rules.
#[derive(Debug, Default)]
pub struct ActiveRules {
    rules: Vec<ActiveRule>,
    /// Hooks of the checks. A check that reports several rules is called once.
    pub hooks: Hooks,
}

impl FromIterator<ActiveRule> for ActiveRules {
    fn from_iter<I: IntoIterator<Item = ActiveRule>>(rules: I) -> Self {
        let rules: Vec<ActiveRule> = rules.into_iter().collect();
        let mut hooks = Hooks::default();
        let mut known: HashSet<*const Check> = HashSet::new();
        for (index, rule) in rules.iter().enumerate() {
            if known.insert(rule.check) {
                hooks.add(index, rule.check);
            }
        }
        Self { rules, hooks }
    }
}

impl Deref for ActiveRules {
    type Target = [ActiveRule];

    fn deref(&self) -> &[ActiveRule] {
        &self.rules
    }
}
