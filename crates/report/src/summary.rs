//! Summary of a run: what was checked and what was skipped.

mod coverage;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
};

use podwright_cluster::workspace;
use serde::{Serialize, Serializer};

pub use coverage::{Remark, Workloads};

use super::escape::escape_line;
use podwright_rule::finding::{Finding, Severity};

/// Summary of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Number of files that were checked, without skipped files.
    pub files: usize,
    /// Number of non-empty documents in them.
    pub documents: usize,
    /// Number of Kubernetes objects in them; items of lists count individually.
    pub objects: usize,
    /// Objects with Pods: checked ones, and those in skipped files.
    pub workloads: Workloads,
    /// Kubernetes releases that were assumed, because neither the command line nor a configuration sets them.
    pub assumed_kubernetes: Option<String>,
    /// Number of objects of kinds that podwright does not know, by kind.
    pub unknown_kinds: BTreeMap<String, usize>,
    /// All findings that are not suppressed, including those below `shown_from`.
    pub findings: Counts,
    /// Lowest level that the report shows.
    #[serde(skip)]
    pub shown_from: Severity,
    /// Lowest level of a finding that makes the run fail. `None` if findings never do.
    #[serde(skip)]
    pub fails_from: Option<Severity>,
    /// Number of findings suppressed by a comment, an annotation or the configuration.
    pub suppressed: usize,
    /// Number of findings in the baseline; they are not included in `findings`.
    pub known: usize,
    /// Number of findings that existed before the commit of `--since`; they are not included in `findings`.
    pub older: usize,
    /// Number of shown findings that podwright could fix, without those that this run has tried to fix.
    pub fixable: Fixable,
    /// Number of findings that this run has fixed; they are not included in `findings`.
    pub fixed: Fixed,
    /// Files that this run has changed, and the rules of the fixed findings.
    pub changes: Vec<FixedFile>,
    /// Files that were skipped, and why.
    pub skipped: Vec<Skipped>,
    /// Parts of builds that are not known, because they are not on this machine.
    pub not_built: Vec<NotBuilt>,
}

/// A part of the build of a kustomization that is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotBuilt {
    /// Path of the kustomization that asks for it, as it is shown.
    pub path: String,
    /// Line in this file, from 1.
    pub line: usize,
    /// What it is.
    pub reason: NotBuiltReason,
    /// Its URL or name without credentials. `None` if no report shows it: a search for the credentials of all files
    /// takes long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Why a part of a build is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotBuiltReason {
    /// A file or a directory on another machine.
    Remote,
    /// A Helm chart.
    HelmChart,
    /// A generator or transformer that is a program.
    Program,
    /// A generator of an ApplicationSet that asks a cluster or a server.
    Generator,
    /// A file that is often not committed.
    Missing,
    /// A file outside of the checked directories.
    Outside,
    /// Values of a Helm release that are not among the files.
    Values,
    /// A chart or repository that an object asks for. `podwright vendor` stores it.
    NotVendored,
}

impl From<workspace::Why> for NotBuiltReason {
    fn from(why: workspace::Why) -> Self {
        match why {
            workspace::Why::RemoteFile | workspace::Why::RemoteDirectory => Self::Remote,
            workspace::Why::HelmChart => Self::HelmChart,
            workspace::Why::Program => Self::Program,
            workspace::Why::Generator => Self::Generator,
            workspace::Why::MissingInput | workspace::Why::LeftOut => Self::Missing,
            workspace::Why::Outside => Self::Outside,
            workspace::Why::Values => Self::Values,
            workspace::Why::NotVendored => Self::NotVendored,
        }
    }
}

impl NotBuiltReason {
    fn phrase(self, count: usize) -> String {
        match self {
            Self::Remote => counted(count, "remote resource"),
            Self::HelmChart => counted(count, "Helm chart"),
            Self::Program => counted(count, "program"),
            Self::Generator => counted(count, "generator"),
            Self::Missing => counted(count, "missing file"),
            Self::Outside => format!(
                "{} outside of the checked directories",
                counted(count, "file")
            ),
            Self::Values => format!("{} with values", counted(count, "object")),
            Self::NotVendored => {
                format!(
                    "{} that `podwright vendor` fetches",
                    counted(count, "source")
                )
            }
        }
    }
}

/// Number of fixable findings, by the safety of their fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fixable {
    /// Fixable with `--fix`.
    pub safe: usize,
    /// Fixable only with `--unsafe-fixes`.
    pub r#unsafe: usize,
}

/// Number of fixed findings and changed files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// Number of findings.
    pub findings: usize,
    /// Number of files.
    pub files: usize,
}

/// A file with fixed findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixedFile {
    /// Path of the file as it is shown.
    pub path: String,
    /// Number of fixed findings by rule.
    pub rules: BTreeMap<&'static str, usize>,
}

impl fmt::Display for FixedFile {
    /// `deploy/web.yaml: image-missing, pull-policy-invalid (2)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.rules.iter().map(|(rule, count)| match count {
            1 => (*rule).to_owned(),
            _ => format!("{rule} ({count})"),
        });
        let rules: Vec<String> = rules.collect();
        write!(f, "{}: {}", escape_line(&self.path), rules.join(", "))
    }
}

/// Number of findings by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Findings of [`Severity::Error`].
    pub error: usize,
    /// Findings of [`Severity::Warning`].
    pub warning: usize,
    /// Findings of [`Severity::Info`].
    pub info: usize,
}

impl FromIterator<Severity> for Counts {
    fn from_iter<T: IntoIterator<Item = Severity>>(levels: T) -> Self {
        let mut counts = Self::default();
        for level in levels {
            match level {
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Info => counts.info += 1,
            }
        }
        counts
    }
}

impl Counts {
    /// Counts `findings` by level.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        findings.iter().map(|finding| finding.level).collect()
    }

    /// Number of findings of `level`.
    #[must_use]
    pub const fn at(&self, level: Severity) -> usize {
        match level {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// A skipped file, or a skipped document in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Path of the file as it is shown.
    pub path: String,
    /// Why it was skipped.
    pub reason: SkipReason,
}

/// Why a file was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A Helm template, which is not a manifest until it is rendered.
    HelmTemplate,
    /// YAML or JSON that is not a Kubernetes object, list, patch or known configuration.
    NotAManifest,
    /// Excluded by the configuration.
    Excluded,
    /// Could not be read.
    Unreadable,
    /// Encrypted with SOPS.
    Encrypted,
    /// A template of a tool other than Helm, which is not a manifest until it is rendered.
    Template,
    /// A test compares it with the objects in the cluster.
    TestAssertion,
    /// Next to a kustomization, not a complete object, and no kustomization lists it.
    UnlistedPatch,
    /// In a directory of dependencies.
    Dependency,
    /// Its name or that of a directory above it starts with `.`.
    Hidden,
    /// Admission policies that the configuration lists.
    Policy,
    /// A symbolic link to itself or to a directory above it.
    LinkLoop,
    /// A symbolic link that leads out of the checked paths.
    LinkOutside,
}

impl From<workspace::Skipped> for SkipReason {
    fn from(skipped: workspace::Skipped) -> Self {
        match skipped {
            workspace::Skipped::Encrypted => Self::Encrypted,
            workspace::Skipped::HelmTemplate => Self::HelmTemplate,
            workspace::Skipped::Unreadable => Self::Unreadable,
            workspace::Skipped::NoManifest => Self::NotAManifest,
            workspace::Skipped::Template => Self::Template,
            workspace::Skipped::Assertion => Self::TestAssertion,
            workspace::Skipped::UnlistedPatch => Self::UnlistedPatch,
            workspace::Skipped::Dependency => Self::Dependency,
            workspace::Skipped::Hidden => Self::Hidden,
            workspace::Skipped::Policy => Self::Policy,
        }
    }
}

impl SkipReason {
    /// Name of the reason in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HelmTemplate => "helm-template",
            Self::NotAManifest => "not-a-manifest",
            Self::Excluded => "excluded",
            Self::Unreadable => "unreadable",
            Self::Encrypted => "encrypted",
            Self::Template => "template",
            Self::TestAssertion => "test-assertion",
            Self::UnlistedPatch => "unlisted-patch",
            Self::Dependency => "dependency",
            Self::Hidden => "hidden",
            Self::Policy => "policy",
            Self::LinkLoop => "link-loop",
            Self::LinkOutside => "link-outside",
        }
    }

    /// Returns whether the file would be a manifest once rendered or decrypted.
    #[must_use]
    pub const fn is_manifest(self) -> bool {
        matches!(self, Self::HelmTemplate | Self::Encrypted | Self::Template)
    }

    fn phrase(self, count: usize) -> String {
        match self {
            Self::HelmTemplate => format!("{} (not rendered)", counted(count, "Helm template")),
            Self::NotAManifest => {
                format!("{count} not {}", plural(count, "a manifest", "manifests"))
            }
            Self::Excluded => format!("{count} excluded"),
            Self::Unreadable => format!("{count} unreadable"),
            Self::Encrypted => format!("{count} encrypted"),
            Self::Template => format!("{} (not rendered)", counted(count, "template")),
            Self::TestAssertion => counted(count, "test assertion"),
            Self::UnlistedPatch => {
                format!("{count} unlisted {}", plural(count, "patch", "patches"))
            }
            Self::Dependency => format!("{count} of dependencies"),
            Self::Hidden => format!("{count} hidden"),
            Self::Policy => format!("{count} with policies"),
            Self::LinkLoop => {
                format!("{count} looping {}", plural(count, "link", "links"))
            }
            Self::LinkOutside => {
                let leads = plural(count, "link that leads", "links that lead");
                format!("{count} {leads} out of the checked paths")
            }
        }
    }
}

impl Serialize for SkipReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Fixable {
    /// `mark` is the mark of findings that `--fix` fixes.
    fn phrase(self, mark: &str) -> Option<String> {
        match (self.safe, self.r#unsafe) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{mark}{safe} fixable with --fix")),
            (0, more) => Some(format!("{more} fixable with --unsafe-fixes")),
            (safe, more) => Some(format!(
                "{mark}{safe} fixable with --fix, {more} more with --unsafe-fixes"
            )),
        }
    }
}

impl Fixed {
    fn phrase(self) -> Option<String> {
        let Self { findings, files } = self;
        (findings > 0).then(|| format!("fixed {findings} in {}", counted(files, "file")))
    }
}

impl Summary {
    /// Last line of a text report, without a line ending.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.marked_sentence("")
    }

    /// [`Self::sentence`] that explains the `mark` of findings that `--fix` fixes.
    pub(crate) fn marked_sentence(&self, mark: &str) -> String {
        let mut parts = vec![format!(
            "checked {}, {}, {}: {}",
            counted(self.files, "file"),
            counted(self.documents, "document"),
            counted(self.objects, "object"),
            self.verdict()
        )];
        parts.extend(self.fixable.phrase(mark));
        parts.extend(self.fixed.phrase());
        parts.extend(self.hidden());
        if self.suppressed > 0 {
            parts.push(format!("{} suppressed", self.suppressed));
        }
        if self.known > 0 {
            parts.push(format!("{} in the baseline", self.known));
        }
        if self.older > 0 {
            parts.push(format!("{} pre-existing", self.older));
        }
        parts.extend(self.unknown());
        parts.extend(self.skips());
        parts.extend(self.not_built());
        escape_line(&parts.join("; ")).into_owned()
    }

    /// Findings at the shown levels.
    fn verdict(&self) -> String {
        let found: Vec<_> = [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .filter(|&level| level >= self.shown_from && self.findings.at(level) > 0)
            .map(|level| self.of_level(level))
            .collect();
        let is_nothing = self.files == 0 && !self.skipped.is_empty();
        match (found.is_empty(), self.shown_from) {
            (true, _) if is_nothing => "nothing was checked".into(),
            (false, _) => found.join(", "),
            (true, Severity::Info) => "nothing found".into(),
            (true, Severity::Warning) => "no errors or warnings".into(),
            (true, Severity::Error) => "no errors".into(),
        }
    }

    /// Findings below the shown levels, and how to show them.
    fn hidden(&self) -> Option<String> {
        let hidden: Vec<_> = [Severity::Warning, Severity::Info]
            .into_iter()
            .filter(|&level| level < self.shown_from && self.findings.at(level) > 0)
            .collect();
        let lowest = hidden.last()?.name();
        let counts: Vec<_> = hidden.iter().map(|&level| self.of_level(level)).collect();
        Some(format!("{}: show with --level {lowest}", counts.join(", ")))
    }

    /// Number of objects of unknown kinds, and the most frequent of these kinds.
    fn unknown(&self) -> Option<String> {
        let mut kinds: Vec<_> = self.unknown_kinds.iter().collect();
        kinds.sort_by_key(|&(kind, &count)| (std::cmp::Reverse(count), kind));
        let total: usize = self.unknown_kinds.values().sum();
        let names = some_of(kinds.iter().map(|(kind, _)| kind.as_str()));
        if total == 0 {
            return None;
        }
        let kinds = plural(kinds.len(), "an unknown kind", "unknown kinds");
        Some(format!("{} of {kinds} ({names})", counted(total, "object")))
    }

    /// Skipped files by reason, the most frequent reason first.
    fn skips(&self) -> Option<String> {
        let mut reasons: Vec<_> = self.skipped.iter().map(|skipped| skipped.reason).collect();
        reasons.sort_unstable();
        let mut groups: Vec<_> = reasons
            .chunk_by(|a, b| a == b)
            .filter_map(|group| Some((group.len(), *group.first()?)))
            .collect();
        groups.sort_by_key(|&(count, reason)| (std::cmp::Reverse(count), reason));
        let total = self.skipped.len();
        let mut text = (total > 0).then(|| format!("skipped {total}: "))?;
        for (index, (count, reason)) in groups.into_iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}", reason.phrase(count));
            if reason == SkipReason::Hidden {
                let _ = write!(text, " ({})", self.hidden_names());
            }
        }
        Some(text)
    }

    /// Names that hide files, each once: `.github`, `.chainsaw.yaml`.
    fn hidden_names(&self) -> String {
        let hidden = self
            .skipped
            .iter()
            .filter(|one| one.reason == SkipReason::Hidden);
        let name = |path: &'_ str| {
            let mut parts = path.split('/');
            let part = parts.find(|part| part.starts_with('.') && !matches!(*part, "." | ".."));
            part.map(str::to_owned)
        };
        let names: BTreeSet<String> = hidden.filter_map(|one| name(&one.path)).collect();
        some_of(names.iter().map(String::as_str))
    }

    /// Parts of builds that are not known, by reason, with the place of one.
    fn not_built(&self) -> Option<String> {
        let mut counts: BTreeMap<NotBuiltReason, usize> = BTreeMap::new();
        for part in &self.not_built {
            *counts.entry(part.reason).or_default() += 1;
        }
        let phrases: Vec<String> = counts
            .into_iter()
            .map(|(reason, count)| reason.phrase(count))
            .collect();
        let NotBuilt { path, line, .. } = self.not_built.first()?;
        let places = match self.not_built.len() {
            1 => format!("({path}:{line})"),
            many => format!("({path}:{line} and {} more)", many - 1),
        };
        Some(format!("built without {} {places}", phrases.join(", ")))
    }

    fn of_level(&self, level: Severity) -> String {
        let count = self.findings.at(level);
        match level {
            Severity::Info => format!("{count} info"),
            Severity::Error | Severity::Warning => counted(count, level.name()),
        }
    }
}

/// The first names, and the number of the others.
fn some_of<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MAX_SHOWN: usize = 3;
    let more = names.len().saturating_sub(MAX_SHOWN);
    let shown: Vec<&str> = names.take(MAX_SHOWN).collect();
    let mut text = shown.join(", ");
    if more > 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, " and {more} more");
    }
    text
}

/// `1 file`, `2 files`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", plural(count, "", "s"))
}

const fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        Summary {
            files: 12,
            documents: 40,
            objects: 38,
            shown_from: Severity::Warning,
            ..Summary::default()
        }
    }

    fn skip(path: &str, reason: SkipReason) -> Skipped {
        Skipped {
            path: path.into(),
            reason,
        }
    }

    #[test]
    fn says_what_was_checked_hidden_suppressed_and_skipped() {
        let summary = Summary {
            findings: Counts {
                error: 2,
                warning: 1,
                info: 312,
            },
            suppressed: 3,
            skipped: vec![
                skip("values.yaml", SkipReason::NotAManifest),
                skip("t/a.yaml", SkipReason::HelmTemplate),
                skip("t/b.yaml", SkipReason::HelmTemplate),
                skip("t/c.yaml", SkipReason::HelmTemplate),
            ],
            ..summary()
        };
        assert_eq!(
            summary.sentence(),
            "checked 12 files, 40 documents, 38 objects: 2 errors, 1 warning; \
             312 info: show with --level info; 3 suppressed; \
             skipped 4: 3 Helm templates (not rendered), 1 not a manifest"
        );
    }

    #[test]
    fn says_what_builds_lack() {
        let part = |reason, line| NotBuilt {
            path: "kustomization.yaml".into(),
            line,
            reason,
            name: None,
        };
        let one = Summary {
            not_built: vec![part(NotBuiltReason::HelmChart, 3)],
            ..summary()
        };
        assert!(
            one.sentence()
                .ends_with("; built without 1 Helm chart (kustomization.yaml:3)"),
            "{}",
            one.sentence()
        );
        let several = Summary {
            not_built: vec![
                part(NotBuiltReason::Remote, 3),
                part(NotBuiltReason::Remote, 4),
                part(NotBuiltReason::Program, 6),
            ],
            ..summary()
        };
        assert!(
            several.sentence().ends_with(
                "; built without 2 remote resources, 1 program (kustomization.yaml:3 and 2 more)"
            ),
            "{}",
            several.sentence()
        );
    }

    #[test]
    fn says_when_nothing_is_found() {
        assert_eq!(
            summary().sentence(),
            "checked 12 files, 40 documents, 38 objects: no errors or warnings"
        );
        let all = Summary {
            files: 1,
            documents: 1,
            objects: 1,
            shown_from: Severity::Info,
            ..summary()
        };
        assert_eq!(
            all.sentence(),
            "checked 1 file, 1 document, 1 object: nothing found"
        );
    }

    #[test]
    fn says_what_it_knows_nothing_of() {
        let of = |kinds: &[(&str, usize)]| {
            let kinds = kinds.iter().map(|&(kind, count)| (kind.to_owned(), count));
            let unknown_kinds = kinds.collect();
            Summary {
                unknown_kinds,
                ..summary()
            }
            .sentence()
        };
        let one = of(&[("Deploymnt", 1)]);
        assert!(
            one.ends_with("; 1 object of an unknown kind (Deploymnt)"),
            "{one}"
        );
        let many = of(&[("A", 1), ("B", 7), ("C", 2), ("D", 2)]);
        assert!(
            many.ends_with("; 12 objects of unknown kinds (B, C, D and 1 more)"),
            "{many}"
        );
    }

    #[test]
    fn explains_the_mark() {
        let of = |safe, r#unsafe| {
            let fixable = Fixable { safe, r#unsafe };
            let all = Summary {
                fixable,
                ..summary()
            };
            all.marked_sentence("[*] ")
        };
        assert!(of(2, 1).ends_with("; [*] 2 fixable with --fix, 1 more with --unsafe-fixes"));
        assert!(of(0, 1).ends_with("; 1 fixable with --unsafe-fixes"));
        assert!(!of(0, 0).contains('*'));
    }

    #[test]
    fn says_what_can_be_fixed_and_what_was() {
        for (safe, r#unsafe, said) in [
            (2, 0, "; 2 fixable with --fix"),
            (2, 1, "; 2 fixable with --fix, 1 more with --unsafe-fixes"),
            (0, 1, "; 1 fixable with --unsafe-fixes"),
        ] {
            let fixable = Fixable { safe, r#unsafe };
            let sentence = Summary {
                fixable,
                ..summary()
            }
            .sentence();
            assert!(sentence.ends_with(said), "{sentence}");
        }
        let fixed = Fixed {
            findings: 3,
            files: 1,
        };
        let sentence = Summary { fixed, ..summary() }.sentence();
        assert!(sentence.ends_with("; fixed 3 in 1 file"), "{sentence}");
    }

    #[test]
    fn names_the_lowest_hidden_level() {
        let summary = Summary {
            findings: Counts {
                error: 0,
                warning: 2,
                info: 0,
            },
            shown_from: Severity::Error,
            ..summary()
        };
        assert!(
            summary
                .sentence()
                .ends_with("no errors; 2 warnings: show with --level warning")
        );
    }
}
