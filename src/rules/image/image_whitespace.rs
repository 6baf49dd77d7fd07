use super::{kubelet_note, refusal, report_refusal};
use crate::finding::Level;
use crate::model::PodOrigin;
use crate::model::image::{ImageConcern, ImageErrorKind};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::{ImageSource, ImageUse};

/// Options of `image-whitespace`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ImageWhitespace {}

impl Rule for ImageWhitespace {
    const META: Meta = Meta {
        name: "image-whitespace",
        chapter: "image",
        summary: "the image holds white space",
        page: include_str!("../../../rules/image/image-whitespace.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

/// OpenShift puts an image there whenever it is pushed; until then a blank stands in for it.
const IMAGE_TRIGGERS: &str = "image.openshift.io/triggers";

impl Check for ImageWhitespace {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some(refusal) = refusal(image, ImageConcern::Whitespace, cx) else {
            return;
        };
        if refusal.error.kind == ImageErrorKind::Blank && is_filled_in(cx) {
            return;
        }
        let note = api_note(image).map_or_else(|| kubelet_note(image, refusal), str::to_owned);
        let there = image.text.get(refusal.error.at.clone()).unwrap_or("");
        let unseen = there.chars().find(|&c| c != ' ').map(name);
        let finding = report_refusal(image, refusal, "write the image", cx).note(note);
        if let Some(name) = unseen {
            finding.label(name);
        }
    }
}

fn is_filled_in(cx: &Cx<'_>) -> bool {
    let has_triggers = cx.object.is_some_and(|(_, object)| {
        let annotations = object.metadata.annotations.value();
        annotations
            .into_iter()
            .flatten()
            .any(|(key, ..)| key == IMAGE_TRIGGERS)
    });
    cx.is_custom() || has_triggers
}

/// What the API server says; it trims as Unicode does, looks at containers only, and only in Pods.
fn api_note(image: &ImageUse<'_>) -> Option<&'static str> {
    if image.text.trim() == image.text || matches!(image.source, ImageSource::Volume(_)) {
        return None;
    }
    match image.pod.origin {
        PodOrigin::Pod => Some(
            "the API server refuses the Pod with 422 `must not have leading or trailing whitespace`",
        ),
        PodOrigin::Template => Some(
            "the API server accepts the template, and refuses every Pod that is made from it: \
             event `FailedCreate`, `must not have leading or trailing whitespace`",
        ),
        PodOrigin::Custom => None,
    }
}

fn name(c: char) -> String {
    match c {
        '\n' => "a line end".to_owned(),
        '\r' => "a carriage return".to_owned(),
        '\t' => "a tab".to_owned(),
        c => format!("U+{:04X}", u32::from(c)),
    }
}
