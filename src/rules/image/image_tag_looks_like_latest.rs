use super::lasting;
use crate::finding::{Level, Safety};
use crate::model::image::TagKind;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-tag-looks-like-latest`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageTagLooksLikeLatest {}

impl Rule for ImageTagLooksLikeLatest {
    const META: Meta = Meta {
        name: "image-tag-looks-like-latest",
        chapter: "image",
        summary: "the tag is latest in another case, which Kubernetes does not take for latest",
        page: include_str!("../../../rules/image/image-tag-looks-like-latest.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ImageTagLooksLikeLatest {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(reference) = lasting(image, cx) else {
            return;
        };
        let Some(tag) = reference.at.tag.clone() else {
            return;
        };
        if TagKind::of(reference) != Some(TagKind::LatestInOtherCase) {
            return;
        }
        let name = &image.text[reference.at.name()];
        let written = &image.text[tag.clone()];
        let meant = format!("{name}:latest");
        // `latest` is no better; a version must be chosen.
        let fix = cx.rewrite_image(image, &meant, Safety::Manual);
        let is_defaulted = image.pull_policy().is_unset() && !cx.is_partial();
        let finding = cx.report_image(image, tag, format!("`{written}` is not the tag `latest`"));
        if is_defaulted {
            finding.note(
                "the case of a tag counts: the API server fills in pull policy `IfNotPresent`, not `Always`",
            );
        } else {
            finding.note("the case of a tag counts: the registry looks for exactly this one");
        }
        finding.help("name a version, or write `latest` if that is what the registry has");
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}
