//! The images of a Pod, if all of them are known.

use podwright_cluster::workspace::ImageSource;
use podwright_model::{ImageReference, Pod};
use podwright_rule::RuleContext;

/// An image of a Pod.
pub(super) struct PodImage {
    /// The image string as the Pod gets it, after kustomizations.
    pub(super) text: String,
    /// Host and path, as used for the credential lookup.
    pub(super) repository: String,
}

/// Returns the images of all containers and image volumes, or `None` if one of them is unknown or not a valid image.
pub(super) fn pod_images(pod: &Pod, cx: &RuleContext<'_>) -> Option<Vec<PodImage>> {
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
