use super::{lasting, pull_policy};
use crate::cluster::pull::PullPolicy;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-missing-digest`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageMissingDigest {}

impl Rule for ImageMissingDigest {
    const META: Meta = Meta {
        name: "image-missing-digest",
        chapter: "image",
        summary: "image is not pinned by a digest",
        page: include_str!("../../../rules/image/image-missing-digest.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for ImageMissingDigest {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(reference) = lasting(image, cx) else {
            return;
        };
        // An image that is never pulled was loaded into the node by hand and often has no digest there.
        if reference.digest.is_some() || pull_policy(image, cx) == Some(PullPolicy::Never) {
            return;
        }
        let text = &image.text;
        let message = format!("image `{text}` is not pinned by a digest");
        cx.report_image(image, 0..text.len(), message)
            .note(
                "a tag can be pushed again; a digest identifies the content, and the runtime verifies it",
            )
            .help(format!(
                "add the digest from the registry: `{text}@sha256:…`"
            ));
    }
}
