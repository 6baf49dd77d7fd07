//! Requests about a configuration of podwright.

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Range, TextDocumentPositionParams, TextEdit, Uri,
};
use podwright_lint::config::{Config, ConfigError};
use podwright_session::discover;
use podwright_syntax::SyntaxTree;
use podwright_syntax::text::Source;

use crate::lsp::edits::Edits;
use crate::lsp::ide::{self, Completions};
use crate::lsp::server::{Server, is_configuration};
use crate::lsp::{from_proto, to_proto};

/// The text of the configuration at a URI, from the client or from the disk, and its tree. `None` if it is not a
/// configuration.
fn read(server: &Server, uri: &Uri) -> Option<(Source, SyntaxTree)> {
    let path = from_proto::key_of(uri);
    let open = server.session.documents.get(&path);
    if !is_configuration(&path) || open.is_none() && !server.session.is_of_configuration(&path) {
        return None;
    }
    let text = match open {
        Some(document) => document.text.clone(),
        None => String::from_utf8(discover::read_path(&path).ok()?).ok()?,
    };
    let source = Source::new(server.session.shown(&path), text.as_str());
    let tree = podwright_syntax::parse(source.text.clone());
    Some((source, tree))
}

/// Hover in a configuration; `None` if the file is not one, or if nothing is known of the position.
pub(super) fn hover(server: &Server, at: &TextDocumentPositionParams) -> Option<(Range, String)> {
    let (source, tree) = read(server, &at.text_document.uri)?;
    let unit = server.client.unit;
    let offset = from_proto::offset(&source, at.position, unit);
    let hover = ide::configuration_hover(&tree, offset)?;
    Some((to_proto::range(&source, hover.span, unit), hover.markdown))
}

/// Completions in a configuration, and the range that they replace.
pub(super) fn completions(
    server: &Server,
    at: &TextDocumentPositionParams,
) -> Option<(Completions, Range)> {
    let (source, _) = read(server, &at.text_document.uri)?;
    let unit = server.client.unit;
    let offset = from_proto::offset(&source, at.position, unit);
    let found = ide::configuration_completions(&source, offset)?;
    let range = to_proto::range(&source, found.replaces, unit);
    Some((found, range))
}

/// Fixes of misspelled names of keys, rules and groups in the range; `None` if the file is not a configuration.
pub(super) fn code_actions(server: &Server, params: &CodeActionParams) -> Option<Vec<CodeAction>> {
    let uri = &params.text_document.uri;
    let (source, tree) = read(server, uri)?;
    let errors = match Config::valid_part(&source, &tree) {
        Ok((_, errors)) => errors,
        Err(error) => vec![error],
    };
    let unit = server.client.unit;
    let range = from_proto::span(&source, params.range, unit);
    // The diagnostic marks the whole line.
    let line = |offset: u32| source.lines().line_of(offset);
    let near = errors
        .into_iter()
        .filter_map(|error: ConfigError| error.near);
    let touched = near.filter(|(span, _)| {
        line(range.start) <= line(span.start) && line(span.start) <= line(range.end)
    });
    let action = |(span, meant): (_, String)| {
        let mut edits = Edits::default();
        let edit = TextEdit {
            range: to_proto::range(&source, span, unit),
            new_text: meant.clone(),
        };
        edits.add(server, &from_proto::key_of(uri), edit)?;
        Some(CodeAction {
            title: format!("Replace with `{meant}`"),
            kind: Some(CodeActionKind::QuickFix),
            is_preferred: Some(true),
            edit: Some(edits.into_workspace_edit(server)),
            ..CodeAction::default()
        })
    };
    let mut touched: Vec<_> = touched.collect();
    touched.sort_unstable();
    Some(touched.into_iter().filter_map(action).collect())
}
