//! `podwright rule` and `podwright rules`: pages of rules, the list of all rules, and the search in it.

mod search;

use std::io::{self, Write};

use serde::Serialize;

use super::{
    arguments::{RulesArguments, RulesFormat},
    error::CliError,
    output::{Destination, note},
};
use podwright_lint::compat::Tool;
use podwright_lint::config::rule_named;
use podwright_report::Syntax;
use podwright_rule::{Profile, RuleDefinition};
use podwright_rules::RULES;
use podwright_syntax::text::did_you_mean;

/// Documentation pages of the rule with this current or former name, or of the rules that are equivalent to the check of
/// another tool with this name.
pub(super) fn page(name: &str) -> Result<String, CliError> {
    let error = match rule_named(name) {
        Ok(entry) => {
            if entry.meta.name != name {
                note(&format!("`{name}` is now called `{}`", entry.meta.name));
            }
            return Ok(entry.meta.page.to_owned());
        }
        Err(error) => error,
    };
    if let Some((tool, check)) = search::foreign(name) {
        let rules: Vec<String> = check.rules.iter().map(|rule| format!("`{rule}`")).collect();
        note(&format!(
            "`{name}` is a check of {tool}: {}",
            rules.join(", ")
        ));
        let pages = check
            .rules
            .iter()
            .filter_map(|rule| podwright_rules::find(rule));
        let pages: Vec<&str> = pages.map(|rule| rule.meta.page).collect();
        return Ok(pages.join("\n"));
    }
    if let Some((tool, why)) = search::lost(name) {
        return Err(CliError(format!(
            "no rule for the check `{name}` of {tool}: {why}"
        )));
    }
    let found = search::search(name);
    if found.is_empty() {
        return Err(CliError::new(error));
    }
    let names: Vec<String> = found
        .iter()
        .take(5)
        .map(|rule| format!("`{}`", rule.meta.name))
        .collect();
    let more = match found.len() {
        0..=5 => String::new(),
        count => format!("; `podwright rules --search {name}` lists all {count}"),
    };
    Err(CliError(format!(
        "unknown rule `{name}`; rules that mention it: {}{more}",
        names.join(", ")
    )))
}

/// Prints the rules: all, those of a group, or those that match a search, the best match first.
pub(super) fn list(arguments: &RulesArguments) -> Result<(), CliError> {
    let mut rules: Vec<&RuleDefinition> = match &arguments.search {
        Some(words) => search::search(words),
        None => RULES.to_vec(),
    };
    if let Some(group) = &arguments.group {
        if RULES.iter().all(|rule| rule.meta.group != group) {
            return Err(CliError(unknown_group(group)));
        }
        rules.retain(|rule| rule.meta.group == group);
    }
    if let Some(words) = arguments.search.as_ref().filter(|_| rules.is_empty()) {
        return Err(CliError(search::nothing_found(words)));
    }
    match arguments.format {
        RulesFormat::Json => {
            let views: Vec<RuleView> = rules.iter().map(|rule| RuleView::new(rule)).collect();
            Destination::Stdout.write_without_commands(Syntax::Json, |out| {
                serde_json::to_writer(&mut *out, &views)?;
                writeln!(out)
            })
        }
        RulesFormat::Text => {
            Destination::Stdout.write(|out| write(&rules, arguments.search.is_some(), out))
        }
    }
}

fn unknown_group(name: &str) -> String {
    let mut groups: Vec<&str> = RULES.iter().map(|rule| rule.meta.group).collect();
    groups.dedup();
    match did_you_mean(name, groups.iter().copied()) {
        Some(near) => format!("unknown group `{name}`: did you mean `{near}`?"),
        None => format!(
            "unknown group `{name}`: expected one of {}",
            groups.join(", ")
        ),
    }
}

/// Writes one line per rule: name, level, summary and profile. All rules are written by group; found ones by relevance,
/// with the equivalent checks of other tools.
fn write(rules: &[&RuleDefinition], is_search: bool, out: &mut dyn Write) -> io::Result<()> {
    let widest = rules.iter().map(|rule| rule.meta.name.len()).max();
    let widest = widest.unwrap_or(0);
    let mut group = None;
    for rule in rules {
        let meta = &rule.meta;
        if group != Some(meta.group) && !is_search {
            let gap = if group.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", meta.group)?;
            group = Some(meta.group);
        }
        let mut notes: Vec<String> = match rule.profile {
            Profile::Default => Vec::new(),
            Profile::Named => vec!["only by name".to_owned()],
            profile => vec![format!("profile {profile}")],
        };
        if is_search {
            notes.extend(aliases(rule).map(|alias| format!("{}: {}", alias.tool, alias.check)));
        }
        let notes = match notes.is_empty() {
            true => String::new(),
            false => format!(" ({})", notes.join("; ")),
        };
        writeln!(
            out,
            "  {:widest$}  {:7}  {}{notes}",
            meta.name,
            meta.level.name(),
            meta.summary,
        )?;
    }
    Ok(())
}

/// A check of another tool that is equivalent to a rule.
#[derive(Serialize)]
struct Alias {
    tool: &'static str,
    check: &'static str,
}

fn aliases(rule: &RuleDefinition) -> impl Iterator<Item = Alias> {
    let name = rule.meta.name;
    Tool::ALL.into_iter().flat_map(move |tool| {
        let checks = tool.equivalents(name);
        checks.map(move |check| Alias {
            tool: tool.name(),
            check,
        })
    })
}

/// A rule in JSON.
#[derive(Serialize)]
struct RuleView {
    name: &'static str,
    group: &'static str,
    level: &'static str,
    profile: &'static str,
    summary: &'static str,
    since: &'static str,
    url: String,
    options: Vec<String>,
    equivalents: Vec<Alias>,
}

impl RuleView {
    fn new(rule: &RuleDefinition) -> Self {
        let meta = &rule.meta;
        Self {
            name: meta.name,
            group: meta.group,
            level: meta.level.name(),
            profile: rule.profile.name(),
            summary: meta.summary,
            since: meta.since,
            url: meta.url(),
            options: podwright_lint::config::option_names(rule),
            equivalents: aliases(rule).collect(),
        }
    }
}
