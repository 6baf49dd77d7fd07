//! Converts podwright's offsets and findings to LSP types.

use std::path::Path;
use std::str::FromStr;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Position, Range,
    TextEdit, Uri,
};
use serde_json::{Value, json};

use super::capabilities::ClientCapabilities;
use super::session::Session;
use podwright_rule::finding::{Edit, Finding, Fix, Severity};
use podwright_syntax::text::{ColumnUnit, Location, Source, Span};

/// Returns the URI of a path returned by [`super::from_proto::key_of`].
fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
        .ok()
        .or_else(|| Uri::from_str(path.to_str()?).ok())
}

pub(super) fn position(source: &Source, offset: u32, unit: ColumnUnit) -> Position {
    let (line, character) = source.lines().line_column(offset, &source.text, unit);
    Position { line, character }
}

pub(super) fn range(source: &Source, span: Span, unit: ColumnUnit) -> Range {
    Range {
        start: position(source, span.start, unit),
        end: position(source, span.end, unit),
    }
}

/// Converts locations for the client, using the URIs under which the client knows the files.
pub(super) struct Places<'a> {
    pub(super) session: &'a Session,
    pub(super) client: &'a ClientCapabilities,
}

impl Places<'_> {
    pub(super) fn range(&self, place: Location) -> Range {
        let source = &self.session.live.workspace().file(place.file).source;
        range(source, place.span, self.client.unit)
    }

    pub(super) fn uri(&self, place: Location) -> Option<Uri> {
        self.uri_of(&self.session.path(place.file)?)
    }

    /// Uses the client's spelling if it has the file open, because not every client recognizes another spelling of a
    /// URI.
    pub(super) fn uri_of(&self, path: &Path) -> Option<Uri> {
        match self.session.documents.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => uri_of(path),
        }
    }

    pub(super) fn location(&self, place: Location) -> Option<lsp_types::Location> {
        Some(lsp_types::Location {
            uri: self.uri(place)?,
            range: self.range(place),
        })
    }

    pub(super) fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let page = page_uri(finding.rule).filter(|_| self.client.code_description);
        let related: Vec<DiagnosticRelatedInformation> = finding
            .related
            .iter()
            .filter(|_| self.client.related_information)
            .filter_map(|label| {
                Some(DiagnosticRelatedInformation {
                    location: self.location(label.place)?,
                    message: label.message.clone(),
                })
            })
            .collect();
        Diagnostic {
            range: self.range(finding.primary.place),
            severity: Some(severity(finding.level)),
            code: Some(finding.rule.to_owned().into()),
            code_description: page.map(|href| lsp_types::CodeDescription { href }),
            source: Some("podwright".to_owned()),
            message: message(finding).into(),
            tags: tags(finding.rule),
            related_information: (!related.is_empty()).then_some(related),
            data: self.client.data.then(|| self.data(finding)),
        }
    }

    pub(super) fn edit(&self, edit: &Edit) -> TextEdit {
        let (place, new_text) = self.smallest(edit);
        TextEdit {
            range: self.range(place),
            new_text: new_text.to_owned(),
        }
    }

    /// The edit, without what it keeps if that may be a credential.
    fn smallest<'e>(&self, edit: &'e Edit) -> (Location, &'e str) {
        let mut place = edit.place;
        let mut content = edit.content.as_str();
        let source = self.session.live.workspace().file(place.file).shown();
        if !source.is_redacted(place.span) {
            return (place, content);
        }
        let mut old = source.text.get(place.span.range()).unwrap_or_default();
        // There is no position within a line ending.
        if old.contains('\r') || content.contains('\r') {
            return (place, content);
        }
        let is_same = |(one, other): &(char, char)| one == other;
        let same = |length: usize| u32::try_from(length).unwrap_or_default();
        let length: usize = old
            .chars()
            .zip(content.chars())
            .take_while(is_same)
            .map(|(c, _)| c.len_utf8())
            .sum();
        (old, content) = (&old[length..], &content[length..]);
        place.span.start += same(length);
        let ends = old.chars().rev().zip(content.chars().rev());
        let length: usize = ends.take_while(is_same).map(|(c, _)| c.len_utf8()).sum();
        content = &content[..content.len() - length];
        place.span.end -= same(length);
        (place, content)
    }

    fn data(&self, finding: &Finding) -> Value {
        let fix = |fix: &Fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .filter_map(|edit| {
                    let TextEdit { range, new_text } = self.edit(edit);
                    let uri = self.uri(edit.place)?;
                    Some(json!({ "uri": uri, "range": range, "newText": new_text }))
                })
                .collect();
            json!({ "title": fix.title, "safety": fix.safety, "edits": edits })
        };
        json!({
            "fixes": finding.fixes.iter().map(fix).collect::<Vec<_>>(),
            "fingerprint": finding.fingerprint().to_string(),
        })
    }
}

/// Formats the message, notes and help of a finding as a few lines.
fn message(finding: &Finding) -> String {
    let notes = finding.notes.iter().map(|note| format!("\n{note}"));
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    let more: String = notes.chain(help).collect();
    format!("{}{more}", finding.message)
}

pub(super) fn page_uri(rule: &str) -> Option<Uri> {
    Uri::from_str(&podwright_rules::find(rule)?.meta.url()).ok()
}

fn severity(level: Severity) -> DiagnosticSeverity {
    match level {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Hint,
    }
}

/// Tags rules about ineffective elements as unnecessary, so that clients fade them out.
fn tags(rule: &str) -> Option<Vec<DiagnosticTag>> {
    matches!(rule, "unused-ignore" | "unknown-rule").then(|| vec![DiagnosticTag::Unnecessary])
}
