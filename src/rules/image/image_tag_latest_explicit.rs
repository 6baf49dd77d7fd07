use super::{lasting, moving_tag_note};
use crate::finding::Level;
use crate::model::image::TagKind;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-tag-latest-explicit`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageTagLatestExplicit {}

impl Rule for ImageTagLatestExplicit {
    const META: Meta = Meta {
        name: "image-tag-latest-explicit",
        chapter: "image",
        summary: "image uses the tag `latest`",
        page: include_str!("../../../rules/image/image-tag-latest-explicit.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ImageTagLatestExplicit {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(reference) = lasting(image, cx) else {
            return;
        };
        let Some(tag) = reference.at.tag.clone() else {
            return;
        };
        if TagKind::of(reference) != Some(TagKind::Latest) {
            return;
        }
        let name = &image.text[reference.at.name()];
        let note = moving_tag_note(image, cx);
        cx.report_image(image, tag, "image uses the mutable tag `latest`")
            .note(note)
            .help(format!("use a version tag: `{name}:VERSION`"));
    }
}
