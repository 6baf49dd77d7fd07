//! Edits of several files for the client.

use std::collections::HashMap;
use std::path::Path;

use lsp_types::{
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    Uri, WorkspaceEdit,
};

use super::server::Server;
use podwright_rule::finding::Edit;

/// Edits by file, in the order in which the files were added.
#[derive(Debug, Default)]
pub(super) struct Edits {
    files: Vec<(Uri, Option<i32>, Vec<TextEdit>)>,
}

impl Edits {
    /// Edits of files of the workspace; `None` if one of them is rendered and therefore has no path.
    pub(super) fn of(server: &Server, edits: &[Edit]) -> Option<Self> {
        let places = server.places();
        let mut all = Self::default();
        for edit in edits {
            let path = server.session.path(edit.place.file)?;
            all.add(server, &path, places.edit(edit))?;
        }
        Some(all)
    }

    /// Adds an edit of the file at a path.
    pub(super) fn add(&mut self, server: &Server, path: &Path, edit: TextEdit) -> Option<()> {
        let uri = server.places().uri_of(path)?;
        match self.files.iter_mut().find(|(other, ..)| *other == uri) {
            Some((.., edits)) => edits.push(edit),
            None => {
                let open = server.session.documents.get(path);
                let version = open.map(|open| open.version);
                self.files.push((uri, version, vec![edit]));
            }
        }
        Some(())
    }

    /// Number of files.
    pub(super) fn file_count(&self) -> usize {
        self.files.len()
    }

    /// The edits with the versions of open documents, if the client supports them.
    pub(super) fn into_workspace_edit(self, server: &Server) -> WorkspaceEdit {
        let files = self.files.into_iter();
        if !server.client.document_changes {
            let changes = files.map(|(uri, _, edits)| (uri, edits));
            return WorkspaceEdit {
                changes: Some(changes.collect::<HashMap<_, _>>()),
                ..WorkspaceEdit::default()
            };
        }
        let changes = files.map(|(uri, version, edits)| {
            TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier {
                    version,
                    text_document_identifier: TextDocumentIdentifier { uri },
                },
                edits: edits.into_iter().map(Into::into).collect(),
            }
            .into()
        });
        WorkspaceEdit {
            document_changes: Some(changes.collect()),
            ..WorkspaceEdit::default()
        }
    }
}
