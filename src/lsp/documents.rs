use std::collections::BTreeMap;
use std::path::PathBuf;

use lsp_types::TextDocumentContentChangeEvent as Change;

use podwright_syntax::text::{ColumnUnit, LineIndex};

/// A document that the client has open. Its text overrides the file on disk.
#[derive(Debug)]
pub(super) struct Document {
    /// URI as the client writes it.
    pub(super) uri: lsp_types::Uri,
    /// Version number of the client.
    pub(super) version: i32,
    /// Complete text.
    pub(super) text: String,
}

/// Open documents by path. A document that is not on disk uses its URI as the path.
pub(super) type Documents = BTreeMap<PathBuf, Document>;

impl Document {
    /// Applies the changes in order.
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
