//! Requirements for all fixes: a fix applied alone resolves its finding and changes nothing else; after applying all
//! fixes, none is left.
//!
//! Tested with the bad examples of the rule pages, and with the directory that `PODWRIGHT_CORPUS` names.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod decoded;
mod spoil;

use crate::files::{corpus_roots, corpus_texts};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::fix::{FixOptions, FixResult, repair};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::{Applicability, Finding, Fix, Severity};
use podwright_rules::RULES;
use podwright_syntax::text::{SharedText, Source};
use xtask::rule_page::Page;

const ALL: FixOptions = FixOptions {
    unsafe_too: true,
    from: Severity::Info,
};
const SAFE: FixOptions = FixOptions {
    unsafe_too: false,
    from: Severity::Info,
};

/// Name and text of a file.
type Text = (String, SharedText);

#[test]
fn each_fix_of_the_examples_resolves_only_its_finding() {
    let fixes: usize = examples().iter().map(Run::each_fix).sum();
    assert!(fixes > 40, "only {fixes} fixes");
}

#[test]
fn fixes_of_the_examples_are_idempotent() {
    for example in examples() {
        for wish in [SAFE, ALL] {
            example.all_fixes(wish);
        }
    }
}

#[test]
fn each_fix_of_the_common_mistakes_resolves_only_its_finding() {
    let files: Vec<Text> = ["fields", "values"]
        .iter()
        .flat_map(|name| corpus_texts(&PathBuf::from(format!("fixtures/advice/{name}"))))
        .collect();
    let alone = files.into_par_iter().map(|file| Run::of(vec![file]));
    let fixes: usize = alone.map(|run| run.each_fix()).sum();
    assert!(fixes > 90, "only {fixes} fixes");
}

#[test]
fn each_fix_of_the_corpus_resolves_only_its_finding() {
    let Some(corpus) = corpus() else { return };
    let files: Vec<Text> = corpus_roots(&corpus)
        .iter()
        .flat_map(|root| corpus_texts(root))
        .collect();
    assert!(files.len() > 1_000, "only {} files", files.len());
    let alone = files.into_par_iter().map(|file| Run::of(vec![file]));
    let fixes: usize = alone.map(|run| run.each_fix()).sum();
    eprintln!("{fixes} fixes of real manifests, applied one at a time");
}

#[test]
fn fixes_of_the_corpus_are_idempotent() {
    let Some(corpus) = corpus() else { return };
    let mut sums: BTreeMap<&str, usize> = BTreeMap::new();
    for root in corpus_roots(&corpus) {
        for wish in [SAFE, ALL] {
            let (wanted, fixed) = Run::of(corpus_texts(&root)).all_fixes(wish);
            if wish == ALL {
                *sums.entry("wanted").or_default() += wanted;
                for (rule, count) in fixed {
                    *sums.entry(rule).or_default() += count;
                }
            }
        }
    }
    eprintln!("fixes of real manifests, applied together: {sums:#?}");
}

#[test]
fn each_fix_of_spoiled_manifests_resolves_only_its_finding() {
    let Some(corpus) = corpus() else { return };
    let files: Vec<Text> = corpus_roots(&corpus)
        .iter()
        .flat_map(|root| corpus_texts(root))
        .collect();
    // Every fix requires linting its file again.
    let small = files.into_par_iter().filter(|(_, text)| text.len() < 2_500);
    let spoiled = small.flat_map_iter(|file| spoil::spoiled(&file));
    let fixes: usize = spoiled.map(|file| Run::of(vec![file]).each_fix()).sum();
    eprintln!("{fixes} fixes of spoiled manifests, applied one at a time");
    assert!(fixes > 1_000, "only {fixes} fixes");
}

#[test]
fn fixes_of_spoiled_manifests_are_idempotent() {
    let Some(corpus) = corpus() else { return };
    let (mut wanted, mut fixed) = (0, BTreeMap::new());
    for root in corpus_roots(&corpus) {
        let files = corpus_texts(&root).into_iter().take(40);
        let spoiled: Vec<Text> = files.flat_map(|file| spoil::spoiled(&file)).collect();
        let (some, rules) = Run::of(spoiled).all_fixes(ALL);
        wanted += some;
        for (rule, count) in rules {
            *fixed.entry(rule).or_insert(0) += count;
        }
    }
    eprintln!("{wanted} fixes of spoiled manifests requested, applied: {fixed:#?}");
}

/// Files that are linted together.
struct Run {
    files: Vec<Text>,
    context: Arc<ClusterContext>,
    rules: DefaultRules,
}

impl Run {
    fn of(files: Vec<Text>) -> Self {
        Self {
            files,
            context: Arc::default(),
            rules: DefaultRules::default(),
        }
    }

    fn read(&self) -> Workspace {
        let read = |(path, text): &Text| {
            let bytes = text.as_bytes().to_vec();
            File::from_bytes(path.clone(), bytes, &self.context)
        };
        Workspace::new(self.files.iter().map(read).collect())
    }

    /// Applies each fix alone and returns the number of fixes.
    fn each_fix(&self) -> usize {
        let workspace = self.read();
        let findings = lint(&workspace, &self.rules).findings;
        let mut count = 0;
        for finding in &findings {
            for fix in &finding.fixes {
                count += 1;
                self.one_fix(&workspace, &findings, finding, fix);
            }
        }
        count
    }

    fn one_fix(&self, workspace: &Workspace, before: &[Finding], finding: &Finding, fix: &Fix) {
        let id = fix.edits[0].place.file;
        let old = workspace.file(id);
        let text = edited(&old.source, fix);
        let new = File::read(
            Source::new(old.source.path.clone(), text.as_str()),
            &self.context,
        );
        let what = || format!("{finding:#?}\n\n{}\n", &*new.source.text);
        assert!(
            new.tree.errors().len() <= old.tree.errors().len(),
            "more syntax errors than before: {}",
            what()
        );
        assert!(
            new.objects.len() >= old.objects.len()
                && new.tree.documents().len() >= old.tree.documents().len(),
            "an object is lost: {}",
            what()
        );
        assert!(
            fix.safety == Applicability::Manual || !loses_a_collection(old, &new, finding),
            "a mapping or list is lost: {}",
            what()
        );
        if fix.safety == Applicability::Safe {
            let field = finding
                .field
                .as_deref()
                .filter(|_| finding.object.is_some());
            let mut changed = decoded::unexpected_changes(&old.tree, &new.tree, field);
            // A corrected field name is a different path that differs only in case.
            if ["field-case-mismatch", "object-type-missing"].contains(&finding.rule) {
                let is_own = |path: &String| {
                    field.is_some_and(|field| {
                        let start = path.get(..field.len());
                        start.is_some_and(|start| start.eq_ignore_ascii_case(field))
                    })
                };
                changed.retain(|path| !is_own(path));
            }
            // The handler of a RuntimeClass is in a different field in each API version.
            if finding.rule == "removed-api" {
                changed.retain(|path| !["handler", "spec"].contains(&path.as_str()));
            }
            // Another name of the same list.
            if finding.rule == "kustomize-deprecated-field" {
                changed.retain(|path| !path.contains("bases") && !path.contains("imageTags"));
            }
            // One document becomes two.
            if finding.rule == "yaml-missing-separator"
                && new.tree.documents().len() > old.tree.documents().len()
            {
                changed.clear();
            }
            assert!(changed.is_empty(), "changes {changed:?} too: {}", what());
        }
        // A fix among several choices need not be correct.
        if fix.safety == Applicability::Manual {
            return;
        }
        let mut files = self.files.clone();
        files[id.0 as usize].1 = text.as_str().into();
        let fixed = Self {
            files,
            context: Arc::clone(&self.context),
            rules: DefaultRules::for_clusters(podwright_lint::RuleSet::versions(&self.rules, id)),
        };
        let after = lint(&fixed.read(), &fixed.rules).findings;
        let count = |found: &[Finding], rule: &str| found.iter().filter(|f| f.rule == rule).count();
        assert!(
            count(&after, finding.rule) < count(before, finding.rule),
            "finding remains: {}",
            what()
        );
        for other in &after {
            // A corrected rule name may turn out to suppress nothing. The fix engine does not keep such a fix.
            if finding.rule == "unknown-rule" && other.rule == "unused-ignore" {
                continue;
            }
            // Validation reports nothing about what depends on a missing value, and nobody looks into an unknown field or an
            // object of an unknown kind. The fix engine does not keep such a fix.
            let is_first_seen = other.rule.starts_with("api-")
                || ["unknown-field", "unknown-kind"].contains(&finding.rule);
            // Problems of a document that could not be parsed before become visible.
            let is_of_text = finding.object.is_none();
            let is_new = count(&after, other.rule) > count(before, other.rule);
            // A finding hidden by one that certainly fails is acceptable.
            let is_hidden = other.level < finding.level
                || other.level == finding.level && fix.safety == Applicability::Safe;
            assert!(
                !is_new || is_hidden || is_of_text || is_first_seen,
                "new finding:\n{other:#?}\nfixed: {}",
                what()
            );
        }
    }

    /// Applies all fixes twice. Returns the number of requested fixes and the fixed findings by rule.
    fn all_fixes(&self, wish: FixOptions) -> (usize, BTreeMap<&'static str, usize>) {
        let workspace = self.read();
        let found = lint(&workspace, &self.rules).findings;
        let wanted = found.iter().filter(|f| wish.wanted(f).is_some()).count();
        let once = repair(workspace, &self.rules, wish, &|_| true);
        for change in &once.changes {
            let file = once.workspace.file(change.file);
            assert_ne!(change.before.text, file.source.text);
            assert!(file.problems.is_empty());
        }
        assert!(once.outcome.findings.len() <= found.len() + hidden(&once));
        let mut fixed = BTreeMap::new();
        for (rule, count) in once.changes.iter().flat_map(|change| &change.fixed) {
            *fixed.entry(*rule).or_default() += count;
        }
        let left = once.outcome.findings.len();
        let twice = repair(once.workspace, &self.rules, wish, &|_| true);
        assert!(twice.changes.is_empty(), "{:#?}", twice.changes);
        assert_eq!(twice.outcome.findings.len(), left);
        (wanted, fixed)
    }
}

/// Number of info findings that the fixed findings may have hidden.
fn hidden(repaired: &FixResult) -> usize {
    let findings = repaired.outcome.findings.iter();
    findings.filter(|f| f.level < Severity::Error).count()
}

/// Rules whose fix removes a mapping that provably does nothing.
const REMOVES_WITHOUT_EFFECT: [&str; 7] = [
    // The kubelet skips an item without a name.
    "image-pull-secret-empty-name",
    // An item that is written twice.
    "image-pull-secret-duplicate",
    "null-list-item",
    // The last definition wins.
    "env-duplicate-name",
    "yaml-duplicate-key",
    // A sleep of 0 s.
    "lifecycle-sleep-zero",
    "lifecycle-sleep-out-of-range",
];

/// Whether fewer scalars are left, although the fix does not replace a value.
fn loses_a_collection(old: &File, new: &File, finding: &Finding) -> bool {
    let scalars = |file: &File| {
        let tree = &file.tree;
        let ids = tree.ids().filter(|id| tree.kind(*id).is_scalar());
        ids.filter(|id| !tree.source_text(*id).is_empty()).count()
    };
    let letters = |file: &File| {
        file.source
            .text
            .chars()
            .filter(|c| c.is_alphanumeric())
            .count()
    };
    // A key and its scalar may go, such as a field that has no effect. A mapping has more.
    let is_less = scalars(new) + 2 < scalars(old) && letters(new) + 40 < letters(old);
    is_less && !REMOVES_WITHOUT_EFFECT.contains(&finding.rule)
}

/// Applies the non-overlapping edits of the fix to the text.
fn edited(source: &Source, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|edit| edit.place);
    let mut text = String::new();
    let mut at = 0;
    for edit in edits {
        let range = edit.place.span.range();
        text.push_str(source.text.get(at..range.start).unwrap());
        text.push_str(&edit.content);
        at = range.end;
    }
    text + source.text.get(at..).unwrap()
}

/// The bad examples of the rule pages.
fn examples() -> Vec<Run> {
    let mut examples = Vec::new();
    for rule in RULES {
        for fence in Page::parse(rule.meta.page)
            .unwrap()
            .fences
            .iter()
            .filter(|f| f.is_bad())
        {
            let files = fence.files().into_iter();
            let versions = fence.option("kubernetes").map(|v| v.parse().unwrap());
            examples.push(Run {
                files: files.map(|(name, text)| (name, text.into())).collect(),
                context: Arc::new(ClusterContext {
                    namespace: fence.option("namespace").map(str::to_owned),
                    complete: fence.has("complete"),
                    ..ClusterContext::default()
                }),
                rules: DefaultRules::for_clusters(versions.unwrap_or_default()),
            });
        }
    }
    examples
}

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("PODWRIGHT_CORPUS");
    if corpus.is_none() {
        eprintln!("PODWRIGHT_CORPUS is not set: the corpus test did not run");
    }
    corpus.map(PathBuf::from)
}
