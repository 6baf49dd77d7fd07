//! Renames what is at a position: a value or a named template of a chart, or else a ConfigMap or a Secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{RenameParams, TextDocumentPositionParams, TextEdit, WorkspaceEdit};
use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{fix, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::{FileId, Location, Source};
use serde_json::{Value, json};

use super::{chart, fix_all, position};
use crate::lsp::edits::Edits;
use crate::lsp::ide;
use crate::lsp::server::Server;
use crate::lsp::to_proto;

/// The range and the text of the name that can be renamed.
///
/// # Errors
///
/// Returns why the name cannot be renamed.
pub(super) fn prepare(
    server: &Server,
    params: TextDocumentPositionParams,
) -> Result<Value, String> {
    let of_chart = chart::prepare_rename(server, &params)?;
    if !of_chart.is_null() {
        return Ok(of_chart);
    }
    let Some(cursor) = position::cursor(server, &params) else {
        return Ok(Value::Null);
    };
    let found = ide::object_rename(&cursor)?;
    Ok(found.map_or(Value::Null, |found| {
        let range = server.places().range(Location {
            file: cursor.file,
            span: found.span,
        });
        json!({ "range": range, "placeholder": found.name })
    }))
}

/// The edits of the rename.
///
/// # Errors
///
/// Returns why the name cannot be renamed.
pub(super) fn rename(
    server: &Server,
    params: RenameParams,
) -> Result<Option<WorkspaceEdit>, String> {
    let at = &params.text_document_position_params;
    if !chart::prepare_rename(server, at)?.is_null() {
        return chart::rename(server, &params);
    }
    let Some(cursor) = position::cursor(server, at) else {
        return Ok(None);
    };
    let Some(found) = ide::object_rename(&cursor)? else {
        return Err("this is not the name of a ConfigMap or a Secret".to_owned());
    };
    let new = &params.new_name;
    found.check(cursor.workspace, new)?;
    let mut edits = Edits::default();
    for place in &found.places {
        let shown = cursor.workspace.file(place.file);
        let path = &shown.source.path;
        if !fix_all::may_change(server, place.file) {
            return Err(format!("{path} is not in the open directories"));
        }
        if !fix::is_sound(shown) {
            return Err(format!("{path} cannot be edited safely"));
        }
        let real = server.session.path(place.file);
        let real = real.ok_or_else(|| format!("{path} is not a file"))?;
        let edit = TextEdit {
            range: to_proto::range(&shown.source, place.span, server.client.unit),
            new_text: new.clone(),
        };
        edits.add(server, &real, edit).ok_or("a file has no URI")?;
    }
    verify(server, &found.places, new)?;
    Ok(Some(edits.into_workspace_edit(server)))
}

/// Checks that the rename causes no problem: something else may use the old name, or have the new one.
fn verify(server: &Server, places: &[Location], new: &str) -> Result<(), String> {
    let before = server.session.live.workspace();
    let mut after = before.clone();
    after.replace(changed(before, places, new));
    let table = server.session.table();
    let (before, now) = (lint(before, table).findings, lint(&after, table).findings);
    let mut counts: BTreeMap<(&str, FileId), usize> = BTreeMap::new();
    let key = |finding: &Finding| (finding.rule, finding.primary.place.file);
    for finding in &before {
        *counts.entry(key(finding)).or_default() += 1;
    }
    for finding in &now {
        match counts.get_mut(&key(finding)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => {
                let path = &after.file(finding.primary.place.file).source.path;
                return Err(format!("with this name, {}, in {path}", finding.message));
            }
        }
    }
    Ok(())
}

/// The files with the new name.
fn changed(workspace: &Workspace, places: &[Location], new: &str) -> Vec<(FileId, Arc<File>)> {
    let mut texts: BTreeMap<FileId, String> = BTreeMap::new();
    // From the end, so that the other places stay.
    for place in places.iter().rev() {
        let file = workspace.file(place.file);
        let text = texts.entry(place.file);
        let text = text.or_insert_with(|| file.source.text.to_string());
        text.replace_range(place.span.range(), new);
    }
    let file = |(id, text): (FileId, String)| {
        let before = workspace.file(id);
        let source = Source::new(before.source.path.clone(), text);
        (id, Arc::new(before.reread(source).after(before)))
    };
    texts.into_iter().map(file).collect()
}
