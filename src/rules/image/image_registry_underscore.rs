use super::lasting;
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-registry-underscore`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageRegistryUnderscore {}

impl Rule for ImageRegistryUnderscore {
    const META: Meta = Meta {
        name: "image-registry-underscore",
        chapter: "image",
        summary: "the image's registry has an underscore, which no host name may have",
        page: include_str!("../../../rules/image/image-registry-underscore.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for ImageRegistryUnderscore {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(reference) = lasting(image, cx) else {
            return;
        };
        // What looks like a host and is none: the parser takes the whole name for a path.
        if !reference.domain.is_empty() {
            return;
        }
        let length = image.text.find('/').unwrap_or(image.text.len());
        let host = &image.text[..length];
        cx.report_image(image, 0..length, format!("`{host}` is no host name: it has `_`"))
            .note(
                "the kubelet takes the whole text for a path and has no credentials for such a host; a runtime \
                 that asks for a host name cannot pull it",
            )
            .help("write the name that the registry has in DNS: letters, digits, `-` and `.`");
    }
}
