use super::RuleSet;
use crate::config::{IgnorePolicy, today};
use podwright_model::VersionRange;
use podwright_rule::{ActiveRules, Profile, RuleDefinition};
use podwright_rules::RULES;
use podwright_syntax::text::FileId;

/// Rule set that applies the same rules, with their default levels and options, to every file. Used without a
/// configuration.
pub struct DefaultRules {
    rules: ActiveRules,
    versions: VersionRange,
    ignores: IgnorePolicy,
}

impl DefaultRules {
    /// Default rules for clusters of `versions`.
    #[must_use]
    pub fn for_clusters(versions: VersionRange) -> Self {
        Self::of(versions, |entry| entry.profile == Profile::Default)
    }

    /// Default rules and the rule `name`, even if that one is in another profile.
    #[must_use]
    pub fn and(versions: VersionRange, name: &str) -> Self {
        Self::of(versions, |entry| {
            entry.profile == Profile::Default || entry.meta.name == name
        })
    }

    /// Default rules and the rule `name`, with these options for that one.
    ///
    /// # Errors
    /// Returns a message if the rule has no such options.
    pub fn and_with(
        versions: VersionRange,
        name: &str,
        options: serde_json::Value,
    ) -> Result<Self, String> {
        let own = podwright_rules::find(name).ok_or("no such rule")?;
        let mut rule = own.with_defaults();
        rule.options = own.parse_options(options)?;
        let others = RULES
            .iter()
            .filter(|entry| entry.profile == Profile::Default && entry.meta.name != name);
        let others = others.map(|entry| entry.with_defaults());
        Ok(Self {
            rules: others.chain([rule]).collect(),
            ..Self::of(versions, |_| false)
        })
    }

    /// Rules for which `is_on` holds, for clusters of `versions`.
    #[must_use]
    pub fn of(versions: VersionRange, is_on: impl Fn(&RuleDefinition) -> bool) -> Self {
        let on = RULES.iter().filter(|entry| is_on(entry));
        Self {
            rules: on.map(|entry| entry.with_defaults()).collect(),
            versions,
            ignores: IgnorePolicy {
                today: Some(today()),
                ..IgnorePolicy::default()
            },
        }
    }
}

impl Default for DefaultRules {
    fn default() -> Self {
        Self::for_clusters(VersionRange::default())
    }
}

impl RuleSet for DefaultRules {
    fn rules(&self, _file: FileId) -> &ActiveRules {
        &self.rules
    }

    fn versions(&self, _file: FileId) -> VersionRange {
        self.versions
    }

    fn ignores(&self, _file: FileId) -> IgnorePolicy {
        self.ignores
    }
}
