use super::{kubelet_note, refusal, report_refusal};
use crate::finding::Level;
use crate::model::image::ImageConcern;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-has-scheme`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageHasScheme {}

impl Rule for ImageHasScheme {
    const META: Meta = Meta {
        name: "image-has-scheme",
        chapter: "image",
        summary: "image starts with a URL scheme",
        page: include_str!("../../../rules/image/image-has-scheme.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ImageHasScheme {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(refusal) = refusal(image, ImageConcern::Scheme, cx) else {
            return;
        };
        report_refusal(image, refusal, "remove the scheme", cx).note(kubelet_note(image, refusal));
    }
}
