//! Reporting and fixing in docker configs, which may be embedded in a Secret.

use super::RuleContext;
use crate::finding::{Applicability, Edit, Finding, Fix};
use podwright_model::DockerDocument;
use podwright_model::docker_config::Entry;
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{NodeId, NodeKind};

impl RuleContext<'_> {
    /// Reports a problem at `inner`, a range of the document's text. The finding is located there, or at the Secret's
    /// value if the document's text does not appear verbatim in the file.
    ///
    /// `json_path` is the path in the document. The finding names it if the location does not show it.
    pub fn report_docker(
        &mut self,
        document: &DockerDocument,
        inner: Span,
        json_path: &str,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = document.outer(self.tree(), inner);
        let finding = self.push(self.file_id, span, document.holder, message.into());
        let path = json_path.to_owned();
        match document.holder {
            None if !path.is_empty() => finding.field = Some(path),
            Some(_) if !path.is_empty() && !document.is_mapped() => {
                finding.note(format!("found at `{json_path}` in the JSON of this value"));
            }
            _ => {}
        }
        finding
    }

    /// Reports a problem with the entry of a registry, at its key.
    pub fn report_registry(
        &mut self,
        document: &DockerDocument,
        entry: &Entry,
        message: impl Into<String>,
    ) -> &mut Finding {
        let key = document.tree(self.tree()).span(entry.key);
        let path = document.config.path_of(entry);
        self.report_docker(document, key, &path, message)
    }

    /// Location of a range of the document in this file.
    #[must_use]
    pub fn docker_place(&self, document: &DockerDocument, inner: Span) -> Location {
        Location {
            file: self.file_id,
            span: document.outer(self.tree(), inner),
        }
    }

    /// Creates an edit that replaces `inner` of the document with `content`, which must not need escaping.
    ///
    /// Returns `None` if the text does not appear verbatim in the file, or is shared with other values.
    #[must_use]
    pub fn edit_docker(
        &self,
        document: &DockerDocument,
        inner: Span,
        content: &str,
    ) -> Option<Edit> {
        let tree = self.tree();
        let is_shared =
            |holder: NodeId| tree.is_anchored(holder) || tree.kind(holder) == NodeKind::Folded;
        if !document.is_mapped() || document.holder.is_some_and(is_shared) {
            return None;
        }
        let place = self.docker_place(document, inner);
        let (outer, inner) = (tree.slice(place.span), document.tree(tree).slice(inner));
        // Text to be removed may span lines that are indented in the file.
        let is_verbatim = outer == inner
            || content.is_empty() && outer.split_whitespace().eq(inner.split_whitespace());
        is_verbatim.then(|| Edit {
            place,
            content: content.to_owned(),
        })
    }

    /// Creates a fix that replaces the registry key of `entry` with `key`; `None` if another entry already has that
    /// key, or if it cannot be edited in place.
    #[must_use]
    pub fn rewrite_registry(
        &self,
        document: &DockerDocument,
        entry: &Entry,
        key: &str,
        safety: Applicability,
    ) -> Option<Fix> {
        let is_simple = |c: char| c.is_ascii_alphanumeric() || "-._:/*[]".contains(c);
        let is_taken = document
            .config
            .entries
            .iter()
            .any(|other| other.registry.expose() == key);
        if is_taken || !key.chars().all(is_simple) {
            return None;
        }
        let quoted = document.tree(self.tree()).span(entry.key);
        let inner = Span::new(quoted.start + 1, quoted.end - 1);
        Some(Fix {
            title: format!("Replace with `{key}`"),
            safety,
            edits: vec![self.edit_docker(document, inner, key)?],
        })
    }
}
