//! How rules speak of images, which may be written in parts and in several files.

use std::ops::Range;

use super::Cx;
use crate::finding::{Finding, Fix, Safety};
use crate::workspace::ImageUse;

impl Cx<'_> {
    /// Reports what is wrong with the bytes `at` of an image's text, where they are written: in the
    /// container, or in the kustomization that puts them there. An empty range stands for the whole scalar.
    pub fn report_image(
        &mut self,
        image: &ImageUse<'_>,
        at: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let (file, node, within) = image.written_at(&at);
        let within = within.filter(|within| !within.is_empty());
        let scalar = self.workspace.place(file, node);
        let finding = self.report_in(file, node, within, message);
        if let Some(place) = image.overridden.filter(|&place| place != scalar) {
            finding.related(place, "the image that the kustomization overrides");
        }
        finding
    }

    /// The fix that makes `content` of an image's text; `None` where it would have to be made in several
    /// places, or might reach other users of an anchor.
    #[must_use]
    pub fn rewrite_image(
        &self,
        image: &ImageUse<'_>,
        content: &str,
        safety: Safety,
    ) -> Option<Fix> {
        let is_own = image.overridden.is_none() && image.file == self.file_id;
        (is_own && !self.tree().is_anchored(image.node))
            .then(|| self.replace(image.node, content, safety))
    }
}
