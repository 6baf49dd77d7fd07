//! Converts the configuration of another tool. Text in, text out.
//!
//! Nothing is dropped silently: each line names its origin, and settings without an equivalent are listed.

mod checkov;
mod command;
mod foreign;
mod kube_linter;
mod polaris;
mod trivy;

use std::fmt::{self, Write as _};

use crate::compat::Tool;
use foreign::{Foreign, Line, Lines};
use podwright_syntax::text::{Position, Source};
use podwright_syntax::{NodeId, SyntaxTree, parse};

/// Default configuration file names of the supported tools.
pub const FILE_NAMES: &[&str] = &[
    ".kube-linter.yaml",
    ".kube-linter.yml",
    ".checkov.yaml",
    ".checkov.yml",
    "polaris.yaml",
    "polaris.yml",
    "trivy.yaml",
    ".trivyignore",
    ".trivyignore.yaml",
];

/// Conversion of other tools' configurations.
#[derive(Debug, Default)]
pub struct Migration {
    tools: Vec<(Tool, String)>,
    /// Tools whose command lines were converted.
    commands: Vec<&'static str>,
    lines: Lines,
}

/// Error returned if a configuration cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationError {
    /// Path of the file as it is shown.
    pub path: String,
    /// Position of the error, if known.
    pub position: Option<Position>,
    /// What is wrong, and a hint.
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
    /// Converts the configuration in `source`.
    ///
    /// # Errors
    ///
    /// Returns [`MigrationError`] if the source is not valid YAML or is not recognized as the configuration of a
    /// supported tool.
    pub fn add(&mut self, source: &Source) -> Result<(), MigrationError> {
        if source.path.ends_with(".trivyignore") {
            trivy::take_over_list(source, &mut self.lines);
            self.tools.push((Tool::Trivy, source.path.clone()));
            return Ok(());
        }
        let tree = parse(source.text.clone());
        let error = |position, message: &str| MigrationError {
            path: source.path.clone(),
            position,
            message: message.to_owned(),
        };
        if let Some(wrong) = tree.errors().first() {
            let position = source.lines().position(wrong.span.start, &source.text);
            let message = "the file is not valid YAML";
            return Err(error(Some(position), message));
        }
        let root = tree.documents().first().map(|document| document.root);
        let Some((tool, root)) = root.and_then(|root| Some((tool(source, &tree, root)?, root)))
        else {
            return Err(error(
                None,
                "not recognized as a configuration of kube-linter, polaris, checkov or trivy; kube-score and kubeconform \
                 have no configuration file: use `--command 'kubeconform …'`",
            ));
        };
        let mut file = Foreign {
            source,
            tree: &tree,
            tool,
            into: &mut self.lines,
        };
        match tool {
            Tool::KubeLinter => kube_linter::take_over(&mut file, root),
            Tool::Polaris => polaris::take_over(&mut file, root),
            Tool::Checkov | Tool::KubeScore => checkov::take_over(&mut file, root),
            Tool::Trivy => trivy::take_over(&mut file, root),
        }
        self.tools.push((tool, source.path.clone()));
        Ok(())
    }

    /// Converts a command line of kube-score or kubeconform, which have no configuration files.
    ///
    /// # Errors
    ///
    /// Returns a message if the command is neither.
    pub fn add_command(&mut self, command: &str) -> Result<(), String> {
        let tool = command::take_over(command, &mut self.lines)
            .ok_or("expected a command line of kubeconform or kube-score")?;
        self.commands.push(tool);
        Ok(())
    }

    /// Whether no configuration was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty() && self.commands.is_empty()
    }

    /// Formats the podwright configuration.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::new();
        for (tool, path) in &self.tools {
            line(&mut text, "", &format!("# Converted from {path} ({tool})."));
        }
        for tool in &self.commands {
            line(
                &mut text,
                "",
                &format!("# Converted from a command line of {tool}."),
            );
        }
        let has_annotations = |tool: &Tool| {
            // Trivy has no annotations.
            *tool != Tool::Trivy && !(*tool == Tool::Polaris && self.lines.ignores_annotations)
        };
        let with_annotations = self.tools.iter().map(|(tool, _)| tool);
        let with_annotations = with_annotations.filter(|tool| has_annotations(tool));
        let mut tools: Vec<&str> = with_annotations.map(|tool| tool.name()).collect();
        if self.commands.contains(&"kube-score") {
            tools.push(Tool::KubeScore.name());
        }
        tools.sort_unstable();
        tools.dedup();
        if !tools.is_empty() {
            line(&mut text, "", "");
            line(
                &mut text,
                "",
                "# Suppression annotations of these tools are respected for equivalent rules.",
            );
            line(&mut text, "", &format!("compat: [{}]", tools.join(", ")));
        }
        for Line { text: what, origin } in &self.lines.settings {
            line(&mut text, "", "");
            line(&mut text, "", &format!("# {origin}"));
            line(&mut text, "", what);
        }
        section(&mut text, "rules:", &self.lines.rules);
        section(&mut text, "exclude:", &self.lines.exclude);
        let lost = self.lines.lost_with_others();
        let rest: Vec<&Line> = self.lines.rest.iter().chain(&lost).collect();
        if !rest.is_empty() {
            line(&mut text, "", "");
            line(&mut text, "", "# No equivalent:");
        }
        for Line { text: what, origin } in rest {
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

/// Writes one line, whatever characters the names of the other file contain.
fn line(text: &mut String, indentation: &str, content: &str) {
    let content: String = content
        .chars()
        .map(|c| match c {
            // Bidirectional and invisible characters could fake a different line.
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

/// Determines the tool by the name of the file, otherwise by its keys.
fn tool(source: &Source, tree: &SyntaxTree, root: NodeId) -> Option<Tool> {
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
    // A list in kube-linter, a mapping in polaris.
    let custom = tree
        .get(root, "customChecks")
        .map(|entry| tree.resolve(entry.value));
    let has_list = custom.is_some_and(|custom| tree.kind(custom).is_sequence());
    if name.contains("trivy") || has("misconfigurations") {
        Some(Tool::Trivy)
    } else if name.contains("kube-linter")
        || (has_list && !name.contains("polaris"))
        || of_kube_linter.into_iter().any(checks_have)
    {
        Some(Tool::KubeLinter)
    } else if name.contains("polaris") || has("exemptions") || checks.is_some() || custom.is_some()
    {
        Some(Tool::Polaris)
    } else if name.contains("checkov") || of_checkov.into_iter().any(has) {
        Some(Tool::Checkov)
    } else {
        None
    }
}
