//! Tests of the rule pages: each `bad` example has a finding of its rule at the locations shown on the page, and each
//! `good` example has none.
//!
//! A fence starts with `yaml bad`, `yaml good`, `json bad` and so on, followed by options: `complete` (the files are
//! complete), `kubernetes=1.28` (or a range), `containerd=1.7`, `crio=1.30`, `namespace=shop`, `nodes` (files below
//! `nodes/NAME/` are on a node), `also=RULE` (this rule has a finding too). A line `# file: NAME` starts another
//! file; files below `previous/` are deployed already. A `text` fence after a `bad` fence is the exact output, and a
//! `fixed` fence is the result of `--unsafe-fixes`. `PODWRIGHT_BLESS=1` updates both.

pub(crate) mod page;
pub(crate) mod run;

use std::path::Path;

use crate::files::{Result, for_each_file};
use page::{Fence, Page};

/// Rules whose findings cannot be caused by a text, and why. Their pages have no examples.
const WITHOUT_EXAMPLES: &[(&str, &str)] = &[
    ("internal-error", "requires a rule that panics"),
    ("pod-too-large", "an example would be too long for a page"),
    ("unreadable-file", "an example is always a readable text"),
];

#[test]
fn pages_show_what_the_rules_report() {
    for_each_file("rules", r"/[^/]+\.md$", examples);
}

fn examples(path: &Path) -> Result {
    let text = std::fs::read_to_string(path)?;
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .ok_or("a page without a name")?;
    let entry = podwright_rules::find(name).ok_or("a page without a rule")?;
    let group = path
        .parent()
        .and_then(Path::file_name)
        .and_then(|directory| directory.to_str());
    assert_eq!(
        group,
        Some(entry.meta.group),
        "the directory of the page must be the rule's group"
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
        similar_asserts::assert_eq!(text, blessed, "update the page with PODWRIGHT_BLESS=1");
    }
    for section in ["## Why", "## When to ignore it", "## References"] {
        assert!(text.contains(section), "missing section {section:?}");
    }
    if WITHOUT_EXAMPLES.iter().any(|(rule, _)| *rule == name) {
        assert!(
            page.fences.is_empty(),
            "`{name}` has examples although it is listed in WITHOUT_EXAMPLES"
        );
        return Ok(());
    }
    assert!(
        text.contains("## Examples"),
        "missing section \"## Examples\""
    );
    assert!(page.fences.iter().any(Fence::is_bad), "no `bad` example");
    assert!(page.fences.iter().any(Fence::is_good), "no `good` example");
    for fence in page.fences.iter().filter(|fence| fence.is_bad()) {
        run::assert_bad(name, fence);
    }
    let mut bad = page.fences.iter().filter(|fence| fence.is_bad());
    assert_eq!(
        bad.any(|fence| run::fixed(name, fence) != fence.text),
        page.fences.iter().any(Fence::is_fixed),
        "a page must have a `fixed` example if and only if there is a fix"
    );
    for fence in page.fences.iter().filter(|fence| fence.is_good()) {
        run::assert_good(name, fence);
    }
    Ok(())
}
