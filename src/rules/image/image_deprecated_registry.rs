use super::lasting;
use crate::finding::{Level, Safety};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `image-deprecated-registry`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageDeprecatedRegistry {}

impl Rule for ImageDeprecatedRegistry {
    const META: Meta = Meta {
        name: "image-deprecated-registry",
        chapter: "image",
        summary: "the image stands in a registry that is given up",
        page: include_str!("../../../rules/image/image-deprecated-registry.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// A place of images that is given up.
struct GivenUp {
    /// The host, and the beginning of the path if it is not all of the host.
    prefix: &'static str,
    /// What became of it, and when.
    what: &'static str,
    /// What is there instead under the same path.
    same_images_at: Option<&'static str>,
    /// What to do where there is no such thing.
    help: &'static str,
}

/// The rule's page has the sources.
const TABLE: [GivenUp; 4] = [
    GivenUp {
        prefix: "k8s.gcr.io/",
        what: "k8s.gcr.io is frozen since 3 April 2023: nothing new is published there",
        same_images_at: Some("registry.k8s.io/"),
        help: "",
    },
    GivenUp {
        prefix: "gcr.io/google_containers/",
        what: "it is the name that k8s.gcr.io had before; what is there is not kept up to date",
        same_images_at: None,
        help: "look for the image in registry.k8s.io",
    },
    GivenUp {
        prefix: "gcr.io/google-containers/",
        what: "it is the name that k8s.gcr.io had before; what is there is not kept up to date",
        same_images_at: None,
        help: "look for the image in registry.k8s.io",
    },
    GivenUp {
        prefix: "docker.pkg.github.com/",
        what: "GitHub has replaced its Docker registry by ghcr.io and moves the images there",
        same_images_at: None,
        help: "write `ghcr.io/OWNER/IMAGE`, without the repository's name",
    },
];

impl Check for ImageDeprecatedRegistry {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        if lasting(image, cx).is_none() {
            return;
        }
        let Some(found) = TABLE
            .iter()
            .find(|place| image.text.starts_with(place.prefix))
        else {
            return;
        };
        let rest = &image.text[found.prefix.len()..];
        let moved = found.same_images_at.map(|place| format!("{place}{rest}"));
        let fix = moved
            .as_ref()
            .and_then(|text| cx.rewrite_image(image, text, Safety::Safe));
        let place = found.prefix.trim_end_matches('/');
        let finding = cx
            .report_image(image, 0..place.len(), format!("`{place}` is given up"))
            .note(found.what);
        finding.help(moved.map_or_else(|| found.help.to_owned(), |text| format!("write `{text}`")));
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}
