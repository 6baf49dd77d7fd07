//! The rule book's pages are tests: each `bad` example is found by its rule, at the places that the
//! page shows, each `good` one is clean.
//!
//! A fence is opened by `yaml bad`, `yaml good` or `json bad` …, with options behind: `complete` (the run
//! holds everything), `kubernetes=1.28` (or a range), `containerd=1.7`, `crio=1.30`, `namespace=shop`, `nodes` (files
//! below `nodes/NAME/` are those of a node), `also=RULE` (this one finds something too). A line `# file: NAME` begins
//! another file; those below `earlier/` are what the cluster has. A `text` fence behind a `bad` one is the exact
//! rendering, a `fixed` one what `--unsafe-fixes` makes of it; `PODWRIGHT_BLESS=1` writes them.

#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "rule_book/page.rs"]
mod page;
#[path = "rule_book/run.rs"]
mod run;

use std::path::Path;

use page::{Fence, Page};

/// Rules that no text sets off, and why: their pages have no examples.
const WITHOUT_EXAMPLES: &[(&str, &str)] = &[
    ("internal-error", "a rule would have to panic"),
    ("pod-too-large", "an example is too long for a page"),
    ("unreadable-file", "an example is a text that was read"),
];

datatest_stable::harness! {
    { test = examples, root = "rules", pattern = r"^[^/]+/[^/]+\.md$" },
}

fn examples(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .ok_or("a page without a name")?;
    let entry = podwright::rules::find(name).ok_or("a page without a rule")?;
    let chapter = path
        .parent()
        .and_then(Path::file_name)
        .and_then(|folder| folder.to_str());
    assert_eq!(
        chapter,
        Some(entry.meta.chapter),
        "the page's folder is the rule's chapter"
    );
    let page = Page::parse(&text);
    let expected = format!("# {name}\n\n{}\n", run::facts(entry));
    let blessed = page.blessed(
        &expected,
        |fence| run::render(name, fence),
        |fence| run::fixed(name, fence),
    );
    if std::env::var_os("PODWRIGHT_BLESS").is_some() {
        std::fs::write(path, &blessed)?;
    } else {
        similar_asserts::assert_eq!(text, blessed, "PODWRIGHT_BLESS=1 writes what is true now");
    }
    for section in ["## Why", "## When to ignore it", "## References"] {
        assert!(text.contains(section), "no section {section:?}");
    }
    if WITHOUT_EXAMPLES.iter().any(|(rule, _)| *rule == name) {
        assert!(page.fences.is_empty(), "`{name}` has examples after all");
        return Ok(());
    }
    assert!(text.contains("## Examples"), "no section \"## Examples\"");
    assert!(page.fences.iter().any(Fence::is_bad), "no `bad` example");
    assert!(page.fences.iter().any(Fence::is_good), "no `good` example");
    for fence in page.fences.iter().filter(|fence| fence.is_bad()) {
        run::assert_bad(name, fence);
    }
    let mut bad = page.fences.iter().filter(|fence| fence.is_bad());
    assert_eq!(
        bad.any(|fence| run::fixed(name, fence) != fence.text),
        page.fences.iter().any(Fence::is_fixed),
        "a page has a `fixed` example if, and only if, there is a fix"
    );
    for fence in page.fences.iter().filter(|fence| fence.is_good()) {
        run::assert_good(name, fence);
    }
    Ok(())
}
