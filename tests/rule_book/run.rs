//! An example through the whole engine.

use std::sync::Arc;

use podwright::finding::{Finding, Level};
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

fn run(fence: &Fence) -> (Workspace, Vec<Finding>) {
    let surroundings = Arc::new(Surroundings {
        namespace: fence.option("namespace").map(str::to_owned),
        complete: fence.has("complete"),
        ..Surroundings::default()
    });
    let files = fence.files().into_iter();
    let files =
        files.map(|(name, text)| File::read(Source::new(name, Arc::from(text)), &surroundings));
    let workspace = Workspace::new(files.collect());
    let versions = fence
        .option("kubernetes")
        .map(|range| range.parse().expect("a version"));
    let rules = DefaultRules::for_clusters(versions.unwrap_or_default());
    let findings = lint(&workspace, &rules).findings;
    (workspace, findings)
}
