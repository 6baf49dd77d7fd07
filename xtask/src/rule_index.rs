//! The index of rules: a table per group.

use std::fmt::Write as _;
use std::fs;

use podwright_lint::config::option_names;
use podwright_rule::finding::Applicability;
use podwright_rule::{Profile, RuleDefinition};
use podwright_rules::RULES;

use crate::rule_page::{self, Fence, Page};
use crate::{Result, root};

/// Options of an example that say on which releases a rule depends.
const RELEASES: [(&str, &str); 3] = [
    ("kubernetes", "Kubernetes"),
    ("containerd", "containerd"),
    ("crio", "CRI-O"),
];

/// Returns the tables.
///
/// # Errors
///
/// Returns an error if a page cannot be read.
pub fn tables() -> Result<String> {
    let mut out = String::new();
    let mut group = "";
    for rule in RULES {
        if rule.meta.group != group {
            group = rule.meta.group;
            let _ = write!(
                out,
                "\n### `{group}`\n\n| rule | what it reports | level | fix | options | depends on | since |\n|---|---|---|---|---|---|---|\n"
            );
        }
        row(&mut out, rule)?;
    }
    Ok(out)
}

fn row(out: &mut String, rule: &RuleDefinition) -> Result<()> {
    let meta = &rule.meta;
    let path = rule_page::path(rule);
    let text = fs::read_to_string(root().join(&path))?;
    let page = Page::parse(&text)?;
    let bad: Vec<&Fence> = page.fences.iter().filter(|fence| fence.is_bad()).collect();
    let off = match rule.profile {
        Profile::Default => String::new(),
        profile => format!(", {profile}"),
    };
    let options = option_names(rule);
    let options: Vec<String> = options.iter().map(|name| format!("`{name}`")).collect();
    let has_release =
        |(option, _): &(&str, &str)| bad.iter().any(|fence| fence.option(option).is_some());
    let releases: Vec<&str> = RELEASES
        .into_iter()
        .filter(has_release)
        .map(|(_, name)| name)
        .collect();
    let _ = writeln!(
        out,
        "| [{}](../../{}) | {} | {}{off} | {} | {} | {} | {} |",
        meta.name,
        path.display(),
        meta.summary.replace('|', "\\|"),
        meta.level.name(),
        fix(rule, &bad),
        options.join(", "),
        releases.join(", "),
        meta.since,
    );
    Ok(())
}

/// How the findings of the examples can be fixed by podwright.
fn fix(rule: &RuleDefinition, bad: &[&Fence]) -> &'static str {
    let findings = bad
        .iter()
        .flat_map(|fence| rule_page::findings(rule, fence));
    let fixes: Vec<Applicability> = findings
        .filter(|finding| finding.rule == rule.meta.name)
        .flat_map(|finding| finding.fixes)
        .map(|fix| fix.safety)
        .collect();
    if fixes.contains(&Applicability::Safe) {
        "safe"
    } else if fixes.contains(&Applicability::Unsafe) {
        "unsafe"
    } else {
        ""
    }
}
