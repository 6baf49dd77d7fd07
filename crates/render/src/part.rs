//! Values in files that renders read.

use std::path::PathBuf;
use std::sync::Arc;

use podwright_syntax::NodeId;
use podwright_syntax::text::{FileId, Padding, decode_base64};

use crate::files::{Found, Sources};
use crate::{Node, Origin, RenderError, Text, read};

/// A value in a document of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// The file.
    pub file: PathBuf,
    /// Index of the document, from 0.
    pub document: usize,
    /// Keys and indexes of lists that lead to the value.
    pub path: Vec<String>,
}

impl Part {
    /// The value at a path in this one.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Self {
        let more = path.iter().map(|&step| step.to_owned());
        Self {
            path: self.path.iter().cloned().chain(more).collect(),
            ..self.clone()
        }
    }

    /// Finds the value. `None` if it is not there.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read.
    pub(crate) fn find(
        &self,
        sources: &mut Sources<'_>,
    ) -> Result<Option<(FileId, NodeId)>, RenderError> {
        let Some(Found::File(real)) = sources.find(&self.file) else {
            let message = format!("cannot read `{}`", self.file.display());
            return Err(RenderError::at(None, message));
        };
        let id = sources
            .open(&real)
            .map_err(|error| RenderError::at(None, error))?;
        let tree = sources.get(id).tree();
        let Some(document) = tree.documents().get(self.document) else {
            return Ok(None);
        };
        let node = self
            .path
            .iter()
            .try_fold(tree.resolve(document.root), |node, step| {
                let next = match tree.kind(node).is_sequence() {
                    true => tree.item(node, step.parse().ok()?)?,
                    false => tree.get(node, step)?.value,
                };
                Some(tree.resolve(next))
            });
        Ok(node.map(|node| (id, node)))
    }

    /// The string at the value, with its origin. `None` if the value is not there.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read.
    pub(crate) fn text(&self, sources: &mut Sources<'_>) -> Result<Option<Text>, RenderError> {
        let found = self.find(sources)?;
        Ok(found.map(|(file, node)| Text::read(sources.get(file).tree(), file, node)))
    }

    /// Reads the value. `None` if it is not there.
    ///
    /// # Errors
    ///
    /// Returns an error if the file or the value cannot be read.
    pub(crate) fn read(&self, sources: &mut Sources<'_>) -> Result<Option<Node>, RenderError> {
        let Some((file, node)) = self.find(sources)? else {
            return Ok(None);
        };
        let source = Arc::clone(sources.get(file));
        read(source.tree(), file, node).map(Some)
    }
}

/// The text that is written in base64; `None` if it is not one. All of it comes from the whole scalar.
pub(crate) fn from_base64(text: &Text) -> Option<Text> {
    let bytes = decode_base64(text.as_str(), Padding::Required).ok()?;
    let string = String::from_utf8(bytes).ok()?;
    let place = text.place(0..text.len());
    let origin = place.map_or(Origin::Nowhere, Origin::made_at);
    Some(Text::new(string, origin))
}
