//! The command that applies the fixes of the whole workspace.

use std::path::Path;

use lsp_types::{ExecuteCommandParams, TextEdit};
use podwright_lint::fix::{self, Change, FixOptions};
use podwright_syntax::text::{FileId, Source, Span};
use serde::Deserialize;
use serde_json::{Value, json};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::lsp::edits::Edits;
use crate::lsp::server::Server;
use crate::lsp::to_proto;

/// What to fix.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    /// Whether fixes that may change behavior are applied, too.
    r#unsafe: bool,
}

/// Applies the fixes of all files in the open directories. Each is verified as `--fix` does. Asks the client to apply the
/// edits; the result is the number of fixed findings and of changed files.
pub(super) fn execute(server: &mut Server, params: ExecuteCommandParams) -> Result<Value, String> {
    let argument = params.arguments.unwrap_or_default().into_iter().next();
    let wish: Wish = match argument.filter(|argument| !argument.is_null()) {
        Some(argument) => serde_json::from_value(argument).map_err(|error| error.to_string())?,
        None => Wish::default(),
    };
    if !server.client.applies_edits {
        return Err("the editor does not apply edits of language servers".to_owned());
    }
    let options = FixOptions {
        unsafe_too: wish.r#unsafe,
        from: server.client.level,
    };
    let workspace = server.session.live.workspace().clone();
    let may_change = |id: FileId| may_change(server, id);
    let result = fix::repair(workspace, server.session.table(), options, &may_change);
    let (mut edits, mut fixes) = (Edits::default(), 0);
    for change in &result.changes {
        let after = result.workspace.file(change.file).shown();
        if let Some(parts) = parts(change, after)
            && add(&mut edits, server, change, parts).is_some()
        {
            fixes += change.fixed.values().sum::<usize>();
        }
    }
    let files = edits.file_count();
    if files > 0 {
        let edit = edits.into_workspace_edit(server);
        let params = json!({ "label": "Fix all problems that podwright can fix", "edit": edit });
        server.ask("workspace/applyEdit", params);
    }
    Ok(json!({ "fixes": fixes, "files": files }))
}

/// Whether the file is in one of the open directories, and not only by a symbolic link.
pub(super) fn may_change(server: &Server, id: FileId) -> bool {
    let Some(path) = server.session.path(id) else {
        return false;
    };
    let directories = server.session.directories.iter();
    let mut around = directories.filter(|directory| path.starts_with(directory));
    let real = |path: &Path| path.canonicalize().ok();
    around.any(|directory| match (real(&path), real(directory)) {
        (Some(path), Some(directory)) => path.starts_with(directory),
        // A document that is not saved yet.
        (None, _) => server.session.documents.contains_key(&path),
        _ => false,
    })
}

/// Edits that make the text `after` of a file; `None` if one of them touches a credential.
fn parts(change: &Change, after: &Source) -> Option<Vec<(Span, String)>> {
    let before = &change.before;
    let (old, new) = (lines(before), lines(after));
    let (old_text, new_text) = (texts(before, &old), texts(after, &new));
    let mut parts = Vec::new();
    for part in capture_diff_slices(Algorithm::Myers, &old_text, &new_text) {
        if part.tag() == DiffTag::Equal {
            continue;
        }
        let around = |lines: &[Span], range: std::ops::Range<usize>, source: &Source| {
            let end = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
            let start = lines.get(range.start).map_or(end, |line| line.start);
            let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
            Span::new(start, last.map_or(start, |last| lines[last].end))
        };
        let was = around(&old, part.old_range(), before);
        let is = around(&new, part.new_range(), after);
        let (was, is) = smallest((before, was), (after, is))?;
        if before.is_redacted(was) || after.is_redacted(is) {
            return None;
        }
        parts.push((was, after.text.get(is.range())?.to_owned()));
    }
    Some(parts)
}

/// The parts that differ. There is no position within a line ending, so lines that end in `\r\n` stay whole.
fn smallest(old: (&Source, Span), new: (&Source, Span)) -> Option<(Span, Span)> {
    let (was, is) = (
        old.0.text.get(old.1.range())?,
        new.0.text.get(new.1.range())?,
    );
    if was.contains('\r') || is.contains('\r') {
        return Some((old.1, new.1));
    }
    let length = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        let same = pairs.take_while(|(one, other)| one == other);
        same.map(|(c, _)| c.len_utf8()).sum::<usize>()
    };
    let start = length(&mut was.chars().zip(is.chars()));
    let (was, is) = (&was[start..], &is[start..]);
    let end = length(&mut was.chars().rev().zip(is.chars().rev()));
    let cut = |span: Span| {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        Some(Span::new(span.start + start, span.end - end))
    };
    Some((cut(old.1)?, cut(new.1)?))
}

fn lines(source: &Source) -> Vec<Span> {
    let all = 0..source.lines().len();
    let spans = all.map(|line| source.lines().line_span(line, &source.text));
    spans.filter(|span| !span.is_empty()).collect()
}

fn texts<'s>(source: &'s Source, lines: &[Span]) -> Vec<&'s str> {
    let texts = lines.iter().map(|span| source.text.get(span.range()));
    texts.map(Option::unwrap_or_default).collect()
}

fn add(
    edits: &mut Edits,
    server: &Server,
    change: &Change,
    parts: Vec<(Span, String)>,
) -> Option<()> {
    let path = server.session.path(change.file)?;
    for (span, new_text) in parts {
        let range = to_proto::range(&change.before, span, server.client.unit);
        edits.add(server, &path, TextEdit { range, new_text })?;
    }
    Some(())
}
