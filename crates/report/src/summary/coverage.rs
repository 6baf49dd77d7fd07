//! Which part of the workloads was checked, why the others were not, and what changes it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{NotBuiltReason, SkipReason, Summary, counted};
use podwright_rule::finding::Severity;

/// Number of objects with Pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Workloads {
    /// Objects in files that were checked.
    pub checked: usize,
    /// Objects in files that were skipped, by reason. In templates, lines with a kind are counted.
    pub skipped: BTreeMap<SkipReason, usize>,
    /// Path of a skipped file with such objects, by reason.
    #[serde(skip)]
    pub examples: BTreeMap<SkipReason, String>,
}

/// What the reader of a report should know about the run as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// [`Severity::Warning`] if most of the files or objects were not checked, [`Severity::Info`] otherwise.
    pub level: Severity,
    /// What is the case.
    pub message: String,
    /// What to do about it, an imperative each.
    pub helps: Vec<String>,
}

impl Summary {
    /// What the reader should know about the run as a whole: the part that was not checked, and what was assumed.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self.unchecked().into_iter().collect();
        remarks.extend(self.unbuilt());
        if let Some(version) = self
            .assumed_kubernetes
            .as_ref()
            .filter(|_| self.objects > 0)
        {
            remarks.push(Remark {
                level: Severity::Info,
                message: format!(
                    "assuming Kubernetes {version}; set `kubernetes:` in .podwright.yaml"
                ),
                helps: Vec::new(),
            });
        }
        remarks
    }

    /// The workloads that were not checked, or the files if none was.
    fn unchecked(&self) -> Option<Remark> {
        let skipped: usize = self.workloads.skipped.values().sum();
        let total = self.workloads.checked + skipped;
        let mut reasons: Vec<(SkipReason, usize)> = match skipped {
            0 if self.files == 0 => self.reasons(),
            0 => return None,
            _ => {
                let reasons = self.workloads.skipped.iter();
                reasons.map(|(&reason, &count)| (reason, count)).collect()
            }
        };
        if reasons.is_empty() {
            return None;
        }
        reasons.sort_by_key(|&(reason, count)| (Reverse(count), reason));
        let why: Vec<String> = reasons
            .iter()
            .map(|&(reason, count)| format!("{count} {}", reason.place()))
            .collect();
        let message = match skipped {
            0 => format!("no file was checked: {}", why.join(", ")),
            _ => format!(
                "{skipped} of {} not checked: {}",
                match skipped {
                    1 => format!("{} was", counted(total, "workload")),
                    _ => format!("{} were", counted(total, "workload")),
                },
                why.join(", ")
            ),
        };
        let is_most = skipped > self.workloads.checked || self.files == 0;
        let helps = reasons.iter();
        let helps = helps.filter_map(|&(reason, _)| self.help(reason)).collect();
        Some(Remark {
            level: level_of(is_most),
            message,
            helps,
        })
    }

    /// The charts and bases that are not on this machine: what they render is unknown.
    fn unbuilt(&self) -> Option<Remark> {
        let count = |reasons: &[NotBuiltReason]| {
            let parts = self.not_built.iter();
            parts.filter(|part| reasons.contains(&part.reason)).count()
        };
        // Dependencies of charts are fetched too.
        let dependencies = self.not_built.iter().filter(|part| {
            part.reason == NotBuiltReason::HelmChart
                && (part.path.ends_with("Chart.yaml") || part.path.ends_with("requirements.yaml"))
        });
        let fetched = count(&[NotBuiltReason::NotVendored]) + dependencies.count();
        let all = count(&[
            NotBuiltReason::NotVendored,
            NotBuiltReason::HelmChart,
            NotBuiltReason::Remote,
        ]);
        if all == 0 {
            return None;
        }
        let message = match all {
            1 => "1 chart or base of another repository was not checked".to_owned(),
            _ => format!("{all} charts and bases of other repositories were not checked"),
        };
        let helps = match fetched {
            0 => Vec::new(),
            _ if fetched == all => vec!["run `podwright vendor` to fetch them".to_owned()],
            _ => vec![format!("run `podwright vendor` to fetch {fetched} of them")],
        };
        let is_most = all > self.workloads.checked;
        Some(Remark {
            level: level_of(is_most),
            message,
            helps,
        })
    }

    fn reasons(&self) -> Vec<(SkipReason, usize)> {
        let mut counts: BTreeMap<SkipReason, usize> = BTreeMap::new();
        for skipped in &self.skipped {
            *counts.entry(skipped.reason).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// The command or setting with which files that were skipped for this reason are checked.
    fn help(&self, reason: SkipReason) -> Option<String> {
        let mut skipped = self.skipped.iter();
        let path = match self.workloads.examples.get(&reason) {
            Some(path) => path,
            None => &skipped.find(|one| one.reason == reason)?.path,
        };
        Some(match reason {
            SkipReason::HelmTemplate => {
                "check the directory of the chart, with its `Chart.yaml`, or what it renders: \
                                         `helm template CHART | podwright check -`"
                    .to_owned()
            }
            SkipReason::Template => {
                "check what the template renders: `COMMAND | podwright check -`".to_owned()
            }
            SkipReason::Encrypted => {
                format!("check the decrypted file: `sops decrypt {path} | podwright check -`")
            }
            SkipReason::UnlistedPatch => {
                format!("list `{path}` in a kustomization, or name it to check it as it is")
            }
            SkipReason::Dependency | SkipReason::Hidden => {
                format!("name the file to check it: `podwright check {path}`")
            }
            SkipReason::Excluded => {
                "change `exclude:` in .podwright.yaml, or use `--no-config`".to_owned()
            }
            SkipReason::NotAManifest => {
                "name the directory with your manifests: `podwright check DIR`".to_owned()
            }
            SkipReason::LinkOutside => "name what the link leads to".to_owned(),
            SkipReason::Unreadable
            | SkipReason::TestAssertion
            | SkipReason::Policy
            | SkipReason::LinkLoop => return None,
        })
    }
}

impl SkipReason {
    /// Where a workload is that was skipped for this reason.
    const fn place(self) -> &'static str {
        match self {
            Self::HelmTemplate => "in Helm templates that are not rendered",
            Self::NotAManifest => "not a manifest",
            Self::Excluded => "excluded",
            Self::Unreadable => "unreadable",
            Self::Encrypted => "in encrypted files",
            Self::Template => "in templates that are not rendered",
            Self::TestAssertion => "in test assertions",
            Self::UnlistedPatch => "in patches that no kustomization lists",
            Self::Dependency => "in dependencies",
            Self::Hidden => "in hidden files",
            Self::Policy => "in policies",
            Self::LinkLoop => "in link loops",
            Self::LinkOutside => "linked, but out of the checked paths",
        }
    }
}

/// What is missing in a run is a warning if it is most of it.
fn level_of(is_most: bool) -> Severity {
    match is_most {
        true => Severity::Warning,
        false => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NotBuilt, Skipped};

    fn skipped(path: &str, reason: SkipReason) -> Skipped {
        let path = path.to_owned();
        Skipped { path, reason }
    }

    #[test]
    fn a_run_that_checked_little_is_a_warning() {
        let summary = Summary {
            files: 1,
            objects: 1,
            workloads: Workloads {
                checked: 1,
                skipped: [(SkipReason::HelmTemplate, 4), (SkipReason::Hidden, 1)].into(),
                examples: BTreeMap::new(),
            },
            skipped: vec![
                skipped("t/a.yaml", SkipReason::HelmTemplate),
                skipped(".github/k.yaml", SkipReason::Hidden),
            ],
            assumed_kubernetes: Some("1.36".into()),
            ..Summary::default()
        };
        let [unchecked, assumed] = &summary.remarks()[..] else {
            panic!("{:?}", summary.remarks());
        };
        assert_eq!(unchecked.level, Severity::Warning);
        assert_eq!(
            unchecked.message,
            "5 of 6 workloads were not checked: 4 in Helm templates that are not rendered, 1 in hidden files"
        );
        assert_eq!(
            unchecked.helps[1],
            "name the file to check it: `podwright check .github/k.yaml`"
        );
        assert_eq!(assumed.level, Severity::Info);
        let most_checked = Summary {
            workloads: Workloads {
                checked: 9,
                ..summary.workloads.clone()
            },
            ..summary
        };
        assert_eq!(most_checked.remarks()[0].level, Severity::Info);
    }

    #[test]
    fn charts_that_are_not_stored_are_counted() {
        let part = |reason| NotBuilt {
            path: "release.yaml".into(),
            line: 1,
            reason,
            name: None,
        };
        let mut summary = Summary {
            not_built: vec![
                part(NotBuiltReason::NotVendored),
                part(NotBuiltReason::Remote),
                part(NotBuiltReason::Values),
            ],
            ..Summary::default()
        };
        let remark = summary.remarks().remove(0);
        assert_eq!(remark.level, Severity::Warning);
        assert_eq!(
            remark.message,
            "2 charts and bases of other repositories were not checked"
        );
        assert_eq!(remark.helps, ["run `podwright vendor` to fetch 1 of them"]);
        summary.workloads.checked = 2;
        assert_eq!(summary.remarks()[0].level, Severity::Info);
        summary.not_built = vec![NotBuilt {
            path: "charts/shop/Chart.yaml".into(),
            line: 3,
            reason: NotBuiltReason::HelmChart,
            name: None,
        }];
        let remark = summary.remarks().remove(0);
        assert_eq!(remark.helps, ["run `podwright vendor` to fetch them"]);
    }

    #[test]
    fn a_run_without_a_checked_file_is_a_warning() {
        let summary = Summary {
            skipped: vec![skipped("values.yaml", SkipReason::NotAManifest)],
            ..Summary::default()
        };
        let remarks = summary.remarks();
        assert_eq!(remarks[0].level, Severity::Warning);
        assert_eq!(remarks[0].message, "no file was checked: 1 not a manifest");
        assert!(summary.sentence().contains("nothing was checked"));
        assert_eq!(Summary::default().remarks(), []);
    }
}
