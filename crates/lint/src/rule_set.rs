use crate::config::{IgnorePolicy, Placeholders, SettingsTable};
use podwright_model::VersionRange;
use podwright_rule::ActiveRules;
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::FileId;

/// Result of a run.
#[derive(Debug, Default)]
pub struct LintResult {
    /// Findings without duplicates, sorted by file, location and rule.
    pub findings: Vec<Finding>,
    /// Number of findings that comments and annotations suppressed.
    pub suppressed: usize,
    /// Levels of the findings that [`lint_from`](crate::lint_from) left out.
    pub left_out: Vec<Severity>,
}

/// Determines which rules check a file, and for which cluster versions.
pub trait RuleSet: Sync {
    /// Rules that are enabled for the file, in any order.
    fn rules(&self, file: FileId) -> &ActiveRules;
    /// Kubernetes releases that the file targets.
    fn versions(&self, file: FileId) -> VersionRange;
    /// Which suppressions in the file take effect. Defaults to all.
    fn ignores(&self, _file: FileId) -> IgnorePolicy {
        IgnorePolicy::default()
    }
    /// Words in the values of the file that another tool replaces. Defaults to none.
    fn placeholders(&self, _file: FileId) -> Option<&Placeholders> {
        None
    }
}

impl RuleSet for SettingsTable {
    fn rules(&self, file: FileId) -> &ActiveRules {
        self.rules(file)
    }

    fn versions(&self, file: FileId) -> VersionRange {
        self.versions(file)
    }

    fn ignores(&self, file: FileId) -> IgnorePolicy {
        self.ignores(file)
    }

    fn placeholders(&self, file: FileId) -> Option<&Placeholders> {
        Some(self.placeholders(file))
    }
}
