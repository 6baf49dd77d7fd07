//! Rule pages: the head comes from the metadata of the rule, the outputs and fixed examples from running it.
//!
//! A fence starts with `yaml bad`, `yaml good`, `json bad` and so on, followed by options: `complete` (the files are
//! complete), `kubernetes=1.28` (or a range), `containerd=1.7`, `crio=1.30`, `namespace=shop`, `nodes` (files below
//! `nodes/NAME/` are on a node), `also=RULE` (this rule has a finding too), `options=JSON` (options of the rule, without spaces). A line `# file: NAME` starts another
//! file; files below `earlier/` are deployed already. A `text` fence after a `bad` fence is the exact output, and a
//! `fixed` fence is the result of `--unsafe-fixes`.

mod page;
mod run;

use std::fs;
use std::path::PathBuf;

use podwright_rule::finding::Finding;
use podwright_rule::{Profile, RuleDefinition};
use podwright_rules::RULES;

use crate::{Generated, Result, root};

pub use page::{Fence, Page};

/// Returns the pages of all rules.
///
/// # Errors
///
/// Returns an error if a page cannot be read or has an incomplete structure.
pub fn pages() -> Result<Vec<Generated>> {
    RULES
        .iter()
        .map(|rule| {
            let path = path(rule);
            let page = fs::read_to_string(root().join(&path))
                .map_err(Into::into)
                .and_then(|text| renewed(rule, &text));
            match page {
                Ok(page) => Ok(Generated::new(path, page)),
                Err(error) => Err(format!("{}: {error}", path.display()).into()),
            }
        })
        .collect()
}

/// Returns the path of a rule's page, relative to the root of the repository.
#[must_use]
pub fn path(rule: &RuleDefinition) -> PathBuf {
    PathBuf::from(format!("rules/{}/{}.md", rule.meta.group, rule.meta.name))
}

/// Returns the page with an up-to-date head, outputs and fixed examples.
///
/// # Errors
///
/// Returns an error if the page has no section `## Why` or an unclosed fence.
///
/// # Panics
///
/// Panics if fixes are not idempotent.
pub fn renewed(rule: &RuleDefinition, text: &str) -> Result<String> {
    let name = rule.meta.name;
    Page::parse(text)?.renewed(
        &head(rule),
        |fence| run::render(name, fence),
        |fence| run::fixed(name, fence),
    )
}

/// Returns the title, summary, level and first release.
fn head(rule: &RuleDefinition) -> String {
    let meta = &rule.meta;
    let off = match rule.profile {
        Profile::Default => String::new(),
        Profile::Named => ", on only by name".to_owned(),
        profile => format!(", profile `{profile}`"),
    };
    let mut summary = meta.summary.to_owned();
    summary[..1].make_ascii_uppercase();
    format!(
        "# {}\n\n{summary}.\n\nLevel: {}{off}. Since {}.\n",
        meta.name,
        meta.level.name(),
        meta.since
    )
}

/// Returns all findings in an example, with the rule on whatever its profile.
#[must_use]
pub fn findings(rule: &RuleDefinition, fence: &Fence) -> Vec<Finding> {
    run::run(rule.meta.name, fence).1
}

/// Returns the example with all fixes applied, including unsafe ones.
///
/// # Panics
///
/// Panics if fixes are not idempotent.
#[must_use]
pub fn fixed(rule: &RuleDefinition, fence: &Fence) -> String {
    run::fixed(rule.meta.name, fence)
}
