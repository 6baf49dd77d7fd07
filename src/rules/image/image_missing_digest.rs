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
        summary: "the image is not pinned by a digest",
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
        // What is never pulled was put on the node by hand, and often has no digest there.
        if reference.digest.is_some() || pull_policy(image, cx) == Some(PullPolicy::Never) {
            return;
        }
        let text = &image.text;
        let message = format!("`{text}` is not pinned by a digest");
        cx.report_image(image, 0..text.len(), message)
            .note(
                "a tag can be pushed again; a digest names the content, and the runtime checks it",
            )
            .help(format!(
                "add the digest that the registry has for it: `{text}@sha256:…`"
            ));
    }
}
