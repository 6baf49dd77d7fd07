//! A merged report as one HTML page.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value};

use super::{LevelCounts, Merged, text};
use crate::html::{Page, code, escape};

/// Maximum number of findings that are listed for a rule.
const MAX_LISTED: usize = 200;

/// Writes the page: tables of teams, repositories and rules, and the findings of each rule.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(merged: &Merged, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new("podwright report of several repositories");
    let body = &mut page.body;
    let LevelCounts {
        error,
        warning,
        info,
    } = merged.totals;
    body.push_str(&format!(
        "<header>\n<h1>podwright report</h1>\n<p>{} repositories: {error} errors, {warning} warnings, {info} info.</p>\n</header>\n<main>\n",
        merged.repositories.len()
    ));
    let teams = merged.teams.iter().map(|team| {
        let name = escape(&team.name);
        (name, vec![team.repositories.to_string()], team.findings)
    });
    table("Teams", &["Team", "Repositories"], teams, body);
    let repositories = merged.repositories.iter().map(|one| {
        let total = one.workloads + one.workloads_skipped;
        let share = format!("{} of {total}", one.workloads);
        (
            escape(&one.name),
            vec![escape(&one.team), share],
            one.findings,
        )
    });
    let columns = ["Repository", "Team", "Workloads checked"];
    table("Repositories", &columns, repositories, body);
    let rules = merged.rules.iter().map(|rule| {
        let name = escape(&rule.name);
        let link = format!("<a href=\"#{name}\">{name}</a>");
        (
            link,
            vec![rule.repositories.to_string(), code(rule.summary)],
            rule.findings,
        )
    });
    table("Rules", &["Rule", "Repositories", "Problem"], rules, body);
    findings(merged, body);
    body.push_str("</main>\n");
    page.write(out)
}

/// A table with the name, other cells, and the number of findings of each row. Names and cells are escaped already.
fn table(
    title: &str,
    columns: &[&str],
    rows: impl Iterator<Item = (String, Vec<String>, LevelCounts)>,
    body: &mut String,
) {
    body.push_str(&format!(
        "<section>\n<h2>{title}</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table>\n<thead><tr>"
    ));
    for column in columns {
        body.push_str(&format!("<th scope=\"col\">{column}</th>"));
    }
    for level in ["Errors", "Warnings", "Info"] {
        body.push_str(&format!("<th scope=\"col\" class=\"count\">{level}</th>"));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for (name, cells, counts) in rows {
        body.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
        for cell in cells {
            body.push_str(&format!("<td>{cell}</td>"));
        }
        for count in [counts.error, counts.warning, counts.info] {
            body.push_str(&format!("<td class=\"count\">{count}</td>"));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table></div>\n</section>\n");
}

/// The findings of each rule.
fn findings(merged: &Merged, body: &mut String) {
    let mut by_rule: BTreeMap<&str, Vec<&Map<String, Value>>> = BTreeMap::new();
    for finding in &merged.findings {
        by_rule
            .entry(text(finding, "rule"))
            .or_default()
            .push(finding);
    }
    for rule in &merged.rules {
        let Some(all) = by_rule.get(rule.name.as_str()) else {
            continue;
        };
        let name = escape(&rule.name);
        body.push_str(&format!(
            "<details id=\"{name}\">\n<summary>{name} ({})</summary>\n<ul>\n",
            all.len()
        ));
        for finding in all.iter().take(MAX_LISTED) {
            let start = finding.get("start").and_then(|start| start.get("line"));
            let line = start.and_then(Value::as_u64).unwrap_or(1);
            body.push_str(&format!(
                "<li><strong>{}</strong> <code>{}:{line}</code> {}</li>\n",
                escape(text(finding, "repository")),
                escape(text(finding, "path")),
                code(text(finding, "message")),
            ));
        }
        body.push_str("</ul>\n");
        if let Some(more) = all.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
            body.push_str(&format!("<p>{more} more are in the JSON report.</p>\n"));
        }
        body.push_str("</details>\n");
    }
}
