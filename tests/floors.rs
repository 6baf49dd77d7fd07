//! Layering: a module imports only from layers below its own.
//!
//! The layers are those of `src/lib.rs`. Every use of `crate::NAME` in the code counts, including those inside
//! functions and in full paths; comments, strings and test code do not.

#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Top-level modules by layer. Modules of the same layer do not import one another.
const FLOORS: &[&[&str]] = &[
    &["text"],
    &["syntax", "finding"],
    &["model"],
    &["schema"],
    &["workspace"],
    &["cluster"],
    &["rule", "compat"],
    &["rules"],
    &["config"],
    &["lint", "explain"],
    &[
        "report", "baseline", "fix", "ide", "discover", "git", "migrate",
    ],
    &["cli", "lsp"],
];

#[test]
fn modules_import_only_from_lower_layers() {
    let floors = floors();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path()) {
        let Some(module) = top_module(&path) else {
            continue;
        };
        let floor = *floors
            .get(module.as_str())
            .unwrap_or_else(|| panic!("`{module}` has no layer: {}", path.display()));
        let text = std::fs::read_to_string(&path).unwrap();
        for (line, used) in uses(&text) {
            seen += 1;
            let Some(&other) = floors.get(used.as_str()) else {
                wrong.push(format!(
                    "{}:{line}: `crate::{used}` has no layer",
                    path.display()
                ));
                continue;
            };
            if used != module && other >= floor {
                wrong.push(format!(
                    "{}:{line}: `{module}` (floor {floor}) uses `{used}` (floor {other})",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen > 100,
        "only {seen} imports were found; the search may be broken"
    );
}

#[test]
fn lib_rs_lists_the_same_layers() {
    let lib = include_str!("../src/lib.rs");
    let floors = floors();
    for line in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let module = line.trim_end_matches(';');
        let floor = floors.get(module);
        assert!(floor.is_some(), "`{module}` has no layer");
    }
    for line in lib.lines().filter_map(|line| line.strip_prefix("//! ")) {
        let Some((number, rest)) = line.split_once(". ") else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        for module in rest
            .split("[`")
            .skip(1)
            .filter_map(|part| part.split("`]").next())
        {
            assert_eq!(
                floors.get(module),
                Some(&number),
                "`{module}` in src/lib.rs"
            );
        }
    }
}

#[test]
fn every_form_of_import_is_found() {
    let text = r##"
use crate::text::Span;
use crate::{finding::Finding, rule::{Check, Cx}, syntax};
// use crate::cli;
/* crate::cli /* nested */ crate::cli */
fn f<'a>(x: &'a str) -> crate::model::Pod { let s = "crate::cli"; let c = '"'; let r = r#"crate::lsp"#; pub(in crate::syntax) }
#[cfg(test)]
mod tests {
    use crate::cli;
    fn g() { crate::lsp::x() }
}
fn h() { crate :: lint :: lint() }
#[cfg(test)]
use crate::lsp;
"##;
    let names: Vec<String> = uses(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(
        names,
        [
            "text", "finding", "rule", "syntax", "model", "syntax", "lint"
        ]
    );
}

fn floors() -> BTreeMap<&'static str, usize> {
    let numbered = FLOORS.iter().enumerate();
    numbered
        .flat_map(|(floor, modules)| modules.iter().map(move |module| (*module, floor)))
        .collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `lint` for `src/lint.rs` and `src/lint/walk.rs`; `None` for crate roots and test files.
fn top_module(path: &Path) -> Option<String> {
    let inside = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .ok()?;
    let name = inside.iter().next()?.to_str()?.trim_end_matches(".rs");
    let is_test = inside.file_stem()? == "tests" || inside.iter().any(|part| part == "tests");
    (!is_test && name != "lib" && name != "main").then(|| name.to_owned())
}

/// First path segments after `crate::`, with line numbers from 1.
fn uses(text: &str) -> Vec<(usize, String)> {
    let tokens = without_tests(tokens(text));
    let mut uses = Vec::new();
    for (index, (line, token)) in tokens.iter().enumerate() {
        let text = |ahead: usize| tokens.get(index + ahead).map_or("", |(_, token)| token);
        if token != "crate" || text(1) != ":" || text(2) != ":" {
            continue;
        }
        if text(3) != "{" {
            uses.push((*line, text(3).to_owned()));
            continue;
        }
        let mut depth = 0;
        let mut first = false;
        for (line, token) in &tokens[index + 3..] {
            match token.as_str() {
                "{" => {
                    depth += 1;
                    first = depth == 1;
                }
                "}" if depth == 1 => break,
                "}" => depth -= 1,
                "," => first = depth == 1,
                name if first => {
                    uses.push((*line, name.to_owned()));
                    first = false;
                }
                _ => {}
            }
        }
    }
    uses
}

/// Removes items after `#[cfg(test)]`.
fn without_tests(tokens: Vec<(usize, String)>) -> Vec<(usize, String)> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    let mut begun: Vec<(usize, String)> = Vec::new();
    while let Some(token) = rest.next() {
        begun.push(token);
        let matched = begun
            .iter()
            .map(|(_, token)| token.as_str())
            .eq(ATTRIBUTE.into_iter().take(begun.len()));
        if !matched {
            kept.append(&mut begun);
        } else if begun.len() == ATTRIBUTE.len() {
            begun.clear();
            let mut depth = 0;
            for (_, token) in rest.by_ref() {
                match token.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ => {}
                }
                if depth == 0 && (token == "}" || token == ";") {
                    break;
                }
            }
        }
    }
    kept.append(&mut begun);
    kept
}

/// Identifiers and punctuation with their line numbers; comments, strings and character literals are skipped.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < chars.len() {
        let end = token_end(&chars, at);
        let token: String = chars[at..end].iter().collect();
        let begins = chars[at];
        let is_raw_string = begins == 'r' && token.ends_with(['"', '#']);
        let is_text = begins == '"' || begins == '\'' || begins == '/' && end > at + 1;
        if !begins.is_whitespace() && !is_text && !is_raw_string {
            tokens.push((line, token.clone()));
        }
        line += token.matches('\n').count();
        at = end;
    }
    tokens
}

fn token_end(chars: &[char], at: usize) -> usize {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let rest = &chars[at..];
    let find = |from: usize, found: &dyn Fn(&[char]) -> bool| {
        (from..rest.len())
            .find(|&i| found(&rest[i..]))
            .map_or(chars.len(), |i| at + i)
    };
    match rest {
        ['/', '/', ..] => find(0, &|r| r[0] == '\n'),
        ['/', '*', ..] => block_comment_end(chars, at),
        ['"', ..] => string_end(chars, at),
        ['r', '"' | '#', ..] if raw_hashes(rest).is_some() => {
            let hashes = raw_hashes(rest).unwrap_or(0);
            let closes = |r: &[char]| {
                r[0] == '"' && r.len() > hashes && r[1..=hashes].iter().all(|&c| c == '#')
            };
            (find(hashes + 2, &closes) + hashes + 1).min(chars.len())
        }
        ['\'', '\\', ..] => find(3, &|r| r[0] == '\'') + 1,
        ['\'', _, '\'', ..] => at + 3,
        // A lifetime.
        ['\'', ..] => find(1, &|r| !is_name(r[0])),
        [c, ..] if is_name(*c) => find(1, &|r| !is_name(r[0])),
        _ => at + 1,
    }
}

/// Number of `#` at the start of a raw string; `None` if it is not a raw string.
fn raw_hashes(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
    (rest.get(1 + hashes) == Some(&'"')).then_some(hashes)
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut at, mut depth) = (at, 0);
    while at < chars.len() {
        match chars[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}
