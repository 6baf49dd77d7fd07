use super::{kubelet_note, refusal, report_refusal};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::PodOrigin;
use podwright_model::image::{ImageConcern, ImageErrorKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-whitespace",
    summary: "image contains whitespace",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

/// OpenShift sets the image of an object with this annotation whenever an image is pushed. Until then the image is a
/// space.
const IMAGE_TRIGGERS: &str = "image.openshift.io/triggers";

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(refusal) = refusal(image, ImageConcern::Whitespace, cx) else {
        return;
    };
    if refusal.error.kind == ImageErrorKind::Blank && is_filled_in(cx) {
        return;
    }
    let note = api_note(image).map_or_else(|| kubelet_note(image, refusal), str::to_owned);
    let there = image.text.get(refusal.error.at.clone()).unwrap_or("");
    let unseen = there.chars().find(|&c| c != ' ').map(name);
    let finding = report_refusal(image, refusal, "set `image`", cx).note(note);
    if let Some(name) = unseen {
        finding.label(name);
    }
}

fn is_filled_in(cx: &RuleContext<'_>) -> bool {
    let has_triggers = cx.object.is_some_and(|(_, object)| {
        let annotations = object.metadata.annotations.value();
        annotations
            .into_iter()
            .flatten()
            .any(|(key, ..)| key == IMAGE_TRIGGERS)
    });
    cx.is_custom() || has_triggers
}

/// Describes how the API server rejects the image, or returns `None` if it accepts it. The API server trims Unicode
/// whitespace and checks only containers, and only in Pods.
fn api_note(image: &ImageUse<'_>) -> Option<&'static str> {
    if image.text.trim() == image.text || matches!(image.source, ImageSource::Volume(_)) {
        return None;
    }
    match image.pod.origin {
        PodOrigin::Pod => Some(
            "the API server rejects the Pod (422, `must not have leading or trailing whitespace`)",
        ),
        PodOrigin::Template => Some(
            "the API server accepts the template, but rejects every Pod created from it (event `FailedCreate`, \
             `must not have leading or trailing whitespace`)",
        ),
        PodOrigin::Custom => None,
    }
}

fn name(c: char) -> String {
    match c {
        '\n' => "line break".to_owned(),
        '\r' => "carriage return".to_owned(),
        '\t' => "tab".to_owned(),
        c => format!("U+{:04X}", u32::from(c)),
    }
}
