//! An example through the whole engine.

use std::sync::Arc;

use podwright::finding::{Finding, Level};
use podwright::fix::{Wish, repair};
use podwright::lint::{DefaultRules, lint};
use podwright::report::{Positions, text};
use podwright::rule::Entry;
use podwright::text::Source;
use podwright::workspace::{File, Surroundings, Workspace};

use crate::page::Fence;

/// The facts of a rule, as its page shows them under the title.
pub(crate) fn facts(entry: &Entry) -> String {
    let meta = &entry.meta;
    let mut summary = meta.summary.to_owned();
    summary[..1].make_ascii_uppercase();
    format!(
        "{summary}.\n\nLevel: {}. Since {}.",
        meta.level.name(),
        meta.since
    )
}

/// What the example's findings look like.
pub(crate) fn render(rule: &str, fence: &Fence) -> String {
    let (workspace, findings) = run(fence);
    let sources: Vec<Source> = workspace
        .files
        .iter()
        .map(|file| file.source.clone())
        .collect();
    let positions = Positions::new(&sources);
    let own = findings.iter().filter(|finding| finding.rule == rule);
    let rendered: Vec<String> = own
        .map(|finding| text::finding(finding, &positions, text::Look::PLAIN))
        .collect();
    rendered.join("\n")
}

/// This rule finds something, and no other does, advice aside.
pub(crate) fn assert_bad(rule: &str, fence: &Fence) {
    let (_, findings) = run(fence);
    assert!(
        findings.iter().any(|f| f.rule == rule),
        "not found in:\n{}",
        fence.text
    );
    let others: Vec<&Finding> = findings
        .iter()
        .filter(|f| f.rule != rule && f.level > Level::Info)
        .collect();
    assert!(
        others.is_empty(),
        "found by other rules in:\n{}\n{others:#?}",
        fence.text
    );
    for finding in findings.iter().filter(|f| f.rule == rule) {
        assert!(
            !finding.message.is_empty() && !finding.message.ends_with('.'),
            "{finding:#?}"
        );
        assert!(
            finding.help.is_some() || !finding.fixes.is_empty(),
            "no way out: {finding:#?}"
        );
    }
}

/// Nothing finds anything, advice aside.
pub(crate) fn assert_good(fence: &Fence) {
    let (_, findings) = run(fence);
    let found: Vec<&Finding> = findings.iter().filter(|f| f.level > Level::Info).collect();
    assert!(
        found.is_empty(),
        "found in a good example:\n{}\n{found:#?}",
        fence.text
    );
}

/// The example with all fixes made, the unsafe ones too; making them again changes nothing.
pub(crate) fn fixed(fence: &Fence) -> String {
    let wish = Wish {
        unsafe_too: true,
        from: Level::Info,
    };
    let rules = rules(fence);
    let fix = |workspace| repair(workspace, &rules, wish, &|_| true);
    let once = fix(read(fence));
    let text = joined(fence, &once.workspace);
    let twice = fix(once.workspace);
    assert!(twice.changes.is_empty(), "fixed again:\n{text}");
    text
}

/// The files as they stand in a fence.
fn joined(fence: &Fence, workspace: &Workspace) -> String {
    let mut joined = String::new();
    for (index, file) in workspace.files.iter().enumerate() {
        if index > 0 || !fence.begins_unnamed() {
            joined.push_str(&format!("# file: {}\n", file.source.path));
        }
        joined.push_str(&file.source.text);
    }
    joined
}

fn run(fence: &Fence) -> (Workspace, Vec<Finding>) {
    let workspace = read(fence);
    let findings = lint(&workspace, &rules(fence)).findings;
    (workspace, findings)
}

fn read(fence: &Fence) -> Workspace {
    let surroundings = Arc::new(Surroundings {
        namespace: fence.option("namespace").map(str::to_owned),
        complete: fence.has("complete"),
        ..Surroundings::default()
    });
    let files = fence.files().into_iter();
    let files =
        files.map(|(name, text)| File::read(Source::new(name, Arc::from(text)), &surroundings));
    Workspace::new(files.collect())
}

fn rules(fence: &Fence) -> DefaultRules {
    let versions = fence
        .option("kubernetes")
        .map(|range| range.parse().expect("a version"));
    DefaultRules::for_clusters(versions.unwrap_or_default())
}
