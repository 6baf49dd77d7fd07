//! The checks of other tools, how they map to podwright's rules, and how users suppress them.

mod check;
mod checkov;
mod kube_linter;
mod kube_score;
mod polaris;
pub(crate) mod trivy;

use std::fmt;

pub use check::ForeignCheck;
use check::Lost;
use schemars::JsonSchema;
use serde::Deserialize;

/// Another tool that checks manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// <https://github.com/stackrox/kube-linter>
    KubeLinter,
    /// <https://github.com/zegl/kube-score>
    KubeScore,
    /// <https://github.com/FairwindsOps/polaris>
    Polaris,
    /// <https://github.com/bridgecrewio/checkov>
    Checkov,
    /// <https://github.com/aquasecurity/trivy>. It has no annotations.
    Trivy,
}

impl Tool {
    /// All tools, sorted by name.
    pub const ALL: [Self; 5] = [
        Self::Checkov,
        Self::KubeLinter,
        Self::KubeScore,
        Self::Polaris,
        Self::Trivy,
    ];

    /// Name of the tool, as in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KubeLinter => "kube-linter",
            Self::KubeScore => "kube-score",
            Self::Polaris => "polaris",
            Self::Checkov => "checkov",
            Self::Trivy => "trivy",
        }
    }

    /// Returns the tool with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// Checks of the tool that have equivalent rules, sorted by name.
    #[must_use]
    pub const fn checks(self) -> &'static [ForeignCheck] {
        match self {
            Self::KubeLinter => kube_linter::CHECKS,
            Self::KubeScore => kube_score::CHECKS,
            Self::Polaris => polaris::CHECKS,
            Self::Checkov => checkov::CHECKS,
            Self::Trivy => trivy::CHECKS,
        }
    }

    /// Checks of the tool without an equivalent rule, by reason.
    const fn lost(self) -> &'static [Lost] {
        match self {
            Self::KubeLinter => kube_linter::OTHERS,
            Self::KubeScore => kube_score::OTHERS,
            Self::Polaris => polaris::OTHERS,
            Self::Checkov => checkov::OTHERS,
            Self::Trivy => trivy::OTHERS,
        }
    }

    /// Checks without an equivalent rule that the tool runs by default, by reason: names, separated by whitespace.
    pub(crate) fn default_others(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let own = self.lost().iter().filter(|lost| lost.is_default);
        own.map(|lost| (lost.names, lost.why))
    }

    /// Names of the tool's checks without an equivalent rule, each with the reason.
    pub fn others(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let names =
            |lost: &'static Lost| lost.names.split_whitespace().map(|name| (name, lost.why));
        self.lost().iter().flat_map(names)
    }

    /// Returns the tool's check with this name, if it has equivalent rules.
    #[must_use]
    pub fn check(self, name: &str) -> Option<&'static ForeignCheck> {
        self.checks().iter().find(|check| check.name == name)
    }

    /// Checks of the tool that are equivalent to the rule with this name.
    pub fn equivalents(self, rule: &str) -> impl Iterator<Item = &'static str> {
        let checks = self.checks().iter();
        let own = checks.filter(move |check| check.rules.contains(&rule));
        own.map(|check| check.name)
    }

    /// String that every suppression annotation of the tool contains.
    #[must_use]
    pub const fn marker(self) -> &'static str {
        match self {
            Self::KubeLinter => "kube-linter.io/",
            Self::KubeScore => "kube-score/ignore",
            Self::Polaris => "polaris.fairwinds.com/",
            // Also covers `bridgecrew.io/skip` and `cortex.io/skip`.
            Self::Checkov => "/skip",
            // Not a character of an annotation.
            Self::Trivy => "trivy:ignore",
        }
    }

    /// Whether the tool reads the annotations of a pod template in addition to those of the object.
    #[must_use]
    pub const fn reads_templates(self) -> bool {
        match self {
            Self::KubeScore => true,
            Self::KubeLinter | Self::Polaris | Self::Checkov | Self::Trivy => false,
        }
    }

    /// Checks with equivalent rules that an annotation suppresses.
    #[must_use]
    pub fn ignored(self, key: &str, value: &str) -> Vec<&'static ForeignCheck> {
        match self {
            Self::KubeLinter => kube_linter::ignored(key),
            Self::KubeScore => kube_score::ignored(key, value),
            Self::Polaris => polaris::ignored(key, value),
            Self::Checkov => checkov::ignored(key, value),
            Self::Trivy => Vec::new(),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Set of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tools(u8);

impl Tools {
    /// Tools in the set, sorted by name.
    pub fn iter(self) -> impl Iterator<Item = Tool> {
        let all = Tool::ALL.into_iter();
        all.filter(move |&tool| self.0 & Self::bit(tool) != 0)
    }

    const fn bit(tool: Tool) -> u8 {
        1 << tool as u8
    }
}

impl FromIterator<Tool> for Tools {
    fn from_iter<I: IntoIterator<Item = Tool>>(tools: I) -> Self {
        let bits = tools.into_iter().map(Self::bit);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tool: Tool, key: &str, value: &str) -> Vec<&'static str> {
        let ignored = tool.ignored(key, value).into_iter();
        ignored.map(|check| check.name).collect()
    }

    #[test]
    fn checks_are_sorted_and_listed_once() {
        for tool in Tool::ALL {
            let checks = tool.checks().iter().map(|check| check.name);
            assert!(checks.is_sorted_by(|a, b| a < b), "{tool}");
            for lost in tool.lost() {
                let names = lost.names.split_whitespace();
                assert!(names.is_sorted_by(|a, b| a < b), "{tool}: {}", lost.names);
            }
            assert!(tool.others().all(|(name, _)| tool.check(name).is_none()));
            let rules = tool.checks().iter().flat_map(|check| check.rules);
            for rule in rules {
                assert!(podwright_rules::find(rule).is_some(), "{rule}");
            }
        }
    }

    #[test]
    fn annotations_are_read_as_their_tools_do() {
        use Tool::{Checkov, KubeLinter, KubeScore, Polaris};
        let none: [&str; 0] = [];
        let key = "ignore-check.kube-linter.io/latest-tag";
        assert_eq!(names(KubeLinter, key, ""), ["latest-tag"]);
        assert_eq!(names(KubeLinter, "kube-linter.io/latest-tag", ""), none);
        let all = names(KubeLinter, "kube-linter.io/ignore-all", "a reason");
        assert_eq!(all.len(), KubeLinter.checks().len());

        let list = "container-image-tag, container-ports-check,";
        let ignored = names(KubeScore, "kube-score/ignore", list);
        assert_eq!(ignored, ["container-image-tag"]);
        assert_eq!(names(KubeScore, "kube-score/enable", list), none);

        let key = "polaris.fairwinds.com/tagNotSpecified-exempt";
        assert_eq!(names(Polaris, key, "True"), ["tagNotSpecified"]);
        assert_eq!(names(Polaris, key, "yes"), none);
        let all = names(Polaris, "polaris.fairwinds.com/exempt", "true");
        assert_eq!(all.len(), Polaris.checks().len());

        for key in [
            "checkov.io/skip1",
            "bridgecrew.io/skip",
            "cortex.io/skip2",
            "a.checkov.io/skip",
        ] {
            assert_eq!(names(Checkov, key, "CKV_K8S_14=moving"), ["CKV_K8S_14"]);
            assert_eq!(names(Checkov, key, "CKV_K8S_14"), ["CKV_K8S_14"]);
        }
        assert_eq!(names(Checkov, "checkov.io/other", "CKV_K8S_14"), none);
        assert_eq!(names(Checkov, "checkov.io/skip1", "CKV_K8S_14=a=b"), none);
    }
}
