//! Reporting and fixing images, which may be assembled from parts in several files.

use std::ops::Range;

use super::RuleContext;
use crate::finding::{Applicability, Finding, Fix};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_syntax::text::{FileId, Location};

impl RuleContext<'_> {
    /// Images, as the kubelet gets them, and their locations for all Pods that may run on a node to which this file
    /// belongs.
    #[must_use]
    pub fn images_on_own_nodes(&self) -> Vec<(String, Location)> {
        let workspace = self.workspace;
        let paths = self.file().on_nodes.iter().flat_map(|on| &on.paths);
        let roots: Vec<_> = paths.map(|path| &path.root).collect();
        let mut found = Vec::new();
        for (file, id) in workspace.files.iter().zip(0..) {
            let mut nodes = file.context.nodes.iter();
            if !nodes.any(|node| roots.contains(&&node.root)) {
                continue;
            }
            for pod in file.objects.iter().flat_map(|object| &object.pods) {
                for source in ImageSource::all(pod) {
                    let images = workspace.images(FileId(id), pod, source).into_iter();
                    found.extend(images.map(|image| {
                        let place = workspace.place(image.file, image.node);
                        (image.text, place)
                    }));
                }
            }
        }
        found
    }

    /// Reports a problem with the bytes `at` of an image string where they are written: in the container, or in the
    /// kustomization that sets them. An empty range means the whole scalar.
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
            finding.related(place, "image overridden by the kustomization");
        }
        finding
    }

    /// Creates a fix that replaces an image string with `content`; `None` if that requires several edits, or could
    /// affect other users of an anchor.
    #[must_use]
    pub fn rewrite_image(
        &self,
        image: &ImageUse<'_>,
        content: &str,
        safety: Applicability,
    ) -> Option<Fix> {
        let is_own = image.overridden.is_none() && image.file == self.file_id;
        (is_own && !self.tree().is_anchored(image.node))
            .then(|| self.replace(image.node, content, safety))
    }
}
