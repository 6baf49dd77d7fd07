//! Generated parts of the documentation, each after a marker.
//!
//! | marker | generated |
//! |---|---|
//! | `<!-- output: COMMAND -->` | the next code fence, or the image that the next line shows: what the shell command prints |
//! | `<!-- rules -->` | the rest of the page: the rules of each group |
//! | `<!-- statements -->` | the rest of the page: the statements and tags of the API server's validation |
//! | `<!-- left out -->` | the rest of the page: the rules without an admission policy |
//! | `<!-- operators -->` | the rest of the page: the operators whose custom resources are known |
//! | `<!-- counterparts -->` | the rest of the page: the checks of other tools that correspond to rules |
//!
//! A `$ podwright …` line at the start of a fence stays.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use podwright_lint::compat::Tool;
use podwright_lint::export::{LEFT_OUT, Reason};
use podwright_rules::POLICIES;
use podwright_schema::Operated;

use crate::{Generated, Result, root, rule_index, statements};

const DOCS: &str = "docs/src";
const OUTPUT: &str = "<!-- output: ";

/// Returns the pages of the documentation that have generated parts, and the images in them.
///
/// # Errors
///
/// Returns an error if a page cannot be read, or if a command cannot be run.
pub fn pages(podwright: &Path) -> Result<Vec<Generated>> {
    let mut generated = Vec::new();
    for name in page_names()? {
        let path = Path::new(DOCS).join(name);
        let text = fs::read_to_string(root().join(&path))?;
        let text = with_list(&text, "<!-- rules -->\n", rule_index::tables)?;
        let text = with_list(&text, "<!-- counterparts -->\n", || Ok(counterparts()))?;
        let text = with_list(&text, "<!-- statements -->\n", || Ok(statements::tables()))?;
        let text = with_list(&text, "<!-- left out -->\n", || Ok(left_out()))?;
        let text = with_list(&text, "<!-- operators -->\n", || Ok(operators()))?;
        let text = with_outputs(&text, podwright, &mut generated)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        generated.push(Generated::new(path, text));
    }
    Ok(generated)
}

/// Returns the file names of all pages, sorted.
///
/// # Errors
///
/// Returns an error if the directory cannot be read.
pub fn page_names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join(DOCS))? {
        names.extend(entry?.file_name().into_string());
    }
    names.retain(|name| name.ends_with(".md"));
    names.sort();
    Ok(names)
}

fn with_list(text: &str, marker: &str, list: fn() -> Result<String>) -> Result<String> {
    Ok(match text.split_once(marker) {
        None => text.to_owned(),
        Some((head, _)) => format!("{head}{marker}{}", list()?),
    })
}

/// The rules with an admission policy, and the reasons why the others have none.
fn left_out() -> String {
    let listed = |mut names: Vec<&str>| {
        names.sort_unstable();
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        (names.len(), names.join(", "))
    };
    let (count, names) = listed(POLICIES.iter().map(|(name, _)| *name).collect());
    let mut out = format!("\nThese {count} rules have a policy: {names}.\n");
    out.push_str("\nThe others do not have one:\n\n| reason | rules |\n|---|---|\n");
    for reason in Reason::ALL {
        let own = LEFT_OUT.iter().filter(|one| one.reason == reason);
        let (count, names) = listed(own.map(|one| one.rule).collect());
        let _ = writeln!(out, "| {reason} ({count}) | {names} |");
    }
    out
}

/// The operators in the table, with their known releases, and the kinds of each API version.
fn operators() -> String {
    let mut products: BTreeMap<&str, Vec<Operated>> = BTreeMap::new();
    for own in Operated::all() {
        products.entry(own.product()).or_default().push(own);
    }
    let mut names: Vec<_> = products.into_iter().collect();
    names.sort_by_key(|(name, _)| name.to_lowercase());
    let mut out =
        String::from("\n| operator | API version | releases | kinds |\n|---|---|---|---|\n");
    for (product, kinds) in names {
        let mut rows: BTreeMap<(&str, &str, String), Vec<&str>> = BTreeMap::new();
        for own in kinds {
            let releases: Vec<&str> = own.releases().collect();
            let row = (own.group(), own.version(), releases.join(", "));
            rows.entry(row).or_default().push(own.kind());
        }
        for ((group, version, releases), kinds) in rows {
            let kinds = kinds.join(", ");
            let _ = writeln!(
                out,
                "| {product} | `{group}/{version}` | {releases} | {kinds} |"
            );
        }
    }
    out
}

/// The checks of other tools with the rules that correspond to them, one table per tool.
fn counterparts() -> String {
    let mut out = String::new();
    for tool in Tool::ALL {
        let _ = write!(out, "\n### {tool}\n\n| check | podwright |\n|---|---|\n");
        for check in tool.checks() {
            let rules: Vec<String> = check.rules.iter().map(|rule| format!("`{rule}`")).collect();
            let _ = writeln!(out, "| `{}` | {} |", check.name, rules.join(", "));
        }
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, why) in tool.others() {
            match reasons.last_mut().filter(|(last, _)| *last == why) {
                Some((_, names)) => names.push(name),
                None => reasons.push((why, vec![name])),
            }
        }
        let _ = write!(out, "\nWithout a counterpart:\n\n");
        for (why, names) in reasons {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(out, "- {why}: {}", names.join(", "));
        }
    }
    out
}

/// Runs the command of each output marker. Images are added to `images`.
fn with_outputs(text: &str, podwright: &Path, images: &mut Vec<Generated>) -> Result<String> {
    let mut parts = text.split(OUTPUT);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (command, rest) = part.split_once(" -->\n").ok_or("a marker is not closed")?;
        let printed = run(command, podwright)?;
        let _ = writeln!(out, "{OUTPUT}{command} -->");
        if rest.starts_with("![") {
            let (_, target) = rest.split_once("](").ok_or("an image without a target")?;
            let (target, _) = target.split_once(')').ok_or("an image without a target")?;
            images.push(Generated::new(Path::new(DOCS).join(target), printed));
            out += rest;
            continue;
        }
        let (info, body) = rest.split_once('\n').ok_or("no code fence")?;
        let (old, rest) = body.split_once("```\n").ok_or("no end of a code fence")?;
        if !info.starts_with("```") {
            return Err(format!("no code fence after the output of `{command}`").into());
        }
        let prompt = old.split_inclusive('\n').next();
        let prompt = prompt
            .filter(|line| line.starts_with("$ "))
            .unwrap_or_default();
        let _ = write!(out, "{info}\n{prompt}{printed}```\n{rest}");
    }
    Ok(out)
}

/// Runs a shell command in the root of the repository, with this binary as `podwright`. Its exit code does not count:
/// findings are not failures.
fn run(command: &str, podwright: &Path) -> Result<String> {
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", search_path(podwright)?)
        .env("LC_ALL", "C.UTF-8")
        .output()?;
    if !output.stderr.is_empty() || output.stdout.is_empty() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{command}` failed: {said}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The search path, with the directory of the binary first.
fn search_path(podwright: &Path) -> Result<OsString> {
    let directory = podwright.parent().ok_or("the binary has no directory")?;
    let others = env::var_os("PATH").unwrap_or_default();
    let all = [directory.to_owned()].into_iter();
    Ok(env::join_paths(all.chain(env::split_paths(&others)))?)
}
