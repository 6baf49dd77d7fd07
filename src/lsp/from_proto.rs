//! Converts LSP types to podwright's offsets and paths.

use std::path::PathBuf;
use std::str::FromStr;

use lsp_types::{Position, Range, Uri};

use podwright_syntax::text::{ColumnUnit, Source, Span};

/// Returns the file of a URI; `None` if the URI is not a file.
pub(super) fn path_of(uri: &str) -> Option<PathBuf> {
    Uri::from_str(uri).ok()?.to_file_path().ok()
}

/// Returns the path under which a document is stored: the path of its file, or its URI if it is not a file.
pub(super) fn key_of(uri: &Uri) -> PathBuf {
    uri.to_file_path()
        .unwrap_or_else(|()| PathBuf::from(uri.as_str()))
}

pub(super) fn offset(source: &Source, position: Position, unit: ColumnUnit) -> u32 {
    let Position { line, character } = position;
    source.lines().offset(line, character, &source.text, unit)
}

pub(super) fn span(source: &Source, range: Range, unit: ColumnUnit) -> Span {
    let start = offset(source, range.start, unit);
    Span::new(start, offset(source, range.end, unit))
}
