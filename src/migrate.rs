//! Floor 10: another tool's configuration as one of podwright. Text in, text out.
//!
//! Nothing is lost in silence: each line says where it comes from, and what has no counterpart is listed.

mod checkov;
mod kube_linter;
mod polaris;

use std::fmt::{self, Write as _};

use crate::compat::{ForeignCheck, Tool};
use crate::syntax::{NodeId, Tree, parse};
use crate::text::{Position, Source, nearest};

/// The names under which the tools look for their configurations.
pub const FILE_NAMES: &[&str] = &[
    ".kube-linter.yaml",
    ".kube-linter.yml",
    ".checkov.yaml",
    ".checkov.yml",
    "polaris.yaml",
    "polaris.yml",
];

/// What becomes of other tools' configurations.
#[derive(Debug, Default)]
pub struct Migration {
    tools: Vec<(Tool, String)>,
    rules: Vec<Line>,
    exclude: Vec<Line>,
    rest: Vec<Line>,
}

/// Something that is taken over, and where it stands.
#[derive(Debug)]
struct Line {
    text: String,
    origin: String,
}

/// A configuration that cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationError {
    /// The file, as it is shown.
    pub path: String,
    /// Where in it.
    pub position: Option<Position>,
    /// What is wrong, and the way out.
    pub message: String,
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(at) = self.position {
            write!(f, ":{}:{}", at.line, at.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for MigrationError {}

impl Migration {
    /// Takes over the configuration in `source`.
    ///
    /// # Errors
    ///
    /// If it is no YAML, or not known for the configuration of one of the tools.
    pub fn add(&mut self, source: &Source) -> Result<(), MigrationError> {
        let tree = parse(source.text.clone());
        let error = |position, message: &str| MigrationError {
            path: source.path.clone(),
            position,
            message: message.to_owned(),
        };
        if let Some(wrong) = tree.errors().first() {
            let position = source.lines.position(wrong.span.start, &source.text);
            let message = "the file cannot be read from here on: this is no valid YAML";
            return Err(error(Some(position), message));
        }
        let root = tree.documents().first().map(|document| document.root);
        let Some((tool, root)) = root.and_then(|root| Some((tool(source, &tree, root)?, root)))
        else {
            return Err(error(
                None,
                "this is not known for a configuration of kube-linter, polaris or checkov; kube-score has none: its \
                 flags have no counterpart but `compat: [kube-score]`, for its annotations",
            ));
        };
        let mut file = Foreign {
            source,
            tree: &tree,
            tool,
            into: self,
        };
        match tool {
            Tool::KubeLinter => kube_linter::take_over(&mut file, root),
            Tool::Polaris => polaris::take_over(&mut file, root),
            Tool::Checkov | Tool::KubeScore => checkov::take_over(&mut file, root),
        }
        self.tools.push((tool, source.path.clone()));
        Ok(())
    }

    /// The configuration of podwright.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::new();
        for (tool, path) in &self.tools {
            line(&mut text, "", &format!("# From {path}, of {tool}."));
        }
        line(&mut text, "", "");
        line(
            &mut text,
            "",
            "# Their annotations ignore what podwright finds, for the rules that look for the same.",
        );
        let mut tools: Vec<&str> = self.tools.iter().map(|(tool, _)| tool.name()).collect();
        tools.sort_unstable();
        tools.dedup();
        line(&mut text, "", &format!("compat: [{}]", tools.join(", ")));
        section(&mut text, "rules:", &self.rules);
        section(&mut text, "exclude:", &self.exclude);
        if !self.rest.is_empty() {
            line(&mut text, "", "");
            line(&mut text, "", "# Without a counterpart:");
        }
        for Line { text: what, origin } in &self.rest {
            line(&mut text, "", &format!("#   {origin}: {what}"));
        }
        text
    }
}

fn section(text: &mut String, key: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    line(text, "", "");
    line(text, "", key);
    let mut last = "";
    for Line { text: what, origin } in lines {
        if origin != last {
            line(text, "  ", &format!("# {origin}"));
            last = origin;
        }
        line(text, "  ", what);
    }
}

/// One line, whatever the other file's names hold.
fn line(text: &mut String, indentation: &str, content: &str) {
    let content: String = content
        .chars()
        .map(|c| match c {
            // What is read from right to left, or not seen, may look like another line.
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                char::REPLACEMENT_CHARACTER
            }
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{indentation}{content}");
}

/// Whose configuration it is: by the file's name, else by its keys.
fn tool(source: &Source, tree: &Tree, root: NodeId) -> Option<Tool> {
    let name = source.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let has = |key: &str| tree.get(root, key).is_some();
    let checks = tree.get(root, "checks").map(|entry| entry.value);
    let checks_have = |key: &str| checks.is_some_and(|checks| tree.get(checks, key).is_some());
    let of_kube_linter = [
        "addAllBuiltIn",
        "doNotAutoAddDefaults",
        "exclude",
        "include",
        "ignorePaths",
    ];
    let of_checkov = [
        "skip-check",
        "check",
        "skip-path",
        "soft-fail",
        "framework",
        "directory",
    ];
    if name.contains("kube-linter")
        || has("customChecks")
        || of_kube_linter.into_iter().any(checks_have)
    {
        Some(Tool::KubeLinter)
    } else if name.contains("polaris") || has("exemptions") || checks.is_some() {
        Some(Tool::Polaris)
    } else if name.contains("checkov") || of_checkov.into_iter().any(has) {
        Some(Tool::Checkov)
    } else {
        None
    }
}

/// A configuration that is being taken over.
struct Foreign<'a> {
    source: &'a Source,
    tree: &'a Tree,
    tool: Tool,
    into: &'a mut Migration,
}

impl Foreign<'_> {
    fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let entry = self.tree.get(mapping, key)?;
        Some(self.tree.resolve(entry.value))
    }

    fn text(&self, node: NodeId) -> String {
        self.tree.value(self.tree.resolve(node)).into_owned()
    }

    /// The strings of a list, or of a text with commas, each with its node.
    fn strings(&self, node: NodeId) -> Vec<(String, NodeId)> {
        if self.tree.kind(node).is_sequence() {
            let items = self.tree.items(node);
            return items.map(|item| (self.text(item), item)).collect();
        }
        let text = self.text(node);
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts.map(|part| (part.to_owned(), node)).collect()
    }

    fn is_true(&self, mapping: NodeId, key: &str) -> bool {
        self.get(mapping, key)
            .is_some_and(|node| self.text(node) == "true")
    }

    /// `FILE:LINE: what`
    fn origin(&self, node: NodeId, what: &str) -> String {
        let start = self.tree.span(node).start;
        let at = self.source.lines.position(start, &self.source.text);
        format!("{}:{}: {what}", self.source.path, at.line)
    }

    /// The check of that name; one that is not known, or has no counterpart, is listed.
    fn check(&mut self, name: &str, node: NodeId, what: &str) -> Option<&'static ForeignCheck> {
        let check = self.tool.check(name);
        let text = match check {
            Some(check) if !check.rules.is_empty() => return Some(check),
            Some(_) => name.to_owned(),
            None => {
                let known = self.tool.checks().iter().map(|check| check.name);
                match nearest(name, known) {
                    Some(near) => format!("{name}, which {} does not have; {near}?", self.tool),
                    None => format!("{name}, which is none of its own checks"),
                }
            }
        };
        self.rest(node, what, text);
        None
    }

    fn rest(&mut self, node: NodeId, what: &str, text: String) {
        let origin = self.origin(node, what);
        self.into.rest.push(Line { text, origin });
    }

    /// Sets the rules of a check; what a file says first holds.
    fn set(&mut self, check: &ForeignCheck, level: &str, node: NodeId, what: &str) {
        let origin = self.origin(node, &format!("{what} {}", check.name));
        for rule in check.rules {
            let key = format!("{rule}: ");
            if !self
                .into
                .rules
                .iter()
                .any(|line| line.text.starts_with(&key))
            {
                self.into.rules.push(Line {
                    text: format!("{key}{level}"),
                    origin: origin.clone(),
                });
            }
        }
    }

    fn exclude(&mut self, pattern: &str, node: NodeId, what: &str) {
        let origin = self.origin(node, what);
        let quoted = pattern.replace('\'', "''");
        self.into.exclude.push(Line {
            text: format!("- '{quoted}'"),
            origin,
        });
    }

    /// Lists the keys of a mapping that are not in `known`.
    fn list_others(&mut self, mapping: NodeId, known: &[&str], within: &str) {
        let entries: Vec<_> = self.tree.entries(mapping).collect();
        for entry in entries {
            let key = self.tree.key_text(entry.key).into_owned();
            if !known.contains(&key.as_str()) {
                self.rest(entry.key, within, key);
            }
        }
    }
}
