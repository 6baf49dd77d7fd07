//! The images of a Pod, where all of them are known.

use crate::model::{ImageReference, Pod};
use crate::rule::Cx;
use crate::workspace::ImageSource;

/// An image of a Pod.
pub(super) struct PodImage {
    /// As the Pod gets it.
    pub(super) text: String,
    /// Host and path, as they are looked up.
    pub(super) repository: String,
}

/// The images of the containers and image volumes; `None` if one of them is not known or no image.
pub(super) fn pod_images(pod: &Pod, cx: &Cx<'_>) -> Option<Vec<PodImage>> {
    let mut images = Vec::new();
    for source in ImageSource::all(pod) {
        let uses = cx.workspace.images(cx.file_id, pod, source);
        if uses.is_empty() {
            return None;
        }
        for one in uses {
            let reference = ImageReference::parse(&one.text, cx.versions.newest).ok()?;
            images.push(PodImage {
                repository: reference.repository(),
                text: one.text,
            });
        }
    }
    Some(images)
}
