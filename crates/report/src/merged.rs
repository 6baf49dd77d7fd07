//! JSON reports of many repositories as one: by repository, team and rule.

pub mod html;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::json;
use podwright_rule::finding::Severity;

/// Version of the JSON reports that can be merged, and of the merged one.
const VERSION: u64 = 1;

/// Team of a repository that no team owns.
pub const NO_TEAM: &str = "(no team)";

/// Number of findings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCounts {
    /// Findings of [`Severity::Error`].
    pub error: usize,
    /// Findings of [`Severity::Warning`].
    pub warning: usize,
    /// Findings of [`Severity::Info`].
    pub info: usize,
}

impl LevelCounts {
    fn add(&mut self, level: Severity) {
        match level {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }

    /// Number of findings of any level.
    #[must_use]
    pub const fn total(self) -> usize {
        self.error + self.warning + self.info
    }
}

/// A repository with the numbers of its report.
#[derive(Clone, Debug, Serialize)]
pub struct Repository {
    /// Name that the user gave, or that of the file.
    pub name: String,
    /// The team that owns it.
    pub team: String,
    /// Findings in the report.
    pub findings: LevelCounts,
    /// Number of objects that were checked.
    pub objects: u64,
    /// Number of workloads that were checked.
    pub workloads: u64,
    /// Number of workloads that were skipped.
    pub workloads_skipped: u64,
}

/// A team with the numbers of its repositories.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Team {
    /// Name of the team.
    pub name: String,
    /// Number of its repositories.
    pub repositories: usize,
    /// Findings in them.
    pub findings: LevelCounts,
}

/// A rule with the numbers of its findings.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Name of the rule.
    pub name: String,
    /// What it reports; empty if this podwright does not have the rule.
    pub summary: &'static str,
    /// Its findings.
    pub findings: LevelCounts,
    /// Number of repositories with findings.
    pub repositories: usize,
}

/// Reports of many repositories.
#[derive(Debug, Serialize)]
pub struct Merged {
    version: u64,
    /// All findings.
    pub totals: LevelCounts,
    /// The repositories, those with most errors first.
    pub repositories: Vec<Repository>,
    /// The teams, those with most errors first.
    pub teams: Vec<Team>,
    /// The rules, those with most errors first.
    pub rules: Vec<Rule>,
    /// The findings as in the reports, each with `repository` and `team`.
    pub findings: Vec<Map<String, Value>>,
}

/// A report as `podwright check --format json` writes it, as far as it is needed.
#[derive(Deserialize)]
struct Input {
    version: u64,
    findings: Vec<Map<String, Value>>,
    summary: InputSummary,
}

#[derive(Deserialize)]
struct InputSummary {
    #[serde(default)]
    objects: u64,
    #[serde(default)]
    workloads: InputWorkloads,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InputWorkloads {
    checked: u64,
    skipped: BTreeMap<String, u64>,
}

impl Default for Merged {
    fn default() -> Self {
        Self {
            version: VERSION,
            totals: LevelCounts::default(),
            repositories: Vec::new(),
            teams: Vec::new(),
            rules: Vec::new(),
            findings: Vec::new(),
        }
    }
}

impl Merged {
    /// Adds the report of a repository.
    ///
    /// # Errors
    ///
    /// Returns what is wrong if `report` is not a JSON report of this version.
    pub fn add(&mut self, name: &str, team: Option<&str>, report: &[u8]) -> Result<(), String> {
        let input: Input = serde_json::from_slice(report)
            .map_err(|error| format!("not a report of `podwright check --format json`: {error}"))?;
        if input.version != VERSION {
            return Err(format!(
                "report of version {}; this podwright merges version {VERSION}",
                input.version
            ));
        }
        let team = team.unwrap_or(NO_TEAM).to_owned();
        let mut counts = LevelCounts::default();
        for mut finding in input.findings {
            counts.add(level(&finding));
            finding.insert("repository".to_owned(), name.into());
            finding.insert("team".to_owned(), team.clone().into());
            self.findings.push(finding);
        }
        self.repositories.push(Repository {
            name: name.to_owned(),
            team,
            findings: counts,
            objects: input.summary.objects,
            workloads: input.summary.workloads.checked,
            workloads_skipped: input.summary.workloads.skipped.values().sum(),
        });
        Ok(())
    }

    /// Counts and sorts what was added.
    #[must_use]
    pub fn finish(mut self) -> Self {
        let mut rules: BTreeMap<String, (LevelCounts, BTreeSet<String>)> = BTreeMap::new();
        for finding in &self.findings {
            let level = level(finding);
            self.totals.add(level);
            let (counts, repositories) = rules.entry(text(finding, "rule").to_owned()).or_default();
            counts.add(level);
            repositories.insert(text(finding, "repository").to_owned());
        }
        let rules = rules
            .into_iter()
            .map(|(name, (findings, repositories))| Rule {
                summary: podwright_rules::find(&name).map_or("", |rule| rule.meta.summary),
                name,
                findings,
                repositories: repositories.len(),
            });
        self.rules = rules.collect();
        let mut teams: BTreeMap<String, Team> = BTreeMap::new();
        for repository in &self.repositories {
            let team = teams.entry(repository.team.clone()).or_default();
            team.name.clone_from(&repository.team);
            team.repositories += 1;
            team.findings.error += repository.findings.error;
            team.findings.warning += repository.findings.warning;
            team.findings.info += repository.findings.info;
        }
        self.teams = teams.into_values().collect();
        let order = |counts: LevelCounts| {
            let LevelCounts {
                error,
                warning,
                info,
            } = counts;
            std::cmp::Reverse((error, warning, info))
        };
        self.repositories
            .sort_by_key(|one| (order(one.findings), one.name.clone()));
        self.teams
            .sort_by_key(|one| (order(one.findings), one.name.clone()));
        self.rules
            .sort_by_key(|one| (order(one.findings), one.name.clone()));
        self
    }

    /// Writes the merged report as one JSON object and a line feed.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        json::line(self, out)
    }
}

/// A string of a finding; empty if it is missing.
fn text<'a>(finding: &'a Map<String, Value>, key: &str) -> &'a str {
    finding.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn level(finding: &Map<String, Value>) -> Severity {
    match text(finding, "level") {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(levels: &[(&str, &str)]) -> Vec<u8> {
        let findings = levels.iter().map(|(rule, level)| {
            json!({"rule": rule, "level": level, "message": "<b>`x`</b>", "path": "a.yaml", "start": {"line": 3}})
        });
        let findings: Vec<Value> = findings.collect();
        let summary = json!({"objects": 2, "workloads": {"checked": 1, "skipped": {"hidden": 2}}});
        json!({"version": 1, "findings": findings, "summary": summary})
            .to_string()
            .into_bytes()
    }

    fn merged() -> Merged {
        let mut merged = Merged::default();
        let shop = report(&[
            ("image-tag-latest", "warning"),
            ("pull-policy-invalid", "error"),
        ]);
        merged.add("shop", Some("web"), &shop).unwrap();
        let infra = report(&[("image-tag-latest", "warning")]);
        merged.add("infra", None, &infra).unwrap();
        merged.finish()
    }

    #[test]
    fn findings_are_counted_by_repository_team_and_rule() {
        let mut out = Vec::new();
        merged().write(&mut out).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            value["totals"],
            json!({"error": 1, "warning": 2, "info": 0})
        );
        assert_eq!(value["repositories"][0]["name"], "shop");
        assert_eq!(value["repositories"][0]["workloads_skipped"], 2);
        assert_eq!(value["teams"][1]["name"], NO_TEAM);
        assert_eq!(value["rules"][0]["name"], "pull-policy-invalid");
        assert_eq!(value["rules"][1]["repositories"], 2);
        assert_eq!(value["findings"][0]["repository"], "shop");
    }

    #[test]
    fn other_files_are_errors() {
        let mut merged = Merged::default();
        assert!(
            merged
                .add("a", None, b"{}")
                .unwrap_err()
                .starts_with("not a report")
        );
        let newer = br#"{"version": 2, "findings": [], "summary": {}}"#;
        assert!(
            merged
                .add("a", None, newer)
                .unwrap_err()
                .contains("version 2")
        );
    }

    #[test]
    fn the_page_escapes_everything() {
        let mut out = Vec::new();
        html::write(&merged(), &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("&lt;b&gt;<code>x</code>&lt;/b&gt;"), "{page}");
        assert!(!page.contains("<b>"));
        assert!(page.contains("shop"));
    }
}
