//! Generates the comment that suppresses a finding.

use std::sync::Arc;

use crate::check::{check_files, finish_file};
use crate::rule_set::RuleSet;
use podwright_cluster::workspace::Workspace;
use podwright_rule::finding::{Edit, Finding, Fingerprint, Severity};
use podwright_syntax::Format;
use podwright_syntax::text::{FileId, Location, Source, Span};

/// Edit that inserts a comment to suppress `finding` in `file`; `None` if no comment can, as in JSON.
///
/// The comment is placed at the end of the line if that works, otherwise above it. Each candidate is verified: the
/// finding must disappear and no new finding may appear.
#[must_use]
pub fn suppression_edit(
    workspace: &Workspace,
    rules: &dyn RuleSet,
    file: FileId,
    finding: &Finding,
) -> Option<Edit> {
    let source = &workspace.file(file).source;
    if workspace.file(file).tree.format() != Format::Yaml {
        return None;
    }
    let before = count(workspace, rules, file);
    let comment = format!("# podwright: ignore[{}] ", finding.rule);
    let lines = source.lines();
    let line = lines.line_of(finding.primary.place.span.start);
    let candidates = std::iter::once(line_end(source, line, &comment)).chain(
        (0..=line)
            .rev()
            .take(MAX_LINES_UP.min(MAX_TEXT / source.text.len().max(1)))
            .map(|line| above(source, line, &comment)),
    );
    let mut edits = candidates.map(|(at, content)| Edit {
        place: Location {
            file,
            span: Span::at(at),
        },
        content,
    });
    edits.find(|edit| {
        let changed = with(workspace, edit);
        let after = findings(&changed, rules, file);
        let is_gone = !after
            .iter()
            .any(|other| identity(other) == identity(finding));
        is_gone && after.len() < before
    })
}

/// What identifies a finding before and after the comment is inserted.
fn identity(finding: &Finding) -> (Fingerprint, &'static str, &str) {
    (finding.fingerprint(), finding.rule, &finding.message)
}

/// Maximum number of lines to go up. A finding inside a long string is suppressed above the string's key.
const MAX_LINES_UP: usize = 40;

/// Maximum number of bytes to check over all attempts. Each attempt checks the whole file again.
const MAX_TEXT: usize = 4 << 20;

fn line_end(source: &Source, line: usize, comment: &str) -> (u32, String) {
    let span = source.lines().line_span(line, &source.text);
    let text = &source.text[span.range()];
    let content = text.trim_end_matches(['\r', '\n']);
    let end = span.start + u32::try_from(content.len()).unwrap_or(0);
    (end, format!(" {comment}"))
}

fn above(source: &Source, line: usize, comment: &str) -> (u32, String) {
    let span = source.lines().line_span(line, &source.text);
    let text = &source.text[span.range()];
    let indentation = &text[..text.len() - text.trim_start_matches(' ').len()];
    let line_end = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
    (span.start, format!("{indentation}{comment}{line_end}"))
}

fn count(workspace: &Workspace, rules: &dyn RuleSet, file: FileId) -> usize {
    findings(workspace, rules, file).len()
}

fn findings(workspace: &Workspace, rules: &dyn RuleSet, file: FileId) -> Vec<Finding> {
    let checked = check_files(workspace, rules, [file]).into_iter();
    let own = checked.flat_map(|(_, findings)| findings);
    let own = own.filter(|finding| finding.primary.place.file == file);
    finish_file(workspace, rules, file, own.collect(), Severity::Info).findings
}

/// Copy of the workspace with the edit applied.
fn with(workspace: &Workspace, edit: &Edit) -> Workspace {
    let id = edit.place.file;
    let file = workspace.file(id);
    let mut text = file.source.text.to_string();
    text.replace_range(edit.place.span.range(), &edit.content);
    let source = Source::new(file.source.path.clone(), text);
    let file = file.reread(source);
    let mut changed = workspace.clone();
    changed.replace(vec![(id, Arc::new(file))]);
    changed
}
