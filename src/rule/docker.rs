//! How rules speak of docker configurations, which may stand inside of a Secret.

use super::Cx;
use crate::finding::Finding;
use crate::model::DockerDocument;
use crate::text::Span;

impl Cx<'_> {
    /// Reports what is wrong at `inner`, a range of the document's text: there, or at the value of the Secret
    /// that holds the document where its characters do not stand in the file.
    ///
    /// `json_path` is the way to it in the document, which is named where the place does not tell.
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
                finding.note(format!("it is `{json_path}` of the JSON in this value"));
            }
            _ => {}
        }
        finding
    }
}
