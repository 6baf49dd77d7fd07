//! Tests of the rule pages: each `bad` example has a finding of its rule, and each `good` example has none.
//! `xtask/src/rule_page.rs` describes the format; `tests/it/codegen.rs` compares the generated parts.

use std::path::Path;

use podwright_rule::RuleDefinition;
use podwright_rule::finding::{Finding, Severity};
use xtask::rule_page::{Fence, Page, findings, fixed};

use crate::files::{Result, for_each_file};

/// Rules whose findings cannot be caused by a text, and why. Their pages have no examples.
const WITHOUT_EXAMPLES: &[(&str, &str)] = &[
    ("internal-error", "requires a rule that panics"),
    (
        "object-too-large",
        "an example would be too long for a page",
    ),
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
    let rule = podwright_rules::find(name).ok_or("a page without a rule")?;
    let group = path
        .parent()
        .and_then(Path::file_name)
        .and_then(|directory| directory.to_str());
    assert_eq!(
        group,
        Some(rule.meta.group),
        "the directory of the page must be the rule's group"
    );
    let page = Page::parse(&text)?;
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
    let mut bad = page.fences.iter().filter(|fence| fence.is_bad());
    bad.clone().for_each(|fence| assert_bad(rule, fence));
    assert_eq!(
        bad.any(|fence| fixed(rule, fence) != fence.text),
        page.fences.iter().any(Fence::is_fixed),
        "a page must have a `fixed` example if and only if there is a fix"
    );
    for fence in page.fences.iter().filter(|fence| fence.is_good()) {
        assert_good(rule, fence);
    }
    Ok(())
}

/// Asserts that this rule has a finding and no other rule has one, except for advice.
fn assert_bad(rule: &RuleDefinition, fence: &Fence) {
    let name = rule.meta.name;
    let (own, others): (Vec<Finding>, Vec<Finding>) = findings(rule, fence)
        .into_iter()
        .partition(|finding| finding.rule == name);
    assert!(!own.is_empty(), "no finding in:\n{}", fence.text);
    let is_also = |found: &str| fence.options("also").any(|also| also == found);
    let mut others = others
        .iter()
        .filter(|finding| finding.level > Severity::Info && !is_also(finding.rule));
    let other = others.next();
    assert!(
        other.is_none(),
        "finding of another rule in:\n{}\n{other:#?}",
        fence.text
    );
    for finding in own {
        assert!(
            !finding.message.is_empty() && !finding.message.ends_with('.'),
            "{finding:#?}"
        );
        assert!(
            finding.help.is_some() || !finding.fixes.is_empty(),
            "missing help or fix: {finding:#?}"
        );
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(
            !help.starts_with("did you mean") || !finding.fixes.is_empty(),
            "suggestion without an edit: {finding:#?}"
        );
    }
}

/// Asserts that no rule has a finding, except for advice.
fn assert_good(rule: &RuleDefinition, fence: &Fence) {
    let findings = findings(rule, fence);
    let found = findings
        .iter()
        .find(|finding| finding.level > Severity::Info);
    assert!(
        found.is_none(),
        "finding in a good example:\n{}\n{found:#?}",
        fence.text
    );
}
