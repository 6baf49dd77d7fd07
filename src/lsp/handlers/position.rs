//! Requests about a position: converts the answers of [`crate::lsp::ide`] to LSP types.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, DefinitionParams, Hover, HoverParams,
    InlayHint, InlayHintParams, Location, MarkupContent, MarkupKind, ReferenceParams,
    TextDocumentPositionParams, TextEdit, Uri,
};

use serde::Serialize;

use super::chart::InChart;
use crate::lsp::ide::{self, CompletionKind, Cursor};
use crate::lsp::server::Server;
use crate::lsp::{from_proto, to_proto};
use podwright_rule::finding::Finding;
use podwright_syntax::text::{FileId, Span};

pub(super) fn hover(server: &Server, params: HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let in_chart = InChart::new(server, &at.text_document.uri, at.position);
    let in_chart = in_chart.and_then(|at| {
        let hover = at.hover()?;
        let range = to_proto::range(at.source(), hover.span, server.client.unit);
        Some((range, hover.markdown, at.is_values()))
    });
    let cursor = cursor(server, at);
    let in_workspace = || {
        let cursor = cursor.as_ref()?;
        let hover = ide::hover(cursor)?;
        let source = &cursor.workspace.file(cursor.file).source;
        let range = to_proto::range(source, hover.span, server.client.unit);
        Some((range, hover.markdown))
    };
    let known = match in_chart {
        Some((range, markdown, false)) => Some((range, markdown)),
        // A value is read somewhere, and leads to something.
        Some((range, markdown, true)) => Some(match in_workspace() {
            Some((_, more)) => (range, format!("{markdown}\n\n---\n\n{more}")),
            None => (range, markdown),
        }),
        None => in_workspace(),
    };
    let mut found: Vec<&Finding> = Vec::new();
    if let Some(cursor) = &cursor {
        found.extend(findings_at(server, cursor));
    }
    found.dedup_by_key(|finding| finding.rule);
    let range = match (&known, found.first()) {
        (_, Some(finding)) => server.places().range(finding.primary.place),
        (Some((range, _)), None) => *range,
        (None, None) => return None,
    };
    let findings = found.iter().map(|finding| described(finding));
    let parts: Vec<String> = known
        .into_iter()
        .map(|(_, markdown)| markdown)
        .chain(findings)
        .collect();
    Some(Hover {
        contents: MarkupContent {
            kind: MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        }
        .into(),
        range: Some(range),
    })
}

/// The message of a finding, what the cluster does, and where to read more.
fn described(finding: &Finding) -> String {
    let Finding { rule, message, .. } = finding;
    let mut parts = vec![message.clone()];
    parts.extend(finding.notes.first().cloned());
    parts.push(match to_proto::page_uri(rule) {
        Some(uri) => format!("[{rule}]({uri})"),
        None => (*rule).to_owned(),
    });
    parts.join("\n\n")
}

/// A single location is sent as one object, because some clients jump only then.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Definition {
    One(Location),
    Many(Vec<Location>),
}

pub(super) fn definition(server: &Server, params: DefinitionParams) -> Option<Definition> {
    let at = &params.text_document_position_params;
    let in_chart = InChart::new(server, &at.text_document.uri, at.position);
    let mut found = in_chart.map_or_else(Vec::new, |at| at.definitions(server));
    if found.is_empty() {
        let places = server.places();
        let all = ide::definitions(&cursor(server, at)?).into_iter();
        found = all.filter_map(|place| places.location(place)).collect();
    }
    match found.len() {
        0 => None,
        1 => found.pop().map(Definition::One),
        _ => Some(Definition::Many(found)),
    }
}

pub(super) fn references(server: &Server, params: ReferenceParams) -> Option<Vec<Location>> {
    let at = &params.text_document_position_params;
    let own = params.context.include_declaration;
    let in_chart = InChart::new(server, &at.text_document.uri, at.position);
    if let Some(at) = in_chart {
        let found = at.references(server, own);
        if !found.is_empty() {
            return Some(found);
        }
    }
    let found = ide::references(&cursor(server, at)?, own);
    let places = server.places();
    Some(
        found
            .into_iter()
            .filter_map(|place| places.location(place))
            .collect(),
    )
}

pub(super) fn completion(server: &Server, params: CompletionParams) -> Option<Vec<CompletionItem>> {
    let at = &params.text_document_position_params;
    let in_chart = InChart::new(server, &at.text_document.uri, at.position);
    let in_chart = in_chart.and_then(|at| {
        let found = at.completions(server)?;
        let range = to_proto::range(at.source(), found.replaces, server.client.unit);
        Some((found, range))
    });
    let (found, range) = match in_chart {
        Some(found) => found,
        None => {
            let cursor = cursor(server, at)?;
            let found = ide::completions(&cursor, server.client.completes_fields)?;
            let source = &cursor.workspace.file(cursor.file).source;
            let range = to_proto::range(source, found.replaces, server.client.unit);
            (found, range)
        }
    };
    let item = |(index, item): (usize, ide::Completion)| CompletionItem {
        kind: Some(match item.kind {
            CompletionKind::Object => CompletionItemKind::Reference,
            CompletionKind::Field => CompletionItemKind::Property,
            CompletionKind::Value => CompletionItemKind::EnumMember,
            CompletionKind::Template => CompletionItemKind::Module,
            CompletionKind::Function => CompletionItemKind::Function,
            CompletionKind::Keyword => CompletionItemKind::Keyword,
        }),
        // Clients sort by name; this keeps required fields first.
        sort_text: (item.kind != CompletionKind::Object).then(|| format!("{index:04}")),
        detail: Some(item.detail),
        text_edit: Some(
            TextEdit {
                range,
                new_text: item.text,
            }
            .into(),
        ),
        label: item.name,
        ..CompletionItem::default()
    };
    Some(found.items.into_iter().enumerate().map(item).collect())
}

pub(super) fn inlay_hints(server: &Server, params: InlayHintParams) -> Option<Vec<InlayHint>> {
    let file = file(server, &params.text_document.uri)?;
    let source = &server.session.live.workspace().file(file).source;
    let unit = server.client.unit;
    let range = from_proto::span(source, params.range, unit);
    let hints = ide::hints(&cursor_at(server, file, range.start), range);
    let shown = hints
        .into_iter()
        .filter(|hint| !server.client.hidden_hints.contains(&hint.kind));
    Some(
        shown
            .map(|hint| InlayHint {
                position: to_proto::position(source, hint.at, unit),
                label: hint.label.into(),
                kind: None,
                text_edits: None,
                tooltip: Some(hint.tooltip.into()),
                padding_left: Some(true),
                padding_right: None,
                data: None,
            })
            .collect(),
    )
}

/// Findings whose place contains the cursor.
pub(super) fn findings_at<'s>(
    server: &'s Server,
    cursor: &Cursor<'_>,
) -> impl Iterator<Item = &'s Finding> {
    let offset = cursor.offset;
    server.findings(cursor.file).filter(move |finding| {
        let Span { start, end } = finding.primary.place.span;
        start <= offset && offset <= end
    })
}

/// Returns the file ID of a URI, if podwright reads the file.
pub(super) fn file(server: &Server, uri: &Uri) -> Option<FileId> {
    server.session.id(&from_proto::key_of(uri))
}

pub(super) fn cursor<'s>(
    server: &'s Server,
    params: &TextDocumentPositionParams,
) -> Option<Cursor<'s>> {
    let file = file(server, &params.text_document.uri)?;
    let source = &server.session.live.workspace().file(file).source;
    let offset = from_proto::offset(source, params.position, server.client.unit);
    Some(cursor_at(server, file, offset))
}

fn cursor_at(server: &Server, file: FileId, offset: u32) -> Cursor<'_> {
    Cursor {
        workspace: server.session.live.workspace(),
        file,
        offset,
        versions: server.session.table().versions(file),
    }
}
