use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types::TextDocumentContentChangeEvent as Change;

use crate::text::{ColumnUnit, LineIndex};

/// A text that the client has open: what counts is what it says, not what is on the disk.
#[derive(Debug)]
pub(super) struct Document {
    /// As the client writes it.
    pub(super) uri: lsp_types::Uri,
    /// As the client counts.
    pub(super) version: i32,
    /// The whole text.
    pub(super) text: String,
}

/// The open texts by path; a document that is on no disk has its URI for a path.
pub(super) type Documents = BTreeMap<PathBuf, Document>;

impl Document {
    /// Makes the changes, one after the other.
    pub(super) fn change(&mut self, version: i32, changes: Vec<Change>, unit: ColumnUnit) {
        self.version = version;
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                Change::TextDocumentContentChangePartial(part) => {
                    let lines = LineIndex::new(&self.text);
                    let at = |position: lsp_types::Position| {
                        let lsp_types::Position { line, character } = position;
                        lines.offset(line, character, &self.text, unit) as usize
                    };
                    let (start, end) = (at(part.range.start), at(part.range.end));
                    self.text.replace_range(start..end.max(start), &part.text);
                }
            }
        }
    }
}
